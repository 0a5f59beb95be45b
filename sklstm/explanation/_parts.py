"""What is shown of an explanation: its strongest parts, sums, and marked pieces."""

from dataclasses import dataclass

import numpy as np

from sklstm.display._text_table import shown_name
from sklstm.text.perturbations._units import characters

_MOST_CHARACTERS = 10_000  # of a document; browsers grow slow with more
_LEAST_REST = 0.005  # less would be shown as 0.00


@dataclass(frozen=True)
class Part:
    """One part of a sample, or all occurrences of a word in it.

    Attributes
    ----------
    name : str
    value : float
        What it adds to the score of the class that is shown.

    error : float or None
        Standard error of the value.

    is_sum : bool
        Whether it is of several parts, so that no bar beside theirs would be fair.
    """

    name: str
    value: float
    error: float | None = None
    is_sum: bool = False


@dataclass(frozen=True)
class Piece:
    """A piece of a document in which the same words lie throughout.

    Attributes
    ----------
    text : str
    words : list of int
        Which words lie there: none between words, several where words overlap.

    value : float
        Sum of what they add.
    """

    text: str
    words: list
    value: float


def strongest(parts, n, say):
    """Choose parts that add or take most, and sum up the others.

    Parameters
    ----------
    parts : list of Part
    n : int
    say : Words

    Returns
    -------
    list of Part
        The strongest first; at the end one for all others, if there are any.
    """
    by_strength = sorted(parts, key=lambda part: -abs(part.value))
    others = by_strength[n:]
    total = sum(part.value for part in others)
    rest = [Part(say("others", n=len(others)), total, is_sum=True)] if others else []
    return [*by_strength[:n], *rest]


def largest(parts):
    """Find how much a bar of full length is.

    Parameters
    ----------
    parts : list of Part

    Returns
    -------
    float
    """
    return max((abs(part.value) for part in parts if not part.is_sum), default=0.0)


def is_table(explanation):
    """Whether a sample has features of the whole and nothing else.

    Parameters
    ----------
    explanation : Explanation

    Returns
    -------
    bool
    """
    has_steps = explanation.tokens is not None or explanation.contributions.size > 0
    return not has_steps and explanation.static is not None


def sample_parts(explanation, column, say):
    """Give the words, each once, or the time steps of a sample.

    Parameters
    ----------
    explanation : Explanation
    column : int
        Of the class that is shown.

    say : Words
        Of one language.

    Returns
    -------
    list of Part
    """
    if explanation.tokens is None:
        return _places(explanation, column, say)
    found = {}
    for number, token in enumerate(explanation.tokens):
        found.setdefault(token, []).append(number)
    return [_word(explanation, column, *item, say) for item in found.items()]


def static_parts(explanation, column):
    """Give the features of the whole sample.

    Parameters
    ----------
    explanation : Explanation
    column : int

    Returns
    -------
    list of Part
    """
    if explanation.static is None:
        return []
    names, errors = explanation.static_names, explanation.static_errors
    return [
        Part(
            shown_name(name),
            float(explanation.static[number, column]),
            None if errors is None else float(errors[number, column]),
        )
        for number, name in enumerate(names)
    ]


def pair_parts(explanation, column, say):
    """Give what neighbouring words say together.

    Parameters
    ----------
    explanation : Explanation
    column : int
    say : Words

    Returns
    -------
    list of Part
    """
    if explanation.pairs is None:
        return []
    names = [shown_name(token) for token in explanation.tokens]
    return [
        Part(say("pair", first=first, second=second), float(value))
        for first, second, value in zip(
            names[:-1], names[1:], explanation.pairs[:, column], strict=True
        )
    ]


def balance(explanation, column, say):
    """Give the sums that lead from the base to the score, and the score.

    Parameters
    ----------
    explanation : Explanation
    column : int
    say : Words

    Returns
    -------
    list of Part
        The last is the score, which the others add up to.
    """
    sums = [Part(say("base"), float(explanation.base[column]))]
    if not is_table(explanation):
        kind = "places sum" if explanation.tokens is None else "words sum"
        total = float(explanation.contributions[..., column].sum())
        sums.append(Part(say(kind), total))
    if explanation.static is not None:
        total = float(explanation.static[:, column].sum())
        sums.append(Part(say("static sum"), total))
    score = float(explanation.scores[column])
    rest = score - sum(part.value for part in sums)
    if abs(rest) >= _LEAST_REST:
        sums.append(Part(say("rest"), rest))
    label = shown_name(explanation.classes[column])
    return [*sums, Part(say("score", label=label), score)]


def pieces(explanation, column):
    """Cut a document where words start and stop.

    Parameters
    ----------
    explanation : Explanation
        Of tokens.

    column : int

    Returns
    -------
    cut : list of Piece
        Joined they are the document, or its beginning; where places of words are not
        known, the words with gaps.

    n_more : int
        Characters of the document behind them.
    """
    text, spans = _text_and_spans(explanation)
    edges = _edges(text, spans)
    words = [[] for _ in edges[1:]]
    for number, (first, last) in enumerate(_places_between(edges, spans)):
        for piece in words[first:last]:
            piece.append(number)
    values = explanation.contributions[:, column]
    cut = [
        Piece(text[start:stop], inside, float(values[inside].sum()))
        for start, stop, inside in zip(edges[:-1], edges[1:], words, strict=True)
    ]
    return cut, len(text) - int(edges[-1])


def _word(explanation, column, token, numbers, say):
    name, values = shown_name(token), explanation.contributions[numbers, column]
    if len(numbers) > 1:
        name = say("times", word=name, n=len(numbers))
    return Part(name, float(values.sum()), _error(explanation, (numbers, column)))


def _error(explanation, place):
    if explanation.standard_errors is None:
        return None
    # A bound: how errors of words hang together is not known.
    return float(explanation.standard_errors[place].sum())


def _places(explanation, column, say):
    return [
        Part(
            say("place", step=place[0], channel=place[1]),
            float(explanation.contributions[place][column]),
            _error(explanation, (*place, column)),
        )
        for place in np.ndindex(explanation.contributions.shape[:2])
    ]


def _text_and_spans(explanation):
    if explanation.document is not None and explanation.spans is not None:
        return explanation.document, np.asarray(explanation.spans).reshape(-1, 2)
    lengths = np.array([len(token) for token in explanation.tokens], dtype=np.int64)
    stops = lengths.cumsum() + np.arange(len(lengths))
    return " ".join(explanation.tokens), np.stack([stops - lengths, stops], axis=1)


def _edges(text, spans):
    """Where pieces start and stop: never within what is seen as one character."""
    end = min(len(text), _MOST_CHARACTERS)
    filled = spans[spans[:, 0] < spans[:, 1]]
    edges = np.union1d(filled.ravel(), [0, end]).astype(np.int64)
    lengths = [len(character) for character in characters(text[:end])]
    starts = np.cumsum([0, *lengths])
    return edges[np.isin(edges, starts)]


def _places_between(edges, spans):
    """First piece and the one behind the last, of each word."""
    firsts = np.searchsorted(edges, spans[:, 0], side="right") - 1
    lasts = np.searchsorted(edges, spans[:, 1], side="left")
    is_empty = spans[:, 0] == spans[:, 1]
    return zip(firsts, np.where(is_empty, firsts, lasts), strict=True)
