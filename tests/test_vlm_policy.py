"""Which calls each policy makes, on probabilities that can be judged by eye."""

from __future__ import annotations

import numpy as np
import pytest

from data.profile import CallSettings, Policy
from vlm.policy import ends_after_first, is_asked, needs_third

SURE_A, WEAK_A, SURE_B = [0.96, 0.02, 0.02], [0.5, 0.3, 0.2], [0.02, 0.96, 0.02]


@pytest.mark.parametrize(
    ("policy", "asked"), [("full", [True, True]), ("adaptive", [False, True]), ("retrieval", [False, False])]
)
def test_only_adaptive_looks_at_what_fusion_says(policy: Policy, asked: list[bool]) -> None:
    assert is_asked(np.array([SURE_A, WEAK_A]), CallSettings(policy=policy)).tolist() == asked


def test_a_case_is_asked_below_the_bound_and_not_at_it() -> None:
    settings = CallSettings(policy="adaptive", sure_without_calls=0.5)
    assert is_asked(np.array([[0.5, 0.5], [0.4, 0.2]]), settings).tolist() == [False, True]


def test_adaptive_leaves_it_at_a_first_call_that_is_sure_and_agrees() -> None:
    first = np.log([SURE_A, SURE_B, WEAK_A, [np.nan] * 3])  # NaN: the budget allowed no call
    retrieval = np.array([WEAK_A] * 4)
    assert ends_after_first(first, retrieval, CallSettings(policy="adaptive")).tolist() == [True, False, False, False]
    assert ends_after_first(first, retrieval, CallSettings(policy="adaptive", first_call_sure=0.4))[2]
    assert not ends_after_first(first, retrieval, CallSettings(policy="full")).any()


def test_the_third_call_is_for_disagreement_and_small_margins() -> None:
    answers = np.array([[SURE_A] * 3, [SURE_A, SURE_A, SURE_B], [WEAK_A] * 3])
    assert needs_third(answers, CallSettings()).tolist() == [False, True, True]
    assert needs_third(answers, CallSettings(third_call_margin=0.1)).tolist() == [False, True, False]
