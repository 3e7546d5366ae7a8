"""The visual probe: what it counts of a page's pixels, that it tells pages apart by them, and that it is kept as arrays."""

from __future__ import annotations

import numpy as np
from PIL import Image

from data.case import Case
from data.page import Page
from data.schema import Sample, Task
from retrieval.visual import PICTURE, VisualProbe, picture_features


def case(pixels: np.ndarray | None, shape: tuple[int, int] = (540, 1170)) -> Case:  # type: ignore[type-arg]
    return Case(Sample("1", Task.SCENE), (Page("", *shape, (), pixels),))


def picture(label: int, number: int) -> Case:
    """A page in three colours or a page of stripes, with noise."""
    generator = np.random.default_rng([label, number])
    pixels = np.full((160, 80, 3), 255, np.uint8)
    if label == 0:
        pixels[:30] = (240, 80, 30)
    elif label == 1:
        pixels[:30] = (30, 90, 220)
    else:
        pixels[40::6] = 20
    return case(np.clip(pixels + generator.normal(0, 12, pixels.shape), 0, 255).astype(np.uint8))


def test_features_are_bounded_and_of_one_size() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (90, 70, 3), dtype=np.uint8)
    for pixels in (noise, np.zeros((1, 1, 3), np.uint8), np.full((300, 20, 3), 255, np.uint8)):
        features = picture_features(case(pixels))
        assert features.shape == (PICTURE,)
        assert np.isfinite(features).all()
    assert not picture_features(Case(Sample("1", Task.SCENE))).any()
    assert not picture_features(case(None)).any()


def test_a_small_copy_looks_the_same() -> None:
    pixels = np.asarray(picture(0, 0).pages[0].pixels)
    small = np.asarray(Image.fromarray(pixels).resize((40, 80), Image.Resampling.BOX))
    near = np.abs(picture_features(case(pixels)) - picture_features(case(small))).mean()
    far = np.abs(picture_features(case(pixels)) - picture_features(picture(2, 0))).mean()
    assert near < far / 3


def test_probe_tells_pictures_apart_and_survives_storage() -> None:
    targets = np.repeat(np.arange(3), 8)
    features = np.stack([picture_features(picture(int(label), number)) for number, label in enumerate(targets)])
    probe = VisualProbe.fit(features, targets, 4, seed=0)
    unseen = np.stack([picture_features(picture(label, 100)) for label in range(3)])
    scores = probe.scores(unseen)
    assert scores.shape == (3, 4)
    assert scores.argmax(axis=1).tolist() == [0, 1, 2]
    assert (scores[:, 3] == -1).all(), "a label without examples"
    restored = VisualProbe.restore(probe.arrays())
    assert restored is not None
    assert np.array_equal(restored.scores(unseen), scores)
    assert VisualProbe.restore({"probe_text_bias": np.zeros(3)}) is None


def test_probe_without_examples_says_nothing() -> None:
    probe = VisualProbe.fit(np.zeros((0, PICTURE), np.float32), np.zeros(0, np.int64), 2, seed=0)
    assert np.array_equal(probe.scores(np.ones((1, PICTURE), np.float32)), [[-1, -1]])


def test_probe_of_dialogues_says_nothing_of_any_label() -> None:
    probe = VisualProbe.fit(np.zeros((5, 0), np.float32), np.arange(5) % 2, 3, seed=0)
    restored = VisualProbe.restore(probe.arrays())
    assert restored is not None
    assert restored.silent
    assert np.array_equal(restored.scores(np.zeros((2, 0), np.float32)), np.zeros((2, 3)))
