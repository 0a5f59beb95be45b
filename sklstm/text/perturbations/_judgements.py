"""Words that judge, and how a clause says their opposite."""

import re

_GOOD = (
    "好吃 好喝 好看 好用 好玩 好听 干净 整洁 舒服 舒适 方便 便宜 "
    "实惠 划算 满意 热情 周到 新鲜 漂亮 清晰 流畅 及时 准时 安静 "
    "宽敞 耐用 精彩 有趣 美味 可口 正宗 入味 地道 实用 结实 合适 "
    "合理 专业 细心 贴心 耐心 友好 温馨 完美 开心 高兴 愉快 齐全 "
    "美观 稳定 丰富 丰盛 生动 感人"
).split()
_BAD = (
    "难吃 难喝 难看 难用 难闻 难听 难受 糟糕 破旧 陈旧 老旧 简陋 "
    "恶劣 冷淡 粗糙 恶心 郁闷 后悔 失望 无聊 讨厌 潮湿 阴暗 偏远 "
    "狭小 拥挤 肮脏 油腻 啰嗦 枯燥 刺耳 模糊 气愤 生气 差劲 昂贵 "
    "麻烦 吵闹"
).split()
_VERBS = "喜欢 推荐 值得".split()
# Of one character: they judge at the end of a clause, behind an adverb or a noun.
_SHORT = {1: "好快棒香甜脆值赞美爽", -1: "差贵脏慢吵烂臭"}
_NOUNS = (
    "质量 服务 态度 味道 口味 口感 效果 环境 位置 性能 音质 画质 "
    "手感 做工 印象 感觉 心情 信号 隔音 设施 早餐 性价比 速度 "
    "包装 印刷 纸质 散热 屏幕 交通 外观 品质 房间 评价 价格"
).split()
_DEGREES = (
    "非常之 非常的 非常 特别的 特别 十分 相当的 相当 比较 真的 "
    "真是 真心 实在是 实在 太过 有点小 有点儿 有点 有些 小小 稍微 "
    "稍显 稍 略显 略 显得 较为 较 颇为 颇 极为 极其的 极其 极 格外 "
    "超级 强烈 大力 极力 确实 很是 很 挺 蛮 太 真 超 还算 算是 还 "
    "更加 更 巨"
).split()
_INSTEAD = {"不错": "不怎么样", "一流": "不入流"}

# A clause that denies, asks, wishes, compares, supposes or concedes says something else
# already: one more negation would make nonsense of it, or of its neighbour.
_OTHERWISE = re.compile(
    "[不没无未非别勿莫吗嘛么岂若比才怎何哪谁想祝再]|否|缺乏|难以|很难|拒绝|停止|如果|要是|假如|"
    "希望|建议|应该|应当|本来|原来|以前|以为|一旦|就更|更好|就[象像]|除了|只有|只要|几乎|差点|"
    "为了|便于|期待|即使|就算|又.*又|看起来|号称|所谓|把.*推荐"
)
_HARMLESS = re.compile("非常|特别|比较|性价比|再次|以后再|还会再")


def _any_of(words):
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


_LONG = _any_of([*_GOOD, *_BAD, *_VERBS])
# Of 好 much hangs on what follows: 好慢, 好吃. Possessive and bounded, so that no text
# takes long.
_DEGREE = f"(?:{_any_of(_DEGREES)}|好(?=[快香甜差贵脏慢吵烂臭]|{_LONG}))"
_ADVERBS = f"{_DEGREE}{{1,6}}+"
_TAIL = r"[了的]*(?=[啊呢哦呀吧哈]?[\s)）”\"]*\Z)"
_NO_NOUN = "(?![度面性感程群袋费货])"
# Behind these, "recommended" tells what others did; 的 makes a noun of the word.
_VERB = re.compile(
    rf"(?P<modal>会|能够|能|)(?:{_ADVERBS})?(?<![的友人家板网师经受讨值得])"
    rf"(?P<word>{_any_of(_VERBS)})(?![的度信程])"
)


def _judging(words, short):
    """Make a pattern of judgements: the word, and the adverbs that go with it."""
    words = _any_of(words)
    follows = rf"(?:{_TAIL}|(?=[、和又且也]?(?:{_ADVERBS})?(?:{words})))"
    return re.compile(
        rf"(?P<modal>会|能够|能|){_ADVERBS}(?P<word>{words}){_NO_NOUN}(?:{_TAIL})?"
        rf"|(?<![的贪占])(?P<plain>{words}){follows}"
        rf"|(?:(?P<noun>(?:{_any_of(_NOUNS)})[也都就又]?)(?:{_ADVERBS})?|{_ADVERBS})"
        rf"(?:[{short}]{_ADVERBS}){{0,6}}+(?P<short>[{short}]){_TAIL}"
    )


_JUDGING = {1: _judging(_GOOD, _SHORT[1]), -1: _judging(_BAD, _SHORT[-1])}
_OTHERS = re.compile(f"(?:{_ADVERBS})?(?P<word>{_any_of(_INSTEAD)})(?!过)")
# A word of praise that is negated blames: it loses its negation.
_DENIED = re.compile(
    rf"(?:{_DEGREE}|并|一点都|一点也|根本|完全){{0,6}}+(?<![是得能会要从毫没越])"
    rf"不(?:太|怎么|是很|是太|是特别|是非常|够)?"
    rf"(?P<word>{_any_of([*_GOOD, *_VERBS])}|好(?={_TAIL})){_NO_NOUN}(?:{_TAIL})?"
)


def turn_round(clause, sides):
    """Say the opposite of what a clause judges.

    Parameters
    ----------
    clause : str
        Without its closing marks.

    sides : collection of {-1, 1}
        Which judgements to turn round: blame, praise.

    Returns
    -------
    str
        The same where it judges nothing, or says something else already.
    """
    for side in sides:
        turned = rest = clause
        for pattern, opposite in _RULES[side]:
            turned, rest = pattern.sub(opposite, turned), pattern.sub("", rest)
        if turned != clause and not _says_otherwise(rest):
            return turned
    return clause


def _says_otherwise(rest):
    return _OTHERWISE.search(_HARMLESS.sub("", rest)) is not None


def _negated(match):
    words = match.groupdict(default="")
    if words["short"]:
        return f"{words['noun']}不{words['short']}"
    return f"不{words['modal']}{words['word'] or words['plain']}"


def _not_doing(match):
    return f"不{match['modal']}{match['word']}"


def _affirmed(match):
    is_question = match.string[: match.start()].endswith(match["word"][0])
    return match[0] if is_question else f"很{match['word']}"


def _otherwise_said(match):
    return _INSTEAD[match["word"]]


_RULES = {
    1: (
        (_VERB, _not_doing),
        (_OTHERS, _otherwise_said),
        (_JUDGING[1], _negated),
    ),
    -1: ((_DENIED, _affirmed), (_JUDGING[-1], _negated)),
}
