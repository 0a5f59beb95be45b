"""
Long series decided early
=========================

In each series of up to 400 time steps the class hangs on a wave within the first ten;
the same waves come again later and mean nothing. Statistics of the whole series cannot
tell the classes apart. An LSTM can: it keeps what it saw at the start.
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import train_test_split

from sklstm import LSTMClassifier
from sklstm.datasets import make_sequences

X, y = make_sequences(n_samples=900, n_timesteps=(100, 400), random_state=0)
X_train, X_test, y_train, y_test = train_test_split(
    X, y, test_size=1 / 3, random_state=0
)


# %%
# The flat baseline sees statistics of each series, its length, and the static features.
def flatten(sequences):
    """Describe each series by a row of numbers."""
    rows = []
    for series, static in zip(sequences, sequences.static, strict=True):
        change = np.abs(np.diff(series, axis=0)).mean(axis=0)
        moments = series.mean(axis=0), series.std(axis=0), change
        rows.append([*np.ravel(moments), len(series), *static])
    return np.array(rows)


forest = RandomForestClassifier(random_state=0).fit(flatten(X_train), y_train)

# %%
# The LSTM takes the series as they are, of unequal length.
lstm = LSTMClassifier(
    hidden_size=32, max_epochs=12, learning_rate=0.01, random_state=0
).fit(X_train, y_train)

scores = {
    "random forest\non statistics": forest.score(flatten(X_test), y_test),
    "LSTM\non series": lstm.score(X_test, y_test),
}
print(scores)

# %%
# Does the LSTM hold on to the wave however long the series is?
is_right = lstm.predict(X_test) == y_test
by_length = np.argsort(X_test.lengths)
for third in np.array_split(by_length, 3):
    shortest, longest = X_test.lengths[third[[0, -1]]]
    print(f"{shortest} to {longest} steps: accuracy {is_right[third].mean():.3f}")

fig, (left, right) = plt.subplots(1, 2, figsize=(9, 3.5), layout="constrained")
for k in (0, 1):
    # One whose wave, not its static part, tells the class.
    told = [x[:80, 0] for x in X_train[y_train == k] if np.abs(x[:10, 0]).max() > 1.3]
    left.plot(told[0] - 6 * k, label=f"class {k}")
left.axvspan(0, 10, color="0.9")
left.set_xlabel("time step")
left.set_yticks([])
left.legend(loc="upper right")
right.bar(list(scores), list(scores.values()), width=0.5)
right.axhline(0.5, color="0.5", linestyle=":")
right.set_ylim(0, 1.05)
right.set_ylabel("accuracy on new series")
plt.show()
