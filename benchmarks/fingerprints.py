"""Fingerprints of what seeded models learn and answer, to hold two versions together.

A change that moves code, or joins it otherwise, must leave every line as it was::

    python benchmarks/fingerprints.py > after.txt
    git worktree add ../before REVISION
    PYTHONPATH=../before python benchmarks/fingerprints.py > before.txt
    diff before.txt after.txt

Same seed, versions, machine and threads give the same bytes; other machines give other
lines.
"""

import hashlib
import inspect
import pickle

import numpy as np

from sklstm import (
    HMMClassifier,
    LSTMClassifier,
    Sequences,
    Word2VecEmbedder,
    make_hmm_pipeline,
    make_linear_pipeline,
    make_lstm_pipeline,
    make_naive_bayes_pipeline,
)
from sklstm.datasets import make_reviews, make_sequences


def main():
    """Print a line for each thing learned or answered."""
    texts, labels = make_reviews(n_samples=700, n_classes=3, random_state=0)
    for n_threads in (1, 2):
        print(f"{n_threads} thread(s)")
        for name, pipeline in pipelines(n_threads).items():
            answer(name, pipeline.fit(texts[:500], labels[:500]), texts[500:])
        embeddings(texts, n_threads)
        series(n_threads)
        symbols(n_threads)


def pipelines(n_threads):
    """Give the four pipelines, small."""
    seeded = {"random_state": 0, "n_threads": n_threads}
    return {
        "naive Bayes": make_naive_bayes_pipeline(),
        "linear": make_linear_pipeline(),
        "HMM": make_hmm_pipeline(n_iter=5, **seeded),
        "LSTM": make_lstm_pipeline(hidden_size=32, max_epochs=2, **seeded),
    }


def embeddings(texts, n_threads):
    """Train both algorithms, and go on with more."""
    tokens = [list(text) for text in texts]
    for algorithm in ("skip-gram", "cbow"):
        embedder = Word2VecEmbedder(
            algorithm=algorithm, n_epochs=2, random_state=0, n_threads=n_threads
        )
        show(f"vectors, {algorithm}", embedder.fit(tokens).vectors_)
        embedder.partial_fit(tokens[:100])
        show(f"vectors, {algorithm}, more", embedder.vectors_)


def series(n_threads):
    """Train on numeric series, in every way that there is."""
    X, y = make_sequences(n_samples=120, random_state=0)
    weights = np.random.default_rng(0).uniform(size=len(y))
    small = {"hidden_size": 8, "max_epochs": 3, "batch_size": 16, "random_state": 0}
    small["n_threads"] = n_threads
    lstm = LSTMClassifier(**small, warm_start=True, n_layers=2, class_weight="balanced")
    answer("series", lstm.fit(X, y, sample_weight=weights), X)
    answer("series, warm start", lstm.fit(X, y), X)
    answer("series, one epoch more", lstm.partial_fit(X, y), X)
    stopped = LSTMClassifier(**small, early_stopping=True, schedule="plateau")
    answer("series, early stopping", stopped.fit(X, y), X)
    held_out = LSTMClassifier(**small, label_smoothing=0.1, weight_decay=0.01)
    held_out.fit(X[:90], y[:90], **_held_out(X[90:], y[90:]))
    answer("series, held out", held_out, X)
    show("history", [sorted(set(e) - {"seconds"}) for e in held_out.history_])
    show("losses", [e["train_loss"] for e in lstm.history_])
    hmm = HMMClassifier(n_states=3, n_iter=5, random_state=0, n_threads=n_threads)
    X = Sequences(X.lengths, channels=X.channels)
    answer("series, HMM", hmm.fit(X, y, sample_weight=weights), X)


def _held_out(X, y):
    """Hand over what is held out, by the names of the version at hand."""
    if "X_val" in inspect.signature(LSTMClassifier.fit).parameters:
        return {"X_val": X, "y_val": y}
    return {"validation_data": (X, y)}


def symbols(n_threads):
    """Train on token sequences whose states are known, decode and draw."""
    texts, labels = make_reviews(n_samples=200, n_classes=2, random_state=0)
    tokens = [list(text) for text in texts]
    states = [[str(i % 3) for i in range(len(row))] for row in tokens]
    hmm = HMMClassifier(random_state=0, n_threads=n_threads)
    answer("known states", hmm.fit_states(tokens, states, labels), tokens)
    show("paths", hmm.decode(tokens))
    show("drawn", hmm.sample(20))


def answer(name, model, X):
    """Show what a model says of samples."""
    for method in ("predict", "predict_proba", "predict_log_proba"):
        show(f"{name}, {method}", getattr(model, method)(X))


def show(name, value):
    """Print the hash of a value."""
    parts = value if isinstance(value, list | tuple) else [value]
    plain = [part.tolist() if hasattr(part, "tolist") else part for part in parts]
    digest = hashlib.sha256(pickle.dumps(plain, protocol=4)).hexdigest()
    print(f"  {name:42} {digest[:24]}", flush=True)


if __name__ == "__main__":
    main()
