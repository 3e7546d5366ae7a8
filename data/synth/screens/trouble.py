"""Parcels in trouble: delays, refusals, interceptions, losses, and what platform and carriers say about them."""

from __future__ import annotations

from data.synth.screens.bars import action_bar
from data.synth.screens.blocks import address_block, goods_row, timeline
from data.synth.screens.covers import dialog, sheet, toast
from data.synth.screens.logistics import carrier_row, hub, map_head, parcel_goods, track_entries
from data.synth.screens.page_builder import WIDTH, PageBuilder
from data.synth.screens.skins import WHITE
from data.synth.screens.vouchers import red_packet

TITLES = (
    "物流异常提醒",
    "物流异常提醒",
    "物流异常",
    "配送延迟提醒",
    "配送异常提醒",
    "包裹退回提醒",
    "退货返回",
    "派送失败",
    "包裹异常",
    "揽收异常提醒",
    "物流停滞提醒",
    "拒收提醒",
)
REASONS = ("受交通管制影响，包裹可能晚到", "受大雨天气影响，配送会有延误", "快件滞留在{h}，正在为您加急处理",
    "收件人电话无法接通，快递员将再次派送", "收件人改了派送时间，稍后再送", "地址不详细，无法派送，请联系快递员",
    "包裹破损，中转仓正在核实", "商家已发起拦截，包裹将退回", "快件被拒收，正在退回寄件人", "中转线路拥堵，包裹预计晚到1-2天",
    "您的订单拦截失败", "包裹超过48小时没有更新，请联系商家", "快件疑似丢失，正在核查", "面单脱落，包裹等待人工处理",
    "无法与您取得联系，包裹已暂存网点", "错发到{h}，正在转回", "快件超出派送范围，请到网点自提",
    "快递没能按时揽收，商家可能未交付包裹", "驿站滞留超过3天，包裹即将退回", "因安检未通过，快件已退回", "客户要求延迟派送",
    "收件地址暂停派送，恢复时间待定", "派件未成功，待进一步处理")  # fmt: skip
ADVICE = (
    "已提醒商家处理，您也可以联系商家或申请退款",
    "如超时仍未送达，可申请退款",
    "可联系快递员催派送",
    "平台会持续关注，请留意物流更新",
    "如未与商家协商，可联系商家或申请退款",
    "很抱歉给您带来不便",
    "已通知快递公司核实，24小时内给您答复",
)
ACTIONS = ("申请退款", "联系快递", "联系卖家", "联系快递员", "催派送", "我要退款", "修改地址", "再次派送")
BUBBLES = ("温馨提示中", "温馨提示中", "物流异常", "包裹可能延误", "包裹退回中", "配送延迟", "预计晚到")


def reason(p: PageBuilder) -> str:
    """Why a parcel does not arrive."""
    return p.rng.choice(REASONS).format(h=hub(p))


def entries_with_trouble(p: PageBuilder, count: int, at: int = 0) -> list[tuple[str, str, str]]:
    """Events, one or two of them trouble."""
    p.back(20, 600)
    first = (p.rng.choice(TITLES), p.stamp("short"), reason(p) + ("\n" + p.rng.choice(ADVICE) if p.chance(0.5) else ""))
    entries = track_entries(p, count, newest=p.pick("派送中", "运输中", "运输中"))
    entries.insert(min(at, len(entries)), first)
    if p.chance(0.4) and len(entries) > 3:
        entries.insert(3, (p.rng.choice(TITLES), p.stamp("short"), reason(p)))
    return entries


def trouble_map(p: PageBuilder) -> str:
    """Map, trouble on top."""
    map_head(p, p.rng.choice(BUBBLES), p.rng.choice(("", "当前在" + p.lexicon.city(p.rng), "离开" + p.lexicon.city(p.rng))))
    entries = entries_with_trouble(p, p.rng.randint(1, 5))
    with p.card():
        carrier_row(p)
        timeline(p, entries[:1])
        if p.chance(0.6):
            p.buttons(p.some(ACTIONS, 1, 3), accent=None)
        timeline(p, entries[1:], current=-1, mask=0.4)
        p.para(p.pick("展开更多物流明细", "详细信息"), 12, p.skin.faint, indent=22)
        address_block(p, arrow=False)
    parcel_goods(p)
    return f"物流异常页，{entries[0][0]}"


