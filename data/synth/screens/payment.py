"""Paying: confirming an order, cash desk, result, parcel freight, bills that wait for payment."""

from __future__ import annotations

from data.synth.canvas import Colour, hide
from data.synth.screens.bars import action_bar, pay_bar, submit_bar
from data.synth.screens.blocks import BROWN, address_block, feed, goods_row, price_detail, shop_row, steps, timeline
from data.synth.screens.covers import sheet, toast
from data.synth.screens.page_builder import WIDTH, PageBuilder
from data.synth.screens.skins import WHITE

METHODS = (
    "支付宝",
    "花呗",
    "花呗分期",
    "余额宝",
    "账户余额",
    "找朋友帮忙付",
    "云闪付",
    "微信支付",
    "银行卡支付",
    "信用卡",
    "先用后付",
    "亲情卡",
    "分期付款",
    "淘宝零钱",
    "数字人民币",
)
HINTS = (
    "确认收货后再付款",
    "找人代付，购物更方便",
    "0元下单，收货后付款",
    "可分3/6/12期",
    "支持信用卡",
    "该商品不支持信用卡",
    "最高立减{n}元",
    "推荐使用",
    "余额不足",
    "免密支付",
)
BANKS = ("工商银行", "建设银行", "农业银行", "中国银行", "招商银行", "交通银行", "邮储银行", "浦发银行", "宁波银行", "中信银行")
BLUE: Colour = (22, 119, 255)
REDUCTIONS = (
    ("店铺优惠", "满{m}元减{n}元"),
    ("跨店优惠", "跨店满减"),
    ("官方立减", ""),
    ("88VIP", "专享9.5折"),
    ("红包", "消费券未抵"),
    ("淘金币", "可用{m}个"),
    ("店铺红包", ""),
    ("购物券", ""),
    ("首单礼金", ""),
)


def reductions(p: PageBuilder, total: float, count: int = 3) -> list[tuple[str, str, float]]:
    """Some reductions that together stay below the total."""
    chosen = p.some([f"{a}|{b}" for a, b in REDUCTIONS], 1, count)
    found = []
    for entry in chosen:
        name, hint = entry.split("|")
        found.append(
            (
                name,
                hint.format(m=p.rng.choice((300, 500, 900)), n=p.rng.choice((30, 50, 100))),
                round(total * p.rng.uniform(0.01, 0.2), 2),
            )
        )
    return found


def methods(p: PageBuilder, count: int = 5) -> None:
    """A list of ways to pay with round check boxes."""
    names = p.some(METHODS, 2, count)
    chosen = p.rng.randrange(len(names))
    for index, name in enumerate(names):
        if name == "银行卡支付":
            name = p.rng.choice(BANKS) + p.pick("储蓄卡", "信用卡") + f"({p.digits(4)})"
        p.canvas.ellipse(p.x0, p.y + 2, 20, 20, p.rng.choice((BLUE, (255, 110, 30), (70, 180, 90), (240, 70, 70))))
        hint = p.rng.choice(("", *HINTS)).format(n=p.rng.randint(1, 20))
        p.at(p.x0 + 30, name, 14, dy=0 if hint else 4)
        if hint:
            p.at(p.x0 + 30, hint, 10.5, p.skin.faint, dy=18)
        p.check(p.x1 - 18, p.y + 3, index == chosen)
        p.y += 40


def delivery_rows(p: PageBuilder) -> None:
    """Delivery, reductions, invoice, remark."""
    p.row(
        "配送服务",
        p.pick("快递 包邮", "快递 免邮 送运费险", "普通配送 快递 免邮", "快递 ¥8.00")
        + " "
        + p.pick("48小时内发货", "预计后天送达", "承诺24小时内发货", "7天内发货"),
        arrow=True,
    )
    if p.chance(0.6):
        p.row(
            "店铺优惠",
            p.rng.choice(
                (f"满{p.rng.choice((199, 299, 800))}减{p.rng.choice((10, 20, 80))}", f"减¥{p.amount(1, 80):.2f}", "无可用优惠")
            ),
            arrow=True,
        )
    if p.chance(0.5):
        p.row("开具发票", p.pick("本次不开具发票", "电子发票-个人", "个人-普通发票"), arrow=True, vcolour=p.skin.faint)
    p.row("订单备注", p.pick("无备注", "选填，请先和商家协商一致", "尽快发货"), arrow=True, vcolour=p.skin.faint)


