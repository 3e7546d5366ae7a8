"""The three commands on a small part of the bundled sample: good rows, bad rows, missing steps and second runs.

All tests work on one run (`world`); those that change a run folder change a copy. `test_killed` has the kills.
"""

from __future__ import annotations

import csv
import dataclasses
import json
import shutil
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from vllm_fake import LLM, fake_modules
from world import BAD, PROFILE, WRITTEN, World, content, is_dialogue, predictions, training_rows

import fusion.benchmark
import fusion.evaluate
import fusion.evaluation.new_labels
import fusion.loading
import fusion.measuring.steps
import fusion.parts
import fusion.predict
import retrieval.build_index
import retrieval.encoders
import retrieval.indexing
import retrieval.task
import vlm.engines.vllm
import vlm.train_lora
from data.atomic import read_json
from data.errors import InputError, RunError
from data.labels import load_labels
from data.profile import resolve_package_path
from data.reader import load_samples
from data.reading import ReadingOptions
from data.run import RunFolder
from data.schema import Task
from data.training import run_training
from fusion.chain import label_counts, make_evidence
from fusion.evaluation.fold import load_folds
from fusion.measuring.command import Command, run_module
from fusion.parts import PartKey, PredictionRequest
from fusion.predictor import Predictor
from retrieval.encoder import Encoder
from retrieval.encoders import load_encoders
from retrieval.indexing import fit_retriever
from retrieval.retriever import Retriever
from retrieval.table import ExemplarTable
from retrieval.vectors import encode_cases, encode_labels
from vlm.lora.out_of_fold import FINAL, read_out_of_fold
from vlm.model import load_processor
from vlm.prompt import IMAGE_PAD

pytestmark = pytest.mark.slow


def change_manifest(run: Path, **values: Any) -> None:
    manifest = json.loads((run / "manifest.json").read_text("utf-8"))
    (run / "manifest.json").write_text(json.dumps(manifest | values), "utf-8")


def change_profile(run: Path, section: str, **values: Any) -> None:
    """Change some of a section's settings in a run's manifest."""
    profile = json.loads((run / "manifest.json").read_text("utf-8"))["profile"]
    change_manifest(run, profile=profile | {section: profile[section] | values})


def test_every_row_is_predicted_in_order_and_bad_ones_are_named(world: World) -> None:
    found = predictions(world.run / "predictions")
    expected = [row["id"] if isinstance(row, dict) else f"row-{position}" for position, row in enumerate(world.rows)]
    assert [value["id"] for value in found] == expected
    assert world.status == 1
    wrong = [position for position, value in enumerate(found) if "error" in value]
    repeated = len(expected) - 2
    assert wrong == [*(expected.index(name) for name in BAD), repeated]
    words = (
        "is missing",
        "damaged",
        "leads outside",
        "without an image",
        "a JSON list",
        'no "instruction"',
        "halves",
        "stands 2 times",
    )
    for position, word in zip(wrong, words, strict=True):
        assert word in found[position]["error"]


def test_one_of_three_images_with_an_error_leaves_the_others(world: World, tmp_path: Path) -> None:
    """The answer is that of the same row without the image; the error names it alone."""
    first, third = (row["image"][0] for row in world.good[:2])
    turns = [{"role": "customer", "text": text} for text in ("<image>", "<image>", "<image>", "这个会生锈吗")]
    rows = [
        {"id": "missing", "turns": turns, "images": [first, "nowhere.jpg", third]},
        {"id": "damaged", "turns": turns, "images": [first, "broken.jpg", third]},
        {"id": "two", "turns": [turns[0], *turns[2:]], "images": [first, third]},
    ]
    data = tmp_path / "rows.json"
    data.write_text(json.dumps(rows), "utf-8")
    arguments = world.predict(world.run, "good.json", tmp_path / "out", "--data", str(data), "--policy", "retrieval")
    assert fusion.predict.main(arguments) == 1
    missing, damaged, two = predictions(tmp_path / "out")
    assert "nowhere.jpg" in missing["error"]
    assert "damaged" in damaged["error"]
    assert not any(name in value["error"] for value in (missing, damaged) for name in (first, third))
    assert "error" not in two
    assert missing["candidates"] == damaged["candidates"] == two["candidates"]


