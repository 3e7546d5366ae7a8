"""Watching live traffic beside answering: draws the audit sample, keeps the rule up to date with its labels, and looks for drift.

One thread does what takes time. Whoever asks never waits for it.
"""

from __future__ import annotations

import logging
import queue
import sqlite3
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import SystemRandom
from typing import TYPE_CHECKING, Literal

import numpy as np

from data.case import Case
from data.schema import Task
from fusion.live.rules import LiveRules, Standing
from fusion.serving.audit_store import AuditStore, Counts
from fusion.serving.metrics import Metrics
from fusion.serving.scores import Scores
from fusion.serving.state import Holder, State

if TYPE_CHECKING:
    from fusion.live.drift import Finding, Reference, Signal, Watch
    from fusion.live.novelty import Vocabulary

LOOK = 10.0  # seconds between two looks at labels that other processes took
BEHIND = 64  # answers that may wait to be watched; more are left out
TEXT = 2_000  # characters of a text that are compared, as many as the examples keep
EXCERPT = 120  # characters that people are shown

UNFORESEEN = SystemRandom().random

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Shown:
    """An answer that people are shown with a warning: its text, what was answered, what a person said, and its question's id."""

    text: str
    predicted: str = ""
    said: str | None = None
    item: str | None = None


@dataclass(frozen=True)
class Alarm:
    """A warning. `kind` is promise, or the signal that drifts."""

    kind: Literal["promise"] | Signal
    task: Task
    standing: Standing | None = None
    effect: float = 0.0
    shown: tuple[Shown, ...] = ()


