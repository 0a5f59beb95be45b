"""Tags of words that are cut already: jieba's dictionary and posseg's HMM."""

import re
from functools import lru_cache
from itertools import groupby, pairwise

from sklstm.text._jieba import base_dictionary, tag_tables

_HAN = re.compile("[\u4e00-\u9fd5]+")
# What posseg hands to its dictionary; a run of such words has no stop inside.
_BLOCK = re.compile("[\u4e00-\u9fd5a-zA-Z0-9+#&._]+")
_LETTER = re.compile("[a-zA-Z]")
_DIGIT = re.compile("[0-9]")
# Log-probability of what the tables do not hold: far below all that they do.
_NEVER = -1000.0
# What a word can be of which the tables know nothing.
_OPEN_TAGS = frozenset({"a", "n", "nr", "ns", "nz", "v"})


@lru_cache(maxsize=8)
def load_tagger(words=(), rename=None):
    """Build a tagger, shared by all in the process who ask for the same.

    Parameters
    ----------
    words : tuple of (word, freq or None, tag or None)
        Words that are added to the dictionary.

    rename : callable or None
        Makes the final tag of a word from the word and its tag in jieba's set.

    Returns
    -------
    Tagger
    """
    return Tagger(words, rename)


class Tagger:
    """One tag per word.

    As in posseg, a known word of several characters and a lone character have the
    dictionary's tag, while the HMM tags a run of characters and unknown words. Unlike
    posseg's, the HMM is held to the cut: only the tags are free.
    """

    def __init__(self, words=(), rename=None):
        dictionary = base_dictionary()
        self._known = {word: tag for word, _, tag in words}
        self._frequencies = dictionary.frequencies
        self._tags = dictionary.tags
        self._rename = rename
        self._firm_tag = lru_cache(maxsize=2**17)(self._find_firm_tag)
        self._run_tags = lru_cache(maxsize=2**16)(self._find_run_tags)

    def tag(self, words):
        """Tag the words of one document."""
        tags, run = [], []
        for word, tag in zip(words, map(self._firm_tag, words), strict=True):
            if tag is None:
                run.append(word)
                continue
            if run:
                tags += self._run_tags(tuple(run))
                run.clear()
            tags.append(tag)
        return tags + self._run_tags(tuple(run)) if run else tags

    def _find_firm_tag(self, word):
        """Tag a word whose neighbours do not matter; None for others."""
        loose = _BLOCK.fullmatch(word) and (len(word) == 1 or not self._is_word(word))
        return None if loose else self._final(word, self._lone_tag(word))

    def _find_run_tags(self, run):
        text = "".join(run)
        if len(text) == 1 or self._is_word(text):
            tags = map(self._lone_tag, run)
        else:
            tags = self._model_tags(run)
        return list(map(self._final, run, tags))

    def _model_tags(self, run):
        for chinese, group in groupby(run, is_chinese):
            words = list(group)
            yield from tag_by_model(words) if chinese else map(_plain_tag, words)

    def _lone_tag(self, word):
        tag = self._known.get(word) or self._tags.get(word)
        if tag:
            return tag
        return tag_by_model([word])[0] if is_chinese(word) else _plain_tag(word)

    def _is_word(self, text):
        return text in self._known or self._frequencies.get(text)

    def _final(self, word, tag):
        return self._rename(word, tag) if self._rename else tag


def is_chinese(word):
    """Tell whether a word is of Chinese characters alone, as jieba knows them."""
    return _HAN.fullmatch(word) is not None


def _plain_tag(word):
    if _LETTER.search(word):
        return "eng"
    return "m" if _DIGIT.search(word) else "x"


def tag_by_model(words):
    """Find the most probable tags of neighbouring words of Chinese characters.

    Viterbi's algorithm over posseg's HMM. Its states are (position in the word, tag);
    the words give the positions, and inside a word the tag does not change.

    Parameters
    ----------
    words : list of str
        Of at least one Chinese character each.

    Returns
    -------
    list of str
        A tag per word, in jieba's set.
    """
    start, transition = tag_tables().start, tag_tables().transition
    scores = {tag: start[s] + score for s, tag, score in _word_scores(words[0])}
    pointers = []
    for before, word in pairwise(words):
        ends = [(transition[_end(before), tag], tag) for tag in scores]
        last, scores, pointer = scores, {}, {}
        for state, tag, score in _word_scores(word):
            best, pointer[tag] = max(
                (last[end] + next_state.get(state, _NEVER), end)
                for next_state, end in ends
            )
            scores[tag] = best + score
        pointers.append(pointer)
    tags = [max(scores, key=lambda tag: (scores[tag], tag))]
    for pointer in reversed(pointers):
        tags.append(pointer[tags[-1]])
    return tags[::-1]


def _end(word):
    return "S" if len(word) == 1 else "E"


@lru_cache(maxsize=2**16)
def _word_scores(word):
    """List the first state, the tag and the log-probability of each tag of a word."""
    tables = tag_tables()
    inner = "S" if len(word) == 1 else "B" + "M" * (len(word) - 2) + "E"
    tags = set.intersection(*map(_tags_at, word, inner)) or _OPEN_TAGS
    scores = []
    for tag in sorted(tags):
        states = [(position, tag) for position in inner]
        score = sum(map(_emission, states, word))
        score += sum(tables.transition[a].get(b, _NEVER) for a, b in pairwise(states))
        scores.append((states[0], tag, score))
    return scores


def _tags_at(char, position):
    states = tag_tables().states.get(char, ())
    return {tag for at, tag in states if at == position}


def _emission(state, char):
    return tag_tables().emission[state].get(char, _NEVER)
