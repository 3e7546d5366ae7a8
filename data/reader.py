"""Samples of a data file, whatever its format, and which of them can be learned from."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from data.formats import read_data
from data.formats.official import parse_row, parse_rows
from data.labels import LabelSet
from data.schema import Sample

__all__ = ["check_labels", "load_samples", "parse_row", "parse_rows", "read_data"]


def load_samples(path: Path) -> list[Sample]:
    """All rows of a data file as samples, in order. Raises InputError where the file itself is unusable."""
    return list(read_data(path).samples)


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
