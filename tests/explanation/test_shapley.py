"""Shapley values, occlusion and interactions."""

from itertools import combinations
from math import comb

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import MultinomialNB
from sklearn.pipeline import make_pipeline

from sklstm import (
    LSTMClassifier,
    TokenCountVectorizer,
    TokenEncoder,
    explain,
    make_linear_pipeline,
    make_naive_bayes_pipeline,
)
from sklstm.explanation import _samples, _shapley


class Rules(ClassifierMixin, BaseEstimator):
    """Scores by hand: "a" and "b" say 1 each, "c" 3 where "d" is there, "x" nothing."""

    classes_ = np.array([0, 1])

    def __init__(self, asked=None):
        self.asked = asked

    def fit(self, X, y=None):
        self.is_fitted_ = True
        return self

    def decision_function(self, X):
        if self.asked is not None:
            self.asked += map(tuple, X)
        return np.array(
            [t.count("a") + t.count("b") + 3.0 * ("c" in t and "d" in t) for t in X]
        )

    def predict(self, X):
        return (self.decision_function(X) > 0).astype(int)


def said(tokens, method, **options):
    (each,) = explain(Rules().fit([]), [tokens], method=method, target=1, **options)
    return each


def test_two_that_need_each_other_share_equally():
    each = said(["c", "d", "a"], "shapley")
    np.testing.assert_allclose(each.contributions[:, 0], [1.5, 1.5, 1])
    assert each.base[0] == 0 and each.scores[0] == 4
    assert (each.standard_errors == 0).all()  # all orders were asked


def test_without_one_of_them_nothing_is_left():
    each = said(["c", "d", "a"], "occlusion")
    np.testing.assert_allclose(each.contributions[:, 0], [3, 3, 1])


def test_estimates_lie_within_their_errors():
    tokens = list("caxbdxxaxd")
    each = said(tokens, "shapley", n_permutations=400)
    # "c" says 3 unless it comes before both "d", in a third of the orders.
    exact = {"a": 1, "b": 1, "c": 2, "d": 0.5, "x": 0}
    expected = np.array([exact[token] for token in tokens])
    errors = each.standard_errors[:, 0]
    assert (np.abs(each.contributions[:, 0] - expected) <= 4 * errors + 1e-12).all()
    assert errors[0] > 0
    assert (errors[np.isin(tokens, ["a", "b", "x"])] < 1e-12).all()
    np.testing.assert_allclose(each.contributions.sum(), each.scores[0])


def test_pairs_are_antithetic():
    # Whatever is drawn, of "c" and "d" each comes first once in a pair of orders.
    for seed in range(5):
        tokens = list("cdxxxxxx")
        each = said(tokens, "shapley", n_permutations=4, random_state=seed)
        np.testing.assert_allclose(each.contributions[:2, 0], 1.5)
        assert (each.contributions[2:] == 0).all()


def test_values_are_those_of_the_formula():
    rng = np.random.RandomState(0)
    table, labels = rng.normal(size=(40, 5)), rng.randint(0, 2, 40)
    model = RandomForestClassifier(5, random_state=0).fit(table, labels)
    (each,) = explain(model, table[:1], method="shapley", n_permutations=120, target=1)

    def score(kept):
        row = np.zeros((1, 5))
        row[:, list(kept)] = table[0, list(kept)]
        chance = model.predict_proba(row)[0, 1].clip(1e-6, 1 - 1e-6)
        return np.log(chance / (1 - chance))

    for part in range(5):
        others = [j for j in range(5) if j != part]
        value = sum(
            (score((*kept, part)) - score(kept)) / comb(4, size) / 5
            for size in range(5)
            for kept in combinations(others, size)
        )
        np.testing.assert_allclose(each.static[part, 0], value, atol=1e-4)
    assert (each.static_errors == 0).all()


def test_seeds_decide_what_is_drawn():
    tokens = list("cxdxxaxxbx")
    one = said(tokens, "shapley", random_state=1)
    same = said(tokens, "shapley", random_state=1)
    other = said(tokens, "shapley", random_state=2)
    np.testing.assert_array_equal(one.contributions, same.contributions)
    samples = _samples.TokenSamples(None, Rules(), [tokens])
    assert (_shapley._seed(samples, 0, 1) != _shapley._seed(samples, 0, 2)).any()
    assert other.contributions.shape == one.contributions.shape


