"""What a sequence consists of, as the LSTM learned it in fit."""

import operator
from dataclasses import dataclass, field

import numpy as np

from sklstm.models._base import count_codes
from sklstm.sequences import Sequences


@dataclass(frozen=True)
class InputLayout:
    """Parts of the sequences that a network was built for.

    Parameters
    ----------
    table_sizes : tuple of (n_codes, vector_size)
        One for each stream of codes.

    n_channels : int
        Numeric inputs for each time step.

    n_static_features : int
        Numeric inputs for each sample.

    estimator : str, default="LSTMClassifier"
        Who speaks in messages.
    """

    table_sizes: tuple
    n_channels: int
    n_static_features: int
    estimator: str = field(default="LSTMClassifier", compare=False)

    @classmethod
    def learn(cls, sequences, embedding_size, estimator="LSTMClassifier"):
        """Read the layout off training sequences.

        A stream that comes without vectors gets a table for the codes up to its
        highest, each a vector of `embedding_size`.
        """
        sizes = tuple(
            (count_codes(code, estimator), embedding_size)
            if table is None
            else table.shape
            for code, table in zip(sequences.codes, sequences.vectors, strict=True)
        )
        if not sizes and sequences.channels is None:
            raise ValueError(
                f"{estimator} expects sequences with codes or channels; got neither. "
                "Static features alone are no sequences."
            )
        n_channels, n_static = _width(sequences.channels), _width(sequences.static)
        return cls(sizes, n_channels, n_static, estimator)

    def conform(self, sequences):
        """Return sequences of this layout, with codes it does not know made unknown.

        Raises
        ------
        ValueError
            If a part is missing, too many, or of another size.
        """
        self._compare("streams of codes", len(self.table_sizes), len(sequences.codes))
        self._compare("channels", self.n_channels, _width(sequences.channels))
        self._compare(
            "static features", self.n_static_features, _width(sequences.static)
        )
        codes, vectors = list(sequences.codes), sequences.vectors
        for j, (n_codes, vector_size) in enumerate(self.table_sizes):
            if vectors[j] is not None:
                what = f"values in the vectors of stream {j}"
                self._compare(what, vector_size, vectors[j].shape[1])
            elif codes[j].max(initial=0) >= n_codes:
                codes[j] = np.where(codes[j] < n_codes, codes[j], 0)
        if all(map(operator.is_, codes, sequences.codes)):
            return sequences
        return Sequences(
            sequences.lengths, codes, vectors, sequences.channels, sequences.static
        )

    def _compare(self, what, expected, got):
        if expected != got:
            raise ValueError(
                f"{self.estimator} was fitted on sequences with {expected} {what}; got "
                f"{got}. Pass sequences from the same transformers as in fit."
            )


def _width(matrix):
    return 0 if matrix is None else matrix.shape[1]
