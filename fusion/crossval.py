"""Cross-validation of the whole chain: in every fold all that learns is fitted on the other folds alone.

The encoder, OCR and the VLM's base weights never saw the data; index, probes, vocabularies, whitening, adapters, fusion and
calibration are made anew per fold. Near-duplicates are always in one fold.
"""

from __future__ import annotations

import dataclasses
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from data.case import Case
from data.folds import make_folds
from data.labels import LabelSet
from data.profile import Profile
from data.run import RunFolder
from data.schema import Task
from data.training import run_training
from fusion.calibration import calibration_error
from fusion.chain import fit_chain_fusion, make_evidence
from fusion.metrics import StageLabels
from retrieval.duplicates import duplicate_groups
from retrieval.encoder import Encoder, Encodes
from retrieval.indexing import fit_retriever, knowledge_for
from retrieval.retriever import Retriever
from retrieval.task import Retrieved
from retrieval.vectors import CaseVectors, encode_cases
from vlm.adapter import load_adapter, merged, remove_adapters
from vlm.budget import Budget, profile_budget
from vlm.cross_fit import TaskExamples, cross_fit, exemplar_texts, score_tasks, task_examples
from vlm.model import LoadedModel, load_model
from vlm.prompt import Prompt, PromptBuilder, prompt_builder
from vlm.protocol import VlmScores
from vlm.scoring import TransformersScorer

NAMES = {
    "lexical": "lexical only",
    "dense": "dense only",
    "retrieval": "retrieval",
    "vlm_untrained": "VLM, untrained",
    "vlm_first": "VLM, first call",
    "vlm": "VLM only",
    "without_vlm": "fusion without VLM",
    "fusion": "fusion",
}


@dataclass(frozen=True)
class CrossValidation:
    """Results over all folds. `last` is the stage that counts, `calibration` its expected calibration error per task."""

    stages: dict[Task, StageLabels]
    names: dict[str, str]
    last: str
    calibration: dict[Task, float]
    messages: list[str]


@dataclass(frozen=True)
class Models:
    """What is loaded once for all folds."""

    encoder: Encodes
    loaded: LoadedModel | None
    builders: dict[Task, PromptBuilder]
    budget: Budget


def cross_validate(
    run: RunFolder, folds: int, seed: int, cache: Path | None, workers: int | None = None, *, with_vlm: bool = True
) -> CrossValidation:
    """Cross-validate the training data of a run with its profile. `seed` splits the folds and seeds all that is fitted."""
    manifest, data = run_training(run, cache, workers)
    profile = dataclasses.replace(manifest.profile, seed=seed)
    labels = manifest.labels
    loaded = load_model(profile.vlm) if with_vlm else None
    builders = {}
    if loaded:
        builders = {task: prompt_builder(loaded.tokenizer, task, labels.active(task), profile.vlm) for task in Task}
    models = Models(Encoder(profile.encoder), loaded, builders, profile_budget(profile))
    return validate_cases(data.cases, profile, labels, models, folds, data.messages)


def validate_cases(
    cases: Sequence[Case], profile: Profile, labels: LabelSet, models: Models, folds: int, messages: list[str]
) -> CrossValidation:
    """The same on cases in memory."""
    vectors = encode_cases(models.encoder, cases)
    groups = duplicate_groups(cases, vectors.image)
    split = make_folds([f"{c.sample.task}/{c.sample.label}" for c in cases], groups.tolist(), folds, profile.seed)
    knowledge = knowledge_for(labels, models.encoder, profile)
    stages = {task: StageLabels([], {}) for task in Task if any(case.sample.task is task for case in cases)}
    probabilities: dict[Task, list[NDArray[np.float64]]] = {task: [] for task in stages}
    for fold in tqdm(range(folds), desc="cross-validation", unit="fold"):
        inside, outside = np.flatnonzero(split != fold), np.flatnonzero(split == fold)
        training = [cases[row] for row in inside.tolist()]
        retriever = fit_retriever(training, vectors.take(inside), labels, profile, knowledge)
        held_out = query_by_task(retriever, [cases[row] for row in outside.tolist()], vectors.take(outside))
        asked = _ask(retriever, training, held_out, profile, models) if models.loaded else None
        fusion = fit_chain_fusion(retriever, labels, profile, asked.training if asked else None)
        for task, (own, retrieved) in held_out.items():
            scores: dict[str, NDArray[Any]] = {
                "lexical": retrieved.scores["probe_text"],
                "dense": retrieved.scores["probe_dense"],
                "retrieval": retrieved.probability,
                "without_vlm": fusion.predict(make_evidence(retriever, labels, retrieved)),
            }
            if asked:
                scores["vlm_untrained"] = asked.untrained[task]
                scores["vlm_first"] = asked.held_out[task].log_probs[:, 0]
                scores["vlm"] = np.nanmean(asked.held_out[task].log_probs, axis=1)
                scores["fusion"] = fusion.predict(make_evidence(retriever, labels, retrieved, asked.held_out[task]))
            names = labels.names(task)
            stages[task].truth += [str(case.sample.label) for case in own]
            for stage, score in scores.items():
                stages[task].predicted.setdefault(stage, []).extend(names[int(row.argmax())] for row in score)
            probabilities[task].append(scores["fusion" if asked else "without_vlm"])
    calibration = {}
    for task, result in stages.items():
        truth = np.array([labels.names(task).index(label) for label in result.truth])
        calibration[task] = calibration_error(np.concatenate(probabilities[task]), truth)
    return CrossValidation(stages, NAMES, "fusion" if models.loaded else "without_vlm", calibration, messages)


@dataclass(frozen=True)
class _Asked:
    """The VLM's scores in one fold: `training` from adapters that did not see the case, `held_out` by the final adapter,
    `untrained` (n, L) by the first call of the model without an adapter, which has seen no real example at all."""

    training: dict[Task, VlmScores]
    held_out: dict[Task, VlmScores]
    untrained: dict[Task, NDArray[np.float32]]


def query_by_task(retriever: Retriever, cases: Sequence[Case], vectors: CaseVectors) -> dict[Task, tuple[list[Case], Retrieved]]:
    """New cases and what retrieval finds for them, per task that has any."""
    result = {}
    for task in Task:
        rows = [row for row, case in enumerate(cases) if case.sample.task is task]
        if rows:
            own = [cases[row] for row in rows]
            result[task] = own, retriever.query(task, own, vectors.take(rows))
    return result


def _ask(
    retriever: Retriever,
    training: Sequence[Case],
    held_out: Mapping[Task, tuple[list[Case], Retrieved]],
    profile: Profile,
    models: Models,
) -> _Asked:
    loaded = models.loaded
    assert loaded is not None
    untrained = {}
    for task, (own, _) in held_out.items():
        builder = models.builders[task]
        prompts = [Prompt(builder.shared, builder.sample(case), builder.direct()) for case in own]
        untrained[task] = TransformersScorer(loaded).score(prompts)
    examples = task_examples(retriever, training, models.builders, profile)
    asked = [
        TaskExamples(models.builders[task], own, retrieved, exemplar_texts(retriever, profile), np.zeros(len(own), np.int64))
        for task, (own, retrieved) in held_out.items()
    ]
    with tempfile.TemporaryDirectory(prefix="intent-fold-") as folder:
        fitted = cross_fit(loaded, examples, profile, models.budget, Path(folder), quiet=True)
        model = load_adapter(loaded.model, fitted.adapter)
    with merged(model):
        scores = score_tasks(LoadedModel(model, loaded.processor, loaded.settings), asked, profile, models.budget)
    remove_adapters(model)
    return _Asked(fitted.scores, scores, untrained)
