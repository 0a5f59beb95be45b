"""Ctrl-C: a lone fit keeps what it has learned, a part of something larger ends it."""

import numpy as np
import pytest
from sklearn.base import BaseEstimator
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import BaggingClassifier, StackingClassifier, VotingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import (
    GridSearchCV,
    RandomizedSearchCV,
    cross_val_predict,
    cross_val_score,
    cross_validate,
    learning_curve,
    permutation_test_score,
    validation_curve,
)
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import make_pipeline
from sklearn.semi_supervised import SelfTrainingClassifier

from sklstm import HMMClassifier, LSTMClassifier, Word2VecEmbedder
from sklstm.models._hmm.training import BaumWelch
from sklstm.models._lstm import training

SERIES = np.random.RandomState(0).standard_normal((16, 5))
TOKENS = [["房间", "很", "好"], ["房间", "很", "差"]] * 8
Y = np.array([1, 0] * 8)


class Interrupting(training.EpochLog):
    """Ctrl-C in the second epoch."""

    def on_epoch_begin(self, net, **kwargs):
        super().on_epoch_begin(net, **kwargs)
        if len(self.records) == 1:
            raise KeyboardInterrupt


def interrupt(*args, **kwargs):
    raise KeyboardInterrupt


def lstm():
    return LSTMClassifier(hidden_size=2, max_epochs=3, random_state=0)


def words():
    embedder = Word2VecEmbedder(vector_size=4, min_count=1, pooling="mean")
    return make_pipeline(embedder, LogisticRegression())


@pytest.fixture(autouse=True)
def press_ctrl_c(monkeypatch):
    monkeypatch.setattr(training, "EpochLog", Interrupting)
    monkeypatch.setattr(Word2VecEmbedder, "_check_finite", interrupt)
    monkeypatch.setattr(BaumWelch, "_step", interrupt)


class Own(BaseEstimator):
    """An estimator of somebody else's that fits another."""

    def __init__(self, inner):
        self.inner = inner

    def fit(self, X, y):
        self.inner.fit(X, y)
        return self


LARGER = {
    "grid search": lambda c: GridSearchCV(c, {}, cv=2),
    "random search": lambda c: RandomizedSearchCV(c, {}, n_iter=1, cv=2),
    "search over a pipeline": lambda c: GridSearchCV(make_pipeline(c), {}, cv=2),
    "stack": lambda c: StackingClassifier([("part", c)], cv=2),
    "vote": lambda c: VotingClassifier([("part", c)]),
    "calibration": lambda c: CalibratedClassifierCV(c, cv=2),
    "one against the rest": OneVsRestClassifier,
    "somebody else's": Own,
}
LARGER_OF_ARRAYS = {
    "bagging": lambda c: BaggingClassifier(c, n_estimators=2),
    "self-training": SelfTrainingClassifier,
}
VALIDATIONS = {
    "cross_validate": cross_validate,
    "cross_val_score": cross_val_score,
    "cross_val_predict": cross_val_predict,
    "learning_curve": learning_curve,
    "validation_curve": lambda c, X, y, cv: validation_curve(
        c, X, y, param_name="verbose", param_range=[False], cv=cv
    ),
    "permutation_test_score": permutation_test_score,
}


@pytest.mark.parametrize("name", [*LARGER, *LARGER_OF_ARRAYS])
def test_an_lstm_that_is_a_part_ends_the_whole(name):
    larger = {**LARGER, **LARGER_OF_ARRAYS}[name](lstm())
    y = [*Y[:-1], -1] if name == "self-training" else Y
    with pytest.raises(KeyboardInterrupt):
        larger.fit(SERIES, y)


@pytest.mark.parametrize("name", LARGER)
def test_word_vectors_that_are_a_part_end_the_whole(name):
    larger = LARGER[name](words())
    with pytest.raises(KeyboardInterrupt):
        larger.fit(TOKENS, Y)


@pytest.mark.parametrize("name", VALIDATIONS)
@pytest.mark.parametrize(("make", "X"), [(lstm, SERIES), (words, TOKENS)])
def test_a_cross_validation_ends(make, X, name):
    with pytest.raises(KeyboardInterrupt):
        VALIDATIONS[name](make(), X, Y, cv=2)


@pytest.mark.parametrize("around", [lambda c: c, make_pipeline])
def test_a_lone_fit_keeps_what_it_has_learned(around):
    with pytest.warns(UserWarning, match="it keeps epoch 1"):
        around(lstm()).fit(SERIES, Y)
    with pytest.warns(UserWarning, match="it keeps the vectors"):
        around(words()).fit(TOKENS, Y)


def test_a_lone_fit_within_a_method_of_somebody_keeps_it():
    class Trainer:
        def run(self):
            return lstm().fit(SERIES, Y)

    with pytest.warns(UserWarning, match="it keeps epoch 1"):
        Trainer().run()


def test_models_that_keep_nothing_always_end():
    with pytest.raises(KeyboardInterrupt):
        HMMClassifier().fit(TOKENS, Y)
