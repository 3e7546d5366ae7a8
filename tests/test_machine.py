"""What is asked of the machine."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import ExitStack

import numpy as np
import pytest
import scipy.linalg  # noqa: F401  (its own library of linear algebra)
from threadpoolctl import threadpool_info, threadpool_limits

from data.machine import one_blas_thread

COMMANDS = (
    *("retrieval.build_index", "vlm.train_lora", "vlm.budget", "vlm.benchmark", "data.export"),
    *(f"fusion.{name}" for name in ("predict", "teach", "serve", "audit", "evaluate", "benchmark", "capacity", "serving.load")),
)
WAITS = f"""
import os
import {", ".join(COMMANDS)}
from threadpoolctl import threadpool_info
from data.cli import run_command
assert not [library for library in threadpool_info() if library["user_api"] == "openmp"]
run_command(lambda: print(os.environ["OMP_WAIT_POLICY"]) or 0)
"""


def blas_threads() -> set[int]:
    assert np.ones(2) @ np.ones(2) == 2
    return {library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"}


def test_blocks_on_one_blas_thread_may_overlap() -> None:
    with threadpool_limits(2, user_api="blas"):
        first, second = ExitStack(), ExitStack()
        first.enter_context(one_blas_thread())
        assert blas_threads() == {1}
        second.enter_context(one_blas_thread())
        first.close()
        assert blas_threads() == {1}
        second.close()
        assert blas_threads() == {2}


@pytest.mark.parametrize(("given", "found"), [({}, "passive"), ({"OMP_WAIT_POLICY": "active"}, "active")])
def test_commands_say_how_openmp_waits_before_it_is_loaded(given: dict[str, str], found: str) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "OMP_WAIT_POLICY"} | given
    done = subprocess.run([sys.executable, "-c", WAITS], env=environment, capture_output=True, text=True, check=False)
    assert done.stdout.strip() == found, done.stderr
