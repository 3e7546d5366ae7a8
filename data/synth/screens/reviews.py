"""Reviews: writing one, one's own, those of an article, questions and answers, comments in other places."""

from __future__ import annotations

from data.synth.canvas import wrap
from data.synth.screens.bars import buy_bar, submit_bar
from data.synth.screens.blocks import goods_row, stars
from data.synth.screens.covers import dialog, sheet, toast
from data.synth.screens.page_builder import WIDTH, PageBuilder
from data.synth.screens.painters import paint_snap
from data.synth.screens.pictures import badge
from data.synth.screens.skins import WHITE

GOOD = ("收到货了，包装很好，没有破损，用了几天感觉不错，会回购。", "物流很快，第二天就到了，质量对得起价格，很满意。",
    "颜色和图片差不多，大小合适，家人都喜欢。", "客服很有耐心，问了很多问题都认真解答，{name}用着也顺手。",
    "性价比很高，朋友推荐的，果然没失望。", "第三次买了，一直用这家，品质稳定。", "做工精细，没有异味，{part}也结实。",
    "味道不错，孩子很爱吃，日期也新鲜。", "效果挺明显的，用完再来评价。", "很喜欢，{function}，比实体店便宜不少。",
    "安装简单，师傅服务态度也好，五星好评。", "此用户没有填写评价内容", "好", "不错不错", "很好用，推荐购买")  # fmt: skip
BAD = ("收到就是坏的，联系客服一直不回，太失望了。", "和描述的不一样，{part}做工很粗糙，不建议买。",
    "用了两天就出问题，想退货商家还不同意。", "味道很大，放了几天还是有味。", "物流太慢了，催了几次才发货。",
    "颜色偏差大，尺码也偏小。", "质量一般，不值这个价。", "说好的赠品没有送，问客服也不承认。", "假货，大家别上当。")  # fmt: skip
IMPRESS = (
    "质量很好",
    "物流快",
    "颜色正",
    "尺码标准",
    "性价比高",
    "包装完好",
    "味道好",
    "客服耐心",
    "做工精细",
    "回头客",
    "使用方便",
    "外观漂亮",
    "孩子喜欢",
    "有异味",
    "掉色",
)
ASK = (
    "这个好用吗",
    "用久了会不会坏",
    "有没有味道",
    "是正品吗",
    "会掉色吗",
    "大小怎么选",
    "能用多久",
    "声音大不大",
    "宝宝可以用吗",
    "材质怎么样",
    "安装麻烦吗",
    "值得买吗",
)
ANSWER = (
    "挺好用的，已经用了半年",
    "还可以，就是有点小",
    "没有味道，放心买",
    "不好用，退了",
    "正品，官方能查到",
    "看个人需要吧",
    "买大一码比较合适",
    "刚收到，还没用",
    "一般般，对得起价格",
    "很好，推荐",
)
HINTS = ("再写{n}字+{m}张图，有机会上首页", "公开后有机会上推荐", "再传{m}张图，有机会上首页", "写满15字可得积分")


def review(p: PageBuilder, name: str = "") -> str:
    """The text of a review."""
    item = p.item()
    text = p.rng.choice(GOOD if p.chance(0.7) else BAD)
    return text.format(name=name or item.name, part=p.word("parts", item.category), function=p.word("functions", item.category))


def snaps(p: PageBuilder, count: int, size: float = 74, *, cross: bool = False) -> None:
    """Pictures of a review."""
    for index in range(count):
        x = p.x0 + index % 4 * (size + 6)
        p.canvas.paint(x, p.y, size, size, paint_snap, p.seed(), radius=5)
        if cross:
            p.canvas.ellipse(x + size - 14, p.y - 2, 15, 15, (60, 60, 60))
            p.canvas.icon("close", x + size - 10, p.y + 2, 7, WHITE)


