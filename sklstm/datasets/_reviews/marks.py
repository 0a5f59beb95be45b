"""Marks around the words of a text in the making that tell its label."""

import re

import numpy as np

# Neither stands in any word of the grammar.
_MARK = re.compile(r"[\[\]]")


def mark(text):
    """Mark a text, its commas left out."""
    return "，".join(f"[{part}]" for part in text.split("，"))


def unmark(text):
    """Text without its marks."""
    return _MARK.sub("", text)


def places_of(text):
    """Start and stop of the marked words in the text without marks."""
    places = [found.start() - n for n, found in enumerate(_MARK.finditer(text))]
    return np.array(places, dtype=np.int64).reshape(-1, 2)
