"""Neighbours of a case: its own group left out, votes and best similarities per label, several lists fused into one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrieval.table import ExemplarTable

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


class NeighbourLists(Sequence[tuple[Neighbour, ...]]):
    """The neighbours of n cases, kept as arrays; a list is made when it is asked for.

    `lengths` (n,) says how many neighbours each case has; `rows`, `similarities` and `sources` hold all lists one after another.
    """

    def __init__(
        self,
        table: ExemplarTable,
        lengths: NDArray[np.int64],
        rows: NDArray[np.int64],
        similarities: NDArray[np.float64],
        sources: NDArray[np.str_],
    ) -> None:
        self._table, self._rows, self._similarities, self._sources = table, rows, similarities, sources
        self._ends = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)

    def __len__(self) -> int:
        return len(self._ends) - 1

    def __getitem__(self, case: Any) -> Any:
        if isinstance(case, slice):
            return [self[number] for number in range(*case.indices(len(self)))]
        case = range(len(self))[case]  # raises IndexError beyond the end
        own = range(self._ends[case], self._ends[case + 1])
        return tuple(
            make_neighbour(self._table, int(self._rows[at]), float(self._similarities[at]), str(self._sources[at])) for at in own
        )


def make_neighbour(table: ExemplarTable, row: int, similarity: float, source: str) -> Neighbour:
    """The neighbour that stands in row `row` of the table."""
    return Neighbour(row, table.ids[row], table.labels[row], table.shown(row), similarity, source)


@dataclass(frozen=True)
class Hits:
    """One list per case, best first: `similarities` (n, k) and table rows `rows` (n, k). Beyond a list's end the row is -1."""

    similarities: NDArray[np.float32]
    rows: NDArray[np.int64]

    def without(self, own: NDArray[np.int64], groups: NDArray[np.int64], k: int) -> Hits:
        """The first `k` hits of each case that are not of its own group.

        `own` (n,) are the cases' groups, `groups` (rows,) those of the table's rows. A case whose group is negative loses no hit.
        """
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
    """Share of each label among a list's hits, (n, labels): softmax of similarity / temperature, summed per label.

    `targets` (rows,) holds the label number of each table row. An empty list gives zeros.
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
    """The highest similarity of each label, (n, labels). A label without a hit gets the list's lowest: its own is not higher."""
    known = hits.rows >= 0
    floor = np.where(known, hits.similarities, np.inf).min(axis=1, initial=np.inf)
    result = np.repeat(np.where(np.isfinite(floor), floor, 0)[:, None], labels, axis=1).astype(np.float32)
    cases = np.broadcast_to(np.arange(len(hits.rows))[:, None], hits.rows.shape)
    np.maximum.at(result, (cases[known], targets[hits.rows[known]]), hits.similarities[known])
    return result


def fuse(lists: Mapping[str, Hits], weights: Mapping[str, float], k: int) -> list[list[tuple[int, float, str]]]:
    """Reciprocal-rank fusion: at most `k` (table row, similarity, source) per case, best first.

    A row's score is the sum over lists of weight / (60 + rank). Its source is the list that contributes most to it.
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
    """Scores of reciprocal-rank fusion summed per label, (n, labels). Rows sum to 1, or are zero where all lists are empty."""
    size = max((len(hits.rows) for hits in lists.values()), default=0)
    result = np.zeros((size, labels), np.float64)
    for name, hits in lists.items():
        shares = np.broadcast_to(weights.get(name, 1.0) / (RRF + 1 + np.arange(hits.rows.shape[1])), hits.rows.shape)
        known = hits.rows >= 0
        cases = np.broadcast_to(np.arange(size)[:, None], hits.rows.shape)
        np.add.at(result, (cases[known], targets[hits.rows[known]]), shares[known])
    return np.asarray(result / np.maximum(result.sum(axis=1, keepdims=True), 1e-30), np.float32)
