"""Checkpoints: weights, the optimisers' state and where training stands, in one safetensors file.

Tensors are named `KIND.WEIGHT`, where WEIGHT is a weight's name in the model. KIND is `weight`, a key of the optimiser's state,
or a further one, such as `mean`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor, device
from torch.optim import Optimizer

from data.atomic import atomic_path
from data.errors import RunError

OPTIMIZER_KEYS = ("step", "exp_avg", "exp_avg_sq", "momentum_buffer")  # of AdamW and Muon


def save_checkpoint(
    path: Path,
    state: Mapping[str, Any],
    weights: Mapping[str, Tensor],
    optimizers: Sequence[Optimizer],
    **further: Mapping[str, Tensor],
) -> None:
    """Write atomically. `state` is stored as JSON, `further` holds tensors by kind and weight."""
    tensors: dict[str, Tensor] = {}
    for kind, named in {"weight": weights, **further}.items():
        tensors |= {f"{kind}.{name}": tensor for name, tensor in named.items()}
    for optimizer in optimizers:
        for name, weight in weights.items():
            tensors |= {f"{key}.{name}": value for key, value in optimizer.state.get(weight, {}).items() if key in OPTIMIZER_KEYS}
    with atomic_path(path) as temporary:
        contents = {key: value.detach().cpu().contiguous() for key, value in tensors.items()}
        save_file(contents, str(temporary), metadata={"state": json.dumps(state)})


def read_state(path: Path) -> dict[str, Any]:
    """What `save_checkpoint` was given as `state`."""
    with safe_open(str(path), framework="pt") as file:
        state: dict[str, Any] = json.loads(file.metadata()["state"])
        return state


def load_checkpoint(
    path: Path, weights: Mapping[str, Tensor], optimizers: Sequence[Optimizer], **further: Mapping[str, Tensor]
) -> None:
    """Put a checkpoint's tensors into weights, optimisers and `further` tensors.

    Raises RunError where it is of another model.
    """
    with safe_open(str(path), framework="pt") as file:
        known = set(file.keys())
        for kind, named in {"weight": weights, **further}.items():
            for name, tensor in named.items():
                key = f"{kind}.{name}"
                if key not in known or file.get_slice(key).get_shape() != list(tensor.shape):
                    raise RunError(f"{path} is of another architecture: {name} does not fit; delete it to train anew")
                tensor.data.copy_(file.get_tensor(key))
        for optimizer in optimizers:
            for group in optimizer.param_groups:
                owned = {id(weight) for weight in group["params"]}
                for name, weight in weights.items():
                    keys = [key for key in OPTIMIZER_KEYS if f"{key}.{name}" in known]
                    if id(weight) in owned and keys:
                        # Fused kernels keep the number of steps on the GPU, the others on the CPU.
                        places = {"step": weight.device if group.get("fused") else device("cpu")}
                        optimizer.state[weight] = {
                            key: file.get_tensor(f"{key}.{name}").to(places.get(key, weight.device)) for key in keys
                        }


def check_same_training(path: Path, prepared: Mapping[str, Any]) -> None:
    """Raises RunError where the checkpoint exists and was trained with other options than `prepared`."""
    if not path.is_file():
        return
    found = read_state(path).get("prepared", {})
    if other := [f"--{name} {found.get(name)}, now {value}" for name, value in prepared.items() if found.get(name) != value]:
        raise RunError(f"{path} was trained with {'; '.join(other)}; choose another --out, or delete the file to train anew")
