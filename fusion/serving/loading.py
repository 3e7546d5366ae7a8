"""The service's state of a run on disk. Importing this takes seconds, because it takes the models' packages."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

from data.run import RunFolder, file_digest
from data.schema import Task
from data.teaching import Taught
from data.writers import Prediction
from fusion.chain import Chain
from fusion.handover import HandoverRule
from fusion.loading import out_of_fold_answers
from fusion.serving.confusion import OutOfFold
from fusion.serving.state import AcceptRule, Known, State, Verdict


def state_of(run: RunFolder, chain: Chain, base: Chain, taught: Taught) -> State:
    """The state of a run: `chain` is `base`, as it was built, after what was `taught`.

    Answers are accepted or handed over where the chain has a rule.
    """
    manifest = run.read_manifest()
    examples = {row.id: Known(row.id, row.task, row.label, row.text, row.images) for row in reversed(chain.retriever.table)}
    for id_, sample in taught.examples.items():
        if id_ in examples:
            examples[id_] = replace(examples[id_], contents=sample.contents)
    return State(
        chain.version,
        run_digest(run),
        chain.labels,
        chain.predict,
        examples,
        Path(manifest.images),
        verdicts(chain.rule) if chain.rule else None,
        lambda: training_answers(run, base),
    )


def verdicts(rule: HandoverRule) -> AcceptRule:
    """What a run's hand-over rule says of answers, as the service tells it."""

    def accept(prediction: Prediction) -> Verdict:
        if prediction.error is not None:
            return Verdict(False, "input")
        reason = rule.reason(Task(prediction.task), prediction.probability, prediction.out_of_scope)
        return Verdict(not reason, reason)

    return accept


def run_digest(run: RunFolder) -> str:
    """Names what a run was made from: its manifest and finished steps (hex)."""
    steps = [run.step(step) / "complete.json" for step in ("index", "vlm", "fusion")]
    found = [file_digest(path) for path in (run.manifest_path, *steps) if path.is_file()]
    return hashlib.sha256("".join(found).encode()).hexdigest()


def training_answers(run: RunFolder, chain: Chain) -> dict[Task, OutOfFold]:
    """The chain's answers to its training examples, each from parts that did not see the example."""
    table, retriever = chain.retriever.table, chain.retriever
    manifest = replace(run.read_manifest(), profile=chain.profile)
    return {
        task: OutOfFold(
            chain.labels.names(task), tuple(table.ids[row] for row in retriever.rows(task)), truth.labels, probability
        )
        for task, (probability, truth) in out_of_fold_answers(run, manifest, retriever, chain.fusion).items()
    }
