"""The probe on sentence vectors: softmax regression that starts from what the labels' own names and descriptions say.

logits(x) = x W + b for a unit vector x. The weights are drawn towards the labels' vectors times a factor, which is the answer
without any example; how far they may move from there is `cost`, as in scikit-learn's LogisticRegression. So a label with many
examples is learned from them, one with few rests on its description as well, and one without any on its description alone.

Many labels with few examples each want a large cost, few labels with noisy texts a small one, so it is chosen out of fold.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize, minimize_scalar
from scipy.special import log_softmax

from data.folds import informative
from retrieval.probes import LinearProbe

COSTS = (1.0, 3.0, 10.0, 30.0)
MIDDLE_COST = 10.0
CHOSEN_ON = 2_000  # examples at most that the cost is chosen on
CHOOSING_FOLDS = 2  # of the folds are left out in turn for it
LARGEST_SHARPENING = 4.0  # of log-probabilities, when their loss is compared
PRIOR_SHARE = 0.5  # of the likeliest scale at which the labels' vectors enter
RANK_TOLERANCE = 1e-6  # of the largest eigenvalue: what is below is rounding
MOST_STEPS = 100  # of L-BFGS
ENOUGH = 1e-5  # by which part of the loss a step must lower it
LARGEST_SCALE = 60.0
UNTAUGHT_SCALE = 10.0  # of the labels' cosines where no example tells which


@dataclass(frozen=True)
class SentencePrior:
    """What a probe starts from: the labels' vectors (L, e), and how far examples may move it from there.

    `sharpness` is the factor of its log-probabilities that calibrates them out of fold.
    """

    labels: NDArray[np.float32]
    cost: float
    sharpness: float = 1.0


def fit_softmax_probe(
    vectors: NDArray[np.float32],
    targets: NDArray[np.int64],
    prior: SentencePrior,
    weights: NDArray[np.float32] | None = None,
) -> LinearProbe:
    """Fit on unit vectors (n, e) with label numbers `targets` (n,); zero rows are left out.

    `weights` (n,) weigh the examples of one label against each other; every label has the same total. Labels without examples
    take no part in the fit.
    """
    return _Regression.of(vectors, targets, prior.labels, weights).fit(prior.cost)


@dataclass(frozen=True)
class _Regression:
    """What a fit needs of its n examples, whatever the cost.

    `labels` (L, e) are the labels' vectors, `present` (p,) the numbers of those that have examples, `columns` (n,) the examples'
    places among them and `own` (n,) their weights. `basis` (e, r) spans the examples, which are `vectors` (n, r) there; `start`
    (e, L) are the weights that the fit starts from and `offset` (n, p) what these say of the examples.
    """

    labels: NDArray[np.float32]
    present: NDArray[np.int64]
    columns: NDArray[np.int64]
    own: NDArray[np.float32]
    basis: NDArray[np.float32]
    vectors: NDArray[np.float32]
    start: NDArray[np.float32]
    offset: NDArray[np.float32]

    @classmethod
    def of(
        cls,
        vectors: NDArray[np.float32],
        targets: NDArray[np.int64],
        labels: NDArray[np.float32],
        weights: NDArray[np.float32] | None = None,
    ) -> _Regression:
        """Of vectors (n, e), targets (n,) and weights (n,) as `fit_softmax_probe` takes them."""
        known = np.abs(vectors).max(axis=1, initial=0) > 0
        own = (np.ones(len(targets)) if weights is None else weights)[known].astype(np.float32)
        vectors, targets = vectors[known], targets[known]
        present, columns = np.unique(targets, return_inverse=True)
        if len(present) < 2:
            nothing = np.zeros((0, 0), np.float32)
            return cls(labels, present, columns, own, nothing, nothing, np.float32(UNTAUGHT_SCALE) * labels.T, nothing)
        share = np.bincount(columns, weights=own)
        own = (own * own.sum() / len(present) / share[columns]).astype(np.float32)
        scale = PRIOR_SHARE * likeliest_scale(vectors @ labels[present].T, columns, own)
        start = np.float32(scale) * labels.T
        basis = row_space(vectors)
        return cls(labels, present, columns, own, basis, vectors @ basis, start, vectors @ start[:, present])

    def fit(self, cost: float) -> LinearProbe:
        """The probe of a cost."""
        bias = np.zeros(len(self.labels), np.float32)
        if len(self.present) < 2:
            return LinearProbe(self.start, bias)
        shape, rows = (self.vectors.shape[1], len(self.present)), np.arange(len(self.columns))

        def loss(flat: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
            moved, shift = _unpack(flat.astype(np.float32), shape)
            logs = log_softmax(self.offset + self.vectors @ moved + shift, axis=1)
            error = np.exp(logs)
            error[rows, self.columns] -= 1
            error *= self.own[:, None]
            value = float((moved * moved).sum()) / (2 * cost) - float(self.own @ logs[rows, self.columns])
            gradient = np.concatenate([(self.vectors.T @ error + moved / cost).ravel(), error.sum(axis=0)])
            return value, gradient.astype(np.float64)

        begin = np.zeros((shape[0] + 1) * shape[1])
        found = minimize(loss, begin, jac=True, method="L-BFGS-B", options={"maxiter": MOST_STEPS, "ftol": ENOUGH})
        moved, bias[self.present] = _unpack(found.x.astype(np.float32), shape)
        weights = self.start.copy()
        weights[:, self.present] += self.basis @ moved
        return LinearProbe(weights, bias)


def sentence_scores(probe: LinearProbe, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Log-probabilities (n, labels) of sentence vectors (n, e); all labels are equally likely where there is no text."""
    known = np.abs(vectors).max(axis=1, keepdims=True, initial=0) > 0
    return np.asarray(log_softmax(np.where(known, probe.scores(vectors), 0), axis=1), np.float32)


