"""The command on a real run: it answers what `fusion.predict` answers, and ends as it should."""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import os
import signal
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from serving_fakes import picture
from world import World, is_dialogue, predictions

import fusion.serve
import fusion.serving.load
from data.case import Case
from data.cases import Reader
from data.profile import OcrSettings
from data.reader import parse_rows
from data.schema import Sample, Task
from data.taught import TaughtStore, taught_path
from data.teaching import digest_of
from fusion.measuring.soak import running, soak
from fusion.serving.load import request_body
from fusion.serving.reading import ReadingPool

pytestmark = pytest.mark.slow

TOKEN = "a-token-that-is-long-enough"


def request(address: str, path: str, value: Any = None) -> Any:
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
    data = json.dumps(value).encode() if value is not None else None
    with urllib.request.urlopen(urllib.request.Request(address + path, data, headers), timeout=60) as response:
        return json.load(response)


def test_the_service_answers_what_the_command_answers(world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = world.copy(tmp_path / "run", "index", "vlm", "fusion")
    (tmp_path / "token").write_text(TOKEN)
    arguments = [
        "--run",
        str(run),
        "--images",
        str(world.images),
        "--max-error",
        "0.5",
        "--token-file",
        str(tmp_path / "token"),
    ]
    with running([*arguments, *world.reading], TOKEN) as (address, process):
        version = request(address, "/readyz")["model_version"]
        samples = parse_rows(world.good, "good.json")
        asked = [
            {
                "id": sample.id,
                "task": sample.task.value,
                "turns": [{"role": turn.speaker.value, "text": turn.text} for turn in sample.turns],
                "images": list(sample.images),
            }
            for sample in samples
        ]
        rows = request(address, "/v1/predict", {"samples": asked})["predictions"]
        expected = {row["id"]: row for row in predictions(world.run / "predictions")[: len(rows)]}
        for row in rows:
            own = expected[row["id"]]
            assert row["predict"] == own["predict"]
            assert row["probability"] == pytest.approx(own["probability"], abs=2e-3)  # batches differ
            assert row["evidence"]["exemplars"] == own["evidence"]["exemplars"]
            assert row["budget"] == own["budget"]
            assert row["model_version"] == version
            assert row["accepted"] is (row.get("reason") is None)
            weights = [item["weight"] for item in row["evidence"]["exemplars"]]
            assert weights == sorted(weights, reverse=True)
        found = soak(address, process.pid, [request_body(sample) for sample in samples], 2, 3, TOKEN)
        assert (found.errors, found.seen.statuses[200] > 0, len(found.seen.health) > 0) == (0, True, True)
        assert all(size > 10 * 2**20 for size in found.levels())
        compared = [
            "--url",
            address,
            "--data",
            str(world.folder / "good.json"),
            "--compare",
            str(run),
            *world.reading[:2],
            *arguments[-2:],
        ]
        capsys.readouterr()
        assert fusion.serving.load.main(compared) == 0
        measured = json.loads(capsys.readouterr().out.splitlines()[-1])
        assert measured["service_p50"] > 0
        assert -measured["predictor_p50"] <= measured["added_p50"] <= measured["service_p50"]
        label = next(row["output"] for row in world.good if is_dialogue(row))
        told = request(address, "/v1/examples", {"label": label, "sample": asked[-1]})
    assert list(TaughtStore(taught_path(run)).taught().examples) == [told["id"]]


class Unreadable(dict[str, bytes]):
    """Images that a defect meets."""

    def get(self, name: str, default: Any = None) -> Any:
        raise RuntimeError("a defect")


def test_a_reading_process_that_is_killed_is_replaced(tmp_path: Path) -> None:
    pool = ReadingPool(Reader(tmp_path, OcrSettings(), 160_000, None), 1)
    sample = Sample("1", Task.SCENE, images=("a",), contents={"a": picture()})

    async def read_killed_and_read() -> list[Case]:
        defect = Sample("2", Task.SCENE, images=("a",), contents=Unreadable())
        found, first = await asyncio.gather(pool(defect), pool(sample), return_exceptions=True)
        assert isinstance(found, RuntimeError)
        assert isinstance(first, Case)  # which the other one does not take along
        (process,) = multiprocessing.active_children()
        assert process.pid is not None
        os.kill(process.pid, signal.SIGKILL)
        process.join()
        return [first, await pool(sample)]

    try:
        first, second = asyncio.run(read_killed_and_read())
    finally:
        pool.close()
    assert first.pages[0].digest == second.pages[0].digest == digest_of(picture())
    assert first.sample.contents == {}


def test_what_cannot_be_served_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str], world: World) -> None:
    table = [
        (["--run", str(tmp_path / "none")], "is missing; run `python -m retrieval.build_index"),
        (["--run", str(world.run), "--host", "0.0.0.0"], "give --token-file FILE"),
        (["--run", str(world.run), "--token-file", str(tmp_path / "none")], "cannot be read"),
        (["--run", str(world.run), "--images", str(tmp_path / "none")], "is not a folder"),
        (
            ["--run", str(world.run), "--images", str(world.images), "--host", "192.0.2.1", "--token-file", "TOKEN"],
            "cannot listen",
        ),
    ]
    (tmp_path / "token").write_text(TOKEN)
    for arguments, message in table:
        given = [str(tmp_path / "token") if argument == "TOKEN" else argument for argument in arguments]
        assert fusion.serve.main(given) == 2
        assert message in capsys.readouterr().err
