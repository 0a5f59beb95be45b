"""What a model goes by, on a terminal and on a page."""

import numpy as np

from sklstm.display import _html as html
from sklstm.display._text_table import (
    shorten,
    showable,
    shown_name,
    text_table,
    text_width,
)
from sklstm.display._wrapping import wrap
from sklstm.explanation._model_style import KIND, PAGE_STYLE, STYLE
from sklstm.explanation._static import N_REPEATS

_MOST_FEATURES = 15  # of whole samples, and channels
_MOST_STEPS = 15
_EXAMPLE = 26  # columns of a terminal
AROUND, _NEAR = 12, 5  # characters on either side of a word: on a page, a terminal
_WORD = 16


def text(found, say, width):
    """Write tables for a terminal.

    Parameters
    ----------
    found : ModelExplanation
    say : Words
        Of one language.

    width : int
        Columns of a line.

    Returns
    -------
    str
    """
    parts = [f"{say('model title')}\n" + "\n".join(wrap(_basis(found, say), width))]
    for label in found.classes if found.words else ():
        parts.append(_words_text(found, label, say))
    if found.words:
        parts.append("\n".join(wrap(say("words note", n=found.min_count), width)))
    for heading, header, rows, note in _more_tables(found, say):
        cells = [[shorten(row[0], _EXAMPLE), *row[1:]] for row in rows]
        table = _narrow_table(header, cells, width)
        parts.append("\n".join([heading, table, *(wrap(note, width) if note else ())]))
    return "\n\n".join(parts)


def page(found, say):
    """Write one self-contained page.

    Parameters
    ----------
    found : ModelExplanation
    say : Words
        Of one language.

    Returns
    -------
    str
        HTML that fetches nothing.
    """
    body = fragment(found, say)
    return html.page(say.language, say("model title"), body, PAGE_STYLE)


def fragment(found, say):
    """Write the page without its frame, for a notebook.

    Parameters
    ----------
    found : ModelExplanation
    say : Words
        Of one language.

    Returns
    -------
    str
        HTML.
    """
    parts = [
        html.heading(2, say("model title")),
        html.paragraph(_basis(found, say), "note"),
    ]
    for label in found.classes if found.words else ():
        parts += _words_html(found, label, say)
    if found.words:
        parts.append(html.paragraph(say("words note", n=found.min_count), "note"))
    for heading, header, rows, note in _more_tables(found, say):
        lines = [
            html.row([html.cell(first, tag="th"), *(_figure(one) for one in rest)])
            for first, *rest in rows
        ]
        heads = html.titles(header[:1]) + html.titles(header[1:], "figure")
        parts += [html.heading(3, heading), html.table(heads, html.group(lines))]
        parts += [html.paragraph(note, "note")] if note else []
    return html.framed(KIND, STYLE, parts)


def _narrow_table(header, rows, width):
    """Align as many columns as fit, two at least."""
    for n_columns in range(len(header), 1, -1):
        table = text_table(header[:n_columns], [row[:n_columns] for row in rows])
        if max(map(text_width, table.splitlines())) <= width:
            break
    return table


def _basis(found, say):
    return say(
        "model basis",
        n=len(found.samples),
        total=found.n_all_samples,
        method=found.method,
    )


def _words_text(found, label, say):
    rows = found.strongest(label)
    name = shown_name(label)
    if not rows:
        return say("no words", label=name, n=found.min_count)
    cells = [
        [
            shorten(shown_name(row["name"]), _WORD),
            _mean(row),
            str(row["occurrences"]),
            str(row["samples"]),
            shorten(showable(_near(row)), _EXAMPLE),
        ]
        for row in rows
    ]
    table = text_table(_word_header(say), cells, left=(0, 4))
    return f"{say('words for', label=name)}\n{table}"


def _near(row):
    """Keep of an example what stands next to the word."""
    if row["start"] is None:
        return row["example"]
    start = min(row["start"], AROUND)
    stop = start + row["stop"] - row["start"]
    return row["example"][max(start - _NEAR, 0) : stop + _NEAR]


def _word_header(say):
    return list(
        map(say, ("word", "contribution", "occurrences", "documents", "example"))
    )


def _words_html(found, label, say):
    rows = found.strongest(label)
    name = shown_name(label)
    if not rows:
        return [html.paragraph(say("no words", label=name, n=found.min_count))]
    lines = [
        html.row(
            [
                html.cell(shown_name(row["name"]), tag="th"),
                _figure(_mean(row)),
                _figure(f"{row['occurrences']:,}"),
                _figure(f"{row['samples']:,}"),
                html.cell(row["example"], "text"),
            ]
        )
        for row in rows
    ]
    word, *figures, example = _word_header(say)
    header = html.titles([word]) + html.titles(figures, "figure")
    return [
        html.heading(3, say("words for", label=name)),
        html.table([*header, *html.titles([example])], html.group(lines)),
    ]


def _more_tables(found, say):
    """Give heading, header, rows and note of each table that is not about words."""
    features = _feature_rows(found)
    if features:
        header, note = _feature_header(found, say)
        yield say("static heading"), header, features, note
    if found.series is not None:
        yield from _series_tables(found, say)


def _feature_rows(found):
    """Rows of the features that do most, by importance or else by contribution."""
    if not len(found.static[0]) and found.importance is None:
        return []
    first = found.rows(found.classes[0])
    features = [row for row in first if row["kind"] == "static feature"]
    columns = range(len(found.classes)) if found.static[1] is not None else ()
    if found.importance is None:
        weights = [np.abs(found.static[1][n]).max() for n in range(len(features))]
    else:
        weights = [row["importance"] for row in features]
    order = np.argsort(-np.array(weights), kind="stable")[:_MOST_FEATURES]
    return [
        [
            shown_name(features[number]["name"]),
            *([_importance(features[number])] if found.importance else []),
            *(f"{found.static[1][number, column]:+.3f}" for column in columns),
        ]
        for number in order
    ]


def _feature_header(found, say):
    header, note = [say("feature")], ""
    if found.importance is not None:
        header.append(say("importance"))
        key = "labels" if found.importance.by_labels else "own"
        note = say(f"importance {key}", n=N_REPEATS)
    if found.static[1] is not None:
        header += [
            say("contribution to", label=shown_name(label)) for label in found.classes
        ]
    return header, note


def _series_tables(found, say):
    channels, steps, n_samples = found.series
    header = [say("size of", label=shown_name(label)) for label in found.classes]
    rows = [[str(n), *_sizes(sizes)] for n, sizes in enumerate(channels)]
    rows.sort(key=lambda row: -channels[int(row[0])].max())
    heading = [say("channel"), *header]
    yield say("channels heading"), heading, rows[:_MOST_FEATURES], ""
    order = np.argsort(-steps.max(axis=1), kind="stable")[:_MOST_STEPS]
    rows = [[str(n), *_sizes(steps[n]), str(n_samples[n])] for n in order]
    heading = [say("step"), *header, say("documents")]
    yield say("steps heading"), heading, rows, ""


def _sizes(sizes):
    return [f"{size:.3f}" for size in sizes]


def _mean(row):
    error = row["standard_error"]
    return f"{row['contribution']:+.2f}" + (
        "" if np.isnan(error) else f" ± {error:.2f}"
    )


def _importance(row):
    return f"{row['importance']:.3f} ± {row['importance_sd']:.3f}"


def _figure(cell):
    return html.cell(cell, "figure")
