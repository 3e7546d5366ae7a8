"""Profiles, label sets, the run folder and atomic writes."""

from __future__ import annotations

import errno
import json
import math
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from data import atomic
from data.errors import ProfileError, RunError
from data.labels import load_labels, parse_labels
from data.profile import Profile, builtin_profiles, load_profile, parse_profile
from data.run import Manifest, RunFolder
from data.schema import Task


def manifest(**changes: Any) -> Manifest:
    return replace(Manifest(load_profile("embedded"), load_labels(), "/d.json", "/images", "0" * 64), **changes)


def test_official_labels() -> None:
    labels = load_labels()
    assert [len(labels.names(task)) for task in Task] == [23, 23]
    assert labels.retired(Task.SCENE) == ("消费者与客服聊天页面", "个人信息页面")
    assert all(label.description for task in Task for label in labels.tasks[task])
    assert parse_labels(labels.to_dict(), "again").digest() == labels.digest()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda value: value["tasks"].clear(), "at least one of the tasks"),
        (lambda value: value["tasks"].update(other=[]), "unknown task 'other'"),
        (lambda value: value["tasks"]["scene"].append({"label": "支付页面"}), "twice: '支付页面' and"),
        (lambda value: value["tasks"]["dialogue"].append({"name": "x"}), 'needs a non-empty "label"'),
        (lambda value: value["tasks"].update(dialogue=[{"label": "a"}]), "at least two labels"),
        (lambda value: value["tasks"].update(dialogue=None), "dialogue is no list"),
        (lambda value: value["tasks"]["scene"][0].update(retired="false"), 'true or false as "retired"'),
        (lambda value: value["tasks"]["scene"][0].update(description=["x"]), 'a text as "description"'),
    ],
)
def test_bad_label_set_is_refused(change: Any, words: str) -> None:
    value = json.loads(json.dumps(load_labels().to_dict()))
    change(value)
    with pytest.raises(ProfileError, match=words):
        parse_labels(value, "mine.json")


def test_names_are_stripped_and_descriptions_may_be_missing(tmp_path: Path) -> None:
    value = json.loads(json.dumps(load_labels().to_dict()))
    value["tasks"]["scene"] = [{"label": " 商品头图 ", "description": None}, {"label": "支付页面"}]
    labels = parse_labels(value, "mine.json")
    assert labels.names(Task.SCENE) == ("商品头图", "支付页面")
    assert labels.tasks[Task.SCENE][0].description == ""
    with pytest.raises(ProfileError, match="is not valid JSON"):
        load_labels(tmp_path)


def test_every_builtin_profile_loads_and_survives_json() -> None:
    assert set(builtin_profiles()) == {"cpu-hub", "embedded", "qwen2-vl-2b", "qwen2-vl-7b"}
    for name in builtin_profiles():
        profile = load_profile(name)
        assert profile.name == name
        assert parse_profile(json.loads(json.dumps(profile.to_dict())), "again") == profile


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ({"name": "x", "lora": {"rnak": 3}}, "unknown fields rnak"),
        ({"name": "x", "lora": {"rank": "8"}}, r"lora.rank is '8', expected int"),
        ({"name": "x", "lora": {"rank": True}}, "expected int"),
        ({"name": "x", "lora": {"rank": 0}}, "expected 1 to"),
        ({"name": "x", "calls": {"policy": "all"}}, "expected one of full, adaptive, retrieval"),
        ({"name": "x", "calls": {"encoder_counts_as_call": "false"}}, "expected bool"),
        ({"name": "x", "vlm": {"min_pixels": 200000}}, "min_pixels is larger"),
        ({"name": "x", "seed": -1}, "seed is -1, expected 0 to"),
        ({"name": "x", "vlm": {"cpu_bfloat16": True}}, "cpu_bfloat16 is True, expected one of auto, on, off"),
        (
            {"name": "x", "vlm": {"model": None}, "calls": {"policy": "full"}},
            "policy 'full' asks a VLM, and profile 'x' has none",
        ),
        ({}, "lacks name"),
        ([], "must be an object"),
    ],
)
def test_bad_profile_is_refused(value: Any, words: str) -> None:
    with pytest.raises(ProfileError, match=words):
        parse_profile(value, "mine.json")


