"""How the generated reviews say things, whatever they are about.

A template is filled with ``{s}`` a subject, ``{x}`` a predicate, ``{e}`` the thing
under review, ``{r}`` a rival of it, ``{a}`` what one would do again. In the patterns of
whole sentences, ``{l}`` is a clause of the label's polarity, ``{o}`` one of the
opposite polarity, ``{d}`` one of the opposite polarity that the sentence denies,
``{m}`` one of neither and ``{b}`` one that denies both; ``{L}`` allows the longer
clauses that do not fit into a subordinate clause, and ``{o1}``, ``{d1}``, ``{l1}``
speak of one predicate, once negated. ``{p}`` is a positive and ``{n}`` a negative
clause.

Brackets mark what is said of the subject, with its degree or negation, and what tells
which of two clauses counts: what is left without it tells of no label. Those in the
clauses ``{o}`` and ``{o1}`` do not count.
"""

# Clauses that leave the polarity of the predicate as it is.
AFFIRMATIONS = (
    "{s}[很{x}]",
    "{s}[非常{x}]",
    "{s}[特别{x}]",
    "{s}[挺{x}的]",
    "{s}[相当{x}]",
    "{s}[十分{x}]",
    "{s}[确实很{x}]",
    "{s}[真的很{x}]",
)
AFFIRMATIONS_OF_GOOD = ("{s}[还算{x}]",)
AFFIRMATIONS_OF_BAD = ("{s}[有点{x}]", "{s}[太{x}了]")

# Clauses that turn the polarity of the predicate round.
NEGATIONS = (
    "{s}[不{x}]",
    "{s}[并不{x}]",
    "{s}[一点也不{x}]",
    "{s}[并不怎么{x}]",
    "{s}[谈不上有多{x}]",
    "{s}[没那么{x}]",
    "{s}[没有想象中那么{x}]",
)
NEGATIONS_OF_GOOD = ("{s}[不太{x}]", "{s}[不够{x}]")
NEGATIONS_OF_BAD = ("{s}[倒是不{x}]",)

# The same for sentences that stand alone.
LONG_AFFIRMATIONS = (
    "{s}[别提多{x}了]",
    "{s}[要多{x}有多{x}]",
    "[谁也不能说]{s}[不{x}]",
    "不得不说{s}[真的很{x}]",
    "{s}[比]{r}[{x}多了]",
    "论{s}，[{e}比{r}{x}多了]",
)
LONG_NEGATIONS = (
    "{s}[哪里{x}了]",
    "[看不出]{s}[有多{x}]",
    "[从来没觉得]{s}[{x}]",
    "{s}[没有]{r}[那么{x}]",
    "论{s}，[{r}比{e}{x}多了]",
)
LONG_NEGATIONS_OF_GOOD = ("{s}[不如]{r}[{x}]", "{s}[要是再{x}一点就好了]")
LONG_NEGATIONS_OF_BAD = ("{s}[没有网上说的那么{x}]",)

INDIFFERENT = (
    "{s}[一般]",
    "{s}[还行]",
    "{s}[中规中矩]",
    "{s}[马马虎虎]",
    "{s}[过得去]",
    "{s}[普普通通]",
    "{s}[不好不坏]",
    "{s}[没什么特别的]",
)
# Of one subject both the good ({x}) and the bad ({y}) are denied.
NEITHER = (
    "{s}[谈不上{x}]，也[谈不上{y}]",
    "{s}[不算{x}]，也[不算{y}]",
    "{s}[说不上{x}]，倒也[不{y}]",
    "{s}[没有多{x}]，也[没有多{y}]",
)

