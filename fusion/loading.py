"""Loading a finished run: its index, its VLM with the adapter, its fusion, and all of them as one chain.

    run = RunFolder(Path("runs/mine"))
    chain = load_chain(run, run_manifest(run, policy="adaptive"))

`fusion.predictor` answers requests with what was loaded, `fusion.parts` whole data files.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from data.arrays import Float64
from data.atomic import taking_turns
from data.case import Case
from data.cases import CaseReader, Reader, default_cache
from data.errors import RunError
from data.labels import LabelSet
from data.profile import Choice, Engine, Policy, Profile, official_profile, resolve_package_path
from data.reading import ReadingOptions
from data.run import Manifest, RunFolder, file_digest
from data.schema import Task
from data.taught import open_taught, taught_to
from data.writers import Prediction
from fusion.chain import Asker, Chain, LabelCounts, fit_chain_fusion, label_counts, training_evidence
from fusion.handover import Answers, HandoverRule, Promise, fit_rule
from fusion.model import FusionModel, Truth
from fusion.out_of_fold import OUT_OF_FOLD_FILE, FusedOutOfFold
from fusion.scope import ScopeReference, signals
from fusion.teaching.applying import Applying
from retrieval.encoders import load_encoders
from retrieval.retriever import Retriever
from vlm.budget import Budget, profile_budget
from vlm.engines.transformers_scorer import TransformersScorer
from vlm.engines.vllm import VllmScorer, open_vllm
from vlm.lora.adapter import with_adapter
from vlm.lora.out_of_fold import FINAL, read_out_of_fold, trained_profile
from vlm.model import LoadedModel, for_scoring, load_model, load_processor, scores_in_bfloat16
from vlm.official.asking import official_predictions
from vlm.official.training import load_official
from vlm.prompt import prompt_builders
from vlm.protocol import VlmScores


@dataclass(frozen=True)
class Baseline:
    """The official baseline in the chain's place."""

    loaded: LoadedModel
    labels: LabelSet
    budget: Budget

    def predict(self, cases: Sequence[Case]) -> list[Prediction]:
        """What the model writes for each case, in one call."""
        return official_predictions(self.loaded, cases, self.labels, self.budget)


def run_manifest(
    run: RunFolder, *, policy: Policy | None = None, engine: Engine | None = None, official: bool = False
) -> Manifest:
    """A run's manifest, whose profile says what to predict with: policy and engine where they are given, the type of the weights
    on this machine, and the official baseline's image sizes with `official`. Raises RunError where there is no run, and
    ProfileError where the policy asks a VLM that the run's profile does not have."""
    manifest = run.read_manifest()
    profile = manifest.profile
    profile = official_profile(profile) if official else with_weights_type(with_engine(profile.with_policy(policy), engine))
    return dataclasses.replace(manifest, profile=profile)


def with_engine(profile: Profile, engine: Engine | None) -> Profile:
    """The profile with another engine, where one is given."""
    return dataclasses.replace(profile, vlm=dataclasses.replace(profile.vlm, engine=engine)) if engine else profile


def with_weights_type(profile: Profile) -> Profile:
    """The profile with `vlm.cpu_bfloat16` decided by this machine's processor, so that all of a cluster's predict alike."""
    choice: Choice = "on" if scores_in_bfloat16(profile.vlm) else "off"
    return dataclasses.replace(profile, vlm=dataclasses.replace(profile.vlm, cpu_bfloat16=choice))


def load_chain(run: RunFolder, manifest: Manifest, promise: Promise | HandoverRule | None = None) -> Chain:
    """Load everything that the profile's policy needs, and bring it up to date with what the run was taught since it was built.

    `manifest` is that of `run_manifest`. With a `promise` answers are accepted or handed over, by a rule that rests on the
    examples that the run was built with; a rule in its place was found for the same run and manifest before. Raises RunError
    where a step is missing.
    """
    chain = load_base_chain(run, manifest, promise)
    store = open_taught(run.path)
    if store is None:
        return chain
    try:
        taught = store.taught()
        return chain if taught.version == manifest.taught else open_applying(run, manifest, chain).apply(store, taught)
    finally:
        store.close()


def open_applying(run: RunFolder, manifest: Manifest, chain: Chain, reading: ReadingOptions | None = None) -> Applying:
    """What brings a run's chain up to date. Images that were not read when they were taught are read in this process."""
    reading = reading or ReadingOptions(default_cache())
    images = Path(manifest.images)
    folder = images if images.is_dir() else run.path  # Taught examples bring their images along.
    return Applying(run, manifest, chain, CaseReader(Reader.for_profile(manifest.profile, folder, reading.cache, 1)), reading)


def load_base_chain(run: RunFolder, manifest: Manifest, promise: Promise | HandoverRule | None = None) -> Chain:
    """The chain as the run was built, whatever it was taught since; fusion is fitted where it is not there yet.

    `manifest` is that of `run_manifest`. With a `promise` answers are accepted or handed over. Raises RunError where a step is
    missing.
    """
    profile, labels = manifest.profile, manifest.labels
    run.require("index")
    budget = profile_budget(trained_profile(run, profile))
    retriever, fusion, counts = load_fusion(run, manifest)  # Before the models: a broken file is named at once.
    encoder = load_encoders(profile)
    encoder.check(run)
    asks = profile.calls.policy != "retrieval" and run.require("vlm").get("asks", True)
    asker = load_asker(profile, labels, run.step("vlm") / FINAL) if asks else None
    scopes = scope_references(run, retriever, labels)
    rule = load_rule(run, manifest, retriever, fusion, promise, scopes) if isinstance(promise, Promise) else promise
    return Chain(profile, labels, encoder, retriever, asker, fusion, budget, counts, rule, scopes, manifest.taught)


