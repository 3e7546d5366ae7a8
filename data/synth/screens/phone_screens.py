"""The phone's own screens: text messages, calls, settings, the lock screen, the desktop."""

from __future__ import annotations

from dataclasses import replace

from data.synth.canvas import Colour, hide, text_width, wrap
from data.synth.screens.bars import submit_bar, tab_bar
from data.synth.screens.blocks import icon_grid, stars
from data.synth.screens.covers import dialog
from data.synth.screens.messengers import PLAIN
from data.synth.screens.page_builder import WIDTH, PageBuilder
from data.synth.screens.painters import paint_blot
from data.synth.screens.parts import bubble, chat_bar, fill
from data.synth.screens.pictures import badge
from data.synth.screens.skins import BLACK, DARK, LIGHT, WHITE, Skin


def messages(p: PageBuilder) -> str:
    """Text messages."""
    p.dress(PLAIN)
    p.nav(p.secret("1069" + p.digits(8)) if p.chance(0.6) else p.pick("信息", "短信", "通知信息"), icons=("user",))
    texts = ("【快递】您的包裹已到{c}，取件码{d}，请及时领取，联系电话{h}", "【银行】您尾号{t}的卡于{m}支出{a}元，余额{b}元",
        "【淘宝】您的订单已发货，运单号{h}，请留意查收", "【验证码】{d}，5分钟内有效，请勿告诉他人",
        "【通讯】您本月已用流量{t}M，剩余12GB", "【退款】您的退款{a}元已原路退回，请查收",
        "【客服】关于您反馈的问题，已与商家协商一致，如有疑问请回复本短信", "【驿站】您有包裹滞留超过3天，请尽快领取",
        "【优惠】双11提前购，点击链接领取大额券，退订回T", "【平台】您的投诉已受理，客服将在48小时内与您联系")  # fmt: skip
    for text in p.some(texts, 1, 4):
        p.back(60, 3000)
        p.para(p.pick("短信 ", "") + p.stamp("short"), 11, p.skin.faint, align="m")
        filled = text.format(
            c=p.secret("学府路驿站"),
            d=p.digits(6),
            h=hide("13800000000"),
            t=p.digits(4),
            m=p.stamp("cnday"),
            a=f"{p.amount():.2f}",
            b=f"{p.amount(100, 9000):.2f}",
        )
        lines = wrap(filled, 14, 240)
        p.canvas.rect(
            14, p.y, min(268, max(text_width(line, 14) for line in lines) + 28), len(lines) * 21 + 16, (230, 230, 235), radius=14
        )
        for index, line in enumerate(lines):
            p.canvas.text(28, p.y + 9 + index * 21, line, 14, (20, 20, 20))
        p.y += len(lines) * 21 + 30

    def draw(top: float) -> None:
        p.canvas.rect(50, top + 6, WIDTH - 66, 32, None, radius=16, outline=p.skin.faint)
        p.canvas.text(66, top + 15, p.pick("短信", "信息", "输入短信"), 13, p.skin.faint)
        p.canvas.icon("plus", 16, top + 13, 18, p.skin.sub)

    p.bottom(46, draw, p.skin.page)
    return "手机短信页面"


def calls(p: PageBuilder) -> str:
    """The call list."""
    p.dress(PLAIN)
    p.nav(p.pick("通话记录", "最近通话", "电话"), icons=("check",))
    number = p.secret(f"1{p.digits(10)}")
    for _ in range(11):
        p.back(10, 1500)
        p.at(
            20,
            number
            if p.chance(0.3)
            else p.pick("今天 ", "昨天 ", p.stamp("shortday") + " ")
            + p.pick("上午", "下午")
            + f"{p.rng.randint(1, 12)}:{p.rng.randint(10, 59)}",
            15,
        )
        p.at(20, p.secret("中国移动 浙江杭州"), 11, p.skin.faint, dy=21)
        p.at(
            WIDTH - 20,
            p.pick("呼出", "呼入", "未接通", "响铃")
            + p.rng.choice((f"{p.rng.randint(3, 59)}秒", f"{p.rng.randint(1, 9)}分{p.rng.randint(1, 59)}秒", "1声", "")),
            12,
            p.skin.faint,
            anchor="r",
            dy=6,
        )
        p.y += 50
    return "手机通话记录"


