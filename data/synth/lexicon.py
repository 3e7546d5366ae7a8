"""The shop's words: products by category with materials, parts and sizes, and all else that fills a template's slots.

    lexicon = load_lexicon()
    lexicon.fill("{product}的{part}是{material}的吗", random.Random(0))

One call speaks of one product, so its part, material and size fit it; `Lexicon.filler` keeps that product over many
templates.
"""

from __future__ import annotations

import json
import math
import random
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, NamedTuple

from data.errors import InputError

LEXICON_PATH = Path(__file__).parent / "resources" / "lexicon.json"

# Slot -> the word list that it draws from. `x2` differs from `x` where the list has two words.
WORD_SLOTS = {
    "material": "materials",
    "material2": "materials",
    "part": "parts",
    "function": "functions",
    "size": "sizes",
    "color": "colors",
    "color2": "colors",
    "season": "seasons",
    "person": "users",
    "body": "reactions",
    "place": "places",
    "n": "numbers",
    "unit": "units",
    "version": "versions",
    "version2": "versions",
    "accessory": "accessories",
    "month": "months",
    "control": "controls",
    "light": "lights",
    "festival": "festivals",
}
PHRASE_SLOTS = frozenset(WORD_SLOTS) | {"product", "product2", "category"}
# Slots of replies only: what a shop knows and a customer does not type.
REPLY_SLOTS = PHRASE_SLOTS | {
    *(
        "size2",
        "function2",
        "accessory2",
        "number",
        "number2",
        "price",
        "price2",
        "date",
        "date2",
        "time",
        "year",
    ),
    *("city", "shop", "name", "code", "bot", "dear"),
}
WORD_KEYS = tuple(sorted({*WORD_SLOTS.values(), "styles"}))

_SLOT = re.compile(r"\{(\w+)\}")
_TWINS = {slot: slot[:-1] for slot in REPLY_SLOTS if slot.endswith("2")}
_FIRST_DAY, _LAST_DAY = 20230101, 20241130


class Product(NamedTuple):
    """A product noun (保温杯) and its category (杯壶)."""

    name: str
    category: str


def slots_of(template: str) -> list[str]:
    """The slot names of a template in order, with repetitions."""
    return _SLOT.findall(template)


