"""Damage, drawn onto a canvas in place; `at` and `reach` in pixels."""

from __future__ import annotations

import math
from random import Random

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from data.synth import camera
from data.synth.pen import Point, tint
from data.synth.scene.surface import to_grey


def blot(rng: Random, side: int, ragged: float = 0.5) -> Image.Image:
    """An irregular soft-edged spot, mode L."""
    n = 64
    ys, xs = np.mgrid[-1 : 1 : n * 1j, -1 : 1 : n * 1j]
    field_ = (
        1
        - np.sqrt(xs**2 + (ys * rng.uniform(1, 1.8)) ** 2)
        + ragged * (camera.fractal(camera.generator(rng), (n, n), (4, 4), 4) - 0.6)
    )
    return to_grey(np.clip(field_ * rng.uniform(4, 14), 0, 1)).resize((max(2, side), max(2, side)), Image.Resampling.BICUBIC)


def stain(rng: Random, canvas: Image.Image, at: Point, reach: float) -> None:
    tone = rng.choice(((120, 80, 40), (90, 60, 40), (170, 130, 50), (70, 66, 60), (140, 40, 40), (50, 60, 90)))
    for _ in range(rng.randint(1, 5)):
        side = int(reach * rng.uniform(0.3, 1.6))
        mask = blot(rng, side).point([v * rng.randint(90, 190) // 255 for v in range(256)])
        canvas.paste(
            tone,
            (int(at[0] - side / 2 + rng.uniform(-1, 1) * reach * 0.6), int(at[1] - side / 2 + rng.uniform(-1, 1) * reach * 0.6)),
            mask,
        )


def puddle(rng: Random, canvas: Image.Image, at: Point, reach: float) -> None:
    """Spilt liquid: a darker, glossy patch with a bright rim."""
    w = int(reach * 2)
    mask = blot(rng, w, 0.8)
    mask = mask.resize((w, max(2, int(w * 0.6))))
    x, y = int(at[0] - mask.width / 2), int(at[1] - mask.height / 2)
    under = canvas.crop((x, y, x + mask.width, y + mask.height))
    tone = rng.choice(((150, 150, 155), (130, 110, 80), (190, 150, 90), (140, 120, 120)))
    wet = ImageChops.multiply(under, Image.new("RGB", mask.size, tint(tone, 1.15)))
    canvas.paste(wet, (x, y), mask)
    rim = ImageChops.difference(mask, mask.filter(ImageFilter.MaxFilter(5))).point([v * 150 // 255 for v in range(256)])
    canvas.paste((250, 250, 250), (x, y), rim)
    shine = ImageChops.multiply(mask, blot(rng, mask.width, 1.2).resize(mask.size)).point([v * 90 // 255 for v in range(256)])
    canvas.paste((255, 255, 255), (x + mask.width // 12, y - mask.height // 12), shine)


def crack(rng: Random, canvas: Image.Image, at: Point, reach: float) -> None:
    """Cracks that run and fork from a point of impact."""
    pen = ImageDraw.Draw(canvas)
    bright = rng.random() < 0.5
    tones = ((240, 242, 245), (60, 60, 64)) if bright else ((30, 28, 28), (200, 200, 200))
    width = max(1, int(reach / 90))

    def run(x: float, y: float, angle: float, length: float, depth: int) -> None:
        points = [(x, y)]
        for _ in range(rng.randint(4, 9)):
            angle += rng.gauss(0, 0.35)
            x, y = x + math.cos(angle) * length / 6, y + math.sin(angle) * length / 6
            points.append((x, y))
            if depth and rng.random() < 0.35:
                run(x, y, angle + rng.choice((-1, 1)) * rng.uniform(0.4, 1.1), length * 0.55, depth - 1)
        pen.line([(px + 1, py + 1) for px, py in points], fill=tones[1], width=width)
        pen.line(points, fill=tones[0], width=width + (1 if depth else 0))

    for i in range(rng.choice((1, 2, 5, 7))):
        run(*at, rng.uniform(0, 1) + i * 1.1, reach, 2)


def hole(rng: Random, canvas: Image.Image, at: Point, reach: float) -> None:
    """A tear: frayed pale edge, dark inside."""
    tilt, n = rng.uniform(0, math.pi), 26
    ring = []
    for i in range(n):
        a = math.tau * i / n
        r = reach * rng.uniform(0.6, 1.0)
        x, y = r * math.cos(a), r * math.sin(a) * rng.uniform(0.25, 0.45)
        ring.append((at[0] + x * math.cos(tilt) - y * math.sin(tilt), at[1] + x * math.sin(tilt) + y * math.cos(tilt)))
    pen = ImageDraw.Draw(canvas)
    pen.polygon(
        [(at[0] + (x - at[0]) * 1.25, at[1] + (y - at[1]) * 1.25) for x, y in ring],
        fill=rng.choice(((224, 214, 200), (200, 190, 176))),
    )
    pen.polygon(ring, fill=rng.choice(((28, 24, 22), (50, 40, 34), (90, 76, 64))))
    for x, y in ring[::2]:
        pen.line(
            (x, y, at[0] + (x - at[0]) * rng.uniform(0.4, 0.8), at[1] + (y - at[1]) * rng.uniform(0.4, 0.8)), fill=(214, 206, 196)
        )


def bubbles(rng: Random, canvas: Image.Image, box: camera.Box) -> None:
    """Air under a film."""
    overlay = Image.new("RGBA", canvas.size)
    pen = ImageDraw.Draw(overlay)
    for _ in range(rng.randint(6, 40)):
        x, y, r = rng.uniform(box[0], box[2]), rng.uniform(box[1], box[3]), (box[2] - box[0]) * rng.uniform(0.005, 0.04)
        pen.ellipse((x - r, y - r, x + r, y + r * rng.uniform(0.7, 1.2)), fill=(190, 200, 210, 46), outline=(235, 240, 245, 120))
        pen.arc(
            (x - r * 0.7, y - r * 0.7, x + r * 0.7, y + r * 0.7), 180, 280, fill=(255, 255, 255, 200), width=max(1, int(r / 4))
        )
    canvas.paste(overlay, (0, 0), overlay)


def rust(rng: Random, canvas: Image.Image, at: Point, reach: float) -> None:
    for _ in range(rng.randint(3, 14)):
        side = max(3, int(reach * rng.uniform(0.1, 0.7)))
        mask = blot(rng, side, 1.1).point([v * rng.randint(110, 220) // 255 for v in range(256)])
        tone = rng.choice(((140, 70, 30), (110, 56, 30), (170, 96, 44)))
        canvas.paste(tone, (int(at[0] + rng.gauss(0, 0.5) * reach), int(at[1] + rng.gauss(0, 0.5) * reach)), mask)


def dent(rng: Random, canvas: Image.Image, at: Point, reach: float) -> None:
    for tone, shift in (((20, 16, 12), 0.0), ((255, 250, 240), 0.35)):
        mask = blot(rng, int(reach * 1.6), 0.9).filter(ImageFilter.BoxBlur(reach / 8)).point([v * 110 // 255 for v in range(256)])
        canvas.paste(tone, (int(at[0] - reach + shift * reach), int(at[1] - reach + shift * reach)), mask)
    pen = ImageDraw.Draw(canvas)
    for _ in range(4):
        x, y = at[0] + rng.gauss(0, 0.3) * reach, at[1] + rng.gauss(0, 0.3) * reach
        pen.line(
            (x, y, x + rng.gauss(0, 0.5) * reach, y + rng.gauss(0, 0.5) * reach), fill=(70, 56, 44), width=max(1, int(reach / 30))
        )