def about_phone(p: PageBuilder) -> str:
    """The phone's own facts and settings."""
    p.dress(DARK if p.chance(0.25) else PLAIN)
    p.nav(p.pick("关于本机", "关于手机", "设置", "电池", "存储空间", "WLAN", "应用信息"))
    if p.chance(0.5):
        p.canvas.gradient(14, p.y, WIDTH - 28, 92, (20, 100, 240), (60, 150, 255), radius=14)
        p.canvas.text(34, p.y + 22, p.pick("系统 14.0", "OS 5.0", "Android 14", "系统版本 17.5"), 22, WHITE, bold=True)
        p.canvas.text(34, p.y + 58, p.pick("正式版", "已是最新版本"), 12.5, WHITE)
        p.y += 104
    facts = (
        ("手机名称", p.pick("我的手机", "家庭手机")),
        ("型号", p.pick("PJB110", "V2283A", "2312CRAD3C")),
        ("处理器", p.pick("八核 2.4GHz", "六核")),
        ("运行内存", p.pick("8.0 GB", "12.0 GB + 4.0 GB")),
        ("存储空间", f"{p.rng.randint(30, 250)} GB / {p.pick('256', '512')} GB"),
        ("电池容量", "5000 mAh"),
        ("屏幕尺寸", "6.7 英寸"),
        ("序列号", hide(p.digits(12))),
        ("IMEI", hide(p.digits(15))),
        ("保修状态", p.pick("有限保修", "已过保") + " " + p.ahead(200).stamp("cnday")),
        ("最大容量", f"{p.rng.randint(78, 100)}%"),
        ("循环计数", str(p.rng.randint(1, 600))),
        ("激活日期", p.stamp("cnday")),
        ("蓝牙", "已开启"),
        ("移动网络", ""),
        ("通知和状态栏", ""),
        ("应用权限", ""),
        ("语言", "简体中文"),
    )
    for start in range(2):
        with p.card():
            for label, value in p.rng.sample(facts, p.rng.randint(4, 7)):
                p.row(label, value, arrow=p.chance(0.5) or start == 1, vcolour=p.skin.sub)
    return "手机系统设置或关于本机页面"


def desktop(p: PageBuilder) -> str:
    """The phone's own pages: home screen, apps, app store, control centre."""
    p.dress(DARK if p.chance(0.3) else PLAIN)
    if p.chance(0.5):
        p.nav("", "clear", icons=())
        p.can_scroll = False
        p.canvas.paint(0, 0, WIDTH, 2400, paint_blot, p.seed())
        names = (
            "相机",
            "图库",
            "设置",
            "时钟",
            "日历",
            "天气",
            "文件管理",
            "应用商店",
            "浏览器",
            "音乐",
            "计算器",
            "备忘录",
            "微信",
            "淘宝",
            "支付宝",
            "抖音",
            "京东",
            "拼多多",
            "地图",
            "银行",
        )
        for index, name in enumerate(p.rng.sample(names, 16)):
            x, y = 24 + index % 4 * 84, p.height * 0.3 + index // 4 * 92
            p.canvas.rect(
                x,
                y,
                52,
                52,
                p.rng.choice(((250, 120, 40), (40, 130, 240), (60, 190, 100), (240, 240, 245), (230, 60, 60))),
                radius=13,
            )
            p.canvas.text(x + 26, y + 60, name, 11, WHITE, anchor="m")
        p.canvas.text(WIDTH / 2, 90, f"{p.now.hour:02d}:{p.now.minute:02d}", 44, WHITE, anchor="m")
        p.canvas.text(WIDTH / 2, 146, f"{p.now.month}月{p.now.day}日 星期" + p.pick(*"一二三四五六日"), 14, WHITE, anchor="m")
        return "手机桌面或锁屏"
    p.nav(p.pick("应用商店", "应用详情", "应用管理"))
    badge(p, 20, p.y, 64, (240, 90, 60))
    p.canvas.text(98, p.y + 8, p.pick("购物助手", "省钱快报", "快递查询", "返利网"), 18, p.skin.ink, bold=True)
    p.canvas.text(98, p.y + 36, f"{p.rng.randint(1, 90)}亿次安装  {p.rng.randint(10, 200)}MB", 12, p.skin.sub)
    p.y += 80
    with p.card():
        stars(p, "评分", p.rng.randint(3, 5), f"{p.rng.uniform(3, 5):.1f}")
        p.row("权限管理", "", arrow=True)
        p.row("清除数据", f"{p.rng.randint(10, 900)} MB", arrow=True)
        p.row("通知管理", "已允许", arrow=True)
        p.row("版本", "10.36.0")
    submit_bar(p, p.pick("安装", "更新", "强行停止", "打开"), colour=(30, 110, 240))
    return "手机应用管理或应用商店页面"


