import joblib
import numpy as np
import pandas as pd
import polars as pl
import pytest
from numpy.testing import assert_array_equal
from scipy import sparse
from sklearn import config_context
from sklearn.base import BaseEstimator, TransformerMixin, clone
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler
from sklearn.utils import get_tags

from sklstm import Sequences, SequenceUnion, TokenCountVectorizer, TokenEncoder

TOKENS = [["不", "好"], [], ["很", "好", "好"]]
LENGTHS = [2, 0, 3]
VECTORS = np.array([[0.0, 0.0], [1.0, 2.0], [3.0, 4.0]], dtype=np.float32)


class Part(TransformerMixin, BaseEstimator):
    """Returns what it is given to return."""

    def __init__(self, output=None):
        self.output = output

    def fit(self, X, y=None):
        self.fitted_ = True
        return self

    def transform(self, X):
        return self.output


def _word_vectors():
    return Sequences(LENGTHS, [[1, 2, 1, 2, 2]], [VECTORS])


def _channels():
    return Sequences(LENGTHS, channels=np.arange(5)[:, np.newaxis])


def _matrix():
    return np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])


def _union(**outputs):
    return SequenceUnion([(name, Part(out)) for name, out in outputs.items()])


def test_joins_time_steps_and_static_features():
    with_static = Sequences(LENGTHS, [[0, 1, 0, 1, 1]], static=[[7], [8], [9]])
    union = _union(a=_word_vectors(), b=_matrix(), c=_channels(), d=with_static)
    joined = union.fit_transform(TOKENS)
    assert joined.lengths.tolist() == LENGTHS
    assert [code.tolist() for code in joined.codes] == [
        [1, 2, 1, 2, 2],
        [0, 1, 0, 1, 1],
    ]
    assert joined.vectors[1] is None
    assert_array_equal(joined.vectors[0], VECTORS)
    assert_array_equal(joined.channels[:, 0], np.arange(5))
    assert_array_equal(joined.static, [[1, 2, 7], [3, 4, 8], [5, 6, 9]])
    assert union.transform(TOKENS) == joined
    assert union.fit(TOKENS).transform(TOKENS) == joined


@pytest.mark.parametrize("to", [np.asfortranarray, sparse.csr_matrix, "pandas"])
def test_every_kind_of_feature_matrix_becomes_static(to):
    matrix = _matrix()
    if to == "pandas":
        to = pytest.importorskip("pandas").DataFrame
    joined = _union(words=_word_vectors(), features=to(matrix)).fit_transform(TOKENS)
    assert_array_equal(joined.static, matrix)
    assert joined.static.dtype == np.float32


def test_lists_of_arrays_are_sequences():
    series = [np.ones((n, 1)) for n in LENGTHS]
    joined = _union(words=_word_vectors(), series=series).fit_transform(TOKENS)
    assert_array_equal(joined.channels, np.ones((5, 1)))


def test_weights_multiply_vectors_channels_and_static():
    parts = {"a": _word_vectors(), "b": _channels(), "c": _matrix()}
    union = _union(**parts).set_params(transformer_weights={"a": 2, "b": 3, "c": 0.5})
    joined = union.fit_transform(TOKENS)
    assert_array_equal(joined.vectors[0], 2 * VECTORS)
    assert_array_equal(joined.channels[:, 0], 3 * np.arange(5))
    assert_array_equal(joined.static, _matrix() / 2)
    assert parts["a"] == _word_vectors(), "what the part returned stays as it was"


def test_dropped_and_passed_through():
    words = _word_vectors()
    union = SequenceUnion([("all", "passthrough"), ("gone", "drop")])
    assert union.fit_transform(words) == words
    assert union.transformers_[1] == ("gone", "drop")
    union.set_params(all="drop", gone="passthrough")
    assert union.fit(words).transform(words) == words


