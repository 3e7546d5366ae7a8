"""Refunds: progress, success, where the money goes, application, negotiation record, lists."""

from __future__ import annotations

from data.synth.canvas import hide
from data.synth.screens.aftersale import REASONS, info_card, money_back, negotiation, service_rows, talk_entries
from data.synth.screens.bars import action_bar, submit_bar
from data.synth.screens.blocks import feed, goods_row, input_area, links, shop_row, steps, timeline, upload_box
from data.synth.screens.covers import dialog, sheet
from data.synth.screens.page_builder import WIDTH, PageBuilder
from data.synth.screens.skins import WHITE
from data.synth.screens.vouchers import coupon

DONE = ("退款成功", "退款成功", "退款已完成", "极速退款成功", "平台垫付，退款成功", "退款已到账")


WHY_FAST = ("您的信用记录良好，本单由平台先把{a}元退给您，商家收货后再结算。", "平台已为您先行垫付{a}元，请留意到账通知。",
    "本单满足极速退款条件，{a}元已原路退回。", "您是诚信用户，商家未处理前由平台提前退款{a}元。",
    "商家已同意申请，款项{a}元原路退回。", "未发货订单申请后系统自动退款，{a}元已退。",
    "商家超时未处理，系统已自动同意并退款{a}元。", "平台支持了您的退款申请，{a}元将退回原支付账户。")  # fmt: skip


def refund_done(p: PageBuilder) -> str:
    """A finished refund with its amount."""
    item, state = p.item(), p.rng.choice(DONE)
    p.nav(p.pick("退款详情", "退款详情", "售后详情", "钱款详情"))
    if p.chance(0.35):
        action_bar(p, p.some(("删除记录", "售后评价", "客服介入", "再次购买"), 1, 2), accent=p.chance(0.4))
    p.back(60, 9000)
    with p.card():
        p.at(p.x0, state, 17, p.skin.accent, bold=True)
        p.canvas.price(p.x1, p.y, item.price, 20, p.skin.accent, anchor="r")
        p.y += 26
        p.note(p.stamp(p.pick("chinese", "minute")))
        if p.chance(0.5):
            p.note(p.rng.choice(WHY_FAST).format(a=f"{item.price:.2f}"))
        p.space(5)
        money_back(p, item.price)
        p.wide_button(p.pick("查看钱款去向", "查看钱款去向", "查看退款去向"), outline=True)
    service_rows(p)
    info_card(p, item)
    if p.chance(0.5):
        feed(p, 3, p.pick("宝贝不满意？看看这些", "猜你喜欢", "你可能还喜欢", ""))
    return f"退款详情页，状态为{state}，退款金额{item.price:.2f}元"


def refund_whereabouts(p: PageBuilder) -> str:
    """The sheet that says where the money went."""
    refund_done(p)
    total = p.amount(5, 3000)
    with sheet(
        p,
        p.pick("钱款去向详情", "钱款去向", "退款去向详情", "退款明细"),
        button=p.pick("我知道了", "知道了", "关闭"),
        outline=p.chance(0.7),
    ):
        p.price_row(p.pick("退款总金额", "退款总额"), total, colour=p.skin.accent, bold=True, size=18)
        money_back(p, total)
        if p.chance(0.4):
            coupon(
                p,
                p.rng.choice((5, 10, 20, 30)),
                f"满{p.rng.choice((39, 99, 199))}可用",
                p.pick("店铺优惠券", "商品券"),
                "有效期至" + p.ahead(9).stamp("dot"),
                "可使用",
            )
        if p.chance(0.5):
            p.clock = p.now
            timeline(
                p,
                [
                    ("退款成功", p.stamp("short"), ""),
                    (p.pick("银行处理中", "支付宝处理"), "", "预计1-3个工作日到账，以银行入账为准"),
                    ("商家退款", "", ""),
                ],
            )
    return "退款钱款去向弹层，列出退回的账户和金额"


