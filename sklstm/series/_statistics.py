"""Means, spreads and quantiles of channels: of all samples, or of each."""

import numpy as np

from sklstm.series._base import pieces

_ROWS_AT_ONCE = 2**13
_VALUES_AT_ONCE = 2**16
_EPSILON = 8 * np.finfo(np.float64).eps
_QUARTILES = (0.25, 0.5, 0.75)


def column_means(matrix):
    """Mean of each column in float64, without what is missing; NaN where all is."""
    total = np.zeros(matrix.shape[1])
    n_present = np.zeros(matrix.shape[1])
    for rows in _blocks(matrix):
        is_present = ~np.isnan(rows)
        total += np.where(is_present, rows, 0.0).sum(axis=0)
        n_present += is_present.sum(axis=0)
    return np.divide(
        total, n_present, out=np.full(len(total), np.nan), where=n_present > 0
    )


def column_center_and_scale(matrix, method):
    """Center and scale of each column, over all of its rows.

    Parameters
    ----------
    matrix : ndarray of shape (n_rows, n_columns)
    method : {"standard", "robust", "minmax"}

    Returns
    -------
    center, scale : ndarray of shape (n_columns,), float64
        The scale is 1 where a column does not vary.
    """
    low, high = (each.astype(np.float64) for each in (matrix.min(0), matrix.max(0)))
    if method == "minmax":
        return low, usable(high - low, low, high)
    if method == "robust":
        quartiles = [np.quantile(x.astype(np.float64), _QUARTILES) for x in matrix.T]
        first, center, third = np.transpose(quartiles)
        return center, usable(third - first, low, high)
    center = column_means(matrix)
    squares = sum(((rows - center) ** 2).sum(axis=0) for rows in _blocks(matrix))
    return center, usable(np.sqrt(squares / len(matrix)), low, high)


def sample_center_and_scale(sequences, method):
    """Center and scale of each channel within each sample.

    Parameters
    ----------
    sequences : Sequences
    method : {"standard", "robust", "minmax"}

    Returns
    -------
    center, scale : ndarray of shape (n_samples, n_channels), float64
        0 and 1 for a sample without time steps.
    """
    shape = (len(sequences), sequences.channels.shape[1])
    center, scale = np.zeros(shape), np.ones(shape)
    if method == "robust":  # alone in need of sorted samples
        for rows, lengths, cube in padded_groups(sequences):
            center[rows], spread = _median_and_spread(cube, lengths)
            scale[rows] = usable(spread, cube.min(axis=2), cube.max(axis=2))
        return center, scale
    for rows, steps in pieces(sequences.offsets):
        filled = rows.start + np.flatnonzero(sequences.lengths[rows])
        if len(filled):
            block = sequences.channels[steps].astype(np.float64)
            starts = sequences.offsets[filled] - steps.start
            lengths = sequences.lengths[filled]
            center[filled], scale[filled] = _OF_BLOCKS[method](block, starts, lengths)
    return center, scale


def _mean_and_deviation(block, starts, lengths):
    """Mean and standard deviation of samples that stand one after the other."""
    low, high = (x.reduceat(block, starts) for x in (np.minimum, np.maximum))
    mean = np.add.reduceat(block, starts) / lengths[:, np.newaxis]
    block -= np.repeat(mean, lengths, axis=0)
    squares = np.add.reduceat(np.square(block, out=block), starts)
    return mean, usable(np.sqrt(squares / lengths[:, np.newaxis]), low, high)


def _least_and_range(block, starts, lengths):
    low, high = (x.reduceat(block, starts) for x in (np.minimum, np.maximum))
    return low, usable(high - low, low, high)


_OF_BLOCKS = {"standard": _mean_and_deviation, "minmax": _least_and_range}


def padded_groups(sequences):
    """Group samples of about one length, padded by their last values.

    The length of a padded sample hangs on its own length alone, so that its company
    changes no number.

    Parameters
    ----------
    sequences : Sequences

    Yields
    ------
    rows : ndarray of shape (n_rows,)
        Samples that have time steps.

    lengths : ndarray of shape (n_rows, 1)

    cube : ndarray of shape (n_rows, n_channels, n_timesteps), float64
        The number of time steps is a power of 2.
    """
    exponents = np.frexp(sequences.lengths - 1.0)[1]
    n_channels = max(sequences.channels.shape[1], 1)
    for exponent in np.unique(exponents[sequences.lengths > 0]):
        n_timesteps = 2 ** int(exponent)
        alike = np.flatnonzero((exponents == exponent) & (sequences.lengths > 0))
        n_at_once = max(1, _VALUES_AT_ONCE // (n_timesteps * n_channels))
        for start in range(0, len(alike), n_at_once):
            rows = alike[start : start + n_at_once]
            yield (
                rows,
                sequences.lengths[rows, None],
                _cube(sequences, rows, n_timesteps),
            )


def is_real(lengths, n_timesteps):
    """Which steps of padded samples are none of the padding."""
    return np.arange(n_timesteps) < lengths[:, :, np.newaxis]


def _cube(sequences, rows, n_timesteps):
    places = np.minimum(np.arange(n_timesteps), sequences.lengths[rows, np.newaxis] - 1)
    steps = sequences.channels[sequences.offsets[rows, np.newaxis] + places]
    return np.ascontiguousarray(steps.transpose(0, 2, 1), dtype=np.float64)


def mean_and_spread(cube, lengths):
    """Mean and standard deviation of padded samples, without the padding."""
    real = is_real(lengths, cube.shape[2])
    mean = np.where(real, cube, 0.0).sum(axis=2) / lengths
    squares = np.where(real, (cube - mean[:, :, np.newaxis]) ** 2, 0.0).sum(axis=2)
    return mean, np.sqrt(squares / lengths)


def _median_and_spread(cube, lengths):
    ordered = np.sort(np.where(is_real(lengths, cube.shape[2]), cube, np.inf), axis=2)
    first, median, third = (_quantile(ordered, lengths, q) for q in _QUARTILES)
    return median, third - first


def _quantile(ordered, lengths, share):
    """Quantile of sorted samples, between two values as numpy's default."""
    place = (lengths - 1) * share
    below = np.floor(place).astype(np.int64)
    above = np.minimum(below + 1, lengths - 1)
    low, high = (
        np.take_along_axis(ordered, at[:, :, np.newaxis], axis=2)[:, :, 0]
        for at in (below, above)
    )
    return low + (place - below) * (high - low)


def usable(spread, low, high):
    """Spread to divide by: 1 where it is none but for rounding."""
    noise = _EPSILON * np.maximum(np.abs(low), np.abs(high))
    return np.where(spread > noise, spread, 1.0)


def _blocks(matrix):
    for start in range(0, len(matrix), _ROWS_AT_ONCE):
        yield matrix[start : start + _ROWS_AT_ONCE].astype(np.float64)
