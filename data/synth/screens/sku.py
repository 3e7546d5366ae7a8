"""Choosing colour, size and quantity of an article: the panel over its page."""

from __future__ import annotations

from data.synth.canvas import hide, text_width
from data.synth.screens.bars import buy_bar, submit_bar
from data.synth.screens.blocks import PROMISES
from data.synth.screens.covers import sheet
from data.synth.screens.first_pictures import head_picture
from data.synth.screens.page_builder import WIDTH, Item, PageBuilder
from data.synth.screens.skins import WHITE
from data.synth.screens.vouchers import CRIMSON

GROUPS = (("颜色分类", "colors"), ("规格", "sizes"), ("尺码", "sizes"), ("版本", "versions"), ("套餐", "versions"),
    ("颜色", "colors"), ("更多版本", "versions"), ("净含量", "sizes"), ("款式", "versions"), ("口味", "versions"),
    ("容量", "sizes"))  # fmt: skip
PLANS = ("全面保修", "延长保修", "碎屏保修", "只换不修", "全保换新", "上门安装", "清洗养护")
SHIP = (
    "{n}小时内发货",
    "48小时内发货",
    "预售，{n}天内发货",
    "承诺{n}天内发货，晚发必赔",
    "20:00前付款，预计后天送达",
    "现货，今天发货",
)


def behind(p: PageBuilder, item: Item) -> None:
    """The article's page, of which little remains visible."""
    p.nav("", "clear", icons=("more", "cart", "share"))
    if p.chance(0.4):
        head_picture(p, item, 0, 0, WIDTH, 360)
    else:
        p.thumb(item, 0, 0, WIDTH, 360, radius=0)
    if p.chance(0.5):  # a strip over the panel: what speaks for buying now
        p.canvas.text(
            WIDTH / 2,
            p.status_height + 12,
            p.pick(
                f"{p.rng.randint(10, 99)}+人刚刚抢购",
                "买贵必赔 · 退货运费险",
                "入选热卖榜",
                f"24小时内{p.rng.randint(50, 900)}+人已买",
                f"补贴{p.rng.randint(3, 300)}元即将失效",
            ),
            11.5,
            WHITE,
            anchor="m",
        )
    p.y = 372
    p.canvas.price(14, p.y, item.price, 22, p.skin.accent)
    p.y += 40
    buy_bar(p)


def names_for(p: PageBuilder, item: Item, key: str, count: int) -> list[str]:
    """Names of choices, some long as shops write them."""
    found: list[str] = []
    long = p.chance(0.35)
    for _ in range(count):
        name = p.word(key, item.category)
        if long:
            name = p.pick("【{v}】{n}", "{n} {v}", "{p}{n}", "{n}-{v}", "{v}{n}（{s}）", "{p} {v} {n}").format(
                n=name, v=p.word("versions", item.category), p=item.name, s=p.word("sizes", item.category)
            )
        if name not in found:
            found.append(name)
    return found


def head(p: PageBuilder, item: Item, *, thumb: bool = True) -> None:
    """Picture, price, what is chosen."""
    top, x = p.y, p.x0
    if thumb:
        p.thumb(item, p.x0, top, 84)
        x += 94
    before = p.pick("", "", "券后", "补贴后", "到手价", "折后", "实付")
    used = p.canvas.price(x, top, item.price, 22, p.skin.accent, before=before)
    if before:
        p.canvas.text(
            x + used + 8, top + 8, p.pick("优惠前", "") + f"¥{item.price * p.rng.uniform(1.05, 1.5):.0f}", 11.5, p.skin.faint
        )
    p.y = top + 30
    if p.chance(0.5):
        p.tags(
            (p.pick("百亿补贴", "官方立减", "共减") + f"{p.rng.randint(3, 600)}元", p.pick("红包可抵", "消费券", "88VIP再减")),
            x=x,
        )
    if thumb:
        p.at(
            x,
            p.pick("库存紧张", "有货", f"库存{p.rng.randint(3, 9999)}件", f"限购{p.rng.randint(1, 99)}件", ""),
            11.5,
            p.skin.faint,
        )
        p.y += 17
        p.at(x, ("已选：" if p.chance(0.6) else "请选择：") + (hide(item.sku) if p.chance(0.2) else item.sku), 12, width=p.x1 - x)
        p.y = max(p.y + 20, top + 94)
    else:
        p.y += 4


