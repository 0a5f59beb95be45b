"""Several classifiers on the same folds."""

import pickle
import re
import signal

import numpy as np
import pandas as pd
import pytest
from joblib import parallel_config
from sklearn import config_context, get_config
from sklearn.base import BaseEstimator, ClassifierMixin, TransformerMixin, clone
from sklearn.dummy import DummyClassifier
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.metrics import accuracy_score, log_loss, make_scorer
from sklearn.model_selection import (
    GridSearchCV,
    KFold,
    RepeatedStratifiedKFold,
    ShuffleSplit,
    cross_val_predict,
    cross_validate,
)
from sklearn.naive_bayes import MultinomialNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MaxAbsScaler, StandardScaler
from sklearn.svm import LinearSVC

from sklstm import Comparison, Sequences, compare_classifiers
from sklstm.comparison import _folds

SCORING = (
    "accuracy",
    "balanced_accuracy",
    "f1_macro",
    "average_precision_macro",
    "neg_log_loss",
)
WORDS = {"negative": "差吵脏贵冷", "positive": "好棒净值暖"}
TOPICS = ["房间", "早餐", "位置", "服务", "价格", "隔音"]
LABELS = ["negative", "positive"] * 30
RNG = np.random.RandomState(0)
# One opinion in eight is contrary to its label, so that no model is perfect.
TEXTS = [
    RNG.choice(TOPICS)
    + RNG.choice([*WORDS[label if RNG.rand() > 1 / 8 else "positive"]])
    + RNG.choice([*"的了呢"])
    for label in LABELS
]


def characters(classifier):
    return make_pipeline(CountVectorizer(analyzer="char"), classifier)


def naive_bayes(**parameters):
    return characters(MultinomialNB(**parameters))


def models():
    return {"NB": naive_bayes(), "LR": characters(LogisticRegression(C=0.3))}


class Moody(ClassifierMixin, BaseEstimator):
    """Fails on demand, and counts its fits over all clones."""

    fits = 0

    def __init__(self, error=None, fail_at=()):
        self.error = error
        self.fail_at = fail_at

    def fit(self, X, y):
        type(self).fits += 1
        if self.error is not None and type(self).fits - 1 in self.fail_at:
            raise self.error
        self.classes_ = np.unique(y)
        return self

    def predict(self, X):
        return np.repeat(self.classes_[:1], len(X))


@pytest.fixture(autouse=True)
def no_fits():
    Moody.fits = Interrupting.fits = 0


@pytest.fixture(scope="module")
def comparison():
    return compare_classifiers(models(), TEXTS, LABELS)


# Scores


def test_scores_are_those_of_cross_validate(comparison):
    cv = comparison.splits_
    for name, model in models().items():  # noqa: B007
        of_its_own = [s for s in SCORING if s != "average_precision_macro"]
        alone = cross_validate(model, TEXTS, LABELS, cv=cv, scoring=of_its_own)
        folds = comparison.folds().query("model == @name")
        for score in of_its_own:
            np.testing.assert_allclose(folds[score], alone[f"test_{score}"])


def test_predictions_are_those_of_cross_val_predict(comparison):
    cv = comparison.splits_
    alone = cross_val_predict(models()["LR"], TEXTS, LABELS, cv=cv)
    assert comparison.out_of_fold_predictions_["LR"].tolist() == alone.tolist()
    method = {"method": "predict_proba"}
    alone = cross_val_predict(models()["LR"], TEXTS, LABELS, cv=cv, **method)
    np.testing.assert_allclose(comparison.out_of_fold_probabilities_["LR"], alone)


def test_two_jobs_score_as_one(comparison):
    parallel = compare_classifiers(models(), TEXTS, LABELS, n_jobs=2)
    scores = ["model", "fold", *SCORING]
    pd.testing.assert_frame_equal(
        parallel.folds()[scores], comparison.folds()[scores], check_exact=True
    )


def test_every_worker_loads_what_any_model_needs(monkeypatch):
    loaded = []

    def load(name):
        loaded.append(name)
        raise ImportError(name)  # the trouble of no other model

    monkeypatch.setattr(_folds.importlib, "import_module", load)
    comparison = compare_classifiers(models(), TEXTS, LABELS, cv=2)
    assert comparison.errors_ == {}
    assert loaded.count("sklearn.linear_model._logistic") == 4
    assert loaded.count("sklearn.naive_bayes") == 4


