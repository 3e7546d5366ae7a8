"""Candidate rows: what is known of each (sample, label) pair, as one table of plain numbers.

A row never says which label it is about, only what the evidence says of it, so that evidence is shared between labels and a label
that no training saw can be ranked as well.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data.arrays import Float32
from data.schema import Task
from vlm.policy import CALLS


@dataclass(frozen=True)
class Evidence:
    """All evidence on n cases of one task with L labels.

    `scores`: named (n, L) matrices of retrieval; `pooled`: (n, L) retrieval's own probabilities; `log_probs`: (n, 3, L)
    log-probabilities of the VLM's calls, NaN where a call was not made; `prior`: (n, L) share of each label in training.
    """

    task: Task
    scores: dict[str, Float32]
    pooled: Float32
    log_probs: Float32
    prior: Float32

    def __post_init__(self) -> None:
        n, labels = self.pooled.shape
        if self.log_probs.shape != (n, CALLS, labels) or self.prior.shape != (n, labels):
            raise ValueError(f"shapes do not fit: {self.pooled.shape}, {self.log_probs.shape}, {self.prior.shape}")

    def __len__(self) -> int:
        return int(self.pooled.shape[0])

    def rows(self, index: NDArray[np.int64]) -> Evidence:
        """The evidence on some of the cases."""
        scores = {name: score[index] for name, score in self.scores.items()}
        return Evidence(self.task, scores, self.pooled[index], self.log_probs[index], self.prior[index])

    def with_calls(self, calls: int) -> Evidence:
        """The same evidence as if only the first `calls` calls had been made."""
        log_probs = self.log_probs.copy()
        log_probs[:, calls:] = np.nan
        return Evidence(self.task, self.scores, self.pooled, log_probs, self.prior)


def candidate_features(evidence: Evidence, calls: int) -> tuple[list[str], Float32]:
    """Feature names and the table (n, L, features), using the first `calls` calls of the VLM.

    For every source: its value, how far the label is below the source's best, and its rank. Across sources: how many put the
    label first, and the mean of their ranks.
    """
    sources = {"pooled": np.log(np.maximum(evidence.pooled, 1e-6)), **evidence.scores}
    for call in range(calls):
        sources[f"vlm_{call + 1}"] = evidence.log_probs[:, call]
    columns: dict[str, Float32] = {}
    firsts, ranks = [], []
    for name, value in sources.items():
        best = _row_max(value)
        rank = _ranks(value)
        columns[name] = value
        columns[f"{name}_gap"] = value - best
        columns[f"{name}_rank"] = rank
        firsts.append((rank == 0) & (value > np.nanmin(value, axis=1, keepdims=True, initial=np.inf)))
        ranks.append(rank)
    columns["firsts"] = np.sum(firsts, axis=0)
    stacked = np.stack(ranks)
    present = ~np.isnan(stacked)
    columns["mean_rank"] = np.where(present, stacked, 0).sum(0) / np.maximum(present.sum(0), 1)
    columns["prior"] = np.log(evidence.prior + 1e-3)
    columns["is_dialogue"] = np.full(evidence.pooled.shape, float(evidence.task is Task.DIALOGUE))
    table = np.stack([np.asarray(column, dtype=np.float32) for column in columns.values()], axis=2)
    return list(columns), table


def _ranks(value: Float32) -> Float32:
    """How many labels of a row have a larger value, (n, L); NaN where the value is missing.

    By sorting: pairs of labels would take n * L * L bytes, a gigabyte at 1,000 examples and labels.
    """
    order = np.argsort(-value, axis=1)  # missing values come last
    sorted_values = np.take_along_axis(value, order, axis=1)
    places = np.broadcast_to(np.arange(value.shape[1]), value.shape)
    changed = np.ones(value.shape, bool)
    changed[:, 1:] = sorted_values[:, 1:] != sorted_values[:, :-1]
    rank = np.empty(value.shape, np.float32)
    np.put_along_axis(rank, order, np.maximum.accumulate(np.where(changed, places, 0), axis=1).astype(np.float32), axis=1)
    return np.where(np.isnan(value), np.float32(np.nan), rank)


def _row_max(value: Float32) -> Float32:
    """Largest value of each row, (n, 1); NaN where the whole row is missing."""
    filled = np.where(np.isnan(value), -np.inf, value).max(axis=1, keepdims=True)
    return np.where(np.isinf(filled), np.nan, filled)