def trouble_return(p: PageBuilder) -> str:
    """Trouble of a parcel on its way back, refund below."""
    map_head(p, p.rng.choice(BUBBLES), high=150)
    entries = entries_with_trouble(p, 1)
    with p.card():
        carrier_row(p)
        timeline(p, entries, mask=0.3)
    with p.card():
        p.heading("退款信息")
        goods_row(p, p.item())
    return f"退货包裹物流异常，{entries[0][0]}"


def trouble_sheet(p: PageBuilder) -> str:
    """All events in a sheet."""
    trouble_map(p)
    p.clock = p.now
    entries = entries_with_trouble(p, 7, at=p.rng.choice((0, 0, 1, 2)))
    with sheet(p, p.pick("详细信息", "物流明细", "物流详情"), height=p.height * p.rng.uniform(0.62, 0.85)):
        carrier_row(p)
        timeline(p, entries, mask=0.35)
    return "物流异常的详细信息弹层"


def trouble_order(p: PageBuilder) -> str:
    """Under the order's state."""
    p.nav("卖家已发货", sub=p.left() + "自动确认", icons=("more",))
    entries = entries_with_trouble(p, p.rng.randint(3, 6))
    with p.card():
        carrier_row(p)
        timeline(p, entries[:1])
        p.buttons(p.some(ACTIONS, 2, 3), accent=-1)
        timeline(p, entries[1:], current=-1, mask=0.3)
        p.para("展开更多物流明细", 12, p.skin.faint, align="m")
        address_block(p, arrow=False)
    parcel_goods(p, reward=False)
    return f"订单物流异常，{entries[0][0]}"


def trouble_progress(p: PageBuilder) -> str:
    """The platform's progress page about a logistics problem."""
    p.nav(p.pick("进度详情", "服务进度", "物流问题进度"))
    p.y -= 8
    state = p.pick("服务已完结", "快递公司处理中", "商家处理中", "平台客服处理中")
    p.canvas.gradient(0, p.y, WIDTH, 90, p.skin.accent2, p.skin.accent, across=True)
    p.canvas.text(18, p.y + 18, state, 16, WHITE, bold=True)
    p.y += 50
    lines = []
    for title, body in (
        ("您的物流异常问题已处理", "由于物流迟迟没有恢复，商家已为您补发，" + p.pick("请留意新的包裹", "新运单已生成")),
        ("卖家超时未回复", "平台已提醒商家，您也可以直接申请退款"),
        ("卖家核实中", "商家预计2天内给出结果，若没有恢复将安排补发"),
        ("卖家处理中", "平台已联系商家核实物流，预计" + p.ahead(2).stamp("minute") + "前处理"),
        ("您发起物流异常求助", "异常原因：" + p.pick("物流停滞", "显示签收未收到", "包裹破损", "派送不及时")),
    ):
        p.clock = p.now
        p.back(200, 9000)
        lines.append((title, p.stamp("short"), body))
    with p.card():
        p.heading(p.pick("物流异常问题", "物流问题：物流停滞", "物流问题：未收到货"))
        timeline(p, lines[p.rng.randint(0, 2) :])
        p.para("全部进度 >", 12.5, p.skin.sub, align="m")
    with p.card():
        p.heading(p.pick("物流信息", "包裹信息"))
        p.para(p.courier() + " " + p.order_no(13), 12.5)
        goods_row(p, p.item(), price="none", size=46, promises=0)
        p.field("订单编号", p.order_no())
        p.field("异常原因", p.pick("物流停滞", "虚假签收", "包裹丢失", "派送超时"))
    return f"物流异常问题处理进度，{state}"


def trouble_messages(p: PageBuilder) -> str:
    """Messages about trouble."""
    p.nav(p.pick("通知", "交易物流", "物流通知"))
    p.tabs(("物流", "提醒", "互动", "优惠", "其他"), 0, size=13)
    for _ in range(4):
        p.back(60, 1500)
        with p.card():
            p.note(p.pick("订单物流消息", "订单退换消息") + "  " + p.stamp("time"))
            p.para(
                p.rng.choice(
                    (
                        "您退回的包裹被拒收",
                        "包裹揽收超时",
                        "您的包裹物流异常",
                        "包裹配送延迟",
                        "商家发货超时",
                        "包裹已被退回",
                        "您的快件派送失败",
                    )
                ),
                15,
                bold=True,
            )
            p.thumb(p.item(), p.x1 - 44, p.y - 20, 42)
            p.field("异常信息", reason(p))
            p.field("温馨提示", p.rng.choice(ADVICE))
            p.rule()
            p.row("查看详情", "", arrow=True, gap=0, colour=p.skin.accent)
    return "物流异常消息列表"


