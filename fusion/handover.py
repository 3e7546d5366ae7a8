"""Handing over: answers are accepted so that, with a stated confidence, at most a stated share of the accepted ones is wrong.

Thresholds on the fused probability come from fixed-sequence testing with exact binomial tests (Learn then Test, Angelopoulos et
al. 2021, arXiv:2110.01052). Each task has its own, from answers to labelled examples that no fitted part had seen. A sequence
begins where a fixed share of the examples is accepted. It accepts more and more of them, until the error can no longer be shown
to be low enough. Two sequences share the allowed probability of a mistake. One begins with half of the examples and has most of
it; one begins with a quarter, for tasks of which only the surest answers are good enough.

What is unlike the labelled examples is handed over whatever its probability: inputs stranger (see `scope`) than IN_SCOPE of the
examples are. The promise is about inputs like the labelled examples. Near-duplicates count once, because they are not
independent. A promise for all tasks together rests on more examples and accepts more. It holds for the mix of tasks that the
examples have.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom

from data.arrays import Float64
from data.errors import InputError
from data.schema import Task
from data.writers import Basis, Prediction, Verdict
from fusion.model import Truth

# Share of the examples that the first threshold of a sequence accepts, and the sequence's share of the allowed probability.
SEQUENCES = ((0.5, 0.8), (0.25, 0.2))
STEP = 0.025  # of the examples, by which a sequence goes on
IN_SCOPE = 0.975  # share of the examples that are no stranger than the strangest input whose answer is accepted
NEVER = -1.0  # instead of a probability: an answer that no threshold accepts
TAUGHT = (
    "the run was taught since it was built: the promise is about the run as it was built, and no answer with a label that it had "
    "no example of is accepted; `python -m retrieval.build_index --run NEW --taught RUN` makes a run whose promise knows all"
)
LARGEST_SEARCH = 1_000_000  # examples up to which is searched for how many a promise takes


@dataclass(frozen=True)
class Promise:
    """At most `max_error` of the accepted answers are wrong, with `confidence`: of each task's, or of all tasks' `together`.

    Raises InputError where one is no share.
    """

    max_error: float
    confidence: float
    together: bool = False

    def __post_init__(self) -> None:
        for option, value in (("--max-error", self.max_error), ("--confidence", self.confidence)):
            if not 0 < value < 1:
                raise InputError(f"{option} must lie between 0 and 1, found {value}")


@dataclass(frozen=True)
class Answers:
    """Answers to n labelled examples of a task: `probability` (n,) of the best label, whether it was `right` (n,), the
    near-duplicate `groups` (n,), and out-of-scope scores `scope` (n,), None where there are none."""

    probability: Float64
    right: NDArray[np.bool_]
    groups: NDArray[np.int64]
    scope: Float64 | None = None

    @classmethod
    def of(cls, probability: Float64, truth: Truth, scope: Float64 | None = None) -> Answers:
        """From the probabilities (n, L) of all labels."""
        return cls(probability.max(axis=1), probability.argmax(axis=1) == truth.labels, truth.groups, scope)

    def take(self, rows: NDArray[np.int64]) -> Answers:
        """The answers `rows`."""
        scope = None if self.scope is None else self.scope[rows]
        return Answers(self.probability[rows], self.right[rows], self.groups[rows], scope)

    def once(self) -> Answers:
        """One example a group: the first, whatever was answered."""
        return self.take(np.unique(self.groups, return_index=True)[1])

    def strangest(self) -> float | None:
        """The largest score that is in scope; None where scores are not known."""
        return None if self.scope is None or not len(self.scope) else scope_limit(self.scope)

    def ranked(self) -> Float64:
        """What is compared with a threshold (n,): the probability, and `NEVER` for what is out of scope."""
        limit = self.strangest()
        return self.probability if limit is None or self.scope is None else np.where(self.scope <= limit, self.probability, NEVER)


@dataclass(frozen=True)
class TaskRule:
    """What was found for one task. `threshold` is the least accepted probability, None where nothing can be accepted.

    `examples` is the number of independent examples, `accepted` how many of them the threshold accepts, and `errors` how many of
    these were wrong. `missing` is the number of further examples with which the promise could be made at the error that was seen;
    None where it is made already, or where no number would do. `scope` is the largest accepted out-of-scope score, None where
    such scores are not known.
    """

    threshold: float | None
    examples: int
    accepted: int
    errors: int
    missing: int | None = None
    scope: float | None = None


@dataclass(frozen=True)
class HandoverRule:
    """Keeps a promise. `together` is what was found for all tasks together, where that is promised.

    `labels` are those that the examples have, of the tasks for which that is known. Where the run was `taught` since it answered
    the examples, the promise is about the run before that.
    """

    promise: Promise
    tasks: Mapping[Task, TaskRule]
    together: TaskRule | None = None
    labels: Mapping[Task, frozenset[str]] = field(default_factory=dict)
    taught: bool = False

    @property
    def rests_on(self) -> Basis:
        """What the rule was made from."""
        return "before_teaching" if self.taught else "out_of_fold"

    def after_teaching(self) -> HandoverRule:
        """The rule of the same run after it was taught something."""
        return replace(self, taught=True)

    def verdict(self, prediction: Prediction) -> Verdict:
        """Whether an answer is accepted or handed over to a person. What rests on broken input is never accepted."""
        if prediction.error is not None:
            return Verdict(False, "input", self.rests_on)
        task, scope = Task(prediction.task), prediction.out_of_scope
        reason = self.reason(task, prediction.probability, scope, prediction.predict)
        return Verdict(not reason, reason, self.rests_on)

    def accepts(self, task: Task, probability: float, scope: float | None = None) -> bool:
        """Whether an answer with a label that examples have is accepted."""
        return not self.reason(task, probability, scope)

    def reason(self, task: Task, probability: float, scope: float | None = None, label: str | None = None) -> str:
        """Why an answer is handed over. Empty where it is accepted. `scope` is its out-of-scope score.

        `no_promise`: the task has no threshold. `new_label`: no example had the label when the promise was made.
        `out_of_scope`: the input is unlike the examples. `unsure`: all else.
        """
        rule = self.tasks.get(task)
        if rule is None or rule.threshold is None:
            return "no_promise"
        if label is not None and task in self.labels and label not in self.labels[task]:
            return "new_label"
        if rule.scope is not None and scope is not None and scope > rule.scope:
            return "out_of_scope"
        return "" if probability >= rule.threshold else "unsure"

    def accepted(self, task: Task, answers: Answers) -> NDArray[np.bool_]:
        """Which of a task's answers are accepted, (n,)."""
        scopes = [None] * len(answers.right) if answers.scope is None else answers.scope.tolist()
        pairs = zip(answers.probability.tolist(), scopes, strict=True)
        return np.array([self.accepts(task, probability, scope) for probability, scope in pairs], dtype=np.bool_)

    def lines(self) -> list[str]:
        """What the rule promises, one line a task, or one for all tasks together."""
        if self.together is not None:
            found = [self._line("all tasks together", self.together)]
        else:
            found = [self._line(task.value, rule) for task, rule in self.tasks.items()]
        return [*found, TAUGHT] if self.taught else found

    def _line(self, task: str, rule: TaskRule) -> str:
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


