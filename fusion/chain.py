"""The whole chain in memory: fitted on labelled cases, asked about new ones. The commands and cross-validation both use it.

`predict` below is the way of one batch of samples, top to bottom.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data.arrays import Float32, Float64
from data.case import Case
from data.labels import LabelSet, best_labels
from data.machine import give_memory_back
from data.profile import Profile
from data.schema import Task
from data.writers import Prediction
from fusion.contribution import contributions
from fusion.features import Evidence
from fusion.handover import HandoverRule, scope_limit
from fusion.model import FusionModel, Truth, fit_fusion
from fusion.out_of_fold import FusedOutOfFold
from fusion.scope import ScopeReference, signals, tempered
from retrieval.encoder import Encodes
from retrieval.neighbours import Neighbour
from retrieval.retriever import Retriever
from retrieval.task import Retrieved
from retrieval.vectors import encode_cases
from vlm.budget import Budget, BudgetRecord
from vlm.engines.transformers_scorer import Scorer
from vlm.policy import CALLS, is_asked
from vlm.prompt import PromptBuilder
from vlm.protocol import VlmScores, run_calls

LabelCounts = Mapping[Task, NDArray[np.int64]]  # training cases of each label, (L,) per task

SHOWN_EXEMPLARS = 5
UNKNOWN_TASK = (
    "the label set of the run has no {task} labels, so that no {task} can be answered: add them to the label file and build the "
    "run again, or leave such rows out"
)
UNLEARNED = (
    "no labelled example of a {task} was there to learn from; the answer rests on what is known of the labels without any: add "
    "labelled rows and build the run again"
)


@dataclass(frozen=True)
class Asker:
    """What asking the VLM takes: a scorer with the run's adapter, and prompts per task."""

    scorer: Scorer
    builders: dict[Task, PromptBuilder]


@dataclass(frozen=True)
class Chain:
    """A fitted run. `profile.calls.policy` says which calls are made.

    `asker` may be None with the policy `retrieval`, or where nothing was trained. A task that it has no prompt builder for,
    because its labels are too many for a prompt, gets no call. With a `rule` each prediction says whether it is accepted or
    handed over to a person; with `scopes` how unlike the examples its input is.
    """

    profile: Profile
    labels: LabelSet
    encoder: Encodes
    retriever: Retriever
    asker: Asker | None
    fusion: FusionModel
    budget: Budget
    counts: LabelCounts
    rule: HandoverRule | None = None
    scopes: Mapping[Task, ScopeReference] = field(default_factory=dict)
    version: int = 0  # of the last change that was taught and counts

    def predict(self, cases: Sequence[Case]) -> list[Prediction]:
        """Predictions in the order of the cases."""
        answers: dict[int, Prediction] = {}
        for task in Task:
            rows = [row for row, case in enumerate(cases) if case.sample.task is task]
            if rows:
                chosen = [cases[row] for row in rows]
                answer = self._predict_task if task in self.labels.tasks else unanswerable
                answers |= zip(rows, answer(task, chosen), strict=True)
        give_memory_back()
        return [self._judged(answers[row]) for row in range(len(cases))]

    def _judged(self, prediction: Prediction) -> Prediction:
        """Accepted or handed over, where there is a rule."""
        return prediction if self.rule is None else dataclasses.replace(prediction, verdict=self.rule.verdict(prediction))

    def _predict_task(self, task: Task, cases: list[Case]) -> list[Prediction]:
        if not self.counts[task].any():
            problem = UNLEARNED.format(task=task)
            cases = [dataclasses.replace(case, sample=case.sample.with_problems(problem)) for case in cases]
        vectors = encode_cases(self.encoder, cases)
        retrieved = self.retriever.query(task, cases, vectors)
        unasked = make_evidence(retrieved, self.counts)
        blank = VlmScores(task, unasked.log_probs, [self.budget.open(case.sample.id).record() for case in cases])
        fused = self.fusion.predict(unasked)
        scores = self._ask(task, cases, retrieved, fused, blank)
        evidence = dataclasses.replace(unasked, log_probs=scores.log_probs)
        probability = self.fusion.predict(evidence)
        # A blank picture is as near to some example as a real one is; what is known of it is how frequent the labels are.
        empty = np.array([case.is_empty() for case in cases])
        probability[empty] = evidence.prior[empty]
        strange = np.where(empty, 1.0, self.scopes[task].score(signals(unasked, fused))) if task in self.scopes else None
        if strange is not None:
            probability = tempered(probability, evidence.prior, strange > scope_limit(self.scopes[task].own))
        names = self.labels.names(task)
        predictions = [
            make_prediction(case, names, probability[row], explanation(evidence, retrieved, names, row), scores.records[row])
            for row, case in enumerate(cases)
        ]
        if strange is None:
            return predictions
        return [dataclasses.replace(item, out_of_scope=score) for item, score in zip(predictions, strange.tolist(), strict=True)]

    def _ask(self, task: Task, cases: list[Case], retrieved: Retrieved, fused: Float64, blank: VlmScores) -> VlmScores:
        """Make the calls that the policy wants. `fused` (n, L) is what fusion says without any call."""
        settings = self.profile.calls
        rows = np.flatnonzero(is_asked(fused, settings, worth=self.fusion.asks(task)))
        if len(rows) == 0 or self.asker is None or task not in self.asker.builders:
            return blank
        asked = run_calls(
            self.asker.scorer,
            self.asker.builders[task],
            self.budget,
            [cases[row] for row in rows],
            retrieved.take(rows),
            settings,
        )
        log_probs = blank.log_probs.copy()
        log_probs[rows] = asked.log_probs
        records = list(blank.records)
        for row, record in zip(rows, asked.records, strict=True):
            records[row] = record
        return VlmScores(task, log_probs, records)


