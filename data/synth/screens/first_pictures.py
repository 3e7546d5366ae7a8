"""An article's first picture with its slogans, alone or in a viewer."""

from __future__ import annotations

from data.synth.canvas import Colour, text_width
from data.synth.screens.page_builder import WIDTH, Item, PageBuilder
from data.synth.screens.parts import hero, photo
from data.synth.screens.skins import DARK, WHITE
from data.synth.screens.vouchers import CRIMSON

SLOGANS = ("正品保障", "官方正品", "买1送1", "拍2发3", "限时特惠", "顺丰包邮", "全国联保", "现货速发", "假一赔十", "厂家直销",
    "新品上市", "热销{n}万+", "送运费险", "无效退款", "7天试用", "直播同款", "2024新款", "加量不加价", "品牌授权", "食品级材质",
    "一件也批发", "前100名半价", "咨询客服领券", "送清洁套装", "质保{n}年", "{n}期免息", "破损包赔", "12小时发货",
    "下单立减{n}元", "不满意包退")  # fmt: skip

POINTS = ("大容量 更耐用", "静音运行 不扰睡眠", "一键操作 老人也会用", "加厚升级 不易变形", "亲肤柔软 透气不闷",
    "三档可调 随心切换", "锁温12小时", "防滑耐磨", "快速吸收 不油腻", "0添加 更安心", "易拆洗 不藏污", "高清护眼", "强劲动力",
    "超长续航", "多重防护", "免打孔安装", "防水防潮", "母婴可用", "环保无味", "轻便好收纳")  # fmt: skip

TRUST = ("官方精选", "正品发票", "售后无忧", "补贴低价", "品质保证", "全国联保")


def slogan(p: PageBuilder) -> str:
    """A short advertising phrase."""
    return p.rng.choice(SLOGANS).format(n=p.rng.choice((1, 2, 3, 6, 10, 20)))


def head_picture(p: PageBuilder, item: Item, x: float, y: float, w: float, h: float) -> None:
    """The article's first picture with the words that shops put on it."""
    p.thumb(item, x, y, w, h, radius=0)
    c = p.canvas
    style = p.rng.randrange(5)
    tone: Colour = p.rng.choice((CRIMSON, (255, 90, 20), (20, 80, 180), (20, 20, 20), (20, 130, 80)))
    if style == 0:  # band at the bottom
        c.gradient(x, y + h - 62, w, 62, (255, 120, 60), CRIMSON, across=True)
        c.text(x + 14, y + h - 48, slogan(p) + " " + slogan(p), 19, WHITE, bold=True, width=w - 28)
        c.text(x + 14, y + h - 22, item.name + p.word("functions", item.category), 13, (255, 240, 200))
    elif style == 1:  # points at the side
        c.text(x + 16, y + 44, item.name, 24, tone, bold=True, width=w * 0.6)
        for index, text in enumerate(p.some(POINTS, 2, 4)):
            c.icon("check", x + 16, y + 84 + index * 30, 14, tone, 2)
            c.text(x + 38, y + 84 + index * 30, text, 14.5, (40, 40, 40))
    elif style == 2:  # corner label and large words on top
        c.rect(x, y + h - 96, 120, 96, tone)
        c.text(x + 60, y + h - 84, p.pick("官方", "正品", "现货", "爆款"), 26, WHITE, anchor="m", bold=True)
        c.text(x + 60, y + h - 48, p.pick("正品", "保障", "速发", "直降"), 26, WHITE, anchor="m", bold=True)
        c.text(x + w / 2, y + 46, slogan(p), 27, tone, anchor="m", bold=True)
    elif style == 3:  # three promises
        c.rect(x + 10, y + h - 46, w - 20, 40, (250, 244, 244), radius=10)
        for index, text in enumerate(p.rng.sample(TRUST, 3)):
            c.text(x + 40 + index * (w - 30) / 3, y + h - 34, text, 13, (90, 30, 30))
    if p.chance(0.25):
        c.text(x + w / 2, y + h * 0.5, slogan(p), 22, (255, 230, 60), anchor="m", bold=True)


def picture_only(p: PageBuilder) -> str:
    """Only the picture."""
    item = p.item()
    side = 360.0
    p.resize(side, p.rng.choice((360.0, 360.0, 480.0)))
    head_picture(p, item, 0, 0, side, p.height)
    p.canvas.text(side / 2, 14, slogan(p), 19, CRIMSON, anchor="m", bold=True)
    if p.chance(0.5):
        p.canvas.rect(0, p.height - 44, side, 44, p.rng.choice((CRIMSON, (20, 60, 140), (250, 120, 30))))
        p.canvas.text(side / 2, p.height - 34, slogan(p) + "  " + slogan(p), 19, WHITE, anchor="m", bold=True, width=side - 20)
    return f"商品主图，商品为{item.name}"


