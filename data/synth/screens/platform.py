"""The platform steps in: disputes, evidence, urging of shipment, verdicts."""

from __future__ import annotations

from data.synth.screens.aftersale import REASONS
from data.synth.screens.bars import action_bar, submit_bar
from data.synth.screens.blocks import goods_row, input_area, links, picture_strip, shop_row, steps, timeline, upload_box
from data.synth.screens.complaint_progress import banner, lady
from data.synth.screens.covers import dialog, sheet
from data.synth.screens.page_builder import WIDTH, PageBuilder
from data.synth.screens.skins import WHITE

HEADS = (
    "平台客服处理中",
    "平台客服正为您处理",
    "平台客服已处理",
    "平台介入处理中",
    "等待商家举证",
    "您的订单已退款成功",
    "平台客服加急处理中",
    "客服小二介入中",
    "平台已判定退款",
    "等待双方举证",
)
EVENTS = (("平台客服处理中", "已为您安排专员，请耐心等待；有新的情况可点击“我要留言”补充"),
    ("已通知客服加急处理", "客服会在24小时内处理，请留意消息和电话"), ("平台主动介入", "问题描述：商家反馈没有收到退货"),
    ("平台客服通知卖家举证", "卖家需在规定时间上传凭证"), ("卖家已上传凭证", ""),
    ("卖家补充留言", "商品为人为损坏，不在质保范围"), ("您已申请平台介入", "问题描述：{r}"),
    ("请您补充凭证", "请上传商品照片、聊天记录或快递面单，逾期按现有凭证判定"), ("已帮您催促", "平台客服将尽快答复"),
    ("平台核实中", "核实双方凭证，预计3个工作日完成"), ("平台判定：支持买家", "退款将原路退回，请留意到账"),
    ("平台判定：支持卖家", "凭证不足，本次申请不予支持"), ("分配客服处理", "任务分配完成"),
    ("商家拒绝申请", "拒绝原因：超过售后时限"), ("您已退货", "物流公司：{c}"), ("上门取件-快递员取件", "快递员取件成功"),
    ("您申请退款", "发起了退货退款申请，原因：{r}"), ("纠纷处理完成", "感谢您的耐心等待，服务已结束"),
    ("请您联系物流核实", "若48小时物流仍不更新，退款会自动关闭"))  # fmt: skip
URGES = (("您的订单已退款成功", "您可点此查看退款"), ("平台保障服务结束", "订单已退款，本次服务完成"),
    ("平台客服已处理", "核实商家违反发货规则，已处罚并补偿您{a}元"), ("平台客服跟进处理", "预计24小时内处理"),
    ("平台客服核实发货问题", "客服已介入，24小时内答复"), ("卖家超时未处理", "平台将为您升级处理"),
    ("卖家处理中", "已要求卖家在24小时内答复，超时平台会介入"), ("超过最晚发货时间", "您可以申请退款或继续等待"),
    ("您发起催发货", "催促原因：迟迟没有发货"))  # fmt: skip


def course(p: PageBuilder, pool: tuple[tuple[str, str], ...], count: int) -> list[tuple[str, str, str]]:
    """Some events, newest first, times going back."""
    found = []
    for title, body in p.some(pool, count):
        found.append((title, p.stamp("short"), body.format(r=p.rng.choice(REASONS), c=p.courier(), a=f"{p.amount(2, 40):.2f}")))
        p.back(30, 3000)
    return found


def dispute_info(p: PageBuilder, heading: str = "") -> None:
    """The article and facts of the dispute."""
    item = p.item()
    with p.card():
        p.heading(heading or p.pick("退款信息", "纠纷信息", "介入信息"))
        goods_row(p, item, promises=0)
        p.field("退款原因", p.rng.choice(REASONS))
        if p.chance(0.5):
            p.field("退款金额", p.yuan(item.price))
        p.field("申请时间", p.stamp())
        p.field("退款单号", p.order_no(18), copy=p.chance(0.5))
        p.space(4)
        links(p, ("联系卖家", p.pick("专属客服", "官方客服", "平台客服")))


