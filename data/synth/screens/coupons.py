"""Coupons: centres and lists where they are claimed, pop-ups, reductions of an order, exchanges, used and expired ones."""

from __future__ import annotations

from data.synth.canvas import Colour
from data.synth.screens.bars import buy_bar, submit_bar, tab_bar
from data.synth.screens.blocks import feed
from data.synth.screens.covers import dialog, popup_card, sheet, toast
from data.synth.screens.page_builder import WIDTH, PageBuilder
from data.synth.screens.payment import confirm_order
from data.synth.screens.pictures import GOLD, party
from data.synth.screens.skins import FESTIVE, WHITE, Skin
from data.synth.screens.sku import behind
from data.synth.screens.vouchers import CRIMSON, coupon, red_packet, small_coupon

STEPS = ((5, 50), (5, 39), (10, 99), (10, 184), (20, 199), (15, 150), (30, 300), (40, 400), (50, 480), (60, 600), (80, 1000),
    (100, 980), (100, 1200), (120, 1000), (150, 1000), (200, 1500), (200, 1980), (250, 3888), (300, 2980), (400, 3980),
    (400, 5000), (500, 4000), (700, 6000), (800, 8000), (3, 30), (2, 10), (8, 88))  # fmt: skip
KINDS = (
    "美妆超级券",
    "数码惊喜券",
    "手机惊喜券",
    "服饰天降券",
    "家享生活券",
    "精致生活券",
    "运动户外券",
    "超市券",
    "进口惊喜券",
    "家电大牌券",
    "母婴优选券",
    "食品券",
    "家装专享券",
    "童装童鞋券",
    "个护券",
    "健康券",
)
SCOPES = (
    "限指定商品使用",
    "限部分商品可用",
    "全场实物商品通用",
    "限该店铺商品使用",
    "指定店铺可用",
    "特价商品除外",
    "限APP使用",
    "部分商品不参加",
    "限3C数码指定商品",
    "限美妆洗护商品",
    "限新客使用",
)
GRABS = ("立即抢", "立即领取", "去使用", "领取", "立即抢", "20:00开抢", "已抢光", "去看看", "立即领券")
FESTS = ("618", "双11", "年货节", "38焕新周", "99大促", "双12", "店庆", "开学季", "年中狂欢")
NAMES = (
    "店铺优惠券",
    "商品券",
    "满减券",
    "跨店满减红包",
    "惊喜红包",
    "天天红包",
    "超级红包",
    "粉丝专享券",
    "会员专享券",
    "新人券",
    "直播间专享券",
    "无门槛红包",
    "惊喜加油红包",
    "消费券",
    "88VIP消费券",
    "签到红包",
    "购物券",
    "运费券",
)
TOASTS = ("领取成功，可在卡券包查看", "活动太火爆，请稍后再试", "您的领取次数已达上限，无法领取", "领取失败，请稍后重试",
    "来晚了，券已被抢光", "来的人太多啦，等一下再领", "今日已领取，明天再来", "您不符合领取条件", "优惠券已领取，快去使用吧",
    "活动还没开始哦", "请先登录后领取", "网络拥挤，再试试吧")  # fmt: skip


def step(p: PageBuilder) -> tuple[int, int]:
    """An amount and the sum from which it counts."""
    return p.rng.choice(STEPS)


def span(p: PageBuilder) -> str:
    """When a coupon is valid."""
    begin = p.ahead(-p.rng.uniform(0, 5)).stamp("dot")
    end = p.ahead(p.rng.uniform(0, 20)).stamp("dot")
    return p.rng.choice(
        (
            f"{begin}-{end}",
            f"{end} 23:59到期",
            f"有效期至{end}",
            f"距失效仅剩{p.rng.randint(1, 23)}小时",
            f"{begin} 00:00-{end} 23:59",
            "领取后3天内有效",
        )
    )


def one(p: PageBuilder, style: str = "white", button: str | None = None) -> None:
    """One coupon of a list."""
    amount, least = step(p)
    rule = p.rng.choice((f"满{least}可用", f"满{least}元可用", f"满{least}减{amount}", "无门槛", f"实付满{least}可用"))
    label = button if button is not None else p.rng.choice(GRABS)
    coupon(p, amount, rule, p.rng.choice((*NAMES, *KINDS)), p.rng.choice(SCOPES) + "\n" + span(p), label, style=style)


