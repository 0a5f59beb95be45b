"""Explanations as one self-contained page, or as a part of a notebook."""

import numpy as np

from sklstm.display import _html as html
from sklstm.display._text_table import shorten, shown_name
from sklstm.explanation._marked import marked_document, number, rounds_to_nothing, sign
from sklstm.explanation._parts import (
    balance,
    largest,
    pair_parts,
    sample_parts,
    static_parts,
    strongest,
)
from sklstm.explanation._style import PAGE_STYLE, STYLE
from sklstm.explanation._text import answer, percent

KIND = "sklstm-explanation"
_N_WORDS = 10
_N_PAIRS = 5
_N_NAMED = 3  # words beside each of many classes
_MOST_CLASSES = 20  # in the table
_MOST_PICTURES = 6  # of other classes
_MOST_IN_NOTEBOOK = 10  # samples
_MAX_TITLE = 48  # columns of a label in the title
_MAX_NAME = 40  # columns of a word


def page(explanations, target, say, title=None, *, more=None, first=0):
    """Write a page about one sample or several.

    Parameters
    ----------
    explanations : list of Explanation

    target : label or None
        Class that is shown; None takes the predicted one.

    say : Words
        Of one language.

    title : str, default=None
        Of the page; None asks why.

    more : list of list of str, default=None
        What stands below each sample, HTML.

    first : int, default=0
        Number of the first sample.

    Returns
    -------
    str
        HTML.
    """
    title = _title(explanations, target, say) if title is None else title
    parts = [html.heading(2, title), *_samples(explanations, target, say, more, first)]
    return html.page(say.language, title, html.framed(KIND, STYLE, parts), PAGE_STYLE)


def fragment(explanations, say):
    """Write the same without the frame, for a notebook.

    Parameters
    ----------
    explanations : list of Explanation
    say : Words

    Returns
    -------
    str
        HTML.
    """
    shown, n_more = explanations[:_MOST_IN_NOTEBOOK], len(explanations)
    n_more -= len(shown)
    parts = _samples(shown, None, say)
    if n_more:
        parts.append(html.paragraph(say("more samples", n=n_more), "note"))
    return html.framed(KIND, STYLE, parts)


def bars(parts, say, *, ends_in_total=False):
    """Draw numbers as bars, for to the right and against to the left.

    Parameters
    ----------
    parts : list of Part

    say : Words
        Of one language.

    ends_in_total : bool, default=False
        Whether the last is what the others add up to.

    Returns
    -------
    str
        HTML that needs `STYLE`.
    """
    scale = largest(parts)
    kinds = [None] * len(parts)
    if ends_in_total:
        kinds[-1] = "total"
    rows = [
        html.row(_bar_cells(part, scale, say), kind)
        for part, kind in zip(parts, kinds, strict=True)
    ]
    return f'<table class="bars">\n{html.group(rows)}\n</table>'


def _bar_cells(part, scale, say):
    value = number(part.value, part.error, say)
    is_drawn = not (part.is_sum or rounds_to_nothing(part.value))
    mark = sign(part.value, scale) if is_drawn else ""
    bar = f"<span{mark}></span>" if mark else ""
    return [
        f'<th scope="row">{html.isolated(shorten(part.name, _MAX_NAME))}</th>',
        html.cell(value, "figure"),
        f'<td class="bar">{bar}</td>',
    ]


def _title(explanations, target, say):
    if len(explanations) != 1:
        return say("titles", n=len(explanations))
    (only,) = explanations
    label = only.classes[only.column(target)]
    key = "title" if label == only.prediction else "other title"
    return say(key, label=shorten(shown_name(label), _MAX_TITLE))


def _samples(explanations, target, say, more=None, first=0):
    more = [[]] * len(explanations) if more is None else more
    samples = [
        [*_sample(each, target, say), *below]
        for each, below in zip(explanations, more, strict=True)
    ]
    if len(samples) == 1:
        return samples[0]
    return [
        part
        for n, parts in enumerate(samples, start=first)
        for part in [html.heading(3, say("number", n=n)), *parts]
    ]


def _sample(explanation, target, say):
    column = explanation.column(target)
    said = answer(explanation, say, show=html.isolated)
    return [
        f'<p class="answer">{said}</p>',
        _legend(explanation, column, say),
        marked_document(explanation, column, say),
        html.box("columns", _columns(explanation, column, say)),
        *_classes(explanation, column, say),
        html.paragraph(_method(explanation, column, say), "note"),
    ]


