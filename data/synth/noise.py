"""How customers really type: homophones, dropped characters, punctuation, fillers, emoji codes, other registers.

    noisy("这个保温杯会漏水吗？", random.Random(0), strength=0.5)   ->   "亲 这个保温杯会露水吗"

Marks in angle brackets (`<image>`, `<http>`) are never touched, and strength 0 returns the text unchanged.
"""

from __future__ import annotations

import random
import re

# What input methods and tired eyes confuse: homophones, near ones, look-alikes; "right:all its wrong ones".
_PAIRS = """
的:得地 得:的 在:再 再:在 那:哪 哪:那 吗:嘛马麻 嘛:吗 么:没 没:么 吧:把 把:吧
呢:呐 他:她它 它:他 她:他 带:戴 戴:带 做:作 作:做 坐:做 座:坐 像:象向 已:以
以:已 只:支 支:只枝 副:幅付 幅:副 账:帐 粘:沾 沾:粘 渗:参掺 锈:绣秀 膜:摸模
泡:炮跑 漏:露楼 露:漏 褪:退 退:褪 款:宽 买:卖 卖:买 蓝:篮兰 材:才 质:制致
号:好 季:记节 调:条 光:广 亮:量 量:亮 盖:该钙 洗:冼 水:氺 排:派 发:法 货:或贷
新:心 旧:就 包:饱 装:妆庄 配:陪 品:拼 效:校笑 果:过 功:公 能:嫩 用:佣 法:发
步:部 适:是试 试:是使 是:事使 事:是 会:回惠 回:会 要:药 有:又 又:有 多:朵
少:哨 几:机鸡 机:几鸡级 钟:中 种:中重 重:种 中:种 换:还坏 坏:换 还:换环 快:块筷
块:快 慢:漫 贵:鬼 便:遍 宜:益 价:假 钱:前 前:钱 后:候 候:后 时:是 间:件
件:间见 见:件 现:先线 先:现 线:现 穿:川 衣:依 裤:库 鞋:些 袜:抹 码:马 尺:迟
寸:村 颜:言 色:涩 深:身 浅:潜 红:洪 黑:嘿 白:百 软:阮 硬:应 厚:候 薄:博
热:熱 冷:泠 保:宝 宝:保 温:闻 杯:背 瓶:平 壶:胡 锅:过 碗:晚 灯:登 开:凯
关:管 管:关 控:空 遥:摇 声:生 音:因 信:心 网:往 连:联链 联:连 接:街 手:首
脸:练 痒:氧 疼:腾 痘:豆 敏:明 肤:夫 涂:图 图:涂 擦:查 查:察 养:氧 护:户
晒:洒 晾:凉 推:堆 荐:件 套:讨 单:但 双:霜 样:洋 别:憋 区:曲 版:板 本:木
型:形 形:型 式:试 怎:咋 这:着 问:间 请:清 帮:邦 看:着 收:首 到:道 道:到
知:之 谢:写 为:位 位:为 容:溶 克:刻 升:声 斤:今 气:汽 汽:气 密:蜜
"""
CONFUSIONS = {pair[0]: tuple(pair[2:]) for pair in _PAIRS.split()}

# Whole words as input methods, dialects and jokes write them.
WORD_VARIANTS = {
    "怎么": ("咋", "怎末", "咋么", "怎麼", "zenme"),
    "什么": ("啥", "神马", "什麽", "什摸", "甚么"),
    "为什么": ("为啥", "为毛", "为神马"),
    "没有": ("木有", "没", "米有"),
    "可以": ("阔以", "口以", "可已", "能"),
    "喜欢": ("稀饭", "喜换"),
    "这个": ("这", "介个", "这各", "這個"),
    "那个": ("内个", "那各"),
    "多少": ("多小", "多烧"),
    "知道": ("造", "知到"),
    "不是": ("不似", "8是"),
    "谢谢": ("3q", "谢啦", "谢谢啦"),
    "一个": ("1个", "一个儿"),
    "两个": ("2个", "俩"),
    "质量": ("质料", "资量"),
    "怎么样": ("怎样", "咋样", "怎么样子"),
    "是不是": ("是不", "4不4"),
    "有没有": ("有木有", "有没"),
    "好用": ("好使", "好佣"),
    "遥控器": ("遥控", "摇控器"),
    "手机": ("手鸡", "手机机"),
    "区别": ("区另", "却别", "差别"),
    "推荐": ("推见", "推存"),
    "褪色": ("退色", "掉色"),
    "生锈": ("生绣", "锈"),
}
# The careful register in which a part of the customers (and every rewriting assistant) writes.
FORMAL = {
    "为啥": "为什么",
    "啥时候": "何时",
    "什么时候": "何时",
    "啥": "什么",
    "咋": "怎么",
    "能不能": "能否",
    "可不可以": "是否可以",
    "会不会": "是否会",
    "有没有": "是否有",
    "是不是": "是否",
    "怎么用": "如何使用",
    "怎么样": "如何",
    "怎么": "如何",
    "这个": "这款商品",
    "这俩": "这两款",
    "这两个": "这两款",
    "有什么区别": "有何不同",
    "有什么不同": "有何差异",
    "区别": "差异",
    "好用": "实用",
    "东西": "产品",
    "购买": "购买",
    "买": "购买",
    "坏了": "损坏了",
}
_FORMAL = re.compile("|".join(sorted(FORMAL, key=len, reverse=True)))

