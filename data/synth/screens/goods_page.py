"""Further parts of an article's page: details, parameters, promises, questions (the first screen: see `first_screens`)."""

from __future__ import annotations

from data.synth.canvas import Colour, wrap
from data.synth.screens.bars import buy_bar
from data.synth.screens.blocks import feed, shop_row
from data.synth.screens.covers import empty_state, sheet, toast
from data.synth.screens.first_pictures import POINTS, head_picture, picture_only, picture_price
from data.synth.screens.first_screens import (
    PARAMETERS,
    below,
    first_off_shelf,
    first_screen,
    first_subsidy,
    group_buy,
    live_first,
    price_strip,
    seckill_first,
)
from data.synth.screens.membership import card_compare, card_mine, card_terms, plan_table, services_card
from data.synth.screens.page_builder import WIDTH, Item, PageBuilder
from data.synth.screens.pictures import badge, paint_code
from data.synth.screens.skins import BLACK, WHITE
from data.synth.screens.vouchers import CRIMSON, small_coupon


def article_head(p: PageBuilder, active: int, item: Item) -> None:
    """Search box and the page's tabs."""
    p.nav(p.secret(item.name), "search", icons=("share",))
    p.tabs(("宝贝", "评价", "详情", "推荐"), active, size=13.5)


def middle_part(p: PageBuilder) -> str:
    """Price, reviews, questions, shop."""
    item = p.item()
    p.theme = item.category
    article_head(p, 0, item)
    p.y += price_strip(p, item, p.y)
    below(p, item)
    with p.card():
        p.heading(f"评价({p.rng.randint(0, 900)})", "查看全部", arrow=True, size=14)
        p.chips(
            [
                p.pick("质量很好", "物流快", "颜色正", "尺码合适", "味道不错", "包装完好", "客服耐心")
                + f"({p.rng.randint(3, 90)})"
                for _ in range(3)
            ],
            None,
            size=11,
        )
        p.note(p.secret(p.lexicon.name(p.rng)))
        p.para(
            p.pick(
                "收到了，和图片一样，用起来很顺手。",
                "第二次买了，家里人都说好。",
                "包装严实，发货也快，值得购买。",
                "颜色好看，就是稍微有点小。",
            ),
            12.5,
            limit=2,
        )
    with p.card():
        p.heading(f"问大家({p.rng.randint(1, 30)})", "全部", arrow=True, size=14)
        for text in p.some((f"{item.name}好用吗？", "有没有味道？", "用久了会坏吗？", "尺寸怎么选？", "这个耐用吗？"), 2):
            p.row("问  " + text, f"{p.rng.randint(1, 30)}个回答", vcolour=p.skin.faint, size=12.5)
    with p.card():
        shop_row(p, "进店")
        p.note(f"宝贝质量 {p.rng.uniform(4, 5):.1f}  物流速度 {p.rng.uniform(4, 5):.1f}  服务保障 {p.rng.uniform(4, 5):.1f}")
    buy_bar(p)
    return f"商品详情页中部，含评价和问大家，商品为{item.name}"


def parameters(p: PageBuilder) -> str:
    """The sheet with the parameters."""
    item = p.item()
    first_screen(p)
    height, button = p.height * p.rng.uniform(0.6, 0.84), p.pick("完成", "", "我知道了")
    with (
        sheet(p, p.pick("产品参数", "商品参数", "参数信息", ""), height=height, button=button),
        p.card(margin=0, fill=p.skin.page),
    ):
        known = {"材质": p.word("materials", item.category), "颜色分类": p.word("colors", item.category),
            "尺寸": p.word("sizes", item.category), "产地": p.pick("中国大陆", "浙江省", "广东省"),
            "保质期": f"{p.rng.choice((12, 18, 24, 36))}个月", "适用人群": p.pick("通用", "成人", "儿童", "女士"),
            "适用季节": p.pick("四季通用", "夏季", "冬季"),
            "上市时间": f"{p.rng.randint(2021, 2025)}年{p.pick('春季', '夏季', '秋季', '冬季')}",
            "功率": f"{p.rng.choice((40, 300, 800, 1500))}W", "是否进口": p.pick("否", "是"),
            "包装": p.pick("盒装", "袋装", "纸箱")}  # fmt: skip
        for name in p.some(PARAMETERS, 7, 12):
            p.field(name, known.get(name) or p.secret(p.word("versions", item.category)), column=110, gap=10)
    return f"商品参数弹层，商品为{item.name}"


