"""Shapes of phones, computers and what belongs to them."""

from __future__ import annotations

from random import Random

from data.synth.pen import BLACK, GLASS, STEEL, WHITE, WOOD, Ink, Pen, hsv, tint


def phone(p: Pen, r: Random, k: Ink) -> None:
    if r.random() < 0.75:
        p.box(0.4, 0.06, 0.8, 0.88, k.main, 0.06)
        p.box(0.44, 0.1, 0.6, 0.28, tint(k.main, 0.9), 0.04)
        for x, y in ((0.48, 0.15), (0.56, 0.15), (0.48, 0.23)):
            p.disc(x, y, 0.03, 0.03, BLACK, "ball")
    p.box(0.2, 0.12, 0.6, 0.95, BLACK, 0.06)
    p.box(0.22, 0.14, 0.58, 0.93, hsv(r.random(), 0.6, 0.7), 0.045, "ball")
    p.blob([(0.22, 0.7), (0.4, 0.5), (0.58, 0.62), (0.58, 0.9), (0.24, 0.92)], k.accent, "ball", 160)
    p.line([(0.36, 0.17), (0.44, 0.17)], BLACK, 0.02)


def case(p: Pen, r: Random, k: Ink) -> None:
    p.box(0.28, 0.05, 0.72, 0.95, k.main, 0.08)
    p.pattern(k.accent)
    p.box(0.32, 0.09, 0.5, 0.3, BLACK, 0.05)
    p.label(0.34, 0.42, 0.66, 0.75, k)


def film(p: Pen, r: Random, k: Ink) -> None:
    for i in range(r.choice((1, 2, 3))):
        x = 0.12 + 0.16 * i
        p.box(x, 0.06 + 0.03 * i, x + 0.42, 0.9 + 0.03 * i, r.choice((GLASS, (60, 64, 70))), 0.06, "left", 150)
        p.line([(x + 0.1, 0.5), (x + 0.3, 0.2)], WHITE, 0.02)
        p.line([(x + 0.15, 0.08 + 0.03 * i), (x + 0.27, 0.08 + 0.03 * i)], BLACK, 0.02)


def charger(p: Pen, r: Random, k: Ink) -> None:
    body = r.choice((WHITE, BLACK, k.main))
    p.line([(0.4, 0.4), (0.7, 0.3), (0.86, 0.5), (0.6, 0.7), (0.3, 0.74), (0.4, 0.9), (0.8, 0.9)], tint(body, 0.9), 0.03, True)
    p.box(0.76, 0.87, 0.92, 0.93, STEEL, 0.01, "metal")
    p.box(0.1, 0.16, 0.46, 0.52, body, 0.06)
    for y in (0.26, 0.4):
        p.line([(0.1, y), (0.02, y)], STEEL, 0.03)


def cable(p: Pen, r: Random, k: Ink) -> None:
    for i in range(r.choice((2, 3))):
        p.ring(0.5, 0.52, 0.3 - 0.05 * i, 0.28 - 0.05 * i, k.main, 0.035)
    p.line([(0.78, 0.5), (0.86, 0.75), (0.84, 0.9)], k.main, 0.035, True)
    p.box(0.79, 0.8, 0.89, 0.97, r.choice((GLASS, STEEL, BLACK)), 0.01)
    p.box(0.44, 0.2, 0.56, 0.3, k.dark, 0.02)


def powerbank(p: Pen, r: Random, k: Ink) -> None:
    p.box(0.26, 0.1, 0.74, 0.94, k.main, 0.07, "round")
    p.label(0.34, 0.5, 0.66, 0.82, k)
    for i in range(4):
        p.disc(0.4 + 0.07 * i, 0.2, 0.014, 0.014, (120, 220, 240))


def laptop(p: Pen, r: Random, k: Ink) -> None:
    p.box(0.16, 0.14, 0.84, 0.66, BLACK, 0.03)
    p.box(0.19, 0.18, 0.81, 0.62, hsv(r.random(), 0.5, 0.75), 0, "ball")
    p.poly([(0.16, 0.66), (0.84, 0.66), (0.97, 0.86), (0.03, 0.86)], STEEL, "left")
    p.poly([(0.2, 0.68), (0.8, 0.68), (0.86, 0.78), (0.14, 0.78)], (70, 72, 76))


