"""Pages about paid memberships, services and tariffs, which shops present like articles."""

from __future__ import annotations

from data.synth.canvas import text_width
from data.synth.screens.blocks import icon_grid
from data.synth.screens.page_builder import WIDTH, PageBuilder
from data.synth.screens.painters import paint_blot
from data.synth.screens.pictures import badge, party
from data.synth.screens.skins import INKY, WHITE
from data.synth.screens.vouchers import CRIMSON


def services_card(p: PageBuilder) -> str:
    """A paid membership or plan offered on the page."""
    p.nav(p.pick("省钱卡", "会员生活卡", "服务详情", "套餐详情", "退货包运费"), icons=("gear",))
    party(p, p.y - 8, 100, ((60, 50, 46), (120, 98, 84)))
    p.canvas.text(20, p.y + 10, p.pick("每月省不停", "权益对比", "服务说明"), 23, (250, 225, 190), bold=True)
    p.canvas.text(20, p.y + 46, p.pick("开通即享多项特权", "随时可取消", "限时8.8元/月"), 13, (240, 220, 200))
    p.y += 100
    with p.card():
        p.tabs(("生活卡", "购物卡", "全能卡"), p.rng.randint(0, 2))
        icon_grid(
            p, p.some(("退货包运费", "购物95折", "专属客服", "视频会员", "音乐会员", "外卖红包", "生日礼", "积分兑红包"), 4, 8)
        )
    with p.card():
        p.heading("服务说明")
        for text in p.some(
            (
                "会员有效期内退货可抵扣运费，单笔有上限。",
                "开通后次日生效，到期前自动续费，可随时关闭。",
                "虚拟权益领取后不支持退款。",
                "同一账号同一时间只能享受一种卡的权益。",
                "因商家原因退货的，可联系商家承担运费。",
            ),
            3,
            5,
        ):
            p.para("• " + text, 12.5, p.skin.sub)
            p.space(4)
    p.wide_button(p.pick("¥8.8 连续包月", "立即开通", "88元开通年卡"), inset=16)
    return "会员卡或服务的详情页"


PERKS = (
    "退货包运费",
    "购物95折",
    "专属客服",
    "视频会员",
    "音乐会员",
    "外卖红包",
    "生日礼",
    "积分兑红包",
    "出行礼遇",
    "个性换肤",
    "天天红包",
    "大额券",
    "专享消费券",
    "售后保障包",
    "优先发货",
    "会员价",
)


def card_compare(p: PageBuilder) -> str:
    """Kinds of a paid membership side by side."""
    p.dress(INKY if p.chance(0.6) else p.skin)
    p.nav(p.pick("88VIP", "会员生活卡", "省钱卡", "会员中心", "购物卡"), icons=("more",))
    p.tabs(("生活卡", "购物卡", "全能卡"), p.rng.randint(0, 2))
    with p.card():
        for index, name in enumerate(p.some(PERKS, 3)):
            p.canvas.paint(p.x0 + index * 107, p.y, 98, 92, paint_blot, p.seed(), radius=8)
            p.canvas.text(p.x0 + 8 + index * 107, p.y + 52, name, 12.5, WHITE, bold=True)
            p.canvas.text(p.x0 + 8 + index * 107, p.y + 72, f"{p.rng.randint(9, 300)}元+/年", 10.5, WHITE)
        p.y += 104
        if p.chance(0.5):
            p.chips(p.some(PERKS, 3, 5), None, size=11)
    if p.chance(0.4):
        with p.card(fill=(255, 236, 238)):
            p.heading("专享消费券", "规则", size=14)
            p.row(
                f"¥{p.rng.choice((100, 400))} 实付满{p.rng.choice((1200, 5000))}可用",
                p.pick("积分兑换", "立即领取"),
                vcolour=CRIMSON,
            )
            p.note(
                p.pick(
                    "部分商品除外，指定店铺可用", f"近期加购已满{p.rng.randint(300, 9000)}元，预计可减{p.rng.randint(30, 900)}元"
                )
            )
    with p.card():
        p.heading("权益对比", p.pick("评价", "只看不同"))
        for name in p.some(PERKS, 4, 7):
            p.row(
                name,
                p.pick(
                    "√   √   √",
                    "—   √   √",
                    "每天2元",
                    "单次最高抵25元",
                    "任选一种",
                    "可省" + str(p.rng.randint(20, 3000)) + "元",
                ),
            )
    p.wide_button(
        p.pick(f"{p.rng.choice((8.8, 18.08, 88, 168))}元" + p.pick("开通", "连续包月", "连续包年"), "当前已选购物卡", "立即升级"),
        inset=16,
    )
    p.note(p.pick("开通即同意会员协议和自动续费协议", "到期自动续费，可随时取消"), align="m")
    return "付费会员卡的权益对比页"


