"""What a model goes by: words, features of whole samples, channels, time steps."""

import re
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from sklearn.inspection import permutation_importance
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sklstm import (
    JiebaSegmenter,
    LSTMClassifier,
    POSFeatureExtractor,
    Sequences,
    SequenceUnion,
    TokenEncoder,
    explain,
    explain_model,
    make_naive_bayes_pipeline,
)
from sklstm.display._text_table import text_width
from sklstm.explanation._aggregate import gather_series, gather_static, gather_words
from sklstm.explanation._static import static_importance

TEXTS = ["房间很好", "服务很好", "早餐好吃", "房间很吵", "服务很吵", "早餐难吃"]
LABELS = ["good"] * 3 + ["bad"] * 3


def sample(tokens, values, **more):
    """Stand-in for an explanation in two classes."""
    values = np.asarray(values, dtype=float).reshape(len(tokens), 1)
    contributions = np.hstack([values, -values])
    return SimpleNamespace(tokens=tokens, contributions=contributions, **more)


@pytest.fixture(scope="module")
def model():
    return make_naive_bayes_pipeline(ngram_range=(1, 1)).fit(TEXTS, LABELS)


@pytest.fixture(scope="module")
def found(model):
    return explain_model(model, TEXTS, min_count=1)


def test_words_are_averaged_over_their_places():
    """Word a: 1, 3 in sample 0 and 5 in sample 1, so 3; sums of the samples' residuals
    are -2 and 2, so the error is sqrt((4 + 4) * 2 / 1) / 3."""
    table = gather_words([sample("aba", [1, 7, 3]), sample("a", [5]), sample("", [])])
    assert table.words == ("a", "b")
    np.testing.assert_allclose(table.contributions, [[3, -3], [7, -7]])
    np.testing.assert_allclose(table.standard_errors[0], [4 / 3, 4 / 3])
    assert np.isnan(table.standard_errors[1]).all()
    assert table.n_occurrences.tolist() == [3, 1]
    assert table.n_samples.tolist() == [2, 1]


def test_the_example_is_where_a_word_counts_most():
    table = gather_words([sample("ab", [1, -2]), sample("ba", [-5, 2])])
    assert table.example_samples.tolist() == [[1, 1], [1, 1]]
    assert table.example_places.tolist() == [[1, 1], [0, 0]]


def test_no_words_at_all():
    table = gather_words([sample("", [])])
    assert table.words == () and table.contributions.shape == (0, 2)


def test_channels_and_time_steps_are_averaged_in_size():
    series = [
        SimpleNamespace(contributions=np.array([[[1.0], [-3]], [[2], [0]]])),
        SimpleNamespace(contributions=np.array([[[-6.0], [0]]])),
    ]
    channels, steps, n_samples = gather_series(series)
    np.testing.assert_allclose(channels, [[3], [1]])
    np.testing.assert_allclose(steps, [[(2 + 3) / 2], [1]])
    assert n_samples.tolist() == [2, 1]


def test_static_contributions_are_averaged():
    samples = [
        SimpleNamespace(static=np.array([[1.0]]), static_names=("tone",)),
        SimpleNamespace(static=np.array([[3.0]]), static_names=("tone",)),
    ]
    names, means, errors = gather_static(samples)
    assert names == ("tone",) and means.tolist() == [[2]] and errors.tolist() == [[1]]


def test_means_are_those_of_explain(model, found):
    explanations = explain(model, TEXTS)
    values = [
        each.contributions[place, 0]
        for each in explanations
        for place, token in enumerate(each.tokens)
        if token == "吵"
    ]
    (row,) = [row for row in found.rows("bad") if row["name"] == "吵"]
    assert row["contribution"] == pytest.approx(np.mean(values))
    assert (row["occurrences"], row["samples"]) == (2, 2)
    document = TEXTS[row["sample"]]
    assert document[row["start"] : row["stop"]] == "吵"
    assert row["example"] in document


def test_words_fall_by_contribution(found):
    for label in ("bad", "good"):
        values = [row["contribution"] for row in found.rows(label)]
        assert values == sorted(values, reverse=True)
        assert all(row["class"] == label for row in found.rows(label))
    assert found.strongest("bad")[0]["name"] == "吵"
    assert found.strongest("good")[0]["name"] == "好"
    assert len(found.rows()) == 2 * len(found.rows("bad"))


def test_a_terminal_shows_a_word_with_what_stands_next_to_it(model):
    document = f"{'房间' * 20}吵{'早餐' * 20}"
    found = explain_model(model, [document], min_count=1, n_words=1)
    assert "房间房间吵早餐早餐" in found.to_text()
    assert f"{'房间' * 6}吵{'早餐' * 6}" in found.to_html()


def test_rare_words_are_left_out(model):
    names = {row["name"] for row in explain_model(model, TEXTS, min_count=2).rows()}
    assert "吵" in names and "难吃" not in names
    none = explain_model(model, TEXTS)
    assert none.rows() == [] and "No word speaks for bad" in str(none)


