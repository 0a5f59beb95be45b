"""Values of NumPy, pandas, polars and torch where Python's own are meant, in tables.

Whatever holds the same words, numbers or labels gives the same result; what holds
something else is refused with a way out.
"""

import array
import warnings
from functools import cache

import joblib
import numpy as np
import pytest
import torch
from sklearn.model_selection import GridSearchCV
from sklearn.naive_bayes import MultinomialNB
from sklearn.pipeline import Pipeline, make_pipeline

import sklstm
from sklstm.datasets import make_reviews, make_sequences, read_reviews
from sklstm.utils import check_classes, plain, shown

pd = pytest.importorskip("pandas")

TOKENS = [
    ["房间", "很", "好"],
    ["不", "好"],
    ["方便", "。"],
    ["吵"],
    ["很", "好"],
    ["差"],
] * 2
DOCUMENTS = ["".join(words) for words in TOKENS]
SERIES = [[0.0, 1.0, 2.0], [5.0], [0.5, 1.5], [4.0, 5.0], [0.0, 0.5], [6.0, 5.0]] * 2
CUBE = np.random.default_rng(0).normal(size=(12, 3, 2)).astype(np.float32)
Y = np.array([1, 0] * 6)
CODES = sklstm.Sequences(list(map(len, TOKENS)), [np.arange(22) % 5])

# Halves, quarters and eighths are the same numbers in float32.
SMALL_WORD2VEC = {
    "vector_size": 4,
    "window": 200,
    "min_count": 1,
    "max_vocabulary": 200,
    "negative": 2,
    "subsample": 0.125,
    "n_epochs": 2,
    "learning_rate": 0.125,
    "n_threads": 1,
    "device": "cpu",
    "random_state": 0,
}
SMALL_HMM = {
    "n_states": 2,
    "n_iter": 3,
    "n_init": 2,
    "tol": 0.125,
    "alpha": 0.125,
    "min_count": 1.0,
    "n_threads": 1,
    "device": "cpu",
    "random_state": 0,
}
SMALL_LSTM = {
    "hidden_size": 4,
    "embedding_size": 4,
    "dropout": 0.25,
    "embedding_dropout": 0.25,
    "word_dropout": 0.25,
    "label_smoothing": 0.125,
    "weight_decay": 0.125,
    "learning_rate": 0.125,
    "batch_size": 4,
    "max_epochs": 2,
    "early_stopping": True,
    "validation_fraction": 0.5,
    "n_threads": 1,
    "device": "cpu",
    "random_state": 0,
}
SMALL_LANGUAGE_MODEL = {
    name: value
    for name, value in SMALL_LSTM.items()
    if name in sklstm.LSTMLanguageModel().get_params()
} | {"n_candidates": 3}
PARTS = [("words", sklstm.TokenEncoder())]
ESTIMATORS = {
    "JiebaSegmenter": (
        sklstm.JiebaSegmenter,
        {"stop_words": "chinese", "n_jobs": 1, "cache_size": 200},
        DOCUMENTS,
    ),
    "JiebaPOSTagger": (sklstm.JiebaPOSTagger, {}, TOKENS),
    "POSFeatureExtractor": (sklstm.POSFeatureExtractor, {}, TOKENS),
    "TokenCountVectorizer": (
        sklstm.TokenCountVectorizer,
        {"min_df": 0.125, "max_df": 0.75, "max_features": 4},
        TOKENS,
    ),
    "TokenEncoder": (sklstm.TokenEncoder, {"max_vocabulary": 3}, TOKENS),
    "skip-gram": (sklstm.Word2VecEmbedder, SMALL_WORD2VEC, TOKENS),
    "CBOW": (
        sklstm.Word2VecEmbedder,
        SMALL_WORD2VEC | {"algorithm": "cbow", "pooling": "mean", "window": 5},
        TOKENS,
    ),
    "SequenceUnion": (
        sklstm.SequenceUnion,
        {"transformer_list": PARTS, "n_jobs": 1},
        TOKENS,
    ),
    "HMMClassifier of tokens": (sklstm.HMMClassifier, SMALL_HMM, TOKENS),
    "HMMClassifier of series": (
        sklstm.HMMClassifier,
        SMALL_HMM | {"emission": "gaussian", "covariance_type": "full"},
        SERIES,
    ),
    "LSTMClassifier of codes": (sklstm.LSTMClassifier, SMALL_LSTM, CODES),
    "LSTMLanguageModel": (sklstm.LSTMLanguageModel, SMALL_LANGUAGE_MODEL, CODES),
    "LSTMClassifier of series": (
        sklstm.LSTMClassifier,
        SMALL_LSTM | {"pooling": "last"},
        SERIES,
    ),
    "SeriesScaler of series": (
        sklstm.SeriesScaler,
        {"method": "robust", "per": "sample", "keep_statistics": True},
        SERIES,
    ),
    "SeriesImputer of series": (
        sklstm.SeriesImputer,
        {"strategy": "constant", "fill_value": 0.5, "add_indicator": True},
        SERIES,
    ),
    "SeriesPatcher of series": (
        sklstm.SeriesPatcher,
        {"size": 2, "stride": 1},
        SERIES,
    ),
    "SeriesDifferencer of series": (
        sklstm.SeriesDifferencer,
        {"lag": 1, "order": 2, "keep_values": True},
        SERIES,
    ),
    "SeriesResampler to a rate of series": (
        sklstm.SeriesResampler,
        {"rate": 0.5},
        SERIES,
    ),
    "SeriesResampler of series": (sklstm.SeriesResampler, {"length": 3}, SERIES),
    "SeriesFeatureExtractor of series": (
        sklstm.SeriesFeatureExtractor,
        {"n_peaks": 2, "keep_static": False},
        SERIES,
    ),
}
CLASSIFIERS = [name for name in ESTIMATORS if "Classifier" in name]
OF_SERIES = [name for name in ESTIMATORS if "series" in name]


def numpy_scalars(value):
    """NumPy's scalars that are equal to a Python value."""
    if isinstance(value, bool):
        return [np.bool_(value)]
    if isinstance(value, str):
        return [np.str_(value)]
    if isinstance(value, int):
        small = [np.uint8(value)] if 0 <= value < 256 else []
        return [np.int64(value), np.int16(value), *small]
    if isinstance(value, float):
        return [n for n in (np.float64(value), np.float32(value)) if n == value]
    return []


