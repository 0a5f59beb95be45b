"""Bad and odd input: what every estimator answers, in tables.

The tables hold all estimators to the same answers. What scikit-learn's classifier
answers at the end of the naive Bayes and the linear pipeline is its own affair.
"""

from functools import cache

import numpy as np
import pytest
from sklearn.model_selection import KFold, cross_val_predict
from sklearn.pipeline import make_pipeline

import sklstm

pd = pytest.importorskip("pandas")

DOCUMENTS = [
    "房间很干净，服务也好。",
    "早餐不好吃。",
    "位置方便，价格不贵。",
    "太吵，睡得不好。",
    "前台很热情！",
    "屏幕模糊，电池不耐用。",
]
TOKENS = [
    ["房间", "很", "好"],
    ["不", "好"],
    ["方便", "。"],
    ["吵"],
    ["很", "好"],
    ["差"],
]
SERIES = [[0.0, 1.0, 2.0], [5.0], [0.5, 1.5], [4.0, 5.0], [0.0, 0.5], [6.0, 5.0]]
Y = np.array([1, 0] * 3)

SMALL_LSTM = {"hidden_size": 4, "max_epochs": 1, "batch_size": 4, "random_state": 0}
SMALL_HMM = {"n_states": 2, "n_iter": 2, "random_state": 0}


def _lstm_pipeline():
    pipeline = sklstm.make_lstm_pipeline(
        vector_size=4, hidden_size=4, max_epochs=1, random_state=0
    )
    return pipeline.set_params(features__embed__min_count=1)


# Who takes the input, and who speaks of it.
OF_DOCUMENTS = {
    "JiebaSegmenter": (sklstm.JiebaSegmenter, "JiebaSegmenter"),
    "LSTM pipeline": (_lstm_pipeline, "JiebaSegmenter"),
    "HMM pipeline": (lambda: sklstm.make_hmm_pipeline(**SMALL_HMM), "JiebaSegmenter"),
    "naive Bayes pipeline": (sklstm.make_naive_bayes_pipeline, "JiebaSegmenter"),
    "linear pipeline": (sklstm.make_linear_pipeline, "JiebaSegmenter"),
}
OF_TOKENS = {
    "JiebaPOSTagger": (sklstm.JiebaPOSTagger, "JiebaPOSTagger"),
    "POSFeatureExtractor": (sklstm.POSFeatureExtractor, "POSFeatureExtractor"),
    "TokenCountVectorizer": (sklstm.TokenCountVectorizer, "TokenCountVectorizer"),
    "TokenEncoder": (sklstm.TokenEncoder, "TokenEncoder"),
    "Word2VecEmbedder": (
        lambda: sklstm.Word2VecEmbedder(vector_size=4, min_count=1, n_epochs=1),
        "Word2VecEmbedder",
    ),
    "SequenceUnion": (
        lambda: sklstm.SequenceUnion([("words", sklstm.TokenEncoder())]),
        "TokenEncoder",
    ),
    "HMMClassifier": (lambda: sklstm.HMMClassifier(**SMALL_HMM), "HMMClassifier"),
}
OF_SERIES = {
    "LSTMClassifier": (lambda: sklstm.LSTMClassifier(**SMALL_LSTM), "LSTMClassifier"),
    "HMMClassifier": (lambda: sklstm.HMMClassifier(**SMALL_HMM), "HMMClassifier"),
    "SeriesScaler": (sklstm.SeriesScaler, "SeriesScaler"),
    "SeriesImputer": (sklstm.SeriesImputer, "SeriesImputer"),
    "SeriesPatcher": (lambda: sklstm.SeriesPatcher(size=2), "SeriesPatcher"),
    "SeriesDifferencer": (sklstm.SeriesDifferencer, "SeriesDifferencer"),
    "SeriesResampler": (lambda: sklstm.SeriesResampler(rate=0.5), "SeriesResampler"),
    "SeriesFeatureExtractor": (
        sklstm.SeriesFeatureExtractor,
        "SeriesFeatureExtractor",
    ),
}
GOOD = {"documents": DOCUMENTS, "tokens": TOKENS, "series": SERIES}
DOORS = {"documents": OF_DOCUMENTS, "tokens": OF_TOKENS, "series": OF_SERIES}
CLASSIFIERS = [
    ("documents", "LSTM pipeline"),
    ("documents", "HMM pipeline"),
    ("documents", "naive Bayes pipeline"),
    ("documents", "linear pipeline"),
    ("tokens", "HMMClassifier"),
    ("series", "LSTMClassifier"),
    ("series", "HMMClassifier"),
]
OF_SCIKIT_LEARN = ("naive Bayes pipeline", "linear pipeline")
OWN_CLASSIFIERS = [case for case in CLASSIFIERS if case[1] not in OF_SCIKIT_LEARN]
EVERYBODY = [(door, name) for door, names in DOORS.items() for name in names]


