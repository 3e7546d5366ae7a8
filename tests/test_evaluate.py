"""The official metric on predictions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, f1_score, precision_score, recall_score

from data.errors import InputError
from data.reader import parse_rows
from data.schema import Task
from fusion.evaluate import StageLabels, main, render, score_predictions, stage_table
from fusion.metrics import interval, resampled_f1, resamples

SCENE = {"instruction": "Picture 1: <image>", "image": ["a.jpg"]}
TALK = {"instruction": "<用户与客服的对话 START>\n用户: <image>在吗\n<用户与客服的对话 END>", "image": ["b.jpg"]}


def row(kind: dict[str, Any], number: int, label: str | None) -> dict[str, Any]:
    return kind | {"id": f"s{number}"} | ({"output": label} if label else {})


def answer(number: int, task: str, label: str, retrieval: str, calls: dict[str, str]) -> dict[str, Any]:
    stages = {"retrieval": {"label": retrieval, "probability": 0.5}}
    stages |= {name: {"label": value, "probability": 0.5} for name, value in calls.items()}
    return {"id": f"s{number}", "task": task, "predict": label, "evidence": {"stages": stages}}


ROWS = [row(SCENE, 0, "甲"), row(SCENE, 1, "乙"), row(SCENE, 2, "乙"), row(TALK, 3, "丙"), row(TALK, 4, "丁"), row(TALK, 5, None)]
ANSWERS = [
    answer(0, "scene", "甲", "乙", {"vlm_call_1": "乙", "vlm_call_2": "甲"}),
    answer(1, "scene", "乙", "乙", {"vlm_call_1": "乙"}),
    answer(2, "scene", "甲", "乙", {"vlm_call_1": "甲"}),
    answer(3, "dialogue", "丙", "丙", {}),
    answer(4, "dialogue", "丙", "丁", {"vlm_call_1": "丁"}),
    answer(5, "dialogue", "丙", "丙", {"vlm_call_1": "丁"}),
]


def test_official_numbers_are_those_of_scikit_learn() -> None:
    _, official = score_predictions(parse_rows(ROWS, "t"), ANSWERS)
    truth = ["甲", "乙", "乙", "丙", "丁"]
    predicted = ["甲", "乙", "甲", "丙", "丙"]
    options: dict[str, Any] = {"average": "weighted", "zero_division": 0}
    assert official == {
        "f1": f1_score(truth, predicted, **options),
        "accuracy": accuracy_score(truth, predicted),
        "precision": precision_score(truth, predicted, **options),
        "recall": recall_score(truth, predicted, **options),
    }


def test_the_baselines_answers_are_called_so() -> None:
    written = [value | {"evidence": {"written": value["predict"]}} for value in ANSWERS]
    table, official = score_predictions(parse_rows(ROWS, "t"), written)
    assert [item["stage"] for item in table] == ["official baseline"] * 3
    assert official == score_predictions(parse_rows(ROWS, "t"), ANSWERS)[1]


def test_predictions_of_other_samples_or_tasks_are_refused() -> None:
    samples = parse_rows(ROWS, "t")
    for wrong in (ANSWERS[:-1], ANSWERS[::-1], [ANSWERS[0] | {"task": "dialogue"}, *ANSWERS[1:]]):
        with pytest.raises(InputError, match="not those of the 6 samples"):
            score_predictions(samples, wrong)


def test_table_has_a_row_per_task_and_stage_that_answered_for_all() -> None:
    table, _ = score_predictions(parse_rows(ROWS, "t"), ANSWERS)
    found = {(item["task"], item["stage"]): item["f1"] for item in table}
    assert found["scene", "retrieval only"] == pytest.approx(f1_score(["甲", "乙", "乙"], ["乙"] * 3, average="weighted"))
    assert found["scene", "VLM only"] == found["scene", "fusion"]
    assert ("dialogue", "VLM only") not in found  # Sample s3 was answered without a call.
    assert found["mean", "fusion"] == pytest.approx((found["scene", "fusion"] + found["dialogue", "fusion"]) / 2)
    assert "mean" in render(table)


@pytest.mark.parametrize(
    ("rows", "answers", "words"),
    [
        (ROWS, ANSWERS[:-1], "5 predictions are not those of the 6 samples"),
        (ROWS, [*ANSWERS[1:], ANSWERS[0]], "in their order"),
        ([row(SCENE, 0, None)], ANSWERS[:1], 'no sample has a label in "output"'),
    ],
)
def test_wrong_predictions_are_refused(rows: list[Any], answers: list[Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        score_predictions(parse_rows(rows, "t"), answers)


def test_intervals_are_as_wide_as_the_binomial_says() -> None:
    """With two labels that are equally frequent and confused alike, weighted F1 is close to accuracy."""
    truth = ["a", "b"] * 200
    predicted = [label if place % 10 > 1 else "ab"[label == "a"] for place, label in enumerate(truth)]
    low, high = interval(resampled_f1(truth, predicted, resamples(len(truth), seed=0)))
    half = 1.96 * np.sqrt(0.8 * 0.2 / 400)
    assert (low, high) == pytest.approx((0.8 - half, 0.8 + half), abs=0.005)
    sample = np.random.default_rng(0).multinomial(400, np.full(400, 1 / 400), 1)[0]
    again = f1_score(np.repeat(truth, sample), np.repeat(predicted, sample), average="weighted")
    assert resampled_f1(truth, predicted, resamples(len(truth), seed=0))[0] == pytest.approx(again)


def test_stage_table_counts_missing_answers_as_not_run() -> None:
    stages = {Task.SCENE: StageLabels(["a", "b"], {"x": ["a", "b"], "y": ["a", None]})}
    assert [item["stage"] for item in stage_table(stages, {"x": "X", "y": "Y"})] == ["X"]


def test_command_prints_the_official_line_last(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "data.json").write_text(json.dumps(ROWS))
    (tmp_path / "p.jsonl").write_text("\n".join(json.dumps(item) for item in ANSWERS))
    assert main(["--data", str(tmp_path / "data.json"), "--predictions", str(tmp_path / "p.jsonl")]) == 0
    written = capsys.readouterr()
    assert set(json.loads(written.out.strip().splitlines()[-1])) == {"f1", "accuracy", "precision", "recall"}
    assert "warning" not in written.err


def test_labels_that_no_answer_could_be_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "data.json").write_text(json.dumps(ROWS))
    answers = [item | {"candidates": [{"label": "甲"}, {"label": " 丙"}]} for item in ANSWERS]
    (tmp_path / "p.jsonl").write_text("\n".join(json.dumps(item) for item in answers))
    assert main(["--data", str(tmp_path / "data.json"), "--predictions", str(tmp_path / "p.jsonl")]) == 0
    error = capsys.readouterr().err
    assert "2 scenes count as wrong whatever the answer: the run does not know their labels ('乙')" in error
    assert "1 dialogues count as wrong whatever the answer: the run does not know their labels ('丁')" in error
