"""LoRA training and cross-fitting with a tiny random Qwen2-VL."""

from __future__ import annotations

import dataclasses
import itertools
import shutil
from dataclasses import replace
from pathlib import Path
from weakref import WeakKeyDictionary

import numpy as np
import pytest
import torch
from torch.nn.functional import cross_entropy
from vlm_examples import LORA, PROFILE, bytes_of, examples_of, task_examples
from vlm_tiny import SETTINGS, tiny_model

import vlm.lora.training
from data.errors import InputError, ProfileError, RunError, WeightsError
from data.schema import Task
from retrieval.pretraining.schedule import rate_of_step
from vlm.budget import Budget
from vlm.engines.transformers_scorer import TransformersScorer, remember_features
from vlm.lora.adapter import WEIGHTS_FILE, add_adapter, load_adapter, remove_adapters, save_adapter
from vlm.lora.cross_fit import _check_unfinished, _folds, cross_fit, score_tasks
from vlm.lora.out_of_fold import read_out_of_fold
from vlm.lora.training import batch_loss, train_adapter, training_examples
from vlm.model import LoadedModel
from vlm.prompt import Prompt


def test_batch_loss_is_the_mean_of_separate_plain_prompts() -> None:
    loaded = tiny_model()
    examples = examples_of(task_examples(loaded, Task.DIALOGUE, 3))
    features = WeakKeyDictionary()
    remember_features(loaded, [item.sample for item in examples], features)
    scorer = TransformersScorer(loaded)
    losses = []
    for item in examples:
        for late in item.lates:
            scores = torch.from_numpy(scorer.score([Prompt(item.shared, item.sample, late)]))
            losses.append(cross_entropy(scores, torch.tensor([item.answer])).item())
    assert batch_loss(loaded.model, loaded, examples, features).item() == pytest.approx(np.mean(losses), abs=1e-4)


def test_gradients_flow_through_the_shared_part() -> None:
    """Gradients of the batched rows equal those of whole prompts one by one, shared part included."""
    loaded = tiny_model()
    peft = add_adapter(loaded.model, LORA, seed=0)
    torch.manual_seed(0)
    weights = [parameter for parameter in peft.parameters() if parameter.requires_grad]
    with torch.no_grad():
        for parameter in weights:
            parameter.normal_(std=0.1)
    peft.train()
    adapted = LoadedModel(peft, loaded.processor, loaded.settings)
    examples = examples_of(task_examples(loaded, Task.SCENE, 3))
    features = WeakKeyDictionary()
    remember_features(adapted, [item.sample for item in examples], features)
    features = WeakKeyDictionary({sample: value.detach() for sample, value in features.items()})
    together = torch.autograd.grad(batch_loss(peft, adapted, examples, features), weights)

    base = peft.get_base_model()
    losses = []
    for item in examples:
        for late in item.lates:
            ids = torch.tensor([item.shared.ids + item.sample.ids + late])
            places = ids == base.config.image_token_id
            embeds = base.model.language_model.embed_tokens(ids).masked_scatter(places[..., None], features[item.sample])
            grid = torch.tensor(item.sample.grids)
            positions, _ = base.model.get_rope_index(ids, mm_token_type_ids=places.int(), image_grid_thw=grid)
            hidden = base.model.language_model(inputs_embeds=embeds, position_ids=positions).last_hidden_state[0, -1]
            logits = base.lm_head(hidden)[list(item.shared.codes)]
            losses.append(cross_entropy(logits[None], torch.tensor([item.answer])))
    apart = torch.autograd.grad(torch.stack(losses).mean(), weights)
    for left, right in zip(together, apart, strict=True):
        torch.testing.assert_close(left, right, atol=1e-5, rtol=1e-3)


def test_training_learns_touches_only_the_language_model_and_repeats_by_seed() -> None:
    loaded = tiny_model()
    before = {name: value.clone() for name, value in loaded.model.state_dict().items()}
    examples = examples_of(task_examples(loaded, Task.SCENE, 12))
    settings = dataclasses.replace(LORA, epochs=10.0)
    states = []
    for _ in range(2):
        trained = train_adapter(loaded, examples, settings, seed=3)
        assert len(trained.curve) == 30
        assert trained.curve[-1]["loss"] < 0.7 * trained.curve[0]["loss"]
        names = [name for name, parameter in trained.model.named_parameters() if "lora_" in name]
        assert all("language_model.layers" in name and "visual" not in name for name in names)
        states.append({name: value.clone() for name, value in trained.model.named_parameters() if "lora_" in name})
        remove_adapters(trained.model)
    assert all(torch.equal(states[0][name], states[1][name]) for name in states[0])
    assert all(torch.equal(before[name], value) for name, value in loaded.model.state_dict().items())


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
def test_training_on_a_gpu_learns_what_a_cpu_does() -> None:
    """Many steps of many rows, so that the CPU is far ahead of the GPU and nothing may be read from memory that it reuses."""
    settings = dataclasses.replace(LORA, epochs=12.0)
    curves = []
    for device in ("cpu", "cuda"):
        loaded = tiny_model()
        loaded.model.to(device)
        examples = [row for task in Task for row in examples_of(task_examples(loaded, task, 24))]
        trained = train_adapter(loaded, examples, settings, seed=1)
        curves.append([entry["loss"] for entry in trained.curve])
    np.testing.assert_allclose(curves[1], curves[0], rtol=0.05)


