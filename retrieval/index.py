"""Dense index: FAISS over unit vectors, inner product as cosine, ids as rows of the exemplar table."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from data.atomic import atomic_path
from data.errors import RunError

EXACT_UP_TO = 50_000  # below, one exact search of a batch takes milliseconds
GRAPH_UP_TO = 1_000_000  # above, the graph's links cost more memory than an inverted file
PROBED_CELLS = 32


def choose_factory(n: int, d: int) -> str:
    """FAISS factory string for `n` vectors of `d` dimensions: exact, then HNSW, then IVF with 8-bit codes."""
    if n <= EXACT_UP_TO:
        return "Flat"
    if n <= GRAPH_UP_TO:
        return "HNSW32"
    cells = 2 ** int(np.log2(4 * np.sqrt(n)))  # FAISS's guideline: 4 to 16 times the square root of n
    return f"IVF{cells},SQ8" if d % 4 == 0 else f"IVF{cells},Flat"


class DenseIndex:
    """A FAISS index with row ids. Zero vectors (nothing to encode) are not indexed."""

    def __init__(self, index: Any) -> None:
        self._index = index
        self._search = _on_gpu(index)

    @classmethod
    def build(cls, vectors: NDArray[np.float32], rows: NDArray[np.int64], factory: str | None = None) -> DenseIndex:
        """Index `vectors` (n, d), unit or zero rows, under `rows` (n,). `factory` overrides `choose_factory`."""
        known = np.abs(vectors).max(axis=1, initial=0) > 0
        vectors, rows = np.ascontiguousarray(vectors[known], np.float32), np.ascontiguousarray(rows[known], np.int64)
        dimension = vectors.shape[1]
        inner = faiss.index_factory(dimension, factory or choose_factory(len(vectors), dimension), faiss.METRIC_INNER_PRODUCT)
        if not inner.is_trained:
            inner.train(vectors)
        if isinstance(faiss.downcast_index(inner), faiss.IndexIVF):
            faiss.extract_index_ivf(inner).nprobe = PROBED_CELLS
        index = faiss.IndexIDMap2(inner)
        if len(vectors):
            index.add_with_ids(vectors, rows)
        return cls(index)

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def dimension(self) -> int:
        """Length of the vectors."""
        return int(self._index.d)

    def search(self, vectors: NDArray[np.float32], k: int) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """Cosines (n, k) and rows (n, k) of `vectors` (n, d), best first; row -1 and cosine 0 beyond the end and for
        zero vectors. Equal cosines are ordered by row, so that a result never depends on the index's inner order."""
        if vectors.shape[1] != self.dimension:
            raise RunError(
                f"the index holds vectors of {self.dimension} dimensions, the encoder gives {vectors.shape[1]}; "
                "build the index again with this encoder"
            )
        k = min(k, len(self))
        if not k or not len(vectors):
            return np.zeros((len(vectors), k), np.float32), np.full((len(vectors), k), -1, np.int64)
        scores, rows = self._search.search(np.ascontiguousarray(vectors, np.float32), k)
        missing = (rows < 0) | ~(np.abs(vectors).max(axis=1) > 0)[:, None]
        scores, rows = np.where(missing, -np.inf, scores), np.where(missing, -1, rows)
        order = np.lexsort((rows, -scores), axis=1)
        scores, rows = np.take_along_axis(scores, order, axis=1), np.take_along_axis(rows, order, axis=1)
        return np.where(rows < 0, 0, scores).astype(np.float32), rows.astype(np.int64)

    def save(self, path: Path) -> None:
        """Write the index atomically."""
        with atomic_path(path) as temporary:
            faiss.write_index(self._index, str(temporary))

    @classmethod
    def load(cls, path: Path) -> DenseIndex:
        """Read an index. Raises RunError where it is missing or broken."""
        if not path.is_file():
            raise RunError(f"{path} is missing; build the index again")
        try:
            return cls(faiss.read_index(str(path)))
        except RuntimeError as error:
            raise RunError(f"{path} is not a whole FAISS index ({error}); build the index again") from error


def _on_gpu(index: Any) -> Any:
    """A copy on all GPUs where this FAISS has any and supports the index type there, else the index itself."""
    if not getattr(faiss, "get_num_gpus", lambda: 0)():
        return index
    try:
        return faiss.index_cpu_to_all_gpus(index)
    except RuntimeError:  # HNSW has no GPU version
        return index
