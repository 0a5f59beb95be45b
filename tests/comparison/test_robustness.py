"""robustness: figures by hand, expectations, and what is refused."""

import re
import warnings

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.compose import ColumnTransformer
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.metrics import f1_score, make_scorer
from sklearn.naive_bayes import MultinomialNB
from sklearn.pipeline import make_pipeline

from sklstm import compare_classifiers, make_naive_bayes_pipeline, robustness
from sklstm.comparison._plots import png
from sklstm.comparison._report import page
from sklstm.comparison._robustness.answers import Answers, Said, ask, join_answers
from sklstm.comparison._robustness.jackknife import ScoredJackknife, make_jackknife
from sklstm.comparison._robustness.polarity import find_polarity
from sklstm.comparison._robustness.probes import AT_FULL_STRENGTH, Probe, make_probes
from sklstm.comparison._robustness.report import score_cells
from sklstm.comparison._robustness.rows import expectation_rows, score_rows
from sklstm.comparison._scoring import resolve_scorers
from sklstm.comparison._words import Words
from sklstm.text.perturbations import PERTURBATIONS

DOCUMENTS = ["很好，", "房间好！", "差。", "太贵", "好，但是很慢", "一般"]
LABELS = ["good", "good", "bad", "bad", "bad", "good"]
POLARITY = {"good": 1, "bad": -1}


class LooksFor:
    """Takes texts with 好 for the second class, and is sure by their number."""

    def __init__(self, classes=("bad", "good")):
        self.classes_ = np.array(classes)
        self.asked = []

    def predict(self, X):
        assert type(X) is list
        self.asked += X
        return self.classes_[[int("好" in text) for text in X]]


class LooksForProbably(LooksFor):
    def predict_proba(self, X):
        share = np.array([0.2 + 0.6 * ("好" in text) for text in X])
        share -= [0.1 * ("不" in text) + 0.05 * ("但是" in text) for text in X]
        return np.column_stack([1 - share, share])


def without_good(documents, *, strength, random_state):
    """Lose 好 in the first two documents: figures by hand follow."""
    return [t.replace("好", "") if n < 2 else t for n, t in enumerate(documents)]


def probe_of(touched, expects=None):
    touched = np.array(touched, dtype=bool)
    documents = [f"changed {n}" for n in range(len(touched))]
    return Probe("own", 1.0, documents, touched, expects)


def test_figures_by_hand():
    found = robustness(
        LooksFor(), DOCUMENTS, LABELS, perturbations=without_good, strengths=0.5
    )
    (row,) = found.rows()
    # Predicted good, good, bad, bad, good, bad where it was good, good, bad, bad, bad,
    # good.
    assert row["accuracy_untouched"] == pytest.approx(4 / 6)
    assert row["accuracy_perturbed"] == pytest.approx(2 / 6)
    assert row["accuracy_difference"] == pytest.approx(-2 / 6)
    # The first two go from right to wrong, nothing else changes.
    shares = [row[name] for name in ("touched", "changed", "right_to_wrong")]
    assert shares == pytest.approx([2 / 6, 2 / 6, 2 / 6])
    assert row["wrong_to_right"] == 0
    # Without groups the jackknife of a mean is the paired formula.
    paired = np.array([-1, -1, 0, 0, 0, 0]).std(ddof=1) / np.sqrt(6)
    assert row["accuracy_se"] == pytest.approx(paired)
    # Student's t of 5 degrees of freedom has 95 % within 2.5706.
    assert row["accuracy_low"] == pytest.approx(-2 / 6 - 2.5706 * paired, abs=1e-4)
    assert row["accuracy_high"] == pytest.approx(-2 / 6 + 2.5706 * paired, abs=1e-4)
    # good 2/3 and 2/3, bad 2/3 and 2/3; afterwards good 0, bad 4 of 8 halves.
    assert row["f1_macro_untouched"] == pytest.approx(2 / 3)
    assert row["f1_macro_perturbed"] == pytest.approx((0 + 2 * 2 / 8) / 2)
    names = (row["model"], row["perturbation"], row["strength"], row["n"])
    assert names == ("LooksFor", "without_good", 0.5, 6)


