"""
Four pipelines compared
=======================

Naive Bayes, a linear model, a hidden Markov model and an LSTM classify the same
generated reviews on the same folds. The reviews are made so that the order of the words
decides.
"""

import matplotlib.pyplot as plt

from sklstm import (
    compare_classifiers,
    make_hmm_pipeline,
    make_linear_pipeline,
    make_lstm_pipeline,
    make_naive_bayes_pipeline,
)
from sklstm.datasets import make_reviews

texts, labels = make_reviews(n_samples=2400, random_state=0)

# %%
# Every pipeline takes raw documents: segmentation and word vectors belong to the model
# and are learned within each fold.
pipelines = {
    "naive Bayes": make_naive_bayes_pipeline(),
    "linear": make_linear_pipeline(),
    "HMM": make_hmm_pipeline(random_state=0),
    "LSTM": make_lstm_pipeline(hidden_size=64, max_epochs=16, random_state=0),
}
comparison = compare_classifiers(pipelines, texts, labels, cv=3)

# %%
# Which one to take and how sure that is, the scores beside all models together and the
# majority guess, and what is to be known before they are believed: repeated texts, rare
# classes, models that are no better than guessing (``comparison.findings_``).
print(comparison.summary())

# %%
# Every fold's accuracy; ``comparison.plot()`` shows all scores with their intervals.
folds = comparison.folds()
fig, axis = plt.subplots(figsize=(6, 3.5), layout="constrained")
for n, name in enumerate(pipelines):
    scores = folds.loc[folds["model"] == name, "accuracy"]
    axis.plot([n] * len(scores), scores, "o", alpha=0.5)
    axis.plot(n, scores.mean(), "k_", markersize=30)
axis.set_xticks(range(len(pipelines)), list(pipelines))
axis.set_ylabel("accuracy of each fold, and mean")
plt.show()
