"""Method "exact": scores that are sums of what words say, taken apart."""

import numpy as np
import pytest
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfTransformer, TfidfVectorizer
from sklearn.feature_selection import SelectKBest, chi2
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import (
    LogisticRegression,
    Perceptron,
    RidgeClassifier,
    SGDClassifier,
)
from sklearn.model_selection import GridSearchCV
from sklearn.naive_bayes import BernoulliNB, ComplementNB, MultinomialNB
from sklearn.pipeline import FeatureUnion, make_pipeline
from sklearn.preprocessing import (
    Binarizer,
    FunctionTransformer,
    MaxAbsScaler,
    Normalizer,
    StandardScaler,
)
from sklearn.svm import SVC, LinearSVC

from sklstm import (
    ClassWeightedClassifier,
    HMMClassifier,
    JiebaPOSTagger,
    JiebaSegmenter,
    POSFeatureExtractor,
    TokenCountVectorizer,
    TokenEncoder,
    make_hmm_pipeline,
    make_linear_pipeline,
    make_naive_bayes_pipeline,
)
from sklstm.datasets import make_reviews
from sklstm.explanation import _exact, explain

TEXTS, LABELS = make_reviews(60, random_state=0)
MANY = np.arange(60) % 10
ASKED = [*TEXTS[:8], "", "。。", "没见过的鲸鱼", "好好好，ＯＫ！服务很好很好"]
CLOSE = {"rtol": 0, "atol": 1e-9}


def pipe(*steps):
    return make_pipeline(JiebaSegmenter(), *steps)


def counter(**parameters):
    return TokenCountVectorizer(ngram_range=(1, 2), **parameters)


def characters(**parameters):
    return TokenCountVectorizer(analyzer="char", ngram_range=(1, 3), **parameters)


def union(**parameters):
    return FeatureUnion([("chars", characters()), ("words", counter())], **parameters)


SVM = LinearSVC(random_state=0)
MODELS = {
    "naive Bayes": make_naive_bayes_pipeline(),
    "counted": make_naive_bayes_pipeline(binary=False, tfidf=True),
    "complement": make_naive_bayes_pipeline(complement=True),
    "normed complement": pipe(counter(), ComplementNB(norm=True)),
    "weights of classes": make_naive_bayes_pipeline(class_weight="balanced"),
    "Bernoulli": pipe(counter(), BernoulliNB()),
    "Bernoulli, given 0 and 1": pipe(counter(binary=True), BernoulliNB(binarize=None)),
    "Bernoulli, twice or more": pipe(characters(), BernoulliNB(binarize=1)),
    "linear": make_linear_pipeline(),
    "words alone": make_linear_pipeline().set_params(features__characters="drop"),
    "SVM": pipe(characters(), SVM),
    "without intercept": pipe(counter(), LinearSVC(fit_intercept=False)),
    "hinge": pipe(counter(), SGDClassifier(random_state=0)),
    "perceptron": pipe(counter(), Perceptron()),
    "ridge": pipe(counter(), RidgeClassifier()),
    "weighted SVM": pipe(counter(), ClassWeightedClassifier(SVM, class_weight={})),
    "union, parts weighted": pipe(
        union(transformer_weights={"chars": 0.3, "words": 7}), LogisticRegression()
    ),
    "union of pipelines": pipe(
        FeatureUnion(
            [
                (
                    "chars",
                    make_pipeline(characters(), TfidfTransformer(), "passthrough"),
                ),
                ("tags", make_pipeline(JiebaPOSTagger(), counter(), MaxAbsScaler())),
                ("both", union()),
            ]
        ),
        MaxAbsScaler(),
        RidgeClassifier(),
    ),
    "later steps": pipe(
        counter(),
        "passthrough",
        TfidfTransformer(sublinear_tf=True),
        MaxAbsScaler(),
        StandardScaler(with_mean=False),
        Normalizer(),
        LogisticRegression(),
    ),
    "zeros and ones": pipe(counter(), Binarizer(), MultinomialNB()),
    "chosen features": pipe(union(), SelectKBest(chi2, k=40), LogisticRegression()),
    "chosen counts": pipe(
        FeatureUnion(
            [("a", make_pipeline(counter(), SelectKBest(k=9))), ("b", counter())]
        ),
        SelectKBest(chi2, k=12),
        MultinomialNB(),
    ),
    "frozen": FrozenEstimator(make_naive_bayes_pipeline().fit(TEXTS, LABELS)),
    "a search": GridSearchCV(
        make_naive_bayes_pipeline(), {"classify__alpha": [1, 2]}, cv=2
    ),
    "tags": pipe(JiebaPOSTagger(), counter(), MultinomialNB()),
    "HMM": make_hmm_pipeline(n_states=3, n_iter=3, random_state=0),
    "weighted HMM": make_hmm_pipeline(
        n_states=2, n_iter=2, class_weight={LABELS[0]: 9}
    ),
    "HMM of codes": pipe(
        TokenEncoder(min_count=2), HMMClassifier(n_states=2, n_iter=2)
    ),
    "HMM of tags": pipe(JiebaPOSTagger(), HMMClassifier(n_states=2, n_iter=2)),
}


