"""What audit labels say of the promise, and the rule that answers are judged by. Cheap to import: the service's loop reads it."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from data.schema import Task
from data.writers import Basis, Prediction, Verdict

if TYPE_CHECKING:
    from fusion.handover import HandoverRule, TaskRule


class AcceptRule(Protocol):
    """Decides which answers a person must see."""

    def __call__(self, prediction: Prediction) -> Verdict: ...


@dataclass(frozen=True)
class Audited:
    """An answer of the random sample and whether a person found it right, None while none has said. `rule` names the rule that
    accepted it or not; `accepted` is None where there was none. `scope` is the out-of-scope score, where it is known, `label`
    what was answered."""

    task: Task
    probability: float
    right: bool | None
    accepted: bool | None
    rule: str
    scope: float | None = None
    label: str = ""


@dataclass(frozen=True)
class Standing:
    """How a task's promise stands, or that of all tasks `together`. `rule` is the one in force, `name` its name and `rests_on`
    what it was made from.

    `labels` answers were audited; the rule is made anew when there are `next_look`. Of those that this rule accepted, `accepted`
    were audited and `wrong` of them wrong; `evidence` is the e-value against the promise, `limit` the one that says that it is
    broken: that more than `max_error` of the accepted answers are wrong. `seen` are the labels of the audited answers that the
    rule was made from.
    """

    rests_on: Basis
    rule: TaskRule
    name: str
    labels: int
    next_look: int
    accepted: int
    wrong: int
    evidence: float
    limit: float
    max_error: float
    together: bool = False
    seen: frozenset[str] = frozenset()

    @property
    def broken(self) -> bool:
        """Whether more answers than promised are wrong."""
        return self.evidence >= self.limit


class LiveRules:
    """The rule in force, which audit labels change. Readers take it whole, one writer puts another in place."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._rule: HandoverRule | None = None
        self._standings: Mapping[Task, Standing] = {}

    @property
    def standings(self) -> Mapping[Task, Standing]:
        """Those of the tasks that have a rule; empty before the first was found."""
        return self._standings

    def put(self, rule: HandoverRule, standings: Mapping[Task, Standing]) -> None:
        """Judge answers by this rule from now on."""
        with self._turn:
            self._rule, self._standings = rule, standings

    def in_force(self, base: HandoverRule) -> tuple[HandoverRule, Mapping[Task, Standing]]:
        """The rule to judge by, `base` where no labels have changed it, and the standings of its tasks."""
        with self._turn:
            return self._rule or base, self._standings
