"""The first screen of an article: its picture, the price, what is promised, who sells it."""

from __future__ import annotations

from data.synth.canvas import Colour, wrap
from data.synth.screens.bars import buy_bar
from data.synth.screens.blocks import MALLS, PROMISES, feed, stars
from data.synth.screens.first_pictures import (
    PICTURE_POINTS,
    PICTURE_SLOGANS,
    TRUST,
    counter,
    head_crop,
    head_page,
    head_picture,
    head_viewer,
    slogans,
)
from data.synth.screens.page_builder import WIDTH, Item, PageBuilder
from data.synth.screens.painters import paint_blot
from data.synth.screens.parts import fill, hero, review_text
from data.synth.screens.skins import WHITE
from data.synth.screens.vouchers import CRIMSON

SHIPPING = (
    "48小时内发货",
    "24小时内发货，晚发必赔",
    "预售，{n}天内发货",
    "3天内发货",
    "16:00前付款，预计明天送达",
    "现货，今天发出",
    "预计13小时内发货",
)

PRICE_WORDS = ("券后", "折后", "补贴后", "到手价", "", "限时价", "首单价", "活动价", "秒杀价")

PARAMETERS = (
    "品牌",
    "型号",
    "材质",
    "产地",
    "颜色分类",
    "尺寸",
    "净含量",
    "适用人群",
    "适用季节",
    "保质期",
    "功率",
    "货号",
    "包装",
    "图案",
    "风格",
    "是否进口",
    "生产许可证编号",
    "省份",
    "上市时间",
    "售后服务",
    "执行标准",
    "毛重",
    "适用场景",
    "电压",
)


def price_strip(p: PageBuilder, item: Item, y: float) -> float:
    """The coloured or plain price area under the picture; returns its height."""
    c, now = p.canvas, item.price
    before = p.rng.choice(PRICE_WORDS)
    if p.chance(0.55):
        tone: Colour = p.rng.choice((CRIMSON, (250, 80, 40), (240, 40, 100)))
        c.gradient(0, y, WIDTH, 58, tone, (255, 130, 80), across=True)
        used = c.price(12, y + 8, f"{now:g}", 24, WHITE, before=before)
        c.text(20 + used, y + 16, f"优惠前¥{now * 1.2:.0f}", 11, (255, 230, 220))
        c.text(
            12,
            y + 40,
            p.pick(f"全网热销{p.rng.randint(1, 90)}万+", f"已售{p.rng.randint(10, 9000)}+", "百亿补贴 全网低价"),
            10.5,
            (255, 235, 225),
        )
        c.text(
            WIDTH - 12,
            y + 12,
            p.pick("618", "双11", "百亿补贴", "聚划算", "年中狂欢节"),
            17,
            (255, 240, 190),
            anchor="r",
            bold=True,
        )
        c.text(
            WIDTH - 12,
            y + 38,
            p.pick(f"距结束 {p.digits(2)}:{p.digits(2)}:{p.digits(2)}", "全网低价 售后无忧", "热卖中"),
            10.5,
            WHITE,
            anchor="r",
        )
        return 66.0
    used = c.price(12, y + 10, f"{now:g}", 25, p.skin.accent, before=before)
    c.text(20 + used, y + 20, p.pick(f"¥{now * 1.2:.0f}", f"优惠前¥{now * 1.3:.1f}", "起"), 11.5, p.skin.faint)
    c.text(WIDTH - 12, y + 20, f"已售 {p.rng.choice((11, 64, 200, 1000, 5000))}{p.pick('', '+')}", 11.5, p.skin.faint, anchor="r")
    return 46.0


def below(p: PageBuilder, item: Item) -> None:
    """Reductions, title, shipping, promises, parameters."""
    with p.card(margin=0, radius=0):
        p.tags(
            p.some(
                (
                    "红包已抵3元",
                    "店铺新客减15元",
                    "消费券",
                    "每满300减50",
                    "花呗3期免息",
                    "淘金币可抵",
                    "官方立减12%",
                    "银行卡满减",
                    "88VIP95折",
                ),
                1,
                3,
            )
        )
        if p.chance(0.6):
            p.pill(p.x0, p.y, p.rng.choice(MALLS), size=10, pad=4, fill=CRIMSON, ink=WHITE, radius=3)
            p.para(p.title(item), 15, bold=True, indent=46 if len(p.title(item)) < 60 else 0, limit=2)
        else:
            p.para(p.title(item), 15, bold=True, limit=2)
        p.note(
            p.pick(
                f"{p.rng.randint(20, 900)}人评价“质量很好”",
                f"一周内{p.rng.randint(50, 900)}+人已买",
                f"{p.rng.randint(100, 900)}人加购",
                "我买过的宝贝",
            )
        )
    with p.card(margin=0, radius=0):
        p.row("发货", p.rng.choice(SHIPPING).format(n=p.rng.choice((5, 7, 15))), arrow=True, gap=3)
        p.note(
            f"{p.lexicon.city(p.rng)[:-1]} | 快递：{p.pick('免运费', '包邮', '8.00')} | 月销{p.rng.randint(1, 900)}", indent=40
        )
        p.space(6)
        p.row("保障", " · ".join(p.some(PROMISES, 2, 3)), arrow=True)
        p.row("参数", " · ".join(p.some(PARAMETERS, 3)) + "...", arrow=True)
        if p.chance(0.5):
            p.row("选择", "已选：" + item.sku, arrow=True)


