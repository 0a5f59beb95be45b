"""Door D2: the one container of sequences."""

from copy import copy
from numbers import Integral

import numpy as np
from sklearn.utils.validation import validate_data

from sklstm.utils import (
    UnrealError,
    as_array,
    as_column,
    as_floats,
    as_numbers,
    compact,
    estimator_name,
    in_float32,
    in_float64,
    is_frame,
    refuse_unreal,
    sole_column,
    warn_of_lost_digits,
)

_EXPECTED = (
    "sequences (Sequences, a list of arrays of shape (n_timesteps,) or (n_timesteps, "
    "n_channels), a 2-D array or a 3-D array)"
)
_MASKED = (
    "Fill them, or make them padding at the ends of the samples: "
    "Sequences.from_padded(X.astype(float).filled(np.nan))."
)


class Sequences:
    """Ragged sequences, flat in memory and never padded at rest.

    One element is one sample, so that scikit-learn's splitters index it like an
    array. The time steps of all samples stand one after the other; a word is stored as
    a 4-byte code into a shared table of vectors, not as its vector.

    Parameters
    ----------
    lengths : array-like of shape (n_samples,)
        Time steps of each sample. Zero is legal.

    codes : sequence of k arrays of shape (n_steps,), default=()
        Streams of codes, ``n_steps = lengths.sum()``. Stream j indexes ``vectors[j]``.
        Code 0 stands for what is unknown.

    vectors : sequence of k arrays (n_codes_j, vector_size_j) or None, default=()
        The table of each stream, or None where the classifier learns it.

    channels : array-like of shape (n_steps, n_channels), default=None
        Numeric inputs for each time step.

    static : array-like of shape (n_samples, n_static_features) or Series, default=None
        One row for each sample: what does not change over time. A Series is one column.

    Attributes
    ----------
    lengths : ndarray of shape (n_samples,), int64
    codes : tuple of ndarray of shape (n_steps,), int32
    vectors : tuple of ndarray of shape (n_codes_j, vector_size_j), float32, or None
    channels : ndarray of shape (n_steps, n_channels), float32 or float64, or None
        float32, unless that would round away what varies in a channel; see Notes.
    static : ndarray of shape (n_samples, n_static_features), or None
        float32 or float64 as `channels`.
    offsets : ndarray of shape (n_samples + 1,), int64
        Sample i occupies the steps ``offsets[i]:offsets[i + 1]``.

    Raises
    ------
    ValueError
        If the parts disagree in length, or if a code lies outside its table.

    See Also
    --------
    sklstm.TokenEncoder : Token sequences to codes.
    sklstm.Word2VecEmbedder : Token sequences to codes with trained vectors.
    sklstm.SequenceUnion : Joins several parts.

    Notes
    -----
    Indexing with an int gives the sample as a 2-D array; indexing with a slice, a
    boolean or an integer array gives `Sequences` that share `vectors`.

    Numbers are rounded to float32, which has 7 digits. Where a channel of float64 or
    of integers needs more, all channels stay float64: where float32 has fewer than 4096
    steps between the channel's usual least and greatest value (prices, counters, time
    stamps far from 0), or where it would take two whole numbers for one. `static` is
    judged by itself. What is taken out of `Sequences` has their type; estimators that
    compute in float32 warn in ``fit`` of what they lose.

    Examples
    --------
    >>> from sklstm import Sequences
    >>> series = Sequences.from_arrays([[0.5, 1.0, 1.5], [2.0]])
    >>> series
    Sequences(n_samples=2, n_steps=4, n_channels=1)
    >>> series[1]
    array([[2.]], dtype=float32)
    >>> series.to_padded(padding=0.0)[:, :, 0]
    array([[0.5, 1. , 1.5],
           [2. , 0. , 0. ]], dtype=float32)
    """

    def __init__(self, lengths, codes=(), vectors=(), channels=None, static=None):
        self.lengths = _whole_numbers("lengths", lengths, np.int64)
        self.codes = tuple(
            _whole_numbers(f"codes[{j}]", code, np.int32)
            for j, code in enumerate(_streams("codes", codes))
        )
        self.vectors = tuple(
            _optional_float32(f"vectors[{j}]", table)
            for j, table in enumerate(_streams("vectors", vectors))
        ) or (None,) * len(self.codes)
        self.channels = _optional_numbers("channels", channels)
        self.static = _optional_numbers("static", as_column(static))
        self._check_parts()
        self.offsets = np.concatenate([[0], np.cumsum(self.lengths)])

    def _check_parts(self):
        if self.lengths.ndim != 1 or (self.lengths < 0).any():
            raise ValueError("Sequences expects lengths to be 1-D and never negative.")
        if len(self.vectors) != len(self.codes):
            raise ValueError(
                f"Sequences expects one table of vectors, or None, for each stream of "
                f"codes; got {len(self.vectors)} tables for {len(self.codes)} streams."
            )
        n_steps = int(self.lengths.sum())
        for j, code in enumerate(self.codes):
            _check_rows(f"codes[{j}]", code, 1, n_steps)
            _check_codes(j, code, self.vectors[j])
        if self.channels is not None:
            _check_rows("channels", self.channels, 2, n_steps)
        if self.static is not None:
            _check_rows("static", self.static, 2, len(self.lengths))

    @classmethod
    def from_arrays(cls, arrays, *, static=None):
        """Build from arrays of unequal length.

        Parameters
        ----------
        arrays : sequence of array-likes of shape (n_timesteps_i,) or \
                (n_timesteps_i, n_channels)
            One array for each sample; a 1-D array is one channel.

        static : array-like of shape (n_samples, n_static_features), default=None
            One row for each sample.

        Returns
        -------
        Sequences

        Raises
        ------
        TypeError
            If an element is not numeric.

        ValueError
            If an element has another number of channels or holds NaN or infinity.
        """
        arrays = _samples_of_table(arrays, "Sequences")
        if is_frame(arrays):
            arrays = np.asarray(arrays)
        samples = [
            _as_sample(array, row, "Sequences") for row, array in enumerate(arrays)
        ]
        return _from_samples(samples, "Sequences", static)

    @classmethod
    def from_padded(cls, X, padding=np.nan, *, static=None):
        """Build from a padded array: time steps after a sample's last are dropped.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_timesteps) or \
                (n_samples, n_timesteps, n_channels)
            Padded at the end of each sample.

        padding : float, default=nan
            What fills every channel of a padded time step.

        static : array-like of shape (n_samples, n_static_features), default=None
            One row for each sample.

        Returns
        -------
        Sequences

        Raises
        ------
        ValueError
            If `X` has other dimensions, or if a sample holds NaN or infinity before
            its end.
        """
        padded = _as_cube(X, "Sequences.from_padded")
        is_pad = np.isnan(padded) if np.isnan(padding) else padded == padding
        is_step = ~is_pad.all(axis=2)
        n_timesteps = padded.shape[1]
        last = n_timesteps - np.argmax(is_step[:, ::-1], axis=1) if n_timesteps else 0
        lengths = np.where(is_step.any(axis=1), last, 0)
        keep = np.arange(n_timesteps) < lengths[:, np.newaxis]
        sequences = cls(lengths, channels=padded[keep], static=static)
        _check_finite(sequences, "Sequences")
        return sequences

    @classmethod
    def concatenate(cls, parts):
        """Join sequences: the samples of each part after those of the one before.

        Parameters
        ----------
        parts : sequence of Sequences
            One or more, alike in streams, vectors, channels and static features.

        Returns
        -------
        Sequences

        Raises
        ------
        TypeError
            If a part is no `Sequences`.

        ValueError
            If there is no part, or if one has other streams, vectors, channels or
            static features than the first.
        """
        parts = list(parts)
        if not parts:
            raise ValueError("Sequences.concatenate expects some parts; none came.")
        for number, part in enumerate(parts):
            _check_alike(part, parts[0], number)
        flat = ((p.lengths, *p.codes, p.channels, p.static) for p in parts)
        lengths, *codes, channels, static = map(_joined, zip(*flat, strict=True))
        joined = cls(lengths, codes, parts[0].vectors)
        return joined._with_numbers(channels, static)

    def to_padded(self, padding=np.nan):
        """Spread the samples over one array, filled up at their ends.

        Parameters
        ----------
        padding : float, default=nan
            What fills the time steps after a sample's last.

        Returns
        -------
        ndarray of shape (n_samples, max(lengths), n_columns), float32 or float64
            Columns and type as when indexing a single sample.
        """
        columns = self._columns(slice(None))
        n_timesteps = int(self.lengths.max(initial=0))
        shape = (len(self), n_timesteps, columns.shape[1])
        padded = np.full(shape, padding, dtype=columns.dtype)
        padded[np.arange(n_timesteps) < self.lengths[:, np.newaxis]] = columns
        return padded

    @property
    def shape(self):
        """Shape by which scikit-learn counts and indexes samples: (n_samples,)."""
        return (len(self),)

    @property
    def n_steps(self):
        """Time steps of all samples together."""
        return int(self.offsets[-1])

    def __len__(self):
        return len(self.lengths)

    def __iter__(self):
        return (self[i] for i in range(len(self)))

    def __getitem__(self, key):
        if isinstance(key, tuple):  # scikit-learn asks for X[rows, ...]
            key, *rest = key
            if rest not in ([], [Ellipsis]):
                raise IndexError("Sequences is indexed by sample alone: X[rows].")
        if isinstance(key, Integral):
            start, stop = self.offsets[range(len(self))[key]] + (0, self.lengths[key])
            return self._columns(slice(start, stop))
        rows = np.arange(len(self))[key]
        if rows.ndim != 1:
            raise IndexError("Sequences is indexed by sample alone: X[rows].")
        return self._take(rows)

    def _columns(self, steps):
        """Dense inputs of the given steps: vectors (or codes), then channels."""
        parts = [
            compact(code[steps, np.newaxis]) if table is None else table[code[steps]]
            for code, table in zip(self.codes, self.vectors, strict=True)
        ]
        if self.channels is not None:
            parts.append(self.channels[steps])
        if not parts:
            n_steps = len(range(*steps.indices(self.n_steps)))
            return np.empty((n_steps, 0), dtype=np.float32)
        return np.hstack(parts)

    def _take(self, rows):
        lengths = self.lengths[rows]
        # The steps of sample r stand at offsets[r] + 0, 1, 2, … lengths[r] - 1.
        ends = np.cumsum(lengths)
        steps = np.arange(ends[-1] if len(ends) else 0)
        steps += np.repeat(self.offsets[rows] - (ends - lengths), lengths)
        taken = Sequences(lengths, [code[steps] for code in self.codes], self.vectors)
        return taken._with_numbers(
            None if self.channels is None else self.channels[steps],
            None if self.static is None else self.static[rows],
        )

    def _with_numbers(self, channels, static):
        """Give the same sequences with numbers of the type that these have."""
        other = copy(self)
        other.channels, other.static = channels, static
        return other

    def __eq__(self, other):
        if not isinstance(other, Sequences):
            return NotImplemented
        return len(self.codes) == len(other.codes) and all(
            _same(mine, theirs)
            for mine, theirs in zip(self._parts(), other._parts(), strict=True)
        )

    __hash__ = None

    def _parts(self):
        return (self.lengths, *self.codes, *self.vectors, self.channels, self.static)

    def __repr__(self):
        facts = {"n_samples": len(self), "n_steps": self.n_steps}
        if self.codes:
            facts["vector_sizes"] = [
                None if table is None else table.shape[1] for table in self.vectors
            ]
        if self.channels is not None:
            facts["n_channels"] = self.channels.shape[1]
        if self.static is not None:
            facts["n_static_features"] = self.static.shape[1]
        return f"Sequences({', '.join(f'{k}={v}' for k, v in facts.items())})"


