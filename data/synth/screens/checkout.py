"""Orders that cannot be placed: failure sheets, dialogs and toasts over the dimmed checkout."""

from __future__ import annotations

from data.synth.screens.bars import buy_bar, submit_bar
from data.synth.screens.blocks import goods_row, shop_row, steps
from data.synth.screens.covers import dialog, empty_state, popup_card, sheet, toast
from data.synth.screens.page_builder import WIDTH, PageBuilder
from data.synth.screens.payment import confirm_order, delivery_rows
from data.synth.screens.pictures import badge, paint_code
from data.synth.screens.skins import WHITE
from data.synth.screens.sku import sku_page

FAIL = (
    "购买失败",
    "购买失败",
    "购买失败",
    "很抱歉，购买失败",
    "下单失败",
    "提交订单失败",
    "抱歉，暂时无法购买",
    "稍等片刻",
    "订单提交失败",
)
WHY = ("亲，当前下单的人太多了，请过一会儿再来", "前方拥挤，请稍等片刻再试", "活动太火爆，名额会陆续放出，请稍后关注",
    "该商品每人限购1件，您已买过", "宝贝已限购～看看相似的吧", "商品库存不足，请减少购买数量", "该商品已下架，看看别的宝贝吧",
    "您的账号存在异常，暂时不能下单", "收货地址不在配送范围内，请更换地址", "优惠已失效，请返回重新下单",
    "商品信息有变化，请返回重新提交", "您购买的数量超过了限购数量", "很遗憾，商品已被抢光", "活动还没开始，请耐心等待",
    "系统开小差了，请稍后重试", "该订单存在风险，请更换支付方式或联系客服", "您未达到购买门槛，暂不能购买",
    "同一收货地址购买数量已达上限", "新人专享商品，老用户不能购买", "商品价格发生变化，请重新确认", "店铺暂停营业，无法下单",
    "当前账户交易受限，请完成身份验证后再试", "请勿频繁提交订单", "该商品不支持货到付款",
    "请求超时，没有收到结果，请到订单列表查看", "人气太旺，请刷新后再试一试", "预售未开始，暂时不能购买",
    "赠品已送完，请返回重新下单", "店铺会员专享，入会后才能购买", "当前城市暂不发货，换个地址试试")  # fmt: skip
BUTTONS = ("我知道了", "我知道了", "知道了", "返回", "重试", "返回修改", "刷新重试")


def _reason(p: PageBuilder) -> str:
    return p.rng.choice(WHY)


def _fail_sheet(p: PageBuilder, title: str, why: str) -> None:
    height = p.height * p.rng.uniform(0.42, 0.55)
    two = p.chance(0.12)
    with sheet(p, "", height=height, button="" if two else p.rng.choice(BUTTONS), close=p.chance(0.35)):
        badge(p, WIDTH / 2 - 42, p.y, 84, (240, 100, 40))
        p.y += 100
        p.para(title, 18, bold=True, align="m")
        p.space(4)
        p.para(why, 13, p.skin.accent if p.chance(0.15) else p.skin.sub, align="m", indent=14, inset=14)
        if two:
            p.y = p.height - p.system_height() - 52
            p.pill(20, p.y, "返回", size=14, wide=158, high=38, fill=(250, 200, 60), ink=WHITE, radius=0)
            p.pill(182, p.y, p.pick("找相似", "去看看"), size=14, wide=158, high=38, fill=p.skin.accent, ink=WHITE, radius=0)


def fail_over_order(p: PageBuilder) -> str:
    """The failure sheet over the confirmation page."""
    confirm_order(p)
    title, why = p.rng.choice(FAIL), _reason(p)
    _fail_sheet(p, title, why)
    return f"下单失败浮窗：{title}，{why}"


def fail_over_sku(p: PageBuilder) -> str:
    """The failure sheet over the sku panel."""
    sku_page(p)
    title, why = p.rng.choice(FAIL), _reason(p)
    _fail_sheet(p, title, why)
    return f"选规格下单时的失败浮窗：{title}，{why}"


