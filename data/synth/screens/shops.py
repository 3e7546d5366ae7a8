"""Shops: front page, shelf, impression with ratings, facts and licences, news, members."""

from __future__ import annotations

import functools

from data.synth.canvas import Colour, hide
from data.synth.screens.bars import tab_bar
from data.synth.screens.blocks import feed, icon_grid
from data.synth.screens.covers import dialog, sheet
from data.synth.screens.page_builder import WIDTH, PageBuilder
from data.synth.screens.pictures import badge, paint_party, party
from data.synth.screens.skins import DARK, TAN, WHITE, Skin
from data.synth.screens.vouchers import CRIMSON

BROWN_SKIN = Skin(
    "brown",
    (120, 88, 70),
    (70, 46, 36),
    (250, 245, 240),
    (255, 120, 40),
    (255, 150, 60),
    (66, 42, 33),
    (84, 60, 50),
    (245, 238, 232),
    (200, 185, 175),
    (160, 145, 135),
    (100, 75, 65),
    (96, 70, 58),
)
SCORES = ("综合体验", "宝贝质量", "物流速度", "服务保障")
MERITS = (
    "平均{n}小时发货",
    "客服平均{n}秒回复",
    "月销超{n}千件",
    "一年回头客{n}千",
    "半年超{n}百好评",
    "赠运费险",
    "7天无理由",
    "好评率98%",
    "客服满意度92%",
    "{n}年老店",
    "近30天破{n}百人关注",
)
MENU = ("首页", "宝贝", "晒单", "客服")
SHELF = ("综合", "销量", "新品", "价格")


def merit(p: PageBuilder) -> str:
    """A phrase that praises the shop."""
    return p.rng.choice(MERITS).format(n=p.rng.randint(2, 40))


def shop_head(p: PageBuilder, *, dark: bool = True) -> None:
    """Logo, name, followers, follow button, search."""
    ink = WHITE if dark else p.skin.ink
    badge(p, 14, p.y, 40, p.rng.choice(((250, 120, 30), CRIMSON, (60, 60, 70))))
    p.canvas.text(62, p.y + 2, p.shop(), 15, ink, bold=True, width=180)
    p.canvas.text(
        62,
        p.y + 24,
        p.pick("天猫 ", "淘宝 ", "企业店 ", "")
        + p.pick(f"{p.rng.randint(3, 900)}粉丝", f"{p.rng.randint(1, 90)}.{p.rng.randint(1, 9)}万粉丝", "4.8分"),
        11,
        ink,
    )
    p.pill(WIDTH - 14, p.y + 8, p.pick("+关注", "已关注", "订阅"), fill=p.skin.accent, ink=WHITE, anchor="r", size=12)
    p.y += 52
    p.x0, p.x1 = 14, WIDTH - 14
    p.tags([merit(p) for _ in range(3)], colour=ink if dark else p.skin.accent)
    p.x0, p.x1 = 0, WIDTH
    p.y += 6


def open_shop(p: PageBuilder, active: int, tabs: tuple[str, ...] = ("推荐", "宝贝", "分类", "新品")) -> None:
    """Bars and head that the shop's pages share."""
    dark = p.chance(0.6)
    p.theme = p.rng.choice(p.lexicon.categories)
    p.nav(p.pick("搜索店内宝贝", "搜索本店"), "search", icons=("more",), right=p.pick("", "分享"))
    start = p.y
    tones: tuple[Colour, Colour] = (
        p.rng.choice((((66, 42, 33), (100, 72, 58)), ((50, 50, 56), (80, 80, 88)), ((200, 40, 50), (240, 100, 80))))
        if dark
        else (p.skin.page, p.skin.page)
    )
    p.canvas.gradient(0, start - 10, WIDTH, 92, *tones)
    shop_head(p, dark=dark)
    p.y = start + 86
    p.tabs(tabs, active, size=14.5)


