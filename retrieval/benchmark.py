"""Recall, speed and memory of the dense index by the number of vectors, beside exact search.

    python -m retrieval.benchmark [--sizes N,N,...] [--dimension D] [--queries N] [--factories auto|KIND ...] [--vectors FILE.npy]
    python -m retrieval.benchmark --examples N,N,...

prints the machine and, for each size, what exact search cannot do without (arithmetic of a query, memory read for a batch), what
it reached, and a row per index kind:

    recall@10   share of the ten nearest by exact search that the index returns too, mean over the queries
    queries/s   all queries in one batch, median of the repeats
    x exact     queries/s over those of exact search, timed just before: median, least and greatest of the repeats
    build s     training and adding
    index MB    the saved index, which is about what a loaded one takes
    build MB    the most memory that building added to the process: index, training sample and copies, without the vectors

A kind is `auto` (what an index of that size gets by itself) or a FAISS factory string, with search parameters after a colon if
they shall not be the project's own: `IVF4096,SQ8:nprobe=64`. Ratios carry over to other machines better than seconds.

With --examples it measures the whole retriever instead, by the number of labelled examples (see `retriever_benchmark`).

Vectors are made unless --vectors names a file of real ones: unit vectors around clusters of very unequal sizes, spread within a
cluster along its own 32 of 128 directions, with some noise in all dimensions and a part that all share, as embeddings of images
and sentences are. Queries are members with noise added (cosine of about 0.96). An inverted file lives on such structure: what it
finds among vectors of another kind, only --vectors can tell. Then queries are rows of the file that are left out of the index.
"""

from __future__ import annotations

import argparse
import math
import resource
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

from data.cli import OK, positive, run_command
from data.errors import InputError
from data.machine import machine, peak_memory
from retrieval.index import DenseIndex, choose_factory, choose_parameters, set_parameters

Vectors = NDArray[np.float32]

NEIGHBOURS = 10
MB = 2**20
CHUNK = 16_384  # rows made or read at once
HEADER = f"  recall@10  queries/s  {'x exact':<18}  build s  index MB  build MB  kind"

# Shares of a made vector's squared length. Two vectors then have a cosine of about 0.25, two of one cluster of about 0.6.
SHARED, CENTRE, WITHIN, NOISE = 0.25, 0.35, 0.30, 0.10
QUERY_NOISE = 0.3  # length of what is added to a vector to make a query
MEMBERS = 200  # vectors of a cluster, on average
DIRECTIONS, OWN_DIRECTIONS = 128, 32


@dataclass(frozen=True)
class Kind:
    """An index kind: FAISS factory string and search parameters."""

    factory: str
    parameters: str

    def __str__(self) -> str:
        return f"{self.factory} {self.parameters}".strip()


EXACT = Kind("Flat", "")


@dataclass(frozen=True)
class Measured:
    """One row; `rates` (queries a second) and `ratios` (times the rate of exact search) have a value per repeat."""

    kind: Kind
    recall: float
    rates: list[float]
    ratios: list[float]
    build_seconds: float
    build_bytes: int
    index_bytes: int

    def __str__(self) -> str:
        ratios = f"{statistics.median(self.ratios):.1f} ({min(self.ratios):.1f}-{max(self.ratios):.1f})"
        return (
            f"  {self.recall:9.4f} {statistics.median(self.rates):10.0f}  {ratios:<18} {self.build_seconds:8.1f} "
            f"{self.index_bytes / MB:9.1f} {self.build_bytes / MB:9.1f}  {self.kind}"
        )


