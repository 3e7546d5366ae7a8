"""The embedded model's training data: an endless, seeded stream of samples under label lists, in the form of the three calls.

Half of the rows, later most, have the official list in its order. The others have lists that are drawn anew from official and
further labels, so that the model learns to read a list and does not memorise one. Every row has call 1. Calls 2 and 3 are late
parts of the same row (pieces.py) and cost only their own tokens.
"""

from __future__ import annotations

import itertools
import random
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from data.labels import Label, load_labels
from data.profile import VlmSettings
from data.schema import Task
from data.synth.corpus import Corpus
from retrieval.pretraining.concepts import Concept
from vlm.exemplars import Exemplar
from vlm.pretraining.bank import Bank, Item
from vlm.prompt import PromptBuilder, prompt_builder
from vlm.protocol import CANDIDATES

TASK_SHARE = 0.5  # scenes and dialogues count the same in the challenge
# Share of rows with the official list, at the start and from half of the training on. Drawn lists keep the model general.
OFFICIAL_SHARE = (0.5, 0.8)
GROUP = 6  # samples per drawn list: fewer would give more lists, each of which costs about as much as a sample
# Every row has call 1; with these probabilities it has calls 2 and 3.
SECOND, THIRD = 0.47, 0.20
# Labels in a drawn list. Lists start short, because one of three is learnt much sooner than one of forty. After a share
# SHORT_UNTIL of the training, all lengths occur.
FEWEST, SHORTEST, LONGEST = 2, 5, 40
SHORT_UNTIL = 0.2
# Share of rows with drawn lists whose sample is a label's name or a piece of its description, at the start and from half of the
# training on. Finding the line with the same words comes before finding the line with the same meaning.
LITERAL = (0.3, 0.03)
# Drills: rows of many short texts (words of labels or customers), each followed by its code. They train a dozen answers for the
# tokens of one sample. Share of rows at the start and from half of the training on; texts per row; weight of each answer.
DRILL, DRILL_TEXTS, DRILL_WEIGHT = (0.2, 0.04), 14, 0.4
NEAR = 0.6  # share of a drawn list's labels that are confusable with an earlier one; unrelated labels are too easy
NO_DESCRIPTIONS = (0.5, 0.12)  # lists without any description, at the start and after SHORT_UNTIL: short lists first
NO_DESCRIPTION = 0.1  # labels without one in other lists
BLANK_NAME = 0.05  # labels with a placeholder for a name: only the description identifies them
# Share of a list's labels with a placeholder and no description, which only exemplars identify, and its weight; 15% on average.
OPAQUE = ((0.0, 0.60), (0.2, 0.25), (0.5, 0.10), (1.0, 0.05))
MERGED = 0.06  # labels that join two, such as "退货/换货"
# Exemplars are as good as retrieval's: four neighbours include the right label in about three quarters of the cases.
HIT, HIT_OPAQUE = 0.75, 0.9
HITS = (1, 1, 2, 2, 3, 4)  # how many of the exemplars then have it
MISLABELLED = 0.04
CANDIDATE_HIT = 0.9
CANDIDATE_PLACES = (0.62, 0.2, 0.12, 0.06)
PAIR_MISS = 0.1  # call 3 with two wrong labels; the right answer is still the right label
NO_PAIR_EXEMPLAR = 0.15
# One in so many further labels, chosen by hash, is in no training sample and in no training list, to measure unseen labels.
UNSEEN_PART = 16

# Scenes that are taken for each other, from what they show.
# fmt: off
NEAR_SCENES = (
    ("退款页面", "退货页面", "换货页面", "平台介入页面", "投诉举报页面", "订单详情页面"),
    ("物流页面-物流列表页面", "物流页面-物流跟踪页面", "物流页面-物流异常页面", "订单详情页面", "地图导航页面", "外卖订单页面"),
    ("商品头图", "商品详情页截图", "商品分类选项", "店铺页面", "评论区截图页面", "搜索结果页面", "直播间页面"),
    ("店铺页面", "活动页面", "优惠券领取页面", "会员中心页面", "积分商城页面", "直播间页面", "搜索结果页面"),
    ("支付页面", "账单/账户页面", "下单过程中出现异常（显示购买失败浮窗）", "购物车页面", "订单详情页面", "银行转账页面",
     "发票申请页面"),
    ("购物车页面", "收藏夹页面", "足迹页面", "商品分类选项", "搜索结果页面"),
    ("外部APP截图", "短信验证页面", "手机设置页面", "天气页面", "火车票页面", "打车页面", "酒店预订页面", "外卖订单页面",
     "银行转账页面"),
    ("其他类别图片", "实物拍摄(含售后)", "商品头图", "相册页面", "外部APP截图", "游戏页面", "新闻资讯页面"),
    ("登录页面", "实名认证页面", "短信验证页面", "地址管理页面", "健康码类页面", "手机设置页面"),
    ("日历页面", "计算器页面", "通话记录页面", "邮件页面", "网盘页面", "问卷页面", "视频播放页面", "地图导航页面"),
)
# fmt: on
# Syllables for placeholders: characters that say nothing about goods or screens.
STEMS = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥"
RARE = "犇骉羴鱻麤淼焱垚磊晶昍喆嚞囍囧槑怹忄夬兲尛尜掱朤氼灥"


