"""Messengers, their wallets, and banks."""

from __future__ import annotations

from dataclasses import replace

from data.synth.canvas import Colour, text_width
from data.synth.screens.bars import submit_bar
from data.synth.screens.page_builder import WIDTH, PageBuilder, plain
from data.synth.screens.painters import paint_snap
from data.synth.screens.parts import BANKS, bubble, chat_bar, chat_time, fill, photo
from data.synth.screens.pictures import badge
from data.synth.screens.skins import LIGHT, WHITE, Skin

WECHAT = Skin("wechat", (237, 237, 237), (237, 237, 237), (20, 20, 20), (7, 193, 96), (40, 200, 120), (237, 237, 237))

PLAIN = Skin("plain", (246, 246, 248), (246, 246, 248), (20, 20, 22), (20, 110, 240), (80, 150, 250), (246, 246, 248))

BANK_NAMES = ("工商银行", "建设银行", "农业银行", "招商银行", "交通银行", "邮储银行", "中国银行", "平安银行")


def bank(p: PageBuilder) -> str:
    """A bank's message or account."""
    name = p.rng.choice(BANK_NAMES)
    p.dress(PLAIN)
    p.nav(p.pick(name, "交易明细", "账户明细", "交易详情", "微信服务通知"), p.pick("bar", "mini"))
    for _ in range(p.rng.randint(1, 5)):
        p.back(100, 9000)
        with p.card():
            p.row(name + p.pick("", "储蓄卡", "信用卡"), p.stamp("time"), bold=True, vcolour=p.skin.faint)
            p.para(f"{p.pick('-', '+')}{p.amount(1, 3000):,.2f}", 24, p.rng.choice(((230, 120, 40), (30, 30, 30))), bold=True)
            for label, value in (
                ("交易卡号", p.digits(4)),
                ("交易类型", p.pick("消费", "退款", "转账", "快捷支付")),
                ("账户余额", f"{p.amount(10, 9000):.2f}"),
                ("交易时间", p.stamp()),
                ("交易商户", p.secret("支付宝-某某店")),
                ("入账日期", p.stamp("day")),
            ):
                if p.chance(0.7):
                    p.field(label, value)
            p.row(p.pick("收支明细", "查看账单", "记账"), "", arrow=True, gap=2)
    return "银行账户或交易通知页面"


def wechat_chat(p: PageBuilder) -> str:
    """A chat in another app."""
    p.dress(WECHAT)
    p.nav(p.secret(p.pick("李经理", "家人群(5)", "快递小哥", "安装师傅")), icons=("more",))
    lines = (
        "你好，快递放门口了",
        "好的谢谢",
        "什么时候能到",
        "明天上午过去安装",
        "我这边没有收到货",
        "你联系一下卖家",
        "退款已经申请了",
        "钱收到了吗",
        "还没有",
        "麻烦拍个照片",
        "单号发我",
        "在吗",
        "这个型号没有了",
        "可以便宜点吗",
        "转账给你了",
    )
    for text in p.some(lines, 5, 9):
        own = p.chance(0.5)
        wide = min(220.0, text_width(text, 14) + 24)
        x = WIDTH - 58 - wide if own else 58
        p.avatar(WIDTH - 50 if own else 14, p.y, 36)
        p.canvas.rect(x, p.y, wide, 36, (149, 236, 105) if own else WHITE, radius=5)
        p.canvas.text(x + 12, p.y + 11, text, 14, (20, 20, 20), width=200)
        p.y += 50
        if p.chance(0.15):
            p.para(p.stamp("time"), 11, p.skin.faint, align="m")
        if p.chance(0.12):
            p.canvas.paint(58, p.y, 110, 140, paint_snap, p.seed(), radius=5)
            p.y += 152

    def draw(top: float) -> None:
        p.canvas.rect(46, top + 8, WIDTH - 130, 34, WHITE, radius=5)
        for index, name in enumerate(("mic", "smile", "plus")):
            p.canvas.icon(name, (14, WIDTH - 76, WIDTH - 38)[index], top + 13, 24, (40, 40, 40))

    p.bottom(50, draw, (246, 246, 246))
    return "微信聊天页面"


