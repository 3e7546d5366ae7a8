"""The encoder of the profile `cpu-hub`, as a tiny folder of open_clip's same classes: a SigLIP2 with random weights."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import open_clip
import pytest
import torch
from safetensors.torch import save_file
from timm.models import VisionTransformer, register_model
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import PreTrainedTokenizerFast

from data.errors import WeightsError
from data.profile import EncoderSettings, load_profile
from retrieval.encoder import Encoder
from vlm.parameters import encoder_parameters

TEXTS = ["杯子漏水吗", "支付成功 实付款", "the lid leaks"]


@register_model
def vit_tiny_patch16_siglip_made_up(num_classes: int, global_pool: str, **_: Any) -> VisionTransformer:
    """timm's class of SigLIP's vision towers, with one narrow layer; open_clip builds towers of timm by their names."""
    size = {"patch_size": 16, "embed_dim": 16, "depth": 1, "num_heads": 2, "mlp_ratio": 2.0}
    return VisionTransformer(32, num_classes=num_classes, global_pool=global_pool, class_token=False, **size)


def tiny_config(folder: Path) -> dict[str, Any]:
    """The profile's own configuration in open_clip, with one narrow layer a tower and a tokenizer in the folder."""
    config: dict[str, Any] = open_clip.get_model_config(load_profile("cpu-hub").encoder.model)
    for name in ("model_type", "hf_hub_id"):
        config.pop(name, None)
    config["embed_dim"] = 16
    config["vision_cfg"] |= {"image_size": 32, "timm_model_name": "vit_tiny_patch16_siglip_made_up"}
    config["text_cfg"] |= {"vocab_size": 64, "width": 16, "heads": 2, "layers": 1, "hf_tokenizer_name": str(folder)}
    return config


def save_tiny(folder: Path, seed: int = 0) -> None:
    folder.mkdir(exist_ok=True)
    names = ["<pad>", "<eos>", "<bos>", "<unk>", *sorted(set("".join(TEXTS)))]
    plain = Tokenizer(models.WordLevel({name: number for number, name in enumerate(names)}, unk_token="<unk>"))
    plain.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    PreTrainedTokenizerFast(
        tokenizer_object=plain, pad_token="<pad>", eos_token="<eos>", bos_token="<bos>", unk_token="<unk>"
    ).save_pretrained(folder)
    config = tiny_config(folder)
    torch.manual_seed(seed)
    model = open_clip.CustomTextCLIP(**{name: value for name, value in config.items() if name != "custom_text"})
    save_file({name: value.contiguous() for name, value in model.state_dict().items()}, folder / "open_clip_model.safetensors")
    preprocessing = {"mean": [0.5] * 3, "std": [0.5] * 3, "interpolation": "bicubic", "resize_mode": "squash"}
    (folder / "open_clip_config.json").write_text(json.dumps({"model_cfg": config, "preprocess_cfg": preprocessing}))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("siglip2")
    save_tiny(path)
    return path


def test_a_siglip2_folder_loads_and_encodes(folder: Path) -> None:
    settings = EncoderSettings(model=f"local-dir:{folder}", batch_size=2)
    encoder = Encoder(settings, device="cpu")
    texts = encoder.encode_texts(TEXTS)
    images = encoder.encode_images([np.full((40, 30, 3), shade, np.uint8) for shade in (0, 128, 255)])
    for vectors in (texts, images):
        assert vectors.shape == (3, 16)
        assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(3), abs=1e-5)
        assert len({tuple(row) for row in vectors.round(4).tolist()}) == 3
    assert encoder.encode_texts(TEXTS[1:2])[0] == pytest.approx(texts[1], abs=1e-5)
    assert encoder.encode_texts([""]).tolist() == [[0.0] * 16]
    assert encoder.encode_images([]).shape == (0, 16)
    assert len(encoder.windows("漏" * 200)) > 1
    assert encoder.parameters == encoder_parameters(settings)


def test_its_weights_are_read_and_must_fit(folder: Path, tmp_path: Path) -> None:
    settings = EncoderSettings(model=f"local-dir:{folder}")
    save_tiny(tmp_path / "other", seed=1)
    other = Encoder(EncoderSettings(model=f"local-dir:{tmp_path / 'other'}"), device="cpu")
    assert other.fingerprint != Encoder(settings, device="cpu").fingerprint
    path = tmp_path / "other" / "open_clip_model.safetensors"
    path.write_bytes(path.read_bytes()[:-50])
    with pytest.raises(WeightsError, match="cannot be loaded"):
        Encoder(EncoderSettings(model=f"local-dir:{tmp_path / 'other'}"), device="cpu")


def test_the_profile_names_models_that_open_clip_has() -> None:
    profile = load_profile("cpu-hub")
    assert profile.encoder.pretrained in open_clip.list_pretrained_tags_by_model(profile.encoder.model)
    assert (profile.vlm.model, profile.calls.policy) == (None, "retrieval")
    assert 350e6 < encoder_parameters(profile.encoder) < 400e6
