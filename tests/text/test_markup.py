"""What is left of HTML."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sklstm.text._markup import strip_markup

PARTS = [
    *"<>&;/!-#='\" abp",
    "<b>",
    "</b>",
    "<br/>",
    "<p ",
    "&amp;",
    "amp;",
    "&lt;",
    "&#59",
    "&#3",
    "8;",
    "<!--",
    "-->",
    "<script>",
    "</script>",
    "&nvlt;",
    "<a href='x'>",
]
markup = st.lists(st.sampled_from(PARTS), max_size=20).map("".join)


@pytest.mark.parametrize(
    ("text", "stripped"),
    [
        ("<p>Good.</p><p>Very good.</p>", " Good.  Very good. "),
        ("很<b>好</b>吃", "很好吃"),
        ("line<br>line<BR />line", "line line line"),
        ('<a href="http://a.b?c=1&amp;d=2">here</a>', "here"),
        ("Tom &amp; Jerry &#39;n&#x27; &quot;x&quot;", "Tom & Jerry 'n' \"x\""),
        ("&amp;amp;lt;br&gt;", " "),
        ("one<!-- not <i>this</i> -->two", "one two"),
        ("<script>if (a<b) {}</script>x<STYLE>p {}</style>", " x "),
        ("<script>that does not end", " that does not end"),
        ("<!DOCTYPE html><html>x", "  x"),
        ("<INPUT disabled>x<video autoplay  Muted/>y<td\nnowrap>z", " x y z"),
        ("<<b>p>x", " x"),  # taking one tag out makes another
        ("&am<b>p;lt;", "<"),
    ],
)
def test_markup_goes(text, stripped):
    assert strip_markup(text) == stripped


@pytest.mark.parametrize(
    "text",
    [
        "a<b",
        "1 < 2 > 0",
        "I <3 you",
        "if a<b and c>d",
        "if a<b hidden and c>d",
        "<b hiddenloop>",
        "Dear <name>,",
        "<http://example.com>",
        "AT&T, R&D; &nosuchname; &copy",
        "<p",
        "<好>",
        "-> <- >.< <>",
    ],
)
def test_text_stays(text):
    assert strip_markup(text) == text


@pytest.mark.parametrize("before", range(50, 140, 3))
def test_a_reference_may_stand_anywhere(before):
    assert strip_markup("x" * before + "&lt;y&amp;") == "x" * before + "<y&"


@settings(deadline=None, max_examples=1000)
@given(markup | st.text(st.characters()))
def test_nothing_is_left_to_strip(text):
    stripped = strip_markup(text)
    assert strip_markup(stripped) == stripped


@settings(deadline=None, max_examples=300)
@given(st.lists(st.sampled_from(["x", "很", "1"]), min_size=2), st.data())
def test_words_that_were_apart_stay_apart(words, data):
    between = st.sampled_from(["<br>", "<p>", "</div>", "<!-- x -->", " <b>", "</td> "])
    text = words[0]
    for word in words[1:]:
        text += data.draw(between) + word
    assert strip_markup(text).split() == words


# Where a reader that looks ahead, or starts again, takes quadratic time: minutes.
@pytest.mark.parametrize(
    "unit",
    [
        "<",
        "<a ",
        "<!--",
        "<a href='",
        "&amp;",
        "&#59",
        "<script>",
        "<<b>",
        "<br=>",
        "a>",
    ],
)
def test_a_hundred_thousand_characters(unit):
    text = unit * (100_000 // len(unit)) + "1;" * 1000
    stripped = strip_markup(text)
    assert strip_markup(stripped) == stripped