def quantity(p: PageBuilder) -> None:
    """How many, and the limit."""
    p.at(p.x0, p.pick("数量", "购买数量"), 13.5, bold=True)
    p.at(p.x0 + 64, p.pick("", "(限购1件)有货", "有货", f"(限购{p.rng.randint(2, 999)}件)", "库存紧张"), 11.5, p.skin.faint, dy=2)
    p.canvas.icon("minus", p.x1 - 82, p.y, 16, p.skin.faint)
    p.at(p.x1 - 45, str(p.rng.choice((1, 1, 1, 2, 3))), 14, anchor="m")
    p.canvas.icon("plus", p.x1 - 20, p.y, 16, p.skin.ink)
    p.y += 34


def extras(p: PageBuilder) -> None:
    """Insurance plans and instalments."""
    if p.chance(0.4):
        p.heading("服务保障", "更多服务", size=13.5, arrow=True)
        for index, name in enumerate(p.some(PLANS, 2)):
            x = p.x0 + index * 155
            p.canvas.rect(x, p.y, 148, 54, p.skin.page, radius=6)
            p.canvas.text(x + 9, p.y + 8, p.pick("天猫", "官方", "") + name, 12, p.skin.ink)
            p.canvas.text(
                x + 9, p.y + 30, f"{p.pick('一年', '二年', '180天', '1年', '3年')} ¥{p.amount(3, 400):.2f}", 11.5, p.skin.sub
            )
            p.check(x + 126, p.y + 28, False, 13)
        p.y += 64
    if p.chance(0.35):
        p.heading("分期付款", size=13.5)
        p.chips(p.some(("花呗分期", "招商银行信用卡", "交通银行信用卡", "工行信用卡"), 1, 3), None, radius=6)


def choices(p: PageBuilder, item: Item, groups: int | None = None) -> None:
    """Groups of choices."""
    chosen = p.rng.sample(GROUPS, groups or p.rng.randint(1, 3))
    for index, (label, key) in enumerate(chosen):
        names = names_for(p, item, key, p.rng.randint(1, 8 if index == 0 else 5))
        p.heading(
            label + (f"（{len(names)}）" if p.chance(0.3) else ""),
            p.pick("", "", "大图", "列表", "查看尺码表") if index == 0 else "",
            size=13.5,
        )
        p.chips(names, p.rng.randint(-1, len(names) - 1), radius=p.rng.choice((4.0, 6.0, 12.0)))


def button_name(p: PageBuilder) -> str:
    """What the panel's button says."""
    return p.pick(
        "立即购买",
        "加入购物车",
        "确定",
        "领券购买",
        "立即购买",
        "免费试用",
        "加入购物车",
        f"立即支付¥{p.amount(9, 900):g}",
        "已达商品购买上限",
        "暂时无法购买",
        "到货提醒我",
    )


def sku_page(p: PageBuilder) -> str:
    """The usual panel."""
    item = p.item()
    behind(p, item)
    with sheet(p, "", height=p.height * p.rng.uniform(0.62, 0.88), button=button_name(p)):
        head(p, item)
        if p.chance(0.4):
            p.note(p.address())
        choices(p, item)
        quantity(p)
        extras(p)
        p.note(p.rng.choice(SHIP).format(n=p.rng.choice((24, 3, 7, 15))), align="m")
    return f"商品规格选择面板，商品为{item.name}"


