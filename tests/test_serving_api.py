"""The service's interface for programs: answers, problems, limits, access, metrics and stopping."""

from __future__ import annotations

import asyncio
import base64
import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from serving_fakes import NAMES, TOKEN, picture, ready, service, state
from starlette.testclient import TestClient

from data.case import Case
from data.errors import InputError
from data.labels import Label, LabelSet
from data.schema import Sample, Task
from data.writers import Prediction, Verdict
from fusion.serving.access import new_session, valid_session
from fusion.serving.inputs import pasted_turns
from fusion.serving.metrics import Metrics
from fusion.serving.settings import LOOPBACK, Settings, hosts_for, read_token
from fusion.serving.state import Holder, State
from fusion.serving.work import Work

HOSTS = ("testserver",)


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    with TestClient(service(tmp_path)) as client:
        ready(client)
        yield client


def data_url(content: bytes) -> str:
    return f"data:image/jpeg;base64,{base64.b64encode(content).decode()}"


def problem(response: Any, status: int) -> dict[str, Any]:
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    value: dict[str, Any] = response.json()
    assert value["status"] == status
    assert value["title"]
    return value


def test_one_sample_is_answered_as_a_row_of_predictions(client: TestClient) -> None:
    turns = [{"role": "customer", "text": "<image>"}, {"role": "客服", "text": "您好"}, {"role": "User", "text": "何时上货?"}]
    response = client.post("/v1/predict", json={"id": "7", "turns": turns, "images": ["a.jpg"]})
    assert response.status_code == 200
    (row,) = response.json()["predictions"]
    assert row["id"] == "7"
    assert row["task"] == "dialogue"
    assert row["predict"] == "何时上货"
    assert [item["probability"] for item in row["candidates"]] == pytest.approx([9 / 11, 1 / 11, 1 / 11], abs=1e-6)
    assert row["accepted"] is None
    assert row["model_version"] == "1-01234567"
    assert "error" not in row


def test_samples_are_answered_in_their_order(client: TestClient) -> None:
    texts = list(NAMES[Task.DIALOGUE]) * 5
    samples = [{"text": f"用户: {text}\n客服: 您好"} for text in texts]
    rows = client.post("/v1/predict", json={"samples": samples}).json()["predictions"]
    assert [row["predict"] for row in rows] == texts
    assert [row["id"] for row in rows] == [str(place) for place in range(15)]


def test_problems_of_images_are_told_in_the_row(client: TestClient) -> None:
    images = [
        data_url(picture()),
        "data:image/png;base64,@@@",
        data_url(b"no image"),
        "http://192.0.2.1/a.jpg",
        "missing.jpg",
        "../a.jpg",
        "save/images/b.jpg",
    ]
    (row,) = client.post("/v1/predict", json={"id": "s", "images": images}).json()["predictions"]
    assert row["task"] == "scene"
    parts = row["error"].split("; ")
    assert "image 2 of sample s is a data URL that cannot be decoded" in row["error"]
    assert "image 3 of sample s is not of a kind that is read" in row["error"]
    assert "an address, and none is ever fetched" in row["error"]
    assert "'missing.jpg' is missing" in row["error"]
    assert "'../a.jpg' leads outside the image folder" in row["error"]
    assert "b.jpg" not in row["error"]
    assert len(parts) > 4


def test_a_form_is_answered_as_json_is(client: TestClient) -> None:
    files = [("images", ("x.jpg", picture(), "image/jpeg")), ("images", ("y.png", picture("blue", "PNG"), "image/png"))]
    (row,) = client.post("/v1/predict", data={"id": "f", "text": "customer: 商品材质"}, files=files).json()["predictions"]
    assert (row["id"], row["predict"]) == ("f", "商品材质")
    assert "error" not in row
    assert problem(client.post("/v1/predict", data={"colour": "red"}), 422)["detail"].startswith("the form has a field 'colour'")
    strange = b'--b\r\nContent-Disposition: form-data; name="text"\r\n\r\n\xff-\r\n--b--\r\n'
    for codec in ("punycode", "undefined"):
        kind = {"Content-Type": f"multipart/form-data; boundary=b; charset={codec}"}
        assert "send it in UTF-8" in problem(client.post("/v1/predict", content=strange, headers=kind), 400)["detail"]


