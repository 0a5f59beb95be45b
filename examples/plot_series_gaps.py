"""
Series with gaps, from a long table
===================================

Readings of patients come as a long table: one row each time that somebody looked, and
only some of the values in it. In half of the patients the pulse rises some hours before
the temperature does, in the others after it. What to do about the gaps?
"""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sklstm import (
    LSTMClassifier,
    Sequences,
    SeriesFeatureExtractor,
    SeriesImputer,
    SeriesScaler,
)

rng = np.random.default_rng(0)
n_patients = 300
pulse_first = pd.Series(rng.permutation(n_patients) % 2 == 0).rename_axis("patient")


# %%
# The table, in no order: 20 to 60 times within two days for each patient. The pulse was
# read mostly, the temperature now and then.
def read_patient(patient):
    """Rows of one patient."""
    hours = np.sort(rng.uniform(0, 48, size=rng.integers(20, 61)))
    begin = rng.uniform(8, 32)
    late = begin + rng.uniform(4, 10)
    pulse_at, heat_at = (begin, late) if pulse_first[patient] else (late, begin)
    pulse = 70 + 20 / (1 + np.exp(pulse_at - hours)) + rng.normal(0, 4, len(hours))
    heat = 36.8 + 2 / (1 + np.exp(heat_at - hours)) + rng.normal(0, 0.3, len(hours))
    pulse[rng.uniform(size=len(hours)) < 0.6] = np.nan
    heat[rng.uniform(size=len(hours)) < 0.8] = np.nan
    values = {"patient": patient, "hour": hours, "pulse": pulse, "heat": heat}
    return pd.DataFrame(values)


table = pd.concat([read_patient(patient) for patient in range(n_patients)])
table = table.dropna(subset=["pulse", "heat"], how="all").sample(frac=1, random_state=0)
print(table.head())

# %%
# Sorted by patient and hour, with the names of the columns; the labels by id.
X = Sequences.from_frame(table, "patient", "hour")
y = pulse_first.loc[X.sample_ids]
print(X)
print(f"missing: {np.isnan(X.channels).mean(axis=0).round(2)}")

# %%
# Three ways to fill, each learned within the training folds, before the same LSTM; and
# what a linear model makes of statistics of each series.
ways = {
    "mean": SeriesImputer(strategy="mean"),
    "line": SeriesImputer(strategy="linear"),
    "line, and\nwhat was missing": SeriesImputer(
        strategy="linear", add_indicator=True, add_elapsed=True
    ),
}
lstm = LSTMClassifier(hidden_size=16, max_epochs=12, learning_rate=0.01, random_state=0)
models = {way: make_pipeline(ways[way], SeriesScaler(), lstm) for way in ways}
models["statistics,\nlinear model"] = make_pipeline(
    ways["line"], SeriesFeatureExtractor(), StandardScaler(), LogisticRegression(C=0.1)
)
scores = {way: cross_val_score(models[way], X, y, cv=3) for way in models}
for way, values in scores.items():
    print(f"{way}: {values.mean():.3f}".replace("\n", " "))

# %%
# One patient: the readings, and what each way puts between them.
patient = int(np.argmin(np.abs(X.lengths - 40)))
hours = X[[patient]].times
fig, (left, right) = plt.subplots(1, 2, figsize=(10, 4), layout="constrained")
left.plot(hours, X[patient][:, 1], "ko", label="read")
for way, style in (("mean", "C0:"), ("line", "C1-")):
    filled = ways[way].fit(X).transform(X[[patient]])
    left.plot(hours, filled.channels[:, 1], style, label=f"filled: {way}")
left.set_xlabel("hour")
left.set_ylabel("temperature")
left.legend()
right.bar(list(scores), [values.mean() for values in scores.values()], width=0.5)
right.axhline(0.5, color="0.5", linestyle=":")
right.set_ylim(0, 1.05)
right.set_ylabel("accuracy in cross-validation")
plt.show()
