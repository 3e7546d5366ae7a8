"""What the VLM's benchmark reckons with, what its steps do, and when both engines count as the same."""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode
from vllm_fake import LLM, fake_modules
from vlm_tiny import LABELS, SETTINGS, make_case, make_retrieved, tiny_model

from data.case import Case
from data.errors import InputError
from data.profile import OFFICIAL_PIXELS, Profile, load_profile
from data.run import Manifest
from data.schema import Task
from vlm.benchmark import OFFICIAL, Bench, main, measure_here, measure_served, parse_shares, save_model
from vlm.engines.transformers_scorer import TransformersScorer
from vlm.lora.examples import TaskExamples
from vlm.measuring.operations import operations
from vlm.measuring.steps import (
    EVERY_CALL,
    ask,
    call_prompts,
    calls_by_share,
    calls_work,
    late_parts,
    memory_of_keys_and_values,
    official_model,
    official_tokens,
    plan_calls,
    score_batches,
    token_line,
)
from vlm.measuring.timing import ratios
from vlm.measuring.vllm import Parity, official_requests
from vlm.model import LoadedModel
from vlm.prompt import IMAGE_PAD, prompt_builder
from vlm.ranks import ALONE

PROFILE = Profile("tiny", vlm=SETTINGS)
TEXT = "<用户与客服的对话 START>\n用户: <image>\n用户: 多少钱\n<用户与客服的对话 END>"


@pytest.fixture(scope="module")
def loaded() -> LoadedModel:
    return tiny_model()


def official_case(number: int) -> Case:
    case = make_case(number, Task.DIALOGUE, label="材质")
    return dataclasses.replace(case, sample=dataclasses.replace(case.sample, row={"instruction": TEXT}))


def examples(loaded: LoadedModel, count: int = 6) -> TaskExamples:
    cases = [official_case(number) for number in range(count)]
    builder = prompt_builder(loaded.tokenizer, Task.DIALOGUE, LABELS.active(Task.DIALOGUE), SETTINGS)
    folds = np.arange(count) % 2
    return TaskExamples(builder, cases, make_retrieved(Task.DIALOGUE, count), folds)


def bench_of(loaded: LoadedModel, official: bool = True) -> Bench:
    data = [examples(loaded)]
    plans = {"full": plan_calls(data, EVERY_CALL), "adaptive": plan_calls(data, [0.5, 0, 0, 0.5])}
    cases = list(data[0].cases) if official else []
    return Bench(Manifest(PROFILE, LABELS, "/d.json", "/images", "0" * 64), PROFILE, data, cases, plans, 1, ALONE)


def test_operations_are_those_that_pytorch_counts(loaded: LoadedModel) -> None:
    tokens = 96
    embeds = torch.randn(1, tokens, 32)
    with FlopCounterMode(display=False) as counter, torch.inference_mode():
        loaded.model.model.language_model(inputs_embeds=embeds, use_cache=False)
    # Of the matrix products alone: not every version of PyTorch counts attention on a CPU.
    products = sum(count for kind, count in counter.get_flop_counts()["Global"].items() if str(kind) in ("aten.mm", "aten.addmm"))
    assert operations(loaded, tokens, 0, 0) == pytest.approx(products, rel=0.05)
    # Attention: 2 layers, scores and values, 2 operations for each of 32 numbers and each token seen, half of which are masked.
    assert operations(loaded, tokens, tokens, 0) - operations(loaded, tokens, 0, 0) == 2 * 2 * 2 * 32 * tokens * tokens / 2
    assert operations(loaded, 0, 0, 16) > 0


def test_calls_by_share() -> None:
    assert calls_by_share(8, [0.5, 0.25, 0.125, 0.125]) == [0, 0, 0, 0, 1, 1, 2, 3]
    assert calls_by_share(3, [0, 0, 0, 1]) == [3, 3, 3]
    assert parse_shares("0.5,0.3,0.1,0.1") == [0.5, 0.3, 0.1, 0.1]
    for text in ("1", "0.5,0.5,0.5,0.5", "a,b,c,d", "-1,1,1,0"):
        with pytest.raises(InputError, match="four numbers that sum to 1"):
            parse_shares(text)


