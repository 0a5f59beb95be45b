"""The command line: what a user sees, and one line for each mistake."""

import argparse
import io
import re
import subprocess
import sys

import joblib
import pandas as pd
import pytest
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import MultinomialNB
from sklearn.pipeline import make_pipeline
from sklearn.semi_supervised import SelfTrainingClassifier

from sklstm import (
    __version__,
    make_hmm_pipeline,
    make_linear_pipeline,
    make_lstm_pipeline,
    make_naive_bayes_pipeline,
)
from sklstm.cli import _compare, _main, _model_files
from sklstm.text._training_profile import TrainingProfile

ROWS = [
    ("房间很好", "positive"),
    ("房间很吵", "negative"),
    ("早餐好吃", "positive"),
    ("早餐难吃", "negative"),
    ("服务真好", "positive"),
    ("服务真差", "negative"),
    ("位置不错", "positive"),
    ("位置不便", "negative"),
]
OWN = ["compare", "reviews.csv", "--text", "review", "--label", "mood", "--folds", "2"]
MAKE = _compare._make
RESULTS = [
    "classes.csv",
    "comparison.csv",
    "comparison.png",
    "folds.csv",
    "predictions.csv",
    "report.html",
]


@pytest.fixture(autouse=True)
def quick_models(monkeypatch):
    """Pipelines of scikit-learn: the package's own have tests of their own."""
    classifiers = {
        "hmm": MultinomialNB(alpha=9.0),
        "linear": LogisticRegression(C=9.0),
        "lstm": LogisticRegression(),
    }
    monkeypatch.setattr(
        _compare,
        "_make",
        lambda name, options: make_pipeline(
            CountVectorizer(analyzer="char"), classifiers.get(name, MultinomialNB())
        ),
    )


@pytest.fixture(autouse=True)
def no_pictures(request, monkeypatch):
    """Drawing takes longest; one test does it in earnest."""
    if request.node.name != "test_own_file":
        monkeypatch.setattr("sklstm.comparison._plots.png", lambda figure: b"")


@pytest.fixture
def reviews(tmp_path):
    path = tmp_path / "reviews.csv"
    lines = [f"{text},{label}" for text, label in ROWS]
    gaps = [",positive", "早餐难吃,", ",negative", ",positive", ",positive"]
    path.write_text("\n".join(["review,mood", *lines, *gaps]), encoding="utf-8")
    return path


