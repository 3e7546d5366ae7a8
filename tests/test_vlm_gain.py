"""What the VLM's calls are worth beside retrieval."""

from __future__ import annotations

import numpy as np
import pytest
from vlm_examples import task_examples
from vlm_tiny import tiny_model

from data.schema import Task
from vlm.lora.cross_fit import task_gain
from vlm.lora.gain import CallGain, call_gain
from vlm.policy import CALLS
from vlm.protocol import VlmScores

N, LABELS = 300, 4


def made(seed: int, share: float) -> tuple[np.ndarray, np.ndarray]:
    """Probabilities (n, labels) that put 0.7 on the right label in a share of the cases, else on a random one; the labels."""
    draw = np.random.default_rng(seed)
    targets = np.random.default_rng(7).integers(0, LABELS, N)
    best = np.where(draw.random(N) < share, targets, draw.integers(0, LABELS, N))
    return 0.1 + 0.6 * np.eye(LABELS)[best], targets


def of(call: np.ndarray, but: int = 0) -> np.ndarray:
    """Log-probabilities of all calls, the same in each; the last `but` calls were not made."""
    scores = np.repeat(np.log(call)[:, None], CALLS, axis=1).astype(np.float32)
    scores[:, CALLS - but :] = np.nan
    return scores


FOLDS = np.arange(N) % 3


@pytest.mark.parametrize("but", [0, 2])
def test_calls_that_know_what_retrieval_does_not_are_a_gain(but: int) -> None:
    retrieval, targets = made(1, 0.5)
    call, _ = made(2, 0.5)
    gain = call_gain(retrieval, of(call, but), targets, FOLDS)
    assert gain.is_real()
    assert 0.05 < gain.mean < 0.7
    assert 0 < gain.error < 0.05


def test_chance_and_calibration_are_no_gain() -> None:
    retrieval, targets = made(1, 0.5)
    chance, _ = made(3, 0.0)
    assert not call_gain(retrieval, of(chance), targets, FOLDS).is_real()
    sharp = retrieval**3 / (retrieval**3).sum(axis=1, keepdims=True)  # the same order, too sure of itself
    assert call_gain(sharp, of(retrieval), targets, FOLDS).mean == pytest.approx(0, abs=0.01)


def test_a_fold_is_judged_by_what_the_others_say() -> None:
    """A call that knows the answers of two folds and misleads in the third does harm there."""
    retrieval, targets = made(1, 0.5)
    call = np.where((FOLDS == 2)[:, None], made(2, 1.0)[0][:, ::-1], made(2, 1.0)[0])
    right = call_gain(retrieval, of(made(2, 1.0)[0]), targets, FOLDS)
    assert call_gain(retrieval, of(call), targets, FOLDS).mean < right.mean / 2


def test_a_gain_exceeds_its_standard_error() -> None:
    assert CallGain(0.03, 0.02).is_real()
    assert not CallGain(0.03, 0.04).is_real()
    assert not CallGain(-0.03, 0.02).is_real()


def test_words() -> None:
    assert (
        CallGain(0.0312, 0.012).line(Task.DIALOGUE)
        == "dialogue: the VLM's calls lower the out-of-fold loss by 0.031 ± 0.012 nats"
    )
    assert "do not lower the out-of-fold loss beyond the standard error (+0.003 ± 0.004 nats)" in CallGain(-0.003, 0.004).line(
        Task.SCENE
    )


def test_retired_labels_are_left_out() -> None:
    data = task_examples(tiny_model(), Task.SCENE, 12)
    labels = len(data.builder.labels)
    draw = np.random.default_rng(0).dirichlet(np.ones(labels), size=(12, CALLS)).astype(np.float32)
    scores = VlmScores(Task.SCENE, np.log(draw), [])
    before = task_gain(data, scores)
    more = task_examples(tiny_model(), Task.SCENE, 13)
    more.cases[-1] = task_examples(tiny_model(), Task.SCENE, 1, label="旧页").cases[0]
    padded = VlmScores(Task.SCENE, np.concatenate([scores.log_probs, scores.log_probs[:1]]), [])
    assert len(more.retrieved.probability) == 13
    after = task_gain(more, padded)
    assert np.isfinite([before.mean, after.mean]).all()
