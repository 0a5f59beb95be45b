"""What a part says on average over all orders in which parts may come."""

import hashlib
from itertools import permutations
from math import factorial

import numpy as np


def refusal(samples):
    """Say why the method cannot explain; it can explain anything."""
    return ""


def attribute(samples, options):
    """Add the parts of each sample one by one, in several orders.

    The orders are drawn in pairs, one the other backwards [1]_; where a sample has so
    few parts that all orders are no more, none is drawn.

    Parameters
    ----------
    samples : PartedSamples
    options : Options

    Returns
    -------
    list of Attribution

    References
    ----------
    .. [1] Castro, Gomez, Tejada: "Polynomial calculation of the Shapley value based on
       sampling", Computers & Operations Research, 2009.
    .. [2] Strumbelj, Kononenko: "Explaining prediction models and individual
       predictions with feature contributions", Knowledge and Information Systems, 2014.
    .. [3] Mitchell, Cooper, Frank, Holmes: "Sampling Permutations for Shapley Value
       Estimation", Journal of Machine Learning Research, 2022.
    """
    orders = [_orders(samples, row, options) for row in range(len(samples))]
    answers = samples.answers(
        lambda row: _coalitions(orders[row]), verbose=options.verbose
    )
    return [
        samples.attribution(row, scores[0], *_summary(orders[row], scores))
        for row, scores in enumerate(answers)
    ]


def _orders(samples, row, options):
    """Orders of the parts in pairs, of shape (n_pairs, 2, n_parts)."""
    n_parts = samples.n_parts(row)
    n_pairs = -(-options.n_permutations // 2)
    if n_parts < 8 and factorial(n_parts) <= 2 * n_pairs:
        every = np.array(list(permutations(range(n_parts))), dtype=int)
        # Each order comes twice, as one of a pair and as the other.
        return np.stack([every, every[:, ::-1]], axis=1)
    rng = np.random.RandomState(_seed(samples, row, options.seed))
    drawn = np.array([rng.permutation(n_parts) for _ in range(n_pairs)])
    return np.stack([drawn, drawn[:, ::-1]], axis=1)


def _seed(samples, row, seed):
    """Seed that hangs on the content of a sample, not on its company."""
    content = repr((seed, samples.content(row)))
    digest = hashlib.sha256(content.encode("utf-8", "surrogatepass")).digest()
    return np.frombuffer(digest, dtype=np.uint32)


def _coalitions(orders):
    """Nothing, then after each part of each order what is there by then."""
    n_pairs, _, n_parts = orders.shape
    ranks = orders.argsort(axis=-1)[:, :, np.newaxis]
    keeps = ranks <= np.arange(n_parts)[:, np.newaxis]
    keeps = keeps.reshape(2 * n_pairs * n_parts, n_parts)
    return np.vstack([np.zeros((1, n_parts), bool), keeps])


def _summary(orders, scores):
    """Mean and standard error over pairs of orders, (n_parts, n_classes) each."""
    n_pairs, _, n_parts = orders.shape
    base, n_classes = scores[0], scores.shape[1]
    after = scores[1:].reshape(n_pairs, 2, n_parts, n_classes)
    before = np.concatenate(
        [np.broadcast_to(base, (n_pairs, 2, 1, n_classes)), after[:, :, :-1]], axis=2
    )
    gains = np.empty_like(after)
    np.put_along_axis(gains, orders[..., np.newaxis], after - before, axis=2)
    pairs = gains.mean(axis=1)
    means = pairs.mean(axis=0)
    if n_parts < 8 and factorial(n_parts) == n_pairs:
        return means, np.zeros_like(means)
    return means, pairs.std(axis=0, ddof=1) / np.sqrt(n_pairs)
