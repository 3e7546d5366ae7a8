"""Returns: goods on their way back, courier pick-up, choosing how to send, refused returns."""

from __future__ import annotations

from data.synth.canvas import Colour, hide
from data.synth.screens.aftersale import REASONS, info_card, money_back, service_rows
from data.synth.screens.bars import action_bar, submit_bar, tab_bar
from data.synth.screens.blocks import address_block, feed, goods_row, input_area, links, steps, timeline, upload_box
from data.synth.screens.covers import dialog, sheet
from data.synth.screens.page_builder import WIDTH, PageBuilder
from data.synth.screens.pictures import badge
from data.synth.screens.skins import ORANGE, WHITE
from data.synth.screens.vouchers import CRIMSON

TITLE = ("退货退款详情", "退货退款详情", "退货详情", "退货/退款详情")
RETURN_RULES = ("不要使用到付或平邮寄出，商家可能拒收", "退款在商家确认收货前由平台保管，请放心寄回",
    "请在时限内填写单号，逾期申请会自动关闭", "运单号填错会影响退款，请仔细核对", "可选上门取件、驿站自寄等官方寄件方式",
    "请保持商品完好、配件齐全，以免影响退款", "退货地址由商家提供，如有疑问先联系商家", "赠品请一并寄回", "寄出后请保留底单",
    "平台同意了您的退货申请", "商家收到货后会尽快为您退款")  # fmt: skip
FAST = (
    "您享受极速退款，{a}元已提前到账，请按时寄回商品",
    "平台已提前垫付{a}元，待商家确认收货后完结",
    "作为优质会员，退款{a}元先到账，商品请尽快退回",
)
SLOTS = ("09:00-11:00", "11:00-13:00", "13:00-15:00", "15:00-17:00", "17:00-19:00", "19:00-21:00")
TRACK = (
    "包裹正在等待揽收",
    "快件已被揽收，正发往下一站",
    "快件已到达商家所在城市",
    "快件派送中，请留意商家签收",
    "快件已签收，等待商家验货",
)


def return_steps(p: PageBuilder) -> str:
    """Waiting for the buyer to send the goods."""
    item = p.item()
    p.nav(p.rng.choice(TITLE))
    action_bar(p, p.some(("平台介入", "修改申请", "撤销申请"), 1, 2), accent=False)
    state = p.pick("寄回商品", "待寄回商品", "请寄回商品", "等待买家退货")
    with p.card():
        rules = "\n".join([p.pick("请退货并填写物流单号", "商家已同意，请尽快寄回"), *p.some(RETURN_RULES, 2, 5)])
        timeline(
            p,
            [
                (p.pick("商家处理", "商家同意退货"), "", ""),
                (state, p.left(), rules),
                (p.pick("商家退款", "商家收货并退款"), "", ""),
            ],
            current=1,
        )
        p.row("", "全部流程", arrow=True, gap=2)
    with p.card():
        p.para("收货人：" + p.person(), 13, bold=True)
        p.para("退货地址：" + p.address() + p.pick("", "（请勿寄到付）", "（备注订单号）"), 12.5, p.skin.sub, limit=3)
        p.para("复制", 12, p.skin.accent)
        p.space(8)
        top = p.y
        p.at(p.x0, p.pick("官方推荐寄件", "官方推荐寄件服务", "上门取件服务"), 13.5, bold=True)
        p.y += 19
        p.note(p.pick("2小时上门 丢损必赔 免填地址", "极速上门 最高补贴25元", "免费上门 自动回传单号"))
        p.pill(
            p.x1,
            top + 3,
            p.pick("我要寄件", "预约取件", "去寄件"),
            fill=p.skin.accent2,
            fill2=p.skin.accent,
            ink=WHITE,
            wide=82,
            anchor="r",
        )
        p.y = top + 50
        if p.chance(0.3):
            p.at(p.x0, "88VIP退货包运费", 13.5, bold=True)
            p.pill(p.x1, p.y - 4, "立即开通", fill=(60, 48, 44), ink=(250, 220, 180), wide=82, anchor="r")
            p.y += 36
        top = p.y
        p.at(p.x0, p.pick("我已寄出", "已自行寄出"), 13.5, bold=True)
        p.y += 19
        p.note(p.pick("点击填写物流单号", "请填写退货运单号"))
        p.pill(p.x1, top + 3, "填写单号", outline=p.skin.faint, wide=82, anchor="r")
        p.y = top + 44
    service_rows(p)
    info_card(p, item)
    return f"退货退款详情，状态为{state}"


