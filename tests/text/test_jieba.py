"""The cutters hold to jieba's own result, whoever cuts."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from joblib import Parallel, delayed

from sklstm.datasets import make_reviews
from sklstm.text import _jieba
from sklstm.text._jieba import base_dictionary, load_cutter

jieba = _jieba._import_jieba()
pytest.importorskip("rjieba")

DATA = Path(os.environ.get("SKLSTM_DATA", "../shared/data"))
CORPORA = (
    "chnsenticorp_train",
    "chnsenticorp_dev",
    "waimai_10k",
    "online_shopping_10_cats",
)
# Pieces at which jieba and rjieba part, and what joins or breaks blocks.
PIECES = [
    *"很不好的了房间服务abcxTQ019.%-+#&_ \t\n\r,，。！…　\x00\x1c\x85鿖㐀豈𠀀😊",
    *("\r\n", "AT&T", "c++", "C#", "3.5%", "10-11", "www.a.cn", "T恤", "1.5米", "4S店"),
    *(
        "酒店",
        "服务员",
        "中国科学院",
        "不错",
        "的话",
        "是不是",
        "赞赞赞",
        "哈哈哈哈",
        "\ud800",
    ),
    *(
        "👩‍👩‍👧",
        "e\u0301",
        "\u200f",
        "\ue000",
        "ｘｙ",
        "１２",
        "送餐",
        "网购",
        "李小福",
    ),
]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=12).map("".join) | st.text(
    st.characters(), max_size=20
)


@pytest.fixture(scope="module")
def reference():
    """Build jieba's own tokenizer from its own reader, apart from ours."""
    return _jiebas_own()


def _jiebas_own():
    tokenizer = jieba.Tokenizer()
    tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(tokenizer.get_dict_file())
    tokenizer.initialized = True
    return tokenizer


def test_dictionary_is_the_one_that_jieba_builds(reference):
    dictionary = base_dictionary()
    assert dictionary.frequencies == reference.FREQ
    assert dictionary.total == reference.total


def test_dictionary_holds_the_tags_of_its_words():
    assert base_dictionary().tags["酒店"] == "n"


def test_words_with_symbols_are_those_of_the_dictionary():
    words = base_dictionary().frequencies
    with_symbols = {w for w, freq in words.items() if freq and _jieba._SYMBOL.search(w)}
    assert with_symbols == set(_jieba._SYMBOL_WORDS)


def test_no_word_of_the_dictionary_holds_a_stand_in():
    characters = set("".join(base_dictionary().frequencies))
    assert not characters & set(_jieba._STAND_INS)


@settings(max_examples=200, deadline=None)
@given(text=TEXTS, hmm=st.booleans())
def test_exact_mode_is_jiebas_and_loses_nothing(reference, text, hmm):
    expected = reference.lcut(text, HMM=hmm)
    for backend in ("jieba", "rjieba"):
        words = load_cutter("exact", hmm, (), backend)(text)
        assert words == expected
        assert "".join(words) == text


@settings(max_examples=100, deadline=None)
@given(text=TEXTS, hmm=st.booleans(), backend=st.sampled_from(["jieba", "rjieba"]))
def test_search_mode_is_jiebas(reference, text, hmm, backend):
    words = load_cutter("search", hmm, (), backend)(text)
    assert words == reference.lcut_for_search(text, HMM=hmm)


@settings(max_examples=100, deadline=None)
@given(text=TEXTS)
def test_full_mode_is_jiebas_without_empty_words(reference, text):
    expected = [word for word in reference.lcut(text, cut_all=True) if word]
    assert load_cutter("full")(text) == expected


@pytest.mark.parametrize(
    "first, last",
    [(0x3400, 0x4DBF), (0x9FD6, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x2EBEF)],
)
def test_characters_at_the_edges_of_what_rjieba_knows(reference, first, last):
    cut = load_cutter("exact", True, (), "rjieba")
    for code in (first - 1, first, last, last + 1):
        text = f"他来{chr(code) * 2}好吃{chr(code)}很"
        assert cut(text) == reference.lcut(text)


def test_generated_reviews_are_cut_as_jieba_cuts_them(reference):
    texts, _ = make_reviews(n_samples=500, n_classes=3, random_state=0)
    for backend in ("jieba", "rjieba"):
        cut = load_cutter("exact", True, (), backend)
        assert [cut(text) for text in texts] == [reference.lcut(t) for t in texts]


@pytest.mark.parametrize("text", ["赞" * 5, "赞" * 7, "差" * 6 + "评"])
def test_ties_of_a_repeated_character_are_broken_as_jieba_breaks_them(reference, text):
    # 赞/赞赞 and 赞赞/赞 have equal probability; the last bit decides.
    assert load_cutter("exact", True, (), "rjieba")(text) == reference.lcut(text)


def _differing(texts):
    cutters = [load_cutter("exact", True, (), b) for b in ("jieba", "rjieba")]
    lcut = _jiebas_own().lcut
    return [
        text
        for text in texts
        for expected in [lcut(text)]
        if any(cut(text) != expected for cut in cutters)
    ]


