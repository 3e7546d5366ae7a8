"""Other shops: their orders, articles, tracking, payment, groups, chats and videos."""

from __future__ import annotations

from dataclasses import replace

from data.synth.screens.bars import action_bar, buy_bar, pay_bar, submit_bar, tab_bar
from data.synth.screens.blocks import address_block, feed, goods_row, icon_grid, steps, timeline
from data.synth.screens.couriers import trail
from data.synth.screens.covers import sheet
from data.synth.screens.first_pictures import head_picture
from data.synth.screens.logistics import track_entries
from data.synth.screens.page_builder import WIDTH, PageBuilder
from data.synth.screens.parts import bubble, chat_bar, chat_time, fill, hero, review_text
from data.synth.screens.skins import WHITE, WHITE_SKIN, Skin
from data.synth.screens.sku import choices

JD = Skin("jd", WHITE, WHITE, (30, 30, 30), (240, 40, 30), (255, 90, 60))

PDD = Skin("pdd", WHITE, WHITE, (30, 30, 30), (225, 45, 35), (240, 80, 60))


def jd_order(p: PageBuilder) -> str:
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


def jd_goods(p: PageBuilder) -> str:
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


def jd_track(p: PageBuilder) -> str:
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


def pdd_sheet(p: PageBuilder) -> str:
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


def pdd_order(p: PageBuilder) -> str:
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


def takeaway(p: PageBuilder) -> str:
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


JD_WHITE = replace(WHITE_SKIN, name="jd", accent=(226, 35, 26), accent2=(250, 70, 60), page=(245, 245, 247))

PDD_WHITE = replace(WHITE_SKIN, name="pdd", accent=(224, 46, 36), accent2=(224, 46, 36), page=(244, 244, 244))

TIKTOK = replace(WHITE_SKIN, name="tiktok", accent=(254, 44, 85), accent2=(255, 80, 110), page=(246, 246, 248))


# Other malls


def rival_order(p: PageBuilder) -> str:
    """An order of 京东."""
    p.dress(JD_WHITE)
    item, state = p.item(), p.pick("等待付款", "等待收货", "已完成", "正在出库", "已取消", "商品已送达", "等待发货")
    p.nav(p.pick("订单详情", "", "订单详情"), icons=p.rng.choice(((), ("more",), ("headset", "more"))))
    action_bar(
        p,
        p.some(
            (
                "更多",
                "申请售后",
                "再次购买",
                "查看发票",
                "评价晒单",
                "催配送",
                "确认收货",
                "卖了换钱",
                "加入购物车",
                "修改地址",
                "取消订单",
            ),
            2,
            4,
        ),
    )
    with p.card():
        p.para(state, 18, bold=True)
        p.note(
            p.pick(
                "感谢您在京东购物，欢迎您再次光临",
                f"预计{p.ahead(1).stamp('cnday')} 09:00-15:00送达",
                "请在24小时内完成付款，超时订单将关闭",
                "包裹由京东配送员为您送达",
                "京东快递为您配送，支持送货上门",
            )
        )
        if p.chance(0.6):
            p.rule()
            p.para(trail(p, 0, "完成" in state)[0][2], 12.5, limit=2)
            p.note(p.stamp("minute"))
    with p.card():
        p.para(p.person(), 13.5, bold=True)
        p.note(p.address())
    with p.card():
        p.at(p.x0, p.pick("京东自营", "京东超市", "京东国际", "POP商家") if p.chance(0.7) else p.shop(), 13, bold=True)
        p.at(p.x1, p.pick("联系客服", "联系商家", ""), 12, p.skin.sub, anchor="r")
        p.y += 24
        goods_row(
            p, item, promises=0, extra=p.pick("", "支持7天无理由退货", "7天价保", "拆封后不支持7天无理由退货", "商品支持以旧换新")
        )
        p.buttons(p.some(("申请售后", "加购物车", "价格保护", "以旧换新", "换购"), 1, 3), accent=None, size=11)
    with p.card():
        for label, value in (
            ("订单编号", p.order_no(12)),
            ("下单时间", p.stamp()),
            ("支付方式", p.pick("在线支付", "京东支付", "微信支付", "白条支付", "货到付款")),
            ("配送方式", p.pick("京东快递", "普通快递", "京准达", "大件配送")),
            ("送达时间", "工作日、双休日与节假日均可送货"),
            ("发票类型", p.pick("电子普通发票", "不开发票")),
        ):
            if p.chance(0.75):
                p.field(label, value, copy="编号" in label)
        p.rule()
        p.price_row("商品总额", item.price + 20)
        p.price_row(p.pick("优惠券", "京豆抵扣", "PLUS折扣", "满减"), 20, before="-")
        p.price_row("运费", 0)
        p.price_row(p.pick("实付款", "应付款", "需付款"), item.price, bold=True, colour=p.skin.accent)
    return f"京东订单详情，{state}"


