"""Data files of other programs: a table of formats with their awkward variants, and what each becomes."""

from __future__ import annotations

import base64
import csv
import io
import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PIL import Image

from data.errors import InputError
from data.formats import read_data
from data.formats.plain import to_row
from data.schema import Sample, Speaker, Task

CUSTOMER, AGENT = Speaker.CUSTOMER, Speaker.AGENT
ORGANISER = {
    "id": "a",
    "instruction": "看图\n<用户与客服的对话 START>\n用户: <image>\n客服: 您好\n用户: 盖子漏吗\n<用户与客服的对话 END>\n标签",
    "input": "",
    "output": "商品材质",
    "image": ["a.jpg"],
}
TURNS = [{"role": "customer", "text": "<image>"}, {"role": "agent", "text": "您好"}, {"role": "user", "text": "盖子漏吗"}]
PLAIN = {"id": "a", "turns": TURNS, "images": ["a.jpg"], "label": "商品材质"}
SHAREGPT = {
    "conversations": [
        {"from": "system", "value": "你是客服专家"},
        {"from": "human", "value": "<image>"},
        {"from": "gpt", "value": "您好"},
        {"from": "human", "value": "盖子漏吗"},
        {"from": "gpt", "value": "商品材质"},
    ],
    "images": "a.jpg",
    "id": "a",
}
SWIFT = {
    "messages": [
        {"role": "用户", "content": "<image>"},
        {"role": "Assistant", "content": "您好"},
        {"role": "user", "content": "盖子漏吗"},
    ],
    "images": [{"path": "a.jpg"}],
    "label": "商品材质",
    "id": "a",
}
OPENAI = {
    "id": "a",
    "messages": [
        {"role": "developer", "content": "分类"},
        {"role": "user", "content": [{"type": "image_url", "image_url": {"url": "a.jpg"}}]},
        {"role": "assistant", "content": "您好"},
        {"role": "user", "content": [{"type": "text", "text": "盖子漏吗"}]},
        {"role": "assistant", "content": "商品材质"},
    ],
}
STUDIO = {
    "id": "a",
    "data": {
        "dialogue": [
            {"author": "customer", "text": "<image>"},
            {"author": "agent", "text": "您好"},
            {"author": "user", "text": "盖子漏吗"},
        ],
        "image": "/data/upload/1/a.jpg",
    },
    "annotations": [
        {"was_cancelled": True, "result": [{"type": "choices", "value": {"choices": ["别的"]}}]},
        {"result": [{"type": "choices", "value": {"choices": ["商品材质"]}}]},
    ],
}
CSV = '\ufeffID,Dialogue,图片,Label\r\na,"用户: <image>\n客服：您好\n用户: 盖子漏吗",a.jpg,商品材质\r\n'


def lines(*rows: Any) -> bytes:
    return "\n".join(json.dumps(row, ensure_ascii=False) for row in rows).encode()


def listed(*rows: Any) -> bytes:
    return json.dumps(rows, ensure_ascii=False).encode()


def parquet(*rows: dict[str, Any]) -> bytes:
    return parquet_table(pa.Table.from_pylist(list(rows)))


def parquet_table(table: pa.Table) -> bytes:
    buffer = io.BytesIO()
    pq.write_table(table, buffer)
    return buffer.getvalue()


def table(row: dict[str, Any], delimiter: str = ",") -> bytes:
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=delimiter)
    writer.writerow(row)
    writer.writerow(row.values())
    return buffer.getvalue().encode()


def read(tmp_path: Path, content: bytes) -> list[Sample]:
    path = tmp_path / "data.bin"  # The name says nothing.
    path.write_bytes(content)
    return list(read_data(path).samples)


