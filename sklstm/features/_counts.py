"""Counts of tokens, and of n-grams of tokens or of their characters."""

from dataclasses import dataclass
from numbers import Integral

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.base import TransformerMixin, _fit_context
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer
from sklearn.utils._param_validation import StrOptions
from sklearn.utils.validation import check_is_fitted

from sklstm.features._occurrences import find_occurrences, find_units, share_values
from sklstm.features._vocabulary import measured
from sklstm.utils import (
    Estimator,
    OutputMixin,
    TextInputMixin,
    as_list,
    check_token_sequences,
    iter_token_sequences,
    plain,
    shown,
    warn_of_unknown_tokens,
)


class TokenCountVectorizer(
    OutputMixin,
    TextInputMixin,
    TransformerMixin,
    Estimator,
    auto_wrap_output_keys=None,  # data frames hold no sparse matrix
):
    """Count the tokens, or n-grams of tokens or characters, of each token sequence.

    scikit-learn's `~sklearn.feature_extraction.text.CountVectorizer` for input that is
    segmented already: every token counts, one-character words such as 不 and 好 too.

    Parameters
    ----------
    analyzer : {"word", "char"}, default="word"
        What n-grams are made of: "word" for tokens, "char" for the characters of the
        tokens joined, over the bounds of tokens. Whatever was left out before, such as
        white space and stop words, leaves no gap.

    separator : str, default=""
        What stands between tokens, before the first and after the last, where n-grams
        are made of characters. A space tells where words begin and end, in languages
        that are written so.

    ngram_range : array-like (min_n, max_n), default=(1, 1)
        Shortest and longest n-grams. ``(1, 2)`` is words and word pairs.

    min_df : int or float in [0.0, 1.0], default=1
        Leave out n-grams that occur in fewer token sequences: an int is their number,
        a float their share.

    max_df : int or float in [0.0, 1.0], default=1.0
        Leave out n-grams that occur in more token sequences: an int is their number, a
        float their share.

    max_features : int, default=None
        Keep only the n-grams that are most frequent. None keeps all.

    binary : bool, default=False
        Whether an n-gram counts once for each token sequence however often it occurs.

    tfidf : bool, default=False
        Whether to weight the counts by
        `~sklearn.feature_extraction.text.TfidfTransformer` with its defaults: smoothed
        inverse document frequency, rows of unit length. For other settings leave this
        False and put a TfidfTransformer after it.

    Attributes
    ----------
    vocabulary_ : dict of str to int
        The column of each n-gram. The tokens of an n-gram are joined by a space, its
        characters by nothing.

    vectorizer_ : CountVectorizer
        The fitted counter.

    tfidf_ : TfidfTransformer or None
        The fitted weighting; None where ``tfidf=False``.

    See Also
    --------
    sklstm.JiebaSegmenter : Makes token sequences of documents.
    sklstm.TokenEncoder : Keeps the order of the tokens.
    sklstm.make_naive_bayes_pipeline : Counts and naive Bayes.
    sklstm.make_linear_pipeline : Characters and words, weighted, and a linear model.

    Notes
    -----
    Nothing is lower-cased, stripped or left out by shape. Columns are sorted by n-gram,
    so that they do not depend on the order of the samples. The pair of the tokens "a"
    and "b" shares its column with a token "a b", should there be one.

    Examples
    --------
    >>> from sklstm import TokenCountVectorizer
    >>> counter = TokenCountVectorizer(ngram_range=(1, 2))
    >>> counts = counter.fit_transform([["不", "好"], ["好"]])
    >>> counter.get_feature_names_out()
    array(['不', '不 好', '好'], dtype=object)
    >>> counts.toarray()
    array([[1, 1, 1],
           [0, 0, 1]])
    >>> characters = TokenCountVectorizer(analyzer="char", ngram_range=(2, 2))
    >>> characters.fit([["服务", "不", "好"]]).get_feature_names_out()
    array(['不好', '务不', '服务'], dtype=object)
    """

    _parameter_constraints = {
        "analyzer": [StrOptions({"word", "char"})],
        "separator": [str],
        "ngram_range": ["array-like"],
        "min_df": CountVectorizer._parameter_constraints["min_df"],
        "max_df": CountVectorizer._parameter_constraints["max_df"],
        "max_features": CountVectorizer._parameter_constraints["max_features"],
        "binary": ["boolean"],
        "tfidf": ["boolean"],
    }

    def __init__(
        self,
        *,
        analyzer="word",
        separator="",
        ngram_range=(1, 1),
        min_df=1,
        max_df=1.0,
        max_features=None,
        binary=False,
        tfidf=False,
    ):
        self.analyzer = analyzer
        self.separator = separator
        self.ngram_range = ngram_range
        self.min_df = min_df
        self.max_df = max_df
        self.max_features = max_features
        self.binary = binary
        self.tfidf = tfidf

    def fit(self, X, y=None):
        """Learn the n-grams, and their weights where ``tfidf=True``.

        Parameters
        ----------
        X : sequence of sequences of str
            Token sequences of shape (n_samples,).

        y : None
            Ignored.

        Returns
        -------
        self : TokenCountVectorizer

        Raises
        ------
        TypeError
            If `X` holds anything but token sequences.

        ValueError
            If no n-gram is left to count.
        """
        self.fit_transform(X)
        return self

    @_fit_context(prefer_skip_nested_validation=True)
    def fit_transform(self, X, y=None):
        """Learn the n-grams and count them, in one pass.

        Parameters
        ----------
        X : sequence of sequences of str
            Token sequences of shape (n_samples,).

        y : None
            Ignored.

        Returns
        -------
        csr_matrix of shape (n_samples, n_features)
        """
        vectorizer = self._make_vectorizer(*self._read_ngram_range())
        sequences = check_token_sequences(X, self, min_samples=1)
        try:
            counts = vectorizer.fit_transform(sequences)
        except ValueError as exc:
            raise ValueError(self._nothing_to_count(sequences, exc)) from exc
        self.vectorizer_ = vectorizer
        self.vocabulary_ = vectorizer.vocabulary_
        self.tfidf_ = TfidfTransformer().fit(counts) if self.tfidf else None
        return self._weight(counts)

    def transform(self, X):
        """Count the learned n-grams; others are left out.

        Parameters
        ----------
        X : sequence of sequences of str
            Token sequences of shape (n_samples,).

        Returns
        -------
        csr_matrix of shape (n_samples, n_features)
        """
        check_is_fitted(self)
        lengths = []
        sequences = measured(iter_token_sequences(X, self), lengths)
        counts = self.vectorizer_.transform(sequences)
        warn_of_unknown_tokens(counts.nnz, np.array(lengths), self)
        return self._weight(counts)

    def token_values(self, X, values=None):
        """Share the value of each n-gram among the tokens that it is made of.

        Parameters
        ----------
        X : sequence of sequences of str
            Token sequences of shape (n_samples,).

        values : sparse matrix of shape (n_samples, n_features), default=None
            What each n-gram is worth in each token sequence; zero where it does not
            occur. None takes `transform`. Give what later steps make of it, such as a
            `~sklearn.feature_extraction.text.TfidfTransformer`.

        Returns
        -------
        csr_matrix of shape (n_tokens, n_features)
            A row for each token, of all sequences one after the other. Those of a
            sequence sum to its row of `values`.

        Raises
        ------
        ValueError
            If `values` has another shape, or a value for what does not occur.

        Notes
        -----
        The value of an n-gram is shared equally among its occurrences in the sequence,
        that of an occurrence among its tokens, or among its characters, which belong to
        tokens. A token "a b" and the pair of "a" and "b" occur in one column: with both
        in a sequence the token bears one half, and "a" and "b" one quarter each.

        Examples
        --------
        >>> from sklstm import TokenCountVectorizer
        >>> counter = TokenCountVectorizer(ngram_range=(1, 2), binary=True)
        >>> counter.fit([["不", "好"], ["好"]]).get_feature_names_out()
        array(['不', '不 好', '好'], dtype=object)
        >>> counter.token_values([["不", "好", "好"]]).toarray()
        array([[1. , 0.5, 0. ],
               [0. , 0.5, 0.5],
               [0. , 0. , 0.5]])
        """
        check_is_fitted(self)
        sequences = check_token_sequences(X, self)
        values = self.transform(sequences) if values is None else csr_matrix(values)
        n_features = len(self.vocabulary_)
        if values.shape != (len(sequences), n_features):
            raise ValueError(
                "TokenCountVectorizer expects values of shape (n_samples, n_features) "
                f"= {(len(sequences), n_features)}; got {values.shape}."
            )
        make_ngrams = self.vectorizer_.analyzer
        units = find_units(sequences, getattr(make_ngrams, "separator", None))
        occurrences = find_occurrences(
            sequences, units.lengths, make_ngrams, self.vocabulary_
        )
        return share_values(values, occurrences, units, self)

    def get_feature_names_out(self, input_features=None):
        """Return the n-gram of each column.

        Parameters
        ----------
        input_features : None
            Ignored.

        Returns
        -------
        ndarray of shape (n_features,), object
        """
        check_is_fitted(self)
        return self.vectorizer_.get_feature_names_out()

    def _read_ngram_range(self):
        subject = (
            "TokenCountVectorizer expects ngram_range=(min_n, max_n) with 1 <= min_n "
            "<= max_n"
        )
        bounds = as_list(self.ngram_range, subject)
        are_ints = all(isinstance(bound, Integral) for bound in bounds)
        if len(bounds) != 2 or not are_ints or not 1 <= bounds[0] <= bounds[1]:
            raise ValueError(f"{subject}; got {shown(self.ngram_range)}.")
        return bounds

    def _make_vectorizer(self, min_n, max_n):
        # A callable analyzer: with its own, CountVectorizer keeps the id() of its stop
        # words, and no two processes would learn the same bytes.
        make_ngrams = _WordNgrams(min_n, max_n)
        if plain(self.analyzer) == "char":
            make_ngrams = _CharNgrams(min_n, max_n, plain(self.separator))
        return CountVectorizer(
            analyzer=make_ngrams,
            min_df=plain(self.min_df),
            max_df=plain(self.max_df),
            max_features=plain(self.max_features),
            binary=plain(self.binary),
        )

    def _nothing_to_count(self, sequences, exc):
        if not any(sequences):
            return (
                "TokenCountVectorizer expects tokens to learn from; every token "
                "sequence is empty."
            )
        return (
            "TokenCountVectorizer cannot count with ngram_range="
            f"{shown(self.ngram_range)}, min_df={self.min_df} and "
            f"max_df={self.max_df}: {exc}"
        )

    def _weight(self, counts):
        # TfidfTransformer refuses zero samples.
        if self.tfidf_ is None or not counts.shape[0]:
            return counts
        return self.tfidf_.transform(counts, copy=False)


@dataclass(frozen=True)
class _WordNgrams:
    """Makes n-grams of tokens; an object, because a lambda would not pickle."""

    min_n: int
    max_n: int

    def __call__(self, tokens):
        for n in range(self.min_n, self.max_n + 1):
            shifted = [tokens[i:] for i in range(n)]
            yield from map(" ".join, zip(*shifted, strict=False)) if n > 1 else tokens


@dataclass(frozen=True)
class _CharNgrams:
    """Makes n-grams of the characters of tokens."""

    min_n: int
    max_n: int
    separator: str = ""

    def __call__(self, tokens):
        text = self.separator.join(["", *tokens, ""] if tokens else [])
        for n in range(self.min_n, self.max_n + 1):
            yield from (text[i : i + n] for i in range(len(text) - n + 1))