SYSTEM = replace(
    LIGHT,
    name="system",
    head=(242, 242, 247),
    head2=(242, 242, 247),
    page=(242, 242, 247),
    accent=(20, 110, 255),
    accent2=(20, 110, 255),
)

NIGHT = Skin(
    "night",
    (8, 8, 10),
    (8, 8, 10),
    WHITE,
    (254, 44, 85),
    (254, 44, 85),
    (8, 8, 10),
    (28, 28, 30),
    (240, 240, 242),
    (170, 170, 175),
    (125, 125, 130),
    (48, 48, 52),
)

BLUE: Colour = (20, 110, 255)

SMS = (
    ("【{courier}】您的包裹已到{depot}，取件码{code}，请凭码取件，联系电话{no}", 4),
    ("【{depot}】凭{code}取件，地址：{city}路口旁，{time}前有人", 2),
    ("【{courier}】您的快件{no}正在派送，请保持电话畅通", 2),
    ("【{bank}】您尾号{d4}的账户{date}{time}支出人民币{amt}元，余额{amt}元", 2),
    ("【{bank}】您尾号{d4}信用卡本期账单{amt}元，最低还款{amt}元，到期还款日{date}", 1),
    ("【{bank}】您尾号{d4}的卡于{date}入账退款{amt}元", 2),
    ("【拼多多】您申请的退款{amt}元已到账，请查收", 1),
    ("【京东】您的订单{no}已发货，预计{date}送达", 2),
    ("【京东】您的验证码为{d6}，请勿告知他人", 1),
    ("【短信平台】验证码{d6}，{n}分钟内有效，打死也不要告诉别人", 2),
    ("【移动】您本月套餐流量已用{n}%，剩余{n}GB，详询10086", 1),
    ("【联通】您的话费余额{amt}元，为避免停机请及时充值", 1),
    ("【电信】温馨提示：您已欠费{amt}元", 1),
    ("【{shop}】大促提前购，{product}低至{price}元，拒收请回复R", 3),
    ("【{shop}】会员专享券已到账，满{n}00减{n}0，戳链接领取 回T退订", 2),
    ("您好，我是快递员，您的快递放{depot}了，有空来拿下", 2),
    ("你好，你的{product}缺货了，要不给你退款吧", 1),
    ("您好，加微信给您返{n}元红包，好评即可", 1),
    ("【{shop}】您咨询的售后问题我们已登记，客服将在{n}小时内联系您", 2),
    ("【通知】您有一笔{amt}元退款待领取，详情咨询官方客服", 1),
    ("【社保局】您的业务已受理，受理号{no}", 1),
    ("【反诈中心】警惕冒充客服退款，凡要求转账的都是诈骗", 1),
    ("【燃气公司】您的燃气费{amt}元已扣缴成功", 1),
    ("【{courier}】您有包裹因地址不详无法派送，请联系{no}", 1),
    ("【{courier}】您寄出的快件{no}已揽收，运费{n}元", 1),
    ("【税务局】您有一张电子发票，金额{amt}元，点击链接下载", 1),
)


def _sms(p: PageBuilder) -> str:
    return fill(p, p.rng.choices([text for text, _ in SMS], [weight for _, weight in SMS])[0])