def return_shipped(p: PageBuilder) -> str:
    """The goods are on their way back; the seller has to confirm."""
    item, state = p.item(), p.pick("商家退款", "待商家收货", "等待商家收货并退款", "商家验货中")
    p.nav(p.rng.choice(TITLE))
    action_bar(p, p.some(("平台介入", "修改运单号", "撤销申请"), 1, 3), accent=False)
    with p.card():
        bodies = [
            p.pick("商家确认收货无误后会退款给您", "若商家逾期未处理，系统自动退款", "商家拒绝时，您可修改申请或请平台介入")
        ]
        if p.chance(0.4):
            bodies = [p.rng.choice(FAST).format(a=f"{item.price:.2f}"), "极速退款时间：" + p.stamp("chinese")]
        timeline(p, [("寄回商品", p.pick("", "寄件详情"), ""), (state, p.left(), "\n".join(bodies))], current=1)
        with p.card(pad=9, margin=14, fill=p.skin.page):
            p.at(p.x0, p.pick("已发货", "运输中", "已揽件", "已签收", "派送中"), 13, bold=True)
            p.at(p.x0 + 50, p.rng.choice(TRACK), 12.5, width=p.room() - 65)
            p.canvas.icon("chevron", p.x1 - 11, p.y + 4, 11, p.skin.faint)
            p.y += 19
            p.note(p.courier() + " " + p.order_no(14))
        timeline(p, [(p.pick("退款成功", "完成退款"), "", "")], current=-1)
        p.row("", "全部流程", arrow=True, gap=2)
        if p.chance(0.3):
            p.wide_button("查看钱款去向", outline=True)
    service_rows(p)
    info_card(p, item)
    return f"退货退款详情，商品已寄回，状态为{state}"


def return_courier(p: PageBuilder) -> str:
    """A courier picks the goods up."""
    item, state = p.item(), p.pick("快递员上门取件", "待快递员上门取件", "待快递员上传单号", "寄件点待发货", "等待取件")
    p.nav(p.rng.choice(TITLE))
    action_bar(p, p.some(("平台介入", "关闭退货", "撤销申请"), 1, 2), accent=False)
    with p.card():
        timeline(p, [("商家处理", "", ""), (state, p.pick("", "寄件详情", "有寄件实名待完成"), "")], current=1, gap=2)
        with p.card(pad=10, margin=16, fill=p.skin.page):
            if p.chance(0.5):
                p.para("预约" + p.pick("今天", "明天", "后天") + " " + p.rng.choice(SLOTS) + " 菜鸟裹裹上门取件", 13, bold=True)
                p.note(p.pick("正在为您分配快递员", "快递员会按时上门", "请提前把商品包装好"))
                p.para(f"寄件码：{p.digits(4)}", 13, p.skin.accent, bold=True)
                p.note("快递员上门时请出示")
            elif p.chance(0.5):
                p.para(p.pick("请先完成寄件实名认证", "包裹已揽收，请支付运费", "快递员已取件，运费计算中"), 13, bold=True)
                p.note(p.pick("实名后快递员才能揽收", "按实际重量计费，请及时支付", "费用确认后将提醒您支付"))
                p.buttons((p.pick("去实名", "支付运费", "查看费用"),), filled=True)
            p.para(p.secret(p.lexicon.name(p.rng) + "快递员 1" + p.digits(10)), 12.5)
            p.para(p.address(), 12, p.skin.sub)
            p.space(6)
            p.buttons(p.some(("物流客服", "取消寄件", "修改时间/地址", "联系快递员"), 2, 3), accent=None, align="l", size=11.5)
        timeline(p, [(p.pick("快递员上传运单号", "寄回商品"), "", "")], current=-1)
        p.row("", "全部流程", arrow=True, gap=2)
    service_rows(p)
    info_card(p, item)
    return f"退货退款详情，{state}"


def _banner(p: PageBuilder, tone: Colour) -> None:
    p.y -= 8
    p.canvas.rect(0, p.y, WIDTH, 76, tone)
    p.canvas.text(20, p.y + 18, p.pick("商家已同意退货", "卖家已同意您的退货申请", "退货申请已通过"), 14, WHITE, bold=True)
    p.canvas.text(20, p.y + 42, p.pick("请用菜鸟裹裹把商品寄回", "推荐使用官方寄件", "请尽快寄出商品"), 12, WHITE)
    badge(p, WIDTH - 82, p.y + 5, 50, (60, 60, 70))
    p.canvas.text(WIDTH - 57, p.y + 58, "菜鸟裹裹", 12, WHITE, anchor="m", bold=True)
    p.y += 76


