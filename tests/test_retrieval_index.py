"""Index kinds by size: recall, saved search parameters, repeatability, GPUs; and the command that measures them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import faiss
import numpy as np
import pytest

from data.machine import machine
from retrieval import benchmark, index
from retrieval.benchmark import draw_vectors, main, make_vectors, recall
from retrieval.index import EXACT_UP_TO, HALF_UP_TO, POINTS_PER_CELL, PROBED_CELLS, DenseIndex, choose_factory, choose_parameters

N, D = 12_000, 32
VECTORS, QUERIES = make_vectors(N, D, 200, seed=1)
ROWS = np.arange(N) + 5_000
TRUTH = DenseIndex.build(VECTORS, ROWS, "Flat").search(QUERIES, 10)[1]
KINDS = ["IVF128,SQfp16", "IVF128,SQ8", "IVF128,Flat", "HNSW16"]


def saved_parameter(path: Path) -> int:
    """What FAISS itself reads from the file: nprobe or efSearch."""
    read = faiss.read_index(str(path))  # Named, because it owns what `inner` points to.
    inner = faiss.downcast_index(read.index)
    return int(inner.nprobe if hasattr(inner, "nprobe") else inner.hnsw.efSearch)


@pytest.mark.parametrize(
    ("n", "d", "factory"),
    [
        (0, 512, "Flat"),
        (EXACT_UP_TO, 512, "Flat"),
        (EXACT_UP_TO + 1, 512, "IVF1024,SQfp16"),
        (100_000, 512, "IVF1024,SQfp16"),
        (1_000_000, 512, "IVF4096,SQfp16"),
        (HALF_UP_TO + 1, 512, "IVF4096,SQ8"),
        (10_000_000, 512, "IVF16384,SQ8"),
        (1_000_000, 510, "IVF4096,Flat"),
    ],
)
def test_kind_by_size(n: int, d: int, factory: str) -> None:
    assert choose_factory(n, d) == factory
    if factory.startswith("IVF"):
        cells = int(factory.removeprefix("IVF").partition(",")[0])
        assert n >= POINTS_PER_CELL * cells  # otherwise k-means would have too little to learn from


def test_small_index_is_plain_exact_search(tmp_path: Path) -> None:
    DenseIndex.build(VECTORS[:100], ROWS[:100]).save(tmp_path / "ours.faiss")
    plain = faiss.IndexIDMap2(faiss.IndexFlatIP(D))
    plain.add_with_ids(VECTORS[:100], ROWS[:100])
    faiss.write_index(plain, str(tmp_path / "plain.faiss"))
    assert (tmp_path / "ours.faiss").read_bytes() == (tmp_path / "plain.faiss").read_bytes()


def test_only_zero_vectors_are_left_out() -> None:
    vectors = np.zeros((4, 8), np.float32)
    vectors[1, 3], vectors[3, 3] = 1, -1
    built = DenseIndex.build(vectors, np.arange(4))
    assert len(built) == 2
    assert built.search(vectors[[1, 0, 3]], 4)[1].tolist() == [[1, 3], [-1, -1], [3, 1]]


def test_equal_cosines_are_ordered_by_row() -> None:
    vectors = np.tile(np.eye(1, 8, dtype=np.float32), (5, 1))
    built = DenseIndex.build(vectors, np.array([4, 2, 0, 3, 1]))
    assert built.search(vectors[:1], 5)[1].tolist() == [[0, 1, 2, 3, 4]]


@pytest.mark.parametrize(("half", "factory", "least"), [(N, "IVF512,SQfp16", 0.98), (N - 1, "IVF512,SQ8", 0.95)])
def test_chosen_kind_finds_nearly_all_neighbours(monkeypatch: pytest.MonkeyPatch, half: int, factory: str, least: float) -> None:
    """The kinds that large sets get, at a size that a test can wait for."""
    monkeypatch.setattr(index, "EXACT_UP_TO", 1_000)
    monkeypatch.setattr(index, "HALF_UP_TO", half)
    assert choose_factory(N, D) == factory
    scores, rows = DenseIndex.build(VECTORS, ROWS).search(QUERIES, 10)
    assert recall(rows, TRUTH) >= least
    assert scores[0] == pytest.approx(VECTORS[rows[0] - 5_000] @ QUERIES[0], abs=0.01)
    assert (np.diff(scores, axis=1) <= 0).all()


@pytest.mark.parametrize("kind", KINDS)
def test_parameters_are_set_matter_and_survive_saving(kind: str, tmp_path: Path) -> None:
    name, _, value = choose_parameters(kind).partition("=")
    built = DenseIndex.build(VECTORS, ROWS, kind)
    built.save(tmp_path / "default.faiss")
    assert saved_parameter(tmp_path / "default.faiss") == int(value)
    assert built.size == (tmp_path / "default.faiss").stat().st_size
    narrow = DenseIndex.build(VECTORS, ROWS, kind, f"{name}=1")
    narrow.save(tmp_path / "narrow.faiss")
    assert saved_parameter(tmp_path / "narrow.faiss") == 1
    found, again = narrow.search(QUERIES, 10), DenseIndex.load(tmp_path / "narrow.faiss").search(QUERIES, 10)
    assert np.array_equal(found[0], again[0])
    assert np.array_equal(found[1], again[1])
    assert recall(found[1], TRUTH) < recall(built.search(QUERIES, 10)[1], TRUTH)


def test_same_vectors_give_the_same_index(tmp_path: Path) -> None:
    for name in ("a", "b"):
        DenseIndex.build(VECTORS, ROWS, "IVF64,SQfp16").save(tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_training_sample_is_bounded_and_always_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index, "TRAINED_FROM", 100)
    inner = faiss.index_factory(D, "IVF16,SQ8", faiss.METRIC_INNER_PRODUCT)
    sample = index._training_sample(inner, VECTORS)
    assert sample.shape == (16 * POINTS_PER_CELL, D)
    assert np.array_equal(sample, index._training_sample(inner, VECTORS))
    assert len(index._training_sample(inner, VECTORS[:50])) == 50
    assert len(index._training_sample(faiss.index_factory(D, "SQ8"), VECTORS)) == 100


class Gpu:
    """Stands for the copies on GPUs: an index that finds row 77 everywhere."""

    def __init__(self) -> None:
        self.copied: list[str] = []

    def copy(self, wrapped: Any) -> Any:
        inner = faiss.downcast_index(wrapped.index)
        self.copied.append(type(inner).__name__)
        if self.copied[-1] == "IndexIVFFlat":
            raise RuntimeError("out of memory")
        return SimpleNamespace(search=lambda vectors, k: (np.ones((len(vectors), k)), np.full((len(vectors), k), 77)))


def test_gpu_searches_what_it_can(monkeypatch: pytest.MonkeyPatch) -> None:
    gpu = Gpu()
    monkeypatch.setattr(faiss, "get_num_gpus", lambda: 1, raising=False)
    monkeypatch.setattr(faiss, "index_cpu_to_all_gpus", gpu.copy, raising=False)
    found = {
        kind: DenseIndex.build(VECTORS[:3_000], ROWS[:3_000], kind).search(QUERIES[:1], 1)[1][0, 0]
        for kind in ("Flat", "IVF16,SQfp16", "IVF16,SQ8", "IVF16,Flat", "HNSW16", "IVF16,SQ8,RFlat")
    }
    assert [name.removesuffix("IP") for name in gpu.copied] == [
        "IndexFlat",
        "IndexIVFScalarQuantizer",
        "IndexIVFScalarQuantizer",
        "IndexIVFFlat",
    ]
    assert [kind for kind, row in found.items() if row == 77] == ["Flat", "IVF16,SQfp16", "IVF16,SQ8"]
    many = DenseIndex.build(VECTORS[:3_000], ROWS[:3_000]).search(QUERIES[:1], 2_500)[1]
    assert len(set(many[0].tolist())) == 2_500  # more than a GPU returns: searched by the processor


def test_recall_by_hand() -> None:
    assert recall(np.array([[3, 1, 9], [4, -1, -1]]), np.array([[1, 2, 3], [4, 5, 6]])) == pytest.approx((2 / 3 + 1 / 3) / 2)


def test_made_vectors_are_unit_seeded_and_clustered() -> None:
    assert np.linalg.norm(VECTORS, axis=1) == pytest.approx(np.ones(N), abs=1e-5)
    assert np.linalg.norm(QUERIES, axis=1) == pytest.approx(np.ones(200), abs=1e-5)
    assert VECTORS.dtype == QUERIES.dtype == np.float32
    again = make_vectors(N, D, 200, seed=1)
    assert np.array_equal(again[0], VECTORS)
    assert np.array_equal(again[1], QUERIES)
    assert not np.array_equal(make_vectors(100, D, 1, seed=2)[0], make_vectors(100, D, 1, seed=3)[0])
    assert (VECTORS[:500] @ VECTORS[500:1_000].T).mean() < 0.5
    cosines = np.sort(QUERIES @ VECTORS.T, axis=1)
    assert cosines[:, -1].mean() == pytest.approx(0.96, abs=0.01)
    assert cosines[:, -10].mean() > 0.6


def test_real_vectors_are_drawn_once_each() -> None:
    source = np.diag(np.arange(1.0, 31.0))  # Row i points along axis i; unit afterwards.
    vectors, queries = draw_vectors(source, 20, 10, seed=0)
    axes = np.concatenate([vectors, queries]).argmax(axis=1)
    assert sorted(axes.tolist()) == list(range(30))
    assert np.concatenate([vectors, queries]).max(axis=1).tolist() == [1.0] * 30


def rows_of(text: str) -> dict[str, tuple[float, ...]]:
    """Printed rows by kind: recall, queries/s, ratio, build s, index MB, build MB."""
    lines = [line for line in text.splitlines() if line.startswith("  ") and line.split()[0].replace(".", "").isdigit()]
    found = {}
    for line in lines:
        recalled, rate, ratio, _, *numbers, kind = line.split(maxsplit=7)
        found[kind] = tuple(float(value) for value in (recalled, rate, ratio, *numbers))
    return found


def test_command_prints_a_row_per_kind(capsys: pytest.CaptureFixture[str]) -> None:
    kinds = ["auto", "IVF32,SQ8", "IVF32,SQfp16:nprobe=2"]
    assert main(["--sizes", "2000", "--dimension", "16", "--queries", "50", "--repeats", "2", "--factories", *kinds]) == 0
    text = capsys.readouterr().out
    assert text.splitlines()[0].startswith("machine ")
    assert "2*n*d = 6.4e-05 Gflop a query, 4*n*d = 0.1 MB read a batch" in text
    rows = rows_of(text)
    assert list(rows) == ["Flat", f"IVF32,SQ8 nprobe={PROBED_CELLS}", "IVF32,SQfp16 nprobe=2"]
    assert rows["Flat"][0] == 1
    assert 0.9 < rows[f"IVF32,SQ8 nprobe={PROBED_CELLS}"][0] < 1
    assert 0.3 < rows["IVF32,SQfp16 nprobe=2"][0] < 1
    assert all(rate > 0 and ratio > 0 for _, rate, ratio, *_ in rows.values())
    assert rows["Flat"][4] == 0.1  # 2,000 vectors of 64 bytes and their rows
    assert int(text.rpartition(": ")[2].removesuffix(" MB\n")) > 50  # Python and NumPy alone take as much


def test_command_measures_the_retriever(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--examples", "50"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[-2].split() == ["examples", "fit", "s", "fit", "MB", "load", "s", "one", "ms", "batch", "ms"]
    count, *numbers = lines[-1].split()
    assert count == "50"
    assert all(float(number) >= 0 for number in numbers)
    assert float(numbers[-2]) > 0


def test_command_measures_given_vectors(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    np.save(tmp_path / "mine.npy", VECTORS[:1_100].astype(np.float16))
    command = ["--vectors", str(tmp_path / "mine.npy"), "--queries", "100", "--sizes"]
    assert main([*command, "500,1000", "--repeats", "1"]) == 0
    text = capsys.readouterr().out
    assert "1,000 x 32 vectors and 100 queries from" in text
    assert text.count("Flat") == 2
    assert main([*command, "1001"]) == 2
    assert "expected 1101 rows (the largest of --sizes, and the queries), found 1100" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--sizes", "many"], "--sizes many: expected numbers with commas between"),
        (["--sizes", "100,9"], "each 10 or more"),
        (["--examples", "3"], "--examples 3: expected numbers with commas between, each 10 or more"),
        (["--queries", "0"], "--queries 0: expected 1 or more"),
        (["--factories", "Quark"], "--factories Quark: FAISS cannot make this for 512 dimensions (could not parse"),
        (["--factories", "Flat:nprobe=3"], "could not set parameter nprobe"),
        (["--sizes", "20", "--dimension", "8", "--factories", "IVF64,Flat"], "IVF64,Flat nprobe=32 cannot hold 20 vectors"),
        (["--vectors", "missing.npy"], "missing.npy cannot be read as a .npy file"),
        (["--vectors", "text.npy"], "text.npy cannot be read as a .npy file"),
        (["--vectors", "flat.npy"], "expected floating point numbers of shape (rows, dimension), found int64 of shape (3,)"),
    ],
)
def test_command_errors(
    arguments: list[str], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("text.npy").write_text("not numbers")
    np.save("flat.npy", np.arange(3))
    assert main(arguments) == 2
    assert message in capsys.readouterr().err


PEAK = """
import time
import numpy as np
from data.machine import peak_memory
with peak_memory() as peak:
    block = np.ones(64 * 2**20, np.uint8)
    time.sleep(0.2)
    del block
print(peak[0])
"""


def test_peak_memory_sees_what_comes_and_goes() -> None:
    """In a process of its own: in one that has run other tests their memory may be given back at the same time."""
    done = subprocess.run(
        [sys.executable, "-c", PEAK], cwd=Path(__file__).parent.parent, capture_output=True, text=True, check=True
    )
    assert 50 * benchmark.MB < int(done.stdout) < 500 * benchmark.MB


def test_machine_names_what_it_is_given() -> None:
    lines = machine(["numpy"])
    assert [line.split()[0] for line in lines] == ["machine", "software", "load"]
    assert f"numpy {np.__version__}" in lines[1]
