"""Pages that fit no other scene and are browsed: live rooms, searches, groups, games, memberships."""

from __future__ import annotations

import functools
from dataclasses import replace

from data.synth.screens.bars import submit_bar, tab_bar
from data.synth.screens.blocks import feed, goods_row, icon_grid, picture_strip, steps
from data.synth.screens.covers import dialog, popup_card, sheet, toast
from data.synth.screens.page_builder import WIDTH, PageBuilder
from data.synth.screens.painters import paint_blot, paint_photo
from data.synth.screens.parts import bubble, chat_bar, chat_time, fill, photo
from data.synth.screens.pictures import GOLD, badge, paint_code, party
from data.synth.screens.skins import BLACK, DARK, WHITE
from data.synth.screens.vouchers import CRIMSON, red_packet


def live_room(p: PageBuilder) -> str:
    """A live room with its goods."""
    p.nav("", "clear", icons=("close",))
    p.canvas.paint(0, 0, WIDTH, 2400, paint_blot, p.seed())
    p.can_scroll = False
    p.canvas.rect(10, p.status_height + 4, 190, 34, (60, 60, 64), radius=17)
    p.canvas.text(50, p.status_height + 14, p.shop(), 12, WHITE, width=90)
    p.pill(190, p.status_height + 9, "关注", size=11, fill=CRIMSON, ink=WHITE, anchor="r")
    if p.chance(0.65):
        with sheet(p, p.pick("宝贝口袋", "直播商品", "全部宝贝"), height=p.height * 0.66, shade=0.7):
            p.chips(("全部", "必抢", "新品", "赠品"), 0, size=11.5)
            for index in range(5):
                item = p.item()
                goods_row(
                    p, item, size=80, price="left", promises=1, extra=p.pick("下单送赠品", "直播间专享价", "限时秒杀", "正在讲解")
                )
                p.pill(
                    p.x1,
                    p.y - 40,
                    p.pick("马上抢", "去看看", "看讲解", "已抢完"),
                    size=12,
                    fill=p.skin.accent,
                    ink=WHITE,
                    anchor="r",
                )
                p.canvas.text(p.x0 + 4, p.y - 86, str(20 - index), 10, WHITE)
        return "直播间商品列表"
    y = p.height * 0.55
    for text in p.some(
        ("欢迎来到直播间", "这个多少钱", "什么时候发货", "主播试一下红色", "已拍", "有没有赠品", "身高160穿什么码", "拍几号链接"),
        5,
    ):
        p.canvas.text(14, y, p.secret("用户") + "：" + text, 12.5, WHITE)
        y += 24
    p.canvas.rect(WIDTH - 120, p.height * 0.62, 108, 150, WHITE, radius=8)
    item = p.item()
    p.thumb(item, WIDTH - 114, p.height * 0.62 + 6, 96)
    p.canvas.price(WIDTH - 112, p.height * 0.62 + 112, f"{item.price:g}", 15, CRIMSON)
    return "直播间画面"


def search(p: PageBuilder) -> str:
    """Search results, favourites, follows."""
    kind = p.rng.randrange(3)
    if kind == 0:
        p.theme = p.rng.choice(p.lexicon.categories)
        p.nav(p.item().name, "search", right="搜索")
        p.tabs(("综合", "销量", "天猫", "店铺", "筛选"), 0, size=13)
        feed(p, 5)
        return "搜索结果页"
    if kind == 1:
        p.nav(f"我的收藏({p.rng.randint(3, 300)})", right="管理", icons=())
        p.tabs(("宝贝", "图文", "视频", "清单"), 0)
        for _ in range(5):
            goods_x = p.item()
            with p.card():
                goods_row(p, goods_x, size=88, price="left", promises=1, extra=f"{p.rng.randint(3, 900)}人收藏")
                p.buttons(("去店铺", "找相似"), accent=None)
        return "收藏夹列表"
    p.nav("搜索", "search", right="搜索")
    p.tabs(("关注", "推荐", "新品", "来领券", "品牌"), 0)
    p.x0 = 10
    icon_grid(p, ("关注店铺", "常逛", "上新", "直播", "更多"), 5)
    p.x0 = 0
    for _ in range(3):
        with p.card():
            badge(p, p.x0, p.y, 34, (240, 100, 60))
            p.at(p.x0 + 44, p.shop(), 14, bold=True)
            p.at(p.x0 + 44, "今天发布 · 7天前买过", 11, p.skin.faint, dy=19)
            p.y += 44
            p.para(p.pick("新品登场，大家更喜欢哪一款？", "上新啦，先到先得", "店庆活动进行中"), 13)
            for index in range(3):
                p.thumb(p.item(), p.x0 + index * 107, p.y + 4, 100)
            p.y += 114
            p.note(f"点赞{p.rng.randint(1, 9)} 加购{p.rng.randint(1, 30)} 浏览{p.rng.randint(30, 900)}")
    tab_bar(p, ("首页", "视频", "消息", "购物车", "我的淘宝"), 0)
    return "关注店铺动态页"