def check_sequences(X, estimator, *, reset, dtype=np.float32):
    """Validate sequences (door D2) for a classifier.

    Parameters
    ----------
    X : Sequences, list of arrays, 2-D or 3-D array, or DataFrame
        See `Sequences`; a 2-D array or DataFrame is one channel. A DataFrame, or object
        array, whose cells hold series has a channel in each column.

    estimator : estimator instance
        Who speaks in messages. From a 2-D array it learns, or is held to,
        ``n_features_in_`` and ``feature_names_in_``.

    reset : bool
        Whether this is ``fit``: at least one sample is wanted then, and digits that
        float32 loses are warned of.

    dtype : {float32, float64} or None, default=float32
        What the estimator computes in: the type of `channels` and `static`. None is
        float32 where that loses nothing that varies; see `Sequences`.

    Returns
    -------
    Sequences
        Finite throughout.

    Raises
    ------
    TypeError
        If `X` or an element of it is of the wrong kind.

    ValueError
        If `X` has no time steps in ``fit``, other dimensions, unequal numbers of
        channels, NaN or infinity.
    """
    sequences = _as_sequences(X, estimator, reset, dtype)
    if reset and not sequences.n_steps:
        raise ValueError(
            f"{estimator_name(estimator)} expects at least 1 sample with a time step "
            f"in fit; got {len(sequences)} samples without any."
        )
    _check_finite(sequences, estimator)
    if dtype != np.float32:
        return sequences
    if reset:
        warn_of_lost_digits(sequences, estimator)
    return _in_float32(sequences)


