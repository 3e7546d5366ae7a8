"""The probes that learn from labelled examples.

`probe_text` reads n-grams and layout, and learns from written texts, too. `probe_dense` reads image and text vectors,
`probe_sentence` those of the text encoder where there is one; its scores are log-probabilities.
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
from retrieval.centring import Centring
from retrieval.knowledge import WrittenViews
from retrieval.layout import SIZE, layout_features
from retrieval.lexical import Counts, LexicalEncoder
from retrieval.probes import LinearProbe, fit_probe
from retrieval.softmax_probe import SentencePrior, fit_softmax_probe, sentence_scores
from retrieval.vectors import CaseVectors
from retrieval.views import Space, case_view

LAYOUT_WEIGHT = 0.5  # length of the layout block beside the text blocks
DENSE_COST = 3.0


@dataclass(frozen=True)
class CaseFeatures:
    """What the probes read of n cases: n-gram counts of their views, `layout` (n, layout features) and dense vectors."""

    counts: Counts
    layout: NDArray[np.float32]
    vectors: CaseVectors

    @classmethod
    def of(cls, cases: Sequence[Case], vectors: CaseVectors, spaces: Sequence[Space]) -> CaseFeatures:
        """Of cases of one task. The layout of a dialogue is zero: its image says little of its label."""
        layout = [layout_features(case) * (case.sample.task is Task.SCENE) for case in cases]
        counts = Counts.of([case_view(case) for case in cases], spaces)
        return cls(counts, np.array(layout, np.float32).reshape(-1, SIZE), vectors)

    def with_sentence(self, centring: Centring) -> CaseFeatures:
        """The same with centred sentence vectors."""
        vectors = CaseVectors(self.vectors.image, self.vectors.text, centring.apply(self.vectors.sentence))
        return CaseFeatures(self.counts, self.layout, vectors)

    def take(self, rows: NDArray[np.int64]) -> CaseFeatures:
        """Some cases."""
        return CaseFeatures(self.counts.take(rows), self.layout[rows], self.vectors.take(rows))

    def join(self, other: CaseFeatures) -> CaseFeatures:
        """These cases and then those of `other`."""
        layout = np.concatenate([self.layout, other.layout])
        return CaseFeatures(self.counts.join(other.counts), layout, CaseVectors.join([self.vectors, other.vectors]))


@dataclass(frozen=True)
class TrainedProbes:
    """Fitted probes. `centre` and `scale` (layout features,) standardise the layout."""

    encoder: LexicalEncoder
    centre: NDArray[np.float32]
    scale: NDArray[np.float32]
    text: LinearProbe
    dense: LinearProbe
    sentence: LinearProbe | None

    @classmethod
    def fit(
        cls,
        features: CaseFeatures,
        targets: NDArray[np.int64],
        written: WrittenViews,
        counts: Counts,
        labels: int,
        seed: int,
        prior: SentencePrior | None = None,
    ) -> TrainedProbes:
        """Fit vocabulary and probes on n examples with label numbers `targets` (n,) and on written texts.

        `counts` are those of the examples' views, followed by those of the written ones; `prior` is what the
        sentence probe starts from; without one there is no such probe.
        """
        encoder, columns = LexicalEncoder.fit_counts(counts, min_df=2)
        centre = features.layout.mean(axis=0) if len(targets) else np.zeros(SIZE, np.float32)
        spread = features.layout.std(axis=0) if len(targets) else np.zeros(SIZE, np.float32)
        # A feature that never varies stays 0; dividing by its spread would blow up whatever new cases hold.
        scale = np.where(spread > 1e-6, LAYOUT_WEIGHT / np.sqrt(SIZE) / np.maximum(spread, 1e-6), 0).astype(np.float32)
        layout = np.concatenate([features.layout, np.repeat(centre[None], len(written.views), axis=0)])
        columns_of_text = _text_columns(encoder.weigh(counts.select(columns)), layout, centre, scale)
        weights = np.concatenate([np.ones(len(targets)), written.weights()])
        every = np.concatenate([targets, written.targets])
        text = fit_probe(columns_of_text, every, labels, seed, weights=weights)
        dense = fit_probe(_joined(features.vectors), targets, labels, seed, cost=DENSE_COST)
        sentence = None
        if prior is not None:
            sentence = fit_softmax_probe(features.vectors.sentence, targets, prior)
        return cls(encoder, centre, scale, text, dense, sentence)

    def scores(self, features: CaseFeatures) -> dict[str, NDArray[np.float32]]:
        """`probe_text`, `probe_dense` and, with a text encoder, `probe_sentence`, each (n, labels)."""
        columns = _text_columns(self.encoder.transform(features.counts), features.layout, self.centre, self.scale)
        scores = {"probe_text": self.text.scores(columns), "probe_dense": self.dense.scores(_joined(features.vectors))}
        if self.sentence is not None:
            scores["probe_sentence"] = sentence_scores(self.sentence, features.vectors.sentence)
        return scores

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Plain arrays, for `restore`."""
        layout = {"layout_centre": self.centre, "layout_scale": self.scale}
        sentence = self.sentence.arrays("probe_sentence") if self.sentence else {}
        return {
            **self.encoder.arrays(),
            **layout,
            **self.text.arrays("probe_text"),
            **self.dense.arrays("probe_dense"),
            **sentence,
        }

    @classmethod
    def restore(cls, spaces: Sequence[Mapping[str, Any]], arrays: Mapping[str, NDArray[Any]]) -> TrainedProbes:
        """Rebuild from `arrays` and the encoder's `describe`."""
        return cls(
            LexicalEncoder.restore(spaces, arrays),
            arrays["layout_centre"],
            arrays["layout_scale"],
            LinearProbe.restore("probe_text", arrays),
            LinearProbe.restore("probe_dense", arrays),
            LinearProbe.restore("probe_sentence", arrays) if "probe_sentence_weights" in arrays else None,
        )


def _text_columns(
    text: sp.csr_array, layout: NDArray[np.float32], centre: NDArray[np.float32], scale: NDArray[np.float32]
) -> sp.csr_array:
    """Text columns, then the standardised layout, clipped at three standard deviations."""
    bound = 3 * LAYOUT_WEIGHT / np.sqrt(SIZE)
    block = np.clip((layout - centre) * scale, -bound, bound).astype(np.float32)
    return sp.csr_array(sp.hstack([text, sp.csr_array(block)], format="csr"), dtype=np.float32)


def _joined(vectors: CaseVectors) -> NDArray[np.float32]:
    return np.concatenate([vectors.image, vectors.text], axis=1)
