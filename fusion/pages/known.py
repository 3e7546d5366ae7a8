"""A labelled example as people see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from data.schema import Task


@dataclass(frozen=True)
class Known:
    """`images` are names under the training images, or of `contents`, which a taught example brought along."""

    id: str
    task: Task
    label: str
    text: str
    images: tuple[str, ...]
    contents: Mapping[str, bytes] = field(default_factory=dict, repr=False, compare=False)
