"""An explanation on a terminal."""

from dataclasses import replace

from sklstm.display._text_table import shorten, shown_name, text_width
from sklstm.explanation._marked import number, rounds_to_nothing
from sklstm.explanation._parts import (
    balance,
    largest,
    pair_parts,
    sample_parts,
    static_parts,
    strongest,
)

_MOST_NAME = 28  # columns
_MOST_LABEL = 40  # columns
_LEAST_BAR = 8  # columns
_N_PAIRS = 3


def explanation_lines(explanation, say, width=80, *, column=None, n_words=10):
    """Write the prediction, the document, and what spoke for and against.

    Parameters
    ----------
    explanation : Explanation

    say : Words
        Of one language.

    width : int, default=80
        Columns of a line.

    column : int, default=None
        Of the class that is shown; None takes the predicted one.

    n_words : int, default=10
        Strongest words, time steps and features that are shown.

    Returns
    -------
    list of str
    """
    column = explanation.column() if column is None else column
    label = shorten(shown_name(explanation.classes[column]), _MOST_LABEL // 2)
    found = sample_parts(explanation, column, say) + static_parts(explanation, column)
    method = explanation.method
    return [
        answer(explanation, say),
        *_document(explanation, say, width),
        shorten(say("signs", label=label, method=method), width),
        *_bars(strongest(found, n_words, say), width, say),
        *_pairs(explanation, column, width, say),
        "",
        *_sums(explanation, column, width, say),
    ]


def answer(explanation, say, show=None):
    """Say what the model predicts, and how sure it is.

    Parameters
    ----------
    explanation : Explanation

    say : Words
        Of one language.

    show : callable, default=None
        Writes a label; None writes it for a terminal.

    Returns
    -------
    str
    """
    show = plain if show is None else show
    label = show(explanation.prediction)
    places = [
        place
        for place, known in enumerate(explanation.classes)
        if known == explanation.prediction
    ]
    if explanation.probabilities is None or not places:
        return say("answer", label=label)
    probability = percent(explanation.probabilities[places[0]])
    return say("sure", label=label, probability=probability)


def percent(share):
    """Write a probability; none looks as if it were certain.

    Parameters
    ----------
    share : float

    Returns
    -------
    str
    """
    if share >= 0.9995:
        return "> 99.9%"
    return "< 0.1%" if share < 0.0005 else f"{share:.1%}"


def plain(label):
    """Write a label on one line, without what a terminal would obey.

    Parameters
    ----------
    label : object
        Any.

    Returns
    -------
    str
    """
    return shorten(shown_name(label), _MOST_LABEL)


def beginning(explanation, width):
    """Give the first words of a document, on one line.

    Parameters
    ----------
    explanation : Explanation

    width : int
        Columns.

    Returns
    -------
    str
        Empty for a series.
    """
    text = explanation.document
    if text is None:
        text = " ".join(explanation.tokens or ())
    return shorten(shown_name(text[: 20 * width]), width)


def _document(explanation, say, width):
    if explanation.tokens is None:
        return []
    if not explanation.document and not explanation.tokens:
        return [say("empty")]
    return [beginning(explanation, width)]


def _pairs(explanation, column, width, say):
    found = [part for part in pair_parts(explanation, column, say) if part.value]
    lines = _bars(strongest(found, _N_PAIRS, say)[:_N_PAIRS], width, say)
    return ["", say("pairs heading"), *lines] if lines else []


def _sums(explanation, column, width, say):
    sums = [replace(part, is_sum=True) for part in balance(explanation, column, say)]
    return _bars(sums, width, say)


def _bars(parts, width, say):
    """Give each part a line: its name, its number, and a bar of its sign."""
    if not parts:
        return []
    names = [shorten(part.name, _MOST_NAME) for part in parts]
    values = [number(part.value, part.error, say) for part in parts]
    beside, before = max(map(text_width, names)), max(map(text_width, values))
    room = max(width - beside - before - 6, _LEAST_BAR)
    scale = largest(parts)
    lines = []
    for part, name, value in zip(parts, names, values, strict=True):
        name += " " * (beside - text_width(name))
        bar = "" if part.is_sum else _bar(part.value, scale, room)
        lines.append(f"  {name}  {value:>{before}}  {bar}".rstrip())
    return lines


def _bar(value, scale, room):
    is_seen = scale and not rounds_to_nothing(value)
    length = round(room * abs(value) / scale) if is_seen else 0
    return ("+" if value > 0 else "-") * length
