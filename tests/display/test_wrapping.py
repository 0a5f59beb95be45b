"""Lines that fit the columns of a terminal."""

import pytest

from sklstm.display._text_table import text_width
from sklstm.display._wrapping import wrap

TEXTS = [
    "房间并不干净，服务态度也很差，“早餐”（自助）却很好吃！！",
    "Without 1 of 9 words the model says negative, and no longer positive.",
    "混 mixed 文字，with words；以及 123456 个数字。",
]


@pytest.mark.parametrize("width", [10, 13, 40])
@pytest.mark.parametrize("text", TEXTS)
def test_lines_fit_and_nothing_is_lost(text, width):
    lines = wrap(text, width)
    assert all(text_width(line) <= width for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


def test_no_line_begins_with_a_mark_that_closes():
    for width in range(8, 30):
        for line in wrap(TEXTS[0], width):
            assert line[0] not in "，。；：？！、）”’》…"
            assert line[-1] not in "（“‘《"


def test_longer_words_stand_alone():
    assert wrap("a abcdefgh b", 4) == ["a", "abcdefgh", "b"]
    assert wrap(" \n ", 4) == []


def test_lines_are_indented():
    assert wrap("aa bb cc", 7, "  ") == ["  aa bb", "  cc"]