def make(name, **parameters):
    kind, small, _ = ESTIMATORS[name]
    return kind(**(small | parameters))


def answer(estimator, X, y=Y):
    fitted = estimator.fit(X, y)
    return asked(fitted, X)


def asked(fitted, X):
    methods = ("predict_proba", "next_token_proba", "transform")
    given = next(method for method in methods if hasattr(fitted, method))
    return getattr(fitted, given)(X)


def assert_same(got, expected):
    if isinstance(expected, list | sklstm.Sequences):
        assert got == expected
    elif hasattr(expected, "toarray"):
        np.testing.assert_array_equal(got.toarray(), expected.toarray())
    else:
        np.testing.assert_array_equal(got, expected)


@cache
def usual_answer(name):
    return answer(make(name), ESTIMATORS[name][2])


@pytest.mark.parametrize("width", [0, 1, 2], ids=["usual", "narrow", "one byte"])
@pytest.mark.parametrize("name", ESTIMATORS)
def test_numpy_scalars_are_parameters(name, width):
    scalars = {
        parameter: numpy_scalars(value)
        for parameter, value in make(name).get_params(deep=False).items()
    }
    given = {p: ([*s, s[-1], s[-1]])[width] for p, s in scalars.items() if s}
    got = answer(make(name, **given), ESTIMATORS[name][2])
    assert_same(got, usual_answer(name))


GRIDS = {
    "HMMClassifier of tokens": {"n_states": [np.array([1, 2]), np.uint8(2)]},
    "TokenCountVectorizer": {"count__ngram_range": list(np.array([[1, 1], [1, 2]]))},
    "LSTMClassifier of codes": {"hidden_size": np.arange(4, 9, 4)},
}


@pytest.mark.parametrize("name", GRIDS)
def test_a_grid_of_numpy_values_is_searched(name):
    estimator = make(name)
    if not hasattr(estimator, "predict"):
        estimator = Pipeline([("count", estimator), ("classify", MultinomialNB())])
    search = GridSearchCV(estimator, GRIDS[name], cv=2, error_score="raise")
    assert np.isfinite(search.fit(ESTIMATORS[name][2], Y).best_score_)


@pytest.mark.parametrize("value", [np.int64(0), np.int64(-3)])
def test_sklearns_messages_show_numbers(value):
    with pytest.raises(ValueError, match=rf"Got {value} instead"):
        sklstm.HMMClassifier(n_states=value).fit(TOKENS, Y)


@pytest.mark.parametrize("container", [list, np.array, pd.Series, pd.DataFrame])
def test_bounds_come_in_any_container(container):
    counter = sklstm.TokenCountVectorizer(ngram_range=container([1, 2]))
    expected = sklstm.TokenCountVectorizer(ngram_range=(1, 2)).fit_transform(TOKENS)
    assert_same(counter.fit_transform(TOKENS), expected)
    X, _ = make_sequences(4, n_timesteps=container([20, 30]), random_state=0)
    assert make_sequences(4, n_timesteps=(20, 30), random_state=0)[0] == X


MADE = {
    make_reviews: {"n_samples": 20, "n_classes": 3, "tone": 0.25, "flip_y": 0.25},
    make_sequences: {
        "n_samples": 20,
        "n_classes": 3,
        "n_timesteps": 255,
        "n_channels": 2,
        "n_static_features": 3,
    },
}


@pytest.mark.parametrize("maker", MADE)
def test_makers_take_numpy_scalars(maker):
    parameters = MADE[maker] | {"random_state": 0}
    X, y = maker(**parameters)
    for name, value in parameters.items():
        for scalar in numpy_scalars(value):
            X_same, y_same = maker(**(parameters | {name: scalar}))
            assert X_same == X
            np.testing.assert_array_equal(y_same, y)


MAKERS_OF_PIPELINES = {
    sklstm.make_lstm_pipeline: {
        "vector_size": 4,
        "hidden_size": 4,
        "max_epochs": 1,
        "n_threads": 1,
        "random_state": 0,
    },
    sklstm.make_hmm_pipeline: {"n_states": 2, "alpha": 0.25, "random_state": 0},
    sklstm.make_naive_bayes_pipeline: {"min_df": 0.125, "alpha": 0.5},
    sklstm.make_linear_pipeline: {"min_df": 0.125, "C": 0.5},
    sklstm.make_series_pipeline: {
        "patch_size": 2,
        "statistics": True,
        "hidden_size": 4,
        "max_epochs": 1,
        "n_threads": 1,
        "random_state": 0,
    },
    sklstm.make_hmm_series_pipeline: {"n_states": 2, "n_iter": 2, "random_state": 0},
    sklstm.make_naive_bayes_series_pipeline: {"var_smoothing": 0.125},
}


@pytest.mark.parametrize("maker", MAKERS_OF_PIPELINES)
def test_pipelines_are_made_with_numpy_scalars(maker):
    small = MAKERS_OF_PIPELINES[maker]
    parameters = {name: numpy_scalars(value)[-1] for name, value in small.items()}
    X = SERIES if "series" in maker.__name__ else DOCUMENTS
    assert_same(answer(maker(**parameters), X), answer(maker(**small), X))


def compare(**parameters):
    return sklstm.compare_classifiers(
        {"NB": make_pipeline(sklstm.TokenCountVectorizer(), MultinomialNB())},
        TOKENS,
        Y,
        **({"scoring": "accuracy", "cv": 2} | parameters),
    )