def jd_service(p: PageBuilder) -> str:
    """After-sales service of 京东: progress of a return, exchange, refund or price protection."""
    p.dress(JD_WHITE)
    item = p.item()
    p.nav(p.pick("服务单详情", "售后详情", "退款详情", "进度查询", "价格保护"), icons=("headset",))
    with p.card():
        state = p.pick(
            "待京东审核", "审核通过，等待取件", "京东收货中", "退款完成", "服务单已取消", "售后完成", "价保成功", "换新商品已发出"
        )
        p.para(state, 17, bold=True)
        p.note(
            p.pick(
                "客服将在24小时内审核您的申请",
                "请将商品连同包装、附件一并交给取件员",
                "退款将原返至您的支付账户",
                "如有疑问请联系京东客服",
                "差额将以京豆或原路退回",
            )
        )
        steps(
            p,
            p.rng.choice((("提交申请", "客服审核", "商品寄回", "京东处理", "完成"), ("提交", "审核", "退款", "完成"))),
            p.rng.randint(0, 3),
        )
    with p.card():
        p.row("服务单号", p.order_no(10))
        p.row(p.pick("售后类型", "期望处理"), p.pick("退货", "换货", "维修", "退款不退货", "补发商品"))
        p.row("退款金额", p.yuan(item.price), vcolour=p.skin.accent)
        p.row("退款方式", p.pick("原支付返还", "京东小金库", "微信零钱", "京豆"))
        p.row("取件方式", p.pick("上门取件", "快递至京东", "送货至自提点"))
    with p.card():
        goods_row(p, item, promises=0)
        p.buttons(p.some(("取消申请", "查看进度", "联系客服", "修改申请", "填写运单"), 1, 3))
    with p.card():
        p.heading(p.pick("审核留言", "进度追踪"))
        timeline(
            p,
            [
                (p.pick("京东客服", "系统", "商家"), p.stamp("minute"), text)
                for text in p.some(
                    (
                        "您的服务单已提交，请保持电话畅通",
                        "您的申请已审核通过，取件员将与您联系",
                        "商品已由配送员取回",
                        "商品检测完成，正在为您退款",
                        "退款已提交银行处理，到账时间以银行为准",
                        "您的返修商品已发出",
                    ),
                    2,
                    4,
                )
            ],
        )
    return f"京东售后服务单，{state}"


