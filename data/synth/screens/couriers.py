"""Carriers' and couriers' own apps: tracking, sending a parcel, errands."""

from __future__ import annotations

from dataclasses import replace

from data.synth.canvas import Colour
from data.synth.screens.bars import action_bar, submit_bar
from data.synth.screens.blocks import icon_grid, timeline
from data.synth.screens.logistics import track_entries
from data.synth.screens.page_builder import WIDTH, PageBuilder
from data.synth.screens.parts import fill
from data.synth.screens.pictures import badge, paint_map
from data.synth.screens.skins import BLACK, LIGHT, WHITE, WHITE_SKIN, Skin


def carrier(p: PageBuilder) -> str:
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


HUBS = ("集散中心", "转运中心", "分拣中心", "中转场", "处理中心", "分拨中心", "营业部", "营业点", "网点", "集配站")


def courier_skin(p: PageBuilder) -> tuple[Skin, str]:
    """A carrier's app: its colours and a name."""
    name, tone = p.rng.choice(
        (
            ("顺丰速运", (220, 30, 50)),
            ("中通快递", (20, 90, 200)),
            ("圆通速递", (110, 40, 150)),
            ("韵达快递", (240, 190, 0)),
            ("申通快递", (240, 110, 20)),
            ("极兔速递", (220, 20, 40)),
            ("EMS中国邮政", (0, 110, 70)),
            ("德邦快递", (20, 60, 130)),
            ("京东快递", (226, 35, 26)),
            ("跨越速运", (90, 40, 140)),
        )
    )
    coloured = p.chance(0.4)
    base = replace(WHITE_SKIN, name="courier", accent=tone, accent2=tone, page=(244, 245, 247))
    return (replace(base, head=tone, head2=tone, head_ink=WHITE) if coloured else base), name


def trail(p: PageBuilder, count: int, done: bool) -> list[tuple[str, str, str]]:
    """Entries of a parcel's way, newest first."""

    def hub() -> str:
        city = p.lexicon.city(p.rng).removesuffix("市")
        return p.secret(f"{city}{p.pick('', '城南', '高新', '第二', '航空')}{p.rng.choice(HUBS)}")

    heads = (
        [
            f"快件已被签收，签收者：{p.pick('本人', '家人', '门卫', '快递柜', '他人代收', '前台')}，感谢使用{p.courier()}",
            f"快件已由{p.pick('驿站', '代收点', '快递柜')}代收，请及时取件",
            "包裹已送达，如有疑问请电联业务员",
        ]
        if done
        else [
            f"快件正在派送途中，请准备签收（快递员：{p.secret(p.lexicon.name(p.rng))}）",
            f"快件已到达【{hub()}】",
            f"快件离开【{hub()}】，正发往【{hub()}】",
            "包裹正在等待揽收",
            "您的订单已出库，等待配送员揽件",
        ]
    )
    rest = [
        f"快件已到达【{hub()}】",
        f"快件在【{hub()}】完成分拣",
        f"快件由【{hub()}】准备发往【{hub()}】",
        "快件已发车",
        f"【{hub()}】已揽收",
        "您的订单已打包完成",
        "您的订单开始拣货",
        f"【{hub()}】派件员正在为您派件",
        "快递员已取件",
        "运单信息已生成",
    ]
    texts = [p.rng.choice(heads), *p.rng.sample(rest, min(count, len(rest)))]
    entries = []
    for index, text in enumerate(texts):
        title = (
            p.pick("已签收", "派送成功")
            if not index and done
            else p.pick("运输中", "派送中", "已揽件")
            if not index or p.chance(0.3)
            else ""
        )
        entries.append((title, p.stamp(p.pick("full", "short", "short")), text))
        p.back(60, 900)
    return entries


