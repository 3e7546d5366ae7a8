"""`python -m retrieval.build_index --unlabelled`: rows without labels are learned from, recorded and taken back."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from retrieval_fakes import LABELS, OneHotEncoder, cases

import retrieval.indexing
from data.dialogue import to_instruction
from data.profile import load_profile
from data.reader import load_samples
from data.reading import ReadingOptions
from data.schema import Task
from retrieval import build_index
from retrieval.indexing import read_unlabelled


class Fakes(OneHotEncoder):
    """The one-hot encoder in the place of a run's encoders."""

    def record(self) -> dict[str, str]:
        return {"encoder": "fake"}


def write(path: Path, labelled: bool) -> Path:
    names = LABELS.names(Task.DIALOGUE)
    samples = [case.sample for case in cases(8) if case.sample.task is Task.DIALOGUE]
    said = "怎么" if labelled else "现在怎么"  # other rows than the labelled ones
    rows = [
        {
            "id": sample.id,
            "instruction": to_instruction(sample, names).replace("怎么", said),
            "output": sample.label if labelled else "",
            "image": [],
        }
        for sample in samples
    ]
    path.write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")
    return path


def test_command_learns_from_unlabelled_dialogues_and_takes_them_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(retrieval.indexing, "load_encoders", lambda profile: Fakes())
    labels = tmp_path / "labels.json"
    labels.write_text(json.dumps(LABELS.to_dict(), ensure_ascii=False), encoding="utf-8")
    data, more = write(tmp_path / "train.json", True), write(tmp_path / "more.json", False)
    command = ["--data", str(data), "--labels", str(labels), "--run", str(tmp_path / "run")]

    def built(*options: str) -> tuple[str, dict[str, object], np.ndarray]:
        assert build_index.main([*command, *options]) == 0
        folder = tmp_path / "run" / "index"
        state = json.loads((folder / "dialogue.json").read_text(encoding="utf-8"))["self_training"]
        with np.load(folder / "dialogue-left-out.npz") as arrays:
            return capsys.readouterr().out, state, arrays["score_probe_sentence"]

    text, state, plain = built()
    assert state == {}
    assert "unlabelled" not in text
    text, state, _ = built("--unlabelled", str(more))
    assert set(state) >= {"without", "with", "kept"}
    assert f"out-of-fold loss {state['without']:.4f} without" in text
    assert "finished already" in built("--unlabelled", str(more))[0]
    assert "finished already" in built()[0]
    text, state, again = built("--unlabelled", "none")
    assert state == {}
    assert np.array_equal(again, plain)
    assert "finished already" in built("--unlabelled", "none")[0]


def test_scenes_are_read_with_their_images_and_dialogues_without(tmp_path: Path) -> None:
    folder = tmp_path / "images"
    folder.mkdir()
    Image.new("RGB", (64, 64), "white").save(folder / "a.png")
    data = tmp_path / "more.json"
    rows = [{"id": "s", "image": "a.png"}, {"id": "d", "text": "漏水", "image": "a.png"}]
    data.write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")
    profile, reading = load_profile("embedded"), ReadingOptions(workers=1)
    found, messages = read_unlabelled(load_samples(data), tmp_path / "images", LABELS, OneHotEncoder(), profile, reading)
    assert [(case.sample.id, case.sample.label, len(case.pages)) for case in found.cases] == [("s", None, 1), ("d", None, 0)]
    assert len(found) == len(found.vectors) == 2
    assert len(messages) == 1  # a white page


def test_a_missing_file_leaves_the_run_as_it_was(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = write(tmp_path / "train.json", True)
    labels = tmp_path / "labels.json"
    labels.write_text(json.dumps(LABELS.to_dict(), ensure_ascii=False), encoding="utf-8")
    command = ["--data", str(data), "--labels", str(labels), "--run", str(tmp_path / "run")]
    assert build_index.main([*command, "--unlabelled", str(tmp_path / "none.json")]) == 2
    assert "none.json" in capsys.readouterr().err
    assert not (tmp_path / "run").exists()
