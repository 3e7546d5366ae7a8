"""Apps of every day that sell nothing: videos, notes, browsers, maps, homes, games, mail."""

from __future__ import annotations

from dataclasses import replace

from data.synth.canvas import wrap
from data.synth.screens.bars import tab_bar
from data.synth.screens.blocks import icon_grid, picture_strip
from data.synth.screens.couriers import courier_skin
from data.synth.screens.covers import dialog
from data.synth.screens.logistics import track_entries
from data.synth.screens.malls import PDD_WHITE
from data.synth.screens.messengers import BANK_NAMES, PLAIN
from data.synth.screens.page_builder import WIDTH, PageBuilder
from data.synth.screens.painters import paint_blot, paint_snap
from data.synth.screens.parts import fill, hero, photo, review_text
from data.synth.screens.phone_screens import NIGHT
from data.synth.screens.pictures import paint_bars, paint_map, party
from data.synth.screens.skins import BLACK, DARK, LIGHT, WHITE, WHITE_SKIN, Skin


def video(p: PageBuilder) -> str:
    """A short video with its icons."""
    p.nav("", "clear", icons=())
    p.can_scroll = False
    p.canvas.paint(0, 0, WIDTH, 2400, paint_snap if p.chance(0.6) else paint_blot, p.seed())
    c = p.canvas
    for index, name in enumerate(("热门", "同城", "商城", "关注", "推荐")):
        c.text(60 + index * 56, p.status_height + 14, name, 14, WHITE, bold=index == 4)
    for index, (icon, count) in enumerate(
        (("heart_full", "6.1万"), ("bubble", "1.3万"), ("star_full", "6170"), ("share", "分享"))
    ):
        y = p.height * 0.5 + index * 58
        c.icon(icon, WIDTH - 44, y, 30, WHITE)
        c.text(WIDTH - 29, y + 34, count if p.chance(0.5) else str(p.rng.randint(10, 9999)), 11, WHITE, anchor="m")
    if p.chance(0.5):
        for index, text in enumerate(
            p.some(("这个东西真的好用", "买之前一定要看", "全网爆款测评", "最新消息来了", "别再被骗了", "教你三招"), 2)
        ):
            c.text(WIDTH / 2, 120 + index * 34, text, 23, (255, 235, 80), anchor="m", bold=True)
    y = p.height - 150
    c.text(14, y, "@" + p.secret("生活分享家") + f" · {p.rng.randint(1, 23)}小时前", 14, WHITE, bold=True)
    for index, line in enumerate(
        wrap(p.pick("分享好物，喜欢的点赞收藏", "大家觉得值吗 #好物推荐 #测评", f"{p.item().name}开箱 #开箱 展开"), 13, 260, 2)
    ):
        c.text(14, y + 24 + index * 19, line, 13, WHITE)

    def draw(top: float) -> None:
        for index, name in enumerate(("首页", "朋友", "+", "消息", "我")):
            c.text(WIDTH * (index + 0.5) / 5, top + 13, name, 14, WHITE, anchor="m", bold=index == 0)

    p.bottom(44, draw, BLACK)
    return "短视频APP页面"


def note(p: PageBuilder) -> str:
    """A post in a lifestyle app."""
    p.dress(Skin("note", WHITE, WHITE, (30, 30, 30), (255, 36, 66), (255, 80, 100), WHITE))
    p.nav("", "bar", icons=("share",))
    p.avatar(44, p.status_height + 8, 28)
    p.canvas.text(80, p.status_height + 14, p.secret("小红薯用户"), 13, p.skin.ink)
    p.canvas.paint(0, p.y - 8, WIDTH, 400, paint_snap, p.seed())
    p.y += 404
    p.x0, p.x1 = 14, WIDTH - 14
    p.para(p.pick("这个一定要囤！", "踩雷了家人们", "平价好物分享", "生日礼物开箱", "保姆级教程来了"), 16, bold=True)
    p.para(
        p.pick(
            "用了一周来反馈，整体还不错，就是价格小贵，建议等活动再买。",
            "会员生日那天可以领礼物，今年是一个杯子，质感还可以。",
            "客服说要寄回检测，不知道要等多久，有人遇到过吗？",
        )
        + " #好物 #测评",
        14,
        lead=1.6,
    )
    p.note(p.stamp("shortday") + " " + p.lexicon.city(p.rng)[:-1])
    p.x0, p.x1 = 0, WIDTH
    p.bottom(
        48,
        lambda top: [
            p.canvas.text(20 + index * 84, top + 16, text, 13, p.skin.sub)
            for index, text in enumerate(("说点什么...", "赞 2.9万", "收藏 1.9万", "评论 3000"))
        ],
    )
    return "小红书等社区APP的笔记页面"


def browser(p: PageBuilder) -> str:
    """Search results in a browser."""
    p.dress(PLAIN)
    p.nav(p.secret(p.courier() + "单号查询"), "search")
    p.tabs(("综合", "笔记", "视频", "图片"), 0, size=13)
    with p.card():
        p.pill(p.x0, p.y, "官方", size=10, pad=4, fill=(40, 110, 240), ink=WHITE, radius=3)
        p.at(p.x0 + 36, p.courier() + "查询 >", 15, bold=True)
        p.y += 26
        p.para(p.pick("已签收", "运输中", "已揽件"), 16, (40, 160, 80), bold=True)
        p.field("发件时间", p.stamp())
        p.field("最新进展", track_entries(p, 1)[0][2])
        p.para("更多物流详情 >", 13, align="m")
    for _ in range(4):
        with p.card():
            p.para(
                p.pick(
                    f"{p.item().name}哪个牌子好",
                    "退货地址填错了怎么办",
                    "客服电话是多少_百科",
                    "怎么投诉快递公司",
                    "官方旗舰店电话查询",
                ),
                15,
                (30, 70, 180),
                bold=True,
            )
            p.note(
                p.pick(
                    "最佳答案：可以先联系商家，协商不成再找平台处理……",
                    "根据相关规定，消费者有权要求退换……",
                    "本文整理了常见问题和解决办法，供参考……",
                )
            )
    icon_grid(p, ("客服电话", "我要寄件", "网点查询", "运费时效"), 4)
    return "手机浏览器搜索页面"


