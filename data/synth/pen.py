"""Drawing tools: palettes, a pen for shaded parts in unit coordinates, and a writer that remembers what can be read."""

from __future__ import annotations

import colorsys
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFont

from data.page import OcrLine

Colour = tuple[int, int, int]
Point = tuple[float, float]
Size = tuple[int, int]
FontSource = Callable[[int], ImageFont.FreeTypeFont]
WHITE, BLACK, STEEL, SKIN = (248, 248, 248), (34, 34, 38), (186, 190, 196), (232, 190, 164)
WOOD, GLASS, RED, GOLD = (176, 128, 84), (205, 226, 236), (226, 38, 44), (214, 172, 84)


@dataclass
class Writer:
    """Writes words where there is a font, glyph-like strokes where there is none, and remembers what can be read."""

    font: FontSource | None = None
    lines: list[OcrLine] = field(default_factory=list)

    def write(self, rng: Random, image: Image.Image, at: Point, height: int, text: str, colour: Colour) -> int:
        """Write at a pixel position, return the width in pixels. Text below 8 px is drawn, not remembered."""
        pen, (x, y) = ImageDraw.Draw(image), at
        if self.font is None:
            for i in range(len(text)):
                _glyph(rng, pen, x + i * height, y, height, colour)
            return len(text) * height
        pen.text((x, y), text, fill=colour, font=self.font(max(6, height)), anchor="lt")
        x0, y0, x1, y1 = pen.textbbox((x, y), text, font=self.font(max(6, height)), anchor="lt")
        w, h = image.size
        if height >= 8 and x0 >= 0 and y0 >= 0 and x1 <= w and y1 <= h:
            self.lines.append(OcrLine(text, (x0 / w, y0 / h, x1 / w, y1 / h)))
        return int(x1 - x0)


def _glyph(rng: Random, pen: ImageDraw.ImageDraw, x: float, y: float, size: float, colour: Colour) -> None:
    """Strokes that look like a character from afar and are none."""
    s, width = size * 0.86, max(1, round(size / 9))
    for _ in range(rng.randint(2, 3)):
        v, u = y + s * rng.random(), x + s * rng.random()
        pen.line((x + s * rng.uniform(0, 0.3), v, x + s * rng.uniform(0.7, 1), v), fill=colour, width=width)
        pen.line((u, y + s * rng.uniform(0, 0.3), u, y + s * rng.uniform(0.6, 1)), fill=colour, width=width)


@dataclass(frozen=True)
class Ink:
    """The colours of one good."""

    main: Colour
    accent: Colour
    dark: Colour
    pale: Colour


def make_ink(rng: Random) -> Ink:
    """A palette: half of all goods are white, black, grey or beige, the others have a hue."""
    hue = rng.random()
    main = hsv(hue, rng.uniform(0.3, 0.85), rng.uniform(0.45, 0.95))
    if rng.random() < 0.45:
        main = rng.choice((WHITE, WHITE, BLACK, (70, 72, 78), (150, 152, 156), (228, 214, 194), (44, 56, 92), (208, 206, 200)))
    shift = hue + rng.choice((0.08, 0.33, 0.5, 0.6))
    return Ink(main, hsv(shift, 0.7, 0.85), hsv(hue, 0.5, 0.28), hsv(hue, 0.14, 0.97))


def hsv(hue: float, saturation: float, value: float) -> Colour:
    r, g, b = colorsys.hsv_to_rgb(hue % 1, saturation, value)
    return int(r * 255), int(g * 255), int(b * 255)