@pytest.fixture
def run(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def run(*arguments):
        try:
            status = _main.main([str(argument) for argument in arguments])
        except SystemExit as exc:
            status = exc.code
        out, err = capsys.readouterr()
        return status, out, err

    return run


def compare(run, reviews, *more):
    columns = ("--text", "review", "--label", "mood")
    return run("compare", reviews, *columns, "--folds", 2, *more)


def test_own_file(run, reviews, tmp_path):
    status, out, _ = compare(run, reviews)
    assert status == 0
    assert "8 reviews" in out and "2 folds" in out
    assert "5 left out:\n  no text in column 'review': row 9, 11-13\n" in out
    assert "  no label in column 'mood': row 10\n" in out
    header = next(line for line in out.splitlines() if line.startswith("model"))
    assert header.split("  ")[0] == "model"
    for title in ("accuracy", "macro-F1", "log-loss", "fit s", "predict s"):
        assert title in header
    for name in ("naive-bayes", "hmm", "linear", "lstm"):
        assert f"\n{name}" in out
    folder = tmp_path / "sklstm-results"
    assert str(folder) in out
    assert sorted(p.name for p in folder.iterdir()) == [*RESULTS, "significance.csv"]
    assert (folder / "comparison.png").read_bytes().startswith(b"\x89PNG")
    assert "data:image/png;base64,iVBOR" in (folder / "report.html").read_text("utf-8")
    table = pd.read_csv(folder / "comparison.csv", index_col="model")
    assert table.index.tolist()[-2:] == ["together", "majority"]
    assert table.index.tolist()[:-2] == ["naive-bayes", "hmm", "linear", "lstm"]


def test_the_models_are_explained_where_they_disagree(run, reviews, tmp_path):
    status, out, _ = compare(run, reviews, "--explain", 2)
    assert status == 0
    (said,) = re.findall(r"Why they disagree .*?\n\n(Row .*?)\n\n", out, re.DOTALL)
    for name in ("naive-bayes", "hmm", "linear", "lstm"):
        assert f"\n  {name}" in said
    report = (tmp_path / "sklstm-results" / "report.html").read_text("utf-8")
    assert "<h3>Why they disagree</h3>" in report
    _, out, _ = compare(run, reviews)
    assert "Why they disagree" not in out


def test_as_many_are_explained_as_wanted(run, reviews, monkeypatch):
    wanted = []

    def remember(*_, explain, **__):
        wanted.append(explain)
        raise ValueError("seen")

    monkeypatch.setattr("sklstm.comparison._compare.compare_classifiers", remember)
    monkeypatch.setattr("sklstm.comparison.compare_classifiers", remember)
    for more in ((), ("--explain",), ("--explain", 3)):
        assert compare(run, reviews, *more)[0] == 2
    assert wanted == [0, 10, 3]
    status, _, err = run("compare", "--explain", "reviews.csv")
    assert status == 2 and "whole number of at least 0; got 'reviews.csv'" in err


def test_table_shows_losses_with_their_own_sign(run, reviews, tmp_path):
    _, out, _ = compare(run, reviews, "--models", "lstm")
    table = pd.read_csv(tmp_path / "sklstm-results" / "comparison.csv").iloc[0]
    loss = -table["neg_log_loss_mean"]
    deviation = table["neg_log_loss_sd"]
    assert f"{loss:.3f} ± {deviation:.3f}" in out


def test_generated_reviews(run, monkeypatch):
    monkeypatch.setattr(_compare, "_N_GENERATED", 60)
    status, out, err = run("compare", "--models", "naive-bayes", "--folds", 2)
    assert status == 0
    assert "60 generated reviews, 2 folds" in out
    says = out.partition("says of six new sentences:\n")[2].splitlines()
    assert says[0].split() == ["label", "negative", "neutral", "positive"]
    assert len(says) == 7
    for line in says[1:]:
        label, *probabilities = line.split()[1:]
        assert label in ("negative", "neutral", "positive")
        assert sum(map(float, probabilities)) == pytest.approx(1.0, abs=0.002)
    assert "2/2" in err


def test_same_seed_same_scores(run, reviews, tmp_path):
    tables = []
    for out in ("a", "b"):
        compare(run, reviews, "--out", tmp_path / out, "--seed", 3)
        table = pd.read_csv(tmp_path / out / "folds.csv")
        tables.append(table.drop(columns=["fit_seconds", "predict_seconds"]))
    pd.testing.assert_frame_equal(*tables)


def test_saved_model_predicts(run, reviews, tmp_path):
    model = tmp_path / "model.joblib"
    status, out, _ = compare(run, reviews, "--models", "lstm", "--save", model)
    assert (status, str(model) in out) == (0, True)
    new = tmp_path / "new.txt"
    new.write_text("房间很好\n服务真差\n", encoding="utf-8")
    status, out, err = run("predict", model, new)
    assert (status, err) == (0, "")
    header, *rows = [line.split("\t") for line in out.splitlines()]
    assert header == ["label", "probability", "p(negative)", "p(positive)", "note"]
    assert [row[0] for row in rows] == ["positive", "negative"]
    for _, probability, *both, _ in rows:
        assert probability == max(both)
    assert joblib.load(model).predict(["房间很好"]).tolist() == ["positive"]


def test_a_saved_model_knows_what_it_was_trained_on(run, reviews, tmp_path):
    model = tmp_path / "model"
    compare(run, reviews, "--models", "lstm", "--save", model)
    profile = joblib.load(model).training_profile_
    assert profile == TrainingProfile.learn(text for text, _ in ROWS)


def test_documents_without_labels_are_training_for_whom_they_train(
    run, reviews, tmp_path, more, self_training
):
    compare(run, reviews, "--models", "lstm", "--save", "model", *more)
    texts = ["房间很差", "早餐真好", "服务不错", "位置难找", "好吃"]
    profile = joblib.load(tmp_path / "model").training_profile_
    assert profile == TrainingProfile.learn([*(text for text, _ in ROWS), *texts])


@pytest.mark.parametrize("name", ["hmm", "lstm"])
def test_models_compute_on_one_thread_until_they_are_saved(tmp_path, name):
    model = MAKE(name, argparse.Namespace(seed=3, class_weight=None, tokenizer="jieba"))
    parameters = model.get_params()
    assert parameters["classify__n_threads"] == 1
    assert parameters["classify__random_state"] == 3
    _model_files.save(model, tmp_path / "model.joblib", ["房间很好"])
    saved = joblib.load(tmp_path / "model.joblib").get_params()
    assert saved["classify__n_threads"] is None


def test_models_are_those_of_the_functions():
    makers = {
        "naive-bayes": make_naive_bayes_pipeline,
        "hmm": make_hmm_pipeline,
        "linear": make_linear_pipeline,
        "lstm": make_lstm_pipeline,
    }
    options = argparse.Namespace(seed=3, class_weight=None, tokenizer="jieba")
    for name, make in makers.items():
        ours, theirs = MAKE(name, options).get_params(), make().get_params()
        for key, value in theirs.items():
            is_set = key.endswith(("random_state", "n_threads"))
            if not is_set and "n_threads=1" not in repr(ours[key]):
                assert repr(ours[key]) == repr(value), key


def test_compare_reads_standard_input(run, reviews, monkeypatch):
    data = reviews.read_bytes()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
    status, out, _ = compare(run, "-", "--models", "lstm")
    assert status == 0 and "8 reviews of standard input" in out


def test_compare_reads_a_sheet_of_a_workbook(run, reviews, tmp_path):
    book = tmp_path / "reviews.xlsx"
    with pd.ExcelWriter(book) as writer:
        pd.DataFrame({"a": [1]}).to_excel(writer, sheet_name="first")
        pd.read_csv(reviews).to_excel(writer, sheet_name="second", index=False)
    status, out, _ = compare(run, book, "--sheet", "second", "--models", "lstm")
    assert status == 0 and f"8 reviews of {book}" in out
    assert "labels: 'positive' (4), 'negative' (4)\n" in out
    more = ("--sheet", "second", "--models", "lstm", "--unlabelled", book)
    status, _, err = compare(run, book, *more)
    assert status == 2 and "reviews.xlsx has no column 'review'; it has '', 'a'." in err


def test_labels_are_listed_before_anything_is_fitted(run, reviews):
    _, out, _ = compare(run, reviews, "--models", "lstm")
    listed = "labels: 'positive' (4), 'negative' (4)\n"
    assert listed in out and out.index(listed) < out.index("model ")
    assert "look alike" not in out


def test_odd_and_many_labels_are_listed_in_one_line(run, reviews):
    rows = ["房间很好,posi\u200btive", "房间好,POSITIVE", f"房间大,{'x' * 99}\u2028"]
    rows += [f"房间小,label{i}" for i in range(12)] + ["房间真好,positive"] * 24
    content = reviews.read_text("utf-8") + "\n" + "\n".join(rows)
    reviews.write_text(content, "utf-8")
    status, out, err = compare(run, reviews, "--models", "lstm")
    assert status == 0 and "Warning" not in err and "sklstm:" not in err
    (line,) = (line for line in out.splitlines() if line.startswith("labels: "))
    assert "'posi\\u200btive' (1)" in line and line.endswith(", 7 more")
    assert len(line) < 300
    alike = (
        "look alike, each its own: 'positive' (28) and 'posi\\u200btive' (1) and 'POS"
    )
    assert alike in out


@pytest.fixture
def more(tmp_path):
    """Documents without labels: five of them, in lines and in a table."""
    lines, table = tmp_path / "more.txt", tmp_path / "more.csv"
    lines.write_text("房间很差\n\n早餐真好\n", encoding="utf-8")
    table.write_text(
        "text,review\n1,服务不错\n2,\n3,位置难找\n4,好吃\n", encoding="utf-8"
    )
    return ["--unlabelled", lines, "--unlabelled", table]


@pytest.fixture
def self_training(monkeypatch):
    """A model that learns from them."""
    quick = _compare._make

    def make(name, seed):
        model = quick(name, seed)
        if name == "lstm":
            model.steps[-1] = ("learn", SelfTrainingClassifier(model[-1]))
        return model

    monkeypatch.setattr(_compare, "_make", make)


def test_documents_without_labels(run, reviews, tmp_path, more, self_training):
    status, out, _ = compare(run, reviews, *more)
    assert status == 0
    lines, table = (str(file) for file in more[1::2])
    assert f"2 documents without labels of {lines}, 1 blank left out\n" in out
    assert f"3 documents without labels of {table}, 1 blank left out\n" in out
    header = next(line for line in out.splitlines() if line.startswith("model"))
    assert header.split()[-1] == "unlabelled"
    used = {"naive-bayes": 0, "hmm": 0, "linear": 0, "lstm": 5}
    for name, n_unlabelled in used.items():
        row = next(line for line in out.splitlines() if line.startswith(name + " "))
        assert row.split()[-1] == str(n_unlabelled)
    table = pd.read_csv(tmp_path / "sklstm-results" / "comparison.csv")
    told = dict(zip(table["model"], table["n_unlabelled"], strict=True))
    assert told == {**used, "together": 0, "majority": 0}


def test_the_best_model_learns_from_them_too(
    run, reviews, tmp_path, more, self_training
):
    status, *_ = compare(run, reviews, "--models", "lstm", "--save", "model", *more)
    assert status == 0
    learner = joblib.load(tmp_path / "model")[-1]
    assert len(learner.transduction_) == len(ROWS) + 5


def test_standard_input_has_no_labels(run, reviews, monkeypatch, self_training):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO("好\n".encode())))
    status, out, _ = compare(run, reviews, "--unlabelled", "-")
    assert status == 0
    assert "1 documents without labels of standard input\n" in out


