"""The recogniser's short cuts against the plain way: lines cut out in one resampling, fewer lines, eight-bit models."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from data import ocr_int8
from data.errors import RunError
from data.ocr import Ocr, OcrCache
from data.ocr_engine import LINE_HEIGHT, crop_line
from data.profile import OcrSettings

needs_bytes = pytest.mark.skipif(not ocr_int8.supported(), reason="this processor has no eight-bit products")
LINES = ("ORDER 4711", "REFUND 85", "PARCEL LOST")


def page() -> Image.Image:
    image = Image.new("RGB", (420, 220), "white")
    pen = ImageDraw.Draw(image)
    for row, line in enumerate(LINES):
        pen.text((20, 20 + 60 * row), line, "black", font=ImageFont.load_default(36))
    return image


def texts(ocr: Ocr) -> list[str]:
    return [line.text.replace(" ", "") for line in ocr.read(page())]


@pytest.mark.parametrize("threads", [2, 5])
def test_threads_read_the_same(threads: int) -> None:
    ocr = Ocr(OcrSettings(eight_bit=False), threads=threads)
    assert ocr.read(page()) == Ocr(OcrSettings(eight_bit=False)).read(page())
    assert ocr.read(Image.new("RGB", (300, 300), "white")) == ()


@pytest.mark.parametrize("size", [(2000, 1), (1, 1), (3, 900), (600, 4)])
def test_a_strip_is_not_enlarged_to_a_giant_page(size: tuple[int, int]) -> None:
    ocr = Ocr(OcrSettings(eight_bit=False))
    ocr._engine = None  # is not asked
    assert ocr.read(Image.new("RGB", size, "white")) == ()


def test_a_cache_that_cannot_be_written_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr_int8, "supported", lambda: True)
    (tmp_path / "file").write_text("")
    with pytest.raises(RunError, match=r"cannot write to .*file.models: Not a directory.*--no-cache"):
        Ocr(OcrSettings(), tmp_path / "file" / "models")


def test_line_is_cut_out_and_narrowed() -> None:
    image = np.random.default_rng(0).integers(0, 255, (120, 300, 3), dtype=np.uint8)
    corners = np.array([[30, 40], [130, 40], [130, 40 + LINE_HEIGHT], [30, 40 + LINE_HEIGHT]])
    assert np.array_equal(crop_line(image, corners, 1.0), image[40 : 40 + LINE_HEIGHT, 30:130])
    assert crop_line(image, corners, 0.8).shape == (LINE_HEIGHT, 80, 3)


def test_upright_line_is_turned_to_the_left() -> None:
    image = np.random.default_rng(0).integers(0, 255, (120, 300, 3), dtype=np.uint8)
    corners = np.array([[30, 10], [30 + LINE_HEIGHT, 10], [30 + LINE_HEIGHT, 106], [30, 106]])
    assert np.array_equal(crop_line(image, corners, 1.0), np.rot90(image[10:106, 30 : 30 + LINE_HEIGHT]))


def test_only_the_first_lines_are_recognised() -> None:
    assert texts(Ocr(OcrSettings(eight_bit=False))) == ["ORDER4711", "REFUND85", "PARCELLOST"]
    ocr = Ocr(OcrSettings(eight_bit=False, max_lines=2))
    recognised = []
    plain = ocr._engine.recognize_txt
    ocr._engine.recognize_txt = lambda lines: recognised.append(len(lines)) or plain(lines)
    assert texts(ocr) == ["ORDER4711", "REFUND85"]
    assert recognised == [2]


@needs_bytes
def test_eight_bit_models_read_the_same(tmp_path: Path) -> None:
    import onnx

    assert texts(Ocr(OcrSettings(), tmp_path)) == texts(Ocr(OcrSettings(eight_bit=False)))
    made = sorted(tmp_path.glob("*.onnx"))
    assert len(made) == 2
    for path in made:
        graph = onnx.load(path).graph
        into = {node.input[0] for node in graph.node if node.op_type == "Conv"}
        assert sum(node.output[0] in into for node in graph.node if node.op_type == "DequantizeLinear") >= 20
    before = [path.stat().st_mtime_ns for path in made]
    Ocr(OcrSettings(), tmp_path)
    assert [path.stat().st_mtime_ns for path in sorted(tmp_path.iterdir())] == before


def test_model_without_ranges_is_used_as_it_is(tmp_path: Path) -> None:
    model = tmp_path / "other.onnx"
    model.write_bytes(b"another model")
    assert ocr_int8.quantised(model, tmp_path / "made") == model
    assert not (tmp_path / "made").exists()


def test_without_support_the_plain_models_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = OcrCache.open(tmp_path, OcrSettings(eight_bit=False))
    monkeypatch.setattr(ocr_int8, "supported", lambda: True)
    fast = OcrCache.open(tmp_path, OcrSettings())
    monkeypatch.setattr(ocr_int8, "supported", lambda: False)
    slow = OcrCache.open(tmp_path, OcrSettings())
    assert len({plain.key, fast.key, slow.key}) == 3
    Ocr(OcrSettings(), tmp_path)
    assert list(tmp_path.iterdir()) == []