@pytest.mark.parametrize(
    "parameters",
    [
        {"cv": np.int64(2)},
        {"n_jobs": np.int64(1)},
        {"random_state": np.uint8(0)},
        {"verbose": np.bool_(False)},
        {"scoring": np.str_("accuracy")},
        {"scoring": np.array(["accuracy"])},
        {"scoring": pd.Series(["accuracy"], index=["f1"])},
        {"scoring": pd.DataFrame({"f1": ["accuracy"]})},
        {"groups": pd.DataFrame({"text": np.arange(12)})},
        {"sample_weight": pd.Series(np.ones(12), dtype="Float64")},
    ],
    ids=str,
)
def test_comparisons_take_foreign_values(parameters):
    comparison = compare(**parameters)
    assert "np." not in repr((comparison.settings, comparison.scoring))
    if "groups" not in parameters:
        scores = compare().folds()["accuracy"].tolist()
        assert comparison.folds()["accuracy"].tolist() == scores
    row = comparison.rows(confidence=np.float32(0.75))[0]
    assert row == compare(**parameters).rows(confidence=0.75)[0] | {
        key: row[key] for key in row if "seconds" in key or "bytes" in key
    }


@pytest.mark.parametrize("missing", [pd.NA, None, np.nan, float("nan")])
def test_a_comparison_names_rows_without_a_group(missing):
    with pytest.raises(ValueError, match="group for every sample; row 1 has none"):
        compare(groups=[0, missing, *range(10)])


# Missing labels: y has none in its third row.
WORDS = ["p", "n", None, "p"] * 3
NUMBERS = [1, 0, None, 1] * 3
MISSING_LABELS = {
    "string": lambda: pd.Series(WORDS, dtype="string"),
    "string[pyarrow]": lambda: pd.Series(WORDS, dtype="string[pyarrow]"),
    "str": lambda: pd.Series(WORDS, dtype="str"),
    "category": lambda: pd.Series(WORDS, dtype="category"),
    "Categorical": lambda: pd.Categorical(WORDS),
    "Int64": lambda: pd.Series(NUMBERS, dtype="Int64"),
    "Int64 array": lambda: pd.array(NUMBERS, dtype="Int64"),
    "boolean": lambda: pd.Series([True, False, None, True] * 3, dtype="boolean"),
    "int64[pyarrow]": lambda: pd.Series(NUMBERS, dtype="int64[pyarrow]"),
    "shuffled index": lambda: pd.Series(WORDS, index=range(11, -1, -1), dtype="string"),
    "frame": lambda: pd.DataFrame({"y": pd.Series(WORDS, dtype="string")}),
    "list of pd.NA": lambda: ["p", "n", pd.NA, "p"] * 3,
    "tuple of None": lambda: tuple(WORDS),
    "list of NaN": lambda: ["p", "n", np.nan, "p"] * 3,
    "numbers and NaN": lambda: [1, 0, np.nan, 1] * 3,
    "mixed": lambda: ["p", "n", pd.NA, None, np.nan, "p"] * 2,
    "NaT": lambda: ["p", "n", pd.NaT, "p"] * 3,
    "dates": lambda: pd.Series(pd.to_datetime(["2020", "2021", None, "2020"] * 3)),
    "objects": lambda: np.array(["p", "n", pd.NA, "p"] * 3, dtype=object),
    "masked": lambda: np.ma.array([1, 0, 1, 1] * 3, mask=[False, False, True, 0] * 3),
    "polars": lambda: pytest.importorskip("polars").Series(WORDS),
    "polars numbers": lambda: pytest.importorskip("polars").Series(NUMBERS),
}


@pytest.mark.filterwarnings("ignore:A column-vector y was passed")
@pytest.mark.parametrize("labels", MISSING_LABELS)
@pytest.mark.parametrize("name", CLASSIFIERS)
def test_the_row_without_a_label_is_named(name, labels):
    y = MISSING_LABELS[labels]()
    with pytest.raises(ValueError, match="expects a label for every sample; row 2"):
        make(name).fit(ESTIMATORS[name][2], y)


@pytest.mark.filterwarnings("ignore:A column-vector y was passed")
@pytest.mark.parametrize("labels", MISSING_LABELS)
def test_the_row_without_a_label_is_named_everywhere(labels):
    y, message = MISSING_LABELS[labels](), "label for every sample; row 2 has none"
    hmm = sklstm.HMMClassifier(**SMALL_HMM).fit(TOKENS, Y)
    with pytest.raises(ValueError, match=message):
        hmm.decode(TOKENS, y)
    with pytest.raises(ValueError, match=message):
        hmm.fit_states(TOKENS, TOKENS, y)
    with pytest.raises(ValueError, match=message):
        sklstm.compare_classifiers({"HMM": hmm}, TOKENS, y)


@pytest.mark.filterwarnings("ignore:A column-vector y was passed")
@pytest.mark.parametrize("labels", MISSING_LABELS)
def test_the_class_without_a_label_is_named(labels):
    y, message = MISSING_LABELS[labels](), "label for every sample; row 2 has none"
    with pytest.raises(ValueError, match=message):
        check_classes(y, "me")
    with pytest.raises(ValueError, match=message):
        sklstm.LSTMClassifier(**SMALL_LSTM).partial_fit(CODES, y, classes=["p", "n"])
    with pytest.raises(ValueError, match=message):
        sklstm.LSTMClassifier(**SMALL_LSTM).partial_fit(CODES, Y, classes=y)


@pytest.mark.parametrize("missing", [None, np.nan, pd.NA])
def test_the_step_without_a_state_is_named(missing):
    states = [["n"] * len(words) for words in TOKENS]
    states[1][1] = missing
    with pytest.raises(ValueError, match="row 1, step 1 has none"):
        sklstm.HMMClassifier(**SMALL_HMM).fit_states(TOKENS, states, Y)


LABELS = {
    "string": (lambda: pd.Series(["p", "n"] * 6, dtype="string"), {"p", "n"}),
    "NumPy's own texts": (
        lambda: np.array(["p", "n"] * 6, dtype=np.dtypes.StringDType()),
        {"p", "n"},
    ),
    "category": (lambda: pd.Categorical(["p", "n"] * 6), {"p", "n"}),
    "category of int": (lambda: pd.Series([7, 3] * 6, dtype="category"), {3, 7}),
    "Int64": (lambda: pd.array([7, 3] * 6, dtype="Int64"), {3, 7}),
    "boolean": (lambda: pd.array([True, False] * 6, dtype="boolean"), {True, False}),
    "int64[pyarrow]": (lambda: pd.Series([7, 3] * 6, dtype="int64[pyarrow]"), {3, 7}),
    "object int": (lambda: np.array([7, 3] * 6, dtype=object), {3, 7}),
    "object bool": (lambda: np.array([True, False] * 6, object), {True, False}),
    "object np.str_": (
        lambda: np.array([np.str_("p"), np.str_("n")] * 6, object),
        {"p", "n"},
    ),
    "tensor": (lambda: torch.tensor([7, 3] * 6), {3, 7}),
    "masked nowhere": (lambda: np.ma.array([7, 3] * 6, mask=[False] * 12), {3, 7}),
    "polars": (
        lambda: pytest.importorskip("polars").Series(["p", "n"] * 6),
        {"p", "n"},
    ),
}


