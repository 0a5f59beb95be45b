"""One self-contained page about a comparison."""

import base64
import warnings
from html import escape

import numpy as np

from sklstm.comparison._classes import prediction_rows
from sklstm.comparison._findings import answer, findings, title
from sklstm.comparison._optional import require
from sklstm.comparison._summary import score_title
from sklstm.comparison._text_report import (
    mean_and_sd,
    row_name,
    shared_lines,
    unlabelled_title,
    verdict_rows,
)
from sklstm.comparison._text_table import shorten, showable, shown_name

_N_SAMPLES = 10
_MAX_COLUMNS = 600

_PAGE = """<!DOCTYPE html>
<html lang="{language}">
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


def page(comparison, say):
    """Write the whole page.

    Parameters
    ----------
    comparison : Comparison
        What to report.

    say : Words
        Of one language.

    Returns
    -------
    str
        HTML that fetches nothing.
    """
    title = _escape(_title(comparison, say))
    return _PAGE.format(
        language=say.language, title=title, body=fragment(comparison, say)
    )


def fragment(comparison, say):
    """Write the page without its frame, for a notebook.

    Parameters
    ----------
    comparison : Comparison
        What to report.

    say : Words
        Of one language.

    Returns
    -------
    str
        HTML.
    """
    parts = [
        _heading(2, _title(comparison, say)),
        *_answer(comparison, say),
        *_notices(comparison, say),
        _score_table(comparison, say),
        *_pictures(comparison, {"scores heading": comparison.plot}, say),
        *_classes(comparison, say),
        *_calibration(comparison, say),
        *_mistakes(comparison, say),
        *_disagreements(comparison, say),
        _heading(3, say("verdicts heading")),
        _verdict_table(comparison, say),
        *_errors(comparison, say),
        *_run(comparison, say),
    ]
    body = "\n".join(parts)
    return f'{_STYLE}\n<div class="sklstm-comparison">\n{body}\n</div>'


def _title(comparison, say):
    return say("title", names=say.list(map(shown_name, comparison.classifiers)))


def _answer(comparison, say):
    first, *more = answer(comparison, say)
    text = say("space").join(more)
    return [
        f'<p class="answer">{_escape(first)}</p>',
        *([_paragraph(text)] if text else []),
    ]


def _notices(comparison, say):
    found = findings(comparison, say)
    if not found:
        return []
    items = "\n".join(f"<li>{_escape(finding)}</li>" for finding in found)
    heading = _heading(3, say("notice heading"))
    return [f'<div class="notice">\n{heading}\n<ul>\n{items}\n</ul>\n</div>']


def _score_table(comparison, say):
    titles = [title(score, say) for score in comparison.scoring]
    more = unlabelled_title(comparison, say)
    costs = [*map(say, ("calibration", "fit", "predict", "bytes")), *more, say("folds")]
    rows = [
        [
            row_name(comparison, row["model"], say),
            *(_score_cell(row, score) for score in comparison.scoring),
            _number(row["calibration_error"], ".3f"),
            _number(row["fit_seconds"], ".3g"),
            _number(row["predict_seconds"], ".3g"),
            _number(row["model_bytes"], ",.0f"),
            *(f"{row['n_unlabelled']:,}" for _ in more),
            say("of", n=row["n_folds"], total=len(comparison.splits_)),
        ]
        for row in comparison.rows()
    ]
    note = say("scores note", majority=say("majority"), together=say("together"))
    note += say("space") + say("unlabelled note") if more else ""
    return _table([say("model"), *titles, *costs], rows) + _paragraph(note)


def _score_cell(row, score):
    ends = [score_title(score)[1] * row[f"{score}_{end}"] for end in ("low", "high")]
    if np.isnan(ends[0]):
        return mean_and_sd(row, score)
    return f"{mean_and_sd(row, score)} [{min(ends):.3f}, {max(ends):.3f}]"


def _classes(comparison, say):
    names = ("precision", "recall", "f1", "average_precision", "support", "predicted")
    keys = ("score average_precision_macro" if n == names[3] else n for n in names)
    header = [say("class"), say("model"), *map(say, keys)]
    rows = sorted(
        comparison.class_rows(),
        key=lambda row: np.searchsorted(comparison.classes_, row["class"]),
    )
    cells = [
        [
            shown_name(row["class"]),
            shown_name(row["model"]),
            *(_number(row[name], ".3f") for name in names[:4]),
            *(f"{row[name]:,}" for name in names[4:]),
        ]
        for row in rows
    ]
    return [
        _heading(3, say("classes heading")),
        _table(header, cells),
        _paragraph(say("classes note")),
        *_pictures(comparison, {"classes heading": comparison.plot_confusion}, say),
    ]


def _calibration(comparison, say):
    if not comparison.out_of_fold_probabilities_:
        return []
    draw = {"calibration heading": comparison.plot_reliability}
    return [
        _heading(3, say("calibration heading")),
        _paragraph(say("calibration note")),
        *_pictures(comparison, draw, say),
    ]


def _pictures(comparison, makers, say):
    try:
        require("matplotlib")
    except ImportError as exc:
        return [_paragraph(say("no pictures", reason=exc))]
    return [_picture(say(key), draw, say) for key, draw in makers.items()]


def _picture(name, draw, say):
    """Draw one picture; what goes wrong costs the picture and not the page."""
    from sklstm.comparison._plots import png

    try:
        return _image(name, png(draw(language=say.language)))
    except Exception as exc:  # fonts, settings and backends are not ours
        reason = say("no picture", name=name, reason=f"{type(exc).__name__}: {exc}")
        warnings.warn(f"{reason} The rest of the page is complete.", stacklevel=2)
        return _paragraph(reason)


def _image(name, data):
    encoded = base64.b64encode(data).decode("ascii")
    return f'<p><img alt="{_escape(name)}" src="data:image/png;base64,{encoded}"></p>'


def _mistakes(comparison, say):
    best = comparison.best_
    if best is None:
        return []
    true = np.searchsorted(comparison.classes_, comparison.y)
    rows = [
        row["row"]
        for row in prediction_rows(comparison, best)[:_N_SAMPLES]
        if comparison._codes[best][row["row"]] != true[row["row"]]
    ]
    heading = say("mistakes heading", name=shown_name(best))
    return _samples(comparison, rows, heading, say)


def _disagreements(comparison, say):
    rows = comparison.disagreements(_N_SAMPLES)
    return _samples(comparison, rows, say("disagreements heading"), say)


def _samples(comparison, rows, heading, say):
    if not len(rows):
        return []
    cells = [
        [
            shorten(_sample_text(comparison.X, row), _MAX_COLUMNS),
            shown_name(comparison.y[row]),
            *(_belief(comparison, name, row) for name in comparison.classifiers),
        ]
        for row in rows
    ]
    header = [say("sample"), say("label"), *map(shown_name, comparison.classifiers)]
    note = _paragraph(say("mistakes note"))
    return [_heading(3, heading), _table(header, cells), note]


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
    probability = probabilities[row, comparison._codes[name][row]]
    return f"{shown_name(label)} ({probability:.2f})"


def _verdict_table(comparison, say):
    header, *rows = verdict_rows(comparison, say)
    return _table(header, rows) + _paragraph(say("verdicts note"))


def _errors(comparison, say):
    rows = [
        [shown_name(name), str(fold + 1), error]
        for name, folds in comparison.errors_.items()
        for fold, error in folds.items()
    ]
    if not rows:
        return []
    header = [say("model"), say("fold"), say("error")]
    return [_heading(3, say("errors heading")), _table(header, rows)]


def _run(comparison, say):
    lines = (_paragraph(line) for line in shared_lines(comparison, say))
    facts = _table(["", ""], _facts(comparison, say))
    return [_heading(3, say("run heading")), facts, *lines]


def _facts(comparison, say):
    labels, counts = np.unique(comparison.y, return_counts=True)
    by_class = say.list(
        say("samples of", label=shown_name(label), n=n)
        for label, n in zip(labels, counts, strict=True)
    )
    return [
        [say("samples"), f"{len(comparison.y)} ({by_class})"],
        [say("folds"), str(len(comparison.splits_))],
        [say("chosen by"), title(comparison.choice_.score, say)],
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
