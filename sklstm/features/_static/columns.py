"""Numbers and categories out of a data frame, whatever types it holds them in."""

import datetime
import numbers
import sys
from collections.abc import Hashable
from decimal import Decimal

import numpy as np
from sklearn.base import TransformerMixin, _fit_context
from sklearn.utils.validation import check_is_fitted

from sklstm.utils import (
    Estimator,
    column_names,
    is_missing,
    pick_column,
    plain,
    shown,
)

_TIMES = (datetime.date, datetime.time, datetime.timedelta)
_NUMBERS = (numbers.Real, Decimal)
_GREATEST = sys.float_info.max  # integers and decimals may be larger


class StaticColumns(TransformerMixin, Estimator):
    """Take numbers and categories out of a data frame of pandas or polars.

    What a column holds is learned from its type: booleans and numbers, nullable ones
    too, are numbers; texts and categorical types are categories.

    Parameters
    ----------
    columns : str, int, or list of them
        Names of the columns. An int is the place of a column, of an array, too.

    Attributes
    ----------
    kinds_ : list of {"number", "category", "nothing"}
        What each column holds; nothing where every value is missing in ``fit``.

    See Also
    --------
    TextColumns : Columns of text.
    sklearn.compose.ColumnTransformer : Takes what comes out.

    Notes
    -----
    Missing numbers (None, NaN, NA) are NaN, missing categories None. Of a column in
    which ``fit`` saw nothing all is NaN. Codes that stand for categories are numbers
    until they are given a categorical type: ``df.astype({"shop": "category"})``.

    Examples
    --------
    >>> import numpy as np
    >>> from sklstm import StaticColumns
    >>> frame = np.array([["很好", 5, "A"], ["很差", None, "B"]], dtype=object)
    >>> StaticColumns([1, 2]).fit_transform(frame)
    array([[5.0, 'A'],
           [nan, 'B']], dtype=object)
    """

    _parameter_constraints = {"columns": "no_validation"}

    def __init__(self, columns):
        self.columns = columns

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X, y=None):
        """Learn what the columns hold.

        Parameters
        ----------
        X : DataFrame, or array of shape (n_samples, n_columns)
            A table.

        y : None
            Ignored.

        Returns
        -------
        self : StaticColumns
            The fitted estimator.
        """
        self.kinds_ = [
            _kind_of(pick_column(X, name, "StaticColumns"), name) for name in self.names
        ]
        return self

    def transform(self, X):
        """Take the columns out.

        Parameters
        ----------
        X : DataFrame, or array of shape (n_samples, n_columns)
            A table.

        Returns
        -------
        ndarray of shape (n_samples, n_static_columns), object
            Numbers as float, categories as str.

        Raises
        ------
        TypeError
            If `X` is no table, or an element is no number where `fit` saw numbers.

        ValueError
            If there is no such column, or a number is infinite.
        """
        check_is_fitted(self)
        names = self.names
        table = np.empty((X.shape[0] if hasattr(X, "shape") else 0, len(names)), object)
        for place, (name, kind) in enumerate(zip(names, self.kinds_, strict=True)):
            column = pick_column(X, name, "StaticColumns")
            convert = _CONVERT[kind]
            table[:, place] = [
                convert(value, row, name) for row, value in enumerate(_plain(column))
            ]
        return table

    def get_feature_names_out(self, input_features=None):
        """Name the columns.

        Parameters
        ----------
        input_features : None
            Ignored.

        Returns
        -------
        ndarray of str of shape (n_static_columns,)
            Places without a name are ``x0``, ``x1``, ...
        """
        names = [n if isinstance(n, str) else f"x{n}" for n in self.names]
        return np.array(names, dtype=object)

    @property
    def names(self):
        """Names, or places, of the columns as a list."""
        return column_names(self.columns, "StaticColumns expects names of columns")


class ColumnsOfKind:
    """Places of the columns of one kind, for a ColumnTransformer.

    Parameters
    ----------
    kind : {"number", "category"}
        Of the columns of what `StaticColumns` returns.
    """

    def __init__(self, kind):
        self.kind = kind

    def __call__(self, X):
        """List the places of the columns.

        Parameters
        ----------
        X : ndarray or DataFrame of shape (n_samples, n_columns)
            From `StaticColumns`.

        Returns
        -------
        list of int
        """
        wants_texts = self.kind == "category"
        columns = np.asarray(X, dtype=object).T
        # What is missing may be a float in either kind once it was in a frame.
        have_texts = [any(isinstance(v, str) for v in column) for column in columns]
        return [j for j, have in enumerate(have_texts) if have == wants_texts]

    def __repr__(self):
        return f"ColumnsOfKind({self.kind!r})"


def _plain(column):
    """Python's own values of a column, one by one."""
    values = column.to_list() if hasattr(column, "to_list") else column
    return map(plain, values)


def _kind_of(column, name):
    values = enumerate(_plain(column))
    kinds = {_kind_of_value(v, name, row) for row, v in values if not is_missing(v)}
    if not kinds:
        return "nothing"
    is_category = "category" in kinds or _is_categorical(column)
    return "category" if is_category else "number"


def _is_categorical(column):
    dtype = getattr(column, "dtype", None)
    return hasattr(dtype, "categories") or str(dtype).startswith("Categorical")


def _kind_of_value(value, name, row):
    # A Period of pandas is none of Python's, but a time.
    if isinstance(value, _TIMES) or hasattr(value, "to_timestamp"):
        raise TypeError(
            f"StaticColumns expects numbers or categories; row {row} of {shown(name)} "
            f"is {type(value).__name__}. Make a number of it first, such as the days "
            "since a date, or the month."
        )
    if isinstance(value, _NUMBERS):
        return "number"
    if not isinstance(value, Hashable) or isinstance(value, complex | bytes):
        raise TypeError(
            f"StaticColumns expects numbers or categories; row {row} of {shown(name)} "
            f"is {type(value).__name__}. Convert it first."
        )
    return "category"


def _as_category(value, row, name):
    if is_missing(value):
        return None
    _kind_of_value(value, name, row)
    return str(value)


def _as_number(value, row, name):
    if is_missing(value):
        return np.nan
    if _kind_of_value(value, name, row) != "number":
        raise TypeError(
            f"StaticColumns expects numbers in the column {shown(name)}, as in fit; "
            f"row {row} is {type(value).__name__}. Convert it first."
        )
    if abs(value) > _GREATEST:
        raise ValueError(
            f"StaticColumns expects finite numbers; row {row} of {shown(name)} is "
            "infinite, or too large. Replace it, for example by a missing value."
        )
    return float(value)


def _as_nothing(value, row, name):
    return np.nan


_CONVERT = {"number": _as_number, "category": _as_category, "nothing": _as_nothing}
