"""What a comparison says of its data and of its models, and which one it chooses."""

import pickle
import re
import warnings

import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import (
    average_precision_score,
    balanced_accuracy_score,
    fbeta_score,
    log_loss,
    make_scorer,
    precision_recall_fscore_support,
)
from sklearn.model_selection import GroupKFold, KFold, ShuffleSplit, StratifiedKFold
from sklearn.naive_bayes import MultinomialNB
from sklearn.pipeline import make_pipeline

from sklstm import (
    compare_classifiers,
    make_linear_pipeline,
    make_naive_bayes_pipeline,
)
from sklstm.comparison._choice import choose
from sklstm.comparison._classes import calibration_error
from sklstm.comparison._folds import FoldResult
from sklstm.comparison._references import mean_log_odds
from sklstm.comparison._repeats import join_groups
from sklstm.datasets import make_reviews


def characters(classifier):
    return make_pipeline(CountVectorizer(analyzer="char"), classifier)


def models():
    return {
        "NB": characters(MultinomialNB()),
        "LR": characters(LogisticRegression(C=0.3)),
    }


class Oracle(ClassifierMixin, BaseEstimator):
    """Reads label and probability off its samples, numbers from -1 to 1."""

    def __init__(self, sharpness=1.0, shift=0.0, flip_every=0, warns=()):
        self.sharpness = sharpness
        self.shift = shift
        self.flip_every = flip_every
        self.warns = warns

    def fit(self, X, y):
        self.classes_ = np.unique(y)
        for message in self.warns:
            warnings.warn(message, UserWarning, stacklevel=2)
        return self

    def predict_proba(self, X):
        x = np.asarray(X)[:, 0] + self.shift
        if self.flip_every:
            x = np.where(np.arange(len(x)) % self.flip_every, x, -x)
        p = 1 / (1 + np.exp(-self.sharpness * x))
        return np.column_stack([1 - p, p])

    def predict(self, X):
        return self.classes_[self.predict_proba(X).argmax(axis=1)]


class Constant(Oracle):
    """Always says the last class."""

    def predict_proba(self, X):
        return np.tile([0.4, 0.6], (len(X), 1))


RNG = np.random.RandomState(0)
X = RNG.uniform(-1, 1, size=(200, 1))
Y = np.where(X[:, 0] + RNG.normal(0, 0.3, 200) > 0, "good", "bad")


# Repeated texts


@pytest.fixture(scope="module")
def four_times():
    """Reviews, each four times in the file, and one of them with another label."""
    texts, labels = make_reviews(150, random_state=0)
    texts, labels = [*texts] * 4, [*labels] * 4
    labels[150] = "negative" if labels[150] == "positive" else "positive"
    return texts, labels


def test_equal_texts_are_in_one_fold(four_times):
    texts, labels = four_times
    comparison = compare_classifiers(models(), texts, labels)
    for train, test in comparison.splits_:
        assert not {texts[row] for row in train} & {texts[row] for row in test}
    assert comparison.n_leaks_ == 0
    groups = comparison.duplicate_groups_
    assert (groups[:150] == groups[450:]).all()


def test_repeating_a_file_does_not_flatter_who_learns_by_heart(four_times):
    texts, labels = four_times
    once = compare_classifiers(models(), texts[:150], labels[:150])
    grouped = compare_classifiers(models(), texts, labels)
    ignored = compare_classifiers(models(), texts, labels, duplicates="ignore")
    means = [c.table()["accuracy_mean"]["LR"] for c in (once, grouped, ignored)]
    assert abs(means[0] - means[1]) < 0.12
    assert means[2] > means[1] + 0.1
    assert ignored.n_leaks_ > 550


