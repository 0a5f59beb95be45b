"""The samples of a comparison."""

from dataclasses import dataclass

import numpy as np

from sklstm.comparison._joining import list_texts
from sklstm.text import TextColumns
from sklstm.utils import is_frame


@dataclass(frozen=True)
class LabelledSamples:
    """Samples with their labels, and those without.

    Attributes
    ----------
    X : indexable of length n_samples
        Samples that have a label.

    y : ndarray of shape (n_samples,)
        Their labels.

    sample_weight : ndarray of shape (n_samples + n_unlabelled,) or None
        Weights of all samples.

    with_unlabelled : indexable of length n_samples + n_unlabelled
        All samples; those without a label stand behind the others.

    n_unlabelled : int
        How many those are.

    markings : dict of str to Marking
        By name, how a model is told of them; of the models that learn from them.

    text_columns : TextColumns or None
        Of samples that are rows of a data frame, which columns are texts.
    """

    X: object
    y: np.ndarray
    sample_weight: np.ndarray | None
    with_unlabelled: object
    n_unlabelled: int
    markings: dict

    text_columns: TextColumns | None = None

    @property
    def documents(self):
        """Texts of the samples that have a label, or None where they are none."""
        if self.text_columns is None:
            return list_texts(self.X)
        return self.text_columns.transform(self.X)


def find_text_columns(classifiers, X):
    """Find out which columns of a data frame are texts.

    Parameters
    ----------
    classifiers : dict of str to classifier
        By name.

    X : indexable of length n_samples
        Samples.

    Returns
    -------
    TextColumns or None
        The first that a classifier reads, of the columns that are there.
    """
    if not is_frame(X):
        return None
    for classifier in classifiers.values():
        parts = classifier.get_params() if hasattr(classifier, "get_params") else {}
        for part in parts.values():
            if isinstance(part, TextColumns) and part.are_in(X):
                return part
    return None
