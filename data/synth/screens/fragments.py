"""Pages that fit no other scene and are broken or cut: errors, blanks, stray pictures, sheets, mosaics."""

from __future__ import annotations

from data.synth.canvas import wrap
from data.synth.screens.blocks import PROMISES, feed, goods_row, price_detail, shop_row
from data.synth.screens.covers import empty_state, sheet
from data.synth.screens.notices import CLAUSES
from data.synth.screens.page_builder import WIDTH, PageBuilder
from data.synth.screens.painters import paint_blot
from data.synth.screens.parts import fill, photo
from data.synth.screens.pictures import paint_code
from data.synth.screens.skins import DARK, WHITE


def error_page(p: PageBuilder) -> str:
    """Nothing to see."""
    p.nav(p.pick("", "商品过期不存在", "无法发起售后说明", "页面", "网络异常"))
    p.y += 80
    empty_state(
        p,
        p.rng.choice(
            (
                ("出错了", "人太多了，刷新试试吧"),
                ("网络竟然崩溃了", "请检查网络后重试"),
                ("抱歉，这笔订单不能申请售后", "订单已超过售后时效，您可联系卖家协商"),
                ("页面走丢了", "请返回上一页"),
                ("商品不存在", ""),
                ("暂无内容", ""),
                ("系统繁忙", "错误码 1002"),
            )
        ),
        button=p.pick("刷新", "返回", "重试", "联系卖家", ""),
    )
    if p.chance(0.35):
        feed(p, 2, "试试其他相似宝贝")
    return "出错或空白页面"


def fragment(p: PageBuilder) -> str:
    """A small piece of something."""
    p.resize(360, p.rng.uniform(80, 190))
    p.canvas.background = p.skin.card
    p.x0, p.x1, p.y = 14, 346, 16
    kind = p.rng.randrange(5)
    if kind == 0:
        p.canvas.price(p.x0, p.y, p.amount(), 24, p.skin.accent)
        p.y += 36
        p.tags((p.pick("银行卡满300减15", "店铺券满99减5", "信用卡支付立减"),), size=12)
    elif kind == 1:
        p.field(
            p.pick("延期规则", "使用说明", "备注", "补充说明"),
            p.ahead(2).stamp() + p.pick("后因退款退回的，仍可使用1天", "前有效"),
            column=90,
            size=14,
        )
    elif kind == 2:
        p.row("退运费", "立即申请", bold=True, arrow=True)
        p.note(f"上门取件运费{p.amount(8, 20):.2f}元，保险已赔付{p.amount(3, 8):.2f}元，差价可申请补付。")
    elif kind == 3:
        p.para(" · ".join(p.some(PROMISES, 3)), 13)
        p.note(p.pick("官方客服", "查看更多", "点此反馈"))
    else:
        price_detail(p, p.amount(), [("优惠", "", 1.0)])
    return "页面的局部截图"


def fee_sheet(p: PageBuilder) -> str:
    """A sheet over a page that says little about the page."""
    p.nav(p.pick("售后详情", "订单详情", "服务详情"))
    with p.card():
        goods_row(p, p.item())
        p.row("服务费用", "查看明细", arrow=True)
    feed(p, 2)
    with sheet(p, p.pick("寄件费用", "费用说明", "服务说明", "分享至"), height=p.height * 0.5):
        for label, value in (
            ("计费类型", "按重量计费"),
            ("实际重量", "1.00kg"),
            ("首重费", f"¥{p.amount(5, 12):.2f}"),
            ("续重费", "¥0.00"),
            ("实付金额", f"¥{p.amount(5, 12):.2f}"),
        ):
            p.row(label, value)
        p.note("费用疑问 | 寄件开票", align="m")
    return "费用说明弹层"