def test_what_repeats_is_said_with_rows_and_conflicts(four_times):
    texts, labels = four_times
    comparison = compare_classifiers(models(), texts, labels)
    repeated, conflicts = comparison.findings_[:2]
    assert "600 of 600 texts" in repeated and "Equal texts are in one fold" in repeated
    assert "row 0: " in conflicts and f"row 150: {labels[150]}" in conflicts
    table = comparison.duplicates()
    assert len(table) == 600
    assert table.query("conflict")["row"].tolist() == [0, 150, 300, 450]
    assert table["text"].tolist()[:4] == [texts[0]] * 4
    ignored = compare_classifiers(models(), texts, labels, duplicates="ignore")
    assert f"In {ignored.n_leaks_} tests" in ignored.findings_[0]


def test_nothing_is_said_where_nothing_repeats():
    texts = [f"第{i}个房间{'很好' if i % 2 else '不行'}" for i in range(40)]
    comparison = compare_classifiers(models(), texts, ["好", "坏"] * 20, cv=2)
    assert comparison.duplicate_groups_ is not None
    assert comparison.duplicate_rows() == []
    folds = StratifiedKFold(2, shuffle=True, random_state=0).split(
        texts, ["a", "b"] * 20
    )
    for (train, _), (expected, _) in zip(comparison.splits_, folds, strict=True):
        np.testing.assert_array_equal(train, expected)


def test_only_documents_are_compared_with_each_other():
    comparison = compare_classifiers({"o": Oracle()}, np.ones((200, 1)), Y)
    assert comparison.duplicate_groups_ is None
    assert comparison.n_leaks_ == 0


def test_groups_and_repeated_texts_combine(four_times):
    texts, labels = four_times
    groups = np.arange(600) // 2
    comparison = compare_classifiers(models(), texts, labels, groups=groups, cv=3)
    for train, test in comparison.splits_:
        assert not set(groups[train]) & set(groups[test])
        assert not {texts[row] for row in train} & {texts[row] for row in test}


def test_groups_are_joined_by_hand():
    # a-b share text 0, c has a text of its own, d shares text 2 with nobody.
    joined = join_groups(["a", "a", "b", "c", "d"], np.array([0, 1, 0, 3, 2]))
    assert joined[0] == joined[1] == joined[2]
    assert len(set(joined[[0, 3, 4]].tolist())) == 3


def test_a_splitter_of_groups_gets_both(four_times):
    texts, labels = four_times
    groups = np.arange(600) // 2
    comparison = compare_classifiers(
        models(), texts, labels, groups=groups, cv=GroupKFold(3)
    )
    assert comparison.n_leaks_ == 0


def test_a_splitter_that_knows_no_groups_is_taken_at_its_word(four_times):
    texts, labels = four_times
    comparison = compare_classifiers(models(), texts, labels, cv=KFold(3))
    expected = [test.tolist() for _, test in KFold(3).split(texts)]
    assert [test.tolist() for _, test in comparison.splits_] == expected
    assert "too good for new texts" in comparison.findings_[0]


def test_too_few_different_texts_stand_on_both_sides():
    texts, labels = ["好", "很好", "坏", "很坏"] * 10, ["p", "p", "n", "n"] * 10
    comparison = compare_classifiers(models(), texts, labels)
    assert comparison.errors_ == {}
    assert "too good for new texts" in comparison.findings_[0]


def test_unknown_way_with_duplicates_is_refused():
    with pytest.raises(ValueError, match=r"'group' or 'ignore'; got 'drop'"):
        compare_classifiers(models(), ["好", "坏"], [0, 1], duplicates="drop")


# The guess that never changes, and all models together


def test_the_majority_guess_by_hand():
    y = np.where(np.arange(200) % 10, "good", "bad")
    table = compare_classifiers({"o": Oracle()}, X, y).table()
    guess = table.loc["majority"]
    assert guess["accuracy_mean"] == pytest.approx(0.9)
    assert guess["balanced_accuracy_mean"] == pytest.approx(0.5)
    entropy = -(0.9 * np.log(0.9) + 0.1 * np.log(0.1))
    assert guess["neg_log_loss_mean"] == pytest.approx(-entropy)
    assert list(table.index) == ["o", "majority"]


