"""Drift: windows of live answers against the labelled examples, looked at again and again."""

from __future__ import annotations

import numpy as np
import pytest

from fusion.live.drift import SIGNALS, Finding, Observed, Reference, Watch, compare
from fusion.live.novelty import Vocabulary

LABELS = tuple(f"label {number}" for number in range(20))
SHARES = np.arange(20, 0, -1) / 210


def answers(
    rng: np.random.Generator, n: int, shares: np.ndarray = SHARES, score: float = 6.0, length: float = 3.0, novelty: float = 2.0
) -> list[Observed]:
    """Answers of a made-up shop; lengths are whole numbers and so have ties, and every other novelty is 0."""
    return [
        Observed(
            LABELS[rng.choice(20, p=shares)],
            float(rng.beta(score, 1)),
            float(int(rng.lognormal(length, 0.7))),
            float(rng.beta(novelty, 20) * (rng.random() < 0.5)),
            excerpt=f"text {number}",
        )
        for number in range(n)
    ]


def reference(rows: list[Observed]) -> Reference:
    values = {name: np.array([getattr(row, name) for row in rows]) for name in ("score", "length", "novelty")}
    return Reference({label: sum(row.label == label for row in rows) for label in LABELS}, **values)


def drifting(findings: tuple[Finding, ...]) -> set[str]:
    return {one.signal for one in findings if one.drifts}


def test_honest_traffic_hardly_ever_drifts() -> None:
    """Eight looks at windows of 150 answers against 150 examples, in each of 150 shops."""
    rng = np.random.default_rng(0)
    shops = 0
    for _ in range(150):
        watch = Watch(reference(answers(rng, 150)), window=150)
        alarms = [drifting(watch.findings) for one in answers(rng, 8 * 150) if watch.add(one)]
        assert watch.looks == len(alarms) == 8
        shops += any(alarms)
    assert shops <= 8  # 5% of 150


@pytest.mark.parametrize(
    ("signal", "change"),
    [
        ("labels", {"shares": SHARES[::-1]}),
        ("score", {"score": 2.0}),
        ("length", {"length": 3.8}),
        ("novelty", {"novelty": 8.0}),
    ],
)
def test_each_drift_is_found_with_examples(signal: str, change: dict[str, float]) -> None:
    rng = np.random.default_rng(1)
    for _ in range(10):
        watch = Watch(reference(answers(rng, 200)), window=200)
        for one in answers(rng, 200):
            watch.add(one)
        live = answers(rng, 200, **change)  # type: ignore[arg-type]
        for one in live:
            watch.add(one)
        (found,) = (one for one in watch.findings if one.signal == signal)
        assert found.drifts
        assert len(found.unlike) == 3
        by_excerpt = {one.excerpt: one for one in live}
        shown = [by_excerpt[excerpt] for excerpt in found.unlike]
        if signal == "score":
            assert max(one.score for one in shown) <= sorted(one.score for one in live)[2]
        if signal == "labels":
            assert {one.label for one in shown} <= set(LABELS[12:])


def test_a_difference_that_does_not_matter_is_not_told() -> None:
    rng = np.random.default_rng(0)
    found = compare(reference(answers(rng, 20_000)), answers(rng, 20_000, score=5.2), 0.05)
    score = next(one for one in found if one.signal == "score")
    assert score.p < 1e-6
    assert score.effect < 0.1
    assert not score.drifts


def test_a_window_is_bounded_and_counts_copies_once() -> None:
    rng = np.random.default_rng(0)
    watch = Watch(reference(answers(rng, 50)), window=10)
    copy = Observed("label 0", 0.9, 10, 0, key="same")
    assert not any(watch.add(copy) for _ in range(1_000))
    assert len(watch._now) == 1
    others = [Observed("label 0", 0.9, 10, 0, key=str(number)) for number in range(9)]
    assert [watch.add(one) for one in others] == [False] * 8 + [True]
    assert [one.signal for one in watch.findings] == list(SIGNALS)
    assert not watch._now


def test_labels_taught_since_are_left_out_and_too_few_examples_are_refused() -> None:
    rng = np.random.default_rng(0)
    own = reference(answers(rng, 200))
    window = [*answers(rng, 100), *[Observed("new", 0.9, 20, 0) for _ in range(100)]]
    assert next(one for one in compare(own, window, 0.05) if one.signal == "labels").drifts is False
    with pytest.raises(ValueError, match="at least 30"):
        reference(answers(rng, 29))


def test_novelty_is_the_share_of_unknown_pairs_of_characters() -> None:
    texts, groups = ["会漏水吗", "漏水 怎么办", "会漏水吗"], np.array([0, 1, 0])
    vocabulary = Vocabulary.of(texts, groups)
    assert vocabulary.novelty("漏水吗") == 0.0
    assert vocabulary.novelty("漏水了") == 0.5
    assert vocabulary.novelty("") == 0.0
    # 会漏 and 水吗 are of group 0 alone, 漏水 of both; of the second text 水怎, 怎么 and 么办 are its own.
    assert vocabulary.among_themselves(texts, groups).tolist() == pytest.approx([2 / 3, 3 / 4, 2 / 3])
