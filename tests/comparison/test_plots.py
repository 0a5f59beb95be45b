"""Pictures show what the tables say, in a font that has the characters."""

import re
import warnings
from itertools import pairwise

import numpy as np
import pytest
from matplotlib import font_manager, rcParams
from matplotlib.figure import Figure
from matplotlib.font_manager import FontEntry, findSystemFonts, fontManager, get_font
from matplotlib.text import Text
from sklearn.dummy import DummyClassifier
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import confusion_matrix
from sklearn.naive_bayes import MultinomialNB
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC
from sklearn.tree import DecisionTreeClassifier

from sklstm import compare_classifiers
from sklstm.comparison._plots import png
from sklstm.display import _fonts

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
    return compare_classifiers(classifiers, texts, labels, duplicates="ignore")


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
    _fonts._fonts_with.cache_clear()
    yield
    _fonts._fonts_with.cache_clear()


def test_scores(comparison):
    figure = comparison.plot()
    titles = [axes.get_title() for axes in figure.axes]
    assert titles == [
        "accuracy",
        "balanced accuracy",
        "macro-F1",
        "average precision",
        "log-loss (less is better)",
    ]
    accuracy = figure.axes[0]
    dots = accuracy.lines[0].get_xdata()[:15]
    np.testing.assert_allclose(dots, comparison.folds()["accuracy"])
    means = [line.get_xdata()[0] for line in accuracy.lines if line.get_marker() == "D"]
    table = comparison.table()["accuracy_mean"]
    np.testing.assert_allclose(means, table[["NB", "LR", "SVM", "together"]])
    labels = [label.get_text() for label in accuracy.get_yticklabels()]
    assert labels == ["NB", "LR", "SVM", "together"]
    (dashed,) = [line for line in accuracy.lines if line.get_linestyle() == "--"]
    assert dashed.get_xdata() == [table["majority"]] * 2


def test_losses_keep_their_own_sign(comparison):
    dots = comparison.plot().axes[4].lines[0].get_xdata()[:15]
    np.testing.assert_allclose(dots, -comparison.folds()["neg_log_loss"])


def test_one_score_of_several(comparison):
    (axes,) = comparison.plot(scoring="f1_macro").axes
    assert axes.get_title() == "macro-F1"
    with pytest.raises(ValueError, match=r"one of its scores.*got 'f1'"):
        comparison.plot(scoring="f1")


@pytest.mark.skipif(no_chinese_font(), reason="no font with Chinese characters here")
def test_pictures_speak_chinese(comparison):
    texts = [
        text.get_text()
        for figure in (
            comparison.plot(language="zh"),
            comparison.plot_confusion(language="zh"),
            comparison.plot_reliability(language="zh"),
            comparison.plot_learning_curves(train_sizes=(0.5, 1.0), language="zh"),
        )
        for text in figure.findobj(Text)
    ]
    ours = " ".join(re.sub("NB|LR|SVM|good|bad", "", text) for text in texts)
    assert re.findall("[A-Za-z]{2,}", ours) == []
    expected = {"准确率", "预测", "类别：good", "理想情况", "训练样本数", "测试集"}
    assert expected <= set(texts)


def test_axes_show_what_is_possible():
    labels = [0, 1] * 20
    X = [[label] for label in labels]
    models = {"tree": DecisionTreeClassifier(), "NB": MultinomialNB()}
    for axes in compare_classifiers(models, X, labels).plot().axes[:4]:
        assert 0 <= axes.get_xlim()[0] < axes.get_xlim()[1] <= 1


def test_a_model_without_a_score_says_so():
    X, y = [[i % 2, i % 3] for i in range(30)], [i % 2 for i in range(30)]
    models = {
        "broken": MultinomialNB(alpha="no"),
        "SVM": LinearSVC(),
        "NB": MultinomialNB(),
    }
    comparison = compare_classifiers(models, X, y)
    accuracy, *_, loss = comparison.plot().axes
    notes = [(text.get_text(), text.get_position()[1]) for text in accuracy.texts]
    assert notes == [("no fold finished", 0)]
    notes = {text.get_position()[1]: text.get_text() for text in loss.texts}
    # Where one model alone has probabilities there is no row "together".
    assert notes == {0: "no fold finished", 1: "has no such score"}
    shown = [text.get_text() for text in comparison.plot_confusion().axes[0].texts]
    assert shown == ["no fold finished"]


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
    names = [text.get_text() for text in figure.legends[0].get_texts()]
    assert names == ["ideal", "NB", "LR"]


