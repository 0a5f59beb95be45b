"""plot_prefixes: after which of its steps a model decides on a series."""

from importlib import import_module
from numbers import Integral

import numpy as np

from sklstm.display._optional import require
from sklstm.explanation._words import Words
from sklstm.sequences import Sequences, check_sequences
from sklstm.utils import plain_arguments, shown

_NAME = "plot_prefixes"


@plain_arguments
def plot_prefixes(model, sample, *, n_prefixes=200, language="en"):
    """Draw a series, and below it what a model says after each of its beginnings.

    Parameters
    ----------
    model : fitted classifier
        Of series, with ``predict_proba``: a lone classifier, or a Pipeline such as
        `make_series_pipeline` gives.

    sample : array of shape (n_timesteps,) or (n_timesteps, n_channels), or Sequences
        One series, NaN where values are missing; `Sequences` hold one sample.

    n_prefixes : int, default=200
        The most beginnings that are asked about, at equal distances in time steps; a
        series that is not longer is asked about after each step.

    language : {"en", "zh"} or None, default="en"
        Of the labels; None takes that of the locale.

    Returns
    -------
    Figure
        Channels on top, at most eight; below them a curve for each class, at most six,
        the most probable in the end. A line stands where the model decides: from there
        on the class that it predicts stays the same.

    Raises
    ------
    TypeError
        If `model` does not give probabilities.

    ValueError
        If `sample` is not one series with a time step.

    See Also
    --------
    explain : What each time step contributes.
    LSTMClassifier.gate_activations : What happens in the memory cell.

    Notes
    -----
    Each beginning is a series of its own for the model: one that reads in both
    directions reads it from its end, too, and a Pipeline fills its gaps and measures
    its statistics by it alone. The memory that it takes is that of all beginnings.

    Examples
    --------
    >>> from sklstm import make_naive_bayes_series_pipeline, plot_prefixes
    >>> X = [[0.0, 0.1, 0.9], [0.1, 1.0], [1.0, 0.9, 0.1], [0.9, 0.0]]
    >>> y = ["rising", "rising", "falling", "falling"]
    >>> model = make_naive_bayes_series_pipeline().fit(X, y)
    >>> figure = plot_prefixes(model, [0.9, 0.5, 0.7, 0.9])
    >>> len(figure.axes)
    2
    """
    if not hasattr(model, "predict_proba"):
        raise TypeError(
            f"{_NAME} expects a fitted classifier with predict_proba; got {model!r}."
        )
    if not isinstance(n_prefixes, Integral) or n_prefixes < 2:
        raise ValueError(
            f"{_NAME} expects n_prefixes to be an int of at least 2; got "
            f"{shown(n_prefixes)}."
        )
    series = _one_series(sample)
    # matplotlib is in the extra `plots`.
    require("matplotlib")
    ends = _ends(int(series.lengths[0]), n_prefixes)
    probabilities = np.asarray(model.predict_proba(beginnings(series, ends)))
    plots = import_module("sklstm.explanation._prefix_plot")
    say = Words(language)
    return plots.draw_prefixes(series, ends, probabilities, model.classes_, say)


def _one_series(sample):
    X = sample if isinstance(sample, Sequences) else [sample]
    sequences = check_sequences(X, _NAME, reset=False, dtype=None, allow_nan=True)
    if len(sequences) != 1 or not sequences.n_steps or sequences.channels is None:
        raise ValueError(
            f"{_NAME} expects one series of numbers with a time step; got {sequences}. "
            "Pass one at a time, such as X[0] or X[[0]]."
        )
    return sequences


def _ends(length, n_most):
    """Numbers of steps after which the model is asked; the whole series is last."""
    return np.unique(np.linspace(1, length, min(length, n_most)).astype(int))


def beginnings(series, ends):
    """Give the first steps of one series, for each number of them.

    Parameters
    ----------
    series : Sequences
        Of one sample.

    ends : ndarray of shape (n_prefixes,), int

    Returns
    -------
    Sequences
        Of ``len(ends)`` samples, with the static features of the one.
    """
    whole = series[np.zeros(len(ends), dtype=int)]
    keep = np.tile(np.arange(series.n_steps), len(ends)) < np.repeat(
        ends, series.n_steps
    )
    return whole._replace(
        lengths=np.asarray(ends, dtype=np.int64),
        codes=tuple(code[keep] for code in whole.codes),
        channels=whole.channels[keep],
        times=None if whole.times is None else whole.times[keep],
        sample_ids=None,
    )
