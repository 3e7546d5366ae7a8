"""What was taught is on disk before it is acknowledged, counts as the changes say, and every single change can be undone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from data.case import Case
from data.errors import InputError, RunError
from data.labels import Label, LabelSet, parse_labels
from data.schema import Sample, Speaker, Task, Turn
from data.taught import TaughtStore, open_taught, take_over, taught_path, taught_to, with_contents
from data.teaching import AddExample, AddLabel, CorrectLabel, RemoveExample, RetireLabel, digest_of, undone

SAMPLE = Sample("1", Task.DIALOGUE, (Turn(Speaker.CUSTOMER, "漏水吗"),), ("a.jpg",))
PICTURE = b"a picture"
LABELS = LabelSet("shop", {Task.DIALOGUE: (Label("漏水", "坏了"), Label("材质", "什么做的"))})
FILE = [Case(Sample(str(number), Task.DIALOGUE, label="漏水")) for number in range(3)]


@pytest.fixture
def store(tmp_path: Path) -> TaughtStore:
    return TaughtStore(tmp_path / "run.taught.sqlite")


def test_an_example_comes_back_with_its_images_after_the_file_was_closed(store: TaughtStore) -> None:
    change = store.add(AddExample("x", SAMPLE, "材质", {"predicted": "漏水"}), "anna", {"a.jpg": PICTURE})
    assert (change.version, change.who, change.kind) == (1, "anna", "example")
    store.close()
    again = TaughtStore(store.path)
    (kept,) = again.taught().examples.values()
    assert (kept.id, kept.label, kept.turns, kept.images) == ("x", "材质", SAMPLE.turns, SAMPLE.images)
    assert dict(kept.contents) == {"a.jpg": PICTURE}
    assert again.taught().digests("x") == {"a.jpg": digest_of(PICTURE)}
    assert again.changes()[0].payload["note"] == {"predicted": "漏水"}


def test_what_counts_follows_from_the_changes(store: TaughtStore) -> None:
    store.add(AddExample("x", SAMPLE, "漏水"), "anna")
    store.add(AddExample("y", SAMPLE, "漏水"), "anna")
    store.add(CorrectLabel("x", "材质"), "ben")
    store.add(CorrectLabel("1", "材质"), "ben")
    store.add(RemoveExample("2"), "ben")
    store.add(RemoveExample("y"), "ben")
    taught = store.taught()
    assert {id_: sample.label for id_, sample in taught.examples.items()} == {"x": "材质"}
    places, kept = taught.kept(FILE)
    assert places == [0, 1]
    assert [case.sample.label for case in kept] == ["漏水", "材质"]
    assert store.taught(upto=2).examples.keys() == {"x", "y"}
    assert taught.version == store.version() == 6


def test_every_change_can_be_undone_whatever_came_after_it(store: TaughtStore) -> None:
    teachings = (
        AddExample("x", SAMPLE, "漏水"),
        CorrectLabel("x", "材质"),
        AddLabel(Task.DIALOGUE, "色差", "颜色不同"),
        RemoveExample("0"),
        AddExample("x", SAMPLE, "色差"),
    )
    for teaching in teachings:
        store.add(teaching, "anna")
    assert store.taught().examples["x"].label == "色差"
    store.undo(5, "ben")
    assert store.taught().examples["x"].label == "材质"
    store.undo(2, "ben")
    assert store.taught().examples["x"].label == "漏水"
    store.undo(1, "ben")
    assert store.taught().examples == {}
    store.undo(8, "ben")  # the undoing of the first change
    assert store.taught().examples["x"].label == "漏水"
    assert store.taught().label_set(LABELS).names(Task.DIALOGUE) == ("漏水", "材质", "色差")
    store.undo(3, "ben")
    store.undo(4, "ben")
    assert store.taught().label_set(LABELS) == LABELS
    assert not store.taught().removed
    assert undone(store.changes()) == {2, 3, 4, 5, 8}
    with pytest.raises(InputError, match="was undone already"):
        store.undo(3, "ben")
    with pytest.raises(InputError, match="no change 99"):
        store.undo(99, "ben")


def test_undoing_all_leaves_nothing(store: TaughtStore) -> None:
    assert store.taught().digest() == ""
    for teaching in (AddExample("x", SAMPLE, "漏水"), CorrectLabel("1", "材质"), RetireLabel(Task.DIALOGUE, "材质")):
        store.add(teaching, "anna")
    assert store.taught().digest()
    for version in (1, 2, 3):
        store.undo(version, "anna")
    assert store.taught().digest() == ""
    assert store.version() == 6


def test_labels_are_added_described_anew_and_retired(store: TaughtStore) -> None:
    store.add(AddLabel(Task.SCENE, "退款页面", "退款"), "anna")
    store.add(AddLabel(Task.SCENE, "支付页面", ""), "anna")
    store.add(AddLabel(Task.DIALOGUE, "材 质", "布还是皮"), "anna")  # spelt otherwise: the same label
    store.add(RetireLabel(Task.DIALOGUE, "漏水"), "anna")
    labels = store.taught().label_set(LABELS)
    assert labels.active(Task.SCENE) == (Label("退款页面", "退款"), Label("支付页面", ""))
    assert labels.active(Task.DIALOGUE) == (Label("材质", "布还是皮"),)
    assert labels.retired(Task.DIALOGUE) == ("漏水",)
    assert store.taught().label_set(labels) == labels


def test_a_task_of_its_own_wants_two_labels(store: TaughtStore) -> None:
    """As in a label file: a run that is built with what was taught could not be read otherwise."""
    store.add(AddLabel(Task.SCENE, "支付页面", ""), "anna")
    assert store.taught().label_set(LABELS) == LABELS
    store.add(AddLabel(Task.SCENE, "退款页面", ""), "anna")
    labels = store.taught().label_set(LABELS)
    assert labels.names(Task.SCENE) == ("支付页面", "退款页面")
    assert parse_labels(labels.to_dict(), "taught") == labels


def test_what_cannot_be_kept_changes_nothing(store: TaughtStore, tmp_path: Path) -> None:
    class Broken(dict[str, bytes]):
        def items(self) -> object:  # type: ignore[override]
            raise OSError("gone")

    with pytest.raises(OSError, match="gone"):
        store.add_all([(AddExample("x", SAMPLE, "漏水"), {}), (AddExample("y", SAMPLE, "漏水"), Broken())], "anna")
    assert store.changes() == []
    path = tmp_path / "broken.sqlite"
    path.write_bytes(b"this is no database at all, but some text that is long enough" * 20)
    with pytest.raises(RunError, match="cannot be opened"):
        TaughtStore(path)


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="kills with SIGKILL")
def test_nothing_acknowledged_is_lost_when_killed(tmp_path: Path) -> None:
    path = tmp_path / "run.taught.sqlite"
    code = f"""
