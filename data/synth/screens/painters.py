"""Pictures on pages that come from the drawings of goods and photos; small ones are cached."""

from __future__ import annotations

import functools
from random import Random

from PIL import Image

THUMB, TILE = 100, 190  # pixels; pictures up to this side are drawn once per variant and scaled


VARIANTS = 24


def paint_goods(category: str, rng: Random, size: tuple[int, int]) -> Image.Image:
    """A drawing of an article of the category. Small ones come from a fixed set of variants, which are cached."""
    from data.synth.goods import draw_goods  # imported where needed: the text side of the corpus runs without it

    if max(size) <= THUMB:
        return _thumbnail(category, rng.randrange(VARIANTS), THUMB).resize(size)
    if max(size) <= TILE:
        return _thumbnail(category, rng.randrange(VARIANTS // 2), TILE).resize(size)
    return draw_goods(rng, category, size)


@functools.lru_cache(maxsize=1500)
def _thumbnail(category: str, variant: int, side: int) -> Image.Image:
    from data.synth.goods import draw_goods

    return draw_goods(Random(f"{category}-{variant}"), category, (side, side))


def paint_photo(kind: str, rng: Random, size: tuple[int, int]) -> Image.Image:
    """A photo-like picture of one of `photos.PHOTO_KINDS`."""
    from data.synth.photos import draw_photo

    return draw_photo(rng, kind, size)


def paint_snap(rng: Random, size: tuple[int, int]) -> Image.Image:
    """A customer's photo as a thumbnail, from a fixed set that is cached."""
    return _snapshot(rng.randrange(3 * VARIANTS)).resize(size)


@functools.lru_cache(maxsize=3 * VARIANTS)
def _snapshot(variant: int) -> Image.Image:
    from data.synth.photos import PHOTO_KINDS, draw_photo

    return draw_photo(Random(f"snapshot-{variant}"), PHOTO_KINDS[variant % len(PHOTO_KINDS)], (THUMB, THUMB))


def paint_blot(rng: Random, size: tuple[int, int]) -> Image.Image:
    """Soft blobs of colour: portraits, thumbnails of videos, adverts."""
    cells = Image.new("RGB", (3, 3))
    light = rng.randint(90, 210)
    base = [light + rng.randint(-35, 35) for _ in range(3)]
    cells.putdata([tuple(level + shade for level in base) for shade in (rng.randint(-45, 40) for _ in range(9))])
    return cells.resize(size, Image.Resampling.BICUBIC)
