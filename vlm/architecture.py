"""Architectures: Qwen2-VL configurations as JSON files, from which models are built and parameters counted without weights."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch
from torch import nn
from transformers import Qwen2VLConfig, Qwen2VLForConditionalGeneration

from data.errors import ProfileError

ARCHITECTURE_FOLDER = Path(__file__).parent / "architectures"

# Tokens whose ids the configuration must carry, by the configuration's field.
TOKEN_FIELDS = {
    "image_token_id": "<|image_pad|>",
    "video_token_id": "<|video_pad|>",
    "vision_start_token_id": "<|vision_start|>",
    "vision_end_token_id": "<|vision_end|>",
}


def architecture_names() -> tuple[str, ...]:
    """Names of the architectures that the project ships."""
    return tuple(sorted(path.stem for path in ARCHITECTURE_FOLDER.glob("*.json")))


def load_architecture(name: str, tokenizer: Any = None) -> Qwen2VLConfig:
    """Read `vlm/architectures/NAME.json`; with a tokenizer, the ids of the vision tokens are taken from it.

    Raises ProfileError where the architecture is unknown or its vocabulary is smaller than the tokenizer's.
    """
    if name not in architecture_names():
        known = ", ".join(architecture_names())
        raise ProfileError(f"unknown architecture {name!r}; expected one of {known} (vlm.architecture in the profile)")
    value = json.loads((ARCHITECTURE_FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    if tokenizer is not None:
        fit_tokens(value, tokenizer)
    return Qwen2VLConfig(**value)


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


def build_model(config: Qwen2VLConfig, seed: int) -> Qwen2VLForConditionalGeneration:
    """A model with random weights, the same for the same seed; the caller's random state is left as it was."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        config._attn_implementation = "sdpa"
        return Qwen2VLForConditionalGeneration(config)


def build_empty(config: Qwen2VLConfig) -> Qwen2VLForConditionalGeneration:
    """A model on the meta device: shapes without memory."""
    with torch.device("meta"):
        return Qwen2VLForConditionalGeneration(config)


def count_parameters(model: nn.Module) -> int:
    """Parameters of a model, tied ones once."""
    return sum(parameter.numel() for parameter in model.parameters())
