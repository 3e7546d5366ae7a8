"""What refunds, returns, exchanges and disputes share: reasons, services, facts of a case, the negotiation record."""

from __future__ import annotations

from data.synth.screens.blocks import goods_row, links, picture_strip
from data.synth.screens.page_builder import WIDTH, Item, PageBuilder
from data.synth.screens.pictures import badge

REASONS = ("不想要了", "拍错/多拍/不喜欢", "质量问题", "材质与描述不符", "大小/尺寸与描述不符", "收到商品少件/破损", "卖家发错货",
    "未按约定时间发货", "快递一直未送到", "空包裹", "商品破损/有污渍", "假冒品牌", "做工粗糙/有瑕疵", "效果不好",
    "与商家协商一致", "地址/电话填写有误", "发货速度不满意", "降价了/有更便宜的", "活动优惠没生效", "生产日期/保质期不符",
    "包装/商品破损", "少件/漏发", "退运费", "发票问题", "缺货", "七天无理由退货")  # fmt: skip


CHANNELS = ("退回支付宝余额", "退回余额宝", "退回花呗", "恢复信用额度", "退回银行卡", "退回信用卡", "退回红包", "退回微信支付",
    "退回淘金币", "退回购物金", "退回零钱", "退回云闪付")  # fmt: skip


SERVICES = ("运费险", "退货运费险", "88VIP退货包运费", "7天无理由退换", "极速退款", "破损包退")


SERVICE_STATES = ("退款成功后由保险公司理赔", "运费险理赔中，预计赔付{n}元", "本次已抵扣上门取件费用", "已赔付{n}元，查看进度",
    "卖家退款后系统自动理赔", "每单最高补贴{n}元", "{d}24点前可享", "商家拒绝退款时不予理赔", "已超过服务期")  # fmt: skip


def service_rows(p: PageBuilder, count: int = 2) -> None:
    """The services card of after-sales pages."""
    with p.card():
        p.heading(p.pick("我的服务", "权益保障", "服务保障", "我的服务"))
        for name in p.some(SERVICES, 1, count):
            state = p.rng.choice(SERVICE_STATES).format(n=p.rng.randint(5, 25), d=p.ahead(p.rng.uniform(1, 9)).stamp("cnday"))
            p.row(name, state, arrow=True)


def info_card(p: PageBuilder, item: Item, *, heading: str = "", kind: str = "退款", open_: bool | None = None) -> None:
    """Article and the facts of an after-sales case."""
    with p.card():
        p.heading(heading or f"{kind}信息")
        goods_row(p, item, price=p.pick("plain", "none"), promises=0)
        if open_ if open_ is not None else p.chance(0.6):
            p.field(f"{kind}原因", p.rng.choice(REASONS))
            if kind == "退款":
                p.field("退款金额", p.yuan(item.price))
            p.field(p.pick("申请件数", "申请数量", f"{kind}数量"), str(item.count))
            p.field("申请时间", p.stamp(p.pick("full", "minute", "full")))
            p.field(p.pick(f"{kind}编号", f"{kind}单号"), p.order_no(18), copy=p.chance(0.8))
            if p.chance(0.3):
                p.row("协商历史", "点击查看", arrow=True, vcolour=p.skin.faint)
        else:
            p.para(p.pick("查看全部", "展开更多", "查看更多信息") + " ", 12, p.skin.faint, align="m")
        p.space(4)
        links(
            p,
            (p.pick("联系卖家", "联系商家"), p.pick("官方客服", "咨询小蜜", "专属客服", "平台客服"))
            + (("拨打电话",) if p.chance(0.3) else ()),
        )


def money_back(p: PageBuilder, total: float) -> None:
    """The rows that say to which account how much goes."""
    names = p.some(CHANNELS, 1, 2)
    first = total if len(names) == 1 else round(total * p.rng.uniform(0.5, 0.95), 2)
    for name, amount in zip(names, (first, total - first), strict=False):
        p.price_row(name, amount, size=13)
    if p.chance(0.35):
        p.row(p.pick("退优惠券", "退回优惠券"), f"{p.rng.randint(1, 3)}张券")


