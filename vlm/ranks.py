"""Distributed processes, one per GPU, as `torchrun` or `accelerate launch` start them. A single process exchanges nothing."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import torch
from torch import Tensor, distributed

from data.atomic import writing_alone

Value = TypeVar("Value")

# Environment variables by which a launcher tells a process its rank and its peers (torch/distributed/run.py).
LAUNCHED = {"RANK", "LOCAL_RANK", "GROUP_RANK", "ROLE_RANK", "ROLE_NAME", "WORLD_SIZE", "LOCAL_WORLD_SIZE", "GROUP_WORLD_SIZE"}
LAUNCHED |= {"ROLE_WORLD_SIZE", "MASTER_ADDR", "MASTER_PORT"}
ELASTIC = "TORCHELASTIC_"
VISIBLE = "CUDA_VISIBLE_DEVICES"


@dataclass(frozen=True)
class Rank:
    """This process: its `index`, the `count` of processes and its device."""

    index: int = 0
    count: int = 1
    device: torch.device = field(default_factory=lambda: torch.device("cpu"))

    def wait(self) -> None:
        """Barrier on the CPU: returns when all processes have called it."""
        self.add(torch.zeros(1))

    def add(self, values: Tensor) -> None:
        """All-reduce: replace `values` by their sum over all processes, bit-identical in all of them."""
        if self.count > 1:
            distributed.all_reduce(values)

    def tell(self, values: Tensor, source: int) -> None:
        """Broadcast: replace `values` by those of process `source`."""
        if self.count > 1:
            distributed.broadcast(values, source)

    def gather(self, value: float) -> list[float]:
        """All-gather: the values of all processes, by index."""
        values = torch.zeros(self.count, dtype=torch.float64)
        values[self.index] = value
        self.add(values)
        return values.tolist()

    def agree(self, value: Value) -> Value:
        """Broadcast of any object: the first process's value."""
        values = [value]
        if self.count > 1:
            distributed.broadcast_object_list(values, 0)
        return values[0]


ALONE = Rank()


def environment() -> tuple[int, int]:
    """This process's rank and the number of processes, from the launcher's environment variables."""
    return int(os.environ.get("RANK", 0)), int(os.environ.get("WORLD_SIZE", 1))


def join(minutes: float = 10) -> Rank:
    """Join the process group: NCCL for GPU tensors, gloo for CPU tensors. A single process only chooses its device.

    A process that waits longer than `minutes` for the others fails.
    """
    index, count = environment()
    patience = timedelta(minutes=minutes)
    if not torch.cuda.is_available():
        if count > 1:
            distributed.init_process_group("gloo", timeout=patience)
        return Rank(index, count)
    device = torch.device("cuda", int(os.environ.get("LOCAL_RANK", 0)))
    torch.cuda.set_device(device)
    torch.backends.cuda.enable_cudnn_sdp(False)  # cuDNN plans anew for each shape, and lengths vary
    if count > 1:
        distributed.init_process_group("cpu:gloo,cuda:nccl", timeout=patience, device_id=device)
    return Rank(index, count, device)


def leave(rank: Rank) -> None:
    """Leave the process group."""
    if rank.count > 1:
        distributed.destroy_process_group()


@contextmanager
def together(minutes: float, folder: Path | None = None) -> Iterator[Rank]:
    """`join` on entry, `leave` on exit. Meanwhile no other command can train in the run `folder`, where there is one."""
    rank = join(minutes)
    alone = writing_alone(folder, "--run") if folder and folder.is_dir() and not rank.index else nullcontext()
    try:
        with alone:
            yield rank
    finally:
        leave(rank)


@contextmanager
def apart(rank: Rank) -> Iterator[None]:
    """Within the `with` block, hides the launcher's environment variables and all GPUs but this process's.

    For child programs that form process groups of their own: they would otherwise join this one, and all use the first GPU.
    """
    changed: dict[str, str | None] = dict.fromkeys(name for name in os.environ if name in LAUNCHED or name.startswith(ELASTIC))
    if rank.device.type == "cuda":
        index = rank.device.index or 0
        seen = os.environ.get(VISIBLE)
        changed[VISIBLE] = seen.split(",")[index].strip() if seen else str(index)
    before = {name: os.environ.get(name) for name in changed}
    _set_environment(changed)
    try:
        yield
    finally:
        _set_environment(before)


def _set_environment(values: dict[str, str | None]) -> None:
    for name, value in values.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value
