"""Parcels: lists of several, and the way of one."""

from __future__ import annotations

from collections.abc import Sequence

from data.synth.canvas import Colour, hide
from data.synth.screens.bars import tab_bar
from data.synth.screens.blocks import address_block, feed, goods_row, icon_grid, shop_row, steps, timeline
from data.synth.screens.covers import sheet
from data.synth.screens.page_builder import WIDTH, PageBuilder
from data.synth.screens.pictures import badge, paint_bars, paint_map
from data.synth.screens.skins import BLUE, WHITE, Skin

PARCEL = Skin("parcel", (20, 110, 250), (40, 130, 255), WHITE, (20, 110, 250), (60, 150, 255))
HUBS = ("转运中心", "分拨中心", "集散中心", "中转站", "分拣中心", "营业部", "揽投部", "网点", "处理中心", "航空枢纽")
STATES = ("运输中", "派送中", "已签收", "待取件", "已揽件", "已发货", "已下单", "仓库处理中", "已出库")


# Not every delay makes a page one of trouble: most are on the way again.
HITCHES = ("配送延迟提醒", "包裹退回提醒", "物流异常提醒", "退货返回", "温馨提示")
HITCH_TEXTS = (
    "天气原因，包裹可能晚到",
    "商家发起拦截，包裹退回",
    "联系不上收件人，改约再次派送",
    "交通管制，配送略有延迟",
    "快件已安排退回",
    "很抱歉，商家没有按时处理，可申请退款或联系商家",
    "物流更新较慢，已通知商家跟进",
)


def hub(p: PageBuilder) -> str:
    """A carrier's site."""
    return p.lexicon.city(p.rng)[:-1] + p.rng.choice(HUBS)


def track_entries(p: PageBuilder, count: int, newest: str = "") -> list[tuple[str, str, str]]:
    """The way of a parcel from the newest event; clock goes back."""
    city, site = p.lexicon.city(p.rng), hub(p)
    who, place = p.pick("本人", "家人", "门卫", "同事", "快递柜"), p.pick("菜鸟驿站", "快递柜", "代收点")
    code, call = f"{p.digits(1)}-{p.digits(1)}-{p.digits(4)}", p.secret("13800001111")
    lines: dict[str, Sequence[str]] = {"已签收": (f"【{city}】您的快件已签收，签收人：{who}，感谢使用{p.courier()}",
        "您的包裹已由驿站代收，请凭取件码领取", f"快件已送达，期待再次为您服务，如有疑问请联系{call}"),
        "待取件": (f"您的包裹已存放至【{place}】，凭取件码{code}取件", "快件已到达驿站，请尽快领取，超时将退回"),
        "派送中": (f"【{city}】快件正在派送，派件员{p.secret('王师傅')}，电话{call}，请保持畅通",
        "快递员正在努力派送，今天会送到", f"【{city}】{site}正在为您派件，放心收货"),
        "运输中": (f"【{city}】快件离开{site}，发往{hub(p)}", f"【{city}】快件已到达{site}",
        f"快件在{site}完成分拣，准备发往下一站", f"包裹正从{city}发往{p.lexicon.city(p.rng)}",
        f"已从{site}发出，预计{p.rng.randint(1, 3)}天到达"), "已揽件": (f"【{city}】{p.courier()}快递员已揽收",
        f"{site}已揽件，等待发往{hub(p)}", "包裹已被揽收"), "已发货": ("包裹正在等待揽收", "商家已发货，等待快递员上门揽收"),
        "已出库": ("包裹已出库", "仓库打包完成，等待出库"), "已下单": ("商品已经下单",
        "您的订单已提交，等待商家打包")}  # fmt: skip
    newest = newest or p.rng.choice(("已签收", "待取件", "派送中", "运输中", "运输中", "已揽件"))
    order = ["已签收", "待取件", "派送中", *["运输中"] * p.rng.randint(2, 6), "已揽件", "已发货", "已下单"]
    if newest == "已签收" and p.chance(0.7):
        order.remove("待取件")
    entries, last = [], ""
    for state in order[order.index(newest) :][:count]:
        p.back(20, 900)
        body = p.rng.choice(lines[state])
        entries.append((state if state != last else "", p.stamp("short") if p.chance(0.85) else p.stamp(), body))
        last = state
    if p.chance(0.22) and len(entries) > 1:
        spot = p.rng.randint(0 if p.chance(0.3) else 1, len(entries) - 1)
        entries.insert(spot, (p.rng.choice(HITCHES), entries[spot][1], p.rng.choice(HITCH_TEXTS)))
    return entries


