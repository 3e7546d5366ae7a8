"""Loading a Qwen2-VL or Qwen2.5-VL model with its processor, and preparing images for it.

    loaded = load_model(profile.vlm)

Missing weights, missing keys and unknown keys are errors. Only `random_weights=True`, for tests and benchmarks, gives a model
with random weights.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import huggingface_hub
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from transformers import AutoConfig, AutoModelForImageTextToText, AutoProcessor
from transformers.models.qwen2_vl.image_processing_qwen2_vl import smart_resize
from transformers.utils import logging

from data.errors import WeightsError
from data.machine import processor_flags
from data.profile import VlmSettings, resolve_package_path
from vlm.architecture import build_model, check_counted, check_supported, local_folder, profile_architecture

Grid = tuple[int, int, int]
LONGEST_RATIO = 200  # of `smart_resize`
WEIGHT_FILES = ("model.safetensors", "model.safetensors.index.json")
# x86 instruction sets that multiply bfloat16. Arm has one (`bf16`), on which PyTorch's speed was not measured.
BFLOAT16_FLAGS = frozenset({"avx512_bf16", "amx_bf16"})


@dataclass(frozen=True)
class LoadedModel:
    """`model` is a Transformers model of a type in `architecture.MODEL_TYPES` or a PEFT model around one."""

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
    """Load `settings.model`: `package:FOLDER`, a folder, or a hub name. The default device is the first GPU, else the CPU.

    With `random_weights` nothing is downloaded and no weights are read: the model is built from its configuration
    (`architecture.profile_architecture`), the same for the same `seed`. Its processor is the given one, else that of
    `settings.model` if it is on this machine, else, with a warning, the embedded model's. Raises WeightsError; ProfileError where
    the model's type is not supported or the budget counts another model.
    """
    source = resolve_package_path(settings.source)
    processor = processor or (_processor_at_hand(source) if random_weights else load_processor(source))
    set_pixel_bounds(processor.image_processor, settings)
    dtype = {"float32": torch.float32, "bfloat16": torch.bfloat16}[settings.dtype]
    target = torch.device(device or ("cuda" if torch.cuda.is_available() else "cpu"))
    if random_weights:
        _, config = profile_architecture(settings, processor.tokenizer)
        model: Any = build_model(config, seed, target, dtype)
    else:
        model = _load_weights(settings, dtype).to(target)
    model.requires_grad_(False)
    return LoadedModel(model.eval(), processor, settings)


def scores_in_bfloat16(settings: VlmSettings) -> bool:
    """Whether predictions on this machine's CPU round the profile's float32 weights to bfloat16."""
    if settings.dtype != "float32" or settings.cpu_bfloat16 == "off":
        return False
    return settings.cpu_bfloat16 == "on" or not processor_flags().isdisjoint(BFLOAT16_FLAGS)


def for_scoring(loaded: LoadedModel) -> LoadedModel:
    """The model as predictions use it: weights are rounded to bfloat16, in place, where `scores_in_bfloat16` holds.

    For a model whose adapter is merged and that is trained no further. On a GPU nothing changes.
    """
    if loaded.device.type == "cpu" and scores_in_bfloat16(loaded.settings):
        # Not `model.to`, which would round the rotary frequencies, too: they are buffers.
        for weight in loaded.model.parameters():
            weight.data = weight.data.to(torch.bfloat16)
    return loaded


def load_processor(source: str, *, download: bool = True) -> Any:
    """The processor of a folder or hub name; without `download` only one on this machine. Raises WeightsError."""
    try:
        processor: Any = AutoProcessor.from_pretrained(source, local_files_only=not download)
    except (OSError, ValueError) as error:
        raise WeightsError(
            f"no Qwen2-VL processor at {source!r}: expected a folder with tokenizer.json and preprocessor settings, or a hub "
            f"name that can be reached ({_first_line(error)})"
        ) from error
    if not hasattr(processor, "image_processor"):
        raise WeightsError(f"{source!r} has a {type(processor).__name__} and no image processor; name a Qwen2-VL model")
    return processor


def set_pixel_bounds(image_processor: Any, settings: VlmSettings) -> None:
    """Sets `size` itself: `from_pretrained` can silently ignore its arguments `min_pixels` and `max_pixels`."""
    image_processor.size = {"shortest_edge": settings.min_pixels, "longest_edge": settings.max_pixels}


def image_grid(height: int, width: int, settings: VlmSettings, patch: int = 14, merge: int = 2) -> Grid:
    """(t, h, w) in patches of an image of this size in pixels, by `fit_ratio` and Qwen2-VL's resizing rule."""
    height, width = _fitted_size(height, width, settings, patch * merge)
    rows, columns = smart_resize(height, width, patch * merge, settings.min_pixels, settings.max_pixels)
    return 1, rows // patch, columns // patch


