"""Rows worked on by several processes through Ray Data: the processors or GPUs of this machine, or a cluster's.

    with connected(Cluster(workers=4)):
        for index, result in map_rows(Predictor.load, (run, manifest, reader), parts):
            ...

Each process makes one worker, `Predictor.load(run, manifest, reader)`, and calls it with one row after the other. A row stops no
other: one whose worker raises something unforeseen, or whose process is killed, comes back as a `Failure`. Ray is imported only
here, and only where it is asked for.
"""

from __future__ import annotations

import importlib
import logging
import os
import pickle
import socket
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from data.errors import InputError, IntentError, RunError

Row = TypeVar("Row")
Result = TypeVar("Result")

# Times that a row may be begun. Ray starts a killed process and its row again without end; a row that kills its process each time
# must not hold up the others for ever, and one that was there when the machine ran out of memory deserves a second chance.
ATTEMPTS = 2
# Rows whose process was killed before anything else went well: after that it is not the rows.
KILLED = 3
# What waits between processes is small; Ray's own default is a third of the machine's memory.
OBJECT_STORE_BYTES = 200 * 2**20
CONNECTING = 10.0  # seconds that a cluster may take to answer
SHARED = "the run folder, the data, the images and this program must be under the same path on all machines of the cluster"


@dataclass(frozen=True)
class Cluster:
    """Who works: `workers` processes (None: one for each processor) of the Ray cluster at `address`, or of this machine.

    Raises InputError where Ray is not installed.
    """

    workers: int | None
    address: str | None = None

    def __post_init__(self) -> None:
        load_ray()


@dataclass(frozen=True)
class Failure:
    """Why a row has no result, in one line. `killed` where its process died, otherwise its worker raised an exception."""

    message: str
    killed: bool = False

    def __str__(self) -> str:
        return self.message


def load_ray() -> Any:
    """The `ray` module with `ray.data`. Raises InputError where it is not installed."""
    try:
        importlib.import_module("ray.data")
        return importlib.import_module("ray")
    except ImportError as error:
        raise InputError(
            f"--engine-workers and --ray-address need Ray, which cannot be imported ({error}); install .[ray] "
            "(`python -m pip install '.[ray]'`), or leave the options out"
        ) from error


def _check_reachable(address: str) -> None:
    """Ask before Ray does: at an address where nothing answers it tries for more than five minutes. Raises OSError."""
    host, _, port = address.rpartition(":")
    if port.isdigit() and "/" not in host:
        socket.create_connection((host.strip("[]"), int(port)), CONNECTING).close()


@contextmanager
def connected(cluster: Cluster) -> Iterator[None]:
    """Connect to the cluster, or start Ray on this machine and stop it at the end. Raises InputError where that fails."""
    ray = load_ray()
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    quiet = {"logging_level": logging.ERROR, "log_to_driver": False}
    try:
        if cluster.address:
            _check_reachable(cluster.address)
            ray.init(address=cluster.address, **quiet)
        else:
            # A figure that Ray only counts with: more workers than processors are allowed.
            processors = max(len(os.sched_getaffinity(0)), cluster.workers or 1)
            local = {"num_cpus": processors, "object_store_memory": OBJECT_STORE_BYTES, "include_dashboard": False}
            ray.init(address="local", **local, **quiet)
    except Exception as error:  # Ray raises errors of many kinds.
        found = f"no Ray cluster can be used at {cluster.address}" if cluster.address else "Ray cannot be started on this machine"
        raise InputError(
            f"{found} ({_first_line(error)}); give the HOST:PORT that `ray start --head` printed, with the same versions of Ray "
            "and Python as here, or leave --ray-address out to work on this machine"
        ) from error
    try:
        logging.getLogger("ray.data").setLevel(logging.CRITICAL)  # It prints what is handled here.
        context = ray.data.DataContext.get_current()
        context.enable_progress_bars = False
        context.print_on_execution_start = False
        yield
    finally:
        ray.shutdown()


