"""Photos that customers take with a camera: goods, parcels, labels, damage, rooms, skin, screens."""

from __future__ import annotations

from data.synth.screens.page_builder import PageBuilder
from data.synth.screens.parts import photo
from data.synth.screens.skins import WHITE

WRITTEN = (
    "看这里",
    "坏的",
    "破了",
    "就是这个",
    "漏水",
    "少了一个",
    "怎么用",
    "装不上",
    "有裂纹",
    "发错了",
    "这是什么",
    "打不开",
    "脏的",
    "缺配件",
    "色差太大",
    "不亮",
    "生锈了",
    "划痕",
)
WORDY = (
    "shipping_label",
    "nameplate",
    "package_back",
    "receipt",
    "manual",
    "document",
    "energy_label",
    "screen_phone",
    "screen_wide",
    "parcel_damaged",
)


def shot(p: PageBuilder, kinds: tuple[str, ...], what: str) -> str:
    """One photo that fills the picture."""
    kind = p.rng.choice(kinds)
    w, h = p.rng.choice(
        ((480.0, 640.0), (480.0, 640.0), (480.0, 640.0), (640.0, 480.0), (480.0, 480.0), (400.0, 711.0), (360.0, 800.0))
    )
    p.resize(w, h)
    photo(p, kind, (0, 0, w, h), words=kind in WORDY)
    if p.chance(0.04):
        text = p.rng.choice(WRITTEN)
        size = p.rng.choice((22.0, 30.0, 38.0))
        x, y = p.rng.uniform(10, w - 10 - len(text) * size), p.rng.uniform(0.1, 0.8) * h
        p.canvas.text(x, y, text, size, p.rng.choice(((230, 30, 40), (250, 220, 40), WHITE)), bold=True)
        p.canvas.ellipse(x + 10, y + size + 20, 70, 60, None, outline=(230, 30, 40), stroke=3)
    if p.chance(0.06):
        p.canvas.text(w - 12, h - 26, p.stamp(p.pick("minute", "dot", "full")), 14, (250, 200, 90), anchor="r")
    if p.chance(0.04):
        p.canvas.text(16, h - 40, p.pick("SHOT ON PHONE", "AI CAMERA", "50MP AI TRIPLE CAMERA", "手机拍摄"), 13, WHITE)
    return what


def shot_goods(p: PageBuilder) -> str:
    """Goods at the buyer's home."""
    return shot(
        p,
        (
            "goods_table",
            "goods_bed",
            "goods_floor",
            "goods_standing",
            "goods_many",
            "goods_close",
            "goods_held",
            "film",
            "indicator",
        ),
        "实拍的商品照片",
    )


def shot_parcel(p: PageBuilder) -> str:
    """Parcels, open, closed, damaged."""
    return shot(p, ("parcel", "parcel_held", "parcel_open", "parcel_damaged"), "实拍的快递包裹")


def shot_label(p: PageBuilder) -> str:
    """Labels, name plates, packs, papers."""
    return shot(
        p,
        ("shipping_label", "nameplate", "energy_label", "package_back", "document", "receipt", "manual"),
        "实拍的标签、铭牌或单据",
    )


def shot_damage(p: PageBuilder) -> str:
    """Damage that is to be seen."""
    return shot(p, ("crack", "stain", "tear", "dent", "damaged_cloth", "leak", "missing", "rust"), "实拍的损坏、污渍或缺件")


def shot_cloth(p: PageBuilder) -> str:
    """Clothes laid out or worn."""
    return shot(p, ("clothes", "worn", "damaged_cloth", "goods_bed"), "实拍的衣物")


def shot_home(p: PageBuilder) -> str:
    """Rooms, pipes, appliances in place."""
    return shot(p, ("room", "pipes", "leak", "indicator"), "实拍的家中安装环境")


def shot_body(p: PageBuilder) -> str:
    """Skin, food, plants."""
    return shot(p, ("skin", "food", "plant"), "实拍的皮肤、食物或植物")


def shot_screen(p: PageBuilder) -> str:
    """A screen photographed with another phone."""
    return shot(p, ("screen_phone", "screen_wide"), "用相机翻拍的屏幕")


def shot_blurred(p: PageBuilder) -> str:
    """Out of focus."""
    return shot(p, ("blurred", "goods_close", "goods_held"), "模糊的实拍照片")


LAYOUTS = {
    "实物拍摄(含售后)": (
        shot_goods,
        shot_goods,
        shot_goods,
        shot_parcel,
        shot_label,
        shot_label,
        shot_damage,
        shot_damage,
        shot_cloth,
        shot_home,
        shot_body,
        shot_screen,
        shot_blurred,
    )
}
