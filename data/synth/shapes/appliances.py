"""Shapes of large and small appliances."""

from __future__ import annotations

from random import Random

from data.synth.pen import BLACK, GLASS, GOLD, STEEL, WHITE, Ink, Pen, tint


def kettle(p: Pen, r: Random, k: Ink) -> None:
    p.line([(0.66, 0.28), (0.84, 0.3), (0.82, 0.7), (0.7, 0.78)], BLACK, 0.07, True)
    p.poly([(0.32, 0.28), (0.16, 0.24), (0.3, 0.46)], STEEL, "metal")
    p.lathe([(0.24, 0.17), (0.82, 0.26)], r.choice((STEEL, k.main)), shade="metal")
    p.lathe([(0.82, 0.27), (0.92, 0.28)], BLACK)
    p.disc(0.5, 0.22, 0.17, 0.05, BLACK, "ball")


def washer(p: Pen, r: Random, k: Ink) -> None:
    body = r.choice((WHITE, WHITE, (120, 124, 130), (60, 62, 68), (220, 208, 190)))
    p.box(0.14, 0.06, 0.86, 0.95, body, 0.02)
    p.box(0.14, 0.06, 0.86, 0.2, tint(body, 0.93), 0.02)
    p.disc(0.62, 0.13, 0.045, 0.045, STEEL, "ball")
    p.box(0.68, 0.1, 0.82, 0.16, BLACK, 0.01)
    p.box(0.18, 0.1, 0.36, 0.17, tint(body, 0.85), 0.01)
    p.disc(0.5, 0.57, 0.28, 0.28, STEEL, "metal")
    p.disc(0.5, 0.57, 0.22, 0.22, (44, 52, 64), "ball")
    p.disc(0.43, 0.5, 0.06, 0.09, (130, 150, 170), "ball")


def top_washer(p: Pen, r: Random, k: Ink) -> None:
    body = r.choice((WHITE, (206, 208, 212), (150, 154, 160)))
    p.poly([(0.2, 0.2), (0.8, 0.2), (0.86, 0.36), (0.14, 0.36)], (70, 80, 92), "left")
    p.poly([(0.2, 0.2), (0.22, 0.1), (0.78, 0.1), (0.8, 0.2)], BLACK, "left")
    p.box(0.14, 0.36, 0.86, 0.95, body, 0.02)
    p.box(0.2, 0.42, 0.4, 0.46, k.accent, 0.01)


def fridge(p: Pen, r: Random, k: Ink) -> None:
    body, split = r.choice((WHITE, STEEL, (84, 88, 96), (222, 214, 200), (56, 60, 66))), r.choice((0.35, 0.6))
    two = r.random() < 0.5
    p.box(0.22 if not two else 0.16, 0.03, 0.78 if not two else 0.84, 0.96, body, 0.02, "metal")
    if two:
        p.line([(0.5, 0.04), (0.5, 0.95 if split < 0.5 else 0.6)], tint(body, 0.5), 0.012)
        p.box(0.24, 0.25, 0.38, 0.4, BLACK, 0.01)
    if not two or split > 0.5:
        p.line([(0.17, split), (0.83, split)] if two else [(0.22, split), (0.78, split)], tint(body, 0.5), 0.012)
    for x, y in ((0.46, 0.3), (0.54, 0.3)) if two else ((0.27, split - 0.2), (0.27, split + 0.05)):
        p.line([(x, y), (x, y + 0.15)], tint(body, 0.6), 0.016)


def aircon(p: Pen, r: Random, k: Ink) -> None:
    body = r.choice((WHITE, (236, 232, 224), (214, 186, 150)))
    if r.random() < 0.65:
        p.box(0.03, 0.34, 0.97, 0.64, body, 0.05, "down")
        p.box(0.06, 0.56, 0.94, 0.61, tint(body, 0.55), 0.01)
        p.line([(0.06, 0.55), (0.94, 0.55)], tint(body, 0.8), 0.008)
        p.box(0.78, 0.44, 0.88, 0.49, (150, 210, 230))
    else:
        p.box(0.32, 0.03, 0.68, 0.96, body, 0.16, "round")
        p.box(0.38, 0.1, 0.62, 0.45, tint(body, 0.5), 0.03, "metal")
        p.disc(0.5, 0.55, 0.02, 0.02, (90, 200, 240))


