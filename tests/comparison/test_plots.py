"""Pictures show what the tables say, in a font that has the characters."""

import warnings

import numpy as np
import pytest
from matplotlib import font_manager, rcParams
from matplotlib.font_manager import FontEntry, findSystemFonts, fontManager, get_font
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import confusion_matrix
from sklearn.naive_bayes import MultinomialNB
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC

from sklstm import compare_classifiers
from sklstm.comparison import _fonts
from sklstm.comparison._plots import png

CHINESE = ["差评", "好评"]


def model(classifier):
    return make_pipeline(CountVectorizer(analyzer="char"), classifier)


@pytest.fixture(scope="module")
def comparison():
    rng = np.random.RandomState(0)
    labels = np.array(["bad", "good"] * 30)
    # One opinion in eight is contrary to its label.
    words = np.where((labels == "good") ^ (rng.rand(60) < 1 / 8), "好", "差")
    texts = [word + rng.choice([*"很不真太"]) for word in words]
    classifiers = {
        "NB": model(MultinomialNB()),
        "LR": model(LogisticRegression()),
        "SVM": model(LinearSVC()),
    }
    return compare_classifiers(classifiers, texts, labels)


def no_chinese_font():
    # matplotlib's own Last Resort has a box for every character.
    return not any(
        get_font(path).get_char_index(ord("差"))
        for path in {f.fname for f in fontManager.ttflist} | {*findSystemFonts()}
        if "LastResort" not in path
    )


def without_fonts(monkeypatch, listed=()):
    """Hide every font that is installed here."""
    monkeypatch.setattr(fontManager, "ttflist", list(listed))
    monkeypatch.setattr(font_manager, "findSystemFonts", list)


@pytest.fixture
def forgetful():
    """Let no test see which font another one found."""
    _fonts._font_with.cache_clear()
    yield
    _fonts._font_with.cache_clear()


def test_scores(comparison):
    figure = comparison.plot()
    titles = [axes.get_title() for axes in figure.axes]
    assert titles == ["accuracy", "macro-F1", "log-loss (less is better)"]
    dots = figure.axes[0].lines[0].get_xdata()
    np.testing.assert_allclose(dots, comparison.folds()["accuracy"])
    means = [line.get_xdata()[0] for line in figure.axes[0].lines[2::2]]
    np.testing.assert_allclose(means, comparison.table()["accuracy_mean"])
    labels = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert labels == ["NB", "LR", "SVM"]


def test_losses_keep_their_own_sign(comparison):
    dots = comparison.plot().axes[2].lines[0].get_xdata()
    np.testing.assert_allclose(dots, -comparison.folds()["neg_log_loss"])


def test_confusion_matrices(comparison):
    figure = comparison.plot_confusion(normalize=None)
    assert [axes.get_title() for axes in figure.axes] == ["NB", "LR", "SVM"]
    predicted = comparison.out_of_fold_predictions_["NB"]
    expected = confusion_matrix(comparison.y, predicted)
    shown = figure.axes[0].images[0].get_array()
    np.testing.assert_array_equal(shown, expected)


def test_reliability_of_those_that_have_probabilities(comparison):
    figure = comparison.plot_reliability(n_bins=4)
    (axes,) = figure.axes
    assert axes.get_title() == "class good"
    names = [text.get_text() for text in axes.get_legend().get_texts()]
    assert names == ["Perfectly calibrated", "NB", "LR"]


def test_learning_curves(comparison):
    figure = comparison.plot_learning_curves(train_sizes=(0.5, 1.0))
    assert [axes.get_title() for axes in figure.axes] == ["NB", "LR", "SVM"]
    train, test = figure.axes[0].lines
    assert train.get_xdata().tolist() == [24, 48]
    # On all training samples it is the comparison itself.
    mean = comparison.table()["accuracy_mean"]["NB"]
    assert test.get_ydata()[-1] == pytest.approx(mean)


def test_three_classes_have_three_panels():
    labels = ["a", "b", "c"] * 10
    comparison = compare_classifiers({"NB": model(MultinomialNB())}, labels, labels)
    assert len(comparison.plot_reliability().axes) == 3


def test_png(comparison):
    assert png(comparison.plot()).startswith(b"\x89PNG")


@pytest.mark.usefixtures("forgetful")
def test_font_with_the_characters_is_chosen(monkeypatch):
    names = ("Last Resort High-Efficiency", "Latin", "SimHei")
    entries = [FontEntry(fname=name, name=name) for name in names]
    without_fonts(monkeypatch, entries)
    monkeypatch.setattr(_fonts, "_has", lambda path, _: path != "Latin")
    with _fonts.readable_fonts(CHINESE):
        assert rcParams["font.family"][-1] == "SimHei"
    assert "SimHei" not in rcParams["font.family"]


@pytest.mark.usefixtures("forgetful")
def test_font_that_matplotlib_does_not_know_yet_is_found(monkeypatch):
    path = next(f.fname for f in fontManager.ttflist if f.name == "DejaVu Serif")
    without_fonts(monkeypatch)
    monkeypatch.setattr(font_manager, "findSystemFonts", lambda: ["/no/font", path])
    with _fonts.readable_fonts(["größer"]):
        assert rcParams["font.family"][-1] == "DejaVu Serif"


@pytest.mark.usefixtures("forgetful")
def test_hint_where_no_font_has_them(monkeypatch):
    # The boxes that come with matplotlib are no answer.
    boxes = [f for f in fontManager.ttflist if f.name.startswith("Last Resort")]
    without_fonts(monkeypatch, boxes)
    with (
        pytest.warns(UserWarning, match="'好差评'.*fonts-noto-cjk"),
        _fonts.readable_fonts(CHINESE),
    ):
        pass


@pytest.mark.usefixtures("forgetful")
def test_latin_labels_ask_for_no_font(monkeypatch):
    without_fonts(monkeypatch)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with _fonts.readable_fonts(["NB", "class 1"]):
            pass


@pytest.mark.filterwarnings("ignore:No installed font")
def test_chinese_labels_render_or_show_as_boxes():
    labels = CHINESE * 10
    comparison = compare_classifiers(
        {"朴素贝叶斯": model(MultinomialNB())}, labels, labels
    )
    for figure in (comparison.plot(), comparison.plot_confusion()):
        assert png(figure).startswith(b"\x89PNG")


@pytest.mark.skipif(no_chinese_font(), reason="no font with Chinese characters here")
def test_chinese_labels_render():
    labels = CHINESE * 10
    comparison = compare_classifiers({"NB": model(MultinomialNB())}, labels, labels)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        comparison.plot_confusion().savefig("/dev/null", format="png")