def test_frame_has_the_rows(found):
    frame = found.to_frame("bad")
    assert list(frame["name"]) == [row["name"] for row in found.rows("bad")]
    assert list(frame.columns)[:4] == ["class", "kind", "name", "contribution"]


def test_samples_are_drawn(model):
    texts = [f"{text}{n}" for n in range(5) for text in TEXTS]
    first, second, third = (
        explain_model(model, texts, n_samples=7, random_state=seed, min_count=1)
        for seed in (0, 0, 1)
    )
    assert len(first.explanations) == 7 and first.n_all_samples == 30
    assert first.samples.tolist() == sorted(set(first.samples.tolist()))
    assert first.samples.tolist() == second.samples.tolist() != third.samples.tolist()
    assert repr(first.rows()) == repr(second.rows())
    row = first.rows("bad")[0]
    assert texts[row["sample"]].find(row["example"]) >= 0
    assert "7 of 30 samples" in str(first)


@pytest.mark.parametrize(
    "container",
    [
        tuple,
        np.array,
        pd.Series,
        iter,
        lambda x: np.array(x, dtype=object),
        pd.Index,
        lambda x: dict(enumerate(x)).values(),
    ],
)
def test_documents_in_any_container(model, found, container):
    again = explain_model(model, container(TEXTS), min_count=1)
    assert repr(again.rows()) == repr(found.rows())  # NaN equals no NaN


def test_tokens(model):
    tokens = JiebaSegmenter().transform(TEXTS)
    found = explain_model(model[1:], tokens, min_count=1)
    row = found.strongest("bad")[0]
    assert row["name"] == "吵" and row["start"] is None
    assert row["example"] in ("房间 很 吵", "服务 很 吵")


def test_one_target(model):
    found = explain_model(model, TEXTS, target="good", min_count=1)
    assert found.classes.tolist() == ["good"]
    with pytest.raises(ValueError, match=r"were explained, \['good'\]; got 'bad'"):
        found.rows("bad")
    with pytest.raises(ValueError, match="which is another one for each sample"):
        explain_model(model, TEXTS, target="predicted")


