"""What the program answers where there is nothing to answer: no confident label, and an error where an image has nothing on it.

The bundled sample's run is small, so its probabilities are held to a bound only; `docs/inputs.md` lists those of a real run.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from world import World

CONFIDENT = 0.9  # which nothing that says nothing may reach
GIBBERISH = "asdkj qwpoeiru zzxcvmn 8f7g6h5"


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("nothing")
    noise = np.random.default_rng(0).integers(0, 255, (640, 360, 3), np.uint8)
    Image.new("RGB", (360, 640), "white").save(folder / "white.png")
    Image.new("RGB", (360, 640), "black").save(folder / "black.png")
    Image.fromarray(noise).save(folder / "noise.png")
    return folder


def test_no_confident_answer_without_anything_to_go_on(world: World, images: Path) -> None:
    from fusion import Predictor, Sample, Speaker, Task, Turn

    predictor = Predictor.open(world.run, images, policy="retrieval")
    samples = [Sample(name, Task.SCENE, (), (f"{name}.png",)) for name in ("white", "black", "noise")]
    samples += [Sample("gibberish", Task.DIALOGUE, (Turn(Speaker.CUSTOMER, GIBBERISH),)), Sample("empty", Task.DIALOGUE, ())]
    answers = {answer.id: answer for answer in predictor(samples)}
    assert {name: answer.probability for name, answer in answers.items() if answer.probability >= CONFIDENT} == {}
    for name in ("white", "black"):
        assert f"'{name}.png' has nothing on it but one colour" in str(answers[name].error)
    assert answers["noise"].error is None