def test_models_are_left_unfitted_and_input_unchanged():
    mine, texts, labels = models(), list(TEXTS), list(LABELS)
    compare_classifiers(mine, texts, labels, cv=2)
    assert not hasattr(mine["NB"][-1], "classes_")
    assert (texts, labels) == (TEXTS, LABELS)


def test_table_by_hand(comparison):
    folds = comparison.folds().query("model == 'NB'")["accuracy"]
    row = comparison.table().loc["NB"]
    assert row["accuracy_mean"] == pytest.approx(folds.mean())
    assert row["accuracy_sd"] == pytest.approx(folds.std(ddof=1))
    ratio = np.mean([len(test) / len(train) for train, test in comparison.splits_])
    # Student's 97.5 % quantile for 4 degrees of freedom.
    half = 2.776445 * np.sqrt((1 / 5 + ratio) * folds.var(ddof=1))
    mean = folds.mean()  # its log-odds change by 1 / (m (1 - m)) as much
    middle, half = np.log(mean / (1 - mean)), half / (mean * (1 - mean))
    for end, log_odds in (("low", middle - half), ("high", middle + half)):
        expected = 1 / (1 + np.exp(-log_odds))
        assert row[f"accuracy_{end}"] == pytest.approx(expected, abs=1e-6)
    assert (row["n_folds"], row["n_failed"]) == (5, 0)
    assert (row[["fit_seconds", "predict_seconds", "model_bytes"]] > 0).all()


def test_significance_has_every_pair_of_every_score(comparison):
    pairs = comparison.significance()
    assert pairs["score"].tolist() == list(SCORING)
    assert set(pairs["first"] + pairs["second"]) == {"NBLR"}
    beliefs = pairs[["p_first_better", "p_equivalent", "p_second_better"]]
    np.testing.assert_allclose(beliefs.sum(axis=1), 1.0)
    means = comparison.table()["neg_log_loss_mean"]
    np.testing.assert_array_equal(np.sign(pairs["t"]), np.sign(pairs["difference"]))
    assert pairs["difference"].iloc[4] == pytest.approx(means["NB"] - means["LR"])


def test_region_of_practical_equivalence_may_differ_by_score(comparison):
    rope = dict.fromkeys(SCORING, 0.0) | {"accuracy": 2.0}
    equivalent = comparison.significance(rope=rope)["p_equivalent"]
    assert equivalent[0] > 0.99
    assert equivalent[2] == pytest.approx(0.0)


def test_verdict_names_the_better_model():
    classifiers = {"constant": DummyClassifier(), "NB": naive_bayes()}
    comparison = compare_classifiers(classifiers, TEXTS, LABELS)
    assert comparison.pairs()[0]["verdict"] == "NB is better"
    assert comparison.pairs(alpha=1e-9)[0]["verdict"] == "no difference shown"


def test_no_verdict_between_equal_models():
    classifiers = {"a": naive_bayes(), "b": naive_bayes()}
    comparison = compare_classifiers(classifiers, TEXTS, LABELS)
    for pair in comparison.pairs():
        assert pair["verdict"].startswith("no verdict: the difference is the same")


def test_no_verdict_from_one_fold():
    cv = ShuffleSplit(1, random_state=0)
    pair = compare_classifiers(models(), TEXTS, LABELS, cv=cv).pairs()[0]
    assert pair["verdict"].startswith("no verdict: fewer than two folds")


# Folds


def test_same_seed_same_folds_and_another_seed_others(comparison):
    again = compare_classifiers(models(), TEXTS, LABELS)
    other = compare_classifiers(models(), TEXTS, LABELS, random_state=1)
    tests = [np.concatenate([t for _, t in c.splits_]) for c in (comparison, again)]
    np.testing.assert_array_equal(*tests)
    assert not np.array_equal(tests[0], np.concatenate([t for _, t in other.splits_]))


