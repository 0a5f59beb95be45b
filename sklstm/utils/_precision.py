"""What float32 holds of numbers, and what an LSTM makes of their scale."""

import warnings

import numpy as np

from sklstm.utils._validation import estimator_name

# A channel must keep this many steps between its usual least and greatest value.
_FEWEST_STEPS = 2.0**12
_EPSILON = np.finfo(np.float32).eps
# From here on the gates of an LSTM are open or shut at every time step.
_LARGE = 150.0
# What one channel may be larger than another, or than its own variation.
_MOST_TIMES_LARGER = 1000.0
_ROWS_AT_ONCE = 2**16
_CHANNEL, _STATIC = "channel", "static feature"
_OFFSET_REMEDIES = {
    _CHANNEL: "Subtract the mean before it, in float64, as SeriesScaler does.",
    _STATIC: "Subtract the mean before it, in float64.",
}
_SCALE_REMEDIES = {
    _CHANNEL: "as SeriesScaler does",
    _STATIC: "as scikit-learn's StandardScaler does",
}


def as_floats(array):
    """Give an array as float32 where its type fits into that, else as float64."""
    array = np.asarray(array)
    fits = np.can_cast(array.dtype, np.float32)
    return array.astype(np.float32 if fits else np.float64, copy=False)


def compact(array):
    """Round numbers to float32, unless that loses what varies in a column.

    Parameters
    ----------
    array : array-like of shape (n_rows, n_columns), or None

    Returns
    -------
    ndarray of shape (n_rows, n_columns), float32 or float64, or None
        What is beyond float32 is infinity in either.
    """
    if array is None:
        return None
    wide = as_floats(array)
    narrow = in_float32(wide)
    if wide.dtype == np.float32 or narrow.ndim != 2:
        return narrow
    if not any(map(_is_lost, wide.T, narrow.T)):
        return narrow
    return in_float64(wide)


def in_float32(array):
    """Round to float32; what is beyond it becomes infinity."""
    if array is None:
        return None
    with np.errstate(over="ignore"):  # the check for infinity names the row
        return np.ascontiguousarray(array, dtype=np.float32)


def in_float64(array):
    """Give as float64; what is beyond float32 becomes infinity, as there."""
    if array is None:
        return None
    wide = np.ascontiguousarray(array, dtype=np.float64)
    is_beyond = np.abs(wide) > np.finfo(np.float32).max
    return (
        np.where(is_beyond, np.sign(wide) * np.inf, wide) if is_beyond.any() else wide
    )


def _is_lost(wide, narrow):
    """Whether float32 loses what varies in a column, or takes two symbols for one."""
    is_missing = np.isnan(narrow)
    if is_missing.any():
        wide, narrow = wide[~is_missing], narrow[~is_missing]
    rounded = wide[wide != narrow]
    if not len(rounded) or not np.isfinite(narrow).all():
        return False
    are_whole = not (rounded[:100] % 1).any() and not (rounded % 1).any()
    return are_whole or _is_too_fine(*_usual_range(wide)) or _varies_too_little(wide)


def _varies_too_little(column):
    return _is_too_fine(column.min(), column.max())


def _is_constant(column):
    """Whether a column does not vary, but for the rounding of float64."""
    noise = 8 * np.finfo(np.float64).eps * np.abs(column).max()
    return column.max() - column.min() <= noise


def _usual_range(column):
    """Range without the twentieth at either end: a gap filled by 0 is no range."""
    n_outside = len(column) // 20
    places = [n_outside, len(column) - 1 - n_outside]
    low, high = np.partition(column, places)[places]
    return (low, high) if low < high else (column.min(), column.max())


def _is_too_fine(low, high):
    """Whether float32 has too few steps between two numbers."""
    return high - low < _FEWEST_STEPS * _EPSILON / 2 * max(abs(low), abs(high))


