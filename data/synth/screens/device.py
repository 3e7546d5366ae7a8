"""Screens of the phone and of what everyone has on it: text messages, calls, the messenger and its wallet, banks, settings."""

from __future__ import annotations

from dataclasses import replace

from data.synth.canvas import Colour, wrap
from data.synth.screens.bars import tab_bar
from data.synth.screens.blocks import icon_grid
from data.synth.screens.covers import dialog
from data.synth.screens.painters import paint_blot
from data.synth.screens.parts import BANKS, bubble, chat_bar, chat_time, fill, photo
from data.synth.screens.phone import WIDTH, Phone, plain
from data.synth.screens.pictures import badge
from data.synth.screens.skins import BLACK, LIGHT, WHITE, Skin

WECHAT = Skin("wechat", (237, 237, 237), (237, 237, 237), (20, 20, 20), (7, 193, 96), (7, 193, 96), page=(237, 237, 237))
SYSTEM = replace(
    LIGHT,
    name="system",
    head=(242, 242, 247),
    head2=(242, 242, 247),
    page=(242, 242, 247),
    accent=(20, 110, 255),
    accent2=(20, 110, 255),
)
NIGHT = Skin(
    "night",
    (8, 8, 10),
    (8, 8, 10),
    WHITE,
    (254, 44, 85),
    (254, 44, 85),
    (8, 8, 10),
    (28, 28, 30),
    (240, 240, 242),
    (170, 170, 175),
    (125, 125, 130),
    (48, 48, 52),
)
GREEN: Colour = (7, 193, 96)
BLUE: Colour = (20, 110, 255)

SMS = (
    ("【{courier}】您的包裹已到{depot}，取件码{code}，请凭码取件，联系电话{no}", 4),
    ("【{depot}】凭{code}取件，地址：{city}路口旁，{time}前有人", 2),
    ("【{courier}】您的快件{no}正在派送，请保持电话畅通", 2),
    ("【{bank}】您尾号{d4}的账户{date}{time}支出人民币{amt}元，余额{amt}元", 2),
    ("【{bank}】您尾号{d4}信用卡本期账单{amt}元，最低还款{amt}元，到期还款日{date}", 1),
    ("【{bank}】您尾号{d4}的卡于{date}入账退款{amt}元", 2),
    ("【拼多多】您申请的退款{amt}元已到账，请查收", 1),
    ("【京东】您的订单{no}已发货，预计{date}送达", 2),
    ("【京东】您的验证码为{d6}，请勿告知他人", 1),
    ("【短信平台】验证码{d6}，{n}分钟内有效，打死也不要告诉别人", 2),
    ("【移动】您本月套餐流量已用{n}%，剩余{n}GB，详询10086", 1),
    ("【联通】您的话费余额{amt}元，为避免停机请及时充值", 1),
    ("【电信】温馨提示：您已欠费{amt}元", 1),
    ("【{shop}】大促提前购，{product}低至{price}元，拒收请回复R", 3),
    ("【{shop}】会员专享券已到账，满{n}00减{n}0，戳链接领取 回T退订", 2),
    ("您好，我是快递员，您的快递放{depot}了，有空来拿下", 2),
    ("你好，你的{product}缺货了，要不给你退款吧", 1),
    ("您好，加微信给您返{n}元红包，好评即可", 1),
    ("【{shop}】您咨询的售后问题我们已登记，客服将在{n}小时内联系您", 2),
    ("【通知】您有一笔{amt}元退款待领取，详情咨询官方客服", 1),
    ("【社保局】您的业务已受理，受理号{no}", 1),
    ("【反诈中心】警惕冒充客服退款，凡要求转账的都是诈骗", 1),
    ("【燃气公司】您的燃气费{amt}元已扣缴成功", 1),
    ("【{courier}】您有包裹因地址不详无法派送，请联系{no}", 1),
    ("【{courier}】您寄出的快件{no}已揽收，运费{n}元", 1),
    ("【税务局】您有一张电子发票，金额{amt}元，点击链接下载", 1),
)


def _sms(p: Phone) -> str:
    return fill(p, p.rng.choices([text for text, _ in SMS], [weight for _, weight in SMS])[0])