def test_adapters_load_side_by_side_and_broken_ones_are_refused(tmp_path: Path) -> None:
    loaded = tiny_model()
    examples = examples_of(task_examples(loaded, Task.SCENE, 4))
    settings = dataclasses.replace(LORA, epochs=2.0)
    prompts = [Prompt(item.shared, item.sample, item.lates[0]) for item in examples]
    expected = []
    for seed in (0, 1):
        trained = train_adapter(loaded, examples, settings, seed)
        expected.append(TransformersScorer(LoadedModel(trained.model, loaded.processor, SETTINGS)).score(prompts))
        save_adapter(trained.model, tmp_path / str(seed))
        remove_adapters(trained.model)
    model = load_adapter(loaded.model, tmp_path / "0", "first")
    model = load_adapter(model, tmp_path / "1", "second")
    scorer = TransformersScorer(LoadedModel(model, loaded.processor, SETTINGS))
    for name, scores in zip(("first", "second"), expected, strict=True):
        model.set_adapter(name)
        scorer.forget()
        np.testing.assert_allclose(scorer.score(prompts), scores, atol=1e-5)
    with pytest.raises(WeightsError, match="already"):
        load_adapter(model, tmp_path / "1", "second")
    remove_adapters(model)

    from safetensors.torch import load_file, save_file

    state = load_file(tmp_path / "0" / WEIGHTS_FILE)
    shutil.copytree(tmp_path / "0", tmp_path / "prefix")
    save_file({key.replace("language_model.", ""): value for key, value in state.items()}, tmp_path / "prefix" / WEIGHTS_FILE)
    with pytest.raises(WeightsError, match="does not fit"):
        load_adapter(tiny_model().model, tmp_path / "prefix")
    shutil.copytree(tmp_path / "0", tmp_path / "untrained")
    zeros = {key: torch.zeros_like(value) if "lora_B" in key else value for key, value in state.items()}
    save_file(zeros, tmp_path / "untrained" / WEIGHTS_FILE)
    with pytest.raises(WeightsError, match="does not change"):
        load_adapter(tiny_model().model, tmp_path / "untrained")
    (tmp_path / "0" / WEIGHTS_FILE).unlink()
    with pytest.raises(WeightsError, match="missing"):
        load_adapter(tiny_model().model, tmp_path / "0")


def test_top_layers_leave_the_lower_ones_alone(tmp_path: Path) -> None:
    loaded = tiny_model()
    examples = examples_of(task_examples(loaded, Task.SCENE, 4))
    trained = train_adapter(loaded, examples, replace(LORA, top_layers=1), seed=0)
    names = [name for name, _ in trained.model.named_parameters() if "lora_" in name]
    assert names
    assert all("layers.1." in name for name in names)
    save_adapter(trained.model, tmp_path)
    remove_adapters(trained.model)
    load_adapter(loaded.model, tmp_path)


def test_cross_fit_is_out_of_fold_and_resumes_to_the_same_bytes(tmp_path: Path) -> None:
    loaded = tiny_model()
    profile = dataclasses.replace(PROFILE, lora=dataclasses.replace(LORA, epochs=1.0))
    data = [task_examples(loaded, task, 8) for task in Task]
    whole = cross_fit(loaded, data, profile, Budget(), tmp_path / "whole", quiet=True)
    for task in data:
        found = whole.scores[task.builder.task]
        assert found.log_probs.shape == (8, 3, len(task.builder.labels))
        assert not np.isnan(found.log_probs[:, :2]).any()
        assert [record.vlm_calls for record in found.records] == (~np.isnan(found.log_probs[:, :, 0])).sum(1).tolist()
    stored = read_out_of_fold(tmp_path / "whole")
    for name, (ids, scores) in stored.items():
        assert ids == [f"s{number}" for number in range(8)]
        np.testing.assert_array_equal(scores.log_probs, whole.scores[name].log_probs)

    # A fold's scores are those of its own saved adapter, which was trained without it.
    model = load_adapter(loaded.model, tmp_path / "whole" / "folds" / "1")
    rows = np.array([1, 3, 5, 7])
    held_out = [task.subset(rows) for task in data]
    again = score_tasks(LoadedModel(model, loaded.processor, SETTINGS), held_out, profile, Budget())
    remove_adapters(model)
    for name, scores in again.items():
        np.testing.assert_allclose(scores.log_probs, whole.scores[name].log_probs[rows], atol=1e-4)

    # Killed in the second fold: its mark and the final adapter are missing, half a file is lying about.
    shutil.copytree(tmp_path / "whole", tmp_path / "killed")
    (tmp_path / "killed/folds/1/complete.json").unlink()
    (tmp_path / "killed/folds/1" / WEIGHTS_FILE).write_bytes(b"half")
    shutil.rmtree(tmp_path / "killed/adapter")
    first = (tmp_path / "killed/folds/0" / WEIGHTS_FILE).stat().st_mtime_ns
    cross_fit(loaded, data, profile, Budget(), tmp_path / "killed", quiet=True)
    assert bytes_of(tmp_path / "killed") == bytes_of(tmp_path / "whole")
    assert (tmp_path / "killed/folds/0" / WEIGHTS_FILE).stat().st_mtime_ns == first


