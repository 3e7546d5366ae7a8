"""The second engine: what vLLM is asked, what becomes of its answers, and what is refused. With a GPU and vLLM, both engines."""

from __future__ import annotations

import dataclasses
import importlib.util
import json
import os
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from safetensors.torch import save_file
from vllm_fake import LLM, fake_modules, weights
from vlm_tiny import LABELS, SETTINGS, make_case, make_retrieved, tiny_model

from data.errors import InputError, WeightsError
from data.profile import CallSettings, LoraSettings, Profile, VlmSettings, resolve_package_path
from data.schema import Task
from fusion.loading import load_asker, with_engine
from retrieval.task import Retrieved
from vlm.budget import Budget
from vlm.engines.transformers_scorer import Scorer, TransformersScorer
from vlm.engines.vllm import (
    SAMPLES_AT_ONCE,
    VllmEngine,
    VllmScorer,
    image_digest,
    load_vllm,
    lora_rank,
    one_pad_an_image,
    open_vllm,
)
from vlm.exemplars import Exemplar
from vlm.lora.adapter import CONFIG_FILE, WEIGHTS_FILE, add_adapter, save_adapter, with_adapter
from vlm.model import load_model, load_processor
from vlm.prompt import IMAGE_PAD, Prompt, PromptBuilder, prompt_builder
from vlm.protocol import run_calls

EMBEDDED = dataclasses.replace(SETTINGS, engine="vllm")  # the embedded model with the tests' small limits


@pytest.fixture(scope="module")
def builders() -> dict[Task, PromptBuilder]:
    tokenizer = load_processor(resolve_package_path(EMBEDDED.model)).tokenizer
    return {task: prompt_builder(tokenizer, task, LABELS.active(task), EMBEDDED) for task in Task}


@pytest.fixture
def vllm(builders: dict[Task, PromptBuilder], monkeypatch: pytest.MonkeyPatch) -> type[LLM]:
    """The fake in vLLM's place, on a machine with a GPU."""
    pad = builders[Task.SCENE].tokenizer.convert_tokens_to_ids(IMAGE_PAD)
    for name, module in fake_modules(pad).items():
        monkeypatch.setitem(sys.modules, name, module)
    monkeypatch.setattr("torch.cuda.is_available", lambda: True)
    for name in ("VLLM_NO_USAGE_STATS", "DO_NOT_TRACK", "VLLM_USE_FLASHINFER_SAMPLER", "VLLM_LOGGING_LEVEL", "HF_HUB_OFFLINE"):
        monkeypatch.setenv(name, "unset")
        monkeypatch.delenv(name)
    return LLM


@pytest.fixture(scope="module")
def adapter(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An adapter of the embedded model as training leaves it, of rank 4."""
    folder = tmp_path_factory.mktemp("adapter")
    peft = add_adapter(load_model(VlmSettings(), device="cpu").model, LoraSettings(rank=4, alpha=8, top_layers=2), seed=1)
    for name, parameter in peft.named_parameters():
        if "lora_B" in name:
            torch.nn.init.normal_(parameter, std=0.05)
    save_adapter(peft, folder)
    return folder


def prompts_of(builder: PromptBuilder, count: int = 3) -> list[Prompt]:
    """Direct prompts of cases with 0, 1, 2, 0, ... images."""
    return [
        Prompt(builder.shared, builder.sample(make_case(number, builder.task, number % 3)), builder.direct())
        for number in range(count)
    ]


def expected(prompts: list[Prompt], adapter: str | None = None) -> NDArray[np.float64]:
    """What the fake's answers mean, worked out from the whole prompts."""
    parts = np.array([weights(prompt.ids(), prompt.shared.codes, adapter) for prompt in prompts], dtype=np.float64)
    return np.log(parts / parts.sum(axis=1, keepdims=True))


@pytest.mark.parametrize("task", list(Task))
def test_scores_are_the_codes_share_of_what_vllm_answers(
    task: Task, builders: dict[Task, PromptBuilder], vllm: type[LLM]
) -> None:
    scorer: Scorer = VllmScorer(open_vllm(EMBEDDED, seed=7), builders, EMBEDDED)
    prompts = prompts_of(builders[task])
    found = scorer.score(prompts)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected(prompts), atol=1e-5)
    np.testing.assert_allclose(np.exp(found).sum(axis=1), 1, atol=1e-6)
    sampling = vllm.made[0].sampling[0]
    assert (sampling.temperature, sampling.max_tokens, sampling.detokenize) == (0.0, 1, False)
    assert sampling.logprob_token_ids == list(prompts[0].shared.codes)
    assert sampling.logprobs == len(prompts[0].shared.codes)


