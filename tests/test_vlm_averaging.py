"""The average of the folds' adapters as the final one, with a tiny random Qwen2-VL."""

from __future__ import annotations

import dataclasses
import json
import shutil
from pathlib import Path

import pytest
import torch
from vlm_examples import LORA, PROFILE, bytes_of, task_examples
from vlm_tiny import tiny_model
from world import World, content

import vlm.train_lora
from data.atomic import write_json
from data.errors import WeightsError
from data.profile import load_profile
from data.run import RunFolder
from data.schema import Task
from vlm.budget import Budget, profile_budget
from vlm.lora.adapter import ADAPTER_FILES, add_adapter, load_adapter, save_adapter
from vlm.lora.averaging import average_adapters
from vlm.lora.cross_fit import cross_fit
from vlm.lora.out_of_fold import FINAL, trained_profile

AVERAGED = dataclasses.replace(PROFILE, lora=dataclasses.replace(LORA, average=True, epochs=1.0))


def random_adapter(folder: Path, seed: int) -> None:
    model = add_adapter(tiny_model().model, LORA, seed)
    torch.manual_seed(seed)
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.requires_grad:
                parameter.normal_(std=0.1)
    save_adapter(model, folder)


def merged_weights(folder: Path) -> dict[str, torch.Tensor]:
    return dict(load_adapter(tiny_model().model, folder).merge_and_unload().named_parameters())


def test_the_average_is_that_of_the_updates(tmp_path: Path) -> None:
    folders = [tmp_path / str(number) for number in range(3)]
    for number, folder in enumerate(folders):
        random_adapter(folder, seed=number)
    plain = {name: value.clone() for name, value in tiny_model().model.named_parameters()}
    model = average_adapters(tiny_model().model, folders, tmp_path / "average")
    assert all(torch.equal(value, plain[name]) for name, value in model.named_parameters())
    parts = [merged_weights(folder) for folder in folders]
    changed = 0
    for name, value in merged_weights(tmp_path / "average").items():
        mean = torch.stack([part[name] - plain[name] for part in parts]).mean(dim=0)
        torch.testing.assert_close(value - plain[name], mean, atol=1e-6, rtol=1e-4)
        changed += bool(mean.abs().max() > 1e-3)
    assert changed == 14  # seven layers in each of two blocks
    again = average_adapters(model, folders, tmp_path / "again")
    assert bytes_of(tmp_path / "average") == bytes_of(tmp_path / "again")
    with pytest.raises(WeightsError, match="no adapter at"):
        average_adapters(again, [*folders, tmp_path / "missing"], tmp_path / "other")


def test_cross_fitting_averages_its_folds_and_resumes_with_the_same_bytes(tmp_path: Path) -> None:
    loaded = tiny_model()
    data = [task_examples(loaded, Task.DIALOGUE, 8)]
    whole = cross_fit(loaded, data, AVERAGED, Budget(), tmp_path / "whole", quiet=True)
    average_adapters(loaded.model, [tmp_path / "whole" / "folds" / fold for fold in "01"], tmp_path / "plain")
    assert bytes_of(whole.adapter).items() >= bytes_of(tmp_path / "plain").items()
    shutil.copytree(tmp_path / "whole", tmp_path / "cut")
    shutil.rmtree(tmp_path / "cut" / "folds" / "1")
    for name in ("complete.json", ADAPTER_FILES[1]):
        (tmp_path / "cut" / FINAL / name).unlink()
    cross_fit(loaded, data, AVERAGED, Budget(), tmp_path / "cut", quiet=True)
    assert bytes_of(tmp_path / "cut") == bytes_of(tmp_path / "whole")


def test_the_budget_counts_the_rank_that_was_made(tmp_path: Path) -> None:
    profile, run = load_profile("embedded"), RunFolder(tmp_path)
    profile = dataclasses.replace(profile, lora=dataclasses.replace(profile.lora, average=False))
    trained = profile_budget(profile).parameters
    assert trained_profile(run, profile) == profile
    write_json(run.step("vlm") / "complete.json", {"folds": 2, "average": True, "files": {}})
    averaged = profile_budget(trained_profile(run, profile)).parameters
    assert averaged["adapter (rank 32)"] == 2 * trained["adapter (rank 16)"]


@pytest.mark.slow
def test_a_finished_run_changes_its_final_adapter_alone(world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = world.copy(tmp_path / "run", "index", "vlm")
    before = content(run / "vlm")
    assert vlm.train_lora.main(world.train(run, "--average")) == 0
    averaged = content(run / "vlm")
    changed = {name for name in before | averaged if before.get(name) != averaged.get(name)}
    assert changed == {*(f"{FINAL}/{name}" for name in ADAPTER_FILES), f"{FINAL}/curve.json", "complete.json", "curve.json"}
    assert json.loads(averaged[f"{FINAL}/{ADAPTER_FILES[0]}"])["r"] == 32
    assert json.loads(averaged["complete.json"])["average"] is True
    assert "fold 2/2" not in capsys.readouterr().err
    assert vlm.train_lora.main(world.train(run)) == 0
    assert "is finished already" in capsys.readouterr().out
    assert vlm.train_lora.main(world.train(run, "--no-average")) == 0
    assert content(run / "vlm", but="complete.json") == {name: value for name, value in before.items() if name != "complete.json"}


def test_the_baseline_has_nothing_to_average(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert vlm.train_lora.main(["--run", str(tmp_path), "--prompt", "official", "--average"]) == 2
    assert "--average and --prompt official cannot be given together" in capsys.readouterr().err