@pytest.mark.parametrize("labels", LABELS)
@pytest.mark.parametrize("name", CLASSIFIERS)
def test_labels_of_any_dtype_come_back_plain(name, labels):
    make_labels, expected = LABELS[labels]
    X = ESTIMATORS[name][2]
    predicted = make(name).fit(X, make_labels()).predict(X)
    found = {type(label) for label in predicted.tolist()}
    assert found <= {type(label) for label in expected}
    assert set(predicted.tolist()) <= expected
    plain_labels = make(name).fit(X, [plain(y) for y in np.asarray(make_labels())])
    np.testing.assert_array_equal(predicted, plain_labels.predict(X))


def test_classes_are_sorted_and_distinct():
    for classes in (["b", "a", "b"], pd.DataFrame({"y": ["a", "b"]}), {"a", "b"}):
        np.testing.assert_array_equal(check_classes(classes, "me"), ["a", "b"])
    with pytest.raises(ValueError, match="row 1 has none"):
        check_classes([1, pd.NA, 0], "me")


# A column of text or token lists.
def objects(rows, shape=(-1,)):
    column = np.empty(len(rows), dtype=object)
    column[:] = rows
    return column.reshape(shape)


def polars_frame(rows):
    return pytest.importorskip("polars").DataFrame({"x": list(rows)})


COLUMNS = {
    "(n, 1) objects": lambda rows: objects(rows, (-1, 1)),
    "one-column frame": lambda rows: pd.DataFrame({"x": objects(rows)}),
    "polars frame": polars_frame,
}
COLUMNS_OF_TEXT = COLUMNS | {"(n, 1) str": lambda rows: np.array(rows)[:, np.newaxis]}
OF_WORDS = [name for name in ESTIMATORS if ESTIMATORS[name][2] in (DOCUMENTS, TOKENS)]


@pytest.mark.parametrize(
    "name, column",
    [
        (name, column)
        for name in OF_WORDS
        for column in (COLUMNS_OF_TEXT if ESTIMATORS[name][2] is DOCUMENTS else COLUMNS)
    ],
)
def test_a_column_of_words_is_taken(name, column):
    X = ESTIMATORS[name][2]
    table = COLUMNS_OF_TEXT[column](X)
    assert_same(answer(make(name), table), answer(make(name), X))


@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize("name", OF_SERIES)
def test_a_column_of_series_is_taken(name, column):
    table = COLUMNS[column](SERIES)
    assert_same(answer(make(name), table), answer(make(name), SERIES))


@pytest.mark.parametrize("name", OF_WORDS)
@pytest.mark.parametrize("n_columns", [2, 3])
def test_how_to_pick_a_column_is_said(name, n_columns):
    rows = objects(ESTIMATORS[name][2], (-1, 1))
    with pytest.raises(ValueError, match=r"Pick one column, for example X\[:, 0\]"):
        make(name).fit(np.repeat(rows, n_columns, axis=1), Y)


# Arrays of three dimensions.
class Duck:
    """Something like xarray's DataArray."""

    def __init__(self, values):
        self.values, self.shape, self.dims = values, values.shape, "ntc"

    def __len__(self):
        return len(self.values)

    def __array__(self, dtype=None, copy=None):
        return np.array(self.values, dtype)


class Capsule:
    """Nothing but DLPack."""

    def __init__(self, values):
        self.values = values

    def __len__(self):
        return len(self.values)

    def __dlpack__(self, **options):
        return self.values.__dlpack__(**options)

    def __dlpack_device__(self):
        return self.values.__dlpack_device__()


HOLDERS = {
    "tensor": lambda values: torch.tensor(values),
    "tensor with a gradient": lambda values: torch.tensor(values, requires_grad=True),
    "parameter": lambda values: torch.nn.Parameter(torch.tensor(values)),
    "duck": Duck,
    "memoryview": memoryview,
    "DLPack": Capsule,
    "Fortran order": np.asfortranarray,
    "list of tensors": lambda values: list(torch.tensor(values, requires_grad=True)),
    "tuple of ducks": lambda values: tuple(map(Duck, values)),
    "list of memoryviews": lambda values: list(map(memoryview, values)),
    "nested lists": lambda values: values.tolist(),
    "swapped bytes": lambda values: values.astype(">f4"),
    "masked nowhere": lambda values: np.ma.array(values, mask=False),
}


@pytest.mark.parametrize("values", [CUBE, CUBE[:, :, 0].copy()], ids=["3-D", "2-D"])
@pytest.mark.parametrize("holder", HOLDERS)
@pytest.mark.parametrize("name", OF_SERIES)
def test_series_are_taken_from_what_holds_them(name, holder, values):
    held = HOLDERS[holder](values)
    assert_same(answer(make(name), held), answer(make(name), values))


@pytest.mark.parametrize("holder", HOLDERS)
def test_sequences_are_made_of_what_holds_arrays(holder):
    held = HOLDERS[holder](CUBE)
    expected = sklstm.Sequences.from_arrays(list(CUBE))
    assert sklstm.Sequences.from_padded(CUBE) == expected
    if holder not in ("list of tensors", "tuple of ducks", "list of memoryviews"):
        assert sklstm.Sequences.from_padded(held) == expected
    flat = HOLDERS[holder](CUBE.reshape(-1, 2))
    static = HOLDERS[holder](CUBE[:, 0])
    if holder not in ("list of tensors", "tuple of ducks", "list of memoryviews"):
        made = sklstm.Sequences([3] * 12, channels=flat, static=static)
        np.testing.assert_array_equal(made.channels, expected.channels)


