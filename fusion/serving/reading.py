"""Reading a request's images in a bounded pool of processes, so that neither the models nor health checks wait for it."""

from __future__ import annotations

import asyncio
import dataclasses
import io
import multiprocessing
import os
import threading
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool

from PIL import Image

from data.case import Case
from data.cases import CaseReader, Reader
from data.errors import RunError
from data.images import small_jpeg
from data.page import Page
from data.schema import Sample, Task
from fusion.serving.problems import Refusal

PREVIEW_PIXELS = 640  # the longer side of the pictures that pages show


class ReadingPool:
    """Processes that read images, started with the service. One that is killed is replaced, and its sample read once more."""

    def __init__(self, reader: Reader, workers: int) -> None:
        self.reader, self.workers = reader, workers
        self._pool = self._new()

    async def __call__(self, sample: Sample) -> Case:
        """The case; raises Refusal where reading it kills its process."""
        for _ in range(2):
            pool = self._pool
            try:
                return await asyncio.wrap_future(pool.submit(_read, sample))
            except BrokenProcessPool:
                if self._pool is pool:
                    pool.shutdown(wait=False, cancel_futures=True)
                    self._pool = self._new()
        raise Refusal(
            503,
            f"reading the images of sample {sample.id} ended the process that read them; send smaller copies",
            retry_after=5,
            kind="unread",
        )

    def warm(self) -> None:
        """Start the processes and load what they read with, so that no request waits for it. Raises RunError."""
        try:
            list(self._pool.map(_warm, range(self.workers)))
        except BrokenProcessPool as error:
            raise RunError(
                "a process that reads images was killed, most likely for memory; start the service with fewer --workers"
            ) from error

    def close(self) -> None:
        """End the processes."""
        self._pool.shutdown(cancel_futures=True)

    def _new(self) -> ProcessPoolExecutor:
        context = multiprocessing.get_context("spawn")  # A fork of a process that runs threads can hang.
        return ProcessPoolExecutor(self.workers, context, initializer=_start, initargs=(self.reader,))


def preview(page: Page) -> bytes:
    """A small JPEG of a page, for people."""
    if page.pixels is None:
        return b""
    return to_jpeg(Image.fromarray(page.pixels))


def to_jpeg(image: Image.Image) -> bytes:
    """A JPEG of at most 640 pixels a side; nothing of the file that the image came from is in it but its pixels."""
    return small_jpeg(image, PREVIEW_PIXELS)


_reader: CaseReader | None = None


def _start(reader: Reader) -> None:
    global _reader
    os.nice(5)  # The model's threads wait for each other, so one that waits for a reader's turn would stop all.
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _reader = CaseReader(reader)


def _end_with_parent() -> None:
    """A parent that is killed ends none of its processes, which would wait for work for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _warm(number: int) -> None:
    assert _reader is not None
    buffer = io.BytesIO()
    Image.new("RGB", (64, 64), (number % 256, 255, 255)).save(buffer, "PNG")
    _reader(Sample("warm", Task.SCENE, images=("warm",), contents={"warm": buffer.getvalue()}))


def _read(sample: Sample) -> Case:
    """The case without the images' bytes, which need not travel back."""
    assert _reader is not None
    case = _reader(sample)
    return dataclasses.replace(case, sample=dataclasses.replace(case.sample, contents={}))
