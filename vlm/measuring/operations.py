"""Floating-point operations of a model, and this machine's peak of them per second: the two numbers that give the floor."""

from __future__ import annotations

import statistics
import time

import torch

from vlm.architecture import count_parameters
from vlm.engines.forward import inner_model
from vlm.model import LoadedModel

PRODUCT = 8192  # rows and columns of the matrices that measure a GPU's peak; an eighth on a CPU


def operations(loaded: LoadedModel, tokens: int, context: int, patches: int) -> float:
    """Floating-point operations of `tokens` tokens in the language model and `patches` image patches in the vision tower.

    A token attends to half of `context` on average.
    """
    inner = inner_model(loaded.model)
    text, vision = inner.config.get_text_config(), inner.model.visual
    language = count_parameters(inner.model.language_model.layers)
    attention = 2 * text.num_hidden_layers * text.hidden_size * context  # scores and values, 2 operations each, half is masked
    return float(tokens * (2 * language + attention) + patches * 2 * count_parameters(vision.blocks))


def product_speed(device: torch.device, dtype: torch.dtype) -> float:
    """Operations a second of a large matrix product, median of ten."""
    side = PRODUCT if device.type == "cuda" else PRODUCT // 8
    left, right = (torch.randn(side, side, device=device, dtype=dtype) for _ in range(2))
    seconds = []
    for _ in range(13):
        start = time.perf_counter()
        torch.mm(left, right)
        synchronise(device)
        seconds.append(time.perf_counter() - start)
    return 2 * side**3 / statistics.median(seconds[3:])


def synchronise(device: torch.device) -> None:
    """Wait until the GPU has finished all work."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)
