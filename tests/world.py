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
    # Trees answer in steps: a VLM that rounds to bfloat16 crosses one now and then where a batch is padded otherwise.
    "vlm": {"cpu_bfloat16": "off"},
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

    @classmethod
    def at(cls, folder: Path, run: Path) -> World:
        """What `build_world` made in a folder, with a run folder of one's own."""
        good, rows = (json.loads((folder / name).read_text("utf-8")) for name in ("good.json", "test.json"))
        return cls(folder, run, good, rows, json.loads((folder / "status.json").read_text("utf-8")))

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


def build_world(folder: Path) -> None:
    """Make a folder with images, data files and a finished run. `status.json`, the prediction's exit status, is written last."""
    import fusion.predict
    import retrieval.build_index
    import vlm.train_lora

    training = training_rows()
    rows = json.loads((SAMPLE / "test.json").read_text("utf-8"))
    scenes = [row for row in rows if not is_dialogue(row)]
    dialogues = [row for row in rows if is_dialogue(row) and len(row["image"]) == 1]
    good = scenes[:3] + dialogues[:3]
    images = folder / "images"
    images.mkdir()
    for name in {name for row in training + good for name in row["image"]}:
        shutil.copy(SAMPLE / "images" / name, images)
    picture = (images / good[0]["image"][0]).read_bytes()
    (images / "broken.jpg").write_bytes(picture[: len(picture) // 3])
    for name, value in (("train", training), ("test", bad_rows(good)), ("good", good), ("tiny", PROFILE)):
        (folder / f"{name}.json").write_text(json.dumps(value), "utf-8")
    made = World(folder, folder / "run", good, bad_rows(good), -1)
    assert retrieval.build_index.main(made.build(made.run)) == 0
    assert vlm.train_lora.main(made.train(made.run)) == 0
    status = fusion.predict.main(made.predict(made.run, "test.json", made.run / "predictions"))
    (folder / "status.json").write_text(json.dumps(status))


def content(folder: Path, but: str = "") -> dict[str, bytes]:
    """Bytes of every file under a folder."""
    files = {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
    return {name: value for name, value in files.items() if name != but}


def predictions(out: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (out / "predictions.jsonl").read_text("utf-8").splitlines()]


@contextlib.contextmanager
def started(command: str, arguments: list[str], before: str = "") -> Iterator[subprocess.Popen[bytes]]:
    """A command in its own process group, after the statements `before`; killed with its children at the end."""
    code = f"import sys, {command} as command\n{before}\nsys.exit(command.main(sys.argv[1:]))"
    process = subprocess.Popen([sys.executable, "-c", code, *arguments], cwd=ROOT, stderr=subprocess.PIPE, start_new_session=True)
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


# Statements after which a process kills itself when a whole file is about to get its name.
KILL = """
import os, signal
named = os.replace
def named_or_killed(source, target):
    if str(target).endswith({name!r}):
        os.kill(os.getpid(), signal.SIGKILL)
    named(source, target)
os.replace = named_or_killed
"""


def killed(command: str, arguments: list[str], name: str, before: str = "") -> None:
    """Run a command in a process that is killed when it has written the file `name`, and not given it that name yet."""
    with started(command, arguments, before + KILL.format(name=name)) as process:
        _, error = process.communicate(timeout=LIMIT)
        assert process.returncode == -signal.SIGKILL, error.decode()


def wait_for(process: subprocess.Popen[bytes], reached: Callable[[], bool]) -> None:
    """Wait until a running process has got somewhere."""
    end = time.monotonic() + LIMIT
    while not reached():
        assert process.poll() is None, process.communicate()[1].decode()
        assert time.monotonic() < end
        time.sleep(0.005)
