"""Screens of other apps and of the phone: other malls, messages, settings, calls, chats, payment, banks, couriers, maps."""

from __future__ import annotations

from dataclasses import replace

from data.synth.canvas import Colour, wrap
from data.synth.screens.bars import action_bar, pay_bar, submit_bar, tab_bar
from data.synth.screens.blocks import feed, goods_row, icon_grid, picture_strip, steps, timeline
from data.synth.screens.covers import dialog, sheet, toast
from data.synth.screens.device import (
    BLUE,
    NIGHT,
    bank_bill,
    call_history,
    incoming,
    lock_screen,
    settings,
    sms_list,
    sms_thread,
    wallet_bill,
    wechat,
    wechat_notices,
)
from data.synth.screens.painters import paint_blot
from data.synth.screens.parts import bubble, chat_bar, chat_time, fill, hero, photo, review_text
from data.synth.screens.phone import WIDTH, Phone
from data.synth.screens.pictures import paint_bars, paint_map
from data.synth.screens.skins import BLACK, LIGHT, WHITE, WHITE_SKIN, Skin

JD = replace(WHITE_SKIN, name="jd", accent=(226, 35, 26), accent2=(250, 70, 60), page=(245, 245, 247))
PDD = replace(WHITE_SKIN, name="pdd", accent=(224, 46, 36), accent2=(224, 46, 36), page=(244, 244, 244))
TIKTOK = replace(WHITE_SKIN, name="tiktok", accent=(254, 44, 85), accent2=(255, 80, 110), page=(246, 246, 248))
HUBS = ("集散中心", "转运中心", "分拣中心", "中转场", "处理中心", "分拨中心", "营业部", "营业点", "网点", "集配站")


def courier_skin(p: Phone) -> tuple[Skin, str]:
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


def trail(p: Phone, count: int, done: bool) -> list[tuple[str, str, str]]:
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


# Other malls


def rival_order(p: Phone) -> str:
    """An order of 京东."""
    p.dress(JD)
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


def jd_service(p: Phone) -> str:
    """After-sales service of 京东: progress of a return, exchange, refund or price protection."""
    p.dress(JD)
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


def carrier_track(p: Phone) -> str:
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


def courier_send(p: Phone) -> str:
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


def pdd_pay(p: Phone) -> str:
    """The sku and payment sheet of 拼多多."""
    p.dress(PDD)
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
        colour=PDD.accent,
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
                PDD.accent,
                bold=True,
            )
            p.thumb(item, p.x0, p.y, 66)
            top = p.y
            p.canvas.price(p.x0 + 76, top, f"{total:g}", 18, PDD.accent, before=p.pick("券后", "补贴价", "拼单价", "万人团价"))
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
                    p.row(name, hint, vcolour=PDD.accent)
    return "拼多多的规格和支付弹层"


def group_orders(p: Phone) -> str:
    """Orders or a refund of 拼多多."""
    p.dress(PDD)
    if p.chance(0.5):
        p.nav(p.pick("我的订单", "订单详情"), icons=("search",))
        p.tabs(("全部", "待付款", "待分享", "待发货", "待收货", "评价"), p.rng.randint(0, 5), size=12.5)
        for _ in range(3):
            with p.band():
                item = p.item()
                p.row(
                    p.shop(),
                    p.pick("待收货", "交易成功", "拼单成功，待发货", "待分享，差1人", "未发货，退款成功", "已收货，待评价"),
                    vcolour=PDD.accent,
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
        p.para(state, 18, PDD.accent, bold=True)
        p.note(
            p.pick(
                "退款已原路退回，请查收",
                f"商家需在{p.rng.randint(1, 48)}小时内处理",
                "请按商家给的地址寄回，填写运单号",
                "您可以修改申请或请求平台介入",
            )
        )
        p.price_row("退款总金额", item.price, colour=PDD.accent)
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


def mall_chat(p: Phone) -> str:
    """A chat with a shop in another mall."""
    skin = p.rng.choice((PDD, TIKTOK, JD))
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
            fill=(255, 214, 210) if mine and skin is PDD else (210, 235, 255) if mine else WHITE,
        )
        if mine and p.chance(0.5):
            p.para(p.pick("已读", "未读"), 10, p.skin.faint, align="r", inset=52)
    p.x0 = 10
    p.chips(p.some(("申请退款", "查物流", "催发货", "优惠券", "转人工", "发票", "评价有礼"), 3, 5), None)
    p.x0 = 0
    return "其他购物应用里与商家的聊天"


