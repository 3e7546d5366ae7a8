"""Shapes of lamps, furniture, bedding and bathroom ware."""

from __future__ import annotations

import math
from random import Random

from data.synth.pen import BLACK, GOLD, STEEL, WHITE, WOOD, Ink, Pen, tint


def desk_lamp(p: Pen, r: Random, k: Ink) -> None:
    p.disc(0.45, 0.9, 0.24, 0.06, k.main, "ball")
    p.line([(0.45, 0.88), (0.3, 0.5), (0.56, 0.22)], k.main, 0.035)
    p.poly([(0.45, 0.2), (0.62, 0.12), (0.88, 0.34), (0.58, 0.44)], k.main, "left")
    p.poly([(0.88, 0.34), (0.58, 0.44), (0.5, 0.8), (0.98, 0.7)], (255, 236, 170), "flat", 70)


def ceiling_lamp(p: Pen, r: Random, k: Ink) -> None:
    if r.random() < 0.5:
        p.disc(0.5, 0.5, 0.45, 0.34, r.choice((WHITE, BLACK, GOLD)), "left")
        p.disc(0.5, 0.52, 0.4, 0.29, (255, 246, 218), "ball")
    else:
        p.line([(0.5, 0.02), (0.5, 0.3)], BLACK, 0.014)
        p.lathe([(0.28, 0.06), (0.4, 0.2), (0.62, 0.4)], k.main)
        p.disc(0.5, 0.63, 0.38, 0.07, (255, 240, 190), "ball")


def floor_lamp(p: Pen, r: Random, k: Ink) -> None:
    p.line([(0.5, 0.3), (0.5, 0.92)], r.choice((BLACK, GOLD, WOOD)), 0.025)
    p.disc(0.5, 0.93, 0.18, 0.04, BLACK, "ball")
    p.lathe([(0.06, 0.15), (0.36, 0.26)], r.choice(((250, 234, 200), k.pale, k.main)))


def bulb(p: Pen, r: Random, k: Ink) -> None:
    p.lathe([(0.62, 0.13), (0.86, 0.12), (0.92, 0.05)], STEEL, shade="metal")
    p.blob(
        [(0.5, 0.08), (0.76, 0.2), (0.74, 0.42), (0.62, 0.64), (0.38, 0.64), (0.26, 0.42), (0.24, 0.2)], (255, 240, 196), "ball"
    )


def pillow(p: Pen, r: Random, k: Ink) -> None:
    for i in range(r.choice((1, 2))):
        y = 0.5 - 0.2 * i
        p.blob(
            [
                (0.06, y),
                (0.5, y + 0.04),
                (0.94, y),
                (0.9, y + 0.2),
                (0.94, y + 0.4),
                (0.5, y + 0.36),
                (0.06, y + 0.4),
                (0.1, y + 0.2),
            ],
            k.pale if i else k.main,
            "cloth",
        )
    p.pattern(k.accent)


def bed(p: Pen, r: Random, k: Ink) -> None:
    p.box(0.08, 0.1, 0.92, 0.5, r.choice((WOOD, k.dark, (150, 150, 155))), 0.05, "down")
    p.poly([(0.1, 0.42), (0.9, 0.42), (0.98, 0.9), (0.02, 0.9)], k.main, "cloth")
    p.poly([(0.09, 0.56), (0.91, 0.56), (0.93, 0.66), (0.07, 0.66)], k.pale, "cloth")
    p.pattern(k.accent)
    for x in (0.16, 0.54):
        p.box(x, 0.32, x + 0.3, 0.5, k.pale, 0.07, "ball")


def quilt(p: Pen, r: Random, k: Ink) -> None:
    for i in range(4):
        p.box(0.1, 0.76 - 0.15 * i, 0.9, 0.92 - 0.15 * i, (k.main, k.pale)[i % 2], 0.08, "cloth")
    if r.random() < 0.5:
        p.box(0.42, 0.3, 0.58, 0.92, k.accent, 0, "round")


def towel(p: Pen, r: Random, k: Ink) -> None:
    p.box(0.22, 0.08, 0.78, 0.92, k.main, 0.02, "cloth")
    p.pattern(k.pale)
    p.box(0.22, 0.76, 0.78, 0.82, k.accent)


