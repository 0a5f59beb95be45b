"""What all segmenters share."""

import unicodedata
from typing import NamedTuple

from sklearn.base import _fit_context
from sklearn.utils._param_validation import StrOptions

from sklstm.text._stop_words import read_stop_words
from sklstm.text._word_lists import remember
from sklstm.utils import (
    Estimator,
    OutputMixin,
    TextTransformerMixin,
    check_documents,
)

# Of the parameters that mean the same in all segmenters.
CONSTRAINTS = {
    "stop_words": [StrOptions({"chinese"}), "array-like", None],
    "normalize": [StrOptions({"NFKC"}), None],
    "lowercase": ["boolean"],
    "punctuation": [StrOptions({"keep", "drop"})],
}


class Rules(NamedTuple):
    """What becomes of documents before they are cut, and of words afterwards."""

    stop_words: frozenset
    normalize: str | None
    lowercase: bool
    punctuation: str


class BaseSegmenter(OutputMixin, TextTransformerMixin, Estimator):
    """Reads the parameters that all segmenters have; nothing is learned."""

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X, y=None):
        """Check parameters and documents; nothing is learned.

        Parameters
        ----------
        X : sequence of str of shape (n_samples,)
            Documents.

        y : None
            Ignored.

        Returns
        -------
        self : estimator instance
            The estimator itself.
        """
        check_documents(X, self, min_samples=1)
        self._check_words()
        return self

    def _check_words(self):
        self._stop_words()

    def _rules(self):
        return Rules(
            self._stop_words(), self.normalize, self.lowercase, self.punctuation
        )

    def _stop_words(self):
        rules = ("stop_words", self.normalize, self.lowercase)
        return remember(self.stop_words, rules, self._read_stop_words)

    def _read_stop_words(self):
        words = map(self._fold, read_stop_words(self.stop_words, self))
        return frozenset(map(str.lower, words) if self.lowercase else words)

    def _fold(self, text):
        return unicodedata.normalize(self.normalize, text) if self.normalize else text

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.requires_fit = False
        return tags
