"""What a comparison says, in English and in Chinese."""

from sklstm.comparison._robustness import words
from sklstm.display import _words

_ENGLISH = {
    # columns and rows
    "model": "model",
    "fit": "fit s",
    "predict": "predict s",
    "time": "time",
    "seconds": "{n} s",
    "minutes": "{n} min",
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
    "fold": "fold",
    "error": "error",
    "samples": "samples",
    "majority": "majority",
    "together": "together",
    # scores
    "score accuracy": "accuracy",
    "score balanced_accuracy": "balanced accuracy",
    "score f1_macro": "macro-F1",
    "score average_precision_macro": "average precision",
    "score neg_log_loss": "log-loss",
    "explain accuracy": "share of the samples that are judged right",
    "explain balanced_accuracy": "the same, but every class counts alike",
    "explain f1_macro": "finds every class and names it only where it is; every class "
    "counts alike",
    "explain average_precision_macro": "how far the samples of a class come before all "
    "others when sorted by its probability",
    "explain neg_log_loss": "how far the probabilities are from the truth; to be sure "
    "and wrong costs most",
    # verdicts
    "is better": "{name} is better",
    "no difference": "no difference shown",
    "one fold": "no verdict: fewer than two folds that both finished",
    "same difference": "no verdict: the difference is the same in every fold",
    # the answer
    "comma": ", ",
    "semicolon": "; ",
    "space": " ",
    "nothing finished": "No fold of any model finished.",
    "answer": "Take {best}: {score} {figure} (always guessing {label}: {guess}){too}.",
    "no answer": "No model is shown to be better than always guessing {label} ({score} "
    "{guess}); the best of them is {best}: {score} {figure}{too}.",
    "too": ", {score} {figure}",
    "alone": "It is the only model that was compared.",
    "shown better": "By {score} the folds show it better than {names}.",
    "shown worse": "The folds show {names} better by {score}.",
    "no difference from": "No difference is shown between it and {names}.",
    "tie": "Within chance it is as good as {names};",
    "tie calibration": "its probabilities are the more reliable.",
    "tie seconds": "it takes the least time.",
    "tie score": "it has the best mean.",
    "no verdict": "The folds allow no verdict about {names}.",
    "together better": "The average of all models is better still: {score} {figure}.",
    "together worse": "The average of all models is worse: {score} {figure}.",
    "together no better": "The average of all models is not shown to be better: "
    "{score} {figure}.",
    # findings
    "one class": "In {n} of {total} folds a single class is left to learn from: their "
    "scores say nothing. Take other groups or fewer folds.",
    "repeated": "{n} of {total} texts are equal to another one, or nearly so (groups: "
    "{groups}; rows {rows}); {different} different ones remain. {kept}",
    "kept": "Equal texts are in one fold, so that no model is tested on what it has "
    "learned.",
    "not kept": "In {leaks} tests the model had learned an equal text: the scores are "
    "too good for new texts.",
    "conflicts": "The same text bears different labels (groups: {groups}): {rows}. "
    "Correct the labels first.",
    "conflict": "row {row}: {label}",
    "figure of": "{name} ({figure})",
    "hardly": "{name} misses most of a class: {found}.",
    "found": "finds {n} of {total} of {label}",
    "few": "Classes of few samples, of which little can be said: {labels}.",
    "imbalanced": "{share:.0%} of the samples are {label}, so always guessing it has "
    "accuracy {figure}. Look at balanced accuracy and macro-F1; class weights "
    '("balanced") let a rare class count as much as a frequent one.',
    "never": "{name} never predicts {labels}.",
    "no better": "Not shown to be better than always guessing {label} ({score} "
    "{other}): {names}.",
    "overconfident": "Probabilities that are worth less than none (log-loss; the "
    "shares of the classes alone have {other}): {names}. Believe their labels, not how "
    "sure they are.",
    "failed": "{name} failed in {n} of {total} folds: {error}",
    "no probabilities": "{names}: no probabilities, so no log-loss. The best is chosen "
    "by {score}.",
    "warned": "{name} ({folds}): {message}",
    "in all folds": "all folds",
    "in folds": "folds {folds}",
    # the report
    "title": "Comparison of {names}",
    "tested on": "{samples:,} samples in {classes:,} classes, {folds:,} folds; every "
    "model is tested on samples that it was not trained on.",
    "explained": "{name}: {words}",
    "best": "best",
    "decides": "decides",
    "less is better": "less is better",
    "majority row": "always guesses {label}",
    "together row": "the average of all models",
    "time note": "to train and to predict, for one fold",
    "notice heading": "Please note",
    "more notices": "{n} more",
    "scores heading": "All figures",
    "scores note": "Mean ± standard deviation over the folds; below it the 95 % "
    "interval of the mean, corrected for overlapping training sets (Nadeau & Bengio "
    "2003), of scores with bounds on the scale of log-odds or logarithms. {majority}: "
    "always the most frequent class of the training fold. {together}: the mean log-odds"
    " of all models that have probabilities.",
    "unlabelled note": "Unlabelled: samples without a label that joined each training "
    "fold; no test fold has any.",
    "classes heading": "Classes",
    "classes table": "Figures of every class",
    "matrix note": "Where do the samples of a class go? Each row is a true class, each "
    "column what the model says; what lies on the diagonal is right. A number"
    " or colour is the share of the row.",
    "classes note": "Each sample is judged by a model that was not trained on it. "
    "Precision: how many of those predicted are right. Recall: how many of the class "
    "are found. Average precision: area under the curve of both.",
    "calibration heading": "Calibration",
    "calibration note": "Where a model says 80 %, is it right in 8 of 10? On the "
    "diagonal it is; below it, the model is too sure, above it too careful. "
    "Calibration error: mean distance from the diagonal.",
    "mistakes heading": "The surest mistakes of {name}",
    "mistakes note": "Each sample is judged by models that were not trained on it; in "
    "parentheses, the probability of the label named. Often it is the label of the data"
    " that is wrong.",
    "disagreements heading": "Where the models disagree most",
    "reasons heading": "Why they disagree",
    "reasons note": "Each model, fitted once more without these samples, without equal "
    "ones and without their groups, so that it may judge otherwise than in the folds. "
    "The colour says what speaks for the label of the data and what against it.",
    "reasons lines": "Why they disagree (+ speaks for the label of the data, - against "
    "it):",
    "no reasons": "{name} cannot be explained: {error}",
    "answer of": "{name}: {answer}",
    "row of": "Row {row}, {label}",
    "verdicts heading": "Verdicts",
    "by score": "By {score}, which decides:",
    "other verdicts": "By the other scores",
    "verdicts note": "p: corrected resampled t-test (Nadeau & Bengio 2003), after "
    "Holm's correction. P: Bayesian correlated t-test (Benavoli et al. 2017); equal "
    "means within 0.01.",
    "errors heading": "Errors",
    "run heading": "What was run",
    "no pictures": "No pictures. {reason}",
    "no picture": "No picture of {name}: {reason}",
    "chosen by": "best by",
    "samples in all": "{n:,} ({by_class})",
    "samples of": "{label}: {n:,}",
    "setting cv": "folds",
    "setting groups": "groups kept together",
    "setting duplicates": "equal texts",
    "setting random_state": "random state",
    "setting n_jobs": "jobs side by side",
    "setting sample_weight": "sample weights",
    "setting unlabelled": "samples without a label",
    "setting seconds": "seconds in all",
    "setting date": "date",
    "setting machine": "machine",
    "setting system": "system",
    "value True": "yes",
    "value False": "no",
    "value None": "not set",
    "value group": "kept in one fold",
    "value ignore": "not looked after",
    # pictures
    "dots": "dots: folds; diamond and line: mean and its {confidence:.0%} interval; "
    "dashed: {majority}",
    "less": "{title} (less is better)",
    "no fold": "no fold finished",
    "no figure": "has no such score",
    "class of": "class {label}",
    "predicted class": "predicted class",
    "confidence": "mean predicted probability",
    "share": "share of the class",
    "share right": "share that is right",
    "ideal": "ideal",
    "predicted label": "predicted",
    "true label": "true",
    "train size": "training samples",
    "train score": "training",
    "test score": "test",
    # the terminal
    "ran once": "{steps} ran once for {names}: {seconds:.1f} s, {saved:.1f} s saved",
}

