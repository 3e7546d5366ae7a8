"""The lists of one task's labelled examples, searched and scored together: image, text, sentence (dense) and n-grams (sparse)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data.atomic import write_npz
from retrieval.index import DenseIndex
from retrieval.lexical import Counts, LexicalIndex, read_arrays
from retrieval.neighbours import Hits, best, fuse, fused_votes, votes
from retrieval.vectors import CaseVectors
from retrieval.whitening import Whitening, fit_whitening

DENSE = ("image", "text", "sentence")  # those that the encoders give vectors for
WHITENED = ("image", "text")  # those that whitening is tried on; it never helped the vectors of a text encoder
SPARSE = "sparse"
DEPTH = 8  # a label's best similarity is looked for among so many times the neighbours that vote
TEMPERATURE = {"image": 0.05, "text": 0.05, "sentence": 0.1, SPARSE: 0.05}  # of cosines
LIST_WEIGHTS = {"image": 0.5, "text": 1.0, "sentence": 1.0, SPARSE: 1.0}  # in the fused ranking

Lists = dict[str, Hits]


@dataclass(frozen=True)
class Neighbourhood:
    """Indexes over a task's rows of the exemplar table.

    `targets` (rows,) and `groups` (rows,) are by table row; targets of another task's rows are -1. `whitening` holds the map of
    each dense list that has one.
    """

    dense: dict[str, DenseIndex]
    sparse: LexicalIndex
    whitening: dict[str, Whitening]
    targets: NDArray[np.int64]
    groups: NDArray[np.int64]

    @classmethod
    def build(
        cls,
        counts: Counts,
        vectors: CaseVectors,
        rows: NDArray[np.int64],
        targets: NDArray[np.int64],
        groups: NDArray[np.int64],
        whitening: Mapping[str, Whitening] | None = None,
    ) -> Neighbourhood:
        """Index a task's examples under their table rows. `counts`, `vectors` and `rows` have one entry per example."""
        maps = dict(whitening or {})
        dense = {name: DenseIndex.build(_mapped(maps, name, vectors), rows) for name in dense_names(vectors)}
        return cls(dense, LexicalIndex.build(counts, rows), maps, targets, groups)

    def search(self, counts: Counts, vectors: CaseVectors, neighbours: int, own: NDArray[np.int64] | None = None) -> Lists:
        """Hits (n, neighbours * 8) of each list. Examples of a case's group `own` (n,) are left out."""
        depth = neighbours * DEPTH
        excluded = np.full(len(counts), -1, np.int64) if own is None else own
        largest = int(np.bincount(self.groups[self.groups >= 0]).max(initial=0)) if own is not None else 0
        found = {name: one.search(_mapped(self.whitening, name, vectors), depth + largest) for name, one in self.dense.items()}
        found[SPARSE] = self.sparse.search(counts, depth + largest)
        return {name: Hits(*pair).without(excluded, self.groups, depth) for name, pair in found.items()}

    def scores(self, lists: Lists, neighbours: int, labels: int) -> dict[str, NDArray[np.float32]]:
        """`{list}_vote`, `{list}_best` and `fused_vote`, each (n, labels)."""
        result = {}
        for name, hits in lists.items():
            result[f"{name}_vote"] = votes(hits.first(neighbours), self.targets, labels, TEMPERATURE[name])
            result[f"{name}_best"] = best(hits, self.targets, labels)
        near = {name: hits.first(neighbours) for name, hits in lists.items()}
        result["fused_vote"] = fused_votes(near, LIST_WEIGHTS, self.targets, labels)
        return result

    def save(self, folder: Path, prefix: str) -> list[str]:
        """Write the indexes; returns the file names. Targets and groups are the exemplar table's."""
        files = self.sparse.save(folder, f"{prefix}-sparse")
        for name, index in self.dense.items():
            index.save(folder / f"{prefix}-{name}.faiss")
            files.append(f"{prefix}-{name}.faiss")
        for name, whitening in self.whitening.items():
            write_npz(folder / f"{prefix}-{name}-whitening.npz", **whitening.arrays())
            files.append(f"{prefix}-{name}-whitening.npz")
        return files

    @classmethod
    def load(
        cls,
        folder: Path,
        prefix: str,
        lists: Sequence[str],
        whitened: Sequence[str],
        targets: NDArray[np.int64],
        groups: NDArray[np.int64],
    ) -> Neighbourhood:
        """Read what `save` wrote; `lists` are the dense ones and `whitened` those of them that have a map."""
        remedy = f"delete {folder} and build the index again"
        whitening = {name: Whitening.restore(read_arrays(folder / f"{prefix}-{name}-whitening.npz", remedy)) for name in whitened}
        dense = {name: DenseIndex.load(folder / f"{prefix}-{name}.faiss") for name in lists}
        return cls(dense, LexicalIndex.load(folder, f"{prefix}-sparse"), whitening, targets, groups)


