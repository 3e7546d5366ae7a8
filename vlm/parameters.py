"""Parameter counts of a profile's models, without loading weights and without network.

The VLM and the encoder are built on the meta device. The adapter's count follows from its rank and the shapes of its target
layers. The OCR models are counted in the ONNX files of rapidocr's wheel.
"""

from __future__ import annotations

import json
import math
import re
from pathlib import Path
from typing import Any

import torch
from torch import nn

from data.errors import BudgetError
from data.profile import EncoderSettings, Profile, resolve_package_path
from retrieval.text_encoder import text_encoder_parameters
from vlm.architecture import build_empty, count_parameters, profile_architecture
from vlm.lora.adapter import TARGET_MODULES


def profile_parameters(profile: Profile) -> dict[str, int]:
    """Parameters by model: VLM and adapter where the profile has a VLM, encoder, text encoder, OCR."""
    text = profile.text_encoder
    return {
        **_vlm_parameters(profile),
        f"encoder {profile.encoder.model}": encoder_parameters(profile.encoder),
        **({f"text encoder {text.model}": text_encoder_parameters(text)} if text.model else {}),
        "OCR (rapidocr)": ocr_parameters(),
    }


def _vlm_parameters(profile: Profile) -> dict[str, int]:
    if profile.vlm.model is None:
        return {}
    name, config = profile_architecture(profile.vlm)
    model = build_empty(config)
    rank = profile.lora.rank * (profile.lora.folds if profile.lora.average else 1)
    return {
        f"VLM {name}": count_parameters(model),
        f"adapter (rank {rank})": adapter_parameters(model, rank),
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
    return sum(onnx_parameters(file) for file in files)


def onnx_parameters(file: Path) -> int:
    """Sum of the sizes of all weights in an ONNX file: graph initializers and tensors of Constant nodes."""
    import onnx

    graph = onnx.load(file).graph
    constants = [
        attribute.t
        for node in graph.node
        if node.op_type == "Constant"
        for attribute in node.attribute
        if attribute.HasField("t")
    ]
    return sum(math.prod(tensor.dims) for tensor in [*graph.initializer, *constants])


def _folder_config(model: str) -> dict[str, Any] | None:
    for prefix in ("package:", "local-dir:"):
        if model.startswith(prefix):
            path = Path(resolve_package_path(model).removeprefix("local-dir:")) / "open_clip_config.json"
            if not path.is_file():
                raise BudgetError(f"cannot count the parameters of encoder {model!r}: {path} is missing")
            value: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
            return dict(value.get("model_cfg", value))
    return None
