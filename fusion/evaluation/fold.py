"""One fold of a cross-validation, as far as fusion sees it: evidence to fit on, evidence on the cases that are held out.

Everything before fusion takes minutes and fusion takes seconds, so a fold's evidence can be kept in a file and judged again with
other fusion settings.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data.arrays import Float32, Float64
from data.atomic import read_json, write_json, write_npz
from data.errors import InputError
from data.profile import CallSettings, FusionSettings, parse_profile
from data.run import Manifest
from data.schema import Task
from fusion.features import Evidence
from fusion.model import Truth, fit_fusion
from fusion.out_of_fold import replay
from fusion.scope import ScopeReference, signals
from vlm.policy import CALLS

FIELDS = ("pooled", "log_probs", "prior")
RECORD_FILE = "evidence.json"
FOLD_FILES = "*-*.npz"
UNRECORDED = ("name", "seed", "fusion")  # parts of the profile that kept evidence does not depend on


@dataclass(frozen=True)
class TaskFold:
    """One task's part. `training` is out-of-fold evidence on the training cases; `truth` (n,) label indices of the held-out
    cases; `untrained` (n, L) the first call of the VLM without an adapter, None where no VLM was asked."""

    training: Evidence
    training_truth: Truth
    held_out: Evidence
    truth: NDArray[np.int64]
    untrained: Float32 | None = None


@dataclass(frozen=True)
class Answers:
    """`scores` (n, L) of the held-out cases per task and stage; `adaptive_calls` (4,) for how many of them the policy `adaptive`
    makes 0, 1, 2 and 3 calls; `scope` (n,) their out-of-scope scores per task."""

    scores: dict[Task, dict[str, Float64]]
    adaptive_calls: NDArray[np.int64]
    scope: dict[Task, Float64]


@dataclass(frozen=True)
class Fold:
    """All tasks of one fold; `seed` split the folds and seeds what is fitted."""

    seed: int
    number: int
    tasks: dict[Task, TaskFold]

    def answers(self, settings: FusionSettings, calls: CallSettings) -> Answers:
        """What each stage answers for the held-out cases; fusion is fitted on the training evidence."""
        asked = any(part.untrained is not None for part in self.tasks.values())
        evidence = {task: part.training for task, part in self.tasks.items()}
        truths = {task: part.training_truth for task, part in self.tasks.items()}
        fusion, fused = fit_fusion(evidence, truths, settings, self.seed, CALLS if asked else 0)
        result, scope = {}, {}
        made = np.zeros(CALLS + 1, np.int64)
        for task, part in self.tasks.items():
            found = part.held_out
            scores: dict[str, Any] = {
                "lexical": found.scores["probe_text"],
                "dense": found.scores["probe_dense"],
                "retrieval": found.pooled,
                "without_vlm": fusion.predict(found.with_calls(0)),
            }
            if part.untrained is not None:
                scores["vlm_untrained"] = part.untrained
                scores["vlm_first"] = found.log_probs[:, 0]
                scores["vlm"] = np.nanmean(found.log_probs, axis=1)
                fewer = replay(
                    found, scores["without_vlm"], dataclasses.replace(calls, policy="adaptive"), worth=fusion.asks(task)
                )
                made += np.bincount((~np.isnan(fewer.log_probs[:, :, 0])).sum(axis=1), minlength=CALLS + 1)
                scores["adaptive"] = fusion.predict(fewer)
                scores["fusion"] = fusion.predict(found)
            elif asked:  # The VLM is not asked about this task, which has too many labels for a prompt.
                made[0] += len(found)
                scores["adaptive"] = scores["fusion"] = scores["without_vlm"]
            reference = ScopeReference.of(signals(part.training, fused.probabilities[task][0]))
            scope[task] = reference.score(signals(found, scores["without_vlm"]))
            result[task] = {stage: np.asarray(score, np.float64) for stage, score in scores.items()}
        return Answers(result, made, scope)

    def without_vlm(self) -> Fold:
        """As if no VLM had been asked."""
        return dataclasses.replace(
            self, tasks={task: dataclasses.replace(part, untrained=None) for task, part in self.tasks.items()}
        )

    def save(self, folder: Path) -> None:
        """Write `SEED-NUMBER.npz`."""
        arrays: dict[str, NDArray[Any]] = {}
        for task, part in self.tasks.items():
            for side, evidence in (("training", part.training), ("held_out", part.held_out)):
                arrays |= {f"{task.value}/{side}/{name}": getattr(evidence, name) for name in FIELDS}
                arrays |= {f"{task.value}/{side}/scores/{name}": score for name, score in evidence.scores.items()}
            arrays[f"{task.value}/training_labels"] = part.training_truth.labels
            arrays[f"{task.value}/training_groups"] = part.training_truth.groups
            arrays[f"{task.value}/truth"] = part.truth
            if part.untrained is not None:
                arrays[f"{task.value}/untrained"] = part.untrained
        write_npz(folder / f"{self.seed}-{self.number}.npz", **arrays)


@dataclass(frozen=True)
class EvidenceRecord:
    """What kept evidence was made with: the number of folds, whether a VLM was asked, and digests or values of what else counts.

    `profile` lacks its name, fusion's settings, and the seed, since each fold has its own.
    """

    folds: int
    with_vlm: bool
    labels: str
    data: str
    profile: dict[str, Any]

    @classmethod
    def of(cls, manifest: Manifest, folds: int, *, with_vlm: bool) -> EvidenceRecord:
        """What a cross-validation of a run is made with."""
        profile = {name: value for name, value in manifest.profile.to_dict().items() if name not in UNRECORDED}
        return cls(folds, with_vlm, manifest.labels.digest(), manifest.data_digest, profile)

    def differences(self, manifest: Manifest) -> list[str]:
        """Why fusion cannot be fitted on this evidence for a run."""
        other = {
            "another label set": manifest.labels.digest() != self.labels,
            "other training data": manifest.data_digest != self.data,
        }
        return [f"of {what}" for what, differs in other.items() if differs]


def continue_folds(folder: Path, record: EvidenceRecord) -> list[Fold]:
    """The folds that an interrupted cross-validation left; writes the record of a new one.

    Raises InputError where the folder holds evidence that was made with something else.
    """
    path = folder / RECORD_FILE
    if not path.is_file() and not any(folder.glob(FOLD_FILES)):
        write_json(path, dataclasses.asdict(record))
        return []
    if _read_record(folder) != record:
        raise InputError(f"{folder} holds evidence of other settings, folds or data; name another folder, or delete it")
    return _read_folds(folder)


def load_folds(folder: Path, manifest: Manifest) -> tuple[EvidenceRecord, list[Fold]]:
    """What a finished cross-validation of a run's data kept, folds by seed and number.

    Raises InputError where there is nothing, some of it is missing, or it is of other data.
    """
    remedy = f"write it with `python -m fusion.evaluate --run DIR --cv K --keep-evidence {folder}`"
    if not any(folder.glob(FOLD_FILES)):
        raise InputError(f"{folder} holds no evidence; {remedy}")
    record, folds = _read_record(folder), _read_folds(folder)
    if differences := record.differences(manifest):
        raise InputError(f"{folder} holds evidence {' and '.join(differences)} than that of the run; name the run that it is of")
    for seed in {fold.seed for fold in folds}:
        found = sum(fold.seed == seed for fold in folds)
        if found != record.folds:
            raise InputError(f"{folder} holds {found} of {record.folds} folds of seed {seed}; {remedy}, which continues")
    return record, folds


def _read_record(folder: Path) -> EvidenceRecord:
    path = folder / RECORD_FILE
    value = read_json(path, f"delete {folder} and cross-validate again")
    # Parsed and written again: settings that a record of an earlier version has under another name get their name of today.
    profile = parse_profile({"name": "kept", **value["profile"]}, str(path)).to_dict()
    return EvidenceRecord(**{**value, "profile": {name: item for name, item in profile.items() if name not in UNRECORDED}})


def _read_folds(folder: Path) -> list[Fold]:
    paths = sorted(folder.glob(FOLD_FILES), key=lambda path: [int(part) for part in path.stem.split("-")])
    folds = []
    for path in paths:
        seed, number = (int(part) for part in path.stem.split("-"))
        with np.load(path) as arrays:
            present = {name.split("/", 1)[0] for name in arrays.files}
            tasks = {task: _task_fold(task, arrays) for task in Task if task.value in present}
        folds.append(Fold(seed, number, tasks))
    return folds


def _task_fold(task: Task, arrays: Mapping[str, NDArray[Any]]) -> TaskFold:
    own = {name.split("/", 1)[1]: arrays[name] for name in arrays if name.startswith(f"{task.value}/")}

    def evidence(side: str) -> Evidence:
        start = f"{side}/scores/"
        scores = {name.removeprefix(start): array for name, array in own.items() if name.startswith(start)}
        return Evidence(task, scores, *(own[f"{side}/{name}"] for name in FIELDS))

    truth = Truth(own["training_labels"], own["training_groups"])
    return TaskFold(evidence("training"), truth, evidence("held_out"), own["truth"], own.get("untrained"))
