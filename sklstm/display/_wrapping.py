"""Lines of a terminal, where a Chinese character is two columns wide."""

import re

from sklstm.display._text_table import text_width

# Of what a line may end behind: a word with its blanks, or one wide character with
# the marks that must not begin a line.
_PIECES = re.compile(
    r"\s*[（“‘《]*(?:[\u2e80-\uffef]|[^\s\u2e80-\uffef“”‘’…]+)[，。；：？！、）”’》…]*"
    r"|\s*\S"
)


def wrap(text, width, indent=""):
    """Break a text into lines.

    Parameters
    ----------
    text : str
        White space between its words becomes single blanks.

    width : int
        Most columns of a line; a word that is longer stands on a line of its own.

    indent : str, default=""
        Begins every line.

    Returns
    -------
    list of str
    """
    lines, line = [], ""
    for piece in _PIECES.findall(" ".join(text.split())):
        if line and text_width(indent + line + piece) > width:
            lines.append(indent + line)
            line = piece.lstrip()
        else:
            line += piece
    return [*lines, indent + line] if line else lines
