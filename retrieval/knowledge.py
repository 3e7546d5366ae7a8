"""What is known of labels before any labelled example: names, descriptions and written (synthetic) texts.

Scores, each (n, labels):

    probe_knowledge     a probe that is trained on names, descriptions and written texts alone
    description_text    n-gram cosine to the label's name and description
    description_dense   cosine of the case's text vector to the label's vector
    description_image   cosine of the case's image vector to the label's vector

None learns from labelled examples, so training examples and new cases are scored alike.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from data.case import Case
from data.labels import Label
from data.schema import Task
from retrieval.lexical import Counts, LexicalEncoder, unit_rows
from retrieval.probes import LinearProbe, fit_probe
from retrieval.vectors import CaseVectors
from retrieval.views import Space, View, case_view, text_view

Pairs = Sequence[tuple[str, str | Case]]


@dataclass(frozen=True)
class WrittenViews:
    """Views of a task's written texts, with label numbers (n,).

    The first view of each label, in order, is its name and description.
    """

    views: tuple[View, ...]
    targets: NDArray[np.int64]

    @classmethod
    def of(cls, task: Task, labels: Sequence[Label], pairs: Pairs) -> WrittenViews:
        """Names and descriptions of all labels, then the pairs whose label is one of them."""
        numbers = {label.name: number for number, label in enumerate(labels)}
        kept = [(numbers[name], item) for name, item in pairs if name in numbers]
        views = [text_view(task, f"{label.name}\n{label.description}") for label in labels]
        views += [text_view(task, item) if isinstance(item, str) else case_view(item) for _, item in kept]
        return cls(tuple(views), np.array([*range(len(labels)), *(number for number, _ in kept)], np.int64))


@dataclass(frozen=True)
class Written:
    """Written texts with the n-gram counts of their views and, where it was fitted already, the scorer that rests on them."""

    texts: WrittenViews
    counts: Counts
    known: KnowledgeScorer | None = None

    @classmethod
    def of(cls, task: Task, labels: Sequence[Label], pairs: Pairs, spaces: tuple[Space, ...]) -> Written:
        """Names and descriptions of all labels, then the pairs whose label is one of them."""
        texts = WrittenViews.of(task, labels, pairs)
        return cls(texts, Counts.of(texts.views, spaces))


@dataclass(frozen=True)
class KnowledgeScorer:
    """Scores from knowledge alone. `descriptions` (labels, features) are unit rows, `vectors` are (labels, d) or None."""

    encoder: LexicalEncoder
    probe: LinearProbe
    descriptions: sp.csr_array
    vectors: NDArray[np.float32] | None

    @classmethod
    def fit(
        cls, written: WrittenViews, counts: Counts, labels: int, seed: int, vectors: NDArray[np.float32] | None
    ) -> KnowledgeScorer:
        """Train on the written texts, whose views `counts` are of."""
        encoder, columns = LexicalEncoder.fit_counts(counts)
        features = encoder.weigh(counts.select(columns))
        probe = fit_probe(features, written.targets, labels, seed)
        return cls(encoder, probe, unit_rows(features[:labels]), vectors)

    def scores(self, counts: Counts, vectors: CaseVectors) -> dict[str, NDArray[np.float32]]:
        """Each (n, labels)."""
        features = self.encoder.transform(counts)
        result = {
            "probe_knowledge": self.probe.scores(features),
            "description_text": np.asarray((unit_rows(features) @ self.descriptions.T).toarray(), np.float32),
        }
        if self.vectors is not None:
            result["description_dense"] = vectors.text @ self.vectors.T
            result["description_image"] = vectors.image @ self.vectors.T
        return result

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Plain arrays, for `restore`."""
        arrays = {f"known_{name}": array for name, array in self.encoder.arrays().items()}
        arrays |= self.probe.arrays("known")
        arrays |= {f"descriptions_{part}": getattr(self.descriptions, part) for part in ("data", "indices", "indptr")}
        return arrays if self.vectors is None else {**arrays, "label_vectors": self.vectors}

    @classmethod
    def restore(cls, spaces: Sequence[Mapping[str, Any]], arrays: Mapping[str, NDArray[Any]]) -> KnowledgeScorer:
        """Rebuild from `arrays` and the encoder's `describe`."""
        own = {name.removeprefix("known_"): array for name, array in arrays.items() if name.startswith("known_")}
        encoder = LexicalEncoder.restore(spaces, own)
        parts = tuple(arrays[f"descriptions_{part}"] for part in ("data", "indices", "indptr"))
        shape = (len(arrays["descriptions_indptr"]) - 1, encoder.features)
        probe = LinearProbe.restore("known", arrays)
        return cls(encoder, probe, sp.csr_array(parts, shape=shape), arrays.get("label_vectors"))
