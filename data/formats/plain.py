"""The plain form, which all others but the organiser's are turned into:

    {"id", "text" or "turns": [{"role": "customer"|"agent"|"user"|"assistant", "text"}], "images": [...], "label", "task"}

Fields may be left out and may have other usual names (data/formats/columns.py). A row with turns or text is a dialogue, one with
images only is a scene; "task" says otherwise. Images are names of files, data URLs, or bytes. An address is the
name of a file that is never there: nothing is fetched.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote_to_bytes

from data.dialogue import is_dialogue, parse_dialogue
from data.formats.columns import columns_of, has_content, unpack
from data.formats.containers import json_type
from data.formats.shape import Shape, name_repeated
from data.schema import IMAGE_MARK, Sample, Speaker, Task, Turn

MAX_INLINE_BYTES = 64 * 2**20  # of an image, as of a file
ROLES = {
    **dict.fromkeys(("customer", "user", "human", "client", "buyer", "用户", "客户", "顾客", "买家", "消费者"), Speaker.CUSTOMER),
    **dict.fromkeys(("agent", "assistant", "gpt", "bot", "model", "seller", "客服", "卖家", "商家", "店家"), Speaker.AGENT),
}
SILENT = ("system", "developer", "tool", "function", "function_call", "observation", "系统")  # what neither of the two said
TASKS = {"scene": Task.SCENE, "场景": Task.SCENE, "dialogue": Task.DIALOGUE, "dialog": Task.DIALOGUE, "对话": Task.DIALOGUE}
# "Model: X200" is the beginning of a question about goods, and no speaker.
_SPOKEN = re.compile(rf"({'|'.join(sorted(ROLES.keys() - {'model'}, key=len, reverse=True))})\s*[:：]\s?", re.IGNORECASE)
_SEVERAL = re.compile(r"\s*[;|\n]\s*")


@dataclass
class _Draft:
    """A sample in the making."""

    turns: list[Turn] = field(default_factory=list)
    images: list[str] = field(default_factory=list)
    contents: dict[str, bytes] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def parse_rows(rows: Iterable[Any], source: str) -> list[Sample]:
    """Rows to samples. Rows without an id get `row-N`; a repeated id is kept on each row and reported on the later ones."""
    return name_repeated((parse_row(row, position, source) for position, row in enumerate(rows)), source)


def parse_row(row: Any, position: int, source: str) -> Sample:
    """One row to a sample, whatever it holds; what is wrong is listed in `problems`."""
    if not isinstance(row, dict):
        problem = f"{source}: row {position} is a JSON {json_type(row)}, expected an object"
        return Sample(f"row-{position}", Task.DIALOGUE, problems=(problem,))
    values = {name: row[column] for name, column in columns_of(tuple(map(str, row))).items()}
    values |= {name: _text(values[name]) for name in ("id", "label", "text", "turns", "task") if name in values}
    draft = _Draft()
    id_ = _id(values.get("id"), position, draft)
    label = _label(values.get("label"), draft)
    _read_turns(values.get("turns"), draft)
    _read_text(values.get("text"), draft)
    _read_images(values.get("images"), draft)
    marks = sum(turn.text.count(IMAGE_MARK) for turn in draft.turns)
    if marks > len(draft.images):
        draft.problems.append(f"has {len(draft.images)} images for {marks} {IMAGE_MARK} marks; what is there is used")
    spoken = any(turn.text.replace(IMAGE_MARK, "").strip() for turn in draft.turns)
    if not spoken and not draft.images:
        draft.problems.append("has neither text nor an image that is there; add one")
    task = Task.SCENE if draft.images and not spoken else Task.DIALOGUE
    if values.get("task") not in (None, ""):
        asked = TASKS.get(str(values["task"]).strip().lower())
        if asked is None:
            draft.problems.append(f'has the "task" {values["task"]!r}, expected scene or dialogue; it is taken for a {task}')
        task = asked or task
    (id_, label, turns, images), replaced = _encodable(id_, label, draft.turns, draft.images)
    if replaced:
        draft.problems.append("has halves of characters (a cut emoji, for example), which no file can hold; each is read as ?")
    problems = tuple(f"{source}: row {id_} {problem}" for problem in draft.problems)
    return Sample(id_, task, turns, images, label, {}, problems, draft.contents)


def to_row(sample: Sample) -> dict[str, Any]:
    """A sample as a row that `parse_row` makes the same sample of, images that stand in the file as data URLs."""
    images = [
        f"data:;base64,{base64.b64encode(sample.contents[name]).decode()}" if name in sample.contents else name
        for name in sample.images
    ]
    turns = [{"role": turn.speaker.value, "text": turn.text} for turn in sample.turns]
    return {"id": sample.id, "task": sample.task.value, "turns": turns, "images": images, "label": sample.label}


def shared_prompt(texts: Sequence[str]) -> str | None:
    """The text that at least half of a file's rows have in common, at least three of them: an instruction to a model, and no
    customer's words. Marks do not count."""
    counts = Counter(text for text in map(_bare, texts) if text)
    text, count = counts.most_common(1)[0] if counts else ("", 0)
    return text if count >= max(3, len(texts) / 2) else None


