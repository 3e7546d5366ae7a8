"""LightGBM over candidate rows with a listwise objective: the softmax over a sample's labels.

For a sample with logits f_1..f_L and true label y the loss is the cross entropy -f_y + log sum_j exp(f_j) (ListNet's top-one
loss, Cao et al. 2007); its gradient is p - 1[y], and p (1 - p) bounds its curvature.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import lightgbm as lgb
import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax

from data.arrays import Float32, Float64
from data.profile import FusionSettings

PATIENCE = 40


def cross_entropy(logits: NDArray[Any], truth: NDArray[np.int64]) -> float:
    """Mean cross entropy in nats of logits (n, L) and label indices (n,)."""
    probability = softmax(logits, axis=-1)[np.arange(len(truth)), truth]
    return float(-np.log(np.maximum(probability, 1e-12)).mean())


def train_booster(
    tables: list[Float32],
    truths: list[NDArray[np.int64]],
    bases: list[Float64],
    names: list[str],
    settings: FusionSettings,
    seed: int,
    trees: int,
    held_out: tuple[list[Float32], list[NDArray[np.int64]], list[Float64]] | None = None,
) -> tuple[lgb.Booster | None, list[float]]:
    """Boost from base logits.

    One entry of the lists per task: tables (n, L, features), truths (n,), bases (n, L). With `held_out`, returns also its mean
    loss after 0, 1, 2 ... trees. The booster is None where `trees` is 0, and where the rows are too few or too much alike for any
    leaf.
    """
    if trees == 0 or not _can_split(_flatten(tables), settings.min_data_in_leaf):
        return None, [mean_loss(held_out[2], held_out[1])] if held_out and trees else []
    shapes = [table.shape[:2] for table in tables]
    target = np.concatenate([_one_hot(truth, shape[1]).ravel() for truth, shape in zip(truths, shapes, strict=True)])
    data = lgb.Dataset(
        _flatten(tables),
        label=target,
        init_score=np.concatenate([base.ravel() for base in bases]),
        feature_name=names,
        free_raw_data=False,
    )

    def objective(logits: Float64, dataset: lgb.Dataset) -> tuple[Float64, Float64]:
        probability = np.concatenate([softmax(part, axis=-1).ravel() for part in _split(logits, shapes)])
        return probability - target, np.maximum(probability * (1 - probability), 1e-6)

    parameters = {
        "objective": objective,
        "num_leaves": settings.leaves,
        "learning_rate": settings.learning_rate,
        "min_data_in_leaf": settings.min_data_in_leaf,
        "min_data_in_bin": 3,
        "feature_fraction": settings.feature_fraction,
        "bagging_fraction": 0.8,
        "bagging_freq": 1,
        "lambda_l2": 5.0,
        "max_depth": 6,
        "verbosity": -1,
        "seed": seed,
        "deterministic": True,
        "force_row_wise": True,
        "num_threads": 1,
    }
    losses: list[float] = []
    callbacks = []
    if held_out is not None:
        tables_out, truths_out, bases_out = held_out
        flat = _flatten(tables_out)
        logits = np.concatenate([base.ravel() for base in bases_out])
        shapes_out = [table.shape[:2] for table in tables_out]

        def measure(environment: Any) -> None:
            nonlocal logits
            if not losses:
                losses.append(mean_loss(_split(logits, shapes_out), truths_out))
            step = environment.model.predict(flat, start_iteration=environment.iteration, num_iteration=1, raw_score=True)
            logits = logits + step
            losses.append(mean_loss(_split(logits, shapes_out), truths_out))
            if len(losses) - 1 - int(np.argmin(losses)) >= PATIENCE:
                raise lgb.callback.EarlyStopException(int(np.argmin(losses)), [])

        callbacks.append(measure)
    booster = lgb.train(parameters, data, num_boost_round=trees, callbacks=callbacks)
    return booster, losses


def boosted(booster: lgb.Booster | None, table: Float32, base: Float64) -> Float64:
    """Logits (n, L): base plus what the trees add."""
    if booster is None or len(table) == 0:
        return base
    raw = np.asarray(booster.predict(_flatten([table]), raw_score=True, num_threads=1))
    logits: Float64 = base + raw.reshape(base.shape)
    return logits


def _can_split(flat: Float32, leaf: int) -> bool:
    """Whether some feature (rows, features) divides the rows into two parts of at least `leaf` rows; LightGBM fails otherwise."""
    if len(flat) < 2 * leaf:
        return False
    ordered = np.sort(flat, axis=0)
    return bool((ordered[leaf - 1] < ordered[-leaf]).any())


def _flatten(tables: list[Float32]) -> Float32:
    return np.concatenate([table.reshape(-1, table.shape[2]) for table in tables])


def _split(flat: Float64, shapes: list[tuple[int, ...]]) -> list[Float64]:
    ends = np.cumsum([shape[0] * shape[1] for shape in shapes])[:-1]
    return [part.reshape(shape) for part, shape in zip(np.split(flat, ends), shapes, strict=True)]


def mean_loss(logits: Sequence[Float64], truths: Sequence[NDArray[np.int64]]) -> float:
    """Mean cross entropy over the samples of all tasks; (n, L) logits and (n,) label indices a task."""
    losses = [cross_entropy(part, truth) * len(truth) for part, truth in zip(logits, truths, strict=True) if len(truth)]
    return sum(losses) / sum(len(truth) for truth in truths)


def _one_hot(truth: NDArray[np.int64], labels: int) -> Float64:
    return np.asarray(np.eye(labels)[truth], dtype=np.float64)
