"""What a comparison says, in English and in Chinese."""

import locale
import os

LANGUAGES = ("en", "zh")

_ENGLISH = {
    # columns and rows
    "model": "model",
    "fit": "fit s",
    "predict": "predict s",
    "unlabelled": "unlabelled",
    "calibration": "calibration error",
    "bytes": "bytes",
    "folds": "folds",
    "of": "{n} of {total}",
    "score": "score",
    "first": "first",
    "second": "second",
    "verdict": "verdict",
    "first better": "P(first better)",
    "equal": "P(equal)",
    "second better": "P(second better)",
    "class": "class",
    "precision": "precision",
    "recall": "recall",
    "f1": "F1",
    "support": "samples",
    "predicted": "predicted",
    "sample": "sample",
    "label": "label",
    "row": "row",
    "fold": "fold",
    "error": "error",
    "group": "group",
    "samples": "samples",
    "majority": "majority",
    "together": "together",
    # scores
    "score accuracy": "accuracy",
    "score balanced_accuracy": "balanced accuracy",
    "score f1_macro": "macro-F1",
    "score average_precision_macro": "average precision",
    "score neg_log_loss": "log-loss",
    # verdicts
    "is better": "{name} is better",
    "no difference": "no difference shown",
    "one fold": "no verdict: fewer than two folds that both finished",
    "same difference": "no verdict: the difference is the same in every fold",
    # the answer
    "comma": ", ",
    "space": " ",
    "nothing finished": "No fold of any model finished.",
    "answer": "Take {best}: {score} {figure}{too} (always guessing {label}: {guess}).",
    "no answer": "No model is shown to be better than always guessing {label} "
    "({guess}); the best of them is {best}: {score} {figure}{too}.",
    "too": ", {score} {figure}",
    "alone": "It is the only model that was compared.",
    "shown better": "The folds show it better than {names}.",
    "shown worse": "The folds show {names} better by {score}.",
    "no difference from": "No difference is shown between it and {names}.",
    "tie": "No difference is shown between it and {names};",
    "tie calibration": "its probabilities are the more reliable.",
    "tie seconds": "it takes the least time.",
    "tie score": "it has the best mean.",
    "no verdict": "The folds allow no verdict about {names}.",
    "together better": "All models together (mean log-odds) are better still: "
    "{score} {figure}.",
    "together no better": "All models together (mean log-odds) are not shown to be "
    "better: {score} {figure}.",
    # findings
    "repeated": "{n} of {total} texts stand in the data more than once or nearly so "
    "(groups: {groups}; rows {rows}). {kept}",
    "kept": "Equal texts are in one fold, so that no model is tested on what it has "
    "learned.",
    "not kept": "In {leaks} tests the model had learned an equal text: the scores are "
    "too good for new texts.",
    "conflicts": "The same text bears different labels: {rows} (groups: {groups}). "
    "Correct the labels first.",
    "conflict": "row {row} {label}",
    "few": "Classes of few samples: {labels}. Little can be said of them.",
    "imbalanced": "{share:.0%} of the samples are {label}, so always guessing it has "
    "accuracy {figure}. Look at balanced accuracy and macro-F1.",
    "never": "{name} never predicts {labels}.",
    "no better": "{name} is not shown to be better than always guessing {label} "
    "({score} {figure} against {other}).",
    "failed": "{name} failed in {n} of {total} folds: {error}",
    "no probabilities": "{names}: no probabilities, so no log-loss. The best is chosen "
    "by {score}.",
    "warned": "{name} ({folds}): {message}",
    "in all folds": "all folds",
    "in folds": "folds {folds}",
    # the report
    "title": "Comparison of {names}",
    "answer heading": "The answer",
    "notice heading": "Please note",
    "scores heading": "Scores",
    "scores note": "Mean ± standard deviation over the folds [95 % interval of the mean"
    ", corrected for overlapping training sets (Nadeau & Bengio 2003); of scores with "
    "bounds on the log-odds or logarithmic scale]. {majority}: always the most frequent"
    " class. {together}: the mean log-odds of all models.",
    "unlabelled note": "Unlabelled: samples without a label that joined each training "
    "fold; no test fold has any.",
    "classes heading": "Classes",
    "classes note": "Out of fold. Precision: how many of those predicted are right. "
    "Recall: how many of the class are found. Average precision: area under the curve "
    "of both.",
    "calibration heading": "Calibration",
    "calibration note": "Where a model says 0.8, is it right in 8 of 10? On the "
    "diagonal it is. Calibration error: mean distance from it.",
    "mistakes heading": "The surest mistakes of {name}",
    "mistakes note": "Out of fold. Often it is the label that is wrong. In "
    "parentheses, the probability of the label named.",
    "disagreements heading": "Where the models disagree most",
    "verdicts heading": "Verdicts",
    "verdicts note": "p: corrected resampled t-test (Nadeau & Bengio 2003), after "
    "Holm's correction. P: Bayesian correlated t-test (Benavoli et al. 2017); equal "
    "means within 0.01.",
    "errors heading": "Errors",
    "run heading": "What was run",
    "pictures heading": "Pictures",
    "no pictures": "No pictures. {reason}",
    "no picture": "No picture of {name}: {reason}",
    "chosen by": "chosen by",
    "samples of": "{label}: {n}",
    # pictures
    "dots": "dots: folds; diamond and line: mean and its {confidence:.0%} interval; "
    "dashed: {majority}",
    "less": "{title} (less is better)",
    "no fold": "no fold finished",
    "class of": "class {label}",
    "confidence": "mean predicted probability",
    "share": "share of the class",
    "predicted label": "predicted",
    "true label": "true",
    # the terminal
    "ran once": "{steps} ran once for {names}: {seconds:.1f} s, {saved:.1f} s saved",
}

