"""JiebaSegmenter: options, input, and what scikit-learn does with estimators."""

import copy
import pickle
import string

import joblib
import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.pipeline import make_pipeline

from sklstm import JiebaSegmenter, TokenCountVectorizer
from sklstm.datasets import make_reviews
from sklstm.text import _segmenter

TEXT = "房间很大，服务也不错！"
PLAIN = ["房间", "很大", ",", "服务", "也", "不错", "!"]


def segment(text, **parameters):
    return JiebaSegmenter(**parameters).transform([text])[0]


@settings(deadline=None)
@given(st.text(st.characters(), max_size=30), st.booleans())
def test_words_of_an_unnormalised_cut_join_back(text, hmm):
    assert "".join(segment(text, normalize=None, hmm=hmm)) == text


@settings(deadline=None)
@given(st.text(st.characters(), max_size=30))
def test_no_text_raises_and_no_word_is_white_space(text):
    words = segment(text, mode="search", stop_words="chinese", lowercase=True)
    assert all(word and not word.isspace() for word in words)


def test_exact_mode():
    assert segment(TEXT) == PLAIN


def test_full_mode_gives_every_word_of_the_dictionary():
    assert segment("清华大学", mode="full") == ["清华", "清华大学", "华大", "大学"]


def test_search_mode_gives_short_words_before_long_ones():
    assert segment("清华大学", mode="search") == ["清华", "华大", "大学", "清华大学"]


def test_hmm_finds_words_that_the_dictionary_lacks():
    assert segment("他来到了网易杭研大厦")[-2:] == ["杭研", "大厦"]
    assert segment("他来到了网易杭研大厦", hmm=False)[-3:] == ["杭", "研", "大厦"]


# Normalisation, white space and punctuation.


def test_normalize_folds_full_width_characters():
    assert segment("ＡＢＣ１２３　％") == ["ABC123", "%"]
    assert segment("ＡＢ", normalize=None) == ["Ａ", "Ｂ"]


@pytest.mark.parametrize(
    "text", ["", " ", "\u3000\t\r\n", "！！！", string.punctuation]
)
def test_a_document_without_a_word_has_no_tokens(text):
    assert segment(text) == []


def test_an_unnormalised_cut_keeps_white_space_and_punctuation():
    assert segment(" 很 好！\r\n", normalize=None) == [
        " ",
        "很",
        " ",
        "好",
        "！",
        "\r\n",
    ]


def test_white_space_goes_with_punctuation():
    words = segment(" 很大，好!\n", normalize=None, punctuation="drop")
    assert words == ["很大", "好"]


def test_emoji_are_words():
    assert segment("😊") == ["😊"]
    assert segment("好😊！", punctuation="drop") == ["好", "😊"]


def test_lowercase_comes_after_the_cut():
    # "T恤" stands in jieba's dictionary, "t恤" does not.
    assert segment("T恤OK", lowercase=True) == ["t恤", "ok"]
    assert segment("T恤OK") == ["T恤", "OK"]


# Stop words.


def test_chinese_stop_words_keep_what_carries_an_opinion():
    words = segment("我的房间没有味道但是很吵", stop_words="chinese")
    assert words == ["房间", "没有", "味道", "但是", "很", "吵"]


def test_stop_words_are_folded_like_the_documents():
    assert segment("ok很大", stop_words=["ＯＫ"], lowercase=True) == ["很大"]


# User dictionary.


@pytest.mark.parametrize(
    "user_dict",
    [
        ["云计算"],
        ("云计算",),
        {"云计算"},
        [("云计算", 100)],
        [("云计算", 100, "n")],
        {"云计算": 100},
        pd.Series(["云计算"]),
    ],
)
def test_user_dict_in_each_form(user_dict):
    assert segment("云计算很好", user_dict=user_dict)[0] == "云计算"
    assert segment("云计算很好")[0] == "云"


