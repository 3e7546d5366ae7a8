"""Many complaints and reports: their centre, lists, messages, official platforms."""

from __future__ import annotations

from data.synth.canvas import Colour
from data.synth.screens.blocks import (
    goods_row,
    icon_grid,
    steps,
)
from data.synth.screens.complaint_progress import OFFENCES, TOPICS, VERDICTS, course, facts, headline, progress
from data.synth.screens.covers import sheet
from data.synth.screens.page_builder import PageBuilder
from data.synth.screens.skins import WHITE, Skin

NAVY = Skin("navy", (45, 60, 150), (45, 60, 150), WHITE, (45, 80, 190), (70, 110, 220), (238, 241, 250))


def my_list(p: PageBuilder) -> str:
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


def messages(p: PageBuilder) -> str:
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


def official(p: PageBuilder) -> str:
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


def official_list(p: PageBuilder) -> str:
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


STATES = ("处理中", "处理完成", "已撤销", "待补充凭证", "投诉成立", "投诉不成立", "已完结", "待商家处理", "待受理", "已关闭")


def records(p: PageBuilder) -> str:
    """The list of complaints or reports."""
    report = p.chance(0.4)
    p.nav(
        p.pick("举报记录", "我的举报", "举报中心")
        if report
        else p.pick("服务进度", "投诉记录", "我的投诉", "我的服务单", "投诉管理")
    )
    if p.chance(0.6):
        p.tabs(
            p.rng.choice(
                (
                    ("全部", "处理中", "已完成"),
                    ("我发起的", "我收到的"),
                    ("全部", "待处理", "处理中", "已完结"),
                    ("投诉", "举报", "建议"),
                )
            ),
            0,
        )
    for _ in range(4):
        if p.full():
            break
        item = p.item()
        p.back(100, 20000)
        with p.card():
            if report:
                p.row(
                    "举报" + p.pick("商品", "卖家", "用户", "评价", "直播间") + "：" + p.rng.choice(OFFENCES),
                    p.pick("已受理", "处理中", "举报成立", "举报不成立", "已重点关注", "已处罚"),
                    bold=True,
                    vcolour=p.skin.accent,
                )
                p.thumb(item, p.x0, p.y, 44)
                p.at(p.x0 + 54, p.title(item), 12.5, width=p.room() - 60)
                p.at(p.x0 + 54, "举报时间：" + p.stamp("minute"), 11, p.skin.faint, dy=20)
                p.y += 54
                p.buttons(p.some(("撤销举报", "查看详情", "补充材料"), 1, 2))
                continue
            p.row(headline(p), p.rng.choice(STATES), bold=True, vcolour=p.skin.accent)
            goods_row(p, item, size=58, promises=0)
            latest = course(p)[0]
            with p.card(pad=9, margin=0, fill=p.skin.page, after=6):
                p.para(f"{latest[0]}  {latest[2]}", 12, limit=1)
            p.buttons(p.some(("查看留言", "查看详情", "撤销投诉", "再次投诉", "评价", "补充凭证"), 1, 2), accent=None)
    return "举报记录列表" if report else "投诉记录列表"


def centre(p: PageBuilder) -> str:
    """The home page of complaints and reports."""
    p.nav(p.pick("举报中心", "投诉中心", "维权中心", "投诉举报", "消费者保障中心", "客服中心"))
    with p.card(fill=p.skin.tint):
        p.para(p.pick("投诉举报，我们守护您的权益", "有问题？我们来帮您解决", "共建清朗购物环境"), 16, bold=True)
        p.note(p.pick("已累计处理投诉超百万件", "客服7x24小时受理", "平均24小时内响应"))
    with p.card():
        p.heading(p.pick("我要投诉/举报", "选择服务", "请选择投诉对象"))
        icon_grid(
            p,
            p.some(
                (
                    "投诉商家",
                    "投诉物流",
                    "举报商品",
                    "举报店铺",
                    "举报用户",
                    "举报直播",
                    "知识产权",
                    "举报诈骗",
                    "隐私投诉",
                    "客服投诉",
                    "意见反馈",
                    "举报评价",
                    "投诉进度",
                ),
                6,
                8,
            ),
        )
    with p.card():
        p.heading(p.pick("我的记录", "最近投诉"), "全部", arrow=True)
        for _ in range(3):
            p.row(headline(p), p.rng.choice(STATES), arrow=True, size=12.5)
    with p.card():
        p.heading(p.pick("常见问题", "投诉指南", "大家都在问"))
        for text in p.some(
            (
                "怎么撤销投诉？",
                "投诉后多久有结果？",
                "投诉成立后赔付多少？",
                "举报后对方会知道是我吗？",
                "为什么我的投诉不成立？",
                "如何上传举证凭证？",
                "商家骚扰我怎么办？",
                "超过投诉时间怎么办",
            ),
            3,
            6,
        ):
            p.row(text, "", arrow=True)
    return "投诉举报中心首页"


def desktop(p: PageBuilder) -> str:
    """A complaint on a computer."""
    p.resize(760, p.rng.choice((320.0, 400.0)))
    p.canvas.background = (250, 250, 250)
    p.x0, p.x1, p.y = 24, 736, 16
    p.at(24, p.pick("投诉管理 > 投诉详情", "已买到的宝贝 > 投诉卖家", "消费者服务 > 举报处理"), 12, p.skin.faint)
    p.y += 26
    steps(p, ("买家发起投诉", "等待卖家处理", "客服介入", "投诉完结"), p.rng.randint(0, 3), colour=(240, 110, 30))
    with p.card():
        p.heading("当前状态：" + p.rng.choice(STATES), p.stamp())
        p.para(course(p)[0][2], 13)
    facts(p, p.item())
    return "电脑端投诉详情"
