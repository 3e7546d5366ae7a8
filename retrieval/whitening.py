"""Supervised whitening: a linear map under which examples of one label lie in a round cloud.

The within-class covariance S of labelled vectors is shrunk (Ledoit and Wolf 2004, scikit-learn's `LedoitWolf`) and vectors x
become S^(-1/2) (x - mean), scaled to unit length: cosine search then compares as linear discriminant analysis does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.covariance import LedoitWolf

MIN_PER_LABEL = 8.0  # examples a label on average; with fewer, the covariance is mostly its shrinkage target


@dataclass(frozen=True)
class Whitening:
    """`mean` (d,) and `matrix` (d, d)."""

    mean: NDArray[np.float32]
    matrix: NDArray[np.float32]

    def apply(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        """Unit vectors (n, d); zero rows stay zero."""
        mapped = (vectors - self.mean) @ self.matrix
        mapped /= np.maximum(np.linalg.norm(mapped, axis=1, keepdims=True), 1e-12)
        return np.where(_known(vectors)[:, None], mapped, 0).astype(np.float32)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Plain arrays."""
        return {"mean": self.mean, "matrix": self.matrix}

    @classmethod
    def restore(cls, arrays: Mapping[str, NDArray[Any]]) -> Whitening:
        """Rebuild from `arrays`."""
        return cls(arrays["mean"], arrays["matrix"])


def fit_whitening(vectors: NDArray[np.float32], targets: NDArray[np.int64]) -> Whitening | None:
    """Fit on vectors (n, d) with label numbers (n,); zero rows are left out. None where there are too few examples."""
    known = _known(vectors)
    vectors, targets = vectors[known].astype(np.float64), targets[known]
    labels = np.unique(targets)
    if len(labels) < 2 or len(vectors) < MIN_PER_LABEL * len(labels):
        return None
    centred = vectors.copy()
    for label in labels:
        centred[targets == label] -= vectors[targets == label].mean(axis=0)
    covariance = LedoitWolf(assume_centered=True).fit(centred).covariance_
    values, basis = np.linalg.eigh(covariance)
    floor = max(float(values.max()) * 1e-6, 1e-12)
    matrix = (basis / np.sqrt(np.maximum(values, floor))) @ basis.T
    return Whitening(vectors.mean(axis=0).astype(np.float32), matrix.astype(np.float32))


def _known(vectors: NDArray[np.float32]) -> NDArray[np.bool_]:
    return np.asarray(np.abs(vectors).max(axis=1, initial=0) > 0)
