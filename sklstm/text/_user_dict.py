"""Words of the user's own: from a file in jieba's form, or from Python."""

import os
import re
from collections.abc import Mapping
from functools import lru_cache
from numbers import Integral

from sklstm.text._characters import unseen_character
from sklstm.utils import as_list, estimator_name, is_frame, plain, shown

_LINE = re.compile(r"(\S+)(?:\s+([0-9]+))?(?:\s+([a-z]+))?")
_BY_COMMAS = re.compile(r"\S+[,;|，；、]\s*(?:[0-9]+\s*[,;|，；、]?)?\s*(?:[a-z]+)?")
_EXPECTED = (
    "user_dict as the path of a file or a list of word, (word, freq) or "
    "(word, freq, tag)"
)


def read_user_dict(user_dict, estimator):
    """Bring a user dictionary into one form.

    Parameters
    ----------
    user_dict : str, path-like, list or None
        The path of a UTF-8 file with a word, and optionally its frequency and tag, a
        line; or such words.

    estimator : estimator instance
        Who speaks in messages.

    Returns
    -------
    tuple of (str, int or None, str or None)
        Word, frequency, tag.
    """
    if user_dict is None:
        return ()
    name = estimator_name(estimator)
    if isinstance(user_dict, str | os.PathLike):
        path = os.path.abspath(user_dict)
        try:
            status = os.stat(path)
            return _read_file(path, status.st_mtime_ns, status.st_size, name)
        except (OSError, UnicodeDecodeError) as exc:
            raise ValueError(
                f"{name} cannot read user_dict={shown(os.fspath(user_dict))} as a "
                f"UTF-8 text file ({exc}). Save a file in another encoding as UTF-8; "
                "to give words in place of a file, pass a list."
            ) from exc
    entries = enumerate(_ordered(user_dict, name))
    return tuple(_check_entry(entry, row, name) for row, entry in entries)


@lru_cache(maxsize=8)
def _read_file(path, modified, size, name):
    """Read the file at `path`; the next two are the key: a changed file is new."""
    with open(path, encoding="utf-8-sig") as file:
        lines = [(number, line.strip()) for number, line in enumerate(file, start=1)]
    return tuple(_read_line(line, number, name) for number, line in lines if line)


def _read_line(line, number, name):
    match = _LINE.fullmatch(line)
    if not match or _BY_COMMAS.fullmatch(line):
        raise ValueError(
            f"{name} expects each line of user_dict to hold a word, then optionally "
            "its frequency (digits) and its tag (small letters a-z), with spaces or "
            f"tabs between; line {number} is {line[:60]!r}."
        )
    word, freq, tag = match.groups()
    _check_findable(word, f"line {number}", name)
    return word, None if freq is None else int(freq), tag


def _check_findable(word, where, name):
    """Refuse what looks like a word and, for what cannot be seen, never is one."""
    unseen = unseen_character(word)
    if unseen:
        raise ValueError(
            f"{name} cannot find words of user_dict that hold white space or invisible "
            f"characters; {where} is {word[:60]!r}. Remove {unseen}, or give the word "
            "as (word, freq, tag)."
        )


def _ordered(words, name):
    # The order of words matters to jieba's frequencies; a set has none.
    if isinstance(words, set | frozenset):
        return sorted(words, key=str)
    if isinstance(words, Mapping):
        return words.items()
    shape = getattr(words, "shape", ())
    if len(shape) == 2 and shape[1] > 1:
        is_pandas = hasattr(words, "itertuples")
        rows = "df.rows()" if is_frame(words) else "X.tolist()"
        rows = "list(df.itertuples(index=False, name=None))" if is_pandas else rows
        raise ValueError(
            f"{name} expects {_EXPECTED}; got {type(words).__name__} of shape {shape}. "
            f"Pick the column of the words, or pass its rows: {rows}."
        )
    return as_list(words, f"{name} expects {_EXPECTED}")


def _check_entry(entry, row, name):
    fields = (entry,) if isinstance(entry, str) else entry
    if not isinstance(fields, tuple | list) or not 1 <= len(fields) <= 3:
        raise TypeError(f"{name} expects {_EXPECTED}; entry {row} is {shown(entry)}.")
    word, freq, tag = map(plain, (*fields, None, None)[:3])
    if not isinstance(word, str) or not isinstance(tag, str | None):
        raise TypeError(f"{name} expects {_EXPECTED}; entry {row} is {shown(entry)}.")
    if not word or not (freq is None or (isinstance(freq, Integral) and freq >= 0)):
        raise ValueError(
            f"{name} expects {_EXPECTED}, the word not empty and the frequency an int "
            f"of at least 0; entry {row} is {shown(entry)}."
        )
    _check_findable(word, f"entry {row}", name)
    return str(word), None if freq is None else int(freq), tag