def test_a_label_changes_only_scores_of_other_folds(tmp_path: Path) -> None:
    """The leak test: an example's own label has no influence on its own scores."""
    loaded = tiny_model()
    profile = dataclasses.replace(PROFILE, lora=dataclasses.replace(LORA, epochs=1.0))
    data = task_examples(loaded, Task.DIALOGUE, 6)
    cases = list(data.cases)
    cases[0] = dataclasses.replace(cases[0], sample=dataclasses.replace(cases[0].sample, label="尺寸"))
    before = cross_fit(loaded, [data], profile, Budget(), tmp_path / "a", quiet=True).scores[Task.DIALOGUE].log_probs
    changed = dataclasses.replace(data, cases=cases)
    after = cross_fit(loaded, [changed], profile, Budget(), tmp_path / "b", quiet=True).scores[Task.DIALOGUE].log_probs
    np.testing.assert_array_equal(before[::2], after[::2])  # its own fold
    assert np.abs(before[1::2] - after[1::2])[:, :2].max() > 1e-4


def test_retired_labels_are_not_trained_on_and_folds_must_exist(tmp_path: Path) -> None:
    loaded = tiny_model()
    data = task_examples(loaded, Task.SCENE, 4, label="旧页")
    assert examples_of(data) == []
    with pytest.raises(InputError, match="no training example"):
        cross_fit(loaded, [data], PROFILE, Budget(), tmp_path, quiet=True)
    with pytest.raises(InputError, match="at least two"):
        cross_fit(loaded, [dataclasses.replace(data, folds=np.zeros(4, np.int64))], PROFILE, Budget(), tmp_path, quiet=True)


def test_what_another_number_of_folds_began_is_not_deleted(tmp_path: Path) -> None:
    _check_unfinished(tmp_path, 3, "index")
    (tmp_path / "folds").mkdir()
    _check_unfinished(tmp_path, 3, "index")
    with pytest.raises(RunError, match="begun with 3 folds, now 5"):
        _check_unfinished(tmp_path, 5, "index")
    assert (tmp_path / "folds").is_dir()
    _check_unfinished(tmp_path, 5, "another index")
    assert not (tmp_path / "folds").exists()


@pytest.mark.parametrize("asked", [-3, 0, 1, 21])
def test_folds_are_within_the_profiles_bounds(asked: int) -> None:
    assert _folds(PROFILE, None) == PROFILE.lora.folds
    assert _folds(PROFILE, 20) == 20
    with pytest.raises(ProfileError, match=f"--folds: lora.folds is {asked}, expected 2 to 20"):
        _folds(PROFILE, asked)


def test_a_loss_that_is_no_number_ends_the_training(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = tiny_model()
    monkeypatch.setattr(vlm.lora.training, "rate_of_step", lambda *_: 1e30)
    with pytest.raises(ProfileError, match=r"loss of step \d+ is (nan|inf); train anew with a lower"):
        train_adapter(loaded, examples_of(task_examples(loaded, Task.SCENE, 8)), LORA, 0)


def test_learning_rate_rises_then_falls_to_zero() -> None:
    factors = [rate_of_step(step, 10, 0.2) for step in range(11)]
    assert factors[:3] == [0.5, 1.0, 1.0]
    assert factors[-1] == pytest.approx(0)
    assert all(left >= right for left, right in itertools.pairwise(factors[1:]))


def test_hidden_cases_are_nobodys_exemplars() -> None:
    """An adapter that will score a fold must not have read that fold's labels in the prompts it was trained on."""
    loaded = tiny_model()
    data = task_examples(loaded, Task.SCENE, 4)
    parts = [data.builder.sample(case) for case in data.cases]

    def prompts(hidden: set[str]) -> list[str]:
        made = training_examples(data.builder, data.cases, parts, data.retrieved, 0, hidden)
        return [loaded.tokenizer.decode(item.lates[1]) for item in made if item is not None]

    assert all("多少" in text for text in prompts(set()))
    assert all("杯子" in text and "多少" not in text for text in prompts({"1"}))
    assert all("已标注例子" not in text for text in prompts({"0", "1"}))
