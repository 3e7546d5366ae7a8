"""Complaints and reports: forms, progress, verdicts, lists, official complaint platforms."""

from __future__ import annotations

from data.synth.canvas import Colour
from data.synth.screens.bars import action_bar, submit_bar
from data.synth.screens.blocks import goods_row, input_area, links, picture_strip, shop_row, timeline, upload_box
from data.synth.screens.covers import dialog, sheet
from data.synth.screens.phone import WIDTH, Phone
from data.synth.screens.pictures import GOLD, badge
from data.synth.screens.skins import WHITE, Skin

TOPICS = (
    "虚假发货",
    "缺货/发不了货/拒绝发货",
    "未按约定时间发货",
    "违背承诺",
    "恶意骚扰",
    "假冒品牌",
    "商品质量问题",
    "虚假宣传",
    "诱导线下交易",
    "泄露信息",
    "发票问题",
    "价格欺诈",
    "不履行售后",
    "物流轨迹不更新",
    "辱骂买家",
    "赠品未送",
)
STATES = (
    "平台判决，投诉成立",
    "平台客服判决，投诉成立",
    "投诉已处理完成",
    "投诉不成立",
    "卖家处理中",
    "平台核实中",
    "您已撤销投诉",
    "双方协商一致，投诉撤销",
    "平台客服处理中",
    "投诉赔付完结",
)
VERDICTS = ("经核实商家存在违约，已按规则赔付您{a}元，并对店铺作出处罚。", "投诉成立，赔付红包{a}元已发放到您的账户。",
    "核实后未发现商家违规，感谢您的监督。", "商家保证金不足，平台正在催缴，到账后赔付{a}元。",
    "平台已警告商家并扣分，赔付{a}元现金已转入支付宝。", "您与商家已达成一致，投诉关闭。",
    "证据不足，投诉不成立，您可以补充凭证后再次发起。", "根据发货规则，商家需赔付您{a}元。")  # fmt: skip
WAITS = (
    "商家需在48小时内答复，逾期由平台处理",
    "平台客服将在72小时内给出结果，请耐心等待",
    "若商家超时没有处理，客服会为您跟进",
    "已通知商家处理，您可以补充描述",
    "预计24小时内完成，请留意消息",
    "正在核查双方凭证",
)
REPORTS = (
    "违禁商品",
    "出售假货",
    "诈骗",
    "信息泄露",
    "违法广告",
    "色情低俗",
    "骚扰辱骂",
    "侵犯权益",
    "虚假交易",
    "诱导好评",
    "滥发信息",
    "未成年人相关",
)
NAVY = Skin("navy", (45, 60, 150), (45, 60, 150), WHITE, (45, 80, 190), (70, 110, 220), (238, 241, 250))


def entries(p: Phone, count: int) -> list[tuple[str, str, str]]:
    """The course of a complaint from the newest event."""
    topic, amount = p.rng.choice(TOPICS), f"{p.amount(1, 100):.2f}"
    found = []
    middle = [
        ("专属客服加急处理中", p.rng.choice(WAITS)),
        ("平台核实中", p.rng.choice(WAITS)),
        ("卖家超时未回复", "平台客服会继续跟进"),
        ("卖家处理中", p.rng.choice(WAITS)),
        ("卖家提供协商方案", "方案内容：" + p.pick("补发商品", "退款并补偿", "下周发货") + "，若您不认可平台将介入"),
        ("您补充了描述", "留言：" + p.pick("一直没有发货", "催了几次都不回复", "卖家态度不好")),
    ]
    body = p.rng.choice(VERDICTS).format(a=amount)
    for title, text in [
        (p.rng.choice(STATES), body),
        *p.rng.sample(middle, max(0, min(count - 2, 5))),
        (
            p.pick("您发起投诉", "投诉已发起", "提交投诉"),
            f"投诉原因：{p.pick('发货问题', '发货物流问题', '服务问题')}-{topic}\n投诉说明："
            + p.pick("不发货", "物流没有更新", "一直联系不上商家", "无"),
        ),
    ]:
        found.append((title, p.stamp("short"), text))
        p.back(60, 5000)
    return found


