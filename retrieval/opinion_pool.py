"""Log-linear opinion pool (Genest and Zidek 1986): several scores become one probability, with one weight for each score.

probability(label) is proportional to exp(sum over scores of weight * score(label)). Weights are at least 0. They are fitted by
maximum likelihood on out-of-fold scores; a penalty on their distance from start values keeps few examples from moving them far.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import log_softmax

PULL = 0.005  # nats per example that a weight costs where it is twice its start value; grows with the square of the distance


@dataclass(frozen=True)
class OpinionPool:
    """Names of the scores and their weights."""

    names: tuple[str, ...]
    weights: tuple[float, ...]

    def probability(self, scores: Mapping[str, NDArray[np.float32]]) -> NDArray[np.float32]:
        """(n, labels), rows summing to 1."""
        return np.asarray(np.exp(log_softmax(self.logits(scores), axis=-1)), np.float32)

    def logits(self, scores: Mapping[str, NDArray[np.float32]]) -> NDArray[np.float64]:
        """The weighted sum of the scores, (n, labels)."""
        return np.asarray(_stack(scores, self.names) @ np.array(self.weights))


def fit_opinion_pool(
    scores: Mapping[str, NDArray[np.float32]],
    targets: NDArray[np.int64],
    start: Mapping[str, float],
    fixed: Mapping[str, float] | None = None,
) -> OpinionPool:
    """Fit on scores, each (n, labels), of n examples with label numbers `targets` (n,).

    `start` holds the start value of each weight; scores that it does not name are not used. `fixed` holds weights that are given
    and not fitted.
    """
    names = tuple(name for name in start if name in scores)
    initial = np.array([start[name] for name in names])
    given = OpinionPool(tuple(fixed or {}), tuple((fixed or {}).values()))
    if not len(targets):
        return _join(OpinionPool(names, tuple(initial.tolist())), given)
    stack = _stack(scores, names)
    offset = given.logits(scores) if given.names else 0.0
    rows = np.arange(len(targets))

    def loss(ratio: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        logs = log_softmax(offset + stack @ (ratio * initial), axis=-1)
        error = np.exp(logs)
        error[rows, targets] -= 1
        gradient = np.einsum("nl,nls->s", error, stack) * initial / len(targets)
        pull = ratio - 1
        return float(-logs[rows, targets].mean() + PULL * (pull**2).sum()), gradient + 2 * PULL * pull

    found = minimize(loss, np.ones(len(names)), jac=True, method="L-BFGS-B", bounds=[(0, None)] * len(names))
    return _join(OpinionPool(names, tuple((found.x * initial).tolist())), given)


def _join(one: OpinionPool, other: OpinionPool) -> OpinionPool:
    return OpinionPool(one.names + other.names, one.weights + other.weights)


def _stack(scores: Mapping[str, NDArray[np.float32]], names: Sequence[str]) -> NDArray[np.float64]:
    """(n, labels, scores)."""
    return np.stack([scores[name].astype(np.float64) for name in names], axis=-1)
