"""Explanations are values: they can be printed, compared, copied and stored."""

import copy
import pickle
from dataclasses import replace

import numpy as np
import pytest

from sklstm import HMMClassifier
from sklstm.explanation import Explanations, explain


@pytest.fixture
def said(make):
    return make([1.0, -0.5], ["房间", "差"], "房间，差", base=0.0)


@pytest.fixture
def series(make_series):
    return make_series(np.ones((7, 2)), series=np.zeros((7, 2)))


def test_repr_is_short(said, series, make):
    assert repr(said) == "Explanation('房间，差', prediction='好', method='exact')"
    assert repr(series) == (
        "Explanation(n_timesteps=7, n_channels=2, prediction='1', method='gradients')"
    )
    long = make([0.0] * 500, ["很"] * 500)
    assert len(repr(long)) < 100
    assert repr(Explanations([said, said])) == (
        "Explanations(n_samples=2, method='exact')"
    )
    assert repr(Explanations([])) == "Explanations(n_samples=0, method='')"


@pytest.mark.parametrize(
    "copied", [copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))]
)
def test_copies_are_equal(said, series, copied):
    for each in (said, series, Explanations([said, series])):
        assert copied(each) == each


def test_what_differs_is_not_equal(said):
    for change in (
        {"method": "shapley"},
        {"document": None},
        {"contributions": said.contributions + 1e-9},
        {"prediction": "差"},
        {"pairs": np.zeros((1, 2))},
    ):
        assert replace(said, **change) != said
    assert Explanations([said]) != Explanations([said, said])
    assert said != "房间，差" and Explanations([said]) != [said]


def test_a_slice_is_of_the_same_kind(said, series):
    both = Explanations([said, series])
    assert both[1:] == Explanations([series])
    assert both[1] == series and list(both) == [said, series]


def test_a_class_that_was_not_explained_is_refused(said):
    for show in (said.to_text, said.to_html, said.plot):
        with pytest.raises(ValueError, match=r"one of the classes .* got '中'"):
            show(target="中")
    with pytest.raises(ValueError, match="'en', 'zh'; got 'fr'"):
        said.to_text(language="fr")


def test_the_class_that_is_shown(make):
    values = [[1.0, -3.0, 2.0]]
    said = make(values, ["好"], classes=["a", "b", "c"], prediction="a", base=0.0)
    assert [said.column(target) for target in (None, "b")] == [0, 1]
    # Of the classes that were explained none was predicted.
    some = replace(said, prediction="d")
    assert some.column() == 2 and "speaks for c" in str(some)
    one = make([[1.0]], ["好"], classes=["a"], prediction="d", base=0.0)
    assert one.column() == 0 and "of a against the rest" in one.to_html()


def test_a_table_has_features_alone(make_series):
    said = make_series(
        np.zeros((0, 1)),
        base=0.0,
        static=[[-1.0, 1.0]],
        static_names=("age",),
        static_errors=np.full((1, 2), 0.25),
    )
    assert repr(said) == (
        "Explanation(n_static_features=1, prediction='1', method='gradients')"
    )
    assert "age  +1.00 ± 0.25" in str(said) and "time steps" not in str(said)
    page = said.to_html()
    assert "age" in page and "(empty)" not in page and "time steps" not in page
    (panel,) = said.plot().axes
    assert [label.get_text() for label in panel.get_yticklabels()] == ["age"]


def test_a_series_comes_with_its_explanation():
    X = [[[0.0, 1.0], [2.0, 3.0], [4.0, 5.0]], [[1.0, 0.0]]] * 4
    model = HMMClassifier(n_states=1, emission="gaussian", random_state=0)
    model.fit(X, [0, 1] * 4)
    first, second = explain(model, X[:2], method="occlusion")
    assert first.series.tolist() == X[0] and second.series.tolist() == X[1]
    assert first.contributions.shape == (3, 2, 2)
    words = explain(HMMClassifier().fit([["a"], ["b"]], [0, 1]), [["a"]])
    assert words[0].series is None


def test_rows_are_of_words_and_of_features_of_the_whole(make):
    said = make(
        [1.0, -0.5],
        ["房间", "不"],
        "房间，不",
        static=[[0.25, -0.25]],
        static_names=("length",),
        standard_errors=np.full((2, 2), 0.1),
        static_errors=np.full((1, 2), 0.2),
    )
    keys = ["part", "start", "stop", "contribution", "standard_error"]
    assert said.rows("好") == [
        dict(zip(keys, values, strict=True))
        for values in (
            ("房间", 0, 2, 1.0, 0.1),
            ("不", 3, 4, -0.5, 0.1),
            ("length", None, None, -0.25, 0.2),
        )
    ]
    assert said.to_frame("好").columns.tolist() == keys
    assert Explanations([said, said]).to_frame().columns.tolist() == ["sample", *keys]


def test_rows_of_series_and_tables(make_series):
    rows = make_series([[1.0, 2.0]]).rows(1)
    assert [(r["time_step"], r["channel"], r["contribution"]) for r in rows] == [
        (0, 0, 1.0),
        (0, 1, 2.0),
    ]
    table = make_series(np.zeros((0, 1)), static=[[-1.0, 1.0]], static_names=("age",))
    assert table.rows(1) == [{"part": "age", "contribution": 1.0}]
    nothing = make_series(np.zeros((0, 1)))
    assert nothing.rows() == [] and len(nothing.to_frame()) == 0


def test_many_samples_are_not_all_printed(said):
    many = Explanations([said] * 9)
    assert str(many).count("Prediction") == 5
    assert str(many).endswith("More samples, not shown: 4.")
    assert many.to_text().count("Prediction") == 9
    assert many._repr_html_().count("Prediction") == 9
    assert "not shown: 1." in Explanations([said] * 11)._repr_html_()


def test_a_page_is_written_or_given(said, tmp_path):
    path = tmp_path / "page.html"
    assert said.to_html(path, language="zh") is None
    assert path.read_text("utf-8") == said.to_html(language="zh")
    assert said.to_html() == Explanations([said]).to_html()