def shelf_page(p: PageBuilder) -> str:
    """All articles in two columns."""
    open_shop(p, 1)
    p.tabs(SHELF, p.rng.randint(0, 3), size=12.5)
    if p.chance(0.3):
        p.para(p.pick("618狂欢 全店8.5折起", "店庆满300减30", "上新首日9折"), 12.5, CRIMSON, align="m")
    feed(p, 5)
    tab_bar(p, MENU, 1, badges=False)
    return "店铺的全部宝贝列表"


def front_page(p: PageBuilder) -> str:
    """Recommended: hot searches, banner, lists."""
    open_shop(p, 0)
    if p.chance(0.7):
        with p.card():
            p.heading("店铺热搜", "查看更多", size=14)
            p.chips(["# " + p.item().name for _ in range(5)], None)
    if p.chance(0.7):
        y = p.y
        p.canvas.paint(
            9, y, WIDTH - 18, 140, functools.partial(paint_party, ((230, 60, 60), (250, 150, 110))), p.seed(), radius=10
        )
        p.canvas.text(
            30,
            y + 34,
            p.pick("全场满减 限时开抢", "新品上市", "品牌服务承诺", "大爆款 真优惠", "年中盛典", "爆款直降"),
            24,
            WHITE,
            bold=True,
        )
        p.canvas.text(
            30, y + 72, p.pick("进店领券 先领后买", "前100名送好礼", "正品保障 假一赔十", "售后无忧 一对一服务"), 14, WHITE
        )
        p.y += 150
    with p.card():
        p.heading(p.pick("爆款推荐", "店铺推荐", "掌柜热卖"), f"{p.rng.choice((300, 1000, 3000))}+人已加购")
        for index in range(3):
            item, x = p.item(), p.x0 + index * 107
            p.thumb(item, x, p.y, 98)
            p.canvas.text(x, p.y + 104, p.title(item), 11, p.skin.ink, width=98)
            p.canvas.price(x, p.y + 121, f"{item.price:g}", 14, p.skin.accent)
        p.y += 146
    feed(p, 3, p.pick("逛逛更多宝贝", ""))
    tab_bar(p, MENU, 0, badges=False)
    return "店铺首页，有店铺热搜和推荐商品"


def rank_page(p: PageBuilder) -> str:
    """The shop's charts."""
    open_shop(p, 0)
    p.x0, p.x1 = 10, WIDTH - 10
    p.chips(("销量榜", "收藏榜", "新品榜"), 0, size=13)
    p.x0, p.x1 = 0, WIDTH
    for index in range(4):
        item = p.item()
        with p.card():
            top = p.y
            p.thumb(item, p.x0, top, 84)
            p.pill(p.x0, top, f"TOP{index + 1:02d}", size=9, pad=4, fill=(200, 160, 80), ink=WHITE, radius=2)
            p.canvas.text(p.x0 + 94, top, p.title(item), 12.5, p.skin.ink, width=p.room() - 96)
            p.canvas.text(p.x0 + 94, top + 24, f"{p.rng.randint(0, 90)}个客官感兴趣", 11.5, p.skin.accent)
            p.canvas.price(p.x0 + 94, top + 58, f"{item.price:g}", 16, p.skin.accent, after=f" {p.rng.randint(0, 99)}人付款")
            p.y = top + 88
    p.para("查看全部", 12.5, p.skin.sub, align="m")
    feed(p, 2, "逛逛更多宝贝")
    tab_bar(p, p.rng.choice((MENU, ("首页", "全部宝贝", "店铺动态", "宝贝分类", "联系客服"))), 0, badges=False)
    return "店铺首页的销量榜"


def _scores(p: PageBuilder) -> None:
    step = p.room() / 4
    for index, name in enumerate(SCORES):
        x = p.x0 + step * (index + 0.5)
        value = p.rng.choice((f"{p.rng.uniform(3, 5):.1f}",) * 5 + ("--",))
        p.at(x, name, 12, anchor="m", bold=index == 0)
        p.at(x, value, 18, anchor="m", bold=True, dy=22)
        p.at(
            x,
            f"超过{p.rng.randint(5, 95)}%同行" if index == 0 else p.pick("高", "中", "低", "-"),
            10,
            p.skin.faint,
            anchor="m",
            dy=46,
        )
    p.y += 66