@pytest.mark.parametrize(
    ("body", "status", "detail"),
    [
        ("", 400, "the body is no JSON object"),
        ("[]", 400, "the body is no JSON object"),
        ('{"samples": [', 400, "Invalid JSON"),
        ('{"samples": []}', 422, "/samples: List should have at least 1 item"),
        (json.dumps({"samples": [{}] * 65}), 422, "/samples: List should have at most 64 items"),
        ('{"turns": [{"role": "narrator", "text": "x"}]}', 422, "/turns/0/role"),
        ('{"turns": [{"role": "customer", "text": 1}]}', 422, "/turns/0/text"),
        ('{"samples": [{"colour": 1}]}', 422, "/samples/0/colour"),
        ('{"samples": [{"a/b~c": 1}]}', 422, "/samples/0/a~1b~0c"),
        ('{"text": "\\ud800"}', 400, "Invalid JSON"),
    ],
)
def test_what_is_wrong_is_told_as_a_problem(client: TestClient, body: str, status: int, detail: str) -> None:
    response = client.post("/v1/predict", content=body, headers={"Content-Type": "application/json"})
    value = problem(response, status)
    assert detail in value["detail"]
    assert value["title"] == {400: "Bad Request", 422: "Unprocessable Content"}[status]


def test_other_kinds_and_routes_are_problems(client: TestClient) -> None:
    assert problem(client.post("/v1/predict", content="<a/>", headers={"Content-Type": "text/xml"}), 415)
    assert problem(client.get("/v1/predict"), 405)
    assert problem(client.get("/nowhere"), 404)["detail"] == "Not Found: GET /nowhere"
    head = client.head("/readyz")  # as load balancers ask
    assert (head.status_code, head.content, head.headers["content-length"]) == (
        200,
        b"",
        client.get("/readyz").headers["content-length"],
    )


def test_bodies_are_bounded_before_they_are_parsed(tmp_path: Path) -> None:
    settings = Settings(allowed_hosts=HOSTS, body=10_000)
    with TestClient(service(tmp_path, settings)) as client:
        ready(client)
        large = json.dumps({"text": "x" * 20_000}).encode()
        assert problem(client.post("/v1/predict", content=large), 413)
        chunks = (large[start : start + 1_000] for start in range(0, len(large), 1_000))
        assert problem(client.post("/v1/predict", content=chunks), 413)
        assert problem(client.post("/v1/predict", files={"images": ("a.jpg", large)}), 413)
        assert client.post("/v1/predict", json={"text": "x"}).status_code == 200


def test_a_full_queue_says_when_to_come_again(tmp_path: Path) -> None:
    entered, go = threading.Event(), threading.Event()
    made = state()

    def slow(cases: Any) -> list[Prediction]:
        entered.set()
        assert go.wait(10)
        return made.answer(cases)

    held = State(1, made.digest, made.labels, slow)
    settings = Settings(allowed_hosts=HOSTS, waiting=2)
    with TestClient(service(tmp_path, settings, load=lambda: held)) as client:
        ready(client)
        first: list[Any] = []
        asking = threading.Thread(target=lambda: first.append(client.post("/v1/predict", json={"text": "x"})))
        asking.start()
        assert entered.wait(10)
        assert client.get("/healthz").status_code == 200  # while the model works
        response = client.post("/v1/predict", json={"samples": [{"text": "x"}, {"text": "y"}]})
        assert "at most 2" in problem(response, 429)["detail"]
        assert int(response.headers["retry-after"]) >= 1
        go.set()
        asking.join()
        assert first[0].status_code == 200
        assert client.post("/v1/predict", json={"samples": [{"text": "x"}, {"text": "y"}]}).status_code == 200


