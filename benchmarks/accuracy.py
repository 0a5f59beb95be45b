"""Accuracy of the three pipelines on ChnSentiCorp, from raw text.

Each model is trained on the training split and scored on the development split as
published, and clean: without the rows whose text stands in the training split word for
word. The table shows mean and standard deviation over the seeds.

    python benchmarks/accuracy.py [--data FOLDER] [--models naive-bayes hmm lstm]
                                  [--seeds 3] [--n-threads N] [--max-documents N]

Naive Bayes draws nothing and runs once.
"""

import argparse
import time

import numpy as np
from _shared import add_data_option, describe_run, read_chnsenticorp
from sklearn.metrics import accuracy_score, f1_score

from sklstm import make_hmm_pipeline, make_lstm_pipeline, make_naive_bayes_pipeline

MAKERS = {
    "naive-bayes": lambda seed, n_threads: make_naive_bayes_pipeline(),
    "hmm": lambda seed, n_threads: make_hmm_pipeline(
        random_state=seed, n_threads=n_threads
    ),
    "lstm": lambda seed, n_threads: make_lstm_pipeline(
        random_state=seed, n_threads=n_threads
    ),
}
DETERMINISTIC = {"naive-bayes"}
COLUMNS = ("acc", "acc clean", "F1", "F1 clean", "fit s", "predict s")


def parse_arguments():
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add_data_option(parser)
    parser.add_argument(
        "--models", nargs="+", choices=list(MAKERS), default=list(MAKERS)
    )
    parser.add_argument("--seeds", type=int, default=3, help="how many seeds")
    parser.add_argument("--n-threads", type=int, default=None)
    parser.add_argument("--max-documents", type=int, default=None)
    return parser.parse_args()


def main():
    """Train, score and print the table."""
    options = parse_arguments()
    (texts, labels), development = read_chnsenticorp(options.data)
    train = texts[: options.max_documents], labels[: options.max_documents]
    is_clean = unseen(train[0], development[0])
    describe_run("torch", "scikit-learn", "skorch", "jieba", "rjieba")
    print(
        f"{len(train[0])} training reviews, {len(is_clean)} development reviews, "
        f"{is_clean.sum()} of them clean; accuracy and macro F1 in percent, "
        f"mean ± s.d. of {options.seeds} seed(s)\n"
    )
    print(f"{'model':<12}" + "".join(f"{column:>15}" for column in COLUMNS))
    for name in options.models:
        seeds = range(1 if name in DETERMINISTIC else options.seeds)
        runs = [
            run(MAKERS[name](seed, options.n_threads), train, development, is_clean)
            for seed in seeds
        ]
        print(f"{name:<12}" + "".join(map(cell, zip(*runs, strict=True))), flush=True)


def unseen(train_texts, texts):
    """Whether each text is absent from the training split."""
    known = {text.strip() for text in train_texts}
    return np.array([text.strip() not in known for text in texts])


def run(pipeline, train, development, is_clean):
    """Figures of one fit, in the order of the columns."""
    texts, labels = development
    start = time.perf_counter()
    pipeline.fit(*train)
    fitted = time.perf_counter()
    predicted = pipeline.predict(texts)
    done = time.perf_counter()
    return (
        100 * accuracy_score(labels, predicted),
        100 * accuracy_score(labels[is_clean], predicted[is_clean]),
        100 * f1_score(labels, predicted, average="macro"),
        100 * f1_score(labels[is_clean], predicted[is_clean], average="macro"),
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
