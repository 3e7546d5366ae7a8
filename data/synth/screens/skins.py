"""Colours of pages."""

from __future__ import annotations

from dataclasses import dataclass

from data.synth.canvas import Colour

WHITE: Colour = (255, 255, 255)


BLACK: Colour = (0, 0, 0)


@dataclass(frozen=True)
class Skin:
    """The colours of a page. `head` to `head2` is the gradient of the bars on top, `accent` marks prices and main buttons."""

    name: str
    head: Colour
    head2: Colour
    head_ink: Colour
    accent: Colour = (255, 80, 0)
    accent2: Colour = (255, 140, 0)
    page: Colour = (244, 244, 246)
    card: Colour = WHITE
    ink: Colour = (30, 30, 32)
    sub: Colour = (110, 110, 115)
    faint: Colour = (160, 160, 165)
    rule: Colour = (235, 235, 238)
    tint: Colour = (255, 243, 235)


LIGHT = Skin("light", (248, 248, 249), (248, 248, 249), (34, 34, 36))


WHITE_SKIN = Skin("white", WHITE, WHITE, (20, 20, 22), (240, 70, 20), (250, 150, 50))


RED = Skin("red", (240, 40, 50), (255, 70, 60), WHITE)


FESTIVE = Skin("festive", (255, 60, 70), (255, 120, 90), WHITE, (250, 40, 60), (255, 90, 60))


TAN = Skin("tan", (222, 176, 130), (232, 196, 160), WHITE)


PINK = Skin("pink", (250, 190, 205), (252, 215, 225), (120, 60, 80), (245, 60, 100), (255, 120, 150))


GREEN = Skin("green", (60, 150, 120), (80, 165, 130), WHITE)


BLUE = Skin("blue", (120, 160, 225), (160, 190, 235), WHITE)


INKY = Skin("inky", (36, 34, 36), (48, 44, 44), (240, 240, 240))


ORANGE = Skin("orange", (250, 120, 40), (255, 90, 20), WHITE)


DARK = Skin(
    "dark", (18, 18, 20), (18, 18, 20), (235, 235, 235), (255, 95, 25), (255, 140, 0), (10, 10, 12), (30, 30, 34),
    (232, 232, 235), (160, 160, 165), (120, 120, 125), (50, 50, 55), (60, 42, 32),
)  # fmt: skip


SKINS = (
    (LIGHT,) * 10 + (WHITE_SKIN,) * 7 + (RED,) * 4 + (FESTIVE,) * 2 + (TAN,) * 3 + (PINK, GREEN, BLUE, INKY, ORANGE, DARK, DARK)
)
