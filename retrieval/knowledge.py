"""What is known of labels before any labelled example: names, descriptions and written (synthetic) texts.

Scores, each (n, labels):

    probe_knowledge     a probe that is trained on names, descriptions and written texts alone
    description_text    n-gram cosine to the label's name and description
    description_dense   cosine of the case's text vector to the label's vector
    description_image   cosine of the case's image vector to the label's vector
    description_sentence   cosine of sentence vectors: the case's text, and the label's name and description

None learns from labelled examples, so training examples and new cases are scored alike.

How much written texts count is a rule and not fitted, because who wrote them may have seen the examples: all written texts of a
label together count as PRIOR_EXAMPLES labelled ones. So their share falls as 1 / (1 + n / PRIOR_EXAMPLES) with the number n of
labelled examples, in the probe that learns from both and in the opinion pool. Labels without written texts get no opinion.
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
from retrieval.vectors import CaseVectors, LabelVectors
from retrieval.views import Space, View, case_view, text_view

Pairs = Sequence[tuple[str, str | Case]]

PRIOR_EXAMPLES = 5.0  # labelled examples that all written texts of a label count as
POOL_WEIGHT = 1.5  # of `probe_knowledge` without any labelled example


@dataclass(frozen=True)
class WrittenViews:
    """Views of a task's written texts, with label numbers (n,).

    The first view of each label, in order, is its name and description.
    """

    views: tuple[View, ...]
    targets: NDArray[np.int64]

    def weights(self) -> NDArray[np.float64]:
        """Weight (n,) of each view against a labelled example: PRIOR_EXAMPLES for all of a label, at most 1 for one of them."""
        return np.minimum(PRIOR_EXAMPLES / np.bincount(self.targets)[self.targets], 1.0)

    def written(self, labels: int) -> NDArray[np.bool_]:
        """Which labels (labels,) have written texts beside name and description."""
        return np.asarray(np.bincount(self.targets, minlength=labels) > 1)

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
    """Scores from knowledge alone. `descriptions` (labels, features) are unit rows, `vectors` those of the labels or None."""

    encoder: LexicalEncoder
    probe: LinearProbe
    descriptions: sp.csr_array
    vectors: LabelVectors | None
    written: NDArray[np.bool_]

    @classmethod
    def fit(cls, written: WrittenViews, counts: Counts, labels: int, seed: int, vectors: LabelVectors | None) -> KnowledgeScorer:
        """Train on the written texts, whose views `counts` are of."""
        encoder, columns = LexicalEncoder.fit_counts(counts)
        features = encoder.weigh(counts.select(columns))
        known = written.written(labels)
        rows = np.flatnonzero(known[written.targets])
        probe = fit_probe(features[rows], written.targets[rows], labels, seed)
        return cls(encoder, probe, unit_rows(features[:labels]), vectors, known)

    def scores(self, counts: Counts, vectors: CaseVectors) -> dict[str, NDArray[np.float32]]:
        """Each (n, labels). Labels without written texts get the mean `probe_knowledge` of the others, 0 where none has any."""
        features = self.encoder.transform(counts)
        probe = self.probe.scores(features)
        probe[:, ~self.written] = probe[:, self.written].mean(axis=1, keepdims=True) if self.written.any() else 0.0
        result = {
            "probe_knowledge": probe,
            "description_text": np.asarray((unit_rows(features) @ self.descriptions.T).toarray(), np.float32),
        }
        if self.vectors is not None:
            result["description_dense"] = vectors.text @ self.vectors.dense.T
            result["description_image"] = vectors.image @ self.vectors.dense.T
            if vectors.sentence.shape[1]:
                result["description_sentence"] = vectors.sentence @ self.vectors.sentence.T
        return result

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Plain arrays, for `restore`."""
        arrays = {f"known_{name}": array for name, array in self.encoder.arrays().items()}
        arrays |= {**self.probe.arrays("known"), "written_labels": self.written}
        arrays |= {f"descriptions_{part}": getattr(self.descriptions, part) for part in ("data", "indices", "indptr")}
        if self.vectors is not None:
            arrays |= {"label_vectors": self.vectors.dense, "label_sentences": self.vectors.sentence}
        return arrays

    @classmethod
    def restore(cls, spaces: Sequence[Mapping[str, Any]], arrays: Mapping[str, NDArray[Any]]) -> KnowledgeScorer:
        """Rebuild from `arrays` and the encoder's `describe`."""
        own = {name.removeprefix("known_"): array for name, array in arrays.items() if name.startswith("known_")}
        encoder = LexicalEncoder.restore(spaces, own)
        parts = tuple(arrays[f"descriptions_{part}"] for part in ("data", "indices", "indptr"))
        shape = (len(arrays["descriptions_indptr"]) - 1, encoder.features)
        probe = LinearProbe.restore("known", arrays)
        vectors = None
        if "label_vectors" in arrays:
            # Indexes of before the text encoder have no sentence vectors.
            vectors = LabelVectors(arrays["label_vectors"], arrays.get("label_sentences", np.zeros((0, 0), np.float32)))
        # Indexes of before the rule have a probe that says something of every label.
        written = arrays.get("written_labels", np.ones(shape[0], np.bool_))
        return cls(encoder, probe, sp.csr_array(parts, shape=shape), vectors, written)


def pool_weight(examples: float) -> float:
    """The pool's weight of `probe_knowledge` at so many labelled examples a label."""
    return POOL_WEIGHT / (1 + examples / PRIOR_EXAMPLES)
