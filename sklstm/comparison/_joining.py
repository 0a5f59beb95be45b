"""Samples without a label behind those that have one, in one container."""

from collections.abc import Iterator
from importlib import import_module

import numpy as np
from scipy import sparse

from sklstm.sequences import Sequences
from sklstm.utils import (
    as_array,
    check_documents,
    check_token_sequences,
    is_frame,
    sole_column,
)

_NAME = "compare_classifiers(unlabelled=...)"


def join_samples(X, more):
    """Append samples to others of the same kind.

    Parameters
    ----------
    X : indexable of length n_samples
        Documents, token sequences, arrays of unequal lengths, `Sequences`, a matrix or
        a frame.

    more : container of length n_more
        Samples of that kind; their container may be another one.

    Returns
    -------
    indexable of length n_samples + n_more
        In the container of `X`; an array of str becomes one of objects.

    Raises
    ------
    TypeError
        If `more` or an element of it is of another kind than the samples of `X`.

    ValueError
        If `more` has other columns, or none that is a sample.
    """
    more = list(more) if isinstance(more, Iterator) else more
    if isinstance(X, Sequences):
        return Sequences.concatenate([X, _as_sequences(more)])
    column = column_of_samples(X)
    if column is None:
        return _stack(X, more)
    return _append(X, _samples_like(column, more))


def column_of_samples(X):
    """Give what holds a sample in each element.

    Parameters
    ----------
    X : indexable of length n_samples
        Samples.

    Returns
    -------
    iterable of length n_samples or None
        None for a table of numbers.
    """
    shape = X.shape if hasattr(X, "shape") else (len(X),)
    if len(shape) == 1:
        return X
    if len(shape) == 2 and shape[1] == 1 and not sparse.issparse(X):
        column = sole_column(X, _NAME)
        return column if isinstance(next(iter(column)), str) else None
    return None


def list_texts(X):
    """List documents.

    Parameters
    ----------
    X : indexable of length n_samples
        Samples.

    Returns
    -------
    list of str or None
        None where the samples are none.
    """
    column = column_of_samples(X)
    if column is None or not all(isinstance(sample, str) for sample in column):
        return None
    return list(column)


def empty_like(X):
    """Give a container like that of documents, with none in it.

    Parameters
    ----------
    X : indexable of length n_samples
        Documents.

    Returns
    -------
    array, Series, frame or None
        None for a list, and for what has no shape.
    """
    if not hasattr(X, "shape"):
        return None
    return X.iloc[:0] if hasattr(X, "iloc") else X[:0]


def fill(container, documents):
    """Put documents into a container like that of others.

    Parameters
    ----------
    container : array, Series, frame or None
        From `empty_like`.

    documents : list of str
        Any.

    Returns
    -------
    indexable of length n_documents
    """
    return documents if container is None else _append(container, documents)


def _as_sequences(more):
    if isinstance(more, Sequences):
        return more
    _check_kind("sequences", more)
    return Sequences.from_arrays(more)


def _samples_like(column, more):
    """List further samples, each of the kind of those in a column."""
    kind = _kind_of(next((x for x in column if _is_filled(x)), None))
    if kind == "documents":
        return check_documents(more, _NAME)
    if kind == "token sequences":
        return check_token_sequences(more, _NAME)
    _check_kind(kind, more)
    return list(more)


def _check_kind(kind, more):
    """Refuse what is iterated over but holds no arrays of numbers."""
    _check_container(kind, more)
    for row, sample in enumerate(more):
        if isinstance(sample, str | bytes | dict | set) or np.ndim(sample) == 0:
            raise TypeError(
                f"{_NAME} expects {kind}, as X holds; row {row} is "
                f"{type(sample).__name__}."
            )


def _check_container(kind, more):
    is_text = isinstance(more, str | bytes)
    if is_text or isinstance(more, set | dict) or not hasattr(more, "__iter__"):
        raise TypeError(
            f"{_NAME} expects {kind}, as X holds; got {type(more).__name__}. Pass a "
            "list."
        )
    if is_frame(more) or sparse.issparse(more):
        raise TypeError(
            f"{_NAME} expects {kind}, as X holds; got {type(more).__name__}, which "
            "is a table. Pass an array for each sample."
        )