@pytest.mark.parametrize(
    ("section", "change", "words"),
    [
        ("lora", {"folds": 1}, r"^lora\.folds is 1, expected 2 to 20$"),
        ("lora", {"learning_rate": math.nan}, r"^lora\.learning_rate is nan, expected 1e-07 to 1$"),
        ("vlm", {"max_pixels": 28 * 28}, "min_pixels is larger than"),
    ],
)
def test_replace_is_held_against_the_bounds(section: str, change: dict[str, Any], words: str) -> None:
    with pytest.raises(ProfileError, match=words):
        replace(getattr(load_profile("embedded"), section), **change)


def test_a_section_has_no_fields_but_its_settings() -> None:
    with pytest.raises(ProfileError, match=r"mine.json: lora has unknown fields section; known: rank, alpha"):
        parse_profile({"name": "x", "lora": {"section": "vlm"}}, "mine.json")


def test_without_a_vlm_the_policy_is_retrieval() -> None:
    profile = parse_profile({"name": "x", "vlm": {"model": None}, "calls": {"third_call_margin": 0.1}}, "x.json")
    assert (profile.calls.policy, profile.calls.third_call_margin) == ("retrieval", 0.1)
    assert parse_profile(json.loads(json.dumps(profile.to_dict())), "again") == profile
    with pytest.raises(ProfileError, match="policy 'adaptive' asks a VLM"):
        profile.with_policy("adaptive")
    assert profile.with_policy(None) == profile
    with pytest.raises(ProfileError, match=r"vlm\.model is null"):
        _ = profile.vlm.source


def test_fields_of_earlier_versions_are_read_under_their_names_of_today() -> None:
    old = {"name": "x", "calls": {"policy": "adaptive", "retrieval_sure": 0.8, "sure": 0.7}}
    new = {"name": "x", "calls": {"policy": "adaptive", "sure_without_calls": 0.8, "first_call_sure": 0.7}}
    assert parse_profile(old, "old.json") == parse_profile(new, "new.json")
    with pytest.raises(ProfileError, match="unknown fields sure"):
        parse_profile({"name": "x", "calls": {"sure": 0.7, "first_call_sure": 0.7}}, "both.json")
    with pytest.raises(ProfileError, match=r"calls.first_call_sure is 2.0, expected 0 to 1"):
        parse_profile({"name": "x", "calls": {"sure": 2}}, "old.json")


def test_unknown_profile_names_the_known_ones() -> None:
    with pytest.raises(ProfileError, match="cpu-hub, embedded, qwen2-vl-2b, qwen2-vl-7b"):
        load_profile("qwen3")


def test_manifest_round_trip_and_differences(tmp_path: Path) -> None:
    run = RunFolder(tmp_path / "run")
    with pytest.raises(RunError, match=r"python -m retrieval\.build_index"):
        run.read_manifest()
    run.write_manifest(manifest())
    assert run.read_manifest() == manifest()
    run.write_manifest(manifest(data_digest="2" * 64))  # No index yet: nothing that could mix.
    run.write_manifest(manifest())
    run.complete("index", [])
    other_profile: Profile = parse_profile({"name": "embedded", "lora": {"rank": 4}}, "x")
    with pytest.raises(RunError, match=r"lora\.rank: 16, now 4"):
        run.write_manifest(manifest(profile=other_profile))
    with pytest.raises(RunError, match="training data"):
        run.write_manifest(manifest(data_digest="1" * 64))
    value = manifest().labels.to_dict()
    value["tasks"]["scene"].pop()
    with pytest.raises(RunError, match="label set"):
        run.write_manifest(manifest(labels=parse_labels(value, "x")))


