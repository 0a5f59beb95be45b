"""Patterns that say what a word is, and the cutter that follows them."""

from functools import lru_cache

import regex

# Flags apart: in a long row of them Unicode's bounds take quadratic time to find.
_FLAG = r"\p{RI}{1,2}"
# Beside Unicode's bounds: C++, C# and the grade A+ stay whole.
_WORDS = (
    rf"(?w)(?s:{_FLAG}[\p{{WB=Extend}}\p{{WB=Format}}\p{{WB=ZWJ}}]*+"
    r"|\p{L}(?:\+\+?|\#)(?![\w+\#])"
    r"|.+?\b)"
)
CHARACTERS = rf"{_FLAG}[\p{{GCB=Extend}}\p{{GCB=SpacingMark}}\p{{GCB=ZWJ}}]*+|\X"
_NAMED = {"words": _WORDS, "characters": CHARACTERS}


@lru_cache(maxsize=32)
def load_pattern_cutter(pattern):
    """Build what cuts a str into a list of str.

    Parameters
    ----------
    pattern : str
        "words", "characters" or a regular expression with at most one group.

    Returns
    -------
    PatternCutter

    Raises
    ------
    ValueError
        If the pattern is no regular expression, or has several groups.
    """
    try:
        compiled = regex.compile(_NAMED.get(pattern, pattern))
    except regex.error as exc:
        raise ValueError(
            f"RegexSegmenter expects pattern as 'words', 'characters' or a regular "
            f"expression; got {pattern!r}: {exc}."
        ) from exc
    if compiled.groups > 1:
        raise ValueError(
            f"RegexSegmenter expects a pattern with at most one capturing group; "
            f"{pattern!r} has {compiled.groups}. Write (?:...) for groups that do not "
            "capture."
        )
    return PatternCutter(compiled)


class PatternCutter:
    """Gives what a pattern finds, or what its group holds."""

    def __init__(self, compiled):
        self._compiled = compiled

    def __call__(self, text):
        return self._compiled.findall(text)

    def place(self, text):
        """Cut, and say where each word starts and stops.

        Returns
        -------
        words : list of str
        spans : list of (int, int)
        """
        group = self._compiled.groups
        found = list(self._compiled.finditer(text))
        return [m[group] or "" for m in found], [m.span(group) for m in found]
