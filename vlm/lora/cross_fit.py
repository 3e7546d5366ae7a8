"""Cross-fitting: one adapter per fold, which scores the cases of its fold, and the final one, trained on all cases or averaged.

Fusion learns from the folds' scores, because each adapter scores cases that it never saw. Finished folds stay on disk, and so
does a checkpoint of the unfinished one: a resumed training ends with the same bytes. Several processes (ranks.py) share each
training and each scoring; the first one writes.
"""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.metrics import f1_score

from data.atomic import read_json, write_json, write_npz, write_parquet
from data.case import Case
from data.errors import InputError, ProfileError, RunError
from data.folds import make_folds
from data.labels import best_labels
from data.profile import Profile
from data.progress import track
from data.reading import ReadingOptions
from data.run import RunFolder, file_digest
from data.schema import Task
from data.training import run_training
from retrieval.retriever import Retriever
from vlm.budget import Budget, BudgetRecord, profile_budget
from vlm.engines.transformers_scorer import Features, TransformersScorer
from vlm.lora.adapter import merged, remove_adapters, save_adapter
from vlm.lora.averaging import average_adapters
from vlm.lora.examples import TaskExamples, TrainingExample
from vlm.lora.gain import CallGain, call_gain
from vlm.lora.out_of_fold import CURVE_FILE, FINAL, OUT_OF_FOLD_FILE, SCORES_FILE, records_array, scores_table, vlm_files
from vlm.lora.training import count_steps, train_adapter, training_examples
from vlm.lora.written import written_examples
from vlm.model import LoadedModel, load_model
from vlm.policy import CALLS
from vlm.prompt import PromptBuilder, SamplePart, prompt_builders
from vlm.protocol import VlmScores, run_calls
from vlm.ranks import ALONE, Rank, together

DONE_FILE = "complete.json"
UNFINISHED_FILE = "unfinished.safetensors"
PATIENCE = 24 * 60.0  # minutes that the other processes wait while the first one reads all images


@dataclass(frozen=True)
class CrossFit:
    """`scores` per task, every row from an adapter that never saw it; `adapter` is the final adapter's folder."""

    scores: dict[Task, VlmScores]
    adapter: Path


def cross_fit(
    loaded: LoadedModel,
    data: Sequence[TaskExamples],
    profile: Profile,
    budget: Budget,
    folder: Path,
    *,
    quiet: bool = False,
    rank: Rank = ALONE,
) -> CrossFit:
    """Train K fold adapters and the final one, each for all tasks, and score every case with the adapter of its fold.

    With `lora.average` the final adapter is the average of the folds' adapters.
    Finished folds in `folder` are kept; the caller makes sure, by the run folder's manifest, that they have the same settings.
    Raises InputError where a fold is empty.
    """
    numbers = sorted({int(fold) for task in data for fold in task.folds})
    if numbers != list(range(len(numbers))) or len(numbers) < 2:
        raise InputError(f"folds are numbered {numbers}, expected 0, 1, ... and at least two of them")
    quiet = quiet or rank.index > 0
    samples = [[task.builder.sample(case) for case in task.cases] for task in data]
    written = written_examples([task.builder for task in data], profile.lora.written, profile.seed)
    features: Features = WeakKeyDictionary()
    for fold in numbers:
        path = folder / "folds" / str(fold)
        if (path / DONE_FILE).is_file():
            continue
        chosen = _training_rows(data, samples, profile.seed, leave_out=fold) + written
        model = _train(loaded, chosen, profile, path, f"fold {fold + 1}/{len(numbers)}", features, quiet, rank)
        held_out = [task.subset(np.flatnonzero(task.folds == fold)) for task in data]
        with merged(model):
            scored = LoadedModel(model, loaded.processor, loaded.settings)
            arrays = _score_shared(scored, held_out, profile, budget, quiet, rank)
        remove_adapters(model)
        if not rank.index:
            write_npz(path / SCORES_FILE, **arrays)
            _finish(path, len(chosen))
    final = folder / FINAL
    if not (final / DONE_FILE).is_file() and profile.lora.average:
        if not rank.index:
            _clear(final)
            average_adapters(loaded.model, [folder / "folds" / str(fold) for fold in numbers], final)
            _finish(final, sum(len(task.cases) for task in data))
    elif not (final / DONE_FILE).is_file():
        chosen = _training_rows(data, samples, profile.seed, leave_out=None) + written
        remove_adapters(_train(loaded, chosen, profile, final, "final", features, quiet, rank))
        if not rank.index:
            _finish(final, len(chosen))
    rank.wait()
    result = _gather(folder, data, numbers)
    if not rank.index:
        write_parquet(folder / OUT_OF_FOLD_FILE, scores_table(data, result))
        parts = {f"fold {fold}": folder / "folds" / str(fold) for fold in numbers}
        if not profile.lora.average:
            parts["final"] = final
        curves = {name: read_json(path / CURVE_FILE, "delete the folder") for name, path in parts.items()}
        write_json(folder / CURVE_FILE, curves)
    return CrossFit(result, final)


