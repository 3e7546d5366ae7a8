"""The service as replicas of Ray Serve: the same application in several processes, on one machine or many, behind one address.

    with serving(build, settings, Replicas(2, address=None), run) as url:
        ...

Every replica loads the run and answers by itself. The two SQLite files beside the run belong to one process, on the machine where
the command runs, because SQLite's locks do not reach over a network: replicas read and write them through it. A change is on disk
before the replica that took it acknowledges it; every replica asks for the last version once a second and brings its own chain up
to date, which it swaps in whole. Ray is imported only here, and only where it is asked for.
"""

from __future__ import annotations

import contextlib
import dataclasses
import importlib
import logging
import os
import secrets
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data.cluster import Cluster, connected, worker_resources
from data.errors import InputError, RunError
from data.taught import TaughtStore, taught_path
from data.teaching import Change, Kind, StoredImages, Taught, image_digests
from fusion.live.rules import Audited
from fusion.serving.app import Parts, Service, create_app
from fusion.serving.audit_store import AuditStore
from fusion.serving.settings import Settings
from fusion.serving.store import Item, store_path

NAME = "intent"
CONTROLLER = "SERVE_CONTROLLER_ACTOR"  # Ray Serve's own actor, of which a cluster has one at most
AT_ONCE = 4  # requests to the files that wait for the disk together
ENDING = 55.0  # seconds that a replica has to finish what it accepted
HEALTH = 2.0  # seconds between two looks at whether a replica lives
TOGETHER = 100_000  # requests of a replica; its own queue says when it is full, with 429

Build = Callable[[AuditStore, TaughtStore, int], Parts]


@dataclass(frozen=True)
class Replicas:
    """How many processes answer, in the Ray cluster at `address` or (None) on this machine, and whether each wants a GPU.

    Raises InputError where Ray Serve is not installed.
    """

    count: int
    address: str | None = None
    gpus: bool = False

    def __post_init__(self) -> None:
        if self.address is None:  # Ray runs code for whoever reaches its ports; read when it is imported, once a process.
            os.environ.setdefault("RAY_AUTH_MODE", "token")
            os.environ.setdefault("RAY_AUTH_TOKEN", secrets.token_hex(32))
        load_serve()


def load_serve() -> Any:
    """The module `ray.serve`. Raises InputError where it cannot be imported."""
    try:
        return importlib.import_module("ray.serve")
    except ImportError as error:
        raise InputError(
            f"--replicas and --ray-address need Ray Serve, which cannot be imported ({error}); install .[ray] "
            "(`python -m pip install '.[ray]'`), or leave the options out"
        ) from error


