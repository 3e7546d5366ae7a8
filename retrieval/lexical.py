"""Lexical vectors: character n-gram TF-IDF per space, and exact search by sparse matrix product.

Screenshots hold hundreds of characters, CLIP's text towers read 64 to 96 tokens: n-grams keep what dense vectors lose. Counts are
those of scikit-learn's `CountVectorizer`. Weights are those of its `TfidfVectorizer` (sublinear term frequency, smoothed idf),
except that document frequency counts views, because a view can hold one text several times.
"""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.feature_extraction.text import CountVectorizer

from data.atomic import read_json, write_json, write_npz
from data.errors import RunError
from retrieval.views import Space, View

MAX_FEATURES = 200_000  # per space; 1,000 pages hold about 60,000 n-grams of up to three characters


@dataclass(frozen=True)
class Counts:
    """n-gram counts of n views. They are taken once; each fold and each encoder then applies its own vocabulary and idf.

    Per space: `terms` are its sorted n-grams, `texts` (texts, terms) their counts, `gather` (n, texts) the weight of each text in
    each view.
    """

    spaces: tuple[Space, ...]
    terms: tuple[NDArray[np.str_], ...]
    texts: tuple[sp.csr_array, ...]
    gather: tuple[sp.csr_array, ...]

    @classmethod
    def of(cls, views: Sequence[View], spaces: Sequence[Space]) -> Counts:
        """Count all n-grams of the views."""
        found, counts, gathers = [], [], []
        for space in spaces:
            parts = [(row, weight, text) for row, view in enumerate(views) for weight, text in view.get(space.name, ())]
            own, matrix = _count([text for _, _, text in parts], space.ngram_max)
            # 32-bit indices: liblinear refuses others.
            rows, columns = np.array([row for row, _, _ in parts], np.int32), np.arange(len(parts), dtype=np.int32)
            weights = np.array([weight for _, weight, _ in parts], np.float32)
            gathers.append(sp.csr_array((weights, (rows, columns)), shape=(len(views), len(parts))))
            found.append(own)
            counts.append(matrix)
        return cls(tuple(spaces), tuple(found), tuple(counts), tuple(gathers))

    def __len__(self) -> int:
        """Number of views."""
        return int(self.gather[0].shape[0]) if self.gather else 0

    def take(self, rows: NDArray[np.int64]) -> Counts:
        """The counts of some views."""
        gathers = [gather[rows] for gather in self.gather]
        used = [np.unique(gather.indices) for gather in gathers]
        texts = tuple(matrix[own] for matrix, own in zip(self.texts, used, strict=True))
        return Counts(self.spaces, self.terms, texts, tuple(g[:, own] for g, own in zip(gathers, used, strict=True)))

    def select(self, columns: Sequence[NDArray[np.int64]]) -> Counts:
        """Some terms only: `columns` of each space."""
        terms = tuple(own[kept] for own, kept in zip(self.terms, columns, strict=True))
        texts = tuple(sp.csr_array(matrix[:, kept]) for matrix, kept in zip(self.texts, columns, strict=True))
        return Counts(self.spaces, terms, texts, self.gather)

    def align(self, terms: Sequence[NDArray[np.str_]]) -> Counts:
        """The counts of the same views for other `terms`, sorted, of each space; other n-grams are dropped.

        A binary search of the few n-grams at hand in the many `terms`: `CountVectorizer` would make a dictionary of its
        vocabulary for every request.
        """
        texts = []
        for own, matrix, wanted in zip(self.terms, self.texts, terms, strict=True):
            places = np.searchsorted(wanted, own)
            within = np.nonzero(places < len(wanted))[0]
            columns = within[wanted[places[within]] == own[within]]
            known = sp.csr_array(matrix[:, columns])
            parts = (known.data, places[columns].astype(np.int32)[known.indices], known.indptr)
            texts.append(sp.csr_array(parts, shape=(matrix.shape[0], len(wanted))))
        return Counts(self.spaces, tuple(terms), tuple(texts), self.gather)

    def join(self, other: Counts) -> Counts:
        """These views and then those of `other`, which have the same spaces."""
        terms = [np.union1d(*pair) for pair in zip(self.terms, other.terms, strict=True)]
        both = [counts.align(terms) for counts in (self, other)]
        texts = tuple(sp.csr_array(sp.vstack(pair)) for pair in zip(*(counts.texts for counts in both), strict=True))
        gather = tuple(sp.csr_array(sp.block_diag(pair)) for pair in zip(*(counts.gather for counts in both), strict=True))
        return Counts(self.spaces, tuple(terms), texts, gather)


