"""Shapes of bottles, jars, boxes and bags."""

from __future__ import annotations

from random import Random

from data.synth.pen import BLACK, GLASS, GOLD, RED, STEEL, WHITE, Ink, Pen, hsv, tint


def bottle(p: Pen, r: Random, k: Ink) -> None:
    neck, shoulder, w = r.uniform(0.05, 0.1), r.uniform(0.24, 0.42), r.uniform(0.14, 0.24)
    p.lathe([(0.12, neck), (shoulder - 0.07, neck), (shoulder - 0.02, w * 0.85), (shoulder, w), (0.94, w)], k.main)
    p.lathe([(0.04, neck * 1.2), (0.15, neck * 1.2)], k.accent)
    p.label(0.5 - w * 0.92, shoulder + 0.1, 0.5 + w * 0.92, 0.86, k, r.choice((None, WHITE, k.pale)))


def pump(p: Pen, r: Random, k: Ink) -> None:
    w = r.uniform(0.17, 0.24)
    p.line([(0.5, 0.3), (0.5, 0.1), (0.3, 0.1), (0.29, 0.14)], k.accent, 0.05)
    p.lathe([(0.22, 0.08), (0.31, 0.08)], k.accent)
    p.lathe([(0.3, w * 0.5), (0.36, w), (0.94, w)], k.main)
    p.label(0.5 - w * 0.9, 0.46, 0.5 + w * 0.9, 0.88, k, r.choice((None, WHITE)))


def spray(p: Pen, r: Random, k: Ink) -> None:
    p.blob([(0.3, 0.12), (0.6, 0.08), (0.66, 0.2), (0.55, 0.26), (0.36, 0.2)], k.accent, "down")
    p.line([(0.38, 0.2), (0.34, 0.34)], k.accent, 0.04)
    p.lathe([(0.24, 0.06), (0.4, 0.08), (0.5, 0.2), (0.94, 0.21)], k.main)
    p.label(0.32, 0.56, 0.68, 0.88, k, k.pale)


def dropper(p: Pen, r: Random, k: Ink) -> None:
    p.lathe([(0.06, 0.05), (0.08, 0.07), (0.2, 0.07)], BLACK)
    p.lathe([(0.2, 0.09), (0.36, 0.1)], r.choice((GOLD, STEEL, WHITE)), shade="metal")
    p.lathe([(0.36, 0.1), (0.44, 0.2), (0.94, 0.2)], r.choice((k.main, (120, 66, 28), GLASS)))
    p.label(0.33, 0.56, 0.67, 0.86, k, r.choice((None, WHITE)))


def jar(p: Pen, r: Random, k: Ink) -> None:
    w, top = r.uniform(0.28, 0.42), r.uniform(0.3, 0.5)
    p.lathe([(top, w), (0.86, w * 0.96)], r.choice((k.main, GLASS)))
    p.lathe([(top - 0.14, w * 1.02), (top, w * 1.02)], k.accent)
    p.disc(0.5, top - 0.14, w * 1.02, 0.06, k.accent, "left")
    p.label(0.5 - w * 0.8, top + 0.1, 0.5 + w * 0.8, 0.82, k, r.choice((None, WHITE)))


def tube(p: Pen, r: Random, k: Ink) -> None:
    p.poly([(0.3, 0.05), (0.7, 0.05), (0.64, 0.78), (0.36, 0.78)], k.main, "round")
    p.box(0.3, 0.04, 0.7, 0.09, k.main)
    p.lathe([(0.78, 0.11), (0.94, 0.1)], k.accent)
    p.label(0.37, 0.16, 0.63, 0.7, k)


def lipstick(p: Pen, r: Random, k: Ink) -> None:
    p.poly([(0.42, 0.2), (0.56, 0.1), (0.58, 0.16), (0.58, 0.45), (0.42, 0.45)], hsv(r.uniform(0.93, 1.03), 0.75, 0.8), "round")
    p.lathe([(0.44, 0.1), (0.58, 0.1)], GOLD, shade="metal")
    p.lathe([(0.58, 0.13), (0.94, 0.13)], r.choice((BLACK, k.dark, RED)))