def is_prompt(text: str, prompt: str | None) -> bool:
    """Whether a text is the one that `shared_prompt` found."""
    return prompt is not None and _bare(text) == prompt


def _bare(text: str) -> str:
    return " ".join(text.replace(IMAGE_MARK, " ").split())


def _text(value: Any) -> Any:
    """Bytes, as some programs write text into Parquet, as text; anything else as it is."""
    return value.decode(errors="replace") if isinstance(value, bytes) else value


def _id(value: Any, position: int, draft: _Draft) -> str:
    """A row's id as text; its position where it has none."""
    if isinstance(value, float):
        value = None if math.isnan(value) else int(value) if value.is_integer() else value
    if isinstance(value, list | dict | bool):
        draft.problems.append(f"has an id of type {json_type(value)}, expected text or a number; row-{position} is used")
        value = None
    return ("" if value is None else str(value).strip()) or f"row-{position}"


def _label(value: Any, draft: _Draft) -> str | None:
    value = unpack(value)
    if isinstance(value, dict) and "choices" in value:
        value = value["choices"]
    if isinstance(value, list):
        if len(value) > 1:
            draft.problems.append(f"has {len(value)} labels; the first one is used")
        value = value[0] if value else None
    if isinstance(value, float):
        if math.isnan(value):
            return None
        value = int(value) if value.is_integer() else value
    if isinstance(value, str | int | float):
        return str(value).strip() or None
    if value is not None:
        draft.problems.append(f"has a label of type {json_type(value)}, expected text; it is taken for unlabelled")
    return None


def _read_text(value: Any, draft: _Draft) -> None:
    """Text of a single field: the organiser's dialogue, lines that each begin with a speaker, or the customer's words."""
    if isinstance(value, float) and math.isnan(value):
        return
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        text = str(value).strip()
        if is_dialogue(text):
            draft.turns += parse_dialogue(text)
        elif _SPOKEN.match(text):
            draft.turns += _spoken_lines(text)
        elif text:
            draft.turns.append(Turn(Speaker.CUSTOMER, text))
    elif isinstance(value, list | dict):
        _read_turns(value, draft)
    elif value is not None:
        draft.problems.append(f"has a text of type {json_type(value)}; it is not used")


def _read_turns(value: Any, draft: _Draft) -> None:
    value = unpack(value)
    if isinstance(value, dict):
        value = [value]
    if not isinstance(value, list):
        _read_text(value, draft)
        return
    for turn in value:
        if isinstance(turn, str):
            _read_text(turn, draft)
        elif isinstance(turn, dict):
            _read_turn(turn, draft)
        else:
            draft.problems.append(f"has a turn of type {json_type(turn)}, expected an object with role and text; it is left out")


def _read_turn(turn: Mapping[str, Any], draft: _Draft) -> None:
    """One turn, under the usual names of its two fields. What a system or a tool says is left out."""
    role = next(
        (turn[name] for name in ("role", "from", "speaker", "author", "sender") if turn.get(name) is not None), "customer"
    )
    content = next((turn[name] for name in ("text", "content", "value", "message") if turn.get(name) is not None), "")
    role = role.get("role", "") if isinstance(role, dict) else role
    name = str(role).strip().lower()
    if name in SILENT:
        return
    speaker = ROLES.get(name)
    if speaker is None:
        draft.problems.append(f"has a turn of {role!r}, expected customer or agent; it is taken for the customer's")
        speaker = Speaker.CUSTOMER
    text = _parts(content, draft)
    if is_dialogue(text):
        draft.turns += parse_dialogue(text)
    elif text.strip():
        draft.turns.append(Turn(speaker, text.strip()))


def _parts(content: Any, draft: _Draft) -> str:
    """A turn's text: as it stands, or put together of a chat message's parts, with a mark where an image is."""
    if isinstance(content, str):
        return content
    if isinstance(content, dict):
        content = [content]
    if not isinstance(content, list):
        draft.problems.append(f"has a turn whose text is of type {json_type(content)}; it is left out")
        return ""
    pieces = []
    for part in content:
        if isinstance(part, str):
            pieces.append(part)
            continue
        kind = part.get("type") if isinstance(part, dict) else None
        if kind in ("text", "input_text", "output_text"):
            pieces.append(str(part.get("text") or ""))
        elif kind in ("image_url", "image", "input_image"):
            value = next((part[name] for name in ("image_url", "image", "url", "path", "source") if part.get(name)), None)
            before = len(draft.images)
            _read_images(value, draft)
            # An empty part marks an image that stands elsewhere in the row.
            pieces.append(IMAGE_MARK * (1 if _is_empty(value) else len(draft.images) - before))
        else:
            draft.problems.append(f"has a part of the kind {kind!r} in a turn, expected text or image_url; it is left out")
    return "\n".join(piece for piece in pieces if piece)