class Pen:
    """Draws shaded parts in unit coordinates onto a transparent square."""

    def __init__(self, rng: Random, side: int) -> None:
        self.rng, self.side = rng, side
        self.image = Image.new("RGBA", (side, side))

    def poly(self, points: Sequence[Point], colour: Colour, shade: str = "flat", alpha: int = 255) -> None:
        """A filled polygon; `shade`: flat, round (cylinder), ball, left, down, metal or cloth."""
        xs, ys = [x * self.side for x, _ in points], [y * self.side for _, y in points]
        x0, y0 = max(0, math.floor(min(xs))), max(0, math.floor(min(ys)))
        x1, y1 = min(self.side, math.ceil(max(xs)) + 1), min(self.side, math.ceil(max(ys)) + 1)
        if x1 <= x0 or y1 <= y0:
            return
        tile = _tile(self.rng, colour, shade).resize((x1 - x0, y1 - y0), Image.Resampling.BILINEAR)
        mask = Image.new("L", tile.size)
        ImageDraw.Draw(mask).polygon([(x - x0, y - y0) for x, y in zip(xs, ys, strict=True)], fill=alpha)
        tile.putalpha(mask)
        self.image.alpha_composite(tile, (x0, y0))

    def blob(self, points: Sequence[Point], colour: Colour, shade: str = "flat", alpha: int = 255) -> None:
        """A closed smooth curve through the points (Catmull-Rom)."""
        self.poly(smooth(points), colour, shade, alpha)

    def box(
        self, x0: float, y0: float, x1: float, y1: float, colour: Colour, r: float = 0, shade: str = "left", alpha: int = 255
    ) -> None:
        """A rectangle with corner radius `r`."""
        r = min(r, (x1 - x0) / 2, (y1 - y0) / 2)
        if r <= 0:
            self.poly([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], colour, shade, alpha)
            return
        points = []
        for cx, cy, start in ((x1 - r, y0 + r, -1), (x1 - r, y1 - r, 0), (x0 + r, y1 - r, 1), (x0 + r, y0 + r, 2)):
            for i in range(5):
                angle = (start + i / 4) * math.pi / 2
                points.append((cx + r * math.cos(angle), cy + r * math.sin(angle)))
        self.poly(points, colour, shade, alpha)

    def disc(self, cx: float, cy: float, rx: float, ry: float, colour: Colour, shade: str = "flat", alpha: int = 255) -> None:
        """An ellipse."""
        steps = [math.tau * i / 28 for i in range(28)]
        self.poly([(cx + rx * math.cos(a), cy + ry * math.sin(a)) for a in steps], colour, shade, alpha)

    def lathe(self, profile: Sequence[Point], colour: Colour, cx: float = 0.5, shade: str = "round", alpha: int = 255) -> None:
        """A turned body: (y, half width) from top to bottom, mirrored about `cx`, with an elliptic bottom."""
        y, half = profile[-1]
        foot = [(cx + half * math.cos(a), y + half * 0.14 * math.sin(a)) for a in (0.4, 0.9, 1.57, 2.2, 2.7)]
        left = [(cx - w, y) for y, w in reversed(profile)]
        self.poly([(cx + w, y) for y, w in profile] + foot + left, colour, shade, alpha)

    def line(self, points: Sequence[Point], colour: Colour, width: float, curved: bool = False) -> None:
        """A line with round joints; `width` in units."""
        points = smooth(points, False) if curved else points
        xy = [(x * self.side, y * self.side) for x, y in points]
        draw, w = ImageDraw.Draw(self.image), max(1, round(width * self.side))
        draw.line(xy, fill=colour, width=w, joint="curve")
        if w > 3:
            for x, y in (xy[0], xy[-1]):
                draw.ellipse((x - w / 2, y - w / 2, x + w / 2, y + w / 2), fill=colour)

    def ring(
        self, cx: float, cy: float, rx: float, ry: float, colour: Colour, width: float, start: float = 0, turn: float = 1
    ) -> None:
        """An ellipse's outline, or the share `turn` of it from `start` (turns, clockwise from the right)."""
        steps = [math.tau * (start + turn * i / 32) for i in range(33)]
        self.line([(cx + rx * math.cos(a), cy + ry * math.sin(a)) for a in steps], colour, width)

    def label(self, x0: float, y0: float, x1: float, y1: float, ink: Ink, paper: Colour | None = None) -> None:
        """A printed label: panel, logo, title, small print, now and then a picture."""
        rng, w, h = self.rng, x1 - x0, y1 - y0
        if paper is not None:
            self.box(x0, y0, x1, y1, paper, 0.01, "flat")
        ground = paper or ink.main
        text = ink.dark if sum(ground) > 330 else WHITE
        y = y0 + h * 0.1
        if rng.random() < 0.6:
            self.disc((x0 + x1) / 2, y + h * 0.1, min(w, h) * 0.12, min(w, h) * 0.12, ink.accent)
            y += h * 0.24
        draw, size = ImageDraw.Draw(self.image), min(h * 0.16, w * 0.24)
        for i in range(max(1, int(w * 0.8 / size))):
            _glyph(rng, draw, (x0 + w * 0.1 + i * size) * self.side, y * self.side, size * self.side, text)
        y += size * 1.3
        if h > 0.2 and rng.random() < 0.6:
            cx, r = (x0 + x1) / 2, min(w, y1 - y) * 0.32
            if r > 0.01:
                self.disc(cx, y + r, r, r * 0.9, ink.accent, "ball")
                self.disc(cx + r * 0.6, y + r * 1.3, r * 0.6, r * 0.5, ink.pale, "ball")
            y += 2.2 * max(r, 0)
        while y < y1 - h * 0.1:
            self.line([(x0 + w * 0.12, y), (x1 - w * rng.uniform(0.12, 0.5), y)], text, 0.008)
            y += 0.04

    def pattern(self, colour: Colour) -> None:
        """Print stripes, checks, dots, flowers or one emblem on all that is drawn so far."""
        rng, s = self.rng, self.side
        kind = rng.choice(("plain", "plain", "rows", "columns", "check", "dots", "flowers", "emblem"))
        if kind == "plain":
            return
        layer, step = Image.new("RGBA", (s, s), (*colour, 0)), rng.uniform(0.05, 0.14) * s
        draw, fill, w = ImageDraw.Draw(layer), (*colour, 190), max(1, int(step * rng.uniform(0.15, 0.5)))
        for i in range(int(s / step) + 1):
            if kind in ("rows", "check"):
                draw.line((0, i * step, s, i * step), fill=fill, width=w)
            if kind in ("columns", "check"):
                draw.line((i * step, 0, i * step, s), fill=fill, width=w)
            if kind in ("dots", "flowers"):
                for j in range(int(s / step) + 1):
                    x, y = (j + i % 2 / 2) * step, i * step
                    r = step * (0.2 if kind == "dots" else rng.uniform(0.12, 0.4))
                    draw.ellipse((x - r, y - r, x + r, y + r), fill=fill)
        if kind == "emblem":
            draw.ellipse((s * 0.42, s * 0.36, s * 0.58, s * 0.5), fill=fill)
            for i in range(4):
                _glyph(rng, draw, s * (0.38 + 0.06 * i), s * 0.53, s * 0.06, colour)
        layer.putalpha(ImageChops.multiply(layer.getchannel("A"), self.image.getchannel("A")))
        self.image.alpha_composite(layer)