from pathlib import Path
from data.schema import Sample, Task
from data.taught import TaughtStore
from data.teaching import AddExample
store = TaughtStore(Path({str(path)!r}))
number = 0
while True:
    change = store.add(AddExample(str(number), Sample("1", Task.SCENE, images=("a",)), "a"), "me", {{"a": str(number).encode()}})
    print(change.version, flush=True)
    number += 1
"""
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parent.parent)
    assert process.stdout is not None
    told = [process.stdout.readline() for _ in range(20)]
    os.kill(process.pid, signal.SIGKILL)
    told += list(process.stdout)
    process.wait()
    acknowledged = [int(line) for line in told if line.endswith("\n")]
    store = TaughtStore(path)
    assert set(acknowledged) <= {change.version for change in store.changes()}
    assert all(sample.contents["a"] == id_.encode() for id_, sample in store.taught().examples.items())


def test_two_processes_may_write_and_each_sees_the_other(store: TaughtStore) -> None:
    other = TaughtStore(store.path)
    store.add(AddExample("x", SAMPLE, "漏水"), "anna")
    assert other.taught().examples.keys() == {"x"}
    other.add(AddExample("y", SAMPLE, "漏水"), "ben")
    assert store.taught().examples.keys() == {"x", "y"}
    assert [change.version for change in store.changes()] == [1, 2]

    def undo(one: TaughtStore) -> bool:
        try:
            return bool(one.undo(1, "both"))
        except InputError:
            return False

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(undo, [store, other] * 4)) == 1
    assert store.version() == 3


def test_a_new_run_begins_with_what_an_old_one_was_taught(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    assert open_taught(old) is None
    assert taught_to(old).version == 0
    with pytest.raises(InputError, match="nothing was taught"):
        take_over(old, new)
    store = TaughtStore(taught_path(old))
    store.add(AddExample("x", SAMPLE, "漏水"), "anna", {"a.jpg": PICTURE})
    for _ in range(2):
        take_over(old, new)
    (kept,) = taught_to(new).examples.values()
    assert kept.contents["a.jpg"] == PICTURE
    store.add(CorrectLabel("x", "材质"), "anna")
    take_over(old, new)
    assert taught_to(new).version == 2
    TaughtStore(taught_path(new)).undo(1, "ben")
    take_over(old, new)
    assert taught_to(new).version == 3
    store.add(RemoveExample("x"), "anna")
    with pytest.raises(RunError, match="taught to another run"):
        take_over(old, new)


def test_images_that_are_files_come_along(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(PICTURE)
    assert with_contents(SAMPLE, tmp_path).contents == {"a.jpg": PICTURE}
    with pytest.raises(InputError, match=r"b\.jpg"):
        with_contents(Sample("1", Task.SCENE, images=("b.jpg",)), tmp_path)
