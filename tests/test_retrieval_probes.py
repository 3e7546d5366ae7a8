"""Probes, the pool that joins scores, layout features and written knowledge."""

from __future__ import annotations

import numpy as np
import pytest
from retrieval_fakes import LABELS, dialogue, scene
from scipy.special import softmax
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

import retrieval.self_training
from data.schema import Task
from retrieval.knowledge import KnowledgeScorer, WrittenViews
from retrieval.layout import SIZE, layout_features
from retrieval.lexical import Counts
from retrieval.newton import newton_svm
from retrieval.opinion_pool import OpinionPool, fit_opinion_pool
from retrieval.probes import ABSENT, LinearProbe, fit_probe
from retrieval.self_training import WEIGHT, PseudoLabels, choose_pseudo_labels, fit_self_trained
from retrieval.softmax_probe import MIDDLE_COST, SentencePrior, choose_prior, fit_softmax_probe
from retrieval.trained import CaseFeatures, TrainedProbes
from retrieval.vectors import CaseVectors, LabelVectors
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


@pytest.mark.parametrize("labels", [2, 4])
def test_newton_finds_the_optimum_of_liblinear(labels: int) -> None:
    generator = np.random.default_rng(1)
    targets, costs = generator.integers(0, labels, 200), generator.uniform(0.5, 3, 200)
    features = (np.eye(7)[targets] + generator.normal(0, 0.7, (200, 7))).astype(np.float32)
    found = newton_svm(features, targets, np.arange(labels), costs)
    plain = LinearSVC(tol=1e-9, max_iter=100_000, random_state=0).fit(features, targets, sample_weight=costs)
    exact = np.concatenate([plain.coef_, plain.intercept_[:, None]], axis=1).T
    assert found[:, -exact.shape[1] :] == pytest.approx(exact, abs=1e-3)
    padded = np.concatenate([features, np.zeros((200, 3), np.float32)], axis=1)
    assert (fit_probe(padded, targets, labels, 0).weights[7:] == 0).all()


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
    scorer = KnowledgeScorer.fit(knowledge, Counts.of(knowledge.views, blocks), 4, 0, LabelVectors(np.eye(4, dtype=np.float32)))
    vectors = CaseVectors(np.zeros((1, 4), np.float32), np.eye(4, dtype=np.float32)[[3]])
    scores = scorer.scores(Counts.of([text_view(Task.DIALOGUE, "想问退款")], blocks), vectors)
    assert [scores[name].argmax() for name in ("probe_knowledge", "description_text", "description_dense")] == [3, 3, 3]
    assert scores["description_image"].tolist() == [[0, 0, 0, 0]]


def unit_rows_of(matrix: np.ndarray) -> np.ndarray:
    return (matrix / np.linalg.norm(matrix, axis=1, keepdims=True)).astype(np.float32)


def test_softmax_probe_is_logistic_regression_where_labels_say_nothing() -> None:
    """Against scikit-learn's, whose penalty and class weights are the same."""
    targets = np.array([0] * 20 + [1] * 10 + [2] * 5)
    vectors = unit_rows_of(np.random.default_rng(0).normal(0, 1, (35, 6)) + 2 * np.eye(6)[targets])
    probe = fit_softmax_probe(vectors, targets, SentencePrior(np.zeros((3, 6), np.float32), 3.0))
    model = LogisticRegression(C=3.0, class_weight="balanced", max_iter=1000, tol=1e-8).fit(vectors, targets)
    ours = softmax(probe.scores(vectors), axis=1)
    assert ours == pytest.approx(model.predict_proba(vectors), abs=0.01)


def test_softmax_probe_rests_on_descriptions_where_there_are_no_examples() -> None:
    labels = np.eye(4, dtype=np.float32)
    untaught = fit_softmax_probe(np.zeros((0, 4), np.float32), np.zeros(0, np.int64), SentencePrior(labels, 10.0))
    assert untaught.scores(labels).argmax(axis=1).tolist() == [0, 1, 2, 3]
    targets = np.repeat([0, 1, 2], 8)  # label 3 has none
    vectors = unit_rows_of(labels[targets] + np.random.default_rng(0).normal(0, 0.1, (24, 4)))
    taught = fit_softmax_probe(
        np.concatenate([vectors, np.zeros((3, 4), np.float32)]), np.append(targets, [0, 0, 0]), SentencePrior(labels, 10.0)
    )
    assert taught.scores(labels).argmax(axis=1).tolist() == [0, 1, 2, 3]
    assert np.array_equal(
        taught.weights, fit_softmax_probe(vectors, targets, SentencePrior(labels, 10.0)).weights
    )  # without zero rows


