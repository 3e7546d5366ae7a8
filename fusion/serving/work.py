"""From what was asked to answers, outside the event loop: a pool reads images, one thread asks the model in batches."""

from __future__ import annotations

import asyncio
import queue
import threading
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from data.case import Case
from data.schema import Sample
from data.writers import Prediction, Verdict
from fusion.serving.metrics import Metrics
from fusion.serving.problems import Refusal
from fusion.serving.settings import FIRST_GUESS, MOST_PATIENCE, PATIENCE
from fusion.serving.state import Holder, State


@dataclass(frozen=True)
class Answer:
    """What is answered to one sample. `seconds` are those of the request's stages that it went through."""

    prediction: Prediction
    verdict: Verdict | None
    model_version: str
    case: Case
    seconds: dict[str, float]


@dataclass
class _Job:
    case: Case
    done: asyncio.Future[tuple[Prediction, State]]
    since: float


class Work:
    """Accepts up to `waiting` samples at a time. Made and used on one event loop."""

    def __init__(
        self, holder: Holder, read: Callable[[Sample], Awaitable[Case]], metrics: Metrics, waiting: int = 256, batch: int = 32
    ) -> None:
        self.holder, self.read, self.metrics = holder, read, metrics
        self.limit, self.batch = waiting, batch
        self.draining = False
        self.waiting = 0
        self._in_parts = 0
        self._mean = FIRST_GUESS
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = threading.Thread(target=self._ask, name="model", daemon=True)

    def start(self) -> None:
        """Start the model's thread; called on the event loop."""
        self._loop = asyncio.get_running_loop()
        self._thread.start()

    def refuse_unless_serving(self) -> None:
        """Raises Refusal while loading or draining."""
        if self.draining:
            raise Refusal(
                503,
                "the service is shutting down; ask another one",
                retry_after=5,
                headers={"Connection": "close"},
                kind="stopping",
            )
        if self.holder.current is None:
            raise Refusal(
                503, "the service is still loading its models; /readyz says when it is ready", retry_after=5, kind="loading"
            )

    def refuse_unless_ready(self, samples: int = 1) -> None:
        """Raises Refusal while loading, draining or full."""
        self.refuse_unless_serving()
        if self.waiting and self.waiting + samples > self.limit:
            raise Refusal(
                429,
                f"{self.waiting} samples are waiting, at most {self.limit} may; try again in a moment or ask with fewer at once",
                retry_after=self.waiting * self._mean,
            )

    @contextmanager
    def accepted(self) -> Iterator[None]:
        """For a request that is answered in several parts: it is refused now or not at all, and the end waits for it."""
        self.refuse_unless_ready()
        self._in_parts += 1
        try:
            yield
        finally:
            self._in_parts -= 1

    async def answer(self, samples: Sequence[Sample], *, accepted: bool = False) -> list[Answer]:
        """Answers in the order of the samples. Raises Refusal where they cannot be taken now and were not accepted before."""
        if not accepted:
            self.refuse_unless_ready(len(samples))
        self._refuse_without_labels(samples)
        self.waiting += len(samples)
        self.metrics.waiting.set(self.waiting)
        start = time.monotonic()
        try:
            results = await asyncio.gather(*(self._one(sample) for sample in samples), return_exceptions=True)
        finally:
            self.waiting -= len(samples)
            self.metrics.waiting.set(self.waiting)
        share = (time.monotonic() - start) / max(1, self.waiting + len(samples))
        self._mean += 0.1 * (share - self._mean)
        answers = []
        for result in results:
            if isinstance(result, BaseException):
                raise result
            answers.append(result)
        return answers

    def _refuse_without_labels(self, samples: Sequence[Sample]) -> None:
        assert self.holder.current is not None
        for sample in samples:
            if not self.holder.current.labels.names(sample.task):
                raise Refusal(
                    422,
                    f"sample {sample.id} is a {sample.task}, and the run's label set has no {sample.task} labels",
                    kind="no_labels",
                )

    async def drained(self) -> None:
        """Returns when nothing that was accepted waits for an answer."""
        while self.waiting or self._in_parts:
            await asyncio.sleep(0.02)

    def stop(self) -> None:
        """End the model's thread after what it was given."""
        self._jobs.put(None)
        self._thread.join()

    async def _one(self, sample: Sample) -> Answer:
        assert self._loop is not None
        begun = time.monotonic()
        case = await self.read(sample) if sample.images else Case(sample)
        job = _Job(case, self._loop.create_future(), time.monotonic())
        self._jobs.put(job)
        prediction, state = await job.done
        verdict = state.accept(prediction) if state.accept else None
        seconds = {"read": job.since - begun, "model": time.monotonic() - job.since}
        self.metrics.stages.labels("read").observe(seconds["read"])
        self.metrics.answered(prediction, verdict)
        return Answer(prediction, verdict, state.model_version, case, seconds)

    def _patience(self) -> float:
        """Seconds to wait for a fuller batch: a tenth of what those that wait will wait anyway, so that it is hardly noticed."""
        return min(MOST_PATIENCE, PATIENCE * self.waiting * self._mean)

    def _ask(self) -> None:
        """The model's thread: takes what is waiting, up to a batch."""
        while (first := self._jobs.get()) is not None:
            jobs = [first]
            last = False
            until = time.monotonic() + self._patience()
            while len(jobs) < self.batch and not last:
                # Samples that are still being read are worth waiting for: a batch takes less than its samples one by one.
                coming = until - time.monotonic() if self.waiting > len(jobs) else 0.0
                try:
                    job = self._jobs.get(timeout=coming) if coming > 0 else self._jobs.get_nowait()
                except queue.Empty:
                    break
                if job is None:
                    last = True
                else:
                    jobs.append(job)
            state = self.holder.current
            assert state is not None
            assert self._loop is not None
            begun = time.monotonic()
            results = predicted(state, [job.case for job in jobs])
            taken = time.monotonic() - begun
            self.metrics.batches.observe(len(jobs))
            for job in jobs:
                self.metrics.stages.labels("wait").observe(begun - job.since)
                self.metrics.stages.labels("model").observe(taken)
            self._loop.call_soon_threadsafe(_deliver, jobs, results, state)
            if last:
                return


def predicted(state: State, cases: Sequence[Case]) -> list[Prediction | Refusal]:
    """A prediction for each case; where a batch fails each case is asked alone, so that one cannot fail the others."""
    try:
        return list(state.answer(cases))
    except Exception as error:  # a defect, whatever it is, must not end the thread that everyone waits for
        if len(cases) > 1:
            return [result for case in cases for result in predicted(state, [case])]
        return [Refusal(500, f"sample {cases[0].sample.id} could not be predicted ({type(error).__name__}: {error})")]


def _deliver(jobs: Sequence[_Job], results: Sequence[Prediction | Refusal], state: State) -> None:
    for job, result in zip(jobs, results, strict=True):
        if job.done.done():
            continue  # Whoever asked has gone.
        if isinstance(result, Refusal):
            job.done.set_exception(result)
        else:
            job.done.set_result((result, state))
