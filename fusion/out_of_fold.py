"""Fused answers to a run's own training examples, each from parts that did not see the example.

Hand-over thresholds, the audit of labels and the pages of a service all rest on them. `fusion.loading` makes them with the
fusion model.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from data.arrays import Float64
from data.atomic import write_npz
from data.errors import RunError
from data.profile import CallSettings
from data.schema import Task
from fusion.features import Evidence
from vlm.lora.gain import CallGain
from vlm.policy import ends_after_first, is_asked

OUT_OF_FOLD_FILE = "out_of_fold.npz"
LEAST = 1e-12  # probability that a logarithm is taken of


@dataclass(frozen=True)
class FusedOutOfFold:
    """`probabilities` (stages, n, L) per task: calibrated, for 0, 1, ... calls, in the order of the training examples."""

    probabilities: Mapping[Task, Float64]

    def answers(self, evidence: Evidence, settings: CallSettings, *, worth: bool = True) -> Float64:
        """(n, L): what the policy would have answered.

        `evidence` is the out-of-fold evidence that fusion was fitted on; `worth` is as in `vlm.policy.is_asked`.
        """
        stages = self.probabilities[evidence.task]
        if len(stages) == 1:
            return np.asarray(stages[0])
        made = (~np.isnan(replay(evidence, stages[0], settings, worth=worth).log_probs[:, :, 0])).sum(axis=1)
        return np.asarray(stages[made, np.arange(len(made))])

    def vlm_gain(self, task: Task, labels: NDArray[np.int64]) -> CallGain:
        """What all calls gain over none on the training examples, whose label numbers are `labels` (n,)."""
        losses = -np.log(np.maximum(self.probabilities[task][:, np.arange(len(labels)), labels], LEAST))
        return CallGain.of(losses[0] - losses[-1])

    def save(self, folder: Path) -> str:
        """Write the file; returns its name."""
        write_npz(folder / OUT_OF_FOLD_FILE, **{task.value: values for task, values in self.probabilities.items()})
        return OUT_OF_FOLD_FILE

    @classmethod
    def load(cls, folder: Path) -> FusedOutOfFold:
        """Read what `save` wrote. Raises RunError."""
        path = folder / OUT_OF_FOLD_FILE
        try:
            with np.load(path) as arrays:
                return cls({Task(name): arrays[name] for name in arrays.files})
        except (OSError, ValueError) as error:
            raise RunError(
                f"{path} cannot be read ({error}); delete {folder} and run `python -m fusion.predict` again"
            ) from error


def replay(evidence: Evidence, fused: Float64, settings: CallSettings, *, worth: bool = True) -> Evidence:
    """What a policy would leave of the evidence of `full`. `fused` (n, L) is fusion's answer without any call.

    The third call depends on the same as in `full`; `worth` is as in `vlm.policy.is_asked`.
    """
    log_probs = evidence.log_probs.copy()
    log_probs[ends_after_first(log_probs[:, 0], evidence.pooled, settings), 1:] = np.nan
    log_probs[~is_asked(fused, settings, worth=worth)] = np.nan
    return dataclasses.replace(evidence, log_probs=log_probs)