def carrier_row(p: PageBuilder, *, more: str = "复制   打电话") -> None:
    """Carrier, number, copy and call."""
    badge(p, p.x0, p.y - 2, 20, p.rng.choice(((40, 120, 230), (230, 120, 30), (100, 50, 150), (30, 140, 80), (220, 40, 40))))
    p.at(p.x0 + 28, p.secret(p.courier() + " " + p.order_no(13)), 13, width=190)
    p.at(p.x1, more, 12, p.skin.sub, anchor="r")
    p.y += 26


def map_head(p: PageBuilder, bubble: str, sub: str = "", *, high: float = 0) -> None:
    """The map that lies behind the page's head, with a bubble that says how far the parcel is."""
    high = high or p.rng.choice((150.0, 190.0, 240.0))
    p.nav("", "clear", icons=())
    p.canvas.paint(0, 0, WIDTH, high + 60, paint_map, p.seed())
    for _ in range(p.rng.randint(1, 5)):
        p.canvas.text(
            p.rng.uniform(20, 300), p.rng.uniform(50, high), p.lexicon.city(p.rng)[:-1], 10, (130, 140, 150), clarity=0.6
        )
    if p.chance(0.8):
        p.canvas.rect(WIDTH - 138, p.status_height + 4, 128, 30, WHITE, radius=15)
        p.canvas.text(WIDTH - 126, p.status_height + 12, p.pick("订阅   客服", "客服   分享", "投诉   客服"), 12, (60, 60, 60))
    x = p.rng.uniform(60, 150)
    wide = max(len(bubble) * 14.0, len(sub) * 11.0) + 28
    p.canvas.gradient(x, high * 0.55, wide, 42 if sub else 30, (255, 130, 20), (255, 80, 20), across=True, radius=15)
    p.canvas.text(x + 14, high * 0.55 + 7, bubble, 13.5, WHITE, bold=True)
    if sub:
        p.canvas.text(x + 14, high * 0.55 + 25, sub, 10.5, WHITE)
    p.y = high


def parcel_goods(p: PageBuilder, *, reward: bool = True) -> None:
    """The articles in the parcel and what follows on the page."""
    with p.card():
        shop_row(p)
        goods_row(p, p.item(), price="plain")
        p.para(p.pick("查看全部订单信息", "查看订单详情"), 12.5, p.skin.sub, align="m")
    if reward and p.chance(0.5):
        with p.card():
            p.heading(p.pick("本单奖励", "收货有礼"))
            p.row(p.pick("淘金币", "积分"), "领取", vcolour=p.skin.accent, hint=f"最高{p.rng.randint(5, 50)}个")
            p.row("服饰5元券", "领取", vcolour=p.skin.accent, hint="满6元可用")
    feed(p, 2)


BUBBLES = (
    "预计明天送达",
    "预计今天送达",
    "包裹离你又近了一步",
    "快递员正在配送",
    "已放入代收点",
    "预计后天送达",
    "包裹已发出",
    "已到达收货城市",
    "包裹正在路上",
)


def track_map(p: PageBuilder) -> str:
    """The usual page: map, then the newest events."""
    map_head(
        p, p.rng.choice(BUBBLES), p.rng.choice(("", "当前在" + p.lexicon.city(p.rng), f"距收货地{p.rng.randint(2, 900)}公里"))
    )
    entries = track_entries(p, p.rng.randint(2, 6))
    with p.card():
        carrier_row(p)
        timeline(p, entries, mask=0.5)
        p.para(p.pick("查看更多物流明细", "展开更多物流明细", "收起更多物流"), 12, p.skin.faint, indent=22)
        address_block(p, arrow=False)
    parcel_goods(p)
    return f"物流跟踪页，最新状态{entries[0][0]}"


