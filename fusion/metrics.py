"""The challenge's metric: weighted F1, accuracy, weighted precision and recall, as scikit-learn computes them, and how uncertain
it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from data.arrays import Float64
from data.schema import Task

RESAMPLES = 2000


@dataclass
class StageLabels:
    """True labels of a task's samples and what each stage predicted; None where a stage was not asked."""

    truth: list[str]
    predicted: dict[str, list[str | None]]


def official_scores(truth: Sequence[str], predicted: Sequence[str]) -> dict[str, float]:
    """`{"f1", "accuracy", "precision", "recall"}`; a label without predictions counts with precision 0."""
    from sklearn.metrics import accuracy_score, precision_recall_fscore_support

    precision, recall, f1, _ = precision_recall_fscore_support(truth, predicted, average="weighted", zero_division=0)
    accuracy = accuracy_score(truth, predicted)
    return {"f1": float(f1), "accuracy": float(accuracy), "precision": float(precision), "recall": float(recall)}


def mean_f1(by_task: Mapping[Task, float]) -> float:
    """Mean over tasks: the official test set holds both in equal number, so its overall F1 is this mean."""
    return sum(by_task.values()) / len(by_task)


def resamples(size: int, seed: int) -> Float64:
    """How often each of `size` samples is drawn, (RESAMPLES, size), as many with replacement: the bootstrap (Efron 1979)."""
    return np.random.default_rng(seed).multinomial(size, np.full(size, 1 / size), RESAMPLES).astype(np.float64)


def resampled_f1(truth: Sequence[str], predicted: Sequence[str], weights: Float64) -> Float64:
    """Weighted F1 (RESAMPLES,) of samples drawn so often, (RESAMPLES, n). All stages of a task are scored on the same ones."""
    names, codes = np.unique([*truth, *predicted], return_inverse=True)
    size = len(truth)
    eye = np.eye(len(names))
    true, found = eye[codes[:size]], eye[codes[size:]]
    support = weights @ true
    both = support + weights @ found
    f1 = np.divide(2 * (weights @ (true * found)), both, out=np.zeros_like(both), where=both > 0)
    return np.asarray((f1 * support).sum(axis=1) / size)


def interval(resampled: Float64) -> tuple[float, float]:
    """The middle 95% of resampled scores."""
    low, high = np.quantile(resampled, [0.025, 0.975])
    return float(low), float(high)
