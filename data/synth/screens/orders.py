"""Order pages: the complete order in each of its states, order lists, snapshots."""

from __future__ import annotations

from data.synth.screens.bars import action_bar
from data.synth.screens.blocks import address_block, feed, goods_row, links, shop_row, steps, timeline
from data.synth.screens.covers import dialog, sheet
from data.synth.screens.page_builder import WIDTH, Item, PageBuilder
from data.synth.screens.skins import WHITE

STATES = {
    "卖家已发货": ("自动确认收货", ("延长收货", "查看物流", "确认收货")),
    "买家已付款": ("等待卖家发货", ("申请开票", "修改地址", "催发货")),
    "交易成功": ("", ("更多", "加入购物车", "再买一单", "申请开票", "评价", "卖了换钱")),
    "交易关闭": ("", ("删除订单", "申请开票", "再次购买")),
    "等待买家付款": ("自动关闭", ("取消订单", "修改地址", "立即付款")),
    "待评价": ("", ("查看物流", "申请售后", "去评价")),
}
REDUCTIONS = ("店铺优惠", "红包抵扣", "跨店满减", "官方立减", "淘金币抵扣", "88VIP折扣", "消费券", "商品优惠")


def _state(p: PageBuilder, wanted: str = "") -> tuple[str, str, list[str]]:
    state = wanted or p.rng.choice(sorted(STATES))
    hint, actions = STATES[state]
    sub = f"{p.left()}{'后' if p.chance(0.3) else ''}{hint}" if hint.startswith("自动") else hint
    return state, sub, p.some(actions, 2, 3)


def order_goods(p: PageBuilder, item: Item, paid: float, *, after: bool = True) -> None:
    """Shop, articles and what can be done with them."""
    shop_row(p)
    goods_row(p, item)
    if p.chance(0.15):
        goods_row(p, p.item(), sku=p.pick("赠品", "赠品 请以实物为准"))
    if after:
        p.buttons((p.pick("退款", "申请售后", "加入购物车", "退款成功", "退换"),), accent=None)
    if p.chance(0.6):
        p.price_row("商品总价", item.price * item.count)
        p.price_row("运费", 0.0 if p.chance(0.8) else 10.0, hint=p.pick("", "(快递)"))
        for name in p.some(REDUCTIONS, 0, 2):
            p.row(name, f"-¥{p.amount(1, 50):.2f}", vcolour=p.skin.accent, arrow=p.chance(0.4), gap=9)
    p.price_row(p.pick("实付款", "实付款", "需付款"), paid, bold=True, colour=p.skin.accent if p.chance(0.6) else None, size=16)


def order_facts(p: PageBuilder, state: str) -> None:
    """Numbers and times of the order."""
    if p.chance(0.35):
        p.row(p.pick("收货信息:", "收货信息"), p.person() + " " + p.address())
    p.row(p.pick("订单编号:", "订单编号"), p.order_no(19) + p.pick("", " 复制"))
    p.row(
        p.pick("交易快照:", "交易快照"),
        p.pick("发生争议时可作为判断凭证", "可作为交易争议的依据"),
        arrow=True,
        vcolour=p.skin.faint,
    )
    p.row(p.pick("支付宝交易号:", "支付宝交易号", "支付方式:"), p.rng.choice((p.order_no(28), "支付宝", "花呗")))
    p.back(1000, 20000)
    for label in ("创建时间:", "付款时间:", "发货时间:", "成交时间:")[
        : 4 if state in ("交易成功", "待评价") else 3 if state == "卖家已发货" else 2
    ]:
        p.row(label if p.chance(0.5) else label[:-1], p.stamp(), vcolour=p.skin.sub)
        p.back(-3000, -2)
    if p.chance(0.3):
        p.row("花呗账单:", "去支付宝中查看", arrow=True, vcolour=p.skin.faint)
    if p.chance(0.25):
        p.row("发票:", p.pick("个人电子普通发票", "查看发票", "申请开票"), arrow=True)
    if p.chance(0.4):
        p.row("会员积分:", f"获得{p.rng.randint(1, 900)}点积分", arrow=True, vcolour=p.skin.faint)
    p.para(p.pick("收起订单信息", "查看更多订单信息", "查看更多", "收起"), 12, p.skin.faint, align="m")


