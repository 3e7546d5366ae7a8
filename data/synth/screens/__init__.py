"""Synthetic phone screens: for every scene a family of page layouts with their text lines, description and picture.

screen = generate_screen(Random(7), "退款页面", load_lexicon())
screen.lines      # what a perfect OCR would read, also with render=False
screen.image      # PIL image, None with render=False
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from PIL import Image

from data.page import OcrLine
from data.synth.lexicon import Lexicon
from data.synth.screens import (
    bills,
    cart,
    checkout,
    complaints,
    coupons,
    exchange,
    further,
    goods_page,
    logistics,
    orders,
    other_apps,
    other_pages,
    payment,
    platform,
    promotion,
    ratings,
    refund,
    returns,
    reviews,
    shops,
    sku,
    trouble,
)
from data.synth.screens.effects import finish_screen
from data.synth.screens.further import further_scenes
from data.synth.screens.page_builder import PageBuilder

__all__ = ["Screen", "further_scenes", "generate_screen", "layouts", "scenes", "written_layouts"]

Layout = Callable[[PageBuilder], str]

# Photos of what is written: labels, papers, displays. Written knowledge does without them.
DRAWN_WORDS = frozenset(
    {"other.photo_parcel", "other.photo_label", "other.photo_paper", "other.photo_display", "misc.shot_label", "misc.shot_screen"}
)

# A family's name begins those of its layouts ("refund.refund_done"). Pretraining chooses by these names what it holds out, so
# families keep their names and their order, wherever their layouts are written.
_FAMILIES: dict[str, Mapping[str, Sequence[Layout]]] = {
    "other": other_pages.OTHER,
    "misc": other_pages.MISC,
    "sku": sku.LAYOUTS,
    "goods_page": goods_page.LAYOUTS,
    "checkout": checkout.LAYOUTS,
    "orders": orders.LAYOUTS,
    "payment": payment.LAYOUTS,
    "reviews": reviews.LAYOUTS,
    "ratings": ratings.LAYOUTS,
    "logistics": logistics.LAYOUTS,
    "trouble": trouble.LAYOUTS,
    "refund": refund.LAYOUTS,
    "returns": returns.LAYOUTS,
    "exchange": exchange.LAYOUTS,
    "cart": cart.LAYOUTS,
    "shops": shops.LAYOUTS,
    "promotion": promotion.LAYOUTS,
    "coupons": coupons.LAYOUTS,
    "bills": bills.LAYOUTS,
    "complaint": complaints.COMPLAINTS,
    "reports": complaints.REPORTS,
    "platform": platform.LAYOUTS,
    "external": other_apps.EXTERNAL,
    "foreign": other_apps.FOREIGN,
}


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
    page = PageBuilder(rng, lexicon, record=render)
    description = draw(page)
    page.finish()
    image, lines = finish_screen(page, scale if render else None)
    return Screen(scene, layout, image, lines, description)


def scenes() -> tuple[str, ...]:
    """All scenes: the official ones that are in use, then the further ones."""
    return tuple(_tables())


def layouts(scene: str) -> tuple[str, ...]:
    """The layout names of a scene."""
    return tuple(dict(_tables()[scene]))


def written_layouts(scene: str) -> tuple[str, ...]:
    """The layouts that written knowledge is made of. Some show photos whose words are known once they are drawn with a font."""
    return tuple(name for name in layouts(scene) if name not in DRAWN_WORDS)


@functools.cache
def _tables() -> dict[str, tuple[tuple[str, Layout], ...]]:
    """Scene -> (name, layout) of all families; a layout that its family lists twice is drawn twice as often."""
    tables: dict[str, list[tuple[str, Layout]]] = {}
    for family, scenes_of_family in _FAMILIES.items():
        for scene, members in scenes_of_family.items():
            tables.setdefault(scene, []).extend((f"{family}.{member.__name__}", member) for member in members)
    for further_scene in further_scenes():
        tables[further_scene.label] = [
            (f"further.{member.__name__}", functools.partial(member, scene=further_scene)) for member in further.LAYOUTS
        ]
    return {scene: tuple(members) for scene, members in tables.items()}