def test_parts_that_are_given_stay_as_they_were():
    part = Part(_word_vectors())
    union = SequenceUnion([("part", part)]).fit(TOKENS)
    assert not hasattr(part, "fitted_")
    assert union.named_transformers_.part.fitted_


def test_nested_parameters():
    words, styles = TokenEncoder(), make_pipeline(TokenCountVectorizer())
    union = SequenceUnion([("words", words), ("styles", styles)])
    params = union.get_params()
    assert params["words"] is words
    assert params["styles__tokencountvectorizer__binary"] is False
    union.set_params(words__min_count=2, styles__tokencountvectorizer__binary=True)
    assert words.min_count == 2
    assert clone(union).get_params()["styles__tokencountvectorizer__binary"] is True
    union.set_params(styles="drop")
    assert union.fit_transform(TOKENS).static is None


def test_fits_with_fit_transform_where_there_is_one():
    class Cheap(Part):
        def fit_transform(self, X, y=None):
            return _channels()

        def transform(self, X):
            raise AssertionError("transform after fit_transform")

    assert SequenceUnion([("cheap", Cheap())]).fit_transform(TOKENS) == _channels()


def test_labels_reach_the_parts():
    class Labelled(Part):
        def fit(self, X, y=None):
            self.labels_ = y
            return self

    union = SequenceUnion([("part", Labelled(_channels()))]).fit(TOKENS, [0, 1, 0])
    assert union.named_transformers_.part.labels_ == [0, 1, 0]


def test_metadata_reach_the_parts_that_request_them():
    class Weighted(Part):
        def fit(self, X, y=None, sample_weight=None):
            self.weight_ = sample_weight
            return self

        def fit_transform(self, X, y=None, sample_weight=None):
            return self.fit(X, y, sample_weight).transform(X)

    with config_context(enable_metadata_routing=True):
        asks = Weighted(_channels())
        asks.set_fit_request(sample_weight=True)
        silent = Weighted(_matrix()).set_fit_request(sample_weight=False)
        union = SequenceUnion([("asks", asks), ("silent", silent)])
        for fit in (union.fit, union.fit_transform):
            fit(TOKENS, sample_weight=[1, 2, 3])
            assert union.named_transformers_.asks.weight_ == [1, 2, 3]
            assert union.named_transformers_.silent.weight_ is None
    with pytest.raises(ValueError, match="enable_metadata_routing=True"):
        union.fit(TOKENS, sample_weight=[1, 2, 3])


@pytest.mark.parametrize("kind", ["pandas", "nullable", "polars"])
def test_a_series_of_numbers_is_one_static_feature(kind):
    series = {
        "pandas": pd.Series([1.0, 2, 3], index=[2, 0, 1]),
        "nullable": pd.Series([1, 2, 3], dtype="Int64"),
        "polars": pl.Series([1, 2, 3]),
    }[kind]
    joined = _union(words=_channels(), price=series).fit_transform(TOKENS)
    assert_array_equal(joined.static, [[1], [2], [3]])


def test_names_of_all_that_comes_out():
    union = SequenceUnion(
        [
            ("words", TokenEncoder()),
            ("counts", TokenCountVectorizer()),
            ("left out", "drop"),
        ]
    )
    with config_context(transform_output="pandas"):
        output = union.fit_transform(TOKENS)
    assert isinstance(output, Sequences)
    names = ["words", "counts__不", "counts__好", "counts__很"]
    assert union.get_feature_names_out().tolist() == names
    outer = make_pipeline(SequenceUnion([("inner", union)])).fit(TOKENS)
    assert outer.get_feature_names_out()[0] == "inner__words"
    assert outer.transform([]).static.shape == (0, 3)


def test_jobs_change_nothing():
    union = SequenceUnion(
        [("words", TokenEncoder()), ("counts", TokenCountVectorizer())]
    )
    serial = union.fit_transform(TOKENS)
    with joblib.parallel_config("threading"):
        assert clone(union).set_params(n_jobs=2).fit_transform(TOKENS) == serial