def _first(p: PageBuilder, high: float) -> Item:
    item = p.item()
    p.nav("", "clear", icons=("more", "cart", "share"))
    head_picture(p, item, 0, 0, WIDTH, high)
    p.pill(WIDTH - 10, high - 28, f"1/{p.rng.randint(1, 12)}", size=10.5, fill=(90, 90, 90), ink=WHITE, anchor="r", pad=7)
    if p.chance(0.3):
        p.canvas.icon("triangle", WIDTH / 2 - 18, high / 2 - 18, 36, WHITE)
        p.canvas.text(WIDTH - 60, high - 22, "视频  图集  款式", 10.5, WHITE, anchor="r")
    p.y = high
    return item


def first_screen(p: PageBuilder) -> str:
    """The usual first screen."""
    item = _first(p, p.rng.choice((330.0, 360.0, 400.0)))
    p.y += price_strip(p, item, p.y)
    if p.chance(0.5):
        for index in range(6):
            p.thumb(item._replace(seed=item.seed + index), 12 + index * 50, p.y, 44)
        p.y += 54
    below(p, item)
    buy_bar(p, right=p.pick("立即购买", "领券购买", "马上抢"))
    p.can_scroll = p.chance(0.15)
    return f"商品首页大图，商品为{item.name}"


def first_subsidy(p: PageBuilder) -> str:
    """Subsidised goods: one button."""
    item = _first(p, 360)
    c = p.canvas
    c.rect(8, p.y - 54, WIDTH - 16, 48, (250, 235, 235), radius=14)
    for index, text in enumerate(p.rng.sample(TRUST, 3)):
        c.text(34 + index * 112, p.y - 38, text, 14, (120, 30, 40), bold=True)
    c.gradient(0, p.y, WIDTH, 62, (250, 30, 60), (255, 90, 90), across=True)
    used = c.price(12, p.y + 8, f"{item.price:g}", 25, WHITE, before="补贴后")
    c.text(18 + used, p.y + 16, f"优惠前¥{item.price * 1.1:.0f}", 11, (255, 225, 220))
    c.text(12, p.y + 42, f"百亿补贴销量{p.rng.randint(1, 100)}万+件", 10.5, (255, 230, 225))
    c.text(WIDTH - 14, p.y + 10, "百亿补贴", 18, (255, 240, 200), anchor="r", bold=True)
    c.text(WIDTH - 14, p.y + 38, "全网低价 售后无忧", 11, WHITE, anchor="r")
    p.y += 70
    p.canvas.rect(12, p.y, WIDTH - 24, 30, (255, 230, 235), radius=6)
    p.canvas.text(
        24, p.y + 8, f"¥{item.price * 0.1:.0f}  百亿补贴 {p.pick('指定规格可用', '购买时自动扣减', '10:00开抢')}", 12.5, CRIMSON
    )
    p.canvas.text(WIDTH - 24, p.y + 9, p.pick("限享1次", "先到先得"), 11.5, CRIMSON, anchor="r")
    p.y += 38
    below(p, item)
    buy_bar(p, single=True, shop="百补频道")
    return f"百亿补贴商品首页，商品为{item.name}"


def first_off_shelf(p: PageBuilder) -> str:
    """The article is off the shelf."""
    item = _first(p, 360)
    p.y += price_strip(p, item, p.y)
    below(p, item)
    buy_bar(p, off=True)
    p.finish()
    y = p.height - p.system_height() - 82
    p.canvas.cover(0, y, WIDTH, 30)
    p.canvas.rect(0, y, WIDTH, 30, (95, 95, 98))
    p.canvas.text(
        WIDTH / 2,
        y + 8,
        p.pick("商品已经下架啦，看看别的吧", "该商品已下架", "宝贝暂时缺货，可设置到货提醒"),
        12.5,
        WHITE,
        anchor="m",
    )
    return f"已下架商品的首页，商品为{item.name}"


def group_buy(p: PageBuilder) -> str:
    """Buying in a group."""
    item = _first(p, 340)
    p.y += price_strip(p, item, p.y)
    with p.card(margin=0, radius=0):
        p.para(p.title(item), 15, bold=True, limit=2)
        p.row(f"邀请{p.rng.randint(2, 5)}人成团，立省¥{p.amount(1, 50):.2f}", "发起拼单", vcolour=p.skin.accent)
    below(p, item)
    buy_bar(p, f"单独购买¥{item.price * 1.2:.1f}", f"发起拼单¥{item.price:g}")
    return f"拼单商品首页，商品为{item.name}"


