"""Columns of a data frame by name, or of an array by place."""

import difflib
from numbers import Integral

import numpy as np

from sklstm.utils._foreign import as_list, is_frame, plain, shown

_MOST_NAMES = 10  # of the columns that a message lists


def as_column(values):
    """Take a Series of pandas or polars for a table of one column; leave all else."""
    is_series = hasattr(values, "to_frame") and len(getattr(values, "shape", ())) == 1
    return values.to_frame() if is_series else values


def column_names(columns, subject):
    """List names, or places, of columns.

    Parameters
    ----------
    columns : str, int, or list of them
        One name counts as a list of one.

    subject : str
        Beginning of the message: who expects what.

    Returns
    -------
    list of str or int

    Raises
    ------
    TypeError, ValueError
        If there is none, if one is neither, or if one is there twice.
    """
    is_one = isinstance(columns, str | Integral)
    names = [plain(columns)] if is_one else as_list(columns, subject)
    for name in names:
        if isinstance(name, bool) or not isinstance(name, str | Integral):
            raise TypeError(f"{subject}; got {shown(name)}.")
    if not names or len(set(names)) < len(names):
        raise ValueError(f"{subject}, each once; got {shown(names)}.")
    return names


def pick_column(X, name, speaker):
    """Take one column out of a table.

    Parameters
    ----------
    X : DataFrame of pandas or polars, or array of shape (n_samples, n_columns)
    name : str or int
        An int that is no name of a column is its place.

    speaker : str
        Who speaks in messages.

    Returns
    -------
    Series, or ndarray of shape (n_samples,)

    Raises
    ------
    TypeError
        If `X` is no table, or has no names.

    ValueError
        If there is no such column, or more than one.
    """
    is_array = len(getattr(X, "shape", ())) == 2 and not hasattr(X, "to_pandas")
    if not is_frame(X) and not is_array:
        raise TypeError(
            f"{speaker} expects a data frame with the column {shown(name)}; got "
            f"{type(X).__name__}. {frame_remedy(X)}"
        )
    names = list(X.columns) if is_frame(X) else []
    if names.count(name) > 1:
        raise ValueError(
            f"{speaker} expects one column {shown(name)}; got {names.count(name)}. "
            "Rename the others."
        )
    if name in names:
        return X[name]
    if isinstance(name, str) or not -X.shape[1] <= name < X.shape[1]:
        raise ValueError(_no_column(X, name, names, speaker))
    return X[names[name]] if names else np.asarray(X)[:, name]


def frame_remedy(values):
    """Say how a frame comes of what is none.

    Parameters
    ----------
    values : object

    Returns
    -------
    str
    """
    for method in ("collect", "to_frame", "to_pandas"):  # polars lazy, Series, Arrow
        if hasattr(values, method):
            return f"Pass what its .{method}() returns."
    return "Pass the frame itself, or make one: pandas.DataFrame(...)."


def _no_column(X, name, names, speaker):
    if not names:
        return (
            f"{speaker} expects a column {shown(name)}; got {type(X).__name__} of "
            f"shape {tuple(X.shape)}. Pass a data frame, or the place of a column."
        )
    texts = list(map(str, names))
    near = difflib.get_close_matches(str(name), texts, n=3)
    near = near or difflib.get_close_matches(str(name).lower(), texts, n=3)
    hint = f" Did you mean {' or '.join(map(repr, near))}?" if near else ""
    more = ", ..." if len(names) > _MOST_NAMES else ""
    return (
        f"{speaker} expects a column {shown(name)}; the frame has "
        f"{', '.join(map(shown, names[:_MOST_NAMES]))}{more}.{hint}"
    )
