"""Scenes beyond the official ones, for pre-training on more labels: generic layouts filled from further_scenes.json.

for scene in further_scenes():
    for layout in layouts_of(scene):
        layout(phone)
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from data.errors import InputError
from data.synth.canvas import Colour, text_width, wrap
from data.synth.lexicon import slots_of
from data.synth.screens.bars import action_bar, submit_bar, tab_bar
from data.synth.screens.blocks import icon_grid, input_area
from data.synth.screens.covers import dialog, sheet, toast
from data.synth.screens.page_builder import WIDTH, PageBuilder
from data.synth.screens.painters import paint_blot
from data.synth.screens.parts import SLOTS, fill, photo
from data.synth.screens.pictures import paint_code, paint_map, party
from data.synth.screens.skins import DARK, LIGHT, WHITE, WHITE_SKIN

FURTHER_PATH = Path(__file__).parents[1] / "resources" / "further_scenes.json"
TONES: tuple[Colour, ...] = (
    (255, 90, 20),
    (20, 110, 255),
    (7, 180, 100),
    (225, 40, 50),
    (255, 170, 20),
    (110, 70, 210),
    (0, 160, 170),
    (60, 60, 70),
    (240, 80, 140),
)
PHOTOS = {
    "相册页面": ("food", "plant", "room", "worn"),
    "视频播放页面": ("worn", "food", "room"),
    "直播间页面": ("worn", "goods_held", "food"),
}
MAPS = ("地图导航页面", "打车页面", "外卖订单页面")
CODES = ("健康码类页面", "会员中心页面")


@dataclass(frozen=True)
class Scene:
    """A scene with its words: `titles` head a page, `lines` fill it, `buttons` close it. Slots are those of `parts.fill`."""

    label: str
    description: str
    titles: tuple[str, ...]
    lines: tuple[str, ...]
    buttons: tuple[str, ...]


Layout = Callable[[PageBuilder], str]


def further_scenes(path: Path = FURTHER_PATH) -> tuple[Scene, ...]:
    """Read and check the scenes in file order. Raises InputError that lists every fault."""
    scenes: list[Scene] = []
    faults: list[str] = []
    rows: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    for row in rows:
        label = str(row.get("label"))
        lacking = [key for key in ("label", "description", "title", "lines", "buttons") if not row.get(key)]
        if lacking:
            faults.append(f"{label}: lacks {', '.join(lacking)}")
            continue
        scene = Scene(label, row["description"], tuple(row["title"]), tuple(row["lines"]), tuple(row["buttons"]))
        unknown = {slot for text in (*scene.titles, *scene.lines, *scene.buttons) for slot in slots_of(text)} - SLOTS
        if unknown:
            faults.append(f"{label}: unknown slots {sorted(unknown)}; known: {sorted(SLOTS)}")
        if label in (other.label for other in scenes):
            faults.append(f"{label}: is there twice")
        scenes.append(scene)
    if faults:
        raise InputError(f"{path.name}: " + "; ".join(faults))
    return tuple(scenes)


def layouts_of(scene: Scene) -> tuple[Layout, ...]:
    """The layouts of a scene, each a function of a phone like those of the official scenes."""
    return tuple(functools.partial(layout, scene=scene) for layout in LAYOUTS)


def _dress(p: PageBuilder) -> None:
    """Colours that are not the mall's."""
    tone = p.rng.choice(TONES)
    if p.chance(0.12):
        p.dress(replace(DARK, accent=tone, accent2=tone))
        return
    base = p.rng.choice((LIGHT, WHITE_SKIN))
    skin = replace(base, accent=tone, accent2=tone, tint=(230 + tone[0] // 10, 230 + tone[1] // 10, 230 + tone[2] // 10))
    p.dress(replace(skin, head=tone, head2=tone, head_ink=WHITE) if p.chance(0.25) else skin)


def _title(p: PageBuilder, scene: Scene) -> str:
    """The title bar with one of the scene's titles."""
    title = fill(p, p.rng.choice(scene.titles))
    p.nav(
        title, p.pick("bar", "bar", "bar", "mini", "close"), icons=p.rng.choice(((), ("more",), ("search",), ("share", "more")))
    )
    return title


def _lines(p: PageBuilder, scene: Scene, low: int, high: int) -> list[str]:
    """Some of the scene's lines in random order, filled."""
    return [fill(p, text) for text in p.rng.sample(scene.lines, min(len(scene.lines), p.rng.randint(low, high)))]


def _some_buttons(p: PageBuilder, scene: Scene, low: int, high: int) -> list[str]:
    return [fill(p, text) for text in p.some(scene.buttons, low, high)]


def _foot(p: PageBuilder, scene: Scene) -> None:
    """A bar at the page's end: tabs, buttons, one button or nothing."""
    match p.rng.randint(0, 4):
        case 0:
            tab_bar(p, [text[:5] for text in _some_buttons(p, scene, 3, 5)], 0)
        case 1:
            action_bar(p, [text[:6] for text in _some_buttons(p, scene, 2, 3)])
        case 2:
            submit_bar(p, _some_buttons(p, scene, 1, 1)[0], colour=p.skin.accent)


def _picture(p: PageBuilder, scene: Scene, high: float) -> None:
    """A picture as wide as the page that suits the scene."""
    top = p.y - 8
    if scene.label in MAPS:
        p.canvas.paint(0, top, WIDTH, high, paint_map, p.seed())
    elif scene.label in PHOTOS:
        photo(p, p.rng.choice(PHOTOS[scene.label]), (0, top, WIDTH, top + high))
    elif scene.label in CODES:
        p.canvas.paint(WIDTH / 2 - 70, top + 16, 140, 140, paint_code, p.seed())
        high = max(high, 170.0)
    elif p.chance(0.5):
        party(p, top, high, (p.rng.choice(TONES), p.rng.choice(TONES)))
    else:
        p.canvas.paint(0, top, WIDTH, high, paint_blot, p.seed())
    p.y = top + high + 8


def list_page(p: PageBuilder, scene: Scene) -> str:
    """Rows with or without pictures, tabs above now and then."""
    _dress(p)
    _title(p, scene)
    _foot(p, scene)
    if p.chance(0.5):
        p.tabs([text[:5] for text in _some_buttons(p, scene, 3, 4)], 0, size=13)
    lines = _lines(p, scene, 14, 26)
    framed, pictured = p.chance(0.5), p.chance(0.4)
    index = 0
    while index < len(lines) and not p.full():
        count = p.rng.randint(2, 4)
        with p.card() if framed else p.band(after=p.rng.choice((1, 8))):
            left = p.x0
            top = p.y
            if pictured:
                p.canvas.paint(p.x0, p.y, 48, 48, paint_blot, p.seed(), radius=6)
                p.x0 += 58
            for order, text in enumerate(lines[index : index + count]):
                p.para(
                    text,
                    14 if not order else 12,
                    p.skin.ink if not order else p.skin.sub,
                    bold=not order and p.chance(0.4),
                    inset=56 if not order else 0,
                    limit=2,
                )
                p.y += 3
            if p.chance(0.4):
                p.canvas.text(p.x1, top, p.stamp(p.pick("time", "shortday")), 11, p.skin.faint, anchor="r")
            p.x0 = left
            p.y = max(p.y, top + 52) if pictured else p.y
            if p.chance(0.25):
                p.buttons(_some_buttons(p, scene, 1, 2), size=11.5)
        index += count
    return f"{scene.label}，列表样式"


def form_page(p: PageBuilder, scene: Scene) -> str:
    """Labels and values in groups, a button at the end."""
    _dress(p)
    _title(p, scene)
    submit_bar(p, _some_buttons(p, scene, 1, 1)[0], colour=p.skin.accent)
    lines = _lines(p, scene, 12, 20)
    index = 0
    while index < len(lines) and not p.full():
        count = p.rng.randint(3, 6)
        with p.card():
            for text in lines[index : index + count]:
                label, _, value = text.partition(" ") if " " in text else text.partition("：")
                if value:
                    p.row(label, value, arrow=p.chance(0.5))
                elif p.chance(0.15):
                    switch = p.chance(0.5)
                    p.at(p.x0, text, 13.5)
                    p.canvas.rect(p.x1 - 40, p.y - 3, 40, 22, p.skin.accent if switch else (210, 210, 214), radius=11)
                    p.y += 31
                else:
                    p.row(text, p.pick("", "", "请选择", "已开启", "未设置"), arrow=p.chance(0.6), vcolour=p.skin.faint)
        index += count
    if p.chance(0.25):
        with p.card():
            input_area(p, p.pick("请输入", "选填", "请填写"), 100)
    return f"{scene.label}，表单样式"


def card_page(p: PageBuilder, scene: Scene) -> str:
    """A big picture or coloured card, then what belongs to it."""
    _dress(p)
    title = _title(p, scene)
    _foot(p, scene)
    lines = _lines(p, scene, 10, 18)
    if p.chance(0.55):
        _picture(p, scene, p.rng.choice((120.0, 180.0, 240.0)))
    else:
        with p.card(fill=p.skin.accent, fill2=p.rng.choice(TONES)):
            p.para(title, 20, WHITE, bold=True)
            for text in lines[:3]:
                p.para(text, 12.5, WHITE)
            p.y += 10
        lines = lines[3:]
    if p.chance(0.5):
        with p.card():
            icon_grid(p, [text[:5] for text in _some_buttons(p, scene, 4, 8)], 4)
    while lines and not p.full():
        with p.card():
            p.heading(lines[0], p.pick("", "", "更多", "查看全部"), arrow=p.chance(0.3))
            for text in lines[1:4]:
                p.note(text, 12.5)
                p.y += 4
            if p.chance(0.4):
                p.buttons(_some_buttons(p, scene, 1, 3), align=p.pick("l", "r"), size=12)
        lines = lines[4:]
    return f"{scene.label}，卡片样式"


def tile_page(p: PageBuilder, scene: Scene) -> str:
    """Tiles in two or three columns."""
    _dress(p)
    _title(p, scene)
    _foot(p, scene)
    if p.chance(0.5):
        p.x0, p.x1 = 10, WIDTH - 10
        p.chips([text[:6] for text in _some_buttons(p, scene, 3, 5)], 0)
        p.x0, p.x1 = 0, WIDTH
    columns = p.rng.choice((2, 2, 3))
    step = (WIDTH - 12) / columns
    lines = _lines(p, scene, 8, 18)
    while lines and p.y < p.height:
        high = p.rng.choice((70.0, 100.0, 130.0))
        for column in range(columns):
            if not lines:
                break
            x, y = 6 + column * step, p.y
            p.canvas.rect(x + 3, y, step - 6, high + 52, p.skin.card, radius=8)
            if scene.label in PHOTOS:
                photo(p, p.rng.choice(PHOTOS[scene.label]), (x + 3, y, x + step - 3, y + high))
            else:
                p.canvas.paint(x + 3, y, step - 6, high, paint_blot, p.seed(), radius=8)
            for row, line in enumerate(wrap(lines.pop(0), 12, step - 18, 2)):
                p.canvas.text(x + 9, y + high + 6 + row * 15, line, 12, p.skin.ink)
            if lines and p.chance(0.5):
                p.canvas.text(x + 9, y + high + 36, lines.pop(0), 10.5, p.skin.sub, width=step - 18)
        p.y += high + 60
    return f"{scene.label}，宫格样式"


def full_page(p: PageBuilder, scene: Scene) -> str:
    """A picture over the whole screen with words laid on it."""
    tone = p.rng.choice(TONES)
    p.dress(replace(DARK, accent=tone, accent2=tone))
    p.can_scroll = False
    p.y = 8.0
    p.canvas.rect(0, 0, WIDTH, p.height, (24, 26, 32))
    _picture(p, scene, p.height if p.chance(0.7) else p.height * 0.45)
    p.canvas.dim(0.6)
    p.status_bar(WHITE)
    p.canvas.icon("back", 12, p.status_height + 12, 17, WHITE)
    p.canvas.text(WIDTH / 2, p.status_height + 12, fill(p, p.rng.choice(scene.titles)), 16, WHITE, bold=True, anchor="m")
    y = p.status_height + 60
    for text in _lines(p, scene, 5, 14):
        size = p.rng.choice((12.0, 13.0, 13.0, 15.0, 24.0))
        wide = text_width(text, size)
        x = p.rng.choice((14.0, 14.0, max(14.0, WIDTH / 2 - wide / 2), max(14.0, WIDTH - 14 - wide)))
        p.canvas.text(x, y, text, size, WHITE, width=WIDTH - 24)
        y += size + p.rng.choice((12, 20, 34))
        if y > p.height - 130:
            break
    names = _some_buttons(p, scene, 1, 4)
    step = WIDTH / len(names)
    for index, name in enumerate(names):
        p.pill(
            step * (index + 0.5),
            p.height - 90,
            name[:8],
            size=12.5,
            fill=tone if not index else (80, 82, 90),
            ink=WHITE,
            anchor="m",
        )
    return f"{scene.label}，全屏样式"


def dialog_page(p: PageBuilder, scene: Scene) -> str:
    """A message, sheet or toast of the scene over one of its pages."""
    p.rng.choice((list_page, form_page, card_page))(p, scene)
    roll = p.rng.random()
    if roll < 0.45:
        dialog(
            p,
            "，".join(_lines(p, scene, 1, 2)),
            [text[:6] for text in _some_buttons(p, scene, 1, 2)],
            title=fill(p, p.rng.choice(scene.titles)) if p.chance(0.4) else "",
        )
    elif roll < 0.85:
        with sheet(p, fill(p, p.rng.choice(scene.titles)), button=p.pick("", _some_buttons(p, scene, 1, 1)[0])):
            for text in _lines(p, scene, 5, 9):
                p.row(text, "", arrow=p.chance(0.4))
    else:
        toast(p, _lines(p, scene, 1, 1)[0])
    return f"{scene.label}，弹窗样式"


LAYOUTS = (list_page, list_page, form_page, card_page, card_page, tile_page, full_page, dialog_page)
