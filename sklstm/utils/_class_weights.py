"""Weights of the classes of a classifier."""

from numbers import Real

import numpy as np
from sklearn.utils._param_validation import HasMethods, StrOptions

from sklstm.utils._foreign import is_frame, shown
from sklstm.utils._validation import estimator_name


class _WeightsByClass(HasMethods):
    """What gives a weight for each label: a dict, or a Series with labels as index."""

    def __init__(self):
        super().__init__(["keys", "items"])

    def is_satisfied_by(self, val):
        is_class = isinstance(val, type)
        return not is_class and not is_frame(val) and super().is_satisfied_by(val)

    def __str__(self):
        return "a dict or Series of weights by class"


CLASS_WEIGHT = [_WeightsByClass(), StrOptions({"balanced"}), None]


def check_class_weight(class_weight, estimator):
    """Validate the weights that are given by class.

    Parameters
    ----------
    class_weight : dict, Series, "balanced" or None
        What `CLASS_WEIGHT` lets through.

    estimator : estimator instance or str
        Who speaks in messages.

    Returns
    -------
    dict, "balanced" or None

    Raises
    ------
    TypeError, ValueError
        If it is of another kind, if a weight is no finite number of at least 0, or if
        a class has two.
    """
    if class_weight is None or _is_balanced(class_weight):
        return class_weight
    name, by_class = estimator_name(estimator), _WeightsByClass()
    if not by_class.is_satisfied_by(class_weight):
        raise TypeError(
            f"{name} expects class_weight as {by_class}, or 'balanced'; got "
            f"{shown(class_weight)}."
        )
    pairs = list(class_weight.items())
    for label, weight in pairs:
        if not isinstance(weight, Real) or not 0 <= weight < np.inf:
            raise ValueError(
                f"{name} expects class_weight to hold finite numbers of at least 0; "
                f"got {shown(weight)} for class {shown(label)}."
            )
    weights = dict(pairs)
    if len(weights) < len(pairs):
        raise ValueError(
            f"{name} expects class_weight to hold one weight for each class; got "
            f"{len(pairs)} for {len(weights)} classes."
        )
    return weights


def find_class_weights(class_weight, classes, totals, estimator):
    """Find the weight of each class.

    Parameters
    ----------
    class_weight : dict, Series, "balanced" or None
        Classes that a dict or Series leaves out weigh 1.

    classes : ndarray of shape (n_classes,)
        Labels.

    totals : ndarray of shape (n_classes,)
        Sum of the weights of the samples of each class.

    estimator : estimator instance or str
        Who speaks in messages.

    Returns
    -------
    ndarray of shape (n_classes,), float64
        "balanced" is ``totals.sum() / (n_classes * totals)``, and 0 for a class
        without samples.

    Raises
    ------
    ValueError
        If a weight is no finite number of at least 0, if all are 0, or if a label
        belongs to no class while a class has no weight.
    """
    given, n_classes = check_class_weight(class_weight, estimator), len(classes)
    if given is None:
        return np.ones(n_classes)
    if _is_balanced(given):
        shares = totals * n_classes / totals.sum()
        return np.divide(1.0, shares, out=np.zeros(n_classes), where=shares > 0)
    _check_labels_known(given, classes, estimator_name(estimator))
    weights = np.array([given.get(label, 1.0) for label in classes], dtype=np.float64)
    if not (weights * totals).any():
        raise ValueError(
            f"{estimator_name(estimator)} expects class_weight to leave a class of the "
            "samples its weight; all are 0."
        )
    return weights


def _is_balanced(class_weight):
    return isinstance(class_weight, str) and class_weight == "balanced"


def _check_labels_known(given, classes, name):
    # A fold may lack a class; but then the others have their weights.
    known = set(classes.tolist())
    unknown = [label for label in given if label not in known]
    if unknown and len(given) - len(unknown) < len(known):
        raise ValueError(
            f"{name} expects class_weight for classes among {shown(classes)}; got one "
            f"for {shown(unknown[0])}, and none for "
            f"{shown(next(label for label in classes if label not in given))}."
        )
