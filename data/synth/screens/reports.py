"""More complaints and reports: their centre, the choice of a type, progress in other words, what was sent, and the desktop's."""

from __future__ import annotations

from data.synth.canvas import Colour, text_width
from data.synth.screens.bars import action_bar, submit_bar
from data.synth.screens.blocks import goods_row, icon_grid, input_area, links, picture_strip, steps, timeline, upload_box
from data.synth.screens.covers import dialog, sheet, toast
from data.synth.screens.parts import bubble, chat_bar, chat_time, hero
from data.synth.screens.phone import WIDTH, Item, Phone
from data.synth.screens.pictures import GOLD, badge
from data.synth.screens.skins import WHITE

REASONS = (
    "发货问题-虚假发货",
    "发货问题-缺货",
    "发货问题-拒绝发货",
    "发货问题-超过承诺时间未发",
    "物流问题-签收地址不符",
    "物流问题-轨迹长期不更新",
    "违背承诺-不给赠品",
    "违背承诺-不履行价保",
    "违背承诺-不开发票",
    "违背承诺-拒绝返现",
    "售后问题-拒绝退换",
    "售后问题-不退运费",
    "服务态度差",
    "骚扰辱骂买家",
    "恶意加价",
    "要求线下交易",
    "商品质量问题",
    "描述与实物不符",
    "出售假冒商品",
    "泄露个人信息",
    "诱导好评",
    "发票问题",
    "拒绝履行三包",
    "强制确认收货",
    "少件漏发不处理",
)
CARRIER_REASONS = (
    "未送货上门",
    "虚假签收",
    "擅自放驿站",
    "快递丢失",
    "包裹破损",
    "快递员态度恶劣",
    "派送延误",
    "拒绝派送",
    "乱收费",
    "上门取件未按时",
    "私拆包裹",
    "虚假揽收",
)
OFFENCES = (
    "出售违禁品",
    "假冒伪劣",
    "虚假宣传",
    "价格欺诈",
    "盗用图片",
    "发布广告信息",
    "色情低俗",
    "侮辱谩骂",
    "泄露隐私",
    "诈骗",
    "引导线下交易",
    "虚假交易",
    "刷单炒信",
    "侵犯知识产权",
    "未成年人不良信息",
    "信息滥用",
    "恶意骚扰",
    "滥发信息",
    "资质造假",
    "其他问题",
)
SERVERS = ("平台客服", "专属客服", "官方客服", "会员专属客服", "客服专员", "平台")
STATES = ("处理中", "处理完成", "已撤销", "待补充凭证", "投诉成立", "投诉不成立", "已完结", "待商家处理", "待受理", "已关闭")
OWN_WORDS = (
    "不发货也不退款",
    "客服一直不回消息",
    "收到的和图片完全不一样",
    "说好送赠品，结果没有",
    "物流一周没动过",
    "点了签收我根本没收到",
    "要我加微信才给退款",
    "态度特别差，还骂人",
    "不给开发票，找各种理由",
    "明显是假货，要求赔偿",
    "拖着不处理",
    "用一次就坏，不给换",
    "修改订单价格多收钱",
    "商家拒绝退差价",
    "联系不上卖家",
    "说有货，付了钱又说没货",
    "快递放门口丢了没人管",
    "好评返现不兑现",
)
DIALOGS = (
    "确认撤销本次投诉吗？撤销后可能无法再次发起",
    "投诉提交成功，商家将在24小时内处理",
    "该订单已有处理中的投诉，请勿重复提交",
    "订单不符合投诉条件",
    "请先选择投诉原因",
    "提交成功，感谢您的举报",
    "撤销后该问题将不再处理，是否继续？",
    "已超过投诉有效期，请联系官方客服",
    "您今日举报次数已达上限",
    "请至少上传一张凭证",
    "投诉期间不能申请售后，是否继续？",
    "您已催促成功，客服会尽快处理",
)


