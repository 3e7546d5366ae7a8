"""The state of an unfinished training: weights, the optimiser's state and the curve, in one safetensors file.

Batches and dropout depend on the seed and the step's number alone, so a resumed training ends with the same bytes.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from safetensors import SafetensorError
from torch import Tensor
from torch.optim import Optimizer

from data.profile import LoraSettings
from retrieval.pretraining.checkpoint import load_checkpoint, read_state, save_checkpoint
from vlm.lora.examples import TrainingExample


def training_digest(examples: Sequence[TrainingExample], settings: LoraSettings, seed: int) -> str:
    """SHA-256 (hex) of all that a training's steps depend on: settings, seed and examples."""
    digest = hashlib.sha256(json.dumps([dataclasses.asdict(settings), seed]).encode())
    for item in examples:
        digest.update(json.dumps([item.shared.ids, item.sample.ids, item.lates, item.answer]).encode())
        for image in item.sample.images:
            digest.update(image.tobytes())
    return digest.hexdigest()


def save_state(
    path: Path, identity: str, weights: Mapping[str, Tensor], optimizer: Optimizer, curve: list[dict[str, float]]
) -> None:
    """Write the state atomically."""
    save_checkpoint(path, {"identity": identity, "curve": curve}, weights, [optimizer])


def load_state(path: Path, identity: str, weights: Mapping[str, Tensor], optimizer: Optimizer) -> list[dict[str, float]]:
    """Load weights and optimiser state, and return the curve; it is empty where the file is missing or of another training."""
    try:
        kept = read_state(path)
        if kept["identity"] != identity:
            return []
        load_checkpoint(path, weights, [optimizer])
    except (FileNotFoundError, SafetensorError):
        return []
    curve: list[dict[str, float]] = kept["curve"]
    return curve