def test_an_interval_that_covers_less_is_narrower():
    found = robustness(LooksFor(), DOCUMENTS, LABELS, perturbations=without_good)
    wide, narrow = (found.rows(share)[0]["accuracy_low"] for share in (0.95, 0.5))
    assert wide < narrow < found.rows()[0]["accuracy_difference"]


@pytest.mark.parametrize("score", ["accuracy", "balanced_accuracy", "f1_macro"])
def test_two_ways_to_a_score_agree(score):
    rng = np.random.RandomState(0)
    classes = np.array(["a", "b", "c", "never"])
    y = classes[rng.randint(3, size=300)]
    said = Said(rng.randint(3, size=300), None)
    groups = rng.randint(20, size=300)
    scorer = resolve_scorers(score, classes)[score]
    counted = make_jackknife(score, scorer, y, groups, classes).scores(said)
    asked = ScoredJackknife(scorer.score, y, groups, classes).scores(said)
    assert len(counted) == 21
    np.testing.assert_allclose(counted, asked)


def test_standard_error_is_that_of_new_documents():
    """Of many samples of documents, the differences vary as much as is said."""
    rng = np.random.RandomState(0)
    classes, scorers = np.array([0, 1]), resolve_scorers("f1_macro", np.array([0, 1]))
    differences, errors = [], []
    for seed in range(300):
        y = rng.randint(2, size=200)
        before = np.where(rng.rand(200) < 0.85, y, 1 - y)
        after = np.where(rng.rand(200) < 0.9, before, 0)
        answers = Answers(np.arange(200), Said(before, None), [Said(after, None)])
        (row,) = score_rows(
            {"m": answers}, [probe_of([True] * 200)], y, classes, scorers, seed
        )
        differences.append(row["f1_macro_difference"])
        errors.append(row["f1_macro_se"])
    assert np.mean(errors) == pytest.approx(np.std(differences), rel=0.12)


def test_documents_with_several_answers_stay_together():
    """Each document thrice, as by repeated folds: the error is that of documents."""
    rng = np.random.RandomState(0)
    y, classes = rng.randint(2, size=40), np.array([0, 1])
    before, after = (np.where(rng.rand(40) < s, y, 1 - y) for s in (0.9, 0.7))
    once = Answers(np.arange(40), Said(before, None), [Said(after, None)])
    scorers, probes = resolve_scorers("accuracy", classes), [probe_of([True] * 40)]
    rows = [
        score_rows({"m": answers}, probes, y, classes, scorers)[0]
        for answers in (once, join_answers([once] * 3))
    ]
    assert rows[0]["accuracy_se"] == pytest.approx(rows[1]["accuracy_se"])
    assert (rows[0]["n"], rows[1]["n"]) == (40, 120)


def test_folds_put_together_are_the_whole():
    model, classes = LooksForProbably(), np.array(["bad", "good"])
    probes = make_probes(DOCUMENTS, "drop_characters", 0.5, 0, "robustness")
    whole = ask(model, DOCUMENTS, probes, classes, with_probabilities=True)
    parts = [
        ask(model, DOCUMENTS, probes, classes, rows=rows, with_probabilities=True)
        for rows in ([0, 2, 5], [1, 3, 4])
    ]
    joined = join_answers(parts)
    order = np.argsort(joined.rows)
    for one, other in (
        (whole.untouched, joined.untouched),
        (whole.probed[0], joined.probed[0]),
    ):
        assert (one.codes == other.codes[order]).all()
        assert (one.probabilities == other.probabilities[order]).all()


def test_a_class_that_a_fold_lacks_has_probability_zero():
    classes = np.array(["bad", "good", "rare"])
    answers = ask(LooksForProbably(), ["好"], [], classes, with_probabilities=True)
    np.testing.assert_allclose(answers.untouched.probabilities, [[0.2, 0.8, 0]])


def test_only_what_was_touched_is_predicted_anew():
    model = LooksFor()
    robustness(
        model,
        DOCUMENTS,
        LABELS,
        perturbations=without_good,
        strengths=1,
        polarity=None,
        expectations=None,
    )
    assert model.asked == [*DOCUMENTS, "很，", "房间！"]


