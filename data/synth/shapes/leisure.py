"""Shapes of toys, tools, plants, sports gear and stationery."""

from __future__ import annotations

import math
from random import Random

from data.synth.pen import BLACK, GOLD, RED, SKIN, STEEL, WHITE, WOOD, Ink, Pen, hsv, tint
from data.synth.shapes.clothing import figure


def bear(p: Pen, r: Random, k: Ink) -> None:
    fur = r.choice(((176, 122, 74), (228, 206, 176), (240, 176, 190), k.main))
    for x in (0.28, 0.72):
        p.disc(x, 0.15, 0.1, 0.1, fur, "ball")
        p.disc(x - (0.5 - x) * 0.1, 0.86, 0.15, 0.1, fur, "ball")
        p.disc(x + (x - 0.5) * 0.35, 0.58, 0.1, 0.15, fur, "ball")
    p.disc(0.5, 0.68, 0.25, 0.24, fur, "ball")
    p.disc(0.5, 0.29, 0.25, 0.22, fur, "ball")
    p.disc(0.5, 0.36, 0.11, 0.08, WHITE)
    for x, y, s in ((0.41, 0.26, 0.025), (0.59, 0.26, 0.025), (0.5, 0.33, 0.035)):
        p.disc(x, y, s, s, BLACK)


def blocks(p: Pen, r: Random, k: Ink) -> None:
    for _ in range(12):
        x, y, s, colour = (r.uniform(0.05, 0.75), r.uniform(0.3, 0.8), r.uniform(0.1, 0.2), hsv(r.random(), 0.75, 0.9))
        p.box(x, y, x + s, y + 0.12, colour, 0.01)
        for i in range(2):
            p.disc(x + s * (0.3 + 0.4 * i), y, s * 0.12, 0.02, tint(colour, 0.9), "ball")


def car(p: Pen, r: Random, k: Ink) -> None:
    p.blob(
        [(0.04, 0.6), (0.16, 0.5), (0.3, 0.32), (0.66, 0.32), (0.8, 0.5), (0.96, 0.56), (0.96, 0.72), (0.04, 0.72)],
        k.main,
        "down",
    )
    for x0, x1 in ((0.25, 0.46), (0.49, 0.72)):
        p.poly([(x0, 0.5), (x0 + 0.05, 0.37), (x1 - 0.05, 0.37), (x1, 0.5)], (70, 90, 110), "left")
    for x in (0.24, 0.76):
        p.disc(x, 0.72, 0.1, 0.1, BLACK)
        p.disc(x, 0.72, 0.05, 0.05, STEEL, "ball")


def doll(p: Pen, r: Random, k: Ink) -> None:
    figure(p, r, k)
    p.disc(0.5, 0.13, 0.13, 0.14, SKIN, "ball")
    p.disc(0.5, 0.06, 0.14, 0.07, k.accent, "ball")
    for x in (0.45, 0.55):
        p.disc(x, 0.14, 0.02, 0.025, BLACK)


def ball(p: Pen, r: Random, k: Ink) -> None:
    colour = r.choice((k.main, (216, 112, 40), WHITE))
    p.disc(0.5, 0.5, 0.42, 0.42, colour, "ball")
    for bend in (-0.3, 0.0, 0.3):
        p.line([(0.5 + bend * 0.4, 0.09), (0.5 + bend, 0.5), (0.5 + bend * 0.4, 0.91)], BLACK, 0.012, True)
    p.line([(0.08, 0.5), (0.5, 0.54), (0.92, 0.5)], BLACK, 0.012, True)


def toothbrush(p: Pen, r: Random, k: Ink) -> None:
    for i in range(r.choice((1, 2, 4))):
        x, colour = 0.3 + 0.14 * i, r.choice((k.main, k.accent, WHITE))
        fat = r.choice((0.04, 0.09))
        p.line([(x, 0.2), (x, 0.5)], colour, 0.03)
        p.line([(x, 0.5), (x, 0.92)], colour, fat)
        p.box(x - 0.03, 0.06, x + 0.03, 0.2, k.pale, 0.02, "metal")


def pet_bed(p: Pen, r: Random, k: Ink) -> None:
    p.disc(0.5, 0.66, 0.46, 0.26, k.main, "ball")
    p.disc(0.5, 0.6, 0.34, 0.16, k.pale, "down")
    p.disc(0.44, 0.52, 0.16, 0.12, (214, 160, 100), "ball")
    p.disc(0.58, 0.44, 0.1, 0.1, (214, 160, 100), "ball")
    for x in (0.52, 0.64):
        p.poly([(x - 0.03, 0.38), (x, 0.28), (x + 0.04, 0.38)], (190, 136, 84))