def confirm_order(p: PageBuilder) -> str:
    """The order before it is submitted."""
    item = p.item()
    p.nav(
        p.pick(
            "确认订单",
            "确认订单",
            "提交订单",
            "填写订单",
            f"{p.rng.choice((10, 50, 100))}+人刚刚抢购",
            "7天无理由退货 · 极速退款",
        ),
        icons=(),
    )
    total, rest = item.price * item.count, 0.0
    if p.chance(0.2):
        p.tabs(("地址", "配送", "明细", "支付"), 0, size=12.5)
    with p.card():
        address_block(p)
        if p.chance(0.4):
            p.row("可分开寄到多个地址", "去修改", arrow=True, size=12.5, gap=3)
    for _ in range(p.rng.choice((1, 1, 2))):
        with p.card():
            shop_row(p)
            goods_row(p, item, price="before")
            p.canvas.text(p.x1, p.y - 4, f"-   {item.count}   +", 12, p.skin.ink, anchor="r")
            p.y += 16
            delivery_rows(p)
        item = p.item()
        total += item.price * 0.5
    with p.card():
        p.heading("价格明细")
        rest = price_detail(p, total, reductions(p, total))
    with p.card():
        methods(p)
    with p.card():
        p.row(p.pick("号码保护", "匿名购买", "隐藏收件人号码"), "", hint="保护您的隐私", gap=3)
    count = p.rng.randint(1, 5)
    pay_bar(
        p,
        p.pick(f"共{count}件", f"{count}款，共{count}件"),
        rest,
        f"共减¥{total - rest:.2f}" if p.chance(0.7) else "",
        p.pick("提交订单", "提交订单", "立即支付", "去支付"),
    )
    return f"确认订单页，合计{rest:.2f}元，待提交"


def confirm_order_toast(p: PageBuilder) -> str:
    """A short message over the confirmation."""
    text = confirm_order(p)
    toast(p, p.pick("优惠计算中，请稍候", "领券遇到了一点问题，请稍后重试", "地址已更新", "已为您选择最优优惠", "正在跳转支付"))
    return text


def cash_desk(p: PageBuilder) -> str:
    """The wallet's panel: amount and ways to pay."""
    confirm_order(p)
    amount = p.amount(5, 3000)
    with sheet(
        p,
        p.pick("付款详情", "确认付款", "请输入支付密码", "选择付款方式", ""),
        height=p.height * 0.6,
        button=p.pick("立即付款", "确认付款", "确认交易", "支付宝支付"),
    ):
        p.canvas.price(WIDTH / 2, p.y, amount, 30, p.skin.ink, anchor="m")
        p.y += 44
        p.row("订单信息", p.secret(p.item().title[:12]), vcolour=p.skin.sub)
        p.row("支付宝账号" if p.chance(0.5) else "收款方", hide("138******00"))
        methods(p, 4)
    return f"收银台付款弹层，金额{amount:.2f}元"


def password_pad(p: PageBuilder) -> str:
    """Password boxes and number pad."""
    confirm_order(p)
    with sheet(p, p.pick("请输入支付密码", "输入支付密码", "安全验证"), height=p.height * 0.62):
        p.canvas.price(WIDTH / 2, p.y, p.amount(), 28, p.skin.ink, anchor="m")
        p.y += 42
        p.row("付款方式", p.rng.choice(METHODS), arrow=True)
        for index in range(6):
            p.canvas.rect(40 + index * 47, p.y, 44, 42, None, outline=p.skin.faint)
            if index < 3:
                p.canvas.ellipse(57 + index * 47, p.y + 16, 10, 10, p.skin.ink)
        p.y += 56
        p.para("忘记密码？", 12, BLUE, align="m")
        for row in (("1", "2", "3"), ("4", "5", "6"), ("7", "8", "9"), ("", "0", "×")):
            for index, key in enumerate(row):
                p.at(60 + index * 120, key, 19, anchor="m", dy=8)
            p.y += 40
    return "输入支付密码的弹层"


