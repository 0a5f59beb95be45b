"""Rows without a label."""

import numpy as np
import pandas as pd
import polars as pl
import pytest

from sklstm import LSTMClassifier, Sequences

N_LABELLED, N_UNLABELLED = 12, 6
RNG = np.random.RandomState(0)
SERIES = RNG.standard_normal((N_LABELLED + N_UNLABELLED, 5))
NAMES = ["a", "b"] * (N_LABELLED // 2)


def small(**parameters):
    defaults = {
        "hidden_size": 4,
        "batch_size": 8,
        "max_epochs": 2,
        "n_threads": 1,
        "random_state": 0,
    }
    return LSTMClassifier(**{**defaults, **parameters})


def same_weights(one, other):
    names = one.weights_.keys() | other.weights_.keys()
    return all(np.array_equal(one.weights_[n], other.weights_[n]) for n in names)


def objects(values):
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


def with_missing(labels, missing):
    return [*labels, *([missing] * N_UNLABELLED)]


INTS = [0, 1] * (N_LABELLED // 2)
MISSING = {
    "-1": (with_missing(INTS, -1), -1),
    "array of -1": (np.array(with_missing(INTS, -1)), -1),
    "int8": (np.array(with_missing(INTS, -1), dtype=np.int8), np.int8(-1)),
    "a large number": (with_missing(INTS, 999), 999),
    "empty text": (with_missing(NAMES, ""), ""),
    "array of texts": (np.array(with_missing(NAMES, "?")), "?"),
    "NaN among texts": (with_missing(NAMES, np.nan), np.nan),
    "None among texts": (with_missing(NAMES, None), np.nan),
    "None among numbers": (with_missing(INTS, None), np.nan),
    "None among bools": (with_missing([False, True] * 6, None), np.nan),
    "objects": (objects(with_missing(NAMES, pd.NA)), np.nan),
    "NaN in an array": (np.array(with_missing(INTS, np.nan)), np.nan),
    "float32": (np.array(with_missing(INTS, np.nan), dtype=np.float32), np.nan),
    "pandas": (pd.Series(with_missing(NAMES, None)), np.nan),
    "pandas Int64": (pd.Series(with_missing(INTS, None), dtype="Int64"), np.nan),
    "pandas string": (pd.Series(with_missing(NAMES, None), dtype="string"), np.nan),
    "category": (pd.Series(with_missing(NAMES, None), dtype="category"), np.nan),
    "index": (pd.Series(with_missing(INTS, -1), index=range(18, 0, -1)), -1),
    "polars": (pl.Series(with_missing(NAMES, None)), np.nan),
    "masked": (np.ma.masked_equal(with_missing(INTS, 7), 7), np.nan),
    "-1 in text among objects": (objects(with_missing(NAMES, -1)), -1),
}


@pytest.mark.parametrize("kind", MISSING)
def test_rows_without_a_label_change_nothing_where_no_loss_needs_them(kind):
    y, missing_label = MISSING[kind]
    fitted = small(missing_label=missing_label).fit(SERIES, y)
    expected = small().fit(SERIES[:N_LABELLED], list(y)[:N_LABELLED])
    assert fitted.classes_.tolist() == expected.classes_.tolist()
    assert type(fitted.classes_[0]) is type(np.asarray(fitted.predict(SERIES))[0])
    assert same_weights(fitted, expected)


@pytest.mark.parametrize("term", ["virtual_adversarial", "entropy", "consistency"])
def test_losses_that_need_no_label_learn_from_them(term):
    y, classifier = with_missing(NAMES, ""), small(missing_label="", **{term: 1.0})
    fitted = classifier.fit(SERIES, y)
    alone = small(**{term: 1.0}).fit(SERIES[:N_LABELLED], NAMES)
    assert not same_weights(fitted, alone)
    order = np.random.RandomState(1).permutation(len(y))
    shuffled = small(missing_label="", **{term: 1.0})
    assert same_weights(fitted, shuffled.fit(SERIES[order], np.array(y)[order]))


def test_adversarial_training_needs_labels():
    fitted = small(missing_label="", adversarial=1.0)
    fitted.fit(SERIES, with_missing(NAMES, ""))
    alone = small(adversarial=1.0).fit(SERIES[:N_LABELLED], NAMES)
    assert same_weights(fitted, alone)


def test_their_weights_count():
    weights = np.ones(len(SERIES))
    weights[-3:] = 0
    y = with_missing(NAMES, "")
    fitted = small(missing_label="", entropy=1.0).fit(SERIES, y, weights)
    fewer = small(missing_label="", entropy=1.0).fit(SERIES[:-3], y[:-3])
    assert same_weights(fitted, fewer)


def test_they_are_not_validated():
    y = with_missing(NAMES, "")
    early = {"early_stopping": True, "validation_fraction": 0.5}
    fitted = small(missing_label="", **early).fit(SERIES, y)
    alone = small(**early).fit(SERIES[:N_LABELLED], NAMES)
    assert same_weights(fitted, alone)
    assert fitted.history_[0]["valid_loss"] == alone.history_[0]["valid_loss"]


def test_more_of_them_than_of_others_and_of_other_lengths():
    X = [*SERIES[:4], *(list(range(n)) for n in range(60)), []]
    y = ["a", "b", "a", "b"] + [None] * 61
    terms = {"virtual_adversarial": 1.0, "entropy": 1.0}
    fitted = small(missing_label=np.nan, max_epochs=20, **terms).fit(X, y)
    assert np.isfinite(fitted.predict_proba(X)).all()


def test_their_codes_are_learned_too():
    codes = [np.array([1, 2]), np.array([2, 1]), np.array([9, 9])]
    lengths = [len(code) for code in codes]
    X = Sequences(lengths, codes=[np.concatenate(codes)], vectors=[None])
    fitted = small(missing_label=-1).fit(X, [0, 1, -1])
    assert fitted.weights_["tables.0.weight"].shape[0] == 10


def test_partial_fit_takes_them():
    y = with_missing(NAMES, "")
    fitted = small(missing_label="").partial_fit(SERIES, y, classes=["a", "b"])
    alone = small().partial_fit(SERIES[:N_LABELLED], NAMES, classes=["a", "b"])
    assert same_weights(fitted, alone)


def test_they_help_where_labels_are_few():
    # All samples differ in their first step; by chance the two with a label differ
    # more in their last.
    labels = np.repeat([0, 1], 60)
    X = 0.3 * np.random.RandomState(0).standard_normal((120, 4))
    X[:, 0] += np.where(labels, 1, -1)
    X[0], X[60] = [-0.4, 0.0, 0.0, 0.8], [0.4, 0.0, 0.0, -0.8]
    y = np.full(120, -1)
    y[[0, 60]] = 0, 1
    settings = {"max_epochs": 60, "learning_rate": 0.01, "batch_size": 16}
    settings |= {"dropout": 0.0, "embedding_dropout": 0.0}
    terms = {"virtual_adversarial": 1.0, "entropy": 1.0, "perturbation": 1.0}
    alone = small(**settings).fit(X[[0, 60]], [0, 1])
    fitted = small(missing_label=-1, **settings, **terms).fit(X, y)
    assert fitted.score(X, labels) > alone.score(X, labels) + 0.1


REFUSED = {
    "no label at all": ([-1] * 18, -1, "all 18 are missing_label=-1"),
    "none of None": ([None] * 18, np.nan, "all 18 are missing_label=nan"),
    "a class by accident": ([0, 1] * 9, 0, "9 rows that are missing_label=0"),
    "-1 for no": ([-1, 1] * 9, -1, "choose another missing_label"),
    "a name": (["a", "b"] * 9, "b", "1 class, 'a', and 9 rows"),
    "others missing": ([0, 1, None] * 6, -1, "row 2 has none"),
    "too few": ([0, 1, -1], -1, "inconsistent numbers of samples"),
    "numbers": ([0.5, 1.25, -1] * 6, -1, "Unknown label type"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_is_refused(kind):
    y, missing_label, message = REFUSED[kind]
    with pytest.raises(ValueError, match=message):
        small(missing_label=missing_label).fit(SERIES, y)


@pytest.mark.parametrize("classes", [[-1, 0, 1], np.array([0, -1])])
def test_it_is_none_of_the_classes_of_partial_fit(classes):
    with pytest.raises(ValueError, match="-1 is among classes"):
        small(missing_label=-1).partial_fit(SERIES, with_missing(INTS, -1), classes)


def test_weights_of_rows_with_a_label_must_not_all_be_zero():
    weights = np.r_[np.zeros(N_LABELLED), np.ones(N_UNLABELLED)]
    with pytest.raises(ValueError, match="among the rows with a label; all are zero"):
        small(missing_label=-1).fit(SERIES, with_missing(INTS, -1), weights)


@pytest.mark.parametrize("y_val", [[0, -1], [0, None]])
def test_validation_data_have_labels(y_val):
    held_out = {"X_val": SERIES[:2], "y_val": y_val}
    with pytest.raises(ValueError, match="row 1"):
        small(missing_label=-1).fit(SERIES, with_missing(INTS, -1), **held_out)


def test_false_is_no_zero():
    fitted = small(missing_label=0).fit(SERIES, [False, True] * 9)
    assert fitted.classes_.tolist() == [False, True]
