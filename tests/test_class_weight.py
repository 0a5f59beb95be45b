"""`class_weight` of the four pipelines, in one table."""

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn import config_context
from sklearn.base import clone
from sklearn.metrics import recall_score
from sklearn.model_selection import GridSearchCV

from sklstm import (
    HMMClassifier,
    make_hmm_pipeline,
    make_linear_pipeline,
    make_lstm_pipeline,
    make_naive_bayes_pipeline,
)

# One document in 20 is of the rare class. 吵 stands in 12 of its 20 and in 76 of the
# 380 others: 12 to 76 by number, and 0.6 to 0.2 within the classes.
TEXTS = ["吵"] * 12 + ["静"] * 8 + ["吵"] * 76 + ["静"] * 304
LABELS = np.array(["rare"] * 20 + ["usual"] * 380)


def _lstm(**params):
    pipeline = make_lstm_pipeline(
        vector_size=4,
        hidden_size=4,
        language_model=False,
        max_epochs=60,
        random_state=0,
        **params,
    )
    pipeline.set_params(
        classify__dropout=0, classify__embedding_dropout=0, classify__word_dropout=0
    )
    return pipeline.set_params(
        features__embed__n_epochs=1,
        classify__label_smoothing=0,
        classify__learning_rate=0.05,
    )


MAKERS = {
    "lstm": _lstm,
    "hmm": lambda **params: make_hmm_pipeline(n_states=1, random_state=0, **params),
    "naive Bayes": make_naive_bayes_pipeline,
    "naive Bayes, complement": lambda **params: make_naive_bayes_pipeline(
        complement=True, **params
    ),
    "linear": make_linear_pipeline,
}
# The others smooth, or regularise, beside what is weighted.
SCALE_FREE = ("lstm", "hmm")


def probabilities(name, class_weight, labels=LABELS):
    model = MAKERS[name](class_weight=class_weight).fit(TEXTS, labels)
    return model.predict_proba(["吵", "静", ""])


@pytest.mark.parametrize("name", set(MAKERS) - {"naive Bayes, complement"})
def test_balanced_finds_the_rare_class(name):
    """Complement naive Bayes has no prior: with two classes it is balanced already."""
    recalls = []
    for class_weight in (None, "balanced"):
        model = MAKERS[name](class_weight=class_weight).fit(TEXTS, LABELS)
        predicted = model.predict(TEXTS)
        recalls.append(recall_score(LABELS, predicted, pos_label="rare"))
    assert recalls == [0, 0.6]


@pytest.mark.parametrize("name", MAKERS)
def test_balanced_is_the_dict_that_it_stands_for(name):
    by_hand = {"rare": 400 / 40, "usual": 400 / 760}
    expected = probabilities(name, "balanced")
    assert_allclose(probabilities(name, by_hand), expected, rtol=1e-5)


@pytest.mark.parametrize("name", MAKERS)
def test_weights_of_one_change_nothing(name):
    expected = probabilities(name, None)
    for class_weight in ({"rare": 1, "usual": 1}, {"rare": 1.0}, {}):
        assert_allclose(probabilities(name, class_weight), expected, rtol=1e-12)


@pytest.mark.parametrize("name", SCALE_FREE)
def test_weights_count_by_their_proportion(name):
    expected = probabilities(name, None)
    assert_allclose(probabilities(name, {"rare": 2, "usual": 2}), expected, rtol=1e-5)
    expected = probabilities(name, {"rare": 6})
    assert_allclose(probabilities(name, {"rare": 12, "usual": 2}), expected, rtol=1e-5)


@pytest.mark.parametrize("complement", [False, True])
def test_weights_of_naive_bayes_are_repetition(complement):
    weighted = make_naive_bayes_pipeline(
        complement=complement, class_weight={"rare": 3}
    ).fit(TEXTS, LABELS)
    repeated = make_naive_bayes_pipeline(complement=complement).fit(
        TEXTS[:20] * 2 + TEXTS, [*LABELS[:20]] * 2 + [*LABELS]
    )
    assert_allclose(weighted.predict_proba(["吵"]), repeated.predict_proba(["吵"]))


def test_weights_of_the_linear_model_are_less_regularisation():
    weighted = make_linear_pipeline(C=1, class_weight={"rare": 2, "usual": 2})
    other = make_linear_pipeline(C=2).fit(TEXTS, LABELS)
    assert_allclose(
        weighted.fit(TEXTS, LABELS).predict_proba(["吵", ""]),
        other.predict_proba(["吵", ""]),
        rtol=1e-3,
    )


def test_prior_of_the_hmm_by_hand():
    # 20 × 3 and 380 × 0.5 are 60 and 190.
    model = HMMClassifier(n_states=1, class_weight={"rare": 3, "usual": 0.5})
    plain = HMMClassifier(n_states=1).fit([[text] for text in TEXTS], LABELS)
    model.fit([[text] for text in TEXTS], LABELS)
    assert_allclose(model.class_prior_, [60 / 250, 190 / 250])
    assert_array_equal(model.score_samples([["吵"]]), plain.score_samples([["吵"]]))


def test_prior_of_the_hmm_goes_by_weights_of_samples_too():
    tokens = [[text] for text in TEXTS]
    weights = np.where(LABELS == "rare", 2.0, 1.0)
    model = HMMClassifier(n_states=1, class_weight={"rare": 3})
    model.fit(tokens, LABELS, sample_weight=weights)
    assert_allclose(model.class_prior_, [120 / 500, 380 / 500])
    model.set_params(class_weight="balanced")
    model.fit(tokens, LABELS, sample_weight=weights)
    assert_allclose(model.class_prior_, [0.5, 0.5])