def failed(p: PageBuilder) -> str:
    """An error, a blank, a loading page, or what is gone."""
    p.nav(
        p.pick("", "出错了", "加载失败", "商品不存在", "说明", "提示", "页面找不到"),
        icons=p.rng.choice(((), ("more",), ("refresh", "share"))),
    )
    p.y += p.rng.choice((60, 110, 160))
    lines, button = p.rng.choice(
        (
            (("哎呀，出错了", "人太多了，稍后再来吧"), "刷新"),
            (("网络竟然崩溃了", "请检查网络后重试"), "重新加载"),
            (("页面走丢了", "请稍后再试"), "返回首页"),
            (("商品已失效", "看看别的吧"), ""),
            (("系统繁忙，请稍后再试",), "重试"),
            (("加载中...",), ""),
            (("很抱歉，该订单暂时不能发起售后", "可能已超过售后时效，您可以联系卖家协商"), "联系卖家"),
            (("您访问的内容不存在", "可能已被删除"), "返回"),
            (("暂无数据",), ""),
            (("活动太火爆了", "请稍后再试"), "知道了"),
            (("当前版本过低，请升级后使用",), "去升级"),
            (("二维码已过期", "请联系商家重新获取"), ""),
            (("没有相关内容", "换个关键词试试"), ""),
            (("内容审核中，暂不可见",), "返回"),
            (("抱歉，链接已失效",), "关闭"),
            (("您暂无权限访问",), "返回首页"),
            (("宝贝过期不存在",), "找相似"),
        )
    )
    empty_state(p, lines, button=button, tone=p.rng.choice(((255, 180, 120), (210, 215, 225), (160, 190, 240))))
    if p.chance(0.4):
        p.para(
            p.pick(
                "网络诊断", "错误码：" + p.digits(5), "FAIL_SYS_" + p.pick("TIMEOUT", "BUSY", "ILLEGAL_ACCESS"), "点击反馈问题"
            ),
            11.5,
            p.skin.faint,
            align="m",
        )
    if p.chance(0.3):
        feed(p, 2, p.pick("试试相似宝贝", "猜你喜欢", "为你推荐"))
    return f"错误或空白页面：{lines[0]}"


def blank(p: PageBuilder) -> str:
    """Almost nothing: a black or white screen with a word or two."""
    dark = p.chance(0.6)
    if dark:
        p.dress(DARK)
    p.can_scroll = False
    p.canvas.rect(0, 0, WIDTH, p.height, (0, 0, 0) if dark else WHITE)
    if p.chance(0.5):
        p.canvas.paint(0, p.height * 0.36, WIDTH, p.rng.choice((80, 160, 240)), paint_blot, p.seed())
    if p.chance(0.5):
        p.canvas.paint(WIDTH / 2 - 60, p.height * 0.4, 120, 120, paint_code, p.seed())
    p.canvas.text(
        WIDTH / 2,
        p.height * 0.62,
        fill(
            p,
            p.pick(
                "长按识别二维码",
                "请使用APP扫码查看",
                "联系商家处理",
                "图片加载失败",
                "提交失败，请联系客服",
                "1x",
                "{n}s",
                "加载中",
                "轻触屏幕继续",
                "保存图片",
                "原图",
                "扫一扫领红包",
            ),
        ),
        14,
        WHITE if dark else p.skin.sub,
        anchor="m",
    )
    p.status_bar(WHITE if dark else p.skin.ink)
    if p.chance(0.5):
        for index, icon in enumerate(("share", "edit", "grid")):
            p.canvas.icon(icon, WIDTH - 120 + index * 38, p.height - 80, 22, (180, 180, 185))
    return "近乎空白的黑屏或白屏图片"


def stray_picture(p: PageBuilder) -> str:
    """A picture that is neither screenshot nor goods: people, places, drawings, cards, full-screen video."""
    if p.chance(0.5):
        p.resize(*p.rng.choice(((360.0, 480.0), (480.0, 320.0), (360.0, 360.0), (300.0, 600.0))))
        p.canvas.paint(0, 0, p.canvas.width, p.height, paint_blot, p.seed())
        for _ in range(p.rng.randint(0, 3)):
            p.canvas.text(
                p.canvas.width / 2,
                p.height * p.rng.uniform(0.1, 0.85),
                fill(
                    p,
                    p.pick(
                        "早上好",
                        "好好生活",
                        "天天开心",
                        "祝您生意兴隆",
                        "谢谢老板",
                        "你怎么回事",
                        "我太难了",
                        "OK",
                        "收到",
                        "为什么不理我",
                        "人呢",
                        "等着急了",
                        "生气",
                        "求求了",
                    ),
                ),
                p.rng.choice((20, 28, 38)),
                p.rng.choice((WHITE, (20, 20, 20), (230, 40, 40))),
                bold=True,
                anchor="m",
            )
        return "表情包或无关图片"
    p.dress(DARK)
    p.can_scroll = False
    p.canvas.rect(0, 0, WIDTH, p.height, (0, 0, 0))
    high = p.rng.choice((260.0, 400.0, p.height))
    photo(p, p.rng.choice(("worn", "room", "plant", "food", "clothes")), (0, (p.height - high) / 2, WIDTH, (p.height + high) / 2))
    p.status_bar(WHITE)
    for text, x in (("1x", WIDTH - 40), (p.pick("00:12", "0:36/1:20", "原画", "04:57"), 30)):
        p.canvas.text(x, p.height - 60, text, 13, WHITE, anchor="m")
    p.canvas.icon("triangle", WIDTH / 2 - 12, p.height - 66, 24, WHITE)
    return "全屏视频播放画面"


