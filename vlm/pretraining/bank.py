"""Generated samples as prompt parts, stocked per label: each serves under several label lists, and as an exemplar of others.

A sample's tokens do not depend on the label list, so they are made once. A label's stock is small and constantly renewed. List,
codes, exemplars and calls are drawn anew at each use.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data.case import Case
from data.page import OcrLine, Page
from data.profile import VlmSettings
from data.schema import Sample, Speaker, Task, Turn
from data.synth.corpus import Corpus
from data.synth.dialogue import generate_dialogue
from vlm.engines.pieces import rope_positions
from vlm.exemplars import exemplar_text
from vlm.model import Grid
from vlm.pretraining.image_pool import ImagePool, text_lines
from vlm.prompt import PromptBuilder, clean, prompt_builder

# Samples in stock per label. A draw makes a new sample with probability FRESH, else it takes one from the stock. A dialogue takes
# 0.5 ms and a screen several, so screens are reused more often, with the same OCR noise.
STOCK = 16
FRESH = {Task.DIALOGUE: 0.6, Task.SCENE: 0.35}
# Samples of a label's stock among which the most similar one becomes an exemplar: retrieved neighbours are similar, too.
COMPARED = 4
# Scene samples have image and text, an image whose text is missing or cut short, or text alone. At run time there always is an
# image; text pages are trained on because their number is unlimited and they hold most of the evidence.
WITH_IMAGE = 0.5
TEXT_LOST = 0.2  # of those with image, so 10% of all
# Pages of dialogues: image and text, text alone, or none. Half of the real images say little about the intent.
DIALOGUE_PAGES = (("image", 0.35), ("text", 0.35), ("none", 0.30))
DRAWN_ANYWAY = ("实物拍摄(含售后)",)  # drawing a photo takes 30 ms even for its text alone, so text comes from the pool
NOISE = (0.1, 0.3, 0.3, 0.5)  # mean strengths of typing noise
# Token dropout: a share WHOLE of the training samples keeps all tokens; each other sample drops a share, up to MOST_DROPPED.
# Phrases and layouts are finite, and a model that sees them whole memorises them instead of weighing all evidence.
WHOLE, MOST_DROPPED = 0.25, 0.35

# scene -> the lines that OCR reads on a new page of it, noise included
DrawLines = Callable[[random.Random, str], Sequence[str]]
# lines as drawn -> lines as read
Misread = Callable[[random.Random, Sequence[OcrLine]], Sequence[str]]


@dataclass(frozen=True, eq=False)
class Item:
    """A sample's prompt part.

    `positions` is int32 (3, tokens) of M-RoPE from 0 on, `after` the next position, `images` the image pool's rows in the order
    of the placeholders, `text` the sample's text as an exemplar.
    """

    label: str
    ids: tuple[int, ...]
    positions: NDArray[np.int32]
    after: int
    images: tuple[int, ...]
    grids: tuple[Grid, ...]
    text: str
    letters: frozenset[str]


class QuickTokenizer:
    """A Qwen2 tokenizer's `encode` without its checks and with a cache of codes: the same ids in a fifth of the time."""

    def __init__(self, tokenizer: Any) -> None:
        self._backend = tokenizer.backend_tokenizer
        self._short: dict[str, list[int]] = {}
        self.special = frozenset(self._backend.get_added_tokens_decoder())

    def encode(self, text: str, add_special_tokens: bool = False) -> list[int]:
        """Token ids."""
        if len(text) > 2:
            return self._backend.encode(text, add_special_tokens=add_special_tokens).ids  # type: ignore[no-any-return]
        if text not in self._short:
            self._short[text] = self._backend.encode(text, add_special_tokens=False).ids
        return self._short[text]


@dataclass
class Bank:
    """The stock of one task.

    `make` draws a case of a label, with the pool rows of its images. `kept` are tokens that are never dropped; None keeps all.
    """

    builder: PromptBuilder
    image_token: int
    make: Callable[[random.Random, str], tuple[Case, tuple[int, ...]]]
    fresh: float
    kept: frozenset[int] | None = None
    stock: dict[str, list[Item]] = field(default_factory=dict)

    def draw(self, rng: random.Random, label: str) -> Item:
        """A sample of a label, new or from the stock."""
        kept = self.stock.setdefault(label, [])
        if kept and rng.random() >= self.fresh:
            return rng.choice(kept)
        item = self._new(rng, label)
        if len(kept) < STOCK:
            kept.append(item)
        else:
            kept[rng.randrange(STOCK)] = item
        return item

    def similar(self, rng: random.Random, label: str, item: Item) -> Item | None:
        """Another sample of a label: of COMPARED ones, that with most characters in common with `item`; None if none has text."""
        kept = self.stock.setdefault(label, [])
        while len(kept) < COMPARED:
            kept.append(self._new(rng, label))
        found = [other for other in rng.sample(kept, COMPARED) if other is not item and other.text and other.text != item.text]
        return max(found, key=lambda other: len(other.letters & item.letters), default=None)

    def literal(self, label: str, text: str) -> Item:
        """A sample that says `text` and nothing else."""
        task = self.builder.task
        turns = (Turn(Speaker.CUSTOMER, text),) if task is Task.DIALOGUE else ()
        pages = () if turns else (Page("", 0, 0, text_lines([text])),)
        return self._item(label, Case(Sample("synth", task, turns, label=label), pages), ())

    def lines(self, texts: Sequence[str], codes: Sequence[int]) -> tuple[Item, tuple[int, ...]]:
        """Short texts, each followed by a code's token, and the places of the tokens before the codes."""
        lead = "用户：" if self.builder.task is Task.DIALOGUE else "图中文字："
        ids: list[int] = []
        places: list[int] = []
        for text, code in zip(texts, codes, strict=True):
            ids += self.builder.encode(f"{lead}{clean(text)}\n")
            places.append(len(ids) - 1)
            ids += [code, *self.builder.encode("\n")]
        positions, after = rope_positions(ids, (), self.image_token)
        return Item("", tuple(ids), positions, after, (), (), "", frozenset()), tuple(places)

    def _new(self, rng: random.Random, label: str) -> Item:
        case, images = self.make(rng, label)
        return self._item(label, case, images, rng)

    def _item(self, label: str, case: Case, images: tuple[int, ...], rng: random.Random | None = None) -> Item:
        part = self.builder.sample(case)
        ids = part.ids if rng is None or self.kept is None else thinned(rng, part.ids, self.kept)
        positions, after = rope_positions(ids, part.grids, self.image_token)
        text = exemplar_text(case, self.builder.settings.exemplar_chars)
        return Item(label, ids, positions, after, images[: len(part.grids)], part.grids, text, frozenset(text))


