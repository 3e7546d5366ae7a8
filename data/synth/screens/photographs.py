"""Customers' photos as pages of their own, with the words that can be read on them."""

from __future__ import annotations

import functools
from random import Random

from PIL import Image

from data.synth.canvas import Line
from data.synth.screens.page_builder import PageBuilder
from data.synth.screens.painters import paint_photo

SHAPES = ((360.0, 480.0), (360.0, 480.0), (360.0, 480.0), (360.0, 270.0), (360.0, 640.0), (360.0, 360.0))


KINDS = {
    "goods": (
        "goods_table",
        "goods_bed",
        "goods_floor",
        "goods_standing",
        "goods_many",
        "goods_close",
        "goods_held",
        "missing",
        "indicator",
    ),
    "damage": ("crack", "stain", "tear", "dent", "damaged_cloth", "leak", "rust", "film", "parcel_damaged"),
    "parcel": ("parcel", "parcel_held", "parcel_open", "parcel_damaged", "shipping_label"),
    "label": ("nameplate", "energy_label", "package_back", "shipping_label"),
    "paper": ("document", "receipt", "manual"),
    "person": ("skin", "worn", "clothes", "food", "plant"),
    "place": ("room", "pipes", "goods_floor", "blurred"),
    "display": ("screen_phone", "screen_wide", "indicator"),
}


WITH_WORDS = (
    "parcel",
    "label",
    "paper",
    "display",
)  # their words are taken from a drawing at one pixel per point, rendered or not


def photo(p: PageBuilder, group: str) -> str:
    """A photo as wide as the page; words that can be read on it become lines."""
    from data.synth.fonts import image_font
    from data.synth.photos import PHOTO_KINDS, draw_photo_lines

    width, height = p.rng.choice(SHAPES)
    p.resize(width, height)
    kind = p.rng.choice([name for name in KINDS[group] if name in PHOTO_KINDS] or PHOTO_KINDS)
    seed = p.seed()
    if group not in WITH_WORDS:
        p.canvas.paint(0, 0, width, height, functools.partial(paint_photo, kind), seed)
        return "用户实拍照片"
    p.canvas.paint(0, 0, width, height, functools.partial(_photo_with_words, kind), seed)
    _, lines = draw_photo_lines(Random(seed), kind, (round(width), round(height)), image_font)
    for line in lines:
        left, top, right, bottom = line.box
        p.canvas.lines.append(Line(line.text, left * width, top * height, right * width, bottom * height, 0.8 * line.score))
    return "用户实拍照片"


def _photo_with_words(kind: str, rng: Random, size: tuple[int, int]) -> Image.Image:
    from data.synth.fonts import image_font
    from data.synth.photos import draw_photo

    return draw_photo(rng, kind, size, image_font)


def photo_goods(p: PageBuilder) -> str:
    """Goods at home."""
    return photo(p, "goods") + "，商品实物"


def photo_damage(p: PageBuilder) -> str:
    """Something broken, dirty or leaking."""
    return photo(p, "damage") + "，商品有损坏或瑕疵"


def photo_parcel(p: PageBuilder) -> str:
    """Parcels and their labels."""
    return photo(p, "parcel") + "，快递包裹"


def photo_label(p: PageBuilder) -> str:
    """Name plates, energy labels, backs of packs."""
    return photo(p, "label") + "，商品标签或铭牌"


def photo_paper(p: PageBuilder) -> str:
    """Leaflets, receipts, letters."""
    return photo(p, "paper") + "，纸质单据或说明书"


def photo_person(p: PageBuilder) -> str:
    """Skin, clothes worn, food."""
    return photo(p, "person") + "，人体、穿着或食物"


def photo_place(p: PageBuilder) -> str:
    """Rooms, pipes, unclear pictures."""
    return photo(p, "place") + "，家中环境"


def photo_display(p: PageBuilder) -> str:
    """Displays and lamps of devices."""
    return photo(p, "display") + "，设备屏幕"
