"""From samples to cases: find, check, decode, shrink and read every image, in worker processes, with the OCR cache between."""

from __future__ import annotations

import dataclasses
import hashlib
import multiprocessing
import os
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from data.case import Case, nothing_on
from data.cluster import Cluster, Failure, connected, map_rows, refuse_if_all_failed
from data.errors import ImageError, InputError, RunError
from data.images import decode_image, find_image, open_image, shrink
from data.ocr import Ocr, OcrCache
from data.page import Page
from data.profile import OcrSettings, Profile
from data.progress import track
from data.rectify import on_light_ground
from data.schema import Sample

# The encoders' input is smaller than this; the VLM's may be larger and then decides.
MIN_PAGE_PIXELS = 160_000
# Samples a worker may be ahead of the consumer, so that reading goes on while the models work.
AHEAD = 32


def default_cache() -> Path:
    """Where recognised text is kept between runs: $INTENT_CACHE, or the user's cache folder."""
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(os.environ.get("INTENT_CACHE") or Path(home) / "multimodal-intent")


@dataclass(frozen=True)
class Reader:
    """Settings of reading images. `workers` = 1 reads in this process."""

    images: Path
    ocr: OcrSettings
    page_pixels: int
    cache: Path | None
    workers: int = 1

    @classmethod
    def for_profile(cls, profile: Profile, images: Path, cache: Path | None, workers: int | None = None) -> Reader:
        """A reader as a profile wants it; `workers` defaults to the processors at hand."""
        if not images.is_dir():
            raise InputError(f"--images {images} is not a folder; give the folder that holds the images of --data")
        pixels = max(profile.vlm.max_pixels, MIN_PAGE_PIXELS)
        return cls(images, profile.ocr, pixels, cache, workers or len(os.sched_getaffinity(0)))


def load_cases(
    samples: Sequence[Sample], reader: Reader, progress: str | None = None, cluster: Cluster | None = None
) -> list[Case]:
    """All cases, in order; read by the reader's processes, or by a cluster's. `progress` names the bar."""

    def shown(coming: Iterable[Any]) -> Any:
        return track(coming, progress or "", "sample", total=len(samples), disable=progress is None)

    if cluster:
        with connected(cluster):
            read = dict(shown(map_rows(CaseReader, (reader,), samples, cluster.workers, shared=(reader.images,))))
        refuse_if_all_failed(list(read.values()), "samples could be read")
        return [_case_or_problem(sample, read[row]) for row, sample in enumerate(samples)]
    with reading(samples, reader) as cases:
        return list(shown(cases))


def _case_or_problem(sample: Sample, read: Case | Failure) -> Case:
    """What was read; without its images where reading them failed in a way that was not foreseen."""
    if isinstance(read, Case):
        return read
    problem = f"the images of sample {sample.id} could not be read ({read})"
    return Case(sample.with_problems(problem))


@contextmanager
def reading(samples: Sequence[Sample], reader: Reader) -> Iterator[Iterator[Case]]:
    """Cases one by one, in order, so that a job of any length needs little memory.

    Workers start at once and are a little ahead of the consumer, who may load models meanwhile. An image with a problem is left
    out and its message added to the sample's problems. Raises RunError where a worker is killed.
    """
    # Processes take longer to start than rows of text take.
    if reader.workers == 1 or not any(sample.images for sample in samples):
        yield map(CaseReader(reader), samples)
        return
    # Spawned, because a fork of a process that runs OpenMP or FAISS threads can hang.
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(reader.workers, context, initializer=_start_worker, initargs=(reader,))
    coming = iter(samples)
    try:
        waiting = deque(pool.submit(_read_case, sample) for sample in islice(coming, AHEAD * reader.workers))
        yield _in_order(pool, waiting, coming)
    except BrokenProcessPool as error:
        raise RunError(
            "a process that reads images was killed, most likely for memory; run the same command again with fewer "
            "--workers (what was read so far is kept)"
        ) from error
    finally:
        pool.shutdown(cancel_futures=True)


def _in_order(pool: ProcessPoolExecutor, waiting: deque[Future[Case]], coming: Iterator[Sample]) -> Iterator[Case]:
    while waiting:
        case = waiting.popleft().result()
        waiting.extend(pool.submit(_read_case, sample) for sample in islice(coming, 1))
        yield case


class CaseReader:
    """Reads cases in this process, an image's text with `threads`. Opens the recogniser with the first image that is not in
    the cache."""

    def __init__(self, reader: Reader, threads: int = 1) -> None:
        self.reader, self.threads = reader, threads
        self.cache = OcrCache.open(reader.cache, reader.ocr) if reader.cache else None
        self._ocr: Ocr | None = None

    def __call__(self, sample: Sample) -> Case:
        """The case of a sample; an image with a problem is left out and its message added to the sample's problems."""
        pages, problems = [], []
        for place, name in enumerate(sample.images):
            try:
                page = self._page(name, sample.contents.get(name))
            except ImageError as error:
                problems.append(str(error))
                continue
            pages.append(dataclasses.replace(page, image=place))
            if found := nothing_on(page):
                problems.append(f"image {name!r} has nothing on it but {found}; the answer rests on the rest; send it again")
        return Case(sample.with_problems(*problems), tuple(pages))

    def _page(self, name: str, content: bytes | None) -> Page:
        """The page of an image that is a file, or whose `content` stood in the data file."""
        if content is None:
            image, digest = open_image(find_image(name, self.reader.images))
        else:
            image, digest = decode_image(content, name), hashlib.sha256(content).hexdigest()
        reading = self.cache.get(digest) if self.cache else None
        if reading is None:
            self._ocr = self._ocr or Ocr(self.reader.ocr, self.cache.models if self.cache else None, self.threads)
            reading = self._ocr.read_page(image)
            if self.cache:
                self.cache.put(digest, reading)
        image = on_light_ground(reading.correction.apply(image), reading.lines)
        return Page(digest, *image.size, reading.lines, shrink(image, self.reader.page_pixels))


_worker: CaseReader | None = None


def _start_worker(reader: Reader) -> None:
    global _worker
    # The consumer's models go first: its threads wait for each other, and one that must wait for a worker's turn stops all.
    os.nice(5)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _worker = CaseReader(reader)


def _end_with_parent() -> None:
    """A parent that is killed ends none of its workers, which would wait for work for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _read_case(sample: Sample) -> Case:
    assert _worker is not None
    return _worker(sample)
