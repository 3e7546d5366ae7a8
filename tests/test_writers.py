"""Predictions and the official submission."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from data.errors import InputError
from data.reader import parse_rows
from data.writers import Prediction, Verdict, read_predictions, submission, write_predictions, write_submission

ROWS = [
    {"id": "a", "instruction": "Picture 1: <image>\n说，“分类”", "image": ["a.jpg"]},
    {"id": "b", "instruction": 'x\n"引号", 逗号', "image": ["b-0.jpg", "b-1.jpg"], "input": ""},
]


def prediction(**changes: object) -> Prediction:
    values = {"id": "a", "task": "scene", "predict": "支付页面", "probability": 0.75}
    values |= {"candidates": (("支付页面", 0.75), ("退款页面", 0.25)), "budget": {"vlm_calls": 2, "output_tokens": 2}}
    return Prediction(**(values | changes))  # type: ignore[arg-type]


def test_submission_has_the_rows_columns_and_the_answer(tmp_path: Path) -> None:
    write_submission(tmp_path / "submit.csv", parse_rows(ROWS, "t"), ["支付页面", "商品材质"])
    content = (tmp_path / "submit.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert rows[0] == ["id", "instruction", "image", "input", "predict"]
    assert rows[1] == ["a", ROWS[0]["instruction"], "['a.jpg']", "", "支付页面"]
    assert rows[2] == ["b", ROWS[1]["instruction"], "['b-0.jpg', 'b-1.jpg']", "", "商品材质"]


def test_submission_never_drops_a_row() -> None:
    with pytest.raises(ValueError, match="zip"):
        submission(parse_rows(ROWS, "t"), ["支付页面"])


def test_predictions_round_trip(tmp_path: Path) -> None:
    path = tmp_path / "predictions.jsonl"
    write_predictions(path, [prediction(), prediction(id="b", error="image missing")])
    first, second = read_predictions(path)
    assert first["candidates"] == [{"label": "支付页面", "probability": 0.75}, {"label": "退款页面", "probability": 0.25}]
    assert "error" not in first
    assert second["error"] == "image missing"
    assert json.loads(prediction().to_json())["probability"] == 0.75


def test_rows_say_whether_and_why_an_answer_is_handed_over(tmp_path: Path) -> None:
    verdicts = [None, Verdict(True, rests_on="out_of_fold"), Verdict(False, "unsure", "before_teaching", "a name")]
    write_predictions(tmp_path / "p.jsonl", [prediction(verdict=verdict) for verdict in verdicts])
    names = ("accepted", "reason", "rests_on")
    assert [{name: row[name] for name in names if name in row} for row in read_predictions(tmp_path / "p.jsonl")] == [
        {},
        {"accepted": True, "rests_on": "out_of_fold"},
        {"accepted": False, "reason": "unsure", "rests_on": "before_teaching"},
    ]


def test_unicodes_own_line_breaks_end_no_line(tmp_path: Path) -> None:
    ids = ["a\u2028b", "c\x85d", "e\u2029"]
    write_predictions(tmp_path / "p.jsonl", [prediction(id=name) for name in ids])
    assert [value["id"] for value in read_predictions(tmp_path / "p.jsonl")] == ids


@pytest.mark.parametrize(("text", "words"), [('{"id": 1', "line 1 is not valid"), ('{"id": "a"}', 'lacks "id" or "predict"')])
def test_broken_predictions_name_the_line(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "p.jsonl"
    path.write_text(text)
    with pytest.raises(InputError, match=words):
        read_predictions(path)
    with pytest.raises(InputError, match="does not exist"):
        read_predictions(tmp_path / "none.jsonl")
    path.write_bytes(b"\xff")
    for unreadable in (path, tmp_path):
        with pytest.raises(InputError, match="cannot be read"):
            read_predictions(unreadable)
