"""One self-contained page about a comparison."""

import warnings
from functools import partial
from itertools import groupby

import numpy as np

from sklstm.comparison._classes import prediction_rows
from sklstm.comparison._findings import (
    answer,
    findings,
    is_better_than_guessing,
    most_frequent,
    title,
)
from sklstm.comparison._reasons import reasons_parts
from sklstm.comparison._robustness.report import (
    expectation_cells,
    robustness_lines,
    score_cells,
)
from sklstm.comparison._style import PAGE_STYLE, STYLE
from sklstm.comparison._summary import score_title
from sklstm.comparison._text_report import (
    mean_and_sd,
    row_name,
    shared_lines,
    unlabelled_title,
    verdict_rows,
)
from sklstm.display import _html as html
from sklstm.display._optional import require
from sklstm.display._text_table import shorten, shown_name
from sklstm.explanation._style import STYLE as EXPLANATION_STYLE
from sklstm.utils import plain

_N_SAMPLES = 10
_MAX_COLUMNS = 600  # of a text
_MAX_TITLE = 48  # of a name in the title
_MAX_VALUE = 300  # of a setting
_MOST_NOTICES = 4  # that are not folded
_MOST_ROWS = 24  # of a table that is not folded
_FIRST_SCORES = 3  # in the first table
_MAX_SECONDS = 120  # more are minutes


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
    body = fragment(comparison, say)
    return html.page(say.language, _title(comparison, say), body, PAGE_STYLE)


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
    return html.framed(
        "sklstm-comparison",
        STYLE + (EXPLANATION_STYLE if comparison.explanations_ else ""),
        [
            *_answer(comparison, say),
            html.box("first", _first_screen(comparison, say)),
            *_notices(comparison, say),
            *_classes(comparison, say),
            *_calibration(comparison, say),
            *_robustness(comparison, say),
            *_mistakes(comparison, say),
            *_disagreements(comparison, say),
            *reasons_parts(comparison, say),
            *_scores(comparison, say),
            *_verdicts(comparison, say),
            *_errors(comparison, say),
            *_run(comparison, say),
        ],
    )


def _title(comparison, say):
    names = (shorten(shown_name(n), _MAX_TITLE) for n in comparison.classifiers)
    return say("title", names=say.list(names))


def _answer(comparison, say):
    first, *more = answer(comparison, say)
    tested = say(
        "tested on",
        samples=len(comparison.y),
        classes=len(comparison.classes_),
        folds=len(comparison.splits_),
    )
    return [
        html.heading(2, _title(comparison, say)),
        html.paragraph(first, "answer"),
        *([html.paragraph(say("space").join(more))] if more else []),
        html.paragraph(tested, "note"),
    ]


def _first_screen(comparison, say):
    """Few figures, those that decide among them, and a picture of these."""
    score = comparison.choice_.score
    draw = partial(comparison.plot, scoring=score)
    try:
        require("matplotlib")
    except ImportError as exc:
        picture = html.paragraph(say("no pictures", reason=exc))
    else:
        picture = _picture(title(score, say), draw, say)
    return [html.box(None, _first_table(comparison, say)), html.box(None, [picture])]


def _first_table(comparison, say):
    scores = _first_scores(comparison)
    header = [
        *html.titles([say("model")]),
        *(_score_title(comparison, score, say) for score in scores),
        *html.titles([say("time")], "figure"),
    ]
    table = html.table(
        header,
        *_rows_and_references(
            comparison,
            [
                [
                    *(_figure(_mean(row, score), ".3f") for score in scores),
                    _cell(_time(row["fit_seconds"] + row["predict_seconds"], say)),
                ]
                for row in comparison.rows()
            ],
            say,
        ),
    )
    explained = {title(s, say): f"explain {s}" for s in scores}
    explained[say("time")] = "time note"
    lines = (
        say("explained", name=name, words=say(key))
        for name, key in explained.items()
        if key in say
    )
    return [table, html.paragraph(say("semicolon").join(lines), "note")]


