"""A pool of images drawn ahead of training: an array file, a record of each image, and `complete.json`, written last."""

from __future__ import annotations

import functools
import json
import multiprocessing
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from data.atomic import read_json, write_json, write_text
from data.synth.lexicon import Lexicon, load_lexicon

HELD_OUT = 17  # one image in so many is for measuring; no divisor of the number of scenes, so that each scene has some
CHUNK = 32  # images that a process draws at once

Record = dict[str, Any]
DrawRow = Callable[[int], tuple[NDArray[np.uint8], Record]]


@dataclass(frozen=True)
class DrawnPool:
    """The files of a pool: uint8 `array` (images, ...) and `records`, one JSON object a line."""

    folder: Path
    array: str
    records: str

    def build(
        self,
        wanted: Mapping[str, Any],
        shape: tuple[int, ...],
        draw: DrawRow,
        workers: int,
        say: Callable[[str], object] | None = None,
    ) -> None:
        """Draw an array of `shape` (images, ...), or keep that of an earlier call with the same `wanted`.

        `draw` returns the values and the record of a row, and must be fit to be sent to another process; what it draws must
        depend on `wanted` and the row alone.
        """
        complete = self.folder / "complete.json"
        if complete.is_file() and read_json(complete, "") == wanted:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        complete.unlink(missing_ok=True)
        np.lib.format.open_memmap(self.folder / self.array, mode="w+", dtype=np.uint8, shape=shape).flush()
        starts = range(0, shape[0], CHUNK)
        lines: list[str] = []
        with _mapping(workers) as mapping:
            fill = functools.partial(_draw_chunk, self.folder / self.array, draw)
            for number, made in enumerate(mapping(fill, starts), start=1):
                lines += made
                if say is not None and number % max(1, len(starts) // 10) == 0:
                    say(f"pool: {len(lines)} of {shape[0]} images")
        write_text(self.folder / self.records, "\n".join(lines) + "\n")
        write_json(complete, dict(wanted))

    def load(self, mode: Literal["r", "c"], remedy: str) -> tuple[NDArray[np.uint8], list[Record]]:
        """Array, mapped from its file (`c`: writable in memory alone), and records. Raises RunError where it is not complete."""
        read_json(self.folder / "complete.json", remedy)
        lines = (self.folder / self.records).read_text(encoding="utf-8").rstrip("\n").split("\n")
        return np.load(self.folder / self.array, mmap_mode=mode), [json.loads(line) for line in lines]


def is_held_out(row: int) -> bool:
    """Whether a row of a pool is for measuring."""
    return row % HELD_OUT == 0


@functools.cache
def lexicon() -> Lexicon:
    """The generator's words, read once a process."""
    return load_lexicon()


@contextmanager
def _mapping(workers: int) -> Iterator[Callable[..., Any]]:
    """`map`, over processes where there are several `workers`."""
    if workers <= 1:
        yield map
        return
    with ProcessPoolExecutor(workers, multiprocessing.get_context("spawn")) as processes:
        yield processes.map


def _draw_chunk(path: Path, draw: DrawRow, start: int) -> list[str]:
    """Draw CHUNK rows from `start` on into the array; returns their lines of the records."""
    array = np.load(path, mmap_mode="r+")
    lines = []
    for row in range(start, min(start + CHUNK, len(array))):
        array[row], record = draw(row)
        lines.append(json.dumps(record, ensure_ascii=False))
    array.flush()
    return lines
