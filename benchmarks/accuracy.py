"""Accuracy on ChnSentiCorp from raw text, beside the competitors.

Every model is trained on the training split and scored on the development split, as
published and clean: clean are the rows of which no training text shares half of the
runs of six characters (letters and digits, after NFKC). Two rows add to the training
split what lies beside it, take-away and shopping reviews:

    lstm+texts    their texts, without labels, through ``missing_label``
    lstm+labels   their labels: the pipeline learns from all reviews, then its
                  classifier goes on with the training split alone (``warm_start``)

Of the reviews beside it those that are nearly equal to one of the development split
are left out: they would give its labels away. Mean and standard deviation over seeds.

    python benchmarks/accuracy.py [--data FOLDER] [--models svm lstm ...] [--seeds 3]
                                  [--n-threads N] [--max-documents N]

Models that draw nothing run once. `--max-documents` is for a first try.
"""

import argparse
import sys
import time

import numpy as np
from _shared import (
    add_data_option,
    describe_run,
    is_clean,
    make_character_svm,
    read_chnsenticorp,
    read_other_reviews,
)
from sklearn.dummy import DummyClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, f1_score
from sklearn.pipeline import make_pipeline

from sklstm import (
    make_hmm_pipeline,
    make_linear_pipeline,
    make_lstm_pipeline,
    make_naive_bayes_pipeline,
)

COLUMNS = ("acc", "acc clean", "F1", "F1 clean", "fit s", "predict s")


def fit_majority(own, other, **options):
    """Fit the guess that never changes."""
    return DummyClassifier().fit(*own)


def fit_naive_bayes(own, other, **options):
    """Fit words, pairs and triples."""
    return make_naive_bayes_pipeline().fit(*own)


def fit_hmm(own, other, **options):
    """Fit a hidden Markov model for each class."""
    return make_hmm_pipeline(**options).fit(*own)


def fit_linear(own, other, **options):
    """Fit characters and words."""
    return make_linear_pipeline().fit(*own)


def fit_svm(own, other, **options):
    """Fit three lines of scikit-learn."""
    return make_character_svm().fit(*own)


def fit_character_regression(own, other, **options):
    """Fit the same features with probabilities."""
    vectorize = TfidfVectorizer(
        analyzer="char", ngram_range=(1, 3), sublinear_tf=True, min_df=2
    )
    regress = LogisticRegression(C=30, max_iter=1000)
    return make_pipeline(vectorize, regress).fit(*own)


def fit_lstm(own, other, **options):
    """Fit the defaults."""
    return make_lstm_pipeline(**options).fit(*own)


def fit_lstm_with_texts(own, other, **options):
    """Fit the defaults on further texts without labels."""
    texts, labels = own
    more, _ = other
    y = np.concatenate([labels, np.full(len(more), -1)])
    return make_lstm_pipeline(missing_label=-1, **options).fit([*texts, *more], y)


def fit_lstm_with_labels(own, other, **options):
    """Fit on related labels first, then on those of the training split."""
    texts = [*own[0], *other[0]]
    lstm = make_lstm_pipeline(**options)
    lstm.fit(texts, np.concatenate([own[1], other[1]]))
    lstm[-1].set_params(warm_start=True, learning_rate=0.001, max_epochs=5)
    lstm[-1].fit(lstm[:-1].transform(own[0]), own[1])
    return lstm


MODELS = {
    "majority": fit_majority,
    "naive-bayes": fit_naive_bayes,
    "hmm": fit_hmm,
    "linear": fit_linear,
    "svm": fit_svm,
    "characters": fit_character_regression,
    "lstm": fit_lstm,
    "lstm+texts": fit_lstm_with_texts,
    "lstm+labels": fit_lstm_with_labels,
}
DETERMINISTIC = {"majority", "naive-bayes", "linear", "svm", "characters"}


def parse_arguments():
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add_data_option(parser)
    parser.add_argument(
        "--models", nargs="+", choices=list(MODELS), default=list(MODELS)
    )
    parser.add_argument("--seeds", type=int, default=3, help="how many seeds")
    parser.add_argument("--n-threads", type=int, default=None)
    parser.add_argument("--max-documents", type=int, default=None)
    return parser.parse_args()


def main():
    """Train, score and print the table."""
    options = parse_arguments()
    (texts, labels), development = read_chnsenticorp(options.data)
    own = texts[: options.max_documents], labels[: options.max_documents]
    texts, labels = read_other_reviews(options.data, development[0])
    other = texts[: options.max_documents], labels[: options.max_documents]
    clean = is_clean(development[0], own[0])
    describe_run("torch", "scikit-learn", "skorch", "jieba", "rjieba")
    print(
        f"{len(own[0])} training reviews, {len(other[0])} others, {len(clean)} "
        f"development reviews, {clean.sum()} of them clean; accuracy and macro F1 in "
        f"percent, mean ± s.d. of {options.seeds} seed(s)\n"
    )
    print(f"{'model':<12}" + "".join(f"{column:>15}" for column in COLUMNS))
    for name in options.models:
        seeds = range(1 if name in DETERMINISTIC else options.seeds)
        runs = []
        for seed in seeds:
            fit, n_threads = MODELS[name], options.n_threads
            runs.append(run(fit, own, other, development, clean, seed, n_threads))
            # What is known already, should a long run be cut short.
            figures = " ".join(f"{value:.2f}" for value in runs[-1])
            print(f"{name}, seed {seed}: {figures}", file=sys.stderr, flush=True)
        print(f"{name:<12}" + "".join(map(cell, zip(*runs, strict=True))), flush=True)


def run(fit, own, other, development, clean, seed, n_threads):
    """Figures of one fit, in the order of the columns."""
    texts, labels = development
    start = time.perf_counter()
    model = fit(own, other, random_state=seed, n_threads=n_threads)
    fitted = time.perf_counter()
    predicted = model.predict(texts)
    done = time.perf_counter()
    return (
        100 * accuracy_score(labels, predicted),
        100 * accuracy_score(labels[clean], predicted[clean]),
        100 * f1_score(labels, predicted, average="macro"),
        100 * f1_score(labels[clean], predicted[clean], average="macro"),
        fitted - start,
        done - fitted,
    )


def cell(values):
    """Mean and, of several values, standard deviation."""
    if len(values) == 1:
        return f"{values[0]:>8.2f}       "
    return f"{np.mean(values):>8.2f} ± {np.std(values, ddof=1):<4.2f}"


if __name__ == "__main__":
    main()