def talk_entries(p: PageBuilder, item: Item, kind: str) -> list[tuple[str, list[str]]]:
    """Entries of a negotiation record: (who, lines)."""
    reason = p.rng.choice(REASONS)
    amount = f"{item.price:.2f}"
    pool: list[tuple[str, list[str]]] = [
        ("系统", [f"{p.pick('商家', '卖家')}同意了{kind}申请"]),
        (
            "系统",
            [
                "【标题】" + p.pick("退款成功", "卖家已退款", "退款到账"),
                "【内容】" + p.pick("退款完成", "款项已原路退回买家账户"),
            ],
        ),
        (
            "买家",
            [
                f"发起了{kind}申请",
                "货物状态：" + p.pick("已收到货", "未收到货", "未发货"),
                f"原因：{reason}",
                f"金额：{amount}元",
                "说明：" + p.pick("", "和描述不一样", "收到就是坏的", "一直没有发货", "不喜欢，想退"),
            ],
        ),
        (
            "商家",
            [
                p.pick("拒绝了申请", "拒绝退款")
                + "，原因："
                + p.pick("商品不影响使用", "请先退回商品", "已发出无法拦截", "请补充凭证")
            ],
        ),
        ("系统", [p.pick("商家超时未处理，系统自动同意申请", "买家修改了申请", "买家撤销了申请", "买家申请平台客服介入")]),
        (
            "商家",
            [
                p.pick(
                    "亲，很抱歉给您添麻烦了，我们马上处理",
                    "亲亲，麻烦拍一下商品照片",
                    "您好，已联系仓库核实，请稍等",
                    "同意退款，祝您生活愉快",
                )
            ],
        ),
        (
            "系统",
            [
                "【标题】" + p.pick("上门取件-已取件", "上门取件-接单成功", "买家选择退货方式"),
                "【内容】" + p.pick("快递员已取件", "快递员已接单，正赶来", "买家选择上门取件退回"),
            ],
        ),
    ]
    if kind == "换货":
        pool[0] = ("系统", [p.pick("商家同意换货，等待买家寄回商品", "换货完成", "买家撤销换货申请，换货关闭")])
        pool[1] = (
            "系统",
            [
                "【标题】" + p.pick("商家已发出换货商品", "换货提醒"),
                "【内容】" + p.pick("新商品已寄出，请注意查收", "买家已寄回需要更换的商品"),
            ],
        )
        pool[3] = ("商家", ["拒绝换货，原因：" + p.pick("没有库存，建议退款", "商品已使用", "请寄回原商品后再换")])
    return p.rng.sample(pool, p.rng.randint(3, len(pool)))


def negotiation(p: PageBuilder, kind: str) -> None:
    """The negotiation record of a case."""
    item = p.item()
    p.nav(p.pick("协商历史", "协商历史", "协商记录", "留言/凭证"))
    action = p.pick("联系卖家", "联系商家", "我要留言", "联系天猫客服")
    p.bottom(44, lambda top: p.canvas.text(WIDTH / 2, top + 14, action, 13, p.skin.ink, anchor="m"))
    for who, lines in talk_entries(p, item, kind):
        p.back(2, 900)
        with p.band(after=7):
            if who == "系统":
                badge(p, p.x0, p.y, 30, (250, 160, 50))
            else:
                p.avatar(p.x0, p.y, 30)
            p.at(p.x0 + 38, who if who == "系统" else p.secret(who + p.lexicon.name(p.rng)), 13)
            p.at(p.x0 + 38, p.stamp(), 10.5, p.skin.faint, dy=17)
            p.y += 40
            for line in lines:
                p.para(line, 12.5)
            if who == "买家" and p.chance(0.5):
                p.space(5)
                picture_strip(p, p.rng.randint(1, 3))
