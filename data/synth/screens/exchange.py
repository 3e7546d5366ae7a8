"""Exchanges: progress, application, reasons, the new article, refusals, record."""

from __future__ import annotations

from data.synth.screens.aftersale import negotiation, service_rows
from data.synth.screens.bars import action_bar, submit_bar
from data.synth.screens.blocks import feed, goods_row, input_area, links, shop_row, steps, timeline, upload_box
from data.synth.screens.covers import dialog, sheet
from data.synth.screens.page_builder import WIDTH, Item, PageBuilder
from data.synth.screens.pictures import badge
from data.synth.screens.skins import WHITE

REASONS = ("卖家发错货", "质量问题", "收到商品少件/破损/污渍", "尺码不合适", "颜色/款式不喜欢", "7天无理由换货", "大小拍错",
    "商品无法正常使用", "做工粗糙/有瑕疵", "与商家协商一致换货", "安装后不能用", "商品与描述不符")  # fmt: skip
DIALOGS = ("当前收货地址不在配送范围，请重新选择", "商品销售火爆，暂不能在线换货，请联系商家处理", "该商品暂无同价规格可换",
    "价格不同的规格不支持换货", "换货次数已达上限", "请选择需要更换的商品规格", "库存不足，无法换货",
    "撤销换货后可能无法再次申请，确定撤销吗？", "确认已收到换货商品？")  # fmt: skip


def new_sku(p: PageBuilder, item: Item) -> str:
    """Another sku of the same article."""
    if p.chance(0.4):
        return item.sku
    return f"颜色分类:{p.word('colors', item.category)};{p.pick('尺码', '规格')}:{p.word('sizes', item.category)}"


def exchange_info(p: PageBuilder, item: Item, open_: bool | None = None) -> None:
    """Old and new article with the facts."""
    with p.card():
        p.heading("换货信息")
        top = p.y
        p.thumb(item, p.x0, top, 66)
        p.para(p.title(item), 12.5, indent=76, limit=2)
        p.para("原商品：" + item.sku, 11.5, p.skin.faint, indent=76, limit=2)
        p.para("新商品：" + new_sku(p, item), 11.5, p.skin.accent, indent=76, limit=2)
        p.y = max(p.y, top + 66) + 10
        if open_ if open_ is not None else p.chance(0.5):
            p.field("换货原因", p.rng.choice(REASONS))
            p.field("换货数量", f"{item.count}{p.pick('', '个', '件')}")
            p.field("申请时间", p.stamp())
            p.field(p.pick("换货编号", "换货单号"), p.order_no(18), copy=p.chance(0.6))
        else:
            p.para("查看全部", 12, p.skin.faint, align="m")
        p.space(3)
        links(p, (p.pick("联系卖家", "联系商家"), p.pick("官方客服", "专属客服", "拨打电话")))


def _tail(p: PageBuilder, item: Item) -> None:
    service_rows(p)
    with p.card():
        p.row("协商历史", "", arrow=True, bold=True, gap=3)
    exchange_info(p, item)


def exchange_state(p: PageBuilder) -> str:
    """Finished, closed or refused."""
    item = p.item()
    kind = p.pick("done", "closed", "refused")
    p.nav("换货详情")
    action_bar(
        p,
        {"done": ["售后评价"], "closed": ["重新申请"], "refused": ["撤销换货", "修改申请"]}[kind]
        if p.chance(0.8) or kind == "refused"
        else ["删除记录"],
    )
    if p.chance(0.25):
        with p.card(fill=p.skin.tint):
            p.para(p.pick("平台优选服务，全程为您护航", "本单参加了活动，换货后优惠以实际为准 查看详情"), 12, p.skin.accent)
    p.back(60, 9000)
    with p.card():
        if kind == "done":
            state = p.pick("换货完成", "换货成功")
            p.para(f"{state} {p.stamp('chinese')}", 15.5, p.skin.accent, bold=True)
            p.note(p.pick("您已确认收到换货商品", "换货商品已签收，换货结束", "您主动确认收货，本次换货完成"))
            with p.card(pad=10, margin=0, fill=p.skin.page):
                p.row("发货物流", "", arrow=True, bold=True, gap=2)
                p.note(p.courier() + " " + p.order_no(13))
        elif kind == "closed":
            state = "换货关闭"
            p.para(f"{state} {p.stamp('chinese')}", 15.5, p.skin.accent, bold=True)
            p.note(p.pick("您撤销了换货申请，换货关闭", "您未在规定时间内寄回商品，换货关闭", "商家与您协商退款，换货已关闭"))
        else:
            state = p.pick("卖家拒绝换货，请您处理", "商家已拒绝换货", "商家拒绝换货，请修改申请")
            p.para(f"{state} {p.left()}", 15.5, p.skin.accent, bold=True)
            p.note(p.pick("逾期未处理，换货申请将自动关闭", "您可以修改申请，让商家重新处理"))
            p.note(p.pick("若无法协商一致，可以请平台客服介入", "拒绝原因：没有库存了，建议退款", "拒绝原因：商品无质量问题"))
    _tail(p, item)
    feed(p, 3, p.pick("宝贝不满意？看看其他好物", "猜你喜欢", ""))
    return f"换货详情，状态为{state}"


