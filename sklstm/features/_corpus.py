"""Token sequences that are read once, or once for each epoch."""

from collections.abc import Iterator

import numpy as np
from scipy.sparse import csr_array

from sklstm.features._vocabulary import TokenNumbering, encode_tokens
from sklstm.utils import estimator_name, iter_token_sequences

_CHUNK = 2**18  # tokens


class Corpus:
    """Counts the tokens of a corpus and hands it out in chunks of codes.

    What has a length, or can be read only once, is kept as 4 bytes a token. Anything
    else that can be iterated over again is read again for each pass: it may be larger
    than the memory.

    Parameters
    ----------
    X : iterable of sequences of str
        Token sequences.

    estimator : estimator instance
        Who speaks in messages.

    Attributes
    ----------
    counts : dict of str to int
        How often each token occurs.

    document_counts : dict of str to int
        In how many token sequences each token occurs.

    n_samples : int

    n_tokens : int
    """

    def __init__(self, X, estimator):
        self._X = X
        self._estimator = estimator
        self._is_streamed = not isinstance(X, Iterator) and not hasattr(X, "__len__")
        self._numbering = TokenNumbering()
        self._numbers, self._lengths = [np.empty(0, np.int32)], [np.empty(0, np.int64)]
        self.n_samples = self.n_tokens = 0
        self._read()

    def _read(self):
        counts = document_counts = np.zeros(0, dtype=np.int64)
        for sequences in self._read_chunks():
            numbers, lengths = self._numbering.encode(sequences)
            counts = _add(counts, numbers)
            document_counts = _add(document_counts, _distinct(numbers, lengths))
            self.n_samples += len(lengths)
            self.n_tokens += len(numbers)
            if not self._is_streamed:
                self._numbers.append(numbers)
                self._lengths.append(lengths)
        self._numbers = np.concatenate(self._numbers)
        self._lengths = np.concatenate(self._lengths)
        tokens = list(self._numbering.numbers)
        self.counts = dict(zip(tokens, counts.tolist(), strict=True))
        self.document_counts = dict(zip(tokens, document_counts.tolist(), strict=True))
        self._check_filled()

    def _check_filled(self):
        name = estimator_name(self._estimator)
        if not self.n_samples:
            raise ValueError(
                f"{name} expects token sequences (list of list of str) with at least 1 "
                "sample(s); got 0 samples."
            )
        if not self.n_tokens:
            raise ValueError(
                f"{name} expects tokens to learn from; every token sequence is empty."
            )

    def _read_chunks(self):
        """Yield lists of token sequences of about `_CHUNK` tokens."""
        chunk, n_tokens = [], 0
        for tokens in iter_token_sequences(self._X, self._estimator):
            chunk.append(tokens)
            n_tokens += len(tokens)
            if n_tokens >= _CHUNK:
                yield chunk
                chunk, n_tokens = [], 0
        if chunk:
            yield chunk

    def shuffled_chunks(self, vocabulary, rng):
        """Take one pass in another order of the token sequences.

        A corpus that is read again is shuffled within each chunk.

        Parameters
        ----------
        vocabulary : dict of str to int
            Code of each token.

        rng : RandomState instance
            Decides the order.

        Yields
        ------
        codes : ndarray of shape (n_tokens,), int32
            Whole token sequences, one after the other; 0 is unknown.

        lengths : ndarray of shape (n_samples,), int64
        """
        if self._is_streamed:
            yield from self._shuffled_stream(vocabulary, rng)
            return
        codes, _ = encode_tokens([self._numbering.numbers], vocabulary)
        order = rng.permutation(len(self._lengths))
        ends = np.cumsum(self._lengths[order])
        n_chunks = max(1, round(self.n_tokens / _CHUNK))
        cuts = np.searchsorted(ends, np.arange(1, n_chunks) * (ends[-1] / n_chunks))
        for rows in np.split(order, cuts):
            numbers, lengths = _take(self._numbers, self._lengths, rows)
            yield codes.take(numbers), lengths

    def _shuffled_stream(self, vocabulary, rng):
        is_empty = True
        for sequences in self._read_chunks():
            is_empty = False
            codes, lengths = encode_tokens(sequences, vocabulary)
            yield _take(codes, lengths, rng.permutation(len(lengths)))
        if is_empty:
            raise ValueError(
                f"{estimator_name(self._estimator)} expects token sequences that can "
                f"be read again for each epoch; {type(self._X).__name__} gave "
                f"{self.n_samples} the first time and none now. Let its __iter__ "
                "begin anew, or pass a list."
            )


def _add(counts, numbers):
    """Count the numbers on; there may be new ones."""
    more = np.bincount(numbers, minlength=len(counts))
    more[: len(counts)] += counts
    return more


def _distinct(numbers, lengths):
    """Each number once for each sequence that it occurs in."""
    # SciPy sorts the short rows of a matrix faster than NumPy sorts all pairs at once.
    ends = np.concatenate([[0], np.cumsum(lengths)]).astype(numbers.dtype)
    occurs = np.ones(len(numbers), dtype=bool)
    shape = (len(lengths), numbers.max(initial=0) + 1)
    rows = csr_array((occurs, numbers.copy(), ends), shape=shape)
    rows.sum_duplicates()
    return rows.indices


def _take(codes, lengths, rows):
    """Sequences in the order of `rows`."""
    starts = (np.cumsum(lengths) - lengths)[rows]
    lengths = lengths[rows]
    steps = np.arange(lengths.sum())
    steps += np.repeat(starts - (np.cumsum(lengths) - lengths), lengths)
    return codes.take(steps), lengths