# Every way of saying the same: a dialogue of three turns with one image.
SAME: list[tuple[str, bytes]] = [
    ("JSON with the organiser's rows", listed(ORGANISER)),
    ("JSON with the organiser's rows", b"\xef\xbb\xbf" + listed(ORGANISER)),
    ("JSON in GB 18030 with the organiser's rows", json.dumps([ORGANISER], ensure_ascii=False).encode("gb18030")),
    ("JSON in UTF-16 with the organiser's rows", json.dumps([ORGANISER], ensure_ascii=False).encode("utf-16")),
    ("JSON Lines with the organiser's rows", lines(ORGANISER)),
    ("CSV with the organiser's rows", table(ORGANISER)),
    ("TSV with the organiser's rows", table(ORGANISER, "\t")),
    ("Parquet with the organiser's rows", parquet(ORGANISER)),
    ("JSON with plain rows", listed(PLAIN)),
    ("JSON Lines with plain rows", b"\n\n" + lines(PLAIN) + b"\r\n\n"),
    ("Parquet with plain rows", parquet(PLAIN)),
    ("CSV with plain rows", table(PLAIN)),
    ("CSV in UTF-8 with plain rows", CSV.encode()),
    ("CSV in GB 18030 with plain rows", CSV.lstrip("\ufeff").encode("gb18030")),
    ("CSV with semicolons with plain rows", table(PLAIN, ";")),
    ("JSON with chat rows (LLaMA-Factory, ms-swift)", listed(SHAREGPT)),
    ("JSON Lines with chat rows (LLaMA-Factory, ms-swift)", lines(SWIFT)),
    ("Parquet with chat rows (LLaMA-Factory, ms-swift)", parquet(SWIFT)),
    ("JSON Lines with OpenAI chat messages", lines(OPENAI)),
    ("JSON Lines with OpenAI chat messages", lines({"custom_id": "a", "body": {"messages": OPENAI["messages"]}})),
    ("JSON with Label Studio's export", listed(STUDIO)),
]


