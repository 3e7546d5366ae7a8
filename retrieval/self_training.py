"""Self-training: a probe that also learns from unlabelled cases, by the labels that it is sure of itself (pseudo-labels).

Pseudo-labels are made inside the fit, from the examples of that fit alone. So a probe of a cross-validation knows nothing of the
examples that it is judged on, by way of unlabelled cases either.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax

from retrieval.probes import LinearProbe
from retrieval.softmax_probe import SentencePrior, fit_softmax_probe, sentence_scores

THRESHOLD = 0.7  # calibrated probability from which a pseudo-label is taken
CAP = 20  # pseudo-labels of one label, the surest first
WEIGHT = 0.5  # of one against a labelled example
ROUNDS = 2


@dataclass(frozen=True)
class Unlabelled:
    """Unlabelled cases of a task: their ids, and `sentence` (n, views * e) of their `CaseVectors`."""

    ids: tuple[str, ...]
    sentence: NDArray[np.float32]


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
    vectors: NDArray[np.float32], targets: NDArray[np.int64], prior: SentencePrior, unlabelled: NDArray[np.float32]
) -> tuple[LinearProbe, PseudoLabels]:
    """The probe on unit vectors (n, e) with label numbers (n,) and on unlabelled ones (m, e), and what it took of these.

    Probabilities are calibrated by `prior.sharpness`, which was measured out of fold.
    """
    probe = fit_softmax_probe(vectors, targets, prior)
    known = np.flatnonzero(np.abs(unlabelled).max(axis=1, initial=0) > 0)
    taken = choose_pseudo_labels(np.zeros((0, len(prior.labels)), np.float32))
    for _ in range(ROUNDS):
        probability = softmax(prior.sharpness * probe.scores(unlabelled[known]), axis=1)
        taken = choose_pseudo_labels(probability.astype(np.float32))
        taken = PseudoLabels(known[taken.rows], taken.targets, taken.probability)
        probe = fit_softmax_probe(
            np.concatenate([vectors, unlabelled[taken.rows]]),
            np.concatenate([targets, taken.targets]),
            prior,
            np.concatenate([np.ones(len(targets)), np.full(len(taken.rows), WEIGHT)]).astype(np.float32),
        )
    return probe, taken


def cross_fit_self_trained(
    vectors: NDArray[np.float32],
    targets: NDArray[np.int64],
    folds: NDArray[np.int64],
    prior: SentencePrior,
    unlabelled: NDArray[np.float32],
) -> NDArray[np.float32]:
    """Log-probabilities (n, labels) of each example, by a probe that was fitted on the other folds and on `unlabelled`."""
    result = np.zeros((len(targets), len(prior.labels)), np.float32)
    for fold in np.unique(folds):
        here, others = folds == fold, folds != fold
        probe, _ = fit_self_trained(vectors[others], targets[others], prior, unlabelled)
        result[here] = sentence_scores(probe, vectors[here])
    return result