def heater(p: Pen, r: Random, k: Ink) -> None:
    body = r.choice((WHITE, (196, 200, 204), (70, 74, 80)))
    if r.random() < 0.5:
        p.box(0.05, 0.28, 0.95, 0.7, body, 0.2, "down")
        p.disc(0.82, 0.49, 0.08, 0.08, BLACK, "ball")
        p.line([(0.3, 0.7), (0.3, 0.82)], (210, 60, 50), 0.025)
        p.line([(0.38, 0.7), (0.38, 0.82)], (60, 110, 210), 0.025)
    else:
        p.box(0.26, 0.06, 0.74, 0.86, body, 0.03)
        p.box(0.36, 0.5, 0.64, 0.62, BLACK, 0.02)
        for x, colour in ((0.36, STEEL), (0.5, GOLD), (0.64, STEEL)):
            p.line([(x, 0.86), (x, 0.95)], colour, 0.025)


def cooker(p: Pen, r: Random, k: Ink) -> None:
    body = r.choice((k.main, WHITE, BLACK, (222, 206, 186)))
    p.lathe([(0.34, 0.36), (0.84, 0.32)], body)
    p.lathe([(0.2, 0.26), (0.27, 0.36), (0.36, 0.37)], tint(body, 0.85))
    p.box(0.36, 0.5, 0.64, 0.76, BLACK, 0.03)
    p.box(0.42, 0.54, 0.58, 0.62, (120, 200, 220))
    for x in (0.42, 0.5, 0.58):
        p.disc(x, 0.69, 0.02, 0.02, k.accent)
    p.box(0.44, 0.16, 0.56, 0.21, STEEL, 0.02)


def fryer(p: Pen, r: Random, k: Ink) -> None:
    body = r.choice((k.main, WHITE, BLACK))
    p.box(0.22, 0.08, 0.78, 0.93, body, 0.14, "round")
    p.box(0.27, 0.5, 0.73, 0.86, tint(body, 0.8), 0.05)
    p.box(0.44, 0.56, 0.56, 0.74, BLACK, 0.03, "round")
    p.box(0.34, 0.18, 0.66, 0.32, (28, 30, 34), 0.03)
    p.disc(0.5, 0.25, 0.05, 0.05, STEEL, "ball")


