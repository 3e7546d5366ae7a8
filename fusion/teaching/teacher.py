"""Teaching while a run answers: changes are written first, then one thread brings the chain up to date and swaps it in whole.

    teacher = Teacher(TaughtStore(taught_path(run)))
    teacher.start(applying, lambda chain, taught: holder.swap(state_of(chain)), version)
    lesson = teacher.add(sample, "退款页面", "anna", case)

The thread also sees what other processes taught the run (`python -m fusion.teach`). Those that answer come before it.
"""

from __future__ import annotations

import contextlib
import dataclasses
import os
import sqlite3
import threading
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from data.case import Case
from data.errors import InputError
from data.labels import LabelSet, label_key
from data.schema import Sample, Task
from data.taught import TaughtStore
from data.teaching import (
    AddExample,
    AddLabel,
    Change,
    CorrectLabel,
    RemoveExample,
    RetireLabel,
    Taught,
    digest_of,
    image_digests,
    sample_to_json,
)

LOOK = 1.0  # seconds between two looks at what other processes taught
ENDING = 5.0  # seconds that the thread has to finish
PRIORITY = 10  # of the thread, added to the process's


class Applies(Protocol):
    """Brings a chain up to date. `encode`, `remember` and `contradictions` are called by any thread."""

    def prepare(self) -> Any: ...

    def apply(self, store: TaughtStore, taught: Taught) -> Any: ...

    def encode(self, case: Case) -> Any: ...

    def remember(self, store: TaughtStore, sample: Sample, encoded: Any) -> None: ...

    def contradictions(self, encoded: Any, label: str) -> list[tuple[str, str]]: ...


@dataclass(frozen=True)
class Lesson:
    """What came of teaching an example: its id, the version of the change, (id, label) of near-duplicates with other labels."""

    id: str
    version: int
    contradicts: tuple[tuple[str, str], ...] = ()


