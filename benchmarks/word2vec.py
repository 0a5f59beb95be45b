"""Word2VecEmbedder beside gensim: speed, memory and quality in one run.

Corpus: the segmented reviews (about 2.6 million tokens), 128 dimensions, window 5, 5
negatives, subsample 1e-3. Both sides are timed from token lists to vectors, vocabulary
included, turn by turn. Quality is the mean over the seeds of

- lr: accuracy of a logistic regression on mean vectors, ChnSentiCorp dev;
- auc: area under the curve of telling pairs of words that stand within a window in
  held-out reviews (development texts that are not in the corpus) from pairs of the same
  words put together at random;
- lstm (with --lstm): accuracy of LSTMClassifier with these vectors frozen
  (hidden_size=64, five epochs).

    python benchmarks/word2vec.py --threads 1 2 --seeds 3 --lstm --scaling
"""

import argparse
import multiprocessing
import os
import re
import statistics
import time
from pathlib import Path

import numpy as np
from _shared import add_data_option, describe_run, read_chnsenticorp, read_corpus
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sklstm import JiebaSegmenter, LSTMClassifier, Word2VecEmbedder

ALGORITHMS = ("skip-gram", "cbow")
WINDOW, MIN_COUNT, SIZE = 5, 5, 128
OTHER_CORPORA = ("waimai_10k.csv", "online_shopping_10_cats.csv")


class Reviews:
    """Segmented reviews: what vectors are trained on and what they are tested on."""

    def __init__(self, folder):
        (train, self.labels), (dev, self.dev_labels) = read_chnsenticorp(folder)
        others = [
            row["review"]
            for name in OTHER_CORPORA
            for row in read_corpus(folder, name)
            if row["review"]
        ]
        segmenter = JiebaSegmenter()
        self.train = segmenter.fit_transform(train)
        self.dev = segmenter.transform(dev)
        self.corpus = self.train + segmenter.transform(others)
        self.n_words = sum(map(len, self.corpus))
        seen = {text.strip() for text in (*train, *others)}
        self.held_out = [
            tokens
            for text, tokens in zip(dev, self.dev, strict=True)
            if text.strip() not in seen
        ]


def train_ours(corpus, algorithm, options, seed, n_threads, min_count=MIN_COUNT):
    """Word2VecEmbedder; vectors by word."""
    embedder = Word2VecEmbedder(
        algorithm=algorithm,
        vector_size=SIZE,
        window=WINDOW,
        min_count=min_count,
        negative=5,
        subsample=1e-3,
        n_epochs=options.epochs,
        n_threads=n_threads,
        device=options.device,
        random_state=seed,
    ).fit(corpus)
    return embedder.tokens_[1:], embedder.vectors_[1:]


def train_gensim(corpus, algorithm, options, seed, n_threads):
    """Word2Vec of gensim; vectors by word."""
    from gensim.models import Word2Vec

    model = Word2Vec(
        corpus,
        sg=int(algorithm == "skip-gram"),
        vector_size=SIZE,
        window=WINDOW,
        min_count=MIN_COUNT,
        negative=5,
        sample=1e-3,
        epochs=options.epochs,
        workers=n_threads,
        seed=seed,
    )
    return model.wv.index_to_key, model.wv.vectors


SIDES = {"gensim": train_gensim, "sklstm": train_ours}


def peak_memory(train, *arguments):
    """MB that training adds to the peak of a process of its own."""
    parent, child = multiprocessing.Pipe()

    def work():
        before = _high_water()
        train(*arguments)
        child.send(_high_water() - before)

    process = multiprocessing.get_context("fork").Process(target=work)
    process.start()
    process.join()
    return parent.recv() if parent.poll() else float("nan")


def _high_water():
    status = Path("/proc/self/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+)", status).group(1)) / 1024


class Quality:
    """Measures vectors by what they are good for."""

    def __init__(self, reviews, use_lstm):
        self.reviews = reviews
        self.use_lstm = use_lstm

    def measure(self, words, vectors, seed):
        """All measures, by name."""
        given = dict(zip(words, vectors, strict=True))
        embedder = Word2VecEmbedder(n_epochs=0, initial_vectors=given)
        embedder.fit(self.reviews.train)
        measures = {"lr": self._linear(embedder), "auc": self._pairs(embedder)}
        if self.use_lstm:
            measures["lstm"] = self._lstm(embedder, seed)
        return measures

    def _linear(self, embedder):
        embedder.set_params(pooling="mean")
        model = make_pipeline(
            StandardScaler(), LogisticRegression(C=0.3, max_iter=2000)
        )
        model.fit(embedder.transform(self.reviews.train), self.reviews.labels)
        return model.score(
            embedder.transform(self.reviews.dev), self.reviews.dev_labels
        )

    def _pairs(self, embedder, n_pairs=20_000):
        embedder.set_params(pooling=None)
        encoded = embedder.transform(self.reviews.held_out)
        codes, documents = (
            encoded.codes[0],
            np.repeat(np.arange(len(encoded)), encoded.lengths),
        )
        share = embedder.counts_ / embedder.counts_.sum()
        pairs = []
        for distance in range(1, WINDOW + 1):
            first, second = codes[:-distance], codes[distance:]
            is_pair = (documents[:-distance] == documents[distance:]) & (
                (first > 0) & (second > 0) & (first != second)
            )
            # Function words stand beside everything.
            is_pair &= (share[first] < 1e-3) & (share[second] < 1e-3)
            pairs.append(np.stack([first, second], axis=1)[is_pair])
        rng = np.random.default_rng(0)
        true = rng.permutation(np.concatenate(pairs))[:n_pairs]
        random = np.stack([true[:, 0], rng.permutation(true[:, 1])], axis=1)
        unit = embedder.vectors_ / np.linalg.norm(embedder.vectors_, axis=1)[:, None]
        cosines = [(unit[p[:, 0]] * unit[p[:, 1]]).sum(axis=1) for p in (true, random)]
        return roc_auc_score(
            np.repeat([1, 0], [len(true), len(random)]), np.concatenate(cosines)
        )

    def _lstm(self, embedder, seed):
        embedder.set_params(pooling=None)
        classifier = LSTMClassifier(
            hidden_size=64, max_epochs=5, fine_tune=False, random_state=seed
        )
        classifier.fit(embedder.transform(self.reviews.train), self.reviews.labels)
        return classifier.score(
            embedder.transform(self.reviews.dev), self.reviews.dev_labels
        )


