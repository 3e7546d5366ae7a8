"""The exemplar table: one row a labelled example, as `exemplars.parquet` holds it. Row numbers are the ids of every index."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from data.atomic import write_parquet
from data.case import Case
from data.errors import RunError
from data.schema import Task
from retrieval.views import question

MAX_TEXT = 2_000  # characters of text and of OCR text that a row keeps

SCHEMA = pa.schema(
    [
        ("id", pa.string()),
        ("task", pa.string()),
        ("label", pa.string()),
        ("text", pa.string()),
        ("ocr", pa.string()),
        ("digest", pa.list_(pa.string())),
        ("group", pa.int64()),
        ("images", pa.list_(pa.string())),
    ]
)


@dataclass(frozen=True)
class Row:
    """A labelled example. `text` is its question or page text, `digest` the SHA-256 of each image used, `group` the
    near-duplicate group (unique over both tasks)."""

    id: str
    task: Task
    label: str
    text: str
    ocr: str
    digest: tuple[str, ...]
    group: int
    images: tuple[str, ...]


def make_row(case: Case, group: int) -> Row:
    """The row of a labelled case."""
    sample = case.sample
    digests = tuple(page.digest for page in case.pages)
    text, ocr = question(case)[:MAX_TEXT], case.page_text()[:MAX_TEXT]
    return Row(sample.id, sample.task, str(sample.label), text, ocr, digests, group, sample.images)


def of_task(rows: Sequence[Row], task: Task) -> NDArray[np.int64]:
    """Row numbers of a task."""
    return np.array([number for number, row in enumerate(rows) if row.task is task], np.int64)


def save_table(path: Path, rows: Sequence[Row]) -> None:
    """Write the table atomically."""
    columns: dict[str, list[Any]] = {name: [] for name in SCHEMA.names}
    for row in rows:
        for name, values in columns.items():
            value = getattr(row, name)
            values.append(list(value) if isinstance(value, tuple) else value.value if isinstance(value, Task) else value)
    write_parquet(path, pa.table(columns, schema=SCHEMA))


def load_table(path: Path) -> list[Row]:
    """Read the table. Raises RunError where it is missing or has other columns."""
    try:
        table = pq.read_table(path)
    except FileNotFoundError:
        raise RunError(f"{path} is missing; build the index again") from None
    except (OSError, pa.ArrowException) as error:
        raise RunError(f"{path} cannot be read ({error}); build the index again") from error
    if table.schema.names != SCHEMA.names:
        raise RunError(f"{path} has columns {table.schema.names}, expected {SCHEMA.names}; build the index again")
    return [
        Row(**{**row, "task": Task(row["task"]), "digest": tuple(row["digest"]), "images": tuple(row["images"])})
        for row in table.to_pylist()
    ]
