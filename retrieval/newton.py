"""Linear support vector machines on dense vectors by Newton's method, all labels against the rest at once.

The same problem as liblinear's (squared hinge, penalised intercept) and the same optimum: the loss is piecewise quadratic, so a
few steps solve it (Keerthi and DeCoste 2005, "A modified finite Newton method for fast solution of large scale linear SVMs").
Steps are matrix products. With thousands of examples of some hundred dimensions they take an eighth of liblinear's time.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve

LARGEST_DIMENSION = 600  # a step takes time in proportion to its square
MOST_STEPS = 40
ENOUGH = 1e-6  # of the gradient's first length
SHORTEST = 2.0**-20  # part of a step


def newton_svm(
    features: NDArray[np.float32], targets: NDArray[np.int64], labels: NDArray[np.int64], costs: NDArray[np.float64]
) -> NDArray[np.float32]:
    """Weights (d + 1, labels), the intercept last, of one machine for each of `labels` against the rest.

    `features` are (n, d), `targets` (n,) label numbers, `costs` (n,) what a violation of an example's margin costs.
    """
    rows = np.concatenate([features, np.ones((len(features), 1), np.float32)], axis=1)
    twice = (2 * costs).astype(np.float32)
    # From zero every example is within its margin, whatever the label: the first step is the same system for all.
    first = _factor(rows, twice)
    found = np.zeros((rows.shape[1], len(labels)), np.float32)
    for column, label in enumerate(labels.tolist()):
        signs = np.where(targets == label, 1.0, -1.0).astype(np.float32)
        gradient = -(rows.T @ (twice * signs))
        start = float(np.linalg.norm(gradient))
        weights = np.zeros(rows.shape[1], np.float32)
        margins = np.zeros(len(rows), np.float32)
        factor = first
        for _ in range(MOST_STEPS):
            step = -cho_solve(factor, gradient, check_finite=False)
            along = rows @ step
            part = _step_length(weights, step, signs * margins, signs * along, twice)
            weights, margins = weights + part * step, margins + part * along
            gaps = 1 - signs * margins
            active = gaps > 0
            near, cost = rows[active], twice[active]
            gradient = weights - near.T @ (cost * signs[active] * gaps[active])
            if part < SHORTEST or float(np.linalg.norm(gradient)) <= ENOUGH * start:
                break
            factor = _factor(near, cost)
        found[:, column] = weights
    return found


def _factor(rows: NDArray[np.float32], twice: NDArray[np.float32]) -> tuple[NDArray[np.float32], bool]:
    """The Cholesky factor of the second derivative (d + 1, d + 1) where `rows` are within their margins."""
    scaled = rows * np.sqrt(twice)[:, None]
    curvature = scaled.T @ scaled
    curvature[np.diag_indices_from(curvature)] += 1
    factor, lower = cho_factor(curvature, overwrite_a=True, check_finite=False)
    return factor, lower


def _step_length(
    weights: NDArray[np.float32],
    step: NDArray[np.float32],
    margins: NDArray[np.float32],
    along: NDArray[np.float32],
    twice: NDArray[np.float32],
) -> np.float32:
    """How far along a step the loss is least, 1 where the whole step is nearly that.

    Its slope rises along the step, so it is found by halving; `margins` and `along` (n,) are signed.
    """

    def slope(part: float) -> float:
        gaps = np.maximum(1 - margins - np.float32(part) * along, 0)
        return float(step @ (weights + np.float32(part) * step)) - float((twice * along) @ gaps)

    begin = -slope(0.0)
    if begin <= 0:
        return np.float32(0)
    low, high = 0.0, 1.0
    if slope(1.0) <= 0.1 * begin:
        return np.float32(1)
    while high - low > 0.02:
        middle = (low + high) / 2
        if slope(middle) > 0:
            high = middle
        else:
            low = middle
    return np.float32((low + high) / 2)
