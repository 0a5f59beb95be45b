"""Whole classifiers of series: their steps, and what their settings are for."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from sklearn import config_context
from sklearn.base import clone
from sklearn.metrics import accuracy_score
from sklearn.model_selection import GridSearchCV, train_test_split
from sklearn.naive_bayes import GaussianNB

from sklstm import (
    ClassWeightedClassifier,
    SeriesFeatureExtractor,
    compare_classifiers,
    make_hmm_series_pipeline,
    make_naive_bayes_series_pipeline,
    make_series_pipeline,
)
from sklstm.datasets import make_sequences


def _small_lstm(**params):
    return make_series_pipeline(hidden_size=4, max_epochs=2, random_state=0, **params)


def _small_hmm(**params):
    return make_hmm_series_pipeline(n_states=2, n_iter=2, random_state=0, **params)


MAKERS = {
    "lstm": _small_lstm,
    "hmm": _small_hmm,
    "naive_bayes": make_naive_bayes_series_pipeline,
}
STEPS = {
    "lstm": ["features", "classify"],
    "hmm": ["impute", "scale", "classify"],
    "naive_bayes": ["impute", "features", "scale", "classify"],
}
RNG = np.random.RandomState(0)
Y = np.repeat(["falling", "rising"], 12)
SIGNS = np.where(Y == "rising", 1.0, -1.0)
# Of unequal length, far from 0, with gaps.
X = [
    1000 + 50 * (sign * np.linspace(-1, 1, n) + 0.1 * RNG.standard_normal(n))
    for sign, n in zip(SIGNS, RNG.randint(8, 20, 24), strict=True)
]
for series in X[::2]:
    series[3] = np.nan


@pytest.fixture(params=MAKERS)
def name(request):
    return request.param


@pytest.fixture
def pipeline(name):
    return MAKERS[name]()


def test_steps_are_named(pipeline, name):
    assert list(pipeline.named_steps) == STEPS[name]


def test_parts_are_named():
    (_, series), (_, statistics) = make_series_pipeline()["features"].transformer_list
    assert list(series.named_steps) == ["impute", "scale", "patch"]
    assert list(statistics.named_steps) == ["impute", "extract", "scale"]


def test_statistics_become_static():
    series = make_sequences(8, n_timesteps=20, random_state=0)[0]
    y = [0, 1] * 4
    sequences = _small_lstm().fit(series, y)[:-1].transform(series)
    extractor = SeriesFeatureExtractor(keep_static=False).fit(series)
    # Of two channels and their indicators, beside two that are static by themselves.
    n_features = 2 * len(extractor.get_feature_names_out()) - 1
    assert sequences.static.shape == (8, 2 + n_features)
    np.testing.assert_array_equal(sequences.static[:, :2], series.static)
    without = _small_lstm(statistics=False).fit(series, y)
    assert without[:-1].transform(series).static.shape == (8, 2)


@pytest.mark.parametrize(
    "pipeline, expected",
    [
        (
            make_series_pipeline(
                patch_size=3,
                hidden_size=5,
                n_layers=2,
                bidirectional=False,
                max_epochs=3,
                class_weight="balanced",
                missing_label="?",
                random_state=1,
                n_threads=1,
                device="cpu",
                verbose=1,
            ),
            {
                "features__series__patch__size": 3,
                "classify__hidden_size": 5,
                "classify__n_layers": 2,
                "classify__bidirectional": False,
                "classify__max_epochs": 3,
                "classify__class_weight": "balanced",
                "classify__missing_label": "?",
                "classify__random_state": 1,
                "classify__n_threads": 1,
                "classify__device": "cpu",
                "classify__verbose": 1,
                "classify__batch_size": "auto",
                "classify__early_stopping": "auto",
            },
        ),
        (
            make_hmm_series_pipeline(
                n_states=3,
                n_iter=4,
                class_weight={"a": 2},
                random_state=1,
                n_threads=1,
                device="cpu",
                verbose=1,
            ),
            {
                "classify__n_states": 3,
                "classify__n_iter": 4,
                "classify__class_weight": {"a": 2},
                "classify__random_state": 1,
                "classify__n_threads": 1,
                "classify__device": "cpu",
                "classify__verbose": 1,
                "classify__emission": "gaussian",
            },
        ),
        (
            make_naive_bayes_series_pipeline(var_smoothing=0.5, class_weight={"a": 2}),
            {
                "classify__class_weight": {"a": 2},
                "classify__estimator__var_smoothing": 0.5,
            },
        ),
    ],
    ids=MAKERS,
)
def test_parameters_are_passed_on(pipeline, expected):
    params = pipeline.get_params()
    assert {key: params[key] for key in expected} == expected


def test_naive_bayes_stands_alone_without_weights():
    assert type(make_naive_bayes_series_pipeline()[-1]) is GaussianNB
    weighted = make_naive_bayes_series_pipeline(class_weight="balanced")[-1]
    assert type(weighted) is ClassWeightedClassifier


def test_memory_is_passed_on(name, tmp_path):
    assert MAKERS[name](memory=str(tmp_path)).memory == str(tmp_path)


def test_held_out_series_go_through_the_steps():
    assert make_series_pipeline().transform_input is None
    with config_context(enable_metadata_routing=True):
        lstm = _small_lstm().fit(X[:16], Y[:16], X_val=X[8:], y_val=Y[8:])
        assert np.isfinite(lstm[-1].history_[-1]["valid_loss"])


def test_series_with_gaps_are_learned(name):
    params = {} if name == "naive_bayes" else {"random_state": 0}
    makers = {
        "lstm": lambda: make_series_pipeline(hidden_size=8, **params),
        "hmm": make_hmm_series_pipeline,
        "naive_bayes": make_naive_bayes_series_pipeline,
    }
    model = makers[name]().fit(X, Y)
    assert model.score(X, Y) >= 0.95
    said = model.predict_proba([[], [np.nan], [1000.0, 1010.0]])
    np.testing.assert_allclose(said.sum(axis=1), 1, rtol=1e-5)


def test_a_gap_says_something_by_itself():
    """All that was measured is the same; a class is measured less often."""
    series = np.ones((24, 8))
    series[Y == "rising", ::2] = np.nan
    model = make_series_pipeline(hidden_size=4, random_state=0)
    assert model.fit(series, Y).score(series, Y) == 1.0
    model.set_params(features__statistics__impute__add_indicator=False)
    assert model.fit(series, Y).score(series, Y) == 0.5
    model = make_series_pipeline(hidden_size=4, statistics=False, random_state=0)
    assert model.fit(series, Y).score(series, Y) == 1.0


def test_long_series_are_made_short():
    series = [np.sin(np.arange(300.0))] * 4
    lstm = _small_lstm().fit(series, [0, 1, 0, 1])
    assert lstm[:-1].transform(series).lengths.tolist() == [38] * 4


def test_searches_and_clones(pipeline, name):
    grid = {
        "lstm": {"features__series__patch__size": [1, 2]},
        "hmm": {"classify__n_states": [1, 2]},
        "naive_bayes": {"classify__var_smoothing": [0.01, 0.1]},
    }
    search = GridSearchCV(clone(pipeline), grid[name], cv=2, error_score="raise")
    assert np.isfinite(search.fit(X, Y).best_score_)


@pytest.mark.parametrize("container", ["pandas", "polars"])
def test_in_a_process_that_asks_for_frames(name, container):
    expected = MAKERS[name]().fit(X, Y).predict_proba(X)
    with config_context(transform_output=container):
        said = MAKERS[name]().fit(X, Y).predict_proba(X)
    assert_array_equal(said, expected)


def test_the_same_seed_gives_the_same_bytes(name):
    first, second = (MAKERS[name]().fit(X, Y).predict_proba(X) for _ in range(2))
    assert_array_equal(first, second)


def test_series_are_compared():
    models = {name: make() for name, make in MAKERS.items()}
    comparison = compare_classifiers(models, X, Y, cv=2, random_state=0)
    assert list(comparison.table().index) == [*MAKERS, "together", "majority"]
    assert not comparison.table()["accuracy_mean"].isna().any()


def test_a_hundred_series_are_learned():
    series, y = make_sequences(
        150, n_timesteps=(30, 60), n_static_features=0, random_state=0
    )
    train, test = train_test_split(np.arange(150), stratify=y, random_state=0)
    model = make_series_pipeline(random_state=0, n_threads=1)
    said = model.fit(series[train], y[train]).predict(series[test])
    assert accuracy_score(y[test], said) >= 0.9