def refund_banner(p: PageBuilder) -> str:
    """The older page: coloured banner with the state, reason lines, amount, record, facts."""
    item, state = (
        p.item(),
        p.pick("退款成功", "极速退款成功", "退款关闭", "请等待商家处理", "退款中", "商家拒绝退款，请处理", "等待商家同意退款"),
    )
    p.nav("退款详情")
    p.back(30, 6000)
    p.y -= 8
    high = 96.0
    p.canvas.gradient(0, p.y, WIDTH, high, p.skin.accent2, p.skin.accent, across=True)
    p.y += 12
    with p.card(after=14):
        p.para(state, 16, bold=True)
        p.note(p.left() if "等待" in state or "处理" in state else p.stamp("chinese"))
        if p.chance(0.5):
            p.space(4)
            steps(
                p,
                ("提交申请", "商家处理", p.pick("平台审核", "寄回商品"), "商家退款", "退款成功"),
                4 if "成功" in state else p.rng.randint(1, 3),
            )
    with p.band(after=8):
        if "成功" in state:
            p.para(p.rng.choice(WHY_FAST).format(a=f"{item.price:.2f}"), 13.5, bold=True)
        elif "关闭" in state:
            p.para(
                p.pick("您已撤销本次申请，退款关闭", "由于超时未处理，本次申请已关闭", "您已确认收货，退款申请自动关闭"),
                13.5,
                bold=True,
            )
        else:
            p.para(
                p.pick(
                    "您已提交退款申请，请等商家答复",
                    "商家同意或超时未处理，系统将自动退款",
                    "商家不同意时，您可以修改申请或请平台协助",
                ),
                13.5,
                bold=True,
            )
        p.rule()
        p.price_row(p.pick("退款总金额", "退款金额"), item.price, colour=p.skin.accent)
        money_back(p, item.price)
    with p.band(after=8):
        p.row("权益保障", bold=True, size=14.5)
        p.row(p.pick("运费险", "退货运费险", "极速退款"), "", arrow=True, gap=6)
    with p.band(after=8):
        p.row("协商历史", "", arrow=True, bold=True, gap=4)
    with p.band(after=8):
        p.heading("退款信息")
        goods_row(p, item, promises=0)
        p.field("退款原因", p.rng.choice(REASONS))
        p.field("退款金额", p.yuan(item.price))
        p.field("申请时间", p.stamp("minute"))
        p.field("退款编号", p.order_no(18), copy=True)
        links(p, ("联系卖家", "拨打电话", "咨询小蜜"))
    return f"退款详情页，状态为{state}"


def refund_waiting(p: PageBuilder) -> str:
    """A refund-only case in progress as a vertical timeline."""
    item = p.item()
    p.nav(p.pick("退款详情", "仅退款详情", "售后详情"))
    action_bar(p, p.some(("平台介入", "客服介入", "修改申请", "撤销申请"), 1, 3), accent=p.chance(0.3))
    with p.card():
        p.back(10, 2000)
        entries = [
            (
                p.pick("商家处理中", "待商家处理", "等待商家处理"),
                p.left(),
                p.pick("商家同意后，款项将原路退回", "若商家逾期未处理，系统将自动退款给您", "商家拒绝后，您可修改申请再次发起"),
            ),
            ("提交申请", p.stamp("short"), ""),
        ]
        if p.chance(0.5):
            entries.insert(0, (p.pick("退款成功", "商家退款"), "", ""))
        if p.chance(0.4):
            entries[0] = (
                p.pick("商家已拒绝", "商家拒绝了退款"),
                p.left(),
                "拒绝原因：" + p.pick("商品已寄出", "已超过售后时效", "商品无质量问题", "请提供照片凭证", "与您协商补偿方案"),
            )
        timeline(p, entries)
        p.row("", "全部流程", arrow=True, gap=2)
    service_rows(p)
    info_card(p, item, open_=True)
    return "仅退款申请处理中的页面"


