"""A page in logical points that knows its text lines before anything is drawn.

Operations are recorded with their boxes; text lines are recorded beside them, so that a caller who wants only text pays
for no pixels. Widths are estimated per character (1 em for CJK) and drawing keeps to the estimate. `render` turns the
operations into an image at any scale. Characters that went through `hide` are drawn and then masked like the personal
data in anonymised screenshots; they yield no text line.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any, NamedTuple

from PIL import Image, ImageDraw

from data.page import OcrLine
from data.synth.drawing import DRAWERS
from data.synth.fonts import find_font

Colour = tuple[int, int, int]


Box = tuple[float, float, float, float]  # left, top, right, bottom in points


Painter = Callable[[Random, tuple[int, int]], Image.Image]


HIDDEN = 0xF0000  # private plane: HIDDEN + code point is a character under a mask


LINE_HEIGHT = 1.0  # box height of a text line in em


ROW = 6.0  # points


MIN_VISIBLE = 0.6  # share of a line's area that must stay visible for it to be read


_WIDTHS: dict[str, float] = {chr(code): 0.55 for code in range(32, 127)}


_WIDTHS |= dict.fromkeys("ABCDEFGHKNOPQRSUVXYZ&", 0.64) | dict.fromkeys("MWmw@%", 0.87) | dict.fromkeys("il.,:;!|'`", 0.3)


_WIDTHS |= dict.fromkeys('fjrtI()[]{}/\\- "', 0.38) | dict.fromkeys("¥·×°", 0.55)


_WIDTHS |= {chr(ord(char) + HIDDEN): width for char, width in _WIDTHS.items()}


class Op(NamedTuple):
    """One drawing operation on a box."""

    kind: str
    left: float
    top: float
    right: float
    bottom: float
    args: Any


class Line(NamedTuple):
    """One text line; `clarity` falls where the page is dimmed or the contrast is low."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    clarity: float


def hide(text: str) -> str:
    """The same text under a mask: it keeps its width and yields no line."""
    return "".join([chr(ord(char) + HIDDEN) if " " < char < "\U000f0000" else char for char in text])


def is_hidden(char: str) -> bool:
    """Whether a character went through `hide`."""
    return char >= "\U000f0000"


def text_width(text: str, size: float) -> float:
    """Estimated width in points."""
    get = _WIDTHS.get
    return size * sum([get(char, 1.0) for char in text])


def shorten(text: str, size: float, width: float) -> str:
    """The text, ended by an ellipsis if it is wider than `width`."""
    if text_width(text, size) <= width:
        return text
    room, used = width - size * 0.9, 0.0
    for index, char in enumerate(text):
        used += _WIDTHS.get(char, 1.0) * size
        if used > room:
            return text[:index] + "..."
    return text


def wrap(text: str, size: float, width: float, limit: int = 40) -> list[str]:
    """Break into at most `limit` lines of `width`; what does not fit ends in an ellipsis. Keeps closing marks off line starts."""
    if text_width(text, size) <= width and "\n" not in text:
        return [text]
    lines: list[str] = []
    for part in text.split("\n"):
        start, used = 0, 0.0
        for index, char in enumerate(part):
            step = _WIDTHS.get(char, 1.0) * size
            if used + step > width and index > start and char not in "，。、；：！？》）”,.;:!?)":
                lines.append(part[start:index])
                start, used = index, 0.0
            used += step
        lines.append(part[start:])
    if len(lines) > limit:
        lines = [*lines[: limit - 1], shorten(lines[limit - 1] + lines[limit], size, width)]
    return lines