def test_the_lstm_of_the_command_learns_from_them(run, reviews, more, monkeypatch):
    def make(name, options):
        small = {"hidden_size": 2, "max_epochs": 1}
        return MAKE(name, options).set_params(
            features__pos="drop",
            features__embed__vector_size=2,
            **{f"classify__{key}": value for key, value in small.items()},
        )

    monkeypatch.setattr(_compare, "_make", make)
    status, out, _ = compare(run, reviews, "--models", "lstm", "--n-jobs", 1, *more)
    assert status == 0 and "failed" not in out
    assert re.search(r"^lstm .* 5$", out, re.MULTILINE)


def test_documents_that_divide_the_models_are_shown(run, reviews):
    _, out, _ = compare(run, reviews)
    shown = out.partition("disagree most on (out of fold):\n")[2].splitlines()
    assert shown[0].split() == ["label", "naive-bayes", "hmm", "linear", "lstm"]
    assert shown[1].split()[0] in dict(ROWS)


def test_checkpoint_continues(run, reviews, tmp_path):
    compare(run, reviews, "--checkpoint", tmp_path / "kept")
    assert len(list((tmp_path / "kept").iterdir())) == 8
    _, _, err = compare(run, reviews, "--checkpoint", tmp_path / "kept")
    assert "8/8" in err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["compare", "none.csv"], "no file 'none.csv'"),
        (["compare", "reviews.csv", "--text", "txt"], "'txt'.*review.*mood"),
        (["compare", "reviews.csv", "--text", "review"], "label.*mood"),
        (["compare", "."], "is a folder"),
        (["compare", "--models", "svm"], "naive-bayes, hmm, linear, lstm; got 'svm'"),
        (["compare", "--folds", "1"], "at least 2; got '1'"),
        (["compare", "--folds", "two"], "got 'two'"),
        (["compare", "--seed", "-1"], "at least 0|expected one argument"),
        (["compare", "--save", "no/model"], "no folder 'no'"),
        (["compare", "--save", "."], "is a folder"),
        (["compare", "--out", "reviews.csv"], "--out expects a folder"),
        (["compare", "--n-jobs", "0"], "-1 for all processors; got '0'"),
        (["compare", "--text", "review"], "no file was named"),
        (["compare", "--encoding", "big5"], "no file was named"),
        (["compare", "--sheet", "2"], "no file was named"),
        (["compare", "reviews.csv", "--sheet", "2"], "is no Excel workbook"),
        (["compare", "--unlabelled", "reviews.csv"], "REVIEWS; no file was named"),
        (["compare", "-", "--unlabelled", "-"], "input can be read once"),
        ([*OWN, "--unlabelled", "none.txt"], "no file 'none.txt'"),
        ([*OWN, "--unlabelled", "blank.txt"], "all of them are blank"),
        (
            [*OWN, "--unlabelled", "table.txt"],
            "or let the name of the file end in .csv",
        ),
        (
            [*OWN, "--unlabelled", "reviews.csv"],
            "none of 'naive-bayes', 'hmm', 'linear', 'lstm'",
        ),
        (["compare", "reviews.csv", "--encoding", "none"], "'none' is no encoding"),
        (["predict"], "required: MODEL, FILE"),
        (["compute"], "invalid choice: 'compute'"),
        ([], "required: COMMAND"),
    ],
)
def test_mistake_is_one_line_and_status_two(run, reviews, tmp_path, arguments, message):
    (tmp_path / "blank.txt").write_text(" \n\n", encoding="utf-8")
    (tmp_path / "table.txt").write_text("text,mood\n好,positive\n", encoding="utf-8")
    status, _, err = run(*arguments)
    assert status == 2
    assert err.count("\n") == 1 and "Traceback" not in err
    assert re.search(message, err)


