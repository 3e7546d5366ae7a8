"""What a run answers where there is nothing to answer: blank and noisy images, gibberish, dialogues without a word."""

from __future__ import annotations

import io
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont
from world import World

from data.case import Case
from data.images import open_image, shrink
from data.page import OcrLine, Page
from data.rectify import nothing_but
from data.run import SAMPLE
from data.schema import Sample, Speaker, Task, Turn
from fusion.handover import HandoverRule, Promise, TaskRule, scope_limit
from fusion.predictor import Predictor

HEIGHT, WIDTH = 640, 360
# The policy `adaptive` takes answers from 0.9 on as sure, and hand-over rules accept from about there: what is no question
# stays below by a margin.
CONFIDENT = 0.8


def one_colour(*colour: int) -> NDArray[np.uint8]:
    return np.broadcast_to(np.array(colour, np.uint8), (HEIGHT, WIDTH, 3))


def noise(channels: int) -> NDArray[np.uint8]:
    drawn = np.random.default_rng(0).integers(0, 256, (HEIGHT, WIDTH, channels), np.uint8)
    return np.broadcast_to(drawn, (HEIGHT, WIDTH, 3))


def gradient() -> NDArray[np.uint8]:
    down, across = np.linspace(0, 255, HEIGHT)[:, None], np.linspace(0, 255, WIDTH)[None]
    parts = (down + 0 * across, across + 0 * down, np.full((HEIGHT, WIDTH), 120.0))
    return np.stack(parts, axis=2).astype(np.uint8)


def smooth_noise(scale: float, channels: int = 1, spread: float = 45) -> NDArray[np.uint8]:
    """Noise that is blurred by `scale` pixels, mid grey on average."""
    drawn = np.random.default_rng(1).normal(size=(HEIGHT, WIDTH, channels)).astype(np.float32)
    return levels(cv2.GaussianBlur(drawn, (0, 0), scale).reshape(HEIGHT, WIDTH, channels), spread)


def photo_noise(power: float, grain: float) -> NDArray[np.uint8]:
    """Noise whose amplitudes fall with frequency as photographs' do, and a sensor's grain on it."""
    generator = np.random.default_rng(2)
    frequency = np.hypot(np.fft.fftfreq(HEIGHT)[:, None], np.fft.fftfreq(WIDTH)[None])
    frequency[0, 0] = 1
    waves = np.fft.fft2(generator.normal(size=(HEIGHT, WIDTH))) / frequency**power
    drawn = levels(np.fft.ifft2(waves).real[..., None], 45) + generator.normal(0, grain, (HEIGHT, WIDTH, 1))
    return drawn.clip(0, 255).astype(np.uint8)


def levels(drawn: NDArray[np.floating], spread: float) -> NDArray[np.uint8]:
    scaled = 128 + spread * (drawn - drawn.mean()) / drawn.std()
    return np.broadcast_to(scaled.clip(0, 255).astype(np.uint8), (HEIGHT, WIDTH, 3))


def compressed_colour() -> NDArray[np.uint8]:
    """One colour with grain, JPEG quality 5."""
    grain = np.random.default_rng(3).normal(0, 10, (HEIGHT, WIDTH, 3)) + np.array([120, 140, 90])
    buffer = io.BytesIO()
    Image.fromarray(grain.clip(0, 255).astype(np.uint8)).save(buffer, "JPEG", quality=5)
    return np.asarray(Image.open(buffer))


def stripes() -> NDArray[np.uint8]:
    wave = 128 + 100 * np.sin(np.arange(WIDTH) / 7)
    return np.broadcast_to(wave[None, :, None].astype(np.uint8), (HEIGHT, WIDTH, 3))


def shapes(count: int) -> NDArray[np.uint8]:
    generator = np.random.default_rng(count)
    image = Image.new("RGB", (WIDTH, HEIGHT), "gray")
    pen = ImageDraw.Draw(image)
    for left, top, width, height, *colour in generator.integers(0, 256, (count, 7)).tolist():
        draw = (pen.ellipse, pen.rectangle)[width % 2]
        draw((left, 2 * top, left + width, 2 * top + height), fill=tuple(colour))
    return np.asarray(image)


def glyphs() -> NDArray[np.uint8]:
    """Letters, digits and marks at random, in lines."""
    generator = np.random.default_rng(4)
    image = Image.new("RGB", (WIDTH, HEIGHT), "white")
    pen = ImageDraw.Draw(image)
    for top in range(20, HEIGHT - 40, 40):
        line = "".join(generator.choice(list("qwertyuiopasdfghjklzxcvbnm0123456789#%&@"), 18))
        pen.text((15, top), line, "black", font=ImageFont.load_default(24))
    return np.asarray(image)