def pay_success(p: PageBuilder) -> str:
    """The result page."""
    amount = p.amount(3, 3000)
    p.nav(p.pick("支付成功", "支付结果", "交易成功", ""), right=p.pick("完成", ""))
    p.y += 20
    p.canvas.ellipse(WIDTH / 2 - 24, p.y, 48, 48, p.rng.choice((p.skin.accent, BLUE, (60, 180, 90))))
    p.canvas.icon("check", WIDTH / 2 - 12, p.y + 13, 24, WHITE, 3)
    p.y += 64
    p.para(p.pick("支付成功", "付款成功", "支付成功", "订单支付成功"), 18, bold=True, align="m")
    p.canvas.price(WIDTH / 2, p.y, amount, 26, p.skin.ink, anchor="m")
    p.y += 40
    with p.card():
        for label, value in (
            ("付款方式", p.rng.choice(METHODS)),
            ("收款方", p.shop()),
            ("支付优惠", f"立减{p.amount(0.1, 10):.2f}元"),
            ("支付奖励", f"{p.rng.randint(1, 50)}积分待领取"),
            ("订单编号", p.order_no()),
            ("支付时间", p.stamp()),
        ):
            if p.chance(0.6):
                p.row(label, value)
        p.note(
            p.pick("卖家将尽快发货，请留意物流信息", "安全提醒：付款成功后，平台不会以退款为由索要密码、验证码", "预计明天发货")
        )
        p.buttons((p.pick("查看订单", "查看详情"), p.pick("返回首页", "继续逛逛", "完成")), accent=0)
    feed(p, 2, p.pick("为你推荐", "猜你喜欢", "支付后再逛逛"))
    return f"支付成功页面，金额{amount:.2f}元"


def pending_order(p: PageBuilder) -> str:
    """An order that waits for payment."""
    item = p.item()
    total = item.price
    p.nav(
        p.pick("等待付款", "待付款", "订单详情", f"{p.rng.randint(10, 99)}+人刚刚抢购"),
        sub=p.pick("", f"剩余{p.rng.randint(0, 23)}:{p.digits(2)}自动关闭"),
    )
    with p.card():
        address_block(p)
    with p.card():
        shop_row(p, "等待买家付款")
        goods_row(p, item)
        delivery_rows(p)
        p.row("订单编号:", p.order_no(), arrow=False)
        p.para("查看全部", 12, p.skin.faint, align="m")
    with p.card():
        p.heading("价格明细")
        rest = price_detail(p, total, reductions(p, total, 2))
    with p.card():
        methods(p, 3)
    pay_bar(
        p,
        f"共{item.count}件",
        rest,
        f"共减¥{total - rest:.2f}",
        p.pick("继续付款", "立即付款", "去付款"),
        f"剩余 00:{p.digits(2)}:{p.digits(2)}",
    )
    return f"待付款订单，合计{rest:.2f}元，可继续付款"


def pending_list(p: PageBuilder) -> str:
    """Orders that wait for payment in the list."""
    p.nav("搜索订单", "search", right=p.pick("我的包裹", "筛选"))
    p.tabs(("全部", "待付款", "待发货", "待收货", "退款/售后"), 1, size=13.5)
    for _ in range(p.rng.randint(1, 2)):
        item = p.item()
        with p.card():
            shop_row(p, "等待买家付款")
            goods_row(p, item)
            p.note(p.pick(f"{p.rng.randint(2, 40)}人正在抢购", "库存紧张，请尽快付款", "付定金后可享优惠"))
            p.price_row("", item.price, before="需付款", bold=True)
            p.buttons(("取消订单", "修改信息", p.pick("继续付款", "立即付款")))
    feed(p, 3, "你可能还喜欢")
    return "待付款订单列表"


FEES = (("基础运费", 6, 30), ("首重费用", 5, 15), ("续重费用", 2, 40), ("包装费", 1, 5), ("保价费", 1, 10))


