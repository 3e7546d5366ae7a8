"""Labelled rows held out of a training: what is measured on them was measured on rows that nothing was trained on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from data.case import Case
from data.labels import load_labels
from data.profile import Profile
from data.reading import ReadingOptions
from data.schema import Sample
from data.training import load_training
from retrieval.duplicates import case_folds
from retrieval.encoders import load_encoders
from retrieval.vectors import CaseVectors, encode_cases


@dataclass(frozen=True)
class Split:
    """Labelled samples, each part in the data file's order."""

    training: list[Sample]
    held_out: list[Sample]


def hold_out(data: Path, images: Path, profile: Profile, folds: int, reading: ReadingOptions) -> tuple[Split, list[str]]:
    """Read and encode a file's labelled rows and hold one fold out, and messages on rows with problems."""
    read = load_training(profile, load_labels(), data, images, reading)
    vectors = encode_cases(load_encoders(profile), read.cases)
    return split_cases(read.cases, vectors, folds, profile.seed), read.messages


def split_cases(cases: Sequence[Case], vectors: CaseVectors, folds: int, seed: int) -> Split:
    """Hold out what the first fold of a cross-validation with the same seed holds out."""
    inside = case_folds(cases, vectors.image, folds, seed) != 0
    samples = [case.sample for case in cases]
    return Split([samples[row] for row in np.flatnonzero(inside)], [samples[row] for row in np.flatnonzero(~inside)])
