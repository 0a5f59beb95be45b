"""Arrays, lists and tables of numbers that become sequences."""

import numpy as np

from sklstm.utils import (
    UnrealError,
    as_array,
    as_floats,
    as_numbers,
    is_frame,
    refuse_unreal,
    sole_column,
)

EXPECTED = (
    "sequences (Sequences, a list of arrays of shape (n_timesteps,) or (n_timesteps, "
    "n_channels), a 2-D array or a 3-D array)"
)
MASKED = (
    "Fill them, or make them padding at the ends of the samples: "
    "Sequences.from_padded(X.astype(float).filled(np.nan))."
)


def samples_of_table(X, name):
    """Give a table whose cells hold series as a list of samples; all else as it is.

    The columns become channels. A data frame whose rows are time steps is refused.
    """
    if len(getattr(X, "shape", ())) != 2 or not all(X.shape):
        return X
    index = getattr(X, "index", None)
    if getattr(index, "nlevels", 1) > 1:
        raise ValueError(
            f"{name} expects {EXPECTED}; got a DataFrame with an index of "
            f"{index.nlevels} levels. Where its rows are time steps, name the columns "
            "of samples and times: Sequences.from_frame(X.reset_index(), id, time). "
            "Where they are samples, pass X.to_numpy()."
        )
    if not _holds_series(X):
        return X
    if X.shape[1] == 1:
        return list(sole_column(X, name))
    is_polars = is_frame(X) and not hasattr(X, "iloc")
    rows = X.rows() if is_polars else np.asarray(X, dtype=object)
    return [_side_by_side(cells, row, name) for row, cells in enumerate(rows)]


def _holds_series(table):
    """Whether the first cell of a table holds an array in place of a number."""
    if is_frame(table):
        column = table[table.columns[0]]
        cell = next(iter(column)) if len(np.shape(column)) == 1 else None
    else:
        is_object = isinstance(table, np.ndarray) and table.dtype == object
        cell = table[0, 0] if is_object else None
    return isinstance(cell, list | tuple) or len(getattr(cell, "shape", ())) > 0


def _side_by_side(cells, row, name):
    """Join the series of the cells of a row, one channel each."""
    channels = [as_sample(cell, row, name) for cell in cells]
    lengths = sorted({len(channel) for channel in channels})
    if len(lengths) > 1:
        raise ValueError(
            f"{name} expects channels of one length in every sample; row {row} has "
            f"lengths {lengths}. Pad or cut them first."
        )
    return np.hstack(channels)


def as_table_of_numbers(X, subject):
    """Give the array that `X` holds; a data frame, which has names, as it is."""
    if not is_frame(X):
        return as_numbers(X, subject, masked=MASKED)
    first = X.head(1)
    for name in X.columns:
        refuse_unreal(first[name], subject)
        refuse_unreal(np.asarray(first[name]), subject)
    return X


def is_column_of_objects(X):
    """Whether `X` is an object ndarray or a Series, one element for each sample."""
    if len(getattr(X, "shape", ())) != 1:
        return False
    return X.dtype == object if isinstance(X, np.ndarray) else hasattr(X, "to_list")


def as_sample(array, row, name):
    if isinstance(array, str | bytes | dict | set):
        raise TypeError(_sample_message(name, row, array))
    subject = (
        f"{name} expects {EXPECTED}; row {row} is {type(array).__name__} that does "
        "not hold numbers alone"
    )
    try:
        sample = as_numbers(array, subject, masked=MASKED)
    except UnrealError:
        raise
    except (TypeError, ValueError) as exc:
        raise TypeError(_sample_message(name, row, array)) from exc
    if sample.ndim not in (1, 2):
        raise ValueError(
            f"{name} expects {EXPECTED}; row {row} is {type(array).__name__} with "
            f"{sample.ndim} dimensions. Pass one array for each sample."
        )
    sample = as_floats(sample)
    return sample[:, np.newaxis] if sample.ndim == 1 else sample


def _sample_message(name, row, array):
    remedy = "Convert it to numbers first."
    is_text = isinstance(array, str)
    if is_text or (_is_filled_list(array) and all(isinstance(x, str) for x in array)):
        remedy = "Put Word2VecEmbedder or TokenEncoder before it."
        if is_text:
            remedy = f"Put JiebaSegmenter before it. {remedy}"
    return (
        f"{name} expects {EXPECTED}; row {row} is {type(array).__name__} that does "
        f"not hold numbers. {remedy}"
    )


def _is_filled_list(array):
    return isinstance(array, list | tuple | np.ndarray) and len(array) > 0


def as_cube(X, name):
    refuse_unreal(X, f"{name} expects numbers", masked=MASKED)
    try:
        cube = as_array(X)
    except ValueError as exc:
        raise ValueError(
            f"{name} expects numbers and rows of equal length ({exc}). "
            "Sequences.from_arrays takes rows of unequal length."
        ) from exc
    cube = as_floats(as_numbers(cube, f"{name} expects numbers", masked=MASKED))
    if cube.ndim == 2:
        cube = cube[:, :, np.newaxis]
    if cube.ndim != 3:
        raise ValueError(
            f"{name} expects an array of shape (n_samples, n_timesteps) or (n_samples, "
            f"n_timesteps, n_channels); got {cube.ndim} dimensions."
        )
    return cube


def join_samples(samples, name):
    """Lengths and channels of 2-D samples, held to one number of channels."""
    if not samples:
        return [], np.empty((0, 1))
    widths = [sample.shape[1] for sample in samples]
    # An empty list says nothing about its channels.
    known = [row for row, sample in enumerate(samples) if sample.size]
    n_channels = widths[known[0]] if known else max(widths)
    for row in known:
        if widths[row] != n_channels:
            raise ValueError(
                f"{name} expects the same number of channels in every sample; row "
                f"{row} has {widths[row]}, row {known[0]} has {n_channels}."
            )
    lengths = [len(sample) if sample.size else 0 for sample in samples]
    channels = [samples[row] for row in known] or [np.empty((0, n_channels))]
    return lengths, np.concatenate(channels)
