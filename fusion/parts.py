"""Predicting a data file with a finished run: part by part, so that an interrupted prediction goes on where it stopped."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from data.atomic import write_text
from data.case import Case
from data.cases import CaseReader, Reader, reading
from data.cluster import Cluster, Failure, connected, map_rows, refuse_if_all_failed
from data.errors import InputError, RunError
from data.labels import LabelSet
from data.profile import Choice, Engine, Policy, Profile, official_profile, resolve_package_path
from data.reader import load_samples
from data.run import Manifest, RunFolder, file_digest
from data.schema import Sample, Task
from data.writers import Prediction, read_predictions, write_predictions, write_submission
from fusion.chain import Asker, Chain, fit_chain_fusion, label_prior, make_prediction
from fusion.model import FusionModel
from fusion.report import write_report
from retrieval.encoder import Encoder
from retrieval.retriever import Retriever
from vlm.budget import Budget, BudgetRecord, profile_budget
from vlm.engines.transformers_scorer import TransformersScorer
from vlm.engines.vllm import SAMPLES_AT_ONCE, VllmScorer, open_vllm
from vlm.lora.adapter import adapter_digest, with_adapter
from vlm.lora.out_of_fold import FINAL, read_out_of_fold
from vlm.model import LoadedModel, for_scoring, load_model, load_processor, scores_in_bfloat16
from vlm.official.asking import official_predictions
from vlm.official.training import load_official
from vlm.prompt import prompt_builder
from vlm.protocol import VlmScores

PART = 32  # Samples predicted together; also how much is lost at most when a command is killed. vLLM wants more.


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
    cluster: Cluster | None = None,
    *,
    official: bool = False,
    adapter: Path | None = None,
    engine: Engine | None = None,
) -> Outcome:
    """Predict every row of a data file and write the three files; in this process or, with the same result, in a cluster's.

    With `official` the official baseline answers instead of the chain, with `adapter` in place of what the run trained.
    `engine` takes the place of the profile's.
    """
    made_with = run.read_manifest()
    profile = official_profile(made_with.profile) if official else with_weights_type(with_engine(made_with.profile, engine))
    manifest = dataclasses.replace(made_with, profile=profile)
    policy = policy or profile.calls.policy
    with_vllm = profile.vlm.engine == "vllm" and policy != "retrieval" and not official
    asked = "official" if official else f"{policy} with vLLM" if with_vllm else policy
    if asked in ("full", "adaptive") and profile.vlm.cpu_bfloat16 == "on":
        asked += " in bfloat16"
    if adapter:
        asked = f"official with {adapter_digest(adapter)}"
    size = max(PART, SAMPLES_AT_ONCE) if with_vllm else PART
    samples = load_samples(data)
    if out.exists() and not out.is_dir():
        raise InputError(f"--out {out} is a file; name a folder")
    reader = Reader.for_profile(profile, images, cache, workers)
    parts = out / "parts"
    folder = parts / _key(run, made_with, data, images, asked)
    if parts.is_dir() and not folder.is_dir():
        shutil.rmtree(parts)  # Left by a run with other inputs or another model.
    paths = [folder / f"{start:08d}.jsonl" for start in range(0, len(samples), size)]
    missing = [(path, samples[row * size : (row + 1) * size]) for row, path in enumerate(paths) if not path.is_file()]
    if cluster:
        _predict_on_cluster(run, manifest, missing, reader, policy, cluster, len(samples))
    else:
        with reading([sample for _, part in missing for sample in part], reader) as cases:
            # While the first images are read.
            chain = load_baseline(run, manifest, adapter) if official else load_chain(run, manifest, policy)
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
    encoder = Encoder(profile.encoder)
    if record.get("encoder") != encoder.fingerprint:
        raise RunError(
            f"{run.step('index')} was built with other encoder weights; delete {run.path} and run "
            "`python -m retrieval.build_index` again"
        )
    retriever, fusion = load_fusion(run, manifest, policy)
    asker = load_asker(profile, labels, run.step("vlm") / FINAL) if policy != "retrieval" else None
    return Chain(profile, labels, encoder, retriever, asker, fusion, budget)


def load_asker(profile: Profile, labels: LabelSet, adapter: Path) -> Asker:
    """The profile's engine with an adapter on its model. Raises InputError and WeightsError where that cannot be."""
    settings = profile.vlm
    if settings.engine == "vllm":
        tokenizer = load_processor(resolve_package_path(settings.model)).tokenizer
        builders = {task: prompt_builder(tokenizer, task, labels.active(task), settings) for task in Task}
        scorer = VllmScorer(open_vllm(settings, builders, profile.seed, adapter), builders, settings)
        scorer.adapt(adapter)
        return Asker(scorer, builders)
    loaded = with_adapter(load_model(settings), adapter)
    builders = {task: prompt_builder(loaded.tokenizer, task, labels.active(task), settings) for task in Task}
    return Asker(TransformersScorer(for_scoring(loaded)), builders)


def with_engine(profile: Profile, engine: Engine | None) -> Profile:
    """The profile with another engine, where one is given."""
    return dataclasses.replace(profile, vlm=dataclasses.replace(profile.vlm, engine=engine)) if engine else profile


def with_weights_type(profile: Profile) -> Profile:
    """The profile with `vlm.cpu_bfloat16` decided by this machine's processor, so that all of a cluster's predict alike."""
    choice: Choice = "on" if scores_in_bfloat16(profile.vlm) else "off"
    return dataclasses.replace(profile, vlm=dataclasses.replace(profile.vlm, cpu_bfloat16=choice))


