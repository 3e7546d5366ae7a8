"""Handing over: the exact test, the sequences, near-duplicates, what is said where nothing can be promised, and that it holds."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from data.errors import InputError
from data.schema import Task
from data.writers import Prediction, Verdict
from fusion.handover import IN_SCOPE, TAUGHT, Answers, HandoverRule, Promise, TaskRule, allowed_errors, fit_rule


def answers(right: np.ndarray, probability: np.ndarray | None = None, groups: np.ndarray | None = None) -> Answers:
    n = len(right)
    score = np.linspace(1, 0.5, n) if probability is None else probability
    return Answers(score, right.astype(bool), np.arange(n) if groups is None else groups)


def test_allowed_errors_are_those_of_the_exact_binomial_test() -> None:
    # 0.95^58 > 0.05 >= 0.95^59: fifty-nine answers without an error are the fewest that show 5% at 95%.
    assert allowed_errors(58, 0.05, 0.05) == -1
    assert allowed_errors(59, 0.05, 0.05) == 0
    assert [allowed_errors(n, 0.05, 0.05) for n in (150, 240, 400, 565)] == [2, 6, 12, 19]
    assert [allowed_errors(n, 0.10, 0.05) for n in (150, 240, 400, 565)] == [8, 16, 29, 44]
    assert math.isclose(sum(math.comb(93, k) * 0.05**k * 0.95 ** (93 - k) for k in (0, 1)), 0.05, abs_tol=0.001)
    assert allowed_errors(93, 0.05, 0.05) == 1


def test_everything_is_accepted_where_nothing_was_wrong() -> None:
    rule = fit_rule({Task.SCENE: answers(np.ones(300))}, Promise(0.05, 0.95))
    assert rule.tasks[Task.SCENE].accepted == 300
    assert rule.accepts(Task.SCENE, 0.5)
    assert not rule.accepts(Task.SCENE, 0.49)
    assert not rule.accepts(Task.DIALOGUE, 1.0)  # a task without a rule
    assert "300 independent examples, of which 0 were wrong" in rule.lines()[0]


def test_the_sequence_stops_before_the_error_is_too_large() -> None:
    right = np.ones(400)
    right[300:] = np.arange(100) % 2  # every second of the least sure is wrong
    rule = fit_rule({Task.SCENE: answers(right)}, Promise(0.05, 0.95)).tasks[Task.SCENE]
    assert 300 <= rule.accepted < 340
    assert rule.errors <= allowed_errors(rule.accepted, 0.05, 0.025)


def test_a_quarter_is_accepted_where_half_is_not_good_enough() -> None:
    right = np.ones(800)
    right[250:] = np.arange(550) % 2
    rule = fit_rule({Task.SCENE: answers(right)}, Promise(0.05, 0.95)).tasks[Task.SCENE]
    assert 200 <= rule.accepted <= 300


def test_near_duplicates_count_once() -> None:
    # Sixty rows without an error would do; of the ten cases that they are copies of, too few are left.
    rule = fit_rule({Task.SCENE: answers(np.ones(600), groups=np.arange(600) % 10)}, Promise(0.05, 0.95)).tasks[Task.SCENE]
    assert (rule.threshold, rule.examples) == (None, 10)
    assert rule.missing is not None
    assert rule.missing > 60


def test_what_cannot_be_promised_is_said() -> None:
    few = fit_rule({Task.DIALOGUE: answers(np.ones(40))}, Promise(0.05, 0.95))
    missing = few.tasks[Task.DIALOGUE].missing
    assert missing is not None
    enough = fit_rule({Task.DIALOGUE: answers(np.ones(40 + missing))}, Promise(0.05, 0.95))
    assert enough.tasks[Task.DIALOGUE].threshold is not None
    assert f"about {missing} more labelled examples would" in few.lines()[0]
    bad = fit_rule({Task.DIALOGUE: answers(np.arange(400) % 2)}, Promise(0.05, 0.95))
    assert bad.tasks[Task.DIALOGUE].missing is None
    assert "allow a larger --max-error" in bad.lines()[0]


def test_equal_probabilities_are_accepted_together() -> None:
    rule = fit_rule({Task.SCENE: answers(np.ones(200), np.ones(200))}, Promise(0.05, 0.95)).tasks[Task.SCENE]
    assert (rule.accepted, rule.threshold) == (200, 1.0)


@pytest.mark.parametrize(("max_error", "confidence"), [(0.0, 0.95), (1.0, 0.95), (0.05, 1.0)])
def test_shares_lie_between_zero_and_one(max_error: float, confidence: float) -> None:
    with pytest.raises(InputError, match="between 0 and 1"):
        Promise(max_error, confidence)


def test_the_promise_holds_as_often_as_it_says() -> None:
    """Where the error rises slowly across the whole range, so that the last accepted threshold is close to the limit."""
    rng = np.random.default_rng(0)
    broken = promised = 0
    for _ in range(400):
        score = rng.uniform(0.5, 1.0, 800)
        wrong = rng.uniform(size=800) < (1 - score) * 0.3  # from t on 0.15 (1 - t) of the answers are wrong: 5% at t = 2/3
        rule = fit_rule({Task.SCENE: answers(~wrong, score)}, Promise(0.05, 0.95)).tasks[Task.SCENE]
        if rule.threshold is not None:
            promised += 1
            broken += rule.threshold < 2 / 3
    assert promised > 100
    assert broken <= 400 * 0.05


def test_what_is_unlike_the_examples_is_handed_over_however_sure() -> None:
    scope = np.linspace(0, 1, 401)
    known = Answers(np.full(401, 0.9), np.ones(401, np.bool_), np.arange(401), scope)
    rule = fit_rule({Task.SCENE: known}, Promise(0.05, 0.95))
    assert rule.tasks[Task.SCENE].scope == pytest.approx(IN_SCOPE)
    assert rule.tasks[Task.SCENE].accepted == (scope <= IN_SCOPE).sum() == 391
    assert rule.reason(Task.SCENE, 0.99, IN_SCOPE + 0.01) == "out_of_scope"
    assert rule.reason(Task.SCENE, 0.99, IN_SCOPE - 0.01) == ""
    assert rule.reason(Task.SCENE, 0.99) == ""
    assert rule.reason(Task.SCENE, 0.5, 0.1) == "unsure"
    assert rule.reason(Task.DIALOGUE, 0.99, 0.1) == "no_promise"
    assert rule.accepted(Task.SCENE, known).sum() == 391


def test_wrong_answers_out_of_scope_do_not_cost_a_promise() -> None:
    right = np.ones(400, np.bool_)
    scope = np.zeros(400)
    right[:10], scope[:10] = False, 1.0
    assert fit_rule({Task.SCENE: answers(right)}, Promise(0.02, 0.95)).tasks[Task.SCENE].threshold is None
    known = Answers(np.linspace(1, 0.5, 400), right, np.arange(400), scope)
    assert fit_rule({Task.SCENE: known}, Promise(0.02, 0.95)).tasks[Task.SCENE].accepted == 390


def test_tasks_together_promise_what_neither_can_alone() -> None:
    both = {Task.SCENE: answers(np.ones(110)), Task.DIALOGUE: answers(np.ones(90))}
    alone = fit_rule(both, Promise(0.05, 0.95))
    assert {rule.threshold for rule in alone.tasks.values()} == {None}
    together = fit_rule(both, Promise(0.05, 0.95, together=True))
    assert together.together is not None
    assert (together.together.examples, together.together.accepted) == (200, 200)
    assert [together.tasks[task].accepted for task in both] == [110, 90]
    assert together.accepts(Task.DIALOGUE, 0.6)
    (line,) = together.lines()
    assert "all tasks together" in line


def test_a_verdict_says_why_and_what_it_rests_on() -> None:
    known = {Task.SCENE: frozenset({"支付页面"})}
    rule = HandoverRule(Promise(0.05, 0.95), {Task.SCENE: TaskRule(0.8, 200, 150, 1, scope=0.7)}, labels=known)
    sure = Prediction("1", "scene", "支付页面", 0.9, (), out_of_scope=0.5)
    assert rule.verdict(sure) == Verdict(True, "", "out_of_fold")
    changes = {
        "input": {"error": "image missing"},
        "unsure": {"probability": 0.7},
        "out_of_scope": {"out_of_scope": 0.8},
        "new_label": {"predict": "发票"},  # of which no example was there when the promise was made
        "no_promise": {"task": "dialogue"},
    }
    for reason, change in changes.items():
        assert rule.verdict(replace(sure, **change)) == Verdict(False, reason, "out_of_fold")  # type: ignore[arg-type]
    later = rule.after_teaching()
    assert later.verdict(sure) == Verdict(True, "", "before_teaching")
    assert later.verdict(replace(sure, predict="发票")).reason == "new_label"
    assert (rule.lines()[-1] == TAUGHT, later.lines()[-1] == TAUGHT) == (False, True)
