"""Weights of classes around a classifier that takes weights of samples."""

import pickle

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB, MultinomialNB
from sklearn.svm import LinearSVC
from sklearn.utils.class_weight import compute_sample_weight
from sklearn.utils.estimator_checks import parametrize_with_checks

from sklstm import ClassWeightedClassifier

X = np.array([[2, 0, 1], [1, 1, 0], [3, 0, 0], [0, 1, 1], [0, 2, 0], [1, 0, 3]])
Y = np.array(["a", "a", "a", "b", "b", "c"])
FAILED = {
    LogisticRegression: {},
    GaussianNB: {
        "check_classifiers_one_label_sample_weights": "scikit-learn's GaussianNB "
        "divides by the weight of each class"
    },
}


@parametrize_with_checks(
    [
        ClassWeightedClassifier(LogisticRegression()),
        ClassWeightedClassifier(GaussianNB(), class_weight={}),
    ],
    expected_failed_checks=lambda weighted: FAILED[type(weighted.estimator)],
    xfail_strict=True,
)
def test_scikit_learn_checks(estimator, check):
    check(estimator)


def test_balanced_agrees_with_scikit_learn():
    weighted = ClassWeightedClassifier(MultinomialNB(), class_weight="balanced")
    weights = compute_sample_weight("balanced", Y)
    by_hand = MultinomialNB().fit(X, Y, sample_weight=weights)
    assert_allclose(weighted.fit(X, Y).predict_proba(X), by_hand.predict_proba(X))
    assert_allclose(weighted.class_weight_, [6 / 9, 6 / 6, 6 / 3])
    assert_array_equal(weighted.classes_, ["a", "b", "c"])


def test_agrees_with_a_classifier_that_has_weights_of_its_own():
    for class_weight in ("balanced", {"c": 5.0}):
        ours = ClassWeightedClassifier(LogisticRegression(), class_weight=class_weight)
        theirs = LogisticRegression(class_weight=class_weight).fit(X, Y)
        assert_allclose(ours.fit(X, Y).predict_proba(X), theirs.predict_proba(X))
        assert_allclose(ours.predict_log_proba(X), theirs.predict_log_proba(X))


def test_without_weights_nothing_is_passed_on():
    class Unweighted(MultinomialNB):
        def fit(self, X, y):
            return super().fit(X, y)

    weighted = ClassWeightedClassifier(Unweighted()).fit(X, Y)
    expected = MultinomialNB().fit(X, Y).predict_proba(X)
    assert_array_equal(weighted.predict_proba(X), expected)
    assert_array_equal(weighted.class_weight_, np.ones(3))


def test_partial_fit_in_two_parts_is_fit():
    class_weight = {"a": 0.5, "c": 4}
    weights = np.arange(1.0, 7.0)
    whole = ClassWeightedClassifier(MultinomialNB(), class_weight=class_weight)
    parts = ClassWeightedClassifier(MultinomialNB(), class_weight=class_weight)
    whole.fit(X, Y, sample_weight=weights)
    order = [0, 3, 5, 1, 2, 4]
    for rows in (order[:3], order[3:]):
        parts.partial_fit(X[rows], Y[rows], list("abc"), sample_weight=weights[rows])
    assert_allclose(parts.predict_proba(X), whole.predict_proba(X))


def test_partial_fit_knows_no_numbers_of_classes():
    weighted = ClassWeightedClassifier(MultinomialNB(), class_weight="balanced")
    with pytest.raises(ValueError, match=r"partial_fit cannot balance .* as a dict"):
        weighted.partial_fit(X, Y, list("abc"))


def test_methods_are_those_of_the_classifier_inside():
    svm = ClassWeightedClassifier(LinearSVC(), class_weight="balanced")
    assert not hasattr(svm, "predict_proba")
    assert not hasattr(svm, "partial_fit")
    weights = compute_sample_weight("balanced", Y)
    expected = LinearSVC().fit(X, Y, sample_weight=weights).decision_function(X)
    assert_allclose(svm.fit(X, Y).decision_function(X), expected)
    assert not hasattr(ClassWeightedClassifier(MultinomialNB()), "decision_function")


def test_a_classifier_without_weights_of_samples_is_named_by_python():
    class Unweighted(MultinomialNB):
        def fit(self, X, y):
            return super().fit(X, y)

    with pytest.raises(TypeError, match="sample_weight"):
        ClassWeightedClassifier(Unweighted(), class_weight="balanced").fit(X, Y)


def test_sparse_input_and_pickles():
    weighted = ClassWeightedClassifier(MultinomialNB(), class_weight="balanced")
    weighted.fit(sparse.csr_matrix(X), Y)
    copied = pickle.loads(pickle.dumps(weighted))
    expected = weighted.predict_proba(X)
    assert_array_equal(copied.predict_proba(sparse.csr_matrix(X)), expected)