def reason(p: Phone) -> str:
    """A reason as the pages write it: joined by - or /, or only its last part."""
    group, mark, last = p.rng.choice(REASONS).partition("-")
    return (last or group) if p.chance(0.35) else group + (p.pick("-", "/") if mark else "") + last


def headline(p: Phone) -> str:
    """Who is complained about and why."""
    return (
        "物流投诉：" + p.rng.choice(CARRIER_REASONS)
        if p.chance(0.12)
        else p.pick("投诉卖家：", "投诉卖家：", "投诉商家：") + reason(p)
    )


def money(p: Phone) -> str:
    """What is paid."""
    a = f"{p.amount(1, 120):.2f}"
    return p.pick(
        f"现金{a}元",
        f"红包{p.rng.randint(1, 2)}个，合计{a}元",
        f"{a}元无门槛红包",
        f"店铺优惠券{a}元",
        f"{a}元补偿金",
        f"订单金额的{p.pick('5', '10', '30')}%，即{a}元",
    )


def course(p: Phone) -> list[tuple[str, str, str]]:
    """What happened to a complaint, newest first, in an order that makes sense."""
    who = p.rng.choice(SERVERS)
    end = p.rng.choice(
        (
            (
                f"{who}{p.pick('已判决', '判决')}，投诉成立",
                p.pick(
                    f"平台已向您赔付{money(p)}，商家的违约行为会计入店铺考核",
                    f"经核实商家违规，已赔付{money(p)}，并对商家作出处罚",
                    "商家保证金不足，平台正在催缴，到账后会第一时间赔给您",
                    f"您的投诉已判责商家，{money(p)}已发放，请查收",
                    "已对商家扣分处理，感谢您的监督",
                ),
            ),
            (
                p.pick("投诉不成立", "投诉已关闭", f"{who}判定投诉不成立"),
                p.pick(
                    "根据现有凭证无法认定商家违规",
                    "超时未补充凭证，投诉关闭",
                    "您与商家的情况不属于受理范围，建议走退款售后",
                    "商家已按承诺履行，不支持本次投诉",
                ),
            ),
            (
                p.pick("您已撤销投诉", "协商达成一致，已撤诉", "投诉已撤销"),
                p.pick("若问题还未解决，15天内可再次发起", "您同意了卖家的方案，投诉完结", "撤销后可继续联系卖家协商"),
            ),
            (
                f"{who}{p.pick('处理中', '加急处理中', '核实处理中')}",
                p.pick(
                    "预计24小时内给您结果，请耐心等待",
                    "预计48小时内完成，请留意消息通知",
                    "我们正在核实双方凭证，3个工作日内答复",
                    "已为您升级处理，请保持电话畅通",
                ),
            ),
            (p.pick("投诉完结", "投诉赔付完成", "您的投诉处理完成"), f"依据平台规则已赔付{money(p)}"),
        )
    )
    middles = [
        (f"{who}核实处理中", "约三个工作日内处理完"),
        ("卖家超时未回复", f"{who}将继续为您处理"),
        (
            p.pick("卖家处理中", "商家处理中"),
            p.pick("卖家需在24小时内给出方案，超时由平台跟进", "已通知卖家配合处理", "若卖家未及时答复，客服将介入"),
        ),
        (
            p.pick("卖家提供方案", "商家提供协商方案"),
            p.pick("方案：", "方案内容：")
            + p.pick("尽快发货", "退款并补偿", "补寄商品", "其他方案", "拒绝赔付")
            + p.pick("，说明：请您先撤销投诉", "，说明：仓库发错了，给您补发", "，说明：本品为赠品不支持投诉", ""),
        ),
        ("您补充描述", "留言：" + p.rng.choice(OWN_WORDS)),
        ("客服电话回访", p.pick("未接通，稍后将再次联系", "已与您沟通方案")),
    ]
    start = (
        p.pick("您发起投诉", "投诉已发起", "提交投诉", "您发起了投诉"),
        f"投诉原因：{reason(p)}" + (f"\n投诉说明：{p.rng.choice(OWN_WORDS)}" if p.chance(0.7) else ""),
    )
    found = []
    for title, body in (end, *[middles[i] for i in sorted(p.rng.sample(range(len(middles)), p.rng.randint(1, 4)))], start):
        found.append((title, p.stamp("short") if p.chance(0.85) else "", body))
        p.back(60, 3000)
    return found


