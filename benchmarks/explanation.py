"""Explanations beside those of LIME, SHAP and captum: faithful, right and fast.

Every method explains the class that a model predicts, word by word; models are the
four pipelines. Competitors as they come, over the same words: LIME with 1,000 samples;
SHAP's partition explainer on log-odds, with its default of 500 evaluations; captum's
layer integrated gradients from the vectors of unknown words, 50 steps; "random" draws.

    faithfulness   200 reviews of the development split of ChnSentiCorp, models fitted
                   on its training split. Words are left out, or replaced by a word that
                   no model knows: areas under the curve of deletion (the lower, the
                   better) and of insertion (the higher, the better), comprehensiveness
                   (higher) and sufficiency (lower); processor seconds a review, one
                   thread
    rationales     200 new generated reviews, of those that the model answers rightly:
                   F1 of as many words as decide the label, those that contribute most;
                   F1 beyond a threshold that is best on 200 others; area under
                   precision and recall; how often the first word is one that decides
    speed          1,000 reviews of the development split by gradients on two threads,
                   and how far base and contributions are from the score at most

    python benchmarks/explanation.py [--data FOLDER] [--parts faithfulness ...]
                                     [--models lstm ...] [--methods gradients ...]
                                     [--n-documents 200] [--n-fast 1000] [--n-train N]

`--n-train` is for a first try: so many training reviews of either kind.
"""

import argparse
import time

import numpy as np
import torch
from _explainers import METHODS, Subject, applicable
from _faithfulness import (
    REMOVALS,
    average_precision,
    f1_beyond,
    f1_of_as_many,
    find_rationales,
    find_threshold,
    hits,
    measure_faithfulness,
)
from _shared import add_data_option, describe_run, read_chnsenticorp

from sklstm import (
    explain,
    make_hmm_pipeline,
    make_linear_pipeline,
    make_lstm_pipeline,
    make_naive_bayes_pipeline,
)
from sklstm.datasets import make_reviews

MODELS = {
    "naive-bayes": make_naive_bayes_pipeline,
    "hmm": lambda: make_hmm_pipeline(n_threads=1, random_state=0),
    "linear": make_linear_pipeline,
    "lstm": lambda: make_lstm_pipeline(n_threads=1, random_state=0),
}
N_GENERATED = 3000
MEASURES = ("deletion", "insertion", "compreh.", "suffic.")


def parse_arguments():
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add_data_option(parser)
    parser.add_argument("--parts", nargs="+", choices=list(PARTS), default=list(PARTS))
    parser.add_argument(
        "--models", nargs="+", choices=list(MODELS), default=list(MODELS)
    )
    parser.add_argument(
        "--methods", nargs="+", choices=list(METHODS), default=list(METHODS)
    )
    parser.add_argument("--n-documents", type=int, default=200)
    parser.add_argument("--n-fast", type=int, default=1000)
    parser.add_argument("--n-train", type=int, default=None)
    return parser.parse_args()


def main():
    """Print the tables that are asked for."""
    options = parse_arguments()
    describe_run("torch", "scikit-learn", "jieba", "rjieba", "lime", "shap", "captum")
    torch.set_num_threads(1)
    for part in options.parts:
        PARTS[part](options)


def print_faithfulness(options):
    """Leave out the words that explanations name, and print what becomes of it."""
    (texts, labels), (development, _) = read_chnsenticorp(options.data)
    documents, words = draw(development, options.n_documents)
    print(
        f"faithfulness: {len(documents)} reviews, {mean_length(words):.0f} words each"
    )
    print_header("removal", *MEASURES, "s/review", "LIME/it", "SHAP/it")
    for name in options.models:
        subject = fit(name, texts, labels, options)
        columns = subject.predicted(words)
        given, seconds = explain_all(name, subject, documents, words, options)
        for removal, remove in REMOVALS.items():
            for method, contributions in given.items():
                measures = measure_faithfulness(
                    subject.probabilities, words, columns, contributions, remove
                )
                costs = relative_costs(method, seconds)
                print_row(name, method, removal, *measures, *costs)
    print()


def print_rationales(options):
    """Compare explanations with the words that decide generated reviews."""
    n_train = min(options.n_train or N_GENERATED, N_GENERATED)
    n_documents = options.n_documents
    texts, labels, rationales = make_reviews(
        n_train + 2 * n_documents, return_rationales=True, random_state=0
    )
    print(f"rationales: {n_documents} generated reviews, {n_train} to learn from")
    print_header("right", "F1, as many", "F1, beyond", "area", "first word")
    for name in options.models:
        subject = fit(name, texts[:n_train], labels[:n_train], options)
        held_out = Held(subject, texts, labels, rationales)
        sides = [
            held_out.right_ones(range(start, start + n_documents))
            for start in (n_train, n_train + n_documents)
        ]
        for method in applicable(name, options.methods):
            print_row(name, method, *score_rationales(method, subject, *sides))
    print()


