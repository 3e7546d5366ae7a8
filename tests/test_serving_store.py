"""What people say is on disk before it is acknowledged, and what was asked is kept within bounds."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from data.errors import RunError
from data.schema import Sample, Speaker, Task, Turn
from fusion.serving.store import Example, Image, Item, Store, digest_of, store_path

SAMPLE = Sample("1", Task.DIALOGUE, (Turn(Speaker.CUSTOMER, "漏水吗"),), ("a.jpg",))
PICTURE = b"a picture"
IMAGES = (Image("a.jpg", digest_of(PICTURE)),)


def item(number: int, best: float, second: float, status: str = "open", image: bytes = PICTURE) -> Item:
    answer = {"predict": "a", "candidates": [{"label": "a", "probability": best}, {"label": "b", "probability": second}]}
    return Item(str(number), float(number), "api", status, SAMPLE, (Image("a.jpg", digest_of(image)),), answer, 0.1)  # type: ignore[arg-type]


def test_examples_stay_until_they_are_taken_back(tmp_path: Path) -> None:
    path = tmp_path / "service.sqlite"
    store = Store(path)
    first = store.add_example(Example(SAMPLE, "商品材质", "page", "何时上货", IMAGES, "1-x"), {IMAGES[0].digest or "": PICTURE})
    second = store.add_example(Example(SAMPLE, "何时上货", "label-studio", id="tool-7"))
    store.add_example(Example(SAMPLE, "是否会生锈", "label-studio", id="tool-7"))
    store.close()
    store = Store(path)
    assert [(one.id, one.label, one.sample, one.images) for one in store.examples()] == [
        (first, "商品材质", SAMPLE, IMAGES),
        (second, "是否会生锈", SAMPLE, ()),
    ]
    assert store.content(digest_of(PICTURE)) == PICTURE
    assert store.remove_example(first)
    assert not store.remove_example(first)
    assert [one.id for one in store.examples()] == ["tool-7"]


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
    kept = store.add_example(
        Example(SAMPLE, "商品材质", "page", images=(Image("a.jpg", digest_of(b"0")),)), {digest_of(b"0"): b"0"}
    )
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
    assert store.examples()[0].id == kept


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="kills with SIGKILL")
def test_nothing_acknowledged_is_lost_when_killed(tmp_path: Path) -> None:
    path = tmp_path / "service.sqlite"
    code = f"""
from pathlib import Path
from data.schema import Sample, Task
from fusion.serving.store import Example, Store
store = Store(Path({str(path)!r}))
while True:
    print(store.add_example(Example(Sample("1", Task.SCENE), "a", "page")), flush=True)
"""
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parent.parent)
    assert process.stdout is not None
    told = [process.stdout.readline().strip() for _ in range(20)]
    os.kill(process.pid, signal.SIGKILL)
    told += [line.strip() for line in process.stdout if len(line.strip()) == 32]
    process.wait()
    assert set(told) <= {example.id for example in Store(path).examples()}


def test_a_file_that_cannot_be_opened_is_told(tmp_path: Path) -> None:
    path = tmp_path / "service.sqlite"
    path.write_bytes(b"this is no database at all, but some text that is long enough" * 20)
    with pytest.raises(RunError, match="cannot be opened"):
        Store(path)
    assert store_path(tmp_path / "run") == tmp_path / "run.service.sqlite"