def test_what_waits_is_answered_as_one_batch(tmp_path: Path) -> None:
    sizes: list[int] = []
    go = threading.Event()
    made = state()

    def counted(cases: Any) -> list[Prediction]:
        sizes.append(len(cases))
        assert go.wait(10)
        return made.answer(cases)

    with TestClient(service(tmp_path, load=lambda: State(1, made.digest, made.labels, counted))) as client:
        ready(client)
        threads = [threading.Thread(target=lambda: client.post("/v1/predict", json={"text": "x"})) for _ in range(6)]
        for thread in threads:
            thread.start()
        while client.get("/metrics").text.count("intent_waiting_samples 6.0") == 0:
            time.sleep(0.01)
        go.set()
        for thread in threads:
            thread.join()
    assert sum(sizes) == 6
    assert len(sizes) <= 3


def test_a_sample_that_fails_fails_alone(tmp_path: Path) -> None:
    made = state()

    def picky(cases: Any) -> list[Prediction]:
        if any(case.sample.id == "bad" for case in cases):
            raise ZeroDivisionError("bad")
        return made.answer(cases)

    with TestClient(service(tmp_path, load=lambda: State(1, made.digest, made.labels, picky))) as client:
        ready(client)
        response = client.post("/v1/predict", json={"id": "bad", "text": "x"})
        assert "sample bad could not be predicted (ZeroDivisionError: bad)" in problem(response, 500)["detail"]
        assert client.post("/v1/predict", json={"id": "good", "text": "x"}).status_code == 200


def test_loading_and_draining_are_told(tmp_path: Path) -> None:
    go = threading.Event()

    def load() -> State:
        assert go.wait(10)
        return state()

    app = service(tmp_path, load=load)
    with TestClient(app) as client:
        assert client.get("/healthz").json() == {"status": "ok"}
        assert "loading" in problem(client.get("/readyz"), 503)["detail"]
        assert problem(client.post("/v1/predict", json={"text": "x"}), 503)
        assert client.get("/health").json()["status"] == "UP"
        assert client.post("/setup", json={}).json() == {"model_version": "0"}
        go.set()
        ready(client)
        app.work.draining = True
        assert "shutting down" in problem(client.get("/readyz"), 503)["detail"]
        assert problem(client.post("/v1/predict", json={"text": "x"}), 503)
        assert client.get("/healthz").status_code == 200


def test_a_rule_accepts_or_hands_over(tmp_path: Path) -> None:
    def rule(prediction: Prediction) -> Verdict:
        return Verdict(True) if prediction.probability > 0.8 else Verdict(False, "below 0.8")

    app = service(tmp_path, accept=rule)
    with TestClient(app) as client:
        ready(client)
        samples = [{"text": "商品材质"}, {"text": "hello"}]
        sure, unsure = client.post("/v1/predict", json={"samples": samples}).json()["predictions"]
        assert sure["accepted"] is True
        assert "reason" not in sure
        assert (unsure["accepted"], unsure["reason"]) == (False, "below 0.8")
        lines = client.get("/metrics").text
        assert 'intent_decisions_total{decision="handed over",task="dialogue"} 1.0' in lines
        assert 'intent_answers_total{label="商品材质",task="dialogue"} 2.0' in lines
        assert "intent_vlm_calls_total 2.0" in lines
        while app.desk.store.count_open() == 0:  # kept after the answer was sent
            time.sleep(0.01)
        assert [item.answer["reason"] for item in app.desk.store.open_items()] == ["below 0.8"]


def test_examples_are_kept_listed_and_taken_back(client: TestClient) -> None:
    sample = {"text": "用户: 不锈钢的吗", "images": [data_url(picture())]}
    response = client.post("/v1/examples", json={"label": "商品材质", "sample": sample})
    assert response.status_code == 201
    id_ = response.json()["id"]
    (listed,) = client.get("/v1/examples").json()["examples"]
    assert (listed["id"], listed["label"], listed["who"]) == (id_, "商品材质", "api")
    assert client.delete(f"/v1/examples/{id_}").json()["version"] == 2
    assert problem(client.delete(f"/v1/examples/{id_}"), 404)
    assert client.get("/v1/examples").json() == {"examples": []}
    assert (
        "none of the 3 dialogue labels"
        in problem(client.post("/v1/examples", json={"label": "x", "sample": sample}), 422)["detail"]
    )
    assert problem(client.post("/v1/examples", json={"label": "x"}), 422)
    assert problem(client.post("/v1/examples", json={"label": "商品材质", "item": "gone"}), 404)


