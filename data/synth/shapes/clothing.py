"""Shapes of clothes, shoes, bags and what is worn."""

from __future__ import annotations

import math
from random import Random

from data.synth.pen import BLACK, GLASS, GOLD, RED, SKIN, STEEL, WHITE, Ink, Pen, tint


def tee(p: Pen, r: Random, k: Ink) -> None:
    s, hem = r.choice((0.36, 0.7)), r.uniform(0.82, 0.92)
    cuff = [(0.06 if s < 0.5 else 0.12, s + 0.02), (0.2, s + 0.08)]
    for m in (False, True):
        arm = [(0.3, 0.14), *cuff, (0.28, 0.38)]
        p.poly([(1 - x, y) if m else (x, y) for x, y in arm], tint(k.main, 0.93), "cloth")
    p.poly(
        [(0.3, 0.13), (0.4, 0.1), (0.6, 0.1), (0.7, 0.13), (0.74, 0.4), (0.73, hem), (0.27, hem), (0.26, 0.4)], k.main, "cloth"
    )
    p.pattern(k.accent)
    p.disc(0.5, 0.1, 0.1, 0.055, tint(k.main, 0.6))
    p.ring(0.5, 0.1, 0.1, 0.06, k.pale if r.random() < 0.3 else tint(k.main, 0.85), 0.018, 0, 0.5)


def coat(p: Pen, r: Random, k: Ink) -> None:
    hem = r.uniform(0.75, 0.94)
    for m in (False, True):
        arm = [(0.3, 0.18), (0.14, 0.4), (0.09, 0.76), (0.2, 0.79), (0.3, 0.45)]
        p.blob([(1 - x, y) if m else (x, y) for x, y in arm], tint(k.main, 0.9), "cloth")
    if r.random() < 0.5:
        p.blob([(0.36, 0.2), (0.38, 0.06), (0.5, 0.02), (0.62, 0.06), (0.64, 0.2)], tint(k.main, 0.75), "ball")
    p.poly([(0.28, 0.18), (0.4, 0.13), (0.6, 0.13), (0.72, 0.18), (0.74, hem), (0.26, hem)], k.main, "cloth")
    p.pattern(k.accent)
    p.line([(0.5, 0.15), (0.5, hem)], k.dark, 0.012)
    for i in range(r.choice((0, 4, 5))):
        p.line([(0.27, 0.3 + i * 0.12), (0.73, 0.3 + i * 0.12)], tint(k.main, 0.8), 0.012)
    for x in (0.32, 0.58):
        p.box(x, 0.6, x + 0.1, 0.7, tint(k.main, 0.88), 0.01)


def dress(p: Pen, r: Random, k: Ink) -> None:
    flare = r.uniform(0.26, 0.42)
    if r.random() < 0.6:
        for x in (0.3, 0.7):
            p.disc(x, 0.2, 0.07, 0.11, tint(k.main, 0.92), "cloth")
    p.poly(
        [
            (0.36, 0.1),
            (0.42, 0.08),
            (0.5, 0.16),
            (0.58, 0.08),
            (0.64, 0.1),
            (0.66, 0.3),
            (0.6, 0.42),
            (0.5 + flare, 0.92),
            (0.5, 0.95),
            (0.5 - flare, 0.92),
            (0.4, 0.42),
            (0.34, 0.3),
        ],
        k.main,
        "cloth",
    )
    p.pattern(k.accent)
    p.line([(0.4, 0.42), (0.6, 0.42)], k.dark, 0.02)


def trousers(p: Pen, r: Random, k: Ink) -> None:
    hem, wide = r.choice((0.45, 0.92, 0.94)), r.uniform(0.0, 0.08)
    colour = r.choice((k.main, (60, 84, 128), (40, 48, 66), (196, 178, 148)))
    p.poly(
        [
            (0.32, 0.06),
            (0.68, 0.06),
            (0.74 + wide, hem),
            (0.56 - wide / 2, hem),
            (0.5, 0.34),
            (0.44 + wide / 2, hem),
            (0.26 - wide, hem),
        ],
        colour,
        "cloth",
    )
    p.box(0.31, 0.05, 0.69, 0.1, tint(colour), 0.01)
    p.line([(0.5, 0.1), (0.5, 0.3)], tint(colour), 0.01)