def tiktok_order(p: Phone) -> str:
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


def short_video(p: Phone) -> str:
    """A short video filling the screen."""
    p.dress(NIGHT)
    p.can_scroll = False
    if p.chance(0.6):
        p.canvas.paint(0, 0, WIDTH, p.height, paint_blot, p.seed())
        p.canvas.dim(0.75)
    photo(
        p,
        p.rng.choice(("worn", "food", "room", "goods_held", "plant", "goods_table", "skin")),
        (0, p.rng.choice((0.0, 60.0)), WIDTH, p.height - p.rng.choice((60.0, 150.0))),
    )
    p.y = p.status_height + 12
    p.nav("", "clear", icons=())
    names = p.rng.choice(
        (
            ("同城", "关注", "商城", "推荐"),
            ("关注", "发现", "同城"),
            ("热门", "同城", "商城", "关注", "发现"),
            ("直播", "经验", "精选", "推荐"),
        )
    )
    for index, name in enumerate(names):
        p.canvas.text(
            WIDTH * (index + 1) / (len(names) + 1),
            p.status_height + 12,
            name,
            15,
            WHITE,
            bold=index == len(names) - 1,
            anchor="m",
        )
    for index, (icon, text) in enumerate(
        (
            ("heart_full", f"{p.rng.randint(1, 99)}.{p.rng.randint(0, 9)}万"),
            ("bubble", str(p.rng.randint(10, 9999))),
            ("star_full", str(p.rng.randint(10, 9999))),
            ("share", p.pick("分享", str(p.rng.randint(10, 9999)))),
        )
    ):
        y = p.height * 0.45 + index * 62
        p.canvas.icon(icon, WIDTH - 48, y, 32, WHITE)
        p.canvas.text(WIDTH - 32, y + 38, text, 11.5, WHITE, anchor="m")
    y = p.height - 160
    p.canvas.text(
        14, y, "@" + p.secret(p.lexicon.name(p.rng) + p.pick("的日常", "小店", "好物", "测评", "爱生活")), 15.5, WHITE, bold=True
    )
    item = p.item()
    for row, line in enumerate(
        wrap(
            fill(
                p,
                p.pick(
                    "{product}也太好用了吧 #好物分享 #居家",
                    "终于买到了{product}，姐妹们冲",
                    "开箱{product}，避雷还是推荐？",
                    "{city}今日新闻，网友热议",
                    "这家店的{product}别买！#避坑",
                    "今天教大家一个小妙招 #生活技巧",
                    "一分钟学会收纳 #日常vlog",
                ),
            ),
            13,
            WIDTH - 90,
            3,
        )
    ):
        p.canvas.text(14, y + 26 + row * 19, line, 13, WHITE)
    if p.chance(0.5):
        p.pill(
            14,
            y - 34,
            p.pick(
                f"购物 | {item.name}",
                "视频同款好物",
                f"{p.rng.randint(2, 90)}.{p.rng.randint(0, 9)}万人看过",
                "热榜TOP" + p.digits(1),
                "点击看同款",
                "拍同款",
            ),
            size=12,
            fill=(60, 60, 64),
            ink=WHITE,
            radius=5,
        )
    tab_bar(
        p,
        p.rng.choice(
            (
                ("首页", "朋友", "+", "消息", "我"),
                ("首页", "精选", "+", "消息", "我"),
                ("首页", "商城", "去赚钱", "消息", "我"),
                ("发弹幕", "赞", "收藏", "评论"),
            )
        ),
        0,
        colour=WHITE,
    )
    return "短视频应用的播放画面"