def palette(p: Pen, r: Random, k: Ink) -> None:
    p.box(0.08, 0.1, 0.92, 0.5, k.dark, 0.04)
    p.box(0.13, 0.14, 0.87, 0.46, GLASS, 0.02, "left")
    p.box(0.08, 0.5, 0.92, 0.9, k.dark, 0.04)
    for i in range(4):
        for j in range(2):
            tone = hsv(r.uniform(0, 0.1), r.uniform(0.3, 0.7), r.uniform(0.5, 0.95))
            p.box(0.13 + 0.19 * i, 0.54 + 0.17 * j, 0.29 + 0.19 * i, 0.68 + 0.17 * j, tone, 0.01)


def canister(p: Pen, r: Random, k: Ink) -> None:
    w = r.uniform(0.24, 0.36)
    p.lathe([(0.16, w), (0.92, w)], k.main)
    p.lathe([(0.08, w * 1.03), (0.18, w * 1.03)], r.choice((GOLD, STEEL, k.accent)), shade="metal")
    p.disc(0.5, 0.08, w * 1.03, 0.045, k.pale, "left")
    p.label(0.5 - w * 0.85, 0.28, 0.5 + w * 0.85, 0.86, k, r.choice((None, k.pale)))


def can(p: Pen, r: Random, k: Ink) -> None:
    p.lathe([(0.1, 0.16), (0.15, 0.2), (0.9, 0.2), (0.94, 0.17)], k.main)
    p.disc(0.5, 0.1, 0.16, 0.03, STEEL, "left")
    p.label(0.34, 0.25, 0.66, 0.85, k)


def wine(p: Pen, r: Random, k: Ink) -> None:
    body = r.choice(((34, 60, 40), (60, 24, 24), GLASS, WHITE, (140, 30, 36)))
    p.lathe([(0.08, 0.05), (0.32, 0.055), (0.42, 0.15), (0.95, 0.15)], body)
    p.lathe([(0.03, 0.06), (0.2, 0.06)], r.choice((RED, GOLD, BLACK)))
    p.label(0.36, 0.52, 0.64, 0.84, k, r.choice((WHITE, (240, 228, 200), RED)))


def jug(p: Pen, r: Random, k: Ink) -> None:
    oil = r.choice(((224, 170, 40), (80, 36, 22), (236, 200, 90)))
    p.lathe([(0.12, 0.06), (0.2, 0.07), (0.34, 0.24), (0.94, 0.24)], oil)
    p.ring(0.62, 0.24, 0.1, 0.08, oil, 0.04, 0.5, 0.55)
    p.lathe([(0.05, 0.07), (0.14, 0.07)], RED)
    p.label(0.3, 0.48, 0.7, 0.84, k, r.choice((k.main, RED, k.pale)))


def feeder(p: Pen, r: Random, k: Ink) -> None:
    p.lathe([(0.06, 0.03), (0.1, 0.05), (0.15, 0.05), (0.22, 0.12)], (240, 206, 170), shade="ball")
    p.lathe([(0.22, 0.15), (0.34, 0.15)], k.accent)
    p.lathe([(0.34, 0.15), (0.55, 0.13), (0.94, 0.16)], GLASS, alpha=225)
    p.lathe([(0.55, 0.125), (0.92, 0.15)], WHITE, alpha=200)
    for i in range(5):
        p.line([(0.52, 0.5 + i * 0.08), (0.58, 0.5 + i * 0.08)], k.dark, 0.008)
    if r.random() < 0.5:
        p.ring(0.33, 0.55, 0.09, 0.16, k.accent, 0.035)
        p.ring(0.67, 0.55, 0.09, 0.16, k.accent, 0.035)


def carton(p: Pen, r: Random, k: Ink) -> None:
    d, x1, y0 = r.uniform(0.06, 0.2), r.uniform(0.6, 0.8), r.uniform(0.15, 0.5)
    p.poly([(x1, y0), (x1 + d, y0 - d * 0.5), (x1 + d, 0.92 - d * 0.5), (x1, 0.92)], tint(k.main), "down")
    p.poly([(0.12, y0), (0.12 + d, y0 - d * 0.5), (x1 + d, y0 - d * 0.5), (x1, y0)], k.pale)
    p.box(0.12, y0, x1, 0.92, k.main)
    p.label(0.16, y0 + 0.05, x1 - 0.04, 0.88, k, r.choice((None, None, k.pale)))


