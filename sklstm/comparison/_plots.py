"""Pictures of a comparison, drawn with scikit-learn's displays where it has one."""

import io
import textwrap
import warnings

import numpy as np
from sklearn.metrics import ConfusionMatrixDisplay

from sklstm.comparison._findings import title
from sklstm.comparison._summary import fold_rows, score_title
from sklstm.comparison._text_report import row_name
from sklstm.display._fonts import plain_texts, readable_fonts, words_with_font
from sklstm.display._optional import require
from sklstm.display._text_table import shorten, shown_name, text_width

_MAX_LABEL = 24  # columns: longer ones would leave no room for the picture
_MAX_COLUMNS = 3  # panels side by side
_MAX_WIDTH = 13.0  # inches: a wider figure would shrink until nobody can read it
_COLUMN = 0.09  # inches that one column of a label takes
_LARGEST = 6.0  # inches of a confusion matrix without its labels
_MAX_NAMES = 30  # along a side of it; of more classes every second or third is named
_MAX_NUMBERS = 12  # classes: the cells of more have a colour and no number
_MAX_MEDIUM = 8  # classes: the names of more are small
_MAX_CURVES = 4  # classes with a panel of their own
_MARKERS = "osD^vPX*"
DPI, _MAX_PIXELS = 120, 20_000