def test_candidates_and_budget_keep_the_rules(world: World) -> None:
    labels = load_labels(None)
    for value in predictions(world.run / "predictions"):
        names = [item["label"] for item in value["candidates"]]
        numbers = [item["probability"] for item in value["candidates"]]
        assert sorted(names) == sorted(labels.names(Task(value["task"])))
        assert len(names) == 23
        assert sum(numbers) == pytest.approx(1, abs=1e-4)
        assert numbers == sorted(numbers, reverse=True)
        assert (value["predict"], value["probability"]) == (names[0], numbers[0])
        assert 2 <= value["budget"]["vlm_calls"] <= 3
        assert value["budget"]["output_tokens"] <= 100
        assert value["evidence"]["stages"].keys() >= {"retrieval", "vlm_call_1", "vlm_call_2"}


def test_submission_and_report_have_every_row(world: World) -> None:
    text = (world.run / "predictions" / "submit.csv").read_text("utf-8-sig")
    lines = list(csv.DictReader(text.splitlines(keepends=True)))
    found = predictions(world.run / "predictions")
    assert [(line["id"], line["predict"]) for line in lines] == [(value["id"], value["predict"]) for value in found]
    assert lines[0]["instruction"] == world.rows[0]["instruction"]
    report = (world.run / "predictions" / "report.html").read_text("utf-8")
    assert report.count("<li data-task=") == len(found)
    assert report.count("<image id=") > 0
    assert all(value["id"] in report for value in found)


def assert_same_answers(one: list[dict[str, Any]], other: list[dict[str, Any]]) -> None:
    """Equal but for rounding in batches of other sizes."""
    assert [(value["id"], value["predict"], value["budget"]) for value in one] == [
        (value["id"], value["predict"], value["budget"]) for value in other
    ]
    for mine, theirs in zip(one, other, strict=True):
        by_label = {item["label"]: item["probability"] for item in theirs["candidates"]}
        for item in mine["candidates"]:
            assert item["probability"] == pytest.approx(by_label[item["label"]], abs=1e-3)


