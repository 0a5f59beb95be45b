"""FunctionSegmenter: words from the user's own function."""

import pickle

import numpy as np
import pytest

from sklstm import FunctionSegmenter


def split(text):
    return text.split()


def answer(value):
    return FunctionSegmenter(lambda text: value if text == "x" else [text])


@pytest.mark.parametrize(
    "words",
    [["a", "b"], ("a", "b"), np.array(["a", "b"]), [np.str_("a"), "b", ""], iter("ab")],
)
def test_any_iterable_of_words_that_keeps_their_order(words):
    found = answer(words).transform(["x"])
    assert found == [["a", "b"]]
    assert {type(word) for word in found[0]} == {str}


def test_the_function_sees_the_document_as_it_is():
    seen = []
    segmenter = FunctionSegmenter(lambda text: seen.append(text) or [])
    assert segmenter.transform(["Ａ b", "", " "]) == [[], [], []]
    assert seen == ["Ａ b", " "]


def test_documents_and_words_are_brought_into_form():
    segmenter = FunctionSegmenter(
        split, normalize="NFKC", lowercase=True, stop_words=["Ｔhe"], punctuation="drop"
    )
    assert segmenter.transform(["ＴHE Room !", "!!"]) == [["room"], []]


def test_a_function_of_a_module_pickles():
    segmenter = pickle.loads(pickle.dumps(FunctionSegmenter(split)))
    assert segmenter.transform(["a b"]) == [["a", "b"]]
    with pytest.raises((pickle.PicklingError, AttributeError), match="lambda"):
        pickle.dumps(FunctionSegmenter(lambda text: [text]))


@pytest.mark.parametrize(
    ("value", "came"),
    [
        ("a b", "row 1 it returned str"),
        (b"a", "row 1 it returned bytes"),
        (None, "row 1 it returned NoneType"),
        ({"a"}, "row 1 it returned set"),
        ({"a": 1}, "row 1 it returned dict"),
        (["a", 3], "row 1 it returned int at position 1"),
        ([["a"]], "row 1 it returned list at position 0"),
    ],
)
def test_what_is_no_list_of_words_is_refused(value, came):
    message = f"function to return the words of one document, a list of str; for {came}"
    with pytest.raises(TypeError, match=message):
        answer(value).transform(["y", "x"])


def test_what_is_no_function_is_refused():
    with pytest.raises(ValueError, match="'function' parameter of FunctionSegmenter"):
        FunctionSegmenter("split").fit(["a"])
