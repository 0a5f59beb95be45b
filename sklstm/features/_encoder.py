"""Token sequences become sequences of codes."""

from numbers import Integral

import numpy as np
from sklearn.base import TransformerMixin, _fit_context
from sklearn.utils._param_validation import Interval
from sklearn.utils.validation import check_is_fitted

from sklstm.features._vocabulary import (
    TokenNumbering,
    encode_tokens,
    frequent_tokens,
)
from sklstm.sequences import Sequences
from sklstm.utils import (
    Estimator,
    OutputMixin,
    TextInputMixin,
    check_token_sequences,
    iter_token_sequences,
    plain,
    warn_of_unknown_tokens,
)

_BLOCK = 2**22  # time steps


class TokenEncoder(OutputMixin, TextInputMixin, TransformerMixin, Estimator):
    """Replace each token by a code; the classifier learns the vectors.

    Parameters
    ----------
    min_count : int, default=1
        Tokens that occur less often in ``fit`` share code 0 with the unseen ones.

    max_vocabulary : int, default=None
        Most tokens that get a code of their own; the most frequent ones do. None is no
        limit.

    Attributes
    ----------
    vocabulary_ : dict of str to int
        The code of each token: 1 is the most frequent. Code 0 is no token's.

    tokens_ : ndarray of shape (n_codes,), object
        The token of each code; None for code 0.

    counts_ : ndarray of shape (n_codes,), int64
        How often each code occurred in ``fit``.

    See Also
    --------
    sklstm.Word2VecEmbedder : Codes with vectors that are trained beforehand.
    sklstm.LSTMClassifier : Learns a vector for each code.
    sklstm.SequenceUnion : Joins words and their tags time step by time step.

    Notes
    -----
    Codes go by falling frequency, ties by token, so that they depend neither on the
    order of the samples nor on the hash seed. ``fit`` and ``transform`` take one pass
    each, ``fit_transform`` one pass altogether; the result takes 4 bytes a token and 8
    a sample.

    Examples
    --------
    >>> from sklstm import TokenEncoder
    >>> encoder = TokenEncoder().fit([["房间", "很", "好"], ["服务", "很", "好"]])
    >>> encoder.vocabulary_
    {'好': 1, '很': 2, '房间': 3, '服务': 4}
    >>> encoder.transform([["很", "差"], []])
    Sequences(n_samples=2, n_steps=2, vector_sizes=[None])
    >>> encoder.transform([["很", "差"], []]).codes
    (array([2, 0], dtype=int32),)
    """

    _parameter_constraints = {
        "min_count": [Interval(Integral, 1, None, closed="left")],
        "max_vocabulary": [Interval(Integral, 1, None, closed="left"), None],
    }

    def __init__(self, *, min_count=1, max_vocabulary=None):
        self.min_count = min_count
        self.max_vocabulary = max_vocabulary

    def fit(self, X, y=None):
        """Learn the vocabulary.

        Parameters
        ----------
        X : sequence of sequences of str
            Token sequences of shape (n_samples,).

        y : None
            Ignored.

        Returns
        -------
        self : TokenEncoder

        Raises
        ------
        TypeError
            If `X` holds anything but token sequences.

        ValueError
            If there is no token, or none that occurs `min_count` times.
        """
        self.fit_transform(X)
        return self

    @_fit_context(prefer_skip_nested_validation=True)
    def fit_transform(self, X, y=None):
        """Learn the vocabulary and encode with it, in one pass.

        Parameters
        ----------
        X : sequence of sequences of str
            Token sequences of shape (n_samples,).

        y : None
            Ignored.

        Returns
        -------
        Sequences
            One stream of codes, without vectors.
        """
        sequences = check_token_sequences(X, self, min_samples=1)
        # Tokens are numbered as they come and renumbered when all are counted.
        numbering = TokenNumbering()
        numbers, lengths = numbering.encode(sequences)
        code_of_number = self._learn_vocabulary(list(numbering.numbers), numbers)
        # In place: the codes of a million reviews are the bulk of the memory.
        np.take(code_of_number, numbers, out=numbers, mode="clip")
        return Sequences(lengths, [numbers])

    def transform(self, X):
        """Encode token sequences.

        Parameters
        ----------
        X : sequence of sequences of str
            Token sequences of shape (n_samples,).

        Returns
        -------
        Sequences
            One stream of codes, without vectors.
        """
        check_is_fitted(self)
        is_held = hasattr(X, "__len__")
        read = check_token_sequences if is_held else iter_token_sequences
        sequences = read(X, self)
        codes, lengths = encode_tokens(sequences, self.vocabulary_)
        warn_of_unknown_tokens(np.count_nonzero(codes), lengths, self)
        return Sequences(lengths, [codes])

    def inverse_transform(self, X):
        """Put the tokens back in the place of their codes.

        Parameters
        ----------
        X : Sequences
            Its first stream of codes is this encoder's.

        Returns
        -------
        list of list of str
            None stands for a token that had no code.
        """
        check_is_fitted(self)
        tokens = self.tokens_[X.codes[0]]
        return [list(part) for part in np.split(tokens, X.offsets[1:-1])][: len(X)]

    def _learn_vocabulary(self, tokens, numbers):
        """Set the fitted attributes; return the code of each token's number."""
        occurrences = _occurrences(numbers, len(tokens))
        counts = dict(zip(tokens, occurrences.tolist(), strict=True))
        kept = frequent_tokens(counts, self.min_count, plain(self.max_vocabulary))
        if not kept:
            raise ValueError(self._nothing_to_encode(counts))
        self.tokens_ = np.array([None, *kept], dtype=object)
        self.vocabulary_ = {token: code for code, token in enumerate(kept, start=1)}
        codes = [self.vocabulary_.get(token, 0) for token in tokens]
        self.counts_ = np.bincount(codes, weights=occurrences).astype(np.int64)
        return np.array(codes, dtype=np.int32)

    def _nothing_to_encode(self, counts):
        if not counts:
            return (
                "TokenEncoder expects tokens to learn from; every token sequence is "
                "empty."
            )
        return (
            f"TokenEncoder expects a token that occurs min_count={self.min_count} "
            f"times; the most frequent one occurs {max(counts.values())} times. Lower "
            "min_count."
        )


def _occurrences(numbers, n_tokens):
    """Count each number; blockwise, because bincount makes an 8-byte copy."""
    counts = np.zeros(n_tokens, dtype=np.int64)
    for start in range(0, len(numbers), _BLOCK):
        block = numbers[start : start + _BLOCK]
        counts += np.bincount(block, minlength=n_tokens)
    return counts
