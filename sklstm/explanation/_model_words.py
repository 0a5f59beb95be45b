"""What is said of whole models and of changed samples, in English and in Chinese."""

from sklstm.display import _words

_ENGLISH = {
    "comma": ", ",
    "label of": "{label}",
    "sure": "{label} ({probability})",
    # flip
    "flip title": "What would have to go",
    "flip found": "Without {n} of {total} words ({words}) the model says {after}, and "
    "no longer {before}.",
    "flip found steps": "Without {n} of {total} parts ({words}) the model says {after},"
    " and no longer {before}.",
    "flip none": "The model says {before}, whatever is left out.",
    "flip no target": "The model says {before}; it does not say {target}, whatever is "
    "left out.",
    "flip rest": "What is left: {text}",
    "flip nothing": "nothing",
    # a whole model
    "model title": "What the model goes by",
    "model basis": "{n} of {total} samples explained; method: {method}. Contributions "
    "are in log-odds.",
    "words for": "Words that speak for {label}",
    "words note": "Mean contribution where the word stands, ± its standard error; "
    "words of fewer than {n} samples are left out. Example: where the word counts "
    "most.",
    "no words": "No word speaks for {label} that stands in {n} samples or more.",
    "word": "word",
    "contribution": "contribution",
    "contribution to": "contribution to {label}",
    "occurrences": "times",
    "documents": "samples",
    "example": "example",
    "static heading": "Features of the whole sample",
    "feature": "feature",
    "importance": "importance",
    "importance labels": "Importance: accuracy that is lost when the feature is "
    "shuffled among the samples, mean ± standard deviation of {n} times.",
    "importance own": "Importance: share of its own predictions that the model gives "
    "up when the feature is shuffled among the samples, mean ± standard deviation of "
    "{n} times. With labels it would be lost accuracy.",
    "channels heading": "Channels",
    "channel": "channel",
    "steps heading": "Time steps",
    "step": "time step",
    "size": "mean size of the contribution",
    "size of": "{label}: mean size of the contribution",
}

_CHINESE = {
    "comma": "、",
    "label of": "“{label}”",
    "sure": "“{label}”（{probability}）",
    "flip title": "去掉什么，判断就会改变",
    "flip found": "共 {total} 个词，去掉其中 {n} 个（{words}），模型的判断就由{before}"
    "变为{after}。",
    "flip found steps": "共 {total} 个部分，去掉其中 {n} 个（{words}），模型的判断就由"
    "{before}变为{after}。",
    "flip none": "无论去掉什么，模型的判断始终是{before}。",
    "flip no target": "模型判为{before}；无论去掉什么，都不会判为{target}。",
    "flip rest": "剩下的内容：{text}",
    "flip nothing": "无",
    "model title": "模型依据什么作出判断",
    "model basis": "共 {total} 条样本，解释了其中 {n} 条；方法：{method}。"
    "贡献以对数几率计。",
    "words for": "支持“{label}”的词",
    "words note": "贡献为该词每次出现时的平均值 ± 标准误；"
    "出现在不足 {n} 条样本中的词不列出。例子：该词起作用最大的一处。",
    "no words": "在至少 {n} 条样本中出现的词里，没有支持“{label}”的。",
    "word": "词",
    "contribution": "贡献",
    "contribution to": "对“{label}”的贡献",
    "occurrences": "次数",
    "documents": "样本数",
    "example": "例子",
    "static heading": "整条样本的特征",
    "feature": "特征",
    "importance": "重要性",
    "importance labels": "重要性：把该特征在样本之间打乱后损失的准确率，"
    "{n} 次的平均值 ± 标准差。",
    "importance own": "重要性：把该特征在样本之间打乱后，模型改变自身判断的比例，"
    "{n} 次的平均值 ± 标准差。若给出标签，则为损失的准确率。",
    "channels heading": "通道",
    "channel": "通道",
    "steps heading": "时间步",
    "step": "时间步",
    "size": "贡献大小的平均值",
    "size of": "{label}：贡献大小的平均值",
}


class ModelWords(_words.Words):
    """Sentences about whole models and changed samples."""

    catalog: dict = {"en": _ENGLISH, "zh": _CHINESE}