def _read_images(value: Any, draft: _Draft) -> None:
    """One image or several: names, data URLs, bytes, or objects with one of these."""
    if isinstance(value, str) and not value.startswith("data:"):
        value = unpack(value)
        if isinstance(value, str):
            value = [name for name in _SEVERAL.split(value.strip()) if name]
    for entry in value if isinstance(value, list) else [value]:
        if not _is_empty(entry):
            _read_image(entry, draft)


def _is_empty(entry: Any) -> bool:
    """Whether a cell for an image was left empty: an object whose fields all are, for example, as Parquet writes it."""
    if isinstance(entry, dict):
        return all(map(_is_empty, entry.values()))
    return entry is None or entry in ("", b"") or (isinstance(entry, float) and math.isnan(entry))


def _read_image(entry: Any, draft: _Draft) -> None:
    if isinstance(entry, dict):
        entry = next((entry[name] for name in ("bytes", "url", "path", "image", "file_name", "data") if entry.get(name)), None)
    if isinstance(entry, bytes):
        _add_content(entry, draft)
    elif not isinstance(entry, str) or not entry.strip():
        draft.problems.append("has entries among its images that are no names; they are left out")
    elif entry.startswith("data:"):
        try:
            _add_content(decode_data_url(entry), draft)
        except ValueError as error:
            draft.problems.append(f"has a data URL that cannot be decoded ({error}); it is left out")
    else:
        draft.images.append(entry.strip())


def decode_data_url(url: str) -> bytes:
    """The bytes of a `data:` URL. Raises ValueError saying what is wrong with it."""
    head, comma, body = url.partition(",")
    if not comma:
        raise ValueError("it has no comma")
    if len(body) > 2 * MAX_INLINE_BYTES:
        raise ValueError(f"it holds more than {MAX_INLINE_BYTES:,} bytes")
    content = unquote_to_bytes(body)
    if head.lower().endswith(";base64"):
        try:
            content = base64.b64decode(b"".join(content.split()), validate=True)
        except binascii.Error as error:
            raise ValueError(f"its base64 is broken: {error}") from error
    if not content:
        raise ValueError("it is empty")
    return content


def _add_content(content: bytes, draft: _Draft) -> None:
    if len(content) > MAX_INLINE_BYTES:
        draft.problems.append(f"has an image of {len(content):,} bytes, at most {MAX_INLINE_BYTES:,} are read; it is left out")
        return
    name = f"inline-{hashlib.sha256(content).hexdigest()[:16]}"
    draft.contents[name] = content
    draft.images.append(name)


def _spoken_lines(text: str) -> list[Turn]:
    """Turns of lines that begin with a speaker; a line that does not continues the turn before it."""
    turns: list[tuple[Speaker, list[str]]] = []
    for line in text.split("\n"):
        match = _SPOKEN.match(line.strip())
        if match:
            turns.append((ROLES[match[1].lower()], [line.strip()[match.end() :]]))
        else:
            turns[-1][1].append(line)
    return [Turn(speaker, "\n".join(lines).strip()) for speaker, lines in turns]


def _encodable(
    id_: str, label: str | None, turns: Sequence[Turn], images: Sequence[str]
) -> tuple[tuple[str, str | None, tuple[Turn, ...], tuple[str, ...]], bool]:
    """The texts with halves of characters (lone surrogates), which JSON can hold and UTF-8 cannot, replaced; whether any was."""
    try:
        "".join([id_, label or "", *(turn.text for turn in turns), *images]).encode()
    except UnicodeEncodeError:
        made = (
            encodable_text(id_),
            None if label is None else encodable_text(label),
            tuple(Turn(turn.speaker, encodable_text(turn.text)) for turn in turns),
            tuple(map(encodable_text, images)),
        )
        return made, True
    return (id_, label, tuple(turns), tuple(images)), False


def encodable_text(text: str) -> str:
    """The text with ? for whatever UTF-8 cannot hold: halves of characters, and bytes of file names in another encoding."""
    return text.encode(errors="replace").decode()


SHAPE = Shape("plain rows", lambda row: has_content(tuple(map(str, row))), parse_rows)
