"""The interface for teaching: examples, labels, the list of changes, and undoing any one of them.

A change is on disk when a request is answered, and counts for answers within seconds; `wait` makes the request wait for that.
"""

from __future__ import annotations

import asyncio
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import JSONResponse

from data.errors import InputError
from data.schema import Task
from data.teaching import Change, replayed, undone
from fusion.serving.api import REFUSED, json_body, problems
from fusion.serving.desk import Desk
from fusion.serving.inputs import SampleIn, to_sample, validated
from fusion.serving.problems import Refusal

Wait = Annotated[float, Query(ge=0, le=60, description="seconds to wait until the change counts for answers")]
Who = Annotated[str, Query(min_length=1, max_length=100, description="who teaches, as the list of changes shows it")]


class ExampleIn(BaseModel):
    """A labelled example: a `sample` of its own or an `item`, the id of a question that was asked before."""

    model_config = ConfigDict(extra="forbid")

    label: str = Field(min_length=1, max_length=200)
    sample: SampleIn | None = None
    item: str | None = Field(None, max_length=100)


class CorrectionIn(BaseModel):
    """Another label for an example."""

    model_config = ConfigDict(extra="forbid")

    label: str = Field(min_length=1, max_length=200)


class LabelIn(BaseModel):
    """A label: what it is called, and what it means to someone who has never seen an example of it."""

    model_config = ConfigDict(extra="forbid")

    task: Literal["scene", "dialogue"]
    name: str = Field(min_length=1, max_length=200)
    description: str = Field("", max_length=2_000)


class Duplicate(BaseModel):
    """A known near-duplicate that has another label."""

    id: str
    label: str


class ChangeOut(BaseModel):
    """The version of a change that is on disk, and the version that answers now."""

    version: int
    model_version: str


class ExampleOut(ChangeOut):
    """The same of an example, with its id and the near-duplicates that contradict it."""

    id: str
    contradicts: list[Duplicate]


