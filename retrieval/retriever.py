"""The retriever of a run: fitted on labelled cases of both tasks, asked about new ones.

    retriever = Retriever.fit(cases, encode_cases(encoder, cases), labels, profile.retrieval, profile.seed)
    retriever.out_of_fold()[Task.SCENE].probability            # of its own training scenes, never from themselves
    retriever.query(Task.SCENE, new, encode_cases(encoder, new)).neighbours
    retriever.save(folder); Retriever.load(folder)             # answers the same

An example's out-of-fold scores never rest on its near-duplicate group: neighbours leave the group out, and probes, vocabularies,
whitening and pool weights come from folds that do not hold it. Two things do see the example: the n-grams of the sparse index,
which no label enters, and the choice, made once over all examples, whether whitening is used.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from data.atomic import read_json, write_json
from data.case import Case
from data.errors import InputError, RunError
from data.labels import LabelSet
from data.profile import RetrievalSettings
from data.schema import Task
from retrieval.duplicates import duplicate_groups
from retrieval.encoded import Encoded
from retrieval.knowledge import Pairs
from retrieval.self_training import Unlabelled
from retrieval.table import ExemplarTable, make_row
from retrieval.task import Retrieved, TaskRetriever
from retrieval.trained import CaseFeatures
from retrieval.vectors import CaseVectors, LabelVectors
from retrieval.views import spaces

FORMAT_VERSION = 1
FOLDS = 5


@dataclass(frozen=True)
class Retriever:
    """The tasks that the label set has labels of, over one exemplar table."""

    table: ExemplarTable
    tasks: dict[Task, TaskRetriever]
    settings: RetrievalSettings
    dimension: int
    sentence_dimension: int = 0

    @classmethod
    def fit(
        cls,
        cases: Sequence[Case],
        vectors: CaseVectors,
        labels: LabelSet,
        settings: RetrievalSettings,
        seed: int,
        knowledge: Mapping[Task, Pairs] | None = None,
        label_vectors: Mapping[Task, LabelVectors] | None = None,
        folds: int = FOLDS,
        unlabelled: Encoded | None = None,
    ) -> Retriever:
        """Index and learn from the cases whose label can be predicted; others are passed over.

        `vectors` are those of `cases`. `knowledge` holds (label, text or case) pairs per task; they are used where the settings
        ask for knowledge and the label is one of `labels`. `label_vectors` come from `vectors.encode_labels`.
        `unlabelled` cases are learned from where that lowers the out-of-fold loss (see `self_training`), but for near-duplicates
        of labelled ones.
        Raises InputError where `vectors` are not of `cases`.
        """
        if len(vectors) != len(cases):
            raise InputError(f"{len(cases)} cases came with {len(vectors)} vectors; encode these very cases")
        kept = [position for position, case in enumerate(cases) if case.sample.label in labels.names(case.sample.task)]
        cases, vectors = [cases[position] for position in kept], vectors.take(kept)
        groups = duplicate_groups(cases, vectors.image)
        table = ExemplarTable.of([make_row(case, int(group)) for case, group in zip(cases, groups, strict=True)])
        tasks = {}
        for task in labels.tasks:
            rows = table.of_task(task)
            features = CaseFeatures.of([cases[row] for row in rows], vectors.take(rows), spaces(task, settings.ngram_max))
            pairs = (knowledge or {}).get(task, ())
            label_rows = (label_vectors or {}).get(task)
            more = _unlabelled_features(unlabelled, task, cases, vectors, settings) if unlabelled else None
            tasks[task] = TaskRetriever.fit(
                task, features, table, labels.active(task), settings, seed, pairs, label_rows, folds, more
            )
        return cls(table, tasks, settings, vectors.image.shape[1], vectors.sentence.shape[1])

    def out_of_fold(self) -> dict[Task, Retrieved]:
        """Scores of each task's training cases, in the order in which they were given, each without its own group."""
        return {task: one.left_out for task, one in self.tasks.items()}

    def query(self, task: Task, cases: Sequence[Case], vectors: CaseVectors) -> Retrieved:
        """Scores of new cases of one task; `vectors` are theirs."""
        expected = (len(cases), self.dimension), (len(cases), self.sentence_dimension)
        if (vectors.image.shape, vectors.sentence.shape) != expected:
            raise InputError(
                f"expected vectors {expected[0]} and {expected[1]}, found {vectors.image.shape} and {vectors.sentence.shape}; "
                "encode these very cases with the encoder that the index was built with"
            )
        if other := [case.sample.id for case in cases if case.sample.task is not task]:
            raise InputError(f"sample {other[0]} is no {task}; query each task's cases on their own")
        features = CaseFeatures.of(cases, vectors, spaces(task, self.settings.ngram_max))
        return self.tasks[task].query(features, tuple(case.sample.id for case in cases))

    def rows(self, task: Task) -> NDArray[np.int64]:
        """Table rows of a task's training cases, in the order of `out_of_fold`."""
        return self.table.of_task(task)

    def targets(self, task: Task) -> NDArray[np.int64]:
        """Label number of each training case, in the order of `out_of_fold`."""
        return self.tasks[task].neighbourhood.targets[self.rows(task)]

    def groups(self, task: Task) -> NDArray[np.int64]:
        """Near-duplicate group of each training case, in the order of `out_of_fold`."""
        return self.table.groups[self.rows(task)]

    def save(self, folder: Path) -> list[str]:
        """Write everything into `folder`; returns the file names."""
        folder.mkdir(parents=True, exist_ok=True)
        self.table.save(folder / "exemplars.parquet")
        files = [name for one in self.tasks.values() for name in one.save(folder)]
        state = {
            "version": FORMAT_VERSION,
            "dimension": self.dimension,
            "sentence_dimension": self.sentence_dimension,
            "settings": dataclasses.asdict(self.settings),
            "tasks": list(self.tasks),
        }
        write_json(folder / "retriever.json", state)
        return ["exemplars.parquet", *files, "retriever.json"]

    @classmethod
    def load(cls, folder: Path) -> Retriever:
        """Read what `save` wrote. Raises RunError where a file is missing, broken or of another format."""
        state = read_json(folder / "retriever.json", f"delete {folder} and build the index again")
        if state.get("version") != FORMAT_VERSION:
            raise RunError(
                f"{folder} has index format {state.get('version')!r}, this program reads {FORMAT_VERSION}; build it again"
            )
        settings = RetrievalSettings(**state["settings"])
        table = ExemplarTable.load(folder / "exemplars.parquet")
        tasks = {task: TaskRetriever.load(folder, task, table, settings) for task in map(Task, state.get("tasks", Task))}
        return cls(table, tasks, settings, int(state["dimension"]), int(state.get("sentence_dimension", 0)))


def _unlabelled_features(
    unlabelled: Encoded, task: Task, cases: Sequence[Case], vectors: CaseVectors, settings: RetrievalSettings
) -> Unlabelled:
    """The unlabelled cases of a task. Near-duplicates of labelled ones are left out: pseudo-labels of theirs would look better in
    cross-validation than they are, and teach nothing."""
    own = unlabelled.take([row for row, case in enumerate(unlabelled.cases) if case.sample.task is task])
    labelled = [row for row, case in enumerate(cases) if case.sample.task is task]
    images = np.concatenate([vectors.image[labelled], own.vectors.image])
    groups = duplicate_groups([*(cases[row] for row in labelled), *own.cases], images)
    own = own.take(np.flatnonzero(groups[len(labelled) :] >= len(labelled)).tolist())
    features = CaseFeatures.of(own.cases, own.vectors, spaces(task, settings.ngram_max))
    return Unlabelled(tuple(case.sample.id for case in own.cases), features)