def award(p: Phone) -> None:
    """What the platform pays."""
    top = p.y
    red = p.chance(0.5)
    p.canvas.gradient(
        p.x0,
        top,
        p.room(),
        58,
        (255, 222, 170) if red else (240, 200, 120),
        (245, 60, 60) if red else GOLD,
        across=True,
        radius=6,
    )
    p.canvas.price(p.x0 + 16, top + 16, p.amount(1, 100), 22, (200, 50, 30))
    p.canvas.text(
        p.x0 + 110,
        top + 12,
        p.pick("虚假发货赔付红包", "现金到账", "缺货赔付红包", "违约赔付"),
        13,
        WHITE if red else (120, 70, 20),
        bold=True,
    )
    p.canvas.text(
        p.x0 + 110,
        top + 33,
        p.pick("无门槛，实物商品可用", "已转账到支付宝余额", "有效期60天"),
        10.5,
        WHITE if red else (120, 70, 20),
    )
    p.pill(p.x1 - 8, top + 17, "查看", size=11, fill=(255, 240, 210), ink=(200, 60, 30), anchor="r")
    p.y = top + 68


def info(p: Phone) -> None:
    """What the complaint is about."""
    with p.card():
        p.heading("投诉信息")
        goods_row(p, p.item(), promises=0)
        p.field("投诉单号", p.order_no(16), copy=p.chance(0.5))
        p.field("投诉原因", p.pick("", "发货问题-", "发货物流问题-") + p.rng.choice(TOPICS))
        if p.chance(0.4):
            p.field("预留手机号", p.secret("1" + p.digits(10)))
        p.space(4)
        links(p, (p.pick("联系卖家", "联系商家"), p.pick("官方客服", "联系客服", "专属客服")))


def banner(p: Phone, text: str) -> None:
    """The coloured head of progress pages; the next card overlaps it."""
    p.y -= 8
    p.canvas.gradient(0, p.y, WIDTH, 88, p.skin.accent2, p.skin.accent, across=True)
    p.canvas.text(18, p.y + 18, text, 15.5, WHITE, bold=True, width=WIDTH - 40)
    p.y += 48


def lady(p: Phone, text: str) -> None:
    """The member's own agent on a golden head."""
    p.y -= 8
    p.canvas.gradient(0, p.y, WIDTH, 92, (235, 205, 165), (205, 165, 115), across=True)
    p.avatar(20, p.y + 14, 54)
    p.canvas.text(92, p.y + 18, text, 14.5, (70, 44, 30), bold=True)
    p.canvas.text(92, p.y + 40, "有问题可以随时召唤专属客服", 10.5, (110, 80, 60))
    p.pill(92, p.y + 58, "一键召唤", size=10.5, fill=(60, 48, 44), ink=(250, 220, 180))
    p.y += 96


def progress(p: Phone) -> str:
    """The usual progress page."""
    p.nav(p.pick("投诉详情", "投诉详情", "进度详情", "服务进度", "投诉进度"))
    found = entries(p, p.rng.randint(2, 4))
    if p.chance(0.25):
        lady(p, p.pick("专属客服处理中", "您的投诉已处理完成"))
    else:
        banner(
            p,
            p.rng.choice(
                ("投诉已处理完成", "您的投诉已处理完成", "投诉处理中", "投诉已撤销", "平台客服已结束服务", "等待卖家处理")
            ),
        )
    if p.chance(0.6):
        action_bar(p, p.some(("补充描述", "撤销投诉", "重新发起", "联系客服"), 1, 2), accent=False)
    with p.card():
        if p.chance(0.6):
            p.heading("投诉卖家：" + p.rng.choice(TOPICS))
        timeline(p, found[:1])
        if p.chance(0.35):
            award(p)
        timeline(p, found[1:], current=-1)
        p.para("全部进度 >", 12.5, p.skin.sub, align="m")
    info(p)
    return f"投诉进度页，{found[0][0]}"


def progress_sheet(p: Phone) -> str:
    """All events."""
    progress(p)
    p.clock = p.now
    found = entries(p, 6)
    with sheet(p, p.pick("全部进度", "处理进度", "投诉进度"), height=p.height * p.rng.uniform(0.6, 0.85)):
        timeline(p, found[:1])
        if p.chance(0.3):
            award(p)
        timeline(p, found[1:], current=-1)
        picture_strip(p, p.rng.randint(1, 4), 36)
    return f"投诉全部进度弹层，{found[0][0]}"


def form(p: Phone) -> str:
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