def skirt(p: Pen, r: Random, k: Ink) -> None:
    p.poly([(0.36, 0.2), (0.64, 0.2), (0.84, 0.84), (0.5, 0.88), (0.16, 0.84)], k.main, "cloth")
    p.pattern(k.accent)
    for i in range(r.choice((0, 6))):
        p.line([(0.38 + 0.05 * i, 0.24), (0.22 + 0.11 * i, 0.84)], tint(k.main), 0.008)
    p.box(0.36, 0.17, 0.64, 0.22, k.dark, 0.01)


def figure(p: Pen, r: Random, k: Ink) -> None:
    """A model wearing the garment."""
    for x in (0.45, 0.55):
        p.line([(x, 0.6), (x + (x - 0.5) * 0.4, 0.97)], SKIN, 0.06)
    low = r.choice((k.dark, (60, 84, 128), k.accent, WHITE))
    if r.random() < 0.5:
        p.poly([(0.42, 0.5), (0.58, 0.5), (0.66, 0.74), (0.34, 0.74)], low, "cloth")
    else:
        for x in (0.46, 0.54):
            p.line([(x, 0.55), (x + (x - 0.5) * 0.5, 0.94)], low, 0.09)
    for m in (-1, 1):
        p.line([(0.5 + 0.1 * m, 0.27), (0.5 + 0.17 * m, 0.42), (0.5 + 0.13 * m, 0.56)], SKIN, 0.045)
        p.line([(0.5 + 0.1 * m, 0.26), (0.5 + 0.16 * m, 0.4)], k.main, 0.075)
    p.poly([(0.4, 0.22), (0.6, 0.22), (0.6, 0.4), (0.62, 0.56), (0.38, 0.56), (0.4, 0.4)], k.main, "cloth")
    p.box(0.47, 0.16, 0.53, 0.24, SKIN)
    hair = r.choice((BLACK, (70, 44, 30), (120, 80, 50)))
    if r.random() < 0.6:
        p.disc(0.5, 0.15, 0.1, 0.13, hair)
    p.disc(0.5, 0.12, 0.065, 0.085, SKIN, "ball")
    p.disc(0.5, 0.07, 0.072, 0.05, hair)


def bra(p: Pen, r: Random, k: Ink) -> None:
    for x in (0.3, 0.7):
        p.line([(x, 0.4), (x + (0.5 - x) * 0.1, 0.1)], tint(k.main), 0.025)
        p.blob([(x - 0.2, 0.5), (x, 0.34), (x + 0.19, 0.5), (x + 0.1, 0.72), (x - 0.12, 0.7)], k.main, "ball")
    p.box(0.08, 0.6, 0.92, 0.76, tint(k.main, 0.9), 0.02)
    p.disc(0.5, 0.56, 0.03, 0.02, k.accent)


def briefs(p: Pen, r: Random, k: Ink) -> None:
    leg = r.choice((0.45, 0.7))
    p.poly(
        [(0.14, 0.24), (0.86, 0.24), (0.9, leg), (0.62, leg + 0.08), (0.5, 0.66), (0.38, leg + 0.08), (0.1, leg)], k.main, "cloth"
    )
    p.pattern(k.accent)
    p.box(0.13, 0.2, 0.87, 0.29, k.dark, 0.01)


def socks(p: Pen, r: Random, k: Ink) -> None:
    for i in range(r.choice((1, 2, 3))):
        x, colour = 0.1 + 0.2 * i, r.choice((k.main, k.accent, k.pale))
        p.blob(
            [(x, 0.08), (x + 0.2, 0.08), (x + 0.2, 0.6), (x + 0.42, 0.76), (x + 0.4, 0.9), (x + 0.15, 0.88), (x, 0.7)],
            colour,
            "cloth",
        )
        p.box(x - 0.01, 0.06, x + 0.21, 0.15, tint(colour), 0.02, "metal")


