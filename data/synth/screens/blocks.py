"""What pages are built of beyond plain rows: goods, shops, addresses, timelines, steps, amounts, uploads."""

from __future__ import annotations

from collections.abc import Sequence

from data.synth.canvas import Colour, hide, text_width, wrap
from data.synth.screens.page_builder import WIDTH, Item, PageBuilder
from data.synth.screens.painters import paint_snap
from data.synth.screens.skins import WHITE
from data.synth.screens.vouchers import CRIMSON

BROWN: Colour = (70, 48, 40)


PROMISES = ("7天无理由退货", "假一赔四", "极速退款", "退货运费险", "破损包退", "15天价保", "全程价保", "退货包运费", "过敏包退",
    "假一赔十", "晚发必赔", "坏单包赔", "48小时发货", "不支持7天无理由", "先用后付", "公益宝贝", "免费上门安装",
    "正品保险")  # fmt: skip


MALLS = ("天猫", "淘宝", "百亿补贴", "企业店", "金牌卖家", "天猫超市", "淘工厂", "天猫国际")


def shop_row(p: PageBuilder, right: str = "", *, checkbox: bool | None = None) -> None:
    """A shop's badge and name, a status at the right."""
    x = p.x0
    if checkbox is not None:
        p.check(x, p.y - 1, checkbox)
        x += 24
    if p.chance(0.6):
        mall = p.rng.choice(MALLS)
        x += 5 + p.pill(x, p.y - 1, mall, size=9.5, pad=4, fill=p.rng.choice((CRIMSON, (255, 80, 0))), ink=WHITE, radius=3)
    else:
        p.canvas.icon("shop", x, p.y - 1, 14, p.skin.ink)
        x += 19
    name = p.shop()
    room = p.x1 - x - 24 - text_width(right, 12.5)
    x += p.at(x, name, 13, bold=p.chance(0.7), width=max(40, room))
    p.canvas.icon("chevron", x + 3, p.y + 1, 11, p.skin.faint)
    if right:
        p.at(p.x1, right, 12.5, p.skin.accent, anchor="r")
    p.y += 26


def goods_row(
    p: PageBuilder, item: Item, *, size: float = 70, price: str = "plain", count: bool = True, promises: int | None = None,
    extra: str = "", sku: str | None = None,
) -> None:  # fmt: skip
    """Picture, title, sku, promises; price at the right. `price`: plain, none, left (under the text), before (with 券后)."""
    c, skin, top = p.canvas, p.skin, p.y
    p.thumb(item, p.x0, top, size)
    x = p.x0 + size + 9
    end = p.x1 - (58 if price in ("plain", "before") else 0)
    lines = wrap(p.title(item), 12.5, end - x, p.rng.choice((1, 2, 2)))
    for line in lines:
        c.text(x, p.y, line, 12.5, skin.ink)
        p.y += 17
    for line in wrap(item.sku if sku is None else sku, 11.5, end - x, 2):
        if line:
            c.text(x, p.y, line, 11.5, skin.faint)
            p.y += 16
    if extra:
        c.text(x, p.y, extra, 11, skin.accent, width=p.x1 - x)
        p.y += 16
    names = p.some(PROMISES, 1, 3) if promises is None else p.some(PROMISES, promises)
    if names and (promises or p.chance(0.6)):
        p.tags(names, x=x)
    if price == "plain":
        c.price(p.x1, top, item.price, 13.5, skin.ink, anchor="r")
        if count:
            c.text(p.x1, top + 19, f"{p.pick('x', '×')}{item.count}", 11, skin.faint, anchor="r")
    elif price == "before":
        c.price(p.x1, top, round(item.price * 0.9, 2), 13, skin.ink, anchor="r", before=p.pick("券后", "折后", "到手价", ""))
        c.text(p.x1, top + 19, f"¥{item.price:g}", 10.5, skin.faint, anchor="r")
    elif price == "left":
        c.price(x, p.y, item.price, 16, skin.accent)
        p.y += 22
    p.y = max(p.y, top + size) + 9