def carrier_track(p: PageBuilder) -> str:
    """Parcel tracking of 京东 or another carrier's own app."""
    skin, name = courier_skin(p)
    p.dress(skin)
    done = p.chance(0.5)
    kind = p.pick("bar", "close", "mini")
    p.nav(p.pick("订单跟踪", "物流详情", "运单详情", "快件跟踪", name, "运单轨迹"), kind, icons=p.rng.choice(((), ("more",))))
    if p.chance(0.5):
        action_bar(
            p,
            p.some(("分享好友", "联系客服", "再寄一单", "催派送", "修改派送", "投诉建议", "打印面单", "偏好设置", "寄件"), 2, 3),
        )
    if p.chance(0.3):
        p.canvas.paint(0, p.y - 8, WIDTH, 170, paint_map, p.seed())
        p.y += 140
    with p.card():
        p.para(
            p.pick("已签收", "派送成功") if done else p.pick("运输中", "派送中", "已揽收", "待揽收", "待取件"),
            16,
            p.skin.accent,
            bold=True,
        )
        p.at(p.x0, f"{name} " + p.secret(p.pick("SF", "JDV", "YT", "ZT", "78", "43") + p.digits(13)), 12.5, p.skin.sub)
        p.at(p.x1, "复制", 12, p.skin.accent, anchor="r")
        p.y += 24
        if p.chance(0.5):
            p.at(p.x0 + 10, p.secret(p.lexicon.city(p.rng)), 16, bold=True)
            p.at(WIDTH / 2, p.pick("→", "运输中", "已签收", "———"), 12, p.skin.accent, anchor="m")
            p.at(p.x1 - 10, p.secret(p.lexicon.city(p.rng)), 16, bold=True, anchor="r")
            p.y += 28
    with p.card():
        timeline(p, trail(p, p.rng.randint(2, 9), done), colour=p.skin.accent, mask=0.3)
        if p.chance(0.4):
            p.para(p.pick("收起物流详情", "展开全部", "查看更多物流信息", "本数据由快递公司提供"), 12, p.skin.sub, align="m")
    if p.chance(0.4):
        with p.card():
            p.row(p.pick("您对本次服务满意吗？", "给快递员评分", "有奖调研，赢好礼"), p.pick("去评价", "立即参与"), arrow=True)
    return f"{name}的运单轨迹页面"