def _make(door, name):
    return DOORS[door][name][0]()


@cache
def _fitted(door, name):
    return _make(door, name).fit(GOOD[door], Y)


def _answer(door, name, X):
    fitted = _fitted(door, name)
    method = "predict_proba" if hasattr(fitted, "predict_proba") else "transform"
    return getattr(fitted, method)(X)


def _assert_refused(door, name, X, error, message):
    """In fit and afterwards, with the name of who speaks."""
    expected = f"{DOORS[door][name][1]} expects .*{message}" if message else None
    with pytest.raises(error, match=expected):
        _make(door, name).fit(X, Y[: len(X)] if hasattr(X, "__len__") else Y)
    with pytest.raises(error, match=expected):
        _answer(door, name, X)


def _third(door, element):
    return [*GOOD[door][:2], element, *GOOD[door][3:]]


BAD_ELEMENTS = {
    "None": (None, "row 2 is NoneType. Drop or fill missing"),
    "NaN": (float("nan"), "row 2 is float. Drop or fill missing"),
    "numpy NaN": (np.float64("nan"), "row 2 is float64. Drop or fill missing"),
    "pd.NA": (pd.NA, "row 2 is NAType. Drop or fill missing"),
    "int": (3, "row 2 is int. "),
    "float": (2.5, "row 2 is float. "),
    "bool": (True, "row 2 is bool. "),
    "UTF-8": ("好".encode(), "row 2 is bytes. Decode it first"),
    "GBK": ("好".encode("gbk"), "row 2 is bytes. Decode it first"),
    "dict": ({"好": 1}, "row 2 is dict. "),
}


@pytest.mark.parametrize("element", BAD_ELEMENTS)
@pytest.mark.parametrize("door, name", EVERYBODY[: -len(OF_SERIES)])
def test_elements_of_the_wrong_kind_are_named(door, name, element):
    value, message = BAD_ELEMENTS[element]
    _assert_refused(door, name, _third(door, value), TypeError, message)


def _frame(door):
    return pd.DataFrame({"text": GOOD[door], "title": GOOD[door]})


BAD_CONTAINERS = {
    "a lone str": (lambda door: "房间很好", TypeError, "got a single str"),
    "lone bytes": (lambda door: b"text", TypeError, "got a single bytes"),
    "a set": (lambda door: set(DOCUMENTS), TypeError, "got a set"),
    "a dict": (lambda door: dict.fromkeys(DOCUMENTS), TypeError, "got a dict"),
    "None": (lambda door: None, TypeError, "got NoneType"),
    "a number": (lambda door: 3, TypeError, "got int"),
    "two columns": (_frame, ValueError, r"Pick one column, for example df\['text'\]"),
    "a 2-D array": (
        lambda door: _frame(door).to_numpy(),
        ValueError,
        r"Pick one column, for example X\[:, 0\]",
    ),
}


@pytest.mark.parametrize("container", BAD_CONTAINERS)
@pytest.mark.parametrize("door, name", EVERYBODY[: -len(OF_SERIES)])
def test_containers_without_rows_are_refused(door, name, container):
    make, error, message = BAD_CONTAINERS[container]
    if name == "HMMClassifier" and error is ValueError:
        message = None  # it takes several columns of numbers: NumPy speaks
    _assert_refused(door, name, make(door), error, message)


def _objects(rows):
    column = np.empty(len(rows), dtype=object)
    column[:] = rows
    return column


def _shuffled_series(rows, **options):
    return pd.Series(_objects(rows), index=[4, 0, 5, 1, 3, 2], **options)


def _polars_series(rows):
    return pytest.importorskip("polars").Series("text", rows)