@pytest.mark.skipif(not DATA.exists(), reason=f"no review corpora in {DATA}")
def test_reviews_of_the_corpora_are_cut_alike():
    """Every fourth of them; benchmarks/segmentation.py cuts all."""
    pd = pytest.importorskip("pandas")
    texts = [t for f in CORPORA for t in pd.read_csv(DATA / f"{f}.csv")["review"]]
    batches = [texts[start::16] for start in range(4)]
    differing = Parallel(n_jobs=2)(delayed(_differing)(batch) for batch in batches)
    assert [text for batch in differing for text in batch] == []


# User words.

WORDS = (
    ("云计算", None, None),
    ("好吃到哭", 5, "a"),
    ("c+哭", None, None),
    ("x好", None, None),
    ("服务", 0, None),
)


@settings(max_examples=100, deadline=None)
@given(text=st.lists(st.sampled_from([*PIECES, *(w for w, _, _ in WORDS)])))
@example(text=["-好"])  # beside "x好": another letter has to stand in for "-"
@example(text=["服务"])  # taken out of the dictionary, found again by jieba's HMM
def test_user_words_are_cut_alike_by_both(text):
    text = "".join(text)
    one, other = (load_cutter("exact", True, WORDS, b) for b in ("jieba", "rjieba"))
    assert one(text) == other(text)
    assert "".join(one(text)) == text


def test_user_word_without_frequency_gets_jiebas(reference):
    tokenizer = load_cutter("exact", True, WORDS[:1], "jieba")._cut._cut.__self__
    assert tokenizer.frequencies["云计算"] == reference.suggest_freq("云计算")


def test_both_weigh_words_alike_after_words_were_added():
    # 的 and 了 together would have f(的) f(了) / total, which shows the total.
    words = (("我", 1, None), ("我", 7, None), ("云计算", 5, None), ("服务", 0, None))
    one, other = (load_cutter("exact", True, words, b) for b in ("jieba", "rjieba"))
    tokenizer, rust = one._cut._cut.__self__.built, other._cut._cut._rust
    assert rust.suggest_freq("的了") == tokenizer.suggest_freq("的了")


@pytest.mark.parametrize("backend", ["jieba", "rjieba"])
def test_cutters_never_see_the_words_of_others(backend):
    text = "好吃到哭的云计算"
    before = load_cutter("exact", True, (), backend)(text)
    assert "云计算" in load_cutter("exact", True, WORDS[:1], backend)(text)
    other = load_cutter("exact", True, WORDS[1:2], backend)(text)
    assert other == ["好吃到哭", "的", "云", "计算"]
    load_cutter.cache_clear()
    assert load_cutter("exact", True, (), backend)(text) == before


def test_frequency_zero_takes_a_word_out_for_its_cutter_alone(reference):
    text = "服务很好"
    assert "服务" in load_cutter("exact", False, (), "rjieba")(text)
    assert "服务" not in load_cutter("exact", False, WORDS[4:], "rjieba")(text)
    assert reference.lcut(text)[0] == "服务"
    assert not jieba.finalseg.Force_Split_Words


def test_no_stand_in_left_falls_back_to_jieba():
    words = ((_jieba._STAND_INS, 3, None),)
    one, other = (load_cutter("exact", True, words, b) for b in ("jieba", "rjieba"))
    assert one("只要3-5元") == other("只要3-5元") == ["只要", "3", "-", "5", "元"]


# Long texts.


def test_long_text_is_cut_as_jieba_cuts_it_where_it_has_stops(reference):
    text = "房间很大，服务员的态度也不错。\r\n" * 500
    for backend in ("jieba", "rjieba"):
        assert load_cutter("exact", True, (), backend)(text) == reference.lcut(text)


def test_long_text_without_a_stop_loses_nothing():
    text = "啊" * 6001 + "好"
    pieces = _jieba._PIECE.findall(text)
    assert [len(piece) for piece in pieces] == [2000, 2000, 2000, 2]
    assert "".join(load_cutter()(text)) == text


# The process.


def test_jieba_is_left_alone(tmp_path):
    code = """
import json, sys, sklstm
before = [name for name in ("jieba", "rjieba") if name in sys.modules]
words = sklstm.JiebaSegmenter(user_dict=["云计算"]).fit_transform(["云计算赞赞赞"])
tags = sklstm.JiebaPOSTagger().transform(words)
import jieba
print(json.dumps([before, words, jieba.dt.initialized, "云计算" in jieba.dt.FREQ]))
"""
    environment = {**os.environ, "TMPDIR": str(tmp_path), "HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**environment, "PYTHONIOENCODING": "utf-8"},
        check=True,
    )
    before, words, initialized, leaked = json.loads(done.stdout)
    assert before == []
    assert words == [["云计算", "赞赞赞"]]
    assert not initialized
    assert not leaked
    assert done.stderr == ""
    assert list(tmp_path.iterdir()) == []


def test_rjieba_missing_is_said(monkeypatch):
    monkeypatch.setitem(sys.modules, "rjieba", None)
    with pytest.raises(ImportError, match=r"pip install rjieba.*backend='auto'"):
        _jieba._import_rjieba()


def test_auto_takes_jieba_where_rjieba_is_missing(monkeypatch):
    monkeypatch.setattr(_jieba, "find_spec", lambda name: None)
    monkeypatch.setitem(sys.modules, "rjieba", None)
    load_cutter.cache_clear()
    assert load_cutter()("房间很大") == ["房间", "很大"]
    load_cutter.cache_clear()
