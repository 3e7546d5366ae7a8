"""The challenge's metric: weighted F1, accuracy, weighted precision and recall, as scikit-learn computes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sklearn.metrics import accuracy_score, precision_recall_fscore_support

from data.schema import Task


@dataclass
class StageLabels:
    """True labels of a task's samples and what each stage predicted; None where a stage was not asked."""

    truth: list[str]
    predicted: dict[str, list[str | None]]


def official_scores(truth: Sequence[str], predicted: Sequence[str]) -> dict[str, float]:
    """`{"f1", "accuracy", "precision", "recall"}`; a label without predictions counts with precision 0."""
    precision, recall, f1, _ = precision_recall_fscore_support(truth, predicted, average="weighted", zero_division=0)
    accuracy = accuracy_score(truth, predicted)
    return {"f1": float(f1), "accuracy": float(accuracy), "precision": float(precision), "recall": float(recall)}


def mean_f1(by_task: Mapping[Task, float]) -> float:
    """Mean over tasks: the official test set holds both in equal number, so its overall F1 is this mean."""
    return sum(by_task.values()) / len(by_task)
