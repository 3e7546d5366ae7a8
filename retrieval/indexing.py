"""Building a run's index: labelled cases and written ones, encoded, indexed, with the probes fitted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import f1_score

from data.case import Case
from data.labels import LabelSet, best_labels
from data.profile import Profile
from data.reading import ReadingOptions
from data.run import Manifest, RunFolder
from data.schema import Task
from data.taught import taught_to
from data.training import labelled_samples, load_training, refuse_missing, taught_cases, training_digest
from retrieval.encoded import Encoded, save_encoded
from retrieval.encoder import Encoder, Encodes
from retrieval.knowledge import Pairs
from retrieval.retriever import Retriever
from retrieval.vectors import CaseVectors, encode_cases, encode_labels
from retrieval.written import PER_LABEL, written_cases

KNOWLEDGE_PER_LABEL = PER_LABEL  # written cases of each label that probes learn from


@dataclass(frozen=True)
class Knowledge:
    """What is known of the labels without any labelled example: written cases and label vectors, per task."""

    pairs: Mapping[Task, Pairs]
    label_vectors: Mapping[Task, NDArray[np.float32]]


def build_index(
    run: RunFolder,
    data: Path,
    images: Path,
    profile: Profile,
    labels: LabelSet,
    reading: ReadingOptions,
) -> tuple[list[str], list[str]]:
    """Build the index step of a run folder. Returns the lines that the command prints, and messages on rows with problems.

    What the run was taught so far is learned from as well. The result is the same whether images are read here or on a cluster.
    """
    finished = run.read_manifest().taught if run.is_complete("index") else None
    taught = taught_to(run.path, finished)
    labels = taught.label_set(labels)
    samples, _ = labelled_samples(data, labels)  # Errors come before the manifest: a mistake leaves no run folder behind.
    reading.reader(profile, images)
    refuse_missing(samples, images, reading)
    digest = training_digest(data, taught)
    manifest = Manifest(profile, labels, str(data.resolve()), str(images.resolve()), digest, taught=taught.version)
    run.write_manifest(manifest)
    if run.is_complete("index"):
        run.require("index")
        return [f"{run.step('index')} is finished already{_taught_since(run, taught.version)}"], []
    encoder = Encoder(profile.encoder)
    training = load_training(profile, labels, data, images, reading)
    read = Encoded(training.cases, encode_cases(encoder, training.cases))
    own, messages = taught_cases(taught, manifest, profile, reading)
    learned = read.after(taught, Encoded(own, encode_cases(encoder, own)))
    retriever = fit_retriever(learned.cases, learned.vectors, labels, profile, knowledge_for(labels, encoder, profile))
    run.reset("index")
    files = [*retriever.save(run.step("index")), *save_encoded(run.step("index"), read)]
    run.complete("index", files, encoder=encoder.fingerprint)
    return summary(retriever, labels), [*training.messages, *messages]


def _taught_since(run: RunFolder, version: int) -> str:
    """What to say of what was taught after the run was built."""
    later = taught_to(run.path).version - version
    if later <= 0:
        return ""
    return (
        f"; {later} changes were taught since: they count for its answers, and `python -m retrieval.build_index --run NEW "
        f"--taught {run.path}` begins a run that is trained with them"
    )


def knowledge_for(labels: LabelSet, encoder: Encodes, profile: Profile) -> Knowledge:
    """Written cases of the labels that the synthetic corpus knows, and vectors of all labels.

    There are no written cases where `retrieval.knowledge` of the profile is false.
    """
    names = {task: labels.names(task) for task in labels.tasks} if profile.retrieval.knowledge else {}
    pairs = written_cases(names, KNOWLEDGE_PER_LABEL)
    return Knowledge(pairs, encode_labels(encoder, labels, pairs))


def fit_retriever(
    cases: Sequence[Case], vectors: CaseVectors, labels: LabelSet, profile: Profile, knowledge: Knowledge
) -> Retriever:
    """The retriever of a profile over labelled cases."""
    return Retriever.fit(cases, vectors, labels, profile.retrieval, profile.seed, knowledge.pairs, knowledge.label_vectors)


def summary(retriever: Retriever, labels: LabelSet) -> list[str]:
    """One line per task: examples, and weighted F1 of the out-of-fold answers."""
    lines = []
    for task, retrieved in retriever.out_of_fold().items():
        names = labels.names(task)
        truth = [retriever.table.labels[row] for row in retriever.rows(task)]
        if truth:
            guesses = best_labels(names, retrieved.probability)
            f1 = f1_score(truth, guesses, average="weighted", zero_division=0)
            lines.append(f"{task}: {len(truth)} examples, retrieval alone has weighted F1 {f1:.4f} out-of-fold")
    return lines