@pytest.fixture(scope="module")
def explained():
    """Fit and explain each model once."""
    memory = {}

    def get(name, y=LABELS):
        key = (name, len(set(y)))
        if key not in memory:
            model = MODELS[name].fit(TEXTS, y)
            memory[key] = explain(model, ASKED, method="exact")
        return memory[key]

    return get


def assert_adds_up(explanations):
    for each in explanations:
        total = each.base + each.contributions.sum(axis=0)
        np.testing.assert_allclose(total, each.scores, **CLOSE)
        np.testing.assert_allclose(each.contributions.sum(axis=1), 0, **CLOSE)
        assert each.contributions.shape == (len(each.tokens), len(each.classes))
        assert each.method == "exact"


@pytest.mark.parametrize("name", MODELS)
def test_words_add_up_to_the_scores(name, explained):
    explanations = explained(name)
    assert_adds_up(explanations)
    assert any(
        np.abs(each.contributions).max(initial=0) > 1e-4 for each in explanations
    )


@pytest.mark.parametrize("name", [name for name in MODELS if name != "frozen"])
@pytest.mark.filterwarnings("ignore:Liblinear failed to converge")
def test_words_add_up_to_the_scores_of_ten_classes(name, explained):
    if name == "weighted HMM":
        MODELS[name].set_params(classify__class_weight="balanced")
    assert_adds_up(explained(name, MANY))


@pytest.mark.parametrize("name", ["naive Bayes", "linear", "Bernoulli", "HMM"])
def test_scores_are_log_odds(name, explained):
    for each in explained(name):
        odds = np.diff(np.log(each.probabilities))[0]
        np.testing.assert_allclose(each.scores, [-odds, odds], atol=1e-6)


@pytest.mark.parametrize("name", MODELS)
def test_samples_without_a_word_are_all_base(name, explained):
    for each in explained(name)[8:9]:
        assert each.contributions.shape == (0, 2)
        np.testing.assert_allclose(each.base, each.scores, **CLOSE)


@pytest.mark.parametrize("name", ["naive Bayes", "linear", "Bernoulli", "HMM"])
def test_order_and_company_of_samples_change_nothing(name):
    model = MODELS[name].fit(TEXTS, LABELS)
    together = explain(model, ASKED, method="exact")
    backwards = explain(model, ASKED[::-1], method="exact")[::-1]
    for text, one, other in zip(ASKED, together, backwards, strict=True):
        (alone,) = explain(model, [text], method="exact")
        for each in (other, alone):
            np.testing.assert_allclose(each.contributions, one.contributions, **CLOSE)


def test_blocks_of_samples_change_nothing(monkeypatch, explained):
    whole = explained("linear")
    monkeypatch.setattr(_exact, "_AT_ONCE", 5)
    parts = explain(MODELS["linear"].fit(TEXTS, LABELS), ASKED)
    for one, other in zip(whole, parts, strict=True):
        np.testing.assert_allclose(one.contributions, other.contributions, **CLOSE)


def test_words_that_no_one_knows_say_nothing():
    tokens = [["好", "房间"], ["差", "房间"], ["很", "好"]]
    for last in (MultinomialNB(), LinearSVC(), HMMClassifier(n_states=1)):
        steps = [] if isinstance(last, HMMClassifier) else [counter()]
        model = make_pipeline(*steps, last).fit(tokens, [1, 0, 1])
        (each,) = explain(model, [["鲸鱼", "好", "骆驼"]])
        assert each.method == "exact"
        np.testing.assert_allclose(each.contributions[[0, 2]], 0, atol=1e-15)
        assert each.contributions[1, 1] > 0


