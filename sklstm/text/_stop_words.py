"""The package's own list of Chinese stop words."""

from functools import lru_cache
from importlib.resources import files


@lru_cache(maxsize=1)
def chinese_stop_words():
    """Read the list: particles, pronouns, prepositions, measure words.

    Words that carry or turn an opinion are not in it: negations (不, 没), degree
    (很, 太), contrast (但是, 虽然), modal particles (吧, 呢).
    """
    text = files("sklstm.text").joinpath("chinese_stop_words.txt").read_text("utf-8")
    lines = (line.partition("#")[0] for line in text.splitlines())
    return frozenset(word for line in lines for word in line.split())