def exchange_progress(p: PageBuilder) -> str:
    """A running exchange as a timeline."""
    item = p.item()
    p.nav(p.pick("换货详情", "换货详情", "换货进度"))
    action_bar(p, p.some(("平台介入", "撤销换货"), 1, 2), accent=False)
    names = (("提交换货申请", ""), ("商家同意换货", "卖家同意换货，请把需要更换的商品寄回"),
        ("等待买家退货", "请在时限内填写退货单号，否则换货会关闭"), ("待卖家确认收货并发货", "请等待卖家收货后寄出新商品"),
        ("卖家已发货，请注意查收", "换货商品已寄出，请留意物流"), ("买家确认收货", "确认后换货完成"), ("换货完成",
        ""))  # fmt: skip
    at = p.rng.randint(1, 4)
    with p.card():
        timeline(
            p,
            [
                (names[at - 1][0], "寄件详情" if at == 3 else "", ""),
                (
                    names[at][0],
                    p.left(),
                    names[at][1]
                    + "\n"
                    + p.pick("商家逾期未处理，平台会关闭换货并退款", "请勿使用到付或平邮", "如有疑问可联系商家"),
                ),
            ],
            current=1,
        )
        if at > 1:
            with p.card(pad=9, margin=14, fill=p.skin.page):
                p.para(
                    p.pick("已签收 ", "运输中 ", "待揽收 ") + p.pick("您的快件已签收", "快件正发往下一站", "包裹等待揽收"),
                    12.5,
                    limit=1,
                )
                p.note(p.courier() + " " + p.order_no(14))
        timeline(p, [(names[at + 1][0], "", "")], current=-1)
        p.row("", "全部流程", arrow=True, gap=2)
    if at == 2:
        with p.card():
            p.para("换货寄回地址：" + p.address(), 12.5)
            p.para(p.person(), 12.5)
            p.row("我已寄出", "填写单号", arrow=True, bold=True)
    _tail(p, item)
    return f"换货详情，进度为{names[at][0]}"


def exchange_pickup(p: PageBuilder) -> str:
    """A courier fetches the old article."""
    item = p.item()
    p.nav("换货详情")
    action_bar(p, ("更多", "修改时间/地址", "填写退货物流")[p.rng.randint(0, 2) :])
    p.y -= 8
    p.canvas.rect(0, p.y, WIDTH, 74, (245, 20, 60) if p.chance(0.6) else p.skin.accent)
    p.canvas.text(20, p.y + 18, p.pick("商家已同意换货", "商家同意换货，等待快递员取件"), 14, WHITE, bold=True)
    p.canvas.text(20, p.y + 42, p.pick("快递员会按预约时间上门", "请准备好要更换的商品"), 12, WHITE)
    badge(p, WIDTH - 80, p.y + 8, 48, (60, 60, 70))
    p.y += 74
    with p.band():
        p.note(p.pick("首重运费由平台垫付，超出部分需自行支付；运单号会自动填写。", "取件成功后自动上传单号，不用手动填写。"))
        p.row(
            "上门时间", p.ahead(1).stamp("cnday") + "（星期" + p.pick(*"一二三四五六日") + "）19:00-21:00", vcolour=p.skin.accent
        )
        p.para(p.person(), 13)
        p.para(p.address(), 12.5, p.skin.sub)
        p.rule()
        p.para(p.person(), 13)
        p.para(p.address(), 12.5, p.skin.sub)
    with p.band():
        p.row("协商历史", "", arrow=True, gap=3)
    exchange_info(p, item, open_=True)
    return "换货详情，快递员上门取回旧商品"


def exchange_apply(p: PageBuilder) -> str:
    """The application form."""
    item = p.item()
    p.nav(p.pick("申请换货", "申请换货", "换货申请"))
    submit_bar(p, p.pick("提交", "提交申请"))
    with p.card():
        if p.chance(0.6):
            goods_row(p, item, size=56, promises=0)
        p.row("换货原因*", p.rng.choice(("请选择换货原因", "请选择换货原因", *REASONS)), arrow=True)
        p.row("换新商品*", p.rng.choice(("请选择需要的商品", new_sku(p, item))), arrow=True)
        if p.chance(0.5):
            p.row("换货数量", str(item.count))
        p.row("收货地址", "修改", vcolour=p.skin.accent, gap=5)
        p.para(p.person(), 12.5)
        p.para(p.address(), 12.5, p.skin.sub)
    with p.card():
        p.heading("补充描述和凭证")
        input_area(p, p.pick("描述得越清楚，客服处理越快", "请说明换货原因（选填）"))
        upload_box(p)
    p.x0, p.x1 = 16, WIDTH - 16
    p.note(
        p.pick(
            "仅支持换同款同价的规格，组合套装、定制商品和秒杀商品不参加，详见规则内容",
            "换货需要商家同意后才能寄回商品，规则内容请点击查看",
        )
    )
    p.check(16, p.y, True, 13)
    p.at(36, p.pick("授权商家填写运单号", "同意商家代填物流单号"), 11.5, p.skin.sub)
    p.x0, p.x1 = 0, WIDTH
    p.y += 26
    return "申请换货的表单页"