@dataclass(frozen=True)
class Entry:
    """A line of a label list and the concepts behind it. `opaque`: neither name nor description identifies them."""

    label: Label
    concepts: tuple[str, ...]
    opaque: bool = False


@dataclass(frozen=True, eq=False)
class Listing:
    """A label list with its prompt builder."""

    task: Task
    entries: tuple[Entry, ...]
    builder: PromptBuilder
    official: bool


@dataclass(frozen=True, eq=False)
class Row:
    """One sample under one list. `lates` are (call 1 to 3, tokens, weight), `answer` the entry's index.

    A drill has no late parts. Its `drill` holds (place of the token before a code, entry, weight) within the sample's tokens.
    """

    listing: Listing
    item: Item
    answer: int
    lates: tuple[tuple[int, tuple[int, ...], float], ...]
    drill: tuple[tuple[int, int, float], ...] = ()


def concepts_of(corpus: Corpus, scenes: Sequence[tuple[str, str]]) -> dict[Task, dict[str, Concept]]:
    """Everything that can be drawn. `scenes` are further scenes with their descriptions."""
    labels = load_labels()
    near: dict[str, set[str]] = {}
    for group in NEAR_SCENES:
        for name in group:
            near.setdefault(name, set()).update(set(group) - {name})
    listed = [(item.name, item.description, True) for item in labels.active(Task.SCENE)] + [(*item, False) for item in scenes]
    known = {name for name, _, _ in listed}
    found = {
        name: Concept(Task.SCENE, name, text, official, tuple(sorted(near.get(name, set()) & known)))
        for name, text, official in listed
    }
    intents = {
        item.label: Concept(Task.DIALOGUE, item.label, item.description, item.official, item.near) for item in corpus.intents
    }
    order = labels.names(Task.DIALOGUE)
    return {Task.SCENE: found, Task.DIALOGUE: {name: intents[name] for name in (*order, *(set_minus(intents, order)))}}


def set_minus(names: Mapping[str, object], taken: Sequence[str]) -> list[str]:
    """Names that are not taken, sorted."""
    return sorted(set(names) - set(taken))


def is_unseen(concept: Concept) -> bool:
    """Whether a label is reserved for the measurement on unseen labels."""
    return not concept.official and zlib.crc32(concept.name.encode()) % UNSEEN_PART == 0