@dataclass(frozen=True)
class Lexicon:
    """Word lists. `words[category][key]` is the generic list where a category has none of its own."""

    categories: tuple[str, ...]
    words: dict[str, dict[str, tuple[str, ...]]]
    names: dict[str, tuple[str, ...]]
    prices: dict[str, tuple[float, float]]
    _where: dict[str, str] = field(repr=False)
    _named: re.Pattern[str] = field(repr=False)

    def product(self, rng: random.Random, category: str | None = None) -> Product:
        """Draw a product, uniformly over categories first. Raises InputError on an unknown category."""
        category = rng.choice(self.categories) if category is None else category
        return Product(rng.choice(self._words_of(category)["products"]), category)

    def products(self, category: str | None = None) -> tuple[Product, ...]:
        """All products, or those of one category."""
        chosen = self.categories if category is None else (category,)
        return tuple(Product(name, c) for c in chosen for name in self._words_of(c)["products"])

    def word(self, rng: random.Random, key: str, category: str) -> str:
        """One word of a list, e.g. `word(rng, "colors", "服装")`."""
        return rng.choice(self._words_of(category)[key])

    def filler(self, rng: random.Random, category: str | None = None, product: Product | None = None) -> Filler:
        """What fills many templates about one product."""
        return Filler(self, rng, product or self.product(rng, category))

    def fill(self, template: str, rng: random.Random, category: str | None = None) -> str:
        """Fill every slot, one product a call. Raises InputError on an unknown slot or category."""
        return self.filler(rng, category).fill(template)

    def title(self, rng: random.Random, category: str | None = None, product: Product | None = None) -> str:
        """A listing title of 12 to 30 characters: season, style, product, selling points, audience."""
        name, category = product or self.product(rng, category)
        words = self._words_of(category)
        year = rng.choice(("", "", "2023", "2024", "2024", "2025"))
        season = rng.choice(_TITLE_SEASONS) if category in _SEASONAL and rng.random() < 0.6 else ""
        head = year + season + ("新款" if year or season else "")
        styles = rng.sample(words["styles"], min(2, len(words["styles"])))
        audience = rng.choice(self.names["audiences"] if rng.random() < 0.3 else words["users"])
        tail = [rng.choice(words["functions"]), rng.choice(self.names["selling"]), audience]
        tail += [rng.choice(words["materials"]), rng.choice(words["functions"]), rng.choice(words["sizes"])]
        title = head + "".join(styles[: rng.randint(1, 2)]) + name
        wanted = rng.randint(14, 30)
        for word in tail:
            if word in title:
                continue
            if len(title) + len(word) > 30 or (len(title) >= 12 and len(title) + len(word) > wanted):
                break
            title += word
        return title if len(title) >= 12 else (title + "官方正品旗舰店同款家用大号")[: max(12, wanted)]

    def shop(self, rng: random.Random) -> str:
        """An invented shop name."""
        return rng.choice(self.names["shop_heads"]) + rng.choice(self.names["shop_tails"])

    def price(self, rng: random.Random, category: str | None = None) -> str:
        """A price in yuan as shops write it (39.9, 128.00, 1299), log-uniform over the category's range."""
        low, high = self.prices[category] if category else (9.0, 999.0)
        value = math.exp(rng.uniform(math.log(low), math.log(high)))
        ending = rng.random()
        if ending < 0.35:
            return f"{int(value)}.{rng.choice('58999')}"
        if ending < 0.6:
            return f"{int(value) // 10 * 10 + 9}"
        if ending < 0.85:
            return f"{int(value)}.00"
        return f"{value:.2f}"

    def date(self, rng: random.Random, style: Literal["iso", "dot", "chinese", "short"] = "iso") -> str:
        """A day between 2023-01 and 2024-11: 2024-09-26, 2024.09.26, 2024年9月26日 or 9月26日."""
        while not _FIRST_DAY <= (day := _any_day(rng)) <= _LAST_DAY:
            pass
        y, m, d = day // 10000, day // 100 % 100, day % 100
        if style == "chinese":
            return f"{y}年{m}月{d}日"
        if style == "short":
            return f"{m}月{d}日"
        mark = "." if style == "dot" else "-"
        return f"{y}{mark}{m:02d}{mark}{d:02d}"

    def time(self, rng: random.Random, seconds: bool = False) -> str:
        """A time of day, mostly waking hours: 20:15 or 20:15:42."""
        hour = rng.randint(8, 23) if rng.random() < 0.9 else rng.randint(0, 7)
        text = f"{hour:02d}:{rng.randint(0, 59):02d}"
        return f"{text}:{rng.randint(0, 59):02d}" if seconds else text

    def city(self, rng: random.Random) -> str:
        """A large city, with 市."""
        return rng.choice(self.names["cities"])

    def name(self, rng: random.Random) -> str:
        """A masked personal or account name: 王**, 李*芳, t***8."""
        kind = rng.random()
        surname = rng.choice(self.names["surnames"])
        if kind < 0.6:
            return surname + rng.choice(("*", "**"))
        if kind < 0.8:
            return f"{surname}*{rng.choice(self.names['given'])}"
        return f"{rng.choice('abcdefhjklmstwxyz')}***{rng.choice('0123456789abcxyz')}"

    def product_in(self, text: str) -> Product | None:
        """The first product that a text names in so many words; what is also a part or accessory does not count."""
        found = self._named.search(text)
        return Product(found[0], self._where[found[0]]) if found else None

    def _words_of(self, category: str) -> dict[str, tuple[str, ...]]:
        try:
            return self.words[category]
        except KeyError:
            raise InputError(
                f"unknown category {category!r}; the {len(self.categories)} of lexicon.json are: {', '.join(self.categories)}"
            ) from None


_STICKY = ("product", "category", "shop", "bot", "dear")
_SEASONAL = frozenset({"服装", "内衣袜子", "鞋靴", "童装", "家纺床品", "饰品手表", "户外运动"})
_TITLE_SEASONS = ("春季", "夏季", "秋季", "冬季", "春秋", "秋冬", "春夏")


