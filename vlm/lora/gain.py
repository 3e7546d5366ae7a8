"""What the VLM's calls are worth beside retrieval, judged on the out-of-fold scores when training ends.

Two opinion pools are fitted on all folds but one and asked about that one: retrieval alone, and retrieval with the calls. The
gain is how much lower the second one's loss is. Retrieval alone is pooled as well, so that its calibration is no gain of the VLM.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data.schema import Task
from retrieval.opinion_pool import fit_opinion_pool
from vlm.policy import CALLS

LEAST = 1e-6  # probability that a logarithm is taken of
# Standard errors by which a gain must exceed zero. One, because calls that are made for nothing cost some time, and calls that
# are not made cost right answers.
REAL = 1.0


@dataclass(frozen=True)
class CallGain:
    """By how much calls lower the loss: the mean over examples and its standard error, in nats."""

    mean: float
    error: float

    @classmethod
    def of(cls, lowered: NDArray[np.floating]) -> CallGain:
        """From how much lower the loss of each example (n,) is."""
        return cls(float(lowered.mean()), float(lowered.std() / np.sqrt(max(1, len(lowered)))))

    def is_real(self) -> bool:
        """Whether the mean is positive beyond its standard error."""
        return self.mean > REAL * self.error

    def to_dict(self) -> dict[str, float]:
        """The JSON form, whose keys are the fields."""
        return dataclasses.asdict(self)

    def line(self, task: Task) -> str:
        """In words."""
        if self.is_real():
            return f"{task}: the VLM's calls lower the out-of-fold loss by {self.mean:.3f} ± {self.error:.3f} nats"
        return (
            f"{task}: the VLM's calls do not lower the out-of-fold loss beyond the standard error ({-self.mean:+.3f} ± "
            f"{self.error:.3f} nats); `adaptive` makes them only where fusion finds that they help it"
        )


def call_gain(
    retrieval: NDArray[np.floating], log_probs: NDArray[np.float32], targets: NDArray[np.int64], folds: NDArray[np.int64]
) -> CallGain:
    """The gain of calls over retrieval on n examples with label numbers `targets` (n,) and folds (n,), near-duplicates in one.

    `retrieval` (n, labels) are probabilities and `log_probs` (n, 3, labels) those of the calls, NaN where not made, all of them
    from parts that did not see the example.
    """
    alone = {"retrieval": np.log(np.maximum(retrieval, LEAST)).astype(np.float32)}
    calls = {f"call_{call + 1}": np.nan_to_num(log_probs[:, call], nan=0.0) for call in range(CALLS)}
    return CallGain.of(_losses(alone, targets, folds) - _losses(alone | calls, targets, folds))


def _losses(
    scores: Mapping[str, NDArray[np.float32]], targets: NDArray[np.int64], folds: NDArray[np.int64]
) -> NDArray[np.float64]:
    """(n,) negative log-probability of each example's label, by a pool that was fitted on the other folds."""
    losses = np.zeros(len(targets))
    for fold in np.unique(folds):
        inside, outside = np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)
        fitted = {name: score[inside] for name, score in scores.items()}
        pool = fit_opinion_pool(fitted, targets[inside], dict.fromkeys(scores, 1 / len(scores)))
        probability = pool.probability({name: score[outside] for name, score in scores.items()})
        losses[outside] = -np.log(np.maximum(probability[np.arange(len(outside)), targets[outside]], LEAST))
    return losses