def detail(p: PageBuilder) -> str:
    """The usual page."""
    p.nav(p.pick("平台介入详情", "平台介入详情", "进度详情", "客服介入详情", "介入详情"))
    head = p.rng.choice(HEADS)
    if p.chance(0.3):
        lady(p, head)
    else:
        banner(p, head)
    action_bar(p, p.some(("撤销维权", "给客服留言", "催处理", "我要留言", "补充凭证"), 1, 3), accent=False)
    found = course(p, EVENTS, p.rng.randint(2, 4))
    with p.card():
        if p.chance(0.5):
            p.heading(p.pick("退款问题", "平台介入", "纠纷处理"))
        timeline(
            p,
            [
                (
                    found[0][0],
                    p.pick(found[0][1], f"预计{p.rng.randint(1, 47)}小时{p.rng.randint(1, 59)}分钟内完成"),
                    found[0][2],
                ),
                *found[1:],
            ],
        )
        p.para("全部进度 >", 12.5, p.skin.sub, align="m")
    dispute_info(p)
    return f"平台介入详情页，{head}"


def detail_sheet(p: PageBuilder) -> str:
    """All events of the dispute."""
    detail(p)
    p.clock = p.now
    with sheet(p, p.pick("全部进度", "处理进度", "介入进度"), height=p.height * p.rng.uniform(0.65, 0.86)):
        for index, entry in enumerate(course(p, EVENTS, 7)):
            timeline(p, [entry], current=0 if index == 0 else -1, gap=4)
            if p.chance(0.3):
                p.x0 += 22
                picture_strip(p, p.rng.randint(1, 4), 36)
                p.x0 -= 22
    return "平台介入的全部进度弹层"


def urged_sheet(p: PageBuilder) -> str:
    """After urging: a short panel with two buttons."""
    detail(p)
    with sheet(p, "", height=p.height * 0.42):
        p.y += 16
        p.para(p.pick("平台客服加急处理中", "已为您催促客服", "加急申请成功"), 18, bold=True, align="m")
        p.para(
            p.pick("您已催促过，客服正在加急处理，请稍候", "我们会优先处理您的问题，请留意消息", "客服会尽快给您答复"),
            13,
            p.skin.sub,
            align="m",
            indent=20,
            inset=20,
        )
        y = p.height - p.system_height() - 54
        p.pill(20, y, "我要留言", size=14, wide=160, high=40, fill=(250, 185, 40), ink=WHITE, radius=8)
        p.pill(180, y, "我知道了", size=14, wide=160, high=40, fill=p.skin.accent, ink=WHITE, radius=8)
    return "平台客服加急处理的弹层"


def urge_ship(p: PageBuilder) -> str:
    """Urging shipment through the platform."""
    p.nav(p.pick("催发货进度", "催发货详情", "进度详情"))
    banner(p, p.rng.choice(("您的订单已退款成功", "平台客服已处理", "平台客服处理中", "卖家处理中")))
    if p.chance(0.4):
        action_bar(p, ("申请退款",), accent=False)
    with p.card():
        p.heading("催发货")
        if p.chance(0.5):
            goods_row(p, p.item(), promises=0, extra=p.ahead(1).stamp("short") + "前发货")
        found = course(p, URGES, p.rng.randint(4, 7))
        timeline(p, found[:1])
        if p.chance(0.3):
            p.x0 += 22
            p.wide_button("选购同款商品", high=30)
            p.x0 -= 22
        timeline(p, found[1:], current=-1)
    p.para("联系卖家", 13, p.skin.sub, align="m")
    return f"平台催发货进度页，{found[0][0]}"


def apply(p: PageBuilder) -> str:
    """Asking the platform to step in."""
    p.nav(p.pick("申请平台介入", "申请客服介入", "申请介入", "平台客服介入"))
    submit_bar(p, p.pick("提交", "提交申请", "确认申请"))
    with p.card():
        p.note(
            p.pick(
                "商家与您没有协商一致时，可由平台客服介入判断，预计1-3个工作日处理",
                "介入后请按要求上传凭证，客服会核实双方证据后给出结果",
            )
        )
    with p.card():
        goods_row(p, p.item(), promises=0)
        p.row(
            "介入原因*",
            p.rng.choice(("请选择", "商家拒绝退款", "商家不处理", "商家未收到退货", "对退款金额有争议", "商家不支持退货")),
            arrow=True,
        )
        p.row("期望处理方式*", p.pick("退货退款", "仅退款", "部分退款", "换货"), arrow=True)
        p.row("联系电话*", p.secret("1" + p.digits(10)))
    with p.card():
        p.heading("问题描述")
        input_area(p, "请说明与商家的争议，方便客服判断", 500)
        upload_box(p, ("上传凭证", "(最多9张)"))
    return "申请平台介入的表单页"


