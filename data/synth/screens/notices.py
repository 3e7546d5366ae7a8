"""Pages that fit no other scene and are read: rules, notices, settings, invoices, guides."""

from __future__ import annotations

from data.synth.canvas import Colour, hide, text_width
from data.synth.screens.bars import action_bar, submit_bar, tab_bar
from data.synth.screens.blocks import goods_row, icon_grid, shop_row
from data.synth.screens.page_builder import WIDTH, PageBuilder
from data.synth.screens.parts import fill
from data.synth.screens.pictures import paint_code
from data.synth.screens.skins import DARK, WHITE

SHORT_CLAUSES = ("为规范经营秩序，保障买卖双方权益，制定本规则。", "本规则适用于平台上的商家和买家，特殊类目另行约定。",
    "买家收到商品后，可在规定期限内提出售后申请。", "商品应当保持完好，附件、赠品、包装齐全。",
    "商家应在承诺时间内完成发货，超时的按规则承担责任。", "退回商品的运费由责任方承担，双方另有约定的除外。",
    "会员权益以开通页面展示为准，到期后自动失效。", "价格保护期内商品降价，买家可申请补差。",
    "以下情形不适用：定制商品、鲜活易腐、已拆封的贴身用品。", "平台有权根据实际情况对本规则进行调整，并提前公示。",
    "申请材料不真实的，平台有权取消资格并追回权益。", "每个账户每月限申请一次，金额以实际审核为准。")  # fmt: skip


def rules_page(p: PageBuilder) -> str:
    """Long rules."""
    p.nav(p.pick("规则详情", "服务协议", "会员权益规则", "价保服务标准", "七天无理由规则", "帮助中心", "用户协议"))
    p.x0, p.x1 = 16, WIDTH - 16
    p.para(p.pick("售后服务规范", "会员权益规则", "价格保护说明", "发货管理规则", "无理由退换货规则"), 15, bold=True, align="m")
    p.space(8)
    numbered = p.chance(0.5)
    for index, text in enumerate(p.rng.sample(SHORT_CLAUSES, 9)):
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


def notices(p: PageBuilder) -> str:
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


def settings(p: PageBuilder) -> str:
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


def invoice(p: PageBuilder) -> str:
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


def guide(p: PageBuilder) -> str:
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
    for index, text in enumerate(p.rng.sample(SHORT_CLAUSES, 5)):
        p.para(
            f"方法{'一二三四五'[index]}：" + p.pick("当月处理", "联系商家", "在线申请", "准备材料"), 14, (40, 140, 60), bold=True
        )
        p.para(text, 13)
        p.space(8)
    return "流传的攻略说明图片"


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


def rules(p: PageBuilder) -> str:
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


def notice_cards(p: PageBuilder) -> str:
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


def messages(p: PageBuilder) -> str:
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


def app_settings(p: PageBuilder) -> str:
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


def invoices(p: PageBuilder) -> str:
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


def tutorial(p: PageBuilder) -> str:
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
