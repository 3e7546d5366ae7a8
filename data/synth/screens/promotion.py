"""Sales and games: halls, daily check-in, lotteries, tasks, trees to water, rankings, rules."""

from __future__ import annotations

from data.synth.canvas import Colour
from data.synth.screens.bars import submit_bar, tab_bar
from data.synth.screens.blocks import feed, goods_row, icon_grid, steps
from data.synth.screens.coupons import FESTS, TOASTS, hall_tabs, tiles, vip_coupons
from data.synth.screens.covers import dialog, popup_card, sheet, toast
from data.synth.screens.page_builder import WIDTH, PageBuilder
from data.synth.screens.pictures import GOLD, party
from data.synth.screens.skins import WHITE, Skin
from data.synth.screens.vouchers import CRIMSON, red_packet

TONES: tuple[tuple[Colour, Colour], ...] = (((240, 40, 70), (255, 110, 110)), ((255, 120, 140), (255, 180, 190)),
    ((70, 140, 250), (140, 195, 255)), ((130, 80, 220), (190, 140, 250)), ((250, 130, 30), (255, 190, 90)),
    ((30, 150, 110), (110, 200, 160)), ((60, 44, 36), (120, 90, 70)), ((200, 20, 40), (120, 10, 60)))  # fmt: skip
SLOGANS = (
    "狂欢开抢 低至5折",
    "每满300减50",
    "官方立减15%起",
    "爆款直降",
    "抢大牌好物",
    "今日必抢",
    "限时秒杀",
    "全场包邮",
    "惊喜红包冲冲冲",
    "大牌美妆 买正送正",
    "全民疯抢",
    "品牌钜惠",
    "尖货抢先购",
    "年中盛典 加补不停",
)
PRIZES = (
    "10元红包",
    "蓝牙耳机",
    "手机一部",
    "免单机会",
    "优惠券",
    "购物金",
    "会员月卡",
    "50元话费",
    "空气炸锅",
    "扫地机",
    "积分100",
    "再来一次",
    "谢谢参与",
    "现金8.8元",
)
TASKS = (
    "浏览会场15秒",
    "邀请好友助力",
    "逛店铺10秒",
    "收藏3件宝贝",
    "搜索心仪宝贝",
    "每日签到",
    "分享给好友",
    "关注品牌店铺",
    "观看直播1分钟",
    "下单任意商品",
    "给果树浇水",
    "添加桌面组件",
)


def stage(p: PageBuilder, title: str = "", *, high: float = 170, kind: str = "clear") -> None:
    """A festive head with a slogan."""
    tones = p.rng.choice(TONES)
    p.dress(Skin("stage", tones[0], tones[1], WHITE, CRIMSON, (255, 110, 70), tones[1]))
    if kind == "clear":
        p.nav("", "clear", icons=("more", "search") if p.chance(0.5) else ("more", "share"))
    else:
        p.nav(title, kind)
    top = 0 if kind == "clear" else p.y - 8
    party(p, top, high, tones)
    p.canvas.text(
        WIDTH / 2,
        top + high * 0.42,
        title or p.rng.choice(FESTS) + p.pick("狂欢节", "年中盛典", "惊喜不停", "好物节"),
        27,
        WHITE,
        anchor="m",
        bold=True,
    )
    p.canvas.text(WIDTH / 2, top + high * 0.42 + 40, p.rng.choice(SLOGANS), 15, (255, 240, 190), anchor="m", bold=True)
    p.y = top + high + 8


def goods_grid(p: PageBuilder, rows: int = 2, columns: int = 3) -> None:
    """Articles of the sale with their reduction."""
    step = (WIDTH - 20) / columns
    for _ in range(rows):
        if p.full():
            return
        for index in range(columns):
            item, x = p.item(), 10 + index * step
            p.canvas.rect(x, p.y, step - 6, step + 62, WHITE, radius=8)
            p.thumb(item, x + 4, p.y + 4, step - 14)
            p.canvas.text(x + 6, p.y + step, p.title(item), 11, (40, 40, 40), width=step - 16)
            p.canvas.text(
                x + 6,
                p.y + step + 17,
                p.pick(
                    f"立减{p.rng.randint(5, 900)}元",
                    "官方8.5折",
                    f"已售{p.rng.randint(1, 9)}万+件",
                    "每300减50",
                    "3期免息",
                    "买1送1",
                ),
                10,
                CRIMSON,
            )
            p.canvas.price(x + 6, p.y + step + 34, f"{item.price:g}", 15, CRIMSON, before=p.pick("", "到手", "券后", "抵后价"))
        p.y += step + 68