def _page(p: PageBuilder, wanted: str = "") -> str:
    state, sub, actions = _state(p, wanted)
    item = p.item()
    p.nav(state, sub=sub, icons=p.rng.choice((("more",), ("cart", "more"))))
    action_bar(p, actions, more=p.chance(0.4))
    if state in ("卖家已发货", "交易成功", "待评价") and p.chance(0.7):
        with p.card():
            p.back(10, 3000)
            p.at(p.x0, p.pick("已签收", "运输中", "已发货", "派送中", "待取件"), 14, p.skin.accent, bold=True)
            p.at(
                p.x0 + 56,
                p.pick(
                    "包裹正在等待揽收", "快件已由本人签收", "您的快件正在派送", "预计明天送达", "已存放至驿站，请凭取件码领取"
                ),
                12.5,
                width=p.room() - 80,
            )
            p.y += 26
            address_block(p)
    elif p.chance(0.7):
        with p.card():
            if state == "买家已付款":
                p.para(
                    p.ahead(1).stamp("cnday") + p.pick("24点前发货", " 22:00前发货", "前发出，晚发必赔"),
                    13.5,
                    p.skin.ink,
                    bold=True,
                )
            address_block(p)
    paid = round(item.price * p.rng.uniform(0.6, 1), 2)
    with p.card():
        order_goods(p, item, paid)
        order_facts(p, state)
    with p.card():
        p.heading(p.pick("商品服务", "宝贝服务"), p.pick("含退货运费险等服务", "包含7天无理由退货等", ""))
        for name in p.some(("7天无理由退货", "运费险", "晚发必赔", "免费上门取件", "正品保险", "价保服务"), 1, 3):
            p.row(name, p.pick("", "查看服务", "退换货自动理赔"), arrow=True, vcolour=p.skin.faint)
    with p.card():
        links(p, (p.pick("联系卖家", "联系客服", "百亿补贴客服"), p.pick("投诉卖家", "拨打电话", "官方客服")))
    feed(p, 3, p.pick("", "你可能还喜欢", "买过的人还看了"))
    return f"订单详情页，状态为{state}，实付款{paid:.2f}元"


def order_shipped(p: PageBuilder) -> str:
    """Seller has shipped."""
    return _page(p, "卖家已发货")


def order_paid(p: PageBuilder) -> str:
    """Buyer has paid."""
    return _page(p, "买家已付款")


def order_success(p: PageBuilder) -> str:
    """The deal is done."""
    return _page(p, p.pick("交易成功", "待评价"))


def order_closed(p: PageBuilder) -> str:
    """The deal is closed."""
    return _page(p, "交易关闭")


def order_list(p: PageBuilder) -> str:
    """The list of orders."""
    p.nav("搜索订单", "search", right=p.pick("筛选", "我的包裹", "管理"))
    p.tabs(("全部", "待付款", "待发货", "待收货", "退款/售后"), p.rng.choice((0, 0, 2, 3)), size=13.5)
    for _ in range(4):
        if p.full():
            break
        item, (state, _, actions) = p.item(), _state(p)
        with p.card():
            shop_row(p, state)
            goods_row(p, item)
            if state in ("卖家已发货", "买家已付款") and p.chance(0.6):
                with p.card(pad=8, margin=0, fill=p.skin.page, after=5):
                    p.para(
                        p.pick("已发货", "运输中", "待发货")
                        + "  "
                        + p.pick("宝贝正在打包", "预计后天送达", "宝贝将由快递送出", f"{p.ahead(2).stamp('cnday')}前发货"),
                        12,
                        limit=1,
                    )
            p.price_row("", item.price, before=p.pick("实付款", "合计", "含运费险 实付款"))
            p.buttons(actions)
    return "订单列表页，每笔订单有店铺、商品、实付款"


def order_snapshot(p: PageBuilder) -> str:
    """The trade snapshot."""
    item = p.item()
    p.nav(p.pick("交易快照", "订单快照"))
    p.thumb(item, 0, p.y - 8, WIDTH, 250, radius=0)
    p.y += 252
    with p.card():
        p.note(p.pick("快照记录了下单时的商品信息，争议时可作凭证", "您现在看到的是交易快照 查看最新商品"))
        p.canvas.price(p.x0, p.y, item.price, 20, p.skin.accent)
        p.y += 30
        p.para(p.title(item), 14, bold=True)
        p.field("颜色分类", item.sku)
        p.field("购买数量", str(item.count))
        p.field("下单时间", p.stamp())
        p.field("订单编号", p.order_no())
    with p.card():
        p.heading("商品参数")
        for label, key in (("材质", "materials"), ("颜色", "colors"), ("规格", "sizes"), ("款式", "versions")):
            p.field(label, p.word(key, item.category))
    return "交易快照页"


def order_steps(p: PageBuilder) -> str:
    """An order with a progress bar and many facts, as shops' own small programs show it."""
    item, at = p.item(), p.rng.randint(1, 4)
    p.nav("订单详情", p.pick("mini", "bar"))
    action_bar(p, p.some(("取消订单", "申请售后", "查看物流", "确认收货", "再来一单"), 2, 3))
    with p.card():
        p.para(("待付款", "待发货", "待收货", "已完成", "待评价")[at - 1 if at < 5 else 4], 17, p.skin.accent, bold=True)
        steps(p, ("提交订单", "付款成功", "商家发货", "确认收货", "完成"), at)
    with p.card():
        address_block(p)
    with p.card():
        order_goods(p, item, item.price, after=False)
    with p.card():
        p.heading("订单信息")
        for label, value in (
            ("订单编号", p.order_no(16)),
            ("下单时间", p.stamp()),
            ("支付方式", p.pick("在线支付", "微信支付", "支付宝")),
            ("配送方式", p.pick("快递", "普通快递 包邮", "送货上门")),
            ("发票信息", p.pick("不开发票", "电子发票-个人")),
            ("订单备注", p.pick("无", "尽快发货，谢谢", "-")),
        ):
            p.field(label, value, copy=label == "订单编号")
    return "订单详情，带进度条和订单信息"


