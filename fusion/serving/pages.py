"""The page: asking, looking at an answer, saying what is right, the queue of what people should look at, and the labels."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from data.schema import Task
from fusion.pages.complaints import complaints
from fusion.pages.rendering import environment
from fusion.pages.words import COOKIE, LANGUAGES, NAMES, TAGS, WORDS, choose_language, translator
from fusion.serving.access import SESSION, SESSION_SECONDS, new_session, same, valid_session
from fusion.serving.desk import SURE, Desk, needs_person
from fusion.serving.inputs import form_of, sample_in_form
from fusion.serving.label_scores import OutOfFold, label_scores, mean_f1
from fusion.serving.pictures import Pictures
from fusion.serving.problems import Refusal
from fusion.serving.scores import Scores
from fusion.serving.state import State
from fusion.serving.store import AUDIT, Item

RUNNERS_UP = 5
WARNED = ("ask", "queue", "labels")  # pages with warnings, which show what customers wrote: none that is seen without a token
LOGIN_DELAY = 0.5  # seconds that a wrong token costs
LOGIN_FIELD = 4096  # bytes of a field of the login form
YEAR = 365 * 24 * 3600


class Renderer:
    """Pages with what all of them show."""

    def __init__(self, desk: Desk, token: str | None) -> None:
        self.desk, self.token = desk, token
        self.templates = environment()

    def language(self, request: Request) -> str:
        """The language of a request's pages."""
        return choose_language(request.cookies.get(COOKIE), request.headers.get("accept-language", ""))

    def problem(self, request: Request, status: int, detail: str = "", kind: str = "") -> HTMLResponse:
        """A page that tells a problem: in the reader's words, by its kind, and in `detail` as programs are told."""
        t = translator(self.language(request))
        keys = [f"problem_{kind}"] if kind else [f"complaint_{found}" for found in complaints(detail)]
        known = f"problem_{status}" if f"problem_{status}" in WORDS else "problem_other"
        told = [t(key) for key in keys or [known]]
        return self(request, "problem", status, told=told, detail=detail, open_count=0)

    def __call__(self, request: Request, name: str, status: int = 200, **values: Any) -> HTMLResponse:
        """A page."""
        language = self.language(request)
        state = self.desk.holder.current
        t = translator(language)
        text = self.templates.get_template(f"{name}.html.jinja").render(
            t=t,
            plain=t,
            lang=language,
            languages=[(code, NAMES[code]) for code in LANGUAGES],
            path=request.url.path,
            here=name,
            version=state.model_version if state else None,
            alarms=self.desk.auditing.alarms if name in WARNED else [],
            with_login=self.token is not None and valid_session(self.token, request.cookies.get(SESSION)),
            **values,
        )
        return HTMLResponse(text, status, {"Content-Language": TAGS[language], "Vary": "Accept-Language, Cookie"})


