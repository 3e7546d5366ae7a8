"""Pretraining: losses by hand, the pool, and a tiny model end to end that resumes and is loaded by the encoder."""

from __future__ import annotations

import json
import math
import random
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from data.profile import EncoderSettings
from data.schema import Task
from retrieval import pretrain
from retrieval.encoder import Encoder
from retrieval.pretraining.concepts import Concept
from retrieval.pretraining.losses import group_loss, pair_loss
from retrieval.pretraining.pages import build_pages, load_pages, read_page
from retrieval.pretraining.schedule import rate_factor

SCENES = (Concept(Task.SCENE, "支付页面", "付款", True), Concept(Task.SCENE, "地图页面", "路线", False))


def draw(rng: random.Random, scene: str, lexicon: object) -> tuple[Image.Image, list[str]]:
    """A page of one colour per scene."""
    return Image.new("RGB", (90, 200), (250, 40, 40) if scene == "支付页面" else (40, 40, 250)), [
        scene,
        f"{rng.randint(1, 99)}元",
    ]


def test_pair_loss_by_hand() -> None:
    images = torch.tensor([[1.0, 0.0], [0.0, 1.0]])
    texts = torch.tensor([[1.0, 0.0], [1.0, 0.0]])
    # Rows: both images see two equal texts; columns: text 0 is right by a margin of 2, text 1 wrong by as much.
    expected = (math.log(2) + (math.log1p(math.exp(-2)) + math.log1p(math.exp(2))) / 2) / 2
    assert float(pair_loss(images, texts, torch.tensor(2.0))) == pytest.approx(expected, abs=1e-6)


def test_group_loss_by_hand() -> None:
    vectors = torch.tensor([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    # 0 and 1 are a group: the positive has cosine 1, the other 0; 2 has no positive.
    assert float(group_loss(vectors, torch.tensor([5, 5, 6]), 0.5)) == pytest.approx(math.log1p(math.exp(-2)), abs=1e-6)
    assert float(group_loss(vectors, torch.tensor([1, 2, 3]), 0.5)) == 0.0


def test_group_loss_pulls_a_group_together() -> None:
    torch.manual_seed(0)
    weights = torch.nn.functional.normalize(torch.randn(8, 4), dim=1).requires_grad_()
    groups = torch.arange(8) % 2
    before = group_loss(weights, groups, 0.1)
    before.backward()
    assert weights.grad is not None
    stepped = torch.nn.functional.normalize(weights.detach() - 0.1 * weights.grad, dim=1)
    assert group_loss(stepped, groups, 0.1) < before


def test_rate_warms_up_and_ends_low() -> None:
    factors = [
        rate_factor(progress, pretrain.WARMUP, pretrain.FIRST, pretrain.FINAL) for progress in (0, pretrain.WARMUP, 0.5, 1.0)
    ]
    assert factors[0] < 0.1
    assert factors[1] == pytest.approx(1.0)
    assert factors[1] > factors[2] > factors[3] == pytest.approx(pretrain.FINAL)


def test_augmented_images_keep_shape_and_range_and_follow_the_generator() -> None:
    images = torch.randint(0, 256, (3, 20, 10, 3), dtype=torch.uint8)
    one, other = (pretrain.augment(images, torch.Generator().manual_seed(4)) for _ in range(2))
    assert one.shape == (3, 3, 20, 10)
    assert bool((one.abs() <= 1).all())
    assert torch.equal(one, other)


def test_page_text_loses_lines_but_never_all() -> None:
    lines = [f"第{number}行" for number in range(8)]
    texts = {read_page(random.Random(seed), lines) for seed in range(30)}
    assert len(texts) > 10
    assert all(texts)
    assert read_page(random.Random(0), []) == ""


def test_pool_is_deterministic_and_kept(tmp_path: Path) -> None:
    build_pages(tmp_path / "a", 40, 7, (32, 16), SCENES, 1, draw)
    build_pages(tmp_path / "b", 40, 7, (32, 16), SCENES, 1, draw)
    one, other = load_pages(tmp_path / "a"), load_pages(tmp_path / "b")
    assert one.images.shape == (40, 32, 16, 3)
    assert np.array_equal(one.images, other.images)
    assert one.lines == other.lines
    official = sum(scene == "支付页面" for scene in one.scenes)
    assert 20 <= official < 40
    stamp = (tmp_path / "a" / "images.npy").stat().st_mtime_ns
    build_pages(tmp_path / "a", 40, 7, (32, 16), SCENES, 1, draw)
    assert (tmp_path / "a" / "images.npy").stat().st_mtime_ns == stamp
    build_pages(tmp_path / "a", 40, 8, (32, 16), SCENES, 1, draw)
    assert load_pages(tmp_path / "a").lines != one.lines


def test_tiny_training_end_to_end(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call = ["--out", str(tmp_path), "--tiny", "--pool", "24", "--seed", "5", "--steps", "2"]
    assert pretrain.main(call) == 0
    accuracy = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert set(accuracy) == {"image", "page", "question"}
    model = tmp_path / "model"
    names = {"open_clip_config.json", "open_clip_model.safetensors", "card.json", "tokenizer.json", "tokenizer_config.json"}
    assert names <= {path.name for path in model.iterdir()}
    card = json.loads((model / "card.json").read_text())
    assert card["steps"] == 2
    assert card["made_by"] == " ".join(["python -m retrieval.pretrain", *call])
    assert all(math.isfinite(entry["loss"]) for entry in card["losses"])
    encoder = Encoder(EncoderSettings(model=f"local-dir:{model}"), "cpu")
    assert encoder.parameters == card["parameters"]
    before = encoder.encode_texts(["会漏水吗"])

    # The next call takes up the checkpoint, moments included, and makes the one step that is left.
    assert pretrain.main([*call[:-1], "3"]) == 0
    assert "from step 2" in capsys.readouterr().out
    card = json.loads((model / "card.json").read_text())
    assert [entry["step"] for entry in card["losses"]] == [1, 2, 3]
    assert not np.array_equal(Encoder(EncoderSettings(model=f"local-dir:{model}"), "cpu").encode_texts(["会漏水吗"]), before)

    # A checkpoint of other data is not taken up, and the pool that it was trained on stays.
    assert pretrain.main([*call[:3], "--pool", "32", *call[5:]]) == 2
    assert "--pool 24, now 32; choose another --out" in capsys.readouterr().err
    assert len(load_pages(tmp_path / "pool").scenes) == 24


@pytest.fixture(autouse=True)
def _few_measurements(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pretrain, "MEASURED", 40)