def sms_list(p: PageBuilder) -> str:
    """The list of text messages."""
    p.dress(SYSTEM if p.chance(0.4) else replace(SYSTEM, head=WHITE, head2=WHITE, page=WHITE))
    p.nav(p.pick("信息", "短信", "短信息", "通知信息"), icons=("plus",), right=p.pick("", "编辑", "一键已读"))
    if p.chance(0.6):
        p.canvas.rect(14, p.y, WIDTH - 28, 32, (228, 228, 232), radius=9)
        p.canvas.text(40, p.y + 9, p.pick("搜索", "搜索短信", "搜索联系人、信息"), 13, p.skin.faint)
        p.y += 44
    p.x0, p.x1 = 14, WIDTH - 14
    while not p.full() and p.y < p.height:
        text = _sms(p)
        who = p.pick(
            "10086",
            "95588",
            "106" + p.digits(9),
            "95311",
            "通知信息",
            "快递通知",
            p.secret("1" + p.digits(10)),
            "10690" + p.digits(7),
        )
        p.canvas.ellipse(p.x0, p.y + 4, 38, 38, p.rng.choice(((150, 160, 175), (90, 150, 240), (240, 160, 80))))
        p.canvas.icon("user", p.x0 + 9, p.y + 12, 20, WHITE)
        p.at(p.x0 + 50, who, 14.5, bold=p.chance(0.4))
        p.at(
            p.x1,
            p.pick(p.stamp("time"), "昨天", p.stamp("cnday"), "星期" + p.pick(*"一二三四五六日"), p.stamp("shortday")),
            11,
            p.skin.faint,
            anchor="r",
        )
        for row, line in enumerate(wrap(text, 12, p.room() - 60, 2)):
            p.canvas.text(p.x0 + 50, p.y + 21 + row * 16, line, 12, p.skin.sub)
        p.y += 64
        p.back(30, 2000)
    p.x0, p.x1 = 0, WIDTH
    return "手机短信列表"


def sms_thread(p: PageBuilder) -> str:
    """One thread of text messages."""
    p.dress(replace(SYSTEM, head=(247, 247, 247), head2=(247, 247, 247), page=WHITE))
    p.nav(
        p.pick("106" + p.digits(8), "95533", "10010", p.secret("1" + p.digits(10)), "通知信息", "+86 " + p.secret(p.digits(11))),
        sub=p.pick("", "短信/彩信", "中国移动"),
        icons=("phone", "more"),
    )
    chat_bar(p, p.pick("短信/彩信", "短信", "文字信息", "发送短信", "文本消息"), icons=("plus",))
    for _ in range(p.rng.randint(1, 4)):
        p.para(
            p.pick("", "短信 ")
            + p.pick(
                f"今天 {p.stamp('time')}",
                f"昨天 {p.stamp('time')}",
                p.stamp("chinese"),
                f"{p.stamp('cnday')} 星期{p.pick(*'一二三四五六日')} {p.stamp('time')}",
                p.stamp("minute"),
            ),
            11,
            p.skin.faint,
            align="m",
        )
        bubble(p, _sms(p), face=False, fill=(233, 233, 236), width=236)
        if p.chance(0.2):
            p.para(p.pick("复制验证码", "查看取件码", "来自卡1", "中国电信 卡2"), 11, BLUE, indent=16)
        if p.chance(0.2):
            bubble(
                p,
                p.pick("好的", "收到", "放门口就行", "我没买这个", "什么时候到", "退钱", "R", "帮我放驿站"),
                mine=True,
                face=False,
                fill=(52, 199, 89) if p.chance(0.5) else BLUE,
                ink=WHITE,
            )
        p.back(60, 4000)
    return "手机短信对话"


