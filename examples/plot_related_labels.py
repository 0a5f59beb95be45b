"""
Labels of related reviews first, then one's own
===============================================

A hotel has eighty reviews with labels; of books, phones and restaurants there are
thousands. What is said of them is said in other words, but praise and complaint are
built alike. The LSTM learns from the related reviews first and goes on with its own.
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.base import clone

from sklstm import make_lstm_pipeline
from sklstm.datasets import make_reviews

WORDS = "房间 客房 屋子 床 隔音 前台 早餐 周围 住".split()

texts, labels = make_reviews(n_samples=4000, random_state=0)
speaks_of_a_hotel = np.array([any(w in text for w in WORDS) for text in texts])
hotel, related = np.flatnonzero(speaks_of_a_hotel), np.flatnonzero(~speaks_of_a_hotel)
own, test = hotel[: len(hotel) // 4][:80], hotel[len(hotel) // 4 :]


def pick(rows):
    """Texts and labels of some rows."""
    return [texts[row] for row in rows], labels[rows]


print(f"{len(related)} related, {len(own)} own, {len(test)} held out")

# %%
# The first fit learns the words and the network from the related reviews. The second
# keeps the words (the steps before are not fitted again) and starts the network from
# its weights (``warm_start``), at a smaller rate, so that little is forgotten.
lstm = make_lstm_pipeline(hidden_size=64, max_epochs=12, random_state=0)
alone = clone(lstm).fit(*pick(own))
first = clone(lstm).fit(*pick(related))
accuracies = {
    "own alone": alone.score(*pick(test)),
    "related alone": first.score(*pick(test)),
}
features, classify = first[:-1], first[-1]
classify.set_params(warm_start=True, learning_rate=0.0005)
own_texts, own_labels = pick(own)
classify.fit(features.transform(own_texts), own_labels)
accuracies["related, then own"] = first.score(*pick(test))

# %%
# The pipeline itself has been trained further: it predicts from raw documents.
for name, accuracy in accuracies.items():
    print(f"{name:<18} {accuracy:.3f}")

fig, axis = plt.subplots(figsize=(6, 2.5), layout="constrained")
axis.barh(list(accuracies), list(accuracies.values()), color="0.6")
axis.axvline(0.5, color="black", linestyle=":")
axis.set_xlabel("accuracy on hotel reviews; dotted: guessing")
axis.invert_yaxis()
plt.show()
