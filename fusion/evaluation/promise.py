"""How often a hand-over promise is broken: rules are fitted on random halves of held-out answers and tried on the other halves.

Fused answers are those of a cross-validation's kept evidence, so that no part that answers has seen the case. The error on the
other half is counted, not estimated: a rule that keeps its promise on all traffic can still exceed it on a small half by
chance.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from data.arrays import Float64
from data.profile import Profile
from data.schema import Task
from fusion.evaluation.fold import Fold
from fusion.handover import Answers, Promise, fit_rule


@dataclass(frozen=True)
class Kept:
    """Of one task over all halves.

    `broken` is the share of halves in which more than the promised share of accepted answers was wrong. `accepted` is the mean
    accepted share, `error` the mean error where something was accepted, and `nothing` the share of halves in which nothing was.
    """

    task: Task
    broken: float
    accepted: float
    error: float
    nothing: float


def try_promise(folds: Sequence[Fold], profile: Profile, promise: Promise, halves: int, *, with_vlm: bool) -> list[Kept]:
    """Fit fusion in every fold, then rules on `halves` random halves of each seed's held-out answers."""
    stage = "fusion" if with_vlm else "without_vlm"
    answers: dict[Task, dict[int, list[tuple[Float64, Float64]]]] = {}
    for fold in folds:
        for task, scores in fold.answers(profile.fusion, profile.calls).scores.items():
            probability = scores[stage]
            right = probability.argmax(axis=1) == fold.tasks[task].truth
            answers.setdefault(task, {}).setdefault(fold.seed, []).append((probability.max(axis=1), right))
    generator = np.random.default_rng(profile.seed)
    result = []
    for task, by_seed in answers.items():
        found = []
        for parts in by_seed.values():
            probability, right = (np.concatenate(column) for column in zip(*parts, strict=True))
            found += [_half(task, probability, right.astype(bool), promise, generator) for _ in range(halves // len(by_seed))]
        accepted, errors = np.array([pair for pair in found if pair[0] > 0]).reshape(-1, 2).T
        broken = float(np.mean([error > promise.max_error for _, error in found]))
        nothing = float(np.mean([share == 0 for share, _ in found]))
        result.append(
            Kept(task, broken, float(accepted.sum() / len(found)), float(errors.mean()) if len(errors) else 0.0, nothing)
        )
    return result


def _half(
    task: Task, probability: Float64, right: np.ndarray, promise: Promise, generator: np.random.Generator
) -> tuple[float, float]:
    """(accepted share, error among the accepted) of one half by the rule of the other."""
    order = generator.permutation(len(right))
    fitted, tried = order[: len(order) // 2], order[len(order) // 2 :]
    rule = fit_rule({task: Answers(probability[fitted], right[fitted], fitted)}, promise)
    taken = np.array([rule.accepts(task, value) for value in probability[tried].tolist()])
    return float(taken.mean()), float((~right[tried][taken]).mean()) if taken.any() else 0.0