def call_history(p: PageBuilder) -> str:
    """The call log or a number's history."""
    p.dress(SYSTEM if p.chance(0.5) else replace(SYSTEM, head=WHITE, head2=WHITE, page=WHITE))
    p.nav(p.pick("通话记录", "电话", "最近通话", "联系人详情"), right=p.pick("", "编辑", "清空"), icons=())
    if p.chance(0.5):
        p.tabs(p.rng.choice((("全部通话", "未接来电"), ("通话", "联系人", "营业厅"), ("所有通话", "未接"))), 0, colour=BLUE)
    tab_bar(
        p,
        p.rng.choice((("个人收藏", "最近通话", "通讯录", "拨号键盘", "语音留言"), ("拨号", "联系人", "营业厅"))),
        1,
        colour=BLUE,
    )
    one = p.chance(0.3)
    p.x0, p.x1 = 16, WIDTH - 16
    while p.y < p.height and not p.full():
        missed = p.chance(0.25)
        number = p.secret(
            p.pick(
                "1" + p.digits(10),
                "0571" + p.digits(8),
                "95" + p.digits(3),
                "400" + p.digits(7),
                "快递员",
                "淘宝客服",
                p.lexicon.city(p.rng) + "未知号码",
            )
        )
        long = (
            p.pick(
                f"呼出{p.rng.randint(2, 59)}秒",
                f"呼入{p.rng.randint(1, 9)}分{p.rng.randint(1, 59)}秒",
                "未接通",
                f"响铃{p.rng.randint(2, 40)}秒",
                f"呼出{p.rng.randint(1, 5)}分钟",
                "已拒接",
            )
            if not missed
            else p.pick("未接来电", "响铃12声", "未接听")
        )
        day = p.pick("今天 ", "昨天 ", "前天 ", p.stamp("shortday") + " ", "") + p.pick("下午", "上午", "") + p.stamp("time")
        p.at(p.x0, day if one else number, 14.5, (230, 60, 50) if missed else None)
        p.at(p.x1, long if one else day, 12, p.skin.faint, anchor="r")
        p.at(
            p.x0,
            p.secret(number)
            if one
            else p.pick("手机 ", "固话 ", "")
            + p.pick(p.lexicon.city(p.rng) + p.pick("移动", "联通", "电信"), "疑似快递外卖", "广告推销 已被多人标记", long, long),
            11.5,
            p.skin.faint,
            dy=21,
        )
        p.y += 40
        p.canvas.rect(p.x0, p.y, p.room(), 0.7, p.skin.rule)
        p.y += 11
        p.back(10, 900)
    p.x0, p.x1 = 0, WIDTH
    return "手机通话记录"


def incoming(p: PageBuilder) -> str:
    """A call that comes in or goes on."""
    p.dress(NIGHT)
    p.can_scroll = False
    p.canvas.gradient(0, 0, WIDTH, p.height, (40, 60, 90), (15, 20, 35))
    p.status_bar(WHITE)
    p.y = 120
    p.para(p.secret(p.pick("1" + p.digits(10), "0755-" + p.digits(8), "95311", "快递员")), 26, WHITE, align="m")
    p.para(
        p.pick(
            "来电",
            "正在呼叫…",
            f"0{p.rng.randint(0, 9)}:{p.rng.randint(10, 59)}",
            "通话已结束",
            "未接听",
            f"{p.lexicon.city(p.rng)} 移动",
            "快递送餐 来电",
        ),
        14,
        (200, 205, 215),
        align="m",
    )
    if p.chance(0.5):
        p.para(
            p.pick("被12人标记为骚扰电话", "高德提示：疑似推销", "已开启通话录音", "HD 高清通话"), 12, (200, 160, 100), align="m"
        )
    p.y = p.height - 300
    names = p.rng.choice(
        (("静音", "拨号键盘", "免提", "添加通话", "视频通话", "通讯录"), ("录音", "等待", "添加通话", "静音", "联系人", "更多"))
    )
    p.x0, p.x1 = 30, WIDTH - 30
    p.skin = replace(p.skin, ink=WHITE)
    icon_grid(p, names, 3, size=44, text=12, colour=(90, 100, 120))
    p.canvas.ellipse(WIDTH / 2 - 32, p.height - 110, 64, 64, (235, 60, 50))
    if p.chance(0.4):
        p.canvas.text(WIDTH / 2, p.height - 40, p.pick("挂断", "拒绝", "滑动来接听", "提醒我"), 12, WHITE, anchor="m")
    p.x0, p.x1 = 0, WIDTH
    return "手机通话界面"


