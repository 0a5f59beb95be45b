"""New documents on the command line: what is printed, written and marked."""

import csv
import io
import json
import os
import subprocess
import sys

import joblib
import openpyxl
import pandas as pd
import pytest
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import MultinomialNB
from sklearn.pipeline import FeatureUnion, make_pipeline
from sklearn.svm import LinearSVC

from sklstm import (
    make_hmm_pipeline,
    make_lstm_pipeline,
    make_naive_bayes_pipeline,
)
from sklstm.cli import _main, _model_files, _prediction_files
from sklstm.cli._notes import known_documents, notes

TEXTS = ["房间很好", "房间很吵", "早餐好吃", "早餐难吃", "服务真好", "服务真差"]
LABELS = ["positive", "negative"] * 3
# Each value stands for what breaks careless code.
ODD = ['=1+1 好"', "@房间\t好\r\n早餐", " 好\r吃\0 ", "\ud800好", "-好,", "+好;"]
ANSWERS = ["label", "probability", "p(negative)", "p(positive)", "note"]
EXTREME = '{"text": "好", "n": 1.50, "big": 12345678901234567890, "sure": true, '
EXTREME += '"tags": ["甲", 2.0, {"a": null}], "gone": null}'


def characters(classifier=None):
    return make_pipeline(
        CountVectorizer(analyzer="char"), classifier or LogisticRegression()
    )


def save(model, documents=TEXTS, labels=LABELS, path="model"):
    _model_files.save(model.fit(documents, labels), path, documents)


@pytest.fixture(autouse=True)
def model(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    save(characters())


@pytest.fixture
def run(capsys):
    def run(*arguments, status=0):
        assert _main.main(["predict", "model", *map(str, arguments)]) == status
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        return err if status else out

    return run


@pytest.fixture
def new(tmp_path):
    path = tmp_path / "new.csv"
    rows = [[f"00{n}", text, "?"] for n, text in enumerate(["房间好", "", "早餐差"])]
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["id", "text", "label"], *rows])
    return path


def printed(out):
    return [line.split("\t") for line in out.splitlines()]


def standard_input(monkeypatch, data):
    stdin = io.TextIOWrapper(io.BytesIO(data), encoding="utf-8")
    monkeypatch.setattr(sys, "stdin", stdin)


def test_a_line_a_document_below_a_header(run, monkeypatch):
    standard_input(monkeypatch, "房间好\n\n早餐差".encode())
    header, *rows = printed(run("-"))
    assert header == ANSWERS
    assert [row[0] for row in rows][::2] == ["positive", "negative"]
    assert [row[-1] for row in rows] == ["", "empty", ""]
    probabilities = joblib.load("model").predict_proba(["房间好", "", "早餐差"])
    for row, both in zip(rows, probabilities, strict=True):
        assert row[2:4] == [f"{p:.4f}" for p in both]
        assert row[1] == row[2 + (row[0] == "positive")]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "big5"])
def test_a_table_of_standard_input(run, new, monkeypatch, encoding):
    expected = run(new)
    data = new.read_text("utf-8").encode(encoding, errors="replace")
    standard_input(monkeypatch, data)
    more = ["--encoding", encoding] if encoding == "big5" else []
    out = run("-", "--text", "text", *more)
    assert len(printed(out)) == 4
    assert out == expected or encoding == "big5"


def test_labels_stay_in_their_cells(run, tmp_path, new):
    labels = ["a\tb\\", "c\nd\u2028"] * 3
    save(characters(), labels=labels)
    header, *rows = printed(run(new))
    assert header[2:4] == ["p(a\\tb\\\\)", "p(c\\nd\\u2028)"]
    assert {row[0] for row in rows} == {"a\\tb\\\\", "c\\nd\\u2028"}
    assert [len(row) for row in rows] == [5] * 3
    for suffix, delimiter in {"tsv": "\t", "csv": ","}.items():
        run(new, "--out", f"p.{suffix}")
        table = pd.read_csv(f"p.{suffix}", sep=delimiter)
        assert set(table["label (predicted)"]) == set(labels)
        assert "p(c\nd\u2028)" in table.columns


