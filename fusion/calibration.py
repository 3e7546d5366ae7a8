"""Calibration: temperature scaling (Guo et al. 2017, arXiv:1706.04599) on out-of-fold logits, and how well it did."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq, minimize_scalar
from scipy.special import softmax

from fusion.ranker import cross_entropy
from fusion.reliability import error_of_bins, reliability

HOTTEST = 100.0  # the highest temperature, for few answers of which all are right


def fit_temperature(logits: NDArray[Any], truth: NDArray[np.int64]) -> float:
    """The temperature in 0.2..5 that minimises cross entropy of logits (n, L); 1.0 where there is nothing to fit on.

    Never lower than where the n answers are (n + 1) / (n + 2) sure on average: that is what n right answers show (Laplace's rule
    of succession), and where all are right no temperature would be low enough for cross entropy.
    """
    if len(truth) == 0:
        return 1.0
    found = minimize_scalar(
        lambda log_t: cross_entropy(logits / np.exp(log_t), truth), bounds=(np.log(0.2), np.log(5.0)), method="bounded"
    )
    temperature, most = float(np.exp(found.x)), (len(truth) + 1) / (len(truth) + 2)

    def beyond(at: float) -> float:
        return float(softmax(logits / at, axis=-1).max(axis=1).mean()) - most

    if beyond(temperature) <= 0:
        return temperature
    return HOTTEST if beyond(HOTTEST) > 0 else float(brentq(beyond, temperature, HOTTEST))


def calibration_error(probability: NDArray[Any], truth: NDArray[np.int64]) -> float:
    """Expected calibration error of the best label, ten equal-width bins (Naeini et al. 2015)."""
    if len(truth) == 0:
        return 0.0
    return error_of_bins(reliability(probability.max(axis=1), probability.argmax(axis=1) == truth))