def test_together_is_the_mean_of_the_log_odds():
    sharp, blunt = Oracle(sharpness=4.0), Oracle(sharpness=2.0, shift=0.2)
    comparison = compare_classifiers({"a": sharp, "b": blunt}, X, Y)
    a, b = comparison.out_of_fold_probabilities_.values()
    odds = (np.log(a[:, 1] / a[:, 0]) + np.log(b[:, 1] / b[:, 0])) / 2
    pool = 1 / (1 + np.exp(-odds))
    losses = [
        log_loss(Y[test], pool[test], labels=["bad", "good"])
        for _, test in comparison.splits_
    ]
    row = comparison.table().loc["together"]
    assert row["neg_log_loss_mean"] == pytest.approx(-np.mean(losses))
    table = comparison.table()
    cost = table["predict_seconds"]
    assert cost["together"] == pytest.approx(cost["a"] + cost["b"])


def test_certainty_without_ground_does_not_outweigh_the_others():
    surely, weakly = np.array([[1.0, 0.0]]), np.array([[0.01, 0.99]])
    pool = mean_log_odds([surely, weakly, weakly], n_train=99)
    # log-odds of one in 99 + 1 against twice log 99: (log 99 - 2 log 99) / 3 < 0.
    assert pool[0, 1] > 0.5
    np.testing.assert_allclose(pool.sum(axis=1), 1.0)


def test_own_scorers_score_all_together_too():
    fbeta = make_scorer(fbeta_score, beta=2, pos_label="good")
    scoring = {"f2": fbeta, "accuracy": "accuracy"}
    comparison = compare_classifiers(
        {"a": Oracle(), "b": Oracle(8.0)}, X, Y, scoring=scoring
    )
    assert np.isfinite(comparison.table()["f2_mean"]["together"])


def test_names_of_models_are_not_taken_from_them():
    comparison = compare_classifiers(
        {"majority": Oracle(), "together": Oracle(3.0)}, X, Y
    )
    assert list(comparison.table().index) == [
        "majority",
        "together",
        "(together)",
        "(majority)",
    ]


# Scores


def test_average_precision_counts_each_class_that_a_fold_has():
    y = np.array(["a", "b", "c"])[np.arange(60) % 3]
    rng = np.random.RandomState(0)
    texts = ["".join(rng.choice([*"甲乙丙丁"], 5)) + label for label in y]
    comparison = compare_classifiers(
        {"NB": characters(MultinomialNB())},
        texts,
        y,
        cv=ShuffleSplit(1, test_size=12, random_state=0),
        scoring="average_precision_macro",
    )
    _, test = comparison.splits_[0]
    beliefs = comparison.out_of_fold_probabilities_["NB"]
    expected = [
        average_precision_score(y[test] == label, beliefs[test, place])
        for place, label in enumerate("abc")
        if (y[test] == label).any()
    ]
    mean = comparison.table()["average_precision_macro_mean"]["NB"]
    assert mean == pytest.approx(np.mean(expected))


def test_classes_are_those_of_scikit_learn():
    comparison = compare_classifiers({"o": Oracle(flip_every=4)}, X, Y)
    table = comparison.classes().set_index("class")
    said = comparison.out_of_fold_predictions_["o"]
    for column, expected in zip(
        ("precision", "recall", "f1", "support"),
        precision_recall_fscore_support(Y, said, labels=["bad", "good"]),
        strict=True,
    ):
        np.testing.assert_allclose(table[column], expected)
    assert table["predicted"].sum() == 200
    balanced = balanced_accuracy_score(Y, said)
    assert table["recall"].mean() == pytest.approx(balanced)