def exchange_reason_sheet(p: PageBuilder) -> str:
    """Choose the reason."""
    exchange_apply(p)
    with sheet(p, p.pick("换货原因", "选择换货原因", "请选择换货原因"), button=p.pick("完成", "确定")):
        for reason in p.some(REASONS, 3, 7):
            p.at(p.x0, reason, 13.5)
            p.check(p.x1 - 18, p.y - 2, False)
            p.y += 38
    return "选择换货原因的弹层"


def exchange_sku_sheet(p: PageBuilder) -> str:
    """Choose the new article."""
    exchange_apply(p)
    item = p.item()
    with sheet(p, p.pick("换新商品", "选择换货商品", "选择新商品"), button=p.pick("完成", "确定"), height=p.height * 0.66):
        p.para(p.pick("只能换价格相同的规格哦", "价格一致的商品才可更换", "灰色规格暂无库存"), 11.5, p.skin.accent)
        p.space(4)
        p.heading("颜色分类", size=13.5)
        p.chips(
            [f"{p.pick('升级款', '标准款', '加厚款', '')}{p.word('colors', item.category)}" for _ in range(p.rng.randint(3, 7))],
            p.rng.randint(-1, 2),
            radius=6,
        )
        p.heading(p.pick("尺码", "规格", "套餐"), size=13.5)
        p.chips([p.word("sizes", item.category) for _ in range(p.rng.randint(2, 6))], 0, radius=6)
        p.row("数量", "1")
    return "选择换货新商品规格的弹层"


def exchange_dialog(p: PageBuilder) -> str:
    """A message over the form or the progress."""
    text = p.rng.choice(DIALOGS)
    (exchange_apply if not text.endswith("？") else exchange_progress)(p)
    dialog(p, text, ("取消", "确定") if text.endswith("？") else (p.pick("确定", "我知道了"),))
    return f"换货页面上的提示：{text}"


def exchange_record(p: PageBuilder) -> str:
    """The record of an exchange."""
    negotiation(p, "换货")
    return "换货的协商历史"


def exchange_list(p: PageBuilder) -> str:
    """Several exchanges."""
    p.nav(p.pick("退款/售后", "售后列表", "我的换货"))
    p.tabs(("全部", "退款", "退货", "换货", "维修"), 3)
    for _ in range(4):
        item, state = p.item(), p.pick("换货完成", "换货关闭", "待商家处理", "卖家已发货", "待寄回商品", "商家拒绝换货")
        with p.card():
            shop_row(p, "换货")
            goods_row(p, item, price="none", promises=0, extra="换成：" + new_sku(p, item))
            with p.card(pad=8, margin=0, fill=p.skin.page, after=6):
                p.para(f"{state}  {p.pick('请等待商家发出新商品', '换货已结束', '请及时处理', '您可确认收货')}", 12.5, limit=1)
            p.buttons(p.some(("查看详情", "撤销换货", "确认收货", "查看物流", "联系商家"), 2, 3))
    return "换货列表"


def exchange_ship(p: PageBuilder) -> str:
    """The new article is on its way."""
    item = p.item()
    p.nav("换货详情")
    action_bar(p, ("延长收货", "查看物流", "确认收货")[p.rng.randint(0, 1) :])
    with p.card():
        p.para(
            p.pick("卖家已寄出换货商品", "换货商品已发货", "新商品已寄出，请注意查收") + " " + p.left(),
            15.5,
            p.skin.accent,
            bold=True,
        )
        p.note(p.pick("收到后请确认，逾期系统自动确认收货", "请确认新商品无误后再确认收货"))
        steps(p, ("申请换货", "商家同意", "寄回旧商品", "商家发货", "换货完成"), 3)
    with p.card():
        p.heading("换货物流", "复制单号")
        p.para(p.courier() + " " + p.order_no(13), 13)
        p.back(30, 600)
        timeline(
            p,
            [
                ("运输中", p.stamp("short"), p.pick("快件已发出，正发往下一站", "快件已到达转运中心")),
                ("已揽收", "", ""),
                ("商家已发货", "", ""),
            ],
        )
    exchange_info(p, item, open_=True)
    return "换货详情，商家已寄出换货商品"


LAYOUTS = {"换货页面": (exchange_state, exchange_progress, exchange_pickup, exchange_apply, exchange_reason_sheet,
    exchange_sku_sheet, exchange_dialog, exchange_record, exchange_list, exchange_ship)}  # fmt: skip