def group(p: PageBuilder) -> str:
    """A group with a red-packet game."""
    p.nav(p.pick("红包接龙群", "粉丝福利群", "店铺会员群") + f"({p.rng.randint(10, 500)})")
    party(p, p.y - 8, 90, ((240, 60, 70), (255, 130, 120)))
    p.canvas.text(WIDTH / 2, p.y + 14, f"{p.rng.choice((10, 50, 100))}元", 30, (255, 240, 200), anchor="m", bold=True)
    p.canvas.text(WIDTH / 2, p.y + 56, "群友一起瓜分红包", 12.5, WHITE, anchor="m")
    p.y += 100
    for _ in range(3):
        p.avatar(14, p.y, 36)
        p.canvas.text(60, p.y, p.secret("群友"), 11, p.skin.faint)
        if p.chance(0.5):
            p.canvas.rect(60, p.y + 16, 200, 74, (250, 100, 80), radius=8)
            red_packet(p, 72, p.y + 30, 40)
            p.canvas.text(122, p.y + 36, p.pick("有红包待领取", "恭喜发财"), 13, WHITE)
            p.y += 104
        else:
            p.canvas.rect(60, p.y + 16, 210, 34, p.skin.card, radius=8)
            p.canvas.text(72, p.y + 26, p.pick("大家快来领券", "今晚8点上新", "有需要的找客服"), 13, p.skin.ink)
            p.y += 66
    submit_bar(p, p.pick("本轮已完成", "我要接龙", "领取红包"), lead=p.pick("剩余2天21小时结束", ""))
    if p.chance(0.4):
        toast(p, p.pick("系统异常", "您已参与过", "手慢了，已被领完"))
    return "群聊红包活动页面"


def recycling(p: PageBuilder) -> str:
    """Trade-in, repair, installation orders."""
    word = p.pick("回收", "维修", "安装", "清洗")
    p.nav(f"{word}单", right="")
    with p.card():
        p.para(p.pick("下单成功，等待师傅上门", "服务商已接单", "质检中，请耐心等待", "服务已完成"), 16, bold=True)
        steps(p, ("已下单", "待上门", f"待{word}", "待完成", "待评价"), p.rng.randint(0, 3))
    with p.card():
        p.para(p.address(), 13)
        p.row("上门时间", p.ahead(2).stamp("day") + " 09:00-18:00")
        p.para("上门前服务人员会电话联系，请保持畅通", 12, p.skin.accent)
    with p.card():
        goods_row(p, p.item(), price="none", promises=0, extra=p.pick("待质检", f"预估{word}价¥{p.rng.randint(20, 900)}"))
        p.buttons(("取消订单", "联系服务商"))
    return f"{word}服务单页面"