def fit_chain_fusion(
    retriever: Retriever, labels: LabelSet, profile: Profile, scores: Mapping[Task, VlmScores] | None, *, quiet: bool = True
) -> tuple[FusionModel, FusedOutOfFold]:
    """Fit fusion on a retriever's out-of-fold scores and, where there are, the VLM's. Progress is shown unless `quiet`.

    Returns also its own out-of-fold answers to the training examples.
    """
    evidence, truths = training_evidence(retriever, labels, scores)
    return fit_fusion(evidence, truths, profile.fusion, profile.seed, CALLS if scores else 0, quiet=quiet)


def training_evidence(
    retriever: Retriever, labels: LabelSet, scores: Mapping[Task, VlmScores] | None
) -> tuple[dict[Task, Evidence], dict[Task, Truth]]:
    """Out-of-fold evidence on the labelled cases, and their labels, for each task that has any."""
    evidence, truths = {}, {}
    counts = label_counts(retriever, labels)
    for task, retrieved in retriever.out_of_fold().items():
        if not len(retrieved.probability):
            continue
        evidence[task] = make_evidence(retrieved, counts, scores.get(task) if scores else None)
        truths[task] = Truth(retriever.targets(task), retriever.groups(task))
    return evidence, truths


def make_evidence(retrieved: Retrieved, counts: LabelCounts, scores: VlmScores | None = None) -> Evidence:
    """Put retrieval's and the VLM's findings together; without `scores` as if no call had been made."""
    prior = prior_of(counts[retrieved.task], len(retrieved.probability))
    log_probs = scores.log_probs if scores else no_calls(*prior.shape)
    return Evidence(retrieved.task, retrieved.scores, retrieved.probability, log_probs, prior)


def no_calls(n: int, labels: int) -> Float32:
    """(n, 3, labels) NaN: the log-probabilities of calls that were not made."""
    return np.full((n, CALLS, labels), np.nan, dtype=np.float32)


def label_counts(retriever: Retriever, labels: LabelSet) -> LabelCounts:
    """How many training cases each label has. It reads the labels of all examples, so it is called once for a run."""
    return {task: np.bincount(retriever.targets(task), minlength=len(labels.names(task))) for task in labels.tasks}


def prior_of(counts: NDArray[np.int64], cases: int) -> Float32:
    """(cases, L) share of each label among the task's training cases (L,), one case added to each.

    The same for new cases and for the training cases themselves: were a training case not counted for its own label, that
    label's share would be the one that differs from what the other rows say, and so tell the answer.
    """
    more = (counts + 1).astype(np.float32)
    return np.repeat(more[None] / more.sum(), cases, axis=0)


def explanation(evidence: Evidence, retrieved: Retrieved, names: Sequence[str], row: int) -> dict[str, Any]:
    """What an answer rests on: the examples that contribute most, and each stage's own answer with its probability."""
    stages = {"retrieval": retrieved.probability[row]}
    for call in range(CALLS):
        log_prob = evidence.log_probs[row, call]
        if not np.isnan(log_prob).any():
            stages[f"vlm_call_{call + 1}"] = np.exp(log_prob)
    best = best_labels(names, np.array(list(stages.values())))
    return {
        "exemplars": [
            {
                "id": item.id,
                "label": item.label,
                "similarity": round(item.similarity, 4),
                "source": item.source,
                "weight": round(weight, 4),
            }
            for item, weight in _most_contributing(retrieved, names, row)
        ],
        "stages": {
            stage: {"label": label, "probability": round(float(score.max()), 4)}
            for label, (stage, score) in zip(best, stages.items(), strict=True)
        },
    }


def _most_contributing(retrieved: Retrieved, names: Sequence[str], row: int) -> list[tuple[Neighbour, float]]:
    """The neighbours that are shown, largest contribution first, with their contributions."""
    neighbours = retrieved.neighbours[row]
    votes = {name.removesuffix("_vote"): score[row] for name, score in retrieved.scores.items() if name.endswith("_vote")}
    weights = contributions(neighbours, votes, names)
    order = sorted(range(len(weights)), key=lambda place: -weights[place])
    return [(neighbours[place], weights[place]) for place in order[:SHOWN_EXEMPLARS]]


def unanswerable(task: Task, cases: Sequence[Case]) -> list[Prediction]:
    """Predictions without an answer, for samples of a task that the label set leaves out."""
    problem = UNKNOWN_TASK.format(task=task)
    return [
        Prediction(
            case.sample.id,
            task.value,
            "",
            0.0,
            (),
            {"exemplars": [], "stages": {}},
            {"vlm_calls": 0, "output_tokens": 0},
            "; ".join([*case.sample.problems, problem]),
        )
        for case in cases
    ]


def make_prediction(
    case: Case, names: Sequence[str], probability: Float64, evidence: dict[str, Any], record: BudgetRecord
) -> Prediction:
    """The prediction of one case. Equal probabilities keep the label set's order."""
    order = np.argsort(-probability, kind="stable")
    budget: dict[str, Any] = {"vlm_calls": record.vlm_calls, "output_tokens": record.output_tokens}
    if record.encoder_calls:
        budget["encoder_calls"] = record.encoder_calls
    return Prediction(
        case.sample.id,
        case.sample.task.value,
        names[order[0]],
        float(probability[order[0]]),
        tuple((names[index], float(probability[index])) for index in order),
        evidence,
        budget,
        "; ".join(case.sample.problems) or None,
    )