class Filler:
    """Fills templates about one product; a slot keeps its value over all templates of one filler."""

    def __init__(self, lexicon: Lexicon, rng: random.Random, product: Product) -> None:
        self.product = product
        self._lexicon = lexicon
        self._rng = rng
        self._values = {"product": product.name, "category": product.category}

    def fill(self, template: str) -> str:
        """The template with every slot replaced. Raises InputError on an unknown slot."""
        if "{" not in template:
            return template
        return _SLOT.sub(lambda match: self[match[1]], template)

    def __getitem__(self, slot: str) -> str:
        value = self._values.get(slot)
        if value is None:
            value = self._values[slot] = self._draw(slot)
        return value

    def fresh(self) -> Filler:
        """Another filler of the same product, shop and bot whose other slots are still to be drawn."""
        twin = Filler(self._lexicon, self._rng, self.product)
        twin._values.update((slot, self[slot]) for slot in _STICKY)
        return twin

    def _draw(self, slot: str) -> str:
        rng, category = self._rng, self.product.category
        twin = _TWINS.get(slot)
        first = self[twin] if twin else None
        if slot == "product2":
            return self._other(self._lexicon.words[category]["products"], first)
        key = WORD_SLOTS.get(slot) or WORD_SLOTS.get(twin or "")
        if key:
            return self._other(self._lexicon.words[category][key], first)
        match twin or slot:
            case "number":
                number = str(rng.randint(2, 12))
                return number if number != first else str(int(number) + 1)
            case "price":
                return self._lexicon.price(rng, category)
            case "date":
                return _days_after(first, rng) if first else self._lexicon.date(rng, "short")
            case "time":
                return self._lexicon.time(rng)
            case "year":
                return rng.choice(("2022", "2023", "2023", "2024"))
            case "city":
                return self._lexicon.city(rng)
            case "shop":
                return self._lexicon.shop(rng)
            case "name":
                return self._lexicon.name(rng)
            case "code":
                return "/:" + rng.choice(self._lexicon.names["emoticons"])
            case "bot":
                return rng.choice(self._lexicon.names["bots"])
            case "dear":
                return rng.choice(self._lexicon.names["dears"])
        raise InputError(f"unknown slot {{{slot}}}; known slots: {', '.join(sorted(REPLY_SLOTS))}")

    def _other(self, words: tuple[str, ...], first: str | None) -> str:
        word = self._rng.choice(words)
        while word == first and len(words) > 1:
            word = self._rng.choice(words)
        return word


def load_lexicon(path: Path = LEXICON_PATH) -> Lexicon:
    """Read and check lexicon.json. Raises InputError that names the category and key at fault."""
    raw: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    generic = {key: tuple(values) for key, values in raw["generic"].items()}
    words: dict[str, dict[str, tuple[str, ...]]] = {}
    where: dict[str, str] = {}
    for category, lists in raw["categories"].items():
        own = {key: tuple(values) for key, values in lists.items() if key != "price"}
        words[category] = {**generic, **own}
        missing = [key for key in (*WORD_KEYS, "products") if not words[category].get(key)]
        if missing or "price" not in lists:
            raise InputError(f"{path.name}: category {category!r} lacks {missing or ['price']} and 'generic' has none")
        for product in own["products"]:
            if product in where:
                raise InputError(f"{path.name}: product {product!r} is in both {where[product]!r} and {category!r}")
            where[product] = category
    names = {key: tuple(values) for key, values in raw["names"].items()}
    prices = {category: (float(low), float(high)) for category, (low, high) in _prices(raw)}
    return Lexicon(tuple(words), words, names, prices, where, _plain_products(where, words))


def _prices(raw: dict[str, Any]) -> list[tuple[str, tuple[float, float]]]:
    return [(category, lists["price"]) for category, lists in raw["categories"].items()]


def _plain_products(where: dict[str, str], words: dict[str, dict[str, tuple[str, ...]]]) -> re.Pattern[str]:
    """Finds product names of two characters or more, longest first, that mean nothing else in any list."""
    others = {word for lists in words.values() for key in ("parts", "accessories") for word in lists[key]}
    names = sorted((name for name in where if len(name) > 1 and name not in others), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, names)))


def _days_after(date: str, rng: random.Random) -> str:
    """A short date some days after another one, for the end of what begins there."""
    month, day = map(int, re.findall(r"\d+", date))
    day += rng.randint(3, 12)
    return f"{month}月{day}日" if day <= 28 else f"{month % 12 + 1}月{day - 27}日"


def _any_day(rng: random.Random) -> int:
    return rng.choice((2023, 2024, 2024)) * 10000 + rng.randint(1, 12) * 100 + rng.randint(1, 28)
