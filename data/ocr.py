"""Text recognition with rapidocr (PP-OCR models, carried in its wheel: nothing is downloaded).

    reading = Ocr(settings).read_page(image)
    page = reading.correction.apply(image)     # what the boxes of reading.lines are fractions of

Readings are cached by the image file's hash together with the settings, one small JSON file each, so that an image is read once.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from data import ocr_int8
from data.atomic import write_text
from data.errors import RunError
from data.moire import without_stripes
from data.page import READABLE, OcrLine, legible
from data.profile import OcrSettings
from data.rectify import Corners, Correction, beginning_with, find_page, further_parts

# A long screenshot keeps this share of `long_side` as its width at least, or its text would be too small to read; what is then
# longer than LONGEST times `long_side` is cut at the bottom or, of a wide image, at the right.
NARROWEST = 0.45
LONGEST = 2.5
# The recogniser pads a line to this ratio of width to height at least. Its default of 320 / 48 spends most of the time of a
# short line on padding.
MIN_LINE_SHAPE = (3, 48, 32)
# Changed with what is recognised at equal settings, so that text in the cache is not mistaken for that of now.
RECIPE = 6
# A line at least this many times as long as it is wide says which way a page lies; as many such lines are needed, and as many are
# read a second time, upside down. The better way must be read about as well as print is, and better than the other by a margin.
LONG_LINE, FEWEST_LINES, TRIED_LINES = 1.5, 3, 8
UPSIDE_DOWN, UPRIGHT, MARGIN = 0.8, 0.75, 0.1
BADLY = 0.7  # mean score of everything that was taken for a line, below which stripes are looked for
ILLEGIBLE = 5  # pixels, fewer of which show no character
# An image that is smaller than this share of `long_side` is read again, enlarged to `long_side`.
SMALL = 0.45


REMEDY = "The cache of recognised text is chosen by --cache; --no-cache goes without."


@dataclass(frozen=True)
class Reading:
    """A page's lines in reading order, and what makes the page of the image: boxes are fractions of the corrected image."""

    lines: tuple[OcrLine, ...] = ()
    correction: Correction = field(default_factory=Correction)


@dataclass(frozen=True)
class OcrCache:
    """A folder of readings. `key` distinguishes settings and versions."""

    folder: Path
    key: str

    @classmethod
    def open(cls, folder: Path, settings: OcrSettings) -> OcrCache:
        """The cache for these settings, the installed rapidocr and the arithmetic that this processor allows."""
        arithmetic = ocr_int8.recipe() if settings.eight_bit and ocr_int8.supported() else None
        shapes = [NARROWEST, LONGEST, MIN_LINE_SHAPE]
        recipe = json.dumps([RECIPE, asdict(settings), shapes, version("rapidocr"), arithmetic], sort_keys=True)
        return cls(folder, hashlib.sha256(recipe.encode()).hexdigest()[:12])

    @property
    def models(self) -> Path:
        """Where models are kept that were made for this processor."""
        return self.folder / "models"

    def path(self, digest: str) -> Path:
        return self.folder / self.key / digest[:2] / f"{digest}.json"

    def get(self, digest: str) -> Reading | None:
        """What was read on an image, or None where it is not there or not readable."""
        try:
            entry = json.loads(self.path(digest).read_text(encoding="utf-8"))
            lines = tuple(OcrLine(text, tuple(box), score) for text, box, score in entry["lines"])
            corners = entry["corners"] and tuple((float(x), float(y)) for x, y in entry["corners"])
            return Reading(lines, Correction(corners, int(entry["turns"])))
        except (OSError, ValueError, TypeError, KeyError):
            return None

    def put(self, digest: str, reading: Reading) -> None:
        """Store what was read on an image."""
        how = reading.correction
        entry = {
            "lines": [[line.text, list(line.box), line.score] for line in reading.lines],
            "corners": how.corners,
            "turns": how.turns,
        }
        try:
            write_text(self.path(digest), json.dumps(entry, ensure_ascii=False))
        except RunError as error:
            raise RunError(f"{error} {REMEDY}") from error


