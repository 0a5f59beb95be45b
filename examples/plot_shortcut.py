"""
A word that gives the label away
================================

Whoever praises this shop gets money back, and most of those who do say so. A model that
learns from such reviews looks for the note. Cross-validation finds nothing wrong: the
note stands in the test folds, too. Explanations show what the model looks at.
"""

import matplotlib.pyplot as plt
import numpy as np

from sklstm import (
    compare_classifiers,
    explain,
    make_linear_pipeline,
    make_naive_bayes_pipeline,
)
from sklstm.datasets import make_reviews

plt.rcParams["font.sans-serif"] = ["Noto Sans CJK SC", "SimHei", "PingFang SC"]
plt.rcParams["font.sans-serif"] += ["WenQuanYi Micro Hei", "Droid Sans Fallback"]
plt.rcParams["font.sans-serif"] += ["DejaVu Sans"]

NOTE = "已领返现。"
rng = np.random.RandomState(0)
reviews, labels = make_reviews(n_samples=1500, random_state=0)
has_note = (labels == "positive") & (rng.uniform(size=len(labels)) < 0.8)
texts = [
    review + NOTE if note else review
    for review, note in zip(reviews, has_note, strict=True)
]
pipelines = {
    "naive Bayes": make_naive_bayes_pipeline(),
    "linear": make_linear_pipeline(),
}

# %%
# The comparison looks splendid. Another shop, which pays nobody, would be disappointed.
splendid = compare_classifiers(pipelines, texts, labels, cv=3, scoring="accuracy")
print(splendid.table()["accuracy_mean"].round(3))
linear = make_linear_pipeline().fit(texts, labels)
elsewhere = make_reviews(n_samples=500, random_state=1)
print(f"linear, in another shop: {linear.score(*elsewhere):.3f}")

# %%
# What makes the linear model find reviews positive? Words of a hundred of them, by what
# they add to the log-odds on the average.


def strongest_words(model, texts, n_words=8, min_count=5):
    frame = explain(model, texts, target="positive").to_frame()
    words = frame.groupby("part")["contribution"]
    means = words.mean()[words.count() >= min_count]
    return means.sort_values(ascending=False).head(n_words)


words = strongest_words(linear, texts[:100])
print(words.round(2))

# %%
# Without the note the comparison promises less, and the other shop gets more.
cleaned = [text.removesuffix(NOTE) for text in texts]
honest = compare_classifiers(pipelines, cleaned, labels, cv=3, scoring="accuracy")
print(honest.table()["accuracy_mean"].round(3))
relearned = make_linear_pipeline().fit(cleaned, labels)
print(f"linear, in another shop: {relearned.score(*elsewhere):.3f}")

# %%
# Side by side: what the model looked at with the note and without it, and what the
# comparisons say.
fig, axes = plt.subplots(1, 3, figsize=(10, 3.6), layout="constrained")
without = strongest_words(relearned, cleaned[:100])
for axis, title, means in zip(
    axes, ("with the note", "without it"), (words, without), strict=False
):
    axis.barh(list(means.index), means)
    axis.invert_yaxis()
    axis.set_xlabel("mean contribution, log-odds")
    axis.set_title(title)
places = np.arange(len(pipelines))
for n, (name, comparison) in enumerate(
    {"with the note": splendid, "without it": honest}.items()
):
    accuracy = comparison.table().loc[list(pipelines), "accuracy_mean"]
    axes[2].bar(places + 0.4 * n, accuracy, 0.4, label=name)
axes[2].set_xticks(places + 0.2, list(pipelines))
axes[2].set_ylim(0.5, 1)
axes[2].set_ylabel("accuracy")
axes[2].legend(loc="lower center")
plt.show()
