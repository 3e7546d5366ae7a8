"""One complaint or report: its progress, details and verdict."""

from __future__ import annotations

from data.synth.canvas import Colour, text_width
from data.synth.screens.bars import action_bar
from data.synth.screens.blocks import (
    goods_row,
    icon_grid,
    links,
    picture_strip,
    timeline,
)
from data.synth.screens.covers import sheet
from data.synth.screens.page_builder import WIDTH, Item, PageBuilder
from data.synth.screens.parts import bubble, chat_bar, chat_time, hero
from data.synth.screens.pictures import GOLD, badge
from data.synth.screens.skins import WHITE

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


def entries(p: PageBuilder, count: int) -> list[tuple[str, str, str]]:
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


def award(p: PageBuilder) -> None:
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


def info(p: PageBuilder) -> None:
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


def banner(p: PageBuilder, text: str) -> None:
    """The coloured head of progress pages; the next card overlaps it."""
    p.y -= 8
    p.canvas.gradient(0, p.y, WIDTH, 88, p.skin.accent2, p.skin.accent, across=True)
    p.canvas.text(18, p.y + 18, text, 15.5, WHITE, bold=True, width=WIDTH - 40)
    p.y += 48


def lady(p: PageBuilder, text: str) -> None:
    """The member's own agent on a golden head."""
    p.y -= 8
    p.canvas.gradient(0, p.y, WIDTH, 92, (235, 205, 165), (205, 165, 115), across=True)
    p.avatar(20, p.y + 14, 54)
    p.canvas.text(92, p.y + 18, text, 14.5, (70, 44, 30), bold=True)
    p.canvas.text(92, p.y + 40, "有问题可以随时召唤专属客服", 10.5, (110, 80, 60))
    p.pill(92, p.y + 58, "一键召唤", size=10.5, fill=(60, 48, 44), ink=(250, 220, 180))
    p.y += 96


def progress(p: PageBuilder) -> str:
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


def progress_sheet(p: PageBuilder) -> str:
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


def report_detail(p: PageBuilder) -> str:
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


REASONS = (
    "发货问题-虚假发货",
    "发货问题-缺货",
    "发货问题-拒绝发货",
    "发货问题-超过承诺时间未发",
    "物流问题-签收地址不符",
    "物流问题-轨迹长期不更新",
    "违背承诺-不给赠品",
    "违背承诺-不履行价保",
    "违背承诺-不开发票",
    "违背承诺-拒绝返现",
    "售后问题-拒绝退换",
    "售后问题-不退运费",
    "服务态度差",
    "骚扰辱骂买家",
    "恶意加价",
    "要求线下交易",
    "商品质量问题",
    "描述与实物不符",
    "出售假冒商品",
    "泄露个人信息",
    "诱导好评",
    "发票问题",
    "拒绝履行三包",
    "强制确认收货",
    "少件漏发不处理",
)

CARRIER_REASONS = (
    "未送货上门",
    "虚假签收",
    "擅自放驿站",
    "快递丢失",
    "包裹破损",
    "快递员态度恶劣",
    "派送延误",
    "拒绝派送",
    "乱收费",
    "上门取件未按时",
    "私拆包裹",
    "虚假揽收",
)

OFFENCES = (
    "出售违禁品",
    "假冒伪劣",
    "虚假宣传",
    "价格欺诈",
    "盗用图片",
    "发布广告信息",
    "色情低俗",
    "侮辱谩骂",
    "泄露隐私",
    "诈骗",
    "引导线下交易",
    "虚假交易",
    "刷单炒信",
    "侵犯知识产权",
    "未成年人不良信息",
    "信息滥用",
    "恶意骚扰",
    "滥发信息",
    "资质造假",
    "其他问题",
)

SERVERS = ("平台客服", "专属客服", "官方客服", "会员专属客服", "客服专员", "平台")

OWN_WORDS = (
    "不发货也不退款",
    "客服一直不回消息",
    "收到的和图片完全不一样",
    "说好送赠品，结果没有",
    "物流一周没动过",
    "点了签收我根本没收到",
    "要我加微信才给退款",
    "态度特别差，还骂人",
    "不给开发票，找各种理由",
    "明显是假货，要求赔偿",
    "拖着不处理",
    "用一次就坏，不给换",
    "修改订单价格多收钱",
    "商家拒绝退差价",
    "联系不上卖家",
    "说有货，付了钱又说没货",
    "快递放门口丢了没人管",
    "好评返现不兑现",
)