def test_no_samples_where_a_part_refuses_to_see_none():
    counts = make_pipeline(TokenCountVectorizer(), StandardScaler(with_mean=False))
    union = SequenceUnion([("words", TokenEncoder()), ("counts", counts)]).fit(TOKENS)
    nothing = union.transform([])
    assert len(nothing) == 0
    assert nothing.static.shape == (0, 3)


def test_every_part_reads_a_generator():
    union = SequenceUnion([("a", TokenEncoder()), ("b", TokenEncoder())])
    expected = union.fit_transform(TOKENS)
    assert clone(union).fit_transform(iter(TOKENS)) == expected
    assert union.transform(iter(TOKENS)) == expected


def test_tags_follow_the_parts():
    text = SequenceUnion([("words", TokenEncoder()), ("gone", "drop")])
    assert not get_tags(text).input_tags.two_d_array
    assert get_tags(text).input_tags.string
    numbers = SequenceUnion([("scaled", StandardScaler())])
    assert get_tags(numbers).input_tags.two_d_array
    assert not get_tags(numbers).input_tags.string


def test_html_shows_the_parts():
    union = SequenceUnion([("words", TokenEncoder()), ("gone", "drop")])
    html = union._repr_html_()
    assert "words" in html
    assert "TokenEncoder" in html
    assert "gone" in html


def test_unequal_lengths_name_both_parts_and_the_row():
    longer = Sequences([2, 1, 3], channels=np.zeros((6, 1)))
    union = _union(words=_word_vectors(), features=_matrix(), tags=longer)
    message = r"'words' and 'tags'; row 1 has 0 and 1\."
    with pytest.raises(ValueError, match=message):
        union.fit_transform(TOKENS)


@pytest.mark.parametrize(
    "parts, error, message",
    [
        (
            {"a": _matrix()},
            ValueError,
            "time steps; .* scikit-learn's FeatureUnion",
        ),
        (
            {"a": _word_vectors(), "b": _matrix()[:2]},
            ValueError,
            "'a' returns 3, 'b' returns 2",
        ),
        ({"a": _word_vectors(), "b": "text"}, TypeError, "part 'b'; got str"),
        (
            {"a": _word_vectors(), "b": TOKENS},
            TypeError,
            "part 'b'.*Put Word2VecEmbedder or TokenEncoder before it",
        ),
    ],
)
def test_messages_about_output(parts, error, message):
    with pytest.raises(error, match=message):
        _union(**parts).fit_transform(TOKENS)


@pytest.mark.parametrize(
    "params, error, message",
    [
        ({"transformer_list": [("a", TokenEncoder)]}, TypeError, "part 'a' .*<class"),
        ({"transformer_list": [("a", "skip")]}, TypeError, "part 'a' .* got 'skip'"),
        ({"transformer_list": [("a", "drop")]}, ValueError, "at least one part"),
        ({"transformer_list": []}, ValueError, "at least one part"),
        ({"transformer_list": [("a", TokenEncoder())] * 2}, ValueError, "not unique"),
        ({"transformer_list": [("a__b", Part())]}, ValueError, "__"),
        ({"transformer_weights": {"b": 1}}, ValueError, "its parts .* got 'b'"),
        (
            {"transformer_weights": {"a": 2}},
            ValueError,
            "no vectors to weight in .*'a'",
        ),
        ({"n_jobs": "all"}, ValueError, "'n_jobs' parameter"),
    ],
)
def test_messages_about_parameters(params, error, message):
    union = SequenceUnion([("a", TokenEncoder())]).set_params(**params)
    with pytest.raises(error, match=message):
        union.fit_transform(TOKENS)


def test_a_function_is_a_part():
    def sizes(rows):
        return [[[float(len(token))] for token in row] for row in rows]

    union = SequenceUnion([("size", FunctionTransformer(sizes))])
    joined = union.fit_transform([["不", "好吃"], ["好"]])
    assert joined.channels[:, 0].tolist() == [1, 2, 1]
