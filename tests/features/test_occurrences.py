"""What tokens contribute to the counts of n-grams."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.preprocessing import StandardScaler

from sklstm import TokenCountVectorizer

# A token that is the pair of two others, one of no character, long ones.
WORDS = ["不", "好", "很", "房间", "不 好", "不好", "", "a", "清华大学"]
corpora = st.lists(st.lists(st.sampled_from(WORDS), max_size=8), min_size=1, max_size=6)
KINDS = [
    {**analyzer, "ngram_range": sizes, **weights}
    for analyzer in (
        {"analyzer": "word"},
        {"analyzer": "char"},
        {"analyzer": "char", "separator": " "},
        {"analyzer": "char", "separator": "--"},
    )
    for sizes in ((1, 1), (1, 3), (2, 3))
    for weights in ({}, {"binary": True}, {"tfidf": True}, {"max_features": 3})
]


def sums_by_row(shares, X):
    ends = np.cumsum([0, *map(len, X)])
    return np.array([shares[a:b].sum(axis=0) for a, b in pairwise(ends)])


@settings(deadline=None, max_examples=200)
@given(corpora, st.sampled_from(KINDS))
def test_tokens_sum_to_the_counts(X, parameters):
    # Half of what is asked was never seen.
    counter = TokenCountVectorizer(**parameters)
    counter.fit([*X[::2], ["不", "好", "很", "好"]])
    shares = counter.token_values(X)
    assert shares.shape == (sum(map(len, X)), len(counter.vocabulary_))
    expected = counter.transform(X).toarray()
    assert_allclose(sums_by_row(shares.toarray(), X), expected, rtol=0, atol=1e-10)


@settings(deadline=None, max_examples=100)
@given(corpora, st.sampled_from(KINDS))
def test_tokens_bear_what_loops_find(X, parameters):
    counter = TokenCountVectorizer(**parameters).fit([["不", "好", "很", "好"], *X])
    min_n, max_n = parameters["ngram_range"]
    by_character = parameters["analyzer"] == "char"
    values = counter.transform(X).toarray()
    expected = []
    for row, tokens in enumerate(X):
        owners = list(range(len(tokens)))
        units = tokens
        if by_character:
            separator = parameters.get("separator", "")
            around = [token + separator for token in tokens]
            around[:1] = [separator + first for first in around[:1]]
            owners = [i for i, token in enumerate(around) for _ in token]
            units = "".join(around)
        borne = np.zeros((len(tokens), values.shape[1]))
        counts = np.zeros(values.shape[1])
        for n in range(min_n, max_n + 1):
            for start in range(len(units) - n + 1):
                ngram = ("" if by_character else " ").join(units[start : start + n])
                column = counter.vocabulary_.get(ngram)
                if column is not None:
                    counts[column] += 1
                    for owner in owners[start : start + n]:
                        borne[owner, column] += values[row, column] / n
        expected.append(borne / np.maximum(counts, 1))
    actual = counter.token_values(X).toarray()
    assert_allclose(actual, np.concatenate(expected), rtol=0, atol=1e-12)


def test_characters_by_hand():
    counter = TokenCountVectorizer(analyzer="char", ngram_range=(2, 2))
    counter.fit([["服务", "好"]])
    assert list(counter.get_feature_names_out()) == ["务好", "服务"]
    # 服务 is one token's; of 务好 each has one character. 务服 is unknown.
    shares = counter.token_values([["服务", "服务", "好"]]).toarray()
    assert_allclose(shares, [[0, 1], [0.5, 1], [0.5, 0]])


def test_token_that_is_written_like_a_pair_by_hand():
    counter = TokenCountVectorizer(ngram_range=(2, 2)).fit([["a", "b"]])
    assert counter.token_values([["a b"]]).nnz == 0
    counter = TokenCountVectorizer(ngram_range=(1, 2)).fit([["a", "b", "a b"]])
    column = counter.vocabulary_["a b"]
    # Two occurrences of value 2: one is the token's, the other the pair's.
    shares = counter.token_values([["a b", "a", "b"]]).toarray()[:, column]
    assert_allclose(shares, [1, 0.5, 0.5])


def test_values_of_later_steps():
    X = [["不", "好", "好"], [], ["好", "差"], ["差", "差", "很"]]
    counter = TokenCountVectorizer()
    weighted = TfidfTransformer(sublinear_tf=True).fit_transform(
        counter.fit_transform(X)
    )
    shares = counter.token_values(X, weighted).toarray()
    assert_allclose(sums_by_row(shares, X), weighted.toarray())
    assert shares[1, counter.vocabulary_["好"]] == shares[2, counter.vocabulary_["好"]]


def test_values_that_no_token_bears_are_refused():
    X = [["不", "好"], ["好"]]
    counter = TokenCountVectorizer()
    counts = counter.fit_transform(X).toarray()
    centred = StandardScaler().fit_transform(counts)
    with pytest.raises(ValueError, match=r"row 1 has -1.0 for '不', which does not"):
        counter.token_values(X, centred)
    with pytest.raises(ValueError, match=r"= \(2, 2\); got \(1, 2\)"):
        counter.token_values(X, counts[:1])


@pytest.mark.parametrize("analyzer", ["word", "char"])
@pytest.mark.parametrize("X", [[], [[]], [["未知"]], [[""]]])
def test_nothing_to_share(analyzer, X):
    counter = TokenCountVectorizer(analyzer=analyzer).fit([["好"]])
    shares = counter.token_values(X)
    assert shares.shape == (sum(map(len, X)), 1) and shares.nnz == 0


def test_input_is_left_as_it_is():
    X = [["好", "不", "好"]]
    counter = TokenCountVectorizer()
    counts = counter.fit_transform(X)
    before = counts.copy()
    counter.token_values(X, counts)
    assert (counts != before).nnz == 0 and X == [["好", "不", "好"]]