def new_figure(n_panels, width, height, **options):
    """Make a figure that no global state of pyplot holds.

    Parameters
    ----------
    n_panels : int
        Panels, in as many rows as they need.

    width, height : float
        Of one panel, in inches.

    **options
        Of `Figure.subplots`.

    Returns
    -------
    figure : Figure
    panels : list of Axes of length n_panels
    """
    n_columns = _n_columns(n_panels, width)
    n_rows = -(-n_panels // n_columns)
    size = (width * n_columns, height * n_rows)
    figure = require("matplotlib.figure").Figure(figsize=size, layout="constrained")
    panels = figure.subplots(n_rows, n_columns, squeeze=False, **options).ravel()
    for panel in panels[n_panels:]:
        panel.remove()
    return figure, list(panels[:n_panels])


def _n_columns(n_panels, width):
    """As many as can be read, in rows of nearly one length."""
    most = max(1, min(n_panels, _MAX_COLUMNS, int(_MAX_WIDTH / width)))
    return -(-n_panels // -(-n_panels // most))


def plot_scores(comparison, scoring, confidence, say):
    """Draw every fold's scores, their means and intervals.

    Parameters
    ----------
    comparison : Comparison
        What to draw.

    scoring : list of str
        Names of the scores.

    confidence : float
        Coverage of the intervals.

    say : Words
        Of one language.

    Returns
    -------
    Figure
    """
    say = words_with_font(say)
    rows = {row["model"]: row for row in comparison.rows(confidence)}
    guess = rows.pop(comparison._references.majority)
    names = _wrapped(row_name(comparison, name, say) for name in rows)
    legend = say("dots", confidence=confidence, majority=say("majority"))
    titles = [_score_title(score, say) for score in scoring]
    width = 4.0 if len(scoring) > 1 else 5.0
    with readable_fonts([*names, *titles, legend, say("no fold"), say("no figure")]):
        figure, panels = new_figure(len(scoring), width, 1.2 + 0.4 * len(names))
        for panel, score, shown in zip(panels, scoring, titles, strict=True):
            panel.set_title(shown, fontsize="medium")
            panel.set_yticks(range(len(names)), [""] * len(names))
            _draw_scores(panel, comparison, rows, score, say)
            at = score_title(score)[1] * guess[f"{score}_mean"]
            panel.axvline(at, color="0.4", linestyle="--", linewidth=1)
            _keep_to_what_is_possible(panel, comparison, score)
        for panel in panels[:: _n_columns(len(panels), width)]:
            panel.set_yticks(range(len(names)), names)
        figure.supxlabel(legend, fontsize="small")
    return figure


def _score_title(score, say):
    shown = shorten(title(score, say), _MAX_LABEL)
    return shown if score_title(score)[1] > 0 else say("less", title=shown)


def _draw_scores(panel, comparison, rows, score, say):
    sign, heights = score_title(score)[1], {name: i for i, name in enumerate(rows)}
    results = comparison._references.beside(comparison._results)
    folds = [fold for fold in fold_rows(results, [score]) if fold["model"] in rows]
    panel.plot(
        [sign * fold[score] for fold in folds],
        [heights[fold["model"]] + 0.2 for fold in folds],
        "o",
        color="tab:blue",
        alpha=0.4,
        markersize=4,
        clip_on=False,
    )
    for name, row in rows.items():
        _draw_mean(panel, row, score, heights[name], _color(comparison, name))
        if np.isnan(row[f"{score}_mean"]):
            reason = say("no figure" if row["n_folds"] else "no fold")
            _write_beside(panel, heights[name], reason)
    panel.set_ylim(len(rows) - 0.5, -0.5)
    panel.grid(axis="x", alpha=0.3)


def _draw_mean(panel, row, score, height, color):
    _, sign = score_title(score)
    bounds = [sign * row[f"{score}_{end}"] for end in ("low", "high")]
    panel.plot(bounds, [height, height], "-", color=color, linewidth=1.5)
    mean = sign * row[f"{score}_mean"]
    panel.plot(mean, height, "D", color=color, clip_on=False)


def _color(comparison, name):
    if name == comparison.best_:
        return "tab:green"
    return "black" if name in comparison.classifiers else "0.5"


def _write_beside(panel, height, text):
    transform = panel.get_yaxis_transform()
    style = {"color": "0.35", "fontsize": "small", "va": "center"}
    box = {"color": "white", "pad": 1}
    panel.text(0.02, height, text, transform=transform, bbox=box, **style)


def _keep_to_what_is_possible(panel, comparison, score):
    bounds = score_title(score)[1] * np.array(comparison._bounds[score])
    panel.set_xlim(np.clip(panel.get_xlim(), bounds.min(), bounds.max()))


def plot_confusion(comparison, normalize, say):
    """Draw a confusion matrix of out-of-fold predictions for each model.

    Parameters
    ----------
    comparison : Comparison
        What to draw.

    normalize : {"true", "pred", "all"} or None
        As in scikit-learn's display.

    say : Words
        Of one language.

    Returns
    -------
    Figure
    """
    say = words_with_font(say)
    names, classes = _wrapped(comparison.classifiers), _labels(comparison.classes_)
    sides = [say("true label"), say("predicted label")]
    with readable_fonts([*names, *classes, *sides, say("no fold")]):
        figure, panels = new_figure(len(names), *_matrix_size(names, classes))
        for panel, name, codes in zip(
            panels, names, comparison._codes.values(), strict=True
        ):
            panel.set_title(name, fontsize="medium")
            if (codes < 0).all():
                panel.set_axis_off()
                panel.text(0.5, 0.5, say("no fold"), ha="center", color="0.35")
                continue
            _draw_matrix(panel, comparison, codes, classes, normalize)
            panel.set(ylabel=sides[0], xlabel=sides[1])
        _share_colours(figure, panels, has_numbers=len(classes) <= _MAX_NUMBERS)
    return figure


def _matrix_size(names, classes):
    """Width and height of a panel: the cells, and names beside and below them."""
    cells, beside = _cell_size(classes) * len(classes), _label_size(classes)
    below = beside if _rotation(classes) == "vertical" else 0.2
    width = max(cells, _COLUMN * _longest_line(names)) + beside
    return width + 0.6, cells + below + 1.0


def _cell_size(classes):
    """Inches of a cell, which has a number where there are few."""
    n_classes = len(classes)
    if n_classes <= _MAX_NUMBERS:
        return max(0.5, 1.6 / n_classes)
    return min(0.2, _LARGEST / n_classes)


def _label_size(classes):
    """Inches of the longest name of a class."""
    size = 0.85 if len(classes) > _MAX_MEDIUM else 1.0
    return size * _COLUMN * max(map(text_width, classes))


def _draw_matrix(panel, comparison, codes, classes, normalize):
    tested, n_classes = codes >= 0, len(classes)
    true = np.searchsorted(comparison.classes_, comparison.y[tested])
    ConfusionMatrixDisplay.from_predictions(
        true,
        codes[tested],
        labels=range(n_classes),
        display_labels=classes,
        include_values=n_classes <= _MAX_NUMBERS,
        normalize=normalize,
        values_format=None if normalize is None else ".2f",
        cmap="Blues",
        ax=panel,
        colorbar=False,
        xticks_rotation=_rotation(classes),
    )
    step = -(-n_classes // _MAX_NAMES)
    places = range(0, n_classes, step)
    size = "small" if n_classes > _MAX_MEDIUM else "medium"
    panel.set_xticks(places, classes[::step], fontsize=size)
    panel.set_yticks(places, classes[::step], fontsize=size)


def _share_colours(figure, panels, has_numbers):
    """Let a colour mean the same in every matrix."""
    images = [image for panel in panels for image in panel.images]
    largest = max((image.get_array().max() for image in images), default=0)
    for image in images:
        image.set_clim(0, largest)
        for text in image.axes.texts:
            column, row = map(int, text.get_position())
            is_dark = image.get_array()[row, column] > 0.6 * largest
            text.set(color="white" if is_dark else "black", fontsize="small")
    if images and not has_numbers:
        figure.colorbar(images[0], ax=panels, location="bottom", shrink=0.4, aspect=40)


def _rotation(labels):
    """Labels wider than a cell would run into each other."""
    return "vertical" if _label_size(labels) > _cell_size(labels) else "horizontal"


def plot_reliability(comparison, n_bins, say):
    """Draw reliability curves of out-of-fold probabilities.

    Parameters
    ----------
    comparison : Comparison
        What to draw.

    n_bins : int
        Bins, each with as many samples.

    say : Words
        Of one language.

    Returns
    -------
    Figure
        A panel for each class; for the second one of two; of the predicted class, where
        there are more than four.
    """
    say = words_with_font(say)
    titles = _labels(say("class of", label=shown_name(c)) for c in comparison.classes_)
    columns = range(len(titles)) if len(titles) > 2 else [1]
    titles = [titles[column] for column in columns]
    share = say("share")
    if len(titles) > _MAX_CURVES:
        columns, titles, share = [None], [say("predicted class")], say("share right")
    names = _wrapped(comparison.out_of_fold_probabilities_)
    sides = [say("confidence"), share]
    with readable_fonts([*titles, *names, *sides, say("ideal")]):
        figure, panels = new_figure(len(titles), 4.2, 4.2)
        for panel, column, shown in zip(panels, columns, titles, strict=True):
            _draw_reliability(panel, comparison, column, n_bins)
            panel.get_legend().remove()
            panel.set(xlabel="", ylabel="", xlim=(0, 1), ylim=(0, 1), aspect="equal")
            panel.set_title(shown, fontsize="medium")
        figure.supxlabel(sides[0], fontsize="medium")
        figure.supylabel(sides[1], fontsize="medium")
        _name_lines(figure, panels[0].lines, [say("ideal"), *names])
    return figure


def _draw_reliability(panel, comparison, column, n_bins):
    from sklearn.calibration import CalibrationDisplay

    true = np.searchsorted(comparison.classes_, comparison.y)
    known_of = comparison.out_of_fold_probabilities_
    for place, (name, probabilities) in enumerate(known_of.items()):
        known = np.isfinite(probabilities).all(axis=1)
        predicted = probabilities[known].argmax(axis=1)
        of = predicted if column is None else np.full(len(predicted), column)
        belief = probabilities[known][np.arange(len(of)), of]
        CalibrationDisplay.from_predictions(
            true[known] == of,
            np.clip(belief, 0.0, 1.0),
            n_bins=n_bins,
            strategy="quantile",
            pos_label=True,
            name="model",
            ax=panel,
            marker=_MARKERS[place % len(_MARKERS)],
            markersize=5,
            linewidth=2.5 if name == comparison.best_ else 1.0,
        )


def _name_lines(figure, lines, names):
    """Say once for all panels what the lines are, and make room for it."""
    width, height = figure.get_size_inches()
    more = 0.6 + 0.85 * _COLUMN * _longest_line(names)
    figure.set_size_inches(width + more, height)
    blank = [" "] * len(names)
    legend = figure.legend(
        lines, blank, loc="outside right upper", fontsize="small", frameon=False
    )
    # Of a name with "_" before it matplotlib's own legend says nothing.
    for text, name in zip(legend.get_texts(), names, strict=True):
        text.set_text(name)


def plot_learning_curves(curves, score, names, say):
    """Draw test scores over the number of training samples, a panel for each model.

    Parameters
    ----------
    curves : dict of str to (train_sizes, train_scores, test_scores)
        From `sklearn.model_selection.learning_curve`.

    score : str
        Name of the score.

    names : list of str
        Names of the models.

    say : Words
        Of one language.

    Returns
    -------
    Figure
    """
    from sklearn.model_selection import LearningCurveDisplay

    say = words_with_font(say)
    sign, names = score_title(score)[1], _wrapped(names)
    sides = [say("train size"), _score_title(score, say)]
    lines = [say("train score"), say("test score")]
    with readable_fonts([*names, *sides, *lines]):
        figure, panels = new_figure(len(names), 4.0, 3.4, sharey=True)
        for panel, name, (sizes, train, test) in zip(
            panels, names, curves.values(), strict=True
        ):
            LearningCurveDisplay(
                train_sizes=sizes,
                train_scores=sign * train,
                test_scores=sign * test,
                score_name=sides[1],
            ).plot(ax=panel, score_type="both")
            panel.set(xlabel="", ylabel="")
            panel.set_title(name, fontsize="medium")
            panel.get_legend().remove()
        figure.supxlabel(sides[0], fontsize="medium")
        figure.supylabel(sides[1], fontsize="medium")
        _name_lines(figure, panels[0].lines, lines)
    return figure


def _labels(names):
    return [shorten(shown_name(name), _MAX_LABEL) for name in names]


def _wrapped(names):
    """Lay names on two lines; often it is their end in which they differ."""
    return ["\n".join(_lines(shown_name(name))) for name in names]


def _lines(name):
    characters = max(1, _MAX_LABEL * len(name) // max(1, text_width(name)))
    return textwrap.wrap(name, characters, max_lines=2, placeholder="…")


def _longest_line(names):
    return max(text_width(line) for name in names for line in name.splitlines())


def png(figure):
    """Render a figure.

    Parameters
    ----------
    figure : Figure
        What to render.

    Returns
    -------
    bytes
        PNG. Characters without a font have been warned of once and show as boxes.
    """
    buffer = io.BytesIO()
    dpi = min(DPI, _MAX_PIXELS / max(figure.get_size_inches()))
    with warnings.catch_warnings(), plain_texts():
        warnings.filterwarnings("ignore", message="Glyph")
        figure.savefig(buffer, format="png", dpi=dpi)
    return buffer.getvalue()
