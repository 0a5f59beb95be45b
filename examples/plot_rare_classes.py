"""
A rare class: the score that flatters, the weight, the threshold
================================================================

One text in 20 asks for money back. Accuracy hardly sees whether a model finds any of
them.
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.metrics import precision_recall_curve
from sklearn.model_selection import TunedThresholdClassifierCV

from sklstm import compare_classifiers, make_linear_pipeline
from sklstm.datasets import make_reviews

ASKED = ["要求退货。", "我要退款。", "已经投诉了。", "必须赔偿。"]
OTHER = ["不用退货。", "没想过退款。", *[""] * 36]

rng = np.random.default_rng(0)
reviews, _ = make_reviews(n_samples=1200, random_state=0)
is_complaint = rng.permutation(len(reviews)) < len(reviews) / 20
texts = [
    review + str(rng.choice(ASKED if asked else OTHER))
    for review, asked in zip(reviews, is_complaint, strict=True)
]
labels = np.where(is_complaint, "complaint", "other")

# %%
# The same linear model three times: as it is, with the classes weighed, and with a
# threshold that scikit-learn finds within each training fold.
models = {
    "plain": make_linear_pipeline(),
    "balanced": make_linear_pipeline(class_weight="balanced"),
    "tuned": TunedThresholdClassifierCV(
        make_linear_pipeline(), scoring="f1_macro", cv=3, random_state=0
    ),
}
comparison = compare_classifiers(models, texts, labels, cv=3)
print(comparison.summary())

# %%
# The log-loss chooses by probabilities, which a threshold leaves as they are;
# ``best_by="f1_macro"`` would choose by labels.

# Sorted by probability the complaints stand at the top, whatever the model says of
# them: one curve for all thresholds, and on it or near it where each model stops.
probabilities = comparison.out_of_fold_probabilities_["plain"][:, 0]
precision, recall, _ = precision_recall_curve(is_complaint, probabilities)
fig, (left, right) = plt.subplots(1, 2, figsize=(8, 3.5), layout="constrained")
right.plot(recall, precision, color="0.7")
classes = comparison.classes().set_index(["class", "model"]).loc["complaint"]
for name, row in classes.iterrows():
    right.plot(row["recall"], row["precision"], "o")
    place = row["recall"], row["precision"]
    right.annotate(
        name, place, (-4, -4), textcoords="offset points", ha="right", va="top"
    )
right.set(xlabel="complaints found (recall)", ylabel="of those said to be, right")
right.set(xlim=(-0.02, 1.02), ylim=(0, 1.05))

# The majority guess stands beside the models: by accuracy, hardly behind them.
table = comparison.table().loc[["majority", *models]]
places = np.arange(len(table))
left.barh(places + 0.2, table["accuracy_mean"], 0.4, label="accuracy")
left.barh(places - 0.2, table["f1_macro_mean"], 0.4, label="macro-F1")
left.set_yticks(places, table.index)
left.set_xlim(0, 1)
fig.legend(loc="outside upper left", ncols=2)
plt.show()