def _two_addresses(p: PageBuilder, change: bool = False) -> None:
    with p.band(after=8):
        for index in range(2):
            top = p.y
            p.canvas.icon("pin", p.x0, top + 4, 15, p.skin.accent if index == 0 else p.skin.sub)
            p.para(p.person(), 13, indent=26, inset=20)
            p.para(
                p.address() + (p.pick("", "（拒收到付）", "虚拟地址请勿寄，请看退款说明") if index else ""),
                12,
                p.skin.sub,
                indent=26,
                inset=70 if change else 20,
                limit=3,
            )
            if change and index:
                p.pill(p.x1, top + 4, "修改地址", fill=p.skin.accent, ink=WHITE, anchor="r", size=11)
            else:
                p.canvas.icon("chevron", p.x1 - 12, top + 8, 11, p.skin.faint)
            p.y += 8


def return_method_page(p: PageBuilder) -> str:
    """Choose how to send: courier or service point."""
    tone = p.rng.choice((CRIMSON, (255, 90, 0), (245, 110, 30)))
    p.nav(p.pick("选择退货方式", "选择退货方式", "寄件退货"))
    submit_bar(p, p.pick("立即下单", "确认寄件", "立即预约"), colour=tone)
    _banner(p, tone)
    _two_addresses(p)
    with p.band():
        p.tabs((p.pick("上门取件", "快递上门"), p.pick("服务点自寄", "驿站自寄", "寄件点自寄")), p.rng.randint(0, 1), colour=tone)
        p.note(p.pick("2小时内上门 不填地址 丢了必赔", "极速取件 全程可查 丢失必赔"))
        p.space(5)
        p.row(
            p.pick("上门时间", "期望取件时间"),
            p.rng.choice(("请选择上门时间", p.ahead(1).stamp("cnday") + " " + p.rng.choice(SLOTS))),
            arrow=True,
        )
        if p.chance(0.6):
            p.row("运费险抵扣", f"-{p.rng.randint(6, 15)}元", vcolour=tone)
            p.row("预估运费", p.pick("¥0起", "共抵扣12元 ¥0起", "¥3.5起"), hint="1kg内，续重另计")
    with p.band():
        p.heading("寄件商品")
        goods_row(p, p.item(), price="none", size=56, promises=0)
    p.x0 = 14
    p.check(14, p.y, True, 13)
    p.at(32, p.pick("我已阅读《服务协议》并同意", "已阅读并同意《寄件服务协议》"), 11)
    p.x0 = 0
    p.y += 30
    return "选择退货方式页面，商家已同意退货"


def return_address_problem(p: PageBuilder) -> str:
    """The pick-up page when the seller's address does not work or freight is unpaid."""
    tone = p.rng.choice((CRIMSON, (255, 90, 0)))
    p.nav("选择退货方式")
    submit_bar(p, p.pick("暂停服务", "暂不可用", "暂停寄件"), colour=(250, 175, 150))
    _banner(p, tone)
    _two_addresses(p, change=p.chance(0.7))
    title, hints = p.rng.choice((("商家退货地址异常", ("1.请商家提供正确地址", "2.点击修改地址后重新寄出")),
        ("您有运费未支付", ("支付后才能继续在线寄件", "去支付或反馈问题>>")),
        ("此地址还不支持上门取件", ("您可以选择附近服务点自寄",)), ("当前地区暂停揽收", ("受天气影响，恢复时间请关注公告",
        ))))  # fmt: skip
    with p.band():
        p.space(10)
        badge(p, WIDTH / 2 - 22, p.y, 44, (250, 150, 40))
        p.y += 56
        p.para(title, 13.5, bold=True, align="m")
        for hint in hints:
            p.para(hint, 11.5, p.skin.sub, align="m")
        p.space(8)
        p.pill(WIDTH / 2, p.y, "联系商家", outline=tone, ink=tone, anchor="m", wide=96)
        p.y += 38
    with p.band():
        p.heading("寄件商品")
        goods_row(p, p.item(), price="none", size=56, promises=0)
    p.para(p.pick("本服务由菜鸟裹裹提供", "寄件服务由第三方物流提供"), 10.5, p.skin.faint, align="m")
    return f"选择退货方式页面，{title}"


