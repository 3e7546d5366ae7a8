"""Accounts: bills and their details, balances, red packets and cards, credit, points."""

from __future__ import annotations

from data.synth.canvas import Colour
from data.synth.screens.bars import submit_bar, tab_bar
from data.synth.screens.blocks import icon_grid, timeline
from data.synth.screens.coupons import NAMES, SCOPES
from data.synth.screens.covers import dialog, popup_card, sheet
from data.synth.screens.page_builder import WIDTH, PageBuilder
from data.synth.screens.payment import METHODS
from data.synth.screens.pictures import GOLD, badge
from data.synth.screens.skins import WHITE, Skin
from data.synth.screens.vouchers import CRIMSON, red_packet

BLUE: Colour = (22, 119, 255)
WALLET = Skin("wallet", BLUE, (60, 145, 255), WHITE, BLUE, (80, 160, 255))
KINDS = (
    "餐饮美食",
    "服饰装扮",
    "日用百货",
    "家居家装",
    "数码电器",
    "美容美发",
    "母婴亲子",
    "充值缴费",
    "退款",
    "转账红包",
    "文化休闲",
    "交通出行",
    "生活服务",
    "信用借还",
    "投资理财",
)
FLOWS = (
    "购物使用",
    "退回",
    "充入",
    "活动奖励",
    "签到奖励",
    "提现到支付宝",
    "发放金失效",
    "赠送收入",
    "订单返还",
    "系统扣减",
    "红包过期",
    "抽奖奖励",
    "好评返现",
    "邀请奖励",
    "消费抵扣",
)
FLOW_TAILS = ("", "-发放金", "-零钱", "-购物金", "-红包", "-充值金")


def signed(p: PageBuilder, high: float = 200) -> tuple[str, Colour]:
    """An amount with its sign, and its colour."""
    value = p.amount(0.01, high)
    if p.chance(0.5):
        return f"+{value:.2f}", p.skin.accent
    return f"-{value:.2f}", p.skin.ink


def bill_detail(p: PageBuilder) -> str:
    """One bill: refund or payment."""
    refund = p.chance(0.5)
    amount = p.rng.choice((0.0, p.amount(1, 900)))
    p.nav("账单详情", icons=(), right=p.pick("", "", "全部账单"))
    with p.card():
        if refund:
            p.canvas.ellipse(WIDTH / 2 - 20, p.y, 40, 40, (40, 140, 230))
            p.canvas.text(WIDTH / 2, p.y + 11, "退", 18, WHITE, anchor="m", bold=True)
        else:
            badge(p, WIDTH / 2 - 20, p.y, 40, p.rng.choice((CRIMSON, (250, 110, 30))))
        p.y += 50
        p.para(p.secret(p.lexicon.shop(p.rng)), 14, align="m")
        p.para(f"{'' if refund else '-'}{amount:,.2f}", 28, bold=True, align="m")
        p.para(
            "退款成功" if refund else p.pick("交易成功", "交易关闭", "有退款", f"已退款(¥{p.amount(1, 100):.2f})"),
            13,
            p.skin.sub,
            align="m",
        )
        p.space(14)
        p.field("关联记录", p.pick("查看原账单", "查看关联记录"))
        if p.chance(0.3):
            p.field("先用后付", f"-{p.amount(1, 90):.2f}")
        rows = [
            ("创建时间" if refund else "支付时间", p.stamp()),
            ("退款方式" if refund else "付款方式", p.rng.choice(METHODS[:5])),
            ("商品说明", p.title(p.item())),
            ("订单号", p.order_no(28)),
            ("商家订单号", p.order_no(20)),
            ("收单机构", p.secret(p.pick("某某银行股份有限公司", "支付科技有限公司"))),
        ]
        for label, value in rows:
            if p.chance(0.8):
                p.field(label, value)
    if p.chance(0.3):
        with p.card():
            p.heading("支付有福利", size=13.5)
            p.row(f"{p.rng.randint(1, 9)}元 线下支付红包", "去完成", vcolour=CRIMSON)
    with p.card():
        p.heading("账单管理", size=13.5)
        p.row("账单分类", p.rng.choice(KINDS), arrow=True, vcolour=p.skin.faint)
        p.row("标签和备注", "添加", arrow=True, vcolour=p.skin.faint)
        if p.chance(0.5):
            p.row("计入收支", "开")
    with p.card():
        for name in p.some(("查看往来记录", "往来流水证明", "对此订单有疑问", "联系商家", "投诉"), 2, 4):
            p.row(name, "", colour=(60, 90, 150), gap=7)
    return "账单详情页，" + ("退款" if refund else "支付") + f"金额{amount:.2f}元"