def _in_float32(sequences):
    channels, static = map(in_float32, (sequences.channels, sequences.static))
    if channels is sequences.channels and static is sequences.static:
        return sequences
    return sequences._with_numbers(channels, static)


def _as_sequences(X, estimator, reset, dtype):
    if isinstance(X, Sequences):
        return X
    name = estimator_name(estimator)
    X = _samples_of_table(X, name)
    if _is_column_of_objects(X) or isinstance(X, list | tuple):
        samples = [_as_sample(array, row, name) for row, array in enumerate(X)]
        return _from_samples(samples, name, dtype=dtype)
    if not any(hasattr(X, way) for way in ("shape", "__array__", "__dlpack__")):
        raise TypeError(
            f"{name} expects {_EXPECTED}; got {type(X).__name__}, which cannot be "
            "indexed by sample. Pass a list of arrays."
        )
    X = _as_table_of_numbers(X, f"{name} expects {_EXPECTED}")
    if isinstance(X, np.ndarray) and X.ndim > 2:
        return _from_cube(_as_cube(X, name), dtype)
    matrix = validate_data(
        estimator,
        X,
        reset=reset,
        dtype=[np.float64, np.float32],
        ensure_all_finite=False,
        ensure_min_samples=int(reset),
    )
    return _from_cube(matrix[:, :, np.newaxis], dtype)