def pdd_pay(p: PageBuilder) -> str:
    """The sku and payment sheet of 拼多多."""
    p.dress(PDD_WHITE)
    item = p.item()
    p.can_scroll = False
    p.nav("", "clear")
    hero(p, item.category, 0, 0, WIDTH, 300)
    p.canvas.dim(0.45)
    p.y = 96 if p.height > 660 else 70
    total = item.price
    button = p.pick(f"立即支付 ¥{total:g}", "立即支付", "确认并支付", "免密支付", "先用后付 0元下单")
    submit_bar(
        p,
        button,
        lead=p.pick("", "多多支付 立减随机金额", "实付款: ¥" + f"{total:g} 免运费", "已选微信支付，更换支付方式"),
        colour=PDD_WHITE.accent,
    )
    with p.band():
        p.para(
            p.pick(
                "送货到家 · 可开发票 · 全部包邮",
                "全场包邮 · 7天退换 · 极速退款",
                "退货包运费 · 假一赔十 · 极速发货",
                "现货 · 48小时发货 · 品质保障",
            ),
            12.5,
            (60, 150, 70),
            align="m",
        )
        p.row(p.address(), "", arrow=True)
        with p.card(pad=8, margin=0, fill=(255, 240, 238)):
            p.para(
                p.pick("百亿补贴 官方补贴后全网低价", "万人团 已拼10万+件", "拼单价 发起拼单，邀请好友", "限时秒杀 即将恢复原价"),
                12,
                PDD_WHITE.accent,
                bold=True,
            )
            p.thumb(item, p.x0, p.y, 66)
            top = p.y
            p.canvas.price(
                p.x0 + 76, top, f"{total:g}", 18, PDD_WHITE.accent, before=p.pick("券后", "补贴价", "拼单价", "万人团价")
            )
            p.canvas.text(p.x0 + 76, top + 25, p.title(item), 11.5, p.skin.ink, width=p.room() - 80)
            p.canvas.text(p.x0 + 76, top + 43, "已选: " + item.sku, 11.5, p.skin.sub, width=p.room() - 80)
            p.y += 74
        p.row("购买数量", "-  1  +", hint=p.pick("", f"仅剩{p.rng.randint(3, 60)}件"))
        p.row(
            p.pick("优惠", "平台优惠", "店铺优惠券"),
            p.pick(f"百亿补贴已优惠{p.rng.randint(5, 400)}元", f"-{p.rng.randint(1, 20)}元", "已领取无门槛券"),
            arrow=True,
        )
        if p.chance(0.5):
            for key in ("colors", "sizes"):
                p.para(
                    {
                        "colors": p.pick("颜色分类", "机身颜色", "款式", "颜色"),
                        "sizes": p.pick("尺码", "规格", "存储容量", "套餐类型"),
                    }[key],
                    12.5,
                    bold=True,
                )
                p.chips([p.word(key, item.category) for _ in range(4)], p.rng.randint(0, 3), radius=4)
        else:
            for name, hint in (
                ("多多支付", "本单最高减20元"),
                ("微信支付", ""),
                ("支付宝", ""),
                ("先用后付", "确认收货后付款"),
                ("花呗分期", "0利息"),
                ("找微信好友代付", ""),
                ("添加银行卡支付", ""),
            ):
                if p.chance(0.75):
                    p.row(name, hint, vcolour=PDD_WHITE.accent)
    return "拼多多的规格和支付弹层"


