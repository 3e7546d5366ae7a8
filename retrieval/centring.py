"""Centring of sentence vectors: what all texts share is taken off before cosines are compared.

Vectors of text encoders lie in a narrow cone (E5: cosines of unrelated texts are 0.7 and more). So each view of a case is centred
by its mean over the labelled examples and made unit; then the views stand side by side with their weights. Labels are centred by
their own mean and compared with the first view.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.encoder import unit
from retrieval.views import SENTENCE_WEIGHTS


@dataclass(frozen=True)
class Centring:
    """`mean` (views * e,) of the examples' vectors. It is label-free, so the same for all folds."""

    mean: NDArray[np.float32]

    def apply(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        """Unit vectors (n, views * e) of raw ones; zero where a case has no text at all."""
        views = _by_view(vectors)
        centred = np.stack([_centred(views[:, at], mean) for at, mean in enumerate(_by_view(self.mean[None])[0])], axis=1)
        return unit((centred * np.array(SENTENCE_WEIGHTS, np.float32)[:, None]).reshape(vectors.shape))


def fit_centring(vectors: NDArray[np.float32]) -> Centring:
    """The mean of each view over the raw vectors (n, views * e) that have it."""
    views = _by_view(vectors)
    return Centring(np.concatenate([_mean(views[:, at]) for at in range(views.shape[1])]).astype(np.float32))


def centre_labels(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Label vectors (labels, e) as (labels, views * e) unit vectors, zero in all views but the first."""
    result = np.zeros((len(vectors), len(SENTENCE_WEIGHTS) * vectors.shape[1]), np.float32)
    result[:, : vectors.shape[1]] = _centred(vectors, _mean(vectors))
    return result


def _by_view(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    return vectors.reshape(len(vectors), len(SENTENCE_WEIGHTS), vectors.shape[1] // len(SENTENCE_WEIGHTS))


def _known(vectors: NDArray[np.float32]) -> NDArray[np.bool_]:
    return np.asarray(np.abs(vectors).max(axis=1, initial=0) > 0)


def _mean(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    known = vectors[_known(vectors)]
    return known.mean(axis=0) if len(known) else np.zeros(vectors.shape[1], np.float32)


def _centred(vectors: NDArray[np.float32], mean: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.where(_known(vectors)[:, None], unit(vectors - mean), 0).astype(np.float32)
