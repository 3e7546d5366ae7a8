"""Bars at the end of a page: buttons, sums, tabs."""

from __future__ import annotations

from collections.abc import Sequence

from data.synth.canvas import Colour, text_width
from data.synth.screens.page_builder import WIDTH, PageBuilder
from data.synth.screens.skins import WHITE


def submit_bar(p: PageBuilder, text: str, *, lead: str = "", colour: Colour | None = None) -> None:
    """One wide button at the page's end."""

    def draw(top: float) -> None:
        y = top + 8
        if lead:
            p.canvas.text(WIDTH / 2, y, lead, 13, p.skin.ink, anchor="m")
            y += 24
        if colour:
            p.canvas.rect(14, y, WIDTH - 28, 40, colour, radius=p_radius)
        else:
            p.canvas.gradient(14, y, WIDTH - 28, 40, p.skin.accent2, p.skin.accent, across=True, radius=p_radius)
        p.canvas.text(WIDTH / 2, y + 12, text, 15, WHITE, anchor="m")

    p_radius = p.rng.choice((20.0, 20.0, 5.0))
    p.bottom(80 if lead else 56, draw)


def action_bar(p: PageBuilder, names: Sequence[str], *, more: bool = False, accent: bool = True) -> None:
    """Outlined buttons at the bottom right."""

    def draw(top: float) -> None:
        p.canvas.rect(0, top, WIDTH, 0.7, p.skin.rule)
        x = WIDTH - 12
        for index, name in enumerate(reversed(names)):
            hot = accent and index == 0
            x -= 8 + p.pill(
                x,
                top + 12,
                name,
                outline=p.skin.accent if hot else p.skin.faint,
                ink=p.skin.accent if hot else p.skin.ink,
                anchor="r",
                pad=11,
            )
        if more:
            p.canvas.text(14, top + 18, "更多", 12, p.skin.sub)

    p.bottom(48, draw)


def pay_bar(p: PageBuilder, count: str, amount: float, saved: str, button: str, sub: str = "") -> None:
    """Order total at the right and the button that submits it."""

    def draw(top: float) -> None:
        c, skin = p.canvas, p.skin
        wide = max(88, text_width(button, 14) + 28)
        if sub:
            c.gradient(WIDTH - 12 - wide, top + 8, wide, 40, skin.accent2, skin.accent, across=True, radius=20)
            c.text(WIDTH - 12 - wide / 2, top + 12, button, 14, WHITE, anchor="m", bold=True)
            c.text(WIDTH - 12 - wide / 2, top + 31, sub, 10, WHITE, anchor="m")
        else:
            p.pill(
                WIDTH - 12,
                top + 8,
                button,
                size=14.5,
                high=40,
                wide=wide,
                fill=skin.accent2,
                fill2=skin.accent,
                ink=WHITE,
                anchor="r",
                bold=True,
            )
        right = WIDTH - wide - 22
        used = c.price(right, top + 10, amount, 19, skin.accent, anchor="r")
        used += c.text(right - used - 2, top + 14, "合计:", 13, skin.ink, anchor="r", bold=True)
        c.text(right - used - 6, top + 16, count, 11.5, skin.sub, anchor="r")
        if saved:
            c.text(right, top + 34, saved, 11, skin.accent, anchor="r")

    p.bottom(56, draw)


def buy_bar(
    p: PageBuilder,
    left: str = "加入购物车",
    right: str = "立即购买",
    *,
    shop: str = "店铺",
    single: bool = False,
    off: bool = False,
) -> None:
    """The bar under an article: shop, service, favourites, two big buttons (or one)."""

    def draw(top: float) -> None:
        c, skin = p.canvas, p.skin
        names = ((shop, "shop"), ("客服", "bubble"), (p_third, "star"))[: 2 if single else 3]
        for index, (name, icon) in enumerate(names):
            c.icon(icon, 18 + index * 42, top + 7, 17, skin.ink)
            c.text(26 + index * 42, top + 29, name, 9.5, skin.sub, anchor="m")
        x = 26 + len(names) * 42
        wide = WIDTH - 12 - x
        tone = ((255, 170, 30), (255, 150, 20), (255, 90, 20)) if not off else ((250, 215, 160),) * 3
        if single:
            p.pill(
                x,
                top + 6,
                right,
                size=14.5,
                high=38,
                wide=wide,
                fill=tone[1],
                fill2=tone[2],
                ink=WHITE,
                bold=True,
                radius=p_radius,
            )
        else:
            c.gradient(x, top + 6, wide, 38, tone[0], tone[2], across=True, radius=p_radius)
            c.text(x + wide / 4, top + 17, left, 13.5, WHITE, anchor="m", bold=True)
            c.text(x + wide * 3 / 4, top + 17, right, 13.5, WHITE, anchor="m", bold=True)

    p_third = p.pick("收藏", "收藏", "已收藏")
    p_radius = p.rng.choice((19.0, 6.0))
    p.bottom(52, draw)


def tab_bar(p: PageBuilder, names: Sequence[str], active: int = 0, *, colour: Colour | None = None, badges: bool = True) -> None:
    """The app's main tabs."""
    shapes = [p.rng.choice(("home", "play", "bubble", "cart", "user", "grid", "gift", "star", "bag", "note")) for _ in names]
    counts = [str(p.rng.randint(1, 99)) if badges and p.chance(0.25) else "" for _ in names]

    def draw(top: float) -> None:
        step = WIDTH / len(names)
        for index, name in enumerate(names):
            x = step * (index + 0.5)
            tone = (colour or p.skin.accent) if index == active else p.skin.sub
            p.canvas.icon(
                {"首页": "home", "消息": "bubble", "购物车": "cart"}.get(name, shapes[index]), x - 10, top + 5, 20, tone
            )
            p.canvas.text(x, top + 29, name, 10, tone, anchor="m")
            if counts[index]:
                p.pill(x + 4, top + 1, counts[index], size=8, pad=4, fill=(255, 60, 30), ink=WHITE)

    p.bottom(46, draw)