def test_the_token_opens_everything_and_nothing_opens_without(tmp_path: Path) -> None:
    with TestClient(service(tmp_path, Settings(token=TOKEN, allowed_hosts=HOSTS)), follow_redirects=False) as client:
        own = {"Authorization": f"Bearer {TOKEN}"}
        while client.get("/readyz").status_code != 200:
            time.sleep(0.01)
        assert client.get("/healthz").status_code == 200
        paths = {
            "/",
            "/queue",
            "/labels",
            "/docs",
            "/openapi.json",
            "/metrics",
            "/health",
            "/v1/examples",
            "/example-image?id=known-1",
        }
        for path in sorted(paths):
            response = client.get(path, headers={"Accept": "*/*"})
            assert problem(response, 401)
            assert response.headers["www-authenticate"]
            assert client.get(path, headers={"Accept": "*/*", "Authorization": "Bearer wrong"}).status_code == 401
            assert client.get(path, headers=own).status_code == 200
        for path in ("/v1/predict", "/ask", "/predict", "/setup", "/webhook", "/v1/examples", "/logout"):
            assert client.post(path, json={}).status_code == 401
        assert client.post("/v1/predict", json={"text": "x"}, headers=own).status_code == 200
        page = client.get("/", headers={"Accept": "text/html"})
        assert (page.status_code, page.headers["location"]) == (303, "/login?back=/")
        assert client.get("/static/page.css").status_code == 200
        basic = base64.b64encode(f"any:{TOKEN}".encode()).decode()
        assert client.get("/health", headers={"Authorization": f"Basic {basic}"}).status_code == 200
        assert client.get("/queue", headers={"Authorization": f"Basic {basic}"}).status_code == 401


def test_a_session_of_the_page_lasts_and_cannot_be_made_up(tmp_path: Path) -> None:
    with TestClient(service(tmp_path, Settings(token=TOKEN, allowed_hosts=HOSTS)), follow_redirects=False) as client:
        while client.get("/readyz").status_code != 200:
            time.sleep(0.01)
        wrong = client.post("/login", data={"token": "wrong"})
        assert wrong.status_code == 401
        assert "set-cookie" not in wrong.headers
        entered = client.post("/login", data={"token": TOKEN, "back": "/queue"})
        assert (entered.status_code, entered.headers["location"]) == (303, "/queue")
        cookie = entered.headers["set-cookie"].lower()
        assert "httponly" in cookie
        assert "samesite=strict" in cookie
        assert TOKEN not in cookie
        assert client.get("/queue").status_code == 200
        assert client.post("/login", data={"token": TOKEN, "back": "//elsewhere"}).headers["location"] == "/"
        elsewhere = {"Sec-Fetch-Site": "cross-site", "Origin": "http://elsewhere"}
        assert problem(client.post("/ask", data={"text": "x"}, headers=elsewhere), 403)
        client.post("/logout")
        assert client.get("/queue").status_code == 401
    until, _, signature = new_session(TOKEN).partition(".")
    assert valid_session(TOKEN, f"{until}.{signature}")
    assert not valid_session(TOKEN, f"{int(until) + 1}.{signature}")
    assert not valid_session("another-token-of-some-length", f"{until}.{signature}")
    assert not valid_session(TOKEN, new_session(TOKEN).replace(until, "1"))


def test_requests_of_other_sites_and_other_names_are_refused(client: TestClient) -> None:
    for headers in ({"Origin": "http://elsewhere"}, {"Origin": "null"}, {"Origin": "http://["}, {"Sec-Fetch-Site": "cross-site"}):
        assert problem(client.post("/v1/predict", json={"text": "x"}, headers=headers), 403)
    fine = {"Origin": "http://testserver", "Sec-Fetch-Site": "same-origin"}
    assert client.post("/v1/predict", json={"text": "x"}, headers=fine).status_code == 200
    assert problem(client.get("/", headers={"Host": "elsewhere.example"}), 421)
    assert client.get("/healthz", headers={"Host": "10.0.0.7:8000"}).status_code == 200


