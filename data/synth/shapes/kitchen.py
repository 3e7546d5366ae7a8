"""Shapes of cups, pots and tableware."""

from __future__ import annotations

from random import Random

from data.synth.pen import BLACK, GLASS, GOLD, RED, STEEL, WHITE, WOOD, Ink, Pen, tint


def thermos(p: Pen, r: Random, k: Ink) -> None:
    w = r.uniform(0.13, 0.2)
    p.lathe([(0.2, w * 0.9), (0.28, w), (0.95, w * 0.93)], k.main, shade=r.choice(("round", "metal")))
    p.lathe([(0.06, w * 0.8), (0.2, w * 0.92)], r.choice((k.accent, BLACK, STEEL)))
    if r.random() < 0.5:
        p.ring(0.5, 0.08, 0.1, 0.06, k.dark, 0.025, 0.5, 0.5)
    p.disc(0.5, 0.6, 0.04, 0.04, k.pale)


def mug(p: Pen, r: Random, k: Ink) -> None:
    p.ring(0.72, 0.55, 0.14, 0.17, k.main, 0.06)
    p.lathe([(0.26, 0.26), (0.86, r.uniform(0.18, 0.25))], k.main)
    p.disc(0.5, 0.26, 0.26, 0.06, k.pale, "left")
    p.disc(0.5, 0.28, 0.22, 0.04, r.choice(((96, 52, 28), (240, 240, 235), (190, 120, 50))))
    p.label(0.38, 0.4, 0.62, 0.75, k)


def glass(p: Pen, r: Random, k: Ink) -> None:
    w = r.uniform(0.16, 0.26)
    p.lathe([(0.1, w), (0.92, w * 0.8)], GLASS, alpha=150)
    p.lathe(
        [(r.uniform(0.3, 0.5), w * 0.93), (0.9, w * 0.76)], r.choice(((190, 110, 40), (225, 60, 60), (170, 210, 120))), alpha=200
    )
    p.ring(0.5, 0.1, w, 0.03, STEEL, 0.01)


def teapot(p: Pen, r: Random, k: Ink) -> None:
    p.ring(0.78, 0.52, 0.14, 0.15, k.dark, 0.05)
    p.line([(0.25, 0.62), (0.12, 0.5), (0.08, 0.36)], k.main, 0.07, True)
    p.lathe([(0.3, 0.16), (0.42, 0.26), (0.7, 0.27), (0.84, 0.18)], k.main)
    p.disc(0.5, 0.3, 0.17, 0.05, k.main, "ball")
    p.disc(0.5, 0.22, 0.04, 0.04, k.dark, "ball")


def pan(p: Pen, r: Random, k: Ink) -> None:
    inside = r.choice((BLACK, (70, 72, 76), STEEL, (226, 220, 206)))
    p.line([(0.6, 0.58), (0.96, 0.36)], r.choice((WOOD, BLACK)), 0.06)
    p.disc(0.4, 0.62, 0.37, 0.24, tint(k.main, 0.9), "left")
    p.disc(0.4, 0.58, 0.37, 0.22, inside, "left")
    p.disc(0.4, 0.61, 0.29, 0.15, tint(inside, 0.8), "ball")


def pot(p: Pen, r: Random, k: Ink) -> None:
    body = r.choice((STEEL, k.main, RED, BLACK))
    for x in (0.12, 0.88):
        p.ring(x, 0.52, 0.08, 0.05, BLACK, 0.035)
    p.lathe([(0.44, 0.36), (0.86, 0.34)], body, shade="metal" if body == STEEL else "round")
    p.disc(0.5, 0.43, 0.37, 0.12, GLASS, "ball", 240)
    p.ring(0.5, 0.43, 0.37, 0.12, STEEL, 0.02)
    p.disc(0.5, 0.3, 0.05, 0.035, BLACK, "ball")


def knife(p: Pen, r: Random, k: Ink) -> None:
    for i in range(r.choice((1, 1, 3))):
        y = 0.24 + 0.24 * i
        p.poly([(0.05, y + 0.16), (0.1, y), (0.62, y), (0.62, y + 0.16)], STEEL, "metal")
        p.box(0.62, y + 0.01, 0.95, y + 0.08, r.choice((BLACK, WOOD)), 0.03, "down")


def plate(p: Pen, r: Random, k: Ink) -> None:
    colour = r.choice((WHITE, k.pale, k.main))
    for i in range(r.choice((1, 1, 3))):
        y = 0.72 - 0.1 * i
        p.disc(0.5, y, 0.45, 0.2, colour, "left")
        p.ring(0.5, y, 0.42, 0.18, k.accent, 0.014)
        p.disc(0.5, y + 0.01, 0.29, 0.12, tint(colour, 0.92), "ball")


def bowl(p: Pen, r: Random, k: Ink) -> None:
    p.lathe([(0.42, 0.4), (0.56, 0.36), (0.74, 0.24), (0.82, 0.16)], k.main, shade="ball")
    p.disc(0.5, 0.42, 0.4, 0.1, k.pale, "left")
    if r.random() < 0.6:
        p.disc(0.5, 0.43, 0.33, 0.07, r.choice(((240, 236, 224), (190, 120, 60), (150, 96, 50))), "ball")


def cutlery(p: Pen, r: Random, k: Ink) -> None:
    tone = r.choice((STEEL, WOOD, GOLD, BLACK))
    for i, x in enumerate((0.2, 0.4, 0.6, 0.75)):
        p.line([(x, 0.3), (x, 0.94)], tone, 0.03)
        if i == 0:
            p.disc(x, 0.2, 0.08, 0.13, tone, "ball")
        elif i == 1:
            for d in (-0.05, 0, 0.05):
                p.line([(x + d, 0.08), (x + d, 0.28), (x, 0.34)], tone, 0.02)
        else:
            p.line([(x, 0.06), (x, 0.4)], tone, 0.025)


def fruit(p: Pen, r: Random, k: Ink) -> None:
    tone = r.choice(((205, 40, 40), (240, 160, 40), (120, 24, 40), (150, 190, 60), (150, 96, 50), (240, 210, 90)))
    for i in range(9):
        x, y = 0.2 + 0.3 * (i % 3) + r.uniform(-0.08, 0.08), 0.35 + 0.2 * (i // 3) + r.uniform(-0.04, 0.04)
        p.disc(x, y, r.uniform(0.12, 0.17), 0.14, tint(tone, r.uniform(0.85, 1.1)), "ball")