def gallery(p: PageBuilder) -> str:
    """A picture in a viewer with little on it."""
    p.nav("", "clear", icons=())
    p.canvas.rect(0, 0, WIDTH, 2400, BLACK)
    p.can_scroll = False
    kind = p.rng.randrange(3)
    if kind == 0:
        from data.synth.photos import PHOTO_KINDS

        p.canvas.paint(
            0, p.height * 0.2, WIDTH, p.height * 0.6, functools.partial(paint_photo, p.rng.choice(PHOTO_KINDS)), p.seed()
        )
    elif kind == 1:
        p.canvas.rect(0, p.height * 0.4, WIDTH, 90, (250, 220, 190))
        p.canvas.text(20, p.height * 0.4 + 30, p.pick("扫码进群领福利", "关注公众号领取优惠"), 18, (200, 90, 30), bold=True)
        p.canvas.paint(WIDTH - 90, p.height * 0.4 + 8, 74, 74, paint_code, p.seed())
    else:
        p.canvas.paint(0, p.height * 0.1, WIDTH, p.height * 0.75, paint_blot, p.seed())
    p.canvas.text(24, p.height - 70, p.pick("原图", "1/3", "保存", "00:12"), 13, WHITE)
    p.canvas.text(WIDTH - 24, p.height - 70, p.pick("编辑", "1x", "识别图中文字", "发送"), 13, WHITE, anchor="r")
    return "相册或图片查看页面"


def popup_ad(p: PageBuilder) -> str:
    """An advert over a home page."""
    p.nav("搜索", "search", right="搜索")
    icon_grid(p, ("农场", "秒杀", "签到", "超市", "充值", "机票", "二手", "更多"), 4)
    feed(p, 3)
    tab_bar(p, ("首页", "视频", "消息", "购物车", "我的淘宝"), 0)
    _, top = popup_card(p, 240, 290, (255, 240, 210), (255, 200, 150))
    p.canvas.text(
        WIDTH / 2,
        top + 30,
        p.pick("邀请您参与调研", "版本更新", "开启消息通知", "新人见面礼", "问卷有奖"),
        19,
        (150, 60, 30),
        anchor="m",
        bold=True,
    )
    p.canvas.text(
        WIDTH / 2,
        top + 70,
        p.pick("只需1分钟，聊聊您的使用感受", "修复已知问题，体验更流畅", "不错过物流和优惠提醒"),
        12.5,
        (130, 80, 50),
        anchor="m",
    )
    badge(p, WIDTH / 2 - 45, top + 110, 90, (250, 150, 80))
    p.pill(
        WIDTH / 2,
        top + 232,
        p.pick("立即参与", "马上更新", "去开启", "去看看"),
        size=15,
        wide=190,
        high=40,
        fill=p.skin.accent,
        ink=WHITE,
        anchor="m",
    )
    return "首页上的提示弹窗"


def live_pocket(p: PageBuilder) -> str:
    """A live room, with its list of goods open or not."""
    p.dress(DARK)
    p.can_scroll = False
    p.canvas.paint(0, 0, WIDTH, p.height, paint_blot, p.seed())
    photo(p, p.rng.choice(("worn", "goods_held", "room", "goods_table", "food")), (0, 0, WIDTH, p.height))
    p.status_bar(WHITE)
    y = p.status_height + 6
    p.canvas.rect(8, y, 190, 36, (70, 70, 74), radius=18)
    p.canvas.text(48, y + 5, p.secret(p.lexicon.shop(p.rng)), 12.5, WHITE, width=90)
    p.canvas.text(48, y + 21, f"{p.rng.randint(1, 90)}{p.pick('万观看', '00观看', '.2万场观')}", 10, (220, 220, 220))
    p.pill(192, y + 6, p.pick("关注", "+ 关注"), size=11, fill=p.skin.accent, ink=WHITE, anchor="r")
    p.canvas.icon("close", WIDTH - 32, y + 10, 15, WHITE)
    p.pill(
        10,
        y + 46,
        fill(p, p.pick("本直播间可用红包¥{n}", "抽奖中", "福袋 0{n}:21", "整点抽免单", "关注领券")),
        size=11,
        fill=(230, 60, 70),
        ink=WHITE,
    )
    y = p.height - 260
    for _ in range(p.rng.randint(3, 6)):
        p.canvas.text(
            14,
            y,
            p.lexicon.name(p.rng)
            + "："
            + fill(
                p,
                p.pick(
                    "{product}怎么卖",
                    "几号链接",
                    "主播讲一下{n}号",
                    "已拍",
                    "多少钱",
                    "有优惠吗",
                    "什么时候发货",
                    "来了",
                    "正在去购买",
                    "尺码怎么选",
                    "{n}斤穿多大",
                ),
            ),
            12.5,
            WHITE,
        )
        y += 24
    p.canvas.text(20, p.height - 50, p.pick("说点什么...", "和主播聊聊", "跟大家聊点什么"), 12.5, (200, 200, 205))
    p.canvas.icon("bag", WIDTH - 44, p.height - 58, 28, (255, 120, 60))
    if p.chance(0.55):
        p.skin = (
            DARK
            if p.chance(0.1)
            else replace(DARK, card=WHITE, ink=(30, 30, 32), sub=(110, 110, 115), faint=(150, 150, 155), page=(245, 245, 247))
        )
        with sheet(p, "", height=p.height * 0.66, close=False):
            p.row(
                p.pick("宝贝口袋", "购物袋", "直播商品", f"全部商品({p.rng.randint(3, 200)})"),
                p.pick("购物车  搜索  更多", "我的订单 客服"),
                bold=True,
            )
            p.chips(p.some(("全部", "秒杀", "看讲解", "大促先拍", "加购更划算", "送赠品", "新品", "待讲解"), 3, 5), 0, size=11)
            for index in range(3):
                item = p.item()
                top = p.y
                p.thumb(item, p.x0, top, 84)
                p.pill(p.x0, top, str(index + 1), size=10, pad=5, fill=(90, 90, 95), ink=WHITE, radius=3)
                p.canvas.text(p.x0 + 94, top, p.title(item), 13, p.skin.ink, width=p.room() - 96)
                p.canvas.text(
                    p.x0 + 94,
                    top + 19,
                    p.pick("主播专属券 20元", "赠运费险", "下单享3份赠品", "断货回归", "前100名立减"),
                    11,
                    p.skin.accent,
                )
                p.canvas.price(p.x0 + 94, top + 56, f"{item.price:g}", 17, p.skin.accent, after=p.pick(" 券后价", " 直播价", ""))
                p.pill(
                    p.x1,
                    top + 52,
                    p.pick("马上抢", "去抢购", "看讲解", "已抢光"),
                    size=12.5,
                    fill=p.skin.accent2,
                    fill2=p.skin.accent,
                    ink=WHITE,
                    anchor="r",
                )
                p.y = top + 98
    return "直播间截图"


