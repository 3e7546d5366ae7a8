"""Every command: its help, and one clear message for each thing that a user can get wrong."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import data.export
import data.labels
import data.ocr_benchmark
import data.synth.changed_copies
import data.synth.make_sample
import fusion.audit
import fusion.benchmark
import fusion.capacity
import fusion.evaluate
import fusion.predict
import fusion.serve
import fusion.serving.load
import fusion.teach
import retrieval.benchmark
import retrieval.build_index
import retrieval.pretrain
import retrieval.write_knowledge
import vlm.benchmark
import vlm.budget
import vlm.pretrain
import vlm.pretraining.tokenizer
import vlm.train_lora
from data.atomic import writing_alone
from data.cli import run_command

ROOT = Path(__file__).parent.parent
MAINS: dict[str, Callable[[list[str]], int]] = {
    "retrieval.build_index": retrieval.build_index.main,
    "vlm.train_lora": vlm.train_lora.main,
    "fusion.predict": fusion.predict.main,
    "fusion.audit": fusion.audit.main,
    "fusion.evaluate": fusion.evaluate.main,
    "fusion.benchmark": fusion.benchmark.main,
    "fusion.serve": fusion.serve.main,
    "fusion.teach": fusion.teach.main,
    "fusion.serving.load": fusion.serving.load.main,
    "fusion.capacity": fusion.capacity.main,
    "vlm.budget": vlm.budget.main,
    "vlm.benchmark": vlm.benchmark.main,
    "retrieval.benchmark": retrieval.benchmark.main,
    "data.export": data.export.main,
    "data.labels": data.labels.main,
    "data.ocr_benchmark": data.ocr_benchmark.main,
    "data.synth.changed_copies": data.synth.changed_copies.main,
    "data.synth.make_sample": data.synth.make_sample.main,
    "retrieval.pretrain": retrieval.pretrain.main,
    "retrieval.write_knowledge": retrieval.write_knowledge.main,
    "vlm.pretrain": vlm.pretrain.main,
    "vlm.pretraining.tokenizer": vlm.pretraining.tokenizer.main,
}
HEAVY = ("torch", "transformers", "open_clip", "faiss", "lightgbm", "sklearn", "pyarrow")


@pytest.mark.parametrize("name", MAINS)
def test_help(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        MAINS[name](["--help"])
    assert caught.value.code == 0
    assert f"python -m {name}" in capsys.readouterr().out


@pytest.mark.parametrize(
    "name",
    ["retrieval.build_index", "vlm.train_lora", "fusion.predict", "fusion.benchmark", "fusion.serving.app", "fusion.teach"],
)
def test_reading_processes_load_no_models(name: str) -> None:
    """Each process that reads images imports the command's module again: what that imports, all of them hold in memory."""
    code = f"import sys, {name}; print([name for name in {HEAVY} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_every_command_of_the_project_is_here() -> None:
    """Whatever module can be run."""
    layers = ("data", "retrieval", "vlm", "fusion")
    found = {
        path for layer in layers for path in (ROOT / layer).rglob("*.py") if '__name__ == "__main__"' in path.read_text("utf-8")
    }
    # data.ocr_ranges measures for the project itself; it has no options.
    assert {".".join(path.relative_to(ROOT).with_suffix("").parts) for path in found} - {"data.ocr_ranges"} == MAINS.keys()