def evidence(p: PageBuilder) -> str:
    """Evidence of both sides."""
    p.nav(p.pick("举证", "上传凭证", "协商凭证", "补充凭证"))
    submit_bar(p, p.pick("提交凭证", "提交"))
    with p.card():
        p.para(p.pick("请在", "剩余时间") + p.left() + p.pick("内补充凭证", ""), 15, p.skin.accent, bold=True)
        p.note(p.pick("平台客服将根据双方凭证判定，逾期未提交视为放弃举证", "请提供清晰完整的图片或视频"))
        steps(p, ("申请介入", "双方举证", "客服判定", "执行结果"), 1)
    for who in ("我提交的凭证", "卖家提交的凭证"):
        with p.card():
            p.heading(who)
            if p.chance(0.8):
                picture_strip(p, p.rng.randint(1, 5), 52)
                p.note(p.pick("说明：收到时外包装已经破损", "说明：商品发出前完好", "说明：聊天记录可以证明"))
            else:
                p.note("暂未提交")
    with p.card():
        p.heading("需要的凭证")
        for name in p.some(
            ("商品实物图", "聊天记录截图", "快递面单照片", "物流公司证明", "品牌鉴定报告", "开箱视频", "维修检测单"), 3, 5
        ):
            p.row(name, p.pick("去上传", "已上传", "选填"), arrow=True)
    dispute_info(p)
    return "平台介入的举证页面"


def dispute_list(p: PageBuilder) -> str:
    """Cases in which the platform is involved."""
    p.nav(p.pick("退款/售后", "纠纷列表", "平台介入", "维权记录"))
    if p.chance(0.5):
        p.tabs(("全部", "处理中", "待举证", "已完结"), 1)
    for _ in range(4):
        item = p.item()
        with p.card():
            shop_row(p, p.pick("退货", "退款", "退货退款"))
            goods_row(p, item, price="none", promises=0, extra=f"退款: ¥{item.price:.2f}")
            with p.card(pad=8, margin=0, fill=p.skin.tint, after=6):
                p.at(p.x0, p.pick("小二审核中", "平台介入中", "客服处理中", "待您举证"), 12.5, p.skin.accent, bold=True)
                p.at(p.x0 + 76, p.pick("平台客服正在介入处理", "客服核实双方凭证中", "请及时补充凭证", "平台已受理"), 12.5)
                p.y += 19
            p.buttons((p.pick("查看详情", "去举证", "联系客服"),))
    return "平台介入中的售后列表"


def verdict(p: PageBuilder) -> str:
    """The platform's decision."""
    won = p.chance(0.5)
    p.nav(p.pick("判定结果", "平台介入详情", "介入结果", "处理结果"))
    with p.card():
        p.para("平台已判定：" + ("支持您的申请" if won else "支持商家"), 17, p.skin.accent, bold=True)
        p.note(p.stamp())
        p.para(
            "判定依据："
            + (
                p.pick("商家未能提供有效凭证，商品存在质量问题。", "商家超时没有举证。")
                if won
                else p.pick("商品已拆封影响二次销售，凭证不足。", "物流显示已由本人签收。")
            ),
            13,
        )
        p.para("处理结果：" + (f"退款{p.amount(5, 900):.2f}元，原路退回。" if won else "退款申请关闭，货款将打给商家。"), 13)
        p.note("如对结果有异议，可在7天内提交新凭证申诉一次")
        p.space(6)
        p.buttons((p.pick("我要申诉", "申请复议"), p.pick("评价客服", "我知道了")))
    with p.card():
        steps(p, ("申请介入", "双方举证", "客服判定", "完结"), 3)
        timeline(p, course(p, EVENTS, 3))
    dispute_info(p)
    return "平台介入的判定结果，" + ("支持买家" if won else "支持商家")