@pytest.mark.parametrize(("form", "content"), SAME, ids=[f"{number} {form}" for number, (form, _) in enumerate(SAME)])
def test_formats_that_say_the_same(form: str, content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "data.bin"
    path.write_bytes(content)
    data = read_data(path)
    assert data.form.replace(" in UTF-8", "") == form.replace(" in UTF-8", "")
    assert data.official == ("organiser" in form)
    (sample,) = data.samples
    assert (sample.id, sample.task, sample.label, sample.problems) == ("a", Task.DIALOGUE, "商品材质", ())
    assert [Path(name).name for name in sample.images] == ["a.jpg"]
    assert [(turn.speaker, turn.text) for turn in sample.turns] == [
        (CUSTOMER, "<image>"),
        (AGENT, "您好"),
        (CUSTOMER, "盖子漏吗"),
    ]
    assert data.describe() == f"{path} is read as {data.form}: 1 dialogue, 1 of them labelled"
    assert bool(sample.row) == data.official


def test_the_organisers_rows_stay_theirs_where_some_are_broken(tmp_path: Path) -> None:
    broken = {"id": "b", "text": "no instruction", "image": ["b.jpg"], "output": "商品材质"}
    path = tmp_path / "data.json"
    path.write_bytes(listed(ORGANISER, broken, "no row", ORGANISER | {"id": "c"}))
    data = read_data(path)
    assert data.official
    assert [len(sample.problems) for sample in data.samples] == [0, 2, 1, 0]
    assert 'no "instruction"' in data.samples[1].problems[0]


def test_a_shop_s_text_table(tmp_path: Path) -> None:
    samples = read(tmp_path, '客户问题\t意图\n到哪里了\t物流\n\n \t \n能 "便宜" 吗\t价格\n'.encode("gb18030"))
    assert [(sample.id, sample.task, sample.label) for sample in samples] == [
        ("row-0", Task.DIALOGUE, "物流"),
        ("row-1", Task.DIALOGUE, "价格"),
    ]
    assert samples[1].customer_text() == '能 "便宜" 吗'
    assert all(sample.problems == () for sample in samples)


def test_quotes_that_do_not_pair_off_are_letters(tmp_path: Path) -> None:
    samples = read(tmp_path, '"text\tlabel\n'.replace('"', "").encode() + b'"hello\ta\nworld"s\tb\n5" screen\tc\n')
    assert [sample.customer_text() for sample in samples] == ["hello", 'world"s', '5" screen']
    assert [sample.label for sample in samples] == ["a", "b", "c"]


def test_rows_of_a_wrong_width_are_named(tmp_path: Path) -> None:
    short, long, good = read(tmp_path, b"id,text,label\na,hello\nb,hello,x,y\nc,hello,x\n")
    assert "2 cells for 3 columns" in short.problems[0]
    assert "4 cells for 3 columns" in long.problems[0]
    assert (short.label, long.label, good.problems) == (None, "x", ())


def test_a_broken_line_is_one_sample_and_named(tmp_path: Path) -> None:
    good, broken, last = read(tmp_path, lines(PLAIN) + b'\n\n{"id": "b", "text"\n' + lines(PLAIN | {"id": "c"}))
    assert (good.problems, last.problems, last.id) == ((), (), "c")
    assert len(broken.problems) == 1
    assert "line 3 is not valid JSON" in broken.problems[0]


def test_scenes_and_dialogues(tmp_path: Path) -> None:
    rows = [
        {"id": "scene", "image": "a.jpg", "label": "x"},
        {"id": "mark", "text": "<image>", "image": "a.jpg"},
        {"id": "both", "text": "hello", "image": "a.jpg"},
        {"id": "asked", "text": "hello", "image": "a.jpg", "task": "scene"},
        {"id": "text", "text": "hello"},
        {"id": "several", "text": "hello", "images": "a.jpg; b/c.png"},
    ]
    samples = read(tmp_path, lines(*rows))
    assert [sample.task.value for sample in samples] == ["scene", "scene", "dialogue", "scene", "dialogue", "dialogue"]
    assert all(sample.problems == () for sample in samples)
    assert samples[-1].images == ("a.jpg", "b/c.png")


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"text": ""}, "neither text nor an image"),
        ({"text": "<image> hello"}, "0 images for 1"),
        ({"text": "hello", "image": "data:image/png;base64,###"}, "cannot be decoded"),
        ({"text": "hello", "image": "data:image/png;base64"}, "no comma"),
        ({"text": "hello", "image": "data:,"}, "it is empty"),
        ({"text": "hello", "image": [3]}, "no names"),
        ({"text": "hello", "label": ["a", "b"]}, "2 labels"),
        ({"text": "hello", "label": {"name": "a"}}, "a label of type object"),
        ({"text": "hello", "label": " "}, ""),
        ({"text": "hello", "label": True, "id": "x"}, ""),
        ({"text": "hello", "task": "poem"}, "expected scene or dialogue"),
        ({"text": {"a": 1}}, "neither text"),
        ({"turns": [{"role": "captain", "text": "hello"}]}, "expected customer or agent"),
        ({"turns": [7]}, "a turn of type number"),
        ({"turns": [{"role": "user", "content": [{"type": "audio"}]}, "hello"]}, "'audio'"),
        ({"turns": [{"role": "user", "content": [{"type": "image_url", "image_url": {}}, "hello"]}]}, "0 images for 1"),
        ({"id": {"a": 1}, "text": "hello"}, "an id of type object"),
        ({"text": "a\ud83d"}, "halves of characters"),
    ],
)
def test_what_is_wrong_with_a_row_is_kept_on_it(row: dict[str, Any], words: str, tmp_path: Path) -> None:
    good = {"id": "good", "text": "hello"}
    sample, other = read(tmp_path, json.dumps([{"id": "a"} | row, good]).encode())
    assert sample.id in ("a", "x", "row-0")
    assert other.problems == ()
    assert words in "".join(sample.problems)
    assert bool(words) == bool(sample.problems)
    assert "".join([*sample.problems, sample.id, sample.customer_text()]).encode()


