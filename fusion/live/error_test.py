"""A test that may be looked at after every label: is more than a promised share of answers wrong?

An e-process bets against "each answer is wrong with a probability of at most m, whatever came before". For an alternative p > m
the likelihood ratio of p to m is a martingale at m and falls in expectation below it, and so does the mean over alternatives. It
ever reaches 1 / alpha with a probability of at most alpha (Ville's inequality; Waudby-Smith and Ramdas 2024, arXiv:2010.09686).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp

from data.arrays import Float64

ALTERNATIVES = 24  # error rates above the promised one that are betted on, denser close to it


def log_e_values(wrong: NDArray[np.bool_], max_error: float) -> Float64:
    """The logarithm of the e-value after each of n answers, (n,): evidence that more than `max_error` are wrong."""
    if not len(wrong):
        return np.zeros(0)
    share = (np.arange(1, ALTERNATIVES + 1) / (ALTERNATIVES + 1)) ** 2
    error = max_error + (1 - max_error) * share  # (ALTERNATIVES,)
    gain = np.where(wrong[:, None], np.log(error / max_error), np.log((1 - error) / (1 - max_error)))
    found: Float64 = logsumexp(np.cumsum(gain, axis=0), axis=1) - np.log(ALTERNATIVES)
    return found


def evidence(wrong: NDArray[np.bool_], max_error: float) -> float:
    """The largest e-value that was ever reached, 1 before the first answer. Never above 1e300."""
    return float(np.exp(min(max(0.0, log_e_values(wrong, max_error).max(initial=0.0)), 690.0)))


def spent(look: int, probability: float) -> float:
    """The part of a `probability` of a mistake that look number `look` (from 1) may have; those of all looks add up to it."""
    return probability / (look * (look + 1))
