"""RegexSegmenter: words, characters and patterns of any language."""

import pickle
import re
import unicodedata
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sklstm import JiebaSegmenter, RegexSegmenter

# Letters and marks of several scripts, emoji and what joins them, odd code points.
PARTS = [
    *"ab.'’-_#+@ \t\n房很ひカー한ไก็ก1２，",
    "e\u0301",
    "ﬁ",
    "㍿",
    "ｶﾞ",
    "\u1100\u1161\u11a8",
    "👍🏽",
    "👩\u200d👩\u200d👧",
    "🇩🇪",
    "🇺",
    "\u200d",
    "\u0301",
    "\x00",
    "\ud800",
    "C++",
    "3.5",
    "don't",
]
texts = st.lists(st.sampled_from(PARTS), max_size=12).map("".join) | st.text(
    st.characters(), max_size=20
)
patterns = st.sampled_from(["words", "characters", r"\w+|[^\w\s]", r"(\w)\w*"])


def segment(text, pattern="words", **parameters):
    return RegexSegmenter(pattern, **parameters).transform([text])[0]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("I don't know.", ["I", "don't", "know", "."]),
        ("I don’t know", ["I", "don’t", "know"]),
        ("L'eau est à 3,50 €", ["L'eau", "est", "à", "3,50", "€"]),
        ("Das Zimmer war schön!", ["Das", "Zimmer", "war", "schön", "!"]),
        ("scho\u0308n", ["schön"]),
        ("Привет, мир", ["Привет", ",", "мир"]),
        ("a well-known 4,000.5", ["a", "well", "-", "known", "4,000.5"]),
        ("C++ and C# get an A+", ["C++", "and", "C#", "get", "an", "A+"]),
        ("a+b, ABC++", ["a", "+", "b", ",", "ABC", "+", "+"]),
        ("T恤 iPhone15 3.5折", ["T", "恤", "iPhone15", "3.5", "折"]),
        ("👍🏽👩\u200d👩\u200d👧🇩🇪🇫🇷", ["👍🏽", "👩\u200d👩\u200d👧", "🇩🇪", "🇫🇷"]),
        ("カタカナとひら", ["カタカナ", "と", "ひ", "ら"]),
        ("한국어는 재미있다", ["한국어는", "재미있다"]),
        ("हिन्दी भाषा", ["हिन्दी", "भाषा"]),
        ("#ok @me", ["#", "ok", "@", "me"]),
    ],
)
def test_words_of_many_languages(text, words):
    assert segment(text) == words


@pytest.mark.parametrize(
    ("text", "characters"),
    [
        ("很好 C+", ["很", "好", "C", "+"]),
        ("e\u0323\u0302!", ["ệ", "!"]),  # there is a character for it
        ("x\u0301y", ["x\u0301", "y"]),  # there is none
        (
            "👍🏽👩\u200d👩\u200d👧🇩🇪🇫🇷🇺",
            ["👍🏽", "👩\u200d👩\u200d👧", "🇩🇪", "🇫🇷", "🇺"],
        ),
    ],
)
def test_characters_are_what_is_seen(text, characters):
    assert segment(text, "characters") == characters


def test_the_table_of_the_user_guide_is_true():
    page = Path(__file__).parents[2] / "docs" / "user_guide" / "text.rst"
    rows = re.findall(
        r'^   "(.+)", "(.+)", "(.+)", "(.+)"$', page.read_text("utf-8"), re.M
    )
    segmenters = (
        JiebaSegmenter(),
        RegexSegmenter(lowercase=True),
        RegexSegmenter("characters"),
    )
    assert len(rows) > 8
    for text, *cuts in rows:
        for segmenter, cut in zip(segmenters, cuts, strict=True):
            words = " ".join(segmenter.transform([text])[0])
            assert words == cut or words.startswith(cut.removesuffix("…")), text


def test_a_pattern_finds_the_words_or_holds_them_in_its_group():
    assert segment("so, so good", r"\w+") == ["so", "so", "good"]
    assert segment("#good #bad", r"#(\w+)") == ["good", "bad"]
    assert segment("ab", r"(a)|b") == ["a"]
    assert segment("naïve 1", r"\p{L}+") == ["naïve"]


@settings(deadline=None, max_examples=300)
@given(texts, st.sampled_from(["words", "characters"]))
def test_unnormalised_words_join_back(text, pattern):
    assert "".join(segment(text, pattern, normalize=None)) == text


@settings(deadline=None, max_examples=300)
@given(texts, patterns, st.sampled_from(["NFKC", None]), st.booleans())
def test_offsets_are_those_of_the_words(text, pattern, normalize, lowercase):
    segmenter = RegexSegmenter(pattern, normalize=normalize, lowercase=lowercase)
    words, offsets = segmenter.transform([text])[0], segmenter.offsets([text])[0]
    assert offsets.shape == (len(words), 2)
    assert offsets.dtype == np.int64
    assert (np.diff(offsets[:, 0]) >= 0).all()
    for word, (start, stop) in zip(words, offsets, strict=True):
        place = text[start:stop]
        if normalize:
            place = unicodedata.normalize(normalize, place)
        assert word in (place.lower() if lowercase else place)
    if normalize is None and not lowercase:
        assert [text[start:stop] for start, stop in offsets] == words


@pytest.mark.parametrize("pattern", ["words", "characters"])
def test_white_space_and_wordless_texts_have_no_words(pattern):
    segmenter = RegexSegmenter(pattern)
    assert segmenter.transform(["", " \t\u3000\n", "!?…", " a\n b "]) == [
        [],
        [],
        [],
        ["a", "b"],
    ]
    assert RegexSegmenter(pattern, normalize=None).transform([" !"]) == [[" ", "!"]]


def test_words_are_left_out_and_lowered_as_by_the_other_segmenters():
    text = "The ROOM, the view!"
    assert segment(text, lowercase=True, stop_words=["THE"]) == [
        "room",
        ",",
        "view",
        "!",
    ]
    assert segment(text, punctuation="drop") == ["The", "ROOM", "the", "view"]
    assert segment("ＯＫ", stop_words=["ＯＫ"]) == []
    assert segment("我 的 书", stop_words="chinese") == ["书"]


@pytest.mark.parametrize(
    "unit", ["🇩", "🇩🇪a", "👩\u200d", "a'", "1,", "字", "\u0301", " "]
)
def test_a_million_characters(unit):
    text = unit * (1_000_000 // len(unit))
    for pattern in ("words", "characters"):
        words = segment(text, pattern, normalize=None)
        assert sum(map(len, words)) == len(text)


def test_pickles():
    segmenter = RegexSegmenter(r"\w+", lowercase=True)
    segmenter.transform(["A"])
    assert pickle.loads(pickle.dumps(segmenter)).transform(["A b"]) == [["a", "b"]]


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"pattern": "(a"}, r"or a regular expression; got '\(a': missing \)"),
        ({"pattern": "(a)(b)"}, r"at most one capturing group; '\(a\)\(b\)' has 2"),
        ({"pattern": 3}, "'pattern' parameter of RegexSegmenter"),
        ({"stop_words": [" a"]}, "RegexSegmenter expects stop_words without white"),
        ({"normalize": "NFC"}, "'normalize' parameter of RegexSegmenter"),
    ],
)
def test_messages(parameters, message):
    for call in ("fit", "transform"):
        with pytest.raises(ValueError, match=message):
            getattr(RegexSegmenter(**parameters), call)(["a"])