def smooth(points: Sequence[Point], closed: bool = True) -> list[Point]:
    """Catmull-Rom points, five a segment."""
    n, path = len(points), []
    for i in range(n if closed else n - 1):
        p = [points[(i + k) % n] if closed else points[min(max(i + k, 0), n - 1)] for k in (-1, 0, 1, 2)]
        for t in (0.0, 0.2, 0.4, 0.6, 0.8):
            a, b, c, d = (-t + 2 * t**2 - t**3, 2 - 5 * t**2 + 3 * t**3, t + 4 * t**2 - 3 * t**3, t**3 - t**2)
            path.append(tuple((a * p[0][k] + b * p[1][k] + c * p[2][k] + d * p[3][k]) / 2 for k in (0, 1)))
    return [(x, y) for x, y in path] if closed else [*((x, y) for x, y in path), points[-1]]


def _tile(rng: Random, colour: Colour, shade: str) -> Image.Image:
    """A small RGB ramp of the colour; stretched over a part it reads as its volume."""
    v, u = np.mgrid[0:1:20j, 0:1:20j]
    if shade == "round":
        ramp = 0.66 + 0.4 * np.sin(np.pi * u) + 0.2 * np.exp(-(((u - 0.26) / 0.07) ** 2))
    elif shade == "ball":
        ramp = 1.22 - 0.75 * ((u - 0.36) ** 2 + (v - 0.3) ** 2)
    elif shade == "metal":
        ramp = 0.85 + 0.22 * np.sin(u * 9 + rng.random() * 6) + 0.1 * np.sin(u * 23)
    elif shade == "cloth":
        waves = [(rng.uniform(5, 24), rng.uniform(-8, 8), rng.uniform(0, 6)) for _ in range(3)]
        ramp = 0.97 + sum(0.07 * np.sin(a * u + b * v + c) for a, b, c in waves) - 0.08 * np.abs(u - 0.5)
    elif shade == "down":
        ramp = 1.12 - 0.3 * v
    else:
        ramp = 1.06 - (0.16 if shade == "left" else 0.06) * (u + v * 0.5)
    values = np.asarray(colour)[None, None] * ramp[..., None] + 90 * np.clip(ramp - 1, 0, 1)[..., None]
    return Image.fromarray(np.clip(values, 0, 255).astype(np.uint8))


Shape = Callable[[Pen, Random, Ink], None]


def tint(colour: Colour, factor: float = 0.75) -> Colour:
    return (min(255, int(colour[0] * factor)), min(255, int(colour[1] * factor)), min(255, int(colour[2] * factor)))
