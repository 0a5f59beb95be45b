"""Reasons on the command line: what is printed, written and refused."""

import csv
import json
import sys
from contextlib import suppress
from pathlib import Path

import joblib
import numpy as np
import openpyxl
import pandas as pd
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC

from sklstm import explain, make_naive_bayes_pipeline
from sklstm.cli import _main, _model_files
from sklstm.display._text_table import text_width

TEXTS = ["房间很好", "房间很吵", "早餐好吃", "早餐难吃", "服务真好", "服务真差"]
LABELS = ["positive", "negative"] * 3


@pytest.fixture(scope="module")
def model():
    return make_naive_bayes_pipeline(ngram_range=(1, 1)).fit(TEXTS, LABELS)


@pytest.fixture(autouse=True)
def folder(model, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    joblib.dump(model, "model")
    (tmp_path / "new.txt").write_text("房间好\n\n早餐差\n", encoding="utf-8")
    lines = (f"0,{row[0]},{row[1]}\n" for row in zip(TEXTS, LABELS, strict=True))
    (tmp_path / "new.csv").write_text(f"id,text,mood\n{''.join(lines)}", "utf-8")
    return tmp_path


@pytest.fixture
def run(capsys):
    def run(*arguments, status=0):
        ended = None
        with suppress(SystemExit):
            ended = _main.main(["explain", "model", *map(str, arguments)])
        out, err = capsys.readouterr()
        assert ended in (status, None) and "Traceback" not in err
        return err if status else out

    return run


def rows_of(path):
    """Rows of a table, as texts."""
    suffix = path.rpartition(".")[2]
    if suffix == "jsonl":
        with open(path, encoding="utf-8") as file:
            return [dict(json.loads(line)) for line in file]
    if suffix == "xlsx":
        header, *lines = openpyxl.load_workbook(path).active.iter_rows(values_only=True)
        return [dict(zip(header, line, strict=True)) for line in lines]
    delimiter = {"csv": ",", "tsv": "\t"}[suffix]
    with open(path, encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter))


def test_one_text(run, model):
    out = run("服务真的很差")
    assert out == explain(model, ["服务真的很差"])[0].to_text() + "\n"
    assert "Prediction: negative" in out


def test_several_texts_are_numbered(run):
    out = run("房间好", "", "早餐差")
    assert [line for line in out.splitlines() if line in ("1.", "2.", "3.")] == [
        "1.",
        "2.",
        "3.",
    ]
    assert "(empty)" in out


def test_texts_may_stand_behind_options(run):
    assert run("--top", 3, "房间好") == run("房间好", "--top", 3)
    assert run("房间好", "--flip", "早餐差") == run("房间好", "早餐差", "--flip")


def test_an_option_that_is_none_is_refused(run):
    err = run("房间好", "--flop", status=2)
    assert "unrecognized arguments: --flop" in err


def test_a_file_of_lines_and_a_table(run):
    lines = run("--file", "new.txt")
    assert "\n3.\nPrediction: negative" in lines and "2.\n" in lines
    assert "\n6.\n" in run("--file", "new.csv")


def test_every_line_fits_80_columns(run):
    long = "房间很好早餐难吃，" * 30
    outs = [run(long, "--flip"), run(long, "--flip", "--language", "zh")]
    outs.append(run("--file", "new.csv", "--whole-model"))
    for out in outs:
        assert all(text_width(line) <= 80 for line in out.splitlines())


def test_top_words(run):
    assert "\n  the other 4 " in run("房间很好早餐难吃", "--top", 1)
    assert "the other" not in run("房间很好早餐难吃")


@pytest.mark.parametrize("method", ["occlusion", "shapley"])
def test_methods(run, method):
    assert f"({method})" in run("房间好", "--method", method)


def test_a_method_that_cannot_explain_is_refused(run):
    err = run("房间好", "--method", "gradients", status=2)
    assert "gradients" in err and err.count("\n") == 1


def test_a_label_is_named_as_it_is_written(run, folder):
    out = run("房间好", "--target", "negative")
    assert "+ speaks for negative" in out
    joblib.dump(make_naive_bayes_pipeline().fit(TEXTS, [1, 0] * 3), "model")
    assert "+ speaks for 0" in run("房间好", "--target", "0")