def vip_coupons(p: PageBuilder, *, button: str | None = None) -> None:
    """The member's pair of coupons and the bar that exchanges points for them."""
    y = p.y
    p.canvas.gradient(10, y, WIDTH - 20, 136, (255, 225, 232), (255, 240, 242), radius=10)
    p.canvas.text(22, y + 10, p.pick("88VIP专享消费券", "会员专享消费券", "88VIP领专属消费券"), 14, (70, 30, 40), bold=True)
    p.canvas.text(WIDTH - 22, y + 13, "| 规则", 10.5, (150, 110, 120), anchor="r")
    for index, (amount, least) in enumerate(((400, 5000), (100, 1200))):
        x = 20 + index * 162
        p.canvas.rect(x, y + 34, 156, 50, WHITE, radius=6)
        p.canvas.price(x + 38, y + 42, str(amount), 20, CRIMSON, anchor="m")
        p.canvas.text(x + 38, y + 66, "88VIP专享", 8.5, (120, 80, 60), anchor="m")
        p.canvas.text(x + 112, y + 44, "实付满", 11.5, CRIMSON, anchor="m")
        p.canvas.text(x + 112, y + 62, f"¥{least}可用", 11.5, CRIMSON, anchor="m")
    if button is None:
        button = p.pick(
            "188积分兑换500元消费券", "立即领取", "积分不足，去赚积分", "开通88VIP，再兑500元券", "能和店铺优惠一起用 马上兑换"
        )
    p.pill(WIDTH / 2, y + 92, button, size=13.5, wide=WIDTH - 44, high=32, fill=CRIMSON, ink=WHITE, anchor="m", bold=True)
    p.y += 142
    p.note(
        p.pick(
            f"{p.ahead(2).stamp('cnday')} 23:59失效 | 当前积分:{p.rng.randint(0, 9000)}",
            f"即将过期 {p.rng.randint(0, 3)}天 {p.digits(2)}:{p.digits(2)}:{p.digits(2)}",
        ),
        align="m",
    )
    p.y += 4


def tiles(p: PageBuilder, rows: int, *, pictures: bool = True) -> None:
    """A grid of coupons with pictures."""
    for _ in range(rows):
        if p.full():
            return
        for index in range(2):
            amount, least = step(p)
            small_coupon(
                p,
                10 + index * 173,
                167,
                amount,
                f"满{least}可用",
                p.rng.choice(KINDS) + p.pick("", "  限量"),
                p.rng.choice(GRABS),
                item=p.item() if pictures else None,
            )
        p.y += 104


def hall_tabs(p: PageBuilder) -> None:
    """The sale's own tabs at the bottom."""
    tab_bar(
        p,
        p.rng.choice(
            (
                ("主会场", "天猫榜单", "直播会场", "我的618", "全部会场"),
                ("主会场", "榜单会场", "我的会场", "全部会场"),
                ("首页", "领券", "抢红包", "我的券"),
            )
        ),
        0,
        colour=CRIMSON,
        badges=False,
    )


def hall(p: PageBuilder, title: str) -> None:
    """The red head of a sale's coupon page."""
    tones: tuple[Colour, Colour] = p.rng.choice(
        (
            ((240, 40, 70), (255, 120, 120)),
            ((250, 120, 140), (255, 170, 180)),
            ((70, 150, 250), (130, 190, 255)),
            ((230, 30, 40), (255, 90, 60)),
            ((120, 100, 240), (170, 150, 255)),
        )
    )
    p.dress(Skin("hall", tones[0], tones[1], WHITE, CRIMSON, (255, 90, 90), tones[1]))
    p.nav(p.secret(title), "search", right="搜索") if p.chance(0.5) else p.nav(title, icons=("share", "more"))
    if p.chance(0.6):
        party(p, p.y - 8, 96, tones)
        p.canvas.text(
            WIDTH / 2,
            p.y + 18,
            p.pick("领券中心", "优惠券大放送", "抢官方补贴购物券", "惊喜券 限时抢", "先领券 再下单", "大额补贴发不停"),
            25,
            WHITE,
            anchor="m",
            bold=True,
        )
        p.canvas.text(
            WIDTH / 2,
            p.y + 54,
            p.pick("早10点/晚20点限量发放", "每天10点更新", "数量有限 先到先得", "领完即止"),
            12,
            (255, 240, 200),
            anchor="m",
        )
        p.y += 92