def test_equal_samples_are_explained_equally():
    tokens = list("caxxdxxbxx")
    model = Rules().fit([])
    (alone,) = explain(model, [tokens], method="shapley")
    together = explain(model, [list("ab"), tokens, [], tokens], method="shapley")
    for each in together[1::2]:
        np.testing.assert_array_equal(each.contributions, alone.contributions)


def test_equal_variants_are_asked_but_once():
    asked = []
    explain(Rules(asked).fit([]), [list("aaaa")] * 3, method="shapley")
    as_they_are = [("a",) * 4] * 6  # scores and predictions of three samples
    assert sorted(asked) == sorted(as_they_are + [("a",) * n for n in range(5)])


def test_neighbours_of_long_samples_leave_together(monkeypatch):
    monkeypatch.setattr(_samples, "MOST_PARTS", 3)
    each = said(list("axxbxx"), "shapley")
    np.testing.assert_allclose(each.contributions[:, 0], [0.5, 0.5, 0.5, 0.5, 0, 0])
    pairs = said(list("xcdxxx"), "occlusion", interactions=True).pairs[:, 0]
    np.testing.assert_allclose(pairs, [0, 3, 0, 0, 0])


def test_many_variants_are_asked_in_blocks(monkeypatch):
    expected = said(list("cxdxxaxxbx"), "shapley").contributions
    monkeypatch.setattr(_samples, "_AT_ONCE", 30)
    found = said(list("cxdxxaxxbx"), "shapley").contributions
    np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize("method", ["occlusion", "shapley"])
def test_progress_is_shown_where_it_is_asked_for(method, capsys):
    said(list("ab"), method)
    assert capsys.readouterr().err == ""
    said(list("ab"), method, verbose=True)
    assert "samples" in capsys.readouterr().err


def test_second_differences_by_hand():
    each = said(list("cdab"), "occlusion", interactions=True)
    np.testing.assert_allclose(each.pairs[:, 0], [3, 0, 0])
    assert said(["a"], "occlusion", interactions=True).pairs.shape == (0, 1)
    assert said([], "occlusion", interactions=True).pairs.shape == (0, 1)
    assert said(list("cdab"), "occlusion").pairs is None


REVIEWS = [["房间", "好"], ["服务", "好"], ["不", "好"], ["不", "好", "房间"]]
REVIEWS += [["不", "差"], ["不", "差", "服务"], ["差"], ["房间", "差"], ["好"]]
GOOD = [1, 1, 0, 0, 1, 1, 0, 0, 1]


@pytest.mark.parametrize(
    "model",
    [
        make_naive_bayes_pipeline(ngram_range=(1, 2))[1:],
        make_linear_pipeline()[1:],
        make_pipeline(
            TokenEncoder(),
            LSTMClassifier(
                hidden_size=8,
                max_epochs=60,
                batch_size=3,
                learning_rate=0.01,
                random_state=0,
            ),
        ),
    ],
    ids=["naive Bayes", "linear", "LSTM"],
)
def test_a_negation_turns_the_word_behind_it(model):
    model.fit(REVIEWS, GOOD)
    (each,) = explain(model, [["房间", "不", "好"]], target=1, interactions=True)
    assert each.prediction == 0
    assert each.pairs[1, 0] < -0.3
    (other,) = explain(model, [["不", "差"]], target=1, interactions=True)
    assert other.pairs[0, 0] > 0.3


@pytest.mark.parametrize("classifier", [MultinomialNB(), LogisticRegression()])
def test_models_of_single_words_have_no_interactions(classifier):
    model = make_pipeline(TokenCountVectorizer(), classifier).fit(REVIEWS, GOOD)
    (each,) = explain(model, [["房间", "不", "好", "好"]], interactions=True)
    np.testing.assert_allclose(each.pairs, 0, atol=1e-12)


def test_series_have_no_words_to_interact():
    model = LogisticRegression().fit([[0.0], [1.0]], [0, 1])
    with pytest.raises(ValueError, match="finds interactions of neighbouring words"):
        explain(model, [[1.0]], interactions=True)