def promises(p: PageBuilder) -> str:
    """The sheet that explains the promises."""
    first_screen(p)
    texts = (("7天无理由退货", "签收后7天内，商品完好可申请退货，邮费按约定承担。"),
        ("退货运费险", "退货时可选上门取件，首重运费由保险抵扣，超出部分自理。"),
        ("极速退款", "信用良好的用户，申请后可先收到退款。"), ("假一赔四", "若为假货，按实付金额的四倍赔偿。"),
        ("破损包退", "运输途中破损，签收后48小时内可申请补寄或退款。"), ("价保服务", "15天内降价，可申请退还差价。"),
        ("48小时发货", "超时未发货，可申请赔付。"), ("正品保险", "由保险公司承保，放心购买。"),
        ("送货入户", "大件商品送到家门口。"), ("只换不修", "质保期内出现性能故障，可免费换新。"),
        ("大家电安装", "预约上门安装，辅材另计。"))  # fmt: skip
    with sheet(
        p,
        p.pick("服务说明", "保障服务", "", "基础服务"),
        height=p.height * p.rng.uniform(0.55, 0.85),
        button=p.pick("我知道了", "完成", "关闭"),
    ):
        for name, text in p.rng.sample(texts, p.rng.randint(2, 6)):
            p.para(name, 14.5, bold=True)
            p.note(text, lead=1.5)
            p.space(12)
    return "商品保障服务说明弹层"


def detail_pictures(p: PageBuilder) -> str:
    """The long pictures of the description."""
    item = p.item()
    p.theme = item.category
    article_head(p, 2, item)
    for _ in range(3):
        kind = p.rng.randrange(4)
        if kind == 0:
            p.thumb(item._replace(seed=p.seed()), 0, p.y, WIDTH, 300, radius=0)
            p.canvas.text(24, p.y + 30, p.rng.choice(POINTS), 25, p.rng.choice((WHITE, (60, 60, 60), CRIMSON)), bold=True)
            p.canvas.text(24, p.y + 66, p.rng.choice(POINTS), 14, (110, 110, 110))
            p.y += 300
        elif kind == 1:
            dark = p.chance(0.4)
            high = 230.0
            p.canvas.rect(0, p.y, WIDTH, high, BLACK if dark else (246, 240, 232))
            ink = WHITE if dark else (50, 40, 34)
            p.canvas.text(WIDTH / 2, p.y + 24, p.rng.choice(POINTS), 21, ink, anchor="m", bold=True)
            praise = p.pick("每一处细节都经过反复打磨", "适合日常使用，省心省力", "多项检测合格，用得放心")
            words = f"采用{p.word('materials', item.category)}，{p.word('functions', item.category)}更出色，{praise}。"
            for index, text in enumerate(wrap(words, 13, 300)):
                p.canvas.text(30, p.y + 64 + index * 20, text, 13, ink)
            p.thumb(item._replace(seed=p.seed()), WIDTH / 2 - 50, p.y + 118, 100)
            p.y += high
        elif kind == 2:
            with p.card(margin=14):
                p.heading(p.pick("产品信息", "规格参数", "商品参数", "尺码表"))
                for name in p.some(PARAMETERS, 5, 8):
                    p.field(name, p.word(p.pick("materials", "sizes", "colors", "versions"), item.category), column=100)
        else:
            tone: Colour = p.rng.choice((CRIMSON, (30, 60, 120), (230, 120, 40)))
            p.canvas.rect(0, p.y, WIDTH, 160, tone)
            p.canvas.text(
                WIDTH / 2, p.y + 16, p.pick("购物须知", "品牌服务承诺", "温馨提示", "关于发货"), 19, WHITE, anchor="m", bold=True
            )
            p.x0, p.x1, p.y = 24, WIDTH - 24, p.y + 52
            p.para(
                p.pick(
                    "1.签收前请先验货，破损请拒收。2.因拍摄光线不同，颜色以实物为准。3.手工测量存在1-3cm误差。",
                    "正规发票 一对一服务 闪电发货 终身售后 七天无理由 原装正品",
                    "默认发快递，偏远地区需补运费，有问题请联系客服，不要直接给差评。",
                ),
                13,
                WHITE,
            )
            p.x0, p.x1, p.y = 0, WIDTH, p.y + 30
    p.can_scroll = True
    buy_bar(p)
    return f"商品详情图，商品为{item.name}"