def centre(p: PageBuilder) -> str:
    """The sale's coupon centre."""
    hall(p, p.pick("领券中心", "天天领券", f"{p.rng.choice(FESTS)}领券"))
    hall_tabs(p)
    if p.chance(0.6):
        vip_coupons(p)
    p.canvas.text(
        WIDTH / 2,
        p.y,
        p.pick("手机惊喜券", "美妆有惊喜", "每日好券", "大额补贴", "品类券", "为你精选"),
        15,
        WHITE,
        anchor="m",
        bold=True,
    )
    p.y += 28
    tiles(p, 2)
    p.note("ⓘ 注：限量发放的券，领取后不可凭券申请保价", align="m")
    tiles(p, 4)
    if p.chance(0.35):
        toast(p, p.rng.choice(TOASTS))
    return "领券中心，成排的优惠券可领取"


def wide_list(p: PageBuilder) -> str:
    """Coupons one below the other."""
    p.dress(FESTIVE) if p.chance(0.4) else None
    p.nav(p.pick("领取优惠券", "优惠券", "店铺优惠券", "领券", "福利中心", "优惠券领取"))
    if p.chance(0.5):
        p.tabs(("推荐", "美妆", "数码", "服饰", "食品"), 0, size=13)
    p.x0, p.x1 = 10, WIDTH - 10
    style = p.pick("white", "pink", "red")
    for _ in range(8):
        if not p.full():
            one(p, style)
    p.x0, p.x1 = 0, WIDTH
    if p.chance(0.3):
        toast(p, p.rng.choice(TOASTS))
    return "优惠券列表，可逐张领取"


def popup_packet(p: PageBuilder) -> str:
    """A won red packet over the dimmed home or sale page."""
    p.nav("搜索", "search", right="搜索")
    p.tabs(("关注", "推荐", "上新", "来领券", "618"), 1, size=13.5)
    feed(p, 3)
    tab_bar(p, ("首页", "直播", "消息", "购物车", "我的淘宝"), 0)
    amount, least = p.rng.choice(STEPS)
    x, top = popup_card(p, 234, 310, (255, 90, 100), (230, 20, 60))
    name = p.rng.choice(FESTS) + p.pick("惊喜红包", "超级红包", "加油红包", "专享券")
    p.canvas.text(WIDTH / 2, top + 14, name, 13, (255, 235, 200), anchor="m")
    p.canvas.rect(x + 16, top + 42, 202, 190, (255, 246, 236), radius=10)
    p.canvas.text(
        WIDTH / 2, top + 62, p.pick("恭喜获得", "恭喜你抢到", "送你一个红包", "今日手气"), 15, CRIMSON, anchor="m", bold=True
    )
    p.canvas.price(WIDTH / 2, top + 94, str(amount), 44, CRIMSON, anchor="m", sign=p.pick("¥", ""), after=p.pick("", "元"))
    p.canvas.text(WIDTH / 2, top + 154, p.pick(f"满{least}元可用", f"满¥{least}可用", "无门槛"), 15, CRIMSON, anchor="m")
    p.canvas.text(
        WIDTH / 2,
        top + 190,
        p.pick("可叠加跨店满减", "可与店铺优惠叠加", f"{p.ahead(3).stamp('dot')}前可用", "红包限时24小时"),
        13,
        (190, 90, 60),
        anchor="m",
    )
    p.pill(
        WIDTH / 2,
        top + 252,
        p.pick("去使用", "立即使用", "开心收下", "去逛逛", "开"),
        size=15,
        wide=186,
        high=38,
        fill=GOLD,
        ink=(160, 60, 30),
        anchor="m",
    )
    return f"抢到红包的弹窗，{amount}元，满{least}可用"