def refund_apply(p: PageBuilder) -> str:
    """The application form."""
    item = p.item()
    p.nav(p.pick("申请退款", "申请退货退款", "申请仅退款", "确认退款信息", "修改退款申请"))
    submit_bar(p, p.pick("提交", "提交申请", "确认提交"))
    if p.chance(0.4):
        with p.card(fill=p.skin.tint):
            p.para(
                p.pick(
                    "本单用了活动红包，退款后红包不退回或已过期，以实际退款为准。",
                    "该商品参加满减活动，部分退款可能影响其他商品优惠。",
                    "退款成功后，赠品需一并退回，否则会从退款中扣除。",
                    "本单使用了分期付款，退款后已还手续费不退。",
                ),
                12,
                p.skin.accent,
            )
    with p.card():
        if p.chance(0.6):
            goods_row(p, item, size=56, promises=0)
        p.row(
            p.pick("服务类型", "申请类型", "售后类型"), p.pick("仅退款", "退货退款", "我要退款(无需退货)"), arrow=True, vbold=True
        )
        if p.chance(0.5):
            p.row("货物状态", p.pick("未收到货", "已收到货", "请选择"), arrow=True)
        p.row("退款原因*", p.rng.choice(("请选择", *REASONS)), arrow=True)
        p.row("退款金额*", "修改", vcolour=p.skin.sub, gap=6)
        p.canvas.price(p.x0, p.y, item.price, 19, p.skin.accent)
        p.y += 26
        p.note(f"可修改，最多¥{item.price:.2f}，含发货邮费¥{p.rng.choice((0, 0, 0, 6, 10)):.2f}")
        if p.chance(0.4):
            with p.card(pad=9, margin=0, fill=p.skin.page):
                for name in p.some(
                    ("超级红包", "店铺礼金", "消费券 退回后不可用", "直播间红包 退回后不可用", "淘金币抵扣", "新人礼金", "定金"),
                    1,
                    4,
                ):
                    p.price_row(name, p.amount(0.1, 60), size=12)
    if p.chance(0.6):
        with p.card():
            p.row(p.pick("退货方式", "退货方式*"), p.pick("请选择", "菜鸟裹裹上门取件", "寄件点自寄", "自行寄回"), arrow=True)
            if p.chance(0.6):
                p.row("我的地址", p.address(), arrow=True)
                p.row("上门时间*", p.ahead(1).stamp("day") + p.pick(" 09:00-11:00", " 13:00-15:00", " 17:00-19:00"), arrow=True)
    with p.card():
        p.heading("补充描述和凭证")
        input_area(
            p,
            p.pick("说得越详细，商家处理得越快", "请描述您遇到的问题（选填）", "补充说明，方便商家核实"),
            p.rng.choice((170, 200)),
        )
        upload_box(p)
    service_rows(p)
    return "申请退款的表单页，含退款原因和退款金额"


def refund_reason_sheet(p: PageBuilder) -> str:
    """The list of reasons over the form."""
    refund_apply(p)
    with sheet(
        p,
        p.pick("退款原因", "请选择退款原因", "选择退款原因", "申请原因"),
        button=p.pick("完成", "确定", "提交"),
        height=p.height * 0.62,
    ):
        p.note(p.pick("请如实选择，便于商家快速处理", "不同原因会影响运费由谁承担")) if p.chance(0.4) else None
        chosen = p.rng.randint(-3, 5)
        for index, reason in enumerate(p.some(REASONS, 6, 9)):
            p.at(p.x0, reason, 13.5)
            p.check(p.x1 - 18, p.y - 2, index == chosen)
            p.y += 38
    return "选择退款原因的弹层"


def refund_type_choice(p: PageBuilder) -> str:
    """Choose the kind of after-sales service."""
    item = p.item()
    p.nav(p.pick("选择售后类型", "选择服务类型", "申请售后", "退款/售后"))
    with p.card():
        p.heading(p.pick("退款商品", "售后商品"))
        goods_row(p, item, promises=0)
    kinds = [("我要退款(无需退货)", "没收到货，或与卖家协商后不退货只退款"), ("仅退款", "未收到货，或协商一致无需退货"),
        ("我要退货退款", "已收到货，需要退还商品"), ("退货退款", "已收到货，商品寄回后退款"),
        ("我要换货", "商品有问题，与商家沟通更换"), ("维修", "已收到货，需要退还维修"), ("价保", "买贵了申请价保退差价"),
        ("补寄", "少件、破损，申请补发"), ("退差价", "活动后降价，申请差额")]  # fmt: skip
    with p.card():
        p.heading(p.pick("选择售后类型", "选择服务类型", "请选择服务"))
        for name, hint in p.rng.sample(kinds, p.rng.randint(2, 5)):
            p.canvas.icon(p.pick("wallet", "box", "truck", "shield"), p.x0, p.y + 6, 18, p.skin.accent)
            p.at(p.x0 + 30, name, 14, bold=True)
            p.canvas.icon("chevron", p.x1 - 12, p.y + 10, 12, p.skin.faint)
            p.y += 20
            p.note(hint, indent=30, inset=20)
            p.y += 10
    service_rows(p)
    p.para(p.pick("售后退换规则说明", "退款规则说明"), 12, p.skin.faint, align="m")
    return "选择售后类型的页面，可申请退款"


def refund_negotiation(p: PageBuilder) -> str:
    """The record of a refund."""
    negotiation(p, p.pick("退款", "仅退款", "退货退款"))
    return "退款的协商历史，有买家申请和系统处理记录"


