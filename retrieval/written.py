"""Written knowledge: dialogues and pages of the labels that the synthetic corpus knows, generated once and shipped as data.

`written.json.gz` holds, for each label, `PER_LABEL` dialogues without pages, or pages of text and boxes without pixels. A page's
words are known once it is drawn, which takes a Chinese font; reading them takes none. `python -m retrieval.write_knowledge` makes
the file.
"""

from __future__ import annotations

import functools
import gzip
import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from data.atomic import write_bytes
from data.case import Case
from data.page import OcrLine, Page
from data.schema import Sample, Speaker, Task, Turn

WRITTEN_FILE = Path(__file__).parent / "written.json.gz"
# More no longer helps: the phrases and layouts that the texts are made of repeat.
PER_LABEL = 150
UNITS = 10_000  # of a page's width and height, in which boxes are stored, rounded outwards

Cases = Mapping[Task, Sequence[tuple[str, Case]]]


def written_cases(labels: Mapping[Task, Sequence[str]], per_label: int = PER_LABEL) -> dict[Task, list[tuple[str, Case]]]:
    """The first `per_label` cases of those labels that the synthetic corpus knows, in the file's order of labels.

    A label set of one's own may share no label with it. `per_label` is at most `PER_LABEL`.
    """
    known = _content(WRITTEN_FILE)
    names = {task: set(labels.get(task, ())) for task in Task}
    return {
        task: [
            (name, case) for name in known[task] if name in names[task] for case in _cases(WRITTEN_FILE, task, name)[:per_label]
        ]
        for task in Task
    }


def read_written(path: Path) -> Cases:
    """All cases of a file that `save_written` wrote, with their labels."""
    return {task: [(name, case) for name in _content(path)[task] for case in _cases(path, task, name)] for task in Task}


@functools.cache
def _content(path: Path) -> Any:
    return json.loads(gzip.decompress(path.read_bytes()))


@functools.cache
def _cases(path: Path, task: Task, label: str) -> Sequence[Case]:
    """The cases of one label, made when they are asked for: most label sets have none of these labels."""
    value = _content(path)
    if task is Task.SCENE:
        return [_scene(label, texts, boxes, value["units"]) for texts, boxes in value[task][label]]
    return [_dialogue(label, *one) for one in value[task][label]]


def save_written(path: Path, cases: Cases) -> None:
    """Write cases. Equal cases give the same bytes with the same version of zlib."""
    value: dict[str, Any] = {"units": UNITS, **{task: {} for task in Task}}
    for task, row in ((Task.SCENE, _scene_row), (Task.DIALOGUE, _dialogue_row)):
        for name, case in cases[task]:
            value[task].setdefault(name, []).append(row(case))
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    write_bytes(path, gzip.compress(text.encode("utf-8"), mtime=0))


def _scene_row(case: Case) -> list[Any]:
    lines = case.pages[0].lines
    round_side = (math.floor, math.floor, math.ceil, math.ceil)
    sides = [step(value * UNITS) for line in lines for step, value in zip(round_side, line.box, strict=True)]
    return [[line.text for line in lines], sides]


def _scene(label: str, texts: Sequence[str], boxes: Sequence[int], units: int) -> Case:
    sides = [value / units for value in boxes]
    lines = [OcrLine(text, (*sides[4 * row : 4 * row + 4],)) for row, text in enumerate(texts)]  # type: ignore[arg-type]
    return Case(Sample("written", Task.SCENE, images=("written",), label=label), (Page("", 0, 0, tuple(lines)),))


def _dialogue_row(case: Case) -> list[Any]:
    sample = case.sample
    turns = [[turn.text, int(turn.speaker is Speaker.AGENT)] for turn in sample.turns]
    return [sample.id, len(sample.images), turns]


def _dialogue(label: str, identifier: str, images: int, turns: Sequence[tuple[str, int]]) -> Case:
    said = tuple(Turn(Speaker.AGENT if agent else Speaker.CUSTOMER, text) for text, agent in turns)
    names = tuple(f"{identifier}-{number}.jpg" for number in range(images))
    return Case(Sample(identifier, Task.DIALOGUE, said, names, label))