def test_random_splitter_gives_every_model_the_same_folds():
    cv = ShuffleSplit(3, random_state=np.random.RandomState(0))
    classifiers = {"a": naive_bayes(), "b": naive_bayes()}
    scores = compare_classifiers(classifiers, TEXTS, LABELS, cv=cv).folds()["accuracy"]
    assert scores[:3].tolist() == scores[3:].tolist()


def test_repeated_folds_average_what_they_said():
    cv = RepeatedStratifiedKFold(n_splits=3, n_repeats=2, random_state=0)
    comparison = compare_classifiers({"NB": naive_bayes()}, TEXTS, LABELS, cv=cv)
    expected = np.zeros((60, 2))
    for train, test in cv.split(TEXTS, LABELS):
        model = naive_bayes().fit(np.take(TEXTS, train), np.take(LABELS, train))
        expected[test] += model.predict_proba(np.take(TEXTS, test)) / 2
    np.testing.assert_allclose(comparison.out_of_fold_probabilities_["NB"], expected)


def test_samples_that_no_fold_tests_have_no_prediction():
    cv = [(np.arange(40), np.arange(40, 50))]
    comparison = compare_classifiers(models(), TEXTS, LABELS, cv=cv)
    labels = comparison.out_of_fold_predictions_["NB"]
    assert [label is None for label in labels] == [not 40 <= i < 50 for i in range(60)]
    assert np.isnan(comparison.out_of_fold_probabilities_["NB"][:40]).all()
    assert set(comparison.disagreements(60)) <= set(range(40, 50))


def test_groups_stay_on_one_side():
    groups = np.arange(60) // 6
    comparison = compare_classifiers(models(), TEXTS, LABELS, groups=groups, cv=3)
    for train, test in comparison.splits_:
        assert not set(groups[train]) & set(groups[test])


def test_class_that_a_fold_lacks_has_probability_zero():
    labels = ["mixed", *LABELS[1:]]
    cv = KFold(3)
    comparison = compare_classifiers(models(), TEXTS, labels, cv=cv)
    probabilities = comparison.out_of_fold_probabilities_["NB"]
    assert comparison.classes_.tolist() == ["mixed", "negative", "positive"]
    assert (probabilities[:20, 0] == 0.0).all()
    train, test = comparison.splits_[1]
    model = naive_bayes().fit(np.take(TEXTS, train), np.take(labels, train))
    loss = log_loss(
        np.take(labels, test),
        model.predict_proba(np.take(TEXTS, test)),
        labels=comparison.classes_,
    )
    assert comparison.folds()["neg_log_loss"][1] == pytest.approx(-loss)
    assert comparison.errors_ == {}


# What goes in


@pytest.mark.parametrize(
    "container",
    [
        np.array,
        tuple,
        lambda texts: np.array(texts, dtype=object),
        lambda texts: pd.Series(texts, index=np.arange(60)[::-1]),
    ],
    ids=["array", "tuple", "object array", "Series"],
)
def test_containers_give_the_same(comparison, container):
    other = compare_classifiers(models(), container(TEXTS), pd.Series(LABELS))
    assert other.folds()["accuracy"].tolist() == comparison.folds()["accuracy"].tolist()
    assert other.disagreements().tolist() == comparison.disagreements().tolist()


def test_sequences_and_numbers_are_compared_too():
    class Lengths(TransformerMixin, BaseEstimator):
        def fit(self, X, y=None):
            return self

        def transform(self, X):
            return X.lengths[:, np.newaxis]

    X = Sequences.from_arrays([np.ones(1 + i % 2) for i in range(60)])
    classifiers = {"tree": make_pipeline(Lengths(), KNeighborsClassifier())}
    comparison = compare_classifiers(classifiers, X, LABELS)
    assert comparison.table()["accuracy_mean"]["tree"] == 1.0


@pytest.mark.parametrize("labels", [[3, 7] * 30, [True, False] * 30])
def test_any_label_type(labels):
    comparison = compare_classifiers(models(), TEXTS, labels)
    assert set(comparison.out_of_fold_predictions_["NB"]) == set(labels)


