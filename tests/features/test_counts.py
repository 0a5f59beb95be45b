import pickle

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer

from sklstm import TokenCountVectorizer

# "不" stands twice in row 1, once in row 0; "好" in rows 0, 1 and 3; row 2 is empty.
TOKENS = [["不", "好"], ["不", "不", "很", "好"], [], ["好"]]


def _counts(tokens=TOKENS, **params):
    return TokenCountVectorizer(**params).fit_transform(tokens).toarray()


def test_counts_by_hand():
    counter = TokenCountVectorizer()
    counts = counter.fit_transform(TOKENS)
    assert sparse.issparse(counts)
    assert counts.format == "csr"
    assert list(counter.get_feature_names_out()) == ["不", "好", "很"]
    assert_array_equal(counts.toarray(), [[1, 1, 0], [2, 1, 1], [0, 0, 0], [0, 1, 0]])


def test_pairs_by_hand():
    counter = TokenCountVectorizer(ngram_range=(2, 2))
    counts = counter.fit_transform(TOKENS).toarray()
    assert list(counter.get_feature_names_out()) == ["不 不", "不 好", "不 很", "很 好"]
    assert_array_equal(counts, [[0, 1, 0, 0], [1, 0, 1, 1], [0, 0, 0, 0], [0, 0, 0, 0]])


def test_binary_counts_once():
    assert_array_equal(_counts(binary=True), np.minimum(_counts(), 1))


@pytest.mark.parametrize(
    "params, kept",
    [
        # Rows that hold a token: 不 2, 好 3, 很 1. Occurrences: 不 3, 好 3, 很 1.
        ({"min_df": 2}, ["不", "好"]),
        ({"min_df": 0.75}, ["好"]),
        ({"max_df": 2}, ["不", "很"]),
        ({"max_df": 0.5}, ["不", "很"]),
        ({"max_features": 2}, ["不", "好"]),
    ],
)
def test_limits_of_the_vocabulary(params, kept):
    counter = TokenCountVectorizer(**params).fit(TOKENS)
    assert list(counter.get_feature_names_out()) == kept
    assert counter.vocabulary_ == {token: i for i, token in enumerate(kept)}


@pytest.mark.parametrize("token", ["不", "a", "A", "!", "，", " ", "", "_", "9", "😀"])
def test_no_token_is_lost_or_changed(token):
    counter = TokenCountVectorizer().fit([["好", token]])
    assert set(counter.get_feature_names_out()) == {"好", token}


def test_agrees_with_scikit_learn_on_words_that_it_keeps():
    lines = ["the cat sat", "the cat the cat", "a_b sat 42"]
    tokens = [line.split() for line in lines]
    for ours, theirs in (
        (TokenCountVectorizer(ngram_range=(1, 3)), CountVectorizer(ngram_range=(1, 3))),
        (TokenCountVectorizer(tfidf=True), TfidfVectorizer()),
    ):
        expected = theirs.fit_transform(lines)
        assert_allclose(ours.fit_transform(tokens).toarray(), expected.toarray())
        assert_array_equal(ours.get_feature_names_out(), theirs.get_feature_names_out())


def test_tfidf_by_hand():
    # Smoothed idf of a token in both of 2 rows: ln(3/3) + 1 = 1; in one: ln(3/2) + 1.
    rare = np.log(3 / 2) + 1
    weights = _counts([["好", "不"], ["好"]], tfidf=True)  # columns 不, 好
    norm = np.hypot(rare, 1)
    assert_allclose(weights, [[rare / norm, 1 / norm], [0, 1]])


def test_characters_by_hand():
    """They run on over the bounds of tokens: "不很好" is one of row 1's triples."""
    counter = TokenCountVectorizer(analyzer="char", ngram_range=(2, 3))
    counts = counter.fit_transform([["不好"], ["不", "不", "很好"], [], ["好"]])
    names = ["不不", "不不很", "不好", "不很", "不很好", "很好"]
    assert list(counter.get_feature_names_out()) == names
    expected = [[0, 0, 1, 0, 0, 0], [1, 1, 0, 1, 1, 1], [0] * 6, [0] * 6]
    assert_array_equal(counts.toarray(), expected)


