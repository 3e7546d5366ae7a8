"""Copies of labelled examples with their pictures changed as phones and hands change them, to measure what that costs.

    python -m data.synth.changed_copies --data FILE [--images DIR] --change KIND --out DIR

writes DIR/data.json and DIR/images; labels and rows stay those of the originals, and the same command writes the same copies.
Kinds of change:

    jpeg         nothing but JPEG again, at the quality of most other changes: what compression alone costs
    heic         HEIF bytes under a .jpg name
    exif         pixels on their side, EXIF says so
    side         pixels on their side, a quarter turn to the left or to the right, and nothing says so
    head         pixels upside down, and nothing says so
    screenphoto  a photograph of a screen: perspective, moire, noise
    tiny         300 pixels on the longer side, JPEG quality 40
    bars         black bars left and right, 16:9
    inverted     colours inverted
    long         the page on top of 9,000 more pixels of coloured tiles, as a stitched screenshot
    below        the same with the page below four rows of tiles
    transparent  what is dark on the page in white on a transparent ground, WebP
"""

from __future__ import annotations

import argparse
import dataclasses
import io
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageOps

from data.atomic import write_json
from data.cli import OK, run_command
from data.errors import ImageError
from data.images import ORIENTATION, find_image, open_image
from data.reader import images_folder, load_samples, rows_of

Change = Callable[[Image.Image, np.random.Generator], bytes]

LONG_WIDTH, LONG_MORE, TILE, ROW = 1080, 9_000, 480, 660  # pixels
ROWS_ABOVE = 4  # of tiles, above a page that is not on top: more than the first screens of a stitched screenshot
SCREEN_SIDE = 1_200  # pixels of the longer side of a photographed screen
DESK = 0.18  # of the screen's sides, around it


def main(argv: Sequence[str] | None = None) -> int:
    """Write the copies; status 2 where the data cannot be read."""
    parser = argparse.ArgumentParser(prog="python -m data.synth.changed_copies", description="Change the images of examples.")
    parser.add_argument("--data", type=Path, required=True, help="data, in any format of docs/formats.md")
    parser.add_argument("--images", type=Path, help="folder of the images (default: beside the data file)")
    parser.add_argument("--change", choices=CHANGES, required=True, help="what is done to each image")
    parser.add_argument("--out", type=Path, required=True, help="folder to write to")
    args = parser.parse_args(argv)

    def body() -> int:
        written, left = write_copies(args.data, images_folder(args.data, args.images), args.change, args.out)
        print(f"{written} images changed, {left} could not be read and are missing; data: {args.out / 'data.json'}")
        return OK

    return run_command(body)


def write_copies(data: Path, images: Path, change: str, out: Path) -> tuple[int, int]:
    """Write the changed copies of all images and the rows that name them. Returns how many were written, and how many could not
    be read."""
    samples = load_samples(data)
    names: dict[str, str] = {}
    left: set[str] = set()
    (out / "images").mkdir(parents=True, exist_ok=True)
    for name in dict.fromkeys(name for sample in samples for name in sample.images if name not in sample.contents):
        number = len(names) + len(left)
        try:
            image, _ = open_image(find_image(name, images))
        except ImageError:
            left.add(name)
            continue
        names[name] = f"{number:06d}.jpg"
        (out / "images" / names[name]).write_bytes(CHANGES[change](image, np.random.default_rng(number)))
    copies = []
    for sample in samples:
        own = [names.get(name, name) for name in sample.images]
        row = {**sample.row, "image": own} if sample.row else {}
        copies.append(dataclasses.replace(sample, images=tuple(own), row=row))
    write_json(out / "data.json", rows_of(copies))
    return len(names), len(left)


def _jpeg(image: Image.Image, quality: int = 90, **options: Image.Exif) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=quality, **options)
    return buffer.getvalue()


def _again(image: Image.Image, _: np.random.Generator) -> bytes:
    return _jpeg(image)


def _heic(image: Image.Image, _: np.random.Generator) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "HEIF", quality=75)
    return buffer.getvalue()


def _exif(image: Image.Image, _: np.random.Generator) -> bytes:
    exif = Image.Exif()
    exif[ORIENTATION] = 6  # to be turned a quarter to the right
    return _jpeg(image.transpose(Image.Transpose.ROTATE_90), exif=exif)