def sms_list(p: Phone) -> str:
    """The list of text messages."""
    p.dress(SYSTEM if p.chance(0.4) else replace(SYSTEM, head=WHITE, head2=WHITE, page=WHITE))
    p.nav(p.pick("信息", "短信", "短信息", "通知信息"), icons=("plus",), right=p.pick("", "编辑", "一键已读"))
    if p.chance(0.6):
        p.canvas.rect(14, p.y, WIDTH - 28, 32, (228, 228, 232), radius=9)
        p.canvas.text(40, p.y + 9, p.pick("搜索", "搜索短信", "搜索联系人、信息"), 13, p.skin.faint)
        p.y += 44
    p.x0, p.x1 = 14, WIDTH - 14
    while not p.full() and p.y < p.height:
        text = _sms(p)
        who = p.pick(
            "10086",
            "95588",
            "106" + p.digits(9),
            "95311",
            "通知信息",
            "快递通知",
            p.secret("1" + p.digits(10)),
            "10690" + p.digits(7),
        )
        p.canvas.ellipse(p.x0, p.y + 4, 38, 38, p.rng.choice(((150, 160, 175), (90, 150, 240), (240, 160, 80))))
        p.canvas.icon("user", p.x0 + 9, p.y + 12, 20, WHITE)
        p.at(p.x0 + 50, who, 14.5, bold=p.chance(0.4))
        p.at(
            p.x1,
            p.pick(p.stamp("time"), "昨天", p.stamp("cnday"), "星期" + p.pick(*"一二三四五六日"), p.stamp("shortday")),
            11,
            p.skin.faint,
            anchor="r",
        )
        for row, line in enumerate(wrap(text, 12, p.room() - 60, 2)):
            p.canvas.text(p.x0 + 50, p.y + 21 + row * 16, line, 12, p.skin.sub)
        p.y += 64
        p.back(30, 2000)
    p.x0, p.x1 = 0, WIDTH
    return "手机短信列表"


def sms_thread(p: Phone) -> str:
    """One thread of text messages."""
    p.dress(replace(SYSTEM, head=(247, 247, 247), head2=(247, 247, 247), page=WHITE))
    p.nav(
        p.pick("106" + p.digits(8), "95533", "10010", p.secret("1" + p.digits(10)), "通知信息", "+86 " + p.secret(p.digits(11))),
        sub=p.pick("", "短信/彩信", "中国移动"),
        icons=("phone", "more"),
    )
    chat_bar(p, p.pick("短信/彩信", "短信", "文字信息", "发送短信", "文本消息"), icons=("plus",))
    for _ in range(p.rng.randint(1, 4)):
        p.para(
            p.pick("", "短信 ")
            + p.pick(
                f"今天 {p.stamp('time')}",
                f"昨天 {p.stamp('time')}",
                p.stamp("chinese"),
                f"{p.stamp('cnday')} 星期{p.pick(*'一二三四五六日')} {p.stamp('time')}",
                p.stamp("minute"),
            ),
            11,
            p.skin.faint,
            align="m",
        )
        bubble(p, _sms(p), face=False, fill=(233, 233, 236), width=236)
        if p.chance(0.2):
            p.para(p.pick("复制验证码", "查看取件码", "来自卡1", "中国电信 卡2"), 11, BLUE, indent=16)
        if p.chance(0.2):
            bubble(
                p,
                p.pick("好的", "收到", "放门口就行", "我没买这个", "什么时候到", "退钱", "R", "帮我放驿站"),
                mine=True,
                face=False,
                fill=(52, 199, 89) if p.chance(0.5) else BLUE,
                ink=WHITE,
            )
        p.back(60, 4000)
    return "手机短信对话"


