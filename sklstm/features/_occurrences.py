"""Where n-grams occur in token sequences, and who bears a share in what they count."""

from itertools import chain, repeat
from typing import NamedTuple

import numpy as np
from scipy.sparse import coo_matrix

from sklstm.utils import estimator_name


class Units(NamedTuple):
    """What n-grams are made of: tokens, or their characters.

    Attributes
    ----------
    lengths : ndarray of shape (n_samples,), int64
        How many each token sequence has.

    tokens : ndarray of shape (n_units,), int64
        Number of the token that each belongs to, through all sequences.

    n_tokens : int
    """

    lengths: np.ndarray
    tokens: np.ndarray
    n_tokens: int


class Occurrences(NamedTuple):
    """Known n-grams in the order in which they are counted, row by row.

    Attributes
    ----------
    rows : ndarray of shape (n_occurrences,), int64
        The token sequence of each.

    columns : ndarray of shape (n_occurrences,), int64
        Its column.

    starts : ndarray of shape (n_occurrences,), int64
        Number of the unit that it begins with; units are numbered through all rows.

    sizes : ndarray of shape (n_occurrences,), int64
        How many units it is made of.
    """

    rows: np.ndarray
    columns: np.ndarray
    starts: np.ndarray
    sizes: np.ndarray


def find_units(sequences, separator=None):
    """Lay out tokens, or characters, through all token sequences.

    Parameters
    ----------
    sequences : list of list of str
    separator : str or None, default=None
        What stands around each token where units are characters. It belongs to the
        token before it, and to the first one. None makes units of tokens.

    Returns
    -------
    Units
    """
    n_tokens = np.fromiter(map(len, sequences), np.int64, len(sequences))
    tokens = np.arange(n_tokens.sum())
    if separator is None:
        return Units(n_tokens, tokens, len(tokens))
    sizes = np.fromiter(map(len, chain.from_iterable(sequences)), np.int64)
    sizes += len(separator)
    firsts = (np.cumsum(n_tokens) - n_tokens)[n_tokens > 0]
    sizes[firsts] += len(separator)
    ends = np.concatenate([[0], np.cumsum(sizes)])[np.cumsum(n_tokens)]
    return Units(np.diff(ends, prepend=0), np.repeat(tokens, sizes), len(tokens))


def find_occurrences(sequences, lengths, make_ngrams, vocabulary):
    """Find the n-grams of a vocabulary.

    Parameters
    ----------
    sequences : list of list of str
        Token sequences.

    lengths : ndarray of shape (n_samples,), int64
        Units of each, tokens or characters.

    make_ngrams : callable
        Gives the n-grams of a token sequence, shorter ones first, each kind in the
        order of the units. It has the bounds `min_n` and `max_n`.

    vocabulary : dict of str to int
        Column of each n-gram.

    Returns
    -------
    Occurrences
    """
    found = map(
        vocabulary.get, chain.from_iterable(map(make_ngrams, sequences)), repeat(-1)
    )
    columns = np.fromiter(found, np.int64)
    sizes = np.arange(make_ngrams.min_n, make_ngrams.max_n + 1)
    numbers = np.maximum(lengths[:, None] - sizes + 1, 0)  # of each row and size
    firsts = np.repeat((np.cumsum(lengths) - lengths)[:, None], len(sizes), axis=1)
    rows = np.repeat(np.arange(len(lengths)), numbers.sum(axis=1))
    within = _count_up(numbers.ravel())
    starts = np.repeat(firsts.ravel(), numbers.ravel()) + within
    sizes = np.repeat(np.tile(sizes, len(lengths)), numbers.ravel())
    is_known = columns >= 0
    return Occurrences(*(part[is_known] for part in (rows, columns, starts, sizes)))


def share_values(values, occurrences, units, estimator):
    """Share the value of each n-gram among the tokens that it is made of.

    Parameters
    ----------
    values : csr_matrix of shape (n_samples, n_features)
        What each n-gram is worth in each row.

    occurrences : Occurrences
    units : Units
    estimator : estimator instance
        Who speaks in messages.

    Returns
    -------
    csr_matrix of shape (n_tokens, n_features)
        Of equal parts for all occurrences of an n-gram in a row, and for all units of
        an occurrence.
    """
    rows, columns, starts, sizes = occurrences
    n_features = values.shape[1]
    keys, places, counts = np.unique(
        rows * n_features + columns, return_inverse=True, return_counts=True
    )
    worth = _look_up(values, keys, estimator) / counts
    data = np.repeat(worth[places] / sizes, sizes)
    tokens = units.tokens[np.repeat(starts, sizes) + _count_up(sizes)]
    shape = (units.n_tokens, n_features)
    return coo_matrix((data, (tokens, np.repeat(columns, sizes))), shape=shape).tocsr()


def _look_up(values, keys, estimator):
    """Values at sorted flat places of a sparse matrix that has none elsewhere."""
    stored = values.tocoo()
    flat = stored.row.astype(np.int64) * values.shape[1] + stored.col
    places = np.searchsorted(keys, flat)
    occurs = np.append(keys, -1)[places] == flat
    strays = np.flatnonzero(~occurs & (stored.data != 0))
    if len(strays):
        row, value = stored.row[strays[0]], stored.data[strays[0]]
        ngram = estimator.get_feature_names_out()[stored.col[strays[0]]]
        raise ValueError(
            f"{estimator_name(estimator)} expects values of n-grams that occur; row "
            f"{row} has {value} for {ngram!r}, which does not. Leave out steps that "
            "shift values, such as the centring of StandardScaler."
        )
    return np.bincount(places[occurs], stored.data[occurs], len(keys))


def _count_up(numbers):
    """0, 1, ... up to each number, one after the other."""
    return np.arange(numbers.sum()) - np.repeat(np.cumsum(numbers) - numbers, numbers)
