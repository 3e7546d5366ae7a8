"""Label Studio's ML backend, as its version 1.23 speaks to one: predictions for its tasks, and its annotations as examples.

`/health` must answer within a second and `/setup` within three, so neither waits for the model. A task is predicted for every
`Choices` control whose choices are labels of ours: a control of an `Image` alone is a scene, others are dialogues. Images are
data URLs or files under --images (`/data/local-files/?d=NAME`, or a file's name); an address is never fetched.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field

from data.formats.plain import ROLES
from data.schema import Sample, Speaker, Task
from fusion.serving.api import REFUSED, json_body
from fusion.serving.desk import Desk
from fusion.serving.inputs import MOST_SAMPLES, SampleIn, TurnIn, to_sample, validated
from fusion.serving.problems import Refusal
from fusion.serving.state import State

MOST_CONFIG = 200_000  # characters of a labelling configuration
TEXTS = ("Text", "Paragraphs", "HyperText")
_UPLOADED = re.compile(r"^[0-9a-f]{8}-")  # what Label Studio puts before the name of a file that was uploaded to it
ROLE_KEYS, TEXT_KEYS = ("author", "role", "speaker", "name"), ("text", "content")


class PredictIn(BaseModel):
    """A request for predictions."""

    model_config = ConfigDict(extra="allow")

    tasks: list[dict[str, Any]] = Field(default_factory=list, max_length=10_000)
    label_config: str = Field("", max_length=MOST_CONFIG)


class WebhookIn(BaseModel):
    """An event."""

    model_config = ConfigDict(extra="allow")

    action: str = ""
    annotation: dict[str, Any] | list[dict[str, Any]] | None = None
    annotations: list[dict[str, Any]] | None = None
    task: dict[str, Any] | list[dict[str, Any]] | None = None
    project: dict[str, Any] | None = None


@dataclass(frozen=True)
class Control:
    """A `Choices` control: its name, the object it is about, our labels by the value that the tool knows them by, and the data
    fields of images and text."""

    name: str
    about: str
    task: Task
    labels: Mapping[str, str]
    images: tuple[str, ...]
    texts: tuple[str, ...]


def label_studio(desk: Desk) -> APIRouter:
    """The routes."""
    router = APIRouter(tags=["Label Studio"], responses=REFUSED)

    @router.get("/health")
    async def health() -> dict[str, str]:
        """Whether the backend lives."""
        return {"status": "UP", "model_class": "multimodal-intent"}

    @router.post("/setup")
    async def setup() -> dict[str, str]:
        """The version that answers; `0` while none is loaded, so that nothing is taken for predicted by it."""
        state = desk.holder.current
        return {"model_version": state.model_version if state else "0"}

    @router.post("/predict", openapi_extra=json_body("PredictIn"))
    async def predict(request: Request) -> dict[str, Any]:
        """One result for each task, in their order."""
        given = validated(PredictIn, await request.body())
        state = desk.state()
        controls = parse_controls(given.label_config, state)
        asked = [(place, control, one) for place, task in enumerate(given.tasks) for control, one in questions(task, controls)]
        results: list[dict[str, Any]] = [{"result": [], "score": 0.0, "model_version": state.model_version} for _ in given.tasks]
        with desk.work.accepted():
            for start in range(0, len(asked), MOST_SAMPLES):
                part = asked[start : start + MOST_SAMPLES]
                answers = await desk.work.answer([one for _, _, one in part], accepted=True)
                for (place, control, _), answer in zip(part, answers, strict=True):
                    candidates = dict(answer.prediction.candidates)
                    value, label = max(control.labels.items(), key=lambda pair: candidates.get(pair[1], 0.0))
                    score = round(candidates.get(label, 0.0), 6)
                    entry = results[place]
                    entry["score"] = min(entry["score"], score) if entry["result"] else score
                    entry["model_version"] = answer.model_version
                    entry["result"].append(
                        {
                            "from_name": control.name,
                            "to_name": control.about,
                            "type": "choices",
                            "value": {"choices": [value]},
                            "score": score,
                        }
                    )
        return {"results": results}

    @router.post("/webhook", status_code=201, openapi_extra=json_body("WebhookIn"))
    async def webhook(request: Request) -> dict[str, Any]:
        """Annotations become examples; a later annotation of the same id takes the place of the earlier one."""
        given = validated(WebhookIn, await request.body())
        count = 0
        if given.action in ("ANNOTATION_CREATED", "ANNOTATION_UPDATED", "ANNOTATIONS_CREATED"):
            state = desk.state()
            controls = parse_controls(str((given.project or {}).get("label_config", "")), state)
            for annotation, task in zip(_list(given.annotation), _list(given.task), strict=False):
                count += await _learn(desk, annotation, task, controls)
        elif given.action == "ANNOTATIONS_DELETED":
            gone = {f"label-studio-{one.get('id')}-" for one in given.annotations or ()}
            for id_ in (await asyncio.to_thread(desk.teacher.store.taught)).examples:
                if any(id_.startswith(prefix) for prefix in gone):
                    count += await asyncio.to_thread(desk.teacher.remove, id_, "label-studio", {}) is not None
        return {"action": given.action, "examples": count}

    return router


async def _learn(desk: Desk, annotation: dict[str, Any], task: dict[str, Any], controls: Iterable[Control]) -> int:
    """Keep what an annotation says; returns how many examples it gave. What it said earlier and says no more goes; a skipped task
    says nothing."""
    count = 0
    asked = {} if annotation.get("was_cancelled") else {control.name: one for control, one in questions(task, controls)}
    chosen = {str(entry.get("from_name")): _choices(entry) for entry in _list(annotation.get("result"))}
    for control in controls:
        id_, choices = f"label-studio-{annotation.get('id')}-{control.name}", chosen.get(control.name, [])
        sample = asked.get(control.name)
        if sample is not None and len(choices) == 1 and choices[0] in control.labels and not sample.problems:
            await desk.learn(sample, control.labels[choices[0]], "label-studio", id_)
            count += 1
        else:
            await asyncio.to_thread(desk.teacher.remove, id_, "label-studio", {})
    return count


def parse_controls(config: str, state: State) -> list[Control]:
    """The controls of a labelling configuration that our labels can answer. Raises Refusal where it is no XML."""
    if len(config) > MOST_CONFIG or "<!" in config.replace("<!--", ""):
        raise Refusal(422, "label_config is too long or declares a document type; send the labelling configuration alone")
    try:
        root = ElementTree.fromstring(config or "<View/>")
    except ElementTree.ParseError as error:
        raise Refusal(422, f"label_config is no XML ({error}); send the labelling configuration") from None
    objects = {one.get("name", ""): (one.tag, one.get("value", "").removeprefix("$")) for one in root.iter() if one.get("value")}
    images = tuple(value for tag, value in objects.values() if tag == "Image")
    texts = tuple(value for tag, value in objects.values() if tag in TEXTS)
    controls = []
    for element in root.iter("Choices"):
        about = element.get("toName", "").split(",")[0]
        task = Task.SCENE if objects.get(about, ("", ""))[0] == "Image" else Task.DIALOGUE
        names = set(state.labels.names(task))
        labels = {
            choice.get("alias") or str(choice.get("value")): str(choice.get("value"))
            for choice in element.iter("Choice")
            if choice.get("value") in names
        }
        if labels:
            controls.append(Control(element.get("name", ""), about, task, labels, images, texts if task is Task.DIALOGUE else ()))
    return controls


def questions(task: Mapping[str, Any], controls: Iterable[Control]) -> Iterable[tuple[Control, Sample]]:
    """What a task asks of each control; nothing where it holds nothing that the control is about."""
    data = task.get("data")
    data = data if isinstance(data, dict) else {}
    id_ = str(task.get("id", ""))[:200] or "0"
    for control in controls:
        names = [place for field in control.images for place in _image_names(data.get(field))]
        turns = [turn for field in control.texts for turn in _turns(data.get(field))]
        text = "\n".join(value for field in control.texts if isinstance(value := data.get(field), str))
        if control.task is Task.DIALOGUE and not turns and not text.strip():
            continue
        given = SampleIn(id=id_, task=control.task.value, turns=turns[:500], text=text[:100_000] or None, images=names[:16])
        sample = to_sample(given, id_)
        if control.task is Task.DIALOGUE or sample.images:
            yield control, sample


def _image_names(value: Any) -> list[str]:
    """Names under --images of what a task calls its images; data URLs and addresses as they are."""
    if isinstance(value, list):
        return [name for one in value for name in _image_names(one)]
    if not isinstance(value, str) or not value:
        return []
    try:
        parts = urlsplit(value) if not value.startswith("data:") else None
    except ValueError:  # an address that is none
        parts = None
    if parts is None or parts.scheme:
        return [value]
    if parts.path.startswith("/data/local-files"):
        return parse_qs(parts.query).get("d", [])[:1]
    if parts.path.startswith("/data/upload/"):
        return [_UPLOADED.sub("", PurePosixPath(parts.path).name)]
    return [value.lstrip("/")]


def _turns(value: Any) -> list[TurnIn]:
    """The turns of a `Paragraphs` object: a list of objects with an author and a text."""
    if not isinstance(value, list):
        return []
    turns = []
    for one in value:
        if isinstance(one, dict):
            role = next((str(one[key]).strip().lower() for key in ROLE_KEYS if one.get(key)), "customer")
            text = next((str(one[key]) for key in TEXT_KEYS if one.get(key)), "")
            turns.append(TurnIn(role=role if role in ROLES else Speaker.CUSTOMER.value, text=text[:100_000]))
    return turns


def _choices(entry: Mapping[str, Any]) -> list[str]:
    """What was chosen in a control."""
    value = entry.get("value")
    found = value.get("choices") if isinstance(value, dict) else None
    return [str(one) for one in found] if isinstance(found, list) else []


def _list(value: Any) -> list[dict[str, Any]]:
    """The objects of a list, or the one that stands in its place."""
    return [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, dict)]