def test_intervals_stay_within_what_is_possible():
    y = Y.copy()
    y[:40] = "good"
    comparison = compare_classifiers(
        {"o": Oracle(sharpness=30.0), "c": Constant()}, X, y, cv=3
    )
    for row in comparison.rows(confidence=0.9999):
        for score in comparison.scoring:
            low, high = row[f"{score}_low"], row[f"{score}_high"]
            if not np.isnan(low):
                assert low < row[f"{score}_mean"] < high
            if score == "neg_log_loss":
                assert np.isnan(high) or high < 0
            elif not np.isnan(low):
                assert 0 <= low and high <= 1


def test_calibration_error_by_hand():
    # Ten bins of two: each says 0.75 and is right once.
    confidence = np.full(20, 0.75)
    assert calibration_error(np.arange(20) % 2 == 0, confidence) == pytest.approx(0.25)
    assert calibration_error(np.full(20, True), np.ones(20)) == 0.0


# Rare classes


def rare(n=200, share=20):
    """Reviews of which one in `share` is negative, but for chance all alike."""
    rng = np.random.RandomState(0)
    labels = np.where(np.arange(n) % share, "positive", "negative")
    texts = [
        "".join(rng.choice([*"的一是了我不人在他有这个上们来到"], 30)) for _ in labels
    ]
    return texts, labels


def test_a_class_that_is_never_predicted_is_named():
    texts, labels = rare()
    comparison = compare_classifiers({"LR": models()["LR"]}, texts, labels)
    said = " ".join(comparison.findings_)
    assert "LR never predicts negative." in said
    expected = "better than always guessing positive (accuracy 0.950): LR (0.950)."
    assert f"Not shown to be {expected}" in said
    assert "95% of the samples are positive" in said
    assert "of which little can be said: negative (10)." in said
    assert comparison.summary().startswith("No model is shown to be better")


def test_who_finds_the_rare_class_is_not_accused():
    y = np.where(X[:, 0] > 0.9, "rare", "common")
    comparison = compare_classifiers(
        {"finds": Oracle(sharpness=50.0, shift=-0.8)}, X, y
    )
    said = " ".join(comparison.findings_)
    assert "always guessing it" in said
    assert "never predicts" not in said and "Not shown to be better" not in said
    assert comparison.summary().startswith("Take finds")


def test_a_fold_that_lacks_a_class_brings_no_warning_of_scores():
    y = np.array(["a"] * 100 + ["b"] * 99 + ["c"])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        comparison = compare_classifiers({"o": Oracle()}, X, y, cv=KFold(4))
    assert np.isfinite(comparison.table()["balanced_accuracy_mean"]["majority"])


# The choice


def folds_of(name, losses, calibration, seconds, n=5):
    return [
        FoldResult(
            name,
            fold,
            800,
            200,
            scores={"neg_log_loss": -loss},
            fit_seconds=seconds,
            predict_seconds=0.0,
            calibration_error=error,
            probabilities=np.ones((1, 1)),
        )
        for fold, (loss, error) in enumerate(zip(losses, calibration, strict=True))
    ]


NEAR = ([0.30, 0.32, 0.31, 0.29, 0.33], [0.31, 0.31, 0.32, 0.28, 0.34])
GOOD, BAD = [0.02, 0.021, 0.019, 0.02, 0.022], [0.10, 0.11, 0.09, 0.10, 0.12]


@pytest.mark.parametrize(
    ("first", "second", "best", "decided_by"),
    [
        ((NEAR[0], BAD, 9), ([2 * x for x in NEAR[1]], GOOD, 1), "first", "score"),
        ((NEAR[0], BAD, 1), (NEAR[1], GOOD, 9), "second", "calibration"),
        ((NEAR[0], GOOD, 9), (NEAR[1], GOOD[::-1], 1), "second", "seconds"),
    ],
)
def test_a_tie_goes_to_the_better_calibrated_then_to_the_cheaper(
    first, second, best, decided_by
):
    results = {
        "first": folds_of("first", *first),
        "second": folds_of("second", *second),
    }
    choice = choose(results, ["neg_log_loss"], None)
    assert (choice.best, choice.decided_by) == (best, decided_by)
    assert choice.top == "first"
    assert set(choice.tied) == ({"first"} if decided_by == "score" else set(results))


