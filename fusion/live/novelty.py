"""How unlike the labelled examples a text is written: the share of its pairs of characters that none of them has."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data.arrays import Float64

PAIR = 2  # characters: single ones are nearly all known, longer n-grams nearly all new
SEVERAL = -1  # in place of a group, where more than one has a pair


@dataclass(frozen=True)
class Vocabulary:
    """The pairs of characters of labelled examples, with the one near-duplicate group that has each, or SEVERAL."""

    groups: dict[str, int]

    @classmethod
    def of(cls, texts: Sequence[str], groups: NDArray[np.int64]) -> Vocabulary:
        """From the examples' texts (n) and near-duplicate groups (n,)."""
        found: dict[str, int] = {}
        for text, group in zip(texts, groups.tolist(), strict=True):
            for pair in _pairs(text):
                if found.setdefault(pair, group) != group:
                    found[pair] = SEVERAL
        return cls(found)

    def novelty(self, text: str, group: int | None = None) -> float:
        """The share, 0 for a text without pairs. An example's own `group` does not count as known to it."""
        pairs = set(_pairs(text))
        unknown = sum(self.groups.get(pair, group) == group for pair in pairs)
        return unknown / len(pairs) if pairs else 0.0

    def among_themselves(self, texts: Sequence[str], groups: NDArray[np.int64]) -> Float64:
        """The novelty (n,) of the examples, each without those of its group."""
        return np.array([self.novelty(text, group) for text, group in zip(texts, groups.tolist(), strict=True)])


def _pairs(text: str) -> Iterable[str]:
    text = "".join(text.split()).casefold()
    return (text[place : place + PAIR] for place in range(len(text) - PAIR + 1))