def _first_scores(comparison):
    """Scores that decide, that people know, and that are fair to all classes."""
    scoring, choice = comparison.scoring, comparison.choice_
    wanted = dict.fromkeys((choice.score, "accuracy", "f1_macro", *scoring))
    first = [score for score in wanted if score in scoring][:_FIRST_SCORES]
    return sorted(first, key=scoring.index)


def _score_title(comparison, score, say):
    hints = []
    if score == comparison.choice_.score:
        hints.append(say("decides"))
    if score_title(score)[1] < 0:
        hints.append(say("less is better"))
    small = say.list(hints)
    return html.cell(title(score, say), "figure", tag="th", small=small)


def _rows_and_references(comparison, cells, say):
    """Head the rows of a table; what models are measured against stands apart."""
    models, references = [], []
    for row, figures in zip(comparison.rows(), cells, strict=True):
        name = row["model"]
        is_model = name in comparison.classifiers
        is_best = name == comparison.best_ and is_better_than_guessing(comparison, name)
        head = html.cell(
            row_name(comparison, name, say),
            tag="th",
            small=None if is_model else _what_reference_is(comparison, name, say),
            badge=say("best") if is_best else None,
        )
        line = html.row([head, *figures], "best" if is_best else None)
        (models if is_model else references).append(line)
    return html.group(models), html.group(references, "references")


def _what_reference_is(comparison, name, say):
    if name == comparison._references.majority:
        return say("majority row", label=most_frequent(comparison))
    return say("together row")


def _mean(row, score):
    return score_title(score)[1] * row[f"{score}_mean"]


def _time(seconds, say):
    if np.isnan(seconds):
        return "-"
    if seconds > _MAX_SECONDS:
        return say("minutes", n=f"{seconds / 60:,.0f}")
    return say("seconds", n=f"{seconds:.1f}" if seconds >= 0.1 else "< 0.1")


def _notices(comparison, say):
    found = findings(comparison, say)
    if not found:
        return []
    shown, rest = found[:_MOST_NOTICES], found[_MOST_NOTICES:]
    parts = [html.heading(3, say("notice heading")), html.bullets(shown)]
    if rest:
        parts.append(
            html.folded(say("more notices", n=len(rest)), [html.bullets(rest)])
        )
    return [html.box("notice", parts)]


def _scores(comparison, say):
    titles = [title(score, say) for score in comparison.scoring]
    more = unlabelled_title(comparison, say)
    costs = [*map(say, ("calibration", "fit", "predict", "bytes")), *more, say("folds")]
    header = html.titles([say("model")]) + html.titles([*titles, *costs], "figure")
    rows = [
        [
            *(_score_cell(row, score) for score in comparison.scoring),
            _figure(row["calibration_error"], ".3f"),
            _figure(row["fit_seconds"], ".3f"),
            _figure(row["predict_seconds"], ".3f"),
            _figure(row["model_bytes"], ",.0f"),
            *(_figure(row["n_unlabelled"], ",") for _ in more),
            _cell(say("of", n=row["n_folds"], total=len(comparison.splits_))),
        ]
        for row in comparison.rows()
    ]
    note = say("scores note", majority=say("majority"), together=say("together"))
    note += say("space") + say("unlabelled note") if more else ""
    pictures = {"scores heading": comparison.plot} if len(titles) > 1 else {}
    return [
        html.heading(3, say("scores heading")),
        html.table(header, *_rows_and_references(comparison, rows, say)),
        html.paragraph(note, "note"),
        *_pictures(pictures, say),
    ]


def _score_cell(row, score):
    sign = score_title(score)[1]
    ends = sorted(sign * row[f"{score}_{end}"] for end in ("low", "high"))
    interval = None if np.isnan(ends[0]) else f"[{ends[0]:.3f}, {ends[1]:.3f}]"
    return html.cell(mean_and_sd(row, score), "figure", small=interval)


def _classes(comparison, say):
    table = _class_table(comparison, say)
    return [
        html.heading(3, say("classes heading")),
        html.paragraph(say("matrix note")),
        *_pictures({"classes heading": comparison.plot_confusion}, say),
        _folded_if_long(say("classes table"), table, comparison.class_rows()),
        html.paragraph(say("classes note"), "note"),
    ]


