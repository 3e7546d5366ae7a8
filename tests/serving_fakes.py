"""A service whose answers can be worked out by hand: a label's probability is how often it is named in the customer's text."""

from __future__ import annotations

import io
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from starlette.testclient import TestClient

from data.case import Case
from data.cases import CaseReader, Reader
from data.labels import Label, LabelSet
from data.ocr import Reading
from data.page import OcrLine
from data.profile import OcrSettings
from data.schema import Sample, Task
from data.taught import TaughtStore
from data.writers import Prediction
from fusion.live.rules import AcceptRule
from fusion.pages.known import Known
from fusion.serving.app import Parts, Service, create_app
from fusion.serving.audit_store import AuditStore
from fusion.serving.server import Server, address
from fusion.serving.settings import Settings
from fusion.serving.state import State
from fusion.teaching.teacher import Teacher

NAMES = {Task.SCENE: ("退款页面", "购物车页面"), Task.DIALOGUE: ("商品材质", "何时上货", "是否会生锈")}
LABELS = LabelSet("fake", {task: tuple(Label(name, f"关于{name}") for name in names) for task, names in NAMES.items()})
TOKEN = "a-token-that-is-long-enough"


def answer(cases: Sequence[Case]) -> list[Prediction]:
    """One count for each label and one more each time that its name stands in the text or on a page; counts as shares."""
    return [_answer(case) for case in cases]


def _answer(case: Case) -> Prediction:
    names = NAMES[case.sample.task]
    text = case.sample.customer_text() + case.page_text()
    counts = [1 + 8 * text.count(name) for name in names]
    order = sorted(range(len(names)), key=lambda place: -counts[place])
    ranked = tuple((names[place], counts[place] / sum(counts)) for place in order)
    exemplars = [{"id": "known-1", "label": names[0], "similarity": 0.8, "source": "text", "weight": 0.6}]
    stages = {"retrieval": {"label": ranked[0][0], "probability": ranked[0][1]}}
    return Prediction(
        case.sample.id,
        case.sample.task.value,
        ranked[0][0],
        ranked[0][1],
        ranked,
        {"exemplars": exemplars, "stages": stages},
        {"vlm_calls": 1, "output_tokens": 1},
        "; ".join(case.sample.problems) or None,
    )


def reader(images: Path) -> CaseReader:
    """Reads images, whose text is not recognised."""
    found = CaseReader(Reader(images, OcrSettings(), 160_000, None))
    found._ocr = OneLine()  # type: ignore[assignment]
    return found


class OneLine:
    """A recogniser that finds the same line on every page, so that none counts as blank."""

    def read_page(self, image: Image.Image) -> Reading:
        return Reading((OcrLine("-", (0.1, 0.1, 0.9, 0.2)),))


def state(version: int = 1, accept: AcceptRule | None = None, images: Path | None = None) -> State:
    """A state with one labelled example, `known-1`, whose picture is a.jpg."""
    known = {"known-1": Known("known-1", Task.DIALOGUE, NAMES[Task.DIALOGUE][0], "是什么材质", ("a.jpg",))}
    return State(version, "0123456789abcdef", LABELS, answer, known, images, accept)


def service(
    folder: Path,
    settings: Settings | None = None,
    load: Callable[[], State] | None = None,
    accept: AcceptRule | None = None,
) -> Service:
    """The application with a run of two images, a.jpg and b.jpg, in `folder`."""
    images = folder / "images"
    images.mkdir(exist_ok=True)
    for name, colour in (("a.jpg", "red"), ("b.jpg", "blue")):
        (images / name).write_bytes(picture(colour))
    read_with = reader(images)

    async def read(sample: Sample) -> Case:
        return read_with(sample)

    settings = settings or Settings(allowed_hosts=("testserver", "127.0.0.1"))
    loaded = load or (lambda: state(accept=accept, images=images))
    teacher = Teacher(TaughtStore(folder / "taught.sqlite"))
    return create_app(Parts(settings, AuditStore(folder / "service.sqlite", settings.kept), teacher, read, loaded, images=images))


def picture(colour: str = "red", kind: str = "JPEG") -> bytes:
    """A small image of one colour."""
    buffer = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(buffer, kind)
    return buffer.getvalue()


def ready(client: TestClient) -> None:
    """Wait until the state is loaded."""
    for _ in range(500):
        if client.get("/readyz", headers={"Accept": "*/*"}).status_code == 200:
            return
        time.sleep(0.01)
    raise AssertionError("the service never became ready")


@contextmanager
def serving(app: Service) -> Iterator[str]:
    """The application behind a real server in a thread; yields its address."""
    listening = socket.create_server(("127.0.0.1", 0))
    server = Server(app)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        while not server.started:
            time.sleep(0.01)
        yield address(listening)
    finally:
        server.should_exit = True
        thread.join()
