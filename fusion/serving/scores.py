"""Scores of labels, computed once for a state in a thread of their own, because fitting fusion again takes a while."""

from __future__ import annotations

import threading
from collections.abc import Mapping

from data.schema import Task
from fusion.serving.label_scores import OutOfFold
from fusion.serving.state import State


class Scores:
    """The out-of-fold answers of the state that was asked for last."""

    def __init__(self) -> None:
        self.error: str | None = None
        self._found: Mapping[Task, OutOfFold] = {}
        self._of: str | None = None
        self._thread: threading.Thread | None = None

    @property
    def computing(self) -> bool:
        """Whether they are not there yet."""
        return self._thread is not None and self._thread.is_alive()

    def of(self, state: State) -> Mapping[Task, OutOfFold]:
        """Those of a state; empty while they are computed, which begins with the first call."""
        if state.out_of_fold is None:
            return {}
        if self._of != state.model_version and not self.computing:
            self._of, self._found, self.error = state.model_version, {}, None
            self._thread = threading.Thread(target=self._compute, args=(state,), name="scores", daemon=True)
            self._thread.start()
        return self._found if self._of == state.model_version else {}

    def _compute(self, state: State) -> None:
        assert state.out_of_fold is not None
        try:
            self._found = state.out_of_fold()
        except Exception as error:  # told on the page; answers do not depend on it
            self.error = f"{type(error).__name__}: {error}"