@pytest.mark.parametrize(
    ("labels", "classes"),
    [
        (LABELS, ("bad", "good")),
        ([1, 1, 0, 0, 0, 1], (0, 1)),
        ([1, 1, -1, -1, -1, 1], (-1, 1)),
        ([True, True, False, False, False, True], (False, True)),
        (["好评", "好评", "差评", "差评", "差评", "好评"], ("差评", "好评")),
        (np.array(LABELS, dtype=object), ("bad", "good")),
    ],
)
def test_labels_of_any_type_give_the_same(labels, classes):
    found = robustness(LooksForProbably(classes), DOCUMENTS, labels)
    expected = robustness(LooksForProbably(), DOCUMENTS, LABELS)
    assert str(found.rows()) == str(expected.rows())
    assert str(found.expectation_rows()) == str(expected.expectation_rows())
    assert found.note_ == ""


def test_expectations_by_hand():
    found = robustness(
        LooksForProbably(), DOCUMENTS, LABELS, perturbations="drop_punctuation"
    )
    same, negated, contrary = found.expectation_rows()
    # Four documents have marks, and 好 is none of them.
    assert (same["n"], same["obeys"], same["label_changes"]) == (4, 1.0, 0.0)
    # 很好 -> 不好, 房间好 -> 房间不好, 太贵 -> 不贵 and 很慢 -> 不慢 have a rule; the
    # label of the last one was not known. 不 makes good less probable and bad more so.
    assert negated["n"] == 3
    assert negated["obeys"] == pytest.approx(2 / 3)
    assert negated["label_changes"] == 0
    # All have letters; the labels of four were known. What follows 差 and 太贵 may hold
    # 好, as in 很好: then good it is.
    assert contrary["n"] == 4
    assert contrary["obeys"] >= 0.5
    assert {row["expectation"] for row in (negated, contrary)} == {"other label"}


def test_wilsons_interval_by_hand():
    found = robustness(
        LooksForProbably(), DOCUMENTS, LABELS, perturbations="drop_punctuation"
    )
    row = found.expectation_rows()[0]
    # Of 4 of 4: n / (n + z²) with z = 1.95996.
    assert row["obeys_low"] == pytest.approx(4 / (4 + 1.95996**2), abs=1e-5)
    assert row["obeys_high"] == pytest.approx(1)


def test_without_probabilities_the_label_must_change():
    answers = Answers(
        np.arange(3), Said(np.array([1, 1, 0]), None), [Said(np.array([0, 1, 1]), None)]
    )
    probes = [probe_of([True, True, True], "other label")]
    (row,) = expectation_rows(
        {"m": answers}, probes, np.array([1, 1, 1]), np.array([0, 1])
    )
    # The third one's label was not known.
    assert (row["n"], row["obeys"]) == (2, 0.5)


def test_a_class_as_probable_as_before_does_not_obey():
    before, after = (Said(np.array([1, 1]), np.array(p)) for p in _PROBABILITIES)
    answers = Answers(np.arange(2), before, [after])
    probes = [probe_of([True, True], "other label")]
    y, classes = np.array([1, 1]), np.array([0, 1])
    (row,) = expectation_rows({"m": answers}, probes, y, classes)
    assert row["obeys"] == 0.5


_PROBABILITIES = [[0.2, 0.8], [0.2, 0.8]], [[0.2, 0.8], [0.3, 0.7]]


def test_halves_and_functions_of_others_are_expected_nothing_of():
    found = robustness(
        LooksFor(),
        DOCUMENTS,
        LABELS,
        perturbations=["keep_first_half", without_good, "swap_characters"],
        strengths=0.3,
        expectations="invariance",
    )
    assert [row["perturbation"] for row in found.expectation_rows()] == [
        "swap_characters"
    ]
    assert len(found.rows()) == 3


def test_where_nothing_was_touched_nothing_is_counted():
    found = robustness(LooksFor(), DOCUMENTS, LABELS, perturbations="drop_spaces")
    row = found.expectation_rows()[0]
    assert row["n"] == 0
    assert np.isnan([row["obeys"], row["obeys_low"], row["label_changes"]]).all()
    assert found.rows()[0]["accuracy_se"] == 0


