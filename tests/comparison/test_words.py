"""Both languages say the same, and nothing that nobody asks for."""

import ast
import re
from pathlib import Path
from string import Formatter

import pytest

import sklstm
from sklstm import comparison, explanation
from sklstm.comparison._words import Words
from sklstm.display._words import LANGUAGES, check_language
from sklstm.explanation import _model_words
from sklstm.explanation._words import Words as ExplanationWords

CATALOGS = {
    comparison: Words.catalog,
    explanation: ExplanationWords.catalog,
    _model_words: _model_words.ModelWords.catalog,
}
PACKAGE = Path(sklstm.__file__).parent
HAN = "[\u4e00-\u9fff]"
# Keys that are put together where they are used.
PREFIXES = {
    comparison: ("explain", "score", "setting", "tie", "value"),
    explanation: ("method",),
    _model_words: ("importance",),
}


def each_key(language, but=()):
    """Cases of a test: every room with every key of its words."""
    return [
        pytest.param(room, key, id=f"{room.__name__.rpartition('.')[2]}-{key}")
        for room, catalog in CATALOGS.items()
        for key in catalog[language]
        if key not in but
    ]


def placeholders(sentence):
    return {name for _, name, *_ in Formatter().parse(sentence) if name}


def constants():
    """Every text that the package's code holds, but for the words themselves."""
    for path in PACKAGE.rglob("*.py"):
        if path.name.endswith("words.py"):
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value


@pytest.mark.parametrize("catalog", CATALOGS.values())
def test_languages_have_the_same_keys(catalog):
    assert catalog["en"].keys() == catalog["zh"].keys()
    assert set(catalog) == set(LANGUAGES)


@pytest.mark.parametrize(("room", "key"), each_key("en"))
def test_languages_fill_in_the_same(room, key):
    words = CATALOGS[room]
    assert placeholders(words["en"][key]) == placeholders(words["zh"][key])


@pytest.mark.parametrize("room", CATALOGS)
def test_every_key_is_used(room):
    said, keys, prefixes = set(constants()), CATALOGS[room]["en"], PREFIXES[room]
    joined = {key for key in keys if key.partition(" ")[0] in prefixes}
    said.add("comma")  # by the words themselves
    assert all(f"{prefix} " in said for prefix in prefixes)
    assert [key for key in keys if key not in joined | said] == []


@pytest.mark.parametrize(("room", "key"), each_key("zh"))
def test_chinese_has_its_own_punctuation(room, key):
    sentence = CATALOGS[room]["zh"][key]
    assert not re.search(f"{HAN}[,;:?!()]|[,;?!(]{HAN}", sentence)
    assert not re.search(r"\s[，。；：？！、（）“”]|[，。；：？！、（）“”]\s", sentence)
    # A space parts Chinese from what else stands beside it.
    bare = re.sub(r"\{[^}]*\}", "{}", sentence)
    assert not re.search(f"{HAN}[A-Za-z0-9]|[A-Za-z0-9%]{HAN}", bare)


@pytest.mark.parametrize(
    ("room", "key"), each_key("zh", but=("comma", "semicolon", "space"))
)
def test_chinese_is_chinese(room, key):
    same = {"f1"}  # a name in both
    sentence = re.sub(r"\{[^}]*\}", "", CATALOGS[room]["zh"][key])
    says_nothing = not re.search(r"\w", sentence)
    assert key in same or says_nothing or re.search(HAN, sentence)


@pytest.mark.parametrize("catalog", ExplanationWords.catalog.values())
def test_words_are_no_markup(catalog):
    # Labels in sentences of a page are elements: such sentences are not escaped.
    assert not set("<>&") & set("".join(catalog.values()))


def test_words_are_filled_in():
    say = Words("zh")
    assert say("seconds", n=3) == "3 秒"
    assert say.list(["甲", "乙"]) == "甲、乙"
    assert "seconds" in say and "no such key" not in say


@pytest.mark.parametrize(
    ("variable", "value", "language"),
    [("LC_ALL", "zh_CN.UTF-8", "zh"), ("LANG", "zh_TW", "zh"), ("LANG", "C", "en")],
)
def test_language_of_the_locale(variable, value, language, monkeypatch):
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(variable, value)
    assert check_language(None) == language


def test_unknown_language_is_refused():
    with pytest.raises(ValueError, match="'en', 'zh'; got 'fr'"):
        Words("fr")
