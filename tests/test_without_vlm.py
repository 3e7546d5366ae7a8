"""A run whose profile has no VLM, or whose labels fit into no prompt: every command works, and what asks for a VLM that is not
there is one error.
"""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from world import PROFILE, World, predictions

import fusion.benchmark
import fusion.evaluate
import fusion.predict
import fusion.serve
import retrieval.build_index
import vlm.benchmark
import vlm.budget
import vlm.train_lora
from data.labels import load_labels
from data.profile import VlmSettings, resolve_package_path
from data.reader import load_samples
from data.run import RunFolder
from data.schema import Task
from fusion import loading
from fusion.chain import fit_chain_fusion
from fusion.predictor import Predictor
from vlm.model import load_processor

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def profile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("profile") / "none.json"
    path.write_text(json.dumps(PROFILE | {"name": "none", "vlm": {"model": None}}))
    return path


@pytest.fixture(scope="module")
def run(world: World, profile: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("without") / "run"
    assert retrieval.build_index.main([*world.build(folder), "--profile", str(profile)]) == 0
    return folder


def test_there_is_nothing_to_train(world: World, run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert vlm.train_lora.main(world.train(run)) == 0
    assert "profile 'none' has no VLM: there is nothing to train" in capsys.readouterr().out
    assert not (run / "vlm").exists()


def test_predictions_make_no_call(world: World, run: Path, tmp_path: Path) -> None:
    assert fusion.predict.main(world.predict(run, "good.json", tmp_path)) == 0
    found = predictions(tmp_path)
    assert len(found) == len(world.good)
    assert {value["budget"]["vlm_calls"] for value in found} == {0}
    answers = Predictor.open(run, world.images)(load_samples(world.folder / "good.json"))
    assert [answer.predict for answer in answers] == [value["predict"] for value in found]


def test_fusion_is_fitted_once_however_many_want_it(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As two first predictions at the same time do, each of which would take away what the other is writing."""
    fitted: list[str] = []

    def counted(*arguments: Any, **options: Any) -> Any:
        fitted.append(threading.current_thread().name)
        return fit_chain_fusion(*arguments, **options)

    monkeypatch.setattr(loading, "fit_chain_fusion", counted)
    folder = RunFolder(run)
    folder.reset("fusion")
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: loading.load_fusion(folder, loading.run_manifest(folder))[1].record, range(4)))
    assert found == [found[0]] * 4
    assert len(fitted) == 1


def test_cross_validation_leaves_the_vlm_out(world: World, run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert fusion.evaluate.main(["--run", str(run), "--cv", "2", *world.reading]) == 0
    text = capsys.readouterr().out
    assert "fusion without VLM" in text
    assert "VLM only" not in text


def test_latency_is_measured_without_calls(world: World, run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = ["--data", str(world.folder / "good.json"), "--images", str(world.images), "--dialogues", "1"]
    assert fusion.benchmark.main(["--run", str(run), *data, "--steps", "latency"]) == 0
    assert "policy retrieval" in capsys.readouterr().out


def test_the_budget_counts_no_vlm(profile: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert vlm.budget.main(["--profile", str(profile)]) == 0
    rows = [line.split()[0] for line in capsys.readouterr().out.splitlines()[:4]]
    assert rows == ["encoder", "OCR", "sum", "limit"]


def test_what_asks_for_a_vlm_is_one_error(world: World, run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ask = world.predict(run, "good.json", tmp_path)
    asked = "policy 'full' asks a VLM, and profile 'none' has none (vlm.model is null)"
    for main, arguments, words in (
        (fusion.predict.main, [*ask, "--policy", "full"], asked),
        (fusion.serve.main, ["--run", str(run), "--policy", "full"], asked),
        (fusion.predict.main, [*ask, "--prompt", "official"], "the profile has no VLM"),
        (vlm.train_lora.main, [*world.train(run), "--prompt", "official"], "the profile has no VLM"),
        (vlm.benchmark.main, ["--run", str(run)], "the profile has no VLM"),
    ):
        assert main(arguments) == 2
        error = capsys.readouterr().err
        assert words in error
        assert error.count("error:") == 1


def test_labels_that_fit_into_no_prompt_are_left_to_retrieval(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """First both tasks, then one alone: about the other one calls are made as ever."""
    tokenizer = load_processor(resolve_package_path(VlmSettings().source)).tokenizer
    sizes = {}
    for task in Task:
        names = [f"A {label.name}\n" for label in load_labels().active(task)]
        sizes[task] = len(tokenizer.encode("".join(names), add_special_tokens=False))
    shorter, longer = sorted(sizes, key=lambda task: sizes[task])
    for number, (limit, asked) in enumerate(((64, set()), (sizes[shorter] + 4, {shorter}))):
        run = world.copy(tmp_path / str(number), "index")
        manifest = json.loads((run / "manifest.json").read_text())
        manifest["profile"]["vlm"]["label_tokens"] = limit
        (run / "manifest.json").write_text(json.dumps(manifest))
        assert vlm.train_lora.main(world.train(run)) == 0
        assert f"{longer}: the VLM is not asked, and retrieval answers: the names of 23 labels" in capsys.readouterr().out
        assert fusion.predict.main(world.predict(run, "good.json", run / "out", "--policy", "full")) == 0
        assert {Task(value["task"]) for value in predictions(run / "out") if value["budget"]["vlm_calls"]} == asked
