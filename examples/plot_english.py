"""
English reviews
===============

Words apart, contractions, a page's markup: ``tokenizer="words"`` cuts what has spaces,
and `TextCleaner` takes out before what is no text. The reviews are made up; praise and
complaint use the same words, and a contraction turns them round.
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.svm import LinearSVC

from sklstm import (
    RegexSegmenter,
    TextCleaner,
    make_hmm_pipeline,
    make_linear_pipeline,
    make_naive_bayes_pipeline,
)

THINGS = ("room", "breakfast", "staff", "view", "bed", "pool", "service", "price")
PRAISE = ("great", "clean", "lovely", "friendly", "worth it", "good", "as promised")
COMPLAINT = ("awful", "dirty", "noisy", "rude", "overpriced", "bad", "a let-down")
PLAIN = ("is", "was really", "was", "seemed")
TURNED = ("isn't", "wasn’t really", "was not", "didn't seem")


def make_clause(rng, is_good):
    """Something good, or something that is not bad; or the reverse."""
    turns = rng.random() < 0.5
    words = PRAISE if is_good != turns else COMPLAINT
    verb = rng.choice(TURNED if turns else PLAIN)
    return f"the {rng.choice(THINGS)} {verb} {rng.choice(words)}"


def make_review(rng, is_good):
    """Two clauses of an opinion, perhaps one of the other, and what a page adds."""
    clauses = [make_clause(rng, is_good) for _ in range(2)]
    if rng.random() < 0.5:
        clauses.insert(0, make_clause(rng, not is_good))
    text = ", ".join(clauses).capitalize() + rng.choice([".", "!", "!!!!", " :)"])
    return (
        rng.choice(["", "<p>"]) + text + rng.choice(["", "<br/>@host", " http://x.y"])
    )


rng = np.random.default_rng(0)
labels = rng.choice(["bad", "good"], size=400)
texts = [make_review(rng, label == "good") for label in labels]
print(texts[0], texts[1], sep="\n")

# %%
# Its words with and without cleaning.
for tokenizer in (make_pipeline(TextCleaner(), RegexSegmenter()), RegexSegmenter()):
    print(tokenizer.fit_transform(["<p>It wasn’t good!!!!!<br/>"])[0])


# %%
# A step of its own before any pipeline cleans the documents.
def cleaned(pipeline):
    """Put a cleaner before the steps of a pipeline."""
    return Pipeline([("clean", TextCleaner()), *pipeline.steps])


models = {
    "TF-IDF and SVM": make_pipeline(TfidfVectorizer(ngram_range=(1, 2)), LinearSVC()),
    "naive Bayes": cleaned(make_naive_bayes_pipeline(tokenizer="words")),
    "HMM": cleaned(make_hmm_pipeline(tokenizer="words", random_state=0)),
    "linear": cleaned(make_linear_pipeline(tokenizer="words")),
}
accuracies = {
    name: cross_val_score(model, texts, labels, cv=5).mean()
    for name, model in models.items()
}
for name, accuracy in accuracies.items():
    print(f"{name:<15} {accuracy:.3f}")

# %%
# Words alone say little here: half of the praise is in what is *not* bad. Pairs and
# triples of words, and runs of characters over their bounds, see it.
fig, axis = plt.subplots(figsize=(6, 2.5), layout="constrained")
axis.barh(list(accuracies), list(accuracies.values()), color="0.6")
axis.axvline(0.5, color="black", linestyle=":")
axis.set_xlabel("accuracy; dotted: guessing")
axis.invert_yaxis()
plt.show()
