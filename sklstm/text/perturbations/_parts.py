"""Parts of a text lost, moved or put beside it: halves, clauses, neutral sentences."""

from itertools import accumulate

from sklstm.text.perturbations._changing import (
    choose_pairs,
    is_chosen,
    perturb,
    perturbation,
    pick,
)
from sklstm.text.perturbations._units import clauses, says_something

# They fit any review and praise or blame nothing.
_NEUTRAL = (
    "今天是星期三。",
    "这是我自己写的。",
    "我是上个月知道的。",
    "我在手机上写的这些。",
    "现在是下午三点。",
    "这些字是晚上写的。",
    "我姓李。",
    "我住在城东。",
)


@perturbation
def keep_first_half(documents, *, strength=0.1, random_state=None):
    """Cut texts off at the clause boundary nearest to their middle.

    Parameters
    ----------
    documents : sequence of str
        Texts of shape (n_samples,).

    strength : float, default=0.1
        Share of the documents that are cut, in [0, 1]. Those of one clause stay whole.

    random_state : int, RandomState instance or None, default=None
        Decides what is drawn, together with each text alone. Pass an int for the same
        result on every call.

    Returns
    -------
    list of str
        In the order of `documents`.

    See Also
    --------
    keep_second_half : The other half.

    Examples
    --------
    >>> from sklstm.text import perturbations
    >>> perturbations.keep_first_half(["房间很好，早餐一般。"], strength=1.0)
    ['房间很好，']
    """
    return perturb(_first_half, documents, strength, random_state, "keep_first_half")


@perturbation
def keep_second_half(documents, *, strength=0.1, random_state=None):
    """Begin texts at the clause boundary nearest to their middle.

    Parameters
    ----------
    documents : sequence of str
        Texts of shape (n_samples,).

    strength : float, default=0.1
        Share of the documents that are cut, in [0, 1]. Those of one clause stay whole.

    random_state : int, RandomState instance or None, default=None
        Decides what is drawn, together with each text alone. Pass an int for the same
        result on every call.

    Returns
    -------
    list of str
        In the order of `documents`.

    See Also
    --------
    keep_first_half : The other half.

    Examples
    --------
    >>> from sklstm.text import perturbations
    >>> perturbations.keep_second_half(["房间很好，早餐一般。"], strength=1.0)
    ['早餐一般。']
    """
    return perturb(_second_half, documents, strength, random_state, "keep_second_half")


@perturbation
def reorder_clauses(documents, *, strength=0.1, random_state=None):
    """Exchange neighbouring clauses; punctuation stays where it is.

    Parameters
    ----------
    documents : sequence of str
        Texts of shape (n_samples,).

    strength : float, default=0.1
        Share of the clauses that change places, in [0, 1]; at 1 all of which pairs can
        be made.

    random_state : int, RandomState instance or None, default=None
        Decides what is drawn, together with each text alone. Pass an int for the same
        result on every call.

    Returns
    -------
    list of str
        In the order of `documents`.

    See Also
    --------
    swap_characters : The same with characters.

    Examples
    --------
    >>> from sklstm.text import perturbations
    >>> perturbations.reorder_clauses(["房间很好，早餐一般。"], strength=1.0)
    ['早餐一般，房间很好。']
    """
    return perturb(_reorder, documents, strength, random_state, "reorder_clauses")


@perturbation
def prepend_neutral(documents, *, strength=0.1, random_state=None):
    """Put a sentence that praises and blames nothing before texts.

    Parameters
    ----------
    documents : sequence of str
        Texts of shape (n_samples,).

    strength : float, default=0.1
        Share of the documents that get one, in [0, 1]. Empty ones stay empty.

    random_state : int, RandomState instance or None, default=None
        Decides what is drawn, together with each text alone. Pass an int for the same
        result on every call.

    Returns
    -------
    list of str
        In the order of `documents`.

    See Also
    --------
    append_neutral : The same behind them.

    Examples
    --------
    >>> from sklstm.text import perturbations
    >>> perturbations.prepend_neutral(["房间很好。"], strength=1.0, random_state=0)
    ['这是我自己写的。房间很好。']
    """
    return perturb(_prepend, documents, strength, random_state, "prepend_neutral")


@perturbation
def append_neutral(documents, *, strength=0.1, random_state=None):
    """Put a sentence that praises and blames nothing behind texts.

    Parameters
    ----------
    documents : sequence of str
        Texts of shape (n_samples,).

    strength : float, default=0.1
        Share of the documents that get one, in [0, 1]. Empty ones stay empty.

    random_state : int, RandomState instance or None, default=None
        Decides what is drawn, together with each text alone. Pass an int for the same
        result on every call.

    Returns
    -------
    list of str
        In the order of `documents`.

    See Also
    --------
    prepend_neutral : The same before them.

    Examples
    --------
    >>> from sklstm.text import perturbations
    >>> perturbations.append_neutral(["房间很好"], strength=1.0, random_state=0)
    ['房间很好。这些字是晚上写的。']
    """
    return perturb(_append, documents, strength, random_state, "append_neutral")


def _first_half(text, strength, rng):
    return text[: _middle(text)] if is_chosen(strength, rng) else text


def _second_half(text, strength, rng):
    place = _middle(text)
    is_cut = place is not None and is_chosen(strength, rng)
    return text[place:] if is_cut else text


def _middle(text):
    """Find the clause boundary nearest to the middle; None where there is none."""
    parts = clauses(text)
    ends = list(accumulate(len(body) + len(end) for body, end in parts))
    say = [n for n, (body, _) in enumerate(parts) if says_something(body)]
    if len(say) < 2:
        return None
    return min(ends[say[0] : say[-1]], key=lambda end: abs(2 * end - len(text)))


def _reorder(text, strength, rng):
    parts = clauses(text)
    bodies, ends = map(list, zip(*parts, strict=True))
    say = [n for n, body in enumerate(bodies) if says_something(body)]
    pairs = [n for n in range(len(say) - 1) if bodies[say[n]] != bodies[say[n + 1]]]
    for n in choose_pairs(pairs, strength, rng):
        one, other = say[n], say[n + 1]
        bodies[one], bodies[other] = bodies[other], bodies[one]
    return "".join(body + end for body, end in zip(bodies, ends, strict=True))


def _prepend(text, strength, rng):
    is_touched, sentence = is_chosen(strength, rng), pick(_NEUTRAL, rng.random())
    return f"{sentence}{text}" if is_touched else text


def _append(text, strength, rng):
    is_touched, sentence = is_chosen(strength, rng), pick(_NEUTRAL, rng.random())
    stop = "。" if text[-1].isalnum() else ""
    return f"{text}{stop}{sentence}" if is_touched else text