def _class_table(comparison, say):
    names = ("precision", "recall", "f1", "average_precision", "support", "predicted")
    keys = ("score average_precision_macro" if n == names[3] else n for n in names)
    header = [
        *html.titles(map(say, ("class", "model"))),
        *html.titles(map(say, keys), "figure"),
    ]
    rows = sorted(
        comparison.class_rows(),
        key=lambda row: np.searchsorted(comparison.classes_, row["class"]),
    )
    lines = [
        (
            shown_name(row["class"]),
            html.cell(shown_name(row["model"])),
            *(_figure(row[name], ".3f") for name in names[:4]),
            *(_figure(row[name], ",") for name in names[4:]),
        )
        for row in rows
    ]
    return html.table(header, *_grouped(lines))


def _grouped(lines):
    """Make a group of the lines that begin alike, and say their beginning once."""
    for first, members in groupby(lines, key=lambda line: line[0]):
        members = [list(rest) for _, *rest in members]
        members[0].insert(0, html.cell(first, tag="th", rows=len(members)))
        yield html.group([html.row(cells) for cells in members])


def _calibration(comparison, say):
    if not comparison.out_of_fold_probabilities_:
        return []
    return [
        html.heading(3, say("calibration heading")),
        html.paragraph(say("calibration note")),
        *_pictures({"calibration heading": comparison.plot_reliability}, say),
    ]


def _robustness(comparison, say):
    found = comparison.robustness_
    if found is None or not found.models:
        return []
    scores, expected = score_cells(found, say), expectation_cells(found, say)
    score = title(found.scoring[0], say)
    note = say("robustness note", n=len(found.documents_), score=score)
    parts = [
        html.heading(3, say("robustness heading")),
        *map(html.paragraph, robustness_lines(found, say)),
        *_pictures({"robustness heading": found.plot}, say),
        html.paragraph(note, "note"),
        html.folded(say("robustness table"), [_table_of_texts(*scores)]),
    ]
    if expected:
        note = html.paragraph(say("expectations note"), "note")
        table = _table_of_texts(*expected)
        parts += [html.folded(say("expectations table"), [table, note])]
    return parts


def _table_of_texts(header, *rows):
    lines = [
        html.row([html.cell(name, tag="th"), *(_cell(cell) for cell in cells)])
        for name, *cells in rows
    ]
    heads = html.titles(header[:1]) + html.titles(header[1:], "figure")
    return html.table(heads, html.group(lines))


def _pictures(makers, say):
    try:
        require("matplotlib")
    except ImportError:  # the first picture says so
        return []
    return [_picture(say(key), draw, say) for key, draw in makers.items()]


def _picture(name, draw, say):
    """Draw one picture; what goes wrong costs the picture and not the page."""
    from sklstm.comparison._plots import DPI, png

    try:
        return html.image(name, png(draw(language=say.language)), DPI)
    except Exception as exc:  # fonts, settings and backends are not ours
        reason = say("no picture", name=name, reason=f"{type(exc).__name__}: {exc}")
        warnings.warn(f"{reason} The rest of the page is complete.", stacklevel=2)
        return html.paragraph(reason)


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
    names = map(shown_name, comparison.classifiers)
    lines = [
        html.row(
            [
                html.cell(_sample_text(comparison, row), "text"),
                html.cell(shown_name(comparison.y[row])),
                *(_belief(comparison, name, row) for name in comparison.classifiers),
            ]
        )
        for row in rows
    ]
    header = html.titles([say("sample"), say("label"), *names])
    return [
        html.heading(3, heading),
        html.table(header, html.group(lines)),
        html.paragraph(say("mistakes note"), "note"),
    ]


def _sample_text(comparison, row):
    X = comparison.X
    columns = comparison._samples.text_columns
    if columns is not None:
        return shorten(_row_text(X, row, columns), _MAX_COLUMNS)
    sample = X.iloc[row] if hasattr(X, "iloc") else X[row]
    of_column = next(iter(sample)) if getattr(sample, "shape", None) == (1,) else None
    texts = [text for text in (sample, of_column) if isinstance(text, str)]
    return shorten(texts[0] if texts else repr(sample), _MAX_COLUMNS)