def test_weights_go_to_fit_and_to_scorers():
    weight = np.linspace(0.1, 3.0, 60)
    comparison = compare_classifiers(
        models(), TEXTS, LABELS, sample_weight=weight, cv=3, scoring="accuracy"
    )
    for fold, (train, test) in enumerate(comparison.splits_):
        model = clone(models()["LR"]).fit(
            np.take(TEXTS, train),
            np.take(LABELS, train),
            logisticregression__sample_weight=weight[train],
        )
        predicted = model.predict(np.take(TEXTS, test))
        truth = np.take(LABELS, test)
        expected = accuracy_score(truth, predicted, sample_weight=weight[test])
        assert comparison.folds()["accuracy"][3 + fold] == pytest.approx(expected)


def test_weights_reach_a_search_and_a_lone_classifier():
    X = CountVectorizer(analyzer="char").fit_transform(TEXTS).toarray()
    classifiers = {
        "search": GridSearchCV(make_pipeline(MultinomialNB()), {}, cv=2),
        "lone": MultinomialNB(),
    }
    weight = np.linspace(0.1, 3.0, 60)
    comparison = compare_classifiers(classifiers, X, LABELS, sample_weight=weight)
    assert comparison.errors_ == {}
    losses = comparison.table()["neg_log_loss_mean"]
    assert losses["search"] == pytest.approx(losses["lone"])


def requesting(classifier):
    return classifier.set_fit_request(sample_weight=True)


def weighted_models():
    """The same model alone, in a Pipeline and searched; by name."""
    search = GridSearchCV(
        make_pipeline(MaxAbsScaler(), requesting(MultinomialNB())),
        {},
        cv=2,
        scoring=make_scorer(accuracy_score).set_score_request(sample_weight=True),
    )
    return {
        "lone": requesting(MultinomialNB()),
        "pipeline": make_pipeline(requesting(MultinomialNB())),
        "search": search,
    }


WEIGHT = np.linspace(0.1, 3.0, 60)
COUNTS = CountVectorizer(analyzer="char", binary=True).fit_transform(TEXTS)


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_weights_go_where_metadata_routing_sends_them(n_jobs):
    def compare(classifiers):
        return compare_classifiers(
            classifiers, COUNTS, LABELS, sample_weight=WEIGHT, cv=3, n_jobs=n_jobs
        )

    expected = compare({"lone": MultinomialNB()}).table().loc["lone"]
    with config_context(enable_metadata_routing=True):
        comparison = compare(weighted_models())
        curves = comparison.plot_learning_curves(train_sizes=(0.5, 1.0))
    assert len(curves.axes) == 3
    assert comparison.errors_ == {}
    for _, row in comparison.table().loc[["lone", "pipeline", "search"]].iterrows():
        for score in SCORING:
            mean = f"{score}_mean"
            assert row[mean] == pytest.approx(expected[mean])


def declining(classifier):
    return classifier.set_fit_request(sample_weight=False)


DEAF = {
    "silent": lambda: MultinomialNB(),
    "unable": lambda: KNeighborsClassifier(),
    "declining": lambda: declining(MultinomialNB()),
    "silent in a Pipeline": lambda: make_pipeline(MultinomialNB()),
    "declining in a Pipeline": lambda: make_pipeline(declining(MultinomialNB())),
    "silent in a search": lambda: GridSearchCV(make_pipeline(MultinomialNB()), {}),
    "unable in a search": lambda: GridSearchCV(KNeighborsClassifier(), {}),
    "silent step before": lambda: make_pipeline(
        StandardScaler(with_mean=False), requesting(MultinomialNB())
    ),
    "silent scorer": lambda: GridSearchCV(
        requesting(MultinomialNB()), {}, scoring="accuracy"
    ),
}


@pytest.mark.parametrize("kind", DEAF)
def test_models_that_request_no_weights_are_refused_before_the_folds(kind, monkeypatch):
    def work(*_):
        raise AssertionError("a model is run")

    monkeypatch.setattr("sklstm.comparison._compare.prepare_models", work)
    with config_context(enable_metadata_routing=True):
        classifiers = {"lone": requesting(MultinomialNB()), "deaf": DEAF[kind]()}
        with pytest.raises(ValueError, match=r"'deaf' does not.*set_fit_request\("):
            compare_classifiers(classifiers, COUNTS, LABELS, sample_weight=WEIGHT)


