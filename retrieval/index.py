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
HALF_UP_TO = 2_000_000  # above, half of the memory is worth some time and recall
PROBED_CELLS = 32  # `python -m retrieval.benchmark` shows what more or fewer give
LINKS_FOLLOWED = 128  # efSearch; FAISS's default of 16 misses many neighbours
POINTS_PER_CELL = 40  # that k-means learns from; FAISS warns below 39
TRAINED_FROM = 65_536  # vectors at least, for the codes of other kinds
GPU_LARGEST_K = 2048  # neighbours that FAISS can return from a GPU
GPU_KINDS = ("IndexFlat", "IndexFlatIP", "IndexIVFFlat", "IndexIVFScalarQuantizer", "IndexIVFPQ")


def choose_factory(n: int, d: int) -> str:
    """FAISS factory string for `n` vectors of `d` dimensions: exact, then an inverted file of 16-bit, then of 8-bit codes.

    An inverted file is built several times faster than HNSW, takes less than half of its memory and can be searched on a GPU.
    """
    if n <= EXACT_UP_TO:
        return "Flat"
    cells = 2 ** round(np.log2(4 * np.sqrt(n)))  # FAISS's guideline: 4 to 16 times the square root of n
    if d % 8:  # FAISS reads codes with SIMD instructions in eights; otherwise they are slower than plain numbers.
        return f"IVF{cells},Flat"
    return f"IVF{cells},SQfp16" if n <= HALF_UP_TO else f"IVF{cells},SQ8"


def choose_parameters(factory: str) -> str:
    """Search parameters of a factory string in FAISS's notation, such as `nprobe=32`; empty for exact search."""
    if "IVF" in factory:
        return f"nprobe={PROBED_CELLS}"
    return f"efSearch={LINKS_FOLLOWED}" if "HNSW" in factory else ""


def set_parameters(index: Any, parameters: str) -> None:
    """Set search parameters of a FAISS index, such as `nprobe=32`. Raises RuntimeError where it has no such parameter."""
    space: Any = faiss.ParameterSpace()  # Any, because FAISS's type stub takes no text here.
    space.set_index_parameters(index, parameters)


class DenseIndex:
    """A FAISS index with row ids. Zero vectors (nothing to encode) are not indexed."""

    def __init__(self, index: Any) -> None:
        self._index = index
        self._search = _on_gpu(index)

    @classmethod
    def build(
        cls,
        vectors: NDArray[np.float32],
        rows: NDArray[np.int64],
        factory: str | None = None,
        parameters: str | None = None,
    ) -> DenseIndex:
        """Index `vectors` (n, d), unit or zero rows, under `rows` (n,).

        `factory` overrides `choose_factory` and `parameters` overrides `choose_parameters`. The parameters are saved with the
        index. The same input gives the same index.
        """
        # np.abs or an unneeded copy would take gigabytes at a million vectors.
        known = (vectors.max(axis=1, initial=0) > 0) | (vectors.min(axis=1, initial=0) < 0)
        if not known.all():
            vectors, rows = vectors[known], rows[known]
        vectors, rows = np.ascontiguousarray(vectors, np.float32), np.ascontiguousarray(rows, np.int64)
        dimension = vectors.shape[1]
        factory = factory or choose_factory(len(vectors), dimension)
        inner = faiss.index_factory(dimension, factory, faiss.METRIC_INNER_PRODUCT)
        if not inner.is_trained:
            inner.train(_training_sample(inner, vectors))
        index = faiss.IndexIDMap2(inner)
        if len(vectors):
            index.add_with_ids(vectors, rows)
        set_parameters(index, choose_parameters(factory) if parameters is None else parameters)
        return cls(index)

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def dimension(self) -> int:
        """Length of the vectors."""
        return int(self._index.d)

    @property
    def size(self) -> int:
        """Bytes of the saved index, which is about what it takes in memory; counted without making a copy."""
        total = 0

        def count(part: bytes) -> int:
            nonlocal total
            total += len(part)
            return len(part)

        faiss.write_index(self._index, faiss.PyCallbackIOWriter(count))  # type: ignore[attr-defined]
        return total

    def search(self, vectors: NDArray[np.float32], k: int) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """Cosines (n, k) and rows (n, k) of `vectors` (n, d), best first.

        Row -1 with cosine 0 stands where there is no further hit: beyond the end, for zero vectors, and where the probed cells of
        an inverted file hold fewer than k. Equal cosines are ordered by row, so that results do not depend on the order inside
        the index. Raises RunError where the vectors have another length than those of the index.
        """
        if vectors.shape[1] != self.dimension:
            raise RunError(
                f"the index holds vectors of {self.dimension} dimensions, the encoder gives {vectors.shape[1]}; "
                "build the index again with this encoder"
            )
        k = min(k, len(self))
        if not k or not len(vectors):
            return np.zeros((len(vectors), k), np.float32), np.full((len(vectors), k), -1, np.int64)
        searched = self._search if k <= GPU_LARGEST_K else self._index
        scores, rows = searched.search(np.ascontiguousarray(vectors, np.float32), k)
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


def _training_sample(index: Any, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Evenly drawn rows of `vectors`, as many as k-means and the codes need."""
    ivf = faiss.try_extract_index_ivf(index)
    size = max(TRAINED_FROM, POINTS_PER_CELL * ivf.nlist if ivf else 0)
    if len(vectors) <= size:
        return vectors
    return vectors[np.sort(np.random.default_rng(0).choice(len(vectors), size, replace=False))]


def _on_gpu(index: Any) -> Any:
    """The index copied to all GPUs, with its search parameters; the index itself where there is no GPU for this kind.

    FAISS does not refuse other kinds (HNSW, fast-scan codes, refinement): it silently copies them within the host's memory.
    """
    if not getattr(faiss, "get_num_gpus", lambda: 0)():
        return index
    if type(faiss.downcast_index(index.index)).__name__ not in GPU_KINDS:
        return index
    try:
        return faiss.index_cpu_to_all_gpus(index)
    except RuntimeError:  # Too large for the GPU, or cells that are found by something else than exact search.
        return index
