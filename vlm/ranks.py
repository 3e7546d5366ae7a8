"""Several processes that work together, one per GPU, as `torchrun` or `accelerate launch` start them.

Where nobody started several, everything here is one process's work and costs nothing.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TypeVar

import torch
from torch import Tensor, distributed

Value = TypeVar("Value")

# By what a launcher tells a process which of how many it is, and where the others are: torch/distributed/run.py.
LAUNCHED = {"RANK", "LOCAL_RANK", "GROUP_RANK", "ROLE_RANK", "ROLE_NAME", "WORLD_SIZE", "LOCAL_WORLD_SIZE", "GROUP_WORLD_SIZE"}
LAUNCHED |= {"ROLE_WORLD_SIZE", "MASTER_ADDR", "MASTER_PORT"}
ELASTIC = "TORCHELASTIC_"
VISIBLE = "CUDA_VISIBLE_DEVICES"


@dataclass(frozen=True)
class Rank:
    """This process among those that work together."""

    index: int = 0
    count: int = 1
    device: torch.device = field(default_factory=lambda: torch.device("cpu"))

    def wait(self) -> None:
        """Until all have come here; the GPUs are left alone."""
        self.add(torch.zeros(1))

    def add(self, values: Tensor) -> None:
        """The sum over all processes, in place, the same to the bit in all of them."""
        if self.count > 1:
            distributed.all_reduce(values)

    def tell(self, values: Tensor, source: int) -> None:
        """Give `values` of process `source` to all, in place."""
        if self.count > 1:
            distributed.broadcast(values, source)

    def gather(self, value: float) -> list[float]:
        """The value of each process, in all of them."""
        values = torch.zeros(self.count, dtype=torch.float64)
        values[self.index] = value
        self.add(values)
        return values.tolist()

    def agree(self, value: Value) -> Value:
        """The first process's value, in all of them."""
        values = [value]
        if self.count > 1:
            distributed.broadcast_object_list(values, 0)
        return values[0]


ALONE = Rank()


def environment() -> tuple[int, int]:
    """This process's number and how many there are, as the launcher says."""
    return int(os.environ.get("RANK", 0)), int(os.environ.get("WORLD_SIZE", 1))


def join(minutes: float = 10) -> Rank:
    """This process's device; with several processes, exchange over NCCL on GPUs and gloo on CPUs.

    Who waits for the others longer than `minutes` fails.
    """
    index, count = environment()
    patience = timedelta(minutes=minutes)
    if not torch.cuda.is_available():
        if count > 1:
            distributed.init_process_group("gloo", timeout=patience)
        return Rank(index, count)
    device = torch.device("cuda", int(os.environ.get("LOCAL_RANK", 0)))
    torch.cuda.set_device(device)
    torch.backends.cuda.enable_cudnn_sdp(False)  # it plans anew for each shape, and lengths vary from step to step
    if count > 1:
        distributed.init_process_group("cpu:gloo,cuda:nccl", timeout=patience, device_id=device)
    return Rank(index, count, device)


def leave(rank: Rank) -> None:
    """End the exchange."""
    if rank.count > 1:
        distributed.destroy_process_group()


@contextmanager
def together(minutes: float) -> Iterator[Rank]:
    """Join for the time of a `with` block."""
    rank = join(minutes)
    try:
        yield rank
    finally:
        leave(rank)


@contextmanager
def apart(rank: Rank) -> Iterator[None]:
    """The environment as if no launcher had started this process and its GPU were the only one, for the time of a `with` block.

    For programs that are started there and form groups of their own: they would otherwise take themselves for one of these
    processes, and all of them the first GPU.
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