def png() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (4, 4), "red").save(buffer, "PNG")
    return buffer.getvalue()


def test_images_that_stand_in_the_file(tmp_path: Path) -> None:
    url = "data:image/png;base64," + base64.b64encode(png()).decode()
    parts = [{"type": "text", "text": "看"}, {"type": "image_url", "image_url": {"url": url}}]
    (chat,) = read(tmp_path, lines({"messages": [{"role": "user", "content": parts}]}))
    (cell,) = read(tmp_path, parquet({"text": "看", "image": {"bytes": png(), "path": None}}))
    for sample in (chat, cell):
        (name,) = sample.images
        assert sample.contents == {name: png()}
        assert sample.problems == ()
    assert chat.turns[0].text == "看\n<image>"
    (again,) = read(tmp_path, lines(to_row(chat)))
    assert again == chat
    assert again.contents == chat.contents


@pytest.mark.parametrize("empty", [None, "", [None], [""], {"bytes": None, "path": None}, [{"url": ""}]])
def test_an_empty_cell_for_an_image_is_no_image(empty: Any, tmp_path: Path) -> None:
    plain, studio = {"text": "hello", "image": empty}, {"id": 3, "data": {"text": "hello", "image": empty}, "annotations": []}
    for row in (plain, studio):
        (sample,) = read(tmp_path, listed(row))
        assert (sample.task, sample.images, sample.problems) == (Task.DIALOGUE, (), ())


def test_image_parts_that_mark_the_images_beside_them(tmp_path: Path) -> None:
    parts = [{"type": "image"}, {"type": "text", "text": "看"}]
    (sample,) = read(tmp_path, lines({"messages": [{"role": "user", "content": parts}], "images": ["a.jpg"]}))
    assert (sample.images, sample.turns[0].text, sample.problems) == (("a.jpg",), "<image>\n看", ())


def test_parquet_of_other_programs(tmp_path: Path) -> None:
    """Text as bytes, and cells that Python cannot hold, which count where they are a field's."""
    broken = pa.Array.from_buffers(pa.string(), 2, pa.array([b"\xff", b"hi"], pa.binary()).buffers())
    times = pa.array([2**62, 1], pa.timestamp("s", "Nowhere/Near"))
    made = {"id": [b"a", b"b"], "text": [b"hello", "漏".encode()], "label": [b"x", b"y"], "when": times, "note": broken}
    first, second = read(
        tmp_path, parquet_table(pa.table(made | {"when": times.cast(pa.timestamp("ms", "Nowhere/Near"), safe=False)}))
    )
    assert [(one.id, one.customer_text(), one.label, one.problems) for one in (first, second)] == [
        ("a", "hello", "x", ()),
        ("b", "漏", "y", ()),
    ]
    first, second = read(tmp_path, parquet_table(pa.table({"id": ["a", "b"], "text": broken})))
    assert "the cell 'text' cannot be read" in first.problems[0]
    assert (second.customer_text(), second.problems) == ("hi", ())


def test_a_table_of_one_column_has_no_delimiters(tmp_path: Path) -> None:
    samples = read(tmp_path, 'text\r\n你好,在吗\r\n"a, b"\r\nModel: X200; does it fit?\r\n'.encode())
    assert [(one.customer_text(), one.problems) for one in samples] == [
        ("你好,在吗", ()),
        ("a, b", ()),
        ("Model: X200; does it fit?", ()),
    ]


