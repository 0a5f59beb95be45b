"""Documents and series with their parts coloured, as pieces of a page."""

import numpy as np

from sklstm.display import _html as html
from sklstm.display._text_table import shown_name
from sklstm.explanation._parts import is_table, pieces

_MOST_BINS = 200  # of a strip: more are thinner than a pixel on a phone
_MOST_CHANNELS = 12
_WEAK = 0.05  # of the strongest: not underlined
_HALF = 10  # of a strip's height in its own units: above for, below against


def marked_document(explanation, column, say, scale=None):
    """Colour words, or time steps, by what they add to a class.

    Parameters
    ----------
    explanation : Explanation

    column : int
        Of the class, as `Explanation.column` gives it.

    say : Words
        Of one language.

    scale : float, default=None
        Contribution that has the full colour; None takes the strongest. One for several
        pictures lets them be compared.

    Returns
    -------
    str
        HTML that needs `STYLE` and a parent of class ``sklstm-explanation``.
    """
    if explanation.tokens is None:
        return _marked_series(explanation, column, say, scale)
    cut, n_more = pieces(explanation, column)
    scale = scale or max((abs(piece.value) for piece in cut), default=0)
    marked = [_marked(piece, explanation, column, scale, say) for piece in cut]
    notes = []
    if explanation.document is not None and explanation.spans is None:
        notes.append(html.paragraph(say("as read"), "note"))
    if not cut:
        marked = [html.escaped(say("empty"))]
    document = f'<div class="document" dir="auto">{"".join(marked)}</div>'
    if n_more:
        notes.append(html.paragraph(say("more characters", n=n_more), "note"))
    return "\n".join([document, *notes])


def number(value, error=None, say=None):
    """Write a contribution with its sign.

    Parameters
    ----------
    value : float

    error : float, default=None
        Standard error.

    say : Words, default=None
        Needed where there is an error.

    Returns
    -------
    str
    """
    # A number that is rounded to nothing has no sign.
    shown = f"{round(value, 2) + 0.0:+.2f}"
    shown = "0.00" if shown == "+0.00" else shown
    return (
        shown if error is None else say("estimate", value=shown, error=f"{error:.2f}")
    )


def rounds_to_nothing(value):
    """Whether `number` writes 0.00, beside which no bar is drawn.

    Parameters
    ----------
    value : float

    Returns
    -------
    bool
    """
    return round(value, 2) == 0


def sign(value, scale):
    """Give class and strength of a mark.

    Parameters
    ----------
    value : float

    scale : float
        Value of full strength.

    Returns
    -------
    str
        Attributes of an element; empty where there is nothing to mark.
    """
    strength = min(abs(value) / scale, 1.0) if scale else 0.0
    if round(strength, 2) == 0:
        return ""
    kind = "for" if value > 0 else "against"
    weak = " weak" if strength < _WEAK else ""
    return f' class="{kind}{weak}" style="--w:{strength:.2f}"'


def _marked(piece, explanation, column, scale, say):
    text = html.escaped(piece.text)
    if not piece.words:
        return text
    tip = html.escaped(_tip(piece, explanation, column, say))
    return f'<span{sign(piece.value, scale)} title="{tip}">{text}</span>'


def _tip(piece, explanation, column, say):
    values = [_value(explanation, word, column, say) for word in piece.words]
    if len(values) == 1:
        return values[0]
    names = (shown_name(explanation.tokens[word]) for word in piece.words)
    said = [say("part", name=n, value=v) for n, v in zip(names, values, strict=True)]
    return say("sum of", names=say.list(said), value=number(piece.value))


def _value(explanation, word, column, say):
    errors = explanation.standard_errors
    error = None if errors is None else errors[word, column]
    return number(explanation.contributions[word, column], error, say)


def _marked_series(explanation, column, say, scale):
    values = explanation.contributions[..., column]
    if not values.size:
        return "" if is_table(explanation) else html.paragraph(say("empty"))
    order = np.argsort(-np.abs(values).sum(axis=0), kind="stable")
    drawn = np.sort(order[:_MOST_CHANNELS])
    size = -(-len(values) // _MOST_BINS)
    edges = np.array([*range(0, len(values), size), len(values)])
    sums = np.add.reduceat(values, edges[:-1], axis=0)
    scale = scale or np.abs(sums[:, drawn]).max()
    strips = [
        _strip(explanation, channel, edges, sums[:, channel], scale, say)
        for channel in drawn
    ]
    strips.append(_strip_note(explanation, column, len(values), say))
    n_more = values.shape[1] - len(drawn)
    if n_more:
        strips.append(html.paragraph(say("more channels", n=n_more), "note"))
    return "\n".join(strips)


def _strip_note(explanation, column, n_steps, say):
    label = shown_name(explanation.classes[column])
    notes = [say("strip note", label=label, last=n_steps - 1)]
    if explanation.series is not None:
        notes.append(say("curve note"))
    return html.paragraph(say("space").join(notes), "note")


def _strip(explanation, channel, edges, sums, scale, say):
    bars = [
        _step(*ends, value, scale, say)
        for *ends, value in zip(edges[:-1], edges[1:], sums, strict=True)
    ]
    width, height = edges[-1], 2 * _HALF
    line = f'<path class="zero" d="M0 {_HALF}H{width}"/>'
    shape = "".join([*bars, line, _curve(explanation, channel, edges)])
    name = html.escaped(say("channel", n=channel))
    return (
        f'<div class="strip">{name}<svg viewBox="0 0 {width} {height}" role="img" '
        f'aria-label="{name}" preserveAspectRatio="none">{shape}</svg></div>'
    )


def _step(start, stop, value, scale, say):
    mark = sign(value, scale)
    if not mark:
        return ""
    height = _HALF * min(abs(value) / scale, 1.0)
    top = _HALF - height if value > 0 else _HALF
    key = "step" if stop - start == 1 else "steps"
    tip = say(key, step=start, start=start, stop=stop - 1, value=number(value))
    return (
        f'<rect{mark} x="{start}" y="{top:.2f}" width="{stop - start}" '
        f'height="{height:.2f}"><title>{html.escaped(tip)}</title></rect>'
    )


def _curve(explanation, channel, edges):
    """Draw the series itself, by means of bins, between its least and largest one."""
    if explanation.series is None:
        return ""
    series = np.asarray(explanation.series, dtype=np.float64)[:, channel]
    means = np.add.reduceat(series, edges[:-1]) / np.diff(edges)
    span = np.ptp(means) or 1.0
    heights = 2 * _HALF * (0.95 - 0.9 * (means - means.min()) / span)
    middles = (edges[:-1] + edges[1:]) / 2
    points = " ".join(f"{x:.1f},{y:.2f}" for x, y in zip(middles, heights, strict=True))
    return f'<polyline class="line" points="{points}"/>'
