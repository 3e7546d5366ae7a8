"""A shop's own data: a table of texts with labels of its own, without images or scenes, through all commands."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

import data.labels
import fusion.evaluate
import fusion.predict
import retrieval.build_index
import vlm.train_lora
from data.run import SAMPLE

ASKED = {
    "物流（快递）": ("快递到哪里了", "什么时候发货", "物流怎么不动了", "几天能送到", "快递单号是多少", "怎么还没发货"),
    "价格": ("能便宜一点吗", "有没有优惠券", "多少钱一件", "满减怎么用", "降价能退差价吗", "现在有活动吗"),
    "尺码": ("我穿多大码", "尺码偏大吗", "一米七穿什么码", "有没有加大码", "尺寸表在哪里", "腰围多少"),
}
PROFILE = {
    "name": "tiny",
    "lora": {"dropout": 0.0, "epochs": 0.25, "folds": 2, "top_layers": 4, "written": 0},
    "fusion": {"trees": 5, "folds": 2},
}


@pytest.mark.slow
def test_a_table_of_texts_with_labels_of_its_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    train, labels, run, out = tmp_path / "train.csv", tmp_path / "labels.json", tmp_path / "run", tmp_path / "out"
    rows = [f"{text},{label}\n" for label, texts in ASKED.items() for text in texts]
    train.write_bytes(("问题,意图\n" + "".join(rows)).encode("gb18030"))
    (tmp_path / "tiny.json").write_text(json.dumps(PROFILE))
    reading = ["--run", str(run), "--no-cache", "--workers", "1"]
    build = ["--data", str(train), "--profile", str(tmp_path / "tiny.json"), *reading]

    assert retrieval.build_index.main(build) == 2
    assert "python -m data.labels --data" in capsys.readouterr().err
    assert not run.exists()
    assert data.labels.main(["--data", str(train), "--out", str(labels)]) == 0
    assert retrieval.build_index.main([*build, "--labels", str(labels)]) == 0
    said = capsys.readouterr()
    assert "dialogue: 18 examples" in said.out
    assert "scene" not in said.out
    assert f"{train} is read as CSV in GB 18030 with plain rows: 18 dialogues, 18 of them labelled" in said.err
    assert "warning" not in said.err
    assert vlm.train_lora.main(reading) == 0

    asked = [
        {"id": "variant", "text": "快递怎么还没到", "label": "物流(快递)"},
        {"id": "new", "turns": [{"role": "customer", "text": "便宜点"}, {"role": "agent", "text": "亲"}]},
    ]
    test = tmp_path / "test.jsonl"
    test.write_text("".join(json.dumps(row) + "\n" for row in asked))
    predict = ["--data", str(test), "--out", str(out), *reading]
    assert fusion.predict.main([*predict, "--policy", "full"]) == 0
    first, second = (json.loads(line) for line in (out / "predictions.jsonl").read_text("utf-8").splitlines())
    assert {item["label"] for item in first["candidates"]} == set(ASKED)
    assert second["budget"]["vlm_calls"] > 0
    assert not (out / "submit.csv").exists()
    assert not (out / "problems.txt").exists()
    assert (out / "report.html").exists()
    capsys.readouterr()
    assert fusion.evaluate.main(["--data", str(test), "--predictions", str(out / "predictions.jsonl")]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["f1"] == float(first["predict"] == "物流（快递）")

    picture = next((SAMPLE / "images").iterdir())
    test.write_text("".join(json.dumps(row) + "\n" for row in [*asked, {"id": "scene", "images": [picture.name]}]))
    assert fusion.predict.main([*predict, "--images", str(SAMPLE / "images"), "--policy", "retrieval"]) == 1
    scene = json.loads((out / "predictions.jsonl").read_text("utf-8").splitlines()[-1])
    assert (scene["predict"], scene["candidates"], scene["probability"]) == ("", [], 0.0)
    assert "the label set of the run has no scene labels" in scene["error"]
    assert "the label set of the run has no scene labels" in (out / "problems.txt").read_text("utf-8")
    assert fusion.evaluate.main(["--run", str(run), "--cv", "2", "--no-vlm", "--no-cache", "--workers", "1"]) == 0


@pytest.mark.slow
def test_a_folder_of_images_with_one_sub_folder_a_label(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [row for row in json.loads((SAMPLE / "train.json").read_text("utf-8")) if "START" not in row["instruction"]]
    photos, run, out = tmp_path / "photos", tmp_path / "run", tmp_path / "out"
    for label in ("支付页面", "商品头图"):
        (photos / label).mkdir(parents=True)
        for row in [row for row in rows if row["output"] == label][:3]:
            shutil.copy(SAMPLE / "images" / row["image"][0], photos / label)
    labels = tmp_path / "labels.json"
    reading = ["--run", str(run), "--no-cache", "--workers", "1"]
    assert data.labels.main(["--data", str(photos), "--out", str(labels)]) == 0
    assert retrieval.build_index.main(["--data", str(photos), "--labels", str(labels), *reading]) == 0
    assert "scene: 6 examples" in capsys.readouterr().out
    assert fusion.predict.main(["--data", str(photos), "--out", str(out), "--policy", "retrieval", *reading]) == 0
    found = [json.loads(line) for line in (out / "predictions.jsonl").read_text("utf-8").splitlines()]
    assert [value["id"].split("/")[0] for value in found] == sorted(["支付页面", "商品头图"] * 3)
    assert all({item["label"] for item in value["candidates"]} == {"支付页面", "商品头图"} for value in found)
    (photos / "支付页面" / "new.png").write_bytes(b"no image")
    assert retrieval.build_index.main(["--data", str(photos), "--labels", str(labels), *reading]) == 2
    assert "made with other settings" in capsys.readouterr().err
