"""Speed of HMMClassifier beside hmmlearn's CategoricalHMM, in one run.

Both fit one model for each class of ChnSentiCorp's training split from codes of words
and score every review under every class. Runs are interleaved; the table shows medians.

    python benchmarks/hmm.py [--data FOLDER] [--n-states 4 16] [--n-threads 1 2]
                             [--n-iter 2] [--repeats 3] [--max-documents N]

Fitting runs the same iterations from the same start; "with shared start" adds the
iterations on all classes together that HMMClassifier runs first by default, and does
not count their tokens.

hmmlearn is timed as it comes (``implementation="log"``); fitting also with
``implementation="scaling"``, which cannot score: it underflows. Its ``score`` gives one
number for all sequences that it is handed: "score each" calls it for every review, as
classification needs; "score sum" calls it once for all of them.
"""

import argparse
import logging
import time
from statistics import median

import numpy as np
from _shared import add_data_option, describe_run, read_chnsenticorp


def parse_arguments():
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add_data_option(parser)
    parser.add_argument("--n-states", type=int, nargs="+", default=[4, 16])
    parser.add_argument("--n-threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--n-iter", type=int, default=2)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--max-documents", type=int, default=None)
    return parser.parse_args()


def load(folder, max_documents):
    """Codes of the words of each review, and labels."""
    from sklstm import JiebaSegmenter, TokenEncoder

    texts, labels = read_chnsenticorp(folder)[0]
    tokens = JiebaSegmenter().fit_transform(texts[:max_documents])
    return TokenEncoder(min_count=1).fit_transform(tokens), labels[:max_documents]


def ours(n_states, n_threads, **parameters):
    """HMMClassifier that runs all its iterations from a start of each class's own."""
    from sklstm import HMMClassifier

    defaults = {"alpha": 0, "tol": 0, "n_iter_shared": 0, "random_state": 0}
    return HMMClassifier(
        n_states=n_states,
        n_threads=n_threads,
        device="cpu",
        **{**defaults, **parameters},
    )


def peers(model, n_iter, implementation="log"):
    """Models of hmmlearn with the parameters of ours, one for each class."""
    from hmmlearn.hmm import CategoricalHMM

    models = []
    for k, emission in enumerate(model.emission_probabilities_):
        peer = CategoricalHMM(
            len(emission),
            n_features=emission.shape[1],
            n_iter=n_iter,
            tol=-np.inf,
            init_params="",
            implementation=implementation,
        )
        peer.startprob_ = model.start_probabilities_[k]
        peer.transmat_ = model.transition_probabilities_[k]
        peer.emissionprob_ = emission
        models.append(peer)
    return models


def fit_peers(models, X, y):
    """Fit each class's model on its reviews."""
    for model, label in zip(models, np.unique(y), strict=True):
        chosen = X[y == label]
        model.fit(chosen.codes[0][:, np.newaxis], chosen.lengths)


def score_each(models, X):
    """Log-likelihood of each review under each class."""
    reviews = np.split(X.codes[0][:, np.newaxis], X.offsets[1:-1])
    return np.array([[model.score(x) for model in models] for x in reviews])


def score_sum(models, X):
    """Log-likelihood of all reviews together under each class."""
    return [model.score(X.codes[0][:, np.newaxis], X.lengths) for model in models]


def time_all(X, y, n_states, n_threads, arguments):
    """Seconds of each job in each repeat, and the greatest difference for a token."""
    n_iter, times = arguments.n_iter, {}
    start = ours(n_states, n_threads, n_iter=0).fit(X, y)
    smooth = ours(n_states, n_threads, n_iter=n_iter, alpha=0.1).fit(X, y)
    scorers = peers(smooth, 0)

    def run(job, function, *args):
        begun = time.perf_counter()
        result = function(*args)
        times.setdefault(job, []).append(time.perf_counter() - begun)
        return result

    for repeat in range(arguments.repeats):
        run("hmmlearn fit", fit_peers, peers(start, n_iter), X, y)
        run("hmmlearn fit (scaling)", fit_peers, peers(start, n_iter, "scaling"), X, y)
        run("fit", ours(n_states, n_threads, n_iter=n_iter).fit, X, y)
        shared = ours(n_states, n_threads, n_iter=n_iter, n_iter_shared=5)
        run("fit with shared start", shared.fit, X, y)
        if not repeat:  # it takes longest and varies least
            each = run("hmmlearn score each", score_each, scorers, X)
        run("hmmlearn score sum", score_sum, scorers, X)
        scores = run("score", smooth.score_samples, X)
    error = np.abs(scores - each).max(axis=1) / np.maximum(X.lengths, 1)
    return times, error.max()


PAIRS = [
    ("hmmlearn fit", "fit"),
    ("hmmlearn fit", "fit with shared start"),
    ("hmmlearn fit (scaling)", "fit"),
    ("hmmlearn score each", "score"),
    ("hmmlearn score sum", "score"),
]


def print_table(X, times, n_iter, n_classes):
    """Rates in million tokens a second and their ratios."""
    rate = "Mtokens/s"
    print(f"{'hmmlearn':<24}{rate:>10}  {'sklstm':<22}{rate:>10}{'ratio':>7}")
    for peer, own in PAIRS:
        n_tokens = X.n_steps * (n_iter if own != "score" else n_classes) / 1e6
        rates = [n_tokens / median(times[job]) for job in (peer, own)]
        print(
            f"{peer:<24}{rates[0]:>10.3f}  {own:<22}{rates[1]:>10.3f}"
            f"{rates[1] / rates[0]:>7.1f}"
        )


def main():
    """Time every setting and print its table."""
    arguments = parse_arguments()
    from threadpoolctl import threadpool_limits

    logging.getLogger("hmmlearn").setLevel(logging.ERROR)
    describe_run("torch", "scipy", "hmmlearn", "jieba", "rjieba")
    X, y = load(arguments.data, arguments.max_documents)
    n_symbols = int(X.codes[0].max()) + 1
    print(f"data: {len(X)} reviews, {X.n_steps} tokens, {n_symbols} symbols")
    for n_states in arguments.n_states:
        for n_threads in arguments.n_threads:
            with threadpool_limits(n_threads):
                times, error = time_all(X, y, n_states, n_threads, arguments)
            print(
                f"\n{n_states} states, {n_threads} thread(s), {arguments.n_iter} "
                f"iterations, median of {arguments.repeats}; log-likelihoods agree to "
                f"{error:.1e} a token"
            )
            print_table(X, times, arguments.n_iter, len(np.unique(y)))


if __name__ == "__main__":
    main()
