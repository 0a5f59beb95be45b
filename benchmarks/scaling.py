"""What a large search costs: measured rates of one core, multiplied out.

Measures, on one thread and in CPU seconds, what segmentation and three pipelines
take for a review, how many bytes a review is on its way to a worker and in its memory,
and multiplies: hours of one core for a grid search, with and without segmenting once.

    python benchmarks/scaling.py [--data FOLDER] [--n-train 3000] [--repeats 3]
                                 [--candidates 1000] [--folds 3] [--reviews 10000000]
"""

import argparse
import os
import pickle
import sys
import tracemalloc
from statistics import median
from time import process_time

from _shared import add_data_option, describe_run, read_chnsenticorp

N_TEST = 1000


def parse_arguments():
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add_data_option(parser)
    parser.add_argument("--n-train", type=int, default=3000)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--candidates", type=int, default=1000)
    parser.add_argument("--folds", type=int, default=3)
    parser.add_argument("--reviews", type=int, default=10_000_000)
    return parser.parse_args()


def seconds(function, *arguments):
    """CPU seconds of a call."""
    start = process_time()
    function(*arguments)
    return process_time() - start


def pipelines():
    """Make three pipelines without their segmenter, on one thread."""
    from sklstm import (
        make_hmm_pipeline,
        make_lstm_pipeline,
        make_naive_bayes_pipeline,
    )

    one = {"random_state": 0, "n_threads": 1}
    return {
        "naive Bayes": make_naive_bayes_pipeline()[1:],
        "HMM": make_hmm_pipeline(**one)[1:],
        "LSTM": make_lstm_pipeline(**one)[1:],
    }


def measure(texts, labels, n_train, repeats):
    """Milliseconds a review: segmentation, then (fit, predict) of each pipeline."""
    from sklstm import JiebaSegmenter

    tokens = JiebaSegmenter().fit_transform(texts)  # loads the dictionary
    models = pipelines()
    runs = {name: [] for name in ("segment", *models)}
    for _ in range(repeats):
        segmenter = JiebaSegmenter().fit(texts)
        runs["segment"].append((seconds(segmenter.transform, texts) / len(texts),))
        for name, model in models.items():
            fit = seconds(model.fit, tokens[:n_train], labels[:n_train])
            predict = seconds(model.predict, tokens[n_train:])
            runs[name].append((fit / n_train, predict / (len(texts) - n_train)))
    return tokens, {
        name: [1000 * median(column) for column in zip(*rows, strict=True)]
        for name, rows in runs.items()
    }


def bytes_in_memory(texts):
    """Bytes a segmented review takes as a list of str."""
    from sklstm import JiebaSegmenter

    segmenter = JiebaSegmenter().fit(texts[:1])
    segmenter.transform(texts[:10])
    tracemalloc.start()
    tokens = segmenter.transform(texts)
    size = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    return size / len(tokens)


def print_costs(rates, options):
    """Core hours of the search."""
    n, folds = options.reviews, options.folds
    n_fits = options.candidates * folds
    (segment,) = rates.pop("segment")
    to_hours = n / 1000 / 3600
    print(
        f"\n{options.candidates} candidates, {folds} folds, {n:,} reviews; core hours:"
    )
    print(f"{'':12} {'one fit':>10} {'the search':>12} {'segmenting each time':>21}")
    for name, (fit, predict) in rates.items():
        one = to_hours * (fit * (folds - 1) + predict) / folds
        again = n_fits * (one + to_hours * segment)
        print(f"{name:12} {one:10.2f} {n_fits * one:12,.0f} {again:21,.0f}")
    print(f"segmenting once: {to_hours * segment:.2f} core hours")


def main():
    """Measure and multiply."""
    options = parse_arguments()
    describe_run("scikit-learn", "torch", "jieba", "rjieba")
    texts, labels = read_chnsenticorp(options.data)[0]
    n_samples = options.n_train + N_TEST
    texts, labels = texts[:n_samples], labels[:n_samples]
    tokens, rates = measure(texts, labels, options.n_train, options.repeats)
    n_tokens = sum(map(len, tokens)) / len(tokens)
    print(f"reviews of {n_tokens:.0f} tokens, medians of {options.repeats} runs")
    print(f"{'ms a review':12} {'fit':>8} {'predict':>8}")
    for name, columns in rates.items():
        print(f"{name:12} " + " ".join(f"{value:8.3f}" for value in columns))
    print(
        f"\nbytes a segmented review: {len(pickle.dumps(tokens)) / len(tokens):.0f} "
        f"pickled, {bytes_in_memory(texts):.0f} in memory"
    )
    print_costs(rates, options)


if __name__ == "__main__":
    os.environ["OMP_NUM_THREADS"] = "1"
    sys.exit(main())
