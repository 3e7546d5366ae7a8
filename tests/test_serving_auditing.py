"""The audit sample in a service: drawn, shown blind, labelled, and what the promise then rests on; drift on the page."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from serving_fakes import LABELS, NAMES, ready, service, state
from starlette.testclient import TestClient

from data.errors import InputError
from data.schema import Sample, Task
from fusion.handover import HandoverRule, Promise, TaskRule
from fusion.live.drift import WINDOW
from fusion.live.promise import first_look, stand
from fusion.live.rules import Audited
from fusion.live.verdicts import standing, verdicts
from fusion.pages.known import Known
from fusion.serving.app import Service
from fusion.serving.audit_store import NONE, AuditStore, Counts
from fusion.serving.label_scores import OutOfFold
from fusion.serving.settings import Settings
from fusion.serving.state import State
from fusion.serving.store import AUDIT, Item

HTML = {"Accept": "text/html", "Accept-Language": "en"}
PROMISE = Promise(0.2, 0.95)
BASE = HandoverRule(PROMISE, {Task.DIALOGUE: TaskRule(0.8, 200, 150, 1)})
DRAWN = Audited(Task.SCENE, 0.9, None, True, "rule")
RIGHT = NAMES[Task.DIALOGUE][0]


def watched(folder: Path, share: float = 1.0, made: State | None = None) -> Service:
    """A service that draws a share of its answers, and accepts them from a probability of 0.8."""
    app = service(folder, Settings(allowed_hosts=("testserver",), audit_share=share, kept=1_000), load=lambda: loaded[0])
    rules = app.desk.auditing.rules
    loaded = [replace(made or state(), accept=verdicts(BASE, rules), stand=standing(BASE, rules))]
    return app


@pytest.fixture
def app(tmp_path: Path) -> Service:
    return watched(tmp_path)


@pytest.fixture
def client(app: Service) -> Iterator[TestClient]:
    with TestClient(app, headers=HTML) as client:
        ready(client)
        yield client


def until(found: Callable[[], Any]) -> Any:
    for _ in range(500):
        value = found()
        if value:
            return value
        time.sleep(0.01)
    raise AssertionError("it never came")


def ask(client: TestClient, *texts: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = client.post("/v1/predict", json={"samples": [{"text": text} for text in texts]}).json()[
        "predictions"
    ]
    return rows


def test_a_drawn_answer_is_checked_without_knowing_whether_it_was_accepted(app: Service, client: TestClient) -> None:
    (row,) = ask(client, f"第1个{RIGHT}{RIGHT}")
    assert (row["accepted"], row["rests_on"]) == (True, "out_of_fold")
    (item,) = until(app.desk.store.open_audits)
    queue = client.get("/queue").text
    assert "Spot check" in queue
    assert "0 right, 0 wrong, 1 to check" in until(lambda: _with(client.get("/queue").text, "1 to check"))
    page = client.get(f"/items/{item.id}").text
    for hidden in ("Can be used as it is", "% sure", "Runners-up", "Labelled examples it rests on"):
        assert hidden not in page
    assert "None of the labels" in page
    told = client.post(f"/items/{item.id}/label", data={"label": RIGHT}).text
    assert "Noted as right" in told
    assert "Can be used as it is" in told
    assert "The rule rests on the labelled examples" in told
    run = item.answer["model_version"].partition("-")[2]
    (audited,) = app.desk.store.audited(run)
    assert (audited.right, audited.accepted, audited.rule) == (True, True, "out_of_fold 0.800000")
    until(lambda: 'intent_audit_samples{status="right",task="dialogue"} 1.0' in client.get("/metrics").text)
    client.post(f"/items/{item.id}/undo")
    assert [one.right for one in app.desk.store.audited(run)] == [None]
    assert [one.id for one in app.desk.store.open_audits()] == [item.id]


def test_answers_of_one_request_are_drawn_in_its_order(app: Service, client: TestClient) -> None:
    texts = [f"第{number}个{RIGHT}" for number in range(15)]
    ask(client, *texts)
    found = until(lambda: len(items := app.desk.store.open_audits()) == len(texts) and items)
    assert [item.sample.turns[0].text for item in found] == texts


def test_none_of_the_labels_counts_as_wrong_and_teaches_nothing(app: Service, client: TestClient) -> None:
    ask(client, "你好")
    (item,) = until(app.desk.store.open_audits)
    assert "none of the labels is right" in client.post(f"/items/{item.id}/label", data={"label": NONE}).text
    assert client.get("/v1/examples").json() == {"examples": []}
    (audited,) = app.desk.store.audited(item.answer["model_version"].partition("-")[2])
    assert (audited.right, audited.accepted) == (False, False)
    client.post("/ask", data={"text": "在吗"})
    asked = app.desk.store.open_items()[0]
    assert client.post(f"/items/{asked.id}/label", data={"label": NONE}).status_code == 422  # asked on the page, not drawn


def test_a_look_that_failed_is_made_again(app: Service, client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    auditing, counts, failing = app.desk.auditing, app.desk.store.counts, [sqlite3.OperationalError("database is locked")]

    def once_locked(run: str) -> dict[Task, Counts]:
        if failing:
            raise failing.pop()
        return counts(run)

    monkeypatch.setattr(app.desk.store, "counts", once_locked)
    ask(client, RIGHT)
    until(lambda: not failing)
    auditing.told()
    until(lambda: auditing.counts)


def test_what_was_taught_is_not_drawn_again(app: Service, client: TestClient) -> None:
    ask(client, RIGHT)
    (item,) = until(app.desk.store.open_audits)
    client.post(f"/items/{item.id}/label", data={"label": RIGHT})
    ask(client, RIGHT, f"另一个{RIGHT}")
    until(app.desk.store.open_audits)
    client.portal.call(app.desk.kept)  # type: ignore[union-attr]
    assert [one.sample.customer_text() for one in app.desk.store.open_audits()] == [f"另一个{RIGHT}"]


def test_the_promise_comes_to_rest_on_what_people_say(app: Service, client: TestClient) -> None:
    size = first_look(PROMISE)
    for number in range(size):
        ask(client, f"第{number}个{RIGHT}")
        (item,) = until(app.desk.store.open_audits)
        client.post(f"/items/{item.id}/label", data={"label": RIGHT}, follow_redirects=False)
    until(lambda: 'intent_promise_rests_on_audit{task="dialogue"} 1.0' in client.get("/metrics").text)
    (row,) = ask(client, f"最后{RIGHT}")
    assert (row["accepted"], row["rests_on"]) == (True, "audit")
    assert "The rule rests on live answers" in client.get("/queue").text
    assert app.desk.auditing.alarms == []


def test_a_broken_promise_is_told_with_its_answers(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    app = watched(tmp_path)
    other = NAMES[Task.DIALOGUE][1]
    with TestClient(app, headers=HTML) as client:
        ready(client)
        for number in range(6):
            ask(client, f"第{number}个{RIGHT}")
            (item,) = until(app.desk.store.open_audits)
            client.post(f"/items/{item.id}/label", data={"label": other}, follow_redirects=False)
        until(lambda: app.desk.auditing.alarms)
        page = until(lambda: _with(client.get("/").text, "6 were wrong"))
        assert "at most 20% may be" in page
        assert f"第5个{RIGHT}" in page
        assert f"answered {RIGHT}, right is {other}" in page
        assert "错误率不超过 20%" in client.get("/", headers={"Accept-Language": "zh"}).text
        assert 'intent_promise_broken{task="dialogue"} 1.0' in client.get("/metrics").text
    told = [record.getMessage() for record in caplog.records if "promise is broken" in record.getMessage()]
    assert told
    assert not any(RIGHT in line for line in told)  # what customers wrote is never logged
    again = watched(tmp_path)
    with TestClient(again) as client:
        ready(client)
        assert [alarm.kind for alarm in again.desk.auditing.alarms] == ["promise"]  # from what is on disk


def test_drift_is_told_with_the_answers_that_are_most_unlike(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    names = NAMES[Task.DIALOGUE]
    ids = tuple(str(number) for number in range(100))
    known = {id_: Known(id_, Task.DIALOGUE, RIGHT, "这个是什么材质的", ()) for id_ in ids}
    probability = rng.dirichlet([9, 1, 1], 100)
    found = OutOfFold(names, ids, np.zeros(100, dtype=np.int64), probability, np.arange(100))
    made = state()
    own = State(1, made.digest, LABELS, made.answer, known, out_of_fold=lambda: {Task.DIALOGUE: found})
    app = watched(tmp_path, 0.0, own)
    with TestClient(app, headers=HTML) as client:
        ready(client)
        until(lambda: app.desk.auditing.scores.of(own))
        for number in range(0, WINDOW, 20):
            ask(client, *(f"hello number {place} of some English shop {names[1]}" for place in range(number, number + 20)))
            until(lambda: app.desk.auditing._queue.qsize() == 0)
        until(lambda: app.desk.auditing.alarms)
        assert {alarm.kind for alarm in app.desk.auditing.alarms} >= {"labels", "length", "novelty"}
        page = client.get("/queue").text
        assert "customers write other words" in page
        assert "of some English shop" in page
        lines = client.get("/metrics").text
        assert 'intent_drift{signal="novelty",task="dialogue"} 1.0' in lines
        assert 'intent_drift_windows_total{task="dialogue"} 1.0' in lines
        assert app.desk.store.open_audits() == []  # nothing was to be drawn


def item(number: int, source: str = AUDIT) -> Item:
    answer = {
        "task": "scene",
        "predict": "a",
        "probability": 0.9,
        "accepted": True,
        "model_version": "1-01234567",
        "candidates": [{"label": "a", "probability": 0.9}],
    }
    return Item(str(number), float(number), source, "open", Sample(str(number), Task.SCENE), (), answer, 0.1)


def test_answers_count_in_the_order_of_drawing_up_to_the_first_without_a_label(tmp_path: Path) -> None:
    store = AuditStore(tmp_path / "service.sqlite")
    for number in range(4):
        store.add_audit(item(number), DRAWN, {}, {})
    for number, said in ((0, "a"), (1, "b"), (3, "a")):
        store.mark_audit(str(number), said, "anna")
        store.mark_item(str(number), "done", None, said)
    assert [one.right for one in store.audited("01234567")] == [True, False, None, True]
    _, standings = stand(store.audited("01234567"), HandoverRule(PROMISE, {Task.SCENE: TaskRule(0.8, 200, 150, 1)}))
    assert standings[Task.SCENE].labels == 2
    assert [(one.id, one.said) for one in store.wrong("01234567", Task.SCENE, "rule")] == [("1", "b")]
    assert store.audited("another") == []
    counts = store.counts("01234567")[Task.SCENE]
    assert (counts.waiting, counts.right, counts.wrong) == (1, 2, 1)
    assert not store.mark_audit("none", "a", "anna")
    store.close()
    assert len(AuditStore(tmp_path / "service.sqlite").audited("01234567")) == 4


def test_drawn_answers_stay_until_they_are_checked_and_are_bounded(tmp_path: Path) -> None:
    store = AuditStore(tmp_path / "service.sqlite", kept=20)
    for number in range(5):
        assert store.room()
        store.add_audit(item(number), DRAWN, {}, {})
    assert not store.room()  # a quarter of what is kept
    for number in range(5, 60):
        store.add_item(item(number, "api"), {}, {})
    assert [one.id for one in store.open_audits()] == ["0", "1", "2", "3", "4"]
    store.mark_audit("0", "a", "anna")
    store.mark_item("0", "done", None, "a")
    for number in range(60, 90):
        store.add_item(item(number, "api"), {}, {})
    assert store.item("0") is None
    assert [one.right for one in store.audited("01234567")] == [
        True,
        None,
        None,
        None,
        None,
    ]  # the answer stays without its question


def test_draws_are_as_often_as_asked_and_do_not_know_the_answer(tmp_path: Path) -> None:
    auditing = watched(tmp_path, 0.02).desk.auditing
    assert 250 <= sum(auditing.drawn(20_000)) <= 550
    with pytest.raises(InputError, match="--audit-share must lie between 0 and 1"):
        Settings(audit_share=1.5)


def _with(page: str, text: str) -> str:
    return page if text in page else ""
