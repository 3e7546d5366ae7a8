"""Learning-rate schedules: linear warm-up, then a cosine. Pretraining follows the clock, LoRA counts steps."""

from __future__ import annotations

import math


def rate_factor(progress: float, warmup: float, first: float, final: float) -> float:
    """The share of the highest rate at `progress`, 0 to 1 of the training.

    Rises from `first` during `warmup`, a share of the training, then falls to `final`.
    """
    if progress < warmup:
        return max(progress / warmup, first)
    return final + (1 - final) * _cosine((progress - warmup), 1 - warmup)


def rate_of_step(step: int, steps: int, warmup: float) -> float:
    """The share of the highest rate at a step, counted from 0: rises over `warmup` of all steps, then falls to zero."""
    rising = max(1, round(warmup * steps))
    if step < rising:
        return (step + 1) / rising
    return _cosine(step - rising, max(1, steps - rising))


def _cosine(done: float, length: float) -> float:
    return 0.5 * (1 + math.cos(math.pi * done / length))
