"""This machine: what its processor can do, what it is called beside measurements, and giving memory back to it."""

from __future__ import annotations

import ctypes
import os
import platform
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from importlib.metadata import version
from pathlib import Path

import psutil
from threadpoolctl import threadpool_limits

GB = 2**30
INTERVAL = 0.005  # seconds between two looks at memory
CPUINFO = Path("/proc/cpuinfo")  # Linux's list of processors
# Seconds between two times that memory is given back: it takes some milliseconds, which a busy service would feel.
GIVE_BACK_EVERY = 2.0


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


@cache
def processor_flags() -> frozenset[str]:
    """Instruction sets of an x86 processor by Linux's names, such as `avx512_vnni`; none on other processors and systems."""
    return frozenset(_cpuinfo("flags").split())


class _Allocator:
    """glibc's: it keeps what is freed between blocks that are still used, and inputs of ever other sizes tear ever more holes."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last = 0.0
        library = ctypes.CDLL(None) if sys.platform == "linux" else None
        self._trim = getattr(library, "malloc_trim", None)

    def give_back(self) -> bool:
        with self._lock:
            if self._trim is None or time.monotonic() - self._last < GIVE_BACK_EVERY:
                return False
            self._trim(0)
            self._last = time.monotonic()
            return True


_allocator = _Allocator()


def give_memory_back() -> bool:
    """Return freed memory to the system, every other second at most; whether it was done. Only glibc knows how.

    Without it a process that scores prompts of all lengths grows by 100 MB and more every thousand samples.
    """
    return _allocator.give_back()


def _cpu() -> str:
    return _cpuinfo("model name") or platform.processor() or platform.machine()


def _cpuinfo(field: str) -> str:
    """What Linux says of the first processor; empty where it says nothing."""
    try:
        lines = CPUINFO.read_text(encoding="utf-8").splitlines()
    except OSError:
        return ""
    found = [value.strip() for name, _, value in (line.partition(":") for line in lines) if name.strip() == field]
    return found[0] if found else ""


class _OneBlasThread:
    """Counts the blocks that want it, so that they may overlap: only the first sets the limit, and only the last lifts it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._blocks = 0
        self._limit: threadpool_limits | None = None

    @contextmanager
    def __call__(self) -> Iterator[None]:
        with self._lock:
            self._blocks += 1
            if self._limit is None:
                self._limit = threadpool_limits(1, user_api="blas")
        try:
            yield
        finally:
            with self._lock:
                self._blocks -= 1
                if not self._blocks and self._limit is not None:
                    self._limit.restore_original_limits()
                    self._limit = None


# A block in which NumPy and SciPy compute on one thread, in the whole process. Each of the two has threads of its own, which spin
# while they wait for work: where many small systems are solved, on two cores, they take ten times as long as one thread does.
one_blas_thread = _OneBlasThread()


@contextmanager
def peak_memory() -> Iterator[list[int]]:
    """A list of one number: at the end of the block, the most resident bytes that were added to this process inside it."""
    process, stopped = psutil.Process(), threading.Event()
    before, peak = process.memory_info().rss, [0]

    def watch() -> None:
        while not stopped.wait(INTERVAL):
            peak[0] = max(peak[0], process.memory_info().rss - before)

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield peak
    finally:
        stopped.set()
        watcher.join()