def train_run(run: RunFolder, folds: int | None, reading: ReadingOptions, average: bool | None = None) -> list[str]:
    """Train everything for a run folder whose index is finished; returns what the command prints, in the first process.

    `folds` and `average` take the place of the profile's. A finished run keeps its folds where `average` alone differs.
    Raises RunError where the index is missing, or was trained with another number of folds.
    """
    with together(PATIENCE, run.path) as rank:
        return _train_run(run, folds, reading, average, rank)


def _train_run(run: RunFolder, folds: int | None, reading: ReadingOptions, average: bool | None, rank: Rank) -> list[str]:
    run.require("index")
    manifest = run.read_manifest()
    profile = manifest.profile
    if profile.vlm.model is None:
        nothing = f"profile {profile.name!r} has no VLM: there is nothing to train; `python -m fusion.predict` answers without"
        return [] if rank.index else [nothing]
    folds = _folds(profile, folds)
    folder = run.step("vlm")
    if run.is_complete("vlm"):
        record = run.require("vlm")
        if record["folds"] != folds:
            raise RunError(f"{folder} was trained with {record['folds']} folds, now {folds}; delete it to train anew")
        if average in (None, record.get("average", False)):
            return [] if rank.index else [f"{folder} is finished already"]
        rank.wait()
        if not rank.index:  # Only the final adapter is made anew.
            (folder / DONE_FILE).unlink()
            shutil.rmtree(folder / FINAL, ignore_errors=True)
    lora = profile.lora if average is None else dataclasses.replace(profile.lora, average=average)
    profile = dataclasses.replace(profile, lora=lora)
    if not rank.index:
        _check_unfinished(folder, folds, file_digest(run.step("index") / "complete.json"))
        manifest, data = run_training(run, reading)
    rank.wait()
    if rank.index:  # The first process has put the recognised text into the cache.
        manifest, data = run_training(run, reading, progress=None)
    retriever = Retriever.load(run.step("index"))
    loaded = load_model(profile.vlm)
    builders, refused = prompt_builders(loaded.tokenizer, manifest.labels, profile.vlm)
    examples = task_examples(retriever, data.cases, builders, profile, folds)
    if not examples:
        if not rank.index:
            write_parquet(folder / OUT_OF_FOLD_FILE, scores_table([], {}))
            run.complete("vlm", [OUT_OF_FOLD_FILE], folds=folds, asks=False)
        return [] if rank.index else [*refused, "there is no example to train on: nothing was trained"]
    result = cross_fit(loaded, examples, profile, profile_budget(profile), folder, rank=rank)
    if rank.index:
        return []
    gains = {task.builder.task: task_gain(task, result.scores[task.builder.task]) for task in examples}
    record = {task.value: gain.to_dict() for task, gain in gains.items()}
    run.complete("vlm", vlm_files(folder, folds), folds=folds, average=profile.lora.average, gain=record)
    curve = read_json(folder / CURVE_FILE, "train again")
    lines = refused + [
        f"{name}: loss {steps[0]['loss']:.3f} to {np.mean([s['loss'] for s in steps[-5:]]):.3f}" for name, steps in curve.items()
    ]
    for task in examples:
        names = [label.name for label in task.builder.labels]
        guesses = best_labels(names, np.nanmean(result.scores[task.builder.task].log_probs, axis=1))
        f1 = f1_score([case.sample.label for case in task.cases], guesses, average="weighted", zero_division=0)
        lines.append(f"{task.builder.task}: out-of-fold weighted F1 {f1:.4f} on {len(guesses)} examples")
    return lines + [gain.line(task) for task, gain in gains.items()]


