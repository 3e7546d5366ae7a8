"""What a request asks: JSON or a form to samples, with the images that came along. Nothing is ever fetched from an address."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag, TypeAdapter, ValidationError
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request

from data.formats.plain import ROLES, decode_data_url
from data.schema import IMAGE_MARK, Sample, Speaker, Task, Turn
from fusion.serving.problems import Refusal

MOST_SAMPLES = 64
MOST_IMAGES = 16  # a sample; the organiser's have 4 at most
MOST_TURNS = 500
MOST_CHARACTERS = 100_000  # a turn or a pasted dialogue
MOST_FIELDS = 16  # of a form
FIELD = 2**20  # bytes of a form's field that is no file

_LINE = re.compile(rf"\s*({'|'.join(sorted(ROLES, key=len, reverse=True))})\s*[:：]\s?", re.IGNORECASE)
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)


Model = TypeVar("Model", bound=BaseModel)


def _lower(value: object) -> object:
    return value.strip().lower() if isinstance(value, str) else value


class TurnIn(BaseModel):
    """One turn. `role` is `customer` or `agent`, or one of the other usual names (`user`, `assistant`, `用户`, `客服`, ...)."""

    model_config = ConfigDict(extra="forbid")

    role: Annotated[Literal[tuple(ROLES)], BeforeValidator(_lower)]  # type: ignore[valid-type]
    text: str = Field(max_length=MOST_CHARACTERS, description="may hold <image> where an image was sent")


class SampleIn(BaseModel):
    """One question: a scene (images alone) or a dialogue (turns, or a pasted `text`), with or without images."""

    model_config = ConfigDict(extra="forbid")

    id: str | None = Field(None, min_length=1, max_length=200, description="default: its place in the request, from 0")
    task: Literal["scene", "dialogue"] | None = Field(None, description="default: dialogue where there is text, else scene")
    turns: list[TurnIn] = Field(default_factory=list, max_length=MOST_TURNS)
    text: str | None = Field(None, max_length=MOST_CHARACTERS, description="a dialogue in lines `customer: ...`, `agent: ...`")
    images: list[str] = Field(
        default_factory=list, max_length=MOST_IMAGES, description="data URLs, or names under the service's --images"
    )


class RequestIn(BaseModel):
    """Up to 64 questions."""

    model_config = ConfigDict(extra="forbid")

    samples: list[SampleIn] = Field(min_length=1, max_length=MOST_SAMPLES)


def _kind(value: object) -> str:
    return "several" if isinstance(value, dict) and "samples" in value else "one"


KINDS = ("several", "one")
_BODY: TypeAdapter[RequestIn | SampleIn] = TypeAdapter(
    Annotated[Annotated[RequestIn, Tag("several")] | Annotated[SampleIn, Tag("one")], Discriminator(_kind)]
)


def samples_in_json(body: bytes) -> list[Sample]:
    """The samples of a JSON body: one, or a list under `samples`. Raises Refusal."""
    if body.lstrip()[:1] != b"{":
        raise Refusal(400, 'the body is no JSON object; send one sample or {"samples": [...]}')
    try:
        found = _BODY.validate_json(body)
    except ValidationError as error:
        raise refusal_of(error) from None
    samples = found.samples if isinstance(found, RequestIn) else [found]
    return [to_sample(sample, str(number)) for number, sample in enumerate(samples)]


@asynccontextmanager
async def form_of(request: Request, files: int = MOST_IMAGES + 1, field: int = FIELD) -> AsyncIterator[FormData]:
    """A request's form with at most so many `files`, and `field` bytes in each other field. Raises Refusal."""
    try:
        form = await request.form(max_files=files, max_fields=MOST_FIELDS, max_part_size=field)
    except UnicodeError as error:  # of a character set that the request names
        raise Refusal(400, f"the form cannot be decoded ({error}); send it in UTF-8") from None
    try:
        yield form
    finally:
        await form.close()


async def sample_in_form(form: FormData) -> Sample:
    """The sample of a form with the fields `id`, `task`, `text` or `turns` (JSON) and any number of files `images`."""
    fields: dict[str, object] = {}
    uploads: dict[str, bytes] = {}
    for name, value in form.multi_items():
        if isinstance(value, UploadFile):
            if name != "images":
                raise Refusal(422, f"the form has a file {name!r}; files are sent as `images`")
            content = await value.read()
            if content or value.filename:  # A browser sends an empty file where none was chosen.
                given = re.sub(r"[^\w.\- ]", "_", value.filename or "image")[-80:]
                uploads[f"{len(uploads) + 1}-{given}"] = content
        elif name in ("id", "task", "text"):
            if value:
                fields[name] = value
        elif name == "turns":
            try:
                fields["turns"] = TypeAdapter(list[TurnIn]).validate_json(value) if value else []
            except ValidationError as error:
                raise refusal_of(error, "/turns") from None
        elif name != "images" or value:  # An empty field of that name is a form without a file.
            raise Refusal(422, f"the form has a field {name!r}; expected id, task, text, turns and files `images`")
    try:
        sample = SampleIn.model_validate(fields)
    except ValidationError as error:
        raise refusal_of(error) from None
    if len(uploads) > MOST_IMAGES:
        raise Refusal(422, f"the form has {len(uploads)} images, at most {MOST_IMAGES} are taken", kind="many_images")
    return to_sample(sample, "0", uploads)


