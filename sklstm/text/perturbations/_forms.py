"""The same text in another outward form: marks, spaces, width, script, emoji."""

import re
import unicodedata
from functools import lru_cache

from sklstm.text.perturbations._changing import choose, perturb, perturbation, pick
from sklstm.text.perturbations._libraries import require
from sklstm.text.perturbations._units import (
    characters,
    clauses,
    is_chinese,
    is_inside_word,
    says_something,
)

_SYMBOLS_AS_MARKS = frozenset("~～^")
_SPACES = re.compile(r"\s+")
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]+")
_WIDER = 0xFEE0  # from "!" to "！"
# Things, and no feelings.
_EMOJI = ("📷", "📱", "📦", "🕒", "📍", "📅", "📝", "🗂", "🖥", "🔖", "☎", "🧾")


@perturbation
def drop_punctuation(documents, *, strength=0.1, random_state=None):
    """Leave out punctuation marks.

    Parameters
    ----------
    documents : sequence of str
        Texts of shape (n_samples,).

    strength : float, default=0.1
        Share of the marks that are lost, in [0, 1]. Marks inside English words and
        numbers (don't, 3.5) stay.

    random_state : int, RandomState instance or None, default=None
        Decides what is drawn, together with each text alone. Pass an int for the same
        result on every call.

    Returns
    -------
    list of str
        In the order of `documents`.

    See Also
    --------
    drop_spaces : The same with white space.

    Examples
    --------
    >>> from sklstm.text import perturbations
    >>> perturbations.drop_punctuation(["很好，3.5折！"], strength=1.0)
    ['很好3.5折']
    """
    return perturb(_drop_marks, documents, strength, random_state, "drop_punctuation")


@perturbation
def drop_spaces(documents, *, strength=0.1, random_state=None):
    """Leave out white space.

    Parameters
    ----------
    documents : sequence of str
        Texts of shape (n_samples,).

    strength : float, default=0.1
        Share of the runs of white space that are lost, in [0, 1]. Between two English
        words or numbers they stay.

    random_state : int, RandomState instance or None, default=None
        Decides what is drawn, together with each text alone. Pass an int for the same
        result on every call.

    Returns
    -------
    list of str
        In the order of `documents`.

    See Also
    --------
    insert_spaces : The opposite.

    Examples
    --------
    >>> from sklstm.text import perturbations
    >>> perturbations.drop_spaces(["房间 很好, very good"], strength=1.0)
    ['房间很好,very good']
    """
    return perturb(_drop_spaces, documents, strength, random_state, "drop_spaces")


@perturbation
def insert_spaces(documents, *, strength=0.1, random_state=None):
    """Put blanks between Chinese characters.

    Parameters
    ----------
    documents : sequence of str
        Texts of shape (n_samples,).

    strength : float, default=0.1
        Share of the pairs of neighbouring Chinese characters that are held apart, in
        [0, 1].

    random_state : int, RandomState instance or None, default=None
        Decides what is drawn, together with each text alone. Pass an int for the same
        result on every call.

    Returns
    -------
    list of str
        In the order of `documents`.

    See Also
    --------
    drop_spaces : The opposite.

    Examples
    --------
    >>> from sklstm.text import perturbations
    >>> perturbations.insert_spaces(["房间很好。"], strength=1.0)
    ['房 间 很 好。']
    """
    return perturb(_insert_spaces, documents, strength, random_state, "insert_spaces")


@perturbation
def widen_characters(documents, *, strength=0.1, random_state=None):
    """Write letters, digits and marks of ASCII in their full-width form.

    Parameters
    ----------
    documents : sequence of str
        Texts of shape (n_samples,).

    strength : float, default=0.1
        Share of the visible ASCII characters that are widened, in [0, 1].

    random_state : int, RandomState instance or None, default=None
        Decides what is drawn, together with each text alone. Pass an int for the same
        result on every call.

    Returns
    -------
    list of str
        In the order of `documents`.

    See Also
    --------
    to_traditional : Another form of Chinese characters.

    Examples
    --------
    >>> from sklstm.text import perturbations
    >>> perturbations.widen_characters(["3G很快!"], strength=1.0)
    ['３Ｇ很快！']
    """
    return perturb(_widen, documents, strength, random_state, "widen_characters")