def call_history(p: Phone) -> str:
    """The call log or a number's history."""
    p.dress(SYSTEM if p.chance(0.5) else replace(SYSTEM, head=WHITE, head2=WHITE, page=WHITE))
    p.nav(p.pick("通话记录", "电话", "最近通话", "联系人详情"), right=p.pick("", "编辑", "清空"), icons=())
    if p.chance(0.5):
        p.tabs(p.rng.choice((("全部通话", "未接来电"), ("通话", "联系人", "营业厅"), ("所有通话", "未接"))), 0, colour=BLUE)
    tab_bar(
        p,
        p.rng.choice((("个人收藏", "最近通话", "通讯录", "拨号键盘", "语音留言"), ("拨号", "联系人", "营业厅"))),
        1,
        colour=BLUE,
    )
    one = p.chance(0.3)
    p.x0, p.x1 = 16, WIDTH - 16
    while p.y < p.height and not p.full():
        missed = p.chance(0.25)
        number = p.secret(
            p.pick(
                "1" + p.digits(10),
                "0571" + p.digits(8),
                "95" + p.digits(3),
                "400" + p.digits(7),
                "快递员",
                "淘宝客服",
                p.lexicon.city(p.rng) + "未知号码",
            )
        )
        long = (
            p.pick(
                f"呼出{p.rng.randint(2, 59)}秒",
                f"呼入{p.rng.randint(1, 9)}分{p.rng.randint(1, 59)}秒",
                "未接通",
                f"响铃{p.rng.randint(2, 40)}秒",
                f"呼出{p.rng.randint(1, 5)}分钟",
                "已拒接",
            )
            if not missed
            else p.pick("未接来电", "响铃12声", "未接听")
        )
        day = p.pick("今天 ", "昨天 ", "前天 ", p.stamp("shortday") + " ", "") + p.pick("下午", "上午", "") + p.stamp("time")
        p.at(p.x0, day if one else number, 14.5, (230, 60, 50) if missed else None)
        p.at(p.x1, long if one else day, 12, p.skin.faint, anchor="r")
        p.at(
            p.x0,
            p.secret(number)
            if one
            else p.pick("手机 ", "固话 ", "")
            + p.pick(p.lexicon.city(p.rng) + p.pick("移动", "联通", "电信"), "疑似快递外卖", "广告推销 已被多人标记", long, long),
            11.5,
            p.skin.faint,
            dy=21,
        )
        p.y += 40
        p.canvas.rect(p.x0, p.y, p.room(), 0.7, p.skin.rule)
        p.y += 11
        p.back(10, 900)
    p.x0, p.x1 = 0, WIDTH
    return "手机通话记录"


def incoming(p: Phone) -> str:
    """A call that comes in or goes on."""
    p.dress(NIGHT)
    p.can_scroll = False
    p.canvas.gradient(0, 0, WIDTH, p.height, (40, 60, 90), (15, 20, 35))
    p.status_bar(WHITE)
    p.y = 120
    p.para(p.secret(p.pick("1" + p.digits(10), "0755-" + p.digits(8), "95311", "快递员")), 26, WHITE, align="m")
    p.para(
        p.pick(
            "来电",
            "正在呼叫…",
            f"0{p.rng.randint(0, 9)}:{p.rng.randint(10, 59)}",
            "通话已结束",
            "未接听",
            f"{p.lexicon.city(p.rng)} 移动",
            "快递送餐 来电",
        ),
        14,
        (200, 205, 215),
        align="m",
    )
    if p.chance(0.5):
        p.para(
            p.pick("被12人标记为骚扰电话", "高德提示：疑似推销", "已开启通话录音", "HD 高清通话"), 12, (200, 160, 100), align="m"
        )
    p.y = p.height - 300
    names = p.rng.choice(
        (("静音", "拨号键盘", "免提", "添加通话", "视频通话", "通讯录"), ("录音", "等待", "添加通话", "静音", "联系人", "更多"))
    )
    p.x0, p.x1 = 30, WIDTH - 30
    p.skin = replace(p.skin, ink=WHITE)
    icon_grid(p, names, 3, size=44, text=12, colour=(90, 100, 120))
    p.canvas.ellipse(WIDTH / 2 - 32, p.height - 110, 64, 64, (235, 60, 50))
    if p.chance(0.4):
        p.canvas.text(WIDTH / 2, p.height - 40, p.pick("挂断", "拒绝", "滑动来接听", "提醒我"), 12, WHITE, anchor="m")
    p.x0, p.x1 = 0, WIDTH
    return "手机通话界面"


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


def wechat(p: Phone) -> str:
    """A chat of the messenger, with transfers, red packets and files now and then."""
    p.dress(WECHAT)
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


def wallet_bill(p: Phone) -> str:
    """A payment, transfer or refund of the messenger's wallet."""
    p.dress(replace(WECHAT, head=WHITE, head2=WHITE, page=WHITE))
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


def wechat_notices(p: Phone) -> str:
    """Service notices of the messenger: payment receipts, refunds, parcel notices."""
    p.dress(WECHAT)
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


def bank_bill(p: Phone) -> str:
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