_CHINESE = {
    "model": "模型",
    "fit": "训练（秒）",
    "predict": "预测（秒）",
    "time": "耗时",
    "seconds": "{n} 秒",
    "minutes": "{n} 分钟",
    "unlabelled": "无标签样本",
    "calibration": "校准误差",
    "bytes": "大小（字节）",
    "folds": "折数",
    "of": "{n}/{total}",
    "score": "指标",
    "first": "甲",
    "second": "乙",
    "verdict": "结论",
    "first better": "甲更好的概率",
    "equal": "相当的概率",
    "second better": "乙更好的概率",
    "class": "类别",
    "precision": "精确率",
    "recall": "召回率",
    "f1": "F1",
    "support": "样本数",
    "predicted": "判为该类",
    "sample": "样本",
    "label": "标签",
    "fold": "折",
    "error": "错误信息",
    "samples": "样本",
    "majority": "多数类基线",
    "together": "模型平均",
    "score accuracy": "准确率",
    "score balanced_accuracy": "均衡准确率",
    "score f1_macro": "宏平均 F1",
    "score average_precision_macro": "平均精确率",
    "score neg_log_loss": "对数损失",
    "explain accuracy": "判断正确的样本所占比例",
    "explain balanced_accuracy": "同样看判断正确的比例，但各类别同等重要",
    "explain f1_macro": "既不漏判也不错判，各类别同等重要",
    "explain average_precision_macro": "按概率排序时，该类样本能否排在前面",
    "explain neg_log_loss": "概率与事实的差距，越有把握却判错，代价越大",
    "is better": "{name} 更好",
    "no difference": "看不出差别",
    "one fold": "无法判断：两者都跑完的不足两折",
    "same difference": "无法判断：各折的差值完全相同",
    "comma": "、",
    "semicolon": "；",
    "space": "",
    "nothing finished": "所有模型都没有跑完任何一折。",
    "answer": "建议选用 {best}：{score} {figure}（一律猜“{label}”为 {guess}）{too}。",
    "no answer": "没有模型明显好于一律猜“{label}”（{score} {guess}）；"
    "其中最好的是 {best}：{score} {figure}{too}。",
    "too": "，{score} {figure}",
    "alone": "参与比较的只有这一个模型。",
    "shown better": "交叉验证表明，按{score}它优于 {names}。",
    "shown worse": "但按{score}看，{names} 更好。",
    "no difference from": "它与 {names} 之间看不出差别。",
    "tie": "它与 {names} 不相上下，",
    "tie calibration": "但它给出的概率更可靠。",
    "tie seconds": "但它最省时间。",
    "tie score": "但它的平均得分最高。",
    "no verdict": "与 {names} 孰优孰劣，现有数据无法判断。",
    "together better": "把所有模型的判断平均起来，效果还要更好：{score} {figure}。",
    "together worse": "把所有模型的判断平均起来反而更差：{score} {figure}。",
    "together no better": "把所有模型的判断平均起来，并未明显更好：{score} {figure}。",
    "one class": "{total} 折中有 {n} 折只剩一个类别可学，这些折的得分没有意义；"
    "请改用别的分组，或减少折数。",
    "repeated": "{total} 条文本中有 {n} 条与别的文本相同或几乎相同"
    "（共 {groups} 组，行号：{rows}），不同的文本只有 {different} 条。{kept}",
    "kept": "相同的文本已归入同一折，不会拿训练时见过的文本来测试。",
    "not kept": "有 {leaks} 次测试用到了训练时见过的文本，"
    "得分会高于面对新文本时的实际水平。",
    "conflicts": "有 {groups} 组文本内容相同、标签却不一致：{rows}。请先核对标签。",
    "conflict": "第 {row} 行“{label}”",
    "figure of": "{name}（{figure}）",
    "hardly": "{name} 漏掉了某些类别的大部分样本：{found}。",
    "found": "“{label}”{total} 条只找出 {n} 条",
    "few": "样本太少的类别：{labels}，相关数字仅供参考。",
    "imbalanced": "{share:.0%} 的样本属于“{label}”，一律猜它，准确率就有 {figure}。"
    "请改看均衡准确率和宏平均 F1；把类别权重设为 balanced，可让少数类同样受重视。",
    "never": "{name} 从未判出过这些类别：{labels}。",
    "no better": "并不明显好于一律猜“{label}”（{score} {other}）的模型：{names}。",
    "overconfident": "概率不可信的模型：{names}。它们的对数损失还不如"
    "只报各类别的比例（{other}）；可以采用它们判出的类别，但不要相信其把握。",
    "failed": "{name} 在 {total} 折中有 {n} 折运行失败：{error}",
    "no probabilities": "{names} 不给出概率，无法计算对数损失；"
    "最佳模型改按{score}选出。",
    "warned": "{name}（{folds}）：{message}",
    "in all folds": "每一折",
    "in folds": "第 {folds} 折",
    "title": "模型比较：{names}",
    "tested on": "共 {samples:,} 条样本、{classes:,} 个类别，分 {folds:,} 折；"
    "测试用的样本，模型训练时都没有见过。",
    "explained": "{name}：{words}",
    "best": "最佳",
    "decides": "选择依据",
    "less is better": "越小越好",
    "majority row": "一律猜“{label}”",
    "together row": "所有模型取平均",
    "time note": "每折训练与预测的总时间",
    "notice heading": "请注意",
    "more notices": "另有 {n} 条",
    "scores heading": "全部指标",
    "scores note": "各折平均值 ± 标准差；下方为平均值的 95% 置信区间，"
    "已针对训练集相互重叠作出校正（Nadeau & Bengio 2003），"
    "有上下限的指标按对数几率或对数尺度计算。"
    "{majority}：一律猜训练折中最常见的类别。"
    "{together}：对所有能给出概率的模型取对数几率的平均值。",
    "unlabelled note": "无标签样本：加入每个训练折的样本，测试折中没有。",
    "classes heading": "各类别表现",
    "classes table": "各类别的指标",
    "matrix note": "各类样本被判成了什么？每行是实际类别，每列是模型的判断，"
    "对角线上的就是判对的。数字或颜色表示占该行的比例。",
    "classes note": "每条样本都由训练时没有见过它的模型来判断。"
    "精确率：判为该类的样本中，判对的比例。召回率：该类样本中，被找出来的比例。"
    "平均精确率：精确率—召回率曲线下的面积。",
    "calibration heading": "概率是否可靠",
    "calibration note": "模型说有八成把握时，十次里是否真有八次判对？"
    "落在对角线上就是如此，低于对角线是过于自信，高于对角线是过于谨慎。"
    "校准误差：与对角线的平均距离。",
    "mistakes heading": "{name} 最有把握却判错的样本",
    "mistakes note": "每条样本都由训练时没有见过它的模型来判断，"
    "括号内是对所给标签的概率。判错的往往是数据本身的标签有误。",
    "disagreements heading": "各模型分歧最大的样本",
    "reasons heading": "各模型为什么有分歧",
    "reasons note": "每个模型都撇开这些样本、与之相同的样本以及同组的样本，"
    "重新训练一次，因此这里的判断可能与交叉验证中的不同。"
    "颜色表示哪些内容支持数据中的标签，哪些反对。",
    "reasons lines": "各模型为什么有分歧（+ 支持数据中的标签，- 反对）：",
    "no reasons": "无法解释 {name}：{error}",
    "answer of": "{name}：{answer}",
    "row of": "第 {row} 行，{label}",
    "verdicts heading": "两两比较",
    "by score": "按{score}（选择依据）比较：",
    "other verdicts": "按其余指标比较",
    "verdicts note": "p：经重抽样校正的 t 检验（Nadeau & Bengio 2003），"
    "再经 Holm 校正。概率：贝叶斯相关 t 检验（Benavoli 等 2017），"
    "相差不超过 0.01 视为相当。",
    "errors heading": "运行错误",
    "run heading": "运行信息",
    "no pictures": "没有图。{reason}",
    "no picture": "无法绘制“{name}”图：{reason}",
    "chosen by": "最佳模型的选择依据",
    "samples in all": "{n:,}（{by_class}）",
    "samples of": "{label}：{n:,}",
    "setting cv": "折数",
    "setting groups": "归在一起的组数",
    "setting duplicates": "相同的文本",
    "setting random_state": "随机种子",
    "setting n_jobs": "并行任务数",
    "setting sample_weight": "样本权重",
    "setting unlabelled": "无标签样本数",
    "setting seconds": "总耗时（秒）",
    "setting date": "日期",
    "setting machine": "机器",
    "setting system": "操作系统",
    "value True": "有",
    "value False": "无",
    "value None": "未设置",
    "value group": "归入同一折",
    "value ignore": "不作处理",
    "dots": "圆点：各折；菱形与横线：平均值及其 {confidence:.0%} 置信区间；"
    "虚线：{majority}",
    "less": "{title}（越小越好）",
    "no fold": "没有跑完任何一折",
    "no figure": "没有这项指标",
    "class of": "类别：{label}",
    "predicted class": "判出的类别",
    "confidence": "预测概率的平均值",
    "share": "实际属于该类的比例",
    "share right": "实际判对的比例",
    "ideal": "理想情况",
    "predicted label": "预测",
    "true label": "实际",
    "train size": "训练样本数",
    "train score": "训练集",
    "test score": "测试集",
    "ran once": "{steps} 只为 {names} 运行了一次："
    "用时 {seconds:.1f} 秒，节省 {saved:.1f} 秒",
}


class Words(_words.Words):
    """Those of a comparison."""

    catalog: dict = {
        "en": _ENGLISH | words.ENGLISH,
        "zh": _CHINESE | words.CHINESE,
    }
