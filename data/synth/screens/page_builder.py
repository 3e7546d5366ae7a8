"""A phone's page being filled: skin, cursor, status bar, title bar, bottom bar, and the plain rows that all pages share.

A layout is a function that takes a `PageBuilder`, names the bars it wants (`nav`, `bottom`), writes its content from top to
bottom and returns a one-line description. `finish` then scrolls the content, lays the bars over it, and what comes after
(sheets, dialogs, toasts: see `covers`) covers all of that.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime, timedelta
from random import Random
from typing import NamedTuple, TypeVar

from data.synth.canvas import Box, Canvas, Colour, hide, is_hidden, text_width, wrap
from data.synth.lexicon import Lexicon
from data.synth.screens.painters import paint_blot, paint_goods
from data.synth.screens.skins import SKINS, WHITE, Skin

Option = TypeVar("Option")


WIDTH = 360.0


HEIGHTS = (640.0, 690.0, 740.0, 780.0, 780.0, 780.0, 800.0, 800.0)


LONG = 2400.0


class Item(NamedTuple):
    """One article on sale."""

    category: str
    name: str
    title: str
    sku: str
    price: float
    count: int  # type: ignore[assignment]  # hides tuple.count, which no one needs
    seed: int


SKU_FORMS = ("颜色分类:{c}", "颜色分类:{c};尺码:{s}", "颜色:{c};规格:{s}", "{c};{s}", "规格:{v}", "{v} {s}",
    "颜色分类:【{v}】{c}", "{c}【{v}】", "尺寸:{s};颜色分类:{c}", "净含量:{s}", "{c}/{s}", "套餐:{v};{c}", "款式:{v}", "{s}",
    "颜色分类：{c}{s}", "{v}-{c}-{s}")  # fmt: skip


COUNTIES = ("城东", "城西", "高新", "滨江", "新城", "开发", "江北", "河西", "南湖", "东港", "龙泉", "白云", "翠屏", "青山")


ROADS = ("人民路", "建设大道", "中山北路", "学府路", "和平街", "文昌路", "解放西路", "迎宾大道", "滨河路", "幸福路", "工业三路")


ESTATES = ("阳光花园", "金色家园", "翠湖小区", "万和新城", "东方名苑", "锦绣江南", "职工宿舍", "科技园", "星河湾", "向阳新村")


SURNAMES = "王李张刘陈杨赵黄周吴徐孙马朱胡林郭何高罗"


COURIERS = (
    "中通快递",
    "圆通速递",
    "韵达快递",
    "申通快递",
    "极兔速递",
    "邮政快递包裹",
    "顺丰速运",
    "京东快递",
    "菜鸟速递",
    "德邦快递",
    "EMS",
)


class PageBuilder:
    """A page in the making; all coordinates are points, `y` is the cursor, content runs from `x0` to `x1`."""

    def __init__(self, rng: Random, lexicon: Lexicon, *, record: bool) -> None:
        self.rng, self.lexicon = rng, lexicon
        self.height = rng.choice(HEIGHTS)
        self.android = rng.random() < 0.55
        self.keys = self.android and rng.random() < 0.6
        self.skin = rng.choice(SKINS)
        self.long = rng.random() < 0.05
        self.canvas = Canvas(WIDTH, self.height, self.skin.page, record=record)
        self.x0, self.x1, self.y = 0.0, WIDTH, 0.0
        self.bare = False  # no bars at all
        self.theme: str | None = None  # the category of all articles, on a shop's pages
        self.can_scroll = True
        self.status_height = 28.0 if self.android else 44.0
        self.focus: Box | None = None  # what a customer who crops would keep
        self.lean = rng.choice((0.75, 0.9, 0.9, 1.0))  # how much of the personal data is masked
        self._nav: Callable[[], None] | None = None
        self._nav_height = 0.0
        self._bottom: Callable[[float], None] | None = None
        self._bottom_height = 0.0
        self._finished = False
        self.now = datetime(rng.choice((2022, 2023, 2024, 2024, 2024, 2025, 2025, 2026)), rng.randint(1, 12), rng.randint(1, 28),
            rng.choice((0, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23)), rng.randint(0, 59),
            rng.randint(0, 59))  # fmt: skip
        self.clock = self.now

    # Chance and words

    def chance(self, share: float) -> bool:
        """True with this probability."""
        return self.rng.random() < share

    def pick(self, *options: str) -> str:
        """One of the options."""
        return self.rng.choice(options)

    def some(self, options: Sequence[Option], low: int, high: int | None = None) -> list[Option]:
        """`low` to `high` of the options, in their order."""
        count = min(len(options), self.rng.randint(low, high or low))
        return [options[i] for i in sorted(self.rng.sample(range(len(options)), count))]

    def seed(self) -> int:
        """A seed for what is drawn later."""
        return self.rng.getrandbits(32)

    def secret(self, text: str) -> str:
        """Personal data: hidden, hidden but for a fragment, or (seldom) shown."""
        roll = self.rng.random()
        if roll > self.lean:
            return text
        if roll > 0.15 or len(text) < 4:
            return hide(text)
        cut = self.rng.randint(1, len(text) - 1)
        return hide(text[:cut]) + text[cut:] if self.chance(0.6) else text[:cut] + hide(text[cut:])

    def digits(self, count: int) -> str:
        """A number with `count` digits, not starting with 0."""
        return str(self.rng.randint(10 ** (count - 1), 10**count - 1))

    def item(self, category: str | None = None) -> Item:
        """An article with title, sku text and price."""
        rng, lexicon = self.rng, self.lexicon
        product = lexicon.product(rng, category or self.theme)
        form = rng.choice(SKU_FORMS)
        sku = form.format(
            c=lexicon.word(rng, "colors", product.category),
            s=lexicon.word(rng, "sizes", product.category),
            v=lexicon.word(rng, "versions", product.category),
        )
        price = float(lexicon.price(rng, product.category))
        count = rng.choice((1, 1, 1, 1, 1, 2, 3))
        return Item(product.category, product.name, lexicon.title(rng, product=product), sku, price, count, self.seed())

    def word(self, key: str, category: str) -> str:
        """A word of the lexicon's list (colors, sizes, versions, parts, functions, ...) for a category."""
        return self.lexicon.word(self.rng, key, category)

    def shop(self) -> str:
        """A shop name, masked as a rule."""
        return self.secret(self.lexicon.shop(self.rng))

    def title(self, item: Item) -> str:
        """An article's title, partly masked in a quarter of all cases."""
        roll = self.rng.random()
        if roll > 0.45 * self.lean:
            return item.title
        if roll < 0.25:
            return hide(item.title)
        cut = self.rng.randint(2, max(3, len(item.title) - 2))
        return hide(item.title[:cut]) + item.title[cut:]

    def address(self) -> str:
        """A postal address, masked as a rule."""
        rng = self.rng
        text = f"{self.lexicon.city(rng)}{rng.choice(COUNTIES)}区{rng.choice(ROADS)}{rng.randint(1, 399)}号{rng.choice(ESTATES)}"
        return self.secret(
            text + f"{rng.randint(1, 30)}栋{rng.randint(1, 30)}0{rng.randint(1, 6)}室" if self.chance(0.6) else text
        )

    def person(self) -> str:
        """Name and telephone number, masked as a rule."""
        rng = self.rng
        name = rng.choice(SURNAMES) + rng.choice(("女士", "先生", "小姐", "**", "同学", "某"))
        return self.secret(f"{name} 1{rng.choice('35789')}{rng.randint(0, 9)}****{self.digits(4)}")

    def order_no(self, count: int = 19) -> str:
        """An order or ticket number, masked as a rule."""
        return self.secret(self.digits(count))

    def courier(self) -> str:
        """A carrier's name."""
        return self.rng.choice(COURIERS)

    # Time and money

    def back(self, low: float, high: float) -> None:
        """Turn the page's clock back by `low` to `high` minutes."""
        self.clock -= timedelta(minutes=self.rng.uniform(low, high))

    def stamp(self, form: str = "full") -> str:
        """The page's clock as text; forms: full, minute, short, chinese, day, dot, cnday, time, shortday."""
        t = self.clock
        match form:
            case "full":
                return f"{t.year}-{t.month:02d}-{t.day:02d} {t.hour:02d}:{t.minute:02d}:{t.second:02d}"
            case "minute":
                return f"{t.year}-{t.month:02d}-{t.day:02d} {t.hour:02d}:{t.minute:02d}"
            case "short":
                return f"{t.month:02d}-{t.day:02d} {t.hour:02d}:{t.minute:02d}"
            case "chinese":
                return f"{t.year}年{t.month}月{t.day}日 {t.hour:02d}:{t.minute:02d}"
            case "day":
                return f"{t.year}-{t.month:02d}-{t.day:02d}"
            case "dot":
                return f"{t.year}.{t.month:02d}.{t.day:02d}"
            case "cnday":
                return f"{t.month}月{t.day}日"
            case "shortday":
                return f"{t.month:02d}-{t.day:02d}"
            case "time":
                return f"{t.hour:02d}:{t.minute:02d}"
        raise ValueError(f"stamp: unknown form {form!r}")

    def ahead(self, days: float) -> PageBuilder:
        """Turn the clock forward (for deadlines); returns self, so that `p.ahead(3).stamp()` reads well."""
        self.clock = self.now + timedelta(days=days)
        return self

    def left(self) -> str:
        """What remains of a deadline, as the apps write it."""
        d, h, m = self.rng.randint(0, 9), self.rng.randint(0, 23), self.rng.randint(0, 59)
        return self.rng.choice((f"还剩{d}天{h}时{m:02d}分", f"还剩{d}天{h}小时", f"剩余{d}天{h}时", f"还剩{d}天{h}时"))

    def amount(self, low: float = 3, high: float = 900) -> float:
        """An amount of money, skewed to small ones."""
        value = low * (high / low) ** self.rng.random()
        return float(round(value)) if self.chance(0.3) else round(value, 2)

    def yuan(self, amount: float) -> str:
        """An amount as running text writes it."""
        text = f"{amount:.2f}"
        return self.rng.choice((f"¥{text}", f"￥{text}", f"¥ {text}", f"{text}元"))

    # Cursor

    def room(self) -> float:
        """Width of the content."""
        return self.x1 - self.x0

    def full(self) -> bool:
        """Whether the cursor has left the page for good (content below is dropped)."""
        return self.y > (LONG if self.long else self.height * 1.5)

    def space(self, height: float) -> None:
        """Move down."""
        self.y += height

    def at(self, x: float, text: str, size: float = 13, colour: Colour | None = None, *, bold: bool = False, anchor: str = "l",
        width: float | None = None, dy: float = 0) -> float:  # fmt: skip
        """Text at the cursor's height without moving it; `x` is absolute. Returns the width."""
        return self.canvas.text(x, self.y + dy, text, size, colour or self.skin.ink, bold=bold, anchor=anchor, width=width)

    def para(
        self, text: str, size: float = 13, colour: Colour | None = None, *, bold: bool = False, align: str = "l",
        limit: int = 40, indent: float = 0, inset: float = 0, lead: float = 1.45,
    ) -> None:  # fmt: skip
        """Wrapped text at the cursor; moves below it. `indent` from the left, `inset` from the right."""
        left, right = self.x0 + indent, self.x1 - inset
        x = {"l": left, "m": (left + right) / 2, "r": right}[align]
        for line in wrap(text, size, right - left, limit):
            self.canvas.text(x, self.y, line, size, colour or self.skin.ink, bold=bold, anchor=align)
            self.y += size * lead

    def note(self, text: str, size: float = 11.5, **options: object) -> None:
        """Small grey text."""
        self.para(text, size, self.skin.faint if self.chance(0.3) else self.skin.sub, **options)  # type: ignore[arg-type]

    def heading(self, text: str, trail: str = "", *, size: float = 15, arrow: bool = False) -> None:
        """A bold heading with an optional grey remark at the right."""
        self.at(self.x0, text, size, bold=True)
        self._trail(trail, arrow, self.skin.faint, 12, dy=2)
        self.y += size * 1.7

    def row(
        self, label: str, value: str = "", *, arrow: bool = False, size: float = 13.5, bold: bool = False,
        colour: Colour | None = None, vcolour: Colour | None = None, hint: str = "", vbold: bool = False, gap: float = 13,
    ) -> None:  # fmt: skip
        """A label at the left and a value at the right, wrapped to three lines at most."""
        skin = self.skin
        used = self.at(self.x0, label, size, colour or skin.ink, bold=bold)
        if hint:
            used += 4 + self.at(self.x0 + used + 4, hint, size - 2.5, skin.faint, dy=1.5)
        right = self.x1 - (14 if arrow else 0)
        lines = wrap(value, size, max(60, right - self.x0 - used - 12), 3) if value else []
        for index, line in enumerate(lines):
            self.canvas.text(right, self.y + index * size * 1.3, line, size, vcolour or skin.ink, bold=vbold, anchor="r")
        if arrow:
            self.canvas.icon("chevron", self.x1 - 12, self.y + 1, 12, skin.faint)
        self.y += size * 1.3 * max(1, len(lines)) + gap

    def field(
        self, label: str, value: str, *, column: float = 76, size: float = 12.5, copy: bool = False, gap: float = 7
    ) -> None:
        """A grey label and its value in a second column at the left."""
        self.at(self.x0, label, size, self.skin.sub)
        top = self.y
        self.para(value or "-", size, indent=column, inset=40 if copy else 0, limit=4, lead=1.35)
        if copy:
            self.canvas.text(self.x1, top, "复制", size, self.skin.accent, anchor="r")
        self.y += gap

    def price_row(self, label: str, amount: float, *, bold: bool = False, colour: Colour | None = None, hint: str = "",
        before: str = "", size: float = 14) -> None:  # fmt: skip
        """A label and an amount."""
        used = self.at(self.x0, label, 13.5, bold=bold)
        if hint:
            self.at(self.x0 + used + 5, hint, 11, self.skin.faint, dy=2)
        self.canvas.price(self.x1, self.y, amount, size, colour or self.skin.ink, anchor="r", before=before, bold=bold)
        self.y += 28

    def rule(self, inset: float = 0) -> None:
        """A hairline."""
        self.canvas.rect(self.x0 + inset, self.y, self.room() - 2 * inset, 0.8, self.skin.rule)
        self.y += 9

    def _trail(self, text: str, arrow: bool, colour: Colour, size: float, dy: float = 0) -> None:
        right = self.x1
        if arrow:
            self.canvas.icon("chevron", right - 11, self.y + dy, 11, self.skin.faint)
            right -= 13
        if text:
            self.canvas.text(right, self.y + dy, text, size, colour, anchor="r")

    @contextmanager
    def card(self, pad: float = 12, margin: float = 9, radius: float = 11, fill: Colour | None = None,
        fill2: Colour | None = None, after: float = 9) -> Iterator[None]:  # fmt: skip
        """A rounded card around what is written inside the `with` block."""
        outer = self.x0, self.x1
        top, mark = self.y, self.canvas.mark()
        self.x0, self.x1 = outer[0] + margin + pad, outer[1] - margin - pad
        self.y += pad
        yield
        self.x0, self.x1 = outer
        height = self.y + max(pad - 6, 2) - top
        if fill2 is None:
            self.canvas.rect(
                outer[0] + margin, top, outer[1] - outer[0] - 2 * margin, height, fill or self.skin.card, radius=radius
            )
        else:
            self.canvas.gradient(
                outer[0] + margin, top, outer[1] - outer[0] - 2 * margin, height, fill or self.skin.card, fill2, radius=radius
            )
        self.canvas.under(mark)
        self.y = top + height + after

    def band(self, pad: float = 12, after: float = 9, fill: Colour | None = None) -> AbstractContextManager[None]:
        """A section as wide as the page."""
        return self.card(pad, margin=0, radius=0, after=after, fill=fill)

    # Small parts

    def pill(self, x: float, y: float, text: str, *, size: float = 12, pad: float = 10, high: float = 0,
        fill: Colour | None = None, fill2: Colour | None = None, ink: Colour | None = None, outline: Colour | None = None,
        anchor: str = "l", bold: bool = False, radius: float | None = None, wide: float = 0) -> float:  # fmt: skip
        """A rounded label or button at a point; returns its width."""
        wide = wide or text_width(text, size) + 2 * pad
        high = high or size * 1.95
        x -= {"l": 0.0, "m": wide / 2, "r": wide}[anchor]
        radius = high / 2 if radius is None else radius
        if fill and fill2:
            self.canvas.gradient(x, y, wide, high, fill, fill2, across=True, radius=radius)
        elif fill or outline:
            self.canvas.rect(x, y, wide, high, fill, radius=radius, outline=outline)
        self.canvas.text(x + wide / 2, y + (high - size) / 2 - 0.5, text, size, ink or self.skin.ink, anchor="m", bold=bold)
        return wide

    def buttons(
        self, names: Sequence[str], *, accent: int | None = -1, align: str = "r", size: float = 12.5, filled: bool = False
    ) -> None:
        """A row of outlined buttons; `accent` is the highlighted one."""
        skin = self.skin
        marked = None if accent is None else accent % len(names)
        order = list(enumerate(names))
        x = self.x1 if align == "r" else self.x0
        for index, name in order if align == "l" else reversed(order):
            ink = skin.accent if index == marked else skin.ink
            fill, line = (
                (skin.accent, None) if filled and index == marked else (None, skin.accent if index == marked else skin.faint)
            )
            used = self.pill(x, self.y, name, size=size, ink=WHITE if fill else ink, outline=line, fill=fill, anchor=align)
            x += -(used + 8) if align == "r" else used + 8
        self.y += size * 1.95 + 9

    def wide_button(
        self,
        text: str,
        *,
        outline: bool = False,
        high: float = 38,
        colour: Colour | None = None,
        inset: float = 0,
        ink: Colour | None = None,
    ) -> None:
        """A button as wide as the content."""
        x, w, skin = self.x0 + inset, self.room() - 2 * inset, self.skin
        if outline:
            self.canvas.rect(x, self.y, w, high, None, radius=high / 2, outline=skin.faint)
        elif colour:
            self.canvas.rect(x, self.y, w, high, colour, radius=high / 2)
        else:
            self.canvas.gradient(x, self.y, w, high, skin.accent2, skin.accent, across=True, radius=high / 2)
        self.canvas.text(x + w / 2, self.y + high / 2 - 8, text, 14.5, ink or (skin.ink if outline else WHITE), anchor="m")
        self.y += high + 10

    def chips(self, names: Sequence[str], active: int | None = 0, *, size: float = 12, radius: float | None = None) -> None:
        """Choices that flow over several lines; the active one is coloured."""
        skin, x = self.skin, self.x0
        for index, name in enumerate(names):
            wide = text_width(name, size) + 20
            if x + wide > self.x1 and x > self.x0:
                x, self.y = self.x0, self.y + size * 1.95 + 8
            on = index == active
            self.pill(x, self.y, name, size=size, fill=skin.tint if on else skin.page, ink=skin.accent if on else skin.ink,
                      outline=skin.accent if on else None, radius=radius, wide=min(wide, self.room()))  # fmt: skip
            x += wide + 8
        self.y += size * 1.95 + 9

    def tabs(
        self, names: Sequence[str], active: int = 0, *, size: float = 14, spread: bool = True, colour: Colour | None = None
    ) -> None:
        """A row of tabs, the active one underlined; cut at the right edge if not spread."""
        x = self.x0 + (0 if spread else 10)
        step = self.room() / len(names)
        for index, name in enumerate(names):
            on = index == active
            width = text_width(name, size)
            centre = self.x0 + step * (index + 0.5) if spread else x + width / 2
            ink = colour if colour and on else self.skin.ink if on else self.skin.sub
            self.at(centre, name, size + (0.5 if on else 0), ink, bold=on, anchor="m")
            if on:
                self.canvas.rect(centre - 10, self.y + size * 1.6, 20, 2.5, colour or self.skin.accent, radius=1)
            x += width + 20
        self.y += size * 1.6 + 12

    def tags(
        self,
        names: Sequence[str],
        *,
        x: float | None = None,
        size: float = 9.5,
        colour: Colour | None = None,
        filled: bool = False,
        end: float | None = None,
    ) -> None:
        """Small framed labels on one line; those that do not fit are dropped."""
        x, tone = self.x0 if x is None else x, colour or self.skin.accent
        for name in names:
            wide = text_width(name, size) + 7
            if x + wide > (end or self.x1):
                break
            if filled:
                self.canvas.rect(x, self.y, wide, size * 1.55, tone, radius=2)
            else:
                self.canvas.rect(x, self.y, wide, size * 1.55, None, radius=2, outline=tone, stroke=0.7)
            self.canvas.text(x + wide / 2, self.y + size * 0.22, name, size, WHITE if filled else tone, anchor="m")
            x += wide + 5
        self.y += size * 1.55 + 6

    def check(self, x: float, y: float, on: bool, size: float = 16) -> None:
        """A round check box."""
        if on:
            self.canvas.ellipse(x, y, size, size, self.skin.accent)
            self.canvas.icon("check", x + size * 0.22, y + size * 0.22, size * 0.56, WHITE, 1.6)
        else:
            self.canvas.ellipse(x, y, size, size, None, outline=self.skin.faint)

    def thumb(self, item: Item, x: float, y: float, size: float, high: float = 0, radius: float = 6) -> None:
        """A picture of the article."""
        self.canvas.paint(x, y, size, high or size, functools.partial(paint_goods, item.category), item.seed, radius=radius)

    def avatar(self, x: float, y: float, size: float) -> None:
        """A round portrait: some colours."""
        self.canvas.paint(x, y, size, size, paint_blot, self.seed(), radius=size / 2)

    # Bars

    def nav(
        self, title: str = "", kind: str = "bar", *, right: str = "", sub: str = "", icons: Sequence[str] | None = None
    ) -> None:
        """The title bar. Kinds: bar (as the app draws it on this system), mini (a mini program's capsule), close, clear
        (only icons, over the page), search (a search box with `title` in it)."""
        high = self.status_height + (46 if sub or kind == "search" else 42)
        self._nav_height = 0.0 if kind == "clear" else high
        self.y = self._nav_height + (0 if kind == "clear" else 8)
        badge = self.rng.choice(("", "", str(self.rng.randint(1, 99)), "99+", "···"))
        chosen = (
            icons
            if icons is not None
            else self.rng.choice((("share", "more"), ("refresh", "share", "more")))
            if self.android
            else ("share", "more")
        )
        self._nav = functools.partial(self._draw_nav, title, kind, right, sub, tuple(chosen), badge)

    def _draw_nav(self, title: str, kind: str, right: str, sub: str, icons: tuple[str, ...], badge: str) -> None:
        c, skin, top = self.canvas, self.skin, self.status_height
        ink = skin.head_ink
        if kind != "clear":
            c.cover(0, -9999, WIDTH, 9999 + self._nav_height)
            c.gradient(0, 0, WIDTH, self._nav_height, skin.head, skin.head2)
        self.status_bar(ink)
        if kind == "clear":
            c.ellipse(10, top + 6, 28, 28, (90, 90, 95) if icons else None)
            c.icon("back", 16, top + 12, 16, WHITE if icons else ink)
            for index, name in enumerate(reversed(icons)):
                c.ellipse(WIDTH - 40 - 36 * index, top + 6, 28, 28, (90, 90, 95))
                c.icon(name, WIDTH - 34 - 36 * index, top + 12, 16, WHITE)
            return
        c.icon("close" if kind == "close" else "arrow_left" if self.android and kind == "bar" else "back", 12, top + 13, 17, ink)
        if kind == "search":
            c.rect(36, top + 8, WIDTH - 116, 30, WHITE if skin.name != "dark" else (40, 40, 44), radius=15)
            c.icon("search", 46, top + 16, 14, (150, 150, 150))
            c.text(66, top + 17, title, 12.5, (150, 150, 150), width=WIDTH - 160)
            if right:
                c.text(WIDTH - 40, top + 16, right, 13, ink, anchor="m")
            return
        if kind == "mini":
            c.text(
                WIDTH / 2 if not self.android else 40,
                top + 12,
                title,
                15.5,
                ink,
                bold=True,
                anchor="l" if self.android else "m",
                width=190,
            )
            c.rect(WIDTH - 92, top + 8, 82, 28, None, radius=14, outline=skin.faint)
            c.icon("more", WIDTH - 80, top + 14, 17, ink)
            c.icon("target" if self.android else "close", WIDTH - 42, top + 14, 17, ink)
            return
        if self.android:
            c.text(44, top + (6 if sub else 12), title, 16.5, ink, bold=self.rng.random() < 0.3, width=210)
        else:
            c.text(WIDTH / 2, top + (6 if sub else 12), title, 16, ink, bold=self.rng.random() < 0.5, anchor="m", width=220)
        if sub:
            c.text(44 if self.android else WIDTH / 2, top + 27, sub, 11, ink, anchor="l" if self.android else "m", width=220)
        if right:
            c.text(WIDTH - 14, top + 14, right, 13.5, ink, anchor="r")
            return
        for index, name in enumerate(reversed(icons)):
            c.icon(name, WIDTH - 32 - 36 * index, top + 13, 18, ink)
        if badge and "more" in icons:
            self.pill(WIDTH - 6, top + 4, badge, size=8.5, pad=4, fill=(255, 80, 20), ink=WHITE, anchor="r")

    def status_bar(self, ink: Colour) -> None:
        """Time, signal and battery; a random one of many habits. Texts are small: low clarity."""
        c, rng, mid = self.canvas, self.rng, self.status_height / 2 + (0 if self.android else 3)
        time = f"{self.now.hour}:{self.now.minute:02d}" if rng.random() < 0.6 else f"{self.now.hour:02d}:{self.now.minute:02d}"
        if rng.random() < 0.12:
            half = self.now.hour % 12 or 12
            time = rng.choice(("上午", "早上") if self.now.hour < 12 else ("下午", "晚上"))[:2] + f"{half}:{self.now.minute:02d}"
        battery = str(rng.randint(4, 100))
        y, size = mid - 6, 12.0 if self.android else 14.0
        if rng.random() < 0.05:
            time = hide(time)
        if not self.android:
            c.text(44, y - 1, time, size, ink, bold=True, anchor="m", clarity=0.85)
            self._signal(WIDTH - 96, mid, ink)
            if rng.random() < 0.6:
                c.text(WIDTH - 62, y + 1, rng.choice(("5G", "4G", "5G", "LTE")), 10.5, ink, bold=True, anchor="m", clarity=0.7)
            else:
                c.icon("wifi", WIDTH - 70, mid - 8, 15, ink, 1.6)
            c.rect(WIDTH - 46, mid - 6, 25, 11.5, (150, 150, 155) if rng.random() < 0.5 else None, radius=3, outline=ink)
            c.text(WIDTH - 33.5, mid - 5, battery, 9, ink, bold=True, anchor="m", clarity=0.5)
            return
        style = rng.random()
        if style < 0.15:  # carrier first, time at the right
            c.text(8, y, rng.choice(("中国移动", "中国联通", "中国电信", "中国广电", "无SIM卡")), 10.5, ink, clarity=0.7)
            c.text(WIDTH - 10, y, time, size, ink, anchor="r", clarity=0.85)
            c.text(WIDTH - 52, y + 1, battery + "%", 10, ink, anchor="r", clarity=0.7)
            self._signal(WIDTH - 110, mid, ink)
            return
        used = c.text(18, y, time, size, ink, clarity=0.85)
        x = 18 + used + 6
        for _ in range(rng.choice((0, 0, 1, 2, 3, 4))):
            c.rect(x, mid - 5, 9, 9, rng.choice(((220, 60, 60), (60, 140, 230), (60, 190, 90), ink, (240, 160, 40))), radius=2)
            x += 12
        x = WIDTH - 14
        if rng.random() < 0.5:
            x -= 4 + c.text(x, y + 1, battery + ("%" if rng.random() < 0.4 else ""), 10, ink, anchor="r", clarity=0.6)
        c.rect(x - 20, mid - 4.5, 18, 9, ink if rng.random() < 0.4 else None, radius=2, outline=ink)
        x -= 26
        for _ in range(rng.randint(1, 3)):
            self._signal(x - 14, mid, ink)
            x -= 18
        if rng.random() < 0.5:
            c.icon("wifi", x - 14, mid - 7, 13, ink)
            x -= 18
        if rng.random() < 0.3:
            x -= 4 + c.text(x, y + 1, rng.choice(("HD", "5G", "4G", "5G HD")), 9, ink, anchor="r", clarity=0.5)
        if rng.random() < 0.2:
            c.text(x, y + 1, f"{rng.randint(0, 90) / 10:.1f}K/s", 9.5, ink, anchor="r", clarity=0.6)

    def _signal(self, x: float, mid: float, ink: Colour) -> None:
        for bar in range(4):
            self.canvas.rect(x + bar * 4, mid + 2 - bar * 2, 2.6, 4 + bar * 2, ink)

    def bottom(self, height: float, draw: Callable[[float], object], fill: Colour | None = None) -> None:
        """A bar at the page's end, `draw(top)` paints on it."""
        self._bottom_height = height

        def lay(top: float) -> None:
            self.canvas.cover(0, top, WIDTH, 9999)
            self.canvas.rect(0, top, WIDTH, self.height - top + 2, fill or self.skin.card)
            draw(top)

        self._bottom = lay

    def system_height(self) -> float:
        """Height of the system's own keys or home indicator."""
        return 36.0 if self.keys else 8.0 if self.android else 18.0

    def finish(self) -> None:
        """Scroll the content, then draw the bars over it. Called once, by overlays or at the end."""
        if self._finished:
            return
        self._finished = True
        c = self.canvas
        if self.bare:
            return
        end, reserve = self.y, self._bottom_height + self.system_height()
        if self.long:
            self.height = min(LONG, max(self.height, end + reserve + 10))
        elif self.can_scroll:
            excess = end + reserve + 20 - self.height
            if excess > 30 and self.rng.random() < 0.35:
                c.shift(-self.rng.uniform(20, min(excess, 320)))
        c.height = self.height
        if self._nav:
            self._nav()
        if self._bottom:
            self._bottom(self.height - reserve)
        self._system_keys()

    def _system_keys(self) -> None:
        c, y = self.canvas, self.height - self.system_height()
        if self.keys:
            tone = self.rng.choice((WHITE, (245, 245, 245), (20, 20, 22), self.skin.page))
            ink = (90, 90, 95) if sum(tone) > 300 else (210, 210, 210)
            c.cover(0, y, WIDTH, 40)
            c.rect(0, y, WIDTH, 40, tone)
            names = self.rng.choice(
                (
                    ("menu", "square", "tri_left"),
                    ("menu", "home", "return"),
                    ("tri_left", "ring", "square"),
                    ("menu", "home", "back"),
                )
            )
            for index, name in enumerate(names):
                c.icon(name, WIDTH * (index + 1) / 4 - 7 + (index - 1) * 12, y + 11, 14, ink)
        elif not self.android or self.rng.random() < 0.6:
            c.rect(WIDTH / 2 - 60, self.height - 9, 120, 4, self.skin.ink if self.skin.name != "dark" else WHITE, radius=2)

    def dress(self, skin: Skin) -> None:
        """Change the page's colours; before anything is drawn."""
        self.skin = skin
        self.canvas.background = skin.page

    def resize(self, width: float, height: float) -> None:
        """A page of another shape (a desktop window, a picture); before anything is drawn."""
        self.canvas.width, self.canvas.height, self.height = width, height, height
        self.x0, self.x1 = 0.0, width
        self.bare = True
        self.long = False


def plain(text: str) -> str:
    """The text without what is hidden."""
    return "".join(char for char in text if not is_hidden(char))