def test_scorers_that_decline_weights_get_none():
    scorer = make_scorer(accuracy_score)
    classifiers = {"NB": MultinomialNB()}

    def score(scoring, **options):
        comparison = compare_classifiers(
            classifiers, COUNTS, LABELS, cv=3, scoring={"own": scoring}, **options
        )
        assert comparison.errors_ == {}
        return comparison.rows()[0]["own_mean"]

    weighted = score(scorer, sample_weight=WEIGHT)
    with config_context(enable_metadata_routing=True):
        classifiers["NB"].set_fit_request(sample_weight=True)
        assert score(scorer, sample_weight=WEIGHT) == weighted
        scorer.set_score_request(sample_weight=False)
        assert score(scorer, sample_weight=WEIGHT) != weighted


@pytest.mark.parametrize(
    ("scoring", "names"),
    [
        ("roc_auc", ["roc_auc"]),
        ({"hits": "accuracy", "own": make_scorer(accuracy_score)}, ["hits", "own"]),
    ],
)
def test_scoring_of_every_kind(scoring, names):
    comparison = compare_classifiers(models(), TEXTS, LABELS, scoring=scoring)
    assert comparison.scoring == names
    assert np.isfinite(comparison.folds()[names]).all(axis=None)


def test_own_scorer_sees_the_fitted_model():
    def n_features(model, X, y):
        return model[-1].n_features_in_

    comparison = compare_classifiers(models(), TEXTS, LABELS, scoring=n_features)
    assert (comparison.folds()["n_features"] > 10).all()


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"classifiers": []}, TypeError, "classifiers by name"),
        ({"classifiers": {}}, TypeError, "classifiers by name"),
        ({"classifiers": {1: naive_bayes()}}, TypeError, "names of type str; got 1"),
        ({"classifiers": {"NB": MultinomialNB}}, TypeError, "Pass an instance"),
        ({"classifiers": {"a": LinearRegression()}}, TypeError, "'a' is a regressor"),
        ({"X": "房间很好"}, TypeError, "got str"),
        ({"X": (text for text in TEXTS)}, TypeError, "Make it a list first"),
        ({"X": TEXTS[1:]}, ValueError, "inconsistent numbers of samples"),
        ({"y": ["same"] * 60}, ValueError, "at least 2 classes"),
        ({"y": [None, *LABELS[1:]]}, ValueError, "row 0 has none"),
        ({"sample_weight": [-1.0] * 60}, ValueError, "[Nn]egative"),
        ({"scoring": "accurate"}, ValueError, "accurate"),
        ({"scoring": []}, ValueError, "at least one scorer"),
        ({"scoring": ["accuracy", "accuracy"]}, ValueError, "each name once"),
    ],
)
def test_wrong_input_is_refused(change, error, message):
    arguments = {"classifiers": models(), "X": TEXTS, "y": LABELS} | change
    with pytest.raises(error, match=message):
        compare_classifiers(**arguments)


# Failure


def test_model_that_fails_leaves_the_others_alone(comparison):
    error = RuntimeError("loss is NaN")
    classifiers = {"moody": Moody(error, fail_at=[1, 3]), **models()}
    broken = compare_classifiers(classifiers, TEXTS, LABELS)
    table = broken.table()
    assert broken.errors_ == {
        "moody": {
            **dict.fromkeys((0, 2, 4), broken.errors_["moody"][0]),
            1: "RuntimeError: loss is NaN",
            3: "RuntimeError: loss is NaN",
        }
    }
    assert table["n_failed"][:3].to_dict() == {"moody": 2, "NB": 0, "LR": 0}
    finished = broken.folds().query("model == 'moody'")["accuracy"][[0, 2, 4]]
    assert table["accuracy_mean"]["moody"] == pytest.approx(finished.mean())
    whole = comparison.table()["accuracy_mean"]
    assert table["accuracy_mean"][["NB", "LR"]].equals(whole[["NB", "LR"]])
    assert broken.pairs()[0]["n_folds"] == 3