def wechat_pay(p: PageBuilder) -> str:
    """A payment or transfer in another wallet."""
    p.dress(Skin("pay", WHITE, WHITE, (20, 20, 20), (7, 193, 96), (40, 200, 120), WHITE))
    p.nav("", "close" if p.chance(0.5) else "bar", icons=("more",))
    amount = p.amount(1, 900)
    p.canvas.ellipse(WIDTH / 2 - 20, p.y + 10, 40, 40, p.rng.choice(((250, 190, 40), (7, 193, 96), (20, 150, 230))))
    p.y += 66
    p.para(p.secret(p.pick("扫二维码付款-给某某", "转账-转给某某", "某某超市", "某某快递")), 14, align="m")
    p.para(p.pick("-", "¥", "+") + f"{amount:.2f}", 30, bold=True, align="m")
    p.y += 16
    p.x0, p.x1 = 20, WIDTH - 20
    for label, value in (
        ("当前状态", p.pick("支付成功", "已存入零钱", "对方已收钱", "已转账")),
        ("收款方备注", "二维码收款"),
        ("支付方式", p.pick("零钱", "零钱通", p.rng.choice(BANK_NAMES) + "(" + p.digits(4) + ")")),
        ("转账时间", p.stamp("chinese") + ":12"),
        ("转账单号", p.order_no(24)),
        ("商户单号", p.order_no(20)),
    ):
        if p.chance(0.85):
            p.field(label, value, column=86, gap=10)
    p.rule()
    p.heading("账单服务", size=13)
    for name in p.some(("对订单有疑惑", "发起群收款", "在此商户的交易", "查看收款方名片", "申请转账电子凭证"), 2, 4):
        p.row(name, "", colour=(80, 100, 150))
    p.x0, p.x1 = 0, WIDTH
    if p.chance(0.3):
        submit_bar(p, "完成", colour=(7, 193, 96))
    return "微信支付账单或转账页面"


WECHAT_FLAT = Skin("wechat", (237, 237, 237), (237, 237, 237), (20, 20, 20), (7, 193, 96), (7, 193, 96), page=(237, 237, 237))

GREEN: Colour = (7, 193, 96)

CHAT = (
    "在吗",
    "这个东西到了吗",
    "收到了",
    "我看看",
    "多少钱买的",
    "你帮我问下客服",
    "好的",
    "哈哈哈",
    "明天给你",
    "转给你了",
    "快递单号发我一下",
    "这个质量怎么样",
    "链接发我",
    "已经退了",
    "他说不给退",
    "那就投诉",
    "等会儿",
    "在忙",
    "我没下单啊",
    "什么情况",
    "截图给我看看",
    "嗯嗯",
    "晚点说",
    "你那边收到没",
    "店家让我加微信退款",
    "返现五块钱",
    "亲，好评截图发一下，给您返红包",
    "老板，这批货什么时候发",
    "地址发我",
    "你先确认收货",
    "运费谁出",
)


def wechat(p: PageBuilder) -> str:
    """A chat of the messenger, with transfers, red packets and files now and then."""
    p.dress(WECHAT_FLAT)
    p.nav(
        p.secret(p.pick("妈妈", "老公", "快递小哥", "售后-小李", "客服" + p.digits(2), p.lexicon.name(p.rng), "老板娘")),
        icons=("more",),
    )
    chat_bar(p)
    for _ in range(p.rng.randint(4, 9)):
        if p.chance(0.25):
            chat_time(p)
        mine = p.chance(0.5)
        roll = p.rng.random()
        x = WIDTH - 262 if mine else 52
        if roll < 0.14:
            p.avatar(WIDTH - 42 if mine else 8, p.y, 34)
            p.canvas.rect(x, p.y, 210, 76, (250, 157, 59) if p.chance(0.7) else (253, 225, 195), radius=6)
            p.canvas.text(x + 52, p.y + 14, p.pick(f"¥{p.amount(1, 500):.2f}", "恭喜发财，大吉大利", "微信红包"), 15, WHITE)
            p.canvas.text(
                x + 52, p.y + 36, p.pick("你发起了一笔转账", "已被接收", "已收款", "已过期退还", "已领取", "请收款"), 11, WHITE
            )
            p.canvas.text(x + 12, p.y + 59, p.pick("微信转账", "转账", "微信红包"), 9.5, WHITE)
            p.y += 90
        elif roll < 0.26:
            p.avatar(WIDTH - 42 if mine else 8, p.y, 34)
            photo(
                p,
                p.rng.choice(("goods_table", "parcel", "goods_held", "parcel_open", "stain", "crack")),
                (x + (90 if mine else 0), p.y, x + 210 - (0 if mine else 90), p.y + 160),
            )
            p.y += 172
        else:
            text = (
                p.pick(f"{p.rng.randint(2, 59)}″", "[语音通话] 通话时长 01:26", "[动画表情]")
                if roll < 0.33
                else p.rng.choice(CHAT)
            )
            bubble(p, text, mine=mine, fill=(149, 236, 105) if mine else WHITE)
    return "微信聊天界面"


