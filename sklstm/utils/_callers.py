"""Who asked for a fit."""

import sys

from sklearn.base import BaseEstimator
from sklearn.pipeline import Pipeline


def is_fitted_by_another(estimator):
    """Whether a search, a cross-validation or an ensemble fits an estimator.

    Somebody who ends a fit of their own may want what was learned so far. A part of
    something larger would count as though it had been trained to the end.

    Parameters
    ----------
    estimator : estimator instance
        In the midst of its fit, on this thread. A Pipeline around it, and estimators
        of this package, do not count.

    Returns
    -------
    bool
    """
    package = __name__.partition(".")[0]
    frame = sys._getframe(1)
    while frame is not None:
        module = frame.f_globals.get("__name__", "")
        if module.startswith("sklearn.model_selection."):
            return True
        owner = frame.f_locals.get("self")
        is_other = isinstance(owner, BaseEstimator) and owner is not estimator
        if is_other and not isinstance(owner, Pipeline):
            if type(owner).__module__.partition(".")[0] != package:
                return True
        frame = frame.f_back
    return False
