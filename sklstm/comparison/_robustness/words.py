"""What a test of robustness says, in English and in Chinese."""

ENGLISH = {
    "replace_homophones": "typing errors by sound",
    "replace_look_alikes": "typing errors by shape",
    "drop_characters": "characters lost",
    "double_characters": "characters doubled",
    "swap_characters": "characters swapped",
    "insert_spaces": "spaces put in",
    "drop_spaces": "spaces lost",
    "drop_punctuation": "punctuation lost",
    "widen_characters": "full-width forms",
    "to_traditional": "traditional characters",
    "add_emoji": "emoji added",
    "prepend_neutral": "neutral sentence before",
    "append_neutral": "neutral sentence after",
    "reorder_clauses": "clauses in another order",
    "keep_first_half": "first half alone",
    "keep_second_half": "second half alone",
    "negate": "negation put in",
    "add_opposite_clause": "但是 and the opposite added",
    "robustness heading": "Robustness",
    "robustness note": "The models of the folds once more, on {n} of the texts that "
    "they were not trained on, changed in one way each. In parentheses, the share of "
    "characters that is changed. Figures: {score}, and how far it falls or rises; "
    "* where that is more than chance (95 % interval, paired).",
    "expectations note": "A change that carries no meaning must leave the label as it "
    "is. A negation, or 但是 with the opposite, must change it or make it less "
    "probable. Figures: share of the texts where the model obeys.",
    "robustness table": "all figures",
    "expectations table": "what must and what must not change the label",
    "perturbation": "what is changed",
    "untouched": "as they are",
    "same label": "must not change",
    "other label": "must change",
    "expectation": "the label",
    "keeps": "Of 100 changes without a meaning of their own, the label stays in: "
    "{names}.",
    "turns": "Of 100 negations and contrary clauses, obeyed are: {names}.",
    "harms most": "{name} suffers most from {perturbation}: {score} {before} → "
    "{after}.",
    "unharmed": "Nothing that was tried harms {name}.",
    "sides unknown": "Negations and contrary clauses were left out: which labels "
    "praise and which blame cannot be told.",
    "not asked": "{name} could not be asked: {error}",
    "asked in part": "With {name} something went wrong: {error}",
    "robustness axis": "{score}, changed minus as they are",
}

CHINESE = {
    "replace_homophones": "同音错字",
    "replace_look_alikes": "形近错字",
    "drop_characters": "漏字",
    "double_characters": "叠字",
    "swap_characters": "相邻字颠倒",
    "insert_spaces": "多出空格",
    "drop_spaces": "去掉空格",
    "drop_punctuation": "去掉标点",
    "widen_characters": "全角字符",
    "to_traditional": "繁体字",
    "add_emoji": "加表情符号",
    "prepend_neutral": "开头加一句中性的话",
    "append_neutral": "结尾加一句中性的话",
    "reorder_clauses": "分句换序",
    "keep_first_half": "只留前半",
    "keep_second_half": "只留后半",
    "negate": "加否定词",
    "add_opposite_clause": "加“但是”和相反的话",
    "robustness heading": "稳健性",
    "robustness note": "让各折的模型再判断一遍它们没有学过的 {n} 条文本，"
    "每次只改动一处。括号里是改动字数的比例。数字为{score}及其升降；带 * 的超出了偶然"
    "（配对的 95 % 置信区间）。",
    "expectations note": "不改变意思的改动，不应改变标签；加上否定词，或“但是”加一句"
    "相反的话，则应改变标签或降低其概率。数字为模型做对的比例。",
    "robustness table": "全部数字",
    "expectations table": "哪些改动应当、哪些不应改变标签",
    "perturbation": "改动",
    "untouched": "原文",
    "same label": "不应改变",
    "other label": "应当改变",
    "expectation": "标签",
    "keeps": "每 100 次不改变意思的改动，标签保持不变的次数：{names}。",
    "turns": "每 100 次否定或转折，作出相应改变的次数：{names}。",
    "harms most": "{name} 最怕“{perturbation}”：{score} {before} → {after}。",
    "unharmed": "试过的改动都没有使 {name} 变差。",
    "sides unknown": "没有试否定词和转折：看不出哪些标签是褒、哪些是贬。",
    "not asked": "{name} 无法接受测试：{error}",
    "asked in part": "{name} 部分出错：{error}",
    "robustness axis": "{score}：改动后减去原文",
}
