"""Opening images: what must be read, what must be refused, and that a message says what to do."""

from __future__ import annotations

import io
import os
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont, ImageOps, PngImagePlugin

from data.errors import ImageError
from data.images import decode_image, find_image, open_image, shrink


def encoded(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def giant_png(width: int, height: int) -> bytes:
    """A valid PNG header of any size with almost no bytes behind it."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 64)) + chunk(b"IEND", b"")


RED = (200, 10, 10)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("cmyk", encoded(Image.new("CMYK", (8, 8), (0, 255, 255, 0)), "JPEG")),
        ("palette", encoded(Image.new("RGB", (8, 8), RED).convert("P"))),
        ("grey", encoded(Image.new("L", (8, 8), 200))),
        ("sixteen bit", encoded(Image.fromarray(np.full((8, 8), 51400, np.uint16)))),
        ("bilevel", encoded(Image.new("1", (8, 8), 1))),
        ("grey with alpha", encoded(Image.new("LA", (8, 8), (200, 255)))),
        ("webp", encoded(Image.new("RGB", (8, 8), RED), "WEBP")),
    ],
)
def test_unusual_modes_become_rgb(name: str, content: bytes) -> None:
    image = decode_image(content, name)
    assert image.mode == "RGB"
    assert image.getpixel((4, 4))[0] > 150


def test_sixteen_bit_keeps_its_brightness() -> None:
    image = decode_image(encoded(Image.fromarray(np.full((4, 4), 51400, np.uint16))), "deep")
    assert image.getpixel((0, 0)) == (200, 200, 200)


def test_transparent_pixels_become_white() -> None:
    image = decode_image(encoded(Image.new("RGBA", (4, 4), (0, 0, 0, 0))), "clear")
    assert image.getpixel((0, 0)) == (255, 255, 255)


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
@pytest.mark.parametrize(("drawn", "ground"), [("white", 0), ((235, 240, 250), 0), ("black", 255), ((220, 60, 40), 255)])
def test_what_is_drawn_on_a_transparent_background_is_seen(kind: str, drawn: object, ground: int) -> None:
    image = Image.new("RGBA", (300, 60), (0, 0, 0, 0))
    ImageDraw.Draw(image).text((10, 10), "REFUND 85", drawn, font=ImageFont.load_default(36))  # type: ignore[arg-type]
    pixels = np.asarray(decode_image(encoded(image, kind, lossless=True), "clear").convert("L")).astype(int)
    assert pixels[0, 0] == ground
    assert np.abs(pixels - ground).max() > 100


def test_a_picture_with_transparent_corners_stays_on_white() -> None:
    image = Image.new("RGBA", (200, 200), (250, 250, 250, 255))
    image.paste((0, 0, 0, 0), (0, 0, 30, 30))
    assert decode_image(encoded(image), "rounded").getpixel((0, 0)) == (255, 255, 255)


def test_heic_is_known_by_its_content(tmp_path: Path) -> None:
    """As iPhones send it, upright, also under another name."""
    upright = Image.new("RGB", (96, 64), RED)
    upright.paste((10, 10, 200), (0, 0, 48, 64))
    exif = Image.Exif()
    exif[0x0112] = 6
    for content, size in ((encoded(upright, "HEIF"), (96, 64)), (encoded(upright, "HEIF", exif=exif.tobytes()), (64, 96))):
        (tmp_path / "photo.jpg").write_bytes(content)
        image, _ = open_image(tmp_path / "photo.jpg")
        assert image.size == size
        assert image.getpixel((10, 10))[2] > 150
    with pytest.raises(ImageError, match=r"damaged or truncated|not of a kind"):
        decode_image(encoded(upright, "HEIF")[:200], "cut.heic")


def test_animation_gives_its_first_frame() -> None:
    frames = [Image.new("RGB", (8, 8), color) for color in (RED, (0, 0, 255))]
    content = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])
    pixel = decode_image(content, "animation").getpixel((4, 4))
    assert pixel[0] > 150 > pixel[2]


def test_exif_rotation_is_applied() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    assert decode_image(encoded(Image.new("RGB", (8, 4)), "JPEG", exif=exif), "turned").size == (4, 8)


@pytest.mark.parametrize("value", range(1, 10))
def test_every_exif_rotation_is_pillows(value: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = value
    content = encoded(Image.fromarray(np.random.default_rng(0).integers(0, 255, (6, 9, 3), np.uint8)), "PNG", exif=exif)
    expected = ImageOps.exif_transpose(Image.open(io.BytesIO(content)))
    assert np.array_equal(np.asarray(decode_image(content, "turned")), np.asarray(expected))


def test_a_rotated_photo_with_an_odd_tag_is_read() -> None:
    """ImageWidth as text, which EXIF allows nobody to write."""
    entries = [struct.pack("<HHI4s", 0x0100, 2, 4, b"abc\0"), struct.pack("<HHIHH", 0x0112, 3, 1, 6, 0)]
    body = b"II*\0" + struct.pack("<IH", 8, len(entries)) + b"".join(entries) + bytes(4)
    content = encoded(Image.new("RGB", (8, 4), RED), "JPEG", exif=b"Exif\0\0" + body)
    with pytest.raises(Exception, match="integer"):
        ImageOps.exif_transpose(Image.open(io.BytesIO(content)))
    assert decode_image(content, "odd").size == (4, 8)


def test_long_descriptions_are_read_over() -> None:
    """Programs for drawing leave some MiB of them in a PNG; Pillow's bound is one."""
    notes = PngImagePlugin.PngInfo()
    notes.add_text("XML", "x" * 3_000_000, zip=True)
    assert decode_image(encoded(Image.new("RGB", (8, 4), RED), pnginfo=notes), "described").size == (8, 4)


def test_whatever_a_decoder_raises_is_one_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: Image.Image) -> None:
        raise RuntimeError("Failed to decode frame 0")

    content = encoded(Image.new("RGB", (4, 4)), "BMP")
    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", fail)
    with pytest.raises(ImageError, match="damaged or truncated"):
        decode_image(content, "a.bmp")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (encoded(Image.new("RGB", (8, 8)), "EPS"), "not of a kind"),
        (b"this is text", "not of a kind"),
        (encoded(Image.effect_noise((64, 64), 50))[:600], "damaged or truncated"),
        (encoded(Image.effect_noise((64, 64), 50), "JPEG")[:300], "damaged or truncated"),
        (giant_png(9_000, 9_000), "9000 x 9000 pixels"),
        (giant_png(20_000, 20_000), "pixels"),
        (giant_png(100_000, 100_000), "pixels"),
    ],
)
def test_unusable_files_are_refused_with_their_name(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "bad.png"
    path.write_bytes(content)
    with pytest.raises(ImageError, match=words) as caught:
        open_image(path)
    assert "bad.png" in str(caught.value)
    assert "send" in str(caught.value)


@pytest.mark.parametrize(
    "name", ["a.png", "images/a.png", "save/images/a.png", "./a.png", "save\\images\\a.png", "/data/a.png", "C:\\shop\\a.png"]
)
def test_leading_folders_are_optional(tmp_path: Path, name: str) -> None:
    (tmp_path / "a.png").write_bytes(encoded(Image.new("RGB", (2, 2))))
    assert find_image(name, tmp_path) == tmp_path / "a.png"


@pytest.mark.parametrize("name", ["../a.png", "/etc/passwd", "images/../../a.png", "C:\\a.png", "", "link.png"])
def test_paths_never_leave_the_folder(tmp_path: Path, name: str) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (tmp_path / "a.png").write_bytes(b"secret")
    os.symlink(tmp_path / "a.png", home / "link.png")
    with pytest.raises(ImageError, match="outside"):
        find_image(name, home)


def test_missing_image_is_named(tmp_path: Path) -> None:
    with pytest.raises(ImageError, match=r"'b\.png' is missing"):
        find_image("b.png", tmp_path)
    with pytest.raises(ImageError, match="300,000 characters are no name") as caught:  # base64, for example
        find_image("ab/" * 100_000, tmp_path)
    assert len(str(caught.value)) < 500


def test_digest_is_of_the_file_and_size_is_bounded(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(encoded(Image.new("RGB", (400, 100), RED)))
    image, digest = open_image(path)
    assert len(digest) == 64
    assert image.size == (400, 100)
    small = shrink(image, 10_000)
    assert small.shape == (50, 200, 3)
    assert shrink(image, 10**9).shape == (100, 400, 3)
