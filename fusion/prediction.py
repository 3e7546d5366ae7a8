"""Predicting a data file with a finished run: part by part, so that an interrupted prediction goes on where it stopped."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from tqdm import tqdm

from data.atomic import write_text
from data.case import Case
from data.cases import Reader, reading
from data.errors import RunError
from data.profile import Policy
from data.reader import load_samples
from data.run import Manifest, RunFolder, file_digest
from data.schema import Sample, Task
from data.writers import read_predictions, write_predictions, write_submission
from fusion.chain import Asker, Chain, fit_chain_fusion
from fusion.model import FusionModel
from fusion.report import write_report
from retrieval.encoder import Encoder
from retrieval.retriever import Retriever
from vlm.adapter import load_adapter
from vlm.budget import profile_budget
from vlm.model import LoadedModel, load_model
from vlm.out_of_fold import FINAL, read_out_of_fold
from vlm.prompt import prompt_builder
from vlm.protocol import VlmScores
from vlm.scoring import TransformersScorer

PART = 32  # Samples predicted together; also how much is lost at most when a command is killed.


@dataclass(frozen=True)
class Outcome:
    """What a prediction run did. `errors` are messages on samples with something wrong in their input."""

    predicted: int
    errors: list[str]
    calls: float
    out: Path


def predict(
    run: RunFolder,
    data: Path,
    images: Path,
    out: Path,
    policy: Policy | None,
    cache: Path | None,
    workers: int | None = None,
) -> Outcome:
    """Predict every row of a data file and write the three files."""
    manifest = run.read_manifest()
    policy = policy or manifest.profile.calls.policy
    samples = load_samples(data)
    reader = Reader.for_profile(manifest.profile, images, cache, workers)
    parts = out / "parts"
    folder = parts / _key(run, data, images, policy)
    if parts.is_dir() and not folder.is_dir():
        shutil.rmtree(parts)  # Left by a run with other inputs or another model.
    paths = [folder / f"{start:08d}.jsonl" for start in range(0, len(samples), PART)]
    missing = [(path, samples[row * PART : (row + 1) * PART]) for row, path in enumerate(paths) if not path.is_file()]
    with reading([sample for _, part in missing for sample in part], reader) as cases:
        chain = load_chain(run, manifest, policy)  # While the first images are read.
        _predict_parts(chain, missing, cases, policy, len(samples))
    values = [value for path in paths for value in read_predictions(path)]
    _finish(out, samples, values)
    shutil.rmtree(parts, ignore_errors=True)
    errors = [f"{value['id']}: {value['error']}" for value in values if "error" in value]
    calls = sum(value["budget"]["vlm_calls"] for value in values) / len(values)
    return Outcome(len(values), errors, calls, out)


def load_chain(run: RunFolder, manifest: Manifest, policy: Policy) -> Chain:
    """Load everything that a policy needs; fit fusion where it is not there yet. Raises RunError where a step is missing."""
    profile, labels = manifest.profile, manifest.labels
    record = run.require("index")
    budget = profile_budget(profile)
    retriever = Retriever.load(run.step("index"))
    encoder = Encoder(profile.encoder)
    if record.get("encoder") != encoder.fingerprint:
        raise RunError(
            f"{run.step('index')} was built with other encoder weights; delete {run.path} and run "
            "`python -m retrieval.build_index` again"
        )
    with_vlm = run.is_complete("vlm") or policy != "retrieval"
    scores = _vlm_scores(run, retriever) if with_vlm else None
    fusion = _fusion(run, manifest, retriever, scores)
    asker = None
    if policy != "retrieval":
        loaded = load_model(profile.vlm)
        model = load_adapter(loaded.model, run.step("vlm") / FINAL).merge_and_unload()
        loaded = LoadedModel(model.eval(), loaded.processor, profile.vlm)
        builders = {task: prompt_builder(loaded.tokenizer, task, labels.active(task), profile.vlm) for task in Task}
        asker = Asker(TransformersScorer(loaded), builders)
    return Chain(profile, labels, encoder, retriever, asker, fusion, budget)


def _vlm_scores(run: RunFolder, retriever: Retriever) -> dict[Task, VlmScores]:
    """The VLM's out-of-fold scores, which must be of the index's very examples, in their order."""
    run.require("vlm")
    result = {}
    for task, (ids, scores) in read_out_of_fold(run.step("vlm")).items():
        if ids != [retriever.table[row].id for row in retriever.rows(task)]:
            raise RunError(
                f"{run.step('vlm')} was trained on other examples than {run.step('index')} holds; delete it and run "
                f"`python -m vlm.train_lora --run {run.path}` again"
            )
        result[task] = scores
    return result


def _fusion(run: RunFolder, manifest: Manifest, retriever: Retriever, scores: dict[Task, VlmScores] | None) -> FusionModel:
    """The run's fusion model; fitted anew where there is none or it was fitted on other evidence."""
    folder = run.step("fusion")
    made_from = {
        step: file_digest(run.step(step) / "complete.json") for step in ("index", "vlm") if step == "index" or scores is not None
    }
    if run.is_complete("fusion") and run.require("fusion").get("made_from") == made_from:
        return FusionModel.load(folder)
    run.reset("fusion")
    model = fit_chain_fusion(retriever, manifest.labels, manifest.profile, scores)
    run.complete("fusion", model.save(folder), made_from=made_from)
    return model


def _predict_parts(
    chain: Chain, parts: Sequence[tuple[Path, Sequence[Sample]]], cases: Iterator[Case], policy: Policy, total: int
) -> None:
    """Predict the parts that are not on disk yet."""
    done = total - sum(len(samples) for _, samples in parts)
    with tqdm(total=total, initial=done, desc="predict", unit="sample") as bar:
        for path, samples in parts:
            write_predictions(path, chain.predict(list(islice(cases, len(samples))), policy))
            bar.update(len(samples))


def _finish(out: Path, samples: Sequence[Sample], values: list[dict[str, Any]]) -> None:
    if [value["id"] for value in values] != [sample.id for sample in samples]:
        raise RunError(f"{out / 'parts'} holds predictions of other samples; delete it and run the same command again")
    write_submission(out / "submit.csv", samples, [value["predict"] for value in values])
    write_report(out / "report.html", samples, values)
    lines = "".join(json.dumps(value, ensure_ascii=False) + "\n" for value in values)
    write_text(out / "predictions.jsonl", lines)


def _key(run: RunFolder, data: Path, images: Path, policy: str) -> str:
    """Names what the parts were made from: run, data, images and policy. (Fusion follows from index and VLM.)"""
    steps = [file_digest(run.step(step) / "complete.json") for step in ("index", "vlm") if run.is_complete(step)]
    text = json.dumps([steps, file_digest(data), str(images.resolve()), policy])
    return hashlib.sha256(text.encode()).hexdigest()[:16]