def main_hall(p: PageBuilder) -> str:
    """The main hall of a sale."""
    stage(p)
    p.x0, p.x1 = 10, WIDTH - 10
    p.tabs(("精选", "惊喜券", "热销爆款", "一日一大牌", "直降"), p.rng.randint(0, 2), size=12.5, colour=WHITE)
    p.x0, p.x1 = 0, WIDTH
    if p.chance(0.45):
        vip_coupons(p)
    if p.chance(0.5):
        tiles(p, p.rng.randint(1, 2))
    p.canvas.text(
        WIDTH / 2,
        p.y,
        p.pick("超值大牌", "全民爆款", "限时直降", "今日精选", "以旧换新享补贴", "超级新品"),
        16,
        WHITE,
        anchor="m",
        bold=True,
    )
    p.y += 28
    goods_grid(p, 4, p.rng.choice((2, 3)))
    hall_tabs(p)
    if p.chance(0.25):
        toast(p, p.rng.choice(TOASTS))
    return "促销活动会场页"


def check_in(p: PageBuilder) -> str:
    """Daily check-in for cash or coins."""
    tones = p.rng.choice(
        (((255, 180, 100), (255, 220, 180)), ((255, 140, 80), (255, 200, 150)), ((250, 90, 80), (255, 160, 130)))
    )
    p.dress(Skin("check", tones[0], tones[1], (120, 50, 20), (250, 50, 60), (255, 120, 60), (255, 235, 215)))
    p.nav("", "clear", icons=("more",))
    party(p, 0, 230, tones)
    p.canvas.rect(60, 60, 240, 120, (255, 160, 50), radius=14)
    p.canvas.text(WIDTH / 2, 74, p.pick("签到领现金", "天天领现金", "每日签到"), 15, (200, 70, 20), anchor="m", bold=True)
    p.canvas.price(WIDTH / 2, 100, p.amount(0.3, 60), 34, WHITE, anchor="m", sign="", after="元")
    p.canvas.text(WIDTH / 2, 152, f"仅差{p.rng.randint(1, 90000)}元宝 攒满提现", 11.5, WHITE, anchor="m")
    p.y = 238
    with p.card(fill=(255, 246, 230)):
        p.heading("连续签到奖励", "签到提醒", size=13.5)
        for index in range(6):
            x = p.x0 + index * 53
            p.canvas.rect(x, p.y, 47, 62, WHITE, radius=6)
            p.canvas.text(
                x + 23,
                p.y + 8,
                "领现金" if p.chance(0.3) else p.pick("已领取", str(p.rng.randint(200, 900))),
                11,
                (220, 90, 30),
                anchor="m",
                bold=True,
            )
            p.canvas.text(
                x + 23,
                p.y + 42,
                ("今天", "明日领", f"第{index + 12}天", f"第{index + 12}天", f"第{index + 12}天", "第20天")[index],
                10,
                (150, 110, 90),
                anchor="m",
            )
        p.y += 70
    p.pill(
        WIDTH / 2,
        p.y + 4,
        p.pick("立即签到", "继续领钱", "继续赚元宝", "已签到 明天再来"),
        size=18,
        wide=210,
        high=46,
        fill=(250, 60, 60),
        ink=WHITE,
        anchor="m",
        bold=True,
    )
    p.y += 64
    icon_grid(p, p.some(("摇现金", "连连消", "农场", "斗地主", "秘密开箱", "金币小镇", "领话费", "省钱消"), 5), 5)
    feed(p, 2)
    if p.chance(0.3):
        toast(p, p.pick("签到成功，奖励已到账", "今日已签到", "活动火爆，请稍后再来"))
    return "签到领现金活动页"


