"""The sources of pretraining's samples: synthetic corpus, screens and image pool, each with a training and a held-out part."""

from __future__ import annotations

import functools
import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Literal

from data.page import OcrLine
from data.profile import VlmSettings
from data.schema import Task
from data.synth.corpus import Corpus, load_corpus
from data.synth.dialogue import generate_dialogue
from data.synth.ocr_noise import noisy_lines
from retrieval.pretraining.concepts import Concept
from retrieval.pretraining.drawn_pool import is_held_out, lexicon
from vlm.pretraining.bank import Bank, PageSource, QuickTokenizer, make_banks
from vlm.pretraining.curriculum import Curriculum, concepts_of, is_unseen
from vlm.pretraining.image_pool import ImagePool, layouts_of
from vlm.prompt import INSTRUCTIONS, NO_TEXT, QUESTION

# What prompt.py writes around samples and exemplars.
SENTENCES = (
    "你是一个有用的助手。 图中文字： 对话： 用户： 客服： [图1] [图2] [链接] 相似的已标注例子： 候选： 例： "
    "以上仅供参考，答案可以是任何一个标签。 请比较最可能的两个标签："
)

CLEAN = 0.15  # share of pages without recognition errors; the others have errors of any strength
# Additional lines are dropped; each page draws its share, up to this maximum. An answer that rests on a single line does not
# generalise to unseen layouts.
MOST_LOST = 0.35

Part = Literal["train", "held_out"]


def make_curriculum(tokenizer: Any, settings: VlmSettings, pool: ImagePool, seed: str, part: Part = "train") -> Curriculum:
    """A curriculum with samples of one part of corpus and pages. Exemplars always come from the training part."""
    quick = QuickTokenizer(tokenizer)
    corpus = load_corpus(part="train")
    concepts = concepts_of(corpus, further_scenes())
    exemplars = _banks(quick, settings, corpus, _images_of(pool, "train"), "train")
    asked = exemplars if part == "train" else _banks(quick, settings, load_corpus(part=part), _images_of(pool, part), part)
    return Curriculum(quick, settings, concepts, asked, exemplars, seed)


def further_scenes() -> tuple[tuple[str, str], ...]:
    """Further scenes that can be drawn, with their descriptions."""
    from data.synth.screens import further_scenes

    return tuple((scene.label, scene.description) for scene in further_scenes())


def screen_lines(rng: random.Random, scene: str, part: Part) -> list[str]:
    """The lines that OCR reads on a new page of a scene."""
    from data.synth.screens import generate_screen

    layout = rng.choice(_layouts(scene, part == "held_out"))
    return misread(rng, generate_screen(rng, scene, lexicon(), render=False, layout=layout).lines)


def misread(rng: random.Random, lines: Sequence[OcrLine]) -> list[str]:
    """Texts as a recogniser reads them, with errors; the scores of `lines` say how legible they are."""
    if rng.random() < CLEAN:
        return [line.text for line in lines]
    lost = rng.random() ** 2 * MOST_LOST
    return [line.text for line in noisy_lines(rng, lines, rng.random()) if rng.random() >= lost]


def tokenizer_texts(count: int, seed: int, pool: ImagePool) -> Iterator[str]:
    """The tokenizer's training texts: dialogues and pages in equal number, labels, and the prompts' own sentences.

    Pages come from the pool; without a pool they are drawn.
    """
    rng = random.Random(f"tokenizer-{seed}")
    corpus = load_corpus(part="train")
    named: list[Concept] = [item for found in concepts_of(corpus, further_scenes()).values() for item in found.values()]
    fixed = [*INSTRUCTIONS.values(), QUESTION, NO_TEXT, *SENTENCES.split()]
    scenes = [item.name for item in named if item.name not in {intent.label for intent in corpus.intents}]
    for _ in range(max(2, count // 500)):
        yield from fixed
        yield from (text for item in named for text in (item.name, item.description))
    for _ in range(count // 2):
        made = generate_dialogue(rng, rng.choice(corpus.intents), corpus)
        yield from (turn.text for turn in made.sample.turns)
        if pool.images:
            yield from misread(rng, rng.choice(pool.images).lines)
        else:
            yield from screen_lines(rng, rng.choice(scenes), "train")


def _banks(tokenizer: QuickTokenizer, settings: VlmSettings, corpus: Corpus, pool: ImagePool, part: Part) -> dict[Task, Bank]:
    pages = PageSource(pool, partial(screen_lines, part=part), misread)
    kept = tokenizer.special if part == "train" else None  # Held-out samples keep all tokens.
    return make_banks(tokenizer, settings, corpus, pages, kept=kept)


def _images_of(pool: ImagePool, part: Part) -> ImagePool:
    """The pool with the rows of one part."""
    wanted = part == "held_out"
    chosen = {scene: tuple(row for row in rows if is_held_out(row) is wanted) for scene, rows in pool.by_scene.items()}
    return replace(pool, by_scene={scene: rows for scene, rows in chosen.items() if rows})


@functools.cache
def _layouts(scene: str, held_out: bool) -> tuple[str, ...]:
    return layouts_of(scene, held_out)


def describe_data(pool: ImagePool) -> dict[str, Any]:
    """The data's entry in card.json."""
    corpus = load_corpus(part="train")
    concepts = concepts_of(corpus, further_scenes())
    unseen = {task: [item.name for item in found.values() if is_unseen(item)] for task, found in concepts.items()}
    return {
        "phrases": sum(len(intent.phrases) for intent in corpus.intents),
        "intents": len(concepts[Task.DIALOGUE]),
        "scenes": len(concepts[Task.SCENE]),
        "images": len(pool.images),
        "held_out": "one in sixteen phrases of official intents, one layout of each official scene",
        "unseen_labels": {task.value: names for task, names in unseen.items()},
    }
