"""
What order adds
===============

Two sentences of the same words may say opposite things. Naive Bayes counts words and
word pairs; the LSTM reads. Both learn from generated reviews and are asked about pairs
of sentences; a pair counts when the model ranks its two sentences rightly, and by a
clear margin.
"""

import matplotlib.pyplot as plt
import numpy as np

from sklstm import make_lstm_pipeline, make_naive_bayes_pipeline
from sklstm.datasets import make_reviews

# %%
# The sentences of a pair hold the same words in another order: the first is positive,
# the second negative.
HOTEL = ["房间很干净", "前台很热情", "早餐很丰盛"], ["床很硬", "隔音很差", "价格很贵"]
MEAL = ["味道很地道", "分量很足", "老板很客气"], ["上菜很慢", "环境很脏", "甜点很腻"]
STAYS = ("出差临时订的。", HOTEL), ("同学聚会订的包间。", MEAL)

EXCHANGES = {
    "concession": "{opener}虽然{a}，但是{b}。",
    "concession, inverted": "{opener}{b}，虽然{a}。",
    "expectation": "{opener}本以为{a}，没想到{b}。",
    "then and now": "{opener}刚开始{a}，后来{b}。",
}
PAIRS = {
    kind: [
        (
            template.format(opener=opener, a=bad, b=good),
            template.format(opener=opener, a=good, b=bad),
        )
        for opener, (goods, bads) in STAYS
        for good in goods
        for bad in bads
    ]
    for kind, template in EXCHANGES.items()
}
for pairs in PAIRS.values():
    print(*pairs[0], sep="    ")

# %%
# A bag of words is the same for both sentences of a pair, and so are most word pairs.
texts, labels = make_reviews(n_samples=2500, random_state=0)
models = {
    "naive Bayes, words": make_naive_bayes_pipeline(ngram_range=(1, 1)),
    "naive Bayes, word pairs": make_naive_bayes_pipeline(ngram_range=(1, 2)),
    "LSTM": make_lstm_pipeline(random_state=0),
}


def share_told_apart(model, pairs, margin=0.1):
    """Share of the pairs whose first sentence is clearly the more positive one."""
    first, second = (
        model.predict_proba(list(sentences))[:, 1]
        for sentences in zip(*pairs, strict=True)
    )
    return np.mean(first > second + margin)


fig, axis = plt.subplots(figsize=(8, 4), layout="constrained")
positions = np.arange(len(PAIRS))
for n, (name, model) in enumerate(models.items()):
    model.fit(texts, labels)
    shares = [share_told_apart(model, pairs) for pairs in PAIRS.values()]
    print(name, np.round(shares, 2))
    axis.bar(positions + 0.27 * (n - 1), shares, width=0.25, label=name)
axis.set_xticks(positions, list(PAIRS))
axis.set_ylabel("share of pairs told apart")
axis.set_ylim(0, 1.05)
axis.legend()
plt.show()
