"""Self-training: probes that also learn from unlabelled cases, by the labels that they are sure of themselves (pseudo-labels).

Sure is what the opinion pool of probes and descriptions is sure of, whose weights were fitted out of fold and so calibrate it.
Pseudo-labels are made inside the fit, from the examples of that fit alone. So a probe of a cross-validation knows nothing of the
examples that it is judged on, by way of unlabelled cases either. The weights of n-grams count pseudo-labelled cases, too.
Neighbours stay labelled examples: they are shown as evidence, whose label somebody gave.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from retrieval.trained import CaseFeatures

THRESHOLD = 0.7  # calibrated probability from which a pseudo-label is taken
CAP = 20  # pseudo-labels of one label, the surest first
WEIGHT = 0.5  # of one against a labelled example
ROUNDS = 2


@dataclass(frozen=True)
class Unlabelled:
    """Unlabelled cases of a task: their ids and what probes read of them."""

    ids: tuple[str, ...]
    features: CaseFeatures


@dataclass(frozen=True)
class PseudoLabels:
    """Rows of the unlabelled cases, their label numbers and probabilities, all (k,)."""

    rows: NDArray[np.int64]
    targets: NDArray[np.int64]
    probability: NDArray[np.float32]

    def record(self, ids: Sequence[str], names: Sequence[str]) -> list[dict[str, Any]]:
        """The JSON form: id, label and probability of each."""
        triples = zip(self.rows.tolist(), self.targets.tolist(), self.probability.tolist(), strict=True)
        return [{"id": ids[row], "label": names[target], "probability": round(sure, 4)} for row, target, sure in triples]


Probes = TypeVar("Probes")


def choose_pseudo_labels(probability: NDArray[np.float32]) -> PseudoLabels:
    """Of probabilities (n, labels) the best label of each case that reaches THRESHOLD, at most CAP of a label."""
    best = probability.argmax(axis=1)
    sure = probability.max(axis=1)
    order = np.argsort(-sure, kind="stable")
    order = order[sure[order] >= THRESHOLD]
    taken = np.zeros(probability.shape[1], np.int64)
    rows = []
    for row in order.tolist():
        if taken[best[row]] < CAP:
            taken[best[row]] += 1
            rows.append(row)
    chosen = np.array(sorted(rows), np.int64)
    return PseudoLabels(chosen, best[chosen].astype(np.int64), sure[chosen].astype(np.float32))


def fit_self_trained(
    fit: Callable[[PseudoLabels | None], Probes], judge: Callable[[Probes], NDArray[np.float32]]
) -> tuple[Probes, PseudoLabels]:
    """The probes that also learned from pseudo-labels, and the pseudo-labels.

    `fit` fits probes on the labelled examples and on pseudo-labels. `judge` gives what fitted probes think of all unlabelled
    cases, as calibrated probabilities (m, labels).
    """
    taken = choose_pseudo_labels(judge(fit(None)))
    for _ in range(ROUNDS - 1):
        taken = choose_pseudo_labels(judge(fit(taken)))
    return fit(taken), taken