def test_buffers_and_half_floats_are_series():
    rows = [array.array("d", row) for row in SERIES]
    expected = sklstm.Sequences.from_arrays(SERIES)
    assert sklstm.Sequences.from_arrays(rows) == expected
    rows = [torch.tensor(row, dtype=torch.bfloat16) for row in SERIES]
    assert sklstm.Sequences.from_arrays(rows) == expected


@pytest.mark.parametrize("name", CLASSIFIERS)
def test_weights_may_be_a_tensor(name):
    X = ESTIMATORS[name][2]
    weights = torch.arange(1.0, 13.0, requires_grad=True)
    expected = make(name).fit(X, Y, sample_weight=np.arange(1.0, 13.0))
    fitted = make(name).fit(X, Y, sample_weight=weights)
    assert_same(fitted.predict_proba(X), expected.predict_proba(X))


# Read-only arrays.
@pytest.fixture
def torch_always_warns():
    """Warn of every read-only array: by itself torch does so once in a process."""
    torch.set_warn_always(True)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield
    torch.set_warn_always(False)


def read_only(values):
    values = np.array(values)
    values.setflags(write=False)
    return values


def read_only_sequences():
    return sklstm.Sequences(
        read_only([3] * 12),
        codes=[read_only((np.arange(36) % 5).astype(np.int32))],
        vectors=[read_only(np.eye(5, dtype=np.float32))],
        channels=read_only(CUBE.reshape(-1, 2)),
    )


READ_ONLY = {
    "3-D": lambda: read_only(CUBE),
    "2-D": lambda: read_only(CUBE[:, :, 0]),
    "rows": lambda: [read_only(row) for row in SERIES],
    "Sequences": read_only_sequences,
}


@pytest.mark.usefixtures("torch_always_warns")
@pytest.mark.parametrize("X", READ_ONLY)
@pytest.mark.parametrize("name", OF_SERIES)
def test_read_only_arrays_are_read(name, X):
    X, y, weights = READ_ONLY[X](), read_only(Y), read_only(np.ones(12))
    if name in CLASSIFIERS:
        answer = make(name).fit(X, y, sample_weight=weights).predict_proba(X)
    else:
        if isinstance(X, sklstm.Sequences):  # codes are not for all of them
            X = sklstm.Sequences(X.lengths, channels=X.channels)
        answer = make(name).fit_transform(X, y)
    assert not y.flags.writeable
    assert np.isfinite(getattr(answer, "channels", answer)).all()
    if isinstance(X, sklstm.Sequences):
        assert not X.channels.flags.writeable


@pytest.mark.usefixtures("torch_always_warns")
def test_an_lstm_reads_read_only_codes_and_static_features():
    X = sklstm.Sequences(
        read_only([2] * 12),
        codes=[read_only((np.arange(24) % 5).astype(np.int32))],
        static=read_only(CUBE[:, 0]),
    )
    lstm = make("LSTMClassifier of codes").partial_fit(
        X, read_only(Y), read_only([0, 1])
    )
    assert np.isfinite(lstm.partial_fit(X, Y).predict_proba(X)).all()


@pytest.mark.usefixtures("torch_always_warns")
@pytest.mark.parametrize("name", ESTIMATORS)
def test_estimators_mapped_into_memory_work(name, tmp_path):
    X = ESTIMATORS[name][2]
    fitted = make(name).fit(X, Y)
    joblib.dump(fitted, tmp_path / "model.joblib")
    mapped = joblib.load(tmp_path / "model.joblib", mmap_mode="r")
    assert_same(asked(mapped, X), asked(fitted, X))
    if hasattr(mapped, "partial_fit"):
        mapped.partial_fit(X, Y)
    if hasattr(mapped, "decode"):
        np.testing.assert_array_equal(mapped.decode(X)[0], fitted.decode(X)[0])
    if hasattr(mapped, "most_similar"):
        assert mapped.most_similar("好")


@pytest.mark.usefixtures("torch_always_warns")
@pytest.mark.parametrize("n_epochs", [0, 1])
def test_read_only_vectors_are_begun_from(n_epochs, tmp_path):
    words = sorted({word for words in TOKENS for word in words})
    table = read_only(np.eye(len(words), dtype=np.float32))
    embedder = sklstm.Word2VecEmbedder(
        initial_vectors=dict(zip(words, table, strict=True)),
        **(SMALL_WORD2VEC | {"n_epochs": n_epochs}),
    )
    joblib.dump(embedder.fit(TOKENS), tmp_path / "vectors.joblib")
    mapped = joblib.load(tmp_path / "vectors.joblib", mmap_mode="r")
    X = mapped.transform(TOKENS)
    assert not X.vectors[0].flags.writeable
    assert mapped.partial_fit(TOKENS).transform(TOKENS).codes[0].size
    lstm = sklstm.LSTMClassifier(**(SMALL_LSTM | {"fine_tune": False}))
    assert np.isfinite(lstm.fit(X, Y).predict_proba(X)).all()
    np.testing.assert_array_equal(table, np.eye(len(words)))


@pytest.mark.parametrize(
    "change",
    [
        torch.tensor,
        lambda row: torch.tensor(row, requires_grad=True),
        lambda row: pd.Series(row, dtype="Float32"),
        np.ma.array,
        np.ndarray.tolist,
    ],
)
def test_vectors_are_taken_from_what_holds_them(change):
    rows = np.eye(2, 4, dtype=np.float32)
    given = {np.str_(word): change(row) for word, row in zip("很好", rows, strict=True)}
    parameters = SMALL_WORD2VEC | {"n_epochs": 0}
    embedder = sklstm.Word2VecEmbedder(initial_vectors=given, **parameters)
    np.testing.assert_array_equal(embedder.fit(TOKENS).vectors_[1:], rows)
    for vector in (change(rows[0]), [0.25, 0, 0, 0], torch.tensor(rows[0])):
        assert embedder.similarity(vector, "很") == 1
        (nearest, _), *_ = embedder.most_similar(positive=[vector])
        assert nearest == "很"