def pages(desk: Desk, renderer: Renderer, scores: Scores, describe: Callable[[], dict[str, Any]]) -> APIRouter:
    """The routes. `describe` gives the OpenAPI description."""
    router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
    pictures = Pictures()

    async def found(id_: str) -> Item | None:
        return await asyncio.to_thread(desk.store.item, id_)

    async def count() -> int:
        return await asyncio.to_thread(desk.store.count_open)

    def scored(request: Request, state: State, answers: Mapping[Task, OutOfFold], number: int) -> Response:
        tasks = []
        for task in (task for task in Task if state.labels.names(task)):
            described = [(label.name, label.description) for label in state.labels.active(task)]
            found_scores = label_scores(described, state.counts(task), answers.get(task))
            tasks.append((task, found_scores, mean_f1(found_scores)))
        return renderer(request, "labels", open_count=number, tasks=tasks, computing=scores.computing, error=scores.error)

    def gone(request: Request) -> Response:
        return renderer.problem(request, 404, kind="gone")

    @router.get("/")
    async def start(request: Request) -> Response:
        return renderer(request, "ask", open_count=await count(), item=None)

    @router.post("/ask")
    async def ask(request: Request) -> Response:
        desk.work.refuse_unless_ready()
        async with form_of(request) as form:
            sample = await sample_in_form(form)
        if not sample.images and not any(turn.text.strip() for turn in sample.turns):
            notice = translator(renderer.language(request))("nothing_given")
            return renderer(request, "ask", 422, open_count=await count(), item=None, notice=notice)
        return RedirectResponse(f"/items/{await desk.ask(sample)}", 303)

    @router.get("/items/{id_}")
    async def show(request: Request, id_: str) -> Response:
        item = await found(id_)
        if item is None:
            return gone(request)
        return renderer(request, "ask", open_count=await count(), **item_values(item, desk.state()))

    @router.post("/items/{id_}/label")
    async def tell(request: Request, id_: str) -> Response:
        item = await found(id_)
        if item is None:
            return gone(request)
        async with form_of(request, files=0) as form:
            label = str(form.get("label", ""))
        await (desk.say(item, label) if label else desk.none_is_right(item))
        return RedirectResponse(f"/items/{id_}", 303)

    @router.post("/items/{id_}/undo")
    async def undo(request: Request, id_: str) -> Response:
        item = await found(id_)
        if item is None:
            return gone(request)
        await desk.take_back(item)
        return RedirectResponse(f"/items/{id_}", 303)

    @router.get("/items/{id_}/images/{place}")
    async def item_picture(id_: str, place: int) -> Response:
        item = await found(id_)
        digest = item.images[place].preview if item and 0 <= place < len(item.images) else None
        content = await asyncio.to_thread(desk.store.content, digest, "previews") if digest else None
        return _jpeg(content)

    @router.get("/example-image")
    async def example_picture(id: str, n: int = 0) -> Response:
        return _jpeg(await pictures.of(desk.state(), id, n))

    @router.get("/queue")
    async def queue(request: Request) -> Response:
        items = await asyncio.to_thread(desk.store.open_items)
        audits = await asyncio.to_thread(desk.store.open_audits)
        counts, standings = desk.auditing.counts, desk.auditing.rules.standings
        return await asyncio.to_thread(
            renderer, request, "queue", open_count=await count(), items=items, audits=audits, counts=counts, standings=standings
        )

    @router.get("/labels")
    async def labels(request: Request) -> Response:
        state = desk.state()
        return await asyncio.to_thread(scored, request, state, scores.of(state), await count())

    @router.get("/docs")
    async def docs(request: Request) -> Response:
        number, found = await count(), await asyncio.to_thread(lambda: operations(describe()))
        return await asyncio.to_thread(renderer, request, "docs", open_count=number, operations=found)

    @router.get("/language")
    async def language(to: str, back: str = "/") -> Response:
        response = RedirectResponse(local(back), 303)
        if to in LANGUAGES:
            response.set_cookie(COOKIE, to, max_age=YEAR, httponly=True, samesite="lax")
        return response

    @router.get("/login")
    async def login(request: Request, back: str = "/") -> Response:
        return renderer(request, "login", back=local(back), open_count=0)

    @router.post("/login")
    async def enter(request: Request) -> Response:
        async with form_of(request, files=0, field=LOGIN_FIELD) as form:
            given, back = str(form.get("token", "")), local(str(form.get("back", "/")))
        if renderer.token is None:
            return RedirectResponse(back, 303)
        if not same(given.strip(), renderer.token):
            await asyncio.sleep(LOGIN_DELAY)
            notice = translator(renderer.language(request))("wrong_token")
            return renderer(request, "login", 401, back=back, notice=notice, open_count=0)
        response = RedirectResponse(back, 303)
        response.set_cookie(
            SESSION,
            new_session(renderer.token),
            max_age=SESSION_SECONDS,
            httponly=True,
            samesite="strict",
            secure=request.url.scheme == "https",
        )
        return response

    @router.post("/logout")
    async def leave() -> Response:
        response = RedirectResponse("/login", 303)
        response.delete_cookie(SESSION, httponly=True, samesite="strict")
        return response

    return router


def item_values(item: Item, state: State) -> dict[str, Any]:
    """What the page shows of a question and its answer."""
    answer = item.answer
    ranked = answer["candidates"]
    evidence = answer.get("evidence", {})
    exemplars = [{**one, "known": state.examples.get(one["id"])} for one in evidence.get("exemplars", ())]
    return {
        "item": item,
        "answer": answer,
        "runners_up": ranked[1 : 1 + RUNNERS_UP],
        "choices": choices(answer, state),
        "audit": item.source == AUDIT,
        # Who checks an answer must not know whether it was accepted, nor what else speaks for it.
        "blind": item.source == AUDIT and item.status == "open",
        "exemplars": exemplars,
        "heaviest": max((one.get("weight", 0.0) for one in exemplars), default=0.0) or 1.0,
        "stages": evidence.get("stages", {}),
        "for_person": needs_person(answer),
        "sure_from": SURE,
        "said": item.label if item.status == "done" else None,
    }


def choices(answer: Mapping[str, Any], state: State) -> list[str]:
    """Labels that a person may say are right in place of the answer: those of now, the most probable first."""
    now = dict.fromkeys(state.labels.names(Task(answer["task"])))
    ranked = [name for candidate in answer["candidates"] if (name := candidate["label"]) in now]
    return [name for name in dict.fromkeys([*ranked, *now]) if name != answer["predict"]]


def operations(description: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The routes of an OpenAPI description, for a page."""
    return [
        {"path": path, "method": method.upper(), **operation}
        for path, methods in description["paths"].items()
        for method, operation in methods.items()
    ]


def local(back: str) -> str:
    """A path of this service; the start page in place of anything that leads elsewhere."""
    fine = back.startswith("/") and not back.startswith("//") and "\\" not in back and back.isprintable()
    return back if fine else "/"


def _jpeg(content: bytes | None) -> Response:
    if content is None:
        raise Refusal(404, "there is no such picture")
    return Response(content, media_type="image/jpeg", headers={"Cache-Control": "private, max-age=3600"})