class Curriculum:
    """Draws rows, with samples from `banks` and exemplars from `exemplars`."""

    def __init__(
        self,
        tokenizer: Any,
        settings: VlmSettings,
        concepts: Mapping[Task, Mapping[str, Concept]],
        banks: Mapping[Task, Bank],
        exemplars: Mapping[Task, Bank],
        seed: str,
    ) -> None:
        self.tokenizer, self.settings, self.banks, self.exemplars = tokenizer, settings, banks, exemplars
        self.all = concepts
        self.concepts = {task: {k: v for k, v in found.items() if not is_unseen(v)} for task, found in concepts.items()}
        self.official = {task: self._official(task) for task in Task}
        self.rng = random.Random(seed)

    def rows(self, count: int, progress: float) -> list[Row]:
        """`count` rows of the mixture at `progress` (0 to 1), in groups with a common list."""
        made: list[Row] = []
        literal, drill = ramp(LITERAL, progress), ramp(DRILL, progress)
        for task in Task:
            share = round(count * (TASK_SHARE if task is Task.SCENE else 1 - TASK_SHARE))
            lists = max(1, round(share * (1 - ramp(OFFICIAL_SHARE, progress)) / GROUP))
            groups = [(self.official[task], 0.0, max(0, share - lists * GROUP))]
            groups += [(self.drawn(task, progress), literal, GROUP) for _ in range(lists)]
            for listing, own_words, size in groups:
                for _ in range(size):
                    if self.rng.random() < drill:
                        made.append(self.drill(listing, own_words))
                    else:
                        made.append(self.row(listing, literal=self.rng.random() < own_words))
        return made

    def measured(self, task: Task, count: int, kind: str) -> list[Row]:
        """About `count` rows for a measurement: under the official list, drawn lists, or drawn lists with unseen labels.

        Samples under drawn lists have official labels, because only their phrases are held out.
        """
        if kind == "official":
            entries = itertools.islice(itertools.cycle(self.official[task].entries), count)
            return [self.row(self.official[task], entry.label.name) for entry in entries]
        made: list[Row] = []
        while len(made) < count:
            listing = self.drawn(task, unseen=kind == "unseen")
            found = [self.all[task][name] for entry in listing.entries if not entry.opaque for name in entry.concepts]
            names = [item.name for item in found if (is_unseen(item) if kind == "unseen" else item.official)]
            made += [self.row(listing, self.rng.choice(names)) for _ in range(GROUP if names else 0)]
        return made[:count]

    def _official(self, task: Task) -> Listing:
        labels = load_labels().active(task)
        entries = tuple(Entry(label, (label.name,)) for label in labels)
        return Listing(task, entries, prompt_builder(self.tokenizer, task, labels, self.settings), True)

    def drawn(self, task: Task, progress: float = 1.0, *, unseen: bool = False) -> Listing:
        """A new list; with `unseen`, half of its labels are reserved ones (`is_unseen`)."""
        rng = self.rng
        grown = min(1.0, progress / SHORT_UNTIL)
        fewest = round(FEWEST + (SHORTEST - FEWEST) * grown)
        most = round(SHORTEST + (LONGEST - SHORTEST) * grown**2)
        found = self.all[task] if unseen else self.concepts[task]
        names = self._names(found, min(len(found), rng.randint(fewest, most)))
        if unseen:
            kept = [name for name in found if is_unseen(found[name])]
            names = list(dict.fromkeys(kept + names))
            rng.shuffle(names)
        opaque = rng.choices([share for share, _ in OPAQUE], [weight for _, weight in OPAQUE])[0] if not unseen else 0.0
        bare = rng.random() < NO_DESCRIPTIONS[0] + (NO_DESCRIPTIONS[1] - NO_DESCRIPTIONS[0]) * grown
        blanks = _placeholders(rng, len(names))
        entries: list[Entry] = []
        for name, blank in zip(self._merge(found, names), blanks, strict=False):
            concepts = tuple(name.split("|"))
            label = "/".join(concepts)
            text = "；".join(found[item].description for item in concepts if found[item].description)
            if rng.random() < opaque:
                entries.append(Entry(Label(blank, ""), concepts, True))
                continue
            if text and not bare and rng.random() < BLANK_NAME:
                label = blank
            elif bare or rng.random() < NO_DESCRIPTION:
                text = ""
            entries.append(Entry(Label(label, text), concepts))
        labels = [entry.label for entry in entries]
        return Listing(task, tuple(entries), prompt_builder(self.tokenizer, task, labels, self.settings), False)

    def row(self, listing: Listing, concept: str | None = None, literal: bool = False) -> Row:
        """A sample under a list, of the given concept or of an entry drawn evenly; `literal`: the entry's own words."""
        rng = self.rng
        if concept is None:
            answer = rng.randrange(len(listing.entries))
            concept = rng.choice(listing.entries[answer].concepts)
        else:
            answer = next(index for index, entry in enumerate(listing.entries) if concept in entry.concepts)
        opaque = listing.entries[answer].opaque
        if literal:
            item = self.banks[listing.task].literal(concept, self._words(listing.entries[answer].label))
            return Row(listing, item, answer, ((1, listing.builder.direct(), 1.0),))
        item = self.banks[listing.task].draw(rng, concept)
        # Call 1 is not trained on opaque labels: it has no exemplars and would learn to guess placeholders.
        lates = [(1, listing.builder.direct(), 0.0 if opaque else 1.0)]
        if rng.random() < (0.9 if opaque else SECOND):
            lates.append((2, self.second(listing, item, answer), 1.0))
        if rng.random() < THIRD:
            lates.append((3, self.third(listing, item, answer), 1.0))
        return Row(listing, item, answer, tuple(lates))

    def drill(self, listing: Listing, literal: float) -> Row:
        """A row of many short texts; a share `literal` of them are words of the labels themselves."""
        rng, bank = self.rng, self.banks[listing.task]
        texts: list[str] = []
        answers: list[tuple[int, float]] = []
        known: set[int] = set()
        for _ in range(DRILL_TEXTS):
            index = rng.randrange(len(listing.entries))
            entry = listing.entries[index]
            own = rng.random() < literal
            text = self._words(entry.label) if own else bank.draw(rng, rng.choice(entry.concepts)).text
            if text:
                texts.append(text[: self.settings.exemplar_chars])
                # An opaque entry counts only after an earlier line has shown its code.
                answers.append((index, 0.0 if entry.opaque and not own and index not in known else DRILL_WEIGHT))
                known.add(index)
        codes = listing.builder.shared.codes
        item, places = bank.lines(texts, [codes[index] for index, _ in answers])
        asked = tuple((place, *answer) for place, answer in zip(places, answers, strict=True))
        return Row(listing, item, -1, (), asked)

    def second(self, listing: Listing, item: Item, answer: int) -> tuple[int, ...]:
        """Late part of call 2 with exemplars and candidates of the quality that retrieval has."""
        rng, size = self.rng, len(listing.entries)
        rivals = self._rivals(listing, answer, self.settings.exemplars + CANDIDATES)
        hit = rng.random() < (HIT_OPAQUE if listing.entries[answer].opaque else HIT)
        shown = [answer] * min(rng.choice(HITS) if hit else 0, self.settings.exemplars)
        while len(shown) < self.settings.exemplars:
            shown.append(rivals[min(int(rng.expovariate(0.7)), len(rivals) - 1)])
        shown.sort(key=lambda index: rng.random() - 0.3 * (index == answer))
        exemplars: dict[str, Exemplar] = {}
        for index in shown:
            other = self._exemplar(listing, index, item)
            if other:
                exemplars.setdefault(other, Exemplar(other, rng.randrange(size) if rng.random() < MISLABELLED else index))
        named = list(dict.fromkeys(index for index in [*shown, *rivals] if index != answer))[: CANDIDATES - 1]
        if rng.random() < CANDIDATE_HIT or size <= CANDIDATES:
            named.insert(rng.choices(range(CANDIDATES), CANDIDATE_PLACES)[0], answer)
        else:
            named += [index for index in rivals if index not in named][:1]
        return listing.builder.with_exemplars(list(exemplars.values()), named[:CANDIDATES])

    def third(self, listing: Listing, item: Item, answer: int) -> tuple[int, ...]:
        """Late part of call 3: the right label and a confusable one in random order, sometimes two wrong labels."""
        rng = self.rng
        rivals = list(dict.fromkeys(self._rivals(listing, answer, 4)))
        pair = rivals[:2] if len(rivals) > 1 and rng.random() < PAIR_MISS else [answer, rivals[0]]
        rng.shuffle(pair)
        shown: list[Exemplar | None] = []
        for index in pair:
            text = None if rng.random() < NO_PAIR_EXEMPLAR else self._exemplar(listing, index, item)
            shown.append(Exemplar(text, index) if text else None)
        return listing.builder.decision(pair, shown)

    def _exemplar(self, listing: Listing, index: int, item: Item) -> str | None:
        other = self.exemplars[listing.task].similar(self.rng, self.rng.choice(listing.entries[index].concepts), item)
        return other.text if other else None

    def _rivals(self, listing: Listing, answer: int, count: int) -> list[int]:
        """Other entries, the confusable ones mostly first."""
        near = {name for concept in listing.entries[answer].concepts for name in self.all[listing.task][concept].near}
        others = [index for index in range(len(listing.entries)) if index != answer]
        order = {
            index: self.rng.random() - 0.6 * any(name in near for name in listing.entries[index].concepts) for index in others
        }
        return sorted(others, key=lambda index: order[index])[:count]

    def _words(self, label: Label) -> str:
        """The name, or up to twelve characters of the description."""
        rng = self.rng
        if not label.description or rng.random() < 0.4:
            return label.name
        start = rng.randrange(max(1, len(label.description) - 6))
        return label.description[start : start + rng.randint(6, 12)]

    def _names(self, found: Mapping[str, Concept], count: int) -> list[str]:
        """Labels of a list in random order; most are confusable with another one."""
        rng = self.rng
        every = list(found)
        names = [rng.choice(every)]
        while len(names) < count:
            near = [name for name in found[rng.choice(names)].near if name in found and name not in names]
            name = rng.choice(near) if near and rng.random() < NEAR else rng.choice(every)
            if name not in names:
                names.append(name)
        rng.shuffle(names)
        return names

    def _merge(self, found: Mapping[str, Concept], names: list[str]) -> list[str]:
        """Join a few labels with their neighbour in the list; concepts of one entry are separated by `|`."""
        merged: list[str] = []
        for name in names:
            if merged and len(names) > 4 and "|" not in merged[-1] and self.rng.random() < MERGED:
                merged[-1] += f"|{name}"
            else:
                merged.append(name)
        return merged


def ramp(ends: tuple[float, float], progress: float) -> float:
    """Linear from the first value at the start of the training to the second at half of it; constant afterwards."""
    return ends[0] + (ends[1] - ends[0]) * min(1.0, 2 * progress)


def _placeholders(rng: random.Random, count: int) -> list[str]:
    """Different meaningless names, all of one kind."""
    kind = rng.randrange(4)
    numbers = rng.sample(range(1, 10 * count + 10), count)
    if kind == 0 and count <= len(STEMS):
        return [f"类别{stem}" for stem in rng.sample(STEMS, count)]
    if kind == 1:
        return [f"标签{number}" for number in numbers]
    if kind == 2:
        return [f"L{number}" for number in numbers]
    return ["".join(pair) for pair in rng.sample([(a, b) for a in RARE for b in RARE], count)]