def curtain(p: Pen, r: Random, k: Ink) -> None:
    p.line([(0.02, 0.06), (0.98, 0.06)], WOOD, 0.03)
    for x0, x1 in ((0.05, 0.34), (0.66, 0.95)):
        p.poly([(x0, 0.07), (x1, 0.07), (x1 - 0.03, 0.95), (x0, 0.95)], k.main, "cloth")
        for i in range(5):
            x = x0 + (x1 - x0) * i / 5
            p.line([(x, 0.08), (x, 0.94)], tint(k.main, 0.85), 0.012)


def sofa(p: Pen, r: Random, k: Ink) -> None:
    p.box(0.1, 0.28, 0.9, 0.7, k.main, 0.06, "down")
    for x in (0.14, 0.5):
        p.box(x, 0.5, x + 0.36, 0.72, tint(k.main, 1.08), 0.04, "down")
    p.box(0.03, 0.42, 0.16, 0.84, tint(k.main, 0.9), 0.05, "left")
    p.box(0.84, 0.42, 0.97, 0.84, tint(k.main, 0.9), 0.05, "left")
    p.box(0.14, 0.7, 0.86, 0.84, tint(k.main, 0.8), 0.02)
    for x in (0.1, 0.88):
        p.box(x, 0.84, x + 0.03, 0.92, WOOD)


def chair(p: Pen, r: Random, k: Ink) -> None:
    leg = r.choice((WOOD, BLACK, STEEL))
    if r.random() < 0.4:
        p.line([(0.5, 0.6), (0.5, 0.82)], BLACK, 0.05)
        for x in (0.22, 0.4, 0.6, 0.78):
            p.line([(0.5, 0.82), (x, 0.92)], BLACK, 0.03)
            p.disc(x, 0.93, 0.03, 0.03, BLACK)
    else:
        for a, b in ((0.3, 0.24), (0.7, 0.76), (0.36, 0.34), (0.64, 0.66)):
            p.line([(a, 0.58), (b, 0.94)], leg, 0.035)
    p.box(0.26, 0.06, 0.74, 0.52, k.main, 0.08, "left")
    p.blob([(0.22, 0.54), (0.78, 0.54), (0.82, 0.64), (0.18, 0.64)], tint(k.main, 0.9), "down")


def table(p: Pen, r: Random, k: Ink) -> None:
    top = r.choice((WOOD, WHITE, (120, 80, 50)))
    for x in (0.12, 0.8):
        p.box(x, 0.4, x + 0.06, 0.92, tint(top, 0.8))
    p.poly([(0.16, 0.26), (0.86, 0.26), (0.98, 0.4), (0.03, 0.4)], top, "left")
    p.box(0.03, 0.4, 0.98, 0.46, tint(top, 0.8))


def cabinet(p: Pen, r: Random, k: Ink) -> None:
    body, rows, cols = r.choice((WOOD, WHITE, k.main, (90, 60, 40))), r.choice((2, 3, 4)), r.choice((1, 2, 3))
    p.box(0.12, 0.08, 0.88, 0.94, tint(body, 0.8))
    for i in range(rows):
        for j in range(cols):
            x, y, w, h = 0.14 + 0.72 * j / cols, 0.1 + 0.82 * i / rows, 0.72 / cols - 0.02, 0.82 / rows - 0.02
            p.box(x, y, x + w, y + h, body)
            p.disc(x + w * 0.5, y + h * 0.2, 0.014, 0.014, GOLD)


def storage_bin(p: Pen, r: Random, k: Ink) -> None:
    p.poly([(0.08, 0.36), (0.92, 0.36), (0.86, 0.88), (0.14, 0.88)], k.main, "down", r.choice((255, 200)))
    p.box(0.05, 0.28, 0.95, 0.38, r.choice((k.accent, WHITE)), 0.03)
    p.box(0.4, 0.5, 0.6, 0.58, k.dark, 0.03)