@pytest.mark.parametrize(
    ("classes", "sides"),
    [
        ([0, 1], {0: -1, 1: 1}),
        (["Negative", "Positive"], {"Negative": -1, "Positive": 1}),
        (["neg", "neutral", "pos"], {"neg": -1, "pos": 1, "neutral": 0}),
        (["负面", "正面"], {"负面": -1, "正面": 1}),
        (["sports", "travel"], None),
        ([0, 1, 2], None),
        ([1, 2, 3, 4, 5], None),
    ],
)
def test_sides_of_labels(classes, sides):
    found, reason = find_polarity(classes, None, "robustness")
    assert found == sides
    assert (reason == "") == (sides is not None)


def test_topics_leave_negations_out_and_say_why():
    labels = ["hotel" if label == "good" else "book" for label in LABELS]
    found = robustness(LooksFor(("book", "hotel")), DOCUMENTS, labels)
    assert "'book', 'hotel'" in found.note_ and "polarity=" in found.note_
    assert "which blame cannot be told" in found.summary()[-1]
    assert "看不出哪些标签是褒" in found.summary(language="zh")[-1]
    assert {row["expectation"] for row in found.expectation_rows()} == {"same label"}


def test_polarity_that_is_given_is_taken():
    labels = ["hotel" if label == "good" else "book" for label in LABELS]
    found = robustness(
        LooksFor(("book", "hotel")),
        DOCUMENTS,
        labels,
        polarity={"hotel": 1, "book": -1},
    )
    assert found.expectation_rows()[-1]["perturbation"] == "add_opposite_clause"
    assert found.note_ == ""


def test_strengths():
    probes = make_probes(DOCUMENTS, None, (0.05, 0.2), 0, "robustness")
    by_name = {}
    for probe in probes:
        by_name.setdefault(probe.name, []).append(probe.strength)
    assert list(by_name) == list(PERTURBATIONS)
    for name, strengths in by_name.items():
        assert strengths == ([1.0] if name in AT_FULL_STRENGTH else [0.05, 0.2])
    own = {"drop_spaces": [0.1, 0.2], "swap_characters": 0.7}
    names = ["drop_spaces", "swap_characters", "add_emoji"]
    probes = make_probes(DOCUMENTS, names, own, 0, "robustness")
    assert [probe.strength for probe in probes] == [0.1, 0.2, 0.7, 1.0]


def test_perturbations_of_one_name_are_numbered():
    lambdas = [
        lambda documents, tail=tail, **_: [text + tail for text in documents]
        for tail in "abc"
    ]
    own = {"<lambda>": 0.1, "<lambda> (2)": 0.2, "add_emoji": [0.3, 0.4]}
    chosen = [*lambdas, "add_emoji", lambdas[0]]
    probes = make_probes(DOCUMENTS, chosen, own, 0, "robustness")
    tried = [(p.name, p.strength, p.documents[0][-1]) for p in probes[:4]]
    assert tried == [
        ("<lambda>", 0.1, "a"),
        ("<lambda> (2)", 0.2, "b"),
        ("<lambda> (3)", 0.05, "c"),
        ("<lambda> (3)", 0.2, "c"),
    ]
    assert [probe.name for probe in probes[4:]] == ["add_emoji"] * 2


def test_several_models_and_scores_of_probabilities():
    vectorizer = CountVectorizer(analyzer="char")
    model = make_pipeline(vectorizer, MultinomialNB()).fit(DOCUMENTS, LABELS)
    found = robustness(
        {"one": model, "other": LooksForProbably()},
        DOCUMENTS,
        LABELS,
        scoring=["neg_log_loss", "accuracy"],
        perturbations="drop_characters",
        strengths=[0.1, 0.9],
    )
    assert [row["model"] for row in found.rows()] == ["one", "one", "other", "other"]
    for row in found.rows():
        assert row["neg_log_loss_untouched"] < 0
        assert row["neg_log_loss_se"] >= 0
    f1 = make_scorer(f1_score, pos_label="good")
    found = robustness(model, DOCUMENTS, LABELS, scoring={"f1": f1})
    assert 0 <= found.rows()[0]["f1_perturbed"] <= 1


def looks_at_texts(model, X, y):
    return np.mean([len(text) for text in X])


