"""The audit sample: answers that were drawn at random, with what people said of them, in the file of the questions.

A drawn answer is written together with its question, and what a person says together with the question's new status. Answers
stay when their questions have become too many to be kept: the promise rests on them.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data.case import Case
from data.schema import Task
from fusion.live.rules import Audited
from fusion.serving.store import AUDIT, Item, Store

MOST_OPEN = 200  # drawn answers that wait for a person; while there are so many none is drawn
NONE = ""  # what a person says where none of the labels is right

_TABLES = """
CREATE TABLE IF NOT EXISTS audits (
    number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, created REAL NOT NULL, run TEXT NOT NULL,
    model_version TEXT NOT NULL, task TEXT NOT NULL, predicted TEXT NOT NULL, probability REAL NOT NULL, scope REAL,
    accepted INTEGER, rule TEXT NOT NULL, said TEXT, labelled REAL, who TEXT);
CREATE INDEX IF NOT EXISTS audits_by_run ON audits (run, task, number);
CREATE TABLE IF NOT EXISTS taught (key TEXT PRIMARY KEY);
"""


@dataclass(frozen=True)
class Wrong:
    """An accepted answer that a person found wrong: the question's id, what was answered, and what they said (NONE: no label)."""

    id: str
    predicted: str
    said: str


@dataclass(frozen=True)
class Counts:
    """How many drawn answers of a task wait for a person, and how many were found right and wrong."""

    waiting: int = 0
    right: int = 0
    wrong: int = 0


class AuditStore(Store):
    """The file of the questions with the audit sample. Threads and processes may share it."""

    def __init__(self, path: Path, kept: int = 1_000) -> None:
        super().__init__(path, kept)
        with self._turn:
            self._db.executescript(_TABLES)

    def add_audit(self, item: Item, drawn: Audited, contents: Mapping[str, bytes], previews: Mapping[str, bytes]) -> None:
        """Keep an answer that was drawn and its question. The probability of `drawn` is not rounded as that of a row is: a
        threshold made from rounded ones would leave out some that lie on it."""
        answer = item.answer
        version = answer["model_version"]
        with self._turn, self._db:
            self._db.execute("BEGIN IMMEDIATE")
            self._db.execute(
                "INSERT INTO audits (id, created, run, model_version, task, predicted, probability, scope, accepted, rule)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    item.id,
                    item.created,
                    run_of(version),
                    version,
                    drawn.task.value,
                    answer["predict"],
                    drawn.probability,
                    drawn.scope,
                    drawn.accepted,
                    drawn.rule,
                ),
            )
            self._insert(item, contents, previews)

    def mark_audit(self, id_: str, said: str | None, who: str = "") -> bool:
        """What a person said of a drawn answer, None to take it back; whether the question is of the audit sample."""
        return bool(
            self._write(
                "UPDATE audits SET said = ?, labelled = ?, who = ? WHERE id = ?",
                said,
                time.time() if said is not None else None,
                who,
                id_,
            )
        )

    def room(self) -> bool:
        """Whether another answer may be drawn."""
        most = min(MOST_OPEN, max(1, self.kept // 4))
        return int(self._rows("SELECT COUNT(*) FROM items WHERE status = 'open' AND source = ?", AUDIT)[0][0]) < most

    def open_audits(self, limit: int = 20) -> list[Item]:
        """Drawn questions that wait for a person, in the order of drawing, in which they count."""
        rows = self._rows(
            "SELECT items.id FROM items JOIN audits USING (id) WHERE items.status = 'open' ORDER BY audits.number LIMIT ?", limit
        )
        return [item for (id_,) in rows if (item := self.item(id_)) is not None]

    def audited(self, run: str) -> list[Audited]:
        """A run's drawn answers in the order of drawing."""
        rows = self._rows(
            "SELECT task, probability, said = predicted, accepted, rule, scope, predicted FROM audits WHERE run = ?"
            " ORDER BY number",
            run,
        )
        return [
            Audited(Task(task), probability, _truth(right), _truth(accepted), rule, scope, label)
            for task, probability, right, accepted, rule, scope, label in rows
        ]

    def counts(self, run: str) -> dict[Task, Counts]:
        """What became of a run's drawn answers."""
        rows = self._rows(
            "SELECT task, SUM(said IS NULL), SUM(said IS predicted), SUM(said IS NOT NULL AND said != predicted)"
            " FROM audits WHERE run = ? GROUP BY task",
            run,
        )
        return {Task(task): Counts(waiting, right, wrong) for task, waiting, right, wrong in rows}

    def wrong(self, run: str, task: Task | None, rule: str, limit: int = 5) -> list[Wrong]:
        """The newest answers, of one task or of all, that a rule accepted and a person found wrong."""
        rows = self._rows(
            "SELECT id, predicted, said FROM audits WHERE run = ? AND task = IFNULL(?, task) AND rule = ? AND accepted"
            " AND said != predicted ORDER BY number DESC LIMIT ?",
            run,
            task.value if task else None,
            rule,
            limit,
        )
        return [Wrong(*row) for row in rows]

    def news(self) -> Any:
        """A value that changes when a person says something of a drawn answer, or takes it back."""
        return self._rows("SELECT COUNT(said), MAX(labelled), SUM(number * (said IS NOT NULL)) FROM audits")[0]

    def add_taught(self, key: str) -> None:
        """Remember that a question of this key was taught: what is answered from it is no evidence of how new ones are."""
        self._write("INSERT OR IGNORE INTO taught VALUES (?)", key)

    def is_taught(self, key: str) -> bool:
        """Whether a question of this key was taught."""
        return bool(self._rows("SELECT 1 FROM taught WHERE key = ?", key))

    def _prune(self) -> None:
        super()._prune()
        # An answer whose question is gone can be labelled by nobody, and would hold up those that were drawn after it.
        self._db.execute("DELETE FROM audits WHERE said IS NULL AND id NOT IN (SELECT id FROM items)")


def _truth(value: int | None) -> bool | None:
    return None if value is None else bool(value)


def run_of(model_version: str) -> str:
    """What names the run in a version of it."""
    return model_version.partition("-")[2]


def key_of(case: Case) -> str:
    """The same for cases with the same words and pictures."""
    turns = [(turn.speaker.value, turn.text) for turn in case.sample.turns]
    value = [case.sample.task.value, turns, [page.digest for page in case.pages]]
    return hashlib.sha256(json.dumps(value, ensure_ascii=False).encode()).hexdigest()
