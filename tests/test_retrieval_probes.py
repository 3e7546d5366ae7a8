"""Probes, the pool that joins scores, layout features and written knowledge."""

from __future__ import annotations

import numpy as np
import pytest
from retrieval_fakes import LABELS, dialogue, scene

from data.schema import Task
from retrieval.knowledge import KnowledgeScorer, WrittenViews
from retrieval.layout import SIZE, layout_features
from retrieval.lexical import Counts
from retrieval.opinion_pool import OpinionPool, fit_opinion_pool
from retrieval.probes import ABSENT, fit_probe
from retrieval.trained import CaseFeatures, TrainedProbes
from retrieval.vectors import CaseVectors
from retrieval.views import spaces, text_view


def blobs(targets: np.ndarray) -> np.ndarray:
    generator = np.random.default_rng(0)
    return (3 * np.eye(5)[targets] + generator.normal(0, 0.3, (len(targets), 5))).astype(np.float32)


@pytest.mark.parametrize("present", [[0, 1, 2, 3], [1, 3], [0, 2, 4]])
def test_probe_separates_and_keeps_the_columns_of_absent_labels(present: list[int]) -> None:
    targets = np.repeat(present, 10)
    probe = fit_probe(blobs(targets), targets, labels=5, seed=0)
    scores = probe.scores(blobs(targets))
    assert (scores.argmax(axis=1) == targets).all()
    for label in set(range(5)) - set(present):
        assert (scores[:, label] == ABSENT).all()


@pytest.mark.parametrize("targets", [np.zeros(0, np.int64), np.array([2, 2, 2])])
def test_probe_of_one_label_or_none_says_nothing(targets: np.ndarray) -> None:
    assert (fit_probe(blobs(targets), targets, 4, 0).scores(np.ones((2, 5), np.float32)) == ABSENT).all()


def test_weights_count_within_a_label_and_labels_count_the_same() -> None:
    targets = np.array([0, 0, 1, 1])
    features = np.array([[1.0, 0.2], [1.0, -0.4], [-1.0, 0.3], [-1.0, 0.1]], np.float32)
    plain = fit_probe(features, targets, 2, 0)
    doubled = fit_probe(features, targets, 2, 0, weights=np.array([2.0, 2.0, 2.0, 2.0]), cost=0.5)
    assert doubled.weights == pytest.approx(plain.weights, abs=1e-2)
    tilted = fit_probe(features, targets, 2, 0, weights=np.array([1.0, 50.0, 1.0, 1.0]))
    assert np.abs(tilted.weights - plain.weights).max() > 0.03
    repeated = fit_probe(np.repeat(features, [1, 1, 9, 9], axis=0), np.repeat(targets, [1, 1, 9, 9]), 2, 0)
    assert (
        np.sign(repeated.scores(np.array([[0.0, 0.0]], np.float32))[0]).tolist()
        == np.sign(plain.scores(np.array([[0.0, 0.0]], np.float32))[0]).tolist()
    )


def test_pool_by_hand() -> None:
    scores = {"a": np.log(np.array([[0.5, 0.25, 0.25]], np.float32)), "b": np.array([[0.0, 1.0, 0.0]], np.float32)}
    made = OpinionPool(("a", "b"), (1.0, 2.0)).probability(scores)
    raw = np.array([0.5, 0.25 * np.exp(2), 0.25])
    assert made[0] == pytest.approx(raw / raw.sum(), abs=1e-6)


def test_fitted_pool_trusts_what_is_right() -> None:
    generator = np.random.default_rng(0)
    targets = generator.integers(0, 3, 400)
    right = np.eye(3)[targets] + generator.normal(0, 0.5, (400, 3))
    scores = {"right": right.astype(np.float32), "noise": generator.normal(0, 1, (400, 3)).astype(np.float32)}
    start = {"right": 1.0, "noise": 1.0, "unused": 1.0}
    pool = fit_opinion_pool(scores, targets, start)
    assert pool.names == ("right", "noise")
    assert pool.weights[0] > 2 > 0.2 > pool.weights[1] >= 0

    def loss(one: OpinionPool) -> float:
        return float(-np.log(one.probability(scores)[np.arange(400), targets]).mean())

    assert loss(pool) < loss(OpinionPool(("right", "noise"), (1.0, 1.0)))
    assert fit_opinion_pool({name: score[:0] for name, score in scores.items()}, targets[:0], start).weights == (1.0, 1.0)


def test_layout_tells_shape_text_and_colour() -> None:
    tall, empty = scene("a", "一\n二二二", None, shade=200), scene("b", "", None)
    features = layout_features(tall)
    assert features.shape == (SIZE,)
    assert features[0] == pytest.approx(80 / 60 / 2)
    assert features[1] == pytest.approx(2 / 30)
    assert features[-1] == pytest.approx(200 / 255, abs=1e-3)
    assert layout_features(dialogue("c", [], None)).tolist() == [0.0] * SIZE
    assert np.isfinite(layout_features(empty)).all()


def test_layout_alone_can_teach_a_scene() -> None:
    """Pages without a word, told apart by their shade."""
    made = [scene(f"s{number}", "", None, shade=200 if number % 2 else 40) for number in range(12)]
    vectors = CaseVectors(np.zeros((12, 2), np.float32), np.zeros((12, 2), np.float32))
    evidence, targets = CaseFeatures.of(made, vectors, spaces(Task.SCENE, 2)), np.arange(12) % 2
    knowledge = WrittenViews.of(Task.SCENE, LABELS.active(Task.SCENE), ())
    counts = evidence.counts.join(Counts.of(knowledge.views, spaces(Task.SCENE, 2)))
    probes = TrainedProbes.fit(evidence, targets, knowledge, counts, 4, 0)
    scores = probes.scores(evidence)["probe_text"]
    assert (scores[:, :2].argmax(axis=1) == targets).all()


def test_knowledge_alone_answers() -> None:
    pairs = [(name, text) for name in LABELS.names(Task.DIALOGUE) for text in (f"{name}呢", f"请问{name}")]
    knowledge = WrittenViews.of(Task.DIALOGUE, LABELS.active(Task.DIALOGUE), [*pairs, ("unknown", "别的")])
    blocks = spaces(Task.DIALOGUE, 2)
    assert knowledge.targets.tolist() == [0, 1, 2, 3, 0, 0, 1, 1, 2, 2, 3, 3]
    scorer = KnowledgeScorer.fit(knowledge, Counts.of(knowledge.views, blocks), 4, 0, np.eye(4, dtype=np.float32))
    vectors = CaseVectors(np.zeros((1, 4), np.float32), np.eye(4, dtype=np.float32)[[3]])
    scores = scorer.scores(Counts.of([text_view(Task.DIALOGUE, "想问退款")], blocks), vectors)
    assert [scores[name].argmax() for name in ("probe_knowledge", "description_text", "description_dense")] == [3, 3, 3]
    assert scores["description_image"].tolist() == [[0, 0, 0, 0]]
