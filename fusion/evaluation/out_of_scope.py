"""How well inputs of no known label are told from others: whole labels are left out of training and asked about.

Labels are left out in groups, so that one fit serves several. For each group the index, the probes and fusion are fitted anew
on the other labels' examples, as if the left-out labels did not exist; the VLM takes no part. What is asked about are the
left-out labels' examples, which are out of scope, and a fifth of the other labels' examples, without near-duplicates of what
was trained on.
"""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from data.arrays import Float64
from data.case import Case
from data.errors import InputError
from data.labels import LabelSet
from data.profile import Profile
from data.progress import track
from data.reading import ReadingOptions
from data.run import RunFolder
from data.schema import Task
from data.training import run_training
from fusion.chain import fit_chain_fusion, label_counts, make_evidence, training_evidence
from fusion.evaluation.crossval import query_by_task
from fusion.evaluation.new_labels import without
from fusion.handover import scope_limit
from fusion.scope import ScopeReference, signals
from retrieval.duplicates import duplicate_groups
from retrieval.encoder import Encodes
from retrieval.encoders import load_encoders
from retrieval.indexing import fit_retriever, knowledge_for
from retrieval.vectors import CaseVectors, encode_cases

GROUPS = 8
FOLDS = 5

Parts = tuple[NDArray[np.bool_], Float64, Float64, NDArray[np.bool_]]  # strange or not, two scores, refused or not: (n,) each


@dataclass(frozen=True)
class Separation:
    """Of one task: how many examples `outside` and `inside` the scope were asked about, and two areas under the ROC curve.

    `scope` is that of the scope score, `probability` that of the largest probability alone. `found` and `lost` are the shares of
    the outside and of the inside that a hand-over rule calls out of scope.
    """

    task: Task
    outside: int
    inside: int
    scope: float
    probability: float
    found: float
    lost: float


def evaluate_out_of_scope(run: RunFolder, seed: int, reading: ReadingOptions) -> list[Separation]:
    """Leave every label of a run's training data out once. Raises InputError where a task has too few labels."""
    manifest, data = run_training(run, reading)
    profile = dataclasses.replace(manifest.profile, seed=seed)
    encoder = load_encoders(profile)
    return out_of_scope(data.cases, encode_cases(encoder, data.cases), profile, manifest.labels, encoder)


def out_of_scope(
    cases: Sequence[Case], vectors: CaseVectors, profile: Profile, labels: LabelSet, encoder: Encodes
) -> list[Separation]:
    """The same on cases in memory."""
    duplicates = duplicate_groups(cases, vectors.image)
    keys = np.array([f"{case.sample.task}/{case.sample.label}" for case in cases])
    knowledge = knowledge_for(labels, encoder, profile)
    rng = random.Random(f"out-of-scope-{profile.seed}")
    groups: list[list[tuple[Task, str]]] = [[] for _ in range(GROUPS)]
    for task in Task:
        names = [name for name in labels.names(task) if (keys == f"{task}/{name}").any()]
        for place, name in enumerate(rng.sample(names, len(names))):
            groups[place % GROUPS].append((task, name))
    split = np.array([rng.randrange(FOLDS) for _ in range(len(cases))])[duplicates]
    found: dict[Task, list[Parts]] = {}
    for number, left_out in enumerate(track([group for group in groups if group], "out of scope", "group")):
        rest = labels_without(labels, left_out)
        outside = np.isin(keys, [f"{task}/{name}" for task, name in left_out])
        training = ~outside & (split != number % FOLDS)
        tested = ~training & ~np.isin(duplicates, duplicates[training]) & (outside | (split == number % FOLDS))
        known = without(knowledge, left_out, rest, encoder)
        inside = np.flatnonzero(training)
        retriever = fit_retriever([cases[row] for row in inside.tolist()], vectors.take(inside), rest, profile, known)
        fusion, fused = fit_chain_fusion(retriever, rest, profile, None)
        counts = label_counts(retriever, rest)
        examples, _ = training_evidence(retriever, rest, None)
        asked = np.flatnonzero(tested)
        for task, (own, retrieved) in query_by_task(
            retriever, [cases[row] for row in asked.tolist()], vectors.take(asked)
        ).items():
            reference = ScopeReference.of(signals(examples[task], fused.probabilities[task][0]))
            evidence = make_evidence(retrieved, counts)
            probability = fusion.predict(evidence)
            strange = np.array([(task, str(case.sample.label)) in left_out for case in own])
            score = reference.score(signals(evidence, probability))
            refused = score > scope_limit(reference.own)
            found.setdefault(task, []).append((strange, score, 1 - probability.max(axis=1), refused))
    return [_separation(task, parts) for task, parts in found.items()]


def labels_without(labels: LabelSet, left_out: Sequence[tuple[Task, str]]) -> LabelSet:
    """The label set as if some labels did not exist. Raises InputError where fewer than two labels of a task are left."""
    tasks = {task: tuple(label for label in own if (task, label.name) not in left_out) for task, own in labels.tasks.items()}
    for task, own in tasks.items():
        if sum(not label.retired for label in own) < 2:
            raise InputError(f"the label set has too few {task} labels to leave some of them out; three or more are needed")
    return LabelSet(labels.name, tasks)


def _separation(task: Task, parts: Sequence[Parts]) -> Separation:
    strange, scope, unsure, refused = (np.concatenate(column) for column in zip(*parts, strict=True))
    outside = int(strange.sum())
    return Separation(
        task,
        outside,
        len(strange) - outside,
        scope=float(roc_auc_score(strange, scope)),
        probability=float(roc_auc_score(strange, unsure)),
        found=float(refused[strange].mean()),
        lost=float(refused[~strange].mean()),
    )