def test_user_dict_file_is_read_again_when_it_changed(tmp_path):
    path = tmp_path / "words.txt"
    path.write_text("云计算 10 n\n\n好吃到哭\n", encoding="utf-8-sig")
    segmenter = JiebaSegmenter(user_dict=path)
    assert segmenter.transform(["云计算好吃到哭"]) == [["云计算", "好吃到哭"]]
    path.write_text("好吃到", encoding="utf-8")
    assert segmenter.transform(["云计算好吃到哭"]) == [["云", "计算", "好吃到", "哭"]]


def test_user_dict_is_folded_like_the_documents():
    assert segment("买ＡＢＣ号", user_dict=["ＡＢＣ号"]) == ["买", "ABC号"]


@pytest.mark.parametrize(
    "user_dict, kind, message",
    [
        ("no/such/file", ValueError, "cannot read user_dict='no/such/file'.*a list"),
        ([3], TypeError, "entry 0 is 3"),
        (["好", ("好", 3, "a", "b")], TypeError, "entry 1 is"),
        ([("好", 3, 4)], TypeError, "entry 0 is"),
        ([""], ValueError, "the word not empty"),
        ([("好", -1)], ValueError, "at least 0; entry 0 is"),
        ([("好", 1.5)], ValueError, "an int"),
    ],
)
def test_bad_user_dict_is_refused(user_dict, kind, message):
    with pytest.raises(kind, match=f"JiebaSegmenter .*{message}"):
        JiebaSegmenter(user_dict=user_dict).fit([TEXT])


def test_user_dict_in_another_encoding_is_refused(tmp_path):
    path = tmp_path / "words.txt"
    path.write_bytes("云计算".encode("gbk"))
    with pytest.raises(ValueError, match="as a UTF-8 text file"):
        JiebaSegmenter(user_dict=path).fit([TEXT])


def test_bad_stop_words_are_refused():
    with pytest.raises(TypeError, match=r"JiebaSegmenter expects stop_words.*got None"):
        JiebaSegmenter(stop_words=[None]).fit([TEXT])


# Input.


@pytest.mark.parametrize(
    "container",
    [
        list,
        tuple,
        iter,
        np.array,
        lambda texts: np.array(texts, dtype=object),
        lambda texts: pd.Series(texts, index=[5, 3, 9]),
        lambda texts: pd.Series(texts, dtype="string[pyarrow]"),
        lambda texts: pd.DataFrame({"text": texts}),
        pl.Series,
        lambda texts: [np.str_(text) for text in texts],
    ],
)
def test_containers_give_the_same_words(container):
    texts = [TEXT, "", "吵"]
    assert JiebaSegmenter().transform(container(texts)) == [PLAIN, [], ["吵"]]
    assert JiebaSegmenter().fit_transform(container(texts)) == [PLAIN, [], ["吵"]]


@pytest.mark.parametrize(
    "bad, kind",
    [
        (None, "NoneType"),
        (float("nan"), "float"),
        (pd.NA, "NAType"),
        (3, "int"),
        (True, "bool"),
        (b"\xba\xc3", "bytes"),
        (["好"], "list"),
    ],
)
def test_bad_documents_are_refused_with_their_row(bad, kind):
    message = f"JiebaSegmenter expects documents of type str; row 1 is {kind}"
    for method in (JiebaSegmenter().fit, JiebaSegmenter().transform):
        with pytest.raises(TypeError, match=message):
            method([TEXT, bad])


@pytest.mark.parametrize("bad", [TEXT, {TEXT}, {"text": TEXT}])
def test_input_without_rows_in_order_is_refused(bad):
    with pytest.raises(TypeError, match="JiebaSegmenter expects documents"):
        JiebaSegmenter().transform(bad)


def test_no_documents_are_refused_in_fit_alone():
    with pytest.raises(ValueError, match="at least 1 sample"):
        JiebaSegmenter().fit([])
    assert JiebaSegmenter().transform([]) == []