def gift(p: Pen, r: Random, k: Ink) -> None:
    p.box(0.12, 0.3, 0.88, 0.92, k.main)
    p.box(0.09, 0.26, 0.91, 0.4, tint(k.main))
    p.box(0.44, 0.26, 0.56, 0.92, k.accent, 0, "round")
    p.blob([(0.5, 0.26), (0.3, 0.1), (0.24, 0.24)], k.accent, "ball")
    p.blob([(0.5, 0.26), (0.7, 0.1), (0.76, 0.24)], k.accent, "ball")


def pouch(p: Pen, r: Random, k: Ink) -> None:
    teeth = [(0.18 + 0.64 * i / 16, 0.07 + 0.015 * (i % 2)) for i in range(17)]
    bulge = r.uniform(0.0, 0.06)
    p.poly([*teeth, (0.82 + bulge, 0.5), (0.84, 0.93), (0.16, 0.93), (0.18 - bulge, 0.5)], k.main, "round")
    p.box(0.18, 0.08, 0.82, 0.14, tint(k.main), 0, "metal")
    if r.random() < 0.4:
        p.disc(0.5, 0.68, 0.2, 0.15, r.choice(((220, 170, 90), (150, 90, 40), (240, 220, 180))), "ball")
    p.label(0.24, 0.2, 0.76, r.choice((0.55, 0.88)), k)


def pack(p: Pen, r: Random, k: Ink) -> None:
    p.blob(
        [(0.06, 0.3), (0.2, 0.22), (0.8, 0.22), (0.94, 0.3), (0.95, 0.82), (0.85, 0.9), (0.15, 0.9), (0.05, 0.82)],
        k.main,
        "cloth",
    )
    p.blob([(0.36, 0.24), (0.42, 0.12), (0.58, 0.12), (0.64, 0.24)], tint(k.main), "cloth")
    p.label(0.15, 0.34, 0.85, 0.82, k, r.choice((None, k.pale)))


def sack(p: Pen, r: Random, k: Ink) -> None:
    p.blob(
        [(0.22, 0.1), (0.5, 0.13), (0.78, 0.1), (0.84, 0.5), (0.82, 0.92), (0.5, 0.95), (0.18, 0.92), (0.16, 0.5)],
        k.pale,
        "cloth",
    )
    p.line([(0.22, 0.15), (0.78, 0.15)], k.accent, 0.02)
    p.label(0.27, 0.25, 0.73, 0.82, k, r.choice((k.main, None)))


def milk(p: Pen, r: Random, k: Ink) -> None:
    p.poly([(0.3, 0.26), (0.38, 0.1), (0.62, 0.1), (0.7, 0.26)], tint(k.main))
    p.box(0.36, 0.06, 0.64, 0.11, k.pale)
    p.box(0.3, 0.26, 0.7, 0.94, k.main)
    p.label(0.33, 0.32, 0.67, 0.9, k)


def pills(p: Pen, r: Random, k: Ink) -> None:
    p.lathe([(0.26, 0.17), (0.32, 0.22), (0.9, 0.22)], r.choice((WHITE, (150, 90, 30), k.main)))
    p.lathe([(0.1, 0.17), (0.26, 0.17)], r.choice((WHITE, GOLD, k.accent)), shade="metal")
    p.label(0.3, 0.42, 0.7, 0.84, k, k.pale)
    for _ in range(r.choice((0, 3, 6))):
        p.disc(r.uniform(0.05, 0.95), r.uniform(0.86, 0.95), 0.05, 0.03, k.accent, "ball")


def bucket(p: Pen, r: Random, k: Ink) -> None:
    p.ring(0.5, 0.26, 0.32, 0.2, STEEL, 0.015, 0.5, 0.5)
    p.lathe([(0.24, 0.34), (0.9, 0.28)], r.choice((WHITE, k.main)))
    p.lathe([(0.2, 0.36), (0.28, 0.36)], k.accent)
    p.label(0.26, 0.38, 0.74, 0.82, k, r.choice((None, k.pale)))
