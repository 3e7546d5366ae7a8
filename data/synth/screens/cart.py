"""The shopping cart: lists, the sheet with the amounts, adding up to a reduction, dead articles."""

from __future__ import annotations

from data.synth.canvas import text_width, wrap
from data.synth.screens.bars import tab_bar
from data.synth.screens.blocks import feed
from data.synth.screens.covers import sheet
from data.synth.screens.page_builder import WIDTH, Item, PageBuilder
from data.synth.screens.skins import WHITE
from data.synth.screens.vouchers import CRIMSON, red_packet

DEALS = ("每满300减50", "每满200减20", "满1500减200", "消费券", "全程价保", "假一赔四", "先用后付", "极速退款", "官方立减",
    "88VIP9.5折", "7天无理由退货", "满2件9折", "百亿补贴", "3期免息", "单品包邮", "银行卡满减", "48小时内发货")  # fmt: skip
HEAT = (
    "24小时{n}+人抢购",
    "一周内{n}+人抢购",
    "库存不足100件",
    "全年畅销{n}+件",
    "活动将于{d}23:59结束",
    "比加入时降{m}元",
    "已享满减",
    "{n}人加购",
)
SIGNS = ("价格波动 >", "降价¥{m} >", "距加入降¥{m}", "", "券后更低")
TABS = ("首页", "视频", "消息", "购物车", "我的淘宝")
CUTS = (
    "店铺优惠",
    "跨店满减",
    "红包",
    "官方立减",
    "淘金币",
    "88VIP专享9.5折",
    "消费券",
    "首单礼金",
    "购物券",
    "超市立减",
    "回购礼金",
    "商品券",
)


def line(p: PageBuilder, item: Item, *, on: bool, dead: str = "") -> None:
    """One article with its check box, prices and count."""
    c, skin, top = p.canvas, p.skin, p.y
    p.check(p.x0, top + 24, on)
    p.thumb(item, p.x0 + 26, top, 70)
    x = p.x0 + 105
    if dead:
        p.pill(p.x0 + 61, top + 26, dead, size=10, pad=6, fill=(120, 120, 120), ink=WHITE, anchor="m")
        c.text(x, top + 6, p.title(item), 12.5, skin.faint, width=p.x1 - x)
        c.text(
            x,
            top + 30,
            p.pick("此宝贝暂不能买，可问卖家", "商品已下架", "该规格已售罄", "卖家已删除该宝贝"),
            12,
            skin.sub,
            width=p.x1 - x - 60,
        )
        p.pill(
            p.x1, top + 52, p.pick("找同款", "找相似", "重选"), size=11, outline=skin.accent, ink=skin.accent, anchor="r", pad=8
        )
        p.y = top + 84
        return
    title = p.title(item)
    c.text(x, p.y, ("618 " if p.chance(0.15) else "") + title, 12.5, skin.ink, width=p.x1 - x - 34)
    p.pill(p.x1, p.y - 2, f"×{item.count}", size=11, pad=6, outline=skin.rule, anchor="r", radius=4)
    p.y += 19
    c.text(x, p.y, item.sku, 11.5, skin.faint, width=p.x1 - x - 30)
    p.y += 18
    if p.chance(0.8):
        c.text(x, p.y, " · ".join(p.some(DEALS, 1, 3)), 10.5, skin.accent, width=p.x1 - x)
        p.y += 17
    used = c.price(x, p.y, f"{item.price:g}", 16, skin.accent)
    if p.chance(0.65):
        c.text(
            x + used + 6,
            p.y + 3,
            f"{p.pick('券后', '优惠价', '折后', '到手')}¥{item.price * p.rng.uniform(0.7, 0.98):.2f}",
            12.5,
            skin.accent,
        )
    p.y += 22
    fill = {"n": str(p.rng.choice((100, 300, 500, 2000))), "d": p.ahead(4).stamp("cnday"), "m": f"{p.amount(1, 80):.2f}"}
    if p.chance(0.7):
        c.text(x, p.y, p.rng.choice(HEAT).format(**fill), 10.5, skin.faint)
        c.text(p.x1, p.y, p.rng.choice(SIGNS).format(**fill), 10.5, skin.sub, anchor="r")
        p.y += 16
    p.y = max(p.y, top + 76) + 8


