"""The interface for programs: predictions, probes and metrics."""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from data.schema import Sample
from fusion.serving.desk import Desk
from fusion.serving.inputs import (
    MOST_IMAGES,
    form_of,
    sample_in_form,
    samples_in_json,
)
from fusion.serving.metrics import Metrics
from fusion.serving.problems import MEDIA_TYPE, Refusal

SMALL = 64 * 2**10  # bytes of JSON that the event loop parses itself
FORMS = ("multipart/form-data", "application/x-www-form-urlencoded")

PROBLEM: dict[str, Any] = {
    "content": {
        MEDIA_TYPE: {
            "schema": {
                "type": "object",
                "required": ["type", "title", "status", "detail"],
                "properties": {
                    "type": {"type": "string"},
                    "title": {"type": "string"},
                    "status": {"type": "integer"},
                    "detail": {"type": "string"},
                    "errors": {"type": "array", "items": {"type": "object"}},
                },
            }
        }
    }
}


def problems(*statuses: tuple[int, str]) -> dict[int | str, dict[str, Any]]:
    return {status: {"description": text, **PROBLEM} for status, text in statuses}


REFUSED = problems(
    (400, "No JSON, or a broken form"),
    (401, "The token is missing or wrong"),
    (403, "A page of another site sent it"),
    (408, "The body did not arrive in time"),
    (413, "The body is too large"),
    (415, "Neither JSON nor a form"),
    (421, "The service is not called by this name"),
    (422, "A value is not what was expected"),
    (429, "The queue is full; see Retry-After"),
    (503, "Loading or shutting down; see Retry-After"),
)


class CandidateOut(BaseModel):
    """A label and its calibrated probability."""

    label: str
    probability: float


class RowOut(BaseModel):
    """A row of predictions.jsonl, with what the hand-over rule says and the version that answered."""

    model_config = ConfigDict(extra="allow")

    id: str
    task: str
    predict: str
    probability: float
    candidates: list[CandidateOut]
    evidence: dict[str, Any]
    budget: dict[str, Any]
    out_of_scope: float | None = Field(None, description="0 to 1: how unlike the labelled examples the input is")
    error: str | None = Field(None, description="only there where something was wrong with the input")
    accepted: bool | None = Field(description="null without a hand-over rule")
    reason: str | None = Field(None, description="why it is handed over; only there where it is")
    rests_on: str | None = Field(None, description="what the rule was made from: out_of_fold, before_teaching or audit")
    model_version: str


class PredictOut(BaseModel):
    """Answers in the order of the samples."""

    predictions: list[RowOut]


def api(desk: Desk, metrics: Metrics) -> APIRouter:
    """The routes."""
    router = APIRouter()
    large = asyncio.Lock()

    @router.get("/healthz", tags=["probes"])
    async def healthz() -> dict[str, str]:
        """Whether the process lives, whatever it is doing."""
        return {"status": "ok"}

    @router.get("/readyz", tags=["probes"], responses=problems((503, "Loading or shutting down")))
    async def readyz() -> dict[str, str]:
        """Whether requests are taken: 503 while models are loaded, and from the moment the service is told to stop."""
        desk.work.refuse_unless_serving()
        return {"status": "ready", "model_version": desk.state().model_version}

    @router.get("/metrics", tags=["operations"], response_class=Response, responses={200: {"content": {"text/plain": {}}}})
    async def show_metrics() -> Response:
        """Counters in Prometheus's format."""
        state = desk.holder.current
        metrics.ready.set(0 if state is None or desk.work.draining else 1)
        metrics.version.set(state.version if state else 0)
        return Response(metrics.text(), media_type="text/plain; version=0.0.4; charset=utf-8")

    @router.post(
        "/v1/predict",
        tags=["answers"],
        response_model=PredictOut,
        responses=REFUSED,
        openapi_extra={"requestBody": {"required": True, "content": _predict_bodies()}},
    )
    async def predict(request: Request) -> Response:
        """Answer one sample or up to 64: JSON, or a form with fields and files `images` for one sample."""
        desk.work.refuse_unless_ready()
        begun = time.monotonic()
        samples = await samples_in(request, large)
        metrics.stages.labels("parse").observe(time.monotonic() - begun)
        rows = await desk.predict(samples)
        return Response(json.dumps({"predictions": rows}, ensure_ascii=False), media_type="application/json")

    return router


async def samples_in(request: Request, large: asyncio.Lock) -> list[Sample]:
    """The samples of a request's body; one `large` body is parsed at a time. Raises Refusal."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind in FORMS:
        async with form_of(request) as form:
            return [await sample_in_form(form)]
    if kind not in ("application/json", ""):
        raise Refusal(415, f"the body is {kind}; send application/json or multipart/form-data")
    body = await request.body()
    if len(body) < SMALL:
        return samples_in_json(body)
    async with (
        large
    ):  # Parsing holds the interpreter's lock for up to a millisecond a MiB; several at once would starve the loop.
        return await asyncio.to_thread(samples_in_json, body)


def json_body(name: str) -> dict[str, Any]:
    """The description of a JSON body that a route parses itself."""
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}}
    return {"requestBody": {"required": True, "content": content}}


def _predict_bodies() -> dict[str, Any]:
    form = {
        "type": "object",
        "properties": {
            "id": {"type": "string"},
            "task": {"type": "string", "enum": ["scene", "dialogue"]},
            "text": {"type": "string"},
            "turns": {"type": "string", "description": "a JSON list of turns"},
            "images": {"type": "array", "items": {"type": "string", "format": "binary"}, "maxItems": MOST_IMAGES},
        },
    }
    several = {"$ref": "#/components/schemas/RequestIn"}, {"$ref": "#/components/schemas/SampleIn"}
    return {"application/json": {"schema": {"oneOf": list(several)}}, "multipart/form-data": {"schema": form}}


def body_schemas(*models: type[BaseModel]) -> dict[str, Any]:
    """Schemas of the bodies that routes parse themselves, for the description's components."""
    found: dict[str, Any] = {}
    for model in models:
        schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
        found |= schema.pop("$defs", {})
        found[model.__name__] = schema
    return found
