"""A series, and what a model says after each of its beginnings."""

import numpy as np

from sklstm.display._fonts import readable_fonts, words_with_font
from sklstm.display._optional import require
from sklstm.display._text_table import shorten, shown_name

_MAX_LABEL = 24  # columns
_MOST_CHANNELS, _MOST_CLASSES = 8, 6


def draw_prefixes(series, ends, probabilities, classes, say):
    """Draw channels, and probabilities below.

    Parameters
    ----------
    series : Sequences
        Of one sample.

    ends : ndarray of shape (n_prefixes,)
        Numbers of steps after which the model was asked.

    probabilities : ndarray of shape (n_prefixes, n_classes)
    classes : ndarray of shape (n_classes,)
    say : Words
        Of one language.

    Returns
    -------
    Figure
    """
    say = words_with_font(say)
    labels = [shorten(shown_name(label), _MAX_LABEL) for label in classes]
    place = decided_at(probabilities)
    title = _title(ends, probabilities, labels, place, say)
    names = _channel_names(series, say)
    axis = say("time step" if series.times is None else "time")
    probability = say("probability")
    with readable_fonts([*names, *labels, title, axis, probability]):
        size = (8.0, 2.6 + 1.1 * len(names))
        figure = require("matplotlib.figure").Figure(figsize=size, layout="constrained")
        figure.suptitle(title, fontsize="medium")
        ratios = [1.0] * len(names) + [2.0]
        panels = figure.subplots(len(ratios), sharex=True, height_ratios=ratios)
        times = np.arange(series.n_steps) if series.times is None else series.times
        for channel, (panel, name) in enumerate(zip(panels[:-1], names, strict=True)):
            panel.plot(times, series.channels[:, channel], color="black", linewidth=1)
            panel.set_ylabel(name)
        _draw_probabilities(panels[-1], times[ends - 1], probabilities, labels)
        for panel in panels:
            panel.axvline(times[ends[place] - 1], color="0.3", linestyle=":")
        panels[-1].set_ylabel(probability)
        panels[-1].set_xlabel(axis)
    return figure


def decided_at(probabilities):
    """Place of the first beginning from which on the predicted class is the last one.

    Parameters
    ----------
    probabilities : ndarray of shape (n_prefixes, n_classes)

    Returns
    -------
    int
    """
    predicted = probabilities.argmax(axis=1)
    others = np.flatnonzero(predicted != predicted[-1])
    return int(others[-1]) + 1 if len(others) else 0


def _title(ends, probabilities, labels, place, say):
    column = probabilities[-1].argmax()
    sure = say(
        "sure", label=labels[column], probability=f"{probabilities[-1, column]:.3f}"
    )
    return say("decided", answer=sure, step=ends[place], last=ends[-1])


def _channel_names(series, say):
    n_channels = min(series.channels.shape[1], _MOST_CHANNELS)
    if series.channel_names is None:
        return [say("channel", n=channel) for channel in range(n_channels)]
    return [shorten(name, _MAX_LABEL) for name in series.channel_names[:n_channels]]


def _draw_probabilities(panel, times, probabilities, labels):
    order = np.argsort(-probabilities[-1], kind="stable")[:_MOST_CLASSES]
    lines = [panel.plot(times, probabilities[:, column])[0] for column in order]
    # By handles: a label that begins with an underscore is left out otherwise.
    legend = panel.legend(lines, [labels[column] for column in order])
    for text in legend.get_texts():
        text.set_parse_math(False)
    panel.set_ylim(-0.02, 1.02)
    panel.grid(alpha=0.3)
