"""Whole dialogues as a shop's chat shows them: a link, an image, a bot that cannot see it, the question.

    corpus = load_corpus()
    made = generate_dialogue(random.Random(0), corpus.intents[0], corpus)
    made.sample.turns, made.image_kinds

Shares of shapes, numbers of turns and images, and how often the bot says nothing follow what such chats look like;
every sentence comes from the resource files.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from data.schema import IMAGE_MARK, Sample, Speaker, Task, Turn
from data.synth.corpus import Corpus, Intent
from data.synth.lexicon import Filler, Product
from data.synth.noise import formal, noisy

LINK_MARK = "<http>"
IMAGE_KINDS = (
    "商品头图",
    "商品详情页截图",
    "商品分类选项",
    "实物拍摄(含售后)",
    "订单详情页面",
    "购物车页面",
    "物流页面-物流跟踪页面",
    "其他类别图片",
)
# Weights of IMAGE_KINDS by what the intent is about.
_ABOUT = {
    "selling": (28, 30, 17, 12, 3, 3, 0, 7),
    "options": (12, 22, 42, 10, 4, 5, 0, 5),
    "details": (18, 48, 12, 14, 1, 1, 0, 6),
    "fault": (5, 5, 2, 78, 4, 0, 0, 6),
    "in use": (12, 20, 4, 54, 2, 0, 0, 8),
    "order": (6, 8, 6, 12, 42, 8, 8, 10),
    "transport": (2, 2, 1, 10, 25, 1, 52, 7),
    "money": (12, 26, 6, 1, 15, 24, 0, 16),
}
_ABOUT_LABELS = (
    ("fault", r"密封|症状|气泡|破损|质量问题|少发|发错|味道反馈|有无异味|掉毛|起球"),
    ("in use", r"生锈|养护|用法用量|信号|褪色|安装|连接|是否正品|噪音|排水"),
    ("options", r"版本|包装|规格|发货数量|套装|何时上货|颜色|尺寸|尺码"),
    ("details", r"材质|功效|控制|上市|成分|保质|产地|功率|参数|调光|续航|兼容|适用年龄|适用人群"),
    ("transport", r"物流|快递|发货时间|催发货|地址|送货"),
    ("order", r"订单|退款|退货|换货|发票|运费险|预售|售后|保修"),
    ("money", r"优惠|满减|价|赠品|积分|返现|分期|运费"),
)
# What opens a chat, before any question or image (weights).
_OPENINGS = (("none", 48), ("link", 31), ("greeting", 8), ("order", 6), ("aside", 5), ("junk", 2))
_IMAGE_COUNTS = ((1, 76), (2, 15), (3, 6), (4, 3))
_ASIDE_COUNTS = ((0, 84), (1, 10), (2, 4), (3, 2))
# Which reply group answers which customer turn (weights); "" is the bot's silence.
_REACTIONS: dict[str, tuple[tuple[str, int], ...]] = {
    "link": (
        *(
            ("promotion", 26),
            ("intro", 20),
            ("ask_question", 24),
            ("greeting", 12),
            ("steps", 4),
            ("generic", 4),
            ("", 10),
        ),
    ),
    "greeting": (("greeting", 74), ("ask_question", 6), ("ask_link", 6), ("promotion", 4), ("", 10)),
    "order": (("order", 66), ("greeting", 12), ("after_sale", 4), ("policy", 8), ("", 10)),
    "junk": (("transfer", 34), ("generic", 20), ("greeting", 18), ("ask_question", 12), ("", 16)),
    "image": (
        *(
            ("cannot_read", 44),
            ("ask_question", 24),
            ("misread", 9),
            ("ask_link", 6),
            ("policy", 5),
            ("generic", 3),
        ),
        *(("greeting", 2), ("", 7)),
    ),
    "aside": (("answer", 42), ("policy", 20), ("generic", 16), ("steps", 6), ("transfer", 3), ("", 13)),
    "ask": (
        *(
            ("answer", 46),
            ("generic", 15),
            ("policy", 9),
            ("steps", 6),
            ("wrong answer", 3),
            ("after_sale", 3),
        ),
        *(("transfer", 2), ("cannot_read", 2), ("intro", 2), ("", 22)),
    ),
    "vague": (
        ("answer", 18),
        ("generic", 26),
        ("ask_question", 18),
        ("cannot_read", 10),
        ("policy", 6),
        ("", 22),
    ),
    "follow": (("generic", 34), ("transfer", 22), ("answer", 10), ("greeting", 12), ("", 22)),
}
_SILENCES = (
    0.0,
    0.0,
    0.05,
    0.15,
    0.5,
)  # share of turns that a shop leaves without an answer, one draw a dialogue
_REPEATS = 0.06  # the bot says the same again


@dataclass(frozen=True)
class SynthDialogue:
    """A generated dialogue.

    `sample.images` are file names that do not exist yet; `image_kinds[i]` says what image i shows, `product` what it
    is about, and `decisive` is the index in `sample.turns` of the first turn that shows the label.
    """

    sample: Sample
    image_kinds: tuple[str, ...]
    product: Product
    decisive: int


def generate_dialogue(
    rng: random.Random,
    intent: Intent,
    corpus: Corpus,
    *,
    exemplars: Sequence[Sequence[str]] = (),
    noise: float = 0.3,
) -> SynthDialogue:
    """One dialogue whose label is the intent's.

    `exemplars` are customer turns of one's own labelled dialogues of this label; half of the dialogues then use one
    of them in place of the corpus's phrase. `noise` (0 to 1) is the mean strength of typing noise.
    """
    own = not exemplars or rng.random() < 0.5
    phrase = rng.choice(intent.phrases if own else exemplars)
    named = corpus.lexicon.product_in(" ".join(phrase))
    product = named if named and intent.fits(named.category) else intent.product(rng, corpus.lexicon)
    filler = corpus.lexicon.filler(rng, product=product)
    asked = [_typed(filler.fill(turn) if own else turn, rng, noise) for turn in phrase]
    events = _events(rng, intent, corpus, filler, asked, noise)
    turns: list[Turn] = []
    silence, last = rng.choice(_SILENCES), ""
    for kind, text, label in events:
        reply = last if last and rng.random() < _REPEATS else _reply(rng, kind, label, silence, corpus, filler)
        turns += (Turn(Speaker.CUSTOMER, text), Turn(Speaker.AGENT, reply))
        last = reply or last
    decisive = next(2 * i for i, (kind, _, _) in enumerate(events) if kind == "ask")
    n_images = sum(text.count(IMAGE_MARK) for _, text, _ in events)
    identifier = f"synth{rng.getrandbits(64):016x}"
    sample = Sample(
        id=identifier,
        task=Task.DIALOGUE,
        turns=tuple(turns),
        images=tuple(f"{identifier}-{i}.jpg" for i in range(n_images)),
        label=intent.label,
    )
    kinds = tuple(rng.choices(IMAGE_KINDS, image_weights(intent.label), k=n_images))
    return SynthDialogue(sample, kinds, product, decisive)


def image_weights(label: str) -> tuple[int, ...]:
    """How likely each of IMAGE_KINDS is as the image of a dialogue with this label."""
    for about, pattern in _ABOUT_LABELS:
        if re.search(pattern, label):
            return _ABOUT[about]
    return _ABOUT["selling"]


_Choice = TypeVar("_Choice")
_Event = tuple[str, str, str]  # kind of customer turn, its text, the label that an answer would be about


def _events(rng: random.Random, intent: Intent, corpus: Corpus, filler: Filler, asked: list[str], noise: float) -> list[_Event]:
    """The customer's turns in order: opening, asides, images, the question, what follows."""
    label = intent.label

    def said(kind: str, group: str) -> _Event:
        return kind, filler.fresh().fill(rng.choice(corpus.replies.customer[group])), label

    def link() -> _Event:
        return "link", rng.choice((LINK_MARK, LINK_MARK, f'"{LINK_MARK}"')), label

    events: list[_Event] = []
    match _draw(rng, _OPENINGS):
        case "link":
            events = [link()]
        case "greeting":
            events = [said("greeting", "greetings")]
        case "order":
            events = [said("order", "order_cards")]
        case "junk":
            events = [said("junk", "junk")]
        case "aside":
            events = _aside(rng, intent, corpus, filler, noise)
    images: list[_Event] = [("image", IMAGE_MARK, label)] * _draw(rng, _IMAGE_COUNTS)
    for _ in range(_draw(rng, _ASIDE_COUNTS)):
        events += _aside(rng, intent, corpus, filler, noise)
    ask: list[_Event] = [("ask", text, label) for text in asked]
    order = rng.random()
    if order < 0.05:  # the question, then the image says what it is about
        events += [*ask, *images]
        events += [said("vague", "vague")] if rng.random() < 0.5 else []
    elif order < 0.10 and len(ask) > 1:
        events += [ask[0], *images, *ask[1:]]
    elif order < 0.12:  # image and text in one turn
        events += [*images[1:], ("ask", IMAGE_MARK + asked[0], label), *ask[1:]]
    else:
        between = _aside(rng, intent, corpus, filler, noise) if rng.random() < 0.11 else []
        between += [link()] if rng.random() < 0.03 else []
        spread = between if rng.random() < 0.7 else []
        events += [*images[:1], *spread, *images[1:], *([] if spread else between), *ask]
    rest = rng.random()
    if rest < 0.09:
        events.append(said("follow", "followups"))
    elif rest < 0.16:
        again = filler.fresh()
        events += [("ask", _typed(again.fill(turn), rng, noise), label) for turn in rng.choice(intent.phrases)]
    return events


