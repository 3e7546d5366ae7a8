"""Run a command of this project as a user runs it, and watch its time and memory.

Memory is the largest sum of resident memory that was seen, pages that processes share counted in each.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import psutil

from data.cli import BAD_INPUT, OK
from data.errors import RunError
from data.profile import PACKAGE_ROOT

INTERVAL = 0.1  # seconds between two looks at memory


@dataclass(frozen=True)
class Command:
    """A finished command: wall seconds, the peak of its processes' resident memory in bytes, and how far it was (what `progress`
    counted) at which memory of the command's own process, in bytes."""

    seconds: float
    memory: int
    course: tuple[tuple[int, int], ...] = ()


def run_module(name: str, arguments: Sequence[str], progress: Callable[[], int] | None = None) -> Command:
    """Run `python -m NAME` to its end and watch its memory, beside its `progress` where that is given.

    Raises RunError where the command fails.
    """
    with tempfile.TemporaryFile() as output:
        start = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", name, *arguments], cwd=PACKAGE_ROOT, stdout=output, stderr=subprocess.STDOUT
        )
        watcher = _MemoryWatcher(process.pid, progress)
        watcher.start()
        try:
            status = process.wait()
        finally:
            if process.poll() is None:
                process.terminate()
            watcher.stop()
        seconds = time.perf_counter() - start
        if status not in (OK, BAD_INPUT):
            output.seek(0)
            last = output.read().decode(errors="replace").strip().splitlines()[-5:]
            raise RunError(f"`python -m {name}` ended with status {status}:\n  " + "\n  ".join(last))
    return Command(seconds, watcher.peak, tuple(watcher.course))


class _MemoryWatcher(threading.Thread):
    """Looks at the resident memory of a process and its children until it is stopped."""

    def __init__(self, pid: int, progress: Callable[[], int] | None) -> None:
        super().__init__(daemon=True)
        self.peak = 0
        self.course: list[tuple[int, int]] = []
        self._progress = progress
        self._pid = pid
        self._stopped = threading.Event()

    def run(self) -> None:
        while not self._stopped.wait(INTERVAL):
            self.peak = max(self.peak, tree_memory(self._pid))
            done = self._progress() if self._progress else 0
            if done > (self.course[-1][0] if self.course else 0) and (own := own_memory(self._pid)):
                self.course.append((done, own))

    def stop(self) -> None:
        """Stop looking."""
        self._stopped.set()
        self.join()


def own_memory(pid: int) -> int:
    """Resident memory in bytes of a process alone; 0 where it is gone."""
    try:
        return int(psutil.Process(pid).memory_info().rss)
    except psutil.Error:
        return 0


def tree_memory(pid: int) -> int:
    """Resident memory in bytes of a process and all its children; 0 where it is gone."""
    total = 0
    try:
        root = psutil.Process(pid)
        processes = [root, *root.children(recursive=True)]
    except psutil.Error:
        return 0
    for process in processes:
        try:
            total += process.memory_info().rss
        except psutil.Error:
            continue  # Ended while it was looked at.
    return total