def facts(p: Phone, item: Item) -> None:
    """Article and facts."""
    with p.card():
        p.heading(p.pick("投诉信息", "投诉信息", "订单信息", "投诉商品"))
        goods_row(p, item, size=64, promises=0)
        for label, value, share in (
            ("投诉单号", p.order_no(16), 1.0),
            ("投诉原因", reason(p), 1.0),
            ("投诉时间", p.stamp(), 0.35),
            ("预留手机号", p.secret("1" + p.digits(10)), 0.35),
            ("投诉诉求", p.pick("赔付", "尽快发货", "退款", "道歉", "补发赠品"), 0.35),
            ("投诉对象", p.pick("卖家", "物流公司", "客服"), 0.2),
        ):
            if p.chance(share):
                p.field(label, value)
        links(p, p.some(("联系卖家", "官方客服", "联系客服"), 1, 2))


def payout(p: Phone) -> None:
    """The golden or red strip that shows what was paid."""
    gold = p.chance(0.4)
    tones: tuple[Colour, Colour] = ((255, 238, 190), (245, 205, 120)) if gold else ((255, 90, 60), (240, 40, 60))
    ink: Colour = (120, 70, 20) if gold else WHITE
    p.canvas.gradient(p.x0 + 22, p.y, p.room() - 22, 58, *tones, across=True, radius=8)
    p.canvas.price(p.x0 + 34, p.y + 19, f"{p.amount(1, 120):g}", 21, ink)
    p.canvas.text(
        p.x0 + 108,
        p.y + 12,
        p.pick("现金到账", "补偿金已到账")
        if gold
        else p.pick("违约赔付红包", "延迟发货赔付", "物流异常赔付红包", f"共{p.rng.randint(1, 3)}个红包", "投诉补偿红包"),
        13,
        ink,
        bold=True,
    )
    p.canvas.text(
        p.x0 + 108,
        p.y + 33,
        p.pick("已转入余额", "可在账单中查看") if gold else p.pick("无门槛，全场可用", "可在卡券包查看", "有效期15天"),
        10.5,
        ink,
        width=130,
    )
    if not gold:
        p.pill(p.x1 - 8, p.y + 17, p.pick("查看", "去使用"), size=11, fill=GOLD, ink=(180, 60, 30), anchor="r")
    p.y += 70


def detail(p: Phone) -> str:
    """A complaint in progress or done."""
    found = course(p)
    p.nav(p.pick("投诉详情", "进度详情", "投诉详情", "服务进度", "投诉进度"))
    done = "中" not in found[0][0]
    p.y -= 8
    p.canvas.gradient(0, p.y, WIDTH, 110, p.skin.accent2, p.skin.accent, across=True)
    p.canvas.text(
        16,
        p.y + 14,
        p.pick("投诉已处理完成", "平台客服已结束服务", "您的投诉处理完成")
        if done
        else p.pick("平台客服处理中", "专属客服正在处理", "卖家处理中", "承运方正在核实"),
        16,
        WHITE,
        bold=True,
    )
    p.y += 46
    with p.card():
        if p.chance(0.5):
            p.para(headline(p), 14.5, bold=True)
            p.space(4)
        shown = p.rng.choice((1, 2, len(found)))
        timeline(p, found[:1], mask=0.1)
        if "赔付" in found[0][2] and p.chance(0.6):
            payout(p)
        timeline(p, found[1:shown], current=-1, mask=0.1)
        if p.chance(0.4):
            picture_strip(p, p.rng.randint(1, 3), 34)
        p.para(p.pick("全部进度 >", "查看全部进度", "展开", "收起"), 12.5, p.skin.sub, align="m")
    if p.chance(0.2):
        with p.card():
            p.row(p.pick("我要退款/退货", "申请售后"), p.pick("查看退款", "去申请"), arrow=True, gap=2)
    facts(p, p.item())
    if p.chance(0.6):
        action_bar(
            p, p.some(("补充描述", "撤销投诉", "重新发起", "联系卖家", "查看留言", "评价服务", "催促处理", "补充凭证"), 1, 3)
        )
    return f"投诉详情，{found[0][0]}"