def bill_list(p: PageBuilder) -> str:
    """The month's bills."""
    p.nav(p.pick("账单", "搜索交易记录"), "search", right="搜索")
    p.x0, p.x1 = 12, WIDTH - 12
    p.chips(("全部", "支出", "转账", "退款", "订单", "筛选"), p.rng.randint(0, 3))
    with p.card(margin=0):
        month = p.now.month
        p.heading(f"{month}月", p.pick("收支分析", "月账单"), size=18)
        p.note(f"支出¥{p.amount(100, 9000):,.2f}  收入¥{p.amount(1, 3000):,.2f}")
        p.note("设置支出预算 >") if p.chance(0.5) else None
        p.space(8)
        for _ in range(9):
            if p.full():
                break
            p.back(60, 3000)
            refund = p.chance(0.3)
            p.canvas.ellipse(
                p.x0, p.y + 2, 30, 30, (40, 140, 230) if refund else p.rng.choice((CRIMSON, (250, 110, 30), (70, 170, 90)))
            )
            p.canvas.text(p.x0 + 15, p.y + 9, "退" if refund else p.pick("淘", "猫", "付", "转"), 14, WHITE, anchor="m")
            p.at(p.x0 + 42, p.secret("退款-" * refund + p.item().title), 13.5, width=200)
            p.at(
                p.x1,
                f"{'' if refund else '-'}{p.amount(1, 900):.2f}",
                15,
                p.skin.accent if refund else p.skin.ink,
                bold=True,
                anchor="r",
            )
            p.at(p.x0 + 42, "退款" if refund else p.rng.choice(KINDS), 11.5, p.skin.faint, dy=20)
            if p.chance(0.35):
                p.at(
                    p.x1,
                    p.pick("交易关闭", "退款成功", "已全额退款", "等待付款", f"已退款(¥{p.amount(1, 50):.2f})"),
                    11,
                    p.skin.accent,
                    anchor="r",
                    dy=21,
                )
            p.at(p.x0 + 42, p.stamp("short"), 11, p.skin.faint, dy=37)
            p.y += 62
    p.x0, p.x1 = 0, WIDTH
    return "账单列表页，按月列出收支明细"


def bill_related(p: PageBuilder) -> str:
    """Related bills over one."""
    bill_detail(p)
    with sheet(p, p.pick("全部关联记录", "关联账单", "资金流向"), height=p.height * 0.42, button="取消", outline=True):
        for title in ("当前账单", "其他关联账单"):
            p.note(title)
            with p.card(margin=0, fill=p.skin.page):
                p.row(p.secret("退款-" + p.item().title[:14]), f"{p.amount(0.01, 90):.2f}", arrow=True, size=12.5)
    return "账单详情上的关联记录弹层"


def change_flow(p: PageBuilder) -> str:
    """In and out of small change, coins, cash."""
    p.nav(p.pick("零钱账单", "收支明细", "提现记录", "余额明细", "淘金币明细", "购物金明细", "现金明细"))
    if p.chance(0.4):
        p.tabs(("全部", "收入", "支出", "提现"), p.rng.randint(0, 3))
        with p.card():
            p.row(f"累计{p.pick('已提现', '收入')}", f"{p.amount(1, 300):.2f}元", bold=True, vcolour=p.skin.accent)
    same = p.chance(0.3)
    base, tail = p.rng.choice(FLOWS), p.rng.choice(FLOW_TAILS)
    with p.band():
        for _ in range(16):
            if p.full():
                break
            p.back(1, 4000)
            text, ink = signed(p, 30)
            p.at(p.x0, (base if same else p.rng.choice(FLOWS)) + tail, 14)
            p.at(p.x1 - 12, text + p.pick("", "元") * (tail == ""), 15, ink, anchor="r", bold=True, dy=8)
            p.canvas.icon("chevron", p.x1 - 10, p.y + 11, 10, p.skin.faint)
            p.at(p.x0, p.stamp().replace("-", "."), 11, p.skin.faint, dy=20)
            p.y += 38
            p.rule()
    return "零钱等账户的收支明细列表"


