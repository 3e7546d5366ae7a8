"""Measures the whole retriever by the number of labelled examples, for `python -m retrieval.benchmark --examples N,N,...`.

Examples are generated dialogues of the official labels with made vectors, so that no encoder takes part: what is measured is what
grows with the number of examples. Columns:

    fit s       duplicate search, indexes, probes, all out-of-fold
    fit MB      the most memory that fitting added to the process
    load s      reading what was saved
    one ms      one new case, median
    batch ms    a new case in a batch of 32, median
"""

from __future__ import annotations

import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np

from data.case import Case
from data.labels import load_labels
from data.machine import peak_memory
from data.profile import RetrievalSettings
from data.schema import Task
from data.synth.corpus import load_corpus
from data.synth.dialogue import generate_dialogue
from retrieval.encoder import unit
from retrieval.retriever import Retriever
from retrieval.vectors import CaseVectors

HEADER = "  examples     fit s    fit MB    load s    one ms  batch ms"
DIMENSION = 256
BATCH = 32
REPEATS = 9
MB = 2**20


def measure_retriever(sizes: Sequence[int], seed: int) -> Iterator[str]:
    """The lines of the table, one for each number of examples."""
    yield HEADER
    for size in sizes:
        yield _measure(size, seed)


def _measure(size: int, seed: int) -> str:
    """Fit, save, load and ask a retriever of `size` examples."""
    labels, settings = load_labels(), RetrievalSettings(knowledge=False)
    cases = generated_dialogues(size + BATCH, seed)
    vectors = made_vectors(cases, seed)
    asked, asked_vectors = cases[size:], vectors.take(range(size, size + BATCH))
    with tempfile.TemporaryDirectory() as folder:
        with peak_memory() as peak:
            start = time.perf_counter()
            fitted = Retriever.fit(cases[:size], vectors.take(range(size)), labels, settings, seed)
            fit_seconds = time.perf_counter() - start
        fitted.save(Path(folder))
        start = time.perf_counter()
        retriever = Retriever.load(Path(folder))
        load_seconds = time.perf_counter() - start
    one = _seconds(lambda: retriever.query(Task.DIALOGUE, asked[:1], asked_vectors.take([0])))
    batch = _seconds(lambda: retriever.query(Task.DIALOGUE, asked, asked_vectors)) / BATCH
    return f"{size:10,} {fit_seconds:9.1f} {peak[0] / MB:9.0f} {load_seconds:9.2f} {1000 * one:9.1f} {1000 * batch:9.2f}"


def generated_dialogues(count: int, seed: int) -> list[Case]:
    """Generated dialogues, the official labels in turn."""
    corpus, names = load_corpus(part="train"), load_labels().names(Task.DIALOGUE)
    intents = [intent for intent in corpus.intents if intent.label in names]
    rng = random.Random(seed)
    return [Case(generate_dialogue(rng, intents[number % len(intents)], corpus).sample) for number in range(count)]


def made_vectors(cases: Sequence[Case], seed: int, size: int = DIMENSION) -> CaseVectors:
    """Text vectors around a centre for each label; no images."""
    generator = np.random.default_rng(seed)
    names = load_labels().names(Task.DIALOGUE)
    targets = [names.index(str(case.sample.label)) for case in cases]
    centres = generator.standard_normal((len(names), size))
    text = unit(centres[targets] + 2 * generator.standard_normal((len(cases), size)))
    return CaseVectors(np.zeros_like(text), text)


def _seconds(call: Callable[[], object]) -> float:
    """Median time of a call after a first one."""
    call()
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return statistics.median(times)
