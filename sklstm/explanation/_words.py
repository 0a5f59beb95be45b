"""What an explanation says, in English and in Chinese."""

from sklstm.display import _words

_ENGLISH = {
    "comma": ", ",
    "space": " ",
    # the answer
    "title": "Why {label}?",
    "other title": "What speaks for {label}, and what against it?",
    "titles": "Why so? {n:,} predictions",
    "number": "Sample {n}",
    "answer": "Prediction: {label}",
    "sure": "Prediction: {label} ({probability})",
    "for": "for {label}",
    "against": "against {label}",
    "signs": "+ speaks for {label}, - against it ({method})",
    # methods
    "method exact": "The model itself adds these numbers up.",
    "method gradients": "Integrated gradients, on the way from nothing to this input.",
    "method occlusion": "How far the score falls where one part is left out. Parts "
    "that say the same hide each other, so the numbers need not add up.",
    "method shapley": "Shapley values: what a part adds on average, over random orders "
    "in which the parts come. After ± the standard error of the estimate.",
    "unit one": "Numbers are log-odds of {label} against the rest: +0.7 doubles the "
    "odds, -0.7 halves them.",
    "unit two": "Numbers are log-odds: +0.7 doubles the odds of {label}, -0.7 halves "
    "them.",
    "unit many": "Numbers are log-odds of {label} against the other classes, of which "
    "the geometric mean is taken: +0.7 doubles the odds, -0.7 halves them.",
    "unit decision": "Numbers are those of the decision function; this model has no "
    "probabilities.",
    # the document
    "empty": "(empty)",
    "as read": "These are the words as the model reads them.",
    "more characters": "Characters behind these, not drawn: {n:,}.",
    "sum of": "{names}; together {value}",
    "part": "{name} {value}",
    "estimate": "{value} ± {error}",
    "times": "{word} × {n}",
    # series
    "channel": "channel {n}",
    "place": "step {step}, channel {channel}",
    "steps": "steps {start} to {stop}: {value}",
    "step": "step {step}: {value}",
    "more channels": "Channels that count less, not drawn: {n:,}.",
    "strip note": "Time steps 0 to {last}. Bars above the middle speak for {label}, "
    "those below against it.",
    "curve note": "The line is the series itself.",
    "time step": "time step",
    "time": "time",
    "decided": "{answer}; decided after step {step:,} of {last:,}",
    # parts and sums
    "words heading": "Strongest words",
    "places heading": "Strongest time steps",
    "static heading": "Features of the whole",
    "pairs heading": "Neighbours",
    "pairs note": "What two neighbouring words say together, beyond what each says "
    "alone.",
    "pair": "{first} + {second}",
    "balance heading": "How it adds up",
    "others": "the other {n:,}",
    "base": "start: nothing said",
    "words sum": "words",
    "places sum": "time steps",
    "static sum": "features of the whole",
    "rest": "not of single parts",
    "score": "score of {label}",
    "contribution": "contribution to {label}",
    # classes
    "classes heading": "All classes",
    "class": "class",
    "probability": "probability",
    "score title": "score",
    "words for": "strongest for",
    "words against": "strongest against",
    "other classes": "The same for other classes",
    "more classes": "Less probable classes, not shown: {n:,}.",
    "more samples": "More samples, not shown: {n:,}.",
}

_CHINESE = {
    "comma": "、",
    "space": "",
    "title": "为什么判为“{label}”？",
    "other title": "哪些内容支持“{label}”，哪些反对？",
    "titles": "为什么这样判断？共 {n:,} 条",
    "number": "样本 {n}",
    "answer": "判断：{label}",
    "sure": "判断：{label}（{probability}）",
    "for": "支持“{label}”",
    "against": "反对“{label}”",
    "signs": "+ 支持“{label}”，- 反对“{label}”（{method}）",
    "method exact": "模型本身就是把这些数字相加得出结论的。",
    "method gradients": "积分梯度：从空输入逐步变到当前输入，沿途累积梯度。",
    "method occlusion": "去掉某一部分后得分下降多少。意思重复的部分会互相掩盖，"
    "因此各数字之和不一定等于得分。",
    "method shapley": "Shapley 值：按随机次序逐个加入各部分，取每一部分带来的平均变化。"
    "± 之后是估计的标准误。",
    "unit one": "数字是“{label}”相对于其余类别的对数几率：+0.7 使几率翻倍，"
    "-0.7 使其减半。",
    "unit two": "数字是对数几率：+0.7 使“{label}”的几率翻倍，-0.7 使其减半。",
    "unit many": "数字是“{label}”相对于其余类别（取几何平均）的对数几率："
    "+0.7 使几率翻倍，-0.7 使其减半。",
    "unit decision": "数字是决策函数的值；这个模型不给出概率。",
    "empty": "（空）",
    "as read": "以上是模型实际读到的词。",
    "more characters": "后面还有 {n:,} 个字符，未作标注，也未显示。",
    "sum of": "{names}；合计 {value}",
    "part": "{name} {value}",
    "estimate": "{value} ± {error}",
    "times": "{word} × {n}",
    "channel": "通道 {n}",
    "place": "时间步 {step}，通道 {channel}",
    "steps": "时间步 {start} 至 {stop}：{value}",
    "step": "时间步 {step}：{value}",
    "more channels": "另有 {n:,} 个作用较小的通道未画出。",
    "strip note": "时间步 0 至 {last}。中线以上的柱支持“{label}”，以下的反对它。",
    "curve note": "曲线是序列本身。",
    "time step": "时间步",
    "time": "时间",
    "decided": "{answer}；读完第 {step:,} 步（共 {last:,} 步）后不再改变",
    "words heading": "作用最大的词",
    "places heading": "作用最大的时间步",
    "static heading": "整体特征",
    "pairs heading": "相邻的词",
    "pairs note": "相邻两个词连在一起时，在各自的作用之外又多出来的作用。",
    "pair": "{first} + {second}",
    "balance heading": "得分的由来",
    "others": "其余 {n:,} 项合计",
    "base": "起点：没有任何内容",
    "words sum": "各词合计",
    "places sum": "各时间步合计",
    "static sum": "整体特征合计",
    "rest": "无法归于单个部分的作用",
    "score": "“{label}”的得分",
    "contribution": "对“{label}”的作用",
    "classes heading": "全部类别",
    "class": "类别",
    "probability": "概率",
    "score title": "得分",
    "words for": "最有力的支持",
    "words against": "最有力的反对",
    "other classes": "换成其他类别来看",
    "more classes": "另有 {n:,} 个概率更低的类别未列出。",
    "more samples": "另有 {n:,} 条样本未显示。",
}


class Words(_words.Words):
    """Those of an explanation."""

    catalog: dict = {"en": _ENGLISH, "zh": _CHINESE}