def load_asker(profile: Profile, labels: LabelSet, adapter: Path) -> Asker:
    """The profile's engine with an adapter on its model. Raises InputError and WeightsError where that cannot be."""
    settings = profile.vlm
    if settings.engine == "vllm":
        tokenizer = load_processor(resolve_package_path(settings.source)).tokenizer
        builders, _ = prompt_builders(tokenizer, labels, settings)
        scorer = VllmScorer(open_vllm(settings, profile.seed, adapter), builders, settings)
        scorer.adapt(adapter)
        return Asker(scorer, builders)
    loaded = with_adapter(load_model(settings), adapter)
    builders, _ = prompt_builders(loaded.tokenizer, labels, settings)
    return Asker(TransformersScorer(for_scoring(loaded)), builders)


def load_baseline(run: RunFolder, manifest: Manifest, adapter: Path | None = None) -> Baseline:
    """Load the profile's model with an adapter that was trained elsewhere, or what `vlm.train_lora --prompt official` trained.

    Raises RunError where nothing has been trained, ProfileError where the profile has no VLM, and WeightsError where the adapter
    does not fit.
    """
    settings = manifest.profile.vlm
    _ = settings.source  # a profile without a VLM has no baseline
    loaded = with_adapter(load_model(settings), adapter) if adapter else load_official(run, settings)
    return Baseline(loaded, manifest.labels, profile_budget(manifest.profile))


def load_fusion(run: RunFolder, manifest: Manifest) -> tuple[Retriever, FusionModel, LabelCounts]:
    """The part of the chain that needs no encoder and no VLM; fusion is fitted where it is not there yet."""
    run.require("index")
    retriever = Retriever.load(run.step("index"))
    with_vlm = run.is_complete("vlm") or manifest.profile.calls.policy != "retrieval"
    scores = _vlm_scores(run, retriever) if with_vlm else None
    return retriever, _fusion(run, manifest, retriever, scores), label_counts(retriever, manifest.labels)


def load_rule(
    run: RunFolder,
    manifest: Manifest,
    retriever: Retriever,
    fusion: FusionModel,
    promise: Promise,
    scopes: Mapping[Task, ScopeReference],
) -> HandoverRule:
    """The hand-over rule that keeps a promise under the profile's policy, from the answers to the training examples.

    `scopes` are those of `scope_references`.
    """
    found = out_of_fold_answers(run, manifest, retriever, fusion)
    rule = fit_rule(
        {task: Answers.of(probability, truth, scopes[task].own) for task, (probability, truth) in found.items()}, promise
    )
    names = {task: manifest.labels.names(task) for task in found}
    seen = {task: frozenset(names[task][label] for label in set(truth.labels.tolist())) for task, (_, truth) in found.items()}
    return dataclasses.replace(rule, labels=seen)


def run_rule(run: RunFolder, manifest: Manifest, promise: Promise) -> HandoverRule:
    """The hand-over rule of a run, for whoever does not load the whole chain. `manifest` is that of `run_manifest`."""
    retriever, fusion, _ = load_fusion(run, manifest)
    rule = load_rule(run, manifest, retriever, fusion, promise, scope_references(run, retriever, manifest.labels))
    now, built = taught_to(run.path), taught_to(run.path, manifest.taught)
    return rule.after_teaching() if now.digest() != built.digest() else rule


def scope_references(run: RunFolder, retriever: Retriever, labels: LabelSet) -> dict[Task, ScopeReference]:
    """What inputs are compared with to find those that are out of scope, for each task that has labelled examples."""
    evidence, _ = training_evidence(retriever, labels, None)
    fused = FusedOutOfFold.load(run.step("fusion"))
    return {task: ScopeReference.of(signals(own, fused.probabilities[task][0])) for task, own in evidence.items()}


def out_of_fold_answers(
    run: RunFolder, manifest: Manifest, retriever: Retriever, fusion: FusionModel
) -> dict[Task, tuple[Float64, Truth]]:
    """What the profile's policy answers to each task's training examples, (n, L), from parts that did not see them.

    In the order of `retriever.rows`. `manifest` is that of `run_manifest`.
    """
    scores = _vlm_scores(run, retriever) if len(fusion.stages) > 1 else None
    evidence, truths = training_evidence(retriever, manifest.labels, scores)
    fused, calls = FusedOutOfFold.load(run.step("fusion")), manifest.profile.calls
    return {task: (fused.answers(own, calls, worth=fusion.asks(task)), truths[task]) for task, own in evidence.items()}


def _vlm_scores(run: RunFolder, retriever: Retriever) -> dict[Task, VlmScores]:
    """The VLM's out-of-fold scores, which must be of the index's very examples, in their order."""
    run.require("vlm")
    result = {}
    for task, (ids, scores) in read_out_of_fold(run.step("vlm")).items():
        if ids != [retriever.table.ids[row] for row in retriever.rows(task)]:
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
    with taking_turns(run.step("index")):  # Two commands may be the first to need it.
        finished = run.is_complete("fusion") and run.require("fusion").get("made_from") == made_from
        if finished and (folder / OUT_OF_FOLD_FILE).is_file():  # Runs of earlier versions lack the file.
            return FusionModel.load(folder)
        run.reset("fusion")
        model, out_of_fold = fit_chain_fusion(retriever, manifest.labels, manifest.profile, scores, quiet=False)
        run.complete("fusion", [*model.save(folder), out_of_fold.save(folder)], made_from=made_from)
        return model
