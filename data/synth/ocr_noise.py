"""What a recogniser makes of a page's lines: lost, merged and torn lines, wrong characters, icons read as letters.

    noisy_lines(Random(0), screen.lines, strength=0.5)

The habits are those of PP-OCR models on phone screenshots: neighbours with a small gap come out as one line, date and time
lose their space, chevrons become ">", pictures of goods yield short nonsense, dim and small text is dropped first. A line's
score says how legible it was; the noisy line's score how sure the recogniser would be.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from data.page import OcrLine
from data.synth.canvas import text_width

# Characters that are taken for each other, by shape. A character stands for the others of its group.
LOOKALIKES = ("0OoQ", "1lI|", "2Z", "5S", "8B", "6b", "9q", "：:", "，,", "。.", "（(", "）)", "！!", "¥￥Y", "·.", "×xX",
    "日曰目", "末未", "人入八", "土士", "己已巳", "大太犬", "天夫无", "千干于", "见贝", "货贷", "退迟", "还坏", "款软", "商高",
    "品晶", "收牧", "发友", "快块", "递透", "单卑", "账帐", "订讨", "拍柏", "折拆析", "券卷劵", "满潢", "减诚", "领颂", "元无",
    "间问闻", "待侍", "签笺", "派泒", "驿译", "网罔", "请清情", "处外", "理埋", "台合", "客容", "服眼", "评坪", "价伦", "颜额",
    "色包", "尺民", "码玛", "规观", "格恪", "数教", "量最", "材村", "质盾", "功动", "能熊", "保堡", "险检", "运远", "费贵",
    "优忧", "惠患", "活话", "动勤", "限阳", "时吋", "抢枪", "购沟", "车东", "支攴", "付什", "宝宅", "红江", "金全", "余佘",
    "额颖", "卡上", "银根", "行仃", "信倌", "用甩", "花化", "呗贝", "淘掏", "猫描", "店占", "铺辅", "旗旋", "舰航", "官宫",
    "方万", "微徵", "手于", "机杌", "短知", "址扯", "县具", "区囚", "路跻", "号兮", "室窒", "先失", "生牛", "女安")  # fmt: skip
ICON_READINGS = ("<", ">", "X", "×", "O", "Q", "口", "三", "←", "…", "十", "V", "^", "①", "C", "=", "...", "88", "山", "ll")
STATUS_READINGS = ("5G", "4G", "ill", "HD", "46", "≤", "令", "乡", "K/s", "56", "100", "4 4", "il", "26", "66")
PIECES = "土工口日目田中千山上下LHFTEIOCZXVU1470乐王卜厂匚心"
GAP = 1.4  # em; neighbours on one row that are closer may come out as one line
ROW = 0.5  # share of the height by which lines of one row may differ


def noisy_lines(rng: Random, lines: Sequence[OcrLine], strength: float = 0.5) -> tuple[OcrLine, ...]:
    """The lines as a recogniser would return them. `strength` 0 changes nothing, 0.5 is a good screenshot, 1 a poor photo.

    Raises ValueError if `strength` is outside [0, 1].
    """
    if not 0.0 <= strength <= 1.0:
        raise ValueError(f"noisy_lines: expected a strength between 0 and 1, found {strength}")
    if strength == 0.0:
        return tuple(lines)
    page = strength * rng.uniform(0.4, 1.4)  # some pages are read better than others
    kept = [line for line in lines if rng.random() > _loss(line, page)]
    merged = _merge(rng, kept)
    read: list[OcrLine] = []
    for line in merged:
        for piece in _tear(rng, line, page):
            text = _misread(rng, piece.text, page, piece.score)
            if text:
                sure = min(1.0, max(0.5, rng.gauss(0.985, 0.02) - 0.3 * (1 - piece.score) - 0.05 * (text != piece.text)))
                read.append(OcrLine(text, piece.box, round(sure, 3)))
    return tuple(_order(rng, read + _ghosts(rng, page), page))


def _loss(line: OcrLine, page: float) -> float:
    """How likely a line is missed: single characters, thin contrast."""
    short = 0.1 if len(line.text) == 1 else 0.02 if len(line.text) == 2 else 0.004
    return page * (short + 0.12 * (1 - line.score))


def _merge(rng: Random, lines: Sequence[OcrLine]) -> list[OcrLine]:
    """Join neighbours on one row; the closer they are, the likelier."""
    merged: list[OcrLine] = []
    for line in lines:
        if merged:
            last = merged[-1]
            high = min(last.box[3] - last.box[1], line.box[3] - line.box[1])
            # the em in fractions of the width, from the line's own width
            em = (line.box[2] - line.box[0]) / max(1.0, text_width(line.text, 1.0))
            gap = (line.box[0] - last.box[2]) / max(em, 1e-6)
            if abs(last.box[1] - line.box[1]) < ROW * high and -0.3 < gap < GAP and rng.random() < 0.75 - 0.45 * gap / GAP:
                glue = " " if gap > 0.35 and rng.random() < 0.7 else ""
                box = (last.box[0], min(last.box[1], line.box[1]), line.box[2], max(last.box[3], line.box[3]))
                merged[-1] = OcrLine(last.text + glue + line.text, box, min(last.score, line.score))
                continue
        merged.append(line)
    return merged


def _tear(rng: Random, line: OcrLine, page: float) -> list[OcrLine]:
    """Now and then one line comes out as two, mostly at a space."""
    text = line.text
    spaces = [index for index, char in enumerate(text) if char in " ：" and 0 < index < len(text) - 1]
    if len(text) < 5 or rng.random() > (0.1 if spaces else 0.012) * min(1.0, 2 * page):
        return [line]
    cut = rng.choice(spaces) + 1 if spaces else rng.randint(2, len(text) - 2)
    left, top, right, bottom = line.box
    middle = left + (right - left) * text_width(text[:cut], 1) / max(0.1, text_width(text, 1))
    return [
        OcrLine(text[:cut].strip(), (left, top, middle, bottom), line.score),
        OcrLine(text[cut:].strip(), (middle, top, right, bottom), line.score),
    ]


def _misread(rng: Random, text: str, page: float, clarity: float) -> str:
    """Lost spaces, confused, dropped and doubled characters, chevrons and icons at the end."""
    if " " in text and rng.random() < 0.55:
        text = "".join(text.split()) if rng.random() < 0.5 else text.replace(" ", "", 1)
    if rng.random() < 0.04:
        text = text.translate(_WIDE if rng.random() < 0.5 else _NARROW)
    rate = page * (0.006 + 0.05 * (1 - clarity))
    if rng.random() < min(1.0, rate * len(text) * 1.5):
        text = "".join([_one(rng, char) if rng.random() < max(rate, 0.06) else char for char in text])
    roll = rng.random()
    if roll < 0.035:
        text += rng.choice((">", ">", " >", "<", "V", "∨", "〉"))
    elif roll < 0.035 + 0.015 * page:
        text = rng.choice(ICON_READINGS) + text
    return text


def _one(rng: Random, char: str) -> str:
    roll = rng.random()
    if roll < 0.6:
        return rng.choice(_CONFUSED.get(char, char))
    return "" if roll < 0.85 else char + rng.choice(PIECES) if roll < 0.9 else rng.choice(PIECES)


def _ghosts(rng: Random, page: float) -> list[OcrLine]:
    """What is no text: icons, the status bar, words on pictures of goods."""
    found: list[OcrLine] = []
    if rng.random() < 0.5:
        x = rng.uniform(0.55, 0.9)
        found.append(OcrLine(rng.choice(STATUS_READINGS), (x, 0.012, x + 0.06, 0.03), round(rng.uniform(0.5, 0.9), 3)))
    for _ in range(_count(rng, 1.0 + 1.5 * page)):
        x, y = rng.uniform(0.01, 0.9), rng.uniform(0.04, 0.95)
        found.append(OcrLine(rng.choice(ICON_READINGS), (x, y, x + 0.05, y + 0.018), round(rng.uniform(0.5, 0.8), 3)))
    for _ in range(_count(rng, 1.2 * page)):
        word = "".join(rng.choice(PIECES) for _ in range(rng.randint(1, 4)))
        x, y = rng.uniform(0.02, 0.7), rng.uniform(0.1, 0.9)
        found.append(OcrLine(word, (x, y, x + 0.04 * len(word), y + 0.02), round(rng.uniform(0.5, 0.75), 3)))
    return found


def _count(rng: Random, mean: float) -> int:
    """A geometric count."""
    count = 0
    while rng.random() < mean / (1 + mean) and count < 12:
        count += 1
    return count


def _order(rng: Random, lines: list[OcrLine], page: float) -> list[OcrLine]:
    """Rows from top to bottom, each from left to right; how much tops may differ within a row varies with the page."""
    keyed = sorted((line.box[1] + rng.gauss(0, 0.0015 * page), line.box[0], index) for index, line in enumerate(lines))
    tolerance = rng.uniform(0.004, 0.01)
    ordered: list[OcrLine] = []
    row: list[tuple[float, int]] = []
    start = -1.0
    for top, left, index in keyed:
        if top - start > tolerance:
            ordered += [lines[member] for _, member in sorted(row)]
            row, start = [], top
        row.append((left, index))
    return ordered + [lines[member] for _, member in sorted(row)]


def _confusions() -> dict[str, str]:
    table: dict[str, str] = {}
    for group in LOOKALIKES:
        for char in group:
            table[char] = table.get(char, "") + group.replace(char, "")
    return table


_CONFUSED = _confusions()
_WIDE = str.maketrans(",:()!?", "，：（）！？")
_NARROW = str.maketrans("，：（）！？", ",:()!?")
