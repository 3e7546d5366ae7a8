"""What happens to a picture between the scene and the chat: lens, light, sensor, screen, crop, mask, pen, JPEG.

Everything is drawn from the `random.Random` that is passed in, so the same generator state gives the same bytes. Effects
that move pixels return `(image, transform)`; `transform` maps a box (left, top, right, bottom as fractions of the image)
to the box in the new image, or None where too little of it is left to be read.
"""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Sequence
from random import Random

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageOps

Box = tuple[float, float, float, float]
Point = tuple[float, float]
Size = tuple[int, int]
Transform = Callable[[Box], Box | None]
Floats = NDArray[np.float32]

MIN_VISIBLE = 0.6  # share of a box's area that must stay in the frame; text that is cut further is not read
PENS = ((230, 30, 40), (230, 30, 40), (240, 60, 70), (250, 200, 30), (40, 120, 230), (30, 170, 80))


def generator(rng: Random) -> np.random.Generator:
    """A numpy generator for bulk noise, seeded from `rng`."""
    return np.random.default_rng(rng.getrandbits(64))


def identity(box: Box) -> Box | None:
    """The transform of effects that move nothing."""
    return clip_box(box)


def compose(*transforms: Transform) -> Transform:
    """Apply the transforms first to last; None as soon as one gives None."""

    def mapped(box: Box) -> Box | None:
        current: Box | None = box
        for transform in transforms:
            current = None if current is None else transform(current)
        return current

    return mapped


def clip_box(box: Box) -> Box | None:
    """The part of a box inside the frame, or None where less than MIN_VISIBLE of its area is."""
    left, top, right, bottom = box
    area = (right - left) * (bottom - top)
    kept = max(left, 0.0), max(top, 0.0), min(right, 1.0), min(bottom, 1.0)
    if area <= 0 or kept[2] <= kept[0] or kept[3] <= kept[1]:
        return None
    return kept if (kept[2] - kept[0]) * (kept[3] - kept[1]) >= MIN_VISIBLE * area else None


# Geometry