@pytest.mark.parametrize(
    "change", [lambda x: np.ma.masked_equal(x, 0), lambda x: x * 1j]
)
def test_vectors_are_real_numbers(change):
    given = {"很": change(np.array([0.0, 1.0]))}
    embedder = sklstm.Word2VecEmbedder(initial_vectors=given, n_epochs=0)
    with pytest.raises(
        (ValueError, TypeError), match="initial_vectors to hold numbers"
    ):
        embedder.fit(TOKENS)


# Parameters that are iterated over.
def as_frame(words):
    return pd.DataFrame({"好": words})


LISTS = {
    "tuple": tuple,
    "ndarray": np.array,
    "(n, 1) ndarray": lambda words: np.array(words)[:, np.newaxis],
    "object ndarray": lambda words: np.array(words, dtype=object),
    "list of np.str_": lambda words: list(map(np.str_, words)),
    "Series": lambda words: pd.Series(words, index=["好"] * len(words)),
    "string Series": lambda words: pd.Series(words, dtype="string"),
    "Index": pd.Index,
    "frame": as_frame,
    "polars Series": lambda words: pytest.importorskip("polars").Series(words),
    "polars frame": lambda words: pytest.importorskip("polars").DataFrame(
        {"好": words}
    ),
}


def fitted_word2vec(**parameters):
    return sklstm.Word2VecEmbedder(**(SMALL_WORD2VEC | parameters)).fit(TOKENS)


def cut(**parameters):
    return sklstm.JiebaSegmenter(**parameters).transform(["房间很好，服务真不错"])


def read_vectors(words, tmp_path):
    path = tmp_path / "vectors.txt"
    fitted_word2vec().save_word2vec_format(path)
    return sklstm.Word2VecEmbedder.from_word2vec_format(path, words).vocabulary_


WORD_PARAMETERS = {
    "user_dict": (["真不错", "服务真"], lambda w, _: cut(user_dict=w)),
    "user_dict of tags": (
        ["房间", "很好"],
        lambda w, _: sklstm.JiebaPOSTagger(user_dict=w).transform([["房间", "很好"]]),
    ),
    "stop_words": (["房间", "服务"], lambda w, _: cut(stop_words=w)),
    "pipeline": (
        ["房间", "服务"],
        lambda w, _: (
            sklstm.make_naive_bayes_pipeline(stop_words=w, user_dict=w)
            .fit(DOCUMENTS, Y)
            .predict_proba(DOCUMENTS)
            .tolist()
        ),
    ),
    "features": (
        ["tone", "length"],
        lambda w, _: (
            sklstm.POSFeatureExtractor(features=w)
            .fit(TOKENS)
            .transform(TOKENS)
            .tolist()
        ),
    ),
    "positive": (
        ["很", "吵"],
        lambda w, _: fitted_word2vec().most_similar(positive=w),
    ),
    "negative": (
        ["很", "吵"],
        lambda w, _: fitted_word2vec().most_similar(negative=w),
    ),
    "vocabulary": (["很", "吵"], read_vectors),
    "classes": (
        ["n", "p"],
        lambda w, _: (
            sklstm.LSTMClassifier(**SMALL_LSTM)
            .partial_fit(CODES, ["p", "n"] * 6, classes=w)
            .classes_.tolist()
        ),
    ),
    "classes again": (
        ["n", "p"],
        lambda w, _: (
            sklstm.LSTMClassifier(**SMALL_LSTM)
            .partial_fit(CODES, ["p", "n"] * 6, classes=["p", "n"])
            .partial_fit(CODES, ["p", "n"] * 6, classes=w)
            .classes_.tolist()
        ),
    ),
    "pooling": (
        ["last", "max"],
        lambda w, _: (
            sklstm.LSTMClassifier(**(SMALL_LSTM | {"pooling": w}))
            .fit(CODES, Y)
            .predict_proba(CODES)
            .tolist()
        ),
    ),
}


@pytest.mark.parametrize("container", LISTS)
@pytest.mark.parametrize("parameter", WORD_PARAMETERS)
def test_words_come_in_any_container(parameter, container, tmp_path):
    words, result = WORD_PARAMETERS[parameter]
    expected = result(list(words), tmp_path)
    assert result(LISTS[container](words), tmp_path) == expected


@pytest.mark.parametrize("parameter", WORD_PARAMETERS)
def test_a_frame_of_several_columns_is_refused(parameter, tmp_path):
    words, result = WORD_PARAMETERS[parameter]
    table = pd.DataFrame({"很": words, "吵": words})
    with pytest.raises((ValueError, TypeError), match=r"[Pp]ick|column"):
        result(table, tmp_path)
    with pytest.raises((ValueError, TypeError), match=r"[Pp]ick|column"):
        result(table.to_numpy(), tmp_path)


def test_rows_of_a_frame_are_user_words_as_the_message_says():
    table = pd.DataFrame({"word": ["真不错"], "freq": [1000], "tag": ["a"]})
    with pytest.raises(ValueError, match=r"list\(df.itertuples"):
        cut(user_dict=table)
    rows = list(table.itertuples(index=False, name=None))
    assert cut(user_dict=rows) == cut(user_dict=[("真不错", 1000, "a")])


def test_states_go_by_their_place_not_by_the_index():
    states = [["n"] * len(words) for words in TOKENS]
    states[0] = ["a"] * 3
    expected = sklstm.HMMClassifier(**SMALL_HMM).fit_states(TOKENS, states, Y)
    shuffled = pd.Series(states, index=range(11, -1, -1))
    for given in (shuffled, shuffled.to_frame(), objects(states)):
        hmm = sklstm.HMMClassifier(**SMALL_HMM).fit_states(TOKENS, given, Y)
        assert_same(hmm.predict_proba(TOKENS), expected.predict_proba(TOKENS))


@pytest.mark.parametrize("container", [np.array, pd.Series, tuple, pd.DataFrame])
def test_numbers_of_classes_come_in_any_container(container):
    hmm = sklstm.HMMClassifier(
        **(SMALL_HMM | {"n_states": container([1, 2])}),
        class_prior=container([0.25, 0.75]),
    ).fit(TOKENS, Y)
    assert list(map(len, hmm.start_probabilities_)) == [1, 2]


