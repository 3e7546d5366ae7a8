"""What was asked is kept within bounds, and what is unsure is shown first."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import pytest

from data.errors import RunError
from data.schema import Sample, Speaker, Task, Turn
from data.teaching import digest_of
from fusion.serving.store import Image, Item, Store, store_path

SAMPLE = Sample("1", Task.DIALOGUE, (Turn(Speaker.CUSTOMER, "漏水吗"),), ("a.jpg",))
PICTURE = b"a picture"


def item(number: int, best: float, second: float, status: str = "open", image: bytes = PICTURE) -> Item:
    answer = {"predict": "a", "candidates": [{"label": "a", "probability": best}, {"label": "b", "probability": second}]}
    return Item(str(number), float(number), "api", status, SAMPLE, (Image("a.jpg", digest_of(image)),), answer, 0.1)  # type: ignore[arg-type]


def test_the_closest_answers_come_first(tmp_path: Path) -> None:
    store = Store(tmp_path / "service.sqlite")
    for number, (best, second) in enumerate([(0.8, 0.1), (0.4, 0.39), (0.6, 0.3)]):
        store.add_item(item(number, best, second), {}, {})
    store.add_item(item(3, 0.5, 0.5, "seen"), {}, {})
    assert [one.id for one in store.open_items()] == ["1", "2", "0"]
    assert store.count_open() == 3
    store.mark_item("1", "done", "example", "b")
    found = store.item("1")
    assert found is not None
    assert (found.status, found.example, found.label) == ("done", "example", "b")
    assert [one.id for one in store.open_items()] == ["2", "0"]


def test_old_questions_go_and_their_images_with_them(tmp_path: Path) -> None:
    store = Store(tmp_path / "service.sqlite", kept=20)
    for number in range(30):
        content = str(number).encode()
        store.add_item(item(number, 0.5, 0.4, "open" if number < 3 else "seen", content), {digest_of(content): content}, {})
    left = [number for number in range(30) if store.item(str(number))]
    assert len(left) <= 20
    assert left[:3] == [0, 1, 2]  # what people should look at goes last
    assert left[-1] == 29
    gone = next(number for number in range(30) if number not in left)
    assert store.content(digest_of(str(gone).encode())) is None
    assert store.content(digest_of(b"29")) == b"29"
    assert store.content(digest_of(b"0")) == b"0"


def test_who_asks_on_the_page_finds_the_answer_there_however_much_is_open(tmp_path: Path) -> None:
    store = Store(tmp_path / "service.sqlite", kept=20)
    for number in range(20):
        store.add_item(item(number, 0.5, 0.4), {}, {})
    store.add_item(replace(item(20, 0.9, 0.1, "seen"), source="page", created=time.time()), {}, {})
    assert store.item("20") is not None
    assert store.item("0") is None


def test_a_file_that_cannot_be_opened_is_told(tmp_path: Path) -> None:
    path = tmp_path / "service.sqlite"
    path.write_bytes(b"this is no database at all, but some text that is long enough" * 20)
    with pytest.raises(RunError, match="cannot be opened"):
        Store(path)
    assert store_path(tmp_path / "run") == tmp_path / "run.service.sqlite"
