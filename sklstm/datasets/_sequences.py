"""Generated numeric series whose class is decided early."""

from numbers import Integral

import numpy as np
from sklearn.utils import check_random_state
from sklearn.utils._param_validation import Interval, validate_params

from sklstm.sequences import Sequences
from sklstm.utils import as_list, plain_arguments, shown

_EVENT_STEPS = 6
_LAST_ONSET = 4
_SHARE_TOLD_BY_STATIC = 0.2


@plain_arguments
@validate_params(
    {
        "n_samples": [Interval(Integral, 1, None, closed="left")],
        "n_classes": [Interval(Integral, 2, None, closed="left")],
        "n_timesteps": [Interval(Integral, 10, None, closed="left"), "array-like"],
        "n_channels": [Interval(Integral, 1, None, closed="left")],
        "n_static_features": [Interval(Integral, 0, None, closed="left")],
        "random_state": ["random_state"],
    },
    prefer_skip_nested_validation=True,
)
def make_sequences(
    n_samples=600,
    *,
    n_classes=2,
    n_timesteps=(50, 400),
    n_channels=2,
    n_static_features=2,
    random_state=None,
):
    r"""Generate numeric series of unequal length whose class is decided early.

    Within the first ten time steps the first channel goes through one full wave, and
    the phase of that wave is the class. The same waves come again later, at random
    places and of random classes: what counts is the first. A fifth of the series has no
    early wave; the first static feature tells the class of those.

    Parameters
    ----------
    n_samples : int, default=600
        Number of series.

    n_classes : int, default=2
        Number of classes.

    n_timesteps : int or (int, int), default=(50, 400)
        Time steps of every series, or the smallest and largest number of them, at least
        10.

    n_channels : int, default=2
        Inputs for each time step. All but the first are noise.

    n_static_features : int, default=2
        Features that do not change over time. All but the first are noise; without any,
        every series has its early wave.

    random_state : int, RandomState instance or None, default=None
        Decides everything that is drawn (lengths, classes, waves and noise). Pass an
        int for the same result on every call.

    Returns
    -------
    X : Sequences
        Series with `channels`, and with `static` unless `n_static_features` is 0.

    y : ndarray of shape (n_samples,), int64
        Classes 0 to ``n_classes - 1``, as many of each as `n_samples` allows.

    Raises
    ------
    ValueError
        If `n_timesteps` is no range, or less than 10.

    See Also
    --------
    make_reviews : Generates Chinese reviews.

    Notes
    -----
    The wave of class k is :math:`2 \sin(2 \pi (t / 6 + k / K))` for six steps t and K
    classes. It begins in steps 0 to 4. Its mean is zero for every class, so that no
    statistic of the whole series tells the classes apart. The noise is normal with a
    standard deviation of 0.3.

    Examples
    --------
    >>> from sklstm.datasets import make_sequences
    >>> X, y = make_sequences(n_samples=4, n_timesteps=(20, 30), random_state=0)
    >>> X.lengths.tolist()
    [25, 20, 23, 23]
    >>> X.channels.shape, X.static.shape, y.tolist()
    ((91, 2), (4, 2), [0, 0, 1, 1])
    """
    low, high = _length_range(n_timesteps)
    rng = check_random_state(random_state)
    lengths = rng.randint(low, high + 1, size=n_samples)
    y = rng.permutation(np.arange(n_samples) % n_classes)
    channels = rng.normal(scale=0.3, size=(lengths.sum(), n_channels))
    static = rng.normal(scale=0.3, size=(n_samples, n_static_features))
    share = _SHARE_TOLD_BY_STATIC if n_static_features else 0.0
    is_static = rng.uniform(size=n_samples) < share
    static[is_static, :1] += 2.0 * y[is_static, np.newaxis] - (n_classes - 1)
    starts = np.cumsum(lengths) - lengths
    for start, length, k, is_silent in zip(starts, lengths, y, is_static, strict=True):
        first = channels[start : start + length, 0]
        if not is_silent:
            _add_wave(first, rng.randint(_LAST_ONSET + 1), k / n_classes)
        _add_decoys(first, n_classes, rng)
    return Sequences(
        lengths, channels=channels, static=static if n_static_features else None
    ), y


def _add_decoys(series, n_classes, rng):
    """Add waves that mean nothing, one to a hundred steps on average."""
    onsets = np.arange(
        _LAST_ONSET + 2 * _EVENT_STEPS, len(series) - _EVENT_STEPS, 2 * _EVENT_STEPS
    )
    for onset in onsets[rng.uniform(size=len(onsets)) < 0.12]:
        _add_wave(series, onset, rng.randint(n_classes) / n_classes)


def _add_wave(series, onset, phase):
    """Add one full period in place; its sum is zero whatever the phase."""
    turn = np.arange(_EVENT_STEPS) / _EVENT_STEPS + phase
    series[onset : onset + _EVENT_STEPS] += 2.0 * np.sin(2.0 * np.pi * turn)


def _length_range(n_timesteps):
    subject = (
        "make_sequences expects n_timesteps to be an int, or a smallest and a largest "
        "int, at least 10"
    )
    is_one = isinstance(n_timesteps, Integral)
    bounds = (n_timesteps,) * 2 if is_one else as_list(n_timesteps, subject)
    if (
        len(bounds) != 2
        or not all(isinstance(bound, Integral) for bound in bounds)
        or not 10 <= bounds[0] <= bounds[1]
    ):
        raise ValueError(f"{subject}; got {shown(n_timesteps)}.")
    return bounds
