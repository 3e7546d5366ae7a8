"""Bringing a fitted retriever up to date with what was taught, in seconds.

    prepared = Prepared.of(retriever, labels, read, profile.seed)                  # once for a run
    known = prepared.know(labels, lambda labels: knowledge_for(labels, encoder, profile))   # once for a label set
    prepared.updated(taught, own, known)                                           # with each change

Indexes and probes are made anew with all examples. What only out-of-fold scores can tell (whether whitening helps, the weights of
the opinion pool and, while the labels stay the same, the sentence probe's cost) is taken over from the run: these are weights of
kinds of evidence, and the same for every label. So nothing is said of the examples themselves; `python -m retrieval.build_index
--taught` fits everything. A task that nothing was taught of is left as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from data.labels import LabelSet
from data.schema import Task
from data.teaching import Taught
from retrieval.encoded import Encoded
from retrieval.indexing import Knowledge
from retrieval.knowledge import KnowledgeScorer, Written
from retrieval.retriever import FOLDS, Retriever
from retrieval.table import ExemplarTable, Row, make_row
from retrieval.task import TaskRetriever, centred
from retrieval.trained import CaseFeatures
from retrieval.views import spaces


@dataclass(frozen=True)
class KnownLabels:
    """A label set, and what is known of each task's labels without any labelled example."""

    labels: LabelSet
    written: Mapping[Task, Written]


@dataclass(frozen=True)
class Prepared:
    """What of a run does not change with what is taught.

    `base` is its retriever, `labels` its label set, `read` the cases of its data file with `rows` for a table; `places` are those
    of each task's cases in it, (n,), and `features` theirs.
    """

    base: Retriever
    labels: LabelSet
    read: Encoded
    rows: list[Row]
    places: Mapping[Task, NDArray[np.int64]]
    features: Mapping[Task, CaseFeatures]
    seed: int

    @classmethod
    def of(cls, base: Retriever, labels: LabelSet, read: Encoded, seed: int) -> Prepared:
        """Of a run and the cases of its data file."""
        rows = [make_row(case, place) for place, case in enumerate(read.cases)]
        places = {task: np.array([place for place, row in enumerate(rows) if row.task is task], np.int64) for task in Task}
        features = {task: _features(base, task, read.take(places[task].tolist())) for task in Task}
        return cls(base, labels, read, rows, places, features, seed)

    def know(
        self, labels: LabelSet, knowledge: Callable[[LabelSet], Knowledge], before: KnownLabels | None = None
    ) -> KnownLabels:
        """What is known of a label set; tasks whose labels are those of `before` are taken over from there."""
        new = [task for task in labels.tasks if before is None or before.labels.active(task) != labels.active(task)]
        found = knowledge(LabelSet(labels.name, {task: labels.tasks[task] for task in new})) if new else None
        written = {}
        for task in labels.tasks:
            if found is None or task not in new:
                assert before is not None
                written[task] = before.written[task]
                continue
            made = Written.of(task, labels.active(task), found.pairs.get(task, ()), spaces(task, self.base.settings.ngram_max))
            if self.labels.active(task) == labels.active(task):
                scorer = self.base.tasks[task].known
            else:
                count, vectors = len(labels.active(task)), centred(found.label_vectors.get(task))
                scorer = KnowledgeScorer.fit(made.texts, made.counts, count, self.seed, vectors)
            written[task] = replace(made, known=scorer)
        return KnownLabels(labels, written)

    def updated(self, taught: Taught, own: Encoded, known: KnownLabels) -> Retriever:
        """The retriever after what was taught; `own` are the taught examples. Examples whose label is none are passed over."""
        labels = known.labels
        names = {task: set(labels.names(task)) for task in Task}
        kept, cases = taught.kept(self.read.cases)
        from_file = {place: str(case.sample.label) for place, case in zip(kept, cases, strict=True)}
        from_file = {place: label for place, label in from_file.items() if label in names[self.rows[place].task]}
        own = own.take([at for at, case in enumerate(own.cases) if case.sample.label in names[case.sample.task]])
        rows = [replace(self.rows[place], label=label) for place, label in from_file.items()]
        rows += [make_row(case, 0) for case in own.cases]
        # What is no example of the run is taken for a group of its own.
        groups = dict(zip(self.base.table.ids, self.base.table.groups.tolist(), strict=True))
        beyond = max(groups.values(), default=-1) + 1
        table = ExemplarTable.of([replace(row, group=groups.get(row.id, beyond + at)) for at, row in enumerate(rows)])
        tasks = {}
        for task in labels.tasks:
            base = self.base.tasks.get(task)
            if base is not None and labels.active(task) == self.labels.active(task) and base.table.same_rows(table, task):
                targets = table.targets(task, base.labels)
                nearby = replace(base.neighbourhood, targets=targets, groups=table.groups)
                tasks[task] = replace(base, table=table, neighbourhood=nearby)
                continue
            features = self._features_of(task, from_file, own)
            settings, active = self.base.settings, labels.active(task)
            tasks[task] = TaskRetriever.fit(
                task, features, table, active, settings, self.seed, (), None, FOLDS, None, base, known.written[task]
            )
        return replace(self.base, table=table, tasks=tasks)

    def _features_of(self, task: Task, from_file: Mapping[int, str], own: Encoded) -> CaseFeatures:
        """Features of a task's examples: those of the data file's places `from_file`, then those of `own`."""
        features = self.features[task]
        old = np.array([at for at, place in enumerate(self.places[task].tolist()) if place in from_file], np.int64)
        if len(old) < len(self.places[task]):
            features = features.take(old)
        new = [at for at, case in enumerate(own.cases) if case.sample.task is task]
        if not new:
            return features
        more = _features(self.base, task, own.take(new))
        # Features of no cases do not know how wide those of a scene are.
        return features.join(more) if len(self.places[task]) else more


def _features(base: Retriever, task: Task, encoded: Encoded) -> CaseFeatures:
    return CaseFeatures.of(encoded.cases, encoded.vectors, spaces(task, base.settings.ngram_max))
