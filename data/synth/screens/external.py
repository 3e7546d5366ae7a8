"""Screens of other apps and of the phone: messages, banks, calls, settings, chats, videos, carriers (shops: see `malls`)."""

from __future__ import annotations

from data.synth.canvas import Colour, hide, text_width, wrap
from data.synth.screens.bars import submit_bar
from data.synth.screens.blocks import icon_grid, stars, timeline
from data.synth.screens.covers import dialog
from data.synth.screens.logistics import track_entries
from data.synth.screens.malls import jd_goods, jd_order, jd_track, pdd_order, pdd_sheet, takeaway
from data.synth.screens.painters import paint_blot, paint_snap
from data.synth.screens.phone import WIDTH, Phone
from data.synth.screens.pictures import badge, party
from data.synth.screens.skins import BLACK, DARK, WHITE, Skin

WECHAT = Skin("wechat", (237, 237, 237), (237, 237, 237), (20, 20, 20), (7, 193, 96), (40, 200, 120), (237, 237, 237))


PLAIN = Skin("plain", (246, 246, 248), (246, 246, 248), (20, 20, 22), (20, 110, 240), (80, 150, 250), (246, 246, 248))


BANKS = ("工商银行", "建设银行", "农业银行", "招商银行", "交通银行", "邮储银行", "中国银行", "平安银行")


def messages(p: Phone) -> str:
    """Text messages."""
    p.dress(PLAIN)
    p.nav(p.secret("1069" + p.digits(8)) if p.chance(0.6) else p.pick("信息", "短信", "通知信息"), icons=("user",))
    texts = ("【快递】您的包裹已到{c}，取件码{d}，请及时领取，联系电话{h}", "【银行】您尾号{t}的卡于{m}支出{a}元，余额{b}元",
        "【淘宝】您的订单已发货，运单号{h}，请留意查收", "【验证码】{d}，5分钟内有效，请勿告诉他人",
        "【通讯】您本月已用流量{t}M，剩余12GB", "【退款】您的退款{a}元已原路退回，请查收",
        "【客服】关于您反馈的问题，已与商家协商一致，如有疑问请回复本短信", "【驿站】您有包裹滞留超过3天，请尽快领取",
        "【优惠】双11提前购，点击链接领取大额券，退订回T", "【平台】您的投诉已受理，客服将在48小时内与您联系")  # fmt: skip
    for text in p.some(texts, 1, 4):
        p.back(60, 3000)
        p.para(p.pick("短信 ", "") + p.stamp("short"), 11, p.skin.faint, align="m")
        filled = text.format(
            c=p.secret("学府路驿站"),
            d=p.digits(6),
            h=hide("13800000000"),
            t=p.digits(4),
            m=p.stamp("cnday"),
            a=f"{p.amount():.2f}",
            b=f"{p.amount(100, 9000):.2f}",
        )
        lines = wrap(filled, 14, 240)
        p.canvas.rect(
            14, p.y, min(268, max(text_width(line, 14) for line in lines) + 28), len(lines) * 21 + 16, (230, 230, 235), radius=14
        )
        for index, line in enumerate(lines):
            p.canvas.text(28, p.y + 9 + index * 21, line, 14, (20, 20, 20))
        p.y += len(lines) * 21 + 30

    def draw(top: float) -> None:
        p.canvas.rect(50, top + 6, WIDTH - 66, 32, None, radius=16, outline=p.skin.faint)
        p.canvas.text(66, top + 15, p.pick("短信", "信息", "输入短信"), 13, p.skin.faint)
        p.canvas.icon("plus", 16, top + 13, 18, p.skin.sub)

    p.bottom(46, draw, p.skin.page)
    return "手机短信页面"


def bank(p: Phone) -> str:
    """A bank's message or account."""
    name = p.rng.choice(BANKS)
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


def calls(p: Phone) -> str:
    """The call list."""
    p.dress(PLAIN)
    p.nav(p.pick("通话记录", "最近通话", "电话"), icons=("check",))
    number = p.secret(f"1{p.digits(10)}")
    for _ in range(11):
        p.back(10, 1500)
        p.at(
            20,
            number
            if p.chance(0.3)
            else p.pick("今天 ", "昨天 ", p.stamp("shortday") + " ")
            + p.pick("上午", "下午")
            + f"{p.rng.randint(1, 12)}:{p.rng.randint(10, 59)}",
            15,
        )
        p.at(20, p.secret("中国移动 浙江杭州"), 11, p.skin.faint, dy=21)
        p.at(
            WIDTH - 20,
            p.pick("呼出", "呼入", "未接通", "响铃")
            + p.rng.choice((f"{p.rng.randint(3, 59)}秒", f"{p.rng.randint(1, 9)}分{p.rng.randint(1, 59)}秒", "1声", "")),
            12,
            p.skin.faint,
            anchor="r",
            dy=6,
        )
        p.y += 50
    return "手机通话记录"