def topic_sheet(p: Phone) -> str:
    """Choosing the topic."""
    form(p)
    with sheet(p, p.pick("选择投诉原因", "投诉原因", "请选择投诉类型"), height=p.height * 0.66, button="确定"):
        for name in p.some(TOPICS, 6, 9):
            p.at(p.x0, name, 13.5)
            p.check(p.x1 - 18, p.y - 2, False)
            p.y += 37
    return "选择投诉原因的弹层"


def choose_order(p: Phone) -> str:
    """Which order the complaint is about."""
    p.nav(p.pick("投诉卖家", "选择投诉订单", "选择订单"))
    for _ in range(4):
        with p.card():
            shop_row(p, p.pick("卖家已发货", "交易成功", "买家已付款"))
            goods_row(p, p.item(), promises=0)
            p.at(p.x0, p.pick("", "不符合投诉条件", "可发起投诉", "已投诉过"), 11.5, p.skin.faint, dy=6)
            p.buttons((p.pick("申请投诉", "投诉卖家"),), accent=0 if p.chance(0.5) else None)
    return "选择要投诉的订单"


def my_list(p: Phone) -> str:
    """All complaints."""
    p.nav(p.pick("服务进度", "我的投诉", "投诉记录", "投诉管理"))
    p.tabs(("全部", "处理中", "待补充", "已完成"), 0, size=13.5)
    for _ in range(4):
        topic, state = p.rng.choice(TOPICS), p.pick("处理中", "处理完成", "已撤销", "待卖家处理")
        with p.card():
            p.row("投诉卖家：" + topic, state, bold=True, vcolour=p.skin.accent)
            goods_row(p, p.item(), promises=0)
            with p.card(pad=8, margin=0, fill=p.skin.tint, after=6):
                p.para(
                    p.pick(
                        "等卖家处理，约24小时出结果", "投诉成立，赔付已发放", "您已撤销投诉，如仍未解决可再次发起", "客服正在核实"
                    ),
                    12,
                    p.skin.accent,
                    limit=1,
                )
            p.buttons(p.some(("查看留言历史", "撤销投诉", "查看详情"), 1, 2))
    return "投诉记录列表"


def messages(p: Phone) -> str:
    """The agents' messages about a complaint."""
    progress(p)
    with sheet(p, p.pick("查看留言", "留言记录", "客服留言"), height=p.height * 0.8):
        with p.card(margin=0, fill=p.skin.page):
            p.row("投诉卖家：" + p.rng.choice(TOPICS), p.order_no(10), size=12.5)
        for _ in range(3):
            p.avatar(p.x0, p.y, 28)
            p.at(p.x0 + 36, p.secret("客服小美"), 12.5, dy=7)
            p.at(p.x1, p.stamp("minute"), 11, p.skin.faint, anchor="r", dy=8)
            p.y += 34
            p.para(
                "尊敬的会员您好，"
                + p.rng.choice(VERDICTS).format(a=f"{p.amount(1, 90):.2f}")
                + p.pick("给您带来不便非常抱歉，祝您生活愉快。", "查询路径：我的-红包卡券。", "电话没能接通，特此留言告知。"),
                13,
                indent=36,
            )
            p.space(10)
        p.note("服务已完成，不能继续留言", align="m")
    return "投诉处理的客服留言"


def report_detail(p: Phone) -> str:
    """A report's state."""
    p.nav(p.pick("举报详情", "举报详情", "举报中心", "举报进度"))
    state = p.pick("举报已受理", "举报处理中", "举报成立", "举报不成立", "已完成处理")
    p.para(state, 19, (70, 110, 210), bold=True, align="m")
    p.note(
        p.pick(
            "感谢您的反馈，我们会尽快核实处理，请留意结果通知。",
            "平台已对被举报方采取措施，感谢您一起维护环境。",
            "经核实暂未发现违规，您可补充证据后重新举报。",
        ),
        align="m",
        indent=20,
        inset=20,
    )
    p.space(6)
    with p.band():
        p.heading("举报详情")
        badge(p, p.x0, p.y, 40, (90, 120, 190))
        p.at(p.x0 + 52, p.shop(), 14, dy=10)
        p.y += 52
        rows = [
            ("举报编号", p.order_no(14)),
            ("举报时间", p.stamp()),
            ("违规类型", p.rng.choice(REPORTS)),
            ("订单编号", p.order_no()),
            ("是否收货", p.pick("已收到货", "没有收到货")),
            ("资损金额", f"{p.rng.randint(10, 3000)}元"),
            ("联系时间", p.stamp("minute")),
            (
                "事件过程",
                p.pick(
                    "对方加我微信后让我转账，收款后把我拉黑，至今没有发货。",
                    "商家要求好评返现，拒绝后态度恶劣。",
                    "商品宣传与实际不符，联系商家不承认。",
                    "卖家把我的电话泄露给别人，一直接到骚扰电话。",
                ),
            ),
        ]
        for label, value in rows:
            if p.chance(0.85):
                p.field(label, value)
        p.para("图片凭证", 12.5, p.skin.sub)
        picture_strip(p, p.rng.randint(2, 5))
    p.bottom(44, lambda top: p.canvas.text(WIDTH / 2, top + 14, "常见问题", 13.5, (70, 110, 210), anchor="m"))
    return f"举报详情页，{state}"


