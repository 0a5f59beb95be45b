"""Traditional characters as simplified ones, by OpenCC."""

import re
from functools import lru_cache

_SURROGATES = re.compile("([\ud800-\udfff]+)")


@lru_cache(maxsize=1)
def load_converter():
    """Load OpenCC's dictionaries.

    Returns
    -------
    callable
        From str to str.

    Raises
    ------
    ImportError
        If opencc is not installed; the message names the extra.
    """
    try:
        import opencc
    except ImportError as exc:
        raise ImportError(
            "TextCleaner(simplify=True) needs opencc: pip install 'sklstm[chinese]'."
        ) from exc
    convert = opencc.OpenCC("t2s").convert

    def simplify(text):
        # OpenCC takes no lone surrogates. Twice: of some characters it makes others
        # that it would change again.
        parts = _SURROGATES.split(text)
        parts[::2] = [convert(convert(part)) for part in parts[::2]]
        return "".join(parts)

    return simplify
