"""More review pages: tagged lists, the reviews' part of an article's page, waiting and refused ones, one question, pictures."""

from __future__ import annotations

from data.synth.canvas import wrap
from data.synth.screens.bars import buy_bar, submit_bar
from data.synth.screens.blocks import feed, goods_row, stars
from data.synth.screens.covers import dialog, toast
from data.synth.screens.page_builder import WIDTH, Item, PageBuilder
from data.synth.screens.parts import FEELINGS, FELT, photo, review_text
from data.synth.screens.pictures import badge
from data.synth.screens.skins import DARK, WHITE, WHITE_SKIN

LIKED = (
    "质量不错",
    "物流快",
    "性价比高",
    "包装好",
    "做工精细",
    "颜色好看",
    "服务好",
    "味道好闻",
    "尺码标准",
    "正品",
    "回购多次",
    "效果好",
    "手感好",
    "大小合适",
    "舒服",
    "材质好",
    "安装方便",
    "很实用",
    "新鲜",
    "好吃",
    "有异味",
    "质量差",
    "偏小",
    "声音小",
    "很轻",
    "不掉色",
    "吸水性好",
)
QUESTIONS = (
    "这个{product}质量怎么样？",
    "{product}好用吗，值得买吗",
    "会不会掉色呀",
    "{material}的还是别的材质",
    "{person}能用吗？",
    "{size}的实际有多大",
    "有没有味道？",
    "用了多久会坏",
    "{function}效果明显吗",
    "跟实体店的是一样的吗",
    "是正品吗，怎么辨别",
    "{part}容易坏吗",
    "声音大不大",
    "安装麻烦吗？",
    "送不送{accessory}",
    "{color}好看还是{color2}好看",
    "几天能收到货",
    "售后怎么样，坏了给换吗",
    "保质期到什么时候",
    "适合放{place}吗",
    "会不会漏水",
    "起球吗，洗了变形吗",
)
ANSWERS = (
    "还可以，用了半年没坏",
    "好用，推荐",
    "不好用，后悔买了",
    "挺好的，{person}很喜欢",
    "没有异味",
    "味道有点大，晾几天就好",
    "不掉色，放心买",
    "掉色，别买",
    "是{material}的，手感不错",
    "质量一般，凑合用",
    "我买的{color}，好看",
    "性价比高",
    "我没用呢，送人了",
    "一分钱一分货",
    "声音很小",
    "收到就坏了，退了",
    "正品，扫码验过",
    "三四天到的",
    "偏小，建议买大一号",
    "不知道，刚买",
    "可以的，亲",
    "用着还行吧",
    "没问题，已经回购了",
    "不建议买",
)
REFUSED = (
    "评价审核中，通过后将公开展示",
    "评价未通过审核：内容含有广告信息",
    "该评价已被折叠，点击查看",
    "评价已删除",
    "评价内容违规，已被屏蔽",
    "你的评价仅自己可见",
    "因涉嫌违规评价，该内容不展示",
    "评价已修改，审核中",
)
MESSAGES = (
    "评价内容含有敏感词，请修改后再发布",
    "发布失败，请稍后再试",
    "您今天发布评价太频繁",
    "订单已超过评价时间，无法评价",
    "图片上传失败",
    "确认发布评价吗？发布后不能修改评分",
    "确定删除这条评价吗？删除后不可恢复",
    "评价不少于5个字",
    "该订单已评价",
    "发布成功，感谢您的评价",
    "确定放弃本次评价？内容不会保存",
    "存在违规内容，暂不支持发表",
    "当前账号暂无评价权限",
)
GRADES = ("非常差", "差", "一般", "好", "非常好")


