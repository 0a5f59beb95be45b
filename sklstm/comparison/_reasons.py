"""Why the models disagree, on a page and on a terminal."""

from sklstm.display import _html as html
from sklstm.display._text_table import shorten, showable, shown_name, text_width
from sklstm.explanation._marked import marked_document, number
from sklstm.explanation._parts import sample_parts, static_parts
from sklstm.explanation._text import beginning, percent
from sklstm.explanation._words import Words

_N_WORDS = 4
_MOST_LINES = 6  # samples on a terminal
_WIDTH = 80
_MAX_NAME = 24  # columns of a word or model


def reasons_parts(comparison, say):
    """Put each sample beside itself, as the models see it.

    Parameters
    ----------
    comparison : Comparison
        What to report.

    say : Words
        Of one language.

    Returns
    -------
    list of str
        HTML; empty where nothing was explained.
    """
    explained = comparison.explained_
    if not len(explained.rows):
        return []
    samples = [
        html.box("reasons", _sample(comparison, place, say))
        for place in range(len(explained.rows) if explained.explanations else 0)
    ]
    return [
        html.heading(3, say("reasons heading")),
        html.paragraph(say("reasons note"), "note"),
        html.box("sklstm-explanation", samples),
        *map(html.paragraph, _errors(explained, say)),
    ]


def reasons_lines(comparison, say):
    """Name the strongest words of each model, for a terminal.

    Parameters
    ----------
    comparison : Comparison
        What to report.

    say : Words
        Of one language.

    Returns
    -------
    list of str
        Empty where nothing was explained.
    """
    explained = comparison.explained_
    if not len(explained.rows):
        return []
    lines = [say("reasons lines")] if explained.explanations else []
    for place in range(min(len(explained.rows), _MOST_LINES) * bool(lines)):
        lines += ["", *_sample_lines(comparison, place, say)]
    errors = list(_errors(explained, say))
    return [*lines, *([""] if lines and errors else []), *errors]


def _errors(explained, say):
    for name, error in explained.errors.items():
        error = " ".join(showable(error).split())
        yield say("no reasons", name=shown_name(name), error=error)


def _sample(comparison, place, say):
    label, words = _label(comparison, place), Words(say.language)
    shown = html.isolated(shown_name(label))
    marks = "".join(
        f'<span class="{key}">{words(key, label=shown)}</span>'
        for key in ("for", "against")
    )
    models = [
        html.box(None, _model(name, found[place], label, say))
        for name, found in comparison.explanations_.items()
    ]
    return [
        html.heading(4, _title(comparison, place, say)),
        f'<p class="note legend">{marks}</p>',
        html.box("columns", models),
    ]


def _model(name, explanation, label, say):
    said = say("answer of", name=shown_name(name), answer=_answer(explanation, say))
    column, words = _column(explanation, label), Words(say.language)
    return [html.paragraph(said), marked_document(explanation, column, words)]


def _title(comparison, place, say):
    row = comparison.row_names_[comparison.explained_.rows[place]]
    label = shown_name(_label(comparison, place))
    return say("row of", row=row, label=label)


def _label(comparison, place):
    return comparison.y[comparison.explained_.rows[place]]


def _column(explanation, label):
    """Column of a label; of one that no training sample bears, of the predicted one."""
    is_known = label in explanation.classes.tolist()
    return explanation.column(label if is_known else None)


def _answer(explanation, say):
    label = shown_name(explanation.prediction)
    if explanation.probabilities is None:
        return label
    column = explanation.column(explanation.prediction)
    share = percent(explanation.probabilities[column])
    return say("figure of", name=label, figure=share)


def _sample_lines(comparison, place, say):
    words, label = Words(say.language), _label(comparison, place)
    explanations = comparison.explanations_
    names = [shorten(shown_name(name), _MAX_NAME) for name in explanations]
    first = next(iter(explanations.values()))[place]
    text = beginning(first, _WIDTH)
    lines = [_title(comparison, place, say), *([text] if text else [])]
    answers = [_answer(found[place], say) for found in explanations.values()]
    beside = [max(map(text_width, column)) for column in (names, answers)]
    for name, answer, found in zip(names, answers, explanations.values(), strict=True):
        head = "  ".join(
            cell + " " * (width - text_width(cell))
            for cell, width in zip((name, answer), beside, strict=True)
        )
        reasons = _reasons(found[place], label, words)
        lines.append(_with_reasons(f"  {head}", reasons))
    return lines


def _with_reasons(head, reasons):
    """Put as many reasons behind the head of a line as there is room for."""
    line = head
    for reason in reasons:
        if text_width(f"{line}  {reason}") > _WIDTH:
            break
        line += f"  {reason}"
    return line


def _reasons(explanation, label, words):
    column = _column(explanation, label)
    parts = sample_parts(explanation, column, words) + static_parts(explanation, column)
    parts.sort(key=lambda part: -abs(part.value))
    return [
        f"{shorten(part.name, _MAX_NAME)} {number(part.value)}"
        for part in parts[:_N_WORDS]
    ]
