"""Batches of texts for encoders that pad: texts of similar length together, each different text once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Embed: TypeAlias = Callable[[Sequence[str]], NDArray[np.float32]]
Run: TypeAlias = Callable[[Embed, Sequence[Sequence[str]]], Iterable[NDArray[np.float32]]]


def encode_by_length(
    texts: Sequence[str],
    max_chars: int,
    batch_size: int,
    dimension: int,
    embed: Embed,
    run: Run = map,
) -> NDArray[np.float32]:
    """Vectors (n, dimension) of texts, of which the last `max_chars` characters are read; `embed` gives those of one batch,
    `run` applies it to all batches, in their order.

    The end, because a dialogue's question stands there. A text of nothing but spaces gets a zero row and is not embedded.
    """
    cut = [text.strip()[-max_chars:] for text in texts]
    result = np.zeros((len(cut), dimension), np.float32)
    unique = sorted({text for text in cut if text}, key=lambda text: (len(text), text))
    numbers = {text: number for number, text in enumerate(unique)}
    parts = list(run(embed, [unique[start : start + batch_size] for start in range(0, len(unique), batch_size)]))
    if parts:
        rows = [row for row, text in enumerate(cut) if text]
        result[rows] = np.concatenate(parts)[[numbers[cut[row]] for row in rows]]
    return result
