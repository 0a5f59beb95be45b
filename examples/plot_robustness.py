"""
What typing errors cost
=======================

Reviews come with typing errors, lost punctuation, other people's characters. Three
models learn from clean texts, and from texts of which some have typing errors; how much
do they lose on texts as they come?
"""

import matplotlib.pyplot as plt
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from sklstm import make_naive_bayes_pipeline, robustness
from sklstm.datasets import make_reviews
from sklstm.text import perturbations

texts, labels = make_reviews(n_samples=1500, random_state=0)
n_train = 2 * len(texts) // 3
train, test = texts[:n_train], texts[n_train:]
print(
    *perturbations.replace_look_alikes(test[:2], strength=0.2, random_state=0), sep="\n"
)


def make_linear():
    characters = TfidfVectorizer(analyzer="char", ngram_range=(1, 3), sublinear_tf=True)
    return make_pipeline(characters, LogisticRegression(C=30))


# %%
# More training rows: each text once more, with errors of two kinds.
noisy = perturbations.swap_characters(train, strength=0.2, random_state=1)
noisy = perturbations.replace_look_alikes(noisy, strength=0.2, random_state=1)
models = {
    "naive Bayes": make_naive_bayes_pipeline().fit(train, labels[:n_train]),
    "linear": make_linear().fit(train, labels[:n_train]),
    "linear, errors learned": make_linear().fit(
        train + noisy, [*labels[:n_train], *labels[:n_train]]
    ),
}

# %%
# None of these needs a library of its own.
found = robustness(
    models,
    test,
    labels[n_train:],
    perturbations=[
        "replace_look_alikes",
        "drop_characters",
        "double_characters",
        "swap_characters",
        "drop_punctuation",
        "append_neutral",
        "reorder_clauses",
        "keep_second_half",
    ],
    strengths=(0.1, 0.3),
)
print(*found.summary(), sep="\n")
for row in found.expectation_rows():
    if row["expectation"] == "other label":
        print(f"{row['model']}: {row['perturbation']}, {row['obeys']:.0%} obey")

# %%
# Each perturbation at its greatest strength; ``found.plot()`` shows all of them with
# their intervals.
names = list(dict.fromkeys(row["perturbation"] for row in found.rows()))
fig, axis = plt.subplots(figsize=(7, 4.5), layout="constrained")
for marker, model in zip("oDs", models, strict=True):
    drops = {
        row["perturbation"]: row["accuracy_difference"]
        for row in found.rows()
        if row["model"] == model
    }
    axis.plot(list(drops.values()), names, marker, label=model)
axis.axvline(0, color="black", linewidth=0.8)
axis.invert_yaxis()
axis.set_xlabel("accuracy, perturbed minus untouched")
axis.legend()
plt.show()
