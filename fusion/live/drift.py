"""Drift: live answers and inputs against those of the labelled examples, window by window.

Each full window of a task is compared with the examples: shares of the answered labels (Pearson's chi-square test), and
probabilities, length of the text and its novelty (Kolmogorov-Smirnov tests). A window is looked at once. Look k may be mistaken
with probability alpha / (k (k + 1)), and its four tests share that (Bonferroni), so that traffic like the examples is ever said
to drift with probability alpha at most. With many answers the smallest difference would be found; those that do not matter are
not told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.stats import chi2_contingency, ks_2samp

from data.arrays import Float64
from fusion.live.error_test import spent

Signal = Literal["labels", "score", "length", "novelty"]
SIGNALS: tuple[Signal, ...] = ("labels", "score", "length", "novelty")
WINDOW = 300  # answers
ALPHA = 0.05  # probability of a false alarm, of a task, over all looks
LEAST_EFFECT = 0.1  # difference of the distribution functions, or half the sum of differences of shares, that is worth telling
LEAST_EXPECTED = 5.0  # answers of a label in the smaller sample; rarer labels are counted together (Cochran 1954)
LEAST_EXAMPLES = 30  # below which there is nothing to compare with
SHOWN = 3  # examples of what is unlike


@dataclass(frozen=True)
class Observed:
    """An answer: its label and probability, the text's length and novelty. `excerpt` shows it to people; answers with the same
    `key` are copies, of which a window takes one."""

    label: str
    score: float
    length: float
    novelty: float
    key: str = ""
    excerpt: str = ""


@dataclass(frozen=True)
class Reference:
    """The same of n labelled examples: how often each label was answered, and (n,) of the rest."""

    labels: Mapping[str, int]
    score: Float64
    length: Float64
    novelty: Float64

    def __post_init__(self) -> None:
        if len(self.score) < LEAST_EXAMPLES:
            raise ValueError(f"expected at least {LEAST_EXAMPLES} labelled examples, found {len(self.score)}")


@dataclass(frozen=True)
class Finding:
    """What a test of a window found: `p`, the size of the `effect` from 0 to 1, whether that is a drift, and excerpts of the
    answers that are most unlike the examples."""

    signal: Signal
    p: float
    effect: float
    drifts: bool
    unlike: tuple[str, ...] = ()


class Watch:
    """Watches a task; holds at most one window."""

    def __init__(self, reference: Reference, window: int = WINDOW, alpha: float = ALPHA) -> None:
        self.reference, self.window, self.alpha = reference, window, alpha
        self.looks = 0
        self.findings: tuple[Finding, ...] = ()  # of the last full window
        self._now: dict[str, Observed] = {}

    def add(self, observed: Observed) -> bool:
        """Take an answer; whether a window is full and `findings` are new."""
        self._now.setdefault(observed.key or str(len(self._now)), observed)
        if len(self._now) < self.window:
            return False
        self.looks += 1
        self.findings = compare(self.reference, list(self._now.values()), spent(self.looks, self.alpha))
        self._now.clear()
        return True


def compare(reference: Reference, window: Sequence[Observed], alpha: float) -> tuple[Finding, ...]:
    """One finding a signal; any is a mistake with a probability of at most `alpha`, where nothing differs."""
    found = []
    for signal in SIGNALS:
        if signal == "labels":
            p, effect, surplus = _labels(reference.labels, [one.label for one in window])
            unlike = np.array([surplus.get(one.label, 0.0) for one in window])
        else:
            values = np.array([getattr(one, signal) for one in window], dtype=float)
            own = getattr(reference, signal)
            test = ks_2samp(own, values)
            p, effect = float(test.pvalue), float(test.statistic)
            # Most unlike is what lies furthest in the direction in which the window has moved.
            unlike = values if np.median(values) + values.mean() >= np.median(own) + own.mean() else -values
        drifts = p <= alpha / len(SIGNALS) and effect >= LEAST_EFFECT
        found.append(Finding(signal, p, effect, drifts, _excerpts(window, unlike) if drifts else ()))
    return tuple(found)


def _labels(expected: Mapping[str, int], answered: Sequence[str]) -> tuple[float, float, dict[str, float]]:
    """The test's p, half the sum of differences of shares, and by how many answers of a window each label exceeds its share.

    Labels that were taught since are left out: that they are answered is no drift.
    """
    names = sorted(expected)
    place = {name: number for number, name in enumerate(names)}
    live = np.bincount([place[name] for name in answered if name in place], minlength=len(names))
    own = np.array([expected[name] for name in names])
    if not live.sum() or not own.sum():
        return 1.0, 0.0, {}
    table = _together(np.array([own, live]))
    share, surplus = table / table.sum(axis=1, keepdims=True), live - own / own.sum() * live.sum()
    p = float(chi2_contingency(table, correction=False).pvalue) if table.shape[1] > 1 else 1.0
    return p, float(np.abs(share[0] - share[1]).sum() / 2), dict(zip(names, surplus.tolist(), strict=True))


def _together(table: NDArray[np.int64]) -> NDArray[np.int64]:
    """Rare columns of (2, L) added up: which are rare depends on both samples together, and so tells nothing of a difference."""
    smaller = table.sum(axis=1).min() / table.sum()
    common = table.sum(axis=0) * smaller >= LEAST_EXPECTED
    columns = [table[:, common]]
    rest = table[:, ~common].sum(axis=1, keepdims=True)
    if rest.sum():
        columns.append(rest)
    found = np.hstack(columns)
    return found[:, found.sum(axis=0) > 0]


def _excerpts(window: Sequence[Observed], unlike: Float64) -> tuple[str, ...]:
    """Excerpts of the answers with the highest values, each text once."""
    order = np.argsort(-unlike, kind="stable")
    return tuple(dict.fromkeys(window[place].excerpt for place in order if window[place].excerpt))[:SHOWN]