def _side(image: Image.Image, generator: np.random.Generator) -> bytes:
    turns = (Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_270)
    return _jpeg(image.transpose(turns[int(generator.integers(2))]))


def _head(image: Image.Image, _: np.random.Generator) -> bytes:
    return _jpeg(image.transpose(Image.Transpose.ROTATE_180))


def _screenphoto(image: Image.Image, generator: np.random.Generator) -> bytes:
    factor = SCREEN_SIDE / max(image.size)
    width, height = (max(2, round(side * factor)) for side in image.size)
    screen = np.asarray(image.resize((width, height), Image.Resampling.BICUBIC), np.float32)
    # The screen's grid against the sensor's: stripes that lie aslant.
    rows, columns = np.mgrid[:height, :width].astype(np.float32)
    screen = screen * (0.86 + 0.14 * np.sin(0.62 * columns + 0.29 * rows))[..., None]
    desk_width, desk_height = round(width * (1 + 2 * DESK)), round(height * (1 + 2 * DESK))
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    moved = corners + np.array([width, height]) * (DESK + generator.uniform(-0.05, 0.05, (4, 2)))
    matrix = cv2.getPerspectiveTransform(corners, moved.astype(np.float32))
    ground = float(generator.uniform(30, 80))
    photo = cv2.warpPerspective(screen, matrix, (desk_width, desk_height), borderValue=(ground, ground, ground))
    photo = cv2.GaussianBlur(photo, (0, 0), 0.6) + generator.normal(0, 6, photo.shape)
    return _jpeg(Image.fromarray(photo.clip(0, 255).astype(np.uint8)), 70)


def _tiny(image: Image.Image, _: np.random.Generator) -> bytes:
    factor = 300 / max(image.size)
    return _jpeg(image.resize((max(1, round(image.width * factor)), max(1, round(image.height * factor)))), 40)


def _bars(image: Image.Image, _: np.random.Generator) -> bytes:
    height = max(image.size)
    frame = Image.new("RGB", (round(height * 16 / 9), height))
    frame.paste(image, ((frame.width - image.width) // 2, (height - image.height) // 2))
    return _jpeg(frame, 85)


def _inverted(image: Image.Image, _: np.random.Generator) -> bytes:
    return _jpeg(ImageOps.invert(image))


def _long(image: Image.Image, generator: np.random.Generator) -> bytes:
    return _stitched(image, generator, 0)


def _below(image: Image.Image, generator: np.random.Generator) -> bytes:
    return _stitched(image, generator, ROWS_ABOVE)


def _stitched(image: Image.Image, generator: np.random.Generator, above: int) -> bytes:
    """The page among tiles, `above` rows of them on top of it."""
    page = image.resize((LONG_WIDTH, max(1, round(image.height * LONG_WIDTH / image.width))))
    whole = Image.new("RGB", (LONG_WIDTH, page.height + LONG_MORE), "white")
    pen = ImageDraw.Draw(whole)
    begin = above * ROW
    whole.paste(page, (0, begin))
    for top in (*range(80, begin, ROW), *range(begin + page.height + 80, whole.height - TILE, ROW)):
        for left in (40, LONG_WIDTH - 40 - TILE):
            colour = tuple(int(value) for value in generator.integers(90, 230, 3))
            pen.rectangle((left, top, left + TILE, top + TILE), fill=colour)
    return _jpeg(whole, 80)


def _transparent(image: Image.Image, _: np.random.Generator) -> bytes:
    ink = ImageOps.invert(image.convert("L"))
    drawn = Image.merge("LA", (Image.new("L", image.size, 255), ink)).convert("RGBA")
    buffer = io.BytesIO()
    drawn.save(buffer, "WEBP", quality=90)
    return buffer.getvalue()


CHANGES: dict[str, Change] = {
    "jpeg": _again,
    "heic": _heic,
    "exif": _exif,
    "side": _side,
    "head": _head,
    "screenphoto": _screenphoto,
    "tiny": _tiny,
    "bars": _bars,
    "inverted": _inverted,
    "long": _long,
    "below": _below,
    "transparent": _transparent,
}


if __name__ == "__main__":
    sys.exit(main())
