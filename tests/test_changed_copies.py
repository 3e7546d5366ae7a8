"""Changed copies of the bundled sample: rows stay, pictures change as the name of the change says."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from data.images import open_image
from data.reader import load_samples
from data.rectify import find_page
from data.run import SAMPLE
from data.synth.changed_copies import CHANGES, main


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    """Two rows of the bundled sample and one whose image is missing."""
    own = json.loads((SAMPLE / "train.json").read_text("utf-8"))[:2]
    path = tmp_path / "rows.json"
    path.write_text(json.dumps([*own, own[0] | {"id": "missing", "image": ["nowhere.jpg"]}]), "utf-8")
    return path


def copied(rows: Path, change: str, out: Path) -> list[Image.Image]:
    """The copies as they are opened, after the rows were compared."""
    given = ["--data", str(rows), "--images", str(SAMPLE / "images"), "--change", change, "--out", str(out)]
    assert main(given) == 0
    before, after = load_samples(rows), load_samples(out / "data.json")
    assert [(one.id, one.task, one.turns, one.label) for one in after] == [
        (one.id, one.task, one.turns, one.label) for one in before
    ]
    assert after[-1].images == ("nowhere.jpg",)
    return [open_image(out / "images" / name)[0] for one in after[:-1] for name in one.images]


@pytest.mark.parametrize("change", CHANGES)
def test_copies_are_changed_as_said(change: str, rows: Path, tmp_path: Path) -> None:
    made = copied(rows, change, tmp_path / "out")
    originals = [open_image(SAMPLE / "images" / name)[0] for one in load_samples(rows)[:-1] for name in one.images]
    assert len(made) == len(originals) >= 2
    for copy, image in zip(made, originals, strict=True):
        if change in ("jpeg", "heic", "exif", "inverted", "head"):
            assert copy.size == image.size
            upright = copy.transpose(Image.Transpose.ROTATE_180) if change == "head" else copy
            difference = np.abs(np.asarray(upright, int) - np.asarray(image, int)).mean()
            assert difference > 60 if change == "inverted" else difference < 8
        elif change == "transparent":
            grey = np.asarray(image.convert("L"), int)
            assert np.abs(255 - np.asarray(copy, int) - grey[..., None]).mean() < 8, "put on black, the ink is light"
        elif change == "side":
            assert copy.size == image.size[::-1]
        elif change == "tiny":
            assert max(copy.size) == 300
        elif change == "bars":
            assert copy.width == round(copy.height * 16 / 9)
            assert not np.asarray(copy)[:, :5].max() > 8
        elif change in ("long", "below"):
            assert copy.width == 1080
            assert find_page(copy) is not None
        else:
            assert copy.width > 0.9 * 1.36 * 1200 * image.width / max(image.size)


def test_the_same_command_writes_the_same_copies(rows: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        copied(rows, "screenphoto", tmp_path / name)
    files = [sorted((tmp_path / name / "images").iterdir()) for name in ("one", "two")]
    assert [path.read_bytes() for path in files[0]] == [path.read_bytes() for path in files[1]]