def test_vllm_is_started_with_the_profiles_settings(
    builders: dict[Task, PromptBuilder], vllm: type[LLM], monkeypatch: pytest.MonkeyPatch
) -> None:
    open_vllm(dataclasses.replace(EMBEDDED, gpu_memory=0.5), seed=7)
    options = vllm.made[0].options
    assert options["model"].endswith("vlm/weights/embedded")
    assert (options["seed"], options["dtype"], options["gpu_memory_utilization"]) == (7, "float32", 0.5)
    assert options["enable_prefix_caching"] is True
    assert options["limit_mm_per_prompt"] == {"image": EMBEDDED.max_images, "video": 0}
    assert options["mm_processor_kwargs"] == {"size": {"shortest_edge": 28 * 28 * 2, "longest_edge": 28 * 28 * 6}}
    assert options["max_logprobs"] == EMBEDDED.label_tokens  # as many labels as a prompt may ever have
    assert options["max_model_len"] == 8192
    assert "enable_lora" not in options
    assert os.environ["VLLM_NO_USAGE_STATS"] == os.environ["DO_NOT_TRACK"] == os.environ["HF_HUB_OFFLINE"] == "1"
    if importlib.util.find_spec("flashinfer") is None:
        assert os.environ["VLLM_USE_FLASHINFER_SAMPLER"] == "0"


def test_images_are_sent_once_each_and_told_apart_by_content(builders: dict[Task, PromptBuilder], vllm: type[LLM]) -> None:
    builder = builders[Task.DIALOGUE]
    scorer = VllmScorer(open_vllm(EMBEDDED, seed=0), builders, EMBEDDED)
    (prompt,) = prompts_of(builder, 3)[2:]
    later = Prompt(builder.shared, prompt.sample, builder.with_exemplars([Exemplar("杯子", 1)], [0]))
    again = Prompt(builder.shared, builder.sample(make_case(2, Task.DIALOGUE, 2)), builder.direct())
    scorer.score([prompt])
    scorer.score([later, again])
    (first,), (second, third) = vllm.made[0].requests
    pad = vllm.pad
    assert first["prompt_token_ids"].count(pad) == len(first["multi_modal_data"]["image"]) == 2
    own = len(builder.shared.ids) + len(one_pad_an_image(prompt.sample.ids, pad))
    assert first["prompt_token_ids"][:own] == second["prompt_token_ids"][:own]  # what the prefix cache finds
    digests = [request["multi_modal_uuids"]["image"] for request in (first, second, third)]
    assert digests[0] == digests[1] == digests[2]
    assert digests[0][0] != digests[0][1]
    assert second["multi_modal_data"]["image"] is first["multi_modal_data"]["image"]
    assert image_digest(np.zeros((2, 3, 3), np.uint8)) != image_digest(np.zeros((3, 2, 3), np.uint8))


def test_one_pad_an_image() -> None:
    assert one_pad_an_image([9, 9, 1, 9, 2, 3, 9, 9, 9], 9) == [9, 1, 9, 2, 3, 9]
    assert one_pad_an_image([], 9) == []


def test_another_image_grid_is_an_error(builders: dict[Task, PromptBuilder], vllm: type[LLM]) -> None:
    scorer = VllmScorer(open_vllm(EMBEDDED, seed=0), builders, EMBEDDED)
    vllm.grid_factor = 2
    with pytest.raises(WeightsError, match=r"another prompt's; use `--engine transformers`"):
        scorer.score(prompts_of(builders[Task.SCENE]))


def test_prompts_of_two_tasks_are_refused(builders: dict[Task, PromptBuilder], vllm: type[LLM]) -> None:
    scorer = VllmScorer(open_vllm(EMBEDDED, seed=0), builders, EMBEDDED)
    with pytest.raises(ValueError, match="same shared part"):
        scorer.score([prompts_of(builders[task])[0] for task in Task])


