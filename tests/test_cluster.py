"""Work on several processes through Ray Data: equal to that of one, continued after a kill, and not stopped by single rows.

The cluster has two machines of one processor each, all on this one. What only tests how rows are handled has workers of its own,
which load no models; they are classes inside the tests, so that they travel by value to processes that do not see the tests.
"""

from __future__ import annotations

import importlib.util
import os
import signal
import socket
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import psutil
import pytest
import torch
from threadpoolctl import threadpool_limits
from world import World, content, predictions, started, wait_for

import data.cluster
import fusion.parts
import fusion.predict
import retrieval.build_index
import retrieval.indexing
from data import cases as cases_module
from data.cases import CaseReader, Reader, load_cases
from data.cluster import Cluster, Failure, connected, map_rows, refuse_if_all_failed, worker_resources
from data.errors import InputError, RunError
from data.profile import OcrSettings
from data.run import Manifest, RunFolder
from data.schema import Sample, Task
from data.writers import Prediction

pytestmark = pytest.mark.slow
needs_ray = pytest.mark.skipif(importlib.util.find_spec("ray") is None, reason="needs the extra `ray`")

PART = 4  # samples predicted together
STORE = 100 * 2**20  # bytes of each machine's object store
GONE = 60.0  # seconds that processes of a killed command may take to end


@pytest.fixture(scope="module")
def environment() -> Iterator[None]:
    """One thread for each worker."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OMP_NUM_THREADS", "1")
        yield


@pytest.fixture
def one_thread() -> Iterator[None]:
    """As each worker has: with more, sums are rounded in another order."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    with threadpool_limits(1):
        yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="module")
def address(environment: None) -> Iterator[str]:
    from ray.cluster_utils import Cluster as Machines

    machines = Machines(initialize_head=True, head_node_args={"num_cpus": 0, "object_store_memory": STORE})
    for _ in range(2):
        machines.add_node(num_cpus=1, object_store_memory=STORE)
    yield machines.address
    machines.shutdown()


