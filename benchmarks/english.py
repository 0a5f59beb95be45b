"""English: the pipelines with tokenizer="words" beside scikit-learn's own.

    pip download vaderSentiment==3.3.2 --no-deps --no-binary :all:
    python benchmarks/english.py vaderSentiment-3.3.2.tar.gz [--corpus movies]
        [--models linear,lstm] [--folds 5]

The source archive of vaderSentiment (MIT licence) holds sentences of film reviews,
tweets, sentences of reviews of products and of newspaper editorials, each with the mean
of twenty people's ratings from -4 to 4 (Hutto and Gilbert 2014). The label is the sign
of the mean; those of mean 0 are left out. Texts that are nearly equal stay in one fold.
"""

import argparse
import io
import tarfile
from time import perf_counter

import numpy as np
from _shared import describe_run
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.model_selection import StratifiedGroupKFold
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC

from sklstm import (
    RegexSegmenter,
    make_hmm_pipeline,
    make_linear_pipeline,
    make_lstm_pipeline,
    make_naive_bayes_pipeline,
)
from sklstm.datasets import find_duplicates

FILES = {
    "movies": "movieReviewSnippets_GroundTruth.txt",
    "tweets": "tweets_GroundTruth.txt",
    "products": "amazonReviewSnippets_GroundTruth.txt",
    "editorials": "nytEditorialSnippets_GroundTruth.txt",
}
MODELS = {
    "word TF-IDF, linear SVM": lambda: make_pipeline(TfidfVectorizer(), LinearSVC()),
    "word and pair TF-IDF, linear SVM": lambda: make_pipeline(
        TfidfVectorizer(ngram_range=(1, 2)), LinearSVC()
    ),
    "char_wb TF-IDF, linear SVM": lambda: make_pipeline(
        TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5)), LinearSVC()
    ),
    "naive-bayes": lambda: make_naive_bayes_pipeline(tokenizer="words"),
    "hmm": lambda: make_hmm_pipeline(tokenizer="words", random_state=0),
    "linear": lambda: make_linear_pipeline(tokenizer="words"),
    "naive-bayes, case kept": lambda: make_naive_bayes_pipeline(
        tokenizer=RegexSegmenter()
    ),
    "linear, case kept": lambda: make_linear_pipeline(tokenizer=RegexSegmenter()),
    "linear, characters without gaps": lambda: make_linear_pipeline(
        tokenizer="words"
    ).set_params(
        features__characters__separator="", features__characters__ngram_range=(1, 3)
    ),
    "lstm": lambda: make_lstm_pipeline(tokenizer="words", random_state=0),
}


def parse_arguments():
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("archive", help="vaderSentiment-3.3.2.tar.gz")
    parser.add_argument("--corpus", choices=FILES, default="movies")
    parser.add_argument("--models", help="parts of names, with commas between")
    parser.add_argument("--folds", type=int, default=5)
    return parser.parse_args()


def read_corpus(archive, corpus):
    """Texts and labels of one corpus, out of an archive in the archive."""
    with tarfile.open(archive) as outer:
        name = next(n for n in outer.getnames() if n.endswith("ICWSM_2014.tar.gz"))
        inner = io.BytesIO(outer.extractfile(name).read())
    with tarfile.open(fileobj=inner) as files:
        name = next(n for n in files.getnames() if n.endswith(FILES[corpus]))
        lines = files.extractfile(name).read().decode("latin-1").splitlines()
    rows = [line.split("\t", 2) for line in lines if line.strip()]
    ratings = np.array([float(rating) for _, rating, _ in rows])
    texts = [text for _, _, text in rows]
    kept = np.flatnonzero(ratings)
    return [texts[row] for row in kept], (ratings[kept] > 0).astype(int)


def chosen_models(names):
    """Those whose name holds one of the given parts; all where none are given."""
    parts = names.split(",") if names else [""]
    return {
        name: make
        for name, make in MODELS.items()
        if any(part.strip() in name for part in parts)
    }


def score(make, texts, labels, folds):
    """Accuracy of each fold, and seconds that fitting took."""
    accuracies, seconds = [], 0.0
    for train, test in folds:
        start = perf_counter()
        model = make().fit([texts[row] for row in train], labels[train])
        seconds += perf_counter() - start
        accuracies.append(model.score([texts[row] for row in test], labels[test]))
    return np.array(accuracies), seconds / len(folds)


def main():
    """Print a row for each model."""
    options = parse_arguments()
    describe_run("scikit-learn", "torch", "regex")
    texts, labels = read_corpus(options.archive, options.corpus)
    print(f"{options.corpus}: {len(texts)} texts, {labels.mean():.1%} positive\n")
    folds = StratifiedGroupKFold(options.folds, shuffle=True, random_state=0)
    folds = list(folds.split(texts, labels, groups=find_duplicates(texts)))
    print("| model | accuracy | fit, s |\n|---|---|---|")
    for name, make in chosen_models(options.models).items():
        accuracies, seconds = score(make, texts, labels, folds)
        mean, deviation = 100 * accuracies.mean(), 100 * accuracies.std(ddof=1)
        print(f"| {name} | {mean:.2f} ± {deviation:.2f} | {seconds:.1f} |", flush=True)


if __name__ == "__main__":
    main()
