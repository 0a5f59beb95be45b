"""What counts as a word."""

import re
import unicodedata

_LETTER = re.compile(r"[^\W_]")
# Marks, and the symbols that are neither currency nor mathematics: emoji.
_WORDS_WITHOUT_LETTERS = frozenset({"Mn", "Mc", "Me", "So"})


def unseen_character(word):
    """Describe the first character of a word that cannot be seen in it.

    Returns
    -------
    str or None
        How it is written, and its number; None where every character can be seen.
    """
    if word.isprintable() and " " not in word:  # most words, quickly
        return None
    for char in word:
        # A private-use or unassigned one is drawn as something; a lone surrogate, too.
        if char.isspace() or unicodedata.category(char) in ("Cc", "Cf"):
            return f"{char!a} (U+{ord(char):04X})"
    return None


def holds_word(text):
    """Tell whether a text is more than white space, punctuation and controls."""
    if _LETTER.search(text):
        return True
    return any(unicodedata.category(char) in _WORDS_WITHOUT_LETTERS for char in text)
