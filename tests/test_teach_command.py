"""`fusion.teach` on a real run: the next prediction knows what was taught, and a new run is trained with it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from world import World, is_dialogue, predictions

import fusion.loading
import fusion.predict
import fusion.teach
import retrieval.build_index
from data.reading import ReadingOptions
from data.run import RunFolder
from data.taught import TaughtStore, taught_path
from data.training import run_training
from fusion.handover import TAUGHT
from retrieval.retriever import Retriever

pytestmark = pytest.mark.slow

QUESTION = {"id": "asked", "text": "能开增值税专用发票吗"}


def test_the_next_prediction_knows_what_was_taught(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    run = world.copy(tmp_path / "run", "index", "vlm", "fusion")
    (tmp_path / "asked.json").write_text(json.dumps([QUESTION]))
    predict = ["--run", str(run), "--data", str(tmp_path / "asked.json"), "--images", str(world.images), *world.reading]
    options = ["--run", str(run), "--who", "anna"]

    fits: list[object] = []
    fit = fusion.loading.fit_rule
    monkeypatch.setattr(fusion.loading, "fit_rule", lambda *given: fits.append(given) or fit(*given))

    def answered(name: str) -> tuple[str, list[str]]:
        fits.clear()
        promise = ["--policy", "retrieval", "--max-error", "0.9"]
        assert fusion.predict.main([*predict, *promise, "--out", str(tmp_path / name)]) == 0
        assert len(fits) == 1
        (row,) = predictions(tmp_path / name)
        taught, new = name == "after", row["predict"] == "发票"
        assert row["rests_on"] == ("before_teaching" if taught else "out_of_fold")
        assert (row.get("reason") == "new_label") is new
        assert (TAUGHT in capsys.readouterr().out) is taught
        return row["predict"], [one["id"] for one in row["evidence"]["exemplars"]]

    before = answered("before")
    assert fusion.teach.main([*options, "--label", "dialogue", "发票", "顾客要开发票"]) == 0
    training = json.loads((world.folder / "train.json").read_text("utf-8"))
    dialogue, scene = (next(row for row in training if is_dialogue(row) is kind) for kind in (True, False))
    other = next(row["output"] for row in training if is_dialogue(row) and row["output"] != dialogue["output"])
    rows = [
        {"id": "new-1", "text": "可以开增值税专用发票的吗", "label": "发票"},
        {"id": "new-2", "images": [scene["image"][0]], "label": "没有这个标签"},
    ]
    (tmp_path / "taught.json").write_text(json.dumps(rows))
    capsys.readouterr()
    data = ["--data", str(tmp_path / "taught.json"), "--images", str(world.images), *world.reading]
    assert fusion.teach.main([*options, *data]) == 1
    printed = capsys.readouterr()
    assert "1 examples taught; version 2" in printed.out
    assert "没有这个标签" in printed.err
    after = answered("after")
    assert after[0] == "发票" != before[0]
    assert "new-1" in after[1]

    # A row of the run under its id with another label corrects it, and contradicts its twin.
    twin = {**dialogue, "id": "twin", "output": other}
    (tmp_path / "rows.json").write_text(json.dumps([{**dialogue, "output": other}, twin, training[-1]]))
    data = ["--data", str(tmp_path / "rows.json"), "--images", str(world.images), *world.reading]
    assert fusion.teach.main([*options, *data]) == 0
    printed = capsys.readouterr()
    assert "1 examples taught, 1 labels corrected, 1 rows known already; version 4" in printed.out
    assert f"twin is taught as {other!r}; near-duplicates of it have other labels: {dialogue['id']}" in printed.out
    assert fusion.teach.main(["--run", str(run), "--list"]) == 0
    listed = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in listed] == ["1", "2", "3", "4"]
    assert "anna" in listed[0]
    for version in range(1, 5):
        assert fusion.teach.main([*options, "--undo", str(version)]) == 0
    assert answered("undone") == before
    assert fusion.teach.main([*options, "--undo", "1"]) == 2
    (tmp_path / "audit.csv").write_text(
        f"task,id,label\ndialogue,{dialogue['id']},{other}\nscene,{scene['id']},{scene['output']}\n"
    )
    capsys.readouterr()
    assert fusion.teach.main([*options, "--correct", str(tmp_path / "audit.csv")]) == 0
    assert "1 labels corrected; version 9" in capsys.readouterr().out
    assert TaughtStore(taught_path(run)).taught().corrected == {dialogue["id"]: other}
    (tmp_path / "audit.csv").write_text("id,label\nnobody,x\n")
    assert fusion.teach.main([*options, "--correct", str(tmp_path / "audit.csv")]) == 2
    assert fusion.teach.main([*options, "--remove", "nobody"]) == 2


def test_a_new_run_is_trained_with_what_was_taught(world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old, new = world.copy(tmp_path / "old", "index"), tmp_path / "new"
    training = json.loads((world.folder / "train.json").read_text("utf-8"))
    removed = training[0]["id"]
    row = {
        "id": "new-1",
        "text": "可以开增值税专用发票的吗",
        "label": next(one["output"] for one in training if is_dialogue(one)),
    }
    (tmp_path / "taught.json").write_text(json.dumps([row]))
    taught = ["--data", str(tmp_path / "taught.json"), "--images", str(world.images), *world.reading]
    assert fusion.teach.main(["--run", str(old), *taught]) == 0
    assert fusion.teach.main(["--run", str(old), "--remove", removed]) == 0
    assert retrieval.build_index.main(["--run", str(old), *world.reading]) == 0
    assert "2 changes were taught since" in capsys.readouterr().out
    build = ["--run", str(new), "--taught", str(old), *world.reading]
    assert retrieval.build_index.main(build) == 0
    ids = Retriever.load(new / "index").table.ids
    assert ids == [one["id"] for one in training[1:]] + ["new-1"]
    manifest, data = run_training(RunFolder(new), ReadingOptions(world.folder / "cache", 1))
    assert [case.sample.id for case in data.cases] == ids
    assert manifest.taught == 2
    assert manifest.data_digest != RunFolder(old).read_manifest().data_digest
    assert TaughtStore(taught_path(new)).version() == 2
    assert retrieval.build_index.main(build) == 0  # once more: finished already
    assert "is finished already" in capsys.readouterr().out
