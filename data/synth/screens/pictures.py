"""Pictures that are drawn from nothing: maps, festive backdrops, codes, emblems."""

from __future__ import annotations

import functools
import math
from random import Random

from PIL import Image, ImageDraw

from data.synth.canvas import Colour
from data.synth.screens.page_builder import PageBuilder
from data.synth.screens.skins import WHITE

GOLD: Colour = (250, 215, 160)


def paint_map(rng: Random, size: tuple[int, int]) -> Image.Image:
    """A pale map: water, roads, a route."""
    image = Image.new("RGB", size, (238, 242, 246))
    pen, (w, h) = ImageDraw.Draw(image), size
    for _ in range(rng.randint(1, 4)):
        x, y, r = rng.uniform(0, w), rng.uniform(0, h), rng.uniform(0.1, 0.4) * w
        pen.ellipse((x - r, y - r * 0.7, x + r, y + r * 0.7), rng.choice(((205, 222, 240), (222, 238, 224), (228, 234, 242))))
    for _ in range(rng.randint(4, 9)):
        points = [(rng.uniform(0, w), rng.uniform(0, h)) for _ in range(3)]
        pen.line(points, (255, 255, 255), max(2, w // 90))
    x, y = rng.uniform(0.15, 0.35) * w, rng.uniform(0.3, 0.8) * h
    route = [(x, y)]
    for _ in range(rng.randint(3, 7)):
        x, y = x + rng.uniform(0.04, 0.14) * w, min(0.9 * h, max(0.3 * h, y + rng.uniform(-0.15, 0.15) * h))
        route.append((x, y))
    tone = rng.choice(((250, 130, 40), (250, 130, 40), (40, 110, 250), (60, 170, 90)))
    pen.line(route, tone, max(2, w // 120), joint="curve")
    for x, y in (route[0], route[-1]):
        r = w / 60
        pen.ellipse((x - r, y - r, x + r, y + r), tone)
    return image


def paint_party(tones: tuple[Colour, Colour], rng: Random, size: tuple[int, int]) -> Image.Image:
    """A festive backdrop: gradient, rays, circles, confetti."""
    w, h = size
    column = Image.new("RGB", (1, 16))
    column.putdata([tuple(round(a + (b - a) * i / 15) for a, b in zip(*tones, strict=True)) for i in range(16)])
    image = column.resize(size, Image.Resampling.BILINEAR)
    pen = ImageDraw.Draw(image)
    cx, cy = w * rng.uniform(0.3, 0.7), h * rng.uniform(0.2, 0.6)
    if rng.random() < 0.5:
        for k in range(12):
            a, b = k * math.tau / 12, k * math.tau / 12 + 0.2
            tone = tuple(min(255, level + 22) for level in tones[0])
            pen.polygon(
                [
                    (cx, cy),
                    (cx + 2 * w * math.cos(a), cy + 2 * w * math.sin(a)),
                    (cx + 2 * w * math.cos(b), cy + 2 * w * math.sin(b)),
                ],
                tone,
            )
    for _ in range(rng.randint(6, 24)):
        x, y, r = rng.uniform(0, w), rng.uniform(0, h), rng.uniform(0.008, 0.05) * w
        tone = rng.choice(((255, 220, 120), (255, 255, 255), (255, 150, 120), (255, 200, 210), (250, 90, 80)))
        if rng.random() < 0.5:
            pen.ellipse((x - r, y - r, x + r, y + r), tone)
        else:
            pen.polygon([(x, y - r), (x + r * 0.8, y), (x, y + r), (x - r * 0.5, y)], tone)
    return image


def paint_code(rng: Random, size: tuple[int, int]) -> Image.Image:
    """A QR-like square."""
    cells = Image.new("L", (25, 25), 255)
    cells.putdata([rng.choice((0, 255)) for _ in range(625)])
    pen = ImageDraw.Draw(cells)
    for x, y in ((0, 0), (18, 0), (0, 18)):
        pen.rectangle((x, y, x + 6, y + 6), 0)
        pen.rectangle((x + 1, y + 1, x + 5, y + 5), 255)
        pen.rectangle((x + 2, y + 2, x + 4, y + 4), 0)
    return cells.resize(size, Image.Resampling.NEAREST).convert("RGB")


def paint_bars(rng: Random, size: tuple[int, int]) -> Image.Image:
    """A barcode."""
    row = Image.new("L", (95, 1), 255)
    row.putdata([rng.choice((0, 0, 255)) for _ in range(95)])
    return row.resize(size, Image.Resampling.NEAREST).convert("RGB")


def paint_badge(tone: Colour, rng: Random, size: tuple[int, int]) -> Image.Image:
    """A round emblem with a simple figure on it (mascots, logos)."""
    image = Image.new("RGB", size, tone)
    pen, (w, h) = ImageDraw.Draw(image), size
    light = tuple(min(255, level + 60) for level in tone)
    pen.ellipse((w * 0.1, h * 0.1, w * 0.9, h * 0.9), light)
    pen.rounded_rectangle((w * 0.28, h * 0.35, w * 0.72, h * 0.75), w * 0.08, WHITE)
    for _ in range(3):
        x, y, r = rng.uniform(0.2, 0.8) * w, rng.uniform(0.2, 0.8) * h, rng.uniform(0.04, 0.1) * w
        pen.ellipse((x - r, y - r, x + r, y + r), rng.choice((GOLD, tone, (90, 90, 95))))
    return image


def party(p: PageBuilder, y: float, high: float, tones: tuple[Colour, Colour]) -> None:
    """A festive backdrop as wide as the page."""
    p.canvas.paint(0, y, p.canvas.width, high, functools.partial(paint_party, tones), p.seed())


def badge(p: PageBuilder, x: float, y: float, size: float, tone: Colour) -> None:
    """A round emblem."""
    p.canvas.paint(x, y, size, size, functools.partial(paint_badge, tone), p.seed(), radius=size / 2)
