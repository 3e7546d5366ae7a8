"""Scenes with parcels and printed sheets."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from data.synth import camera
from data.synth.pen import Point, Writer, tint
from data.synth.scene.damage import blot, dent, hole, stain
from data.synth.scene.sheet import courier_label
from data.synth.scene.shot import Kind, Sheet, Shot, cast_shadow, drop, held, outline_mask
from data.synth.scene.surface import BROWN, FLOORS, ground, relief, surface, to_grey


def _carton_box(shot: Shot, canvas: Image.Image, box: camera.Box, label: bool = True) -> list[Point]:
    """A cardboard parcel that fills the pixel box: three faces, tape, print, courier label. Returns the front face."""
    rng = shot.rng
    x0, y0, x1, y1 = box
    w, h = x1 - x0, y1 - y0
    lean, top = rng.uniform(-0.25, 0.25), rng.uniform(0.2, 0.42)
    colour = rng.choice((BROWN, BROWN, BROWN, (196, 160, 118), (214, 214, 210), (70, 110, 170)))
    front = camera.jitter_quad(rng, (x0 + max(0, lean) * w * 0.5, y0 + h * top, x1 + min(0, lean) * w * 0.5, y1), 0, 0.02)
    lid = [(front[0][0] + lean * w * 0.6 + w * 0.06, y0), (front[1][0] + lean * w * 0.6 - w * 0.06, y0), front[1], front[0]]
    cast_shadow(canvas, outline_mask(canvas.size, front), (shot.unit // 30, shot.unit // 24), shot.unit / 30, 130)
    for quad, light in ((front, 0.82), (lid, 1.08)):
        texture = surface(rng, "cardboard", (200, 150), tint(colour, light))
        pen = ImageDraw.Draw(texture)
        if quad is lid:
            tape = rng.choice(((206, 190, 150), (214, 200, 170), (190, 60, 50), (230, 230, 225)))
            pen.rectangle((0, 62, 200, 88), fill=tape)
            for x in range(0, 200, 7):
                pen.line((x, 62, x + rng.randint(-6, 6), 88), fill=tint(tape, rng.uniform(0.85, 1.1)))
            pen.line((0, 75, 200, 75), fill=tint(tape, 0.7))
        else:
            for i in range(rng.choice((0, 1, 2, 3))):
                Writer().write(rng, texture, (12 + 30 * i, 108), 22, "上" * rng.choice((1, 3)), tint(colour, 0.45))
            if rng.random() < 0.4:
                pen.polygon([(150, 20), (185, 20), (168, 50)], outline=tint(colour, 0.4))
        shot.lay(canvas, (texture, ()), quad, 0)
    ImageDraw.Draw(canvas).line([front[0], front[1]], fill=tint(colour, 0.55), width=max(1, shot.unit // 200))
    if label:
        target = camera.homography(camera.corners((1, 1)), rng.choice((front, lid)))
        u, v, s = rng.uniform(0.1, 0.4), rng.uniform(0.1, 0.3), rng.uniform(0.35, 0.5)
        corners = [target @ (x, y, 1) for x, y in ((u, v), (u + s, v), (u + s, v + s * 1.3), (u, v + s * 1.3))]
        shot.lay(canvas, courier_label(shot), [(c[0] / c[2], c[1] / c[2]) for c in corners], 0)
    return front


def parcel(shot: Shot) -> Image.Image:
    rng, (width, height) = shot.rng, shot.size
    canvas = ground(rng, shot.size, FLOORS)
    _carton_box(
        shot,
        canvas,
        (
            width * rng.uniform(0.02, 0.15),
            height * rng.uniform(0.05, 0.25),
            width * rng.uniform(0.85, 0.98),
            height * rng.uniform(0.75, 0.97),
        ),
    )
    return canvas


def parcel_held(shot: Shot) -> Image.Image:
    rng = shot.rng
    canvas = ground(rng, shot.size, FLOORS).filter(ImageFilter.BoxBlur(shot.unit / 150))
    w, h = int(shot.unit * rng.uniform(0.7, 0.9)), int(shot.unit * rng.uniform(0.5, 0.75))
    bag = rng.random() < 0.4
    item = surface(rng, "leather" if bag else "cardboard", (w, h), (70, 70, 74) if bag else None).convert("RGBA")
    inner = Shot(rng, item.size, shot.font, None)
    label = item.convert("RGB")
    s = h * 0.8
    inner.lay(
        label,
        courier_label(shot),
        camera.jitter_quad(rng, (w * 0.3, h * 0.08, w * 0.3 + s * 0.77, h * 0.08 + s), rng.gauss(0, 0.08), 0.01),
        40,
    )
    held(shot, canvas, label.convert("RGBA").rotate(rng.gauss(0, 6), Image.Resampling.BILINEAR, expand=True))
    return canvas


def parcel_open(shot: Shot) -> Image.Image:
    """Looking into an open box: flaps, filler, goods, or nothing."""
    rng, (width, height) = shot.rng, shot.size
    canvas = ground(rng, shot.size, FLOORS)
    inner = camera.jitter_quad(rng, (width * 0.18, height * 0.2, width * 0.82, height * 0.8), rng.gauss(0, 0.06), 0.03)
    cx, cy = width / 2, height / 2
    outer = [(cx + (x - cx) * 1.5, cy + (y - cy) * 1.45) for x, y in inner]
    for i in range(4):
        j = (i + 1) % 4
        flap = [outer[i], outer[j], inner[j], inner[i]]
        shot.lay(
            canvas, (surface(rng, "cardboard", (140, 60), tint(BROWN, (1.1, 0.92, 1.0, 0.85)[i])), ()), flap, 60 if i == 2 else 0
        )
    shot.lay(canvas, (surface(rng, "cardboard", (160, 160), tint(BROWN, 0.62)), ()), inner, 0)
    ImageDraw.Draw(canvas).line([*inner, inner[0]], fill=(86, 62, 40), width=max(1, shot.unit // 120))
    for _ in range(rng.choice((0, 0, 8, 16))):  # air cushions, paper
        x, y, s = rng.uniform(0.24, 0.7) * width, rng.uniform(0.26, 0.7) * height, shot.unit * rng.uniform(0.08, 0.16)
        canvas.paste(
            rng.choice(((226, 230, 232), (214, 196, 170))),
            (int(x), int(y)),
            blot(rng, int(s)).point([v * 150 // 255 for v in range(256)]),
        )
    for _ in range(rng.choice((0, 1, 1, 2))):
        drop(
            shot,
            canvas,
            shot.good(shot.unit * 0.4),
            (width * rng.uniform(0.4, 0.6), height * rng.uniform(0.4, 0.6)),
            rng.uniform(-60, 60),
        )
    return canvas


def parcel_damaged(shot: Shot) -> Image.Image:
    rng, (width, height) = shot.rng, shot.size
    canvas = ground(rng, shot.size, FLOORS)
    front = _carton_box(shot, canvas, (width * 0.05, height * 0.1, width * 0.95, height * 0.92), rng.random() < 0.5)
    corner = rng.choice(front[:2])
    spot = corner[0] * 0.75 + width * 0.125, corner[1] * 0.8 + height * 0.13
    rng.choice((hole, hole, stain, dent))(rng, canvas, spot, shot.unit * rng.uniform(0.1, 0.25))
    return canvas


def sheet_photo(make: Callable[[Shot], Sheet], kinds: Sequence[str], scale: tuple[float, float], crumple: float) -> Kind:
    """A printed sheet on a surface; `crumple` is the depth of its folds."""

    def draw(shot: Shot) -> Image.Image:
        rng, (width, height) = shot.rng, shot.size
        canvas = ground(rng, shot.size, kinds)
        sheet, lines = make(shot)
        if crumple:
            small = max(8, sheet.width // 3), max(8, sheet.height // 3)
            folds = relief(camera.fractal(camera.generator(rng), small, (2, 3), 2), rng.uniform(0, 6), small[0] / 3)
            tint = to_grey(np.clip(0.88 + crumple * folds, 0, 1)).resize(sheet.size, Image.Resampling.BICUBIC)
            sheet = ImageChops.multiply(sheet, Image.merge("RGB", (tint, tint, tint)))
        fit = min(width / sheet.width, height / sheet.height) * rng.uniform(*scale)
        w, h = sheet.width * fit / 2, sheet.height * fit / 2
        cx, cy = width * rng.uniform(0.44, 0.56), height * rng.uniform(0.44, 0.56)
        tilt = rng.gauss(0, 0.1) + rng.choice((0, 0, 0, 0, math.pi / 2, math.pi))
        quad = camera.jitter_quad(rng, (cx - w, cy - h, cx + w, cy + h), tilt, 0.04)
        before = len(shot.lines)
        shot.lay(canvas, (sheet, lines), quad, 60)
        if abs(math.cos(tilt)) < 0.8 or math.cos(tilt) < 0:
            del shot.lines[before:]  # nobody reads it sideways or upside down
        return canvas

    return draw