def shop_card(p: PageBuilder, *, dead: bool = False, share: float = 0.5) -> None:
    """A shop with its articles."""
    with p.card():
        p.check(p.x0, p.y - 1, p.chance(share))
        used = p.pill(p.x0 + 25, p.y - 1, p.pick("天猫", "淘", "企", "补"), size=9.5, pad=4, fill=CRIMSON, ink=WHITE, radius=3)
        p.at(p.x0 + 32 + used, p.shop() + " >", 13, bold=True, width=200)
        if p.chance(0.3):
            p.at(p.x1, p.pick("领券", "优惠券"), 12, p.skin.accent, anchor="r")
        p.y += 24
        if p.chance(0.6) and not dead:
            p.pill(
                p.x0 + 25,
                p.y - 2,
                p.pick("跨店满减", "店铺优惠", "本店活动"),
                size=9.5,
                pad=3,
                outline=p.skin.accent,
                ink=p.skin.accent,
                radius=2,
            )
            p.at(
                p.x0 + 80, p.pick("每满300减50，可跨店", "每满200减20，可跨店", "满2件打8.5折", "再买1件享9折", "已享满减"), 11.5
            )
            p.at(p.x1, p.pick("凑单 >", "去凑单 >"), 11.5, p.skin.accent, anchor="r")
            p.y += 22
        for _ in range(p.rng.choice((1, 1, 1, 2))):
            line(p, p.item(), on=p.chance(share), dead=p.pick("商品下架", "失效", "已售罄") if dead else "")
        if p.chance(0.25) and not dead:
            p.at(p.x0 + 25, p.pick("本店活动 共优惠", "已享受店铺优惠 共减") + f"{p.amount(1, 300):.2f}元", 11.5)
            p.y += 18


def head(p: PageBuilder) -> None:
    """Title with the number of articles, search, manage; filters below."""
    count = p.rng.randint(1, 300)
    place = p.secret(p.pick("阳光花园", "菜鸟驿站", "科技园", "幸福路") + "...")
    right = p.pick("管理", "管理", "管理  分享")
    p.nav(f"购物车({count})", icons=(), right=right)
    if p.chance(0.4):
        p.nav(f"购物车({count}) {place}", icons=(), right=right)
    if p.chance(0.6):
        x = 10.0
        for name in ("官方立减", "每满300减50", "降价", "常购", "惊喜红包", "分类")[p.rng.randint(0, 2) :]:
            x += 8 + p.pill(x, p.y, name, size=12, fill=p.skin.card, pad=12)
        p.y += 34


def settle(p: PageBuilder, *, tabs: bool = True) -> str:
    """The bar with the sum, hints on reductions above it, the app's tabs below."""
    total, cut, count = p.amount(1, 5000), p.amount(1, 600), p.rng.randint(1, 30)
    hint = p.chance(0.7)
    text = p.pick(
        f"每300减50 再买{p.amount(1, 299):.2f}，可减50",
        f"已减{p.rng.choice((50, 100, 250))}！再买{p.amount(1, 299):.1f}，可多减50",
        "每200减20 已减20",
    )
    button = p.pick("结算", "领券结算", f"结算({count})", "领红包结算", "结算")
    badge, link = str(p.rng.randint(1, 99)), p.pick("凑单 >", "筛选满减 »")
    everything, detail = p.chance(0.2), p.pick("查看明细", "明细", "")
    saved = p.chance(0.85)

    def draw(top: float) -> None:
        c, skin = p.canvas, p.skin
        if hint:
            c.gradient(8, top, WIDTH - 16, 32, skin.accent2, skin.accent, across=True, radius=8)
            c.text(20, top + 10, text, 11.5, WHITE, bold=True)
            c.text(WIDTH - 20, top + 10, link, 11.5, WHITE, anchor="r", bold=True)
            top += 32
        p.check(14, top + 20, everything)
        c.text(36, top + 21, "全选", 12, skin.sub)
        wide = text_width(button, 14.5) + 30
        p.pill(
            WIDTH - 12,
            top + 9,
            button,
            size=14.5,
            high=38,
            wide=wide,
            fill=skin.accent2,
            fill2=skin.accent,
            ink=WHITE,
            anchor="r",
            bold=True,
        )
        right = WIDTH - wide - 22
        used = c.price(right, top + 12, total, 18, skin.accent, anchor="r")
        used += c.text(right - used - 1, top + 16, "合计:", 12.5, skin.ink, anchor="r", bold=True)
        c.text(right - used - 5, top + 17, f"已选{count}件,", 11, skin.sub, anchor="r")
        if saved:
            c.text(right, top + 36, f"共减¥{cut:.2f} {detail}", 10.5, skin.accent, anchor="r")
        if tabs:
            for index, name in enumerate(TABS):
                x = WIDTH * (index + 0.5) / 5
                tone = skin.accent if index == 3 else skin.sub
                c.icon(("home", "play", "bubble", "cart", "user")[index], x - 9, top + 60, 18, tone)
                c.text(x, top + 81, name, 9.5, tone, anchor="m")
            p.pill(WIDTH * 0.72, top + 55, badge, size=8, pad=4, fill=(255, 60, 30), ink=WHITE)

    p.bottom(56 + (32 if hint else 0) + (44 if tabs else 0), draw)
    return f"{total:.2f}"


