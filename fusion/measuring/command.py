"""Run a command of this project as a user runs it, and watch its time and memory.

Memory is the largest sum of resident memory that was seen, pages that processes share counted in each.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass

import psutil

from data.cli import BAD_INPUT, OK
from data.errors import RunError
from data.profile import PACKAGE_ROOT

INTERVAL = 0.1  # seconds between two looks at memory


@dataclass(frozen=True)
class Command:
    """A finished command: wall seconds and the peak of its processes' resident memory in bytes."""

    seconds: float
    memory: int


def run_module(name: str, arguments: Sequence[str]) -> Command:
    """Run `python -m NAME` to its end and watch its memory. Raises RunError where it fails."""
    with tempfile.TemporaryFile() as output:
        start = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", name, *arguments], cwd=PACKAGE_ROOT, stdout=output, stderr=subprocess.STDOUT
        )
        watcher = _MemoryWatcher(process.pid)
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
    return Command(seconds, watcher.peak)


class _MemoryWatcher(threading.Thread):
    """Looks at the resident memory of a process and its children until it is stopped."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.peak = 0
        self._pid = pid
        self._stopped = threading.Event()

    def run(self) -> None:
        while not self._stopped.wait(INTERVAL):
            self.peak = max(self.peak, tree_memory(self._pid))

    def stop(self) -> None:
        """Stop looking."""
        self._stopped.set()
        self.join()


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
