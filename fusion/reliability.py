"""Reliability: whether answers are as often right as their probabilities say (Guo et al., arXiv:1706.04599)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

BINS = 10


@dataclass(frozen=True)
class Bin:
    """The answers with a probability from `low` to `high`: how many, their mean probability, and the share that is right."""

    low: float
    high: float
    count: int
    probability: float
    right: float


def reliability(probability: ArrayLike, right: ArrayLike, bins: int = BINS) -> list[Bin]:
    """Bins of equal width that hold any answers, lowest first. `probability` and `right` are (n,)."""
    given, found = np.asarray(probability, np.float64), np.asarray(right, np.float64)
    places = np.clip((given * bins).astype(np.int64), 0, bins - 1)
    return [
        Bin(
            place / bins,
            (place + 1) / bins,
            int((places == place).sum()),
            float(given[places == place].mean()),
            float(found[places == place].mean()),
        )
        for place in np.unique(places).tolist()
    ]


def error_of_bins(bins: Sequence[Bin]) -> float:
    """The expected calibration error: the mean distance of a bin's probability from its share of right answers, weighted by
    count."""
    total = sum(one.count for one in bins)
    return sum(one.count * abs(one.probability - one.right) for one in bins) / total if total else 0.0