def note_app(p: Phone) -> str:
    """A post of a lifestyle or microblog app, with comments or the hint to open the app."""
    weibo = p.chance(0.4)
    p.dress(
        replace(
            WHITE_SKIN,
            accent=(255, 130, 0) if weibo else (255, 36, 66),
            accent2=(255, 130, 0) if weibo else (255, 36, 66),
            page=WHITE,
        )
    )
    p.nav(p.pick("微博正文", "微博", "详情") if weibo else "", icons=("share",))
    top = p.y
    p.avatar(14, top, 36)
    p.canvas.text(
        58,
        top + 2,
        p.secret(p.lexicon.name(p.rng) + p.pick("爱分享", "同学", "Lily", "是小可爱", "日记")),
        14,
        p.skin.ink,
        bold=True,
    )
    p.canvas.text(
        58,
        top + 22,
        p.stamp("short") + p.pick(" 来自 手机客户端", " 来自微博网页版", "", " 编辑于" + p.lexicon.city(p.rng)),
        11,
        p.skin.faint,
    )
    p.pill(WIDTH - 12, top + 5, p.pick("关注", "+关注", "已关注"), outline=p.skin.accent, ink=p.skin.accent, anchor="r")
    p.y = top + 48
    p.x0, p.x1 = 14, WIDTH - 14
    item = p.item()

    def words() -> None:
        text = review_text(p, item.category, 3, 6)
        tag = p.pick(" #{product} #好物推荐", " #我的日常", "#购物避雷# 大家注意了", " @平台客服 什么时候解决", "", "#618大促#")
        p.para(text + fill(p, tag), 14)

    if weibo:
        words()
        picture_strip(p, p.rng.randint(1, 3), 100)
        p.tabs((f"转发 {p.rng.randint(1, 999)}", f"评论 {p.rng.randint(1, 999)}", f"赞 {p.rng.randint(1, 9999)}"), 1)
    else:
        p.x0, p.x1 = 0, WIDTH
        hero(p, item.category, 0, p.y, WIDTH, 300)
        p.pill(WIDTH - 10, p.y + 10, f"1/{p.rng.randint(2, 9)}", size=11, fill=(90, 90, 95), ink=WHITE, anchor="r")
        p.y += 312
        p.x0, p.x1 = 14, WIDTH - 14
        p.para(
            fill(
                p,
                p.pick(
                    "{product}到底值不值得买！",
                    "{n}块钱的{product}真香",
                    "被问爆的{product}",
                    "吐血整理｜{product}攻略",
                    "听劝！{product}这样选",
                ),
            ),
            16,
            bold=True,
        )
        words()
    p.rule()
    p.para(f"共 {p.rng.randint(2, 400)} 条评论", 12, p.skin.sub)
    for _ in range(3):
        p.avatar(p.x0, p.y, 26)
        p.at(p.x0 + 34, p.secret(p.lexicon.name(p.rng)), 11.5, p.skin.faint)
        p.y += 17
        p.para(
            p.pick(
                "求链接",
                "同款，真的好用",
                "多少钱买的呀",
                "我也踩雷了",
                "姐妹在哪买的",
                "已下单",
                "避雷避雷",
                "蹲一个后续",
                "客服怎么说的",
            ),
            13,
            indent=34,
        )
        p.y += 8
    if not weibo and p.chance(0.5):
        p.canvas.cover(WIDTH / 2 - 70, p.height - 110, 140, 36)
        p.pill(
            WIDTH / 2,
            p.height - 110,
            p.pick("App 内打开", "打开App查看", "打开看看"),
            size=14,
            high=36,
            wide=140,
            fill=p.skin.accent,
            ink=WHITE,
            anchor="m",
        )
    p.x0, p.x1 = 0, WIDTH
    comment = p.pick("说点什么...", "发条友善的评论", "写评论")

    def draw(top: float) -> None:
        p.canvas.text(26, top + 14, comment, 13, p.skin.faint)

    p.bottom(44, draw)
    return "生活分享或微博类应用的帖子"


