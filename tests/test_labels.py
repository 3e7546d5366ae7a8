"""Label files: one task or both, spellings that are the same label, and a file made from a shop's own data."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import data.labels
from data.errors import InputError, ProfileError
from data.labels import label_key, labels_of, load_labels, parse_labels
from data.schema import Sample, Task


def entries(*names: str) -> list[dict[str, Any]]:
    return [{"label": name, "description": ""} for name in names]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("实物拍摄（含售后）", "实物拍摄(含售后)"),
        ("账单／账户页面", "账单 / 账户页面"),
        ("【售后】退款", "(售后)退款"),
        ("物流页面–物流列表页面", "物流页面-物流列表页面"),
        ("ＡＢＣ１", "ABC1"),
        ("a\u200bb\u3000c", "abc"),
    ],
)
def test_spellings_of_one_label(one: str, other: str) -> None:
    assert label_key(one) == label_key(other)


def test_other_labels_stay_apart() -> None:
    assert len({label_key(name) for name in ("退款", "退货", "Ab", "ab", "a", "a.b")}) == 6
    for task in Task:
        assert len(load_labels().spellings(task)) == len(load_labels().tasks[task])


@pytest.mark.parametrize("task", Task)
@pytest.mark.parametrize("named", [False, True])
def test_a_task_may_be_left_out(task: Task, named: bool) -> None:
    other = next(one for one in Task if one is not task)
    empty: dict[str, Any] = {other.value: []} if named else {}
    labels = parse_labels({"name": "shop", "tasks": empty | {task.value: entries("甲", "乙")}}, "f.json")
    assert labels.names(task) == ("甲", "乙")
    assert labels.names(other) == labels.retired(other) == labels.active(other) == ()
    assert parse_labels(labels.to_dict(), "again") == labels


@pytest.mark.parametrize(
    ("tasks", "words"),
    [
        ({}, "at least one of the tasks"),
        ({"scene": [], "dialogue": []}, "at least one of the tasks"),
        ({"scene": entries("甲")}, "at least two labels"),
        ({"scene": entries("甲(a)", "甲（a）", "乙")}, "names a label twice: '甲(a)' and '甲（a）'"),
        ({"poem": entries("甲", "乙")}, "unknown task"),
    ],
)
def test_label_files_that_cannot_be_used(tasks: dict[str, Any], words: str) -> None:
    with pytest.raises(ProfileError) as caught:
        parse_labels({"tasks": tasks}, "f.json")
    assert words in str(caught.value)


def dialogues(*labels: str | None) -> list[Sample]:
    return [Sample(str(number), Task.DIALOGUE, label=label) for number, label in enumerate(labels)]


def test_labels_of_data() -> None:
    scene = Sample("s", Task.SCENE, label="页面")
    made, messages = labels_of([*dialogues("乙", "甲", "甲 (x)", "甲（x）", "甲（x）", None), scene], "shop")
    assert made.names(Task.DIALOGUE) == ("甲（x）", "乙", "甲")
    assert set(made.tasks) == {Task.DIALOGUE}
    assert "all labelled scenes are '页面'" in messages[0]
    with pytest.raises(InputError, match="no task has two labels"):
        labels_of(dialogues("甲", None), "shop")


def test_command_writes_a_label_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source, out = tmp_path / "shop.csv", tmp_path / "labels.json"
    source.write_text("question,intent\n到哪里了,物流\n多少钱,价格\n能便宜吗,价格\n")
    arguments = ["--data", str(source), "--out", str(out)]
    assert data.labels.main(arguments) == 0
    captured = capsys.readouterr()
    assert f"{out}: 2 dialogue labels" in captured.out
    assert "is read as CSV with plain rows: 3 dialogues, 3 of them labelled" in captured.err
    assert load_labels(out).names(Task.DIALOGUE) == ("价格", "物流")
    assert json.loads(out.read_text())["tasks"].keys() == {"dialogue"}
    assert data.labels.main(arguments) == 2
    assert "exists already" in capsys.readouterr().err