def _row_text(X, row, columns):
    """Say what the other columns of a row of a data frame hold, and its text."""
    (document,) = columns.transform(X[row : row + 1])
    others = [name for name in X.columns if name not in columns.names]
    values = [f"{name}={plain(X[name].to_list()[row])}" for name in others]
    return " · ".join([*values, document])


def _belief(comparison, name, row):
    label = comparison.out_of_fold_predictions_[name][row]
    if label is None:
        return html.cell("-")
    shown, probabilities = (
        shown_name(label),
        comparison.out_of_fold_probabilities_.get(name),
    )
    if probabilities is not None:
        shown += f" ({probabilities[row, comparison._codes[name][row]]:.2f})"
    return html.cell(shown, "wrong" if label != comparison.y[row] else None)


def _verdicts(comparison, say):
    header, *rows = verdict_rows(comparison, say)
    if not rows:
        return []
    score = title(comparison.choice_.score, say)
    lines = [
        (line[0], *map(html.cell, line[1:4]), *map(_cell, line[4:])) for line in rows
    ]
    heads = [*html.titles(header[:4]), *html.titles(header[4:], "figure")]
    deciding = [html.row(cells) for first, *cells in lines if first == score]
    others = [line for line in lines if line[0] != score]
    parts = [
        html.heading(3, say("verdicts heading")),
        html.paragraph(say("by score", score=score)),
        html.table(heads[1:], html.group(deciding)),
    ]
    if others:
        rest = html.table(heads, *_grouped(others))
        parts.append(html.folded(say("other verdicts"), [rest]))
    return [*parts, html.paragraph(say("verdicts note"), "note")]


def _errors(comparison, say):
    folds_of = {}
    for name, folds in comparison.errors_.items():
        for fold, error in folds.items():
            folds_of.setdefault((name, error), []).append(str(fold + 1))
    lines = [
        html.row(
            [
                html.cell(shown_name(name), tag="th"),
                html.cell(say.list(folds)),
                html.cell(error, "text"),
            ]
        )
        for (name, error), folds in folds_of.items()
    ]
    header = html.titles(map(say, ("model", "fold", "error")))
    heading = html.heading(3, say("errors heading"))
    return [heading, html.table(header, html.group(lines))] if lines else []


def _run(comparison, say):
    facts = [
        html.row([html.cell(key, tag="th"), html.cell(value)])
        for key, value in _facts(comparison, say)
    ]
    models = [
        html.row([html.cell(shown_name(n), tag="th"), html.cell(repr(m), "code")])
        for n, m in comparison.classifiers.items()
    ]
    return [
        html.heading(3, say("run heading")),
        html.table([], html.group(facts), html.group(models)),
        *map(html.paragraph, shared_lines(comparison, say)),
    ]


def _facts(comparison, say):
    labels, counts = np.unique(comparison.y, return_counts=True)
    by_class = say("semicolon").join(
        say("samples of", label=shown_name(label), n=n)
        for label, n in zip(labels, counts.tolist(), strict=True)
    )
    n_samples = len(comparison.y)
    yield say("samples"), say("samples in all", n=n_samples, by_class=by_class)
    yield say("chosen by"), title(comparison.choice_.score, say)
    for name, value in comparison.settings.items():
        key = f"setting {name}"
        yield say(key) if key in say else name, _value(value, say)


def _value(value, say):
    """Say what a setting is; splits that are given as a list would fill pages."""
    key = f"value {value}" if isinstance(value, str | bool | None) else ""
    return say(key) if key in say else shorten(str(value), _MAX_VALUE)


def _folded_if_long(summary, table, rows):
    return html.folded(summary, [table]) if len(rows) > _MOST_ROWS else table


def _figure(value, form):
    return _cell("-" if np.isnan(value) else format(value, form))


def _cell(text):
    return html.cell(text, "figure")
