"""What ``sklstm compare`` lets the user decide, and what it says unasked."""

import argparse
import csv
import os
import signal

import joblib
import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import MultinomialNB
from sklearn.pipeline import make_pipeline

from sklstm.cli import _compare, _main
from sklstm.datasets import make_reviews

MAKE = _compare._make


class Stubborn(ClassifierMixin, BaseEstimator):
    """Answers Ctrl-C by keeping what it has, as the LSTM does; it comes in fit 3."""

    fits = 0

    def fit(self, X, y):
        type(self).fits += 1
        self.classes_ = np.unique(y)
        if type(self).fits == 3:
            try:
                os.kill(os.getpid(), signal.SIGINT)
            except KeyboardInterrupt:
                pass
        return self

    def predict(self, X):
        return np.repeat(self.classes_[:1], X.shape[0])

    def predict_proba(self, X):
        return np.full((X.shape[0], len(self.classes_)), 1 / len(self.classes_))


@pytest.fixture(autouse=True)
def quick_models(monkeypatch):
    classifiers = {
        "naive-bayes": MultinomialNB(),
        "linear": LogisticRegression(C=9.0),
        "lstm": Stubborn(),
    }

    def make(name, options):
        classifier = classifiers.get(name, MultinomialNB(alpha=9.0))
        if hasattr(classifier, "class_weight"):
            classifier.set_params(class_weight=options.class_weight)
        return make_pipeline(CountVectorizer(analyzer="char"), classifier)

    monkeypatch.setattr(_compare, "_make", make)
    monkeypatch.setattr("sklstm.comparison._plots.png", lambda figure: b"")
    Stubborn.fits = 0


@pytest.fixture
def run(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LC_ALL", "C")

    def run(*arguments):
        try:
            status = _main.main(["compare", *map(str, arguments), "--n-jobs", "1"])
        except SystemExit as exc:
            status = exc.code
        out, err = capsys.readouterr()
        return status, out, err

    return run


def write(path, rows):
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("text", "label", "author"), *rows])
    return path


@pytest.fixture
def four_times(tmp_path):
    """Reviews, each four times in the file, and the second once with another label."""
    reviews = zip(*make_reviews(60, random_state=0), strict=True)
    rows = [(text, label, "") for text, label in reviews]
    rows *= 4
    text, label, _ = rows[61]
    rows[61] = (text, "positive" if label == "negative" else "negative", "")
    return write(tmp_path / "reviews.csv", rows)


def test_what_repeats_is_said_with_rows_of_the_file(run, four_times, tmp_path):
    status, out, _ = run(four_times, "--models", "naive-bayes,linear")
    assert status == 0
    assert "! 240 of 240 texts are equal to another one, or nearly so" in out
    assert "rows 1, 2, 3, " in out
    conflict = next(line for line in out.splitlines() if "different labels" in line)
    assert all(f"row {row}: " in conflict for row in (2, 62, 122))
    table = pd.read_csv(tmp_path / "sklstm-results" / "duplicates.csv")
    assert table.query("conflict")["row"].tolist() == [2, 62, 122, 182]
    run(four_times, "--models", "naive-bayes", "--duplicates", "ignore")
    status, out, _ = run(four_times, "--models", "linear", "--duplicates", "ignore")
    assert "too good for new texts" in out


def test_duplicates_of_an_earlier_run_do_not_stay(run, four_times, tmp_path):
    run(four_times, "--models", "linear")
    rows = [(f"第{n}{'好坏'[n % 2]}", n % 2, "") for n in range(40)]
    once = write(tmp_path / "once.csv", rows)
    run(once, "--models", "linear")
    assert not (tmp_path / "sklstm-results" / "duplicates.csv").exists()


def test_groups_stay_in_one_fold(run, tmp_path):
    # An author writes one sentence only, with a serial number, and one label.
    rows = [
        (f"{'甲乙丙丁戊己庚辛壬癸'[n % 10]}说{n}号房", n % 10 % 2, f"author {n % 10}")
        for n in range(100)
    ]
    file = write(tmp_path / "reviews.csv", rows)
    accuracies = []
    for more in ([], ["--group", "author"]):
        run(file, "--models", "linear", *more)
        table = pd.read_csv(tmp_path / "sklstm-results" / "comparison.csv")
        accuracies.append(table["accuracy_mean"][0])
    assert accuracies[0] > 0.95
    assert accuracies[1] < 0.8


def test_the_majority_is_beside_every_model(run, four_times):
    status, out, _ = run(four_times, "--models", "majority,linear")
    assert status == 0
    names = [line.split()[0] for line in out.splitlines() if " ± " in line]
    assert names == ["linear", "majority"]


