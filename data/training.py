"""The training data of a run, loaded the same way by every step."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from data.case import Case
from data.cases import load_cases
from data.errors import InputError, RunError
from data.labels import LabelSet, load_labels
from data.profile import Profile
from data.reader import check_labels, load_samples
from data.reading import ReadingOptions
from data.run import Manifest, RunFolder, file_digest
from data.schema import Sample


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
    cases = load_cases(samples, reading.reader(profile, images), progress, reading.cluster)
    messages += [problem for case in cases for problem in case.sample.problems]
    return TrainingData(cases, messages)


def run_training(
    run: RunFolder,
    reading: ReadingOptions,
    progress: str | None = "images",
    profile: Profile | None = None,
) -> tuple[Manifest, TrainingData]:
    """The training data that a run's manifest names, images as large as `profile` (default: the run's) wants them.

    Raises RunError where the file has changed since.
    """
    manifest = run.read_manifest()
    profile = profile or manifest.profile
    data = Path(manifest.data)
    if not data.is_file() or file_digest(data) != manifest.data_digest:
        state = "has changed" if data.is_file() else "is missing"
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
    return manifest, load_training(profile, manifest.labels, data, images, reading, progress)