def map_rows(
    make: Callable[..., Callable[[Row], Result]],
    arguments: tuple[Any, ...],
    rows: Sequence[Row],
    workers: int | None = None,
    *,
    gpus: bool = False,
    shared: Sequence[Path] = (),
) -> Iterator[tuple[int, Result | Failure]]:
    """Index and result of every row, as they are finished; inside `connected`. Rows and results must be picklable.

    `make(*arguments)` makes a process's worker. With `gpus` each takes one GPU where the cluster has any. `shared` are paths that
    workers need. Raises the worker's own IntentError (the row is not to blame for it), RunError where processes are killed again
    and again or Ray fails, and InputError where so many workers do not fit.
    """
    if not rows:
        return
    ray = load_ray()
    machines = [node["Resources"] for node in ray.nodes() if node["Alive"]]
    resources = worker_resources(machines, workers, len(rows), gpus=gpus)
    size = resources.pop("workers")
    attempts = ray.remote(num_cpus=0, max_restarts=-1, max_task_retries=-1)(_Attempts).remote()
    items = [{"index": index, "value": pickle.dumps(row)} for index, row in enumerate(rows)]
    dataset = ray.data.from_items(items, override_num_blocks=len(items)).map_batches(
        _Process,
        fn_constructor_args=(make, arguments, Path.cwd(), tuple(path.absolute() for path in shared), attempts),
        batch_size=1,
        batch_format="pyarrow",
        compute=ray.data.ActorPoolStrategy(size=size, max_tasks_in_flight_per_actor=1),
        **resources,
    )
    finished = killed = 0
    try:
        # Without prefetching: a result is handed on, and can be written, as soon as it is there.
        for batch in dataset.iter_batches(batch_size=None, batch_format="pyarrow", prefetch_batches=0):
            for item in batch.to_pylist():
                result = pickle.loads(item["value"])
                if isinstance(result, IntentError):
                    raise result
                if isinstance(result, _Broken):
                    raise RuntimeError(f"a worker process cannot start:\n{result.traceback}")
                killed += isinstance(result, Failure) and result.killed
                finished += not isinstance(result, Failure)
                if killed > max(KILLED, finished):
                    raise RunError(f"{result}; run the same command again with fewer workers (what was finished is kept)")
                yield item["index"], result
    except ray.exceptions.RayError as error:
        cause = str(error).strip().splitlines()[-1:] or [type(error).__name__]  # Ray's messages end with what happened.
        raise RunError(f"Ray failed ({cause[0]}); {SHARED}. Run the same command again: what was finished is kept") from error


def refuse_if_all_failed(results: Sequence[object], what: str) -> None:
    """Where not one of several rows has a result it is not the rows: raises RunError with the first row's failure."""
    failures = [result for result in results if isinstance(result, Failure)]
    if len(failures) == len(results) > 1:
        raise RunError(f"not one of {len(results)} {what}: {failures[0]}; what was finished before is kept")


def worker_resources(machines: Sequence[dict[str, float]], workers: int | None, rows: int, *, gpus: bool) -> dict[str, int]:
    """`workers`, and `num_cpus` or `num_gpus` for each, on machines with so many "CPU" and "GPU".

    Processors are divided among the workers, so that each may use its share as threads. Raises InputError where so many do not
    fit: Ray would wait for more machines without end.
    """
    processors = [int(machine.get("CPU", 0)) for machine in machines]
    devices = sum(int(machine.get("GPU", 0)) for machine in machines) if gpus else 0
    found, name = (devices, "GPUs") if devices else (sum(processors), "processors")
    size = min(workers or found, rows)
    if size > found or found == 0:
        raise InputError(f"{size} workers were asked for, but the cluster has {found} {name}; ask for {found} at most")
    if devices:
        return {"workers": size, "num_gpus": 1}
    shares = range(1, max(processors) + 1)
    return {"workers": size, "num_cpus": max(share for share in shares if sum(n // share for n in processors) >= size)}


@dataclass(frozen=True)
class _Broken:
    """A worker could not be made, for a reason that no row has to do with."""

    traceback: str


class _Attempts:
    """How often each row was begun; in a process of its own, which outlives those that are killed."""

    def __init__(self) -> None:
        self.begun: dict[int, int] = {}

    def begin(self, index: int) -> int:
        """Count one more attempt."""
        self.begun[index] = self.begun.get(index, 0) + 1
        return self.begun[index]


class _Process:
    """What Ray Data runs in each process: makes the worker with the first row, so that a death while loading counts too."""

    def __init__(
        self, make: Callable[..., Any], arguments: tuple[Any, ...], folder: Path, shared: Sequence[Path], attempts: Any
    ) -> None:
        with suppress(OSError):
            os.chdir(folder)  # Relative paths, also those in messages, stay as they were given.
        self.make, self.arguments, self.shared, self.attempts = make, arguments, shared, attempts
        self.worker: Any = None

    def __call__(self, table: Any) -> Any:
        """One row, a table with `index` and the pickled `value`, to the same with its result."""
        import pyarrow as pa

        [item] = table.to_pylist()
        result = self.work(item["index"], item["value"])
        return pa.table({"index": [item["index"]], "value": [pickle.dumps(result)]})

    def work(self, index: int, value: bytes) -> object:
        """The worker's result, a Failure, or what ends the whole job: an IntentError or _Broken."""
        if load_ray().get(self.attempts.begin.remote(index)) > ATTEMPTS:
            return Failure("the process that worked on it was killed twice, most likely for memory", killed=True)
        try:
            if self.worker is None:
                self.check_paths()
                self.worker = self.make(*self.arguments)
        except IntentError as error:
            return error
        except Exception:
            return _Broken(traceback.format_exc())
        try:
            return self.worker(pickle.loads(value))
        except IntentError as error:
            return error
        except Exception as error:
            return Failure(f"{type(error).__name__}: {_first_line(error)}")

    def check_paths(self) -> None:
        """Raises RunError for a path that this machine does not see."""
        for path in self.shared:
            if not path.exists():
                raise RunError(f"{path} does not exist on machine {socket.gethostname()}; {SHARED}")


def _first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