def impression(p: PageBuilder) -> str:
    """The shop's impression: brown, logo, scores, deposit."""
    p.dress(BROWN_SKIN if p.chance(0.8) else p.rng.choice((DARK, TAN)))
    p.nav("店铺印象", icons=("bubble", "more"))
    p.canvas.gradient(0, p.y - 8, WIDTH, 400, p.skin.head2, p.skin.page)
    p.y += 24
    badge(p, WIDTH / 2 - 34, p.y, 68, p.rng.choice(((250, 130, 30), (60, 60, 70), CRIMSON)))
    p.y += 84
    p.para(p.shop(), 16, align="m", bold=True)
    p.para(p.pick("企业店铺", "金牌卖家", "天猫", "♥♥♥") + f" {p.rng.randint(1, 900)}粉丝", 11, p.skin.sub, align="m")
    p.space(14)
    with p.card():
        _scores(p)
    with p.card():
        if p.chance(0.6):
            p.heading("店铺人气", size=13.5)
            p.chips([merit(p) for _ in range(p.rng.randint(1, 3))], None, size=11, radius=4)
        if p.chance(0.7):
            p.heading("服务保障", "查看说明", size=13.5, arrow=True)
            p.chips([merit(p) for _ in range(p.rng.randint(1, 2))], None, size=11, radius=4)
        p.heading("基础信息", size=13.5)
        if p.chance(0.3):
            p.row("店铺名称", p.shop())
        p.row("保证金", p.pick("500元", "1000元", "2500元", "5000元", "10000元", "已缴纳"))
        for name in p.some(("店铺声明", "资质证照", "店铺名片", "开店时间", "所在地"), 2, 4):
            value = {"开店时间": p.stamp("day"), "所在地": p.lexicon.city(p.rng)}.get(name, "")
            p.row(name, value, arrow=not value)
    return "店铺印象页，有综合体验等评分和保证金"


def ratings_page(p: PageBuilder) -> str:
    """The lighter version with bars."""
    p.nav(p.pick("店铺印象", "店铺评分", "店铺体验分"))
    with p.card():
        badge(p, p.x0, p.y, 48, (230, 90, 60))
        p.at(p.x0 + 60, p.shop(), 15, bold=True, dy=4)
        p.at(p.x0 + 60, f"粉丝数{p.rng.randint(10, 9999)}", 11.5, p.skin.faint, dy=28)
        p.y += 62
        p.row("综合体验", "★★★★☆", vcolour=p.skin.accent)
        p.note("根据商品质量、发货速度、售后服务等综合评定，分数越高体验越好")
    with p.card():
        for name in SCORES:
            p.at(p.x0, name, 13, bold=True)
            p.canvas.gradient(p.x0 + 90, p.y + 3, 150, 8, (180, 220, 60), (250, 150, 30), across=True, radius=4)
            p.at(p.x0 + 256, f"{p.rng.uniform(3, 5):.1f}", 13, p.skin.accent)
            p.at(p.x1, p.pick("高", "低", "中"), 12, p.skin.sub, anchor="r")
            p.y += 30
    with p.card():
        p.heading("基础信息")
        for label, value in (
            ("掌柜名", p.secret("tb8820011")),
            ("服务电话", p.secret("1" + p.digits(10))),
            ("所在地", p.lexicon.city(p.rng)),
            ("保证金", "已签署消保协议"),
            ("开店时间", p.stamp("day")),
            ("资质证照", ""),
            ("店铺名片", ""),
        ):
            p.row(label, value, arrow=not value)
    return "店铺评分和基础信息页"