def _kind_of(sample):
    if isinstance(sample, str):
        return "documents"
    if _is_filled(sample) and isinstance(next(iter(sample)), str):
        return "token sequences"
    return "arrays of numbers"


def _is_filled(sample):
    return isinstance(sample, str) or (hasattr(sample, "__len__") and len(sample) > 0)


def _append(X, samples):
    """Put a list of samples behind a list, an array or a column of others."""
    if isinstance(X, list | tuple):
        return type(X)([*X, *samples])
    if hasattr(X, "iloc"):
        return _append_in_pandas(X, samples)
    if type(X).__module__.partition(".")[0] == "polars":
        return _append_in_polars(X, samples)
    X = as_array(X)
    return np.concatenate([_widened(X), _array_like(X, samples)])


def _widened(X):
    return X.astype(object) if X.dtype.kind in "US" else X


def _array_like(X, samples):
    """Array of samples; one of str would drop the NUL at the end of a document."""
    dtype = object if X.dtype.kind in "US" else X.dtype
    array = np.empty(len(samples), dtype=dtype)
    for row, sample in enumerate(samples):
        array[row] = sample
    return array.reshape(-1, *X.shape[1:])


def _append_in_pandas(X, samples):
    pandas = import_module("pandas")
    column = sole_column(X, _NAME) if is_frame(X) else X
    if str(column.dtype) == "category":  # would have no room for other documents
        column = column.astype(object)
    more = pandas.Series(samples, dtype=column.dtype)
    joined = pandas.concat([column, more], ignore_index=True)
    return joined.to_frame(X.columns[0]) if is_frame(X) else joined.rename(X.name)


def _append_in_polars(X, samples):
    polars = import_module("polars")
    column = sole_column(X, _NAME) if is_frame(X) else X
    more = polars.Series(column.name, samples, dtype=column.dtype)
    joined = polars.concat([column, more])
    return joined.to_frame() if is_frame(X) else joined


def _stack(X, more):
    """Put the rows of a table behind those of another."""
    if sparse.issparse(more) and not sparse.issparse(X):
        raise TypeError(
            f"{_NAME} expects a dense table, as X is; got a sparse one. Pass "
            "unlabelled.toarray()."
        )
    if isinstance(more, Sequences):
        raise TypeError(
            f"{_NAME} expects a table, as X is; got Sequences. Make Sequences of X, "
            "too."
        )
    if is_frame(X):
        return _stack_frames(X, more)
    more = more if sparse.issparse(more) else _as_table(more)
    if more.shape[1:] != tuple(X.shape[1:]):
        raise ValueError(
            f"{_NAME} expects rows of shape {tuple(X.shape[1:])}, as X has; got "
            f"an array of shape {more.shape}."
        )
    if sparse.issparse(X):
        return sparse.vstack([X, sparse.csr_array(more)], format="csr")
    return np.concatenate([as_array(X), more])


def _as_table(more):
    try:
        return as_array(more)
    except ValueError as exc:
        raise ValueError(f"{_NAME} expects rows of equal length ({exc}).") from exc


def _stack_frames(X, more):
    names = list(X.columns)
    columns = _columns_of(more) if is_frame(more) else _columns_like(X, more)
    missing = [name for name in names if name not in columns]
    if missing:
        raise ValueError(
            f"{_NAME} expects the columns of X; {', '.join(map(repr, missing))} "
            "are not there."
        )
    more = type(X)({name: columns[name] for name in names})
    if hasattr(X, "iloc"):
        return import_module("pandas").concat([X, more], ignore_index=True)
    return import_module("polars").concat([X, more], how="vertical_relaxed")


def _columns_of(frame):
    return {name: np.asarray(frame[name]) for name in frame.columns}


def _columns_like(X, more):
    array = _as_table(more)
    if array.ndim != 2 or array.shape[1] != X.shape[1]:
        raise ValueError(
            f"{_NAME} expects {X.shape[1]} columns, as X has; got an array of shape "
            f"{array.shape}."
        )
    return dict(zip(X.columns, array.T, strict=True))
