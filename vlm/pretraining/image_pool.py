"""The VLM's image pool: screens drawn ahead of training, as patches that the vision tower reads.

A pool folder (drawn_pool.py) holds `patches.npy`, uint8 (images, patches, 3 x 14 x 14), white where an image has fewer patches,
and `images.jsonl` with scene, grid, OCR lines and layout of each image. The patches are those of the image processor before
normalisation; a patch is stored once, not once for each of its two frames.
"""

from __future__ import annotations

import functools
import random
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from data.images import shrink
from data.labels import load_labels
from data.page import OcrLine, Page
from data.profile import VlmSettings
from data.schema import Task
from retrieval.pretraining.drawn_pool import DrawnPool, Record, is_held_out, lexicon
from vlm.model import fit_ratio, image_grid

PATCH = 14
MERGE = 2
PATCH_VALUES = 3 * PATCH * PATCH
# Pixels of a page at run time (data.cases.MIN_PAGE_PIXELS). Pool images are resized twice, as at run time.
PAGE_PIXELS = 160_000
# Share of official scenes in the pool; they are the most frequent at run time.
OFFICIAL_SHARE = 0.72
SCALES = (0.75, 1.0)  # pixels per point; the model sees no more of a screen
MANY_LAYOUTS = 6
NOWHERE = (0.0, 0.0, 1.0, 1.0)


@dataclass(frozen=True)
class PoolImage:
    """`grid` is (rows, columns) in patches; `lines` are what a perfect OCR reads."""

    scene: str
    grid: tuple[int, int]
    lines: tuple[OcrLine, ...]
    layout: str = ""


@dataclass(frozen=True)
class ImagePool:
    """`patches` is uint8 (images, patches, 588), mapped from the file; `by_scene` lists rows per scene."""

    patches: NDArray[np.uint8]
    images: tuple[PoolImage, ...]
    by_scene: dict[str, tuple[int, ...]]

    def page(self, row: int, lines: Sequence[str]) -> Page:
        """The image as a page. Its pixels are zeros of the right shape; the model reads `patches`."""
        rows, columns = self.images[row].grid
        pixels: NDArray[np.uint8] = np.broadcast_to(np.uint8(0), (rows * PATCH, columns * PATCH, 3))
        return Page(f"pool{row}", columns * PATCH, rows * PATCH, text_lines(lines), pixels)


def text_lines(lines: Sequence[str]) -> tuple[OcrLine, ...]:
    """OCR lines without positions, which prompts do not use."""
    return tuple(OcrLine(text, NOWHERE) for text in lines)


def layouts_of(scene: str, held_out: bool) -> tuple[str, ...]:
    """The layouts of the training or the held-out part.

    Of an official scene with many layouts, one is held out, chosen by hash. Other scenes have the same layouts in both parts.
    """
    from data.synth.screens import layouts

    names = tuple(sorted(layouts(scene)))
    if scene not in scene_names()[0] or len(names) < MANY_LAYOUTS:
        return names
    chosen = min(names, key=lambda name: zlib.crc32(f"{scene}-{name}".encode()))
    return (chosen,) if held_out else tuple(name for name in names if name != chosen)


def scene_names() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Official scenes and further ones that can be drawn."""
    from data.synth.screens import further_scenes  # imported here, because only the pool needs the drawing code

    return load_labels().names(Task.SCENE), tuple(scene.label for scene in further_scenes())


def build_pool(
    folder: Path, size: int, seed: int, settings: VlmSettings, workers: int, say: Callable[[str], object] = print
) -> None:
    """Draw `size` images into `folder`, or keep those of an earlier call. The same seed gives the same pool."""
    wanted = {"size": size, "seed": seed, "min_pixels": settings.min_pixels, "max_pixels": settings.max_pixels}
    shape = (size, settings.max_pixels // PATCH**2, PATCH_VALUES)
    _files(folder).build(wanted, shape, functools.partial(_draw_image, seed, settings), workers, say)


def load_pool(folder: Path) -> ImagePool:
    """Open a finished pool. Raises RunError."""
    # Never written back; torch wants it writable.
    patches, records = _files(folder).load("c", "run `python -m vlm.pretrain` again to draw the pool")
    images: list[PoolImage] = []
    rows: dict[str, list[int]] = {}
    for value in records:
        lines = tuple(OcrLine(text, NOWHERE, score) for text, score in value["lines"])
        rows.setdefault(value["scene"], []).append(len(images))
        images.append(PoolImage(value["scene"], tuple(value["grid"]), lines, value["layout"]))
    return ImagePool(patches, tuple(images), {scene: tuple(places) for scene, places in rows.items()})


def empty_pool() -> ImagePool:
    """No images."""
    return ImagePool(np.zeros((0, 4, PATCH_VALUES), dtype=np.uint8), (), {})


def image_patches(image: Image.Image, settings: VlmSettings) -> tuple[NDArray[np.uint8], tuple[int, int]]:
    """(patches, 588) uint8 in the image processor's order and the grid (rows, columns)."""
    pixels = shrink(image.convert("RGB"), max(PAGE_PIXELS, settings.max_pixels))
    height, width = pixels.shape[:2]
    _, rows, columns = image_grid(height, width, settings)
    fitted = Image.fromarray(fit_ratio(pixels, settings)).resize((columns * PATCH, rows * PATCH), Image.Resampling.BICUBIC)
    values = np.asarray(fitted, dtype=np.uint8).reshape(rows // MERGE, MERGE, PATCH, columns // MERGE, MERGE, PATCH, 3)
    # (row pair, column pair, row, column, channel, y, x): the order of Qwen2VLImageProcessor.patchify
    return values.transpose(0, 3, 1, 4, 6, 2, 5).reshape(rows * columns, PATCH_VALUES), (rows, columns)


def _files(folder: Path) -> DrawnPool:
    return DrawnPool(folder, "patches.npy", "images.jsonl")


def _draw_image(seed: int, settings: VlmSettings, row: int) -> tuple[NDArray[np.uint8], Record]:
    """Patches (patches of the largest image, 588), white where the image has fewer, and record of a row of the pool."""
    from data.synth.screens import generate_screen

    rng = random.Random(f"pool-{seed}-{row}")
    official, further = scene_names()
    names = official if not further or rng.random() < OFFICIAL_SHARE else further
    scene = names[row % len(names)]
    layout = rng.choice(layouts_of(scene, is_held_out(row)))
    screen = generate_screen(rng, scene, lexicon(), scale=rng.uniform(*SCALES), layout=layout)
    assert screen.image is not None
    patches, grid = image_patches(screen.image, settings)
    padded = np.full((settings.max_pixels // PATCH**2, PATCH_VALUES), 255, np.uint8)
    padded[: len(patches)] = patches
    lines = [[line.text, round(line.score, 2)] for line in screen.lines]
    return padded, {"scene": scene, "layout": layout, "grid": grid, "lines": lines}