def sneaker(p: Pen, r: Random, k: Ink) -> None:
    p.blob(
        [
            (0.06, 0.3),
            (0.22, 0.28),
            (0.32, 0.36),
            (0.44, 0.32),
            (0.62, 0.5),
            (0.86, 0.58),
            (0.96, 0.74),
            (0.5, 0.8),
            (0.06, 0.78),
        ],
        k.main,
        "down",
    )
    p.blob([(0.06, 0.32), (0.2, 0.34), (0.24, 0.5), (0.07, 0.6)], k.accent, "down")
    p.blob([(0.74, 0.58), (0.92, 0.62), (0.95, 0.74), (0.76, 0.74)], k.pale, "down")
    p.line([(0.3, 0.68), (0.46, 0.56), (0.66, 0.66)], k.accent, 0.035, True)
    for i in range(4):
        p.line([(0.4 + i * 0.06, 0.36 + i * 0.055), (0.35 + i * 0.06, 0.45 + i * 0.05)], WHITE, 0.02)
    p.blob([(0.04, 0.74), (0.5, 0.77), (0.97, 0.73), (0.98, 0.84), (0.5, 0.88), (0.05, 0.88)], r.choice((WHITE, k.dark)), "down")


def boot(p: Pen, r: Random, k: Ink) -> None:
    colour = r.choice((k.main, (110, 70, 40), BLACK))
    p.blob([(0.24, 0.08), (0.52, 0.08), (0.54, 0.5), (0.8, 0.66), (0.84, 0.82), (0.24, 0.82)], colour, "round")
    p.box(0.22, 0.8, 0.86, 0.88, tint(colour, 0.5), 0.02)
    p.box(0.22, 0.86, 0.42, 0.95, tint(colour, 0.5))
    for i in range(4):
        p.line([(0.42, 0.2 + i * 0.09), (0.54, 0.22 + i * 0.09)], k.pale, 0.015)


def heel(p: Pen, r: Random, k: Ink) -> None:
    p.poly([(0.12, 0.4), (0.2, 0.42), (0.17, 0.88), (0.13, 0.88)], tint(k.main))
    p.blob(
        [(0.1, 0.3), (0.2, 0.38), (0.45, 0.56), (0.7, 0.62), (0.94, 0.8), (0.9, 0.87), (0.6, 0.84), (0.35, 0.66), (0.12, 0.5)],
        k.main,
        "ball",
    )


def slipper(p: Pen, r: Random, k: Ink) -> None:
    p.blob([(0.06, 0.64), (0.3, 0.56), (0.7, 0.6), (0.95, 0.66), (0.94, 0.78), (0.5, 0.82), (0.06, 0.78)], k.pale, "down")
    p.blob([(0.5, 0.68), (0.56, 0.44), (0.74, 0.4), (0.92, 0.6), (0.92, 0.72)], k.main, "ball")


def handbag(p: Pen, r: Random, k: Ink) -> None:
    p.ring(0.5, 0.42, r.uniform(0.18, 0.26), 0.3, tint(k.main, 0.8), 0.04, 0.5, 0.5)
    p.poly([(0.16, 0.4), (0.84, 0.4), (0.92, 0.9), (0.08, 0.9)], k.main, "down")
    if r.random() < 0.6:
        p.blob([(0.14, 0.38), (0.86, 0.38), (0.84, 0.58), (0.5, 0.68), (0.16, 0.58)], tint(k.main, 0.88), "ball")
    p.disc(0.5, 0.6, 0.045, 0.035, GOLD, "ball")


def backpack(p: Pen, r: Random, k: Ink) -> None:
    p.ring(0.5, 0.12, 0.08, 0.07, k.dark, 0.03)
    p.box(0.16, 0.12, 0.84, 0.93, k.main, 0.18, "round")
    p.line([(0.2, 0.46), (0.5, 0.42), (0.8, 0.46)], k.dark, 0.014, True)
    p.box(0.25, 0.55, 0.75, 0.88, tint(k.main, 0.85), 0.06, "down")
    p.line([(0.27, 0.6), (0.73, 0.6)], k.accent, 0.016)
    p.disc(0.5, 0.3, 0.05, 0.04, k.accent)


def suitcase(p: Pen, r: Random, k: Ink) -> None:
    p.line([(0.38, 0.2), (0.38, 0.04), (0.62, 0.04), (0.62, 0.2)], STEEL, 0.025)
    p.box(0.2, 0.18, 0.8, 0.92, k.main, 0.07, "round")
    for i in range(5):
        p.line([(0.28 + 0.11 * i, 0.23), (0.28 + 0.11 * i, 0.87)], tint(k.main, 0.82), 0.014)
    for x in (0.28, 0.72):
        p.disc(x, 0.94, 0.04, 0.035, BLACK)


