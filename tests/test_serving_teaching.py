"""Teaching over HTTP: what is said is kept, listed, undone, and counts for answers once it was applied."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from serving_fakes import LABELS, answer, picture, ready, service, state
from starlette.testclient import TestClient

from data.case import Case
from data.schema import Sample, Task
from data.taught import TaughtStore
from data.teaching import Taught
from fusion.pages.known import Known
from fusion.serving.state import State


class Applies:
    """Labels and examples of a state follow what was taught; answers do not."""

    def prepare(self) -> None:
        pass

    def apply(self, store: TaughtStore, taught: Taught) -> State:
        before = state()
        known = {
            id_: Known(id_, sample.task, str(sample.label), "", sample.images, sample.contents)
            for id_, sample in taught.examples.items()
        }
        return State(taught.version + 1, before.digest, taught.label_set(LABELS), answer, {**before.examples, **known})

    def encode(self, case: Case) -> Case:
        return case

    def remember(self, store: TaughtStore, sample: Sample, encoded: Any) -> None:
        pass

    def contradictions(self, encoded: Case, label: str) -> list[tuple[str, str]]:
        return [("known-1", "商品材质")] if "材质" in encoded.sample.customer_text() and label != "商品材质" else []


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    app = service(tmp_path)
    with TestClient(app) as client:
        ready(client)
        app.desk.teacher.start(Applies(), lambda made, taught: app.desk.holder.swap(made), 0)
        yield client


def image(colour: str = "red") -> str:
    return f"data:image/jpeg;base64,{base64.b64encode(picture(colour)).decode()}"


def test_an_example_counts_once_it_was_applied(client: TestClient) -> None:
    sample = {"text": "用户: 什么材质", "images": [image()]}
    told = client.post("/v1/examples?wait=10&who=anna", json={"label": "何时上货", "sample": sample})
    assert told.status_code == 201
    value = told.json()
    assert (value["version"], value["model_version"]) == (1, "2-01234567")
    assert value["contradicts"] == [{"id": "known-1", "label": "商品材质"}]
    assert client.get(f"/example-image?id={value['id']}").content.startswith(b"\xff\xd8")
    assert client.patch(f"/v1/examples/{value['id']}?wait=10", json={"label": "商品材质"}).json()["model_version"] == "3-01234567"
    (example,) = client.get("/v1/examples").json()["examples"]
    assert (example["label"], example["who"], example["task"]) == ("商品材质", "anna", "dialogue")


def test_an_image_that_is_named_is_kept_as_well(client: TestClient) -> None:
    told = client.post("/v1/examples", json={"label": "退款页面", "sample": {"images": ["b.jpg"]}})
    store: TaughtStore = client.app.desk.teacher.store  # type: ignore[attr-defined]
    assert store.taught().examples[told.json()["id"]].contents["b.jpg"] == picture("blue")
    for wrong in ("missing.jpg", "http://192.0.2.1/a.jpg"):
        assert client.post("/v1/examples", json={"label": "退款页面", "sample": {"images": [wrong]}}).status_code == 422


def test_a_new_label_can_be_taught_at_once_and_retired(client: TestClient) -> None:
    sample = {"text": "用户: 能开发票吗"}
    assert client.post("/v1/examples", json={"label": "发票", "sample": sample}).status_code == 422
    added = client.post("/v1/labels", json={"task": "dialogue", "name": "发票", "description": "要发票"})
    assert (added.status_code, added.json()["version"]) == (201, 1)
    assert client.post("/v1/examples?wait=10", json={"label": "发票", "sample": sample}).status_code == 201
    assert {"name": "发票", "description": "要发票"} in client.get("/v1/labels").json()["dialogue"]
    assert client.post("/v1/labels", json={"task": "dialogue", "name": "发票", "description": "要发票"}).status_code == 422
    assert client.post("/v1/labels", json={"task": "page", "name": "发票"}).status_code == 422
    assert client.post("/v1/labels", json={"task": "scene", "name": "  "}).status_code == 422
    assert client.delete("/v1/labels/dialogue/发票?wait=10").status_code == 200
    assert client.delete("/v1/labels/dialogue/发票").status_code == 404
    assert "发票" not in [one["name"] for one in client.get("/v1/labels").json()["dialogue"]]
    assert client.delete("/v1/labels/scene/退款页面").status_code == 422  # two must stay
    assert client.post("/v1/labels", json={"task": "scene", "name": "账单/账户页面"}).status_code == 201
    assert client.delete("/v1/labels/scene/账单%2F账户页面").status_code == 200
    assert client.delete("/v1/examples/shop/1").json()["detail"] == "there is no example 'shop/1'"


def test_changes_are_listed_with_who_and_when_and_undone_one_by_one(client: TestClient) -> None:
    sample = {"text": "用户: 会生锈吗"}
    client.post("/v1/examples?who=anna", json={"label": "是否会生锈", "sample": sample})
    client.post("/v1/labels?who=ben", json={"task": "dialogue", "name": "发票", "description": "要发票"})
    assert client.delete("/v1/examples/known-1").json()["version"] == 3
    assert client.delete("/v1/examples/known-1").status_code == 404
    assert client.post("/v1/changes/1/undo?wait=10&who=ben").json() == {"version": 4, "model_version": "5-01234567"}
    listed = client.get("/v1/changes").json()
    assert (listed["version"], listed["applied"], listed["error"]) == (4, 4, None)
    assert [(one["version"], one["who"], one["kind"], one["undone"]) for one in listed["changes"]] == [
        (1, "anna", "example", True),
        (2, "ben", "label", False),
        (3, "api", "remove", False),
        (4, "ben", "undo", False),
    ]
    assert listed["changes"][1]["about"] == "dialogue label 发票: 要发票"
    assert all(one["created"] > 1e9 for one in listed["changes"])
    assert [one["version"] for one in client.get("/v1/changes?after=3").json()["changes"]] == [4]
    assert client.get("/v1/examples").json() == {"examples": []}
    assert client.post("/v1/changes/1/undo").status_code == 404
    assert client.post("/v1/changes/99/undo").status_code == 404
    assert client.patch("/v1/examples/nobody", json={"label": "商品材质"}).status_code == 404
    assert client.patch("/v1/examples/known-1", json={"label": "商品材质"}).status_code == 404  # it was removed


def test_what_people_say_on_the_page_is_taught(client: TestClient) -> None:
    asked = client.post("/ask", data={"text": "用户: 什么材质"}, files={"images": ("x.jpg", picture())}, follow_redirects=False)
    path = asked.headers["location"]
    client.post(f"{path}/label", data={"label": "何时上货"})
    store: TaughtStore = client.app.desk.teacher.store  # type: ignore[attr-defined]
    (change,) = store.changes()
    assert (change.who, change.payload["label"], change.payload["note"]["predicted"]) == ("page", "何时上货", "商品材质")
    (kept,) = store.taught().examples.values()
    assert kept.task is Task.DIALOGUE
    assert list(kept.contents.values()) == [picture()]
    client.app.desk.store.mark_item(path.removeprefix("/items/"), "open")  # type: ignore[attr-defined]
    client.post(f"{path}/label", data={"label": "何时上货"})  # a second click, which saw nothing of the first
    assert len(store.taught().examples) == 1
    client.post(f"{path}/undo")
    assert store.taught().examples == {}
    client.post("/v1/labels", json={"task": "dialogue", "name": "发票"})
    client.delete("/v1/labels/dialogue/是否会生锈?wait=10")
    page = client.get(path).text  # offers the labels of now
    assert 'value="发票"' in page
    assert 'value="是否会生锈"' not in page