def device_app(p: PageBuilder) -> str:
    """A device's own app."""
    p.dress(DARK if p.chance(0.4) else PLAIN)
    item = p.item(p.rng.choice(("智能家居", "网络设备", "电脑数码", "空调", "厨房电器")))
    p.nav(p.pick(item.name, "我的设备", "添加设备", "设备控制"), right=p.pick("设置", ""))
    p.canvas.paint(14, p.y, WIDTH - 28, 170, paint_snap if p.chance(0.4) else paint_blot, p.seed(), radius=10)
    p.canvas.text(
        WIDTH / 2, p.y + 74, p.pick("设备离线", "80%", "正在连接...", "26℃", "已关机"), 22, WHITE, anchor="m", bold=True
    )
    p.y += 182
    icon_grid(
        p,
        p.some(("开关", "定时", "模式", "风速", "回放", "对讲", "静音", "场景", "亮度", "清扫", "回充", "分享"), 4, 8),
        4,
        colour=(50, 120, 240),
    )
    with p.card():
        for name in p.some(("设备信息", "固件升级", "网络状态", "使用说明", "耗材剩余", "报警消息", "删除设备"), 3, 5):
            p.row(name, p.pick("", "已是最新", "良好", "86%"), arrow=True)
    if p.chance(0.35):
        dialog(
            p,
            p.pick("设备连接失败，请检查网络", "蓝牙未开启，请打开后重试", "发现新固件，是否升级？", "配网超时"),
            ("取消", "确定"),
        )
    return "智能设备的手机APP页面"


def games(p: PageBuilder) -> str:
    """Other apps' growing games and activity."""
    p.nav("", "clear", icons=("more",))
    p.can_scroll = False
    party(
        p,
        0,
        2400,
        p.rng.choice((((80, 170, 250), (120, 200, 110)), ((250, 190, 80), (250, 120, 60)), ((140, 110, 240), (230, 150, 240)))),
    )
    c = p.canvas
    c.text(WIDTH / 2, 60, p.pick("种树免费领", "天天开宝箱", "消消乐", "欢乐斗", "步数换好礼"), 27, WHITE, anchor="m", bold=True)
    c.rect(110, 220, 140, 66, (230, 170, 90), radius=10)
    c.text(180, 232, p.pick("种树达5级", "第12关", "收集金币"), 14, (110, 60, 20), anchor="m")
    c.text(180, 256, p.pick("免费领奖励", "挑战成功", "剩余3次"), 13, (110, 60, 20), anchor="m")
    p.pill(
        WIDTH / 2,
        p.height * 0.7,
        p.pick("施肥", "开始游戏", "领取奖励", "浇水"),
        size=18,
        wide=180,
        high=48,
        fill=(250, 190, 50),
        ink=WHITE,
        anchor="m",
        bold=True,
    )
    c.text(60, p.height * 0.8, p.pick("集肥料", "做任务"), 13, WHITE, anchor="m")
    c.text(300, p.height * 0.8, p.pick("好友榜", "背包"), 13, WHITE, anchor="m")
    return "其他APP的小游戏页面"


def mail_fragment(p: PageBuilder) -> str:
    """A fragment of a chat or a page in another app."""
    p.resize(360, p.rng.uniform(90, 260))
    p.canvas.background = p.rng.choice((WHITE, (237, 237, 237), (250, 250, 252)))
    p.x0, p.x1, p.y = 14, 346, 14
    if p.chance(0.5):
        p.canvas.text(180, p.y, p.stamp("minute"), 11, p.skin.faint, anchor="m")
        p.y += 24
        p.para(
            p.secret("您好，您的快件已经到达，请及时领取。")
            if p.chance(0.4)
            else p.pick("对方已读", "已收到您的反馈，稍后回复", "您有一条新的系统通知"),
            14,
        )
        p.para("未读", 11, (60, 120, 220), align="r")
    else:
        p.row(p.rng.choice(BANK_NAMES), p.pick("下午 02:24", "昨天"), bold=True)
        p.para(f"-{p.amount():.2f}", 24, (230, 120, 50), bold=True)
        p.note(f"交易卡号：{p.digits(4)}    账户余额：{p.amount(10, 9000):.2f}")
        p.note("金额明细    好友转账    更多")
    return "其他APP的局部截图"


def short_video(p: PageBuilder) -> str:
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


def note_app(p: PageBuilder) -> str:
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


def map_app(p: PageBuilder) -> str:
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


def smart_home(p: PageBuilder) -> str:
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


def farm_game(p: PageBuilder) -> str:
    """A mall's or app's planting game, as other apps have them."""
    p.dress(replace(PDD_WHITE, head=(110, 200, 250), head2=(150, 220, 250), head_ink=WHITE))
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


def barcode_page(p: PageBuilder) -> str:
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
