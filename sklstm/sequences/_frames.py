"""Long tables, of which each row is a time step of a sample."""

from decimal import Decimal
from numbers import Real

import numpy as np

from sklstm.sequences._names import names_or_numbers
from sklstm.utils import as_list, as_numbers, is_frame, is_missing, plain, shown

_SPEAKER = "Sequences.from_frame"


def read_frame(frame, sample, time, channels, static):
    """Parts of `Sequences` by name, read off a long table.

    Parameters
    ----------
    frame : DataFrame of pandas or polars
    sample, time : str
        Columns; `time` may be None.

    channels : list of str, or None
    static : DataFrame of pandas or polars, or None

    Returns
    -------
    dict of str to object
    """
    _check_frame("a long table", frame)
    sample, time = plain(sample), plain(time)
    keys = [sample] if time is None else [sample, time]
    channels = _choose_columns(frame, "channels", channels, keys)
    codes, ids = _number_samples(frame, sample)
    times = None if time is None else _read_times(frame[time], time)
    order = _order(codes, times)
    if times is not None:
        times = times[order]
        _refuse_ties(codes[order], times, ids, sample, time)
    numbers = _read_columns(frame, channels)
    parts = {
        "lengths": np.bincount(codes, minlength=len(ids)),
        "channels": numbers[order],
        "times": times,
        "channel_names": channels,
        "sample_ids": ids,
    }
    return parts if static is None else parts | _read_static(static, sample, ids)


def _check_frame(what, frame):
    is_lazy = callable(getattr(frame, "collect", None))  # it warns when asked for more
    if not is_lazy and is_frame(frame):
        return
    remedy = "Pass a DataFrame of pandas or polars."
    if is_lazy:
        remedy = "Call its method collect() first."
    raise TypeError(
        f"{_SPEAKER} expects {what} (a DataFrame); got {type(frame).__name__}. {remedy}"
    )


def _choose_columns(frame, what, names, keys):
    """Names of the columns that are read, after checking that all are there."""
    present = list(frame.columns)
    if len(set(present)) != len(present):
        raise ValueError(f"{_SPEAKER} expects columns of different names in the frame.")
    if names is None:
        chosen = [name for name in present if name not in keys]
    else:
        subject = f"{_SPEAKER} expects {what} to be a list of columns"
        chosen = [names] if isinstance(names, str) else as_list(names, subject)
    absent = [name for name in [*keys, *chosen] if name not in present]
    if absent:
        levels = getattr(getattr(frame, "index", None), "names", [])
        remedy = " Call its method reset_index() first." if absent[0] in levels else ""
        raise ValueError(
            f"{_SPEAKER} expects a column {shown(absent[0])}; the frame has "
            f"{shown(present)}.{remedy}"
        )
    if not chosen or set(chosen) & set(keys) or len(set(chosen)) != len(chosen):
        raise ValueError(
            f"{_SPEAKER} expects {what} to be different columns beside {shown(keys)}; "
            f"got {shown(chosen)}."
        )
    return chosen


def _number_samples(frame, sample):
    """Give the number of the sample of each row, and the sorted ids of samples."""
    column = frame[sample]
    if hasattr(column, "factorize"):
        codes, ids = column.factorize(sort=True)
    else:  # polars
        ids = column.fill_nan(None) if column.dtype.is_float() else column
        ids = ids.drop_nulls().unique().sort()
        codes = column.replace_strict(ids, np.arange(len(ids)), default=-1).to_numpy()
        ids = ids.to_list()
    if (codes < 0).any():
        row = np.argmax(codes < 0)
        raise ValueError(
            f"{_SPEAKER} expects a sample for every row; row {row} has none in column "
            f"{shown(sample)}. Drop such rows first."
        )
    _check_kinds(list(ids), codes, sample)
    return np.asarray(codes, dtype=np.int64), _as_ids(ids)


def _as_ids(ids):
    array = np.asarray(ids)
    return array.astype(object) if array.dtype.kind in "UT" else array


def _check_kinds(ids, codes, sample):
    """Refuse ids of several kinds, such as 1 and "1"."""
    kinds = [Real if isinstance(each, Real) else type(each) for each in ids]
    odd = next((i for i, kind in enumerate(kinds) if kind is not kinds[0]), None)
    if odd is None:
        return
    rows = [np.argmax(codes == code) for code in (0, odd)]
    names = [type(plain(ids[code])).__name__ for code in (0, odd)]
    raise TypeError(
        f"{_SPEAKER} expects samples of one type in column {shown(sample)}; row "
        f"{rows[0]} is {names[0]}, row {rows[1]} is {names[1]}. Convert all of them, "
        "for example with str."
    )


