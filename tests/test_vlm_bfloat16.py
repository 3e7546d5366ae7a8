"""Predictions on a CPU in bfloat16: when they are, and that scores stay near those in float32."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from vlm_adapters import FOREIGN, make_adapter
from vlm_examples import prompts_of_three_calls
from vlm_tiny import LABELS, SETTINGS, tiny_model, windowed_model

import fusion.loading
import vlm.model
from data import machine, ocr_int8
from data.labels import load_labels
from data.profile import Choice, Policy, Profile, VlmSettings, load_profile
from data.run import SAMPLE, Manifest, RunFolder
from data.schema import Task
from fusion.loading import load_asker, with_weights_type
from fusion.parts import PartKey, PredictionRequest
from vlm.engines.transformers_scorer import Scorer, TransformersScorer
from vlm.lora.adapter import with_adapter
from vlm.model import LoadedModel, for_scoring, scores_in_bfloat16
from vlm.prompt import prompt_builder

NATIVE = frozenset({"avx512f", "avx512_vnni", "avx512_bf16"})
OLDER = frozenset({"avx512f", "avx512_vnni"})


def flags(monkeypatch: pytest.MonkeyPatch, found: frozenset[str]) -> None:
    monkeypatch.setattr(vlm.model, "processor_flags", lambda: found)


def types(loaded: LoadedModel) -> set[torch.dtype]:
    return {weight.dtype for weight in loaded.model.parameters()}


def scores(loaded: LoadedModel, scorer: Scorer) -> NDArray[np.float32]:
    """Of both tasks, the prompts of three calls, the second and third continued; (prompts, labels), both have three labels."""
    found = []
    for task in Task:
        builder = prompt_builder(loaded.tokenizer, task, LABELS.active(task), SETTINGS)
        found += [scorer.score(prompts) for prompts in prompts_of_three_calls(builder)]
    return np.concatenate(found)


@pytest.mark.parametrize(
    ("found", "choice", "dtype", "expected"),
    [
        (NATIVE, "auto", "float32", True),
        (frozenset({"amx_bf16"}), "auto", "float32", True),
        (OLDER, "auto", "float32", False),
        (frozenset(), "auto", "float32", False),
        (OLDER, "on", "float32", True),
        (NATIVE, "off", "float32", False),
        (NATIVE, "on", "bfloat16", False),  # They are already.
    ],
)
def test_the_setting_and_the_processor_decide(
    found: frozenset[str], choice: Choice, dtype: str, expected: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    flags(monkeypatch, found)
    settings = dataclasses.replace(SETTINGS, cpu_bfloat16=choice, dtype=dtype)  # type: ignore[arg-type]
    assert scores_in_bfloat16(settings) is expected
    if dtype == "float32":
        loaded = for_scoring(LoadedModel(tiny_model().model, tiny_model().processor, settings))
        assert types(loaded) == {torch.bfloat16 if expected else torch.float32}


def test_models_elsewhere_keep_their_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    """The meta device stands for a GPU."""
    flags(monkeypatch, NATIVE)
    loaded = tiny_model()
    assert types(for_scoring(LoadedModel(loaded.model.to("meta"), loaded.processor, SETTINGS))) == {torch.float32}


@pytest.mark.parametrize("make", [tiny_model, windowed_model])
def test_scores_stay_near_those_in_float32(make: type, tmp_path: Path) -> None:
    """With an adapter folded in before; tied weights stay tied, and positions keep their frequencies."""
    plain = make()
    if make is tiny_model:
        make_adapter(tmp_path, **FOREIGN["suffixes"])
        before = scores(plain, TransformersScorer(plain))
        plain, rounded = with_adapter(plain, tmp_path), with_adapter(make(), tmp_path)
        assert np.abs(scores(plain, TransformersScorer(plain)) - before).max() > 0.1
    else:
        rounded = make()
    expected = scores(plain, TransformersScorer(plain))
    rounded = for_scoring(dataclasses.replace(rounded, settings=dataclasses.replace(SETTINGS, cpu_bfloat16="on")))
    assert types(rounded) == {torch.bfloat16}
    assert {buffer.dtype for buffer in rounded.model.buffers()} == {torch.float32}
    assert rounded.model.lm_head.weight is rounded.model.model.language_model.embed_tokens.weight
    found = scores(rounded, TransformersScorer(rounded))
    assert found.dtype == np.float32
    np.testing.assert_allclose(np.exp(found).sum(axis=1), 1, atol=1e-5)
    assert 0 < np.abs(np.exp(found) - np.exp(expected)).max() < 0.05


@pytest.mark.parametrize(("found", "expected"), [(NATIVE, torch.bfloat16), (OLDER, torch.float32)])
def test_the_chain_asks_a_model_in_the_chosen_type(
    found: frozenset[str], expected: torch.dtype, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whole: the adapter is there and no part of it in another type."""
    flags(monkeypatch, found)
    make_adapter(tmp_path, **FOREIGN["suffixes"])
    monkeypatch.setattr(fusion.loading, "load_model", lambda settings: tiny_model(0, settings))
    scorer = load_asker(Profile("tiny", vlm=SETTINGS), LABELS, tmp_path).scorer
    assert isinstance(scorer, TransformersScorer)
    assert types(scorer.loaded) == {expected}
    assert scorer.model is scorer.loaded.model
    plain = with_adapter(tiny_model(), tmp_path)
    reference = scores(plain, TransformersScorer(plain))
    difference = np.abs(np.exp(scores(scorer.loaded, scorer)) - np.exp(reference)).max()
    assert 1e-5 < difference < 0.05 if expected is torch.bfloat16 else difference == 0


