"""Places of words in the documents as they were given."""

import sys
import unicodedata
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sklstm import JiebaSegmenter
from sklstm.datasets import make_reviews
from sklstm.text._offsets import align

# Ligatures, squared words, marks, jamo, half-width kana with voice marks, digits in
# circles, fractions, letters that jieba's full mode gathers, words, stops.
PARTS = [
    *"ﬁ㍿e\u0301\u0327\u0323한\u1112\u1161\u11abｶﾞﾎﾟ①½ＡＢab1%\r\n \u3000",
    *"।\u09c7\u09be\u0d46\u0d3e\u200d\ud800\x00👩",
    "房间",
    "很好",
    "清华大学",
    "T恤",
    "不",
    "，",
    "。",
]
texts = st.lists(st.sampled_from(PARTS), max_size=25).map("".join)
texts |= st.text(st.characters(), max_size=25)
BACKENDS = ["jieba", "rjieba"]


def place(text, **parameters):
    """Words of a document and what stands where they are said to stand."""
    segmenter = JiebaSegmenter(**parameters)
    (words,), (offsets,) = segmenter.transform([text]), segmenter.offsets([text])
    assert offsets.shape == (len(words), 2) and offsets.dtype == np.int64
    return words, [text[start:stop] for start, stop in offsets], offsets


@settings(deadline=None)
@given(texts, st.sampled_from(BACKENDS), st.booleans())
def test_places_hold_the_words_where_nothing_is_normalised(text, backend, hmm):
    words, found, offsets = place(text, normalize=None, backend=backend, hmm=hmm)
    assert found == words
    assert (offsets[1:, 0] >= offsets[:-1, 1]).all()


@settings(deadline=None)
@given(texts, st.sampled_from(["exact", "full", "search"]), st.booleans())
@example("ab清华大学", "full", True)
@example("ABT恤a1", "full", True)
@example("中国国家国", "full", True)
def test_places_hold_the_words_whatever_is_left_out(text, mode, normalize):
    parameters = {"normalize": "NFKC" if normalize else None, "mode": mode}
    parameters |= {"lowercase": True, "punctuation": "drop", "stop_words": ["不"]}
    words, found, offsets = place(text, **parameters)
    for word, piece in zip(words, found, strict=True):
        whole = unicodedata.normalize("NFKC", piece) if normalize else piece
        assert word in whole.lower()
    if mode == "exact":
        assert (np.diff(offsets, axis=0) >= 0).all()


@given(texts)
@settings(deadline=None)
def test_pieces_that_are_normalised_alone_give_the_whole(text):
    starts, normal_starts = align(text)
    normal = unicodedata.normalize("NFKC", text)
    for (a, b), (c, d) in zip(pairwise(starts), pairwise(normal_starts), strict=True):
        assert unicodedata.normalize("NFKC", text[a:b]) == normal[c:d]
    assert normal_starts[-1] == len(normal)


def test_every_character_beside_every_mark_that_joins():
    """All that Unicode composes, and all characters among random ones."""
    decomposed = map(unicodedata.decomposition, map(chr, range(sys.maxunicode + 1)))
    pairs = [d.split() for d in decomposed if " " in d and d[0] != "<"]
    text = "".join(chr(int(code, 16)) for pair in pairs for code in pair)
    rng = np.random.default_rng(0)
    text += "".join(map(chr, rng.permutation(sys.maxunicode + 1)))
    text += "".join(map(chr, rng.permutation(0x3400)))
    starts, normal_starts = align(text)
    normal = unicodedata.normalize("NFKC", text)
    alone = [unicodedata.normalize("NFKC", text[a:b]) for a, b in pairwise(starts)]
    assert "".join(alone) == normal
    assert np.array_equal(np.diff(normal_starts), list(map(len, alone)))
    # Pieces are no longer than they must be: most hold one character.
    assert len(alone) > 0.95 * len(text)


@pytest.mark.parametrize(
    ("text", "words", "found"),
    [
        ("ﬁ服务", ["fi", "服务"], ["ﬁ", "服务"]),
        ("㍿很好", ["株式会社", "很", "好"], ["㍿", "很", "好"]),
        ("oke\u0301，好", ["ok", "é", ",", "好"], ["ok", "e\u0301", "，", "好"]),
        ("각！", ["각", "!"], ["각", "！"]),
        ("ｶﾞ好", ["ガ", "好"], ["ｶﾞ", "好"]),
        ("服务　ＯＫ", ["服务", "OK"], ["服务", "ＯＫ"]),
        # One character, two words of which one is left out.
        ("好⑴", ["好", "(", "1", ")"], ["好", "⑴", "⑴", "⑴"]),
    ],
)
def test_by_hand(text, words, found):
    assert place(text)[:2] == (words, found)


def test_words_inside_words_by_hand():
    search = JiebaSegmenter(mode="search").offsets(["在清华大学"])[0]
    # 在, 清华, 华大, 大学, 清华大学
    assert search.tolist() == [[0, 1], [1, 3], [2, 4], [3, 5], [1, 5]]
    full = JiebaSegmenter(mode="full").offsets(["在清华大学"])[0]
    # 在, 清华, 清华大学, 华大, 大学
    assert full.tolist() == [[0, 1], [1, 3], [1, 5], [2, 4], [3, 5]]


def test_full_mode_with_a_word_of_ones_own_inside_letters():
    """jieba joins what is left of the letters: their place is the whole run."""
    parameters = {"mode": "full", "user_dict": [("b", 5), ("bc", 5)]}
    words, found, _ = place("好abcd好", **parameters)
    assert words == ["好", "bc", "ad", "好"]
    assert found == ["好", "bc", "abcd", "好"]


@pytest.mark.parametrize("mode", ["exact", "full", "search"])
def test_long_documents_are_placed_piece_by_piece(mode):
    text = "房间很大服务也不错，ABC" * 400
    words, found, _ = place(text, mode=mode, normalize=None)
    assert found == words
    words, found, _ = place("房" * 2500, mode=mode, user_dict=["房房房"])
    assert found == words


@pytest.mark.parametrize("text", ["", " \t\n", "。。", "\u3000"])
def test_documents_without_words(text):
    offsets = JiebaSegmenter(punctuation="drop").offsets([text, "好"])
    assert [part.shape for part in offsets] == [(0, 2), (1, 2)]
    assert JiebaSegmenter().offsets([]) == []


def test_remembered_words_and_jobs_have_the_same_places():
    documents = make_reviews(60, random_state=0)[0] * 40
    expected = JiebaSegmenter().offsets(documents)
    for parameters in ({"cache_size": 100}, {"n_jobs": 2}):
        segmenter = JiebaSegmenter(**parameters)
        lengths = list(map(len, segmenter.transform(documents)))
        offsets = segmenter.offsets(documents)
        assert list(map(len, offsets)) == lengths
        assert all(map(np.array_equal, offsets, expected))