# Messages.
@pytest.mark.parametrize(
    "value, text",
    [
        (np.int64(3), "3"),
        (np.str_("a"), "'a'"),
        ([np.str_("a"), np.float32(0.5)], "['a', 0.5]"),
        ((np.bool_(True), None), "(True, None)"),
        ({np.str_("a"): np.int8(1)}, "{'a': 1}"),
        (np.array(["a"]), "['a']"),
        (np.array([np.str_("a")], dtype=object), "['a']"),
    ],
)
def test_values_are_shown_as_pythons(value, text):
    assert shown(value) == text


def refusals(csv):
    """Calls that are refused for a value of NumPy's."""
    word, number = np.str_("鲸鱼"), np.int64(3)
    hmm = sklstm.HMMClassifier(**SMALL_HMM).fit(TOKENS, Y)
    yield lambda: cut(stop_words=[number])
    yield lambda: cut(user_dict=[number])
    yield lambda: cut(user_dict=[(word, np.float64(0.5))])
    yield lambda: cut(user_dict=np.str_("no such file"))
    yield lambda: fitted_word2vec().similarity(word, word)
    yield lambda: fitted_word2vec().most_similar("好", topn=np.float64(2.5))
    yield lambda: sklstm.POSFeatureExtractor(features=[word]).fit(TOKENS)
    yield lambda: sklstm.TokenCountVectorizer(ngram_range=[number] * 3).fit(TOKENS)
    yield lambda: sklstm.TokenEncoder(min_count=np.int64(-1)).fit(TOKENS)
    yield lambda: sklstm.HMMClassifier(n_states=[number] * 3).fit(TOKENS, Y)
    yield lambda: sklstm.HMMClassifier(class_prior=[number] * 2).fit(TOKENS, Y)
    yield lambda: hmm.fit(TOKENS, np.repeat(word, 12))
    yield lambda: hmm.decode(TOKENS, np.repeat(word, 12))
    yield lambda: sklstm.SequenceUnion(
        PARTS, transformer_weights={word: 2}
    ).fit_transform(TOKENS)
    yield lambda: compare(scoring=[word, word])
    yield lambda: compare(scoring=word)
    other = sklstm.SequenceUnion([(word, sklstm.TokenCountVectorizer())])
    yield lambda: other.fit_transform(TOKENS)
    yield lambda: sklstm.SequenceUnion([(word, word)]).fit(TOKENS)
    yield lambda: sklstm.compare_classifiers({number: hmm}, TOKENS, Y)
    yield lambda: make_sequences(n_timesteps=[number])
    yield lambda: make_reviews(n_classes=np.int64(5))
    yield lambda: make_reviews(n_samples=np.int64(-1))
    yield lambda: read_reviews(csv, text=np.str_("no such column"))


def refusals_of_the_lstm(_):
    """The same for LSTMClassifier."""
    word = np.str_("鲸鱼")
    lstm = sklstm.LSTMClassifier(**SMALL_LSTM)
    classes = np.array(["a", word, "b"])
    yield lambda: sklstm.LSTMClassifier(pooling=[word]).fit(CODES, Y)
    yield lambda: sklstm.LSTMClassifier(hidden_size=np.int64(0)).fit(CODES, Y)
    yield lambda: lstm.fit(CODES, np.repeat(word, 12))
    yield lambda: lstm.partial_fit(CODES, np.repeat(word, 12), classes=["a", "b"])
    lstm.partial_fit(CODES, ["a", "b"] * 6, classes=["a", "b"])
    yield lambda: lstm.partial_fit(CODES, ["a", "b"] * 6, classes=list(classes))


@pytest.mark.parametrize("calls", [refusals, refusals_of_the_lstm])
def test_messages_show_no_scalars_of_numpys(calls, tmp_path):
    csv = tmp_path / "reviews.csv"
    csv.write_text("text,label\n好,1\n", encoding="utf-8")
    for refused in calls(csv):
        with pytest.raises((ValueError, TypeError)) as error:
            refused()
        assert "np." not in str(error.value)


# Tables of series.
def nested_frame(n_channels=1):
    return pd.DataFrame(
        {
            f"channel {j}": [pd.Series(np.array(row) + j) for row in SERIES]
            for j in range(n_channels)
        },
        index=range(7, 7 + len(SERIES)),
    )


TABLES = {
    "frame of Series": nested_frame,
    "frame of lists": lambda k: nested_frame(k).map(list),
    "frame of arrays": lambda k: nested_frame(k).map(np.asarray),
    "objects": lambda k: nested_frame(k).to_numpy(),
    "polars": lambda k: pytest.importorskip("polars").DataFrame(
        nested_frame(k).map(list).to_dict("list")
    ),
}


@pytest.mark.parametrize("n_channels", [1, 2])
@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("name", OF_SERIES)
def test_cells_of_a_table_hold_series(name, table, n_channels):
    X = [np.array(row)[:, np.newaxis] + np.arange(n_channels) for row in SERIES]
    nested = TABLES[table](n_channels)
    assert sklstm.Sequences.from_arrays(nested) == sklstm.Sequences.from_arrays(X)
    assert_same(answer(make(name), nested), answer(make(name), X))


def test_channels_of_a_row_are_of_one_length():
    table = nested_frame(2)
    table.iat[2, 1] = pd.Series([1.0])
    with pytest.raises(ValueError, match=r"row 2 has lengths \[1, 2\]"):
        make("LSTMClassifier of series").fit(table, Y)


@pytest.mark.parametrize("name", OF_SERIES)
def test_rows_that_are_time_steps_are_refused(name):
    index = pd.MultiIndex.from_product([range(12), range(3)], names=["id", "time"])
    table = pd.DataFrame(CUBE.reshape(-1, 2), index=index, columns=["a", "b"])
    with pytest.raises(ValueError, match=r"index of 2 levels.*from_frame"):
        make(name).fit(table, np.repeat(Y, 3))
    series = sklstm.Sequences.from_frame(table.reset_index(), "id", "time")
    assert_same(answer(make(name), list(series)), answer(make(name), CUBE))