def teaching(desk: Desk) -> APIRouter:
    """The routes."""
    router = APIRouter(tags=["teaching"])
    teacher = desk.teacher
    gone = problems((404, "No such thing"))

    async def answer(change: Change, wait: float, status: int = 200) -> JSONResponse:
        await desk.counts(change.version, wait)
        return JSONResponse({"version": change.version, "model_version": desk.state().model_version}, status)

    @router.post(
        "/v1/examples", status_code=201, response_model=ExampleOut, responses=REFUSED | gone, openapi_extra=json_body("ExampleIn")
    )
    async def add_example(request: Request, wait: Wait = 0, who: Who = "api") -> JSONResponse:
        """Teach a labelled example; it is on disk when this answers. Near-duplicates with another label are named."""
        given = validated(ExampleIn, await request.body())
        if (given.item is None) == (given.sample is None):
            raise Refusal(422, "expected a `sample` of its own or the `item` of a question that was asked, and not both")
        desk.state()
        if given.item is not None:
            item = await asyncio.to_thread(desk.store.item, given.item)
            if item is None:
                raise Refusal(404, f"there is no item {given.item!r}; it may be too old")
            told = await desk.tell(item, given.label, who)
        else:
            assert given.sample is not None
            told = await desk.learn(to_sample(given.sample, "0"), given.label, who)
        await desk.counts(told.version, wait)
        contradicts = [{"id": id_, "label": label} for id_, label in told.contradicts]
        value = {"id": told.id, "version": told.version, "model_version": desk.state().model_version, "contradicts": contradicts}
        return JSONResponse(value, 201)

    @router.get("/v1/examples")
    async def list_examples() -> dict[str, list[dict[str, Any]]]:
        """The examples that were taught and count, oldest first."""
        changes = await asyncio.to_thread(teacher.store.changes)
        taught = replayed(changes, teacher.store.path)
        gone = undone(changes)
        added = {one.payload["id"]: one for one in changes if one.kind == "example" and one.version not in gone}
        return {
            "examples": [
                {
                    "id": id_,
                    "version": added[id_].version,
                    "created": added[id_].created,
                    "who": added[id_].who,
                    "task": sample.task.value,
                    "label": sample.label,
                    **added[id_].payload["note"],
                }
                for id_, sample in taught.examples.items()
            ]
        }

    @router.patch(
        "/v1/examples/{id_:path}", response_model=ChangeOut, responses=REFUSED | gone, openapi_extra=json_body("CorrectionIn")
    )
    async def correct_example(id_: str, request: Request, wait: Wait = 0, who: Who = "api") -> JSONResponse:
        """Give an example, taught or of the run's own, another label."""
        given = validated(CorrectionIn, await request.body())
        known = desk.state().examples
        taught = (await asyncio.to_thread(teacher.store.taught)).examples
        task = taught[id_].task if id_ in taught else known[id_].task if id_ in known else None
        label = await desk.known(task, given.label) if task else ""
        change = await asyncio.to_thread(teacher.correct, id_, label, who, known) if task else None
        if change is None:
            raise Refusal(404, f"there is no example {id_!r}")
        return await answer(change, wait)

    @router.delete("/v1/examples/{id_:path}", response_model=ChangeOut, responses=REFUSED | gone)
    async def remove_example(id_: str, wait: Wait = 0, who: Who = "api") -> JSONResponse:
        """Let an example, taught or of the run's own, no longer count."""
        change = await asyncio.to_thread(teacher.remove, id_, who, desk.state().examples)
        if change is None:
            raise Refusal(404, f"there is no example {id_!r}")
        return await answer(change, wait)

    @router.get("/v1/labels")
    async def list_labels() -> dict[str, list[dict[str, str]]]:
        """The labels that can be answered, by task."""
        labels = desk.state().labels
        return {
            task.value: [{"name": one.name, "description": one.description} for one in labels.active(task)]
            for task in labels.tasks
        }

    @router.post("/v1/labels", status_code=201, response_model=ChangeOut, responses=REFUSED, openapi_extra=json_body("LabelIn"))
    async def add_label(request: Request, wait: Wait = 0, who: Who = "api") -> JSONResponse:
        """Add a label, which can be answered from its description before it has any example; or describe one anew."""
        given = validated(LabelIn, await request.body())
        now, name = desk.state().labels, given.name.strip()
        change = await asyncio.to_thread(teacher.add_label, Task(given.task), name, given.description.strip(), who, now)
        return await answer(change, wait, 201)

    @router.delete("/v1/labels/{task}/{name:path}", response_model=ChangeOut, responses=REFUSED | gone)
    async def retire_label(task: Literal["scene", "dialogue"], name: str, wait: Wait = 0, who: Who = "api") -> JSONResponse:
        """Let a label no longer be answered; its examples no longer count."""
        change = await asyncio.to_thread(teacher.retire_label, Task(task), name, who, desk.state().labels)
        if change is None:
            raise Refusal(404, f"there is no {task} label {name!r}")
        return await answer(change, wait)

    @router.get("/v1/changes")
    async def list_changes(after: Annotated[int, Query(ge=0)] = 0) -> dict[str, Any]:
        """All changes with who made them and when, `applied` being the last one that counts for answers."""
        changes = await asyncio.to_thread(teacher.store.changes)
        without = undone(changes)
        return {
            "version": changes[-1].version if changes else 0,
            "applied": teacher.applied,
            "error": teacher.error,
            "changes": [
                {
                    "version": one.version,
                    "created": one.created,
                    "who": one.who,
                    "kind": one.kind,
                    "about": one.about(),
                    "undone": one.version in without,
                }
                for one in changes
                if one.version > after
            ],
        }

    @router.post("/v1/changes/{version}/undo", response_model=ChangeOut, responses=REFUSED | gone)
    async def undo(version: int, wait: Wait = 0, who: Who = "api") -> JSONResponse:
        """Undo one change, which is a change, too."""
        desk.state()
        try:
            change = await asyncio.to_thread(teacher.undo, version, who)
        except InputError as error:
            raise Refusal(404, str(error)) from None
        return await answer(change, wait)

    return router
