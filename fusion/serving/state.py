"""What the service answers with: one immutable state of a run, swapped whole when something was taught."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from data.case import Case
from data.labels import LabelSet
from data.schema import Task
from data.writers import Prediction
from fusion.live.rules import AcceptRule, Audited
from fusion.pages.known import Known
from fusion.serving.label_scores import OutOfFold


@dataclass(frozen=True)
class State:
    """One version of a run. `digest` names what it was made from, `answer` gives predictions in the order of the cases,
    `out_of_fold` the answers on its own examples, each without the example (it may take a minute). Where there is a rule `stand`
    makes it anew from audited answers."""

    version: int
    digest: str
    labels: LabelSet
    answer: Callable[[Sequence[Case]], list[Prediction]]
    examples: Mapping[str, Known] = field(default_factory=dict)
    example_images: Path | None = None
    accept: AcceptRule | None = None
    out_of_fold: Callable[[], Mapping[Task, OutOfFold]] | None = None
    stand: Callable[[Sequence[Audited]], None] | None = None

    @property
    def run(self) -> str:
        """Names what it is a version of."""
        return self.digest[:8]

    @property
    def model_version(self) -> str:
        """What answers call it: the version, which rises, and what run it is a version of."""
        return f"{self.version}-{self.run}"

    def counts(self, task: Task) -> Counter[str]:
        """Number of examples of each label of a task."""
        return Counter(known.label for known in self.examples.values() if known.task is task)


class Holder:
    """The current state. Readers take it once a batch; a writer swaps in another whole."""

    def __init__(self, state: State | None = None) -> None:
        self._state = state
        self._turn = threading.Lock()

    @property
    def current(self) -> State | None:
        """The state to answer with; None while none is loaded."""
        return self._state

    def swap(self, state: State) -> None:
        """Put another state in place. Raises ValueError where its version is not higher."""
        with self._turn:
            if self._state is not None and state.version <= self._state.version:
                raise ValueError(f"version {state.version} cannot follow version {self._state.version}")
            self._state = state
