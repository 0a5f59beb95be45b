"""What a text is made of: characters as people see them, words, clauses."""

import re
import unicodedata

_JOINER = "\u200d"
# Nothing in these ranges joins what stands before it.
_SINGLE = (
    "\0-\u000c\u000e-\u02ff\u2010-\u2027\u3000-\u3029\u3030-\u3098\u309b-\u9fff"
    "\uff00-\uffef"
)
_MAY_JOIN = re.compile(f"[^{_SINGLE}]")
_CLAUSE = re.compile(
    r"(?P<body>.*?)(?P<end>(?:[。！？；，：!?;…~～\n\r]|[.,:．](?![0-9A-Za-z０-９]))+"
    r"[”’\"'』」）)】》\]]*\s*|\Z)",
    re.DOTALL,
)
# Without one of these a text may say the opposite: no typing error touches them.
NEGATORS = frozenset("不没无未非别勿莫")


def characters(text):
    """Split a text into what is seen as one character each.

    Parameters
    ----------
    text : str
        Any.

    Returns
    -------
    list of str
        An emoji with its joiners and colours, a letter with its accents, a flag and a
        line break are one; joined they are the text.
    """
    if _MAY_JOIN.search(text) is None:
        return list(text)
    starts = [0]
    for place in range(1, len(text)):
        if not _joins(text, starts[-1], place):
            starts.append(place)
    ends = [*starts[1:], len(text)]
    return [text[start:end] for start, end in zip(starts, ends, strict=True)]


def _joins(text, start, place):
    """Whether a code point belongs to the character that begins at `start`."""
    before, char = text[place - 1], text[place]
    if _JOINER in (before, char) or unicodedata.category(char)[0] == "M":
        return True
    if "\U0001f3fb" <= char <= "\U0001f3ff" or "\U000e0020" <= char <= "\U000e007f":
        return True  # the colour of a skin; a tag
    if (before, char) == ("\r", "\n"):
        return True
    return place - start == 1 and _is_regional(before) and _is_regional(char)


def _is_regional(char):
    """Two of these are a flag."""
    return "\U0001f1e6" <= char <= "\U0001f1ff"


def is_chinese(character):
    """Whether a character is Chinese.

    Parameters
    ----------
    character : str
        One, as `characters` gives it.

    Returns
    -------
    bool
    """
    first = character[0]
    return (
        "\u4e00" <= first <= "\u9fff"
        or "\u3400" <= first <= "\u4dbf"
        or "\uf900" <= first <= "\ufaff"
        or "\U00020000" <= first <= "\U0003ffff"
    )


def is_letter(character):
    """Whether a typing error may touch a character: a letter that does not negate."""
    return character[0].isalpha() and character not in NEGATORS


def is_inside_word(before, after):
    """Whether two characters are of words that white space or a mark holds apart.

    Parameters
    ----------
    before, after : str
        Characters on both sides; empty at an end of the text.

    Returns
    -------
    bool
        Chinese words need nothing between them.
    """
    return all(
        char and char[0].isalnum() and not is_chinese(char) for char in (before, after)
    )


def clauses(text):
    """Split a text at its punctuation.

    Parameters
    ----------
    text : str
        Any.

    Returns
    -------
    list of (str, str)
        What each clause says, and its closing marks; joined they are the text.
    """
    return [
        (match["body"], match["end"])
        for match in _CLAUSE.finditer(text)
        if match[0]  # the end of the text is found once more
    ]


def says_something(text):
    """Whether a text has a letter or digit."""
    return any(map(str.isalnum, text))
