"""Replicas of Ray Serve on one machine: what is taught to one is known by all, whole, and nothing acknowledged is lost."""

from __future__ import annotations

import http.client
import importlib.util
import json
import os
import signal
import socket
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest
import serving_fakes
from serving_fakes import TOKEN, picture, reader, state

from data.case import Case
from data.errors import InputError
from data.schema import Sample, Task
from data.taught import TaughtStore, taught_path
from data.teaching import Taught
from data.writers import Prediction
from fusion.handover import HandoverRule, Promise, TaskRule
from fusion.live.rules import LiveRules
from fusion.live.verdicts import standing, verdicts
from fusion.pages.known import Known
from fusion.serving.app import Parts
from fusion.serving.audit_store import AuditStore
from fusion.serving.replicas import Replicas, serving
from fusion.serving.settings import Settings
from fusion.serving.state import Holder, State
from fusion.serving.store import store_path
from fusion.teaching.teacher import Teacher

pytestmark = pytest.mark.slow
needs_ray = pytest.mark.skipif(
    importlib.util.find_spec("ray") is None or importlib.util.find_spec("grpc") is None, reason="needs the extra `ray`"
)
HEADERS = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
SLOW = 2.0  # seconds of an answer to who asks for a slow one
RULE = HandoverRule(Promise(0.5, 0.5), {Task.DIALOGUE: TaskRule(0.8, 200, 150, 1)})  # made anew with six checked answers
LIMIT = 90.0  # seconds that a change, or a replica in place of another, may take on a busy machine


class Counting:
    """States that say of each answer how many examples there were and which process gave it."""

    def __init__(self, folder: Path, rules: LiveRules) -> None:
        self.folder, self.rules = folder, rules

    def prepare(self) -> None:
        pass

    def apply(self, store: TaughtStore, taught: Taught) -> State:
        before = replace(state(1, verdicts(RULE, self.rules), self.folder), stand=standing(RULE, self.rules))
        known = {id_: Known(id_, one.task, str(one.label), "", one.images, one.contents) for id_, one in taught.examples.items()}
        images = sum(len(one.contents[name]) for one in taught.examples.values() for name in one.images)

        def answer(cases: Sequence[Case]) -> list[Prediction]:
            time.sleep(SLOW if any("慢" in case.sample.customer_text() for case in cases) else 0)
            evidence = {"examples": len(known), "bytes": images, "process": os.getpid()}
            return [replace(one, evidence={**one.evidence, **evidence}) for one in before.answer(cases)]

        return replace(before, version=taught.version + 1, answer=answer, examples={**before.examples, **known})

    def encode(self, case: Case) -> Case:
        return case

    def remember(self, store: TaughtStore, sample: Sample, encoded: Case) -> None:
        store.keep_derived({sample.id: b"known"})

    def contradictions(self, encoded: Case, label: str) -> list[tuple[str, str]]:
        return []


def build(folder: Path, settings: Settings) -> Any:
    """What makes a replica's parts; it travels to its process by value."""

    def parts(store: AuditStore, taught: TaughtStore, processors: int) -> Parts:
        rules = LiveRules()
        read_with, holder, teacher, applies = reader(folder), Holder(), Teacher(taught), Counting(folder, rules)

        async def read(sample: Sample) -> Case:
            return read_with(sample)

        def load() -> State:
            return applies.apply(taught, taught.taught())

        def loaded() -> None:
            assert holder.current is not None
            teacher.start(applies, lambda made, _: holder.swap(made), holder.current.version - 1)

        return Parts(settings, store, teacher, read, load, holder, folder, rules, loaded=loaded)

    return parts


@pytest.fixture
def by_value() -> Iterator[None]:
    """Ray's processes do not see the tests' modules."""
    from ray import cloudpickle

    for module in (serving_fakes, sys.modules[__name__]):
        cloudpickle.register_pickle_by_value(module)
    yield
    for module in (serving_fakes, sys.modules[__name__]):
        cloudpickle.unregister_pickle_by_value(module)


def asked(url: str, path: str, value: Any = None, method: str | None = None) -> Any:
    data = json.dumps(value).encode() if value is not None else None
    with urllib.request.urlopen(urllib.request.Request(url + path, data, HEADERS, method=method), timeout=60) as response:
        return json.load(response)


def answered(url: str, text: str = "什么材质") -> dict[str, Any]:
    (row,) = asked(url, "/v1/predict", {"text": f"用户: {text}"})["predictions"]
    return {**row["evidence"], "version": int(row["model_version"].split("-")[0]), "rests_on": row["rests_on"]}