@pytest.mark.parametrize(
    ("score", "reason"),
    [
        ("neg_log_loss", "needs predict_proba, which the model lacks"),
        ("roc_auc", "needs predict_proba, which the model lacks"),
        ("f1", "ValueError: pos_label=1 is not a valid label"),
        (looks_at_texts, "TypeError: .*given predictions, neither documents"),
    ],
)
def test_a_score_that_fails_costs_no_other(score, reason):
    models = {"sure": LooksForProbably(), "bare": LooksFor()}
    scoring = {"odd": score, "accuracy": "accuracy"}
    chosen = {"perturbations": without_good, "strengths": 0.5}
    found = robustness(models, DOCUMENTS, LABELS, scoring=scoring, **chosen)
    alone = robustness(models, DOCUMENTS, LABELS, scoring="accuracy", **chosen)
    sure, bare = found.rows()
    assert "odd_error" not in bare
    for row, expected in zip((sure, bare), alone.rows(), strict=True):
        assert {key: row[key] for key in expected} == expected
    assert np.isnan([bare[key] for key in bare if key.startswith("odd")]).all()
    assert re.match(f"odd: {reason}", found.errors_["bare"])
    assert "Remembered" not in found.errors_["bare"]
    works = score in ("neg_log_loss", "roc_auc")
    assert ("sure" in found.errors_) != works
    assert np.isnan(sure["odd_untouched"]) != works
    lines = found.summary()
    assert any(line.startswith("With bare something went wrong: odd") for line in lines)
    assert not any("harms bare" in line for line in lines)
    assert score_cells(found, Words())[1][2] == "-"
    assert png(found.plot("odd")).startswith(b"\x89PNG")


def test_a_lone_pipeline_has_the_name_of_what_decides():
    model = make_pipeline(CountVectorizer(analyzer="char"), MultinomialNB())
    model.fit(DOCUMENTS, LABELS)
    found = robustness(model, DOCUMENTS, LABELS, perturbations="add_emoji")
    assert found.models == ["MultinomialNB"]


def test_the_seed_decides_and_nothing_is_changed():
    documents, labels = list(DOCUMENTS), list(LABELS)
    results = [
        str(robustness(LooksFor(), documents, labels, random_state=seed).rows())
        for seed in (1, 1, 2)
    ]
    assert results[0] == results[1] != results[2]
    assert (documents, labels) == (DOCUMENTS, LABELS)


def test_one_document():
    (row, *_) = robustness(LooksFor(), ["很好"], ["good"]).rows()
    assert np.isnan(row["accuracy_se"]) and np.isnan(row["accuracy_low"])


def test_tables_and_page():
    pytest.importorskip("pandas")
    found = robustness(
        {"<b>": LooksFor(), "模型": LooksForProbably()},
        DOCUMENTS,
        LABELS,
        perturbations={"lost": without_good, "emoji": "add_emoji"},
    )
    table, expectations = found.table(), found.expectations()
    assert list(table.columns) == list(found.rows()[0])
    assert len(table) == 2 * 3  # "lost" at two strengths
    assert list(expectations.columns) == list(found.expectation_rows()[0])
    html = found._repr_html_()
    assert "&lt;b&gt;" in html and "<b>" not in html
    assert "add_opposite_clause" in repr(found)
    worst = "模型 suffers most from lost (5%): accuracy 0.667 → 0.333."
    assert worst in found.summary()
    assert any("negations and contrary clauses" in line for line in found.summary())


def test_nothing_perturbed():
    found = robustness(
        LooksFor(), DOCUMENTS, LABELS, perturbations=[], expectations="invariance"
    )
    assert found.rows() == found.expectation_rows() == []
    assert found.summary() == []
    assert "table" not in found._repr_html_()
    with pytest.raises(ValueError, match="nothing to draw"):
        found.plot()


