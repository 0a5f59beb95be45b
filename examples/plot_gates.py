"""
What the gates keep and drop
============================

An LSTM reads a review word by word. Trained on generated reviews, its forget gates and
memory cell show where it lets go of what came before.
"""

import matplotlib.pyplot as plt
import numpy as np

from sklstm import JiebaSegmenter, LSTMClassifier, TokenEncoder
from sklstm.datasets import make_reviews

plt.rcParams["font.sans-serif"] = ["Noto Sans CJK SC", "SimHei", "PingFang SC"]
plt.rcParams["font.sans-serif"] += ["WenQuanYi Micro Hei", "Droid Sans Fallback"]
plt.rcParams["font.sans-serif"] += ["DejaVu Sans"]

# %%
# A small LSTM in one direction, so that each state has read only the words before it.
texts, labels = make_reviews(n_samples=1500, n_classes=2, random_state=0)
segmenter, encoder = JiebaSegmenter(), TokenEncoder(min_count=2)
codes = encoder.fit_transform(segmenter.transform(texts))
classifier = LSTMClassifier(
    hidden_size=24,
    bidirectional=False,
    pooling="last",
    embedding_size=32,
    learning_rate=0.01,
    max_epochs=12,
    random_state=0,
)
classifier.fit(codes, labels)
print(f"accuracy on the training reviews: {classifier.score(codes, labels):.3f}")

# %%
# One sentence that turns at 但是.
sentence = "虽然房间很干净，但是服务员态度太差了。"
tokens = segmenter.transform([sentence])
gates = classifier.gate_activations(encoder.transform(tokens))[0][0, "forward"]
so_far = [
    classifier.predict_proba(encoder.transform([tokens[0][:n]]))[0, 1]
    for n in range(1, len(tokens[0]) + 1)
]

# Units in the order of where their forget gate opens and closes most.
order = np.argsort(gates.forget_gate.std(axis=0))[::-1]
fig, axes = plt.subplots(3, 1, figsize=(8, 7), sharex=True, layout="constrained")
for axis, name in zip(axes, ["forget_gate", "memory_cell"], strict=False):
    values = getattr(gates, name)[:, order].T
    limit = {"vmin": 0, "vmax": 1} if name == "forget_gate" else {}
    image = axis.imshow(values, aspect="auto", cmap="viridis", **limit)
    axis.set_ylabel(f"{name}\n(hidden units)".replace("_", " "))
    fig.colorbar(image, ax=axis)
axes[2].plot(so_far, marker="o")
axes[2].set_ylabel("P(positive)\nafter this word")
axes[2].set_ylim(0, 1)
axes[2].set_xticks(range(len(tokens[0])), tokens[0])
plt.show()
