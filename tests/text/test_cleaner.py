"""TextCleaner: what is no text goes, and text stays."""

import pickle
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.pipeline import make_pipeline

from sklstm import JiebaSegmenter, RegexSegmenter, TextCleaner
from sklstm.text import _simplified

STEPS = ("html", "urls", "emails", "mentions", "apostrophes", "simplify")
OFF = dict.fromkeys(STEPS, False) | {"max_repeats": None}
PARTS = [
    *"<>&;/!.@-_~#='’\" abXY1很乾臺",
    "<b>",
    "<br/>",
    "&amp;",
    "&#64;",
    "http://",
    "https://a.b/",
    "www.",
    "a@b.c",
    "@小明",
    "@@",
    "....",
    "！！！！",
    "👍🏽👍🏽",
    "👩\u200d👩\u200d👧",
    "🇩🇪🇩🇪🇩🇪",
    "\u200d",
    "\ud800",
    "\x00",
    "薴",
]
texts = st.lists(st.sampled_from(PARTS), max_size=15).map("".join)
parameters = st.fixed_dictionaries(
    dict.fromkeys(STEPS, st.booleans())
    | {"max_repeats": st.sampled_from([None, 2, 3, 5])}
)


def clean(text, **steps):
    return TextCleaner(**steps).transform([text])[0]


def only(text, **steps):
    return clean(text, **OFF | steps)


@settings(deadline=None, max_examples=1000)
@given(texts | st.text(st.characters()), parameters)
def test_to_clean_twice_changes_nothing_more(text, steps):
    once = clean(text, **steps)
    assert clean(once, **steps) == once


@settings(deadline=None)
@given(texts)
def test_everything_off_changes_nothing(text):
    assert clean(text, **OFF) == text


@pytest.mark.parametrize(
    ("step", "text", "cleaned"),
    [
        ("html", "<p>好&amp;坏</p>", " 好&坏 "),
        ("urls", "看http://t.cn/Ab3?x=1&y=2很好", "看 很好"),
        ("urls", "see https://a.b/c(d)e. Or WWW.x.org!", "see  . Or  !"),
        ("urls", "awww.x http:/ www. xhttp://", "awww.x http:/ www. xhttp://"),
        ("emails", "邮箱a.b+c@qq.com。", "邮箱 。"),
        ("emails", "a@b is none", "a@b is none"),
        ("mentions", "@小明 ok .@user_1: @@x", "  ok . :  "),
        ("mentions", "a@b @ 5pm @" + "很" * 31, "a@b @ 5pm @" + "很" * 31),
        ("apostrophes", "don’t l’eau об’єкт ‘so’ 他说’好’", None),
    ],
)
def test_each_step(step, text, cleaned):
    if cleaned is None:
        cleaned = "don't l'eau об'єкт ‘so’ 他说’好’"
    assert only(text, **{step: True}) == cleaned
    assert clean(text, **{step: False}) == text


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("好!!!!!!", "好!!!"),
        ("。。。。……………", "。。。………"),
        ("!?!?!?!?", "!?!?!?!?"),
        ("10000 哈哈哈哈 soooo", "10000 哈哈哈哈 soooo"),
        ("👍🏽👍🏽👍🏽👍🏽👍🏻", "👍🏽👍🏽👍🏽👍🏻"),
        ("👩\u200d👩\u200d👧" * 5, "👩\u200d👩\u200d👧" * 3),
        ("🇩🇪🇩🇪🇩🇪🇩🇪🇫🇷", "🇩🇪🇩🇪🇩🇪🇫🇷"),
        ("❤\ufe0f" * 4, "❤\ufe0f" * 3),
    ],
)
def test_rows_of_marks_are_cut_and_emoji_stay_whole(text, cleaned):
    assert only(text, max_repeats=3) == cleaned


def test_traditional_characters_become_simplified_ones():
    assert only("這家飯店很乾淨\ud800臺\x00灣", simplify=True) == (
        "这家饭店很干净\ud800台\x00湾"
    )


def test_no_simplified_character_changes_again():
    pytest.importorskip("opencc")
    simplify = _simplified.load_converter()
    text = "\n".join(
        chr(code)
        for code in range(sys.maxunicode + 1)
        if not 0xD800 <= code <= 0xDFFF and chr(code).isalpha()
    )
    once = simplify(text)
    assert once != text
    assert simplify(once) == once


def test_the_extra_is_named_where_opencc_is_not_there(monkeypatch):
    monkeypatch.setitem(sys.modules, "opencc", None)
    _simplified.load_converter.cache_clear()
    with pytest.raises(ImportError, match=r"pip install 'sklstm\[chinese\]'"):
        TextCleaner(simplify=True).fit(["a"])
    assert TextCleaner().fit_transform(["a"]) == ["a"]


@pytest.mark.parametrize(
    "unit", ["@a", "a@", "a@b.", "http://.", "👩\u200d", "🇩🇪🇫🇷", "!?"]
)
def test_a_hundred_thousand_characters(unit):
    assert clean(unit * (100_000 // len(unit)))


def test_stands_before_a_segmenter():
    texts = ["<p>Don’t go!!!!!</p>", "很<b>好</b>吃&nbsp;&nbsp;!"]
    words = make_pipeline(TextCleaner(), RegexSegmenter()).fit_transform(texts[:1])
    assert words == [["Don't", "go", "!", "!", "!"]]
    words = make_pipeline(TextCleaner(), JiebaSegmenter()).fit_transform(texts[1:])
    assert words == [["很", "好吃", "!"]]


def test_pickles():
    cleaner = pickle.loads(pickle.dumps(TextCleaner(simplify=True).fit(["a"])))
    assert cleaner.transform(["臺<br>"]) == ["台 "]


def test_messages():
    with pytest.raises(ValueError, match="'max_repeats' parameter of TextCleaner"):
        TextCleaner(max_repeats=1).fit(["a"])
    with pytest.raises(TypeError, match="TextCleaner expects documents of type str"):
        TextCleaner().transform(["a", None])