@dataclass(frozen=True)
class LexicalEncoder:
    """Vocabulary and idf of each space."""

    spaces: tuple[Space, ...]
    terms: tuple[NDArray[np.str_], ...]
    idf: tuple[NDArray[np.float32], ...]

    @classmethod
    def fit(cls, views: Sequence[View], spaces: Sequence[Space], min_df: int = 1) -> LexicalEncoder:
        """Learn from views; a space without any text gets no columns."""
        return cls.fit_counts(Counts.of(views, spaces), min_df)[0]

    @classmethod
    def fit_counts(cls, counts: Counts, min_df: int = 1) -> tuple[LexicalEncoder, list[NDArray[np.int64]]]:
        """Learn from counts. Returns the encoder and, per space, the columns of `counts.terms` that it keeps.

        Kept are n-grams that occur in at least `min_df` views, and of those the MAX_FEATURES most frequent.
        """
        kept, idf = [], []
        for matrix, gather in zip(counts.texts, counts.gather, strict=True):
            within = sp.csr_array(gather @ matrix)
            frequency = np.bincount(within.indices, minlength=matrix.shape[1])  # views that hold a term
            columns = np.nonzero(frequency >= max(min_df, 1))[0]
            if len(columns) > MAX_FEATURES:
                columns = np.sort(columns[top(frequency[None, columns].astype(np.float32), MAX_FEATURES)[0]])
            views = int(np.count_nonzero(np.diff(within.indptr)))
            kept.append(columns)
            idf.append((np.log((1 + views) / (1 + frequency[columns])) + 1).astype(np.float32))
        terms = tuple(own[columns] for own, columns in zip(counts.terms, kept, strict=True))
        return cls(counts.spaces, terms, tuple(idf)), kept

    @property
    def features(self) -> int:
        """Number of columns."""
        return sum(len(own) for own in self.terms)

    def transform(self, counts: Counts) -> sp.csr_array:
        """Vectors (n, features) float32 of views in this encoder's spaces.

        The block of a space has length `weight`, or 0 where the view has no known n-gram in that space.
        """
        return self.weigh(counts.align(self.terms))

    def weigh(self, counts: Counts) -> sp.csr_array:
        """`transform` for counts whose terms are this encoder's own.

        Each text is a unit vector of sublinear term frequency times idf; a view is the weighted sum of its texts.
        """
        blocks = [sp.csr_array((counts.gather[0].shape[0], 0), dtype=np.float32)] if counts.gather else []
        for space, idf, matrix, gather in zip(self.spaces, self.idf, counts.texts, counts.gather, strict=True):
            weights = (1 + np.log(matrix.data)) * idf[matrix.indices]
            texts = unit_rows(sp.csr_array((weights, matrix.indices, matrix.indptr), shape=matrix.shape))
            blocks.append(unit_rows(sp.csr_array(gather @ texts)) * np.float32(space.weight))
        return sp.csr_array(sp.hstack(blocks, format="csr"), dtype=np.float32)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Plain arrays: `{space}_terms` (unicode) and `{space}_idf`."""
        arrays: dict[str, NDArray[Any]] = {}
        for space, terms, idf in zip(self.spaces, self.terms, self.idf, strict=True):
            arrays |= {f"{space.name}_terms": terms, f"{space.name}_idf": idf}
        return arrays

    def describe(self) -> list[dict[str, Any]]:
        """The JSON form of the spaces."""
        return [{"name": space.name, "weight": space.weight, "ngram_max": space.ngram_max} for space in self.spaces]

    @classmethod
    def restore(cls, spaces: Sequence[Mapping[str, Any]], arrays: Mapping[str, NDArray[Any]]) -> LexicalEncoder:
        """Rebuild from `describe` and `arrays`."""
        parsed = tuple(Space(item["name"], item["weight"], item["ngram_max"]) for item in spaces)
        terms = tuple(arrays[f"{space.name}_terms"] for space in parsed)
        return cls(parsed, terms, tuple(arrays[f"{space.name}_idf"] for space in parsed))


@dataclass(frozen=True)
class LexicalIndex:
    """Unit rows of the indexed views; `rows` are their numbers in the exemplar table."""

    encoder: LexicalEncoder
    matrix: sp.csr_array
    rows: NDArray[np.int64]

    @classmethod
    def build(cls, counts: Counts, rows: NDArray[np.int64]) -> LexicalIndex:
        """Index views by their counts.

        n-grams that occur in only one view are dropped. They would lengthen that view's vector, and a training example would then
        be farther from all others than the same example as a new query.
        """
        encoder, columns = LexicalEncoder.fit_counts(counts, min_df=2)
        return cls(encoder, unit_rows(encoder.weigh(counts.select(columns))), rows)

    def search(self, counts: Counts, k: int, batch: int = 512) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """Cosines (n, k), best first, and row numbers (n, k), -1 beyond the end or where the cosine is 0."""
        k, n = min(k, len(self.rows)), len(counts)
        scores = np.zeros((n, k), np.float32)
        found = np.full((n, k), -1, np.int64)
        queries = unit_rows(self.encoder.transform(counts))
        for start in range(0, n, batch):
            cosines = (queries[start : start + batch] @ self.matrix.T).toarray()
            order = top(cosines, k)
            best = np.take_along_axis(cosines, order, axis=1)
            scores[start : start + batch] = best
            found[start : start + batch] = np.where(best > 0, self.rows[order], -1)
        return scores, found

    def save(self, folder: Path, name: str) -> list[str]:
        """Write `{name}.npz` and `{name}.json`; returns the file names."""
        write_npz(
            folder / f"{name}.npz",
            **self.encoder.arrays(),
            rows=self.rows,
            data=self.matrix.data,
            indices=self.matrix.indices,
            indptr=self.matrix.indptr,
        )
        value = {"spaces": self.encoder.describe(), "shape": list(self.matrix.shape)}
        write_json(folder / f"{name}.json", value)
        return [f"{name}.npz", f"{name}.json"]

    @classmethod
    def load(cls, folder: Path, name: str) -> LexicalIndex:
        """Read what `save` wrote. Raises RunError where it is missing or does not fit together."""
        remedy = f"delete {folder} and build the index again"
        value = read_json(folder / f"{name}.json", remedy)
        arrays = read_arrays(folder / f"{name}.npz", remedy)
        encoder = LexicalEncoder.restore(value["spaces"], arrays)
        if encoder.features != value["shape"][1] or len(arrays["rows"]) != value["shape"][0]:
            raise RunError(f"{folder / name}.npz holds {encoder.features} n-grams, expected {value['shape'][1]}; {remedy}")
        parts = (arrays["data"], arrays["indices"], arrays["indptr"])
        return cls(encoder, sp.csr_array(parts, shape=tuple(value["shape"])), arrays["rows"])


def unit_rows(matrix: sp.csr_array) -> sp.csr_array:
    """Rows scaled to length 1; empty rows stay empty. Unlike scikit-learn's `normalize` it takes a matrix without rows."""
    parts = (matrix.data * matrix.data, matrix.indices, matrix.indptr)
    norms = np.sqrt(np.asarray(sp.csr_array(parts, shape=matrix.shape).sum(axis=1)).reshape(-1))
    scale = (1 / np.where(norms > 0, norms, 1)).astype(np.float32)
    values = (matrix.data * np.repeat(scale, np.diff(matrix.indptr))).astype(np.float32, copy=False)
    return sp.csr_array((values, matrix.indices, matrix.indptr), shape=matrix.shape)