def about_phone(p: Phone) -> str:
    """The phone's own facts and settings."""
    p.dress(DARK if p.chance(0.25) else PLAIN)
    p.nav(p.pick("关于本机", "关于手机", "设置", "电池", "存储空间", "WLAN", "应用信息"))
    if p.chance(0.5):
        p.canvas.gradient(14, p.y, WIDTH - 28, 92, (20, 100, 240), (60, 150, 255), radius=14)
        p.canvas.text(34, p.y + 22, p.pick("系统 14.0", "OS 5.0", "Android 14", "系统版本 17.5"), 22, WHITE, bold=True)
        p.canvas.text(34, p.y + 58, p.pick("正式版", "已是最新版本"), 12.5, WHITE)
        p.y += 104
    facts = (
        ("手机名称", p.pick("我的手机", "家庭手机")),
        ("型号", p.pick("PJB110", "V2283A", "2312CRAD3C")),
        ("处理器", p.pick("八核 2.4GHz", "六核")),
        ("运行内存", p.pick("8.0 GB", "12.0 GB + 4.0 GB")),
        ("存储空间", f"{p.rng.randint(30, 250)} GB / {p.pick('256', '512')} GB"),
        ("电池容量", "5000 mAh"),
        ("屏幕尺寸", "6.7 英寸"),
        ("序列号", hide(p.digits(12))),
        ("IMEI", hide(p.digits(15))),
        ("保修状态", p.pick("有限保修", "已过保") + " " + p.ahead(200).stamp("cnday")),
        ("最大容量", f"{p.rng.randint(78, 100)}%"),
        ("循环计数", str(p.rng.randint(1, 600))),
        ("激活日期", p.stamp("cnday")),
        ("蓝牙", "已开启"),
        ("移动网络", ""),
        ("通知和状态栏", ""),
        ("应用权限", ""),
        ("语言", "简体中文"),
    )
    for start in range(2):
        with p.card():
            for label, value in p.rng.sample(facts, p.rng.randint(4, 7)):
                p.row(label, value, arrow=p.chance(0.5) or start == 1, vcolour=p.skin.sub)
    return "手机系统设置或关于本机页面"


def wechat_chat(p: Phone) -> str:
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


def wechat_pay(p: Phone) -> str:
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
        ("支付方式", p.pick("零钱", "零钱通", p.rng.choice(BANKS) + "(" + p.digits(4) + ")")),
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


def video(p: Phone) -> str:
    """A short video with its icons."""
    p.nav("", "clear", icons=())
    p.can_scroll = False
    p.canvas.paint(0, 0, WIDTH, 2400, paint_snap if p.chance(0.6) else paint_blot, p.seed())
    c = p.canvas
    for index, name in enumerate(("热门", "同城", "商城", "关注", "推荐")):
        c.text(60 + index * 56, p.status_height + 14, name, 14, WHITE, bold=index == 4)
    for index, (icon, count) in enumerate(
        (("heart_full", "6.1万"), ("bubble", "1.3万"), ("star_full", "6170"), ("share", "分享"))
    ):
        y = p.height * 0.5 + index * 58
        c.icon(icon, WIDTH - 44, y, 30, WHITE)
        c.text(WIDTH - 29, y + 34, count if p.chance(0.5) else str(p.rng.randint(10, 9999)), 11, WHITE, anchor="m")
    if p.chance(0.5):
        for index, text in enumerate(
            p.some(("这个东西真的好用", "买之前一定要看", "全网爆款测评", "最新消息来了", "别再被骗了", "教你三招"), 2)
        ):
            c.text(WIDTH / 2, 120 + index * 34, text, 23, (255, 235, 80), anchor="m", bold=True)
    y = p.height - 150
    c.text(14, y, "@" + p.secret("生活分享家") + f" · {p.rng.randint(1, 23)}小时前", 14, WHITE, bold=True)
    for index, line in enumerate(
        wrap(p.pick("分享好物，喜欢的点赞收藏", "大家觉得值吗 #好物推荐 #测评", f"{p.item().name}开箱 #开箱 展开"), 13, 260, 2)
    ):
        c.text(14, y + 24 + index * 19, line, 13, WHITE)

    def draw(top: float) -> None:
        for index, name in enumerate(("首页", "朋友", "+", "消息", "我")):
            c.text(WIDTH * (index + 0.5) / 5, top + 13, name, 14, WHITE, anchor="m", bold=index == 0)

    p.bottom(44, draw, BLACK)
    return "短视频APP页面"