def main(argv: Sequence[str] | None = None) -> int:
    """Print the measurements; status 2 where they cannot be made."""
    parser = argparse.ArgumentParser(prog="python -m retrieval.benchmark", description="Measure the dense index by size.")
    parser.add_argument("--sizes", default="10000,100000,1000000", help="numbers of vectors (default %(default)s)")
    parser.add_argument("--dimension", type=int, default=512, help="of made vectors (default %(default)s)")
    parser.add_argument("--queries", type=int, default=1000, help="vectors to search for (default %(default)s)")
    parser.add_argument("--factories", nargs="+", default=["auto"], metavar="KIND", help="index kinds (default: auto)")
    parser.add_argument("--vectors", type=Path, help="real vectors: a .npy file of shape (rows, dimension)")
    parser.add_argument("--repeats", type=positive, default=5, help="timings of each search (default %(default)s)")
    parser.add_argument("--examples", metavar="N,N,...", help="measure the whole retriever with so many labelled examples")
    parser.add_argument("--seed", type=int, default=0, help="seed of the vectors (default %(default)s)")
    args = parser.parse_args(argv)

    def body() -> int:
        for name, least in (("dimension", 4), ("queries", 1), ("repeats", 1), ("seed", 0)):
            if getattr(args, name) < least:
                raise InputError(f"--{name} {getattr(args, name)}: expected {least} or more")
        if args.examples:
            from retrieval.retriever_benchmark import measure_retriever

            counts = _sizes(args.examples, "--examples")
            print("\n".join([*machine(["numpy", "scikit-learn"]), _faiss()]))
            for line in measure_retriever(counts, args.seed):
                print(line, flush=True)
            return OK
        sizes = _sizes(args.sizes, "--sizes")
        source = read_vectors(args.vectors, max(sizes) + args.queries) if args.vectors else None
        dimension = args.dimension if source is None else source.shape[1]
        plans = [(size, [_kind(text, size, dimension) for text in args.factories]) for size in sizes]
        print("\n".join([*machine(["numpy"]), _faiss()]))
        for size, kinds in plans:
            start = time.perf_counter()
            if source is None:
                vectors, queries = make_vectors(size, dimension, args.queries, args.seed)
            else:
                vectors, queries = draw_vectors(source, size, args.queries, args.seed)
            origin, seconds = args.vectors or f"a mixture with seed {args.seed}", time.perf_counter() - start
            print(f"\n{size:,} x {dimension} vectors and {len(queries)} queries from {origin} in {seconds:.1f} s", flush=True)
            for row in measure(vectors, queries, kinds, args.repeats):
                head = f"{floor(vectors, queries, row)}\n{HEADER}\n" if row.kind == EXACT else ""
                print(f"{head}{row}", flush=True)
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024  # Linux counts in KiB.
            print(f"  peak memory of the process so far, vectors and exact index included: {peak / MB:.0f} MB")
        return OK

    return run_command(body)


def measure(vectors: Vectors, queries: Vectors, kinds: Sequence[Kind], repeats: int) -> Iterator[Measured]:
    """Exact search, then each other of `kinds`, on `vectors` (n, d) and `queries` (m, d)."""
    exact, seconds, memory = _build(vectors, EXACT)
    truth = exact.search(queries, NEIGHBOURS)[1]  # Also the first search, which is slower than later ones.
    rates = [_rate(exact, queries) for _ in range(repeats)]
    yield Measured(EXACT, 1.0, rates, [1.0], seconds, memory, exact.size)
    for kind in [kind for kind in kinds if kind != EXACT]:
        index, seconds, memory = _build(vectors, kind)
        found = index.search(queries, NEIGHBOURS)[1]
        pairs = [(_rate(exact, queries), _rate(index, queries)) for _ in range(repeats)]
        rates, ratios = [rate for _, rate in pairs], [rate / of_exact for of_exact, rate in pairs]
        yield Measured(kind, recall(found, truth), rates, ratios, seconds, memory, index.size)
        del index  # before the next one is built


def floor(vectors: Vectors, queries: Vectors, exact: Measured) -> str:
    """What exact search of `vectors` (n, d) has to compute and to read, and how fast it did so."""
    flop, rate = 2 * vectors.size, statistics.median(exact.rates)
    return (
        f"  exact search: 2*n*d = {flop / 1e9:.3g} Gflop a query, 4*n*d = {vectors.nbytes / MB:.1f} MB read a batch; "
        f"reached {flop * rate / 1e9:.0f} Gflop/s, {1000 * len(queries) / rate:.0f} ms a batch"
    )


def recall(found: NDArray[np.int64], truth: NDArray[np.int64]) -> float:
    """Share of `truth` (m, k) that is in the same row of `found` (m, k), in any order."""
    return float(np.mean([np.isin(right, row).mean() for row, right in zip(found, truth, strict=True)]))


def make_vectors(n: int, d: int, queries: int, seed: int) -> tuple[Vectors, Vectors]:
    """Unit vectors (n, d) and queries (queries, d) of the mixture that the module describes, in little extra memory."""
    generator = np.random.default_rng(seed)
    clusters, directions, own = math.ceil(n / MEMBERS), min(DIRECTIONS, d), min(OWN_DIRECTIONS, math.ceil(d / 4))
    length = np.float32(1 / math.sqrt(d))  # of one dimension of a vector of length 1

    def normal(*shape: int) -> Vectors:
        return generator.standard_normal(shape, np.float32)

    def falling(share: float, count: int) -> Vectors:  # Scales whose squares fall as 1/k, as spectra of embeddings do.
        squares = 1 / np.arange(1, count + 1)
        return np.asarray(np.sqrt(share * squares / squares.sum()), np.float32)

    centres = (normal(clusters, directions) * falling(CENTRE, directions)) @ (length * normal(directions, d))
    centres += math.sqrt(SHARED) * length * normal(d)
    scales = np.zeros((clusters, directions), np.float32)
    np.put_along_axis(scales, generator.random(scales.shape).argsort(axis=1)[:, :own], falling(WITHIN, own), axis=1)
    basis = length * normal(directions, d)
    weights = (np.arange(clusters) + 10) ** -0.8  # A few clusters are large and most are small, as topics are.

    vectors = np.empty((n, d), np.float32)
    for begin in range(0, n, CHUNK):
        part = vectors[begin : begin + CHUNK]
        labels = generator.choice(clusters, len(part), p=weights / weights.sum())
        generator.standard_normal(out=part, dtype=np.float32)
        part *= math.sqrt(NOISE) * length
        part += centres[labels]
        part += (normal(len(part), directions) * scales[labels]) @ basis
        part /= np.linalg.norm(part, axis=1, keepdims=True)
    asked: Vectors = vectors[generator.integers(n, size=queries)] + QUERY_NOISE * length * normal(queries, d)
    asked /= np.linalg.norm(asked, axis=1, keepdims=True)
    return vectors, asked


