"""Given word vectors."""

from collections.abc import Mapping

import numpy as np

from sklstm.utils import as_numbers, estimator_name, plain


class WordVectors(Mapping):
    """Words and their vectors, as a mapping that is never changed.

    Parameters
    ----------
    tokens : sequence of str
        Distinct words.

    table : ndarray of shape (n_words + 1, vector_size), float32
        Their vectors from row 1 on. Row 0 is overwritten by their mean.

    Attributes
    ----------
    tokens : ndarray of shape (n_words + 1,), object
        The word of each row; None for row 0.

    codes : dict of str to int
        The row of each word.
    """

    def __init__(self, tokens, table):
        self.tokens = np.array([None, *tokens], dtype=object)
        self.codes = {token: row for row, token in enumerate(tokens, start=1)}
        self.table = table
        self.table[0] = table[1:].mean(axis=0)

    @property
    def vector_size(self):
        """Length of a vector."""
        return self.table.shape[1]

    @classmethod
    def from_arrays(cls, tokens, vectors):
        """Copy vectors (n_words, vector_size) of words."""
        vectors = np.asarray(vectors, dtype=np.float32)
        return cls(tokens, np.vstack([np.zeros_like(vectors[:1]), vectors]))

    @classmethod
    def from_mapping(cls, mapping, estimator):
        """Convert a mapping of words to vectors of one length.

        Parameters
        ----------
        mapping : WordVectors, mapping of str to array-like, or gensim's KeyedVectors
            Words and their vectors.

        estimator : estimator instance
            Who speaks in messages.

        Returns
        -------
        WordVectors

        Raises
        ------
        TypeError
            If it is no mapping.

        ValueError
            If it is empty, or if its vectors are not finite and of one length.
        """
        if isinstance(mapping, cls):
            return mapping
        name = estimator_name(estimator)
        if hasattr(mapping, "index_to_key") and hasattr(mapping, "vectors"):
            return cls.from_arrays(mapping.index_to_key, mapping.vectors)
        if not isinstance(mapping, Mapping):
            raise TypeError(
                f"{name} expects initial_vectors to map words to vectors (a dict, "
                f"KeyedVectors or WordVectors); got {type(mapping).__name__}."
            )
        subject = f"{name} expects initial_vectors to hold numbers"
        vectors = [as_numbers(vector, subject) for vector in mapping.values()]
        sizes = sorted({vector.shape for vector in vectors})
        if len(sizes) != 1 or len(sizes[0]) != 1:
            raise ValueError(
                f"{name} expects initial_vectors to hold vectors of one length; got "
                f"shapes {sizes}."
            )
        vectors = np.array(vectors, dtype=np.float32)
        if not np.isfinite(vectors).all():
            raise ValueError(f"{name} expects initial_vectors to be finite.")
        return cls.from_arrays(list(map(plain, mapping)), vectors)

    def fill(self, tokens, rows):
        """Overwrite the rows of those tokens that have a vector here.

        Parameters
        ----------
        tokens : sequence of str

        rows : ndarray of shape (len(tokens), vector_size)
            Changed in place.
        """
        found = [(i, self.codes[t]) for i, t in enumerate(tokens) if t in self.codes]
        if found:
            here, there = np.array(found).T
            rows[here] = self.table[there]

    def __getitem__(self, token):
        return self.table[self.codes[token]]

    def __iter__(self):
        return iter(self.codes)

    def __len__(self):
        return len(self.codes)

    def __deepcopy__(self, memo):
        # scikit-learn's clone copies parameters; this one is large and never changes.
        return self

    def __repr__(self):
        return f"WordVectors(n_words={len(self)}, vector_size={self.vector_size})"
