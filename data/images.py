"""Opening images that customers send: found under one folder only, checked before they are decoded, reduced to plain RGB.

Usable as they are: HEIC and HEIF, CMYK, palettes, alpha (on the background that what is drawn stands out from), 16 bit, EXIF
rotation, animations (first frame). Formats are known by their content, never by a file's name. Everything else that is not right
raises ImageError with the file, what was found and what to do.
"""

from __future__ import annotations

import base64
import hashlib
import io
import re
import warnings
from pathlib import Path, PurePosixPath

import numpy as np
import pillow_heif
from numpy.typing import NDArray
from PIL import Image, PngImagePlugin, UnidentifiedImageError, features

from data.errors import ImageError

# Pillow knows others, among them some that start programs.
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "JPEG2000", "HEIF", *(("AVIF",) if features.check("avif") else ()))
# One thread, since images are read by one process a processor; no thumbnails and depth maps, which nothing here looks at.
pillow_heif.register_heif_opener(decode_threads=1, thumbnails=False, depth_images=False, aux_images=False)
# Drawing programs write descriptions and colour profiles of some MiB, beyond Pillow's bound of one.
PngImagePlugin.MAX_TEXT_CHUNK = 16 * 2**20
ORIENTATION = 0x0112  # EXIF's tag
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
ADDRESS = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]{1,9}://")
LONGEST_NAME = 4096  # characters; what is longer is no path on Linux
MAX_IMAGE_PIXELS = 64_000_000
MAX_FILE_BYTES = 64 * 2**20
# What is drawn on a transparent background is put on black instead of white where this share of the image is transparent and the
# drawn pixels are on average at least this light (of 255): white text, mostly.
SEE_THROUGH, LIGHT = 0.2, 200


def find_image(name: str, root: Path) -> Path:
    """The file that a data row means by `name`, under `root`.

    Leading folders may be missing on disk (`save/images/a.jpg` finds `a.jpg`, and so does `/save/images/a.jpg`); a path outside
    `root`, also through a link, is refused. Raises ImageError.
    """
    shown = name if len(name) <= 200 else f"{name[:200]}..."
    if len(name) > LONGEST_NAME:
        raise ImageError(
            f"image {shown!r} is missing: {len(name):,} characters are no name; write the content of an image as a data URL, "
            "`data:image/png;base64,...`"
        )
    if ADDRESS.match(name):
        raise ImageError(f"image {shown!r} is an address, which is never fetched; put the file into --images and write its name")
    parts = PurePosixPath(name.replace("\\", "/")).parts
    rooted = bool(parts) and (parts[0].startswith("/") or ":" in parts[0])
    if len(parts) <= rooted or ".." in parts:
        raise ImageError(f"image {shown!r} leads outside the image folder; name images relative to --images")
    home = root.resolve()
    for start in range(rooted, len(parts)):
        path = root.joinpath(*parts[start:])
        try:
            found = path.is_file()
        except (OSError, ValueError):
            found = False
        if found:
            if not path.resolve().is_relative_to(home):
                raise ImageError(f"image {shown!r} is a link that leads outside {root}; put the file itself there")
            return path
    where = "leads outside the image folder, and is missing" if rooted else "is missing"
    raise ImageError(f"image {shown!r} {where} under {root}; check --images or remove it from the row")


def open_image(path: Path, side: int | None = None) -> tuple[Image.Image, str]:
    """Decode a file to RGB, upright; where `side` is given perhaps smaller, as `decode_image` does.

    Returns the image and the SHA-256 (hex) of the file. Raises ImageError.
    """
    try:
        size = path.stat().st_size
        if size > MAX_FILE_BYTES:
            raise ImageError(f"image {path} has {size:,} bytes, at most {MAX_FILE_BYTES:,} are read; send a smaller copy")
        content = path.read_bytes()
    except OSError as error:
        raise ImageError(f"image {path} cannot be read: {error.strerror}") from error
    if not content:
        raise ImageError(f"image {path} is empty; send the file again")
    return decode_image(content, str(path), side), hashlib.sha256(content).hexdigest()


