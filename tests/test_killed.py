"""The three commands, killed by SIGKILL and started again, leave the same bytes as if nothing had happened.

A kill comes when a file has been written and does not have its name yet: what the command has done so far is then as large as it
gets without being finished, and a temporary file is left behind.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from world import WRITTEN, World, content, killed, predictions

import fusion.parts
import fusion.predict
import retrieval.build_index
import vlm.train_lora

pytestmark = pytest.mark.slow

PART = 4  # samples predicted together


def test_killed_index_continues(world: World, tmp_path: Path) -> None:
    run = tmp_path / "run"
    few = f"import retrieval.indexing; retrieval.indexing.KNOWLEDGE_PER_LABEL = {WRITTEN}"
    killed("retrieval.build_index", world.build(run), "index/retriever.json", few)
    assert not (run / "index" / "complete.json").exists()
    assert retrieval.build_index.main(world.build(run)) == 0
    assert content(run / "index") == content(world.run / "index")
    assert (run / "manifest.json").read_bytes() == (world.run / "manifest.json").read_bytes()


def test_killed_training_continues(world: World, tmp_path: Path) -> None:
    run = world.copy(tmp_path / "run", "index")
    first, second = (run / "vlm" / "folds" / name for name in "01")
    killed("vlm.train_lora", world.train(run), "folds/1/complete.json")
    assert (first / "complete.json").exists()
    assert not (second / "complete.json").exists()
    assert [path.name for path in second.iterdir() if path.suffix == ".tmp"]
    written = {path: path.stat().st_mtime_ns for path in first.iterdir()}
    assert vlm.train_lora.main(world.train(run)) == 0
    assert written == {path: path.stat().st_mtime_ns for path in first.iterdir()}
    assert content(run / "vlm") == content(world.run / "vlm")


def test_killed_prediction_continues(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed after its first part, and once more when all is predicted."""
    monkeypatch.setattr(fusion.parts, "PART", PART)
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    assert fusion.predict.main(world.predict(world.run, "test.json", whole)) == 1
    small = f"import fusion.parts; fusion.parts.PART = {PART}"
    asked = world.predict(world.run, "test.json", broken)
    killed("fusion.predict", asked, f"{PART:08d}.jsonl", small)
    assert [path.name for path in broken.glob("parts/*/*.jsonl")] == [f"{0:08d}.jsonl"]
    first = next(broken.glob("parts/*/*.jsonl")).stat().st_mtime_ns
    killed("fusion.predict", asked, "predictions.jsonl", small)
    assert next(broken.glob(f"parts/*/{0:08d}.jsonl")).stat().st_mtime_ns == first
    assert fusion.predict.main(asked) == 1
    assert content(broken) == content(whole)
    same = [[value[name] for name in ("id", "predict", "budget")] for value in predictions(whole)]
    assert same == [[value[name] for name in ("id", "predict", "budget")] for value in predictions(world.run / "predictions")]
