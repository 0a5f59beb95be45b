"""What the commands say, in English and in Chinese."""

from sklstm.comparison._words import Words

_ENGLISH = {
    "generated": "{n} generated reviews, {folds} folds",
    "reviews": "{n} reviews of {source}, {folds} folds",
    "standard input": "standard input",
    "groups": "{n} groups by {column!r}, each in one fold",
    "left out": "{n} left out:",
    "reason": "  {reason}: row {rows}",
    "labels": "labels: {labels}",
    "more": "{n} more",
    "alike": "labels that look alike, each its own: {labels}",
    "series": "{n} series of {source}, {steps} time steps, {folds} folds",
    "channels": "channels: {channels}",
    "fewer series than folds": "fewer series than folds, so some folds lack them: "
    "{labels}",
    "fewer reviews than folds": "fewer reviews than folds, so some folds lack them: "
    "{labels}",
    "without labels": "{n} documents without labels of {source}",
    "blank": ", {n} blank left out",
    "no matplotlib": "There will be no pictures and no {picture}: they need matplotlib "
    "(pip install 'sklstm[plots]').",
    "failed fold": "{name} failed in fold {fold}: {error}",
    "fitting": "Fitting {name} on everything ...",
    "written": "Written to {folder}:",
    "written to": "Written to {path}",
    "model file": "Model: {path}",
    "says": "What {name} says of six new sentences:",
    "disagree": "The models disagree most on (out of fold):",
}

_CHINESE = {
    "generated": "生成了 {n} 条评论，分 {folds} 折",
    "reviews": "{source} 中有 {n} 条评论，分 {folds} 折",
    "standard input": "标准输入",
    "groups": "按 {column!r} 分为 {n} 组，同组的归入同一折",
    "left out": "跳过了 {n} 条：",
    "reason": "  {reason}：第 {rows} 行",
    "labels": "标签：{labels}",
    "more": "另有 {n} 种",
    "alike": "看起来一样、实际不同的标签：{labels}",
    "series": "{source} 中有 {n} 条序列、{steps} 个时间步，分 {folds} 折",
    "channels": "通道：{channels}",
    "fewer series than folds": "序列数少于折数、有些折里没有的标签：{labels}",
    "fewer reviews than folds": "评论数少于折数、有些折里没有的标签：{labels}",
    "without labels": "{source} 中有 {n} 条无标签文本",
    "blank": "，另跳过空白文本 {n} 条",
    "no matplotlib": "不会有图，也不会有 {picture}：画图需要 matplotlib"
    "（pip install 'sklstm[plots]'）。",
    "failed fold": "{name} 在第 {fold} 折出错：{error}",
    "fitting": "正在用全部数据训练 {name}……",
    "written": "已写入 {folder}：",
    "written to": "已写入 {path}",
    "model file": "模型文件：{path}",
    "says": "{name} 对六个新句子的判断：",
    "disagree": "各模型分歧最大的文本（折外预测）：",
}


class CommandWords(Words):
    """Those of a comparison, and what the commands add to them."""

    catalog = {
        language: Words.catalog[language] | words
        for language, words in (("en", _ENGLISH), ("zh", _CHINESE))
    }
