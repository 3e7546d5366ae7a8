"""The page: every flow over HTTP, in both languages; and in a browser where there is one."""

from __future__ import annotations

import io
import json
import re
import time
import urllib.request
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from chromium import browser
from PIL import Image
from serving_fakes import LABELS, NAMES, TOKEN, picture, ready, service, serving, state
from starlette.testclient import TestClient

from data.case import Case
from data.dialogue import START
from data.errors import ImageError
from data.formats.official import parse_row
from data.images import decode_image, find_image, open_image
from data.schema import Sample, Task
from fusion.chain import UNLEARNED, unanswerable
from fusion.pages.complaints import KINDS, complaints
from fusion.pages.rendering import percent
from fusion.pages.words import WORDS, choose_language
from fusion.serving.inputs import SampleIn, to_sample
from fusion.serving.label_scores import OutOfFold, label_scores, mean_f1
from fusion.serving.pages import local
from fusion.serving.settings import Settings
from fusion.serving.state import State

HTML = {"Accept": "text/html", "Accept-Language": "en"}


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    with TestClient(service(tmp_path), headers=HTML) as client:
        ready(client)
        yield client


def ask(client: TestClient, text: str, image: bytes | None = None) -> tuple[str, str]:
    """The path and the page of an answer."""
    files = {"images": ("x.jpg", image, "image/jpeg")} if image else None
    response = client.post("/ask", data={"text": text}, files=files)
    assert response.status_code == 200, response.text
    return response.url.path, response.text


def test_an_answer_shows_what_it_rests_on(client: TestClient) -> None:
    path, page = ask(client, "customer: 何时上货", picture())
    assert path.startswith("/items/")
    for shown in (
        "何时上货",
        "82% sure",
        "商品材质",
        "是否会生锈",
        "Better have a person look at it",
        "Contribution 60%",
        "是什么材质",
    ):
        assert shown in page
    pictures = re.findall(r'<img src="([^"]+)" alt="[^"]+"', page)
    assert [src for src in pictures if src.startswith("/items/")] == [f"{path}/images/0"]
    for src in pictures:
        response = client.get(src.replace("&amp;", "&"))
        assert response.headers["content-type"] == "image/jpeg"
        assert response.content.startswith(b"\xff\xd8")


def test_right_takes_one_click_and_another_label_two(client: TestClient) -> None:
    path, page = ask(client, "何时上货")
    assert f'action="{path}/label"' in page
    told = client.post(f"{path}/label", data={"label": "何时上货"})
    assert "Noted as right: 何时上货" in told.text
    client.post(f"{path}/undo")
    assert client.get("/v1/examples").json() == {"examples": []}
    assert "Noted: it is 商品材质" in client.post(f"{path}/label", data={"label": "商品材质"}).text
    client.post(f"{path}/label", data={"label": "是否会生锈"})
    (example,) = client.get("/v1/examples").json()["examples"]
    assert (example["label"], example["predicted"], example["who"]) == ("是否会生锈", "何时上货", "page")
    assert client.post(f"{path}/label", data={"label": "unknown"}).status_code == 422
    assert client.post("/items/none/label", data={"label": "x"}).status_code == 404


def test_the_queue_holds_what_is_unsure_until_a_person_has_spoken(client: TestClient) -> None:
    client.post("/v1/predict", json={"samples": [{"text": "你好"}, {"text": "商品材质" * 4}, {"text": "商品材质 何时上货"}]})
    for _ in range(200):
        page = client.get("/queue").text
        if page.count('<li class="card">') == 2:
            break
        time.sleep(0.01)
    assert page.count('<li class="card">') == 2
    first = re.findall(r'action="(/items/\w+/label)"', page)[0]
    client.post(first, data={"label": "商品材质"})
    assert client.get("/queue").text.count('<li class="card">') == 1


def test_a_question_with_nothing_in_it_teaches_nothing(client: TestClient) -> None:
    client.post("/v1/predict", json={"images": ["missing.jpg"]})  # it would stay the first of the queue for ever
    for _ in range(200):
        if found := re.findall(r'action="(/items/\w+/label)"', client.get("/queue").text):
            break
        time.sleep(0.01)
    id_ = found[0].split("/")[2]
    told = client.post("/v1/examples", json={"label": "退款页面", "item": id_}, headers={"Accept": "*/*"})
    assert (told.status_code, "neither text nor an image" in told.json()["detail"]) == (422, True)
    assert "Noted" in client.post(found[0], data={"label": "退款页面"}).text
    assert found[0] not in client.get("/queue").text
    assert client.get("/v1/changes").json()["version"] == 0
    path, _ = ask(client, "商品材质", b"no picture")  # which leaves the text
    assert "Noted as right" in client.post(f"{path}/label", data={"label": "商品材质"}).text
    assert client.get("/v1/changes").json()["version"] == 1


