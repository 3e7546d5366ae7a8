"""Neighbours: exclusion of a case's own group, votes and best similarities per label, and the fusion of several lists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

RRF = 60  # Cormack, Clarke and Buettcher 2009, reciprocal rank fusion
NOTHING = -1


@dataclass(frozen=True)
class Neighbour:
    """A labelled example near a case.

    `text` is its question or page text, `source` the list where it ranks best, `similarity` its cosine there.
    """

    row: int
    id: str
    label: str
    text: str
    similarity: float
    source: str


@dataclass(frozen=True)
class Hits:
    """One list a case, best first: `similarities` (n, k) and `rows` (n, k), -1 where the list ends."""

    similarities: NDArray[np.float32]
    rows: NDArray[np.int64]

    def without(self, own: NDArray[np.int64], groups: NDArray[np.int64], k: int) -> Hits:
        """The first `k` hits whose group (`groups`, by row) is not the case's `own` (n,); groups below 0 exclude nothing."""
        excluded = (groups[self.rows] == own[:, None]) & (own[:, None] >= 0) & (self.rows >= 0)
        dropped = excluded | (self.rows < 0)
        order = np.argsort(dropped, axis=1, kind="stable")[:, :k]
        rows = np.take_along_axis(np.where(dropped, NOTHING, self.rows), order, axis=1)
        similarities = np.take_along_axis(np.where(dropped, 0, self.similarities), order, axis=1)
        return Hits(similarities.astype(np.float32), rows)

    def first(self, k: int) -> Hits:
        """The first `k` of each list."""
        return Hits(self.similarities[:, :k], self.rows[:, :k])


def votes(hits: Hits, targets: NDArray[np.int64], labels: int, temperature: float) -> NDArray[np.float32]:
    """(n, labels): softmax of similarity / temperature over a list's hits, summed per label; 0 for an empty list.

    `targets` holds the label number of each row.
    """
    known = hits.rows >= 0
    logits = np.where(known, hits.similarities / temperature, -np.inf)
    peak = np.max(logits, axis=1, keepdims=True, initial=-1e30)
    weights = np.where(known, np.exp(logits - peak), 0)
    weights /= np.maximum(weights.sum(axis=1, keepdims=True), 1e-30)
    result = np.zeros((len(hits.rows), labels), np.float64)
    cases = np.broadcast_to(np.arange(len(hits.rows))[:, None], hits.rows.shape)
    np.add.at(result, (cases[known], targets[hits.rows[known]]), weights[known])
    return result.astype(np.float32)


def best(hits: Hits, targets: NDArray[np.int64], labels: int) -> NDArray[np.float32]:
    """(n, labels): the highest similarity per label; a label without a hit gets the list's lowest, which bounds it."""
    known = hits.rows >= 0
    floor = np.where(known, hits.similarities, np.inf).min(axis=1, initial=np.inf)
    result = np.repeat(np.where(np.isfinite(floor), floor, 0)[:, None], labels, axis=1).astype(np.float32)
    cases = np.broadcast_to(np.arange(len(hits.rows))[:, None], hits.rows.shape)
    np.maximum.at(result, (cases[known], targets[hits.rows[known]]), hits.similarities[known])
    return result


def fuse(lists: Mapping[str, Hits], weights: Mapping[str, float], k: int) -> list[list[tuple[int, float, str]]]:
    """Reciprocal-rank fusion: for each case at most `k` (row, similarity, source), best first.

    A row scores the sum over lists of weight / (60 + rank); its source is the list with its largest share.
    """
    size = max((len(hits.rows) for hits in lists.values()), default=0)
    result = []
    for case in range(size):
        total: dict[int, float] = {}
        source: dict[int, tuple[float, float, str]] = {}
        for name, hits in lists.items():
            for rank, row in enumerate(hits.rows[case].tolist(), start=1):
                if row < 0:
                    break
                share = weights.get(name, 1.0) / (RRF + rank)
                total[row] = total.get(row, 0.0) + share
                if row not in source or share > source[row][0]:
                    source[row] = (share, float(hits.similarities[case, rank - 1]), name)
        order = sorted(total, key=lambda row: (-total[row], row))[:k]
        result.append([(row, source[row][1], source[row][2]) for row in order])
    return result


def fused_votes(
    lists: Mapping[str, Hits], weights: Mapping[str, float], targets: NDArray[np.int64], labels: int
) -> NDArray[np.float32]:
    """(n, labels): reciprocal-rank shares summed per label, rows summing to 1 (0 where all lists are empty)."""
    size = max((len(hits.rows) for hits in lists.values()), default=0)
    result = np.zeros((size, labels), np.float64)
    for name, hits in lists.items():
        shares = np.broadcast_to(weights.get(name, 1.0) / (RRF + 1 + np.arange(hits.rows.shape[1])), hits.rows.shape)
        known = hits.rows >= 0
        cases = np.broadcast_to(np.arange(size)[:, None], hits.rows.shape)
        np.add.at(result, (cases[known], targets[hits.rows[known]]), shares[known])
    return np.asarray(result / np.maximum(result.sum(axis=1, keepdims=True), 1e-30), np.float32)