def test_the_calls_are_made_for_many_samples_at_once(builders: dict[Task, PromptBuilder], vllm: type[LLM]) -> None:
    builder, count = builders[Task.DIALOGUE], SAMPLES_AT_ONCE + 4
    scorer = VllmScorer(open_vllm(EMBEDDED, seed=0), builders, EMBEDDED)
    sample = make_case(0, images=0)
    retrieved: Retrieved = make_retrieved(Task.DIALOGUE, count)
    budget = Budget()
    scores = run_calls(scorer, builder, budget, [sample] * count, retrieved, CallSettings(policy="full"))  # type: ignore[arg-type]
    asked = [len(requests) for requests in vllm.made[0].requests]
    assert asked[:2] == [SAMPLES_AT_ONCE, SAMPLES_AT_ONCE]
    assert sum(asked) == sum(record.vlm_calls for record in scores.records) == (~np.isnan(scores.log_probs[:, :, 0])).sum()


def test_an_adapter_goes_with_every_request(builders: dict[Task, PromptBuilder], vllm: type[LLM], adapter: Path) -> None:
    asker = load_asker(Profile("tiny", vlm=EMBEDDED), LABELS, adapter)
    options = vllm.made[0].options
    assert (options["enable_lora"], options["max_loras"], options["max_lora_rank"]) == (True, 1, 8)
    prompts = prompts_of(asker.builders[Task.SCENE])
    found = asker.scorer.score(prompts)
    before, probe, request = vllm.made[0].adapters
    assert before is None
    assert probe == request is not None
    assert request.lora_path == str(adapter)
    np.testing.assert_allclose(found, expected(prompts, request.lora_name), atol=1e-5)


def test_adapters_are_named_by_content(
    builders: dict[Task, PromptBuilder], vllm: type[LLM], adapter: Path, tmp_path: Path
) -> None:
    copied, other = tmp_path / "copied", tmp_path / "other"
    for folder in (copied, other):
        folder.mkdir()
        for name in (CONFIG_FILE, WEIGHTS_FILE):
            (folder / name).write_bytes((adapter / name).read_bytes())
    values = json.loads((other / CONFIG_FILE).read_text())
    (other / CONFIG_FILE).write_text(json.dumps(values | {"lora_alpha": 16}))
    engine = open_vllm(EMBEDDED, 0, adapter)
    names = []
    for folder in (adapter, copied, other):
        VllmScorer(engine, builders, EMBEDDED).adapt(folder)
        request = vllm.made[0].adapters[-1]
        assert request is not None
        assert request.lora_int_id > 0
        names.append((request.lora_name, request.lora_int_id))
    assert names[0] == names[1] != names[2]
    assert names[0][1] != names[2][1]


def test_an_adapter_that_does_nothing_is_an_error(builders: dict[Task, PromptBuilder], vllm: type[LLM], adapter: Path) -> None:
    vllm.adapters_work = False
    with pytest.raises(WeightsError, match=r"does not change what vLLM answers.*--engine transformers"):
        VllmScorer(open_vllm(EMBEDDED, 0, adapter), builders, EMBEDDED).adapt(adapter)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"use_dora": True}, "uses use_dora"),
        ({"modules_to_save": ["lm_head"]}, "uses modules_to_save"),
        ({"alpha_pattern": {"q_proj": 4}}, "uses alpha_pattern"),
        ({"rank_pattern": {"q_proj": 2}}, "uses rank_pattern"),
        ({"bias": "all"}, "changes biases"),
        ({"peft_type": "LOHA"}, "kind 'LOHA'"),
        ({"r": 1024}, "has rank 1024, expected 1 to 512"),
    ],
)
def test_adapters_that_vllm_would_apply_otherwise_are_refused(
    change: dict[str, object], words: str, adapter: Path, tmp_path: Path
) -> None:
    (tmp_path / WEIGHTS_FILE).write_bytes((adapter / WEIGHTS_FILE).read_bytes())
    values = json.loads((adapter / CONFIG_FILE).read_text())
    (tmp_path / CONFIG_FILE).write_text(json.dumps(values | change))
    with pytest.raises(WeightsError, match=f"{words}.*use `--engine transformers`"):
        lora_rank(tmp_path)
    (tmp_path / CONFIG_FILE).write_text(json.dumps(values | {"use_rslora": True}))
    assert lora_rank(tmp_path) == 4