NOTHING = {
    "white": one_colour(255, 255, 255),
    "black": one_colour(0, 0, 0),
    "grey": one_colour(128, 128, 128),
    "red": one_colour(200, 20, 30),
    "noise": noise(3),
    "grey noise": noise(1),
    "gradient": gradient(),
    "noise blurred by 2 pixels": smooth_noise(2),
    "noise blurred by 8 pixels": smooth_noise(8),
    "noise blurred by 24 pixels": smooth_noise(24),
    "coloured noise blurred by 8 pixels": smooth_noise(8, channels=3),
    "faint noise blurred by 8 pixels": smooth_noise(8, spread=15),
    "pink noise with grain": photo_noise(1.0, 12),
    "brown noise": photo_noise(1.5, 0),
    "compressed colour": compressed_colour(),
    "stripes": stripes(),
}
# Something is drawn on these, and none of them is any label's.
DRAWN = {"few shapes": shapes(5), "shapes": shapes(40), "glyphs": glyphs()}
SILENT = {"no turn": (), "empty": ("",), "white space": (" \n　",), "only marks": ("<image>", " <image> ")}
GIBBERISH = {
    "Latin": "qwlkj zxvpf mnbqr tyhgb plokm xcvqw",
    "keyboard": "asdfghjkl;",
    "Chinese": "籴龘齉爩麤灪龖厵滟爨癵驫",
    "emoji": "😀😂🤣🙏🎉🐶",
    "digits": "83749 10283 5566 908172",
    "marks": "？？？！！。。。",
    "dots": "……，，、。",
    "one character": "a",
    "one character for ever": "哈" * 3_000,
    "one word for ever": "好的" * 2_000,
}


def case_of(pixels: NDArray[np.uint8] | None, *turns: str, lines: tuple[OcrLine, ...] = ()) -> Case:
    made = tuple(Turn(Speaker.CUSTOMER, text) for text in turns)
    pages = () if pixels is None else (Page("digest", WIDTH, HEIGHT, lines, pixels),)
    return Case(Sample("one", Task.DIALOGUE if turns else Task.SCENE, made), pages)


def test_a_case_is_empty_where_nothing_is_written_and_nothing_is_seen() -> None:
    for pixels in NOTHING.values():
        assert case_of(pixels).is_empty()
        assert case_of(pixels, "<image>").is_empty()
        assert not case_of(pixels, "<image>", "会生锈吗").is_empty()
    edge = gradient().copy()
    edge[200:300, 100:200] = 0
    assert not case_of(edge).is_empty()
    assert not case_of(NOTHING["white"], lines=(OcrLine("退款", (0.1, 0.1, 0.4, 0.2)),)).is_empty()
    imagined = (OcrLine("28", (0, 0, 1, 1), 0.6),)
    assert case_of(NOTHING["noise blurred by 24 pixels"], lines=imagined).is_empty()
    assert not case_of(shapes(5), lines=imagined).is_empty()
    for turns in SILENT.values():
        assert case_of(None, *turns).is_empty()
    for text in GIBBERISH.values():
        assert not case_of(None, text).is_empty()


def test_pages_and_photographs_have_something_on_them() -> None:
    for path in sorted((SAMPLE / "images").glob("*.jpg"))[::6]:
        assert nothing_but(shrink(open_image(path)[0], 160_000)) is None, path.name


@pytest.mark.slow
def test_what_is_no_question_gets_no_confident_answer(world: World, tmp_path: Path) -> None:
    """The run has four labels a task, so that chance is 0.25."""
    for name, pixels in NOTHING.items():
        Image.fromarray(pixels).save(tmp_path / f"{name}.png")
    predictor = Predictor.open(world.run, tmp_path, policy="retrieval")
    for task, texts in ((Task.SCENE, NOTHING), (Task.DIALOGUE, SILENT)):
        counts = predictor.chain.counts[task] + 1
        for name in texts:
            images = (f"{name}.png",) if task is Task.SCENE else ()
            turns = tuple(Turn(Speaker.CUSTOMER, text) for text in SILENT.get(name, ()))
            (answer,) = predictor([Sample(name, task, turns, images)])
            assert answer.probability == pytest.approx(counts.max() / counts.sum(), abs=1e-6), name
            assert answer.out_of_scope == 1, name
            assert bool(answer.error) is (task is Task.SCENE), name
    others = [Sample(name, Task.DIALOGUE, (Turn(Speaker.CUSTOMER, text),)) for name, text in GIBBERISH.items()]
    found = {answer.id: answer for answer in predictor(others)}
    for name, answer in found.items():
        own = predictor.chain.scopes[Task(answer.task)].own
        assert answer.out_of_scope is not None
        assert (own < answer.out_of_scope).mean() > 0.5, f"{name} is no stranger than most examples"
    for name, pixels in DRAWN.items():
        Image.fromarray(pixels).save(tmp_path / f"{name}.png")
    found |= {answer.id: answer for answer in predictor([Sample(name, Task.SCENE, (), (f"{name}.png",)) for name in DRAWN])}
    assert {name: answer.probability for name, answer in found.items() if answer.probability >= CONFIDENT} == {}
    scopes = {task: scope_limit(scope.own) for task, scope in predictor.chain.scopes.items()}
    rule = HandoverRule(
        Promise(0.05, 0.95), {task: TaskRule(CONFIDENT, 100, 50, 0, scope=limit) for task, limit in scopes.items()}
    )
    for name in DRAWN:
        assert found[name].out_of_scope > scopes[Task.SCENE], name  # type: ignore[operator]
    for answer in found.values():
        assert not rule.accepts(Task(answer.task), answer.probability, answer.out_of_scope), answer.id
