"""Loading what others made: adapters of LLaMA-Factory and PEFT, Qwen2.5-VL, random weights in place of large models."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file
from torch.nn.functional import cross_entropy
from vlm_adapters import FOREIGN, make_adapter, prompts_for, scores_of
from vlm_examples import plain_scores, prompts_of_three_calls
from vlm_tiny import LABELS, SETTINGS, tiny_config, tiny_model, windowed_model

from data.errors import ProfileError, WeightsError
from data.profile import LoraSettings, load_profile
from data.schema import Task
from vlm.architecture import build_empty, build_model, check_counted, count_parameters, load_architecture
from vlm.engines.forward import image_features
from vlm.engines.transformers_scorer import TransformersScorer, remember_features
from vlm.lora.adapter import CONFIG_FILE, WEIGHTS_FILE, add_adapter, load_adapter, remove_adapters, save_adapter
from vlm.lora.examples import TrainingExample
from vlm.lora.training import batch_loss
from vlm.model import image_values, load_model
from vlm.parameters import profile_parameters
from vlm.pretraining.tokenizer import save_processor
from vlm.prompt import Prompt, prompt_builder


@pytest.mark.parametrize("old", [False, True], ids=["present names", "old names"])
@pytest.mark.parametrize("kind", FOREIGN)
def test_adapters_of_other_programs_score_as_peft_does(tmp_path: Path, kind: str, old: bool) -> None:
    expected = make_adapter(tmp_path, old, **FOREIGN[kind])
    loaded = tiny_model()
    plain = scores_of(loaded, loaded.model)
    assert np.abs(expected - plain).max() > 1e-2  # so that equality below says something
    model = load_adapter(loaded.model, tmp_path)
    np.testing.assert_allclose(scores_of(loaded, model), expected, atol=1e-4)
    assert not any(parameter.requires_grad for parameter in model.parameters())
    np.testing.assert_allclose(scores_of(loaded, model.merge_and_unload()), expected, atol=1e-3)


def test_own_and_foreign_adapters_stand_side_by_side(tmp_path: Path) -> None:
    """Own ones keep names and bytes; each is what it was, whatever was loaded before it."""
    loaded = tiny_model()
    peft = add_adapter(loaded.model, LoraSettings(rank=2, top_layers=1), seed=1)
    for name, parameter in peft.named_parameters():
        if "lora_B" in name:
            torch.nn.init.normal_(parameter, std=0.3)
    save_adapter(peft, tmp_path / "own")
    expected = {"own": scores_of(loaded, peft.eval())}
    remove_adapters(peft)
    for seed, kind in enumerate(("pattern", "vision too", "dora")):
        expected[kind] = make_adapter(tmp_path / kind, kind != "dora", seed, **FOREIGN[kind])
    model: Any = loaded.model
    for kind in ("pattern", "own", "vision too", "dora"):
        model = load_adapter(model, tmp_path / kind, kind)
    for kind, scores in expected.items():
        model.set_adapter(kind)
        np.testing.assert_allclose(scores_of(loaded, model), scores, atol=1e-4)
    save_adapter(model, tmp_path / "again", "own")
    for file in (CONFIG_FILE, WEIGHTS_FILE):
        assert (tmp_path / "again" / file).read_bytes() == (tmp_path / "own" / file).read_bytes()
    with pytest.raises(WeightsError, match="already"):
        load_adapter(model, tmp_path / "own", "own")


Values, State = dict[str, Any], dict[str, torch.Tensor]
Q = "base_model.model.model.language_model.layers.0.self_attn.q_proj.lora_"
K = Q.replace("q_proj", "k_proj")
LATE = Q.replace("layers.0", "layers.9")


def zero(values: Values, state: State) -> None:
    state.update({key: torch.zeros_like(value) for key, value in state.items() if "lora_B" in key})


BROKEN: dict[str, tuple[str, Callable[[Values, State], object]]] = {
    "half a layer": ("does not fit", lambda values, state: state.pop(Q + "B.weight")),
    "a layer less": ("1 layers have no weights", lambda values, state: [state.pop(Q + f"{side}.weight") for side in "AB"]),
    "unknown layer": (
        "1 of its 5 layers are unknown",
        lambda values, state: state.update({LATE + "A.weight": state[Q + "A.weight"]}),
    ),
    "unnamed layer": ("not named", lambda values, state: state.update({K + "A.weight": state[Q + "A.weight"]})),
    "rank": ("does not fit", lambda values, state: values.update(r=3)),
    "magnitudes": ("does not fit", lambda values, state: values.update(use_dora=True)),
    "untrained": ("does not change", zero),
    "empty": ("no LoRA weights", lambda values, state: state.clear()),
    "no targets": ("names no target_modules", lambda values, state: values.update(target_modules=None)),
    "not a pattern": ("cannot be read", lambda values, state: values.update(target_modules="(q_proj")),
    "whole modules": ("uses modules_to_save", lambda values, state: values.update(modules_to_save=["lm_head"])),
    "whole weights": (
        "holds whole weights",
        lambda values, state: state.update({"base_model.model.lm_head.weight": torch.ones(2)}),
    ),
    "biases": ("changes biases", lambda values, state: values.update(bias="all")),
    "pissa": ("was not converted", lambda values, state: values.update(init_lora_weights="pissa_niter_4")),
    "newer": ("uses newest_idea", lambda values, state: values.update(newest_idea=3)),
    "another kind": ("expected 'LORA'", lambda values, state: values.update(peft_type="LOHA")),
    "output layer": (
        "adapts lm_head",
        lambda values, state: (
            values["target_modules"].append("lm_head"),
            state.update({f"base_model.model.lm_head.lora_{side}.weight": torch.ones(4, 4) for side in "AB"}),
        ),
    ),
}


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sound")
    make_adapter(folder, target_modules=["q_proj", "v_proj"])
    return folder


@pytest.mark.parametrize("kind", BROKEN)
def test_broken_adapters_are_refused_and_leave_the_model_alone(sound: Path, tmp_path: Path, kind: str) -> None:
    message, spoil = BROKEN[kind]
    values, state = json.loads((sound / CONFIG_FILE).read_text(encoding="utf-8")), load_file(sound / WEIGHTS_FILE)
    spoil(values, state)
    (tmp_path / CONFIG_FILE).write_text(json.dumps(values), encoding="utf-8")
    save_file({key: value.clone() for key, value in state.items()}, tmp_path / WEIGHTS_FILE)
    loaded = tiny_model()
    plain = scores_of(loaded, loaded.model)
    with pytest.raises(WeightsError, match=message) as raised:
        load_adapter(loaded.model, tmp_path)
    assert str(tmp_path) in str(raised.value)
    assert not any("lora" in name for name, _ in loaded.model.named_modules())
    np.testing.assert_array_equal(scores_of(loaded, loaded.model), plain)
    model = load_adapter(loaded.model, sound, "sound")
    before = scores_of(loaded, model)
    with pytest.raises(WeightsError, match=message):
        load_adapter(model, tmp_path, "broken")
    assert model.active_adapter == "sound"
    assert list(model.peft_config) == ["sound"]
    np.testing.assert_array_equal(scores_of(loaded, model), before)


def test_untrained_vision_adapters_and_unreadable_folders_are_refused(tmp_path: Path) -> None:
    make_adapter(tmp_path, **FOREIGN["vision alone"])
    state = load_file(tmp_path / WEIGHTS_FILE)
    zero({}, state)
    save_file(state, tmp_path / WEIGHTS_FILE)
    with pytest.raises(WeightsError, match="does not change"):
        load_adapter(tiny_model().model, tmp_path)
    (tmp_path / CONFIG_FILE).write_text("[]", encoding="utf-8")
    with pytest.raises(WeightsError, match="holds no object"):
        load_adapter(tiny_model().model, tmp_path)
    (tmp_path / CONFIG_FILE).write_text("{", encoding="utf-8")
    with pytest.raises(WeightsError, match="cannot be read"):
        load_adapter(tiny_model().model, tmp_path)


@pytest.mark.parametrize("task", list(Task))
def test_qwen25_scores_equal_its_own_forward_pass(task: Task) -> None:
    loaded = windowed_model()
    builder = prompt_builder(loaded.tokenizer, task, LABELS.active(task), SETTINGS)
    scorer = TransformersScorer(loaded)
    for prompts in prompts_of_three_calls(builder):
        expected = np.stack([plain_scores(loaded, prompt) for prompt in prompts])
        assert expected.std(axis=0).max() > 1e-2
        np.testing.assert_allclose(scorer.score(prompts), expected, atol=1e-4)


def test_qwen25_windows_stay_within_their_images() -> None:
    """Features of several images at once are those of each alone, in the order of its tokens, and windows matter."""
    loaded = windowed_model()
    draw = np.random.default_rng(0)
    images = [draw.integers(0, 256, (*size, 3), dtype=np.uint8) for size in ((56, 84), (140, 28), (56, 56))]
    values, grids = image_values(loaded.processor, images, SETTINGS)
    assert [grid[1] * grid[2] // 4 for grid in grids] == [6, 5, 4]
    with torch.inference_mode():
        together = image_features(loaded.model, values, grids)
        alone = [image_features(loaded.model, [value], [grid])[0] for value, grid in zip(values, grids, strict=True)]
        unbounded = image_features(windowed_model(full_attention=(0, 1)).model, values, grids)
    for left, right in zip(together, alone, strict=True):
        torch.testing.assert_close(left, right, atol=1e-5, rtol=1e-5)
    changed = [(left - right).abs().max().item() > 1e-3 for left, right in zip(together, unbounded, strict=True)]
    assert changed == [True, True, False]  # the last image is one window


def test_qwen25_trains_on_the_losses_of_plain_prompts() -> None:
    loaded = windowed_model()
    builder = prompt_builder(loaded.tokenizer, Task.DIALOGUE, LABELS.active(Task.DIALOGUE), SETTINGS)
    calls = prompts_of_three_calls(builder)
    examples = [
        TrainingExample(builder.shared, calls[0][row].sample, tuple(call[row].late for call in calls), row % 3)
        for row in range(4)
    ]
    features = WeakKeyDictionary()
    with torch.no_grad():
        remember_features(loaded, [item.sample for item in examples], features)
    losses = [
        cross_entropy(
            torch.from_numpy(plain_scores(loaded, Prompt(item.shared, item.sample, late)))[None], torch.tensor([item.answer])
        )
        for item in examples
        for late in item.lates
    ]
    assert batch_loss(loaded.model, loaded, examples, features).item() == pytest.approx(
        torch.stack(losses).mean().item(), abs=1e-4
    )
    trained = add_adapter(loaded.model, LoraSettings(rank=2), seed=0)
    names = [name for name, _ in trained.named_parameters() if "lora_" in name]
    assert names
    assert not any("visual" in name for name in names)  # its vision tower has a gate_proj, up_proj and down_proj too


def test_qwen25_loads_from_a_folder_and_is_counted_from_it(tmp_path: Path) -> None:
    loaded = windowed_model()
    save_processor(loaded.processor, tmp_path)
    loaded.model.save_pretrained(tmp_path)
    settings = dataclasses.replace(SETTINGS, model=str(tmp_path))
    again = load_model(settings, device="cpu")
    assert type(again.model).__name__ == "Qwen2_5_VLForConditionalGeneration"
    np.testing.assert_array_equal(scores_of(again, again.model), scores_of(loaded, loaded.model))
    profile = dataclasses.replace(load_profile("embedded"), vlm=settings)
    counts = profile_parameters(profile)
    assert counts[f"VLM {tmp_path}"] == count_parameters(loaded.model)


def test_other_qwen_models_are_refused_by_name(tmp_path: Path) -> None:
    save_processor(tiny_model().processor, tmp_path)
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "qwen3_vl"}), encoding="utf-8")
    (tmp_path / "model.safetensors").write_bytes(b"")
    settings = dataclasses.replace(SETTINGS, model=str(tmp_path))
    for attempt in (
        lambda: load_model(settings, device="cpu"),
        lambda: load_model(settings, device="cpu", random_weights=True),
        lambda: load_architecture(str(tmp_path)),
    ):
        with pytest.raises(ProfileError, match="'qwen3_vl', expected one of qwen2_vl, qwen2_5_vl"):
            attempt()
    for part, field, wrong, message in (
        ("vision_config", "patch_size", 16, "expected \\(14, 2, 2\\)"),
        ("text_config", "layer_types", ["full_attention", "sliding_attention"], "sliding-window"),
    ):
        value = tiny_config()
        value[part] = {**value[part], field: wrong}
        (tmp_path / "config.json").write_text(json.dumps(value), encoding="utf-8")
        with pytest.raises(ProfileError, match=message):
            load_architecture(str(tmp_path))


def test_architectures_of_qwen25_have_its_own_counts() -> None:
    counts = {name: count_parameters(build_empty(load_architecture(name))) for name in ("qwen2.5-vl-3b", "qwen2.5-vl-7b")}
    assert counts == {"qwen2.5-vl-3b": 3_754_622_976, "qwen2.5-vl-7b": 8_292_166_656}  # Qwen/Qwen2.5-VL-*-Instruct


def test_a_hub_model_must_be_the_one_that_is_counted(tmp_path: Path) -> None:
    model = tiny_model().model
    model.config.save_pretrained(tmp_path)
    settings = dataclasses.replace(SETTINGS, model="someone/some-model", architecture=str(tmp_path / "config.json"))
    check_counted(settings, model)
    with pytest.raises(ProfileError, match=r"set vlm\.architecture"):
        check_counted(dataclasses.replace(settings, architecture="embedded"), model)


def test_random_weights_are_made_where_they_stay(tmp_path: Path) -> None:
    """As for the 2B and 7B models: bfloat16 at once, no weights or processor of the model on this machine, repeated by seed."""
    value = {**tiny_config(), "model_type": "qwen2_5_vl", "text_config": {**tiny_config()["text_config"], "vocab_size": 9000}}
    value["vision_config"] = windowed_model().model.config.vision_config.to_dict()
    (tmp_path / "config.json").write_text(json.dumps(value), encoding="utf-8")
    settings = dataclasses.replace(SETTINGS, model="no-such/model", architecture=str(tmp_path / "config.json"), dtype="bfloat16")
    state = torch.get_rng_state()
    with pytest.warns(UserWarning, match="no-such/model"):
        first, same, other = (
            load_model(settings, device="cpu", random_weights=True, seed=seed).model.state_dict() for seed in (1, 1, 2)
        )
    assert torch.equal(torch.get_rng_state(), state)
    assert {value.dtype for value in first.values()} == {torch.bfloat16}
    assert all(torch.equal(first[name], same[name]) for name in first)
    assert not torch.equal(first["lm_head.weight"], other["lm_head.weight"])
    with pytest.warns(UserWarning, match="embedded"):
        loaded = load_model(settings, device="cpu", random_weights=True)
    # Frequencies of positions must not be rounded: as in a loaded model they are float32.
    assert loaded.model.model.language_model.rotary_emb.inv_freq.dtype == torch.float32
    scores = TransformersScorer(loaded).score(prompts_for(loaded))
    np.testing.assert_allclose(np.exp(scores).sum(axis=1), 1, atol=1e-3)
    assert build_model(load_architecture("qwen2-vl-7b"), 0, "meta", torch.bfloat16).dtype == torch.bfloat16