def test_model_that_fails_throughout():
    classifiers = {"moody": Moody(ValueError("no"), fail_at=range(9)), **models()}
    broken = compare_classifiers(classifiers, TEXTS, LABELS)
    assert np.isnan(broken.table()["accuracy_mean"]["moody"])
    assert broken.best_ in ("NB", "LR")
    assert "no fold finished" in broken.plot_confusion().axes[0].texts[0].get_text()
    assert len(broken.disagreements()) == 10
    html = re.sub(r"base64,[^\"]*", "", broken._repr_html_())
    shown = html.partition("What was run")[0]
    assert "ValueError: no" in shown and "None" not in shown and "nan" not in shown


def test_nothing_finished():
    moody = {"moody": Moody(ValueError("no"), fail_at=range(9))}
    broken = compare_classifiers(moody, TEXTS, LABELS)
    assert broken.best_ is None
    assert "ValueError: no" in broken._repr_html_()


def test_score_that_a_model_does_not_have():
    classifiers = {"SVM": characters(LinearSVC()), "NB": naive_bayes()}
    comparison = compare_classifiers(classifiers, TEXTS, LABELS)
    row = comparison.table().loc["SVM"]
    assert np.isfinite(row["accuracy_mean"]) and np.isnan(row["neg_log_loss_mean"])
    assert row["n_failed"] == 0
    assert "predict_proba" in comparison.errors_["SVM"][0]
    assert "SVM" not in comparison.out_of_fold_probabilities_
    assert len(comparison.disagreements()) > 0


# Checkpoint


class Interrupting(Moody):
    """Interrupted like `Moody`, but the same model whatever it is told to do."""

    def __getstate__(self):
        return {}


def test_finished_folds_outlive_an_interrupt(tmp_path):
    def run():
        classifiers = {"m": Interrupting(KeyboardInterrupt(), fail_at=[3])}
        return compare_classifiers(
            classifiers, TEXTS, LABELS, checkpoint=tmp_path, scoring="accuracy"
        )

    with pytest.raises(KeyboardInterrupt):
        run()
    assert len(list(tmp_path.glob("*.joblib"))) == 3
    Interrupting.fits = 10
    comparison = run()
    assert Interrupting.fits == 12
    whole = compare_classifiers({"m": Moody()}, TEXTS, LABELS, scoring="accuracy")
    pd.testing.assert_series_equal(
        comparison.folds()["accuracy"], whole.folds()["accuracy"]
    )
    assert not list(tmp_path.glob("*.part"))


class KeepsItsBestEpoch(Moody):
    """Answers Ctrl-C as a lone `LSTMClassifier` does."""

    def fit(self, X, y):
        try:
            signal.raise_signal(signal.SIGINT)
        except KeyboardInterrupt:
            return super().fit(X, y)


