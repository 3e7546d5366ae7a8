"""The organiser's JSON: what a row becomes, and that nothing is lost where it is wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from data.errors import InputError
from data.labels import load_labels
from data.reader import check_labels, images_folder, load_samples, parse_rows
from data.schema import Speaker, Task

DIALOGUE = (
    "你是一个电商客服专家。\n<用户与客服的对话 START>\n用户: <image>\n客服: 您好：\n请说\n用户: 盖子漏吗\n客服: \n"
    "<用户与客服的对话 END>\n分类标签为：[]\n"
)


def write(tmp_path: Path, text: str, encoding: str = "utf-8") -> Path:
    path = tmp_path / "data.json"
    path.write_text(text, encoding=encoding)
    return path


def row(**changes: Any) -> dict[str, Any]:
    return {"id": "a", "instruction": DIALOGUE, "input": "", "image": ["a-0.jpg"], "output": "商品材质"} | changes


def test_dialogue_row() -> None:
    (sample,) = parse_rows([row()], "t")
    assert sample.task is Task.DIALOGUE
    assert [turn.speaker for turn in sample.turns] == [Speaker.CUSTOMER, Speaker.AGENT] * 2
    assert sample.turns[1].text == "您好：\n请说"
    assert sample.turns[3].text == ""
    assert sample.customer_text() == "盖子漏吗"
    assert sample.label == "商品材质"
    assert sample.problems == ()


def test_scene_row_without_output() -> None:
    (sample,) = parse_rows([{"id": 7, "instruction": "Picture 1: <image>\n分类", "image": ["save/images/x.png"]}], "t")
    assert (sample.id, sample.task, sample.label, sample.images) == ("7", Task.SCENE, None, ("save/images/x.png",))
    assert sample.problems == ()


def test_missing_end_mark_keeps_the_turns() -> None:
    (sample,) = parse_rows([row(instruction=DIALOGUE.split("<用户与客服的对话 END>")[0])], "t")
    assert sample.turns[2].text == "盖子漏吗"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (row(image=[]), "without an image"),
        (row(image=["a.jpg", "b.jpg"]), "2 images for 1"),
        (row(image=None), "without an image"),
        (row(image=5), 'an "image" of type number'),
        (row(image=["a.jpg", 3]), "no names"),
        (row(id=None), 'has no "id"'),
        (row(instruction=None), 'no "instruction"'),
        ("text", "is a JSON string"),
        (None, "is a JSON null"),
    ],
)
def test_problem_is_kept_on_its_sample(value: Any, words: str) -> None:
    samples = parse_rows([value, row(id="b")], "file.json")
    assert len(samples) == 2
    assert words in samples[0].problems[0]
    assert "file.json" in samples[0].problems[0]
    assert samples[1].problems == ()


def test_half_of_a_character_is_replaced_and_reported(tmp_path: Path) -> None:
    value = row(id="a\ud83d", instruction=DIALOGUE.replace("盖子漏吗", "漏\ud83d"))
    (sample,) = load_samples(write(tmp_path, json.dumps([value])))
    assert sample.id == "a?"
    assert "漏?" in sample.customer_text()
    assert "halves of characters" in sample.problems[0]
    assert json.dumps(sample.row, ensure_ascii=False).encode()
    (whole,) = parse_rows([row(id="a😀")], "t")
    assert whole.id == "a😀"
    assert whole.problems == ()


def test_repeated_id_is_reported_on_the_later_row() -> None:
    first, second = parse_rows([row(), row()], "t")
    assert first.problems == ()
    assert "stands 2 times" in second.problems[0]


def test_long_dialogue_is_read_whole() -> None:
    (sample,) = parse_rows([row(instruction=DIALOGUE.replace("盖子漏吗", "漏" * 50_000))], "t")
    assert len(sample.customer_text()) == 50_000


def test_byte_order_mark_is_accepted(tmp_path: Path) -> None:
    assert len(load_samples(write(tmp_path, json.dumps([row()]), "utf-8-sig"))) == 1


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"id": 1}', "JSON object, expected a list"),
        ("[]", "empty list"),
        ('[{"id": 1}, {"id"', "truncated"),
        ('[{"id": 1 "x": 2}]', "line 1, column 11"),
        ("", "is empty"),
        ("[" * 100_000, "nested too deeply"),
    ],
)
def test_unusable_file_is_one_error_with_its_name(tmp_path: Path, text: str, words: str) -> None:
    path = write(tmp_path, text)
    with pytest.raises(InputError, match=words) as caught:
        load_samples(path)
    assert str(path) in str(caught.value)


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="does not exist"):
        load_samples(tmp_path / "none.json")


def test_dialogue_without_an_image_is_input_like_any_other() -> None:
    (sample,) = parse_rows([row(image=[], instruction=DIALOGUE.replace("<image>", "你好"))], "t")
    assert (sample.task, sample.problems) == (Task.DIALOGUE, ())


def test_only_known_current_labels_are_learned_from() -> None:
    scene = {"instruction": "<image>", "image": ["a.jpg"]}
    rows = [
        row(),
        row(id="b", output="没有这个"),
        row(id="c", output=""),
        scene | {"id": "d", "output": "个人信息页面"},
        scene | {"id": "e", "output": "支付页面"},
    ]
    good, messages = check_labels(parse_rows(rows, "t"), load_labels(), "t")
    assert [sample.id for sample in good] == ["a", "e"]
    assert [word in message for word, message in zip(("没有这个", "without a label", "retired"), messages, strict=True)] == [
        True
    ] * 3


def test_messages_are_one_a_label() -> None:
    rows = [row(id=str(number), output="没有这个") for number in range(5)]
    good, (message,) = check_labels(parse_rows([*rows, row()], "t"), load_labels(), "t")
    assert len(good) == 1
    assert "5 rows are (0, 1, 2, ...) left out" in message


def test_a_label_in_another_spelling_is_the_label_files() -> None:
    scene = {"instruction": "<image>", "image": ["a.jpg"]}
    names = ["实物拍摄（含售后）", " 实物拍摄 (含售后)", "实物拍摄(含售后)", "账单／账户页面"]
    rows = [scene | {"id": str(number), "output": name} for number, name in enumerate(names)]
    good, messages = check_labels(parse_rows(rows, "t"), load_labels(), "t")
    assert [sample.label for sample in good] == ["实物拍摄(含售后)"] * 3 + ["账单/账户页面"]
    assert messages == [
        "t: label '实物拍摄（含售后）' of 1 row is read as '实物拍摄(含售后)'",
        "t: label '实物拍摄 (含售后)' of 1 row is read as '实物拍摄(含售后)'",
        "t: label '账单／账户页面' of 1 row is read as '账单/账户页面'",
    ]


def test_where_images_are_looked_for(tmp_path: Path) -> None:
    texts = tmp_path / "texts.csv"
    texts.write_text("text,label\nhello,a\n")
    pictures = tmp_path / "pictures.csv"
    pictures.write_text("image,label\nshop/a.jpg,x\n")
    assert images_folder(texts) == tmp_path
    assert images_folder(pictures) == tmp_path / "images"
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop/a.jpg").write_bytes(b"x")
    assert images_folder(pictures) == tmp_path
    assert images_folder(tmp_path / "shop") == tmp_path / "shop"
    (tmp_path / "images").mkdir()
    assert images_folder(pictures) == images_folder(texts) == tmp_path / "images"
    assert images_folder(pictures, tmp_path / "other") == tmp_path / "other"