def test_few_examples_leave_descriptions_their_say_and_many_do_not() -> None:
    """The examples of label 0 lie where label 1's description is."""
    labels = np.eye(3, dtype=np.float32)
    shares = []
    for count in (1, 300):
        targets = np.repeat([0, 2], count)
        vectors = labels[np.where(targets == 0, 1, 2)]
        asked = fit_softmax_probe(vectors, targets, SentencePrior(labels, 1.0)).scores(labels[[1]])[0]
        shares.append(float(asked[0] - asked[2]))
    assert shares[0] < shares[1]


def test_cost_is_chosen_out_of_fold() -> None:
    """Descriptions are right and a third of the labels are wrong: examples must not move the probe far. With wrong descriptions
    and right labels they must."""
    generator = np.random.default_rng(0)
    truth, folds = np.repeat(np.arange(4), 30), np.tile(np.arange(5), 24)
    labels = np.eye(40, dtype=np.float32)[:4]
    vectors = unit_rows_of(np.eye(40)[truth] + generator.normal(0, 0.15, (120, 40)))
    wrong = np.where(generator.random(120) < 0.33, generator.integers(0, 4, 120), truth)
    assert choose_prior(vectors, wrong, folds, labels).cost < choose_prior(vectors, truth, folds, labels[[1, 2, 3, 0]]).cost
    assert choose_prior(vectors, truth, folds * 0, labels).cost == MIDDLE_COST
    assert choose_prior(vectors[:0], truth[:0], folds[:0], labels).cost == MIDDLE_COST


def test_pseudo_labels_are_the_surest_and_few_of_a_label(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retrieval.self_training, "CAP", 2)
    sure = [0.75, 0.9, 0.69, 0.8, 0.71]
    probability = np.array([[value, 1 - value, 0] for value in sure] + [[0, 0.1, 0.9]], np.float32)
    taken = choose_pseudo_labels(probability)
    assert taken.rows.tolist() == [1, 3, 5]
    assert taken.targets.tolist() == [0, 0, 2]
    assert taken.record([f"u{row}" for row in range(6)], ["a", "b", "c"])[2] == {"id": "u5", "label": "c", "probability": 0.9}


def test_self_training_learns_from_what_has_no_label() -> None:
    """Three examples show one direction of each label; unlabelled ones show that another always comes along."""
    generator = np.random.default_rng(0)
    prior = SentencePrior(np.zeros((2, 8), np.float32), 30.0, 2.0)
    targets = np.array([0, 0, 0, 1, 1, 1])
    vectors = unit_rows_of(np.eye(8)[targets] + generator.normal(0, 0.05, (6, 8)))
    hidden = generator.integers(0, 2, 60)
    unlabelled = unit_rows_of(np.eye(8)[hidden] + np.eye(8)[hidden + 2] + generator.normal(0, 0.05, (60, 8)))
    asked = np.eye(8, dtype=np.float32)[[2, 3]]  # what the examples do not show
    plain = fit_softmax_probe(vectors, targets, prior).scores(asked)

    def fit(taken: PseudoLabels | None) -> LinearProbe:
        if taken is None:
            return fit_softmax_probe(vectors, targets, prior)
        weights = np.repeat(np.float32([1, WEIGHT]), [6, len(taken.rows)])
        both = np.concatenate([vectors, unlabelled[taken.rows]]), np.concatenate([targets, taken.targets])
        return fit_softmax_probe(*both, prior, weights)

    probe, taken = fit_self_trained(fit, lambda probe: softmax(2 * probe.scores(unlabelled), axis=1))
    found = probe.scores(asked)
    assert (taken.targets == hidden[taken.rows]).all()
    assert len(taken.rows) > 20
    assert found[0, 0] - found[0, 1] > plain[0, 0] - plain[0, 1] + 0.5
    assert found[1, 1] - found[1, 0] > plain[1, 1] - plain[1, 0] + 0.5
    nothing, none = fit_self_trained(fit, lambda probe: np.full((60, 2), 0.5, np.float32))
    assert len(none.rows) == 0
    assert np.allclose(nothing.weights, fit_softmax_probe(vectors, targets, prior).weights)
