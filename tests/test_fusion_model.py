"""Features, ranker, calibration and the fusion model on evidence whose worth is known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy.special import softmax

from data.profile import FusionSettings
from data.schema import Task
from fusion.calibration import calibration_error, fit_temperature
from fusion.features import Evidence, candidate_features
from fusion.metrics import mean_f1, official_scores
from fusion.model import FusionModel, Truth, fit_fusion
from fusion.out_of_fold import FusedOutOfFold
from fusion.ranker import cross_entropy

SETTINGS = FusionSettings(trees=60, min_data_in_leaf=5, folds=4)
LABELS = 6


def made_up(n: int, seed: int, strength: float = 1.5, calls: int = 3) -> tuple[Evidence, np.ndarray]:
    """Retrieval and calls that each favour the truth by `strength`; score `hint` is only useful where `trust` is 1."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, LABELS, n)
    hot = np.eye(LABELS)[truth]

    def noisy(weight: float) -> np.ndarray:
        return np.log(softmax(hot * weight + rng.normal(size=(n, LABELS)), axis=-1)).astype(np.float32)

    trust = np.repeat(rng.integers(0, 2, (n, 1)), LABELS, axis=1)
    hint = np.where(trust == 1, hot, rng.permutation(hot)).astype(np.float32)
    log_probs = np.stack([noisy(strength) for _ in range(3)], axis=1)
    log_probs[:, calls:] = np.nan
    scores = {"hint": hint, "trust": trust.astype(np.float32)}
    prior = np.tile(np.bincount(truth, minlength=LABELS).astype(np.float32) / n, (n, 1))
    return Evidence(Task.SCENE, scores, np.exp(noisy(strength)), log_probs, prior), truth


def accuracy(probability: np.ndarray, truth: np.ndarray) -> float:
    return float((probability.argmax(1) == truth).mean())


def fitted(n: int = 300) -> tuple[FusionModel, FusedOutOfFold, Evidence, np.ndarray]:
    evidence, truth = made_up(n, 0)
    model, out_of_fold = fit_fusion({Task.SCENE: evidence}, {Task.SCENE: Truth(truth, np.arange(n))}, SETTINGS, seed=0)
    return model, out_of_fold, evidence, truth


def test_features_by_hand() -> None:
    pooled = np.array([[0.7, 0.2, 0.1]], np.float32)
    log_probs = np.log(np.array([[[0.5, 0.3, 0.2], [0.2, 0.7, 0.1], [1, 1, 1]]], np.float32))
    log_probs[0, 2] = np.nan
    evidence = Evidence(Task.DIALOGUE, {}, pooled, log_probs, np.array([[0.5, 0.5, 0.0]], np.float32))
    names, table = candidate_features(evidence, 3)
    columns = {name: table[0, :, index] for index, name in enumerate(names)}
    assert columns["pooled_rank"].tolist() == [0, 1, 2]
    assert columns["vlm_2_rank"].tolist() == [1, 0, 2]
    assert columns["vlm_2_gap"] == pytest.approx([np.log(2 / 7), 0, np.log(1 / 7)], abs=1e-5)
    assert np.isnan(columns["vlm_3"]).all()
    assert np.isnan(columns["vlm_3_rank"]).all()
    assert columns["firsts"].tolist() == [2, 1, 0]
    assert columns["mean_rank"] == pytest.approx([1 / 3, 2 / 3, 2])
    assert columns["is_dialogue"].tolist() == [1, 1, 1]


def test_ranks_are_those_of_all_pairs() -> None:
    value = np.random.default_rng(0).integers(0, 5, (200, 9)).astype(np.float32)
    value[value == 4] = np.nan
    value[0] = np.nan
    value[1] = -np.inf
    evidence = Evidence(
        Task.SCENE, {"ties": value}, np.ones_like(value), np.full((200, 3, 9), np.nan, np.float32), np.ones_like(value)
    )
    names, table = candidate_features(evidence, 0)
    pairs = np.where(np.isnan(value), np.nan, (value[:, None, :] > value[:, :, None]).sum(2))
    np.testing.assert_array_equal(table[:, :, names.index("ties_rank")], pairs)


def test_stage_uses_no_later_call() -> None:
    evidence, _ = made_up(20, 1)
    names, table = candidate_features(evidence.with_calls(1), 1)
    assert "vlm_1" in names
    assert "vlm_2" not in names
    assert table.shape == (20, LABELS, len(names))
    assert np.isnan(evidence.with_calls(1).log_probs[:, 1:]).all()


def test_fusion_is_better_than_each_source_on_new_cases() -> None:
    model, _, _, _ = fitted()
    evidence, truth = made_up(400, 9)
    fused = accuracy(model.predict(evidence), truth)
    sources = [accuracy(evidence.pooled, truth)] + [accuracy(evidence.log_probs[:, call], truth) for call in range(3)]
    assert fused > max(sources) + 0.1


def test_trees_find_what_the_pool_cannot() -> None:
    model, _, _, _ = fitted()
    last = model.record["stages"][-1]
    assert last["trees"] > 0
    assert last["loss"] < last["loss_of_pool"]


