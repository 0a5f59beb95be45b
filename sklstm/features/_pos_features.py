"""Hand-made features of documents: kinds of words, frequency, length and tone."""

from collections import Counter

import numpy as np
from sklearn.base import TransformerMixin, _fit_context
from sklearn.utils import gen_batches
from sklearn.utils.validation import check_is_fitted

from sklstm.features._document_measures import (
    FlatDocuments,
    mean_and_deviation,
    ratio,
)
from sklstm.text import JiebaPOSTagger
from sklstm.utils import Estimator, TextInputMixin, check_token_sequences

_GROUPS = ("pos", "frequency", "length", "tone")
_TAGS = (
    "noun",
    "name",
    "verb",
    "adjective",
    "adverb",
    "pronoun",
    "numeral",
    "measure",
    "preposition",
    "conjunction",
    "particle",
    "modal",
    "idiom",
    "foreign",
    "punctuation",
    "other",
)
_TAG_CODES = {tag: code for code, tag in enumerate(_TAGS)}
# A word of so few occurrences in the training documents is rare.
_RARE = 5
# Documents measured at once: bounds the memory, changes no number.
_BATCH = 4096


class POSFeatureExtractor(TextInputMixin, TransformerMixin, Estimator):
    """Describe a segmented document by kinds of words, frequency, length and tone."""

    _parameter_constraints: dict = {"features": [tuple, list]}

    def __init__(self, *, features=_GROUPS):
        self.features = features

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X, y=None):
        """Learn how often each word occurs.

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
        self._check_features()
        sequences = check_token_sequences(X, self, min_samples=1)
        counts = Counter()
        for tokens in sequences:
            counts.update(tokens)
        if not counts:
            raise ValueError(
                "POSFeatureExtractor expects at least one token to learn from; all "
                f"{len(sequences)} token sequences are empty."
            )
        self.word_counts_ = dict(counts)
        self.n_words_ = counts.total()
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
        rows = [
            np.column_stack(list(self._columns(sequences[batch]).values()))
            for batch in gen_batches(len(sequences), _BATCH)
        ]
        n_features = len(self.get_feature_names_out())
        return np.concatenate(rows) if rows else np.empty((0, n_features))

    def get_feature_names_out(self, input_features=None):
        """Names of the features.

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
        return np.array(list(self._columns([[]])), dtype=object)

    def _columns(self, sequences):
        """Measure documents: a column of numbers per feature name."""
        tags = JiebaPOSTagger(tagset="coarse").transform(sequences)
        documents = FlatDocuments(sequences, tags, _TAG_CODES)
        measures = {
            "pos": _pos,
            "frequency": self._frequency,
            "length": _length,
            "tone": _tone,
        }
        return {
            f"{group}_{name}": column
            for group in _GROUPS
            if group in self.features
            for name, column in measures[group](documents).items()
        }

    def _check_features(self):
        if not self.features or not set(self.features) <= set(_GROUPS):
            raise ValueError(
                f"POSFeatureExtractor expects features to be some of {_GROUPS}; got "
                f"{self.features!r}."
            )

    def _frequency(self, documents):
        rows, codes = documents.words()
        n_rows = documents.n_rows
        counts = np.array(
            [self.word_counts_.get(token, 0) for token in documents.tokens], np.float64
        )[codes]
        logs = np.log((counts + 1) / (self.n_words_ + len(self.word_counts_)))
        lowest, highest = np.full(n_rows, np.inf), np.full(n_rows, -np.inf)
        np.minimum.at(lowest, rows, logs)
        np.maximum.at(highest, rows, logs)
        n_words = np.bincount(rows, minlength=n_rows)
        pairs, times = np.unique(
            rows * len(documents.tokens) + codes, return_counts=True
        )
        distinct_rows = pairs // max(len(documents.tokens), 1)
        return {
            "mean_log": ratio(np.bincount(rows, logs, n_rows), n_words),
            "min_log": np.where(n_words > 0, lowest, 0.0),
            "max_log": np.where(n_words > 0, highest, 0.0),
            "rare_share": ratio(
                np.bincount(rows, (counts > 0) & (counts <= _RARE), n_rows), n_words
            ),
            "unseen_share": ratio(np.bincount(rows, counts == 0, n_rows), n_words),
            "type_token_ratio": ratio(
                np.bincount(distinct_rows, minlength=n_rows), n_words
            ),
            "repetition": ratio(
                np.bincount(distinct_rows, times * (times - 1), n_rows),
                n_words * (n_words - 1),
            ),
        }


