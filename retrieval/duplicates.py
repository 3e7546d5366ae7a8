"""Near-duplicate groups. Cases that give away each other's answer are excluded together and held out together."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from data.case import Case
from data.folds import make_folds
from retrieval.lexical import Counts, LexicalEncoder
from retrieval.views import Space, View, transcript

MIN_TEXT = 8  # characters from which an identical text is no accident
MIN_NGRAM_TEXT = 40  # characters from which n-gram cosines mean something
TEXT_COSINE = 0.97
IMAGE_COSINE = 0.995


def duplicate_groups(cases: Sequence[Case], image_vectors: NDArray[np.float32] | None = None) -> NDArray[np.int64]:
    """Group number (n,) of each case: the position of the group's first case.

    Two cases of one task are in one group where any of these holds: they share an image file; their text is the same, digits
    aside; their n-gram cosine is at least 0.97; their image cosine is at least 0.995 (with `image_vectors` (n, d), unit or zero
    rows).
    """
    union = _Union(len(cases))
    texts = [transcript(case) for case in cases]
    tasks = [case.sample.task for case in cases]
    union.join_equal(((task, page.digest) for page in case.pages) for case, task in zip(cases, tasks, strict=True))
    union.join_equal([(task, text)] if len(text) >= MIN_TEXT else [] for text, task in zip(texts, tasks, strict=True))
    for task in sorted(set(tasks)):
        rows = np.array([row for row, other in enumerate(tasks) if other == task], np.int64)
        long = np.array([row for row in rows if len(texts[row]) >= MIN_NGRAM_TEXT], np.int64)
        views: list[View] = [{"text": ((1.0, texts[row]),)} for row in long]
        vectors = _vectors(views)
        for start in range(0, len(long), 512):
            union.join_pairs(long, start, (vectors[start : start + 512] @ vectors.T).toarray() >= TEXT_COSINE)
        if image_vectors is not None:
            for start in range(0, len(rows), 512):
                cosines = image_vectors[rows[start : start + 512]] @ image_vectors[rows].T
                union.join_pairs(rows, start, cosines >= IMAGE_COSINE)
    return np.array([union.root(row) for row in range(len(cases))], np.int64)


def case_folds(cases: Sequence[Case], image_vectors: NDArray[np.float32], folds: int, seed: int) -> NDArray[np.int64]:
    """Fold number (n,) of each labelled case. Near-duplicates share a fold; each label is spread evenly over the folds.

    Raises InputError where there are fewer groups than folds.
    """
    groups = duplicate_groups(cases, image_vectors)
    return make_folds([f"{case.sample.task}/{case.sample.label}" for case in cases], groups.tolist(), folds, seed)


def _vectors(views: Sequence[View]) -> sp.csr_array:
    counts = Counts.of(views, [Space("text", 1.0, 3)])
    encoder, columns = LexicalEncoder.fit_counts(counts)
    return encoder.weigh(counts.select(columns))


class _Union:
    """Union-find whose root is the smallest member."""

    def __init__(self, size: int) -> None:
        self._parent = list(range(size))

    def root(self, row: int) -> int:
        while self._parent[row] != row:
            self._parent[row] = self._parent[self._parent[row]]
            row = self._parent[row]
        return row

    def join(self, one: int, other: int) -> None:
        low, high = sorted((self.root(one), self.root(other)))
        self._parent[high] = low

    def join_equal(self, keys: Iterable[Iterable[Hashable]]) -> None:
        """Join rows that share a key."""
        first: dict[Hashable, int] = {}
        for row, own in enumerate(keys):
            for key in own:
                self.join(first.setdefault(key, row), row)

    def join_pairs(self, rows: NDArray[np.int64], start: int, close: NDArray[np.bool_]) -> None:
        """Join rows[start + i] with rows[j] wherever close[i, j]."""
        for one, other in zip(*np.nonzero(close), strict=True):
            if start + one < other:
                self.join(int(rows[start + one]), int(rows[other]))
