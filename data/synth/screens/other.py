"""Screens that fit nowhere: rules, notices, settings, invoices, errors, live rooms, searches, groups, fragments."""

from __future__ import annotations

import functools

from data.synth.canvas import Colour, hide
from data.synth.screens.bars import action_bar, submit_bar, tab_bar
from data.synth.screens.blocks import PROMISES, feed, goods_row, icon_grid, price_detail, shop_row, steps
from data.synth.screens.covers import empty_state, popup_card, sheet, toast
from data.synth.screens.painters import paint_blot, paint_photo
from data.synth.screens.phone import WIDTH, Phone
from data.synth.screens.photographs import (
    photo_damage,
    photo_display,
    photo_goods,
    photo_label,
    photo_paper,
    photo_parcel,
    photo_person,
    photo_place,
)
from data.synth.screens.pictures import badge, paint_code, party
from data.synth.screens.skins import BLACK, DARK, WHITE
from data.synth.screens.vouchers import CRIMSON, red_packet

CLAUSES = ("为规范经营秩序，保障买卖双方权益，制定本规则。", "本规则适用于平台上的商家和买家，特殊类目另行约定。",
    "买家收到商品后，可在规定期限内提出售后申请。", "商品应当保持完好，附件、赠品、包装齐全。",
    "商家应在承诺时间内完成发货，超时的按规则承担责任。", "退回商品的运费由责任方承担，双方另有约定的除外。",
    "会员权益以开通页面展示为准，到期后自动失效。", "价格保护期内商品降价，买家可申请补差。",
    "以下情形不适用：定制商品、鲜活易腐、已拆封的贴身用品。", "平台有权根据实际情况对本规则进行调整，并提前公示。",
    "申请材料不真实的，平台有权取消资格并追回权益。", "每个账户每月限申请一次，金额以实际审核为准。")  # fmt: skip


