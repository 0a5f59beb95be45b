"""Hand-made features of documents: kinds of words, frequency, length and tone."""

from collections import Counter

import numpy as np
from sklearn.base import _fit_context
from sklearn.utils.validation import check_is_fitted

from sklstm.features._style.document_measures import FlatDocuments, ratio
from sklstm.features._style.measures import (
    TAG_CODES,
    measure_length,
    measure_pos,
    measure_tone,
)
from sklstm.text import JiebaPOSTagger
from sklstm.utils import (
    Estimator,
    TextTransformerMixin,
    as_list,
    check_token_sequences,
    shown,
)

_GROUPS = ("pos", "frequency", "length", "tone")
# Documents that hold a word: up to 1 and it is unseen, up to 5 and it is rare.
_UNSEEN, _RARE = 1, 5
# Documents measured at once: bounds the memory, changes no number.
_BATCH = 4096


class POSFeatureExtractor(TextTransformerMixin, Estimator):
    r"""Describe a segmented document by kinds of words, frequency, length and tone.

    The hand-made features of classical sentiment analysis. They see how a text is
    written, not what it is about.

    Parameters
    ----------
    features : array-like of str, default=("pos", "frequency", "length", "tone")
        Groups of features to compute, of these four; their order does not matter.

    Attributes
    ----------
    document_counts_ : dict of str to int
        The number of training documents that hold each word.

    n_documents_ : int
        The number of training documents.

    See Also
    --------
    JiebaPOSTagger : The tags, in its coarse tag set.
    TokenCountVectorizer : What a text is about.
    SequenceUnion : Joins these features, as what does not change over time, with the
        words.

    Notes
    -----
    A document has :math:`T` tokens, white space left out. Its *words* are the tokens
    that are more than punctuation, :math:`w_1 \dots w_n`. Clauses end at
    ``, ; : ~`` and sentences at ``. ! ?`` and dots, full-width or not; those without
    a word do not count. A ratio whose denominator is 0 is 0, so that an empty
    document has a row of zeros, but for ``tone_flatness``, which is 1.

    With :math:`N` training documents, of which :math:`d(w)` hold the word :math:`w`,
    :math:`f(w) = \log\frac{1 + d(w)}{1 + N}`, and :math:`c(w)` the occurrences of
    :math:`w` in this document:

    ============================= ================================================
    ``pos_``
    ------------------------------------------------------------------------------
    noun, name, verb, ...         tokens of each coarse tag / :math:`T`
    ----------------------------- ------------------------------------------------
    ``frequency_``
    ------------------------------------------------------------------------------
    mean_log, min_log, max_log    mean, least and greatest :math:`f(w_i)`
    rare_share                    words with :math:`2 \le d(w) \le 5`, / :math:`n`
    unseen_share                  words with :math:`d(w) \le 1`, / :math:`n`
    type_token_ratio              distinct words / :math:`n`
    repetition                    :math:`\sum_w c(w)(c(w) - 1) / n(n - 1)`: the
                                  chance that two words drawn are the same
    ----------------------------- ------------------------------------------------
    ``length_``
    ------------------------------------------------------------------------------
    characters                    :math:`\log(1 + \text{characters})`
    words, clauses, sentences     the same of their numbers
    word_mean, word_deviation     mean, standard deviation of characters a word
    clause_mean                   mean number of words of a clause
    clause_deviation              its standard deviation
    sentence_mean                 mean number of words of a sentence
    sentence_deviation            its standard deviation
    ----------------------------- ------------------------------------------------
    ``tone_``
    ------------------------------------------------------------------------------
    exclamation_share             tokens with ``!`` / :math:`T`
    question_share                tokens with ``?`` / :math:`T`
    ellipsis_share                tokens of dots, and full stops that follow one,
                                  / :math:`T`
    tilde_share                   tokens with ``~`` / :math:`T`
    emoji_share                   tokens with an emoji or the like / :math:`T`
    strong_degree_share           adverbs that strengthen (很) / :math:`T`
    weak_degree_share             adverbs that weaken or hedge (有点) / :math:`T`
    negation_share                negations (不) / :math:`T`
    contrast_share                words of contrast (但是) / :math:`T`
    modal_share                   modal particles, interjections (吧) / :math:`T`
    exclamation_run               :math:`\log(1 + \text{longest series of them})`
    question_run, ellipsis_run    the same
    repeated_character_share      characters of words that equal the one before
                                  / characters
    repeated_punctuation_share    the same of punctuation
    clause_variation              :math:`v`, clause_deviation / clause_mean
    flatness                      :math:`1 / (1 + S / K + v)`
    ============================= ================================================

    A word that one training document alone holds counts as unseen, since it would be
    to that document if it were left out: so the shares of training documents and of
    new ones compare. The words of tone are lists of the package's own.

    In ``tone_flatness``, :math:`S` is the number of exclamation and question marks,
    ellipses, tildes, emoji, modal particles and strengthening adverbs, and :math:`K`
    that of clauses, at least 1. It lies in (0, 1]: 1 for clauses of one length without
    a sign of agitation, less with each sign and with uneven clauses; it does not
    depend on the length of the text, for signs count per clause. Every sign weighs
    one: to weigh them by kind is the classifier's task, which has each by itself.

    Kaomoji such as ``^_^`` are cut into characters before they come here and are not
    seen. The result of a row depends on that row and on `fit` alone.

    Examples
    --------
    >>> from sklstm import POSFeatureExtractor
    >>> words = [["房间", "干净", "。", "服务", "周到", "。"], ["太", "吵", "！", "！"]]
    >>> extractor = POSFeatureExtractor(features=["tone"]).fit(words)
    >>> names = list(extractor.get_feature_names_out())
    >>> features = extractor.transform(words)
    >>> features[:, names.index("tone_flatness")]
    array([1.  , 0.25])
    """

    _parameter_constraints: dict = {"features": ["array-like"]}

    def __init__(self, *, features=_GROUPS):
        self.features = features

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X, y=None):
        """Learn how many documents hold each word.

        Parameters
        ----------
        X : sequence of sequences of str of shape (n_samples,)
            Token sequences.

        y : None
            Ignored.

        Returns
        -------
        POSFeatureExtractor
            The fitted estimator.
        """
        self._chosen_groups()
        sequences = check_token_sequences(X, self, min_samples=1)
        counts = Counter()
        for tokens in sequences:
            counts.update(dict.fromkeys(tokens).keys())  # a set has no fixed order
        if not counts:
            raise ValueError(
                "POSFeatureExtractor expects at least one token to learn from; all "
                f"{len(sequences)} token sequences are empty."
            )
        self.document_counts_ = dict(counts)
        self.n_documents_ = len(sequences)
        return self

    def transform(self, X):
        """Measure documents.

        Parameters
        ----------
        X : sequence of sequences of str of shape (n_samples,)
            Token sequences.

        Returns
        -------
        ndarray of shape (n_samples, n_features_out)
            One row per document, finite everywhere.
        """
        check_is_fitted(self)
        sequences = check_token_sequences(X, self)
        features = np.empty((len(sequences), len(self.get_feature_names_out())))
        for start in range(0, len(sequences), _BATCH):
            batch = slice(start, start + _BATCH)
            columns = self._measure(sequences[batch])
            np.stack(list(columns.values()), axis=1, out=features[batch])
        return features

    def get_feature_names_out(self, input_features=None):
        """Name the features.

        Parameters
        ----------
        input_features : None
            Ignored.

        Returns
        -------
        ndarray of str of shape (n_features_out,)
            A group and a measure each, such as ``"tone_flatness"``.
        """
        check_is_fitted(self)
        return np.array(list(self._measure([[]])), dtype=object)

    def _chosen_groups(self):
        """List the groups that are asked for."""
        subject = f"POSFeatureExtractor expects features to be some of {_GROUPS}"
        groups = as_list(self.features, subject)
        if not groups or not all(group in _GROUPS for group in groups):
            raise ValueError(f"{subject}; got {shown(groups)}.")
        return groups

    def _measure(self, sequences):
        """Compute a column of numbers for each feature name."""
        groups = self._chosen_groups()
        tags = JiebaPOSTagger(tagset="coarse").transform(sequences)
        documents = FlatDocuments(sequences, tags, TAG_CODES)
        measures = {
            "pos": measure_pos,
            "frequency": self._measure_frequency,
            "length": measure_length,
            "tone": measure_tone,
        }
        return {
            f"{group}_{name}": column
            for group in _GROUPS
            if group in groups
            for name, column in measures[group](documents).items()
        }

    def _measure_frequency(self, documents):
        n_rows = documents.n_rows
        rows, codes = (
            documents.rows[documents.is_word],
            documents.codes[documents.is_word],
        )
        n_words = np.bincount(rows, minlength=n_rows)
        held = np.fromiter(
            (self.document_counts_.get(token, 0) for token in documents.tokens),
            np.int64,
        )[codes]
        logs = np.log((1 + held) / (1 + self.n_documents_))
        rare = (held > _UNSEEN) & (held <= _RARE)
        return {
            "mean_log": ratio(np.bincount(rows, logs, n_rows), n_words),
            "min_log": _extreme(np.fmin, rows, logs, n_rows),
            "max_log": _extreme(np.fmax, rows, logs, n_rows),
            "rare_share": ratio(np.bincount(rows, rare, n_rows), n_words),
            "unseen_share": ratio(np.bincount(rows, held <= _UNSEEN, n_rows), n_words),
            **_measure_variety(rows, codes, n_words),
        }


def _extreme(ufunc, rows, values, n_rows):
    """Least or greatest value of each row; 0 where there is none."""
    extremes = np.full(n_rows, np.nan)
    ufunc.at(extremes, rows, values)
    return np.nan_to_num(extremes)


def _measure_variety(rows, codes, n_words):
    n_rows, n_codes = len(n_words), codes.max(initial=0) + 1
    pairs, counts = np.unique(rows * n_codes + codes, return_counts=True)
    of_rows = pairs // n_codes
    alike = np.bincount(of_rows, counts * (counts - 1), n_rows)
    return {
        "type_token_ratio": ratio(np.bincount(of_rows, minlength=n_rows), n_words),
        "repetition": ratio(alike, n_words * (n_words - 1)),
    }
