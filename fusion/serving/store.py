"""Questions that people should look at or have looked at: kept in one SQLite file beside the run folder.

An item is a question that was asked, with its answer. It is on disk before the call returns. Images are kept once each, by the
SHA-256 of their bytes. What people teach is kept elsewhere (`data.taught`): this file may be lost without harm
where it holds no audit labels (`fusion.serving.audit_store`).
"""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from data.errors import RunError
from data.schema import Sample
from data.teaching import sample_from_json, sample_to_json

Status = Literal["seen", "open", "done"]
MOST_BYTES = 2 * 2**30  # of images that items keep
LOOKED_AT = 900.0  # seconds in which whoever asked a question on the page looks at the answer and says whether it is right
AUDIT = "audit"  # source of questions that were drawn at random, for people to label

_TABLES = """
CREATE TABLE IF NOT EXISTS items (
    id TEXT PRIMARY KEY, created REAL NOT NULL, source TEXT NOT NULL, status TEXT NOT NULL, sample TEXT NOT NULL,
    images TEXT NOT NULL, answer TEXT NOT NULL, seconds REAL NOT NULL, margin REAL NOT NULL, example TEXT,
    label TEXT);
CREATE INDEX IF NOT EXISTS items_by_status ON items (status, margin);
CREATE TABLE IF NOT EXISTS images (digest TEXT PRIMARY KEY, content BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS previews (digest TEXT PRIMARY KEY, content BLOB NOT NULL);
"""


@dataclass(frozen=True)
class Image:
    """An image of a sample: its name there and, where it came with the request, the digest of its bytes; `preview` is the digest
    of a small picture for people."""

    name: str
    digest: str | None = None
    preview: str | None = None


@dataclass(frozen=True)
class Item:
    """A question and its answer (a row of predictions.jsonl). `status` is open while a person should look at it, `example` the id
    of the example that it became and `label` what a person said."""

    id: str
    created: float
    source: str
    status: Status
    sample: Sample
    images: tuple[Image, ...]
    answer: dict[str, Any]
    seconds: float
    example: str | None = None
    label: str | None = None


class Store:
    """The file. Threads may share it."""

    def __init__(self, path: Path, kept: int = 1_000) -> None:
        self.path, self.kept = path, kept
        self._turn = threading.Lock()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None, timeout=10)
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = FULL")
            self._db.executescript(_TABLES)
        except (OSError, sqlite3.Error) as error:
            raise RunError(
                f"{path}, which keeps questions for people, cannot be opened ({error}); make its folder writable"
            ) from error

    def close(self) -> None:
        """Write everything into the one file and close it."""
        with self._turn:
            self._db.close()

    def add_item(self, item: Item, contents: Mapping[str, bytes], previews: Mapping[str, bytes]) -> None:
        """Keep a question; the oldest ones go where there are more than `kept`."""
        with self._turn, self._db:
            self._db.execute("BEGIN IMMEDIATE")
            self._insert(item, contents, previews)

    def _insert(self, item: Item, contents: Mapping[str, bytes], previews: Mapping[str, bytes]) -> None:
        candidates = item.answer["candidates"]
        margin = candidates[0]["probability"] - (candidates[1]["probability"] if len(candidates) > 1 else 0.0)
        self._put("images", contents)
        self._put("previews", previews)
        self._db.execute(
            "INSERT OR REPLACE INTO items VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                item.id,
                item.created,
                item.source,
                item.status,
                sample_to_json(item.sample),
                _images_to_json(item.images),
                json.dumps(item.answer, ensure_ascii=False),
                item.seconds,
                margin,
                item.example,
                item.label,
            ),
        )
        self._prune()

    def item(self, id_: str) -> Item | None:
        """One question."""
        rows = self._rows("SELECT * FROM items WHERE id = ?", id_)
        return _item(rows[0]) if rows else None

    def open_items(self, limit: int = 50) -> list[Item]:
        """What was handed over, most useful first: where the two best labels are closest, a person's word tells most
        (margin sampling, Scheffer, Decomain and Wrobel 2001)."""
        rows = self._rows(
            "SELECT * FROM items WHERE status = 'open' AND source != ? ORDER BY margin, created LIMIT ?", AUDIT, limit
        )
        return [_item(row) for row in rows]

    def count_open(self) -> int:
        """How many questions people should look at."""
        return int(self._rows("SELECT COUNT(*) FROM items WHERE status = 'open'")[0][0])

    def mark_item(self, id_: str, status: Status, example: str | None = None, label: str | None = None) -> None:
        """Say that a person has looked at a question and what they said, or that it is open again."""
        self._write("UPDATE items SET status = ?, example = ?, label = ? WHERE id = ?", status, example, label, id_)

    def content(self, digest: str, table: Literal["images", "previews"] = "images") -> bytes | None:
        """The bytes of an image, or of a small picture of it."""
        rows = self._rows(f"SELECT content FROM {table} WHERE digest = ?", digest)
        return bytes(rows[0][0]) if rows else None

    def _put(self, table: str, contents: Mapping[str, bytes]) -> None:
        self._db.executemany(f"INSERT OR IGNORE INTO {table} VALUES (?, ?)", list(contents.items()))

    def _prune(self) -> None:
        """Drop the oldest questions beyond the bounds, and images that nothing names any more."""
        count = int(self._db.execute("SELECT COUNT(*) FROM items").fetchone()[0])
        size = int(self._db.execute("SELECT COALESCE(SUM(LENGTH(content)), 0) FROM images").fetchone()[0])
        if count <= self.kept and size <= MOST_BYTES:
            return
        # Some more than needed, so that it is not done with each new question.
        drop = max(count - self.kept, 0) + max(1, self.kept // 20)
        self._db.execute(
            "DELETE FROM items WHERE id IN (SELECT id FROM items"
            " ORDER BY status = 'open' AND source = ?, source = 'page' AND created > ?, status = 'open', created LIMIT ?)",
            (AUDIT, time.time() - LOOKED_AT, min(drop, count - 1)),
        )
        named = {
            digest
            for (images,) in self._db.execute("SELECT images FROM items")
            for image in json.loads(images)
            for digest in (image["digest"], image["preview"])
        }
        for table in ("images", "previews"):
            unused = [row for row in self._db.execute(f"SELECT digest FROM {table}") if row[0] not in named]
            self._db.executemany(f"DELETE FROM {table} WHERE digest = ?", unused)

    def _rows(self, query: str, *values: Any) -> list[Any]:
        with self._turn:
            return self._db.execute(query, values).fetchall()

    def _write(self, query: str, *values: Any) -> int:
        with self._turn, self._db:
            return self._db.execute(query, values).rowcount


def store_path(run: Path) -> Path:
    """The file beside a run folder."""
    run = run.absolute()
    return run.parent / f"{run.name}.service.sqlite"


def _images_to_json(images: Sequence[Image]) -> str:
    return json.dumps([{"name": one.name, "digest": one.digest, "preview": one.preview} for one in images], ensure_ascii=False)


def _images_from_json(text: str) -> tuple[Image, ...]:
    return tuple(Image(**value) for value in json.loads(text))


def _item(row: Sequence[Any]) -> Item:
    id_, created, source, status, sample, images, answer, seconds, _, example, label = row
    return Item(
        id_,
        created,
        source,
        status,
        sample_from_json(sample),
        _images_from_json(images),
        json.loads(answer),
        seconds,
        example,
        label,
    )