def write(p: PageBuilder) -> str:
    """Writing a review with stars."""
    item = p.item()
    p.nav(p.rng.choice(HINTS).format(n=p.rng.randint(2, 30), m=p.rng.randint(1, 3)), icons=(), right=p.pick("", "", "规则"))
    count = p.rng.randint(0, 3)
    p.x0 = 12
    if count:
        snaps(p, count, 76, cross=True)
        x = p.x0 + count * 82
        p.canvas.rect(x, p.y, 76, 76, p.skin.card, radius=6)
        p.canvas.icon("camera", x + 26, p.y + 14, 24, p.skin.ink)
        p.canvas.text(x + 38, p.y + 50, f"可再加{6 - count}张", 11, p.skin.ink, anchor="m")
        p.y += 88
    else:
        p.canvas.rect(12, p.y, WIDTH - 24, 90, p.skin.card, radius=12)
        p.canvas.icon("camera", WIDTH / 2 - 14, p.y + 16, 28, p.skin.ink)
        p.canvas.text(WIDTH / 2, p.y + 56, p.pick("添加图视频", "添加图片/视频"), 13, p.skin.ink, anchor="m")
        p.y += 102
    p.x0 = 0
    with p.card():
        if p.chance(0.4):
            p.at(p.x0, p.pick("尺码感受", "新鲜度", "使用感受"), 12.5, bold=True, dy=4)
            p.x0 += 70
            p.chips(("偏小", "合适", "偏大"), p.rng.randint(0, 2), size=11.5)
            p.x0 -= 70
        elif p.chance(0.5):
            p.chips(p.some(("整体评价", "外观材质", "商品品质", "口感味道", "包装", "保质期"), 2, 4), None, size=11.5)
        p.para(
            review(p, item.name) if p.chance(0.85) else p.pick("展开说说对商品的想法吧...", "分享你的使用感受，帮助更多人"),
            13.5,
            limit=5,
            lead=1.7,
        )
        p.space(p.rng.uniform(20, 90))
        p.thumb(item, p.x0, p.y, 34)
        p.canvas.text(p.x0 + 44, p.y + 2, item.sku, 12, p.skin.ink, width=230)
        p.canvas.text(p.x0 + 44, p.y + 19, p.title(item), 11, p.skin.faint, width=230)
        p.y += 46
        if p.chance(0.2):
            p.row("综合评价", "差评   中评   好评", vcolour=p.skin.accent)
        value = p.rng.choice((5, 5, 5, 4, 1))
        word = {5: "非常好", 4: "好", 1: "非常差"}[value]
        for name in p.rng.choice((("描述相符", "物流服务", "服务态度"), ("宝贝质量", "物流服务", "卖家服务"))):
            stars(p, name, value, word)
        p.check(p.x0, p.y + 8, p.chance(0.7), 14)
        p.at(p.x0 + 22, p.secret("匿名评价"), 12, p.skin.sub, dy=8)
        p.pill(
            p.x1,
            p.y,
            p.pick("发布", "发布", "提交"),
            size=15,
            wide=108,
            high=40,
            fill=(255, 120, 50),
            fill2=p.skin.accent,
            ink=WHITE,
            anchor="r",
        )
        p.y += 46
    return "写评价页面，有星级和评价文字"


def published(p: PageBuilder) -> str:
    """The review has been published."""
    p.nav("", icons=("more",))
    p.y += 30
    p.para(p.pick("评价发布成功", f"第{p.rng.randint(2, 60)}篇评价已发布", "感谢您的评价"), 19, bold=True, align="m")
    p.note(p.pick("审核通过后展示给大家", "获得积分+2，分享能帮助更多人"), align="m")
    p.space(10)
    if p.chance(0.5):
        with p.card():
            p.heading("还有这些待评价", f"共{p.rng.randint(1, 30)}个", size=14)
            for _ in range(4):
                goods_row(p, p.item(), size=50, price="none", promises=0)
                p.y -= 6
                p.buttons(("去评价",))
        return "评价发布成功页"
    with sheet(p, p.pick("分享到逛逛", "刚刚发布"), height=p.height * 0.75, button=p.pick("分享到逛逛", "完成")):
        p.canvas.paint(p.x0, p.y, p.room(), 270, paint_snap, p.seed(), radius=8)
        p.y += 282
        p.note("提到的宝贝")
        p.para(review(p), 13)
    return "评价发布后的分享弹层"


def mine(p: PageBuilder) -> str:
    """One's own reviews."""
    p.nav(p.pick("我的评价", "评价中心", "评价"), icons=("note", "more"))
    if p.chance(0.5):
        p.avatar(14, p.y, 34)
        p.at(58, p.secret(p.lexicon.name(p.rng)), 14, bold=True, dy=8)
        p.y += 46
    p.tabs(("评价", "问答"), 0)
    p.x0, p.x1 = 12, WIDTH - 12
    p.chips((f"待评价({p.rng.randint(1, 60)})", "可追评", "已评价"), 2)
    p.para("全部", 12.5, p.skin.accent)
    p.x0, p.x1 = 0, WIDTH
    for _ in range(4):
        if p.full():
            break
        p.back(2000, 60000)
        with p.card():
            p.at(
                p.x0,
                p.stamp("shortday")[3:] + "/" + p.stamp("shortday")[:2] + "月" if p.chance(0.5) else p.stamp("day"),
                15,
                bold=True,
            )
            p.at(p.x1, p.pick("公开", "匿名", "公开分享") + " ∨", 11.5, p.skin.faint, anchor="r")
            p.y += 26
            if p.chance(0.3):
                p.para(p.pick("尺码感受：合适", "音质效果：清晰", "口感：好"), 12.5, p.skin.sub)
            p.para(review(p), 13.5, limit=4)
            p.space(4)
            count = p.rng.randint(0, 4)
            if count:
                snaps(p, count, 74)
                if p.chance(0.25):
                    for index in range(count):
                        p.canvas.text(p.x0 + index * 80 + 37, p.y + 30, "审核中", 12, WHITE, anchor="m")
                p.y += 84
            p.note(f"浏览{p.rng.randint(0, 90)}  评论{p.rng.randint(0, 3)}  {p.pick('点赞', '表态')}{p.rng.randint(0, 5)}")
            goods_row(p, p.item(), size=38, price="none", promises=0)
            p.buttons(p.some(("分享逛逛", "写追评", "追评", "删除", "修改评价"), 1, 2))
    return "我的评价列表"


