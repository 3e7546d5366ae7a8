"""Architectures: Qwen-VL configurations as JSON files, from which models are built and parameters counted without weights.

Prompts and forward pass serve Qwen2-VL and Qwen2.5-VL: patches of 14 pixels, 2 x 2 patches a token, and image features that
replace token embeddings. Qwen2.5-VL's vision tower has windowed attention; its positions of still images are the same. Qwen3-VL
is not supported: it has patches of 16 pixels and adds further image features to the outputs of its first decoder layers.
"""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import torch
from torch import nn
from transformers import AutoConfig, AutoModelForImageTextToText

from data.errors import ProfileError
from data.profile import VlmSettings, resolve_package_path

ARCHITECTURE_FOLDER = Path(__file__).parent / "architectures"
MODEL_TYPES = ("qwen2_vl", "qwen2_5_vl")
# Patch size in pixels, patches per side of a token, frames per patch. Prompts count image tokens by them.
PATCH_SIZES = (14, 2, 2)

# The configuration's fields of token ids, and the tokens.
TOKEN_FIELDS = {
    "image_token_id": "<|image_pad|>",
    "video_token_id": "<|video_pad|>",
    "vision_start_token_id": "<|vision_start|>",
    "vision_end_token_id": "<|vision_end|>",
}


def architecture_names() -> tuple[str, ...]:
    """Names of the architectures that the project ships."""
    return tuple(sorted(path.stem for path in ARCHITECTURE_FOLDER.glob("*.json")))


def load_architecture(name: str, tokenizer: Any = None) -> Any:
    """Read `vlm/architectures/NAME.json`, or a model's own configuration: the path of its `config.json` or its folder.

    With a tokenizer, the ids of the vision tokens are taken from it. Raises ProfileError where the architecture is unknown or not
    supported, or its vocabulary is smaller than the tokenizer's.
    """
    if name in architecture_names():
        path = ARCHITECTURE_FOLDER / f"{name}.json"
    else:
        path = Path(name) / "config.json" if Path(name).is_dir() else Path(name)
        if not path.is_file():
            raise ProfileError(
                f"unknown architecture {name!r}; expected one of {', '.join(architecture_names())}, or the path of a model's "
                "config.json (vlm.architecture in the profile)"
            )
    try:
        value: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise ProfileError(f"architecture {path} is not valid JSON: {error}") from error
    config = _parse(value, str(path))
    if tokenizer is None:
        return config
    nested = value if "text_config" in value else config.to_dict()  # configurations on the hub may be flat
    fit_tokens(nested, tokenizer)
    return _parse(nested, str(path))


def local_folder(reference: str) -> Path | None:
    """The folder that `vlm.model` names; None for a hub name."""
    path = Path(resolve_package_path(reference))
    return path if path.is_absolute() or reference.startswith(".") or path.is_dir() else None


def profile_architecture(settings: VlmSettings, tokenizer: Any = None) -> tuple[str, Any]:
    """Name and configuration of the profile's VLM: the model folder's own configuration if it has one, else `architecture`.

    Nothing is downloaded: a hub model is assumed to be what `architecture` says, and `load_model` checks that.
    """
    folder = local_folder(settings.source)
    own = folder is not None and not settings.source.startswith("package:") and (folder / "config.json").is_file()
    name = str(folder) if own else settings.architecture
    return name, load_architecture(name, tokenizer)


def check_supported(config: Any, source: str) -> None:
    """Raises ProfileError where prompts or forward pass do not support this configuration."""
    _check_type(getattr(config, "model_type", None), source)
    vision = config.vision_config
    found = (vision.patch_size, vision.spatial_merge_size, vision.temporal_patch_size)
    if found != PATCH_SIZES:
        raise ProfileError(
            f"{source} has patch, merge and frame sizes {found}, expected {PATCH_SIZES}: prompts count tokens by them"
        )
    if "sliding_attention" in config.text_config.layer_types:
        raise ProfileError(f"{source} has sliding-window layers, expected full attention: calls would lose the shared labels")


def check_counted(settings: VlmSettings, model: nn.Module) -> None:
    """Raises ProfileError where a loaded model has another number of parameters than the budget counts."""
    name, config = profile_architecture(settings)
    counted, found = count_parameters(build_empty(config)), count_parameters(model)
    if counted != found:
        raise ProfileError(
            f"{settings.model} has {found:,} parameters and architecture {name!r} {counted:,}: the budget would count another "
            "model; set vlm.architecture to the model's own, or to the path of its config.json"
        )


def fit_tokens(value: dict[str, Any], tokenizer: Any) -> None:
    """Write the tokenizer's ids into a configuration's JSON form."""
    text = value["text_config"]
    if len(tokenizer) > text["vocab_size"]:
        raise ProfileError(
            f"the tokenizer has {len(tokenizer)} tokens and the architecture {text['vocab_size']}; "
            "train a smaller tokenizer or raise vocab_size"
        )
    for field, token in TOKEN_FIELDS.items():
        value[field] = tokenizer.convert_tokens_to_ids(token)
    text["bos_token_id"] = tokenizer.convert_tokens_to_ids("<|endoftext|>")
    text["eos_token_id"] = tokenizer.convert_tokens_to_ids("<|im_end|>")


def build_model(config: Any, seed: int, device: torch.device | str = "cpu", dtype: torch.dtype = torch.float32) -> Any:
    """A model with random weights, the same for the same seed, device and type. The caller's random state does not change.

    Weights are created on `device` in `dtype`, so a 7B model in bfloat16 needs 17 GB there and nothing elsewhere. Rotary
    frequencies stay float32, as in a loaded model.
    """
    device = torch.device(device)
    with torch.random.fork_rng(devices=[device.index or 0] if device.type == "cuda" else []), device:
        torch.manual_seed(seed)
        return AutoModelForImageTextToText.from_config(config, dtype=dtype, attn_implementation="sdpa")


def build_empty(config: Any) -> Any:
    """A model on the meta device: shapes without memory."""
    with torch.device("meta"):
        return AutoModelForImageTextToText.from_config(config)


def count_parameters(model: nn.Module) -> int:
    """Number of parameters; tied ones count once."""
    return sum(parameter.numel() for parameter in model.parameters())


def _parse(value: dict[str, Any], source: str) -> Any:
    """A configuration from its JSON form; without `model_type` it is Qwen2-VL's."""
    fields = copy.deepcopy(value)  # configurations change the objects that they are made from
    kind = fields.pop("model_type", MODEL_TYPES[0])
    _check_type(kind, source)
    try:
        config = AutoConfig.for_model(kind, **fields)
    except Exception as error:  # transformers raise errors of their own kinds
        raise ProfileError(f"{source} is no configuration of a model: {error}") from error
    check_supported(config, source)
    return config


def _check_type(kind: str | None, source: str) -> None:
    if kind not in MODEL_TYPES:
        raise ProfileError(
            f"{source} is of model type {kind!r}, expected one of {', '.join(MODEL_TYPES)}; other models cut images into other "
            "patches or feed them into several layers, which prompts and forward pass are not made for"
        )
