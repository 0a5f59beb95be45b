"""Measures of many documents at once, on flat arrays with a row number per token."""

import numpy as np

from sklstm.features._token_traits import TokenTraits, token_traits


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
        Index of each token's tag in the tag set.

    is_word : ndarray of shape (n_tokens,)
        Whether each token is more than punctuation.

    traits : TokenTraits of ndarrays of shape (n_tokens,)
        What each token looks like.
    """

    def __init__(self, sequences, tags, tag_codes):
        self.n_rows = len(sequences)
        lengths = np.fromiter(map(len, sequences), np.int64, self.n_rows)
        index = _Index()
        codes = np.fromiter(
            (index[token] for tokens in sequences for token in tokens), np.int64
        )
        tags = np.fromiter((tag_codes[tag] for row in tags for tag in row), np.int64)
        self.tokens = list(index)
        columns = np.array([token_traits(token) for token in self.tokens], np.int64).T
        columns = columns.reshape(len(TokenTraits._fields), -1)
        kept = columns[0, codes] == 1
        self.codes, self.tags = codes[kept], tags[kept]
        self.rows = np.repeat(np.arange(self.n_rows), lengths)[kept]
        self.is_word = self.tags != tag_codes["punctuation"]
        self.traits = TokenTraits(*columns[:, self.codes])

    def total(self, values=None):
        """Sum over the tokens of each document."""
        return np.bincount(self.rows, values, self.n_rows)

    def words(self):
        """Row and code of the tokens that are words."""
        return self.rows[self.is_word], self.codes[self.is_word]

    def follows(self, flag):
        """Tell of each token whether `flag` holds of the one before it in its row."""
        before = np.zeros(len(flag), bool)
        before[1:] = flag[:-1] & (self.rows[1:] == self.rows[:-1])
        return before

    def segments(self, ends):
        """Count the words between tokens that end a segment.

        Returns
        -------
        rows : ndarray of shape (n_segments,)
            The document of each segment; segments without a word are left out.

        n_words : ndarray of shape (n_segments,)
            Its words.
        """
        ids = self._ids(~self.follows(~ends))
        n_words = np.bincount(ids, self.is_word)
        rows = np.zeros(len(n_words), np.int64)
        rows[ids] = self.rows
        return rows[n_words > 0], n_words[n_words > 0]

    def longest_run(self, flag):
        """Longest series of neighbouring tokens with `flag`, of each document."""
        ids = self._ids(~(flag & self.follows(flag)))
        longest = np.zeros(self.n_rows, np.int64)
        np.maximum.at(longest, self.rows, np.bincount(ids, flag)[ids].astype(np.int64))
        return longest

    @staticmethod
    def _ids(starts):
        return np.cumsum(starts) - 1


class _Index(dict):
    """Numbers for tokens in the order in which they come."""

    def __missing__(self, token):
        self[token] = number = len(self)
        return number


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
