"""Scenes with damaged goods."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from PIL import Image, ImageDraw, ImageFilter

from data.synth.goods import stand
from data.synth.pen import BLACK, STEEL, Pen, Point
from data.synth.scene.damage import bubbles, crack, hole, puddle, rust, stain
from data.synth.scene.shot import SKINS, Kind, Shot, capsule, drop, room, skin_texture
from data.synth.scene.surface import FLOORS, TABLES, ground, surface


def damaged_good(damage: Callable[[Random, Image.Image, Point, float], None]) -> Kind:
    """A good close by, with damage on it."""

    def draw(shot: Shot) -> Image.Image:
        rng, (width, height) = shot.rng, shot.size
        canvas = ground(rng, shot.size, TABLES + FLOORS)
        item = shot.good(shot.unit * rng.uniform(0.8, 1.3))
        hurt = item.convert("RGB")
        damage(
            rng,
            hurt,
            (item.width * rng.uniform(0.35, 0.65), item.height * rng.uniform(0.35, 0.65)),
            shot.unit * rng.uniform(0.1, 0.35),
        )
        hurt.putalpha(item.getchannel("A"))
        drop(shot, canvas, hurt, (width / 2, height / 2), rng.gauss(0, 12))
        return canvas

    return draw


def damaged_cloth(shot: Shot) -> Image.Image:
    """Cloth close by with a stain, a hole or a loose thread, now and then with a finger that points."""
    rng, (width, height) = shot.rng, shot.size
    canvas = surface(rng, "cloth", shot.size)
    spot = width * rng.uniform(0.35, 0.65), height * rng.uniform(0.35, 0.65)
    rng.choice((stain, hole, hole))(rng, canvas, spot, shot.unit * rng.uniform(0.03, 0.15))
    if rng.random() < 0.4:
        side = max(shot.size)
        pen = Pen(rng, max(shot.size) // 2)
        end, start = (spot[0] / side + 0.06, spot[1] / side + 0.06), (width / side + 0.1, height / side + 0.05)
        capsule(pen, start, end, 0.07, rng.choice(SKINS))
        finger = skin_texture(rng, pen.image.crop((0, 0, width // 2, height // 2)), shot.size)
        canvas.paste(finger, (0, 0), finger)
    return canvas


def leak(shot: Shot) -> Image.Image:
    rng, (width, height) = shot.rng, shot.size
    canvas = room(shot, rng.uniform(0.15, 0.5), TABLES + FLOORS)
    foot = width * rng.uniform(0.4, 0.6), height * rng.uniform(0.7, 0.82)
    for _ in range(rng.randint(1, 3)):
        puddle(rng, canvas, (foot[0] + rng.gauss(0, 0.1) * width, foot[1] + height * 0.04), shot.unit * rng.uniform(0.2, 0.45))
    item = shot.good(shot.unit * rng.uniform(0.45, 0.6))
    stand(canvas, item, foot, 140)
    pen = ImageDraw.Draw(canvas, "RGBA")
    for _ in range(rng.randint(4, 24)):
        x, y, r = (
            foot[0] + rng.gauss(0, 0.16) * width,
            foot[1] + rng.gauss(0, 0.1) * height,
            shot.unit * rng.uniform(0.004, 0.014),
        )
        pen.ellipse((x - r, y - r, x + r, y + r * 1.3), fill=(210, 220, 226, 120), outline=(250, 250, 250, 160))
    return canvas


def missing(shot: Shot) -> Image.Image:
    """A tray with a slot for each piece, one of them empty."""
    rng, (width, height) = shot.rng, shot.size
    canvas = ground(rng, shot.size, TABLES + FLOORS)
    tray = surface(rng, rng.choice(("wall", "cardboard", "leather")), (int(width * 0.84), int(height * 0.8)))
    columns, rows = rng.choice(((2, 2), (3, 2), (2, 3), (3, 1), (3, 3)))
    gone, item = rng.randrange(columns * rows), shot.good(min(tray.width / columns, tray.height / rows) * 0.8)
    for i in range(columns * rows):
        x, y, w, h = (
            (i % columns) * tray.width / columns,
            (i // columns) * tray.height / rows,
            tray.width / columns,
            tray.height / rows,
        )
        slot = Image.new("L", (int(w * 0.86), int(h * 0.86)))
        ImageDraw.Draw(slot).rounded_rectangle((0, 0, slot.width - 1, slot.height - 1), slot.width // 8, fill=110)
        tray.paste((20, 16, 14), (int(x + w * 0.07), int(y + h * 0.07)), slot.filter(ImageFilter.BoxBlur(2)))
        if i != gone:
            tray.paste(item, (int(x + (w - item.width) / 2), int(y + (h - item.height) / 2)), item)
    drop(shot, canvas, tray.convert("RGBA"), (width / 2, height / 2), rng.gauss(0, 6))
    return canvas


def film_photo(shot: Shot) -> Image.Image:
    """A phone with a film: bubbles, a crooked edge, dust, or a crack."""
    rng, (width, height) = shot.rng, shot.size
    canvas = ground(rng, shot.size, TABLES)
    pen = Pen(rng, max(shot.size))
    side = pen.side
    x0, y0, x1, y1 = (
        width * 0.2 / side,
        height * rng.uniform(-0.1, 0.12) / side,
        width * 0.8 / side,
        height * rng.uniform(0.86, 1.1) / side,
    )
    pen.box(x0, y0, x1, y1, rng.choice((BLACK, STEEL, (60, 60, 90))), 0.06)
    pen.box(x0 + 0.012, y0 + 0.012, x1 - 0.012, y1 - 0.012, rng.choice(((20, 22, 26), (30, 34, 44), (60, 80, 110))), 0.05, "ball")
    pen.poly(
        [(x0 + 0.1, y0 + 0.02), (x0 + 0.3, y0 + 0.02), (x0 + 0.14, y1 - 0.02), (x0 + 0.02, y1 - 0.02)],
        (200, 210, 220),
        "down",
        34,
    )
    shift = rng.uniform(-0.015, 0.015)
    pen.line(
        [(x0 + 0.03 + shift, y0 + 0.03), (x1 - 0.03 + shift, y0 + 0.03 - shift), (x1 - 0.03 + shift * 2, y1 - 0.03)],
        (150, 156, 164),
        0.004,
    )
    phone = pen.image.crop((0, 0, width, height))
    canvas.paste(phone, (0, 0), phone)
    bubbles(rng, canvas, (x0 * side + 8, max(0, y0 * side) + 8, x1 * side - 8, y1 * side - 8))
    if rng.random() < 0.25:
        crack(rng, canvas, (rng.uniform(0.25, 0.75) * width, rng.uniform(0.1, 0.9) * height), shot.unit * 0.4)
    return canvas.rotate(rng.gauss(0, 5), Image.Resampling.BILINEAR, fillcolor=(90, 84, 78))


def rusty(shot: Shot) -> Image.Image:
    rng, (width, height) = shot.rng, shot.size
    canvas = surface(rng, "steel", shot.size)
    pen = ImageDraw.Draw(canvas)
    for _ in range(rng.randint(1, 3)):
        x, y, r = rng.uniform(0, 1) * width, rng.uniform(0, 1) * height, shot.unit * rng.uniform(0.1, 0.5)
        pen.ellipse((x - r, y - r * 0.7, x + r, y + r * 0.7), outline=(70, 70, 72), width=max(2, shot.unit // 60))
    for _ in range(rng.randint(1, 4)):
        rust(rng, canvas, (rng.random() * width, rng.random() * height), shot.unit * 0.25)
    return canvas
