"""NaN and infinity in sequences."""

import numpy as np

from sklstm.sequences._names import name_column
from sklstm.utils import estimator_name, shown


def check_finite(sequences, estimator, *, allow_nan=False):
    """Refuse NaN and infinity, naming the first row that holds one.

    Parameters
    ----------
    sequences : Sequences
    estimator : estimator instance or str
        Who speaks in messages.

    allow_nan : bool, default=False
        Whether NaN stands for what is missing.
    """
    name = estimator_name(estimator)
    channels, static = sequences.channels, sequences.static
    step = _first_not_finite(channels, allow_nan)
    if step is not None:
        row = np.searchsorted(sequences.offsets, step, side="right") - 1
        column = _name_first("channel", channels[step], sequences.channel_names)
        _raise_not_finite(name, _name_row(sequences, row), channels[step], column)
    row = _first_not_finite(static, allow_nan)
    if row is not None:
        where = f"{_name_row(sequences, row)} of static"
        column = _name_first("feature", static[row], sequences.static_names)
        _raise_not_finite(name, where, static[row], column)


def _first_not_finite(matrix, allow_nan):
    """First row that holds infinity, or NaN unless that is allowed; None for none."""
    if matrix is None or not matrix.size:
        return None
    if allow_nan:
        ends = np.fmin.reduce(matrix, axis=None), np.fmax.reduce(matrix, axis=None)
        if not np.isinf(ends).any():
            return None
        return np.flatnonzero(np.isinf(matrix).any(axis=1))[0]
    with np.errstate(over="ignore", invalid="ignore"):
        # A sum may overflow though its terms are finite: then every row is looked at.
        if np.isfinite(matrix.sum()):
            return None
    rows = np.flatnonzero(~np.isfinite(matrix).all(axis=1))
    return rows[0] if len(rows) else None


def _name_row(sequences, row):
    ids = sequences.sample_ids
    return f"row {row}" if ids is None else f"row {row} (sample {shown(ids[row])})"


def _name_first(what, values, names):
    """Name the first column that is not finite, unless there is no other."""
    if len(values) == 1 and names is None:
        return ""
    column = np.flatnonzero(~np.isfinite(values))[0]
    return f" in {name_column(what, column, names)}"


def _raise_not_finite(name, where, values, column):
    is_missing = np.isnan(values).any()
    what = "NaN" if is_missing else "infinity (inf)"
    remedy = (
        "Padded arrays come in through Sequences.from_padded(X, padding=nan); gaps, "
        "which Sequences.from_arrays and from_frame keep, are filled by SeriesImputer."
        if is_missing
        else "Put a number in its place, or NaN, which SeriesImputer fills."
    )
    raise ValueError(
        f"{name} expects finite numbers; {where} contains {what}{column}. {remedy}"
    )
