"""Where the words of a document stand in it.

Words are cut from the normalised text. Normalisation changes lengths: text and
normalised text are aligned piece by piece, each from one character that begins anew up
to the next.
"""

import sys
import unicodedata
from functools import lru_cache
from itertools import pairwise

import numpy as np

from sklstm.text._characters import holds_word

# Vowels and finals of Hangul, which compose with what is before them by rule.
_JAMO = frozenset(map(chr, (*range(0x1161, 0x1176), *range(0x11A8, 0x11C3))))


def find_offsets(text, normalize, cut, kept):
    """Find the places of the words that are kept.

    Parameters
    ----------
    text : str
    normalize : {"NFKC"} or None
    cut : cutter
        Of `load_cutter`.

    kept : dict of str to str
        What becomes of each word; "" where it is left out.

    Returns
    -------
    ndarray of shape (n_tokens, 2), int64
        Start and stop of each word, in characters of `text`.
    """
    normal = unicodedata.normalize(normalize, text) if normalize else text
    if normalize and not holds_word(normal):
        return np.empty((0, 2), np.int64)
    words, spans = cut.place(normal)
    spans = np.array(spans, np.int64).reshape(-1, 2)
    spans = spans[np.fromiter((kept[word] != "" for word in words), bool, len(words))]
    if normal == text:
        return spans
    return _original(spans, *align(text, normalize))


def _original(spans, starts, normal_starts):
    """Widen spans of the normalised text to whole pieces, as they stand in the text."""
    first = np.searchsorted(normal_starts, spans[:, 0], side="right") - 1
    last = np.searchsorted(normal_starts, spans[:, 1], side="left")
    return np.column_stack([starts[first], starts[last]])


def align(text, form="NFKC"):
    """Align a text with what Unicode normalisation makes of it.

    Parameters
    ----------
    text : str
    form : {"NFKC"}, default="NFKC"

    Returns
    -------
    starts : ndarray of shape (n_pieces + 1,), int64
        Where each piece of the text begins, and the end.

    normal_starts : ndarray of shape (n_pieces + 1,), int64
        The same in the normalised text.
    """
    begins = {char: _begins_anew(char) for char in set(text)}
    is_start = np.fromiter(map(begins.__getitem__, text), bool, len(text))
    is_start[:1] = True
    starts = np.append(np.flatnonzero(is_start), len(text))
    lengths = _NormalLengths(form)
    pieces = (text[start:stop] for start, stop in pairwise(starts.tolist()))
    normal_lengths = np.fromiter(map(lengths.__getitem__, pieces), np.int64)
    return starts, np.concatenate([[0], np.cumsum(normal_lengths)])


class _NormalLengths(dict):
    """Lengths of pieces once they are normalised."""

    def __init__(self, form):
        super().__init__()
        self._form = form

    def __missing__(self, piece):
        self[piece] = length = len(unicodedata.normalize(self._form, piece))
        return length


def _begins_anew(char):
    """Whether nothing before a character has a say in what becomes of it."""
    first = unicodedata.normalize("NFKD", char)[0]
    return unicodedata.combining(first) == 0 and first not in _joining()


@lru_cache(maxsize=1)
def _joining():
    """Characters that compose with one before them though they are no marks."""
    pairs = map(unicodedata.decomposition, map(chr, range(sys.maxunicode + 1)))
    seconds = {pair.split()[1] for pair in pairs if " " in pair and pair[0] != "<"}
    return _JAMO.union(chr(int(second, 16)) for second in seconds)