def small_change(p: PageBuilder) -> str:
    """The small-change account: balance and charging."""
    p.nav(p.pick("我的零钱", "淘宝零钱", "充值金"), right=p.pick("账单", "明细"), icons=())
    amount = p.amount(0.1, 200)
    p.canvas.gradient(14, p.y, WIDTH - 28, 120, (250, 90, 60), (230, 40, 40), radius=12)
    p.canvas.text(WIDTH / 2, p.y + 16, p.pick("零钱余额（元）", "可用余额(元)"), 12, WHITE, anchor="m")
    p.canvas.text(WIDTH / 2, p.y + 38, f"{amount:.2f}", 32, WHITE, anchor="m", bold=True)
    p.canvas.text(WIDTH / 2, p.y + 78, f"其中{amount:.1f}元为平台发放", 11.5, (255, 225, 215), anchor="m")
    p.canvas.text(WIDTH / 2, p.y + 97, "邮费、话费充值等不支持零钱 详细规则 >", 10.5, (255, 225, 215), anchor="m")
    p.y += 130
    with p.card():
        p.row("淘礼卡", "立即赠送", arrow=True, hint="心意用卡片传递", vcolour=p.skin.accent)
        p.row("帮人充零钱", "去帮充", hint="不绑卡也能购物", vcolour=p.skin.accent)
    with p.card():
        p.heading("充值", "提现")
        for row in ((10, 20, 30), (50, 100, 200)):
            for index, value in enumerate(row):
                x = p.x0 + index * 107
                p.canvas.rect(
                    x,
                    p.y,
                    98,
                    42,
                    p.skin.tint if value == 10 else p.skin.page,
                    radius=6,
                    outline=p.skin.accent if value == 10 else None,
                )
                p.canvas.text(
                    x + 49, p.y + 13, f"充{value}元", 15, p.skin.accent if value == 10 else p.skin.ink, anchor="m", bold=True
                )
            p.y += 52
        p.wide_button(p.pick("去充值", "找人充"))
        p.wide_button(p.pick("找人充", "去充值"), outline=True)
        p.note("充值前请阅读《零钱协议》和《隐私说明》", align="m")
    return f"我的零钱页，余额{amount:.2f}元"


def packet_detail(p: PageBuilder) -> str:
    """A red packet's facts and history."""
    p.dress(Skin("packet", CRIMSON, (250, 40, 50), WHITE, CRIMSON, (255, 80, 60)))
    amount = p.amount(0.1, 100)
    p.nav("红包详情", icons=())
    p.y -= 8
    p.canvas.rect(0, p.y, WIDTH, 96, CRIMSON)
    p.canvas.text(WIDTH / 2, p.y + 12, p.pick("可用余额", "红包余额"), 14, WHITE, anchor="m")
    p.canvas.price(WIDTH / 2, p.y + 38, amount, 28, WHITE, anchor="m")
    p.y += 84
    with p.card():
        p.heading(p.pick("基本信息", "基础信息"), size=13.5)
        for label, value in (
            ("红包名称", p.pick("缺货赔付红包", "直播专享红包", "超级红包", "延迟发货补偿", "会员天天红包")),
            ("初始面额", f"¥{amount:.2f}"),
            ("开始时间", p.ahead(-2).stamp()),
            ("截止时间", p.ahead(5).stamp()),
            ("延期规则", "因退款退回且已过期的，" + p.ahead(6).stamp("minute") + "前仍可使用"),
            ("使用规则", p.rng.choice(SCOPES)),
        ):
            if p.chance(0.85):
                p.field(label, value)
    p.heading("  历史记录", size=14)
    with p.card():
        for _ in range(p.rng.randint(1, 3)):
            p.back(100, 4000)
            p.row(
                p.pick("领取红包", "使用红包", "红包退回") + " " + p.stamp("minute"),
                p.pick("+", "-") + f"¥{amount:.2f}",
                size=12.5,
            )
    if p.chance(0.4):
        submit_bar(p, "去使用", colour=CRIMSON)
    return f"红包详情页，余额{amount:.2f}元"


