"""How well a label is found that nothing was trained on: it has a description and a few exemplars, but no written knowledge.

Labels are made new in groups, so that one fit serves several. For each group the index, the probes and fusion are fitted anew on
the other labels' examples and on the new labels' exemplars; the VLM takes no part, which is how a label can be added without
training it again (`--policy retrieval`). What is tested is the rest of the new labels' examples among a fifth of the other
labels', without near-duplicates of what was trained on.

The bundled encoder has seen synthetic cases of the official labels in its pretraining, so scores are also given for the lexical
probe alone, which has not.
"""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.metrics import f1_score

from data.case import Case
from data.errors import InputError
from data.folds import make_folds
from data.labels import LabelSet, best_labels
from data.profile import Profile
from data.progress import track
from data.reading import ReadingOptions
from data.run import RunFolder
from data.schema import Task
from data.training import run_training
from fusion.chain import fit_chain_fusion, label_counts, make_evidence
from fusion.evaluation.crossval import query_by_task
from retrieval.duplicates import duplicate_groups
from retrieval.encoder import Encodes
from retrieval.encoders import load_encoders
from retrieval.indexing import Knowledge, fit_retriever, knowledge_for
from retrieval.vectors import CaseVectors, encode_cases, encode_labels

GROUPS = 8
FOLDS = 5


@dataclass(frozen=True)
class NewLabel:
    """F1 of one label when it was new, per stage, on `tested` examples of it."""

    task: Task
    name: str
    tested: int
    f1: Mapping[str, float]


def evaluate_new_labels(run: RunFolder, exemplars: int, seed: int, reading: ReadingOptions) -> list[NewLabel]:
    """Make every label of a run's training data new that has more than `exemplars` examples. Raises InputError."""
    manifest, data = run_training(run, reading)
    profile = dataclasses.replace(manifest.profile, seed=seed)
    encoder = load_encoders(profile)
    vectors = encode_cases(encoder, data.cases)
    return [*new_labels(data.cases, vectors, profile, manifest.labels, encoder, exemplars)]


def new_labels(
    cases: Sequence[Case], vectors: CaseVectors, profile: Profile, labels: LabelSet, encoder: Encodes, exemplars: int
) -> Iterator[NewLabel]:
    """The same on cases in memory."""
    rng = random.Random(f"new-labels-{profile.seed}")
    duplicates = duplicate_groups(cases, vectors.image)
    keys = np.array([f"{case.sample.task}/{case.sample.label}" for case in cases])
    split = make_folds(keys.tolist(), duplicates.tolist(), FOLDS, profile.seed)
    knowledge = knowledge_for(labels, encoder, profile)
    every = [(task, name) for task in Task for name in labels.names(task) if (keys == f"{task}/{name}").sum() > exemplars]
    if exemplars < 1 or not every:
        raise InputError(f"no label has more than {exemplars} examples; a new label needs at least one exemplar and one test")
    rng.shuffle(every)
    for group in track(range(min(GROUPS, len(every))), "new labels", "group"):
        new = every[group::GROUPS]
        training = (split != group % FOLDS) & ~np.isin(keys, [f"{task}/{name}" for task, name in new])
        for task, name in new:
            training[rng.sample(np.flatnonzero(keys == f"{task}/{name}").tolist(), exemplars)] = True
        tested = (~training) & ~np.isin(duplicates, duplicates[training])
        tested &= (split == group % FOLDS) | np.isin(keys, [f"{task}/{name}" for task, name in new])
        inside = np.flatnonzero(training)
        known = without(knowledge, new, labels, encoder)
        retriever = fit_retriever([cases[row] for row in inside.tolist()], vectors.take(inside), labels, profile, known)
        counts = label_counts(retriever, labels)
        fusion, _ = fit_chain_fusion(retriever, labels, profile, None)
        outside = np.flatnonzero(tested)
        asked = query_by_task(retriever, [cases[row] for row in outside.tolist()], vectors.take(outside))
        for task, (own, retrieved) in asked.items():
            names = labels.names(task)
            truth = [str(case.sample.label) for case in own]
            probability = fusion.predict(make_evidence(retrieved, counts))
            guesses = {"lexical": best_labels(names, retrieved.scores["probe_text"]), "fusion": best_labels(names, probability)}
            for own_task, name in new:
                if own_task is task and name in truth:
                    f1 = {
                        stage: float(f1_score(truth, found, labels=[name], average="macro", zero_division=0))
                        for stage, found in guesses.items()
                    }
                    yield NewLabel(task, name, truth.count(name), f1)


def without(knowledge: Knowledge, new: Sequence[tuple[Task, str]], labels: LabelSet, encoder: Encodes) -> Knowledge:
    """Knowledge of all labels but the new ones, of which only name and description are left."""
    pairs = {task: [(name, item) for name, item in found if (task, name) not in new] for task, found in knowledge.pairs.items()}
    return Knowledge(pairs, encode_labels(encoder, labels, pairs))