def order_parts(p: PageBuilder) -> str:
    """One order in several parcels, or one with presale stages."""
    item = p.item()
    p.nav(p.pick("卖家已发货", "等待付尾款", "买家已付定金"), sub=p.left())
    if p.chance(0.5):
        with p.card():
            p.chips(("包裹1(共1件)", "包裹2(共1件)", "补发包裹(共1件)"), 0)
            p.back(30, 900)
            timeline(p, [("已发货", p.stamp("short"), "包裹等待快递员揽收"), ("", "", "查看更多物流明细")])
    else:
        with p.card():
            timeline(
                p,
                [
                    ("阶段1：定金", p.pick("已付款", "买家已付款"), f"¥{p.amount(10, 100):.2f}"),
                    ("阶段2：尾款", p.pick("未开始", "待付款"), f"{p.ahead(3).stamp('cnday')}20:00开始付尾款"),
                    ("发货", "", "付尾款后发货"),
                ],
            )
    with p.card():
        address_block(p)
    with p.card():
        order_goods(p, item, item.price)
        order_facts(p, "卖家已发货")
    return "订单详情，分包裹或预售分阶段"


def order_sheet(p: PageBuilder) -> str:
    """A question or a panel over the order."""
    text = _page(p, p.pick("买家已付款", "卖家已发货", "交易成功"))
    if p.chance(0.5):
        dialog(
            p,
            p.pick(
                "确认收货后，货款将打给卖家，确定收到货了吗？",
                "确定要删除该订单吗？删除后可在回收站找回",
                "已提醒卖家发货",
                "每笔订单只能延长一次收货时间，确定延长吗？",
                "确定取消订单吗？",
            ),
            ("取消", "确定"),
        )
    else:
        with sheet(p, p.pick("实付款明细", "费用明细", "更多操作"), button="知道了", height=p.height * 0.45):
            p.price_row("商品总价", p.amount(20, 500))
            for name in p.some(REDUCTIONS, 2, 4):
                p.row(name, f"-¥{p.amount(1, 40):.2f}", vcolour=p.skin.accent)
            p.price_row("实付款", p.amount(10, 300), bold=True)
    return text + "，上有弹层"


def order_desktop(p: PageBuilder) -> str:
    """The order on a computer."""
    item = p.item()
    p.resize(760, 470)
    p.canvas.background = WHITE
    p.x0, p.x1, p.y = 24, 736, 16
    steps(p, ("买家拍下宝贝", "买家付款", "卖家发货", "买家确认收货", "评价"), p.rng.randint(1, 4))
    p.para(
        "当前订单状态：" + p.pick("买家已付款，等待卖家发货", "卖家已发货，等待买家确认", "交易成功", "交易关闭"), 16, bold=True
    )
    p.space(8)
    p.rule()
    p.heading("订单信息")
    for label, value in (
        ("收货地址：", p.person() + " " + p.address()),
        ("买家留言：", "-"),
        ("订单编号：", p.order_no()),
        ("支付宝交易号：", p.order_no(28)),
        ("创建时间：", p.stamp()),
        ("付款时间：", p.stamp()),
    ):
        p.field(label, value, column=100, gap=3)
    p.rule()
    for x, name in ((24, "宝贝"), (380, "状态"), (470, "单价"), (550, "数量"), (620, "商品总价")):
        p.at(x, name, 12, p.skin.sub)
    p.y += 24
    p.thumb(item, 24, p.y, 56)
    p.canvas.text(90, p.y, p.title(item), 12, (60, 100, 200), width=270)
    p.canvas.text(90, p.y + 20, item.sku, 11, p.skin.faint, width=270)
    for x, text in (
        (380, p.pick("未发货", "已发货", "已确认收货")),
        (470, f"{item.price:.2f}"),
        (550, str(item.count)),
        (620, f"{item.price * item.count:.2f}"),
    ):
        p.canvas.text(x, p.y + 8, text, 12, p.skin.ink)
    p.y += 76
    p.canvas.price(736, p.y, item.price * item.count, 18, p.skin.accent, anchor="r", before="实付款：")
    return "电脑端订单详情"


LAYOUTS = {"订单详情页面": (order_shipped, order_paid, order_success, order_closed, order_list, order_snapshot, order_steps,
    order_parts, order_sheet, order_desktop)}  # fmt: skip
