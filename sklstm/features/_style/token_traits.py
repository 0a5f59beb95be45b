"""What a token looks like by itself, for the features of tone and length."""

import re
import unicodedata
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

# Files beside this one; no word stands in two of them.
WORD_LISTS = ("negation", "strong_degree", "weak_degree", "contrast", "modal")
_DOTS = re.compile(r"\.{2,}|。{2,}")


class TokenTraits(NamedTuple):
    """Numbers of one token, or columns of them."""

    is_token: bool  # False for white space
    n_characters: int
    first: int  # code point, to find repeats over the edge of tokens
    last: int
    n_repeats: int  # characters inside that equal the one before
    is_comma: bool
    is_full_stop: bool
    is_exclamation: bool
    is_question: bool
    is_ellipsis: bool
    is_tilde: bool
    is_emoji: bool
    is_negation: bool
    is_strong_degree: bool
    is_weak_degree: bool
    is_contrast: bool
    is_modal: bool


@lru_cache(maxsize=2**16)
def token_traits(token):
    """Describe a token, its full-width characters folded to ASCII first."""
    text = unicodedata.normalize("NFKC", token)
    return TokenTraits(
        is_token=bool(text) and not text.isspace(),
        n_characters=len(text),
        first=ord(text[0]) if text else 0,
        last=ord(text[-1]) if text else 0,
        n_repeats=sum(map(str.__eq__, text, text[1:])),
        is_comma=text in ",;:",
        is_full_stop=text in "。.",
        is_exclamation="!" in text,
        is_question="?" in text,
        is_ellipsis=_DOTS.fullmatch(text) is not None,
        is_tilde="~" in text,
        is_emoji=any(unicodedata.category(char) == "So" for char in text),
        is_negation=text in word_list("negation"),
        is_strong_degree=text in word_list("strong_degree"),
        is_weak_degree=text in word_list("weak_degree"),
        is_contrast=text in word_list("contrast"),
        is_modal=text in word_list("modal"),
    )


@lru_cache
def word_list(name):
    """Read one of the package's word lists.

    Parameters
    ----------
    name : {"negation", "strong_degree", "weak_degree", "contrast", "modal"}
        File in ``sklstm/features/_style/word_lists``.

    Returns
    -------
    frozenset of str
    """
    file = files("sklstm.features._style").joinpath("word_lists", f"{name}.txt")
    lines = (line.partition("#")[0] for line in file.read_text("utf-8").splitlines())
    return frozenset(word for line in lines for word in line.split())
