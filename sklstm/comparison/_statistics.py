"""What the scores of a few overlapping training sets allow one to say.

The training sets of two folds share most of their samples, so the folds' scores are
correlated and their plain variance is too small. Every function here widens it by the
ratio of test to training samples (Nadeau & Bengio 2003).
"""

import numpy as np
from scipy.special import expit
from scipy.stats import t as student_t


def corrected_scale(values, test_ratio):
    """Compute the standard error of a mean over overlapping folds.

    Parameters
    ----------
    values : array-like of shape (n_folds,)
        One score, or difference of scores, for each fold.

    test_ratio : float
        Test samples divided by training samples of a fold.

    Returns
    -------
    float
        NaN where the folds say nothing about it: fewer than two, or all equal.
    """
    values = np.asarray(values, dtype=float)
    if len(values) < 2 or np.ptp(values) <= 1e-9 * np.abs(values).max():
        return np.nan
    return float(np.sqrt((1 / len(values) + test_ratio) * values.var(ddof=1)))


def corrected_interval(scores, test_ratio, confidence=0.95, bounds=(-np.inf, np.inf)):
    """Confidence interval of a mean score, corrected for resampling.

    A score that has bounds gets its interval on the scale on which they are infinitely
    far: the log-odds between two, the logarithm of the distance from one. The standard
    error is carried there and the ends are carried back (delta method), so that no
    interval holds what cannot be.

    Parameters
    ----------
    scores : array-like of shape (n_folds,)
        Score of each fold.

    test_ratio : float
        Test samples divided by training samples of a fold.

    confidence : float, default=0.95
        Coverage.

    bounds : tuple (low, high), default=(-inf, inf)
        What a score can be at least and at most.

    Returns
    -------
    low, high : float
        NaN where the folds do not allow an interval.
    """
    scale = corrected_scale(scores, test_ratio)
    if np.isnan(scale):
        return np.nan, np.nan
    half = float(student_t.ppf((1 + confidence) / 2, len(scores) - 1) * scale)
    return _interval_within(float(np.mean(scores)), half, *bounds)


def _interval_within(mean, half, low, high):
    """Take ``mean ± half`` to the scale on which the bounds are far, and back."""
    below, above = mean - low, high - mean
    if below <= 0 or above <= 0 or (np.isinf(below) and np.isinf(above)):
        return mean - half, mean + half
    # d/dm log((m - low) / (high - m)); a bound that is infinite adds nothing.
    half *= 1 / below + 1 / above
    if np.isinf(below):
        return high - above * np.exp(half), high - above * np.exp(-half)
    if np.isinf(above):
        return low + below * np.exp(-half), low + below * np.exp(half)
    ends = expit(np.log(below / above) + np.array([-half, half]))
    return tuple((low + (high - low) * ends).tolist())


def corrected_t_test(differences, test_ratio):
    """Corrected resampled t-test of paired differences (Nadeau & Bengio 2003).

    Parameters
    ----------
    differences : array-like of shape (n_folds,)
        Score of the first model minus score of the second, fold by fold.

    test_ratio : float
        Test samples divided by training samples of a fold.

    Returns
    -------
    statistic, p_value : float
        Two-sided, with ``n_folds - 1`` degrees of freedom; NaN where the folds allow no
        test.
    """
    scale = corrected_scale(differences, test_ratio)
    statistic = float(np.mean(differences)) / scale if len(differences) else np.nan
    p_value = 2 * student_t.sf(abs(statistic), max(len(differences) - 1, 1))
    return statistic, float(p_value)


def holm(p_values):
    """Holm's step-down correction for several tests at once (Holm 1979).

    Parameters
    ----------
    p_values : array-like of shape (n_tests,)
        NaN marks a test that was not possible; it does not count.

    Returns
    -------
    ndarray of shape (n_tests,)
        Adjusted p-values, at most 1.
    """
    p_values = np.asarray(p_values, dtype=float)
    adjusted = np.full(len(p_values), np.nan)
    order = np.argsort(p_values)[: np.isfinite(p_values).sum()]
    steps = p_values[order] * np.arange(len(order), 0, -1)
    adjusted[order] = np.minimum(np.maximum.accumulate(steps), 1.0)
    return adjusted


def practical_difference(differences, test_ratio, rope):
    """Bayesian correlated t-test (Corani & Benavoli 2015, Benavoli et al. 2017).

    Parameters
    ----------
    differences : array-like of shape (n_folds,)
        Score of the first model minus score of the second, fold by fold.

    test_ratio : float
        Test samples divided by training samples of a fold.

    rope : float
        Half the width of the region of practical equivalence around zero, in the unit
        of the score.

    Returns
    -------
    first, equivalent, second : float
        Posterior probabilities that the first is better by more than `rope`, that they
        differ by at most `rope`, and that the second is better by more than `rope`. NaN
        where the folds do not allow a posterior.
    """
    scale = corrected_scale(differences, test_ratio)
    if np.isnan(scale):
        return np.nan, np.nan, np.nan
    posterior = student_t(len(differences) - 1, loc=np.mean(differences), scale=scale)
    first, second = float(posterior.sf(rope)), float(posterior.cdf(-rope))
    return first, 1.0 - first - second, second
