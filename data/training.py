"""The training data of a run, loaded the same way by every step."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from data.case import Case
from data.cases import Reader, load_cases
from data.errors import ImageError, InputError, RunError
from data.images import find_image
from data.labels import LabelSet, load_labels
from data.profile import Profile
from data.reader import check_labels, load_samples
from data.reading import ReadingOptions
from data.run import Manifest, RunFolder, file_digest
from data.schema import Sample
from data.taught import taught_to
from data.teaching import Taught

MOST_MISSING = 0.2  # share of images that may be unreadable before training stops
SHOWN = 3  # of them, in the message


@dataclass(frozen=True)
class TrainingData:
    """Labelled cases in the data file's order, and messages on rows with problems or without a usable label."""

    cases: list[Case]
    messages: list[str]


def labelled_samples(data: Path, labels: LabelSet) -> tuple[list[Sample], list[str]]:
    """Samples that can be learned from, and messages on the others. Raises InputError where none is left."""
    samples = load_samples(data)
    good, messages = check_labels(samples, labels, str(data))
    labelled = sum(sample.label is not None for sample in samples)
    if not labelled:
        raise InputError(f"{data} has no row with a label; training data must be labelled")
    if len(good) <= labelled / 2:
        official = "the official label file, which is used where --labels is not given,"
        known = official if labels.digest() == load_labels().digest() else "the label file"
        remedy = (
            f"{data}: {len(good):,} of {labelled:,} labelled rows have a label that {known} knows. For the data's own labels run "
            f"`python -m data.labels --data {data} --out labels.json`, and give --labels labels.json"
        )
        if not good:
            raise InputError(remedy)
        messages.append(remedy)
    return good, messages


def load_training(
    profile: Profile,
    labels: LabelSet,
    data: Path,
    images: Path,
    reading: ReadingOptions,
    progress: str | None = "images",
) -> TrainingData:
    """Read, check, open and OCR everything, in processes of this machine or of a cluster. `progress` names the bar."""
    samples, messages = labelled_samples(data, labels)
    refuse_missing(samples, images, reading)
    cases = load_cases(samples, reading.reader(profile, images), progress, reading.cluster)
    problems = [problem for case in cases for problem in case.sample.problems]
    named, read = sum(len(sample.images) for sample in samples), sum(len(case.pages) for case in cases)
    if named - read > MOST_MISSING * named and not reading.allow_missing:
        raise _too_many(named - read, named, images, problems)
    messages += problems
    return TrainingData(cases, messages)


def refuse_missing(samples: Sequence[Sample], images: Path, reading: ReadingOptions) -> None:
    """Raises InputError where more than a fifth of the images are not there, which `reading` may allow; nothing is opened."""
    if reading.allow_missing:
        return
    missing, named = [], 0
    for sample in samples:
        for name in sample.images:
            named += 1
            try:
                if name not in sample.contents:
                    find_image(name, images)
            except ImageError as error:
                missing.append(str(error))
    if len(missing) > MOST_MISSING * named:
        raise _too_many(len(missing), named, images, missing)


def _too_many(missing: int, named: int, images: Path, messages: Sequence[str]) -> InputError:
    shown = "".join(f"\n  {message}" for message in messages[:SHOWN])
    return InputError(
        f"{missing:,} of {named:,} images cannot be read in {images}, and training without them would be worth little:{shown}\n"
        "Give the right folder with --images, or train all the same with --allow-missing."
    )


def run_training(
    run: RunFolder,
    reading: ReadingOptions,
    progress: str | None = "images",
    profile: Profile | None = None,
) -> tuple[Manifest, TrainingData]:
    """The training data that a run's manifest names, images as large as `profile` (default: the run's) wants them, with what the
    run was taught before it was built.

    Raises RunError where the file has changed since.
    """
    manifest = run.read_manifest()
    taught = taught_to(run.path, manifest.taught)
    training = data_file(run, manifest, taught, reading, progress, profile)
    return manifest, with_taught(training, taught, manifest, profile or manifest.profile, reading)


def data_file(
    run: RunFolder,
    manifest: Manifest,
    taught: Taught,
    reading: ReadingOptions,
    progress: str | None = "images",
    profile: Profile | None = None,
) -> TrainingData:
    """The labelled cases of a run's data file as they are there, whatever was taught.

    `taught` is what the run was built with. Raises RunError where the file has changed since.
    """
    profile = profile or manifest.profile
    data = Path(manifest.data)
    if not data.exists() or training_digest(data, taught) != manifest.data_digest:
        state = "has changed" if data.exists() else "is missing"
        raise RunError(
            f"training data {data} {state} since {run.path} was built; put the same file back, or build a new run folder with "
            "`python -m retrieval.build_index`"
        )
    images = Path(manifest.images)
    if not images.is_dir():
        raise RunError(
            f"the images of {run.path} are no longer in {images}; put them back, or say where they are: `python -m "
            f"retrieval.build_index --run {run.path} --data {data} --images FOLDER` with the run's other options, which builds "
            "nothing anew"
        )
    return load_training(profile, manifest.labels, data, images, reading, progress)


def with_taught(
    training: TrainingData, taught: Taught, manifest: Manifest, profile: Profile, reading: ReadingOptions
) -> TrainingData:
    """Training data as it is after what was taught: corrected, without what was removed, and with the taught examples last."""
    own, messages = taught_cases(taught, manifest, profile, reading)
    names = {task: set(manifest.labels.names(task)) for task in manifest.labels.tasks}
    cases = [case for case in taught.cases(training.cases, own) if case.sample.label in names.get(case.sample.task, ())]
    return TrainingData(cases, [*training.messages, *messages])


def taught_cases(taught: Taught, manifest: Manifest, profile: Profile, reading: ReadingOptions) -> tuple[list[Case], list[str]]:
    """The examples that were taught, read in this process, and messages on those whose label is none of the run's."""
    samples, messages = check_labels(taught.examples.values(), manifest.labels, "what was taught")
    return load_cases(samples, Reader.for_profile(profile, Path(manifest.images), reading.cache, 1)), messages


def training_digest(data: Path, taught: Taught) -> str:
    """SHA-256 (hex) of what a run learns from: of the data file alone where nothing was taught."""
    file, own = file_digest(data), taught.digest()
    return hashlib.sha256(f"{file}{own}".encode()).hexdigest() if own else file
