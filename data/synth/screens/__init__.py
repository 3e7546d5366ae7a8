"""Synthetic phone screens: for every scene a family of page layouts with their text lines, description and picture.

screen = generate_screen(Random(7), "退款页面", load_lexicon())
screen.lines      # what a perfect OCR would read, also with render=False
screen.image      # PIL image, None with render=False
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from PIL import Image

from data.page import OcrLine
from data.synth.lexicon import Lexicon
from data.synth.screens import (
    bills,
    cart,
    checkout,
    complaint,
    coupons,
    exchange,
    external,
    foreign,
    further,
    goods_page,
    logistics,
    misc,
    orders,
    other,
    payment,
    platform,
    promotion,
    ratings,
    refund,
    reports,
    returns,
    reviews,
    shops,
    sku,
    trouble,
)
from data.synth.screens.effects import finish_screen
from data.synth.screens.further import further_scenes
from data.synth.screens.phone import Phone

__all__ = ["Screen", "further_scenes", "generate_screen", "layouts", "scenes", "written_layouts"]

Layout = Callable[[Phone], str]

# Photos whose words are known only once they are drawn, which takes a font.
DRAWN_WORDS = frozenset(
    {"other.photo_parcel", "other.photo_label", "other.photo_paper", "other.photo_display", "misc.shot_label", "misc.shot_screen"}
)

_MODULES = (other, misc, sku, goods_page, checkout, orders, payment, reviews, ratings, logistics, trouble, refund, returns,
    exchange, cart, shops, promotion, coupons, bills, complaint, reports, platform, external, foreign)  # fmt: skip


@dataclass(frozen=True)
class Screen:
    """One generated screen. `lines` are in reading order, their scores tell how legible they are."""

    scene: str
    layout: str
    image: Image.Image | None
    lines: tuple[OcrLine, ...]
    description: str


def generate_screen(
    rng: Random, scene: str, lexicon: Lexicon, *, scale: float = 1.0, render: bool = True, layout: str | None = None
) -> Screen:
    """Draw one screen of a scene; `layout` names one of `layouts(scene)`, default any.

    `scale` is pixels per point, a phone is 360 points wide. With `render=False` the image is None and the lines are those
    that the same `rng` gives with `render=True`. Raises ValueError on an unknown scene or layout.
    """
    table = _tables().get(scene)
    if table is None:
        raise ValueError(f"unknown scene {scene!r}; expected one of: {', '.join(scenes())}")
    if layout is None:
        layout, draw = rng.choice(table)
    elif layout in dict(table):
        draw = dict(table)[layout]
    else:
        raise ValueError(f"unknown layout {layout!r} of {scene}; expected one of: {', '.join(layouts(scene))}")
    phone = Phone(rng, lexicon, record=render)
    description = draw(phone)
    phone.finish()
    image, lines = finish_screen(phone, scale if render else None)
    return Screen(scene, layout, image, lines, description)


def scenes() -> tuple[str, ...]:
    """All scenes: the official ones that are in use, then the further ones."""
    return tuple(_tables())


def layouts(scene: str) -> tuple[str, ...]:
    """The layout names of a scene."""
    return tuple(dict(_tables()[scene]))


def written_layouts(scene: str) -> tuple[str, ...]:
    """The layouts whose text is known without any font: with `render=False` they are the same on every machine."""
    return tuple(name for name in layouts(scene) if name not in DRAWN_WORDS)


@functools.cache
def _tables() -> dict[str, tuple[tuple[str, Layout], ...]]:
    """Scene -> (name, layout) of all modules; a layout that its module lists twice is drawn twice as often."""
    tables: dict[str, list[tuple[str, Layout]]] = {}
    for module in _MODULES:
        origin = module.__name__.rpartition(".")[2]
        for scene, members in module.LAYOUTS.items():
            tables.setdefault(scene, []).extend((f"{origin}.{member.__name__}", member) for member in members)
    for further_scene in further_scenes():
        members = [(f"further.{member.__name__}", functools.partial(member, scene=further_scene)) for member in further.LAYOUTS]
        tables[further_scene.label] = members
    return {scene: tuple(members) for scene, members in tables.items()}