def test_one_processor_decides_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the command has decided, the workers of a cluster do, whatever they are."""
    for found, other, expected in ((NATIVE, OLDER, True), (OLDER, NATIVE, False)):
        flags(monkeypatch, found)
        settings = with_weights_type(load_profile("embedded")).vlm
        assert settings == VlmSettings(cpu_bfloat16="on" if expected else "off")
        flags(monkeypatch, other)
        assert scores_in_bfloat16(settings) is expected


KINDS: list[tuple[Policy | None, dict[str, Any]]] = [
    ("full", {}),
    ("adaptive", {}),
    ("retrieval", {}),
    ("full", {"engine": "vllm"}),
    (None, {"official": True}),
]


def test_parts_in_another_type_are_not_taken_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Unfinished predictions are continued with scores of the same kind only, and what asks no VLM on a CPU has one kind."""

    run = RunFolder(tmp_path / "run")
    run.write_manifest(Manifest(load_profile("embedded"), load_labels(), "/d.json", "/images", "0" * 64))

    def key(found: frozenset[str], policy: Policy | None, **options: Any) -> PartKey:
        flags(monkeypatch, found)
        return PartKey.of(PredictionRequest(run, SAMPLE / "test.json", SAMPLE / "images", tmp_path / "out", policy, **options))

    policies: list[Policy] = ["full", "adaptive"]
    for policy in policies:
        assert key(NATIVE, policy) == dataclasses.replace(key(OLDER, policy), bfloat16=True) != key(OLDER, policy)
        assert key(NATIVE, policy).digest() != key(OLDER, policy).digest()
        assert key(NATIVE, policy, engine="vllm") == key(OLDER, policy, engine="vllm")
    assert key(NATIVE, "retrieval") == key(OLDER, "retrieval")
    assert key(NATIVE, None, official=True) == key(OLDER, None, official=True)
    assert len({key(OLDER, policy, **options).digest() for policy, options in KINDS}) == len(KINDS)


def test_flags_are_those_of_the_first_processor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    listed = tmp_path / "cpuinfo"
    monkeypatch.setattr(machine, "CPUINFO", listed)
    read = machine.processor_flags.__wrapped__
    assert read() == frozenset()
    listed.write_text("processor\t: 0\nmodel name\t: A: b\nvmx flags\t: x\nflags\t\t: fpu avx512_bf16\n\nflags\t\t: amx_bf16\n")
    assert read() == {"fpu", "avx512_bf16"}
    assert "A: b, " in machine.machine([])[0]
    listed.write_text("processor\t: 0\nFeatures\t: fp bf16\n")
    assert read() == frozenset()


@pytest.mark.parametrize(("found", "expected"), [("avx_vnni", True), ("avx512_vnni", True), ("avx512f", False)])
def test_eight_bit_recognition_needs_its_own_flags(found: str, expected: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr_int8, "processor_flags", lambda: frozenset({"fpu", found}))
    assert ocr_int8.supported() is expected
