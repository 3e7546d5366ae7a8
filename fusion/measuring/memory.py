"""Whether a long prediction grows: the memory of fusion.predict against the rows that it has predicted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from data.atomic import write_json
from data.errors import InputError
from data.machine import GB
from data.profile import Policy
from data.reader import rows_of
from data.run import RunFolder
from data.schema import Sample
from fusion.measuring.command import run_module
from fusion.parts import PART

WARM = 1_000  # rows after which all that is loaded and kept once is there
MB = 2**20


def measure_memory(run: RunFolder, samples: Sequence[Sample], images: Path, policy: Policy, rows: int, folder: Path) -> list[str]:
    """Predict `rows` rows, the samples over and over under new ids, and say how the command's own process grows.

    The text of their images is recognised once, in the first rows. Raises InputError where `rows` tell nothing.
    """
    if rows <= WARM + 2 * PART:
        raise InputError(f"--rows {rows}: growth is measured after the first {WARM} rows; give at least {2 * WARM}")
    data, out = folder / "rows.json", folder / "memory-out"
    write_json(data, rows_of(repeated(samples[number % len(samples)], number) for number in range(rows)))
    arguments = ["--run", str(run.path), "--data", str(data), "--images", str(images), "--out", str(out)]
    done = run_module(
        "fusion.predict",
        [*arguments, "--policy", policy, "--cache", str(folder / "memory-cache")],
        lambda: PART * sum(1 for _ in out.glob("parts/*/*.jsonl")),
    )
    course = [(count, size) for count, size in done.course if count >= WARM]
    if len(course) < 2:
        raise InputError(f"--rows {rows}: the command was done before its memory could be looked at; give more rows")
    return [
        f"memory    {growth(course):+.1f} MB every 1,000 rows after the first {WARM:,} of {rows:,}, policy {policy}: "
        f"{course[0][1] / GB:.2f} GB after {course[0][0]:,}, {course[-1][1] / GB:.2f} GB after {course[-1][0]:,}; "
        f"peak over all processes {done.memory / GB:.2f} GB"
    ]


def growth(course: Sequence[tuple[int, int]]) -> float:
    """MB a thousand rows: the slope of a line through (rows, bytes), by least squares."""
    counts, sizes = np.array(course, np.float64).T
    return float(np.polyfit(counts, sizes / MB, 1)[0] * 1_000)


def repeated(sample: Sample, number: int) -> Sample:
    """The sample as another one, with an id of its own, in its row as well where it has one."""
    name = f"{sample.id}-{number}"
    return replace(sample, id=name, row=sample.row and {**sample.row, "id": name})
