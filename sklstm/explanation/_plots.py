"""Pictures of an explanation."""

import numpy as np

from sklstm.display._fonts import readable_fonts, words_with_font
from sklstm.display._optional import require
from sklstm.display._text_table import shorten, shown_name
from sklstm.explanation._parts import is_table, sample_parts, static_parts, strongest
from sklstm.explanation._text import answer

_MAX_LABEL = 24  # columns
_MOST_CHANNELS = 8  # panels
_AGAINST, _FOR = "#d97a0b", "#2b72c4"


def plot_explanation(explanation, column, n_words, say):
    """Draw the strongest words, or a series with its contributions.

    Parameters
    ----------
    explanation : Explanation

    column : int
        Of the class that is shown.

    n_words : int
        Words and static features that are drawn.

    say : Words
        Of one language.

    Returns
    -------
    Figure
    """
    say = words_with_font(say)
    label = _short(explanation.classes[column])
    title = answer(explanation, say, show=_short)
    axis = say("contribution", label=label)
    if explanation.tokens is None and not is_table(explanation):
        return _plot_series(explanation, column, title, axis, say)
    found = sample_parts(explanation, column, say) + static_parts(explanation, column)
    parts = strongest(found, n_words, say)
    names = [shorten(part.name, _MAX_LABEL) for part in parts]
    with readable_fonts([*names, title, axis]):
        figure = _figure(6.0, 1.3 + 0.3 * len(names))
        panel = figure.subplots()
        _draw_bars(panel, parts, names)
        panel.set_title(title, fontsize="medium")
        panel.set_xlabel(axis)
    return figure


def _figure(width, height):
    size = (width, height)
    return require("matplotlib.figure").Figure(figsize=size, layout="constrained")


def _draw_bars(panel, parts, names):
    values = [part.value for part in parts]
    bars = panel.barh(
        range(len(parts)),
        values,
        xerr=[part.error or 0.0 for part in parts] if _has_errors(parts) else None,
        color=[_FOR if value > 0 else _AGAINST for value in values],
        ecolor="0.3",
    )
    for bar, part in zip(bars, parts, strict=True):
        bar.set_alpha(0.45 if part.is_sum else 1.0)
    panel.set_yticks(range(len(names)), names)
    panel.set_ylim(max(len(names), 1) - 0.4, -0.6)
    panel.axvline(0, color="0.3", linewidth=0.8)
    panel.grid(axis="x", alpha=0.3)
    panel.set_axisbelow(True)


def _has_errors(parts):
    return any(part.error is not None for part in parts)


def _plot_series(explanation, column, title, axis, say):
    values = explanation.contributions[..., column]
    order = np.argsort(-np.abs(values).sum(axis=0), kind="stable")
    channels = np.sort(order[:_MOST_CHANNELS]) if values.size else []
    names = [say("channel", n=channel) for channel in channels]
    time, empty = say("time step"), say("empty")
    with readable_fonts([*names, title, axis, time, empty]):
        figure = _figure(8.0, 1.2 + 1.3 * max(len(names), 1))
        figure.suptitle(title, fontsize="medium")
        if not names:
            figure.text(0.5, 0.5, empty, ha="center", va="center")
            return figure
        panels = figure.subplots(len(names), sharex=True, squeeze=False).ravel()
        scale = np.abs(values).max() or 1.0
        for panel, channel, name in zip(panels, channels, names, strict=True):
            ends = _draw_curve(panel, explanation, channel)
            strip = _draw_strip(panel, values[:, channel], scale, ends)
            panel.set_ylabel(name)
        figure.colorbar(strip, ax=list(panels), label=axis)
        panels[-1].set_xlabel(time)
    return figure


def _draw_curve(panel, explanation, channel):
    """Draw the series itself, and give the ends of its axis."""
    if explanation.series is None:
        panel.set_yticks([])
        return 0.0, 1.0
    panel.plot(np.asarray(explanation.series)[:, channel], color="black", linewidth=1)
    return panel.get_ylim()


def _draw_strip(panel, values, scale, ends):
    colors = require("matplotlib.colors")
    mapping = colors.LinearSegmentedColormap.from_list("", [_AGAINST, "white", _FOR])
    return panel.imshow(
        values[None, :],
        aspect="auto",
        cmap=mapping,
        vmin=-scale,
        vmax=scale,
        interpolation="nearest",
        extent=(-0.5, len(values) - 0.5, *ends),
    )


def _short(label):
    return shorten(shown_name(label), _MAX_LABEL)