def freight_bill(p: PageBuilder) -> str:
    """Freight of a returned parcel that is to be paid."""
    p.nav(p.pick("支付费用", "支付运费", "驿站寄件", "支付寄件费"), icons=("headset", "more"))
    cost, off = p.amount(5, 60), p.rng.choice((0.0, 0.0, 8.5, 12.0, 25.0))
    rest = max(0.0, cost - off)
    with p.card(margin=14, radius=2):
        p.para(p.pick("支付费用", "运费账单"), 16, align="m", bold=True)
        p.note(p.pick("请核对价格", "请核对重量和费用"), align="m")
        p.space(14)
        p.row("基础运费", f"{cost:.2f}元", size=14)
        kg = p.rng.uniform(0.2, 8)
        for label, hint, value in (("计费类型", "", p.pick("按重量计费", "按体积计费")),
            ("计费体积", "按外包装计", f"{p.rng.randint(20, 90)}*{p.rng.randint(20, 60)}*{p.rng.randint(5, 50)}cm"),
            ("实际重量", "", f"{kg:.2f}kg"), ("计费重量", "不足1kg按1kg算", f"{int(kg) + 1}.00kg"),
            ("首重价格", "1kg内", f"{p.amount(5, 12):.2f}元"), ("续重价格", "每1kg加收",
            f"{p.amount(2, 20):.2f}元")):  # fmt: skip
            if p.chance(0.75):
                p.row(label, value, hint=hint, size=11.5, colour=p.skin.sub, vcolour=p.skin.sub, gap=5)
        p.space(6)
        if off:
            p.row(p.pick("运费险抵扣", "88VIP退货包运费", "寄件优惠券"), f"-{off:.2f}元", vcolour=p.skin.accent)
        else:
            p.row("运费险", "暂不可用", vcolour=p.skin.faint, gap=3)
            p.note("如有运费险，请先付款，退款完成后自动理赔")
        p.space(5)
        p.row("选择优惠", p.pick("暂无可用优惠券", "无可用", f"减{p.rng.randint(1, 5)}元"), vcolour=p.skin.faint)
    with p.card(margin=14, radius=2):
        p.para(">>我对运费有疑问？<<", 13, BLUE, align="m")
        p.note("快递员私下收费、多收费等", align="m")
    with p.card(margin=14, radius=2):
        p.para(p.address(), 12)
        p.para(p.address(), 12)
    submit_bar(
        p,
        "立即支付",
        lead=f"实际支付 ¥{rest:.2f}" + (f"  共优惠¥{off:g}" if off else ""),
        colour=p.rng.choice((p.skin.accent, BLUE, BROWN)),
    )
    return f"寄件运费支付页，实际支付{rest:.2f}元"


def freight_paid(p: PageBuilder) -> str:
    """A parcel order with what was paid for it."""
    cost = p.amount(5, 70)
    p.nav(p.pick("订单详情", "菜鸟裹裹寄件", "寄件详情"), "mini")
    p.para(p.pick("已签收", "运输中", "站点已收件，马上发出", "准备发往下一站"), 17, bold=True, indent=14)
    p.note(p.pick("期待再次为您服务", "等待网点发出包裹", "预计明天到达"), indent=14)
    if p.chance(0.6):
        with p.card():
            p.para(p.pick("寄件全程由菜鸟裹裹保障", "平台提供寄件保障"), 13.5, bold=True)
            p.row(
                p.pick("有问题可以找寄件助手", "寄件遇到问题？助手在线解答"),
                p.pick("去看看", "去咨询"),
                vcolour=BLUE,
                size=12,
                gap=2,
            )
    with p.card():
        p.at(p.x0, p.courier(), 13.5, bold=True)
        p.y += 22
        p.note(p.order_no(14))
        p.para(p.stamp() + "\n" + p.pick("驿站已收到包裹，很快发出", "快件已由门卫代收，如有疑问请联系快递员"), 12.5, BLUE)
    with p.card():
        p.tabs(("修改信息", "联系站点", "客服", "匿名反馈"), -1, size=11.5)
    with p.card():
        p.row(p.pick("天猫退货", "淘宝退货") + " | 1件", "查看退货商品详情", vcolour=BLUE)
        address_block(p, arrow=False)
        address_block(p, arrow=False)
        p.field("订单编号", p.order_no(16), copy=True)
        p.field("下单时间", p.stamp())
        p.para("收起", 12, p.skin.faint, align="m")
    with p.card():
        p.at(p.x0, p.pick("已付", "已付运费"), 14, bold=True)
        p.at(p.x0 + 64, f"{cost:.2f}元", 16, p.skin.accent, bold=True)
        p.at(p.x1, p.pick("费用明细", "运费明细"), 12.5, BLUE, anchor="r")
        p.y += 24
    with p.card():
        p.heading(p.pick("平台权益", "寄件保障"))
        p.row("丢损必赔", "保障中")
        p.row("超时赔", "揽收超时可赔付")
    return f"寄件订单，已付运费{cost:.2f}元"