def group_orders(p: PageBuilder) -> str:
    """Orders or a refund of 拼多多."""
    p.dress(PDD_WHITE)
    if p.chance(0.5):
        p.nav(p.pick("我的订单", "订单详情"), icons=("search",))
        p.tabs(("全部", "待付款", "待分享", "待发货", "待收货", "评价"), p.rng.randint(0, 5), size=12.5)
        for _ in range(3):
            with p.band():
                item = p.item()
                p.row(
                    p.shop(),
                    p.pick("待收货", "交易成功", "拼单成功，待发货", "待分享，差1人", "未发货，退款成功", "已收货，待评价"),
                    vcolour=PDD_WHITE.accent,
                    gap=8,
                )
                goods_row(p, item, size=62, promises=0)
                p.para(f"{p.pick('实付', '应付')}: ¥{item.price:.2f}({p.pick('免运费', '包邮')})", 12.5, align="r")
                p.buttons(
                    p.some(
                        ("更多", "申请退款", "查看物流", "催发货", "确认收货", "再次拼单", "去评价", "联系商家", "延长收货"), 2, 3
                    )
                )
        return "拼多多订单列表"
    item = p.item()
    p.nav(p.pick("退款详情", "售后详情", "退款进度"), icons=())
    action_bar(p, ("联系商家", "撤销申请", "平台介入"))
    with p.band():
        state = p.pick("退款成功", "等待商家处理", "商家已同意，请退货", "商家拒绝退款", "平台处理中", "极速退款成功")
        p.para(state, 18, PDD_WHITE.accent, bold=True)
        p.note(
            p.pick(
                "退款已原路退回，请查收",
                f"商家需在{p.rng.randint(1, 48)}小时内处理",
                "请按商家给的地址寄回，填写运单号",
                "您可以修改申请或请求平台介入",
            )
        )
        p.price_row("退款总金额", item.price, colour=PDD_WHITE.accent)
        p.row(p.pick("退回微信零钱", "退回支付宝", "退回多多钱包"), p.yuan(item.price))
    with p.band():
        p.heading(p.pick("退款信息", "售后信息"))
        goods_row(p, item, size=60, promises=0)
        for label, value in (
            ("退款原因", p.pick("不想要了", "商品与描述不符", "质量问题", "未按约定时间发货", "少件/漏发")),
            ("退款金额", p.yuan(item.price)),
            ("申请件数", "1"),
            ("申请时间", p.stamp()),
            ("退款编号", p.order_no(16)),
        ):
            p.field(label, value)
    with p.band():
        p.row("协商记录", "", arrow=True, gap=3)
    return f"拼多多退款页面，{state}"


PDD_TALK = (
    "亲，您好，请问有什么可以帮您",
    "亲亲在的哦",
    "宝贝有现货的，今天就能发",
    "这边给您申请一个补发可以吗",
    "亲，退货运费我们承担哦",
    "已经为您同意退款啦",
    "您好，这边给您补偿{n}元您看行吗",
    "商品问题请发一下照片",
    "这个尺码建议拍大一号",
)

USER_TALK = (
    "在吗",
    "什么时候发货",
    "{product}是坏的",
    "怎么还没退款",
    "发错了",
    "不想要了，退款吧",
    "可以便宜点吗",
    "几天能到",
    "少了一个配件",
    "质量太差了",
    "好的",
    "能换货吗",
    "快递到哪了",
)


def mall_chat(p: PageBuilder) -> str:
    """A chat with a shop in another mall."""
    skin = p.rng.choice((PDD_WHITE, TIKTOK, JD_WHITE))
    p.dress(skin)
    p.nav(p.shop(), sub=p.pick("", "平均回复1分钟", "24小时在线", "已认证商家"), icons=("shop", "more"))
    chat_bar(p, p.pick("发送消息", "请输入您的问题", "说点什么", ""))
    p.para(
        p.pick("平台提醒：请勿添加商家私人联系方式，谨防诈骗", "为了您的资金安全，请不要线下交易", "以上是历史消息"),
        11,
        p.skin.faint,
        align="m",
    )
    if p.chance(0.6):
        item = p.item()
        with p.card():
            goods_row(p, item, size=54, price="left", promises=0)
            p.buttons((p.pick("发送商品", "咨询该商品", "发送订单", "立即拼单"),))
    for _ in range(p.rng.randint(3, 7)):
        if p.chance(0.2):
            chat_time(p)
        mine = p.chance(0.45)
        bubble(
            p,
            fill(p, p.rng.choice(USER_TALK if mine else PDD_TALK)),
            mine=mine,
            fill=(255, 214, 210) if mine and skin is PDD_WHITE else (210, 235, 255) if mine else WHITE,
        )
        if mine and p.chance(0.5):
            p.para(p.pick("已读", "未读"), 10, p.skin.faint, align="r", inset=52)
    p.x0 = 10
    p.chips(p.some(("申请退款", "查物流", "催发货", "优惠券", "转人工", "发票", "评价有礼"), 3, 5), None)
    p.x0 = 0
    return "其他购物应用里与商家的聊天"


