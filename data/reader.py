"""Samples of a data file, whatever its format, and which of them can be learned from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from data.errors import ImageError
from data.formats import plain, read_data
from data.formats.official import parse_row, parse_rows
from data.images import find_image
from data.labels import LabelSet, with_known_spelling
from data.schema import Sample, Task

__all__ = ["check_labels", "images_folder", "load_samples", "parse_row", "parse_rows", "read_data", "rows_of"]

PROBED = 20  # images that are looked for
SHOWN = 3  # rows that a message names


def load_samples(path: Path) -> list[Sample]:
    """All rows of a data file as samples, in order. Raises InputError where the file itself is unusable."""
    return list(read_data(path).samples)


def rows_of(samples: Iterable[Sample]) -> list[dict[str, Any]]:
    """Rows that are read as the same samples: the organiser's as they were, all others in the plain form."""
    return [sample.row or plain.to_row(sample) for sample in samples]


def images_folder(data: Path, images: Path | None = None) -> Path:
    """The folder of a data file's images: `images` where it is given; a folder of images itself; else `images` beside the file,
    or the file's own folder where the images are there, or where no row names any.

    Raises InputError where the data file is unusable.
    """
    if images is not None:
        return images
    beside = data.parent / "images"
    if data.is_dir():
        return data
    if beside.is_dir():
        return beside
    names = [name for sample in read_data(data).samples for name in sample.images if name not in sample.contents]
    return data.parent if not names or any(map(_is_under(data.parent), names[:PROBED])) else beside


def _is_under(folder: Path) -> Callable[[str], bool]:
    def found(name: str) -> bool:
        try:
            return bool(find_image(name, folder))
        except ImageError:
            return False

    return found


def check_labels(samples: Iterable[Sample], labels: LabelSet, source: str) -> tuple[list[Sample], list[str]]:
    """Split labelled samples into those that can be learned from, labels spelt as the label set spells them, and messages on the
    others, one a label.

    A label may be missing, unknown to the label set, or retired; such a sample is left out of training, with a message.
    """
    respelt, messages = with_known_spelling(samples, labels)
    known = {task: frozenset(labels.names(task)) for task in Task}
    good = []
    left_out: dict[tuple[Task, str | None], list[str]] = {}
    for sample in respelt:
        if sample.label in known[sample.task]:
            good.append(sample)
        else:
            left_out.setdefault((sample.task, sample.label), []).append(sample.id)
    for (task, label), ids in left_out.items():
        messages.append(f"{_left_out(task, label, labels)}; {_rows(ids)} left out of training")
    return good, [f"{source}: {message}" for message in messages]


def _left_out(task: Task, label: str | None, labels: LabelSet) -> str:
    """Why samples cannot be learned from."""
    names = labels.names(task)
    if label is None:
        return f'{task}s without a label ("output" in the organiser\'s rows)'
    if not names:
        return f"the label file has no {task} labels, so that the {task} label {label!r} is unknown"
    if label in labels.retired(task):
        return f"the {task} label {label!r} is retired"
    return f"the label {label!r} is none of the {len(names)} {task} labels; correct it or add it to the label file"


def _rows(ids: Sequence[str]) -> str:
    """How many rows, and the first of them."""
    shown = ", ".join(ids[:SHOWN])
    if len(ids) == 1:
        return f"row {shown} is"
    return f"{len(ids):,} rows are ({shown}{', ...' if len(ids) > SHOWN else ''})"
