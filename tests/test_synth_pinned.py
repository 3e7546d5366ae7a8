"""The generator makes what it made: every layout, a thousand dialogues, and the rows of the bundled sample."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
from synth_digests import FILE, choices_digest, dialogue_digests, layout_digest

from data.labels import load_labels
from data.run import SAMPLE
from data.schema import Task
from data.synth.corpus import load_corpus
from data.synth.fonts import FontNotFoundError
from data.synth.lexicon import load_lexicon
from data.synth.make_sample import dialogue_example, plan, scene_example
from data.synth.screens import layouts, scenes

ROWS = 40  # of each part of the bundled sample, which are drawn to be made


@pytest.fixture(scope="module")
def pinned() -> dict[str, Any]:
    return json.loads(FILE.read_text(encoding="utf-8"))  # type: ignore[no-any-return]


def test_layouts_have_their_text_and_boxes(pinned: dict[str, Any]) -> None:
    lexicon, changed, skipped = load_lexicon(), [], []
    assert list(pinned["screens"]) == list(scenes())
    for scene in scenes():
        assert list(pinned["screens"][scene]) == list(layouts(scene)), scene
        for name, expected in pinned["screens"][scene].items():
            try:
                if layout_digest(scene, name, lexicon) != expected:
                    changed.append((scene, name))
            except FontNotFoundError:
                skipped.append(name)
    assert not changed
    if skipped:
        pytest.skip(f"no Chinese font is installed; without one {len(skipped)} layouts cannot be made: {skipped}")


def test_scenes_choose_among_the_same_layouts(pinned: dict[str, Any]) -> None:
    assert {scene: choices_digest(scene) for scene in scenes()} == pinned["choices"]


def test_dialogues_are_the_same(pinned: dict[str, Any]) -> None:
    assert dialogue_digests(load_corpus()) == pinned["dialogues"]


@pytest.mark.usefixtures("font")
@pytest.mark.parametrize(("part", "count"), [("train", 200), ("test", 100)])
def test_the_bundled_sample_begins_with_the_same_rows(part: str, count: int) -> None:
    labels, corpus, rng = load_labels(), load_corpus(part="held_out"), random.Random(f"2025-{part}")
    made = [
        (scene_example if task is Task.SCENE else dialogue_example)(label, labels, corpus, rng)[0]
        for task, label in plan(labels, count, rng)[:ROWS]
    ]
    assert made == json.loads((SAMPLE / f"{part}.json").read_text(encoding="utf-8"))[:ROWS]
