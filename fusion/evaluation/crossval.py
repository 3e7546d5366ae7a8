"""Cross-validation of the whole chain: in every fold all that learns is fitted on the other folds alone.

The encoder, OCR and the VLM's base weights never saw the data; index, probes, vocabularies, whitening, adapters, fusion and
calibration are made anew per fold. Near-duplicates are always in one fold. Folds can be made in several processes, which take
turns on the GPUs where there are any.
"""

from __future__ import annotations

import dataclasses
import itertools
import multiprocessing
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data.case import Case
from data.errors import InputError, RunError
from data.labels import LabelSet, best_labels
from data.profile import Profile
from data.progress import track
from data.reading import ReadingOptions
from data.run import Manifest, RunFolder
from data.schema import Task
from data.training import run_training
from fusion.calibration import calibration_error
from fusion.chain import label_counts, make_evidence, training_evidence
from fusion.evaluation.fold import EvidenceRecord, Fold, TaskFold, continue_folds
from fusion.metrics import StageLabels
from retrieval.duplicates import case_folds
from retrieval.encoder import Encodes
from retrieval.encoders import load_encoders
from retrieval.indexing import Knowledge, fit_retriever, knowledge_for
from retrieval.retriever import Retriever
from retrieval.task import Retrieved
from retrieval.vectors import CaseVectors, encode_cases
from vlm.budget import Budget, profile_budget
from vlm.engines.transformers_scorer import TransformersScorer
from vlm.lora.adapter import load_adapter, merged, remove_adapters
from vlm.lora.cross_fit import cross_fit, score_tasks, task_examples
from vlm.lora.examples import TaskExamples
from vlm.model import LoadedModel, load_model
from vlm.policy import CALLS
from vlm.prompt import Prompt, PromptBuilder, prompt_builders
from vlm.protocol import VlmScores

UNTRAINED_PART = 64  # cases asked at once: the keys and values of all would not fit where the model is large
NAMES = {
    "lexical": "lexical only",
    "dense": "dense only",
    "retrieval": "retrieval",
    "vlm_untrained": "VLM, untrained",
    "vlm_first": "VLM, first call",
    "vlm": "VLM only",
    "without_vlm": "fusion without VLM",
    "adaptive": "fusion, adaptive",
    "fusion": "fusion",
}


@dataclass(frozen=True)
class CrossValidation:
    """Results over all folds of one seed. `last` is the stage that counts, `calibration` its expected calibration error per
    task, `adaptive_calls` (4,) the shares of the cases that the policy `adaptive` asks 0 to 3 times."""

    stages: dict[Task, StageLabels]
    names: dict[str, str]
    last: str
    calibration: dict[Task, float]
    adaptive_calls: NDArray[np.float64]


@dataclass(frozen=True)
class Models:
    """What is loaded once for all folds."""

    encoder: Encodes
    loaded: LoadedModel | None
    builders: dict[Task, PromptBuilder]
    budget: Budget


def cross_validate(
    run: RunFolder,
    folds: int,
    seeds: Sequence[int],
    reading: ReadingOptions,
    *,
    with_vlm: bool = True,
    jobs: int = 1,
    keep: Path | None = None,
) -> tuple[list[CrossValidation], list[str]]:
    """Cross-validate the training data of a run with its profile, once per seed, which splits the folds and seeds all that is
    fitted. `jobs` folds are made at the same time; `keep` is a folder for their evidence, where an interrupted cross-validation
    is continued.

    Returns one result per seed, and messages on rows with problems. A profile without a VLM is taken `with_vlm` false.
    """
    manifest, data = run_training(run, reading)
    with_vlm = with_vlm and manifest.profile.vlm.model is not None
    kept = continue_folds(keep, EvidenceRecord.of(manifest, folds, with_vlm=with_vlm)) if keep else []
    made = [fold for fold in kept if fold.seed in seeds]
    done = {(fold.seed, fold.number) for fold in made}
    asked = [pair for pair in itertools.product(seeds, range(folds)) if pair not in done]
    coming: Iterable[Fold] = ()
    if asked and jobs > 1:
        coming = _in_processes(run, asked, folds, reading, with_vlm, jobs)
    elif asked:
        coming = itertools.starmap(FoldMaker(manifest, data.cases, folds, with_vlm), asked)
    for fold in track(coming, "cross-validation", "fold", total=len(asked) + len(made), initial=len(made)):
        if keep:
            fold.save(keep)
        made.append(fold)
    results = judge(made, manifest.profile, manifest.labels, with_vlm=with_vlm)
    return [results[seed] for seed in seeds], data.messages


