"""Files that hold rows: JSON, JSON Lines, CSV and its relatives, Parquet. What a row means is not known here."""

from __future__ import annotations

import csv
import io
import json
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from data.errors import InputError
from data.formats.columns import columns_of, understood
from data.formats.decoding import decode

DELIMITERS = {",": "CSV", "\t": "TSV", ";": "CSV with semicolons", "|": "CSV with bars"}
SNIFFED = 32_768  # characters
# Beginnings of files that are something else, and what to do with them.
FOREIGN = {
    b"PK\x03\x04": "a zip archive or a spreadsheet; unpack it, or save the sheet as CSV",
    b"\xd0\xcf\x11\xe0": "an old spreadsheet; save it as CSV",
    b"\x1f\x8b": "compressed; unpack it with gunzip",
    b"SQLite format 3": "a database; export a table as CSV",
    b"\x28\xb5\x2f\xfd": "compressed; unpack it with unzstd",
    b"\xfd7zXZ": "compressed; unpack it with unxz",
    b"BZh": "compressed; unpack it with bunzip2",
    **dict.fromkeys((b"\x89PNG", b"\xff\xd8\xff", b"GIF8"), "an image; name the folder that it is in"),
    b"%PDF": "a PDF; images are read as JPEG, PNG or WebP, and rows as CSV",
}
NO_DELIMITER = "\x1f"  # a control character that stands in no text
CHAT_COLUMNS = ("messages", "conversations", "instruction")


@dataclass(frozen=True)
class Rows:
    """Rows as they stand in the file, mostly dictionaries. `problems` are messages on rows by position; a row that could not be
    read at all is None."""

    rows: list[Any]
    form: str
    problems: dict[int, str] = field(default_factory=dict)


def read_rows(path: Path) -> Rows:
    """All rows of a file, whatever it is called. Raises InputError where the file itself is unusable."""
    try:
        if not path.is_file() and path.exists():
            raise InputError(
                f"data file {path} is a pipe or a device, and data are read more than once; write them to a file first"
            )
        content = path.read_bytes()
    except FileNotFoundError:
        raise InputError(f"data file {path} does not exist; check its path") from None
    except OSError as error:
        raise InputError(f"data file {path} cannot be read: {error.strerror}") from error
    if content.startswith(b"PAR1"):
        found = _parquet(path)
    else:
        for beginning, what in FOREIGN.items():
            if content.startswith(beginning):
                raise InputError(f"data file {path} is {what}")
        decoded = decode(content, str(path))
        del content
        text = decoded.text
        if not text.strip():
            raise InputError(f"data file {path} is empty; expected at least one row")
        found = _json(text, str(path)) if text.lstrip()[0] in "[{" else _table(text, str(path))
        if decoded.encoding != "UTF-8":
            found = Rows(found.rows, f"{found.form} in {decoded.encoding}", found.problems)
    if not found.rows:
        raise InputError(f"data file {path} holds {found.form} without rows, an empty list; expected at least one row")
    return found


def json_type(value: Any) -> str:
    """What JSON calls the type of a value."""
    kinds = {dict: "object", list: "list", str: "string", int: "number", float: "number", bool: "boolean", type(None): "null"}
    return kinds.get(type(value), type(value).__name__)


def _json(text: str, source: str) -> Rows:
    """A JSON list, one object, or one object a line."""
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        lines = _json_lines(text) if text.lstrip()[0] == "{" else None
        if lines is not None:
            return lines
        end = error.pos >= len(text.rstrip()) - 1
        what = "ends in the middle of a row; it may be truncated" if end else "is malformed there"
        raise InputError(
            f"data file {source} is not valid JSON: line {error.lineno}, column {error.colno}: {error.msg}; "
            f"it {what}. Repair or download it again."
        ) from error
    except RecursionError:
        raise InputError(f"data file {source} is nested too deeply to be a list of rows") from None
    if isinstance(value, dict):
        if _is_by_columns(value):
            raise InputError(
                f"data file {source} holds a JSON object of columns, expected a list of rows; write it again row by row (with "
                'pandas: orient="records")'
            )
        return Rows([value], "JSON Lines")
    return Rows(value, "JSON")


def _is_by_columns(value: dict[str, Any]) -> bool:
    """Whether an object is a whole table, a list of cells or an object of cells by row number under each column's name."""
    columns = columns_of(tuple(value))
    cells = [value[columns[name]] for name in ("id", "text", "label") if name in columns]
    sizes = {len(cell) for cell in cells if isinstance(cell, list)}
    by_number = all(isinstance(cell, dict) and cell and all(map(str.isdigit, cell)) for cell in cells)
    by_list = all(isinstance(cell, list) for cell in cells) and len(cells) > 1 and sizes != {1} and len(sizes) == 1
    return bool(cells) and (by_number or by_list)