def note(p: Phone) -> str:
    """A post in a lifestyle app."""
    p.dress(Skin("note", WHITE, WHITE, (30, 30, 30), (255, 36, 66), (255, 80, 100), WHITE))
    p.nav("", "bar", icons=("share",))
    p.avatar(44, p.status_height + 8, 28)
    p.canvas.text(80, p.status_height + 14, p.secret("小红薯用户"), 13, p.skin.ink)
    p.canvas.paint(0, p.y - 8, WIDTH, 400, paint_snap, p.seed())
    p.y += 404
    p.x0, p.x1 = 14, WIDTH - 14
    p.para(p.pick("这个一定要囤！", "踩雷了家人们", "平价好物分享", "生日礼物开箱", "保姆级教程来了"), 16, bold=True)
    p.para(
        p.pick(
            "用了一周来反馈，整体还不错，就是价格小贵，建议等活动再买。",
            "会员生日那天可以领礼物，今年是一个杯子，质感还可以。",
            "客服说要寄回检测，不知道要等多久，有人遇到过吗？",
        )
        + " #好物 #测评",
        14,
        lead=1.6,
    )
    p.note(p.stamp("shortday") + " " + p.lexicon.city(p.rng)[:-1])
    p.x0, p.x1 = 0, WIDTH
    p.bottom(
        48,
        lambda top: [
            p.canvas.text(20 + index * 84, top + 16, text, 13, p.skin.sub)
            for index, text in enumerate(("说点什么...", "赞 2.9万", "收藏 1.9万", "评论 3000"))
        ],
    )
    return "小红书等社区APP的笔记页面"


def browser(p: Phone) -> str:
    """Search results in a browser."""
    p.dress(PLAIN)
    p.nav(p.secret(p.courier() + "单号查询"), "search")
    p.tabs(("综合", "笔记", "视频", "图片"), 0, size=13)
    with p.card():
        p.pill(p.x0, p.y, "官方", size=10, pad=4, fill=(40, 110, 240), ink=WHITE, radius=3)
        p.at(p.x0 + 36, p.courier() + "查询 >", 15, bold=True)
        p.y += 26
        p.para(p.pick("已签收", "运输中", "已揽件"), 16, (40, 160, 80), bold=True)
        p.field("发件时间", p.stamp())
        p.field("最新进展", track_entries(p, 1)[0][2])
        p.para("更多物流详情 >", 13, align="m")
    for _ in range(4):
        with p.card():
            p.para(
                p.pick(
                    f"{p.item().name}哪个牌子好",
                    "退货地址填错了怎么办",
                    "客服电话是多少_百科",
                    "怎么投诉快递公司",
                    "官方旗舰店电话查询",
                ),
                15,
                (30, 70, 180),
                bold=True,
            )
            p.note(
                p.pick(
                    "最佳答案：可以先联系商家，协商不成再找平台处理……",
                    "根据相关规定，消费者有权要求退换……",
                    "本文整理了常见问题和解决办法，供参考……",
                )
            )
    icon_grid(p, ("客服电话", "我要寄件", "网点查询", "运费时效"), 4)
    return "手机浏览器搜索页面"


