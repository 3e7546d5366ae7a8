"""Fixtures of more than one test file. They import what they need themselves, so that a test of little loads little."""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
from collections.abc import Iterator

import pytest
from world import WRITTEN, World, build_world

# Files whose tests take longest come first, the longest first, so that the processes of pytest-xdist end together.
LONGEST = ("test_end_to_end", "test_wheel", "test_cluster", "test_killed", "test_vlm_train_official", "test_vlm_benchmark_ranks")

# As in commands (data/cli.py): the processes of pytest-xdist share the processors.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

# A key for Ray's processes that no file keeps. Ray reads it when it is imported, so one process's tests have the same.
os.environ.setdefault("RAY_AUTH_MODE", "token")
os.environ.setdefault("RAY_AUTH_TOKEN", secrets.token_hex(32))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    places = {name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.path.stem, len(LONGEST)))


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A finished run. It is built once for all processes of pytest-xdist; each has a copy of the run folder to itself."""
    import retrieval.indexing

    base, worker = tmp_path_factory.getbasetemp(), os.environ.get("PYTEST_XDIST_WORKER")
    folder = (base.parent if worker else base) / "world"
    folder.mkdir(exist_ok=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(retrieval.indexing, "KNOWLEDGE_PER_LABEL", WRITTEN)
        with (folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not (folder / "status.json").is_file():
                build_world(folder)
        made = World.at(folder, folder / f"run-{worker or 0}")
        shutil.copytree(folder / "run", made.run)
        yield made


@pytest.fixture
def quick_compiler(monkeypatch: pytest.MonkeyPatch) -> None:
    """torch.compile with everything but the generation of machine code, which takes minutes on a CPU."""
    import torch

    import vlm.engines.forward

    torch._dynamo.reset()
    compiled = torch.compile(vlm.engines.forward._run_layer, dynamic=True, fullgraph=True, backend="aot_eager")
    monkeypatch.setattr(vlm.engines.forward, "_compiled_layer", lambda: compiled)


@pytest.fixture
def font() -> None:
    """Skips where no Chinese font is installed."""
    from data.synth.fonts import FontNotFoundError, find_font

    try:
        find_font(12)
    except FontNotFoundError as error:
        pytest.skip(str(error))
