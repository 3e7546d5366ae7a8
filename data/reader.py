"""Reading the organiser's JSON: a list of rows with `id`, `instruction`, `input`, `output` (on labelled data) and `image`.

Errors that concern the file end the command; errors that concern a row are kept on its sample, so that no row is ever lost.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from data.dialogue import is_dialogue, parse_dialogue
from data.errors import InputError
from data.labels import LabelSet
from data.schema import IMAGE_MARK, Sample, Task


def load_samples(path: Path) -> list[Sample]:
    """All rows of a data file as samples, in order. Raises InputError where the file itself is unusable."""
    return parse_rows(read_rows(path), str(path))


def read_rows(path: Path) -> list[Any]:
    """The rows as they stand in the file: a JSON list, with or without a byte order mark."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise InputError(f"data file {path} does not exist; check --data") from None
    except UnicodeDecodeError as error:
        raise InputError(f"data file {path} is not UTF-8 ({error}); save it as UTF-8") from error
    except OSError as error:
        raise InputError(f"data file {path} cannot be read: {error.strerror}") from error
    try:
        rows = json.loads(text)
    except json.JSONDecodeError as error:
        end = error.pos >= len(text.rstrip()) - 1
        what = "ends in the middle of a row; it may be truncated" if end else "is malformed there"
        raise InputError(
            f"data file {path} is not valid JSON: line {error.lineno}, column {error.colno}: {error.msg}; "
            f"it {what}. Repair or download it again."
        ) from error
    except RecursionError:
        raise InputError(f"data file {path} is nested too deeply to be a list of rows") from None
    if not isinstance(rows, list):
        raise InputError(f"data file {path} holds a JSON {_json_type(rows)}, expected a list of rows")
    if not rows:
        raise InputError(f"data file {path} holds an empty list; expected at least one row")
    return rows


def parse_rows(rows: Iterable[Any], source: str) -> list[Sample]:
    """Rows to samples. Rows without an id get `row-N`; a repeated id is kept on each row and reported on the later ones."""
    samples = []
    seen: Counter[str] = Counter()
    for position, row in enumerate(rows):
        sample = parse_row(row, position, source)
        seen[sample.id] += 1
        if seen[sample.id] > 1:
            message = f"{source}: id {sample.id!r} stands {seen[sample.id]} times by row {position}; give each row its own id"
            sample = sample.with_problems(message)
        samples.append(sample)
    return samples


def parse_row(row: Any, position: int, source: str) -> Sample:
    """One row to a sample, whatever it holds; what is wrong is listed in `problems`."""
    if not isinstance(row, dict):
        problem = f"{source}: row {position} is a JSON {_json_type(row)}, expected an object"
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
    images, image_problem = _images(row.get("image"), where)
    problems += image_problem
    marks = instruction.count(IMAGE_MARK)
    if images and marks != len(images):
        problems.append(f"{where} has {len(images)} images for {marks} {IMAGE_MARK} marks; each image is used all the same")
    if not images:
        kind = "a dialogue without an image; its text is used" if dialogue else "an image scene without an image; add one"
        problems.append(f"{where} is {kind}")
    output = row.get("output")
    label = output.strip() if isinstance(output, str) and output.strip() else None
    turns = parse_dialogue(instruction) if dialogue else ()
    task = Task.DIALOGUE if dialogue else Task.SCENE
    return Sample(str(id_), task, turns, images, label, row, tuple(problems))


def check_labels(samples: Iterable[Sample], labels: LabelSet, source: str) -> tuple[list[Sample], list[str]]:
    """Split labelled samples into those that can be learned from and messages on the others.

    A label may be missing, unknown to the label set, or retired; such a sample is left out of training, with a message.
    """
    good, messages = [], []
    for sample in samples:
        known = labels.names(sample.task)
        if sample.label is None:
            messages.append(f'{source}: row {sample.id} has no "output"; it is left out of training')
        elif sample.label in labels.retired(sample.task):
            messages.append(f"{source}: row {sample.id} has the retired label {sample.label!r}; it is left out of training")
        elif sample.label not in known:
            messages.append(
                f"{source}: row {sample.id} has the label {sample.label!r}, which is none of the {len(known)} "
                f"{sample.task} labels; correct it or add it to the label file; it is left out of training"
            )
        else:
            good.append(sample)
    return good, messages


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
        return (), [f'{where} has an "image" of type {_json_type(value)}, expected a list of names; no image is used']
    names = [entry for entry in entries if isinstance(entry, str) and entry]
    if len(names) != len(entries):
        return tuple(names), [f'{where} has entries in "image" that are no names; they are left out']
    return tuple(names), []


def _json_type(value: Any) -> str:
    names = {
        dict: "object",
        list: "list",
        str: "string",
        int: "number",
        float: "number",
        bool: "boolean",
        type(None): "null",
    }
    return names[type(value)]
