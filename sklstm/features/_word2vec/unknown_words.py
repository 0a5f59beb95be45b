"""Vectors of words that were never seen, from the pieces that were."""

import numpy as np

_LONGEST_PIECE = 16  # characters; without a limit a long "word" takes its square


class UnknownWords:
    """Gives unknown words codes after those of the vocabulary.

    Parameters
    ----------
    vocabulary : dict of str to int
        Codes of the words seen.

    vectors : ndarray of shape (n_codes, vector_size), float32
        Their vectors.
    """

    def __init__(self, vocabulary, vectors):
        self._vocabulary = vocabulary
        self._vectors = vectors
        self._codes = {}
        self._rows = []

    def code(self, word):
        """Code of a word: 0 where no piece of it was seen."""
        code = self._vocabulary.get(word)
        if code is None:
            code = self._codes.get(word)
        return self._compose(word) if code is None else code

    def _compose(self, word):
        pieces = split_word(word, self._vocabulary)
        code = 0
        if pieces:
            code = len(self._vectors) + len(self._rows)
            self._rows.append(self._vectors[pieces].mean(axis=0))
        self._codes[word] = code
        return code

    def table(self):
        """Vectors of the vocabulary, then of the unknown words so far."""
        return np.vstack([self._vectors, *self._rows]) if self._rows else self._vectors


def split_word(word, vocabulary):
    """Codes of the longest pieces that are in the vocabulary, from left to right.

    Parameters
    ----------
    word : str

    vocabulary : dict of str to int
        Codes of words and characters.

    Returns
    -------
    list of int
        Characters that are in no piece are left out.
    """
    codes, start = [], 0
    while start < len(word):
        for stop in range(min(len(word), start + _LONGEST_PIECE), start, -1):
            code = vocabulary.get(word[start:stop])
            if code is not None:
                codes.append(code)
                break
        start = stop
    return codes
