"""Several processes that train together, one per GPU, as `torchrun` or `accelerate launch` start them.

Where nobody started several, everything here is one process's work and costs nothing.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

import torch
from torch import Tensor, distributed


@dataclass(frozen=True)
class Rank:
    """This process among those that train together."""

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