@pytest.mark.parametrize("name", ["naive Bayes", "linear", "SVM"])
def test_equal_words_in_equal_places_say_the_same(name):
    model = MODELS[name].fit(TEXTS, LABELS)
    (each,) = explain(model, ["很好很好很好很好很好"])
    assert len(each.tokens) >= 5
    assert each.tokens[2] != each.tokens[3]
    for first in (2, 3):  # the ends have one neighbour less
        inner = each.contributions[first:-2:2]
        np.testing.assert_allclose(inner, np.broadcast_to(inner[0], inner.shape))


def test_words_stand_where_the_document_has_them(explained):
    each = explained("linear")[-1]
    found = [each.document[start:stop] for start, stop in each.spans]
    assert found == [
        "好",
        "好好",
        "，",
        "ＯＫ",
        "！",
        "服务",
        "很",
        "好",
        "很",
        "好",
    ] or ("".join(found) == each.document)
    assert "OK" in each.tokens and "ＯＫ" in found


# By hand


def test_naive_bayes_by_hand():
    # Class 0: 差 2, 房间 1; class 1: 好 1, 房间 1. Three words, smoothing 1, so 房间 is
    # (1 + 1) / (3 + 3) in class 0 and (1 + 1) / (2 + 3) in class 1.
    tokens = [["差", "房间"], ["差"], ["好", "房间"]]
    model = make_pipeline(TokenCountVectorizer(), MultinomialNB())
    (each,) = explain(model.fit(tokens, [0, 0, 1]), [["房间", "好", "好"]])
    room, good = np.log((2 / 5) / (2 / 6)), np.log((2 / 5) / (1 / 6))
    np.testing.assert_allclose(each.contributions[:, 1], [room, good, good])
    np.testing.assert_allclose(each.contributions[:, 0], [-room, -good, -good])
    np.testing.assert_allclose(each.base[1], np.log((1 / 3) / (2 / 3)))
    assert each.prediction == 1


def test_three_classes_by_hand():
    # One word for each class: (1 + 1) / (1 + 3) in its own, 1 / (1 + 3) in others.
    # Against the geometric mean of the others that is log 2 - (log 1 + log 1) / 2, and
    # log 1 - (log 2 + log 1) / 2 for either of them.
    model = make_pipeline(TokenCountVectorizer(), MultinomialNB())
    model.fit([["a"], ["b"], ["c"]], [0, 1, 2])
    (each,) = explain(model, [["b"]])
    expected = [[-np.log(2) / 2, np.log(2), -np.log(2) / 2]]
    np.testing.assert_allclose(each.contributions, expected)
    np.testing.assert_allclose(each.base, 0, atol=1e-15)


def test_pairs_and_characters_by_hand():
    model = make_pipeline(
        FeatureUnion(
            [
                ("words", TokenCountVectorizer(ngram_range=(2, 2), binary=True)),
                ("chars", TokenCountVectorizer(analyzer="char", ngram_range=(2, 2))),
            ]
        ),
        LogisticRegression(),
    )
    model.fit([["不", "好吃"], ["很", "好吃"]], [0, 1])
    # Columns: 不 好吃, 很 好吃, then 不好, 好吃, 很好.
    model[-1].coef_, model[-1].intercept_ = np.array([[-8.0, 4, -2, 1, 6]]), [0.5]
    (each,) = explain(model, [["不", "好吃", "不", "好吃"]])
    # The pair, -8 once, on four words; 不好, -2 twice, half on 不 and half on 好吃;
    # 好吃, 1 twice, on 好吃; 吃不 is unknown.
    np.testing.assert_allclose(each.contributions[:, 1], [-3, -2, -3, -2])
    np.testing.assert_allclose(each.base[1], 0.5)
    np.testing.assert_allclose(each.scores[1], -8 - 4 + 2 + 0.5)


def test_bernoulli_by_hand():
    # 好 is in one of one of class 1 and in none of class 0: (1 + 1) / (1 + 2) against
    # (0 + 1) / (1 + 2); 差 the other way. Present against absent that is 2 against 1/2.
    model = make_pipeline(TokenCountVectorizer(), BernoulliNB())
    (each,) = explain(model.fit([["差"], ["好"]], [0, 1]), [["好", "好"]])
    np.testing.assert_allclose(each.contributions[:, 1], [np.log(4) / 2] * 2)
    np.testing.assert_allclose(each.base, 0, atol=1e-15)


