"""Doubtful labels: training examples whose label the whole chain, which never saw the example, does not believe.

The doubt is the log-odds between the best other label and the label itself, in nats. It is 0 where both are equally probable.
Labels that are easily confused give many examples a little doubt, and wrong labels give a few of them much: so the doubt is
compared with that of the other examples of the label (Northcutt et al. 2021, confident learning, compares probabilities in the
same way).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

LEAST = 1e-6  # probability below which two labels are equally impossible


def label_doubt(probability: NDArray[np.float64], labels: NDArray[np.int64]) -> NDArray[np.float64]:
    """Doubt (n,) in nats of each example's label, by out-of-fold probabilities (n, L) and label numbers (n,)."""
    logs = np.log(np.maximum(probability, LEAST))
    rows = np.arange(len(labels))
    own = logs[rows, labels]
    others = logs.copy()
    others[rows, labels] = -np.inf
    return np.asarray(others.max(axis=1) - own)


def seems(probability: NDArray[np.float64], labels: NDArray[np.int64]) -> NDArray[np.int64]:
    """The best other label's number (n,)."""
    others = probability.copy()
    others[np.arange(len(labels)), labels] = -1
    return np.asarray(others.argmax(axis=1))


def contradicting_groups(groups: NDArray[np.int64], labels: Sequence[str]) -> list[list[int]]:
    """Positions of near-duplicates that have different labels, a list a group."""
    found = []
    for group in np.unique(groups):
        rows = np.flatnonzero(groups == group).tolist()
        if len({labels[row] for row in rows}) > 1:
            found.append(rows)
    return found
