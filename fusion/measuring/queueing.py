"""The service's queue as a simulation by events: requests come at random, a bounded pool reads images, one model takes batches.

    outcome = simulate(Service(read=[0.21, 0.3], model=[(1, 0.03), (32, 0.5)], readers=2, cores=2), rate=3.0, requests=10_000)
    percentile(outcome.latencies, 0.95)

It follows `fusion.serving.work`: at most `waiting` samples are accepted and not answered, others are refused; the model waits a
moment for a fuller batch while samples are still being read. The model goes first, as reading processes have a lower priority:
these share the cores that it leaves them, and slow down alike where they want more. What HTTP itself costs is left out.
"""

from __future__ import annotations

import heapq
import itertools
import math
import random
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from fusion.serving.settings import FIRST_GUESS, MOST_PATIENCE, PATIENCE


@dataclass(frozen=True)
class Service:
    """One replica. Times are in seconds.

    `read` holds measured times of reading a sample's images on one core, one of which is drawn for each sample, or draws one;
    `images` is the share of the samples that have any. `model` gives measured (batch size, time), between which lines are drawn,
    or draws a time for a size; the model takes `model_cores` of the `cores` while it works (0 where it works on a GPU).
    """

    read: Sequence[float] | Callable[[random.Random], float]
    model: Sequence[tuple[int, float]] | Callable[[int, random.Random], float]
    images: float = 1.0
    readers: int = 2
    cores: float = 2.0
    model_cores: float = 1.0
    waiting: int = 256
    batch: int = 32
    patience: float = PATIENCE
    most_patience: float = MOST_PATIENCE


@dataclass
class Outcome:
    """What came of `offered` requests: `latencies` of those that were answered, in seconds, in the order of the answers.

    `seconds` is the time from the first request to the last answer; `held` the integral of the samples that waited over it and
    `work` that of the cores that were used; `batches` the sizes of the model's batches.
    """

    offered: int = 0
    refused: int = 0
    latencies: list[float] = field(default_factory=list)
    batches: list[int] = field(default_factory=list)
    seconds: float = 0.0
    held: float = 0.0
    work: float = 0.0


def simulate(service: Service, rate: float, requests: int, seed: int = 0) -> Outcome:
    """Offer `requests` of one sample each, `rate` a second on average, to an empty service and wait until all are answered."""
    return _Run(service, rate, requests, seed).run()


def model_time(model: Sequence[tuple[int, float]], size: int) -> float:
    """Seconds of a batch, on lines between the measured sizes; beyond the largest in proportion to the size."""
    points = sorted(model)
    if size >= points[-1][0]:
        return points[-1][1] * size / points[-1][0]
    for (low, before), (high, after) in itertools.pairwise(points):
        if low <= size <= high:
            return before + (after - before) * (size - low) / (high - low)
    return points[0][1]


def most_per_second(service: Service) -> dict[str, float]:
    """Samples a second that each part can do by itself, batches being full; `cores` is what reading and the model share.

    The service cannot do more than the least of them. `read` and `model` must be measured times.
    """
    assert not callable(service.read)
    assert not callable(service.model)
    read = service.images * (sum(service.read) / len(service.read) if service.read else 0.0)
    model = model_time(service.model, service.batch) / service.batch
    together = read + model * service.model_cores
    return {
        "reading": service.readers / read if read else math.inf,
        "model": 1 / model if model else math.inf,
        "cores": service.cores / together if together else math.inf,
    }


class _Run:
    """Readers have a clock of their own, `read_time`: the seconds of work that each of them has got since the start. It runs
    slower than `now` while they share too few cores. One that begins with w seconds of work ends when it has grown by w."""

    def __init__(self, service: Service, rate: float, requests: int, seed: int) -> None:
        self.service, self.rate, self.requests = service, rate, requests
        self.random = random.Random(seed)
        self.outcome = Outcome()
        self.now = self.read_time = 0.0
        self.reading: list[tuple[float, int]] = []  # (when it ends on the readers' clock, sample)
        self.came: dict[int, float] = {}
        self.to_read: deque[int] = deque()
        self.ready: deque[int] = deque()
        self.answering: list[int] = []
        self.answered = math.inf
        self.patient_until: float | None = None
        self.mean = FIRST_GUESS

    def run(self) -> Outcome:
        arrival = self.random.expovariate(self.rate)
        while self.outcome.offered < self.requests or self.came:
            speed = self._speed()
            read = self.now + (self.reading[0][0] - self.read_time) / speed if self.reading and speed else math.inf
            patience = self.patient_until if self.patient_until is not None else math.inf
            coming = arrival if self.outcome.offered < self.requests else math.inf
            first = min(coming, read, self.answered, patience)
            self._pass(max(0.0, first - self.now), speed)
            if first == coming:
                self._arrive()
                arrival = self.now + self.random.expovariate(self.rate)
            elif first == read:
                self.ready.append(heapq.heappop(self.reading)[1])
            elif first == self.answered:
                self._answer()
            self._start()
        self.outcome.seconds = self.now
        return self.outcome

    def _speed(self) -> float:
        """Of the readers' clock."""
        left = self.service.cores - (self.service.model_cores if self.answering else 0.0)
        return min(1.0, max(0.0, left) / len(self.reading)) if self.reading else 1.0

    def _pass(self, seconds: float, speed: float) -> None:
        self.outcome.held += seconds * len(self.came)
        self.outcome.work += seconds * (speed * len(self.reading) + (self.service.model_cores if self.answering else 0.0))
        self.now += seconds
        self.read_time += seconds * speed

    def _arrive(self) -> None:
        number = self.outcome.offered
        self.outcome.offered += 1
        if self.came and len(self.came) + 1 > self.service.waiting:
            self.outcome.refused += 1
            return
        self.came[number] = self.now
        (self.to_read if self.random.random() < self.service.images else self.ready).append(number)

    def _answer(self) -> None:
        for number in self.answering:
            latency = self.now - self.came.pop(number)
            self.outcome.latencies.append(latency)
            self.mean += 0.1 * (latency / (len(self.came) + 1) - self.mean)
        self.answering, self.answered = [], math.inf

    def _start(self) -> None:
        while self.to_read and len(self.reading) < self.service.readers:
            read = self.service.read
            work = read(self.random) if callable(read) else self.random.choice(read)
            heapq.heappush(self.reading, (self.read_time + work, self.to_read.popleft()))
        if self.answering or not self.ready:
            return
        if self.patient_until is None:
            self.patient_until = self.now + min(self.service.most_patience, self.service.patience * len(self.came) * self.mean)
        fuller = len(self.ready) < self.service.batch and len(self.came) > len(self.ready)
        if fuller and self.now < self.patient_until:
            return
        self.patient_until = None
        self.answering = [self.ready.popleft() for _ in range(min(self.service.batch, len(self.ready)))]
        self.outcome.batches.append(len(self.answering))
        model, size = self.service.model, len(self.answering)
        self.answered = self.now + (model(size, self.random) if callable(model) else model_time(model, size))
