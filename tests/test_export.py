"""Exporting for LLaMA-Factory: what stands in the files, what becomes of bad rows, and what exemplars never show."""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from PIL import Image
from retrieval_fakes import LABELS, OneHotEncoder, cases
from transformers import Seq2SeqTrainingArguments

from data.case import Case
from data.dialogue import scene_instruction, to_instruction
from data.export import EXEMPLARS, TEST, TRAIN, main
from data.labels import load_labels
from data.llamafactory import NO_IMAGE, add_exemplars, cutoff, dataset_info, pair_marks, to_yaml, token_bound
from data.profile import load_profile, official_profile
from data.reader import load_samples
from data.run import SAMPLE, Manifest, RunFolder, file_digest
from data.schema import IMAGE_MARK, Sample, Task
from retrieval.retriever import Retriever
from retrieval.vectors import encode_cases

PROFILE = official_profile(load_profile("qwen2-vl-7b"))
# Arguments of LLaMA-Factory 0.9.5 beside those of Transformers.
LLAMAFACTORY = {
    *("model_name_or_path", "adapter_name_or_path", "stage", "template", "image_min_pixels", "image_max_pixels", "cutoff_len"),
    *(
        "dataset_dir",
        "media_dir",
        "dataset",
        "eval_dataset",
        "finetuning_type",
        "freeze_vision_tower",
        "freeze_multi_modal_projector",
    ),
    *("lora_rank", "lora_alpha", "lora_dropout", "lora_target", "max_new_tokens", "do_sample"),
}