def wallet_bill(p: PageBuilder) -> str:
    """A payment, transfer or refund of the messenger's wallet."""
    p.dress(replace(WECHAT_FLAT, head=WHITE, head2=WHITE, page=WHITE))
    p.nav(p.pick("", "", "账单详情", "微信支付"), "close", icons=())
    amount = p.amount(1, 900)
    p.y += p.rng.choice((10, 40, 70))
    badge(p, WIDTH / 2 - 22, p.y, 44, p.rng.choice(((40, 150, 240), (250, 170, 40), GREEN)))
    p.y += 58
    state = p.pick(
        "转账",
        "待{x}收款",
        "{x}已收款",
        "付款成功",
        "扫二维码付款",
        "商户消费",
        "已存入零钱",
        "你已收款，资金已存入零钱",
        "已退款",
        "已退还",
    ).replace("{x}", p.secret("小店" + p.lexicon.name(p.rng)))
    p.para(state, 14, align="m")
    p.para(p.pick("-", "¥", "+", "¥ ") + f"{amount:.2f}", 29, align="m", bold=True)
    p.y += 22
    p.x0, p.x1 = 24, WIDTH - 24
    for label, value in (
        ("当前状态", p.pick("支付成功", "朋友已收款", "对方已收钱", "已全额退款", "已存入零钱", "待收款")),
        (p.pick("收款方备注", "转账说明", "商品"), p.pick("二维码收款", "微信转账", "买东西", "付款-" + p.secret(p.shop()))),
        ("商户全称", p.secret(p.lexicon.shop(p.rng) + "有限公司")),
        ("收单机构", p.pick("财付通支付科技", "银联商务", "网联清算")),
        ("支付方式", p.pick("零钱", "零钱通", f"{p.rng.choice(BANKS)}(" + p.digits(4) + ")")),
        (p.pick("转账时间", "支付时间"), p.stamp("chinese") + ":" + f"{p.rng.randint(0, 59):02d}"),
        ("收款时间", p.stamp()),
        (p.pick("转账单号", "交易单号"), p.order_no(28)),
        ("商户单号", p.order_no(24)),
    ):
        if p.chance(0.65):
            p.field(label, value, column=96, gap=11, size=13)
    p.rule()
    if "待" in state or "还" in state:
        p.para(p.pick("一天内朋友未确认，将自动退还给你。提醒对方", "24小时内未收款会原路退回"), 12.5, p.skin.faint, align="m")
    p.para("账单服务", 13.5, bold=True)
    p.row(
        p.pick("对订单有疑惑", "申请转账电子凭证", "投诉商户", "发起群收款"),
        p.pick("定位到聊天位置", "收款方名片", "查看往来转账", ""),
        arrow=True,
    )
    if p.chance(0.4):
        p.pill(
            WIDTH / 2,
            p.height - 130,
            p.pick("完成", "确认收款", "返回商家"),
            size=15,
            high=40,
            wide=150,
            fill=(240, 240, 240) if p.chance(0.5) else GREEN,
            anchor="m",
        )
    p.x0, p.x1 = 0, WIDTH
    return f"微信支付或转账页面，{plain(state)}"