def exchange_sheet(p: PageBuilder) -> str:
    """Coins for red packets, over the check-in page."""
    check_in(p)
    with sheet(p, p.pick("攒满元宝兑换奖励", "兑换奖励", "元宝换红包"), height=p.height * 0.72, fill=(255, 250, 244)):
        p.at(p.x0, p.pick("我的元宝", "当前元宝"), 12.5, p.skin.sub)
        p.at(p.x0, str(p.rng.randint(300, 400000)), 25, CRIMSON, bold=True, dy=18)
        p.at(p.x1, "30天不来访问，元宝清零", 11, p.skin.faint, anchor="r", dy=28)
        p.y += 56
        for title in ("换红包 10000元宝兑1.25元", "换现金 10000元宝兑1元"):
            p.heading(title, size=13.5)
            for index in range(3):
                x = p.x0 + index * 112
                p.canvas.rect(x, p.y, 100, 74, CRIMSON if "红包" in title else (120, 175, 250), radius=8)
                p.canvas.text(x + 50, p.y + 10, f"¥{p.rng.choice((3, 5, 8, 10, 12.5, 30))}", 19, WHITE, anchor="m", bold=True)
                p.canvas.text(x + 50, p.y + 44, p.pick("满30可用", "无门槛", "满15可用", "现金"), 11, WHITE, anchor="m")
                p.canvas.text(
                    x + 50,
                    p.y + 82,
                    p.pick("立即兑换", "已兑换", "明天再来", "10点开抢", "已抢完"),
                    12,
                    (200, 90, 30),
                    anchor="m",
                )
            p.y += 110
    return "元宝兑换红包的活动弹层"


def lottery(p: PageBuilder) -> str:
    """Wheel, boxes or bags to open."""
    stage(p, p.pick("幸运大抽奖", "免费开盲盒", "惊喜抽好礼", "拆福袋", "大转盘", "天天抽大奖"), high=190)
    with p.card(fill=(255, 246, 226)):
        p.heading(p.pick("百万好礼限时发放", "奖品展示", "本期奖品"), "规则", size=14)
        names = p.some(PRIZES, 6)
        for index, name in enumerate(names):
            x, y = p.x0 + index % 3 * 108, p.y + index // 3 * 100
            p.canvas.rect(x, y, 98, 92, WHITE, radius=8)
            if index % 2:
                p.thumb(p.item(), x + 18, y + 6, 60)
            else:
                red_packet(p, x + 28, y + 10, 48)
            p.canvas.text(x + 49, y + 72, name, 11, (120, 60, 30), anchor="m")
        p.y += 204
        p.pill(
            WIDTH / 2,
            p.y,
            p.pick("立即抽奖", "开始抽奖", "点击拆福袋", "已中奖，去领取", "消耗100积分抽一次"),
            size=16,
            wide=250,
            high=42,
            fill=(230, 60, 40),
            ink=WHITE,
            anchor="m",
            bold=True,
        )
        p.y += 52
        p.para(f"剩余抽奖次数：{p.rng.randint(0, 5)}", 12.5, (150, 80, 40), align="m")
    with p.card():
        p.heading("我的奖品", "请在有效期内领取", arrow=True)
        p.row(p.rng.choice(PRIZES), p.pick("去领取", "已领取", "已失效"), vcolour=CRIMSON)
    if p.chance(0.4):
        dialog(
            p,
            p.pick("当前账号操作未成功，过会儿再试", "今天的抽奖次数已用完", "很遗憾，没有中奖", "恭喜抽中", "奖品已发放完毕"),
            ("确定",),
            title=p.pick("", "提示", "信息"),
        )
    return "抽奖活动页"


def lottery_won(p: PageBuilder) -> str:
    """A prize over the dimmed game."""
    stage(p, p.pick("开宝箱赢好礼", "惊喜盲盒", "幸运抽奖"), high=200)
    goods_grid(p, 2)
    x, top = popup_card(p, 250, 290, (255, 220, 160), (255, 246, 230))
    prize = p.rng.choice(PRIZES)
    p.canvas.text(WIDTH / 2, top + 34, p.pick("恭喜中奖了！", "恭喜获得", "手气真棒"), 22, (190, 60, 20), anchor="m", bold=True)
    p.canvas.text(WIDTH / 2, top + 76, f"获得 {prize}", 16, (150, 70, 30), anchor="m")
    red_packet(p, WIDTH / 2 - 34, top + 110, 80)
    p.pill(x + 20, top + 234, p.pick("立即使用", "去领取"), size=14, wide=100, high=36, outline=(210, 120, 60), ink=(180, 80, 30))
    p.pill(x + 130, top + 234, p.pick("再抽一次", "开心收下"), size=14, wide=100, high=36, fill=(240, 80, 60), ink=WHITE)
    return f"活动中奖弹窗，奖品为{prize}"