def of_article(p: PageBuilder) -> str:
    """The reviews of an article."""
    item = p.item()
    p.nav(p.pick("评价", f"宝贝评价({p.rng.randint(10, 9000)})", "全部评价", "商品评价"))
    p.tabs(("宝贝", "评价", "详情", "推荐"), 1, size=13.5) if p.chance(0.5) else p.tabs(
        ("全部", "图/视频", "追评", "低分"), 0, size=13.5
    )
    p.x0, p.x1 = 12, WIDTH - 12
    p.chips([name + f"({p.rng.randint(2, 300)})" for name in p.some(IMPRESS, 4, 7)], p.rng.randint(-1, 2), size=11.5)
    p.x0, p.x1 = 0, WIDTH
    for _ in range(6):
        if p.full():
            break
        p.back(1000, 90000)
        with p.card():
            p.avatar(p.x0, p.y, 26)
            p.at(p.x0 + 34, p.secret(p.lexicon.name(p.rng)), 12.5, dy=1)
            p.at(p.x0 + 34, p.stamp("day") + " " + item.sku, 10.5, p.skin.faint, dy=17, width=230)
            if p.chance(0.3):
                p.at(p.x1, p.pick("★★★★★", "已购2次", "超赞"), 11, p.skin.accent, anchor="r")
            p.y += 36
            p.para(review(p, item.name), 13, limit=4)
            p.space(4)
            count = p.rng.choice((0, 0, 1, 2, 3))
            if count:
                snaps(p, count, 74)
                p.y += 82
            if p.chance(0.25):
                p.para(
                    "用户" + p.pick("当天", "7天后", f"{p.rng.randint(2, 60)}天后") + "追评：" + review(p, item.name),
                    12.5,
                    p.skin.accent,
                    limit=3,
                )
            if p.chance(0.2):
                with p.card(pad=8, margin=0, fill=p.skin.page, after=4):
                    p.para(
                        "商家回复："
                        + p.pick(
                            "感谢您的支持，欢迎再来。",
                            "亲，给您带来不便很抱歉，请联系客服处理。",
                            "亲亲喜欢就好呢，有问题随时找我们。",
                        ),
                        12,
                        p.skin.sub,
                        limit=3,
                    )
            p.note(f"浏览{p.rng.randint(1, 900)}    评论    有用({p.rng.randint(0, 40)})")
    buy_bar(p) if p.chance(0.6) else None
    return f"商品评价列表，商品为{item.name}"


def questions(p: PageBuilder) -> str:
    """Questions to buyers."""
    item = p.item()
    p.nav(p.pick("问大家", "问答", "大家都在问"))
    with p.card():
        goods_row(p, item, size=50, price="none", promises=0)
    for _ in range(6):
        with p.card():
            p.pill(p.x0, p.y, "问", size=10, pad=4, fill=(255, 150, 50), ink=WHITE, radius=3)
            p.para(item.name * p.chance(0.4) + p.rng.choice(ASK) + "？", 14, bold=True, indent=28)
            for _ in range(p.rng.randint(1, 3)):
                p.pill(p.x0, p.y, "答", size=10, pad=4, fill=(70, 170, 130), ink=WHITE, radius=3)
                p.para(p.rng.choice(ANSWER), 13, p.skin.sub, indent=28)
            p.note(f"查看全部{p.rng.randint(2, 30)}个回答 >", indent=28)
    submit_bar(p, p.pick("我要提问", "去提问", "向买过的人提问"))
    return f"问大家页面，商品为{item.name}"


def my_answers(p: PageBuilder) -> str:
    """Questions that one is asked to answer."""
    p.nav(p.pick("我的评价", "我的问答", "邀请我回答"))
    p.tabs(("评价", "问答"), 1)
    for _ in range(5):
        with p.card():
            p.para("问：" + p.rng.choice(ASK) + "？", 14, bold=True)
            p.para(p.pick("答：" + p.rng.choice(ANSWER), "还没有人回答"), 13, p.skin.sub)
            goods_row(p, p.item(), size=40, price="none", promises=0)
            p.buttons(("忽略", "去回答"))
    return "我的问答列表"