def test_empty_confidence_is_not_chosen():
    sure = Oracle(sharpness=200.0, flip_every=11)
    honest = Oracle(sharpness=4.0, flip_every=8)
    comparison = compare_classifiers({"sure": sure, "honest": honest}, X, Y)
    accuracy = comparison.table()["accuracy_mean"]
    assert accuracy["sure"] > accuracy["honest"]
    assert comparison.choice_.score == "neg_log_loss"
    assert comparison.best_ == "honest"
    by_accuracy = compare_classifiers(
        {"sure": sure, "honest": Constant()}, X, Y, best_by="accuracy"
    )
    assert by_accuracy.best_ == "sure"


def test_certainty_that_is_worth_less_than_none_is_named():
    sure = Oracle(sharpness=200.0, flip_every=4)
    comparison = compare_classifiers({"sure": sure, "honest": Oracle()}, X, Y)
    losses = -comparison.table()["neg_log_loss_mean"]
    assert losses["sure"] > losses["majority"] > losses["honest"]
    said = next(said for said in comparison.findings_ if "less than none" in said)
    assert f"{losses['majority']:.3f}" in said
    assert f"sure ({losses['sure']:.3f})." in said and "honest" not in said


def test_who_is_worse_than_a_guess_is_no_equal_of_who_is_better():
    # The folds of the second differ so much that its mean is within a standard error.
    results = {
        "first": folds_of("first", [0.30, 0.32, 0.31, 0.29, 0.33], BAD, 9),
        "second": folds_of("second", [0.2, 2.5, 0.3, 0.2, 0.9], GOOD, 1),
    }
    guess = folds_of("guess", [0.69] * 5, GOOD, 0)
    assert choose(results, ["neg_log_loss"], None).best == "second"
    assert choose(results, ["neg_log_loss"], None, guess).best == "first"
    # Where all are worse, that says nothing.
    guess = folds_of("guess", [0.1] * 5, GOOD, 0)
    assert choose(results, ["neg_log_loss"], None, guess).best == "second"


def test_without_probabilities_the_first_score_decides():
    class Label(Oracle):
        predict_proba = property()

        def predict(self, X):
            return self.classes_[(np.asarray(X)[:, 0] > 0).astype(int)]

    classifiers = {"label": Label(), "o": Oracle(flip_every=2)}
    comparison = compare_classifiers(classifiers, X, Y)
    assert comparison.choice_.score == "accuracy"
    assert comparison.best_ == "label"
    said = " ".join(comparison.findings_)
    assert "label: no probabilities" in said and "chosen by accuracy" in said


def test_who_failed_in_more_folds_is_not_chosen():
    results = {
        "fails": folds_of("fails", [0.1] * 5, GOOD, 1),
        "finishes": folds_of("finishes", NEAR[0], BAD, 9),
    }
    results["fails"][2].error = "ValueError: no"
    assert choose(results, ["neg_log_loss"], None).best == "finishes"


def test_unknown_score_to_choose_by_is_refused():
    with pytest.raises(ValueError, match="best_by to be one of the scores"):
        compare_classifiers({"o": Oracle()}, X, Y, best_by="f1")


def test_the_chosen_model_is_fitted_on_everything():
    comparison = compare_classifiers({"o": Oracle(), "c": Constant()}, X, Y)
    fitted = comparison.fit_best()
    assert fitted.classes_.tolist() == ["bad", "good"]
    assert isinstance(comparison.fit_best("c"), Constant)
    with pytest.raises(ValueError, match=r"one of its models, \['o', 'c'\]; got 'x'"):
        comparison.fit_best("x")


