"""The state of a training that is not finished: weights, the optimiser's moments and the curve, in one safetensors file.

Batches and dropout are drawn anew for each step from the seed and the step's number, so the number of the step is all that has
to be known of them, and a training that goes on ends with the same bytes.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from data.atomic import atomic_path
from data.profile import LoraSettings
from vlm.lora.examples import TrainingExample

MOMENTS = ("step", "exp_avg", "exp_avg_sq")


def describe(examples: Sequence[TrainingExample], settings: LoraSettings, seed: int) -> str:
    """SHA-256 (hex) of what a training's steps depend on."""
    digest = hashlib.sha256(json.dumps([dataclasses.asdict(settings), seed]).encode())
    for item in examples:
        digest.update(json.dumps([item.shared.ids, item.sample.ids, item.lates, item.answer]).encode())
        for image in item.sample.images:
            digest.update(image.tobytes())
    return digest.hexdigest()


def save_state(
    path: Path, identity: str, weights: Mapping[str, Tensor], optimizer: torch.optim.Optimizer, curve: list[dict[str, float]]
) -> None:
    """Write the state atomically."""
    tensors = {f"weight.{name}": weight.detach() for name, weight in weights.items()}
    for name, weight in weights.items():
        tensors |= {f"{key}.{name}": optimizer.state[weight][key] for key in MOMENTS if weight in optimizer.state}
    with atomic_path(path) as temporary:
        contents = {key: value.cpu().contiguous() for key, value in tensors.items()}
        save_file(contents, str(temporary), metadata={"state": json.dumps({"identity": identity, "curve": curve})})


def load_state(
    path: Path, identity: str, weights: Mapping[str, Tensor], optimizer: torch.optim.Optimizer
) -> list[dict[str, float]]:
    """Put the state into weights and optimiser and return the curve; an empty one where there is no file or one of others."""
    try:
        with safe_open(str(path), framework="pt") as file:
            kept = json.loads(file.metadata()["state"])
            if kept["identity"] != identity:
                return []
            fused = any(group.get("fused") for group in optimizer.param_groups)
            for name, weight in weights.items():
                weight.data.copy_(file.get_tensor(f"weight.{name}"))
                state = {key: file.get_tensor(f"{key}.{name}").to(weight.device) for key in MOMENTS}
                if not fused:  # the step is a number on the CPU then
                    state["step"] = state["step"].cpu()
                optimizer.state[weight] = state
            curve: list[dict[str, float]] = kept["curve"]
            return curve
    except (FileNotFoundError, SafetensorError):
        return []