def decode_image(content: bytes, name: str, side: int | None = None) -> Image.Image:
    """Decode bytes to upright RGB. `name` is what messages call it. Raises ImageError.

    Where no more than `side` pixels on the longer side are wanted, a JPEG is decoded at a half, a quarter or an eighth of its
    size, which takes a fraction of the time and memory; it is still at least that large.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # The size is checked below, before any pixel is decoded.
            image = Image.open(io.BytesIO(content), formats=FORMATS)
            width, height = image.size
            if width * height > MAX_IMAGE_PIXELS:
                raise ImageError(
                    f"image {name} has {width} x {height} pixels, at most {MAX_IMAGE_PIXELS:,} in all are decoded; "
                    "send a smaller copy"
                )
            if side is not None:
                image.draft("RGB", (side, side))
            image.load()
            return _to_rgb(_upright(image))
    except ImageError:
        raise
    except UnidentifiedImageError:
        raise ImageError(f"image {name} is not of a kind that is read; send JPEG, PNG or WebP") from None
    except Image.DecompressionBombError as error:
        raise ImageError(f"image {name} is too large: {error}; send a smaller copy") from error
    except Exception as error:  # decoders raise errors of any kind on damaged files
        raise ImageError(f"image {name} is damaged or truncated ({error}); send the file again") from error


def shrink(image: Image.Image, max_pixels: int) -> NDArray[np.uint8]:
    """Downscale to at most `max_pixels` in area, aspect kept; returns uint8 (height, width, 3)."""
    width, height = image.size
    factor = min(1.0, (max_pixels / (width * height)) ** 0.5)
    if factor < 1:
        size = (max(1, int(width * factor)), max(1, int(height * factor)))
        image = image.resize(size, Image.Resampling.BOX, reducing_gap=2.0)
    return np.asarray(image, dtype=np.uint8)


def small_jpeg(image: Image.Image, side: int) -> bytes:
    """A JPEG of at most `side` pixels on the longer side, for people to look at."""
    small = image.copy()
    small.thumbnail((side, side))
    buffer = io.BytesIO()
    small.save(buffer, "JPEG", quality=85)
    return buffer.getvalue()


def jpeg_url(jpeg: bytes) -> str:
    """A data URL of a JPEG, for pages that are one file."""
    return "data:image/jpeg;base64," + base64.b64encode(jpeg).decode()


def _upright(image: Image.Image) -> Image.Image:
    """Turned as its EXIF data say; Pillow's own function writes them anew, which fails where any tag is odd."""
    turn = TURNS.get(image.getexif().get(ORIENTATION, 1))
    return image if turn is None else image.transpose(turn)


def _to_rgb(image: Image.Image) -> Image.Image:
    if image.mode in ("I;16", "I;16B", "I;16L", "I"):
        values = np.asarray(image, dtype=np.float32)
        return Image.fromarray((values.clip(0, 65535) / 257).astype(np.uint8)).convert("RGB")
    if image.mode == "F":
        values = np.nan_to_num(np.asarray(image, dtype=np.float32))
        span = float(values.max() - values.min()) or 1.0
        return Image.fromarray(((values - values.min()) / span * 255).astype(np.uint8)).convert("RGB")
    if image.mode in ("RGBA", "LA", "PA", "RGBa", "La") or "transparency" in image.info:
        rgba = image.convert("RGBA")
        canvas = Image.new("RGB", rgba.size, _background(rgba))
        canvas.paste(rgba, mask=rgba.getchannel("A"))
        return canvas
    return image.convert("RGB")


def _background(rgba: Image.Image) -> str:
    """White, or black where what is drawn would not be seen on white."""
    alpha = np.asarray(rgba.getchannel("A"))
    if (alpha < 128).mean() < SEE_THROUGH or not alpha.any():
        return "white"
    return "black" if np.average(np.asarray(rgba.convert("L")), weights=alpha) >= LIGHT else "white"
