"""Pictures of explanations."""

import numpy as np

from sklstm.display._fonts import readable_fonts, words_with_font
from sklstm.display._optional import require
from sklstm.display._text_table import shorten, shown_name
from sklstm.explanation._parts import is_table, sample_parts, static_parts, strongest
from sklstm.explanation._text import answer

_MAX_LABEL = 24  # columns
_MOST_CHANNELS = 8  # panels
_AGAINST, _FOR = "#d97a0b", "#2b72c4"


def plot_explanations(explanations, columns, n_words, say):
    """Draw the strongest words, or a series with its contributions, of each sample.

    Parameters
    ----------
    explanations : list of Explanation
        At least one; they stand one below the other.

    columns : list of int
        Of the class that is shown of each.

    n_words : int
        Words and static features that are drawn.

    say : Words
        Of one language.

    Returns
    -------
    Figure
    """
    say = words_with_font(say)
    drawings = [
        _drawing(each, column, n_words, say)
        for each, column in zip(explanations, columns, strict=True)
    ]
    heights = [drawing.height for drawing in drawings]
    size = (max(drawing.width for drawing in drawings), sum(heights))
    figure = require("matplotlib.figure").Figure(figsize=size, layout="constrained")
    parts = [figure]
    if len(drawings) > 1:
        parts = figure.subfigures(len(drawings), height_ratios=heights)
    for drawing, part in zip(drawings, parts, strict=True):
        with readable_fonts(drawing.texts):
            drawing.draw(part)
    return figure


def _drawing(explanation, column, n_words, say):
    if explanation.tokens is None and not is_table(explanation):
        return _Strips(explanation, column, say)
    return _Bars(explanation, column, n_words, say)


class _Bars:
    """The strongest words of a sample."""

    width = 6.0

    def __init__(self, explanation, column, n_words, say):
        found = sample_parts(explanation, column, say)
        found += static_parts(explanation, column)
        self._parts = strongest(found, n_words, say)
        self._names = [shorten(part.name, _MAX_LABEL) for part in self._parts]
        self._title, self._axis = _headings(explanation, column, say)
        self.texts = [*self._names, self._title, self._axis]
        self.height = 1.3 + 0.3 * len(self._names)

    def draw(self, figure):
        panel = figure.subplots()
        _draw_bars(panel, self._parts, self._names)
        panel.set_title(self._title, fontsize="medium")
        panel.set_xlabel(self._axis)


class _Strips:
    """A series, with a strip of colours behind each channel."""

    width = 8.0

    def __init__(self, explanation, column, say):
        self._explanation = explanation
        self._values = values = explanation.contributions[..., column]
        order = np.argsort(-np.abs(values).sum(axis=0), kind="stable")
        self._channels = np.sort(order[:_MOST_CHANNELS]) if values.size else []
        self._names = [say("channel", n=channel) for channel in self._channels]
        self._title, self._axis = _headings(explanation, column, say)
        self._time, self._empty = say("time step"), say("empty")
        self.texts = [*self._names, self._title, self._axis, self._time, self._empty]
        self.height = 1.2 + 1.3 * max(len(self._names), 1)

    def draw(self, figure):
        figure.suptitle(self._title, fontsize="medium")
        if not self._names:
            figure.text(0.5, 0.5, self._empty, ha="center", va="center")
            return
        panels = figure.subplots(len(self._names), sharex=True, squeeze=False).ravel()
        scale = np.abs(self._values).max() or 1.0
        for panel, channel, name in zip(
            panels, self._channels, self._names, strict=True
        ):
            ends = _draw_curve(panel, self._explanation, channel)
            strip = _draw_strip(panel, self._values[:, channel], scale, ends)
            panel.set_ylabel(name)
        figure.colorbar(strip, ax=list(panels), label=self._axis)
        panels[-1].set_xlabel(self._time)


def _headings(explanation, column, say):
    """Title, and name of the axis of contributions."""
    label = _short(explanation.classes[column])
    return answer(explanation, say, show=_short), say("contribution", label=label)


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
