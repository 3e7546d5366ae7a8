"""Gradients of a tiny adapted model, taken in every way of running it, and their comparison."""

from __future__ import annotations

import dataclasses
from weakref import WeakKeyDictionary

import torch
from torch import Tensor
from vlm_examples import LORA, examples_of, task_examples
from vlm_tiny import tiny_model

from data.schema import Task
from vlm.engines.forward import EAGER, Execution
from vlm.engines.transformers_scorer import Features, remember_features
from vlm.lora.adapter import add_adapter
from vlm.lora.examples import TrainingExample
from vlm.lora.training import float32_weights, step_gradients
from vlm.model import LoadedModel


def adapted(loaded: LoadedModel, dropout: float = 0.0) -> LoadedModel:
    """The model with an adapter that changes much, in training mode."""
    peft = add_adapter(loaded.model, dataclasses.replace(LORA, dropout=dropout), seed=0)
    generator = torch.Generator().manual_seed(0)
    for weight in peft.parameters():
        if weight.requires_grad:
            weight.data.copy_(torch.randn(weight.shape, generator=generator) * 0.1)
    return LoadedModel(peft.train(), loaded.processor, loaded.settings)


def gradients(
    loaded: LoadedModel, examples: list[TrainingExample], features: Features, how: Execution = EAGER, parts: int = 1
) -> tuple[Tensor, list[Tensor]]:
    size = -(-len(examples) // parts)
    cut = [examples[begin : begin + size] for begin in range(0, len(examples), size)]
    weights = [weight for weight in loaded.model.parameters() if weight.requires_grad]
    for weight in weights:
        weight.grad = None
    torch.manual_seed(5)
    with float32_weights(loaded.model):
        loss = step_gradients(loaded.model, loaded, examples, cut, features, how)
    return loss, [weight.grad.clone() for weight in weights if weight.grad is not None]


def prepared(dropout: float = 0.0) -> tuple[LoadedModel, list[TrainingExample], Features]:
    loaded = adapted(tiny_model(), dropout)
    examples = examples_of(task_examples(loaded, Task.DIALOGUE, 5))
    features: Features = WeakKeyDictionary()
    with torch.no_grad():
        remember_features(loaded, [item.sample for item in examples], features)
    return loaded, examples, features


def assert_same(left: tuple[Tensor, list[Tensor]], right: tuple[Tensor, list[Tensor]], rtol: float = 1e-3) -> None:
    torch.testing.assert_close(left[0], right[0], atol=1e-5, rtol=rtol)
    assert len(left[1]) == len(right[1]) > 0
    for mine, theirs in zip(left[1], right[1], strict=True):
        torch.testing.assert_close(mine, theirs, atol=1e-5, rtol=rtol)