@pytest.fixture
def answered_ctrl_c():
    """Python's handler of Ctrl-C, also in a job in the background, which has none."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield signal.default_int_handler
    signal.signal(signal.SIGINT, before)


def test_fit_cut_short_is_no_finished_fold(tmp_path, answered_ctrl_c):
    with pytest.raises(KeyboardInterrupt):
        compare_classifiers(
            {"m": KeepsItsBestEpoch()}, TEXTS, LABELS, checkpoint=tmp_path
        )
    assert list(tmp_path.iterdir()) == []
    assert signal.getsignal(signal.SIGINT) is answered_ctrl_c


@pytest.mark.parametrize(
    ("change", "n_fits"),
    [
        ({}, 0),
        ({"classifiers": {"renamed": Moody()}}, 0),
        ({"X": TEXTS[::-1]}, 5),
        ({"y": LABELS[::-1]}, 5),
        ({"random_state": 1}, 5),
        ({"scoring": "f1_macro"}, 5),
        ({"classifiers": {"m": Moody(fail_at=(9,))}}, 5),
    ],
    ids=["all equal", "name", "X", "y", "folds", "scoring", "parameter"],
)
def test_checkpoint_knows_what_a_fold_depends_on(tmp_path, change, n_fits):
    arguments = {"classifiers": {"m": Moody()}, "X": TEXTS, "y": LABELS}
    arguments |= {"checkpoint": tmp_path, "scoring": "accuracy"}
    compare_classifiers(**arguments)
    Moody.fits = 0
    again = compare_classifiers(**arguments | change)
    assert Moody.fits == n_fits
    assert set(again.folds()["model"]) == set(again.classifiers)


def test_broken_checkpoint_file_is_run_again(tmp_path):
    run = {"checkpoint": tmp_path, "scoring": "accuracy"}
    compare_classifiers({"m": Moody()}, TEXTS, LABELS, **run)
    next(tmp_path.glob("*.joblib")).write_bytes(b"\x80")
    Moody.fits = 0
    assert len(compare_classifiers({"m": Moody()}, TEXTS, LABELS, **run).folds()) == 5
    assert Moody.fits == 1


def test_failed_fold_is_not_kept(tmp_path):
    moody = Moody(ValueError("no"), fail_at=[0])
    compare_classifiers(
        {"m": moody}, TEXTS, LABELS, checkpoint=tmp_path, scoring="accuracy"
    )
    assert len(list(tmp_path.glob("*.joblib"))) == 4


def test_checkpoint_that_cannot_be_written_costs_no_fold(tmp_path, monkeypatch):
    def full(*_):
        raise OSError("No space left on device")

    monkeypatch.setattr("sklstm.comparison._checkpoint.os.replace", full)
    with pytest.warns(UserWarning, match="cannot keep fold . of 'NB': No space left"):
        comparison = compare_classifiers(
            {"NB": naive_bayes()}, TEXTS, LABELS, checkpoint=tmp_path
        )
    assert comparison.errors_ == {}
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("folder", ["a file", "a file/kept", "/proc/kept"])
def test_checkpoint_without_a_folder_fails_before_the_folds(tmp_path, folder):
    (tmp_path / "a file").write_text("")
    with pytest.raises(OSError):
        compare_classifiers(
            {"moody": Moody()}, TEXTS, LABELS, checkpoint=tmp_path / folder
        )
    assert Moody.fits == 0


def test_checkpoint_refuses_what_it_cannot_name(tmp_path):
    model = make_pipeline(CountVectorizer(analyzer=lambda text: list(text)), Moody())
    with pytest.raises(ValueError, match=r"'m' does not.*named function"):
        compare_classifiers({"m": model}, TEXTS, LABELS, checkpoint=tmp_path)


# What comes out


def test_disagreements_fall(comparison):
    NB, LR = comparison.out_of_fold_probabilities_.values()
    apart = np.abs(NB - LR).sum(axis=1) / 2
    rows = comparison.disagreements(60)
    differ = (NB.argmax(axis=1) != LR.argmax(axis=1))[rows]
    assert (np.diff(differ.astype(int)) <= 0).all()  # other labels come first
    for part in (apart[rows][differ], apart[rows][~differ]):
        assert len(part) > 1 and (np.diff(part) <= 0).all()
    groups = comparison.duplicate_groups_
    assert sorted(groups[rows]) == sorted(set(groups))  # one of equal texts
    assert comparison.disagreements(4).tolist() == rows[:4].tolist()


def test_pickles(comparison):
    copy = pickle.loads(pickle.dumps(comparison))
    assert isinstance(copy, Comparison)
    pd.testing.assert_frame_equal(copy.table(), comparison.table())
    assert repr(copy) == repr(comparison)
    assert "n_folds=5" in repr(copy)


def test_progress_goes_to_stderr(capsys):
    compare_classifiers({"NB": naive_bayes()}, TEXTS, LABELS, cv=2, verbose=True)
    out, err = capsys.readouterr()
    assert out == "" and "2/2" in err
    compare_classifiers({"NB": naive_bayes()}, TEXTS, LABELS, cv=2)
    assert capsys.readouterr() == ("", "")


def is_routing(model, X, y):
    return get_config()["enable_metadata_routing"]


@pytest.mark.parametrize("backend", ["loky", "threading"])
def test_every_worker_has_the_configuration_of_the_caller(backend):
    with config_context(enable_metadata_routing=True), parallel_config(backend):
        comparison = compare_classifiers(
            {"NB": MultinomialNB()}, COUNTS, LABELS, scoring=is_routing, n_jobs=2
        )
    assert comparison.rows()[0]["is_routing_mean"] == 1
