"""A font in which the labels of a picture can be read."""

import warnings
from contextlib import contextmanager
from functools import lru_cache

from sklstm._comparison.optional import require

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


@contextmanager
def readable_fonts(texts):
    """Draw the body with a font that has all characters of `texts`.

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
    needed = frozenset(
        char for text in texts for char in str(text) if not char.isascii()
    )
    if needed:
        font = _font_with(needed)
        if font is None:
            _warn(needed)
        else:
            family.append(font)
    with matplotlib.rc_context({"font.family": family}):
        yield


@lru_cache
def _font_with(characters):
    """Name of an installed font that has all characters, or None."""
    manager = require("matplotlib.font_manager").fontManager
    by_rank = {name: rank for rank, name in enumerate(("DejaVu Sans", *_KNOWN_FONTS))}
    fonts = sorted(manager.ttflist, key=lambda f: by_rank.get(f.name, len(by_rank)))
    return next((f.name for f in fonts if _has(f.fname, characters)), None)


def _has(path, characters):
    try:
        font = require("matplotlib.font_manager").get_font(path)
    except (OSError, RuntimeError):  # listed, but gone or broken
        return False
    return all(font.get_char_index(ord(char)) for char in characters)


def _warn(characters):
    shown = "".join(sorted(characters)[:5])
    warnings.warn(
        f"No installed font has the characters {shown!r}: they show as boxes. Install "
        "one, such as fonts-noto-cjk (Debian, Ubuntu) or google-noto-sans-cjk-fonts "
        "(Fedora), then delete the folder matplotlib.get_cachedir().",
        stacklevel=4,
    )