def reason(p: PageBuilder) -> str:
    """A reason as the pages write it: joined by - or /, or only its last part."""
    group, mark, last = p.rng.choice(REASONS).partition("-")
    return (last or group) if p.chance(0.35) else group + (p.pick("-", "/") if mark else "") + last


def headline(p: PageBuilder) -> str:
    """Who is complained about and why."""
    return (
        "物流投诉：" + p.rng.choice(CARRIER_REASONS)
        if p.chance(0.12)
        else p.pick("投诉卖家：", "投诉卖家：", "投诉商家：") + reason(p)
    )


def money(p: PageBuilder) -> str:
    """What is paid."""
    a = f"{p.amount(1, 120):.2f}"
    return p.pick(
        f"现金{a}元",
        f"红包{p.rng.randint(1, 2)}个，合计{a}元",
        f"{a}元无门槛红包",
        f"店铺优惠券{a}元",
        f"{a}元补偿金",
        f"订单金额的{p.pick('5', '10', '30')}%，即{a}元",
    )


def course(p: PageBuilder) -> list[tuple[str, str, str]]:
    """What happened to a complaint, newest first, in an order that makes sense."""
    who = p.rng.choice(SERVERS)
    end = p.rng.choice(
        (
            (
                f"{who}{p.pick('已判决', '判决')}，投诉成立",
                p.pick(
                    f"平台已向您赔付{money(p)}，商家的违约行为会计入店铺考核",
                    f"经核实商家违规，已赔付{money(p)}，并对商家作出处罚",
                    "商家保证金不足，平台正在催缴，到账后会第一时间赔给您",
                    f"您的投诉已判责商家，{money(p)}已发放，请查收",
                    "已对商家扣分处理，感谢您的监督",
                ),
            ),
            (
                p.pick("投诉不成立", "投诉已关闭", f"{who}判定投诉不成立"),
                p.pick(
                    "根据现有凭证无法认定商家违规",
                    "超时未补充凭证，投诉关闭",
                    "您与商家的情况不属于受理范围，建议走退款售后",
                    "商家已按承诺履行，不支持本次投诉",
                ),
            ),
            (
                p.pick("您已撤销投诉", "协商达成一致，已撤诉", "投诉已撤销"),
                p.pick("若问题还未解决，15天内可再次发起", "您同意了卖家的方案，投诉完结", "撤销后可继续联系卖家协商"),
            ),
            (
                f"{who}{p.pick('处理中', '加急处理中', '核实处理中')}",
                p.pick(
                    "预计24小时内给您结果，请耐心等待",
                    "预计48小时内完成，请留意消息通知",
                    "我们正在核实双方凭证，3个工作日内答复",
                    "已为您升级处理，请保持电话畅通",
                ),
            ),
            (p.pick("投诉完结", "投诉赔付完成", "您的投诉处理完成"), f"依据平台规则已赔付{money(p)}"),
        )
    )
    middles = [
        (f"{who}核实处理中", "约三个工作日内处理完"),
        ("卖家超时未回复", f"{who}将继续为您处理"),
        (
            p.pick("卖家处理中", "商家处理中"),
            p.pick("卖家需在24小时内给出方案，超时由平台跟进", "已通知卖家配合处理", "若卖家未及时答复，客服将介入"),
        ),
        (
            p.pick("卖家提供方案", "商家提供协商方案"),
            p.pick("方案：", "方案内容：")
            + p.pick("尽快发货", "退款并补偿", "补寄商品", "其他方案", "拒绝赔付")
            + p.pick("，说明：请您先撤销投诉", "，说明：仓库发错了，给您补发", "，说明：本品为赠品不支持投诉", ""),
        ),
        ("您补充描述", "留言：" + p.rng.choice(OWN_WORDS)),
        ("客服电话回访", p.pick("未接通，稍后将再次联系", "已与您沟通方案")),
    ]
    start = (
        p.pick("您发起投诉", "投诉已发起", "提交投诉", "您发起了投诉"),
        f"投诉原因：{reason(p)}" + (f"\n投诉说明：{p.rng.choice(OWN_WORDS)}" if p.chance(0.7) else ""),
    )
    found = []
    for title, body in (end, *[middles[i] for i in sorted(p.rng.sample(range(len(middles)), p.rng.randint(1, 4)))], start):
        found.append((title, p.stamp("short") if p.chance(0.85) else "", body))
        p.back(60, 3000)
    return found