def report_form(p: Phone) -> str:
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


def official(p: Phone) -> str:
    """A government's complaint platform."""
    p.dress(NAVY)
    complaint = p.chance(0.6)
    word = "投诉" if complaint else "举报"
    p.nav(p.pick(f"我的{word}", f"{word}详情", "消费维权平台"), "mini")
    with p.card(radius=4):
        p.heading(f"被{word}信息", size=14)
        p.field("企业名称", p.secret("某某电子商务有限公司"))
        p.field("住所", p.address())
    with p.card(radius=4):
        p.heading(f"{word}详情信息", size=14)
        rows = (("销售方式", p.pick("网购", "现场购", "电视购物")), ("电商平台", p.pick("淘宝网", "天猫商城", "其他")),
            (f"{word}对象", p.pick("入驻商户", "电商平台")), ("商品/服务类别", p.item().category),
            ("商品/服务名称", p.secret(p.item().name)), ("品牌", p.secret("某品牌")), ("订单号", p.order_no()),
            ("争议发生时间", p.stamp("day")), ("消费金额", f"{p.amount(10, 9000):.2f}元"),
            (f"{word}问题类型", p.pick("虚假宣传", "质量不合格", "不履行三包", "价格欺诈", "以次充好")),
            ("是否同意公示", p.pick("是", "否")), (f"{word}内容",
            p.pick("商家拒绝退款", "收到的商品与宣传不一致，要求退货退款", "商家单方面取消订单，要求发货")),
            ("处理单位", p.lexicon.city(p.rng) + "市场监督管理局"), ("诉求", p.pick("退赔费用", "更换商品",
            "赔礼道歉")))  # fmt: skip
        for label, value in rows:
            if p.chance(0.85):
                p.field(label, value, column=98, gap=10)
    with p.card(radius=4):
        p.heading("附件信息", size=14)
        for _ in range(3):
            p.field("附件名称", f"tmp_{p.digits(12)}.jpg")
    return f"政府平台的{word}详情页"


def official_list(p: Phone) -> str:
    """Cases at such a platform."""
    p.dress(NAVY)
    p.nav(p.pick("我的投诉", "我的举报", "消费投诉"), "mini")
    tones: tuple[Colour, ...] = ((240, 150, 40), (60, 160, 90), (120, 120, 130))
    for _ in range(4):
        state = p.pick("待受理", "已受理", "已办结", "调解中", "不予受理")
        with p.card(radius=4):
            p.at(p.x1, state, 12.5, p.rng.choice(tones), anchor="r", bold=True)
            for label, value in (
                ("编号", p.order_no(16)),
                ("对象", p.secret("某某贸易有限公司")),
                ("时间", p.stamp("day")),
                ("诉求", p.pick("退货退款", "赔偿损失", "退一赔三")),
            ):
                p.field(label, value, column=50)
            p.rule()
            p.row("详情", p.pick("撤诉", "评价", "补充材料"), colour=NAVY.accent, vcolour=NAVY.accent, gap=2)
    return "政府投诉平台的案件列表"


def complaint_dialog(p: Phone) -> str:
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


LAYOUTS = {"投诉举报页面": (progress, progress_sheet, form, topic_sheet, choose_order, my_list, messages, report_detail,
    report_form, official, official_list, complaint_dialog)}  # fmt: skip
