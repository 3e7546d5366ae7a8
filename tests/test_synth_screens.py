"""Synthetic screens: the canvas, the fonts, every layout of every scene, and the noise of a recogniser."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from data.labels import load_labels
from data.page import OcrLine
from data.schema import Task
from data.synth import fonts
from data.synth.canvas import Canvas, hide, is_hidden, shorten, text_width, wrap
from data.synth.fonts import FontNotFoundError, find_font
from data.synth.lexicon import Lexicon, load_lexicon
from data.synth.ocr_noise import noisy_lines
from data.synth.screens import further_scenes, generate_screen, layouts, scenes

PHOTOS = "实物拍摄(含售后)"
MIN_LAYOUTS = 7


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return load_lexicon()


def texts(canvas: Canvas) -> list[str]:
    return [line.text for line in canvas.lines]


# Canvas


def test_widths_are_one_em_for_chinese_and_kept_under_a_mask() -> None:
    assert text_width("退款成功", 10) == 40
    assert text_width("2024", 10) == pytest.approx(22)
    assert text_width(hide("退款 12"), 10) == pytest.approx(text_width("退款 12", 10))


def test_wrap_breaks_by_width_and_ends_in_an_ellipsis() -> None:
    assert wrap("一二三四五六", 10, 30) == ["一二三", "四五六"]
    assert wrap("一二三，四五", 10, 30) == ["一二三，", "四五"]
    assert wrap("一二三四五六七八九", 10, 30, 2) == ["一二三", "四五..."]
    assert wrap("一\n二", 10, 100) == ["一", "二"]
    assert shorten("一二", 10, 20) == "一二"


def test_hidden_text_yields_only_what_is_visible() -> None:
    canvas = Canvas(200, 100, record=False)
    canvas.text(0, 0, "收货人：" + hide("王某某") + "省")
    canvas.text(0, 20, hide("13800000000"))
    assert texts(canvas) == ["收货人：", "省"]
    assert canvas.lines[1].left == pytest.approx(13 * 7)
    assert all(is_hidden(char) for char in hide("ab"))


def test_cover_removes_or_cuts_the_lines_below() -> None:
    canvas = Canvas(100, 100, record=False)
    canvas.text(0, 10, "一二三四五六", 10)
    canvas.text(0, 40, "七八", 10)
    canvas.cover(30, 0, 20, 30)
    assert texts(canvas) == ["七八", "一二三", "六"] or texts(canvas) == ["一二三", "六", "七八"]
    canvas.cover(0, 0, 100, 100)
    assert texts(canvas) == []


def test_dim_lowers_clarity_of_what_is_there_already() -> None:
    canvas = Canvas(100, 100, record=False)
    canvas.text(0, 10, "前")
    canvas.dim(0.5)
    canvas.text(0, 40, "后")
    assert canvas.lines[0].clarity < 0.8
    assert canvas.lines[1].clarity == 1.0


def test_ocr_reads_rows_from_left_to_right_within_the_window() -> None:
    canvas = Canvas(100, 200, record=False)
    canvas.text(80, 50, "右", 10)
    canvas.text(10, 52, "左", 10)
    canvas.text(10, 150, "下", 10)
    assert [line.text for line in canvas.ocr()] == ["左", "右", "下"]
    window = canvas.ocr((0.0, 40.0, 100.0, 100.0))
    assert [line.text for line in window] == ["左", "右"]
    assert window[0].box == pytest.approx((0.1, 0.2, 0.2, 12 / 60 + 10 / 60))


def test_price_is_one_line_in_several_sizes() -> None:
    canvas = Canvas(200, 100)
    canvas.price(0, 0, 62.9, 20, before="券后")
    assert texts(canvas) == ["券后¥62.90"]
    assert len(canvas.ops) == 4


@pytest.mark.usefixtures("font")
def test_render_draws_text_and_masks_it() -> None:
    canvas = Canvas(120, 40)
    canvas.text(4, 10, "退款成功", 16)
    plain = canvas.render(1.0)
    assert plain.size == (120, 40)
    assert min(plain.convert("L").tobytes()) < 80
    masked = Canvas(120, 40)
    masked.text(4, 10, hide("退款成功"), 16)
    assert masked.render(1.0).tobytes() != plain.tobytes()
    assert canvas.render(2.0).size == (240, 80)


def test_missing_font_names_both_remedies(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "installed_fonts", dict[str, Path])
    with pytest.raises(FontNotFoundError, match=r"fonts-noto-cjk.*mplfonts"):
        find_font.__wrapped__(12)
    with pytest.raises(ValueError, match="regular"):
        find_font.__wrapped__(12, "heavy")


# Screens


def test_all_scenes_in_use_have_layouts() -> None:
    official = [label.name for label in load_labels().active(Task.SCENE)]
    counts = {scene: len(layouts(scene)) for scene in official}
    assert min(counts.values()) >= MIN_LAYOUTS
    assert sum(counts.values()) >= 160
    assert set(scenes()) == {*official, *(scene.label for scene in further_scenes())}


@pytest.mark.usefixtures("font")
@pytest.mark.parametrize("scene", scenes())
def test_every_layout_renders_with_the_texts_of_the_text_only_mode(scene: str, lexicon: Lexicon) -> None:
    for layout in layouts(scene):
        seed = f"{scene}-{layout}"
        drawn = generate_screen(Random(seed), scene, lexicon, layout=layout, scale=0.4)
        read = generate_screen(Random(seed), scene, lexicon, layout=layout, render=False)
        assert drawn.image is not None
        assert drawn.image.mode == "RGB"
        assert min(drawn.image.size) > 10
        assert read.image is None
        assert drawn.lines == read.lines, layout
        assert drawn.layout == layout
        assert drawn.scene == scene
        assert drawn.description
        assert scene == PHOTOS or drawn.lines, layout
        for line in drawn.lines:
            left, top, right, bottom = line.box
            assert -1e-6 <= left < right <= 1 + 1e-6, (layout, line)
            assert -1e-6 <= top < bottom <= 1 + 1e-6, (layout, line)
            assert line.text.strip()
            assert not any(is_hidden(char) for char in line.text)


@pytest.mark.parametrize("scene", ["退款页面", "购物车页面", "外部APP截图"])
def test_text_only_screens_stay_sound_over_many_seeds(scene: str, lexicon: Lexicon) -> None:
    seen = set()
    for seed in range(60):
        screen = generate_screen(Random(seed), scene, lexicon, render=False)
        seen.add(tuple(line.text for line in screen.lines))
        assert all(0 <= value <= 1 + 1e-6 for line in screen.lines for value in line.box)
    assert len(seen) == 60


@pytest.mark.usefixtures("font")
def test_same_seed_same_screen(lexicon: Lexicon) -> None:
    first, second = (generate_screen(Random(3), "退货页面", lexicon) for _ in range(2))
    other = generate_screen(Random(4), "退货页面", lexicon)
    assert first.image is not None
    assert second.image is not None
    assert first.image.tobytes() == second.image.tobytes()
    assert (first.lines, first.description) == (second.lines, second.description)
    assert first.lines != other.lines


def test_scale_changes_pixels_and_not_the_texts(lexicon: Lexicon, font: None) -> None:
    small, large = (generate_screen(Random(8), "订单详情页面", lexicon, scale=scale) for scale in (0.5, 1.0))
    assert small.lines == large.lines
    assert small.image is not None
    assert large.image is not None
    assert large.image.width == pytest.approx(2 * small.image.width, abs=2)


def test_unknown_scene_and_layout_are_named(lexicon: Lexicon) -> None:
    with pytest.raises(ValueError, match="退款页面"):
        generate_screen(Random(0), "没有的页面", lexicon)
    with pytest.raises(ValueError, match="refund_done"):
        generate_screen(Random(0), "退款页面", lexicon, layout="none")


# Noise

LINES = (
    OcrLine("退款详情", (0.3, 0.05, 0.6, 0.07)),
    OcrLine("2024-06-08 12:22:29", (0.1, 0.2, 0.5, 0.22)),
    OcrLine("退款金额", (0.1, 0.3, 0.3, 0.32)),
    OcrLine("¥62.90", (0.31, 0.3, 0.42, 0.32)),
    OcrLine("发起了退货退款申请，请等待商家处理", (0.1, 0.4, 0.9, 0.42), 0.4),
)


def test_no_strength_no_noise() -> None:
    assert noisy_lines(Random(0), LINES, 0.0) == LINES
    with pytest.raises(ValueError, match="between 0 and 1"):
        noisy_lines(Random(0), LINES, 1.5)


def test_noise_is_deterministic_and_stays_in_the_frame() -> None:
    assert noisy_lines(Random(5), LINES) == noisy_lines(Random(5), LINES)
    for seed in range(50):
        for line in noisy_lines(Random(seed), LINES, 1.0):
            assert line.text.strip()
            assert 0.5 <= line.score <= 1.0
            assert all(0 <= value <= 1 for value in line.box)


def test_noise_does_what_recognisers_do() -> None:
    read = [[line.text for line in noisy_lines(Random(seed), LINES, 0.7)] for seed in range(300)]
    assert any("2024-06-0812:22:29" in page for page in read), "the space between date and time gets lost"
    assert any(text.startswith("退款金额") and "62.90" in text for page in read for text in page), "close neighbours merge"
    lost = sum("申请" not in "".join(page) for page in read), sum("退款详情" not in "".join(page) for page in read)
    assert lost[0] > lost[1], "dim lines are lost first"
    assert sum("退款详情" in page for page in read) > 200, "most lines are read right"


def test_stronger_noise_changes_more() -> None:
    def changed(strength: float) -> int:
        known = {line.text for line in LINES}
        pages = (noisy_lines(Random(seed), LINES, strength) for seed in range(200))
        return sum(len(known - {line.text for line in page}) for page in pages)

    assert changed(0.2) < changed(1.0)
