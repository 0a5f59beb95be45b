"""The picture of what a model goes by."""

import numpy as np

from sklstm.display._fonts import readable_fonts, words_with_font
from sklstm.display._optional import require
from sklstm.display._text_table import shorten, shown_name

_MOST_COLUMNS = 3  # panels side by side
_MAX_LABEL = 24  # columns
_WIDTH, _BAR, _FRAME = 3.6, 0.28, 1.1  # inches


def plot_model(found, columns, say):
    """Draw the strongest words of classes, or sizes of channels and time steps.

    Parameters
    ----------
    found : ModelExplanation
    columns : list of int
        Classes to draw.

    say : Words
        Of one language.

    Returns
    -------
    Figure
    """
    say = words_with_font(say)
    draw = _plot_bars if found.series is None else _plot_series
    return draw(found, columns, say)


def _plot_bars(found, columns, say):
    rows = [_bars(found, found.classes[column]) for column in columns]
    key = "contribution to" if found.words is None else "words for"
    titles = [say(key, label=_name(found.classes[column])) for column in columns]
    names = [[_name(row["name"]) for row in each] for each in rows]
    axis = say("contribution")
    with readable_fonts([*titles, *(n for each in names for n in each), axis]):
        height = _FRAME + _BAR * max(1, *map(len, names))
        figure, panels = _panels(len(columns), height)
        for panel, title, own, labels in zip(panels, titles, rows, names, strict=True):
            values = [row["contribution"] for row in own]
            errors = np.nan_to_num([row["standard_error"] for row in own])
            panel.barh(range(len(own)), values, xerr=errors, color="#0072b2")
            panel.set_yticks(range(len(own)), labels)
            panel.invert_yaxis()
            panel.set_title(title, fontsize="medium")
            panel.set_xlabel(axis)
    return figure


def _plot_series(found, columns, say):
    channels, steps, _ = found.series
    labels = [shorten(shown_name(found.classes[c]), _MAX_LABEL) for c in columns]
    texts = [say("channel"), say("step"), say("size")]
    with readable_fonts([*labels, *texts]):
        figure, (left, right) = _panels(2, 3.2)
        thickness = 0.8 / len(columns)
        for number, (column, label) in enumerate(zip(columns, labels, strict=True)):
            places = np.arange(len(channels)) + (number + 0.5) * thickness - 0.4
            left.barh(places, channels[:, column], thickness, label=label)
            right.plot(steps[:, column], label=label)
        left.set_yticks(range(len(channels)))
        left.invert_yaxis()
        left.set(xlabel=texts[2], ylabel=texts[0])
        right.set(xlabel=texts[1], ylabel=texts[2])
        right.legend()
    return figure


def _panels(n_panels, height):
    n_columns = min(n_panels, _MOST_COLUMNS)
    n_rows = -(-n_panels // n_columns)
    size = (_WIDTH * n_columns, height * n_rows)
    figure = require("matplotlib.figure").Figure(figsize=size, layout="constrained")
    panels = figure.subplots(n_rows, n_columns, squeeze=False).ravel()
    for panel in panels[n_panels:]:
        panel.remove()
    return figure, panels[:n_panels]


def _bars(found, label):
    """Give the strongest words, or columns of a table."""
    if found.words is not None:
        return found.strongest(label)
    rows = [row for row in found.rows(label) if row["contribution"] is not None]
    return sorted(rows, key=lambda row: -abs(row["contribution"]))[: found.n_words]


def _name(name):
    return shorten(shown_name(name), _MAX_LABEL)
