"""The picture of a test of robustness."""

import numpy as np

from sklstm.comparison._findings import title
from sklstm.comparison._plots import new_figure
from sklstm.comparison._robustness.report import perturbation_title
from sklstm.display._fonts import readable_fonts
from sklstm.display._text_table import shorten, shown_name

_MAX_NAME = 32  # columns
_MARKERS = "oDs^vP*X"
_SPREAD = 0.6  # of a line's height that its models share


def plot_robustness(rows, models, score, say):
    """Draw the differences of one score, a line for each perturbation and strength.

    Parameters
    ----------
    rows : list of dict
        From `Robustness.rows`.

    models : list of str
        Names, in the order of the markers.

    score : str
        Which one.

    say : Words
        Of one language.

    Returns
    -------
    Figure
    """
    lines = list(dict.fromkeys((row["perturbation"], row["strength"]) for row in rows))
    labels = [shorten(perturbation_title(*line, say), _MAX_NAME + 8) for line in lines]
    drawn = {row["model"] for row in rows}
    models = [name for name in models if name in drawn]
    names = [shorten(shown_name(name), _MAX_NAME) for name in models]
    with readable_fonts([*names, *labels]):
        height = 1.4 + len(lines) * max(0.25, 0.11 * len(models))
        figure, (panel,) = new_figure(1, 7.0, height)
        offsets = np.linspace(-0.5, 0.5, 2 * len(models) + 1)[1::2] * _SPREAD
        for number, model in enumerate(models):
            own = [row for row in rows if row["model"] == model]
            places = [
                lines.index((row["perturbation"], row["strength"])) for row in own
            ]
            _draw(panel, own, np.array(places) + offsets[number], score, number)
        _dress(panel, labels, shorten(title(score, say), _MAX_NAME), say)
        figure.legend(
            panel.lines[: len(models)], names, loc="outside upper center", ncols=2
        )
    return figure


def _draw(panel, rows, heights, score, number):
    differences = np.array([row[f"{score}_difference"] for row in rows])
    ends = np.array(
        [[row[f"{score}_{end}"] for end in ("low", "high")] for row in rows]
    )
    color = f"C{number}"
    marker = _MARKERS[number % len(_MARKERS)]
    panel.plot(differences, heights, marker, color=color, markersize=5, zorder=3)
    panel.hlines(heights, *ends.T, color=color, alpha=0.6, linewidth=1.2)


def _dress(panel, labels, score, say):
    panel.axvline(0, color="black", linewidth=0.8)
    for place in range(1, len(labels), 2):
        panel.axhspan(place - 0.5, place + 0.5, color="black", alpha=0.05, linewidth=0)
    panel.set_ylim(len(labels) - 0.5, -0.5)
    panel.set_yticks(range(len(labels)), labels, fontsize="small")
    panel.set_xlabel(say("robustness axis", score=score))
    panel.grid(axis="x", alpha=0.3)