def track_order(p: PageBuilder) -> str:
    """Tracking under the order's state."""
    p.nav("卖家已发货", sub=p.left() + "自动确认", icons=("more",))
    entries = track_entries(p, p.rng.randint(5, 9))
    with p.card():
        carrier_row(p)
        timeline(p, entries, mask=0.4)
        address_block(p, arrow=False)
    parcel_goods(p)
    return f"物流跟踪页，最新状态{entries[0][0]}"


def track_sheet(p: PageBuilder) -> str:
    """All events in a sheet over the map."""
    track_map(p)
    p.clock = p.now
    entries = track_entries(p, 9)
    with sheet(p, p.pick("详细信息", "物流明细", "物流详情", "包裹详情"), height=p.height * p.rng.uniform(0.6, 0.85)):
        if p.chance(0.3):
            p.tabs(("物流客服", "投诉物流"), -1, size=12)
        carrier_row(p)
        timeline(p, entries, mask=0.45)
    return f"物流详细信息弹层，最新状态{entries[0][0]}"


def track_cainiao(p: PageBuilder) -> str:
    """The parcel app's page: blue."""
    p.dress(PARCEL if p.chance(0.4) else p.skin)
    p.nav(p.pick("物流详情", "包裹详情", "快递详情"), p.pick("bar", "mini"))
    entries = track_entries(p, p.rng.randint(4, 8))
    with p.card():
        carrier_row(p, more=p.pick("复制   分享", "复制  打电话"))
        p.para(entries[0][0], 17, (20, 110, 250), bold=True)
        timeline(p, entries, colour=(20, 110, 250), mask=0.3)
        p.para("收起", 12, p.skin.faint, align="m")
    with p.card():
        icon_grid(p, p.some(("改地址", "催派送", "联系快递员", "代取件", "投诉", "查件", "寄快递", "开票"), 4))
    parcel_goods(p, reward=False)
    return f"菜鸟包裹物流详情，最新状态{entries[0][0]}"


def track_courier_site(p: PageBuilder) -> str:
    """A carrier's own page with a progress bar."""
    tone: Colour = p.rng.choice(((220, 40, 40), (100, 50, 150), (20, 110, 220), (30, 140, 80)))
    p.nav(p.pick("运单详情", "快件跟踪", "运单追踪", "物流追踪"), "mini")
    names = ("已揽收", "运输中", "派送中", "已签收")
    at = p.rng.randint(0, 3)
    with p.card():
        p.at(p.x0, p.lexicon.city(p.rng), 18, bold=True)
        p.at(WIDTH / 2, names[at], 14, tone, anchor="m", bold=True)
        p.at(p.x1, p.lexicon.city(p.rng), 18, bold=True, anchor="r")
        p.y += 34
        steps(p, names, at, colour=tone)
        p.note("运单号：" + p.order_no(13))
    with p.card():
        timeline(p, track_entries(p, 7, newest="已揽件" if at == 0 else names[at]), colour=tone, mask=0.3)
    with p.card():
        p.row("联系快递员", "", arrow=True)
        p.row("签收底单", p.pick("查看", "暂无"), arrow=True)
    return f"快递公司运单跟踪页，{names[at]}"


def track_pickup(p: PageBuilder) -> str:
    """Waiting at a station: pick-up code."""
    map_head(p, "已放入代收点", f"距收货地{p.rng.randint(20, 900)}米")
    entries = track_entries(p, p.rng.randint(1, 4), newest="待取件")
    with p.card():
        carrier_row(p)
        timeline(p, entries[:1], mask=0.2)
        with p.card(pad=10, margin=16, fill=p.skin.page):
            p.para("取件码", 12, p.skin.sub)
            p.para(f"{p.rng.randint(1, 99)}-{p.rng.randint(1, 9)}-{p.digits(4)}", 22, bold=True)
            p.para(p.pick("菜鸟驿站", "快递超市", "丰巢柜") + "：" + p.address(), 12, p.skin.sub)
            p.buttons(("打电话", "导航", p.pick("出库码", "身份码")))
        timeline(p, entries[1:], current=-1, mask=0.3)
        address_block(p, arrow=False)
    parcel_goods(p)
    return "物流跟踪页，包裹待取件，有取件码"