def return_flow_sheet(p: PageBuilder) -> str:
    """The complete process over the progress page."""
    return_shipped(p)
    p.clock = p.now
    with sheet(p, p.pick("全部退款流程", "全部流程", "退货退款流程"), button="我知道了", height=p.height * 0.5):
        current = p.rng.randint(1, 3)
        names = ["提交申请", "商家处理", "寄回商品", "商家退款", "退款成功"]
        for index, name in enumerate(names):
            p.back(-600, -30)
            body = p.pick("等待商家确认收货", "请退货并填写物流单号", "退款已提前到账，请放心") if index == current else ""
            timeline(
                p,
                [(name, p.stamp("short") if index <= current and p.chance(0.5) else "", body)],
                current=0 if index == current else -1,
                gap=4,
            )
    return "退货退款的全部流程弹层"


def return_fill_number(p: PageBuilder) -> str:
    """The form for the parcel number."""
    item = p.item()
    p.nav(p.pick("填写退货物流", "填写物流信息", "填写运单号", "退货物流"))
    submit_bar(p, p.pick("提交", "确认提交"))
    with p.card():
        p.heading("退货商品")
        goods_row(p, item, size=56, promises=0)
    with p.card():
        p.heading(p.pick("退货信息", "物流信息"))
        p.row("物流单号*", p.rng.choice(("请填写退货单号", p.order_no(13))), arrow=False)
        p.row("物流公司*", p.rng.choice(("请选择物流公司", p.courier())), arrow=True)
        p.row("联系电话*", p.secret("1" + p.digits(10)))
    with p.card():
        p.heading(p.pick("退款说明", "补充说明"))
        input_area(p, p.pick("请填写退货说明", "选填，最多200字"))
        upload_box(p, ("上传凭证", "(最多3张)"))
    if p.chance(0.35):
        dialog(
            p,
            p.pick("该单号已被使用，请核对后填写", "物流单号格式不正确", "请填这次寄出的单号", "单号与所选物流公司不匹配"),
            ("确定",),
        )
    return "填写退货物流单号的页面"


def return_done(p: PageBuilder) -> str:
    """A finished or closed return."""
    item, state = p.item(), p.pick("退款成功", "退款成功", "退款关闭", "极速退款，平台先行垫付成功")
    p.nav(p.rng.choice(TITLE))
    action_bar(p, p.some(("售后评价", "申请调解", "去还款", "删除记录"), 1, 2))
    p.back(60, 9000)
    with p.card():
        p.at(p.x0, state, 16.5, p.skin.accent, bold=True, width=220)
        if "关闭" not in state:
            p.canvas.price(p.x1, p.y, item.price, 20, p.skin.accent, anchor="r")
        p.y += 26
        p.note(p.stamp("chinese"))
        if "关闭" in state:
            p.note(p.pick("您撤销了退货申请", "逾期未寄回商品，申请已关闭", "申请处理完毕"))
        else:
            money_back(p, item.price) if p.chance(0.4) else None
            p.wide_button("查看钱款去向", outline=True)
    if p.chance(0.5):
        with p.card():
            p.row(p.pick("寄件详情", "退货物流", "寄件费用已支付"), p.pick("", "查看寄件明细"), arrow=True, bold=True, gap=3)
    service_rows(p)
    info_card(p, item)
    feed(p, 3, p.pick("", "宝贝不满意？看看这些好物", "猜你喜欢"))
    return f"退货退款详情，状态为{state}"


def return_refused(p: PageBuilder) -> str:
    """The seller or the platform refused."""
    item, who = p.item(), p.pick("商家", "卖家", "天猫", "商家")
    p.nav(p.rng.choice(TITLE))
    action_bar(p, p.pick("撤销申请|修改申请", "平台介入|还款并撤销", "撤销申请|申请平台介入").split("|"))
    with p.card():
        p.para(
            f"{who}" + p.pick("已拒绝，请及时处理", "拒绝了您的申请", "已拒绝退款，待您处理") + " " + p.left(),
            15.5,
            p.skin.accent,
            bold=True,
        )
        p.para(
            "拒绝原因："
            + p.pick(
                "商品影响二次销售",
                "没有收到退回的包裹",
                "商品经检测无质量问题",
                "退回商品与原商品不符",
                "已过退货期限",
                "退回的商品缺少配件",
                "物流显示还在运输中，收到后再处理",
            ),
            12.5,
            p.skin.accent,
        )
        p.note(p.pick("可修改申请后再次提交，商家会重新处理", "逾期未操作，申请将自动关闭", "与商家协商不成时可申请平台介入"))
        if p.chance(0.5):
            with p.card(pad=9, margin=0, fill=p.skin.page):
                p.para(p.pick("运输中", "已签收") + " " + p.rng.choice(TRACK), 12.5, limit=1)
                p.note(p.courier() + " " + p.order_no(13))
    service_rows(p)
    info_card(p, item)
    return f"退货退款详情，{who}拒绝了退货申请"


