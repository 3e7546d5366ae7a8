"""How many wrong labels the audit finds: some are planted, each with the label that its example is most easily taken for.

A share of the training examples gets another label: the best other one by out-of-fold probability. Then retrieval and fusion
are fitted anew, without the VLM, and the audit ranks all examples. Precision among as many as were planted is also their
recall. With cleanlab installed (it is in none of the extras) its ranking of the same probabilities is scored beside.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec

import numpy as np
from numpy.typing import NDArray

from data.arrays import Float64
from data.case import Case
from data.labels import LabelSet
from data.profile import Profile
from data.reading import ReadingOptions
from data.run import RunFolder
from data.schema import Task
from data.training import run_training
from fusion.chain import fit_chain_fusion
from fusion.doubt import label_doubt, seems
from retrieval.encoders import load_encoders
from retrieval.indexing import Knowledge, fit_retriever, knowledge_for
from retrieval.retriever import Retriever
from retrieval.vectors import CaseVectors, encode_cases


@dataclass(frozen=True)
class Found:
    """Of one task: how many labels were planted, and the precision among as many most doubtful examples.

    `cleanlab` is that of its ranking, None where it is not installed.
    """

    task: Task
    planted: int
    precision: float
    cleanlab: float | None


def evaluate_planted(run: RunFolder, share: float, seed: int, reading: ReadingOptions) -> list[Found]:
    """Plant wrong labels in a share of a run's training data, and look for them."""
    manifest, data = run_training(run, reading)
    profile = dataclasses.replace(manifest.profile, seed=seed)
    encoder = load_encoders(profile)
    vectors = encode_cases(encoder, data.cases)
    knowledge = knowledge_for(manifest.labels, encoder, profile)
    return find_planted(data.cases, vectors, profile, manifest.labels, knowledge, share)


def find_planted(
    cases: Sequence[Case], vectors: CaseVectors, profile: Profile, labels: LabelSet, knowledge: Knowledge, share: float
) -> list[Found]:
    """The same on cases in memory."""
    generator = np.random.default_rng(profile.seed)
    _, before = _fit(cases, vectors, profile, labels, knowledge)
    changed, planted = list(cases), {}
    for task, probability in before.items():
        rows = np.array([row for row, case in enumerate(cases) if case.sample.task is task])
        names = labels.names(task)
        own = np.array([names.index(str(cases[row].sample.label)) for row in rows])
        chosen = generator.permutation(len(rows))[: max(1, round(share * len(rows)))]
        wrong = seems(probability, own)
        for place in chosen.tolist():
            case = cases[rows[place]]
            changed[rows[place]] = dataclasses.replace(
                case, sample=dataclasses.replace(case.sample, label=names[int(wrong[place])])
            )
        planted[task] = np.isin(np.arange(len(rows)), chosen)
    retriever, after = _fit(changed, vectors, profile, labels, knowledge)
    result = []
    for task, probability in after.items():
        names = labels.names(task)
        own = np.array([names.index(retriever.table.labels[row]) for row in retriever.rows(task)])
        doubt = label_doubt(probability, own)
        result.append(
            Found(task, int(planted[task].sum()), _precision(doubt, planted[task]), _cleanlab(probability, own, planted[task]))
        )
    return result


def _fit(
    cases: Sequence[Case], vectors: CaseVectors, profile: Profile, labels: LabelSet, knowledge: Knowledge
) -> tuple[Retriever, dict[Task, Float64]]:
    """A retriever, and fused out-of-fold probabilities (n, L) per task, in the order of the cases."""
    retriever = fit_retriever(cases, vectors, labels, profile, knowledge)
    _, fused = fit_chain_fusion(retriever, labels, profile, None)
    return retriever, {task: np.asarray(stages[0]) for task, stages in fused.probabilities.items()}


def _precision(doubt: Float64, planted: NDArray[np.bool_]) -> float:
    most = np.argsort(-doubt, kind="stable")[: planted.sum()]
    return float(planted[most].mean())


def _cleanlab(probability: Float64, labels: NDArray[np.int64], planted: NDArray[np.bool_]) -> float | None:
    if find_spec("cleanlab") is None:
        return None
    from cleanlab.rank import get_label_quality_scores

    return _precision(-np.asarray(get_label_quality_scores(labels, probability)), planted)