def task_examples(
    retriever: Retriever,
    cases: Sequence[Case],
    builders: Mapping[Task, PromptBuilder],
    profile: Profile,
    folds: int | None = None,
) -> list[TaskExamples]:
    """The retriever's own training cases as examples, with its out-of-fold neighbours and folds by near-duplicate group.

    Tasks without a builder are left out.

    `cases` must be those that it was fitted on, beside which others are ignored. Raises RunError where they are not.
    """
    result = []
    for task, retrieved in retriever.out_of_fold().items():
        if task not in builders:
            continue
        rows = retriever.rows(task)
        own = [case for case in cases if case.sample.task is task and case.sample.label in retriever.tasks[task].labels]
        if [case.sample.id for case in own] != [retriever.table.ids[row] for row in rows]:
            raise RunError(
                "the training data is not that of the index; build the index again with `python -m retrieval.build_index`"
            )
        if own:
            split = make_folds(
                [str(case.sample.label) for case in own],
                retriever.groups(task).tolist(),
                folds or profile.lora.folds,
                profile.seed,
            )
            result.append(TaskExamples(builders[task], own, retrieved, split))
    return result


def task_gain(task: TaskExamples, scores: VlmScores) -> CallGain:
    """What the calls are worth for a task's examples. Those whose label is retired, which no prompt has, are left out."""
    names = [label.name for label in task.builder.labels]
    rows = np.array([row for row, case in enumerate(task.cases) if case.sample.label in names], np.int64)
    targets = np.array([names.index(str(task.cases[row].sample.label)) for row in rows], np.int64)
    return call_gain(task.retrieved.probability[rows], scores.log_probs[rows], targets, task.folds[rows])


def _folds(profile: Profile, asked: int | None) -> int:
    """The number of folds that is asked for, or the profile's. Raises ProfileError where it is not within a profile's bounds."""
    if asked is None:
        return profile.lora.folds
    try:
        return dataclasses.replace(profile.lora, folds=asked).folds
    except ProfileError as error:
        raise ProfileError(f"--folds: {error}") from None


def _check_unfinished(folder: Path, folds: int, index: str) -> None:
    """Delete an interrupted training that was made from another index.

    Raises RunError where it was begun with another number of folds.
    """
    path = folder / "started.json"
    begun = read_json(path, f"delete {folder}") if path.is_file() else {}
    if begun.get("index") != index:
        shutil.rmtree(folder, ignore_errors=True)
        write_json(path, {"folds": folds, "index": index})
    elif begun["folds"] != folds:
        raise RunError(f"{folder} was begun with {begun['folds']} folds, now {folds}; delete it to train anew")


def score_tasks(
    loaded: LoadedModel, data: Sequence[TaskExamples], profile: Profile, budget: Budget, *, quiet: bool = True
) -> dict[Task, VlmScores]:
    """Make all calls that the rules allow for every case of every task, with the active adapter.

    Fusion is trained and evaluated on every call, whatever the policy of predictions.
    """
    scorer, settings = TransformersScorer(loaded), dataclasses.replace(profile.calls, policy="full")
    total = sum(len(task.cases) for task in data)
    with track(desc="scoring", unit="sample", total=total, disable=quiet or not total) as bar:
        return {
            task.builder.task: run_calls(scorer, task.builder, budget, task.cases, task.retrieved, settings, bar.update)
            for task in data
        }