def rules_page(p: Phone) -> str:
    """Long rules."""
    p.nav(p.pick("规则详情", "服务协议", "会员权益规则", "价保服务标准", "七天无理由规则", "帮助中心", "用户协议"))
    p.x0, p.x1 = 16, WIDTH - 16
    p.para(p.pick("售后服务规范", "会员权益规则", "价格保护说明", "发货管理规则", "无理由退换货规则"), 15, bold=True, align="m")
    p.space(8)
    numbered = p.chance(0.5)
    for index, text in enumerate(p.rng.sample(CLAUSES, 9)):
        if index % 4 == 0:
            p.para(
                ("一", "二", "三")[index // 4]
                + "、"
                + p.pick("目的和依据", "适用范围", "服务内容", "申请条件", "常见问题", "处理流程"),
                14,
                bold=True,
            )
        p.para((f"第{'一二三四五六七八九'[index]}条 " if numbered else f"{index % 4 + 1}. ") + text, 13, lead=1.6)
        p.space(5)
    return "规则或协议文字页面"


def notices(p: Phone) -> str:
    """The notification centre."""
    if p.chance(0.4):
        p.dress(DARK)
    p.nav(p.pick("通知", "消息", "消息中心"), icons=("gear",))
    p.tabs(("物流", "提醒", "互动", "赞评", "优惠", "其他"), p.rng.randint(0, 4), size=13)
    for _ in range(5):
        p.back(60, 4000)
        with p.card():
            p.note(
                p.pick("订单消息", "活动提醒", "系统通知", "互动消息", "服务通知")
                + "  "
                + p.pick("昨天", "星期五", p.stamp("time"))
            )
            p.para(
                p.pick(
                    "您有一笔订单支付成功",
                    "您关注的店铺上新了",
                    "商家发货延误补偿",
                    "有人赞了你的评价",
                    "您的会员即将到期",
                    "系统升级公告",
                    "您预约的活动开始了",
                ),
                15,
                bold=True,
            )
            p.thumb(p.item(), p.x1 - 44, p.y - 22, 42)
            p.field(p.pick("提醒内容", "支付信息", "补偿金额"), p.pick("点击查看详情", f"{p.amount(1, 9):.2f}元", "已支付成功"))
            p.row("立即查看 >>", "", arrow=True, gap=0, colour=(50, 120, 220))
    return "消息通知列表"


def settings(p: Phone) -> str:
    """Settings of messages, privacy, account."""
    p.nav(p.pick("消息设置", "设置", "隐私设置", "通用", "支付设置"))
    with p.card():
        p.row(p.pick("允许手机通知", "接收新消息通知"), "开", bold=True)
        p.note("当前手机可以接收新通知")
    with p.card():
        for name in p.some(
            (
                "交易物流",
                "服务提醒",
                "互动娱乐",
                "赞评关注",
                "活动优惠",
                "订阅提醒",
                "店铺客服消息",
                "好友消息",
                "群聊消息",
                "陌生人消息",
                "清理缓存",
                "深色模式",
                "字体大小",
                "账号与安全",
                "关于我们",
                "地区切换",
            ),
            7,
            11,
        ):
            p.row(name, p.pick("", "不接收", "接收", "未开启", "开"), arrow=True, vcolour=p.skin.faint)
    return "设置页面"


def invoice(p: Phone) -> str:
    """Invoices: centre, application, one invoice."""
    kind = p.rng.randrange(3)
    if kind == 0:
        p.nav(p.pick("发票中心", "我的发票"), right="发票抬头")
        p.tabs(("已开票", f"申请中({p.rng.randint(1, 9)})", "未申请"), p.rng.randint(0, 2))
        for _ in range(4):
            with p.card():
                shop_row(p, "联系商家")
                goods_row(p, p.item(), size=42, promises=0)
                p.row("个人抬头", p.secret("张三"), gap=5)
                p.row("发票类型", p.pick("普通发票-电子", "专用发票"), gap=5)
                p.row("申请日期", p.stamp("dot"), gap=5)
                p.buttons(("发票详情",))
        return "发票中心列表"
    if kind == 1:
        p.nav(p.pick("申请中", "开票详情", "申请开票"), sub=p.pick("", "商家还有1天处理"))
        action_bar(p, ("申请历史", "撤销申请", "修改申请"))
        with p.card():
            p.para(p.pick("普通发票-纸质", "电子普通发票", "增值税发票"), 16, (190, 60, 50), align="m", bold=True)
            p.space(10)
            for label, value in (
                ("发票抬头", p.secret("某某科技有限公司")),
                ("税    号", p.secret(p.digits(15))),
                ("发票金额", f"{p.amount(10, 5000):.2f}元"),
                ("发票内容", p.pick("明细", "商品类别")),
                ("申请日期", p.stamp("dot")),
                ("收票邮箱", p.secret("abc@mail.com")),
            ):
                p.field(label, value, gap=12)
        return "发票申请详情"
    p.resize(560, 360)
    p.canvas.background = (252, 250, 244)
    c, ink = p.canvas, (150, 70, 40)
    c.text(280, 18, p.pick("电子发票（普通发票）", "增值税电子普通发票"), 21, ink, anchor="m", bold=True)
    c.paint(24, 14, 56, 56, paint_code, p.seed())
    c.text(400, 22, "发票号码：" + hide(p.digits(12)), 11, ink)
    c.text(400, 42, "开票日期：" + p.stamp("cnday"), 11, ink)
    for y, name in (
        (86, "购买方 名称：" + hide("某某某")),
        (106, "统一社会信用代码：" + hide(p.digits(12))),
        (140, "项目名称    规格型号    单位    数量    单价    金额    税率    税额"),
        (164, f"*日用品*{p.item().name}   件   1   {p.amount():.2f}   13%   {p.amount(1, 9):.2f}"),
        (240, f"价税合计（小写）¥{p.amount():.2f}"),
        (270, "销售方 名称：" + hide("某某贸易有限公司")),
        (320, "收款人：" + hide("王某") + "  复核：" + hide("李某") + "  开票人：" + hide("张某")),
    ):
        c.rect(20, y - 6, 520, 0.8, ink)
        c.text(30, y, name, 12, (60, 50, 44))
    return "电子发票图片"


def error_page(p: Phone) -> str:
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


def live_room(p: Phone) -> str:
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


def search(p: Phone) -> str:
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


def group(p: Phone) -> str:
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


def recycling(p: Phone) -> str:
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


def gallery(p: Phone) -> str:
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


def fragment(p: Phone) -> str:
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


def fee_sheet(p: Phone) -> str:
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


def guide(p: Phone) -> str:
    """A picture with advice, as it circulates."""
    p.resize(360, p.rng.uniform(420, 700))
    tone: Colour = p.rng.choice(((120, 220, 240), (255, 220, 120), (200, 230, 180), (245, 200, 210)))
    p.canvas.background = tone
    p.canvas.rect(14, 14, 332, p.height - 28, WHITE, radius=16)
    p.x0, p.x1, p.y = 30, 330, 34
    p.para(
        p.pick("发票开错了怎么办", "如何申请价保", "领水果攻略", "怎么查看保修", "退款到账时间表", "省钱小技巧"),
        24,
        (220, 50, 40),
        bold=True,
        align="m",
    )
    p.space(10)
    for index, text in enumerate(p.rng.sample(CLAUSES, 5)):
        p.para(
            f"方法{'一二三四五'[index]}：" + p.pick("当月处理", "联系商家", "在线申请", "准备材料"), 14, (40, 140, 60), bold=True
        )
        p.para(text, 13)
        p.space(8)
    return "流传的攻略说明图片"


def popup_ad(p: Phone) -> str:
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


LAYOUTS = {"实物拍摄(含售后)": (photo_goods, photo_damage, photo_parcel, photo_label, photo_paper, photo_person, photo_place,
    photo_display), "其他类别图片": (rules_page, notices, settings, invoice, error_page, live_room, search, group, recycling,
    gallery, fragment, fee_sheet, guide, popup_ad)}  # fmt: skip
