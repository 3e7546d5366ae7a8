"""Two processes that work together as a launcher's do, without the launcher's own, which takes as long to start as they."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

LIMIT = 300.0  # seconds
ROOT = Path(__file__).parent.parent


def free_port() -> int:
    """A port of this machine on which nothing listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def run_two(script: str, *arguments: str) -> None:
    """Run a script in two processes without GPUs, of one thread each. Raises where one fails."""
    shared = {"WORLD_SIZE": "2", "LOCAL_WORLD_SIZE": "2", "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(free_port())}
    shared |= {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": ""}
    command = [sys.executable, script, *arguments]
    started = [
        subprocess.Popen(command, cwd=ROOT, env=os.environ | shared | {"RANK": str(index), "LOCAL_RANK": str(index)})
        for index in range(2)
    ]
    try:
        for process in started:
            assert process.wait(LIMIT) == 0
    finally:
        for process in started:
            process.kill()
            process.wait()
