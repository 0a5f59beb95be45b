"""Samples to train on: merged, weighted, split."""

from dataclasses import dataclass, replace

import numpy as np
from sklearn.model_selection import train_test_split

from sklstm.models._lstm.merging import merge_equal_samples
from sklstm.sequences import Sequences
from sklstm.utils import find_class_weights


@dataclass(frozen=True)
class Samples:
    """Rows of sequences with their labels and weights.

    Attributes
    ----------
    sequences : Sequences
    rows : ndarray of shape (n_rows,)
        Those that take part.

    targets : ndarray of shape (n_rows,), int64
        Label codes; -1 where there is no label.

    weights : ndarray of shape (n_rows,), float64
    """

    sequences: Sequences
    rows: np.ndarray
    targets: np.ndarray
    weights: np.ndarray

    def __len__(self):
        return len(self.rows)

    @classmethod
    def merged(cls, sequences, targets, weights):
        """Take samples of equal content and label as one of their weights' sum."""
        return cls(sequences, *merge_equal_samples(sequences, targets, weights))

    def by_label(self):
        """Part the rows with a label from those without.

        Returns
        -------
        labelled, unlabelled : Samples

        Raises
        ------
        ValueError
            If every row with a label has a weight of zero.
        """
        has_label = self.targets >= 0
        if len(has_label) and not has_label.any():
            raise ValueError(
                "LSTMClassifier expects some positive sample_weight among the rows "
                "with a label; all are zero."
            )
        return self._take(has_label), self._take(~has_label)

    def class_weights(self, given, classes):
        """Find the weight of each class in the loss.

        Parameters
        ----------
        given : dict, Series, "balanced" or None
            `class_weight` of `LSTMClassifier`.

        classes : ndarray of shape (n_classes,)
            Labels.

        Returns
        -------
        ndarray of shape (n_classes,)

        Raises
        ------
        ValueError
            If a weight is no finite number of at least 0, if all are 0, or if a label
            belongs to no class.
        """
        totals = np.bincount(self.targets, self.weights, len(classes))
        return find_class_weights(given, classes, totals, "LSTMClassifier")

    def weighted(self, class_weights):
        """Multiply the weights by those of the classes, of shape (n_classes,)."""
        return replace(self, weights=self.weights * class_weights[self.targets])

    def averaging_one(self):
        """Scale the weights, so that the learning rate does not depend on them."""
        return replace(self, weights=self.weights / self.weights.mean())

    def split(self, fraction, rng):
        """Hold out a share, stratified where every class has two samples.

        Parameters
        ----------
        fraction : float
            Share that is held out.

        rng : RandomState

        Returns
        -------
        kept, held_out : Samples

        Raises
        ------
        ValueError
            If a side has fewer samples than classes.
        """
        counts = np.bincount(self.targets)
        stratify = self.targets if counts.min() > 1 else None
        n_held_out = int(np.ceil(fraction * len(self)))
        n_least = 1 if stratify is None else len(counts)
        if not n_least <= n_held_out <= len(self) - n_least:
            raise ValueError(
                f"LSTMClassifier with validation_fraction={fraction} holds out "
                f"{n_held_out} of {len(self)} distinct samples and expects at least "
                f"{n_least} on both sides. Change validation_fraction, or pass X_val "
                "and y_val."
            )
        sides = train_test_split(
            np.arange(len(self)),
            test_size=fraction,
            stratify=stratify,
            random_state=rng,
        )
        return tuple(self._take(side) for side in sides)

    def _take(self, places):
        return Samples(
            self.sequences,
            self.rows[places],
            self.targets[places],
            self.weights[places],
        )
