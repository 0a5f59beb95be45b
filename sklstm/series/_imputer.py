"""Gaps in series."""

from numbers import Real

import numpy as np
from sklearn.base import _fit_context
from sklearn.utils._param_validation import Interval, StrOptions

from sklstm.sequences._times import as_seconds
from sklstm.series._base import SeriesTransformer, by_pieces
from sklstm.series._gaps import Gaps
from sklstm.series._statistics import column_means
from sklstm.utils import plain


class SeriesImputer(SeriesTransformer):
    r"""Fill what is missing in series, and tell what was.

    NaN in a channel or in `static` is what is missing. All other estimators refuse it.

    Parameters
    ----------
    strategy : {"forward", "linear", "mean", "constant"}, default="forward"
        What fills a gap: the last value of the sample; a line between the values before
        and after it, by time where there are times, and the nearest value at the ends;
        the mean of the channel in ``fit``; or `fill_value`. Only "linear" looks ahead.

    fill_value : float, default=0.0
        What "constant" fills in.

    add_indicator : bool, default=False
        Add a channel for each channel: 1 where it was missing, else 0 [1]_.

    add_elapsed : bool, default=False
        Add a channel for each channel: the time since it was seen last [2]_, in the
        unit of `times`, seconds where they are dates, or in time steps.

    Attributes
    ----------
    means_ : ndarray of shape (n_channels,), float64
        Mean of what was there; 0 for a channel that was never seen.

    static_means_ : ndarray of shape (n_static_features,), or None
        The same of `static`.

    n_channels_in_ : int
        The number of channels in ``fit``.

    channel_names_in_ : tuple of str, or None
        Their names.

    See Also
    --------
    SeriesScaler : Stands after it.
    sklearn.impute.SimpleImputer : Fills a feature matrix.

    Notes
    -----
    Where a sample has no value to go by ("forward" before its first one, "forward" and
    "linear" where it has none at all), the mean of the channel in ``fit`` stands, and 0
    for a channel of which ``fit`` saw no value. What is missing in `static` becomes its
    mean in ``fit``, or `fill_value`.

    The time since channel :math:`d` was seen is, at step :math:`t` of time
    :math:`s_t` and with the last step before :math:`t` where it was seen at
    :math:`s_{t'}`, :math:`\delta_t^d = s_t - s_{t'}`; before it was seen at all, it is
    counted from the first step. It is 0 at the first step.

    References
    ----------
    .. [1] Lipton, Kale, Wetzel (2016). Directly modeling missing data in sequences with
       RNNs. Machine Learning for Healthcare.
    .. [2] Che, Purushotham, Cho, Sontag, Liu (2018). Recurrent neural networks for
       multivariate time series with missing values. Scientific Reports 8, 6085.

    Examples
    --------
    >>> from sklstm import SeriesImputer
    >>> nan = float("nan")
    >>> imputer = SeriesImputer(add_indicator=True)
    >>> filled = imputer.fit_transform([[1.0, nan, nan, 3.0], [nan, 2.0]])
    >>> filled[0].tolist()
    [[1.0, 0.0], [1.0, 1.0], [1.0, 1.0], [3.0, 0.0]]
    >>> filled[1].tolist()
    [[2.0, 1.0], [2.0, 0.0]]
    >>> filled.channel_names
    ('channel_0', 'channel_0_missing')
    """

    _allow_nan = True
    _parameter_constraints: dict = {
        "strategy": [StrOptions({"forward", "linear", "mean", "constant"})],
        "fill_value": [Interval(Real, None, None, closed="neither")],
        "add_indicator": ["boolean"],
        "add_elapsed": ["boolean"],
    }

    def __init__(
        self,
        *,
        strategy="forward",
        fill_value=0.0,
        add_indicator=False,
        add_elapsed=False,
    ):
        self.strategy = strategy
        self.fill_value = fill_value
        self.add_indicator = add_indicator
        self.add_elapsed = add_elapsed

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X, y=None):
        """Learn the mean of each channel.

        Parameters
        ----------
        X : Sequences, list of arrays, or 2-D or 3-D array
            Numeric series, NaN where they are missing.

        y : None
            Ignored.

        Returns
        -------
        SeriesImputer
            The fitted estimator.
        """
        sequences = self._read(X, reset=True)
        self.means_ = np.nan_to_num(column_means(sequences.channels))
        static = sequences.static
        self.static_means_ = (
            None if static is None else np.nan_to_num(column_means(static))
        )
        return self

    def transform(self, X):
        """Fill series.

        Parameters
        ----------
        X : as in `fit`
            Numeric series, NaN where they are missing.

        Returns
        -------
        Sequences
            Without NaN; what was there is as it was. Channels, then indicators, then
            elapsed times.
        """
        sequences = self._read(X)
        times = as_seconds(sequences)

        def compute(block, rows, steps):
            seconds = None if times is None else times[steps]
            return self._compute(Gaps(block, sequences.lengths[rows], seconds))

        n_channels = self.n_channels_in_ * (1 + self.add_indicator + self.add_elapsed)
        return sequences._replace(
            channels=by_pieces(sequences, compute, n_channels),
            channel_names=self._names_out(sequences),
            static=self._fill_static(sequences),
        )

    def _names_out(self, sequences):
        if not self.add_indicator and not self.add_elapsed:
            return sequences.channel_names
        names = self._names_in()
        missing = [f"{name}_missing" for name in names] if self.add_indicator else []
        elapsed = [f"{name}_elapsed" for name in names] if self.add_elapsed else []
        return (*names, *missing, *elapsed)

    def _compute(self, gaps):
        yield self._fill(gaps)
        if self.add_indicator:
            yield gaps.is_missing
        if self.add_elapsed:
            yield gaps.elapsed()

    def _fill(self, gaps):
        strategy = plain(self.strategy)
        if strategy == "constant":
            return np.where(gaps.is_missing, float(self.fill_value), gaps.block)
        filled = np.where(gaps.is_missing, self.means_, gaps.block)
        if strategy == "forward":
            gaps.fill_forward(filled)
        elif strategy == "linear":
            gaps.fill_linearly(filled)
        return filled

    def _fill_static(self, sequences):
        static = sequences.static
        if static is None or not np.isnan(static).any():
            return static
        self._check_static(sequences)
        is_constant = plain(self.strategy) == "constant"
        fill = float(self.fill_value) if is_constant else self.static_means_
        return np.where(np.isnan(static), fill, static).astype(static.dtype)