_CHINESE = {
    "model": "模型",
    "fit": "训练(秒)",
    "predict": "预测(秒)",
    "unlabelled": "未标注",
    "calibration": "校准误差",
    "bytes": "字节",
    "folds": "折数",
    "of": "{total} 折中的 {n} 折",
    "score": "指标",
    "first": "模型一",
    "second": "模型二",
    "verdict": "结论",
    "first better": "P(模型一更好)",
    "equal": "P(相当)",
    "second better": "P(模型二更好)",
    "class": "类别",
    "precision": "精确率",
    "recall": "召回率",
    "f1": "F1",
    "support": "样本数",
    "predicted": "预测数",
    "sample": "文本",
    "label": "标签",
    "row": "行",
    "fold": "折",
    "error": "错误",
    "group": "组",
    "samples": "样本",
    "majority": "多数类",
    "together": "合并",
    "score accuracy": "准确率",
    "score balanced_accuracy": "均衡准确率",
    "score f1_macro": "宏平均 F1",
    "score average_precision_macro": "平均精确率",
    "score neg_log_loss": "对数损失",
    "is better": "{name} 更好",
    "no difference": "看不出差别",
    "one fold": "无法判断：两者都跑完的不足两折",
    "same difference": "无法判断：每一折的差值都相同",
    "comma": "、",
    "space": "",
    "nothing finished": "没有一个模型跑完哪怕一折。",
    "answer": "建议用 {best}：{score} {figure}{too}（一律猜“{label}”为 {guess}）。",
    "no answer": "看不出有哪个模型比一律猜“{label}”（{guess}）更好；"
    "其中最好的是 {best}：{score} {figure}{too}。",
    "too": "，{score} {figure}",
    "alone": "参加比较的只有这一个模型。",
    "shown better": "交叉验证表明它优于 {names}。",
    "shown worse": "但按{score}，{names} 更好。",
    "no difference from": "它与 {names} 之间看不出差别。",
    "tie": "它与 {names} 之间看不出差别，",
    "tie calibration": "但它给出的概率更可信。",
    "tie seconds": "但它最省时间。",
    "tie score": "它的平均分最高。",
    "no verdict": "与 {names} 相比，各折不足以得出结论。",
    "together better": "把所有模型合在一起（对数几率取平均）还要更好："
    "{score} {figure}。",
    "together no better": "把所有模型合在一起（对数几率取平均）并不见得更好："
    "{score} {figure}。",
    "repeated": "{total} 条文本中有 {n} 条是重复或近乎重复的"
    "（{groups} 组，行号 {rows}）。{kept}",
    "kept": "相同的文本都放在同一折里，因此测试用的文本模型都没有学过。",
    "not kept": "有 {leaks} 次测试用到了模型学过的文本，所以分数比面对新文本时偏高。",
    "conflicts": "有 {groups} 组文本相同、标签却不同：{rows}。请先核对标签。",
    "conflict": "第 {row} 行 {label}",
    "few": "样本太少的类别：{labels}，关于它们的结论依据不足。",
    "imbalanced": "{share:.0%} 的样本是“{label}”，一律猜它就有 {figure} 的准确率。"
    "请看均衡准确率和宏平均 F1。",
    "never": "{name} 从不预测 {labels}。",
    "no better": "看不出 {name} 比一律猜“{label}”更好"
    "（{score} {figure}，后者 {other}）。",
    "failed": "{name} 在 {total} 折中有 {n} 折出错：{error}",
    "no probabilities": "{names} 不给出概率，因此没有对数损失；"
    "改按{score}选出最佳模型。",
    "warned": "{name}（{folds}）：{message}",
    "in all folds": "每一折",
    "in folds": "第 {folds} 折",
    "title": "模型比较：{names}",
    "answer heading": "结论",
    "notice heading": "请注意",
    "scores heading": "各项指标",
    "scores note": "各折平均值 ± 标准差 [平均值的 95 % 置信区间；已按训练集相互重叠作了"
    "校正（Nadeau & Bengio 2003），有上下限的指标在对数几率或对数尺度上计算]。"
    "{majority}：一律猜最常见的类别。{together}：所有模型的对数几率取平均。",
    "unlabelled note": "未标注：加入每个训练折的无标签样本；测试折里没有。",
    "classes heading": "各个类别",
    "classes note": "均为折外预测。精确率：判为该类的有多少判对了。召回率：该类的有多少"
    "被找了出来。平均精确率：二者曲线下的面积。",
    "calibration heading": "概率是否可信",
    "calibration note": "模型说八成，十次里是否真有八次？落在对角线上就是。校准误差即"
    "偏离对角线的平均距离。",
    "mistakes heading": "{name} 最有把握却判错的样本",
    "mistakes note": "均为折外预测。错的往往是标签本身。括号里是所写标签的概率。",
    "disagreements heading": "各模型分歧最大的样本",
    "verdicts heading": "两两比较",
    "verdicts note": "p：经 Holm 校正的重抽样校正 t 检验（Nadeau & Bengio 2003）。"
    "P：贝叶斯相关 t 检验（Benavoli 等 2017），相差不超过 0.01 视为相当。",
    "errors heading": "错误",
    "run heading": "运行情况",
    "pictures heading": "图",
    "no pictures": "没有图。{reason}",
    "no picture": "画不出“{name}”：{reason}",
    "chosen by": "选择依据",
    "samples of": "{label}：{n} 条",
    "dots": "圆点：各折；菱形和横线：平均值及其 {confidence:.0%} 置信区间；"
    "虚线：{majority}",
    "less": "{title}（越小越好）",
    "no fold": "没有跑完的折",
    "class of": "类别 {label}",
    "confidence": "预测概率的平均值",
    "share": "该类所占比例",
    "predicted label": "预测",
    "true label": "实际",
    "ran once": "{steps} 只为 {names} 运行了一次："
    "{seconds:.1f} 秒，省去 {saved:.1f} 秒",
}


class Words:
    """Sentences of one language.

    Parameters
    ----------
    language : {"en", "zh"} or None, default="en"
        None takes that of the locale.
    """

    catalog = {"en": _ENGLISH, "zh": _CHINESE}

    def __init__(self, language="en"):
        self.language = check_language(language)

    def __call__(self, key, **values):
        """Give the words for a key, with values filled in."""
        return self.catalog[self.language][key].format(**values)

    def __contains__(self, key):
        return key in self.catalog[self.language]

    def list(self, names):
        """Join names."""
        return self("comma").join(names)


def check_language(language):
    """Give a language that there are words for.

    Parameters
    ----------
    language : {"en", "zh"} or None
        None takes that of the locale, or English.

    Returns
    -------
    str

    Raises
    ------
    ValueError
        If there are no words for it.
    """
    if language is None:
        return "zh" if _locale().lower().startswith(("zh", "chinese")) else "en"
    if language not in LANGUAGES:
        raise ValueError(
            f"language expects one of {', '.join(map(repr, LANGUAGES))}; got "
            f"{language!r}."
        )
    return str(language)


def _locale():
    """Language that the user has set; on Windows no variable has to say it."""
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if os.environ.get(variable):
            return os.environ[variable]
    return locale.getlocale()[0] or ""
