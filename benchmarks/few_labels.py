"""Accuracy by the number of labels, where there is much text without.

Of the training split of ChnSentiCorp 30 to 3,000 reviews keep their label, drawn anew
five times, as many of each class. All its texts and those of the other corpora are text
without labels; nothing nearly equal to the development split is among the others. What
is learned from text alone is learned once and shared by all draws: word vectors and
language model for the LSTM, the document frequencies for the linear competitor.

    svm         characters, linear SVM, on the labels alone
    self-train  scikit-learn's SelfTrainingClassifier around it (with calibrated
                probabilities), on the labels and the rest of the training split
    lstm        LSTM from the vectors and the language model

Scored on the development split as published and clean; mean and standard deviation over
the draws.

    python benchmarks/few_labels.py [--data FOLDER] [--sizes 30 100 300 1000 3000]
                                    [--draws 5] [--n-threads N]
"""

import argparse
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
from sklearn.calibration import CalibratedClassifierCV
from sklearn.frozen import FrozenEstimator
from sklearn.model_selection import train_test_split
from sklearn.semi_supervised import SelfTrainingClassifier
from sklearn.svm import LinearSVC

from sklstm import make_lstm_pipeline

MODELS = ("svm", "self-train", "lstm")


def parse_arguments():
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add_data_option(parser)
    parser.add_argument(
        "--sizes", nargs="+", type=int, default=[30, 100, 300, 1000, 3000]
    )
    parser.add_argument("--draws", type=int, default=5)
    parser.add_argument("--models", nargs="+", choices=MODELS, default=list(MODELS))
    parser.add_argument("--n-threads", type=int, default=None)
    return parser.parse_args()


def main():
    """Learn from text, then from few labels, and print the table."""
    options = parse_arguments()
    (texts, labels), (held_out, truth) = read_chnsenticorp(options.data)
    others, _ = read_other_reviews(options.data, held_out)
    clean = is_clean(held_out, texts)
    describe_run("torch", "scikit-learn", "skorch", "jieba", "rjieba")
    fitters = {
        "svm": LinearCompetitor(texts, others).fit,
        "self-train": LinearCompetitor(texts, others).fit_more,
        "lstm": FewLabels(texts, others, options).fit,
    }
    print(f"{'labels':>6}  {'model':<11}{'acc':>14}{'acc clean':>14}{'fit s':>8}")
    for size in options.sizes:
        draws = [draw_labels(labels, size, seed) for seed in range(options.draws)]
        for name in options.models:
            runs = [
                run(fitters[name], rows, labels, seed, held_out, truth, clean)
                for seed, rows in enumerate(draws)
            ]
            print(f"{size:>6}  {name:<11}" + row_of(runs), flush=True)


def draw_labels(labels, size, seed):
    """Draw rows that keep their label, as many of each class."""
    rows = np.arange(len(labels))
    kept, _ = train_test_split(
        rows, train_size=size, stratify=labels, random_state=seed
    )
    return kept


def run(fit, rows, labels, seed, held_out, truth, clean):
    """Accuracies as published and clean, and seconds of a fit."""
    start = time.perf_counter()
    predict = fit(rows, labels[rows], seed)
    seconds = time.perf_counter() - start
    is_right = predict(held_out) == truth
    return 100 * is_right.mean(), 100 * is_right[clean].mean(), seconds


def row_of(runs):
    """Means and standard deviations of draws."""
    published, clean, seconds = zip(*runs, strict=True)
    cells = [f"{np.mean(x):>7.2f} ± {np.std(x):.2f}" for x in (published, clean)]
    return "".join(f"{cell:>14}" for cell in cells) + f"{np.mean(seconds):>8.1f}"


class LinearCompetitor:
    """Linear SVM over character n-grams, whose frequencies all texts tell."""

    def __init__(self, texts, others):
        self.vectorize = make_character_svm()[0].fit([*texts, *others])
        self.features = self.vectorize.transform(texts)

    def fit(self, rows, labels, seed):
        """Fit on the labels alone."""
        svm = LinearSVC(random_state=seed).fit(self.features[rows], labels)
        return lambda texts: svm.predict(self.vectorize.transform(texts))

    def fit_more(self, rows, labels, seed):
        """Let it label the rest of the training split for itself."""
        y = np.full(self.features.shape[0], -1)
        y[rows] = labels
        svm = CalibratedClassifierCV(LinearSVC(random_state=seed), cv=3, ensemble=False)
        fitted = SelfTrainingClassifier(svm).fit(self.features, y)
        return lambda texts: fitted.predict(self.vectorize.transform(texts))


class FewLabels:
    """LSTM pipeline whose vectors and language model come from all texts."""

    def __init__(self, texts, others, options):
        self.texts = texts
        self.n_threads = options.n_threads
        lstm = make_lstm_pipeline(random_state=0, n_threads=options.n_threads)
        start = time.perf_counter()
        tokens = lstm["segment"].transform([*texts, *others])
        embed = lstm.get_params()["features__embed"].fit(tokens)
        model = lstm["classify"].init.fit(embed.transform(tokens))
        self.shared = {
            "features__embed": FrozenEstimator(embed),
            "classify__init": FrozenEstimator(model),
        }
        seconds = time.perf_counter() - start
        print(f"learned from {len(tokens)} texts in {seconds:.0f} s\n", flush=True)

    def fit(self, rows, labels, seed):
        """Fit on the labels."""
        lstm = make_lstm_pipeline(random_state=seed, n_threads=self.n_threads)
        lstm.set_params(**self.shared)
        return lstm.fit([self.texts[row] for row in rows], labels).predict


if __name__ == "__main__":
    main()
