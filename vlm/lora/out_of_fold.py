"""The files of a run's `vlm` step: out-of-fold scores, one row per example, and the list of all files of a finished step."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from data.errors import RunError
from data.profile import Profile
from data.run import RunFolder
from data.schema import Task
from vlm.budget import BudgetRecord
from vlm.lora.adapter import ADAPTER_FILES
from vlm.lora.examples import TaskExamples
from vlm.policy import CALLS
from vlm.protocol import VlmScores

FINAL = "adapter"
SCORES_FILE = "scores.npz"
OUT_OF_FOLD_FILE = "out_of_fold.parquet"
CURVE_FILE = "curve.json"


def scores_table(data: Sequence[TaskExamples], scores: Mapping[Task, VlmScores]) -> pa.Table:
    """One row per case: id, task, fold, log_probs (3 x labels values, call by call; NaN where not made), calls, tokens."""
    rows: dict[str, list[Any]] = {"id": [], "task": [], "fold": [], "log_probs": [], "vlm_calls": [], "output_tokens": []}
    for task in data:
        found = scores[task.builder.task]
        rows["id"] += [case.sample.id for case in task.cases]
        rows["task"] += [task.builder.task.value] * len(task.cases)
        rows["fold"] += task.folds.tolist()
        rows["log_probs"] += [row.ravel().tolist() for row in found.log_probs]
        rows["vlm_calls"] += [record.vlm_calls for record in found.records]
        rows["output_tokens"] += [record.output_tokens for record in found.records]
    kinds = [pa.string(), pa.string(), pa.int32(), pa.list_(pa.float32()), pa.int32(), pa.int32()]
    return pa.table([pa.array(values, kind) for values, kind in zip(rows.values(), kinds, strict=True)], list(rows))


def read_out_of_fold(folder: Path) -> dict[Task, tuple[list[str], VlmScores]]:
    """Ids and scores per task, in the order of training, from a finished `vlm` step. Raises RunError."""
    path = folder / OUT_OF_FOLD_FILE
    try:
        table = pq.read_table(path).to_pydict()
    except (OSError, pa.ArrowInvalid) as error:
        raise RunError(f"{path} cannot be read ({error}); run `python -m vlm.train_lora` again") from error
    result: dict[Task, tuple[list[str], VlmScores]] = {}
    for task in Task:
        rows = [row for row, name in enumerate(table["task"]) if name == task.value]
        if rows:
            values = np.asarray([table["log_probs"][row] for row in rows], dtype=np.float32)
            records = [BudgetRecord(table["vlm_calls"][row], table["output_tokens"][row]) for row in rows]
            scores = VlmScores(task, values.reshape(len(rows), CALLS, -1), records)
            result[task] = ([table["id"][row] for row in rows], scores)
    return result


def trained_profile(run: RunFolder, profile: Profile) -> Profile:
    """The profile with the number of folds and the kind of final adapter that a finished `vlm` step was trained with."""
    if not run.is_complete("vlm"):
        return profile
    record = run.require("vlm")
    made = {name: record.get(name, getattr(profile.lora, name)) for name in ("folds", "average")}
    return dataclasses.replace(profile, lora=dataclasses.replace(profile.lora, **made))


def vlm_files(folder: Path, folds: int) -> list[str]:
    """The files of a finished `vlm` step, relative to its folder, for `RunFolder.complete`."""
    names = [OUT_OF_FOLD_FILE, CURVE_FILE, *(f"{FINAL}/{name}" for name in ADAPTER_FILES)]
    return names + [f"folds/{fold}/{name}" for fold in range(folds) for name in (*ADAPTER_FILES, SCORES_FILE)]


def records_array(records: Sequence[BudgetRecord]) -> NDArray[np.int32]:
    """(n, 3) int32: calls, output tokens, encoder calls."""
    values = [(item.vlm_calls, item.output_tokens, item.encoder_calls) for item in records]
    return np.asarray(values, dtype=np.int32).reshape(len(records), 3)
