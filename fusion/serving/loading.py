"""The service's state of a run on disk. Importing this takes seconds, because it takes the models' packages."""

from __future__ import annotations

import hashlib
from pathlib import Path

from data.run import RunFolder, file_digest
from data.schema import Task
from fusion.chain import Chain, training_evidence
from fusion.model import fit_fusion
from fusion.predictor import Predictor
from fusion.serving.confusion import OutOfFold
from fusion.serving.state import AcceptRule, Known, State
from vlm.lora.out_of_fold import read_out_of_fold
from vlm.policy import CALLS
from vlm.protocol import VlmScores


def state_of(run: RunFolder, predictor: Predictor, version: int = 1, accept: AcceptRule | None = None) -> State:
    """The state of a run that was loaded."""
    manifest, chain = run.read_manifest(), predictor.chain
    examples = {row.id: Known(row.id, row.task, row.label, row.text, row.images) for row in reversed(chain.retriever.table)}
    return State(
        version,
        run_digest(run),
        chain.labels,
        chain.predict,
        examples,
        Path(manifest.images),
        accept,
        lambda: training_answers(run, chain),
    )


def run_digest(run: RunFolder) -> str:
    """Names what a run was made from: its manifest and finished steps (hex)."""
    steps = [run.step(step) / "complete.json" for step in ("index", "vlm", "fusion")]
    found = [file_digest(path) for path in (run.manifest_path, *steps) if path.is_file()]
    return hashlib.sha256("".join(found).encode()).hexdigest()


def training_answers(run: RunFolder, chain: Chain) -> dict[Task, OutOfFold]:
    """The chain's answers on its training examples; fusion is fitted again, because only fitting gives its left-out answers."""
    table, retriever = chain.retriever.table, chain.retriever
    ids = {task: [table[row].id for row in retriever.rows(task)] for task in Task}
    scores: dict[Task, VlmScores] | None = None
    if run.is_complete("vlm"):
        found = read_out_of_fold(run.step("vlm"))
        if all(task in found and found[task][0] == ids[task] for task in Task if ids[task]):
            scores = {task: own for task, (_, own) in found.items()}
    evidence, truths = training_evidence(retriever, chain.labels, scores)
    calls = CALLS if scores else 0
    _, probability = fit_fusion(evidence, truths, chain.profile.fusion, chain.profile.seed, calls)
    return {
        task: OutOfFold(chain.labels.names(task), tuple(ids[task]), truths[task].labels, probability[task])
        for task in probability
    }