def trouble_compensation(p: PageBuilder) -> str:
    """A message that promises compensation for a delay."""
    p.nav(p.pick("物流服务", "服务助手", "交易物流"))
    p.para(p.stamp("short"), 11, p.skin.faint, align="m")
    with p.card():
        p.para(p.pick("揽收超时赔付提醒", "延迟发货补偿提醒", "物流异常赔付通知"), 15, bold=True)
        goods_row(p, p.item(), price="none", size=44, promises=0, extra=p.pick("已签收", "运输中", "未揽收"))
        p.para(
            p.pick(
                "由于商家没有在承诺时间内交付快递，平台补偿您一个无门槛红包，请查收。",
                "您的包裹超时未揽收，红包已放入账户，对此深表歉意。",
                "包裹配送延误，给您带来不便，赔付已到账。",
            ),
            13,
        )
        top = p.y + 6
        p.canvas.gradient(p.x0, top, p.room(), 62, (255, 220, 190), (250, 60, 60), across=True, radius=8)
        p.canvas.price(p.x0 + 14, top + 18, p.amount(2, 20), 22, (230, 40, 40))
        p.canvas.text(p.x0 + 96, top + 12, p.pick("延迟发货赔付红包", "揽收超时补偿红包"), 13, WHITE, bold=True)
        p.canvas.text(p.x0 + 96, top + 34, "无门槛，限实物商品使用", 10.5, WHITE)
        red_packet(p, p.x1 - 40, top + 14, 30)
        p.y = top + 74
    return "物流异常赔付提醒"


def trouble_number(p: PageBuilder) -> str:
    """The parcel number is refused."""
    item = p.item()
    p.nav("填写退货物流")
    with p.card():
        p.heading("退款商品")
        goods_row(p, item, size=56, promises=0)
    with p.card():
        p.heading("退货物流")
        p.row("物流单号*", p.order_no(13))
        p.row("物流公司*", p.courier(), arrow=True)
        p.row("联系电话*", p.secret("1" + p.digits(10)))
    action_bar(p, ("提交",))
    text = p.pick(
        "该运单已被拦截退回，请填写本次寄出的单号",
        "单号查询不到物流信息，请核对",
        "该运单物流异常，请联系快递公司",
        "该单号已签收，不能重复使用",
    )
    dialog(p, text)
    return f"物流单号异常的提示：{text}"


def trouble_help(p: PageBuilder) -> str:
    """Asking for help with a parcel."""
    p.nav(p.pick("物流求助", "联系物流", "物流问题反馈", "包裹异常反馈"))
    with p.card():
        p.para(p.pick("您的包裹遇到了什么问题？", "请选择异常类型"), 15, bold=True)
        for name in p.some(
            (
                "物流长时间不更新",
                "显示签收但没收到",
                "快递员不送上门",
                "包裹破损",
                "包裹丢失",
                "派送超时",
                "被送到错误地址",
                "催促派送",
                "拒收后没有退回",
                "长时间未揽收",
            ),
            5,
            8,
        ):
            p.row(name, "", arrow=True)
    with p.card():
        carrier_row(p)
        timeline(p, entries_with_trouble(p, 2))
    if p.chance(0.4):
        toast(p, p.pick("已为您催促快递公司", "反馈成功，24小时内回复", "工单已提交，请勿重复提交"))
    return "物流异常求助页面"


def trouble_courier_page(p: PageBuilder) -> str:
    """A carrier's page with the failed delivery."""
    p.nav(p.pick("快件详情", "运单详情", "快递查询"), "mini")
    with p.card():
        p.para(p.pick("派送异常", "快件异常", "派件不成功", "快件已退回"), 18, (230, 90, 30), bold=True)
        p.para(reason(p), 13)
        p.note("运单号 " + p.order_no(13))
        p.buttons(p.some(ACTIONS, 2))
    with p.card():
        timeline(p, entries_with_trouble(p, 5), colour=(40, 110, 240), mask=0.3)
    return "快递公司页面，派送异常"


LAYOUTS = {"物流页面-物流异常页面": (trouble_map, trouble_return, trouble_sheet, trouble_order, trouble_progress,
    trouble_messages, trouble_compensation, trouble_number, trouble_help, trouble_courier_page)}  # fmt: skip
