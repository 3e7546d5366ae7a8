"""Training the official baseline for a run folder: interrupted, started with something else, and in two processes."""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from processes import free_port, run_two
from safetensors.torch import load_file, save_file
from transformers import TrainingArguments
from vlm_examples import official_cases
from vlm_tiny import LABELS, SETTINGS, tiny_model

import vlm.official.training
from data.errors import RunError
from data.profile import LoraSettings, Profile
from data.run import Manifest, RunFolder
from data.training import TrainingData
from vlm.lora.adapter import WEIGHTS_FILE
from vlm.official.training import (
    ADAPTER,
    CHECKPOINTS,
    CURVE_FILE,
    MODEL,
    STARTED_FILE,
    TRAINED_FILE,
    Method,
    own_share,
    train_official,
    train_official_run,
)
from vlm.ranks import Rank

# Eight examples: four epochs of two steps. A quarter of the steps is warm-up.
LORA = LoraSettings(rank=4, alpha=8, dropout=0.1, learning_rate=2e-2, epochs=4.0, batch_size=4, warmup=0.25)
MANIFEST = Manifest(Profile("tiny", vlm=SETTINGS, lora=LORA), LABELS, "/d.json", "/images", "0" * 64)
WITHOUT_DROPOUT = dataclasses.replace(
    MANIFEST, profile=dataclasses.replace(MANIFEST.profile, lora=dataclasses.replace(LORA, dropout=0.0))
)
METHODS: tuple[Method, ...] = ("full", "lora")
PAUSE = 1.0  # seconds that the first of two processes reads, and saves


class Killed(BaseException):
    """Ends a training as a kill would."""


def make_run(folder: Path, manifest: Manifest = MANIFEST) -> RunFolder:
    run = RunFolder(folder)
    run.write_manifest(manifest)
    return run


@pytest.fixture(autouse=True)
def tiny(monkeypatch: pytest.MonkeyPatch) -> None:
    """A tiny model, and eight cases instead of what the manifest names."""
    patch_inputs(monkeypatch, lambda: None)


