"""No name of a model or class costs a finished comparison its end."""

import warnings

import matplotlib
import pandas as pd
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.naive_bayes import MultinomialNB
from sklearn.pipeline import make_pipeline

from sklstm import compare_classifiers
from sklstm.comparison import _plots
from sklstm.comparison._plots import png
from sklstm.comparison._text_report import score_table, verdict_table
from sklstm.comparison._words import Words
from sklstm.display._optional import data_frame
from sklstm.display._text_table import showable, shown_name

# Each stands for its kind; what is shown of it on one line.
NAMES = {
    "$x": "$x",
    "$\\frac{$": "$\\frac{$",
    "_under^{": "_under^{",
    "100 % \\n": "100 % \\n",
    "{0}{title}": "{0}{title}",
    "n" * 500: "n" * 500,
    "two\nlines\tand a tab": "two lines and a tab",
    "NUL \0 and ESC \x1b[31m": "NUL \\x00 and ESC \\x1b[31m",
    "\ud800": "\\ud800",
    "\uffff": "\\uffff",
    "</script>&<!--": "</script>&<!--",
    "👩\u200d👧 \u202eabc": "👩\u200d👧 \u202eabc",
    "": "''",
    " ": "' '",
}


def compare(names, labels):
    words = dict(zip(sorted(set(labels)), "好差很不真太", strict=False))
    texts = [f"{words[label]}{i % 5}" for i, label in enumerate(labels)]
    models = {
        name: make_pipeline(CountVectorizer(analyzer="char"), MultinomialNB())
        for name in names
    }
    return compare_classifiers(models, texts, labels, cv=2, duplicates="ignore")


@pytest.mark.filterwarnings("ignore:No installed font")
@pytest.mark.parametrize("names", list(zip(NAMES, [*NAMES][7:], strict=False)))
def test_everything_is_shown_and_written(names, tmp_path):
    name, other = names
    comparison = compare(names, names * 8)
    comparison.to_html(tmp_path / "report.html")
    html = (tmp_path / "report.html").read_text("utf-8")
    assert html.count("<img") == 4 and "No picture" not in html
    tables = [make(comparison, Words()) for make in (score_table, verdict_table)]
    for table in tables:
        assert table.encode("utf-8")
        assert NAMES[name] in table and NAMES[other] in table
    assert len(tables[0].splitlines()) == 5
    assert comparison.table().index.tolist() == [name, other, "together", "majority"]
    assert comparison.significance()["first"].tolist() == [name] * 5


@pytest.mark.parametrize("name", NAMES)
def test_names_are_shown_on_one_line(name):
    assert shown_name(name) == NAMES[name]
    assert showable(name).encode("utf-8").decode("utf-8") == showable(name)


def test_tables_have_room_for_lone_surrogates():
    comparison = compare(["\ud800", "NB"], ["a", "\udfff"] * 8)
    assert "predicted \ud800" in comparison.predictions().columns
    assert comparison.table().index[0] == "\ud800"
    frame = data_frame([{"\ud800": "\ud801", "n": 1}], "\ud800")
    assert frame.index.tolist() == ["\ud801"]
    assert frame.index.name == "\ud800" and frame.columns.tolist() == ["n"]


def test_names_that_differ_stay_apart():
    comparison = compare(["A", "a", "a\0", ""], ["B", "b", "b\0"] * 6)
    names = [label.get_text() for label in comparison.plot().axes[0].get_yticklabels()]
    assert names == ["A", "a", "a\\x00", "''", "together"]


LABELS = {"bool": [True, False] * 8, "int": [-3, 7] * 8, "float": [1.0, 2.0] * 8}


@pytest.mark.parametrize("kind", LABELS)
def test_labels_that_are_no_texts(kind):
    html = compare(["NB"], LABELS[kind])._repr_html_()
    assert html.count("<img") == 4
    assert f"{LABELS[kind][0]}: 8" in html


def test_a_legend_leaves_no_name_out():
    comparison = compare(["_first", "second"], ["_a", "b"] * 8)
    (legend,) = comparison.plot_reliability().legends
    names = [text.get_text() for text in legend.get_texts()]
    assert names == ["ideal", "_first", "second"]


SETTINGS = {
    "text.usetex": True,
    "text.parse_math": True,
    "axes.formatter.use_mathtext": True,
}


@pytest.mark.parametrize("setting", SETTINGS)
def test_the_users_settings_make_no_mathematics_of_a_name(setting):
    with matplotlib.rc_context({setting: SETTINGS[setting]}):
        comparison = compare(["$a_"], ["x_{", "$y"] * 8)
        figures = [
            comparison.plot(),
            comparison.plot_confusion(),
            comparison.plot_reliability(),
            comparison.plot_learning_curves(train_sizes=(0.5, 1.0)),
        ]
        for figure in figures:
            assert png(figure).startswith(b"\x89PNG")
            for text in figure.findobj(Text):
                assert not text.get_usetex() and not text.get_parse_math()


def test_many_classes_and_models_have_pictures_of_bounded_size():
    labels = [f"class {i:03}" for i in range(80)] * 2
    models = {f"model {i}": MultinomialNB() for i in range(14)}
    X = [[i % 80, 1] for i in range(160)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        comparison = compare_classifiers(models, X, labels, cv=2, scoring="accuracy")
    figure = comparison.plot_confusion()
    assert len(figure.axes) == 14 + 1  # the scale of colours
    assert figure.get_size_inches()[0] <= _plots._MAX_WIDTH
    assert len(comparison.plot_reliability().axes) == 1
    large = Figure(figsize=(900, 2))  # matplotlib refuses 2**16 pixels
    assert png(large).startswith(b"\x89PNG")


def test_a_picture_that_fails_costs_the_picture(tmp_path, monkeypatch):
    comparison = compare(["NB", "other"], ["a", "b"] * 8)

    def broken(self, language):
        raise RuntimeError("no such backend")

    monkeypatch.setattr(type(comparison), "plot_confusion", broken)
    with pytest.warns(UserWarning, match="No picture of Classes.*no such backend"):
        comparison.to_html(tmp_path / "report.html")
    html = (tmp_path / "report.html").read_text("utf-8")
    assert html.count("<img") == 3 and "RuntimeError: no such backend" in html
    assert "What was run" in html


def test_frames_without_rows_have_no_columns():
    frame = compare(["NB"], ["a", "b"] * 8).significance()
    assert isinstance(frame, pd.DataFrame) and frame.empty
