"""The probes that learn from labelled examples.

`probe_text` reads n-grams and layout, written texts included; `probe_dense` reads image and text vectors.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from data.case import Case
from data.schema import Task
from retrieval.knowledge import Knowledge
from retrieval.layout import SIZE, layout_features
from retrieval.lexical import Counts, LexicalEncoder
from retrieval.probes import LinearProbe, fit_probe
from retrieval.vectors import CaseVectors
from retrieval.views import Space, case_view

KNOWLEDGE_WEIGHT = 1.0  # of a written text against a labelled example, within its label
LAYOUT_WEIGHT = 0.5  # length of the layout block beside the text blocks
DENSE_COST = 3.0


@dataclass(frozen=True)
class Evidence:
    """What is read of n cases: counts of their text views' n-grams, layout (n, layout features) and dense vectors."""

    counts: Counts
    layout: NDArray[np.float32]
    vectors: CaseVectors

    @classmethod
    def of(cls, cases: Sequence[Case], vectors: CaseVectors, spaces: Sequence[Space]) -> Evidence:
        """From cases of one task; only scenes have a layout, since a dialogue's image says little of its label."""
        layout = [layout_features(case) * (case.sample.task is Task.SCENE) for case in cases]
        counts = Counts.of([case_view(case) for case in cases], spaces)
        return cls(counts, np.array(layout, np.float32).reshape(-1, SIZE), vectors)

    def take(self, rows: NDArray[np.int64]) -> Evidence:
        """Some cases."""
        return Evidence(self.counts.take(rows), self.layout[rows], self.vectors.take(rows))


@dataclass(frozen=True)
class TrainedProbes:
    """Fitted on some cases; scores any. `centre` and `scale` (layout features,) standardise the layout."""

    encoder: LexicalEncoder
    centre: NDArray[np.float32]
    scale: NDArray[np.float32]
    text: LinearProbe
    dense: LinearProbe

    @classmethod
    def fit(
        cls,
        evidence: Evidence,
        targets: NDArray[np.int64],
        knowledge: Knowledge,
        counts: Counts,
        labels: int,
        seed: int,
    ) -> TrainedProbes:
        """Fit vocabulary and probes on n examples with label numbers `targets` (n,), and on written texts; `counts` are of the
        examples' views and then the written ones."""
        encoder, columns = LexicalEncoder.fit_counts(counts, min_df=2)
        centre = evidence.layout.mean(axis=0) if len(targets) else np.zeros(SIZE, np.float32)
        spread = evidence.layout.std(axis=0) if len(targets) else np.zeros(SIZE, np.float32)
        # A feature that never varies must stay 0, not be blown up by what new cases hold.
        scale = np.where(spread > 1e-6, LAYOUT_WEIGHT / np.sqrt(SIZE) / np.maximum(spread, 1e-6), 0).astype(np.float32)
        layout = np.concatenate([evidence.layout, np.repeat(centre[None], len(knowledge.views), axis=0)])
        features = _features(encoder.weigh(counts.select(columns)), layout, centre, scale)
        weights = np.concatenate([np.ones(len(targets)), np.full(len(knowledge.views), KNOWLEDGE_WEIGHT)])
        every = np.concatenate([targets, knowledge.targets])
        text = fit_probe(features, every, labels, seed, weights=weights)
        dense = fit_probe(_joined(evidence.vectors), targets, labels, seed, cost=DENSE_COST)
        return cls(encoder, centre, scale, text, dense)

    def scores(self, evidence: Evidence) -> dict[str, NDArray[np.float32]]:
        """`probe_text` and `probe_dense`, each (n, labels)."""
        features = _features(self.encoder.transform(evidence.counts), evidence.layout, self.centre, self.scale)
        return {"probe_text": self.text.scores(features), "probe_dense": self.dense.scores(_joined(evidence.vectors))}

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Plain arrays, for `restore`."""
        layout = {"layout_centre": self.centre, "layout_scale": self.scale}
        return {**self.encoder.arrays(), **layout, **self.text.arrays("probe_text"), **self.dense.arrays("probe_dense")}

    @classmethod
    def restore(cls, spaces: Sequence[Mapping[str, Any]], arrays: Mapping[str, NDArray[Any]]) -> TrainedProbes:
        """Rebuild from `arrays` and the encoder's `describe`."""
        return cls(
            LexicalEncoder.restore(spaces, arrays),
            arrays["layout_centre"],
            arrays["layout_scale"],
            LinearProbe.restore("probe_text", arrays),
            LinearProbe.restore("probe_dense", arrays),
        )


def _features(
    text: sp.csr_array, layout: NDArray[np.float32], centre: NDArray[np.float32], scale: NDArray[np.float32]
) -> sp.csr_array:
    """Text columns, then the standardised layout, cut at three standard deviations."""
    bound = 3 * LAYOUT_WEIGHT / np.sqrt(SIZE)
    block = np.clip((layout - centre) * scale, -bound, bound).astype(np.float32)
    return sp.csr_array(sp.hstack([text, sp.csr_array(block)], format="csr"), dtype=np.float32)


def _joined(vectors: CaseVectors) -> NDArray[np.float32]:
    return np.concatenate([vectors.image, vectors.text], axis=1)