def test_bad_rows_do_not_change_good_ones(world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert fusion.predict.main(world.predict(world.run, "good.json", tmp_path / "out")) == 0
    assert "6 samples predicted" in capsys.readouterr().out
    alone = predictions(tmp_path / "out")
    assert_same_answers(alone, predictions(world.run / "predictions")[: len(alone)])
    assert not any("error" in value for value in alone)


def test_policies_cost_what_they_say(world: World, tmp_path: Path) -> None:
    calls = {}
    for policy in ("retrieval", "adaptive"):
        assert fusion.predict.main(world.predict(world.run, "test.json", tmp_path / policy, "--policy", policy)) == 1
        calls[policy] = [value["budget"]["vlm_calls"] for value in predictions(tmp_path / policy)]
    full = [value["budget"]["vlm_calls"] for value in predictions(world.run / "predictions")]
    assert set(calls["retrieval"]) == {0}
    assert all(few <= many for few, many in zip(calls["adaptive"], full, strict=True))


def test_predictions_through_vllm(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The run's adapter goes with every request, all samples are asked about together, and the calls are counted as ever."""
    ask = world.predict(world.run, "good.json", tmp_path / "out", "--engine", "vllm", "--policy", "full")
    monkeypatch.setitem(sys.modules, "vllm", None)
    assert fusion.predict.main(ask) == 2
    assert "install .[vllm]" in capsys.readouterr().err
    settings = RunFolder(world.run).read_manifest().profile.vlm
    pad = load_processor(resolve_package_path(settings.model)).tokenizer.convert_tokens_to_ids(IMAGE_PAD)
    for name, module in fake_modules(pad).items():
        monkeypatch.setitem(sys.modules, name, module)
    monkeypatch.setattr(vlm.engines.vllm.torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(retrieval.encoders, "Encoder", lambda encoder: Encoder(encoder, device="cpu"))
    monkeypatch.setattr(fusion.parts, "PART", 1)  # parts are as large as vLLM wants them all the same
    assert fusion.predict.main(ask) == 0
    values = predictions(tmp_path / "out")
    assert [value["id"] for value in values] == [row["id"] for row in world.good]
    (engine,) = LLM.made
    asked = engine.requests[2:]  # the first two are the probe, with and without the adapter
    assert [len(requests) for requests in asked[:2]] == [3, 3]
    assert sum(len(requests) for requests in asked) == sum(value["budget"]["vlm_calls"] for value in values)
    assert {adapter.lora_path for adapter in engine.adapters[2:] if adapter} == {str(world.run / "vlm" / FINAL)}
    assert all(adapter for adapter in engine.adapters[1:])


def test_official_baseline_is_trained_and_asked(world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = world.copy(tmp_path / "run")
    change_profile(run, "lora", batch_size=4, epochs=0.125)  # one step of four examples
    ask = world.predict(run, "test.json", tmp_path / "out", "--prompt", "official")
    assert fusion.predict.main(ask) == 2
    assert "run `python -m vlm.train_lora --prompt official" in capsys.readouterr().err
    assert vlm.train_lora.main(world.train(run, "--prompt", "official")) == 0
    assert vlm.train_lora.main(world.train(run, "--prompt", "official", "--method", "full")) == 2
    assert "was trained with --method lora" in capsys.readouterr().err
    assert fusion.predict.main(ask) == 1
    found = predictions(tmp_path / "out")
    assert [value["id"] for value in found] == [value["id"] for value in predictions(world.run / "predictions")]
    names = {task: load_labels().names(Task(task)) for task in ("scene", "dialogue")}
    assert all(value["predict"] in names[value["task"]] for value in found)
    assert all(value["budget"]["vlm_calls"] == 1 and value["budget"]["output_tokens"] <= 100 for value in found)
    assert {value["id"] for value in found if "error" in value} >= set(BAD)
    assert fusion.predict.main([*ask, "--policy", "full"]) == 2
    # The same adapter, as if it came from elsewhere, for a run that has trained nothing.
    other = world.predict(world.copy(tmp_path / "other"), "good.json", tmp_path / "again")
    adapter = ["--adapter", str(run / "official" / "adapter")]
    assert fusion.predict.main([*other, "--prompt", "official", *adapter]) == 0
    for value, expected in zip(predictions(tmp_path / "again"), found, strict=False):
        assert value["evidence"] == expected["evidence"]
        assert value["probability"] == pytest.approx(expected["probability"], rel=1e-3)
    capsys.readouterr()
    assert fusion.predict.main([*other, *adapter]) == 2
    assert "--adapter goes with --prompt official" in capsys.readouterr().err
    assert fusion.predict.main([*other, "--prompt", "official", "--adapter", str(tmp_path)]) == 2
    assert "adapter_config.json is missing" in capsys.readouterr().err


def test_without_adapter_only_retrieval_works(world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = world.copy(tmp_path / "run", "index")
    for policy in ("full", "adaptive"):
        assert fusion.predict.main(world.predict(run, "good.json", tmp_path / "out", "--policy", policy)) == 2
        assert f"run `python -m vlm.train_lora --run {run}` first" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
    assert fusion.predict.main(world.predict(run, "good.json", tmp_path / "out", "--policy", "retrieval")) == 0
    assert {value["budget"]["vlm_calls"] for value in predictions(tmp_path / "out")} == {0}


def test_another_profile_is_refused(world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = content(world.run)
    other = tmp_path / "other.json"
    other.write_text(json.dumps(PROFILE | {"lora": PROFILE["lora"] | {"rank": 4}}))  # type: ignore[operator]
    assert retrieval.build_index.main(world.build(world.run, "--profile", str(other))) == 2
    error = capsys.readouterr().err
    assert "was made with other settings" in error
    assert "profile lora.rank: 16, now 4" in error
    assert vlm.train_lora.main(world.train(world.run, "--folds", "3")) == 2
    assert "was trained with 2 folds, now 3" in capsys.readouterr().err
    assert content(world.run) == before


def test_images_may_move(world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run, moved = world.copy(tmp_path / "run", "index"), tmp_path / "moved"
    shutil.copytree(world.images, moved)
    change_manifest(run, images=str(tmp_path / "gone"))
    asked = ["--run", str(run), "--cv", "2", "--no-vlm", *world.reading]
    assert fusion.evaluate.main(asked) == 2
    assert "--images FOLDER" in capsys.readouterr().err
    before = content(run / "index")
    assert retrieval.build_index.main([*world.build(run), "--images", str(moved)]) == 0
    assert content(run / "index") == before
    assert RunFolder(run).read_manifest().images == str(moved)


def test_a_task_without_labelled_examples_is_answered_and_named(world: World, tmp_path: Path) -> None:
    run, data = tmp_path / "run", tmp_path / "train.json"
    data.write_text(json.dumps([row for row in training_rows() if not is_dialogue(row)][:8]), "utf-8")
    assert retrieval.build_index.main([*world.build(run), "--data", str(data)]) == 0
    assert fusion.predict.main(world.predict(run, "good.json", tmp_path / "out", "--policy", "retrieval")) == 1
    for value in predictions(tmp_path / "out"):
        assert sum(item["probability"] for item in value["candidates"]) == pytest.approx(1, abs=1e-4)
        assert ("no labelled example of a dialogue" in value.get("error", "")) == (value["task"] == "dialogue")


def test_changed_training_data_is_refused(world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = world.copy(tmp_path / "run", "index")
    manifest = read_json(run / "manifest.json", "")
    changed = tmp_path / "train.json"
    changed.write_text((world.folder / "train.json").read_text("utf-8") + "\n", "utf-8")
    (run / "manifest.json").write_text(json.dumps(manifest | {"data": str(changed)}), "utf-8")
    assert vlm.train_lora.main(world.train(run)) == 2
    assert f"training data {changed} has changed" in capsys.readouterr().err


def test_a_loaded_predictor_answers_the_same_one_by_one(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    predictor = Predictor.open(world.run, world.images)
    samples = load_samples(world.folder / "test.json")
    answers = [json.loads(predictor([sample])[0].to_json()) for sample in samples]
    expected = predictions(world.run / "predictions")
    for value in (*answers, *expected):  # The file's last row but one tells that its id stands twice.
        value.pop("error", None)
    assert_same_answers(answers, expected)
    # A request takes single rows of the exemplar table; what needs all of them was computed when the run was loaded.
    with monkeypatch.context() as patch:
        patch.setattr(ExemplarTable, "__iter__", lambda _: pytest.fail("a request went through the whole exemplar table"))
        predictor(samples)
    with pytest.raises(InputError, match="is not a folder"):
        Predictor.open(world.run, world.folder / "nowhere")
    with pytest.raises(RunError, match="first"):
        Predictor.open(world.folder / "nowhere", world.images)


def test_a_second_run_changes_nothing(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    before = content(world.run)
    times = {path: path.stat().st_mtime_ns for path in world.run.rglob("*") if path.is_file() and "predictions" not in path.parts}
    assert retrieval.build_index.main(world.build(world.run)) == 0
    assert "index is finished already" in capsys.readouterr().out
    assert vlm.train_lora.main(world.train(world.run)) == 0
    assert "vlm is finished already" in capsys.readouterr().out
    assert fusion.predict.main(world.predict(world.run, "test.json", world.run / "predictions")) == 1
    assert content(world.run) == before
    assert times == {path: path.stat().st_mtime_ns for path in times}


def test_prediction_left_by_other_data_is_not_taken_over(world: World, tmp_path: Path) -> None:
    stale = tmp_path / "parts" / "0123456789abcdef" / "00000000.jsonl"
    stale.parent.mkdir(parents=True)
    stale.write_text('{"id": "x", "predict": "y"}\n')
    assert fusion.predict.main(world.predict(world.run, "good.json", tmp_path, "--policy", "retrieval")) == 0
    assert [value["id"] for value in predictions(tmp_path)] == [row["id"] for row in world.good]
    assert not (tmp_path / "parts").exists()


def test_parts_of_other_settings_are_not_taken_over(world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Parts left by a run that differs in nothing but how it fuses."""
    run, out = world.copy(tmp_path / "run", "index"), tmp_path / "out"
    change_profile(run, "fusion", trees=16)
    requests = [
        PredictionRequest(RunFolder(folder), world.folder / "good.json", world.images, out, "retrieval")
        for folder in (world.run, run)
    ]
    first, second = (dataclasses.replace(PartKey.of(request), steps=()) for request in requests)
    assert dataclasses.replace(first, settings=second.settings) == second
    assert first.digest() != second.digest()
    out.write_text("a file")
    assert fusion.predict.main(world.predict(world.run, "good.json", out)) == 2
    assert "is a file; name a folder" in capsys.readouterr().err


@pytest.mark.parametrize("how", ["cut", "zeroed", "gone"])
def test_broken_index_files_are_named(world: World, tmp_path: Path, how: str, capsys: pytest.CaptureFixture[str]) -> None:
    run = world.copy(tmp_path / "run", "index", "fusion")
    for path in sorted((run / "index").iterdir()):
        if path.name == "cases.npz":
            continue  # Teaching alone reads it.
        whole = path.read_bytes()
        if how == "gone":
            path.unlink()
        else:
            path.write_bytes(whole[: len(whole) // 2] if how == "cut" else bytes(len(whole)))
        assert fusion.predict.main(world.predict(run, "good.json", tmp_path / "out", "--policy", "retrieval")) == 2, path.name
        error = capsys.readouterr().err
        assert path.name in error
        assert error.count("error: ") == 1
        assert "python -m retrieval.build_index" in error or "build the index again" in error or "build it again" in error, error
        path.write_bytes(whole)


@pytest.mark.parametrize("task", Task)
def test_an_examples_label_does_not_reach_its_own_evidence(world: World, task: Task, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the run's own encoder and data. Folds are balanced by label, so they are held fixed here.

    The pool's weights come from other examples, and this one is a neighbour of some: that reaches its pooled probability at
    second hand. It must stay far below what an answer turns on.
    """
    manifest, training = run_training(RunFolder(world.run), ReadingOptions(world.folder / "cache", 1), None)
    labels, encoder = manifest.labels, load_encoders(manifest.profile)
    vectors, knowledge = encode_cases(encoder, training.cases), encode_labels(encoder, manifest.labels)
    groups = Retriever.load(RunFolder(world.run).step("index")).groups(task)
    monkeypatch.setattr(retrieval.task, "grouped_folds", lambda labels, groups, folds, seed: np.asarray(groups) % folds)
    row = next(row for row, group in enumerate(groups) if (groups == group).sum() == 1)
    position = [index for index, case in enumerate(training.cases) if case.sample.task is task][row]

    def evidence(label: str | None) -> dict[str, Any]:
        cases = list(training.cases)
        sample = cases[position].sample
        cases[position] = dataclasses.replace(cases[position], sample=dataclasses.replace(sample, label=label or sample.label))
        made = Retriever.fit(cases, vectors, labels, manifest.profile.retrieval, 0, {}, knowledge)
        found = made.out_of_fold()[task]
        every = make_evidence(found, label_counts(made, labels))
        assert (every.prior == every.prior[0]).all()  # A share that differs by row would tell the row's own label.
        one = every.rows(np.array([row]))
        assert sample.id not in {item.id for item in found.neighbours[row]}
        return {
            **one.scores,
            "pooled": one.pooled,
            "neighbours": np.array([item.row for item in found.neighbours[row]]),
        }

    plain = evidence(None)
    own = str(training.cases[position].sample.label)
    for other in [name for name in labels.names(task) if name != own][:2]:
        changed = evidence(other)
        assert {name for name in plain if not np.array_equal(plain[name], changed[name])} <= {"pooled"}
        assert np.allclose(plain["pooled"], changed["pooled"], atol=0.02)


def test_benchmark_prints_every_part(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    before = content(world.run)
    arguments = ["--run", str(world.run), "--data", str(world.folder / "good.json"), "--images", str(world.images)]
    assert fusion.benchmark.main([*arguments, "--samples", "2", "--dialogues", "1", "--steps", "predict,latency"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines if not line.startswith(" ")] == [
        *("machine", "software", "load", "loading", "predict", "calls", "parts", "everything", "latency", "calls")
    ]
    assert "2 scenes with OCR, policy full" in lines[4]
    parts = {line.split()[0]: float(line.split()[3].rstrip("%")) for line in lines if line.startswith("  ")}
    assert list(parts) == [*fusion.measuring.steps.PARTS, "other"]
    assert sum(parts.values()) == pytest.approx(100, abs=0.5)
    assert all(share >= 0 for share in parts.values())  # Printed to a tenth: a part may round to nothing.
    assert sum(share > 0 for share in parts.values()) >= 3
    (rest,) = [int(line.split()[-1].rstrip("%")) for line in lines if line.startswith("everything but OCR: ")]
    assert rest == pytest.approx(100 - parts["reading"], abs=0.6)
    assert content(world.run) == before


def test_benchmark_predicts_what_it_held_out(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a finished run in place of the training, which is slow; what is asked for is looked at."""
    profile = tmp_path / "adaptive.json"
    profile.write_text(json.dumps(PROFILE | {"calls": {"policy": "adaptive"}}))
    asked: dict[str, list[str]] = {}

    def in_this_process(name: str, arguments: list[str]) -> Command:
        asked[name] = arguments
        if name == "retrieval.build_index":
            world.copy(Path(value("retrieval.build_index", "--run")), "index", "vlm", "fusion")
            rows["training"] = json.loads(Path(value(name, "--data")).read_text("utf-8"))
        elif name == "fusion.predict":
            rows["scenes"] = json.loads(Path(value(name, "--data")).read_text("utf-8"))
            assert fusion.predict.main([*arguments, "--workers", "1"]) == 0
        return Command(1.0, 2**30)

    def value(name: str, option: str) -> str:
        return asked[name][asked[name].index(option) + 1]

    rows: dict[str, list[dict[str, Any]]] = {}
    monkeypatch.setattr(fusion.measuring.steps, "run_module", in_this_process)
    data = ["--data", str(world.folder / "train.json"), "--images", str(world.images), "--profile", str(profile)]
    assert fusion.benchmark.main([*data, "--held-out", "4", *world.reading]) == 0
    lines = {line.split("  ")[0]: line for line in capsys.readouterr().out.splitlines()}
    assert list(asked) == ["retrieval.build_index", "vlm.train_lora", "fusion.predict"]
    assert value("fusion.predict", "--policy") == "adaptive"
    folder = Path(value("retrieval.build_index", "--run")).parent
    for name, options in asked.items():
        assert Path(options[options.index("--cache") + 1]).parent == folder != world.folder, name
    every = json.loads((world.folder / "train.json").read_text("utf-8"))
    scenes, dialogues = (
        [row for row in every if is_dialogue(row) is kind and row not in rows["training"]] for kind in (False, True)
    )
    assert scenes == rows["scenes"]
    assert lines["held out"].startswith(f"held out  {len(scenes)} scenes and {len(dialogues)} dialogues: one fold of 4")
    assert len(scenes) + len(dialogues) == pytest.approx(8, abs=3)
    assert all(row in every for row in rows["training"])
    assert len(rows["training"]) + len(scenes) + len(dialogues) == len(every)
    assert f"train     2.0 s on {len(rows['training'])} rows" in lines["train"]
    assert lines["F1"].endswith(f"of {len(dialogues)} held-out samples")


def test_benchmark_says_what_is_missing(world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = tmp_path / "none"
    scene = tmp_path / "scene.json"
    scene.write_text(json.dumps(world.good[:1], ensure_ascii=False), "utf-8")
    for arguments, words in (
        (["--run", str(run)], f"run `python -m retrieval.build_index --run {run}` first"),
        (["--steps", "sleep"], "unknown step 'sleep'"),
        (["--data", str(scene)], f"{scene} has no dialogues"),
    ):
        assert fusion.benchmark.main(arguments) == 2
        assert words in capsys.readouterr().err
    with pytest.raises(RunError, match=r"`python -m fusion.predict` ended with status 2"):
        run_module("fusion.predict", ["--run", str(run)])


def test_cross_validation_keeps_evidence_that_gives_the_same_table(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, kept = world.copy(tmp_path / "run"), tmp_path / "kept"
    change_profile(folder, "calls", policy="adaptive")
    run = ["--run", str(folder)]
    asked = [*run, "--cv", "2", "--keep-evidence", str(kept), *world.reading]
    assert fusion.evaluate.main(asked) == 0
    printed = capsys.readouterr().out
    for fold in load_folds(kept, RunFolder(folder).read_manifest())[1]:
        for part in fold.tasks.values():  # All calls are made, whatever policy predictions are made with.
            assert not np.isnan(part.held_out.log_probs[:, :2]).any()
            assert not np.isnan(part.training.log_probs[:, :2]).any()
    assert {line.split()[0] for line in printed.splitlines()[2:-1]} == {"scene", "dialogue", "mean", "adaptive"}
    assert sum("fusion without VLM" in line for line in printed.splitlines()) == 3
    assert fusion.evaluate.main([*run, "--evidence", str(kept)]) == 0
    assert capsys.readouterr().out == printed
    assert fusion.evaluate.main([*run, "--evidence", str(kept), "--no-vlm"]) == 0
    assert "VLM" not in capsys.readouterr().out.replace("without VLM", "")
    assert fusion.evaluate.main([*run, "--evidence", str(tmp_path)]) == 2
    assert "holds no evidence" in capsys.readouterr().err
    record = json.loads((kept / "evidence.json").read_text("utf-8"))
    calls = record["profile"]["calls"]  # As an earlier version wrote it.
    calls["retrieval_sure"], calls["sure"] = calls.pop("sure_without_calls"), calls.pop("first_call_sure")
    (kept / "evidence.json").write_text(json.dumps(record), "utf-8")
    assert fusion.evaluate.main(asked) == 0  # Nothing is left to do.
    assert capsys.readouterr().out == printed
    change_profile(folder, "calls", third_call_margin=0.125)
    assert fusion.evaluate.main(asked) == 2
    assert "evidence of other settings" in capsys.readouterr().err
    change_manifest(folder, data_digest="0" * 64)
    assert fusion.evaluate.main([*run, "--evidence", str(kept)]) == 2
    assert "evidence of other training data" in capsys.readouterr().err


def test_folds_made_in_processes_are_the_same_and_are_continued(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = world.copy(tmp_path / "run")
    change_profile(run, "retrieval", knowledge=False)  # Processes would write all 150 cases a label.
    for jobs in ("1", "2"):
        asked = ["--run", str(run), "--cv", "2", "--no-vlm", "--jobs", jobs, "--keep-evidence", str(tmp_path / jobs)]
        assert fusion.evaluate.main([*asked, *world.reading]) == 0
    made = content(tmp_path / "1")
    assert list(made) == ["0-0.npz", "0-1.npz", "evidence.json"]
    assert content(tmp_path / "2") == made
    (tmp_path / "2" / "0-1.npz").unlink()  # As an interruption would leave it.
    assert fusion.evaluate.main(["--run", str(run), "--evidence", str(tmp_path / "2")]) == 2
    assert "holds 1 of 2 folds of seed 0" in capsys.readouterr().err
    kept = (tmp_path / "2" / "0-0.npz").stat().st_mtime_ns
    assert fusion.evaluate.main([*asked, *world.reading]) == 0
    assert content(tmp_path / "2") == made
    assert (tmp_path / "2" / "0-0.npz").stat().st_mtime_ns == kept
    assert fusion.evaluate.main(["--run", str(run), "--evidence", str(tmp_path / "2")]) == 0  # Without a VLM's scores.
    assert "VLM" not in capsys.readouterr().out.replace("without VLM", "")


def test_a_new_label_is_known_by_its_exemplars_alone(
    world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(fusion.evaluation.new_labels, "GROUPS", 2)
    monkeypatch.setattr(retrieval.indexing, "KNOWLEDGE_PER_LABEL", WRITTEN)
    fits: list[tuple[Counter[str], set[str]]] = []

    def spy(cases: Any, vectors: Any, labels: Any, profile: Any, knowledge: Any) -> Retriever:
        named = {name for pairs in knowledge.pairs.values() for name, _ in pairs}
        fits.append((Counter(str(case.sample.label) for case in cases), named))
        return fit_retriever(cases, vectors, labels, profile, knowledge)

    monkeypatch.setattr(fusion.evaluation.new_labels, "fit_retriever", spy)
    cache = ["--cache", str(world.folder / "cache")]
    assert fusion.evaluate.main(["--run", str(world.run), "--new-labels", "--exemplars", "2", *cache]) == 0
    lines = capsys.readouterr().out.splitlines()
    table = [line.split() for line in lines[2:] if line.split()[0] in {"scene", "dialogue"} and len(line.split()) == 5]
    assert sorted(row[4] for row in table) == sorted({row["output"] for row in training_rows()})
    assert all(int(row[1]) == 2 and 0 <= float(row[2]) <= 1 and 0 <= float(row[3]) <= 1 for row in table)
    assert any(float(row[3]) > 0 for row in table)
    assert len(fits) == 2
    all_names = set(load_labels().names(Task.SCENE)) | set(load_labels().names(Task.DIALOGUE))
    new = [all_names - named for _, named in fits]
    assert new[0] | new[1] == {row[4] for row in table}
    assert not new[0] & new[1]
    assert all(counts[name] == 2 for (counts, _), names in zip(fits, new, strict=True) for name in names)
    assert fusion.evaluate.main(["--run", str(world.run), "--new-labels", "--exemplars", "99", *cache]) == 2
    assert "no label has more than 99 examples" in capsys.readouterr().err


def test_training_examples_are_those_of_the_file(world: World) -> None:
    retriever = Retriever.load(RunFolder(world.run).step("index"))
    assert [row.id for row in retriever.table] == [sample.id for sample in load_samples(world.folder / "train.json")]
    scores = read_out_of_fold(RunFolder(world.run).step("vlm"))
    for task in Task:
        ids, found = scores[task]
        assert ids == [retriever.table[row].id for row in retriever.rows(task)]
        assert np.allclose(np.exp(found.log_probs[:, 0]).sum(axis=1), 1, atol=1e-4)
