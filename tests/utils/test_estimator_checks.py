"""The battery finds what it is there to find: one broken estimator for each check."""

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin, TransformerMixin
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.utils.validation import check_is_fitted

from sklstm.utils import check_documents
from sklstm.utils._text_samples import containers_of, make_text_samples
from sklstm.utils.estimator_checks import (
    check_text_estimator,
    parametrize_with_text_checks,
)


class TakesText(BaseEstimator):
    """What the two sound estimators share."""

    def __init__(self, *, factor=1.0, random_state=None):
        self.factor = factor
        self.random_state = random_state

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.two_d_array = False
        tags.input_tags.string = True
        return tags

    def _learn_from(self, X):
        documents = check_documents(X, self, min_samples=1)
        if not any(document.strip() for document in documents):
            raise ValueError("nothing to learn from")
        return documents


class Lengths(TransformerMixin, TakesText):
    """Sound: the length of each document, over that of the longest in fit."""

    def fit(self, X, y=None):
        self.fit_transform(X)
        return self

    def fit_transform(self, X, y=None):
        documents = self._learn_from(X)
        self.longest_ = max(map(len, documents))
        return self.transform(documents)

    def transform(self, X):
        check_is_fitted(self)
        lengths = [[float(len(document))] for document in check_documents(X, self)]
        return np.array(lengths).reshape(-1, 1) * self.factor / self.longest_

    def get_feature_names_out(self, input_features=None):
        return np.array(["length"], dtype=object)


class CastsInConstructor(Lengths):
    def __init__(self, *, factor=1, random_state=None):
        self.factor = float(factor)
        self.random_state = random_state


class ChangesParameters(Lengths):
    def fit_transform(self, X, y=None):
        self.factor = 2.0
        return super().fit_transform(X)


class LearnsInPublic(Lengths):
    def fit_transform(self, X, y=None):
        self.learned = True
        return super().fit_transform(X)


class LosesParameters(Lengths):
    def get_params(self, deep=True):
        return super().get_params(deep) | {"factor": 1.0, "gone": 1}


class KeepsTheFirstFit(Lengths):
    def fit_transform(self, X, y=None):
        longest = getattr(self, "longest_", 0)
        super().fit_transform(X)
        self.longest_ = max(longest, self.longest_) + bool(longest)
        return self.transform(X)


class ChangesInput(Lengths):
    def transform(self, X):
        lengths = super().transform(X)
        if isinstance(X, list):
            X[:] = reversed(X)
        return lengths


class ListsAlone(Lengths):
    def transform(self, X):
        return super().transform(X) * (2 - isinstance(X, list))


class LearnsFromListsAlone(Lengths):
    def fit_transform(self, X, y=None):
        is_list = isinstance(X, list)
        lengths = super().fit_transform(X)
        self.longest_ *= 2 - is_list
        return lengths


class LooksAtTheCompany(Lengths):
    def transform(self, X):
        lengths = super().transform(X)
        return lengths - lengths.mean() if len(lengths) else lengths


class DividesByZero(Lengths):
    def transform(self, X):
        lengths = super().transform(X)
        lengths[lengths == 0] = np.nan
        return lengths


class EncodesUTF8(Lengths):
    def transform(self, X):
        documents = check_documents(X, self)
        [document.encode() for document in documents]  # fails on a lone surrogate
        return super().transform(documents)


class RefusesNoSamples(Lengths):
    def transform(self, X):
        return super().transform(check_documents(X, self, min_samples=1))


class TakesALoneString(Lengths):
    def transform(self, X):
        return super().transform([X] if isinstance(X, str) else X)


class TakesNone(Lengths):
    def transform(self, X):
        is_list = isinstance(X, list)
        return super().transform(["" if x is None else x for x in X] if is_list else X)


class TakesTokens(Lengths):
    def fit_transform(self, X, y=None):
        is_tokens = isinstance(X, list) and X and isinstance(X[0], list)
        return super().fit_transform(["".join(row) for row in X] if is_tokens else X)


class HoldsALambda(Lengths):
    def fit_transform(self, X, y=None):
        self.measure_ = lambda document: len(document)
        return super().fit_transform(X)


class DrawsFromTheGlobalGenerator(Lengths):
    def fit_transform(self, X, y=None):
        np.random.uniform()
        return super().fit_transform(X)


class IgnoresTheSeed(Lengths):
    def fit_transform(self, X, y=None):
        super().fit_transform(X)
        self.longest_ += np.random.default_rng().uniform(0, 0.01)
        return self.transform(X)


class StaysInItsProcess(Lengths):
    def __getstate__(self):
        raise TypeError("a lock cannot be pickled")


class TransformsBeforeFit(Lengths):
    def transform(self, X):
        self.longest_ = getattr(self, "longest_", 1)
        return super().transform(X)


class LearnsFromNothing(Lengths):
    def fit_transform(self, X, y=None):
        documents = check_documents(X, self, min_samples=1)
        self.longest_ = max(1, *map(len, documents), 1)
        return self.transform(documents)


class FitTransformsOtherwise(Lengths):
    def fit_transform(self, X, y=None):
        return super().fit_transform(X) + 1


class NamesTooMany(Lengths):
    def get_feature_names_out(self, input_features=None):
        return np.array(["length", "width"], dtype=object)