def wallet(p: Pen, r: Random, k: Ink) -> None:
    colour = r.choice((k.main, (120, 72, 40), BLACK))
    p.box(0.1, 0.28, 0.9, 0.8, colour, 0.05)
    p.blob([(0.1, 0.3), (0.9, 0.3), (0.88, 0.5), (0.5, 0.56), (0.12, 0.5)], tint(colour, 0.86), "down")
    p.disc(0.5, 0.52, 0.035, 0.035, GOLD, "ball")


def diaper(p: Pen, r: Random, k: Ink) -> None:
    p.blob(
        [(0.06, 0.22), (0.94, 0.22), (0.92, 0.5), (0.68, 0.62), (0.6, 0.86), (0.4, 0.86), (0.32, 0.62), (0.08, 0.5)],
        WHITE,
        "cloth",
    )
    p.box(0.2, 0.24, 0.8, 0.36, k.pale, 0.03)
    for x in (0.3, 0.5, 0.7):
        p.disc(x, 0.3, 0.035, 0.03, k.accent)


def hat(p: Pen, r: Random, k: Ink) -> None:
    p.disc(0.5, 0.68, 0.46, 0.13, tint(k.main, 0.85), "ball")
    p.blob([(0.24, 0.66), (0.28, 0.34), (0.5, 0.26), (0.72, 0.34), (0.76, 0.66)], k.main, "ball")
    p.line([(0.25, 0.62), (0.5, 0.66), (0.75, 0.62)], k.accent, 0.04, True)


def watch(p: Pen, r: Random, k: Ink) -> None:
    strap = r.choice((k.main, BLACK, (110, 70, 40), STEEL))
    p.box(0.4, 0.02, 0.6, 0.98, strap, 0.04, "round")
    if r.random() < 0.5:
        p.disc(0.5, 0.5, 0.26, 0.26, r.choice((STEEL, GOLD)), "metal")
        p.disc(0.5, 0.5, 0.21, 0.21, r.choice((WHITE, BLACK, k.dark)), "left")
        for a in (0.7, 2.9):
            p.line([(0.5, 0.5), (0.5 + 0.14 * math.sin(a), 0.5 - 0.14 * math.cos(a))], STEEL, 0.016)
    else:
        p.box(0.26, 0.25, 0.74, 0.75, STEEL, 0.1, "metal")
        p.box(0.29, 0.28, 0.71, 0.72, BLACK, 0.08)
        p.ring(0.5, 0.5, 0.12, 0.12, k.accent, 0.025, -0.25, 0.7)


def necklace(p: Pen, r: Random, k: Ink) -> None:
    tone = r.choice((GOLD, STEEL))
    p.ring(0.5, 0.26, 0.34, 0.44, tone, 0.014, 0, 0.5)
    p.blob([(0.5, 0.68), (0.58, 0.76), (0.5, 0.88), (0.42, 0.76)], r.choice((k.accent, GLASS, RED)), "ball")


def ring(p: Pen, r: Random, k: Ink) -> None:
    tone = r.choice((GOLD, STEEL, (226, 170, 150)))
    p.ring(0.5, 0.6, 0.3, 0.28, tint(tone, 0.7), 0.07)
    p.ring(0.5, 0.59, 0.3, 0.28, tone, 0.045)
    p.poly([(0.4, 0.22), (0.6, 0.22), (0.66, 0.3), (0.5, 0.42), (0.34, 0.3)], r.choice((GLASS, k.accent)), "ball")


def bracelet(p: Pen, r: Random, k: Ink) -> None:
    for i in range(20):
        a = math.tau * i / 20
        p.disc(0.5 + 0.36 * math.cos(a), 0.52 + 0.3 * math.sin(a), 0.062, 0.062, k.main if i % 5 else GOLD, "ball")


def mask(p: Pen, r: Random, k: Ink) -> None:
    for x, start in ((0.12, 0.25), (0.88, 0.75)):
        p.ring(x, 0.5, 0.1, 0.16, WHITE, 0.016, start, 0.5)
    p.box(0.1, 0.3, 0.9, 0.72, r.choice(((150, 200, 226), WHITE, k.pale)), 0.04, "down")
    for y in (0.42, 0.52, 0.62):
        p.line([(0.11, y), (0.89, y)], (180, 200, 214), 0.012)