def test_column_of_texts_is_no_column_of_labels(run, reviews):
    arguments = ("--text", "review", "--label", "review")
    status, _, err = run("compare", reviews, *arguments)
    assert status == 2 and err.count("\n") == 1
    assert "'review' is named more than once by text, label" in err


def test_column_of_numbers_is_no_column_of_labels(run, reviews):
    rows = reviews.read_text("utf-8").splitlines()
    numbered = [f"{number},{row}" for number, row in enumerate(rows[1:])]
    reviews.write_text("\n".join([f"id,{rows[0]}", *numbered]), "utf-8")
    status, _, err = run("compare", reviews, "--text", "review", "--label", "id")
    assert status == 2 and err.count("\n") == 1
    assert "none of them 5 times" in err and "Is --label the column" in err


def test_rare_label_is_named(run, reviews):
    reviews.write_text(reviews.read_text("utf-8") + "\n位置很偏,mixed", "utf-8")
    status, out, err = compare(run, reviews)
    assert status == 0 and "Warning" not in err
    assert "fewer reviews than folds, so some folds lack them: 'mixed' (1)" in out


def test_status_one_where_no_model_finished(run, reviews, monkeypatch):
    broken = make_pipeline(CountVectorizer(analyzer="none"), MultinomialNB())
    monkeypatch.setattr(_compare, "_make", lambda name, options: broken)
    status, out, err = compare(run, reviews)
    assert status == 1
    assert "lstm failed in fold 2: InvalidParameterError" in out
    assert err.endswith("no model finished a fold\n")


def test_interrupt_is_one_line(run, reviews, monkeypatch):
    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(_compare, "print_comparison", interrupt)
    status, _, err = compare(run, reviews)
    assert status == 130 and err.endswith("sklstm: interrupted\n")


def test_help_and_version_load_nothing_heavy():
    code = (
        "import sys; from sklstm.__main__ import main\n"
        "try: main(['--version'])\n"
        "except SystemExit: pass\n"
        "print(*{'torch', 'sklearn', 'numpy', 'jieba'} & sys.modules.keys())"
    )
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[:2] == [f"sklstm {__version__}", ""]


@pytest.mark.parametrize("command", ["compare", "predict"])
def test_help(run, command):
    status, out, _ = run(command, "--help")
    assert status == 0 and "usage: sklstm" in out
    if command == "predict":
        assert "load only those that you trust" in " ".join(out.split())
