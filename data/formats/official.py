"""The organiser's rows: `id`, `instruction`, `input`, `output` (on labelled data) and `image`.

Errors that concern a row are kept on its sample, so that no row is ever lost.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from data.dialogue import is_dialogue, parse_dialogue
from data.formats.columns import unpack
from data.formats.containers import json_type
from data.formats.shape import Shape, name_repeated
from data.schema import IMAGE_MARK, Sample, Task


def parse_rows(rows: Iterable[Any], source: str) -> list[Sample]:
    """Rows to samples. Rows without an id get `row-N`; a repeated id is kept on each row and reported on the later ones."""
    return name_repeated((parse_row(row, position, source) for position, row in enumerate(rows)), source)


def parse_row(row: Any, position: int, source: str) -> Sample:
    """One row to a sample, whatever it holds; what is wrong is listed in `problems`."""
    if not isinstance(row, dict):
        problem = f"{source}: row {position} is a JSON {json_type(row)}, expected an object"
        return Sample(f"row-{position}", Task.SCENE, row={"id": f"row-{position}"}, problems=(problem,))
    problems = []
    row, replaced = _encodable(row)
    id_ = row.get("id")
    if not isinstance(id_, str | int) or isinstance(id_, bool) or not str(id_).strip():
        problems.append(f'{source}: row {position} has no "id"; row-{position} is used')
        id_ = f"row-{position}"
    where = f"{source}: row {id_}"
    if replaced:
        problems.append(f"{where} has halves of characters (a cut emoji, for example), which no file can hold; each is read as ?")
    instruction = row.get("instruction")
    if not isinstance(instruction, str):
        problems.append(f'{where} has no "instruction" text; it is taken for an image scene')
        instruction = ""
    dialogue = is_dialogue(instruction)
    images, image_problem = _images(unpack(row.get("image", row.get("images"))), where)
    problems += image_problem
    marks = instruction.count(IMAGE_MARK)
    if images and marks != len(images):
        problems.append(f"{where} has {len(images)} images for {marks} {IMAGE_MARK} marks; each image is used all the same")
    if not images and not dialogue:
        problems.append(f"{where} is an image scene without an image; add one")
    elif not images and marks:
        problems.append(f"{where} is a dialogue without an image for its {marks} {IMAGE_MARK} marks; its text is used")
    output = row.get("output")
    label = output.strip() if isinstance(output, str) and output.strip() else None
    turns = parse_dialogue(instruction) if dialogue else ()
    task = Task.DIALOGUE if dialogue else Task.SCENE
    return Sample(str(id_), task, turns, images, label, row, tuple(problems))


def _encodable(row: dict[str, Any]) -> tuple[dict[str, Any], bool]:
    """The row with halves of characters (lone surrogates), which JSON can hold and UTF-8 cannot, replaced; whether it had any."""
    text = json.dumps(row, ensure_ascii=False)
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.loads(text.encode(errors="replace")), True
    return row, False


def _images(value: Any, where: str) -> tuple[tuple[str, ...], list[str]]:
    if value is None or value == "":
        return (), []
    entries = [value] if isinstance(value, str) else value
    if not isinstance(entries, list):
        return (), [f'{where} has an "image" of type {json_type(value)}, expected a list of names; no image is used']
    names = [entry for entry in entries if isinstance(entry, str) and entry]
    if len(names) != len(entries):
        return tuple(names), [f'{where} has entries in "image" that are no names; they are left out']
    return tuple(names), []


def _fits(row: Mapping[str, Any]) -> bool:
    instruction = row.get("instruction")
    return isinstance(instruction, str) and ("image" in row or is_dialogue(instruction))


SHAPE = Shape("the organiser's rows", _fits, parse_rows, official=True)
