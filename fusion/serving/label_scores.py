"""How well each label is told from the others: the run's answers on its own examples, each without the example."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SHOWN_CONFUSIONS = 3


@dataclass(frozen=True)
class OutOfFold:
    """Answers on a task's examples: `ids` (n,), `probability` (n, L) in the order of `names` (L), `truth` (n,) label numbers,
    near-duplicate `groups` (n,) where they are known."""

    names: tuple[str, ...]
    ids: tuple[str, ...]
    truth: NDArray[np.int64]
    probability: NDArray[np.float64]
    groups: NDArray[np.int64] | None = None


@dataclass(frozen=True)
class LabelScore:
    """A label's examples and how well they are found; scores are None where there are no examples. `confused` are the labels
    that its examples are most often taken for, with how often."""

    name: str
    description: str
    examples: int
    f1: float | None = None
    precision: float | None = None
    recall: float | None = None
    confused: tuple[tuple[str, int], ...] = ()


def label_scores(labels: Sequence[tuple[str, str]], counts: Mapping[str, int], answers: OutOfFold | None) -> list[LabelScore]:
    """Each label (name, description) with its number of examples and its scores, lowest F1 first, unscored ones last."""
    from sklearn.metrics import precision_recall_fscore_support  # Here: nothing else that answers requests waits for its import.

    found = {}
    if answers is not None:
        guess = answers.probability.argmax(axis=1)
        numbers = np.arange(len(answers.names))
        precision, recall, f1, support = precision_recall_fscore_support(answers.truth, guess, labels=numbers, zero_division=0)
        for number, name in enumerate(answers.names):
            if support[number]:
                wrong = Counter(
                    answers.names[other] for other in guess[answers.truth == number].tolist() if other != number
                ).most_common(SHOWN_CONFUSIONS)
                found[name] = (float(f1[number]), float(precision[number]), float(recall[number]), tuple(wrong))
    scores = [LabelScore(name, text, counts.get(name, 0), *found.get(name, ())) for name, text in labels]
    return sorted(scores, key=lambda score: (score.f1 is None, score.f1 or 0.0))


def mean_f1(scores: Sequence[LabelScore]) -> float | None:
    """F1 weighted by the number of examples, as the challenge's metric is; None where nothing is scored."""
    scored = [score for score in scores if score.f1 is not None]
    total = sum(score.examples for score in scored)
    return sum((score.f1 or 0.0) * score.examples for score in scored) / total if total else None