def detail_sheet(p: PageBuilder) -> str:
    """An article's reductions."""
    item = p.item()
    behind(p, item)
    with sheet(
        p,
        p.pick("优惠明细", "优惠", "领券", "优惠详情", "促销"),
        height=p.height * p.rng.uniform(0.6, 0.84),
        button=p.pick("关闭", "完成", "领券购买", "我知道了"),
    ):
        p.para("当前购买可用以下优惠", 12.5, p.skin.sub)
        if p.chance(0.6):
            first, a, b = int(item.price) + 100, p.rng.choice((20, 40)), p.rng.choice((50, 60))
            p.para(f"¥{first} - {a} - {b} = ¥{first - a - b}", 16, CRIMSON, bold=True)
            p.note(p.pick("活动价 限时补贴 官方立减", "一口价 店铺券 跨店满减"))
            p.space(4)
        for _ in range(p.rng.randint(2, 4)):
            one(p, p.pick("pink", "red"), p.pick("领取", "已领取", "下单立减", "去使用", "立即领取"))
        p.heading("更多优惠", size=13.5)
        p.row("消费券", p.pick("该商品可用消费券", "88VIP可再减"), arrow=True, size=12.5)
        p.note("以上优惠为预估，以下单页为准")
    return "商品优惠明细弹层，列出可领的优惠券"


def order_reduction(p: PageBuilder) -> str:
    """What an order's red packets and coupons take off."""
    confirm_order(p)
    with sheet(
        p, p.pick("优惠详情", "红包详情", "选择优惠券", "可用优惠"), height=p.height * p.rng.uniform(0.5, 0.75), button="确定"
    ):
        p.row(
            p.pick("红包(消费券已抵)", "红包", "跨店满减"),
            p.pick(f"共减¥{p.amount(1, 300):.2f}", "不可使用"),
            bold=True,
            vcolour=p.skin.accent,
        )
        for title in p.some(
            ("有门槛红包|一单只能用1个", "无门槛红包|已选最省的组合", "店铺优惠券|可用1张", "平台券|每单限1张"), 1, 3
        ):
            name, hint = title.split("|")
            p.at(p.x0, name, 13, bold=True)
            p.at(p.x0 + 80, hint, 11, p.skin.faint, dy=2)
            p.y += 24
            top = p.y
            p.canvas.rect(p.x0, top, p.room(), 56, p.skin.tint, radius=8)
            red_packet(p, p.x0 + 12, top + 12, 30)
            p.at(p.x0 + 52, p.rng.choice(NAMES), 13, p.skin.accent, dy=10)
            p.at(p.x0 + 52, p.rng.choice(SCOPES), 11, p.skin.sub, dy=32)
            p.at(p.x1 - 32, f"减¥{p.amount(1, 100):.2f}", 14, p.skin.accent, anchor="r", dy=18, bold=True)
            p.check(p.x1 - 26, top + 20, p.chance(0.6))
            p.y = top + 66
        p.row(f"{p.rng.randint(1, 6)}个不可用红包", p.pick("展开", "查看原因"), arrow=True, vcolour=p.skin.faint)
    return "订单的优惠券和红包选择弹层"


def exchange_points(p: PageBuilder) -> str:
    """Points, energy or coins for coupons."""
    unit = p.pick("积分", "能量", "元宝", "淘金币")
    p.nav(p.pick("兑换列表", "积分兑红包", f"{unit}兑换", "兑换中心"), icons=("share",))
    for _ in range(7):
        amount, least = step(p)
        top = p.y
        red_packet(p, 16, top, 50)
        p.canvas.text(37, top + 30, f"{amount}元", 12, WHITE, anchor="m", bold=True)
        p.at(72, p.pick("专享红包", "满减红包", "现金券", "寄件券", "观影券") + f" 满{least}可用", 13.5)
        p.at(72, f"{amount * 200}{unit}", 12, p.skin.accent, dy=21)
        p.at(72, p.pick("可兑换", "还差14" + unit, "每日限兑1次"), 11, p.skin.faint, dy=38)
        p.pill(WIDTH - 14, top + 12, p.pick("兑换", "兑换", "去看看", "已兑完"), fill=CRIMSON, ink=WHITE, anchor="r")
        p.y = top + 70
    if p.chance(0.3):
        toast(p, p.rng.choice(TOASTS))
    submit_bar(p, "兑换记录", lead=f"已有{unit}：{p.rng.randint(0, 9000)}")
    return f"用{unit}兑换优惠券和红包的列表"