def freight_sheet(p: PageBuilder) -> str:
    """How the freight was calculated."""
    freight_paid(p)
    total = 0.0
    with sheet(p, p.pick("费用明细", "运费明细", "寄件费用"), height=p.height * 0.58):
        p.note(f"首重1kg内¥{p.amount(5, 12):.2f}，续重¥{p.amount(1, 5):.2f}/kg")
        p.row("计费类型", p.pick("按重量计费", "按体积计费"), bold=True)
        with p.card(pad=9, margin=0, fill=p.skin.page):
            p.row("计费重量", f"{p.rng.uniform(0.5, 20):.2f}kg", size=12, gap=5)
            p.row("计费体积", f"{p.rng.randint(20, 90)}*{p.rng.randint(20, 60)}*{p.rng.randint(5, 50)}cm", size=12, gap=5)
        for name, low, high in FEES[1:]:
            if p.chance(0.6):
                cost = p.amount(low, high)
                total += cost
                p.row(name, f"¥{cost:.2f}")
        p.row("运费险抵扣", f"-¥{min(total, 9):.2f}", vcolour=p.skin.accent)
        p.rule()
        p.row("实付金额", f"¥{max(0.0, total - 9):.2f}", bold=True, vbold=True)
    return "运费的费用明细弹层"


def bill_paid(p: PageBuilder) -> str:
    """A wallet's bill right after paying (or before)."""
    p.nav("账单详情", icons=())
    waiting = p.chance(0.3)
    amount = p.amount(5, 3000)
    with p.card():
        p.canvas.ellipse(WIDTH / 2 - 20, p.y, 40, 40, p.rng.choice((p.skin.accent, BLUE)))
        p.canvas.icon("shop", WIDTH / 2 - 10, p.y + 10, 20, WHITE)
        p.y += 50
        p.para(p.secret(p.lexicon.shop(p.rng)), 14, align="m")
        p.para(f"-{amount:,.2f}", 27, bold=True, align="m")
        p.para("等待付款" if waiting else "交易成功", 13, p.skin.accent if waiting else p.skin.sub, align="m")
        p.space(12)
        for label, value in (
            ("创建时间" if waiting else "支付时间", p.stamp()),
            ("付款方式", p.rng.choice(METHODS[1:5])),
            ("支付奖励", f"立即领取{p.rng.randint(1, 30)}积分"),
            ("商品说明", p.secret(p.item().title)),
            ("收款方全称", p.secret(p.lexicon.shop(p.rng) + "有限公司")),
            ("订单号", p.order_no(28)),
        ):
            p.field(label, value)
    if p.chance(0.5):
        with p.card():
            p.row(p.pick("菜鸟", "商家服务"), p.pick("支付完成", "预约成功"), arrow=True)
            p.para(p.pick("预约寄件", "已下单"), 13)
            p.note("快递公司：" + p.courier())
    with p.card():
        p.heading("账单管理")
        p.row("账单分类", p.pick("生活服务", "日用百货", "服饰装扮"), arrow=True)
        p.row("标签和备注", "添加", arrow=True)
    if waiting:
        submit_bar(p, "立即付款", colour=BLUE)
    return "账单详情，" + ("等待付款" if waiting else "支付成功")


