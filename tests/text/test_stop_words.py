"""The package's own stop words."""

import pytest

from sklstm.features._style.token_traits import WORD_LISTS, word_list
from sklstm.text._stop_words import chinese_stop_words


def test_words_are_in_use():
    assert {"的", "我们", "在"} <= chinese_stop_words()
    assert not any(word.startswith("#") for word in chinese_stop_words())


@pytest.mark.parametrize("kind", WORD_LISTS)
def test_words_that_carry_an_opinion_are_not_among_them(kind):
    assert not chinese_stop_words() & word_list(kind)
