"""Stop words: the user's, or the package's own list of Chinese ones."""

from functools import lru_cache
from importlib.resources import files

from sklstm.text._characters import unseen_character
from sklstm.utils import as_list, estimator_name, shown


def read_stop_words(stop_words, estimator):
    """Resolve the parameter `stop_words`.

    Parameters
    ----------
    stop_words : {"chinese"}, list of str or None
        As the estimator has it.

    estimator : estimator instance
        Who speaks in messages.

    Returns
    -------
    frozenset of str
    """
    if stop_words is None:
        return frozenset()
    if isinstance(stop_words, str):
        return chinese_stop_words()
    subject = f"{estimator_name(estimator)} expects stop_words of type str"
    words = as_list(stop_words, subject)
    for word in words:
        if not isinstance(word, str):
            raise TypeError(f"{subject}; got {shown(word)}.")
        _check_matchable(word, estimator)
    return frozenset(words)


def _check_matchable(word, estimator):
    # A character that cannot be seen may be a token, but no part of one.
    unseen = len(word) != 1 and not word.isspace() and unseen_character(word)
    if unseen or not word:
        remove = f"Remove {unseen}: word.strip()" if unseen else "Leave it out"
        raise ValueError(
            f"{estimator_name(estimator)} expects stop_words without white space or "
            f"invisible characters, which no token holds; got {word!r}. {remove}."
        )


@lru_cache(maxsize=1)
def chinese_stop_words():
    """Read the list: particles, pronouns, prepositions, measure words.

    Words that carry or turn an opinion are not in it: negations (不, 没), degree
    (很, 太), contrast (但是, 虽然), modal particles (吧, 呢).
    """
    text = files("sklstm.text").joinpath("chinese_stop_words.txt").read_text("utf-8")
    lines = (line.partition("#")[0] for line in text.splitlines())
    return frozenset(word for line in lines for word in line.split())
