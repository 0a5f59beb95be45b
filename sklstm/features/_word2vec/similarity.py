"""Which words are alike."""

from numbers import Integral

import numpy as np
from sklearn.utils.validation import check_is_fitted

from sklstm.features._word2vec.unknown_words import UnknownWords
from sklstm.utils import as_array, as_list, as_numbers, plain, shown


class WordSimilarityMixin:
    """Questions to an embedder with ``tokens_``, ``vocabulary_`` and ``vectors_``."""

    def similarity(self, first, second):
        """Cosine of the angle between the vectors of two words.

        Parameters
        ----------
        first, second : str or array-like of shape (vector_size,)
            Words, or vectors in their place.

        Returns
        -------
        float
            In [-1, 1].

        Raises
        ------
        ValueError
            If a word is unknown.
        """
        check_is_fitted(self)
        cosine = self._unit_vector(first) @ self._unit_vector(second)
        return float(np.clip(cosine, -1, 1))

    def most_similar(self, word=None, topn=10, *, positive=(), negative=()):
        """Words whose vectors point in nearly the same direction.

        Parameters
        ----------
        word : str or array-like of shape (vector_size,), default=None
            Word, or vector in its place.

        topn : int, default=10
            How many words.

        positive, negative : sequences of str or array-likes, default=()
            Further words or vectors that are added or subtracted, each at unit length:
            ``most_similar(positive=["国王", "女"], negative=["男"])``.

        Returns
        -------
        list of (str, float)
            Words and cosines, the most similar word first. The words asked about are
            left out.

        Raises
        ------
        ValueError
            If a word is unknown, or nothing is asked about.
        """
        check_is_fitted(self)
        positive = [*([] if word is None else [word]), *_as_list(positive)]
        negative = _as_list(negative)
        if not positive and not negative:
            raise ValueError(
                "most_similar expects a word, or words in positive or negative; got "
                "none."
            )
        topn = plain(topn)
        if not isinstance(topn, Integral) or topn < 0:
            raise ValueError(
                f"most_similar expects topn to be an int >= 0; got {topn!r}."
            )
        query = sum(map(self._unit_vector, positive), np.float32(0))
        query = query - sum(map(self._unit_vector, negative), np.float32(0))
        asked = [w for w in (*positive, *negative) if isinstance(w, str)]
        return self._nearest(query, topn, {self.vocabulary_.get(w, 0) for w in asked})

    def _nearest(self, query, topn, left_out):
        lengths = np.linalg.norm(self.vectors_, axis=1) * np.linalg.norm(query)
        cosines = self.vectors_ @ query
        cosines = np.divide(cosines, lengths, out=cosines, where=lengths > 0)
        cosines = cosines.clip(-1, 1)
        # Stable: of words that are equally near, the more frequent one first.
        order = np.argsort(-cosines, kind="stable")
        codes = [code for code in order[: topn + 1 + len(left_out)] if code]
        codes = [code for code in codes if code not in left_out][:topn]
        return [(self.tokens_[code], float(cosines[code])) for code in codes]

    def _unit_vector(self, word):
        vector = self._word_vector(word) if isinstance(word, str) else word
        subject = f"{type(self).__name__} expects a word or a vector of numbers"
        vector = as_numbers(vector, subject).astype(np.float32, copy=False)
        if vector.shape != self.vectors_.shape[1:]:
            raise ValueError(
                f"{type(self).__name__} expects a word or a vector of length "
                f"{self.vectors_.shape[1]}; got shape {vector.shape}."
            )
        if not np.isfinite(vector).all():
            raise ValueError(
                f"{type(self).__name__} expects a vector of finite numbers; got "
                "NaN or infinity."
            )
        length = np.linalg.norm(vector)
        return vector / length if length > 0 else vector

    def _word_vector(self, word):
        code, table = self.vocabulary_.get(word, 0), self.vectors_
        if not code and self.oov == "characters":
            unknown = UnknownWords(self.vocabulary_, self.vectors_)
            code, table = unknown.code(word), unknown.table()
        if not code:
            raise ValueError(
                f"{type(self).__name__} has no vector of {shown(word)}: it did not "
                "occur min_count times in fit. With oov='characters' one is composed "
                "of its parts."
            )
        return table[code]


def _as_list(words):
    """One word or vector, or a sequence of them."""
    if isinstance(words, str):
        return [words]
    if hasattr(words, "detach"):
        words = as_array(words)
    if isinstance(words, np.ndarray) and words.dtype.kind in "iuf":
        return [words] if words.ndim == 1 else list(words)
    return as_list(words, "most_similar expects words or vectors")