def secondhand(p: Phone) -> str:
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


def result_page(p: Phone) -> str:
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


def map_app(p: Phone) -> str:
    """A map with a place or a route."""
    p.dress(replace(WHITE_SKIN, accent=(40, 130, 250), accent2=(40, 130, 250)))
    p.can_scroll = False
    p.nav(p.pick("搜索地点、公交、地铁", p.secret(p.address())), "search", icons=())
    p.canvas.paint(0, p.y - 8, WIDTH, p.height, paint_map, p.seed())
    for _ in range(p.rng.randint(3, 10)):
        p.canvas.text(
            p.rng.uniform(10, 270),
            p.rng.uniform(110, p.height - 260),
            p.secret(
                p.pick(
                    "人民医院",
                    "实验小学",
                    "万达广场",
                    "地铁站A口",
                    "中心公园",
                    "农贸市场",
                    "快递服务站",
                    "加油站",
                    "图书馆",
                    "派出所",
                    "幼儿园",
                    "汽车站",
                )
            ),
            11,
            (90, 100, 120),
        )
    p.y = p.height - p.rng.choice((170, 210, 240))
    with p.card(margin=6):
        if p.chance(0.5):
            p.para(p.pick("驾车", "步行", "骑行", "公交") + fill(p, " {n}分钟 · {n}.{n}公里"), 17, bold=True)
            p.note(
                fill(
                    p,
                    p.pick(
                        "红绿灯{n}个 · 少收费 · 预计{time}到达", "途经人民路、解放大道", "打车约{n}元", "限行提醒：今日尾号限行"
                    ),
                )
            )
            p.chips(("推荐", "少收费", "躲避拥堵", "距离短"))
            p.wide_button("开始导航")
        else:
            p.para(
                p.secret(p.pick("快递服务点", "家电维修中心", "菜鸟驿站(阳光花园店)", "品牌专卖店", "客户服务中心")),
                17,
                bold=True,
            )
            p.note(fill(p, "距您{n}.{n}km · 营业中 08:30-20:00 · {n}条评价"))
            p.note(p.address())
            p.buttons(("收藏", "电话", "分享", "路线"), align="l")
    return "地图应用"


def smart_home(p: Phone) -> str:
    """The control app of a device at home, or a camera's picture."""
    p.dress(replace(LIGHT, accent=(0, 170, 160), accent2=(0, 190, 180)) if p.chance(0.6) else NIGHT)
    name = p.lexicon.product(p.rng, p.pick("智能家居", "网络设备", "厨房电器", "空调", "洗衣机")).name
    p.nav(p.pick(name, "我的设备", "添加设备", "设备详情"), icons=("gear",), right=p.pick("", "设置"))
    photo(p, p.rng.choice(("room", "screen_wide", "indicator")), (0, p.y - 8, WIDTH, p.y + 200))
    p.y += 206
    if p.chance(0.5):
        p.para(
            p.pick("设备离线，请检查网络", "连接中 86%", "设备已连接", "配网失败，请重试", "正在加载视频..."),
            14,
            align="m",
            bold=True,
        )
    with p.card():
        icon_grid(
            p,
            p.some(
                (
                    "开关",
                    "模式",
                    "定时",
                    "温度",
                    "风速",
                    "对讲",
                    "截图",
                    "录像",
                    "静音",
                    "回看",
                    "云存储",
                    "亮度",
                    "儿童锁",
                    "分享设备",
                ),
                6,
                8,
            ),
        )
    with p.card():
        for label, value in p.rng.sample(
            (
                ("运行状态", "待机中"),
                ("固件版本", "V1.{n}.{n}"),
                ("Wi-Fi信号", "-{n}dBm"),
                ("滤芯剩余", "{n}%"),
                ("耗电量", "{n}.2度"),
                ("童锁", "关闭"),
                ("水温", "{n}℃"),
                ("剩余时间", "{n}分钟"),
                ("设备共享", "{n}人"),
                ("存储卡", "未插入"),
                ("移动侦测", "已开启"),
            ),
            5,
        ):
            p.row(label, fill(p, value), arrow=True)
    tab_bar(p, p.rng.choice((("设备", "场景", "我的"), ("首页", "商城", "消息", "我的"), ("摄像头", "消息", "回看"))), 0)
    return f"智能设备应用：{name}"