def test_words_that_turn_the_label(run):
    out = run("服务真的很好", "--flip")
    assert "Without 1 of" in out and "(好) the model says negative" in out
    out = run("服务真的很好", "--flip", "--target", "negative")
    assert "+ speaks for negative" in out and "(好) the model says negative" in out
    assert "Without" in run("服务真的很好", "--flip", "--target", "positive")


def test_neighbours(run, folder):
    pairs = make_pipeline(
        CountVectorizer(analyzer="char", ngram_range=(1, 2)), LogisticRegression(C=99)
    )
    texts = ["不好", "不差", "好", "差"] * 3
    joblib.dump(pairs.fit(texts, ["n", "p", "p", "n"] * 3), "model")
    assert "Neighbours" in run("不 好", "--interactions")
    assert "Neighbours" not in run("不 好")


def test_chinese(run):
    out = run("服务真的很好", "--flip", "--language", "zh", "--out", "p.html")
    assert "判断：positive" in out and "模型的判断就由“positive”" in out
    assert "已写入" in out
    with open("p.html", encoding="utf-8") as file:
        assert '<html lang="zh">' in file.read()


def test_a_page(run):
    out = run("服务真的很好", "早餐差", "--flip", "--out", "p.html")
    assert out.endswith("p.html\n")
    with open("p.html", encoding="utf-8") as file:
        page = file.read()
    assert page.count('<div class="document"') == 4 and "<del>好</del>" in page
    assert "default-src 'none'" in page
    (first, second) = (page.index("Sample 1"), page.index("Sample 2"))
    assert first < page.index("<del>") < second


@pytest.mark.parametrize("suffix", ["csv", "tsv", "jsonl", "xlsx"])
def test_a_table_of_all_words(run, model, suffix):
    run("服务真的很好", "早餐差", "--flip", "--out", f"p.{suffix}")
    rows = rows_of(f"p.{suffix}")
    found = explain(model, ["服务真的很好", "早餐差"])
    words = [token for each in found for token in each.tokens]
    assert [row["part"] for row in rows] == words
    assert [str(row["document"]) for row in rows][:: len(words) - 1] == ["1", "2"]
    values = [
        each.contributions[place, each.column()]
        for each in found
        for place in range(len(each.tokens))
    ]
    assert [float(row["contribution"]) for row in rows] == pytest.approx(values)
    leaves = [row["part"] for row in rows if str(row["leaves"]).lower() == "true"]
    assert leaves[0] == "好"


def test_a_whole_model(run, folder):
    texts = "".join(f"{text}\n" for text in TEXTS * 5)
    (folder / "many.txt").write_text(texts, encoding="utf-8")
    out = run("--file", "many.txt", "--whole-model", "--top", 2, "--out", "p.csv")
    assert "30 of 30 samples" in out and "Words that speak for negative" in out
    rows = rows_of("p.csv")
    assert {row["class"] for row in rows} == {"negative", "positive"}
    assert "吵" in {row["name"] for row in rows}
    page = run("--file", "many.txt", "--whole-model", "--out", "p.html")
    assert "p.html" in page
    with open("p.html", encoding="utf-8") as file:
        assert "Words that speak for negative" in file.read()


def test_labels_of_a_whole_model(run, monkeypatch):
    given = {}

    def remember(model, X, y, **options):
        given.update(X=X, y=y, **options)
        raise ValueError("seen")

    monkeypatch.setattr("sklstm.explanation._explain_model.explain_model", remember)
    monkeypatch.setattr("sklstm.explanation.explain_model", remember, raising=False)
    run("--file", "new.csv", "--whole-model", "--label", "mood", "--seed", 3, status=2)
    assert given["X"] == TEXTS and given["y"] == LABELS
    assert given["random_state"] == 3 and given["target"] is None


EVIL = "\x1b[31m<b>\x07"


def test_nothing_of_a_text_or_label_is_obeyed(run):
    tokens = make_naive_bayes_pipeline().fit(TEXTS, [f"p{EVIL}", f"n{EVIL}"] * 3)
    joblib.dump(tokens, "model")
    out = run(f"服务真的很好{EVIL}", "--flip", "--out", "p.html")
    out += run("--file", "new.csv", "--whole-model", "--out", "q.html")
    assert "\x1b" not in out and "\x07" not in out
    for page in ("p.html", "q.html"):
        with open(page, encoding="utf-8") as file:
            source = file.read()
        assert "\x1b" not in source and "<b>" not in source