class Teacher:
    """Threads may share it. What is added counts for answers once `applied` has reached its version."""

    def __init__(self, store: TaughtStore) -> None:
        self.store = store
        self.applied = 0
        self.error: str | None = None
        self._applies: Applies | None = None
        self._news = threading.Event()
        self._changed = threading.Condition()
        self._stopping = False
        self._thread: threading.Thread | None = None

    def start(self, applies: Applies, swap: Callable[[Any, Taught], None], applied: int) -> None:
        """Begin to bring changes after version `applied` into what answers."""
        self._applies, self.applied = applies, applied
        self._thread = threading.Thread(target=self._run, args=(swap,), name="teaching", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread and close the file. It is not waited for long: changes are on disk, and it only applies them."""
        self._stopping = True
        self._news.set()
        if self._thread is not None:
            self._thread.join(ENDING)
        if self._thread is None or not self._thread.is_alive():
            self.store.close()

    def wait(self, version: int, seconds: float) -> bool:
        """Wait until a version counts for answers; whether it does."""
        with self._changed:
            return self._changed.wait_for(lambda: self.applied >= version or self._stopping, seconds) and not self._stopping

    def labels(self, now: LabelSet) -> LabelSet:
        """The label set with changes that do not answer yet; `now` is the one that answers."""
        return self.store.taught().label_set(now)

    def add(
        self, sample: Sample, label: str, who: str, case: Case, id_: str = "", note: Mapping[str, Any] | None = None
    ) -> Lesson:
        """Teach an example, whose images' bytes are in `sample` and which was read as `case`; one of the same id is replaced."""
        id_ = id_ or uuid.uuid4().hex
        sample = dataclasses.replace(sample, id=id_)
        case = Case(dataclasses.replace(case.sample, id=id_), case.pages)
        before = self.store.taught()
        if id_ in before.examples and _same(before.examples[id_], sample, label):
            return Lesson(id_, before.version)
        encoded = self._applies.encode(case) if self._applies else None
        contradicts = self._applies.contradictions(encoded, label) if self._applies else []
        contents = {name: sample.contents[name] for name in sample.images if name in sample.contents}
        change = self.store.add(AddExample(id_, sample, label, note or {}), who, contents)
        if self._applies:
            kept = self.store.taught().examples.get(id_)
            with contextlib.suppress(sqlite3.Error):  # It is read again then; the example itself is on disk.
                if kept is not None:
                    self._applies.remember(self.store, kept, encoded)
        self._news.set()
        return Lesson(id_, change.version, tuple(contradicts))

    def remove(self, id_: str, who: str, known: Mapping[str, Any]) -> Change | None:
        """Remove an example, taught or one of the run's examples `known`; None where there is none of that id."""
        taught = self.store.taught()
        if id_ not in taught.examples and (id_ not in known or id_ in taught.removed):
            return None
        return self._told(self.store.add(RemoveExample(id_), who))

    def correct(self, id_: str, label: str, who: str, known: Mapping[str, Any]) -> Change | None:
        """Give an example another label; None where there is none of that id."""
        taught = self.store.taught()
        if id_ not in taught.examples and (id_ not in known or id_ in taught.removed):
            return None
        return self._told(self.store.add(CorrectLabel(id_, label), who))

    def add_label(self, task: Task, name: str, description: str, who: str, now: LabelSet) -> Change:
        """Add a label, or describe one anew. Raises InputError where nothing would change or the name is none."""
        if not label_key(name):
            raise InputError(f"expected the name of a label, found {name!r}")
        own = {label_key(label.name): label for label in self.labels(now).tasks.get(task, ())}
        found = own.get(label_key(name))
        if found is not None and not found.retired and found.description == description:
            raise InputError(f"the {task} label {found.name!r} is there already, with this description")
        return self._told(self.store.add(AddLabel(task, found.name if found else name, description), who))

    def retire_label(self, task: Task, name: str, who: str, now: LabelSet) -> Change | None:
        """Retire a label; None where there is none of that name. Raises InputError where too few would be left."""
        names = self.labels(now).names(task)
        found = next((own for own in names if label_key(own) == label_key(name)), None)
        if found is None:
            return None
        if len(names) <= 2:
            raise InputError(f"the task {task} has {len(names)} labels; two must stay, or there is nothing to tell apart")
        return self._told(self.store.add(RetireLabel(task, found), who))

    def undo(self, version: int, who: str) -> Change:
        """Undo one change. Raises InputError where there is nothing to undo."""
        return self._told(self.store.undo(version, who))

    def _told(self, change: Change) -> Change:
        self._news.set()
        return change

    def _run(self, swap: Callable[[Any, Taught], None]) -> None:
        with contextlib.suppress(OSError, AttributeError):  # where threads have no priority of their own
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), PRIORITY)
        assert self._applies is not None
        tried = self.applied
        try:
            self._applies.prepare()  # Before the first change comes, which then takes seconds less.
        except Exception as error:  # told with the changes; answers do not depend on it
            self.error = f"{type(error).__name__}: {error}"
        while True:
            self._news.wait(LOOK)
            self._news.clear()
            if self._stopping:
                break
            taught: Taught | None = None
            try:
                if self.store.version() <= tried:
                    continue
                taught = self.store.taught()
                swap(self._applies.apply(self.store, taught), taught)
                tried, self.error = taught.version, None
            except Exception as error:  # told with the changes; the state before goes on answering
                self.error = f"{type(error).__name__}: {error}"
                if taught is not None and not isinstance(error, sqlite3.Error):
                    tried = taught.version  # A file that could not be read may be readable at the next look.
                continue
            with self._changed:
                self.applied = taught.version
                self._changed.notify_all()
        with self._changed:
            self._changed.notify_all()


def _same(kept: Sample, sample: Sample, label: str) -> bool:
    """Whether an example that is kept is the same as one that is taught."""
    digests = {name: digest_of(content) for name, content in sample.contents.items()}
    return (sample_to_json(kept), kept.label, image_digests(kept)) == (sample_to_json(sample), label, digests)