def wechat_notices(p: PageBuilder) -> str:
    """Service notices of the messenger: payment receipts, refunds, parcel notices."""
    p.dress(WECHAT_FLAT)
    p.nav(p.pick("微信支付", "服务通知", "快递助手", "银行助手"), icons=("more",))
    for _ in range(4):
        if p.full():
            break
        chat_time(p)
        kind = p.pick(
            "退款到账通知",
            "付款凭证",
            "包裹签收通知",
            "微信支付凭证",
            "取件通知",
            "交易提醒",
            "订单发货提醒",
            "收款到账通知",
            "扣费凭证",
        )
        with p.card(margin=12, radius=6):
            p.row(kind, p.pick("", "···"), gap=6)
            if "款" in kind or "支付" in kind or "交易" in kind or "扣费" in kind:
                p.para(p.pick("退款金额", "付款金额", "交易金额", "收款金额"), 12, p.skin.faint, align="m")
                p.para(f"¥{p.amount(1, 500):.2f}", 25, align="m", bold=True)
                pairs = (
                    ("收款方", p.shop()),
                    ("支付方式", p.pick("零钱", f"{p.rng.choice(BANKS)}储蓄卡")),
                    ("交易状态", p.pick("支付成功，对方已收款", "已退款至零钱")),
                    ("退款方式", "退回零钱"),
                    ("到账时间", p.stamp()),
                    ("退款原因", p.pick("商家同意退款", "用户申请退款")),
                )
            else:
                p.para(
                    fill(p, p.pick("您的包裹已签收", "您有一个包裹待取", "您的快件正在派送中", "商家已发货，请留意")),
                    14,
                    bold=True,
                )
                pairs = (
                    ("运单号码", p.secret(p.digits(13))),
                    ("快递公司", p.courier()),
                    ("取件码", fill(p, "{code}")),
                    ("取件地址", fill(p, "{depot}")),
                    ("签收时间", p.stamp()),
                    ("商品名称", p.title(p.item())),
                )
            for label, value in p.rng.sample(pairs, p.rng.randint(2, 4)):
                p.field(label, value)
            p.rule()
            p.row(p.pick("查看账单详情", "查看详情", "进入小程序", "账单详情"), "", arrow=True, gap=1)
        p.back(100, 5000)
    return "微信服务通知"


def bank_bill(p: PageBuilder) -> str:
    """A bank's list of movements, notice or statement."""
    tone: Colour = p.rng.choice(((200, 20, 40), (0, 90, 180), (0, 130, 110), (190, 20, 50), (60, 60, 70)))
    p.dress(
        replace(LIGHT, head=tone, head2=tone, head_ink=WHITE, accent=tone, accent2=tone)
        if p.chance(0.6)
        else replace(LIGHT, accent=tone, accent2=tone)
    )
    bank = p.rng.choice(BANKS)
    p.nav(p.pick("收支明细", "账户明细", "交易明细", bank, "我的账户", "信用卡账单", "动账通知"), icons=("headset",))
    with p.card(fill=tone, fill2=(30, 30, 50)):
        p.skin = replace(p.skin, sub=(235, 235, 240), faint=(225, 225, 230))
        p.para(f"{bank} {p.pick('储蓄卡', '借记卡', '信用卡')}(" + p.secret(p.digits(4)) + ")", 14, WHITE)
        p.para(p.pick("可用余额", "活期余额", "账户余额(元)", "本期应还", "可用额度"), 11.5, WHITE)
        p.para(p.pick("****", f"{p.amount(10, 90000):,.2f}"), 21, WHITE, bold=True)
        p.skin = replace(p.skin, sub=LIGHT.sub, faint=LIGHT.faint)
    with p.card():
        p.row(
            p.stamp("dot")[:7].replace(".", "年") + "月", f"收入 ¥{p.amount(1, 9999):.2f}  支出 ¥{p.amount(1, 9999):.2f}", size=12
        )
        for _ in range(p.rng.randint(3, 9)):
            income = p.chance(0.25)
            p.at(
                p.x0,
                p.pick(
                    "快捷支付-",
                    "网上支付 ",
                    "消费 ",
                    "退款 ",
                    "代付 ",
                    "跨行转账 ",
                    "财付通-",
                    "京东支付-",
                    "银联入账 ",
                    "支付平台-",
                )
                + p.secret(p.lexicon.shop(p.rng)),
                13,
                width=210,
            )
            p.at(
                p.x1,
                ("+" if income else "-") + f"{p.amount(1, 2000):,.2f}",
                14,
                tone if income else p.skin.ink,
                anchor="r",
                bold=True,
            )
            p.y += 20
            p.at(p.x0, p.stamp(p.pick("short", "minute", "full")), 11, p.skin.faint)
            p.at(
                p.x1,
                f"余额 {p.amount(10, 20000):,.2f}" if p.chance(0.6) else p.pick("处理成功", "人民币", ""),
                11,
                p.skin.faint,
                anchor="r",
            )
            p.y += 26
            p.back(100, 4000)
    return f"{bank}的账户明细"