def picture_price(p: PageBuilder) -> str:
    """The picture with a price band, as sale feeds show it."""
    item = p.item()
    p.resize(360, 380)
    head_picture(p, item, 0, 0, 360, 320)
    p.canvas.rect(0, 318, 360, 62, (255, 120, 40))
    p.canvas.price(16, 334, f"{item.price:g}", 28, WHITE, after="起", before=p.pick("百补价", "到手价", "直降价", "券后"))
    p.canvas.text(344, 330, f"活动时间 {p.ahead(1).stamp('cnday')}20:00", 11.5, WHITE, anchor="r")
    p.canvas.text(344, 352, p.pick("六期免息", "晒图返现", "官方立减", "限量赠礼"), 14, (255, 240, 190), anchor="r", bold=True)
    return f"带价格条的商品主图，商品为{item.name}"


PICTURE_SLOGANS = (
    "买一送一",
    "第2件半价",
    "直播同款",
    "官方正品",
    "现货速发",
    "限时特惠",
    "加量不加价",
    "全网热销",
    "不满意包退",
    "拍2发3",
    "工厂直销",
    "大容量",
    "新品上市",
    "品质保证",
    "加厚升级",
    "一件包邮",
    "今日特价",
    "送运费险",
    "不好用包退",
    "百万人的选择",
    "学生党必备",
    "妈妈放心选",
    "源头好货",
    "爆款返场",
)

PICTURE_POINTS = (
    "食品级材质",
    "一键操作",
    "加厚耐用",
    "静音运行",
    "强力去污",
    "温和不刺激",
    "防水防汗",
    "高颜值",
    "大品牌",
    "持久耐用",
    "透气亲肤",
    "节能省电",
    "轻松安装",
    "多档可调",
    "抗菌防霉",
    "便携小巧",
    "超长续航",
    "高清画质",
    "快速充电",
    "0添加",
    "买就送配件",
    "六期免息",
    "赠保护壳",
    "终身质保",
    "上门安装",
    "全国联保",
)


def slogans(p: PageBuilder, item: Item, x: float, y: float, w: float, h: float, *, dark: bool = False) -> None:
    """Words printed over the article's picture: a headline, points, badges, a price bar."""
    c = p.canvas
    loud: Colour = p.rng.choice(
        ((225, 30, 45), (225, 30, 45), (250, 90, 20), (20, 20, 25), (20, 90, 190), (240, 190, 50), (30, 130, 80), (120, 50, 160))
    )
    ink: Colour = (
        p.rng.choice((WHITE, WHITE, (255, 230, 150)))
        if dark
        else p.rng.choice(((30, 30, 35), loud))
        if sum(loud) < 420
        else (30, 30, 35)
    )
    filler = p.lexicon.filler(p.rng, item.category)
    if p.chance(0.6):
        text = p.pick(
            p.rng.choice(PICTURE_SLOGANS),
            filler.fill("{function}{product}"),
            filler.fill("{material}{product}"),
            filler.fill("{size} {product}"),
            item.name,
        )
        size = min(w * 0.095, (w - 30) / max(4, len(text)))
        c.text(x + w / 2, y + h * 0.1, text, size, ink, bold=True, anchor="m")
        if p.chance(0.6):
            sub = p.pick(
                p.rng.choice(PICTURE_POINTS) + " · " + p.rng.choice(PICTURE_POINTS),
                filler.fill("适合{person}"),
                filler.fill("买{n}送{accessory}"),
                filler.fill("{place}专用"),
            )
            c.text(x + w / 2, y + h * 0.1 + size * 1.35, sub, size * 0.5, ink, anchor="m")
    if p.chance(0.45):
        size = w * 0.042
        left = p.chance(0.5)
        for index, text in enumerate(p.some(PICTURE_POINTS, 2, 4)):
            wide = text_width(text, size) + 20
            px = x + 10 if left else x + w - 10 - wide
            py = y + h * 0.34 + index * size * 2.3
            c.rect(px, py, wide, size * 1.8, loud, radius=5)
            c.text(px + 10, py + size * 0.4, text, size, WHITE)
    if p.chance(0.4):
        text, size = p.rng.choice(PICTURE_SLOGANS), w * 0.045
        wide = text_width(text, size) + 16
        px, py = p.rng.choice(((x, y), (x + w - wide, y), (x, y + h * 0.8)))
        c.rect(px, py, wide, size * 2, loud, radius=6)
        c.text(px + 8, py + size * 0.5, text, size, WHITE, bold=True)
    if p.chance(0.35):
        top, high = y + h * 0.86, h * 0.14
        c.gradient(x, top, w, high, loud, (255, 140, 60), across=True)
        c.text(
            x + 12,
            top + high * 0.28,
            p.pick("活动价", "到手价", "券后价", "百亿价", "预估到手", "官方正品 假一赔十"),
            high * 0.34,
            WHITE,
            bold=True,
        )
        c.price(
            x + w - 14,
            top + high * 0.22,
            f"{item.price:g}",
            high * 0.55,
            (255, 245, 150),
            anchor="r",
            after=p.pick("", "起", "/件"),
        )
        if p.chance(0.5):
            c.text(
                x + w * 0.42,
                top + high * 0.34,
                p.pick("到手2件", "前100名立减", "咨询客服领券", "晒图返现", f"{p.rng.randint(3, 12)}期免息"),
                high * 0.28,
                WHITE,
            )


