"""Label Studio's ML backend: what its 1.23 sends, and what it reads of the answers."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from serving_fakes import TOKEN, picture, ready, service, state
from starlette.testclient import TestClient

from data.writers import Prediction
from fusion.serving.settings import Settings
from fusion.serving.state import State

CONFIG = """<View>
  <Image name="image" value="$image"/>
  <Text name="dialogue" value="$text"/>
  <Paragraphs name="talk" value="$talk" nameKey="author" textKey="text"/>
  <Choices name="scene" toName="image"><Choice value="退款页面"/><Choice value="购物车页面" alias="cart"/></Choices>
  <Choices name="intent" toName="dialogue"><Choice value="商品材质"/><Choice value="何时上货"/><Choice value="其他"/></Choices>
  <Choices name="quality" toName="image"><Choice value="good"/><Choice value="bad"/></Choices>
</View>"""
URL = f"data:image/jpeg;base64,{base64.b64encode(picture()).decode()}"


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    with TestClient(service(tmp_path)) as client:
        ready(client)
        yield client


def request(*data: dict[str, Any]) -> dict[str, Any]:
    """As `MLApi.make_predictions` sends it."""
    tasks = [{"id": number, "data": one, "project": 3} for number, one in enumerate(data, 1)]
    params = {"login": None, "password": None, "context": None}
    return {"tasks": tasks, "project": "3.1700000000", "label_config": CONFIG, "params": params}


def test_setup_and_health_answer_at_once(client: TestClient) -> None:
    sent = {"project": "3.1700000000", "schema": CONFIG, "hostname": "http://tool", "access_token": "x", "extra_params": None}
    assert client.post("/setup", json=sent).json() == {"model_version": "1-01234567"}
    assert client.get("/health").json()["status"] == "UP"


def test_every_task_gets_a_result_for_each_control_of_ours(client: TestClient) -> None:
    talk = [{"author": "用户", "text": "这款何时上货"}, {"author": "客服", "text": "您好"}]
    found = client.post("/predict", json=request({"image": URL, "text": "商品材质"}, {"talk": talk}, {"note": "nothing"})).json()
    both, dialogue, nothing = found["results"]
    assert [(entry["from_name"], entry["to_name"], entry["type"]) for entry in both["result"]] == [
        ("scene", "image", "choices"),
        ("intent", "dialogue", "choices"),
    ]
    assert both["result"][0]["value"]["choices"] == ["退款页面"]
    assert both["result"][1]["value"]["choices"] == ["商品材质"]
    assert both["score"] == both["result"][0]["score"] == 0.5  # the lower of both
    assert both["model_version"] == "1-01234567"
    assert [entry["value"]["choices"] for entry in dialogue["result"]] == [["何时上货"]]
    assert dialogue["score"] == pytest.approx(9 / 11, abs=1e-6)
    assert nothing["result"] == []


def test_images_are_names_and_no_address_is_fetched(client: TestClient) -> None:
    for image in ("/data/local-files/?d=shop/a.jpg", "/data/upload/3/1a2b3c4d-b.jpg", "a.jpg", URL):
        (result,) = client.post("/predict", json=request({"image": image})).json()["results"]
        assert len(result["result"]) == 1
    for address in ("http://192.0.2.1/a.jpg", "http://["):
        (result,) = client.post("/predict", json=request({"image": address})).json()["results"]
        assert result["result"] == []


def test_what_is_no_configuration_is_refused(client: TestClient) -> None:
    for config in ("<View", "<!DOCTYPE x [<!ENTITY a 'b'>]><View/>"):
        assert client.post("/predict", json=request({"image": URL}) | {"label_config": config}).status_code == 422
    assert client.post("/predict", json={"tasks": "x"}).status_code == 422
    strange = json.dumps(request({"text": "\ud800"}))  # no Unicode, which Python's parser lets through
    assert client.post("/predict", content=strange).status_code == 400
    assert client.post("/predict", json={"tasks": []}).json() == {"results": []}


def annotation(choice: str, number: int = 9, control: str = "intent", **more: Any) -> dict[str, Any]:
    """As the webhook for ANNOTATION_CREATED sends it."""
    result = [{"from_name": control, "to_name": "dialogue", "type": "choices", "value": {"choices": [choice]}}]
    return {
        "action": "ANNOTATION_CREATED",
        "annotation": {"id": number, "task": 1, "result": result, "was_cancelled": False} | more,
        "project": {"id": 3, "label_config": CONFIG},
        "task": {"id": 1, "data": {"image": URL, "text": "用户: 不锈钢的吗"}},
    }


def test_annotations_become_examples_and_can_change_and_go(client: TestClient) -> None:
    def examples() -> list[tuple[str, str, str]]:
        return [(one["id"], one["label"], one["who"]) for one in client.get("/v1/examples").json()["examples"]]

    assert client.post("/webhook", json=annotation("商品材质")).json() == {"action": "ANNOTATION_CREATED", "examples": 1}
    assert examples() == [("label-studio-9-intent", "商品材质", "label-studio")]
    updated = annotation("何时上货") | {"action": "ANNOTATION_UPDATED"}
    assert client.post("/webhook", json=updated).json()["examples"] == 1
    assert examples() == [("label-studio-9-intent", "何时上货", "label-studio")]
    assert client.post("/webhook", json=annotation("cart", 10, "scene")).json()["examples"] == 1
    assert client.post("/webhook", json=annotation("其他", 11)).json()["examples"] == 0
    assert client.post("/webhook", json=annotation("商品材质", 12, was_cancelled=True)).json()["examples"] == 0
    assert {label for _, label, _ in examples()} == {"何时上货", "购物车页面"}
    both = [{"from_name": "intent", "value": {"choices": ["商品材质", "何时上货"]}}]
    for unclear in ({"result": both}, {"was_cancelled": True}, {"result": 5}, {"result": [{"value": {"choices": [[]]}}]}):
        changed = annotation("何时上货", **unclear) | {"action": "ANNOTATION_UPDATED"}
        assert client.post("/webhook", json=changed).json()["examples"] == 0
        assert [label for _, label, _ in examples()] == ["购物车页面"]  # what it said before counts no more
        assert client.post("/webhook", json=updated).json()["examples"] == 1
    last = client.get("/v1/changes").json()["version"]
    other = annotation("商品材质") | {"action": "ANNOTATION_UPDATED"}
    assert client.post("/webhook", json=other).json()["examples"] == 1
    client.post(f"/v1/changes/{last + 1}/undo")
    (one,) = (one for one in client.get("/v1/examples").json()["examples"] if one["label"] == "何时上货")
    assert one["version"] == last
    assert client.post("/webhook", json={"action": "ANNOTATIONS_DELETED", "annotations": [{"id": 9}]}).json()["examples"] == 1
    assert [label for _, label, _ in examples()] == ["购物车页面"]
    assert client.post("/webhook", json={"action": "START_TRAINING", "project": {"id": 3}}).json()["examples"] == 0


def test_the_token_is_the_password(tmp_path: Path) -> None:
    with TestClient(service(tmp_path, Settings(token=TOKEN, allowed_hosts=("testserver",)))) as client:
        ready(client)
        assert client.get("/health").status_code == 401
        assert client.get("/health", auth=("label-studio", "wrong")).status_code == 401
        assert client.get("/health", auth=("label-studio", TOKEN)).status_code == 200
        assert client.post("/predict", json=request({"image": URL}), auth=("any", TOKEN)).status_code == 200


def test_a_request_in_parts_is_finished_after_the_service_was_told_to_stop(tmp_path: Path) -> None:
    entered, go = threading.Event(), threading.Event()
    made = state()

    def slow(cases: Any) -> list[Prediction]:
        entered.set()
        assert go.wait(10)
        return made.answer(cases)

    app = service(tmp_path, load=lambda: State(1, made.digest, made.labels, slow))
    with TestClient(app) as client:
        ready(client)
        found: list[Any] = []
        many = request(*[{"text": "何时上货"}] * 70)
        asking = threading.Thread(target=lambda: found.append(client.post("/predict", json=many)))
        asking.start()
        assert entered.wait(10)
        app.work.draining = True
        go.set()
        asking.join()
        assert [len(result["result"]) for result in found[0].json()["results"]] == [1] * 70
        assert client.post("/predict", json=many).status_code == 503
