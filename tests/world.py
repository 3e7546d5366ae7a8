"""A finished run of the three commands on a small part of the bundled sample, and how tests start, kill and compare commands."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data.run import SAMPLE

ROOT = Path(__file__).parent.parent
PROFILE = {
    "name": "tiny",
    "ocr": {"long_side": 480, "max_lines": 16},
    "lora": {"dropout": 0.0, "epochs": 0.25, "folds": 2, "top_layers": 4},
    "fusion": {"trees": 15, "folds": 3},
}
WRITTEN = 3  # written cases per label instead of 150
LIMIT = 240.0  # seconds that a subprocess may take to reach a point
BAD = (
    "missing",
    "broken",
    "outside",
    "without",
    "row-10",
    "unknown",
    "half",
)  # ids of rows that get an `error`; the repeated one comes on top


@dataclass(frozen=True)
class World:
    """A finished run and what it was made from."""

    folder: Path
    run: Path
    good: list[dict[str, Any]]
    rows: list[Any]
    status: int

    @property
    def images(self) -> Path:
        return self.folder / "images"

    @property
    def reading(self) -> list[str]:
        return ["--cache", str(self.folder / "cache"), "--workers", "1"]

    def build(self, run: Path, *more: str) -> list[str]:
        data = ["--data", str(self.folder / "train.json"), "--images", str(self.images)]
        return [*data, "--run", str(run), "--profile", str(self.folder / "tiny.json"), *self.reading, *more]

    def train(self, run: Path, *more: str) -> list[str]:
        return ["--run", str(run), *self.reading, *more]

    def predict(self, run: Path, data: str, out: Path, *more: str) -> list[str]:
        test = ["--data", str(self.folder / data), "--images", str(self.images)]
        return ["--run", str(run), *test, "--out", str(out), *self.reading, *more]

    def copy(self, run: Path, *steps: str) -> Path:
        """A run folder with some steps of this one."""
        run.mkdir(parents=True)
        shutil.copy2(self.run / "manifest.json", run)
        for step in steps:
            shutil.copytree(self.run / step, run / step)
        return run


def is_dialogue(row: dict[str, Any]) -> bool:
    return "START" in row["instruction"]


def training_rows() -> list[dict[str, Any]]:
    """Four rows of each of four labels per task, one image each."""
    rows = [row for row in json.loads((SAMPLE / "train.json").read_text("utf-8")) if len(row["image"]) == 1]
    chosen = []
    for dialogue in (False, True):
        own = [row for row in rows if is_dialogue(row) is dialogue]
        labels = [label for label, count in Counter(row["output"] for row in own).items() if count >= 4][:4]
        chosen += [row for label in labels for row in [row for row in own if row["output"] == label][:4]]
    assert len(chosen) == 32
    return chosen


def bad_rows(good: list[dict[str, Any]]) -> list[Any]:
    """Six good rows and, after them, all that can be wrong with a row."""
    scene, dialogue = good[0], good[-1]
    turns = "".join(f"用户: 第{turn}次问，这个还有货吗\n客服: 亲，请您稍等一下\n" for turn in range(2_200))
    long = dialogue["instruction"].replace("START>\n", f"START>\n{turns}", 1)
    assert len(long) > 50_000
    return [
        *good,
        scene | {"id": "missing", "image": ["nowhere.jpg"]},
        scene | {"id": "broken", "image": ["broken.jpg"]},
        scene | {"id": "outside", "image": ["../train.json"]},
        scene | {"id": "without", "image": []},
        ["no", "object"],
        {"id": "unknown", "text": "no instruction", "image": scene["image"]},
        dialogue | {"id": "half", "instruction": dialogue["instruction"].replace("START>\n", "START>\n用户: \ud83d\n", 1)},
        good[1],
        dialogue | {"id": "long", "instruction": long},
    ]


def content(folder: Path, but: str = "") -> dict[str, bytes]:
    """Bytes of every file under a folder."""
    files = {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
    return {name: value for name, value in files.items() if name != but}


def predictions(out: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (out / "predictions.jsonl").read_text("utf-8").splitlines()]


@contextlib.contextmanager
def started(command: str, owner: str, setting: str, arguments: list[str]) -> Iterator[subprocess.Popen[bytes]]:
    """A command in its own process group, with a constant of module `owner` set; killed with its children at the end."""
    code = f"import sys, {command} as command, {owner} as owner; owner.{setting}; sys.exit(command.main(sys.argv[1:]))"
    process = subprocess.Popen([sys.executable, "-c", code, *arguments], cwd=ROOT, stderr=subprocess.PIPE, start_new_session=True)
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def wait_for(process: subprocess.Popen[bytes], reached: Callable[[], bool]) -> None:
    end = time.monotonic() + LIMIT
    while not reached():
        assert process.poll() is None, process.communicate()[1].decode()
        assert time.monotonic() < end
        time.sleep(0.005)
