"""Exemplars: the few labelled examples that the VLM's prompt shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.neighbours import Neighbour
from retrieval.views import shorten


@dataclass(frozen=True)
class Exemplar:
    """A labelled example, its text shortened for the prompt."""

    id: str
    label: str
    text: str
    similarity: float


def choose_exemplars(
    neighbours: Sequence[Neighbour], texts: Sequence[str], k: int, chars: int, per_label: int = 2
) -> tuple[Exemplar, ...]:
    """At most `k` exemplars of one case, nearest first, at most `per_label` of a label.

    `neighbours` are the case's own (its group already left out), best first; `texts` holds the text of each table row. A text
    that was already chosen under the same label is not repeated, and examples without text are passed over.
    """
    chosen: list[Exemplar] = []
    per: Counter[str] = Counter()
    seen: set[tuple[str, str]] = set()
    for neighbour in neighbours:
        text = shorten(texts[neighbour.row], chars)
        if len(chosen) == k:
            break
        if not text or per[neighbour.label] == per_label or (neighbour.label, text) in seen:
            continue
        per[neighbour.label] += 1
        seen.add((neighbour.label, text))
        chosen.append(Exemplar(neighbour.id, neighbour.label, text, neighbour.similarity))
    return tuple(chosen)