SETTINGS = {
    "关于本机": (
        ("名称", "{name}的手机"),
        ("系统版本", "{n}.{n}"),
        ("型号名称", "手机 Pro"),
        ("型号", "V{d6}"),
        ("处理器", "八核"),
        ("运行内存", "8.0 GB"),
        ("存储空间", "{n} GB / 256 GB"),
        ("电池容量", "5000 mAh (典型值)"),
        ("屏幕尺寸", "6.7 英寸"),
        ("序列号", "{no}"),
        ("无线局域网地址", "{no}"),
        ("软件版本号", "{n}.0.{n}"),
        ("Android版本", "14"),
        ("基带版本", "{n}.{n}"),
        ("IMEI", "{no}"),
    ),
    "无线网络": (
        ("WLAN", "已连接"),
        ("Home_5G", "已连接，但无法访问互联网"),
        ("ChinaNet-{d4}", "已保存"),
        ("TP-LINK_{d4}", "已加密"),
        ("其他网络...", ""),
        ("网络加速", "未开启"),
        ("IP地址", "192.168.1.{n}"),
        ("路由器", "192.168.1.1"),
        ("配置DNS", "自动"),
        ("蓝牙", "开启"),
        ("个人热点", "关闭"),
        ("飞行模式", "关闭"),
        ("移动网络", "SIM卡1"),
        ("漫游", "关闭"),
    ),
    "应用信息": (
        ("存储", "已使用 {n}.2 GB"),
        ("应用权限", "已允许{n}项"),
        ("通知管理", "允许通知"),
        ("流量使用情况", "{n} MB"),
        ("电池", "自上次充满后耗电 {n}%"),
        ("版本", "10.{n}.0"),
        ("默认打开", "未设置"),
        ("清除缓存", "{n} MB"),
        ("清除数据", ""),
        ("强行停止", ""),
        ("卸载", ""),
        ("上网权限", "WLAN与移动数据"),
        ("自启动", "已关闭"),
        ("省电策略", "智能限制后台运行"),
    ),
    "权限管理": (
        ("相机", "仅使用时允许"),
        ("相册", "所有照片"),
        ("麦克风", "未允许"),
        ("位置信息", "每次询问"),
        ("通讯录", "已拒绝"),
        ("电话", "已拒绝"),
        ("存储", "允许"),
        ("后台弹出界面", "已拒绝"),
        ("悬浮窗", "允许"),
        ("桌面快捷方式", "询问"),
        ("无线数据", "WLAN与蜂窝数据"),
        ("跟踪", "要求App不跟踪"),
    ),
    "存储空间": (
        ("已用空间", "{n}.5 GB"),
        ("可用空间", "{n} GB"),
        ("应用", "{n}.8 GB"),
        ("图片", "{n}.1 GB"),
        ("视频", "{n} GB"),
        ("系统数据", "{n}.9 GB"),
        ("淘宝", "3.{n} GB"),
        ("微信", "{n}.6 GB"),
        ("抖音", "5.{n} GB"),
        ("清理加速", "可清理{n} GB"),
        ("最近删除", "{n} MB"),
    ),
    "设置": (
        ("飞行模式", ""),
        ("无线局域网", "未连接"),
        ("蓝牙", "打开"),
        ("蜂窝网络", ""),
        ("个人热点", "关闭"),
        ("通知", ""),
        ("声音与触感", ""),
        ("专注模式", ""),
        ("屏幕使用时间", ""),
        ("通用", ""),
        ("控制中心", ""),
        ("显示与亮度", ""),
        ("墙纸", ""),
        ("电池", "{n}%"),
        ("隐私与安全性", ""),
        ("钱包与支付", ""),
        ("密码", ""),
    ),
    "日期和时间": (
        ("自动设置", "开启"),
        ("24小时制", "开启"),
        ("时区", "中国标准时间"),
        ("日期", "{date}"),
        ("时间", "{time}"),
        ("双时钟", "关闭"),
    ),
    "支付保护": (
        ("应用分身", "未开启"),
        ("支付保护中心", "未发现风险"),
        ("安装未知应用", "不允许"),
        ("纯净模式", "已开启"),
        ("风险应用", "{n}个"),
        ("病毒扫描", "未发现风险"),
    ),
}


