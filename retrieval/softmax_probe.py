"""The probe on sentence vectors: softmax regression that starts from what the labels' own names and descriptions say.

logits(x) = x W + b for a unit vector x. The weights are drawn towards the labels' vectors times a factor, which is the answer
without any example; how far they may move from there is `cost`, as in scikit-learn's LogisticRegression. So a label with many
examples is learned from them, one with few rests on its description as well, and one without any on its description alone.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize, minimize_scalar
from scipy.special import log_softmax

from retrieval.probes import LinearProbe

MOST_STEPS = 200  # of L-BFGS
LARGEST_SCALE = 60.0
UNTAUGHT_SCALE = 10.0  # of the labels' cosines where no example tells which


def fit_softmax_probe(
    vectors: NDArray[np.float32],
    targets: NDArray[np.int64],
    labels: NDArray[np.float32],
    cost: float,
    prior: float,
    weights: NDArray[np.float32] | None = None,
) -> LinearProbe:
    """Fit on unit vectors (n, e) with label numbers `targets` (n,), given the labels' vectors `labels` (L, e).

    Zero rows are left out. `prior` is the part of the likeliest scale at which the labels' vectors enter. `weights` (n,) weigh
    the examples of one label against each other; every label has the same total. Labels without examples take no part in the fit.
    """
    known = np.abs(vectors).max(axis=1, initial=0) > 0
    own = (np.ones(len(targets)) if weights is None else weights)[known].astype(np.float32)
    vectors, targets = vectors[known], targets[known]
    present, columns = np.unique(targets, return_inverse=True)
    bias = np.zeros(len(labels), np.float32)
    if len(present) < 2:
        return LinearProbe(np.float32(UNTAUGHT_SCALE) * labels.T, bias)
    share = np.bincount(columns, weights=own)
    own = (own * own.sum() / len(present) / share[columns]).astype(np.float32)
    scale = prior * likeliest_scale(vectors @ labels[present].T, columns, own)
    start = np.float32(scale) * labels.T
    offset = vectors @ start[:, present]
    shape, rows = (vectors.shape[1], len(present)), np.arange(len(columns))

    def loss(flat: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        moved, shift = _unpack(flat.astype(np.float32), shape)
        logs = log_softmax(offset + vectors @ moved + shift, axis=1)
        error = np.exp(logs)
        error[rows, columns] -= 1
        error *= own[:, None]
        value = float((moved * moved).sum()) / (2 * cost) - float(own @ logs[rows, columns])
        return value, np.concatenate([(vectors.T @ error + moved / cost).ravel(), error.sum(axis=0)]).astype(np.float64)

    found = minimize(
        loss, np.zeros((shape[0] + 1) * shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": MOST_STEPS, "ftol": 1e-6}
    )
    moved, bias[present] = _unpack(found.x.astype(np.float32), shape)
    start[:, present] += moved
    return LinearProbe(start, bias)


def likeliest_scale(cosines: NDArray[np.float32], targets: NDArray[np.int64], weights: NDArray[np.float32]) -> float:
    """The factor, 0 to LARGEST_SCALE, whose softmax of `cosines` (n, L) explains the targets (n,) best."""
    rows = np.arange(len(targets))

    def loss(scale: float) -> float:
        return -float(weights @ log_softmax(np.float32(scale) * cosines, axis=1)[rows, targets])

    return float(minimize_scalar(loss, bounds=(0.0, LARGEST_SCALE), method="bounded", options={"xatol": 0.1}).x)


def _unpack(flat: NDArray[np.float32], shape: tuple[int, int]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    return flat[: shape[0] * shape[1]].reshape(shape), flat[shape[0] * shape[1] :]