def fail_dialog(p: PageBuilder) -> str:
    """A plain dialog over the confirmation page."""
    confirm_order(p)
    why = _reason(p)
    dialog(
        p,
        why,
        p.rng.choice((("确定",), ("我知道了",), ("取消", "更换地址"), ("返回", "重新提交"), ("取消", "去验证"))),
        title=p.pick("", "", "提示", "温馨提示", "下单失败"),
    )
    return f"确认订单页上的错误弹窗：{why}"


def fail_toast(p: PageBuilder) -> str:
    """A toast over checkout or the article."""
    (confirm_order if p.chance(0.6) else sku_page)(p)
    why = _reason(p)
    toast(p, why)
    return f"下单时的提示：{why}"


def fail_card(p: PageBuilder) -> str:
    """A card with an orange head in the middle."""
    confirm_order(p)
    title, why = p.rng.choice(FAIL), _reason(p)
    x, top = popup_card(p, 264, 300, WHITE)
    p.canvas.rect(x, top, 264, 62, p.skin.accent, radius=14)
    p.canvas.text(WIDTH / 2, top + 22, title, 17, WHITE, anchor="m")
    p.x0, p.x1, p.y = x + 20, x + 244, top + 80
    p.para(why, 13.5, align="m", colour=(60, 60, 60))
    badge(p, WIDTH / 2 - 40, top + 128, 80, (240, 110, 50))
    p.y = top + 244
    p.wide_button("我知道了")
    p.x0, p.x1 = 0, WIDTH
    return f"购买失败弹窗：{why}"


def cannot_buy_goods(p: PageBuilder) -> str:
    """The sheet that lists articles that cannot be bought."""
    confirm_order(p)
    reason = p.pick("商品已限购", "商品已下架", "库存不足", "不在配送范围", "活动已结束", "仅限会员购买")
    with sheet(
        p,
        p.pick("以下商品不可购买", "以下商品无法购买", "部分商品无法购买", "失效商品"),
        button=p.pick("我知道了", "移除并继续", "返回购物车"),
    ):
        for _ in range(p.rng.randint(1, 3)):
            item = p.item()
            top = p.y
            goods_row(p, item, price="none", promises=0, extra=reason)
            p.pill(
                p.x0 + 35,
                top + 26,
                p.pick("不可购买", "已失效", "已抢光"),
                size=10,
                fill=(60, 60, 60),
                ink=WHITE,
                anchor="m",
                pad=6,
            )
    return f"商品不可购买的弹层，原因：{reason}"


def limited_order(p: PageBuilder) -> str:
    """A form in which the article itself carries the reason."""
    item = p.item()
    p.nav(p.pick("确认订单", "填写订单", "兑换订单", "提交订单"))
    with p.card():
        p.para("收货人：" + p.person(), 13)
        p.para(p.address(), 12.5, p.skin.sub)
    with p.card():
        shop_row(p)
        goods_row(
            p,
            item,
            extra=p.pick(
                "亲，购买数量超过限购，不能下单", "该商品已售罄", "当前地址不支持配送", "已失效：商品已下架", "库存不足，仅剩0件"
            ),
        )
        delivery_rows(p)
    p.para(
        p.pick("ⓘ 有商品不能购买，请返回修改", "ⓘ 提交失败：商品状态异常", "ⓘ 部分商品无货，请删除后再提交"),
        12,
        p.skin.accent,
        indent=14,
    )
    submit_bar(p, p.pick("提交订单", "去支付(1)", "暂时无法购买"), colour=(215, 215, 220))
    return "确认订单页，商品不可购买，按钮置灰"


