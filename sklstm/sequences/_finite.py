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
    is_bad = np.isinf if allow_nan else _is_not_finite
    step = _first_not_finite(channels, allow_nan)
    if step is not None:
        row = np.searchsorted(sequences.offsets, step, side="right") - 1
        where = _name_row(sequences, row)
        values, names = channels[step], sequences.channel_names
        _raise_not_finite(name, where, "channel", values, is_bad(values), names)
    row = _first_not_finite(static, allow_nan)
    if row is not None:
        where = f"{_name_row(sequences, row)} of static"
        values, names = static[row], sequences.static_names
        _raise_not_finite(name, where, "feature", values, is_bad(values), names)


def _is_not_finite(values):
    return ~np.isfinite(values)


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


def _raise_not_finite(name, where, kind, values, is_bad, names):
    column = np.argmax(is_bad)
    is_missing = np.isnan(values[column])
    what = "NaN" if is_missing else "infinity (inf)"
    if len(values) > 1 or names is not None:
        what = f"{what} in {name_column(kind, column, names)}"
    remedy = (
        "Padded arrays come in through Sequences.from_padded(X, padding=nan); gaps, "
        "which Sequences.from_arrays and from_frame keep, are filled by SeriesImputer."
        if is_missing
        else "Put a number in its place, or NaN, which SeriesImputer fills."
    )
    raise ValueError(
        f"{name} expects finite numbers; {where} contains {what}. {remedy}"
    )