def judge(folds: Sequence[Fold], profile: Profile, labels: LabelSet, *, with_vlm: bool) -> dict[int, CrossValidation]:
    """Fit fusion in every fold and compare what every stage answers; one result per seed, folds in their order."""
    results = {}
    last = "fusion" if with_vlm else "without_vlm"
    for seed in sorted({fold.seed for fold in folds}):
        stages: dict[Task, StageLabels] = {}
        probabilities: dict[Task, list[NDArray[np.float64]]] = {}
        calls = np.zeros(CALLS + 1)
        for fold in sorted((fold for fold in folds if fold.seed == seed), key=lambda item: item.number):
            answers = fold.answers(profile.fusion, profile.calls)
            calls += answers.adaptive_calls
            for task, scores in answers.scores.items():
                names = labels.names(task)
                own = stages.setdefault(task, StageLabels([], {}))
                own.truth += [names[index] for index in fold.tasks[task].truth.tolist()]
                for stage, score in scores.items():
                    own.predicted.setdefault(stage, []).extend(best_labels(names, score))
                probabilities.setdefault(task, []).append(scores[last])
        calibration = {}
        for task, found in stages.items():
            truth = np.array([labels.names(task).index(label) for label in found.truth])
            calibration[task] = calibration_error(np.concatenate(probabilities[task]), truth)
        ordered = {task: stages[task] for task in Task if task in stages}
        results[seed] = CrossValidation(ordered, NAMES, last, calibration, calls / max(1.0, calls.sum()))
    return results


class FoldMaker:
    """Makes folds of a run's training data; models are loaded once."""

    def __init__(self, manifest: Manifest, cases: Sequence[Case], folds: int, with_vlm: bool) -> None:
        profile, labels = manifest.profile, manifest.labels
        loaded = load_model(profile.vlm) if with_vlm else None
        builders: dict[Task, PromptBuilder] = {}
        if loaded:
            builders, refused = prompt_builders(loaded.tokenizer, labels, profile.vlm)
            print("".join(f"{line}\n" for line in refused), end="", file=sys.stderr)
        self.models = Models(load_encoders(profile), loaded, builders, profile_budget(profile))
        self.profile, self.labels, self.cases, self.folds = profile, labels, cases, folds
        self.vectors = encode_cases(self.models.encoder, cases)
        self._knowledge: dict[int, Knowledge] = {}  # by seed, for all of its folds

    def __call__(self, seed: int, number: int) -> Fold:
        """One fold of the split that `seed` makes."""
        profile = dataclasses.replace(self.profile, seed=seed)
        if seed not in self._knowledge:
            self._knowledge[seed] = knowledge_for(self.labels, self.models.encoder, profile)
        return make_fold(self.cases, self.vectors, profile, self.labels, self.models, self._knowledge[seed], self.folds, number)