def monitor(p: Pen, r: Random, k: Ink) -> None:
    p.poly([(0.44, 0.7), (0.56, 0.7), (0.6, 0.9), (0.4, 0.9)], STEEL, "metal")
    p.disc(0.5, 0.91, 0.2, 0.03, STEEL)
    p.box(0.04, 0.14, 0.96, 0.74, BLACK, 0.02)
    p.box(0.06, 0.16, 0.94, 0.71, hsv(r.random(), 0.6, 0.6), 0, "ball")
    p.disc(0.6, 0.45, 0.2, 0.16, k.accent, "ball", 170)


def keyboard(p: Pen, r: Random, k: Ink) -> None:
    body = r.choice((BLACK, WHITE, k.main))
    p.box(0.02, 0.32, 0.98, 0.7, body, 0.03)
    for i in range(4):
        for j in range(12):
            p.box(
                0.045 + 0.076 * j,
                0.36 + 0.08 * i,
                0.11 + 0.076 * j,
                0.425 + 0.08 * i,
                r.choice((tint(body, 1.2), tint(body, 0.85))),
                0.01,
            )


def mouse(p: Pen, r: Random, k: Ink) -> None:
    p.blob([(0.5, 0.1), (0.74, 0.24), (0.76, 0.7), (0.5, 0.92), (0.24, 0.7), (0.26, 0.24)], k.main, "ball")
    p.line([(0.5, 0.12), (0.5, 0.45)], k.dark, 0.012)
    p.box(0.47, 0.22, 0.53, 0.36, BLACK, 0.03)


def router(p: Pen, r: Random, k: Ink) -> None:
    body, n = r.choice((WHITE, BLACK)), r.choice((2, 4, 4, 6))
    for i in range(n):
        x = 0.14 + 0.72 * i / (n - 1)
        p.line([(x, 0.66), (x + (x - 0.5) * 0.12, 0.12)], tint(body, 0.88), 0.04)
    p.poly([(0.1, 0.6), (0.9, 0.6), (0.97, 0.84), (0.03, 0.84)], body, "left")
    p.box(0.03, 0.83, 0.97, 0.88, tint(body, 0.8))
    for i in range(4):
        p.disc(0.42 + 0.05 * i, 0.8, 0.01, 0.01, (60, 220, 120))


def hotspot(p: Pen, r: Random, k: Ink) -> None:
    body = r.choice((WHITE, BLACK, k.main))
    p.box(0.3, 0.14, 0.7, 0.9, body, 0.08, "round")
    p.box(0.36, 0.24, 0.64, 0.5, (24, 28, 32), 0.02)
    for i in range(4):
        p.box(0.41 + 0.05 * i, 0.44 - 0.04 * i, 0.44 + 0.05 * i, 0.46, (70, 220, 130))
    p.label(0.38, 0.6, 0.62, 0.8, k)


def earbuds(p: Pen, r: Random, k: Ink) -> None:
    body = r.choice((WHITE, BLACK, k.main))
    p.box(0.14, 0.5, 0.86, 0.92, body, 0.16, "ball")
    p.box(0.16, 0.34, 0.84, 0.54, tint(body, 0.85), 0.1, "down")
    for x in (0.34, 0.66):
        p.line([(x, 0.2), (x, 0.48)], body, 0.07)
        p.disc(x + (0.5 - x) * 0.2, 0.16, 0.1, 0.1, body, "ball")
        p.disc(x + (0.5 - x) * 0.45, 0.16, 0.045, 0.06, BLACK)


def headphones(p: Pen, r: Random, k: Ink) -> None:
    p.ring(0.5, 0.5, 0.34, 0.4, k.main, 0.07, 0.5, 0.5)
    for x in (0.17, 0.83):
        p.box(x - 0.11, 0.46, x + 0.11, 0.84, k.main, 0.1, "round")
        p.box(x - 0.05 + (0.5 - x) * 0.3, 0.5, x + 0.05 + (0.5 - x) * 0.3, 0.8, BLACK, 0.05)


def speaker(p: Pen, r: Random, k: Ink) -> None:
    if r.random() < 0.5:
        p.lathe([(0.16, 0.28), (0.88, 0.28)], k.main, shade="round")
        p.disc(0.5, 0.16, 0.28, 0.07, BLACK, "left")
        p.ring(0.5, 0.86, 0.28, 0.05, k.accent, 0.02, 0, 0.5)
    else:
        p.box(0.28, 0.06, 0.72, 0.94, r.choice((BLACK, WOOD, k.main)), 0.03)
        for y, s in ((0.28, 0.11), (0.66, 0.17)):
            p.disc(0.5, y, s, s, (60, 62, 66), "ball")
            p.disc(0.5, y, s * 0.4, s * 0.4, STEEL, "ball")
