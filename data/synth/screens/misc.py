"""Loose pages that fit no other scene: rules, notices, errors, invoices, live rooms, games, cut-outs.

`LAYOUTS` also takes in `shots` and `heads`.
"""

from __future__ import annotations

from dataclasses import replace

from data.synth.canvas import Colour, text_width, wrap
from data.synth.screens import heads, shots
from data.synth.screens.bars import submit_bar, tab_bar
from data.synth.screens.blocks import feed, goods_row, icon_grid, picture_strip, shop_row, steps
from data.synth.screens.covers import dialog, empty_state, popup_card, sheet, toast
from data.synth.screens.painters import paint_blot
from data.synth.screens.parts import bubble, chat_bar, chat_time, fill, photo
from data.synth.screens.phone import WIDTH, Phone
from data.synth.screens.pictures import GOLD, paint_code, party
from data.synth.screens.skins import DARK, WHITE
from data.synth.screens.vouchers import CRIMSON, red_packet

RULES = {
    "七天无理由退货服务规范": "七天无理由退货",
    "会员权益规则": "会员",
    "价格保护服务说明": "价保",
    "争议处理规则": "争议处理",
    "用户服务协议": "服务",
    "隐私权政策": "个人信息",
    "活动规则": "活动",
    "运费险服务说明": "运费险",
    "发票开具说明": "发票",
    "红包使用规则": "红包",
    "晚发赔付标准": "延迟发货",
    "平台交易规则": "交易",
}  # fmt: skip
CLAUSES = (
    "为维护买卖双方的合法权益，明确{x}相关要求，根据国家有关法律法规，制定本规则。",
    "本规则适用于在平台内从事经营活动的商家和购买商品的消费者。",
    "消费者应当在签收商品之日起的规定时间内，通过订单页面提出{x}申请。",
    "商品应保持完好，配件、赠品、吊牌齐全，不影响二次销售。",
    "商家应当自收到申请之日起48小时内予以处理，逾期未处理的，系统将自动同意。",
    "本条所称{x}，是指平台为符合条件的用户提供的服务，具体以页面展示为准。",
    "以下商品不适用：定制类、鲜活易腐类、在线下载的数字化商品、交付的报刊。",
    "因商品质量问题产生的运费由商家承担，非质量问题的运费由消费者承担。",
    "平台有权根据实际情况对{x}规则进行调整，并提前予以公告。",
    "如有违规行为，平台可视情节采取警告、限制使用、取消资格等措施。",
    "同一用户在活动期间限享一次，不与其他优惠同时使用。",
    "本服务由第三方保险公司承保，理赔结果以保险公司的认定为准。",
    "您知悉并同意，我们会在必要范围内收集和使用您的信息。",
    "有效期自开通之日起计算，到期后未续费的，权益自动失效。",
    "其他未尽事宜，以相关法律规定及平台公示的规则为准。",
    "发起{x}时须提供清晰的凭证图片，凭证不全的可能影响处理结果。",
    "双方对处理结果有异议的，可以申请平台介入或向有关部门反映。",
    "商家承诺的服务标准高于本规则的，按商家承诺执行。",
)


def rules(p: Phone) -> str:
    """A page of rules or an agreement."""
    title = p.rng.choice(list(RULES))
    p.nav(p.pick("规则详情", "规则", title, "说明", "帮助中心"))
    p.canvas.background = p.skin.card
    p.x0, p.x1 = 14, WIDTH - 14
    if p.chance(0.7):
        p.para(title, 17, bold=True, align=p.pick("l", "m"))
        p.note(p.pick("更新日期：", "生效日期：") + p.stamp("cnday")) if p.chance(0.4) else None
        p.y += 8
    style = p.rng.choice(("article", "number", "question"))
    for index, text in enumerate(p.rng.sample(CLAUSES, p.rng.randint(7, 13)), 1):
        number = "一二三四五六七八九十"[(index - 1) % 10]
        if p.chance(0.18):
            p.para(
                p.pick(f"第{number}章 ", f"{number}、")
                + p.pick("总则", "服务内容", "适用范围", "申请条件", "处理流程", "商家义务", "违规处理", "附则", "常见问题"),
                15,
                bold=True,
            )
        head = {
            "article": f"第{number}条 ",
            "number": p.pick(f"{index}、", f"（{number}）", f"{index}."),
            "question": f"问：{p.pick('什么情况可以申请？', '多久可以处理完？', '哪些商品不支持？', '费用谁来承担？')}\n答：",
        }[style]
        p.para(
            head + text.format(x=RULES[title]),
            p.rng.choice((13.0, 13.5, 14.0)),
            p.skin.ink if p.chance(0.8) else p.skin.sub,
            lead=1.7,
        )
        p.y += 7
    p.x0, p.x1 = 0, WIDTH
    return f"规则或协议正文：{title}"


