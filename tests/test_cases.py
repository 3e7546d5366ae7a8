"""From samples to cases: OCR, its cache, worker processes, and samples whose images cannot be used."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import psutil
import pytest
from PIL import Image, ImageDraw, ImageFont

from data import cases as cases_module
from data.cases import Reader, load_cases
from data.errors import InputError
from data.ocr import LONGEST, NARROWEST, Ocr, OcrCache, Reading, fit, reading_order
from data.page import OcrLine
from data.profile import OcrSettings, load_profile
from data.schema import Sample, Task

SETTINGS = OcrSettings(long_side=480)


def written(text: str, size: tuple[int, int] = (420, 160)) -> Image.Image:
    image = Image.new("RGB", size, "white")
    pen = ImageDraw.Draw(image)
    for row, line in enumerate(text.split("\n")):
        pen.text((20, 20 + 60 * row), line, "black", font=ImageFont.load_default(36))
    return image


@pytest.fixture(scope="module")
def ocr() -> Ocr:
    return Ocr(SETTINGS)


def reader(folder: Path, cache: Path | None = None, workers: int = 1) -> Reader:
    return Reader(folder, SETTINGS, 10_000, cache, workers)


def test_text_is_read_in_order_with_its_place(ocr: Ocr) -> None:
    first, second = ocr.read(written("ORDER 4711\nREFUND 85"))
    assert first.text.replace(" ", "") == "ORDER4711"
    assert second.text.replace(" ", "") == "REFUND85"
    assert first.score > 0.8
    left, top, right, bottom = first.box
    assert 0 <= left < right <= 1
    assert 0 <= top < bottom <= second.box[3] <= 1


def test_blank_image_has_no_lines(ocr: Ocr) -> None:
    assert ocr.read(Image.new("RGB", (300, 300), "white")) == ()
    assert ocr.read(Image.new("RGB", (3, 2), "white")) == ()


def test_long_screenshots_keep_readable_text() -> None:
    wide = OcrSettings(long_side=960, narrowing=1.0)
    fitted, width, cut = fit(Image.new("RGB", (1080, 12_000)), wide)
    assert fitted.width == round(NARROWEST * 960)
    assert fitted.height == pytest.approx(LONGEST * 960, abs=2)
    assert (width, cut) == (1, pytest.approx(0.5, abs=0.01))
    banner, width, cut = fit(Image.new("RGB", (12_000, 1080)), wide)
    assert banner.width == pytest.approx(LONGEST * 960, abs=2)
    assert (width, cut) == (pytest.approx(0.5, abs=0.01), 1)
    assert fit(Image.new("RGB", (540, 1170)), wide)[0].size == (443, 960)
    assert fit(Image.new("RGB", (200, 100)), wide)[0].size == (200, 100)
    assert fit(Image.new("RGB", (200, 100)), OcrSettings(narrowing=0.8))[0].size == (160, 100)


def test_rows_are_read_left_to_right() -> None:
    lines = [
        OcrLine("c", (0.0, 0.20, 0.2, 0.24)),
        OcrLine("b", (0.6, 0.101, 0.8, 0.141)),
        OcrLine("a", (0.0, 0.10, 0.2, 0.14)),
    ]
    assert [line.text for line in reading_order(lines)] == ["a", "b", "c"]


def test_cache_depends_on_the_settings_and_survives_damage(tmp_path: Path) -> None:
    cache = OcrCache.open(tmp_path, SETTINGS)
    reading = Reading((OcrLine("字", (0.0, 0.25, 0.5, 1.0), 0.9),))
    cache.put("ab" * 32, reading)
    assert cache.get("ab" * 32) == reading
    assert OcrCache.open(tmp_path, OcrSettings(long_side=500)).get("ab" * 32) is None
    cache.path("ab" * 32).write_text("[[")
    assert cache.get("ab" * 32) is None


def test_image_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written("CACHED").save(tmp_path / "a.png")
    sample = Sample("1", Task.SCENE, images=("images/a.png",))
    first = load_cases([sample], reader(tmp_path, tmp_path / "cache"))[0]
    monkeypatch.setattr(cases_module, "Ocr", None)  # A second reading would fail.
    second = load_cases([sample], reader(tmp_path, tmp_path / "cache"))[0]
    assert first.page_text() == second.page_text() == "CACHED"
    page = second.pages[0]
    assert (page.width, page.height) == (420, 160)
    assert page.pixels is not None
    assert page.pixels.dtype == np.uint8
    assert page.pixels.shape[0] * page.pixels.shape[1] <= 10_000


def test_unusable_images_cost_no_sample(tmp_path: Path) -> None:
    written("GOOD").save(tmp_path / "good.png")
    (tmp_path / "bad.png").write_bytes(b"no image")
    samples = [
        Sample("1", Task.DIALOGUE, images=("bad.png", "good.png", "none.png"), problems=("before",)),
        Sample("2", Task.SCENE, images=("good.png",)),
        Sample("3", Task.SCENE),
    ]
    cases = load_cases(samples, reader(tmp_path))
    assert [[page.image for page in case.pages] for case in cases] == [[1], [0], []]
    assert cases[0].pages_by_image() == [None, cases[0].pages[0], None]
    assert cases[0].sample.problems[0] == "before"
    assert "bad.png" in cases[0].sample.problems[1]
    assert "none.png" in cases[0].sample.problems[2]
    assert cases[1].sample.problems == ()


def test_an_image_with_nothing_on_it_is_named(tmp_path: Path) -> None:
    for name, colour in (("white.png", "white"), ("black.png", "black")):
        Image.new("RGB", (300, 400), colour).save(tmp_path / name)
        (case,) = load_cases([Sample("1", Task.SCENE, images=(name,))], reader(tmp_path))
        assert len(case.pages) == 1
        assert f"{name!r} has nothing on it but one colour" in case.sample.problems[0]


def test_pages_are_upright_and_without_bars(tmp_path: Path) -> None:
    """Pixels, size and boxes are those of the corrected image, read now or found in the cache."""
    upright = written("ORDER NUMBER 4711\nREFUND OF 85 POINTS\nPARCEL WAS LOST", (520, 240))
    frame = Image.new("RGB", (520, 480), "black")
    frame.paste(upright, (0, 120))
    frame.rotate(90, expand=True).save(tmp_path / "lying.png")
    sample = Sample("1", Task.SCENE, images=("lying.png",))
    for _ in range(2):
        (page,) = load_cases([sample], reader(tmp_path, tmp_path / "cache"))[0].pages
        assert (page.width, page.height) == (520, pytest.approx(240, abs=6))
        assert page.lines[0].text.replace(" ", "") == "ORDERNUMBER4711"
        assert page.lines[0].box[3] < 0.4
        assert page.pixels is not None
        assert page.pixels.shape[1] > page.pixels.shape[0]
        assert page.pixels.mean() > 200


def test_processes_give_the_same_cases_in_order(tmp_path: Path) -> None:
    for name in "abc":
        written(name.upper() * 4).save(tmp_path / f"{name}.png")
    samples = [Sample(name, Task.SCENE, images=(f"{name}.png",)) for name in "cabbac"]
    alone = [case.page_text() for case in load_cases(samples, reader(tmp_path))]
    together = [case.page_text() for case in load_cases(samples, reader(tmp_path, tmp_path / "cache", workers=2))]
    assert alone == together == ["CCCC", "AAAA", "BBBB", "BBBB", "AAAA", "CCCC"]
    entry = next((tmp_path / "cache").rglob("*.json"))
    assert json.loads(entry.read_text())["lines"][0][0] in {"AAAA", "BBBB", "CCCC"}


KILLED = """
import sys, time
from pathlib import Path
from data.cases import Reader, reading
from data.profile import OcrSettings
from data.schema import Sample, Task

if __name__ == "__main__":
    samples = [Sample(str(number), Task.SCENE, images=("a.png",)) for number in range(2)]
    with reading(samples, Reader(Path(sys.argv[1]), OcrSettings(), 10_000, None, 2)) as cases:
        print(len(list(cases)), flush=True)
        time.sleep(60)
"""


def test_workers_end_with_a_killed_parent(tmp_path: Path) -> None:
    written("A").save(tmp_path / "a.png")
    script = tmp_path / "killed.py"
    script.write_text(KILLED, "utf-8")
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parent.parent)}
    process = subprocess.Popen([sys.executable, str(script), str(tmp_path)], stdout=subprocess.PIPE, env=environment)
    assert process.stdout is not None
    assert process.stdout.readline().strip() == b"2"
    workers = psutil.Process(process.pid).children(recursive=True)
    assert workers
    process.kill()
    process.communicate()
    assert not psutil.wait_procs(workers, timeout=20)[1]


def test_image_folder_must_exist(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is not a folder"):
        Reader.for_profile(load_profile("embedded"), tmp_path / "none", None)
