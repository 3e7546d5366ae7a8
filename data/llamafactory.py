"""What LLaMA-Factory reads: rows in its alpaca format with images, `dataset_info.json`, and settings for `llamafactory-cli`.

Its data/README.md (https://github.com/hiyouga/LLaMA-Factory) documents the format; this was held against version 0.9.5. That one
stops where the numbers of `<image>` marks and images of a row differ, and cuts a row's end at `cutoff_len`, also inside an image.
Rows keep the organiser's column names, so `data.reader` reads them too.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from data.dialogue import scene_instruction, to_instruction
from data.labels import LabelSet
from data.profile import Profile
from data.schema import IMAGE_MARK, Sample, Task

Method = Literal["full", "lora"]

COLUMNS = {"prompt": "instruction", "query": "input", "response": "output", "images": "image"}
TEMPLATE = "qwen2_vl"
NO_IMAGE = "[图]"  # a mark whose image is not there, as in this project's own prompts
# LLaMA-Factory's marks of other media, which it would miss the files of, and what Qwen2's tokenizer takes for special tokens.
FOREIGN = {"<video>": "[视频]", "<audio>": "[语音]", "<|": "< |"}

EXEMPLARS = "相似的已标注例子："
ADVICE = "以上仅供参考，答案可以是任何一个标签。"

FULL_LEARNING_RATE = 1e-5  # LoRA's is the profile's; all weights together take about a tenth of it
CONTEXT = 32_768  # tokens, max_position_embeddings of Qwen2-VL
SMALLEST_CUTOFF = 2_048  # tokens
PIXELS_PER_TOKEN = 28 * 28  # Qwen2-VL: 14 x 14 patches, 2 x 2 of them merged
ROUNDING = 1.1  # sides are rounded to multiples of 28 pixels after the area was bounded, which can add tokens
TEMPLATE_TOKENS = 64  # system prompt and turn marks of the template
NEW_TOKENS = 32  # more than any label has; the challenge allows 100


@dataclass(frozen=True)
class Place:
    """Where the files of one data set lie: `folder` holds dataset_info.json, `images` is what image names are relative to."""

    folder: Path
    images: Path


def make_row(sample: Sample, images: Sequence[str | None], labels: LabelSet) -> dict[str, Any]:
    """One row. `images` are the files of the sample's images in their order, None for those that cannot be used.

    The text is the organiser's instruction, in whose words a dialogue of another format is put. A row without one is a scene
    without a prompt and gets the organiser's words for scenes. Unlabelled samples have an empty `output`.
    """
    parts = [sample.row.get("instruction"), sample.row.get("input")]
    text = "\n".join(part for part in parts if isinstance(part, str) and part)
    if not sample.row and sample.task is Task.DIALOGUE:
        text = to_instruction(_on_one_line(sample), labels.names(Task.DIALOGUE))
    text, files = pair_marks(plain(text if text.strip() else scene_instruction(labels.names(Task.SCENE))), images)
    return {"id": sample.id, "instruction": text, "input": "", "output": sample.label or "", "image": files}


def _on_one_line(sample: Sample) -> Sample:
    """The sample with each turn on one line, as the organiser's format has it."""
    return replace(sample, turns=tuple(replace(turn, text=" ".join(turn.text.splitlines())) for turn in sample.turns))


def pair_marks(text: str, images: Sequence[str | None]) -> tuple[str, list[str]]:
    """The text with exactly one mark per usable image, and these images in the order of the marks.

    Marks and images pair off in order. A mark without a usable image becomes `[图]`. Images without a mark get one: in front
    where the text has none at all, as in the organiser's scenes, else behind it, so that every mark keeps its image.
    """
    first, *pieces = text.split(IMAGE_MARK)
    marked = [*images[: len(pieces)], *[None] * (len(pieces) - len(images))]
    text = first + "".join(
        (NO_IMAGE if image is None else IMAGE_MARK) + piece for image, piece in zip(marked, pieces, strict=True)
    )
    unmarked = [image for image in images[len(pieces) :] if image is not None]
    if unmarked and not pieces:
        text = IMAGE_MARK * len(unmarked) + "\n" + text
    elif unmarked:
        text = text.rstrip("\n") + "\n" + IMAGE_MARK * len(unmarked)
    return text, [image for image in (*marked, *unmarked) if image is not None]


