"""Dense vectors of cases and of labels, made once and shared by indexes, probes and duplicate search."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data.case import Case
from data.labels import LabelSet
from data.schema import Task
from retrieval.encoder import Encodes, unit
from retrieval.views import question

MAX_LABEL_TEXTS = 32  # knowledge texts that a label's vector is averaged from


@dataclass(frozen=True)
class CaseVectors:
    """`image` (n, d): mean over a case's pages; `text` (n, d): its question or page text. Unit rows, or zero where a case
    has no such thing."""

    image: NDArray[np.float32]
    text: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.image)

    def take(self, rows: NDArray[np.int64] | Sequence[int]) -> CaseVectors:
        """The vectors of some cases."""
        chosen = np.asarray(rows, np.int64)
        return CaseVectors(self.image[chosen], self.text[chosen])

    @classmethod
    def join(cls, parts: Sequence[CaseVectors]) -> CaseVectors:
        """The vectors of all parts, one after another; parts without any case may have vectors of any length."""
        filled = [part for part in parts if len(part)] or list(parts[:1])
        names = [field.name for field in dataclasses.fields(cls)]
        return cls(**{name: np.concatenate([getattr(part, name) for part in filled]) for name in names})


def encode_cases(encoder: Encodes, cases: Sequence[Case]) -> CaseVectors:
    """Encode every page's pixels and every case's text."""
    pages = [(row, page.pixels) for row, case in enumerate(cases) for page in case.pages if page.pixels is not None]
    text = encoder.encode_texts([question(case) for case in cases])
    image = np.zeros_like(text)
    if pages:
        np.add.at(image, [row for row, _ in pages], encoder.encode_images([pixels for _, pixels in pages]))
    return CaseVectors(unit(image), text)


def encode_labels(
    encoder: Encodes, labels: LabelSet, knowledge: Mapping[Task, Sequence[tuple[str, str | Case]]] | None = None
) -> dict[Task, NDArray[np.float32]]:
    """One unit vector a label, (labels, d) per task: half its name and description, half the mean of its knowledge texts."""
    result = {}
    for task in labels.tasks:
        active = labels.active(task)
        texts: list[list[str]] = [[] for _ in active]
        numbers = {name: number for number, name in enumerate(labels.names(task))}
        for name, item in (knowledge or {}).get(task, ()):
            if name in numbers and len(texts[numbers[name]]) < MAX_LABEL_TEXTS:
                texts[numbers[name]].append(item if isinstance(item, str) else question(item))
        vectors = encoder.encode_texts([f"{label.name}\n{label.description}" for label in active])
        for number, own in enumerate(texts):
            if own:
                mean = unit(encoder.encode_texts(own).mean(axis=0, keepdims=True))
                vectors[number] = unit(vectors[number : number + 1] + mean)[0]
        result[task] = vectors
    return result
