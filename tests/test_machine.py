"""What is asked of the machine."""

from __future__ import annotations

from contextlib import ExitStack

import numpy as np
import scipy.linalg  # noqa: F401  (its own library of linear algebra)
from threadpoolctl import threadpool_info, threadpool_limits

from data.machine import one_blas_thread


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
