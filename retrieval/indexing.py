"""Building a run's index: labelled cases and written ones, encoded, indexed, with the probes fitted."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sklearn.metrics import f1_score

from data.atomic import writing_alone
from data.case import Case
from data.cases import load_cases
from data.folds import informative
from data.labels import LabelSet, best_labels
from data.profile import Profile
from data.reader import images_folder, load_samples
from data.reading import ReadingOptions
from data.run import Manifest, RunFolder, file_digest
from data.schema import Sample, Task
from data.taught import taught_to
from data.teaching import Taught
from data.training import labelled_samples, load_training, refuse_missing, taught_cases, training_digest
from retrieval.encoded import Encoded, save_encoded
from retrieval.encoder import Encodes
from retrieval.encoders import load_encoders
from retrieval.knowledge import Pairs
from retrieval.retriever import Retriever
from retrieval.vectors import CaseVectors, LabelVectors, encode_cases, encode_labels
from retrieval.written import PER_LABEL, written_cases

KNOWLEDGE_PER_LABEL = PER_LABEL  # written cases of each label that probes learn from
NOTHING = "none"  # in place of a file of unlabelled rows


@dataclass(frozen=True)
class Knowledge:
    """What is known of the labels without any labelled example: written cases and label vectors, per task."""

    pairs: Mapping[Task, Pairs]
    label_vectors: Mapping[Task, LabelVectors]


@dataclass(frozen=True)
class _Unlabelled:
    """Rows to learn from without their labels, the folder of their images, and their file's digest."""

    samples: Sequence[Sample]
    images: Path
    digest: str


def build_index(
    run: RunFolder,
    data: Path,
    images: Path,
    profile: Profile,
    labels: LabelSet,
    reading: ReadingOptions,
    unlabelled: str | None = None,
) -> tuple[list[str], list[str] | None]:
    """Build the index step of a run folder. Returns the lines that the command prints, and messages on rows with problems, None
    where it was finished already.

    What the run was taught so far is learned from as well. The result is the same whether images are read here or on a cluster.
    `unlabelled` is a data file whose rows are learned from without their labels, or NOTHING; None leaves it at what the
    index was built with. Another one builds the index anew.
    """
    finished = run.read_manifest().taught if run.is_complete("index") else None
    taught = taught_to(run.path, finished)
    labels = taught.label_set(labels)
    samples, _ = labelled_samples(data, labels)  # Errors come before the manifest: a mistake leaves no run folder behind.
    more = None
    if unlabelled and unlabelled != NOTHING:
        file = Path(unlabelled)
        more = _Unlabelled(load_samples(file), images_folder(file), file_digest(file))
        reading.reader(profile, more.images)
    reading.reader(profile, images)
    refuse_missing(samples, images, reading)
    digest = training_digest(data, taught)
    manifest = Manifest(profile, labels, str(data.resolve()), str(images.resolve()), digest, taught=taught.version)
    with writing_alone(run.path, "--run"):
        run.write_manifest(manifest)
        if run.is_complete("index"):
            built = run.require("index").get("unlabelled")
            if unlabelled is None or built == (more.digest if more else None):
                return [f"{run.step('index')} is finished already{_taught_since(run, taught.version)}"], None
        return _build(run, manifest, taught, reading, data, images, more)


def _build(
    run: RunFolder,
    manifest: Manifest,
    taught: Taught,
    reading: ReadingOptions,
    data: Path,
    images: Path,
    unlabelled: _Unlabelled | None,
) -> tuple[list[str], list[str]]:
    """Make the index anew."""
    profile, labels = manifest.profile, manifest.labels
    encoder = load_encoders(profile)
    training = load_training(profile, labels, data, images, reading)
    read = Encoded(training.cases, encode_cases(encoder, training.cases))
    own, messages = taught_cases(taught, manifest, profile, reading)
    learned = read.after(taught, Encoded(own, encode_cases(encoder, own)))
    knowledge = knowledge_for(labels, encoder, profile)
    unnamed = None
    used = {}
    if unlabelled is not None:
        used["unlabelled"] = unlabelled.digest
        unnamed, problems = read_unlabelled(unlabelled.samples, unlabelled.images, labels, encoder, profile, reading)
        messages += problems
    retriever = fit_retriever(learned.cases, learned.vectors, labels, profile, knowledge, unnamed)
    run.reset("index")
    files = [*retriever.save(run.step("index")), *save_encoded(run.step("index"), read)]
    run.complete("index", files, **encoder.record(), **used)
    return [*summary(retriever, labels), *(self_training_summary(retriever) if unnamed else [])], [*training.messages, *messages]


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


def read_unlabelled(
    rows: Sequence[Sample], images: Path, labels: LabelSet, encoder: Encodes, profile: Profile, reading: ReadingOptions
) -> tuple[Encoded, list[str]]:
    """The rows of a data file without their labels, and messages on images with problems.

    Images of dialogues are not read: they say little of a dialogue's label.
    """
    samples = [
        dataclasses.replace(sample, label=None, images=sample.images if sample.task is Task.SCENE else ())
        for sample in rows
        if sample.task in labels.tasks
    ]
    cases = load_cases(samples, reading.reader(profile, images), "unlabelled images", reading.cluster)
    messages = [problem for case in cases for problem in case.sample.problems]
    return Encoded(cases, encode_cases(encoder, cases)), messages


def fit_retriever(
    cases: Sequence[Case],
    vectors: CaseVectors,
    labels: LabelSet,
    profile: Profile,
    knowledge: Knowledge,
    unlabelled: Encoded | None = None,
) -> Retriever:
    """The retriever of a profile over labelled cases, and over unlabelled ones where they help."""
    return Retriever.fit(
        cases,
        vectors,
        labels,
        profile.retrieval,
        profile.seed,
        knowledge.pairs,
        knowledge.label_vectors,
        unlabelled=unlabelled,
    )


def self_training_summary(retriever: Retriever) -> list[str]:
    """What came of unlabelled samples, in one line a task."""
    lines = []
    for task, own in retriever.tasks.items():
        if record := own.self_training:
            losses = f"out-of-fold loss {record['without']:.4f} without and {record['with']:.4f} with them"
            if record["kept"]:
                taken = f"{len(record['taken'])} pseudo-labels, {losses}"
                lines.append(f"unlabelled, {task}: {taken}; `--unlabelled {NOTHING}` takes them back")
            else:
                lines.append(f"unlabelled, {task}: not used, {losses}")
    return lines or ["unlabelled: nothing to learn from (it takes rows of a task that has labelled ones, and other than these)"]


def summary(retriever: Retriever, labels: LabelSet) -> list[str]:
    """Per task examples and weighted F1 of the out-of-fold answers, and whether these say little."""
    lines = []
    for task, retrieved in retriever.out_of_fold().items():
        names = labels.names(task)
        truth = [retriever.table.labels[row] for row in retriever.rows(task)]
        if truth:
            guesses = best_labels(names, retrieved.probability)
            f1 = f1_score(truth, guesses, average="weighted", zero_division=0)
            lines.append(f"{task}: {len(truth)} examples, retrieval alone has weighted F1 {f1:.4f} out-of-fold")
            if not informative(retriever.targets(task), retriever.groups(task)).any():
                lines.append(
                    f"{task}: that says little, since most examples are the only ones of their label and nothing else shows it"
                )
    return lines