def tiktok_order(p: PageBuilder) -> str:
    """Order or after-sales page of a video app's mall."""
    p.dress(TIKTOK)
    item, state = p.item(), p.pick("已发货", "待发货", "已完成", "售后完成", "退款成功", "待付款", "商品已揽收", "退货退款成功")
    p.nav(p.pick("订单详情", "售后详情", "抖音商城", "我的订单"), icons=("headset", "more"))
    action_bar(p, p.some(("更多", "申请售后", "查看物流", "再来一单", "催发货", "确认收货", "发表评价", "加入购物车"), 2, 3))
    with p.card():
        p.para(state, 17, bold=True)
        p.note(
            p.pick(
                "抖音支付订单，随机立减",
                "卖家将在48小时内发货",
                "退款金额已返回原支付渠道",
                "还剩9天自动确认收货",
                "极速退款 · 上门取件 · 运费险",
            )
        )
    with p.card():
        p.para(p.person(), 13, bold=True)
        p.note(p.address())
    with p.card():
        p.row(p.shop(), p.pick("进店逛逛", "联系商家", "店铺粉丝群"), arrow=True)
        goods_row(p, item, promises=0, extra=p.pick("直播间下单", "极速退款 | 运费险 | 7天无理由", "达人推荐", "超值购"))
        p.price_row("商品总价", item.price + 10)
        p.price_row(p.pick("商家优惠", "平台优惠", "抖音支付优惠"), 10, before="-")
        p.price_row(p.pick("实付款", "合计"), item.price, bold=True, colour=TIKTOK.accent)
    with p.card():
        for label, value in (
            ("订单编号", p.order_no(19)),
            ("下单时间", p.stamp()),
            ("支付方式", p.pick("抖音支付", "微信支付", "支付宝", "抖音月付", "先用后付")),
            ("配送方式", "快递"),
            ("订单来源", p.pick("直播间", "短视频", "商城", "橱窗")),
        ):
            p.field(label, value)
    if p.chance(0.5):
        feed(p, 1, p.pick("为你推荐", "猜你喜欢"))
    return f"抖音商城订单页，{state}"


