"""Product pictures as shops show them: one or several goods of a category, background, shadow, badges.

`draw_goods` makes the finished picture; the goods themselves are in `shapes`.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from data.page import OcrLine
from data.synth import camera
from data.synth.pen import GLASS, RED, WHITE, WOOD, Colour, FontSource, Point, Size, Writer, hsv, make_ink, tint
from data.synth.shapes import FAMILIES, sprite

POINTS = (
    "加厚耐用",
    "食品级材质",
    "一键操作",
    "静音设计",
    "大容量",
    "防水防滑",
    "亲肤透气",
    "官方质保",
    "全国联保",
    "送运费险",
    "可折叠",
    "长效续航",
)
BADGES = ("包邮", "正品", "热卖", "新品", "特价", "官方正品", "买一送一", "现货速发", "券后价", "7天无理由", "百亿补贴", "爆款")


def draw_goods(rng: Random, category: str, size: Size, font: FontSource | None = None) -> Image.Image:
    """A product picture of the category, RGB. Without a font the badges carry strokes instead of words."""
    return draw_goods_lines(rng, category, size, font)[0]


def draw_goods_lines(
    rng: Random, category: str, size: Size, font: FontSource | None = None
) -> tuple[Image.Image, tuple[OcrLine, ...]]:
    """`draw_goods` with the text that can be read on it, boxes in the picture's fractions."""
    image = _background(rng, size)
    _arrange(rng, image, category)
    if rng.random() < 0.3:  # taken with a camera, not rendered
        light = camera.lighting(rng, size)
        image = ImageChops.multiply(image, Image.merge("RGB", (light, light, light))).point(_BRIGHTEN * 3)
    writer = Writer(font)
    for badge in rng.choice(_BADGE_SETS):
        badge(rng, image, writer)
    return image, tuple(writer.lines)


_BRIGHTEN = [min(255, round(v * 1.22)) for v in range(256)]  # `lighting` leaves 200 / 255 of full light


