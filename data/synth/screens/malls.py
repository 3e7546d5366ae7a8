"""Other shops and services: their orders, articles, tracking."""

from __future__ import annotations

from data.synth.screens.bars import buy_bar, submit_bar
from data.synth.screens.blocks import address_block, feed, goods_row, icon_grid, steps, timeline
from data.synth.screens.covers import sheet
from data.synth.screens.goods_head import head_picture
from data.synth.screens.logistics import track_entries
from data.synth.screens.phone import WIDTH, Phone
from data.synth.screens.skins import WHITE, Skin
from data.synth.screens.sku import choices

JD = Skin("jd", WHITE, WHITE, (30, 30, 30), (240, 40, 30), (255, 90, 60))


PDD = Skin("pdd", WHITE, WHITE, (30, 30, 30), (225, 45, 35), (240, 80, 60))


def jd_order(p: Phone) -> str:
    """An order at another shop."""
    p.dress(JD)
    item = p.item()
    p.nav(p.pick("订单详情", "等待收货", "已完成", "正在出库"), icons=("headset", "more"))
    with p.card():
        p.para(p.pick("等待收货", "已完成", "正在出库", "已取消"), 19, bold=True)
        p.note(p.pick("感谢您在京东购物，欢迎再次光临", "您的订单已由京东快递揽收", "预计明天送达"))
        address_block(p, protect=False)
    with p.card():
        p.at(p.x0, p.pick("京东自营", "京东") + "  " + p.shop(), 13.5, bold=True)
        p.y += 24
        goods_row(p, item)
        p.buttons(p.some(("申请售后", "加购物车", "退换/售后", "价格保护"), 2), accent=None)
        p.price_row("商品总额", item.price)
        p.price_row("运费", 0.0)
        p.row("京豆抵扣", f"-¥{p.amount(0.1, 9):.2f}")
        p.price_row("实付款", item.price, bold=True, colour=p.skin.accent)
    with p.card():
        for label, value in (
            ("订单编号", p.order_no(12)),
            ("下单时间", p.stamp()),
            ("支付方式", p.pick("微信支付", "在线支付", "白条")),
            ("配送方式", p.pick("京东快递", "普通快递")),
            ("发票类型", "电子普通发票"),
        ):
            p.field(label, value)
    return "京东订单详情页"


def jd_goods(p: Phone) -> str:
    """An article at another shop."""
    p.dress(JD)
    item = p.item()
    p.nav("", "clear", icons=("more", "share"))
    head_picture(p, item, 0, 0, WIDTH, 350)
    p.y = 358
    p.canvas.price(12, p.y, item.price, 24, p.skin.accent)
    p.canvas.text(WIDTH - 12, p.y + 6, p.pick("PLUS价更低", "降价通知", "百亿补贴"), 12, p.skin.sub, anchor="r")
    p.y += 36
    with p.card():
        p.pill(p.x0, p.y, p.pick("自营", "京东超市", "旗舰"), size=10, pad=4, fill=p.skin.accent, ink=WHITE, radius=3)
        p.para(p.title(item), 15, bold=True, indent=44, limit=2)
        p.row("已选", item.sku, arrow=True)
        p.row("送至", p.address(), arrow=True)
        p.note(p.pick("京东物流 现货，今日23点前完成下单，预计明天送达", "7天价保 运费险 破损包退换"))
    with p.card():
        p.heading("商品评价", f"好评率{p.rng.randint(88, 99)}%", size=14)
        p.para(p.pick("质量不错，京东物流就是快", "比别家便宜一点", "第二天就到，正品"), 13)
    buy_bar(p, "加入购物车", "立即购买")
    return "京东商品页"


def jd_track(p: Phone) -> str:
    """Tracking at another shop."""
    p.dress(JD)
    p.nav(p.pick("物流详情", "京东物流", "配送跟踪"), p.pick("bar", "mini"))
    with p.card():
        p.at(p.x0 + 30, p.lexicon.city(p.rng), 16, anchor="m", bold=True)
        p.at(WIDTH / 2, p.pick("已签收", "运输中", "配送中"), 13, p.skin.accent, anchor="m")
        p.at(p.x1 - 30, p.lexicon.city(p.rng), 16, anchor="m", bold=True)
        p.y += 28
        p.note("京东快递 JD" + p.order_no(12))
    with p.card():
        timeline(p, track_entries(p, 8), colour=p.skin.accent, mask=0.1)
    icon_grid(p, ("分享好友", "联系客服", "偏好设置", "再来一单"), 4)
    return "京东物流跟踪页"