def thinned(rng: random.Random, ids: Sequence[int], kept: frozenset[int]) -> tuple[int, ...]:
    """Token dropout; tokens in `kept` are never dropped."""
    if rng.random() < WHOLE:
        return tuple(ids)
    share = rng.random() * MOST_DROPPED
    return tuple(token for token in ids if token in kept or rng.random() >= share)


@dataclass(frozen=True)
class PageSource:
    """Pages of scenes: from the pool, with their image, or newly drawn, with text alone."""

    pool: ImagePool
    draw_lines: DrawLines
    misread: Misread

    def with_image(self, rng: random.Random, scene: str, lose: float = 0.0) -> tuple[Page, tuple[int, ...]]:
        """A page of the pool, or a text page where the pool has none. With probability `lose`, text is missing or cut short."""
        rows = self.pool.by_scene.get(scene)
        if not rows:
            return self.text_only(rng, scene), ()
        row = rng.choice(rows)
        lines = list(self.misread(rng, self.pool.images[row].lines))
        if rng.random() < lose:
            lines = lines[: rng.choice((0, 0, 1, 3))]
        return self.pool.page(row, lines), (row,)

    def text_only(self, rng: random.Random, scene: str) -> Page:
        """A page without pixels."""
        rows = self.pool.by_scene.get(scene) if scene in DRAWN_ANYWAY else None
        lines = self.misread(rng, self.pool.images[rng.choice(rows)].lines) if rows else self.draw_lines(rng, scene)
        return Page("", 0, 0, text_lines(lines))


def scene_maker(pages: PageSource) -> Callable[[random.Random, str], tuple[Case, tuple[int, ...]]]:
    """Draws scene cases."""

    def make(rng: random.Random, scene: str) -> tuple[Case, tuple[int, ...]]:
        if rng.random() < WITH_IMAGE:
            page, rows = pages.with_image(rng, scene, TEXT_LOST)
        else:
            page, rows = pages.text_only(rng, scene), ()
        return Case(Sample("synth", Task.SCENE, images=("synth.jpg",), label=scene), (page,)), rows

    return make


def dialogue_maker(corpus: Corpus, pages: PageSource, limit: int) -> Callable[[random.Random, str], tuple[Case, tuple[int, ...]]]:
    """Draws dialogues; their images, if any, are of the scenes that the generator asks for. Prompts show the last `limit`."""
    intents = {intent.label: intent for intent in corpus.intents}
    kinds, weights = [kind for kind, _ in DIALOGUE_PAGES], [weight for _, weight in DIALOGUE_PAGES]
    stock: dict[str, list[Page]] = {}

    def text_page(rng: random.Random, scene: str) -> Page:
        kept = stock.setdefault(scene, [])
        if len(kept) < 4 * STOCK or rng.random() < 0.1:
            kept.append(pages.text_only(rng, scene))
            if len(kept) > 4 * STOCK:
                kept.pop(rng.randrange(len(kept) - 1))
            return kept[-1]
        return rng.choice(kept)

    def make(rng: random.Random, label: str) -> tuple[Case, tuple[int, ...]]:
        made = generate_dialogue(rng, intents[label], corpus, noise=rng.choice(NOISE))
        kind = rng.choices(kinds, weights)[0]
        shown: list[Page] = []
        rows: list[tuple[int, ...]] = []
        for scene in () if kind == "none" else made.image_kinds:
            page, row = pages.with_image(rng, scene) if kind == "image" else (text_page(rng, scene), ())
            shown.append(page)
            rows.append(row)
        return Case(made.sample, tuple(shown)), tuple(row for chosen in (rows[-limit:] if limit else ()) for row in chosen)

    return make


def make_banks(
    tokenizer: Any,
    settings: VlmSettings,
    corpus: Corpus,
    pages: PageSource,
    fresh: Mapping[Task, float] = FRESH,
    kept: frozenset[int] | None = None,
) -> dict[Task, Bank]:
    """A bank per task. `tokenizer` is a `QuickTokenizer` or a plain one; for `kept` see `Bank`."""
    image_token = tokenizer.encode("<|image_pad|>", add_special_tokens=False)[0]
    makers = {Task.SCENE: scene_maker(pages), Task.DIALOGUE: dialogue_maker(corpus, pages, settings.max_images)}
    return {
        task: Bank(prompt_builder(tokenizer, task, (), settings), image_token, make, fresh[task], kept)
        for task, make in makers.items()
    }
