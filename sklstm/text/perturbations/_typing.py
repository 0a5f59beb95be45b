"""Errors of those who type: the wrong character, one lost, doubled or swapped."""

from functools import lru_cache
from importlib.resources import files

from sklstm.text.perturbations._changing import (
    choose,
    choose_pairs,
    perturb,
    perturbation,
    pick,
)
from sklstm.text.perturbations._libraries import require
from sklstm.text.perturbations._units import characters, is_chinese, is_letter


@perturbation
def replace_homophones(documents, *, strength=0.1, random_state=None):
    """Put another common character of the same sound.

    What an input method for Pinyin brings when the wrong candidate is taken. Needs
    pypinyin: ``pip install 'sklstm[robustness]'``.

    Parameters
    ----------
    documents : sequence of str
        Texts of shape (n_samples,).

    strength : float, default=0.1
        Share of the Chinese characters with such a neighbour that are replaced, in
        [0, 1]. Characters that negate (不, 没, 无, 未, 非, 别, 勿, 莫) stay.

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
        If pypinyin is not installed.

    See Also
    --------
    replace_look_alikes : Errors by shape.

    Notes
    -----
    A character has its most usual reading, without its tone. Common are the 3,755
    characters of the first level of GB 2312.

    Examples
    --------
    >>> from sklstm.text import perturbations
    >>> perturbations.replace_homophones(
    ...     ["房间很干净"], strength=0.4, random_state=0
    ... )
    ['肪剪很干净']
    """
    return _replace(
        _homophones(), documents, strength, random_state, "replace_homophones"
    )


@perturbation
def replace_look_alikes(documents, *, strength=0.1, random_state=None):
    """Put a character of nearly the same shape.

    What handwriting, drawing a character and reading by machine bring.

    Parameters
    ----------
    documents : sequence of str
        Texts of shape (n_samples,).

    strength : float, default=0.1
        Share of the Chinese characters in the table that are replaced, in [0, 1].
        Characters that negate (不, 没, 无, 未, 非, 别, 勿, 莫) stay.

    random_state : int, RandomState instance or None, default=None
        Decides what is drawn, together with each text alone. Pass an int for the same
        result on every call.

    Returns
    -------
    list of str
        In the order of `documents`.

    See Also
    --------
    replace_homophones : Errors by sound.

    Notes
    -----
    The table is this package's own: nearly 600 groups of simplified characters that
    differ in a stroke or in one part, such as 已 and 己.

    Examples
    --------
    >>> from sklstm.text import perturbations
    >>> perturbations.replace_look_alikes(["自己"], strength=1.0, random_state=0)
    ['白已']
    """
    return _replace(
        _look_alikes(), documents, strength, random_state, "replace_look_alikes"
    )


@perturbation
def drop_characters(documents, *, strength=0.1, random_state=None):
    """Leave out letters and Chinese characters.

    Parameters
    ----------
    documents : sequence of str
        Texts of shape (n_samples,).

    strength : float, default=0.1
        Share of the letters and Chinese characters that are lost, in [0, 1].
        Characters that negate (不, 没, 无, 未, 非, 别, 勿, 莫) stay.

    random_state : int, RandomState instance or None, default=None
        Decides what is drawn, together with each text alone. Pass an int for the same
        result on every call.

    Returns
    -------
    list of str
        In the order of `documents`.

    See Also
    --------
    double_characters : The opposite.

    Examples
    --------
    >>> from sklstm.text import perturbations
    >>> perturbations.drop_characters(["房间很干净"], strength=0.2, random_state=0)
    ['间很干净']
    """
    return perturb(_drop, documents, strength, random_state, "drop_characters")


