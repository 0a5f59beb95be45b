"""
Long series decided early
=========================

In each series of up to 400 time steps the class hangs on the phase of a wave that
begins somewhere in the first ten; the same waves come again later and mean nothing.
Neither statistics of the whole series nor all of its values in a row tell the classes
apart well. An LSTM does: it finds the wave and keeps what it saw.
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import train_test_split

from sklstm import LSTMClassifier
from sklstm.datasets import make_sequences

X, y = make_sequences(
    n_samples=2000, n_classes=4, n_timesteps=(100, 400), random_state=0
)
X_train, X_test, y_train, y_test = train_test_split(
    X, y, test_size=1 / 3, random_state=0
)


# %%
# Flat baselines see one row for each series, and the static features beside it: either
# statistics of the series and its length, or all of its values, padded with zeros.
def describe(sequences):
    """Statistics of each series, its length, and its static features."""
    rows = []
    for series, static in zip(sequences, sequences.static, strict=True):
        change = np.abs(np.diff(series, axis=0)).mean(axis=0)
        moments = series.mean(axis=0), series.std(axis=0), change
        rows.append([*np.ravel(moments), len(series), *static])
    return np.array(rows)


def flatten(sequences):
    """All values of each series in a row, and its static features."""
    padded = sequences.to_padded(0.0)
    values = np.zeros((len(sequences), 400, padded.shape[2]))
    values[:, : padded.shape[1]] = padded
    return np.hstack([values.reshape(len(values), -1), sequences.static])


forests = {
    flat: RandomForestClassifier(random_state=0).fit(flat(X_train), y_train)
    for flat in (describe, flatten)
}

# %%
# The LSTM takes the series as they are, of unequal length, and the static features with
# them.
lstm = LSTMClassifier(
    hidden_size=32, max_epochs=15, learning_rate=0.01, random_state=0
).fit(X_train, y_train)

scores = {
    "random forest\non statistics": forests[describe].score(describe(X_test), y_test),
    "random forest\non values": forests[flatten].score(flatten(X_test), y_test),
    "LSTM\non series": lstm.score(X_test, y_test),
}
for name, score in scores.items():
    print(f"{name}: {score:.3f}".replace("\n", " "))

# %%
# Does the LSTM hold on to the wave however long the series is?
is_right = lstm.predict(X_test) == y_test
by_length = np.argsort(X_test.lengths)
for third in np.array_split(by_length, 3):
    shortest, longest = X_test.lengths[third[[0, -1]]]
    print(f"{shortest} to {longest} steps: accuracy {is_right[third].mean():.3f}")

fig, (left, right) = plt.subplots(1, 2, figsize=(9, 3.5), layout="constrained")
for k in range(4):
    # One whose wave, not its static part, tells the class.
    told = [x[:80, 0] for x in X_train[y_train == k] if np.abs(x[:10, 0]).max() > 1.3]
    left.plot(told[0] - 6 * k, label=f"class {k}")
left.axvspan(0, 10, color="0.9")
left.set_xlabel("time step")
left.set_yticks([])
left.legend(loc="upper right")
right.bar(list(scores), list(scores.values()), width=0.5)
right.axhline(0.25, color="0.5", linestyle=":")
right.set_ylim(0, 1.05)
right.set_ylabel("accuracy on new series")
plt.show()