def _background(rng: Random, size: Size) -> Image.Image:
    width, height = size
    kind = rng.choice(("white", "white", "studio", "studio", "gradient", "spot", "table", "diagonal", "room", "room", "rough"))
    vivid = rng.random() < 0.2
    tone = hsv(rng.random(), 0.65, 0.75) if vivid else hsv(rng.random(), rng.uniform(0.02, 0.28), rng.uniform(0.78, 1))
    if kind == "white":
        return Image.new("RGB", size, rng.choice(((255, 255, 255), (255, 255, 255), (245, 245, 247))))
    if kind == "rough":  # cloth, stone, wood
        cells = rng.choice(((3, 3), (2, 24), (8, 8), (30, 4)))
        noise = camera.fractal(camera.generator(rng), size, cells, 4, 0.7)
        base = np.asarray(rng.choice((tone, WOOD, (196, 190, 182), (120, 116, 112))))
        return Image.fromarray(np.clip(base * (0.75 + 0.4 * noise[..., None]), 0, 255).astype(np.uint8))
    if kind in ("studio", "gradient", "spot"):
        v, u = np.mgrid[0:1:24j, 0:1:24j]
        if kind == "studio":
            ramp = 0.9 + 0.1 * np.abs(v - 0.6) - 0.06 * (v > 0.62)
        elif kind == "gradient":
            ramp = 1.12 - 0.3 * (v if rng.random() < 0.6 else (u + v) / 2)
        else:
            ramp = 1.2 - 0.7 * ((u - 0.5) ** 2 + (v - 0.5) ** 2)
        values = np.asarray(tone)[None, None] * ramp[..., None] + 60 * np.clip(ramp - 1, 0, 1)[..., None]
        return Image.fromarray(np.clip(values, 0, 255).astype(np.uint8)).resize(size, Image.Resampling.BICUBIC)
    image = Image.new("RGB", size, tone)
    pen = ImageDraw.Draw(image)
    if kind == "diagonal":
        edge = [(0, height), (width, height * rng.uniform(0.2, 0.6)), (width, height)]
        pen.polygon(edge, fill=rng.choice((RED, WHITE, tint(tone))))
        return image
    floor = height * rng.uniform(0.55, 0.75)
    pen.rectangle((0, floor, width, height), fill=rng.choice((tint(tone, 0.85), WOOD, (226, 212, 190), WHITE)))
    if kind == "room":
        x, w = width * rng.uniform(0.05, 0.6), width * rng.uniform(0.2, 0.35)
        pane = x, height * 0.08, x + w, height * 0.45
        pen.rectangle(pane, fill=rng.choice((GLASS, WHITE, tint(tone, 0.8))), outline=WHITE)
        pen.line((x + w / 2, pane[1], x + w / 2, pane[3]), fill=WHITE, width=max(1, width // 60))
        prop = sprite(rng, rng.choice(("园艺", "灯具", "家具")), max(8, int(height * 0.35)))
        image.paste(prop, (int(width * rng.choice((0.02, 0.75))), int(floor - prop.height * 0.8)), prop)
    return image.filter(ImageFilter.BoxBlur(width / 150))


def _arrange(rng: Random, image: Image.Image, category: str) -> None:
    """Place one good, a pair, a row of colour variants, a grid, a hero with small ones, or a heap."""
    width, height = image.size
    side = min(width, height)
    shape, ink = rng.choice(FAMILIES[category]), make_ink(rng)
    layout = rng.choice(("one", "one", "one", "one", "pair", "row", "row", "grid", "hero", "close", "heap"))
    if layout == "one":
        spots = [(0.5, rng.uniform(0.84, 0.96), rng.uniform(0.68, 0.9))]
    elif layout == "close":
        spots = [(rng.uniform(0.4, 0.6), rng.uniform(1.05, 1.3), rng.uniform(1.1, 1.5))]
    elif layout == "pair":
        spots = [(0.36, 0.8, 0.6), (0.64, 0.9, 0.66)]
    elif layout == "row":
        n = rng.randint(3, 6)
        spots = [((i + 0.5) / n, 0.8 + 0.04 * (i % 2), min(0.6, 1.7 / n)) for i in range(n)]
    elif layout == "grid":
        n = rng.choice((2, 3))
        spots = [((i % n + 0.5) / n, (i // n + 0.92) / n, 0.84 / n) for i in range(n * n)]
    elif layout == "heap":
        spots = sorted(((rng.uniform(0.2, 0.8), rng.uniform(0.5, 0.98), 0.4) for _ in range(7)), key=lambda spot: spot[1])
    else:
        spots = [(0.4, 0.86, 0.7), (0.8, 0.92, 0.28), (0.84, 0.6, 0.26)]
    varied = layout in ("row", "grid", "heap") and rng.random() < 0.6
    first = sprite(rng, category, max(8, int(spots[0][2] * side)), shape, ink)
    for x, y, scale in spots:
        if varied:
            item = sprite(rng, category, max(8, int(scale * side)), shape, make_ink(rng))
        else:
            fit = max(8, int(scale * side)) / max(first.size)
            item = first.resize((max(1, round(first.width * fit)), max(1, round(first.height * fit))))
        stand(image, item, (x * width, y * height), rng.choice((0, 60, 90)))


def stand(image: Image.Image, item: Image.Image, foot: Point, shadow: int = 90) -> None:
    """Paste an upright sprite with its bottom centre at `foot` (pixels) over a soft contact shadow (0 to 255)."""
    x, y = round(foot[0] - item.width / 2), round(foot[1] - item.height)
    if shadow:
        w, h = max(4, round(item.width * 1.2)), max(4, round(item.width * 0.22))
        blot = Image.new("L", (40, 16))
        ImageDraw.Draw(blot).ellipse((5, 3, 34, 12), fill=shadow)
        blot = blot.filter(ImageFilter.GaussianBlur(2)).resize((w, h), Image.Resampling.BILINEAR)
        image.paste((20, 18, 18), (round(foot[0] - w / 2), round(foot[1] - h * 0.62)), blot)
    image.paste(item, (x, y), item)


def _loud(rng: Random) -> Colour:
    return rng.choice((RED, RED, (255, 80, 0), (250, 56, 90), (20, 20, 24), (30, 120, 220), (240, 190, 60), (40, 150, 90)))


def _corner(rng: Random, image: Image.Image, writer: Writer) -> None:
    w, h = image.size
    text, size = rng.choice(BADGES), max(5, min(w, h) // rng.choice((8, 11, 14)))
    width = len(text) * size + size
    x = 0 if rng.random() < 0.7 else w - width
    ImageDraw.Draw(image).rounded_rectangle((x, 0, x + width, size * 2), size // 2, fill=_loud(rng))
    writer.write(rng, image, (x + size // 2, size // 2), size, text, WHITE)


def _banner(rng: Random, image: Image.Image, writer: Writer) -> None:
    """A bar along the bottom with a promise and a price."""
    w, h = image.size
    top, colour = h * rng.uniform(0.78, 0.88), _loud(rng)
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, top, w, h), fill=colour)
    pen.polygon([(w * 0.62, top - h * 0.04), (w, top - h * 0.04), (w, h), (w * 0.55, h)], fill=tint(colour))
    size = max(5, int((h - top) * 0.5))
    writer.write(rng, image, (size * 0.6, top + size * 0.45), size, rng.choice(BADGES), WHITE)
    writer.write(rng, image, (w * 0.66, top + size * 0.3), size, f"¥{rng.randint(5, 999)}", (255, 240, 120))


def _sticker(rng: Random, image: Image.Image, writer: Writer) -> None:
    """A round price sticker."""
    w, h = image.size
    r = min(w, h) * rng.uniform(0.09, 0.15)
    x, y = rng.choice((w * 0.16, w * 0.84)), rng.choice((h * 0.18, h * 0.8))
    rim = max(1, int(r / 9))
    ImageDraw.Draw(image).ellipse((x - r, y - r, x + r, y + r), fill=_loud(rng), outline=(255, 230, 140), width=rim)
    size = max(5, int(r * 0.55))
    writer.write(rng, image, (x - size, y - size), size, rng.choice(("特价", "热卖", "新品")), WHITE)
    writer.write(rng, image, (x - size, y + size * 0.15), size, str(rng.randint(10, 99)), WHITE)


def _ribbon(rng: Random, image: Image.Image, writer: Writer) -> None:
    """A band across the upper right corner."""
    w, h = image.size
    s = min(w, h) * rng.uniform(0.22, 0.32)
    ImageDraw.Draw(image).polygon([(w - s, 0), (w - s * 0.55, 0), (w, s * 0.55), (w, s)], fill=_loud(rng))


def _slogan(rng: Random, image: Image.Image, writer: Writer) -> None:
    """A title in the upper left corner."""
    w, h = image.size
    size, ground = max(5, int(min(w, h) * rng.uniform(0.06, 0.12))), image.crop((0, 0, w, max(1, h // 3))).convert("L")
    light = float(np.asarray(ground).mean())
    colour = rng.choice(((40, 40, 44), (170, 20, 30), (40, 70, 50))) if light > 140 else WHITE
    for i, share in enumerate((1.0, 0.7, 0.6)[: rng.randint(1, 3)]):
        at = w * 0.05, h * 0.06 + i * size * 1.4
        writer.write(rng, image, at, max(5, int(size * share)), rng.choice(BADGES), colour)


def _points(rng: Random, image: Image.Image, writer: Writer) -> None:
    """Selling points in a column of boxes at one side, as on an advertisement."""
    w, h = image.size
    size, colour = max(5, int(min(w, h) * rng.uniform(0.06, 0.085))), _loud(rng)
    left = rng.random() < 0.5
    for i in range(rng.randint(2, 3)):
        text, y = rng.choice(POINTS), h * 0.28 + i * size * 1.9
        width = (len(text) + 1) * size
        x = size * 0.3 if left else w - width - size * 0.3
        ImageDraw.Draw(image).rounded_rectangle((x, y, x + width, y + size * 1.5), size // 3, fill=colour)
        writer.write(rng, image, (x + size // 2, y + size // 4), size, text, WHITE)


_BADGE_SETS: tuple[tuple[Callable[[Random, Image.Image, Writer], None], ...], ...] = (
    (), (), (), (_corner,), (_banner,), (_sticker,), (_ribbon,), (_slogan,), (_points,),
    (_corner, _banner), (_slogan, _banner), (_points, _banner), (_corner, _points), (_ribbon, _banner), (_slogan, _ribbon),
    (_corner, _points, _banner),
)  # fmt: skip
