"""What explain promises of every model, method and kind of samples."""

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from sklearn.calibration import CalibratedClassifierCV
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import (
    RandomForestClassifier,
    StackingClassifier,
    VotingClassifier,
)
from sklearn.exceptions import NotFittedError
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.naive_bayes import MultinomialNB
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer
from sklearn.svm import LinearSVC

from sklstm import (
    ClassWeightedClassifier,
    HMMClassifier,
    JiebaSegmenter,
    LSTMClassifier,
    Sequences,
    TokenCountVectorizer,
    TokenEncoder,
    explain,
    make_hmm_pipeline,
    make_linear_pipeline,
    make_lstm_pipeline,
    make_naive_bayes_pipeline,
)
from sklstm.explanation._scores import class_scores
from sklstm.utils._text_samples import containers_of

TEXTS = ["房间很好", "服务很好", "早餐好", "房间很差", "服务不好", "早餐不好"] * 3
LABELS = ["good", "good", "good", "bad", "bad", "bad"] * 3
NEW = ["早餐 不好", "", "房间很好。", "不错"]
TOKENS = JiebaSegmenter().transform(TEXTS)
LSTM = {"hidden_size": 3, "max_epochs": 2, "random_state": 0}


def strip(texts):
    """Drop white space from documents."""
    return [text.replace(" ", "") for text in texts]


def cut(texts):
    """Cut documents into characters."""
    return [list(text) for text in texts]


def over_characters(classifier):
    tfidf = TfidfVectorizer(analyzer="char", ngram_range=(1, 2))
    return make_pipeline(tfidf, classifier)


def bayes():
    return make_naive_bayes_pipeline(ngram_range=(1, 2))


def voices():
    return [("bayes", bayes()), ("linear", make_linear_pipeline())]


MODELS = {
    "naive Bayes": bayes,
    "weighted naive Bayes": lambda: make_naive_bayes_pipeline(class_weight="balanced"),
    "linear": make_linear_pipeline,
    "HMM": lambda: make_hmm_pipeline(n_states=2, n_iter=3, random_state=0),
    "LSTM": lambda: make_lstm_pipeline(vector_size=6, **LSTM),
    "LSTM with static": lambda: make_lstm_pipeline(
        vector_size=6, pos_features=True, **LSTM
    ),
    "vote": lambda: VotingClassifier(voices(), voting="soft"),
    "stack": lambda: StackingClassifier(voices(), cv=2),
    "search": lambda: GridSearchCV(bayes(), {"count__binary": [True, False]}, cv=2),
    "frozen": lambda: FrozenEstimator(bayes().fit(TEXTS, LABELS)),
    "calibrated": lambda: CalibratedClassifierCV(bayes(), cv=2),
    "class-weighted": lambda: over_characters(
        ClassWeightedClassifier(MultinomialNB(), class_weight={"good": 2})
    ),
    "SVM": lambda: over_characters(LinearSVC()),
    "logistic regression": lambda: over_characters(LogisticRegression()),
    "forest": lambda: over_characters(RandomForestClassifier(5, random_state=0)),
    "own tokenizer": lambda: make_pipeline(
        FunctionTransformer(cut), TokenCountVectorizer(), MultinomialNB()
    ),
    "steps before": lambda: make_pipeline(
        FunctionTransformer(strip), "passthrough", JiebaSegmenter(), *bayes()[1:]
    ),
    "no step": lambda: Pipeline([("nothing", None), *bayes().steps]),
    "nested": lambda: make_pipeline(bayes()[:2], FrozenEstimator(MultinomialNB())),
}
ADD_UP = {"exact": 1e-9, "gradients": 1e-3, "shapley": 1e-6}


@pytest.fixture(scope="module")
def fitted():
    """Fit each model once."""
    known = {}

    def get(name):
        if name not in known:
            model = MODELS[name]()
            if name == "nested":
                counts = model[0].fit_transform(TEXTS)
                model[-1].estimator.fit(counts, LABELS)
            fits = name not in ("frozen", "nested")
            known[name] = model.fit(TEXTS, LABELS) if fits else model
        return known[name]

    return get


def methods_of(model):
    for method in ("exact", "gradients", "occlusion", "shapley"):
        try:
            yield method, explain(model, NEW, method=method)
        except ValueError as exc:
            assert "cannot use method" in str(exc)