def fit_rule(answers: Mapping[Task, Answers], promise: Promise) -> HandoverRule:
    """Find each task's threshold."""
    single = {task: own.once() for task, own in answers.items()}
    if not promise.together or len(single) < 2:
        return HandoverRule(
            promise, {task: _rule(own.ranked(), own.right, promise, own.strangest()) for task, own in single.items()}
        )
    ranked = {task: own.ranked() for task, own in single.items()}
    right = np.concatenate([own.right for own in single.values()])
    whole = _rule(np.concatenate(list(ranked.values())), right, promise, None)
    tasks = {task: _share(whole, ranked[task], own) for task, own in single.items()}
    return HandoverRule(promise, tasks, whole)


def scope_limit(own: Float64) -> float:
    """The largest out-of-scope score that is accepted, from the examples' own scores (n,)."""
    return float(np.quantile(own, IN_SCOPE))


def allowed_errors(accepted: int, max_error: float, doubt: float) -> int:
    """The largest number of errors among `accepted` answers that shows an error of at most `max_error`.

    `doubt` is the probability of being mistaken. -1 where there are too few answers to show it.
    """
    most = int(binom.ppf(doubt, accepted, max_error))
    while most >= 0 and binom.cdf(most, accepted, max_error) > doubt:
        most -= 1
    return most


def _rule(ranked: Float64, right: NDArray[np.bool_], promise: Promise, scope: float | None) -> TaskRule:
    """From independent examples: what is compared with the threshold, and whether the answers were right, (n,) each."""
    examples = len(right)
    doubt, max_error = 1 - promise.confidence, promise.max_error
    order = np.argsort(-ranked, kind="stable")
    score, wrong = ranked[order], np.cumsum(~right[order], dtype=np.int64)
    best = 0
    for start, share in SEQUENCES:
        for accepted in _sequence(score, start):
            if wrong[accepted - 1] > allowed_errors(accepted, max_error, share * doubt):
                break
            best = max(best, accepted)
    if best:
        return TaskRule(float(score[best - 1]), examples, best, int(wrong[best - 1]), scope=scope)
    return TaskRule(None, examples, 0, 0, _missing(score, wrong, max_error, doubt), scope)


def _share(whole: TaskRule, ranked: Float64, answers: Answers) -> TaskRule:
    """A task's part of a rule for all tasks together."""
    accepted = ranked >= whole.threshold if whole.threshold is not None else np.zeros(len(ranked), np.bool_)
    return TaskRule(
        whole.threshold,
        len(ranked),
        int(accepted.sum()),
        int((accepted & ~answers.right).sum()),
        whole.missing,
        answers.strangest(),
    )


def _sequence(score: Float64, start: float) -> list[int]:
    """How many examples each threshold of a sequence accepts: fixed shares, with all examples that have the threshold's score.

    None that is out of scope is accepted.
    """
    shares = np.arange(start, 1 + STEP / 2, STEP)
    wanted = np.ceil(shares * len(score)).astype(int).clip(0, int((score > NEVER).sum()))
    accepted = [int(np.searchsorted(-score, -score[count - 1], side="right")) for count in wanted if count]
    return sorted(set(accepted))


def _missing(score: Float64, wrong: NDArray[np.int64], max_error: float, doubt: float) -> int | None:
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