def read_vectors(path: Path, least: int) -> NDArray[np.floating]:
    """The file's array (rows, d), mapped and not read yet. Raises InputError where it is none or has fewer rows than `least`."""
    try:
        array = np.load(path, mmap_mode="r")
    except (OSError, ValueError, EOFError) as error:
        raise InputError(f"{path} cannot be read as a .npy file ({error}); numpy.save writes one") from error
    if not isinstance(array, np.ndarray) or array.ndim != 2 or array.dtype.kind != "f":
        found = f"{array.dtype} of shape {array.shape}" if isinstance(array, np.ndarray) else "several arrays"
        raise InputError(f"{path}: expected floating point numbers of shape (rows, dimension), found {found}")
    if len(array) < least:
        raise InputError(f"{path}: expected {least} rows (the largest of --sizes, and the queries), found {len(array)}")
    return array


def draw_vectors(source: NDArray[np.floating], n: int, queries: int, seed: int) -> tuple[Vectors, Vectors]:
    """Different rows of `source` (rows, d), made unit: vectors (n, d) and queries (queries, d). Zero rows stay zero."""
    drawn = np.random.default_rng(seed).permutation(len(source))[: queries + n]
    drawn[queries:].sort()  # The file's order reads faster.
    vectors = np.empty((queries + n, source.shape[1]), np.float32)
    for begin in range(0, len(vectors), CHUNK):
        part = vectors[begin : begin + CHUNK]
        part[:] = source[drawn[begin : begin + CHUNK]]
        if not np.isfinite(part).all():
            raise InputError("the vectors hold numbers that are not finite; leave those rows out of the file")
        part /= np.maximum(np.linalg.norm(part, axis=1, keepdims=True), np.finfo(np.float32).tiny)
    return vectors[queries:], vectors[:queries]


def _build(vectors: Vectors, kind: Kind) -> tuple[DenseIndex, float, int]:
    """The index, and the seconds and the bytes that building it took."""
    with peak_memory() as peak:
        start = time.perf_counter()
        try:
            index = DenseIndex.build(vectors, np.arange(len(vectors)), kind.factory, kind.parameters)
        except RuntimeError as error:
            raise InputError(f"{kind} cannot hold {len(vectors)} vectors ({_reason(error)}); choose another kind") from error
        seconds = time.perf_counter() - start
    return index, seconds, peak[0]


def _rate(index: DenseIndex, queries: Vectors) -> float:
    """Queries a second of one batch."""
    start = time.perf_counter()
    index.search(queries, NEIGHBOURS)
    return len(queries) / (time.perf_counter() - start)


def _kind(text: str, n: int, d: int) -> Kind:
    """The kind that `text` names, tried on an empty index so that a mistake is said before anything is measured."""
    factory, _, parameters = text.partition(":")
    factory = choose_factory(n, d) if factory == "auto" else factory
    parameters = parameters or choose_parameters(factory)
    try:
        set_parameters(faiss.index_factory(d, factory, faiss.METRIC_INNER_PRODUCT), parameters)
    except RuntimeError as error:
        raise InputError(
            f"--factories {text}: FAISS cannot make this for {d} dimensions ({_reason(error)}); "
            "expected `auto` or a factory string, and after a colon search parameters such as nprobe=64"
        ) from error
    return Kind(factory, parameters)


def _reason(error: RuntimeError) -> str:
    return str(error).partition(".cpp:")[2].partition(": ")[2] or str(error)  # FAISS begins with function, file and line.


def _sizes(text: str, option: str) -> list[int]:
    try:
        if min(sizes := [int(part) for part in text.split(",")]) >= NEIGHBOURS:
            return sizes
    except ValueError:
        pass
    raise InputError(f"{option} {text}: expected numbers with commas between, each {NEIGHBOURS} or more")


def _faiss() -> str:
    gpus, options = getattr(faiss, "get_num_gpus", lambda: 0)(), faiss.get_compile_options().strip()
    return f"faiss     {faiss.__version__} ({options}), {faiss.omp_get_max_threads()} threads, {gpus} GPUs"


if __name__ == "__main__":
    sys.exit(main())