def tasks(p: PageBuilder) -> str:
    """Tasks that earn energy or chances."""
    stage(p, p.pick("做任务领红包", "攒能量 兑大奖", "养宠领好礼", "红包接力赛"), high=160)
    with sheet(p, p.pick("做任务 领奖励", "做任务攒能量", "任务列表", "赚取抽奖机会"), height=p.height * 0.7):
        p.at(p.x0, "累计奖励", 12.5)
        p.at(p.x1, f"当前进度 {p.rng.randint(0, 6000)}/{p.rng.randint(6, 9)}000", 11.5, p.skin.faint, anchor="r")
        p.y += 26
        steps(p, ("2元", "6元", "18元", "66元"), p.rng.randint(0, 2), colour=CRIMSON)
        for name in p.some(TASKS, 5, 7):
            p.canvas.ellipse(p.x0, p.y + 2, 30, 30, p.rng.choice(((250, 120, 60), CRIMSON, (90, 150, 240))))
            p.at(p.x0 + 42, f"{name}({p.rng.randint(0, 2)}/{p.rng.randint(1, 5)})", 13.5, bold=True)
            p.at(
                p.x0 + 42, f"得{p.rng.randint(10, 500)}" + p.pick("能量值", "次机会", "元宝", "积分"), 11.5, p.skin.accent, dy=20
            )
            p.pill(p.x1, p.y + 4, p.pick("去完成", "去浏览", "已完成", "去邀请", "领取"), fill=CRIMSON, ink=WHITE, anchor="r")
            p.y += 52
    return "活动任务列表，做任务领奖励"


def farm(p: PageBuilder) -> str:
    """Trees to water, farms to tend."""
    green = Skin("farm", (90, 180, 90), (150, 215, 130), WHITE, (70, 160, 60), (130, 200, 70), (236, 248, 226))
    p.dress(green)
    if p.chance(0.5):
        p.nav("", "clear", icons=("more",))
        party(p, 0, p.height * 0.62, ((120, 190, 250), (130, 200, 110)))
        p.canvas.text(WIDTH / 2, 70, p.pick("芭芭农场", "种树免费领水果", "我的农场"), 24, WHITE, anchor="m", bold=True)
        p.canvas.rect(120, 190, 130, 64, (230, 170, 90), radius=10)
        p.canvas.text(185, 204, p.pick("再施肥3次升级", f"还差{p.rng.uniform(0.5, 40):.2f}%成熟"), 12, (110, 60, 20), anchor="m")
        p.canvas.text(185, 226, f"{p.rng.randint(1, 6)}级果树", 12, (110, 60, 20), anchor="m")
        p.y = p.height * 0.46
        icon_grid(p, ("集肥料", "签到", "领水果", "好友", "攻略"), 5)
        p.pill(
            WIDTH / 2,
            p.y,
            p.pick("施肥600", "浇水 剩12次", "施肥"),
            size=17,
            wide=170,
            high=46,
            fill=(250, 180, 40),
            ink=WHITE,
            anchor="m",
            bold=True,
        )
        p.y += 64
        feed(p, 2)
        if p.chance(0.4):
            toast(p, p.pick("肥料不足，快去集肥料吧", "今天已经签到过了", "果树升级成功", "新农场建设中"))
        return "农场种树活动页"
    p.nav(p.pick("我的收获", "种树免费领权益", "兑换奖励"))
    with p.card():
        p.note("水果有损坏、少重等问题，可在签收后从订单申请售后，了解更多保障")
    for _ in range(6):
        with p.card():
            red_packet(p, p.x0, p.y + 2, 46)
            p.at(p.x0 + 58, p.pick("农场红包10元", "红包满20减5元", "水果一箱", "纸巾一提"), 14, bold=True)
            p.at(p.x0 + 58, "种树时间 " + p.ahead(-90).stamp("dot") + " - " + p.ahead(-1).stamp("dot"), 10.5, p.skin.faint, dy=22)
            p.at(p.x0 + 58, p.pick("兑换成功", "待领取", "已发货"), 11, p.skin.accent, dy=38)
            p.pill(p.x1, p.y + 12, p.pick("去查看", "去领取"), outline=p.skin.accent, ink=p.skin.accent, anchor="r")
            p.y += 56
    return "农场活动的收获和兑换记录"


