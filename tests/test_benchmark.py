"""What fusion.benchmark holds out, refuses and says of the answers."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from retrieval_fakes import LABELS, dialogue, page, scene

import fusion.measuring.memory
import fusion.measuring.steps
from data.case import Case
from data.errors import InputError
from data.machine import GIVE_BACK_EVERY, _Allocator
from data.profile import load_profile
from data.run import RunFolder
from data.schema import Sample, Task
from data.writers import Prediction
from fusion.benchmark import main
from fusion.measuring.command import Command
from fusion.measuring.held_out import split_cases
from fusion.measuring.memory import measure_memory
from fusion.measuring.steps import Asked, answer_lines, measure_latency, measure_prediction
from fusion.parts import PART
from retrieval.duplicates import duplicate_groups
from retrieval.vectors import CaseVectors


def labelled_cases() -> tuple[list[Case], CaseVectors]:
    """Ten scenes and dialogues of each of two labels, all different but for three pairs: same image file, text, image vector."""
    made = []
    for number in range(10):
        for label in LABELS.names(Task.SCENE)[:2]:
            made.append(scene(f"s{label}{number}", chr(ord("甲") + 40 * number), label))
            made.append(dialogue(f"d{label}{number}", [chr(ord("乙") + 40 * number)], label))
    first, second = LABELS.names(Task.SCENE)[:2]
    made += [scene("file-1", "东", first, "same"), scene("file-2", "西", first, "same")]
    made += [dialogue("text-1", ["请问什么时候可以发货"], second), dialogue("text-2", ["请问什么时候可以发货"], second)]
    made += [scene("image-1", "南", second), scene("image-2", "北", second)]
    image = np.zeros((len(made), 2), np.float32)
    image[-2:, 0] = 1
    return made, CaseVectors(image, np.zeros_like(image))


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("folds", [2, 5])
def test_nothing_of_a_held_out_group_is_trained_on(folds: int, seed: int) -> None:
    cases, vectors = labelled_cases()
    groups = dict(zip([case.sample.id for case in cases], duplicate_groups(cases, vectors.image).tolist(), strict=True))
    assert Counter(Counter(groups.values()).values()) == {1: 40, 2: 3}
    split = split_cases(cases, vectors, folds, seed)
    assert not {groups[sample.id] for sample in split.training} & {groups[sample.id] for sample in split.held_out}
    order = [case.sample.id for case in cases]
    for part in (split.training, split.held_out):
        assert [sample.id for sample in part] == sorted((sample.id for sample in part), key=order.index)
        assert len({(sample.task, sample.label) for sample in part}) == 4
    assert sorted(sample.id for sample in [*split.training, *split.held_out]) == sorted(order)
    assert len(split.held_out) == pytest.approx(len(cases) / folds, abs=2)


def test_another_seed_holds_out_others() -> None:
    cases, vectors = labelled_cases()
    held_out = [[sample.id for sample in split_cases(cases, vectors, 5, seed).held_out] for seed in (0, 0, 1)]
    assert held_out[0] == held_out[1] != held_out[2]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--held-out", "1"], "--held-out 1: at least two folds are needed"),
        (["--held-out", "5", "--run", "runs/mine"], "--held-out 5 and --run runs/mine cannot be given together"),
        (["--held-out", "5", "--steps", "predict,latency"], "--held-out 5 and --steps predict,latency cannot be given together"),
        (["--held-out", "5", "--profile", "nope"], "neither one of cpu-hub, embedded"),
        (["--held-out", "5", "--data", "none.json"], "none.json does not exist"),
    ],
)
def test_options_that_contradict_are_refused(arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    error = capsys.readouterr().err
    assert words in error
    assert error.count("error:") == 1


TRUTH = ["甲", "乙", "乙", None, "乙"]
PREDICTED = ["甲", "乙", "甲", "乙", "乙"]
CALLS = [0, 3, 0, 1, 3]
ADAPTIVE = load_profile("embedded")  # whose policy is `adaptive`
# Of the four with a label: F1 of 甲 is 2/3 with weight 1/4, of 乙 4/5 with weight 3/4.
ANSWERS = [
    "calls     0, 1, 2, 3 for 2, 1, 0, 2 of 5 samples (40.0%, 20.0%, 0.0%, 40.0%), 1.40 a sample",
    "F1        0.7667, weighted, of 4 held-out samples",
]


def asked(task: Task, *, unseen: bool) -> Asked:
    samples = [Sample(f"s{number}", task, label=label, row={"id": f"s{number}"}) for number, label in enumerate(TRUTH)]
    return Asked(samples, Path("images"), unseen)


def test_calls_are_counted_and_only_unseen_samples_scored() -> None:
    assert answer_lines(asked(Task.SCENE, unseen=True), CALLS, PREDICTED) == ANSWERS
    assert answer_lines(asked(Task.SCENE, unseen=False), CALLS, PREDICTED) == ANSWERS[:1]
    unlabelled = Asked([Sample("a", Task.SCENE)], Path("images"), True)
    assert answer_lines(unlabelled, [3], ["甲"]) == [
        "calls     0, 1, 2, 3 for 0, 0, 0, 1 of 1 samples (0.0%, 0.0%, 0.0%, 100.0%), 3.00 a sample"
    ]


def test_prediction_is_reported_from_what_the_command_wrote(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[str] = []

    def run_module(name: str, arguments: Sequence[str]) -> Command:
        assert name == "fusion.predict"
        given.extend(arguments)
        out = Path(given[given.index("--out") + 1])
        out.mkdir()
        values = [
            {"id": f"s{row}", "predict": label, "budget": {"vlm_calls": calls}}
            for row, (label, calls) in enumerate(zip(PREDICTED, CALLS, strict=True))
        ]
        (out / "predictions.jsonl").write_text("\n".join(json.dumps(value) for value in values), "utf-8")
        return Command(2.0, 2**30)

    parts = Counter({"reading": 6.0, "encoding": 1.0, "VLM": 2.5, "other": 0.5})  # type: ignore[dict-item]
    monkeypatch.setattr(fusion.measuring.steps, "run_module", run_module)
    monkeypatch.setattr(fusion.measuring.steps, "time_parts", lambda *_: (parts, 10.0))
    chain: Any = SimpleNamespace(profile=ADAPTIVE)
    lines = measure_prediction(chain, RunFolder(tmp_path / "run"), asked(Task.SCENE, unseen=True), tmp_path)
    assert lines[0].startswith("predict   2.0 s for 5 scenes with OCR, policy adaptive: 2.50 samples/s")
    assert lines[1:3] == ANSWERS
    assert lines[-1] == "everything but OCR: 40%"
    assert given[given.index("--policy") + 1] == "adaptive"
    data = json.loads(Path(given[given.index("--data") + 1]).read_text("utf-8"))
    assert [row["id"] for row in data] == [f"s{row}" for row in range(5)]


def test_growth_is_the_slope_after_the_first_thousand_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def run_module(name: str, arguments: Sequence[str], progress: Callable[[], int]) -> Command:
        assert name == "fusion.predict"
        rows = json.loads(Path(arguments[arguments.index("--data") + 1]).read_text("utf-8"))
        assert [row["id"] for row in rows[:6]] == ["s0-0", "s1-1", "s2-2", "s3-3", "s4-4", "s0-5"]
        assert len({row["id"] for row in rows}) == 2_000
        assert (rows[1]["task"], rows[1]["label"]) == ("scene", samples[1].label)
        parts = Path(arguments[arguments.index("--out") + 1]) / "parts" / "key"
        parts.mkdir(parents=True)
        (parts / "00000000.jsonl").touch()
        assert progress() == PART
        course = [(PART * part, 2**30 + 10 * 2**20 * part) for part in range(1, 63)]
        return Command(1.0, 2**31, ((32, 0), *course))

    monkeypatch.setattr(fusion.measuring.memory, "run_module", run_module)
    samples = asked(Task.SCENE, unseen=False).samples
    samples[1] = replace(samples[1], row={})  # as of a data file that is not the organiser's
    (line,) = measure_memory(RunFolder(tmp_path / "run"), samples, Path("images"), "full", 2_000, tmp_path)
    assert line.startswith(
        "memory    +312.5 MB every 1,000 rows after the first 1,000 of 2,000, policy full: 1.31 GB after 1,024"
    )
    with pytest.raises(InputError, match="--rows 1000"):
        measure_memory(RunFolder(tmp_path / "run"), samples, Path("images"), "full", 1_000, tmp_path)


def test_memory_is_given_back_every_other_second(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [10.0]
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    allocator = _Allocator()
    trimmed = []
    allocator._trim = trimmed.append
    assert allocator.give_back()
    clock[0] += GIVE_BACK_EVERY / 2
    assert not allocator.give_back()
    clock[0] += GIVE_BACK_EVERY
    assert allocator.give_back()
    assert trimmed == [0, 0]
    allocator._trim = None
    clock[0] += GIVE_BACK_EVERY
    assert not allocator.give_back(), "other C libraries have no such call"


def test_latency_leaves_the_dialogue_that_warms_up_out(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []

    def predict(cases: Sequence[Case]) -> list[Prediction]:
        (case,) = cases
        seen.append(case.sample.id)
        row = int(case.sample.id[1:])
        return [Prediction(case.sample.id, "dialogue", PREDICTED[row], 1.0, (), budget={"vlm_calls": CALLS[row]})]

    def reader(*_: object, cache: None) -> Callable[[Sample], Case]:
        return lambda sample: Case(sample, (page("", "photo"),))

    monkeypatch.setattr(fusion.measuring.steps, "single_reader", reader)
    chain: Any = SimpleNamespace(profile=ADAPTIVE, predict=predict)
    lines = measure_latency(chain, asked(Task.DIALOGUE, unseen=True))
    assert seen == ["s0", "s0", "s1", "s2", "s3", "s4"]
    assert "median of 5, policy adaptive" in lines[0]
    assert lines[1:] == ANSWERS