def test_characters_agree_with_scikit_learn():
    tokens = [["The", " ", "cat"], ["好", "好 吃", "A"], [], ["\ud800", "😀", "\0"]]
    theirs = TfidfVectorizer(
        analyzer="char", ngram_range=(1, 3), lowercase=False, binary=True
    )
    # Its own analyzer makes one space of several; there are none here.
    expected = theirs.fit_transform(["".join(row) for row in tokens])
    ours = TokenCountVectorizer(
        analyzer="char", ngram_range=(1, 3), binary=True, tfidf=True
    )
    assert_allclose(ours.fit_transform(tokens).toarray(), expected.toarray())
    assert_array_equal(ours.get_feature_names_out(), theirs.get_feature_names_out())


def test_a_separator_tells_where_words_begin_and_end():
    counter = TokenCountVectorizer(analyzer="char", separator=" ", ngram_range=(2, 2))
    counter.fit([["an", "a"], []])
    assert list(counter.get_feature_names_out()) == [" a", "a ", "an", "n "]
    assert counter.transform([["an", "a"], []]).toarray().tolist() == [
        [2, 1, 1, 1],
        [0, 0, 0, 0],
    ]


def test_words_apart_agree_with_scikit_learn():
    texts = ["a good film", "not good at all", "films"]
    ours = TokenCountVectorizer(analyzer="char", separator=" ", ngram_range=(1, 4))
    theirs = CountVectorizer(analyzer="char", ngram_range=(1, 4))
    counts = theirs.fit_transform([f" {text} " for text in texts])
    assert (ours.fit_transform(map(str.split, texts)) != counts).nnz == 0
    assert list(ours.get_feature_names_out()) == list(theirs.get_feature_names_out())


def test_learned_bytes_hold_no_address():
    fitted = TokenCountVectorizer().fit(TOKENS)
    fitted.transform(TOKENS)
    assert id(None) not in list(vars(fitted.vectorizer_).values())


def test_columns_do_not_depend_on_the_order_of_samples():
    forth = TokenCountVectorizer(ngram_range=(1, 2)).fit(TOKENS)
    back = TokenCountVectorizer(ngram_range=(1, 2)).fit(TOKENS[::-1])
    assert forth.vocabulary_ == back.vocabulary_


@pytest.mark.parametrize("tfidf", [False, True])
def test_no_samples_and_unseen_tokens(tfidf):
    counter = TokenCountVectorizer(tfidf=tfidf).fit(TOKENS)
    assert counter.transform([]).shape == (0, 3)
    assert_array_equal(counter.transform([["坏"], []]).toarray(), np.zeros((2, 3)))


def test_pickles():
    counter = TokenCountVectorizer(tfidf=True).fit(TOKENS)
    copied = pickle.loads(pickle.dumps(counter))
    assert_array_equal(
        copied.transform(TOKENS).toarray(), counter.transform(TOKENS).toarray()
    )


@pytest.mark.parametrize(
    "params, tokens, message",
    [
        ({}, [[], []], "TokenCountVectorizer .* every token sequence is empty"),
        ({"min_df": 2}, [["好"], ["坏"]], "TokenCountVectorizer .* min_df=2"),
        ({"ngram_range": (2, 2)}, [["好"]], r"TokenCountVectorizer .*\(2, 2\)"),
        ({"ngram_range": (2, 1)}, TOKENS, r"1 <= min_n <= max_n; got \(2, 1\)"),
        ({"ngram_range": (0, 1)}, TOKENS, r"got \(0, 1\)"),
        ({"analyzer": "char_wb"}, TOKENS, "'analyzer' parameter"),
        ({"analyzer": "char", "ngram_range": (3, 3)}, [["好"], ["坏"]], "cannot count"),
        ({"max_features": 0}, TOKENS, "'max_features' parameter"),
        ({"min_df": -1}, TOKENS, "'min_df' parameter"),
    ],
)
def test_messages(params, tokens, message):
    with pytest.raises(ValueError, match=message):
        TokenCountVectorizer(**params).fit(tokens)