def results(p: PageBuilder) -> str:
    """Results of a search."""
    item = p.item()
    p.nav(item.name, "search", right=p.pick("", "搜索"))
    p.tabs(
        p.rng.choice((("全部", "天猫", "店铺", "视频"), ("综合", "销量", "价格", "筛选"), ("推荐", "新品", "领券", "品牌"))),
        0,
        size=13,
    )
    p.x0 = 10
    p.chips(
        p.some(("包邮", "天猫", "百亿补贴", "88VIP", "新品", "7天退换", "好评率高", "价格区间", "发货地"), 3, 5), None, size=11
    )
    p.x0 = 0
    if p.chance(0.5):
        feed(p, 3)
    else:
        for _ in range(6):
            if p.full():
                break
            with p.band(after=1):
                other = p.item(item.category)
                goods_row(
                    p,
                    other,
                    size=96,
                    price="left",
                    count=False,
                    sku="",
                    extra=p.pick(
                        "",
                        "回头客3000人",
                        f"{p.rng.randint(2, 90)}00+人付款 {p.lexicon.city(p.rng)}",
                        "近7天销量飙升",
                        "入选热销榜",
                    ),
                )
    return "搜索结果页面"


def favourites(p: PageBuilder) -> str:
    """Collected articles, footprints, or followed shops' news."""
    kind = p.pick("收藏", "足迹", "关注")
    if kind == "关注":
        p.nav("", "search")
        p.tabs(("推荐", "关注", "上新", "直播", "逛逛"), 1)
        tab_bar(p, ("首页", "视频", "消息", "购物车", "我的淘宝"), 0)
        for _ in range(2):
            with p.band():
                p.avatar(p.x0, p.y, 34)
                p.at(p.x0 + 44, p.shop(), 14, bold=True)
                p.at(p.x0 + 44, p.pick("今天发布", "3小时前", "刚刚上新"), 11, p.skin.faint, dy=20)
                p.y += 42
                p.para(
                    fill(p, p.pick("新品到啦，家人们看看喜欢哪个？", "{product}上新，限时{price}元", "本周店铺爆款都在这里了")),
                    13.5,
                )
                picture_strip(p, 3, 104)
                picture_strip(p, 3, 104)
                p.note(f"点赞{p.rng.randint(1, 99)} · 加购{p.rng.randint(1, 99)} · 浏览{p.rng.randint(20, 900)}")
        return "关注店铺的动态"
    p.nav(
        p.pick("我的收藏", "收藏夹", f"我的收藏({p.rng.randint(2, 300)})")
        if kind == "收藏"
        else p.pick("足迹", "我的足迹", "浏览记录"),
        right="管理",
    )
    p.tabs(("宝贝", "图文", "视频", "店铺", "清单") if kind == "收藏" else ("全部", "宝贝", "店铺", "直播", "内容"), 0, size=13.5)
    for _ in range(6):
        if p.full():
            break
        with p.band(after=1):
            if kind == "足迹":
                p.back(600, 4000)
                p.para(p.stamp("cnday"), 14, bold=True)
            goods_row(
                p,
                p.item(),
                size=84,
                price="left",
                promises=1,
                count=False,
                sku=p.pick("", f"{p.rng.randint(2, 900)}人收藏"),
                extra=p.pick("", "比收藏时降5元", "已失效", "库存紧张"),
            )
            p.y -= 36
            p.buttons(p.some(("去店铺", "找相似", "加购", "降价提醒"), 1, 2), accent=None, size=11)
    return "收藏夹或浏览足迹"