def dense_names(vectors: CaseVectors) -> list[str]:
    """The dense lists that there are vectors for."""
    return [name for name in DENSE if getattr(vectors, name).shape[1]]


def choose_whitening(
    vectors: CaseVectors,
    rows: NDArray[np.int64],
    targets: NDArray[np.int64],
    groups: NDArray[np.int64],
    folds: NDArray[np.int64],
    neighbours: int,
    labels: int,
) -> tuple[dict[str, Whitening], Lists]:
    """The whitening of each dense list that it helps, and the dense lists' out-of-fold hits.

    Whitening is used where it lowers the loss of out-of-fold votes. An example's hits leave out its group; their whitening was
    fitted on the other folds.
    """
    chosen: dict[str, Whitening] = {}
    lists: Lists = {}
    for name in dense_names(vectors):
        own = getattr(vectors, name)
        plain = _left_out(own, rows, groups, neighbours, own)
        lists[name] = plain
        whole = fit_whitening(own, targets[rows]) if name in WHITENED else None
        if whole is None:
            continue
        similarities, found = np.zeros_like(plain.similarities), np.full_like(plain.rows, -1)
        for fold in np.unique(folds):
            held_out, others = folds == fold, folds != fold
            part = fit_whitening(own[others], targets[rows[others]])
            mapped = part.apply(own) if part else own
            hits = _left_out(mapped, rows, groups, neighbours, mapped[held_out], held_out)
            similarities[held_out], found[held_out] = hits.similarities, hits.rows
        whitened = Hits(similarities, found)
        if _loss(whitened, name, neighbours, targets, rows, labels) < _loss(plain, name, neighbours, targets, rows, labels):
            chosen[name], lists[name] = whole, whitened
    return chosen, lists


def rank(lists: Lists, neighbours: int, k: int) -> list[list[tuple[int, float, str]]]:
    """The fused ranking of each case: at most `k` (table row, similarity, list)."""
    return fuse({name: hits.first(neighbours) for name, hits in lists.items()}, LIST_WEIGHTS, k)


def _left_out(
    indexed: NDArray[np.float32],
    rows: NDArray[np.int64],
    groups: NDArray[np.int64],
    neighbours: int,
    queries: NDArray[np.float32],
    held_out: NDArray[np.bool_] | None = None,
) -> Hits:
    depth = neighbours * DEPTH
    own = groups[rows] if held_out is None else groups[rows[held_out]]
    largest = int(np.bincount(groups[rows]).max(initial=0)) if len(rows) else 0
    width = min(depth + largest, len(rows))
    hits = Hits(*DenseIndex.build(indexed, rows).search(queries, width))
    wide = Hits(_widen(hits.similarities, width, 0), _widen(hits.rows, width, -1))
    return wide.without(own, groups, min(depth, len(rows)))


def _widen(array: NDArray[Any], width: int, fill: int) -> NDArray[Any]:
    """Pad columns to `width`, which all folds share: an index can return fewer hits, because zero vectors are not in it."""
    missing = max(width - array.shape[1], 0)
    return np.pad(array, ((0, 0), (0, missing)), constant_values=fill)


def _loss(hits: Hits, name: str, neighbours: int, targets: NDArray[np.int64], rows: NDArray[np.int64], labels: int) -> float:
    """Mean negative log vote for the true label, smoothed."""
    share = votes(hits.first(neighbours), targets, labels, TEMPERATURE[name])
    return float(-np.log(share[np.arange(len(rows)), targets[rows]] + 0.02).mean())


def _mapped(whitening: Mapping[str, Whitening], name: str, vectors: CaseVectors) -> NDArray[np.float32]:
    plain: NDArray[np.float32] = getattr(vectors, name)
    return whitening[name].apply(plain) if name in whitening else plain