def test_picture_has_a_line_for_each_perturbation_and_a_marker_for_each_model():
    pytest.importorskip("matplotlib")
    models = {name: LooksFor() for name in ("one", "$two$", "_three", "four")}
    found = robustness(models, DOCUMENTS, LABELS)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        figure = found.plot("f1_macro")
        assert png(figure).startswith(b"\x89PNG")
    (panel,) = figure.axes
    lines = dict.fromkeys((r["perturbation"], r["strength"]) for r in found.rows())
    ticks = [tick.get_text() for tick in panel.get_yticklabels()]
    assert len(ticks) == len(lines) == 22
    assert (ticks[0], ticks[-1]) == ("typing errors by sound (5%)", "second half alone")
    chinese = robustness(models, DOCUMENTS, LABELS).plot(language="zh")
    assert chinese.axes[0].get_yticklabels()[0].get_text() == "同音错字（5%）"
    (legend,) = figure.legends
    assert [text.get_text() for text in legend.get_texts()] == list(models)
    assert len({panel.lines[place].get_ydata()[0] for place in range(4)}) == 4
    for place, model in enumerate(models):
        drawn = panel.lines[place].get_xdata()
        rows = [row for row in found.rows() if row["model"] == model]
        assert list(drawn) == [row["f1_macro_difference"] for row in rows]


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"X": "很好"}, TypeError, "robustness expects documents .* a single str"),
        ({"X": []}, ValueError, "at least 1 sample"),
        ({"y": LABELS[:3]}, ValueError, "inconsistent numbers of samples"),
        ({"y": [0, 1] * 3}, ValueError, "labels that 'LooksFor' was trained with"),
        ({"model": object()}, TypeError, "has no predict"),
        ({"model": LooksFor}, TypeError, "has no predict"),
        ({"model": {}}, ValueError, "at least one model"),
        (
            {"perturbations": "drop_all"},
            ValueError,
            "names of replace_hom.* 'drop_all'",
        ),
        ({"perturbations": [3]}, ValueError, "functions or names .* got 3"),
        ({"strengths": 2}, ValueError, "strengths from 0 to 1; got 2"),
        ({"strengths": "a"}, ValueError, "strengths from 0 to 1; got 'a'"),
        (
            {"strengths": {"drop_charcters": 0.5}},
            ValueError,
            "strengths of .*, drop_characters, .* got one of 'drop_charcters'",
        ),
        (
            {"strengths": {"drop_spaces": 0.5}, "perturbations": "add_emoji"},
            ValueError,
            "that are tried, add_emoji; got one of 'drop_spaces'",
        ),
        (
            {"expectations": "all"},
            ValueError,
            "'auto', 'invariance' or None; got 'all'",
        ),
        ({"polarity": {"nice": 1}}, ValueError, "'nice' is no label"),
        ({"polarity": {"good": 2}}, ValueError, "that of 'good' is 2"),
        ({"polarity": [1]}, TypeError, "polarity as a dict .* list"),
        ({"scoring": "no_score"}, ValueError, "no_score"),
        *(
            ({"n_samples": n, "X": 3}, ValueError, f"expects n_samples .* got {n!r}")
            for n in (0, -1, True, 1.5, "5")
        ),
    ],
)
def test_what_is_refused(changes, error, message):
    arguments = {"model": LooksFor(), "X": DOCUMENTS, "y": LABELS, **changes}
    with pytest.raises(error, match=message):
        robustness(**arguments)


def test_perturbations_that_lose_documents_are_refused():
    def lose(documents, *, strength, random_state):
        return documents[1:]

    with pytest.raises(ValueError, match=r"lose made 5 of 6\."):
        robustness(LooksFor(), DOCUMENTS, LABELS, perturbations=lose)


def test_a_model_of_other_labels_is_refused():
    model = LooksFor()
    model.predict = lambda X: ["excellent"] * len(X)
    with pytest.raises(ValueError, match="takes 'excellent' for a class"):
        robustness(model, DOCUMENTS, LABELS)


def test_an_unknown_score_is_refused():
    found = robustness(LooksFor(), DOCUMENTS, LABELS, perturbations="add_emoji")
    with pytest.raises(ValueError, match="'accuracy', 'f1_macro'; got 'recall'"):
        found.plot("recall")


def test_a_missing_library_is_told_before_anything_is_predicted(monkeypatch):
    import sys

    from sklstm.text.perturbations import _forms

    _forms._converter.cache_clear()
    monkeypatch.setitem(sys.modules, "opencc", None)
    model = LooksFor()
    with pytest.raises(ImportError, match=r"sklstm\[robustness\]"):
        robustness(model, DOCUMENTS, LABELS)
    assert model.asked == []


