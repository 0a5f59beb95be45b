"""Series of one rate or one length."""

from numbers import Integral, Real

import numpy as np
from sklearn.base import _fit_context
from sklearn.utils._param_validation import Interval

from sklstm.sequences._times import as_seconds
from sklstm.series._base import SeriesTransformer, pieces, places_in_sample
from sklstm.utils import plain, shown

# What rounding may take off a span that is a whole number of steps.
_ROUNDING = 1e-9
_MOST_STEPS = 2**31


class SeriesResampler(SeriesTransformer):
    """Read series off at equal distances, along the lines between their values.

    Parameters
    ----------
    length : int, default=None
        Time steps of each sample, from its first to its last.

    rate : float, default=None
        Time steps per unit of `times`, or per second where they are dates; per old step
        where there are no times. One of `length` and `rate` is to be given.

    Attributes
    ----------
    n_channels_in_ : int
        The number of channels in ``fit``.

    channel_names_in_ : tuple of str, or None
        Their names.

    See Also
    --------
    SeriesPatcher : Makes series shorter and loses no value.
    SeriesImputer : Stands before it.

    Notes
    -----
    With `rate`, the first step of a sample stays and the last new one is not after its
    last. A sample of one step repeats it up to `length`; one without steps stays so.
    It learns nothing but the channels. Values between the new steps are lost, for they
    are not averaged.

    Examples
    --------
    >>> from sklstm import SeriesResampler
    >>> series = [[0.0, 1.0, 2.0, 3.0, 4.0], [1.0, 2.0]]
    >>> resampled = SeriesResampler(length=3).fit_transform(series)
    >>> [sample.ravel().tolist() for sample in resampled]
    [[0.0, 2.0, 4.0], [1.0, 1.5, 2.0]]
    """

    _keeps_steps = False
    _parameter_constraints: dict = {
        "length": [Interval(Integral, 1, None, closed="left"), None],
        "rate": [Interval(Real, 0, None, closed="neither"), None],
    }

    def __init__(self, *, length=None, rate=None):
        self.length = length
        self.rate = rate

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X, y=None):
        """Learn the channels.

        Parameters
        ----------
        X : Sequences, list of arrays, or 2-D or 3-D array
            Numeric series.

        y : None
            Ignored.

        Returns
        -------
        SeriesResampler
            The fitted estimator.
        """
        if (self.length is None) == (self.rate is None):
            raise ValueError(
                "SeriesResampler expects one of length and rate; got "
                f"{'neither' if self.length is None else 'both'}."
            )
        self._read(X, reset=True)
        return self

    def transform(self, X):
        """Read series off anew.

        Parameters
        ----------
        X : as in `fit`
            Numeric series.

        Returns
        -------
        Sequences
            With static features as they were, and times where there were some.
        """
        sequences = self._read(X)
        seconds = as_seconds(sequences)
        if seconds is None:
            seconds = places_in_sample(sequences.lengths).astype(np.float64)
        spans = _spans(sequences, seconds)
        lengths, distances = self._grid(sequences.lengths > 0, spans)
        passed = places_in_sample(lengths) * np.repeat(distances, lengths)
        new = sequences._replace(lengths=lengths)
        return new._replace(
            channels=_read_off(sequences, seconds, spans, new, passed),
            times=_times(sequences, lengths, passed),
        )

    def _grid(self, has_steps, spans):
        """Count the new steps of each sample, and give the time between them."""
        if self.length is not None:
            length = int(plain(self.length))
            return np.where(has_steps, length, 0), spans / max(length - 1, 1)
        rate = float(self.rate)
        n_more = np.floor(spans * rate * (1 + _ROUNDING))
        if n_more.sum() > _MOST_STEPS:
            raise ValueError(
                "SeriesResampler expects a rate in steps per unit of the times, or per "
                f"second of dates; {shown(self.rate)} would make {n_more.sum():.0e} "
                "steps. Choose a smaller one."
            )
        n_steps = n_more.astype(np.int64) + 1
        return np.where(has_steps, n_steps, 0), np.full(len(spans), 1 / rate)


def _spans(sequences, seconds):
    """Time from the first to the last step of each sample; 0 where there is none."""
    spans = np.zeros(len(sequences))
    has_steps = sequences.lengths > 0
    spans[has_steps] = seconds[sequences.offsets[1:][has_steps] - 1]
    return spans


def _read_off(sequences, seconds, spans, new, passed):
    """Values of all channels at the new steps, each `passed` after its first."""
    channels = sequences.channels
    out = np.empty((len(passed), channels.shape[1]), dtype=channels.dtype)
    for rows, _ in pieces(sequences.offsets + new.offsets):
        old, steps = (
            slice(*x.offsets[[rows.start, rows.stop]]) for x in (sequences, new)
        )
        left, right, share = _find(
            seconds[old],
            sequences.lengths[rows],
            passed[steps],
            new.lengths[rows],
            spans[rows],
        )
        low, high = (channels[old][at].astype(np.float64) for at in (left, right))
        out[steps] = low + share[:, np.newaxis] * (high - low)
    return out


def _find(seconds, lengths, passed, new_lengths, spans):
    """Old steps before and after each new one, and the share of the way between."""
    left = np.searchsorted(
        _keys(seconds, spans, lengths), _keys(passed, spans, new_lengths), side="right"
    )
    ends = np.cumsum(lengths)
    starts, lasts = (np.repeat(x, new_lengths) for x in (ends - lengths, ends - 1))
    left = np.clip(left - 1, starts, np.maximum(lasts - 1, starts))
    right = np.minimum(left + 1, lasts)
    gap, since = seconds[right] - seconds[left], passed - seconds[left]
    share = np.divide(since, gap, out=np.zeros_like(gap), where=gap > 0)
    return left, right, np.clip(share, 0.0, 1.0)


def _keys(times, spans, lengths):
    """Numbers that rise over all samples: two for each, and the share of its span."""
    span = np.repeat(spans, lengths)
    share = np.divide(times, span, out=np.zeros_like(times), where=span > 0)
    return np.repeat(2.0 * np.arange(len(lengths)), lengths) + np.clip(share, 0.0, 1.0)


def _times(sequences, lengths, passed):
    """When the new steps were; None where that was not known of the old ones."""
    if sequences.times is None:
        return None
    starts = sequences.times[np.repeat(sequences.offsets[:-1], lengths)]
    if starts.dtype.kind == "M":
        passed = np.round(passed * 1e6).astype("m8[us]")
    return starts + passed