def read(out: Path, name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads((out / f"{name}.json").read_text(encoding="utf-8"))
    return rows


def settings(out: Path, name: str) -> dict[str, Any]:
    values: dict[str, Any] = yaml.safe_load((out / f"{name}.yaml").read_text(encoding="utf-8"))
    return values


def check(out: Path, name: str, images: Path) -> list[dict[str, Any]]:
    """The rows of a data set, after what LLaMA-Factory stops at was checked."""
    info = json.loads((out / "dataset_info.json").read_text(encoding="utf-8"))[name]
    rows = read(out, name)
    assert (out / info["file_name"]).name == f"{name}.json"
    for row in rows:
        assert set(info["columns"].values()) < set(row)
        assert row["instruction"].count(IMAGE_MARK) == len(row["image"])
        assert not any(mark in row["instruction"] for mark in ("<video>", "<audio>", "<|"))
        assert all((images / file).is_file() for file in row["image"])
    return rows


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The export of the bundled sample and its test rows."""
    out = tmp_path_factory.mktemp("sample")
    assert main(["--out", str(out), "--test", str(SAMPLE / "test.json")]) == 0
    return out


@pytest.mark.parametrize(("name", "file"), [(TRAIN, "train.json"), (TEST, "test.json")])
def test_rows_of_the_bundled_sample_come_through_unchanged(sample: Path, name: str, file: str) -> None:
    rows, source = check(sample, name, SAMPLE / "images"), json.loads((SAMPLE / file).read_text(encoding="utf-8"))
    keys = ("id", "instruction", "input", "output", "image")
    assert [[row[key] for key in keys] for row in rows] == [[row[key] for key in keys] for row in source]
    read_again = load_samples(sample / f"{name}.json")
    assert [(item.task, item.turns) for item in read_again] == [(item.task, item.turns) for item in load_samples(SAMPLE / file)]
    assert not any(item.problems for item in read_again)


def test_labels_are_active(sample: Path) -> None:
    labels = load_labels()
    for item in load_samples(sample / f"{TRAIN}.json"):
        assert item.label in labels.names(item.task)


def test_dataset_info_names_files_that_exist_and_all_columns(sample: Path) -> None:
    info = json.loads((sample / "dataset_info.json").read_text())
    assert set(info) == {TRAIN, TEST}
    for entry in info.values():
        assert (sample / entry["file_name"]).is_file()
        # With `columns` given, LLaMA-Factory has no default for any of them.
        assert entry["columns"] == {"prompt": "instruction", "query": "input", "response": "output", "images": "image"}


def test_settings_of_the_official_baseline(sample: Path) -> None:
    train = settings(sample, "train")
    assert train["model_name_or_path"] == "Qwen/Qwen2-VL-7B-Instruct"
    assert (train["stage"], train["finetuning_type"], train["template"]) == ("sft", "full", "qwen2_vl")
    assert (train["dataset"], train["dataset_dir"], train["media_dir"]) == (
        TRAIN,
        str(sample),
        str((SAMPLE / "images").resolve()),
    )
    assert train["do_train"] is train["bf16"] is train["freeze_vision_tower"] is True
    assert train["learning_rate"] == 1e-5  # a string where YAML 1.1 reads a bare 1e-05
    assert train["warmup_steps"] == 4  # a tenth of 3 x 200 / 16 steps
    assert train["cutoff_len"] >= max(token_bound(row, PROFILE) for row in read(sample, TRAIN))
    assert not any(key.startswith("lora") for key in train)
    predict = settings(sample, "predict")
    assert predict["eval_dataset"] == TEST
    assert predict["model_name_or_path"] == train["output_dir"]
    assert (predict["do_predict"], predict["do_sample"]) == (True, False)
    same = ("template", "image_min_pixels", "image_max_pixels")
    assert [predict[key] for key in same] == [train[key] for key in same]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Images a.jpg and b.jpg, one that does not open, and a folder `out` to come."""
    for name in ("a.jpg", "b.jpg"):
        Image.new("RGB", (40, 30)).save(tmp_path / name)
    (tmp_path / "broken.jpg").write_bytes(b"no image")
    return tmp_path


def export(folder: Path, rows: list[Any], *more: str) -> int:
    (folder / "data.json").write_text(json.dumps(rows), encoding="utf-8")
    return main(["--data", str(folder / "data.json"), "--images", str(folder), "--out", str(folder / "out"), *more])


def scene_row(name: str, text: str, images: list[str], label: str | None = "支付页面") -> dict[str, Any]:
    return {"id": name, "instruction": text, "input": "", "image": images} | ({"output": label} if label else {})


def test_the_settings_are_arguments_that_exist(folder: Path, sample: Path) -> None:
    rows = [scene_row("a", "<image>", ["a.jpg"])]
    lora = ["--test", str(folder / "data.json"), "--test-images", str(folder), "--method", "lora", "--model", "qwen2-vl-2b"]
    assert export(folder, rows, *lora) == 0
    train, predict = settings(folder / "out", "train"), settings(folder / "out", "predict")
    known = LLAMAFACTORY | {field.name for field in dataclasses.fields(Seq2SeqTrainingArguments)}
    assert set(train) | set(predict) | set(settings(sample, "train")) | set(settings(sample, "predict")) <= known
    assert (train["finetuning_type"], train["lora_rank"], train["learning_rate"]) == ("lora", 16, 1e-4)
    assert predict["model_name_or_path"] == train["model_name_or_path"] == "Qwen/Qwen2-VL-2B-Instruct"
    assert predict["adapter_name_or_path"] == train["output_dir"]


@pytest.mark.parametrize(
    ("text", "images", "expected", "files"),
    [
        ("图<image>和<image>", ["a", "b"], "图<image>和<image>", ["a", "b"]),
        ("图<image>和<image>", [None, "b"], "图[图]和<image>", ["b"]),
        ("图<image>和<image>", ["a"], "图<image>和[图]", ["a"]),
        ("图<image>和<image>", [], "图[图]和[图]", []),
        ("图", ["a", "b"], "<image><image>\n图", ["a", "b"]),
        ("图<image>\n", ["a", "b"], "图<image>\n<image>", ["a", "b"]),
        ("图<image>", [None, "b", None, "d"], "图[图]\n<image><image>", ["b", "d"]),
        ("图", [None], "图", []),
    ],
)
def test_marks_and_images_pair_off(text: str, images: list[str | None], expected: str, files: list[str]) -> None:
    assert pair_marks(text, images) == (expected, files)


def test_bad_rows_are_repaired_and_named(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    dialogue = (
        "<用户与客服的对话 START>\n用户: <image>\n客服: <video>好\n用户: <image><|im_end|>会生锈吗\n<用户与客服的对话 END>\n"
    )
    rows: list[Any] = [
        scene_row("good", "Picture 1: <image>\n分类", ["save/images/a.jpg"]),
        scene_row("gone", "<image>分类", ["gone.jpg"]),
        scene_row("unmarked", "分类", ["b.jpg"]),
        scene_row("outside", "<image><image>", ["../a.jpg", "a.jpg"]),
        {"id": "wordless", "input": 3, "image": "a.jpg", "output": "支付页面"},
        scene_row("half", dialogue, ["broken.jpg", "b.jpg"], "是否会生锈"),
        scene_row("more", "看<image>", ["a.jpg"]) | {"input": "再看<image>"},
        scene_row("none", "<image>", ["a.jpg"], None),
        scene_row("retired", "<image>", ["a.jpg"], "个人信息页面"),
        scene_row("strange", "<image>", ["a.jpg"], "别的"),
        "no row",
    ]
    assert export(folder, rows) == 1
    made = {row["id"]: row for row in check(folder / "out", TRAIN, folder)}
    assert list(made) == ["good", "gone", "unmarked", "outside", "wordless", "half", "more"]
    assert made["good"]["instruction"] == rows[0]["instruction"]
    assert made["good"]["image"] == ["a.jpg"]
    assert (made["gone"]["instruction"], made["gone"]["image"]) == (f"{NO_IMAGE}分类", [])
    assert made["unmarked"]["instruction"] == "<image>\n分类"
    assert (made["outside"]["instruction"], made["outside"]["image"]) == (f"{NO_IMAGE}<image>", ["a.jpg"])
    assert made["wordless"]["instruction"] == scene_instruction(load_labels().names(Task.SCENE))
    assert made["half"]["instruction"].split("\n")[1:4] == ["用户: [图]", "客服: [视频]好", "用户: <image>< |im_end|>会生锈吗"]
    assert made["half"]["image"] == ["b.jpg"]
    assert made["more"]["instruction"] == f"看<image>\n再看{NO_IMAGE}"
    warnings = capsys.readouterr().err
    for name in ("gone", "unmarked", "outside", "wordless", "half", "retired", "strange"):
        assert f"row {name}" in warnings
    assert "2 rows are (none, row-10) left out of training" in warnings
    assert "row good" not in warnings
    for words in ("is missing under", "leads outside", "broken.jpg is not of a kind", "'个人信息页面' is retired"):
        assert words in warnings


def test_rows_to_predict_need_no_label(folder: Path) -> None:
    rows = [scene_row("a", "<image>", ["a.jpg"], None), "no row"]
    (folder / "test.json").write_text(json.dumps(rows))
    more = ["--test", str(folder / "test.json"), "--test-images", str(folder)]
    assert export(folder, [scene_row("a", "<image>", ["a.jpg"])], *more) == 1
    assert [(row["id"], row["output"], row["image"]) for row in check(folder / "out", TEST, folder)] == [
        ("a", "", ["a.jpg"]),
        ("row-1", "", []),
    ]


def test_no_row_is_cut(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    long, longer = (
        scene_row(name, "<image>" + "长" * length, ["a.jpg"]) for name, length in (("long", 9_000), ("longer", 40_000))
    )
    assert cutoff([scene_row("a", "<image>", ["a.jpg"])], PROFILE) == 2_048
    assert 9_000 + 768 < cutoff([long], PROFILE) < 9_000 + 768 + 512
    assert export(folder, [long, longer]) == 1
    assert settings(folder / "out", "train")["cutoff_len"] == 32_768
    warnings = capsys.readouterr().err
    assert "row longer may have more than the model's 32,768 tokens" in warnings
    assert "row long " not in warnings


def test_yaml_keeps_types() -> None:
    values = {"small": 1e-05, "plain": 0.1, "none": "no", "text": 'a: "b" # 图', "flag": True, "whole": 3}
    text = to_yaml(values, ["first", "second"])
    assert text.startswith("# first\n# second\nsmall: 1.0e-05\n")
    assert yaml.safe_load(text) == values


def test_exemplars_add_no_mark() -> None:
    row = scene_row("a", "<image>问\n", ["a.jpg"])
    made = add_exemplars(row, [("一张<image><video>", "支付页面"), ("别的", "退款页面")])["instruction"]
    assert made.split("\n")[:4] == ["<image>问", "相似的已标注例子：", f"一张{NO_IMAGE}[视频] => 支付页面", "别的 => 退款页面"]
    assert made.count(IMAGE_MARK) == 1
    assert add_exemplars(row, []) == row
    assert set(dataset_info(["a", "b"])) == {"a", "b"}


def with_twins() -> list[Case]:
    """Scenes and dialogues of four topics, and a copy of the first of each."""
    made = cases()
    twins = [dataclasses.replace(case.sample, id=f"twin-{case.sample.id}") for case in made[:2]]
    return [*made, *(Case(sample, case.pages) for sample, case in zip(twins, made[:2], strict=True))]


def finished_run(folder: Path) -> RunFolder:
    """A run whose index holds `with_twins`, with the data file and images that they would come from."""

    def instruction(sample: Sample) -> str:
        names = LABELS.names(sample.task)
        return scene_instruction(names) if sample.task is Task.SCENE else to_instruction(sample, names)

    made = with_twins()
    rows = [scene_row(case.sample.id, instruction(case.sample), ["a.jpg"], case.sample.label) for case in made]
    (folder / "train.json").write_text(json.dumps(rows), encoding="utf-8")
    profile, run = load_profile("embedded"), RunFolder(folder / "run")
    retriever = Retriever.fit(made, encode_cases(OneHotEncoder(), made), LABELS, profile.retrieval, 0)
    run.write_manifest(Manifest(profile, LABELS, str(folder / "train.json"), str(folder), file_digest(folder / "train.json")))
    run.complete("index", retriever.save(run.step("index")))
    return run


def shown(row: dict[str, Any]) -> list[tuple[str, str]]:
    """The exemplars in a prompt."""
    lines = row["instruction"].split("相似的已标注例子：\n")[1].split("\n")
    assert lines[-1] == "以上仅供参考，答案可以是任何一个标签。"
    return [(line.rsplit(" => ", 1)[0], line.rsplit(" => ", 1)[1]) for line in lines[:-1]]


def own_text(case: Case) -> str:
    """What an exemplar line would say of a case; only a case and its twin say the same."""
    text = case.page_text() if case.sample.task is Task.SCENE else case.sample.customer_text(last=2)
    return " ".join(text.split())


def test_exemplars_are_others_and_of_the_index(folder: Path) -> None:
    run = finished_run(folder)
    assert main(["--run", str(run.path), "--out", str(folder / "out")]) == 0
    plain, rows = check(folder / "out", TRAIN, folder), check(folder / "out", EXEMPLARS, folder)
    texts = {case.sample.id: own_text(case) for case in with_twins()}
    assert len(rows) == len(texts) == len(set(texts.values())) + 2
    left_out = Retriever.load(run.step("index")).out_of_fold().values()
    neighbours = {name: near for found in left_out for name, near in zip(found.ids, found.neighbours, strict=True)}
    for case, row, without in zip(with_twins(), rows, plain, strict=True):
        assert row["id"] == without["id"] == case.sample.id
        assert (row["output"], row["image"]) == (without["output"], without["image"])
        assert row["instruction"].startswith(without["instruction"].rstrip("\n"))
        found = shown(row)
        assert own_text(case) not in dict(found)  # neither itself nor its twin
        nearest = list(dict.fromkeys((texts[item.id], item.label) for item in neighbours[case.sample.id]))
        assert found == nearest[: PROFILE.vlm.exemplars]
        assert len(found) == PROFILE.vlm.exemplars
    values = settings(folder / "out", "train_exemplars")
    assert values["dataset"] == f"{TRAIN},{EXEMPLARS}"
    assert values["output_dir"] != settings(folder / "out", "train")["output_dir"]


def test_a_twin_would_be_seen_without_groups(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("retrieval.retriever.duplicate_groups", lambda made, vectors: np.arange(len(made)))
    run = finished_run(folder)
    assert main(["--run", str(run.path), "--out", str(folder / "out")]) == 0
    for case, row in list(zip(with_twins(), read(folder / "out", EXEMPLARS), strict=True))[:2]:
        assert own_text(case) in dict(shown(row))


def test_other_data_than_the_run_s_is_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = finished_run(folder)
    rows = json.loads((folder / "train.json").read_text(encoding="utf-8"))
    assert export(folder, rows[::-1], "--run", str(run.path)) == 2
    assert f"is not the training data of {run.path}" in capsys.readouterr().err
    assert not (folder / "out").exists()
    (run.step("index") / "complete.json").unlink()
    assert main(["--run", str(run.path), "--out", str(folder / "out")]) == 2
    assert f"run `python -m retrieval.build_index --run {run.path}` first" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--data", "{tmp}/none.json", "--images", "{tmp}"], "none.json does not exist"),
        (["--data", "{tmp}/none.json", "--run", "{tmp}/run"], "retrieval.build_index --run {tmp}/run` first"),
        (["--images", "{tmp}/none"], "{tmp}/none is not a folder"),
        (["--test-images", "{tmp}"], "--test-images without --test"),
        (["--run", "{tmp}/run", "--labels", "{tmp}/labels.json"], "cannot be given together"),
        (["--test", "{tmp}/none.json"], "none.json does not exist"),
        (["--test", "{tmp}/none.json", "--test-images", "{tmp}"], "none.json does not exist"),
        (["--data", "{tmp}/unlabelled.json", "--images", "{tmp}"], "must be labelled"),
    ],
)
def test_mistakes_get_one_message(arguments: list[str], words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "unlabelled.json").write_text(json.dumps([scene_row("a", "<image>", ["a.jpg"], None)]))
    arguments = [argument.replace("{tmp}", str(tmp_path)) for argument in arguments]
    assert main([*arguments, "--out", str(tmp_path / "out")]) == 2
    error = capsys.readouterr().err
    assert words.replace("{tmp}", str(tmp_path)) in error
    assert error.count("error:") == 1
    assert not (tmp_path / "out").exists()


def test_help_and_choices(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments, status in ((["--help"], 0), (["--format", "csv"], 2), (["--model", "qwen3"], 2)):
        with pytest.raises(SystemExit) as caught:
            main(arguments)
        assert caught.value.code == status
    assert "python -m data.export" in capsys.readouterr().out


def test_the_layer_needs_none_above_it() -> None:
    """Only the part with exemplars may import retrieval and vlm, and only when it runs."""
    code = (
        "import sys, data.export, data.llamafactory; "
        "print(sorted({name.split('.')[0] for name in sys.modules} & {'retrieval', 'vlm', 'fusion', 'torch', 'faiss'}))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=SAMPLE.parent.parent, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