@perturbation
def double_characters(documents, *, strength=0.1, random_state=None):
    """Write letters and Chinese characters twice.

    Parameters
    ----------
    documents : sequence of str
        Texts of shape (n_samples,).

    strength : float, default=0.1
        Share of the letters and Chinese characters that are doubled, in [0, 1].
        Characters that negate (不, 没, 无, 未, 非, 别, 勿, 莫) stay.

    random_state : int, RandomState instance or None, default=None
        Decides what is drawn, together with each text alone. Pass an int for the same
        result on every call.

    Returns
    -------
    list of str
        In the order of `documents`.

    See Also
    --------
    drop_characters : The opposite.

    Examples
    --------
    >>> from sklstm.text import perturbations
    >>> perturbations.double_characters(["房间很干净"], strength=0.2, random_state=0)
    ['房房间很干净']
    """
    return perturb(_double, documents, strength, random_state, "double_characters")


@perturbation
def swap_characters(documents, *, strength=0.1, random_state=None):
    """Exchange neighbours: two Chinese characters, or two letters of a word.

    Parameters
    ----------
    documents : sequence of str
        Texts of shape (n_samples,).

    strength : float, default=0.1
        Share of the letters and Chinese characters with a neighbour that change places,
        in [0, 1]; at 1 all of which pairs can be made. Characters that negate (不, 没,
        无, 未, 非, 别, 勿, 莫) stay.

    random_state : int, RandomState instance or None, default=None
        Decides what is drawn, together with each text alone. Pass an int for the same
        result on every call.

    Returns
    -------
    list of str
        In the order of `documents`.

    See Also
    --------
    reorder_clauses : The same with clauses.

    Examples
    --------
    >>> from sklstm.text import perturbations
    >>> perturbations.swap_characters(["hi"], strength=1.0)
    ['ih']
    """
    return perturb(_swap, documents, strength, random_state, "swap_characters")


def _replace(table, documents, strength, random_state, name):
    def change(text, strength, rng):
        units = characters(text)
        places = [place for place, unit in enumerate(units) if unit in table]
        for place, draw in choose(places, strength, rng):
            units[place] = pick(table[units[place]], draw)
        return "".join(units)

    return perturb(change, documents, strength, random_state, name)


def _drop(text, strength, rng):
    units = characters(text)
    for place, _ in choose(_letters(units), strength, rng):
        units[place] = ""
    return "".join(units)


def _double(text, strength, rng):
    units = characters(text)
    for place, _ in choose(_letters(units), strength, rng):
        units[place] *= 2
    return "".join(units)


def _letters(units):
    return [place for place, unit in enumerate(units) if is_letter(unit)]


def _swap(text, strength, rng):
    units = characters(text)
    places = [
        place for place in _letters(units)[:-1] if _may_swap(*units[place : place + 2])
    ]
    for place in choose_pairs(places, strength, rng):
        units[place : place + 2] = units[place + 1], units[place]
    return "".join(units)


def _may_swap(one, other):
    is_word = is_letter(other) and is_chinese(one) == is_chinese(other)
    return is_word and one != other


@lru_cache(maxsize=1)
def _homophones():
    """Map each common character to the others of the same sound."""
    common = _common_characters()
    by_sound = {}
    sounds = require("pypinyin").lazy_pinyin(common)
    for char, sound in zip(common, sounds, strict=True):
        by_sound.setdefault(sound, []).append(char)
    return _others(by_sound.values())


def _common_characters():
    """Give the first level of GB 2312, in the order of its rows."""
    rows = (
        bytes((row, cell)) for row in range(0xB0, 0xD8) for cell in range(0xA1, 0xFF)
    )
    return [code.decode("gb2312") for code in rows if code < b"\xd7\xfa"]


@lru_cache(maxsize=1)
def _look_alikes():
    """Map each character of the table to those of about its shape."""
    table = files("sklstm.text.perturbations").joinpath("look_alikes.txt")
    lines = table.read_text("utf-8").splitlines()
    return _others(line for line in lines if line and not line.startswith("#"))


def _others(groups):
    """Map each member of a group to all others of its groups."""
    others = {}
    for group in groups:
        letters = list(filter(is_letter, group))
        for char in letters:
            known = others.setdefault(char, [])
            known += [other for other in letters if other not in (char, *known)]
    return {char: known for char, known in others.items() if known}