def test_prior_of_the_hmm_is_given_in_one_way():
    model = HMMClassifier(class_prior=[0.5, 0.5], class_weight="balanced")
    with pytest.raises(ValueError, match=r"class_prior or class_weight.*got both"):
        model.fit([["吵"], ["静"]], [0, 1])


@pytest.mark.parametrize("name", MAKERS)
@pytest.mark.parametrize("kind", ["int", "bool", "object", "Series"])
def test_labels_of_any_kind(name, kind):
    expected = probabilities(name, {"rare": 5})
    is_rare = LABELS == "rare"
    labels, key = {
        "int": (np.where(is_rare, 3, 7), np.int64(3)),
        "bool": (~is_rare, False),
        "object": (np.where(is_rare, "不", "是").astype(object), np.str_("不")),
        "Series": (pd.Series(is_rare).map({True: 3, False: 7}), 3),
    }[kind]
    assert_allclose(probabilities(name, {key: 5}, labels), expected, rtol=1e-4)


@pytest.mark.parametrize("name", MAKERS)
def test_a_series_is_taken_by_its_index(name):
    series = pd.Series({"usual": 0.5, "rare": np.float32(4)})
    expected = probabilities(name, {"rare": 4, "usual": 0.5})
    assert_array_equal(probabilities(name, series), expected)
    assert_array_equal(series, [0.5, 4])


REFUSED = {
    "negative": ({"rare": -1}, "finite numbers of at least 0; got -1 for class 'rare'"),
    "NaN": (pd.Series({"rare": np.nan}), "got nan for class 'rare'"),
    "text": ({"rare": "2"}, "got '2' for class 'rare'"),
    "twice": (pd.Series([1, 2], index=["rare"] * 2), "one weight for each class"),
    "frame": (pd.DataFrame({"rare": [2]}), "a dict or Series of weights by class"),
    "list": ([2, 1], "a dict or Series of weights by class"),
    "other text": ("balance", "a dict or Series of weights by class"),
}


@pytest.mark.parametrize("name", MAKERS)
@pytest.mark.parametrize("case", REFUSED)
def test_messages(name, case):
    class_weight, message = REFUSED[case]
    with pytest.raises((TypeError, ValueError), match=message):
        MAKERS[name](class_weight=class_weight).fit(TEXTS, LABELS)


@pytest.mark.parametrize("name", set(MAKERS) - {"linear"})
def test_messages_of_classes(name):
    for class_weight, message in (
        ({"scarce": 2}, r"among \['rare', 'usual'\]; got one for 'scarce', and none"),
        ({0: 2, 1: 1}, "got one for 0, and none for 'rare'"),
        ({"rare": 0, "usual": 0}, "leave a class of the samples its weight"),
    ):
        with pytest.raises(ValueError, match=message):
            MAKERS[name](class_weight=class_weight).fit(TEXTS, LABELS)


@pytest.mark.parametrize("name", MAKERS)
def test_a_class_that_a_fold_lacks_may_have_a_weight(name):
    weights = {"rare": 2, "usual": 1, "never seen": 5}
    expected = probabilities(name, {"rare": 2})
    assert_allclose(probabilities(name, weights), expected, rtol=1e-12)


@pytest.mark.parametrize("name", MAKERS)
def test_a_class_may_weigh_nothing(name):
    assert_allclose(probabilities(name, {"rare": 0}).sum(axis=1), 1)


@pytest.mark.parametrize("name", MAKERS)
def test_clones_and_searches(name):
    pipeline = MAKERS[name](class_weight=pd.Series({"rare": 2, "usual": 1}))
    copied = clone(pipeline).get_params()
    grid = {"classify__class_weight": [None, "balanced", {"rare": 3}]}
    search = GridSearchCV(MAKERS[name](class_weight="balanced"), grid, cv=2)
    search.fit(TEXTS, LABELS)
    assert dict(copied["classify__class_weight"]) == {"rare": 2, "usual": 1}
    assert np.isfinite(search.cv_results_["mean_test_score"]).all()


@pytest.mark.parametrize("name", MAKERS)
def test_weights_of_samples_are_multiplied(name):
    rare = LABELS == "rare"
    both = MAKERS[name](class_weight={"rare": 2})
    both.fit(TEXTS, LABELS, classify__sample_weight=np.where(rare, 3.0, 1.0))
    if name == "hmm":  # its models are of the samples' weights alone
        assert_allclose(both[-1].class_prior_, [120 / 500, 380 / 500])
        return
    alone = MAKERS[name](class_weight={"rare": 6}).fit(TEXTS, LABELS)
    expected = alone.predict_proba(["吵", ""])
    assert_allclose(both.predict_proba(["吵", ""]), expected, rtol=1e-4)


def test_weights_of_samples_are_routed():
    weights = np.where(LABELS == "rare", 3.0, 1.0)
    by_path = make_naive_bayes_pipeline(class_weight="balanced")
    by_path.fit(TEXTS, LABELS, classify__sample_weight=weights)
    with config_context(enable_metadata_routing=True):
        routed = make_naive_bayes_pipeline(class_weight="balanced")
        routed[-1].set_fit_request(sample_weight=True)
        routed.fit(TEXTS, LABELS, sample_weight=weights)
    assert_array_equal(routed.predict_proba(["吵"]), by_path.predict_proba(["吵"]))