def test_a_prompt_is_no_customers_words(tmp_path: Path) -> None:
    """What all rows share is the instruction to the model; with an image it is a scene."""
    chat = [
        {
            "messages": [{"role": "user", "content": "<image>这是哪个场景"}, {"role": "assistant", "content": f"标签{n}"}],
            "images": [f"{n}.jpg"],
        }
        for n in range(4)
    ]
    alpaca = [{"instruction": "意图是什么", "input": f"问题{n}", "output": f"标签{n}"} for n in range(4)]
    scenes, dialogues = read(tmp_path, listed(*chat)), read(tmp_path, listed(*alpaca))
    assert [(one.task, one.images, one.label) for one in scenes] == [(Task.SCENE, (f"{n}.jpg",), f"标签{n}") for n in range(4)]
    assert [(one.task, one.customer_text(), one.label) for one in dialogues] == [
        (Task.DIALOGUE, f"问题{n}", f"标签{n}") for n in range(4)
    ]
    told = read(tmp_path, listed(*(row | {"instruction": f"怎么办{n}", "input": ""} for n, row in enumerate(alpaca))))
    assert told[2].customer_text() == "怎么办2"


def test_chat_rows_without_a_label(tmp_path: Path) -> None:
    asked = {"messages": [{"role": "user", "content": "漏吗"}]}
    whole = {"messages": [{"role": "user", "content": "漏吗"}, {"role": "assistant", "content": "不漏"}], "label": None}
    first, second = read(tmp_path, lines(asked, whole))
    assert (first.label, second.label, len(second.turns)) == (None, None, 2)


def choice(*values: Any, kind: str = "choices", **more: Any) -> dict[str, Any]:
    return {"result": [{"type": kind, "value": {kind: list(values)}}], **more}


@pytest.mark.parametrize(
    ("annotations", "label", "problem"),
    [
        ([choice("甲")], "甲", ""),
        ([choice(["上", "甲"])], "甲", ""),
        ([choice(["上", "甲"], kind="taxonomy")], "甲", ""),
        ([choice("甲", "乙")], "甲", "labelled 甲, 乙"),
        ([choice("甲", updated_at="2026-01-02"), choice("乙", updated_at="2026-01-01")], "甲", "labelled 乙, 甲"),
        ([choice("甲"), choice("乙"), choice("甲")], "甲", "labelled 甲, 乙"),
        ([choice("甲", was_cancelled=True)], None, ""),
        ([], None, ""),
    ],
)
def test_label_studio_annotations(annotations: list[Any], label: str | None, problem: str, tmp_path: Path) -> None:
    (sample,) = read(tmp_path, listed({"id": 3, "data": {"question": "漏吗"}, "annotations": annotations}))
    assert (sample.id, sample.label, sample.customer_text()) == ("3", label, "漏吗")
    assert problem in "".join(sample.problems)
    assert bool(problem) == bool(sample.problems)


@pytest.mark.parametrize(
    ("names", "label", "problem"),
    [
        (("mood", "intent"), "甲", ""),
        (("intent", "mood"), "好", ""),
        (("mood", "urgency"), "好", "questions mood, urgency; the first"),
    ],
)
def test_label_studio_questions(names: tuple[str, str], label: str, problem: str, tmp_path: Path) -> None:
    answers = [choice(value)["result"][0] | {"from_name": name} for name, value in zip(names, ("好", "甲"), strict=True)]
    (sample,) = read(tmp_path, listed({"id": 3, "data": {"text": "漏吗"}, "annotations": [{"result": answers}]}))
    assert sample.label == label
    assert problem in "".join(sample.problems)
    assert bool(problem) == bool(sample.problems)


@pytest.mark.parametrize(
    ("data", "images"),
    [
        ({"picture": "/data/upload/1/a%20b.jpg"}, ("data/upload/1/a b.jpg",)),
        ({"img": "/data/local-files/?d=shop/a.jpg"}, ("shop/a.jpg",)),
        ({"any": "x/a.PNG", "meta": "1"}, ("x/a.PNG",)),
        ({"image": "http://studio.example/data/upload/1/a.jpg"}, ("http://studio.example/data/upload/1/a.jpg",)),
    ],
)
def test_label_studio_images(data: dict[str, Any], images: tuple[str, ...], tmp_path: Path) -> None:
    (sample,) = read(tmp_path, listed({"id": 3, "data": data, "annotations": []}))
    assert sample.images == images