def score_rationales(method, subject, tuning, test):
    """Share of right answers, and how well the words that decide are found."""
    given, truths = zip(
        *((side.explained(method, subject), side.truths) for side in (tuning, test)),
        strict=True,
    )
    threshold = find_threshold(given[0], truths[0])
    return (
        f"{test.share:.2f}",
        f1_of_as_many(given[1], truths[1]),
        f1_beyond(threshold, given[1], truths[1]),
        average_precision(given[1], truths[1]),
        hits(given[1], truths[1]),
    )


def print_speed(options):
    """Explain many reviews by gradients on two threads."""
    (texts, labels), (development, _) = read_chnsenticorp(options.data)
    n_train = options.n_train
    torch.set_num_threads(2)
    lstm = make_lstm_pipeline(n_threads=2, random_state=0)
    lstm.fit(texts[:n_train], labels[:n_train])
    documents = development[: options.n_fast]
    start = time.perf_counter()
    explanations = explain(lstm, documents, method="gradients")
    seconds = time.perf_counter() - start
    torch.set_num_threads(1)
    most = max(np.abs(gap(each)).max() for each in explanations)
    print(f"speed: {len(documents)} reviews by gradients in {seconds:.1f} s")
    print(f"base and contributions miss the score by {most:.1e} at most\n")


PARTS = {
    "faithfulness": print_faithfulness,
    "rationales": print_rationales,
    "speed": print_speed,
}


class Held:
    """Reviews that no model has learned from, with the words that decide them."""

    def __init__(self, subject, texts, labels, rationales):
        self.subject, self.texts, self.labels = subject, texts, labels
        self.rationales = rationales

    def right_ones(self, rows):
        """Those rows that the model answers rightly."""
        texts = [self.texts[row] for row in rows]
        is_right = self.subject.model.predict(texts) == self.labels[list(rows)]
        kept = [row for row, right in zip(rows, is_right, strict=True) if right]
        return Side(self, kept, is_right.mean())


class Side:
    """Some of the reviews that are held out."""

    def __init__(self, held, rows, share):
        self.share = share
        self.texts = [held.texts[row] for row in rows]
        self.words = held.subject.segment.transform(self.texts)
        self.truths = find_rationales(
            self.texts,
            held.subject.segment.offsets(self.texts),
            [held.rationales[row] for row in rows],
        )

    def explained(self, method, subject):
        """Contributions by a method."""
        return METHODS[method](subject, self.texts, self.words)


def fit(name, texts, labels, options):
    """Fit a pipeline by its name."""
    n_train = options.n_train
    return Subject(MODELS[name]().fit(texts[:n_train], labels[:n_train]))


def draw(texts, n_documents):
    """Draw reviews of at least two words, and cut them."""
    order = np.random.RandomState(0).permutation(len(texts))
    drawn = [texts[row] for row in order]
    words = make_naive_bayes_pipeline()["segment"].fit(drawn).transform(drawn)
    long_enough = [row for row, own in enumerate(words) if len(own) > 1][:n_documents]
    return [drawn[row] for row in long_enough], [words[row] for row in long_enough]


def explain_all(name, subject, documents, words, options):
    """Contributions, and processor seconds a review, of each method that applies."""
    given, seconds = {}, {}
    for method in applicable(name, options.methods):
        METHODS[method](subject, documents[:1], words[:1])  # shap compiles
        start = time.process_time()
        given[method] = METHODS[method](subject, documents, words)
        seconds[method] = (time.process_time() - start) / len(documents)
    return given, seconds


def relative_costs(method, seconds):
    """Seconds a review, and how many times as long LIME and SHAP take."""
    if method == "random":
        return ()
    own = seconds[method]
    peers = [seconds.get(peer) for peer in ("lime", "shap")]
    return f"{own:.4f}", *(f"{peer / own:.1f}" if peer else "" for peer in peers)


def gap(explanation):
    """Score less base and contributions, by class."""
    told = explanation.base + explanation.contributions.sum(axis=0)
    if explanation.static is not None:
        told = told + explanation.static.sum(axis=0)
    return explanation.scores - told


def mean_length(words):
    """Mean number of words."""
    return np.mean([len(row) for row in words])


def print_header(*columns):
    """Print the names of the columns."""
    print(f"{'model':<13}{'method':<11}" + "".join(f"{name:>13}" for name in columns))


def print_row(name, method, *cells):
    """Print a row of a table."""
    shown = [cell if isinstance(cell, str) else f"{cell:.3f}" for cell in cells]
    print(
        f"{name:<13}{method:<11}" + "".join(f"{cell:>13}" for cell in shown), flush=True
    )


if __name__ == "__main__":
    main()
