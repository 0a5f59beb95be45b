"""Long lists of words, read once and not for every call.

An estimator's parameter is read where it is used, since a list may have been changed
in the meantime. That it has not is told by comparing its entries, which are mostly the
same objects: a hundredth of the time that it takes to read and fold them.
"""

import os
import unicodedata

from sklstm.text._user_dict import read_user_dict

# Entries that cannot be changed: what is read makes sure of what a tuple holds.
_LASTING = frozenset({str, tuple})
_MOST = 8  # two lists of an estimator, for four settings

_remembered = ()


class Words(tuple):
    """A tuple that hashes once: lists of words are keys of what is built of them."""

    def __hash__(self):
        try:
            return self._hash
        except AttributeError:
            self._hash = super().__hash__()
            return self._hash

    def __reduce__(self):
        # Another process hashes otherwise.
        return Words, (tuple(self),)


def user_words(user_dict, normalize, estimator):
    """Read a user dictionary, if it is another one than those read last.

    Parameters
    ----------
    user_dict : str, path-like, list or None
        As the estimator has it.

    normalize : str or None
        Unicode form to bring the words into.

    estimator : estimator instance
        Who speaks in messages.

    Returns
    -------
    Words of (str, int or None, str or None)
        Word, frequency, tag.
    """
    is_file = isinstance(user_dict, str | os.PathLike)
    given = read_user_dict(user_dict, estimator) if is_file else user_dict

    def read():
        words = given if is_file else read_user_dict(given, estimator)
        if normalize is None:
            return Words(words)
        return Words(
            (unicodedata.normalize(normalize, word), freq, tag)
            for word, freq, tag in words
        )

    return remember(given, ("user_dict", normalize), read)


def remember(given, rules, read):
    """Read a list of words, or give what an equal one was read as.

    Parameters
    ----------
    given : list, tuple, set, mapping, Series or None
        The words. Others, and words that can be changed in place, are read each time.

    rules : tuple
        All else that the result depends on.

    read : callable
        Makes the result.

    Returns
    -------
    object
        What `read` made: shared, not to be changed.
    """
    global _remembered
    entries = _entries(given)
    if entries is None or not set(map(type, entries)) <= _LASTING:
        return read()
    rules = (type(given), *rules)
    for known, known_rules, result in _remembered:
        if known_rules == rules and known == entries:
            return result
    result = read()
    # In one step: of threads that read at once, each keeps a right list.
    _remembered = ((entries, rules, result), *_remembered)[:_MOST]
    return result


def _entries(given):
    """Take down what a container holds; None where that says not all of it."""
    if isinstance(given, list | tuple):
        return tuple(given)
    if isinstance(given, set | frozenset):
        return frozenset(given)
    if isinstance(given, dict):
        return tuple(given.items())
    is_series = hasattr(given, "to_list") and len(getattr(given, "shape", ())) == 1
    return tuple(given.to_list()) if is_series else None
