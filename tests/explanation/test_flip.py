"""The fewest words without which a model decides otherwise."""

import itertools
import pickle
import re

import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.compose import make_column_transformer
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC

from sklstm import (
    LSTMClassifier,
    Sequences,
    flip,
    make_hmm_pipeline,
    make_linear_pipeline,
    make_naive_bayes_pipeline,
)

TEXTS = ["房间很好", "服务很好", "早餐好吃", "房间很吵", "服务很差", "早餐难吃"]
LABELS = ["good"] * 3 + ["bad"] * 3


class Rule(ClassifierMixin, BaseEstimator):
    """Says of token lists what a function of the set of their words says."""

    def __init__(self, says=None, classes=("no", "yes")):
        self.says = says
        self.classes = classes

    def fit(self, X, y):
        return self

    def __sklearn_is_fitted__(self):
        return True

    @property
    def classes_(self):
        return np.array(self.classes)

    def predict_proba(self, X):
        shares = np.full((len(X), len(self.classes)), 0.1)
        for row, tokens in enumerate(X):
            shares[row, self.classes.index(self.says(tokens))] = 0.9
        return shares / shares.sum(axis=1, keepdims=True)

    def predict(self, X):
        return self.classes_[self.predict_proba(X).argmax(axis=1)]


def rule(says, *classes):
    return Rule(says, classes or ("no", "yes"))


def smallest(model, tokens):
    """Size of the smallest set that turns the label, by trying all."""
    (label,) = model.predict([tokens])
    for size in range(1, len(tokens) + 1):
        for left in itertools.combinations(range(len(tokens)), size):
            rest = [t for place, t in enumerate(tokens) if place not in left]
            if model.predict([rest])[0] != label:
                return size
    return None


def test_one_word_decides():
    found = flip(rule(lambda t: "no" if "bad" in t else "yes"), ["a", "bad", "b"])
    assert found.found and found.words == ("bad",) and found.size == 1
    assert (found.label_before, found.label_after) == ("no", "yes")
    assert found.text == ("a", "b")
    assert found.share == pytest.approx(1 / 3)
    assert found.probabilities_before.tolist() == pytest.approx([0.9, 0.1])
    assert found.probabilities_after.tolist() == pytest.approx([0.1, 0.9])


def test_words_that_were_taken_in_vain_come_back():
    """All single words weigh alike, so greed takes the first ones on its way."""
    model = rule(lambda t: "yes" if {"x", "y"} & set(t) else "no")
    found = flip(model, ["a", "b", "c", "x", "d", "y"])
    assert set(found.words) == {"x", "y"}


class Weighs(Rule):
    """Sums up what its words weigh."""

    def predict_proba(self, X):
        weights = {"x": 5, "a": 2, "b": 2, "c": 2}
        sums = np.array([sum(map(weights.get, tokens)) - 6.5 for tokens in X])
        shares = 1 / (1 + np.exp(-sums))
        return np.stack([shares, 1 - shares], axis=1)


def test_the_word_that_counts_most_leaves_first():
    """Without a, b and c together the label would be another, too."""
    assert flip(Weighs(), ["a", "b", "c", "x"]).words == ("x",)
    assert flip(Weighs(), ["a", "b", "c", "x"], target="yes").words == ("x",)


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("make", [make_naive_bayes_pipeline, make_linear_pipeline])
def test_no_word_of_the_answer_can_stay(make, seed):
    rng = np.random.default_rng(seed)
    words = ["房间", "很", "好", "吵", "差", "早餐", "服务"]
    rows = [list(rng.choice(words, rng.integers(3, 9))) for _ in range(30)]
    model = make()[1:].fit(rows, rng.choice(["a", "b", "c"], 30))
    tokens = rows[0]
    found = flip(model, tokens)
    best = smallest(model, tokens)
    if not found.found:
        return
    assert best <= found.size
    for place in np.flatnonzero(found.removed):
        removed = found.removed.copy()
        removed[place] = False
        rest = [t for t, gone in zip(tokens, removed, strict=True) if not gone]
        assert model.predict([rest])[0] == found.label_before
    rest = [t for t, gone in zip(tokens, found.removed, strict=True) if not gone]
    assert model.predict([rest])[0] == found.label_after != found.label_before


def test_a_label_that_always_stays():
    found = flip(rule(lambda t: "no"), ["a", "b"])
    assert not found.found and found.size == 0 and found.share == 0
    assert found.label_after == found.label_before == "no"
    assert str(found) == "The model says no (90.0%), whatever is left out."
    assert repr(found) == "Counterfactual(found=False, label='no')"