def _aside(rng: random.Random, intent: Intent, corpus: Corpus, filler: Filler, noise: float) -> list[_Event]:
    """A question with another label about the same product."""
    fitting = corpus.by_category[filler.product.category]
    for _ in range(20):
        other = rng.choice(fitting)
        if other.label == intent.label or (other.label in intent.near and rng.random() < 0.8):
            continue
        phrase = rng.choice(other.phrases)[0]
        named = corpus.lexicon.product_in(phrase)
        if named is None or named.category == filler.product.category:
            return [("aside", _typed(filler.fresh().fill(phrase), rng, noise), other.label)]
    return []


def _typed(text: str, rng: random.Random, noise: float) -> str:
    """A customer's text in the careful register or with typing noise."""
    roll = rng.random()
    if roll < 0.3:
        return formal(text)
    return text if roll < 0.5 else noisy(text, rng, min(1.0, 2 * noise * rng.random()))


def _reply(rng: random.Random, kind: str, label: str, silence: float, corpus: Corpus, filler: Filler) -> str:
    """The bot's reply; on topic, off topic or empty."""
    group = "" if rng.random() < silence else _draw(rng, _REACTIONS[kind])
    if not group:
        return ""
    fresh = filler.fresh()
    if group == "answer":
        text = (filler if kind == "ask" else fresh).fill(corpus.replies.answer(rng, label))
    elif group == "wrong answer":
        others = corpus.by_category[filler.product.category]
        text = fresh.fill(corpus.replies.answer(rng, rng.choice(others).label))
    else:
        text = fresh.fill(rng.choice(corpus.replies.replies[group]))
    for extra in _extras(rng, group):
        text += rng.choice((" ", "", "  ")) + fresh.fill(rng.choice(corpus.replies.replies[extra]))
    return f'"{text}"' if rng.random() < 0.02 else text


def _extras(rng: random.Random, group: str) -> list[str]:
    """Groups whose texts make a reply longer: shop bots paste blocks together."""
    if group in ("promotion", "intro"):
        return ["gifts"] * rng.choice((0, 1, 1, 2, 3)) + ["tail"] * (rng.random() < 0.4)
    if group in ("answer", "wrong answer"):
        return rng.choice(([], [], ["tail"], ["tail"], ["policy"], ["steps", "tail"], ["intro"], ["tail", "tail"]))
    if group in ("steps", "policy", "after_sale"):
        return rng.choice(([], [], ["tail"], ["policy", "tail"]))
    return ["tail"] if rng.random() < 0.2 else []


def _draw(rng: random.Random, weighted: Sequence[tuple[_Choice, int]]) -> _Choice:
    total = sum(weight for _, weight in weighted)
    at = rng.random() * total
    for value, weight in weighted:
        at -= weight
        if at < 0:
            return value
    return weighted[-1][0]
