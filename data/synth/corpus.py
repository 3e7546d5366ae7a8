"""Intent phrases: the text files in resources/intents (official labels) and resources/further (other questions).

A file has a header and one phrase a line; ` ||| ` splits a phrase into consecutive customer turns:

    # label: 商品材质
    # description: 咨询商品具体材质，配件材质，填充物
    # categories: *
    # near: 是否会生锈, 版本款型区别
    {product}的{part}是{material}还是{material2}
    看图片像{material} ||| 到底是不是啊
"""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Literal

from data.errors import InputError
from data.synth.lexicon import PHRASE_SLOTS, Lexicon, Product, load_lexicon, slots_of

RESOURCES = Path(__file__).parent / "resources"
TURN_SEPARATOR = "|||"
Kind = Literal["official", "further", "all"]
Part = Literal["all", "train", "held_out"]
HELD_OUT_SHARE = 1 / 16

_FOLDERS = {"official": ("intents",), "further": ("further",), "all": ("intents", "further")}
_HEADER = ("label", "description", "categories", "near")
_ANY = "*"


@dataclass(frozen=True)
class Intent:
    """One intent and the phrases that show it.

    `categories` is empty where any product can be asked about, `near` holds labels that are easily confused with
    it, a phrase is its customer turns in order, slots unfilled.
    """

    label: str
    description: str
    categories: tuple[str, ...]
    near: tuple[str, ...]
    phrases: tuple[tuple[str, ...], ...]
    official: bool

    def fits(self, category: str) -> bool:
        """Whether a product of this category can be asked about."""
        return not self.categories or category in self.categories

    def product(self, rng: random.Random, lexicon: Lexicon) -> Product:
        """A product that the intent is about."""
        return lexicon.product(rng, rng.choice(self.categories) if self.categories else None)


@dataclass(frozen=True)
class Replies:
    """What the shop's bot and hurried customers say: groups of templates by name.

    `answers[label]` are on-topic answers, `answers["*"]` those of intents without their own.
    """

    replies: dict[str, tuple[str, ...]]
    answers: dict[str, tuple[str, ...]]
    customer: dict[str, tuple[str, ...]]

    def answer(self, rng: random.Random, label: str) -> str:
        """An on-topic answer, unfilled."""
        return rng.choice(self.answers.get(label) or self.answers[_ANY])


@dataclass(frozen=True)
class Corpus:
    """Everything that dialogues are made of. `by_category[category]` are the intents that fit it."""

    lexicon: Lexicon
    intents: tuple[Intent, ...]
    replies: Replies
    by_category: dict[str, tuple[Intent, ...]]

    def intent(self, label: str) -> Intent:
        """The intent of a label. Raises InputError where there is none."""
        for intent in self.intents:
            if intent.label == label:
                return intent
        raise InputError(f"the corpus has no intent {label!r}")


def load_corpus(resources: Path = RESOURCES, part: Part = "all") -> Corpus:
    """Lexicon, intents with the phrases of one part, and replies."""
    lexicon = load_lexicon(resources / "lexicon.json")
    intents = phrases_of(load_intents("all", lexicon, resources), part)
    fitting = {c: tuple(intent for intent in intents if intent.fits(c)) for c in lexicon.categories}
    return Corpus(lexicon, intents, load_replies(resources), fitting)


def load_intents(kind: Kind = "all", lexicon: Lexicon | None = None, resources: Path = RESOURCES) -> tuple[Intent, ...]:
    """The intents of one kind in file order. Raises InputError that lists every fault of every file."""
    lexicon = lexicon or load_lexicon(resources / "lexicon.json")
    intents: list[Intent] = []
    faults: list[str] = []
    seen: dict[str, str] = {}
    labels: dict[str, str] = {}
    for folder in _FOLDERS[kind]:
        for path in sorted((resources / folder).glob("*.txt")):
            intent, found = _read_intent(path, lexicon, seen)
            if intent.label in labels:
                found.append(f"{path.name}: label {intent.label!r} is already that of {labels[intent.label]}")
            labels[intent.label] = path.name
            intents.append(intent)
            faults += found
    if faults:
        raise InputError(f"{len(faults)} faults in the phrase files:\n" + "\n".join(faults))
    return tuple(intents)


