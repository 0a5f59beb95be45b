"""Values of NumPy, pandas, polars and torch where Python's own are meant."""

import numbers
from decimal import Decimal
from functools import wraps

import numpy as np
from scipy import sparse

_MISSING_TYPES = ("NAType", "NaTType", "MaskedConstant")
# What an array may hold beside real numbers, by the kind of its dtype.
_KINDS = {
    "c": (
        "complex numbers",
        "Complex data not supported: pass X.real and X.imag as channels, or np.abs(X).",
    ),
    "M": ("dates", "Subtract one date from all, and divide by np.timedelta64(1, 's')."),
    "m": ("time spans", "Divide them by np.timedelta64(1, 's')."),
    "V": (
        "a structured array",
        "Join its fields: np.lib.recfunctions.structured_to_unstructured(X).",
    ),
}


class UnrealError(ValueError, TypeError):
    """A wrong kind of number, for which scikit-learn's own error is a ValueError."""


def plain(value):
    """Python's own value of a NumPy scalar; anything else as it is."""
    return value.item() if isinstance(value, np.generic) else value


def plain_parameters(estimator):
    """Parameters of an estimator by name, NumPy's scalars as Python's own values."""
    parameters = estimator.get_params(deep=False)
    return {name: plain(value) for name, value in parameters.items()}


def plain_arguments(function):
    """Let a function take NumPy's scalars as though they were Python's own values."""

    @wraps(function)
    def call(*args, **kwargs):
        kwargs = {name: plain(value) for name, value in kwargs.items()}
        return function(*map(plain, args), **kwargs)

    return call


def shown(value):
    """Representation for messages, in which NumPy's scalars look like Python's."""
    return repr(_all_plain(value))


def _all_plain(value):
    if isinstance(value, np.ndarray) and value.ndim == 1:
        value = list(value)
    if type(value) in (list, tuple, set, frozenset):
        return type(value)(map(_all_plain, value))
    if type(value) is dict:
        return {plain(key): _all_plain(item) for key, item in value.items()}
    return plain(value)


def is_missing(value):
    """Whether a value stands for none: None, NaN, NaT, NA, or a masked one."""
    if value is None or type(value).__name__ in _MISSING_TYPES:
        return True
    is_number = isinstance(value, numbers.Number | Decimal | np.generic)
    return is_number and bool(np.any(value != value))


def is_frame(values):
    """Whether a value is a table with named columns, of pandas or polars."""
    # A lazy frame of polars warns of being asked for its columns.
    has_shape = len(getattr(values, "shape", ())) == 2
    return has_shape and hasattr(values, "columns") and hasattr(values, "head")


def sole_column(values, subject):
    """Column of a table that has no other.

    Parameters
    ----------
    values : DataFrame, or array of any shape but (n,)
    subject : str
        Beginning of the message: who expects what.

    Returns
    -------
    Series, or ndarray of shape (n,)

    Raises
    ------
    ValueError
        If there are several columns, or none.
    """
    shape = tuple(values.shape)
    if len(shape) != 2 or shape[1] != 1:
        pick = "df['text']" if is_frame(values) else "X[:, 0]"
        raise ValueError(
            f"{subject}; got {type(values).__name__} of shape {shape}. Pick one "
            f"column, for example {pick}."
        )
    if is_frame(values):
        return values[values.columns[0]]
    is_masked = isinstance(values, np.ma.MaskedArray)
    return (values if is_masked else np.asarray(values))[:, 0]


def as_list(values, subject):
    """List what a parameter holds: the column of a frame, never its column names.

    Parameters
    ----------
    values : iterable
        NumPy's scalars in it become Python's own values.

    subject : str
        Beginning of the message: who expects what.

    Returns
    -------
    list

    Raises
    ------
    TypeError
        If it cannot be iterated over.

    ValueError
        If it has several columns.
    """
    values = as_array(values) if hasattr(values, "detach") else values
    shape = getattr(values, "shape", None)
    if isinstance(shape, tuple) and len(shape) > 1:
        values = sole_column(values, subject)
    if not hasattr(values, "__iter__") or isinstance(values, type) or shape == ():
        raise TypeError(f"{subject}; got {type(values).__name__}. Pass a list.")
    return list(map(plain, values))


def as_array(values):
    """Array that something holds: a torch tensor, with a gradient or not, a buffer.

    Parameters
    ----------
    values : ndarray, tensor, buffer, frame, Series, or array-like
        Or anything with ``__array__`` or ``__dlpack__``.

    Returns
    -------
    ndarray
        A masked array as it is; else it shares memory with `values` where it can.
    """
    if isinstance(values, np.ndarray):
        return values
    if hasattr(values, "detach"):
        values = values.detach().cpu()
        if "bfloat16" in str(values.dtype):  # NumPy has none
            values = values.float()
    if hasattr(values, "__dlpack__") and not hasattr(values, "__array__"):
        return np.from_dlpack(values)
    return np.asanyarray(values)


def as_numbers(values, subject, *, masked="Fill or drop them first."):
    """Array of real numbers that something holds.

    Parameters
    ----------
    values : array-like, tensor or buffer
        What is missing among objects becomes NaN.

    subject : str
        Beginning of the message: who expects what.

    masked : str
        Way out where values are masked.

    Returns
    -------
    ndarray

    Raises
    ------
    TypeError, ValueError
        If it holds anything but real numbers, or if a value is masked.
    """
    refuse_unreal(values, subject, masked=masked)
    array = as_array(values)
    refuse_unreal(array, subject, masked=masked)
    if array.dtype == object:
        return _floats(array, subject)
    if array.dtype.kind not in "biuf":  # digits in a text are no numbers
        raise TypeError(f"{subject}; got values of type {array.dtype}.")
    return np.asarray(array)


def refuse_unreal(values, subject, *, masked="Fill or drop them first."):
    """Refuse masked values, complex numbers, times, structured and sparse arrays."""
    if sparse.issparse(values):
        raise UnrealError(f"{subject}; got a sparse matrix. Pass X.toarray().")
    if "sparse" in str(getattr(values, "layout", "")):
        raise UnrealError(f"{subject}; got a sparse tensor. Pass X.to_dense().")
    parts = values if isinstance(values, list | tuple) else ()
    if np.ma.is_masked(values) or any(map(_is_masked_part, parts)):
        raise UnrealError(f"{subject}; got masked values. {masked}")
    kind = getattr(getattr(values, "dtype", None), "kind", None)
    if kind in _KINDS:
        what, remedy = _KINDS[kind]
        raise UnrealError(f"{subject}; got {what}. {remedy}")


def _is_masked_part(value):
    return isinstance(value, np.ma.MaskedArray) and np.ma.is_masked(value)


def _floats(objects, subject):
    values = [np.nan if is_missing(value) else value for value in objects.ravel()]
    try:
        return np.array(values, dtype=np.float64).reshape(objects.shape)
    except (TypeError, ValueError) as exc:
        raise TypeError(f"{subject}; got objects that are none ({exc}).") from exc
