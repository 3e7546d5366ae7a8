"""What the VLM's benchmark reckons with: operations against PyTorch's own count, calls by share."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode
from vlm_tiny import LABELS, SETTINGS, make_case, make_retrieved, tiny_model

from data.errors import InputError
from data.profile import Profile
from data.schema import Task
from vlm.benchmark import ask, calls_by_share, describe, late_parts, parse_shares, prepare, repeat
from vlm.cross_fit import TaskExamples
from vlm.model import LoadedModel
from vlm.operations import operations, product_speed
from vlm.prompt import prompt_builder


@pytest.fixture(scope="module")
def loaded() -> LoadedModel:
    return tiny_model()


def examples(loaded: LoadedModel, count: int = 6) -> TaskExamples:
    cases = [make_case(number, Task.DIALOGUE, label="材质") for number in range(count)]
    builder = prompt_builder(loaded.tokenizer, Task.DIALOGUE, LABELS.active(Task.DIALOGUE), SETTINGS)
    folds = np.arange(count) % 2
    return TaskExamples(builder, cases, make_retrieved(Task.DIALOGUE, count), ["杯子", "多少"], folds)  # type: ignore[arg-type]


def test_operations_are_those_that_pytorch_counts(loaded: LoadedModel) -> None:
    tokens = 96
    embeds = torch.randn(1, tokens, 32)
    with FlopCounterMode(display=False) as counter, torch.inference_mode():
        loaded.model.model.language_model(inputs_embeds=embeds, use_cache=False)
    # PyTorch counts the masked half of attention as well: 2 layers x 2 x hidden x context for each token.
    counted = counter.get_total_flops() - 2 * 2 * 32 * tokens * tokens
    assert operations(loaded, tokens, tokens, 0) == pytest.approx(counted, rel=0.05)
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
    monkeypatch.setattr("vlm.scoring.TransformersScorer.score", lambda self, prompts: asked.append(len(prompts)))
    data = examples(loaded)
    ask(loaded, [(data, [0, 1, 2, 3, 3, 0])])
    assert sum(asked) == 1 + 2 + 3 + 3
    assert len(late_parts(data)) == 6


@pytest.mark.parametrize("step", ["generate", "full", "adaptive", "train"])
def test_steps_do_their_work(loaded: LoadedModel, step: str) -> None:
    run, work, samples = prepare(step, loaded, [examples(loaded)], Profile("tiny", vlm=SETTINGS), LABELS, [0.5, 0, 0, 0.5])
    measured = repeat(run, 1, samples, work, loaded)
    assert samples == 6
    assert work > 0
    assert len(measured.seconds) == 1
    assert not hasattr(loaded.model, "peft_config")
    line = describe(step, measured, product_speed(loaded.device, torch.float32), 2 * measured.rate)
    assert line.startswith(step)
    assert "0.50 x generate" in line


def test_adaptive_costs_less_than_all_calls(loaded: LoadedModel) -> None:
    data, profile = [examples(loaded)], Profile("tiny", vlm=SETTINGS)
    work = {step: prepare(step, loaded, data, profile, LABELS, [0.5, 0.5, 0, 0])[1] for step in ("full", "adaptive")}
    assert work["adaptive"] < 0.5 * work["full"]