def test_probabilities_sum_to_one_and_are_calibrated() -> None:
    model, out_of_fold, _, _ = fitted()
    evidence, truth = made_up(500, 11)
    probability = model.predict(evidence)
    assert probability.sum(axis=1) == pytest.approx(np.ones(500))
    assert (probability >= 0).all()
    assert out_of_fold.probabilities[Task.SCENE][-1].sum(axis=1) == pytest.approx(np.ones(300))
    assert calibration_error(probability, truth) < 0.12


def test_each_row_is_answered_by_the_stage_of_its_calls() -> None:
    model, _, _, _ = fitted()
    evidence, _ = made_up(12, 5)
    mixed = evidence.log_probs.copy()
    for row in range(12):
        mixed[row, row % 4 :] = np.nan
    together = model.predict(Evidence(evidence.task, evidence.scores, evidence.pooled, mixed, evidence.prior))
    for calls in range(4):
        rows = np.arange(calls, 12, 4)
        assert np.allclose(together[rows], model.predict(evidence.with_calls(calls))[rows])


def test_saved_model_predicts_the_same(tmp_path: Path) -> None:
    model, _, _, _ = fitted(150)
    files = model.save(tmp_path)
    assert "calibration.json" in files
    evidence, _ = made_up(40, 3)
    assert np.array_equal(FusionModel.load(tmp_path).predict(evidence), model.predict(evidence))


def test_fitting_is_deterministic(tmp_path: Path) -> None:
    for name in ("one", "two"):
        fitted(120)[0].save(tmp_path / name)
    for path in sorted((tmp_path / "one").iterdir()):
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()


@pytest.mark.parametrize("n", [1, 2, 7, 9])
def test_too_few_samples_for_trees_leave_the_pool(n: int) -> None:
    evidence, truth = made_up(n, 4)
    groups = np.arange(n) if n < 9 else np.zeros(n, np.int64)  # nine near-duplicates are one sample
    model, out_of_fold = fit_fusion({Task.SCENE: evidence}, {Task.SCENE: Truth(truth, groups)}, SETTINGS, seed=0)
    assert [stage.booster for stage in model.stages] == [None] * 4
    assert np.allclose(model.predict(evidence).sum(axis=1), 1)
    assert np.allclose(out_of_fold.probabilities[Task.SCENE][-1], model.predict(evidence))


def test_a_task_without_evidence_is_answered_by_retrieval() -> None:
    model, _, evidence, _ = fitted(60)
    other = Evidence(Task.DIALOGUE, evidence.scores, evidence.pooled, evidence.log_probs, evidence.prior)
    assert np.array_equal(model.predict(other), evidence.pooled.astype(np.float64))


def test_out_of_fold_probabilities_do_not_know_the_answer() -> None:
    """With evidence that is pure noise, a fusion that saw its own rows would still be right; out-of-fold it is not."""
    evidence, truth = made_up(300, 2, strength=0.0)
    noise = np.random.default_rng(0).normal(size=(300, LABELS)).astype(np.float32)
    evidence = Evidence(evidence.task, {"noise": noise}, evidence.pooled, evidence.log_probs, evidence.prior)
    truths = {Task.SCENE: Truth(truth, np.arange(300))}
    _, out_of_fold = fit_fusion({Task.SCENE: evidence}, truths, SETTINGS, seed=0)
    assert accuracy(out_of_fold.probabilities[Task.SCENE][-1], truth) < 1 / LABELS + 0.1


def test_temperature_undoes_a_known_scale() -> None:
    rng = np.random.default_rng(0)
    logits = rng.normal(size=(4000, 5)) * 1.5
    truth = np.array([rng.choice(5, p=p) for p in softmax(logits, axis=-1)])
    assert fit_temperature(logits * 2.0, truth) == pytest.approx(2.0, rel=0.1)
    assert fit_temperature(np.zeros((0, 5)), np.zeros(0, np.int64)) == 1.0


def test_right_answers_are_as_sure_as_their_number_shows() -> None:
    for n in (1, 21, 500):
        logits = np.eye(3)[np.arange(n) % 3] * np.random.default_rng(0).uniform(5, 14, (n, 1))
        temperature = fit_temperature(logits, np.arange(n) % 3)
        assert softmax(logits / temperature, axis=1).max(axis=1).mean() == pytest.approx((n + 1) / (n + 2))
    # One that is wrong among them says more than their number.
    logits[0] = [0, 0, 10]
    assert softmax(logits / fit_temperature(logits, np.arange(500) % 3), axis=1).max(axis=1).mean() < 501 / 502


def test_calibration_error_by_hand() -> None:
    probability = np.array([[0.8, 0.2]] * 10)
    assert calibration_error(probability, np.array([0] * 8 + [1] * 2)) == pytest.approx(0.0)
    assert calibration_error(probability, np.array([1] * 10)) == pytest.approx(0.8)


def test_cross_entropy_by_hand() -> None:
    assert cross_entropy(np.zeros((2, 4)), np.array([0, 3])) == pytest.approx(np.log(4))


def test_official_scores_by_hand() -> None:
    scores = official_scores(["a", "a", "b", "c"], ["a", "b", "b", "b"])
    assert scores["accuracy"] == 0.5
    assert scores["recall"] == 0.5
    assert scores["precision"] == pytest.approx(0.5 * 1 + 0.25 * (1 / 3))
    assert scores["f1"] == pytest.approx(0.5 * (2 / 3) + 0.25 * 0.5)
    assert mean_f1({Task.SCENE: 0.5, Task.DIALOGUE: 1.0}) == 0.75
