"""How many operations a model's arithmetic takes, and how many a second this machine can do: what speed is held against."""

from __future__ import annotations

import statistics
import time

import torch

from vlm.architecture import count_parameters
from vlm.engines.forward import inner_model
from vlm.model import LoadedModel

PRODUCT = 8192  # side of the matrices that the peak is measured with, on a GPU; an eighth on a CPU


def operations(loaded: LoadedModel, tokens: int, context: int, patches: int) -> float:
    """Floating-point operations of `tokens` tokens through the language model, each seeing half of `context` on average, and of
    `patches` image patches through the vision tower."""

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
    """Wait for what the GPU was given."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)