def test_hidden_markov_models_follow_the_chain_rule():
    model = MODELS["HMM"].fit(TEXTS, LABELS)
    (each,) = explain(model, TEXTS[:1])
    (steps,) = model[-1].score_timesteps([list(each.tokens)])
    np.testing.assert_allclose(each.contributions[:, 1], steps[:, 1] - steps[:, 0])


def test_time_steps_of_a_series_follow_the_chain_rule():
    rng = np.random.default_rng(0)
    X = [rng.normal(label, 1, size=n) for label, n in ((0, 5), (1, 9), (0, 0), (1, 3))]
    model = HMMClassifier(n_states=2, random_state=0).fit(X, [0, 1, 0, 1])
    for each, steps in zip(explain(model, X), model.score_timesteps(X), strict=True):
        assert each.method == "exact"
        assert each.contributions.shape == (len(steps), 1, 2)
        np.testing.assert_allclose(
            each.contributions[:, 0, 1], steps[:, 1] - steps[:, 0], **CLOSE
        )
        total = each.base + each.contributions.sum(axis=(0, 1))
        np.testing.assert_allclose(total, each.scores, **CLOSE)


def test_channels_that_are_weighed_together_are_refused():
    X = np.random.default_rng(0).normal(size=(6, 4, 2))
    model = HMMClassifier(n_states=1).fit(X, [0, 1] * 3)
    with pytest.raises(ValueError, match="all channels of a time step together"):
        explain(model, X, method="exact")
    assert explain(model, X)[0].method == "occlusion"


# Refused


def refused(model, X=TEXTS, y=LABELS):
    model.fit(X, y)
    with pytest.raises(ValueError) as caught:
        explain(model, X[:2], method="exact")
    message = str(caught.value)
    assert message.startswith("explain cannot use method='exact': ")
    assert "method='occlusion'" in message or "Fit it on samples" in message
    return message


def test_tables_are_refused():
    X = np.random.default_rng(0).normal(size=(6, 4))
    message = refused(LogisticRegression(), X, [0, 1] * 3)
    assert "takes apart sums over words" in message


@pytest.mark.parametrize(
    ("model", "words"),
    [
        (
            pipe(counter(), TruncatedSVD(5), LogisticRegression()),
            ["'truncatedsvd', TruncatedSVD"],
        ),
        (
            pipe(FeatureUnion([("pos", POSFeatureExtractor()), ("n", counter())]), SVM),
            ["'featureunion__pos', POSFeatureExtractor", "no TokenCountVectorizer"],
        ),
        (
            pipe(
                FeatureUnion(
                    [("n", make_pipeline(counter(), FunctionTransformer(np.sqrt)))]
                ),
                SVM,
            ),
            ["'featureunion__n__functiontransformer', FunctionTransformer"],
        ),
        (pipe(counter(), SVC(kernel="linear")), ["SVC is neither a linear model"]),
        (make_pipeline(TfidfVectorizer(analyzer="char"), SVM), ["JiebaSegmenter"]),
    ],
    ids=["mixed", "not counted", "shifted", "not linear", "no words"],
)
def test_what_is_no_sum_is_refused_by_name(model, words):
    message = refused(model)
    assert all(word in message for word in words)


def test_classes_without_probability_are_refused():
    model = make_pipeline(TokenCountVectorizer(), MultinomialNB())
    tokens = [["好"], ["差"]]
    model.fit(tokens, [0, 1])
    model[-1].class_log_prior_ = np.array([0.0, -np.inf])
    with pytest.raises(ValueError, match="probability 0 in MultinomialNB"):
        explain(model, tokens, method="exact")
    hmm = HMMClassifier(n_states=1, class_prior=[0, 1]).fit(tokens, [0, 1])
    with pytest.raises(ValueError, match="probability 0 in HMMClassifier"):
        explain(hmm, tokens, method="exact")


def test_auto_takes_it_where_it_can():
    assert explain(MODELS["SVM"].fit(TEXTS, LABELS), TEXTS[:1])[0].method == "exact"
    other = pipe(counter(), TruncatedSVD(5), LogisticRegression()).fit(TEXTS, LABELS)
    assert explain(other, TEXTS[:1])[0].method != "exact"
