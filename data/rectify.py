"""Putting a picture right: what forwarding, stitching, photographing a screen and dark themes do to a page is undone.

    correction = Correction(find_page(image))
    page = correction.apply(image)

Everything is found on a thumbnail and errs towards leaving a picture as it is: an ordinary image costs a few milliseconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from data.page import OcrLine

NOISE = "noise"

Corners = tuple[tuple[float, float], tuple[float, float], tuple[float, float], tuple[float, float]]
Box = tuple[float, float, float, float]

TURNS = {1: Image.Transpose.ROTATE_90, 2: Image.Transpose.ROTATE_180, 3: Image.Transpose.ROTATE_270}
THUMBNAIL = 320  # pixels on the longer side

# Bars come in pairs of one colour and about one width. Light ones are a page's own margins.
BAR_LIGHT = 48  # of 255, at most
BAR_NOISE = 14  # of 255, what JPEG leaves of uniform colour
BAR_LEAST, BAR_PAIR = 0.05, 0.6  # share of the side; the narrower bar's share of the wider
# Of a stitched screenshot a part is the page, its first screens mostly: what pixels show of the whole would be a strip.
LONG, SCREENS = 4.0, 2.2  # heights of a width: from where a picture is long, and what is kept of it
FURTHER = 6  # parts of that height below the first in which the page is looked for
ABOVE = 0.1  # of a width: what is kept above the first line of a page that does not begin at the top
# A photographed screen shines on something dark that fills this share of the picture's rim. What shines has four corners, this
# share of the picture, and fills its corners' quadrangle.
RIM, RIM_SHARE, RIM_LIGHT = 0.02, 0.8, 110
SCREEN_CONTRAST, SCREEN_LEAST, SCREEN_MOST, SCREEN_SOLID = 24, 0.25, 0.97, 0.9
DESK_DRAWN = 0.02  # share of what lies around a screen that may have detail: more of it is a page in dark colours
# A dark theme: the median pixel is darker than it would be inverted, and so is the ground of most of the area of enough lines.
DARK, DARK_SHARE, DARK_LINES = 128, 0.6, 3
# Spread of differences between neighbours against the image's own: 1.4 where they are independent, 0.5 of most print.
INDEPENDENT = 0.9
# Whatever can be named has edges: differences between neighbours are small almost everywhere and large in a few places, at some
# scale at least. Their kurtosis is then far above 3, the Gaussian's (Field 1987; Huang and Mumford 1999, "Statistics of natural
# images and models"). It is 3 at all scales of noise of any spectrum, where it is that of photographs, too, and below of patterns
# that repeat; strongly blurred noise reaches 4, since an image holds few waves of it. Photographs and pages have 8 and more.
SPARSE = 6.5
SCALES = (256, 128, 64, 32)  # pixels of the shorter side
FAINT = 1.0  # of 255: spread of differences below which rounding makes them look sparse
BLANK = 8  # of 255: how far the parts of an image may be apart that has nothing on it


@dataclass(frozen=True)
class Correction:
    """What makes a page of an image as it was opened, in this order.

    `corners` of the page, clockwise from the top left, as fractions of width and height (None: all of it), and `turns` quarter
    turns to the left.
    """

    corners: Corners | None = None
    turns: int = 0

    @property
    def photographed(self) -> bool:
        """Whether the page lies in perspective: a photograph of a screen or a sheet."""
        return self.corners is not None and not _is_box(self.corners)

    def apply(self, image: Image.Image) -> Image.Image:
        """The page, RGB."""
        if self.corners is not None:
            image = _cut_out(image, self.corners)
        return image.transpose(TURNS[self.turns]) if self.turns else image

    def turned(self, turns: int) -> Correction:
        """With more quarter turns to the left."""
        return replace(self, turns=(self.turns + turns) % 4)


def find_page(image: Image.Image) -> Corners | None:
    """Where the page is within an RGB image; None where it is all of it."""
    small = np.asarray(_thumbnail(image))
    if screen := _photographed_screen(small):
        return screen
    left, top, right, bottom = _between_bars(small)
    left, top, right, bottom = _to_the_edge(image, small, (left, top, right, bottom))
    width, height = (right - left) * image.width, (bottom - top) * image.height
    if height > LONG * width:
        bottom = top + (bottom - top) * SCREENS * width / height
    return None if (left, top, right, bottom) == (0, 0, 1, 1) else _box((left, top, right, bottom))


def further_parts(image: Image.Image, first: Corners | None) -> list[Corners]:
    """The parts of a stitched screenshot below its first, which `find_page` found, from top to bottom; of other images none."""
    if first is None or not _is_box(first):
        return []
    (left, top), (right, bottom) = first[0], first[2]
    high = SCREENS * (right - left) * image.width / image.height
    if (1 - top) * image.height <= LONG * (right - left) * image.width or abs(bottom - top - high) * image.height > 1:
        return []
    tops = [bottom + number * high for number in range(FURTHER)]
    return [_box((left, begin, right, min(begin + high, 1.0))) for begin in tops if begin < 1]


def beginning_with(part: Corners, line: OcrLine, image: Image.Image) -> Corners:
    """A part of a stitched screenshot that begins just above a line, whose box is of `part`."""
    (left, top), (right, bottom) = part[0], part[2]
    width = (right - left) * image.width / image.height
    begin = max(top + line.box[1] * (bottom - top) - ABOVE * width, 0.0)
    return _box((left, begin, right, min(begin + SCREENS * width, 1.0)))


def on_light_ground(page: Image.Image, lines: Sequence[OcrLine]) -> Image.Image:
    """A page with its colours inverted where its text stands on dark ground: in a dark theme, say."""
    return ImageOps.invert(page) if is_dark_theme(page, lines) else page


def is_dark_theme(image: Image.Image, lines: Sequence[OcrLine]) -> bool:
    """Whether a page's text stands on dark ground. A page of hardly any text is never dark: its pixels are a photograph's."""
    grey = np.asarray(_thumbnail(image).convert("L"))
    if len(lines) < DARK_LINES or np.median(grey) >= DARK:
        return False
    height, width = grey.shape
    area, dark = 0.0, 0.0
    for line in lines:
        left, top, right, bottom = line.box
        patch = grey[int(top * height) : int(bottom * height) + 1, int(left * width) : int(right * width) + 1]
        size = (right - left) * (bottom - top)
        area += size
        dark += size * bool(np.median(patch) < DARK)
    return dark >= DARK_SHARE * area > 0


def nothing_but(pixels: NDArray[np.uint8]) -> str | None:
    """What an image (height, width, 3) without text has on it where that is nothing: one colour, a gradient or noise, a pattern
    that repeats included."""
    if is_blank(pixels):
        return "one colour"
    if is_gradient(pixels):
        return "a gradient"
    return NOISE if is_noise(pixels) else None


def is_blank(pixels: NDArray[np.uint8]) -> bool:
    """Whether an image (height, width, 3) has nothing on it but one colour, noise of a few values aside."""
    height, width = pixels.shape[:2]
    small = cv2.resize(pixels, (min(width, 64), min(height, 64)), interpolation=cv2.INTER_AREA)
    return bool((small.max(axis=(0, 1)).astype(int) - small.min(axis=(0, 1)) <= BLANK).all())


def is_gradient(pixels: NDArray[np.uint8]) -> bool:
    """Whether the colours of an image (height, width, 3) run into each other without an edge anywhere."""
    height, width = pixels.shape[:2]
    small = cv2.resize(pixels, (min(width, 64), min(height, 64)), interpolation=cv2.INTER_AREA).astype(int)
    return all(int(np.abs(np.diff(small, axis=axis)).max(initial=0)) <= BLANK for axis in (0, 1))


def is_noise(pixels: NDArray[np.uint8]) -> bool:
    """Whether an image (height, width, 3) has no edges at any scale, or pixels that say nothing of those beside them."""
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY).astype(np.float32)
    if min(grey.shape) < 2:
        return False
    spread = max(float(grey.std()), 1.0)
    if all(float(np.diff(grey, axis=axis).std()) > INDEPENDENT * spread for axis in (0, 1)):
        return True
    sparse = _sparseness(grey)
    return bool(sparse) and max(sparse) < SPARSE


def _sparseness(grey: NDArray[np.float32]) -> list[float]:
    """Kurtosis of the differences between neighbours of an image (height, width) by scale and direction, of those that are not
    too faint to tell."""
    found = []
    for side in SCALES:
        factor = side / min(grey.shape)
        if factor < 1:
            height, width = (max(2, round(length * factor)) for length in grey.shape)
            grey = cv2.resize(grey, (width, height), interpolation=cv2.INTER_AREA)  # type: ignore[assignment]
        for axis in (0, 1):
            differences = np.diff(grey, axis=axis)
            spread = float(differences.std())
            if spread >= FAINT:
                found.append(float(((differences - differences.mean()) ** 4).mean()) / spread**4)
    return found


def _thumbnail(image: Image.Image) -> Image.Image:
    factor = min(1.0, THUMBNAIL / max(image.size))
    size = (max(1, round(image.width * factor)), max(1, round(image.height * factor)))
    return image.resize(size, Image.Resampling.BOX, reducing_gap=2.0)


def _between_bars(small: NDArray[np.uint8]) -> Box:
    """What lies between two bars, left and right or above and below, as fractions."""
    left, right = _bars(small)
    upper, lower = _bars(small[:, left : small.shape[1] - right].transpose(1, 0, 2))
    height, width = small.shape[:2]
    return left / width, upper / height, 1 - right / width, 1 - lower / height


def _to_the_edge(image: Image.Image, small: NDArray[np.uint8], box: Box) -> Box:
    """Bars' edges to the pixel: a thumbnail's pixel holds some of the page and some of the bar."""
    left, top, right, bottom = box
    if box == (0, 0, 1, 1):
        return box
    pixels = np.asarray(image)
    reach_x, reach_y = 2 * image.width / small.shape[1], 2 * image.height / small.shape[0]
    rows = slice(round(top * image.height), round(bottom * image.height))
    columns = slice(round(left * image.width), round(right * image.width))
    across, down = pixels[rows], pixels[:, columns].transpose(1, 0, 2)
    return (
        _edge(across, left * image.width, reach_x) / image.width if left > 0 else 0,
        _edge(down, top * image.height, reach_y) / image.height if top > 0 else 0,
        1 - _edge(across[:, ::-1], (1 - right) * image.width, reach_x) / image.width if right < 1 else 1,
        1 - _edge(down[:, ::-1], (1 - bottom) * image.height, reach_y) / image.height if bottom < 1 else 1,
    )


def _edge(pixels: NDArray[np.uint8], near: float, reach: float) -> int:
    """The column (of height, width, 3) within `reach` of the column `near` where what it holds changes most."""
    begin, end = max(int(near - reach), 0), min(int(near + reach) + 1, pixels.shape[1])
    light = pixels[:, begin:end].mean(axis=(0, 2))
    return begin + 1 + int(np.abs(np.diff(light)).argmax()) if len(light) > 1 else begin


def _bars(small: NDArray[np.uint8]) -> tuple[int, int]:
    """Widths of a pair of bars at the left and the right; (0, 0) where there is none."""
    width = small.shape[1]
    colour = np.median(small[:, [0, -1]].reshape(-1, 3), axis=0)
    if colour.max() > BAR_LIGHT:
        return 0, 0
    # The largest deviation but a few pixels': a column of the bar has none that is drawn on.
    away = np.quantile(np.abs(small - colour).max(axis=2), 0.98, axis=0) > BAR_NOISE
    if not away.any():
        return 0, 0
    inside = np.flatnonzero(away)
    left, right = int(inside[0]), int(width - 1 - inside[-1])
    narrow, wide = sorted((left, right))
    # One more pixel, which holds some of the page's edge and some of the bar.
    return (left, right) if narrow >= BAR_LEAST * width and narrow >= BAR_PAIR * wide else (0, 0)


def _photographed_screen(small: NDArray[np.uint8]) -> Corners | None:
    """The quadrangle of a screen or a sheet that lies on something dark."""
    height, width = small.shape[:2]
    if min(height, width) < 64:
        return None
    light = cv2.GaussianBlur(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), (5, 5), 0).astype(np.float32)
    edge = max(1, round(RIM * min(height, width)))
    inner = np.zeros((height, width), bool)
    inner[edge:-edge, edge:-edge] = True
    ground = float(np.quantile(light[~inner], RIM_SHARE))
    if ground > RIM_LIGHT:
        return None
    away = light > ground + SCREEN_CONTRAST
    mask = cv2.morphologyEx(away.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8))
    contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    if not contours:
        return None
    largest = max(contours, key=cv2.contourArea)
    hull = cv2.convexHull(largest)
    corners = _quadrangle(hull)
    if corners is None:
        return None
    area = cv2.contourArea(corners.astype(np.float32))
    solid = cv2.contourArea(largest) / max(area, 1.0)
    if not (SCREEN_LEAST <= area / (height * width) <= SCREEN_MOST and SCREEN_SOLID <= solid <= 1 / SCREEN_SOLID):
        return None
    around = np.ones((height, width), np.uint8)
    cv2.fillConvexPoly(around, cv2.convexHull(corners.astype(np.int32)), 0)
    outside = cv2.erode(around, np.ones((9, 9), np.uint8)) > 0
    drawn = np.abs(light - cv2.medianBlur(light.astype(np.uint8), 9)) > SCREEN_CONTRAST / 2
    if outside.any() and drawn[outside].mean() > DESK_DRAWN:
        return None
    ordered = _clockwise(corners) / (width, height)
    a, b, c, d = ((float(min(max(x, 0), 1)), float(min(max(y, 0), 1))) for x, y in ordered)
    return a, b, c, d


def _quadrangle(hull: NDArray[Any]) -> NDArray[np.float64] | None:
    """(4, 2): the hull with as little of it cut off as four corners allow; None where it has another shape."""
    length = cv2.arcLength(hull, True)
    for tolerance in (0.02, 0.03, 0.04, 0.06):
        found = cv2.approxPolyDP(hull, tolerance * length, True)
        if len(found) == 4:
            return found.reshape(4, 2).astype(np.float64)
    return None


def _clockwise(corners: NDArray[np.float64]) -> NDArray[np.float64]:
    """Clockwise from the top left."""
    centre = corners.mean(axis=0)
    around = corners[np.argsort(np.arctan2(*(corners - centre).T[::-1]))]
    return np.asarray(np.roll(around, -int(np.argmin(around.sum(axis=1))), axis=0))


def _box(box: Box) -> Corners:
    left, top, right, bottom = box
    return (left, top), (right, top), (right, bottom), (left, bottom)


def _is_box(corners: Corners) -> bool:
    """Whether the corners are those of an upright rectangle."""
    (left, top), (right, bottom) = corners[0], corners[2]
    return corners[1] == (right, top) and corners[3] == (left, bottom)


def _cut_out(image: Image.Image, corners: Corners) -> Image.Image:
    size = np.array(image.size)
    points = np.array(corners, np.float32) * size.astype(np.float32)
    if _is_box(corners):
        (left, top), (right, bottom) = points[0], points[2]
        box = (round(float(left)), round(float(top)), round(float(right)), round(float(bottom)))
        return image.crop((box[0], box[1], max(box[2], box[0] + 1), max(box[3], box[1] + 1)))
    upper, after, lower, before = np.linalg.norm(points - np.roll(points, -1, axis=0), axis=1)
    width, height = max(1, round(float(max(upper, lower)))), max(1, round(float(max(after, before))))
    target = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    matrix = cv2.getPerspectiveTransform(points, target)
    flat = cv2.warpPerspective(
        np.asarray(image), matrix, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return Image.fromarray(flat)
