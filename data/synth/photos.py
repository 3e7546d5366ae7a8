"""Pictures as customers take them with a phone: goods, hands, parcels, damage, labels, paper, skin, food.

`draw_photo` draws one kind. Scenes are built from textured surfaces (multi-octave noise), the goods of `shapes`, printed
sheets laid on in perspective, and overlays for damage; `camera.develop` then lights, blurs and grains them. So no region
is flat, which is what tells a photo from a screenshot.
"""

from __future__ import annotations

from random import Random

from PIL import Image

from data.page import OcrLine
from data.synth import camera
from data.synth.pen import FontSource, Size
from data.synth.scene.damage import crack, dent, hole, stain
from data.synth.scene.damage_scenes import damaged_cloth, damaged_good, film_photo, leak, missing, rusty
from data.synth.scene.goods_scenes import (
    blurred,
    clothes,
    goods_close,
    goods_held,
    goods_many,
    goods_on,
    goods_standing,
    indicator,
    room_corner,
    worn,
)
from data.synth.scene.other_scenes import food, pipes, plant_photo, screen, skin
from data.synth.scene.parcel_scenes import parcel, parcel_damaged, parcel_held, parcel_open, sheet_photo
from data.synth.scene.sheet import courier_label, document, energy_label, manual, nameplate, pack_back, receipt
from data.synth.scene.shot import HAND_SIZED, LARGE, SMALL, Kind, Shot
from data.synth.scene.surface import FLOORS, TABLES
from data.synth.shapes import CATEGORIES

_KINDS: dict[str, Kind] = {
    "goods_table": goods_on(TABLES, (0.55, 0.85)),
    "goods_bed": goods_on(("cloth",), (0.5, 0.85)),
    "goods_floor": goods_on(FLOORS, (0.4, 0.75)),
    "goods_standing": goods_standing,
    "goods_many": goods_many,
    "goods_close": goods_close,
    "goods_held": goods_held,
    "parcel": parcel,
    "parcel_held": parcel_held,
    "parcel_open": parcel_open,
    "parcel_damaged": parcel_damaged,
    "shipping_label": sheet_photo(courier_label, ("cardboard", "cardboard", "leather"), (0.75, 1.15), 0.3),
    "nameplate": sheet_photo(nameplate, ("steel", "wall", "leather"), (0.7, 1.1), 0.05),
    "energy_label": sheet_photo(energy_label, ("steel", "wall"), (0.6, 0.95), 0.05),
    "package_back": sheet_photo(pack_back, TABLES, (0.85, 1.3), 0.4),
    "document": sheet_photo(document, TABLES, (0.8, 1.05), 0.25),
    "receipt": sheet_photo(receipt, TABLES, (0.8, 1.05), 0.5),
    "manual": sheet_photo(manual, TABLES, (0.85, 1.15), 0.3),
    "crack": damaged_good(crack),
    "stain": damaged_good(stain),
    "tear": damaged_good(hole),
    "dent": damaged_good(dent),
    "damaged_cloth": damaged_cloth,
    "leak": leak,
    "missing": missing,
    "film": film_photo,
    "rust": rusty,
    "clothes": clothes,
    "worn": worn,
    "room": room_corner,
    "pipes": pipes,
    "skin": skin,
    "food": food,
    "plant": plant_photo,
    "screen_phone": screen(True),
    "screen_wide": screen(False),
    "indicator": indicator,
    "blurred": blurred,
}
PHOTO_KINDS = tuple(_KINDS)
# The kinds that show goods, and the goods that are seen like that.
_GOODS: dict[str, tuple[str, ...]] = {
    "goods_table": SMALL,
    "goods_bed": ("服装", "内衣袜子", "鞋靴", "箱包", "童装", "玩具", "手机", "耳机音响", "饰品手表", "家纺床品", "纸尿裤"),
    "goods_floor": SMALL,
    "goods_standing": tuple(c for c in SMALL if c not in ("服装", "内衣袜子", "童装", "贴膜")),
    "goods_many": HAND_SIZED,
    "goods_close": CATEGORIES,
    "goods_held": HAND_SIZED,
    "parcel_open": SMALL,
    "manual": CATEGORIES,
    "crack": ("手机", "餐具", "贴膜", "卫浴龙头", "电脑数码", "家装建材", "杯壶", "收纳日用", "灯具", "家具"),
    "stain": ("服装", "家纺床品", "箱包", "鞋靴", "家具", "童装", "内衣袜子"),
    "tear": ("服装", "箱包", "零食", "纸尿裤", "鞋靴", "粮油调味", "童装", "宠物用品"),
    "dent": ("奶粉辅食", "冰箱", "保健食品", "厨具锅具", "洗衣机", "酒水茶饮", "厨房电器"),
    "leak": ("母婴奶瓶", "杯壶", "洗护", "清洁用品", "粮油调味", "洗衣机", "热水器", "卫浴龙头", "厨房电器", "护肤", "酒水茶饮"),
    "missing": HAND_SIZED,
    "film": ("贴膜", "手机", "手机配件"),
    "clothes": ("服装", "童装", "内衣袜子", "家纺床品"),
    "worn": ("服装",),
    "room": LARGE,
    "pipes": ("洗衣机", "热水器", "卫浴龙头", "空调"),
    "plant": ("园艺",),
    "food": ("零食", "粮油调味", "奶粉辅食", "厨具锅具", "餐具", "厨房电器"),
    "skin": ("护肤", "彩妆", "洗护", "保健食品", "纸尿裤", "内衣袜子", "医疗器械"),
    "rust": ("厨具锅具", "五金工具", "卫浴龙头", "杯壶", "收纳日用"),
    "screen_phone": ("手机", "网络设备", "智能家居", "手机配件", "耳机音响"),
    "screen_wide": ("电脑数码", "网络设备", "智能家居"),
    "indicator": ("网络设备", "智能家居", "厨房电器", "耳机音响", "手机配件"),
    "blurred": SMALL,
}
_FINISHED = ("screen_phone", "screen_wide")  # kinds that bring their own camera


def photo_kinds(category: str) -> tuple[str, ...]:
    """The kinds that can show goods of this category. Raises KeyError for a category that is not in CATEGORIES."""
    if category not in CATEGORIES:
        raise KeyError(category)
    return tuple(kind for kind, categories in _GOODS.items() if category in categories)


def draw_photo(rng: Random, kind: str, size: Size, font: FontSource | None = None, category: str | None = None) -> Image.Image:
    """A photo of one of PHOTO_KINDS, RGB. `category` fixes the goods where the kind shows any (`photo_kinds` says which
    fit); without a font, text is drawn as illegible strokes. Raises KeyError for an unknown kind or category."""
    return draw_photo_lines(rng, kind, size, font, category)[0]


def draw_photo_lines(
    rng: Random, kind: str, size: Size, font: FontSource | None = None, category: str | None = None
) -> tuple[Image.Image, tuple[OcrLine, ...]]:
    """`draw_photo` with the text that can be read on it, boxes in the photo's fractions."""
    if category is None and kind in _GOODS:
        category = rng.choice(_GOODS[kind])
    shot = Shot(rng, size, font, category)
    image = _KINDS[kind](shot)
    if kind not in _FINISHED:
        image = camera.develop(rng, image)
    return image, tuple(shot.lines)
