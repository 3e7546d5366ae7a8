"""The first screen of an article: its big picture with slogans, the price, what is promised; and the picture alone."""

from __future__ import annotations

from data.synth.canvas import Colour, text_width, wrap
from data.synth.screens.bars import buy_bar
from data.synth.screens.blocks import PROMISES
from data.synth.screens.parts import fill, hero, photo, review_text
from data.synth.screens.phone import WIDTH, Item, Phone
from data.synth.screens.skins import DARK, WHITE
from data.synth.screens.vouchers import CRIMSON

SLOGANS = (
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
POINTS = (
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
CAMPAIGNS = (
    ("百亿补贴", "全网低价 售后无忧"),
    ("618年中狂欢节", "热卖中 下单立抢"),
    ("双11狂欢购", "最后疯抢"),
    ("聚划算", "距结束 0{n}:12:36"),
    ("年货节", "已开抢"),
    ("限时秒杀", "即将恢复原价"),
    ("新品首发", "先到先得"),
    ("时髦季", "上新立减"),
    ("超级品牌日", "仅此一天"),
)
TRUST = (
    ("官方精选", "正品发票", "售后无忧"),
    ("官方精选", "补贴低价", "售后无忧"),
    ("正品保障", "极速退款", "晚发必赔"),
    ("假一赔十", "七天退换", "运费险"),
)


def slogans(p: Phone, item: Item, x: float, y: float, w: float, h: float, *, dark: bool = False) -> None:
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
            p.rng.choice(SLOGANS),
            filler.fill("{function}{product}"),
            filler.fill("{material}{product}"),
            filler.fill("{size} {product}"),
            item.name,
        )
        size = min(w * 0.095, (w - 30) / max(4, len(text)))
        c.text(x + w / 2, y + h * 0.1, text, size, ink, bold=True, anchor="m")
        if p.chance(0.6):
            sub = p.pick(
                p.rng.choice(POINTS) + " · " + p.rng.choice(POINTS),
                filler.fill("适合{person}"),
                filler.fill("买{n}送{accessory}"),
                filler.fill("{place}专用"),
            )
            c.text(x + w / 2, y + h * 0.1 + size * 1.35, sub, size * 0.5, ink, anchor="m")
    if p.chance(0.45):
        size = w * 0.042
        left = p.chance(0.5)
        for index, text in enumerate(p.some(POINTS, 2, 4)):
            wide = text_width(text, size) + 20
            px = x + 10 if left else x + w - 10 - wide
            py = y + h * 0.34 + index * size * 2.3
            c.rect(px, py, wide, size * 1.8, loud, radius=5)
            c.text(px + 10, py + size * 0.4, text, size, WHITE)
    if p.chance(0.4):
        text, size = p.rng.choice(SLOGANS), w * 0.045
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


def top_icons(p: Phone) -> None:
    """Back, share, cart and more over a picture, and the counter."""
    p.nav("", "clear", icons=p.rng.choice((("share", "cart", "more"), ("share", "more"), ("search", "share", "cart", "more"))))


def counter(p: Phone, y: float) -> None:
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


def thumbs(p: Phone, item: Item) -> None:
    """The row of small pictures of the variants."""
    with p.band(pad=8, after=0):
        p.at(p.x0, p.pick("款式", "颜色"), 10.5, p.skin.sub, dy=4)
        p.at(p.x0, "选择", 10.5, p.skin.sub, dy=18)
        for index in range(p.rng.randint(3, 6)):
            p.thumb(item._replace(seed=item.seed + index), p.x0 + 34 + index * 42, p.y, 36)
        p.y += 42


def facts(p: Phone, item: Item) -> None:
    """Coupons, title, delivery, services, parameters: what lies under the price."""
    filler = p.lexicon.filler(p.rng, item.category)
    with p.band(after=8):
        if p.chance(0.7):
            p.tags(
                p.some(
                    (
                        f"红包已抵{p.amount(0.3, 9):g}元",
                        "淘金币可抵1.2元",
                        "店铺券满99减10",
                        "消费券",
                        "官方立减12%",
                        "店铺新客减15元",
                        "限时补贴2元",
                        "每300减50",
                        "首单直降",
                        "花呗3期免息",
                        "银行卡满减",
                    ),
                    1,
                    4,
                ),
                size=10.5,
            )
        if p.chance(0.45):
            with p.card(pad=7, margin=0, radius=5, fill=(255, 236, 240) if p.chance(0.7) else (228, 248, 232), after=5):
                p.row(
                    f"¥{p.amount(2, 500):g}  "
                    + p.pick("百亿补贴 限部分规格", f"百亿补贴 {p.stamp('cnday')}20:00开抢", "店铺新客礼金", "消费券 点击领取"),
                    p.pick("限享1次", "先到先得", "立即领取", "专属"),
                    size=11.5,
                    vcolour=CRIMSON,
                    gap=0,
                )
        shown = p.title(item)
        mall = p.chance(0.4)
        if mall:
            p.pill(p.x0, p.y, p.pick("天猫", "百亿补贴", "淘工厂", "天猫国际"), size=10, pad=4, fill=CRIMSON, ink=WHITE, radius=3)
        for index, line in enumerate(wrap(shown, 15, p.room() - (44 if mall else 0), 2)):
            p.at(p.x0 + (48 if mall and not index else 0), line, 15, bold=True)
            p.y += 21
        p.para(
            p.pick(
                f"多人评价“{p.pick('质量好', '是正品', '很实用', '物流快', '性价比高')}”  超{p.rng.randint(2, 90)}00人加购",
                f"一周内{p.lexicon.city(p.rng)}{p.rng.randint(1, 9)}00+人已买",
                "回头客超千人  我买过的宝贝",
                "百亿补贴 正品险 假一赔十",
                f"入选{item.category}热卖榜",
                "过敏包退 退货运费险",
            ),
            11.5,
            (190, 120, 60),
        )
        if p.chance(0.25):
            p.row("88VIP", p.pick("8.8元开通，享退货包运费 去开通", "会员95折 立即开通"), size=11.5, gap=3)
    with p.band(after=8):
        p.para(
            p.pick(
                "48小时内发货",
                f"{p.rng.randint(11, 23)}:00前付款，预计后天送达",
                "24小时内发出，晚发必赔",
                f"预售，{p.rng.randint(3, 20)}天内发货",
                f"现货，预计{p.ahead(2).stamp('cnday')}送达",
                f"{p.rng.randint(2, 7)}天内发货",
            ),
            12.5,
            (40, 140, 110),
        )
        p.clock = p.now
        p.note(f"{p.lexicon.city(p.rng)}  快递：{p.pick('免运费', '包邮', '¥10.00', '免运费 送货上门')}")
        p.row("·".join(p.some(PROMISES, 2, 4)), "", arrow=True, size=12)
        p.row(
            "品牌·"
            + "·".join(
                p.some(("材质", "产地", "适用年龄", "规格", "型号", "风格", "功能", "尺码", "净含量", "厚薄", "生产日期"), 2, 5)
            ),
            "",
            arrow=True,
            size=12,
        )
        if p.chance(0.4):
            p.row("已选: " + item.sku, p.pick("", "共6种可选"), arrow=True, size=12)
        elif p.chance(0.3):
            p.row(filler.fill("{material}   {function}   {size}"), "", arrow=True, size=12)
    if p.chance(0.3):
        with p.band():
            p.row(f"评价({p.rng.choice((p.rng.randint(2, 500), '5000+', '1万+'))})", "查看全部", arrow=True, bold=True)
            p.para(review_text(p, item.category), 12.5, limit=2)


def buy(p: Phone) -> None:
    """The bar at the end, for sale or not."""
    if p.chance(0.15):
        buy_bar(p, off=True)
    elif p.chance(0.3):
        buy_bar(
            p, right=p.pick("立即购买", "立即抢购", "领券购买", "支付定金"), shop=p.pick("店铺", "百补频道", "超市"), single=True
        )
    else:
        buy_bar(
            p,
            p.pick("加入购物车", "加入购物车", "单独购买"),
            p.pick("立即购买", "领券购买", "马上抢", "发起拼单", "立即付定金", "券后购买"),
        )


def head_page(p: Phone, high: float, *, words: float = 0.55) -> Item:
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


def head_plain(p: Phone) -> str:
    """Picture, plain price, facts."""
    item = head_page(p, p.rng.choice((360.0, 380.0, 430.0, 480.0)))
    buy(p)
    if p.chance(0.45):
        thumbs(p, item)
    with p.band(after=0):
        used = p.canvas.price(
            p.x0, p.y, f"{item.price:g}", 22, p.skin.accent, before=p.pick("", "券后", "折后", "到手价 "), after=p.pick("", "起")
        )
        p.at(p.x0 + used + 10, p.pick("优惠前", "原价", "") + f"¥{item.price * 1.2:.0f}", 11.5, p.skin.faint, dy=8)
        p.at(
            p.x1,
            f"{p.pick('已售', '月销', '全网热销')} {p.rng.choice((5, 58, 200, '1000+', '3000+', '1万+', '50万+'))}",
            11.5,
            p.skin.faint,
            anchor="r",
            dy=8,
        )
        p.y += 32
    facts(p, item)
    if p.chance(0.12):
        p.finish()
        y = p.height - 120
        p.canvas.cover(0, y, WIDTH, 34)
        p.canvas.rect(0, y, WIDTH, 34, (90, 90, 95))
        p.canvas.text(
            WIDTH / 2,
            y + 11,
            p.pick("宝贝已下架，去看看相似的", "商品已售罄，可设置到货提醒", "该商品不支持配送到当前地区"),
            12.5,
            WHITE,
            anchor="m",
        )
    return "商品首页的大图和价格"


def head_campaign(p: Phone) -> str:
    """Picture over a campaign's price bar."""
    high = p.rng.choice((340.0, 370.0, 420.0, 470.0))
    item = head_page(p, high)
    buy(p)
    name, hint = p.rng.choice(CAMPAIGNS)
    tone: tuple[Colour, Colour] = p.rng.choice(
        (
            ((240, 30, 60), (255, 90, 60)),
            ((240, 30, 60), (255, 90, 60)),
            ((255, 110, 30), (255, 60, 40)),
            ((150, 40, 230), (240, 50, 140)),
            ((30, 30, 36), (90, 60, 50)),
        )
    )
    if p.chance(0.4):
        p.canvas.gradient(0, high - 44, WIDTH, 44, (255, 230, 230), (250, 120, 120))
        for index, text in enumerate(p.rng.choice(TRUST)):
            p.canvas.text(WIDTH * (index + 0.5) / 3, high - 30, text, 14, (200, 30, 40), bold=True, anchor="m")
    p.canvas.gradient(0, high, WIDTH, 58, *tone, across=True)
    p.canvas.price(
        12,
        high + 8,
        f"{item.price:g}",
        23,
        WHITE,
        before=p.pick("补贴后", "券后", "活动价", "狂欢节后", "热销款券后", "拼单价", "定金"),
        after=p.pick("", " 起"),
    )
    p.canvas.text(
        12,
        high + 38,
        p.pick(
            f"优惠前¥{item.price * 1.15:.0f}",
            "每300减50",
            f"百亿补贴销量 {p.rng.randint(1, 90)}万+件",
            f"全网热销{p.rng.randint(1, 90)}万+",
            f"已售 {p.rng.randint(10, 9000)}",
        ),
        11,
        (255, 235, 225),
    )
    p.canvas.text(WIDTH - 12, high + 10, name, 16, (255, 240, 190), bold=True, anchor="r")
    p.canvas.text(WIDTH - 12, high + 35, fill(p, hint), 11, WHITE, anchor="r")
    p.y = high + 58
    if p.chance(0.3):
        thumbs(p, item)
    facts(p, item)
    return f"商品首页大图，{name}价格条"


def head_tabs(p: Phone) -> str:
    """The page top with its tabs 宝贝, 评价, 详情, 推荐 over a picture."""
    p.can_scroll = False
    item = p.item()
    p.nav("", "search", icons=("share", "cart", "more"))
    p.tabs(
        p.rng.choice(
            (
                ("宝贝", "评价", "详情", "推荐"),
                ("宝贝", "详情", "评价", "推荐"),
                ("商品", "评价", "详情", "推荐"),
                ("图集", "参数", "评价"),
            )
        ),
        0,
    )
    buy(p)
    top = p.y
    dark = hero(p, item.category, 0, top, WIDTH, WIDTH)
    slogans(p, item, 0, top, WIDTH, WIDTH, dark=dark)
    counter(p, top + WIDTH - 34)
    p.y = top + WIDTH + 4
    with p.band(after=0):
        p.canvas.price(p.x0, p.y, f"{item.price:g}", 22, p.skin.accent, before=p.pick("", "券后"))
        p.y += 30
    facts(p, item)
    return "带宝贝、评价、详情标签的商品首页大图"


def head_poster(p: Phone) -> str:
    """The picture alone, with its words."""
    w, h = p.rng.choice(((400.0, 400.0), (400.0, 400.0), (400.0, 533.0), (480.0, 400.0)))
    item = p.item()
    p.resize(w, h)
    dark = hero(p, item.category, 0, 0, w, h)
    slogans(p, item, 0, 0, w, h, dark=dark)
    if p.chance(0.4):
        filler = p.lexicon.filler(p.rng, item.category)
        p.canvas.text(
            w / 2,
            h * 0.74,
            p.pick(p.rng.choice(SLOGANS), filler.fill("{material}{product} {size}"), filler.fill("{function} {place}可用")),
            w * 0.06,
            WHITE if dark else (60, 30, 30),
            bold=True,
            anchor="m",
        )
    if p.chance(0.3):
        p.canvas.text(14, 14, p.secret(p.lexicon.shop(p.rng)), 15, (30, 30, 35), bold=True)
    return "带促销文字的商品主图"


def head_brand(p: Phone) -> str:
    """A clean picture with a name and a list of points, as brands do it."""
    p.resize(400, p.rng.choice((400.0, 533.0)))
    item, c = p.item(), p.canvas
    ink: Colour = WHITE if hero(p, item.category, 0, 0, 400, p.height) else (30, 30, 35)
    y = 26.0
    c.text(22, y, p.word("versions", item.category) + item.name, 26, ink, bold=True, width=350)
    for text in p.rng.sample(POINTS, p.rng.randint(2, 4)):
        y += 34
        c.icon("check", 24, y, 14, ink, 2)
        c.text(46, y - 1, text, 15, ink)
    if p.chance(0.6):
        c.gradient(0, p.height - 60, 400, 60, (220, 20, 40), (250, 80, 60), across=True)
        for index, text in enumerate(p.rng.choice(TRUST)):
            c.text(400 * (index + 0.5) / 3, p.height - 40, text, 17, WHITE, bold=True, anchor="m")
    return "品牌风格的商品主图，列出卖点"


def head_viewer(p: Phone) -> str:
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


def head_crop(p: Phone) -> str:
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


def head_group(p: Phone) -> str:
    """An article bought in a group, with the invitation."""
    item = head_page(p, 350.0)
    buy_bar(p, p.pick("单独购买", "原价购买"), p.pick("发起拼团", "一键开团", "去拼单"))
    p.canvas.gradient(0, 350, WIDTH, 56, (250, 120, 40), (255, 200, 90), across=True)
    p.canvas.text(12, 362, f"{p.rng.randint(2, 5)}人团", 18, WHITE, bold=True)
    p.canvas.text(90, 366, p.pick("发起拼单 > 邀请好友 > 成团发货", "邀好友一起买更便宜", "拼成立省"), 12.5, WHITE)
    p.y = 406
    with p.band(after=0):
        p.canvas.price(
            p.x0,
            p.y,
            f"{item.price:g}",
            22,
            p.skin.accent,
            before=p.pick("拼单价", "团购价"),
            after=p.pick("  单买价" + f"¥{item.price * 1.2:.0f}", ""),
        )
        p.y += 32
        p.para(f"邀请好友{p.rng.randint(2, 4)}人成团，立省{p.amount(1, 30):g}元", 12.5, CRIMSON)
    facts(p, item)
    return "拼团商品的首页大图"


LAYOUTS = {
    "商品头图": (
        head_plain,
        head_plain,
        head_plain,
        head_campaign,
        head_campaign,
        head_campaign,
        head_tabs,
        head_poster,
        head_poster,
        head_brand,
        head_viewer,
        head_crop,
        head_group,
    )
}