def test_learning_curves(comparison):
    figure = comparison.plot_learning_curves(train_sizes=(0.5, 1.0))
    assert [axes.get_title() for axes in figure.axes] == ["NB", "LR", "SVM"]
    train, test = figure.axes[0].lines
    n_train = comparison.folds()["n_train"].min()
    assert train.get_xdata().tolist() == [n_train // 2, n_train]
    # On all training samples it is the comparison itself.
    mean = comparison.table()["accuracy_mean"]["NB"]
    assert test.get_ydata()[-1] == pytest.approx(mean)


def of_classes(n_classes, n_models=1):
    """A comparison with so many classes and models, whose folds take no time."""
    labels = [f"class {i:02}" for i in range(n_classes)] * 6
    X = [[i % n_classes, i % 7] for i in range(6 * n_classes)]
    models = {f"model number {i}": MultinomialNB(alpha=1 + i) for i in range(n_models)}
    return compare_classifiers(models, X, labels, cv=2)


@pytest.mark.parametrize(("n_classes", "n_panels"), [(2, 1), (3, 3), (4, 4), (5, 1)])
def test_reliability_has_few_panels(n_classes, n_panels):
    assert len(of_classes(n_classes).plot_reliability().axes) == n_panels


def test_reliability_of_many_classes_is_that_of_the_predicted_one():
    comparison = of_classes(6)
    (axes,) = comparison.plot_reliability(n_bins=1).axes
    probabilities = comparison.out_of_fold_probabilities_["model number 0"]
    is_right = comparison.classes_[probabilities.argmax(axis=1)] == comparison.y
    ((confidence, share),) = axes.lines[1].get_xydata()
    assert confidence == pytest.approx(probabilities.max(axis=1).mean())
    assert share == pytest.approx(is_right.mean())


@pytest.mark.parametrize("n_classes", [2, 5, 12, 45])
@pytest.mark.parametrize("n_models", [1, 4])
def test_no_name_in_a_confusion_matrix_is_cut_off(n_classes, n_models):
    figure = of_classes(n_classes, n_models).plot_confusion()
    panels = figure.axes[:n_models]
    png(figure)
    width, height = figure.get_size_inches() * figure.dpi
    titles = [axes.title.get_window_extent() for axes in panels]
    for axes, title in zip(panels, titles, strict=True):
        names = [*axes.get_xticklabels(), *axes.get_yticklabels()]
        for extent in [title, *(name.get_window_extent() for name in names)]:
            assert extent.x0 >= 0 and extent.x1 <= width
            assert extent.y0 >= 0 and extent.y1 <= height
        assert not any(title.overlaps(t) for t in titles if t is not title)
        below = [name.get_window_extent() for name in axes.get_xticklabels()]
        assert not any(one.overlaps(other) for one, other in pairwise(below))


def test_many_classes_have_colours_in_place_of_numbers():
    few, many = of_classes(5).plot_confusion(), of_classes(20).plot_confusion()
    assert len(few.axes) == 1 and len(few.axes[0].texts) == 25
    panel, scale = many.axes
    assert not panel.texts and scale.get_label() == "<colorbar>"


def test_a_colour_means_the_same_in_every_matrix():
    X, y = [[i % 2, i % 3] for i in range(60)], [i % 2 for i in range(60)]
    guess = DummyClassifier(strategy="uniform", random_state=0)
    comparison = compare_classifiers({"NB": MultinomialNB(), "guess": guess}, X, y)
    images = [axes.images[0] for axes in comparison.plot_confusion().axes]
    assert len({image.get_array().max() for image in images}) == 2
    assert [image.get_clim() for image in images] == [(0, 1)] * 2


@pytest.mark.parametrize("n_models", [1, 2, 3, 4, 8])
def test_at_most_three_panels_stand_side_by_side(n_models):
    comparison = of_classes(3, n_models)
    for figure in (
        comparison.plot(),
        comparison.plot_confusion(),
        comparison.plot_reliability(),
        comparison.plot_learning_curves(train_sizes=(0.5, 1.0)),
    ):
        assert figure.axes[0].get_gridspec().ncols <= 3
        assert figure.get_size_inches()[0] <= 16


def test_names_that_differ_in_their_ends_stay_apart():
    X, y = [[i % 2] for i in range(20)], [i % 2 for i in range(20)]
    names = [f"logistic regression, C={C}" for C in (0.1, 1.0)]
    models = {name: MultinomialNB() for name in names}
    axes = compare_classifiers(models, X, y).plot().axes[0]
    shown = [label.get_text() for label in axes.get_yticklabels()]
    assert [name.replace("\n", " ") for name in shown[:2]] == names


def test_png(comparison):
    assert png(comparison.plot()).startswith(b"\x89PNG")


@pytest.mark.usefixtures("forgetful")
def test_font_with_the_characters_is_chosen(monkeypatch):
    names = ("Last Resort High-Efficiency", "Latin", "SimHei")
    entries = [FontEntry(fname=name, name=name) for name in names]
    without_fonts(monkeypatch, entries)
    monkeypatch.setattr(
        _fonts,
        "_found_in",
        lambda path, wanted: {"Latin": frozenset()}.get(path, wanted),
    )
    with _fonts.readable_fonts(CHINESE):
        assert rcParams["font.family"][-1] == "SimHei"
    assert "SimHei" not in rcParams["font.family"]


@pytest.mark.usefixtures("forgetful")
def test_several_fonts_have_what_no_single_one_has(monkeypatch):
    had = {
        "Few": "好",
        "SimHei": "好差评",
        "Hebrew": "אב差",
        "Last Resort": "好差评אב😀",
    }
    entries = [FontEntry(fname=name, name=name) for name in had]
    without_fonts(monkeypatch, entries)
    monkeypatch.setattr(_fonts, "_found_in", lambda path, wanted: wanted & {*had[path]})
    labels = [*CHINESE, "אב", "ab", "😀"]
    with (
        pytest.warns(UserWarning, match="the characters '😀': they show as boxes"),
        _fonts.readable_fonts(labels),
    ):
        assert rcParams["font.family"][-2:] == ["SimHei", "Hebrew"]
        assert "Few" not in rcParams["font.family"]


@pytest.mark.skipif(no_chinese_font(), reason="no font with Chinese characters here")
def test_a_label_of_another_script_leaves_chinese_readable():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with _fonts.readable_fonts([*CHINESE, "שלום"]):
            figure = Figure()
            figure.text(0.5, 0.5, f"{CHINESE[0]} שלום")
            png(figure)


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
def test_words_are_english_where_no_font_has_chinese(comparison, monkeypatch):
    without_fonts(monkeypatch)
    with pytest.warns(UserWarning, match="the picture is in English.*fonts-noto-cjk"):
        figure = comparison.plot(scoring="accuracy", language="zh")
    assert [axes.get_title() for axes in figure.axes] == ["accuracy"]


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