CONTAINERS = {
    "tuple": tuple,
    "object ndarray": _objects,
    "Series with a shuffled index": _shuffled_series,
    "DataFrame with one column": lambda rows: _shuffled_series(rows).to_frame("text"),
    "polars Series": _polars_series,
}
CONTAINERS_OF_DOCUMENTS = {
    "str ndarray": np.array,
    "np.str_": lambda rows: [np.str_(row) for row in rows],
    "str Series": lambda rows: _shuffled_series(rows, dtype="str"),
    "string Series": lambda rows: _shuffled_series(rows, dtype="string"),
    "pyarrow Series": lambda rows: _shuffled_series(rows, dtype="string[pyarrow]"),
}
CONTAINERS_OF_TOKENS = {
    "tuples": lambda rows: [tuple(row) for row in rows],
    "ndarrays": lambda rows: [np.array(row) for row in rows],
    "object ndarrays": lambda rows: [_objects(row) for row in rows],
}
FORMS = {
    "documents": CONTAINERS | CONTAINERS_OF_DOCUMENTS,
    "tokens": CONTAINERS | CONTAINERS_OF_TOKENS,
}


@pytest.mark.parametrize(
    "door, name, container",
    [
        (door, name, container)
        for door, name in EVERYBODY[: -len(OF_SERIES)]
        for container in FORMS[door]
    ],
)
def test_containers_give_the_same_result(door, name, container):
    if "pyarrow" in container:
        pytest.importorskip("pyarrow")
    X = FORMS[door][container](GOOD[door])
    _assert_same(_answer(door, name, X), _answer(door, name, GOOD[door]))


@pytest.mark.parametrize("door, name", EVERYBODY[: -len(OF_SERIES)])
def test_generators_are_transformed(door, name):
    answer = _answer(door, name, iter(GOOD[door]))
    _assert_same(answer, _answer(door, name, GOOD[door]))


def _assert_same(answer, expected):
    if isinstance(expected, list | sklstm.Sequences):
        assert answer == expected
    else:
        np.testing.assert_allclose(_rows(answer), _rows(expected), rtol=1e-5)


@pytest.mark.parametrize("name", OF_DOCUMENTS)
def test_token_lists_where_documents_are_wanted(name):
    message = "documents of type str; row 0 is list. It is segmented already"
    _assert_refused("documents", name, TOKENS, TypeError, message)


@pytest.mark.parametrize("name", OF_TOKENS)
def test_documents_where_token_lists_are_wanted(name):
    message = "token sequences .* row 0 is str. Put JiebaSegmenter before it"
    _assert_refused("tokens", name, DOCUMENTS, TypeError, message)


@pytest.mark.parametrize("token", [None, 3, b"x", ["好"], float("nan")])
@pytest.mark.parametrize("name", OF_TOKENS)
def test_tokens_of_the_wrong_kind_are_named(name, token):
    message = f"row 2, position 1 is {type(token).__name__}"
    X = _third("tokens", ["好", token])
    _assert_refused("tokens", name, X, TypeError, message)


BAD_SERIES = {
    "NaN": (_third("series", [1.0, np.nan]), ValueError, "row 2 .*from_padded"),
    "inf": (_third("series", [1.0, np.inf]), ValueError, "row 2 .*infinity"),
    "None inside": (_third("series", [1.0, None]), ValueError, "row 2 contains NaN"),
    "None": (_third("series", None), ValueError, "row 2 is NoneType"),
    "a lone str": ("房间很好", TypeError, "got (a single )?str"),
    "a set": ({1.0}, TypeError, "got (a )?set"),
    "a dict": ({1.0: 2.0}, TypeError, "got (a )?dict"),
    "channels that differ": (
        [np.ones((2, 2)), np.ones((1, 3)), *[np.ones((1, 2))] * 4],
        ValueError,
        "row 1 has 3, row 0 has 2",
    ),
    "text among numbers": (_third("series", [1.0, "x"]), TypeError, "row 2"),
}


@pytest.mark.parametrize("series", BAD_SERIES)
@pytest.mark.parametrize("name", OF_SERIES)
def test_series_of_the_wrong_kind_are_refused(name, series):
    X, error, message = BAD_SERIES[series]
    if name == "SeriesImputer" and series in ("NaN", "None inside"):
        assert np.isfinite(_make("series", name).fit_transform(X).channels).all()
        return
    with pytest.raises(error, match=message) as refusal:
        _make("series", name).fit(X, Y)
    assert name in str(refusal.value)


@pytest.mark.parametrize("name", [n for n in OF_SERIES if n != "HMMClassifier"])
def test_a_generator_of_series_is_refused(name):
    with pytest.raises(TypeError, match=rf"{name} .* cannot be indexed"):
        _make("series", name).fit(iter(SERIES), Y)


@pytest.mark.parametrize("door, name", EVERYBODY)
def test_no_samples(door, name):
    with pytest.raises(ValueError, match=r"at least 1 sample|0 sample"):
        _make(door, name).fit([], [])
    if name in OF_SCIKIT_LEARN:
        pytest.skip("scikit-learn's classifiers refuse to predict no samples")
    assert len(np.shape(_answer(door, name, []))) >= 1
    assert len(_rows(_answer(door, name, []))) == 0