# Patterns of a positive or negative review, by what decides it, with their shares
# among those that both labels use.
PATTERNS = {
    "agreement": (0.38, ("{L}", "{L}，{l}", "{L}，而且{l}", "{L}，{l}，{l}")),
    "concession": (
        0.22,
        (
            "[虽然]{o}，[但是]{l}",
            "[虽然]{o}，[不过]{l}",
            "[尽管]{o}，[但是]{l}",
            "{l}，[虽然]{o}",
            "{l}，[尽管]{o}",
        ),
    ),
    "expectation": (
        0.14,
        (
            "[本以为]{o1}，[没想到]{l1}",
            "[都说]{o1}，[没想到]{l1}",
            "[没想到]{l1}，[本以为]{o1}呢",
        ),
    ),
    "change": (0.06, ("[刚开始]{o1}，[后来]{l1}",)),
    "hearsay": (
        0.06,
        (
            "有人说{d1}，[我可没觉得]",
            "网上都说{d1}，[我可没觉得]",
            "[别信]那些说{d1}的评论",
        ),
    ),
    "exception": (0.06, ("[除了]{o1}，{l}，{l}", "{l}，{l}，[就]{o1}[这一点例外]")),
    "verdict": (
        0.08,
        ("{o}，{l}，{o}", "{o}，{m}", "优点是{p}，缺点是{n}", "{n}，{p}"),
    ),
}
# What only one of the two labels says.
PATTERNS_OF = {
    "positive": (
        "[除了]{o1}，[没有一样让人不满]",
        "[除了]{o1}，[其他没有不满意的]",
        "{l}，{l}，[唯一的不足是]{o1}",
        "[幸好没有出现]{d}的情况，{l}",
    ),
    "negative": (
        "[除了]{o1}，[没有一样让人满意]",
        "[除了]{o1}，[其他没有满意的]",
        "{l}，{l}，[唯一的好处是]{o1}",
        "[盼着]{d1}，[可惜落空了]，{l}",
    ),
}
SHARE_OF_OWN_PATTERNS = 0.10

NEUTRAL_PATTERNS = (
    "[优点]是{p}，[缺点]是{n}",
    "[缺点]是{n}，[优点]是{p}",
    "{p}，{n}，[算是扯平了]",
    "{n}，{p}，[一好一坏]",
    "[一方面]{p}，[另一方面]{n}",
    "虽然{n}，但是{p}",
    "虽然{p}，但是{n}",
    "{m}，{m}",
    "{b}",
    "{b}，{m}",
)

VERDICT_OPENERS = (
    "总的来说，",
    "总之",
    "总体上",
    "一句话，",
    "综合来看，",
    "说到底",
    "整体而言",
    "平心而论，",
)
# The words of a pair differ as little as the language allows.
VERDICTS = {
    "positive": (
        "下次[还会]{a}",
        "[值得推荐]给朋友",
        "[对得起]这个价钱",
        "[没有]让人[失望]",
        "我是[满意]的",
        "[会推荐]家人{a}",
        "[比想象中好]",
        "钱花得[不冤枉]",
        "[一点也不后悔]",
        "[好的]地方[远远多过不好的]",
        "[优点盖过]了[缺点]",
        "以后[不]{a}[才怪]",
    ),
    "negative": (
        "下次[不会]{a}[了]",
        "[不值得推荐]给朋友",
        "[对不起]这个价钱",
        "[没有]让人[满意]",
        "我是[失望]的",
        "[不会推荐]家人{a}",
        "[没有想象中好]",
        "钱花得[冤枉]",
        "[不后悔是假的]",
        "[不好的]地方[远远多过好的]",
        "[缺点盖过]了[优点]",
        "以后[再]{a}[才怪]",
    ),
    "neutral": (
        "[不算好也不算差]",
        "[说不上满意]，也[说不上失望]",
        "[谈不上推荐]，也[不至于劝退]",
        "[没什么可夸的]，也[没什么可骂的]",
        "以后[{a}不{a}都可以]",
        "[好的坏的各占一半]",
        "[对得起]这个价钱，[仅此而已]",
        "[优点和缺点一样多]",
        "给个[中等评价]",
        "[要不要{a}看心情]吧",
    ),
}

# Praise and complaint in equal parts: the tone decides.
EVEN_PATTERNS = (
    "优点是{p}，缺点是{n}",
    "缺点是{n}，优点是{p}",
    "{p}，{n}",
    "{n}，{p}",
    "{p}，{p}，{n}，{n}",
    "{n}，{n}，{p}，{p}",
)
# How the sentences of a warm and of an agitated voice end.
WARM_PARTICLES = (*"呀哦哟呢啦哈呐嘿咯喔哇噢嘛呦耶哩咧", "嘻嘻", "哈哈", "嘿嘿")
WARM_ENDS = ("～", "～～", "！", "。", "")
WARM_EMOJI = tuple(
    "😀😁😂😃😄😅😆😉😊😋😌😍😎😗😘😙😚😛😜😝😸😹😺😻🙂🙃🙌🤗🤩🥰🥳👍👏👌💕💖💗💯✨🌹🌸🎉🎊🍀🌟🌈"
)
AGITATED_SIGNS = ("！", "？")
AGITATED_DOTS = ("……", "………", "。。。", "。。。。")

# What joins clauses and what ends sentences, by the writer's habit.
PUNCTUATION = (
    ("，", "。"),
    ("，", "。"),
    ("，", "！"),
    ("，", "～"),
    ("，", "……"),
    (",", "."),
    (",", "。"),
    (" ", " "),
)