def all_of_it(p: Phone) -> str:
    """The sheet with the whole course, twice if it was raised again."""
    detail(p)
    with sheet(p, p.pick("全部进度", "进度详情", "处理进度"), height=p.height * p.rng.uniform(0.55, 0.8)):
        found = course(p)
        timeline(p, found[:1])
        if "赔付" in found[0][2] and p.chance(0.6):
            payout(p)
        timeline(p, found[1:], current=-1)
        if p.chance(0.3):
            timeline(p, course(p), current=-1)
    return "投诉的全部进度弹层"


def records(p: Phone) -> str:
    """The list of complaints or reports."""
    report = p.chance(0.4)
    p.nav(
        p.pick("举报记录", "我的举报", "举报中心")
        if report
        else p.pick("服务进度", "投诉记录", "我的投诉", "我的服务单", "投诉管理")
    )
    if p.chance(0.6):
        p.tabs(
            p.rng.choice(
                (
                    ("全部", "处理中", "已完成"),
                    ("我发起的", "我收到的"),
                    ("全部", "待处理", "处理中", "已完结"),
                    ("投诉", "举报", "建议"),
                )
            ),
            0,
        )
    for _ in range(4):
        if p.full():
            break
        item = p.item()
        p.back(100, 20000)
        with p.card():
            if report:
                p.row(
                    "举报" + p.pick("商品", "卖家", "用户", "评价", "直播间") + "：" + p.rng.choice(OFFENCES),
                    p.pick("已受理", "处理中", "举报成立", "举报不成立", "已重点关注", "已处罚"),
                    bold=True,
                    vcolour=p.skin.accent,
                )
                p.thumb(item, p.x0, p.y, 44)
                p.at(p.x0 + 54, p.title(item), 12.5, width=p.room() - 60)
                p.at(p.x0 + 54, "举报时间：" + p.stamp("minute"), 11, p.skin.faint, dy=20)
                p.y += 54
                p.buttons(p.some(("撤销举报", "查看详情", "补充材料"), 1, 2))
                continue
            p.row(headline(p), p.rng.choice(STATES), bold=True, vcolour=p.skin.accent)
            goods_row(p, item, size=58, promises=0)
            latest = course(p)[0]
            with p.card(pad=9, margin=0, fill=p.skin.page, after=6):
                p.para(f"{latest[0]}  {latest[2]}", 12, limit=1)
            p.buttons(p.some(("查看留言", "查看详情", "撤销投诉", "再次投诉", "评价", "补充凭证"), 1, 2), accent=None)
    return "举报记录列表" if report else "投诉记录列表"