def test_what_a_program_needs_comes_from_one_place() -> None:
    """`fusion` gives it all, and loads no library before `Predictor` is asked for."""
    code = (
        f"import sys; from fusion import Sample, Speaker, Task, Turn; print([name for name in {HEAVY} if name in sys.modules]); "
        "from fusion import Predictor; print(Predictor.__module__)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[:2] == ["[]", "fusion.predictor"]
    assert sorted(fusion.__all__) == ["Predictor", "Sample", "Speaker", "Task", "Turn"]
    with pytest.raises(AttributeError, match="Predict'"):
        fusion.Predict  # noqa: B018


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
        ("retrieval.build_index", ["--profile", "nope"], "neither one of cpu-hub, embedded"),
        ("retrieval.build_index", ["--labels", "{tmp}/none.json"], "does not exist"),
        ("retrieval.build_index", ["--data", "{tmp}/one.json", "--images", "{tmp}/none"], "is not a folder"),
        ("vlm.train_lora", [], "run `python -m retrieval.build_index --run {tmp}/run` first"),
        ("fusion.predict", [], "run `python -m retrieval.build_index --run {tmp}/run` first"),
        ("fusion.serve", [], "run `python -m retrieval.build_index --run {tmp}/run` first"),
        ("fusion.serve", ["--host", "0.0.0.0"], "give --token-file FILE"),
        ("fusion.evaluate", ["--cv", "5"], "run `python -m retrieval.build_index --run {tmp}/run` first"),
        ("fusion.evaluate", ["--cv", "1"], "at least two folds"),
        ("fusion.evaluate", [], "give --predictions FILE"),
        ("fusion.evaluate", ["--evidence", "x", "--together"], "--together was given without --max-error SHARE"),
        ("fusion.evaluate", ["--cv", "5", "--predictions", "x"], "--predictions and --cv cannot be given together"),
        ("fusion.evaluate", ["--cv", "5", "--evidence", "x"], "--cv and --evidence cannot be given together"),
        ("fusion.evaluate", ["--new-labels", "--evidence", "x"], "--evidence and --new-labels cannot be given together"),
        ("fusion.evaluate", ["--predictions", "x"], "--run has no effect with --predictions; leave it out, or give it with --cv"),
        ("fusion.evaluate", ["--new-labels", "--no-vlm"], "--no-vlm has no effect with --new-labels"),
        ("fusion.evaluate", ["--evidence", "x", "--data", "y"], "--data has no effect with --evidence"),
        ("fusion.evaluate", ["--cv", "5", "--exemplars", "3"], "--exemplars has no effect with --cv"),
        ("vlm.budget", ["--profile", "{tmp}/large.json"], "large.json"),
        ("data.labels", ["--data", "{tmp}/" + "n" * 300, "--out", "x"], "cannot be read"),
        ("data.synth.make_sample", ["--out", "{tmp}/object.json"], "object.json is a file; name a folder"),
        ("data.synth.make_sample", ["--out", "{tmp}/object.json/deeper"], "object.json is a file; name a folder"),
        ("retrieval.pretrain", ["--out", "{tmp}/object.json"], "object.json is a file; name a folder"),
        ("vlm.pretrain", ["--out", "{tmp}/object.json/deeper"], "object.json is a file; name a folder"),
        ("vlm.pretraining.tokenizer", ["{tmp}/none.txt", "{tmp}/made"], "none.txt cannot be read as UTF-8 text"),
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
    if name in ("retrieval.build_index", "vlm.train_lora", "fusion.predict", "fusion.serve", "fusion.evaluate"):
        arguments += ["--run", str(tmp_path / "run")]
    assert MAINS[name](arguments) == 2
    error = capsys.readouterr().err
    assert words.replace("{tmp}", str(tmp_path)) in error
    assert error.count("error:") == 1
    assert "Traceback" not in error


def test_what_the_system_refuses_is_one_message(capsys: pytest.CaptureFixture[str]) -> None:
    def fail() -> int:
        raise PermissionError(13, "Permission denied", "runs/a/manifest.json")

    assert run_command(fail) == 2
    assert "error: runs/a/manifest.json cannot be read or written: Permission denied; check" in capsys.readouterr().err

    def not_the_system() -> int:
        raise OSError("no model of that name")

    with pytest.raises(OSError, match="no model"):
        run_command(not_the_system)


def test_two_commands_do_not_write_into_one_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data, labels, run = tmp_path / "data.csv", tmp_path / "labels.json", tmp_path / "run"
    data.write_text("text,label\nhello,x\nbye,y\n")
    assert MAINS["data.labels"](["--data", str(data), "--out", str(labels)]) == 0
    with writing_alone(run, "--run"):
        assert MAINS["retrieval.build_index"](["--data", str(data), "--labels", str(labels), "--run", str(run)]) == 2
    assert f"another command is writing into {run}; wait until it has ended" in capsys.readouterr().err
    assert not run.exists()  # Nothing was written there.
    with writing_alone(run, "--run"):
        (run / "file").write_text("")  # It is free again.
    assert run.exists()


@pytest.mark.parametrize(
    ("name", "option"),
    [
        ("fusion.benchmark", "--samples"),
        ("vlm.benchmark", "--samples"),
        ("vlm.benchmark", "--repeats"),
        ("retrieval.benchmark", "--repeats"),
        ("data.ocr_benchmark", "--pages"),
        ("fusion.evaluate", "--seeds"),
    ],
)
def test_what_counts_something_is_positive(name: str, option: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        MAINS[name]([option, "0"])
    assert ended.value.code == 2
    assert f"argument {option}: 0 is not a positive number" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["--minutes", "0"], ["--minutes", "nan"], ["--steps", "-1"], ["--workers", "-1"]])
@pytest.mark.parametrize("name", ["retrieval.pretrain", "vlm.pretrain"])
def test_lengths_of_a_pretraining_make_sense(name: str, arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        MAINS[name](["--out", "none", *arguments])
    assert ended.value.code == 2
    assert f"argument {arguments[0]}: {arguments[1]} is " in capsys.readouterr().err