def refund_list(p: PageBuilder) -> str:
    """The list of refund cases."""
    if p.chance(0.5):
        p.nav(p.pick("退款/售后", "售后列表", "退款售后"))
    else:
        p.nav("搜索订单", "search", right="")
        p.tabs(("待付款", "待发货", "待收货", "退款/售后", "待评价"), 3, size=13.5)
    for _ in range(4):
        if p.full():
            break
        item, state = p.item(), p.pick("退款成功", "退款成功", "退款关闭", "待商家处理", "退款中", "极速退款成功")
        with p.card():
            shop_row(p, p.pick("退款", "退货", "退货", "仅退款", "退款"))
            goods_row(p, item, price="none", promises=0, extra=p.pick(f"退款: ¥{item.price:.2f}", f"退款金额：¥{item.price:.2f}"))
            with p.card(pad=9, margin=0, fill=p.skin.page, after=6):
                p.at(p.x0, state, 12.5, bold=True)
                p.at(p.x0 + 70, state + (f" ¥{item.price:.2f}" if "成功" in state else ""), 12.5)
                p.y += 20
            p.buttons(p.some(("查看详情", "售后评价", "删除记录", "钱款去向", "联系商家", "撤销申请", "修改申请"), 2, 3))
    return "退款售后列表，多笔退款订单"


REFUSALS = ("本单不能发起退货退款", "订单已超过售后期限，无法申请退款", "该商品不支持7天无理由，请联系商家",
    "当前订单状态无法发起退款", "退款金额不能超过实付金额", "系统繁忙，提交失败，请稍后重试",
    "您有一笔退款正在处理，请勿重复提交", "赠品订单不能单独退款", "撤销后本单将不能再次申请售后，确定撤销吗？",
    "确认撤销本次退款申请吗？撤销后可能超过售后时间", "商家已发货，请选择退货退款", "收货后才能申请该类型售后")  # fmt: skip


def refund_dialog(p: PageBuilder) -> str:
    """A message over the form or the progress page."""
    text = p.rng.choice(REFUSALS)
    (refund_apply if p.chance(0.6) or not text.endswith("？") else refund_waiting)(p)
    dialog(p, text, ("取消", p.pick("确定", "确认")) if text.endswith("？") else (p.pick("确定", "我知道了", "知道了"),))
    return f"退款页面上的提示弹窗：{text}"


def refund_records(p: PageBuilder) -> str:
    """Refunds in a wallet: bill with refunds, or the credit account's refund records."""
    p.nav(p.pick("更多记录", "退款记录", "还款与退款", "账单"), icons=("headset",))
    p.tabs(("退款记录", "还款记录", "历史账单"), 0, colour=(40, 110, 240))
    for month in range(3):
        with p.card():
            p.clock = p.now
            p.back(43200 * month, 43200 * month + 20000)
            p.para(p.stamp("shortday")[:5], 13, p.skin.sub)
            for _ in range(p.rng.randint(1, 4)):
                p.canvas.icon(p.pick("bag", "grid", "star", "home"), p.x0, p.y + 2, 15, p.skin.accent)
                p.at(p.x0 + 26, p.secret(p.item().title), 13, width=190)
                p.canvas.text(p.x1, p.y, f"{p.amount(5, 400):.2f}", 13, p.skin.ink, anchor="r")
                p.y += 20
                p.at(
                    p.x0 + 26,
                    p.pick("服饰装扮", "餐饮美食", "母婴亲子", "日用百货", "运动户外", "数码电器", "其他"),
                    11,
                    p.skin.faint,
                )
                p.at(
                    p.x1,
                    p.pick(f"有退款，已退至{p.rng.randint(1, 12)}月账单", "有退款，已恢复额度", "已全额退款"),
                    11,
                    p.skin.accent,
                    anchor="r",
                )
                p.y += 26
    p.para("查看更早的记录", 12, (40, 110, 240), align="m")
    return "花呗等账户的退款记录列表"


