"""The shapes of a canvas in pixels; each drawer takes (image, pen, pixel box, arguments, pixels per point)."""

from __future__ import annotations

from random import Random
from typing import Any

from PIL import Image, ImageDraw

from data.synth.icons import ICONS

PixelBox = tuple[int, int, int, int]


def _rect(image: Image.Image, pen: ImageDraw.ImageDraw, box: PixelBox, args: Any, scale: float) -> None:
    fill, radius, outline, stroke = args
    if box[2] <= box[0] or box[3] <= box[1]:
        box = (box[0], box[1], max(box[2], box[0] + 1), max(box[3], box[1] + 1))
    inner = (box[0], box[1], box[2] - 1, box[3] - 1)
    width = max(1, round(stroke * scale)) if outline else 0
    if radius:
        limit = min(box[2] - box[0], box[3] - box[1]) / 2
        pen.rounded_rectangle(inner, min(radius * scale, limit), fill, outline, width)
    else:
        pen.rectangle(inner, fill, outline, width)


def _gradient(image: Image.Image, pen: ImageDraw.ImageDraw, box: PixelBox, args: Any, scale: float) -> None:
    first, last, across, radius = args
    size = (max(1, box[2] - box[0]), max(1, box[3] - box[1]))
    steps = 24
    strip = Image.new("RGB", (steps, 1) if across else (1, steps))
    strip.putdata([tuple(round(a + (b - a) * i / (steps - 1)) for a, b in zip(first, last, strict=True)) for i in range(steps)])
    image.paste(
        strip.resize(size, Image.Resampling.BILINEAR),
        box[:2],
        _rounded(size, radius * scale) if radius else None,
    )


def _ellipse(image: Image.Image, pen: ImageDraw.ImageDraw, box: PixelBox, args: Any, scale: float) -> None:
    fill, outline, stroke = args
    pen.ellipse(
        (box[0], box[1], max(box[2] - 1, box[0]), max(box[3] - 1, box[1])),
        fill,
        outline,
        max(1, round(stroke * scale)),
    )


def _curve(image: Image.Image, pen: ImageDraw.ImageDraw, box: PixelBox, args: Any, scale: float) -> None:
    path, colour, stroke = args
    points = [(box[0] + x * scale, box[1] + y * scale) for x, y in path]
    pen.line(points, colour, max(1, round(stroke * scale)), joint="curve")


def _paint(image: Image.Image, pen: ImageDraw.ImageDraw, box: PixelBox, args: Any, scale: float) -> None:
    painter, seed, radius = args
    size = (max(1, box[2] - box[0]), max(1, box[3] - box[1]))
    picture = painter(Random(seed), size)
    if picture.size != size:
        picture = picture.resize(size)
    image.paste(picture.convert("RGB"), box[:2], _rounded(size, radius * scale) if radius else None)


def _dim(image: Image.Image, pen: ImageDraw.ImageDraw, box: PixelBox, args: Any, scale: float) -> None:
    region = (max(0, box[0]), max(0, box[1]), min(image.width, box[2]), min(image.height, box[3]))
    table = [int(level * args) for level in range(256)] * 3
    image.paste(image.crop(region).point(table), region[:2])


def _mask(image: Image.Image, pen: ImageDraw.ImageDraw, box: PixelBox, args: Any, scale: float) -> None:
    """Few samples instead of the pixels: text turns into ragged bars, as in anonymised screenshots."""
    x0, y0, x1, y1 = max(0, box[0]), max(0, box[1]), min(image.width, box[2]), min(image.height, box[3])
    if x1 - x0 < 2 or y1 - y0 < 2:
        return
    region = image.crop((x0, y0, x1, y1))
    across = max(2, min(10, round((x1 - x0) / max(1, y1 - y0) * 1.2) + 2))
    cells = region.resize((min(across, x1 - x0), min(5, y1 - y0)), Image.Resampling.NEAREST)
    image.paste(cells.resize(region.size, Image.Resampling.NEAREST), (x0, y0))


def _rounded(size: tuple[int, int], radius: float) -> Image.Image:
    mask = Image.new("L", size)
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, size[0] - 1, size[1] - 1), min(radius, min(size) / 2), 255)
    return mask


def _icon(image: Image.Image, pen: ImageDraw.ImageDraw, box: PixelBox, args: Any, scale: float) -> None:
    name, colour, stroke = args
    side, width = box[2] - box[0], max(1, round(stroke * scale))
    for kind, *values in ICONS[name]:
        if kind == "line":
            pen.line([(box[0] + x * side, box[1] + y * side) for x, y in values], colour, width, joint="curve")
        elif kind == "fill":
            pen.polygon([(box[0] + x * side, box[1] + y * side) for x, y in values], colour)
        else:
            cx, cy, r = values
            around = (
                box[0] + (cx - r) * side,
                box[1] + (cy - r) * side,
                box[0] + (cx + r) * side,
                box[1] + (cy + r) * side,
            )
            if kind == "disc":
                pen.ellipse(around, colour)
            else:
                pen.ellipse(around, None, colour, width)


DRAWERS = {"rect": _rect, "gradient": _gradient, "ellipse": _ellipse, "curve": _curve, "paint": _paint, "dim": _dim,
    "mask": _mask, "icon": _icon}  # fmt: skip
