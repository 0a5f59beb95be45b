"""A network that starts from a language model."""

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression

from sklstm import LSTMClassifier, LSTMLanguageModel, Sequences

RNG = np.random.RandomState(0)
CODES = [RNG.randint(1, 9, size=n) for n in RNG.randint(1, 8, size=24)]
LABELS = np.arange(24) % 2
VECTORS = RNG.standard_normal((9, 3)).astype(np.float32)
TABLE, FORWARD = "tables.0.weight", "lstm.forward_layers.0.weight_hh_l0"


def as_sequences(codes=CODES, vectors=None, **parts):
    lengths = [len(code) for code in codes]
    return Sequences(lengths, [np.concatenate(codes)], [vectors], **parts)


def language_model(**parameters):
    defaults = {"hidden_size": 4, "embedding_size": 3, "max_epochs": 2}
    return LSTMLanguageModel(
        **{**defaults, "n_threads": 1, "random_state": 1, **parameters}
    )


def classifier(**parameters):
    """A classifier that does not move: what it starts from is what it ends with."""
    defaults = {"hidden_size": 4, "embedding_size": 3, "learning_rate": 1e-12}
    defaults |= {"max_epochs": 1, "n_threads": 1, "random_state": 0}
    return LSTMClassifier(**{**defaults, **parameters})


def assert_started(fitted, model, bidirectional=True):
    directions = ["forward", "backward"][: 1 + bidirectional]
    names = [TABLE, *(f"lstm.{d}_layers.0.weight_ih_l0" for d in directions), FORWARD]
    for name in names:
        np.testing.assert_allclose(
            fitted.weights_[name], model.weights_[name], atol=1e-6
        )


@pytest.mark.parametrize("vectors", [None, VECTORS])
def test_a_fitted_one_gives_its_weights(vectors):
    X = as_sequences(vectors=vectors)
    model = language_model().fit(X)
    fitted = classifier(init=FrozenEstimator(model)).fit(X, LABELS)
    assert_started(fitted, model)
    other = classifier().fit(X, LABELS)
    assert not np.allclose(fitted.weights_[FORWARD], other.weights_[FORWARD])
    # What is not the language model's is drawn as ever.
    for name in ("head.weight", "head.bias"):
        np.testing.assert_array_equal(fitted.weights_[name], other.weights_[name])


@pytest.mark.parametrize("vectors", [None, VECTORS])
def test_one_that_is_not_fitted_learns_from_all_rows(vectors):
    X = as_sequences(vectors=vectors)
    y = np.where(np.arange(24) < 16, LABELS, -1)
    init = language_model()
    fitted = classifier(init=init, missing_label=-1).fit(X, y)
    assert_started(fitted, language_model().fit(X))
    assert not hasattr(init, "weights_")


def test_its_sizes_are_the_classifier_s():
    init = LSTMLanguageModel(max_epochs=1, n_layers=2, random_state=0)
    X = as_sequences()
    fitted = classifier(init=init, hidden_size=5, bidirectional=False).fit(X, LABELS)
    expected = LSTMLanguageModel(
        hidden_size=5, embedding_size=3, max_epochs=1, random_state=0, n_threads=1
    )
    expected.set_params(bidirectional=False).fit(X)
    assert_started(fitted, expected, bidirectional=False)


def test_static_features_are_the_classifier_s_alone():
    static = RNG.standard_normal((24, 2)).astype(np.float32)
    X = as_sequences(static=static)
    fitted = classifier(init=language_model()).fit(X, LABELS)
    assert_started(fitted, language_model().fit(as_sequences()))


def test_frozen_vectors_stay():
    X = as_sequences(vectors=VECTORS)
    fitted = classifier(init=language_model(), fine_tune=False).fit(X, LABELS)
    assert TABLE not in fitted.weights_
    expected = language_model(fine_tune=False).fit(X)
    np.testing.assert_allclose(
        fitted.weights_[FORWARD], expected.weights_[FORWARD], atol=1e-6
    )


