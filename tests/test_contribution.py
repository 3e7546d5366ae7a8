"""Exemplars stand in the order of what they contribute, whatever list they were found in."""

from __future__ import annotations

import math

import numpy as np
import pytest

from fusion.contribution import contributions
from retrieval.neighbours import Neighbour

NAMES = ("漏水", "材质")


def near(row: int, label: str, similarity: float, source: str) -> Neighbour:
    return Neighbour(row, str(row), label, "", similarity, source)


def test_lists_weigh_by_their_votes_and_not_by_their_similarities() -> None:
    neighbours = [near(0, "材质", 0.14, "sparse"), near(1, "漏水", 0.92, "text"), near(2, "材质", 0.3, "text")]
    votes = {"sparse": np.array([0.7, 0.3], np.float32), "text": np.array([0.9, 0.1], np.float32)}
    assert contributions(neighbours, votes, NAMES) == pytest.approx([0.3 / 2, 0.9 / 2, 0.1 / 2])  # both lists weigh the same


def test_neighbours_of_a_list_and_label_share_its_vote() -> None:
    neighbours = [near(0, "漏水", 0.8, "text"), near(1, "漏水", 0.75, "text")]
    weights = contributions(neighbours, {"text": np.array([0.5, 0.5], np.float32)}, NAMES)
    assert sum(weights) == pytest.approx(0.5)
    assert weights[0] / weights[1] == pytest.approx(math.e)  # 0.05 of cosine is one in the softmax


def test_what_has_no_vote_contributes_nothing() -> None:
    neighbours = [near(0, "漏水", 0.8, "text"), near(1, "尺码", 0.7, "sparse")]
    assert contributions(neighbours, {"sparse": np.array([0.5, 0.5], np.float32)}, NAMES) == [0.0, 0.0]
    assert contributions([], {}, NAMES) == []
