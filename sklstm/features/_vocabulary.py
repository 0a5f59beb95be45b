"""Tokens and their codes."""

from collections import defaultdict
from itertools import chain, repeat

import numpy as np


class TokenNumbering:
    """Numbers tokens in the order of their first coming.

    Attributes
    ----------
    numbers : dict of str to int
        From 0 on.
    """

    def __init__(self):
        self.numbers = defaultdict()
        self.numbers.default_factory = self.numbers.__len__

    def encode(self, sequences):
        """Replace tokens by their numbers; new ones get the next.

        Parameters
        ----------
        sequences : iterable of list of str
            Token sequences.

        Returns
        -------
        numbers : ndarray of shape (n_tokens,), int32
            The sequences, one after the other.

        lengths : ndarray of shape (n_samples,), int64
        """
        return encode_with(sequences, self.numbers.__getitem__)


def encode_tokens(sequences, vocabulary):
    """Replace tokens by their codes; what is not in the vocabulary becomes 0.

    Parameters
    ----------
    sequences : iterable of list of str
        Token sequences.

    vocabulary : dict of str to int
        Codes begin at 1.

    Returns
    -------
    codes : ndarray of shape (n_tokens,), int32
        The sequences, one after the other.

    lengths : ndarray of shape (n_samples,), int64
    """
    return encode_with(sequences, vocabulary.get, repeat(0))


def encode_with(sequences, code_of, *arguments):
    """Replace each token by what a function says.

    Parameters
    ----------
    sequences : iterable of list of str
        Token sequences.

    code_of : callable
        Called with each token, and with an element of each of the `arguments`.

    *arguments : iterables
        Further arguments of `code_of`.

    Returns
    -------
    codes : ndarray of shape (n_tokens,), int32
        The sequences, one after the other.

    lengths : ndarray of shape (n_samples,), int64
    """
    if isinstance(sequences, list):
        # Of the size that it needs: an array that grows leaves holes in the memory.
        lengths = np.fromiter(map(len, sequences), np.int64, len(sequences))
        flat = map(code_of, chain.from_iterable(sequences), *arguments)
        return np.fromiter(flat, np.int32, lengths.sum()), lengths
    lengths = []
    flat = chain.from_iterable(measured(sequences, lengths))
    codes = np.fromiter(map(code_of, flat, *arguments), dtype=np.int32)
    return codes, np.array(lengths, dtype=np.int64)


def frequent_tokens(counts, min_count, limit=None):
    """Choose the tokens that get a code of their own.

    Parameters
    ----------
    counts : dict of str to int
        How often each token occurs.

    min_count : int
        Fewest occurrences.

    limit : int, default=None
        Most tokens.

    Returns
    -------
    list of str
        By falling count, ties by token: they depend neither on the order of the
        samples nor on the hash seed.
    """
    kept = (token for token, count in counts.items() if count >= min_count)
    return sorted(kept, key=lambda token: (-counts[token], token))[:limit]


def measured(sequences, lengths):
    """Pass the sequences on and append the length of each to `lengths`."""
    for tokens in sequences:
        lengths.append(len(tokens))
        yield tokens