def test_nothing_given_and_nothing_there_are_told_in_words(client: TestClient) -> None:
    response = client.post("/ask", data={"text": " "}, files={"images": ("", b"")})
    assert response.status_code == 422
    assert "Nothing was given" in response.text
    assert "This did not work" in client.get("/items/none").text
    assert client.get("/items/none/images/0").status_code == 404
    assert client.get("/example-image?id=../../etc/passwd").status_code == 404
    assert client.get("/example-image?id=known-1&n=7").status_code == 404
    assert "This did not work" in client.get("/nowhere").text


def test_text_of_customers_is_escaped(client: TestClient) -> None:
    _, page = ask(client, "用户: <script>alert(1)</script>")
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_chinese_and_english(client: TestClient) -> None:
    assert 'lang="en"' in client.get("/").text
    chinese = client.get("/", headers={"Accept-Language": "zh-CN,zh;q=0.9,en;q=0.8"}).text
    assert 'lang="zh-CN"' in chinese
    assert WORDS["ask_title"][1] in chinese
    client.get("/language?to=zh&back=/")
    assert WORDS["queue_title"][1] in client.get("/queue").text
    assert all(english and chinese for english, chinese in WORDS.values())
    assert [re.findall(r"{\w+}", english) and sorted(re.findall(r"{(\w+)}", english)) for english, _ in WORDS.values()] == [
        re.findall(r"{\w+}", chinese) and sorted(re.findall(r"{(\w+)}", chinese)) for _, chinese in WORDS.values()
    ]


@pytest.mark.parametrize(
    ("cookie", "accepted", "language"),
    [
        (None, "", "en"),
        ("zh", "en", "zh"),
        ("fr", "zh-Hans", "zh"),
        (None, "fr, zh;q=0.5, en;q=0.4", "zh"),
        (None, "en;q=0.1, zh;q=0", "en"),
        (None, "zh;q=x", "en"),
    ],
)
def test_the_browser_chooses_the_language(cookie: str | None, accepted: str, language: str) -> None:
    assert choose_language(cookie, accepted) == language


def test_pages_only_lead_back_into_the_service() -> None:
    assert local("/queue") == "/queue"
    for elsewhere in ("//host", "https://host", "/\\host", "queue", "", "/a\nb", "javascript:alert(1)"):
        assert local(elsewhere) == "/"


def test_percentages_never_claim_certainty() -> None:
    assert [percent(value) for value in (0.0, 0.0004, 0.05, 0.5, 0.82, 0.998, 0.9999, 1.0)] == [
        "0.0%",
        "<0.1%",
        "5.0%",
        "50%",
        "82%",
        "99.8%",
        ">99.9%",
        ">99.9%",
    ]


def test_labels_are_scored_out_of_fold_weakest_first(tmp_path: Path) -> None:
    # Two of three 漏水 found, the third taken for 材质; the one 材质 found: precision 1 and 1/2, recall 2/3 and 1.
    answers = OutOfFold(("漏水", "材质", "尺码"), ("1", "2", "3", "4"), np.array([0, 0, 0, 1]), np.eye(3)[[0, 0, 1, 1]])
    scores = label_scores([("漏水", "a"), ("材质", "b"), ("尺码", "c")], {"漏水": 3, "材质": 1}, answers)
    assert [score.name for score in scores] == ["材质", "漏水", "尺码"]
    assert [score.f1 for score in scores] == [pytest.approx(2 / 3), pytest.approx(0.8), None]
    assert scores[1].confused == (("材质", 1),)
    assert mean_f1(scores) == pytest.approx((2 / 3 + 3 * 0.8) / 4)
    names = NAMES[Task.DIALOGUE]
    found = OutOfFold(names, ("known-1",), np.array([0]), np.array([[0.2, 0.7, 0.1]]))
    made = state()
    loaded = State(1, made.digest, LABELS, made.answer, made.examples, out_of_fold=lambda: {Task.DIALOGUE: found})
    with TestClient(service(tmp_path, load=lambda: loaded), headers=HTML) as client:
        ready(client)
        for _ in range(200):
            page = client.get("/labels").text
            if "×1" in page:
                break
            time.sleep(0.01)
        assert f"{names[1]} ×1" in page
        assert "few" in page