def wait_until_all(url: str, processes: set[int], version: int) -> None:
    """Until every process has answered with a version."""
    end, seen = time.monotonic() + LIMIT, set[int]()
    while not processes <= seen:
        assert time.monotonic() < end
        row = answered(url)
        if row["version"] == version:
            seen.add(row["process"])


@needs_ray
def test_what_is_taught_to_one_replica_reaches_all(tmp_path: Path, by_value: None) -> None:
    run, images = tmp_path / "run", tmp_path / "images"
    images.mkdir()
    (images / "a.jpg").write_bytes(picture())
    settings = Settings(port=free_port(), token=TOKEN, allowed_hosts=("127.0.0.1",), audit_share=1.0)
    with serving(build(images, settings), settings, Replicas(2), run) as url:
        with pytest.raises(urllib.error.HTTPError, match="401"):
            urllib.request.urlopen(url + "/v1/labels")
        end, processes = time.monotonic() + LIMIT, set[int]()
        while len(processes) < 2:
            assert time.monotonic() < end
            processes.add(answered(url)["process"])
        # What replicas draw comes to one store, each answer once; what people say of it makes the rule of every replica.
        texts, drew, end = list[str](), set[int](), time.monotonic() + LIMIT
        while drew != processes or len(texts) < 6:
            assert time.monotonic() < end
            texts.append(f"什么材质{len(texts)}")
            drew.add(answered(url, texts[-1])["process"])
        audits, end = AuditStore(store_path(run)), time.monotonic() + LIMIT
        while not set(texts) <= set(drawn := [item.sample.customer_text() for item in audits.open_audits(1_000)]):
            assert time.monotonic() < end
            time.sleep(0.1)
        assert sorted(text for text in drawn if text in texts) == sorted(texts)
        for item in audits.open_audits(1_000):
            audits.mark_audit(item.id, item.answer["predict"], "anna")
        audits.close()
        end, agreed = time.monotonic() + LIMIT, set[int]()
        while agreed < processes:
            assert time.monotonic() < end
            row = answered(url)
            agreed |= {row["process"]} if row["rests_on"] == "audit" else set()
        stop, rows = threading.Event(), []
        watch = threading.Thread(target=lambda: rows.extend(iter(lambda: answered(url) if not stop.is_set() else None, None)))
        watch.start()
        sample = {"text": "用户: 会生锈吗", "images": ["a.jpg"]}
        told = [asked(url, "/v1/examples", {"label": "是否会生锈", "sample": sample}) for _ in range(5)]
        assert [one["version"] for one in told] == [1, 2, 3, 4, 5]
        wait_until_all(url, processes, 6)
        stop.set()
        watch.join()
        for row in rows:  # one change, one example: whatever version answered had all of it and nothing more
            assert row["examples"] == row["version"] - 1
            assert row["bytes"] == row["examples"] * len(picture())
        assert {id_["id"] for id_ in asked(url, "/v1/examples")["examples"]} == {one["id"] for one in told}
        # A replica that is killed is replaced by one that knows everything that was acknowledged.
        killed = processes.pop()
        os.kill(killed, signal.SIGKILL)
        assert asked(url, f"/v1/examples/{told[0]['id']}", method="DELETE")["version"] == 6
        end = time.monotonic() + LIMIT
        while not {answered_or_none(url) for _ in range(10)} - processes - {None, killed}:
            assert time.monotonic() < end
        wait_until_all(url, processes, 7)
        # What was accepted is answered although the service ends.
        found: list[Any] = []
        last = threading.Thread(target=lambda: found.append(answered(url, "慢")))
        last.start()
        time.sleep(SLOW / 2)
    last.join()
    assert found[0]["examples"] == 4
    store = TaughtStore(taught_path(run))
    assert set(store.taught().examples) == {one["id"] for one in told[1:]}
    assert store.derived(told[0]["id"]) == b"known"
    own = psutil.Process()
    assert not [one for one in own.children(recursive=True) if "ray::" in " ".join(one.cmdline())]


def answered_or_none(url: str) -> int | None:
    """The process that answers; None where the one that was asked is gone."""
    try:
        return int(answered(url)["process"])
    except (OSError, http.client.HTTPException):
        return None


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


def test_missing_ray_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray.serve", None)
    with pytest.raises(InputError, match=r"need Ray Serve, .*install \.\[ray\]"):
        Replicas(2)