@pytest.mark.parametrize("name", MODELS)
def test_contributions_add_up_for_every_model(fitted, name):
    model = fitted(name)
    expected = class_scores(model, NEW)
    found = dict(methods_of(model))
    assert {"occlusion", "shapley"} <= found.keys()
    for method, explanations in found.items():
        assert len(explanations) == len(NEW)
        for each, scores in zip(explanations, expected, strict=True):
            assert each.contributions.shape == (len(each.tokens), 2)
            np.testing.assert_allclose(each.scores, scores, atol=1e-5)
            if method in ADD_UP:
                total = each.base + each.contributions.sum(axis=0)
                total += 0 if each.static is None else each.static.sum(axis=0)
                np.testing.assert_allclose(total, scores, atol=ADD_UP[method] + 1e-6)


@pytest.mark.parametrize("name", MODELS)
def test_answers_are_those_of_the_model(fitted, name):
    model = fitted(name)
    explanations = explain(model, NEW, method="occlusion")
    assert [each.prediction for each in explanations] == model.predict(NEW).tolist()
    for each in explanations:
        for (start, stop), token in zip(each.spans, each.tokens, strict=True):
            assert each.document[start:stop] == token
    if hasattr(model, "predict_proba"):
        probabilities = [each.probabilities for each in explanations]
        np.testing.assert_allclose(probabilities, model.predict_proba(NEW), atol=1e-6)


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("method", ["auto", "shapley"])
def test_company_and_order_do_not_matter(fitted, name, method):
    model = fitted(name)
    together = explain(model, NEW, method=method)
    for row, each in enumerate(explain(model, NEW[::-1], method=method)):
        other = together[len(NEW) - 1 - row]
        np.testing.assert_allclose(each.contributions, other.contributions, atol=1e-5)
    (alone,) = explain(model, NEW[:1], method=method)
    np.testing.assert_allclose(
        alone.contributions, together[0].contributions, atol=1e-5
    )


def test_auto_takes_what_is_exact_then_gradients(fitted):
    chosen = {name: explain(fitted(name), NEW)[0].method for name in MODELS}
    exact = ("naive Bayes", "weighted naive Bayes", "linear", "HMM", "search")
    exact += ("frozen", "steps before", "no step", "nested")
    assert {chosen[name] for name in exact} == {"exact"}
    assert chosen["LSTM"] == chosen["LSTM with static"] == "gradients"
    assert {"exact", "gradients"}.isdisjoint([chosen["vote"], chosen["forest"]])


def test_words_that_are_left_out_count_by_hand():
    # One word for each class: with counts of 1 and alpha=1 the log-odds of "好" are
    # log(2/3 / (1/3)) = log 2, and nothing is said where no word is.
    model = make_pipeline(TokenCountVectorizer(), MultinomialNB())
    model.fit([["好"], ["差"]], ["b", "a"])
    for method in ("exact", "occlusion", "shapley"):
        (each,) = explain(model, [["好", "好", "差", "新"]], method=method)
        expected = np.log(2) * np.array([1, 1, -1, 0])
        np.testing.assert_allclose(each.contributions[:, 1], expected, atol=1e-12)
        np.testing.assert_allclose(each.base, 0, atol=1e-12)
        assert each.document is None and each.spans is None


@pytest.mark.parametrize("target", ["good", ["good"], np.array(["good"])])
def test_a_target_has_the_column_of_all(fitted, target):
    for method in ("exact", "occlusion", "shapley"):
        whole = explain(fitted("naive Bayes"), NEW, method=method)[0]
        one = explain(fitted("naive Bayes"), NEW, method=method, target=target)[0]
        assert one.classes.tolist() == ["good"]
        np.testing.assert_array_equal(one.contributions, whole.contributions[:, 1:])
        np.testing.assert_array_equal(one.probabilities, whole.probabilities[1:])


def test_predicted_explains_the_class_of_each_sample(fitted):
    explanations = explain(fitted("naive Bayes"), NEW, target="predicted")
    for each in explanations:
        assert each.classes.tolist() == [each.prediction]
    assert len({str(each.prediction) for each in explanations}) == 2