WRONG = {
    "no samples": ({"X": []}, ValueError, "expects at least one sample; got none"),
    "a text": ({"X": "好"}, TypeError, "samples that it can index.* got str"),
    "a scalar": ({"X": np.array("好")}, TypeError, "got ndarray"),
    "a set": ({"X": {"好"}}, TypeError, "got set. Make it a list first"),
    "no model": ({"model": 3}, TypeError, "fitted classifier"),
    "length": ({"y": ["good"]}, ValueError, "1"),
    "words": ({"n_words": 0}, ValueError, "n_words to be an int from 1 on; got 0"),
    "count": ({"min_count": True}, ValueError, "min_count to be an int .* got True"),
    "samples": ({"n_samples": 1.5}, ValueError, "n_samples to be an int .* got 1.5"),
    "method": ({"method": "lime"}, ValueError, "method among"),
    "missing": ({"X": ["好", None]}, TypeError, "row 1 is NoneType"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_makes_no_sense_is_refused(model, case):
    changed, error, message = WRONG[case]
    arguments = {"model": model, "X": TEXTS} | changed
    with pytest.raises(error, match=message):
        explain_model(**arguments)


def test_an_empty_document_says_nothing(model):
    found = explain_model(model, [*TEXTS, ""], min_count=1)
    assert len(found.explanations) == 7
    assert explain_model(model, ["", ""], min_count=1).rows() == []


@pytest.fixture(scope="module")
def series():
    rng = np.random.default_rng(0)
    X = rng.normal(scale=0.1, size=(40, 6, 2))
    y = np.arange(40) % 2
    X[y == 1, 3, 1] += 3
    model = LSTMClassifier(
        hidden_size=8, max_epochs=80, learning_rate=0.05, random_state=0, n_threads=1
    )
    return model.fit(X, y), X


def test_series_have_channels_and_time_steps(series):
    model, X = series
    found = explain_model(model, X, n_samples=20)
    rows = found.rows(1)
    sizes = {(row["kind"], row["name"]): row["contribution"] for row in rows}
    assert max(sizes, key=lambda key: sizes[key] * (key[0] == "channel"))[1] == "1"
    assert max(sizes, key=lambda key: sizes[key] * (key[0] == "time step"))[1] == "3"
    text = str(found)
    assert "Channels\n" in text and "Time steps\n" in text
    assert found.words is None and found.strongest(1) == []
    assert "<h3>Time steps</h3>" in found.to_html()
    assert len(found.plot().axes) == 2


def test_series_without_time_steps(series):
    found = explain_model(series[0], [np.empty((0, 2))] * 2)
    assert found.rows() == [] and found.series is None
    assert "Channels" not in str(found)


@pytest.fixture(scope="module")
def with_static():
    rng = np.random.default_rng(0)
    static = rng.normal(size=(60, 3))
    y = (static[:, 1] > 0).astype(int)
    X = Sequences.from_arrays(list(rng.normal(size=(60, 4))), static=static)
    model = LSTMClassifier(
        hidden_size=4, max_epochs=60, learning_rate=0.05, random_state=0, n_threads=1
    )
    return model.fit(X, y), X, y


def test_the_importance_of_static_features_is_that_of_scikit_learn(with_static):
    model, X, y = with_static
    found = static_importance(model, X, y, 0)
    assert found.by_labels and found.means.argmax() == 1 and found.means[1] > 0.2

    class Static(LogisticRegression):
        def predict(self, static):
            joined = Sequences(X.lengths, channels=X.channels, static=static)
            return model.predict(joined)

    expected = permutation_importance(
        Static().fit(X.static, y), X.static, y, scoring="accuracy", random_state=0
    )
    np.testing.assert_array_equal(found.means, expected.importances_mean)
    np.testing.assert_array_equal(found.deviations, expected.importances_std)


def test_without_labels_the_model_is_held_against_itself(with_static):
    model, X, y = with_static
    own = explain_model(model, X, n_samples=30)
    given = explain_model(model, X, y, n_samples=30)
    assert not own.importance.by_labels and given.importance.by_labels
    assert "share of its own predictions" in str(own)
    assert "accuracy that is lost" in str(given)
    assert "整条样本的特征" in own.to_text(language="zh")


def test_static_features_bear_the_names_of_their_parts():
    union = SequenceUnion(
        [
            ("words", TokenEncoder()),
            ("style", make_pipeline(POSFeatureExtractor(), StandardScaler())),
        ]
    )
    classify = LSTMClassifier(max_epochs=1, hidden_size=2, n_threads=1, random_state=0)
    model = make_pipeline(JiebaSegmenter(), union, classify).fit(TEXTS * 2, LABELS * 2)
    found = static_importance(model, TEXTS, None, 0)
    own = POSFeatureExtractor().fit([["好"]]).get_feature_names_out()
    assert found.names == tuple(own)
    rows = explain_model(model, TEXTS, method="occlusion", min_count=1).rows("bad")
    shown = [row["name"] for row in rows if row["kind"] == "static feature"]
    assert shown == list(found.names)
    exact = explain_model(model, TEXTS, min_count=1)
    shown = [row for row in exact.rows("bad") if row["kind"] == "static feature"]
    assert [row["name"] for row in shown] == list(found.names)
    for row in shown:
        assert {type(row[key]) for key in ("contribution", "importance")} == {float}
    assert all(text_width(line) <= 80 for line in exact.to_text().splitlines())


def test_models_without_static_features_have_none(model):
    assert static_importance(model, TEXTS, None, 0) is None


def test_a_table_has_columns():
    X = pd.DataFrame({"a": [0.0, 1, 0, 1], "b": [0.0, 0, 1, 1]})
    model = LogisticRegression().fit(X, [0, 0, 1, 1])
    found = explain_model(model, X)
    rows = {row["name"]: row["contribution"] for row in found.rows(1)}
    assert rows["b"] == pytest.approx(model.coef_[0, 1] / 2)
    assert rows["a"] == pytest.approx(0, abs=1e-3)
    labels = [label.get_text() for label in found.plot(1).axes[0].get_yticklabels()]
    assert labels == ["b", "a"]
    assert "contribution to 1" in str(found)


EVIL = '<script>alert("1")</script>\x1b[31m&'


def test_no_text_becomes_markup(tmp_path):
    tokens = [[EVIL, "a"], ["b", EVIL], ["c", "a"], ["c"]]
    labels = [f"x{EVIL}", f"x{EVIL}", "y", "y"]
    model = make_naive_bayes_pipeline()[1:].fit(tokens, labels)
    found = explain_model(model, tokens, min_count=1)
    path = tmp_path / "model.html"
    found.to_html(path)
    page = path.read_text("utf-8")
    for source in (page, found._repr_html_()):
        assert "<script>" not in source and "\x1b" not in source
        assert "&lt;script&gt;" in source
    assert "\x1b" not in str(found) and "default-src 'none'" in page
    found.plot()


def test_both_languages(found):
    english, chinese = found.to_text(), found.to_text(language="zh")
    assert "Words that speak for bad" in english
    assert "支持“bad”的词" in chinese
    assert all(row["name"] in chinese for row in found.strongest("bad"))
    assert '<html lang="zh">' in found.to_html(language="zh")


def test_as_many_words_are_shown_as_wanted(model):
    found = explain_model(model, TEXTS, min_count=1, n_words=1)
    assert len(found.strongest("bad")) == 1
    lines = found.to_text().splitlines()
    assert len([line for line in lines if line.startswith(("吵", "难吃"))]) == 1


def test_pictures_have_a_panel_for_each_class(found):
    assert len(found.plot().axes) == 2
    (panel,) = found.plot("bad", language="en").axes
    assert panel.get_title() == "Words that speak for bad"
    labels = [label.get_text() for label in panel.get_yticklabels()]
    assert labels == [row["name"] for row in found.strongest("bad")]


def test_repr_is_short(found):
    expected = "ModelExplanation(n_samples=6, classes=['bad', 'good'], method="
    assert repr(found).startswith(expected)
    assert re.search(r"method='\w+'\)$", repr(found))
