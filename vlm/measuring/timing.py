"""Time and memory of a benchmark's step, in one process or several, and their lines in the report."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import torch

from data.machine import GB
from vlm.measuring.operations import product_speed, synchronise
from vlm.measuring.steps import Work
from vlm.ranks import Rank


@dataclass(frozen=True)
class Measured:
    """Seconds of each repeat of `samples` samples, operations of one repeat, peak GPU memory in bytes (0 on a CPU).

    With several processes: the sum of samples and of operations, the slowest's time, the largest memory.
    """

    samples: int
    seconds: list[float]
    operations: float
    memory: int

    @property
    def rate(self) -> float:
        """Samples per second, median of the repeats."""
        return self.samples / statistics.median(self.seconds)


def repeat(step: Callable[[], object], repeats: int, work: Work, device: torch.device | None, rank: Rank) -> Measured:
    """Run a step once to warm up, then `repeats` times. A repeat starts in all processes at once and ends with the slowest.

    `work` is that of all processes. Without `device`, memory is not measured: the engine's own processes hold it.
    """
    on_gpu = device is not None and device.type == "cuda"
    step()
    if on_gpu:
        torch.cuda.reset_peak_memory_stats(device)
    seconds = []
    for _ in range(repeats):
        rank.wait()
        start = time.perf_counter()
        step()
        if device is not None:
            synchronise(device)
        rank.wait()
        seconds.append(time.perf_counter() - start)
    memory = rank.gather(torch.cuda.max_memory_allocated(device) if on_gpu else 0)
    return Measured(work.samples, seconds, work.operations, int(max(memory)))


def peak_speed(device: torch.device, dtype: torch.dtype, rank: Rank) -> float:
    """Operations per second of a large matrix product, run by all processes at the same time and summed."""
    rank.wait()
    return sum(rank.gather(product_speed(device, dtype)))


def report_line(step: str, measured: Measured, peak: float) -> str:
    """One line of the report."""
    rates = sorted(measured.samples / one for one in measured.seconds)
    floor = measured.samples * peak / measured.operations
    memory = f", {measured.memory / GB:.1f} GB" if measured.memory else ""
    return (
        f"{step:<13} {measured.rate:.2f} samples/s ({rates[0]:.2f} to {rates[-1]:.2f}), floor {floor:.1f} samples/s: "
        f"{measured.rate / floor:.0%} of peak{memory}"
    )


def ratios(rates: Mapping[str, float], references: Sequence[str]) -> Iterator[str]:
    """Lines with each step's speed as a multiple of each reference's, where both were measured."""
    for step, rate in rates.items():
        parts = [f"{rate / rates[other]:.2f} x {other}" for other in references if other in rates and other != step]
        if parts:
            yield f"ratio     {step:<13} {', '.join(parts)}"