def facts(p: PageBuilder, item: Item) -> None:
    """Article and facts."""
    with p.card():
        p.heading(p.pick("投诉信息", "投诉信息", "订单信息", "投诉商品"))
        goods_row(p, item, size=64, promises=0)
        for label, value, share in (
            ("投诉单号", p.order_no(16), 1.0),
            ("投诉原因", reason(p), 1.0),
            ("投诉时间", p.stamp(), 0.35),
            ("预留手机号", p.secret("1" + p.digits(10)), 0.35),
            ("投诉诉求", p.pick("赔付", "尽快发货", "退款", "道歉", "补发赠品"), 0.35),
            ("投诉对象", p.pick("卖家", "物流公司", "客服"), 0.2),
        ):
            if p.chance(share):
                p.field(label, value)
        links(p, p.some(("联系卖家", "官方客服", "联系客服"), 1, 2))


def payout(p: PageBuilder) -> None:
    """The golden or red strip that shows what was paid."""
    gold = p.chance(0.4)
    tones: tuple[Colour, Colour] = ((255, 238, 190), (245, 205, 120)) if gold else ((255, 90, 60), (240, 40, 60))
    ink: Colour = (120, 70, 20) if gold else WHITE
    p.canvas.gradient(p.x0 + 22, p.y, p.room() - 22, 58, *tones, across=True, radius=8)
    p.canvas.price(p.x0 + 34, p.y + 19, f"{p.amount(1, 120):g}", 21, ink)
    p.canvas.text(
        p.x0 + 108,
        p.y + 12,
        p.pick("现金到账", "补偿金已到账")
        if gold
        else p.pick("违约赔付红包", "延迟发货赔付", "物流异常赔付红包", f"共{p.rng.randint(1, 3)}个红包", "投诉补偿红包"),
        13,
        ink,
        bold=True,
    )
    p.canvas.text(
        p.x0 + 108,
        p.y + 33,
        p.pick("已转入余额", "可在账单中查看") if gold else p.pick("无门槛，全场可用", "可在卡券包查看", "有效期15天"),
        10.5,
        ink,
        width=130,
    )
    if not gold:
        p.pill(p.x1 - 8, p.y + 17, p.pick("查看", "去使用"), size=11, fill=GOLD, ink=(180, 60, 30), anchor="r")
    p.y += 70


def detail(p: PageBuilder) -> str:
    """A complaint in progress or done."""
    found = course(p)
    p.nav(p.pick("投诉详情", "进度详情", "投诉详情", "服务进度", "投诉进度"))
    done = "中" not in found[0][0]
    p.y -= 8
    p.canvas.gradient(0, p.y, WIDTH, 110, p.skin.accent2, p.skin.accent, across=True)
    p.canvas.text(
        16,
        p.y + 14,
        p.pick("投诉已处理完成", "平台客服已结束服务", "您的投诉处理完成")
        if done
        else p.pick("平台客服处理中", "专属客服正在处理", "卖家处理中", "承运方正在核实"),
        16,
        WHITE,
        bold=True,
    )
    p.y += 46
    with p.card():
        if p.chance(0.5):
            p.para(headline(p), 14.5, bold=True)
            p.space(4)
        shown = p.rng.choice((1, 2, len(found)))
        timeline(p, found[:1], mask=0.1)
        if "赔付" in found[0][2] and p.chance(0.6):
            payout(p)
        timeline(p, found[1:shown], current=-1, mask=0.1)
        if p.chance(0.4):
            picture_strip(p, p.rng.randint(1, 3), 34)
        p.para(p.pick("全部进度 >", "查看全部进度", "展开", "收起"), 12.5, p.skin.sub, align="m")
    if p.chance(0.2):
        with p.card():
            p.row(p.pick("我要退款/退货", "申请售后"), p.pick("查看退款", "去申请"), arrow=True, gap=2)
    facts(p, p.item())
    if p.chance(0.6):
        action_bar(
            p, p.some(("补充描述", "撤销投诉", "重新发起", "联系卖家", "查看留言", "评价服务", "催促处理", "补充凭证"), 1, 3)
        )
    return f"投诉详情，{found[0][0]}"


