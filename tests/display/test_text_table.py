"""Columns line up although a Chinese character is two columns wide."""

import pytest

from sklstm.display import _text_table
from sklstm.display._text_table import shorten, text_table, text_width


@pytest.mark.parametrize(
    ("text", "width"),
    [
        ("", 0),
        ("abc", 3),
        ("房间", 4),
        ("，", 2),
        ("ＡＢ", 4),
        ("e\u0301", 1),
        ("\u200b", 0),
        ("…", 1),
    ],
)
def test_width(text, width):
    assert text_width(text) == width


def test_columns_line_up():
    table = text_table(["", "n"], [["房间", "1"], ["room", "22"], ["间", "3"]])
    assert table.splitlines() == ["       n", "房间   1", "room  22", "间     3"]


def test_left_columns():
    assert text_table(["ab", "c"], [["a", "cd"]], left=(0, 1)) == "ab  c\na   cd"


@pytest.mark.parametrize(
    ("text", "width", "short"),
    [
        ("房间很好", 8, "房间很好"),
        ("房间很好", 7, "房间很…"),
        ("房间很好", 6, "房间…"),
        ("a\n b\tc", 9, "a b c"),
        ("a\x1b[31mb", 9, "a[31mb"),
        ("", 0, ""),
        ("很e\u0301很", 4, "很e\u0301…"),
    ],
)
def test_shorten(text, width, short):
    assert shorten(text, width) == short
    assert text_width(shorten(text, width)) <= width


def test_a_long_text_is_measured_once(monkeypatch):
    measured = []
    monkeypatch.setattr(_text_table, "_width", lambda char: measured.append(char) or 2)
    assert shorten("很" * 4000, 400) == "很" * 199 + "…"
    assert len(measured) == 4000
