"""Long lists of words are read once, and again as soon as they have changed."""

import pickle
from concurrent.futures import ThreadPoolExecutor

import pandas as pd
import pytest
from sklearn.base import clone

from sklstm import JiebaPOSTagger, JiebaSegmenter
from sklstm.text import _word_lists
from sklstm.text._word_lists import Words

TEXTS, TOKENS = ["云计算很好"], [["云计算", "很", "好"]]


@pytest.fixture
def reads(monkeypatch):
    """The user dictionaries that were read."""
    seen, read = [], _word_lists.read_user_dict
    monkeypatch.setattr(_word_lists, "_remembered", ())
    monkeypatch.setattr(
        _word_lists,
        "read_user_dict",
        lambda words, estimator: seen.append(words) or read(words, estimator),
    )
    return seen


FORMS = {
    "list": lambda: ["云计算", ("很好", 5)],
    "tuple": lambda: (("云计算", 5, "n"), "很好"),
    "set": lambda: {"云计算", "很好"},
    "dict": lambda: {"云计算": 5, "很好": 3},
    "Series": lambda: pd.Series(["云计算", "很好"]),
}
ESTIMATORS = {JiebaSegmenter: TEXTS, JiebaPOSTagger: TOKENS}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("estimator, X", ESTIMATORS.items())
def test_words_are_read_once(estimator, X, form, reads):
    one = estimator(user_dict=FORMS[form]())
    for _ in range(3):
        expected = one.fit(X).transform(X)
    assert clone(one).transform(X) == expected
    assert pickle.loads(pickle.dumps(one)).transform(X) == expected
    assert len(reads) == 1


def test_words_that_have_changed_are_read_again(reads):
    words = ["很好"]
    segmenter = JiebaSegmenter(user_dict=words)
    assert segmenter.transform(TEXTS) == [["云", "计算", "很好"]]
    words[0] = "云计算"
    assert segmenter.transform(TEXTS)[0][0] == "云计算"
    words.append(("云计算", 0))
    assert segmenter.transform(TEXTS)[0][:2] == ["云", "计算"]
    segmenter.set_params(user_dict=["云计算"])
    assert segmenter.transform(TEXTS)[0][0] == "云计算"
    assert len(reads) == 3  # the last words were known


def test_entries_that_change_in_place_are_read_each_time(reads):
    entry = ["云计算", 10**6]
    segmenter = JiebaSegmenter(user_dict=[entry])
    assert segmenter.transform(TEXTS)[0][0] == "云计算"
    entry[1] = 0
    assert segmenter.transform(TEXTS)[0][:2] == ["云", "计算"]


def test_stop_words_that_have_changed_are_read_again():
    words = ["好"]
    segmenter = JiebaSegmenter(stop_words=words)
    assert "很" in segmenter.transform(["很 好"])[0]
    words.append("很")
    assert segmenter.transform(["很 好"]) == [[]]


def test_the_form_that_words_are_folded_to_is_part_of_the_memory():
    words = ["ＡＢＣ号"]
    wide = JiebaSegmenter(user_dict=words, normalize=None)
    folded = JiebaSegmenter(user_dict=words)
    assert "ABC号" in folded.transform(["买ABC号"])[0]
    assert "ABC号" not in wide.transform(["买ABC号"])[0]
    assert "ABC号" in folded.transform(["买ABC号"])[0]


def test_words_hash_like_equal_ones_and_leave_the_hash_at_home():
    words = Words((("好", 5, "n"), ("很好", None, None)))
    assert hash(words) == hash(Words(words)) == hash(tuple(words))
    travelled = pickle.loads(pickle.dumps(words))
    assert travelled == words and not vars(travelled)


def test_threads_that_read_at_once_get_their_own_words():
    def cut(word):
        segmenter = JiebaSegmenter(user_dict=[word, *"一二三四五"])
        return segmenter._user_words()[0][0]

    words = [f"词{i % 20}" for i in range(400)]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(cut, words)) == words
