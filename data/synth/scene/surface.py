"""Lit textures from multi-octave noise: wood, tiles, cloth, cardboard and others."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from random import Random

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from data.synth import camera
from data.synth.camera import Floats
from data.synth.pen import WOOD, Colour, Size, tint

BROWN = (176, 138, 98)


def mix(height: Floats, low: Colour, high: Colour) -> Floats:
    """Colours (h, w, 3) between two tones by a height map in [0, 1]."""
    tones = np.asarray(low, np.float32), np.asarray(high, np.float32)
    return tones[0] + height[..., None] * (tones[1] - tones[0])


def tone_pair(rng: Random, colour: Colour, spread: float) -> tuple[Colour, Colour]:
    jitter = rng.uniform(0.85, 1.1)
    return tint(colour, jitter * (1 - spread)), tint(colour, jitter * (1 + spread))


def surface(rng: Random, kind: str, size: Size, colour: Colour | None = None) -> Image.Image:
    """A lit texture, RGB: wood, planks, tiles, marble, cloth, carpet, wall, cardboard, concrete, steel, leather or grass."""
    small = (max(8, size[0] // 2), max(8, size[1] // 2)) if max(size) > 320 else size  # finer grain is the camera's
    return to_image(_SURFACES[kind](rng, camera.generator(rng), small, colour)).resize(size, Image.Resampling.BILINEAR)


def to_image(values: Floats) -> Image.Image:
    return Image.fromarray(np.clip(values, 0, 255).astype(np.uint8))


def _wood_grain(rng: Random, gen: np.random.Generator, size: Size, colour: Colour | None) -> Floats:
    colour = colour or rng.choice((WOOD, (206, 166, 120), (120, 76, 48), (224, 200, 168), (92, 54, 40), (150, 118, 86)))
    grain = camera.fractal(gen, size, (2, 9), 4, 0.7)
    rings = 0.5 + 0.5 * np.sin(grain * rng.uniform(12, 40))
    return mix(0.6 * camera.fractal(gen, size, (2, 60), 3, 0.8) + 0.4 * rings, *tone_pair(rng, colour, 0.16))


def _planks(rng: Random, gen: np.random.Generator, size: Size, colour: Colour | None) -> Floats:
    values = _wood_grain(rng, gen, size, colour)
    step = max(4, int(size[1] / rng.uniform(3, 9)))
    for top in range(0, size[1], step):
        values[top : top + step] *= rng.uniform(0.85, 1.1)
        values[top : top + 1] *= 0.55
        for cut in (rng.randrange(size[0]), rng.randrange(size[0])):
            values[top : top + step, cut : cut + 1] *= 0.6
    return values


def _tile_grid(rng: Random, gen: np.random.Generator, size: Size, colour: Colour | None) -> Floats:
    colour = colour or rng.choice(((214, 208, 198), (180, 178, 174), (232, 228, 222), (150, 140, 128)))
    values = mix(camera.fractal(gen, size, (4, 4), 5, 0.7), *tone_pair(rng, colour, 0.07))
    step, gap = max(6, int(min(size) / rng.uniform(1.5, 7))), max(1, min(size) // 160)
    for at in range(rng.randrange(step), max(size), step):
        values[at : at + gap] *= 0.62
        values[:, at : at + gap] *= 0.66
    return values


def _marble(rng: Random, gen: np.random.Generator, size: Size, colour: Colour | None) -> Floats:
    veins = np.abs(camera.fractal(gen, size, (3, 3), 5, 0.6) - 0.5) * 2
    colour = colour or rng.choice(((226, 224, 220), (60, 58, 58), (190, 180, 168)))
    return mix(np.clip(veins * 4, 0, 1), *tone_pair(rng, colour, 0.1))


def _cloth(rng: Random, gen: np.random.Generator, size: Size, colour: Colour | None) -> Floats:
    colour = colour or rng.choice(
        ((206, 200, 192), (186, 170, 190), (120, 130, 150), (226, 206, 200), (150, 160, 140), (90, 94, 104), (214, 198, 170))
    )
    angle, stretch = rng.uniform(0, math.pi), rng.choice(((3, 2), (2, 5), (6, 2), (3, 3)))
    folds = 1 - np.abs(2 * camera.fractal(gen, size, stretch, 3, 0.5) - 1)
    values = mix(0.5 + relief(folds, angle, min(size) / rng.uniform(12, 30)), *tone_pair(rng, colour, 0.34))
    if rng.random() < 0.4:
        _woven(rng, values)
    values *= 1 + 0.1 * (gen.random((size[1], size[0], 1), np.float32) - 0.5)
    return values


def _woven(rng: Random, values: Floats) -> None:
    """Stripes or checks woven into a cloth, in place."""
    tint = np.array([rng.uniform(0.6, 1.1) for _ in range(3)], np.float32)
    step, kind = max(4, int(values.shape[1] / rng.uniform(6, 24))), rng.randrange(3)
    for at in range(0, max(values.shape[:2]), step):
        if kind != 0:
            values[:, at : at + step // 2] *= tint
        if kind != 1:
            values[at : at + step // 2] *= tint


def relief(height: Floats, angle: float, gain: float) -> Floats:
    """How much a height map faces a light from `angle`: about -0.5 to 0.5."""
    down, across = np.gradient(height)
    lit: Floats = np.tanh((across * math.cos(angle) + down * math.sin(angle)) * gain) * 0.5
    return lit


def _speckled(tones: Sequence[Colour], cells: tuple[float, float], fine: float, spread: float) -> Callable[..., Floats]:
    """A surface of blotches and grain."""

    def draw(rng: Random, gen: np.random.Generator, size: Size, colour: Colour | None) -> Floats:
        blotch = camera.fractal(gen, size, cells, 5, 0.65)
        values = mix(blotch, *tone_pair(rng, colour or rng.choice(tones), spread))
        return values * (1 + fine * (gen.random((size[1], size[0], 1), np.float32) - 0.5))

    return draw


_SURFACES: dict[str, Callable[[Random, np.random.Generator, Size, Colour | None], Floats]] = {
    "wood": _wood_grain,
    "planks": _planks,
    "tiles": _tile_grid,
    "marble": _marble,
    "cloth": _cloth,
    "carpet": _speckled(((140, 128, 120), (96, 100, 110), (170, 150, 130), (120, 70, 66)), (5, 5), 0.5, 0.2),
    "wall": _speckled(((224, 220, 212), (206, 204, 200), (190, 184, 170), (214, 206, 186)), (2, 2), 0.04, 0.06),
    "cardboard": _speckled((BROWN, (190, 152, 110), (160, 122, 84)), (3, 40), 0.1, 0.08),
    "concrete": _speckled(((150, 148, 144), (120, 118, 114), (96, 92, 88)), (4, 4), 0.25, 0.18),
    "steel": _speckled(((170, 172, 174), (120, 122, 126), (60, 62, 66)), (2, 90), 0.06, 0.12),
    "leather": _speckled(((70, 52, 44), (40, 40, 42), (150, 110, 80), (120, 40, 40)), (40, 40), 0.08, 0.16),
    "grass": _speckled(((96, 120, 60), (120, 130, 70), (80, 96, 56)), (24, 40), 0.5, 0.4),
}
TABLES = ("wood", "wood", "marble", "cloth", "leather", "steel", "tiles")
FLOORS = ("planks", "planks", "tiles", "tiles", "concrete", "carpet", "cardboard")


def ground(rng: Random, size: Size, kinds: Sequence[str]) -> Image.Image:
    """A surface that fills the frame, seen from above at an angle."""
    width, height = half = max(8, size[0] // 2), max(8, size[1] // 2)
    texture = surface(rng, rng.choice(kinds), half)
    if rng.random() < 0.4:
        texture = texture.transpose(Image.Transpose.ROTATE_90).resize(half)
    far, near, lean = rng.uniform(0.02, 0.1), rng.uniform(0.05, 0.6), rng.uniform(-0.15, 0.15)
    quad = [(-far - 0.15, -0.1), (1.15 + far, -0.1), (1.15 + near + lean, 1.15), (-0.15 - near + lean, 1.15)]
    seen = camera.warp(texture, [(x * width, y * height) for x, y in quad], half)[0].convert("RGB")
    return seen.resize(size, Image.Resampling.BILINEAR)


def to_grey(values: NDArray[np.floating]) -> Image.Image:
    return Image.fromarray((values * 255).astype(np.uint8))
