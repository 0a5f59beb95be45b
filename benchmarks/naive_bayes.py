"""Which naive Bayes is the best on ChnSentiCorp: the search behind the defaults.

    python benchmarks/naive_bayes.py [--data FOLDER] [--folds 5] [--top 12]

Every setting is scored by cross-validation on the training split; equal texts stay in
one fold, because the corpus repeats itself. The development split takes no part in the
choice; its accuracy, as published and clean of training texts, stands beside it.
"""

import argparse
from itertools import product

import numpy as np
from _shared import add_data_option, describe_run, read_chnsenticorp
from sklearn.model_selection import StratifiedGroupKFold
from sklearn.naive_bayes import ComplementNB, MultinomialNB

from sklstm import JiebaSegmenter, TokenCountVectorizer, make_naive_bayes_pipeline

PUNCTUATION = ("keep", "drop")
NGRAMS = ((1, 1), (1, 2), (1, 3))
BINARY = (False, True)
MIN_DF = (1, 2)
MODELS = tuple(product((MultinomialNB, ComplementNB), (0.1, 0.3, 1.0)))


def parse_arguments():
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add_data_option(parser)
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--top", type=int, default=12, help="rows of the table")
    return parser.parse_args()


def score_models(counts, y, train, test, min_df):
    """Accuracies of all models, learned from one set of rows, on others.

    Only the columns are kept that `min_df` of the training rows hold: the same as
    counting anew in each fold, and faster.
    """
    frequent = counts[train].getnnz(axis=0) >= min_df
    learned, scored = counts[train][:, frequent], counts[test][:, frequent]
    return [
        model(alpha=alpha).fit(learned, y[train]).predict(scored) == y[test]
        for model, alpha in MODELS
    ]


def search(train, dev, n_folds):
    """Yield a row of the table for each setting."""
    (texts, labels), (dev_texts, dev_labels) = train, dev
    y = np.concatenate([labels, dev_labels])
    rows, dev_rows = np.arange(len(labels)), np.arange(len(labels), len(y))
    clean = ~np.isin(dev_texts, texts)
    folds = StratifiedGroupKFold(n_folds, shuffle=True, random_state=0)
    splits = list(folds.split(texts, labels, groups=texts))
    for punctuation, ngram_range in product(PUNCTUATION, NGRAMS):
        tokens = JiebaSegmenter(punctuation=punctuation).transform(texts + dev_texts)
        counts = TokenCountVectorizer(ngram_range=ngram_range).fit_transform(tokens)
        for binary, min_df in product(BINARY, MIN_DF):
            used = counts > 0 if binary else counts
            by_fold = np.array(
                [
                    [right.mean() for right in score_models(used, y, *split, min_df)]
                    for split in splits
                ]
            )
            on_dev = score_models(used, y, rows, dev_rows, min_df)
            for k, (model, alpha) in enumerate(MODELS):
                setting = (punctuation, ngram_range, binary, min_df, model, alpha)
                accuracies = (
                    by_fold[:, k].mean(),
                    by_fold[:, k].std(ddof=1),
                    on_dev[k].mean(),
                    on_dev[k][clean].mean(),
                )
                yield setting, accuracies


def print_table(results, top):
    """Print the best settings, best first."""
    print(
        "punctuation n-grams  binary min_df model         alpha   cv   ± s.d.  "
        "dev    clean"
    )
    for setting, (cv, sd, dev, clean) in results[:top]:
        punctuation, ngram_range, binary, min_df, model, alpha = setting
        print(
            f"{punctuation:11} {ngram_range!s:8} {binary!s:6} {min_df:6} "
            f"{model.__name__:13} {alpha:5} {cv:.4f} {sd:.4f} {dev:.4f} {clean:.4f}"
        )


def main():
    """Search, print the table, and score the defaults of the pipeline."""
    arguments = parse_arguments()
    describe_run("scikit-learn", "jieba", "rjieba")
    train, dev = read_chnsenticorp(arguments.data)
    results = sorted(search(train, dev, arguments.folds), key=lambda it: -it[1][0])
    print_table(results, arguments.top)
    for n_grams in NGRAMS:  # the best of each length
        print_table([r for r in results if r[0][1] == n_grams], 1)
    is_right = make_naive_bayes_pipeline().fit(*train).predict(dev[0]) == dev[1]
    clean = ~np.isin(dev[0], train[0])
    print(
        f"\nmake_naive_bayes_pipeline(): dev {is_right.mean():.4f}, "
        f"clean {is_right[clean].mean():.4f}"
    )


if __name__ == "__main__":
    main()
