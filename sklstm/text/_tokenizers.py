"""The segmenter of a pipeline, from what its `tokenizer` says."""

from inspect import isclass

from sklstm.text._function_segmenter import FunctionSegmenter
from sklstm.text._regex_segmenter import RegexSegmenter
from sklstm.text._segmenter import JiebaSegmenter
from sklstm.utils import shown

_EXPECTED = (
    "tokenizer as 'jieba', 'characters', 'words', a function from a document to its "
    "words, or a transformer from documents to token sequences"
)


def make_segmenter(tokenizer, caller, *, user_dict, stop_words, cache_size):
    """Make the first step of a pipeline.

    Parameters
    ----------
    tokenizer : {"jieba", "characters", "words"}, callable or transformer
        A transformer is used as it is.

    caller : str
        Who speaks in messages.

    user_dict : str, path, iterable or None
        Of `JiebaSegmenter`; no other tokenizer takes it.

    stop_words : "chinese", iterable of str or None
        A transformer takes none: it has its own.

    cache_size : int
        Of `JiebaSegmenter`.

    Returns
    -------
    transformer

    Raises
    ------
    TypeError, ValueError
        If `tokenizer` is none of these, or goes with no such words.
    """
    if isinstance(tokenizer, str) and tokenizer == "jieba":
        return JiebaSegmenter(
            user_dict=user_dict, stop_words=stop_words, cache_size=cache_size
        )
    if user_dict is not None:
        raise ValueError(
            f"{caller} takes user_dict with tokenizer='jieba' alone; got tokenizer="
            f"{shown(tokenizer)}. Leave user_dict out, or give the words to the "
            "tokenizer itself."
        )
    if isinstance(tokenizer, str):
        return _make_pattern_segmenter(tokenizer, caller, stop_words)
    if isclass(tokenizer) or not (_transforms(tokenizer) or callable(tokenizer)):
        raise TypeError(f"{caller} expects {_EXPECTED}; got {shown(tokenizer)}.")
    if not _transforms(tokenizer):
        return FunctionSegmenter(tokenizer, stop_words=stop_words)
    if stop_words is not None:
        raise ValueError(
            f"{caller} does not take stop_words with a transformer as tokenizer, which "
            "decides itself what it leaves out. Give them to the transformer."
        )
    return tokenizer


def _make_pattern_segmenter(name, caller, stop_words):
    if name not in ("characters", "words"):
        raise ValueError(
            f"{caller} expects {_EXPECTED}; got {name!r}. For a regular expression "
            f"pass RegexSegmenter({name!r})."
        )
    # Case is style: a word is the same at the beginning of a sentence.
    return RegexSegmenter(name, stop_words=stop_words, lowercase=name == "words")


def _transforms(tokenizer):
    return hasattr(tokenizer, "transform")


def has_spaces(segmenter):
    """Tell whether the words of a segmenter stood apart in the document.

    Parameters
    ----------
    segmenter : transformer
        Of `make_segmenter`, or a Pipeline that ends in one.

    Returns
    -------
    bool
        False for jieba's words and for characters.
    """
    last = getattr(segmenter, "steps", [(None, segmenter)])[-1][1]
    is_characters = getattr(last, "pattern", None) == "characters"
    return not (isinstance(last, JiebaSegmenter) or is_characters)


def is_chinese(segmenter):
    """Tell whether a segmenter's words may be those of jieba's dictionary."""
    return not isinstance(segmenter, RegexSegmenter)
