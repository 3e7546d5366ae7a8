"""On real examples of the challenge, where they are at hand: INTENT_REAL_DATA names the folder with train.json and images/."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from data.dialogue import scene_instruction, to_instruction
from data.images import find_image, open_image
from data.labels import load_labels
from data.reader import check_labels, load_samples
from data.schema import Sample, Task

REAL = Path(os.environ.get("INTENT_REAL_DATA", Path(__file__).parents[2] / "shared" / "mire"))

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not (REAL / "train.json").is_file(), reason="no real examples; set INTENT_REAL_DATA to their folder"),
]


@pytest.fixture(scope="module")
def samples() -> list[Sample]:
    return load_samples(REAL / "train.json")


def test_every_row_is_understood(samples: list[Sample]) -> None:
    good, messages = check_labels(samples, load_labels(), "train.json")
    assert len(good) == len(samples)
    assert messages == []
    assert {sample.task for sample in samples} == set(Task)
    assert all("without an image" in problem for sample in samples for problem in sample.problems)


def test_instructions_are_written_as_they_were_read(samples: list[Sample]) -> None:
    """Nothing of a dialogue is lost in parsing: writing the turns again gives the organiser's text."""
    labels = load_labels()
    scenes = scene_instruction([label.name for label in labels.tasks[Task.SCENE]])
    for sample in samples:
        again = scenes if sample.task is Task.SCENE else to_instruction(sample, labels.names(Task.DIALOGUE))
        assert " ".join(again.split()) == " ".join(sample.row["instruction"].split())


def test_images_are_found_and_opened(samples: list[Sample]) -> None:
    for sample in samples[::40]:
        for name in sample.images:
            image, _ = open_image(find_image(f"save/images/{name}", REAL / "images"))
            assert image.mode == "RGB"
