"""A chain after what was taught: as good as one that was fitted with it, swapped in whole, one writer and many readers."""

from __future__ import annotations

import dataclasses
import sqlite3
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from retrieval_fakes import LABELS, TOPICS, OneHotEncoder, cases, dialogue, scene

from data.case import Case
from data.errors import InputError
from data.labels import Label, LabelSet
from data.profile import RetrievalSettings
from data.schema import Sample, Task
from data.taught import TaughtStore
from data.teaching import AddExample, AddLabel, CorrectLabel, RemoveExample, RetireLabel, Taught, Teaching
from fusion.teaching.teacher import Teacher
from retrieval.duplicates import DuplicateSearch, duplicate_groups
from retrieval.encoded import Encoded, load_encoded, save_encoded
from retrieval.indexing import Knowledge
from retrieval.retriever import Retriever
from retrieval.updating import Prepared
from retrieval.vectors import encode_cases, encode_labels

SETTINGS = RetrievalSettings(neighbours=4)
ENCODER = OneHotEncoder()


def encoded(given: list[Case]) -> Encoded:
    return Encoded(given, encode_cases(ENCODER, given))


def knowledge(labels: LabelSet) -> Knowledge:
    return Knowledge({}, encode_labels(ENCODER, labels))


def fit(given: list[Case], labels: LabelSet = LABELS) -> Retriever:
    return Retriever.fit(given, encode_cases(ENCODER, given), labels, SETTINGS, 0, None, encode_labels(ENCODER, labels))


def updated(base: list[Case], own: list[Case], *teachings: Teaching) -> tuple[Retriever, LabelSet, Taught]:
    """The retriever of `base` after examples `own` and more were taught."""
    store = TaughtStore(Path(":memory:"))
    store.add_all([(AddExample(case.sample.id, case.sample, str(case.sample.label)), {}) for case in own], "me")
    store.add_all([(teaching, {}) for teaching in teachings], "me")
    taught = store.taught()
    labels = taught.label_set(LABELS)
    prepared = Prepared.of(fit(base), LABELS, encoded(base), 0)
    known = prepared.know(labels, knowledge, prepared.know(LABELS, knowledge))
    labelled = [Case(taught.examples[case.sample.id], case.pages) for case in own if case.sample.id in taught.examples]
    return prepared.updated(taught, encoded(labelled), known), labels, taught


def asked() -> list[Case]:
    return [dialogue(f"q{topic}", [f"请问{topic}的事"], None) for topic in TOPICS] + [
        dialogue("q", ["您好", "在的", "漏水材质"], None)
    ]


NEW = [dialogue("n1", ["这个漏水要怎么修呢"], LABELS.names(Task.DIALOGUE)[0]), dialogue("n2", ["衣服有几个尺码呀"], "标签尺码")]


@pytest.mark.parametrize(
    ("own", "teachings"),
    [
        (NEW, ()),
        ([], (CorrectLabel("d00", "标签材质"), RemoveExample("d11"), RemoveExample("s01"))),
        (NEW, (AddLabel(Task.DIALOGUE, "发票", "要发票"), CorrectLabel("n1", "发票"))),
        (NEW[:1], (RetireLabel(Task.DIALOGUE, "标签退款"),)),
    ],
)
def test_evidence_is_that_of_a_retriever_that_was_fitted_with_it(own: list[Case], teachings: tuple[Teaching, ...]) -> None:
    base = cases()
    found, labels, taught = updated(base, own, *teachings)
    examples = [Case(taught.examples[case.sample.id], case.pages) for case in own]
    plain = fit(taught.cases(base, examples), labels)
    mine, theirs = (one.query(Task.DIALOGUE, asked(), encode_cases(ENCODER, asked())) for one in (found, plain))
    assert mine.probability.shape == theirs.probability.shape == (5, len(labels.names(Task.DIALOGUE)))
    assert mine.scores.keys() == theirs.scores.keys()
    for name, score in mine.scores.items():
        np.testing.assert_allclose(score, theirs.scores[name], atol=1e-5, err_msg=name)
    rows = [[(near.id, near.label, near.source) for near in every] for every in mine.neighbours]
    assert rows == [[(near.id, near.label, near.source) for near in every] for every in theirs.neighbours]


def test_a_task_that_nothing_was_taught_of_is_left_as_it_is() -> None:
    base = cases()
    found, _, _ = updated(base, NEW)
    before = fit(base)
    question = [scene("q", "退款的新页面", None, shade=200)]
    vectors = encode_cases(ENCODER, question)
    mine, theirs = (one.query(Task.SCENE, question, vectors) for one in (found, before))
    np.testing.assert_array_equal(mine.probability, theirs.probability)
    assert found.tasks[Task.SCENE].left_out.ids == before.tasks[Task.SCENE].left_out.ids
    assert len(found.tasks[Task.DIALOGUE].left_out.probability) == 0