def test_a_label_predicted_is_a_label():
    labels = ["predicted" if label == "good" else label for label in LABELS]
    model = bayes().fit(TEXTS, labels)
    (each,) = explain(model, ["服务不好"], target="predicted")
    assert each.classes.tolist() == ["predicted"] and each.prediction == "bad"


@pytest.mark.parametrize("target", ["great", ["good", "good"], [], 1, [["good"]]])
def test_unknown_targets_are_refused(fitted, target):
    with pytest.raises((ValueError, TypeError), match="explain expects target"):
        explain(fitted("naive Bayes"), NEW, target=target)


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"method": "lime"}, "explain expects method among 'auto', 'exact'"),
        ({"n_permutations": 3}, "explain expects n_permutations"),
        ({"n_permutations": True}, "explain expects n_permutations"),
        ({"interactions": "yes"}, "explain expects interactions"),
        ({"method": "gradients"}, "needs an LSTMClassifier at the end; got Multi"),
    ],
)
def test_wrong_parameters_are_refused(fitted, parameters, message):
    with pytest.raises((ValueError, TypeError), match=message):
        explain(fitted("naive Bayes"), NEW, **parameters)


def test_a_baseline_must_fit_the_columns():
    model = LogisticRegression().fit([[0.0, 1], [1, 0]], [0, 1])
    for baseline in ([1, 2, 3], np.nan, "none", None):
        with pytest.raises((ValueError, TypeError), match="expects baseline"):
            explain(model, [[0, 1]], baseline=baseline)


@pytest.mark.parametrize(
    "model",
    [
        bayes(),
        MultinomialNB(),
        GridSearchCV(bayes(), {"count__binary": [True]}),
        VotingClassifier(voices(), voting="soft"),
    ],
    ids=lambda model: type(model).__name__,
)
def test_models_must_be_fitted(model):
    with pytest.raises(NotFittedError):
        explain(model, NEW)