def choose_type(p: Phone) -> str:
    """What the complaint is about."""
    p.nav(p.pick("选择投诉类型", "投诉原因", "我要投诉", "投诉卖家", "选择举报类型", "投诉与建议", "举报原因"))
    if p.chance(0.5):
        with p.card():
            goods_row(p, p.item(), size=56, promises=0)
    p.note(
        p.pick("请选择您要投诉的问题类型", "如实选择，方便客服快速处理", "恶意投诉会影响您的信用", "选择最贴近的一项"),
        indent=18,
        inset=10,
    )
    p.y += 8
    kinds = (
        ("发货问题", "缺货、虚假发货、未按时发货"),
        ("物流问题", "签收异常、轨迹不更新、不送上门"),
        ("售后问题", "拒绝退换、不退差价、不履行承诺"),
        ("商品问题", "假货、质量差、与描述不符"),
        ("服务态度", "辱骂、骚扰、不理人"),
        ("发票问题", "不开票、开错、收税点"),
        ("价格问题", "虚假优惠、恶意加价"),
        ("泄露信息", "泄露买家隐私"),
        ("活动问题", "奖品不兑现、规则不透明"),
        ("支付安全", "引导线下转账、盗刷"),
        ("其他", "以上没有您要的选项"),
    )
    with p.card():
        if p.chance(0.5):
            for index in sorted(p.rng.sample(range(len(kinds)), p.rng.randint(5, 9))):
                p.at(p.x0, kinds[index][0], 14.5, bold=p.chance(0.3))
                p.at(p.x0, kinds[index][1], 11, p.skin.faint, dy=21)
                p.canvas.icon("chevron", p.x1 - 12, p.y + 10, 12, p.skin.faint)
                p.y += 44
        else:
            options(p, 7, 11)
            submit_bar(p, p.pick("下一步", "确定", "提交"))
    return "选择投诉或举报类型"


def options(p: Phone, low: int, high: int) -> None:
    """Reasons with round boxes, one chosen or none."""
    chosen = p.rng.randint(-2, 6)
    for index, name in enumerate(p.some(REASONS if p.chance(0.6) else OFFENCES, low, high)):
        p.at(p.x0, name, 14)
        p.check(p.x1 - 18, p.y - 2, index == chosen)
        p.y += 37


def raise_form(p: Phone) -> str:
    """The form of a complaint about a shop or a carrier."""
    carrier = p.chance(0.35)
    p.nav(
        p.pick("快递投诉", "投诉物流", "物流投诉")
        if carrier
        else p.pick("投诉卖家", "发起投诉", "申请投诉", "我要投诉", "投诉商家", "填写投诉信息")
    )
    submit_bar(p, p.pick("提交", "提交投诉", "确认提交", "发起投诉"))
    if p.chance(0.35):
        with p.card(fill=p.skin.tint):
            p.para(
                p.pick(
                    "投诉前建议先与卖家沟通，多数问题可以协商解决",
                    "投诉提交后卖家将在24小时内响应",
                    "请确保内容真实，恶意投诉将被限制",
                    "同一订单处理中时不能重复投诉",
                ),
                12,
                p.skin.accent,
            )
    with p.card():
        goods_row(p, p.item(), size=58, promises=0)
        if carrier:
            p.row("快递公司", p.courier())
            p.row("运单号", p.secret(p.digits(13)))
        p.row(
            p.pick("投诉原因", "投诉类型", "问题类型") + "*",
            p.rng.choice(("请选择", p.rng.choice(CARRIER_REASONS) if carrier else reason(p))),
            arrow=True,
        )
        if p.chance(0.5):
            p.row(
                p.pick("投诉诉求", "期望处理结果", "您的诉求"),
                p.pick("请选择", "要求赔偿", "要求道歉", "尽快发货", "退款退货", "处罚商家"),
                arrow=True,
            )
        p.row(p.pick("联系电话", "手机号码"), p.secret("1" + p.digits(10)), arrow=True)
        if p.chance(0.4):
            p.row(p.pick("是否需要电话回访", "联系时间"), p.pick("是", "否", "工作日 9:00-18:00"), arrow=True)
    with p.card():
        p.heading(p.pick("投诉说明", "问题描述", "详细描述", "投诉内容"))
        input_area(
            p,
            p.pick("请描述您遇到的问题，10-200字", "请填写投诉的具体情况", "写清时间、经过，方便客服核实"),
            p.rng.choice((200, 300, 500)),
            written="，".join(p.rng.sample(OWN_WORDS, 2)) if p.chance(0.4) else "",
        )
        p.para(p.pick("上传凭证（选填）", "图片凭证", "上传聊天记录、商品照片等凭证", "举证图片，最多6张"), 13, bold=True)
        upload_box(p, (p.pick("添加图片", "上传凭证"), p.pick("(最多9张)", "0/6")))
    return "投诉的填写表单"


