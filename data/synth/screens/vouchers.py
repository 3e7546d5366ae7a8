"""Coupons and red packets."""

from __future__ import annotations

from data.synth.canvas import Colour
from data.synth.screens.page_builder import Item, PageBuilder
from data.synth.screens.pictures import GOLD
from data.synth.screens.skins import WHITE

CRIMSON: Colour = (240, 20, 60)


def coupon(
    p: PageBuilder,
    amount: int,
    rule: str,
    name: str,
    until: str,
    button: str,
    *,
    style: str = "white",
    x: float | None = None,
    w: float | None = None,
    high: float = 74,
) -> None:
    """One coupon across the content. Styles: white, red, pink, grey (used or expired)."""
    c, skin = p.canvas, p.skin
    x, w = p.x0 if x is None else x, p.room() if w is None else w
    fill, ink, sub = {
        "white": (skin.card, CRIMSON, skin.sub),
        "red": ((250, 60, 70), WHITE, (255, 225, 215)),
        "pink": ((255, 236, 238), CRIMSON, (190, 110, 110)),
        "grey": ((246, 246, 247), (165, 165, 170), (175, 175, 180)),
    }[style]
    c.rect(x, p.y, w, high, fill, radius=8)
    c.ellipse(x + 86, p.y - 5, 10, 10, skin.page)
    c.ellipse(x + 86, p.y + high - 5, 10, 10, skin.page)
    c.price(x + 45, p.y + high / 2 - 22, str(amount), 26, ink, anchor="m")
    c.text(x + 45, p.y + high / 2 + 12, rule, 10.5, ink, anchor="m", width=84)
    c.text(
        x + 102, p.y + 12, name, 13, WHITE if style == "red" else skin.ink if style != "grey" else ink, bold=True, width=w - 180
    )
    c.text(x + 102, p.y + 34, until.split("\n")[0], 10.5, sub, width=w - 170)
    if "\n" in until:
        c.text(x + 102, p.y + 50, until.split("\n")[1], 10.5, sub, width=w - 170)
    if button and style == "grey":
        c.ellipse(x + w - 58, p.y + 10, 48, 48, None, outline=ink)
        c.text(x + w - 34, p.y + 28, button, 11, ink, anchor="m")
    elif button:
        p.pill(
            x + w - 10,
            p.y + high / 2 - 13,
            button,
            size=12,
            pad=11,
            fill=WHITE if style == "red" else CRIMSON,
            ink=CRIMSON if style == "red" else WHITE,
            anchor="r",
        )
    p.y += high + 9


def small_coupon(
    p: PageBuilder,
    x: float,
    w: float,
    amount: int,
    rule: str,
    name: str,
    button: str,
    *,
    item: Item | None = None,
    high: float = 96,
) -> None:
    """A coupon tile of a grid, with or without a picture; does not move the cursor."""
    c = p.canvas
    c.rect(x, p.y, w, high, WHITE, radius=8)
    c.text(x + 8, p.y + 7, name, 11, (120, 40, 40), width=w - 16)
    mid = x + w / 2
    if item:
        p.thumb(item, x + 8, p.y + 26, 54)
        mid = x + 62 + (w - 62) / 2
    c.price(mid, p.y + 26, str(amount), 22, CRIMSON, anchor="m")
    c.text(mid, p.y + 52, rule, 10, (120, 40, 40), anchor="m")
    p.pill(mid, p.y + 69, button, size=10.5, pad=9, fill=CRIMSON, ink=WHITE, anchor="m")


def red_packet(p: PageBuilder, x: float, y: float, size: float) -> None:
    """A small red envelope."""
    p.canvas.rect(x, y, size * 0.85, size, (235, 60, 50), radius=4)
    p.canvas.rect(x, y, size * 0.85, size * 0.4, (250, 90, 70), radius=4)
    p.canvas.ellipse(x + size * 0.28, y + size * 0.27, size * 0.3, size * 0.3, GOLD)
