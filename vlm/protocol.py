"""The three calls: what each is told, and what comes back. `vlm.policy` says which of them are made.

1. direct      the sample alone
2. exemplars   with retrieved examples and candidates
3. decision    the two best labels side by side
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from data.case import Case
from data.errors import WeightsError
from data.profile import CallSettings
from data.schema import Task
from vlm.budget import Budget, BudgetRecord, Ledger
from vlm.engines.transformers_scorer import Scorer
from vlm.exemplars import Exemplar, nearest_exemplars
from vlm.policy import CALLS, ends_after_first, needs_third
from vlm.prompt import Prompt, PromptBuilder, SamplePart

if TYPE_CHECKING:
    from retrieval.task import Retrieved

CANDIDATES = 4  # labels named as candidates in call 2


@dataclass(frozen=True)
class VlmScores:
    """`log_probs` is (n, 3, labels) float32 with NaN for calls that were not made; `records` has one entry per sample."""

    task: Task
    log_probs: NDArray[np.float32]
    records: list[BudgetRecord]


def run_calls(
    scorer: Scorer,
    builder: PromptBuilder,
    budget: Budget,
    cases: Sequence[Case],
    retrieved: Retrieved,
    settings: CallSettings,
    progress: Callable[[int], object] | None = None,
) -> VlmScores:
    """Make the calls for cases of one task, all of which are to be asked (`vlm.policy.is_asked`).

    `retrieved` has one row per case. `progress` is called after each batch with the number of its cases.
    """
    log_probs = np.full((len(cases), CALLS, len(builder.labels)), np.nan, dtype=np.float32)
    records: list[BudgetRecord] = []
    size = scorer.samples_at_once
    for begin in range(0, len(cases), size):
        rows = list(range(begin, min(begin + size, len(cases))))
        batch = _Batch(
            scorer,
            builder,
            [budget.open(cases[row].sample.id) for row in rows],
            [cases[row] for row in rows],
            [builder.exemplars(retrieved.neighbours[row]) for row in rows],
            np.asarray(retrieved.probability[begin : begin + len(rows)], dtype=np.float64),
            log_probs[begin : begin + len(rows)],
            settings,
        )
        batch.run()
        records += [ledger.record() for ledger in batch.ledgers]
        if progress is not None:
            progress(len(rows))
    return VlmScores(builder.task, log_probs, records)


def call_candidates(belief: NDArray[np.float64]) -> list[int]:
    """The labels that call 2 names, most probable first."""
    return [int(index) for index in np.argsort(-belief, kind="stable")[:CANDIDATES]]


def exemplars_late(builder: PromptBuilder, exemplars: Sequence[Exemplar], belief: NDArray[np.float64]) -> tuple[int, ...]:
    """Late part of call 2: the nearest exemplars and candidates by `belief` (labels,)."""
    return builder.with_exemplars(nearest_exemplars(exemplars, builder.settings.exemplars), call_candidates(belief))


def decision_late(builder: PromptBuilder, exemplars: Sequence[Exemplar], pair: Sequence[int]) -> tuple[int, ...]:
    """Late part of call 3: two label indices, most probable first, each with its nearest exemplar."""
    nearest = [next((item for item in exemplars if item.label == index and item.text), None) for index in pair]
    return builder.decision(pair, nearest)


@dataclass(frozen=True)
class _Batch:
    scorer: Scorer
    builder: PromptBuilder
    ledgers: list[Ledger]
    cases: list[Case]
    exemplars: list[list[Exemplar]]
    retrieval: NDArray[np.float64]  # (rows, labels)
    log_probs: NDArray[np.float32]  # (rows, calls, labels), filled in place
    settings: CallSettings

    def run(self) -> None:
        rows = self._allowed(range(len(self.cases)))
        samples = {row: self.builder.sample(self.cases[row]) for row in rows}
        self._ask(0, samples, {row: self.builder.direct() for row in rows})
        ended = ends_after_first(self.log_probs[:, 0], self.retrieval, self.settings)
        rows = self._allowed([row for row in rows if not ended[row]])
        beliefs = {row: self._belief(row) for row in rows}
        self._ask(1, samples, {row: exemplars_late(self.builder, self.exemplars[row], beliefs[row]) for row in rows})
        rows = [row for row in self._allowed(rows) if needs_third(np.array([self._made(row)]), self.settings)[0]]
        pairs = {row: [int(index) for index in np.argsort(-self._belief(row), kind="stable")[:2]] for row in rows}
        self._ask(2, samples, {row: decision_late(self.builder, self.exemplars[row], pairs[row]) for row in rows})

    def _ask(self, call: int, samples: dict[int, SamplePart], lates: dict[int, tuple[int, ...]]) -> None:
        """Make one call for each row of `lates`; the ledgers are charged first."""
        if not lates:
            return
        for row in lates:
            self.ledgers[row].call(output_tokens=1)
        prompts = [Prompt(self.builder.shared, samples[row], late) for row, late in lates.items()]
        scores = self.scorer.score(prompts)
        if np.isnan(scores).any():  # NaN is reserved for calls that were not made
            raise WeightsError("the VLM's scores are not numbers; its weights or its adapter are broken")
        self.log_probs[list(lates), call] = scores

    def _allowed(self, rows: Sequence[int] | range) -> list[int]:
        return [row for row in rows if self.ledgers[row].calls_left() > 0]

    def _made(self, row: int) -> list[NDArray[np.float64]]:
        """Probabilities by retrieval and by each call that was made."""
        calls = [np.exp(scores.astype(np.float64)) for scores in self.log_probs[row] if not np.isnan(scores[0])]
        return [self.retrieval[row], *calls]

    def _belief(self, row: int) -> NDArray[np.float64]:
        return np.asarray(np.mean(self._made(row), axis=0))