def test_a_model_without_probabilities(run, new):
    save(characters(LinearSVC()))
    assert printed(run(new))[0] == ["label", "note"]


def test_numbers_as_labels(run, new):
    save(characters(), labels=[1, 0] * 3)
    assert printed(run(new))[0][2:4] == ["p(0)", "p(1)"]
    run(new, "--out", "p.jsonl")
    with open("p.jsonl", encoding="utf-8") as file:
        assert json.loads(file.readline())["label (predicted)"] == 1


@pytest.mark.parametrize("suffix", ["csv", "tsv", "jsonl", "xlsx"])
def test_columns_of_the_file_come_first_and_untouched(run, new, suffix):
    out = run(new, "--out", f"p.{suffix}")
    header, rows = read(f"p.{suffix}")
    assert header == ["id", "text", "label", "label (predicted)", *ANSWERS[1:]]
    assert [row[:3] for row in rows] == [
        ["000", "房间好", "?"],
        ["001", "", "?"],
        ["002", "早餐差", "?"],
    ]
    assert [row[3] for row in rows][::2] == ["positive", "negative"]
    for row in rows:
        assert float(row[4]) == max(float(row[5]), float(row[6]))
    assert [row[7] for row in rows] == ["", "empty", ""]
    assert "3 documents of new.csv: " in out and "marked: empty 1\n" in out
    assert "'label' is a column of new.csv: the predicted one is 'label (pre" in out
    assert f"Written to {os.path.abspath(f'p.{suffix}')}\n" in out


def read(path):
    """Header and rows of a file of predictions, as texts."""
    suffix = path.rpartition(".")[2]
    if suffix == "jsonl":
        with open(path, encoding="utf-8") as file:
            rows = [json.loads(line) for line in file]
        return list(rows[0]), [list(map(str, row.values())) for row in rows]
    if suffix == "xlsx":
        lines = openpyxl.load_workbook(path).active.iter_rows(values_only=True)
        header, *rows = ([str(x or "") for x in line] for line in lines)
        return header, rows
    delimiter = {"csv": ",", "tsv": "\t"}[suffix]
    encoding = {"csv": "utf-8-sig", "tsv": "utf-8"}[suffix]
    with open(path, encoding=encoding, newline="") as file:
        header, *rows = csv.reader(file, delimiter=delimiter)
    return header, rows


def test_only_a_csv_begins_with_the_mark_that_excel_needs(run, new):
    marks = {}
    for suffix in ("csv", "tsv", "jsonl"):
        run(new, "--out", f"p.{suffix}")
        with open(f"p.{suffix}", "rb") as file:
            marks[suffix] = file.read(3) == b"\xef\xbb\xbf"
    assert marks == {"csv": True, "tsv": False, "jsonl": False}


def odd_lines(tmp_path):
    path = tmp_path / "odd.jsonl"
    path.write_text("\n".join(json.dumps({"text": text}) for text in ODD), "utf-8")
    return path


@pytest.mark.parametrize("suffix", ["csv", "tsv", "jsonl"])
def test_odd_texts_come_back_from_text_files(run, tmp_path, suffix):
    run(odd_lines(tmp_path), "--out", f"p.{suffix}")
    expected = [text.replace("\ud800", "\\ud800") for text in ODD]
    _, rows = read(f"p.{suffix}")
    assert [row[0] for row in rows] == (ODD if suffix == "jsonl" else expected)


def test_odd_texts_are_texts_in_a_workbook(run, tmp_path):
    run(odd_lines(tmp_path), "--out", "p.xlsx")
    sheet = openpyxl.load_workbook("p.xlsx").active
    cells = [row[0] for row in sheet.iter_rows(min_row=2)]
    assert {cell.data_type for cell in cells} == {"s"}
    expected = [text.replace("\r\n", "\n").replace("\r", "\n") for text in ODD]
    expected[2] = " 好\n吃\\x00 "
    expected[3] = "\\ud800好"
    assert [cell.value for cell in cells] == expected
    assert type(sheet.cell(2, 3).value) is float


