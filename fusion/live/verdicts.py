"""What is said of a live answer: by the rule from the labelled examples, or the one that audit labels have put in its place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from data.schema import Task
from data.writers import Prediction, Verdict
from fusion.handover import HandoverRule
from fusion.live.promise import stand
from fusion.live.rules import AcceptRule, Audited, LiveRules


def verdicts(base: HandoverRule, live: LiveRules) -> AcceptRule:
    """What a run's hand-over rule, or the one that audit labels have put in its place, says of answers."""

    def accept(prediction: Prediction) -> Verdict:
        rule, standings = live.in_force(base)
        found, own = rule.verdict(prediction), standings.get(Task(prediction.task))
        basis = own.rests_on if own and own.rests_on == "audit" else base.rests_on
        return replace(found, rests_on=basis, rule=own.name if own else "")

    return accept


def standing(base: HandoverRule, live: LiveRules) -> Callable[[Sequence[Audited]], None]:
    """Puts the rule that audited answers lead to in force."""

    def put(audited: Sequence[Audited]) -> None:
        live.put(*stand(audited, base))

    return put
