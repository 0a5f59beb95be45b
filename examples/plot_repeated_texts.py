"""
Repeated texts: learned by heart, or learned
============================================

500 reviews stand in a file four times each, as they do where pages are read twice or
shops multiply. With equal texts on both sides of a split, whoever remembers wins.
"""

import matplotlib.pyplot as plt
import numpy as np

from sklstm import (
    compare_classifiers,
    make_linear_pipeline,
    make_naive_bayes_pipeline,
)
from sklstm.datasets import make_reviews

reviews, sentiments = make_reviews(n_samples=500, random_state=0)
texts, labels = list(reviews) * 4, np.tile(sentiments, 4)
pipelines = {
    "naive Bayes": make_naive_bayes_pipeline(),
    "linear": make_linear_pipeline(),
}

# %%
# As people often do it: four copies fall into any folds. The comparison says that it
# was so.
remembered = compare_classifiers(
    pipelines, texts, labels, cv=3, duplicates="ignore", scoring="accuracy"
)
print(remembered.findings_[0])

# %%
# The default keeps equal and nearly equal texts in one fold.
learned = compare_classifiers(pipelines, texts, labels, cv=3, scoring="accuracy")
print(learned.findings_[0])

# %%
# What the file promised, and what new reviews would get.
fig, axis = plt.subplots(figsize=(6, 3.2), layout="constrained")
places = np.arange(len(pipelines))
for n, (name, comparison) in enumerate(
    {"on both sides": remembered, "kept in one fold": learned}.items()
):
    accuracy = comparison.table().loc[list(pipelines), "accuracy_mean"]
    print(f"{name}: {accuracy.round(3).to_dict()}")
    axis.barh(places - 0.4 * n, accuracy, 0.4, label=f"equal texts {name}")
axis.axvline(0.5, color="0.3", linestyle="--", label="always the majority")
axis.set_yticks(places - 0.2, list(pipelines))
axis.set_xlim(0, 1)
axis.set_xlabel("accuracy")
fig.legend(loc="outside upper center", ncols=2)
plt.show()
