"""Labels and sample weights of a classifier."""

import numpy as np
from sklearn.utils import check_array, column_or_1d
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import _check_sample_weight, check_consistent_length

from sklstm.utils._look_alikes import warn_of_look_alikes
from sklstm.utils._validation import estimator_name


def check_labels(y, X, estimator):
    """Validate class labels.

    Parameters
    ----------
    y : array-like of shape (n_samples,)
        Labels of any one type that sorts: str, int, bool.

    X : sequence of length n_samples
        The samples that they belong to.

    estimator : estimator instance
        Who speaks in messages.

    Returns
    -------
    ndarray of shape (n_samples,)

    Raises
    ------
    ValueError
        If a label is missing, if `y` is continuous, or if its length is not that of
        `X`.
    """
    name = estimator_name(estimator)
    if y is None:
        raise ValueError(
            f"{name} requires y to be passed, but the target y is None. Pass one label "
            "for each sample."
        )
    y = column_or_1d(y, warn=True)
    missing = [row for row, label in enumerate(y) if label is None or label != label]
    if missing:
        raise ValueError(
            f"Input y contains NaN: {name} expects a label for every sample; row "
            f"{missing[0]} has none. Drop such rows first."
        )
    check_array(y, ensure_2d=False, dtype=None, ensure_min_samples=0, input_name="y")
    check_classification_targets(y)
    check_consistent_length(X, y)
    return y


def encode_labels(y, estimator):
    """Sort the classes, encode labels by their place, and warn of look-alikes.

    Returns
    -------
    classes : ndarray of shape (n_classes,)
    codes : ndarray of shape (n_samples,), int64

    Raises
    ------
    ValueError
        If there are fewer than two classes.
    """
    classes, codes = np.unique(y, return_inverse=True)
    if len(classes) < 2:
        raise ValueError(
            f"{estimator_name(estimator)} needs samples of at least 2 classes; got 1 "
            f"class: {classes[0]!r}."
        )
    if isinstance(classes[0], str):
        counts = np.bincount(codes.ravel()).tolist()
        warn_of_look_alikes(dict(zip(classes, counts, strict=True)), estimator)
    return classes, codes.astype(np.int64)


def check_weights(sample_weight, X, estimator):
    """Validate sample weights.

    Parameters
    ----------
    sample_weight : array-like of shape (n_samples,), float or None
        None weighs every sample 1.

    X : sequence of length n_samples with a ``shape``
        The samples that they belong to.

    estimator : estimator instance
        Who speaks in messages.

    Returns
    -------
    ndarray of shape (n_samples,), float64

    Raises
    ------
    ValueError
        If a weight is negative or not finite, if all are zero, or if the length is not
        that of `X`.
    """
    if sample_weight is not None:
        sample_weight = np.asarray(sample_weight)
        if sample_weight.size and not sample_weight.any():
            raise ValueError(
                f"{estimator_name(estimator)} expects some positive sample_weight; all "
                "are zero."
            )
    return _check_sample_weight(
        sample_weight, X, dtype=np.float64, ensure_non_negative=True
    )
