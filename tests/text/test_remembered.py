"""Remembered words: each text cut once, nothing shared with the caller, bounded."""

import copy
import pickle
from concurrent.futures import ThreadPoolExecutor

import pytest
from joblib import Parallel, delayed
from sklearn.base import clone

from sklstm import JiebaSegmenter
from sklstm.text import _segmenter
from sklstm.text._remembered import RememberedWords, remembered_words
from sklstm.utils.estimator_checks import parametrize_with_text_checks


class Cut:
    """Cuts into characters and keeps count."""

    def __init__(self):
        self.seen = []

    def __call__(self, documents):
        self.seen += documents
        return [list(text) for text in documents]


def test_each_text_is_cut_once():
    words, cut = RememberedWords(10), Cut()
    good, bad = ["很", "好"], ["差"]
    assert words.look_up(["很好", "差", "很好"], cut) == [good, bad, good]
    assert words.look_up(["差", "", "吵"], cut) == [["差"], [], ["吵"]]
    assert words.look_up([""], cut) == [[]]
    assert cut.seen == ["很好", "差", "", "吵"]


def test_lists_are_the_callers_own():
    words, cut = RememberedWords(10), Cut()
    first, twin = words.look_up(["很好", "很好"], cut)
    first.append("!")
    assert twin == ["很", "好"]
    twin.clear()
    assert words.look_up(["很好"], cut) == [["很", "好"]]


def test_no_more_is_remembered_than_asked_for():
    words, cut = RememberedWords(2), Cut()
    for text in "甲乙丙丁甲":
        assert words.look_up([text], cut) == [[text]]
        assert len(words._words) <= 2
    assert words.look_up(list("甲乙丙丁"), cut) == [["甲"], ["乙"], ["丙"], ["丁"]]
    assert len(words._words) == 2


def test_threads_get_what_one_gets():
    words = RememberedWords(7)
    documents = [f"{i}" for i in range(40)]

    def work(start):
        part = documents[start:] + documents[:start]
        return words.look_up(part, Cut()) == [list(text) for text in part]

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(work, list(range(40)) * 5))


@pytest.fixture
def cuts(monkeypatch):
    """List what JiebaSegmenter cuts."""
    remembered_words.cache_clear()
    seen = []
    cut = _segmenter._Cut.__call__

    def spy(self, documents):
        seen.extend(documents)
        return cut(self, documents)

    monkeypatch.setattr(_segmenter._Cut, "__call__", spy)
    return seen


def test_estimators_with_equal_settings_share_what_they_cut(cuts):
    segmenter = JiebaSegmenter(cache_size=5)
    expected = [["房间", "很", "吵"], []]
    travels = (clone, copy.deepcopy, lambda it: pickle.loads(pickle.dumps(it)))
    assert segmenter.fit_transform(["房间很吵", ""]) == expected
    for travel in travels:
        assert travel(segmenter).transform(["房间很吵", ""]) == expected
    assert cuts == ["房间很吵", ""]
    assert set(vars(segmenter)) == set(segmenter.get_params())


@pytest.mark.parametrize(
    "parameters, words",
    [
        ({"stop_words": ["很"]}, ["房间", "吵"]),
        ({"user_dict": ["很吵"]}, ["房间", "很吵"]),
        ({"mode": "full"}, ["房间", "很", "吵"]),
        ({"lowercase": True}, ["房间", "很", "吵"]),
    ],
)
def test_other_settings_share_nothing(cuts, parameters, words):
    JiebaSegmenter(cache_size=5).transform(["房间很吵"])
    segmenter = JiebaSegmenter(cache_size=5, **parameters)
    assert segmenter.transform(["房间很吵"]) == [words]
    assert cuts == ["房间很吵"] * 2


def test_nothing_is_remembered_unasked(cuts):
    for _ in range(2):
        JiebaSegmenter().transform(["房间很吵"])
    assert cuts == ["房间很吵"] * 2


def test_jobs_cut_what_is_new(monkeypatch):
    remembered_words.cache_clear()
    texts = [f"房间{i}很吵" for i in range(2500)]
    segmenter = JiebaSegmenter(cache_size=5000, n_jobs=2)
    expected = JiebaSegmenter().transform(texts)
    assert segmenter.transform(texts) == expected
    monkeypatch.setattr(_segmenter, "Parallel", None)
    assert segmenter.transform(texts[::-1]) == expected[::-1]


def test_remembers_in_workers_too():
    segmenter = JiebaSegmenter(cache_size=5)
    results = Parallel(2)(delayed(segmenter.transform)(["很好"]) for _ in range(3))
    assert results == [[["很", "好"]]] * 3


def test_a_negative_size_is_refused():
    with pytest.raises(ValueError, match="'cache_size' parameter"):
        JiebaSegmenter(cache_size=-1).transform(["好"])


@parametrize_with_text_checks([JiebaSegmenter(cache_size=5)])
def test_remembering_breaks_no_promise(estimator, check):
    check(estimator)