def test_a_frame_of_numbers_has_a_sample_in_each_row():
    table = pd.DataFrame({"9": [1.0, 2.0], "8": [3.0, 4.0]})
    expected = sklstm.Sequences.from_arrays([[1.0, 3.0], [2.0, 4.0]])
    assert sklstm.Sequences.from_arrays(table) == expected


# What is no real number.
MATRIX = CUBE[:, :, 0]
UNREAL = {
    "masked": (lambda x: np.ma.masked_greater(x, 0), r"from_padded\(X.astype"),
    "complex": (lambda x: x + 1j, "Complex data not supported"),
    "dates": (lambda x: x.astype("datetime64[s]"), "timedelta64"),
    "time spans": (lambda x: x.astype("timedelta64[s]"), "timedelta64"),
    "structured": (
        lambda x: np.zeros(x.shape, [("a", float), ("b", float)]),
        "structured_to_unstructured",
    ),
    "text": (lambda x: x.astype(str), "<U"),
    "objects": (lambda x: np.full(x.shape, pd.Timestamp("2020")), "Timestamp"),
    "sparse tensor": (
        lambda x: torch.tensor(np.atleast_1d(x)).to_sparse(),
        r"to_dense\(\)",
    ),
}


NO_REMEDY = ("text", "objects")


@pytest.mark.parametrize("kind", UNREAL)
@pytest.mark.parametrize("values", [CUBE, MATRIX], ids=["3-D", "2-D"])
@pytest.mark.parametrize("name", OF_SERIES)
def test_what_is_no_real_number_is_refused(name, values, kind):
    change, message = UNREAL[kind]
    if kind == "text" and values is MATRIX and "HMM" in name:
        message = "Pick one column|<U|got token sequences"
    X = change(values)
    with pytest.raises((ValueError, TypeError), match=message):
        make(name).fit(X, Y)
    with pytest.raises((ValueError, TypeError), match=message):
        asked(make(name).fit(values, Y), X)


@pytest.mark.parametrize("kind", [k for k in UNREAL if k not in NO_REMEDY])
@pytest.mark.parametrize("name", OF_SERIES)
def test_a_row_that_is_no_real_number_is_named(name, kind):
    change, message = UNREAL[kind]
    X = [np.array(row) for row in SERIES]
    X[2] = change(X[2])
    with pytest.raises((ValueError, TypeError), match=f"row 2.*{message}"):
        make(name).fit(X, Y)


@pytest.mark.parametrize("kind", UNREAL)
@pytest.mark.parametrize("part", ["lengths", "codes", "vectors", "channels", "static"])
def test_parts_of_sequences_are_real_numbers(part, kind):
    change, _ = UNREAL[kind]
    parts = {
        "lengths": np.array([1, 1]),
        "codes": [np.array([0, 1])],
        "vectors": [np.array([[0.0, 1.0], [1.0, 0.0]])],
        "channels": np.array([[0.0], [1.0]]),
        "static": np.array([[0.0], [1.0]]),
    }
    value = parts[part]
    parts[part] = [change(value[0])] if isinstance(value, list) else change(value)
    with pytest.raises((ValueError, TypeError), match=f"Sequences expects {part}"):
        sklstm.Sequences(**parts)


@pytest.mark.parametrize("kind", UNREAL)
def test_padded_arrays_are_real_numbers(kind):
    change, message = UNREAL[kind]
    with pytest.raises((ValueError, TypeError), match=message):
        sklstm.Sequences.from_padded(change(CUBE))


@pytest.mark.parametrize("tz", [None, "UTC"])
def test_a_frame_of_dates_is_no_series(tz):
    dates = pd.date_range("2020", periods=12, tz=tz)
    for table in (
        pd.DataFrame({"a": MATRIX[:, 0], "b": dates}),
        pd.DataFrame({"a": dates, "b": dates}),
    ):
        with pytest.raises(TypeError, match="timedelta64"):
            make("LSTMClassifier of series").fit(table, Y)


def test_masked_rows_of_a_list_are_refused():
    rows = [np.ma.array([1.0], mask=[True]), [2.0]]
    with pytest.raises(ValueError, match="channels as numbers; got masked"):
        sklstm.Sequences([1, 1], channels=rows)
    with pytest.raises(ValueError, match=r"row 0 .* got masked"):
        sklstm.Sequences.from_arrays([[1.0, np.ma.masked]])


def test_a_frame_is_no_sequence_of_codes():
    for part in ("codes", "vectors"):
        with pytest.raises(TypeError, match=f"{part} as a sequence of arrays"):
            sklstm.Sequences([1], **{"codes": [[0]], part: pd.DataFrame({"a": [0]})})


@pytest.mark.parametrize(
    "weights",
    [
        np.ma.array(np.ones(12), mask=[True] + [False] * 11),
        np.ones(12) + 1j,
        np.ones(12, "datetime64[s]"),
        pd.Series([None] + [1.0] * 11, dtype="Float64"),
        ["1"] * 12,
    ],
    ids=["masked", "complex", "dates", "missing", "text"],
)
@pytest.mark.parametrize("name", CLASSIFIERS)
def test_weights_are_real_numbers(name, weights):
    with pytest.raises((ValueError, TypeError), match="sample_weight"):
        make(name).fit(ESTIMATORS[name][2], Y, sample_weight=weights)


def test_weights_may_be_a_column():
    weights = np.arange(1.0, 13.0)
    expected = make("HMMClassifier of tokens").fit(TOKENS, Y, weights)
    for column in (weights[:, np.newaxis], pd.DataFrame({"w": weights})):
        hmm = make("HMMClassifier of tokens").fit(TOKENS, Y, column)
        assert_same(hmm.predict_proba(TOKENS), expected.predict_proba(TOKENS))
    with pytest.raises(ValueError, match=r"sample_weight .*Pick one column"):
        make("HMMClassifier of tokens").fit(TOKENS, Y, np.ones((12, 2)))


@pytest.mark.parametrize("name", OF_WORDS)
def test_a_masked_document_is_missing(name):
    rows = np.ma.array(objects(ESTIMATORS[name][2]), mask=[0, 0, 1] + [0] * 9)
    with pytest.raises(TypeError, match=r"row 2 is MaskedConstant\. Drop or fill"):
        make(name).fit(rows, Y)
