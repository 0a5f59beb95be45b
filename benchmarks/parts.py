"""What tags and style add to words, in front of an LSTM.

Accuracy of `LSTMClassifier` over parts of a `SequenceUnion`, mean of the seeds and, of
several, the standard deviation,

- on generated reviews, after some hundred of them, of which the tone decides a share:
  on new reviews that only the tone decides, and on new ones that the words decide;
- with --real, on the development split of ChnSentiCorp, as published and clean.

    python benchmarks/parts.py --seeds 10
    python benchmarks/parts.py --real --seeds 3
"""

import argparse
from functools import partial

import numpy as np
from _shared import add_data_option, describe_run, is_clean, read_chnsenticorp
from joblib import Parallel, delayed
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sklstm import (
    JiebaPOSTagger,
    JiebaSegmenter,
    LSTMClassifier,
    POSFeatureExtractor,
    SequenceUnion,
    TokenEncoder,
)
from sklstm.datasets import make_reviews

PARTS = (
    ("words",),
    ("words", "tags"),
    ("words", "style"),
    ("words", "tags", "style"),
)
N_TEST = 600


def union_of(names):
    """Join the parts of these names."""
    made = {
        "words": TokenEncoder(),
        "tags": make_pipeline(JiebaPOSTagger(tagset="coarse"), TokenEncoder()),
        "style": make_pipeline(POSFeatureExtractor(), StandardScaler()),
    }
    return SequenceUnion([(name, made[name]) for name in names])


def score(lstm, names, train, tests):
    """Accuracy in percent on each test set of one model on tokens."""
    model = make_pipeline(union_of(names), lstm).fit(*train)
    return [100 * model.score(*test) for test in tests]


def score_generated(names, seed, n_samples, n_classes, tone):
    """Accuracy on new generated reviews: by tone, by words."""
    segmenter = JiebaSegmenter()
    train, by_tone, by_words = (
        (segmenter.fit_transform(texts), labels)
        for texts, labels in (
            make_reviews(n, n_classes=n_classes, tone=share, random_state=draw)
            for n, share, draw in (
                (n_samples, tone, seed),
                (N_TEST, 1.0, 1000 + seed),
                (N_TEST, 0.0, 2000 + seed),
            )
        )
    )
    lstm = LSTMClassifier(
        hidden_size=32,
        max_epochs=20,
        learning_rate=0.005,
        precision="float32",
        random_state=seed,
        n_threads=1,
    )
    return score(lstm, names, train, (by_tone, by_words))


def score_real(names, seed, train, tests):
    """Accuracy on the development split: as published, clean."""
    lstm = LSTMClassifier(
        bidirectional=True, max_epochs=8, random_state=seed, n_threads=1
    )
    return score(lstm, names, train, tests)


def print_table(title, columns, run, options):
    """Print a row of means for each choice of parts."""
    print(f"{title}\n{'parts':<22}" + "".join(f"{name:>18}" for name in columns))
    scores = Parallel(options.n_jobs)(
        delayed(run)(names, seed) for names in PARTS for seed in range(options.seeds)
    )
    rows = np.reshape(scores, (len(PARTS), options.seeds, len(columns)))
    for names, row in zip(PARTS, rows, strict=True):
        cells = "".join(f"{np.mean(x):>11.2f} ± {_deviation(x):<4.2f}" for x in row.T)
        better = (row[:, 0] > rows[0, :, 0]).sum()
        print(f"{' + '.join(names):<22}{cells}   before words in {better} seeds")
    print(flush=True)


def _deviation(values):
    return np.std(values, ddof=1) if len(values) > 1 else 0.0


def main():
    """Run what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add_data_option(parser)
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--tone", type=float, default=0.3, help="share in training")
    parser.add_argument("--real", action="store_true", help="ChnSentiCorp instead")
    parser.add_argument("--n-jobs", type=int, default=2)
    options = parser.parse_args()
    describe_run("torch", "scikit-learn", "jieba", "rjieba")
    if options.real:
        (texts, labels), (dev_texts, dev_labels) = read_chnsenticorp(options.data)
        segmenter = JiebaSegmenter()
        train = segmenter.fit_transform(texts), labels
        dev = np.array([*segmenter.transform(dev_texts), None], dtype=object)[:-1]
        clean = is_clean(dev_texts, texts)
        tests = (dev, dev_labels), (dev[clean], dev_labels[clean])
        run = partial(score_real, train=train, tests=tests)
        print_table("ChnSentiCorp", ("as published", "clean"), run, options)
        return
    for n_samples in (200, 600):
        for n_classes in (2, 3):
            run = partial(
                score_generated,
                n_samples=n_samples,
                n_classes=n_classes,
                tone=options.tone,
            )
            title = f"{n_samples} generated reviews, {n_classes} classes"
            print_table(title, ("by tone", "by words"), run, options)


if __name__ == "__main__":
    main()