def courier_send(p: PageBuilder) -> str:
    """A carrier's form for sending, its fee page or its proof of pick-up."""
    skin, name = courier_skin(p)
    p.dress(skin)
    p.nav(p.pick("寄快递", "寄件", "确认下单", "费用明细", "揽收", "电子面单"), p.pick("bar", "mini", "close"), icons=())
    fee = float(p.rng.randint(8, 90))
    if p.chance(0.5):
        submit_bar(p, p.pick("立即下单", "下单", "去支付", "确认下单", "打印"), lead=f"预估 ¥{fee:.0f}  明细", colour=skin.accent)
        if p.chance(0.5):
            with p.card(fill=(255, 247, 225)):
                p.row("按照法规要求，寄件须完成实名认证", "去认证", size=11.5, gap=2)
        with p.card():
            for mark, tone in (("寄", BLACK), ("收", p.skin.accent)):
                p.canvas.ellipse(p.x0, p.y, 22, 22, tone)
                p.canvas.text(p.x0 + 11, p.y + 5, mark, 11, WHITE, anchor="m")
                p.at(p.x0 + 32, p.person(), 13.5, bold=True, width=200)
                p.at(p.x1, "地址簿", 12, p.skin.sub, anchor="r")
                p.y += 21
                p.note(p.address(), indent=32)
                p.y += 10
        with p.card():
            p.row(
                p.pick("期望上门时间", "取件时间"),
                p.pick("今天 一小时内", "今天 18:00-19:00", "明天 09:00-11:00", "请选择"),
                arrow=True,
            )
            p.row(p.pick("物品信息", "托寄物"), p.pick("日用品 1kg", "衣物 2kg", "数码产品 1kg", "文件", "必填"), arrow=True)
            p.row("付款方式", p.pick("寄付现结", "到付", "先寄后付", "月结"), arrow=True)
            p.row(p.pick("保价服务", "保价"), p.pick("未保价", "保价1000元", "建议保价", "不支持保价"), arrow=True)
            p.row(p.pick("预计送达", "时效产品"), p.pick("后天18:00前", "标准快递", "特快 明天送达"), arrow=True)
            p.row("备注", p.pick("", "带包装袋", "到之前打电话", "易碎轻放"), arrow=True)
        p.note(p.pick("我已阅读并同意《快件运单契约条款》", "勾选即同意《电子运单服务协议》"), indent=24)
    else:
        with p.card():
            p.price_row("费用合计", fee, bold=True, colour=p.skin.accent)
            for label, value in (
                ("基础运费", f"¥{fee:.0f}"),
                ("计费类型", p.pick("按重量计费", "按体积计费")),
                ("实际重量", f"{p.rng.randint(5, 90) / 10}kg"),
                ("计费重量", f"{p.rng.randint(1, 16)}.0kg"),
                ("首重费用", f"¥{p.rng.randint(6, 20)}"),
                ("续重费用", f"¥{p.rng.randint(0, 40)}"),
                ("包装费", "¥0"),
                ("保价费", p.pick("¥0", "¥1")),
                ("付款状态", p.pick("待支付", "已支付", "寄方已付")),
                ("开箱验视", "已验视"),
            ):
                if p.chance(0.7):
                    p.row(label, value)
        with p.card():
            p.para(p.pick("对这次的计费有疑问吗？", "计费规则是否清楚？"), 13.5, align="m", bold=True)
            p.buttons(("不清楚", "很清楚"), align="l")
        p.row("  " + p.pick("更多服务", "费用说明"), p.pick("在线客服", "联系快递员"), arrow=True)
    return f"{name}的寄件页面"


def errand(p: PageBuilder) -> str:
    """Other life apps: takeaway orders, tickets, taxis."""
    tone: Colour = p.rng.choice(((255, 200, 0), (0, 150, 250), (255, 110, 30), (20, 180, 120)))
    p.dress(replace(LIGHT, accent=tone, accent2=tone, head=tone, head2=tone))
    p.nav(p.pick("订单详情", "骑手配送中", "行程详情", "外卖订单"), icons=("headset",))
    p.canvas.paint(0, p.y - 8, WIDTH, 180, paint_map, p.seed())
    p.y += 150
    with p.card():
        p.para(
            p.pick("骑手正在送货", "订单已送达", "商家已接单", "商家备餐中", "订单已取消", "司机已到达", "行程已结束"),
            18,
            bold=True,
        )
        p.note(fill(p, p.pick("预计{time}送达", "感谢您的信任，期待再次光临", "超时可获赔付", "骑手距您{n}00米")))
        icon_grid(p, ("致电商家", "联系骑手", "申请退款", "再来一单", "开发票"), 5)
    with p.card():
        p.row(p.secret(fill(p, p.pick("{city}小吃店", "鲜果超市", "便民大药房", "炸鸡汉堡"))), "", arrow=True, bold=True)
        for name in p.some(
            ("招牌牛肉面", "鸡腿饭套餐", "珍珠奶茶(大杯)", "酸辣土豆丝", "香蕉 500g", "感冒灵颗粒", "可乐 330ml", "打包盒"), 2, 4
        ):
            p.price_row(name, p.amount(2, 50), hint="x1")
        p.price_row("打包费", 2.0)
        p.price_row("配送费", p.amount(1, 9))
        p.price_row("实付", p.amount(12, 90), bold=True)
    with p.card():
        for label, value in (
            ("订单号码", p.order_no(18)),
            ("下单时间", p.stamp()),
            ("配送方式", "平台专送"),
            ("支付方式", "在线支付"),
            ("备注", p.pick("不要辣", "放门口", "无接触配送")),
        ):
            p.field(label, value)
    return "外卖、打车等生活服务应用"