def warn_of_lost_digits(sequences, estimator):
    """Warn of channels and static features that vary less than float32 tells.

    Parameters
    ----------
    sequences : Sequences
        What ``fit`` was given; nothing is lost where it is float32 already.

    estimator : estimator instance or str
        Who speaks in the message, and computes in float32.
    """
    for what, matrix, names in _parts(sequences):
        if matrix is None or matrix.dtype == np.float32 or not len(matrix):
            continue
        is_rounded = (matrix != in_float32(matrix)).any(axis=0)
        columns = [
            j
            for j in np.flatnonzero(is_rounded)
            if _varies_too_little(matrix[:, j]) and not _is_constant(matrix[:, j])
        ]
        if columns:
            warnings.warn(
                f"{estimator_name(estimator)} computes in float32, which has few steps "
                f"far from 0: what varies in {_listed(what, columns, names)} is "
                f"rounded away in part. {_OFFSET_REMEDIES[what]}",
                stacklevel=6,
            )


def warn_of_drowning_channels(sequences, estimator):
    """Warn of channels and static features whose scale an LSTM cannot work with.

    Parameters
    ----------
    sequences : Sequences
        What ``fit`` was given.

    estimator : estimator instance or str
        Who speaks in the message.
    """
    for what, matrix, names in _parts(sequences):
        if matrix is None or not matrix.size:
            continue
        problems = [
            f"{problem} ({_listed(what, columns, names)})"
            for problem, columns in _scale_problems(*_scales(matrix)).items()
            if len(columns)
        ]
        if problems:
            warnings.warn(
                f"{estimator_name(estimator)} expects {what}s of a scale near 1; some "
                f"{'; some '.join(problems)}. Its answers may be the same for every "
                f"sample. Standardize each {what} before it, {_SCALE_REMEDIES[what]}: "
                "subtract its mean and divide by its standard deviation, both of the "
                "training samples.",
                stacklevel=5,
            )


def _scale_problems(mean, deviation, greatest):
    """Columns by what is wrong with them; each stands under the first that fits."""
    size = np.hypot(mean, deviation)
    varies = deviation > 0
    is_large = size > _LARGE
    is_offset = varies & ~is_large & (np.abs(mean) > _MOST_TIMES_LARGER * deviation)
    is_small = varies & (greatest * _MOST_TIMES_LARGER < max(size.max(), 1.0))
    return {
        f"are beyond {_LARGE:.0f} and drive its gates to their ends": np.flatnonzero(
            is_large
        ),
        "hardly vary around their mean": np.flatnonzero(is_offset),
        "are a thousand times smaller than that": np.flatnonzero(
            is_small & ~is_large & ~is_offset
        ),
    }


def _scales(matrix):
    """Mean, standard deviation and greatest magnitude of each column, in one pass."""
    first = matrix[0].astype(np.float64)
    total, squares, greatest = np.zeros((3, matrix.shape[1]))
    for start in range(0, len(matrix), _ROWS_AT_ONCE):
        rows = matrix[start : start + _ROWS_AT_ONCE]
        # About the first row: far from 0 the squares would cancel to nothing.
        shifted = rows - first
        total += shifted.sum(axis=0)
        squares += np.einsum("ij,ij->j", shifted, shifted)
        greatest = np.maximum(greatest, np.abs(rows).max(axis=0))
    shift = total / len(matrix)
    variance = np.maximum(squares / len(matrix) - shift**2, 0.0)
    return first + shift, np.sqrt(variance), greatest


def _parts(sequences):
    return (
        (_CHANNEL, sequences.channels, sequences.channel_names),
        (_STATIC, sequences.static, sequences.static_names),
    )


def _listed(what, columns, names=None, limit=8):
    """List columns: "channels 'age', 'pulse'", "channels 0, 2, 5 and 4 more"."""
    listed = [str(j) if names is None else repr(names[j]) for j in columns[:limit]]
    more = f" and {len(columns) - limit} more" if len(columns) > limit else ""
    return f"{what}{'s' if len(columns) > 1 else ''} {', '.join(listed)}{more}"
