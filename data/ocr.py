"""Text recognition with rapidocr (PP-OCR models, carried in its wheel: nothing is downloaded).

Lines are cached by the image file's hash together with the settings, one small JSON file each, so that an image is read once.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from data import ocr_int8
from data.atomic import write_text
from data.errors import RunError
from data.page import OcrLine
from data.profile import OcrSettings

# A long screenshot keeps this share of `long_side` as its width at least, or its text would be too small to read; what is then
# longer than LONGEST times `long_side` is cut at the bottom or, of a wide image, at the right.
NARROWEST = 0.45
LONGEST = 2.5
# The recogniser pads a line to this ratio of width to height at least. Its default of 320 / 48 spends most of the time of a
# short line on padding.
MIN_LINE_SHAPE = (3, 48, 32)
# Changed with what is recognised at equal settings, so that text in the cache is not mistaken for that of now.
RECIPE = 3


@dataclass(frozen=True)
class OcrCache:
    """A folder of recognised lines. `key` distinguishes settings and versions."""

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

    def get(self, digest: str) -> tuple[OcrLine, ...] | None:
        """The lines of an image, or None where they are not there or not readable."""
        try:
            entries = json.loads(self.path(digest).read_text(encoding="utf-8"))
            return tuple(OcrLine(text, tuple(box), score) for text, box, score in entries)
        except (OSError, ValueError, TypeError):
            return None

    def put(self, digest: str, lines: tuple[OcrLine, ...]) -> None:
        """Store the lines of an image."""
        entries = [[line.text, list(line.box), line.score] for line in lines]
        try:
            write_text(self.path(digest), json.dumps(entries, ensure_ascii=False))
        except RunError as error:
            raise RunError(f"{error} The cache of recognised text is chosen by --cache; --no-cache goes without.") from error


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
            "Global.text_score": settings.min_score,
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
            found = {part: ocr_int8.quantised(path, models) for part, path in found.items()}
        parameters |= {f"{part}.model_path": str(path) for part, path in found.items()}
        self._engine: Any = Engine(parameters, settings.max_lines, settings.line_narrowing, threads)

    def read(self, image: Image.Image) -> tuple[OcrLine, ...]:
        """Recognise the lines of an RGB image, in reading order, boxes as fractions of the whole image."""
        fitted, wide, high = fit(image, self.settings)
        array = np.ascontiguousarray(np.asarray(fitted)[:, :, ::-1])
        result = self._engine(array)
        if result.txts is None or result.boxes is None:
            return ()
        height, width = array.shape[:2]
        lines = []
        for text, corners, score in zip(result.txts, result.boxes, result.scores, strict=True):
            left, top = np.min(corners, axis=0)
            right, bottom = np.max(corners, axis=0)
            box = (left / width * wide, top / height * high, right / width * wide, bottom / height * high)
            lines.append(OcrLine(text, tuple(round(float(min(max(v, 0), 1)), 4) for v in box), round(float(score), 3)))  # type: ignore[arg-type]
        return reading_order(lines)[: self.settings.max_lines]


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