def test_weights_reach_the_chosen_model():
    weight = np.where(Y == "good", 1.0, 1e-9)
    comparison = compare_classifiers(
        {"LR": LogisticRegression()}, X, Y, sample_weight=weight
    )
    assert set(comparison.fit_best().predict(X)) == {"good"}


# The answer


def test_the_answer_in_both_languages():
    comparison = compare_classifiers({"o": Oracle(4.0), "c": Constant()}, X, Y)
    english, chinese = comparison.summary(), comparison.summary(language="zh")
    assert english.startswith("Take o: accuracy ")
    assert "By log-loss the folds show it better than c." in english
    assert chinese.startswith("建议选用 o：准确率 ")
    assert (
        "c never predicts bad." in english and "c 从未判出过这些类别：bad。" in chinese
    )
    assert "多数类" in chinese and "majority" in english


def test_unknown_language_is_refused():
    comparison = compare_classifiers({"o": Oracle()}, X, Y)
    with pytest.raises(ValueError, match="one of 'en', 'zh'; got 'fr'"):
        comparison.summary(language="fr")


@pytest.mark.parametrize(
    ("variables", "language"),
    [
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "en_US.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "zh_TW.UTF-8"}, "zh"),
        ({"LC_ALL": "C", "LANG": "zh_CN.UTF-8"}, "en"),
    ],
)
def test_the_language_of_the_locale(variables, language, monkeypatch):
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    comparison = compare_classifiers({"o": Oracle()}, X, Y)
    assert ("建议选用" in comparison.summary(language=None)) == (language == "zh")


# Mistakes


def test_surest_mistakes_come_first():
    comparison = compare_classifiers({"o": Oracle(4.0), "c": Constant()}, X, Y)
    table = comparison.predictions()
    assert len(table) == 200
    wrong = table["predicted o"] != table["label"]
    n_wrong = wrong.sum()
    assert wrong[:n_wrong].all() and not wrong[n_wrong:].any()
    certainty = table["probability o"]
    assert (np.diff(certainty[:n_wrong]) <= 0).all()
    assert (np.diff(certainty[n_wrong:]) >= 0).all()
    assert sorted(table["row"]) == list(range(200))
    other = comparison.predictions("c")
    assert (other["predicted c"] == "good").all()
    assert "text" not in table


def test_mistakes_hold_the_texts(four_times):
    texts, labels = four_times
    series = pd.Series(texts, index=range(1000, 1600))
    table = compare_classifiers(models(), series, labels, cv=2).predictions()
    assert [texts[row] for row in table["row"]] == table["text"].tolist()


# Warnings


def test_what_models_warn_of_is_said_once_with_its_folds(capsys):
    classifiers = {"loud": Oracle(warns=("cut 3 samples",)), "quiet": Oracle()}
    with pytest.warns(
        UserWarning, match=r"^cut 3 samples \[loud, fold 1, 2, 3, 4, 5\]$"
    ):
        comparison = compare_classifiers(classifiers, X, Y)
    assert comparison.warnings_ == [
        {"model": "loud", "folds": [0, 1, 2, 3, 4], "message": "cut 3 samples"}
    ]
    assert "loud (all folds): cut 3 samples" in comparison.findings_
    assert "cut" not in capsys.readouterr().err


def test_warnings_of_workers_come_home():
    with pytest.warns(UserWarning, match=r"cut 3 samples \[loud, fold 1, 2\]"):
        compare_classifiers(
            {"loud": Oracle(warns=("cut 3 samples",))}, X, Y, cv=2, n_jobs=2
        )


# The files that gave wrong verdicts


@pytest.fixture(scope="module")
def pipelines():
    return {"NB": make_naive_bayes_pipeline(), "linear": make_linear_pipeline()}