def live_first(p: PageBuilder) -> str:
    """The first screen with the live room's window and a search box."""
    item = _first(p, 390)
    p.canvas.paint(WIDTH - 92, 150, 84, 120, paint_blot, p.seed(), radius=6)
    p.canvas.text(WIDTH - 50, 252, p.pick("直播讲解", "直播中"), 10.5, WHITE, anchor="m")
    p.y += price_strip(p, item, p.y)
    p.canvas.text(14, p.y, p.pick("首单即时直降15元", "主播专享价", "直播间专属赠品"), 13, CRIMSON, bold=True)
    p.y += 24
    below(p, item)
    buy_bar(p, "加入购物车", p.pick("领券购买", "立即购买"))
    return f"直播商品首页，商品为{item.name}"


def seckill_first(p: PageBuilder) -> str:
    """Another shop app's first screen: name below the picture, one big button."""
    item = _first(p, 360)
    p.canvas.price(12, p.y + 8, f"{item.price:g}", 27, CRIMSON)
    p.canvas.text(WIDTH - 12, p.y + 18, f"已拼{p.rng.randint(1, 90)}万件", 12, p.skin.faint, anchor="r")
    p.y += 46
    p.x0, p.x1 = 12, WIDTH - 12
    p.para(p.title(item), 16, bold=True, limit=2)
    p.tags(p.some(PROMISES, 3))
    p.space(6)
    p.row("规格", item.sku, arrow=True)
    p.row("送至", p.address(), arrow=True)
    stars(p, "商品评分", p.rng.randint(3, 5))
    p.x0, p.x1 = 0, WIDTH
    feed(p, 1, "看了又看")
    buy_bar(p, single=True, right=p.pick("立即抢购", "马上抢", "立即购买"))
    return f"秒杀商品首页，商品为{item.name}"


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

PICTURE_TRUST = (
    ("官方精选", "正品发票", "售后无忧"),
    ("官方精选", "补贴低价", "售后无忧"),
    ("正品保障", "极速退款", "晚发必赔"),
    ("假一赔十", "七天退换", "运费险"),
)


def thumbs(p: PageBuilder, item: Item) -> None:
    """The row of small pictures of the variants."""
    with p.band(pad=8, after=0):
        p.at(p.x0, p.pick("款式", "颜色"), 10.5, p.skin.sub, dy=4)
        p.at(p.x0, "选择", 10.5, p.skin.sub, dy=18)
        for index in range(p.rng.randint(3, 6)):
            p.thumb(item._replace(seed=item.seed + index), p.x0 + 34 + index * 42, p.y, 36)
        p.y += 42


def facts(p: PageBuilder, item: Item) -> None:
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


def buy(p: PageBuilder) -> None:
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


def head_plain(p: PageBuilder) -> str:
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


def head_campaign(p: PageBuilder) -> str:
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
        for index, text in enumerate(p.rng.choice(PICTURE_TRUST)):
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


def head_tabs(p: PageBuilder) -> str:
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


def head_poster(p: PageBuilder) -> str:
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
            p.pick(
                p.rng.choice(PICTURE_SLOGANS), filler.fill("{material}{product} {size}"), filler.fill("{function} {place}可用")
            ),
            w * 0.06,
            WHITE if dark else (60, 30, 30),
            bold=True,
            anchor="m",
        )
    if p.chance(0.3):
        p.canvas.text(14, 14, p.secret(p.lexicon.shop(p.rng)), 15, (30, 30, 35), bold=True)
    return "带促销文字的商品主图"


def head_brand(p: PageBuilder) -> str:
    """A clean picture with a name and a list of points, as brands do it."""
    p.resize(400, p.rng.choice((400.0, 533.0)))
    item, c = p.item(), p.canvas
    ink: Colour = WHITE if hero(p, item.category, 0, 0, 400, p.height) else (30, 30, 35)
    y = 26.0
    c.text(22, y, p.word("versions", item.category) + item.name, 26, ink, bold=True, width=350)
    for text in p.rng.sample(PICTURE_POINTS, p.rng.randint(2, 4)):
        y += 34
        c.icon("check", 24, y, 14, ink, 2)
        c.text(46, y - 1, text, 15, ink)
    if p.chance(0.6):
        c.gradient(0, p.height - 60, 400, 60, (220, 20, 40), (250, 80, 60), across=True)
        for index, text in enumerate(p.rng.choice(PICTURE_TRUST)):
            c.text(400 * (index + 0.5) / 3, p.height - 40, text, 17, WHITE, bold=True, anchor="m")
    return "品牌风格的商品主图，列出卖点"


def head_group(p: PageBuilder) -> str:
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