def track_overseas(p: PageBuilder) -> str:
    """Consolidated or imported parcels."""
    p.nav(p.pick("集运物流", "国际物流详情", "物流详情"))
    stages = ("商家", "国内仓", "清关", "干线", "派送", "签收")
    with p.card():
        steps(p, stages, p.rng.randint(1, 4))
        p.para(p.pick("您的包裹已入库，请合并支付运费", "包裹正在清关，预计2-5天", "航班已起飞，飞往目的地"), 13, p.skin.accent)
    p.back(30, 900)
    events = (
        "国际件已到达口岸",
        "海关申报中",
        "清关完成，等待国内派送",
        "包裹已入集运仓",
        "集运仓已签收",
        "已打包，等待装箱",
        "离开始发国",
        "已交承运商运输",
        "商品已经下单",
    )
    entries = []
    for text in p.some(events, 4, 7):
        p.back(200, 3000)
        entries.append((p.pick("运输中", "仓库处理中", "清关中"), p.stamp("short"), text))
    with p.card():
        carrier_row(p, more="复制")
        timeline(p, entries, mask=0.1)
    with p.card():
        address_block(p, arrow=False)
    return "集运或国际包裹的物流跟踪页"


def track_fragment(p: PageBuilder) -> str:
    """Events only, as a fragment or between black bars."""
    black = p.chance(0.4)
    p.resize(360, 780 if black else p.rng.uniform(160, 420))
    p.canvas.background = (0, 0, 0) if black else WHITE
    top, high = (280.0, 240.0) if black else (0.0, p.height)
    p.canvas.rect(0, top, 360, high, WHITE)
    p.x0, p.x1, p.y = 16, 344, top + 14
    for _, time, body in track_entries(p, 6):
        if p.y > top + high - 50:
            break
        timeline(
            p,
            [("", "", (body[: p.rng.randint(4, len(body))] + hide(body[-6:])) if p.chance(0.3) else body), ("", time, "")],
            current=-1,
            gap=0,
        )
    return "物流轨迹的局部截图"


def _parcel(p: PageBuilder, state: str = "") -> None:
    """One parcel of a list."""
    item = p.item()
    top = p.y
    p.thumb(item, p.x0, top, 54)
    p.at(p.x0 + 64, state or p.rng.choice(STATES), 14, p.skin.ink, bold=True)
    p.at(p.x1, p.stamp("short") if p.chance(0.5) else p.courier(), 11, p.skin.faint, anchor="r")
    p.y += 21
    entry = track_entries(p, 1)[0]
    p.at(p.x0 + 64, p.secret(entry[2]) if p.chance(0.5) else entry[2], 12, p.skin.sub, width=p.room() - 80)
    p.y += 18
    p.at(p.x0 + 64, p.title(item), 11.5, p.skin.faint, width=p.room() - 80)
    p.y = top + 66


def list_parcels(p: PageBuilder) -> str:
    """The parcel app's first page."""
    p.dress(PARCEL)
    p.nav(p.pick("菜鸟", "我的包裹", "包裹"), "mini")
    p.tabs((f"收件 {p.rng.randint(1, 20)}", f"寄件 {p.rng.randint(0, 9)}"), p.rng.randint(0, 1))
    p.x0, p.x1 = 10, 350
    p.chips(
        (
            f"待取件 {p.rng.randint(0, 5)}",
            f"派送中 {p.rng.randint(0, 3)}",
            f"运输中 {p.rng.randint(0, 9)}",
            f"已签收 {p.rng.randint(1, 30)}",
        ),
        p.rng.randint(0, 3),
        size=11.5,
    )
    p.x0, p.x1 = 0, WIDTH
    for _ in range(p.rng.randint(3, 7)):
        with p.card():
            _parcel(p)
    p.para(p.pick("查看全部包裹", "没有更多包裹了"), 12, p.skin.faint, align="m")
    tab_bar(p, ("首页", "发现", "寄件", "我的"), 0, colour=PARCEL.accent)
    return "包裹列表页，多个包裹的物流状态"


