"""Linear probes: one linear score a label, from n-grams or from dense vectors.

A probe is one linear support vector machine per label, one against the rest (squared hinge, labels weighted equally). liblinear
fits those on n-grams, Newton's method those on short dense vectors. On character n-grams of a few hundred examples it was as good
as logistic regression and ridge, and the fastest. Its scores are margins; the opinion pool turns them into probabilities.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.svm import LinearSVC

from retrieval.newton import LARGEST_DIMENSION, newton_svm

Features: TypeAlias = sp.csr_array | NDArray[np.float32]
ABSENT = -1.0  # margin of a label without examples, which is that of a clear negative


@dataclass(frozen=True)
class LinearProbe:
    """`weights` (features, labels) and `bias` (labels,) float32."""

    weights: NDArray[np.float32]
    bias: NDArray[np.float32]

    def scores(self, features: Features) -> NDArray[np.float32]:
        """Margins (n, labels)."""
        return np.asarray(features @ self.weights + self.bias, np.float32)

    def arrays(self, name: str) -> dict[str, NDArray[Any]]:
        """Plain arrays `{name}_weights`, `{name}_bias`."""
        return {f"{name}_weights": self.weights, f"{name}_bias": self.bias}

    @classmethod
    def restore(cls, name: str, arrays: Mapping[str, NDArray[Any]]) -> LinearProbe:
        """Rebuild from `arrays`."""
        return cls(arrays[f"{name}_weights"], arrays[f"{name}_bias"])


def fit_probe(
    features: Features,
    targets: NDArray[np.int64],
    labels: int,
    seed: int,
    cost: float = 1.0,
    weights: NDArray[np.float64] | None = None,
) -> LinearProbe:
    """Fit on features (n, features) with label numbers `targets` (n,).

    `weights` (n,) weigh the examples of one label against each other; the total weight of each label is the same. A label without
    examples scores -1 everywhere. With fewer than two labels that have examples, all labels do.
    """
    result = LinearProbe(np.zeros((features.shape[1], labels), np.float32), np.full(labels, ABSENT, np.float32))
    present = np.unique(targets)
    if len(present) < 2 or not features.shape[1]:
        return result
    own = np.ones(len(targets)) if weights is None else weights.astype(np.float64)
    share = np.bincount(targets, weights=own, minlength=labels)
    own = own * own.sum() / len(present) / share[targets]
    if isinstance(features, np.ndarray):
        used = np.flatnonzero(np.abs(features).max(axis=0) > 0)  # not the half for images where all rows are text
        if len(used) <= min(LARGEST_DIMENSION, len(features) - 1):
            found = newton_svm(features[:, used], targets, present, cost * own)
            result.weights[np.ix_(used, present)] = found[:-1]
            result.bias[present] = found[-1]
            return result
    with warnings.catch_warnings():  # scikit-learn suspects a regression where most labels have one example.
        warnings.filterwarnings("ignore", "The number of unique classes", UserWarning)
        model = LinearSVC(C=cost, random_state=seed, max_iter=4000).fit(features, targets, sample_weight=own)
    coefficients, bias = model.coef_, model.intercept_
    if len(present) == 2:  # scikit-learn keeps one column for two labels
        coefficients, bias = np.concatenate([-coefficients, coefficients]), np.concatenate([-bias, bias])
    result.weights[:, present] = coefficients.T
    result.bias[present] = bias
    return result