def make_fold(
    cases: Sequence[Case],
    vectors: CaseVectors,
    profile: Profile,
    labels: LabelSet,
    models: Models,
    knowledge: Knowledge,
    folds: int,
    number: int,
) -> Fold:
    """Fit everything but fusion on the other folds, and gather the evidence on this one. The profile's seed splits."""
    split = case_folds(cases, vectors.image, folds, profile.seed)
    inside, outside = np.flatnonzero(split != number), np.flatnonzero(split == number)
    training = [cases[row] for row in inside.tolist()]
    retriever = fit_retriever(training, vectors.take(inside), labels, profile, knowledge)
    held_out = query_by_task(retriever, [cases[row] for row in outside.tolist()], vectors.take(outside))
    asked = _ask(retriever, training, held_out, profile, models) if models.loaded else None
    evidence, truths = training_evidence(retriever, labels, asked.training if asked else None)
    if missing := held_out.keys() - evidence.keys():
        raise InputError(f"fold {number + 1} of {folds} leaves no {missing.pop()} to learn from; use fewer folds, or more data")
    tasks, counts = {}, label_counts(retriever, labels)
    for task, (own, retrieved) in held_out.items():
        names = labels.names(task)
        tasks[task] = TaskFold(
            evidence[task],
            truths[task],
            make_evidence(retrieved, counts, asked.held_out.get(task) if asked else None),
            np.array([names.index(str(case.sample.label)) for case in own], np.int64),
            asked.untrained.get(task) if asked else None,
        )
    return Fold(profile.seed, number, tasks)


def _in_processes(
    run: RunFolder, asked: Sequence[tuple[int, int]], folds: int, reading: ReadingOptions, with_vlm: bool, jobs: int
) -> Iterator[Fold]:
    """Folds in the order in which they are finished. Text was recognised before, so each process only opens the images."""
    context = multiprocessing.get_context("spawn")
    turns = context.Value("i", 0)
    with ProcessPoolExecutor(jobs, context, initializer=_start, initargs=(turns, jobs, run, folds, reading, with_vlm)) as pool:
        for done in as_completed([pool.submit(_make, seed, number) for seed, number in asked]):
            try:
                yield done.result()
            except BrokenProcessPool as error:
                raise RunError(
                    "a process that makes folds was killed, most likely for memory; run the same command again with fewer --jobs "
                    "(with --keep-evidence the folds that are finished are kept)"
                ) from error


_maker: FoldMaker | None = None


def _start(turns: Any, jobs: int, run: RunFolder, folds: int, reading: ReadingOptions, with_vlm: bool) -> None:
    import torch

    global _maker
    with turns.get_lock():
        turn = turns.value
        turns.value += 1
    if torch.cuda.is_available():
        torch.cuda.set_device(turn % torch.cuda.device_count())
    torch.set_num_threads(max(1, len(os.sched_getaffinity(0)) // jobs))
    manifest, data = run_training(run, dataclasses.replace(reading, workers=1))
    _maker = FoldMaker(manifest, data.cases, folds, with_vlm)


def _make(seed: int, number: int) -> Fold:
    assert _maker is not None
    return _maker(seed, number)


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
    held_out = {task: found for task, found in held_out.items() if task in models.builders}
    for task, (own, _) in held_out.items():
        builder, scorer = models.builders[task], TransformersScorer(loaded)
        parts = []
        for begin in range(0, len(own), UNTRAINED_PART):
            prompts = [
                Prompt(builder.shared, builder.sample(case), builder.direct()) for case in own[begin : begin + UNTRAINED_PART]
            ]
            parts.append(scorer.score(prompts))
        untrained[task] = np.concatenate(parts)
    examples = task_examples(retriever, training, models.builders, profile)
    if not examples:
        return _Asked({}, {}, {})
    asked = [
        TaskExamples(models.builders[task], own, retrieved, np.zeros(len(own), np.int64))
        for task, (own, retrieved) in held_out.items()
    ]
    with tempfile.TemporaryDirectory(prefix="intent-fold-") as folder:
        fitted = cross_fit(loaded, examples, profile, models.budget, Path(folder), quiet=True)
        model = load_adapter(loaded.model, fitted.adapter)
    with merged(model):
        scores = score_tasks(LoadedModel(model, loaded.processor, loaded.settings), asked, profile, models.budget)
    remove_adapters(model)
    return _Asked(fitted.scores, scores, untrained)
