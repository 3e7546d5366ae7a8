"""LoRA's training data: one task's labelled cases, and the training examples made of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data.case import Case
from retrieval.task import Retrieved
from vlm.prompt import PromptBuilder, SamplePart, SharedPart


@dataclass(frozen=True)
class TaskExamples:
    """One task's labelled cases.

    `retrieved` leaves each case and its near-duplicates out; `folds` (n,) is each case's fold, near-duplicates in the same one.
    """

    builder: PromptBuilder
    cases: Sequence[Case]
    retrieved: Retrieved
    folds: NDArray[np.int64]

    def subset(self, rows: NDArray[np.int64]) -> TaskExamples:
        """Some of the cases."""
        return TaskExamples(
            self.builder,
            [self.cases[row] for row in rows],
            self.retrieved.take(rows),
            self.folds[rows],
        )


@dataclass(frozen=True, eq=False)
class TrainingExample:
    """One training example. `lates` are the late parts of calls 1 to 3, or of call 1 alone; `answer` is the label's index."""

    shared: SharedPart
    sample: SamplePart
    lates: tuple[tuple[int, ...], ...]
    answer: int