def test_same_settings_keep_what_is_finished_and_other_paths_are_taken_over(tmp_path: Path) -> None:
    run = RunFolder(tmp_path)
    run.write_manifest(manifest())
    for step in ("index", "vlm"):
        run.complete(step, [])
    moved = manifest(data="/elsewhere/train.json", images="/elsewhere/images")
    run.write_manifest(moved)
    assert run.read_manifest() == moved
    run.reset("index")  # As an error message may have advised.
    run.write_manifest(moved)
    assert run.is_complete("vlm")
    with pytest.raises(RunError, match="training data"):
        run.write_manifest(manifest(data_digest="2" * 64))
    run.reset("vlm")
    run.write_manifest(manifest(data_digest="2" * 64))
    run.manifest_path.write_text("{")
    run.write_manifest(manifest())
    assert run.read_manifest() == manifest()
    run.complete("index", [])
    run.manifest_path.write_text("{")
    with pytest.raises(RunError, match="not valid JSON"):
        run.write_manifest(manifest())


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "vlm").mkdir()
    (tmp_path / "vlm" / "code.py").write_text("x")
    with pytest.raises(RunError, match="something else than a run folder"):
        RunFolder(tmp_path).write_manifest(manifest())
    with pytest.raises(RunError, match="something else than a run folder"):
        RunFolder(tmp_path / "vlm" / "code.py").write_manifest(manifest())
    assert (tmp_path / "vlm" / "code.py").read_text() == "x"


def test_manifest_from_before_a_setting_takes_its_default(tmp_path: Path) -> None:
    run = RunFolder(tmp_path)
    run.write_manifest(manifest())
    value = json.loads(run.manifest_path.read_text())
    del value["profile"]["vlm"]["cpu_bfloat16"]
    run.manifest_path.write_text(json.dumps(value))
    assert run.read_manifest() == manifest()


def test_manifest_of_another_version_is_refused(tmp_path: Path) -> None:
    run = RunFolder(tmp_path)
    run.write_manifest(manifest())
    value = json.loads(run.manifest_path.read_text())
    run.manifest_path.write_text(json.dumps(value | {"version": 99}))
    with pytest.raises(RunError, match="format version 99"):
        run.read_manifest()


def test_step_must_be_complete_and_whole(tmp_path: Path) -> None:
    run = RunFolder(tmp_path)
    with pytest.raises(RunError, match=r"run `python -m vlm\.train_lora --run"):
        run.require("vlm")
    atomic.write_text(run.step("vlm") / "a.txt", "12345")
    assert not run.is_complete("vlm")
    run.complete("vlm", ["a.txt"], folds=3)
    assert run.require("vlm")["folds"] == 3
    (run.step("vlm") / "a.txt").write_text("123")
    with pytest.raises(RunError, match="expected 5 bytes, found 3 bytes"):
        run.require("vlm")
    (run.step("vlm") / "a.txt").unlink()
    with pytest.raises(RunError, match="found nothing"):
        run.require("vlm")
    run.reset("vlm")
    assert not run.step("vlm").exists()


def test_full_disk_leaves_nothing_under_the_final_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file.txt"
    atomic.write_text(path, "old")

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(RunError, match="No space left on device"):
        atomic.write_text(path, "new")
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["file.txt"]


def test_a_file_in_a_folders_place_is_one_error(tmp_path: Path) -> None:
    atomic.write_text(tmp_path / "file", "x")
    with pytest.raises(RunError, match="cannot write"):
        atomic.write_text(tmp_path / "file" / "b.txt", "y")
    assert os.listdir(tmp_path) == ["file"]


def test_killed_writer_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "file.bin"
    atomic.write_bytes(path, b"old")
    program = (
        "import os, signal, sys; from pathlib import Path; from data import atomic\n"
        "with atomic.atomic_path(Path(sys.argv[1])) as temporary:\n"
        "    temporary.write_bytes(b'half'); os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", program, str(path)], cwd=Path(__file__).parent.parent, check=False)
    assert done.returncode == -signal.SIGKILL
    assert path.read_bytes() == b"old"


def test_object_arrays_are_never_written(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="objects"):
        atomic.write_npz(tmp_path / "a.npz", a=np.array([{}], dtype=object))
    atomic.write_npz(tmp_path / "a.npz", a=np.arange(3))
    assert np.load(tmp_path / "a.npz", allow_pickle=False)["a"].tolist() == [0, 1, 2]