def instalments(p: PageBuilder) -> str:
    """Choose instalments."""
    confirm_order(p)
    total = p.amount(200, 6000)
    with sheet(p, p.pick("选择分期", "花呗分期", "分期付款"), button=p.pick("确定", "确认分期并付款"), height=p.height * 0.6):
        for count in (1, 3, 6, 12):
            p.at(p.x0, ("不分期" if count == 1 else f"¥{total / count:.2f} × {count}期"), 14, bold=True)
            p.at(
                p.x0,
                ("下月还" if count == 1 else p.pick("免手续费", f"含手续费¥{total * 0.004:.2f}/期", "商家免息")),
                11,
                p.skin.faint,
                dy=19,
            )
            p.check(p.x1 - 18, p.y + 4, count == 3)
            p.y += 44
        p.row("本次支付", f"¥{total:.2f}", vcolour=p.skin.accent)
        p.note("查看《花呗分期服务协议》")
    return "选择分期付款的弹层"


def no_secret_pay(p: PageBuilder) -> str:
    """An offer to pay without password."""
    confirm_order(p)
    with sheet(p, "", height=p.height * 0.52, button=p.pick("确认", "同意并开通"), shade=0.45):
        p.at(p.x0, p.pick("淘宝 推荐您", "支付提示"), 12.5, p.skin.sub)
        p.y += 40
        p.para(p.pick("开通小额免密支付", "开通先用后付", "开通免密支付，下单更快"), 18, bold=True, align="m")
        p.space(10)
        for line in p.some(("不用输密码，下单更快", "账户安全有保障", "单笔限额200元", "随时可以关闭", "确认收货后自动扣款"), 3):
            p.para("· " + line, 13, align="m")
        p.space(10)
        p.note("查看《服务协议》，点击按钮表示同意", align="m")
    return "开通免密支付的弹层"


def deposit(p: PageBuilder) -> str:
    """Presale: deposit now, rest later."""
    item = p.item()
    p.nav(p.pick("确认订单", "支付定金", "支付尾款"), icons=())
    first = round(item.price * 0.1, 1)
    with p.card():
        address_block(p)
    with p.card():
        shop_row(p)
        goods_row(p, item)
        timeline(
            p,
            [
                ("阶段1 商品定金", "", f"¥{first:.2f}（可抵¥{first * 2:.2f}）"),
                ("阶段2 商品尾款", "", f"¥{item.price - first:.2f}  {p.ahead(4).stamp('cnday')}20:00开始支付"),
            ],
        )
        delivery_rows(p)
    with p.card():
        p.check(p.x0, p.y, True, 14)
        p.at(p.x0 + 22, p.pick("同意支付定金，定金不退", "我已同意定金不退等预售协议"), 12)
        p.y += 22
        methods(p, 3)
    pay_bar(p, "定金", first, "", p.pick("提交订单", "支付定金"))
    return "预售商品支付定金或尾款的页面"


def invoice_pay(p: PageBuilder) -> str:
    """A shop's own cash desk with countdown."""
    p.nav(p.pick("收银台", "订单支付", "选择支付方式"), p.pick("mini", "bar"))
    amount = p.amount(10, 2000)
    p.y += 10
    p.para(f"支付剩余时间 00:{p.digits(2)}:{p.digits(2)}", 12.5, p.skin.sub, align="m")
    p.canvas.price(WIDTH / 2, p.y + 4, amount, 30, p.skin.ink, anchor="m")
    p.y += 50
    steps(p, ("提交订单", "选择支付方式", "支付完成"), 1)
    with p.card():
        p.heading("请选择支付方式")
        methods(p, 7)
    action_bar(p, (f"确认支付 ¥{amount:.2f}",))
    return f"收银台，选择支付方式，金额{amount:.2f}元"


LAYOUTS = {"支付页面": (confirm_order, confirm_order_toast, cash_desk, password_pad, pay_success, pending_order, pending_list,
    freight_bill, freight_bill, freight_paid, freight_paid, freight_sheet, bill_paid, instalments, no_secret_pay, deposit,
    invoice_pay)}  # fmt: skip