def fit_ratio(pixels: NDArray[np.uint8], settings: VlmSettings, factor: int = 28) -> NDArray[np.uint8]:
    """Pad a very long image with white: even one token wide, it would exceed `max_pixels`."""
    height, width = pixels.shape[:2]
    rows, columns = _fitted_size(height, width, settings, factor)
    if (rows, columns) == (height, width):
        return pixels
    padded = np.full((rows, columns, 3), 255, dtype=np.uint8)
    padded[:height, :width] = pixels
    return padded


def image_values(processor: Any, images: Sequence[NDArray[np.uint8]], settings: VlmSettings) -> tuple[list[Tensor], list[Grid]]:
    """Patches (patches, values of a patch) float32 and grid of each RGB image (height, width, 3).

    Raises WeightsError where the processor's grid differs from `image_grid`'s.
    """
    values: list[Tensor] = []
    grids: list[Grid] = []
    for pixels in images:
        fitted = np.require(fit_ratio(pixels, settings), requirements="W")  # torch warns of arrays that are read-only
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
    # The most tokens in a line that is one token wide; Qwen2-VL refuses a ratio of sides above LONGEST_RATIO.
    longest = min(LONGEST_RATIO, max(1, settings.max_pixels // factor**2))
    return max(height, -(-width // longest)), max(width, -(-height // longest))


def _processor_at_hand(source: str) -> Any:
    """For random weights: the model's own processor if it is on this machine, else the embedded model's.

    The embedded tokenizer has 8,000 tokens, Qwen2-VL's 152,000. Its ids are valid for the large model, and its prompts are
    somewhat longer, so measured speed is on the low side.
    """
    try:
        return load_processor(source, download=False)
    except WeightsError:
        warnings.warn(f"{source!r} has no processor on this machine; prompts use the embedded model's", stacklevel=3)
        return load_processor(resolve_package_path(VlmSettings().source))


def _load_weights(settings: VlmSettings, dtype: torch.dtype) -> Any:
    """The model on the CPU.

    A hub model is checked against the architecture that the budget counted; a local folder is counted directly.
    """
    source = resolve_package_path(settings.source)
    folder = local_folder(settings.source)
    if folder is not None:
        if not (folder / "config.json").is_file():
            raise WeightsError(f"{folder} holds no model: config.json is missing")
        if not any((folder / name).is_file() for name in WEIGHT_FILES):
            raise WeightsError(f"{folder} holds no weights: expected {' or '.join(WEIGHT_FILES)}")
    try:
        config = AutoConfig.from_pretrained(source)
    except Exception as error:  # the hub and transformers raise errors of their own kinds
        raise WeightsError(f"cannot read the configuration of {source!r}: {_first_line(error)}") from error
    check_supported(config, source)
    try:
        with no_weight_bars():
            loaded: Any = AutoModelForImageTextToText.from_pretrained(
                source, dtype=dtype, attn_implementation="sdpa", output_loading_info=True
            )
    except Exception as error:  # safetensors, the hub and transformers raise errors of their own kinds
        raise WeightsError(f"cannot load Qwen2-VL weights from {source!r}: {_first_line(error)}") from error
    model, info = loaded
    for kind in ("missing_keys", "unexpected_keys", "mismatched_keys"):
        keys = sorted(str(key) for key in info.get(kind) or ())
        if keys:
            raise WeightsError(
                f"weights at {source!r} do not fit the model: {len(keys)} {kind.replace('_', ' ')}, for example "
                f"{', '.join(keys[:3])}; answers would be partly random"
            )
    if folder is None:
        check_counted(settings, model)
    return model


@contextmanager
def no_weight_bars() -> Iterator[None]:
    """Within the `with` block, no progress bars over weights that are read or written; downloads keep theirs."""
    hub: Any = huggingface_hub.utils
    bars, downloads = logging.is_progress_bar_enabled(), not hub.are_progress_bars_disabled()
    logging.disable_progress_bar()
    if downloads:
        hub.enable_progress_bars()
    try:
        yield
    finally:
        if bars:
            logging.enable_progress_bar()


def _first_line(error: BaseException) -> str:
    return str(error).strip().split(os.linesep)[0] or type(error).__name__