def list_my_parcels(p: PageBuilder) -> str:
    """My parcels inside the shop app."""
    p.nav(p.pick("我的包裹", "查看物流", "全部物流", "我的快递"))
    p.tabs(("全部", "待取件", "派送中", "运输中", "待发货"), p.rng.randint(0, 3), size=13)
    for _ in range(p.rng.randint(3, 6)):
        with p.card():
            p.row(p.secret(p.courier() + " " + p.order_no(13)), p.rng.choice(STATES), vcolour=p.skin.accent)
            _parcel(p)
            p.buttons(p.some(("查看物流", "确认收货", "复制单号", "联系快递", "催派送"), 1, 3))
    return "我的包裹列表，每个包裹有物流状态"


def list_orders(p: PageBuilder) -> str:
    """The order list's tab of orders on the way."""
    p.nav("搜索订单", "search", right="我的包裹")
    p.tabs(("待付款", "待发货", "待收货", "退款/售后", "待评价"), 2, size=13.5)
    for _ in range(3):
        item = p.item()
        with p.card():
            shop_row(p, "卖家已发货")
            goods_row(p, item)
            with p.card(pad=9, margin=0, fill=p.skin.tint if p.chance(0.4) else p.skin.page, after=6):
                if p.chance(0.5):
                    p.row(
                        "待取件",
                        "立即取件",
                        bold=True,
                        arrow=True,
                        hint=f"取件码 {p.digits(1)}-{p.digits(1)}-{p.digits(4)}",
                        gap=1,
                    )
                else:
                    p.row(
                        p.pick("运输中", "派送中", "已揽件"),
                        p.pick("预计明天送达", "预计后天送达", "快递员正在派件"),
                        bold=True,
                        arrow=True,
                        gap=1,
                    )
            p.price_row("", item.price, before="实付款")
            p.buttons(("延长收货", "查看物流", "确认收货"))
    return "待收货列表，多笔订单的物流状态"


def list_messages(p: PageBuilder) -> str:
    """Logistics messages."""
    p.nav(p.pick("交易物流", "通知", "物流助手", "物流通知"), right=p.pick("设置", ""))
    if p.chance(0.6):
        p.tabs(("物流", "提醒", "互动", "优惠", "其他"), 0, size=13)
    for _ in range(4):
        item = p.item()
        p.back(60, 1500)
        with p.card():
            p.canvas.ellipse(p.x0, p.y, 18, 18, (30, 160, 230))
            p.at(p.x0 + 26, p.pick("订单物流消息", "物流提醒", "交易物流"), 12, p.skin.sub, dy=2)
            p.at(p.x1, p.stamp("time"), 11, p.skin.faint, anchor="r")
            p.y += 30
            p.para(
                p.pick(
                    "您购买的商品已发货",
                    "包裹已到驿站，请及时领取",
                    "您的宝贝已签收",
                    "快递员正在派送您的包裹",
                    "宝贝已揽收，正在运输",
                    "您购买的商品即将自动确认收货",
                ),
                15,
                bold=True,
            )
            p.thumb(item, p.x1 - 44, p.y - 20, 42)
            p.field("包裹动态", p.pick("已揽件", "待签收", "运输中", "商家已发货", "宝贝已签收"))
            p.field(
                p.pick("温馨提示", "补充信息"),
                p.pick("点击查看收货保障", "收到后记得确认收货", hide("收件信息已隐藏"), "如未收到可延长收货"),
            )
            p.rule()
            p.row(p.pick("点击查看详情", "查看物流"), "", arrow=True, gap=0, colour=BLUE.head)
    return "物流通知列表，多条包裹消息"


