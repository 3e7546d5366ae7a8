"""Predicting a data file part by part, so that an interrupted prediction continues after its last finished part."""

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

from data.atomic import remove_interrupted, write_text, writing_alone
from data.case import Case
from data.cases import Reader, reading
from data.cluster import Cluster, Failure, connected, map_rows, refuse_if_all_failed
from data.errors import InputError, RunError
from data.labels import with_known_spelling
from data.profile import Engine, Policy
from data.progress import track
from data.reader import read_data
from data.reading import ReadingOptions
from data.run import Manifest, RunFolder, file_digest
from data.schema import Sample
from data.taught import taught_to
from data.writers import Prediction, read_predictions, write_predictions, write_submission
from fusion.chain import Chain, LabelCounts, make_prediction, prior_of, unanswerable
from fusion.examples import Examples
from fusion.handover import HandoverRule, Promise
from fusion.loading import Baseline, load_baseline, load_chain, load_fusion, run_manifest, run_rule
from fusion.predictor import Predictor
from fusion.report import listed, write_report
from vlm.budget import BudgetRecord
from vlm.engines.vllm import SAMPLES_AT_ONCE
from vlm.lora.adapter import adapter_digest

PART = 32  # Samples predicted together; also how much is lost at most when a command is killed. vLLM wants more.
DETAILS = ("candidates", "evidence")  # of a prediction, which only those need that the report lists


@dataclass(frozen=True)
class PredictionRequest:
    """What is predicted, with what, and where to.

    `policy` and `engine` take the place of the profile's. With `official` the official baseline answers instead of the chain,
    with `adapter` in place of what the run trained. With a `promise` answers are accepted or handed over.
    """

    run: RunFolder
    data: Path
    images: Path
    out: Path
    policy: Policy | None = None
    engine: Engine | None = None
    official: bool = False
    adapter: Path | None = None
    promise: Promise | None = None

    def manifest(self) -> Manifest:
        """The run's manifest with the profile that is predicted with."""
        return run_manifest(self.run, policy=self.policy, engine=self.engine, official=self.official)