def test_folder_of_images(tmp_path: Path) -> None:
    for name in ("支付页面/b.jpg", "支付页面/a.PNG", "退款页面/deep/c.webp", "new.jpeg", ".hidden/d.jpg", "退款页面/notes.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True, parents=True)
        (tmp_path / name).write_bytes(b"x")
    data = read_data(tmp_path)
    assert [(sample.images[0], sample.label) for sample in data.samples] == [
        ("new.jpeg", None),
        ("支付页面/a.PNG", "支付页面"),
        ("支付页面/b.jpg", "支付页面"),
        ("退款页面/deep/c.webp", "退款页面"),
    ]
    assert "a folder of images with one sub-folder a label: 4 scenes, 3 of them labelled" in data.describe()
    (tmp_path / os.fsdecode("支付.jpg".encode("gb18030"))).write_bytes(b"x")  # as some programs unpack archives
    (unnamed,) = (sample for sample in read_data(tmp_path).samples if sample.problems)
    assert "is not UTF-8" in unnamed.problems[0]
    assert "".join([unnamed.id, *unnamed.images, *unnamed.problems]).encode()
    (tmp_path / "empty").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "退款页面")
    with pytest.raises(InputError, match="link is a link, which is not followed"):
        read_data(tmp_path)
    with pytest.raises(InputError, match="holds no images"):
        read_data(tmp_path / "empty")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"PK\x03\x04rest", "save the sheet as CSV"),
        (b"\x1f\x8b\x08rest", "gunzip"),
        (b"\x89PNG\r\n\x1a\n", "is an image"),
        (b'{"text": {"0": "a"}, "label": {"0": "x"}}', "object of columns"),
        (b'{"text": ["a", "b"], "label": ["x", "y"]}', "object of columns"),
        (parquet({"colour": 1}), "holds Parquet whose rows have no known fields"),
        (b"PAR1 and nothing", "Parquet that cannot be read"),
        (b"  \n", "is empty"),
        (b"text,label\n", "without rows"),
        (b"a,b\n1,2\n", "no column that is known: its first line is 'a, b'"),
        (b"[1, 2]", "without an object"),
        (b'[{"colour": 1}, {"size": 2}]', "no known fields: it has colour, size"),
        (bytes(range(128, 256)), "save it as UTF-8"),
        ("[{}, 漏".encode()[:-1], "middle of a character"),
    ],
)
def test_files_that_are_no_data(content: bytes, words: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read(tmp_path, content)
    assert words in str(caught.value)
    assert str(tmp_path) in str(caught.value)


def test_a_pipe_is_refused(tmp_path: Path) -> None:
    """Its second reading would find nothing."""
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(InputError, match="is a pipe or a device"):
        read_data(tmp_path / "pipe")


def test_a_changed_file_is_read_again(tmp_path: Path) -> None:
    assert len(read(tmp_path, lines(PLAIN))) == 1
    assert len(read(tmp_path, lines(PLAIN, PLAIN | {"id": "b"}))) == 2


@pytest.mark.parametrize("write", [lines, parquet, listed])
def test_large_files_are_read_in_seconds(write: Callable[..., bytes], tmp_path: Path) -> None:
    rows = [
        {"id": str(number), "text": f"第{number}个问题，什么时候发货", "label": f"标签{number % 50}"} for number in range(100_000)
    ]
    content = write(*rows)
    start = time.process_time()
    assert len(read(tmp_path, content)) == 100_000
    assert time.process_time() - start < 15


def test_large_tables_are_read_in_seconds(tmp_path: Path) -> None:
    content = "id,text,label\n" + "".join(f'{n},"第{n}个问题，\n什么时候发货",标签{n % 50}\n' for n in range(100_000))
    start = time.process_time()
    assert len(read(tmp_path, content.encode("gb18030"))) == 100_000
    assert time.process_time() - start < 15