def facts_page(p: PageBuilder) -> str:
    """The short profile."""
    p.nav(p.pick("店铺资料", "店铺信息", "商家信息", "店铺详情"))
    with p.band():
        badge(p, p.x0, p.y, 56, (250, 130, 40))
        p.at(p.x0 + 70, p.shop(), 15.5, bold=True, dy=8)
        p.at(p.x0 + 70, p.pick("天猫", "金牌卖家", "信用：♥♥♥", "钻石卖家"), 11.5, p.skin.accent, dy=32)
        p.pill(p.x1, p.y + 14, p.pick("已关注", "+关注"), fill=p.skin.accent, ink=WHITE, anchor="r")
        p.y += 66
    for name in p.some(("进入店铺", "联系客服", "查看全部宝贝", "举报店铺", "分享店铺"), 2, 4):
        with p.card():
            p.para(name, 15, p.skin.accent, align="m", bold=True)
    return "店铺资料页，可进入店铺或联系客服"


def licence_page(p: PageBuilder) -> str:
    """Licence and registered facts."""
    p.nav(p.pick("资质证照", "工商执照", "网店经营者营业执照信息", "经营资质", "商家资质"))
    p.x0, p.x1 = 14, WIDTH - 14
    p.para(p.pick("网店经营者营业执照信息", "企业营业执照信息", "根据法规要求公示以下信息"), 14, bold=True)
    p.note(p.pick("以下信息来源于商家自行申报，请以登记机关公示为准", "仅用于本平台经营资质公示"))
    p.space(6)
    company = (
        p.lexicon.city(p.rng)[:-1]
        + p.pick("云禾", "星纪", "万顺", "朗悦")
        + p.pick("电子商务", "贸易", "科技", "日用品")
        + "有限公司"
    )
    for label, value in (
        ("企业注册号", p.secret("9133" + p.digits(14))),
        ("企业名称", p.secret(company)),
        ("类型", "有限责任公司（自然人独资）"),
        ("法定代表人", hide("王某")),
        ("住所", p.address()),
        ("成立时间", p.stamp("day")),
        ("注册资本", f"{p.rng.choice((10, 50, 100, 500))}万元"),
        ("营业期限", "长期"),
        ("经营范围", "互联网销售；日用百货、服装鞋帽、家居用品、电子产品批发零售"),
        ("登记机关", p.lexicon.city(p.rng) + "市场监督管理局"),
        ("核准时间", p.stamp("day")),
    ):
        if p.chance(0.85):
            p.field(label, value, column=88)
    p.canvas.rect(p.x0, p.y + 4, p.room(), 150, (238, 232, 220), outline=(190, 160, 110), stroke=2)
    p.canvas.text(WIDTH / 2, p.y + 26, "营业执照", 22, (120, 60, 40), anchor="m", bold=True)
    p.canvas.text(WIDTH / 2, p.y + 66, hide("统一社会信用代码"), 12, (90, 80, 70), anchor="m")
    p.y += 164
    return "店铺的营业执照资质页"


def category_page(p: PageBuilder) -> str:
    """The shop's own categories."""
    open_shop(p, 2)
    for _ in range(3):
        with p.card():
            p.theme = p.rng.choice(p.lexicon.categories)
            p.heading(p.theme, "全部", arrow=True)
            icon_grid(p, [p.item().name for _ in range(p.rng.choice((3, 6)))], 3)
    tab_bar(p, MENU, 0, badges=False)
    return "店铺的宝贝分类页"


def news_page(p: PageBuilder) -> str:
    """The shop's posts."""
    open_shop(p, 3, ("首页", "宝贝", "新品", "动态"))
    for _ in range(3):
        p.back(300, 9000)
        with p.card():
            badge(p, p.x0, p.y, 34, (240, 120, 60))
            p.at(p.x0 + 44, p.shop(), 13.5, bold=True)
            p.at(
                p.x0 + 44,
                p.pick("今天发布", "3天前", p.stamp("shortday")) + p.pick(" 上新", " 买家秀", " 直播预告"),
                11,
                p.skin.faint,
                dy=19,
            )
            p.y += 44
            p.para(
                p.pick(
                    "这一批新品到店啦，老粉可以先看看～",
                    "库存不多，喜欢的姐妹抓紧",
                    "买家反馈很好，感谢支持",
                    "今晚直播间有惊喜，不见不散",
                    "换季清仓，错过等一年",
                ),
                13,
            )
            p.space(4)
            for index in range(3):
                p.thumb(p.item(), p.x0 + index * 107, p.y, 100)
            p.y += 110
            p.note(f"点赞{p.rng.randint(0, 99)} · 加购{p.rng.randint(0, 99)} · 浏览{p.rng.randint(9, 999)}")
    tab_bar(p, MENU, 2, badges=False)
    return "店铺动态页"