def centre(p: Phone) -> str:
    """The home page of complaints and reports."""
    p.nav(p.pick("举报中心", "投诉中心", "维权中心", "投诉举报", "消费者保障中心", "客服中心"))
    with p.card(fill=p.skin.tint):
        p.para(p.pick("投诉举报，我们守护您的权益", "有问题？我们来帮您解决", "共建清朗购物环境"), 16, bold=True)
        p.note(p.pick("已累计处理投诉超百万件", "客服7x24小时受理", "平均24小时内响应"))
    with p.card():
        p.heading(p.pick("我要投诉/举报", "选择服务", "请选择投诉对象"))
        icon_grid(
            p,
            p.some(
                (
                    "投诉商家",
                    "投诉物流",
                    "举报商品",
                    "举报店铺",
                    "举报用户",
                    "举报直播",
                    "知识产权",
                    "举报诈骗",
                    "隐私投诉",
                    "客服投诉",
                    "意见反馈",
                    "举报评价",
                    "投诉进度",
                ),
                6,
                8,
            ),
        )
    with p.card():
        p.heading(p.pick("我的记录", "最近投诉"), "全部", arrow=True)
        for _ in range(3):
            p.row(headline(p), p.rng.choice(STATES), arrow=True, size=12.5)
    with p.card():
        p.heading(p.pick("常见问题", "投诉指南", "大家都在问"))
        for text in p.some(
            (
                "怎么撤销投诉？",
                "投诉后多久有结果？",
                "投诉成立后赔付多少？",
                "举报后对方会知道是我吗？",
                "为什么我的投诉不成立？",
                "如何上传举证凭证？",
                "商家骚扰我怎么办？",
                "超过投诉时间怎么办",
            ),
            3,
            6,
        ):
            p.row(text, "", arrow=True)
    return "投诉举报中心首页"


def over_page(p: Phone) -> str:
    """A sheet for complaining over a chat or an article."""
    item = p.item()
    if p.chance(0.5):
        p.nav(p.shop(), sub=p.pick("", "在线"))
        chat_bar(p)
        for _ in range(4):
            chat_time(p)
            mine = p.chance(0.5)
            bubble(
                p,
                p.pick("再不发货我投诉了", "你们太过分了", "什么态度")
                if mine
                else p.pick("亲，这个不支持退的", "您好，在的", "爱投诉就投诉", "请稍等为您核实"),
                mine=mine,
                fill=p.skin.tint if mine else WHITE,
            )
    else:
        p.nav("", "clear")
        hero(p, item.category, 0, 0, WIDTH, 340)
        p.y, p.x0 = 352, 12
        p.para(p.title(item), 15, bold=True)
        p.x0 = 0
    with sheet(
        p,
        p.pick("投诉商家", "举报", "选择投诉原因", "投诉与举报", "请选择举报原因"),
        button=p.pick("", "提交", "下一步"),
        height=p.height * 0.62,
    ):
        p.note(p.pick("请选择最符合的原因，我们会尽快核实", "举报信息将严格保密", "投诉成功后商家会受到相应处罚"))
        p.y += 6
        options(p, 6, 9)
    return "聊天或商品页面上的投诉举报弹层"