def homography(source: Sequence[Point], target: Sequence[Point]) -> NDArray[np.float64]:
    """The (3, 3) matrix that maps four source points to four target points."""
    rows, right = [], []
    for (x, y), (u, v) in zip(source, target, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        right += [u, v]
    return np.append(np.linalg.solve(np.array(rows, float), np.array(right, float)), 1.0).reshape(3, 3)


def corners(size: tuple[float, float]) -> tuple[Point, Point, Point, Point]:
    """The corners of a rectangle at the origin, clockwise from top left."""
    width, height = size
    return (0.0, 0.0), (width, 0.0), (width, height), (0.0, height)


def warp(image: Image.Image, quad: Sequence[Point], size: Size) -> tuple[Image.Image, Transform]:
    """Lay an image onto a canvas of `size` so that its corners fall on `quad` (pixels, clockwise from top left).

    Returns the RGBA layer, transparent outside the quad, and the transform from image to canvas.
    """
    reach = max(math.dist(quad[i], quad[i - 1]) for i in range(4)) / max(image.size)
    if reach < 0.5:  # bilinear lookup would alias
        image = image.resize((max(1, round(image.width * reach)), max(1, round(image.height * reach))), Image.Resampling.BOX)
    padded = ImageOps.expand(image.convert("RGBA"), 2, (0, 0, 0, 0))  # transparent rim: smooth edges
    inner = [(x + 2, y + 2) for x, y in corners(image.size)]
    inverse = homography(quad, inner)
    layer = padded.transform(size, Image.Transform.PERSPECTIVE, tuple(inverse.ravel()[:8]), Image.Resampling.BILINEAR)
    forward = homography(corners((1, 1)), [(x / size[0], y / size[1]) for x, y in quad])

    def mapped(box: Box) -> Box | None:
        left, top, right, bottom = box
        points = forward @ np.array([(left, top, 1), (right, top, 1), (right, bottom, 1), (left, bottom, 1)]).T
        xs, ys = points[0] / points[2], points[1] / points[2]
        return clip_box((float(xs.min()), float(ys.min()), float(xs.max()), float(ys.max())))

    return layer, mapped


def jitter_quad(rng: Random, box: Box, tilt: float, amount: float) -> list[Point]:
    """The corners of a pixel box, turned by `tilt` (radians) about its centre and moved by up to `amount` of its sides."""
    left, top, right, bottom = box
    cx, cy, cos, sin = (left + right) / 2, (top + bottom) / 2, math.cos(tilt), math.sin(tilt)
    moved = []
    for x, y in ((left, top), (right, top), (right, bottom), (left, bottom)):
        x += rng.uniform(-amount, amount) * (right - left) - cx
        y += rng.uniform(-amount, amount) * (bottom - top) - cy
        moved.append((cx + x * cos - y * sin, cy + x * sin + y * cos))
    return moved


# Noise and light


def fractal(
    gen: np.random.Generator, size: Size, cells: tuple[float, float] = (4, 4), octaves: int = 4, fade: float = 0.55
) -> Floats:
    """Multi-octave value noise, (height, width) in [0, 1]; `cells` are blobs across and down in the first octave."""
    width, height = size
    total = np.zeros((height, width), np.float32)
    weight = 1.0
    for octave in range(octaves):
        across, down = (max(2, round(cell * 2**octave)) for cell in cells)
        if across > width or down > height:
            break
        grid = Image.fromarray(gen.random((down, across), np.float32))
        total += weight * np.asarray(grid.resize(size, Image.Resampling.BICUBIC))
        weight *= fade
    low, high = float(total.min()), float(total.max())
    return (total - low) / max(high - low, 1e-6)


def lighting(rng: Random, size: Size) -> Image.Image:
    """A brightness map, mode L, 200 = unchanged: a window's gradient, soft shadows, a lamp's spot, the lens's vignette."""
    side = 40
    ys, xs = np.mgrid[-1 : 1 : side * 1j, -1 : 1 : side * 1j].astype(np.float32)
    angle, slope = rng.uniform(0, math.tau), rng.uniform(0.03, 0.28)
    light = 1 + slope * (xs * math.cos(angle) + ys * math.sin(angle))
    light += rng.uniform(0.05, 0.2) * (fractal(generator(rng), (side, side), (2, 2), 2) - 0.5)
    light -= rng.uniform(0.04, 0.2) * (xs**2 + ys**2) / 2
    if rng.random() < 0.4:  # someone or something stands in the light
        edge = xs * math.cos(angle + 1) + ys * math.sin(angle + 1) - rng.uniform(-0.5, 0.5)
        light *= 1 - rng.uniform(0.1, 0.35) / (1 + np.exp(-edge * rng.uniform(6, 20)))
    if rng.random() < 0.3:
        distance = (xs - rng.uniform(-0.7, 0.7)) ** 2 + (ys - rng.uniform(-0.7, 0.7)) ** 2
        light += rng.uniform(0.15, 0.45) * np.exp(-distance / rng.uniform(0.05, 0.5))
    return Image.fromarray(np.clip(light * 200, 20, 255).astype(np.uint8)).resize(size, Image.Resampling.BICUBIC)


def develop(rng: Random, image: Image.Image, grain: float | None = None) -> Image.Image:
    """What a phone makes of a scene: uneven light, white balance, tone, a little blur, sensor noise (sigma in levels)."""
    gen, (width, height) = generator(rng), image.size
    grain = rng.uniform(2.0, 7.0) if grain is None else grain
    radius = rng.choice((0.4, 0.6, 0.8, 1.1, 1.1, 2.0)) * max(image.size) / 640
    soft = image.convert("RGB").filter(ImageFilter.BoxBlur(radius))
    warmth, tint, gain = rng.gauss(0.03, 0.06), rng.gauss(0, 0.02), rng.uniform(0.84, 1.08)
    gamma, lift = rng.uniform(0.85, 1.2), rng.uniform(0, 16)
    ramp = np.arange(256) / 255
    table = []
    for channel in (gain * (1 + warmth), gain * (1 + tint), gain * (1 - warmth)):
        table += [int(value) for value in np.clip(lift + (255 - lift) * channel * ramp**gamma, 0, 255)]
    light = np.asarray(lighting(rng, image.size), np.float32)[..., None] / 200
    pixels = np.asarray(soft.point(table), np.float32) * light
    np.minimum(pixels, 222 + 0.3 * (pixels - 222), out=pixels)  # highlights roll off, so white keeps its grain
    pixels += grain * gen.standard_normal((height, width, 1), np.float32)
    colour = (gen.random((height // 3 + 1, width // 3 + 1, 3), np.float32) * 255).astype(np.uint8)  # chroma noise is coarse
    pixels += (np.asarray(Image.fromarray(colour).resize(image.size, Image.Resampling.BILINEAR), np.float32) - 127) * (
        grain / 110
    )
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


# Effects


def photograph_screen(rng: Random, image: Image.Image, size: Size | None = None) -> tuple[Image.Image, Transform]:
    """A screen that shows `image`, photographed: bezel, perspective, moire, glare, grain. `size` defaults to the image's.

    The transform depends on the generator's state and the proportions only, so a small copy gives the same one.
    """
    width, height = size or image.size
    fit = min(width / image.width, height / image.height) * rng.choice((0.78, 0.88, 0.95, 1.0, 1.06))
    half = image.width * fit / 2, image.height * fit / 2
    cx, cy = width * rng.uniform(0.48, 0.52), height * rng.uniform(0.48, 0.52)
    quad = jitter_quad(rng, (cx - half[0], cy - half[1], cx + half[0], cy + half[1]), rng.gauss(0, 0.05), 0.035)
    layer, transform = warp(_lit(rng, image, (round(half[0] * 2), round(half[1] * 2))), quad, (width, height))

    shade = rng.choice(((24, 22, 22), (58, 50, 44), (120, 108, 95), (170, 165, 158), (90, 96, 104)))
    blotch = fractal(generator(rng), (width // 4 + 1, height // 4 + 1), (3, 4), 3)[..., None] * 0.7 + 0.55
    room = Image.fromarray(np.clip(blotch * np.array(shade), 0, 255).astype(np.uint8)).resize((width, height))
    thick = min(half) * rng.uniform(0.03, 0.1)
    frame = [(x + math.copysign(thick, x - cx), y + math.copysign(thick * rng.uniform(1, 1.6), y - cy)) for x, y in quad]
    pen = ImageDraw.Draw(room)
    pen.polygon(frame, fill=rng.choice(((14, 14, 16), (14, 14, 16), (40, 40, 44), (200, 200, 202))))
    pen.line([*frame, frame[0]], fill=(150, 150, 155), width=max(1, round(thick / 8)))
    room.paste(layer, (0, 0), layer)
    if rng.random() < 0.7:
        room = ImageChops.screen(room, _glare(rng, room.size))
    return develop(rng, room), transform


def _lit(rng: Random, image: Image.Image, size: Size) -> Image.Image:
    """The glowing panel: raised blacks, a cold cast, and the moire of its pixel grid against the sensor's."""
    width, height = max(size[0], 2), max(size[1], 2)
    pixels = np.asarray(image.convert("RGB").resize((width, height), Image.Resampling.BILINEAR), np.float32) * 0.9 + rng.uniform(
        4, 22
    )
    ys, xs = np.mgrid[0:height, 0:width].astype(np.float32)
    bend = fractal(generator(rng), (width, height), (2, 2), 1) * rng.uniform(1, 6)
    angle, period = rng.uniform(0, math.pi), rng.uniform(4, 22)
    phase = (xs * math.cos(angle) + ys * math.sin(angle)) * (math.tau / period) + bend
    depth = rng.uniform(0.02, 0.1)
    for channel in range(3):  # the stripes of the three primaries are out of step, hence the rainbow
        pixels[..., channel] *= 1 + depth * np.sin(phase * (1 + 0.03 * channel) + 2.1 * channel)
    pixels *= np.array((0.96, 1.0, 1.05), np.float32)
    if rng.random() < 0.4:
        pixels *= 1 - 0.08 * (ys % 3 < 1)[..., None]
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


def _glare(rng: Random, size: Size) -> Image.Image:
    """Reflections on glass: lamp spots and one window, soft."""
    glare = Image.new("RGB", (96, 96))
    pen = ImageDraw.Draw(glare)
    for _ in range(rng.randint(1, 3)):
        x, y, r, level = rng.uniform(5, 90), rng.uniform(5, 90), rng.uniform(1.5, 7), rng.randint(90, 255)
        pen.ellipse((x - r, y - r * rng.uniform(0.6, 1.5), x + r, y + r), fill=(level, level, int(level * 0.93)))
    if rng.random() < 0.5:
        x, w, lean, level = (rng.uniform(-10, 80), rng.uniform(10, 40), rng.uniform(-40, 40), rng.randint(18, 60))
        pen.polygon([(x, 0), (x + w, 0), (x + w + lean, 96), (x + lean, 96)], fill=(level, level, level + 6))
    return glare.filter(ImageFilter.GaussianBlur(rng.uniform(0.8, 3))).resize(size, Image.Resampling.BICUBIC)


def jpeg(rng: Random, image: Image.Image) -> Image.Image:
    """One or two rounds of JPEG, as a picture that was saved and sent on."""
    for _ in range(rng.choice((1, 1, 2))):
        buffer = io.BytesIO()
        image.convert("RGB").save(buffer, "JPEG", quality=rng.choice((30, 45, 60, 70, 75, 80, 85, 90, 95)))
        image = Image.open(buffer)
        image.load()
    return image.convert("RGB")


def crop(rng: Random, image: Image.Image) -> tuple[Image.Image, Transform]:
    """Cut out what a customer would: a band, the middle part, one end, or a loose region."""
    kind = rng.choice(("band", "band", "end", "middle", "region"))
    left, top, right, bottom = 0.0, 0.0, 1.0, 1.0
    if kind == "band":
        share = rng.uniform(0.12, 0.4)
        top = rng.uniform(0, 1 - share)
        bottom = top + share
    elif kind == "end":
        share = rng.uniform(0.4, 0.85)
        top, bottom = (0.0, share) if rng.random() < 0.6 else (1 - share, 1.0)
    elif kind == "middle":
        top, bottom = rng.uniform(0.03, 0.25), rng.uniform(0.65, 0.96)
    else:
        left, right = rng.uniform(0, 0.35), rng.uniform(0.65, 1)
        top, bottom = rng.uniform(0, 0.4), rng.uniform(0.6, 1)
    return crop_to(image, (left, top, right, bottom))


def crop_to(image: Image.Image, box: Box) -> tuple[Image.Image, Transform]:
    """Cut the fractional box out of the image (at least one pixel)."""
    x0, y0 = (min(int(box[0] * image.width), image.width - 1), min(int(box[1] * image.height), image.height - 1))
    x1, y1 = max(x0 + 1, round(box[2] * image.width)), max(y0 + 1, round(box[3] * image.height))
    width, height = image.size

    def mapped(old: Box) -> Box | None:
        return clip_box(
            (
                (old[0] * width - x0) / (x1 - x0),
                (old[1] * height - y0) / (y1 - y0),
                (old[2] * width - x0) / (x1 - x0),
                (old[3] * height - y0) / (y1 - y0),
            )
        )

    return image.crop((x0, y0, x1, y1)), mapped


def downscale_up(rng: Random, image: Image.Image) -> Image.Image:
    """Lose detail as a thumbnail that was saved and enlarged; the size stays."""
    factor = rng.uniform(0.3, 0.8)
    small = image.resize((max(1, int(image.width * factor)), max(1, int(image.height * factor))), Image.Resampling.BILINEAR)
    return small.resize(image.size, rng.choice((Image.Resampling.BILINEAR, Image.Resampling.BICUBIC)))


def redact(rng: Random, image: Image.Image, boxes: Sequence[Box]) -> Image.Image:
    """Mask boxes as anonymised screenshots are: each region is reduced to a few sampled cells, so that text becomes
    ragged horizontal bars of black, grey and background; now and then a marker stroke instead. Returns a new image."""
    image = image.convert("RGB")
    for box in boxes:
        x0, y0 = max(0, int(box[0] * image.width)), max(0, int(box[1] * image.height))
        x1, y1 = (min(image.width, math.ceil(box[2] * image.width)), min(image.height, math.ceil(box[3] * image.height)))
        if x1 - x0 < 2 or y1 - y0 < 2:
            continue
        if rng.random() < 0.06:
            _marker(rng, image, (x0, y0, x1, y1))
            continue
        across, down = rng.randint(7, 10), rng.randint(4, 6)
        if x1 - x0 < 2 * (y1 - y0):
            down = across
        region = image.crop((x0, y0, x1, y1))
        cells = region.resize((min(across, x1 - x0), min(down, y1 - y0)), Image.Resampling.NEAREST)  # samples, no mean
        image.paste(cells.resize(region.size, Image.Resampling.NEAREST), (x0, y0))
    return image


def _marker(rng: Random, image: Image.Image, box: tuple[int, int, int, int]) -> None:
    """A zigzag of thick strokes over a pixel box."""
    x0, y0, x1, y1 = box
    steps = max(4, (x1 - x0) // max(1, (y1 - y0) // 2))
    points = [(x0 + (x1 - x0) * i / steps, (y0, y1)[i % 2] + rng.uniform(-0.2, 0.2) * (y1 - y0)) for i in range(steps + 1)]
    colour = rng.choice(((0, 0, 0), (0, 0, 0), (90, 90, 90), (230, 40, 50)))
    ImageDraw.Draw(image).line(points, fill=colour, width=max(3, (y1 - y0) // 2), joint="curve")


def annotate(rng: Random, image: Image.Image, box: Box | None = None) -> Image.Image:
    """Draw by hand what a customer draws: a circle, an underline, an arrow or a rough frame at `box` (or anywhere)."""
    width, height = image.size
    if box is None:
        w, h = rng.uniform(0.12, 0.4), rng.uniform(0.03, 0.15)
        left, top = rng.uniform(0.05, 0.95 - w), rng.uniform(0.1, 0.95 - h)
        box = left, top, left + w, top + h
    x0, y0, x1, y1 = box[0] * width, box[1] * height, box[2] * width, box[3] * height
    stroke = max(2, round(max(image.size) * rng.choice((0.003, 0.005, 0.008, 0.014))))
    cx, cy = (x0 + x1) / 2, (y0 + y1) / 2
    rx, ry = (x1 - x0) * 0.56 + 2 * stroke, (y1 - y0) * rng.uniform(0.6, 0.9) + 2 * stroke  # drawn round it, not over it
    colour = rng.choice(PENS)
    image = image.convert("RGB")
    pen = ImageDraw.Draw(image)
    kind = rng.choice(("circle", "circle", "circle", "underline", "arrow", "frame"))
    if kind == "circle":
        start, turns, drift = rng.uniform(0, math.tau), rng.uniform(0.95, 1.15), rng.uniform(-0.12, 0.12)
        angles = [start + math.tau * turns * i / 40 for i in range(41)]
        wave = rng.uniform(0.02, 0.08)
        points = [
            (cx + rx * math.cos(a) * (1 + wave * math.sin(3 * a) + drift * i / 40),
             cy + ry * math.sin(a) * (1 + wave * math.cos(2 * a) + drift * i / 40))
            for i, a in enumerate(angles)
        ]  # fmt: skip
    elif kind == "underline":
        wave, base = rng.uniform(0.2, 0.8) * stroke, y1 + (y1 - y0) * 0.1
        points = [(x0 + (x1 - x0) * i / 24, base + wave * math.sin(i * 0.7) - i * wave / 24) for i in range(25)]
    elif kind == "frame":
        wobble = min(2.0 * stroke, (y1 - y0) * 0.15)
        sides = (cx - rx, cy - ry), (cx + rx, cy - ry), (cx + rx, cy + ry), (cx - rx, cy + ry), (cx - rx, cy - ry)
        points = [(x + rng.uniform(-wobble, wobble), y + rng.uniform(-wobble, wobble)) for x, y in sides]
    else:
        angle, reach = rng.uniform(0, math.tau), min(width, height) * rng.uniform(0.15, 0.3)
        tail = cx + (rx + reach) * math.cos(angle), cy + (ry + reach) * math.sin(angle)
        tip = cx + rx * math.cos(angle), cy + ry * math.sin(angle)
        head = reach * 0.3
        wings = [(tip[0] + head * math.cos(angle + s), tip[1] + head * math.sin(angle + s)) for s in (-0.5, 0.5)]
        pen.line([wings[0], tip, wings[1]], fill=colour, width=stroke, joint="curve")
        points = [tail, ((tail[0] + tip[0]) / 2 + rng.uniform(-1, 1) * head / 2, (tail[1] + tip[1]) / 2), tip]
    pen.line(points, fill=colour, width=stroke, joint="curve")
    return image


def long_screenshot(images: Sequence[Image.Image], gap: int = 0) -> tuple[Image.Image, tuple[Transform, ...]]:
    """Stack images top to bottom at the first one's width, `gap` white pixels between; one transform per image."""
    if not images:
        raise ValueError("long_screenshot: expected at least one image, found none")
    width = images[0].width
    parts = [i if i.width == width else i.resize((width, max(1, round(i.height * width / i.width)))) for i in images]
    total = sum(part.height for part in parts) + gap * (len(parts) - 1)
    canvas = Image.new("RGB", (width, total), (255, 255, 255))
    transforms: list[Transform] = []
    top = 0
    for part in parts:
        canvas.paste(part, (0, top))
        transforms.append(_shifted(top / total, part.height / total))
        top += part.height + gap
    return canvas, tuple(transforms)


def _shifted(offset: float, scale: float) -> Transform:
    def mapped(box: Box) -> Box | None:
        return clip_box((box[0], offset + box[1] * scale, box[2], offset + box[3] * scale))

    return mapped
