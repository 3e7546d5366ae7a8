"""The fusion model: for each number of VLM calls that may have been made, base weights, a LightGBM booster and temperatures.

The base is a log-linear pool (Genest and Zidek 1986) of retrieval's probabilities and the VLM's calls with a handful of weights
per task; LightGBM boosts from there and is kept only as far as it lowers the out-of-fold loss, so fusion starts at the pool and
not below it. Everything is fitted on out-of-fold evidence; the temperatures on logits of boosters that did not see the row.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import lightgbm as lgb
import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax

from data.arrays import Float32, Float64
from data.atomic import read_json, write_json, write_text
from data.errors import RunError
from data.folds import grouped_folds, informative
from data.profile import FusionSettings
from data.progress import track
from data.schema import Task
from fusion.calibration import fit_temperature
from fusion.features import Evidence, candidate_features
from fusion.out_of_fold import FusedOutOfFold
from fusion.ranker import boosted, mean_loss, train_booster
from retrieval.opinion_pool import OpinionPool, fit_opinion_pool
from vlm.lora.gain import CallGain
from vlm.policy import CALLS

LEAST_SAMPLES = 2  # a fold, below which there is nothing to boost from and the pool is left as it is
LEAST_OF_LABEL = 3  # on average, likewise: of two examples out of fold shows one, which is not what a new case is asked with


@dataclass(frozen=True)
class Stage:
    """The model for a number of calls. `pools` and `temperature` are per task."""

    calls: int
    pools: dict[Task, OpinionPool]
    booster: lgb.Booster | None
    temperature: dict[Task, float]

    def logits(self, evidence: Evidence) -> Float64:
        """Uncalibrated logits, (n, L)."""
        base = self.pools[evidence.task].logits(base_scores(evidence, self.calls))
        return boosted(self.booster, candidate_features(evidence, self.calls)[1], base) if self.booster else base


@dataclass(frozen=True)
class Truth:
    """True label indices (n,) and near-duplicate groups (n,) of the cases that evidence is about."""

    labels: NDArray[np.int64]
    groups: NDArray[np.int64]


@dataclass(frozen=True)
class FusionModel:
    """One stage per number of calls; `record` says what fitting found."""

    stages: tuple[Stage, ...]
    record: dict[str, Any]

    def predict(self, evidence: Evidence) -> Float64:
        """Calibrated probabilities (n, L), each row by the stage of the calls that were made for it.

        Those of retrieval, as they are, for a task that had no evidence to fit on.
        """
        if evidence.task not in self.stages[0].pools:
            return evidence.pooled.astype(np.float64)
        made = (~np.isnan(evidence.log_probs).all(axis=2)).sum(axis=1)
        result = np.zeros(evidence.pooled.shape)
        for stage in self.stages:
            index = np.flatnonzero(made == stage.calls)
            if len(index):
                part = evidence.rows(index)
                result[index] = softmax(stage.logits(part) / stage.temperature[evidence.task], axis=-1)
        return result

    def asks(self, task: Task) -> bool:
        """Whether the VLM's calls have shown to be worth their cost for a task; True where that was not judged."""
        gain = self.record.get("vlm_gain", {}).get(task.value)
        return gain is None or CallGain(**gain).is_real()

    def save(self, folder: Path) -> list[str]:
        """Write the boosters in LightGBM's text format and calibration.json; returns the file names."""
        files = []
        stages = []
        for stage in self.stages:
            name = f"model_{stage.calls}_calls.txt" if stage.booster else None
            if stage.booster and name:
                write_text(folder / name, stage.booster.model_to_string())
                files.append(name)
            stages.append(
                {
                    "calls": stage.calls,
                    "model": name,
                    "pools": {task.value: dict(zip(pool.names, pool.weights, strict=True)) for task, pool in stage.pools.items()},
                    "temperature": {task.value: value for task, value in stage.temperature.items()},
                }
            )
        write_json(folder / "calibration.json", {"stages": stages, "record": self.record})
        return [*files, "calibration.json"]

    @classmethod
    def load(cls, folder: Path) -> FusionModel:
        """Read what `save` wrote. Raises RunError."""
        value = read_json(folder / "calibration.json", f"delete {folder} and run `python -m fusion.predict` again")
        stages = []
        for item in value["stages"]:
            booster = None
            if item["model"]:
                path = folder / item["model"]
                if not path.is_file():
                    raise RunError(f"{path} is missing; delete {folder} and run `python -m fusion.predict` again")
                booster = lgb.Booster(model_str=path.read_text(encoding="utf-8"))
            pools = {Task(task): OpinionPool(tuple(weights), tuple(weights.values())) for task, weights in item["pools"].items()}
            temperature = {Task(task): number for task, number in item["temperature"].items()}
            stages.append(Stage(item["calls"], pools, booster, temperature))
        return cls(tuple(stages), value["record"])


def base_scores(evidence: Evidence, calls: int) -> dict[str, Float32]:
    """What the pool is made of: retrieval's log-probabilities and those of the first calls, (n, L) each, zero where a call was
    not made, so that it adds nothing."""
    scores = {"retrieval": np.log(np.maximum(evidence.pooled, 1e-6))}
    for call in range(calls):
        scores[f"vlm_{call + 1}"] = np.nan_to_num(evidence.log_probs[:, call], nan=0.0)
    return scores


