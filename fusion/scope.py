"""Out of scope: how unlike the labelled examples an input is, whatever label it would get.

Signals of a case (n,): how near its nearest example is in every list, how sure fusion is, and how far the best label's score
stands above what examples of the label set usually reach. Each is turned into its rank among the same signals of the training
examples, which were computed without the example itself. The score is one minus the mean rank: near 0 for a case that is as
near and as clear as most examples are, near 1 for one that is stranger than all of them. Nothing is fitted, so no example of
anything out of scope is needed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data.arrays import Float32, Float64
from fusion.features import Evidence

# The chance that an input beyond the scope's limit is in scope, where nothing is known of how often others are: even.
DOUBTFUL = 0.5


def signals(evidence: Evidence, fused: Float64) -> dict[str, NDArray[np.float32]]:
    """What tells whether each of n cases is like the examples, (n,) each, higher for those that are. `fused` (n, labels) are
    fusion's probabilities without calls of the VLM, which it does not make for every case."""
    found = {
        name: score.max(axis=1)
        for name, score in evidence.scores.items()
        if name.endswith("_best") or name.startswith(("probe_", "description_"))
    }
    found["fused"] = fused.max(axis=1)
    found["retrieval"] = evidence.pooled.max(axis=1)
    return {name: np.asarray(value, np.float32) for name, value in found.items()}


@dataclass(frozen=True)
class ScopeReference:
    """Sorted signals of the training examples, by name, and their `own` scores (n,) in the examples' order."""

    sorted: Mapping[str, NDArray[np.float32]]
    own: Float64

    @classmethod
    def of(cls, found: Mapping[str, NDArray[np.float32]]) -> ScopeReference:
        """From the signals of training examples, each of which was left out of what its own were computed with."""
        ordered = {name: np.sort(value) for name, value in found.items()}
        return cls(ordered, _scores(ordered, found))

    def score(self, found: Mapping[str, NDArray[np.float32]]) -> Float64:
        """(n,) in 0..1, higher for cases that are less like the training examples. 0 where there are none to compare with."""
        return _scores(self.sorted, found)


def tempered(probability: Float64, prior: Float32, outside: NDArray[np.bool_]) -> Float64:
    """Probabilities (n, labels) of cases of which some (n,) are `outside` the scope's limit: these are mixed with the labels'
    shares `prior` (n, labels), which is all that is known of an input that is like no example.

    A hand-over rule refuses such answers at any probability, so that its promise does not depend on this.
    """
    mixed = DOUBTFUL * probability + (1 - DOUBTFUL) * prior
    return np.asarray(np.where(outside[:, None], mixed, probability), np.float64)


def _scores(ordered: Mapping[str, NDArray[np.float32]], found: Mapping[str, NDArray[np.float32]]) -> Float64:
    """One minus the mean rank of each case's signals, those that both sides have."""
    ranks = [_rank(known, found[name]) for name, known in ordered.items() if len(known) and name in found]
    size = len(next(iter(found.values())))
    return np.asarray(1 - np.mean(ranks, axis=0)) if ranks else np.zeros(size)


def _rank(known: NDArray[np.float32], value: NDArray[np.float32]) -> Float64:
    """The share of known values below each value, ties counting half."""
    below = np.searchsorted(known, value, side="left")
    upto = np.searchsorted(known, value, side="right")
    return np.asarray((below + upto) / (2 * len(known)))
