"""JiebaPOSTagger: aligned tags, close to posseg's."""

import copy
import importlib
import pickle
import warnings

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import clone

from sklstm import JiebaPOSTagger, JiebaSegmenter
from sklstm.datasets import make_reviews
from sklstm.text._jieba import base_dictionary
from sklstm.text._pos_tagger import COARSE_TAGS

WORDS = [["房间", "很", "干净", ",", "服务", "也", "不错", "!"], []]


def tag(words, **parameters):
    return JiebaPOSTagger(**parameters).transform([words])[0]


@settings(deadline=None)
@given(st.lists(st.text(st.characters(), max_size=3) | st.sampled_from(WORDS[0])))
def test_one_tag_for_each_token_whatever_it_is(words):
    assert len(tag(words)) == len(words)
    assert set(tag(words, tagset="coarse")) <= set(COARSE_TAGS)


def test_tags_of_known_words_are_the_dictionarys():
    assert JiebaPOSTagger().transform(WORDS) == [
        ["n", "zg", "a", "x", "vn", "d", "a", "x"],
        [],
    ]


def test_coarse_tags():
    assert JiebaPOSTagger(tagset="coarse").transform(WORDS)[0] == [
        "noun",
        "adverb",
        "adjective",
        "punctuation",
        "verb",
        "adverb",
        "adjective",
        "punctuation",
    ]


@pytest.mark.parametrize(
    "word, tagset, expected",
    [
        ("wifi", "jieba", "eng"),
        ("iphone6s", "jieba", "eng"),
        ("3.5", "jieba", "m"),
        ("50%", "jieba", "m"),
        ("...", "jieba", "x"),
        ("!", "jieba", "x"),
        ("", "jieba", "x"),
        ("3", "coarse", "numeral"),
        (" ", "coarse", "punctuation"),
        ("……", "coarse", "punctuation"),
        ("😊", "coarse", "other"),
        ("您", "coarse", "pronoun"),  # zg in the dictionary
        ("李白", "coarse", "name"),
        ("莫名其妙", "coarse", "idiom"),
        ("吧", "coarse", "modal"),
        ("的", "coarse", "particle"),
    ],
)
def test_tags_of_single_words(word, tagset, expected):
    assert tag([word], tagset=tagset) == [expected]


def test_each_tag_of_jieba_has_one_coarse_tag():
    listed = [tag for tags in COARSE_TAGS.values() for tag in tags]
    assert len(listed) == len(set(listed))
    known = set(base_dictionary().tags.values())
    # zg says nothing, x is what is no word, h and k are beginnings and ends of words.
    assert known - set(listed) == {"zg", "x", "h", "k"}


def test_the_docstring_holds_the_mapping():
    for coarse, tags in COARSE_TAGS.items():
        assert f"{coarse:12} {' '.join(tags)}".rstrip() in JiebaPOSTagger.__doc__


# Against posseg.


@pytest.fixture(scope="module")
def posseg():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return importlib.import_module("jieba.posseg")


def _spans(words):
    end = 0
    for word in words:
        end += len(word)
        yield end - len(word), end


def test_tags_are_possegs_where_it_cuts_alike(posseg):
    dictionary = base_dictionary()
    tokenizer = posseg.jieba.Tokenizer()
    tokenizer.FREQ, tokenizer.total = dictionary.frequencies, dictionary.total
    tokenizer.initialized = True
    peer = posseg.POSTokenizer(tokenizer)
    texts, _ = make_reviews(n_samples=300, n_classes=3, random_state=0)
    documents = JiebaSegmenter(normalize=None).transform(texts)
    tags = JiebaPOSTagger().transform(documents)
    same = compared = 0
    for text, words, found in zip(texts, documents, tags, strict=True):
        pairs = peer.lcut(text)
        expected = dict(
            zip(_spans(p.word for p in pairs), (p.flag for p in pairs), strict=True)
        )
        for span, one in zip(_spans(words), found, strict=True):
            compared += span in expected
            same += expected.get(span) == one
    assert compared > 3000
    assert same / compared >= 0.98


# User dictionary.


def test_user_tags_come_first():
    words = ["服务", "云计算", "好吃到哭"]
    user_dict = [("云计算", 3, "nz"), ("好吃到哭", None, "a"), ("服务", 5, "n")]
    assert tag(words, user_dict=user_dict) == ["n", "nz", "a"]
    assert tag(words)[0] == "vn"


def test_unknown_user_tag_is_other():
    assert tag(["云计算"], user_dict=[("云计算", 3, "cloud")]) == ["cloud"]
    coarse = tag(["云计算"], user_dict=[("云计算", 3, "cloud")], tagset="coarse")
    assert coarse == ["other"]


def test_user_word_without_a_tag_is_tagged_as_an_unknown_word():
    assert tag(["送餐"], user_dict=["送餐"]) == tag(["送餐"])


def test_taggers_never_see_the_tags_of_others():
    tag(["云计算"], user_dict=[("云计算", 3, "cloud")])
    assert tag(["云计算"]) != ["cloud"]
    assert "云计算" not in base_dictionary().tags


# Input and travel.


def test_documents_are_refused_with_the_way_out():
    message = r"JiebaPOSTagger expects token.*row 0 is str. Put JiebaSegmenter before"
    with pytest.raises(TypeError, match=message):
        JiebaPOSTagger().transform(["房间很大"])


def test_tokens_that_are_no_str_are_refused():
    with pytest.raises(TypeError, match=r"JiebaPOSTagger .* row 0, position 1 is int"):
        JiebaPOSTagger().fit([["好", 3]])


def test_no_samples_are_refused_in_fit_alone():
    with pytest.raises(ValueError, match=r"JiebaPOSTagger .* at least 1 sample"):
        JiebaPOSTagger().fit([])
    assert JiebaPOSTagger().transform([]) == []


def test_bad_tagset_is_refused():
    with pytest.raises(ValueError, match="'tagset' parameter of JiebaPOSTagger"):
        JiebaPOSTagger(tagset="fine").transform(WORDS)


@pytest.mark.parametrize("container", [tuple, pd.Series, iter])
def test_containers_give_the_same_tags(container):
    assert JiebaPOSTagger().transform(container(WORDS)) == JiebaPOSTagger().transform(
        WORDS
    )


@pytest.mark.parametrize(
    "travel", [clone, copy.deepcopy, lambda it: pickle.loads(pickle.dumps(it))]
)
def test_copies_tag_alike_after_use(travel):
    tagger = JiebaPOSTagger(tagset="coarse", user_dict=[("好", 3, "n")]).fit(WORDS)
    expected = tagger.transform(WORDS)
    assert travel(tagger).transform(WORDS) == expected


def test_input_is_left_as_it_was():
    words = [list(row) for row in WORDS]
    JiebaPOSTagger().fit_transform(words)
    assert words == WORDS