def _rows(output):
    return output.toarray() if hasattr(output, "toarray") else output


NOTHING = {"documents": ["", " \t　\n"], "tokens": [[], []], "series": [[], []]}
UNSEEN = {
    "documents": ["鲸鱼", "，。！"],
    "tokens": [["鲸鱼"], ["黑", "熊"]],
    "series": [],
}


@pytest.mark.parametrize("door, name", EVERYBODY)
def test_nothing_to_learn_from(door, name):
    if name in ("JiebaSegmenter", "JiebaPOSTagger"):
        pytest.skip("it learns nothing")
    with pytest.raises(ValueError, match=r"token|step"):
        _make(door, name).fit(NOTHING[door] * 2, [0, 1, 0, 1])


@pytest.mark.parametrize("door, name", CLASSIFIERS)
def test_nothing_and_the_unseen_have_probabilities(door, name):
    X = NOTHING[door] + UNSEEN[door] + list(GOOD[door][:2])
    probabilities = _answer(door, name, X)
    assert np.isfinite(probabilities).all()
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-5)
    np.testing.assert_allclose(probabilities[0], probabilities[1], rtol=1e-5)
    predicted = _fitted(door, name).predict(X)
    assert set(predicted) <= {0, 1}


@pytest.mark.parametrize("name", OF_TOKENS)
def test_nothing_and_the_unseen_are_transformed(name):
    X = NOTHING["tokens"] + UNSEEN["tokens"]
    output = _rows(_answer("tokens", name, X))
    assert len(output) == len(X)
    if isinstance(output, np.ndarray):
        assert np.isfinite(output).all()


@pytest.mark.parametrize("door, name", EVERYBODY)
def test_more_samples_than_labels(door, name):
    estimator = _make(door, name)
    if not hasattr(estimator, "predict"):
        pytest.skip("a transformer ignores labels")
    with pytest.raises(ValueError, match=r"inconsistent|length|samples|labels"):
        estimator.fit(GOOD[door], Y[:-1])


BAD_LABELS = {
    "NaN": np.array([1.0, 0.0, np.nan, 0.0, 1.0, 0.0]),
    "None": np.array([1, 0, None, 0, 1, 0], dtype=object),
    "continuous": np.array([0.5, 1.2, 0.1, 0.7, 0.2, 0.9]),
}


@pytest.mark.parametrize("labels", BAD_LABELS)
@pytest.mark.parametrize("door, name", CLASSIFIERS)
def test_labels_that_are_none(door, name, labels):
    with pytest.raises((ValueError, TypeError)):
        _make(door, name).fit(GOOD[door], BAD_LABELS[labels])


@pytest.mark.parametrize("door, name", OWN_CLASSIFIERS)
def test_one_class(door, name):
    with pytest.raises(ValueError, match="class"):
        _make(door, name).fit(GOOD[door], np.ones(6))


BAD_WEIGHTS = {
    "negative": [1, 1, -1, 1, 1, 1],
    "NaN": [1, 1, np.nan, 1, 1, 1],
    "too few": [1, 1, 1],
    "all zero": [0] * 6,
}


@pytest.mark.parametrize("weights", BAD_WEIGHTS)
@pytest.mark.parametrize("door, name", OWN_CLASSIFIERS)
def test_sample_weights(door, name, weights):
    key = "classify__sample_weight" if "pipeline" in name else "sample_weight"
    with pytest.raises(ValueError, match="weight"):
        _make(door, name).fit(GOOD[door], Y, **{key: BAD_WEIGHTS[weights]})


@pytest.mark.parametrize("weight", [2, 0.5, np.float32(2), np.array(2.0)])
@pytest.mark.parametrize("door, name", OWN_CLASSIFIERS)
def test_a_lone_number_weighs_all_samples_alike(door, name, weight):
    key = "classify__sample_weight" if "pipeline" in name else "sample_weight"
    expected = _make(door, name).fit(GOOD[door], Y, **{key: np.full(6, weight)})
    given = _make(door, name).fit(GOOD[door], Y, **{key: weight})
    answers = [each.predict_proba(GOOD[door]) for each in (given, expected)]
    np.testing.assert_array_equal(*answers)


