"""Dense vectors of cases and of labels, made once and shared by indexes, probes and duplicate search."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from data.case import Case
from data.labels import Label, LabelSet
from data.schema import Task
from retrieval.encoder import Encodes, unit
from retrieval.views import SENTENCE_WEIGHTS, question, sentence_views

MAX_LABEL_TEXTS = 32  # written texts that a label's vector is averaged from


def _none() -> NDArray[np.float32]:
    return np.zeros((0, 0), np.float32)


@dataclass(frozen=True)
class CaseVectors:
    """Unit rows, or zero rows where a case has no such thing.

    `image` (n, d) is the mean over a case's pages, `text` (n, d) its question or page text in the images' space, `sentence`
    (n, views * e) its texts of `views.sentence_views` by the text encoder, side by side; e is 0 without one.
    """

    image: NDArray[np.float32]
    text: NDArray[np.float32]
    sentence: NDArray[np.float32] = field(default_factory=_none)

    def __post_init__(self) -> None:
        if not self.sentence.size and len(self.sentence) != len(self.image):
            object.__setattr__(self, "sentence", np.zeros((len(self.image), 0), np.float32))

    def __len__(self) -> int:
        return len(self.image)

    def take(self, rows: NDArray[np.int64] | Sequence[int]) -> CaseVectors:
        """The vectors of some cases."""
        chosen = np.asarray(rows, np.int64)
        return CaseVectors(self.image[chosen], self.text[chosen], self.sentence[chosen])

    @classmethod
    def join(cls, parts: Sequence[CaseVectors]) -> CaseVectors:
        """The vectors of all parts, one after another; parts without any case may have vectors of any length."""
        filled = [part for part in parts if len(part)] or list(parts[:1])
        names = [field.name for field in dataclasses.fields(cls)]
        return cls(**{name: np.concatenate([getattr(part, name) for part in filled]) for name in names})


@dataclass(frozen=True)
class LabelVectors:
    """Unit rows of a task's labels. `dense` (labels, d) is in the images' space: half name and description, half the mean of the
    label's written texts. `sentence` (labels, e) is name and description by the text encoder; e is 0 without one."""

    dense: NDArray[np.float32]
    sentence: NDArray[np.float32] = field(default_factory=_none)

    def __post_init__(self) -> None:
        if not self.sentence.size and len(self.sentence) != len(self.dense):
            object.__setattr__(self, "sentence", np.zeros((len(self.dense), 0), np.float32))


def encode_cases(encoder: Encodes, cases: Sequence[Case]) -> CaseVectors:
    """Encode every page's pixels and every case's text."""
    pages = [(row, page.pixels) for row, case in enumerate(cases) for page in case.pages if page.pixels is not None]
    text = encoder.encode_texts([question(case) for case in cases])
    sentence = encoder.encode_sentences([view for case in cases for view in sentence_views(case)])
    image = np.zeros_like(text)
    if pages:
        np.add.at(image, [row for row, _ in pages], encoder.encode_images([pixels for _, pixels in pages]))
    return CaseVectors(unit(image), text, sentence.reshape(len(cases), len(SENTENCE_WEIGHTS) * sentence.shape[1]))


def encode_labels(
    encoder: Encodes, labels: LabelSet, knowledge: Mapping[Task, Sequence[tuple[str, str | Case]]] | None = None
) -> dict[Task, LabelVectors]:
    """Vectors of all labels, per task."""
    result = {}
    for task in labels.tasks:
        active = labels.active(task)
        texts: list[list[str]] = [[] for _ in active]
        numbers = {name: number for number, name in enumerate(labels.names(task))}
        for name, item in (knowledge or {}).get(task, ()):
            if name in numbers and len(texts[numbers[name]]) < MAX_LABEL_TEXTS:
                texts[numbers[name]].append(item if isinstance(item, str) else question(item))
        described = [f"{label.name}\n{label.description}" for label in active]
        encoded = encoder.encode_texts([*described, *(text for own in texts for text in own)])  # at once, so in full batches
        vectors, end = encoded[: len(active)].copy(), len(active)
        for number, own in enumerate(texts):
            if own:
                end += len(own)
                mean = unit(encoded[end - len(own) : end].mean(axis=0, keepdims=True))
                vectors[number] = unit(vectors[number : number + 1] + mean)[0]
        result[task] = LabelVectors(vectors, encoder.encode_sentences([label_sentence(label) for label in active]))
    return result


def label_sentence(label: Label) -> str:
    """Name and description as a text encoder reads them: words, where the name is written with underscores between them."""
    return f"{label.name.replace('_', ' ')}\n{label.description}"
