"""What lies over a page: sheets, dialogs, toasts, pop-up cards; and what stands where nothing is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from data.synth.canvas import Colour, text_width, wrap
from data.synth.screens.page_builder import WIDTH, PageBuilder
from data.synth.screens.pictures import badge
from data.synth.screens.skins import WHITE


@contextmanager
def sheet(
    p: PageBuilder,
    title: str,
    *,
    height: float | None = None,
    button: str = "",
    outline: bool = False,
    close: bool = True,
    shade: float = 0.4,
    fill: Colour | None = None,
) -> Iterator[None]:
    """A panel that rises from the bottom over the dimmed page."""
    p.finish()
    c, skin = p.canvas, p.skin
    height = height or p.height * p.rng.uniform(0.42, 0.72)
    top = p.height - height
    c.dim(shade)
    c.cover(0, top, WIDTH, 9999)
    c.rect(0, top, WIDTH, height + 20, fill or skin.card, radius=14)
    if title:
        c.text(WIDTH / 2, top + 17, title, 15.5, skin.ink, bold=p.chance(0.6), anchor="m")
    if close:
        c.icon("close", WIDTH - 30, top + 18, 13, skin.ink, 1.6)
    p.x0, p.x1, p.y = 14.0, WIDTH - 14, top + (50 if title else 22)
    mark = len(c.lines)
    yield
    foot = p.height - p.system_height()
    if button:
        y = foot - 52
        c.cover(0, y - 4, WIDTH, 9999, since=mark)
        c.rect(0, y - 4, WIDTH, 9999, fill or skin.card)
        p.y = y
        p.wide_button(button, outline=outline)
    else:
        c.cover(0, foot, WIDTH, 9999, since=mark)
    p._system_keys()
    p.x0, p.x1 = 0.0, WIDTH


def dialog(
    p: PageBuilder,
    text: str,
    buttons: Sequence[str] = ("确定",),
    *,
    title: str = "",
    shade: float = 0.45,
    colour: Colour | None = None,
    y: float | None = None,
) -> None:
    """A box in the middle of the dimmed page."""
    p.finish()
    c, skin = p.canvas, p.skin
    c.dim(shade)
    width = 246.0
    lines = wrap(text, 13.5, width - 40, 8)
    height = 24 + (26 if title else 0) + len(lines) * 20 + 18 + 44
    x, top = (WIDTH - width) / 2, y or p.height * 0.46 - height / 2
    c.cover(x, top, width, height)
    c.rect(x, top, width, height, skin.card, radius=p.rng.choice((4.0, 12.0)))
    cursor = top + 20
    if title:
        c.text(WIDTH / 2, cursor, title, 15.5, skin.ink, bold=True, anchor="m")
        cursor += 28
    for line in lines:
        c.text(WIDTH / 2, cursor, line, 13.5, skin.sub if title else skin.ink, anchor="m")
        cursor += 20
    foot = top + height - 44
    c.rect(x, foot, width, 0.8, skin.rule)
    for index, name in enumerate(buttons):
        centre = x + width * (index + 0.5) / len(buttons)
        hot = index == len(buttons) - 1
        c.text(centre, foot + 14, name, 14.5, (colour or skin.accent) if hot else skin.ink, anchor="m")


def toast(p: PageBuilder, text: str, *, y: float | None = None) -> None:
    """A dark box with white words over the middle of the page."""
    p.finish()
    c = p.canvas
    lines = wrap(text, 13, 190, 4)
    width = max(text_width(line, 13) for line in lines) + 34
    height = len(lines) * 19 + 22
    x, top = (WIDTH - width) / 2, y or p.height * p.rng.uniform(0.4, 0.55)
    c.cover(x, top, width, height)
    c.rect(x, top, width, height, p.rng.choice(((50, 50, 52), (20, 20, 20), (90, 90, 92))), radius=p.rng.choice((4.0, 8.0, 18.0)))
    for index, line in enumerate(lines):
        c.text(WIDTH / 2, top + 12 + index * 19, line, 13, WHITE, anchor="m")


def popup_card(
    p: PageBuilder, width: float, height: float, fill: Colour, fill2: Colour | None = None, *, shade: float = 0.35
) -> tuple[float, float]:
    """A coloured card over the dimmed page with a round close button below; returns its left and top."""
    p.finish()
    c = p.canvas
    c.dim(shade)
    x, top = (WIDTH - width) / 2, p.height * 0.45 - height / 2
    c.cover(x, top, width, height)
    c.gradient(x, top, width, height, fill, fill2 or fill, radius=16)
    c.ellipse(WIDTH / 2 - 13, top + height + 18, 26, 26, None, outline=WHITE)
    c.icon("close", WIDTH / 2 - 6, top + height + 25, 12, WHITE)
    return x, top


def empty_state(p: PageBuilder, lines: Sequence[str], *, button: str = "", tone: Colour = (255, 180, 120)) -> None:
    """A drawing and centred words where a list would be."""
    badge(p, WIDTH / 2 - 45, p.y, 90, tone)
    p.y += 108
    for index, line in enumerate(lines):
        p.para(
            line,
            15 if index == 0 else 12.5,
            p.skin.ink if index == 0 else p.skin.faint,
            align="m",
            indent=30,
            inset=30,
            bold=index == 0 and len(lines) > 1,
        )
        p.y += 4
    if button:
        p.y += 12
        wide = text_width(button, 14) + 60
        p.pill(WIDTH / 2, p.y, button, size=14, wide=wide, high=36, outline=p.skin.accent, ink=p.skin.accent, anchor="m")
        p.y += 50