def errand(p: Phone) -> str:
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


def farm_game(p: Phone) -> str:
    """A mall's or app's planting game, as other apps have them."""
    p.dress(replace(PDD, head=(110, 200, 250), head2=(150, 220, 250), head_ink=WHITE))
    p.can_scroll = False
    p.nav(p.pick("多多果园", "免费领水果", "种树领好礼", "农场", "天天领现金", "砍价免费拿"), icons=("share",))
    p.canvas.gradient(0, p.y - 8, WIDTH, p.height, (150, 220, 250), (120, 200, 90))
    p.canvas.ellipse(WIDTH / 2 - 60, p.height * 0.35, 120, 110, (60, 160, 60))
    p.canvas.rect(WIDTH / 2 - 10, p.height * 0.47, 20, 90, (130, 90, 50))
    for x, y in ((20, 150), (300, 150), (20, 230), (300, 230), (300, 310)):
        p.pill(
            x,
            y,
            p.pick("领水滴", "任务", "好友", "施肥", "奖励", "攻略", "集肥料", "限时翻倍", "收获", "换装"),
            size=12,
            fill=WHITE,
            anchor="l" if x < 100 else "r",
        )
    p.y = p.height * 0.62
    p.para(
        fill(
            p,
            p.pick(
                "再浇水{n}次就能结果啦",
                "还差{n}.{n}%可收获",
                "明天7点可领{n}0g水滴",
                "种树达到{n}级可领奖励",
                "再邀请{n}人即可提现",
                "已砍{n}%，仅差{amt}元",
            ),
        ),
        15,
        WHITE,
        align="m",
        bold=True,
    )
    p.pill(
        WIDTH / 2,
        p.y + 16,
        fill(p, p.pick("浇水 {n}0g", "免费领取", "施肥 600", "立即提现", "去收集", "邀请好友帮忙")),
        size=16,
        high=46,
        wide=170,
        fill=(255, 180, 40),
        ink=WHITE,
        anchor="m",
        bold=True,
    )
    p.y = p.height - 150
    with p.band(after=0):
        p.heading(p.pick("做任务领水滴", "领肥料任务", "今日任务"))
        for name in p.some(("浏览商品1分钟", "每日签到", "下单得水滴", "邀请好友助力", "看视频领奖励"), 2):
            p.row(name, p.pick("去完成", "领取", "已完成"), vcolour=p.skin.accent)
    return "其他应用里的种树领奖游戏"


def rival_goods(p: Phone) -> str:
    """An article or cart of another mall."""
    skin = p.rng.choice((JD, JD, PDD, TIKTOK))
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
                p.pick("京东自营", "自营旗舰店") if skin is JD else p.shop(),
                p.pick("已免运费", "领券", "凑单", "满减"),
                vcolour=skin.accent,
                gap=8,
            )
            goods_row(p, p.item(), price="left", promises=0)
            p.tags(p.some(("满2件打8折", "京东物流", "PLUS 95折", "7天价保", "次日达", "比加入时降3元"), 1, 3))
    return "其他购物应用的购物车"