def test_scores_and_what_chooses_the_best_may_be_named(run, four_times):
    _, out, _ = run(
        four_times,
        "--models",
        "naive-bayes,linear",
        "--scoring",
        "f1_macro,accuracy",
        "--best-by",
        "accuracy",
    )
    header = next(line for line in out.splitlines() if line.startswith("model"))
    assert header.split()[1:3] == ["macro-F1", "accuracy"]
    assert "Take " in out or "best of them is" in out


def test_balanced_classes_find_the_rare_one(run, tmp_path):
    rng = np.random.RandomState(0)
    rows = []
    for n in range(400):
        is_rare = n % 20 == 0
        bad = "差" * (rng.rand() < (0.8 if is_rare else 0.15))
        words = "".join(rng.choice([*"房间位置早餐服务价格隔音"], 9))
        rows.append((bad + words, "negative" if is_rare else "positive", ""))
    file = write(tmp_path / "reviews.csv", rows)
    recall = []
    for more in ([], ["--class-weight", "balanced"]):
        run(file, "--models", "linear", *more)
        table = pd.read_csv(tmp_path / "sklstm-results" / "classes.csv")
        recall.append(table.set_index("class")["recall"]["negative"])
    assert recall[1] > recall[0] + 0.2, recall


def test_class_weight_reaches_every_model():
    options = argparse.Namespace(seed=0, class_weight="balanced", tokenizer="words")
    for name in ("naive-bayes", "hmm", "linear", "lstm"):
        parameters = MAKE(name, options).get_params()
        weights = [v for k, v in parameters.items() if k.endswith("class_weight")]
        assert weights == ["balanced"]


def test_the_tokenizer_reaches_every_model(run, tmp_path):
    for tokenizer, words in (("words", ["don't"]), ("characters", [*"don't"])):
        options = argparse.Namespace(seed=0, class_weight=None, tokenizer=tokenizer)
        for name in ("naive-bayes", "hmm", "linear", "lstm"):
            assert MAKE(name, options)["segment"].transform(["don't"]) == [words]
    rows = [
        (f"{how} {what}", how, "") for how in ("good", "bad") for what in "abcdefgh"
    ]
    file = write(tmp_path / "english.csv", rows)
    status, out, _ = run(file, "--models", "linear", "--tokenizer", "words")
    assert status == 0 and "linear" in out


def test_chinese_and_english(run, four_times, monkeypatch):
    _, out, err = run(four_times, "--models", "linear", "--language", "zh")
    assert "折数:" in err and "folds" not in err
    assert "240 条评论，分 5 折" in out and "多数类" in out and "已写入" in out
    report = (four_times.parent / "sklstm-results" / "report.html").read_text("utf-8")
    assert '<html lang="zh' in report
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    _, out, _ = run(four_times, "--models", "linear")
    assert "240 条评论" in out
    _, out, _ = run(four_times, "--models", "linear", "--language", "en")
    assert "240 reviews" in out


def test_robustness_is_in_table_and_terminal(run, four_times):
    pytest.importorskip("pypinyin")
    status, out, _ = run(four_times, "--models", "linear", "--robustness")
    assert status == 0, out
    table = pd.read_csv(four_times.parent / "sklstm-results" / "robustness.csv")
    assert {"swap_characters", "to_traditional"} <= set(table["perturbation"])
    assert "linear" in set(table["model"])


def test_an_interrupted_last_fit_overwrites_nothing(run, four_times, tmp_path, request):
    joblib.dump("before", tmp_path / "model")
    # Those that a shell puts in the background are deaf to Ctrl-C.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    request.addfinalizer(lambda: signal.signal(signal.SIGINT, before))
    status, _, err = run(
        four_times, "--models", "lstm", "--folds", "2", "--save", "model"
    )
    assert status == 130 and "interrupted" in err
    assert joblib.load(tmp_path / "model") == "before"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--models", "majority"], "a model to compare majority with"),
        (["--models", "svm"], "expects any of naive-bayes, hmm, linear, lstm"),
        (["--duplicates", "drop"], "invalid choice: 'drop'"),
        (["--best-by", "f1"], "best_by to be one of the scores"),
        (["--scoring", "accurate"], "accurate"),
        (["--group", "writer"], "no column 'writer'"),
        (["--language", "fr"], "invalid choice: 'fr'"),
    ],
)
def test_mistakes_are_one_line(run, four_times, arguments, message):
    status, _, err = run(four_times, *arguments)
    assert status == 2
    assert message in err.splitlines()[-1]