class Canvas:
    """A page of `width` x `height` points. With `record=False` only text lines are kept."""

    def __init__(self, width: float, height: float, background: Colour = (255, 255, 255), *, record: bool = True) -> None:
        self.width, self.height, self.background, self.recording = width, height, background, record
        self.family = "sans"
        self.ops: list[Op] = []
        self.lines: list[Line] = []

    # Text

    def text(
        self, x: float, y: float, text: str, size: float = 13, colour: Colour = (34, 34, 34), *,
        bold: bool = False, anchor: str = "l", width: float | None = None, clarity: float = 1.0,
    ) -> float:  # fmt: skip
        """One line, its em box's top at `y`; `anchor` l, m or r says what `x` is. What is longer than `width` ends in an
        ellipsis. Returns the width."""
        if width is not None:
            text = shorten(text, size, width)
        used = text_width(text, size)
        if anchor != "l":
            x -= used if anchor == "r" else used / 2
        bottom = y + size * LINE_HEIGHT
        if not text:
            return 0.0
        if max(text) < "\U000f0000":
            self.lines.append(Line(text, x, y, x + used, bottom, clarity))
            if self.recording:
                self.ops.append(Op("text", x, y, x + used, bottom, (text, size, colour, bold)))
            return used
        plain = "".join([chr(ord(char) - HIDDEN) if is_hidden(char) else char for char in text])
        if self.recording:
            self.ops.append(Op("text", x, y, x + used, bottom, (plain, size, colour, bold)))
        start, left = 0, x
        while start < len(text):
            end, masked = start + 1, is_hidden(text[start])
            while end < len(text) and (is_hidden(text[end]) == masked or text[end] == " "):
                end += 1
            right = left + text_width(text[start:end], size)
            if masked:
                if self.recording:
                    self.ops.append(Op("mask", left - 1, y - 1, right + 1, bottom + 2, None))
            elif text[start:end].strip(" ,，.。;；:：-"):
                self.lines.append(Line(text[start:end], left, y, right, bottom, clarity))
            start, left = end, right
        return used

    def price(
        self, x: float, y: float, amount: float | str, size: float = 18, colour: Colour = (255, 80, 0), *,
        anchor: str = "l", bold: bool = True, sign: str = "¥", before: str = "", after: str = "",
    ) -> float:  # fmt: skip
        """An amount with a small currency sign and small decimals: one line of text in up to five pieces. Returns the width."""
        digits = amount if isinstance(amount, str) else f"{amount:.2f}"
        whole, dot, cents = digits.partition(".")
        small = size * 0.66
        pieces = [(before, small), (sign, small), (whole, size), (dot + cents, small), (after, small)]
        widths = [text_width(piece, points) for piece, points in pieces]
        total = sum(widths)
        x -= {"l": 0.0, "m": total / 2, "r": total}[anchor]
        self.lines.append(Line(f"{before}{sign}{digits}{after}", x, y, x + total, y + size, 1.0))
        if self.recording:
            for (piece, points), width in zip(pieces, widths, strict=True):
                if piece:
                    self.ops.append(
                        Op(
                            "text",
                            x,
                            y + (size - points) * 0.9,
                            x + width,
                            y + size,
                            (piece, points, colour, bold),
                        )
                    )
                x += width
        return total

    # Shapes

    def rect(
        self, x: float, y: float, w: float, h: float, fill: Colour | None = None, *,
        radius: float = 0, outline: Colour | None = None, stroke: float = 1,
    ) -> None:  # fmt: skip
        """A filled or outlined rectangle."""
        if self.recording:
            self.ops.append(Op("rect", x, y, x + w, y + h, (fill, radius, outline, stroke)))

    def gradient(
        self,
        x: float,
        y: float,
        w: float,
        h: float,
        first: Colour,
        last: Colour,
        *,
        across: bool = False,
        radius: float = 0,
    ) -> None:
        """A rectangle that runs from `first` (top or left) to `last`."""
        if self.recording:
            self.ops.append(Op("gradient", x, y, x + w, y + h, (first, last, across, radius)))

    def ellipse(
        self,
        x: float,
        y: float,
        w: float,
        h: float,
        fill: Colour | None = None,
        *,
        outline: Colour | None = None,
        stroke: float = 1,
    ) -> None:
        """A filled or outlined ellipse in a box."""
        if self.recording:
            self.ops.append(Op("ellipse", x, y, x + w, y + h, (fill, outline, stroke)))

    def icon(
        self,
        name: str,
        x: float,
        y: float,
        size: float = 16,
        colour: Colour = (60, 60, 60),
        stroke: float = 1.3,
    ) -> None:
        """A simple line icon, see ICONS."""
        if self.recording:
            self.ops.append(Op("icon", x, y, x + size, y + size, (name, colour, stroke)))

    def curve(self, points: list[tuple[float, float]], colour: Colour, stroke: float = 1) -> None:
        """A polyline through points."""
        if self.recording:
            xs, ys = [point[0] for point in points], [point[1] for point in points]
            left, top = min(xs), min(ys)
            path = [(x - left, y - top) for x, y in points]
            self.ops.append(Op("curve", left, top, max(xs), max(ys), (path, colour, stroke)))

    def paint(self, x: float, y: float, w: float, h: float, painter: Painter, seed: int, *, radius: float = 0) -> None:
        """A picture that `painter(Random(seed), (width, height) in pixels)` makes when the page is rendered."""
        if self.recording:
            self.ops.append(Op("paint", x, y, x + w, y + h, (painter, seed, radius)))

    def dim(self, share: float = 0.5, box: Box | None = None) -> None:
        """Darken the page so far (or a box of it) to `share` of its brightness."""
        box = box or (0.0, 0.0, self.width, self.height)
        if self.recording:
            self.ops.append(Op("dim", *box, share))
        fade = 0.35 + 0.65 * share
        self.lines = [line._replace(clarity=line.clarity * fade) if _overlap(line, box) > 0.5 else line for line in self.lines]

    # Order and position

    def cover(self, x: float, y: float, w: float, h: float, *, since: int = 0) -> None:
        """Something opaque lies over this box: what it hides of the lines recorded so far is gone."""
        box = (x, y, x + w, y + h)
        kept = []
        for line in self.lines[since:]:
            hidden = min(line.bottom, box[3]) - max(line.top, box[1])
            if hidden <= (1 - MIN_VISIBLE) * (line.bottom - line.top) or line.right <= box[0] or line.left >= box[2]:
                kept.append(line)
            else:
                kept += [part for part in (_cut(line, line.left, box[0]), _cut(line, box[2], line.right)) if part]
        self.lines[since:] = kept

    def mark(self) -> tuple[int, int]:
        """A position in the recording, for `shift` and `under`."""
        return len(self.ops), len(self.lines)

    def shift(self, down: float, since: tuple[int, int] = (0, 0), right: float = 0) -> None:
        """Move everything recorded since a mark."""
        ops, lines = since
        self.ops[ops:] = [
            Op(kind, x0 + right, y0 + down, x1 + right, y1 + down, args) for kind, x0, y0, x1, y1, args in self.ops[ops:]
        ]
        self.lines[lines:] = [
            Line(text, x0 + right, y0 + down, x1 + right, y1 + down, clear) for text, x0, y0, x1, y1, clear in self.lines[lines:]
        ]

    def under(self, mark: tuple[int, int]) -> None:
        """Move the last operation to the mark, under everything recorded since."""
        if self.recording and len(self.ops) > mark[0]:
            self.ops.insert(mark[0], self.ops.pop())

    def ocr(self, window: Box | None = None) -> tuple[OcrLine, ...]:
        """The visible lines in reading order, boxes as fractions of the window (default: the page), clarity as score."""
        left, top, right, bottom = window or (0.0, 0.0, self.width, self.height)
        width, height = right - left, bottom - top
        seen = []
        for text, x0, y0, x1, y1, clear in self.lines:
            if min(y1, bottom) - max(y0, top) < MIN_VISIBLE * (y1 - y0):
                continue
            if x0 < left or x1 > right:
                part = _cut(Line(text, x0, y0, x1, y1, clear), left, right)
                if part is None:
                    continue
                text, x0, y0, x1, y1, clear = part
            a, b, c, d = x0, max(y0, top), x1, min(y1, bottom)
            seen.append(
                (
                    b,
                    a,
                    OcrLine(
                        text,
                        ((a - left) / width, (b - top) / height, (c - left) / width, (d - top) / height),
                        clear,
                    ),
                )
            )
        return tuple(_reading_order(seen))

    # Drawing

    def render(self, scale: float = 1.0) -> Image.Image:
        """Draw the page, RGB, `scale` pixels per point. Needs a font (see `fonts.find_font`)."""
        image = Image.new("RGB", (max(1, round(self.width * scale)), max(1, round(self.height * scale))), self.background)
        pen = ImageDraw.Draw(image)
        for op in self.ops:
            box = (
                round(op.left * scale),
                round(op.top * scale),
                round(op.right * scale),
                round(op.bottom * scale),
            )
            if box[3] < 0 or box[1] > image.height or box[2] < 0 or box[0] > image.width:
                continue
            if op.kind == "text":
                self._draw_text(image, op, scale)
            else:
                DRAWERS[op.kind](image, pen, box, op.args, scale)
        return image

    def _draw_text(self, image: Image.Image, op: Op, scale: float) -> None:
        text, size, colour, bold = op.args
        face = find_font(max(4, round(size * scale)), "bold" if bold else "regular", self.family)
        x, y, em = op.left * scale, round(op.top * scale), size * scale
        for char in text:
            step = _WIDTHS.get(char, 1.0) * em
            mask, right, down, advance = face.glyph(char)
            if mask is not None:
                slack = (step - advance) / 2 if char in _WIDTHS else 0.0
                image.paste(colour, (round(x + slack) + right, y + down), mask)
            x += step


