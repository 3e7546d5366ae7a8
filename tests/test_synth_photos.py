"""Drawn goods, photos and camera effects: the same seed gives the same bytes, sizes hold, boxes follow the pixels."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from data.synth import camera, goods, photos, shapes

Effect = Callable[[Random, Image.Image], Image.Image]


def font(size: int) -> ImageFont.FreeTypeFont:
    found = ImageFont.load_default(size)
    if not isinstance(found, ImageFont.FreeTypeFont):
        pytest.skip("Pillow was built without FreeType")
    return found


def screenshot(width: int = 240, height: int = 400) -> Image.Image:
    """A flat page with one red bar, whose fractional box is BAR."""
    image = Image.new("RGB", (width, height), (250, 250, 250))
    ImageDraw.Draw(image).rectangle((96, 160, 143, 199), fill=(255, 0, 0))
    return image


BAR = (0.4, 0.4, 0.6, 0.5)


def reddest(image: Image.Image, level: int = 90) -> tuple[float, float, float, float]:
    """The fractional box of what is clearly red."""
    pixels = np.asarray(image.convert("RGB"), int)
    ys, xs = np.nonzero((pixels[..., 0] - pixels[..., 1] > level) & (pixels[..., 0] - pixels[..., 2] > level))
    return xs.min() / image.width, ys.min() / image.height, (xs.max() + 1) / image.width, (ys.max() + 1) / image.height


def grain(image: Image.Image) -> float:
    """Share of neighbouring pixels that differ: near 1 in photos, near 0 on flat pages."""
    pixels = np.asarray(image, int)
    return float(np.mean(np.any(pixels[:, 1:] != pixels[:, :-1], axis=-1)))


def test_categories() -> None:
    assert len(shapes.CATEGORIES) == 48
    assert len({shape for family in shapes.FAMILIES.values() for shape in family}) >= 24


@pytest.mark.parametrize("category", shapes.CATEGORIES)
def test_goods(category: str) -> None:
    first = goods.draw_goods(Random(5), category, (72, 60))
    assert (first.mode, first.size) == ("RGB", (72, 60))
    assert first.tobytes() == goods.draw_goods(Random(5), category, (72, 60)).tobytes()
    assert first.tobytes() != goods.draw_goods(Random(6), category, (72, 60)).tobytes()


def test_every_shape_is_visible() -> None:
    for shape in {shape for family in shapes.FAMILIES.values() for shape in family}:
        for seed in range(3):
            item = shapes.sprite(Random(seed), "服装", 64, shape)
            assert item.mode == "RGBA"
            assert max(item.size) == 64
            assert np.mean(np.asarray(item.getchannel("A")) > 128) > 0.05, shape


@pytest.mark.parametrize("side", [9, 33, 300])
def test_goods_of_any_size(side: int) -> None:
    for seed in range(12):
        assert goods.draw_goods(Random(seed), shapes.CATEGORIES[seed], (side, 2 * side)).size == (side, 2 * side)


def test_goods_text_lies_inside() -> None:
    lines = [line for seed in range(40) for line in goods.draw_goods_lines(Random(seed), "玩具", (320, 320), font)[1]]
    assert lines
    assert all(0 <= line.box[0] < line.box[2] <= 1 and 0 <= line.box[1] < line.box[3] <= 1 for line in lines)
    assert not goods.draw_goods_lines(Random(1), "玩具", (320, 320))[1]


def test_unknown_names() -> None:
    with pytest.raises(KeyError):
        goods.draw_goods(Random(0), "no such category", (50, 50))
    with pytest.raises(KeyError):
        photos.draw_photo(Random(0), "no such kind", (50, 50))
    with pytest.raises(KeyError):
        photos.photo_kinds("no such category")


@pytest.mark.parametrize("kind", photos.PHOTO_KINDS)
def test_photo(kind: str) -> None:
    first = photos.draw_photo(Random(3), kind, (120, 160))
    assert (first.mode, first.size) == ("RGB", (120, 160))
    assert first.tobytes() == photos.draw_photo(Random(3), kind, (120, 160)).tobytes()
    assert grain(first) > 0.9 > grain(screenshot())
    assert photos.draw_photo(Random(4), kind, (170, 90)).size == (170, 90)


def test_photo_of_a_category() -> None:
    for category in shapes.CATEGORIES:
        kinds = photos.photo_kinds(category)
        assert len(kinds) >= 2
        assert set(kinds) <= set(photos.PHOTO_KINDS)
    assert photos.draw_photo(Random(1), "goods_table", (90, 90), category="杯壶").size == (90, 90)


def test_photo_text() -> None:
    upright = [photos.draw_photo_lines(Random(seed), "shipping_label", (300, 400), font)[1] for seed in range(8)]
    lines = [line for found in upright for line in found]
    assert any(found == () for found in upright) or len(lines) > 8  # sideways labels are not read
    assert lines
    assert all(0 <= line.box[0] < line.box[2] <= 1 and 0 <= line.box[1] < line.box[3] <= 1 for line in lines)
    assert photos.draw_photo_lines(Random(0), "shipping_label", (300, 400))[1] == ()


@pytest.mark.parametrize("seed", range(12))
def test_crop_maps_boxes(seed: int) -> None:
    cut, transform = camera.crop(Random(seed), screenshot())
    box = transform(BAR)
    whole = transform((0.0, 0.0, 1.0, 1.0))
    assert whole is None or whole == (0.0, 0.0, 1.0, 1.0)
    if box is not None:
        assert np.allclose(box, reddest(cut), atol=1.5 / min(cut.size))


def test_crop_to() -> None:
    cut, transform = camera.crop_to(screenshot(), (0.25, 0.25, 0.75, 0.75))
    assert cut.size == (120, 200)
    assert transform(BAR) == pytest.approx((0.3, 0.3, 0.7, 0.5))
    assert transform((0.0, 0.0, 0.2, 0.2)) is None  # outside
    assert transform((0.15, 0.4, 0.35, 0.5)) is None  # half of it is cut off
    assert transform((0.24, 0.4, 0.34, 0.5)) == pytest.approx((0.0, 0.3, 0.18, 0.5))  # most of it is left
    assert camera.crop_to(screenshot(), (0.9999, 0.9999, 1.0, 1.0))[0].size == (1, 1)


def test_warp_maps_boxes() -> None:
    quad = [(30.0, 20.0), (260.0, 40.0), (280.0, 430.0), (10.0, 400.0)]
    layer, transform = camera.warp(screenshot(), quad, (300, 450))
    box = transform(BAR)
    assert box is not None
    assert np.allclose(box, reddest(layer, 200), atol=0.01)
    assert layer.getpixel((2, 2)) == (0, 0, 0, 0)
    shifted = camera.warp(screenshot(), [(x + 290, y) for x, y in quad], (300, 450))[1]
    assert shifted(BAR) is None


def test_warp_to_the_same_frame_is_identity() -> None:
    image = screenshot()
    layer, transform = camera.warp(image, camera.corners(image.size), image.size)
    assert transform(BAR) == pytest.approx(BAR)
    assert np.abs(np.asarray(layer.convert("RGB"), int) - np.asarray(image, int)).max() <= 1


def test_homography() -> None:
    source = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)]
    target = [(3.0, 1.0), (9.0, 2.0), (8.0, 7.0), (2.0, 6.0)]
    matrix = camera.homography(source, target)
    for (x, y), expected in zip(source, target, strict=True):
        u, v, w = matrix @ (x, y, 1)
        assert (u / w, v / w) == pytest.approx(expected)


@pytest.mark.parametrize("seed", range(10))
def test_photographed_screen_maps_boxes(seed: int) -> None:
    shot, transform = camera.photograph_screen(Random(seed), screenshot())
    assert shot.size == (240, 400)
    assert shot.tobytes() == camera.photograph_screen(Random(seed), screenshot())[0].tobytes()
    assert grain(shot) > 0.9
    box = transform(BAR)
    assert box is not None
    assert np.allclose(box, reddest(shot, 45), atol=0.035)  # blur and glare move the visible edge
    assert camera.photograph_screen(Random(seed), screenshot(), (300, 200))[0].size == (300, 200)


def test_photographed_screen_transform_does_not_depend_on_resolution() -> None:
    for seed in range(5):
        large = camera.photograph_screen(Random(seed), screenshot(480, 800))[1](BAR)
        small = camera.photograph_screen(Random(seed), screenshot(60, 100))[1](BAR)
        assert large == pytest.approx(small, abs=1e-6)


def test_long_screenshot() -> None:
    stacked, (upper, lower) = camera.long_screenshot([screenshot(), screenshot(120, 200)], gap=20)
    assert stacked.size == (240, 400 + 20 + 400)
    assert upper(BAR) == pytest.approx((0.4, 160 / 820, 0.6, 200 / 820))
    assert lower(BAR) == pytest.approx((0.4, 580 / 820, 0.6, 620 / 820))
    assert upper(BAR)[1] == pytest.approx(reddest(stacked)[1], abs=2 / 820)  # type: ignore[index]
    with pytest.raises(ValueError, match="at least one"):
        camera.long_screenshot([])


def test_compose() -> None:
    cut, first = camera.crop_to(screenshot(), (0.25, 0.25, 0.75, 0.75))
    second = camera.crop_to(cut, (0.0, 0.0, 1.0, 0.6))[1]
    assert camera.compose(first, second)(BAR) == pytest.approx((0.3, 0.5, 0.7, 0.5 / 0.6))
    gone = camera.crop_to(cut, (0.0, 0.6, 1.0, 1.0))[1]
    assert camera.compose(first, gone)(BAR) is None
    assert camera.compose()(BAR) == BAR


@pytest.mark.parametrize("effect", [camera.jpeg, camera.downscale_up, camera.annotate, camera.develop])
def test_effects_keep_the_size(effect: Effect) -> None:
    for seed in range(8):
        image = screenshot()
        before = image.tobytes()
        after = effect(Random(seed), image)
        assert (after.mode, after.size) == ("RGB", image.size)
        assert after.tobytes() != before
        assert image.tobytes() == before  # the input is not drawn on
        assert after.tobytes() == effect(Random(seed), image).tobytes()


def test_annotate_stays_near_its_box() -> None:
    for seed in range(20):
        changed = np.any(np.asarray(camera.annotate(Random(seed), screenshot(), BAR), int) != np.asarray(screenshot(), int), -1)
        ys, xs = np.nonzero(changed)
        assert abs(xs.mean() / 240 - 0.5) < 0.35
        assert abs(ys.mean() / 400 - 0.45) < 0.35


def test_redact() -> None:
    image = Image.new("RGB", (200, 100), (255, 255, 255))
    pen = ImageDraw.Draw(image)
    for x in range(20, 180, 6):  # stands for text
        pen.line((x, 40, x + 3, 58), fill=(20, 20, 20), width=2)
    box = (0.1, 0.4, 0.9, 0.6)
    masked = np.asarray(camera.redact(Random(1), image, [box]), int)
    original = np.asarray(image, int)
    inside = np.zeros((100, 200), bool)
    inside[40:60, 20:180] = True
    assert (masked[~inside] == original[~inside]).all()
    assert (masked[inside] != original[inside]).any()
    runs = np.count_nonzero(np.diff(masked[50, 20:180, 0]))
    assert runs <= 10  # a few cells are left of a row of strokes
    assert camera.redact(Random(1), image, [(0.5, 0.5, 0.5, 0.5), (1.2, 1.2, 1.5, 1.5)]).tobytes() == image.tobytes()


def test_fractal() -> None:
    noise = camera.fractal(np.random.default_rng(0), (50, 30), (3, 2))
    assert noise.shape == (30, 50)
    assert noise.dtype == np.float32
    assert (noise.min(), noise.max()) == pytest.approx((0, 1))