@pytest.mark.parametrize(
    ("model", "message"),
    [
        (MultinomialNB, "fitted classifier; got the class MultinomialNB"),
        (LinearRegression().fit([[0], [1]], [0, 1]), "got LinearRegression"),
        (
            make_pipeline(LinearRegression()).fit([[0], [1]], [0, 1]),
            "got a Pipeline with LinearRegression at the end",
        ),
        (JiebaSegmenter(), "got JiebaSegmenter"),
        (None, "got NoneType"),
        (DummyClassifier().fit([[0], [1]], [1, 1]), "of at least 2 classes"),
        (
            RandomForestClassifier(2).fit([[0], [1]], [[0, 1], [1, 0]]),
            "one label for each sample",
        ),
        (
            VotingClassifier([("c", DummyClassifier())]).fit([[0], [1]], [0, 1]),
            "says nothing but labels",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_classifier_is_refused(model, message):
    with pytest.raises((TypeError, ValueError), match=message):
        explain(model, [[0]])


@pytest.mark.parametrize(
    ("X", "message"),
    [
        ("房间很好", "single str"),
        (b"abc", "single bytes"),
        ({"房间"}, "a set"),
        ({"text": "房间"}, "a dict"),
        (None, "NoneType"),
        (["房间", None], "row 1 is NoneType"),
        ([None, "房间"], "row 0 is NoneType"),
        ([float("nan"), "房间"], "row 0 is float"),
        ([3, "房间"], "row 0 is int"),
        ([["房间"], "很好"], "row 1 is str"),
        ([["房间", 3]], "position 1 is int"),
        (np.array([["a", "b"]], dtype=object), r"Pick one column, or .*\[:-1\]"),
        (pd.DataFrame({"n": [1.0], "t": ["b"]}), r"of shape \(1, 2\) with texts"),
        (np.array("房间"), "got ndarray"),
    ],
    ids=str,
)
def test_bad_samples_are_refused(fitted, X, message):
    with pytest.raises((TypeError, ValueError), match=message):
        explain(fitted("naive Bayes"), X)


@pytest.mark.parametrize("name", ["naive Bayes", "SVM", "LSTM"])
def test_any_container_gives_the_same(fitted, name):
    expected = explain(fitted(name), NEW, method="occlusion")
    for form, make in containers_of(NEW).items():
        found = explain(fitted(name), make(), method="occlusion")
        for each, other in zip(found, expected, strict=True):
            assert each.tokens == other.tokens, form
            np.testing.assert_allclose(each.contributions, other.contributions)


@pytest.mark.parametrize("name", MODELS)
def test_no_samples_give_no_explanations(fitted, name):
    assert len(explain(fitted(name), [], interactions=False)) == 0


def test_an_empty_document_has_a_base_alone(fitted):
    for name in MODELS:
        for _, explanations in methods_of(fitted(name)):
            each = explanations[1]
            assert each.tokens == () and each.contributions.shape == (0, 2)
            static = 0 if each.static is None else each.static.sum(axis=0)
            np.testing.assert_allclose(each.base + static, each.scores, atol=1e-6)


def test_nothing_is_changed(fitted):
    documents, tokens = np.array(NEW, dtype=object), [list(row) for row in TOKENS]
    explain(fitted("forest"), documents, method="shapley")
    model = make_pipeline(TokenCountVectorizer(), MultinomialNB()).fit(tokens, LABELS)
    explain(model, tokens, method="shapley", interactions=True)
    assert documents.tolist() == NEW and tokens == TOKENS


def test_variants_warn_of_nothing():
    series = np.random.RandomState(0).normal(size=(6, 5))
    model = LSTMClassifier(max_length=3, **LSTM)
    with pytest.warns(UserWarning, match="cut 6 of 6 samples"):
        model.fit(series, [0, 1] * 3)
    with pytest.warns(UserWarning) as said:
        explain(model, series[:1], method="occlusion")
    assert all("cut 1 of 1 samples" in str(one.message) for one in said)


@pytest.mark.parametrize("method", ["occlusion", "shapley"])
def test_a_step_that_wants_a_series_is_given_one(method):
    pandas = pytest.importorskip("pandas")
    lower = FunctionTransformer(lambda texts: texts.str.lower())
    vectorizer = TfidfVectorizer(analyzer="char")
    texts = pandas.Series(TEXTS, index=range(18)[::-1], name="text")
    model = make_pipeline(lower, vectorizer, LinearSVC()).fit(texts, LABELS)
    (each,) = explain(model, texts[:1], method=method)
    assert each.tokens == ("房间", "很", "好")


@pytest.mark.parametrize(
    "model",
    [
        HMMClassifier(n_states=2, n_iter=2, random_state=0),
        make_pipeline(TokenEncoder(), LSTMClassifier(**LSTM)),
    ],
    ids=["HMM", "LSTM"],
)
def test_token_sequences_are_explained(model):
    model.fit(TOKENS, LABELS)
    for method in ("auto", "occlusion", "shapley"):
        each, empty = explain(model, [["房间", "很", "新"], []], method=method)
        assert each.tokens == ("房间", "很", "新")
        assert empty.contributions.shape == (0, 2)
    with pytest.raises(TypeError, match="explain expects token"):
        explain(model, [["房间"], "很"])


def test_probabilities_of_zero_are_finite_in_any_company():
    model = make_pipeline(CountVectorizer(analyzer="char"), RandomForestClassifier(1))
    model.fit(TEXTS, LABELS)
    (alone,) = explain(model, ["房间很好"], method="occlusion")
    assert np.isfinite(alone.scores).all()
    # log-odds of 1 - 1e-6, of which the model says 1
    np.testing.assert_allclose(np.abs(alone.scores), np.log(1e6))


def test_two_processes_say_the_same(tmp_path):
    code = (
        "from sklstm import explain, make_naive_bayes_pipeline as make;"
        f"model = make().fit({TEXTS!r}, {LABELS!r});"
        "found = explain(model, ['房间很好但是服务不好早餐也差'], method='shapley');"
        "print(found[0].contributions.tobytes().hex())"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)},
        ).stdout
        for seed in ("1", "2")
    }
    assert len(said) == 1


def test_sequences_of_codes_are_words_without_names():
    codes = Sequences([2, 1], [np.array([1, 2, 1])])
    model = HMMClassifier(n_states=1, n_iter=2, random_state=0).fit(codes, [0, 1])
    (each,) = explain(model, codes[[0]], method="occlusion")
    assert each.tokens is None and each.contributions.shape == (2, 1, 2)
    without = class_scores(model, Sequences([1], [np.array([2])]))
    np.testing.assert_allclose(each.contributions[0, 0], each.scores - without[0])
