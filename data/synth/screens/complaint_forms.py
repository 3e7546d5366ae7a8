"""Complaints and reports being written: topics, reasons, forms, what was sent."""

from __future__ import annotations

from data.synth.screens.bars import submit_bar
from data.synth.screens.blocks import (
    goods_row,
    input_area,
    shop_row,
    steps,
    upload_box,
)
from data.synth.screens.complaint_lists import records
from data.synth.screens.complaint_progress import CARRIER_REASONS, OWN_WORDS, REPORTS, TOPICS, detail, options, progress, reason
from data.synth.screens.covers import dialog, sheet, toast
from data.synth.screens.page_builder import WIDTH, PageBuilder
from data.synth.screens.pictures import badge


def form(p: PageBuilder) -> str:
    """The complaint's form."""
    item = p.item()
    p.nav(p.pick("投诉卖家", "发起投诉", "我要投诉", "投诉商家"))
    submit_bar(p, p.pick("提交", "提交投诉", "确认提交"))
    with p.card():
        shop_row(p)
        goods_row(p, item, promises=0)
    with p.card():
        p.row("投诉类型*", p.rng.choice(("请选择", *TOPICS)), arrow=True)
        p.row("投诉原因*", p.rng.choice(("请选择投诉原因", *TOPICS)), arrow=True)
        p.row("联系电话*", p.secret("1" + p.digits(10)), arrow=False)
    with p.card():
        p.heading("投诉说明")
        input_area(p, p.pick("请描述您遇到的问题，方便客服处理", "请填写投诉内容（不少于10字）"), 500)
        p.heading("上传凭证", "最多5张", size=13.5)
        upload_box(p, ("上传图片", "聊天/物流截图"))
    p.note("提交后商家需在规定时间内处理，恶意投诉将影响您的信用", indent=16, inset=16)
    return "投诉卖家的表单页"


def topic_sheet(p: PageBuilder) -> str:
    """Choosing the topic."""
    form(p)
    with sheet(p, p.pick("选择投诉原因", "投诉原因", "请选择投诉类型"), height=p.height * 0.66, button="确定"):
        for name in p.some(TOPICS, 6, 9):
            p.at(p.x0, name, 13.5)
            p.check(p.x1 - 18, p.y - 2, False)
            p.y += 37
    return "选择投诉原因的弹层"


def choose_order(p: PageBuilder) -> str:
    """Which order the complaint is about."""
    p.nav(p.pick("投诉卖家", "选择投诉订单", "选择订单"))
    for _ in range(4):
        with p.card():
            shop_row(p, p.pick("卖家已发货", "交易成功", "买家已付款"))
            goods_row(p, p.item(), promises=0)
            p.at(p.x0, p.pick("", "不符合投诉条件", "可发起投诉", "已投诉过"), 11.5, p.skin.faint, dy=6)
            p.buttons((p.pick("申请投诉", "投诉卖家"),), accent=0 if p.chance(0.5) else None)
    return "选择要投诉的订单"


def report_form(p: PageBuilder) -> str:
    """The report's form."""
    p.nav(p.pick("举报", "举报商品", "举报店铺", "我要举报", "不良信息举报"))
    submit_bar(p, p.pick("提交举报", "提交", "下一步"))
    with p.card():
        p.heading(p.pick("请选择举报类型", "举报原因"))
        p.chips(p.some(REPORTS, 6, 10), p.rng.randint(-1, 4), radius=6)
    with p.card():
        p.heading("举报内容", "必填")
        input_area(p, "请详细说明违规情况，提供链接或截图更容易核实", 300)
        upload_box(p, ("添加证据", "0/6"))
        p.row("联系方式", p.secret("1" + p.digits(10)))
        p.row(p.pick("匿名举报", "是否公开信息"), p.pick("是", "否"))
    p.note("请如实举报，恶意举报将承担相应责任", align="m")
    return "举报表单页"


def complaint_dialog(p: PageBuilder) -> str:
    """A question over the form or progress."""
    (form if p.chance(0.4) else progress)(p)
    dialog(
        p,
        p.pick(
            "确定撤销投诉吗？撤销后同一问题不能再次投诉",
            "投诉提交成功，商家将在48小时内处理",
            "该订单暂不符合投诉条件",
            "您已对该订单发起过投诉",
            "举报成功，感谢您的反馈",
            "请先与商家沟通后再投诉",
        ),
        p.rng.choice((("取消", "确定"), ("我知道了",))),
    )
    return "投诉页面上的弹窗"


DIALOGS = (
    "确认撤销本次投诉吗？撤销后可能无法再次发起",
    "投诉提交成功，商家将在24小时内处理",
    "该订单已有处理中的投诉，请勿重复提交",
    "订单不符合投诉条件",
    "请先选择投诉原因",
    "提交成功，感谢您的举报",
    "撤销后该问题将不再处理，是否继续？",
    "已超过投诉有效期，请联系官方客服",
    "您今日举报次数已达上限",
    "请至少上传一张凭证",
    "投诉期间不能申请售后，是否继续？",
    "您已催促成功，客服会尽快处理",
)