@perturbation
def to_traditional(documents, *, strength=0.1, random_state=None):
    """Write simplified characters in their traditional form, as in Taiwan.

    Needs OpenCC: ``pip install 'sklstm[robustness]'``.

    Parameters
    ----------
    documents : sequence of str
        Texts of shape (n_samples,).

    strength : float, default=0.1
        Share of the characters with another traditional form that are changed, in
        [0, 1].

    random_state : int, RandomState instance or None, default=None
        Decides what is drawn, together with each text alone. Pass an int for the same
        result on every call.

    Returns
    -------
    list of str
        In the order of `documents`.

    Raises
    ------
    ImportError
        If OpenCC is not installed.

    See Also
    --------
    widen_characters : Another form of ASCII.

    Notes
    -----
    Characters only: words that people say otherwise there stay. A character with
    several traditional forms takes the one that its word asks for (头发, 发展).

    Examples
    --------
    >>> from sklstm.text import perturbations
    >>> perturbations.to_traditional(
    ...     ["头发干净，服务发展"], strength=1.0
    ... )
    ['頭髮乾淨，服務發展']
    """
    _converter()  # before the work
    return perturb(_to_traditional, documents, strength, random_state, "to_traditional")


@perturbation
def add_emoji(documents, *, strength=0.1, random_state=None):
    """Put emoji that show no feeling after clauses.

    Parameters
    ----------
    documents : sequence of str
        Texts of shape (n_samples,).

    strength : float, default=0.1
        Share of the clauses that one emoji follows, in [0, 1].

    random_state : int, RandomState instance or None, default=None
        Decides what is drawn, together with each text alone. Pass an int for the same
        result on every call.

    Returns
    -------
    list of str
        In the order of `documents`.

    See Also
    --------
    append_neutral : Words that show no feeling.

    Examples
    --------
    >>> from sklstm.text import perturbations
    >>> perturbations.add_emoji(["很好，推荐"], strength=1.0, random_state=0)
    ['很好，📝推荐🧾']
    """
    return perturb(_add_emoji, documents, strength, random_state, "add_emoji")


def _drop_marks(text, strength, rng):
    units = characters(text)
    places = [
        place
        for place, unit in enumerate(units)
        if _is_mark(unit) and not is_inside_word(*_neighbours(units, place))
    ]
    for place, _ in choose(places, strength, rng):
        units[place] = ""
    return "".join(units)


def _is_mark(unit):
    # A key cap is a "#" with more behind it.
    return len(unit) == 1 and (
        unicodedata.category(unit)[0] == "P" or unit in _SYMBOLS_AS_MARKS
    )


def _neighbours(units, place):
    return units[place - 1] if place else "", "".join(units[place + 1 : place + 2])


def _drop_spaces(text, strength, rng):
    runs = [
        run
        for run in _SPACES.finditer(text)
        if not is_inside_word(text[: run.start()][-1:], text[run.end() :][:1])
    ]
    chosen = {runs[n].start() for n, _ in choose(range(len(runs)), strength, rng)}
    return _SPACES.sub(lambda run: "" if run.start() in chosen else run[0], text)


def _insert_spaces(text, strength, rng):
    units = characters(text)
    are_chinese = [is_chinese(unit) for unit in units]
    places = [
        place
        for place in range(len(units) - 1)
        if are_chinese[place] and are_chinese[place + 1]
    ]
    for place, _ in choose(places, strength, rng):
        units[place] += " "
    return "".join(units)


def _widen(text, strength, rng):
    units = characters(text)
    places = [
        place
        for place, unit in enumerate(units)
        if len(unit) == 1 and "!" <= unit <= "~"
    ]
    for place, _ in choose(places, strength, rng):
        units[place] = chr(ord(units[place]) + _WIDER)
    return "".join(units)


def _to_traditional(text, strength, rng):
    forms = list(text)
    for run in _HAN.finditer(text):
        forms[run.start() : run.end()] = _traditional_forms(run[0])
    units = list(text)
    places = [place for place, unit in enumerate(units) if unit != forms[place]]
    for place, _ in choose(places, strength, rng):
        units[place] = forms[place]
    return "".join(units)


def _traditional_forms(run):
    """Give the traditional form of each character of a run of Chinese ones."""
    convert = _converter().convert
    forms = convert(run)
    # A dictionary of OpenCC may make a word longer; a character alone stays one place.
    return list(forms) if len(forms) == len(run) else list(map(convert, run))


@lru_cache(maxsize=1)
def _converter():
    return require("opencc").OpenCC("s2tw")


def _add_emoji(text, strength, rng):
    parts = clauses(text)
    places = [place for place, (body, _) in enumerate(parts) if says_something(body)]
    written = [body + end for body, end in parts]
    for place, draw in choose(places, strength, rng):
        written[place] += pick(_EMOJI, draw)
    return "".join(written)
