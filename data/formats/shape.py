"""What a row shape must offer: to say that a row is one of its own, and to make samples of rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from data.schema import Sample


@dataclass(frozen=True)
class Shape:
    """A kind of rows. `fits` says whether a row is of this kind; `parse` makes one sample of each row, in order, whatever it
    holds, with messages that name the source. `official`: the rows are the organiser's."""

    name: str
    fits: Callable[[Mapping[str, Any]], bool]
    parse: Callable[[Sequence[Any], str], list[Sample]]
    official: bool = False


def name_repeated(samples: Iterable[Sample], source: str) -> list[Sample]:
    """The samples; a repeated id is kept on each of its rows, and reported on all but the first."""
    named = []
    seen: Counter[str] = Counter()
    for position, sample in enumerate(samples):
        seen[sample.id] += 1
        if seen[sample.id] > 1:
            message = f"{source}: id {sample.id!r} stands {seen[sample.id]} times by row {position}; give each row its own id"
            sample = sample.with_problems(message)
        named.append(sample)
    return named