def _legend(explanation, column, say):
    label = html.isolated(shown_name(explanation.classes[column]))
    marks = (
        f'<span class="{key}">{say(key, label=label)}</span>'
        for key in ("for", "against")
    )
    return f'<p class="legend">{"".join(marks)}</p>'


def _method(explanation, column, say):
    label = shown_name(explanation.classes[column])
    # Of one class it is not known how many others there are.
    unit = {1: "unit one", 2: "unit two"}.get(len(explanation.classes), "unit many")
    if explanation.probabilities is None:
        unit = "unit decision"
    key = f"method {explanation.method}"
    told = say(key) if key in say else explanation.method
    return say("space").join([say(unit, label=label), told])


def _columns(explanation, column, say):
    kind = "places heading" if explanation.tokens is None else "words heading"
    words = sample_parts(explanation, column, say)
    features = static_parts(explanation, column)
    pairs = [part for part in pair_parts(explanation, column, say) if part.value]
    chosen = [
        _section(kind, strongest(words, _N_WORDS, say), say),
        _section("static heading", strongest(features, _N_WORDS, say), say),
        _section("pairs heading", strongest(pairs, _N_PAIRS, say)[:_N_PAIRS], say),
        html.heading(4, say("balance heading"))
        + bars(balance(explanation, column, say), say, ends_in_total=True),
    ]
    return [html.box(None, [section]) for section in chosen if section]


def _section(key, parts, say):
    if not parts:
        return ""
    is_of_pairs = key == "pairs heading"
    note = html.paragraph(say("pairs note"), "note") if is_of_pairs else ""
    return html.heading(4, say(key)) + note + bars(parts, say)


def _classes(explanation, column, say):
    """Say of every class what is said of one, where there are more than two."""
    if len(explanation.classes) < 3:
        return []
    order = np.argsort(-explanation.scores, kind="stable")
    n_more = len(order) - _MOST_CLASSES
    parts = [html.heading(4, say("classes heading"))]
    parts.append(_class_table(explanation, order[:_MOST_CLASSES], column, say))
    if n_more > 0:
        parts.append(html.paragraph(say("more classes", n=n_more), "note"))
    others = [other for other in order if other != column][:_MOST_PICTURES]
    pictures = [_picture(explanation, other, say) for other in others]
    return [*parts, html.folded(say("other classes"), pictures)]


def _class_table(explanation, columns, shown, say):
    figures = ["probability", "score title"]
    if explanation.probabilities is None:
        figures.remove("probability")
    header = [
        *html.titles([say("class")]),
        *html.titles(map(say, figures), "figure"),
        *html.titles([say("words for"), say("words against")]),
    ]
    rows = [
        html.row(
            _class_cells(explanation, column, say), "shown" if column == shown else None
        )
        for column in columns
    ]
    return html.table(header, html.group(rows))


def _class_cells(explanation, column, say):
    cells = [f"<td>{html.isolated(shown_name(explanation.classes[column]))}</td>"]
    if explanation.probabilities is not None:
        share = percent(explanation.probabilities[column])
        cells.append(html.cell(share, "figure"))
    cells.append(html.cell(number(explanation.scores[column]), "figure"))
    parts = sample_parts(explanation, column, say)
    return [*cells, _named(parts, 1, say), _named(parts, -1, say)]


def _named(parts, direction, say):
    """Name the strongest words of one sign."""
    names = [part for part in parts if round(direction * part.value, 2) > 0]
    chosen = strongest(names, _N_NAMED, say)[:_N_NAMED]
    return f"<td>{' '.join(_item(part, say) for part in chosen)}</td>"


def _item(part, say):
    name = html.isolated(shorten(part.name, _MAX_NAME))
    said = say("part", name=name, value=number(part.value))
    return f'<span class="item">{said}</span>'


def _picture(explanation, column, say):
    """Mark the sample for another class, on the scale of all of them."""
    label = html.isolated(shown_name(explanation.classes[column]))
    scale = np.abs(explanation.contributions).max(initial=0.0)
    return (
        f'<p class="note">{say("for", label=label)}</p>'
        f"{marked_document(explanation, column, say, scale)}"
    )