def list_split(p: PageBuilder) -> str:
    """One order in several parcels."""
    p.nav(p.pick("物流信息", "包裹列表", "查看物流"))
    count = p.rng.randint(2, 4)
    p.para(p.pick(f"您的订单被拆成{count}个包裹发出", f"共{count}个包裹，{count}件商品"), 13, indent=14)
    p.space(6)
    for index in range(count):
        with p.card():
            p.row(f"包裹{index + 1}", p.rng.choice(STATES), bold=True, vcolour=p.skin.accent)
            carrier_row(p, more="复制")
            for _ in range(p.rng.randint(1, 3)):
                p.thumb(p.item(), p.x0 + _ * 60, p.y, 54)
            p.y += 62
            timeline(p, track_entries(p, 1))
    return "订单的多个包裹列表"


def list_sent(p: PageBuilder) -> str:
    """Parcels that one has sent, at a carrier or the parcel app."""
    p.nav(p.pick("寄件记录", "我的寄件", "我的运单", "我的快递"), "mini")
    p.tabs(p.rng.choice((("进行中", "已寄出", "已取消"), ("全部", "我寄的", "我收的"), ("待支付", "寄件", "收件"))), 0)
    for _ in range(p.rng.randint(2, 5)):
        p.back(600, 9000)
        with p.card():
            p.at(p.x0, p.secret(p.courier() + " " + p.order_no(13)), 13)
            p.at(p.x1, p.pick("待取件", "待揽收", "运输中", "已签收", "已取消"), 12.5, p.skin.accent, anchor="r")
            p.y += 20
            p.note(p.stamp())
            p.space(6)
            p.at(p.x0 + 40, p.lexicon.city(p.rng), 15, anchor="m", bold=True)
            p.at(WIDTH / 2, p.pick("→", "待寄出", "运输中"), 12, p.skin.accent, anchor="m")
            p.at(p.x1 - 40, p.lexicon.city(p.rng), 15, anchor="m", bold=True)
            p.y += 22
            p.at(p.x0 + 40, p.secret(p.lexicon.name(p.rng)), 12, p.skin.sub, anchor="m")
            p.at(p.x1 - 40, p.secret(p.lexicon.name(p.rng)), 12, p.skin.sub, anchor="m")
            p.y += 26
            p.buttons(p.some(("再来一单", "查看物流", "取消寄件", "支付运费"), 1, 2))
    return "寄件记录列表"


def list_waybill(p: PageBuilder) -> str:
    """A waybill's stub with barcode and both addresses."""
    p.nav(p.pick("运单详情", "电子存根", "面单信息"), "mini")
    p.tabs(("电子存根", "运单详情", "签收底单"), 0)
    for _ in range(2):
        with p.card(radius=2):
            p.canvas.paint(p.x0, p.y, 190, 42, paint_bars, p.seed())
            p.at(p.x1 - 90, "目的地：", 14, bold=True)
            p.at(p.x1 - 90, p.lexicon.city(p.rng)[:-1], 16, dy=22)
            p.y += 48
            p.note(p.order_no(15))
            for mark in ("寄", "收"):
                p.pill(p.x0, p.y, mark, size=10, pad=4, fill=(60, 60, 60) if mark == "寄" else (220, 50, 50), ink=WHITE, radius=3)
                p.para(p.person(), 12.5, indent=28)
                p.para(p.address(), 12, p.skin.sub, indent=28)
                p.space(6)
            p.row("物品类型", p.pick("日用品", "文件", "服饰"), gap=4)
    return "运单列表，含条码和收寄件信息"


LAYOUTS = {
    "物流页面-物流跟踪页面": (
        track_map, track_order, track_sheet, track_cainiao, track_courier_site, track_pickup, track_overseas, track_fragment,
    ),
    "物流页面-物流列表页面": (list_parcels, list_my_parcels, list_orders, list_messages, list_split, list_sent, list_waybill),
}  # fmt: skip