@pytest.mark.parametrize("key", ["base_model.model.model.visual.blocks.0.mlp.fc1", "base_model.model.visual.blocks.0.attn.qkv"])
def test_adapted_vision_towers_are_refused(key: str, adapter: Path, tmp_path: Path) -> None:
    (tmp_path / CONFIG_FILE).write_bytes((adapter / CONFIG_FILE).read_bytes())
    save_file({f"{key}.lora_A.weight": torch.zeros(4, 8)}, str(tmp_path / WEIGHTS_FILE))
    with pytest.raises(WeightsError, match=f"adapts {key}"):
        lora_rank(tmp_path)
    (tmp_path / WEIGHTS_FILE).unlink()
    with pytest.raises(WeightsError, match="is missing"):
        lora_rank(tmp_path)


def test_a_missing_vllm_or_gpu_is_told_with_what_to_do(vllm: type[LLM], monkeypatch: pytest.MonkeyPatch) -> None:
    load_vllm()
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    with pytest.raises(InputError, match=r"needs a GPU.*--engine transformers"):
        load_vllm()
    monkeypatch.setitem(sys.modules, "vllm", None)
    with pytest.raises(InputError, match=r"install \.\[vllm\].*--engine transformers"):
        load_vllm()


def test_what_vllm_raises_is_told_in_one_line(
    builders: dict[Task, PromptBuilder], vllm: type[LLM], monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = open_vllm(EMBEDDED, 0)
    monkeypatch.setattr(vllm, "generate", lambda *_, **__: (_ for _ in ()).throw(ValueError("too long\nand more")))
    with pytest.raises(WeightsError, match=r"too long; lower the profile's limits"):
        engine.generate([], None)
    monkeypatch.setattr(vllm, "__init__", lambda *_, **__: (_ for _ in ()).throw(RuntimeError("no memory")))
    with pytest.raises(WeightsError, match=r"no memory.*vlm\.gpu_memory"):
        open_vllm(EMBEDDED, 0)


def test_engine_can_be_emptied_and_closed(builders: dict[Task, PromptBuilder], vllm: type[LLM]) -> None:
    engine: VllmEngine = open_vllm(EMBEDDED, 0)
    engine.forget()
    engine.close()
    assert vllm.made[0].dropped == ["prefixes", "images", "encoder", "engine"]


def test_engine_is_chosen_by_profile_or_argument() -> None:
    profile = Profile("tiny", vlm=SETTINGS)
    assert with_engine(profile, None) is profile
    assert with_engine(profile, "vllm").vlm.engine == "vllm"
    assert TransformersScorer(tiny_model()).samples_at_once == SETTINGS.batch_size < SAMPLES_AT_ONCE


@pytest.mark.skipif(importlib.util.find_spec("vllm") is None or not torch.cuda.is_available(), reason="needs vLLM and a GPU")
def test_both_engines_give_the_same_scores(builders: dict[Task, PromptBuilder], adapter: Path) -> None:
    """The embedded model in bfloat16, which rounds scores; with and without an adapter, all three calls."""
    settings = dataclasses.replace(EMBEDDED, dtype="bfloat16", gpu_memory=0.3)
    plain, adapted = load_model(settings), with_adapter(load_model(settings), adapter)
    engine = open_vllm(settings, 0, adapter)
    scorer = VllmScorer(engine, builders, settings)
    for loaded in (plain, adapted):
        reference = TransformersScorer(loaded)
        for builder in builders.values():
            for prompts in three_calls(builder):
                np.testing.assert_allclose(scorer.score(prompts), reference.score(prompts), atol=0.3)
        scorer.adapt(adapter)
    engine.close()


def three_calls(builder: PromptBuilder) -> list[list[Prompt]]:
    """Direct prompts of a few cases and what two later calls add."""
    direct = prompts_of(builder, 6)
    lates = (builder.with_exemplars([Exemplar("杯子", 1)], [0, 1]), builder.decision((1, 0), (Exemplar("多少", 1), None)))
    return [direct, *([Prompt(item.shared, item.sample, late) for item in direct] for late in lates)]
