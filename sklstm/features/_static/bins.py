"""Numbers as categories, for models that count."""

from numbers import Integral

import numpy as np
from sklearn.base import TransformerMixin, _fit_context
from sklearn.utils._param_validation import Interval
from sklearn.utils.validation import check_is_fitted

from sklstm.utils import Estimator


class QuantileBins(TransformerMixin, Estimator):
    """Put numbers into bins of about equally many samples: a column of 0 or 1 each.

    scikit-learn's KBinsDiscretizer knows no missing values and warns of values that
    repeat; here these have a bin of their own, and fewer bins.

    Parameters
    ----------
    n_bins : int, default=5
        Most bins of a column.

    Attributes
    ----------
    edges_ : list of ndarray
        Upper bounds of the bins of each column but the last.

    has_missing_ : ndarray of shape (n_features,), bool
        Which columns have a bin for missing values.
    """

    _parameter_constraints = {"n_bins": [Interval(Integral, 2, None, closed="left")]}

    def __init__(self, n_bins=5):
        self.n_bins = n_bins

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X, y=None):
        """Find the quantiles.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Numbers; NaN where one is missing.

        y : None
            Ignored.

        Returns
        -------
        self : QuantileBins
            The fitted estimator.
        """
        X = np.asarray(X, dtype=float)
        shares = np.arange(1, self.n_bins) / self.n_bins
        self.edges_ = [_edges(column[~np.isnan(column)], shares) for column in X.T]
        self.has_missing_ = np.isnan(X).any(axis=0)
        return self

    def transform(self, X):
        """Tell in which bin each number falls.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Numbers; NaN where one is missing: in no bin where `fit` saw none.

        Returns
        -------
        ndarray of shape (n_samples, n_bins_out)
        """
        check_is_fitted(self)
        columns = np.asarray(X, dtype=float).T
        return np.hstack(
            [
                _one_hot(column, edges, has_missing)
                for column, edges, has_missing in zip(
                    columns, self.edges_, self.has_missing_, strict=True
                )
            ]
        )

    def get_feature_names_out(self, input_features=None):
        """Name the bins.

        Parameters
        ----------
        input_features : array-like of str of shape (n_features,), default=None
            Names of the columns; None takes ``x0``, ``x1``, ...

        Returns
        -------
        ndarray of str of shape (n_bins_out,)
            Such as ``price<=12.5``, ``price>12.5`` and ``price_missing``.
        """
        check_is_fitted(self)
        if input_features is None:
            input_features = [f"x{j}" for j in range(len(self.edges_))]
        names = []
        for name, edges, has_missing in zip(
            input_features, self.edges_, self.has_missing_, strict=True
        ):
            names += [f"{name}<={edge:.7g}" for edge in edges]
            names += [f"{name}>{edges[-1]:.7g}" if len(edges) else f"{name}_known"]
            names += [f"{name}_missing"] * bool(has_missing)
        return np.array(names, dtype=object)


def _edges(values, shares):
    """Observed values between the bins; the greatest would leave the last bin empty."""
    if not len(values):
        return np.empty(0)
    edges = np.unique(np.quantile(values, shares, method="inverted_cdf"))
    return edges[edges < values.max()]


def _one_hot(column, edges, has_missing):
    is_missing = np.isnan(column)
    places = np.searchsorted(edges, np.where(is_missing, 0, column))
    places[is_missing] = len(edges) + 1
    return np.eye(len(edges) + 2)[places][:, : len(edges) + 1 + has_missing]