def all_of_it(p: PageBuilder) -> str:
    """The sheet with the whole course, twice if it was raised again."""
    detail(p)
    with sheet(p, p.pick("全部进度", "进度详情", "处理进度"), height=p.height * p.rng.uniform(0.55, 0.8)):
        found = course(p)
        timeline(p, found[:1])
        if "赔付" in found[0][2] and p.chance(0.6):
            payout(p)
        timeline(p, found[1:], current=-1)
        if p.chance(0.3):
            timeline(p, course(p), current=-1)
    return "投诉的全部进度弹层"


def options(p: PageBuilder, low: int, high: int) -> None:
    """Reasons with round boxes, one chosen or none."""
    chosen = p.rng.randint(-2, 6)
    for index, name in enumerate(p.some(REASONS if p.chance(0.6) else OFFENCES, low, high)):
        p.at(p.x0, name, 14)
        p.check(p.x1 - 18, p.y - 2, index == chosen)
        p.y += 37


def over_page(p: PageBuilder) -> str:
    """A sheet for complaining over a chat or an article."""
    item = p.item()
    if p.chance(0.5):
        p.nav(p.shop(), sub=p.pick("", "在线"))
        chat_bar(p)
        for _ in range(4):
            chat_time(p)
            mine = p.chance(0.5)
            bubble(
                p,
                p.pick("再不发货我投诉了", "你们太过分了", "什么态度")
                if mine
                else p.pick("亲，这个不支持退的", "您好，在的", "爱投诉就投诉", "请稍等为您核实"),
                mine=mine,
                fill=p.skin.tint if mine else WHITE,
            )
    else:
        p.nav("", "clear")
        hero(p, item.category, 0, 0, WIDTH, 340)
        p.y, p.x0 = 352, 12
        p.para(p.title(item), 15, bold=True)
        p.x0 = 0
    with sheet(
        p,
        p.pick("投诉商家", "举报", "选择投诉原因", "投诉与举报", "请选择举报原因"),
        button=p.pick("", "提交", "下一步"),
        height=p.height * 0.62,
    ):
        p.note(p.pick("请选择最符合的原因，我们会尽快核实", "举报信息将严格保密", "投诉成功后商家会受到相应处罚"))
        p.y += 6
        options(p, 6, 9)
    return "聊天或商品页面上的投诉举报弹层"


def verdict(p: PageBuilder) -> str:
    """What became of a report, with the question whether one is content."""
    p.nav(p.pick("举报详情", "举报结果", "举报反馈"))
    state, words = p.rng.choice(
        (
            ("举报已受理", "感谢您的监督，我们会尽快核实您反映的情况"),
            ("举报成立", "经核实该用户存在违规，已按规则处置"),
            ("举报不成立", "现有材料暂时无法认定违规，您可以补充证据"),
            ("已处罚该用户", "感谢您共同维护平台环境"),
            ("处理中", "预计3个工作日内反馈处理结果，请耐心等待"),
            ("举报已撤销", "您可以重新发起举报"),
        )
    )
    p.canvas.icon("shield", WIDTH / 2 - text_width(state, 17) / 2 - 26, p.y + 1, 20, (60, 160, 90))
    p.para(state, 17, align="m", bold=True)
    p.para(words, 12, p.skin.sub, align="m", indent=30, inset=30)
    with p.card():
        p.heading(p.pick("您对处理结果满意吗？", "请对本次举报处理打分"))
        icon_grid(p, ("很差", "不满意", "一般", "满意", "非常满意"), 5)
    with p.card():
        for label, value in (
            ("举报编号", p.order_no(12)),
            ("举报时间", p.stamp()),
            ("举报类型", p.rng.choice(OFFENCES)),
            ("订单编号", p.order_no()),
            ("交易方式", p.pick("通过订单交易，有资金损失", "未交易", "线下转账")),
            ("是否收货", p.pick("未收到货", "已收到货", "已退货")),
            ("资损金额", p.yuan(p.amount(5, 900))),
            ("事件过程", "，".join(p.rng.sample(OWN_WORDS, p.rng.randint(2, 4)))),
        ):
            if p.chance(0.75):
                p.field(label, value, column=84)
    return f"举报详情，{state}"