def notice_cards(p: Phone) -> str:
    """The notification centre's list."""
    p.nav(p.pick("通知", "消息通知", "交易物流", "互动消息", "系统消息"), right=p.pick("", "全部已读"))
    p.tabs(("物流", "提醒", "互动", "赞评", "优惠", "其他"), p.rng.randint(0, 5), size=13)
    for _ in range(5):
        if p.full():
            break
        item = p.item()
        p.back(60, 9000)
        with p.card():
            p.row(
                p.pick("订单物流消息", "交易提醒", "活动通知", "账户消息", "服务提醒"),
                p.pick("昨天", p.stamp("short"), "星期五", "刚刚"),
                size=12,
                colour=p.skin.sub,
                gap=6,
            )
            p.para(
                fill(
                    p,
                    p.pick(
                        "您买的宝贝已发货",
                        "您的宝贝支付成功",
                        "商家延迟发货补偿已到账",
                        "您有一张优惠券即将过期",
                        "您关注的店铺上新了",
                        "宝贝已签收，快去评价吧",
                        "您的账号在新设备登录",
                        "有{n}个人赞了你的评价",
                        "订单待付款，即将关闭",
                        "你收藏的{product}降价了",
                    ),
                ),
                14.5,
                bold=True,
            )
            p.thumb(item, p.x1 - 46, p.y - 20, 46)
            p.field(
                p.pick("支付信息", "包裹动态", "赔付原因", "温馨提示", "补偿金额"),
                p.pick("已支付成功", "运输中", "商家发货超时", "点击查看售后保障", f"{p.amount(1, 20):.2f}元"),
            )
            p.rule()
            p.row(p.pick("查看详情", "立即查看", "点击查看订单详情"), "", arrow=True, colour=(50, 110, 220), gap=1, size=12.5)
    return "消息通知列表"


def messages(p: Phone) -> str:
    """The list of conversations."""
    p.nav(p.pick("消息", f"消息({p.rng.randint(1, 99)})"), icons=("search", "plus"))
    tab_bar(p, ("首页", "视频", "消息", "购物车", "我的淘宝"), 2)
    icon_grid(p, p.some(("交易物流", "通知消息", "互动消息", "活动优惠", "服务助手"), 4), 4)
    p.x0, p.x1 = 14, WIDTH - 14
    for _ in range(9):
        if p.y > p.height:
            break
        p.avatar(p.x0, p.y, 42)
        p.at(
            p.x0 + 54,
            p.secret(p.lexicon.shop(p.rng))
            if p.chance(0.8)
            else p.pick("官方客服", "购物助手", "淘金币", "红包群", "会员俱乐部"),
            14.5,
            width=200,
        )
        p.at(p.x1, p.pick(p.stamp("time"), "昨天", p.stamp("shortday"), "星期三"), 11, p.skin.faint, anchor="r")
        p.at(
            p.x0 + 54,
            fill(
                p,
                p.pick(
                    "亲，请问还有什么可以帮您",
                    "[图片]",
                    "[卡片消息]",
                    "您好，欢迎光临{shop}",
                    "亲亲，您的{product}已发货",
                    "[自动回复]在的亲",
                    "邀请您评价本次服务",
                    "好的，谢谢",
                ),
            ),
            12,
            p.skin.faint,
            dy=23,
            width=220,
        )
        p.y += 60
    p.x0, p.x1 = 0, WIDTH
    return "消息会话列表"