def bone(p: Pen, r: Random, k: Ink) -> None:
    p.line([(0.2, 0.5), (0.8, 0.5)], k.main, 0.16)
    for x in (0.16, 0.84):
        for y in (0.41, 0.59):
            p.disc(x, y, 0.1, 0.1, k.main, "ball")


def mop(p: Pen, r: Random, k: Ink) -> None:
    p.line([(0.72, 0.03), (0.42, 0.76)], r.choice((STEEL, k.main)), 0.03)
    p.poly([(0.2, 0.76), (0.66, 0.76), (0.72, 0.86), (0.14, 0.86)], k.accent, "down")
    for i in range(9):
        p.line([(0.17 + 0.065 * i, 0.85), (0.13 + 0.075 * i, 0.95)], k.pale, 0.05)


def hammer(p: Pen, r: Random, k: Ink) -> None:
    p.line([(0.5, 0.24), (0.5, 0.92)], r.choice((WOOD, k.main)), 0.08)
    p.box(0.22, 0.1, 0.66, 0.27, (96, 100, 106), 0.02, "metal")
    p.poly([(0.66, 0.12), (0.86, 0.2), (0.66, 0.24)], (96, 100, 106), "metal")


def wrench(p: Pen, r: Random, k: Ink) -> None:
    for i in range(r.choice((1, 3))):
        x = 0.3 + 0.2 * i
        p.line([(x, 0.2), (x, 0.84)], STEEL, 0.07)
        p.ring(x, 0.14, 0.07, 0.07, STEEL, 0.045, -0.1, 0.75)
        p.ring(x, 0.88, 0.06, 0.06, STEEL, 0.04)


def screwdriver(p: Pen, r: Random, k: Ink) -> None:
    for i in range(r.choice((1, 2, 4))):
        x = 0.22 + 0.18 * i
        p.line([(x, 0.06), (x, 0.56)], STEEL, 0.025)
        p.box(x - 0.06, 0.54, x + 0.06, 0.94, r.choice((k.main, RED, (250, 190, 30))), 0.05, "round")


def drill(p: Pen, r: Random, k: Ink) -> None:
    body = r.choice((k.main, (250, 190, 30), (40, 130, 160), RED))
    p.line([(0.02, 0.3), (0.26, 0.3)], STEEL, 0.025)
    p.box(0.2, 0.22, 0.36, 0.38, BLACK, 0.03, "down")
    p.box(0.34, 0.14, 0.88, 0.44, body, 0.07, "down")
    p.poly([(0.6, 0.42), (0.82, 0.42), (0.9, 0.82), (0.7, 0.82)], body, "round")
    p.box(0.6, 0.8, 0.96, 0.94, BLACK, 0.03)


def screws(p: Pen, r: Random, k: Ink) -> None:
    for _ in range(10):
        x, y, a = r.uniform(0.15, 0.85), r.uniform(0.2, 0.85), r.uniform(0, math.tau)
        p.line([(x, y), (x + 0.16 * math.cos(a), y + 0.16 * math.sin(a))], r.choice((STEEL, GOLD)), 0.03)
        p.disc(x, y, 0.045, 0.045, STEEL, "ball")


def plant(p: Pen, r: Random, k: Ink) -> None:
    green = hsv(r.uniform(0.25, 0.4), 0.6, r.uniform(0.4, 0.65))
    for _ in range(12):
        a, length = r.uniform(-1.2, 1.2), r.uniform(0.25, 0.5)
        tip = 0.5 + length * math.sin(a), 0.62 - length * math.cos(a)
        mid = (0.5 + tip[0]) / 2, (0.62 + tip[1]) / 2 - 0.04
        p.blob(
            [(0.5, 0.64), (mid[0] - 0.05, mid[1]), tip, (mid[0] + 0.05, mid[1] + 0.03)], tint(green, r.uniform(0.7, 1.25)), "left"
        )
        if r.random() < 0.2:
            p.disc(*tip, 0.06, 0.05, k.accent, "ball")
    p.lathe([(0.62, 0.22), (0.92, 0.15)], r.choice(((178, 100, 64), WHITE, k.main)))


def watering(p: Pen, r: Random, k: Ink) -> None:
    p.line([(0.36, 0.7), (0.12, 0.36)], k.main, 0.06)
    p.disc(0.1, 0.34, 0.08, 0.05, k.accent, "ball")
    p.ring(0.72, 0.52, 0.18, 0.2, k.main, 0.05, -0.3, 0.6)
    p.lathe([(0.4, 0.18), (0.9, 0.23)], k.main, 0.54)