def return_cainiao(p: PageBuilder) -> str:
    """The parcel app's return service, also for other shops."""
    p.dress(ORANGE)
    p.nav(p.pick("菜鸟裹裹网购退", "网购退货", "寄退货"), "mini")
    p.y -= 8
    p.canvas.gradient(0, p.y, WIDTH, 70, ORANGE.head, ORANGE.head2)
    p.canvas.text(20, p.y + 12, p.pick("退货寄件 运费低至5元", "退货上门取 限时7折", "退货包裹 免费上门"), 19, WHITE, bold=True)
    p.canvas.text(20, p.y + 44, "支持抖音、快手、拼多多等平台", 11.5, WHITE)
    p.y += 80
    with p.card():
        p.tabs(("淘宝天猫退货", "其他电商退货"), 0, colour=(40, 110, 240))
        for mark in ("寄", "退"):
            p.pill(
                p.x0,
                p.y + 4,
                mark,
                size=10.5,
                pad=4,
                fill=(40, 110, 240) if mark == "寄" else (250, 110, 30),
                ink=WHITE,
                radius=4,
            )
            p.para(p.person(), 13, indent=30, inset=20)
            p.para(p.address(), 12, p.skin.sub, indent=30, inset=20, limit=2)
            p.space(8)
        goods_row(p, p.item(), price="none", size=44, promises=0)
    with p.card():
        p.row("寄件方式", "", gap=0)
        p.y -= 18
        p.x0 += 90
        p.chips(("上门取件", "服务点自寄"), 0)
        p.x0 -= 90
        p.row("期望上门时间", p.pick("今天 ", "明天 ") + p.rng.choice(SLOTS), arrow=True)
        p.row("预估运费", f"¥{p.rng.randint(5, 14)}", vcolour=p.skin.accent, hint="按实际重量计费")
    submit_bar(p, p.pick("立即下单", "去寄件"))
    return "菜鸟裹裹退货寄件下单页"


def return_parcel_order(p: PageBuilder) -> str:
    """The pick-up order of a returned parcel."""
    p.nav(p.pick("寄件详情", "订单详情", "退货寄件详情"), "mini")
    p.para(p.pick("待取件", "快递员正在赶来", "已取件，等待运输", "等待上门取件"), 18, bold=True, indent=14)
    p.note(p.pick("退货包裹由快递员上门揽收", "请在约定时间内等待快递员"), indent=14)
    p.space(6)
    with p.card():
        p.row(p.pick("天猫退货", "淘宝退货") + "｜1件", "查看退货商品详情", arrow=True, bold=True, vcolour=(40, 110, 240))
        address_block(p, arrow=False)
        p.rule()
        p.field("退货单号", p.order_no(16), copy=True)
        p.field("下单时间", p.stamp())
        p.field("物品重量", p.pick("1.00kg", "0.80kg", "3.2kg"))
    with p.card():
        steps(p, ("下单", "接单", "取件", "运输", "商家签收"), p.rng.randint(1, 3))
        p.buttons(("取消寄件", "修改信息", "联系快递员"), accent=None)
    with p.card():
        p.row("运费险", p.pick("理赔中", "已抵扣运费9元"), arrow=True)
        p.row("退货方式", p.pick("上门取件", "驿站自寄"))
    info_card(p, p.item(), heading="退货信息", kind="退货")
    return "退货寄件订单详情"