def cart_list(p: PageBuilder) -> str:
    """The usual list."""
    head(p)
    total = settle(p, tabs=p.chance(0.75))
    share = p.rng.choice((0.2, 0.5, 0.9))
    for _ in range(5):
        if not p.full():
            shop_card(p, share=share)
    return f"购物车列表，合计{total}元"


def amounts(p: PageBuilder, total: float) -> None:
    """Reductions that can be unfolded, and the sum."""
    p.price_row("商品总价", total, bold=True, size=16)
    if p.chance(0.3):
        p.price_row("预售商品定金", p.amount(10, 100), size=14)
    cut, cuts = 0.0, p.some(CUTS, 2, 6)
    parts = [0.0 if p.chance(0.35) else round(total * p.rng.uniform(0.005, 0.1), 2) for _ in cuts]
    cut = sum(parts)
    p.price_row(p.pick("共减", "共优惠"), cut, bold=True, before="减", colour=p.skin.accent, size=16)
    for name, part in zip(cuts, parts, strict=True):
        p.row(name, f"减¥{part:.2f}", vcolour=p.skin.accent, arrow=p.chance(0.3), gap=11)
        if part == 0 and p.chance(0.35):
            p.note(
                p.pick("未达到门槛，参加活动的商品共", "当前不可用，距门槛还差")
                + f"¥{p.amount(1, 299):.2f}，"
                + p.pick("再买可减50 去凑单 >", "去凑单")
            )
            p.space(5)
    p.price_row("合计", total - cut, bold=True, size=17)


def cart_amounts(p: PageBuilder) -> str:
    """The sheet with the amounts over the list."""
    cart_list(p)
    with sheet(
        p,
        p.pick("金额明细", "金额明细", "优惠明细"),
        height=p.height * p.rng.uniform(0.68, 0.88),
        fill=(40, 38, 40) if p.skin.name == "inky" else None,
        button=p.pick("", f"领券结算({p.rng.randint(1, 20)})", "结算"),
    ):
        p.y -= 10
        p.note(p.pick("实际优惠金额以下单页为准", "优惠以提交订单页为准"), align="m")
        for index in range(p.rng.randint(1, 4)):
            p.thumb(p.item(), p.x0 + index * 62, p.y + 4, 56)
            p.check(p.x0 + index * 62 + 38, p.y + 6, True, 15)
        p.at(p.x1, f"已选{p.rng.randint(1, 20)}件", 12, p.skin.sub, anchor="r", dy=26)
        p.y += 74
        amounts(p, p.amount(20, 4000))
    return "购物车金额明细弹层"


def cart_packets(p: PageBuilder) -> str:
    """Why red packets cannot be used."""
    cart_list(p)
    with sheet(p, p.pick("金额明细", "优惠详情", "红包详情"), height=p.height * 0.72, button=p.pick("", "结算", "领券结算")):
        p.row("红包", f"减¥{p.rng.choice((0, 0, 5)):.2f}", vcolour=p.skin.accent)
        for _ in range(p.rng.randint(2, 5)):
            red_packet(p, p.x0, p.y, 26)
            p.at(p.x0 + 34, p.pick("超级现金红包", "实物通用红包", "惊喜加油红包", "88VIP消费券", "新人红包", "签到红包"), 12.5)
            p.y += 18
            p.at(
                p.x0 + 34,
                f"当前不可用，¥{p.amount(0.1, 50):.2f}，"
                + p.pick("订单含不支持红包的商品", "未到使用门槛", "需在指定页面购买", "有商品不参加活动"),
                11.5,
                p.skin.sub,
                width=p.room() - 36,
            )
            p.y += 28
        p.price_row("合计", p.amount(9, 900), bold=True, size=17)
    return "购物车中红包不可用的明细"


def cart_dead(p: PageBuilder) -> str:
    """Articles that can no longer be bought."""
    head(p)
    settle(p)
    shop_card(p) if p.chance(0.4) else None
    p.at(16, p.pick(f"失效宝贝{p.rng.randint(1, 20)}件", "已失效商品"), 13, bold=True)
    p.at(WIDTH - 16, p.pick("清空失效宝贝", "一键清空"), 12, p.skin.accent, anchor="r")
    p.y += 26
    for _ in range(3):
        shop_card(p, dead=True)
    return "购物车中的失效商品"


