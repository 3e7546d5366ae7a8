"""Handing over: answers are accepted so that, with a stated confidence, at most a stated share of the accepted ones is wrong.

Thresholds on the fused probability come from fixed-sequence testing with exact binomial tests (Learn then Test, Angelopoulos et
al. 2021, arXiv:2110.01052). Each task has its own, from answers to labelled examples that no fitted part had seen. A sequence
begins where a fixed share of the examples is accepted. It accepts more and more of them, until the error can no longer be shown
to be low enough. Two sequences share the allowed probability of a mistake. One begins with half of the examples and has most of
it; one begins with a quarter, for tasks of which only the surest answers are good enough.

The promise is about inputs like the labelled examples. Near-duplicates count once, because they are not independent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom

from data.arrays import Float64
from data.errors import InputError
from data.schema import Task
from fusion.model import Truth

# Share of the examples that the first threshold of a sequence accepts, and the sequence's share of the allowed probability.
SEQUENCES = ((0.5, 0.8), (0.25, 0.2))
STEP = 0.025  # of the examples, by which a sequence goes on
LARGEST_SEARCH = 1_000_000  # examples up to which is searched for how many a promise takes


@dataclass(frozen=True)
class Promise:
    """At most `max_error` of the accepted answers are wrong, with `confidence`. Raises InputError where one is no share."""

    max_error: float
    confidence: float

    def __post_init__(self) -> None:
        for option, value in (("--max-error", self.max_error), ("--confidence", self.confidence)):
            if not 0 < value < 1:
                raise InputError(f"{option} must lie between 0 and 1, found {value}")


@dataclass(frozen=True)
class Answers:
    """Answers to n labelled examples of a task: `probability` (n,) of the best label, whether it was `right` (n,), and the
    near-duplicate `groups` (n,)."""

    probability: NDArray[np.float64]
    right: NDArray[np.bool_]
    groups: NDArray[np.int64]

    @classmethod
    def of(cls, probability: Float64, truth: Truth) -> Answers:
        """From the probabilities (n, L) of all labels."""
        return cls(probability.max(axis=1), probability.argmax(axis=1) == truth.labels, truth.groups)

    def once(self) -> Answers:
        """One example a group: the first, whatever was answered."""
        _, first = np.unique(self.groups, return_index=True)
        return Answers(self.probability[first], self.right[first], self.groups[first])


@dataclass(frozen=True)
class TaskRule:
    """What was found for one task. `threshold` is the least accepted probability, None where nothing can be accepted.

    `examples` is the number of independent examples, `accepted` how many of them the threshold accepts, and `errors` how many of
    these were wrong. `missing` is the number of further examples with which the promise could be made at the error that was seen;
    None where it is made already, or where no number would do.
    """

    threshold: float | None
    examples: int
    accepted: int
    errors: int
    missing: int | None = None


@dataclass(frozen=True)
class HandoverRule:
    """Keeps a promise, for each task by itself."""

    promise: Promise
    tasks: Mapping[Task, TaskRule]

    def accepts(self, task: Task, probability: float) -> bool:
        """Whether an answer is accepted; all others are handed over to a person."""
        rule = self.tasks.get(task)
        return rule is not None and rule.threshold is not None and probability >= rule.threshold

    def reason(self, task: Task, probability: float) -> str:
        """Why an answer is handed over: `unsure`, or `no_promise` where the task has no threshold. Empty where it is accepted."""
        if self.accepts(task, probability):
            return ""
        rule = self.tasks.get(task)
        return "no_promise" if rule is None or rule.threshold is None else "unsure"

    def lines(self) -> list[str]:
        """What the rule promises, one line a task."""
        return [self._line(task, rule) for task, rule in self.tasks.items()]

    def _line(self, task: Task, rule: TaskRule) -> str:
        promise = f"an error of at most {self.promise.max_error:.1%} at {self.promise.confidence:.0%} confidence"
        if rule.threshold is not None:
            share = rule.accepted / rule.examples
            return (
                f"{task}: {promise} by accepting from a probability of {rule.threshold:.3f}: {share:.0%} of {rule.examples} "
                f"independent examples, of which {rule.errors} were wrong"
            )
        if rule.missing is not None:
            remedy = f"about {rule.missing} more labelled examples would, at the error that was seen"
        else:
            remedy = "the surest answers are wrong too often for that; allow a larger --max-error"
        return f"{task}: {promise} cannot be promised with {rule.examples} independent examples; {remedy}"

    def to_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return {
            **asdict(self.promise),
            "tasks": {task.value: asdict(rule) for task, rule in self.tasks.items()},
        }


def fit_rule(answers: Mapping[Task, Answers], promise: Promise) -> HandoverRule:
    """Find each task's threshold."""
    return HandoverRule(promise, {task: _task_rule(own, promise) for task, own in answers.items()})


def allowed_errors(accepted: int, max_error: float, doubt: float) -> int:
    """The largest number of errors among `accepted` answers that shows an error of at most `max_error`.

    `doubt` is the probability of being mistaken. -1 where there are too few answers to show it.
    """
    most = int(binom.ppf(doubt, accepted, max_error))
    while most >= 0 and binom.cdf(most, accepted, max_error) > doubt:
        most -= 1
    return most


def _task_rule(answers: Answers, promise: Promise) -> TaskRule:
    independent = answers.once()
    examples = len(independent.right)
    doubt, max_error = 1 - promise.confidence, promise.max_error
    order = np.argsort(-independent.probability, kind="stable")
    score, wrong = independent.probability[order], np.cumsum(~independent.right[order], dtype=np.int64)
    best = 0
    for start, share in SEQUENCES:
        for accepted in _sequence(score, start):
            if wrong[accepted - 1] > allowed_errors(accepted, max_error, share * doubt):
                break
            best = max(best, accepted)
    if best:
        return TaskRule(float(score[best - 1]), examples, best, int(wrong[best - 1]))
    return TaskRule(None, examples, 0, 0, _missing(score, wrong, max_error, doubt))


def _sequence(score: NDArray[np.float64], start: float) -> list[int]:
    """How many examples each threshold of a sequence accepts: fixed shares, with all examples that have the threshold's score."""
    shares = np.arange(start, 1 + STEP / 2, STEP)
    wanted = np.ceil(shares * len(score)).astype(int).clip(0, len(score))
    accepted = [int(np.searchsorted(-score, -score[count - 1], side="right")) for count in wanted if count]
    return sorted(set(accepted))


def _missing(score: NDArray[np.float64], wrong: NDArray[np.int64], max_error: float, doubt: float) -> int | None:
    """How many more examples allow the promise for the share that a sequence begins with, if the error stays what it was."""
    found = []
    for start, part in SEQUENCES:
        for accepted in _sequence(score, start)[:1]:
            error, share = wrong[accepted - 1] / accepted, accepted / len(score)
            count = accepted
            while error < max_error and count <= LARGEST_SEARCH:
                if np.ceil(error * count) <= allowed_errors(count, max_error, part * doubt):
                    found.append(max(1, int(np.ceil(count / share)) - len(score)))
                    break
                count += max(1, count // 50)
    return min(found) if found else None
