"""An article's first screen and its first picture."""

from __future__ import annotations

from data.synth.canvas import Colour
from data.synth.screens.bars import buy_bar
from data.synth.screens.blocks import MALLS, PROMISES, feed, stars
from data.synth.screens.painters import paint_blot
from data.synth.screens.phone import WIDTH, Item, Phone
from data.synth.screens.skins import WHITE
from data.synth.screens.vouchers import CRIMSON

SLOGANS = ("正品保障", "官方正品", "买1送1", "拍2发3", "限时特惠", "顺丰包邮", "全国联保", "现货速发", "假一赔十", "厂家直销",
    "新品上市", "热销{n}万+", "送运费险", "无效退款", "7天试用", "直播同款", "2024新款", "加量不加价", "品牌授权", "食品级材质",
    "一件也批发", "前100名半价", "咨询客服领券", "送清洁套装", "质保{n}年", "{n}期免息", "破损包赔", "12小时发货",
    "下单立减{n}元", "不满意包退")  # fmt: skip


POINTS = ("大容量 更耐用", "静音运行 不扰睡眠", "一键操作 老人也会用", "加厚升级 不易变形", "亲肤柔软 透气不闷",
    "三档可调 随心切换", "锁温12小时", "防滑耐磨", "快速吸收 不油腻", "0添加 更安心", "易拆洗 不藏污", "高清护眼", "强劲动力",
    "超长续航", "多重防护", "免打孔安装", "防水防潮", "母婴可用", "环保无味", "轻便好收纳")  # fmt: skip


TRUST = ("官方精选", "正品发票", "售后无忧", "补贴低价", "品质保证", "全国联保")


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


def slogan(p: Phone) -> str:
    """A short advertising phrase."""
    return p.rng.choice(SLOGANS).format(n=p.rng.choice((1, 2, 3, 6, 10, 20)))


def head_picture(p: Phone, item: Item, x: float, y: float, w: float, h: float) -> None:
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


def price_strip(p: Phone, item: Item, y: float) -> float:
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


def below(p: Phone, item: Item) -> None:
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


def _first(p: Phone, high: float) -> Item:
    item = p.item()
    p.nav("", "clear", icons=("more", "cart", "share"))
    head_picture(p, item, 0, 0, WIDTH, high)
    p.pill(WIDTH - 10, high - 28, f"1/{p.rng.randint(1, 12)}", size=10.5, fill=(90, 90, 90), ink=WHITE, anchor="r", pad=7)
    if p.chance(0.3):
        p.canvas.icon("triangle", WIDTH / 2 - 18, high / 2 - 18, 36, WHITE)
        p.canvas.text(WIDTH - 60, high - 22, "视频  图集  款式", 10.5, WHITE, anchor="r")
    p.y = high
    return item


def first_screen(p: Phone) -> str:
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


def first_subsidy(p: Phone) -> str:
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


def first_off_shelf(p: Phone) -> str:
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


def picture_only(p: Phone) -> str:
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


def picture_price(p: Phone) -> str:
    """The picture with a price band, as sale feeds show it."""
    item = p.item()
    p.resize(360, 380)
    head_picture(p, item, 0, 0, 360, 320)
    p.canvas.rect(0, 318, 360, 62, (255, 120, 40))
    p.canvas.price(16, 334, f"{item.price:g}", 28, WHITE, after="起", before=p.pick("百补价", "到手价", "直降价", "券后"))
    p.canvas.text(344, 330, f"活动时间 {p.ahead(1).stamp('cnday')}20:00", 11.5, WHITE, anchor="r")
    p.canvas.text(344, 352, p.pick("六期免息", "晒图返现", "官方立减", "限量赠礼"), 14, (255, 240, 190), anchor="r", bold=True)
    return f"带价格条的商品主图，商品为{item.name}"


def group_buy(p: Phone) -> str:
    """Buying in a group."""
    item = _first(p, 340)
    p.y += price_strip(p, item, p.y)
    with p.card(margin=0, radius=0):
        p.para(p.title(item), 15, bold=True, limit=2)
        p.row(f"邀请{p.rng.randint(2, 5)}人成团，立省¥{p.amount(1, 50):.2f}", "发起拼单", vcolour=p.skin.accent)
    below(p, item)
    buy_bar(p, f"单独购买¥{item.price * 1.2:.1f}", f"发起拼单¥{item.price:g}")
    return f"拼单商品首页，商品为{item.name}"


def live_first(p: Phone) -> str:
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


def seckill_first(p: Phone) -> str:
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
