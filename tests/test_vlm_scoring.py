"""The scorer against the plain forward pass, with a tiny random Qwen2-VL."""

from __future__ import annotations

import gc

import numpy as np
import pytest
import torch
from vlm_examples import plain_scores, prompts_of_three_calls
from vlm_tiny import LABELS, SETTINGS, tiny_model

from data.profile import LoraSettings
from data.schema import Task
from vlm.engines.transformers_scorer import TransformersScorer
from vlm.lora.adapter import add_adapter, merged
from vlm.model import LoadedModel
from vlm.prompt import prompt_builder


@pytest.mark.parametrize("task", list(Task))
@pytest.mark.parametrize("adapted", [False, True])
def test_scores_equal_the_plain_forward_pass(task: Task, adapted: bool) -> None:
    loaded = tiny_model()
    if adapted:
        peft = add_adapter(loaded.model, LoraSettings(rank=2), seed=1)
        for name, parameter in peft.named_parameters():
            if "lora_B" in name:
                torch.nn.init.normal_(parameter, std=0.3)
        loaded = LoadedModel(peft.eval(), loaded.processor, loaded.settings)
    builder = prompt_builder(loaded.tokenizer, task, LABELS.active(task), SETTINGS)
    scorer = TransformersScorer(loaded)
    for prompts in prompts_of_three_calls(builder):
        expected = np.stack([plain_scores(loaded, prompt) for prompt in prompts])
        assert expected.std(axis=0).max() > 1e-2  # samples differ, so equality below says something
        found = scorer.score(prompts)
        assert found.dtype == np.float32
        np.testing.assert_allclose(found, expected, atol=1e-4)
        np.testing.assert_allclose(np.exp(found).sum(axis=1), 1, atol=1e-5)


def test_continued_scores_equal_fresh_ones_in_any_order() -> None:
    loaded = tiny_model()
    builder = prompt_builder(loaded.tokenizer, Task.DIALOGUE, LABELS.active(Task.DIALOGUE), SETTINGS)
    calls = prompts_of_three_calls(builder)
    scorer = TransformersScorer(loaded)
    scorer.score(calls[0])
    continued = scorer.score(calls[2][::-1])[::-1]
    np.testing.assert_allclose(continued, TransformersScorer(loaded).score(calls[2]), atol=1e-5)
    np.testing.assert_array_equal(scorer.score(calls[2][::-1])[::-1], continued)  # the kept states were not changed


def test_vision_tower_runs_once_per_sample_and_states_leave_with_their_samples() -> None:
    loaded = tiny_model()
    runs: list[int] = []
    loaded.model.model.visual.register_forward_hook(lambda *_: runs.append(1))
    builder = prompt_builder(loaded.tokenizer, Task.DIALOGUE, LABELS.active(Task.DIALOGUE), SETTINGS)
    scorer = TransformersScorer(loaded)
    calls = prompts_of_three_calls(builder)
    for prompts in calls:
        scorer.score(prompts[:3])
    assert len(runs) == 1
    assert len(scorer._samples) == 3
    del calls, prompts
    gc.collect()
    assert len(scorer._samples) == 0


def test_merged_adapter_scores_the_same_and_leaves_the_weights_as_they_were() -> None:
    loaded = tiny_model()
    peft = add_adapter(loaded.model, LoraSettings(rank=2), seed=1)
    for name, parameter in peft.named_parameters():
        if "lora_B" in name:
            torch.nn.init.normal_(parameter, std=0.3)
    loaded = LoadedModel(peft.eval(), loaded.processor, loaded.settings)
    builder = prompt_builder(loaded.tokenizer, Task.SCENE, LABELS.active(Task.SCENE), SETTINGS)
    prompts = prompts_of_three_calls(builder)[0]
    scorer = TransformersScorer(loaded)
    apart = scorer.score(prompts)
    scorer.forget()
    with merged(peft):
        np.testing.assert_allclose(scorer.score(prompts), apart, atol=1e-4)
    scorer.forget()
    np.testing.assert_array_equal(scorer.score(prompts), apart)


def test_prompts_of_two_tasks_are_refused() -> None:
    loaded = tiny_model()
    prompts = [
        prompts_of_three_calls(prompt_builder(loaded.tokenizer, task, LABELS.active(task), SETTINGS))[0][0] for task in Task
    ]
    with pytest.raises(ValueError, match="same shared part"):
        TransformersScorer(loaded).score(prompts)