def shop_claim(p: PageBuilder) -> str:
    """A fragment of an article's or shop's page where coupons are claimed."""
    p.theme = p.rng.choice(p.lexicon.categories)
    p.nav("搜索", "search", icons=("share",))
    p.tabs(("宝贝", "评价", "详情", "推荐"), 2, size=13.5)
    tones: tuple[Colour, Colour] = p.rng.choice(
        (((250, 150, 40), (255, 190, 80)), ((230, 30, 60), (255, 90, 90)), ((40, 44, 60), (70, 76, 100)))
    )
    party(p, p.y, 70, tones)
    p.canvas.text(
        WIDTH / 2,
        p.y + 20,
        p.rng.choice(FESTS) + p.pick("优惠领取", " 领券立减", "盛典 先领券"),
        22,
        WHITE,
        anchor="m",
        bold=True,
    )
    p.y += 78
    if p.chance(0.5):
        vip_coupons(p)
    for row in range(2):
        for index in range(2):
            amount, least = step(p)
            x = 10 + index * 173
            p.canvas.gradient(x, p.y, 167, 62, (255, 236, 190), (250, 200, 120), radius=8)
            p.canvas.price(x + 46, p.y + 14, str(amount), 26, (170, 50, 20), anchor="m")
            p.canvas.text(x + 122, p.y + 10, "优惠券" if row else "COUPON", 12, (170, 50, 20), anchor="m", bold=True)
            p.canvas.text(x + 122, p.y + 27, f"满{least}元使用", 10.5, (170, 50, 20), anchor="m")
            p.pill(x + 122, p.y + 41, "立即领取 >", size=9.5, pad=6, fill=(200, 50, 30), ink=WHITE, anchor="m")
        p.y += 70
    p.thumb(p.item(), 0, p.y, WIDTH, 260, radius=0)
    buy_bar(p)
    return "店铺页领取优惠券的区域"


def my_coupons(p: PageBuilder) -> str:
    """Claimed, used and expired ones."""
    p.nav(p.pick("我的优惠券", "卡券包", "优惠券", "红包"))
    active = p.rng.randint(0, 2)
    p.tabs(("待使用", "已使用", "已过期"), active)
    p.x0, p.x1 = 10, WIDTH - 10
    for _ in range(7):
        if not p.full():
            one(
                p,
                "white" if active == 0 else "grey",
                p.pick("查看", "使用", "去使用") if active == 0 else p.pick("已使用", "已过期", "已失效"),
            )
    p.x0, p.x1 = 0, WIDTH
    return "我的优惠券列表，" + ("待使用", "已使用", "已过期")[active]


def packet_fragment(p: PageBuilder) -> str:
    """One or two coupons as a fragment."""
    p.resize(360, p.rng.uniform(90, 240))
    p.canvas.background = (246, 246, 248)
    p.x0, p.x1, p.y = 14, 346, 14
    style, button = p.rng.choice(
        (("white", "使用"), ("red", "查看"), ("grey", "已过期"), ("grey", "已使用"), ("pink", "已领取"), ("red", "立即抢"))
    )
    p.para(
        p.rng.choice((p.rng.choice(FESTS) + "惊喜红包", "积分兑换红包", "APP专享红包", "领取来源：详情页自动领券", "店铺优惠券")),
        14,
        bold=True,
    )
    p.space(6)
    one(p, style, button)
    one(p, style, button)
    return "优惠券局部截图"


