"""Cross-validation folds: balanced by label, near-duplicates (one group) always in the same fold, for any data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data.errors import InputError


def make_folds(labels: Sequence[str], groups: Sequence[int], folds: int, seed: int) -> NDArray[np.int64]:
    """Fold of each example, (n,) in 0..folds-1, none of them empty. Raises InputError where there are too few groups."""
    if len(set(groups)) < folds:
        raise InputError(
            f"{len(labels)} examples in {len(set(groups))} groups are too few for {folds} folds; "
            "choose fewer folds, or label more examples"
        )
    return grouped_folds(labels, groups, folds, seed)


def grouped_folds(labels: Sequence[str], groups: Sequence[int], folds: int, seed: int) -> NDArray[np.int64]:
    """Fold number (n,) of each example; a group is never split, and each label is spread over the folds.

    Groups are dealt one by one, the largest first, to the fold that has the fewest of the group's label, then the fewest
    examples. Unlike scikit-learn's StratifiedGroupKFold it accepts labels with fewer examples than folds. A group counts
    under the label of its first example. With fewer groups than folds, the last folds stay empty.
    """
    generator = np.random.default_rng(seed)
    members: dict[int, list[int]] = {}
    for row, group in enumerate(groups):
        members.setdefault(int(group), []).append(row)
    order = [list(members)[position] for position in generator.permutation(len(members))]
    order.sort(key=lambda group: (-len(members[group]), labels[members[group][0]]))  # stable: random within a label
    per_label: dict[str, NDArray[np.int64]] = {}
    sizes = np.zeros(folds, np.int64)
    result = np.zeros(len(groups), np.int64)
    for group in order:
        counts = per_label.setdefault(labels[members[group][0]], np.zeros(folds, np.int64))
        fold = min(range(folds), key=lambda one: (counts[one], sizes[one], one))
        result[members[group]] = fold
        counts[fold] += len(members[group])
        sizes[fold] += len(members[group])
    return result


def informative(labels: NDArray[Any], groups: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which examples (n,) weights may be fitted on out of fold: those with one of the same label in another group or fold.

    Out of fold the only example of a label has no evidence for it. Weights that were fitted on such answers would learn to
    distrust evidence, although every label has its examples when a new case is asked about. Where most examples are the only ones
    of their label, those of other labels do not stand for them, and there are none to fit on.
    """
    numbers = np.unique(labels, return_inverse=True)[1]
    once, counts = np.unique(np.unique(np.stack([numbers, groups]), axis=1)[0], return_counts=True)
    found = np.isin(numbers, once[counts > 1])
    return np.asarray(found & (2 * found.sum() >= len(found)), dtype=np.bool_)
