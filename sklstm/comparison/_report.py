"""One self-contained page about a comparison."""

import base64
import warnings
from html import escape

import numpy as np

from sklstm.comparison._optional import require
from sklstm.comparison._summary import score_title
from sklstm.comparison._text_report import (
    mean_and_sd,
    shared_lines,
    unlabelled_title,
    verdict_rows,
)
from sklstm.comparison._text_table import shorten, showable, shown_name

_N_DISAGREEMENTS = 10
_MAX_COLUMNS = 600

_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; \
img-src data:; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
</head>
<body>
{body}
</body>
</html>
"""

_STYLE = """<style>
.sklstm-comparison { font-family: system-ui, sans-serif; line-height: 1.4;
  max-width: 80em; margin: 1em auto; padding: 0 1em; }
.sklstm-comparison table { border-collapse: collapse; margin: 0.5em 0 1em;
  font-variant-numeric: tabular-nums; }
.sklstm-comparison th, .sklstm-comparison td { border: 1px solid #8888;
  padding: 0.25em 0.6em; text-align: left; vertical-align: top; }
.sklstm-comparison td { overflow-wrap: break-word; }
.sklstm-comparison td:first-child { min-width: 8em; overflow-wrap: anywhere; }
.sklstm-comparison .figure { white-space: nowrap; }
.sklstm-comparison img { max-width: 100%; background: white; }
</style>"""


def page(comparison):
    """Write the whole page.

    Parameters
    ----------
    comparison : Comparison
        What to report.

    Returns
    -------
    str
        HTML that fetches nothing.
    """
    return _PAGE.format(title=_escape(_title(comparison)), body=fragment(comparison))


def fragment(comparison):
    """Write the page without its frame, for a notebook.

    Parameters
    ----------
    comparison : Comparison
        What to report.

    Returns
    -------
    str
        HTML.
    """
    parts = [
        _heading(2, _title(comparison)),
        *_summary(comparison),
        _score_table(comparison),
        *(_paragraph(line) for line in shared_lines(comparison)),
        *_errors(comparison),
        _heading(3, "Verdicts"),
        _verdict_table(comparison),
        _heading(3, "Pictures"),
        *_pictures(comparison),
        *_disagreements(comparison),
        _heading(3, "What was run"),
        _table(["", ""], _facts(comparison)),
    ]
    body = "\n".join(parts)
    return f'{_STYLE}\n<div class="sklstm-comparison">\n{body}\n</div>'


def _title(comparison):
    return f"Comparison of {', '.join(map(shown_name, comparison.classifiers))}"


def _summary(comparison):
    """Say in words what comes first, and whether the folds bear it out."""
    score, best = comparison.scoring[0], comparison.best_
    if best is None:
        return [_paragraph("No fold of any model finished.")]
    title = score_title(score)[0]
    row = next(row for row in comparison.rows() if row["model"] == best)
    text = f"Best mean {title}: {shown_name(best)}, {mean_and_sd(row, score)}."
    verdicts = {
        pair["second"] if pair["first"] == best else pair["first"]: pair["verdict"]
        for pair in comparison.pairs()
        if pair["score"] == score and best in (pair["first"], pair["second"])
    }
    for words, is_said in (
        ("The folds show it better than", f"{best} is better"),
        ("No difference is shown from", "no difference shown"),
        ("The folds allow no verdict about", "no verdict"),
    ):
        names = [name for name, said in verdicts.items() if said.startswith(is_said)]
        if names:
            text += f" {words} {', '.join(map(shown_name, names))}."
    return [_paragraph(text)]


def _score_table(comparison):
    titles = [score_title(score)[0] for score in comparison.scoring]
    more = unlabelled_title(comparison)
    costs = ["fit seconds", "predict seconds", "bytes", *more, "folds"]
    rows = [
        [
            shown_name(row["model"]),
            *(_score_cell(row, score) for score in comparison.scoring),
            _number(row["fit_seconds"], ".3g"),
            _number(row["predict_seconds"], ".3g"),
            _number(row["model_bytes"], ",.0f"),
            *(f"{row['n_unlabelled']:,}" for _ in more),
            f"{row['n_folds']} of {len(comparison.splits_)}",
        ]
        for row in comparison.rows()
    ]
    note = "Mean ± standard deviation over the folds [95 % interval of the mean]."
    if more:
        note += (
            " Unlabelled: samples without a label that joined each training fold; no "
            "test fold has any."
        )
    return _table(["model", *titles, *costs], rows) + _paragraph(note)


def _score_cell(row, score):
    ends = [score_title(score)[1] * row[f"{score}_{end}"] for end in ("low", "high")]
    if np.isnan(ends[0]):
        return mean_and_sd(row, score)
    return f"{mean_and_sd(row, score)} [{min(ends):.3f}, {max(ends):.3f}]"


def _verdict_table(comparison):
    header, *rows = verdict_rows(comparison)
    note = (
        "p: corrected resampled t-test (Nadeau & Bengio 2003). P: Bayesian correlated "
        "t-test (Benavoli et al. 2017); equal means within 0.01."
    )
    return _table(header, rows) + _paragraph(note)


def _errors(comparison):
    rows = [
        [shown_name(name), str(fold + 1), error]
        for name, folds in comparison.errors_.items()
        for fold, error in folds.items()
    ]
    if not rows:
        return []
    return [_heading(3, "Errors"), _table(["model", "fold", "error"], rows)]


def _pictures(comparison):
    makers = {
        "scores": comparison.plot,
        "confusion matrices": comparison.plot_confusion,
    }
    if comparison.out_of_fold_probabilities_:
        makers["reliability"] = comparison.plot_reliability
    try:
        require("matplotlib")
    except ImportError as exc:
        return [_paragraph(f"No pictures. {exc}")]
    return [_picture(name, draw) for name, draw in makers.items()]


def _picture(name, draw):
    """Draw one picture; what goes wrong costs the picture and not the page."""
    from sklstm.comparison._plots import png

    try:
        return _image(name, png(draw()))
    except Exception as exc:  # fonts, settings and backends are not ours
        reason = f"No picture of {name}: {type(exc).__name__}: {exc}"
        warnings.warn(f"{reason} The rest of the page is complete.", stacklevel=2)
        return _paragraph(reason)


def _image(name, data):
    encoded = base64.b64encode(data).decode("ascii")
    return f'<p><img alt="{_escape(name)}" src="data:image/png;base64,{encoded}"></p>'


def _disagreements(comparison):
    rows = [
        [
            shorten(_sample_text(comparison.X, row), _MAX_COLUMNS),
            shown_name(comparison.y[row]),
            *(_belief(comparison, name, row) for name in comparison.classifiers),
        ]
        for row in comparison.disagreements(_N_DISAGREEMENTS)
    ]
    if not rows:
        return []
    title = f"The {len(rows)} samples on which the models disagree most, out of fold"
    header = ["sample", "label", *map(shown_name, comparison.classifiers)]
    note = "In parentheses, the mean probability of the label out of fold."
    return [_heading(3, title), _table(header, rows), _paragraph(note)]


def _sample_text(X, row):
    sample = X.iloc[row] if hasattr(X, "iloc") else X[row]
    of_column = next(iter(sample)) if getattr(sample, "shape", None) == (1,) else None
    texts = [text for text in (sample, of_column) if isinstance(text, str)]
    return texts[0] if texts else repr(sample)


def _belief(comparison, name, row):
    label = comparison.out_of_fold_predictions_[name][row]
    probabilities = comparison.out_of_fold_probabilities_.get(name)
    if label is None or probabilities is None:
        return "-" if label is None else shown_name(label)
    return f"{shown_name(label)} ({np.max(probabilities[row]):.2f})"


def _facts(comparison):
    labels, counts = np.unique(comparison.y, return_counts=True)
    by_class = (
        f"{n} {shown_name(label)}" for label, n in zip(labels, counts, strict=True)
    )
    return [
        ["samples", f"{len(comparison.y)} ({', '.join(by_class)})"],
        ["folds", str(len(comparison.splits_))],
        *([key.replace("_", " "), str(v)] for key, v in comparison.settings.items()),
        *(
            [shown_name(name), repr(model)]
            for name, model in comparison.classifiers.items()
        ),
    ]


def _number(value, form):
    return "-" if np.isnan(value) else format(value, form)


def _escape(text):
    """Let no text become markup, and none hinder the page from being written."""
    return escape(showable(text))


def _heading(level, text):
    return f"<h{level}>{_escape(text)}</h{level}>"


def _paragraph(text):
    return f"<p>{_escape(text)}</p>"


def _table(header, rows):
    head = "".join(f"<th>{_escape(cell)}</th>" for cell in header)
    body = "\n".join("<tr>" + "".join(map(_cell, row)) + "</tr>" for row in rows)
    head = f"<thead><tr>{head}</tr></thead>\n" if any(header) else ""
    return f"<table>\n{head}<tbody>\n{body}\n</tbody>\n</table>"


def _cell(text):
    """Keep figures such as "0.912 ± 0.010 [0.887, 0.937]" on one line."""
    is_figure = text[:1].isdigit() and set(text) <= set("0123456789.,±[]- of")
    attribute = ' class="figure"' if is_figure else ""
    return f"<td{attribute}>{_escape(text)}</td>"