def fit_fusion(
    evidence: Mapping[Task, Evidence],
    truths: Mapping[Task, Truth],
    settings: FusionSettings,
    seed: int,
    calls: int = CALLS,
    *,
    quiet: bool = True,
) -> tuple[FusionModel, FusedOutOfFold]:
    """Fit every stage up to `calls` on out-of-fold evidence, and show progress unless `quiet`.

    Returns the model and every stage's calibrated probabilities of the training cases, each from a booster that did not see the
    case.
    """
    tasks = [task for task in Task if task in evidence]
    folds = {task: _folds(truths[task], settings.folds, seed) for task in tasks}
    stages = []
    record: dict[str, Any] = {"stages": []}
    probabilities: dict[Task, list[Float64]] = {task: [] for task in tasks}
    for number in track(range(calls + 1), "fusion", "stage", disable=quiet):
        seen = {task: evidence[task].with_calls(number) for task in tasks}
        stage, logits, notes = _fit_stage(tasks, seen, truths, folds, number, settings, seed)
        stages.append(stage)
        record["stages"].append(notes)
        for task in tasks:
            probabilities[task].append(softmax(logits[task] / stage.temperature[task], axis=-1))
    out_of_fold = FusedOutOfFold({task: np.stack(own) for task, own in probabilities.items()})
    if calls:
        record["vlm_gain"] = {task.value: out_of_fold.vlm_gain(task, truths[task].labels).to_dict() for task in tasks}
    return FusionModel(tuple(stages), record), out_of_fold


def _fit_stage(
    tasks: list[Task],
    evidence: Mapping[Task, Evidence],
    truths: Mapping[Task, Truth],
    folds: Mapping[Task, NDArray[np.int64]],
    calls: int,
    settings: FusionSettings,
    seed: int,
) -> tuple[Stage, dict[Task, Float64], dict[str, Any]]:
    """The only example of a label is not fitted on: out of fold nothing speaks for it, which is so for no new case."""
    sources = {task: base_scores(evidence[task], calls) for task in tasks}
    told = {task: informative(truths[task].labels, truths[task].groups) for task in tasks}
    labels = {task: truths[task].labels[told[task]] for task in tasks}
    pools = {
        task: fit_opinion_pool(
            {name: score[told[task]] for name, score in sources[task].items()},
            labels[task],
            dict.fromkeys(sources[task], 1 / len(sources[task])),
        )
        for task in tasks
    }
    bases = {task: pools[task].logits(sources[task]) for task in tasks}
    names = candidate_features(evidence[tasks[0]], calls)[0]
    tables = {task: candidate_features(evidence[task], calls)[1] for task in tasks}

    def pick(fold: int, inside: bool) -> tuple[list[Any], list[Any], list[Any]]:
        masks = {task: told[task] & ((folds[task] == fold) == inside) for task in tasks}
        return (
            [tables[task][masks[task]] for task in tasks],
            [truths[task].labels[masks[task]] for task in tasks],
            [bases[task][masks[task]] for task in tasks],
        )

    curves, boosters = [], {}
    of_label = sum(map(len, labels.values())) / max(1, sum(len(np.unique(own)) for own in labels.values()))
    shown = {task: folds[task][told[task]] for task in tasks}
    for fold in _boosted_folds(shown, settings.folds) if of_label >= LEAST_OF_LABEL else []:
        boosters[fold], losses = train_booster(*pick(fold, False), names, settings, seed, settings.trees, pick(fold, True))
        curves.append(losses)
    if curves:
        shortest = min(len(curve) for curve in curves)
        mean_curve = np.mean([curve[:shortest] for curve in curves], axis=0)
    else:
        mean_curve = np.array([mean_loss([bases[task] for task in tasks], [truths[task].labels for task in tasks])])
    trees = int(mean_curve.argmin())
    logits = {task: bases[task].copy() for task in tasks}
    for fold, booster in boosters.items():
        for task in tasks:
            mask = folds[task] == fold
            if trees and booster is not None and mask.any():
                flat = tables[task][mask]
                raw = booster.predict(flat.reshape(-1, flat.shape[2]), num_iteration=trees, raw_score=True, num_threads=1)
                logits[task][mask] += np.asarray(raw).reshape(logits[task][mask].shape)
    final, _ = train_booster(
        [tables[task][told[task]] for task in tasks],
        [labels[task] for task in tasks],
        [bases[task][told[task]] for task in tasks],
        names,
        settings,
        seed,
        trees,
    )
    temperature = {task: fit_temperature(logits[task][told[task]], labels[task]) for task in tasks}
    notes = {
        "calls": calls,
        "trees": trees,
        "loss_of_pool": round(float(mean_curve[0]), 4),
        "loss": round(float(mean_curve[trees]), 4),
    }
    return Stage(calls, pools, final, temperature), logits, notes


def _boosted_folds(folds: Mapping[Task, NDArray[np.int64]], count: int) -> list[int]:
    """The folds that a booster is measured on: those that hold samples; none where there are too few samples for trees."""
    numbers = np.concatenate(list(folds.values()))
    present = np.unique(numbers).tolist()
    return present if len(present) > 1 and len(numbers) >= LEAST_SAMPLES * count else []


def _folds(truth: Truth, folds: int, seed: int) -> NDArray[np.int64]:
    return grouped_folds([str(label) for label in truth.labels], truth.groups.tolist(), folds, seed)