def test_a_task_may_lose_its_last_label_and_get_its_first_example() -> None:
    base = [case for case in cases() if case.sample.task is Task.DIALOGUE]
    names = LABELS.names(Task.DIALOGUE)
    one = scene("n", "退款的页面", "标签退款", shade=200)
    found, labels, _ = updated(base, [one], *(RetireLabel(Task.DIALOGUE, name) for name in names))
    assert found.tasks.keys() == labels.tasks.keys() == {Task.SCENE}
    question = [scene("q", "退款的新页面", None, shade=201)]
    answer = found.query(Task.SCENE, question, encode_cases(ENCODER, question))
    assert answer.neighbours[0][0].id == "n"
    assert LABELS.names(Task.SCENE)[answer.probability[0].argmax()] == "标签退款"


def test_a_new_label_is_answered_from_its_description_and_better_with_an_example() -> None:
    question = [dialogue("q", ["能开增值税发票吗"], None)]
    vectors = encode_cases(ENCODER, question)
    label = AddLabel(Task.DIALOGUE, "发票", "顾客要开发票")
    described, labels, _ = updated(cases(), [], label)
    number = labels.names(Task.DIALOGUE).index("发票")
    first = described.query(Task.DIALOGUE, question, vectors).probability[0]
    taught, _, _ = updated(cases(), [dialogue("n", ["可以开增值税发票的吗"], "发票")], label)
    second = taught.query(Task.DIALOGUE, question, vectors).probability[0]
    assert first.argmax() == second.argmax() == number
    assert second[number] > first[number]


def test_near_duplicates_of_a_new_case_are_those_of_its_group() -> None:
    known = [
        *cases(),
        dialogue(
            "long", ["这款沙发床的面料是什么做的呢，会不会容易掉色，平时要怎么清洗保养才比较好，可以放洗衣机里面洗吗"], "标签材质"
        ),
    ]
    vectors = encode_cases(ENCODER, known).image
    search = DuplicateSearch.over(known, vectors)
    new = [
        dialogue("a", ["<image>", "在的", "这个漏水怎么办", "漏水没问题"], "标签漏水"),
        dialogue(
            "b", ["这款沙发床的面料是什么做的呢，会不会容易掉色，平时要怎么清洗保养才比较好，可以放洗衣机里面洗吗？"], "标签材质"
        ),
        dialogue("c", ["完全不同的一句话，说的是别的事情"], "标签材质"),
        scene("d", "别的文字", "标签退款", digest="s00"),
        scene("e", "另外的文字", "标签退款", shade=64),
    ]
    for case in new:
        image = encode_cases(ENCODER, [case]).image
        groups = duplicate_groups([*known, case], np.concatenate([vectors, image]))
        direct = set(search.of(case, image[0]))
        assert direct <= set(np.flatnonzero(groups[:-1] == groups[-1]).tolist())
        assert bool(direct) == bool((groups[:-1] == groups[-1]).any()), case.sample.id
    assert search.of(new[2], vectors[0] * 0) == []


def test_cases_come_back_from_their_file_without_their_pixels(tmp_path: Path) -> None:
    given = encoded(cases(1))
    assert save_encoded(tmp_path, given) == ["cases.npz"]
    found = load_encoded(tmp_path)
    assert found is not None
    for field in dataclasses.fields(given.vectors):
        np.testing.assert_array_equal(getattr(found.vectors, field.name), getattr(given.vectors, field.name))
    plain = [Case(case.sample, tuple(dataclasses.replace(page, pixels=None) for page in case.pages)) for case in given.cases]
    assert found.cases == plain
    assert load_encoded(tmp_path / "none") is None


class Applies:
    """Brings nothing up to date, and says how often it was asked to; fails for a label `bad`."""

    def __init__(self) -> None:
        self.made: list[int] = []
        self.go = threading.Event()
        self.go.set()
        self.begun = threading.Event()

    def prepare(self) -> None:
        pass

    def apply(self, store: TaughtStore, taught: Taught) -> Any:
        self.begun.set()
        self.go.wait(10)
        if any(sample.label == "bad" for sample in taught.examples.values()):
            raise ValueError("a bad label")
        self.made.append(taught.version)
        return f"chain {taught.version}"

    def encode(self, case: Case) -> Case:
        return case

    def remember(self, store: TaughtStore, sample: Sample, encoded: Any) -> None:
        store.keep_derived({sample.id: b"remembered"})

    def contradictions(self, encoded: Case, label: str) -> list[tuple[str, str]]:
        return [("known", "标签漏水")] if label != "标签漏水" else []