def test_fewer_calls_are_asked_for_fewer_prompts(loaded: LoadedModel, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    monkeypatch.setattr(
        "vlm.engines.transformers_scorer.TransformersScorer.score", lambda self, prompts: asked.append(len(prompts))
    )
    data = examples(loaded)
    ask(TransformersScorer(loaded), [(data, [0, 1, 2, 3, 3, 0])])
    assert sum(asked) == 1 + 2 + 3 + 3
    assert len(late_parts(data)) == 6


def test_steps_with_transformers_do_their_work(loaded: LoadedModel) -> None:
    bench = bench_of(loaded)
    lines = list(measure_here(bench, loaded, ["train", "full", "generate", "adaptive", "parity"]))
    parts = ["processes", "peak", "tokens", "generate", "full", "adaptive", "batch", "train"]
    assert [line.split()[0] for line in lines] == parts
    assert lines[-2] == "batch     16 examples a training step"
    assert bench.rates.keys() == {"generate", "full", "adaptive", "train"}
    assert all(bench.work[step].samples == 6 and bench.work[step].operations > 0 for step in bench.rates)
    assert not hasattr(loaded.model, "peft_config")
    assert [scores.shape for scores in bench.reference] == [(6, 3)] * 3


def test_steps_with_vllm_do_their_work(loaded: LoadedModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pad = loaded.tokenizer.convert_tokens_to_ids(IMAGE_PAD)
    for name, module in fake_modules(pad).items():
        monkeypatch.setitem(sys.modules, name, module)
    monkeypatch.setattr("torch.cuda.is_available", lambda: True)
    monkeypatch.setattr("torch.cuda.mem_get_info", lambda: (2 * 2**30, 10 * 2**30))
    bench = bench_of(loaded)
    list(measure_here(bench, loaded, ["parity"]))
    save_model(loaded, tmp_path)
    profile = dataclasses.replace(PROFILE, vlm=dataclasses.replace(SETTINGS, model=str(tmp_path)))
    builders = {Task.DIALOGUE: bench.chosen[0].builder}
    steps = ["vllm-official", "vllm-full", "vllm-adaptive", "parity"]
    lines = list(measure_served(bench, profile, loaded.processor, builders, steps))
    assert [line.split()[0] for line in lines] == ["vllm", *steps[:3], "parity", "parity", "parity", "vllm"]
    engine = LLM.made[-1]
    # Warmed up and measured once: all cases asked at once, all cases for each of three calls, half of the cases likewise.
    assert [len(requests) for requests in engine.requests] == [6] * 2 + [6] * 6 + [3] * 6 + [6] * 3
    assert engine.dropped == ["prefixes", "images", "encoder"] * 6 + ["engine"]
    official, ours = engine.requests[0][0], engine.requests[2][0]
    assert official["mm_processor_kwargs"]["size"]["longest_edge"] == OFFICIAL_PIXELS > SETTINGS.max_pixels
    assert "mm_processor_kwargs" not in ours  # the engine's own, which are the profile's
    assert [sampling.max_tokens for sampling in engine.sampling[:3]] == [6, 6, 1]
    # The stand-in's scores are not the model's.
    assert bench.failed
    assert "FAILED" in lines[-2]
    assert "holds 8.0 of 10.0 GB" in lines[-1]
    assert "1,600 tokens" in lines[-1]


def test_ratios_are_to_both_official_ways() -> None:
    rates = {"generate": 2.0, "full": 4.0, "vllm-official": 8.0, "vllm-full": 10.0}
    assert list(ratios(rates, OFFICIAL)) == [
        "ratio     generate      0.25 x vllm-official",
        "ratio     full          2.00 x generate, 0.50 x vllm-official",
        "ratio     vllm-official 4.00 x generate",
        "ratio     vllm-full     5.00 x generate, 1.25 x vllm-official",
    ]
    assert list(ratios({"full": 1.0}, OFFICIAL)) == []


def test_official_prompts_keep_their_image_size(loaded: LoadedModel) -> None:
    case = official_case(0)
    large = np.random.default_rng(0).integers(0, 256, (900, 700, 3), dtype=np.uint8)
    case = dataclasses.replace(case, pages=(dataclasses.replace(case.pages[0], pixels=large),))
    official = official_model(loaded, PROFILE)
    tokens = official_tokens(official, [case], LABELS)
    assert 650 < tokens.patches[0] / 4 <= OFFICIAL_PIXELS / 784
    (request,) = official_requests(official.processor, [case], LABELS, official.settings)
    pad = loaded.tokenizer.convert_tokens_to_ids(IMAGE_PAD)
    assert request["prompt_token_ids"].count(pad) == 1
    assert tokens.tokens[0] == len(request["prompt_token_ids"]) - 1 + tokens.patches[0] // 4
    assert loaded.processor.image_processor.size["longest_edge"] == SETTINGS.max_pixels  # ours is as it was


def test_token_line_counts_parts_once(loaded: LoadedModel) -> None:
    data = examples(loaded)
    calls = call_prompts([data])
    sample = np.mean([len(prompt.sample.ids) for prompt in calls[0]])
    late = sum(np.mean([len(prompt.late) for prompt in prompts]) for prompts in calls)
    line = token_line([data], None)
    assert f"dialogue {len(data.builder.shared.ids)}" in line
    assert line.endswith(f"= {sample + late:.0f}")


def test_adaptive_costs_less_than_all_calls(loaded: LoadedModel) -> None:
    data = [examples(loaded)]
    full, adaptive = (calls_work(loaded, plan_calls(data, shares)).operations for shares in (EVERY_CALL, [0.5, 0.5, 0, 0]))
    assert adaptive < 0.5 * full


def test_memory_of_keys_and_values() -> None:
    config = tiny_model().model.config.text_config  # 2 layers, one key-value head of width 16
    assert memory_of_keys_and_values(config, 2) == 2 * 2 * 16 * 2


def test_scoring_in_batches_is_scoring_at_once(loaded: LoadedModel) -> None:
    prompts = call_prompts([examples(loaded)])[1]
    scorer = TransformersScorer(loaded)
    np.testing.assert_allclose(score_batches(scorer, prompts), TransformersScorer(loaded).score(prompts), atol=1e-5)


def test_parity_is_rounding_and_nothing_else() -> None:
    draw = np.random.default_rng(0)
    rows = np.log(draw.dirichlet(np.ones(4), size=(2, 50))).astype(np.float32)
    near = Parity(list(rows), list(rows + np.float32(0.001)), tolerance=0.01)
    assert near.holds()
    margins = np.sort(rows, axis=2)[:, :, -1] - np.sort(rows, axis=2)[:, :, -2]
    assert near.agreement() == (100, int((margins > 0.002).sum()), 0)
    assert 50 < near.agreement()[1] <= 100
    assert near.lines()[-1] == "parity    holds"
    far = rows.copy()
    far[0, 0] = rows[0, 0][::-1]
    others = np.roll(rows, 1, axis=1)
    missing = rows.copy()
    missing[1, 1, 1] = np.nan
    for wrong in (far, others, missing):
        assert not Parity(list(rows), list(wrong), tolerance=0.01).holds()
    assert not Parity(list(rows), list(others), tolerance=100).holds()  # other samples' scores, however much is tolerated


@pytest.mark.parametrize("steps", ["vllm-full", "full,parity"])
def test_vllm_steps_without_vllm_are_refused_at_once(
    steps: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "vllm", None)
    assert main(["--run", "missing", "--steps", steps]) == 2
    assert "install .[vllm]" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "processes", "message"),
    [
        (["--steps", "full", "--batch-size", "4"], "1", "--batch-size is that of the step `train`"),
        (["--steps", "full,parity"], "2", "leave it out, or start one process"),
    ],
)
def test_steps_that_cannot_be_are_refused_at_once(
    arguments: list[str],
    processes: str,
    message: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("WORLD_SIZE", processes)
    assert main(["--run", "missing", *arguments]) == 2
    assert message in capsys.readouterr().err


@pytest.mark.parametrize("name", ["qwen2-vl-2b", "qwen2-vl-7b"])
def test_large_profiles_show_smaller_images_than_the_official_baseline(name: str) -> None:
    settings = load_profile(name).vlm
    assert settings.min_pixels <= settings.max_pixels < OFFICIAL_PIXELS
