"""The embedded model's tokenizer: byte-level BPE as Qwen2's, trained on any texts, saved as a processor folder.

    python -m vlm.pretraining.tokenizer TEXTS OUT      one text per line of TEXTS -> a folder that AutoProcessor loads

The pre-tokenisation rule, the NFC normaliser and the special tokens are Qwen2-VL's, so that the same code serves both.
"""

from __future__ import annotations

import argparse
import itertools
import json
import string
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from tokenizers import Regex, Tokenizer, decoders, normalizers, pre_tokenizers
from tokenizers.models import BPE
from tokenizers.trainers import BpeTrainer
from transformers import Qwen2Tokenizer, Qwen2VLImageProcessor, Qwen2VLProcessor
from transformers.models.qwen2_vl.video_processing_qwen2_vl import Qwen2VLVideoProcessor

from data.cli import OK, check_folder, positive, run_command
from data.errors import InputError

VOCABULARY = 8000
SPECIAL_TOKENS = (
    "<|endoftext|>",
    "<|im_start|>",
    "<|im_end|>",
    "<|vision_start|>",
    "<|vision_end|>",
    "<|vision_pad|>",
    "<|image_pad|>",
    "<|video_pad|>",
)
# Two-letter label codes that always exist, for label sets of more than 52 labels.
CODE_PAIRS = tuple(a + b for a, b in itertools.product("AB", string.ascii_uppercase))[:48]

# Qwen2's rule (Qwen2Tokenizer, Apache-2.0): contractions, letters with one leading mark, single digits, marks, line breaks.
SPLIT = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"

# Qwen2-VL's chat template, for use with `apply_chat_template`; this project's own prompts are built in prompt.py.
CHAT_TEMPLATE = (
    "{% set image_count = namespace(value=0) %}{% set video_count = namespace(value=0) %}"
    "{% for message in messages %}"
    "{% if loop.first and message['role'] != 'system' %}"
    "<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n{% endif %}"
    "<|im_start|>{{ message['role'] }}\n"
    "{% if message['content'] is string %}{{ message['content'] }}<|im_end|>\n"
    "{% else %}{% for content in message['content'] %}"
    "{% if content['type'] == 'image' or 'image' in content or 'image_url' in content %}"
    "{% set image_count.value = image_count.value + 1 %}"
    "{% if add_vision_id %}Picture {{ image_count.value }}: {% endif %}<|vision_start|><|image_pad|><|vision_end|>"
    "{% elif content['type'] == 'video' or 'video' in content %}"
    "{% set video_count.value = video_count.value + 1 %}"
    "{% if add_vision_id %}Video {{ video_count.value }}: {% endif %}<|vision_start|><|video_pad|><|vision_end|>"
    "{% elif 'text' in content %}{{ content['text'] }}{% endif %}"
    "{% endfor %}<|im_end|>\n{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)


def train_tokenizer(texts: Iterable[str], vocabulary: int = VOCABULARY) -> Qwen2Tokenizer:
    """Train on `texts`; at most `vocabulary` tokens, special tokens and the 48 two-letter codes included."""
    tokenizer = Tokenizer(BPE())
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(SPLIT), behavior="isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = BpeTrainer(
        vocab_size=vocabulary - len(SPECIAL_TOKENS) - len(CODE_PAIRS),
        min_frequency=2,
        show_progress=False,
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
    )
    tokenizer.train_from_iterator(texts, trainer)
    vocab, merges = _vocabulary(tokenizer)
    for pair in CODE_PAIRS:
        if pair not in vocab:
            vocab[pair] = len(vocab)
            merges.append((pair[0], pair[1]))
    result: Qwen2Tokenizer = Qwen2Tokenizer(vocab=vocab, merges=merges, pad_token="<|endoftext|>", eos_token="<|im_end|>")
    result.add_special_tokens({"additional_special_tokens": list(SPECIAL_TOKENS)})
    result.chat_template = CHAT_TEMPLATE
    return result


def build_processor(tokenizer: Any) -> Qwen2VLProcessor:
    """Tokenizer, image and video processor as one processor, with Qwen2-VL's own sizes of patches."""
    return Qwen2VLProcessor(
        image_processor=Qwen2VLImageProcessor(),
        tokenizer=tokenizer,
        video_processor=Qwen2VLVideoProcessor(),
        chat_template=CHAT_TEMPLATE,
    )


def save_processor(processor: Qwen2VLProcessor, folder: Path) -> None:
    """Write a folder that `AutoProcessor.from_pretrained` loads (the folder needs config.json beside it to be a model)."""
    folder.mkdir(parents=True, exist_ok=True)
    processor.save_pretrained(str(folder))


def _vocabulary(tokenizer: Tokenizer) -> tuple[dict[str, int], Any]:
    """Vocabulary in order of ids and merges in order of rank."""
    model = json.loads(tokenizer.to_str())["model"]
    vocab = dict(sorted(model["vocab"].items(), key=lambda item: item[1]))
    merges = [tuple(merge) if isinstance(merge, list) else tuple(merge.split(" ")) for merge in model["merges"]]
    return vocab, merges


def main(argv: Sequence[str] | None = None) -> int:
    """Train from a text file and save; status 2 with one message where that is not possible."""
    parser = argparse.ArgumentParser(
        prog="python -m vlm.pretraining.tokenizer", description="Train the embedded model's tokenizer."
    )
    parser.add_argument("texts", type=Path, help="UTF-8 text file, one text per line")
    parser.add_argument("out", type=Path, help="folder to write")
    parser.add_argument("--vocabulary", type=positive, default=VOCABULARY, help="number of tokens (default %(default)s)")
    args = parser.parse_args(argv)

    def body() -> int:
        check_folder(args.out, "OUT")
        try:
            with args.texts.open(encoding="utf-8") as lines:
                tokenizer = train_tokenizer((line.rstrip("\n") for line in lines), args.vocabulary)
        except (OSError, UnicodeDecodeError) as error:
            raise InputError(
                f"{args.texts} cannot be read as UTF-8 text ({error}); give a file with one text per line"
            ) from error
        save_processor(build_processor(tokenizer), args.out)
        print(f"{args.out}: {len(tokenizer)} tokens")
        return OK

    return run_command(body)


if __name__ == "__main__":
    sys.exit(main())