def cart_addon(p: PageBuilder) -> str:
    """Adding articles up to a threshold."""
    cart_list(p)
    with sheet(p, p.pick("一键凑单", "凑单", "超值换购"), height=p.height * 0.84, button=p.pick("结算", "加入购物车", "去结算")):
        p.para(f"再买{p.amount(1, 299):.2f}元，可减{p.rng.choice((20, 50))}元", 13, p.skin.accent)
        p.space(6)
        for _ in range(4):
            line(p, p.item(), on=p.chance(0.5))
    return "购物车凑单弹层"


def cart_manage(p: PageBuilder) -> str:
    """Managing: delete, move to favourites."""
    p.nav(f"购物车({p.rng.randint(1, 120)})", icons=(), right="完成")
    for _ in range(4):
        shop_card(p)

    def draw(top: float) -> None:
        p.check(14, top + 14, False)
        p.canvas.text(36, top + 16, "全选", 12, p.skin.sub)
        x = WIDTH - 12
        for name in ("删除", "移入收藏", "分享"):
            x -= 8 + p.pill(x, top + 9, name, outline=p.skin.accent, ink=p.skin.accent, anchor="r")

    p.bottom(46, draw)
    return "购物车管理页面，可删除商品"


def cart_empty(p: PageBuilder) -> str:
    """Nothing in it."""
    p.nav("购物车", icons=(), right="管理")
    p.y += 50
    p.canvas.icon("cart", WIDTH / 2 - 30, p.y, 60, p.skin.faint, 2)
    p.y += 80
    p.para(p.pick("购物车还是空的", "购物车竟然是空的", "这里还没有宝贝"), 15, align="m")
    p.note(p.pick("再忙也要记得犒劳自己", "去挑点喜欢的吧"), align="m")
    p.space(10)
    p.pill(WIDTH / 2, p.y, p.pick("去逛逛", "看看收藏"), outline=p.skin.accent, ink=p.skin.accent, anchor="m", wide=110)
    p.y += 50
    feed(p, 2, "你可能还喜欢")
    tab_bar(p, TABS, 3)
    return "空的购物车页面"


def cart_supermarket(p: PageBuilder) -> str:
    """A supermarket's cart with weight, freight and exchange offers."""
    p.nav(p.pick("超市购物车", "购物车", "买菜购物车"), icons=("share",))
    p.chips(("全部", "超市", "生鲜", "次日达"), 1)
    settle(p, tabs=False)
    with p.card():
        p.at(p.x0, p.pick("天猫超市", "官方超市", "次日达专区"), 14, bold=True)
        p.at(p.x1, p.pick("已免运费", "满88包邮，还差¥12.5", "总重3.2kg"), 11.5, p.skin.accent, anchor="r")
        p.y += 26
        for _ in range(3):
            line(p, p.item(p.rng.choice(("零食", "粮油调味", "酒水茶饮", "清洁用品", "洗护"))), on=True)
        p.row("换购", p.pick("满99元可换购1件", "加9.9元换购"), arrow=True, bold=True)
    shop_card(p)
    return "超市购物车列表"


def cart_fragment(p: PageBuilder) -> str:
    """A piece of the list or of the sum."""
    p.resize(360, p.rng.uniform(130, 330))
    p.canvas.background = p.skin.page
    p.y = 4
    if p.chance(0.5):
        shop_card(p)
        shop_card(p)
    else:
        p.x0, p.x1, p.y = 14, 346, 14
        amounts(p, p.amount(20, 2000))
    return "购物车局部截图"


def cart_compare(p: PageBuilder) -> str:
    """A coupon for the cart pops up over the list."""
    cart_list(p)
    with sheet(p, p.pick("领券", "店铺优惠券", "更多优惠"), height=p.height * 0.5, button=p.pick("完成", "确定")):
        for _ in range(3):
            p.at(p.x0, f"¥{p.rng.choice((5, 10, 20, 50))}", 22, p.skin.accent, bold=True)
            p.at(p.x0 + 70, f"满{p.rng.choice((99, 199, 399))}元可用", 13, bold=True)
            p.at(p.x0 + 70, "有效期至" + p.ahead(5).stamp("dot"), 11, p.skin.faint, dy=19)
            p.pill(p.x1, p.y + 2, p.pick("领取", "已领取", "去凑单"), fill=p.skin.accent, ink=WHITE, anchor="r")
            p.y += 52
        for text in wrap("领取后下单自动抵扣，不与其他店铺券叠加", 11.5, p.room()):
            p.note(text)
    return "购物车领店铺券弹层"


LAYOUTS = {"购物车页面": (cart_list, cart_amounts, cart_packets, cart_dead, cart_addon, cart_manage, cart_empty, cart_supermarket,
    cart_fragment, cart_compare)}  # fmt: skip
