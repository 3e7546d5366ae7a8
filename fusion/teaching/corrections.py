"""Corrected labels of a file that names examples by their ids, as `fusion.audit` writes one and people edit it."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from pathlib import Path

from data.errors import InputError
from data.labels import LabelSet, label_key
from data.run import RunFolder
from data.taught import TaughtStore
from data.teaching import Change, CorrectLabel, Teaching
from retrieval.table import ExemplarTable


def correct_rows(run: RunFolder, store: TaughtStore, base: LabelSet, path: Path, who: str) -> tuple[list[Change], list[str]]:
    """Correct the label of each example whose row (`id`, `label`) has another one than the run; the changes, and messages on rows
    that could not be used. Raises InputError where no row names an example."""
    table, taught = ExemplarTable.load(run.step("index") / "exemplars.parquet"), store.taught()
    labels = taught.label_set(base)
    now = {row.id: (row.task, taught.corrected.get(row.id, row.label)) for row in table if row.id not in taught.removed}
    now |= {id_: (sample.task, str(sample.label)) for id_, sample in taught.examples.items()}
    corrections: list[tuple[Teaching, Mapping[str, bytes]]] = []
    problems: list[str] = []
    known = 0
    for row in _rows(path):
        id_, label = row["id"] or "", (row["label"] or "").strip()
        if id_ not in now:
            problems.append(f"{path}: row {id_ or '?'} is no example of the run; nothing was corrected")
            continue
        known += 1
        task, before = now[id_]
        name = labels.spellings(task).get(label_key(label), label)
        if name not in labels.names(task):
            problems.append(
                f"{path}: row {id_} has the label {label!r}, which is none of the {task} labels; nothing was corrected"
            )
        elif name != before:
            corrections.append((CorrectLabel(id_, name), {}))
    if not known:
        raise InputError(f"--correct {path}: no row has the `id` of an example of the run")
    return store.add_all(corrections, who), problems


def _rows(path: Path) -> list[dict[str, str]]:
    """The rows of a table with the columns `id` and `label`, as audit.csv has them. Raises InputError."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"--correct {path} cannot be read ({error}); give an edited audit.csv in UTF-8") from error
    reader = csv.DictReader(io.StringIO(text, newline=""))
    if not {"id", "label"} <= set(reader.fieldnames or ()):
        raise InputError(f"--correct {path} lacks a column `id` or `label`; give an edited audit.csv")
    return list(reader)