def pictures(p: PageBuilder, item: Item, count: int, size: float, *, veil: str = "") -> None:
    """Pictures that a customer took, three in a row; `veil` is written over each."""
    for index in range(count):
        x, y = p.x0 + (index % 3) * (size + 5), p.y + (index // 3) * (size + 5)
        if p.chance(0.5):
            photo(
                p,
                p.pick("goods_table", "goods_bed", "goods_close", "goods_held", "goods_standing", "clothes"),
                (x, y, x + size, y + size),
                category=item.category,
            )
        else:
            p.thumb(item._replace(seed=p.seed()), x, y, size, radius=5)
        if veil:
            p.canvas.dim(0.5, (x, y, x + size, y + size))
            p.canvas.text(x + size / 2, y + size / 2 - 6, veil, 11, WHITE, anchor="m")
    p.y += ((count + 2) // 3) * (size + 5) + 5


def review(p: PageBuilder, item: Item, *, photos: bool = True, short: bool = False) -> None:
    """One review of an article with the shop's reply and a follow-up now and then."""
    p.avatar(p.x0, p.y, 28)
    p.at(p.x0 + 36, p.secret(p.lexicon.name(p.rng)) if p.chance(0.5) else p.lexicon.name(p.rng), 13)
    p.at(
        p.x0 + 36,
        f"{p.stamp(p.pick('day', 'dot', 'cnday'))} {p.pick('已购：', '', '颜色分类：', '重复购买 ')}{item.sku}",
        10.5,
        p.skin.faint,
        dy=17,
        width=p.room() - 40,
    )
    if p.chance(0.3):
        p.pill(
            p.x1,
            p.y,
            p.pick("回头客", "88VIP", "超赞", "购买后7天评", "优质评价", "匿名", "第3次购买"),
            size=9.5,
            pad=5,
            fill=p.skin.tint,
            ink=p.skin.accent,
            anchor="r",
            radius=3,
        )
    p.y += 36
    p.para(review_text(p, item.category), 13, limit=3 if short else 6)
    if photos and p.chance(0.6):
        p.space(4)
        pictures(p, item, p.rng.randint(1, 6), (p.room() - 10) / 3)
    if p.chance(0.25):
        p.para(
            p.pick("当天追评：", f"{p.rng.randint(2, 60)}天后追评：", "收货当天追加：", "追评：")
            + review_text(p, item.category, 1, 2),
            12.5,
            p.skin.accent,
        )
    if p.chance(0.3):
        with p.card(pad=8, margin=0, fill=p.skin.page, after=4):
            p.para(
                p.pick("商家回复：", "掌柜回复：", "店家解释：")
                + p.pick(
                    "感谢亲的支持，您的满意是我们的动力",
                    "亲亲，很抱歉给您带来不好的体验，请联系客服为您处理",
                    "谢谢亲的好评，欢迎再次光临小店",
                    "亲，已为您安排售后专员跟进",
                ),
                12,
                limit=3,
            )
    p.note(
        p.pick(
            f"浏览{p.rng.randint(0, 900)}次",
            f"赞 {p.rng.randint(0, 99)}   评论 {p.rng.randint(0, 20)}",
            f"有用 {p.rng.randint(1, 60)}",
            "",
        )
    )
    p.y += 6


def tagged(p: PageBuilder) -> str:
    """All reviews of an article with their tags."""
    item = p.item()
    if p.chance(0.6):
        p.nav(p.pick("宝贝评价", "评价", "商品评价", "全部评价"))
        p.tabs(
            p.rng.choice(
                (
                    ("全部", "最新", "图/视频", "追评"),
                    (f"评价 {p.rng.randint(1, 9999)}", "问大家"),
                    ("好评", "中评", "差评", "有图"),
                    ("宝贝评价", "问大家 " + p.digits(2)),
                )
            ),
            0,
        )
    else:
        p.nav("", "search", icons=("share", "more"))
        p.tabs(("宝贝", "评价", "详情", "推荐"), 1)
    buy_bar(p)
    with p.band():
        p.row(
            f"{p.pick('宝贝评价', '评价', '商品评价', '用户评价')}"
            f"({p.rng.choice((p.rng.randint(0, 99), '500+', '2000+', '1万+', '5000+'))})",
            p.pick("查看全部", f"好评率{p.rng.randint(80, 100)}%", "好评度98%", ""),
            bold=True,
            vcolour=p.skin.accent,
            arrow=True,
        )
        p.chips([f"{name}({p.rng.randint(2, 900)})" for name in p.some(LIKED, 4, 9)], 0, size=11.5)
        if p.chance(0.3):
            p.row(p.pick("默认排序", "按时间排序", "推荐排序"), p.pick("只看当前款式", "仅看有内容", "筛选"), size=12)
        for _ in range(4):
            if p.full():
                break
            review(p, item)
            p.rule()
            p.back(500, 30000)
    return "商品的评价列表，有标签和买家评价"


def on_page(p: PageBuilder) -> str:
    """The part of an article's page with reviews, questions and the shop."""
    item = p.item()
    p.nav("", "search", icons=("share", "cart", "more"))
    p.tabs(("宝贝", "评价", "详情", "推荐"), 1)
    buy_bar(p, right=p.pick("立即购买", "领券购买"))
    with p.band():
        p.row(p.pick("保障", "服务"), p.pick("极速退款·运费险·七天无理由", "假一赔十·破损包退·价保服务"), arrow=True, size=12)
        p.row("参数", p.pick("品牌 材质 产地 适用年龄", "货号 规格 颜色分类 型号"), arrow=True, size=12, gap=4)
    with p.band():
        p.row(
            f"评价({p.rng.choice((p.rng.randint(2, 400), '600+', '1万+'))})",
            p.pick("查看全部", f"好评率{p.rng.randint(85, 99)}%"),
            bold=True,
            arrow=True,
        )
        p.chips([f"{name}({p.rng.randint(2, 90)})" for name in p.some(LIKED, 2, 4)], None, size=11.5)
        for _ in range(p.rng.randint(1, 2)):
            review(p, item, photos=p.chance(0.3), short=True)
    with p.band():
        p.row(p.pick("问大家", f"问大家({p.rng.randint(2, 99)})"), p.pick("查看全部", "问问买过的人"), bold=True, arrow=True)
        filler = p.lexicon.filler(p.rng, item.category)
        for _ in range(2):
            p.pill(p.x0, p.y - 1, "问", size=10, pad=4, fill=p.skin.accent2, ink=WHITE, radius=3)
            p.at(p.x0 + 24, filler.fresh().fill(p.rng.choice(QUESTIONS)), 12.5)
            p.at(p.x1, f"{p.rng.randint(1, 30)}个回答", 11, p.skin.faint, anchor="r")
            p.y += 24
    with p.band():
        p.row(p.shop(), p.pick("+ 关注", "进店逛逛"), bold=True)
        p.para(
            f"商品质量 {p.pick('4.7', '4.8', '4.9')} 高   "
            f"发货速度 {p.pick('4.7', '4.8', '4.9')} 高   客服服务 4.8 {p.pick('高', '中')}",
            11.5,
            p.skin.sub,
        )
        p.buttons(("进店逛逛", "全部宝贝"), align="l")
    return "商品页的评价、问大家和店铺部分"


def own(p: PageBuilder) -> str:
    """One's own reviews by day."""
    p.nav(p.pick("我的评价", "评价", "评价中心", "我的评价"), right=p.pick("", "规则", "评价规则"))
    with p.band(after=0):
        p.avatar(p.x0, p.y, 38)
        p.at(p.x0 + 48, p.secret(p.lexicon.name(p.rng)), 15, bold=True)
        p.at(
            p.x0 + 48,
            p.pick(
                f"已评价 {p.rng.randint(3, 300)}",
                "评价达人 Lv3",
                "优质评价有机会上首页",
                "",
                f"被浏览{p.rng.randint(10, 9000)}次",
            ),
            11,
            p.skin.faint,
            dy=21,
        )
        p.y += 46
    p.x0 = 12
    p.chips([f"待评价{p.pick('', '(' + p.digits(1) + ')', ' ' + p.digits(2))}", p.pick("可追评", "待追评"), "已评价"], 2)
    p.x0 = 0
    for _ in range(4):
        if p.full():
            break
        item = p.item()
        p.back(1000, 40000)
        with p.band():
            month, day = p.stamp("shortday").split("-")
            p.at(p.x0, day, 21, bold=True)
            p.at(p.x0 + 28, f"/{month}月", 12, dy=8)
            p.at(
                p.x1, p.pick("匿名", "公开", "公开分享", "仅自己可见", "审核中", "匿名评价"), 11.5, p.skin.faint, anchor="r", dy=6
            )
            p.y += 34
            p.para(review_text(p, item.category), 13.5, limit=5)
            if p.chance(0.55):
                p.space(4)
                pictures(p, item, p.rng.randint(1, 5), (p.room() - 10) / 3, veil=p.pick("", "", "", "审核中"))
            if p.chance(0.25):
                p.para(
                    p.pick("用户当天追评 ", "3天后追评 ", "追加评价：") + review_text(p, item.category, 1, 2), 12.5, p.skin.accent
                )
            with p.card(pad=6, margin=0, fill=p.skin.page, after=6):
                goods_row(p, item, size=38, price="none", promises=0)
                p.y -= 6
            p.note(f"浏览 {p.rng.randint(0, 500)}  {p.pick('点赞', '表态')} {p.rng.randint(0, 9)}  评论 {p.rng.randint(0, 4)}")
            p.y -= 18
            p.buttons(p.some(("分享逛逛", "写追评", "修改评价", "删除", "再次购买", "同步逛逛"), 1, 2))
    return "我的评价列表，已评价的商品"


def pending(p: PageBuilder) -> str:
    """Articles that wait for a review."""
    p.nav(p.pick("我的评价", "评价中心", "待评价", "评价"))
    p.tabs((f"待评价({p.rng.randint(1, 20)})", p.pick("待追评", "可追评"), "已评价"), 0)
    if p.chance(0.5):
        with p.card(fill=p.skin.tint):
            p.para(
                p.pick(
                    "写优质评价，赢淘金币奖励",
                    "评价有礼：晒图最高得50金币",
                    f"还有{p.rng.randint(2, 20)}件商品待评价，快来分享吧",
                    "30字以上且有图，有机会成为优质评价",
                ),
                12.5,
                p.skin.accent,
            )
    for _ in range(5):
        if p.full():
            break
        with p.card():
            goods_row(
                p,
                p.item(),
                size=60,
                price="none",
                promises=0,
                extra=p.pick("", "评价得10淘金币", "超过15天将默认好评", "可匿名评价"),
            )
            if p.chance(0.5):
                stars(p, p.pick("综合评价", "商品评分", "打个分吧"), p.rng.choice((0, 0, 5)))
            p.buttons(p.some(("去评价", "写评价", "晒图评价", "查看物流", "一键好评"), 1, 2))
    feed(p, 1, p.pick("更多推荐", "猜你喜欢"))
    return "待评价商品列表"


def compose(p: PageBuilder) -> str:
    """Writing a review: pictures or an empty box, feelings, text, stars, the publish button."""
    item = p.item()
    p.dress(DARK if p.chance(0.06) else WHITE_SKIN)
    p.can_scroll = False
    count = p.rng.choice((0, 0, 1, 2, 3))
    p.nav(p.pick("", "", "发表评价", "写评价", "评价"), right=p.pick("", "", "发布", "提交"), icons=())
    p.x0, p.x1 = 12, WIDTH - 12
    if p.chance(0.7):
        p.para(
            p.pick(
                f"还差{p.rng.randint(2, 20)}个字+{p.rng.randint(1, 3)}张图，评价更容易被推荐",
                "写得好能上首页哦",
                "公开发表，帮到更多人",
                f"再写{p.rng.randint(3, 15)}字有机会成为优质评价",
                f"再加{p.rng.randint(1, 3)}张图片更受欢迎",
            ),
            12.5,
            p.skin.sub,
            align="m",
        )
        p.y += 6
    for index in range(count):
        p.thumb(item._replace(seed=p.seed()), p.x0 + index * 84, p.y, 78)
        p.canvas.ellipse(p.x0 + index * 84 + 64, p.y - 2, 16, 16, (60, 60, 65))
        p.canvas.icon("close", p.x0 + index * 84 + 68, p.y + 2, 8, WHITE)
    x, wide = p.x0 + count * 84, 78.0 if count else p.room()
    p.canvas.rect(x, p.y, wide, 84, p.skin.page, radius=9)
    p.canvas.icon("camera", x + wide / 2 - 13, p.y + 14, 26, p.skin.ink)
    p.canvas.text(
        x + wide / 2,
        p.y + 52,
        p.pick(f"还可加{6 - count}张", "添加图片", f"{count}/6")
        if count
        else p.pick("添加图片视频", "添加图片/视频", "晒图片或视频", "拍照晒单"),
        12,
        p.skin.sub,
        anchor="m",
    )
    p.y += 98
    if p.chance(0.6):
        p.at(p.x0, p.rng.choice(FEELINGS), 13, bold=True, dy=4)
        p.x0 += 72
        p.chips(
            p.rng.choice((("偏小", "合适", "偏大"), ("好", "一般", "不好"), tuple(p.rng.sample(FELT, 3)))), p.rng.randint(0, 2)
        )
        p.x0 -= 72
    elif p.chance(0.5):
        p.chips(
            p.some(
                (
                    "外观材质",
                    "整体感受",
                    "商品品质",
                    "新鲜度",
                    "口味",
                    "分量",
                    "包装",
                    "功能",
                    "尺码推荐",
                    "适用人群",
                    "使用效果",
                ),
                3,
                5,
            ),
            None,
            size=11.5,
        )
    if p.chance(0.75):
        p.para(review_text(p, item.category, 1, 4, blame=0.15, silent=0.0), 14, lead=1.6)
    else:
        p.para(
            p.pick(
                "从多个角度评价商品，能帮助更多想买的人",
                "说说你的使用感受吧",
                "宝贝满足你的期待吗？分享一下使用心得",
                "展开说说对商品的想法吧...",
            ),
            14,
            p.skin.faint,
        )
    p.y = max(p.y + 20, p.height - p.rng.choice((300, 260, 330)))
    p.thumb(item, p.x0, p.y, 26, radius=3)
    p.at(p.x0 + 34, p.secret(item.title) if p.chance(0.5) else item.sku, 12, p.skin.sub, dy=6, width=p.room() - 60)
    p.y += 38
    value = p.rng.choice((5, 5, 5, 5, 4, 3, 1))
    for name in p.rng.choice(
        (
            ("描述相符", "物流服务", "服务态度"),
            ("描述相符", "物流服务", "服务态度"),
            ("商品质量", "快递包装", "送货速度", "配送员态度"),
            ("综合评价",),
            ("宝贝描述", "卖家服务"),
        )
    ):
        stars(p, name, value, GRADES[value - 1])
    p.row(p.pick("匿名评价", "匿名", "公开评价", "同步到逛逛"), "", size=12)
    p.pill(
        WIDTH - 14,
        p.height - 78 - p.system_height(),
        p.pick("发布", "发布", "发布评价", "提交评价"),
        size=16,
        high=46,
        wide=108,
        fill=p.skin.accent2,
        fill2=p.skin.accent,
        ink=WHITE,
        anchor="r",
        bold=True,
    )
    p.x0, p.x1 = 0, WIDTH
    return "写评价页面，打星并发布"


def add(p: PageBuilder) -> str:
    """Adding to a review."""
    item = p.item()
    p.nav(p.pick("追加评价", "写追评", "追评", "发表追评"), right=p.pick("", "发布"))
    submit_bar(p, p.pick("发布", "发布追评", "提交"))
    with p.band():
        goods_row(p, item, size=44, price="none", promises=0)
        p.note(p.pick("初次评价", "我的评价", "之前的评价"))
        p.para(review_text(p, item.category, 1, 3), 13, p.skin.sub)
        p.rule()
        p.para(
            p.pick("使用一段时间后，感觉怎么样？", "已经用了一段时间，有更多的心得吗", review_text(p, item.category, 1, 3)), 14
        )
        p.y += 60
        p.row(p.pick("匿名追评", "公开"), p.pick("追评不能修改评分", "追评后商家可回复"), size=12)
    return "追加评价页面"


def one_question(p: PageBuilder) -> str:
    """One question and its answers."""
    item = p.item()
    filler = p.lexicon.filler(p.rng, item.category)
    p.nav(p.pick("问题详情", "问大家", "回答详情"))
    with p.band():
        goods_row(p, item, size=44, promises=0, count=False)
        p.para(filler.fill(p.rng.choice(QUESTIONS)), 17, bold=True)
        p.note(f"{p.stamp('day')} 提问   {p.rng.randint(1, 99)}人浏览")
        p.buttons(p.some(("关注问题", "邀请回答", "举报", "我来回答"), 1, 2))
    with p.band():
        p.heading(f"全部回答({p.rng.randint(1, 60)})", p.pick("按热度", "按时间"))
        for _ in range(6):
            if p.full():
                break
            p.avatar(p.x0, p.y, 26)
            p.at(p.x0 + 34, p.secret(p.lexicon.name(p.rng)), 12.5, p.skin.sub)
            p.at(p.x1, p.pick("已买", "已购买此商品", "买过的人", "老客"), 10.5, p.skin.accent, anchor="r")
            p.y += 30
            p.para(filler.fresh().fill(p.rng.choice(ANSWERS)), 13.5, indent=34)
            p.note(f"{p.stamp('day')}  {p.pick('赞', '有用')} {p.rng.randint(0, 30)}", indent=34)
            p.y += 6
            p.back(500, 20000)
    return "问大家的问题详情和回答"


def refused(p: PageBuilder) -> str:
    """A review that is under audit, folded, deleted or refused."""
    item, text = p.item(), p.rng.choice(REFUSED)
    p.nav(p.pick("我的评价", "评价详情", "评价管理"))
    with p.card(fill=p.skin.tint):
        p.para(text, 13, p.skin.accent)
    with p.band():
        p.row(p.stamp("minute"), p.pick("审核中", "未通过", "已折叠", "不展示", "已屏蔽"), size=12, vcolour=p.skin.accent)
        p.para(review_text(p, item.category, 2, 4, blame=0.6), 14)
        pictures(p, item, p.rng.randint(1, 3), 96, veil=p.pick("审核中", "未通过", "处理中"))
        goods_row(p, item, size=44, price="none", promises=0)
        p.buttons(p.some(("修改评价", "删除评价", "申诉", "查看原因", "重新提交", "写追评"), 2, 3))
    with p.band():
        p.heading(p.pick("评价规则", "常见问题", "为什么看不到我的评价"))
        for name in p.some(
            (
                "评价多久能展示出来？",
                "什么样的评价会被折叠",
                "如何修改或删除评价",
                "评价违规怎么申诉",
                "匿名评价别人能看到吗",
                "超过30天不能修改评价",
            ),
            3,
            5,
        ):
            p.row(name, "", arrow=True, size=12.5)
    return f"评价审核状态：{text}"


def message(p: PageBuilder) -> str:
    """A message over the page for writing or over a list."""
    p.rng.choice((compose, compose, own, tagged))(p)
    text = p.rng.choice(MESSAGES)
    if p.chance(0.5):
        toast(p, text)
    else:
        dialog(p, text, ("取消", p.pick("确定", "发布", "删除")) if "？" in text else (p.pick("我知道了", "去修改"),))
    return f"评价页面上的提示：{text}"


def thanks(p: PageBuilder) -> str:
    """After publishing: thanks and what else waits."""
    p.nav(p.pick("评价成功", "发布成功", "", "评价完成"), right=p.pick("", "完成"), icons=())
    badge(p, WIDTH / 2 - 30, p.y + 8, 60, (255, 150, 60))
    p.y += 80
    p.para(
        p.pick("评价发布成功", "感谢您的评价", f"第{p.rng.randint(1, 60)}篇评价发布成功", "评价已提交，审核通过后展示"),
        18,
        align="m",
        bold=True,
    )
    p.para(
        p.pick(
            f"获得{p.rng.randint(2, 50)}个淘金币", "您的评价将帮助更多的人", "优质评价能获得更多曝光", "继续评价其他商品赢奖励"
        ),
        12.5,
        p.skin.sub,
        align="m",
    )
    with p.card():
        p.heading(p.pick("还有这些商品待评价", "继续评价", "等你来评"))
        for _ in range(3):
            goods_row(p, p.item(), size=48, price="none", promises=0)
            p.y -= 34
            p.buttons((p.pick("评价", "去评价"),))
    return "评价发布成功"


def picture(p: PageBuilder) -> str:
    """A review's picture, full screen."""
    p.dress(DARK)
    p.can_scroll = False
    item = p.item()
    p.canvas.rect(0, 0, WIDTH, p.height, (0, 0, 0))
    photo(
        p,
        p.pick("goods_table", "goods_bed", "goods_held", "stain", "clothes", "worn", "goods_many", "goods_close"),
        (0, 110, WIDTH, 110 + p.rng.choice((WIDTH, 450.0, 400.0))),
    )
    p.status_bar(WHITE)
    p.canvas.text(WIDTH / 2, p.status_height + 14, f"{p.rng.randint(1, 5)}/{p.rng.randint(5, 300)}", 15, WHITE, anchor="m")
    p.canvas.icon("back", 14, p.status_height + 14, 17, WHITE)
    y = p.height - 150
    p.canvas.text(14, y, p.lexicon.name(p.rng), 13.5, WHITE, bold=True)
    p.canvas.text(14, y + 20, item.sku, 11, (170, 170, 175), width=300)
    for row, line in enumerate(wrap(review_text(p, item.category, 1, 4), 13, WIDTH - 30, 3)):
        p.canvas.text(14, y + 40 + row * 18, line, 13, (230, 230, 232))
    p.canvas.text(WIDTH - 14, p.height - 30, p.pick("有用 12", "查看评价", "赞  评论", "查看全部评价"), 12, WHITE, anchor="r")
    return "评价图片的大图"


def desktop(p: PageBuilder) -> str:
    """Reviews on a computer."""
    item = p.item()
    p.resize(760, p.rng.choice((360.0, 480.0)))
    p.canvas.background = WHITE
    p.x0, p.x1, p.y = 24, 736, 16
    p.tabs((f"累计评价 {p.rng.randint(20, 9000)}", "宝贝详情", "专享服务", "手机购买"), 0, spread=False)
    p.at(24, "与描述相符", 12, p.skin.sub)
    p.at(110, f"4.{p.rng.randint(5, 9)}", 24, p.skin.accent, bold=True)
    p.x0 = 200
    p.chips([f"{name}({p.rng.randint(2, 400)})" for name in p.some(LIKED, 4, 6)], None, size=11)
    p.x0 = 24
    p.row("全部   追评(" + p.digits(2) + ")   图片(" + p.digits(2) + ")", "推荐排序", size=12)
    for _ in range(4):
        p.rule()
        p.at(560, item.sku, 11.5, p.skin.faint, width=110)
        p.at(690, p.lexicon.name(p.rng), 12, p.skin.sub)
        p.para(review_text(p, item.category), 12.5, inset=210)
        p.note(p.stamp("day"))
        p.back(1000, 40000)
    return "电脑端的评价列表"


def nothing(p: PageBuilder) -> str:
    """No reviews."""
    p.nav(p.pick("评价", "宝贝评价", "我的评价"))
    p.tabs(("全部", "好评", "中评", "差评", "有图"), p.rng.randint(1, 4), size=12.5)
    badge(p, WIDTH / 2 - 40, p.y + 70, 80, (220, 220, 225))
    p.y += 170
    p.para(p.pick("暂无评价", "该商品还没有评价", "没有符合条件的评价", "还没有人评价过，快来抢首评"), 14, p.skin.sub, align="m")
    p.para(p.pick("去看看其他评价", "试试其他筛选条件", "评价加载失败，点击重试"), 12, p.skin.faint, align="m")
    p.y += 20
    feed(p, 1, "你可能还喜欢")
    return "暂无评价的评价页"


LAYOUTS = {
    "评论区截图页面": (
        tagged,
        on_page,
        own,
        pending,
        compose,
        compose,
        add,
        one_question,
        refused,
        message,
        thanks,
        picture,
        desktop,
        nothing,
    ),
}
