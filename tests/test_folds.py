"""Cross-validation folds."""

from __future__ import annotations

import numpy as np
import pytest

from data.errors import InputError
from data.folds import informative, make_folds


def test_groups_stay_together_and_labels_are_spread() -> None:
    labels = ["a", "b"] * 30
    groups = [index // 2 for index in range(60)]
    folds = make_folds(labels, groups, 5, seed=0)
    assert sorted(set(folds.tolist())) == [0, 1, 2, 3, 4]
    for group in range(30):
        assert len(set(folds[np.asarray(groups) == group])) == 1
    for fold in range(5):
        assert sum(label == "a" for label, own in zip(labels, folds, strict=True) if own == fold) == 6


def test_same_seed_same_folds() -> None:
    arguments = (["a"] * 10 + ["b"] * 10, list(range(20)), 4)
    assert np.array_equal(make_folds(*arguments, seed=1), make_folds(*arguments, seed=1))
    assert not np.array_equal(make_folds(*arguments, seed=1), make_folds(*arguments, seed=2))


def test_rare_labels_are_no_error_and_too_few_groups_are() -> None:
    folds = make_folds(["a"] * 9 + ["rare"], list(range(10)), 3, seed=0)
    assert (folds >= 0).all()
    with pytest.raises(InputError, match="too few for 5 folds"):
        make_folds(["a"] * 10, [0, 0, 1, 1, 1, 2, 2, 3, 3, 3], 5, seed=0)


def test_weights_are_fitted_on_labels_of_several_groups() -> None:
    labels = np.array(["a", "b", "a", "c", "c", "a"])
    groups = np.array([0, 1, 2, 3, 3, 0])
    assert informative(labels, groups).tolist() == [True, False, True, False, False, True]
    assert informative(labels[:0], groups[:0]).tolist() == []
    assert not informative(np.array(["a", "a", "b", "c", "d"]), np.arange(5)).any()  # most are the only ones of their label