def row_space(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """An orthonormal basis (e, r) of what the rows of `vectors` (n, e) span.

    The penalty keeps weights within it, so a fit there is the same and smaller: by half and more where views repeat each other or
    there are fewer examples than dimensions.
    """
    used = np.flatnonzero(np.abs(vectors).max(axis=0, initial=0) > 0)
    if len(used) < vectors.shape[1]:  # a view that no example has
        inner = row_space(vectors[:, used])
        basis = np.zeros((vectors.shape[1], inner.shape[1]), np.float32)
        basis[used] = inner
        return basis
    wide = len(vectors) < vectors.shape[1]
    values, own = np.linalg.eigh((vectors @ vectors.T if wide else vectors.T @ vectors).astype(np.float64))
    kept = values > RANK_TOLERANCE * max(float(values[-1]), 1e-12)
    basis = vectors.T @ (own[:, kept] / np.sqrt(values[kept])) if wide else own[:, kept]
    return np.asarray(basis, np.float32)


def choose_prior(
    vectors: NDArray[np.float32], targets: NDArray[np.int64], folds: NDArray[np.int64], labels: NDArray[np.float32]
) -> SentencePrior:
    """The cost of COSTS with the least out-of-fold loss, each at its best temperature, because the pool sets one afterwards.

    `folds` (n,) never split near-duplicates. It is MIDDLE_COST where no label has examples in two of them.
    """
    known = np.flatnonzero(np.abs(vectors).max(axis=1, initial=0) > 0)
    known = known[np.linspace(0, len(known) - 1, min(len(known), CHOSEN_ON)).astype(np.int64)] if len(known) else known
    vectors, targets, folds = vectors[known], targets[known], folds[known]
    numbers = np.unique(folds)
    judged = np.isin(folds, numbers[:CHOOSING_FOLDS]) & informative(targets, folds)
    if len(numbers) < 2 or not judged.any():
        return SentencePrior(labels, MIDDLE_COST)

    left_out = [folds == fold for fold in numbers[:CHOOSING_FOLDS]]
    regressions = [_Regression.of(vectors[~here], targets[~here], labels) for here in left_out]
    found = []
    for cost in COSTS:
        logs = np.zeros((len(targets), len(labels)), np.float32)
        for here, regression in zip(left_out, regressions, strict=True):
            logs[here] = log_softmax(regression.fit(cost).scores(vectors[here]), axis=1)
        own, truth = logs[judged], targets[judged]
        sharpness = likeliest_scale(own, truth, np.ones(len(own), np.float32), LARGEST_SHARPENING)
        loss = -float(log_softmax(np.float32(sharpness) * own, axis=1)[np.arange(len(own)), truth].mean())
        found.append((loss, cost, sharpness))
    _, cost, sharpness = min(found)
    return SentencePrior(labels, cost, sharpness)


def likeliest_scale(
    scores: NDArray[np.float32], targets: NDArray[np.int64], weights: NDArray[np.float32], largest: float = LARGEST_SCALE
) -> float:
    """The factor, 0 to `largest`, with which the softmax of `scores` (n, L) explains the targets (n,) best."""
    rows = np.arange(len(targets))

    def loss(scale: float) -> float:
        return -float(weights @ log_softmax(np.float32(scale) * scores, axis=1)[rows, targets])

    return float(minimize_scalar(loss, bounds=(0.0, largest), method="bounded", options={"xatol": largest / 500}).x)


def _unpack(flat: NDArray[np.float32], shape: tuple[int, int]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    return flat[: shape[0] * shape[1]].reshape(shape), flat[shape[0] * shape[1] :]
