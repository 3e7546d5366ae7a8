"""Data files of any kind, recognised by what they hold, not by their names.

    data = read_data(Path("questions.csv"))
    data.samples, data.form, data.official

Two tables say what is known: a file holds rows (`containers.py`) or is a folder of images (`folder.py`), and rows have one of
the shapes below. Each shape but the organiser's is turned into the plain one. docs/formats.md has an example of each.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from data.errors import InputError
from data.formats import chat, folder, label_studio, official, plain
from data.formats.columns import understood
from data.formats.containers import Rows, read_rows
from data.formats.shape import Shape
from data.schema import Sample, Task

SHAPES: tuple[Shape, ...] = (official.SHAPE, label_studio.SHAPE, chat.OPENAI, chat.CHAT, chat.ALPACA, plain.SHAPE)
PROBED = 500  # rows that decide on the shape


@dataclass(frozen=True)
class DataFile:
    """What a data file holds. `form` is its kind in words; `official`: the rows are the organiser's, whom a submission is for."""

    path: Path
    samples: tuple[Sample, ...]
    form: str
    official: bool

    def describe(self) -> str:
        """One line: what the file was taken for, and how many rows of which kind it has."""
        counts = {task: sum(sample.task is task for sample in self.samples) for task in Task}
        parts = [f"{count:,} {task}{'s' if count > 1 else ''}" for task, count in counts.items() if count]
        labelled = sum(sample.label is not None for sample in self.samples)
        return f"{self.path} is read as {self.form}: {' and '.join(parts)}, {labelled:,} of them labelled"


def read_data(path: Path) -> DataFile:
    """Everything in a data file, or in a folder of images. Raises InputError where it is unusable as a whole.

    The last file is kept as long as it does not change, because a command's steps ask for the same one.
    """
    try:
        state = path.stat()
    except OSError:
        return _read(path)
    return _read(path) if path.is_dir() else _kept(path, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=1)
def _kept(path: Path, modified: int, size: int) -> DataFile:
    return _read(path)


def _read(path: Path) -> DataFile:
    if path.is_dir():
        return DataFile(path, tuple(folder.read_folder(path)), folder.FORM, official=False)
    rows = read_rows(path)
    shape = _shape(rows, path)
    samples = shape.parse(rows.rows, str(path))
    for position, problem in rows.problems.items():
        sample = samples[position]
        known = () if rows.rows[position] is None else sample.problems  # Nothing else can be said of a row that was not read.
        samples[position] = replace(sample, problems=(f"{path}: row {sample.id}: {problem}", *known))
    return DataFile(path, tuple(samples), f"{rows.form} with {shape.name}", shape.official)


def _shape(rows: Rows, path: Path) -> Shape:
    """The first shape in the table that at least half as many of the first rows have as any other: those further down are less
    particular."""
    probed: list[Mapping[str, Any]] = [row for row in rows.rows[:PROBED] if isinstance(row, dict)]
    if not probed:
        raise InputError(f"data file {path} holds a JSON list without an object in it, expected a list of rows")
    counts = [sum(shape.fits(row) for row in probed) for shape in SHAPES]
    if not any(counts):
        found = ", ".join(dict.fromkeys(str(name) for row in probed for name in row))
        held = (
            "a JSON object, expected a list of rows"
            if rows.form.startswith("JSON") and len(rows.rows) == 1
            else f"{rows.form} whose rows have no known fields"
        )
        raise InputError(f"data file {path} holds {held}: it has {found[:200] or 'nothing'}; known names are {understood()}")
    return next(shape for shape, count in zip(SHAPES, counts, strict=True) if 2 * count >= max(counts))
