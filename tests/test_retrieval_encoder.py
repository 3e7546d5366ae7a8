"""The open_clip encoder on a tiny model that is made, saved and loaded here; vectors of cases and labels."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import open_clip
import pytest
import torch
from retrieval_fakes import LABELS, OneHotEncoder, dialogue, page, scene

from data.errors import WeightsError
from data.profile import EncoderSettings
from data.schema import Task
from retrieval.encoder import Encoder, encode_up_to, model_reference, read_lengths, unit
from retrieval.pretraining.model import architecture, build_model, save_model, train_tokenizer
from retrieval.vectors import CaseVectors, encode_cases, encode_labels

TEXTS = ["这个杯子漏水吗", "支付成功 实付款 12.50 元", "颜色分类: 红色; 尺码: XL"] * 20


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("encoder")
    tokenizer = train_tokenizer(TEXTS, vocabulary=200, alphabet=100)
    config = architecture(len(tokenizer), tiny=True)
    save_model(path, build_model(config, seed=1), config, tokenizer, {"name": "tiny"})
    return path


@pytest.fixture(scope="module")
def encoder(folder: Path) -> Encoder:
    return Encoder(EncoderSettings(model=f"local-dir:{folder}", batch_size=2), device="cpu")


def images() -> list[np.ndarray]:
    generator = np.random.default_rng(0)
    return [generator.integers(0, 256, shape, dtype=np.uint8) for shape in ((64, 32, 3), (100, 40, 3), (30, 90, 3))]


def test_vectors_are_unit_and_do_not_depend_on_the_batch(encoder: Encoder) -> None:
    vectors = encoder.encode_images(images())
    assert vectors.shape == (3, 16)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(3), abs=1e-5)
    assert encoder.encode_images(images()[2:])[0] == pytest.approx(vectors[2], abs=1e-5)
    texts = encoder.encode_texts(TEXTS[:3])
    assert encoder.encode_texts(TEXTS[1:2])[0] == pytest.approx(texts[1], abs=1e-5)
    assert encoder.encode_images([]).shape == (0, 16)
    assert encoder.encode_texts([]).shape == (0, 16)


def test_threads_that_share_an_encoder_get_the_vectors_of_one(encoder: Encoder) -> None:
    texts = [[f"第{number}个", "这个会漏水吗" * (1 + number % 7)] for number in range(60)]
    alone = [encoder.encode_texts(pair) for pair in texts]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(encoder.encode_texts, texts))
    np.testing.assert_allclose(together, alone, atol=1e-6)


def test_vectors_are_those_of_open_clip_itself(encoder: Encoder, folder: Path) -> None:
    model, _, preprocess = open_clip.create_model_and_transforms(f"local-dir:{folder}")
    tokenizer = open_clip.get_tokenizer(f"local-dir:{folder}")
    from PIL import Image

    with torch.inference_mode():
        plain = model.eval().encode_text(tokenizer(TEXTS[:2]), normalize=True).numpy()
        seen = model.encode_image(preprocess(Image.fromarray(images()[0]))[None], normalize=True).numpy()
    assert encoder.encode_texts(TEXTS[:2]) == pytest.approx(plain, abs=1e-5)
    assert encoder.encode_images(images()[:1]) == pytest.approx(seen, abs=1e-5)


@pytest.mark.parametrize("text", [{"pool_type": "argmax"}, {"pool_type": "eos", "eos_id": 9}, {"pool_type": "last"}])
def test_padding_is_left_out_only_where_it_counts_for_nothing(text: dict[str, Any]) -> None:
    torch.manual_seed(0)
    tower = {"context_length": 12, "vocab_size": 10, "width": 16, "heads": 2, "layers": 2, **text}
    model = open_clip.CLIP(8, {"image_size": 16, "patch_size": 8, "width": 16, "head_width": 8, "layers": 1}, tower).eval()
    tokens = torch.zeros(2, 12, dtype=torch.long)
    tokens[0, :5], tokens[1, :3] = torch.tensor([1, 2, 3, 4, 9]), torch.tensor([1, 5, 9])
    lengths = read_lengths(model, tokens)
    assert lengths.tolist() == ([12, 12] if text["pool_type"] == "last" else [5, 3])
    with torch.inference_mode():
        found, plain = encode_up_to(model, tokens, lengths), model.encode_text(tokens)
    assert found.numpy() == pytest.approx(plain.numpy(), abs=1e-6)


def test_saving_rounds_weights_to_half_precision_only(encoder: Encoder) -> None:
    tokenizer = train_tokenizer(TEXTS, vocabulary=200, alphabet=100)
    model = build_model(architecture(len(tokenizer), tiny=True), seed=1).half().float().eval()
    with torch.inference_mode():
        ids = tokenizer(TEXTS[:2], max_length=48, padding="max_length", truncation=True, return_tensors="pt")["input_ids"]
        plain = model.encode_text(ids, normalize=True).numpy()
    assert encoder.encode_texts(TEXTS[:2]) == pytest.approx(plain, abs=1e-5)


def test_long_texts_are_the_mean_of_their_windows(encoder: Encoder) -> None:
    text = "这个杯子漏水吗\n" * 30
    windows = encoder.windows(text)
    assert len(windows) > 1
    assert "".join(windows).replace("\n", "") == text.replace("\n", "")
    parts = encoder.encode_texts(windows)
    assert encoder.encode_texts([text])[0] == pytest.approx(unit(parts.mean(axis=0, keepdims=True))[0], abs=1e-5)


def test_a_long_line_is_cut_and_an_endless_text_bounded(encoder: Encoder) -> None:
    line = "甲乙丙丁戊己庚" * 40
    assert "".join(encoder.windows(line)).replace("\n", "") == line
    assert len(encoder.windows("漏水 " * 100_000)) == 16
    assert encoder.windows(" \n ") == []
    assert encoder.encode_texts(["", " \n"]).tolist() == [[0.0] * 16] * 2


def test_special_tokens_in_a_text_are_text(encoder: Encoder) -> None:
    cut, whole = encoder.encode_texts(["漏水", "漏水<|end|>支付成功"])
    assert not np.allclose(cut, whole)


def test_parameters_and_fingerprint(encoder: Encoder, folder: Path, tmp_path: Path) -> None:
    settings = encoder.settings
    model, _, _ = open_clip.create_model_and_transforms(f"local-dir:{folder}")
    assert encoder.parameters == sum(weight.numel() for weight in model.parameters())
    assert Encoder(settings, "cpu").fingerprint == encoder.fingerprint
    rounded = Encoder(settings, "cpu")
    rounded._model.bfloat16()  # As a GPU has it.
    assert rounded._fingerprint() == encoder.fingerprint
    tokenizer = train_tokenizer(TEXTS, vocabulary=200, alphabet=100)
    config = architecture(len(tokenizer), tiny=True)
    save_model(tmp_path, build_model(config, seed=2), config, tokenizer, {})
    other = Encoder(EncoderSettings(model=f"local-dir:{tmp_path}"), "cpu")
    assert other.fingerprint != encoder.fingerprint


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (EncoderSettings(model="local-dir:/nowhere"), "has no open_clip_config.json"),
        (EncoderSettings(model="package:retrieval/weights/none"), "has no open_clip_config.json"),
        (EncoderSettings(model="ViT-B-32"), "its weights would be random"),
        (EncoderSettings(model="ViT-Z-99", pretrained="x"), "is no open_clip model"),
        (EncoderSettings(model="ViT-B-32", pretrained="/nowhere/weights.pt"), "cannot be loaded"),
    ],
)
def test_missing_weights_are_an_error(settings: EncoderSettings, message: str) -> None:
    with pytest.raises(WeightsError, match=message):
        Encoder(settings, "cpu")


def test_weights_that_are_absent_or_do_not_fit_are_an_error(folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    settings = EncoderSettings(model=f"local-dir:{copy}")
    content = (copy / "open_clip_model.safetensors").read_bytes()
    (copy / "open_clip_model.safetensors").write_bytes(content[:-100])
    with pytest.raises(WeightsError, match="cannot be loaded"):
        Encoder(settings, "cpu")
    config = (copy / "open_clip_config.json").read_text()
    (copy / "open_clip_model.safetensors").write_bytes(content)
    (copy / "open_clip_config.json").write_text(config.replace('"embed_dim": 16', '"embed_dim": 24'))
    with pytest.raises(WeightsError, match="cannot be loaded"):
        Encoder(settings, "cpu")
    (copy / "open_clip_model.safetensors").unlink()
    with pytest.raises(WeightsError, match="has no weights"):
        Encoder(settings, "cpu")


def test_a_named_model_keeps_its_tag() -> None:
    assert model_reference(EncoderSettings("ViT-B-16-SigLIP2-384", "webli")) == ("ViT-B-16-SigLIP2-384", "webli")
    assert model_reference(EncoderSettings("hf-hub:org/name", "ignored")) == ("hf-hub:org/name", None)


def test_case_vectors_are_means_over_pages_and_zero_without_them() -> None:
    two = [page("漏水", "a", shade=10), page("", "b", shade=200)]
    made = encode_cases(OneHotEncoder(), [dialogue("x", ["材质 退款", "漏水"], None, two), scene("y", "", None)])
    assert made.image == pytest.approx(np.array([[0.5**0.5, 0, 0, 0.5**0.5], [0, 0, 0, 0]]), abs=1e-6)
    assert made.text == pytest.approx(np.array([[0, 0.5**0.5, 0, 0.5**0.5], [0, 0, 0, 0]]), abs=1e-6)
    assert len(made.take([1])) == 1
    assert isinstance(made, CaseVectors)


def test_label_vectors_are_between_description_and_knowledge() -> None:
    plain = encode_labels(OneHotEncoder(), LABELS)[Task.SCENE].dense
    assert plain == pytest.approx(np.eye(4), abs=1e-6)
    pairs = {Task.SCENE: [(LABELS.names(Task.SCENE)[0], "材质"), ("unknown", "退款")]}
    taught = encode_labels(OneHotEncoder(), LABELS, pairs)[Task.SCENE].dense
    assert taught[0] == pytest.approx([0.5**0.5, 0.5**0.5, 0, 0], abs=1e-6)
    assert taught[1:] == pytest.approx(plain[1:], abs=1e-6)
