"""The defaults on other texts than those that they were chosen on.

3,000 shopping reviews by topic (ten classes) and 3,000 take-away reviews by sentiment
are drawn five times; the LSTM at its defaults, the linear competitor and the majority
guess are compared on the same three folds of each draw. Mean and standard deviation
over the draws.

    python benchmarks/other_texts.py [--data FOLDER] [--draws 5] [--n-jobs 2]
"""

import argparse

import numpy as np
from _shared import (
    add_data_option,
    describe_run,
    make_character_svm,
    read_corpus,
    read_texts,
)
from sklearn.dummy import DummyClassifier

from sklstm import compare_classifiers, make_lstm_pipeline

N_SAMPLES, N_FOLDS = 3000, 3


def parse_arguments():
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add_data_option(parser)
    parser.add_argument("--draws", type=int, default=5)
    parser.add_argument("--n-jobs", type=int, default=2)
    return parser.parse_args()


def main():
    """Draw, compare and print the table."""
    options = parse_arguments()
    describe_run("torch", "scikit-learn", "skorch", "jieba", "rjieba")
    print(
        f"{N_SAMPLES} reviews, {options.draws} draws of {N_FOLDS} folds; accuracy in "
        "percent\n"
    )
    for name, (texts, labels) in read_data(options.data).items():
        draws = [
            accuracies(texts, labels, draw, options) for draw in range(options.draws)
        ]
        for model in draws[0]:
            values = [draw[model] for draw in draws]
            more = f" ± {np.std(values, ddof=1):.2f}" if len(values) > 1 else ""
            print(f"{name:<12}{model:<10}{np.mean(values):>8.2f}{more}", flush=True)


def read_data(folder):
    """Texts and labels of both tasks."""
    rows = read_corpus(folder, "online_shopping_10_cats.csv")
    topics = [row["review"] for row in rows], np.array([row["cat"] for row in rows])
    return {"topics": topics, "take-away": read_texts(folder, "waimai_10k.csv")}


def accuracies(texts, labels, draw, options):
    """Mean accuracy of each model over the folds of one draw."""
    rows = np.random.RandomState(draw).permutation(len(texts))[:N_SAMPLES]
    models = {
        "majority": DummyClassifier(),
        "svm": make_character_svm(),
        "lstm": make_lstm_pipeline(random_state=draw, n_threads=1),
    }
    comparison = compare_classifiers(
        models,
        [texts[row] for row in rows],
        labels[rows],
        cv=N_FOLDS,
        scoring="accuracy",
        n_jobs=options.n_jobs,
        random_state=draw,
    )
    return {row["model"]: 100 * row["accuracy_mean"] for row in comparison.rows()}


if __name__ == "__main__":
    main()
