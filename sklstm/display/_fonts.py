"""Fonts in which the labels of a picture can be read."""

import warnings
from contextlib import contextmanager
from functools import lru_cache

from sklstm.display._optional import require

# Looked at first; any other installed font that has the characters will do as well.
_KNOWN_FONTS = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "Microsoft YaHei",
    "PingFang SC",
    "Heiti SC",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "SimHei",
    "Noto Sans CJK JP",
    "Droid Sans Fallback",
)
# Has a box for every character there is; matplotlib brings it along.
_BOXES = "Last Resort"


# A name may hold "$" or "\\": no text is mathematics, and none goes to TeX.
_PLAIN = {
    "text.usetex": False,
    "text.parse_math": False,
    "axes.formatter.use_mathtext": False,
}


def plain_texts():
    """Draw the body with every text as it stands.

    Returns
    -------
    context manager
    """
    return require("matplotlib").rc_context(_PLAIN)


@contextmanager
def readable_fonts(texts):
    """Draw the body with fonts that have the characters of `texts`, and with no TeX.

    Parameters
    ----------
    texts : iterable of str
        What the picture shows.

    Warns
    -----
    UserWarning
        If no installed font has some of them.
    """
    matplotlib = require("matplotlib")
    fonts, missing = _fonts_with(_beyond_ascii("".join(map(str, texts))))
    if missing:
        _warn(missing, "they show as boxes")
    # For each character matplotlib takes the first of the family that has it.
    family = [*matplotlib.rcParams["font.family"], *fonts]
    with plain_texts(), matplotlib.rc_context({"font.family": family}):
        yield


def words_with_font(say):
    """Give words that a picture can show.

    Parameters
    ----------
    say : Words
        Of the language that is wanted.

    Returns
    -------
    Words
        The same, or English ones where no installed font has their characters.

    Warns
    -----
    UserWarning
        If no installed font has them.
    """
    _, missing = _fonts_with(_beyond_ascii("".join(say.catalog[say.language].values())))
    if not missing:
        return say
    _warn(missing, "the picture is in English")
    return type(say)()


def _beyond_ascii(text):
    return frozenset(char for char in text if not char.isascii())


@lru_cache
def _fonts_with(characters):
    """Names of installed fonts that have the characters, and those that none has."""
    manager = require("matplotlib.font_manager").fontManager
    names, missing = _cover(characters, manager.ttflist)
    if missing:
        # matplotlib remembers the fonts that it found once, on disk.
        more, missing = _cover(missing, _unlisted_fonts())
        names += more
    return tuple(names), missing


def _cover(characters, fonts):
    """Choose fonts, each time the one with most of the characters still missing."""
    by_rank = {name: rank for rank, name in enumerate(("DejaVu Sans", *_KNOWN_FONTS))}
    fonts = [font for font in fonts if not font.name.startswith(_BOXES)]
    fonts.sort(key=lambda font: by_rank.get(font.name, len(by_rank)))
    names = []
    while characters:
        name, found = _font_with_most(characters, fonts)
        if not found:
            break
        names.append(name)
        characters -= found
    return names, characters


def _font_with_most(characters, fonts):
    best, most = None, frozenset()
    for font in fonts:
        found = _found_in(font.fname, characters)
        if len(found) > len(most):
            best, most = font.name, found
        if found == characters:
            break
    return best, most


def _unlisted_fonts():
    """Make the fonts known that were installed since matplotlib looked for them."""
    module = require("matplotlib.font_manager")
    manager = module.fontManager
    n_listed, listed = len(manager.ttflist), {f.fname for f in manager.ttflist}
    for path in sorted(set(module.findSystemFonts()) - listed):
        try:
            manager.addfont(path)
        except (OSError, RuntimeError):  # listed by the system, but broken
            continue
    return manager.ttflist[n_listed:]


def _found_in(path, characters):
    """Those of the characters that a font has."""
    try:
        font = require("matplotlib.font_manager").get_font(path)
    except (OSError, RuntimeError):  # listed, but gone or broken
        return frozenset()
    return frozenset(char for char in characters if font.get_char_index(ord(char)))


def _warn(characters, so):
    shown = "".join(sorted(characters)[:5])
    warnings.warn(
        f"No installed font has the characters {shown!r}: {so}. Install one, such as "
        "fonts-noto-cjk (Debian, Ubuntu) or google-noto-sans-cjk-fonts (Fedora), and "
        "start Python anew.",
        stacklevel=4,
    )