def choose_type(p: PageBuilder) -> str:
    """What the complaint is about."""
    p.nav(p.pick("选择投诉类型", "投诉原因", "我要投诉", "投诉卖家", "选择举报类型", "投诉与建议", "举报原因"))
    if p.chance(0.5):
        with p.card():
            goods_row(p, p.item(), size=56, promises=0)
    p.note(
        p.pick("请选择您要投诉的问题类型", "如实选择，方便客服快速处理", "恶意投诉会影响您的信用", "选择最贴近的一项"),
        indent=18,
        inset=10,
    )
    p.y += 8
    kinds = (
        ("发货问题", "缺货、虚假发货、未按时发货"),
        ("物流问题", "签收异常、轨迹不更新、不送上门"),
        ("售后问题", "拒绝退换、不退差价、不履行承诺"),
        ("商品问题", "假货、质量差、与描述不符"),
        ("服务态度", "辱骂、骚扰、不理人"),
        ("发票问题", "不开票、开错、收税点"),
        ("价格问题", "虚假优惠、恶意加价"),
        ("泄露信息", "泄露买家隐私"),
        ("活动问题", "奖品不兑现、规则不透明"),
        ("支付安全", "引导线下转账、盗刷"),
        ("其他", "以上没有您要的选项"),
    )
    with p.card():
        if p.chance(0.5):
            for index in sorted(p.rng.sample(range(len(kinds)), p.rng.randint(5, 9))):
                p.at(p.x0, kinds[index][0], 14.5, bold=p.chance(0.3))
                p.at(p.x0, kinds[index][1], 11, p.skin.faint, dy=21)
                p.canvas.icon("chevron", p.x1 - 12, p.y + 10, 12, p.skin.faint)
                p.y += 44
        else:
            options(p, 7, 11)
            submit_bar(p, p.pick("下一步", "确定", "提交"))
    return "选择投诉或举报类型"


def raise_form(p: PageBuilder) -> str:
    """The form of a complaint about a shop or a carrier."""
    carrier = p.chance(0.35)
    p.nav(
        p.pick("快递投诉", "投诉物流", "物流投诉")
        if carrier
        else p.pick("投诉卖家", "发起投诉", "申请投诉", "我要投诉", "投诉商家", "填写投诉信息")
    )
    submit_bar(p, p.pick("提交", "提交投诉", "确认提交", "发起投诉"))
    if p.chance(0.35):
        with p.card(fill=p.skin.tint):
            p.para(
                p.pick(
                    "投诉前建议先与卖家沟通，多数问题可以协商解决",
                    "投诉提交后卖家将在24小时内响应",
                    "请确保内容真实，恶意投诉将被限制",
                    "同一订单处理中时不能重复投诉",
                ),
                12,
                p.skin.accent,
            )
    with p.card():
        goods_row(p, p.item(), size=58, promises=0)
        if carrier:
            p.row("快递公司", p.courier())
            p.row("运单号", p.secret(p.digits(13)))
        p.row(
            p.pick("投诉原因", "投诉类型", "问题类型") + "*",
            p.rng.choice(("请选择", p.rng.choice(CARRIER_REASONS) if carrier else reason(p))),
            arrow=True,
        )
        if p.chance(0.5):
            p.row(
                p.pick("投诉诉求", "期望处理结果", "您的诉求"),
                p.pick("请选择", "要求赔偿", "要求道歉", "尽快发货", "退款退货", "处罚商家"),
                arrow=True,
            )
        p.row(p.pick("联系电话", "手机号码"), p.secret("1" + p.digits(10)), arrow=True)
        if p.chance(0.4):
            p.row(p.pick("是否需要电话回访", "联系时间"), p.pick("是", "否", "工作日 9:00-18:00"), arrow=True)
    with p.card():
        p.heading(p.pick("投诉说明", "问题描述", "详细描述", "投诉内容"))
        input_area(
            p,
            p.pick("请描述您遇到的问题，10-200字", "请填写投诉的具体情况", "写清时间、经过，方便客服核实"),
            p.rng.choice((200, 300, 500)),
            written="，".join(p.rng.sample(OWN_WORDS, 2)) if p.chance(0.4) else "",
        )
        p.para(p.pick("上传凭证（选填）", "图片凭证", "上传聊天记录、商品照片等凭证", "举证图片，最多6张"), 13, bold=True)
        upload_box(p, (p.pick("添加图片", "上传凭证"), p.pick("(最多9张)", "0/6")))
    return "投诉的填写表单"


def sent(p: PageBuilder) -> str:
    """After a complaint was sent."""
    p.nav(p.pick("提交成功", "投诉成功", "举报成功", "完成"), right=p.pick("", "完成"))
    badge(p, WIDTH / 2 - 36, p.y + 30, 72, (70, 180, 110))
    p.y += 118
    p.para(p.pick("投诉已提交", "举报提交成功", "投诉提交成功，请等待处理", "您的投诉已受理"), 18, align="m", bold=True)
    p.para(
        p.pick(
            "商家会在24小时内处理，超时由平台跟进",
            "我们将在3个工作日内核实并反馈",
            "处理结果会以消息形式通知您",
            "客服将尽快与您电话联系",
        ),
        12.5,
        p.skin.sub,
        align="m",
        indent=30,
        inset=30,
    )
    p.y += 14
    p.wide_button(p.pick("查看投诉进度", "查看详情", "查看举报记录"), inset=60)
    p.wide_button(p.pick("返回首页", "返回订单", "继续逛逛"), outline=True, inset=60)
    with p.card():
        p.heading("投诉流程")
        steps(p, ("提交投诉", "商家处理", "平台判定", "投诉完结"), p.rng.randint(0, 1))
        p.field("投诉单号", p.order_no(14))
        p.field("投诉原因", reason(p))
        p.field("提交时间", p.stamp())
    return "投诉或举报提交成功"


def over_form(p: PageBuilder) -> str:
    """A message over a page of a complaint."""
    p.rng.choice((detail, raise_form, records))(p)
    text = p.rng.choice(DIALOGS)
    if p.chance(0.35):
        toast(p, text)
    else:
        dialog(
            p,
            text,
            ("取消", p.pick("确定", "继续")) if "？" in text else (p.pick("我知道了", "确定", "查看进度"),),
            title=p.pick("", "提示", "温馨提示"),
        )
    return "投诉举报页面上的提示"