def feed(p: PageBuilder, rows: int = 2, title: str = "") -> None:
    """Two columns of recommended goods, down to the page's end."""
    c, skin = p.canvas, p.skin
    if title:
        p.canvas.icon("heart_full", WIDTH / 2 - text_width(title, 13.5) / 2 - 20, p.y, 13, skin.accent)
        c.text(WIDTH / 2, p.y, title, 13.5, skin.accent, anchor="m", bold=True)
        p.y += 26
    half = (WIDTH - 24) / 2
    for _ in range(rows):
        if p.full() or p.y > p.height + 60:
            return
        high = p.rng.choice((150.0, 165.0, 190.0))
        for column in range(2):
            item, x = p.item(), 8 + column * (half + 8)
            c.rect(x, p.y, half, high + 74, skin.card, radius=8)
            p.thumb(item, x, p.y, half, high)
            if p.chance(0.3):
                p.pill(
                    x,
                    p.y,
                    p.pick("618狂欢", "百亿补贴", "双11", "直播中", "新品"),
                    size=9.5,
                    pad=5,
                    fill=CRIMSON,
                    ink=WHITE,
                    radius=4,
                )
            y = p.y + high + 7
            for line in wrap(p.title(item), 12, half - 14, 2):
                c.text(x + 7, y, line, 12, skin.ink)
                y += 16
            used = c.price(x + 7, y + 6, f"{item.price:g}", 15, skin.accent)
            sold = p.pick("人付款", "人已买", "+人付款", "人加购")
            c.text(x + 12 + used, y + 9, f"{p.rng.choice((3, 18, 40, 100, 200, 1000, 3000))}{sold}", 10, skin.faint)
        p.y += high + 82


def icon_grid(
    p: PageBuilder, names: Sequence[str], columns: int = 4, *, size: float = 26, text: float = 11, colour: Colour | None = None
) -> None:
    """A grid of round icons with a word below each."""
    shapes = (
        "gift",
        "truck",
        "note",
        "star",
        "wallet",
        "bubble",
        "heart",
        "crown",
        "clock",
        "box",
        "shield",
        "home",
        "bag",
        "flag",
    )
    step = p.room() / columns
    for index, name in enumerate(names):
        x = p.x0 + step * (index % columns + 0.5)
        tone = colour or p.rng.choice(((255, 120, 40), (250, 80, 80), (90, 140, 240), (250, 180, 60), (70, 180, 120)))
        if p.chance(0.5):
            p.canvas.icon(p.rng.choice(shapes), x - size * 0.4, p.y, size * 0.8, tone, 1.6)
        else:
            p.canvas.ellipse(x - size / 2, p.y, size, size, tone)
            p.canvas.icon(p.rng.choice(shapes), x - size * 0.28, p.y + size * 0.22, size * 0.56, WHITE, 1.5)
        p.at(x, name, text, anchor="m", dy=size + 6)
        if index % columns == columns - 1 or index == len(names) - 1:
            p.y += size + text + 18


def address_block(p: PageBuilder, *, arrow: bool = True, protect: bool = True) -> None:
    """Where a parcel goes: pin, address, person."""
    top = p.y
    p.canvas.ellipse(p.x0, top + 6, 22, 22, p.skin.accent)
    p.canvas.icon("pin", p.x0 + 5, top + 11, 12, WHITE)
    p.para(p.address(), 13.5, bold=True, indent=32, inset=20, limit=2)
    p.para(p.person(), 12, p.skin.sub, indent=32)
    if arrow:
        p.canvas.icon("chevron", p.x1 - 12, top + 12, 12, p.skin.faint)
    if protect and p.chance(0.5):
        p.pill(
            p.x1,
            p.y - 17,
            p.pick("号码保护中", "取件出示虚拟号", "隐私保护"),
            size=9,
            pad=4,
            outline=p.skin.accent,
            ink=p.skin.accent,
            anchor="r",
            radius=3,
        )
    p.y += 4


