"""How long a run takes to read a sample's images and to answer batches of samples: what a plan of capacity rests on."""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from data.atomic import read_json, write_json
from data.cases import CaseReader, Reader
from data.errors import InputError
from data.machine import machine
from data.schema import Sample

if TYPE_CHECKING:
    from fusion.chain import Chain

SIZES = (1, 2, 4, 8, 16, 32)  # samples of a batch
REPEATS = 3


@dataclass(frozen=True)
class ServiceTimes:
    """Seconds: of reading the images of each sample that has any, on one core without a cache; of answering batches of samples
    that were read, as (size, median). `images` is the share of the samples with images, `model_cores` how many cores answering
    kept busy."""

    read: tuple[float, ...]
    model: tuple[tuple[int, float], ...]
    images: float
    model_cores: float
    about: tuple[str, ...] = ()

    def save(self, path: Path) -> None:
        """Write the times as JSON."""
        value: dict[str, Any] = {"read": self.read, "model": self.model, "images": self.images, "model_cores": self.model_cores}
        write_json(path, {**value, "about": self.about})

    @classmethod
    def load(cls, path: Path) -> ServiceTimes:
        """What `save` wrote. Raises InputError."""
        value = read_json(path, "give a file that --save wrote")
        try:
            read = tuple(float(one) for one in value["read"])
            model = tuple((int(size), float(seconds)) for size, seconds in value["model"])
            found = cls(read, model, float(value["images"]), float(value["model_cores"]), tuple(value.get("about", ())))
        except (KeyError, TypeError, ValueError) as error:
            raise InputError(f"--times {path} lacks what a plan needs ({error}); give a file that --save wrote") from error
        if not model or (found.images > 0 and not read):
            raise InputError(f"--times {path} has no times of {'the model' if not model else 'reading'}")
        return found


def measure_service_times(chain: Chain, samples: Sequence[Sample], images: Path) -> ServiceTimes:
    """Read each sample as one of the service's processes does, then answer batches of them. Raises InputError without samples."""
    if not samples:
        raise InputError("there is nothing to measure: the data file has no samples")
    read_case = CaseReader(Reader.for_profile(chain.profile, images, cache=None, workers=1))
    cases, read = [], []
    for place, sample in enumerate([samples[0], *samples]):
        start = time.perf_counter()
        case = read_case(sample)
        if place:  # The first one loads what all read with.
            cases.append(case)
            if sample.images:
                read.append(time.perf_counter() - start)
    chain.predict(cases[:1])
    model = []
    work = wall = 0.0
    for size in (size for size in SIZES if size <= len(cases)):
        times = []
        for repeat in range(REPEATS):
            batch = [cases[(repeat * size + place) % len(cases)] for place in range(size)]
            start, used = time.perf_counter(), time.process_time()
            chain.predict(batch)
            times.append(time.perf_counter() - start)
            work, wall = work + time.process_time() - used, wall + times[-1]
        model.append((size, statistics.median(times)))
    return ServiceTimes(
        tuple(read), tuple(model), len(read) / len(samples), round(work / wall, 3), tuple(machine(("torch", "onnxruntime")))
    )