def group_chat(p: PageBuilder) -> str:
    """A group of buyers, or the red-packet relay."""
    if p.chance(0.45):
        p.nav(f"{p.pick('红包接龙群', '拆红包群', '瓜分红包群')}({p.rng.randint(5, 60)}人)", right=p.pick("规则", "邀请"))
        party(p, p.y - 8, 150, ((250, 70, 60), (255, 150, 110)))
        p.y += 16
        amount = p.rng.choice((20, 50, 66, 88, 100, 200))
        p.para(p.pick("现金可提", "群红包", "打款到账"), 13, WHITE, align="m")
        p.para(f"{amount}元", 36, WHITE, bold=True, align="m")
        p.para(
            p.pick(f"任意好友拆出{amount}元大奖，全群平分", "邀请好友一起接龙，拆到就是赚到", "群内每人都能领一次"),
            12,
            WHITE,
            align="m",
        )
        p.y += 40
        for _ in range(3):
            p.avatar(12, p.y, 38)
            p.canvas.rect(60, p.y, 220, 70, (245, 90, 70), radius=8)
            red_packet(p, 72, p.y + 12, 42)
            p.canvas.text(122, p.y + 14, p.pick("有红包待领取", "恭喜发财", "红包已被领取", "接龙红包"), 14, WHITE)
            p.canvas.text(122, p.y + 38, p.pick(f"{amount}元", "点击拆开", "已领0.12元", "手慢了，派完了"), 12, (255, 230, 210))
            p.y += 86
        submit_bar(p, p.pick("本轮接龙已成功", "邀请好友进群", "继续接龙", "立即提现"), colour=(235, 60, 50))
        if p.chance(0.4):
            toast(p, p.pick("系统异常", "活动已结束", "领取失败", "今天的次数已用完"))
        return "红包接龙群"
    p.nav(p.secret(p.lexicon.shop(p.rng)) + f"粉丝群({p.rng.randint(20, 500)})", sub=p.pick("", "群公告：今晚八点开抢"))
    chat_bar(p)
    for _ in range(p.rng.randint(4, 7)):
        if p.chance(0.2):
            chat_time(p)
        mine = p.chance(0.2)
        if not mine:
            p.at(52, p.lexicon.name(p.rng) + p.pick("", "  群主", "  小管家"), 11, p.skin.faint)
            p.y += 17
        bubble(
            p,
            fill(
                p,
                p.pick(
                    "今天有活动吗",
                    "{product}什么时候补货",
                    "抢到了！",
                    "没抢到",
                    "新人报道",
                    "求{product}链接",
                    "群友专享价{price}元，限量{n}件",
                    "收到货了，不错",
                    "签到领积分",
                    "@所有人 今晚秒杀",
                ),
            ),
            mine=mine,
            fill=p.skin.tint if mine else WHITE,
        )
    return "店铺粉丝群聊天"


