"""What a page looks like where nothing can be read on it: colours, edges and shape of its first image, and a probe on them.

    features = np.stack([picture_features(case) for case in cases])         # (n, PICTURE)
    probe = VisualProbe.fit(features, targets, labels, seed)
    probe.scores(features)                                                  # (n, labels) margins

The probe is linear on random Fourier features (Rahimi and Recht 2007) of the standardised numbers, which stand for a Gaussian
kernel: it learns in time proportional to the examples and is kept as plain arrays.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from data.case import Case
from retrieval.probes import LinearProbe, fit_probe

WIDTH, HEIGHT = 64, 128  # pixels of the thumbnail, whose cells are counted below
COLOUR_CELLS, TEXTURE_CELLS = (16, 8), (16, 4)  # rows, columns
HUES, LEVELS = 12, 4  # bins of the histograms: hue by saturation; red, green and blue together
PALE = 0.93  # from which all three channels are called white
PICTURE = 1 + 3 * 16 * 8 + 4 * 16 * 4 + 2 * HEIGHT + HUES + LEVELS**3

FOURIER = 2048  # random features
WIDTH_SCALE = 0.5  # of the kernel: gamma times the number of numbers
COST = 1.0


def picture_features(case: Case) -> NDArray[np.float32]:
    """(PICTURE,) float32 of the first page's pixels; zeros without any."""
    if not case.pages or case.pages[0].pixels is None:
        return np.zeros(PICTURE, np.float32)
    page = case.pages[0]
    small = Image.fromarray(case.pages[0].pixels).resize((WIDTH, HEIGHT), Image.Resampling.BOX)
    colour = np.asarray(small, np.float32) / 255
    grey = colour.mean(axis=2)
    hue, saturation, _ = np.moveaxis(np.asarray(small.convert("HSV"), np.float32) / 255, 2, 0)
    across = np.abs(np.diff(grey, axis=1, prepend=grey[:, :1]))
    down = np.abs(np.diff(grey, axis=0, prepend=grey[:1]))
    textures = (across, down, colour.max(axis=2) - colour.min(axis=2), (colour.min(axis=2) > PALE).astype(np.float32))
    bins = np.minimum((colour * LEVELS).astype(int), LEVELS - 1) @ np.array([LEVELS**2, LEVELS, 1])
    parts = [
        np.array([np.log(page.height / max(page.width, 1))]),
        _cells(colour, COLOUR_CELLS),
        *(_cells(texture[..., None], TEXTURE_CELLS) for texture in textures),
        grey.mean(axis=1),
        grey.std(axis=1),
        np.histogram(hue, HUES, (0, 1), weights=saturation)[0] / grey.size,
        np.sqrt(np.bincount(bins.ravel(), minlength=LEVELS**3) / grey.size),
    ]
    return np.concatenate(parts).astype(np.float32)


@dataclass(frozen=True)
class VisualProbe:
    """`centre` and `scale` (PICTURE,) standardise, `seed` draws the random features, `linear` weighs them."""

    centre: NDArray[np.float32]
    scale: NDArray[np.float32]
    seed: int
    linear: LinearProbe

    @property
    def silent(self) -> bool:
        """Whether it was fitted on nothing to see."""
        return not len(self.centre)

    @classmethod
    def fit(
        cls,
        features: NDArray[np.float32],
        targets: NDArray[np.int64],
        labels: int,
        seed: int,
        weights: NDArray[np.float64] | None = None,
    ) -> VisualProbe:
        """Fit on features (n, PICTURE) with label numbers (n,) and, as in `fit_probe`, weights (n,).

        On (n, 0), of dialogues, the probe says nothing of any label.
        """
        if not features.shape[1]:
            nothing = np.zeros(0, np.float32)
            return cls(nothing, nothing, seed, LinearProbe(np.zeros((0, labels), np.float32), np.zeros(labels, np.float32)))
        centre = features.mean(axis=0) if len(features) else np.zeros(PICTURE, np.float32)
        spread = features.std(axis=0) if len(features) else np.zeros(PICTURE, np.float32)
        scale = np.where(spread > 1e-6, 1 / np.maximum(spread, 1e-6), 0).astype(np.float32)
        unfitted = cls(centre, scale, seed, LinearProbe(np.zeros((0, labels), np.float32), np.zeros(labels, np.float32)))
        return cls(centre, scale, seed, fit_probe(unfitted._fourier(features), targets, labels, seed, COST, weights))

    def scores(self, features: NDArray[np.float32]) -> NDArray[np.float32]:
        """Margins (n, labels)."""
        if self.silent:
            return np.repeat(self.linear.bias[None], len(features), axis=0)
        return self.linear.scores(self._fourier(features))

    def _fourier(self, features: NDArray[np.float32]) -> NDArray[np.float32]:
        """(n, FOURIER)."""
        directions, phases = _directions(self.seed)
        # Beyond four standard deviations nothing more is said than that a number is unlike all others.
        standard = np.clip((features - self.centre) * self.scale, -4, 4)
        return np.asarray(np.cos(standard @ directions + phases) * np.sqrt(2 / FOURIER), np.float32)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Plain arrays, for `restore`."""
        own: dict[str, NDArray[Any]] = {
            "visual_centre": self.centre,
            "visual_scale": self.scale,
            "visual_seed": np.array(self.seed, np.int64),
        }
        return {**own, **self.linear.arrays("probe_visual")}

    @classmethod
    def restore(cls, arrays: Mapping[str, NDArray[Any]]) -> VisualProbe | None:
        """Rebuild from `arrays`; None where an index has none, as older ones have."""
        if "visual_centre" not in arrays:
            return None
        linear = LinearProbe.restore("probe_visual", arrays)
        return cls(arrays["visual_centre"], arrays["visual_scale"], int(arrays["visual_seed"]), linear)


@lru_cache(maxsize=2)
def _directions(seed: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Random directions (PICTURE, FOURIER) and phases (FOURIER,); a seed's are drawn once a process."""
    generator = np.random.default_rng(seed)
    directions = generator.standard_normal((PICTURE, FOURIER), np.float32) * np.float32(np.sqrt(2 * WIDTH_SCALE / PICTURE))
    return directions, generator.uniform(0, 2 * np.pi, FOURIER).astype(np.float32)


def _cells(values: NDArray[Any], cells: tuple[int, int]) -> NDArray[np.float32]:
    """Means over a grid of cells of (HEIGHT, WIDTH, channels), flat."""
    rows, columns = cells
    grid = values.reshape(rows, HEIGHT // rows, columns, WIDTH // columns, -1).mean(axis=(1, 3))
    return np.asarray(grid.ravel(), np.float32)