@pytest.mark.parametrize(
    "parameters",
    [
        {"mode": "fast"},
        {"normalize": "NFC"},
        {"stop_words": "english"},
        {"stop_words": iter(["的"])},  # could be read only once
        {"user_dict": iter(["的"])},
    ],
)
def test_bad_parameters_are_refused_without_fit_too(parameters):
    with pytest.raises(ValueError, match="parameter of JiebaSegmenter must be"):
        JiebaSegmenter(**parameters).transform([TEXT])


# Estimators travel.


@pytest.mark.parametrize(
    "travel",
    [clone, copy.deepcopy, lambda it: pickle.loads(pickle.dumps(it))],
)
def test_copies_cut_alike_after_use(travel):
    segmenter = JiebaSegmenter(user_dict=["云计算"]).fit([TEXT])
    segmenter.transform([TEXT])
    assert travel(segmenter).transform(["云计算"]) == [["云计算"]]


def test_use_leaves_nothing_on_the_estimator():
    segmenter = JiebaSegmenter()
    before = dict(vars(segmenter))
    segmenter.fit_transform([TEXT])
    assert vars(segmenter) == before


def test_changed_parameters_take_effect_after_use():
    segmenter = JiebaSegmenter()
    segmenter.transform([TEXT])
    segmenter.set_params(user_dict=["服务也"], punctuation="drop")
    assert segmenter.transform([TEXT]) == [["房间", "很大", "服务也", "不错"]]


@pytest.mark.filterwarnings("ignore:.*use of fork.*:DeprecationWarning")
@pytest.mark.parametrize("backend", ["loky", "multiprocessing", "threading"])
def test_jobs_give_the_same_words_in_the_same_order(backend):
    texts = make_reviews(n_samples=300, random_state=0)[0] * 7
    segmenter = JiebaSegmenter(user_dict=["云计算"], stop_words="chinese")
    alone = segmenter.transform(texts)
    with joblib.parallel_config(backend, n_jobs=2):
        assert segmenter.transform(texts) == alone
    assert segmenter.set_params(n_jobs=1).transform(texts) == alone


def test_shares_are_of_like_length_and_this_process_has_the_largest():
    texts = ["好" * n for n in range(2000)]  # the shortest first
    shares = _segmenter._shares(texts, 4)
    assert [text for share in shares for text in share] == texts
    own, *others = (sum(map(len, share)) for share in shares)
    assert max(others) < 1.01 * min(others)
    assert own == pytest.approx(1.08 * others[0], rel=0.02)


@pytest.mark.parametrize(("backend", "n_parts"), [("loky", 1), ("multiprocessing", 0)])
@pytest.mark.filterwarnings("ignore:.*use of fork.*:DeprecationWarning")
def test_this_process_does_one_job_where_it_can(backend, n_parts, monkeypatch):
    parts, call = [], _segmenter._Cut.__call__

    def cut_here(self, documents):
        parts.append(documents)  # seen of this process alone
        return call(self, documents)

    with joblib.parallel_config(backend):
        JiebaSegmenter(n_jobs=2).transform(["很好"] * 2000)  # the workers are there
        monkeypatch.setattr(_segmenter._Cut, "__call__", cut_here)
        JiebaSegmenter(n_jobs=2).transform(["很好"] * 2000)
    assert len(parts) == n_parts


def test_jobs_cut_empty_documents():
    segmenter = JiebaSegmenter(n_jobs=3)
    assert segmenter.transform([""] * 3000) == [[]] * 3000


def test_pipeline_with_memory_cuts_once(tmp_path, monkeypatch):
    memory = joblib.Memory(tmp_path, verbose=0)
    pipeline = make_pipeline(JiebaSegmenter(), TokenCountVectorizer(), memory=memory)
    first = pipeline.fit_transform([TEXT, "吵"]).toarray()
    monkeypatch.setattr(JiebaSegmenter, "transform", None)
    assert (clone(pipeline).fit_transform([TEXT, "吵"]).toarray() == first).all()
