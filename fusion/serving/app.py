"""The application: routes, the layers that every request goes through, loading beside answering, and stopping."""

from __future__ import annotations

import asyncio
import sys
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from data.case import Case
from data.errors import IntentError
from data.schema import Sample
from fusion.live.rules import LiveRules
from fusion.pages.rendering import HERE
from fusion.serving.access import Gate
from fusion.serving.api import api, body_schemas
from fusion.serving.audit_store import AuditStore
from fusion.serving.auditing import Auditing
from fusion.serving.desk import Desk
from fusion.serving.headers import HeadAsGet, SafeHeaders
from fusion.serving.inputs import RequestIn, pointer
from fusion.serving.label_studio import PredictIn, WebhookIn, label_studio
from fusion.serving.limits import BodyLimit
from fusion.serving.metrics import Metrics
from fusion.serving.pages import Renderer, pages
from fusion.serving.problems import Refusal
from fusion.serving.scores import Scores
from fusion.serving.settings import SWITCH, Settings
from fusion.serving.state import Holder, State
from fusion.serving.teaching import CorrectionIn, ExampleIn, LabelIn, teaching
from fusion.serving.work import Work
from fusion.teaching.teacher import Teacher

TITLE = "Multimodal intent recognition"
ABOUT = (
    "Which scene an image shows and which intent a dialogue has, with calibrated probabilities of all labels and the labelled "
    "examples that an answer rests on. Errors are problem details (RFC 9457)."
)

# What Starlette's parser says of a form that is larger than it may be, and the kind of problem that it is.
FORM_PROBLEMS = {"Too many files": "many_images", "maximum size": "long"}


@dataclass(frozen=True)
class Parts:
    """What an application is made of. `load` is called once in a thread, then `loaded`; `failed` is told what they raised.
    `images` is the folder of images that requests name, `rules` what the states that are loaded judge by."""

    settings: Settings
    store: AuditStore
    teacher: Teacher
    read: Callable[[Sample], Awaitable[Case]]
    load: Callable[[], State]
    holder: Holder = field(default_factory=Holder)
    images: Path | None = None
    rules: LiveRules = field(default_factory=LiveRules)
    loaded: Callable[[], None] = lambda: None
    failed: Callable[[BaseException], None] = lambda error: None
    close: Callable[[], None] = lambda: None


class Service(FastAPI):
    """The application, with the parts that whoever runs it needs."""

    desk: Desk
    work: Work

    async def drained(self) -> None:
        """Take nothing more; returns when what was accepted is answered and on disk."""
        self.work.draining = True
        await self.work.drained()
        await self.desk.kept()


def create_app(parts: Parts) -> Service:
    """The application of a service. Nothing is loaded before it is started."""
    settings = parts.settings
    metrics = Metrics()
    work = Work(parts.holder, parts.read, metrics, settings.waiting, settings.batch)
    scores = Scores()
    auditing = Auditing(parts.store, metrics, parts.holder, scores, parts.rules, settings.audit_share)
    desk = Desk(parts.holder, work, parts.store, parts.teacher, auditing, parts.images)

    def load() -> None:
        try:
            state = parts.load()
            auditing.look(state)
            parts.holder.swap(state)
            scores.of(state)
            parts.loaded()
        except BaseException as error:  # told to whoever started the service, which cannot do without
            parts.failed(error)

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        sys.setswitchinterval(SWITCH)
        work.start()
        auditing.start()
        threading.Thread(target=load, name="load", daemon=True).start()
        yield
        await app.drained()  # type: ignore[attr-defined]
        await asyncio.to_thread(work.stop)
        await asyncio.to_thread(parts.close)
        await asyncio.to_thread(parts.teacher.stop)
        await asyncio.to_thread(auditing.stop)
        parts.store.close()

    renderer = Renderer(desk, settings.token)

    def tell(scope: Scope, refusal: Refusal) -> Response:
        return _told(renderer, Request(scope), refusal)

    app = Service(
        title=TITLE,
        description=ABOUT,
        version="1",
        docs_url=None,
        redoc_url=None,
        lifespan=life,
        middleware=[
            Middleware(HeadAsGet),
            Middleware(Counted, metrics=metrics),
            Middleware(SafeHeaders, hosts=settings.allowed_hosts, tell=tell),
            Middleware(Gate, token=settings.token, tell=tell),
            Middleware(BodyLimit, most=settings.body, together=settings.bodies, seconds=settings.body_seconds, tell=tell),
        ],
    )
    app.desk, app.work = desk, work
    app.include_router(api(desk, metrics))
    app.include_router(teaching(desk))
    app.include_router(label_studio(desk))
    app.include_router(pages(desk, renderer, scores, lambda: _description(app)))
    app.mount("/static", StaticFiles(directory=HERE / "static"), name="static")
    app.openapi = lambda: _description(app)  # type: ignore[method-assign]
    _tell_problems(app, renderer)
    return app


class Counted:
    """Counts requests and their time by route."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app, self.metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begun, status = time.monotonic(), 500

        async def seeing(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, seeing)
        finally:
            route = getattr(scope.get("route"), "path_format", None) or "other"
            self.metrics.requests.labels(route, str(status)).inc()
            self.metrics.seconds.labels(route).observe(time.monotonic() - begun)


def _told(renderer: Renderer, request: Request, refusal: Refusal) -> Response:
    """Problem details for programs, a page for people."""
    if "text/html" not in request.headers.get("accept", ""):
        return refusal.response()
    page = renderer.problem(request, refusal.status, refusal.detail, refusal.kind)
    page.headers.update(refusal.headers)
    return page


def _tell_problems(app: FastAPI, renderer: Renderer) -> None:
    @app.exception_handler(Refusal)
    async def refused(request: Request, error: Refusal) -> Response:
        return _told(renderer, request, error)

    @app.exception_handler(IntentError)
    async def wrong(request: Request, error: IntentError) -> Response:
        return _told(renderer, request, Refusal(422, str(error)))

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> Response:
        found = [{"pointer": pointer(item["loc"]), "detail": str(item["msg"])} for item in error.errors()[:20]]
        return _told(renderer, request, Refusal(422, f"{found[0]['pointer']}: {found[0]['detail']}", errors=found))

    @app.exception_handler(HTTPException)
    async def other(request: Request, error: HTTPException) -> Response:
        phrase = HTTPStatus(error.status_code).phrase
        detail = error.detail if error.detail != phrase else f"{phrase}: {request.method} {request.url.path}"
        kind = next((kind for words, kind in FORM_PROBLEMS.items() if words in detail), "")
        return _told(renderer, request, Refusal(error.status_code, detail, headers=dict(error.headers or {}), kind=kind))

    @app.exception_handler(Exception)
    async def defect(request: Request, error: Exception) -> Response:
        return _told(renderer, request, Refusal(500, f"a defect of the service: {type(error).__name__}"))


def _description(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI description, with the bodies that routes parse themselves."""
    if not app.openapi_schema:
        found = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
        schemas = found.setdefault("components", {}).setdefault("schemas", {})
        schemas |= body_schemas(RequestIn, ExampleIn, CorrectionIn, LabelIn, PredictIn, WebhookIn)
        found["components"]["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
        found["security"] = [{"token": []}, {}]
        app.openapi_schema = found
    return app.openapi_schema
