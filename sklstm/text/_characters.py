"""What counts as a word."""

import re
import unicodedata

_LETTER = re.compile(r"[^\W_]")
# Marks, and the symbols that are neither currency nor mathematics: emoji.
_WORDS_WITHOUT_LETTERS = frozenset({"Mn", "Mc", "Me", "So"})


def holds_word(text):
    """Tell whether a text is more than white space, punctuation and controls."""
    if _LETTER.search(text):
        return True
    return any(unicodedata.category(char) in _WORDS_WITHOUT_LETTERS for char in text)
