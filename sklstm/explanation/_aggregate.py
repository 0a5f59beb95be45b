"""Contributions of many samples, word by word and class by class."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class WordTable:
    """What words contribute where they stand.

    Attributes
    ----------
    words : tuple of str
        In the order of their first places.

    contributions : ndarray of shape (n_words, n_classes)
        Means over all places of a word.

    standard_errors : ndarray of shape (n_words, n_classes)
        Of these means; NaN for words of one sample.

    n_occurrences : ndarray of shape (n_words,), int
        Places.

    n_samples : ndarray of shape (n_words,), int
        Samples that hold the word.

    example_samples, example_places : ndarray of shape (n_words, n_classes), int
        Sample, among those that were explained, and place in it, where the word counts
        most in the direction of its mean.
    """

    words: tuple
    contributions: np.ndarray
    standard_errors: np.ndarray
    n_occurrences: np.ndarray
    n_samples: np.ndarray
    example_samples: np.ndarray
    example_places: np.ndarray


def gather_words(explanations):
    """Gather what each word contributes.

    Parameters
    ----------
    explanations : sequence of Explanation
        Of token sequences, in the same classes; one at least.

    Returns
    -------
    WordTable

    Notes
    -----
    Places of one sample are not independent: the standard error is that of a mean over
    clusters (Liang & Zeger 1986), a sample being a cluster.
    """
    numbers = {}
    ids, samples, places = [], [], []
    for row, each in enumerate(explanations):
        ids += [numbers.setdefault(token, len(numbers)) for token in each.tokens]
        samples += [row] * len(each.tokens)
        places += range(len(each.tokens))
    ids, samples, places = (np.array(one, dtype=int) for one in (ids, samples, places))
    values = np.concatenate([each.contributions for each in explanations])
    counts = np.bincount(ids, minlength=len(numbers))
    means = _sums(values, ids, len(numbers)) / np.maximum(counts, 1)[:, None]
    errors, n_samples = _standard_errors(values - means[ids], ids, samples, counts)
    best = _strongest(values * np.sign(means)[ids], ids, len(numbers))
    return WordTable(
        tuple(numbers), means, errors, counts, n_samples, samples[best], places[best]
    )


def gather_series(explanations):
    """Gather how large contributions of channels and of time steps are.

    Parameters
    ----------
    explanations : sequence of Explanation
        Of series, in the same classes and channels.

    Returns
    -------
    channels : ndarray of shape (n_channels, n_classes)
        Mean absolute contributions over all time steps of all samples.

    time_steps : ndarray of shape (n_timesteps, n_classes)
        The same over channels, of the samples that have that time step.

    n_samples : ndarray of shape (n_timesteps,), int
        Samples that have it.
    """
    sizes = [np.abs(each.contributions) for each in explanations]
    channels = np.concatenate(sizes).mean(axis=0)
    longest = max(map(len, sizes))
    sums = np.zeros((longest, channels.shape[1]))
    n_samples = np.zeros(longest, dtype=int)
    for size in sizes:
        sums[: len(size)] += size.mean(axis=1)
        n_samples[: len(size)] += 1
    return channels, sums / n_samples[:, None], n_samples


def gather_static(explanations):
    """Average what features of the whole sample contribute.

    Parameters
    ----------
    explanations : sequence of Explanation
        In the same classes.

    Returns
    -------
    names : tuple of str
    means, standard_errors : ndarray of shape (n_static_features, n_classes), or None
        None where the method counts them with the words that they come from.
    """
    first = explanations[0]
    if first.static is None:
        return first.static_names, None, None
    values = np.array([each.static for each in explanations])
    n_samples = len(values)
    errors = np.full(values.shape[1:], np.nan)
    if n_samples > 1:
        errors = values.std(axis=0, ddof=1) / np.sqrt(n_samples)
    return first.static_names, values.mean(axis=0), errors


def _sums(values, ids, n):
    return np.stack([np.bincount(ids, column, n) for column in values.T], axis=1)


def _standard_errors(residuals, ids, samples, counts):
    """Find standard errors of means over clusters, and count the clusters."""
    n_rows = samples.max(initial=0) + 1
    pairs, of = np.unique(ids * n_rows + samples, return_inverse=True)
    within = _sums(residuals, of, len(pairs))
    words = pairs // n_rows
    n_samples = np.bincount(words, minlength=len(counts))
    with np.errstate(divide="ignore", invalid="ignore"):
        correction = np.sqrt(n_samples / (n_samples - 1))
        errors = np.sqrt(_sums(within**2, words, len(counts))) / counts[:, None]
        errors = errors * np.where(n_samples > 1, correction, np.nan)[:, None]
    return errors, n_samples


def _strongest(values, ids, n):
    """For each word and class, the first place where the value is greatest."""
    best = np.empty((n, values.shape[1]), dtype=int)
    for column, one in enumerate(values.T):
        order = np.lexsort((-np.arange(len(one)), one, ids))
        best[ids[order], column] = order  # the last of a word stays
    return best