def odd_list(p: PageBuilder) -> str:
    """Orders in mixed states with a status that belongs nowhere: coupons sold, services, a shop's member code, group buying."""
    p.nav(
        p.pick("拼团详情", "我的拼团", "砍价详情", "试用详情", "预约记录", "抽奖记录", "心愿单", "购物金", "礼品卡", "亲情账号")
    )
    for _ in range(4):
        if p.full():
            break
        item = p.item()
        with p.card():
            shop_row(p, p.pick("拼团中", "还差1人", "已结束", "未中签", "待参与", "已预约", "已失效"))
            goods_row(p, item, size=64, promises=0)
            p.note(
                p.pick(
                    f"还剩{p.rng.randint(0, 23)}:{p.rng.randint(10, 59)}:{p.rng.randint(10, 59)}结束",
                    "邀请好友一起参加更优惠",
                    "结果将在3天内公布",
                    "支付定金可参与",
                )
            )
            p.buttons(p.some(("邀请好友", "再来一次", "查看规则", "去参与", "设置提醒", "赠送好友"), 1, 2))
    return "拼团、试用、礼品卡等零散页面"


def cutting(p: PageBuilder) -> str:
    """A small piece of some page: a row, a price, a sentence."""
    p.resize(360, p.rng.choice((40.0, 70.0, 110.0, 160.0, 240.0)))
    p.canvas.background = p.rng.choice((WHITE, (246, 246, 248), (255, 248, 240)))
    p.x0, p.x1, p.y = 12, 348, p.rng.choice((-6.0, 6.0, 12.0))
    while p.y < p.height:
        item = p.item()
        match p.rng.randint(0, 7):
            case 0:
                p.canvas.price(p.x0, p.y, f"{item.price:g}", 20)
                p.y += 28
                p.tags((p.pick("银联卡满300减15", "每满300减50", "店铺券满99减10"), "包邮"))
            case 1:
                p.row(
                    p.pick("延期规则", "退运费", "运费", "赠品", "备注", "有效期", "退回方式", "优惠说明"),
                    p.pick(
                        "申请后3天内可用",
                        "差价部分可在此申请赔付",
                        "已赔付9.40元，差额可申请",
                        p.stamp(),
                        "不支持退换",
                        "以页面为准",
                    ),
                    arrow=p.chance(0.5),
                )
            case 2:
                p.para(p.rng.choice(CLAUSES).format(x="售后"), 13)
            case 3:
                p.at(p.x0, p.title(item), 13, width=300)
                p.y += 24
            case 4:
                p.buttons(p.some(("查看详情", "立即申请", "知道了", "去使用", "返回"), 1, 2))
            case 5:
                goods_row(p, item, size=50, promises=0)
            case 6:
                p.note(p.stamp() + p.pick(" 已读", " 未读", " 后因退款退回", " 前仍可使用", ""))
            case _:
                p.row(p.pick("查看钱款去向", "更多", "协商历史", "平台提醒"), p.pick("", "全部", p.stamp("minute")), arrow=True)
        p.y += p.rng.choice((0, 6, 14))
    return "某个页面的一小块截图"


def mosaic(p: PageBuilder) -> str:
    """Several screenshots in one picture, or a screenshot turned on its side."""
    p.resize(p.rng.choice((480.0, 620.0)), p.rng.choice((300.0, 420.0)))
    p.canvas.background = p.rng.choice((WHITE, (0, 0, 0), (230, 230, 232)))
    columns = p.rng.choice((2, 3))
    step = p.canvas.width / columns
    for index in range(columns):
        p.canvas.rect(index * step + 4, 4, step - 8, p.height - 8, WHITE)
        p.x0, p.x1, p.y = index * step + 12, (index + 1) * step - 12, 16
        while p.y < p.height - 60:
            item = p.item()
            p.thumb(item, p.x0, p.y, 34)
            for row, line in enumerate(wrap(p.title(item), 10, p.room() - 44, 2)):
                p.canvas.text(p.x0 + 40, p.y + row * 13, line, 10, p.skin.ink)
            p.canvas.price(p.x0 + 40, p.y + 28, f"{item.price:g}", 11, p.skin.accent)
            p.y += 50
    return "多张截图拼成的图片"