# Of a comparison


TEXTS = [
    f"{place}{word}，{tail}"
    for place in ("房间", "早餐", "服务", "位置")
    for word in ("很好", "很差", "干净", "太吵")
    for tail in ("真的", "不过还行", "住了三天", "下次再说", "没有别的")
]
SIDES = ["good" if "好，" in text or "净，" in text else "bad" for text in TEXTS]


def make_models():
    return {
        "pipeline": make_naive_bayes_pipeline(),
        "plain": make_pipeline(CountVectorizer(analyzer="char"), MultinomialNB()),
    }


@pytest.fixture(scope="module")
def compared():
    return compare_classifiers(make_models(), TEXTS, SIDES, cv=4, robustness=30)


def test_models_of_folds_are_asked_about_what_they_were_not_trained_on(compared):
    found = compared.robustness_
    (untouched,) = {
        row["accuracy_untouched"] for row in found.rows() if row["model"] == "plain"
    }
    asked = [TEXTS.index(text) for text in found.documents_]
    assert len(asked) == 30
    said = compared.out_of_fold_predictions_["plain"][asked]
    assert untouched == pytest.approx(np.mean(said == np.array(SIDES)[asked]))
    lost = next(probe for probe in found.probes_ if probe.name == "drop_characters")
    codes = []
    for train, test in compared.splits_:
        model = make_models()["pipeline"]
        model.fit([TEXTS[row] for row in train], [SIDES[row] for row in train])
        here = [place for place, row in enumerate(asked) if row in set(test.tolist())]
        right = model.predict([lost.documents[place] for place in here])
        codes += (right == np.array(SIDES)[np.array(asked)[here]]).tolist()
    row = next(
        row
        for row in found.rows()
        if (row["model"], row["perturbation"]) == ("pipeline", "drop_characters")
    )
    assert row["accuracy_perturbed"] == pytest.approx(np.mean(codes))


def test_a_comparison_may_be_asked_afterwards(compared):
    again = robustness(compared, n_samples=30)
    assert str(again.rows()) == str(compared.robustness_.rows())
    assert str(again.expectation_rows()) == str(compared.robustness_.expectation_rows())
    one = robustness(compared, perturbations="add_emoji", expectations=None)
    assert [row["n"] for row in one.rows()] == [80, 80]


def test_jobs_and_checkpoints_give_the_same(compared, tmp_path):
    for _ in range(2):
        again = compare_classifiers(
            make_models(),
            TEXTS,
            SIDES,
            cv=4,
            robustness=30,
            n_jobs=2,
            checkpoint=tmp_path,
        )
        assert str(again.robustness_.rows()) == str(compared.robustness_.rows())
    without = compare_classifiers(
        make_models(), TEXTS, SIDES, cv=4, checkpoint=tmp_path
    )
    assert without.robustness_ is None


def test_report_and_summary_tell_of_it_in_both_languages(compared):
    english, chinese = (page(compared, Words(language)) for language in ("en", "zh"))
    assert "Robustness</h3>" in english and "typing errors by sound (5%)" in english
    assert "稳健性</h3>" in chinese and "同音错字（5%）" in chinese
    assert "negation put in" in english and "加否定词" in chinese
    assert "robustness" not in compared.errors_


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"robustness": 0}, ValueError, "a number of documents; got 0"),
        ({"robustness": 1.5}, ValueError, "a number of documents; got 1.5"),
        ({"robustness": True}, ValueError, "a number of documents; got True"),
        ({"X": np.ones((80, 1)), "robustness": 9}, TypeError, "perturbs documents"),
    ],
)
def test_what_a_comparison_refuses(change, error, message):
    arguments = {"classifiers": make_models(), "X": TEXTS, "y": SIDES} | change
    with pytest.raises(error, match=message):
        compare_classifiers(**arguments)


def test_a_comparison_has_its_own_samples(compared):
    with pytest.raises(ValueError, match="Leave X and y out"):
        robustness(compared, TEXTS, SIDES)
    numbers = compare_classifiers({"NB": MultinomialNB()}, np.ones((80, 1)), SIDES)
    with pytest.raises(TypeError, match="of other samples"):
        robustness(numbers)