def ladder(p: PageBuilder) -> str:
    """Buy more, unlock the next packet."""
    p.dress(Skin("ladder", CRIMSON, (255, 80, 80), WHITE, CRIMSON, (255, 100, 80), (240, 50, 60)))
    p.nav(p.pick("惊喜红包冲冲冲", "满额红包", f"{p.rng.choice(FESTS)}红包"), icons=("share", "more"))
    goal, prize = p.rng.choice(((5000, 250), (10000, 500), (38000, 1900), (20000, 1000)))
    for _ in range(2):
        with p.card(fill=(255, 244, 226)):
            p.heading(f"{p.ahead(8).stamp('cnday')}前买满{goal}送{prize}红包", "任务明细", size=14)
            p.note(f"再买{p.amount(10, 9000):.2f}元可领{prize}元红包")
            for index, value in enumerate((5, 10, 10, 15)):
                x = p.x0 + index * 52
                p.canvas.rect(x, p.y, 46, 56, (255, 226, 226) if index > 1 else CRIMSON, radius=6)
                p.canvas.text(x + 23, p.y + 8, f"{value}元", 13, WHITE if index < 2 else CRIMSON, anchor="m", bold=True)
                p.canvas.text(
                    x + 23, p.y + 34, p.pick("领取", "已领", "待使用", "待解锁"), 10, WHITE if index < 2 else CRIMSON, anchor="m"
                )
            p.canvas.rect(p.x1 - 88, p.y - 6, 84, 70, CRIMSON, radius=8)
            p.canvas.text(p.x1 - 46, p.y + 8, f"{prize}元", 20, (255, 240, 200), anchor="m", bold=True)
            p.canvas.text(p.x1 - 46, p.y + 42, "满减红包", 11, WHITE, anchor="m")
            p.y += 74
            p.note(f"已累计消费{p.amount(100, 9000):.2f}元 | 已领{p.rng.randint(5, 400)}元红包")
    tiles(p, 2)
    hall_tabs(p)
    return "买满领红包的任务和券"


def claim_product(p: PageBuilder) -> str:
    """A single article with its coupon to claim."""
    item = p.item()
    p.nav(p.pick("领取福利", "粉丝福利购", "领券购买", "优惠详情"))
    p.thumb(item, 14, p.y, WIDTH - 28, 250)
    p.y += 258
    p.para(p.title(item), 13.5, indent=14, inset=14)
    p.at(14, f"到手价 ¥{item.price * 0.8:.1f}", 15, CRIMSON, bold=True)
    p.at(150, f"现价¥{item.price:g}", 11.5, p.skin.faint, dy=3)
    p.y += 28
    top = p.y
    p.canvas.gradient(14, top, WIDTH - 28, 70, (255, 120, 70), (245, 60, 60), across=True, radius=8)
    p.canvas.price(60, top + 14, str(p.rng.choice((5, 20, 65, 250))), 30, WHITE, anchor="m")
    p.canvas.text(110, top + 46, span(p), 10.5, WHITE)
    p.pill(
        WIDTH - 26,
        top + 18,
        p.pick("立即领券", "立即领取", "已抢完"),
        size=13.5,
        fill=(255, 235, 200),
        ink=CRIMSON,
        anchor="r",
        high=34,
    )
    p.y = top + 82
    p.note("领取后可在“我的-红包卡券”里查看，限此商品使用", align="m")
    feed(p, 2, "更多宝贝推荐")
    return "商品优惠券领取页"


def claim_dialog(p: PageBuilder) -> str:
    """A question or result over the coupon page."""
    (centre if p.chance(0.5) else wide_list)(p)
    if p.chance(0.5):
        dialog(p, p.rng.choice(TOASTS), ("我知道了",), title=p.pick("领取失败", "提示", "很抱歉", "温馨提示"), colour=CRIMSON)
    else:
        dialog(
            p,
            f"领取后{p.rng.randint(1, 7)}天内有效",
            ("再想想", "确定领取"),
            title=f"确认要领取{p.rng.choice((5, 11, 20))}元红包吗？",
            colour=CRIMSON,
        )
    return "领取优惠券的提示弹窗"


LAYOUTS = {"优惠券领取页面": (centre, wide_list, popup_packet, detail_sheet, order_reduction, exchange_points, shop_claim,
    my_coupons, packet_fragment, ladder, claim_product, claim_dialog)}  # fmt: skip
