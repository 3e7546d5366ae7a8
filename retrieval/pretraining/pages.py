"""What the encoder is pretrained on: pages drawn ahead into a pool, and batches of pages, questions and label texts.

A pool folder (drawn_pool.py) holds `images.npy`, uint8 (pages, height, width, 3), and `pages.jsonl` with scene and OCR lines of
each page. Questions are drawn anew for every batch, since a dialogue takes less than a millisecond.
"""

from __future__ import annotations

import functools
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch.utils.data import IterableDataset, get_worker_info
from transformers import PreTrainedTokenizerFast

from data.case import Case
from data.schema import Task
from data.synth.corpus import Corpus, load_corpus
from data.synth.dialogue import generate_dialogue
from data.synth.lexicon import Lexicon
from retrieval.pretraining.concepts import Concept
from retrieval.pretraining.drawn_pool import DrawnPool, Record, is_held_out, lexicon
from retrieval.views import question

OFFICIAL = 0.7  # share of official labels among pages and questions; the others make the space wider than they are
SCALES = (0.5, 0.9)  # pixels per point; the encoder sees 160 pixels of a width of 360 points
LOST_LINES = 0.25  # at most this share of a page's lines is not read
MISREAD = 0.03  # mean share of characters that OCR misreads
NOISE = 0.3  # of typing, see data.synth.dialogue

Draw = Callable[[random.Random, str, Lexicon], tuple[Image.Image, Sequence[str]]]


@dataclass(frozen=True)
class Pages:
    """The pool: `images` uint8 (n, height, width, 3), OCR lines and scene name of each."""

    images: NDArray[np.uint8]
    lines: tuple[tuple[str, ...], ...]
    scenes: tuple[str, ...]


@dataclass(frozen=True)
class Batch:
    """`rows` (p,) of the pool with their text `page_tokens` (p, context), questions (q, context), and all concepts' texts.

    `concept_tokens` is (concepts, context); `page_groups` (p,) and `question_groups` (q,) are concept numbers.
    """

    rows: torch.Tensor
    page_tokens: torch.Tensor
    page_groups: torch.Tensor
    question_tokens: torch.Tensor
    question_groups: torch.Tensor
    concept_tokens: torch.Tensor


def draw_screen(rng: random.Random, scene: str, lexicon: Lexicon) -> tuple[Image.Image, Sequence[str]]:
    """A new page of a scene and what is written on it."""
    from data.synth.screens import generate_screen

    screen = generate_screen(rng, scene, lexicon, scale=rng.uniform(*SCALES))
    assert screen.image is not None
    return screen.image, [line.text for line in screen.lines]


def build_pages(
    folder: Path,
    size: int,
    seed: int,
    shape: tuple[int, int],
    scenes: Sequence[Concept],
    workers: int,
    draw: Draw = draw_screen,
) -> None:
    """Draw `size` pages of `shape` (height, width) into `folder`, or keep those of an earlier call. Deterministic by seed."""
    wanted = {"size": size, "seed": seed, "shape": list(shape), "scenes": [scene.name for scene in scenes]}
    names = [[scene.name for scene in scenes if scene.official is official] for official in (True, False)]
    _files(folder).build(wanted, (size, *shape, 3), functools.partial(_draw_page, seed, names, shape, draw), workers)


def load_pages(folder: Path) -> Pages:
    """Open a finished pool. Raises RunError."""
    images, records = _files(folder).load("r", "run `python -m retrieval.pretrain` again to draw the pool")
    return Pages(images, tuple(tuple(record["lines"]) for record in records), tuple(record["scene"] for record in records))


