"""Near-duplicate groups. Cases that give away each other's answer are excluded together and held out together."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from data.case import Case
from data.folds import make_folds
from data.schema import Task
from retrieval.lexical import Counts, LexicalEncoder
from retrieval.views import Space, View, transcript

MIN_TEXT = 8  # characters from which an identical text is no accident
MIN_NGRAM_TEXT = 40  # characters from which n-gram cosines mean something
TEXT_COSINE = 0.97
IMAGE_COSINE = 0.995
TEXT_SPACES = (Space("text", 1.0, 3),)


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
        vectors = _vectors([_text_view(texts[row]) for row in long])
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


@dataclass(frozen=True)
class DuplicateSearch:
    """Finds which known cases a new one is a near-duplicate of, by the rules of `duplicate_groups`.

    `texts` are transcripts by place, `long` the places of those that n-grams are compared of, (m,), by task; `ngrams` are theirs,
    (m, features). N-grams are weighted as they are frequent among the known cases.
    """

    cases: Sequence[Case]
    image_vectors: NDArray[np.float32]
    texts: Sequence[str]
    long: Mapping[Task, NDArray[np.int64]]
    encoders: Mapping[Task, LexicalEncoder]
    ngrams: Mapping[Task, sp.csr_array]

    @classmethod
    def over(cls, cases: Sequence[Case], image_vectors: NDArray[np.float32]) -> DuplicateSearch:
        """A search over known cases, whose image vectors (n, d) are unit or zero rows."""
        texts = [transcript(case) for case in cases]
        long, encoders, ngrams = {}, {}, {}
        for task in Task:
            rows = [row for row, case in enumerate(cases) if case.sample.task is task and len(texts[row]) >= MIN_NGRAM_TEXT]
            if rows:
                counts = Counts.of([_text_view(texts[row]) for row in rows], TEXT_SPACES)
                encoders[task], columns = LexicalEncoder.fit_counts(counts)
                ngrams[task] = encoders[task].weigh(counts.select(columns))
                long[task] = np.array(rows, np.int64)
        return cls(cases, image_vectors, texts, long, encoders, ngrams)

    def of(self, case: Case, image_vector: NDArray[np.float32]) -> list[int]:
        """Places of the near-duplicates of a case, whose image vector is (d,)."""
        task, text = case.sample.task, transcript(case)
        digests = {page.digest for page in case.pages}
        found = set()
        for place, (other, known) in enumerate(zip(self.cases, self.texts, strict=True)):
            same = len(text) >= MIN_TEXT and known == text
            if other.sample.task is task and (same or any(page.digest in digests for page in other.pages)):
                found.add(place)
        if len(text) >= MIN_NGRAM_TEXT and task in self.long:
            counts = Counts.of([_text_view(text)], TEXT_SPACES)
            cosines = (self.ngrams[task] @ self.encoders[task].transform(counts).T).toarray()[:, 0]
            close = self.long[task][cosines >= TEXT_COSINE].tolist()
            if close:  # N-grams that no known case has were not compared yet.
                vectors = _vectors([_text_view(text), *(_text_view(self.texts[place]) for place in close)])
                alike = (vectors[1:] @ vectors[:1].T).toarray()[:, 0] >= TEXT_COSINE
                found |= {place for place, is_close in zip(close, alike, strict=True) if is_close}
        if len(self.image_vectors):
            near = np.flatnonzero(self.image_vectors @ image_vector >= IMAGE_COSINE).tolist()
            found |= {place for place in near if self.cases[place].sample.task is task}
        return sorted(found)


def _text_view(text: str) -> View:
    return {"text": ((1.0, text),)}


def _vectors(views: Sequence[View]) -> sp.csr_array:
    counts = Counts.of(views, TEXT_SPACES)
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
