"""Scenes with goods: on tables, in hands, worn, in rooms."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PIL import Image, ImageChops, ImageDraw, ImageEnhance, ImageFilter

from data.synth.goods import stand
from data.synth.pen import BLACK, tint
from data.synth.scene.shot import Kind, Shot, drop, held, other, room
from data.synth.scene.surface import FLOORS, TABLES, ground, surface
from data.synth.shapes import WORN, sprite


def goods_on(kinds: Sequence[str], scale: tuple[float, float]) -> Kind:
    def draw(shot: Shot) -> Image.Image:
        rng, (width, height) = shot.rng, shot.size
        canvas = ground(rng, shot.size, kinds)
        for _ in range(rng.choice((0, 0, 1, 2))):  # clutter at the edges
            x, y = rng.choice((0.0, 1.0)) + rng.uniform(-0.1, 0.1), rng.random()
            drop(shot, canvas, other(shot).good(shot.unit * 0.35), (x * width, y * height), rng.uniform(0, 360))
        item = shot.good(shot.unit * rng.uniform(*scale))
        drop(shot, canvas, item, (width * rng.uniform(0.38, 0.62), height * rng.uniform(0.38, 0.62)), rng.gauss(0, 25))
        return canvas

    return draw


def goods_standing(shot: Shot) -> Image.Image:
    rng, (width, height) = shot.rng, shot.size
    canvas = room(shot, rng.uniform(0.3, 0.6), TABLES)
    for x in rng.choice(((0.5,), (0.5,), (0.36, 0.66), (0.25, 0.5, 0.76))):
        item = shot.good(shot.unit * rng.uniform(0.5, 0.75) / (1 if x == 0.5 else 1.3))
        stand(canvas, item, (width * x, height * rng.uniform(0.78, 0.92)), 150)
    return canvas


def goods_many(shot: Shot) -> Image.Image:
    """Several of the same, as customers count what came."""
    rng, (width, height) = shot.rng, shot.size
    canvas = ground(rng, shot.size, TABLES + FLOORS)
    columns, rows = rng.randint(2, 4), rng.randint(1, 4)
    item = shot.good(min(width / columns, height / rows) * 0.95)
    for i in range(columns * rows - rng.choice((0, 0, 1))):
        x, y = (i % columns + 0.5) / columns + rng.gauss(0, 0.02), (i // columns + 0.5) / rows + rng.gauss(0, 0.02)
        drop(shot, canvas, item, (x * width, y * height), rng.gauss(0, 8))
    return canvas


def goods_close(shot: Shot) -> Image.Image:
    """A part of a good, larger than the frame."""
    rng, (width, height) = shot.rng, shot.size
    canvas = ground(rng, shot.size, TABLES)
    item = shot.good(max(shot.size) * rng.uniform(1.1, 1.5))
    drop(shot, canvas, item, (width * rng.uniform(0.3, 0.7), height * rng.uniform(0.3, 0.7)), rng.gauss(0, 12))
    return canvas


def goods_held(shot: Shot) -> Image.Image:
    rng = shot.rng
    canvas = room(shot, rng.uniform(0.2, 0.7), FLOORS) if rng.random() < 0.5 else ground(rng, shot.size, FLOORS)
    canvas = canvas.filter(ImageFilter.BoxBlur(shot.unit / 200))
    item = shot.good(shot.unit * rng.uniform(0.5, 0.75))
    held(shot, canvas, item.rotate(rng.gauss(0, 15), Image.Resampling.BILINEAR, expand=True))
    return canvas


def clothes(shot: Shot) -> Image.Image:
    """A garment laid out on a bed or floor, wrinkled."""
    rng, (width, height) = shot.rng, shot.size
    canvas = ground(rng, shot.size, ("cloth", "cloth", "planks", "carpet"))
    item = shot.good(max(shot.size) * rng.uniform(0.75, 1.0))
    folds = surface(rng, "cloth", item.size, (212, 212, 212))
    worn = ImageChops.multiply(item.convert("RGB"), folds).point([min(255, int(v * 1.25)) for v in range(256)] * 3)
    worn.putalpha(item.getchannel("A"))
    drop(shot, canvas, worn, (width / 2, height / 2), rng.gauss(0, 14))
    return canvas


def worn(shot: Shot) -> Image.Image:
    """Tried on in front of a mirror."""
    rng, (width, height) = shot.rng, shot.size
    canvas = room(shot, rng.uniform(0.55, 0.75), FLOORS)
    item = sprite(rng, "服装", int(height * 0.92), WORN)
    stand(canvas, item, (width * rng.uniform(0.4, 0.6), height * 0.98), 120)
    pen = ImageDraw.Draw(canvas)
    x, y, s = width * rng.uniform(0.44, 0.54), height * 0.1, height * 0.05
    pen.rounded_rectangle((x - s, y, x + s, y + s * 3), int(s / 3), fill=(24, 24, 28))
    return canvas


def room_corner(shot: Shot) -> Image.Image:
    """An appliance or furniture where it stands, with its pipes and sockets."""
    rng, (width, height) = shot.rng, shot.size
    canvas = room(shot, rng.uniform(0.55, 0.8), FLOORS)
    pen = ImageDraw.Draw(canvas)
    foot = width * rng.uniform(0.35, 0.65), height * rng.uniform(0.82, 0.95)
    for _ in range(rng.choice((0, 1, 2))):
        tone = rng.choice(((226, 226, 222), (120, 122, 126), (60, 60, 64)))
        points = [
            (rng.random() * width, 0),
            (rng.random() * width, height * rng.uniform(0.2, 0.6)),
            (foot[0] + rng.gauss(0, 0.2) * width, height * 0.85),
        ]
        thick = max(3, int(shot.unit * rng.uniform(0.015, 0.04)))
        pen.line(points, fill=tint(tone, 0.65), width=thick + 2, joint="curve")
        pen.line(points, fill=tone, width=max(1, thick - 1), joint="curve")
    stand(canvas, shot.good(shot.unit * rng.uniform(0.65, 0.95)), foot, 150)
    if rng.random() < 0.5:
        x, y, s = rng.uniform(0.05, 0.9) * width, rng.uniform(0.1, 0.4) * height, shot.unit * 0.06
        pen.rectangle((x, y, x + s, y + s * 1.1), fill=(236, 236, 232), outline=(150, 150, 150))
        for dx in (0.3, 0.65):
            pen.line((x + s * dx, y + s * 0.4, x + s * dx, y + s * 0.7), fill=BLACK, width=max(1, int(s / 9)))
    return canvas


def indicator(shot: Shot) -> Image.Image:
    """A dark device with lights or a digit display."""
    rng, (width, height) = shot.rng, shot.size
    canvas = goods_standing(shot)
    canvas = ImageEnhance.Brightness(canvas).enhance(rng.uniform(0.3, 0.8))
    glow = Image.new("RGB", shot.size)
    pen = ImageDraw.Draw(glow)
    tone = rng.choice(((255, 60, 40), (80, 255, 120), (90, 170, 255), (255, 190, 60)))
    x, y, r = rng.uniform(0.35, 0.6) * width, rng.uniform(0.5, 0.75) * height, shot.unit * rng.uniform(0.006, 0.02)
    for i in range(rng.randint(1, 5)):
        pen.ellipse((x + i * r * 5 - r, y - r, x + i * r * 5 + r, y + r), fill=tone)
    halo = glow.filter(ImageFilter.BoxBlur(r * 3)).point([min(255, v * 3) for v in range(256)] * 3)
    return ImageChops.add(canvas, ImageChops.add(glow, halo))


def blurred(shot: Shot) -> Image.Image:
    """A shaken picture."""
    rng = shot.rng
    canvas = rng.choice((goods_standing, room_corner, goods_held))(shot)
    reach, angle = shot.unit * rng.uniform(0.015, 0.05), rng.uniform(0, math.pi)
    total = canvas
    for i in range(1, 4):
        shift = ImageChops.offset(canvas, int(i / 3 * reach * math.cos(angle)), int(i / 3 * reach * math.sin(angle)))
        total = Image.blend(total, shift, 1 / (i + 1))
    shot.lines.clear()
    return total