def tokenizer_texts(corpus: Corpus, pages: Pages, named: Sequence[Concept], count: int, seed: int) -> Iterator[str]:
    """About `count` texts that the tokenizer is trained on: questions, pages and label texts."""
    rng = random.Random(f"tokenizer-{seed}")
    yield from (f"{concept.name} {concept.description}" for concept in named for _ in range(5))
    for _ in range(count // 2):
        yield ask(rng, rng.choice(corpus.intents).label, corpus)
        yield "\n".join(rng.choice(pages.lines))


def ask(rng: random.Random, label: str, corpus: Corpus) -> str:
    """The question of a new dialogue, as the encoder is given it at run time."""
    return question(Case(generate_dialogue(rng, corpus.intent(label), corpus, noise=NOISE).sample))


class Batches(IterableDataset[Batch]):
    """Endless batches; each data process has its own random stream."""

    def __init__(
        self,
        pages: Pages,
        named: Sequence[Concept],
        tokenizer: PreTrainedTokenizerFast,
        context: int,
        sizes: tuple[int, int],
        seed: str,
    ) -> None:
        """`sizes` are the numbers of pages and of questions in a batch."""
        self.pages, self.named, self.tokenizer, self.context = pages, named, tokenizer, context
        self.sizes, self.seed = sizes, seed

    def __iter__(self) -> Iterator[Batch]:
        info = get_worker_info()
        rng = random.Random(f"{self.seed}-{info.id if info else 0}")
        corpus = load_corpus(part="train")
        numbers = {(concept.task, concept.name): number for number, concept in enumerate(self.named)}
        kinds = [[c.name for c in self.named if c.task is Task.DIALOGUE and c.official is official] for official in (True, False)]
        trained = [row for row in range(len(self.pages.scenes)) if not is_held_out(row)]
        while True:
            rows = [rng.choice(trained) for _ in range(self.sizes[0])]
            labels = [rng.choice(_kind(rng, kinds)) for _ in range(self.sizes[1])]
            yield Batch(
                torch.tensor(rows),
                self._tokens(read_page(rng, self.pages.lines[row]) for row in rows),
                torch.tensor([numbers[Task.SCENE, self.pages.scenes[row]] for row in rows]),
                self._tokens(ask(rng, label, corpus) for label in labels),
                torch.tensor([numbers[Task.DIALOGUE, label] for label in labels]),
                self._tokens(concept_text(rng, concept) for concept in self.named),
            )

    def _tokens(self, texts: Iterator[str]) -> torch.Tensor:
        return tokenize(self.tokenizer, list(texts), self.context)


def tokenize(tokenizer: PreTrainedTokenizerFast, texts: Sequence[str], context: int) -> torch.Tensor:
    """Token ids (n, context), cut and padded as open_clip's `HFTokenizer` does."""
    encoded: Any = tokenizer(list(texts), max_length=context, padding="max_length", truncation=True, return_tensors="pt")
    ids: torch.Tensor = encoded["input_ids"]
    return ids


def concept_text(rng: random.Random, concept: Concept) -> str:
    """Name, description or, mostly, both in the form that `vectors.encode_labels` encodes."""
    both = f"{concept.name}\n{concept.description}"
    return rng.choice((concept.name, concept.description or concept.name, both, both))


def read_page(rng: random.Random, lines: Sequence[str]) -> str:
    """A page's text as at run time, with lost lines and misread characters.

    It starts at any line, because long pages are read in windows.
    """
    start = rng.randrange(len(lines)) if len(lines) > 4 and rng.random() < 0.5 else 0
    lost = rng.random() * LOST_LINES
    kept = [line for line in lines[start:] if rng.random() >= lost] or list(lines)
    pool = "".join(kept) or " "
    share = rng.random() * 2 * MISREAD
    return "\n".join("".join(rng.choice(pool) if rng.random() < share else char for char in line) for line in kept)


def _kind(rng: random.Random, kinds: Sequence[Sequence[str]]) -> Sequence[str]:
    """Official names or the others, where there are others."""
    return kinds[0] if not kinds[1] or rng.random() < OFFICIAL else kinds[1]


def _files(folder: Path) -> DrawnPool:
    return DrawnPool(folder, "images.npy", "pages.jsonl")


def _draw_page(
    seed: int, kinds: Sequence[Sequence[str]], shape: tuple[int, int], draw: Draw, row: int
) -> tuple[NDArray[np.uint8], Record]:
    """Image (height, width, 3) and record of a row of the pool."""
    rng = random.Random(f"pages-{seed}-{row}")
    names = _kind(rng, kinds)
    scene = names[row % len(names)]
    image, lines = draw(rng, scene, lexicon())
    height, width = shape
    pixels = np.asarray(image.convert("RGB").resize((width, height), Image.Resampling.BICUBIC), np.uint8)
    return pixels, {"scene": scene, "lines": list(lines)}