def pdd_sheet(p: Phone) -> str:
    """Buying in another shop app."""
    p.dress(PDD)
    item = p.item()
    p.nav("", "clear", icons=("more", "share"))
    head_picture(p, item, 0, 0, WIDTH, 360)
    p.y = 380
    with sheet(p, "", height=p.height * 0.86, button=f"立即支付 ¥{item.price:g}", shade=0.5):
        p.para(
            p.pick("正品发票 · 全场包邮 · 七天退换", "送货入户 · 全场包邮 · 退货包运费"), 13, (60, 160, 70), align="m", bold=True
        )
        p.para(p.address(), 13, limit=1)
        p.space(8)
        p.canvas.rect(p.x0, p.y, p.room(), 30, p.skin.accent, radius=4)
        p.canvas.text(p.x0 + 10, p.y + 8, f"百亿补贴 | 官方补贴{p.rng.randint(3, 900)}元，全网低价", 13, WHITE, bold=True)
        p.y += 38
        top = p.y
        p.thumb(item, p.x0 + 8, top, 84)
        p.canvas.price(p.x0 + 104, top, f"{item.price:g}", 19, p.skin.accent, before=p.pick("补贴价", "券后", "万人团"))
        p.canvas.text(p.x0 + 104, top + 30, "已选：" + item.sku, 12.5, p.skin.ink, width=210)
        p.canvas.text(
            p.x0 + 104, top + 54, p.pick("已拼10万+件", f"仅剩{p.rng.randint(2, 30)}件", "即将恢复原价"), 12, p.skin.accent
        )
        p.y = top + 96
        choices(p, item, 2)
        p.para(p.pick("用多多支付有机会立减，换个方式 >", "使用微信支付 >"), 13, align="m")
    return "拼多多购买面板"


def pdd_order(p: Phone) -> str:
    """Paying or an order in that app."""
    p.dress(PDD)
    item = p.item()
    p.nav(p.pick("确认订单", "订单详情", "待发货", "拼单成功"))
    with p.card(radius=0, margin=0):
        address_block(p, protect=False)
    with p.card(radius=0, margin=0):
        p.para(p.shop(), 13, bold=True)
        goods_row(p, item, sku=item.sku)
        p.row("购买数量", "1")
        p.row("平台优惠", f"百亿补贴已优惠{p.rng.randint(1, 300)}元", vcolour=p.skin.accent)
    with p.card(radius=0, margin=0):
        for index, name in enumerate(("多多支付", "信用卡分期", "微信支付", "支付宝", "花呗分期")):
            p.canvas.rect(p.x0, p.y, 18, 18, p.rng.choice(((230, 50, 40), (7, 180, 90), (22, 119, 255))), radius=4)
            p.row("      " + name, "√" if index == 0 else "", hint=p.pick("", "最高立减16元"))
    submit_bar(p, p.pick("立即支付", "去支付", "确认收货"), lead=f"实付款：¥{item.price:g} 免运费", colour=p.skin.accent)
    return "拼多多订单页"


def takeaway(p: Phone) -> str:
    """Other services: meals, second-hand goods, telephone tariffs."""
    p.dress(Skin("meal", (255, 210, 60), (255, 225, 120), (40, 30, 10), (250, 140, 20), (255, 190, 40)))
    kind = p.rng.randrange(3)
    if kind == 0:
        p.nav(p.pick("外卖订单", "订单已送达", "美食订单"))
        with p.card():
            p.para(p.pick("订单已送达", "骑手正在送货", "商家已接单"), 18, bold=True)
            p.note("预计" + p.stamp("time") + "送达")
        with p.card():
            for name in ("招牌牛肉饭", "酸辣粉", "冰豆浆", "打包费", "配送费"):
                p.price_row(name, p.amount(1, 40))
            p.price_row("实付", p.amount(20, 90), bold=True)
    elif kind == 1:
        p.nav(p.pick("闲置交易", "我卖出的", "宝贝详情"))
        item = p.item()
        p.thumb(item, 0, p.y - 8, WIDTH, 240, radius=0)
        p.y += 240
        with p.card():
            p.price_row("转手价", item.price * 0.5, bold=True, colour=(240, 60, 40))
            p.para(f"{item.name}，几乎全新，买来没怎么用，包邮不议价。", 14)
            p.note(f"{p.rng.randint(1, 90)}人想要 · 浏览{p.rng.randint(10, 900)}")
        submit_bar(p, p.pick("我想要", "聊一聊"))
    else:
        p.nav(p.pick("营业厅", "话费充值", "我的套餐"))
        with p.card():
            p.row("话费余额", f"{p.amount(1, 200):.2f}元", bold=True)
            p.row("剩余流量", f"{p.rng.uniform(0, 40):.2f}GB")
            p.row("剩余通话", f"{p.rng.randint(0, 300)}分钟")
            steps(p, ("充值", "查询", "办理", "客服"), 0)
    feed(p, 1)
    return "外卖、闲置或营业厅等其他APP页面"
