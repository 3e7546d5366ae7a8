"""Cross-validation folds: stratified by label, near-duplicates (one group) always in the same fold."""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import StratifiedGroupKFold

from data.errors import InputError


def make_folds(labels: Sequence[str], groups: Sequence[int], folds: int, seed: int) -> NDArray[np.int64]:
    """Fold of each example, (n,) in 0..folds-1. Raises InputError where there are fewer groups than folds.

    Labels are stratified as far as they go; a label with fewer examples than folds is missing from some.
    """
    if len(set(groups)) < folds:
        raise InputError(f"{len(labels)} examples in {len(set(groups))} groups are too few for {folds} folds; choose fewer folds")
    splitter = StratifiedGroupKFold(folds, shuffle=True, random_state=seed)
    result = np.full(len(labels), -1, dtype=np.int64)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="The least populated class")
        for fold, (_, held_out) in enumerate(splitter.split(np.zeros(len(labels)), np.asarray(labels), np.asarray(groups))):
            result[held_out] = fold
    return result
