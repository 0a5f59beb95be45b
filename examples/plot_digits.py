"""
Digits as series
================

An image of a digit, read row by row from the top, is a series of 8 time steps with 8
channels. The LSTM reads it like any other series.
"""

import matplotlib.pyplot as plt
from sklearn.datasets import load_digits
from sklearn.metrics import ConfusionMatrixDisplay, accuracy_score
from sklearn.model_selection import StratifiedKFold, cross_val_predict

from sklstm import LSTMClassifier

X, y = load_digits(return_X_y=True)
series = X.reshape(-1, 8, 8) / 16  # (n_samples, n_timesteps, n_channels)

# %%
# It goes into cross-validation like any other estimator of scikit-learn. The folds are
# shuffled: the digits stand in the order of who wrote them.
lstm = LSTMClassifier(
    hidden_size=96,
    pooling=("last", "max"),
    embedding_dropout=0.0,
    label_smoothing=0.05,
    learning_rate=0.02,
    batch_size=64,
    max_epochs=15,
    random_state=0,
)
folds = StratifiedKFold(5, shuffle=True, random_state=0)
predicted = cross_val_predict(lstm, series, y, cv=folds)
accuracy = accuracy_score(y, predicted)
print(f"accuracy in cross-validation: {accuracy:.3f}")

# %%
# Which digits it takes for which.
fig, (left, right) = plt.subplots(1, 2, figsize=(9, 4), layout="constrained")
left.imshow(series[5], cmap="gray_r")
left.set_xlabel("channel")
left.set_ylabel("time step")
left.set_title(f"a {y[5]}")
ConfusionMatrixDisplay.from_predictions(y, predicted, ax=right, colorbar=False)
right.set_title(f"accuracy {accuracy:.3f}")
plt.show()