@pytest.fixture
def swapped() -> list[tuple[str, int]]:
    return []


@pytest.fixture
def teacher(tmp_path: Path, swapped: list[tuple[str, int]]) -> Any:
    made = Teacher(TaughtStore(tmp_path / "run.taught.sqlite"))
    applies = Applies()
    made.start(applies, lambda chain, taught: swapped.append((chain, taught.version)), 0)
    yield made, applies
    applies.go.set()
    made.stop()


def test_what_is_taught_is_swapped_in_and_what_contradicts_is_said(
    teacher: tuple[Teacher, Applies], swapped: list[tuple[str, int]]
) -> None:
    one, _ = teacher
    case = dialogue("1", ["漏水吗"], None)
    lesson = one.add(case.sample, "标签材质", "anna", case, "x")
    assert (lesson.id, lesson.version, lesson.contradicts) == ("x", 1, (("known", "标签漏水"),))
    assert one.wait(1, 10)
    assert swapped == [("chain 1", 1)]
    assert one.store.derived("x") == b"remembered"
    assert one.add(case.sample, "标签材质", "anna", case, "x").version == 1  # the same again is no change
    assert one.add(case.sample, "标签漏水", "anna", case, "x").contradicts == ()
    assert one.wait(2, 10)


def test_what_came_meanwhile_is_swapped_in_together(teacher: tuple[Teacher, Applies], swapped: list[tuple[str, int]]) -> None:
    one, applies = teacher
    case = dialogue("1", ["漏水吗"], None)
    applies.go.clear()
    one.add(case.sample, "标签漏水", "anna", case)
    assert applies.begun.wait(10)
    for _ in range(5):
        one.add(case.sample, "标签漏水", "anna", case)
    applies.go.set()
    assert one.wait(6, 10)
    assert [version for _, version in swapped] == [1, 6]


def test_what_cannot_be_applied_is_told_and_the_next_change_is_tried(
    teacher: tuple[Teacher, Applies], swapped: list[tuple[str, int]]
) -> None:
    one, _ = teacher
    case = dialogue("1", ["漏水吗"], None)
    one.add(case.sample, "bad", "anna", case, "x")
    assert not one.wait(1, 0.5)
    assert one.error == "ValueError: a bad label"
    one.undo(1, "anna")
    assert one.wait(2, 10)
    assert one.error is None
    assert swapped == [("chain 2", 2)]


def test_a_file_that_cannot_be_read_for_a_while_is_read_again(
    teacher: tuple[Teacher, Applies], swapped: list[tuple[str, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, _ = teacher
    taught, locked = one.store.taught, [sqlite3.OperationalError("database is locked")]

    def once_locked() -> Taught:
        if locked and threading.current_thread().name == "teaching":
            raise locked.pop()
        return taught()

    monkeypatch.setattr(one.store, "taught", once_locked)
    one.store.add(AddLabel(Task.DIALOGUE, "发票", ""), "anna")
    assert one.wait(1, 10)
    assert (one.error, swapped) == (None, [("chain 1", 1)])


def test_what_another_process_taught_is_seen(teacher: tuple[Teacher, Applies], swapped: list[tuple[str, int]]) -> None:
    one, _ = teacher
    TaughtStore(one.store.path).add(AddLabel(Task.DIALOGUE, "发票", ""), "ben")
    assert one.wait(1, 10)
    assert one.labels(LABELS).active(Task.DIALOGUE)[-1] == Label("发票", "")


def test_labels_that_cannot_be_taught_are_refused(tmp_path: Path) -> None:
    one = Teacher(TaughtStore(tmp_path / "run.taught.sqlite"))
    with pytest.raises(InputError, match="expected the name of a label"):
        one.add_label(Task.SCENE, " \u200b", "nothing to see", "anna", LABELS)
    with pytest.raises(InputError, match="is there already"):
        one.add_label(Task.SCENE, "标签 漏水", "关于漏水的事", "anna", LABELS)
    assert one.add_label(Task.SCENE, "标签 漏水", "别的意思", "anna", LABELS).payload["name"] == "标签漏水"
    assert one.retire_label(Task.SCENE, "没有", "anna", LABELS) is None
    for name in ("标签漏水", "标签材质"):
        assert one.retire_label(Task.SCENE, name, "anna", LABELS) is not None
    with pytest.raises(InputError, match="two must stay"):
        one.retire_label(Task.SCENE, "标签尺码", "anna", LABELS)
    assert one.remove("nobody", "anna", {}) is None
    assert one.correct("nobody", "标签尺码", "anna", {}) is None
    assert one.correct("d00", "标签尺码", "anna", {"d00": None}) is not None
