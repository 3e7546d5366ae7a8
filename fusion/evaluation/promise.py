"""How often a hand-over promise is broken: rules are fitted on random halves of held-out answers and tried on the other halves.

Fused answers are those of a cross-validation's kept evidence, so that no part that answers has seen the case. The error on the
other half is counted, not estimated: a rule that keeps its promise on all traffic can still exceed it on a small half by
chance.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data.arrays import Float64
from data.profile import Profile
from data.schema import Task
from fusion.evaluation.fold import Fold
from fusion.handover import Answers, Promise, fit_rule


@dataclass(frozen=True)
class Kept:
    """Of the answers of some tasks over all halves: of each task by itself, or of all tasks together, as was promised.

    `halves` is how many there were, equally many of each seed, and `broken` the share of those in which more than the promised
    share of accepted answers was wrong. `accepted` is the mean accepted share, `error` the mean error where something was
    accepted, and `nothing` the share of halves in which nothing was.
    """

    tasks: tuple[Task, ...]
    halves: int
    broken: float
    accepted: float
    error: float
    nothing: float


def try_promise(folds: Sequence[Fold], profile: Profile, promise: Promise, halves: int, *, with_vlm: bool) -> list[Kept]:
    """Fit fusion in every fold, then rules on random halves of the held-out answers: about `halves`, as many of each seed."""
    stage = "fusion" if with_vlm else "without_vlm"
    found: dict[int, dict[Task, list[tuple[Float64, Float64, NDArray[np.bool_]]]]] = {}
    for fold in folds:
        answers = fold.answers(profile.fusion, profile.calls)
        for task, scores in answers.scores.items():
            probability = scores[stage]
            part = probability.max(axis=1), answers.scope[task], probability.argmax(axis=1) == fold.tasks[task].truth
            found.setdefault(fold.seed, {}).setdefault(task, []).append(part)
    seeds = [{task: _joined(parts) for task, parts in by_task.items()} for by_task in found.values()]
    tasks = tuple(seeds[0])
    generator = np.random.default_rng(profile.seed)
    return [
        _kept(own, [{task: seed[task] for task in own} for seed in seeds], promise, halves, generator)
        for own in ([tasks] if promise.together else [(task,) for task in tasks])
    ]


def _joined(parts: Sequence[tuple[Float64, Float64, NDArray[np.bool_]]]) -> Answers:
    """All folds' answers, each a group of its own: kept evidence does not say which held-out cases are near-duplicates."""
    probability, scope, right = (np.concatenate(column) for column in zip(*parts, strict=True))
    return Answers(probability, right.astype(np.bool_), np.arange(len(right)), scope)


def _kept(
    tasks: tuple[Task, ...],
    seeds: Sequence[Mapping[Task, Answers]],
    promise: Promise,
    halves: int,
    generator: np.random.Generator,
) -> Kept:
    found = np.array([_half(seed, promise, generator) for seed in seeds for _ in range(max(1, halves // len(seeds)))])
    accepted, error = found.T
    some = accepted > 0
    return Kept(
        tasks,
        len(found),
        float((error > promise.max_error).mean()),
        float(accepted.mean()),
        float(error[some].mean()) if some.any() else 0.0,
        float(1 - some.mean()),
    )


def _half(answers: Mapping[Task, Answers], promise: Promise, generator: np.random.Generator) -> tuple[float, float]:
    """(accepted share, error among the accepted) of one half by the rule of the other."""
    fitted, tried = {}, {}
    for task, own in answers.items():
        order = generator.permutation(len(own.right))
        fitted[task], tried[task] = own.take(order[: len(order) // 2]), own.take(order[len(order) // 2 :])
    rule = fit_rule(fitted, promise)
    taken = np.concatenate([rule.accepted(task, own) for task, own in tried.items()])
    wrong = np.concatenate([~own.right for own in tried.values()])
    return float(taken.mean()), float(wrong[taken].mean()) if taken.any() else 0.0