def secondhand(p: PageBuilder) -> str:
    """A second-hand or wholesale app's article or order."""
    fish = p.chance(0.6)
    p.dress(
        replace(WHITE_SKIN, accent=(230, 50, 40) if fish else (255, 80, 0), accent2=(255, 220, 30) if fish else (255, 120, 20))
    )
    item = p.item()
    p.nav("闲鱼" if fish and p.chance(0.5) else "", icons=("share", "more"))
    if fish:

        def draw(top: float) -> None:
            for index, name in enumerate(("超赞", "评论", "收藏")):
                p.canvas.text(20 + index * 50, top + 16, name, 12, p.skin.sub)
            p.pill(WIDTH - 12, top + 7, "我想要", size=14, high=36, wide=110, fill=(255, 220, 30), anchor="r", bold=True)

        p.bottom(50, draw)
        p.x0, p.x1 = 12, WIDTH - 12
        p.avatar(12, p.y, 36)
        p.at(56, p.secret(p.lexicon.name(p.rng)), 14, bold=True)
        p.at(
            56,
            p.pick("刚刚来过", "3小时前来过", f"{p.lexicon.city(p.rng)} 卖出{p.rng.randint(1, 99)}件宝贝", "芝麻信用极好"),
            11,
            p.skin.faint,
            dy=20,
        )
        p.y += 48
        p.canvas.price(12, p.y, f"{item.price:g}", 22, p.skin.accent, after=p.pick("  包邮", "  可小刀", ""))
        p.at(WIDTH - 12, f"{p.rng.randint(1, 90)}人想要 {p.rng.randint(20, 900)}浏览", 11, p.skin.faint, anchor="r", dy=8)
        p.y += 34
        p.para(
            fill(
                p,
                p.pick(
                    "全新{product}，没拆封，便宜转",
                    "闲置{product}，用了两次，九成新",
                    "个人自用{product}，不议价，非诚勿扰",
                    "搬家出{product}，自提优先",
                    "买多了，转一个，七天内退换",
                ),
            ),
            14,
        )
        p.para(
            p.pick("关于卖家不支持退货，请确认后再拍", "担保交易 · 资金安全", "成色：全新  功能：正常", "验货宝 先验货再收款"),
            12,
            p.skin.sub,
        )
        for _ in range(2):
            hero(p, item.category, 12, p.y, WIDTH - 24, 220)
            p.y += 228
        p.x0, p.x1 = 0, WIDTH
        return "二手交易应用的商品页"
    hero(p, item.category, 0, p.y - 8, WIDTH, 300)
    p.y += 300
    with p.band():
        p.canvas.price(
            p.x0,
            p.y,
            f"{item.price:g}",
            21,
            p.skin.accent,
            after=p.pick("  1件起批", "  2件起批", f"  {p.rng.randint(5, 100)}个起批"),
        )
        p.y += 32
        p.para(p.title(item), 14.5, bold=True)
        p.tags(("源头工厂", "48小时发货", "一件代发", "7天包换", "深度验厂", "先采后付"))
        p.row("物流", p.pick("运费5元起", "包邮", "承诺48小时发货"), arrow=True)
        p.row("服务", "晚发必赔 · 破损包赔 · 材质保障", arrow=True)
        p.row(p.pick("进货人数", "年成交"), f"{p.rng.randint(10, 9999)}+")
    tab_bar(p, ("店铺", "客服", "进货单", "加进货单", "立即订购"), 4)
    return "批发采购应用的商品页"


def result_page(p: PageBuilder) -> str:
    """A browser's or search engine's result page."""
    p.dress(replace(WHITE_SKIN, accent=(50, 90, 240), accent2=(50, 90, 240)))
    item = p.item()
    query = fill(
        p,
        p.pick(
            "{courier}单号查询",
            "{product}怎么清洗",
            "{product}哪个牌子好",
            "快递几天算超时",
            "淘宝客服电话",
            "七天无理由退货运费谁出",
            "{courier}客服电话",
            "{product}是什么材质",
            "12315怎么投诉",
            "退款多久到账",
        ),
    )
    p.nav(query, "search", right=p.pick("搜索", "百度一下", "取消"), icons=())
    p.tabs(
        p.rng.choice(
            (
                ("综合", "笔记", "视频", "图片", "资讯", "商品"),
                ("全部", "AI问答", "图片", "视频", "贴吧", "小程序"),
                ("全部", "视频号", "文章", "公众号", "小程序"),
            )
        ),
        0,
        size=13,
        colour=p.skin.accent,
    )
    if "快递" in query or "单号" in query or p.chance(0.15):
        with p.card():
            p.row(fill(p, "{courier}单号查询"), p.pick("官方", "服务", ""), bold=True, vcolour=p.skin.accent)
            timeline(p, trail(p, p.rng.randint(1, 4), p.chance(0.6)), mask=0.4)
            p.row(p.pick("更多物流详情", "查看完整物流"), "", arrow=True, gap=2)
            icon_grid(p, ("客服电话", "我要寄件", "网点查询", "运费时效"))
    for _ in range(4):
        with p.band():
            p.para(
                fill(
                    p,
                    p.pick(
                        "{product}怎么选？看完这篇就懂了",
                        query + "_知道",
                        "{product}十大品牌排行榜",
                        query + " - 官方网站",
                        "实测{n}款{product}，结果出乎意料",
                        "{product}价格、图片、评测",
                    ),
                ),
                16,
                (30, 50, 180),
                limit=2,
            )
            p.para(review_text(p, item.category, 2, 3) + "...", 12.5, p.skin.sub, limit=2)
            p.note(
                p.pick(
                    "百科",
                    "问答 · 128个回答",
                    "baijiahao",
                    "www." + p.pick("shop", "zhidao", "kuaidi") + ".com",
                    "广告",
                    "2小时前",
                )
            )
    tab_bar(
        p,
        p.rng.choice((("后退", "前进", "菜单", "窗口", "主页"), ("首页", "小说", "+", "任务", "我的"))),
        0,
        colour=p.skin.accent,
    )
    return f"浏览器搜索结果：{query}"


