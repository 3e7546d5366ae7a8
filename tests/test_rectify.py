"""Pages that were forwarded, stitched, photographed, turned or inverted are put right; ordinary ones are left as they are."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont, ImageOps

from data.images import shrink
from data.ocr import Ocr, OcrCache, Reading
from data.page import OcrLine
from data.profile import OcrSettings
from data.rectify import LONG, SCREENS, Correction, find_page, is_dark_theme, nothing_but, on_light_ground

WORDS = ("ORDER NUMBER 4711", "REFUND OF 85 POINTS", "PARCEL WAS LOST", "DELIVERY ON MONDAY", "CONTACT THE SELLER")


def page(width: int = 540, height: int = 960) -> Image.Image:
    image = Image.new("RGB", (width, height), "white")
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 0, width, 70), fill=(250, 90, 20))
    for row, line in enumerate(WORDS):
        pen.text((30, 120 + 90 * row), line, "black", font=ImageFont.load_default(40))
    return image


def words(lines: tuple[OcrLine, ...]) -> list[str]:
    return [line.text.replace(" ", "") for line in lines]


EXPECTED = [line.replace(" ", "") for line in WORDS]


@pytest.fixture(scope="module")
def ocr() -> Ocr:
    return Ocr(OcrSettings(eight_bit=False))


def barred(image: Image.Image, colour: str = "black") -> Image.Image:
    frame = Image.new("RGB", (image.height * 16 // 9, image.height), colour)
    frame.paste(image, ((frame.width - image.width) // 2, 0))
    return frame


def photographed(image: Image.Image) -> tuple[Image.Image, list[tuple[int, int]]]:
    """The page in perspective on a dark desk, and its corners."""
    frame = Image.new("RGB", (700, 1100), (50, 52, 54))
    corners = [(90, 70), (640, 110), (610, 1030), (60, 1000)]
    width, height = image.size
    system, target = [], []
    for (x, y), (u, v) in zip(corners, [(0, 0), (width, 0), (width, height), (0, height)], strict=True):
        system += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        target += [u, v]
    coefficients = np.linalg.solve(np.array(system, float), np.array(target, float)).tolist()
    laid = image.transform(frame.size, Image.Transform.PERSPECTIVE, coefficients, Image.Resampling.BICUBIC)
    mask = Image.new("L", image.size, 255).transform(frame.size, Image.Transform.PERSPECTIVE, coefficients)
    frame.paste(laid, mask=mask)
    return frame, corners


def test_ordinary_pages_stay_as_they_are(ocr: Ocr) -> None:
    assert find_page(page()) is None
    assert find_page(ImageOps.expand(page(), 60, "white")) is None, "light margins are the page's own"
    assert find_page(Image.new("RGB", (400, 300), "black")) is None
    assert find_page(Image.new("RGB", (1, 1), "black")) is None
    reading = ocr.read_page(page())
    assert reading.correction == Correction()
    assert words(reading.lines) == EXPECTED


def test_black_bars_are_cut_off() -> None:
    corners = find_page(barred(page()))
    assert corners is not None
    left, right = corners[0][0], corners[1][0]
    assert left == pytest.approx(0.342, abs=0.001)
    assert right == pytest.approx(0.658, abs=0.001)
    assert np.array_equal(np.asarray(Correction(corners).apply(barred(page()))), np.asarray(page()))
    above = find_page(barred(page()).transpose(Image.Transpose.ROTATE_90))
    assert above is not None
    assert above[0] == (0, pytest.approx(0.342, abs=0.006))


def test_one_dark_side_is_no_pair_of_bars() -> None:
    image = page()
    image.paste((0, 0, 0), (0, 0, 120, image.height))
    assert find_page(image) is None


def test_of_a_long_screenshot_the_first_screens_are_kept() -> None:
    long = Image.new("RGB", (540, 6_000), "white")
    long.paste(page(), (0, 0))
    corners = find_page(long)
    assert corners is not None
    assert Correction(corners).apply(long).size == (540, round(540 * SCREENS))
    assert find_page(Image.new("RGB", (540, round(540 * LONG) - 1), "white")) is None


def test_a_photographed_screen_is_laid_flat(ocr: Ocr) -> None:
    photo, corners = photographed(page())
    found = find_page(photo)
    assert found is not None
    assert np.allclose(np.array(found) * photo.size, corners, atol=14)
    reading = ocr.read_page(photo)
    assert words(reading.lines) == EXPECTED
    flat = reading.correction.apply(photo)
    assert flat.width / flat.height == pytest.approx(540 / 960, rel=0.08)


@pytest.mark.parametrize("begin", [0, 900, 2_000, 4_300])
def test_of_a_long_screenshot_the_part_with_text_is_kept(ocr: Ocr, begin: int) -> None:
    long = Image.new("RGB", (540, 6_000), "white")
    long.paste((90, 160, 220), (40, 100, 500, 600))
    long.paste(page(), (0, begin))
    reading = ocr.read_page(long)
    assert words(reading.lines) == EXPECTED
    assert reading.correction.apply(long).size == pytest.approx((540, round(540 * SCREENS)), abs=1)
    assert ocr.read_page(Image.new("RGB", (540, 6_000), "white")).correction.corners == find_page(long)


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_a_page_on_its_side_is_turned(ocr: Ocr, turns: int) -> None:
    lying = page().rotate(90 * turns, expand=True)
    reading = ocr.read_page(lying)
    assert reading.correction.turns == 4 - turns
    assert np.array_equal(np.asarray(reading.correction.apply(lying)), np.asarray(page()))
    assert words(reading.lines) == EXPECTED
    assert reading.lines[0].box[1] < 0.2


def test_dark_themes_are_inverted(ocr: Ocr) -> None:
    dark = ImageOps.invert(page())
    reading = ocr.read_page(dark)
    assert reading.correction == Correction()
    assert words(reading.lines) == EXPECTED
    assert np.array_equal(np.asarray(on_light_ground(dark, reading.lines)), np.asarray(page()))
    assert on_light_ground(page(), reading.lines).getpixel((5, 900)) == (255, 255, 255)
    assert not is_dark_theme(Image.new("RGB", (300, 300), "black"), ())


def test_a_small_page_is_read_enlarged(ocr: Ocr, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[tuple[int, int]] = []
    recognise = ocr._recognise
    monkeypatch.setattr(ocr, "_recognise", lambda image: read.append(image.size) or recognise(image))
    small = page().resize((169, 300), Image.Resampling.LANCZOS)
    reading = ocr.read_page(small)
    assert read == [(169, 300), (451, 800)]
    assert words(reading.lines) == EXPECTED
    assert reading.correction == Correction()
    read.clear()
    ocr.read_page(page())
    assert read == [(540, 960)]


def test_nothing_is_found_on_blank_and_noisy_images(ocr: Ocr) -> None:
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 255, (400, 300, 3), np.uint8))
    for image in (Image.new("RGB", (300, 400), "white"), Image.new("RGB", (300, 400), "black"), noise):
        assert ocr.read_page(image) == Reading()
    assert nothing_but(np.full((400, 300, 3), 255, np.uint8)) == "one colour"
    assert nothing_but(np.zeros((1, 1, 3), np.uint8)) == "one colour"
    assert nothing_but(shrink(noise, 60_000)) == nothing_but(np.asarray(noise)) == "noise"
    assert nothing_but(np.asarray(page())) is None


def test_corrections_are_kept_in_the_cache(tmp_path) -> None:  # type: ignore[no-untyped-def]
    cache = OcrCache.open(tmp_path, OcrSettings())
    line = OcrLine("字", (0.0, 0.25, 0.5, 1.0), 0.9)
    for correction in (Correction(), Correction(((0.1, 0), (0.9, 0.1), (1, 1), (0, 0.9)), 3)):
        cache.put("ab" * 32, Reading((line,), correction))
        assert cache.get("ab" * 32) == Reading((line,), correction)