def sku_list(p: PageBuilder) -> str:
    """One long list of choices with prices."""
    item = p.item()
    behind(p, item)
    with sheet(p, "", height=p.height * 0.82, button=button_name(p)):
        head(p, item)
        p.heading(
            p.pick("颜色分类", "规格", "选择规格", "更多版本") + f" ({p.rng.randint(6, 40)})", p.pick("大图", ""), size=13.5
        )
        on = p.rng.randint(0, 6)
        for index in range(11):
            name = names_for(p, item, p.pick("colors", "versions", "sizes"), 1)[0]
            ink = p.skin.accent if index == on else p.skin.ink
            p.canvas.rect(
                p.x0,
                p.y,
                p.room(),
                28,
                p.skin.tint if index == on else p.skin.page,
                radius=6,
                outline=p.skin.accent if index == on else None,
            )
            p.thumb(item, p.x0 + 3, p.y + 3, 22, radius=2)
            p.canvas.text(p.x0 + 32, p.y + 7, name, 12, ink, width=220)
            p.canvas.text(
                p.x1 - 8,
                p.y + 8,
                f"¥{item.price * p.rng.uniform(0.8, 1.5):.0f}" if p.chance(0.8) else p.pick("缺货", "热销"),
                11,
                p.skin.faint,
                anchor="r",
            )
            p.y += 34
    return f"商品规格列表，商品为{item.name}"


def sku_pictures(p: PageBuilder) -> str:
    """Choices with large pictures."""
    item = p.item()
    behind(p, item)
    with sheet(p, "", height=p.height * 0.84, button=button_name(p)):
        head(p, item)
        names = names_for(p, item, "colors", 6)
        p.heading(f"颜色分类（{len(names)}）", p.pick("列表", "大图模式"), size=13.5)
        step = p.room() / 3
        for index, name in enumerate(names):
            x, y = p.x0 + index % 3 * step, p.y + index // 3 * 128
            on = index == 1
            p.canvas.rect(x, y, step - 8, 120, p.skin.page, radius=6, outline=p.skin.accent if on else None)
            p.thumb(item._replace(seed=item.seed + index), x + 2, y + 2, step - 12, 90)
            p.canvas.text(x + (step - 8) / 2, y + 99, name, 11, p.skin.accent if on else p.skin.ink, anchor="m", width=step - 16)
        p.y += (len(names) + 2) // 3 * 128
        p.heading("尺码", size=13.5)
        p.chips([p.word("sizes", item.category) for _ in range(5)], 1, radius=5)
        quantity(p)
    return f"带图的规格选择，商品为{item.name}"


def sku_subsidy(p: PageBuilder) -> str:
    """Subsidised goods: price on top, no picture."""
    item = p.item()
    behind(p, item)
    with sheet(p, "", height=p.height * p.rng.uniform(0.7, 0.86), button=button_name(p)):
        p.canvas.price(p.x0, p.y, f"{item.price * 1.1:.0f}", 20, p.skin.accent)
        p.pill(
            p.x0 + 90,
            p.y - 2,
            p.pick("补贴后", "券后", "限时券后") + f" ¥{item.price:g}",
            size=13,
            fill=CRIMSON,
            ink=WHITE,
            radius=4,
        )
        p.y += 30
        p.tags((f"百亿补贴{item.price * 0.1:.0f}元",))
        p.note(p.address(), inset=20)
        p.space(5)
        if p.chance(0.4):
            p.heading("购买方式", size=13.5)
            p.chips(("立即购买", "以旧换新"), 0, radius=6)
        choices(p, item)
        quantity(p)
        extras(p)
    return f"补贴商品的规格选择，商品为{item.name}"