def logistics_case(p: PageBuilder) -> str:
    """A logistics complaint under the platform's care."""
    p.nav("进度详情")
    banner(p, p.pick("快递公司处理中", "承运公司处理中", "平台联系快递处理中", "平台客服跟进中"))
    with p.card():
        p.heading("联系物流：" + p.pick("未送货上门", "虚假签收", "物流不更新", "包裹丢失"))
        timeline(
            p,
            [
                (
                    p.pick("快递公司处理中", "平台正联系快递公司"),
                    "预计 24小时内 完成",
                    "您的问题已交快递公司处理，平台会持续跟进结果",
                ),
                ("您发起物流问题求助", p.stamp("short"), "咨询原因：未送货上门"),
            ],
        )
    with p.card():
        p.heading("包裹信息")
        p.para(p.courier() + " " + p.order_no(13), 13)
        for index in range(3):
            p.thumb(p.item(), p.x0 + index * 60, p.y + 4, 52)
        p.at(p.x1, f"共{p.rng.randint(1, 5)}件", 12, p.skin.sub, anchor="r", dy=22)
        p.y += 68
        p.field("订单编号", p.order_no())
        p.field("咨询原因", "未送货上门")
        links(p, ("联系卖家", "联系客服"))
    return "平台处理物流问题的进度页"


def old_case(p: PageBuilder) -> str:
    """The older page: short timeline, a framed button, evidence, facts."""
    p.nav(p.pick("客服介入详情", "纠纷详情", "小二介入"))
    with p.band():
        timeline(
            p,
            [
                ("买家发起" + p.pick("申诉请求", "介入申请"), p.stamp("short"), ""),
                ("分配小二处理", "", "任务分配时间：" + p.stamp("minute")),
                ("申诉完结", "", ""),
            ],
            current=1,
        )
        p.buttons(("我要留言",))
    with p.band():
        p.heading("协商凭证")
        p.note("我提交的凭证")
        picture_strip(p, p.rng.randint(2, 4))
    with p.band():
        p.row("协商历史", "", arrow=True, gap=3)
    item = p.item()
    with p.band():
        p.heading("退款信息")
        goods_row(p, item, price="none", promises=0)
        for label, value in (
            ("退款原因", p.rng.choice(REASONS)),
            ("退款金额", p.yuan(item.price)),
            ("申请件数", str(item.count)),
            ("申请时间", p.stamp("minute")),
        ):
            p.field(label, value)
    p.para("咨询小蜜", 13, p.skin.accent, align="m")
    return "小二介入的纠纷详情页"


def call_notice(p: PageBuilder) -> str:
    """A message about the case over its page."""
    (detail if p.chance(0.6) else evidence)(p)
    if p.chance(0.4):
        c = p.canvas
        p.finish()
        c.cover(8, p.status_height, WIDTH - 16, 58)
        c.rect(8, p.status_height, WIDTH - 16, 58, (250, 250, 250), radius=16)
        c.text(24, p.status_height + 12, p.pick("来电 平台消费者服务", "电话 淘宝客服"), 14, (20, 20, 20), bold=True)
        c.text(24, p.status_height + 33, p.secret("0571-8815 8198"), 12, (110, 110, 110))
        c.ellipse(WIDTH - 90, p.status_height + 14, 30, 30, (240, 70, 60))
        c.ellipse(WIDTH - 50, p.status_height + 14, 30, 30, (70, 190, 100))
        return "平台介入页面上的客服来电"
    dialog(
        p,
        p.pick(
            "确定撤销平台介入吗？撤销后不能再次申请",
            "平台客服已收到您的催促",
            "介入申请提交成功，请留意消息",
            "举证时间已过，无法提交",
            "留言成功，客服会尽快查看",
        ),
        p.rng.choice((("取消", "确定"), ("我知道了",))),
    )
    return "平台介入页面上的弹窗"


LAYOUTS = {"平台介入页面": (detail, detail_sheet, urged_sheet, urge_ship, apply, evidence, dispute_list, verdict, logistics_case,
    old_case, call_notice)}  # fmt: skip