def test_500_reviews_four_times(pipelines):
    texts, labels = map(list, make_reviews(500, random_state=0))
    naive_bayes = {"NB": pipelines["NB"]}
    flattered = compare_classifiers(
        naive_bayes, texts * 4, labels * 4, duplicates="ignore"
    )
    honest = compare_classifiers(pipelines, texts * 4, labels * 4)
    accuracy = flattered.table()["accuracy_mean"]
    assert accuracy["NB"] == pytest.approx(0.994, abs=0.005)
    assert "too good for new texts" in flattered.findings_[0]
    accuracy = honest.table()["accuracy_mean"]
    assert accuracy["NB"] == pytest.approx(0.716, abs=0.02)
    assert accuracy["linear"] == pytest.approx(0.684, abs=0.02)
    assert honest.best_ == "linear"  # naive Bayes is sure of what it does not know
    assert "2000 of 2000 texts" in honest.findings_[0]
    assert honest.findings_[1].endswith(
        "NB (2.953). Believe their labels, not how sure they are."
    )


def test_one_negative_in_twenty(pipelines):
    texts, labels = make_reviews(2000, random_state=0)
    negative, positive = (
        np.flatnonzero(labels == side) for side in ("negative", "positive")
    )
    rows = np.sort(np.concatenate([positive[:950], negative[:50]]))
    comparison = compare_classifiers(
        pipelines, [texts[row] for row in rows], labels[rows]
    )
    said = " ".join(comparison.findings_)
    assert "95% of the samples are positive" in said
    assert "linear never predicts negative" in said
    assert "positive (accuracy 0.950): NB (0.950), linear (0.950)" in said
    assert comparison.summary().startswith("No model is shown to be better")


# What models say that cannot be


class Says(Oracle):
    """Says what it is told to."""

    def __init__(self, labels=None, probabilities=None):
        self.labels = labels
        self.probabilities = probabilities

    def fit(self, X, y):
        self.classes_ = np.unique(y)
        return self

    def predict(self, X):
        labels = np.repeat(self.classes_[:1], len(X))
        return labels if self.labels is None else self.labels(labels)

    def predict_proba(self, X):
        probabilities = np.full((len(X), 2), 0.5)
        change = self.probabilities
        return probabilities if change is None else change(probabilities)


def with_nan(probabilities):
    probabilities[0] = np.nan
    return probabilities


IMPOSSIBLE = {
    "a column": (Says(labels=lambda y: y[:, None]), r"shape \(40, 1\), not \(40,\)"),
    "one too few": (Says(labels=lambda y: y[1:]), r"shape \(39,\), not \(40,\)"),
    "NaN": (Says(probabilities=with_nan), "not finite in 1 of 40 rows"),
    "a class too few": (Says(probabilities=lambda p: p[:, :1]), r"\(40, 1\), not"),
    "texts": (Says(probabilities=lambda p: np.full(p.shape, "x")), "could not convert"),
}


@pytest.mark.parametrize("what", IMPOSSIBLE)
def test_what_one_model_says_takes_no_other_down(what, tmp_path):
    model, message = IMPOSSIBLE[what]
    comparison = compare_classifiers({"says": model, "o": Oracle()}, X, Y)
    assert re.search(message, comparison.errors_["says"][0])
    assert comparison.best_ == "o"
    assert {row["model"] for row in comparison.class_rows()} == {"o"}
    comparison.to_html(tmp_path / "report.html")


def test_numbers_in_objects_are_probabilities():
    model = Says(probabilities=lambda p: p.astype(object))
    comparison = compare_classifiers({"says": model, "o": Oracle()}, X, Y)
    assert comparison.errors_ == {}
    assert comparison.out_of_fold_probabilities_["says"].dtype == float


# Scores that are not there


def test_a_score_that_some_folds_lack_decides_by_the_others():
    y = np.where(np.arange(200) < 40, "bad", Y)  # roc_auc is not defined in fold 0
    comparison = compare_classifiers(
        {"o": Oracle(), "c": Constant()}, X, y, cv=KFold(5), scoring=["roc_auc"]
    )
    assert comparison.best_ == "o"
    assert np.isfinite(comparison.table()["roc_auc_mean"]["o"])