def flash(p: PageBuilder) -> str:
    """Timed sales."""
    stage(p, p.pick("限时秒杀", "百亿补贴", "聚划算", "天天特卖", "整点抢"), high=130)
    p.x0, p.x1 = 10, WIDTH - 10
    p.tabs([f"{h}:00" for h in (8, 10, 14, 20, 22)], 1, size=13.5, colour=WHITE)
    p.at(p.x0, p.pick("抢购中", "距本场结束") + f" {p.digits(2)}:{p.digits(2)}:{p.digits(2)}", 12.5, WHITE)
    p.x0, p.x1 = 0, WIDTH
    p.y += 24
    for _ in range(5):
        item = p.item()
        with p.card():
            goods_row(
                p, item, price="none", size=86, promises=0, sku=p.pick(f"已抢{p.rng.randint(3, 99)}%", "买贵必赔", "全网低价")
            )
            p.y -= 34
            p.canvas.price(p.x0 + 95, p.y, f"{item.price:g}", 18, CRIMSON, before=p.pick("补贴价", "秒杀价", "到手"))
            p.pill(
                p.x1,
                p.y - 4,
                p.pick("马上抢", "立即抢购", "提醒我", "已抢光", "去抢购"),
                fill=CRIMSON,
                ink=WHITE,
                anchor="r",
                size=12.5,
            )
            p.y += 28
    hall_tabs(p)
    return "限时秒杀活动页"


def poster(p: PageBuilder) -> str:
    """A shop's poster of its offers."""
    p.resize(360, p.rng.uniform(520, 1100))
    tones = p.rng.choice(TONES)
    party(p, 0, p.height, tones)
    p.canvas.text(
        180,
        26,
        p.pick("必看！省钱攻略", "活动时间", "购买即送", "下单有礼", "晒单有礼", "店铺活动"),
        28,
        WHITE,
        anchor="m",
        bold=True,
    )
    p.canvas.text(180, 66, f"{p.ahead(1).stamp('cnday')}20:00-{p.ahead(12).stamp('cnday')}24:00", 14, (255, 240, 190), anchor="m")
    p.x0, p.x1, p.y = 0, 360, 100
    offers = (
        ("官方立减", "让利15% 先到先得"),
        ("跨店满减", "每满300减50 上不封顶"),
        ("前50名下单", "送价值199元好礼"),
        ("晒图返现", "5星好评加晒图返10元"),
        ("满赠", "满599元送空气炸锅"),
        ("定金膨胀", "付50抵100"),
        ("以旧换新", "至高补贴1000元"),
        ("会员专享", "入会领20元无门槛券"),
        ("分期免息", "最高24期免息"),
    )
    for index, (name, text) in enumerate(p.rng.sample(offers, min(len(offers), int((p.height - 150) / 110)))):
        with p.card(fill=(255, 248, 236)):
            p.para(f"{index + 1} {name}", 16, CRIMSON, bold=True)
            p.para(text, 18, (90, 40, 20), bold=True)
            p.note(p.pick("*活动最终解释以页面规则为准", "*数量有限，先到先得", "*详情请咨询客服"))
    return "店铺活动海报，列出各项优惠"


def vip_page(p: PageBuilder) -> str:
    """The club's benefits used as a campaign."""
    gold = Skin("vip", (44, 36, 34), (70, 56, 50), (250, 220, 180), (190, 130, 60), (230, 180, 110))
    p.dress(gold)
    p.nav(p.pick("88VIP", "88VIP 权益", "会员日"), icons=("headset", "more"))
    p.canvas.gradient(0, p.y - 8, WIDTH, 120, (60, 48, 44), (110, 88, 76))
    p.canvas.text(20, p.y + 8, p.pick("会员权益升级", "本月专享权益", "会员福利日"), 21, (250, 220, 180), bold=True)
    p.canvas.text(20, p.y + 42, p.pick("年度已省", "累计为您省") + f"{p.amount(10, 2000):.2f}元", 13, (240, 220, 200))
    p.y += 112
    with p.card():
        icon_grid(
            p,
            p.some(
                (
                    "退货包运费",
                    "购物95折",
                    "分期福利",
                    "专享立减",
                    "售后保障",
                    "连续包年礼",
                    "淘气值",
                    "生日礼",
                    "省钱账单",
                    "视频会员",
                ),
                8,
            ),
            4,
            colour=(190, 140, 80),
        )
    vip_coupons(p)
    with p.card():
        p.heading(p.pick("天天开盲盒", "原价抢酒水", "限时抽好礼"), "提醒我")
        for index in range(3):
            p.thumb(p.item(), p.x0 + index * 108, p.y, 98)
        p.y += 106
        p.buttons((p.pick("立即抽奖", "去兑换", "预约抢购"),), filled=True)
    return "会员权益活动页"


