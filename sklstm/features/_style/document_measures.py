"""Many documents at once: flat arrays with a row number per token."""

from itertools import chain

import numpy as np

from sklstm.features._style.token_traits import TokenTraits, token_traits


class FlatDocuments:
    """Tokens of documents, one after the other; white space is left out.

    Attributes
    ----------
    n_rows : int
        Number of documents.

    rows : ndarray of shape (n_tokens,)
        The document that each token belongs to.

    tokens : list of str
        The distinct tokens.

    codes : ndarray of shape (n_tokens,)
        Index of each token in `tokens`.

    tags : ndarray of shape (n_tokens,)
        Code of each token's tag.

    is_word : ndarray of shape (n_tokens,)
        Whether each token is more than punctuation.

    traits : TokenTraits of ndarrays of shape (n_tokens,)
        What each token looks like.
    """

    def __init__(self, sequences, tags, tag_codes):
        self.n_rows = len(sequences)
        lengths = np.fromiter(map(len, sequences), np.int64, self.n_rows)
        index = _Index()
        codes = _flatten(sequences, index, lengths.sum())
        tags = _flatten(tags, tag_codes, lengths.sum())
        self.tokens = list(index)
        table = np.fromiter(
            chain.from_iterable(map(token_traits, self.tokens)), np.int64
        ).reshape(-1, len(TokenTraits._fields))
        kept = table[codes, 0] == 1
        self.codes, self.tags = codes[kept], tags[kept]
        self.rows = np.repeat(np.arange(self.n_rows), lengths)[kept]
        self.is_word = self.tags != tag_codes["punctuation"]
        self.traits = TokenTraits(*(column[self.codes] for column in table.T))

    def total(self, values=None):
        """Sum over the tokens of each document."""
        return np.bincount(self.rows, values, self.n_rows)

    def follows(self, flag):
        """Tell of each token whether `flag` holds of the one before it in its row."""
        before = np.zeros(len(flag), bool)
        before[1:] = flag[:-1] & (self.rows[1:] == self.rows[:-1])
        return before

    def segments(self, ends):
        """Count the words between the tokens that end a segment.

        Returns
        -------
        rows : ndarray of shape (n_segments,)
            The document of each segment; segments without a word are left out.

        n_words : ndarray of shape (n_segments,)
            Its words.
        """
        ids = _number(~self.follows(~ends))
        n_words = np.bincount(ids, self.is_word)
        rows = np.zeros(len(n_words), np.int64)
        rows[ids] = self.rows
        return rows[n_words > 0], n_words[n_words > 0]

    def longest_run(self, flag):
        """Longest series of neighbouring tokens with `flag`, of each document."""
        ids = _number(~(flag & self.follows(flag)))
        longest = np.zeros(self.n_rows)
        np.maximum.at(longest, self.rows, np.bincount(ids, flag)[ids])
        return longest


class _Index(dict):
    """Numbers for tokens in the order in which they come."""

    def __missing__(self, token):
        self[token] = number = len(self)
        return number


def _flatten(sequences, codes, n_tokens):
    flat = chain.from_iterable(sequences)
    return np.fromiter(map(codes.__getitem__, flat), np.int64, n_tokens)


def _number(starts):
    return np.cumsum(starts) - 1


def ratio(numerator, denominator):
    """Divide; 0 where the denominator is 0."""
    numerator = np.asarray(numerator, np.float64)
    return np.divide(
        numerator, denominator, out=np.zeros_like(numerator), where=denominator > 0
    )


def mean_and_deviation(rows, values, n_rows):
    """Mean and standard deviation (of the population) of the values of each row."""
    count = np.bincount(rows, minlength=n_rows)
    mean = ratio(np.bincount(rows, values, n_rows), count)
    squares = np.bincount(rows, (values - mean[rows]) ** 2, n_rows)
    return mean, np.sqrt(ratio(squares, count))
