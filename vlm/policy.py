"""The policy: which calls are made for a case. Predictions and their replay in cross-validation both ask this module.

    full       calls 1 and 2 always, call 3 where it helps
    adaptive   no call where the calibrated fused probability without calls is sure, or where calls have not shown to be worth
               their cost; call 1 alone where its own probability is sure and its label is retrieval's; otherwise as `full`
    retrieval  no call

Every function takes arrays of n cases and returns a mask (n,).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from data.profile import CallSettings

CALLS = 3  # the most that the challenge's rules allow for a sample

Mask = NDArray[np.bool_]


def is_asked(fused: NDArray[Any], settings: CallSettings, *, worth: bool = True) -> Mask:
    """Which cases get a call at all, by fusion's calibrated probabilities (n, labels) without calls.

    `worth` says whether calls lower the loss of the run's training examples, out of fold.
    """
    if settings.policy == "adaptive":
        return np.asarray(fused.max(axis=1) < settings.sure_without_calls) & worth
    return np.full(len(fused), settings.policy == "full")


def ends_after_first(first: NDArray[Any], retrieval: NDArray[Any], settings: CallSettings) -> Mask:
    """Which cases get no second call, by call 1's log-probabilities and retrieval's probabilities, both (n, labels)."""
    if settings.policy != "adaptive":
        return np.zeros(len(first), np.bool_)
    agrees = first.argmax(axis=1) == retrieval.argmax(axis=1)
    return np.asarray((np.exp(first.max(axis=1)) >= settings.first_call_sure) & agrees)


def needs_third(answers: NDArray[Any], settings: CallSettings) -> Mask:
    """Which cases get the third call, by the probabilities (n, 3, labels) of retrieval, call 1 and call 2.

    Those whose three best labels differ, or whose mean probabilities have too small a margin between the two best labels.
    """
    best = answers.argmax(axis=2)
    differ = (best != best[:, :1]).any(axis=1)
    two = np.sort(answers.mean(axis=1), axis=1)[:, -2:]
    return np.asarray(differ | (two[:, 1] - two[:, 0] < settings.third_call_margin))
