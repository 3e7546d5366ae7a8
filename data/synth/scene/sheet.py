"""Printed sheets and screens: flat images with the lines that can be read on them."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from PIL import Image, ImageDraw

from data.synth import camera
from data.synth.pen import BLACK, STEEL, WHITE, Colour, Size, Writer, make_ink, tint
from data.synth.scene.shot import Sheet, Shot
from data.synth.scene.surface import surface
from data.synth.shapes import CATEGORIES, sprite

COURIER = ("顺丰速运", "中通快递", "圆通速递", "韵达快递", "极兔速递", "京东物流", "申通快递", "邮政快递包裹")
COURIER_ROWS = ("收件人", "寄件人", "电话", "地址", "数量 1", "已验视", "订单备注", "物品 日用品", "实际重量 1.0kg", "代收货款")
SPECS = (
    "产品名称", "型号规格", "额定电压 220V~", "额定频率 50Hz", "额定功率", "执行标准", "生产日期", "净重", "颜色",
    "防水等级 IPX4", "制造商", "产地 广东", "检验员 05", "合格证", "输入 5V 2A", "质保期 12个月",
)  # fmt: skip
INGREDIENTS = (
    "配料表", "营养成分表", "保质期 18个月", "净含量", "贮存条件 阴凉干燥处", "生产许可证编号", "食用方法", "注意事项",
    "使用方法", "主要成分", "适用范围", "批号见封口", "委托方", "能量 1860千焦", "蛋白质 6.2克",
)  # fmt: skip
MANUAL = (
    "使用说明书", "安装步骤", "注意事项", "请仔细阅读本说明", "第一步 打开上盖", "第二步 加水至刻度线",
    "第三步 接通电源", "长按3秒开机", "指示灯闪烁", "清洁与保养", "常见故障排除", "保修条款", "包装清单", "部件名称",
    "请勿用水直接冲洗", "充电时间约2小时",
)  # fmt: skip
RECEIPT = (
    "收银小票", "购物清单", "商品名称", "单价", "数量", "金额", "合计", "实收", "找零", "会员卡号", "欢迎光临",
    "谢谢惠顾", "销售单号", "优惠",
)  # fmt: skip
SCREEN = (
    "设置", "无线局域网", "蓝牙", "未连接", "网络异常", "请稍后重试", "关于本机", "型号名称", "电池", "存储空间",
    "软件更新", "设备离线", "密码错误", "确定", "取消", "信号弱", "已连接", "正在搜索设备",
)  # fmt: skip


def _barcode(rng: Random, pen: ImageDraw.ImageDraw, x0: int, y0: int, x1: int, y1: int) -> None:
    x = x0
    while x < x1:
        w = rng.randint(1, 4)
        pen.rectangle((x, y0, min(x + w - 1, x1), y1), fill=(20, 20, 22))
        x += w + rng.randint(1, 4)


def _matrix(rng: Random, pen: ImageDraw.ImageDraw, x: int, y: int, side: int) -> None:
    """A 2-D code."""
    n = 21
    for i in range(n):
        for j in range(n):
            corner = (j < 7 and not 7 <= i <= 13) or (i < 7 and j > 13)
            dark = (
                (i % 14 in (0, 6) or j % 14 in (0, 6) or (2 <= i % 14 <= 4 and 2 <= j % 14 <= 4))
                if corner
                else rng.random() < 0.5
            )
            if dark:
                pen.rectangle(
                    (x + i * side // n, y + j * side // n, x + (i + 1) * side // n - 1, y + (j + 1) * side // n - 1),
                    fill=(24, 24, 26),
                )


def courier_label(shot: Shot) -> Sheet:
    rng, writer = shot.rng, Writer(shot.font)
    sheet = Image.new("RGB", (300, 390), (244, 244, 242))
    pen = ImageDraw.Draw(sheet)
    writer.write(rng, sheet, (12, 10), 24, rng.choice(COURIER), (30, 30, 32))
    _barcode(rng, pen, 150, 10, 288, 44)
    writer.write(rng, sheet, (14, 58), 40, f"{rng.randint(100, 999)}-{rng.choice('ABCDEF')}{rng.randint(1, 99):02d}", BLACK)
    for y in (50, 106, 176, 246, 330):
        pen.line((6, y, 294, y), fill=(90, 90, 92), width=2)
    for i, y in enumerate((116, 146, 186, 216)):
        writer.write(rng, sheet, (14, y), 17, rng.choice(COURIER_ROWS), (40, 40, 42))
        for x in range(110, 110 + rng.randint(60, 160), 17):
            Writer().write(rng, sheet, (x, y), 16, "口", (60, 60, 62))
        if i in (0, 2) and rng.random() < 0.6:
            sheet = camera.redact(rng, sheet, [(0.3, y / 390, 0.9, (y + 20) / 390)])
            pen = ImageDraw.Draw(sheet)
    _barcode(rng, pen, 20, 256, 280, 306)
    writer.write(rng, sheet, (60, 310), 16, str(rng.randint(10**12, 10**13)), (40, 40, 42))
    _matrix(rng, pen, 218, 336, 48)
    writer.write(rng, sheet, (14, 346), 18, rng.choice(COURIER_ROWS), (40, 40, 42))
    return sheet, tuple(writer.lines)


def _rows(shot: Shot, size: Size, words: Sequence[str], paper: Colour, text: Colour, title: str | None = None) -> Sheet:
    """A sheet of rows: a title, then entries with values or running text."""
    rng, writer = shot.rng, Writer(shot.font)
    sheet = Image.new("RGB", size, paper)
    pen = ImageDraw.Draw(sheet)
    width, height = size
    em = rng.choice((13, 15, 18, 22))
    y = em
    if title:
        writer.write(rng, sheet, (em, y), em * 2, title, text)
        y += em * 3
    entries = list(words)
    rng.shuffle(entries)
    if rng.random() < 0.3:
        pen.rectangle((em // 2, y - em // 3, width - em // 2, height - em), outline=text, width=2)
    while y < height - 2 * em:
        used = writer.write(rng, sheet, (em, y), em, entries.pop() if entries else rng.choice(words), text)
        x = em * 2 + used
        if rng.random() < 0.7 and x + em * 4 < width:
            if rng.random() < 0.4:
                writer.write(rng, sheet, (x, y), em, f"{rng.choice('ABKMTX')}{rng.randint(10, 9999)}", text)
            else:
                Writer().write(rng, sheet, (x, y), em, "一" * rng.randint(2, max(2, (width - x) // em - 3)), text)
        y += int(em * rng.choice((1.5, 1.5, 1.5, 2.4)))
    return sheet, tuple(writer.lines)


def nameplate(shot: Shot) -> Sheet:
    paper, text = shot.rng.choice(((WHITE, (30, 30, 34)), (STEEL, (40, 40, 44)), ((40, 42, 46), (214, 214, 214))))
    sheet, lines = _rows(shot, (380, 280), SPECS, paper, text, shot.rng.choice(("合格证", "产品铭牌", None)))
    _barcode(shot.rng, ImageDraw.Draw(sheet), 230, 226, 366, 266)
    return sheet, lines


def energy_label(shot: Shot) -> Sheet:
    rng, writer = shot.rng, Writer(shot.font)
    sheet = Image.new("RGB", (260, 370), (240, 246, 250))
    pen = ImageDraw.Draw(sheet)
    pen.rectangle((0, 0, 260, 62), fill=(30, 110, 190))
    writer.write(rng, sheet, (34, 12), 30, "中国能效标识", WHITE)
    tones = ((40, 160, 70), (120, 190, 60), (240, 210, 50), (240, 140, 40), (220, 50, 50))
    for i, tone in enumerate(tones):
        y, x = 90 + i * 30, 110 + i * 22
        pen.polygon([(20, y), (x, y), (x + 12, y + 10), (x, y + 20), (20, y + 20)], fill=tone)
    pen.polygon([(180, 100), (250, 86), (250, 126)], fill=(30, 110, 190))
    for i, text in enumerate(("能效等级", "额定功率", "耗电量", "依据国家标准")):
        writer.write(rng, sheet, (20, 252 + i * 27), 18, text, (40, 60, 90))
    _matrix(rng, pen, 190, 270, 60)
    return sheet, tuple(writer.lines)


def pack_back(shot: Shot) -> Sheet:
    rng = shot.rng
    ink = make_ink(rng)
    paper = tint(rng.choice((ink.main, ink.pale, ink.pale, WHITE, STEEL, ink.dark)), 0.9)
    text = WHITE if sum(paper) < 380 else (40, 36, 40)
    sheet, lines = _rows(shot, (320, 420), INGREDIENTS, paper, text)
    pen = ImageDraw.Draw(sheet)
    pen.rectangle((180, 350, 300, 405), fill=WHITE)
    _barcode(rng, pen, 190, 356, 292, 394)
    pen.ellipse((20, 350, 70, 400), outline=text, width=3)
    return sheet, lines


def document(shot: Shot) -> Sheet:
    rng = shot.rng
    sheet, lines = _rows(
        shot,
        (420, 560),
        SPECS + INGREDIENTS,
        (242, 240, 234),
        (50, 48, 50),
        rng.choice(("检测报告", "保修卡", "售后服务卡", "质检报告", "发票")),
    )
    pen = ImageDraw.Draw(sheet)
    if rng.random() < 0.6:
        x, y = rng.randint(220, 290), rng.randint(380, 430)
        pen.ellipse((x, y, x + 96, y + 96), outline=(200, 50, 50), width=4)
        pen.regular_polygon((x + 48, y + 48, 16), 5, fill=(200, 50, 50))
    return sheet, lines


def receipt(shot: Shot) -> Sheet:
    return _rows(shot, (240, 520), RECEIPT, (238, 238, 236), (70, 68, 72), shot.rng.choice(("购物小票", "销货清单", None)))


def manual(shot: Shot) -> Sheet:
    rng = shot.rng
    sheet, lines = _rows(shot, (460, 340), MANUAL, (246, 246, 242), (52, 52, 56), rng.choice(("使用说明书", "安装说明", None)))
    panels, category = rng.choice((1, 2, 3)), shot.category or rng.choice(CATEGORIES)
    boxes = [(240, 20 + i * 105, 440, 115 + i * 105) for i in range(panels)]
    pen = ImageDraw.Draw(sheet)
    for box in boxes:
        pen.rectangle(box, fill=(246, 246, 242), outline=(90, 90, 92))
        art = sprite(rng, category, 80)
        grey = art.convert("L").point([180 + v * 70 // 255 for v in range(256)]).convert("RGB")
        sheet.paste(grey, (box[0] + 20, box[1] + 8), art.getchannel("A"))
        pen.line((box[0] + 130, box[1] + 60, box[0] + 160, box[1] + 40), fill=(60, 60, 62), width=3)
    clear = tuple(
        line for line in lines if not any(line.box[2] * 460 > b[0] and b[1] < line.box[3] * 340 < b[3] + 20 for b in boxes)
    )
    return sheet, clear


def interface(shot: Shot, size: Size) -> Sheet:
    """What a device shows: a list of settings, a lock screen, a notice, or a picture."""
    rng, writer, (width, height) = shot.rng, Writer(shot.font), size
    dark = rng.random() < 0.5
    paper, text = ((18, 20, 24), (226, 228, 232)) if dark else ((240, 242, 245), (40, 42, 46))
    kind = rng.choice(("list", "list", "lock", "notice"))
    if kind == "lock":
        sheet = surface(
            rng, rng.choice(("marble", "grass", "cloth")), size, rng.choice(((60, 90, 140), (120, 90, 130), (70, 120, 90)))
        )
        writer.write(
            rng,
            sheet,
            (width * 0.25, height * 0.15),
            max(12, min(size) // 6),
            f"{rng.randint(0, 23):02d}:{rng.randint(0, 59):02d}",
            WHITE,
        )
        return sheet, tuple(writer.lines)
    sheet = Image.new("RGB", size, paper)
    pen, em = ImageDraw.Draw(sheet), max(10, min(size) // 16)
    pen.rectangle((0, 0, width, em * 2.4), fill=rng.choice(((40, 110, 220), tint(paper, 0.9), (30, 150, 120))))
    writer.write(rng, sheet, (em, em * 0.7), em, rng.choice(SCREEN), WHITE if dark else text)
    if kind == "notice":
        pen.rounded_rectangle(
            (width * 0.14, height * 0.35, width * 0.86, height * 0.65), em, fill=tint(paper, 0.92) if not dark else (50, 52, 58)
        )
        for i in range(3):
            writer.write(rng, sheet, (width * 0.2, height * 0.39 + i * em * 1.7), em, rng.choice(SCREEN), text)
        return sheet, tuple(writer.lines)
    y = em * 3.5
    while y < height - 2 * em:
        pen.line((em, y + em * 1.6, width - em, y + em * 1.6), fill=tint(paper, 0.85) if not dark else (60, 62, 68))
        pen.rounded_rectangle((em, y, em * 2, y + em), em // 4, fill=make_ink(rng).main)
        writer.write(rng, sheet, (em * 2.6, y), em, rng.choice(SCREEN), text)
        if rng.random() < 0.4:
            pen.rounded_rectangle((width - em * 3.4, y, width - em * 1.4, y + em), em // 2, fill=(60, 190, 110))
        y += em * 2.4
    return sheet, tuple(writer.lines)
