"""The probes that learn from labelled examples.

`probe_text` reads n-grams and layout, and learns from written texts, too. `probe_dense` reads image and text vectors,
`probe_sentence` those of the text encoder where there is one; its scores are log-probabilities. `probe_visual` sees what the
pages of scenes look like.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from data.case import Case
from data.page import legible
from data.schema import Task
from retrieval.centring import Centring
from retrieval.knowledge import WrittenViews
from retrieval.layout import SIZE, layout_features
from retrieval.lexical import Counts, LexicalEncoder
from retrieval.probes import LinearProbe, fit_probe
from retrieval.softmax_probe import SentencePrior, fit_softmax_probe, sentence_scores
from retrieval.vectors import CaseVectors
from retrieval.views import Space, case_view
from retrieval.visual import PICTURE, VisualProbe, picture_features

LAYOUT_WEIGHT = 0.5  # length of the layout block beside the text blocks
DENSE_COST = 3.0


@dataclass(frozen=True)
class CaseFeatures:
    """What the probes read of n cases: n-gram counts of their views, `layout` (n, layout features), dense vectors, what scenes
    look like (n, PICTURE; nothing of dialogues, (n, 0)), and the characters (n,) that were read on their pages."""

    counts: Counts
    layout: NDArray[np.float32]
    vectors: CaseVectors
    pictures: NDArray[np.float32]
    characters: NDArray[np.float32]

    @classmethod
    def of(cls, cases: Sequence[Case], vectors: CaseVectors, spaces: Sequence[Space]) -> CaseFeatures:
        """Of cases of one task. The layout of a dialogue is zero: its image says little of its label."""
        layout = [layout_features(case) * (case.sample.task is Task.SCENE) for case in cases]
        counts = Counts.of([case_view(case) for case in cases], spaces)
        scenes = bool(cases) and cases[0].sample.task is Task.SCENE
        seen = [picture_features(case) if scenes else np.zeros(0, np.float32) for case in cases]
        characters = [legible([line for page in case.pages for line in page.lines]) for case in cases]
        return cls(
            counts,
            np.array(layout, np.float32).reshape(-1, SIZE),
            vectors,
            np.array(seen, np.float32).reshape(len(cases), PICTURE if scenes else 0),
            np.array(characters, np.float32),
        )

    def with_sentence(self, centring: Centring) -> CaseFeatures:
        """The same with centred sentence vectors."""
        vectors = CaseVectors(self.vectors.image, self.vectors.text, centring.apply(self.vectors.sentence))
        return dataclasses.replace(self, vectors=vectors)

    def take(self, rows: NDArray[np.int64]) -> CaseFeatures:
        """Some cases."""
        return CaseFeatures(
            self.counts.take(rows),
            self.layout[rows],
            self.vectors.take(rows),
            self.pictures[rows],
            self.characters[rows],
        )

    def join(self, other: CaseFeatures) -> CaseFeatures:
        """These cases and then those of `other`."""
        return CaseFeatures(
            self.counts.join(other.counts),
            np.concatenate([self.layout, other.layout]),
            CaseVectors.join([self.vectors, other.vectors]),
            np.concatenate([self.pictures, other.pictures]),
            np.concatenate([self.characters, other.characters]),
        )


@dataclass(frozen=True)
class TrainedProbes:
    """Fitted probes. `centre` and `scale` (layout features,) standardise the layout."""

    encoder: LexicalEncoder
    centre: NDArray[np.float32]
    scale: NDArray[np.float32]
    text: LinearProbe
    dense: LinearProbe
    sentence: LinearProbe | None
    visual: VisualProbe | None = None

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
        weights: NDArray[np.float64] | None = None,
    ) -> TrainedProbes:
        """Fit vocabulary and probes on n examples with label numbers `targets` (n,) and on written texts.

        `counts` are those of the examples' views, followed by those of the written ones; `prior` is what the
        sentence probe starts from; without one there is no such probe. `weights` (n,) weigh the examples of one label against
        each other, 1 where it is None.
        """
        encoder, columns = LexicalEncoder.fit_counts(counts, min_df=2)
        centre = features.layout.mean(axis=0) if len(targets) else np.zeros(SIZE, np.float32)
        spread = features.layout.std(axis=0) if len(targets) else np.zeros(SIZE, np.float32)
        # A feature that never varies stays 0; dividing by its spread would blow up whatever new cases hold.
        scale = np.where(spread > 1e-6, LAYOUT_WEIGHT / np.sqrt(SIZE) / np.maximum(spread, 1e-6), 0).astype(np.float32)
        layout = np.concatenate([features.layout, np.repeat(centre[None], len(written.views), axis=0)])
        columns_of_text = _text_columns(encoder.weigh(counts.select(columns)), layout, centre, scale)
        own = np.ones(len(targets)) if weights is None else weights
        every = np.concatenate([targets, written.targets])
        with ThreadPoolExecutor(1) as beside:  # liblinear takes one core; its random numbers are for one thread at a time
            sentence = None
            if prior is not None:
                given = None if weights is None else own.astype(np.float32)
                sentence = beside.submit(fit_softmax_probe, features.vectors.sentence, targets, prior, given)
            text = fit_probe(columns_of_text, every, labels, seed, weights=np.concatenate([own, written.weights()]))
            dense = fit_probe(_joined(features.vectors), targets, labels, seed, cost=DENSE_COST, weights=weights)
            visual = VisualProbe.fit(features.pictures, targets, labels, seed, weights)
        return cls(encoder, centre, scale, text, dense, sentence.result() if sentence else None, visual)

    def scores(self, features: CaseFeatures) -> dict[str, NDArray[np.float32]]:
        """`probe_text`, `probe_dense`, `probe_visual` and, with a text encoder, `probe_sentence`, each (n, labels)."""
        columns = _text_columns(self.encoder.transform(features.counts), features.layout, self.centre, self.scale)
        scores = {"probe_text": self.text.scores(columns), "probe_dense": self.dense.scores(_joined(features.vectors))}
        if self.sentence is not None:
            scores["probe_sentence"] = sentence_scores(self.sentence, features.vectors.sentence)
        if self.visual is not None:  # as in older indexes
            scores["probe_visual"] = self.visual.scores(features.pictures)
        return scores

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Plain arrays, for `restore`."""
        layout = {"layout_centre": self.centre, "layout_scale": self.scale}
        sentence = self.sentence.arrays("probe_sentence") if self.sentence else {}
        visual = self.visual.arrays() if self.visual else {}
        return {
            **self.encoder.arrays(),
            **layout,
            **self.text.arrays("probe_text"),
            **self.dense.arrays("probe_dense"),
            **sentence,
            **visual,
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
            VisualProbe.restore(arrays),
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
