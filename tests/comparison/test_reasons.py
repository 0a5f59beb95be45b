"""Why the models of a comparison disagree."""

import warnings

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import MultinomialNB
from sklearn.pipeline import make_pipeline

from sklstm import LSTMClassifier, compare_classifiers
from sklstm.comparison import _explaining
from sklstm.comparison._reasons import reasons_lines
from sklstm.comparison._words import Words
from sklstm.display._text_table import text_width

EVIL = "<script>alert(1)</script>\x1b[31m"


def texts(n=48):
    """Different texts, of which some bear the other label."""
    rng = np.random.default_rng(0)
    words = list("房间早餐服务位置前台大床价钱卫生安静明亮")
    labels = np.array(["bad", "good"])[np.arange(n) % 2]
    documents = [
        f"{''.join(rng.permutation(words)[:9])}{'差好'[row % 2]}{'好差'[row % 3 == 0]}"
        for row in range(n)
    ]
    return documents, labels


class Remembers(ClassifierMixin, BaseEstimator):
    """Keeps what it was fitted on where the test sees it."""

    seen = []

    def fit(self, X, y, sample_weight=None):
        Remembers.seen.append((list(X), list(y), sample_weight))
        self.classes_ = np.unique(y)
        return self

    def predict(self, X):
        return self.classes_[self.predict_proba(X).argmax(axis=1)]

    def predict_proba(self, X):
        share = np.array([0.2 + 0.6 * ("差" in text) for text in X])
        columns = [share, *[(1 - share) / (len(self.classes_) - 1)] * 9]
        return np.stack(columns[: len(self.classes_)], axis=1)


class Sure(ClassifierMixin, BaseEstimator):
    """Says labels and no more, and warns."""

    def fit(self, X, y):
        warnings.warn("never sure", UserWarning, stacklevel=1)
        self.classes_ = np.unique(y)
        return self

    def predict(self, X):
        return np.array([self.classes_[self.place(text)] for text in X])

    def place(self, text):
        return ord(text[0]) % 2


class Contrary(Sure):
    def place(self, text):
        return 1 - super().place(text)


def naive_bayes():
    return make_pipeline(CountVectorizer(analyzer="char"), MultinomialNB())


def linear():
    return make_pipeline(CountVectorizer(analyzer="char"), LogisticRegression())


@pytest.fixture(autouse=True)
def forget():
    Remembers.seen = []


@pytest.fixture(scope="module")
def comparison():
    X, y = texts()
    models = {f"NB {EVIL}": naive_bayes(), "LR": linear()}
    return compare_classifiers(models, X, y, cv=3, explain=3)


def test_the_most_disputed_are_explained(comparison):
    rows = comparison.explained_.rows
    assert rows.tolist() == comparison.disagreements(3).tolist() and len(rows) == 3
    assert list(comparison.explanations_) == list(comparison.classifiers)
    for found in comparison.explanations_.values():
        assert [each.document for each in found] == [comparison.X[r] for r in rows]


def test_nobody_asked(comparison):
    X, y = texts()
    quiet = compare_classifiers({"NB": naive_bayes()}, X, y, cv=3)
    assert quiet.explanations_ == {} and len(quiet.explained_.rows) == 0
    assert reasons_lines(quiet, Words()) == []
    html = quiet._repr_html_()
    assert "Why they disagree" not in html and "sklstm-explanation" not in html


def test_each_model_is_fitted_once_on_all_others():
    X, y = texts()
    models = {"own": Remembers(), "NB": naive_bayes()}
    comparison = compare_classifiers(models, X, y, cv=3, explain=4)
    *_, (seen, labels, _) = Remembers.seen
    assert len(Remembers.seen) == 3 + 1
    disputed = comparison.explained_.rows
    kept = np.setdiff1d(np.arange(len(X)), disputed)
    assert seen == [X[row] for row in kept] and labels == y[kept].tolist()


def test_neither_equal_texts_nor_groups_are_learned_from():
    X, y = texts()
    X[2::12] = [X[2]] * len(X[2::12])
    y[2::12] = y[2]
    groups = np.arange(len(X)) // 4
    models = {"own": Remembers(), "NB": naive_bayes()}
    for options in ({}, {"groups": groups}, {"duplicates": "ignore"}):
        found = compare_classifiers(models, X, y, cv=3, explain=10, **options)
        seen = set(Remembers.seen[-1][0])
        rows = found.explained_.rows
        assert len(rows) and seen.isdisjoint([X[row] for row in rows])
        if options.get("groups") is not None:
            together = np.isin(groups, groups[rows])
            assert seen.isdisjoint([X[row] for row in np.flatnonzero(together)])
        assert len(Remembers.seen[-1][0]) >= len(X) / 2


def test_as_many_as_leave_enough_to_learn_from():
    X, y = texts()
    models = {"NB": naive_bayes(), "LR": linear()}
    groups = np.arange(len(X)) // 2 % 5
    found = compare_classifiers(models, X, y, cv=3, explain=20, groups=groups)
    rows = found.explained_.rows
    assert 1 <= len(set(groups[rows])) <= 2
    assert set(rows) <= set(found.disagreements(20))


def test_weights_go_along():
    X, y = texts()
    weights = np.linspace(1, 2, len(X))
    models = {"own": Remembers(), "NB": naive_bayes()}
    found = compare_classifiers(models, X, y, cv=3, explain=2, sample_weight=weights)
    kept = np.setdiff1d(np.arange(len(X)), found.explained_.rows)
    np.testing.assert_array_equal(Remembers.seen[-1][2], weights[kept])


