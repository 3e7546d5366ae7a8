"""Retrieval for one task: neighbour lists, probes, knowledge and their opinion pool, fitted and asked together."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data.atomic import read_json, write_json, write_npz
from data.folds import grouped_folds, informative
from data.labels import Label
from data.machine import one_blas_thread
from data.page import READABLE
from data.profile import RetrievalSettings
from data.schema import Task
from retrieval.centring import Centring, centre_labels, fit_centring
from retrieval.knowledge import KnowledgeScorer, Pairs, Written, pool_weight
from retrieval.lexical import read_arrays
from retrieval.neighbourhood import Lists, Neighbourhood, choose_whitening, rank
from retrieval.neighbours import Neighbour, NeighbourLists, make_neighbour
from retrieval.opinion_pool import OpinionPool, fit_opinion_pool
from retrieval.self_training import WEIGHT, PseudoLabels, Unlabelled, fit_self_trained
from retrieval.softmax_probe import SentencePrior, choose_prior
from retrieval.table import ExemplarTable
from retrieval.trained import CaseFeatures, TrainedProbes
from retrieval.vectors import LabelVectors

Scores = dict[str, NDArray[np.float32]]

# Start values of the pool's weights. Scores are logarithms of votes, margins (about -1 to 1), log-probabilities and cosines
# (about 0 to 1).
POOL_START = {
    "sparse_vote": 0.1,
    "image_vote": 0.1,
    "text_vote": 0.2,
    "sentence_vote": 0.1,
    "probe_text": 5.0,
    "probe_dense": 1.0,
    "probe_sentence": 1.0,
    "description_text": 0.5,
    "description_dense": 1.0,
    "description_image": 1.0,
    "description_sentence": 3.0,
}
# The same for a page on which nothing can be read: what does not depend on text.
UNREADABLE_START = {"image_vote": 0.1, "probe_visual": 5.0, "description_image": 1.0}
SMOOTHING = 0.02  # added to a vote before its logarithm
VISUAL = "probe_visual"  # in the pool of unreadable pages alone, so that others are answered as they would be without it
KNOWLEDGE = "probe_knowledge"  # in the pool by a rule, and not among fusion's features: see `knowledge`


@dataclass(frozen=True)
class Retrieved:
    """What retrieval says of n cases of a task. Every matrix is (n, labels) float32 in the label set's order.

    `scores` are fusion's features by name. `neighbours` are the labelled examples near each case, best first over all lists.
    `probability` is retrieval's own answer; its rows sum to 1. `ids` are the cases' sample ids.
    """

    task: Task
    scores: Scores
    neighbours: Sequence[tuple[Neighbour, ...]]
    probability: NDArray[np.float32]
    ids: tuple[str, ...] = ()

    def take(self, rows: NDArray[np.int64]) -> Retrieved:
        """What is said of the cases `rows`."""
        return Retrieved(
            self.task,
            {name: score[rows] for name, score in self.scores.items()},
            [self.neighbours[row] for row in rows],
            self.probability[rows],
            tuple(self.ids[row] for row in rows) if self.ids else (),
        )


@dataclass(frozen=True)
class TaskRetriever:
    """One task, fitted on its rows of the exemplar table.

    `centring` maps sentence vectors before all else; None without a text encoder. `left_out` is the out-of-fold answer to the
    task's own examples. `self_training` says what unlabelled cases gave: the pool's out-of-fold loss without and with them,
    whether they were kept, and the pseudo-labels that were taken.
    `unreadable` is the pool of what does not depend on text; dialogues and older indexes have none. `prior` is what the sentence
    probe started from, as it was chosen out of fold; older indexes have none.
    """

    task: Task
    labels: tuple[str, ...]
    table: ExemplarTable
    settings: RetrievalSettings
    centring: Centring | None
    neighbourhood: Neighbourhood
    probes: TrainedProbes
    known: KnowledgeScorer
    pool: OpinionPool
    left_out: Retrieved
    self_training: dict[str, Any] = field(default_factory=dict)
    unreadable: OpinionPool | None = None
    prior: SentencePrior | None = None

    @classmethod
    @one_blas_thread()
    def fit(
        cls,
        task: Task,
        features: CaseFeatures,
        table: ExemplarTable,
        labels: Sequence[Label],
        settings: RetrievalSettings,
        seed: int,
        pairs: Pairs,
        label_vectors: LabelVectors | None,
        folds: int,
        unlabelled: Unlabelled | None = None,
        base: TaskRetriever | None = None,
        written: Written | None = None,
    ) -> TaskRetriever:
        """Fit on the task's rows of `table`, of which `features` are, in their order.

        `pairs` are written texts (see `knowledge`), used where the settings ask for them; `written` are their views where they
        were made already. With a `base`, which was fitted on most of these examples, nothing is fitted out-of-fold: whitening and
        pool weights are those of `base`, and the sentence probe's cost is, while the labels are. Unlabelled cases are not learned
        from, and nothing is said of the examples themselves.
        """
        rows = table.of_task(task)
        names = tuple(label.name for label in labels)
        targets = table.targets(task, names)
        groups = table.groups
        own_labels = [table.labels[row] for row in rows]
        split = grouped_folds(own_labels, groups[rows].tolist(), folds, seed)
        count, k = len(names), settings.neighbours
        made = written or Written.of(task, labels, pairs if settings.knowledge else (), features.counts.spaces)
        known = made.known or KnowledgeScorer.fit(made.texts, made.counts, count, seed, centred(label_vectors))
        centring, prior = None, None
        if size := features.vectors.sentence.shape[1]:
            centring = fit_centring(features.vectors.sentence)
            features = features.with_sentence(centring)
            own = known.vectors.sentence if known.vectors is not None else np.zeros((count, size), np.float32)
            if base is not None and base.prior is not None and base.labels == names:
                prior = dataclasses.replace(base.prior, labels=own)
            else:
                prior = choose_prior(features.vectors.sentence, targets[rows], split, own)
        counts = features.counts.join(made.counts)

        def fit_on(part: NDArray[np.int64]) -> TrainedProbes:
            every = np.concatenate([part, np.arange(len(rows), len(counts))])
            return TrainedProbes.fit(features.take(part), targets[rows[part]], made.texts, counts.take(every), count, seed, prior)

        def fit_with(part: NDArray[np.int64], taken: PseudoLabels | None, more: CaseFeatures) -> TrainedProbes:
            """`fit_on`, also on pseudo-labelled cases among `more`."""
            if taken is None or not len(taken.rows):
                return fit_on(part)
            both = features.take(part).join(more.take(taken.rows))
            numbers = np.concatenate([targets[rows[part]], taken.targets])
            weights = np.repeat([1.0, WEIGHT], [len(part), len(taken.rows)])
            texts = both.counts.join(made.counts)
            return TrainedProbes.fit(both, numbers, made.texts, texts, count, seed, prior, weights)

        fixed = {KNOWLEDGE: pool_weight(len(rows) / count)}
        if base is not None:
            maps = base.neighbourhood.whitening
            nearby = Neighbourhood.build(features.counts, features.vectors, rows, targets, groups, maps)
            weights = tuple(fixed.get(name, weight) for name, weight in zip(base.pool.names, base.pool.weights, strict=True))
            pool, probes = OpinionPool(base.pool.names, weights), fit_on(np.arange(len(rows)))
            nothing = _nothing(base.left_out, count)
            return cls(task, names, table, settings, centring, nearby, probes, known, pool, nothing, prior=prior)
        whitening, dense_lists = choose_whitening(features.vectors, rows, targets, groups, split, k, count)
        neighbourhood = Neighbourhood.build(features.counts, features.vectors, rows, targets, groups, whitening)
        lists: Lists = {**neighbourhood.search(features.counts, features.vectors, k, groups[rows]), **dense_lists}

        scores = neighbourhood.scores(lists, k, count) | known.scores(features.counts, features.vectors)
        scores |= _cross_fit_probes(fit_on, features, split)
        pool, probability = _cross_fit_pool(scores, targets[rows], split, fixed)
        probes = fit_on(np.arange(len(rows)))
        record: dict[str, Any] = {}
        if unlabelled is not None and len(unlabelled.ids) and len(rows):
            more = unlabelled.features.with_sentence(centring) if centring else unlabelled.features
            known_of_more = known.scores(more.counts, more.vectors)
            own_start = {name: start for name, start in POOL_START.items() if not name.endswith("_vote")}

            def self_trained(part: NDArray[np.int64]) -> tuple[TrainedProbes, PseudoLabels]:
                told = part[informative(targets[rows], split)[part]]
                teacher = fit_opinion_pool(
                    {name: score[told] for name, score in scores.items()}, targets[rows[told]], own_start, fixed
                )
                return fit_self_trained(
                    lambda taken: fit_with(part, taken, more),
                    lambda probes: teacher.probability(known_of_more | probes.scores(more)),
                )

            tried = scores | _cross_fit_probes(lambda part: self_trained(part)[0], features, split)
            pooled = _cross_fit_pool(tried, targets[rows], split, fixed)
            losses = [_log_loss(found, targets[rows]) for found in (probability, pooled[1])]
            record = {"without": losses[0], "with": losses[1], "kept": losses[1] < losses[0]}
            if record["kept"]:
                probes, taken = self_trained(np.arange(len(rows)))
                scores, (pool, probability) = tried, pooled
                record["taken"] = taken.record(unlabelled.ids, names)
        unreadable = None
        if features.pictures.shape[1]:
            unreadable, seen = _cross_fit_pool(scores, targets[rows], split, {}, UNREADABLE_START)
            probability = _blend(probability, seen, features.characters)
        for name in (KNOWLEDGE, VISUAL):
            del scores[name]
        neighbours = _neighbours(table, lists, k)
        ids = tuple(table.ids[row] for row in rows)
        left_out = Retrieved(task, scores, neighbours, probability, ids)
        return cls(
            task, names, table, settings, centring, neighbourhood, probes, known, pool, left_out, record, unreadable, prior
        )

    def query(self, features: CaseFeatures, ids: tuple[str, ...]) -> Retrieved:
        """Score new cases."""
        if self.centring is not None:
            features = features.with_sentence(self.centring)
        k, count = self.settings.neighbours, len(self.labels)
        lists = self.neighbourhood.search(features.counts, features.vectors, k)
        scores = self.neighbourhood.scores(lists, k, count) | self.known.scores(features.counts, features.vectors)
        scores |= self.probes.scores(features)
        inputs = _pool_inputs(scores)
        probability = self.pool.probability(inputs)
        if self.unreadable is not None:
            probability = _blend(probability, self.unreadable.probability(inputs), features.characters)
        scores = {name: scores[name] for name in self.left_out.scores}  # those that the run's fusion learns from
        return Retrieved(self.task, scores, _neighbours(self.table, lists, k), probability, ids)

    def save(self, folder: Path) -> list[str]:
        """Write all but the table; returns the file names."""
        prefix = self.task.value
        files = self.neighbourhood.save(folder, prefix)
        write_npz(folder / f"{prefix}-probes.npz", **self.probes.arrays(), **self.known.arrays())
        if self.centring is not None:
            write_npz(folder / f"{prefix}-centring.npz", mean=self.centring.mean)
            files.append(f"{prefix}-centring.npz")
        write_npz(folder / f"{prefix}-left-out.npz", **_left_out_arrays(self.left_out))
        state = {
            "labels": list(self.labels),
            "lists": list(self.neighbourhood.dense),
            "whitened": list(self.neighbourhood.whitening),
            "probe_spaces": self.probes.encoder.describe(),
            "knowledge_spaces": self.known.encoder.describe(),
            "pool": dict(zip(self.pool.names, self.pool.weights, strict=True)),
            "self_training": self.self_training,
        }
        if self.unreadable is not None:
            state["unreadable_pool"] = dict(zip(self.unreadable.names, self.unreadable.weights, strict=True))
        if self.prior is not None:
            state["sentence_prior"] = {"cost": self.prior.cost, "sharpness": self.prior.sharpness}
        write_json(folder / f"{prefix}.json", state)
        return [*files, f"{prefix}-probes.npz", f"{prefix}-left-out.npz", f"{prefix}.json"]

    @classmethod
    def load(cls, folder: Path, task: Task, table: ExemplarTable, settings: RetrievalSettings) -> TaskRetriever:
        """Read what `save` wrote. Raises RunError where a file is missing or broken."""
        remedy = f"delete {folder} and build the index again"
        state: dict[str, Any] = read_json(folder / f"{task.value}.json", remedy)
        labels = tuple(state["labels"])
        lists = state.get("lists", ["image", "text"])  # indexes of before the text encoder have these
        arrays = read_arrays(folder / f"{task.value}-probes.npz", remedy)
        left_out = read_arrays(folder / f"{task.value}-left-out.npz", remedy)
        return cls(
            task,
            labels,
            table,
            settings,
            Centring(read_arrays(folder / f"{task.value}-centring.npz", remedy)["mean"]) if "sentence" in lists else None,
            Neighbourhood.load(folder, task.value, lists, state["whitened"], table.targets(task, labels), table.groups),
            TrainedProbes.restore(state["probe_spaces"], arrays),
            KnowledgeScorer.restore(state["knowledge_spaces"], arrays),
            _restore_pool(state["pool"]),
            _restore_left_out(left_out, task, table),
            state.get("self_training", {}),
            _restore_pool(state["unreadable_pool"]) if "unreadable_pool" in state else None,
            SentencePrior(np.zeros((0, 0), np.float32), **state["sentence_prior"]) if "sentence_prior" in state else None,
        )


def centred(vectors: LabelVectors | None) -> LabelVectors | None:
    """Label vectors as they are compared with cases."""
    if vectors is None or not vectors.sentence.shape[1]:
        return vectors
    return LabelVectors(vectors.dense, centre_labels(vectors.sentence))


def _nothing(left_out: Retrieved, labels: int) -> Retrieved:
    """What is said of no case, with the same scores."""
    empty = np.zeros((0, labels), np.float32)
    return Retrieved(left_out.task, dict.fromkeys(left_out.scores, empty), [], empty)


def _cross_fit_probes(
    fit_on: Callable[[NDArray[np.int64]], TrainedProbes], features: CaseFeatures, split: NDArray[np.int64]
) -> Scores:
    """Probe scores of each example, from probes that were fitted on the other folds."""
    folds = np.unique(split) if len(split) else [0]
    held_out = [np.nonzero(split == fold)[0] for fold in folds]
    parts = [fit_on(np.setdiff1d(np.arange(len(split)), here)).scores(features.take(here)) for here in held_out]
    order = np.argsort(np.concatenate(held_out))
    return {name: np.concatenate([part[name] for part in parts])[order] for name in parts[0]}


def _cross_fit_pool(
    scores: Scores,
    targets: NDArray[np.int64],
    split: NDArray[np.int64],
    fixed: Mapping[str, float],
    start: Mapping[str, float] = POOL_START,
) -> tuple[OpinionPool, NDArray[np.float32]]:
    """The pool that was fitted on all examples, and each example's probability by a pool that was fitted on the other folds.

    The only example of a label is not fitted on.
    """
    inputs, told = _pool_inputs(scores), informative(targets, split)

    def fit(rows: NDArray[np.bool_]) -> OpinionPool:
        return fit_opinion_pool({name: score[rows] for name, score in inputs.items()}, targets[rows], start, fixed)

    result = np.zeros_like(scores["probe_text"])
    for fold in np.unique(split):
        here = split == fold
        result[here] = fit(told & ~here).probability({name: score[here] for name, score in inputs.items()})
    return fit(told), result


def _log_loss(probability: NDArray[np.float32], targets: NDArray[np.int64]) -> float:
    """Mean negative log-probability of the true labels."""
    return float(-np.log(np.maximum(probability[np.arange(len(targets)), targets], 1e-9)).mean())


def _blend(read: NDArray[np.float32], seen: NDArray[np.float32], characters: NDArray[np.float32]) -> NDArray[np.float32]:
    """What text says, and what is seen as far as there is less text than can be trusted."""
    trust = np.clip(characters / READABLE, 0, 1)[:, None]
    return np.asarray(trust * read + (1 - trust) * seen, np.float32)


def _restore_pool(weights: Mapping[str, float]) -> OpinionPool:
    return OpinionPool(tuple(weights), tuple(weights.values()))


def _pool_inputs(scores: Scores) -> Scores:
    """Votes as logarithms; other scores as they are."""
    return {
        name: np.log(score + SMOOTHING).astype(np.float32) if name.endswith("_vote") else score for name, score in scores.items()
    }


def _neighbours(table: ExemplarTable, lists: Lists, k: int) -> list[tuple[Neighbour, ...]]:
    """The fused ranking of each case as neighbours."""
    return [tuple(make_neighbour(table, *found) for found in ranked) for ranked in rank(lists, k, k)]


def _left_out_arrays(left_out: Retrieved) -> dict[str, NDArray[Any]]:
    flat = [neighbour for own in left_out.neighbours for neighbour in own]
    return {
        **{f"score_{name}": score for name, score in left_out.scores.items()},
        "probability": left_out.probability,
        "lengths": np.array([len(own) for own in left_out.neighbours], np.int64),
        "rows": np.array([neighbour.row for neighbour in flat], np.int64),
        "similarities": np.array([neighbour.similarity for neighbour in flat], np.float64),
        "sources": np.array([neighbour.source for neighbour in flat], np.str_),
    }


def _restore_left_out(arrays: dict[str, NDArray[Any]], task: Task, table: ExemplarTable) -> Retrieved:
    scores = {name.removeprefix("score_"): array for name, array in arrays.items() if name.startswith("score_")}
    parts = (arrays[name] for name in ("lengths", "rows", "similarities", "sources"))
    neighbours = NeighbourLists(table, *parts)
    ids = tuple(table.ids[row] for row in table.of_task(task))
    return Retrieved(task, scores, neighbours, arrays["probability"], ids)