def to_sample(given: SampleIn, default_id: str, uploads: Mapping[str, bytes] | None = None) -> Sample:
    """A sample as the chain takes it. What is wrong with an image is said in the answer's `error`, as the commands do."""
    turns = tuple(Turn(ROLES[turn.role], turn.text) for turn in given.turns) + pasted_turns(given.text or "")
    sent = dict(uploads or {})
    names, problems = list(sent), []
    id_ = given.id or default_id
    for place, image in enumerate(given.images, 1):
        if image.lower().startswith("data:"):
            name = f"{place} of sample {id_}"
            try:
                sent[name] = decode_data_url(image)
                names.append(name)
            except ValueError as error:
                problems.append(
                    f"image {place} of sample {id_} is a data URL that cannot be decoded ({error}); send the file again"
                )
        elif _ADDRESS.match(image):
            problems.append(
                f"image {place} of sample {id_} is an address, and none is ever fetched; send the image itself as a data URL, or "
                "its name under --images"
            )
        else:
            names.append(image)
    task = Task(given.task) if given.task else Task.DIALOGUE if any(turn.text.strip() for turn in turns) else Task.SCENE
    if not names:
        kind = (
            "a dialogue without an image; its text is used"
            if task is Task.DIALOGUE
            else "an image scene without an image; add one"
        )
        if task is Task.SCENE or not turns:
            problems.append(f"sample {id_} is {kind}")
    if task is Task.DIALOGUE:
        turns = with_marks(turns, len(names))
    turns = turns if task is Task.DIALOGUE else ()
    return Sample(id_, task, turns, tuple(names), problems=tuple(problems), contents=sent)


def pasted_turns(text: str) -> tuple[Turn, ...]:
    """Turns of pasted lines such as `用户: ...` and `agent: ...`.

    A line that begins with no speaker goes on with the turn before it; text before the first speaker is the customer's.
    """
    turns: list[tuple[Speaker, list[str]]] = []
    for line in text.strip().splitlines():
        match = _LINE.match(line)
        if match:
            turns.append((ROLES[match[1].lower()], [line[match.end() :]]))
        elif turns:
            turns[-1][1].append(line)
        elif line.strip():
            turns.append((Speaker.CUSTOMER, [line]))
    return tuple(Turn(speaker, "\n".join(lines).strip()) for speaker, lines in turns)


def with_marks(turns: tuple[Turn, ...], images: int) -> tuple[Turn, ...]:
    """The turns with as many image marks as there are images; missing ones come before the customer's last turn, as customers
    send a picture and then ask."""
    missing = images - sum(turn.text.count(IMAGE_MARK) for turn in turns)
    if missing <= 0:
        return turns
    own = [place for place, turn in enumerate(turns) if turn.speaker is Speaker.CUSTOMER]
    place = own[-1] if own else len(turns)
    return (*turns[:place], Turn(Speaker.CUSTOMER, IMAGE_MARK * missing), *turns[place:])


def validated(model: type[Model], body: bytes) -> Model:
    """A JSON body as a model. Raises Refusal, also for text that is no Unicode, which Python's parser lets through."""
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        raise refusal_of(error) from None


def refusal_of(error: ValidationError, root: str = "") -> Refusal:
    """What pydantic found, as problem details with JSON pointers."""
    found = [
        {"pointer": root + pointer(_place(item["loc"])), "detail": item["msg"]}
        for item in error.errors(include_url=False, include_context=False, include_input=False)[:20]
    ]
    malformed = any(item["type"] == "json_invalid" for item in error.errors(include_url=False, include_input=False))
    long = any(item["type"] in ("string_too_long", "too_long") for item in error.errors(include_url=False, include_input=False))
    first = found[0]
    where = f"{first['pointer']}: " if first["pointer"] else ""
    return Refusal(400 if malformed else 422, f"{where}{first['detail']}", errors=found, kind="long" if long else "")


def pointer(place: Iterable[int | str]) -> str:
    """A place in a document as a JSON pointer (RFC 6901)."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in place)


def _place(place: tuple[int | str, ...]) -> tuple[int | str, ...]:
    """Without the kind of body, which pydantic puts first."""
    return place[1:] if place and place[0] in KINDS else place
