"""What the commands say, in both languages."""

import string

from sklstm.cli._words import _CHINESE, _ENGLISH, CommandWords
from sklstm.comparison._words import Words


def fields(sentence):
    return {name for _, name, _, _ in string.Formatter().parse(sentence)} - {None}


def test_both_languages_say_the_same():
    assert list(_ENGLISH) == list(_CHINESE)
    for key, sentence in _ENGLISH.items():
        assert fields(sentence) == fields(_CHINESE[key]), key


def test_no_sentence_of_a_comparison_is_replaced():
    assert set(_ENGLISH).isdisjoint(Words.catalog["en"])
    assert set(_ENGLISH) < set(CommandWords.catalog["zh"])
