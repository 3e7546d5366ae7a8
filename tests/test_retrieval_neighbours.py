"""Votes, best similarities, exclusion and fusion by hand; duplicates, folds, dense index, whitening."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from retrieval_fakes import dialogue, page, scene

from data.errors import RunError
from data.folds import grouped_folds
from retrieval.duplicates import duplicate_groups
from retrieval.index import DenseIndex
from retrieval.neighbours import Hits, best, fuse, fused_votes, votes
from retrieval.whitening import fit_whitening

TARGETS = np.array([0, 1, 1, 2])


def hits(*lists: list[tuple[int, float]]) -> Hits:
    return Hits(
        np.array([[similarity for _, similarity in one] for one in lists], np.float32),
        np.array([[row for row, _ in one] for one in lists]),
    )


def test_votes_by_hand() -> None:
    result = votes(hits([(1, 0.9), (0, 0.8), (2, 0.7)], [(3, 0.5), (-1, 0.0), (-1, 0.0)]), TARGETS, 4, temperature=0.1)
    first, second, third = 1.0, np.exp(-1), np.exp(-2)
    total = first + second + third
    assert result[0] == pytest.approx([second / total, (first + third) / total, 0, 0], abs=1e-6)
    assert result[1].tolist() == [0, 0, 1, 0]


def test_empty_lists_vote_for_nothing() -> None:
    empty = Hits(np.zeros((2, 0), np.float32), np.zeros((2, 0), np.int64))
    assert votes(empty, TARGETS, 3, 0.1).tolist() == [[0, 0, 0], [0, 0, 0]]
    assert best(empty, TARGETS, 3).tolist() == [[0, 0, 0], [0, 0, 0]]
    assert fused_votes({"a": empty}, {}, TARGETS, 3).sum() == 0


def test_best_is_bounded_by_the_end_of_the_list() -> None:
    assert best(hits([(1, 0.9), (0, 0.8), (2, 0.7)]), TARGETS, 4)[0] == pytest.approx([0.8, 0.9, 0.7, 0.7])


def test_own_group_is_left_out_and_the_list_moves_up() -> None:
    groups = np.array([7, 7, 8, 9])
    left = hits([(0, 1.0), (1, 0.9), (2, 0.5), (3, 0.4)]).without(np.array([7]), groups, 3)
    assert left.rows.tolist() == [[2, 3, -1]]
    assert left.similarities[0] == pytest.approx([0.5, 0.4, 0.0])
    assert hits([(0, 1.0), (1, 0.9)]).without(np.array([-1]), groups, 2).rows.tolist() == [[0, 1]]


def test_fusion_by_hand() -> None:
    lists = {"a": hits([(0, 0.9), (1, 0.8)]), "b": hits([(1, 0.3), (2, 0.2)])}
    ranked = fuse(lists, {"a": 1.0, "b": 2.0}, 3)[0]
    # 0: 1/61; 1: 1/62 + 2/61; 2: 2/62
    assert [row for row, _, _ in ranked] == [1, 2, 0]
    assert ranked[0] == (1, pytest.approx(0.3), "b")
    shares = np.array([1 / 61, 1 / 62 + 2 / 61 + 2 / 62, 0])
    assert fused_votes(lists, {"b": 2.0}, np.array([0, 1, 1]), 3)[0] == pytest.approx(shares / shares.sum(), abs=1e-6)


LONG = "这款保温杯的内胆采用三百一十六不锈钢材质制作支持十二小时长效保温并且赠送杯刷一个以及收纳袋一个"


def test_duplicates_by_image_text_and_near_text() -> None:
    found = duplicate_groups(
        [
            scene("a", "支付成功", "x", digest="same"),
            scene("b", "另一段文字内容啊", "y", digest="same"),
            scene("c", "订单编号 123456 已经发货", "x"),
            scene("d", "订单编号 987 已经发货", "x"),  # digits are masked
            scene("e", LONG, "x"),
            scene("f", LONG + "。", "z"),
            scene("g", "短", "x"),
            scene("h", "短", "x"),  # too short to mean anything
            dialogue("i", ["订单编号 123456 已经发货"], "x"),  # the other task
            dialogue("j", ["看看"], "x", [page("", "photo")]),
            dialogue("k", ["好的"], "x", [page("", "other"), page("", "photo")]),
        ]
    )
    assert found.tolist() == [0, 0, 2, 2, 4, 4, 6, 7, 8, 9, 9]


def test_duplicates_by_dense_image_are_transitive() -> None:
    made = [scene(name, "", "x") for name in "abcd"]
    angles = np.radians([0, 5, 10, 90])
    vectors = np.stack([np.cos(angles), np.sin(angles)], 1).astype(np.float32)
    assert duplicate_groups(made, vectors).tolist() == [0, 0, 0, 3]  # 0 and 10 degrees only meet through 5


def test_folds_keep_groups_together_and_spread_labels() -> None:
    labels = ["a"] * 10 + ["b"] * 10 + ["c"]
    groups = [0, 0, *range(2, 20), 20]
    folds = grouped_folds(labels, groups, 5, seed=3)
    assert folds[0] == folds[1]
    for fold in range(5):
        assert sum(folds[:10] == fold) == 2
        assert sum(folds[10:20] == fold) == 2
    assert np.array_equal(folds, grouped_folds(labels, groups, 5, seed=3))
    assert not np.array_equal(folds, grouped_folds(labels, groups, 5, seed=4))


def test_folds_of_fewer_groups_than_folds() -> None:
    assert sorted(grouped_folds(["a", "b"], [0, 1], 5, 0).tolist()) == [0, 1]
    assert grouped_folds([], [], 5, 0).tolist() == []


@pytest.mark.parametrize("factory", [None, "HNSW8", "IVF4,Flat"])
def test_dense_index_returns_rows_and_survives_saving(factory: str | None, tmp_path: Path) -> None:
    vectors = np.random.default_rng(0).normal(size=(200, 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    vectors[7] = 0
    index = DenseIndex.build(vectors, np.arange(1000, 1200), factory)
    assert len(index) == 199
    scores, rows = index.search(vectors[:10], 3)
    assert rows[:7, 0].tolist() == list(range(1000, 1007))
    assert scores[0, 0] == pytest.approx(1.0, abs=1e-5)
    assert rows[7].tolist() == [-1, -1, -1]
    index.save(tmp_path / "i.faiss")
    again = DenseIndex.load(tmp_path / "i.faiss").search(vectors[:10], 3)
    assert np.array_equal(scores, again[0])
    assert np.array_equal(rows, again[1])


def test_dense_index_errors(tmp_path: Path) -> None:
    index = DenseIndex.build(np.zeros((0, 4), np.float32), np.zeros(0, np.int64))
    assert index.search(np.ones((2, 4), np.float32), 3)[1].shape == (2, 0)
    with pytest.raises(RunError, match="holds vectors of 4 dimensions, the encoder gives 5"):
        index.search(np.ones((2, 5), np.float32), 3)
    with pytest.raises(RunError, match="is missing"):
        DenseIndex.load(tmp_path / "none.faiss")
    (tmp_path / "broken.faiss").write_bytes(b"IxMI")
    with pytest.raises(RunError, match="not a whole FAISS index"):
        DenseIndex.load(tmp_path / "broken.faiss")


def test_whitening_rounds_the_classes() -> None:
    """Classes differ along a quiet axis and share a loud one: cosine search only works after whitening."""
    generator = np.random.default_rng(0)
    targets = np.repeat([0, 1], 200)
    vectors = np.stack([generator.normal(0, 1, 400), 0.1 * (2 * targets - 1) + generator.normal(0, 0.02, 400)], 1)
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    whitening = fit_whitening(vectors, targets)
    assert whitening is not None

    def same_label(points: np.ndarray) -> float:
        cosines = points @ points.T
        np.fill_diagonal(cosines, -2)
        return float((targets[cosines.argmax(1)] == targets).mean())

    mapped = whitening.apply(vectors)
    assert np.linalg.norm(mapped, axis=1) == pytest.approx(np.ones(400), abs=1e-5)
    assert same_label(mapped) >= same_label(vectors)
    spread = [np.cov(((vectors[targets == one] - whitening.mean) @ whitening.matrix).T) for one in (0, 1)]
    assert np.trace((spread[0] + spread[1]) / 2) == pytest.approx(2, rel=0.2)  # within-class covariance about the identity
    assert whitening.apply(np.zeros((1, 2), np.float32)).tolist() == [[0, 0]]


def test_whitening_is_off_for_few_examples() -> None:
    vectors = np.eye(8, dtype=np.float32)
    assert fit_whitening(vectors, np.array([0, 0, 0, 0, 1, 1, 1, 1])) is None
    assert fit_whitening(np.zeros((100, 4), np.float32), np.zeros(100, np.int64)) is None