class Names(HTMLParser):
    """Finds form controls and what names them."""

    def __init__(self) -> None:
        super().__init__()
        self.labelled: set[str] = set()
        self.controls: list[dict[str, str | None]] = []
        self.images: list[dict[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "label":
            self.labelled.add(found.get("for") or "")
        elif tag in ("textarea", "select") or (tag == "input" and found.get("type") != "hidden"):
            self.controls.append(found)
        elif tag == "img":
            self.images.append(found)
        assert "style" not in found
        assert not any(name.startswith("on") for name in found)


def test_every_control_and_picture_has_a_name(client: TestClient) -> None:
    path, _ = ask(client, "何时上货", picture())
    for page in ("/", path, "/queue", "/labels", "/login", "/docs"):
        parser = Names()
        text = client.get(page).text
        parser.feed(text)
        assert all(control["id"] in parser.labelled for control in parser.controls)
        assert all("alt" in image for image in parser.images)
        assert text.count("<h1") == 1
        assert not re.search(r'(src|href)="https?:', text)


CHINESE = {"Accept": "text/html", "Accept-Language": "zh-CN"}


def told(response: Any) -> tuple[int, list[str], str]:
    """Status, what a person is told first, and the detail."""
    alert = response.text.partition('role="alert"')[2]
    detail = re.search(r'<p class="hint" lang="en">(.*?)</p>', alert)
    return response.status_code, re.findall(r"<p>([^<]+)</p>", alert), detail[1] if detail else ""


def in_chinese(key: str) -> list[str]:
    return [WORDS[key][1]]


def test_refusals_are_told_in_the_readers_language_with_the_message_as_detail(tmp_path: Path) -> None:
    settings = Settings(token=TOKEN, allowed_hosts=("testserver",), body=200_000)
    with TestClient(service(tmp_path, settings), headers=CHINESE) as client:
        ready(client)
        assert told(client.post("/ask", data={"text": "x"})) == (
            401,
            in_chinese("problem_401"),
            "the token is missing or wrong; send `Authorization: Bearer TOKEN`",
        )
        assert client.post("/ask", headers={"Accept": "*/*"}).json()["status"] == 401
        client.post("/login", data={"token": TOKEN})
        path = client.post("/ask", data={"text": "何时上货"}).url.path
        cases = [
            (client.post(f"{path}/label", data={"label": "none"}), 422, "unknown_label"),
            (client.post("/ask", files=[("images", ("x.jpg", picture())) for _ in range(17)]), 422, "many_images"),
            (client.post("/ask", files=[("images", ("x.jpg", picture())) for _ in range(18)]), 400, "many_images"),
            (client.post("/ask", data={"text": "x" * 110_000}), 422, "long"),
            (client.post("/ask", data={"text": "x" * 300_000}), 413, "413"),
            (client.post("/ask", data={"other": "x"}), 422, "422"),
            (client.get(path.replace("items/", "items/x")), 404, "gone"),
            (client.get("/nowhere"), 404, "404"),
            (client.put("/ask"), 405, "405"),
            (client.post("/ask", headers={"Origin": "https://elsewhere.example"}), 403, "403"),
            (client.get("/", headers={"Host": "elsewhere.example"}), 421, "421"),
        ]
        for response, status, kind in cases:
            assert told(response)[:2] == (status, in_chinese(f"problem_{kind}")), kind
            assert response.headers["content-language"] == "zh-CN"
        assert all(told(response)[2] for response, _, kind in cases if kind != "gone")


def test_a_full_queue_and_a_service_that_starts_or_stops_are_told(tmp_path: Path) -> None:
    with TestClient(service(tmp_path), headers=CHINESE) as client:
        ready(client)
        work = client.app.work  # type: ignore[attr-defined]
        work.waiting, work.limit = 3, 3
        response = client.post("/ask", data={"text": "x"})
        assert told(response)[:2] == (429, in_chinese("problem_429"))
        assert int(response.headers["retry-after"]) >= 1
        work.waiting = 0
        state, work.holder._state = work.holder._state, None
        assert told(client.post("/ask", data={"text": "x"}))[:2] == (503, in_chinese("problem_loading"))
        work.holder._state, work.draining = state, True
        assert told(client.post("/ask", data={"text": "x"}))[:2] == (503, in_chinese("problem_stopping"))


def test_what_is_wrong_with_a_picture_is_told_in_the_readers_language(tmp_path: Path) -> None:
    with TestClient(service(tmp_path), headers=CHINESE) as client:
        ready(client)
        files = [("images", ("a.txt", b"no picture")), ("images", ("b.jpg", picture()[:200])), ("images", ("c.jpg", b""))]
        page = client.post("/ask", data={"text": "何时上货"}, files=files).text
        problem = page.partition('class="decision bad"')[2].partition("</div>")[0]
        assert re.findall(r"<p>([^<]+)</p>", problem) == [
            WORDS["complaint_kind"][1],
            WORDS["complaint_damaged"][1],
        ]
        assert "is not of a kind that is read; send JPEG, PNG or WebP" in problem.partition('lang="en">')[2]


def test_messages_on_samples_are_known_by_their_kind(tmp_path: Path) -> None:
    def message(act: Callable[[], object]) -> str:
        with pytest.raises(ImageError) as caught:
            act()
        return str(caught.value)

    (tmp_path / "empty.jpg").touch()
    large = io.BytesIO()
    Image.new("1", (9_000, 9_000)).save(large, "PNG")
    scene, dialogue = SampleIn(task="scene"), SampleIn(task="dialogue")
    address = SampleIn(text="x", images=["https://elsewhere.example/a.jpg"])
    broken = SampleIn(text="x", images=["data:image/png;base64,?"])
    rows = [{"id": "1", "instruction": "", "image": []}, {"id": "2", "instruction": f"{START}用户: <image>", "image": []}]
    unknown = unanswerable(Task.SCENE, [Case(Sample("1", Task.SCENE))])[0].error or ""
    for text, kinds in [
        (message(lambda: find_image("x.jpg", tmp_path)), ["missing"]),
        (message(lambda: find_image("../x.jpg", tmp_path)), ["outside"]),
        (message(lambda: find_image("http://elsewhere.example/x.jpg", tmp_path)), ["address"]),
        (message(lambda: open_image(tmp_path / "empty.jpg")), ["empty"]),
        (message(lambda: open_image(tmp_path)), ["unread"]),
        (message(lambda: decode_image(b"x", "x")), ["kind"]),
        (message(lambda: decode_image(picture()[:200], "x")), ["damaged"]),
        (message(lambda: decode_image(large.getvalue(), "x")), ["large"]),
        ("; ".join(to_sample(scene, "0").problems), ["no_image"]),
        ("; ".join(to_sample(dialogue, "0").problems), ["no_text"]),
        ("; ".join(to_sample(address, "0").problems), ["address"]),
        ("; ".join(to_sample(broken, "0").problems), ["damaged"]),
        ("; ".join(parse_row(rows[0], 1, "f").problems), ["no_image"]),
        ("; ".join(parse_row(rows[1], 1, "f").problems), ["marks"]),
        (UNLEARNED.format(task="scene"), ["unlearned"]),
        (unknown, ["no_labels"]),
        ("image 'x' has nothing on it but white; the answer rests on the rest; send it again", ["blank"]),
        ("row 7 stands 2 times", []),
    ]:
        assert complaints(text) == kinds, text
    assert {f"complaint_{kind}" for kind, _ in KINDS} == {key for key in WORDS if key.startswith("complaint_")}
    both = "image 'x.jpg' is missing under y; check it; image z is empty; send the file again; image 'w' is missing under y"
    assert complaints(both) == ["missing", "empty"]


@pytest.mark.slow
def test_every_flow_in_a_browser(tmp_path: Path) -> None:
    app = service(tmp_path, Settings(token=TOKEN, allowed_hosts=("127.0.0.1",), audit_share=1.0))
    (tmp_path / "drop.jpg").write_bytes(picture("green"))
    with browser() as driver, serving(app) as address:
        from selenium.common.exceptions import StaleElementReferenceException
        from selenium.webdriver.common.by import By
        from selenium.webdriver.common.keys import Keys
        from selenium.webdriver.support.ui import WebDriverWait

        def one(selector: str) -> Any:
            return WebDriverWait(driver, 20).until(lambda driver: driver.find_element(By.CSS_SELECTOR, selector))

        def holds(selector: str, text: str) -> None:
            # The page may be replaced between finding the element and reading it.
            wait = WebDriverWait(driver, 20, ignored_exceptions=(StaleElementReferenceException,))
            wait.until(lambda driver: text in driver.find_element(By.CSS_SELECTOR, selector).text)

        def focus() -> str:
            return str(driver.execute_script("return document.activeElement.id"))

        # Logging in, by keyboard alone; a wrong token first.
        driver.get(f"{address}/queue")
        assert focus() == "token"
        driver.switch_to.active_element.send_keys("wrong", Keys.ENTER)
        holds("[role=alert]", "not right")
        driver.switch_to.active_element.send_keys(TOKEN, Keys.ENTER)
        holds("h1", "To check by a person")

        # Asking: turns filled in by buttons, a picture by the file field; the answer takes the focus.
        one("nav a").click()
        one("button[data-role=customer]").click()
        driver.switch_to.active_element.send_keys("何时上货")
        one("button[data-role=agent]").click()
        driver.switch_to.active_element.send_keys("您好")
        assert one("#text").get_property("value") == "customer: 何时上货\nagent: 您好"
        one("#images").send_keys(str(tmp_path / "drop.jpg"))
        assert len(driver.find_elements(By.CSS_SELECTOR, "#chosen img")) == 1
        one("#send").click()
        holds("#answer-title", "何时上货")
        WebDriverWait(driver, 20).until(lambda _: focus() == "answer-title")
        assert "/items/" in driver.current_url
        WebDriverWait(driver, 20).until(
            lambda driver: all(
                driver.execute_script("return arguments[0].complete && arguments[0].naturalWidth > 0", image)
                for image in driver.find_elements(By.CSS_SELECTOR, "#answer img")
            )
        )
        assert len(driver.find_elements(By.CSS_SELECTOR, "#answer img")) == 2  # the question's and the example's

        # Right in one click, undone, and another label in two.
        one("#right").click()
        holds("#tell", "Noted as right: 何时上货")
        one("#tell button").click()
        holds("#tell", "Is it right?")
        one("#choose summary").click()
        one("#choose button[value=商品材质]").click()
        holds("#tell", "Noted: it is 商品材质")
        driver.refresh()
        holds("#tell", "Noted: it is 商品材质")
        *_, change = app.desk.teacher.store.changes()  # after a word and its undoing
        assert (change.payload["label"], change.payload["note"]["predicted"]) == ("商品材质", "何时上货")

        # A drop anywhere on the page, taken out again; nothing given.
        driver.get(address)
        driver.execute_script(
            "const data = new DataTransfer(); data.items.add(new File(['x'], 'x.png', {type: 'image/png'}));"
            "document.body.dispatchEvent(new DragEvent('drop', {dataTransfer: data, bubbles: true, cancelable: true}));"
        )
        one("#chosen button").click()
        assert not driver.find_elements(By.CSS_SELECTOR, "#chosen img")
        one("#send").click()
        holds("#state", "Nothing was given")

        # Unsure answers are in the queue; one is settled there.
        one("#text").send_keys("你好")
        one("#send").click()
        holds("#answer", "Better have a person look at it")
        driver.find_elements(By.CSS_SELECTOR, "nav a")[1].click()
        holds("h1", "To check by a person")
        one(".queue button.label").click()
        holds("#tell", "Noted")
        driver.get(f"{address}/queue")
        holds(".empty", "Nothing to check")

        # Answers to programs were drawn for people: shown without how sure they were, one is right and one is none of the labels.
        body = json.dumps({"samples": [{"text": "何时上货"}, {"text": "会掉色吗"}]}).encode()
        headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
        urllib.request.urlopen(urllib.request.Request(f"{address}/v1/predict", body, headers), timeout=20).close()
        WebDriverWait(driver, 20).until(lambda _: len(app.desk.store.open_audits()) == 2)
        driver.get(f"{address}/queue")
        assert "%" not in one(".audits").text
        one(".audits button.label").click()
        holds("#tell", "Noted as right: 何时上货")
        driver.get(f"{address}/queue")
        one(".audits a.button").click()
        holds(".verdict", "drawn at random")
        assert not driver.find_elements(By.CSS_SELECTOR, ".verdict .meter")
        one("#choose summary").click()
        one("#choose button[value='']").click()
        holds("#tell", "none of the labels is right")
        assert len(driver.find_elements(By.CSS_SELECTOR, ".verdict .meter")) == 1
        driver.get(f"{address}/queue")
        holds("main", "1 right, 1 wrong, 0 to check")

        # Labels, the other language, logging out.
        driver.get(f"{address}/labels")
        holds("main", "商品材质")
        one("a[hreflang=zh]").click()
        holds("h1", "标签")
        one(".tools button").click()
        holds("h1", "登录")
        severe = [line["message"] for line in driver.get_log("browser") if line["level"] == "SEVERE"]
        assert [message for message in severe if "401" not in message and "422" not in message] == []
