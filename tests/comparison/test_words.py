"""Both languages say the same, and nothing that nobody asks for."""

import ast
import re
from pathlib import Path
from string import Formatter

import pytest

import sklstm
from sklstm.comparison._words import Words
from sklstm.display._words import LANGUAGES, check_language

_WORDS = Words.catalog
HAN = "[\u4e00-\u9fff]"
PACKAGE = Path(sklstm.__file__).parent
# Keys that are put together where they are used.
PREFIXES = ("explain", "score", "setting", "tie", "value")


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


def test_languages_have_the_same_keys():
    assert _WORDS["en"].keys() == _WORDS["zh"].keys()
    assert set(_WORDS) == set(LANGUAGES)


@pytest.mark.parametrize("key", _WORDS["en"])
def test_languages_fill_in_the_same(key):
    assert placeholders(_WORDS["en"][key]) == placeholders(_WORDS["zh"][key])


def test_every_key_is_used():
    said = set(constants())
    joined = {key for key in _WORDS["en"] if key.partition(" ")[0] in PREFIXES}
    said.add("comma")  # by the words themselves
    assert all(f"{prefix} " in said for prefix in PREFIXES)
    assert [key for key in _WORDS["en"] if key not in joined | said] == []


@pytest.mark.parametrize("key", _WORDS["zh"])
def test_chinese_has_its_own_punctuation(key):
    sentence = _WORDS["zh"][key]
    assert not re.search(f"{HAN}[,;:?!()]|[,;?!(]{HAN}", sentence)
    assert not re.search(r"\s[，。；：？！、（）“”]|[，。；：？！、（）“”]\s", sentence)
    # A space parts Chinese from what else stands beside it.
    bare = re.sub(r"\{[^}]*\}", "{}", sentence)
    assert not re.search(f"{HAN}[A-Za-z0-9]|[A-Za-z0-9%]{HAN}", bare)


@pytest.mark.parametrize("key", set(_WORDS["zh"]) - {"comma", "semicolon", "space"})
def test_chinese_is_chinese(key):
    same = {"f1"}  # a name in both
    sentence = re.sub(r"\{[^}]*\}", "", _WORDS["zh"][key])
    says_nothing = not re.search(r"\w", sentence)
    assert key in same or says_nothing or re.search(HAN, sentence)


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