def refund_chat_bill(p: PageBuilder) -> str:
    """A payment app's bill of an order that was refunded."""
    p.nav("", "close", icons=())
    p.canvas.ellipse(WIDTH / 2 - 20, p.y + 4, 40, 40, (60, 140, 240))
    p.canvas.text(WIDTH / 2, p.y + 15, "退", 18, WHITE, anchor="m", bold=True)
    p.y += 58
    p.para(p.secret(p.lexicon.shop(p.rng)), 14, align="m")
    amount = p.amount(5, 600)
    p.para(f"-{amount:.2f}", 27, align="m", bold=True)
    p.y += 16
    p.x0, p.x1 = 20, WIDTH - 20
    p.field("退款记录", p.pick(f"已退款¥{amount:.2f}", f"已全额退款（¥{amount:.2f}）", f"部分退款¥{amount / 2:.2f}"), column=84)
    for label, value in (("当前状态", p.pick("已全额退款", "退款成功", f"已退款(¥{amount:.2f})")),
        ("支付时间", p.stamp("chinese") + ":08"), ("退款时间", p.stamp()), ("商品", p.title(p.item())),
        ("商户全称", p.secret(p.lexicon.shop(p.rng) + "有限公司")), ("支付方式", p.pick("零钱", "零钱通", "储蓄卡", "信用卡")),
        ("退款方式", p.pick("退回零钱", "原路退回", "退回银行卡")), ("交易单号", p.order_no(28)), ("商户单号",
        p.order_no(26))):  # fmt: skip
        if p.chance(0.85):
            p.field(label, value, column=84, gap=9)
    p.x0, p.x1 = 0, WIDTH
    return "支付账单中的退款记录，款项已退回"


def refund_desktop(p: PageBuilder) -> str:
    """The refund page on a computer."""
    item = p.item()
    p.resize(760, p.rng.choice((230.0, 320.0, 430.0)))
    p.canvas.background = (250, 250, 250)
    p.x0, p.x1, p.y = 24, 736, 18
    state = p.pick("退款成功", "退款关闭", "请等待商家处理")
    p.at(24, state, 19, bold=True)
    p.x0 = 130
    steps(p, ("买家申请仅退款", "商家处理退款申请", "退款完毕"), 2 if state == "退款成功" else 1, colour=(40, 110, 240))
    p.x0 = 24
    p.y += 8
    for text in (
        f"{state}时间：{p.stamp()}",
        f"退款金额：¥ {item.price:.2f}",
        "退款规则：" + p.pick("未发货秒退", "原路退回", "商家同意后自动退款"),
        f"退款原因：{p.rng.choice(REASONS)}",
    ):
        p.para(text, 13)
    p.y += 10
    top = p.y
    p.canvas.rect(24, top, 300, 200, WHITE, outline=p.skin.rule)
    p.x0, p.x1, p.y = 36, 312, top + 12
    p.heading("退款详情")
    goods_row(p, item, size=56, promises=0)
    p.field("退款编号", p.order_no(18))
    p.field("订单编号", p.order_no(19))
    p.x0, p.x1, p.y = 350, 736, top + 12
    p.heading("协商历史", "查看全部")
    for who, lines in talk_entries(p, item, "退款"):
        p.note(f"{who}  {p.stamp()}")
        p.para(lines[0], 12.5)
        p.y += 8
    return f"电脑端退款详情，{state}"


def refund_notice(p: PageBuilder) -> str:
    """Refund messages of the notification centre, and why a refund cannot start."""
    p.nav(p.pick("退款通知", "服务通知", "钱款变动提醒"))
    for _ in range(4):
        item = p.item()
        p.back(60, 5000)
        with p.card():
            p.note(p.pick("退款消息", "订单退款提醒", "退款到账通知") + "   " + p.stamp("short"))
            p.para(
                p.pick("您的订单已退款成功", "退款已到账", "商家已同意退款", "退款申请已提交", "平台已为您极速退款"),
                15,
                bold=True,
            )
            p.thumb(item, p.x1 - 48, p.y - 26, 46)
            p.field("退款金额", p.yuan(item.price))
            p.field("退款状态", p.pick("退款已到账", "等待商家处理", "退款成功"))
            p.field("退款商品", hide(item.title) if p.chance(0.6) else item.title)
            p.rule()
            p.row(p.pick("点击查看钱款去向", "查看详情"), arrow=True, vcolour=p.skin.accent, gap=2)
    return "退款到账通知列表"


LAYOUTS = {
    "退款页面": (
        refund_done, refund_whereabouts, refund_banner, refund_waiting, refund_apply, refund_reason_sheet, refund_type_choice,
        refund_negotiation, refund_list, refund_dialog, refund_records, refund_chat_bill, refund_desktop, refund_notice,
    )
}  # fmt: skip
