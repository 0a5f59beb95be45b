"""
Text, price and shop
====================

Whether a stay was worth its money hangs on what the guest says, on the price, and on
the house. Each alone leaves a good part of it open; a pipeline over the columns of a
data frame reads all three.
"""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from sklstm import compare_classifiers, make_linear_pipeline, make_naive_bayes_pipeline
from sklstm.datasets import make_reviews

rng = np.random.RandomState(0)
reviews, tones = make_reviews(n_samples=1500, random_state=0)
n_reviews = len(reviews)
level = rng.normal(size=n_reviews)
house = rng.choice(["Garden", "Harbour", "Station"], n_reviews)
worth = 1.5 * np.where(tones == "positive", 1, -1) - 1.2 * level
worth += np.select([house == "Garden", house == "Station"], [1.5, -1.5], 0)
labels = np.where(worth > 0, "worth it", "not worth it")
frame = pd.DataFrame(
    {"review": reviews, "price": np.exp(6 + level / 2), "house": house}
)
frame.loc[rng.rand(n_reviews) < 0.1, "price"] = None

# %%
# One parameter names the text, the other what stands beside it. Missing prices need no
# care.
columns = {
    "text": None,
    "text, price": ["price"],
    "text, house": ["house"],
    "text, price, house": ["price", "house"],
}
models = {
    f"{name} | {read}": make(text="review", static=static)
    for name, make in [
        ("linear", make_linear_pipeline),
        ("naive Bayes", make_naive_bayes_pipeline),
    ]
    for read, static in columns.items()
}
comparison = compare_classifiers(models, frame, labels, cv=3, scoring="accuracy")
accuracy = comparison.table()["accuracy_mean"].loc[list(models)]
print(accuracy.round(3).to_string())

# %%
# What the linear model has learned of price and house: its features bear their names.
linear = models["linear | text, price, house"].fit(frame, labels)
names = linear[:-1].get_feature_names_out()
for name, weight in zip(names, linear[-1].coef_[0], strict=True):
    if name.startswith("static__"):
        print(f"{name:40} {weight:6.2f}")

# %%
figure, axes = plt.subplots(figsize=(7, 3.5), layout="constrained")
axes.barh(accuracy.index[::-1], accuracy[::-1])
axes.set(xlim=(0.5, 1), xlabel="accuracy, three folds")
axes.bar_label(axes.containers[0], fmt="%.3f", padding=3)
plt.show()