@dataclass(frozen=True)
class Baseline:
    """The official baseline in the chain's place."""

    loaded: LoadedModel
    labels: LabelSet
    budget: Budget

    def predict(self, cases: Sequence[Case], policy: Policy) -> list[Prediction]:
        """What the model writes for each case; it has one way of asking, whatever the policy."""
        return official_predictions(self.loaded, cases, self.labels, self.budget)


def load_baseline(run: RunFolder, manifest: Manifest, adapter: Path | None = None) -> Baseline:
    """Load the profile's model with an adapter that was trained elsewhere, or what `vlm.train_lora --prompt official` trained.

    Raises RunError where nothing has been trained, and WeightsError where the adapter does not fit.
    """
    settings = manifest.profile.vlm
    loaded = with_adapter(load_model(settings), adapter) if adapter else load_official(run, settings)
    return Baseline(loaded, manifest.labels, profile_budget(manifest.profile))


def load_fusion(run: RunFolder, manifest: Manifest, policy: Policy) -> tuple[Retriever, FusionModel]:
    """The part of the chain that needs no encoder and no VLM; fusion is fitted where it is not there yet."""
    run.require("index")
    retriever = Retriever.load(run.step("index"))
    with_vlm = run.is_complete("vlm") or policy != "retrieval"
    scores = _vlm_scores(run, retriever) if with_vlm else None
    return retriever, _fusion(run, manifest, retriever, scores)


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
    chain: Chain | Baseline, parts: Sequence[tuple[Path, Sequence[Sample]]], cases: Iterator[Case], policy: Policy, total: int
) -> None:
    """Predict the parts that are not on disk yet."""
    done = total - sum(len(samples) for _, samples in parts)
    with tqdm(total=total, initial=done, desc="predict", unit="sample") as bar:
        for path, samples in parts:
            write_predictions(path, chain.predict(list(islice(cases, len(samples))), policy))
            bar.update(len(samples))


class PartPredictor:
    """Predicts parts in a process of a cluster: loads the chain once, and reads the images of its parts itself."""

    def __init__(self, run: RunFolder, manifest: Manifest, policy: Policy, reader: Reader) -> None:
        self.chain = load_chain(run, manifest, policy)
        self.policy = policy
        self.reader = CaseReader(reader)

    def __call__(self, samples: Sequence[Sample]) -> list[Prediction]:
        """Predictions in the order of the samples."""
        return self.chain.predict([self.reader(sample) for sample in samples], self.policy)


def _predict_on_cluster(
    run: RunFolder,
    manifest: Manifest,
    parts: Sequence[tuple[Path, Sequence[Sample]]],
    reader: Reader,
    policy: Policy,
    cluster: Cluster,
    total: int,
) -> None:
    """Predict the parts that are not on disk yet, several at the same time.

    Where a part fails its samples are predicted alone, and one that fails again gets an answer that says so.
    """
    if not parts:
        return
    retriever, _ = load_fusion(run, manifest, policy)  # Fitted here, before all workers find that it is missing.

    def predicted(rows: Sequence[Sequence[Sample]]) -> Iterator[tuple[int, list[Prediction] | Failure]]:
        shared = (run.path, reader.images)
        return map_rows(PartPredictor, (run, manifest, policy, reader), rows, cluster.workers, gpus=True, shared=shared)

    done = total - sum(len(samples) for _, samples in parts)
    failed = []
    with connected(cluster), tqdm(total=total, initial=done, desc="predict", unit="sample") as bar:
        for index, answers in predicted([samples for _, samples in parts]):
            path, samples = parts[index]
            if isinstance(answers, Failure):
                failed.append(parts[index])
                continue
            write_predictions(path, answers)
            bar.update(len(samples))
        single = [[sample] for _, samples in failed for sample in samples]
        alone = dict(predicted(single))
        refuse_if_all_failed(list(alone.values()), "samples could be predicted")
        rows = iter(range(len(single)))
        for path, samples in failed:
            write_predictions(path, [_answer(sample, alone[next(rows)], retriever, manifest) for sample in samples])
            bar.update(len(samples))


def _answer(sample: Sample, answer: list[Prediction] | Failure, retriever: Retriever, manifest: Manifest) -> Prediction:
    """A sample's prediction; where it failed, the shares of the labels among the training examples and why."""
    if not isinstance(answer, Failure):
        return answer[0]
    problem = f"could not be predicted ({answer}); the answer is the most frequent label of the training examples"
    case = Case(sample.with_problems(problem))
    prior = label_prior(retriever, sample.task, manifest.labels, 1)[0].astype(np.float64)
    return make_prediction(case, manifest.labels.names(sample.task), prior, {"exemplars": [], "stages": {}}, BudgetRecord())


def _finish(out: Path, samples: Sequence[Sample], values: list[dict[str, Any]]) -> None:
    if [value["id"] for value in values] != [sample.id for sample in samples]:
        raise RunError(f"{out / 'parts'} holds predictions of other samples; delete it and run the same command again")
    write_submission(out / "submit.csv", samples, [value["predict"] for value in values])
    write_report(out / "report.html", samples, values)
    lines = "".join(json.dumps(value, ensure_ascii=False) + "\n" for value in values)
    write_text(out / "predictions.jsonl", lines)


def _key(run: RunFolder, made_with: Manifest, data: Path, images: Path, asked: str) -> str:
    """Names what the parts were made from: settings, labels, training data, finished steps, data, images and how it was asked.

    Fusion follows from these.
    """
    steps = [file_digest(run.step(step) / "complete.json") for step in ("index", "vlm", "official") if run.is_complete(step)]
    settings = {name: value for name, value in made_with.to_dict().items() if name not in ("data", "images")}
    text = json.dumps([settings, steps, file_digest(data), str(images.resolve()), asked])
    return hashlib.sha256(text.encode()).hexdigest()[:16]