def tent(p: Pen, r: Random, k: Ink) -> None:
    p.poly([(0.5, 0.16), (0.96, 0.84), (0.64, 0.9), (0.04, 0.84)], k.main, "left")
    p.poly([(0.5, 0.16), (0.3, 0.88), (0.04, 0.84)], tint(k.main, 1.15))
    p.poly([(0.48, 0.3), (0.62, 0.88), (0.38, 0.88)], k.dark)


def bicycle(p: Pen, r: Random, k: Ink) -> None:
    for x in (0.22, 0.78):
        p.ring(x, 0.66, 0.18, 0.18, BLACK, 0.025)
        p.disc(x, 0.66, 0.02, 0.02, STEEL)
    p.line([(0.22, 0.66), (0.36, 0.4), (0.68, 0.38), (0.48, 0.68), (0.22, 0.66)], k.main, 0.025)
    p.line([(0.36, 0.4), (0.48, 0.68)], k.main, 0.025)
    p.line([(0.78, 0.66), (0.66, 0.3), (0.74, 0.26)], k.main, 0.025)
    p.line([(0.3, 0.34), (0.42, 0.34)], BLACK, 0.035)


def dumbbell(p: Pen, r: Random, k: Ink) -> None:
    p.line([(0.2, 0.5), (0.8, 0.5)], STEEL, 0.06)
    for x in (0.16, 0.84):
        for w, h in ((0.05, 0.2), (0.09, 0.14)):
            p.box(x - w, 0.5 - h, x + w, 0.5 + h, r.choice((BLACK, k.main)), 0.03, "down")


def mat(p: Pen, r: Random, k: Ink) -> None:
    p.poly([(0.3, 0.3), (0.96, 0.44), (0.8, 0.86), (0.12, 0.7)], k.main, "left")
    p.line([(0.3, 0.28), (0.12, 0.7)], tint(k.main), 0.12)
    for i in range(3):
        p.ring(0.12, 0.72, 0.06 - 0.02 * i, 0.06 - 0.02 * i, k.pale, 0.008)


def tyre(p: Pen, r: Random, k: Ink) -> None:
    p.disc(0.5, 0.5, 0.45, 0.45, (46, 46, 48), "ball")
    p.disc(0.5, 0.5, 0.28, 0.28, STEEL, "metal")
    for i in range(5):
        a = math.tau * i / 5
        p.line([(0.5, 0.5), (0.5 + 0.26 * math.cos(a), 0.5 + 0.26 * math.sin(a))], (110, 112, 118), 0.06)
    p.disc(0.5, 0.5, 0.06, 0.06, BLACK, "ball")


def wheel(p: Pen, r: Random, k: Ink) -> None:
    p.ring(0.5, 0.5, 0.4, 0.4, r.choice((BLACK, k.main)), 0.09)
    p.line([(0.12, 0.5), (0.88, 0.5)], (60, 60, 64), 0.08)
    p.line([(0.5, 0.5), (0.5, 0.88)], (60, 60, 64), 0.08)
    p.disc(0.5, 0.5, 0.13, 0.12, BLACK, "ball")


def car_mat(p: Pen, r: Random, k: Ink) -> None:
    for x in (0.06, 0.53):
        p.box(x, 0.14, x + 0.41, 0.9, k.main, 0.06)
        for i in range(6):
            p.line([(x + 0.04, 0.2 + 0.12 * i), (x + 0.37, 0.2 + 0.12 * i)], k.accent, 0.008)
            p.line([(x + 0.04 + 0.06 * i, 0.18), (x + 0.04 + 0.06 * i, 0.86)], k.accent, 0.008)


def pens(p: Pen, r: Random, k: Ink) -> None:
    for i in range(r.choice((2, 4, 6))):
        x, colour = 0.16 + 0.13 * i, hsv(r.random(), 0.7, 0.75)
        p.box(x - 0.03, 0.16, x + 0.03, 0.84, r.choice((colour, WHITE)), 0.01, "round")
        p.poly([(x - 0.03, 0.84), (x + 0.03, 0.84), (x, 0.94)], BLACK)
        p.box(x - 0.035, 0.06, x + 0.035, 0.3, colour, 0.02, "round")


def notebook(p: Pen, r: Random, k: Ink) -> None:
    p.box(0.22, 0.1, 0.86, 0.94, (240, 238, 230), 0.02)
    p.box(0.18, 0.06, 0.82, 0.9, k.main, 0.03)
    for i in range(9):
        p.ring(0.18, 0.12 + 0.09 * i, 0.035, 0.018, STEEL, 0.012)
    p.label(0.32, 0.25, 0.72, 0.6, k, r.choice((None, WHITE)))