def popup(p: PageBuilder) -> str:
    """A prize or packet over the home page, a lucky draw."""
    p.nav("", "search")
    p.tabs(("关注", "推荐", "签到", "直播"), 1)
    icon_grid(p, ("限时秒杀", "天猫国际", "充值中心", "领淘金币", "农场", "超市", "外卖", "飞猪", "分类", "拍卖"), 5)
    feed(p, 2)
    tab_bar(p, ("首页", "视频", "消息", "购物车", "我的淘宝"), 0)
    x, top = popup_card(p, 236, 300, (250, 60, 60), (255, 130, 90))
    p.canvas.text(
        WIDTH / 2,
        top + 26,
        p.pick("惊喜红包", "恭喜中奖", "天降福利", "签到成功", "限时加码", "新人专享", "开宝箱赢好礼"),
        19,
        (255, 235, 200),
        anchor="m",
        bold=True,
    )
    p.canvas.rect(x + 20, top + 62, 196, 130, (255, 246, 230), radius=12)
    p.canvas.price(WIDTH / 2, top + 86, str(p.rng.choice((1, 5, 8.8, 10, 20, 50, 400))), 44, CRIMSON, anchor="m")
    p.canvas.text(
        WIDTH / 2,
        top + 150,
        fill(p, p.pick("满{n}00元可用", "无门槛", "超市卡 代金券", "获得{n}0个淘金币", "还差1步即可提现", "全场可用")),
        13,
        (170, 90, 60),
        anchor="m",
    )
    p.canvas.text(
        WIDTH / 2,
        top + 206,
        p.pick("今日24点前有效", f"{p.stamp('dot')[5:]}前可用", "可与其他优惠叠加", "明天再来还有惊喜"),
        11,
        (255, 235, 220),
        anchor="m",
    )
    p.pill(
        WIDTH / 2,
        top + 236,
        p.pick("去使用", "开心收下", "立即使用", "再抽一次", "马上去领"),
        size=15,
        high=40,
        wide=170,
        fill=GOLD,
        ink=CRIMSON,
        anchor="m",
        bold=True,
    )
    return "首页上的中奖或红包弹窗"


def garden(p: PageBuilder) -> str:
    """The mall's own games: trees, coins, tasks, exchange of prizes."""
    p.nav(p.pick("种树领好礼", "芭芭农场", "淘金币", "签到有礼", "权益兑换", "积分兑换"))
    party(
        p,
        p.y - 8,
        210,
        p.rng.choice((((110, 210, 120), (200, 240, 160)), ((120, 200, 250), (180, 230, 255)), ((255, 190, 70), (255, 225, 150)))),
    )
    p.y += 30
    p.para(
        fill(
            p,
            p.pick("再施肥{n}次可升级", "今天已签到，连续{n}天", "我的金币 {n}{n}0", "还差{n}%就能收获了", "种植奖励：{product}"),
        ),
        16,
        align="m",
        bold=True,
    )
    p.y += 120
    with p.card():
        p.heading(p.pick("选择兑换的奖励", "做任务赚肥料", "每日任务", "可兑换商品"))
        if p.chance(0.5):
            for name in p.some(
                (
                    "浏览会场15秒",
                    "搜索心仪商品",
                    "逛逛农场店铺",
                    "去支付一笔",
                    "邀请好友助力",
                    "看视频30秒",
                    "下单得肥料",
                    "每日签到",
                ),
                3,
                5,
            ):
                p.row(name, p.pick("去完成", "已完成", "去领取", "0/3"), vcolour=p.skin.accent, hint=fill(p, "+{n}00"))
        else:
            for _ in range(2):
                goods_row(
                    p,
                    p.item(),
                    size=60,
                    price="none",
                    promises=0,
                    sku="",
                    extra=p.pick("库存紧张", "已抢光", "需5000金币", "免费兑换"),
                )
                p.y -= 32
                p.buttons((p.pick("立即兑换", "已抢光", "去种植"),))
        p.note(p.pick("兑换太火爆，每天10点补货，请明天再来", "奖励数量有限，先到先得", "奖品以实际发放为准"))
    return "种树、签到等互动游戏页面"