class Auditing:
    """What watches a service. `draw` gives numbers from 0 to 1 that nobody can foresee."""

    def __init__(
        self,
        store: AuditStore,
        metrics: Metrics,
        holder: Holder,
        scores: Scores,
        rules: LiveRules,
        share: float = 0.0,
        draw: Callable[[], float] = UNFORESEEN,
    ) -> None:
        self.store, self.metrics, self.holder, self.scores, self.rules = store, metrics, holder, scores, rules
        self.share, self.draw = share, draw
        self.counts: Mapping[Task, Counts] = {}
        self._broken: dict[Task, Alarm] = {}
        self._drifts: dict[Task, list[Alarm]] = {}
        self._watches: dict[Task, tuple[Watch, Vocabulary]] | None = None
        self._seen: object = None
        self._queue: queue.SimpleQueue[tuple[Case, str, float] | None] = queue.SimpleQueue()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="live", daemon=True)

    def start(self) -> None:
        """Begin to watch."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread after what it is doing."""
        self._stopping = True
        self._queue.put(None)
        if self._thread.is_alive():
            self._thread.join()

    def drawn(self, count: int) -> list[bool]:
        """Which of so many answers are drawn; asked before they are answered, so that it cannot depend on what they are."""
        return [self.share > 0 and self.draw() < self.share for _ in range(count)]

    def answered(self, case: Case, label: str, score: float) -> None:
        """Watch an answer: its label and the probability."""
        if self._queue.qsize() < BEHIND:
            self._queue.put((case, label, score))

    def told(self) -> None:
        """An answer was drawn, or a person said something of one."""
        self._queue.put(None)

    @property
    def alarms(self) -> list[Alarm]:
        """What people are warned of now."""
        return [*self._broken.values(), *(alarm for alarms in list(self._drifts.values()) for alarm in alarms)]

    def look(self, state: State) -> None:
        """Bring the rule, counts and warnings up to date with what people said of the answers of a state's run."""
        if state.stand is not None:
            state.stand(self.store.audited(state.run))
        self.counts = self.store.counts(state.run)
        broken: dict[Task, Alarm] = {}
        for task, standing in self.rules.standings.items():
            if standing.broken and not (standing.together and broken):
                broken[task] = Alarm("promise", task, standing, shown=self._wrong(state, task, standing))
                if task not in self._broken:
                    log.warning(
                        "%s: the promise is broken: %d of %d accepted answers that were checked are wrong, at most %.1f%% may be",
                        "all tasks" if standing.together else task,
                        standing.wrong,
                        standing.accepted,
                        100 * standing.max_error,
                    )
        self._broken = broken
        self._count()

    def _wrong(self, state: State, task: Task, standing: Standing) -> tuple[Shown, ...]:
        found = []
        for one in self.store.wrong(state.run, None if standing.together else task, standing.name):
            item = self.store.item(one.id)
            text = item.sample.customer_text() if item else ""
            found.append(Shown(_excerpt(text), one.predicted, one.said, one.id if item else None))
        return tuple(found)

    def _count(self) -> None:
        metrics = self.metrics
        for task, counts in self.counts.items():
            for status in ("waiting", "right", "wrong"):
                metrics.audits.labels(task.value, status).set(getattr(counts, status))
        for task, standing in self.rules.standings.items():
            values = {
                "rests_on_audit": standing.rests_on == "audit",
                "checked": standing.accepted,
                "wrong": standing.wrong,
                "evidence": standing.evidence / standing.limit,
                "broken": standing.broken,
            }
            for name, value in values.items():
                metrics.promise[name].labels(task.value).set(float(value))

    def _run(self) -> None:
        looked = time.monotonic()
        while not self._stopping:
            try:
                observed = self._queue.get(timeout=LOOK)
            except queue.Empty:
                observed = None
            state = self.holder.current
            if state is None:
                continue
            try:
                if observed is not None:
                    self._watch(state, *observed)
                if observed is None or time.monotonic() - looked > LOOK:
                    looked = time.monotonic()
                    self._look_again(state)
            except sqlite3.Error as error:  # The next look may succeed; answers do not depend on it.
                log.warning("audit labels could not be read (%s)", error)
            except Exception:  # a defect must not end the thread; answers do not depend on it
                log.exception("watching live traffic failed")

    def _look_again(self, state: State) -> None:
        news = (self.store.news(), self.store.count_open(), state.model_version)
        if news != self._seen:
            self.look(state)
            self._seen = news  # Not before: a look that failed is made again.

    def _watch(self, state: State, case: Case, label: str, score: float) -> None:
        from fusion.live.drift import Observed
        from fusion.serving.audit_store import key_of
        from retrieval.views import question

        if self._watches is None:
            self._watches = self._begin(state)
        task = case.sample.task
        if not self._watches or task not in self._watches:
            return
        watch, vocabulary = self._watches[task]
        text = question(case)[:TEXT]
        one = Observed(label, score, float(len(text)), vocabulary.novelty(text), key_of(case), _excerpt(text))
        if watch.add(one):
            self._found(task, watch.findings)

    def _begin(self, state: State) -> dict[Task, tuple[Watch, Vocabulary]] | None:
        """What to compare with; None while the answers to the examples are computed, empty where there are none."""
        if state.out_of_fold is None:
            return {}
        answers = self.scores.of(state)
        if not answers:
            return {} if self.scores.error else None
        from fusion.live.drift import LEAST_EXAMPLES, Watch

        found = {}
        for task, own in answers.items():
            groups = own.groups if own.groups is not None else np.arange(len(own.ids))
            _, once = np.unique(groups, return_index=True)  # Near-duplicates are not independent: they count once.
            once = once[[own.ids[place] in state.examples for place in once]]
            if len(once) < LEAST_EXAMPLES:
                continue
            texts = [state.examples[id_].text if id_ in state.examples else "" for id_ in own.ids]
            found[task] = _reference(own.names, own.probability, texts, groups, once)
        return {task: (Watch(reference), vocabulary) for task, (reference, vocabulary) in found.items()}

    def _found(self, task: Task, findings: Sequence[Finding]) -> None:
        self.metrics.windows.labels(task.value).inc()
        for one in findings:
            self.metrics.drift.labels(task.value, one.signal).set(float(one.drifts))
            self.metrics.drift_p.labels(task.value, one.signal).set(one.p)
            if one.drifts:
                log.warning(
                    "%s: live traffic differs from the examples in %s (p %.2g, difference %.2f)",
                    task,
                    one.signal,
                    one.p,
                    one.effect,
                )
        self._drifts[task] = [
            Alarm(one.signal, task, effect=one.effect, shown=tuple(Shown(text) for text in one.unlike))
            for one in findings
            if one.drifts
        ]


def _reference(
    names: Sequence[str], probability: np.ndarray, texts: Sequence[str], groups: np.ndarray, once: np.ndarray
) -> tuple[Reference, Vocabulary]:
    """Of a task's examples, those of the places `once`; novelty is that beside all of them."""
    from fusion.live.drift import Reference
    from fusion.live.novelty import Vocabulary

    vocabulary = Vocabulary.of(texts, groups)
    novelty = vocabulary.among_themselves(texts, groups)
    answered = np.bincount(probability[once].argmax(axis=1), minlength=len(names))
    labels = dict(zip(names, answered.tolist(), strict=True))
    length = np.array([len(texts[place]) for place in once], dtype=float)
    return Reference(labels, probability[once].max(axis=1), length, novelty[once]), vocabulary


def _excerpt(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= EXCERPT else text[: EXCERPT - 1] + "…"