def test_nothing_left_is_not_the_only_way():
    """Without any word the model says what it says of all; without one, another."""
    model = rule(lambda t: "no" if "b" in t or not t else "yes")
    assert flip(model, ["a", "b"]).words == ("b",)


def test_an_empty_sample():
    for model, sample in [(rule(lambda t: "no"), []), (nb(), "")]:
        found = flip(model, sample)
        assert not found.found and found.tokens == ()
        assert "whatever is left out" in str(found)


def nb():
    return make_naive_bayes_pipeline(ngram_range=(1, 1)).fit(TEXTS, LABELS)


def test_a_label_that_is_wanted():
    def says(tokens):
        return "a" if "x" in tokens else "b" if "y" in tokens else "c"

    model = rule(says, "a", "b", "c")
    assert flip(model, ["x", "y", "z"]).label_after == "b"
    found = flip(model, ["x", "y", "z"], target="c")
    assert found.label_after == "c" and set(found.words) == {"x", "y"}
    never = flip(model, ["x", "z"], target="b")
    assert not never.found
    assert "it does not say b, whatever is left out" in str(never)


def test_wanted_labels_that_make_no_sense():
    model = rule(lambda t: "no")
    with pytest.raises(ValueError, match=r"classes of the model, \['no', 'yes'\]; got"):
        flip(model, ["a"], target="maybe")
    with pytest.raises(ValueError, match="predicts 'no' already"):
        flip(model, ["a"], target="no")


@pytest.mark.parametrize("labels", [[0, 1], [False, True], ["好", "差"]])
def test_labels_of_any_type(labels):
    y = np.repeat(labels, 3)
    model = make_naive_bayes_pipeline().fit(TEXTS, y)
    found = flip(model, "早餐难吃")
    assert found.label_before == labels[1] and type(found.label_before) is type(
        labels[1]
    )
    assert flip(model, "早餐难吃", target=np.array(labels)[0]).label_after == labels[0]


MODELS = {
    "naive bayes": make_naive_bayes_pipeline,
    "hmm": lambda: make_hmm_pipeline(random_state=0, n_threads=1),
    "linear": make_linear_pipeline,
    "tf-idf": lambda: make_pipeline(
        TfidfVectorizer(analyzer="char"), LogisticRegression(C=100)
    ),
    "no probabilities": lambda: make_pipeline(
        CountVectorizer(analyzer="char"), LinearSVC()
    ),
}


@pytest.mark.parametrize("name", MODELS)
def test_every_model_of_documents(name):
    model = MODELS[name]().fit(TEXTS * 3, LABELS * 3)
    found = flip(model, "服务真的很好")
    assert found.found and found.label_before == "good"
    assert "好" in "".join(found.words)
    spans = found.spans.tolist()
    assert "".join("服务真的很好"[a:b] for a, b in spans) == "".join(found.words)
    assert (found.probabilities_after is None) == (name == "no probabilities")
    assert found.text == "".join(
        char
        for place, char in enumerate("服务真的很好")
        if not any(start <= place < stop for start, stop in spans)
    )


def test_a_series_loses_time_steps():
    rng = np.random.default_rng(0)
    X = rng.normal(scale=0.1, size=(40, 6, 2))
    y = np.arange(40) % 2
    X[y == 1, 3, 1] += 3
    model = LSTMClassifier(
        hidden_size=8, max_epochs=80, learning_rate=0.05, random_state=0, n_threads=1
    ).fit(X, y)
    found = flip(model, X[1])
    assert found.label_before == 1 and found.words == ("step 3, channel 1",)
    assert "Without 1 of 12 parts (step 3, channel 1)" in str(found)
    assert found.document is None and found.spans is None


def test_a_row_of_a_table_loses_columns():
    X = np.array([[0, 1.0, 5], [1, 3, 4], [0, 1, -5], [1, 3, -4]])
    model = LogisticRegression().fit(X, [0, 0, 1, 1])
    assert flip(model, X[2], baseline=[0, 0, 5]).words == ("x2",)
    assert not flip(model, X[2], baseline=[0, 0, -5]).found


@pytest.mark.parametrize("kind", [pd.DataFrame, pl.DataFrame])
def test_a_frame_of_one_row_is_one_sample(kind):
    table = kind({"warm": [1.0, 2.0, -1.0, -2.0], "far": [0.0, 1.0, 1.0, 0.0]})
    found = flip(LogisticRegression().fit(table, [1, 1, 0, 0]), table[:1], target=0)
    assert found.tokens == ("warm", "far")
    texts = kind({"text": TEXTS})
    columns = make_column_transformer((TfidfVectorizer(analyzer="char"), "text"))
    model = make_pipeline(columns, LogisticRegression()).fit(texts, LABELS)
    assert flip(model, texts[:1]).words == ("好",)
    with pytest.raises(ValueError, match="a single sample; got 2"):
        flip(model, texts[:2])


