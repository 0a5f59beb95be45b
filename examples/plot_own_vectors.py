"""
Word vectors of one's own
=========================

Vectors that were learned elsewhere, from more text than there are labels for, start
the LSTM: in scikit-learn's ``FrozenEstimator`` a fitted embedder is used as it is.
"""

import tempfile
from pathlib import Path

import matplotlib.pyplot as plt
from sklearn.frozen import FrozenEstimator

from sklstm import JiebaSegmenter, Word2VecEmbedder, make_lstm_pipeline
from sklstm.datasets import make_reviews

# %%
# Much text without labels. Whoever has vectors in the word2vec format already, from
# gensim or from a download, begins with the file.
unlabelled, _ = make_reviews(n_samples=3000, random_state=1)
tokens = JiebaSegmenter().transform(unlabelled)
folder = tempfile.TemporaryDirectory()
path = Path(folder.name, "vectors.txt")
Word2VecEmbedder(random_state=0).fit(tokens).save_word2vec_format(path)
vectors = Word2VecEmbedder.from_word2vec_format(path)
folder.cleanup()
print(f"{len(vectors.vocabulary_)} words of {vectors.vectors_.shape[1]} dimensions")

# %%
# Few labels. The vectors take the place of the pipeline's embedder and stay as they
# are in every fit; the LSTM's own copy of them is trained further
# (``classify__fine_tune=False`` would leave it as it is, too).
texts, labels = make_reviews(n_samples=1200, random_state=0)
sizes, n_test = [50, 100, 200], 900
lstm = make_lstm_pipeline(hidden_size=64, max_epochs=12, random_state=0)
accuracies = {"of the training texts": [], "of much text": []}
for name, embed in zip(accuracies, [None, FrozenEstimator(vectors)], strict=True):
    if embed is not None:
        lstm.set_params(features__embed=embed)
    for size in sizes:
        lstm.fit(texts[:size], labels[:size])
        accuracies[name].append(lstm.score(texts[-n_test:], labels[-n_test:]))
    print(f"vectors {name}:", *(f"{accuracy:.3f}" for accuracy in accuracies[name]))

# %%
fig, axis = plt.subplots(figsize=(6, 3.5), layout="constrained")
for name, values in accuracies.items():
    axis.plot(sizes, values, "o-", label=f"vectors {name}")
axis.set_xlabel("reviews with a label")
axis.set_ylabel("accuracy")
axis.legend()
plt.show()
