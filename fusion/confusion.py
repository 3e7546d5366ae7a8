"""The confusion matrix of the labels that occur."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

MOST = 40  # labels with a row of their own; more cannot be read


@dataclass(frozen=True)
class Cell:
    """How often a true label was answered with another or itself; `share` is of the row."""

    truth: str | None
    guess: str | None
    count: int
    share: float


@dataclass(frozen=True)
class Confusion:
    """Rows are true labels, columns answers, both in the order of `names`; None stands for all labels that have no row of
    their own. Labels that occur in neither are left out."""

    names: tuple[str | None, ...]
    rows: tuple[tuple[Cell, ...], ...]
    folded: int


def confusion(pairs: Sequence[tuple[str, str]], most: int = MOST) -> Confusion:
    """The matrix of (true label, answer) pairs, the most frequent label first.

    Where there are more than `most` labels those keep a row of their own that take part in most errors.
    """
    counts = Counter(pairs)
    frequency = Counter(truth for truth, _ in pairs)
    known = {name for pair in counts for name in pair}
    errors: Counter[str] = Counter()
    for (truth, guess), count in counts.items():
        if truth != guess:
            errors[truth] += count
            errors[guess] += count
    kept = sorted(known, key=lambda name: (-errors[name], -frequency[name], name))[:most]
    kept.sort(key=lambda name: (-frequency[name], name))
    folded = len(known) - len(kept)
    names = [*kept, None] if folded else [*kept]
    own = set(kept)
    found: Counter[tuple[str | None, str | None]] = Counter()
    for pair, count in counts.items():
        row, column = (name if name in own else None for name in pair)
        found[row, column] += count
    totals = {name: sum(found[name, other] for other in names) for name in names}
    rows = tuple(
        tuple(Cell(truth, guess, found[truth, guess], found[truth, guess] / (totals[truth] or 1)) for guess in names)
        for truth in names
    )
    return Confusion(tuple(names), rows, folded)
