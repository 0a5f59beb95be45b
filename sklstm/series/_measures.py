"""Statistics of padded series, a number for each sample and channel."""

from functools import cached_property

import numpy as np

from sklstm.series._statistics import is_real, mean_and_spread, usable


class PaddedSeries:
    """Samples of about one length, padded by their last values.

    Parameters
    ----------
    cube : ndarray of shape (n_samples, n_channels, n_timesteps), float64
    lengths : ndarray of shape (n_samples, 1)
        At least 1.
    """

    def __init__(self, cube, lengths):
        self.cube = cube
        self.lengths = lengths
        self.places = np.arange(cube.shape[2])
        self.mean, spread = mean_and_spread(cube, lengths)
        self.low, self.high = cube.min(axis=2), cube.max(axis=2)
        # Rounding alone makes no series vary.
        self.varies = spread == usable(spread, self.low, self.high)
        self.spread = np.where(self.varies, spread, 0.0)

    @cached_property
    def deviations(self):
        """Distances from the mean; 0 where a channel does not vary, and as padding."""
        varies = self.varies[:, :, np.newaxis]
        real = is_real(self.lengths, self.cube.shape[2])
        return np.where(real & varies, self.cube - self.mean[:, :, np.newaxis], 0.0)


def measure_level(series):
    return {"mean": series.mean, "std": series.spread}


def measure_extremes(series):
    last = np.maximum(series.lengths - 1, 1)
    return {
        "min": series.low,
        "max": series.high,
        "min_place": series.cube.argmin(axis=2) / last,
        "max_place": series.cube.argmax(axis=2) / last,
    }


def measure_trend(series):
    n_steps = series.lengths.astype(np.float64)
    # The deviations sum to 0: the mean place need not be subtracted.
    covered = (series.deviations * series.places).sum(axis=2)
    return {"slope": _ratio(covered, n_steps * (n_steps**2 - 1) / 12)}


def measure_autocorrelation(series, lags):
    around = series.deviations
    power = (around**2).sum(axis=2)
    return {
        f"autocorrelation_{lag}": _ratio(
            (around[:, :, lag:] * around[:, :, : around.shape[2] - lag]).sum(axis=2)
            if lag < around.shape[2]
            else np.zeros_like(power),
            power,
        )
        for lag in lags
    }


def measure_spectrum(series, n_peaks):
    """Highest peaks of the power spectrum under a Hann window."""
    n_timesteps = series.cube.shape[2]
    phase = (series.places + 0.5) / series.lengths[:, :, np.newaxis]
    power = np.abs(np.fft.rfft(series.deviations * np.sin(np.pi * phase) ** 2)) ** 2
    power[:, :, 0] = 0.0
    heights = np.where(_is_peak(power), power, 0.0)
    highest = np.argsort(-heights, axis=2, kind="stable")[:, :, :n_peaks]
    heights = np.take_along_axis(heights, highest, axis=2)
    features = {}
    for i in range(n_peaks):
        if i < highest.shape[2]:
            height, place = heights[:, :, i], highest[:, :, i]
        else:
            height, place = np.zeros(power.shape[:2]), 0
        frequency = np.where(height > 0, place / n_timesteps, 0.0)
        features[f"peak_frequency_{i + 1}"] = frequency
        features[f"peak_power_{i + 1}"] = _ratio(height, power.sum(axis=2))
    return features


def _is_peak(power):
    """Whether a frequency has more power than those beside it."""
    edged = np.pad(power, ((0, 0), (0, 0), (1, 1)), constant_values=-1.0)
    return (power >= edged[:, :, :-2]) & (power > edged[:, :, 2:])


def _ratio(part, whole):
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)