def phrases_of(intents: Sequence[Intent], part: Part) -> tuple[Intent, ...]:
    """The same intents with the phrases of one part.

    One in sixteen phrases of the official intents, chosen by hash, is held out: nothing is trained on it, and the bundled
    sample and the measurements on synthetic text use no other. Further intents are for training only and stay whole.
    """
    if part == "all":
        return tuple(intents)
    wanted = part == "held_out"
    return tuple(
        replace(intent, phrases=tuple(phrase for phrase in intent.phrases if is_held_out(phrase) is wanted))
        if intent.official
        else intent
        for intent in intents
    )


def is_held_out(phrase: Sequence[str]) -> bool:
    """Whether a phrase (its unfilled turns) belongs to the held-out part."""
    first = hashlib.sha256("\n".join(phrase).encode()).digest()[0]
    return first < 256 * HELD_OUT_SHARE


def load_replies(resources: Path = RESOURCES) -> Replies:
    """Read replies.json."""
    raw = json.loads((resources / "replies.json").read_text(encoding="utf-8"))
    groups = ({name: tuple(lines) for name, lines in raw[key].items()} for key in ("replies", "answers", "customer"))
    return Replies(*groups)


def questions(rng: random.Random, intents: Sequence[Intent], n: int, lexicon: Lexicon) -> list[tuple[str, str]]:
    """`n` filled phrases as (label, text), equally many of each intent, in random order.

    The turns of a phrase are joined by newlines.
    """
    made = [(intent.label, "\n".join(ask(rng, intent, lexicon))) for intent in islice(_cycle(intents), n)]
    rng.shuffle(made)
    return made


def ask(rng: random.Random, intent: Intent, lexicon: Lexicon) -> tuple[str, ...]:
    """One phrase of the intent, filled: its customer turns."""
    filler = lexicon.filler(rng, product=intent.product(rng, lexicon))
    return tuple(filler.fill(turn) for turn in rng.choice(intent.phrases))


def _cycle(intents: Sequence[Intent]) -> Iterator[Intent]:
    while intents:
        yield from intents


def _read_intent(path: Path, lexicon: Lexicon, seen: dict[str, str]) -> tuple[Intent, list[str]]:
    """Read one file; `seen` maps every phrase of the files before it to its place."""
    header: dict[str, str] = {}
    phrases: list[tuple[str, ...]] = []
    faults: list[str] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        line, where = line.strip(), f"{path.name}:{number}"
        if line.startswith("#"):
            key, colon, value = line[1:].partition(":")
            if colon and key.strip() in _HEADER and not phrases:
                header[key.strip()] = value.strip()
            continue
        if not line:
            continue
        if line in seen:
            faults.append(f"{where}: {line!r} is already at {seen[line]}")
        seen[line] = where
        unknown = sorted(set(slots_of(line)) - PHRASE_SLOTS)
        if unknown or line.count("{") != len(slots_of(line)) or line.count("}") != line.count("{"):
            faults.append(f"{where}: unknown slot or loose brace in {line!r}: {unknown}")
        turns = tuple(turn.strip() for turn in line.split(TURN_SEPARATOR))
        if not all(turns):
            faults.append(f"{where}: an empty turn beside {TURN_SEPARATOR}")
        phrases.append(turns)
    faults += [f"{path.name}: the header lacks '# {key}: ...'" for key in _HEADER if key not in header]
    if not phrases:
        faults.append(f"{path.name}: no phrases")
    categories = _names(header.get("categories", _ANY))
    categories = () if categories == (_ANY,) else categories
    faults += [f"{path.name}: unknown category {c!r}" for c in categories if c not in lexicon.categories]
    intent = Intent(
        label=header.get("label", path.stem),
        description=header.get("description", ""),
        categories=categories,
        near=_names(header.get("near", "")),
        phrases=tuple(phrases),
        official=path.parent.name == "intents",
    )
    return intent, faults


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.replace("，", ",").replace("、", ",").split(",") if name.strip())
