import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from sklstm import Sequences, TokenEncoder
from sklstm.features import _encoder

# 好 stands 3 times, 不 and 很 twice, 差 once.
TOKENS = [["不", "好"], [], ["很", "好", "很", "好"], ["不", "差"]]


def test_codes_by_hand():
    # By falling frequency; 不 (U+4E0D) before 很 (U+5F88).
    encoder = TokenEncoder()
    encoded = encoder.fit_transform(TOKENS)
    assert encoder.vocabulary_ == {"好": 1, "不": 2, "很": 3, "差": 4}
    assert encoder.tokens_.tolist() == [None, "好", "不", "很", "差"]
    assert encoder.counts_.tolist() == [0, 3, 2, 2, 1]
    expected = Sequences([2, 0, 4, 2], [[2, 1, 3, 1, 3, 1, 2, 4]])
    assert encoded == expected
    assert encoded.codes[0].dtype == np.int32


@pytest.mark.parametrize(
    "params, tokens, unknown",
    [
        ({"min_count": 2}, ["好", "不", "很"], 1),
        ({"max_vocabulary": 2}, ["好", "不"], 3),
        ({"min_count": 3, "max_vocabulary": 2}, ["好"], 5),
    ],
)
def test_limits_of_the_vocabulary(params, tokens, unknown):
    encoder = TokenEncoder(**params)
    encoded = encoder.fit_transform(TOKENS)
    assert list(encoder.vocabulary_) == tokens
    assert encoder.counts_[0] == unknown
    assert (encoded.codes[0] == 0).sum() == unknown


def test_unseen_tokens_and_no_samples():
    encoder = TokenEncoder().fit(TOKENS)
    assert encoder.transform([["坏", "好"], []]) == Sequences([2, 0], [[0, 1]])
    assert encoder.transform([]) == Sequences([], [[]])


def test_vocabulary_does_not_depend_on_the_order_of_samples():
    forth, back = TokenEncoder().fit(TOKENS), TokenEncoder().fit(TOKENS[::-1])
    assert list(forth.vocabulary_.items()) == list(back.vocabulary_.items())


@given(st.lists(st.lists(st.text(max_size=2), max_size=4), max_size=5))
def test_two_roads_to_the_codes(tokens):
    encoder = TokenEncoder()
    tokens = [*tokens, ["好"]]
    encoded = encoder.fit_transform(tokens)
    assert encoder.transform(tokens) == encoded
    assert encoder.inverse_transform(encoded) == tokens


def test_codes_of_a_list_and_of_a_generator():
    encoder = TokenEncoder(min_count=2).fit(TOKENS)
    assert encoder.transform(iter(TOKENS)) == encoder.transform(TOKENS)
    codes = encoder.transform(TOKENS).codes[0]
    assert codes.base is None
    assert codes.tolist() == [2, 1, 3, 1, 3, 1, 2, 0]


def test_inverse_transform_marks_what_was_unknown():
    encoder = TokenEncoder().fit(TOKENS)
    encoded = encoder.transform([["坏", "好"], [], ["不"]])
    assert encoder.inverse_transform(encoded) == [[None, "好"], [], ["不"]]
    assert encoder.inverse_transform(encoded[:0]) == []


def test_counts_the_same_in_blocks(monkeypatch):
    monkeypatch.setattr(_encoder, "_BLOCK", 3)
    assert_array_equal(TokenEncoder().fit(TOKENS).counts_, [0, 3, 2, 2, 1])


@pytest.mark.parametrize(
    "params, tokens, message",
    [
        ({}, [[], []], "TokenEncoder .* every token sequence is empty"),
        ({"min_count": 4}, TOKENS, "min_count=4 .* occurs 3 times. Lower"),
        ({"min_count": 0}, TOKENS, "'min_count' parameter"),
        ({"max_vocabulary": 0}, TOKENS, "'max_vocabulary' parameter"),
    ],
)
def test_messages(params, tokens, message):
    with pytest.raises(ValueError, match=message):
        TokenEncoder(**params).fit(tokens)