def verdict(p: Phone) -> str:
    """What became of a report, with the question whether one is content."""
    p.nav(p.pick("举报详情", "举报结果", "举报反馈"))
    state, words = p.rng.choice(
        (
            ("举报已受理", "感谢您的监督，我们会尽快核实您反映的情况"),
            ("举报成立", "经核实该用户存在违规，已按规则处置"),
            ("举报不成立", "现有材料暂时无法认定违规，您可以补充证据"),
            ("已处罚该用户", "感谢您共同维护平台环境"),
            ("处理中", "预计3个工作日内反馈处理结果，请耐心等待"),
            ("举报已撤销", "您可以重新发起举报"),
        )
    )
    p.canvas.icon("shield", WIDTH / 2 - text_width(state, 17) / 2 - 26, p.y + 1, 20, (60, 160, 90))
    p.para(state, 17, align="m", bold=True)
    p.para(words, 12, p.skin.sub, align="m", indent=30, inset=30)
    with p.card():
        p.heading(p.pick("您对处理结果满意吗？", "请对本次举报处理打分"))
        icon_grid(p, ("很差", "不满意", "一般", "满意", "非常满意"), 5)
    with p.card():
        for label, value in (
            ("举报编号", p.order_no(12)),
            ("举报时间", p.stamp()),
            ("举报类型", p.rng.choice(OFFENCES)),
            ("订单编号", p.order_no()),
            ("交易方式", p.pick("通过订单交易，有资金损失", "未交易", "线下转账")),
            ("是否收货", p.pick("未收到货", "已收到货", "已退货")),
            ("资损金额", p.yuan(p.amount(5, 900))),
            ("事件过程", "，".join(p.rng.sample(OWN_WORDS, p.rng.randint(2, 4)))),
        ):
            if p.chance(0.75):
                p.field(label, value, column=84)
    return f"举报详情，{state}"


def sent(p: Phone) -> str:
    """After a complaint was sent."""
    p.nav(p.pick("提交成功", "投诉成功", "举报成功", "完成"), right=p.pick("", "完成"))
    badge(p, WIDTH / 2 - 36, p.y + 30, 72, (70, 180, 110))
    p.y += 118
    p.para(p.pick("投诉已提交", "举报提交成功", "投诉提交成功，请等待处理", "您的投诉已受理"), 18, align="m", bold=True)
    p.para(
        p.pick(
            "商家会在24小时内处理，超时由平台跟进",
            "我们将在3个工作日内核实并反馈",
            "处理结果会以消息形式通知您",
            "客服将尽快与您电话联系",
        ),
        12.5,
        p.skin.sub,
        align="m",
        indent=30,
        inset=30,
    )
    p.y += 14
    p.wide_button(p.pick("查看投诉进度", "查看详情", "查看举报记录"), inset=60)
    p.wide_button(p.pick("返回首页", "返回订单", "继续逛逛"), outline=True, inset=60)
    with p.card():
        p.heading("投诉流程")
        steps(p, ("提交投诉", "商家处理", "平台判定", "投诉完结"), p.rng.randint(0, 1))
        p.field("投诉单号", p.order_no(14))
        p.field("投诉原因", reason(p))
        p.field("提交时间", p.stamp())
    return "投诉或举报提交成功"


def over_form(p: Phone) -> str:
    """A message over a page of a complaint."""
    p.rng.choice((detail, raise_form, records))(p)
    text = p.rng.choice(DIALOGS)
    if p.chance(0.35):
        toast(p, text)
    else:
        dialog(
            p,
            text,
            ("取消", p.pick("确定", "继续")) if "？" in text else (p.pick("我知道了", "确定", "查看进度"),),
            title=p.pick("", "提示", "温馨提示"),
        )
    return "投诉举报页面上的提示"


def desktop(p: Phone) -> str:
    """A complaint on a computer."""
    p.resize(760, p.rng.choice((320.0, 400.0)))
    p.canvas.background = (250, 250, 250)
    p.x0, p.x1, p.y = 24, 736, 16
    p.at(24, p.pick("投诉管理 > 投诉详情", "已买到的宝贝 > 投诉卖家", "消费者服务 > 举报处理"), 12, p.skin.faint)
    p.y += 26
    steps(p, ("买家发起投诉", "等待卖家处理", "客服介入", "投诉完结"), p.rng.randint(0, 3), colour=(240, 110, 30))
    with p.card():
        p.heading("当前状态：" + p.rng.choice(STATES), p.stamp())
        p.para(course(p)[0][2], 13)
    facts(p, p.item())
    return "电脑端投诉详情"


LAYOUTS = {
    "投诉举报页面": (
        detail,
        detail,
        all_of_it,
        records,
        choose_type,
        raise_form,
        centre,
        over_page,
        verdict,
        sent,
        over_form,
        desktop,
    ),
}