def return_sheet_method(p: PageBuilder) -> str:
    """The sheet with the ways to send back."""
    (return_steps if p.chance(0.5) else return_refused)(p)
    with sheet(p, p.pick("选择退货方式", "请选择寄回方式"), button="确认", height=p.height * 0.45):
        for index, (name, hint) in enumerate(
            (
                ("上门取件", "快递员上门，2小时内取件，丢损必赔"),
                ("寄件点自寄", "免填地址，报手机号即可寄件"),
                ("自行寄回", "自己联系快递，运费先垫付"),
            )
        ):
            if index == 1 and p.chance(0.3):
                continue
            p.at(p.x0, name, 14.5, bold=True)
            if index < 2:
                p.pill(
                    p.x0 + 84,
                    p.y,
                    p.pick("运费险可抵", "包运费", "菜鸟裹裹"),
                    size=9,
                    pad=4,
                    outline=p.skin.accent,
                    ink=p.skin.accent,
                    radius=3,
                )
            p.check(p.x1 - 18, p.y + 8, index == 0)
            p.y += 22
            p.note(hint)
            p.y += 16
    return "选择退货方式的弹层"


def return_withdraw(p: PageBuilder) -> str:
    """A question over the return's page."""
    (return_steps if p.chance(0.5) else return_courier)(p)
    text = p.pick(
        "撤销退货后可能无法再次申请，确定撤销吗？",
        "确定取消本次上门取件吗？",
        "确认关闭退货？关闭后售后保障将结束",
        "修改后需要商家重新同意，是否继续？",
        "超出售后保障期后将不能再发起退货，确定撤销吗？",
    )
    dialog(p, text, (p.pick("取消", "再想想"), p.pick("确定", "确认撤销")))
    return "退货页面上的确认弹窗"


def return_request_view(p: PageBuilder) -> str:
    """The application as a list of facts."""
    item = p.item()
    p.nav(p.pick("退货申请", "退货信息", "退货退款申请"))
    action_bar(p, ("撤销申请", "修改申请"))
    with p.card():
        p.para(p.pick("退货申请已提交，待商家审核", "商家已同意退货，请寄回商品", "退货申请审核中"), 16, p.skin.accent, bold=True)
        p.note(p.left())
        steps(p, ("提交申请", "商家审核", "买家退货", "商家收货", "完成"), p.rng.randint(0, 2))
    with p.card():
        p.heading("退货商品")
        goods_row(p, item)
        for label, value in (
            ("服务类型", "退货退款"),
            ("退货原因", p.rng.choice(REASONS)),
            ("退货数量", str(item.count)),
            ("退款金额", p.yuan(item.price)),
            ("退货说明", p.pick("尺码不合适", "颜色有色差", "无", "跟图片不一样，申请退货")),
            ("申请时间", p.stamp()),
            ("退货编号", p.order_no(18)),
        ):
            p.field(label, value)
    with p.card():
        p.heading("退货地址")
        p.para(hide("王某某 13800000000") if p.chance(0.7) else p.person(), 13)
        p.para(p.address(), 12.5, p.skin.sub)
        p.note(p.pick("退货时请附上纸条，写明订单号和退货原因", "请不要直接寄到发货地址"))
    links(p, ("联系商家", "官方客服"))
    return "退货申请详情，列出退货原因和退货地址"


def return_points(p: PageBuilder) -> str:
    """Service points near by for returned parcels."""
    p.nav(p.pick("选择寄件点", "附近退货服务点", "服务点自寄"), "mini")
    p.tabs(("上门取件", "服务点自寄"), 1)
    for _ in range(5):
        with p.card():
            p.at(
                p.x0,
                p.secret(
                    p.pick("菜鸟驿站", "退货代收点", "快递超市") + "(" + p.pick("阳光店", "学院路店", "南门店", "商业街店") + ")"
                ),
                14,
                bold=True,
            )
            p.at(p.x1, f"{p.rng.randint(90, 2500)}m", 12, p.skin.accent, anchor="r")
            p.y += 22
            p.para(p.address(), 12, p.skin.sub)
            p.note(f"营业时间 {p.rng.randint(7, 9)}:00-{p.rng.randint(19, 22)}:00  可寄退货")
            p.space(4)
            p.buttons(("打电话", "导航", "选择"), accent=-1)
    tab_bar(p, ("取件", "寄件", "退货", "我的"), 2)
    return "退货服务点列表"


LAYOUTS = {"退货页面": (return_steps, return_shipped, return_courier, return_method_page, return_address_problem,
    return_flow_sheet, return_fill_number, return_done, return_refused, return_cainiao, return_parcel_order, return_sheet_method,
    return_withdraw, return_request_view, return_points)}  # fmt: skip
