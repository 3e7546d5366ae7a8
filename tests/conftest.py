"""Fixtures of more than one test file. They import what they need themselves, so that a test of little loads little."""

from __future__ import annotations

import dataclasses
import json
import shutil
from collections.abc import Iterator

import pytest
from world import PROFILE, WRITTEN, World, bad_rows, is_dialogue, training_rows

from data.run import SAMPLE


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A run that all end-to-end tests of a process share; what changes it works on a copy."""
    import fusion.predict
    import retrieval.build_index
    import retrieval.indexing
    import vlm.train_lora

    folder = tmp_path_factory.mktemp("end_to_end")
    training = training_rows()
    rows = json.loads((SAMPLE / "test.json").read_text("utf-8"))
    good = [row for row in rows if not is_dialogue(row)][:3] + [
        row for row in rows if is_dialogue(row) and len(row["image"]) == 1
    ][:3]
    made = World(folder, folder / "run", good, bad_rows(good), -1)
    made.images.mkdir()
    for name in {name for row in training + good for name in row["image"]}:
        shutil.copy(SAMPLE / "images" / name, made.images)
    picture = (made.images / good[0]["image"][0]).read_bytes()
    (made.images / "broken.jpg").write_bytes(picture[: len(picture) // 3])
    for name, value in (("train", training), ("test", made.rows), ("good", good), ("tiny", PROFILE)):
        (folder / f"{name}.json").write_text(json.dumps(value), "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(retrieval.indexing, "KNOWLEDGE_PER_LABEL", WRITTEN)
        assert retrieval.build_index.main(made.build(made.run)) == 0
        assert vlm.train_lora.main(made.train(made.run)) == 0
        status = fusion.predict.main(made.predict(made.run, "test.json", made.run / "predictions"))
        yield dataclasses.replace(made, status=status)


@pytest.fixture
def quick_compiler(monkeypatch: pytest.MonkeyPatch) -> None:
    """torch.compile with everything but the generation of machine code, which takes minutes on a CPU."""
    import torch

    import vlm.engines.forward

    torch._dynamo.reset()
    compiled = torch.compile(vlm.engines.forward._run_layer, dynamic=True, fullgraph=True, backend="aot_eager")
    monkeypatch.setattr(vlm.engines.forward, "_compiled_layer", lambda: compiled)