@contextmanager
def serving(build: Build, settings: Settings, replicas: Replicas, run: Path) -> Iterator[str]:
    """The service; yields its address once every replica is ready, and at the end lets them finish what they accepted.

    `build(store, taught, processors)` makes a replica's parts in its process, and must be picklable. Raises InputError where the
    cluster cannot be used, and RunError where a replica cannot be made.
    """
    serve = load_serve()
    ray: Any = importlib.import_module("ray")
    from ray.serve.schema import LoggingConfig
    from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

    for name in ("ray", "ray.serve"):
        logging.getLogger(name).setLevel(logging.ERROR)
    with connected(Cluster(replicas.count, replicas.address)):
        if _served(ray):
            raise InputError(
                "Ray Serve runs in this cluster already; stop what it serves with `serve shutdown`, or use another cluster"
            )
        machines = [node["Resources"] for node in ray.nodes() if node["Alive"]]
        resources: dict[str, Any] = worker_resources(machines, replicas.count, replicas.count, gpus=replicas.gpus)
        count = resources.pop("workers")
        processors = int(resources.get("num_cpus") or max(1, sum(int(one.get("CPU", 0)) for one in machines) // count))
        here = NodeAffinitySchedulingStrategy(ray.get_runtime_context().get_node_id(), soft=False)
        # Detached: a replica is made by Ray Serve, whose processes may outlive this one.
        named = {"name": f"{NAME}-{uuid.uuid4().hex}", "namespace": NAME, "lifetime": "detached"}
        owner: Any = ray.remote(_Files)
        files = owner.options(num_cpus=0, max_concurrency=AT_ONCE, scheduling_strategy=here, **named).remote(
            run.absolute(), settings.kept
        )
        try:
            ray.get(files.call.remote("taught", "version"))

            def application() -> Service:
                return _replica(build, settings, run, files, processors)

            deployment = serve.deployment(serve.ingress(application)()).options(
                name=NAME,
                num_replicas=count,
                max_ongoing_requests=TOGETHER,
                ray_actor_options=resources,
                graceful_shutdown_timeout_s=ENDING,
                health_check_period_s=HEALTH,
                max_constructor_retry_count=1,
                logging_config=LoggingConfig(enable_access_log=False, log_level="WARNING"),
            )
            serve.start(
                http_options={"host": settings.host, "port": settings.port, "location": "EveryNode"},
                logging_config=LoggingConfig(enable_access_log=False, log_level="WARNING"),
            )
            try:
                serve.run(deployment.bind(), name=NAME, route_prefix="/")
                yield f"http://{settings.host}:{settings.port}"
            except RuntimeError as error:
                lines = [line for line in str(error).splitlines() if line.strip()]
                raise RunError(f"a replica cannot be made: {lines[-1].strip() if lines else error}") from error
            finally:
                with contextlib.suppress(TimeoutError):  # Before the proxies end, through which the last answers go.
                    serve.delete(NAME)
                serve.shutdown()
        finally:
            with contextlib.suppress(Exception):  # The cluster may be gone.
                ray.get(files.call.remote("taught", "close"))
                ray.get(files.call.remote("questions", "close"))
                ray.kill(files)


def _served(ray: Any) -> bool:
    try:
        ray.get_actor(CONTROLLER, namespace="serve")
    except ValueError:
        return False
    return True


def _replica(build: Build, settings: Settings, run: Path, files: Any, processors: int) -> Service:
    """A replica's application, whose models are loaded when this returns: Ray Serve sends no request before."""
    parts = build(SharedStore(run, settings.kept, files), SharedTaught(run, files), processors)
    state = parts.load()
    return create_app(dataclasses.replace(parts, load=lambda: state))


class _Files:
    """Owns the SQLite files beside a run, in a process of its own."""

    def __init__(self, run: Path, kept: int) -> None:
        self._stores = {"taught": TaughtStore(taught_path(run)), "questions": AuditStore(store_path(run), kept)}

    def call(self, store: str, method: str, *values: Any) -> Any:
        """What a store's method returns."""
        return getattr(self._stores[store], method)(*values)


class SharedTaught(TaughtStore):
    """What a run was taught, through the process that owns the file."""

    def __init__(self, run: Path, files: Any) -> None:
        self.path = taught_path(run)
        self._taught = self._shared = Taught()
        self._files = files

    def close(self) -> None:
        """Nothing: other replicas use the file."""

    def taught(self, upto: int | None = None) -> Taught:
        """What counts now, or after the changes up to a version."""
        found = super().taught(upto)
        if found is self._shared:
            return found
        examples = {
            id_: dataclasses.replace(sample, contents=SharedImages(self.path, image_digests(sample), self._files))
            for id_, sample in found.examples.items()
        }
        found = dataclasses.replace(found, examples=examples)
        if upto is None:
            self._taught = self._shared = found
        return found

    def keep_derived(self, contents: Mapping[str, bytes]) -> None:
        """Keep what was computed from taught examples, which may be lost without harm."""
        _asked(self._files, "taught", "keep_derived", dict(contents))

    def _write(self, rows: Sequence[tuple[Kind, dict[str, Any], Mapping[str, bytes]]], who: str) -> list[Change]:
        return list(
            _asked(self._files, "taught", "_write", [(kind, value, dict(contents)) for kind, value, contents in rows], who)
        )

    def _rows(self, query: str, *values: Any) -> list[Any]:
        return list(_asked(self._files, "taught", "_rows", query, *values))


class SharedImages(StoredImages):
    """The bytes of a taught example's images by their name, asked for when they are needed."""

    def __init__(self, path: Path, digests: Mapping[str, str], files: Any) -> None:
        super().__init__(path, digests)
        self._files = files

    def __getitem__(self, name: str) -> bytes:
        rows = _asked(self._files, "taught", "_rows", "SELECT content FROM images WHERE digest = ?", self.digests[name])
        if not rows:
            raise KeyError(name)
        return bytes(rows[0][0])

    def __reduce__(self) -> tuple[Any, ...]:
        """As the bytes themselves: processes that read images are not Ray's and reach nothing through it."""
        return dict, (dict(self),)


class SharedStore(AuditStore):
    """Questions for people, through the process that owns the file."""

    def __init__(self, run: Path, kept: int, files: Any) -> None:
        self.path, self.kept = store_path(run), kept
        self._files = files

    def close(self) -> None:
        """Nothing: other replicas use the file."""

    def add_item(self, item: Item, contents: Mapping[str, bytes], previews: Mapping[str, bytes]) -> None:
        """Keep a question; the oldest ones go where there are more than `kept`."""
        _asked(self._files, "questions", "add_item", _without_contents(item), dict(contents), dict(previews))

    def add_audit(self, item: Item, drawn: Audited, contents: Mapping[str, bytes], previews: Mapping[str, bytes]) -> None:
        """Keep an answer that was drawn and its question."""
        _asked(self._files, "questions", "add_audit", _without_contents(item), drawn, dict(contents), dict(previews))

    def _rows(self, query: str, *values: Any) -> list[Any]:
        return list(_asked(self._files, "questions", "_rows", query, *values))

    def _write(self, query: str, *values: Any) -> int:
        return int(_asked(self._files, "questions", "_write", query, *values))


def _without_contents(item: Item) -> Item:
    """The question without its images' bytes, which travel beside it."""
    return dataclasses.replace(item, sample=dataclasses.replace(item.sample, contents={}))


def _asked(files: Any, store: str, method: str, *values: Any) -> Any:
    ray: Any = importlib.import_module("ray")
    return ray.get(files.call.remote(store, method, *values))
