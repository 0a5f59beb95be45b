"""What the transformers of series share."""

import numpy as np
from sklearn.base import TransformerMixin
from sklearn.utils.validation import check_is_fitted

from sklstm.sequences import check_sequences
from sklstm.sequences._names import names_or_numbers
from sklstm.utils import Estimator, OutputMixin, shown

# Time steps computed at once: bounds the memory, changes no number.
_STEPS_AT_ONCE = 2**13


class SeriesEstimator(TransformerMixin, Estimator):
    """Reads series and holds them to the channels of ``fit``."""

    _allow_nan = False
    _keeps_steps = True

    def _read(self, X, *, reset=False):
        """Validate series; ``fit`` learns their channels."""
        if not reset:
            check_is_fitted(self)
        sequences = check_sequences(
            X, self, reset=reset, dtype=None, allow_nan=self._allow_nan
        )
        self._check_parts(sequences)
        if reset:
            self.n_channels_in_ = sequences.channels.shape[1]
            self.channel_names_in_ = sequences.channel_names
            self.n_static_in_ = width_of(sequences.static)
            return sequences
        return self._conform(sequences)

    def _check_parts(self, sequences):
        name = type(self).__name__
        if sequences.channels is None:
            raise ValueError(
                f"{name} expects sequences with channels; got {sequences}. Codes have "
                "no scale, gaps or shape: pass numeric series."
            )
        if sequences.codes and not self._keeps_steps:
            raise ValueError(
                f"{name} changes the number of time steps and expects channels alone, "
                f"got {len(sequences.codes)} stream(s) of codes beside them. Let codes "
                "and channels come together after it."
            )

    def _conform(self, sequences):
        """Refuse other channels than in ``fit``; no time step has all of them."""
        n_channels = sequences.channels.shape[1]
        if not sequences.n_steps and n_channels != self.n_channels_in_:
            # An empty list says nothing about its channels.
            empty = np.empty((0, self.n_channels_in_), dtype=np.float32)
            return sequences._replace(channels=empty, channel_names=None)
        name, expected = type(self).__name__, self.channel_names_in_
        if n_channels != self.n_channels_in_:
            raise ValueError(
                f"{name} was fitted on {self.n_channels_in_} channel(s); got "
                f"{n_channels}."
            )
        names = sequences.channel_names
        if names and expected and names != expected:
            raise ValueError(
                f"{name} was fitted on channels {shown(expected)}; got {shown(names)}. "
                "Name them in this order: Sequences.from_frame(..., channels=[...])."
            )
        return sequences

    def _check_static(self, sequences):
        """Refuse another number of static features than in ``fit``."""
        n_static = width_of(sequences.static)
        if n_static != self.n_static_in_ and len(sequences):
            raise ValueError(
                f"{type(self).__name__} was fitted on {self.n_static_in_} static "
                f"feature(s); got {n_static}."
            )

    def _names_in(self):
        """Names of the channels, made of numbers where they came without."""
        return names_or_numbers("channel", self.channel_names_in_, self.n_channels_in_)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.three_d_array = True
        tags.input_tags.allow_nan = self._allow_nan
        return tags


class SeriesTransformer(OutputMixin, SeriesEstimator):
    """Series to series."""

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = []
        return tags


def width_of(matrix):
    return 0 if matrix is None else matrix.shape[1]


def pieces(offsets):
    """Cut samples into runs that are computed at once, as slices.

    Parameters
    ----------
    offsets : ndarray of shape (n_samples + 1,)

    Yields
    ------
    rows : slice
        Samples.

    steps : slice
        Their time steps.
    """
    n_samples, first = len(offsets) - 1, 0
    while first < n_samples:
        limit = offsets[first] + _STEPS_AT_ONCE
        last = max(first + 1, int(np.searchsorted(offsets, limit, side="right")) - 1)
        yield slice(first, last), slice(int(offsets[first]), int(offsets[last]))
        first = last


def places_in_sample(lengths):
    """Count the time steps of each sample, from 0 on."""
    starts = np.cumsum(lengths) - lengths
    return np.arange(lengths.sum()) - np.repeat(starts, lengths)


def by_pieces(sequences, compute, n_channels):
    """Compute new channels, a piece at a time.

    Parameters
    ----------
    sequences : Sequences
    compute : callable
        Takes channels in float64, the slice of samples and the slice of steps; yields
        new channels of as many steps, which stand side by side.

    n_channels : int

    Returns
    -------
    ndarray of shape (n_steps, n_channels)
        Of the type of the channels.
    """
    channels = sequences.channels
    out = np.empty((len(channels), n_channels), dtype=channels.dtype)
    with np.errstate(over="ignore"):  # infinity is refused by who comes after
        for rows, steps in pieces(sequences.offsets):
            end = 0
            for part in compute(channels[steps].astype(np.float64), rows, steps):
                start, end = end, end + part.shape[1]
                out[steps, start:end] = part
    return out
