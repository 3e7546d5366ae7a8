"""Every command: its help, and one clear message for each thing that a user can get wrong."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import data.export
import fusion.benchmark
import fusion.evaluate
import fusion.predict
import retrieval.benchmark
import retrieval.build_index
import vlm.benchmark
import vlm.budget
import vlm.train_lora

ROOT = Path(__file__).parent.parent
MAINS: dict[str, Callable[[list[str]], int]] = {
    "retrieval.build_index": retrieval.build_index.main,
    "vlm.train_lora": vlm.train_lora.main,
    "fusion.predict": fusion.predict.main,
    "fusion.evaluate": fusion.evaluate.main,
    "fusion.benchmark": fusion.benchmark.main,
    "vlm.budget": vlm.budget.main,
    "vlm.benchmark": vlm.benchmark.main,
    "retrieval.benchmark": retrieval.benchmark.main,
    "data.export": data.export.main,
}
HEAVY = ("torch", "transformers", "open_clip", "faiss", "lightgbm", "sklearn", "pyarrow")


@pytest.mark.parametrize("name", MAINS)
def test_help(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        MAINS[name](["--help"])
    assert caught.value.code == 0
    assert f"python -m {name}" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["retrieval.build_index", "vlm.train_lora", "fusion.predict", "fusion.benchmark"])
def test_reading_processes_load_no_models(name: str) -> None:
    """Each process that reads images imports the command's module again: what that imports, all of them hold in memory."""
    code = f"import sys, {name}; print([name for name in {HEAVY} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_commands_run_as_modules() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "fusion.evaluate", "--predictions", "none.jsonl"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].startswith("error: predictions file none.jsonl does not exist")


@pytest.mark.parametrize(
    ("name", "arguments", "words"),
    [
        ("retrieval.build_index", ["--data", "{tmp}/none.json"], "none.json does not exist"),
        ("retrieval.build_index", ["--data", "{tmp}/object.json"], "holds a JSON object, expected a list"),
        ("retrieval.build_index", ["--data", "{tmp}/cut.json"], "truncated"),
        ("retrieval.build_index", ["--data", "{tmp}/unlabelled.json", "--images", "{tmp}"], "must be labelled"),
        ("retrieval.build_index", ["--profile", "nope"], "neither one of embedded"),
        ("retrieval.build_index", ["--labels", "{tmp}/none.json"], "does not exist"),
        ("retrieval.build_index", ["--data", "{tmp}/one.json", "--images", "{tmp}/none"], "is not a folder"),
        ("vlm.train_lora", [], "run `python -m retrieval.build_index --run {tmp}/run` first"),
        ("fusion.predict", [], "run `python -m retrieval.build_index --run {tmp}/run` first"),
        ("fusion.evaluate", ["--cv", "5"], "run `python -m retrieval.build_index --run {tmp}/run` first"),
        ("fusion.evaluate", ["--cv", "1"], "at least two folds"),
        ("vlm.budget", ["--profile", "{tmp}/large.json"], "large.json"),
    ],
)
def test_mistakes_get_one_message(
    name: str, arguments: list[str], words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    row = {"id": "a", "instruction": "<image>", "image": ["a.jpg"]}
    (tmp_path / "object.json").write_text("{}")
    (tmp_path / "cut.json").write_text('[{"id": "a"')
    (tmp_path / "unlabelled.json").write_text(json.dumps([row]))
    (tmp_path / "one.json").write_text(json.dumps([row | {"output": "支付页面"}]))
    (tmp_path / "large.json").write_text(json.dumps({"name": "large", "unknown": 1}))
    arguments = [argument.replace("{tmp}", str(tmp_path)) for argument in arguments]
    if name != "vlm.budget":
        arguments += ["--run", str(tmp_path / "run")]
    assert MAINS[name](arguments) == 2
    error = capsys.readouterr().err
    assert words.replace("{tmp}", str(tmp_path)) in error
    assert error.count("error:") == 1
    assert "Traceback" not in error


@pytest.mark.parametrize(
    ("name", "option"),
    [
        ("fusion.benchmark", "--samples"),
        ("vlm.benchmark", "--samples"),
        ("vlm.benchmark", "--repeats"),
        ("retrieval.benchmark", "--repeats"),
        ("fusion.evaluate", "--seeds"),
    ],
)
def test_what_counts_something_is_positive(name: str, option: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        MAINS[name]([option, "0"])
    assert ended.value.code == 2
    assert f"argument {option}: 0 is not a positive number" in capsys.readouterr().err
