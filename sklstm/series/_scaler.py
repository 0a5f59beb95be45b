"""Channels of one scale."""

import numpy as np
from sklearn.base import _fit_context
from sklearn.utils._param_validation import StrOptions

from sklstm.sequences._names import names_or_numbers
from sklstm.series._base import SeriesTransformer, by_pieces
from sklstm.series._statistics import column_center_and_scale, sample_center_and_scale
from sklstm.utils import compact, plain


class SeriesScaler(SeriesTransformer):
    """Subtract a center from each channel and divide it by its scale.

    Parameters
    ----------
    method : {"standard", "robust", "minmax"}, default="standard"
        Center and scale: mean and standard deviation; median and the range between the
        quartiles, which outliers do not move; least value and range, which puts all
        values of ``fit`` into [0, 1].

    per : {"channel", "sample"}, default="channel"
        Where they come from: all time steps of ``fit``, or each sample by itself, which
        takes its level away and leaves its shape.

    keep_statistics : bool, default=False
        With ``per="sample"``, join center and scale of each channel to `static`, so
        that the level is not lost and `inverse_transform` finds it.

    Attributes
    ----------
    center_, scale_ : ndarray of shape (n_channels,), float64
        What is subtracted and divided by, with ``per="channel"``. The scale is 1 where
        a channel does not vary.

    n_channels_in_ : int
        The number of channels in ``fit``.

    channel_names_in_ : tuple of str, or None
        Their names.

    See Also
    --------
    SeriesImputer : Fills what is missing; it stands before the scaler.
    sklearn.preprocessing.StandardScaler : The same for a feature matrix, and for
        `static` before it joins.

    Notes
    -----
    It computes in float64, so that a time stamp or a price far from 0 keeps what
    varies in it; what comes out is float32 where that has room for it.

    Examples
    --------
    >>> from sklstm import SeriesScaler
    >>> series = [[1.0, 3.0], [5.0]]
    >>> scaled = SeriesScaler(method="minmax").fit_transform(series)
    >>> [sample.ravel().tolist() for sample in scaled]
    [[0.0, 0.5], [1.0]]
    """

    _parameter_constraints: dict = {
        "method": [StrOptions({"standard", "robust", "minmax"})],
        "per": [StrOptions({"channel", "sample"})],
        "keep_statistics": ["boolean"],
    }

    def __init__(self, *, method="standard", per="channel", keep_statistics=False):
        self.method = method
        self.per = per
        self.keep_statistics = keep_statistics

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X, y=None):
        """Learn center and scale of each channel.

        Parameters
        ----------
        X : Sequences, list of arrays, or 2-D or 3-D array
            Numeric series.

        y : None
            Ignored.

        Returns
        -------
        SeriesScaler
            The fitted estimator.
        """
        sequences = self._read(X, reset=True)
        if plain(self.per) == "channel":
            self.center_, self.scale_ = column_center_and_scale(
                sequences.channels, plain(self.method)
            )
        self._dtype = sequences.channels.dtype
        return self

    def transform(self, X):
        """Scale series.

        Parameters
        ----------
        X : as in `fit`
            Numeric series.

        Returns
        -------
        Sequences
            With everything beside the channels as it was.
        """
        sequences = self._read(X)
        center, scale = self._statistics(sequences)

        def compute(block, rows, steps):
            block -= _by_step(center, sequences, rows)
            block /= _by_step(scale, sequences, rows)
            yield block

        channels = by_pieces(sequences, compute, self.n_channels_in_)
        scaled = sequences._replace(channels=compact(channels))
        if plain(self.per) == "sample" and self.keep_statistics:
            return self._with_statistics(scaled, center, scale)
        return scaled

    def inverse_transform(self, X):
        """Give scaled series their old center and scale.

        Parameters
        ----------
        X : Sequences, list of arrays, or 2-D or 3-D array
            As `transform` returns them.

        Returns
        -------
        Sequences
            Without the statistics that `transform` joined to `static`.

        Raises
        ------
        ValueError
            If each sample was scaled by itself and kept no statistics.
        """
        sequences = self._read(X)
        center, scale, sequences = self._find_statistics(sequences)

        def compute(block, rows, steps):
            block *= _by_step(scale, sequences, rows)
            block += _by_step(center, sequences, rows)
            yield block

        # float32 has no room for what varies far from 0, as in `fit`.
        wide = sequences._replace(channels=sequences.channels.astype(self._dtype))
        channels = by_pieces(wide, compute, self.n_channels_in_)
        return sequences._replace(channels=channels)

    def _statistics(self, sequences):
        if plain(self.per) == "channel":
            return self.center_, self.scale_
        return sample_center_and_scale(sequences, plain(self.method))

    def _with_statistics(self, sequences, center, scale):
        own = [f"{name}_center" for name in self._names_in()]
        own += [f"{name}_scale" for name in self._names_in()]
        static, names = np.hstack([center, scale]), ()
        if sequences.static is not None:
            names = names_or_numbers(
                "static", sequences.static_names, sequences.static.shape[1]
            )
            static = np.hstack([sequences.static, static])
        return sequences._replace(static=compact(static), static_names=(*names, *own))

    def _find_statistics(self, sequences):
        """Center, scale, and the sequences without them."""
        if plain(self.per) == "channel":
            return self.center_, self.scale_, sequences
        n_own = 2 * self.n_channels_in_
        static = sequences.static
        if not self.keep_statistics or static is None or static.shape[1] < n_own:
            raise ValueError(
                "SeriesScaler with per='sample' expects the center and scale of each "
                "sample in static to scale back; they are not there. Set "
                "keep_statistics=True and pass what transform returned."
            )
        rest, own = static[:, :-n_own], static[:, -n_own:].astype(np.float64)
        names = sequences.static_names
        center, scale = np.split(own, 2, axis=1)
        return (
            center,
            scale,
            sequences._replace(
                static=rest if rest.shape[1] else None,
                static_names=names[:-n_own] or None if names else None,
            ),
        )


def _by_step(statistics, sequences, rows):
    """Statistics of the samples, for each of their steps; those of all as they are."""
    if statistics.ndim == 1:
        return statistics
    return np.repeat(statistics[rows], sequences.lengths[rows], axis=0)