def viewer(p: PageBuilder) -> str:
    """A picture in the viewer on black."""
    item = p.item()
    p.dress(p.skin)
    p.nav("", "clear", icons=())
    p.canvas.background = BLACK
    p.canvas.rect(0, 0, WIDTH, 2400, BLACK)
    p.canvas.text(WIDTH - 14, p.status_height + 60, f"{p.rng.randint(1, 9)}/{p.rng.randint(9, 24)}", 13, WHITE, anchor="r")
    head_picture(p, item, 0, p.height * 0.22, WIDTH, 360)
    p.y = p.height * 0.22 + 380
    if p.chance(0.5):
        for index in range(6):
            p.thumb(item._replace(seed=item.seed + index), 50 + index * 48, p.y, 42)
        p.canvas.text(12, p.y + 14, "款式", 11, WHITE)
    p.can_scroll = False
    if p.chance(0.6):

        def draw(top: float) -> None:
            p.canvas.price(14, top + 12, f"{item.price:g}", 22, WHITE, before=word)
            p.pill(
                WIDTH - 12,
                top + 8,
                "加入购物车    立即购买",
                size=13,
                high=36,
                wide=210,
                fill=(255, 160, 30),
                fill2=(255, 90, 20),
                ink=WHITE,
                anchor="r",
            )

        word = p.pick("券后", "折后", "")
        p.bottom(54, draw, (20, 20, 22))
    return f"商品详情图的大图查看，商品为{item.name}"


def size_table(p: PageBuilder) -> str:
    """A table of sizes or models out of the description."""
    item = p.item()
    p.resize(360, p.rng.uniform(260, 460))
    p.canvas.background = WHITE
    p.canvas.text(
        180, 14, p.pick("尺码表", "规格参数", "型号对比", "安装收费标准", "套餐对比"), 18, (40, 40, 40), anchor="m", bold=True
    )
    names = p.some(("尺码", "胸围", "衣长", "肩宽", "适合体重", "型号", "容量", "尺寸", "功率", "适用面积", "净重"), 4)
    step = 344 / len(names)
    for row in range(int((p.height - 70) / 28)):
        y = 48 + row * 28
        p.canvas.rect(8, y, 344, 28, (248, 240, 238) if row == 0 else None, outline=(210, 210, 210))
        for index, name in enumerate(names):
            text = (
                name
                if row == 0
                else p.word("sizes", item.category)
                if index == 0
                else str(p.rng.randint(20, 180)) + p.pick("", "cm", "kg", "-200")
            )
            p.canvas.text(8 + step * (index + 0.5), y + 8, text, 11.5, (50, 50, 50), anchor="m", bold=row == 0, width=step - 2)
    p.canvas.text(
        180,
        p.height - 18,
        p.pick("手工测量，误差1-3cm属正常", "以实际安装为准", "数据仅供参考"),
        10.5,
        (140, 140, 140),
        anchor="m",
    )
    return f"商品尺码或参数表，商品为{item.name}"