@needs_ray
def test_a_cluster_predicts_what_one_process_predicts(
    world: World, address: str, one_thread: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With everything that can be wrong with a row, and fusion not fitted yet."""
    monkeypatch.setattr(fusion.parts, "PART", PART)
    run = world.copy(tmp_path / "run", "index", "vlm")
    options = ["--engine-workers", "2", "--ray-address", address]
    assert fusion.predict.main(world.predict(run, "test.json", tmp_path / "cluster", *options)) == 1
    assert fusion.predict.main(world.predict(run, "test.json", tmp_path / "process")) == 1
    assert content(tmp_path / "cluster") == content(tmp_path / "process")


@needs_ray
def test_killed_prediction_continues_and_leaves_no_processes(
    world: World, environment: None, one_thread: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed with a Ray of its own, continued in one process: the parts are the same."""
    monkeypatch.setattr(fusion.parts, "PART", PART)
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    arguments = world.predict(world.run, "test.json", broken, "--policy", "retrieval")
    with started(
        "fusion.predict", [*arguments, "--engine-workers", "1"], f"import fusion.parts; fusion.parts.PART = {PART}"
    ) as process:
        wait_for(process, lambda: any(broken.glob("parts/*/*.jsonl")))
        children = psutil.Process(process.pid).children(recursive=True)
    assert len(children) > 2
    assert not psutil.wait_procs(children, timeout=GONE)[1]
    assert not (broken / "predictions.jsonl").exists()
    written = {path: path.stat().st_mtime_ns for path in broken.glob("parts/*/*.jsonl")}
    seen: list[Path] = []
    write = fusion.parts.write_predictions
    monkeypatch.setattr(fusion.parts, "write_predictions", lambda path, values: (seen.append(path), write(path, values)))
    assert fusion.predict.main(arguments) == 1
    assert written
    assert not written.keys() & set(seen)
    assert fusion.predict.main(world.predict(world.run, "test.json", whole, "--policy", "retrieval")) == 1
    assert content(broken) == content(whole)


@needs_ray
def test_rows_that_break_their_worker_cost_no_other(
    world: World, address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Fragile:
        """Answers every sample, but for one that raises and one that kills the process, as a crash in a library does."""

        @classmethod
        def load(cls, run: RunFolder, manifest: Manifest, reader: Reader, promise: object = None) -> Fragile:
            return cls()

        def __call__(self, samples: Sequence[Sample]) -> list[Prediction]:
            for sample in samples:
                if sample.id == "missing":
                    raise ValueError("poisoned")
                if sample.id == "long":
                    os.kill(os.getpid(), signal.SIGKILL)
            budget = {"vlm_calls": 0, "output_tokens": 0}
            return [
                Prediction(sample.id, sample.task.value, "fine", 1.0, (("fine", 1.0),), {"exemplars": []}, budget)
                for sample in samples
            ]

    monkeypatch.setattr(fusion.parts, "PART", PART)
    monkeypatch.setattr(fusion.parts, "Predictor", Fragile)
    options = ["--policy", "retrieval", "--engine-workers", "2", "--ray-address", address]
    assert fusion.predict.main(world.predict(world.run, "test.json", tmp_path / "out", *options)) == 1
    assert "2 samples had something wrong" in capsys.readouterr().out
    found = predictions(tmp_path / "out")
    assert len(found) == len(world.rows)
    errors = {value["id"]: value["error"] for value in found if "error" in value}
    assert errors.keys() == {"missing", "long"}
    assert "ValueError: poisoned" in errors["missing"]
    assert "was killed twice" in errors["long"]
    for value in found:
        if value["id"] in errors:
            assert len(value["candidates"]) == 23
            assert sum(item["probability"] for item in value["candidates"]) == pytest.approx(1, abs=1e-4)
            assert value["budget"] == {"vlm_calls": 0, "output_tokens": 0}
        else:
            assert value["predict"] == "fine"


@needs_ray
def test_a_cluster_builds_the_same_index(world: World, address: str, tmp_path: Path) -> None:
    run = tmp_path / "run"
    options = ["--workers", "2", "--ray-address", address, "--cache", str(tmp_path / "cache")]
    assert retrieval.build_index.main(world.build(run, *options)) == 0
    assert content(run / "index") == content(world.run / "index")
    assert any((tmp_path / "cache").rglob("*.json"))


@needs_ray
def test_samples_whose_reading_breaks_are_kept(address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Fragile(CaseReader):
        def __call__(self, sample: Sample) -> Any:
            if sample.id == "3":
                os.kill(os.getpid(), signal.SIGKILL)
            return super().__call__(sample)

    samples = [Sample(str(number), Task.DIALOGUE) for number in range(6)]
    reader = Reader(tmp_path, OcrSettings(), 10_000, None, 1)
    expected = load_cases(samples, reader)
    monkeypatch.setattr(cases_module, "CaseReader", Fragile)
    cases = load_cases(samples, reader, cluster=Cluster(2, address))
    assert [case.sample.id for case in cases] == [sample.id for sample in samples]
    assert "killed twice" in cases[3].sample.problems[0]
    assert cases[:3] + cases[4:] == expected[:3] + expected[4:]


@needs_ray
def test_errors_that_no_row_is_to_blame_for_end_the_job(address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Worker:
        def __init__(self, say: str) -> None:
            if say == "load":
                raise InputError("expected something else")
            self.say = say

        def __call__(self, row: int) -> int:
            if self.say == "kill":
                os.kill(os.getpid(), signal.SIGKILL)
            if self.say == "work":
                raise RunError(f"no place for row {row}")
            return row

    def results(say: str, **options: Any) -> dict[int, int | Failure]:
        return dict(map_rows(Worker, (say,), range(3), 1, **options))

    monkeypatch.setattr(data.cluster, "KILLED", 0)
    with connected(Cluster(1, address)):
        with pytest.raises(InputError, match=r"^expected something else$"):
            results("load")
        with pytest.raises(RunError, match="no place for row"):
            results("work")
        with pytest.raises(RunError, match=r"killed twice.*fewer workers"):
            results("kill")
        with pytest.raises(RunError, match=r"nowhere does not exist on machine .* same path on all machines"):
            results("fine", shared=(tmp_path / "nowhere",))


@needs_ray
def test_an_address_where_nothing_answers_is_named() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
        with (
            pytest.raises(InputError, match=f"no Ray cluster can be used at {address} .*`ray start --head`"),
            connected(Cluster(1, address)),
        ):
            pass


def test_a_job_of_which_nothing_succeeds_is_refused() -> None:
    refuse_if_all_failed([Failure("a"), 1], "samples")
    refuse_if_all_failed([Failure("a")], "samples")
    with pytest.raises(RunError, match="not one of 2 samples could be read: a"):
        refuse_if_all_failed([Failure("a"), Failure("b")], "samples could be read")


@pytest.mark.parametrize(
    ("machines", "workers", "gpus", "expected"),
    [
        ([(0, 0), (1, 0), (1, 0)], 2, True, {"workers": 2, "num_cpus": 1}),
        ([(8, 0)], 3, True, {"workers": 3, "num_cpus": 2}),
        ([(4, 0), (4, 0), (4, 0)], 2, True, {"workers": 2, "num_cpus": 4}),
        ([(4, 0), (4, 0), (4, 0)], 4, True, {"workers": 4, "num_cpus": 2}),
        ([(8, 0)], None, False, {"workers": 8, "num_cpus": 1}),
        ([(8, 0)], 100, False, {"workers": 8, "num_cpus": 1}),  # no more than there are rows
        ([(8, 2), (8, 2)], 3, True, {"workers": 3, "num_gpus": 1}),
        ([(8, 2), (8, 2)], 3, False, {"workers": 3, "num_cpus": 4}),
    ],
)
def test_processors_are_shared_among_workers(
    machines: list[tuple[int, int]], workers: int | None, gpus: bool, expected: dict[str, int]
) -> None:
    resources = [{"CPU": float(cpus), "GPU": float(devices), "memory": 1e9} for cpus, devices in machines]
    assert worker_resources(resources, workers, 8, gpus=gpus) == expected


def test_more_workers_than_fit_are_refused() -> None:
    with pytest.raises(InputError, match="3 workers were asked for, but the cluster has 2 processors; ask for 2 at most"):
        worker_resources([{"CPU": 2.0}], 3, 9, gpus=True)
    with pytest.raises(InputError, match="the cluster has 1 GPUs"):
        worker_resources([{"CPU": 8.0, "GPU": 1.0}], 2, 9, gpus=True)
    with pytest.raises(InputError, match="the cluster has 0 processors"):
        worker_resources([{"memory": 1.0}], None, 9, gpus=True)


@pytest.mark.parametrize(
    ("command", "options", "words"),
    [
        (fusion.predict.main, ["--engine-workers", "2"], "install .[ray]"),
        (retrieval.build_index.main, ["--ray-address", "auto"], "install .[ray]"),
        (fusion.predict.main, ["--ray-address", "auto"], "without --engine-workers N"),
    ],
)
def test_mistakes_get_one_message(
    command: Callable[[list[str]], int],
    options: list[str],
    words: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setitem(sys.modules, "ray.data", None)  # As if it were not installed.
    assert command(["--run", str(tmp_path / "run"), *options]) == 2
    error = capsys.readouterr().err
    assert words in error
    assert error.count("error:") == 1
    assert not (tmp_path / "run").exists()