def test_a_frame_is_a_series_to_an_lstm():
    series = pd.DataFrame({"a": [0.1, 0.4], "b": [0.8, 0.2]})
    model = LSTMClassifier(hidden_size=2, max_epochs=1, random_state=0)
    found = flip(model.fit([series, -series], ["up", "down"]), series)
    assert len(found.removed) == 4


def test_several_samples_are_refused():
    X = Sequences.from_arrays([np.zeros(3), np.ones(2)])
    model = LSTMClassifier(max_epochs=1, hidden_size=2, n_threads=1).fit(X, [0, 1])
    with pytest.raises(ValueError, match="flip expects a single sample; got 2"):
        flip(model, X)


def test_input_stays_as_it_is():
    tokens = ["a", "bad", "b"]
    flip(rule(lambda t: "no" if "bad" in t else "yes"), tokens)
    assert tokens == ["a", "bad", "b"]


def test_long_documents_are_bounded(monkeypatch):
    """Neighbours leave together; afterwards single words come back."""
    asked = []

    def says(tokens):
        asked.append(len(tokens))
        return "no" if "bad" in tokens else "yes"

    words = [f"w{n}" for n in range(3000)]
    words[1234] = "bad"
    found = flip(rule(says), words)
    assert found.words == ("bad",)
    assert len(asked) < 3000


def test_where_too_much_is_asked_all_words_leave_in_one_order(monkeypatch):
    monkeypatch.setattr("sklstm.explanation._flip._MOST_ASKED", 10)
    tokens = ["x", "a", "y", "b", "c", "z"]
    model = rule(lambda t: "yes" if {"x", "y", "z"} & set(t) else "no")
    found = flip(model, tokens)
    assert set(found.words) == {"x", "y", "z"}
    assert not flip(rule(lambda t: "no"), tokens).found


def test_the_same_in_every_call():
    first, second = (flip(nb(), "早餐好吃，就是房间很吵") for _ in range(2))
    assert first.words == second.words
    again = pickle.loads(pickle.dumps(first))
    assert again.words == first.words and again.text == first.text


EVIL = '<script>alert("1")</script>\x1b[31m\u202e&'


def test_no_text_becomes_markup(tmp_path):
    classes = (f"no{EVIL}", f"yes{EVIL}")
    model = rule(lambda t: classes[EVIL not in t], *classes)
    found = flip(model, ["a", EVIL, "b"])
    assert found.words == (EVIL,)
    path = tmp_path / "flip.html"
    assert found.to_html(path) is None
    page = path.read_text("utf-8")
    assert page == found.to_html()
    for source in (page, found._repr_html_()):
        assert "<script>" not in source and "\x1b" not in source
        assert re.search(r"<del>&lt;script&gt;.*</del>", source)
    assert "\x1b" not in str(found) and "default-src 'none'" in page


def test_both_languages():
    found = flip(nb(), "服务真的很好")
    english, chinese = found.to_text(), found.to_text(language="zh")
    assert english.startswith("Without ") and "What is left: " in english
    assert "模型的判断就由“good”" in chinese and "剩下的内容：" in chinese
    assert '<html lang="zh">' in found.to_html(language="zh")
    with pytest.raises(ValueError, match="'en', 'zh'; got 'fr'"):
        found.to_text(language="fr")


def test_what_leaves_is_struck_through_where_it_stands():
    document = "服务真的很好\n 服务"
    found = flip(nb(), document)
    shown = found._repr_html_()
    (body,) = re.findall(r'<div class="document"[^>]*>(.*)</div>\n</div>', shown, re.S)
    assert re.sub("</?del>", "", body) == document
    struck = "".join(re.findall("<del>(.*?)</del>", body))
    assert struck == "".join(document[a:b] for a, b in found.spans)


def test_bad_samples_are_refused_as_everywhere():
    with pytest.raises(TypeError, match="row 0 is NoneType"):
        flip(nb(), None)
    with pytest.raises(TypeError, match="fitted classifier"):
        flip("model", "好")


def test_a_document_may_stand_in_any_string():
    assert flip(nb(), np.str_("服务真的很好")).words == flip(nb(), "服务真的很好").words
    series = pd.Series(["服务真的很好"], index=[7])
    assert flip(nb(), series.iloc[0]).found