@pytest.mark.parametrize("weight", [0, -1, np.nan, np.inf])
@pytest.mark.parametrize("door, name", OWN_CLASSIFIERS)
def test_a_lone_number_that_is_no_weight(door, name, weight):
    key = "classify__sample_weight" if "pipeline" in name else "sample_weight"
    with pytest.raises(ValueError, match=r"weight"):
        _make(door, name).fit(GOOD[door], Y, **{key: weight})


@pytest.mark.filterwarnings("ignore:Number of classes in training fold:RuntimeWarning")
@pytest.mark.parametrize("door, name", CLASSIFIERS)
def test_a_class_that_a_fold_lacks_has_no_probability_there(door, name):
    y = np.array([0, 1, 0, 1, 2, 2])  # the last fold trains without class 2
    probabilities = cross_val_predict(
        _make(door, name), GOOD[door], y, cv=KFold(3), method="predict_proba"
    )
    np.testing.assert_array_equal(probabilities[4:, 2], 0)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-5)


@pytest.mark.parametrize("name", OF_DOCUMENTS)
def test_odd_code_points_are_accepted(name):
    odd = [
        "好\ud800",
        "好\x00",
        "\U0001f469\u200d\U0001f467",
        "\u200f好",
        "\ue000",
        "房間",
    ]
    assert len(_rows(_answer("documents", name, odd))) == len(odd)


@pytest.mark.parametrize("name", OF_DOCUMENTS)
def test_full_width_characters_are_folded(name):
    wide, narrow = _answer("documents", name, ["ＡＢＣ　１２３好", "ABC 123好"])
    if name == "JiebaSegmenter":
        assert wide == narrow
    else:
        np.testing.assert_allclose(wide, narrow, rtol=1e-5)


@pytest.mark.filterwarnings("ignore:LSTMClassifier:UserWarning")
@pytest.mark.parametrize("name", OF_DOCUMENTS)
def test_a_document_of_a_million_characters(name):
    # The recursion of an HMM takes a minute for a million steps.
    n_repeats = 1_000 if name == "HMM pipeline" else 100_000
    long = "房间很干净，服务也好。" * n_repeats
    assert len(_rows(_answer("documents", name, [long, "好"]))) == 2


@pytest.mark.filterwarnings("ignore:LSTMClassifier:UserWarning")
@pytest.mark.parametrize("name", OF_SERIES)
def test_a_series_of_a_million_steps(name):
    n_steps = 10_000 if name == "HMMClassifier" else 1_000_000
    answer = _answer("series", name, [np.zeros(n_steps), [1.0]])
    assert np.isfinite(_numbers(answer)).all()


def _numbers(answer):
    return answer.channels if isinstance(answer, sklstm.Sequences) else answer


@pytest.mark.parametrize(
    "form",
    [
        tuple,
        lambda rows: np.array([*rows, None], dtype=object)[:-1],
        lambda rows: [np.array(row) for row in rows],
        lambda rows: [np.array(row, np.float32)[:, np.newaxis] for row in rows],
        lambda rows: [np.asfortranarray(np.array(row)[:, None]) for row in rows],
        lambda rows: pd.Series(rows, index=range(9, 3, -1)),
        sklstm.Sequences.from_arrays,
    ],
)
@pytest.mark.parametrize("name", OF_SERIES)
def test_forms_of_series(name, form):
    expected = _numbers(_answer("series", name, SERIES))
    given = _numbers(_answer("series", name, form(SERIES)))
    np.testing.assert_allclose(given, expected, 1e-5)
    other = _make("series", name).fit(form(SERIES), Y)
    method = "predict_proba" if hasattr(other, "predict_proba") else "transform"
    answer = _numbers(getattr(other, method)(SERIES))
    np.testing.assert_allclose(answer, expected, rtol=1e-5)


@pytest.mark.parametrize("name", OF_SERIES)
def test_whole_numbers_are_numbers(name):
    whole = [[0, 1], [5, 6], [0, 2]]
    floats = [np.array(row, np.float64) for row in whole]
    if name == "HMMClassifier":
        pytest.skip("HMMClassifier may take whole numbers for codes")
    answers = (_numbers(_answer("series", name, X)) for X in (whole, floats))
    np.testing.assert_allclose(*answers, rtol=1e-5)


def test_a_generator_of_token_sequences():
    pipeline = make_pipeline(sklstm.TokenEncoder(), sklstm.LSTMClassifier(**SMALL_LSTM))
    fitted = pipeline.fit(TOKENS, Y)
    expected = fitted.predict_proba(TOKENS)
    np.testing.assert_allclose(fitted.predict_proba(iter(TOKENS)), expected, 1e-5)
