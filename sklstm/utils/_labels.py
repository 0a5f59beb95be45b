"""Labels and sample weights of a classifier."""

import numpy as np
from sklearn.utils import check_array, column_or_1d
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import (
    _check_sample_weight,
    _num_samples,
    check_consistent_length,
)

from sklstm.utils._foreign import (
    as_array,
    as_list,
    as_numbers,
    is_frame,
    is_missing,
    plain,
    shown,
    sole_column,
)
from sklstm.utils._look_alikes import warn_of_look_alikes
from sklstm.utils._validation import estimator_name

# Types whose values are never missing.
_ALWAYS_PRESENT = {str, int, bool, np.str_, np.int64, np.int32, np.bool_}


def check_labels(y, X, estimator):
    """Validate class labels.

    Parameters
    ----------
    y : array-like of shape (n_samples,)
        Labels of any one type that sorts: str, int, bool. A nullable or categorical
        dtype may hold them.

    X : sequence of length n_samples
        The samples that they belong to.

    estimator : estimator instance
        Who speaks in messages.

    Returns
    -------
    ndarray of shape (n_samples,)
        Objects in it are Python's own values.

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
    if isinstance(y, list | tuple | np.ma.MaskedArray):
        _check_present(list(y), name)  # NumPy would make text of a NaN among texts
    y = column_or_1d(_as_labels(y), warn=True)
    _check_present(y, name)
    y = _narrowed(y)
    check_array(y, ensure_2d=False, dtype=None, ensure_min_samples=0, input_name="y")
    check_classification_targets(y)
    check_consistent_length(X, y)
    return y


def find_labelled(y, X, missing_label, estimator):
    """Find the rows that have a label.

    Parameters
    ----------
    y : array-like of shape (n_samples,)
        Labels, and `missing_label` where there is none.

    X : sequence of length n_samples
        The samples that they belong to.

    missing_label : int, float, str or None
        None declares none. NaN stands for None, NaT and pandas' NA, too.

    estimator : estimator instance
        Who speaks in messages.

    Returns
    -------
    ndarray of shape (n_samples,), bool
        All True where `missing_label` or `y` is None.

    Raises
    ------
    ValueError
        If there is no label at all.
    """
    if missing_label is None or y is None:
        return np.ones(_num_samples(X), dtype=bool)
    name = estimator_name(estimator)
    labels = as_list(y, f"{name} expects y as one label for each sample")
    check_consistent_length(X, labels)
    if is_missing(missing_label):
        is_labelled = [not is_missing(label) for label in labels]
    else:
        is_labelled = [_differ(label, missing_label) for label in labels]
        known = zip(labels, is_labelled, strict=True)
        _check_present([label if has else "" for label, has in known], name)
    if labels and not any(is_labelled):
        raise ValueError(
            f"{name} expects labels among the rows of y; all {len(labels)} are "
            f"missing_label={shown(missing_label)}."
        )
    return np.array(is_labelled, dtype=bool)


def _differ(label, missing_label):
    """Whether a label is another value, or of another kind: 0 is not False."""
    are_bool = isinstance(label, bool), isinstance(missing_label, bool)
    return len(set(are_bool)) == 2 or label != missing_label


def check_classes(classes, estimator):
    """Validate the labels that may ever come.

    Parameters
    ----------
    classes : array-like of shape (n_classes,)
        Labels, in any order.

    estimator : estimator instance
        Who speaks in messages.

    Returns
    -------
    ndarray of shape (n_classes,)
        Sorted and distinct.

    Raises
    ------
    ValueError
        If a label is missing, or if there are fewer than two.
    """
    name = estimator_name(estimator)
    labels = as_list(classes, f"{name} expects classes as a list of labels")
    distinct, _ = encode_labels(check_labels(labels, labels, name), name)
    return distinct


def _as_labels(y):
    """Labels as column_or_1d takes them: of pandas' and NumPy's texts, the objects."""
    dtype = getattr(y, "dtype", None)
    if is_frame(y) or hasattr(dtype, "na_value") or getattr(dtype, "kind", "") == "T":
        return np.asarray(y, dtype=object)
    return as_array(y) if hasattr(y, "detach") else y


def _check_present(labels, name):
    """Refuse labels of which one is missing, naming its row."""
    if set(map(type, labels)) <= _ALWAYS_PRESENT:
        return
    missing = (row for row, label in enumerate(labels) if is_missing(label))
    row = next(missing, None)
    if row is not None:
        raise ValueError(
            f"Input y contains NaN: {name} expects a label for every sample; row {row} "
            "has none. Drop such rows first."
        )


def _narrowed(labels):
    """Objects as Python's own values, and as numbers where all are."""
    if labels.dtype != object:
        return labels
    values = list(map(plain, labels))
    kinds = set(map(type, values))
    if kinds in ({bool}, {int}, {float}):
        return np.array(values)
    labels = np.empty(len(values), dtype=object)
    labels[:] = values
    return labels


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
        got = f"1 class: {shown(classes[0])}" if len(classes) else "no samples"
        raise ValueError(
            f"{estimator_name(estimator)} needs samples of at least 2 classes; got "
            f"{got}."
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
        None weighs every sample 1, a lone number weighs each of them so.

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
        subject = f"{estimator_name(estimator)} expects sample_weight as numbers"
        if len(getattr(sample_weight, "shape", ())) == 2:
            sample_weight = sole_column(sample_weight, subject)
        sample_weight = as_numbers(sample_weight, subject)
        if sample_weight.ndim == 0:  # one weight for all
            sample_weight = np.full(_num_samples(X), sample_weight)
        if sample_weight.size and not sample_weight.any():
            raise ValueError(
                f"{estimator_name(estimator)} expects some positive sample_weight; all "
                "are zero."
            )
    # For Sequences there is no namespace of array functions to look up.
    rows = np.empty((_num_samples(X), 0))
    return _check_sample_weight(
        sample_weight, rows, dtype=np.float64, ensure_non_negative=True
    )
