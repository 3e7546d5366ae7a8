"""Loading a Qwen2-VL model with its processor, and preparing images for it.

    loaded = load_model(profile.vlm)

Missing weights, missing keys and keys that the model does not know are errors: a model never answers from random weights,
unless a test asks for them with `random_weights=True`.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from transformers import AutoProcessor, Qwen2VLForConditionalGeneration
from transformers.models.qwen2_vl.image_processing_qwen2_vl import smart_resize

from data.errors import WeightsError
from data.profile import VlmSettings, resolve_package_path
from vlm.architecture import build_model, load_architecture

Grid = tuple[int, int, int]
WEIGHT_FILES = ("model.safetensors", "model.safetensors.index.json")


@dataclass(frozen=True)
class LoadedModel:
    """`model` is a Qwen2VLForConditionalGeneration or a PEFT model around one."""

    model: Any
    processor: Any
    settings: VlmSettings

    @property
    def tokenizer(self) -> Any:
        return self.processor.tokenizer

    @property
    def device(self) -> torch.device:
        return next(self.model.parameters()).device  # type: ignore[no-any-return]


def load_model(
    settings: VlmSettings,
    *,
    device: str | None = None,
    random_weights: bool = False,
    seed: int = 0,
    processor: Any = None,
) -> LoadedModel:
    """Load from `settings.model`: `package:FOLDER`, a folder, or a hub name.

    With `random_weights` the model is built from `settings.architecture` instead, and only the processor is loaded (or the
    given one used). The device is the first GPU where there is one. Raises WeightsError.
    """
    source = resolve_package_path(settings.model)
    processor = processor or load_processor(source)
    set_pixel_bounds(processor.image_processor, settings)
    dtype = {"float32": torch.float32, "bfloat16": torch.bfloat16}[settings.dtype]
    if random_weights:
        model: Any = build_model(load_architecture(settings.architecture, processor.tokenizer), seed)
        model = model.to(dtype)
    else:
        model = _load_weights(source, dtype)
    model.requires_grad_(False)
    target = torch.device(device or ("cuda" if torch.cuda.is_available() else "cpu"))
    return LoadedModel(model.to(target).eval(), processor, settings)


def load_processor(source: str) -> Any:
    """The processor of a folder or hub name. Raises WeightsError."""
    try:
        return AutoProcessor.from_pretrained(source)
    except (OSError, ValueError) as error:
        raise WeightsError(
            f"no Qwen2-VL processor at {source!r}: expected a folder with tokenizer.json and preprocessor settings, or a hub "
            f"name that can be reached ({_first_line(error)})"
        ) from error


def set_pixel_bounds(image_processor: Any, settings: VlmSettings) -> None:
    """Set the size itself; `min_pixels` and `max_pixels` as arguments of `from_pretrained` can be silently ignored."""
    image_processor.size = {"shortest_edge": settings.min_pixels, "longest_edge": settings.max_pixels}


def image_grid(height: int, width: int, settings: VlmSettings, patch: int = 14, merge: int = 2) -> Grid:
    """(t, h, w) in patches that an image of this size gets, by Qwen2-VL's own resizing rule, after `fit_ratio`."""
    height, width = _fitted_size(height, width, settings, patch * merge)
    rows, columns = smart_resize(height, width, patch * merge, settings.min_pixels, settings.max_pixels)
    return 1, rows // patch, columns // patch


def fit_ratio(pixels: NDArray[np.uint8], settings: VlmSettings, factor: int = 28) -> NDArray[np.uint8]:
    """Pad an image that is too long and thin with white: at one token's width it could not stay within `max_pixels`."""
    height, width = pixels.shape[:2]
    rows, columns = _fitted_size(height, width, settings, factor)
    if (rows, columns) == (height, width):
        return pixels
    padded = np.full((rows, columns, 3), 255, dtype=np.uint8)
    padded[:height, :width] = pixels
    return padded


def image_values(processor: Any, images: Sequence[NDArray[np.uint8]], settings: VlmSettings) -> tuple[list[Tensor], list[Grid]]:
    """Patches (patches, patch values) float32 and grid of each RGB image (height, width, 3).

    Raises WeightsError where the processor's grid is not that of the pixel bounds.
    """
    values: list[Tensor] = []
    grids: list[Grid] = []
    for pixels in images:
        fitted = fit_ratio(pixels, settings)
        output = processor.image_processor(images=[fitted], input_data_format="channels_last", return_tensors="pt")
        found = tuple(int(number) for number in output["image_grid_thw"][0])
        expected = image_grid(pixels.shape[0], pixels.shape[1], settings)
        if found != expected:
            raise WeightsError(
                f"the image processor made a grid of {found} patches from an image of {pixels.shape[1]}x{pixels.shape[0]} "
                f"pixels, expected {expected} for {settings.min_pixels} to {settings.max_pixels} pixels; "
                "its pixel bounds are not those of the profile"
            )
        values.append(output["pixel_values"])
        grids.append(expected)
    return values, grids


def _fitted_size(height: int, width: int, settings: VlmSettings, factor: int) -> tuple[int, int]:
    longest = max(1, settings.max_pixels // factor**2)  # tokens in a row of one token's height
    return max(height, -(-width // longest)), max(width, -(-height // longest))


def _load_weights(source: str, dtype: torch.dtype) -> Any:
    folder = Path(source)
    if folder.is_absolute() or source.startswith("."):
        if not (folder / "config.json").is_file():
            raise WeightsError(f"{folder} holds no model: config.json is missing")
        if not any((folder / name).is_file() for name in WEIGHT_FILES):
            raise WeightsError(f"{folder} holds no weights: expected {' or '.join(WEIGHT_FILES)}")
    try:
        loaded: Any = Qwen2VLForConditionalGeneration.from_pretrained(
            source, dtype=dtype, attn_implementation="sdpa", output_loading_info=True
        )
    except Exception as error:  # safetensors, hub and transformers raise errors of their own kinds
        raise WeightsError(f"cannot load Qwen2-VL weights from {source!r}: {_first_line(error)}") from error
    model, info = loaded
    for kind in ("missing_keys", "unexpected_keys", "mismatched_keys"):
        keys = sorted(str(key) for key in info.get(kind) or ())
        if keys:
            raise WeightsError(
                f"weights at {source!r} do not fit the model: {len(keys)} {kind.replace('_', ' ')}, for example "
                f"{', '.join(keys[:3])}; answers would be partly random"
            )
    return model


def _first_line(error: BaseException) -> str:
    return str(error).strip().split(os.linesep)[0] or type(error).__name__