def cards(p: PageBuilder) -> str:
    """All coupons, packets, cards and what they hold."""
    p.nav(p.pick("我的权益", "红包卡券", "卡券包", "我的资产", "我的红包"))
    p.x0, p.x1 = 10, WIDTH - 10
    names = ("券", "红包", "卡", "充值金", "其他")
    step = p.room() / 5
    for index, name in enumerate(names):
        p.at(p.x0 + step * (index + 0.5), name, 13.5, anchor="m", bold=index == 1)
        p.at(
            p.x0 + step * (index + 0.5),
            p.pick(f"{p.rng.randint(0, 30)}张", f"¥{p.amount(0.1, 90):.2f}", "会员身份", f"+{p.rng.randint(1, 30)}"),
            11,
            p.skin.accent,
            anchor="m",
            dy=20,
        )
    p.y += 48
    p.x0, p.x1 = 0, WIDTH
    for _ in range(6):
        amount = p.amount(0.5, 60)
        with p.card():
            red_packet(p, p.x0, p.y + 4, 40)
            p.at(p.x0 + 52, f"¥{amount:.2f}", 18, CRIMSON, bold=True)
            p.at(p.x0 + 120, p.rng.choice(NAMES), 13.5, bold=True, dy=3)
            p.at(p.x0 + 52, p.rng.choice(SCOPES), 11, p.skin.sub, dy=25)
            p.at(p.x0 + 52, "有效期至 " + p.ahead(p.rng.uniform(0, 20)).stamp("dot") + " 23:59", 11, p.skin.faint, dy=41)
            p.pill(p.x1, p.y + 16, p.pick("去使用", "使用", "查看"), outline=CRIMSON, ink=CRIMSON, anchor="r")
            p.y += 58
    return "红包卡券资产列表"


def credit(p: PageBuilder) -> str:
    """The credit account: what is owed and when."""
    p.dress(WALLET)
    p.nav(p.pick("花呗", "我的账单", "花呗账单", "信用账户"), right=p.pick("设置", "账单"))
    p.canvas.rect(0, p.y - 8, WIDTH, 130, BLUE)
    p.canvas.text(24, p.y + 10, f"{p.now.month}月应还(元)", 13, WHITE)
    p.canvas.text(24, p.y + 34, f"{p.amount(10, 6000):,.2f}", 32, WHITE, bold=True)
    p.canvas.text(
        24,
        p.y + 80,
        f"{p.now.month}月{p.pick('8', '10', '15', '20')}日还款  总额度 {p.rng.randint(1, 50)}000",
        12,
        (220, 235, 255),
    )
    p.pill(WIDTH - 24, p.y + 40, p.pick("立即还款", "提前还款", "已还清"), fill=WHITE, ink=BLUE, anchor="r", size=13.5)
    p.y += 130
    with p.card():
        p.tabs(("已出账", "未出账", "分期", "还款记录"), p.rng.randint(0, 1), colour=BLUE, size=13)
        for _ in range(7):
            p.back(100, 3000)
            p.at(p.x0, p.secret(p.item().title), 13.5, width=190)
            p.at(p.x1, f"{p.amount(1, 800):.2f}", 15, bold=True, anchor="r")
            p.at(p.x0, p.stamp("shortday") + " " + p.rng.choice(KINDS), 11.5, p.skin.faint, dy=20)
            p.at(p.x1, p.pick("", "第2/6期", "有退款", "已退款至本期", "分期手续费"), 11, p.skin.accent, anchor="r", dy=21)
            p.y += 44
    return "花呗账单页，列出应还金额和明细"


def balance(p: PageBuilder) -> str:
    """The wallet's assets."""
    p.dress(WALLET if p.chance(0.6) else p.skin)
    p.nav(p.pick("总资产", "余额", "余额宝", "我的资产", "账户余额"), right="明细")
    with p.card():
        p.note(p.pick("总资产(元)", "账户余额(元)"))
        p.para(f"{p.amount(0.1, 90000):,.2f}", 30, bold=True)
        p.note(f"昨日收益 {p.rng.uniform(0, 3):.2f}")
        p.buttons(("充值", p.pick("提现", "转出")), accent=0, filled=True)
    with p.card():
        for name in p.some(
            ("余额", "余额宝", "花呗", "银行卡", "基金", "借呗", "淘金币", "红包", "购物金", "集分宝", "小荷包", "黄金"), 5, 8
        ):
            p.row(
                name,
                p.rng.choice((f"{p.amount(0.1, 9000):,.2f}", f"{p.rng.randint(1, 4)}张", "去开通", "可用额度 5,000.00", "0.00")),
                arrow=True,
            )
    with p.card():
        p.heading("常见问题", "更多")
        for name in ("提现多久到账", "如何查看收支明细"):
            p.row(name, "", arrow=True, colour=p.skin.sub)
    return "账户资产页，列出余额等资产"


