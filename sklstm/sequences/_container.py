"""Door D2: the one container of sequences."""

from copy import copy
from numbers import Integral

import numpy as np

from sklstm.sequences._finite import check_finite
from sklstm.sequences._frames import read_frame, write_frame, write_static_frame
from sklstm.sequences._names import abridged, check_names
from sklstm.sequences._reading import (
    MASKED,
    as_cube,
    as_sample,
    join_samples,
    samples_of_table,
)
from sklstm.sequences._times import check_times
from sklstm.utils import (
    as_array,
    as_column,
    as_numbers,
    compact,
    in_float32,
    is_frame,
    plain,
)

# What each sample, or each step, has one of; and what all samples share.
_BY_STEP = ("channels", "times")
_BY_SAMPLE = ("static", "sample_ids")
_NAMES = ("channel_names", "static_names")


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

    times : array-like of shape (n_steps,), default=None
        When each step was, never falling within a sample: numbers of any unit, dates,
        or time spans, which become seconds. None where steps are equally far apart.
        Classifiers do not read them; `SeriesImputer` and `SeriesResampler` do.

    channel_names : array-like of str of shape (n_channels,), default=None
        Names of the channels, for messages, pictures and features.

    static_names : array-like of str of shape (n_static_features,), default=None
        Names of the static features.

    sample_ids : array-like of shape (n_samples,), default=None
        What the samples are called, such as the id of a patient.

    Attributes
    ----------
    lengths : ndarray of shape (n_samples,), int64
    codes : tuple of ndarray of shape (n_steps,), int32
    vectors : tuple of ndarray of shape (n_codes_j, vector_size_j), float32, or None
    channels : ndarray of shape (n_steps, n_channels), float32 or float64, or None
        float32, unless that would round away what varies in a channel; see Notes.
    static : ndarray of shape (n_samples, n_static_features), or None
        float32 or float64 as `channels`.
    times : ndarray of shape (n_steps,), float64 or datetime64, or None
    channel_names : tuple of str, or None
    static_names : tuple of str, or None
    sample_ids : ndarray of shape (n_samples,), or None
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
    sklstm.SeriesImputer : Fills what is missing in channels.

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

    NaN in `channels` and `static` is what is missing. `SeriesImputer` fills it; all
    other estimators refuse it.

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

    # Also of sequences that were pickled before there were such parts.
    times = channel_names = static_names = sample_ids = None

    def __init__(
        self,
        lengths,
        codes=(),
        vectors=(),
        channels=None,
        static=None,
        *,
        times=None,
        channel_names=None,
        static_names=None,
        sample_ids=None,
    ):
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
        self.offsets = _offsets(self.lengths)
        self.times = check_times(times, self.lengths)
        self.channel_names = check_names("channel_names", channel_names, self.channels)
        self.static_names = check_names("static_names", static_names, self.static)
        self.sample_ids = _optional_ids(sample_ids, len(self.lengths))

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
    def from_arrays(cls, arrays, *, static=None, channel_names=None, static_names=None):
        """Build from arrays of unequal length.

        Parameters
        ----------
        arrays : sequence of array-likes of shape (n_timesteps_i,) or \
                (n_timesteps_i, n_channels)
            One array for each sample; a 1-D array is one channel. NaN is a gap, which
            `SeriesImputer` fills.

        static : array-like of shape (n_samples, n_static_features), default=None
            One row for each sample.

        channel_names : array-like of str of shape (n_channels,), default=None
            Names of the channels.

        static_names : array-like of str of shape (n_static_features,), default=None
            Names of the static features.

        Returns
        -------
        Sequences

        Raises
        ------
        TypeError
            If an element is not numeric.

        ValueError
            If an element has another number of channels or holds infinity.
        """
        arrays = samples_of_table(arrays, "Sequences")
        if is_frame(arrays):
            arrays = np.asarray(arrays)
        samples = [
            as_sample(array, row, "Sequences") for row, array in enumerate(arrays)
        ]
        lengths, channels = join_samples(samples, "Sequences")
        sequences = cls(
            lengths,
            channels=channels,
            static=static,
            channel_names=channel_names,
            static_names=static_names,
        )
        check_finite(sequences, "Sequences", allow_nan=True)
        return sequences

    @classmethod
    def from_frame(cls, frame, sample, time=None, channels=None, *, static=None):
        """Build from a long table: each row is one time step of one sample.

        Parameters
        ----------
        frame : DataFrame of pandas or polars
            Its rows may stand in any order if there are times.

        sample : str
            Column that says which sample a row belongs to.

        time : str, default=None
            Column of times, by which the steps of a sample are sorted: numbers, dates
            or spans. Times with a zone become UTC. None takes the rows as they come.

        channels : list of str, default=None
            Columns of numbers. None takes all others. What is missing becomes NaN,
            which `SeriesImputer` fills.

        static : DataFrame of pandas or polars, default=None
            A row for each sample: column `sample`, or an index of that name, and
            columns of numbers. Samples that are not in `frame` are left out.

        Returns
        -------
        Sequences
            Sorted by `sample_ids`, as ``frame.groupby(sample)`` sorts, so that labels
            that stand in the frame align: ``frame.groupby(sample)["label"].first()``.
            Labels by id are ``labels.loc[sequences.sample_ids]``.

        Raises
        ------
        TypeError
            If `frame` is no table, if ids are of several types, or if a channel holds
            anything but numbers.

        ValueError
            If a column is not there, an id or a time is missing, a sample has two rows
            of one time, or a number is infinite.

        Examples
        --------
        >>> import pandas as pd
        >>> from sklstm import Sequences
        >>> frame = pd.DataFrame(
        ...     {
        ...         "patient": ["b", "a", "b", "a"],
        ...         "hour": [2, 0, 1, 5],
        ...         "pulse": [71, 64, 70, 66],
        ...     }
        ... )
        >>> series = Sequences.from_frame(frame, "patient", "hour")
        >>> series.sample_ids.tolist()
        ['a', 'b']
        >>> series[1].ravel().tolist()
        [70.0, 71.0]
        >>> series.times.tolist()
        [0.0, 5.0, 1.0, 2.0]
        """
        sequences = cls(**read_frame(frame, sample, time, channels, static))
        check_finite(sequences, "Sequences.from_frame", allow_nan=True)
        return sequences

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
        padded = as_cube(X, "Sequences.from_padded")
        is_pad = np.isnan(padded) if np.isnan(padding) else padded == padding
        is_step = ~is_pad.all(axis=2)
        n_timesteps = padded.shape[1]
        last = n_timesteps - np.argmax(is_step[:, ::-1], axis=1) if n_timesteps else 0
        lengths = np.where(is_step.any(axis=1), last, 0)
        keep = np.arange(n_timesteps) < lengths[:, np.newaxis]
        sequences = cls(lengths, channels=padded[keep], static=static)
        check_finite(sequences, "Sequences")
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
        joined = {
            name: _joined([getattr(part, name) for part in parts])
            for name in ("lengths", *_BY_STEP, *_BY_SAMPLE)
        }
        codes = zip(*(part.codes for part in parts), strict=True)
        return parts[0]._replace(codes=tuple(map(_joined, codes)), **joined)

    def to_frame(self, *, sample="sample", time="time"):
        """Give a long table: one row for each time step.

        Parameters
        ----------
        sample : str, default="sample"
            Name of the column of `sample_ids`, or of the numbers of the samples.

        time : str, default="time"
            Name of the column of times, if there are any.

        Returns
        -------
        DataFrame of pandas
            `from_frame` reads it. Samples without a step have no row.
        """
        return write_frame(self, plain(sample), plain(time))

    def static_to_frame(self, *, sample="sample"):
        """Give a table of the static features: one row for each sample.

        Parameters
        ----------
        sample : str, default="sample"
            Name of the column of `sample_ids`, or of the numbers of the samples.

        Returns
        -------
        DataFrame of pandas
            ``from_frame(..., static=...)`` reads it.
        """
        return write_static_frame(self, plain(sample))

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
        taken = {name: _rows_of(getattr(self, name), steps) for name in _BY_STEP}
        taken |= {name: _rows_of(getattr(self, name), rows) for name in _BY_SAMPLE}
        codes = tuple(code[steps] for code in self.codes)
        return self._replace(lengths=lengths, codes=codes, **taken)

    def _with_numbers(self, channels, static):
        """Give the same sequences with other numbers, of whatever type they are."""
        return self._replace(channels=channels, static=static)

    def _replace(self, **parts):
        """Give the same sequences with some parts changed, which are trusted.

        Numbers keep their type: that of some rows alone might be another.
        """
        other = copy(self)
        for name, part in parts.items():
            setattr(other, name, part)
        if "lengths" in parts:
            other.offsets = _offsets(other.lengths)
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
        names = (*_BY_STEP, *_BY_SAMPLE, *_NAMES)
        others = (getattr(self, name) for name in names)
        return (self.lengths, *self.codes, *self.vectors, *others)

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
        if self.times is not None:
            facts["times"] = self.times.dtype
        for name in ("sample_ids", *_NAMES):
            if (part := getattr(self, name)) is not None:
                facts[name] = abridged(part)
        return f"Sequences({', '.join(f'{k}={v}' for k, v in facts.items())})"


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
        (
            len(x.codes),
            np.shape(x.channels)[1:],
            np.shape(x.static)[1:],
            *(getattr(x, name) for name in _NAMES),
            *(getattr(x, name) is None for name in ("times", "sample_ids")),
        )
        for x in (part, first)
    ]
    if shapes[0] != shapes[1] or not all(map(_same, part.vectors, first.vectors)):
        raise ValueError(
            "Sequences.concatenate expects parts with the same tables of vectors and "
            f"as many channels and static features; part {number} is {part}, part 0 "
            f"{first}. Make all of them by the same steps."
        )


def _offsets(lengths):
    return np.concatenate([[0], np.cumsum(lengths)])


def _rows_of(array, rows):
    return None if array is None else array[rows]


def _optional_ids(ids, n_samples):
    if ids is None:
        return None
    array = as_array(ids)
    if array.dtype.kind in "UT":
        array = array.astype(object)
    if array.shape != (n_samples,):
        raise ValueError(
            f"Sequences expects sample_ids for {n_samples} samples; got shape "
            f"{array.shape}."
        )
    return array


def _joined(arrays):
    return None if arrays[0] is None else np.concatenate(arrays)


def _optional_float32(what, array):
    return in_float32(_numbers(what, array))


def _optional_numbers(what, array):
    return compact(_numbers(what, array))


def _numbers(what, array):
    if array is None:
        return None
    return as_numbers(array, f"Sequences expects {what} as numbers", masked=MASKED)


def _same(mine, theirs):
    if mine is None or theirs is None:
        return mine is theirs
    return mine is theirs or np.array_equal(mine, theirs)