def sku_buy_now(p: PageBuilder) -> str:
    """Sku choice and payment in one panel."""
    item = p.item()
    behind(p, item)
    with sheet(p, "", height=p.height * 0.86, button=p.pick("立即支付", "立即购买", "提交订单") + f" ¥{item.price:g}"):
        p.para(
            p.pick("极速退款 · 假一赔四 · 7天无理由", "快递 包邮 48小时内发货", f"{p.rng.randint(10, 99)}+人刚刚抢购"),
            12,
            p.skin.accent,
            align="m",
        )
        p.para(p.address(), 12.5, inset=20, limit=1)
        p.space(6)
        head(p, item)
        choices(p, item, 2)
        p.rule()
        p.row(p.pick("支付宝", "支付方式"), p.pick("该商品不支持信用卡", "可分期", ""), arrow=True)
        p.row("订单备注", "无备注", arrow=True, vcolour=p.skin.faint)
        extras(p)
    return f"选规格并支付的面板，商品为{item.name}"


def sku_crop(p: PageBuilder) -> str:
    """Only the choices, as a fragment."""
    item = p.item()
    p.resize(360, p.rng.uniform(110, 420))
    p.canvas.background = p.skin.card
    p.x0, p.x1, p.y = 14, 346, 14
    choices(p, item)
    if p.y < p.height - 40:
        quantity(p)
    return f"规格选项局部截图，商品为{item.name}"


def sku_full_page(p: PageBuilder) -> str:
    """Shops' own programs: the choice as a page."""
    item = p.item()
    p.nav(p.pick("选择规格", "选择商品规格", "商品规格"), p.pick("mini", "bar"))
    submit_bar(p, button_name(p))
    with p.card():
        head(p, item)
    with p.card():
        choices(p, item, 3)
    with p.card():
        quantity(p)
        p.row("配送至", p.address(), arrow=True)
        p.row("服务", " · ".join(p.some(PROMISES, 2, 3)), vcolour=p.skin.sub)
    return f"选择商品规格的页面，商品为{item.name}"


def sku_strip(p: PageBuilder) -> str:
    """The article's page with its row of styles and what is chosen."""
    item = p.item()
    p.nav("", "clear", icons=("more", "cart", "share"))
    p.thumb(item, 0, 0, WIDTH, 330, radius=0)
    p.y = 338
    names = names_for(p, item, "colors", 6)
    for index in range(6):
        p.thumb(item._replace(seed=item.seed + index), 10 + index * 57, p.y, 50)
    p.y += 58
    p.at(14, f"{len(names)}种颜色可选" if p.chance(0.5) else "款式选择", 12, p.skin.sub)
    p.y += 22
    with p.card():
        p.row("已选", item.sku, arrow=True)
        x = p.x0
        for name in names:
            if x + text_width(name, 11) + 16 > p.x1:
                break
            x += 6 + p.pill(x, p.y, name, size=11, pad=7, fill=p.skin.page, radius=4)
        p.y += 32
        p.row("尺码", " ".join(p.word("sizes", item.category) for _ in range(4)), arrow=True)
        p.row("数量", "×1")
    buy_bar(p)
    return f"商品可选颜色和规格，商品为{item.name}"


def sku_external(p: PageBuilder) -> str:
    """A compact dark-headed panel: shown choice above, sold-out choices greyed."""
    item = p.item()
    behind(p, item)
    with sheet(p, p.pick("选择规格", "商品规格", "请选择"), height=p.height * 0.7, button=button_name(p)):
        head(p, item)
        for label, key in p.rng.sample(GROUPS, 2):
            p.heading(label, size=13)
            for name in names_for(p, item, key, 5):
                gone = p.chance(0.3)
                p.at(p.x0, name, 12.5, p.skin.faint if gone else p.skin.ink, width=230)
                p.at(
                    p.x1,
                    "缺货" if gone else f"¥{item.price * p.rng.uniform(0.9, 1.3):.1f}",
                    12,
                    p.skin.faint if gone else p.skin.accent,
                    anchor="r",
                )
                p.y += 24
        quantity(p)
    return f"规格和价格列表，部分缺货，商品为{item.name}"


LAYOUTS = {
    "商品分类选项": (sku_page, sku_list, sku_pictures, sku_subsidy, sku_buy_now, sku_crop, sku_full_page, sku_strip, sku_external)
}
