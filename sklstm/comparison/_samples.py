"""The samples of a comparison."""

from dataclasses import dataclass

import numpy as np


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
    """

    X: object
    y: np.ndarray
    sample_weight: np.ndarray | None
    with_unlabelled: object
    n_unlabelled: int
    markings: dict