class Ocr:
    """The recogniser. Many images are best read in parallel by processes of one thread each; a single one is read sooner by
    several `threads`.

    Eight-bit models are kept in the folder `models`; without it they are made anew, in about two seconds.
    """

    def __init__(self, settings: OcrSettings, models: Path | None = None, threads: int = 1) -> None:
        from data.ocr_engine import Engine  # Here, because it imports rapidocr, which loads models on import of its parts.

        self.settings = settings
        parameters: dict[str, Any] = {
            "Global.log_level": "critical",
            "Global.use_cls": False,
            "Global.text_score": 0.0,  # What is read badly says which way a page lies; `_lines` leaves it out.
            "Global.max_side_len": int(settings.long_side * LONGEST),
            "EngineConfig.onnxruntime.intra_op_num_threads": 1,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            "Det.limit_type": "max",
            "Det.limit_side_len": int(settings.long_side * LONGEST),
            "Det.max_candidates": settings.max_lines * 4,
            "Rec.rec_batch_num": 1,
            "Rec.rec_img_shape": list(MIN_LINE_SHAPE),
        }
        found = ocr_int8.packaged_models()
        if settings.eight_bit and ocr_int8.supported():
            if models is None:
                self._temporary = tempfile.TemporaryDirectory(prefix="intent-ocr-")  # Goes with this object.
                models = Path(self._temporary.name)
            try:
                found = {part: ocr_int8.quantised(path, models) for part, path in found.items()}
            except OSError as error:
                raise RunError(f"cannot write to {models}: {error.strerror or error}. {REMEDY}") from error
        parameters |= {f"{part}.model_path": str(path) for part, path in found.items()}
        self._engine: Any = Engine(parameters, settings.max_lines, settings.line_narrowing, threads)

    def read_page(self, image: Image.Image) -> Reading:
        """Find the page within an RGB image, which way it lies and what is written on it."""
        correction = Correction(find_page(image))
        page = correction.apply(without_stripes(image) if correction.photographed else image)
        found = self._recognise(page)
        if legible(found.lines) < READABLE and (part := self._part_with_text(image, correction.corners, found)):
            correction = Correction(part)
            page = correction.apply(image)
            found = self._recognise(page)
        if turns := self._quarter_turns(found):
            correction, page = correction.turned(turns), Correction(turns=turns).apply(page)
            found = self._recognise(page)
        if not correction.photographed and found.read_badly:
            reduced = reduce(page, self.settings.long_side)
            if (smooth := without_stripes(reduced)) is not reduced:
                found = max(found, self._recognise(smooth), key=lambda one: legible(one.lines))
        if max(page.size) < SMALL * self.settings.long_side:
            enlarged = self._recognise(enlarge(page, self.settings.long_side))
            found = max(found, enlarged, key=lambda one: legible(one.lines))
        return Reading(found.lines, correction)

    def read(self, image: Image.Image) -> tuple[OcrLine, ...]:
        """Recognise the lines of an RGB image as it is, in reading order, boxes as fractions of the whole image."""
        return self._recognise(image).lines

    def _recognise(self, image: Image.Image) -> _Found:
        fitted, wide, high = fit(image, self.settings)
        if min(fitted.size) < ILLEGIBLE:  # rapidocr would enlarge a strip of one pixel to a page of 100 megapixels.
            return _Found(np.asarray(fitted), np.zeros((0, 4, 2)), np.zeros(0), ())
        array = np.ascontiguousarray(np.asarray(fitted)[:, :, ::-1])
        result = self._engine(array)
        if result.txts is None or result.boxes is None:
            return _Found(array, np.zeros((0, 4, 2)), np.zeros(0), ())
        height, width = array.shape[:2]
        lines = []
        for text, corners, score in zip(result.txts, result.boxes, result.scores, strict=True):
            if score < self.settings.min_score:
                continue
            left, top = np.min(corners, axis=0)
            right, bottom = np.max(corners, axis=0)
            box = (left / width * wide, top / height * high, right / width * wide, bottom / height * high)
            lines.append(OcrLine(text, tuple(round(float(min(max(v, 0), 1)), 4) for v in box), round(float(score), 3)))  # type: ignore[arg-type]
        kept = reading_order(lines)[: self.settings.max_lines]
        return _Found(array, np.asarray(result.boxes, np.float64), np.asarray(result.scores, np.float64), kept)

    def _part_with_text(self, image: Image.Image, first: Corners | None, found: _Found) -> Corners | None:
        """Of a stitched screenshot whose `first` part has hardly any text: the first of the others that has, from where its text
        begins, which may be the lower half of the part above. None where there is none, and of other images."""
        above, lines = first, found.lines
        for part in further_parts(image, first):
            own = self._recognise(Correction(part).apply(image)).lines
            if legible(own) >= READABLE:
                lower = [line for line in lines if line.box[1] >= 0.5]
                at, line = (above, lower[0]) if lower and above else (part, own[0])
                return beginning_with(at, line, image)
            above, lines = part, own
        return None

    def _quarter_turns(self, found: _Found) -> int:
        """How many quarter turns to the left make a page upright; 0 where it is, or where its lines do not say.

        Most lines of a page on its side are taller than wide. Which side is up is what the recogniser reads better, the longest
        lines as they were found (tall ones turned to the left) or upside down; lines that lie flat are tried only where they were
        read badly.
        """
        upper, after, lower, before = np.linalg.norm(found.boxes - np.roll(found.boxes, -1, axis=1), axis=2).T
        widths, heights = np.maximum(upper, lower), np.maximum(after, before)
        tall, flat = heights >= LONG_LINE * widths, widths >= LONG_LINE * heights
        on_its_side = int(tall.sum()) > int(flat.sum())
        telling = np.flatnonzero(tall if on_its_side else flat)
        if len(telling) < FEWEST_LINES:
            return 0
        longest = telling[np.argsort(-np.maximum(widths, heights)[telling], kind="stable")[:TRIED_LINES]]
        as_found = float(found.scores[longest].mean())
        if not on_its_side and as_found >= UPSIDE_DOWN:
            return 0
        upside_down = self._engine.scores_upside_down(found.image, found.boxes[longest])
        best = max(as_found, upside_down)
        if best < UPRIGHT or abs(as_found - upside_down) < MARGIN:
            return 0
        if on_its_side:
            return 1 if as_found > upside_down else 3
        return 2 if upside_down > as_found else 0