def member(p: PageBuilder) -> str:
    """A membership page, a card that renews itself."""
    p.nav(p.pick("会员中心", "88VIP", "店铺会员", "我的权益", "付费会员"))
    with p.card(fill=(40, 36, 40), fill2=(80, 66, 56)):
        p.para(p.pick("黄金会员", "88VIP会员", "普通会员 V2", "钻石会员", "超级会员"), 18, GOLD, bold=True)
        p.para(fill(p, p.pick("有效期至{date}", "已累计节省{amt}元", "再得{n}00成长值升级", "未开通，开通享专属权益")), 12, GOLD)
        p.y += 8
        p.pill(
            p.x1, p.y - 14, p.pick("续费", "立即开通", "查看成长值", "去升级"), size=12, fill=GOLD, ink=(80, 50, 30), anchor="r"
        )
        p.y += 14
    with p.card():
        p.heading(p.pick("会员权益", "我的权益", "专属特权"), "查看全部", arrow=True)
        icon_grid(
            p,
            p.some(
                (
                    "折上95折",
                    "退货包运费",
                    "生日礼",
                    "专属客服",
                    "会员价",
                    "积分翻倍",
                    "影音会员",
                    "红包券",
                    "免运费",
                    "新品试用",
                ),
                7,
                8,
            ),
        )
    with p.card():
        for name in p.some(
            ("自动续费", "积分明细", "成长值记录", "会员规则", "联合会员领取", "生日礼物登记", "会员日活动", "兑换记录"), 4, 6
        ):
            p.row(name, p.pick("", "未开启", "去领取", "已领取", "点击管理"), arrow=True)
    if p.chance(0.2):
        dialog(p, p.pick("确定关闭自动续费吗？", "本月权益已领取", "当前账号不符合领取条件"), ("取消", "确定"))
    return "会员中心页面"


def recycle(p: PageBuilder) -> str:
    """Orders of odd services: recycling, installation, repair, sending a parcel, price protection, fee details."""
    kind = p.pick("回收", "安装", "维修", "寄件", "价保")
    p.nav(
        {
            "回收": p.pick("回收单", "旧机回收"),
            "安装": p.pick("安装服务", "预约安装"),
            "维修": p.pick("维修进度", "保修服务"),
            "寄件": p.pick("寄件详情", "寄件费用"),
            "价保": p.pick("价保记录", "价格保护"),
        }[kind]
    )
    with p.card():
        p.para(
            {
                "回收": p.pick("已下单，等待师傅上门", "待质检", "回收完成"),
                "安装": p.pick("师傅已接单", "等待预约", "服务已完成"),
                "维修": p.pick("等待检测", "维修中", "已寄回"),
                "寄件": p.pick("待支付运费", "寄件费用已支付", "快递员已取件"),
                "价保": p.pick("价保成功", "不符合价保条件", "价保处理中"),
            }[kind],
            16,
            bold=True,
        )
        steps(
            p,
            {
                "回收": ("已下单", "待取件", "待质检", "完成"),
                "安装": ("预约", "接单", "上门", "完成"),
                "维修": ("申请", "检测", "维修", "寄回"),
                "寄件": ("下单", "取件", "计费", "签收"),
                "价保": ("申请", "审核", "到账"),
            }[kind],
            p.rng.randint(0, 2),
        )
    with p.card():
        p.para(p.address(), 13.5, bold=True)
        p.note("上门时间：" + p.ahead(1).stamp("day") + " 09:00-18:00")
        p.clock = p.now
    with p.card():
        goods_row(p, p.item(), size=56, promises=0)
        for label, value in p.rng.sample(
            (
                ("服务商", p.shop()),
                ("计费类型", "按重量计费"),
                ("首重费", "¥9.00"),
                ("续重费", "¥0.00"),
                ("实付金额", p.yuan(p.amount(5, 40))),
                ("预估价", p.yuan(p.amount(10, 900))),
                ("服务单号", p.order_no(14)),
                ("师傅电话", p.secret("1" + p.digits(10))),
                ("差价", p.yuan(p.amount(1, 60))),
                ("申请时间", p.stamp()),
            ),
            5,
        ):
            p.row(label, value)
        p.buttons(p.some(("取消订单", "联系服务商", "修改时间", "费用疑问", "查看报告", "催单"), 2, 3))
    return f"{kind}服务单页面"