def compare(reviews, quality, options):
    """Print speed and quality of both sides, for each algorithm and thread count."""
    print("algorithm  threads side    kwords/s  ratio  quality")
    for n_threads in options.threads:
        for algorithm in ALGORITHMS:
            seconds = {side: [] for side in SIDES}
            measures = {side: [] for side in SIDES}
            for seed in range(options.seeds):
                for side, train in SIDES.items():
                    start = time.perf_counter()
                    model = train(reviews.corpus, algorithm, options, seed, n_threads)
                    seconds[side].append(time.perf_counter() - start)
                    if n_threads == options.threads[0]:
                        measures[side].append(quality.measure(*model, seed))
            _report(reviews, options, algorithm, n_threads, seconds, measures)


def _report(reviews, options, algorithm, n_threads, seconds, measures):
    base = statistics.median(seconds["gensim"])
    for side, taken in seconds.items():
        middle = statistics.median(taken)
        rate = reviews.n_words * options.epochs / middle / 1000
        means = "  ".join(
            f"{name} {np.mean([m[name] for m in measures[side]]):.4f}"
            for name in (measures[side] or [{}])[0]
        )
        print(
            f"{algorithm:<10} {n_threads:<7} {side:<7} {rate:8.0f}  "
            f"{base / middle:5.2f}  {means}",
            flush=True,
        )


def scale(reviews, options):
    """Print the rate from one to twenty million words: a million, repeated.

    Words are repeated too: with the same `min_count` the vocabulary grows with the
    corpus, with one in proportion it stays.
    """
    options = argparse.Namespace(**{**vars(options), "epochs": 1})
    million, n_words = [], 0
    for tokens in reviews.corpus:
        million.append(tokens)
        n_words += len(tokens)
        if n_words >= 1e6:
            break
    names = "  ".join(f"{algorithm} kwords/s" for algorithm in ALGORITHMS)
    print(f"\nmillion words  min_count  vocabulary  {names}")
    for min_counts in ((5, 25, 100), (5, 5, 5)):
        for copies, min_count in zip((1, 5, 20), min_counts, strict=True):
            rates = []
            for algorithm in ALGORITHMS:
                seconds = []
                for seed in range(max(15 // copies, 1)):
                    start = time.perf_counter()
                    words, _ = train_ours(
                        million * copies,
                        algorithm,
                        options,
                        seed,
                        options.threads[0],
                        min_count,
                    )
                    seconds.append(time.perf_counter() - start)
                rates.append(copies * n_words / statistics.median(seconds) / 1000)
            print(
                f"{copies:13}  {min_count:9}  {len(words):10}  "
                + "  ".join(f"{rate:13.0f}" for rate in rates),
                flush=True,
            )


def main():
    """Run what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add_data_option(parser)
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--seeds", type=int, default=3, help="runs of each")
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--device", default="cpu", help="of Word2VecEmbedder")
    parser.add_argument("--lstm", action="store_true", help="measure with an LSTM, too")
    parser.add_argument("--scaling", action="store_true", help="1 to 20 million words")
    options = parser.parse_args()
    describe_run("torch", "gensim", "scikit-learn")
    reviews = Reviews(options.data)
    print(f"corpus: {len(reviews.corpus)} reviews, {reviews.n_words} tokens\n")
    if options.device == "cpu":
        for side, train in SIDES.items():
            short = argparse.Namespace(**{**vars(options), "epochs": 1})
            added = peak_memory(train, reviews.corpus, "skip-gram", short, 0, 1)
            print(f"peak memory of {side} above the corpus: {added:.0f} MB", flush=True)
        print()
    compare(reviews, Quality(reviews, options.lstm), options)
    if options.scaling:
        scale(reviews, options)


if __name__ == "__main__":
    os.environ.setdefault("PYTHONHASHSEED", "0")
    main()