def timeline(
    p: PageBuilder,
    entries: Sequence[tuple[str, str, str]],
    *,
    colour: Colour | None = None,
    current: int = 0,
    gap: float = 8,
    mask: float = 0.0,
) -> None:
    """Dots on a line: (title, time, body). `current` is the coloured one, -1 for none; `mask` is the share of bodies whose
    end is hidden."""
    c, skin = p.canvas, p.skin
    tone, outer = colour or skin.accent, (p.x0, p.x1)
    for index, (title, time, body) in enumerate(entries):
        if p.full():
            break
        x, top = outer[0] + 5, p.y
        p.x0 = outer[0] + 22
        hot = index == current
        used = 0.0
        if title:
            used = p.at(p.x0, title, 14 if hot else 13, tone if hot else skin.ink, bold=hot or p.chance(0.2)) + 6
        if time:
            p.at(p.x0 + used, time, 11.5, tone if hot and p.chance(0.5) else skin.faint, dy=1.5)
        p.y += 20
        if body:
            if p.chance(mask) and len(body) > 8:
                cut = p.rng.randint(0, len(body) // 2)
                body = body[:cut] + hide(body[cut:])
            p.para(body, 12, skin.ink if hot else skin.sub, limit=6)
        p.y += gap
        c.rect(x - 0.5, top + 14, 1, p.y - top - 10, skin.rule)
        if hot:
            c.ellipse(x - 4.5, top + 3, 9, 9, tone)
        else:
            c.ellipse(x - 3, top + 4, 6, 6, None if p.chance(0.5) else skin.faint, outline=skin.faint)
    p.x0, p.x1 = outer


def steps(p: PageBuilder, names: Sequence[str], current: int, *, colour: Colour | None = None, ink: Colour | None = None) -> None:
    """A horizontal progress bar with named stations."""
    tone, gap = colour or p.skin.accent, p.room() / len(names)
    for index, name in enumerate(names):
        x = p.x0 + gap * (index + 0.5)
        done = index <= current
        if index:
            p.canvas.rect(x - gap + 6, p.y + 5, gap - 12, 1.2, tone if done else p.skin.faint)
        if index == current:
            p.canvas.ellipse(x - 6, p.y - 0.5, 12, 12, tone)
            p.canvas.icon("check", x - 4, p.y + 1.5, 8, WHITE)
        else:
            p.canvas.ellipse(x - 4, p.y + 1.5, 8, 8, tone if done else None, outline=tone if done else p.skin.faint)
        p.at(x, name, 11, (ink or p.skin.ink) if done else p.skin.faint, bold=index == current, anchor="m", dy=18)
    p.y += 42


def stars(p: PageBuilder, label: str, value: int, word: str = "", *, size: float = 18) -> None:
    """A label, five stars, a word."""
    used = p.at(p.x0, label, 13, bold=True)
    x = p.x0 + max(70, used + 12)
    for index in range(5):
        p.canvas.icon("star_full", x + index * (size + 9), p.y - 2, size, p.skin.accent if index < value else (215, 215, 220))
    if word:
        p.at(x + 5 * (size + 9) + 4, word, 12, p.skin.accent)
    p.y += 30


def price_detail(p: PageBuilder, total: float, lines: Sequence[tuple[str, str, float]], *, sum_label: str = "合计") -> float:
    """Goods total, reductions (name, hint, amount), sum. Returns the sum."""
    p.price_row("商品总价", total, hint=p.pick("共1件宝贝", "共2件宝贝", ""))
    rest = total
    for name, hint, amount in lines:
        rest -= amount
        p.price_row(name, amount, hint=hint, colour=p.skin.accent, before=p.pick("减", "-", "减"))
    rest = max(rest, 0.01)
    p.price_row(sum_label, rest, bold=True)
    return rest


def links(p: PageBuilder, names: Sequence[str]) -> None:
    """Two or three centred links with icons, divided by hairlines."""
    step = p.room() / len(names)
    for index, name in enumerate(names):
        x = p.x0 + step * (index + 0.5)
        wide = text_width(name, 12.5)
        p.canvas.icon(p.rng.choice(("bubble", "headset", "phone")), x - wide / 2 - 18, p.y, 14, p.skin.accent)
        p.at(x, name, 12.5, anchor="m")
    p.y += 26


def picture_strip(p: PageBuilder, count: int, size: float = 54) -> None:
    """Thumbnails of uploaded pictures."""
    for index in range(count):
        p.canvas.paint(p.x0 + index * (size + 6), p.y, size, size, paint_snap, p.seed(), radius=4)
    p.y += size + 9


def upload_box(p: PageBuilder, lines: Sequence[str] = ("上传凭证", "(最多9张)"), size: float = 70) -> None:
    """A dashed box with a camera."""
    p.canvas.rect(p.x0, p.y, size, size, None, outline=p.skin.faint, radius=4)
    p.canvas.icon("camera", p.x0 + size / 2 - 9, p.y + 10, 18, p.skin.faint)
    for index, line in enumerate(lines):
        p.canvas.text(p.x0 + size / 2, p.y + 36 + index * 14, line, 10.5, p.skin.faint, anchor="m")
    p.y += size + 10


def input_area(p: PageBuilder, hint: str, limit: int = 200, high: float = 90, written: str = "") -> None:
    """A text field with its counter."""
    top = p.y
    p.canvas.rect(p.x0, top, p.room(), high, p.skin.page, radius=6)
    p.y += 9
    p.para(written or hint, 12.5, p.skin.ink if written else p.skin.faint, indent=9, inset=9, limit=4)
    p.canvas.text(p.x1 - 8, top + high - 18, f"{len(written)}/{limit}", 11, p.skin.faint, anchor="r")
    p.y = top + high + 10