def _read_times(column, time):
    """Give times as float64, or as dates, those with a zone in UTC."""
    if getattr(getattr(column, "dtype", None), "tz", None) is not None:
        column = column.dt.tz_convert("UTC").dt.tz_localize(None)
    subject = f"{_SPEAKER} expects column {shown(time)} to hold times"
    times = (
        np.asarray(column) if _holds_dates(column) else _read_numbers(column, subject)
    )
    if times.dtype.kind == "m":
        times = np.where(np.isnat(times), np.nan, times / np.timedelta64(1, "s"))
    is_absent = np.isnat(times) if times.dtype.kind == "M" else ~np.isfinite(times)
    if is_absent.any():
        raise ValueError(
            f"{_SPEAKER} expects a time for every row; row {np.argmax(is_absent)} has "
            f"none in column {shown(time)}. Drop such rows first."
        )
    return times


def _holds_dates(column):
    return np.asarray(column[:0]).dtype.kind in "mM"


def _order(codes, times):
    """Rows by sample and time; those of one sample keep their order without times."""
    narrow = codes.astype(np.min_scalar_type(codes.max(initial=0)))  # sorts faster
    if times is None:
        return np.argsort(narrow, kind="stable")
    same = codes[1:] == codes[:-1]
    is_sorted = (codes[1:] > codes[:-1]) | (same & (times[1:] > times[:-1]))
    if is_sorted.all():
        return slice(None)
    by_time = np.argsort(times)
    return by_time[np.argsort(narrow[by_time], kind="stable")]


def _refuse_ties(codes, times, ids, sample, time):
    is_tie = (codes[1:] == codes[:-1]) & (times[1:] == times[:-1])
    if is_tie.any():
        step = np.argmax(is_tie)
        raise ValueError(
            f"{_SPEAKER} expects one row for a time of a sample; sample "
            f"{shown(ids[codes[step]])} has several at {time} {shown(times[step])}. "
            f"Join them first: frame.groupby([{shown(sample)}, {shown(time)}]).mean()."
        )


def _read_columns(frame, names):
    matrix = np.empty((len(frame), len(names)))
    for j, name in enumerate(names):
        subject = f"{_SPEAKER} expects numbers in column {shown(name)}"
        matrix[:, j] = _read_numbers(frame[name], subject)
    return matrix


def _read_numbers(column, subject):
    """Numbers of a column, NaN where they are missing."""
    is_of_pandas = hasattr(column, "iloc") and not isinstance(column.dtype, np.dtype)
    if is_of_pandas and column.dtype.kind in "biuf":
        # Its nullable types would give objects.
        return column.to_numpy(dtype=np.float64, na_value=np.nan)
    _refuse_texts(column, subject)
    return as_numbers(column, subject).astype(np.float64, copy=False)


def _refuse_texts(column, subject):
    values = np.asarray(column)
    if values.dtype.kind not in "OUT":
        return
    for row, value in enumerate(values):
        if not isinstance(value, Real | Decimal) and not is_missing(value):
            raise TypeError(
                f"{subject}; row {row} is {type(value).__name__}. Convert it first, or "
                "leave the column out."
            )


def _read_static(static, sample, ids):
    """Read static features and join them by id."""
    _check_frame("static to be a table with a row for each sample", static)
    if sample not in list(static.columns) and hasattr(static, "reset_index"):
        static = static.reset_index()  # its index may hold the ids
    names = _choose_columns(static, "static", None, [sample])
    codes, known = _number_samples(static, sample)
    if len(codes) != len(known):
        twice = known[np.argmax(np.bincount(codes))]
        raise ValueError(
            f"{_SPEAKER} expects one row of static for a sample; sample {shown(twice)} "
            "has several."
        )
    rows = dict(zip(known.tolist(), np.argsort(codes), strict=True))
    absent = [each for each in ids.tolist() if each not in rows]
    if absent:
        raise ValueError(
            f"{_SPEAKER} expects a row of static for every sample; sample "
            f"{shown(absent[0])} has none. Add it, with missing values where nothing "
            "is known."
        )
    chosen = [rows[each] for each in ids.tolist()]
    return {"static": _read_columns(static, names)[chosen], "static_names": names}


def write_frame(sequences, sample, time):
    """Long table of the time steps of sequences."""
    ids = _ids_of(sequences)
    columns = {sample: np.repeat(ids, sequences.lengths)}
    if sequences.times is not None:
        columns[time] = sequences.times
    columns |= {f"code_{j}": code for j, code in enumerate(sequences.codes)}
    columns |= _named("channel", sequences.channels, sequences.channel_names)
    return _as_frame(columns)


def write_static_frame(sequences, sample):
    """Table of the static features of sequences, one row for each sample."""
    columns = {sample: _ids_of(sequences)}
    columns |= _named("static", sequences.static, sequences.static_names)
    return _as_frame(columns)


def _ids_of(sequences):
    return (
        np.arange(len(sequences))
        if sequences.sample_ids is None
        else sequences.sample_ids
    )


def _named(what, matrix, names):
    """Columns of a matrix by name."""
    if matrix is None:
        return {}
    return dict(
        zip(names_or_numbers(what, names, matrix.shape[1]), matrix.T, strict=True)
    )


def _as_frame(columns):
    import pandas

    return pandas.DataFrame(columns)
