"""The goods: which shapes each category has, and one good as a sprite.

A shape is a function that draws one good with a pen and a palette, in unit coordinates (x right, y down, 0 to 1).
"""

from __future__ import annotations

from random import Random

from PIL import Image

from data.synth.pen import Ink, Pen, Shape, make_ink
from data.synth.shapes import appliances, clothing, containers, digital, home, kitchen, leisure

FAMILIES: dict[str, tuple[Shape, ...]] = {
    "服装": (clothing.tee, clothing.coat, clothing.dress, clothing.trousers, clothing.skirt, clothing.figure, clothing.figure),
    "内衣袜子": (clothing.bra, clothing.briefs, clothing.socks),
    "鞋靴": (clothing.sneaker, clothing.sneaker, clothing.boot, clothing.heel, clothing.slipper),
    "箱包": (clothing.handbag, clothing.backpack, clothing.suitcase, clothing.wallet),
    "母婴奶瓶": (containers.feeder, containers.feeder, kitchen.thermos),
    "奶粉辅食": (containers.canister, containers.canister, containers.pouch, containers.jar),
    "纸尿裤": (containers.pack, containers.pack, clothing.diaper),
    "童装": (clothing.tee, clothing.dress, clothing.trousers, clothing.coat, clothing.figure),
    "玩具": (leisure.bear, leisure.blocks, leisure.car, leisure.doll, leisure.ball),
    "洗衣机": (appliances.washer, appliances.washer, appliances.top_washer),
    "热水器": (appliances.heater,),
    "冰箱": (appliances.fridge,),
    "空调": (appliances.aircon,),
    "厨房电器": (appliances.cooker, appliances.fryer, appliances.microwave, appliances.blender, appliances.kettle),
    "厨具锅具": (kitchen.pan, kitchen.pot, kitchen.knife),
    "餐具": (kitchen.plate, kitchen.bowl, kitchen.cutlery),
    "杯壶": (kitchen.thermos, kitchen.mug, kitchen.glass, kitchen.teapot),
    "灯具": (home.desk_lamp, home.ceiling_lamp, home.floor_lamp, home.bulb),
    "智能家居": (appliances.security, appliances.lock, appliances.robot_vacuum, appliances.panel, digital.speaker),
    "手机": (digital.phone,),
    "手机配件": (digital.case, digital.charger, digital.powerbank, digital.cable),
    "贴膜": (digital.film, digital.film, digital.phone),
    "电脑数码": (digital.laptop, digital.monitor, digital.keyboard, digital.mouse),
    "网络设备": (digital.router, digital.hotspot, digital.cable),
    "耳机音响": (digital.earbuds, digital.headphones, digital.speaker),
    "护肤": (containers.dropper, containers.jar, containers.pump, containers.tube),
    "彩妆": (containers.lipstick, containers.palette, containers.dropper),
    "洗护": (containers.pump, containers.bottle, containers.tube),
    "口腔护理": (leisure.toothbrush, containers.tube, containers.bottle),
    "保健食品": (containers.pills, containers.carton, containers.canister),
    "零食": (containers.pouch, containers.pouch, containers.carton, kitchen.fruit, containers.jar),
    "酒水茶饮": (containers.wine, containers.wine, containers.can, containers.milk, containers.gift, containers.canister),
    "粮油调味": (containers.jug, containers.sack, containers.bottle, containers.jar),
    "宠物用品": (containers.sack, kitchen.bowl, leisure.pet_bed, leisure.bone, containers.pouch),
    "家纺床品": (home.pillow, home.bed, home.quilt, home.towel, home.curtain),
    "家具": (home.sofa, home.chair, home.table, home.cabinet, home.bed),
    "收纳日用": (home.storage_bin, home.hanger, home.umbrella, home.basin),
    "清洁用品": (containers.spray, leisure.mop, containers.jug, containers.pack),
    "五金工具": (leisure.hammer, leisure.wrench, leisure.screwdriver, leisure.drill, leisure.screws),
    "卫浴龙头": (home.faucet, home.shower, home.toilet, home.basin),
    "园艺": (leisure.plant, leisure.plant, leisure.watering, containers.sack),
    "户外运动": (leisure.tent, leisure.bicycle, leisure.ball, clothing.hat),
    "健身器材": (leisure.dumbbell, leisure.mat, appliances.treadmill),
    "汽车用品": (leisure.tyre, leisure.wheel, leisure.car_mat, leisure.car),
    "文具办公": (leisure.pens, leisure.notebook, appliances.printer),
    "饰品手表": (clothing.watch, clothing.necklace, clothing.ring, clothing.bracelet),
    "家装建材": (home.tiles, containers.bucket, home.roll, appliances.panel),
    "医疗器械": (appliances.thermometer, clothing.mask, appliances.monitor_bp, containers.carton),
}
CATEGORIES = tuple(FAMILIES)
WORN: Shape = clothing.figure


def sprite(rng: Random, category: str, side: int, shape: Shape | None = None, ink: Ink | None = None) -> Image.Image:
    """One good, RGBA, cropped to what is drawn, longer side at most `side` pixels.

    Raises KeyError for a category that is not in CATEGORIES.
    """
    shape = shape or rng.choice(FAMILIES[category])
    pen = Pen(rng, max(8, min(2 * side, 420)))
    shape(pen, rng, ink or make_ink(rng))
    image = pen.image.crop(pen.image.getbbox() or (0, 0, 1, 1))
    scale = side / max(image.size)
    return image.resize(
        (max(1, round(image.width * scale)), max(1, round(image.height * scale))),
        Image.Resampling.BOX if scale < 1 else Image.Resampling.BICUBIC,
    )
