"""A font in which the labels of a picture can be read."""

import warnings
from contextlib import contextmanager
from functools import lru_cache

from sklstm.comparison._optional import require
from sklstm.comparison._words import Words

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
    """Draw the body with a font that has all characters of `texts`, and with no TeX.

    Parameters
    ----------
    texts : iterable of str
        What the picture shows.

    Warns
    -----
    UserWarning
        If no installed font has them.
    """
    matplotlib = require("matplotlib")
    family = [*matplotlib.rcParams["font.family"]]
    needed = _beyond_ascii("".join(map(str, texts)))
    if needed:
        font = _font_with(needed)
        if font is None:
            _warn(needed, "they show as boxes")
        else:
            family.append(font)
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
    needed = _beyond_ascii(say("no fold"))
    if not needed or _font_with(needed):
        return say
    _warn(needed, "the picture is in English")
    return Words()


def _beyond_ascii(text):
    return frozenset(char for char in text if not char.isascii())


@lru_cache
def _font_with(characters):
    """Name of an installed font that has all characters, or None."""
    fonts = require("matplotlib.font_manager").fontManager.ttflist
    found = _first_with(fonts, characters)
    # matplotlib remembers the fonts that it found once, on disk.
    return found or _first_with(_unlisted_fonts(), characters)


def _first_with(fonts, characters):
    by_rank = {name: rank for rank, name in enumerate(("DejaVu Sans", *_KNOWN_FONTS))}
    fonts = sorted(fonts, key=lambda f: by_rank.get(f.name, len(by_rank)))
    return next(
        (
            f.name
            for f in fonts
            if not f.name.startswith(_BOXES) and _has(f.fname, characters)
        ),
        None,
    )


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


def _has(path, characters):
    try:
        font = require("matplotlib.font_manager").get_font(path)
    except (OSError, RuntimeError):  # listed, but gone or broken
        return False
    return all(font.get_char_index(ord(char)) for char in characters)


def _warn(characters, so):
    shown = "".join(sorted(characters)[:5])
    warnings.warn(
        f"No installed font has the characters {shown!r}: {so}. Install one, such as "
        "fonts-noto-cjk (Debian, Ubuntu) or google-noto-sans-cjk-fonts (Fedora), and "
        "start Python anew.",
        stacklevel=4,
    )
