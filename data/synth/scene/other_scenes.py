"""Scenes without goods: pipes, skin, food, plants, screens."""

from __future__ import annotations

import math

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from data.page import OcrLine
from data.synth import camera
from data.synth.goods import stand
from data.synth.pen import BLACK, GLASS, RED, STEEL, WHITE, Pen, smooth, tint
from data.synth.scene.damage import puddle, stain
from data.synth.scene.sheet import interface
from data.synth.scene.shot import SKINS, Kind, Shot, cast_shadow, drop, room
from data.synth.scene.surface import FLOORS, TABLES, ground, mix, surface, to_image, tone_pair


def pipes(shot: Shot) -> Image.Image:
    """Under the basin or behind the machine: pipes, hose, valve, drain."""
    rng, (width, height) = shot.rng, shot.size
    canvas = ground(rng, shot.size, ("tiles", "tiles", "concrete"))
    pen = ImageDraw.Draw(canvas)
    for _ in range(rng.randint(1, 4)):
        tone = rng.choice(((222, 222, 218), (150, 152, 156), (90, 90, 94), (60, 100, 160)))
        path = [(rng.uniform(-0.1, 1.1) * width, rng.uniform(-0.1, 1.1) * height) for _ in range(4)]
        curve = smooth(path, False)
        thick = int(shot.unit * rng.uniform(0.04, 0.1))
        for share, light in ((1.0, 0.6), (0.8, 0.9), (0.35, 1.15)):
            pen.line(curve, fill=tint(tone, light), width=max(1, int(thick * share)), joint="curve")
        if rng.random() < 0.5:  # a ribbed hose
            for x, y in curve:
                pen.ellipse(
                    (x - thick / 2, y - thick / 2, x + thick / 2, y + thick / 2),
                    outline=tint(tone, 0.7),
                    width=max(1, thick // 12),
                )
    x, y, r = rng.uniform(0.2, 0.8) * width, rng.uniform(0.5, 0.9) * height, shot.unit * rng.uniform(0.06, 0.12)
    pen.ellipse((x - r, y - r * 0.7, x + r, y + r * 0.7), fill=STEEL, outline=(80, 80, 84), width=max(2, int(r / 8)))
    for i in range(-2, 3):
        pen.line((x + i * r * 0.3, y - r * 0.35, x + i * r * 0.3, y + r * 0.35), fill=(40, 40, 42), width=max(1, int(r / 9)))
    if rng.random() < 0.4:
        puddle(rng, canvas, (x, y + r), shot.unit * 0.35)
    return canvas


def skin(shot: Shot) -> Image.Image:
    """An arm, a leg or a cheek with a rash, spots or a blotch."""
    rng, (width, height) = shot.rng, shot.size
    gen, tone = camera.generator(rng), rng.choice(SKINS)
    small = max(8, width // 2), max(8, height // 2)
    pores = camera.fractal(gen, small, (46, 46), 2, 0.9)
    values = mix(0.55 * camera.fractal(gen, small, (3, 3), 4) + 0.45 * pores, *tone_pair(rng, tone, 0.1))
    for _ in range(rng.choice((1, 2, 3))):  # reddened areas with spots in them
        cx, cy, reach = (rng.uniform(0.2, 0.8) * small[0], rng.uniform(0.2, 0.8) * small[1], min(small) * rng.uniform(0.12, 0.4))
        ys, xs = np.mgrid[0 : small[1], 0 : small[0]].astype(np.float32)
        near = np.exp(-((xs - cx) ** 2 + (ys - cy) ** 2) / reach**2)
        spots = np.clip((camera.fractal(gen, small, (26, 26), 2) - 0.55) * 6, 0, 1)
        redness = np.clip(near * (0.25 + spots * rng.uniform(0.3, 0.9)), 0, 1)[..., None]
        values = values * (1 - redness * np.array((0.06, 0.4, 0.42), np.float32))
    canvas = to_image(values).resize(shot.size, Image.Resampling.BILINEAR)
    if rng.random() < 0.7:  # the limb ends inside the frame
        cover = ground(rng, shot.size, ("cloth", "planks", "tiles", "leather"))
        slope, edge, thick = rng.uniform(-0.4, 0.4), rng.uniform(0.15, 0.35), rng.uniform(0.45, 0.65)
        band = Image.new("L", shot.size)
        top, low = (
            [(x * width, (edge + slope * (x - 0.5)) * height) for x in (0, 1)],
            [(x * width, (edge + thick + slope * 0.6 * (x - 0.5)) * height) for x in (1, 0)],
        )
        ImageDraw.Draw(band).polygon(top + low, fill=255)
        round_ = band.filter(ImageFilter.BoxBlur(shot.unit / 12)).point([min(255, 70 + v * 3 // 4) for v in range(256)])
        canvas = ImageChops.multiply(canvas, Image.merge("RGB", (round_, round_, round_)))
        canvas = Image.composite(canvas, cover, band.filter(ImageFilter.BoxBlur(1.2)))
        if rng.random() < 0.4:
            canvas = canvas.rotate(90, expand=True).resize(shot.size)
    return canvas


def food(shot: Shot) -> Image.Image:
    """A plate, bowl, pot or opened pack of food from above."""
    rng, (width, height) = shot.rng, shot.size
    canvas = ground(rng, shot.size, TABLES)
    pen = Pen(rng, shot.unit)
    rim = rng.choice((WHITE, (226, 220, 210), GLASS, STEEL, (60, 60, 66), (150, 170, 190)))
    tone = rng.choice(
        ((200, 150, 90), (150, 90, 50), (230, 220, 200), (190, 70, 40), (120, 140, 60), (240, 190, 70), (110, 60, 40))
    )
    pen.disc(0.5, 0.5, 0.46, 0.44, rim, "ball")
    pen.disc(0.5, 0.51, 0.39, 0.37, tint(rim, 0.85), "left")
    pen.disc(0.5, 0.51, 0.36, 0.34, tint(tone, 0.8), "ball")
    noodles = rng.random() < 0.35
    for _ in range(rng.randint(60, 110)):
        a, r = rng.uniform(0, math.tau), 0.31 * math.sqrt(rng.random())
        x, y, colour = 0.5 + r * math.cos(a), 0.5 + r * math.sin(a), tint(tone, rng.uniform(0.6, 1.3))
        if noodles:
            bend = [(x + rng.gauss(0, 0.1), y + rng.gauss(0, 0.1)) for _ in range(3)]
            bend = [(px, py) for px, py in bend if (px - 0.5) ** 2 + (py - 0.5) ** 2 < 0.11]
            if len(bend) > 1:
                pen.line(bend, colour, 0.016, True)
        else:
            s = rng.uniform(0.02, 0.06)
            pen.disc(x, y, s, s * rng.uniform(0.5, 1), colour, "ball")
    for _ in range(rng.choice((0, 0, 1, 4))):
        pen.disc(rng.uniform(0.3, 0.7), rng.uniform(0.3, 0.7), 0.03, 0.02, rng.choice(((80, 140, 50), RED, BLACK)), "ball")
    drop(shot, canvas, pen.image, (width / 2, height / 2))
    return canvas


def plant_photo(shot: Shot) -> Image.Image:
    """A plant, or leaves close by with yellow and brown spots."""
    rng, (width, height) = shot.rng, shot.size
    if rng.random() < 0.4:
        canvas = room(shot, rng.uniform(0.4, 0.7), FLOORS)
        stand(canvas, shot.good(shot.unit * 0.85), (width / 2, height * 0.92), 140)
        return canvas
    canvas = surface(rng, rng.choice(("grass", "concrete")), shot.size, (70, 70, 50)).filter(ImageFilter.BoxBlur(shot.unit / 90))
    pen = Pen(rng, max(shot.size))
    for _ in range(rng.randint(6, 12)):
        x, y, a, n = (
            rng.uniform(0, width / pen.side),
            rng.uniform(0, height / pen.side),
            rng.uniform(0, math.tau),
            rng.uniform(0.2, 0.45),
        )
        tip, mid = (x + n * math.cos(a), y + n * math.sin(a)), (x + n * 0.45 * math.cos(a), y + n * 0.45 * math.sin(a))
        side = n * 0.22 * -math.sin(a), n * 0.22 * math.cos(a)
        green = rng.choice(((70, 120, 50), (96, 140, 60), (60, 96, 50), (150, 160, 70)))
        pen.blob([(x, y), (mid[0] + side[0], mid[1] + side[1]), tip, (mid[0] - side[0], mid[1] - side[1])], green, "cloth")
        pen.line([(x, y), tip], tint(green, 1.3), 0.005)
    leaves = pen.image.crop((0, 0, width, height))
    cast_shadow(canvas, leaves.getchannel("A"), (shot.unit // 40, shot.unit // 30), shot.unit / 50, 120)
    canvas.paste(leaves, (0, 0), leaves)
    if rng.random() < 0.6:
        stain(rng, canvas, (rng.random() * width, rng.random() * height), shot.unit * 0.12)
    return canvas


def screen(portrait: bool) -> Kind:
    def draw(shot: Shot) -> Image.Image:
        width, height = shot.size
        fit = min(width, height * 0.55) if portrait else width * 0.95
        size = (int(fit), int(fit * 1.9)) if portrait else (int(fit), int(min(height, fit * 0.62)))
        sheet, lines = interface(shot, (max(40, size[0]), max(40, size[1])))
        canvas, transform = camera.photograph_screen(shot.rng, sheet, shot.size)
        shot.lines += [OcrLine(line.text, box) for line in lines if (box := transform(line.box)) is not None]
        return canvas

    return draw
