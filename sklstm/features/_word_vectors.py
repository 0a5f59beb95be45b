"""Given word vectors."""

from collections.abc import Mapping

import numpy as np

from sklstm.utils import estimator_name


class WordVectors(Mapping):
    """Words and their vectors, as a mapping that is never changed.

    Parameters
    ----------
    tokens : sequence of str
        Distinct words.

    vectors : array-like of shape (n_words, vector_size)
        Their vectors.
    """

    def __init__(self, tokens, vectors):
        self.tokens = tuple(tokens)
        self.vectors = np.ascontiguousarray(vectors, dtype=np.float32)
        self._rows = {token: row for row, token in enumerate(self.tokens)}

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
            return cls(mapping.index_to_key, mapping.vectors)
        if not isinstance(mapping, Mapping):
            raise TypeError(
                f"{name} expects initial_vectors to map words to vectors (a dict, "
                f"KeyedVectors or WordVectors); got {type(mapping).__name__}."
            )
        sizes = sorted({np.shape(vector) for vector in mapping.values()})
        if len(sizes) != 1 or len(sizes[0]) != 1:
            raise ValueError(
                f"{name} expects initial_vectors to hold vectors of one length; got "
                f"shapes {sizes}."
            )
        vectors = cls(mapping, list(mapping.values()))
        if not np.isfinite(vectors.vectors).all():
            raise ValueError(f"{name} expects initial_vectors to be finite.")
        return vectors

    def fill(self, tokens, rows):
        """Overwrite the rows of those tokens that have a vector here.

        Parameters
        ----------
        tokens : sequence of str

        rows : ndarray of shape (len(tokens), vector_size)
            Changed in place.
        """
        found = [(i, self._rows[t]) for i, t in enumerate(tokens) if t in self._rows]
        if found:
            here, there = np.array(found).T
            rows[here] = self.vectors[there]

    def __getitem__(self, token):
        return self.vectors[self._rows[token]]

    def __iter__(self):
        return iter(self.tokens)

    def __len__(self):
        return len(self.tokens)

    def __deepcopy__(self, memo):
        # scikit-learn's clone copies parameters; this one is large and never changes.
        return self

    def __repr__(self):
        n_words, size = self.vectors.shape
        return f"WordVectors(n_words={n_words}, vector_size={size})"