def app_settings(p: Phone) -> str:
    """A settings page of the app."""
    groups = {
        "设置": (
            "账号与安全",
            "收货地址",
            "支付设置",
            "消息设置",
            "隐私",
            "通用",
            "关于我们",
            "清除缓存",
            "切换账号",
            "退出登录",
            "主题换肤",
            "字体大小",
            "长辈版",
            "深色模式",
            "用户反馈",
        ),
        "消息设置": (
            "允许手机通知",
            "交易物流",
            "服务提醒",
            "互动娱乐",
            "赞评关注",
            "活动优惠",
            "订阅提醒",
            "店铺客服消息",
            "好友消息",
            "陌生人消息",
            "群聊消息",
            "免打扰时段",
        ),
        "隐私设置": (
            "个性化推荐",
            "通讯录权限",
            "位置权限",
            "相册权限",
            "谁可以看我的评价",
            "广告管理",
            "系统权限",
            "个人信息查阅",
            "第三方共享清单",
            "黑名单",
        ),
        "支付设置": (
            "免密支付",
            "先用后付",
            "扣款顺序",
            "银行卡管理",
            "指纹支付",
            "刷脸支付",
            "自动续费",
            "亲情账号",
            "支付密码",
        ),
        "账号与安全": (
            "会员名",
            "修改手机号",
            "登录密码",
            "实名认证",
            "设备管理",
            "注销账号",
            "安全中心",
            "绑定微信",
            "账号申诉",
        ),
    }
    title = p.rng.choice(list(groups))
    p.nav(title, icons=())
    names = p.some(groups[title], 6, 12)
    index = 0
    while index < len(names):
        count = p.rng.randint(2, 5)
        if p.chance(0.4):
            p.note(p.pick("应用关闭时", "设置接收的平台通知", "安全与隐私", "更多设置", "通用"), indent=16)
            p.y += 4
        with p.band():
            for name in names[index : index + count]:
                switch = p.chance(0.25)
                p.row(
                    name,
                    "" if switch else p.pick("", "", "不接收", "已开启", "未设置", "去开启", "关闭"),
                    arrow=not switch,
                    vcolour=p.skin.faint,
                )
                if switch:
                    on = p.chance(0.5)
                    p.canvas.rect(p.x1 - 40, p.y - 32, 40, 22, p.skin.accent if on else (210, 210, 214), radius=11)
                    p.canvas.ellipse(p.x1 - (20 if on else 38), p.y - 30, 18, 18, WHITE)
        index += count
    return f"应用的设置页面：{title}"


def failed(p: Phone) -> str:
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


def blank(p: Phone) -> str:
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


def invoices(p: Phone) -> str:
    """The invoice centre, one application, or its form."""
    kind = p.rng.randint(0, 2)
    if kind == 0:
        p.nav(p.pick("发票中心", "我的发票", "发票管理"), right=p.pick("", "发票抬头"))
        p.tabs(("已开票", f"申请中({p.rng.randint(1, 9)})", "未申请"), p.rng.randint(0, 2))
        for _ in range(4):
            if p.full():
                break
            item = p.item()
            with p.card():
                p.row(p.shop(), p.pick("联系商家", "已开票", "待开票", "开票失败"), size=12.5)
                goods_row(p, item, size=46, promises=0)
                for label, value in (
                    ("发票抬头", p.secret(p.pick("个人", p.lexicon.name(p.rng)))),
                    ("发票类型", p.pick("普通发票-电子", "数电普票", "增值税专用发票", "普通发票-纸质")),
                    ("申请日期", p.stamp("dot")),
                    ("发票金额", p.yuan(item.price)),
                ):
                    p.field(label, value)
                p.buttons(p.some(("发票详情", "申请开票", "修改申请", "换开发票", "下载发票", "催开票"), 1, 2))
    elif kind == 1:
        p.nav(p.pick("申请中", "发票详情", "已开票"), right="发票中心")
        p.note(
            p.pick(
                f"商家还有{p.rng.randint(0, 3)}天{p.rng.randint(0, 23)}小时处理时间",
                "发票已开具，可下载查看",
                "商家已寄出纸质发票",
            ),
            indent=14,
        )
        with p.card():
            p.para(p.pick("普通发票-电子", "普通发票-纸质", "增值税电子普通发票"), 15, align="m", bold=True)
            p.rule()
            for label, value in (
                ("发票抬头", p.secret("个人" if p.chance(0.5) else p.lexicon.city(p.rng) + "科技有限公司")),
                ("税号", p.secret(p.digits(18))),
                ("发票金额", f"{p.amount(5, 3000):.2f}元"),
                ("发票内容", p.pick("商品明细", "明细", "商品类别")),
                ("申请日期", p.stamp("dot")),
                ("收票邮箱", p.secret("user@mail")),
                ("发票号码", p.order_no(8)),
                ("开票方", p.secret(p.lexicon.shop(p.rng))),
            ):
                p.field(label, value, column=90, gap=10)

        def draw(top: float) -> None:
            p.canvas.text(24, top + 18, "客服", 12, p.skin.sub)
            p.pill(WIDTH - 12, top + 12, "修改申请", outline=p.skin.accent, ink=p.skin.accent, anchor="r")
            p.pill(WIDTH - 96, top + 12, "撤销申请", outline=p.skin.faint, anchor="r")

        p.bottom(50, draw)
    else:
        p.nav(p.pick("申请开票", "开具发票", "发票信息", "填写发票"))
        submit_bar(p, p.pick("提交申请", "提交", "申请开票"))
        with p.card():
            p.heading("发票类型")
            p.chips(("电子普通发票", "纸质发票", "增值税专用发票"), 0)
            p.heading("抬头类型")
            p.chips(("个人或事业单位", "企业"), p.rng.randint(0, 1))
            for label in ("发票抬头", "税号", "开户银行", "银行账号", "企业地址", "企业电话", "收票邮箱", "收票手机"):
                if p.chance(0.75):
                    p.row(label, p.pick("请填写", "必填", "选填", p.secret("已填写的内容")), arrow=True)
            p.price_row("开票金额", p.amount(5, 3000))
            p.note(p.pick("发票将在商家确认后的3个工作日内开具", "红包、积分抵扣部分不支持开票", "开票后发生退款需要红冲"))
    return "发票中心或发票申请页面"