def _samples_of_table(X, name):
    """Give a table whose cells hold series as a list of samples; all else as it is.

    The columns become channels. A data frame whose rows are time steps is refused.
    """
    if len(getattr(X, "shape", ())) != 2 or not all(X.shape):
        return X
    index = getattr(X, "index", None)
    if getattr(index, "nlevels", 1) > 1:
        raise ValueError(
            f"{name} expects {_EXPECTED}; got a DataFrame with an index of "
            f"{index.nlevels} levels. Where its rows are time steps, pass an array for "
            "each sample: [part.to_numpy() for _, part in X.groupby(level=0)]. Where "
            "they are samples, pass X.to_numpy()."
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
    channels = [_as_sample(cell, row, name) for cell in cells]
    lengths = sorted({len(channel) for channel in channels})
    if len(lengths) > 1:
        raise ValueError(
            f"{name} expects channels of one length in every sample; row {row} has "
            f"lengths {lengths}. Pad or cut them first."
        )
    return np.hstack(channels)


def _as_table_of_numbers(X, subject):
    """Give the array that `X` holds; a data frame, which has names, as it is."""
    if not is_frame(X):
        return as_numbers(X, subject, masked=_MASKED)
    first = X.head(1)
    for name in X.columns:
        refuse_unreal(first[name], subject)
        refuse_unreal(np.asarray(first[name]), subject)
    return X


def _is_column_of_objects(X):
    """Whether `X` is an object ndarray or a Series, one element for each sample."""
    if len(getattr(X, "shape", ())) != 1:
        return False
    return X.dtype == object if isinstance(X, np.ndarray) else hasattr(X, "to_list")


def _from_cube(cube, dtype):
    n_samples, n_timesteps, n_channels = cube.shape
    lengths = np.full(n_samples, n_timesteps)
    return _from_channels(lengths, cube.reshape(-1, n_channels), dtype=dtype)


def _from_channels(lengths, channels, static=None, dtype=None):
    """Build from numbers; float64 keeps all their digits, whatever they are."""
    if dtype != np.float64:
        return Sequences(lengths, channels=channels, static=static)
    sequences = Sequences(lengths, static=static)
    return sequences._with_numbers(in_float64(channels), sequences.static)


def _from_samples(samples, name, static=None, dtype=None):
    """Join checked 2-D samples after comparing their numbers of channels."""
    if not samples:
        return Sequences([], channels=np.empty((0, 1)), static=static)
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
    sequences = _from_channels(lengths, np.concatenate(channels), static, dtype)
    _check_finite(sequences, name)
    return sequences


def _as_sample(array, row, name):
    if isinstance(array, str | bytes | dict | set):
        raise TypeError(_sample_message(name, row, array))
    subject = (
        f"{name} expects {_EXPECTED}; row {row} is {type(array).__name__} that does "
        "not hold numbers alone"
    )
    try:
        sample = as_numbers(array, subject, masked=_MASKED)
    except UnrealError:
        raise
    except (TypeError, ValueError) as exc:
        raise TypeError(_sample_message(name, row, array)) from exc
    if sample.ndim not in (1, 2):
        raise ValueError(
            f"{name} expects {_EXPECTED}; row {row} is {type(array).__name__} with "
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
        f"{name} expects {_EXPECTED}; row {row} is {type(array).__name__} that does "
        f"not hold numbers. {remedy}"
    )


def _is_filled_list(array):
    return isinstance(array, list | tuple | np.ndarray) and len(array) > 0


def _as_cube(X, name):
    refuse_unreal(X, f"{name} expects numbers", masked=_MASKED)
    try:
        cube = as_array(X)
    except ValueError as exc:
        raise ValueError(
            f"{name} expects numbers and rows of equal length ({exc}). "
            "Sequences.from_arrays takes rows of unequal length."
        ) from exc
    cube = as_floats(as_numbers(cube, f"{name} expects numbers", masked=_MASKED))
    if cube.ndim == 2:
        cube = cube[:, :, np.newaxis]
    if cube.ndim != 3:
        raise ValueError(
            f"{name} expects an array of shape (n_samples, n_timesteps) or (n_samples, "
            f"n_timesteps, n_channels); got {cube.ndim} dimensions."
        )
    return cube


def _check_finite(sequences, estimator):
    """Refuse NaN and infinity, naming the first row that holds one."""
    name = estimator_name(estimator)
    channels, static = sequences.channels, sequences.static
    step = _first_not_finite(channels)
    if step is not None:
        row = np.searchsorted(sequences.offsets, step, side="right") - 1
        _raise_not_finite(name, f"row {row}", channels[step])
    row = _first_not_finite(static)
    if row is not None:
        _raise_not_finite(name, f"row {row} of static", static[row])


def _first_not_finite(matrix):
    """First row that holds NaN or infinity; None where there is none."""
    with np.errstate(over="ignore", invalid="ignore"):
        # A sum may overflow though its terms are finite: then every row is looked at.
        if matrix is None or np.isfinite(matrix.sum()):
            return None
    rows = np.flatnonzero(~np.isfinite(matrix).all(axis=1))
    return rows[0] if len(rows) else None


def _raise_not_finite(name, where, values):
    what = "NaN" if np.isnan(values).any() else "infinity (inf)"
    raise ValueError(
        f"{name} expects finite numbers; {where} contains {what}. Padded arrays come "
        "in through Sequences.from_padded(X, padding=nan); fill other gaps first."
    )


def _streams(what, arrays):
    """Refuse a table where a sequence of arrays is wanted."""
    if is_frame(arrays):
        raise TypeError(
            f"Sequences expects {what} as a sequence of arrays; got "
            f"{type(arrays).__name__}. Pass [df['code'].to_numpy()]."
        )
    return arrays


def _whole_numbers(what, array, dtype):
    array = as_numbers(array, f"Sequences expects {what} as whole numbers")
    with np.errstate(invalid="ignore"):
        whole = np.ascontiguousarray(array, dtype=dtype)
    if array.dtype != dtype and (whole != array).any():
        raise ValueError(
            f"Sequences expects {what} to be whole numbers that fit into "
            f"{np.dtype(dtype)}; got {array.dtype}."
        )
    return whole


def _check_codes(j, code, table):
    if table is not None:
        _check_rows(f"vectors[{j}]", table, 2, len(table))
    n_codes = np.inf if table is None else len(table)
    if len(code) and not 0 <= code.min() <= code.max() < n_codes:
        raise ValueError(
            f"Sequences expects codes[{j}] within [0, {n_codes}); got {code.min()} to "
            f"{code.max()}."
        )


def _check_rows(what, array, n_dimensions, n_rows):
    if array.ndim != n_dimensions or len(array) != n_rows:
        raise ValueError(
            f"Sequences expects {what} to have {n_dimensions} dimension(s) and "
            f"{n_rows} rows; got shape {array.shape}."
        )


def _check_alike(part, first, number):
    """Refuse a part that cannot stand beside the first."""
    if not isinstance(part, Sequences):
        raise TypeError(
            f"Sequences.concatenate expects Sequences; part {number} is "
            f"{type(part).__name__}. Pass Sequences.from_arrays(part)."
        )
    shapes = [
        (len(x.codes), np.shape(x.channels)[1:], np.shape(x.static)[1:])
        for x in (part, first)
    ]
    if shapes[0] != shapes[1] or not all(map(_same, part.vectors, first.vectors)):
        raise ValueError(
            "Sequences.concatenate expects parts with the same tables of vectors and "
            f"as many channels and static features; part {number} is {part}, part 0 "
            f"{first}. Make all of them by the same steps."
        )


def _joined(arrays):
    return None if arrays[0] is None else np.concatenate(arrays)


def _optional_float32(what, array):
    return in_float32(_numbers(what, array))


def _optional_numbers(what, array):
    return compact(_numbers(what, array))


def _numbers(what, array):
    if array is None:
        return None
    return as_numbers(array, f"Sequences expects {what} as numbers", masked=_MASKED)


def _same(mine, theirs):
    if mine is None or theirs is None:
        return mine is theirs
    return mine is theirs or np.array_equal(mine, theirs)