def settings(p: Phone) -> str:
    """A page of the system's settings."""
    p.dress(SYSTEM if p.chance(0.85) else replace(NIGHT, accent=BLUE, accent2=BLUE))
    title = p.rng.choice(list(SETTINGS))
    name = p.pick("淘宝", "支付宝", "浏览器", "相机", "应用商店") if title in ("应用信息", "权限管理") else ""
    p.nav(p.pick(title, name) if name else title, icons=p.rng.choice(((), ("search",), ("more",))))
    rows = SETTINGS[title]
    if title == "关于本机" and p.chance(0.5):
        with p.card(fill=BLUE):
            p.para(
                p.pick("MIUI", "ColorOS", "HarmonyOS", "OriginOS", "MagicOS") + p.pick(" 14", " 4.0", " 13.1", ""),
                25,
                WHITE,
                bold=True,
            )
            p.para(p.pick("正式版", "当前版本已是最新", "有新版本可更新"), 12, WHITE)
    if title == "存储空间":
        with p.card():
            p.para(fill(p, "已使用 {n}.4 GB / 128 GB"), 14, bold=True)
            x = p.x0
            for tone in ((250, 80, 70), (250, 190, 60), (90, 190, 110), (80, 140, 240)):
                w = p.rng.uniform(20, 80)
                p.canvas.rect(x, p.y, w, 14, tone)
                x += w
            p.y += 24
    if name:
        with p.card():
            badge(p, WIDTH / 2 - 22, p.y, 44, (255, 90, 20))
            p.y += 50
            p.para(name, 15, align="m", bold=True)
    index = 0
    rows = tuple(rows[i] for i in sorted(p.rng.sample(range(len(rows)), p.rng.randint(6, len(rows)))))
    while index < len(rows):
        count = p.rng.randint(2, 6)
        with p.card(margin=12):
            for label, value in rows[index : index + count]:
                p.row(
                    fill(p, label),
                    p.secret(fill(p, value)) if label in ("序列号", "IMEI", "无线局域网地址") else fill(p, value),
                    arrow=p.chance(0.7),
                    vcolour=p.skin.sub,
                    gap=15,
                )
        index += count
    if p.chance(0.15):
        dialog(
            p,
            p.pick(
                "“淘宝”想给您发送通知",
                "存储空间不足，部分系统功能可能无法使用",
                "是否停止运行该应用？",
                "该网络没有接入互联网，是否继续使用？",
                "清除数据后应用的账号和文件都会被删除",
            ),
            p.rng.choice((("不允许", "允许"), ("取消", "确定"), ("以后", "去清理"))),
            colour=BLUE,
        )
    return f"手机系统设置：{title}"


def lock_screen(p: Phone) -> str:
    """The lock screen or the notification shade."""
    p.dress(NIGHT)
    p.can_scroll = False
    p.canvas.paint(0, 0, WIDTH, p.height, paint_blot, p.seed())
    p.canvas.dim(0.7)
    p.status_bar(WHITE)
    p.y = 80
    p.para(p.stamp("time"), 52, WHITE, align="m", lead=1.2)
    p.para(
        f"{p.stamp('cnday')} 星期{p.pick(*'一二三四五六日')} "
        + p.pick("", "农历五月初六", "三月初九", f"{p.lexicon.city(p.rng)} 多云 {p.rng.randint(1, 36)}°"),
        14,
        WHITE,
        align="m",
    )
    p.y += 24
    for _ in range(p.rng.randint(2, 6)):
        app = p.pick("微信", "短信", "支付宝", "淘宝", "邮件", "手机管家", "京东", "拼多多", "菜鸟", "系统更新", "日历")
        with p.card(margin=12, fill=(225, 226, 230), radius=14, after=7):
            p.at(p.x0, app, 12.5, BLACK, bold=True)
            p.at(p.x1, p.pick("现在", "刚刚", "5分钟前", "1小时前", p.stamp("time")), 11, (110, 110, 115), anchor="r")
            p.y += 18
            p.para(
                _sms(p)
                if app == "短信"
                else fill(
                    p,
                    p.pick(
                        "您有一条新消息",
                        "[{n}条]{name}：在吗",
                        "您的包裹正在派送中",
                        "退款到账{amt}元",
                        "您关注的{product}降价了",
                        "系统更新已下载完成",
                        "[链接] 帮我砍一刀",
                        "向你转账{amt}元",
                        "今日步数{n}00步",
                        "支付成功 ¥{amt}",
                    ),
                ),
                12.5,
                (40, 40, 44),
                limit=2,
            )
    p.para(p.pick("清除全部通知", "上滑解锁", "向上轻扫以打开", ""), 12, WHITE, align="m")
    return "手机锁屏或通知栏"
