"""What people taught a run: labelled examples, corrected labels and new labels, in one SQLite file beside the run folder.

    store = TaughtStore(taught_path(Path("runs/mine")))
    change = store.add(AddExample("7", sample, "退款页面"), "anna", contents)     # on disk when it returns
    store.undo(change.version, "anna")
    store.taught().cases(cases_of_the_data_file, cases_of_the_taught_examples)

Every change is a row with its version, who made it and when (`data.teaching`). Images are kept once each, by the SHA-256 of their
bytes.
"""

from __future__ import annotations

import dataclasses
import json
import sqlite3
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from data.errors import ImageError, InputError, RunError
from data.images import find_image
from data.schema import Sample
from data.teaching import Change, Kind, Taught, Teaching, replayed, row_of, undone

WAIT = 30.0  # seconds that a writer waits for another process's turn

_TABLES = """
CREATE TABLE IF NOT EXISTS changes (
    version INTEGER PRIMARY KEY AUTOINCREMENT, created REAL NOT NULL, who TEXT NOT NULL, kind TEXT NOT NULL,
    payload TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS images (digest TEXT PRIMARY KEY, content BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS derived (key TEXT PRIMARY KEY, content BLOB NOT NULL);
"""


class TaughtStore:
    """The file. Threads may share a store, and processes the file; each change is made by one writer at a time."""

    def __init__(self, path: Path) -> None:
        """Opens the file, and makes it where there is none. Raises RunError where that cannot be."""
        self.path = path
        self._turn = threading.Lock()
        self._taught = Taught()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None, timeout=WAIT)
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = FULL")
            self._db.executescript(_TABLES)
        except (OSError, sqlite3.Error) as error:
            raise RunError(
                f"{path}, which keeps what was taught, cannot be opened ({error}); make its folder writable"
            ) from error

    def close(self) -> None:
        """Write everything into the one file and close it."""
        with self._turn:
            self._db.close()

    def add(self, teaching: Teaching, who: str, contents: Mapping[str, bytes] | None = None) -> Change:
        """Keep a change, which is on disk when this returns. `contents` are the bytes of a sample's images by their names."""
        return self.add_all([(teaching, contents or {})], who)[0]

    def add_all(self, teachings: Iterable[tuple[Teaching, Mapping[str, bytes]]], who: str) -> list[Change]:
        """Keep several changes at once: all of them are on disk when this returns, or none."""
        return self._write([row_of(teaching, contents) for teaching, contents in teachings], who)

    def undo(self, version: int, who: str) -> Change:
        """Undo one change, which stays listed. An undo can be undone. Raises InputError where there is nothing to undo."""
        last = self.version()
        if not 1 <= version <= last:
            raise InputError(f"there is no change {version}; the changes are 1 to {last}")
        return self._write([("undo", {"version": version}, {})], who)[0]

    def version(self) -> int:
        """The version of the last change; 0 before the first."""
        return int(self._rows("SELECT COALESCE(MAX(version), 0) FROM changes")[0][0])

    def changes(self, after: int = 0) -> list[Change]:
        """All changes since version `after`, oldest first."""
        return _changes(self._rows("SELECT * FROM changes WHERE version > ? ORDER BY version", after))

    def taught(self, upto: int | None = None) -> Taught:
        """What counts now, or after the changes up to a version."""
        if upto is None and self._taught.version == self.version():
            return self._taught
        taught = replayed([change for change in self.changes() if upto is None or change.version <= upto], self.path)
        if upto is None:
            self._taught = taught
        return taught

    def derived(self, key: str) -> bytes | None:
        """What `keep_derived` kept under a key."""
        rows = self._rows("SELECT content FROM derived WHERE key = ?", key)
        return bytes(rows[0][0]) if rows else None

    def keep_derived(self, contents: Mapping[str, bytes]) -> None:
        """Keep what was computed from taught examples, which may be lost without harm."""
        with self._turn, self._db:
            self._db.execute("BEGIN IMMEDIATE")
            self._db.executemany("INSERT OR REPLACE INTO derived VALUES (?, ?)", list(contents.items()))

    def copy_to(self, other: TaughtStore) -> None:
        """Copy everything into another file, over what is there."""
        with self._turn, other._turn:
            self._db.backup(other._db)

    def _write(self, rows: Sequence[tuple[Kind, dict[str, Any], Mapping[str, bytes]]], who: str) -> list[Change]:
        made = []
        with self._turn, self._db:
            self._db.execute("BEGIN IMMEDIATE")
            for kind, payload, contents in rows:
                if kind == "undo" and payload["version"] in undone(_changes(self._db.execute("SELECT * FROM changes"))):
                    raise InputError(f"change {payload['version']} was undone already")
                self._db.executemany("INSERT OR IGNORE INTO images VALUES (?, ?)", list(contents.items()))
                created = time.time()
                cursor = self._db.execute(
                    "INSERT INTO changes (created, who, kind, payload) VALUES (?, ?, ?, ?)",
                    (created, who, kind, json.dumps(payload, ensure_ascii=False)),
                )
                made.append(Change(int(cursor.lastrowid or 0), created, who, kind, payload))
        return made

    def _rows(self, query: str, *values: Any) -> list[Any]:
        with self._turn:
            return self._db.execute(query, values).fetchall()


def _changes(rows: Iterable[Sequence[Any]]) -> list[Change]:
    return [Change(version, created, who, kind, json.loads(payload)) for version, created, who, kind, payload in rows]


def taught_path(run: Path) -> Path:
    """The file beside a run folder, which outlives the folder."""
    run = run.absolute()
    return run.parent / f"{run.name}.taught.sqlite"


def open_taught(run: Path) -> TaughtStore | None:
    """What a run was taught; None where nothing was."""
    path = taught_path(run)
    return TaughtStore(path) if path.is_file() else None


def take_over(old: Path, new: Path) -> None:
    """Let a new run begin with what an old one was taught; done once, later calls change nothing.

    Raises InputError where nothing was taught, and RunError where the new run was taught something else.
    """
    store = open_taught(old)
    if store is None or old.absolute() == new.absolute():
        raise InputError(f"--taught {old}: nothing was taught to that run, or it is the run that is to be made")
    other = TaughtStore(taught_path(new))
    try:
        mine, theirs = store.changes(), other.changes()
        if theirs != mine[: len(theirs)] and mine != theirs[: len(mine)]:
            raise RunError(f"{other.path} keeps what was taught to another run; move it away, or choose another --run")
        if len(theirs) < len(mine):
            store.copy_to(other)
    finally:
        store.close()
        other.close()


def taught_to(run: Path, upto: int | None = None) -> Taught:
    """What counts of what a run was taught."""
    store = open_taught(run)
    if store is None:
        return Taught()
    try:
        return store.taught(upto)
    finally:
        store.close()


def with_contents(sample: Sample, images: Path) -> Sample:
    """The sample with the bytes of all its images, those that are files under `images` read. Raises ImageError."""
    contents = {name: sample.contents[name] for name in sample.images if name in sample.contents}
    for name in sample.images:
        if name not in contents:
            path = find_image(name, images)
            try:
                contents[name] = path.read_bytes()
            except OSError as error:
                raise ImageError(f"image {name!r} cannot be read ({error}); put it back") from error
    return dataclasses.replace(sample, contents=contents)
