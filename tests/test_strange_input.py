"""What a run answers where there is nothing to answer: blank and noisy images, gibberish, dialogues without a word."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from world import World

from data.case import Case
from data.page import OcrLine, Page
from data.schema import Sample, Speaker, Task, Turn
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


NOTHING = {
    "white": one_colour(255, 255, 255),
    "black": one_colour(0, 0, 0),
    "grey": one_colour(128, 128, 128),
    "red": one_colour(200, 20, 30),
    "noise": noise(3),
    "grey noise": noise(1),
    "gradient": gradient(),
}
SILENT = {"no turn": (), "empty": ("",), "white space": (" \n　",), "only marks": ("<image>", " <image> ")}
GIBBERISH = {
    "Latin": "qwlkj zxvpf mnbqr tyhgb plokm xcvqw",
    "keyboard": "asdfghjkl;",
    "Chinese": "籴龘齉爩麤灪龖厵滟爨癵驫",
    "emoji": "😀😂🤣🙏🎉🐶",
    "digits": "83749 10283 5566 908172",
    "marks": "？？？！！。。。",
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
    for turns in SILENT.values():
        assert case_of(None, *turns).is_empty()
    for text in GIBBERISH.values():
        assert not case_of(None, text).is_empty()


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
    assert {name: answer.probability for name, answer in found.items() if answer.probability >= CONFIDENT} == {}
    for name, answer in found.items():
        own = predictor.chain.scopes[Task(answer.task)].own
        assert answer.out_of_scope is not None
        assert (own < answer.out_of_scope).mean() > 0.5, f"{name} is no stranger than most examples"