def test_an_error_of_excel_is_a_text_like_any_other(run, tmp_path):
    (tmp_path / "new.txt").write_text("#N/A\n", encoding="utf-8")
    run("new.txt", "--out", "p.xlsx")
    cell = openpyxl.load_workbook("p.xlsx").active.cell(2, 1)
    assert (cell.value, cell.data_type) == ("#N/A", "s")


def test_json_stays_what_it_is(run, tmp_path):
    (tmp_path / "new.jsonl").write_text(f'{EXTREME}\n{{"text": "吵"}}', "utf-8")
    run("new.jsonl", "--out", "p.jsonl")
    with open("p.jsonl", encoding="utf-8") as file:
        first, second = file.read().splitlines()
    assert first.startswith(EXTREME.removesuffix("}") + ', "label": "positive", ')
    assert list(json.loads(second)) == ["text", *ANSWERS]
    run("new.jsonl", "--out", "p.csv")
    _, rows = read("p.csv")
    tags = '["甲", 2.0, {"a": null}]'
    assert rows[0][:6] == ["好", "1.50", "12345678901234567890", "true", tags, ""]
    assert rows[1][:6] == ["吵", "", "", "", "", ""]


def test_no_column_of_the_answer_hides_one_of_the_file(run, tmp_path):
    header = ["text", "note", "note (predicted)", "p(negative)", "x", "x"]
    path = tmp_path / "new.csv"
    path.write_text(",".join(header) + "\n好,1,2,3,4,5\n", encoding="utf-8")
    run(path, "--out", "p.csv")
    written, (row,) = read("p.csv")
    assert written == [
        *(*header[:5], "x (2)"),
        *("label", "probability", "p(negative) (predicted)", "p(positive)"),
        "note (predicted) (2)",
    ]
    assert row[:6] == ["好", "1", "2", "3", "4", "5"]


@pytest.fixture
def book(tmp_path):
    """A workbook whose second sheet holds the documents, and every kind of cell."""
    path = tmp_path / "new.xlsx"
    day = pd.Timestamp("2024-05-01")
    frame = pd.DataFrame({"id": [7, 8], "text": ["房间好", None], "day": day, "n": 0.5})
    with pd.ExcelWriter(path) as writer:
        pd.DataFrame({"note": ["see below"]}).to_excel(writer, sheet_name="about")
        frame.to_excel(writer, sheet_name="data", index=False)
    frame.to_parquet(tmp_path / "new.parquet")
    return path


@pytest.mark.parametrize("suffix", ["csv", "jsonl", "xlsx"])
def test_columns_of_a_workbook_and_of_parquet_are_kept(run, book, suffix):
    kept = []
    for source in ([book, "--sheet", "data"], [book.with_suffix(".parquet")]):
        run(*source, "--out", f"p.{suffix}")
        header, rows = read(f"p.{suffix}")
        assert header == ["id", "text", "day", "n", *ANSWERS]
        assert [row[-1] for row in rows] == ["", "empty"]
        kept.append([[cell.replace("None", "") for cell in row[:4]] for row in rows])
    expected = [
        [n, text, "2024-05-01", "0.5"] for n, text in [("7", "房间好"), ("8", "")]
    ]
    assert kept == [expected, expected]