def _training_rows(
    data: Sequence[TaskExamples], samples: Sequence[Sequence[SamplePart]], seed: int, leave_out: int | None
) -> list[TrainingExample]:
    """The examples of all folds but one. Cases of that fold are not exemplars either."""
    chosen = []
    for task, parts in zip(data, samples, strict=True):
        hidden = {case.sample.id for case, fold in zip(task.cases, task.folds, strict=True) if fold == leave_out}
        made = training_examples(task.builder, task.cases, parts, task.retrieved, seed, hidden)
        chosen += [item for item, fold in zip(made, task.folds, strict=True) if item is not None and fold != leave_out]
    if not chosen:
        raise InputError("no training example is left: every label is missing or retired")
    return chosen


def _train(
    loaded: LoadedModel,
    examples: Sequence[TrainingExample],
    profile: Profile,
    folder: Path,
    name: str,
    features: Features,
    quiet: bool,
    rank: Rank,
) -> Any:
    """Train, save adapter and curve into `folder`, and return the model with the active adapter."""
    if not rank.index:
        _clear(folder)
    rank.wait()
    with track(desc=name, unit="step", total=count_steps(len(examples), profile.lora), disable=quiet) as bar:

        def show(loss: float) -> None:
            bar.set_postfix(refresh=False, loss=f"{loss:.3f}")
            bar.update()

        trained = train_adapter(
            loaded,
            examples,
            profile.lora,
            profile.seed,
            features=features,
            progress=show,
            unfinished=folder / UNFINISHED_FILE,
            rank=rank,
        )
    if not rank.index:
        save_adapter(trained.model, folder)
        write_json(folder / CURVE_FILE, trained.curve)
    return trained.model


def _score_shared(
    loaded: LoadedModel, data: Sequence[TaskExamples], profile: Profile, budget: Budget, quiet: bool, rank: Rank
) -> dict[str, NDArray[Any]]:
    """The arrays of a fold's score file. Each process scores a share of each task's cases and receives all scores."""
    own = [np.arange(rank.index, len(task.cases), rank.count) for task in data]
    shares = [task.subset(rows) for task, rows in zip(data, own, strict=True)]
    scores = score_tasks(loaded, shares, profile, budget, quiet=quiet)
    arrays: dict[str, NDArray[Any]] = {}
    for task, rows in zip(data, own, strict=True):
        found, name = scores[task.builder.task], task.builder.task.value
        for key, values in ((name, found.log_probs), (f"{name}_records", records_array(found.records))):
            whole = torch.zeros(len(task.cases), *values.shape[1:], dtype=torch.from_numpy(values).dtype)
            whole[rows] = torch.from_numpy(values)
            rank.add(whole)  # only the process that scored a row has other values than zeros
            arrays[key] = whole.numpy()
    return {key: arrays[key] for key in sorted(arrays, key=lambda key: key.endswith("_records"))}


def _gather(folder: Path, data: Sequence[TaskExamples], numbers: Sequence[int]) -> dict[Task, VlmScores]:
    """Put the folds' scores back into the cases' order."""
    result: dict[Task, VlmScores] = {}
    for task in data:
        name = task.builder.task
        log_probs = np.full((len(task.cases), CALLS, len(task.builder.labels)), np.nan, dtype=np.float32)
        counts = np.zeros((len(task.cases), 3), dtype=np.int32)
        for fold in numbers:
            rows = np.flatnonzero(task.folds == fold)
            path = folder / "folds" / str(fold) / SCORES_FILE
            with np.load(path) as stored:
                if stored[name.value].shape != (len(rows), *log_probs.shape[1:]):
                    raise RunError(f"{path} holds scores of other data; delete {folder} and run `python -m vlm.train_lora` again")
                log_probs[rows] = stored[name.value]
                counts[rows] = stored[f"{name.value}_records"]
        result[name] = VlmScores(name, log_probs, [BudgetRecord(*(int(value) for value in row)) for row in counts])
    return result


def _clear(folder: Path) -> None:
    """Delete the files of an interrupted training, except its checkpoint."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.iterdir():
        if path.name != UNFINISHED_FILE:
            path.unlink()


def _finish(folder: Path, examples: int) -> None:
    write_json(folder / DONE_FILE, {"examples": examples})
    (folder / UNFINISHED_FILE).unlink(missing_ok=True)