def top(scores: NDArray[np.floating[Any]], k: int) -> NDArray[np.int64]:
    """Columns (n, k) of the k largest of each row, best first, equal ones in column order."""
    if scores.shape[1] > 8 * k + 4096:
        part = np.sort(np.argpartition(-scores, k - 1, axis=1)[:, :k], axis=1)
        inner = np.argsort(-np.take_along_axis(scores, part, axis=1), axis=1, kind="stable")
        return np.take_along_axis(part, inner, axis=1)
    return np.argsort(-scores, axis=1, kind="stable")[:, :k]


def read_arrays(path: Path, remedy: str) -> dict[str, NDArray[Any]]:
    """Read an npz file of plain arrays. Raises RunError ending in `remedy`."""
    try:
        with np.load(path, allow_pickle=False) as file:
            return {name: file[name] for name in file.files}
    except FileNotFoundError:
        raise RunError(f"{path} is missing; {remedy}") from None
    except (OSError, ValueError, EOFError, zipfile.BadZipFile) as error:
        raise RunError(f"{path} cannot be read ({error}); {remedy}") from error


def _count(texts: Sequence[str], ngram_max: int) -> tuple[NDArray[np.str_], sp.csr_array]:
    """n-grams, sorted, and their counts (texts, n-grams) float32."""
    if not len(texts):
        return np.zeros(0, np.str_), sp.csr_array((0, 0), dtype=np.float32)
    counter = CountVectorizer(analyzer="char", ngram_range=(1, ngram_max), dtype=np.float32)
    matrix = sp.csr_array(counter.fit_transform(texts))
    matrix.sort_indices()
    return np.array(counter.get_feature_names_out(), dtype=np.str_), matrix