def _cut(line: Line, left: float, right: float) -> Line | None:
    """The characters of a line that lie between two edges, None if there are none."""
    size = (line.right - line.left) / max(0.1, text_width(line.text, 1))
    x, start, first, end, last = line.left, -1, line.left, 0, line.left
    for index, char in enumerate(line.text):
        after = x + size * _WIDTHS.get(char, 1.0)
        if x >= left - 0.5 and after <= right + 0.5:
            if start < 0:
                start, first = index, x
            end, last = index + 1, after
        x = after
    if start < 0 or not line.text[start:end].strip():
        return None
    return Line(line.text[start:end], max(first, left), line.top, min(last, right), line.bottom, line.clarity)


def _overlap(line: Line, box: Box) -> float:
    """The share of a line's area inside a box."""
    wide = min(line.right, box[2]) - max(line.left, box[0])
    high = min(line.bottom, box[3]) - max(line.top, box[1])
    area = (line.right - line.left) * (line.bottom - line.top)
    return wide * high / area if wide > 0 and high > 0 and area > 0 else 0.0


def _reading_order(lines: list[tuple[float, float, OcrLine]]) -> list[OcrLine]:
    """Rows from top to bottom, each from left to right; tops within ROW points are one row."""
    lines.sort(key=_top)
    ordered: list[OcrLine] = []
    row: list[tuple[float, OcrLine]] = []
    start = -ROW
    for top, left, line in lines:
        if top - start > ROW:
            ordered += [member for _, member in sorted(row, key=_left)]
            row, start = [], top
        row.append((left, line))
    return ordered + [member for _, member in sorted(row, key=_left)]


def _top(item: tuple[float, float, OcrLine]) -> float:
    return item[0]


def _left(item: tuple[float, OcrLine]) -> float:
    return item[0]
