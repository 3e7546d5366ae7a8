"""What happens to a finished page on its way to the chat: things that float over it, cropping, pen marks, a camera, JPEG."""

from __future__ import annotations

from random import Random

from PIL import Image

from data.page import OcrLine
from data.synth.canvas import Box, Canvas
from data.synth.screens.page_builder import WIDTH, PageBuilder
from data.synth.screens.skins import WHITE

CROP_SHARE = 0.1
PEN_SHARE = 0.07
PHOTO_SHARE = 0.02
JPEG_SHARE = 0.5
BLUR_SHARE = 0.03
MIN_CROP = 80.0  # points
PROBE_SIDE = 60  # pixels; the camera's geometry is taken from a small blank page, so that it does not need the drawing


def finish_screen(p: PageBuilder, scale: float | None) -> tuple[Image.Image | None, tuple[OcrLine, ...]]:
    """Apply the effects and draw (not if `scale` is None). Every random choice is made either way, in the same order."""
    rng, canvas = p.rng, p.canvas
    if not p.bare:
        _floating(p)
    window = (0.0, 0.0, canvas.width, canvas.height)
    if rng.random() < CROP_SHARE and not p.bare:
        window = _crop_window(p)
    lines = canvas.ocr(window)
    if len(lines) < 2:
        window = (0.0, 0.0, canvas.width, canvas.height)
        lines = canvas.ocr(window)
    pen = rng.random() < PEN_SHARE
    target = rng.choice(lines).box if lines else None
    photo, blur, jpeg = rng.random() < PHOTO_SHARE and not p.bare, rng.random() < BLUR_SHARE, rng.random() < JPEG_SHARE
    if rng.random() < 0.04:
        canvas.family = "serif"
    seed = rng.getrandbits(32)
    if photo:
        lines = _photographed_lines(Random(seed), window, lines) or lines
    if scale is None:
        return None, lines
    return _draw(canvas, scale, window, Random(seed), (pen, photo, blur, jpeg), target), lines


def _draw(
    canvas: Canvas, scale: float, window: Box, rng: Random, effects: tuple[bool, bool, bool, bool], target: Box | None
) -> Image.Image:
    from data.synth import camera  # imported where needed: text alone does not need it

    pen, photo, blur, jpeg = effects
    image = canvas.render(scale)
    if window != (0.0, 0.0, canvas.width, canvas.height):
        left, top, right, bottom = (round(value * scale) for value in window)
        image = image.crop((left, top, max(right, left + 1), max(bottom, top + 1)))
    if photo:  # first, so that its generator state is that of `_photographed_lines`
        image, _ = camera.photograph_screen(rng, image)
    if pen:
        image = camera.annotate(rng, image, _grown(rng, target) if target else None)
    if blur:
        image = camera.downscale_up(rng, image)
    return camera.jpeg(rng, image) if jpeg else image


def _photographed_lines(rng: Random, window: Box, lines: tuple[OcrLine, ...]) -> tuple[OcrLine, ...]:
    from data.synth.camera import photograph_screen

    width, height = window[2] - window[0], window[3] - window[1]
    fit = PROBE_SIDE / max(width, height)
    _, transform = photograph_screen(rng, Image.new("RGB", (max(4, round(width * fit)), max(4, round(height * fit)))))
    moved = []
    for line in lines:
        box = transform(line.box)
        if box is not None:
            moved.append(OcrLine(line.text, box, line.score * 0.85))
    return tuple(moved)


def _grown(rng: Random, box: Box) -> Box:
    grow = rng.uniform(0.0, 0.04)
    return max(0.0, box[0] - grow), max(0.0, box[1] - grow / 2), min(1.0, box[2] + grow), min(1.0, box[3] + grow / 2)


def _crop_window(p: PageBuilder) -> Box:
    """A band of the page that keeps some text: around the focus if the layout has one, else around a random line."""
    rng, width, height = p.rng, p.canvas.width, p.canvas.height
    if p.focus:
        x0, y0, x1, y1 = p.focus
        return (
            max(0.0, x0 - rng.uniform(0, 10)),
            max(0.0, y0 - rng.uniform(2, 30)),
            min(width, x1 + rng.uniform(0, 10)),
            min(height, y1 + rng.uniform(2, 40)),
        )
    inside = [line for line in p.canvas.lines if 60 < line.top < height - 50 and line.clarity > 0.85]  # not under a sheet
    centre = rng.choice(inside).top if inside else height / 2
    share = max(MIN_CROP, height * rng.choice((0.12, 0.2, 0.3, 0.45, 0.6, 0.8)))
    top = min(max(0.0, centre - share * rng.uniform(0.3, 0.7)), height - share) if share < height else 0.0
    left, right = (rng.uniform(0, 40), width - rng.uniform(0, 40)) if rng.random() < 0.2 else (0.0, width)
    return left, top, right, min(height, top + share)


APPS = ("微信", "QQ", "短信", "钉钉", "淘宝", "天气", "日历", "支付宝", "抖音", "邮件")
NEWS = ("你收到了一条新消息", "发来一张图片", "您的验证码已发送", "您有一条新的物流消息", "今日有雨，出门记得带伞", "[有人@我]",
    "未接来电(1)", "您关注的商品降价了", "会议将于10分钟后开始", "红包已到账，点击查看")  # fmt: skip


def _floating(p: PageBuilder) -> None:
    """Now and then a notification, a return tag or a volume slider lies over the page."""
    c, rng, roll = p.canvas, p.rng, p.rng.random()
    if roll < 0.02:
        top = p.status_height
        c.cover(10, top, WIDTH - 20, 54)
        c.rect(10, top, WIDTH - 20, 54, (250, 250, 250), radius=14)
        c.rect(22, top + 12, 30, 30, (70, 190, 100), radius=8)
        c.text(62, top + 10, rng.choice(APPS), 13, (20, 20, 20), bold=True)
        c.text(62, top + 29, rng.choice(NEWS), 12, (90, 90, 90), width=230)
        c.text(WIDTH - 22, top + 11, rng.choice(("现在", "刚刚", "1分钟前")), 10.5, (150, 150, 150), anchor="r")
    elif roll < 0.04:
        y = p.height * rng.uniform(0.5, 0.85)
        c.cover(0, y, 62, 24)
        c.rect(-12, y, 74, 24, (140, 140, 140), radius=12)
        c.text(10, y + 6, "< 返回", 11, WHITE)
    elif roll < 0.05:
        y = p.height * rng.uniform(0.2, 0.4)
        c.cover(WIDTH - 50, y, 38, 170)
        c.rect(WIDTH - 50, y, 38, 170, (248, 248, 248), radius=19)
        c.rect(WIDTH - 33, y + 20, 4, 110, (210, 210, 215), radius=2)
        c.rect(WIDTH - 33, y + 80, 4, 50, (60, 120, 240), radius=2)
        c.icon("volume", WIDTH - 39, y + 140, 16)
    elif roll < 0.07:
        y = p.height * rng.uniform(0.6, 0.8)
        c.ellipse(WIDTH - 46, y, 38, 38, WHITE, outline=(220, 220, 220))
        c.icon("up", WIDTH - 35, y + 5, 15)
        c.text(WIDTH - 27, y + 22, "顶部", 9, (90, 90, 90), anchor="m")