def hanger(p: Pen, r: Random, k: Ink) -> None:
    for i in range(r.choice((1, 3, 5))):
        y = 0.12 * i
        p.ring(0.5, 0.14 + y, 0.05, 0.06, STEEL, 0.02, 0.4, 0.85)
        p.line([(0.5, 0.2 + y), (0.08, 0.44 + y), (0.92, 0.44 + y), (0.5, 0.2 + y)], k.main, 0.03)


def umbrella(p: Pen, r: Random, k: Ink) -> None:
    p.line([(0.5, 0.2), (0.5, 0.84), (0.44, 0.9), (0.38, 0.84)], BLACK, 0.02)
    arc = [(0.5 - 0.46 * math.cos(math.pi * i / 12), 0.56 - 0.42 * math.sin(math.pi * i / 12)) for i in range(13)]
    p.poly([*arc, (0.78, 0.5), (0.63, 0.55), (0.5, 0.5), (0.36, 0.55), (0.22, 0.5)], k.main, "ball")
    for x in (0.3, 0.7):
        p.line([(0.5, 0.15), (x, 0.52)], tint(k.main), 0.01)


def faucet(p: Pen, r: Random, k: Ink) -> None:
    tone = r.choice((STEEL, STEEL, BLACK, GOLD))
    p.line([(0.62, 0.86), (0.62, 0.34), (0.54, 0.18), (0.36, 0.16), (0.26, 0.26), (0.25, 0.4)], tint(tone, 0.75), 0.11, True)
    p.line([(0.6, 0.84), (0.6, 0.34), (0.53, 0.19), (0.37, 0.17), (0.27, 0.26), (0.255, 0.38)], tone, 0.06, True)
    p.lathe([(0.84, 0.12), (0.92, 0.14)], tone, 0.62, "metal")
    p.line([(0.66, 0.56), (0.86, 0.46)], tone, 0.06)


def shower(p: Pen, r: Random, k: Ink) -> None:
    tone = r.choice((STEEL, BLACK, WHITE))
    p.line([(0.5, 0.3), (0.62, 0.9), (0.3, 0.94), (0.2, 0.6)], STEEL, 0.03, True)
    p.line([(0.44, 0.3), (0.56, 0.8)], tone, 0.08)
    p.disc(0.38, 0.22, 0.28, 0.2, tone, "ball")
    for i in range(14):
        p.disc(0.38 + 0.2 * math.cos(i * 2.4) * i / 14, 0.22 + 0.14 * math.sin(i * 2.4) * i / 14, 0.012, 0.012, BLACK)


def toilet(p: Pen, r: Random, k: Ink) -> None:
    p.box(0.5, 0.14, 0.86, 0.5, WHITE, 0.04)
    p.poly([(0.3, 0.6), (0.78, 0.58), (0.7, 0.92), (0.4, 0.92)], (232, 232, 232), "round")
    p.disc(0.42, 0.54, 0.34, 0.13, WHITE, "ball")
    p.disc(0.4, 0.54, 0.22, 0.07, (200, 206, 210), "down")


def basin(p: Pen, r: Random, k: Ink) -> None:
    p.poly([(0.06, 0.42), (0.94, 0.42), (0.8, 0.82), (0.2, 0.82)], k.main, "down")
    p.disc(0.5, 0.42, 0.46, 0.13, k.main, "left")
    p.disc(0.5, 0.44, 0.4, 0.1, tint(k.main, 0.8), "down")


def tiles(p: Pen, r: Random, k: Ink) -> None:
    for i in range(3):
        x = 0.04 + 0.14 * i
        p.poly(
            [(x, 0.2 + 0.05 * i), (x + 0.6, 0.12 + 0.05 * i), (x + 0.64, 0.78 + 0.05 * i), (x + 0.04, 0.86 + 0.05 * i)],
            r.choice((k.main, k.pale, WHITE)),
            "cloth",
        )


def roll(p: Pen, r: Random, k: Ink) -> None:
    p.poly([(0.4, 0.3), (0.96, 0.2), (0.96, 0.86), (0.4, 0.9)], k.main, "cloth")
    p.pattern(k.accent)
    p.lathe([(0.14, 0.14), (0.92, 0.14)], k.main, 0.32)
    p.disc(0.32, 0.14, 0.14, 0.06, k.pale)
    p.disc(0.32, 0.14, 0.05, 0.02, k.dark)
