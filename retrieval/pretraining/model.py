"""The embedded encoder: its architecture, its tokenizer and the folder that open_clip loads (`local-dir:FOLDER`)."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import open_clip
import torch
from safetensors.torch import save as to_safetensors
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors, trainers
from transformers import PreTrainedTokenizerFast

from data.atomic import write_bytes, write_json

PAD, START, END, UNKNOWN = "<|pad|>", "<|start|>", "<|end|>", "<|unknown|>"  # ids 0 to 3
CONTEXT = 96  # tokens, start and end included
VOCABULARY = 6_000
ALPHABET = 4_200  # characters; the rest of the vocabulary are merges
LONGEST_TOKEN = 4  # characters
IMAGE_SIZE = (320, 160)  # height, width: most images are phone screens; others are squashed into the same frame
MEAN = STD = (0.5, 0.5, 0.5)

# Of the parameters, 1.2M are token embeddings, 1.8M text layers, 2.9M vision.
ARCHITECTURE: dict[str, Any] = {
    "embed_dim": 256,
    "vision_cfg": {
        "image_size": list(IMAGE_SIZE),
        "patch_size": 16,
        "width": 192,
        "head_width": 64,
        "layers": 6,
        "mlp_ratio": 4.0,
    },
    "text_cfg": {
        "context_length": CONTEXT,
        "vocab_size": VOCABULARY,
        "hf_tokenizer_name": "tokenizer.json of this folder",  # open_clip takes the folder's own; it must only be set
        "width": 192,
        "heads": 3,
        "layers": 4,
        "pad_id": 0,
        "eos_id": 2,
        "pool_type": "eos",
    },
}
TINY: dict[str, dict[str, Any]] = {
    "vision_cfg": {"image_size": [64, 32], "width": 32, "head_width": 16, "layers": 1},
    "text_cfg": {"width": 32, "heads": 2, "layers": 1, "context_length": 48},
}


def architecture(vocabulary: int, tiny: bool = False) -> dict[str, Any]:
    """open_clip's model configuration for a tokenizer of so many tokens."""
    value = copy.deepcopy(ARCHITECTURE)
    if tiny:
        value["embed_dim"] = 16
        for part, changes in TINY.items():
            value[part] |= changes
    value["text_cfg"]["vocab_size"] = vocabulary
    return value


def build_model(config: Mapping[str, Any], seed: int) -> Any:
    """A model with random weights, the same for the same seed."""
    torch.manual_seed(seed)
    return open_clip.model.CLIP(**copy.deepcopy(dict(config)))


def train_tokenizer(texts: Iterable[str], vocabulary: int = VOCABULARY, alphabet: int = ALPHABET) -> PreTrainedTokenizerFast:
    """Character BPE: NFKC, lower case, every number as 0. Characters outside the alphabet are `<|unknown|>`."""
    tokenizer = Tokenizer(models.BPE(unk_token=UNKNOWN))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFKC(), normalizers.Lowercase(), normalizers.Replace(Regex(r"\d+"), "0")]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Punctuation("isolated")])
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary,
        special_tokens=[PAD, START, END, UNKNOWN],
        limit_alphabet=alphabet,
        max_token_length=LONGEST_TOKEN,
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    tokenizer.post_processor = processors.TemplateProcessing(single=f"{START} $A {END}", special_tokens=[(START, 1), (END, 2)])
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        pad_token=PAD,
        bos_token=START,
        eos_token=END,
        unk_token=UNKNOWN,
        padding_side="right",
        # A text that spells a special token must not end the sequence before its end.
        split_special_tokens=True,
    )


def save_model(
    folder: Path, model: Any, config: Mapping[str, Any], tokenizer: PreTrainedTokenizerFast, card: Mapping[str, Any]
) -> None:
    """Write what `open_clip.create_model_and_transforms("local-dir:FOLDER")` needs, weights as fp16, and card.json last."""
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save_pretrained(folder)
    preprocess = {
        "size": config["vision_cfg"]["image_size"],
        "mean": MEAN,
        "std": STD,
        "interpolation": "bicubic",
        "resize_mode": "squash",
    }
    write_json(folder / "open_clip_config.json", {"model_cfg": config, "preprocess_cfg": preprocess})
    state = {name: tensor.detach().half().cpu().contiguous() for name, tensor in model.state_dict().items()}
    write_bytes(folder / "open_clip_model.safetensors", to_safetensors(state, {"format": "pt"}))
    write_json(folder / "card.json", dict(card))