def member_page(p: PageBuilder) -> str:
    """Joining the shop's club."""
    p.nav(p.pick("会员中心", "店铺会员", "品牌会员"), "bar")
    party(p, p.y - 8, 150, ((60, 50, 48), (120, 96, 80)))
    p.canvas.text(24, p.y + 24, p.pick("入会即享", "品牌会员", "店铺VIP"), 22, (250, 220, 180), bold=True)
    p.canvas.text(24, p.y + 62, p.shop(), 13, WHITE)
    p.canvas.text(24, p.y + 90, f"积分 {p.rng.randint(0, 900)}  等级 {p.pick('普通会员', '银卡', '金卡')}", 12, WHITE)
    p.y += 156
    with p.card():
        p.heading("会员权益")
        icon_grid(p, p.some(("新人礼包", "生日礼", "积分兑换", "专属客服", "会员价", "优先发货", "双倍积分", "入会券"), 4, 8))
    with p.card():
        p.heading("会员专享商品")
        for index in range(3):
            p.thumb(p.item(), p.x0 + index * 107, p.y, 98)
        p.y += 108
    p.wide_button(p.pick("立即入会", "一键入会", "0元入会"), inset=20)
    return "店铺会员页"


def shop_dialog(p: PageBuilder) -> str:
    """Something over the shop."""
    (front_page if p.chance(0.5) else shelf_page)(p)
    if p.chance(0.5):
        dialog(
            p,
            p.pick("确定不再关注该店铺吗？", "本店休息中，暂停发货", "店铺暂时关闭", "关注成功，可在“关注”里查看店铺上新"),
            ("取消", "确定"),
        )
        return "店铺页上的弹窗"
    with sheet(p, p.pick("店铺简介", "店铺保障", "选择分类"), height=p.height * 0.5, button="知道了"):
        _scores(p)
        for name in p.some(("7天无理由退货", "退货运费险", "正品保障", "24小时发货", "破损包赔"), 2, 4):
            p.row(name, "", arrow=True)
    return "店铺页上的弹层"


def search_shops(p: PageBuilder) -> str:
    """Shops as search results."""
    p.nav(p.secret(p.item().name + "旗舰店"), "search", right="搜索")
    p.tabs(("宝贝", "天猫", "店铺", "经验"), 2, size=13)
    for _ in range(3):
        with p.card():
            badge(p, p.x0, p.y, 42, p.rng.choice(((250, 120, 40), CRIMSON, (50, 90, 160))))
            p.at(p.x0 + 52, p.shop(), 14, bold=True, width=180)
            scores = " ".join(f"{name}{p.rng.uniform(4.5, 5):.1f}" for name in ("描述", "服务", "物流"))
            p.at(p.x0 + 52, f"{p.rng.randint(100, 9999)}粉丝 | {scores}", 11, p.skin.faint, dy=22)
            p.pill(p.x1, p.y + 6, "进店", outline=p.skin.accent, ink=p.skin.accent, anchor="r")
            p.y += 54
            for index in range(3):
                item = p.item()
                p.thumb(item, p.x0 + index * 107, p.y, 98)
                p.canvas.price(p.x0 + index * 107 + 6, p.y + 80, f"{item.price:g}", 13, p.skin.accent)
            p.y += 106
    return "搜索到的店铺列表"


LAYOUTS = {"店铺页面": (shelf_page, front_page, rank_page, impression, ratings_page, facts_page, licence_page, category_page,
    news_page, member_page, shop_dialog, search_shops)}  # fmt: skip