class Nearest(ClassifierMixin, TakesText):
    """Sound: the class whose documents have the nearest mean length."""

    def fit(self, X, y):
        documents = self._learn_from(X)
        if len(documents) != len(y):
            raise ValueError("inconsistent numbers of samples")
        self.classes_, codes = np.unique(y, return_inverse=True)
        lengths = np.array([len(document) for document in documents])
        self.centres_ = np.array([lengths[codes == k].mean() for k in (0, 1)])
        return self

    def predict_proba(self, X):
        check_is_fitted(self)
        lengths = np.array([len(document) for document in check_documents(X, self)])
        nearness = 1 / (1 + np.abs(lengths[:, np.newaxis] - self.centres_))
        return nearness / nearness.sum(axis=1, keepdims=True)

    def predict(self, X):
        codes = self.predict_proba(X).argmax(axis=1)
        return self.classes_[codes]


class ReturnsCodes(Nearest):
    def predict(self, X):
        return self.predict_proba(X).argmax(axis=1)


class CutsToTheShorter(Nearest):
    def fit(self, X, y):
        documents = check_documents(X, self, min_samples=1)[: len(y)]
        return super().fit(documents, y[: len(documents)])


# More than one way to break some of the promises.
BROKEN = [
    ("check_constructor_stores", CastsInConstructor),
    ("check_params_survive_fit", ChangesParameters),
    ("check_params_survive_fit", LearnsInPublic),
    ("check_clone_and_set_params", LosesParameters),
    ("check_fit_twice", KeepsTheFirstFit),
    ("check_input_unchanged", ChangesInput),
    ("check_containers", ListsAlone),
    ("check_containers_in_fit", LearnsFromListsAlone),
    ("check_row_by_row", LooksAtTheCompany),
    ("check_empty_and_unseen", DividesByZero),
    ("check_odd_code_points", EncodesUTF8),
    ("check_no_samples", RefusesNoSamples),
    ("check_wrong_containers_refused", TakesALoneString),
    ("check_wrong_elements_refused", TakesNone),
    ("check_other_door_refused", TakesTokens),
    ("check_serialisation", HoldsALambda),
    ("check_same_seed_same_bytes", DrawsFromTheGlobalGenerator),
    ("check_same_seed_same_bytes", IgnoresTheSeed),
    ("check_grid_search", StaysInItsProcess),
    ("check_not_fitted", TransformsBeforeFit),
    ("check_nothing_to_learn", LearnsFromNothing),
    ("check_fit_transform", FitTransformsOtherwise),
    ("check_pipeline_positions", FitTransformsOtherwise),
    ("check_feature_names", NamesTooMany),
    ("check_labels", ReturnsCodes),
    ("check_X_y_of_different_length", CutsToTheShorter),
]


def _checks(estimator, **options):
    """Run-time form of the decorator: checks and marks by name."""
    cases = parametrize_with_text_checks([estimator], **options).args[1]
    return {case.id.rpartition("-")[2]: case for case in cases}


@parametrize_with_text_checks([Lengths(), Nearest()])
def test_sound_estimators_pass(estimator, check):
    check(estimator)


@pytest.mark.parametrize("name, broken", BROKEN)
def test_a_broken_promise_is_found(name, broken):
    estimator, check = _checks(broken())[name].values
    with pytest.raises(Exception) as failure:
        check(estimator)
    assert not isinstance(failure.value, pytest.fail.Exception)


def test_every_check_is_held_to_find_something():
    names = set(_checks(Lengths())) | set(_checks(Nearest()))
    assert names == {name for name, _ in BROKEN}


def test_results_of_one_call():
    results = check_text_estimator(Nearest())
    assert [result["check_name"] for result in results] == list(_checks(Nearest()))
    assert {result["status"] for result in results} == {"passed"}
    assert {result["exception"] for result in results} == {None}


def test_expected_failures():
    reason = {"check_feature_names": "one name too many"}
    results = check_text_estimator(NamesTooMany(), expected_failed_checks=reason)
    [failed] = [result for result in results if result["status"] == "xfail"]
    assert failed["check_name"] == "check_feature_names"
    assert isinstance(failed["exception"], AssertionError)
    with pytest.raises(AssertionError, match="2 feature names for 1 columns"):
        check_text_estimator(NamesTooMany())
    with pytest.raises(
        AssertionError, match="check_feature_names was expected to fail"
    ):
        check_text_estimator(Lengths(), expected_failed_checks=reason)


def test_expected_failures_become_strict_marks():
    reason = "one name too many"
    cases = _checks(
        NamesTooMany(), expected_failed_checks=lambda _: {"check_feature_names": reason}
    )
    [mark] = cases["check_feature_names"].marks
    assert mark.name == "xfail"
    assert mark.kwargs == {"reason": reason, "strict": True}
    assert not cases["check_fit_twice"].marks


def test_unknown_door():
    with pytest.raises(
        ValueError, match="input is 'documents' or 'tokens'; got 'text'"
    ):
        check_text_estimator(Lengths(), input="text")


@pytest.mark.parametrize("door", ["documents", "tokens"])
def test_containers_hold_the_samples(door):
    samples = make_text_samples(door).X
    containers = containers_of(samples)
    assert len(containers) >= 5
    for name, make in containers.items():
        held = make()
        rows = held["text"] if "DataFrame" in name else held
        rows = held[:, 0] if getattr(held, "ndim", 1) == 2 and rows is held else rows
        assert [row if isinstance(row, str) else list(row) for row in rows] == samples


# scikit-learn's own vectorizer promises less; what it does not promise is listed.
COUNT_VECTORIZER_FAILS = {
    "check_containers": "a one-column DataFrame is read by its column names",
    "check_wrong_containers_refused": "bytes end in an AttributeError",
    "check_wrong_elements_refused": "None ends in an AttributeError without a row",
    "check_other_door_refused": "token lists end in an AttributeError",
}


@parametrize_with_text_checks(
    [CountVectorizer()], expected_failed_checks=lambda _: COUNT_VECTORIZER_FAILS
)
def test_count_vectorizer_of_scikit_learn(estimator, check):
    check(estimator)