def tutorial(p: Phone) -> str:
    """A shop's picture with instructions."""
    p.resize(360, p.rng.choice((380.0, 480.0, 560.0)))
    tone: Colour = p.rng.choice(((90, 200, 220), (250, 180, 90), (240, 110, 110), (120, 170, 250), (140, 200, 120)))
    p.canvas.background = tone
    p.canvas.rect(14, 14, 332, p.height - 28, WHITE, radius=16)
    p.x0, p.x1, p.y = 30, 330, 30
    topic, steps_ = p.rng.choice(
        (
            (
                "发票开错了怎么处理",
                (
                    "当月发票可以作废重开",
                    "跨月发票需要红冲后再开",
                    "专票需要买方先申请红字信息表",
                    "电子发票不能作废，只能红冲",
                    "退货后原发票由商家收回",
                ),
            ),
            ("如何修改收货地址", ("打开订单详情页", "点击修改地址按钮", "选择新的地址并确认", "已发货的订单请联系快递")),
            ("使用说明", ("首次使用前请先清洗", "按住开关3秒开机", "指示灯变绿表示已连接", "充电时请勿使用")),
            ("安装步骤图", ("核对配件是否齐全", "按图示连接两侧", "用螺丝固定底座", "检查是否平稳")),
            ("售后须知", ("签收前请先验货", "有破损请当面拒收", "保留包装便于退换", "有问题先找客服，勿急于差评")),
            ("尺码对照表", ("S 80-95斤", "M 95-110斤", "L 110-125斤", "XL 125-140斤", "手工测量误差1-3cm")),
            ("领券教程", ("复制口令打开APP", "点击弹窗领取", "下单时自动抵扣", "仅限当天有效")),
        )
    )
    p.para(topic, 25, p.rng.choice(((220, 30, 40), (30, 30, 40))), bold=True, align="m")
    p.y += 10
    for index, text in enumerate(steps_, 1):
        head = p.pick(f"方法{'一二三四五六'[index - 1]}、", f"{index}. ", f"第{'一二三四五六'[index - 1]}步：")
        p.canvas.rect(p.x0, p.y - 1, text_width(head, 14), 18, (140, 240, 90))
        p.para(head + text, 14, bold=True)
        p.note(p.pick("如有疑问请咨询在线客服", "请仔细核对信息后操作", "操作不成功可以重试一次", "以实际页面为准"))
        p.y += 8
    return f"图文教程或说明图片：{topic}"


def live_pocket(p: Phone) -> str:
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


def results(p: Phone) -> str:
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


def favourites(p: Phone) -> str:
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


def group_chat(p: Phone) -> str:
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


def popup(p: Phone) -> str:
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


def garden(p: Phone) -> str:
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


def member(p: Phone) -> str:
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


def recycle(p: Phone) -> str:
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


def stray_picture(p: Phone) -> str:
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


def odd_list(p: Phone) -> str:
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


def cutting(p: Phone) -> str:
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


def mosaic(p: Phone) -> str:
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


LAYOUTS = {
    "其他类别图片": (
        rules,
        rules,
        notice_cards,
        messages,
        app_settings,
        failed,
        blank,
        invoices,
        invoices,
        tutorial,
        live_pocket,
        results,
        favourites,
        group_chat,
        popup,
        garden,
        member,
        recycle,
        stray_picture,
        odd_list,
        cutting,
        cutting,
        mosaic,
    ),
    **shots.LAYOUTS,
    **heads.LAYOUTS,
}