def rival_goods(p: PageBuilder) -> str:
    """An article or cart of another mall."""
    skin = p.rng.choice((JD_WHITE, JD_WHITE, PDD_WHITE, TIKTOK))
    p.dress(skin)
    item = p.item()
    if p.chance(0.6):
        p.nav("", "clear", icons=("share", "more"))
        hero(p, item.category, 0, 0, WIDTH, 350)
        p.pill(WIDTH - 12, 320, f"1/{p.rng.randint(3, 9)}", size=11, fill=(120, 120, 125), ink=WHITE, anchor="r")
        p.y = 356
        with p.band():
            p.canvas.price(
                p.x0, p.y, item.price, 23, skin.accent, after=p.pick("", " 到手价", " PLUS会员价", " 拼单价", " 百亿补贴价")
            )
            p.at(
                p.x1,
                p.pick("降价通知", "已拼10万+件", "收藏", f"已抢{p.rng.randint(1, 90)}万件"),
                11.5,
                p.skin.sub,
                anchor="r",
                dy=8,
            )
            p.y += 34
            p.tags(
                {
                    "jd": ("满199减100", "京东秒杀", "限购2件", "满2件9折", "白条免息"),
                    "pdd": ("百亿补贴", "退货包运费", "全场包邮", "先用后付", "多人团"),
                    "tiktok": ("抖音超值购", "直播价", "新人券", "极速退款", "运费险"),
                }[skin.name]
            )
            p.para(p.title(item), 15, bold=True, limit=2)
        with p.band():
            p.row("已选", item.sku + "，1件", arrow=True)
            p.row("送至", p.address(), arrow=True)
            p.row(
                "",
                {
                    "jd": "京东物流 | 京准达 | 211限时达 | 7天价保",
                    "pdd": "48小时发货 · 假一赔十 · 7天退换",
                    "tiktok": "极速退款 · 7天无理由 · 运费险",
                }[skin.name],
            )
        tabs = {
            "jd": ("店铺", "客服", "购物车", "加入购物车", "立即购买"),
            "pdd": ("店铺", "收藏", "客服", "单独购买", "发起拼单"),
            "tiktok": ("进店", "客服", "购物车", "加入购物车", "领券购买"),
        }[skin.name]
        tab_bar(p, tabs, 4)
        return "其他购物应用的商品页"
    p.nav(p.pick("购物车", "购物车(" + p.digits(2) + ")"), icons=("more",), right=p.pick("编辑", "管理"))
    pay_bar(p, "", item.price, p.pick("优惠减¥10", ""), p.pick("去结算(1)", "结算"))
    for _ in range(3):
        with p.card():
            p.row(
                p.pick("京东自营", "自营旗舰店") if skin is JD_WHITE else p.shop(),
                p.pick("已免运费", "领券", "凑单", "满减"),
                vcolour=skin.accent,
                gap=8,
            )
            goods_row(p, p.item(), price="left", promises=0)
            p.tags(p.some(("满2件打8折", "京东物流", "PLUS 95折", "7天价保", "次日达", "比加入时降3元"), 1, 3))
    return "其他购物应用的购物车"
