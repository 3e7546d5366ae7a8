"""Fusion: candidate rows of retrieval and VLM evidence, ranked by LightGBM, calibrated, predicted and evaluated.

What a program needs to answer requests with a finished run:

    from fusion import Predictor, Sample, Speaker, Task, Turn
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from data.schema import Sample, Speaker, Task, Turn

if TYPE_CHECKING:
    from fusion.predictor import Predictor

__all__ = ["Predictor", "Sample", "Speaker", "Task", "Turn"]


def __getattr__(name: str) -> Any:
    """`Predictor` is imported when it is asked for: it loads every library, and each command imports this package."""
    if name == "Predictor":
        from fusion.predictor import Predictor

        return Predictor
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
