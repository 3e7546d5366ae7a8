"""Exemplars: labelled examples near a sample, as the prompts of calls 2 and 3 show them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from data.case import Case
from data.schema import Task
from retrieval.neighbours import Neighbour

MARKS = re.compile(r"(\[图\d*\]|\[链接\])")  # what prompts write in place of images and links


@dataclass(frozen=True)
class Exemplar:
    """A labelled example as the prompt shows it. `label` is an index in the task's labels."""

    text: str
    label: int


def exemplars_of(task: Task, neighbours: Sequence[Neighbour], names: Sequence[str], limit: int) -> list[Exemplar]:
    """Neighbours as exemplars, best first, their texts cut to `limit` characters.

    Neighbours whose label is not in `names` (retired labels) are left out.
    """
    places = {name: index for index, name in enumerate(names)}
    return [Exemplar(exemplar_line(task, item.text, limit), places[item.label]) for item in neighbours if item.label in places]


def nearest_exemplars(exemplars: Sequence[Exemplar], k: int) -> list[Exemplar]:
    """The first `k` exemplars with text, each text once."""
    shown: dict[str, Exemplar] = {}
    for item in exemplars:
        if item.text and item.text not in shown and len(shown) < k:
            shown[item.text] = item
    return list(shown.values())


def exemplar_text(case: Case, limit: int) -> str:
    """A case's text as an exemplar: the customer's last words, or the text of its images where there are none."""
    words = MARKS.sub(" ", case.sample.customer_text(last=2)).replace("<http>", " ")
    if case.sample.task is Task.DIALOGUE and words.strip():
        return exemplar_line(Task.DIALOGUE, words, limit)
    return exemplar_line(Task.SCENE, case.page_text(), limit) or exemplar_line(Task.DIALOGUE, words, limit)


def exemplar_line(task: Task, text: str, limit: int) -> str:
    """One line of at most `limit` characters: the end of what a customer wrote, the beginning of what a page shows."""
    line = " ".join(text.split())
    return line[-limit:] if task is Task.DIALOGUE else line[:limit]