def one_review(p: PageBuilder) -> str:
    """A single review with its pictures."""
    p.nav(p.pick("评价详情", "", "晒单详情"), icons=("more",))
    p.canvas.paint(0, p.y - 8, WIDTH, 300, paint_snap, p.seed())
    p.y += 302
    with p.card():
        p.avatar(p.x0, p.y, 30)
        p.at(p.x0 + 38, p.secret(p.lexicon.name(p.rng)), 13, dy=7)
        p.y += 38
        p.note(p.stamp("cnday"))
        p.para(review(p), 14.5, lead=1.6)
        p.space(6)
        with p.card(margin=0, fill=p.skin.page):
            goods_row(p, p.item(), size=44, price="none", promises=0, extra="已购")
        p.note(f"{p.rng.randint(0, 9)}条评论")
    names = ("说点什么...", "分享", "评论", "有用")
    p.bottom(46, lambda top: [p.canvas.text(24 + index * 90, top + 15, name, 13, p.skin.sub) for index, name in enumerate(names)])
    return "单条评价的详情页"


def follow_up(p: PageBuilder) -> str:
    """Adding to a review."""
    p.nav(p.pick("写追评", "追加评价", "发表追评"), right="发布", icons=())
    with p.card():
        goods_row(p, p.item(), size=50, price="none", promises=0)
        p.note("我的初评：" + review(p))
    with p.card():
        p.para(review(p) if p.chance(0.6) else p.pick("已经使用了一段时间，有什么新体会？", "追评可以帮助更多买家"), 13.5)
        p.space(50)
        p.canvas.icon("camera", p.x0, p.y, 26, p.skin.faint)
        p.at(p.x0 + 40, "添加图片/视频", 12.5, p.skin.faint, dy=8)
        p.y += 40
        p.note("0/500")
    if p.chance(0.4):
        toast(p, p.pick("评价内容含敏感词，请修改", "追评发布成功", "评价已超过可修改时间", "请填写评价内容"))
    return "写追评页面"


def comments(p: PageBuilder) -> str:
    """Comments under a post or a video."""
    p.nav(p.pick("逛逛", "详情", ""), "bar")
    p.canvas.paint(0, p.y - 8, WIDTH, 340, paint_snap, p.seed())
    p.y += 340
    with sheet(p, f"{p.rng.randint(3, 2000)}条评论", height=p.height * p.rng.uniform(0.6, 0.8)):
        for _ in range(7):
            p.avatar(p.x0, p.y, 28)
            p.at(p.x0 + 38, p.secret(p.lexicon.name(p.rng)), 12, p.skin.faint)
            p.y += 17
            p.para(
                p.rng.choice(
                    (*ANSWER, *ASK, "求链接", "多少钱买的", "我也买了，踩雷", "哈哈哈", "已下单", "同款坏了一个月了，怎么处理")
                ),
                13,
                indent=38,
                inset=30,
            )
            p.at(p.x0 + 38, f"{p.rng.randint(1, 23)}小时前 {p.lexicon.city(p.rng)[:-1]}  回复", 11, p.skin.faint)
            p.at(p.x1, str(p.rng.randint(0, 300)), 11, p.skin.faint, anchor="r")
            p.y += 28
    return "评论区弹层"


def other_app(p: PageBuilder) -> str:
    """Reviews in another shop's style with a score on top."""
    item = p.item()
    p.nav(p.pick("商品评价", "用户评价", "口碑"), "mini")
    with p.card():
        p.at(p.x0, f"{p.rng.randint(80, 100)}%", 26, (230, 50, 40), bold=True)
        p.at(p.x0 + 76, "好评度", 12.5, p.skin.sub, dy=12)
        p.y += 40
        p.chips(
            [f"{name} {p.rng.randint(1, 900)}" for name in ("全部", "好评", "中评", "差评", "有图", "追加")],
            0,
            size=11.5,
            radius=5,
        )
    for _ in range(5):
        with p.card():
            badge(p, p.x0, p.y, 24, (230, 120, 90))
            p.at(p.x0 + 32, p.secret(p.lexicon.name(p.rng)), 12, dy=5)
            p.at(p.x1, "★★★★★", 12, (240, 160, 40), anchor="r", dy=4)
            p.y += 32
            for line in wrap(review(p, item.name), 13, p.room(), 4):
                p.para(line, 13)
            p.note(f"{p.stamp('day')}  {item.sku}")
    if p.chance(0.25):
        dialog(
            p,
            p.pick("确定删除这条评价吗？删除后不可恢复", "评价后不能修改为差评，确认提交？", "评价已提交，审核通过后展示"),
            ("取消", "确定"),
        )
    return f"商品评价页，有好评度，商品为{item.name}"


LAYOUTS = {
    "评论区截图页面": (write, published, mine, of_article, questions, my_answers, one_review, follow_up, comments, other_app)
}