def patch_inputs(patch: pytest.MonkeyPatch, read: Callable[[], None]) -> list[str]:
    """Returns a list to which the devices are added that models are loaded on."""
    devices: list[str] = []

    def run_training(run: RunFolder, *_: Any, **__: Any) -> tuple[Manifest, TrainingData]:
        read()
        return run.read_manifest(), TrainingData(official_cases(8), [])

    patch.setattr(vlm.official.training, "FULL_LEARNING_RATE", 5e-3)
    patch.setattr(vlm.official.training, "run_training", run_training)
    patch.setattr(vlm.official.training, "load_model", lambda settings, device: devices.append(device) or tiny_model(3))
    return devices


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The steps that were made. Where -N is put into it before, the training is killed at step N."""
    made: list[int] = []

    def note(self: Any, args: Any, state: Any, control: Any, **_: Any) -> None:
        if made and made[0] == -state.global_step:
            made.clear()
            raise Killed
        made.append(state.global_step)

    monkeypatch.setattr("vlm.official.training._Bar.on_step_end", note)
    return made


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, RunFolder]:
    """Trainings that nothing interrupted, by method."""
    runs = {method: make_run(tmp_path_factory.mktemp(method)) for method in METHODS}
    with pytest.MonkeyPatch.context() as patch:
        patch_inputs(patch, lambda: None)
        for method in METHODS:
            train_official_run(runs[method], method, None)
    return runs


def kill_at(step: int, run: RunFolder, method: Method, steps: list[int]) -> Path:
    """Begin a training; returns its checkpoints."""
    steps.append(-step)
    with pytest.raises(Killed):
        train_official_run(run, method, None)
    assert not run.is_complete("official")
    return run.step("official") / CHECKPOINTS


def assert_same(run: RunFolder, other: RunFolder, method: str) -> None:
    assert run.require("official") == other.require("official")
    for name in (f"{MODEL}/model.safetensors" if method == "full" else f"{ADAPTER}/{WEIGHTS_FILE}", CURVE_FILE):
        assert (run.step("official") / name).read_bytes() == (other.step("official") / name).read_bytes()
    assert not (run.step("official") / CHECKPOINTS).exists()


@pytest.mark.parametrize("method", METHODS)
def test_a_killed_training_goes_on_to_the_same_weights(
    method: Method, tmp_path: Path, steps: list[int], whole: dict[str, RunFolder]
) -> None:
    run = make_run(tmp_path)
    checkpoints = kill_at(5, run, method, steps)
    assert [path.name for path in checkpoints.iterdir()] == ["checkpoint-4"]
    # Two more whose writing was killed: before the trainer's state, which is the last file, and in the middle of it.
    for step in (6, 8):
        shutil.copytree(checkpoints / "checkpoint-4", checkpoints / f"checkpoint-{step}")
    (checkpoints / "checkpoint-6/trainer_state.json").unlink()
    (checkpoints / "checkpoint-8/trainer_state.json").write_text('{"best', encoding="utf-8")
    lines = train_official_run(run, method, None)
    assert steps == [5, 6, 7, 8]
    assert_same(run, whole[method], method)
    assert lines[0].startswith(f"{method} on 8 examples: loss 6.6")
    assert train_official_run(run, method, None) == [f"{run.step('official')} is finished already"]
    other: Method = "lora" if method == "full" else "full"
    with pytest.raises(RunError, match=f"trained with --method {method}, now {other}; delete it"):
        train_official_run(run, other, None)


@pytest.mark.parametrize("method", METHODS)
def test_a_checkpoint_of_other_weights_is_an_error(method: Method, tmp_path: Path, steps: list[int]) -> None:
    run = make_run(tmp_path)
    path = kill_at(3, run, method, steps) / "checkpoint-2" / TRAINED_FILE
    weights = load_file(path)
    assert not any("visual" in name for name in weights)
    name = next(iter(weights))
    save_file({f"model.{key}" if key == name else key: value for key, value in weights.items()}, path)
    with pytest.raises(RunError, match=f"does not fit the model: 2 weights are missing, .* for example {name}; delete it"):
        train_official_run(run, method, None)


def test_what_was_started_otherwise_is_started_anew(
    tmp_path: Path, steps: list[int], whole: dict[str, RunFolder], capsys: pytest.CaptureFixture[str]
) -> None:
    run = make_run(tmp_path)
    kill_at(5, run, "lora", steps)
    assert "starting anew" not in capsys.readouterr().err
    train_official_run(run, "full", None)
    assert steps == list(range(1, 9))
    assert_same(run, whole["full"], "full")
    assert f"in {run.step('official')} has other values of method\n" in capsys.readouterr().err
    run.reset("official")
    steps.clear()
    kill_at(3, run, "full", steps)
    started = run.step("official") / STARTED_FILE
    started.write_text(started.read_text(encoding="utf-8").replace('"seed": 0', '"seed": 1'), encoding="utf-8")
    train_official_run(run, "full", None)
    assert steps == list(range(1, 9))
    assert "has other values of seed\n" in capsys.readouterr().err


def test_a_training_killed_before_its_mark_is_not_repeated(
    tmp_path: Path, steps: list[int], whole: dict[str, RunFolder], monkeypatch: pytest.MonkeyPatch
) -> None:
    run = make_run(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(RunFolder, "complete", None)
        with pytest.raises(TypeError):
            train_official_run(run, "full", None)
    steps.clear()
    train_official_run(run, "full", None)
    assert steps == []
    assert_same(run, whole["full"], "full")


def test_one_process_uses_one_gpu(tmp_path: Path, whole: dict[str, RunFolder], monkeypatch: pytest.MonkeyPatch) -> None:
    """Of several that it sees; here they are CPUs."""

    def arguments(**values: Any) -> TrainingArguments:
        made = TrainingArguments(**values | {"use_cpu": False})
        assert made.n_gpu == 2
        return made

    monkeypatch.setattr("torch.cuda.device_count", lambda: 2)
    monkeypatch.setattr(vlm.official.training, "TrainingArguments", arguments)
    curve = train_official(tiny_model(3), official_cases(8), LABELS, LORA, "full", tmp_path, 0)
    assert curve == json.loads((whole["full"].step("official") / CURVE_FILE).read_text(encoding="utf-8"))


@pytest.mark.parametrize(("size", "count", "share"), [(16, 1, 16), (16, 4, 4), (16, 3, 5), (4, 8, 1)])
def test_processes_share_a_batch(size: int, count: int, share: int) -> None:
    assert own_share(LoraSettings(batch_size=size), Rank(count - 1, count)) == share


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> dict[str, RunFolder]:
    """Trainings of two processes, by method. Dropout is left out, which each process draws for itself."""
    folder = tmp_path_factory.mktemp("two")
    runs = {method: make_run(folder / method, WITHOUT_DROPOUT) for method in METHODS}
    run_two(__file__, str(folder), *(str(free_port()) for _ in METHODS))
    return runs


@pytest.mark.slow
@pytest.mark.parametrize("method", METHODS)
def test_two_processes_train_what_one_does(method: Method, tmp_path: Path, two: dict[str, RunFolder]) -> None:
    one, other = make_run(tmp_path / "one", WITHOUT_DROPOUT), two[method]
    lines = train_official_run(one, method, None)
    results = [json.loads((other.path / f"result{index}.json").read_text(encoding="utf-8")) for index in (0, 1)]
    assert results[0]["lines"] == [lines[0], f"in {other.step('official')}"]
    assert results[1]["lines"] == []
    assert results[0]["read"] < results[1]["read"]  # the first process reads alone
    assert [result["devices"] for result in results] == [["cpu"], ["cpu"]]
    assert other.require("official")["files"].keys() == one.require("official")["files"].keys()
    curves = [json.loads((run.step("official") / CURVE_FILE).read_text(encoding="utf-8")) for run in (one, other)]
    assert [entry["step"] for entry in curves[1]] == list(range(1, 9))
    for key in ("loss", "learning_rate"):
        assert [entry[key] for entry in curves[1]] == pytest.approx([entry[key] for entry in curves[0]], rel=1e-3)
    file = f"{MODEL}/model.safetensors" if method == "full" else f"{ADAPTER}/{WEIGHTS_FILE}"
    left, right = (load_file(run.step("official") / file) for run in (one, other))
    assert left.keys() == right.keys()
    assert max(float((left[name] - right[name]).abs().max()) for name in left) < 1e-3


def main() -> None:
    """One of two processes; leaves what it did in the runs' folders. Each training has a port of its own to meet at."""
    torch.set_num_threads(1)
    index = int(os.environ["RANK"])
    for method, port in zip(METHODS, sys.argv[2:], strict=True):
        os.environ["MASTER_PORT"] = port
        run, result = RunFolder(Path(sys.argv[1]) / method), {}
        with pytest.MonkeyPatch.context() as patch:

            def read(result: dict[str, Any] = result) -> None:
                time.sleep(0 if index else PAUSE)
                result["read"] = time.monotonic()

            result["devices"] = patch_inputs(patch, read)
            write = vlm.official.training.write_json
            late = lambda path, value, write=write: (time.sleep(PAUSE), write(path, value))  # noqa: E731
            patch.setattr(vlm.official.training, "write_json", late)
            result["lines"] = train_official_run(run, method, None)
        (run.path / f"result{index}.json").write_text(json.dumps(result), encoding="utf-8")


if __name__ == "__main__":
    main()