def carrier(p: Phone) -> str:
    """A carrier's own program: order, fee, tracking."""
    tone: Colour = p.rng.choice(((30, 30, 34), (220, 40, 40), (100, 50, 150), (250, 140, 20)))
    p.dress(Skin("carrier", WHITE, WHITE, (30, 30, 30), tone, tone))
    kind = p.rng.randrange(3)
    if kind == 0:
        p.nav(p.pick("寄快递", "下单寄件"), "mini")
        with p.card():
            for mark in ("寄", "收"):
                p.pill(p.x0, p.y, mark, size=11, pad=4, fill=tone, ink=WHITE, radius=4)
                p.para(p.person(), 13.5, indent=30)
                p.para(p.address(), 12, p.skin.sub, indent=30)
                p.space(8)
        with p.card():
            p.row("期望上门时间", "今天 一小时内", arrow=True)
            p.row("物品信息", p.secret("日用品 1公斤"), hint="必填", arrow=True)
            p.row("付款方式", "寄付现结", arrow=True)
            p.row("保价服务", "物品不支持保价", arrow=True)
        submit_bar(p, "下单", lead=f"预估 ¥{p.rng.randint(10, 60)}  已阅读《电子运单契约条款》", colour=tone)
        return "快递公司寄件页面"
    if kind == 1:
        p.nav("费用明细", "mini")
        with p.card():
            fee = p.rng.randint(12, 90)
            p.row("费用合计", f"¥{fee}", bold=True, size=17, vcolour=(220, 50, 40))
            p.row("基础运费", f"¥{fee}", hint="首重1kg，续重另计")
            p.row("计费重量", f"{p.rng.uniform(0.5, 12):.1f}kg")
            p.row("首重费用", f"¥{fee // 2}")
            p.row("续重费用", f"¥{fee - fee // 2}")
            p.para("这次的费用看明白了吗？", 14, align="m")
            p.buttons(("没看懂", "很清楚"), accent=None)
        return "快递公司费用明细页面"
    p.nav(p.pick("快递详情", "微信快递服务", "运单跟踪"), "mini")
    with p.card():
        badge(p, p.x0, p.y, 36, tone)
        p.at(p.x0 + 46, p.courier() + " " + p.order_no(13), 13.5, dy=10)
        p.y += 46
        timeline(p, track_entries(p, 7), colour=tone, mask=0.2)
        p.buttons(("联系快递公司", "分享"), accent=None)
    return "快递公司小程序物流页面"


def device_app(p: Phone) -> str:
    """A device's own app."""
    p.dress(DARK if p.chance(0.4) else PLAIN)
    item = p.item(p.rng.choice(("智能家居", "网络设备", "电脑数码", "空调", "厨房电器")))
    p.nav(p.pick(item.name, "我的设备", "添加设备", "设备控制"), right=p.pick("设置", ""))
    p.canvas.paint(14, p.y, WIDTH - 28, 170, paint_snap if p.chance(0.4) else paint_blot, p.seed(), radius=10)
    p.canvas.text(
        WIDTH / 2, p.y + 74, p.pick("设备离线", "80%", "正在连接...", "26℃", "已关机"), 22, WHITE, anchor="m", bold=True
    )
    p.y += 182
    icon_grid(
        p,
        p.some(("开关", "定时", "模式", "风速", "回放", "对讲", "静音", "场景", "亮度", "清扫", "回充", "分享"), 4, 8),
        4,
        colour=(50, 120, 240),
    )
    with p.card():
        for name in p.some(("设备信息", "固件升级", "网络状态", "使用说明", "耗材剩余", "报警消息", "删除设备"), 3, 5):
            p.row(name, p.pick("", "已是最新", "良好", "86%"), arrow=True)
    if p.chance(0.35):
        dialog(
            p,
            p.pick("设备连接失败，请检查网络", "蓝牙未开启，请打开后重试", "发现新固件，是否升级？", "配网超时"),
            ("取消", "确定"),
        )
    return "智能设备的手机APP页面"


def games(p: Phone) -> str:
    """Other apps' growing games and activity."""
    p.nav("", "clear", icons=("more",))
    p.can_scroll = False
    party(
        p,
        0,
        2400,
        p.rng.choice((((80, 170, 250), (120, 200, 110)), ((250, 190, 80), (250, 120, 60)), ((140, 110, 240), (230, 150, 240)))),
    )
    c = p.canvas
    c.text(WIDTH / 2, 60, p.pick("种树免费领", "天天开宝箱", "消消乐", "欢乐斗", "步数换好礼"), 27, WHITE, anchor="m", bold=True)
    c.rect(110, 220, 140, 66, (230, 170, 90), radius=10)
    c.text(180, 232, p.pick("种树达5级", "第12关", "收集金币"), 14, (110, 60, 20), anchor="m")
    c.text(180, 256, p.pick("免费领奖励", "挑战成功", "剩余3次"), 13, (110, 60, 20), anchor="m")
    p.pill(
        WIDTH / 2,
        p.height * 0.7,
        p.pick("施肥", "开始游戏", "领取奖励", "浇水"),
        size=18,
        wide=180,
        high=48,
        fill=(250, 190, 50),
        ink=WHITE,
        anchor="m",
        bold=True,
    )
    c.text(60, p.height * 0.8, p.pick("集肥料", "做任务"), 13, WHITE, anchor="m")
    c.text(300, p.height * 0.8, p.pick("好友榜", "背包"), 13, WHITE, anchor="m")
    return "其他APP的小游戏页面"