def _json_lines(text: str) -> Rows | None:
    """JSON Lines, where at least one line is an object; lines that are not JSON are named. Not splitlines: what customers wrote
    may hold Unicode's own line breaks."""
    rows: list[Any] = []
    problems = {}
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            rows.append(json.loads(line))
        except (json.JSONDecodeError, RecursionError) as error:
            what = error.msg if isinstance(error, json.JSONDecodeError) else "nested too deeply"
            problems[len(rows)] = f"line {number} is not valid JSON ({what}); repair it"
            rows.append(None)
    if len(rows) < 2 or not any(isinstance(row, dict) for row in rows):
        return None
    return Rows(rows, "JSON Lines", problems)


def _table(text: str, source: str) -> Rows:
    """A table with a header line. The delimiter is the one with which the header has the most known columns."""
    limit = csv.field_size_limit(min(sys.maxsize, 2**31 - 1))  # A cell may hold a whole image.
    try:
        delimiter = max(_delimiters(text), key=lambda one: _known(_first_line(text, one)))
        header = [name.strip().lstrip("\ufeff") for name in _first_line(text, delimiter)]
        if not _known(header):
            shown = ", ".join(header)[:200]
            raise InputError(
                f"data file {source} is neither JSON, JSON Lines nor Parquet, and as a table it has no column that is known: its "
                f"first line is {shown!r}. Name the columns in the first line; known names are {understood()}"
            )
        cells = _cells(text, delimiter, len(header))
    finally:
        csv.field_size_limit(limit)
    rows: list[Any] = []
    problems = {}
    width = len(header)
    for number, row in enumerate(cells, 2):
        if not any(map(str.strip, row)):
            continue
        if len(row) != width:
            left = "the rest is left out" if len(row) > width else "the others are taken for empty"
            problems[len(rows)] = f"line {number} of the table has {len(row)} cells for {width} columns; {left}"
            row = (row + [""] * width)[:width]
        rows.append(dict(zip(header, row, strict=True)))
    return Rows(rows, DELIMITERS[delimiter], problems)


def _delimiters(text: str) -> list[str]:
    """Delimiters to try, the likeliest first, which wins where several do as well."""
    try:
        likely = [csv.Sniffer().sniff(text[:SNIFFED], "".join(DELIMITERS)).delimiter]
    except csv.Error:
        likely = []
    return list(dict.fromkeys([*likely, *DELIMITERS]))


def _known(header: list[str]) -> int:
    """How many columns of a header are known; 0 where none of them could be the content of a row."""
    found = columns_of(tuple(header))
    chat = sum(name.strip().lower() in CHAT_COLUMNS for name in header)
    return len(found) + chat if chat or {"text", "turns", "images"} & found.keys() else 0


def _first_line(text: str, delimiter: str) -> list[str]:
    try:
        return next((row for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) if any(row)), [])
    except csv.Error:
        return []


def _cells(text: str, delimiter: str, width: int) -> list[list[str]]:
    """All rows but the header. Where quotes do not pair off they are read as letters, if the rows fit the header then."""

    def read(*, strict: bool, quoting: int) -> list[list[str]]:
        stream = io.StringIO(text, newline="")
        rows = list(csv.reader(stream, delimiter=delimiter, strict=strict, quoting=quoting))  # type: ignore[arg-type]
        start = next(number for number, row in enumerate(rows) if any(row))
        return rows[start + 1 :]

    if width == 1:
        delimiter = NO_DELIMITER  # A table of one column has none: what looks like one is a letter of the text.
    try:
        return read(strict=True, quoting=csv.QUOTE_MINIMAL)
    except csv.Error:
        plain = read(strict=False, quoting=csv.QUOTE_NONE)
        if all(len(row) in (0, width) for row in plain):
            return plain
        return read(strict=False, quoting=csv.QUOTE_MINIMAL)


def _parquet(path: Path) -> Rows:
    """Rows of a Parquet file. A cell that Python cannot hold is left out, and named where its column is a known field."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.ParquetFile(path).read()
    except (OSError, pa.ArrowException) as error:
        raise InputError(f"data file {path} is Parquet that cannot be read ({error}); write it again") from error
    problems: dict[int, str] = {}
    names = table.column_names
    fields = {*columns_of(tuple(names)).values(), *CHAT_COLUMNS}
    columns: list[list[Any]] = []
    for name, column in zip(names, table.columns, strict=True):
        cells, errors = _column_cells(column)
        columns.append(cells)
        if name in fields:
            problems |= {
                row: f"the cell {name!r} cannot be read ({error}) and is left out; write it again"
                for row, error in errors.items()
            }
    return Rows([dict(zip(names, cells, strict=True)) for cells in zip(*columns, strict=True)], "Parquet", problems)


def _column_cells(column: Any) -> tuple[list[Any], dict[int, str]]:
    """The cells of a column, None for each that Python cannot hold, and by row why it cannot."""
    import pyarrow as pa

    unheld = (ValueError, OverflowError, pa.ArrowException)
    with suppress(*unheld):
        return column.to_pylist(), {}
    cells, errors = [], {}
    for row, cell in enumerate(column):
        try:
            cells.append(cell.as_py())
        except unheld as error:
            cells.append(None)
            errors[row] = str(error)
    return cells, errors
