"""Leading steps that learn nothing run once, and change no score."""

import numpy as np
import pytest
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.naive_bayes import MultinomialNB
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer

from sklstm.comparison._shared_steps import (
    describe_shared,
    prepare_models,
    split_leading_steps,
)

TEXTS = ["房间很好", "服务很差", "早餐好吃", "房间很吵"]


class Characters(TransformerMixin, BaseEstimator):
    """Stands in for the segmenter and counts how often it works."""

    calls = 0

    def __init__(self, suffix="", fails=False):
        self.suffix = suffix
        self.fails = fails

    def fit(self, X, y=None):
        return self

    def transform(self, X):
        type(self).calls += 1
        if self.fails:
            raise ValueError("no dictionary")
        return [[*text, self.suffix] for text in X]

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.requires_fit = False
        return tags


class Unpicklable(Characters):
    """Equal to none: its parameter cannot be hashed."""


@pytest.fixture(autouse=True)
def no_calls():
    Characters.calls = Unpicklable.calls = 0


def counter():
    return CountVectorizer(analyzer=list)


def model(classifier, **parameters):
    return make_pipeline(Characters(**parameters), counter(), classifier)


def names(steps):
    return [name for name, _ in steps]


def test_models_with_equal_steps_share_one_run():
    models = {"NB": model(MultinomialNB()), "LR": model(LogisticRegression())}
    prepared = prepare_models(models, TEXTS)
    assert Characters.calls == 1
    assert prepared["NB"].shared is prepared["LR"].shared
    assert prepared["NB"].shared.X[0] == ["房", "间", "很", "好", ""]
    assert names(prepared["NB"].model.steps) == ["countvectorizer", "multinomialnb"]


def test_names_of_steps_do_not_matter():
    named = Pipeline([("cut", Characters()), ("count", counter())])
    models = {"a": model(MultinomialNB()), "b": make_pipeline(*named, MultinomialNB())}
    prepare_models(models, TEXTS)
    assert Characters.calls == 1


def test_other_parameters_run_apart():
    models = {"a": model(MultinomialNB()), "b": model(MultinomialNB(), suffix="x")}
    prepared = prepare_models(models, TEXTS)
    assert Characters.calls == 2
    assert prepared["b"].shared.X[0][-1] == "x"


def test_steps_that_do_not_pickle_share_with_none():
    models = {
        name: make_pipeline(Unpicklable(suffix=lambda: 0), counter(), MultinomialNB())
        for name in ("a", "b")
    }
    prepared = prepare_models(models, TEXTS)
    assert Unpicklable.calls == 2
    assert prepared["a"].shared is not prepared["b"].shared


def test_error_is_kept_for_the_models_that_it_concerns():
    models = {"a": model(MultinomialNB(), fails=True), "b": model(MultinomialNB())}
    prepared = prepare_models(models, TEXTS)
    assert str(prepared["a"].shared.error) == "no dictionary"
    assert prepared["b"].shared.error is None
    assert [group["models"] for group in describe_shared(prepared, [])] == [["b"]]


@pytest.mark.parametrize(
    "classifier",
    [
        MultinomialNB(),
        make_pipeline(counter(), MultinomialNB()),
        make_pipeline(FunctionTransformer(np.asarray), MultinomialNB()),
    ],
    ids=["no pipeline", "learns", "may use the whole batch"],
)
def test_nothing_is_taken_off(classifier):
    assert split_leading_steps(classifier) == ([], classifier)


def test_passthrough_and_stateless_steps_are_taken_off():
    steps, rest = split_leading_steps(
        make_pipeline("passthrough", Characters(), counter(), MultinomialNB())
    )
    assert names(steps) == ["passthrough", "characters"]
    assert names(rest.steps) == ["countvectorizer", "multinomialnb"]


def test_classifier_stays_even_if_all_before_it_learns_nothing():
    _, rest = split_leading_steps(make_pipeline(Characters(), MultinomialNB()))
    assert names(rest.steps) == ["multinomialnb"]


def test_search_cuts_once_for_all_candidates():
    search = GridSearchCV(model(MultinomialNB()), {"multinomialnb__alpha": [0.1, 1]})
    steps, rest = split_leading_steps(search)
    assert names(steps) == ["characters"]
    assert names(rest.estimator.steps) == ["countvectorizer", "multinomialnb"]
    assert names(search.estimator.steps)[0] == "characters"


@pytest.mark.parametrize("searched", ["characters__suffix", "characters"])
def test_step_that_is_searched_stays(searched):
    search = GridSearchCV(model(MultinomialNB()), [{searched: ["x", "y"]}])
    assert split_leading_steps(search) == ([], search)


def test_time_that_sharing_saves():
    models = {"NB": model(MultinomialNB()), "LR": model(LogisticRegression())}
    prepared = prepare_models(models, TEXTS)
    prepared["NB"].shared.seconds = 2.0
    splits = [(range(2), range(2))] * 5
    # Two models, five folds of four documents, less the one run of 2 seconds.
    assert describe_shared(prepared, splits) == [
        {
            "steps": ["characters"],
            "models": ["NB", "LR"],
            "seconds": 2.0,
            "saved_seconds": 2 * 5 * 2.0 - 2.0,
        }
    ]
