"""Prompts counted without a model: the processor of Qwen2-VL with its real vocabulary, where no hub can be reached.

The package dashscope (PyPI, Apache-2.0) carries the vocabulary of the Qwen models, `qwen.tiktoken`: 151,643 tokens, whose ranks
are the order of merging. Qwen2-VL's tokenizer is this vocabulary with Qwen2's special tokens after it.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any

from transformers import Qwen2Tokenizer
from transformers.convert_slow_tokenizer import TikTokenConverter

from data.errors import InputError, WeightsError
from data.profile import VlmSettings, resolve_package_path
from vlm.model import LoadedModel, load_processor, set_pixel_bounds
from vlm.pretraining.tokenizer import CHAT_TEMPLATE, build_processor

PACKAGE = "dashscope"
# Qwen2-VL's special tokens in the order of their ids, the first of which is 151,643.
SPECIAL_TOKENS = (
    "<|endoftext|>",
    "<|im_start|>",
    "<|im_end|>",
    "<|object_ref_start|>",
    "<|object_ref_end|>",
    "<|box_start|>",
    "<|box_end|>",
    "<|quad_start|>",
    "<|quad_end|>",
    "<|vision_start|>",
    "<|vision_end|>",
    "<|vision_pad|>",
    "<|image_pad|>",
    "<|video_pad|>",
)


def without_model(settings: VlmSettings) -> LoadedModel:
    """The processor of the profile's VLM, with no model: prompts can be built and counted.

    It is the VLM's own where that is on this machine, else one with the vocabulary of the package dashscope. Raises InputError
    where neither is there.
    """
    try:
        processor = load_processor(resolve_package_path(settings.source), download=False)
    except WeightsError:
        processor = build_processor(qwen_tokenizer())
    set_pixel_bounds(processor.image_processor, settings)
    return LoadedModel(None, processor, settings)


def qwen_tokenizer() -> Any:
    """Qwen2-VL's tokenizer from `qwen.tiktoken`. Raises InputError where the package is not installed."""
    vocab, merges = TikTokenConverter().extract_vocab_merges_from_model(str(vocabulary_file()))
    vocab |= {token: len(vocab) + place for place, token in enumerate(SPECIAL_TOKENS)}
    tokenizer = Qwen2Tokenizer(vocab=vocab, merges=merges, pad_token="<|endoftext|>", eos_token="<|im_end|>")
    tokenizer.add_special_tokens({"additional_special_tokens": list(SPECIAL_TOKENS)})
    tokenizer.chat_template = CHAT_TEMPLATE
    return tokenizer


def vocabulary_file() -> Path:
    """`qwen.tiktoken` of the installed package, which is not imported: that would import its whole client."""
    spec = find_spec(PACKAGE)
    for folder in (spec.submodule_search_locations or []) if spec else []:
        path = Path(folder) / "resources" / "qwen.tiktoken"
        if path.is_file():
            return path
    raise InputError(
        f"Qwen2-VL's tokenizer is not on this machine, and the package {PACKAGE}, which has its vocabulary, is not installed: "
        f"pip install {PACKAGE}"
    )