def test_a_score_that_no_model_has_leaves_the_rest():
    comparison = compare_classifiers({"o": Oracle()}, X, Y, scoring=["f1", "accuracy"])
    assert comparison.best_ == "o"
    assert len(comparison.predictions()) == 200
    assert "No fold" not in comparison.summary()


def test_the_choice_is_not_beaten_by_one_as_good_as_the_best():
    # The first is best and differs so much that all are as good; the third is the best
    # calibrated, and always worse than the second.
    scores = {
        "first": [0.95, 0.62, 0.96, 0.60, 0.90],
        "second": [0.80, 0.81, 0.79, 0.80, 0.80],
        "third": [0.770, 0.779, 0.761, 0.770, 0.7695],
    }
    calibration = {"first": 0.2, "second": 0.1, "third": 0.02}
    results = {
        name: folds_of(name, [-one for one in some], [calibration[name]] * 5, 1)
        for name, some in scores.items()
    }
    for folds in results.values():
        for fold in folds:
            fold.calibration_error += 0.001 * fold.fold
    choice = choose(results, ["neg_log_loss"], None)
    assert set(choice.tied) == set(scores)
    assert choice.best != "third"


def test_folds_that_leave_one_class_are_named():
    comparison = compare_classifiers({"o": Oracle()}, X, Y, cv=2, groups=Y)
    assert comparison.findings_[0].startswith("In 2 of 2 folds a single class is left")


def test_no_more_than_chance_is_no_certainty_without_ground():
    texts = ["房间很好"] * 60
    comparison = compare_classifiers({"NB": models()["NB"]}, texts, [0, 1] * 30, cv=2)
    assert not any("less than none" in said for said in comparison.findings_)


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"cv": []}, ValueError, "at least one split"),
        ({"scoring": {1: "accuracy"}}, TypeError, "names of type str; got 1"),
        ({"best_by": []}, ValueError, "best_by to be one of the scores"),
    ],
)
def test_odd_arguments_are_refused(change, error, message):
    with pytest.raises(error, match=message):
        compare_classifiers({"o": Oracle()}, X, Y, **change)


def test_splits_may_be_masks_or_come_from_a_generator():
    rows = np.arange(200) % 4
    masks = ((rows != fold, rows == fold) for fold in range(4))
    comparison = compare_classifiers({"o": Oracle()}, X, Y, cv=masks)
    train, test = comparison.splits_[0]
    assert (len(train), len(test)) == (150, 50)
    assert pickle.loads(pickle.dumps(comparison)).best_ == "o"
    assert len(comparison.plot_learning_curves(train_sizes=(0.5, 1.0)).axes) == 1


def test_nearly_equal_texts_may_bear_different_labels():
    head = "公司统一安排住在这里，入住的那天下着小雨，前台办理得很慢，电梯也等了很久"
    texts = [f"{head}，{'太好了' if n % 2 else '太差了'}{n}" for n in range(20)]
    comparison = compare_classifiers(
        models(), [*texts, *"甲乙丙丁"], ["bad", "good"] * 12, cv=2
    )
    assert len(set(comparison.duplicate_groups_[:20])) == 1
    assert not any("different labels" in said for said in comparison.findings_)
    assert not comparison.duplicates()["equal"].any()


def test_who_misses_most_of_a_class_is_named():
    y = np.where(X[:, 0] > 0.8, "rare", "common")
    model = Oracle(sharpness=50.0, shift=-0.97)
    comparison = compare_classifiers({"misses": model}, X, y)
    found = round(comparison.classes().set_index("class")["recall"]["rare"] * 20)
    n_rare = (y == "rare").sum()
    said = f"misses misses most of a class: finds {found} of {n_rare} of rare."
    assert said in comparison.findings_
