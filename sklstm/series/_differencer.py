"""How series change from step to step."""

from numbers import Integral

import numpy as np
from sklearn.base import _fit_context
from sklearn.utils._param_validation import Interval

from sklstm.series._base import SeriesTransformer, by_pieces, places_in_sample
from sklstm.utils import compact, plain


class SeriesDifferencer(SeriesTransformer):
    """Replace each value by its difference from an earlier one, or add that.

    Parameters
    ----------
    lag : int, default=1
        Time steps between the two.

    order : int, default=1
        How often the difference is taken: 2 is how the change changes.

    keep_values : bool, default=False
        Keep the channels and put the differences beside them.

    Attributes
    ----------
    n_channels_in_ : int
        The number of channels in ``fit``.

    channel_names_in_ : tuple of str, or None
        Their names.

    See Also
    --------
    SeriesResampler : Makes steps equally far apart, so that differences compare.

    Notes
    -----
    The first ``lag * order`` steps of a sample, which have no earlier one, become 0, so
    that samples keep their length. It learns nothing but the channels.

    Examples
    --------
    >>> from sklstm import SeriesDifferencer
    >>> changes = SeriesDifferencer().fit_transform([[1.0, 3.0, 2.0], [5.0]])
    >>> [sample.ravel().tolist() for sample in changes]
    [[0.0, 2.0, -1.0], [0.0]]
    """

    _parameter_constraints: dict = {
        "lag": [Interval(Integral, 1, None, closed="left")],
        "order": [Interval(Integral, 1, None, closed="left")],
        "keep_values": ["boolean"],
    }

    def __init__(self, *, lag=1, order=1, keep_values=False):
        self.lag = lag
        self.order = order
        self.keep_values = keep_values

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
        SeriesDifferencer
            The fitted estimator.
        """
        self._read(X, reset=True)
        return self

    def transform(self, X):
        """Take differences.

        Parameters
        ----------
        X : as in `fit`
            Numeric series.

        Returns
        -------
        Sequences
            Of the same lengths, with everything beside the channels as it was.
        """
        sequences = self._read(X)

        def compute(block, rows, steps):
            places = places_in_sample(sequences.lengths[rows])
            if self.keep_values:
                yield block
            yield self._difference(block, places)

        n_channels = self.n_channels_in_ * (2 if self.keep_values else 1)
        return sequences._replace(
            channels=compact(by_pieces(sequences, compute, n_channels)),
            channel_names=self._names_out(sequences),
        )

    def _names_out(self, sequences):
        if not self.keep_values:
            return sequences.channel_names
        names = self._names_in()
        return (*names, *(f"{name}_difference" for name in names))

    def _difference(self, values, places):
        lag = int(plain(self.lag))
        for order in range(1, int(plain(self.order)) + 1):
            changes = np.zeros_like(values)
            changes[lag:] = values[lag:] - values[:-lag]
            changes[places < lag * order] = 0.0
            values = changes
        return values