@dataclass(frozen=True)
class PartKey:
    """What the predictions of a part depend on; fusion follows from it.

    `settings` are those of the run's manifest, without the places of data and images, `steps` digests of the finished steps,
    `taught` is the version of the last change that was taught, `data` the data file's digest. `policy` is None where the baseline
    answers. `vllm` and `bfloat16` say how the VLM's scores are computed, `adapter` is the digest of one trained elsewhere,
    `promise` what is promised of accepted answers.
    """

    settings: dict[str, Any]
    steps: tuple[str, ...]
    taught: int
    data: str
    images: str
    policy: Policy | None
    vllm: bool
    bfloat16: bool
    adapter: str | None
    promise: Promise | None

    @classmethod
    def of(cls, request: PredictionRequest) -> PartKey:
        """The settings are the run's own, whatever this machine makes of them."""
        run, profile = request.run, request.manifest().profile
        asks = not request.official and profile.calls.policy != "retrieval"
        vllm = asks and profile.vlm.engine == "vllm"
        finished = [step for step in ("index", "vlm", "official") if run.is_complete(step)]
        return cls(
            {name: value for name, value in run.read_manifest().to_dict().items() if name not in ("data", "images")},
            tuple(file_digest(run.step(step) / "complete.json") for step in finished),
            0 if request.official else taught_to(run.path).version,
            file_digest(request.data),
            str(request.images.resolve()),
            None if request.official else profile.calls.policy,
            vllm,
            asks and not vllm and profile.vlm.cpu_bfloat16 == "on",
            adapter_digest(request.adapter) if request.adapter else None,
            request.promise,
        )

    def digest(self) -> str:
        """The name of the folder of the parts, 16 hexadecimal digits."""
        return hashlib.sha256(json.dumps(dataclasses.asdict(self), sort_keys=True).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Part:
    """Samples that are predicted together, and the file of their predictions."""

    path: Path
    samples: Sequence[Sample]


@dataclass(frozen=True)
class Outcome:
    """What a prediction run did. `errors` are messages on samples with something wrong in their input.

    `submission` says that submit.csv was written. `accepted` is how many answers were accepted, None where nothing was promised;
    `promises` are the promises, a line a task.
    """

    predicted: int
    errors: list[str]
    calls: float
    out: Path
    submission: bool
    accepted: int | None = None
    promises: Sequence[str] = ()


def predict(request: PredictionRequest, how: ReadingOptions) -> Outcome:
    """Predict every row of a data file and write the files.

    With a cluster its processes predict, each of which reads its own images; the result is the same.
    """
    manifest = request.manifest()
    data = read_data(request.data)
    samples, _ = with_known_spelling(data.samples, manifest.labels)
    if request.out.exists() and not request.out.is_dir():
        raise InputError(f"--out {request.out} is a file; name a folder")
    reader = how.reader(manifest.profile, request.images)
    key = PartKey.of(request)
    store = request.out / "parts"
    folder = store / key.digest()
    size = max(PART, SAMPLES_AT_ONCE) if key.vllm else PART
    parts = [Part(folder / f"{at:08d}.jsonl", samples[at : at + size]) for at in range(0, len(samples), size)]
    with writing_alone(request.out, "--out"):
        if store.is_dir() and not folder.is_dir():
            shutil.rmtree(store)  # Left by a run with other inputs or another model.
        missing = [part for part in parts if not part.path.is_file()]
        if how.cluster:
            rule = _predict_on_cluster(request, manifest, missing, reader, how.cluster, len(samples))
        else:
            rule = _predict_here(request, manifest, missing, reader, len(samples))
        values = read_parts(parts)
        _finish(request, manifest, samples, parts, values, official=data.official)
        shutil.rmtree(store, ignore_errors=True)
    errors = [f"{value['id']}: {value['error']}" for value in values if "error" in value]
    calls = sum(value["budget"]["vlm_calls"] for value in values) / len(values)
    outcome = Outcome(len(values), errors, calls, request.out, data.official)
    if rule is None:
        return outcome
    return dataclasses.replace(outcome, accepted=sum(value["accepted"] for value in values), promises=rule.lines())


def _predict_here(
    request: PredictionRequest, manifest: Manifest, parts: Sequence[Part], reader: Reader, total: int
) -> HandoverRule | None:
    """Predict the parts that are not on disk yet, one after the other. Models are loaded while the first images are read.

    Returns the hand-over rule, where there is a promise.
    """
    with reading([sample for part in parts for sample in part.samples], reader) as cases:
        chain = _load(request, manifest)
        _predict_parts(chain, parts, cases, total)
    return chain.rule if isinstance(chain, Chain) else None


def _load(request: PredictionRequest, manifest: Manifest) -> Chain | Baseline:
    if request.official:
        return load_baseline(request.run, manifest, request.adapter)
    return load_chain(request.run, manifest, request.promise)


def _predict_parts(chain: Chain | Baseline, parts: Sequence[Part], cases: Iterator[Case], total: int) -> None:
    """Nothing of a part is kept in memory once its file is written, so that a job of any length needs as much as a short one."""
    with _progress(parts, total) as bar:
        for part in parts:
            write_predictions(part.path, chain.predict(list(islice(cases, len(part.samples)))))
            bar.update(len(part.samples))


def _predict_on_cluster(
    request: PredictionRequest, manifest: Manifest, parts: Sequence[Part], reader: Reader, cluster: Cluster, total: int
) -> HandoverRule | None:
    """Predict the parts that are not on disk yet, several at the same time.

    Where a part fails its samples are predicted alone, and one that fails again gets an answer that says so. Returns the
    hand-over rule, where there is a promise.
    """
    run = request.run
    _, _, counts = load_fusion(run, manifest)  # Fitted here, before all workers find that it is missing.
    rule = run_rule(run, manifest, request.promise) if request.promise else None
    if not parts:
        return rule

    def predicted(rows: Sequence[Sequence[Sample]]) -> Iterator[tuple[int, list[Prediction] | Failure]]:
        shared = (run.path, reader.images)
        return map_rows(Predictor.load, (run, manifest, reader, rule), rows, cluster.workers, gpus=True, shared=shared)

    failed = []
    with connected(cluster), _progress(parts, total) as bar:
        for index, answers in predicted([part.samples for part in parts]):
            part = parts[index]
            if isinstance(answers, Failure):
                failed.append(part)
                continue
            write_predictions(part.path, answers)
            bar.update(len(part.samples))
        single = [[sample] for part in failed for sample in part.samples]
        alone = dict(predicted(single))
        refuse_if_all_failed(list(alone.values()), "samples could be predicted")
        rows = iter(range(len(single)))
        for part in failed:
            answers = [_answer(sample, alone[next(rows)], manifest, counts, rule) for sample in part.samples]
            write_predictions(part.path, answers)
            bar.update(len(part.samples))
    return rule


def _progress(parts: Sequence[Part], total: int) -> Any:
    done = total - sum(len(part.samples) for part in parts)
    return track(desc="predict", unit="sample", total=total, initial=done)


def read_parts(parts: Sequence[Part]) -> list[dict[str, Any]]:
    """The predictions of finished parts, in order; `candidates` and `evidence` of those alone that the report lists.

    The two take most of a prediction's memory.
    """
    values = []
    for part in parts:
        values += [{name: item for name, item in value.items() if name not in DETAILS} for value in read_predictions(part.path)]
    shown = set(listed(values, [sample.label for part in parts for sample in part.samples]))
    at = 0
    for part in parts:
        rows = range(at, at + len(part.samples))
        at = rows.stop
        if not shown.isdisjoint(rows):
            for row, value in zip(rows, read_predictions(part.path), strict=False):
                if row in shown:
                    values[row] = value
    return values


def _answer(
    sample: Sample, answer: list[Prediction] | Failure, manifest: Manifest, counts: LabelCounts, rule: HandoverRule | None
) -> Prediction:
    """A sample's prediction; where it failed, the shares of the labels among the training examples and why."""
    if not isinstance(answer, Failure):
        return answer[0]
    problem = f"could not be predicted ({answer}); the answer is the most frequent label of the training examples"
    case = Case(sample.with_problems(problem))
    if sample.task in counts:
        prior = prior_of(counts[sample.task], 1)[0].astype("float64")
        names = manifest.labels.names(sample.task)
        prediction = make_prediction(case, names, prior, {"exemplars": [], "stages": {}}, BudgetRecord())
    else:
        (prediction,) = unanswerable(sample.task, [case])
    return dataclasses.replace(prediction, verdict=rule.verdict(prediction)) if rule else prediction


def _finish(
    request: PredictionRequest,
    manifest: Manifest,
    samples: Sequence[Sample],
    parts: Sequence[Part],
    values: list[dict[str, Any]],
    *,
    official: bool,
) -> None:
    """Write the files; predictions.jsonl, which says that all is there, last. Its lines are those of the parts.

    A submission is written of the organiser's rows alone; one of other rows that was there goes.
    """
    out = request.out
    if [value["id"] for value in values] != [sample.id for sample in samples]:
        raise RunError(f"{out / 'parts'} holds predictions of other samples; delete it and run the same command again")
    remove_interrupted(out)
    if official:
        write_submission(out / "submit.csv", samples, [value["predict"] for value in values])
    else:
        (out / "submit.csv").unlink(missing_ok=True)
    write_report(out / "report.html", samples, values, request.images, Examples(request.run, Path(manifest.images)))
    write_text(out / "predictions.jsonl", "".join(part.path.read_text(encoding="utf-8") for part in parts))