REFUSED = {
    "nothing": ([], "expects texts or a --file; got neither"),
    "both": (["好", "--file", "new.txt"], "expects texts or a --file; got both"),
    "a file": (["好", "new.txt"], "'new.txt' is a file. Put --file before it"),
    "stdin": (["-"], "'-' is stdin. Put --file before it"),
    "no file": (["好", "--text", "a"], "tell of a --file; got none"),
    "no whole": (["--file", "new.csv", "--label", "mood"], "goes with --whole-model"),
    "a whole": (["--file", "new.csv", "--whole-model", "--flip"], "of single texts"),
    "label": (["好", "--target", "so"], "['negative', 'positive']; got 'so'"),
    "suffix": (["好", "--out", "p.txt"], "ends in .html, .csv, .tsv, .jsonl, .xlsx"),
    "folder": (["好", "--out", "no/p.html"], "no folder 'no'"),
    "read": (["--file", "new.csv", "--out", "new.csv"], "which is read"),
    "absent": (["--file", "none.txt"], "none.txt"),
    "top": (["好", "--top", "0"], "at least 1; got '0'"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_makes_no_sense_is_refused(run, case):
    arguments, message = REFUSED[case]
    err = run(*arguments, status=2)
    assert message in err and err.count("\n") == 1


def test_what_cannot_be_written_is_refused_before_the_work(run, monkeypatch):
    monkeypatch.setattr(joblib, "load", None)
    assert "can be written" in run("好", "--out", "/proc/p.html", status=2)
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    assert "pip install 'sklstm[excel]'" in run("好", "--out", "p.xlsx", status=2)


def test_a_page_that_fails_leaves_the_one_before(run, folder, monkeypatch):
    (folder / "p.html").write_text("before")
    monkeypatch.setattr("sklstm.explanation._report.page", None)
    err = run("房间好", "--out", "p.html", status=1)
    assert "not done: p.html (TypeError" in err
    assert (folder / "p.html").read_text() == "before"


def test_a_model_without_probabilities(run):
    joblib.dump(
        make_pipeline(CountVectorizer(analyzer="char"), LinearSVC()).fit(TEXTS, LABELS),
        "model",
    )
    out = run("服务真的很好", "--flip")
    assert "Prediction: positive\n" in out and "Without" in out


class Guess(ClassifierMixin, BaseEstimator):
    """Says nothing but labels."""

    def fit(self, X, y):
        return self

    def __sklearn_is_fitted__(self):
        return True

    classes_ = np.array(["negative", "positive"])

    def predict(self, X):
        return ["positive"] * len(X)


def test_a_model_that_cannot_be_explained_is_refused(run):
    joblib.dump(Guess(), "model")
    err = run("好", status=2)
    assert "explain expects a classifier" in err and err.count("\n") == 1


def test_a_saved_model_is_explained(run):
    fitted = make_naive_bayes_pipeline().fit(TEXTS, LABELS)
    _model_files.save(fitted, Path("model"), TEXTS)
    assert "Prediction: positive" in run("服务真的很好")


@pytest.mark.parametrize("label", [(), ("--label", "mood", "--whole-model")])
def test_a_sheet_of_a_workbook(capsys, folder, label):
    with pd.ExcelWriter(folder / "book.xlsx") as book:
        for name, rows in {"first": slice(2), "second": slice(2, None)}.items():
            columns = {"text": TEXTS[rows] * 5, "mood": LABELS[rows] * 5}
            pd.DataFrame(columns).to_excel(book, sheet_name=name, index=False)
    found = {}
    for sheet in ("first", "second"):
        asked = ["--file", "book.xlsx", "--text", "text", "--sheet", sheet, *label]
        _main.main(["explain", "model", *asked])
        found[sheet], err = capsys.readouterr()
        assert "Warning" not in err
    assert found["first"] != found["second"]
    _main.main(["explain", "model", "--file", "book.xlsx", "--text", "text", *label])
    out, err = capsys.readouterr()
    assert out == found["first"]
    assert "sklstm: book.xlsx: the sheet 'first' is read, and not 'second'" in err
    assert "Warning" not in err
