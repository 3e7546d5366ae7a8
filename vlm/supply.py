"""Where pretraining gets its samples from: the synthetic corpus, its screens, the image pool, and the parts that are held out."""

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
from data.synth.lexicon import Lexicon, load_lexicon
from vlm.bank import Bank, PageSource, QuickTokenizer, make_banks
from vlm.curriculum import Concept, Curriculum, concepts_of, is_unseen
from vlm.pool import ImagePool, is_held_out, layouts_of
from vlm.prompt import INSTRUCTIONS, NO_TEXT, QUESTION

# What prompt.py writes around samples and exemplars.
SENTENCES = (
    "你是一个有用的助手。 图中文字： 对话： 用户： 客服： [图1] [图2] [链接] 相似的已标注例子： 候选： 例： "
    "以上仅供参考，答案可以是任何一个标签。 请比较最可能的两个标签："
)

# OCR noise: pages read without any mistake; at most so many lines lost and characters wrong, a page's rates drawn up to that;
# illegible lines lost; lines torn apart, joined to the one before and put before it, each.
CLEAN, MOST_LOST, MOST_WRONG, FAINT_LOST, TORN = 0.3, 0.35, 0.06, 0.6, 0.015
_PAIRS = "己已 已己 未末 末未 人入 入人 土士 日曰 大太 天夫 千干 0O 1l 5S 8B 元无 贝见 王玉 甲申 木本 间问 货贷 收枚 拆折 券卷"
LOOKALIKES = {pair[0]: pair[1] for pair in _PAIRS.split()}

Part = Literal["train", "held_out"]


def make_curriculum(tokenizer: Any, settings: VlmSettings, pool: ImagePool, seed: str, part: Part = "train") -> Curriculum:
    """A curriculum whose samples are of one part of the corpus and its pages; its exemplars are always of the training part."""
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
    """What OCR reads on a new page of a scene."""
    from data.synth.screens import generate_screen

    layout = rng.choice(_layouts(scene, part == "held_out"))
    return misread(rng, generate_screen(rng, scene, _lexicon(), render=False, layout=layout).lines)


def misread(rng: random.Random, lines: Sequence[OcrLine]) -> list[str]:
    """Texts with the mistakes of a recogniser: lines lost, torn, joined and exchanged, characters lost or taken for others.

    The scores of `lines` say how legible they are.
    """
    if rng.random() < CLEAN:
        return [line.text for line in lines]
    lost, wrong = rng.random() ** 2 * MOST_LOST, rng.random() ** 2 * MOST_WRONG
    read: list[str] = []
    for line in lines:
        if rng.random() < lost + (1 - line.score) * FAINT_LOST:
            continue
        text = _letters(rng, line.text, wrong)
        chance = rng.random()
        if chance < TORN and len(text) > 5:
            cut = rng.randint(2, len(text) - 2)
            read += [text[:cut], text[cut:]]
        elif chance < 2 * TORN and read:
            read[-1] += text
        elif chance < 3 * TORN and read:
            read.insert(-1, text)
        else:
            read.append(text)
    return [text for text in read if text]


def _letters(rng: random.Random, text: str, wrong: float) -> str:
    """Each character is lost or taken for another one at the rate `wrong`."""
    if rng.random() > wrong * len(text):  # mostly nothing happens, and drawing for each character is slow
        return text
    at = rng.randrange(len(text))
    return text[:at] + rng.choice(("", LOOKALIKES.get(text[at], ""), rng.choice(text))) + text[at + 1 :]


def tokenizer_texts(count: int, seed: int, pool: ImagePool) -> Iterator[str]:
    """Texts that the tokenizer is trained on: dialogues and pages in equal number, labels and the prompts' own sentences.

    Pages are those of the pool, or drawn where there is none.
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


def _banks(tokenizer: Any, settings: VlmSettings, corpus: Corpus, pool: ImagePool, part: Part) -> dict[Task, Bank]:
    return make_banks(tokenizer, settings, corpus, PageSource(pool, partial(screen_lines, part=part), misread))


def _images_of(pool: ImagePool, part: Part) -> ImagePool:
    """The pool with the rows of one part: one image in sixteen is held out."""
    wanted = part == "held_out"
    chosen = {scene: tuple(row for row in rows if is_held_out(row) is wanted) for scene, rows in pool.by_scene.items()}
    return replace(pool, by_scene={scene: rows for scene, rows in chosen.items() if rows})


@functools.cache
def _layouts(scene: str, held_out: bool) -> tuple[str, ...]:
    return layouts_of(scene, held_out)


@functools.cache
def _lexicon() -> Lexicon:
    return load_lexicon()


def describe_data(pool: ImagePool) -> dict[str, Any]:
    """What card.json says of the data."""
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