def test_what_is_to_be_known_of_a_file_is_a_line_of_its_own(book, capsys):
    assert _main.main(["predict", "model", str(book)]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "new.xlsx has no column 'text' or 'review'; it has '', 'note'." in line
    assert line.endswith("name one by sheet (--sheet on the command line).")
    assert _main.main(["predict", "model", str(book), "--text", "note"]) == 0
    out, err = capsys.readouterr()
    assert err == (
        "sklstm: new.xlsx: the sheet 'about' is read, and not 'data'; name one by "
        "sheet (--sheet on the command line).\n"
    )
    assert len(printed(out)) == 2


def test_lines_become_the_column_text(run, tmp_path):
    (tmp_path / "new.txt").write_text("好\n\n", encoding="utf-8")
    run("new.txt", "--out", "p.csv")
    header, rows = read("p.csv")
    assert header == ["text", *ANSWERS]
    assert [row[0] for row in rows] == ["好", ""]


REFUSED = {
    "another kind": (["--out", "p.txt"], "ends in .csv, .tsv, .jsonl, .xlsx; got"),
    "no kind": (["--out", "p"], "ends in .csv"),
    "no folder": (["--out", "no/p.csv"], "no folder 'no'"),
    "a folder": (["--out", "folder.csv"], "is a folder"),
    "a system folder": (["--out", "/proc/p.csv"], "can be written"),
    "what is read": (["--out", "new.csv"], "--out names 'new.csv', which is read"),
    "the model": (["--out", "model.csv"], "--out names 'model.csv', which is read"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_written_is_refused_before_the_work(
    run, new, case, monkeypatch, tmp_path
):
    (tmp_path / "folder.csv").mkdir()
    (tmp_path / "model.csv").symlink_to(tmp_path / "model")
    monkeypatch.setattr(joblib, "load", None)
    before = {path: path.stat() for path in tmp_path.rglob("*")}
    arguments, message = REFUSED[case]
    err = run(new, *arguments, status=2)
    assert message in err and err.count("\n") == 1
    assert {path: path.stat() for path in tmp_path.rglob("*")} == before


def test_a_missing_library_is_named_before_the_work(run, new, monkeypatch):
    monkeypatch.setattr(joblib, "load", None)
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    err = run(new, "--out", "p.xlsx", status=2)
    assert "needs openpyxl: pip install 'sklstm[excel]'" in err


def test_a_table_too_large_for_a_workbook_is_refused_before_the_work(
    run, new, tmp_path, monkeypatch
):
    def predict(*_):
        raise AssertionError("predicts")

    monkeypatch.setattr(CountVectorizer, "transform", predict)
    long = tmp_path / "long.txt"
    long.write_text(f"好\n{'👍' * 16384}\n", encoding="utf-8")
    err = run(long, "--out", "p.xlsx", status=2)
    assert "long.txt, row 2: a text of 32768 characters; a cell" in err
    monkeypatch.setattr(_prediction_files, "_MOST_ROWS", 3)
    err = run(new, "--out", "p.xlsx", status=2)
    assert "has 3 rows; a sheet of a workbook holds 2 below its header" in err
    assert "Let --out end in .csv" in err


def test_as_much_as_a_workbook_holds(run, new, tmp_path, monkeypatch):
    monkeypatch.setattr(_prediction_files, "_MOST_ROWS", 4)
    text = "👍" * 16383 + "好"
    new.write_text(f"text\n{text}\n好\n好\n", encoding="utf-8")
    run(new, "--out", "p.xlsx")
    assert [row[0] for row in read("p.xlsx")[1]] == [text, "好", "好"]


@pytest.mark.parametrize("suffix", ["csv", "jsonl", "xlsx"])
def test_what_fails_while_it_is_written_leaves_the_file_before(
    run, new, suffix, monkeypatch, tmp_path
):
    def half(part, *_):
        with open(part, "w") as file:
            file.write("half")
        raise OSError("no space left")

    (tmp_path / f"p.{suffix}").write_text("before")
    monkeypatch.setitem(_prediction_files._WRITERS, f".{suffix}", half)
    err = run(new, "--out", f"p.{suffix}", status=1)
    assert f"not done: p.{suffix} (OSError: no space left)" in err
    assert (tmp_path / f"p.{suffix}").read_text() == "before"
    assert not list(tmp_path.glob(".*"))


NEW = {
    "": "",
    " \t": "empty",
    "……！！": "empty",
    "鹦鹉鸬鹚": "unknown words",
    "The parrot, indeed!": "unknown words",
    "👍": "unknown words",
    "房间很好，好": "",
}


def test_marks_without_a_profile():
    model = characters().fit([*TEXTS, "，,!"], [*LABELS, "negative"])
    assert notes(model, list(NEW)) == ["empty", *list(NEW.values())[1:]]


def test_a_document_of_other_words_is_unlike_training(run, tmp_path):
    documents = [a + b for a in TEXTS for b in TEXTS]
    save(characters(), documents, [LABELS[0], LABELS[1]] * 18)
    strange = "好" + "鹦鹉鸬鹚鹣鲽" * 3
    (tmp_path / "new.txt").write_text(f"房间很好早餐难吃\n{strange}\n", "utf-8")
    assert [row[-1] for row in printed(run("new.txt"))] == [
        "note",
        "",
        "unlike training",
    ]


def test_a_model_file_from_before_opens(run, new):
    joblib.dump(characters().fit(TEXTS, LABELS), "model")
    assert [row[-1] for row in printed(run(new))] == ["note", "", "empty", ""]


class Foreign:
    """Says no word of what it knows."""

    def predict(self, documents):
        return ["positive" for _ in documents]


def test_a_model_that_cannot_tell_is_not_asked(run, tmp_path):
    assert known_documents(Foreign(), ["鹦鹉"]) is None
    assert notes(Foreign(), ["鹦鹉", "？"]) == ["", "empty"]
    svc = make_pipeline(CountVectorizer(analyzer="char"), LinearSVC())
    svc.fit(TEXTS, LABELS).steps[0][1].vocabulary_ = None
    svc.steps[0][1].transform = None  # must not be called
    assert known_documents(svc, ["鹦鹉"]) is None


def small_lstm():
    pipeline = make_lstm_pipeline(
        vector_size=2, hidden_size=2, max_epochs=1, language_model=False, random_state=0
    )
    return pipeline.set_params(features__embed__min_count=1)


def pairs_of_words():
    return make_naive_bayes_pipeline().set_params(count__ngram_range=(2, 2))


def parts():
    kinds = [("1", CountVectorizer(analyzer="char"))]
    kinds += [("2", CountVectorizer(analyzer="char", ngram_range=(2, 2)))]
    return make_pipeline(FeatureUnion(kinds), MultinomialNB())


@pytest.mark.parametrize(
    "make",
    [
        make_naive_bayes_pipeline,
        pairs_of_words,
        lambda: make_hmm_pipeline(random_state=0),
        small_lstm,
        parts,
    ],
)
def test_every_pipeline_tells_what_it_knows(make):
    model = make().fit([f"{text}，不错" for text in TEXTS], LABELS)
    documents = [f"{TEXTS[0]}，不错", "鹦鹉，鸬鹚", "", "鹦鹉！"]
    assert known_documents(model, documents) == [True, False, False, False]


def test_reader_who_has_seen_enough_sees_no_error(tmp_path):
    command = [sys.executable, "-m", "sklstm", "predict", "model", "new.txt"]
    (tmp_path / "new.txt").write_text("房间很好\n" * 20000, encoding="utf-8")
    with subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as reader:
        reader.stdout.readline()
        reader.stdout.close()
        assert reader.stderr.read() == b""
    assert reader.returncode == 141


WRONG = {
    "none.joblib": "no model file 'none.joblib'",
    "new.csv": "no model that joblib can load",
    "dict.joblib": "holds dict, which does not predict",
}


@pytest.mark.parametrize("file", WRONG)
def test_a_file_that_holds_no_model(file, new, capsys):
    joblib.dump({"a": 1}, "dict.joblib")
    assert _main.main(["predict", file, "-"]) == 2
    err = capsys.readouterr().err
    assert WRONG[file] in err and err.count("\n") == 1