SETTINGS = {
    "关于本机": (
        ("名称", "{name}的手机"),
        ("系统版本", "{n}.{n}"),
        ("型号名称", "手机 Pro"),
        ("型号", "V{d6}"),
        ("处理器", "八核"),
        ("运行内存", "8.0 GB"),
        ("存储空间", "{n} GB / 256 GB"),
        ("电池容量", "5000 mAh (典型值)"),
        ("屏幕尺寸", "6.7 英寸"),
        ("序列号", "{no}"),
        ("无线局域网地址", "{no}"),
        ("软件版本号", "{n}.0.{n}"),
        ("Android版本", "14"),
        ("基带版本", "{n}.{n}"),
        ("IMEI", "{no}"),
    ),
    "无线网络": (
        ("WLAN", "已连接"),
        ("Home_5G", "已连接，但无法访问互联网"),
        ("ChinaNet-{d4}", "已保存"),
        ("TP-LINK_{d4}", "已加密"),
        ("其他网络...", ""),
        ("网络加速", "未开启"),
        ("IP地址", "192.168.1.{n}"),
        ("路由器", "192.168.1.1"),
        ("配置DNS", "自动"),
        ("蓝牙", "开启"),
        ("个人热点", "关闭"),
        ("飞行模式", "关闭"),
        ("移动网络", "SIM卡1"),
        ("漫游", "关闭"),
    ),
    "应用信息": (
        ("存储", "已使用 {n}.2 GB"),
        ("应用权限", "已允许{n}项"),
        ("通知管理", "允许通知"),
        ("流量使用情况", "{n} MB"),
        ("电池", "自上次充满后耗电 {n}%"),
        ("版本", "10.{n}.0"),
        ("默认打开", "未设置"),
        ("清除缓存", "{n} MB"),
        ("清除数据", ""),
        ("强行停止", ""),
        ("卸载", ""),
        ("上网权限", "WLAN与移动数据"),
        ("自启动", "已关闭"),
        ("省电策略", "智能限制后台运行"),
    ),
    "权限管理": (
        ("相机", "仅使用时允许"),
        ("相册", "所有照片"),
        ("麦克风", "未允许"),
        ("位置信息", "每次询问"),
        ("通讯录", "已拒绝"),
        ("电话", "已拒绝"),
        ("存储", "允许"),
        ("后台弹出界面", "已拒绝"),
        ("悬浮窗", "允许"),
        ("桌面快捷方式", "询问"),
        ("无线数据", "WLAN与蜂窝数据"),
        ("跟踪", "要求App不跟踪"),
    ),
    "存储空间": (
        ("已用空间", "{n}.5 GB"),
        ("可用空间", "{n} GB"),
        ("应用", "{n}.8 GB"),
        ("图片", "{n}.1 GB"),
        ("视频", "{n} GB"),
        ("系统数据", "{n}.9 GB"),
        ("淘宝", "3.{n} GB"),
        ("微信", "{n}.6 GB"),
        ("抖音", "5.{n} GB"),
        ("清理加速", "可清理{n} GB"),
        ("最近删除", "{n} MB"),
    ),
    "设置": (
        ("飞行模式", ""),
        ("无线局域网", "未连接"),
        ("蓝牙", "打开"),
        ("蜂窝网络", ""),
        ("个人热点", "关闭"),
        ("通知", ""),
        ("声音与触感", ""),
        ("专注模式", ""),
        ("屏幕使用时间", ""),
        ("通用", ""),
        ("控制中心", ""),
        ("显示与亮度", ""),
        ("墙纸", ""),
        ("电池", "{n}%"),
        ("隐私与安全性", ""),
        ("钱包与支付", ""),
        ("密码", ""),
    ),
    "日期和时间": (
        ("自动设置", "开启"),
        ("24小时制", "开启"),
        ("时区", "中国标准时间"),
        ("日期", "{date}"),
        ("时间", "{time}"),
        ("双时钟", "关闭"),
    ),
    "支付保护": (
        ("应用分身", "未开启"),
        ("支付保护中心", "未发现风险"),
        ("安装未知应用", "不允许"),
        ("纯净模式", "已开启"),
        ("风险应用", "{n}个"),
        ("病毒扫描", "未发现风险"),
    ),
}


