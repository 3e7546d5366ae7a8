"""What the pages of other apps, loose pages and reviews share: filled wording, speech bubbles, reviews, big pictures."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Sequence
from random import Random

from PIL import Image

from data.synth.canvas import Box, Colour, Line, text_width, wrap
from data.synth.screens.page_builder import WIDTH, PageBuilder
from data.synth.screens.skins import WHITE

_SLOT = re.compile(r"\{(\w+)\}")
BANKS = ("工商银行", "建设银行", "农业银行", "中国银行", "招商银行", "交通银行", "邮储银行", "城市商业银行", "信用社", "民生银行")
DEPOTS = ("菜鸟驿站", "快递超市", "丰巢柜", "兔喜生活", "妈妈驿站", "小区门卫", "代收点", "便利店", "蜂站")


def _code(p: PageBuilder) -> str:
    return f"{p.rng.randint(1, 30)}-{p.rng.randint(1, 12)}-{p.digits(4)}"


_VALUES: dict[str, Callable[[PageBuilder], str]] = {
    "product": lambda p: p.lexicon.product(p.rng).name,
    "shop": lambda p: p.lexicon.shop(p.rng),
    "n": lambda p: str(p.rng.choice((p.rng.randint(1, 9), p.rng.randint(1, 30), p.rng.randint(1, 99)))),
    "price": lambda p: p.lexicon.price(p.rng),
    "date": lambda p: p.stamp(p.pick("day", "cnday", "shortday", "dot")),
    "time": lambda p: p.stamp("time"),
    "city": lambda p: p.lexicon.city(p.rng).removesuffix("市"),
    "name": lambda p: p.lexicon.name(p.rng),
    "courier": lambda p: p.courier(),
    "bank": lambda p: p.rng.choice(BANKS),
    "depot": lambda p: p.rng.choice(DEPOTS),
    "d4": lambda p: p.secret(p.digits(4)),
    "d6": lambda p: p.digits(6),
    "no": lambda p: p.secret(p.digits(p.rng.choice((12, 13, 15)))),
    "amt": lambda p: f"{p.amount(1, 3000):.2f}",
    "code": _code,
}  # fmt: skip


def fill(p: PageBuilder, text: str) -> str:
    """The text with its slots filled, each occurrence anew. Raises KeyError on a slot that is none of `SLOTS`."""
    return _SLOT.sub(lambda match: _VALUES[match[1]](p), text)


SLOTS = frozenset(_VALUES)


def bubble(
    p: PageBuilder,
    text: str,
    *,
    mine: bool = False,
    fill: Colour = WHITE,
    ink: Colour | None = None,
    size: float = 13.5,
    face: bool = True,
    width: float = 218,
) -> None:
    """One message of a chat with its portrait; moves below it."""
    lines = wrap(text, size, width, 12)
    wide = max(text_width(line, size) for line in lines) + 20
    high = len(lines) * size * 1.4 + 13
    edge = 50.0 if face else 14.0
    x = WIDTH - edge - wide if mine else edge
    if face:
        p.avatar(WIDTH - 42 if mine else 8, p.y, 34)
    p.canvas.rect(x, p.y, wide, high, fill, radius=7)
    for index, line in enumerate(lines):
        p.canvas.text(x + 10, p.y + 8 + index * size * 1.4, line, size, ink or p.skin.ink)
    p.y += max(high, 34 if face else 0) + 13


def chat_time(p: PageBuilder) -> None:
    """A grey time between messages."""
    p.para(
        p.pick(
            p.stamp("time"),
            "昨天 " + p.stamp("time"),
            p.stamp("short"),
            p.stamp("chinese"),
            "星期" + p.pick(*"一二三四五六日") + " " + p.stamp("time"),
        ),
        11,
        p.skin.faint,
        align="m",
    )
    p.y += 6


def chat_bar(p: PageBuilder, hint: str = "", *, icons: Sequence[str] = ("smile", "plus")) -> None:
    """The input bar of a chat."""

    def draw(top: float) -> None:
        p.canvas.icon("volume", 12, top + 14, 20, p.skin.ink)
        p.canvas.rect(42, top + 8, WIDTH - 52 - 34 * len(icons), 34, p.skin.card, radius=6, outline=p.skin.rule)
        p.canvas.text(52, top + 18, hint, 13, p.skin.faint)
        for index, name in enumerate(reversed(icons)):
            p.canvas.icon(name, WIDTH - 34 - 34 * index, top + 14, 21, p.skin.ink)

    p.bottom(50, draw, fill=p.skin.page)


# Reviews

PRAISE = (
    "质量很好",
    "{product}收到了，比想象中的好",
    "颜色很正，没有色差",
    "{material}的手感不错",
    "做工精细，没有线头",
    "包装很严实，没有磕碰",
    "物流给力，第二天就到了",
    "客服有耐心，有问必答",
    "{person}很喜欢",
    "大小刚刚好",
    "性价比很高",
    "已经回购好几次了",
    "推荐给同事了，她们也说好",
    "{function}效果明显",
    "{part}设计得很贴心",
    "用了一周才来评价，很满意",
    "送的{accessory}也很实用",
    "{color}的很好看",
    "跟图片一模一样",
    "价格实惠，活动买的很划算",
    "放在{place}正合适",
    "没有异味，用着放心",
    "给家里{person}买的，说很好用",
    "会继续支持这家店",
    "安装简单，自己就能弄好",
    "细节处理得到位",
    "值得信赖的老店了",
    "分量足，日期也新鲜",
    "五星好评",
    "第二次购买了，一如既往的好",
    "尺寸很标准，按推荐拍的没错",
    "比实体店便宜不少",
    "家里人都说不错",
    "声音小，不影响休息",
    "很轻便，出门带着方便",
)
BLAME = (
    "用了两天{part}就坏了",
    "跟描述的不一样",
    "味道有点大，要散一散",
    "颜色比图片深",
    "客服回复太慢了",
    "快递包装都破了",
    "{material}感觉很薄，不值这个价",
    "偏小一码，建议拍大一号",
    "少发了{accessory}，联系客服补发了",
    "一洗就掉色",
    "没有宣传的那么好",
    "等了一个星期才发货",
    "有划痕，懒得退了",
    "{function}一般般",
    "刚买完就降价，心情不好",
    "不太推荐购买",
    "做工粗糙，线头多",
    "说好的赠品没有收到",
    "用起来有点漏",
    "一分价钱一分货吧",
)
DEFAULTS = (
    "此用户没有填写评价内容。",
    "该用户觉得商品非常好，给出了5星好评",
    "系统默认好评!",
    "用户未及时作出评价，系统默认好评",
    "此用户未填写文字评价",
)
FEELINGS = (
    "尺码感受",
    "面料感受",
    "效果",
    "口感",
    "气味",
    "材质",
    "包装",
    "性价比",
    "做工",
    "新鲜度",
    "舒适度",
    "使用感受",
    "清洁度",
    "音质",
    "外观",
    "显瘦效果",
    "吸水性",
    "续航",
)
FELT = ("合适", "很好", "偏大", "偏小", "非常满意", "柔软", "清晰", "一般", "不错", "明显", "很新鲜", "简单大方", "够用", "清淡")


def review_text(p: PageBuilder, category: str, low: int = 1, high: int = 4, *, blame: float = 0.25, silent: float = 0.07) -> str:
    """A customer's words on goods of a category; `silent` is the share of the system's own words."""
    if p.chance(silent):
        return p.rng.choice(DEFAULTS)
    filler = p.lexicon.filler(p.rng, category)
    pool = BLAME if p.chance(blame) else PRAISE
    parts = [filler.fresh().fill(text) for text in p.rng.sample(pool, p.rng.randint(low, high))]
    if p.chance(0.2):
        parts.insert(0, f"{p.rng.choice(FEELINGS)}：{p.rng.choice(FELT)}")
    mark = p.pick("，", "，", "。", "！", " ", "～", "，", "、")
    return mark.join(parts) + p.pick("", "。", "！", "~", "")


# Pictures


GROUNDS: tuple[Colour, ...] = (
    WHITE,
    WHITE,
    (246, 244, 240),
    (228, 236, 244),
    (250, 232, 226),
    (226, 240, 230),
    (236, 226, 246),
    (70, 74, 84),
    (196, 40, 44),
    (40, 60, 110),
)


def paint_hero(category: str, base: Colour, rng: Random, size: tuple[int, int]) -> Image.Image:
    """Goods on a clean ground without any words: what a shop's slogans are laid over."""
    from data.synth.goods import stand  # imported where needed: text alone does not need it
    from data.synth.pen import make_ink
    from data.synth.shapes import FAMILIES, sprite

    drop = rng.choice((0, 8, 20, 40))
    column = Image.new("RGB", (1, 12))
    column.putdata([tuple(max(0, level - drop * i // 11) for level in base) for i in range(12)])
    image = column.resize(size, Image.Resampling.BILINEAR)
    width, height = size
    side, shape, ink = min(size), rng.choice(FAMILIES[category]), make_ink(rng)
    spots = rng.choice(
        (
            [(0.5, 0.92, 0.76)],
            [(0.55, 0.9, 0.66)],
            [(0.36, 0.84, 0.56), (0.66, 0.93, 0.62)],
            [(0.2, 0.8, 0.4), (0.42, 0.84, 0.44), (0.62, 0.88, 0.46), (0.82, 0.92, 0.48)],
            [(0.4, 0.9, 0.7), (0.8, 0.94, 0.3), (0.83, 0.6, 0.28)],
            [(0.5, 1.15, 1.2)],
        )
    )
    varied = len(spots) == 4 or rng.random() < 0.2
    for x, y, scale in spots:
        item = sprite(rng, category, max(8, int(scale * side)), shape, make_ink(rng) if varied else ink)
        stand(image, item, (x * width, y * height), rng.choice((0, 60, 90)))
    return image


def hero(p: PageBuilder, category: str, x: float, y: float, w: float, h: float) -> bool:
    """A big picture of goods; returns whether its ground is dark."""
    ground = p.rng.choice(GROUNDS)
    p.canvas.paint(x, y, w, h, functools.partial(paint_hero, category, ground), p.seed())
    return sum(ground) < 330


def _sheet_photo(kind: str, category: str | None, size: tuple[int, int], rng: Random, wanted: tuple[int, int]) -> Image.Image:
    """A photo with words, drawn at one size whatever size is wanted, so that its words are those that were recorded."""
    from data.synth.fonts import image_font
    from data.synth.photos import draw_photo

    return draw_photo(rng, kind, size, image_font, category).resize(wanted, Image.Resampling.LANCZOS)


def _plain_photo(kind: str, category: str | None, rng: Random, size: tuple[int, int]) -> Image.Image:
    from data.synth.photos import draw_photo

    return draw_photo(rng, kind, size, None, category)


def photo(p: PageBuilder, kind: str, box: Box, *, category: str | None = None, words: bool = False) -> None:
    """A customer's photo in a box of the page. With `words`, printed text is legible and yields lines."""
    x, y, right, bottom = box
    w, h, seed = right - x, bottom - y, p.seed()
    if not words:
        p.canvas.paint(x, y, w, h, functools.partial(_plain_photo, kind, category), seed)
        return
    from data.synth.fonts import image_font
    from data.synth.photos import draw_photo_lines

    size = (max(8, round(w)), max(8, round(h)))
    p.canvas.paint(x, y, w, h, functools.partial(_sheet_photo, kind, category, size), seed)
    for text, (x0, y0, x1, y1), score in (
        (line.text, line.box, line.score) for line in draw_photo_lines(Random(seed), kind, size, image_font, category)[1]
    ):
        p.canvas.lines.append(Line(text, x + x0 * w, y + y0 * h, x + x1 * w, y + y1 * h, score * 0.8))