def add_exemplars(row: dict[str, Any], exemplars: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """The row with (text, label) exemplars behind its instruction, best first, as the project's own second call shows them."""
    if not exemplars:
        return row
    lines = [f"{plain(text).replace(IMAGE_MARK, NO_IMAGE)} => {label}" for text, label in exemplars]
    return row | {"instruction": "\n".join([row["instruction"].rstrip("\n"), EXEMPLARS, *lines, ADVICE])}


def plain(text: str) -> str:
    """The text without what LLaMA-Factory or the tokenizer would read as marks, image marks aside."""
    for mark, replacement in FOREIGN.items():
        text = text.replace(mark, replacement)
    return text


def token_bound(row: Mapping[str, Any], profile: Profile) -> int:
    """Tokens that a row has at most: Qwen2's vocabulary has fewer tokens than characters for Chinese, digits have one each."""
    image = math.ceil(profile.vlm.max_pixels / PIXELS_PER_TOKEN * ROUNDING)
    return len(row["instruction"]) + len(row["output"]) + image * len(row["image"]) + TEMPLATE_TOKENS


def cutoff(rows: Sequence[Mapping[str, Any]], profile: Profile) -> int:
    """A `cutoff_len` that cuts no row, within the model's context."""
    longest = max(token_bound(row, profile) for row in rows)
    return min(max(math.ceil(longest / 256) * 256, SMALLEST_CUTOFF), CONTEXT)


def dataset_info(names: Sequence[str]) -> dict[str, Any]:
    """The content of dataset_info.json for data sets that lie beside it as NAME.json."""
    return {name: {"file_name": f"{name}.json", "formatting": "alpaca", "columns": COLUMNS} for name in names}


def train_settings(
    names: Sequence[str], rows: Sequence[Mapping[str, Any]], place: Place, profile: Profile, method: Method, output: Path
) -> dict[str, Any]:
    """Arguments of `llamafactory-cli train`. `rows` are those of all data sets in `names`, `output` takes the model."""
    lora = profile.lora
    steps = math.ceil(lora.epochs * len(rows) / lora.batch_size)
    adapter = {"lora_rank": lora.rank, "lora_alpha": lora.alpha, "lora_dropout": lora.dropout, "lora_target": "all"}
    return {
        "model_name_or_path": profile.vlm.source,
        **_input(rows, place, profile),
        "do_train": True,
        "dataset": ",".join(names),
        "finetuning_type": method,
        **(adapter if method == "lora" else {}),
        "freeze_vision_tower": True,
        "freeze_multi_modal_projector": True,
        "output_dir": str(output),
        "logging_steps": 10,
        "save_strategy": "epoch",
        "save_total_limit": 1,
        "report_to": "none",
        "per_device_train_batch_size": 1,
        "gradient_accumulation_steps": lora.batch_size,
        "learning_rate": lora.learning_rate if method == "lora" else FULL_LEARNING_RATE,
        "num_train_epochs": lora.epochs,
        "lr_scheduler_type": "cosine",
        # In steps, because newer versions of Transformers have no warmup_ratio.
        "warmup_steps": math.ceil(lora.warmup * steps),
        "bf16": True,
        "seed": profile.seed,
    }


def predict_settings(
    name: str, rows: Sequence[Mapping[str, Any]], place: Place, profile: Profile, method: Method, trained: Path
) -> dict[str, Any]:
    """Arguments of `llamafactory-cli train` that predict a data set with what was trained into `trained`."""
    base = profile.vlm.source if method == "lora" else str(trained)
    return {
        "model_name_or_path": base,
        **({"adapter_name_or_path": str(trained)} if method == "lora" else {}),
        **_input(rows, place, profile),
        "do_predict": True,
        "predict_with_generate": True,
        "eval_dataset": name,
        "finetuning_type": method,
        "output_dir": str(trained / "predictions"),
        "report_to": "none",
        "per_device_eval_batch_size": 1,
        "max_new_tokens": NEW_TOKENS,
        "do_sample": False,
        "bf16": True,
        "seed": profile.seed,
    }


def to_yaml(settings: Mapping[str, Any], comments: Sequence[str]) -> str:
    """Flat settings as YAML, comments first. Values are written as JSON, which YAML includes."""
    lines = [f"# {line}" for line in comments]
    for key, value in settings.items():
        text = json.dumps(value, ensure_ascii=False)
        # YAML 1.1, which PyYAML reads, takes a number with an exponent but no point for a string.
        lines.append(f"{key}: {text.replace('e', '.0e') if isinstance(value, float) and '.' not in text else text}")
    return "\n".join(lines) + "\n"


def _input(rows: Sequence[Mapping[str, Any]], place: Place, profile: Profile) -> dict[str, Any]:
    """What training and prediction must have the same: template and image size; and where the data are."""
    return {
        "stage": "sft",
        "template": TEMPLATE,
        "image_min_pixels": profile.vlm.min_pixels,
        "image_max_pixels": profile.vlm.max_pixels,
        "cutoff_len": cutoff(rows, profile),
        "dataset_dir": str(place.folder),
        "media_dir": str(place.images),
    }
