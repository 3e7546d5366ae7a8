"""A page: one image as the models see it, its pixels bounded in size and the text lines that OCR read on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data.schema import normalise

READABLE = 40.0  # characters (see `legible`) from which a page's text is trusted; with fewer, what can be seen counts as well


@dataclass(frozen=True)
class OcrLine:
    """One text line. `box` is (left, top, right, bottom) as fractions of width and height, `score` the recogniser's."""

    text: str
    box: tuple[float, float, float, float]
    score: float = 1.0


@dataclass(frozen=True)
class Page:
    """One image and its text.

    `digest` is the SHA-256 of the file's bytes (hex), `width` and `height` the original size in pixels, `pixels` the
    downscaled RGB image, uint8 (height, width, 3), or None where only text is at hand, `lines` in reading order. `image` says
    which of its sample's images it is, from 0; None where pages and images have the same order and none is missing.
    """

    digest: str
    width: int
    height: int
    lines: tuple[OcrLine, ...] = ()
    pixels: NDArray[np.uint8] | None = None
    image: int | None = None

    def text(self, separator: str = "\n") -> str:
        """All lines, top to bottom, normalised."""
        return separator.join(line for line in (normalise(line.text) for line in self.lines) if line)


def legible(lines: Sequence[OcrLine]) -> float:
    """How much was read: characters, each counted as far as its line is sure."""
    return sum(len(line.text) * line.score**2 for line in lines)