def test_upper_layers_are_drawn():
    X = as_sequences()
    fitted = classifier(init=language_model(), n_layers=2).fit(X, LABELS)
    assert_started(fitted, language_model().fit(X))


def test_one_seed_decides_everything():
    X, init = as_sequences(), LSTMLanguageModel(max_epochs=1)
    first, second = (classifier(init=init).fit(X, LABELS) for _ in range(2))
    other = classifier(init=init, random_state=1).fit(X, LABELS)
    assert np.array_equal(first.weights_[FORWARD], second.weights_[FORWARD])
    assert not np.allclose(first.weights_[FORWARD], other.weights_[FORWARD])


def test_a_warm_start_goes_on_from_the_classifier():
    X = as_sequences()
    fitted = classifier(init=language_model(), warm_start=True).fit(X, LABELS)
    before = fitted.weights_[FORWARD]
    fitted.set_params(init=language_model(random_state=5)).fit(X, LABELS)
    np.testing.assert_allclose(fitted.weights_[FORWARD], before, atol=1e-6)


def test_partial_fit_starts_from_it_once():
    X = as_sequences()
    fitted = classifier(init=language_model()).partial_fit(X, LABELS, classes=[0, 1])
    assert_started(fitted, language_model().fit(X))
    before = fitted.weights_[FORWARD]
    fitted.partial_fit(X[:4], LABELS[:4])
    np.testing.assert_allclose(fitted.weights_[FORWARD], before, atol=1e-6)


def test_it_is_a_parameter_like_others():
    model = clone(classifier(init=language_model()))
    model.set_params(init__max_epochs=7)
    assert model.get_params()["init__max_epochs"] == 7
    assert "init=LSTMLanguageModel" in repr(model)


SIZES = {
    "hidden_size=4, not 6": ({}, {"hidden_size": 6}),
    "bidirectional=False, not True": ({"bidirectional": False}, {}),
    "n_layers=2": ({"n_layers": 2}, {}),
    "3 values in a vector, not 5": ({}, {"embedding_size": 5}),
    "fine_tune=True, not False": ({}, {"fine_tune": False}),
}


@pytest.mark.parametrize("message", SIZES)
def test_sizes_that_do_not_agree_are_named(message):
    of_model, of_classifier = SIZES[message]
    vectors = VECTORS if "fine_tune" in of_classifier else None
    X = as_sequences(vectors=vectors)
    init = FrozenEstimator(language_model(**of_model).fit(X))
    with pytest.raises(ValueError, match=message):
        classifier(init=init, **of_classifier).fit(X, LABELS)


def test_a_vocabulary_of_another_size_is_named():
    init = FrozenEstimator(language_model().fit(as_sequences()))
    X = as_sequences([code + 3 for code in CODES])
    with pytest.raises(
        ValueError, match=r"9 codes \(of another vocabulary\?\), not 12"
    ):
        classifier(init=init).fit(X, LABELS)


def test_series_have_no_language_model():
    X = RNG.standard_normal((24, 5))
    with pytest.raises(ValueError, match="one stream of codes and no channels"):
        classifier(init=language_model()).fit(X, LABELS)
    init = FrozenEstimator(language_model().fit(as_sequences()))
    with pytest.raises(ValueError, match="one stream of codes and no channels"):
        classifier(init=init).fit(X, LABELS)


def test_other_things_are_refused():
    X = as_sequences()
    with pytest.raises(ValueError, match="'init' parameter"):
        classifier(init=LogisticRegression()).fit(X, LABELS)
    with pytest.raises(TypeError, match="LogisticRegression in it"):
        classifier(init=FrozenEstimator(LogisticRegression())).fit(X, LABELS)
    with pytest.raises(NotFittedError):
        classifier(init=FrozenEstimator(language_model())).fit(X, LABELS)
