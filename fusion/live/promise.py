"""The promise on live traffic: rules made anew from a random sample of answers that people have labelled.

Until there are enough labels a task keeps its rule from the labelled examples. Its rule is then fitted on the audited answers, as
`fusion.handover` does on out-of-fold ones, and again whenever their number has doubled. These looks share the allowed probability
of a mistake, so that the promise is about all of them. Between looks each rule is tested on audited answers that came after it.

Audited answers count in the order in which they were drawn, up to the first that has no label yet: what people label first is no
random sample. Copies count each time that they are drawn, because they are that share of the traffic.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from itertools import takewhile

import numpy as np

from data.schema import Task
from data.writers import Basis
from fusion.handover import NEVER, SEQUENCES, Answers, HandoverRule, Promise, TaskRule, allowed_errors, fit_rule
from fusion.live.error_test import evidence, spent
from fusion.live.rules import Audited, Standing

FALSE_ALARM = 0.05  # probability of ever saying that a promise is broken which is kept, over all rules of a task


def stand(audited: Sequence[Audited], base: HandoverRule) -> tuple[HandoverRule, dict[Task, Standing]]:
    """The rule that audited answers lead to, from a rule `base` on out-of-fold answers, and how each task's promise stands.

    `audited` are a run's drawn answers of all tasks in the order of drawing.
    """
    if base.together is not None:
        whole = _standing(_until_unlabelled(audited), base.together, base)
        standings = dict.fromkeys(base.tasks, replace(whole, together=True))
        together = whole.rule
    else:
        standings = {
            task: _standing(_until_unlabelled([one for one in audited if one.task is task]), rule, base)
            for task, rule in base.tasks.items()
        }
        together = None
    tasks = {task: replace(standings[task].rule, scope=own.scope) for task, own in base.tasks.items()}
    if all(own.rests_on != "audit" for own in standings.values()):
        return base, standings
    labels = {task: known | standings[task].seen for task, known in base.labels.items()}
    return replace(base, tasks=tasks, together=together, labels=labels), standings


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


def _until_unlabelled(audited: Sequence[Audited]) -> list[Audited]:
    return list(takewhile(lambda one: one.right is not None, audited))


def _standing(audited: Sequence[Audited], first: TaskRule, base: HandoverRule) -> Standing:
    basis: Basis = base.rests_on
    rule, name, number, promise = first, rule_name("out_of_fold", first), 1, base.promise
    size, look, made_from = first_look(promise), 1, 0
    while size <= len(audited):
        seen = audited[:size]
        found = _fitted(seen, base, spent(look, 1 - promise.confidence))
        # Too few labels to show it are no reason to give up a rule; that its promise is broken is one.
        if found.threshold is not None or _tested(seen, name, promise)[2] >= _limit(number):
            basis, rule, number, made_from = "audit", found, look + 1, size
            name = rule_name(f"audit-{size}", found)
        size, look = 2 * size, look + 1
    accepted, wrong, against = _tested(audited, name, promise)
    labels = frozenset(one.label for one in audited[:made_from])
    limit = _limit(number)
    return Standing(basis, rule, name, len(audited), size, accepted, wrong, against, limit, promise.max_error, seen=labels)


def _fitted(audited: Sequence[Audited], base: HandoverRule, doubt: float) -> TaskRule:
    """A rule from audited answers. What is unlike the labelled examples stays handed over, as `base` has it."""
    score = np.array([NEVER if _out_of_scope(one, base) else one.probability for one in audited])
    right = np.array([bool(one.right) for one in audited])
    task = Task.SCENE  # whichever: the answers are fitted as those of one task
    promise = Promise(base.promise.max_error, 1 - doubt)
    return fit_rule({task: Answers(score, right, np.arange(len(audited)))}, promise).tasks[task]


def _out_of_scope(one: Audited, base: HandoverRule) -> bool:
    rule = base.tasks.get(one.task)
    return rule is not None and rule.scope is not None and one.scope is not None and one.scope > rule.scope


def _tested(audited: Sequence[Audited], name: str, promise: Promise) -> tuple[int, int, float]:
    """How many answers that the rule accepted were audited, how many of them were wrong, and the evidence against the promise."""
    wrong = np.array([not one.right for one in audited if one.accepted and one.rule == name], dtype=bool)
    return len(wrong), int(wrong.sum()), evidence(wrong, promise.max_error)


def _limit(number: int) -> float:
    """The e-value at which the `number`th rule of a task is said to break its promise."""
    return 1 / spent(number, FALSE_ALARM)