def top_icons(p: PageBuilder) -> None:
    """Back, share, cart and more over a picture, and the counter."""
    p.nav("", "clear", icons=p.rng.choice((("share", "cart", "more"), ("share", "more"), ("search", "share", "cart", "more"))))


def counter(p: PageBuilder, y: float) -> None:
    """1/5 or 图集 at the picture's edge."""
    p.pill(
        WIDTH - 12,
        y,
        p.pick(
            f"1/{p.rng.randint(3, 9)}",
            f"1/{p.rng.randint(3, 9)}",
            "图集",
            "视频  图集",
            "视频",
            f"{p.rng.randint(2, 5)}/{p.rng.randint(5, 9)}",
            "参数",
        ),
        size=11,
        fill=(120, 120, 125),
        ink=WHITE,
        anchor="r",
    )


def head_page(p: PageBuilder, high: float, *, words: float = 0.55) -> Item:
    """Picture with icons and counter; returns the article, the cursor is below the picture."""
    item = p.item()
    p.can_scroll = p.chance(0.3)
    top_icons(p)
    if p.chance(0.15):
        photo(p, p.pick("worn", "goods_bed", "goods_table", "goods_many", "clothes"), (0, 0, WIDTH, high), category=None)
    else:
        dark = hero(p, item.category, 0, 0, WIDTH, high)
        if p.chance(words):
            slogans(p, item, 0, p.status_height + 30, WIDTH, high - p.status_height - 30, dark=dark)
    if p.chance(0.7):
        counter(p, high - p.rng.choice((34.0, 34.0, high * 0.8)))
    if p.chance(0.15):
        p.canvas.ellipse(WIDTH / 2 - 24, high / 2 - 24, 48, 48, (70, 70, 75))
        p.canvas.icon("triangle", WIDTH / 2 - 9, high / 2 - 11, 22, WHITE)
    if p.chance(0.12):
        p.canvas.rect(WIDTH - 84, high - 150, 74, 110, (90, 90, 95), radius=6)
        p.canvas.text(WIDTH - 47, high - 60, p.pick("直播中", "宝贝讲解", "看讲解"), 11, WHITE, anchor="m")
    p.y = high
    return item


def head_viewer(p: PageBuilder) -> str:
    """The picture opened full screen."""
    p.dress(DARK)
    p.can_scroll = False
    item = p.item()
    p.canvas.rect(0, 0, WIDTH, p.height, (0, 0, 0))
    high = p.rng.choice((WIDTH, WIDTH, 480.0))
    top = (p.height - high) / 2 - 20
    dark = hero(p, item.category, 0, top, WIDTH, high)
    if p.chance(0.7):
        slogans(p, item, 0, top, WIDTH, high, dark=dark)
    p.status_bar(WHITE)
    p.canvas.text(WIDTH / 2, p.status_height + 12, f"{p.rng.randint(1, 6)}/{p.rng.randint(6, 20)}", 15, WHITE, anchor="m")
    p.canvas.icon("close", 16, p.status_height + 12, 16, WHITE)
    if p.chance(0.7):
        p.canvas.text(14, p.height - 90, item.sku, 13, WHITE, width=330)
        p.canvas.price(14, p.height - 66, f"{item.price:g}", 18, WHITE)
    if p.chance(0.5):
        p.pill(
            WIDTH - 14,
            p.height - 70,
            p.pick("找同款", "立即购买", "保存图片", "选择款式"),
            size=12.5,
            fill=p.skin.accent,
            ink=WHITE,
            anchor="r",
        )
    return "全屏查看的商品主图"


def head_crop(p: PageBuilder) -> str:
    """Picture and price only, cut out of a page."""
    high = p.rng.choice((300.0, 340.0))
    item = head_page(p, high, words=0.8)
    with p.band(after=0):
        p.canvas.price(p.x0, p.y, f"{item.price:g}", 22, p.skin.accent, before=p.pick("券后", "", "补贴价"))
        p.y += 32
        p.para(p.title(item), 15, bold=True, limit=2)
    p.finish()
    low = p.y + p.rng.choice((0, 10, -40))
    p.canvas.height = low
    p.canvas.cover(0, low, WIDTH, 9999)
    top = p.rng.choice((0.0, p.status_height))
    p.canvas.shift(-top)
    p.canvas.height = low - top
    p.bare = True
    return "商品大图和价格的局部截图"
