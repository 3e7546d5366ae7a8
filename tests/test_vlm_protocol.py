"""The three calls with a scorer of known log-probabilities, and the budget that each call goes through."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray
from vlm_tiny import LABELS, SETTINGS, make_case, neighbour, tiny_model

from data.errors import BudgetError, WeightsError
from data.profile import CallSettings, load_profile
from data.schema import Task
from retrieval.task import Retrieved
from vlm import budget as budget_module
from vlm.budget import Budget, BudgetLimits, BudgetRecord
from vlm.parameters import adapter_parameters, encoder_parameters, ocr_parameters, onnx_parameters, profile_parameters
from vlm.prompt import Prompt, prompt_builder
from vlm.protocol import VlmScores, run_calls

NAMES = LABELS.names(Task.DIALOGUE)


class FakeScorer:
    """Returns `tables[call][sample]` as log-probabilities; samples are numbered as they are first seen."""

    def __init__(self, tables: Sequence[Sequence[Sequence[float]]]) -> None:
        self.tables = tables
        self.calls: dict[int, int] = {}
        self.prompts: list[Prompt] = []
        self.rows: dict[int, int] = {}
        self.samples_at_once = 3

    def score(self, prompts: Sequence[Prompt]) -> NDArray[np.float32]:
        result = []
        for prompt in prompts:
            key = id(prompt.sample)
            row = self.rows.setdefault(key, len(self.rows))
            call = self.calls.get(row, 0)
            self.calls[row] = call + 1
            self.prompts.append(prompt)
            result.append(np.log(self.tables[call][row]))
        return np.asarray(result, dtype=np.float32)


SURE_A = [0.96, 0.02, 0.02]
WEAK_A = [0.5, 0.3, 0.2]
SURE_B = [0.02, 0.96, 0.02]


def run(
    retrieval: Sequence[Sequence[float]],
    tables: Sequence[Sequence[Sequence[float]]],
    budget: Budget | None = None,
    **settings: object,
) -> tuple[VlmScores, FakeScorer]:
    loaded = tiny_model()
    builder = prompt_builder(loaded.tokenizer, Task.DIALOGUE, LABELS.active(Task.DIALOGUE), SETTINGS)
    neighbours = [(neighbour(0, "材质", "内胆"), neighbour(1, "价格", "多少钱"))] * len(retrieval)
    retrieved = Retrieved(Task.DIALOGUE, {}, neighbours, np.asarray(retrieval))
    scorer = FakeScorer(tables)
    cases = [make_case(number, images=0) for number in range(len(retrieval))]
    calls = dataclasses.replace(CallSettings(), **settings)  # type: ignore[arg-type]
    return run_calls(scorer, builder, budget or Budget(), cases, retrieved, calls), scorer  # type: ignore[arg-type]


def calls_made(scores: VlmScores) -> list[int]:
    return (~np.isnan(scores.log_probs[:, :, 0])).sum(axis=1).tolist()


def test_full_makes_the_third_call_only_where_it_helps() -> None:
    scores, _ = run(
        [SURE_A, SURE_A, WEAK_A], [[SURE_A, SURE_A, WEAK_A], [SURE_A, SURE_B, WEAK_A], [SURE_A, SURE_A, SURE_A]], policy="full"
    )
    assert calls_made(scores) == [2, 3, 3]  # agreement; disagreement; small margin
    assert scores.records == [BudgetRecord(made, made) for made in (2, 3, 3)]
    np.testing.assert_allclose(np.exp(scores.log_probs[1, 1]), SURE_B, rtol=1e-5)
    assert np.isnan(scores.log_probs[0, 2]).all()


def test_adaptive_ends_with_a_first_call_that_is_sure_and_agrees() -> None:
    scores, _ = run(
        [WEAK_A, WEAK_A, WEAK_A],
        [[SURE_A, SURE_B, WEAK_A], [[], SURE_B, SURE_A], [[], SURE_B, SURE_A]],
        policy="adaptive",
        third_call_margin=0.2,
    )
    # Call 1 is sure and agrees; call 1 is sure of another label; calls 1 and 2 agree by a clear margin.
    assert calls_made(scores) == [1, 3, 2]
    assert scores.records[0] == BudgetRecord(1, 1)


def test_later_calls_are_told_exemplars_candidates_and_the_two_best() -> None:
    _, scorer = run([WEAK_A], [[WEAK_A], [SURE_B], [SURE_A]], policy="full")
    tokenizer = tiny_model().tokenizer
    texts = [tokenizer.decode(prompt.late) for prompt in scorer.prompts]
    assert "内胆 => A 材质\n多少钱 => B 价格\n候选：A 材质、B 价格、C 尺寸" in texts[1]
    decision = texts[2]
    assert decision.index("B 价格：咨询价格\n例：多少钱") < decision.index("A 材质：咨询材质\n例：内胆")
    assert "C 尺寸" not in decision
    assert len({id(prompt.sample) for prompt in scorer.prompts}) == 1


def test_the_strict_reading_leaves_two_calls() -> None:
    scores, _ = run([WEAK_A], [[WEAK_A], [SURE_B]], Budget(encoder_counts_as_call=True), policy="full")
    assert calls_made(scores) == [2]
    assert scores.records == [BudgetRecord(2, 2, encoder_calls=1)]


def test_token_limits_end_the_calls() -> None:
    scores, _ = run([WEAK_A], [[WEAK_A]], Budget(BudgetLimits(output_tokens=1)), policy="full")
    assert scores.records == [BudgetRecord(1, 1)]


def test_a_ledger_refuses_what_the_rules_forbid() -> None:
    ledger = Budget().open("s1")
    for _ in range(3):
        ledger.call()
    assert ledger.calls_left() == 0
    with pytest.raises(BudgetError, match="s1: call 4"):
        ledger.call()
    assert ledger.record() == BudgetRecord(3, 3)
    with pytest.raises(BudgetError, match="101 output tokens"):
        Budget().open("s2").call(101)


def test_parameters_over_the_limit_are_refused() -> None:
    Budget(parameters={"a": 6_000_000_000, "b": 4_000_000_000})
    with pytest.raises(BudgetError, match="10,000,000,001"):
        Budget(parameters={"a": 6_000_000_000, "b": 4_000_000_001})


def test_parameters_of_the_seven_billion_profile() -> None:
    counts = list(profile_parameters(load_profile("qwen2-vl-7b")).values())
    assert counts[0] == 8_291_375_616
    assert counts[2] == pytest.approx(1.14e9, rel=0.01)
    assert sum(counts) < 10_000_000_000


def test_adapter_parameters_are_those_that_peft_adds() -> None:
    from data.profile import LoraSettings
    from vlm.lora.adapter import add_adapter

    model = tiny_model().model
    expected = adapter_parameters(model, 3)
    peft = add_adapter(model, LoraSettings(rank=3), 0)
    assert sum(p.numel() for name, p in peft.named_parameters() if "lora_" in name) == expected > 0


def test_unknown_encoders_cannot_be_counted() -> None:
    settings = load_profile("embedded").encoder
    with pytest.raises(BudgetError, match="cannot count"):
        encoder_parameters(dataclasses.replace(settings, model="no-such-model"))
    with pytest.raises(BudgetError, match="is missing"):
        encoder_parameters(dataclasses.replace(settings, model="package:no/such/folder"))


def test_onnx_weights_are_counted_from_the_file(tmp_path: Path) -> None:
    weight = onnx.numpy_helper.from_array(np.zeros((3, 5), np.float32), "weight")
    constant = onnx.helper.make_node("Constant", [], ["c"], value=onnx.numpy_helper.from_array(np.zeros((2, 4), np.float32)))
    single = onnx.helper.make_node("Constant", [], ["f"], value_float=1.0)  # a setting, no tensor
    graph = onnx.helper.make_graph([constant, single, onnx.helper.make_node("Relu", ["c"], ["y"])], "g", [], [], [weight])
    onnx.save(onnx.helper.make_model(graph), tmp_path / "model.onnx")
    assert onnx_parameters(tmp_path / "model.onnx") == 15 + 8
    assert 5_000_000 < ocr_parameters() < 50_000_000


def test_command_prints_the_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert budget_module.main(["--profile", "qwen2-vl-2b"]) == 0
    output = capsys.readouterr().out
    assert "2,208,985,600" in output
    assert "10,000,000,000" in output
    assert "at most 3" in output
    assert budget_module.main(["--profile", "no-such"]) == 2
    assert "no-such" in capsys.readouterr().err


def test_scores_that_are_no_numbers_are_an_error() -> None:
    with pytest.raises(WeightsError, match="not numbers"):
        run([WEAK_A], [[[float("nan")] * 3]])