def settings(p: PageBuilder) -> str:
    """A page of the system's settings."""
    p.dress(SYSTEM if p.chance(0.85) else replace(NIGHT, accent=BLUE, accent2=BLUE))
    title = p.rng.choice(list(SETTINGS))
    name = p.pick("淘宝", "支付宝", "浏览器", "相机", "应用商店") if title in ("应用信息", "权限管理") else ""
    p.nav(p.pick(title, name) if name else title, icons=p.rng.choice(((), ("search",), ("more",))))
    rows = SETTINGS[title]
    if title == "关于本机" and p.chance(0.5):
        with p.card(fill=BLUE):
            p.para(
                p.pick("MIUI", "ColorOS", "HarmonyOS", "OriginOS", "MagicOS") + p.pick(" 14", " 4.0", " 13.1", ""),
                25,
                WHITE,
                bold=True,
            )
            p.para(p.pick("正式版", "当前版本已是最新", "有新版本可更新"), 12, WHITE)
    if title == "存储空间":
        with p.card():
            p.para(fill(p, "已使用 {n}.4 GB / 128 GB"), 14, bold=True)
            x = p.x0
            for tone in ((250, 80, 70), (250, 190, 60), (90, 190, 110), (80, 140, 240)):
                w = p.rng.uniform(20, 80)
                p.canvas.rect(x, p.y, w, 14, tone)
                x += w
            p.y += 24
    if name:
        with p.card():
            badge(p, WIDTH / 2 - 22, p.y, 44, (255, 90, 20))
            p.y += 50
            p.para(name, 15, align="m", bold=True)
    index = 0
    rows = tuple(rows[i] for i in sorted(p.rng.sample(range(len(rows)), p.rng.randint(6, len(rows)))))
    while index < len(rows):
        count = p.rng.randint(2, 6)
        with p.card(margin=12):
            for label, value in rows[index : index + count]:
                p.row(
                    fill(p, label),
                    p.secret(fill(p, value)) if label in ("序列号", "IMEI", "无线局域网地址") else fill(p, value),
                    arrow=p.chance(0.7),
                    vcolour=p.skin.sub,
                    gap=15,
                )
        index += count
    if p.chance(0.15):
        dialog(
            p,
            p.pick(
                "“淘宝”想给您发送通知",
                "存储空间不足，部分系统功能可能无法使用",
                "是否停止运行该应用？",
                "该网络没有接入互联网，是否继续使用？",
                "清除数据后应用的账号和文件都会被删除",
            ),
            p.rng.choice((("不允许", "允许"), ("取消", "确定"), ("以后", "去清理"))),
            colour=BLUE,
        )
    return f"手机系统设置：{title}"


def lock_screen(p: PageBuilder) -> str:
    """The lock screen or the notification shade."""
    p.dress(NIGHT)
    p.can_scroll = False
    p.canvas.paint(0, 0, WIDTH, p.height, paint_blot, p.seed())
    p.canvas.dim(0.7)
    p.status_bar(WHITE)
    p.y = 80
    p.para(p.stamp("time"), 52, WHITE, align="m", lead=1.2)
    p.para(
        f"{p.stamp('cnday')} 星期{p.pick(*'一二三四五六日')} "
        + p.pick("", "农历五月初六", "三月初九", f"{p.lexicon.city(p.rng)} 多云 {p.rng.randint(1, 36)}°"),
        14,
        WHITE,
        align="m",
    )
    p.y += 24
    for _ in range(p.rng.randint(2, 6)):
        app = p.pick("微信", "短信", "支付宝", "淘宝", "邮件", "手机管家", "京东", "拼多多", "菜鸟", "系统更新", "日历")
        with p.card(margin=12, fill=(225, 226, 230), radius=14, after=7):
            p.at(p.x0, app, 12.5, BLACK, bold=True)
            p.at(p.x1, p.pick("现在", "刚刚", "5分钟前", "1小时前", p.stamp("time")), 11, (110, 110, 115), anchor="r")
            p.y += 18
            p.para(
                _sms(p)
                if app == "短信"
                else fill(
                    p,
                    p.pick(
                        "您有一条新消息",
                        "[{n}条]{name}：在吗",
                        "您的包裹正在派送中",
                        "退款到账{amt}元",
                        "您关注的{product}降价了",
                        "系统更新已下载完成",
                        "[链接] 帮我砍一刀",
                        "向你转账{amt}元",
                        "今日步数{n}00步",
                        "支付成功 ¥{amt}",
                    ),
                ),
                12.5,
                (40, 40, 44),
                limit=2,
            )
    p.para(p.pick("清除全部通知", "上滑解锁", "向上轻扫以打开", ""), 12, WHITE, align="m")
    return "手机锁屏或通知栏"