def scrolled(p: PageBuilder) -> str:
    """The first screen scrolled up: tabs on top, styles, price, title, promises."""
    item = p.item()
    article_head(p, 0, item)
    if p.chance(0.5):
        head_picture(p, item, 0, p.y, WIDTH, 120)
        p.y += 124
    p.y += price_strip(p, item, p.y)
    p.at(14, "款式选择", 11, p.skin.sub)
    for index in range(5):
        p.thumb(item._replace(seed=item.seed + index), 70 + index * 54, p.y - 6, 46)
    p.y += 50
    below(p, item)
    with p.card():
        p.row(f"评价({p.rng.randint(0, 5000)})", p.pick("暂无评价", "查看全部"), arrow=True, bold=True)
        p.chips(
            [p.pick("质量很好", "性价比高", "好看", "有效果", "物流快") + f"({p.rng.randint(2, 90)})" for _ in range(2)],
            None,
            size=11,
        )
    if p.chance(0.4):
        p.note(p.pick("8.8元开会员，享退货包运费 去开通", "本商品可兑消费券 去开通", "您有消费券待使用"), indent=14)
    buy_bar(p, right=p.pick("立即购买", "领券购买"), single=p.chance(0.3))
    if p.chance(0.25):
        item = p.item()
        with sheet(p, "", height=p.height * 0.6):
            p.para(p.title(item), 15, bold=True)
            for name in p.some(PARAMETERS, 6, 9):
                p.row(name, p.word(p.pick("materials", "sizes", "colors", "versions"), item.category), vcolour=p.skin.sub, gap=8)
    return f"商品详情页上滑后的截图，商品为{item.name}"


def recommend(p: PageBuilder) -> str:
    """Recommendations and similar articles at the page's end."""
    item = p.item()
    p.theme = item.category
    article_head(p, 3, item)
    p.chips(("店铺推荐", "看了又看", "同店好货", "搭配购买"), 1)
    feed(p, 4)
    buy_bar(p)
    return f"商品详情页的推荐区，商品为{item.name}"


def coupon_part(p: PageBuilder) -> str:
    """Coupons and gifts inside the description."""
    item = p.item()
    article_head(p, 2, item)
    for index in range(4):
        small_coupon(
            p,
            10 + index % 2 * 173,
            167,
            p.rng.choice((10, 30, 50, 100)),
            f"满{p.rng.choice((199, 399, 999))}可用",
            p.pick("店铺券", "商品券"),
            "立即领取",
        )
        if index % 2:
            p.y += 104
    p.thumb(item, 0, p.y, WIDTH, 240, radius=0)
    p.y += 250
    p.canvas.text(
        WIDTH / 2,
        p.y,
        p.pick("晒图有礼 五星好评返红包", "下单即送清洁套装", "买就送 数量有限"),
        16,
        CRIMSON,
        anchor="m",
        bold=True,
    )
    p.y += 30
    p.canvas.paint(WIDTH / 2 - 45, p.y, 90, 90, paint_code, p.seed())
    p.y += 96
    p.note("扫码联系客服领取", align="m")
    buy_bar(p)
    if p.chance(0.3):
        toast(p, p.pick("已加入收藏", "已加入购物车", "领取成功"))
    return f"商品详情页中的优惠和赠品，商品为{item.name}"


def gone(p: PageBuilder) -> str:
    """The article's page without the article."""
    p.nav(p.pick("宝贝详情", "商品详情"))
    p.y += 70
    empty_state(p, (p.pick("宝贝不见了", "商品已过期"), p.pick("看看相似的宝贝吧", "可能已下架或被转移")))
    badge(p, 20, p.y, 30, (250, 140, 60))
    p.at(60, p.shop(), 14, dy=8)
    p.y += 46
    feed(p, 2, "相似宝贝")
    return "商品详情页，商品已不存在"


LAYOUTS = {"商品头图": (first_screen, first_subsidy, first_off_shelf, picture_only, picture_price, group_buy, live_first,
    seckill_first), "商品详情页截图": (middle_part, scrolled, card_compare, card_mine, card_terms, parameters, promises, promises,
    detail_pictures, detail_pictures, viewer, size_table, services_card, recommend, coupon_part, gone, plan_table)}  # fmt: skip