def error_page(p: PageBuilder) -> str:
    """A page instead of the checkout."""
    p.nav(p.pick("确认订单", "下单失败", "订单确认", "购买"))
    p.y += 90
    empty_state(
        p,
        (p.pick("哎呀，订单提交失败了", "人太多啦，挤不进去了", "下单失败", "商品已失效"), _reason(p)),
        button=p.pick("刷新", "返回重试", "返回首页", "重新下单"),
    )
    return "下单失败的错误页"


def off_shelf_bar(p: PageBuilder) -> str:
    """Article page whose bar says that it cannot be bought."""
    item = p.item()
    p.nav("", "clear", icons=("more", "cart", "share"))
    p.thumb(item, 0, 0, WIDTH, 370, radius=0)
    p.y = 380
    with p.card():
        p.canvas.price(p.x0, p.y, item.price, 22, p.skin.accent)
        p.y += 32
        p.para(p.title(item), 14, bold=True)
    with p.card():
        p.row("发货", p.pick("该地区暂不支持配送", "当前地址无法送达"), vcolour=p.skin.accent)
        p.row("保障", "7天无理由退货")
    buy_bar(p, off=True)
    text = p.pick("该商品已下架，不能购买", "您选择的地区暂不支持配送", "抱歉，商品已售完", "当前时段不在销售时间")
    if p.chance(0.5):
        dialog(p, text, ("知道了",))
    else:
        toast(p, text)
    return f"商品无法购买：{text}"


def failed_result(p: PageBuilder) -> str:
    """The payment did not go through."""
    p.nav(p.pick("支付失败", "订单异常", "交易失败", "支付结果"))
    p.y += 30
    p.canvas.ellipse(WIDTH / 2 - 26, p.y, 52, 52, (240, 80, 60))
    p.canvas.icon("close", WIDTH / 2 - 12, p.y + 14, 24, WHITE, 3)
    p.y += 70
    p.para(p.pick("交易失败", "支付失败", "下单未成功", "购买失败"), 19, bold=True, align="m")
    p.para(_reason(p), 13, p.skin.sub, align="m", indent=30, inset=30)
    p.space(14)
    with p.card():
        p.row("订单金额", f"¥{p.amount():.2f}")
        p.row("失败原因", p.pick("账户异常", "订单已关闭", "余额不足", "银行卡限额", "超时未支付"))
        p.row("失败时间", p.stamp())
    p.x0, p.x1 = 30, WIDTH - 30
    p.wide_button(p.pick("重新支付", "重新下单", "更换支付方式"))
    p.wide_button("返回首页", outline=True)
    p.x0, p.x1 = 0, WIDTH
    return "交易失败页面"


def fake_freeze(p: PageBuilder) -> str:
    """A page that claims the order was frozen."""
    p.nav("", "bar", icons=("info",))
    steps(p, ("已拍下", "已付款", "待发货", "待收货", "待评价"), 1)
    with p.card():
        p.para(p.pick("系统通知：订单已冻结，等待商家处理", "订单异常：资金冻结中"), 13, bold=True)
        p.para(
            p.pick(
                "由于商家没有开通消费者保障服务，订单暂时无法完成，请把此页面转给商家处理。",
                "检测到交易异常，款项暂时冻结，商家完成认证后即可恢复购买。",
            ),
            12.5,
        )
        p.para(p.order_no(18) + " 复制", 12)
    p.para(p.pick("保存此页面到相册", "请用扫一扫联系在线客服"), 12.5, align="m")
    p.canvas.paint(WIDTH / 2 - 60, p.y + 6, 120, 120, paint_code, p.seed())
    p.y += 140
    submit_bar(p, p.pick("保存此页面", "联系商家"), lead="交易失败")
    return "订单冻结、交易失败的提示页"


LAYOUTS = {"下单过程中出现异常（显示购买失败浮窗）": (fail_over_order, fail_over_sku, fail_dialog, fail_toast, fail_card,
    cannot_buy_goods, limited_order, error_page, off_shelf_bar, failed_result, fake_freeze)}  # fmt: skip