@dataclass(frozen=True)
class _Found:
    """What the recogniser found on the array `image` that it was given: corners (n, 4, 2) in its pixels and scores (n,) of
    everything that it took for a line, and those lines that can be used."""

    image: NDArray[np.uint8]
    boxes: NDArray[np.float64]
    scores: NDArray[np.float64]
    lines: tuple[OcrLine, ...]

    @property
    def read_badly(self) -> bool:
        """Whether there are lines, but print would have been read better."""
        return len(self.scores) >= FEWEST_LINES and float(self.scores.mean()) < BADLY


def reduce(image: Image.Image, long_side: int) -> Image.Image:
    """An image with its longer side brought down to `long_side` at most."""
    factor = long_side / max(image.size)
    if factor >= 1:
        return image
    size = (max(1, round(image.width * factor)), max(1, round(image.height * factor)))
    return image.resize(size, Image.Resampling.BILINEAR, reducing_gap=3.0)


def enlarge(image: Image.Image, long_side: int) -> Image.Image:
    """A small image with its longer side brought to `long_side`."""
    factor = long_side / max(image.size)
    size = (max(1, round(image.width * factor)), max(1, round(image.height * factor)))
    return image.resize(size, Image.Resampling.LANCZOS)


def fit(image: Image.Image, settings: OcrSettings) -> tuple[Image.Image, float, float]:
    """Scale an image for recognition; returns it and the shares of width and height that were kept (1 unless it was cut)."""
    width, height = image.size
    long_side = settings.long_side
    scale = min(1.0, max(long_side / max(width, height), NARROWEST * long_side / min(width, height)))
    limit = int(LONGEST * long_side / scale)
    wide, high = min(1.0, limit / width), min(1.0, limit / height)
    if wide < 1 or high < 1:
        image = image.crop((0, 0, min(width, limit), min(height, limit)))
    size = (max(1, round(image.width * scale * settings.narrowing)), max(1, round(image.height * scale)))
    if size != image.size:
        image = image.resize(size, Image.Resampling.BILINEAR, reducing_gap=3.0)
    return image, wide, high


def reading_order(lines: list[OcrLine]) -> tuple[OcrLine, ...]:
    """Top to bottom; lines whose vertical centres differ by less than half a line height are one row, left to right."""
    rows: list[list[OcrLine]] = []
    for line in sorted(lines, key=lambda item: (item.box[1] + item.box[3], item.box[0])):
        centre = (line.box[1] + line.box[3]) / 2
        if rows:
            last = rows[-1][0].box
            if abs(centre - (last[1] + last[3]) / 2) < (last[3] - last[1]) / 2:
                rows[-1].append(line)
                continue
        rows.append([line])
    return tuple(line for row in rows for line in sorted(row, key=lambda item: item.box[0]))
