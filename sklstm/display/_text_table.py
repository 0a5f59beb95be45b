"""Tables on a terminal, where a Chinese character is two columns wide."""

import re
import unicodedata
from bisect import bisect_right
from itertools import accumulate

# What no terminal, file or font has room for: control characters, lone surrogates and
# code points that are no characters. White space is left to those who lay lines.
_UNSHOWABLE = re.compile(
    "[\0-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]"
)


def showable(text):
    """Write what cannot be shown as Python's escapes.

    Parameters
    ----------
    text : object
        A text, or a label or name of another type.

    Returns
    -------
    str
        Has a UTF-8.
    """
    return _UNSHOWABLE.sub(lambda match: ascii(match[0])[1:-1], str(text))


def shown_name(name):
    """Write the name of a model or class so that it is seen, on one line.

    Parameters
    ----------
    name : object
        Any label; an empty or blank one comes in quotes.

    Returns
    -------
    str
    """
    return " ".join(showable(name).split()) or repr(str(name))


def text_width(text):
    """Columns that a text takes on a terminal.

    Parameters
    ----------
    text : str
        One line.

    Returns
    -------
    int
    """
    return sum(map(_width, text))


def shorten(text, width):
    """Cut a text to a number of columns, on one line, with an ellipsis.

    Parameters
    ----------
    text : str
        Any; white space becomes single blanks, control characters vanish.

    width : int
        Most columns of the result.

    Returns
    -------
    str
    """
    text = " ".join(text[: 20 * width].split())
    text = "".join(char for char in text if unicodedata.category(char)[0] != "C")
    ends = list(accumulate(map(_width, text)))
    if not ends or ends[-1] <= width:
        return text
    return f"{text[: bisect_right(ends, width - 1)]}…"


def text_table(header, rows, left=(0,)):
    """Align columns.

    Parameters
    ----------
    header : list of str
        A title for each column.

    rows : list of list of str
        Cells; each is brought onto one line.

    left : collection of int, default=(0,)
        Columns that are flush left; the others are flush right.

    Returns
    -------
    str
    """
    lines = [
        [" ".join(showable(cell).split()) for cell in line] for line in (header, *rows)
    ]
    widths = [max(map(text_width, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(
            _pad(cell, width, column in left)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def _width(char):
    if unicodedata.combining(char) or unicodedata.category(char) in ("Cf", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def _pad(cell, width, is_left):
    blanks = " " * (width - text_width(cell))
    return cell + blanks if is_left else blanks + cell