def desktop(p: Phone) -> str:
    """The phone's own pages: home screen, apps, app store, control centre."""
    p.dress(DARK if p.chance(0.3) else PLAIN)
    if p.chance(0.5):
        p.nav("", "clear", icons=())
        p.can_scroll = False
        p.canvas.paint(0, 0, WIDTH, 2400, paint_blot, p.seed())
        names = (
            "相机",
            "图库",
            "设置",
            "时钟",
            "日历",
            "天气",
            "文件管理",
            "应用商店",
            "浏览器",
            "音乐",
            "计算器",
            "备忘录",
            "微信",
            "淘宝",
            "支付宝",
            "抖音",
            "京东",
            "拼多多",
            "地图",
            "银行",
        )
        for index, name in enumerate(p.rng.sample(names, 16)):
            x, y = 24 + index % 4 * 84, p.height * 0.3 + index // 4 * 92
            p.canvas.rect(
                x,
                y,
                52,
                52,
                p.rng.choice(((250, 120, 40), (40, 130, 240), (60, 190, 100), (240, 240, 245), (230, 60, 60))),
                radius=13,
            )
            p.canvas.text(x + 26, y + 60, name, 11, WHITE, anchor="m")
        p.canvas.text(WIDTH / 2, 90, f"{p.now.hour:02d}:{p.now.minute:02d}", 44, WHITE, anchor="m")
        p.canvas.text(WIDTH / 2, 146, f"{p.now.month}月{p.now.day}日 星期" + p.pick(*"一二三四五六日"), 14, WHITE, anchor="m")
        return "手机桌面或锁屏"
    p.nav(p.pick("应用商店", "应用详情", "应用管理"))
    badge(p, 20, p.y, 64, (240, 90, 60))
    p.canvas.text(98, p.y + 8, p.pick("购物助手", "省钱快报", "快递查询", "返利网"), 18, p.skin.ink, bold=True)
    p.canvas.text(98, p.y + 36, f"{p.rng.randint(1, 90)}亿次安装  {p.rng.randint(10, 200)}MB", 12, p.skin.sub)
    p.y += 80
    with p.card():
        stars(p, "评分", p.rng.randint(3, 5), f"{p.rng.uniform(3, 5):.1f}")
        p.row("权限管理", "", arrow=True)
        p.row("清除数据", f"{p.rng.randint(10, 900)} MB", arrow=True)
        p.row("通知管理", "已允许", arrow=True)
        p.row("版本", "10.36.0")
    submit_bar(p, p.pick("安装", "更新", "强行停止", "打开"), colour=(30, 110, 240))
    return "手机应用管理或应用商店页面"


def mail_fragment(p: Phone) -> str:
    """A fragment of a chat or a page in another app."""
    p.resize(360, p.rng.uniform(90, 260))
    p.canvas.background = p.rng.choice((WHITE, (237, 237, 237), (250, 250, 252)))
    p.x0, p.x1, p.y = 14, 346, 14
    if p.chance(0.5):
        p.canvas.text(180, p.y, p.stamp("minute"), 11, p.skin.faint, anchor="m")
        p.y += 24
        p.para(
            p.secret("您好，您的快件已经到达，请及时领取。")
            if p.chance(0.4)
            else p.pick("对方已读", "已收到您的反馈，稍后回复", "您有一条新的系统通知"),
            14,
        )
        p.para("未读", 11, (60, 120, 220), align="r")
    else:
        p.row(p.rng.choice(BANKS), p.pick("下午 02:24", "昨天"), bold=True)
        p.para(f"-{p.amount():.2f}", 24, (230, 120, 50), bold=True)
        p.note(f"交易卡号：{p.digits(4)}    账户余额：{p.amount(10, 9000):.2f}")
        p.note("金额明细    好友转账    更多")
    return "其他APP的局部截图"


LAYOUTS = {"外部APP截图": (jd_order, jd_goods, jd_track, pdd_sheet, pdd_order, messages, bank, calls, about_phone, wechat_chat,
    wechat_pay, video, note, browser, carrier, device_app, games, desktop, takeaway, mail_fragment)}  # fmt: skip
