"""Series described by a row of numbers each."""

from functools import partial
from numbers import Integral

import numpy as np
from sklearn.base import _fit_context
from sklearn.utils._param_validation import Interval
from sklearn.utils.validation import _check_feature_names_in, check_is_fitted

from sklstm.sequences._names import names_or_numbers
from sklstm.series._base import SeriesEstimator
from sklstm.series._measures import (
    PaddedSeries,
    measure_autocorrelation,
    measure_extremes,
    measure_level,
    measure_spectrum,
    measure_trend,
)
from sklstm.series._statistics import padded_groups
from sklstm.utils import as_list, plain, shown

# A series of one time step, to ask for names.
_NOTHING = PaddedSeries(np.zeros((1, 1, 1)), np.ones((1, 1), dtype=np.int64))
_GROUPS = ("level", "extremes", "trend", "autocorrelation", "spectrum", "length")


class SeriesFeatureExtractor(SeriesEstimator):
    r"""Describe each series by statistics of its channels.

    For naive Bayes and linear models, which read no series, and as static features
    beside one.

    Parameters
    ----------
    features : array-like of str, default=all six
        Groups of features to compute: "level", "extremes", "trend", "autocorrelation",
        "spectrum", "length"; their order does not matter.

    lags : array-like of int, default=(1,)
        Time steps of the autocorrelations.

    n_peaks : int, default=1
        Peaks of the spectrum, highest first.

    keep_static : bool, default=True
        Put `static` behind the features. Set it False in a `SequenceUnion` of which
        another part passes `static` on.

    Attributes
    ----------
    n_channels_in_ : int
        The number of channels in ``fit``.

    channel_names_in_ : tuple of str, or None
        Their names.

    n_static_in_ : int
        The number of static features in ``fit``.

    static_names_in_ : tuple of str, or None
        Their names.

    See Also
    --------
    SequenceUnion : Joins the features, as static ones, with the series.
    POSFeatureExtractor : Describes documents.

    Notes
    -----
    For each channel :math:`x_0, \dots, x_{T-1}` with mean :math:`\bar x`:

    ===================== ========================================================
    ``level``
    ------------------------------------------------------------------------------
    mean, std             mean and standard deviation
    --------------------- --------------------------------------------------------
    ``extremes``
    ------------------------------------------------------------------------------
    min, max              least and greatest value
    min_place, max_place  where they first are: :math:`t / (T - 1)`
    --------------------- --------------------------------------------------------
    ``trend``
    ------------------------------------------------------------------------------
    slope                 slope of the line of least squares, per time step
    --------------------- --------------------------------------------------------
    ``autocorrelation``
    ------------------------------------------------------------------------------
    autocorrelation_k     :math:`\sum_t (x_t - \bar x)(x_{t+k} - \bar x) /
                          \sum_t (x_t - \bar x)^2`
    --------------------- --------------------------------------------------------
    ``spectrum``
    ------------------------------------------------------------------------------
    peak_frequency_i      frequency of the i-th highest peak, in cycles per step
    peak_power_i          its share of the power
    ===================== ========================================================

    and ``length``, :math:`T`, once for all channels. The spectrum is that of
    :math:`x - \bar x` under a Hann window, at a power of 2 of frequencies. What is not
    defined, such as the slope of one step, is 0, and so is the row of a series without
    steps. Times are not read: where steps are not equally far apart, put
    `SeriesResampler` before it.

    tsfresh and pycatch22 know many more features; `Sequences.to_frame` gives the table
    that tsfresh reads.

    Examples
    --------
    >>> from sklstm import SeriesFeatureExtractor
    >>> extractor = SeriesFeatureExtractor(features=["level", "trend"])
    >>> extractor.fit_transform([[1.0, 2.0, 3.0], [5.0]]).round(2)
    array([[2.  , 0.82, 1.  ],
           [5.  , 0.  , 0.  ]])
    >>> extractor.get_feature_names_out().tolist()
    ['channel_0_mean', 'channel_0_std', 'channel_0_slope']
    """

    _parameter_constraints: dict = {
        "features": ["array-like"],
        "lags": ["array-like"],
        "n_peaks": [Interval(Integral, 1, None, closed="left")],
        "keep_static": ["boolean"],
    }

    def __init__(self, *, features=_GROUPS, lags=(1,), n_peaks=1, keep_static=True):
        self.features = features
        self.lags = lags
        self.n_peaks = n_peaks
        self.keep_static = keep_static

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
        SeriesFeatureExtractor
            The fitted estimator.
        """
        self._chosen_groups()
        self._chosen_lags()
        self.static_names_in_ = self._read(X, reset=True).static_names
        return self

    def transform(self, X):
        """Describe series.

        Parameters
        ----------
        X : as in `fit`
            Numeric series.

        Returns
        -------
        ndarray of shape (n_samples, n_features_out), float64
            Finite everywhere; first all features of the first channel.
        """
        sequences = self._read(X)
        n_features = len(self._measure(_NOTHING))
        features = np.zeros((len(sequences), self.n_channels_in_, n_features))
        for rows, lengths, cube in padded_groups(sequences):
            measures = self._measure(PaddedSeries(cube, lengths))
            for place, values in enumerate(measures.values()):
                features[rows, :, place] = values
        parts = [features.reshape(len(sequences), self.n_channels_in_ * n_features)]
        if "length" in self._chosen_groups():
            parts.append(sequences.lengths[:, np.newaxis])
        if self.keep_static and self.n_static_in_:
            parts.append(self._static_of(sequences))
        return np.hstack(parts, dtype=np.float64)

    def get_feature_names_out(self, input_features=None):
        """Name the features.

        Parameters
        ----------
        input_features : None
            Ignored, but for its length where ``fit`` was given a matrix.

        Returns
        -------
        ndarray of str of shape (n_features_out,)
            A channel and a measure each, such as ``"temperature_mean"``.
        """
        check_is_fitted(self)
        _check_feature_names_in(self, input_features, generate_names=False)
        measures = self._measure(_NOTHING)
        names = [
            f"{name}_{measure}" for name in self._names_in() for measure in measures
        ]
        if "length" in self._chosen_groups():
            names.append("length")
        if self.keep_static:
            names += names_or_numbers(
                "static", self.static_names_in_, self.n_static_in_
            )
        return np.array(names, dtype=object)

    def _chosen_groups(self):
        subject = f"SeriesFeatureExtractor expects features to be some of {_GROUPS}"
        groups = as_list(self.features, subject)
        if not groups or not all(group in _GROUPS for group in groups):
            raise ValueError(f"{subject}; got {shown(groups)}.")
        return groups

    def _chosen_lags(self):
        subject = "SeriesFeatureExtractor expects lags to be different whole numbers"
        lags = as_list(self.lags, subject)
        are_whole = all(isinstance(lag, Integral) and lag >= 1 for lag in lags)
        if not are_whole or len(set(lags)) < len(lags):
            raise ValueError(f"{subject} from 1 on; got {shown(lags)}.")
        return lags

    def _measure(self, series):
        """Compute a number for each sample and channel, by the name of the feature."""
        groups = self._chosen_groups()
        lags, n_peaks = self._chosen_lags(), int(plain(self.n_peaks))
        measures = {
            "level": measure_level,
            "extremes": measure_extremes,
            "trend": measure_trend,
            "autocorrelation": partial(measure_autocorrelation, lags=lags),
            "spectrum": partial(measure_spectrum, n_peaks=n_peaks),
        }
        chosen = [measure for group, measure in measures.items() if group in groups]
        return {
            name: each for measure in chosen for name, each in measure(series).items()
        }

    def _static_of(self, sequences):
        self._check_static(sequences)
        if sequences.static is None:  # no samples
            return np.empty((0, self.n_static_in_))
        return sequences.static