def _pos(documents):
    n_tokens = documents.total()
    return {
        tag: ratio(documents.total(documents.tags == code), n_tokens)
        for tag, code in _TAG_CODES.items()
    }


def _ends(documents):
    """Tell which tokens end a clause, and which a sentence."""
    traits = documents.traits
    sentence = (
        traits.is_full_stop
        | traits.is_exclamation
        | traits.is_question
        | traits.is_ellipsis
    )
    clause = sentence | traits.is_comma | traits.is_tilde
    return clause.astype(bool), sentence.astype(bool)


def _length(documents):
    n_rows = documents.n_rows
    clause_ends, sentence_ends = _ends(documents)
    rows, _ = documents.words()
    characters = documents.traits.n_characters
    columns = {
        "characters": np.log1p(documents.total(characters)),
        "words": np.log1p(documents.total(documents.is_word)),
    }
    means = {}
    for name, unit_rows, sizes in (
        ("word", rows, characters[documents.is_word]),
        ("clause", *documents.segments(clause_ends)),
        ("sentence", *documents.segments(sentence_ends)),
    ):
        if name != "word":
            columns[f"{name}s"] = np.log1p(np.bincount(unit_rows, minlength=n_rows))
        mean, deviation = mean_and_deviation(unit_rows, sizes, n_rows)
        means |= {f"{name}_mean": mean, f"{name}_deviation": deviation}
    return columns | means


def _tone(documents):
    traits, n_rows = documents.traits, documents.n_rows
    is_stop = traits.is_full_stop == 1
    ellipsis = (traits.is_ellipsis == 1) | (is_stop & documents.follows(is_stop))
    signs = {
        "exclamation": traits.is_exclamation == 1,
        "question": traits.is_question == 1,
        "ellipsis": ellipsis,
        "tilde": traits.is_tilde == 1,
        "emoji": traits.is_emoji == 1,
        "modal": traits.is_modal == 1,
        "strong_degree": traits.is_strong_degree == 1,
    }
    others = {
        "weak_degree": traits.is_weak_degree == 1,
        "negation": traits.is_negation == 1,
        "contrast": traits.is_contrast == 1,
    }
    n_tokens = documents.total()
    columns = {
        f"{name}_share": ratio(documents.total(flag), n_tokens)
        for name, flag in (signs | others).items()
    }
    for name in ("exclamation", "question", "ellipsis"):
        columns[f"{name}_run"] = np.log1p(documents.longest_run(signs[name]))
    same_row = documents.follows(np.ones(len(documents.rows), bool))
    edge = np.zeros(len(documents.rows), np.int64)
    edge[1:] = traits.first[1:] == traits.last[:-1]
    repeats = traits.n_repeats + edge * same_row
    for name, of_words in (("character", True), ("punctuation", False)):
        chosen = documents.is_word == of_words
        columns[f"repeated_{name}_share"] = ratio(
            documents.total(repeats * chosen), documents.total(traits.n_characters)
        )
    clause_rows, sizes = documents.segments(_ends(documents)[0])
    mean, deviation = mean_and_deviation(clause_rows, sizes, n_rows)
    variation = ratio(deviation, mean)
    n_clauses = np.maximum(np.bincount(clause_rows, minlength=n_rows), 1)
    agitation = sum(map(documents.total, signs.values())) / n_clauses
    columns["clause_variation"] = variation
    columns["flatness"] = 1 / (1 + agitation + variation)
    return columns