def test_every_response_has_the_security_headers(client: TestClient) -> None:
    for path in ("/", "/healthz", "/nowhere", "/static/page.css", "/v1/predict"):
        headers = client.get(path).headers
        assert "script-src 'self'" in headers["content-security-policy"]
        assert "unsafe-inline" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"


def test_the_description_needs_no_other_site(client: TestClient) -> None:
    description = client.get("/openapi.json").json()
    assert {"/v1/predict", "/healthz", "/v1/examples", "/predict"} <= set(description["paths"])
    body = description["paths"]["/v1/predict"]["post"]["requestBody"]["content"]
    assert set(body) == {"application/json", "multipart/form-data"}
    assert {"SampleIn", "RequestIn", "TurnIn", "ExampleIn"} <= set(description["components"]["schemas"])
    page = client.get("/docs").text
    assert "/v1/predict" in page
    assert "https://" not in page


def test_settings_that_would_open_the_service_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="give --token-file"):
        Settings(host="0.0.0.0")
    assert Settings(host="0.0.0.0", token=TOKEN).host == "0.0.0.0"
    file = tmp_path / "token"
    file.write_text("short\n")
    with pytest.raises(InputError, match="holds 5 characters"):
        read_token(file)
    file.write_text(f"{TOKEN}\n")
    assert read_token(file) == TOKEN
    with pytest.raises(InputError, match="cannot be read"):
        read_token(tmp_path / "none")
    assert hosts_for("127.0.0.1", ()) == (*LOOPBACK, "127.0.0.1")
    assert hosts_for("0.0.0.0", ()) == ()
    assert hosts_for("0.0.0.0", ("shop.example",)) == ("shop.example", *LOOPBACK)


def test_versions_rise() -> None:
    holder = Holder(state(2))
    with pytest.raises(ValueError, match="version 2 cannot follow version 2"):
        holder.swap(state(2))
    holder.swap(state(3))
    assert holder.current is not None
    assert holder.current.model_version == "3-01234567"


def test_pasted_lines_become_turns() -> None:
    turns = pasted_turns("在吗\n用户：第一句\n还是第一句\nAgent: hello\n 买家: 颜色: 红")
    assert [(turn.speaker.value, turn.text) for turn in turns] == [
        ("customer", "在吗"),
        ("customer", "第一句\n还是第一句"),
        ("agent", "hello"),
        ("customer", "颜色: 红"),
    ]
    assert pasted_turns("") == ()


def test_labels_may_be_spelt_otherwise_and_a_task_without_labels_is_told(tmp_path: Path) -> None:
    made = state()
    labels = LabelSet("one", {Task.DIALOGUE: (Label("材质(布)", ""), Label("何时上货", ""))})
    with TestClient(service(tmp_path, load=lambda: State(1, made.digest, labels, made.answer))) as client:
        ready(client)
        assert client.post("/v1/examples", json={"label": "材质（布）", "sample": {"text": "x"}}).status_code == 201
        assert client.get("/v1/examples").json()["examples"][0]["label"] == "材质(布)"
        assert "has no scene labels" in problem(client.post("/v1/predict", json={"images": ["a.jpg"]}), 422)["detail"]


def test_samples_that_are_still_read_are_waited_for(tmp_path: Path) -> None:
    """Images are read one after another, and the model takes several of them at once; alone a sample does not wait."""
    made = state()
    sizes: list[int] = []

    def counted(cases: Any) -> list[Prediction]:
        sizes.append(len(cases))
        return made.answer(cases)

    async def answered() -> None:
        turn = asyncio.Lock()

        async def read(sample: Sample) -> Case:
            async with turn:
                await asyncio.sleep(0.01)
            return Case(sample)

        work = Work(Holder(State(1, made.digest, made.labels, counted)), read, Metrics())
        work.start()
        samples = [Sample(str(number), Task.SCENE, images=("a.jpg",)) for number in range(20)]
        begun = time.monotonic()
        await work.answer(samples[:1])
        assert time.monotonic() - begun < 0.1
        answers = await work.answer(samples)
        assert [answer.prediction.id for answer in answers] == [sample.id for sample in samples]
        work.stop()

    asyncio.run(answered())
    assert sizes[0] == 1
    assert sum(sizes) == 21
    assert len(sizes) < 12
