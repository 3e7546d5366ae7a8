"""Counting the parameters of every model of a profile from configurations: no weights, no network.

The VLM and the encoder are built on the meta device; the adapter follows from its rank and the shapes of its target layers;
the OCR models' weights are summed from the ONNX files in rapidocr's wheel, read with a few lines of protobuf.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from torch import nn

from data.errors import BudgetError
from data.profile import EncoderSettings, Profile, resolve_package_path
from vlm.architecture import build_empty, count_parameters, profile_architecture
from vlm.lora.adapter import TARGET_MODULES


def profile_parameters(profile: Profile) -> dict[str, int]:
    """Parameters by model: VLM, adapter, encoder, OCR."""
    name, config = profile_architecture(profile.vlm)
    model = build_empty(config)
    return {
        f"VLM {name}": count_parameters(model),
        f"adapter (rank {profile.lora.rank})": adapter_parameters(model, profile.lora.rank),
        f"encoder {profile.encoder.model}": encoder_parameters(profile.encoder),
        "OCR (rapidocr)": ocr_parameters(),
    }


def adapter_parameters(model: nn.Module, rank: int) -> int:
    """LoRA adds rank x (inputs + outputs) to each target layer."""
    return sum(
        rank * (module.in_features + module.out_features)
        for name, module in model.named_modules()
        if isinstance(module, nn.Linear) and re.fullmatch(TARGET_MODULES, name)
    )


def encoder_parameters(settings: EncoderSettings) -> int:
    """Parameters of an open_clip model, both towers. Raises BudgetError where its configuration cannot be found."""
    import open_clip

    config = _folder_config(settings.model)
    if config is None:
        name = settings.model.removeprefix("hf-hub:").rsplit("/", 1)[-1]
        config = open_clip.get_model_config(name)
    if config is None:
        raise BudgetError(
            f"cannot count the parameters of encoder {settings.model!r}: open_clip knows no such configuration; "
            "give a name from open_clip.list_models() or a folder with open_clip_config.json"
        )
    custom = config.pop("custom_text", False) or "hf_model_name" in config.get("text_cfg", {})
    kind = open_clip.CustomTextCLIP if custom else open_clip.CLIP
    for field in ("model_type", "hf_hub_id"):
        config.pop(field, None)
    with torch.device("meta"):
        return count_parameters(kind(**config))


def ocr_parameters() -> int:
    """Parameters of the ONNX models in rapidocr's wheel: detection, orientation, recognition."""
    import rapidocr

    files = sorted(Path(rapidocr.__file__).parent.glob("models/*.onnx"))
    if not files:
        raise BudgetError("cannot count the OCR models: rapidocr's folder holds no .onnx file; install rapidocr again")
    return sum(onnx_parameters(file.read_bytes()) for file in files)


def onnx_parameters(content: bytes) -> int:
    """Sum of the sizes of all weights in an ONNX file: graph initializers and tensors of Constant nodes.

    Field numbers are those of onnx.proto: ModelProto.graph 7; GraphProto.node 1, initializer 5; NodeProto.op_type 4,
    attribute 5; AttributeProto.t 5; TensorProto.dims 1.
    """
    total = 0
    for graph in _submessages(content, 7):
        total += sum(_tensor_size(tensor) for tensor in _submessages(graph, 5))
        for node in _submessages(graph, 1):
            if b"Constant" in list(_submessages(node, 4)):
                total += sum(_tensor_size(tensor) for attribute in _submessages(node, 5) for tensor in _submessages(attribute, 5))
    return total


def _folder_config(model: str) -> dict[str, Any] | None:
    for prefix in ("package:", "local-dir:"):
        if model.startswith(prefix):
            path = Path(resolve_package_path(model).removeprefix("local-dir:")) / "open_clip_config.json"
            if not path.is_file():
                raise BudgetError(f"cannot count the parameters of encoder {model!r}: {path} is missing")
            value: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
            return dict(value.get("model_cfg", value))
    return None


def _tensor_size(tensor: bytes) -> int:
    dims: list[int] = []
    for number, value in _fields(tensor):
        if number != 1:
            continue
        if isinstance(value, int):
            dims.append(value)
        else:  # packed
            position = 0
            while position < len(value):
                size, position = _varint(value, position)
                dims.append(size)
    return math.prod(dims)


def _submessages(message: bytes | memoryview, number: int) -> Iterator[bytes]:
    return (bytes(value) for found, value in _fields(message) if found == number and not isinstance(value, int))


def _fields(message: bytes | memoryview) -> Iterator[tuple[int, int | memoryview]]:
    """(field number, value) pairs of one protobuf message; fixed-width values are skipped."""
    view = memoryview(message)
    position = 0
    while position < len(view):
        tag, position = _varint(view, position)
        number, kind = tag >> 3, tag & 7
        if kind == 0:
            value, position = _varint(view, position)
            yield number, value
        elif kind == 2:
            length, position = _varint(view, position)
            yield number, view[position : position + length]
            position += length
        elif kind in (1, 5):
            position += 8 if kind == 1 else 4
        else:
            raise BudgetError(f"not an ONNX file: protobuf wire type {kind}")


def _varint(view: bytes | memoryview, position: int) -> tuple[int, int]:
    result = shift = 0
    while True:
        byte = view[position]
        position += 1
        result |= (byte & 0x7F) << shift
        if byte < 0x80:
            return result, position
        shift += 7