def gift_redeem(p: PageBuilder) -> str:
    """Points and a little money for an article."""
    item = p.item()
    p.nav(p.pick("权益兑换详情", "积分换购", "0元试用", "福利兑换"))
    p.thumb(item, 0, p.y - 8, WIDTH, 240, radius=0)
    p.y += 240
    with p.card():
        p.para(p.title(item), 15, bold=True)
        p.at(p.x0, f"{p.rng.choice((88, 188, 888, 1000))}积分 + {p.rng.choice((1, 9.9, 0.01))}元", 17, p.skin.accent, bold=True)
        p.y += 30
        p.note(p.pick("兑换后积分不退回", "每人限兑1次，数量有限", "活动火爆，兑完即止"))
    with p.card():
        p.tabs(("权益详情", "权益说明"), 0)
        p.para(
            p.pick(
                "1.兑换成功后生成订单，由商家发货。\n2.活动期间每个账号限参加一次。\n3.积分兑换后不支持退换。",
                "1.活动商品以实物为准。\n2.兑换码7天内有效，过期作废。\n3.恶意刷取将取消资格。",
            ),
            12.5,
            p.skin.sub,
        )
    submit_bar(p, p.pick("立即兑换", "立即申请", "积分不足"), lead=f"当前积分 {p.rng.randint(0, 9000)}")
    if p.chance(0.45):
        toast(p, p.pick("活动太火爆，请稍后重试", "兑换失败，库存不足", "您已参加过该活动", "积分不足"))
    return "积分兑换商品的活动页"


def rules(p: PageBuilder) -> str:
    """The rules of a campaign over its page."""
    (main_hall if p.chance(0.5) else flash)(p)
    lines = [f"活动时间：{p.ahead(-2).stamp('cnday')}20:00至{p.ahead(9).stamp('cnday')}23:59",
        "活动对象：全体用户，部分权益仅限会员", "活动期间每个用户每天可领取一次，领完即止",
        "红包有效期以领取后页面展示为准，过期作废", "退款后红包按规则退回，已过期的不退", "满减以实付金额计算，不含运费",
        "如有作弊行为，平台有权取消资格", "活动规则如有调整，以页面公布为准"]  # fmt: skip
    with sheet(p, p.pick("活动规则", "规则说明", "活动说明"), height=p.height * 0.66, button="我知道了"):
        for index, text in enumerate(p.some(lines, 5, 8)):
            p.para(f"{index + 1}、{text}", 12.5, p.skin.sub)
            p.space(4)
    return "活动规则弹层"


def invite(p: PageBuilder) -> str:
    """Friends' help."""
    stage(p, p.pick("邀请好友领现金", "助力领红包", "拼团免单", "组队瓜分红包"), high=180)
    with p.card(fill=(255, 246, 230)):
        p.para(
            p.pick("还差1人助力即可提现", f"已有{p.rng.randint(1, 9)}位好友助力", "邀请新人得20元"),
            16,
            (190, 60, 30),
            bold=True,
            align="m",
        )
        for index in range(5):
            p.avatar(p.x0 + 14 + index * 60, p.y + 4, 40)
        p.y += 56
        p.pill(
            WIDTH / 2,
            p.y,
            p.pick("立即邀请", "分享给好友", "去提现"),
            size=16,
            wide=230,
            high=42,
            fill=CRIMSON,
            ink=WHITE,
            anchor="m",
            bold=True,
        )
        p.y += 54
        p.note(f"剩余时间 {p.digits(2)}:{p.digits(2)}:{p.digits(2)}", align="m")
    with p.card(fill=GOLD):
        p.heading("瓜分榜")
        for _ in range(4):
            p.avatar(p.x0, p.y, 26)
            p.at(p.x0 + 36, p.secret(p.lexicon.name(p.rng)), 12.5, dy=6)
            p.at(p.x1, f"领到{p.amount(0.1, 60):.2f}元", 12.5, CRIMSON, anchor="r", dy=6)
            p.y += 36
    tab_bar(p, ("首页", "任务", "提现", "我的"), 0, colour=CRIMSON)
    return "邀请好友助力的活动页"


LAYOUTS = {"活动页面": (main_hall, main_hall, check_in, exchange_sheet, lottery, lottery_won, tasks, farm, flash, poster,
    vip_page, gift_redeem, rules, invite)}  # fmt: skip