def withdraw(p: PageBuilder) -> str:
    """Withdrawing, with the result."""
    change_flow(p)
    amount = p.rng.choice((1, 5, 10, 20, 50, 100))
    x, top = popup_card(p, 250, 300, (255, 236, 220), (255, 250, 244))
    p.canvas.text(
        WIDTH / 2, top + 24, p.pick("提现成功", "打款成功", "提现申请已提交", "到账提醒"), 17, (90, 40, 20), anchor="m", bold=True
    )
    p.canvas.text(WIDTH / 2, top + 66, f"{amount}元", 38, p.skin.accent, anchor="m", bold=True)
    p.canvas.text(x + 24, top + 136, p.pick("已打款到零钱", "已转入支付宝余额"), 13, (90, 60, 40), bold=True)
    p.canvas.text(x + 24, top + 164, "账户  " + p.secret("张*"), 12, (140, 110, 90))
    p.canvas.text(x + 24, top + 186, "打款方式  " + p.pick("淘宝零钱", "支付宝"), 12, (140, 110, 90))
    p.pill(
        WIDTH / 2,
        top + 226,
        p.pick("继续提现", "知道了", "去使用"),
        size=15,
        wide=200,
        high=40,
        fill=p.skin.accent,
        ink=WHITE,
        anchor="m",
    )
    return f"提现成功弹窗，{amount}元"


def member_value(p: PageBuilder) -> str:
    """Score of a member, and how long membership lasts."""
    gold = Skin("member", (50, 42, 38), (80, 66, 56), (250, 225, 190), (190, 130, 60), (225, 180, 120))
    if p.chance(0.5):
        p.dress(gold)
    p.nav(p.pick("淘气值", "会员中心", "我的会员", "开通记录", "会员卡"))
    with p.card(fill=GOLD):
        p.para(str(p.rng.randint(300, 2500)), 32, (120, 60, 20), bold=True)
        p.note(p.pick(f"距1000分还差{p.rng.randint(10, 600)}分", "每月8号更新", f"会员{p.ahead(90).stamp('day')}到期"))
        p.note(f"购物分 {p.rng.randint(10, 900)} + 奖励分 {p.rng.randint(10, 300)} + 基础分 400")
    with p.card():
        p.row("自动续费", p.pick("未开启", "已开启"), arrow=True)
        p.row("有效期", p.stamp("dot") + " - " + p.ahead(365).stamp("dot"))
        p.row("支付金额", f"¥{p.rng.choice((8.8, 18.08, 88, 168, 888)):.2f}")
        p.row("会员权益规则", "查看", arrow=True)
    with p.card():
        p.heading("开通记录")
        for _ in range(p.rng.randint(1, 3)):
            p.back(9000, 400000)
            p.at(p.x0, p.pick("生活卡 年卡", "购物卡 连续包月", "省钱卡", "88VIP年卡"), 14, bold=True)
            p.at(p.x1, p.pick("去开票", "生效中", "已过期"), 12, p.skin.accent, anchor="r")
            p.at(p.x0, p.secret("有效期：" + p.stamp("dot") + "起"), 11.5, p.skin.faint, dy=21)
            p.y += 48
    return "会员账户页，含淘气值或会员有效期"


def prepaid(p: PageBuilder) -> str:
    """A shop's prepaid money."""
    p.nav(p.pick("购物金", "店铺储值", "礼品卡", "超市卡"), icons=("share",))
    amount = p.amount(1, 900)
    p.canvas.gradient(14, p.y, WIDTH - 28, 130, (245, 205, 150), (225, 170, 110), radius=14)
    p.canvas.text(30, p.y + 16, p.pick("购物金", "储值卡", "电子卡"), 15, (110, 60, 30), bold=True)
    p.canvas.text(30, p.y + 36, p.shop(), 12, (130, 80, 50))
    p.canvas.text(30, p.y + 66, f"{amount:.1f}元", 27, (110, 50, 20), bold=True)
    p.canvas.text(30, p.y + 104, f"其中{amount:.1f}元将于{p.ahead(8).stamp('dot')}到期", 11, (130, 80, 50))
    p.pill(WIDTH - 30, p.y + 68, p.pick("去使用", "充值", "绑卡"), fill=(255, 245, 225), ink=(120, 60, 20), anchor="r")
    p.y += 140
    with p.card():
        p.note("全店商品可用 可与优惠叠加 余额随时可退")
        for index, (pay, get) in enumerate(((480, 520), (960, 1040))):
            x = p.x0 + index * 160
            p.canvas.rect(x, p.y + 6, 150, 56, p.skin.tint, radius=8, outline=p.skin.accent if index == 0 else None)
            p.canvas.text(x + 75, p.y + 15, f"{get}元", 17, p.skin.accent, anchor="m", bold=True)
            p.canvas.text(x + 75, p.y + 40, f"充{pay}元", 11.5, p.skin.sub, anchor="m")
        p.y += 76
        p.wide_button("立即充值")
        p.note("已阅读《购物金须知》，本金存放在合作银行，不用了可以退")
    with p.card():
        p.heading("收支明细", "全部")
        for _ in range(3):
            text, ink = signed(p)
            p.row(p.rng.choice(FLOWS), text, vcolour=ink)
    return f"店铺购物金账户页，余额{amount:.1f}元"