def microwave(p: Pen, r: Random, k: Ink) -> None:
    body = r.choice((WHITE, BLACK, STEEL, k.main))
    p.box(0.04, 0.24, 0.96, 0.8, body, 0.03)
    p.box(0.09, 0.3, 0.68, 0.74, (38, 40, 46), 0.03)
    p.box(0.74, 0.3, 0.92, 0.4, (20, 60, 60))
    for i in range(6):
        p.disc(0.78 + 0.1 * (i % 2), 0.48 + 0.09 * (i // 2), 0.025, 0.025, tint(body, 0.7))


def blender(p: Pen, r: Random, k: Ink) -> None:
    p.poly([(0.32, 0.12), (0.68, 0.12), (0.62, 0.6), (0.38, 0.6)], GLASS, "round", 210)
    p.poly(
        [(0.34, 0.3), (0.66, 0.3), (0.62, 0.6), (0.38, 0.6)],
        r.choice(((240, 140, 60), (220, 70, 80), (130, 190, 80))),
        "round",
        220,
    )
    p.lathe([(0.06, 0.16), (0.13, 0.18)], BLACK)
    p.lathe([(0.6, 0.15), (0.92, 0.2)], k.main)
    p.disc(0.5, 0.78, 0.05, 0.05, STEEL, "ball")


def security(p: Pen, r: Random, k: Ink) -> None:
    p.lathe([(0.72, 0.16), (0.92, 0.24)], WHITE)
    p.disc(0.5, 0.42, 0.32, 0.32, WHITE, "ball")
    p.disc(0.5, 0.4, 0.2, 0.22, BLACK, "ball")
    p.disc(0.5, 0.4, 0.08, 0.08, (60, 80, 120), "ball")
    p.disc(0.5, 0.58, 0.015, 0.015, (60, 200, 120))


def lock(p: Pen, r: Random, k: Ink) -> None:
    p.box(0.36, 0.04, 0.64, 0.96, r.choice((BLACK, (70, 60, 52), STEEL)), 0.05)
    p.box(0.4, 0.09, 0.6, 0.46, (18, 20, 24), 0.03)
    for i in range(9):
        p.disc(0.44 + 0.06 * (i % 3), 0.16 + 0.09 * (i // 3), 0.014, 0.014, WHITE)
    p.line([(0.5, 0.64), (0.86, 0.64)], STEEL, 0.05)


def robot_vacuum(p: Pen, r: Random, k: Ink) -> None:
    body = r.choice((WHITE, BLACK, (90, 94, 100)))
    p.disc(0.5, 0.58, 0.45, 0.3, tint(body, 0.7))
    p.disc(0.5, 0.53, 0.45, 0.3, body, "ball")
    p.disc(0.5, 0.45, 0.12, 0.08, tint(body, 0.6), "ball")
    p.disc(0.5, 0.64, 0.03, 0.02, k.accent)


def panel(p: Pen, r: Random, k: Ink) -> None:
    body, n = r.choice((WHITE, BLACK, GOLD, (90, 94, 100))), r.choice((1, 2, 3, 5))
    p.box(0.12, 0.12, 0.88, 0.88, body, 0.05)
    if n == 5:
        for dx, dy in ((-0.12, 0.1), (0.12, 0.1), (0, 0.16), (-0.1, -0.18), (0.1, -0.18)):
            p.box(0.48 + dx, 0.47 + dy, 0.52 + dx, 0.57 + dy, tint(body, 0.3), 0.01)
    else:
        for i in range(n):
            p.box(0.18 + 0.64 * i / n, 0.2, 0.16 + 0.64 * (i + 1) / n, 0.8, tint(body, 0.92), 0.02, "down")


def treadmill(p: Pen, r: Random, k: Ink) -> None:
    p.line([(0.76, 0.8), (0.7, 0.2)], (90, 92, 96), 0.05)
    p.line([(0.72, 0.3), (0.52, 0.36)], BLACK, 0.04)
    p.box(0.6, 0.1, 0.82, 0.24, BLACK, 0.03)
    p.poly([(0.04, 0.86), (0.7, 0.7), (0.92, 0.76), (0.3, 0.94)], (50, 52, 56), "left")


def printer(p: Pen, r: Random, k: Ink) -> None:
    body = r.choice((WHITE, BLACK, (110, 114, 120)))
    p.box(0.28, 0.1, 0.72, 0.4, WHITE)
    p.box(0.08, 0.34, 0.92, 0.76, body, 0.05, "down")
    p.box(0.2, 0.6, 0.8, 0.68, BLACK)
    p.poly([(0.24, 0.66), (0.76, 0.66), (0.84, 0.9), (0.16, 0.9)], (242, 242, 242))
    p.disc(0.84, 0.44, 0.025, 0.025, k.accent)


def thermometer(p: Pen, r: Random, k: Ink) -> None:
    p.blob([(0.4, 0.06), (0.62, 0.08), (0.68, 0.34), (0.6, 0.5), (0.6, 0.9), (0.42, 0.92), (0.36, 0.3)], WHITE, "round")
    p.box(0.42, 0.2, 0.58, 0.32, (140, 200, 170), 0.01)
    p.disc(0.52, 0.44, 0.035, 0.035, k.accent, "ball")


def monitor_bp(p: Pen, r: Random, k: Ink) -> None:
    p.line([(0.5, 0.5), (0.7, 0.3), (0.84, 0.5)], BLACK, 0.025, True)
    p.box(0.66, 0.42, 0.97, 0.86, (90, 100, 120), 0.06, "round")
    p.box(0.05, 0.36, 0.6, 0.9, WHITE, 0.07)
    p.box(0.11, 0.42, 0.42, 0.8, (160, 184, 170), 0.02)
    p.disc(0.51, 0.7, 0.05, 0.05, k.accent, "ball")
