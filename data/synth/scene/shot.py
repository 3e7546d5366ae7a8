"""One photo in the making: goods, sheets, shadows, hands and rooms."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random

from PIL import Image, ImageChops, ImageDraw, ImageEnhance, ImageFilter

from data.page import OcrLine
from data.synth import camera
from data.synth.pen import WOOD, Colour, FontSource, Pen, Point, Size, make_ink, tint
from data.synth.scene.surface import ground, mix, surface, to_image
from data.synth.shapes import CATEGORIES, FAMILIES, WORN, sprite

Sheet = tuple[Image.Image, tuple[OcrLine, ...]]
Kind = Callable[["Shot"], Image.Image]
SKINS = ((232, 186, 158), (214, 164, 134), (240, 204, 180), (196, 144, 112))
MIN_TEXT = 9  # pixels; smaller print in a photo is not read
LARGE = ("洗衣机", "热水器", "冰箱", "空调", "家具", "健身器材", "卫浴龙头", "灯具", "家纺床品")
SMALL = tuple(c for c in CATEGORIES if c not in LARGE[:6])
HAND_SIZED = (
    "母婴奶瓶", "杯壶", "手机", "手机配件", "耳机音响", "护肤", "彩妆", "口腔护理", "保健食品", "零食", "饰品手表",
    "医疗器械", "鞋靴", "玩具", "洗护", "文具办公", "网络设备", "内衣袜子", "五金工具", "餐具", "贴膜", "酒水茶饮",
)  # fmt: skip


@dataclass
class Shot:
    """One photo in the making."""

    rng: Random
    size: Size
    font: FontSource | None
    category: str | None
    lines: list[OcrLine] = field(default_factory=list)

    @property
    def unit(self) -> int:
        """The shorter side in pixels."""
        return min(self.size)

    def good(self, side: float) -> Image.Image:
        """A good of the shot's category (any small one if none), uneven as real things are; `side` in pixels."""
        category = self.category or self.rng.choice(SMALL)
        shape = self.rng.choice([shape for shape in FAMILIES[category] if shape is not WORN])
        item = sprite(self.rng, category, max(12, int(side)), shape)
        dull = ImageEnhance.Color(item).enhance(self.rng.uniform(0.55, 0.95))
        light = camera.lighting(self.rng, item.size)
        shaded = ImageChops.multiply(dull.convert("RGB"), Image.merge("RGB", (light, light, light)))
        shaded = shaded.point([min(255, int(12 + v * 1.2)) for v in range(256)] * 3)
        shaded.putalpha(item.getchannel("A"))
        return shaded

    def lay(self, canvas: Image.Image, sheet: Sheet, quad: Sequence[Point], shadow: int = 90) -> None:
        """Lay a sheet onto the canvas in perspective and keep what can be read on it."""
        layer, transform = camera.warp(sheet[0], quad, canvas.size)
        if shadow:
            cast_shadow(canvas, layer.getchannel("A"), (self.unit // 90, self.unit // 60), self.unit / 60, shadow)
        canvas.paste(layer, (0, 0), layer)
        readable = MIN_TEXT / canvas.height
        for line in sheet[1]:
            box = transform(line.box)
            if box is not None and box[3] - box[1] >= readable:
                self.lines.append(OcrLine(line.text, box))


def other(shot: Shot) -> Shot:
    """The same shot with any goods: for what lies about."""
    return Shot(shot.rng, shot.size, shot.font, None)


def room(shot: Shot, horizon: float, floors: Sequence[str]) -> Image.Image:
    """Wall above, table or floor below, with some of what stands in rooms, out of focus."""
    rng, (width, height) = shot.rng, shot.size
    line = max(8, int(height * horizon))
    canvas = surface(rng, rng.choice(("wall", "wall", "wall", "tiles", "cloth", "concrete")), (width, max(8, line)))
    wall = Image.new("RGB", shot.size)
    wall.paste(canvas, (0, 0))
    pen, soft = ImageDraw.Draw(wall), max(1.5, width / 110)
    for _ in range(rng.choice((0, 1, 2, 3))):
        x, w = rng.uniform(-0.1, 0.9) * width, rng.uniform(0.1, 0.4) * width
        top = line - rng.uniform(0.2, 1.1) * line
        tone = rng.choice(((236, 238, 240), (90, 80, 72), (60, 62, 66), WOOD, (150, 60, 50), (80, 110, 140), (220, 210, 190)))
        pen.rectangle((x, top, x + w, line), fill=tone)
        pen.line((x + w * 0.5, top, x + w * 0.5, line), fill=tint(tone, 0.8), width=max(1, width // 100))
    if rng.random() < 0.4:
        prop = other(shot).good(line * 0.6)
        wall.paste(prop, (int(rng.uniform(0, 0.8) * width), line - prop.height), prop)
    wall = wall.filter(ImageFilter.BoxBlur(soft))
    wall.paste(ground(rng, (width, max(8, height - line)), floors), (0, line))
    ImageDraw.Draw(wall).line((0, line, width, line), fill=(70, 62, 56), width=max(1, height // 200))
    return wall


def cast_shadow(
    canvas: Image.Image, mask: Image.Image, offset: tuple[int, int], blur: float, depth: int, at: tuple[int, int] = (0, 0)
) -> None:
    """Darken the canvas under a mask (mode L) placed at `at`, moved by `offset` and blurred; `depth` 0 to 255."""
    pad = int(blur * 2) + 1
    wide = Image.new("L", (mask.width + 2 * pad, mask.height + 2 * pad))
    wide.paste(mask.point([v * depth // 255 for v in range(256)]), (pad, pad))
    small = wide.resize((wide.width // 3 + 1, wide.height // 3 + 1), Image.Resampling.BILINEAR)
    soft = small.filter(ImageFilter.BoxBlur(blur / 3)).resize(wide.size, Image.Resampling.BILINEAR)
    canvas.paste((16, 12, 10), (at[0] + offset[0] - pad, at[1] + offset[1] - pad), soft)


def drop(shot: Shot, canvas: Image.Image, item: Image.Image, centre: Point, turn: float = 0) -> None:
    """Lay a sprite flat at a pixel position, turned by degrees, with its shadow."""
    if turn:
        item = item.rotate(turn, Image.Resampling.BILINEAR, expand=True)
    at = round(centre[0] - item.width / 2), round(centre[1] - item.height / 2)
    depth, reach = shot.rng.randint(70, 150), max(2, shot.unit // 60)
    cast_shadow(canvas, item.getchannel("A"), (shot.rng.randint(-reach, reach), reach), max(1.5, shot.unit / 70), depth, at)
    canvas.paste(item, at, item)


def capsule(pen: Pen, a: Point, b: Point, half: float, colour: Colour) -> None:
    """A finger or arm from a to b in units, with a dark rim and a lit middle."""
    angle = math.atan2(b[1] - a[1], b[0] - a[0])
    for scale, tone in ((1.0, tint(colour, 0.74)), (0.86, tint(colour, 0.93)), (0.5, tint(colour, 1.06))):
        points = [
            (
                end[0] + scale * half * math.cos(angle + start + math.pi * i / 8),
                end[1] + scale * half * math.sin(angle + start + math.pi * i / 8),
            )
            for end, start in ((b, -math.pi / 2), (a, math.pi / 2))
            for i in range(9)
        ]
        pen.poly(points, tone)


def held(shot: Shot, canvas: Image.Image, item: Image.Image) -> None:
    """A hand from below or the side that holds a sprite in the middle of the frame."""
    rng, (width, height) = shot.rng, shot.size
    side, colour, mirror = max(shot.size), rng.choice(SKINS), rng.random() < 0.5
    at = int(width * rng.uniform(0.42, 0.58) - item.width / 2), int(height * rng.uniform(0.35, 0.5) - item.height / 2)
    left, right = at[0] / side, (at[0] + item.width) / side
    middle, low = (left + right) / 2, (at[1] + item.height * rng.uniform(0.7, 0.9)) / side
    thick = max(0.032, min(0.055, (right - left) * 0.16))
    grip = max(left, middle - 3.4 * thick)  # a hand spans no more than this
    back, front = Pen(rng, side // 2), Pen(rng, side // 2)
    sleeve = rng.choice((None, make_ink(rng).main))
    capsule(back, (right + 0.34, low + 0.5), (right - thick, low + 0.16), thick * 2.2, colour)
    if sleeve:
        capsule(back, (right + 0.4, low + 0.58), (right + 0.12, low + 0.28), thick * 2.8, sleeve)
    palm = [
        (right + thick, low - thick),
        (right + thick * 1.6, low + 0.16),
        (middle, low + 0.2),
        (grip, low + 0.08),
        (grip, low - thick),
    ]
    back.blob(palm, tint(colour, 0.92), "ball")
    for i in range(4):  # fingertips come round the far edge
        y, reach = low - thick * (4.2 - 1.75 * i), thick * (1.3 + 0.5 * (i in (1, 2)) + rng.uniform(-0.3, 0.3))
        capsule(front, (grip - thick * 0.8, y + thick * 0.5), (grip + reach, y), thick * (0.78, 0.84, 0.82, 0.7)[i], colour)
    tip = min(right - thick * 1.5, grip + 6 * thick), low - thick * rng.uniform(1.5, 3)
    capsule(front, (right + thick * 0.8, low + 0.1), tip, thick * 0.95, colour)
    front.disc(tip[0] - thick * 0.1, tip[1] - thick * 0.2, thick * 0.45, thick * 0.5, tint(colour, 1.1), "ball")
    part = width // 2, height // 2
    layers = [skin_texture(rng, pen.image.crop((0, 0, *part)), shot.size) for pen in (back, front)]
    if mirror:
        layers = [layer.transpose(Image.Transpose.FLIP_LEFT_RIGHT) for layer in layers]
        at = width - at[0] - item.width, at[1]
    canvas.paste(layers[0], (0, 0), layers[0])
    canvas.paste(item, at, item)
    cast_shadow(canvas, layers[1].getchannel("A"), (shot.unit // 90, shot.unit // 70), shot.unit / 80, 90)
    canvas.paste(layers[1], (0, 0), layers[1])


def skin_texture(rng: Random, layer: Image.Image, size: Size) -> Image.Image:
    """Give a hand blotches and soft edges, and bring it to the frame's size."""
    noise = camera.fractal(camera.generator(rng), layer.size, (14, 14), 3, 0.8)
    skin = ImageChops.multiply(layer.convert("RGB"), to_image(mix(noise, (218, 190, 180), (255, 250, 246))))
    skin = skin.filter(ImageFilter.BoxBlur(max(1.0, min(layer.size) / 110)))
    skin.putalpha(layer.getchannel("A").filter(ImageFilter.BoxBlur(0.7)))
    return skin.resize(size, Image.Resampling.BILINEAR)


def outline_mask(size: Size, polygon: Sequence[Point]) -> Image.Image:
    mask = Image.new("L", size)
    ImageDraw.Draw(mask).polygon(list(polygon), fill=255)
    return mask
