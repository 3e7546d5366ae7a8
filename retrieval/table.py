"""The exemplar table: one row per labelled example, stored in `exemplars.parquet`. Row numbers are the ids of every index.

The table stays in Arrow's columns. What every request needs (ids, labels, groups, rows of a task) is read out once, when the
table is made or loaded; a `Row` is only made for the row that is asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, overload

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
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


class ExemplarTable(Sequence[Row]):
    """All rows. `ids` and `labels` are lists by row, `groups` (rows,) holds near-duplicate groups."""

    def __init__(self, columns: pa.Table) -> None:
        """`columns` have SCHEMA."""
        self._columns = columns.combine_chunks()
        self.ids: list[str] = columns["id"].to_pylist()
        self.labels: list[str] = columns["label"].to_pylist()
        self.groups = np.asarray(columns["group"].to_numpy(), np.int64)
        tasks = columns["task"]
        self._rows = {task: np.flatnonzero(pc.equal(tasks, task.value).to_numpy()).astype(np.int64) for task in Task}

    @classmethod
    def of(cls, rows: Sequence[Row]) -> ExemplarTable:
        """The table of these rows."""
        columns: dict[str, list[Any]] = {name: [] for name in SCHEMA.names}
        for row in rows:
            for name, values in columns.items():
                value = getattr(row, name)
                values.append(list(value) if isinstance(value, tuple) else value.value if isinstance(value, Task) else value)
        return cls(pa.table(columns, schema=SCHEMA))

    def __len__(self) -> int:
        return len(self.ids)

    @overload
    def __getitem__(self, index: int) -> Row: ...

    @overload
    def __getitem__(self, index: slice) -> list[Row]: ...

    def __getitem__(self, index: int | slice) -> Row | list[Row]:
        if isinstance(index, slice):
            return [self[row] for row in range(*index.indices(len(self)))]
        row = range(len(self))[index]  # negative numbers count from the end, others outside raise IndexError
        values = {name: self._columns[name][row].as_py() for name in SCHEMA.names}
        fields = {"task": Task(values["task"]), "digest": tuple(values["digest"]), "images": tuple(values["images"])}
        return Row(**{**values, **fields})

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ExemplarTable) and bool(self._columns.equals(other._columns))

    __hash__ = None  # type: ignore[assignment]

    def of_task(self, task: Task) -> NDArray[np.int64]:
        """Row numbers of a task."""
        return self._rows[task]

    def same_rows(self, other: ExemplarTable, task: Task) -> bool:
        """Whether the rows of a task are the same in both tables, under the same numbers; groups do not count."""
        rows = self.of_task(task)
        if not np.array_equal(rows, other.of_task(task)):
            return False
        mine, theirs = (table._columns.drop_columns(["group"]).take(rows) for table in (self, other))
        return bool(mine.equals(theirs))

    def targets(self, task: Task, names: Sequence[str]) -> NDArray[np.int64]:
        """Label number (rows,) of each row, by the order of `names`; -1 for rows of another task."""
        numbers = {name: number for number, name in enumerate(names)}
        result = np.full(len(self), -1, np.int64)
        for row in self.of_task(task).tolist():
            result[row] = numbers[self.labels[row]]
        return result

    def shown(self, row: int) -> str:
        """The text that stands for a row where it is shown as an exemplar: its own, else that of its images."""
        return str(self._columns["text"][row].as_py() or self._columns["ocr"][row].as_py())

    def save(self, path: Path) -> None:
        """Write the table atomically."""
        write_parquet(path, self._columns)

    @classmethod
    def load(cls, path: Path) -> ExemplarTable:
        """Read the table. Raises RunError where it is missing or has other columns."""
        try:
            columns = pq.read_table(path)
        except FileNotFoundError:
            raise RunError(f"{path} is missing; build the index again") from None
        except (OSError, pa.ArrowException) as error:
            raise RunError(f"{path} cannot be read ({error}); build the index again") from error
        if columns.schema.names != SCHEMA.names:
            raise RunError(f"{path} has columns {columns.schema.names}, expected {SCHEMA.names}; build the index again")
        return cls(columns)