def system_popup(p: Phone) -> str:
    """The system's own message over a page: share sheet, permission, network, app not responding, screen recording."""
    p.rng.choice((settings, sms_list, result_page, rival_goods))(p)
    if p.chance(0.4):
        with sheet(p, p.pick("打开方式", "分享到", "选择要使用的应用", "拷贝到"), height=260):
            icon_grid(
                p,
                p.some(
                    (
                        "微信好友",
                        "朋友圈",
                        "QQ",
                        "短信",
                        "蓝牙",
                        "复制链接",
                        "备忘录",
                        "邮件",
                        "保存图片",
                        "更多",
                        "浏览器",
                        "隔空投送",
                        "打印",
                    ),
                    7,
                    8,
                ),
                4,
                size=38,
            )
    elif p.chance(0.5):
        toast(
            p,
            p.pick(
                "截图已保存到相册",
                "网络连接不可用",
                "已复制到剪贴板",
                "没有可用的应用",
                "正在连接...",
                "电量不足20%",
                "内存不足",
                "该功能暂不可用",
            ),
        )
    else:
        dialog(
            p,
            p.pick(
                "应用没有响应，是否关闭？",
                "无法打开网页，因为地址无效",
                "“京东”想要使用您的相册",
                "未安装该应用，前往应用商店下载？",
                "当前使用移动网络，继续将消耗流量",
                "电池电量仅剩10%",
                "系统检测到应用频繁启动",
                "SIM卡无服务",
            ),
            p.rng.choice((("取消", "确定"), ("好",), ("等待", "关闭应用"), ("不允许", "好"))),
            colour=BLUE,
        )
    return "手机系统弹窗"


def barcode_page(p: Phone) -> str:
    """A locker's or station's page with a code to show."""
    skin, name = courier_skin(p)
    p.dress(skin)
    p.nav(p.pick("取件码", "丰巢快递柜", "我的包裹", "身份码", name), "mini", icons=())
    with p.card():
        p.para(p.pick("请在柜机输入取件码", "待取件", "包裹已入柜", "出示身份码取件"), 14, align="m")
        p.para(fill(p, p.pick("{code}", "{d6}", "{d6}")), 31, p.skin.accent, align="m", bold=True)
        p.canvas.paint(p.x0 + 20, p.y, p.room() - 40, 50, paint_bars, p.seed())
        p.y += 62
        p.note(
            fill(p, p.pick("超过{n}小时将收取保管费", "免费保管至{date} 23:59", "营业时间 08:00-21:00", "可付费延长存放时间")),
            align="m",
        )
    for _ in range(3):
        with p.card():
            p.row(
                p.courier() + " " + p.secret(p.digits(13)),
                p.pick("待取件", "已取件", "运输中", "派件中", "已签收"),
                vcolour=p.skin.accent,
            )
            p.note(p.address())
            p.note(p.stamp("minute") + p.pick(" 已入柜", " 已到站", " 已签收"))
            p.buttons(p.some(("一键开柜", "分享给好友", "寄存", "复制单号", "打赏快递员", "查看物流"), 1, 3))
    return "快递柜或快递小程序的取件页面"


def fragment(p: Phone) -> str:
    """A cut-out of any of these pages."""
    description = p.rng.choice((sms_thread, wallet_bill, bank_bill, call_history, wechat, settings, carrier_track, group_orders))(
        p
    )
    p.finish()
    top = p.rng.uniform(70, p.height * 0.5)
    high = p.rng.uniform(60, 260)
    p.canvas.shift(-top)
    p.canvas.height = high
    p.bare = True
    return description + "的局部"


LAYOUTS = {
    "外部APP截图": (
        rival_order,
        jd_service,
        carrier_track,
        courier_send,
        pdd_pay,
        group_orders,
        mall_chat,
        tiktok_order,
        short_video,
        note_app,
        secondhand,
        sms_list,
        sms_thread,
        call_history,
        incoming,
        wechat,
        wallet_bill,
        wechat_notices,
        bank_bill,
        settings,
        lock_screen,
        result_page,
        map_app,
        smart_home,
        errand,
        farm_game,
        rival_goods,
        system_popup,
        barcode_page,
        fragment,
    )
}
