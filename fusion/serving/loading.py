"""The service's state of a run on disk. Importing this takes seconds, because it takes the models' packages."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

from data.profile import Policy
from data.run import RunFolder, file_digest
from data.schema import Task
from data.teaching import Taught
from fusion.chain import Chain
from fusion.live.rules import LiveRules
from fusion.live.verdicts import standing, verdicts
from fusion.loading import out_of_fold_answers
from fusion.pages.known import Known
from fusion.serving.label_scores import OutOfFold
from fusion.serving.state import State


def state_of(run: RunFolder, chain: Chain, base: Chain, taught: Taught, live: LiveRules) -> State:
    """The state of a run: `chain` is `base`, as it was built, after what was `taught`.

    Answers are accepted or handed over where the chain has a rule: by that which is in force.
    """
    manifest = run.read_manifest()
    examples = {row.id: Known(row.id, row.task, row.label, row.text, row.images) for row in reversed(chain.retriever.table)}
    for id_, sample in taught.examples.items():
        if id_ in examples:
            examples[id_] = replace(examples[id_], contents=sample.contents)
    return State(
        chain.version,
        run_digest(run, chain.profile.calls.policy),
        chain.labels,
        chain.predict,
        examples,
        Path(manifest.images),
        verdicts(chain.rule, live) if chain.rule else None,
        lambda: training_answers(run, base),
        standing(chain.rule, live) if chain.rule else None,
    )


def run_digest(run: RunFolder, policy: Policy) -> str:
    """Names what a run was made from, its manifest and finished steps, and which calls it makes (hex)."""
    steps = [run.step(step) / "complete.json" for step in ("index", "vlm", "fusion")]
    found = [file_digest(path) for path in (run.manifest_path, *steps) if path.is_file()]
    return hashlib.sha256("".join([*found, policy]).encode()).hexdigest()


def training_answers(run: RunFolder, chain: Chain) -> dict[Task, OutOfFold]:
    """The chain's answers to its training examples, each from parts that did not see the example."""
    table, retriever = chain.retriever.table, chain.retriever
    manifest = replace(run.read_manifest(), profile=chain.profile)
    return {
        task: OutOfFold(
            chain.labels.names(task),
            tuple(table.ids[row] for row in retriever.rows(task)),
            truth.labels,
            probability,
            truth.groups,
        )
        for task, (probability, truth) in out_of_fold_answers(run, manifest, retriever, chain.fusion).items()
    }
