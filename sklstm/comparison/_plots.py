"""Pictures of a comparison, drawn with scikit-learn's displays where it has one."""

import io
import warnings

import numpy as np
from sklearn.metrics import ConfusionMatrixDisplay

from sklstm.comparison._findings import title
from sklstm.comparison._fonts import plain_texts, readable_fonts
from sklstm.comparison._optional import require
from sklstm.comparison._summary import fold_rows, score_title
from sklstm.comparison._text_table import shorten, shown_name, text_width

_MAX_LABEL = 24  # columns: longer ones would leave no room for the picture
_MAX_PANELS = 6  # side by side
_MAX_CLASSES = 30  # more do not make a confusion matrix larger
_MAX_NUMBERS = 4000  # in the cells of all of them: each takes a millisecond
_MAX_CURVES = 12  # classes with a panel of their own
_DPI, _MAX_PIXELS = 120, 20_000


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
    n_columns = min(n_panels, _MAX_PANELS)
    n_rows = -(-n_panels // n_columns)
    size = (width * n_columns, height * n_rows)
    figure = require("matplotlib.figure").Figure(figsize=size, layout="constrained")
    panels = figure.subplots(n_rows, n_columns, squeeze=False, **options).ravel()
    for panel in panels[n_panels:]:
        panel.remove()
    return figure, list(panels[:n_panels])


def plot_scores(comparison, confidence, say):
    """Draw every fold's scores, their means and intervals.

    Parameters
    ----------
    comparison : Comparison
        What to draw.

    confidence : float
        Coverage of the intervals.

    say : Words
        Of one language.

    Returns
    -------
    Figure
    """
    names, scoring = _labels(comparison.classifiers), comparison.scoring
    with readable_fonts(names):
        figure, panels = new_figure(len(scoring), 4.0, 1.5 + 0.5 * len(names))
        for panel, score in zip(panels, scoring, strict=True):
            _draw_scores(panel, comparison, score, confidence, say)
        for panel in panels[::_MAX_PANELS]:
            panel.set_yticks(range(len(names)), names)
        figure.supxlabel(
            say("dots", confidence=confidence, majority=say("majority")),
            fontsize="small",
        )
    return figure


def _draw_scores(panel, comparison, score, confidence, say):
    _, sign = score_title(score)
    shown = shorten(title(score, say), _MAX_LABEL)
    names = list(comparison.classifiers)
    folds = fold_rows(comparison._results, [score])
    heights = [names.index(row["model"]) + 0.18 for row in folds]
    values = [sign * row[score] for row in folds]
    panel.plot(values, heights, "o", color="tab:blue", alpha=0.4, markersize=4)
    rows = {row["model"]: row for row in comparison.rows(confidence)}
    guess = rows[comparison._references.majority][f"{score}_mean"]
    panel.axvline(sign * guess, color="0.5", linestyle="--", linewidth=1)
    for height, row in enumerate(map(rows.get, names)):
        bounds = [sign * row[f"{score}_{end}"] for end in ("low", "high")]
        panel.plot(bounds, [height, height], "-", color="black", linewidth=1.5)
        panel.plot(sign * row[f"{score}_mean"], height, "D", color="black")
    panel.set_title(shown if sign > 0 else say("less", title=shown))
    panel.set_ylim(len(names) - 0.5, -0.5)
    panel.set_yticks(range(len(names)), [""] * len(names))
    panel.grid(axis="x", alpha=0.3)


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
    classes = comparison.classes_
    names, shown_classes = _labels(comparison.classifiers), _labels(classes)
    with readable_fonts([*names, *shown_classes]):
        size = 2.2 + 0.5 * min(len(classes), _MAX_CLASSES)
        figure, panels = new_figure(len(names), size, size)
        for panel, name, codes in zip(
            panels, names, comparison._codes.values(), strict=True
        ):
            panel.set_title(name)
            tested = codes >= 0
            if not tested.any():
                panel.text(0.5, 0.5, say("no fold"), ha="center")
                continue
            ConfusionMatrixDisplay.from_predictions(
                comparison.y[tested],
                classes[codes[tested]],
                labels=classes,
                display_labels=shown_classes,
                include_values=len(names) * len(classes) ** 2 <= _MAX_NUMBERS,
                normalize=normalize,
                values_format=None if normalize is None else ".2f",
                ax=panel,
                colorbar=False,
                xticks_rotation=_rotation(shown_classes),
            )
            if len(classes) > _MAX_CLASSES:
                panel.tick_params(labelsize=36 * _MAX_CLASSES / len(classes))
    return figure


def _rotation(labels):
    """Labels wider than a cell would run into each other."""
    return "vertical" if max(map(text_width, labels)) > 6 else "horizontal"


def plot_reliability(comparison, n_bins, say):
    """Draw reliability curves of out-of-fold probabilities, a panel for each class.

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
    """
    from sklearn.calibration import CalibrationDisplay

    classes = comparison.classes_
    columns = _frequent(comparison) if len(classes) > 2 else [1]
    names = _labels(comparison.out_of_fold_probabilities_)
    shown_classes = _labels(say("class of", label=shown_name(c)) for c in classes)
    with readable_fonts([*names, *shown_classes]):
        figure, panels = new_figure(len(columns), 4.2, 4.2)
        for panel, column in zip(panels, columns, strict=True):
            for probabilities in comparison.out_of_fold_probabilities_.values():
                known = np.isfinite(probabilities[:, column])
                CalibrationDisplay.from_predictions(
                    comparison.y[known] == classes[column],
                    np.clip(probabilities[known, column], 0.0, 1.0),
                    n_bins=n_bins,
                    strategy="quantile",
                    name="model",
                    ax=panel,
                )
            # Of a name with "_" before it matplotlib's own legend says nothing.
            _, *texts = panel.get_legend().get_texts()
            for text, name in zip(texts, names, strict=True):
                text.set_text(name)
            panel.set(title=shown_classes[column], xlabel="", ylabel="")
        figure.supxlabel(say("confidence"), fontsize="medium")
        figure.supylabel(say("share"), fontsize="medium")
    return figure


def _frequent(comparison):
    """Columns of the classes that most samples have, in their order."""
    _, counts = np.unique(comparison.y, return_counts=True)
    return sorted(np.argsort(-counts, kind="stable")[:_MAX_CURVES])


def plot_learning_curves(curves, score, names):
    """Draw test scores over the number of training samples, a line for each model.

    Parameters
    ----------
    curves : dict of str to (train_sizes, train_scores, test_scores)
        From `sklearn.model_selection.learning_curve`.

    score : str
        Name of the score.

    names : list of str
        Names of the models.

    Returns
    -------
    Figure
    """
    from sklearn.model_selection import LearningCurveDisplay

    title, sign = score_title(score)
    names = _labels(names)
    with readable_fonts(names):
        figure, panels = new_figure(len(names), 4.0, 3.6, sharey=True)
        for panel, name, (sizes, train, test) in zip(
            panels, names, curves.values(), strict=True
        ):
            LearningCurveDisplay(
                train_sizes=sizes,
                train_scores=sign * train,
                test_scores=sign * test,
                score_name=title,
            ).plot(ax=panel, score_type="both")
            panel.set_title(name)
    return figure


def _labels(names):
    return [shorten(shown_name(name), _MAX_LABEL) for name in names]


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
    dpi = min(_DPI, _MAX_PIXELS / max(figure.get_size_inches()))
    with warnings.catch_warnings(), plain_texts():
        warnings.filterwarnings("ignore", message="Glyph")
        figure.savefig(buffer, format="png", dpi=dpi)
    return buffer.getvalue()
