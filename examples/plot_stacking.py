"""
Pipelines in one: stacking and voting
=====================================

Naive Bayes counts words, a hidden Markov model follows them, an LSTM remembers them:
they err on different reviews. scikit-learn's meta-estimators combine them on raw
documents.
"""

import matplotlib.pyplot as plt
from sklearn.ensemble import StackingClassifier, VotingClassifier
from sklearn.linear_model import LogisticRegression

from sklstm import (
    compare_classifiers,
    make_hmm_pipeline,
    make_lstm_pipeline,
    make_naive_bayes_pipeline,
)
from sklstm.datasets import make_reviews

texts, labels = make_reviews(n_samples=1200, random_state=0)
pipelines = [
    ("naive_bayes", make_naive_bayes_pipeline()),
    ("hmm", make_hmm_pipeline(random_state=0)),
    ("lstm", make_lstm_pipeline(hidden_size=64, max_epochs=12, random_state=0)),
]

# %%
# A soft vote averages the probabilities. A stack learns what each opinion is worth,
# from opinions on reviews that the pipeline has not seen: ``cv`` folds within the
# training data, so that it fits every pipeline ``cv + 1`` times.
models = dict(pipelines)
models["vote"] = VotingClassifier(pipelines, voting="soft")
models["stack"] = StackingClassifier(
    pipelines, LogisticRegression(), cv=3, stack_method="predict_proba"
)
comparison = compare_classifiers(models, texts, labels, cv=3)
print(comparison.table()[["accuracy_mean", "accuracy_sd", "fit_seconds"]].round(3))

# %%
# What it is worth is seen beside what it costs.
table = comparison.table()
fig, axis = plt.subplots(figsize=(6, 3.5), layout="constrained")
axis.plot(table["fit_seconds"], table["accuracy_mean"], "o", color="0.3")
for name, row in table.iterrows():
    place = row["fit_seconds"], row["accuracy_mean"]
    axis.annotate(f" {name}", place, va="center")
axis.set_xscale("log")
axis.set_xlabel("seconds of a fit")
axis.set_ylabel("mean accuracy")
axis.margins(x=0.3)
plt.show()