def test_samples_without_a_label_go_along():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(24, 5)).astype(np.float32)
    y = np.arange(24) % 2
    lstm = LSTMClassifier(
        hidden_size=2, max_epochs=1, missing_label=-1, n_threads=1, random_state=0
    )
    found = compare_classifiers(
        {"LSTM": lstm, "LR": LogisticRegression()},
        X,
        y,
        cv=2,
        explain=2,
        unlabelled=rng.normal(size=(7, 5)),
    )
    assert found.explained_.errors == {} and len(found.explained_.rows) == 2
    assert "Why they disagree" in found._repr_html_()
    assert found.explanations_["LSTM"][0].tokens is None


def test_a_model_that_cannot_be_explained_costs_nothing_else():
    X, y = texts()
    models = {"NB": naive_bayes(), "sure": Sure(), "LR": linear()}
    with pytest.warns(UserWarning, match="never sure") as caught:
        found = compare_classifiers(models, X, y, cv=3, explain=2)
    assert len([one for one in caught if "never sure" in str(one.message)]) == 1
    assert list(found.explanations_) == ["NB", "LR"]
    assert "predict_proba or decision_function" in found.explained_.errors["sure"]
    said = "sure cannot be explained: TypeError: explain expects a classifier with"
    assert said in found._repr_html_()
    assert any(line.startswith(said) for line in reasons_lines(found, Words()))


def test_no_model_can_be_explained():
    X, y = texts()
    with pytest.warns(UserWarning, match="never sure"):
        found = compare_classifiers(
            {"a": Sure(), "b": Contrary()}, X, y, cv=3, explain=2
        )
    assert found.explanations_ == {} and list(found.explained_.errors) == ["a", "b"]
    assert "b cannot be explained" in found._repr_html_()
    assert len(reasons_lines(found, Words())) == 2


def test_models_that_agree_have_nothing_to_explain():
    X, y = texts()
    with pytest.warns(UserWarning, match="no two models that disagree"):
        found = compare_classifiers({"NB": naive_bayes()}, X, y, cv=3, explain=5)
    assert found.explanations_ == {} and len(found.explained_.rows) == 0


def test_where_too_little_would_be_left_it_is_said(monkeypatch):
    X, y = texts()
    monkeypatch.setattr(_explaining, "_LEAST_LEFT", 1.0)
    models = {"NB": naive_bayes(), "LR": linear()}
    with pytest.warns(UserWarning, match="too few samples would be left"):
        found = compare_classifiers(models, X, y, cv=3, explain=2)
    assert found.explanations_ == {}


@pytest.mark.parametrize("wrong", [-1, 1.5, True, "10", None])
def test_what_is_no_number_is_refused(wrong):
    X, y = texts()
    with pytest.raises(ValueError, match="explain to be a number of samples; got"):
        compare_classifiers({"NB": naive_bayes()}, X, y, explain=wrong)


def test_jobs_change_nothing(comparison):
    X, y = texts()
    models = {f"NB {EVIL}": naive_bayes(), "LR": linear()}
    again = compare_classifiers(models, X, y, cv=3, explain=np.int64(3), n_jobs=2)
    assert again.explanations_ == comparison.explanations_


def test_the_page_shows_each_model_beside_the_others(comparison):
    html = comparison._repr_html_()
    part = html[html.index("<h3>Why they disagree</h3>") :]
    part = part[: part.index("<h3>All figures</h3>")]
    rows = comparison.explained_.rows
    assert part.count('<div class="document"') == 3 * 2
    for row in rows:
        assert f"<h4>Row {row}, {comparison.y[row]}</h4>" in part
    assert "<script>" not in html and "\x1b" not in html
    for name, found in comparison.explanations_.items():
        assert f"{found[0].prediction} (" in part, name
    assert "LR: " in part


def test_colours_say_what_speaks_for_the_label_of_the_data(comparison):
    label = comparison.y[comparison.explained_.rows[0]]
    html = comparison._repr_html_()
    part = html[html.index(f"<h4>Row {comparison.explained_.rows[0]}, ") :]
    assert f">for <bdi>{label}</bdi></span>" in part[: part.index("document")]


def test_a_terminal_names_the_strongest_words(comparison):
    for language, first in (("en", "Why they disagree"), ("zh", "各模型为什么有分歧")):
        lines = reasons_lines(comparison, Words(language))
        assert lines[0].startswith(first)
        assert all(text_width(line) <= 80 for line in lines)
        assert "\x1b" not in "".join(lines)
    (line, *_) = [line for line in reasons_lines(comparison, Words()) if "LR" in line]
    found = comparison.explanations_["LR"][0]
    column = found.column(comparison.y[comparison.explained_.rows[0]])
    token = found.tokens[np.abs(found.contributions[:, column]).argmax()]
    assert token in line


def test_a_label_that_nobody_learned(monkeypatch):
    """The only sample of a class is disputed: it has no column of its own."""
    X, y = texts(24)
    y = y.astype(object)
    y[5] = "odd"
    monkeypatch.setattr(
        "sklstm.comparison._result.Comparison.disagreements",
        lambda self, n=10: np.array([5, 6])[:n],
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = compare_classifiers(
            {"NB": naive_bayes(), "LR": linear()}, X, y.astype(str), cv=2, explain=2
        )
    assert "Row 5, odd" in found._repr_html_()
    assert any(line == "Row 5, odd" for line in reasons_lines(found, Words()))


def test_groups_are_taken_out_whole():
    groups = np.array([0, 0, 1, 1, 1, 2, 3, 4])
    rows, train = _explaining._take_out(np.array([0, 2, 5, 6]), 8, groups)
    assert rows.tolist() == [0, 5, 6] and train.tolist() == [2, 3, 4, 7]