def card_mine(p: PageBuilder) -> str:
    """One's own paid membership: how long, what was saved, which perks were used."""
    p.dress(INKY)
    p.nav(p.pick("会员中心", "88VIP", "我的会员卡"), icons=("headset", "more"))
    with p.card():
        p.para(p.pick(f"您的会员卡还有{p.rng.randint(3, 300)}天到期", "会员权益生效中", "本月专享权益"), 18, bold=True)
        p.row("已陪伴您", f"{p.rng.randint(10, 2500)}天")
        p.row("近一年为您省", f"¥{p.amount(20, 2000):.2f}")
    with p.card():
        p.heading(p.pick("本年度权益使用", "我的权益", "权益进度"))
        for name in p.some(PERKS, 3, 5):
            p.row(
                name,
                p.pick(f"已使用{p.rng.randint(0, 60)}张", f"累计省¥{p.amount(2, 600):.1f}", "去使用", "未领取", "生效中"),
                arrow=True,
            )
    with p.card():
        p.heading("积分兑红包", "每天可兑一次")
        for index in range(4):
            x = p.x0 + index * 80
            p.canvas.rect(x, p.y, 72, 66, CRIMSON, radius=6)
            p.canvas.text(x + 36, p.y + 8, f"{(1, 4, 30, 50)[index]}元", 15, WHITE, anchor="m", bold=True)
            p.canvas.text(x + 36, p.y + 30, f"满{(2, 80, 600, 1000)[index]}可用", 9.5, WHITE, anchor="m")
            p.canvas.text(x + 36, p.y + 47, f"{(100, 400, 3000, 5000)[index]}积分", 10, (255, 230, 200), anchor="m")
        p.y += 76
    p.wide_button(p.pick("续费年卡", "连续包年", "立即续费"), inset=16)
    return "会员卡的个人权益页"


def card_terms(p: PageBuilder) -> str:
    """What a service covers, or the contract of its automatic renewal."""
    if p.chance(0.4):
        p.nav("", icons=())
        badge(p, WIDTH / 2 - 26, p.y, 52, CRIMSON)
        p.y += 64
        p.para(p.secret("某某会员自动续费"), 15, align="m", bold=True)
        p.space(10)
        p.x0, p.x1 = 16, WIDTH - 16
        for label, value in (
            ("预计下次扣款", p.ahead(300).stamp("day")),
            ("开通时间", p.stamp("minute")),
            ("服务协议号", p.order_no(16)),
            ("服务详情", "年卡到期前一天自动扣款续期，关闭后不再扣款，已有权益用到期满。"),
        ):
            p.field(label, value, column=92, gap=12)
        for name in ("扣款方式", "查看在此商户的账单", "联系商家", "帮助中心", "关闭服务"):
            p.row(name, "按设置的顺序" if name == "扣款方式" else "", arrow=True)
        p.x0, p.x1 = 0, WIDTH
        return "会员自动续费服务的详情页"
    p.nav(p.pick("退货包运费", "退货运费服务", "权益说明", "保障说明"))
    with p.card():
        p.heading("保障内容")
        p.para(
            p.pick("会员因自身原因退换货时，运费由平台承担一部分。", "服务期内退货，可抵扣上门取件的首重运费。"), 13, p.skin.sub
        )
    with p.card():
        p.heading(p.pick("服务说明", "会员退货免运费说明"))
        for text in p.some(
            (
                "在抵扣上限以内，每笔订单都可使用，不用领取。",
                "请选择平台提供的上门取件，自行寄回的不在保障范围。",
                "订单同时有运费险的，先用运费险，不足部分再抵扣。",
                "由商家原因引起的退换货，运费由商家承担。",
                "单笔最高抵扣25元，超出部分需自己支付。",
                "权益在会员有效期内可用，过期后发起的退货不适用。",
                "如发现恶意使用，平台有权暂停该权益。",
            ),
            4,
            7,
        ):
            p.para("• " + text, 13, p.skin.sub, lead=1.6)
            p.space(4)
    return "会员退货包运费等服务的说明页"


def plan_table(p: PageBuilder) -> str:
    """A plan's poster over the page (telephone tariffs, installation fees)."""
    p.nav(p.pick("套餐详情", "商品详情"), "bar")
    p.canvas.gradient(12, p.y, WIDTH - 24, 470, (60, 130, 240), (120, 180, 255), radius=12)
    p.canvas.text(WIDTH / 2, p.y + 18, p.pick("套餐说明", "资费详情", "服务收费标准"), 22, WHITE, anchor="m", bold=True)
    p.x0, p.x1, p.y = 26, WIDTH - 26, p.y + 60
    for label, value in (
        ("月租", f"{p.rng.choice((9, 19, 29, 39))}元/月"),
        ("流量", f"{p.rng.choice((80, 155, 235))}G 全国通用"),
        ("通话", f"{p.rng.choice((0, 100, 200))}分钟"),
        ("优惠期", p.pick("12个月", "24个月", "长期")),
        ("安装费", p.pick("免费", "按材料收取")),
        ("合约期", "无合约"),
    ):
        p.canvas.rect(p.x0, p.y, p.room(), 34, WHITE)
        p.at(p.x0 + 14, label, 14, (40, 80, 160), bold=True, dy=9)
        p.at(p.x1 - 14, value, 14, (40, 40, 40), anchor="r", dy=9)
        p.y += 38
    p.para(
        "说明："
        + p.pick("首月按天折算，次月起按套餐收取，超出部分按标准资费计费。", "激活后30天内首充可享优惠，年龄18-60周岁可办理。"),
        12,
        WHITE,
    )
    p.x0, p.x1 = 0, WIDTH
    p.y += text_width("　", 12)
    return "商品的套餐或收费说明图"