_OPENERS = (
    *(
        "亲，",
        "亲 ",
        "亲亲，",
        "亲爱的，",
        "在吗 ",
        "在吗，",
        "在么，",
        "你好，",
        "你好 ",
        "您好，",
        "您好，",
        "您好 ",
        "hi ",
    ),
    *(
        "请问",
        "请问一下，",
        "请问下",
        "想问下",
        "想问一下，",
        "问一下 ",
        "麻烦问下，",
        "那个，",
        "老板，",
        "客服，",
        "额 ",
    ),
    *(
        "哈喽 ",
        "咨询一下，",
        "我想知道",
        "诶 ",
        "就是",
        "帮我看下，",
        "小姐姐，",
        "亲在吗，",
        "不好意思，",
        "哎，",
    ),
)
_CLOSERS = (
    *(
        "呢",
        "呀",
        "啊",
        "哈",
        "哦",
        "吖",
        "啦",
        "呐",
        "咧",
        "嘞",
        "诶",
        "哇",
        " 谢谢",
        "，谢谢",
        " 急",
        " 亲",
        "~",
        "～",
        "…",
        "...",
    ),
    *(
        " 在线等",
        "，麻烦了",
        " 求解",
        "，帮忙看下",
        "哈哈",
        "嘿嘿",
        "😂",
        "😭",
        "🙏",
        "🤔",
        "/:^_^",
        "/:^$^",
        "/:087",
        "/:066",
    ),
    *("/:012", "[微笑]", "[捂脸]", "[抱拳]", "[疑问]", "[流泪]", "[尴尬]"),
)
_QUESTION_ENDS = ("？", "？", "?", "??", "？？", "", "", "", "～", "?!", "。")
_MARK = re.compile(r"<[^<>]{1,30}>")
_WORDS = re.compile("|".join(sorted(WORD_VARIANTS, key=len, reverse=True)))
_HALF_TO_FULL = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
_FULL_TO_HALF = {ord(full): half for full, half in zip("，。？！：；（）～“”", ',.?!:;()~""', strict=True)}


def noisy(text: str, rng: random.Random, strength: float = 0.3) -> str:
    """One customer turn as somebody in a hurry would type it.

    `strength` 0 to 1 scales the probability of each change; around 0.3 most turns keep every character that
    matters. Raises ValueError outside that range.
    """
    if not 0.0 <= strength <= 1.0:
        raise ValueError(f"strength must be from 0 to 1, not {strength}")
    if not strength or not text or _MARK.search(text):
        return text
    roll = rng.random
    if roll() < 0.3 * strength:
        text = _WORDS.sub(lambda match: rng.choice(WORD_VARIANTS[match[0]]), text, count=1)
    if roll() < 0.7 * strength:
        text = punctuated(text, rng)
    text = typos(text, rng, 0.04 * strength)
    if roll() < 0.5 * strength:
        text = rng.choice(_OPENERS) + text
    if roll() < 0.4 * strength:
        text = text.rstrip("？?。") + rng.choice(_CLOSERS)
    if roll() < 0.08 * strength:
        text = text.translate(_FULL_TO_HALF if roll() < 0.7 else _HALF_TO_FULL)
    return text


def typos(text: str, rng: random.Random, rate: float) -> str:
    """Each character is confused, dropped, doubled or swapped at `rate`; the text is never emptied."""
    out: list[str] = []
    for char in text:
        if rng.random() >= rate:
            out.append(char)
            continue
        kind = rng.random()
        if kind < 0.6:
            out.append(rng.choice(CONFUSIONS.get(char, (char,))))
        elif kind < 0.75 and len(text) > 4:
            continue
        elif kind < 0.9:
            out.append(char * 2)
        elif out:
            out.insert(-1, char)
        else:
            out.append(char)
    return "".join(out) or text


def punctuated(text: str, rng: random.Random) -> str:
    """Another ending, commas as spaces or not at all."""
    if rng.random() < 0.5:
        text = text.replace("，", rng.choice((" ", ",", "", "。", "、")))
    stem = text.rstrip("？?。！!~ ")
    return (stem or text) + (rng.choice(_QUESTION_ENDS) if stem else "")


def formal(text: str) -> str:
    """The careful register: 能不能 becomes 能否, 啥时候 becomes 何时; a question gets its mark."""
    text = _FORMAL.sub(lambda match: FORMAL[match[0]], text)
    ends_asking = text.endswith(("吗", "呢", "么", "不")) or any(word in text for word in ("如何", "何时", "是否", "能否"))
    return text + "？" if ends_asking and text[-1] not in "？?。！!~" else text