def kept_promise(p: PageBuilder) -> str:
    """Credit purchase kept: amount, time, order."""
    p.dress(WALLET)
    p.nav("", icons=())
    p.canvas.rect(0, p.y - 8, WIDTH, 90, BLUE)
    p.canvas.text(24, p.y + 16, p.pick("已守约", "履约完成", "先用后付·待付款", "已完成扣款"), 20, WHITE, bold=True)
    p.y += 74
    with p.card():
        amount = p.amount(5, 500)
        p.para(p.pick("已付款", "待付款") + f" ¥{amount:.2f}", 14)
        p.rule()
        p.para("已于" + p.stamp("minute") + "完成", 13)
        p.rule()
        p.para("守约一次，生成1颗芝麻粒，去积攒 >", 13)
    with p.card():
        for label, value in (
            ("商家", p.shop()),
            ("信用服务", p.pick("先用后付", "极速退款", "免押")),
            ("退款金额", f"{amount:.2f}"),
            ("订单号", p.order_no()),
            ("创建时间", p.stamp()),
        ):
            p.row(label, value)
    with p.card():
        timeline(p, [("履约完成", p.stamp("short"), ""), ("扣款成功", "", ""), ("确认收货", "", "")])
    return "信用账户的履约账单"


def account_dialog(p: PageBuilder) -> str:
    """A message over an account."""
    (change_flow if p.chance(0.5) else cards)(p)
    dialog(
        p,
        p.pick(
            "提现失败，请先完成实名认证",
            "红包已被兑换完毕",
            "余额不足，无法提现",
            "单日提现次数已达上限",
            "该红包已过期，不能使用",
            "账户信息有误，请核对后重试",
        ),
        ("我知道了",),
        title=p.pick("", "很抱歉", "提示"),
    )
    return "账户页面上的提示弹窗"


def statistics(p: PageBuilder) -> str:
    """A month's or year's summary."""
    p.dress(WALLET if p.chance(0.5) else p.skin)
    p.nav(p.pick("月账单", "收支分析", "年度账单", "省钱账单"))
    with p.card():
        p.tabs(("支出", "收入"), 0)
        p.note(f"{p.now.year}年{p.now.month}月共支出")
        p.para(f"¥{p.amount(100, 20000):,.2f}", 27, bold=True)
        for index in range(7):
            high = p.rng.uniform(10, 90)
            p.canvas.rect(
                p.x0 + 14 + index * 45, p.y + 100 - high, 18, high, p.skin.accent if index == 5 else p.skin.rule, radius=4
            )
            p.canvas.text(p.x0 + 23 + index * 45, p.y + 106, f"{index + 1}月", 10, p.skin.faint, anchor="m")
        p.y += 126
    with p.card():
        p.heading("支出分类", "按金额")
        for name in p.some(KINDS, 5):
            p.row(name, f"{p.rng.randint(1, 50)}%  ¥{p.amount(10, 3000):.2f}", arrow=True)
    icon_grid(p, ("账单", "预算", "标签", "导出"), 4)
    tab_bar(p, ("明细", "图表", "记账", "我的"), 1, badges=False)
    return "收支统计账单页"


LAYOUTS = {"账单/账户页面": (bill_detail, bill_list, bill_related, change_flow, small_change, packet_detail, cards, credit,
    balance, withdraw, member_value, prepaid, kept_promise, account_dialog, statistics)}  # fmt: skip
