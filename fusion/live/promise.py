"""The promise on live traffic: rules made anew from a random sample of answers that people have labelled.

Until there are enough labels a task keeps its rule from the labelled examples. Its rule is then fitted on the audited answers, as
`fusion.handover` does on out-of-fold ones, and again whenever their number has doubled. These looks share the allowed probability
of a mistake, so that the promise is about all of them. Between looks each rule is tested on audited answers that came after it.

Audited answers count in the order in which they were drawn, up to the first that has no label yet: what people label first is no
random sample. Copies count each time that they are drawn, because they are that share of the traffic.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from data.schema import Task
from fusion.handover import SEQUENCES, Answers, HandoverRule, Promise, TaskRule, allowed_errors, fit_rule
from fusion.live.error_test import evidence, spent
from fusion.live.rules import Audited, Basis, Standing

FALSE_ALARM = 0.05  # probability of ever saying that a promise is broken which is kept, over all rules of a task


def stand(audited: Mapping[Task, Sequence[Audited]], base: HandoverRule) -> tuple[HandoverRule, dict[Task, Standing]]:
    """The rule that audited answers lead to, from a rule `base` on out-of-fold answers, and how each task's promise stands.

    The answers of a task are those of one run, in the order in which they were drawn, without gaps.
    """
    standings = {task: _standing(audited.get(task, ()), rule, base.promise) for task, rule in base.tasks.items()}
    return replace(base, tasks={task: own.rule for task, own in standings.items()}), standings


def first_look(promise: Promise) -> int:
    """The fewest audited answers on which a threshold can be shown to keep the promise, if none of those it accepts is wrong."""
    start, share = SEQUENCES[0]
    doubt = share * spent(1, 1 - promise.confidence)
    accepted = max(1, math.ceil(math.log(doubt) / math.log(1 - promise.max_error)) - 1)
    while allowed_errors(accepted, promise.max_error, doubt) < 0:
        accepted += 1
    return math.ceil(accepted / start)


def rule_name(basis: str, rule: TaskRule) -> str:
    """Names a rule, so that answers can be told which were judged by it."""
    return f"{basis} {rule.threshold:.6f}" if rule.threshold is not None else f"{basis} none"


def _standing(audited: Sequence[Audited], base: TaskRule, promise: Promise) -> Standing:
    basis: Basis = "out_of_fold"
    rule, name, number = base, rule_name(basis, base), 1
    size, look = first_look(promise), 1
    while size <= len(audited):
        seen = audited[:size]
        found = _fitted(seen, replace(promise, confidence=1 - spent(look, 1 - promise.confidence)))
        # Too few labels to show it are no reason to give up a rule; that its promise is broken is one.
        if found.threshold is not None or _tested(seen, name, promise)[2] >= _limit(number):
            basis, rule, number = "audit", found, look + 1
            name = rule_name(f"audit-{size}", found)
        size, look = 2 * size, look + 1
    accepted, wrong, against = _tested(audited, name, promise)
    return Standing(basis, rule, name, len(audited), size, accepted, wrong, against, _limit(number), promise.max_error)


def _fitted(audited: Sequence[Audited], promise: Promise) -> TaskRule:
    task = Task.SCENE  # whichever; a rule is fitted on one task's answers
    probability = np.array([one.probability for one in audited])
    right = np.array([one.right for one in audited])
    return fit_rule({task: Answers(probability, right, np.arange(len(audited)))}, promise).tasks[task]


def _tested(audited: Sequence[Audited], name: str, promise: Promise) -> tuple[int, int, float]:
    """How many answers that the rule accepted were audited, how many of them were wrong, and the evidence against the promise."""
    wrong = np.array([not one.right for one in audited if one.accepted and one.rule == name], dtype=bool)
    return len(wrong), int(wrong.sum()), evidence(wrong, promise.max_error)


def _limit(number: int) -> float:
    """The e-value at which the `number`th rule of a task is said to break its promise."""
    return 1 / spent(number, FALSE_ALARM)