class RefusesPerturbed(ClassifierMixin, BaseEstimator):
    """Over documents; knows those of its training and their like alone."""

    def fit(self, X, y):
        self.classes_ = np.unique(y)
        return self

    def predict(self, X):
        if not set(X) <= set(TEXTS):
            raise ValueError("an unknown text,\nwhich is none")
        return np.full(len(X), self.classes_[0])


@pytest.mark.parametrize("ask_at_once", [True, False])
def test_a_model_that_could_not_be_asked_is_named(ask_at_once):
    models = {"plain": make_models()["plain"], "<refuses>": RefusesPerturbed()}
    if ask_at_once:
        compared = compare_classifiers(models, TEXTS, SIDES, cv=2, robustness=30)
        found = compared.robustness_
    else:
        compared = compare_classifiers(models, TEXTS, SIDES, cv=2)
        found = robustness(compared, n_samples=30)
    assert list(found.errors_) == ["<refuses>"]
    assert "ValueError: an unknown text" in found.errors_["<refuses>"]
    assert {row["model"] for row in found.rows()} == {"plain"}
    told = "<refuses> could not be asked: ValueError: an unknown text, which is none"
    assert told in found.summary()
    assert any("无法接受测试" in line for line in found.summary(language="zh"))
    assert "&lt;refuses&gt; could not be asked" in found._repr_html_()
    assert ("&lt;refuses&gt; could not" in page(compared, Words())) == ask_at_once


def test_where_no_model_could_be_asked_it_is_said():
    models = {"refuses": RefusesPerturbed()}
    found = robustness(compare_classifiers(models, TEXTS, SIDES, cv=2))
    assert len(found.summary()) == 1 and "could not be asked" in found.summary()[0]
    assert found.rows() == []
    with pytest.raises(ValueError, match="no model could be asked; errors_ says why"):
        found.plot()


def test_a_model_that_fails_in_one_fold_is_asked_in_the_others():
    class FailsOnce(RefusesPerturbed):
        def predict(self, X):
            if TEXTS[0] in X:
                raise ValueError("that text")
            return np.full(len(X), self.classes_[0])

    models = {"once": FailsOnce(), "plain": make_models()["plain"]}
    found = robustness(compare_classifiers(models, TEXTS, SIDES, cv=4))
    assert found.errors_ == {"once": "ValueError: that text"}
    assert [row["n"] for row in found.rows()[:1]] == [60]
    assert "With once something went wrong: ValueError: that text" in found.summary()


def _frames():
    pandas, polars = (pytest.importorskip(name) for name in ("pandas", "polars"))
    shuffled = np.random.RandomState(0).permutation(len(TEXTS)) + 0.5
    return [
        (pandas.DataFrame({"text": TEXTS}, index=shuffled), "text"),
        (pandas.DataFrame({"text": TEXTS}).astype("category"), "text"),
        (polars.DataFrame({"text": TEXTS}), "text"),
        (np.array(TEXTS)[:, None], 0),
        (np.array(TEXTS, dtype=object)[:, None], 0),
    ]


@pytest.mark.parametrize("place", range(5))
def test_models_over_a_column_are_asked_in_a_column(place):
    X, column = _frames()[place]
    vectorizer = CountVectorizer(analyzer="char")
    model = make_pipeline(
        ColumnTransformer([("count", vectorizer, column)]), MultinomialNB()
    )
    chosen = {"perturbations": ["drop_characters", "add_emoji"], "n_samples": 30}
    compared = compare_classifiers({"plain": model}, X, SIDES, cv=2)
    found = robustness(compared, **chosen)
    over_lists = {"plain": make_models()["plain"]}
    compared = compare_classifiers(over_lists, TEXTS, SIDES, cv=2)
    expected = robustness(compared, **chosen)
    assert found.errors_ == expected.errors_ == {}
    assert str(found.rows()) == str(expected.rows())
    fitted = model.fit(X, SIDES)
    assert robustness({"plain": fitted}, X, SIDES, **chosen).rows()
