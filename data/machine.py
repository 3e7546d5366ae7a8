"""What measurements were made on, for the commands that print some."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

import psutil

GB = 2**30


def machine(packages: Sequence[str]) -> list[str]:
    """Lines on processor, cores, memory, load, Python and the installed versions of `packages` (distribution names)."""
    cores = len(os.sched_getaffinity(0))
    versions = ", ".join(f"{name} {version(name)}" for name in packages)
    threads = f", OMP_NUM_THREADS={os.environ['OMP_NUM_THREADS']}" if "OMP_NUM_THREADS" in os.environ else ""
    return [
        f"machine   {_cpu()}, {cores} cores, {psutil.virtual_memory().total / GB:.1f} GB memory",
        f"software  Python {platform.python_version()}, {versions}{threads}",
        f"load      {os.getloadavg()[0]:.1f} processes over the last minute (near 0 on an idle machine)",
    ]


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()
