"""Pictures of a comparison, drawn with scikit-learn's displays where it has one."""

import io
import warnings

import numpy as np
from sklearn.metrics import ConfusionMatrixDisplay

from sklstm.comparison._fonts import readable_fonts
from sklstm.comparison._optional import require
from sklstm.comparison._summary import fold_rows, score_title
from sklstm.comparison._text_table import shorten

_MAX_LABEL = 24  # columns: longer ones would leave no room for the picture


def new_figure(n_rows, n_columns, width, height, **options):
    """Make a figure that no global state of pyplot holds.

    Parameters
    ----------
    n_rows, n_columns : int
        Panels.

    width, height : float
        Of one panel, in inches.

    **options
        Of `Figure.subplots`.

    Returns
    -------
    figure : Figure
    panels : ndarray of Axes of shape (n_rows, n_columns)
    """
    size = (width * n_columns, height * n_rows)
    figure = require("matplotlib.figure").Figure(figsize=size, layout="constrained")
    return figure, figure.subplots(n_rows, n_columns, squeeze=False, **options)


def plot_scores(comparison, confidence):
    """Draw every fold's scores, their means and intervals.

    Parameters
    ----------
    comparison : Comparison
        What to draw.

    confidence : float
        Coverage of the intervals.

    Returns
    -------
    Figure
    """
    names, scoring = list(comparison.classifiers), comparison.scoring
    with readable_fonts(names):
        figure, panels = new_figure(1, len(scoring), 4.0, 1.5 + 0.5 * len(names))
        for panel, score in zip(panels[0], scoring, strict=True):
            _draw_scores(panel, comparison, score, confidence)
        panels[0, 0].set_yticks(range(len(names)), _labels(names))
        figure.supxlabel(
            f"dots: folds; diamond and line: mean and its {confidence:.0%} interval",
            fontsize="small",
        )
    return figure


def _draw_scores(panel, comparison, score, confidence):
    title, sign = score_title(score)
    names = list(comparison.classifiers)
    folds = fold_rows(comparison._results, [score])
    heights = [names.index(row["model"]) + 0.18 for row in folds]
    values = [sign * row[score] for row in folds]
    panel.plot(values, heights, "o", color="tab:blue", alpha=0.4, markersize=4)
    for height, row in enumerate(comparison.rows(confidence)):
        bounds = [sign * row[f"{score}_{end}"] for end in ("low", "high")]
        panel.plot(bounds, [height, height], "-", color="black", linewidth=1.5)
        panel.plot(sign * row[f"{score}_mean"], height, "D", color="black")
    panel.set_title(title if sign > 0 else f"{title} (less is better)")
    panel.set_ylim(len(names) - 0.5, -0.5)
    panel.set_yticks(range(len(names)), [""] * len(names))
    panel.grid(axis="x", alpha=0.3)


def plot_confusion(comparison, normalize):
    """Draw a confusion matrix of out-of-fold predictions for each model.

    Parameters
    ----------
    comparison : Comparison
        What to draw.

    normalize : {"true", "pred", "all"} or None
        As in scikit-learn's display.

    Returns
    -------
    Figure
    """
    classes = comparison.classes_
    with readable_fonts([*comparison.classifiers, *classes]):
        size = 2.2 + 0.5 * len(classes)
        figure, panels = new_figure(1, len(comparison.classifiers), size, size)
        for panel, (name, codes) in zip(
            panels[0], comparison._codes.items(), strict=True
        ):
            panel.set_title(shorten(name, _MAX_LABEL))
            tested = codes >= 0
            if not tested.any():
                panel.text(0.5, 0.5, "no fold finished", ha="center")
                continue
            ConfusionMatrixDisplay.from_predictions(
                comparison.y[tested],
                classes[codes[tested]],
                labels=classes,
                display_labels=_labels(classes),
                normalize=normalize,
                values_format=None if normalize is None else ".2f",
                ax=panel,
                colorbar=False,
            )
    return figure


def plot_reliability(comparison, n_bins):
    """Draw reliability curves of out-of-fold probabilities, a panel for each class.

    Parameters
    ----------
    comparison : Comparison
        What to draw.

    n_bins : int
        Bins, each with as many samples.

    Returns
    -------
    Figure
    """
    from sklearn.calibration import CalibrationDisplay

    classes = comparison.classes_
    columns = range(1, 2) if len(classes) == 2 else range(len(classes))
    with readable_fonts([*comparison.classifiers, *classes]):
        figure, panels = new_figure(1, len(columns), 4.2, 4.2)
        for panel, column in zip(panels[0], columns, strict=True):
            for name, probabilities in comparison.out_of_fold_probabilities_.items():
                known = np.isfinite(probabilities[:, column])
                CalibrationDisplay.from_predictions(
                    comparison.y[known] == classes[column],
                    np.clip(probabilities[known, column], 0.0, 1.0),
                    n_bins=n_bins,
                    strategy="quantile",
                    name=shorten(name, _MAX_LABEL),
                    ax=panel,
                )
            title = shorten(f"class {classes[column]}", _MAX_LABEL)
            panel.set(title=title, xlabel="", ylabel="")
        figure.supxlabel("mean predicted probability", fontsize="medium")
        figure.supylabel("share of the class", fontsize="medium")
    return figure


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
    with readable_fonts(names):
        figure, panels = new_figure(1, len(names), 4.0, 3.6, sharey=True)
        for panel, (name, (sizes, train, test)) in zip(
            panels[0], curves.items(), strict=True
        ):
            LearningCurveDisplay(
                train_sizes=sizes,
                train_scores=sign * train,
                test_scores=sign * test,
                score_name=title,
            ).plot(ax=panel, score_type="both")
            panel.set_title(shorten(name, _MAX_LABEL))
    return figure


def _labels(texts):
    return [shorten(str(text), _MAX_LABEL) for text in texts]


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
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph")
        figure.savefig(buffer, format="png", dpi=120)
    return buffer.getvalue()
