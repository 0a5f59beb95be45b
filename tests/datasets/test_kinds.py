"""The same reviews in every form that companies keep them in."""

import csv
import gzip
import io
import json
import sys
import zipfile
from datetime import date, datetime
from decimal import Decimal

import numpy as np
import openpyxl
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from openpyxl.chart import BarChart

from sklstm.datasets import _sources, _workbooks, read_documents, read_reviews
from sklstm.datasets._files import read_documents_and_table
from sklstm.datasets._table import strip

# Traditional characters, which all encodings have.
TEXTS = [
    "房間很乾淨，早餐也好吃，服務員態度很好，下次還會再來。",
    "等了兩個小時才上菜，味道很差；價錢又貴|絕對不推薦。",
    '他說"不錯"，\n我不信\t真的',
    "NA",
    "電池不耐用",
]
LABELS = ["1", "0", "0", "1", "0"]
FRAME = pd.DataFrame({"review": TEXTS, "label": list(map(int, LABELS))})


def delimited(delimiter, **form):
    buffer = io.StringIO(newline="")
    rows = zip(TEXTS, LABELS, strict=True)
    writer = csv.writer(buffer, delimiter=delimiter, **form)
    writer.writerows([("review", "label"), *rows])
    return buffer.getvalue()


def in_bytes(write):
    buffer = io.BytesIO()
    write(buffer)
    return buffer.getvalue()


def written(method, **options):
    """Bytes that a method of the frame writes."""
    return in_bytes(lambda out: getattr(FRAME, method)(out, **options))


def workbook(fill, **options):
    """Bytes of a workbook by openpyxl whose only sheet a function fills."""
    book = openpyxl.Workbook(**options)
    fill(book.create_sheet("data") if options else book.active)
    return in_bytes(book.save)


def append_all(sheet):
    for row in [list(FRAME.columns), *FRAME.to_numpy().tolist()]:
        sheet.append(row)


IDS = FRAME.assign(**{"id, in full": 7})
COMMA, TAB = delimited(","), delimited("\t")
ODD_HEADER = COMMA.replace("review,label", " \ufeffreview\xa0, label\u200b")
LINES = FRAME.to_json(orient="records", lines=True).encode()
INDENTED = json.dumps(FRAME.to_dict("records"), ensure_ascii=False, indent=2)
EXCEL = written("to_excel", index=False)
FILES = {
    "utf-8.csv": written("to_csv", index=False),
    "mark.csv": COMMA.encode("utf-8-sig"),
    "gb18030.csv": COMMA.encode("gb18030"),
    "big5.csv": COMMA.encode("big5"),
    "no suffix": TAB.encode("cp950"),
    "unicode text of Excel.txt": TAB.encode("utf-16"),
    "utf-16-be.tsv": TAB.encode("utf-16-be"),
    "utf-16-le.csv": COMMA.encode("utf-16-le"),
    "quoted.csv": delimited(",", quoting=csv.QUOTE_ALL).encode(),
    "semicolons.csv": delimited(";").encode("gb18030"),
    "bars.csv": delimited("|").encode(),
    "sep.csv": ("sep=;\r\n" + delimited(";")).encode("utf-8-sig"),
    "comma in a name.csv": IDS.to_csv(
        sep=";", index=False, quoting=csv.QUOTE_ALL
    ).encode(),
    "odd header.csv": ODD_HEADER.encode(),
    "blank rows.csv": (" \n,\u3000,\n\n" + COMMA).encode(),
    "array.json": FRAME.to_json(orient="records").encode(),
    "indented.json": INDENTED.encode("gb18030"),
    "lines.jsonl": LINES,
    "array of polars.txt": pl.from_pandas(FRAME).write_json().encode(),
    "pandas.xlsx": EXCEL,
    "called otherwise.csv": EXCEL,
    "openpyxl.xlsm": workbook(append_all),
    "stream.xlsx": workbook(append_all, write_only=True),
    "pandas.parquet": in_bytes(FRAME.to_parquet),
    "index.parquet": in_bytes(FRAME.set_index("label").to_parquet),
    "polars.parquet": in_bytes(pl.from_pandas(FRAME).write_parquet),
    "comma.csv.gz": gzip.compress(COMMA.encode("gb18030")),
    "two parts.jsonl.gz": gzip.compress(LINES) + gzip.compress(b"\n"),
    "utf-16.tsv.gz": gzip.compress(TAB.encode("utf-16")),
    "pandas.xlsx.gz": gzip.compress(EXCEL),
}


@pytest.mark.parametrize("name", FILES)
def test_every_form_gives_the_same_reviews(tmp_path, monkeypatch, name):
    path = tmp_path / name
    path.write_bytes(FILES[name])
    for where in (path, "-"):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(FILES[name])))
        reviews = read_reviews(where)
        assert reviews.texts == TEXTS
        assert reviews.labels == LABELS
        assert (reviews.skipped, reviews.rows) == ([], [1, 2, 3, 4, 5])
    assert read_documents(path, text="review") == TEXTS


@pytest.mark.parametrize("name", ["comma.csv.gz", "utf-16.tsv.gz", "pandas.xlsx.gz"])
def test_an_archive_of_a_table_is_no_file_of_lines(tmp_path, name):
    (tmp_path / name).write_bytes(FILES[name])
    assert read_documents(tmp_path / name) == TEXTS


def damaged_in(name):
    return FILES[name][: len(FILES[name]) // 2]


REFUSED = {
    "cut.xlsx": (
        damaged_in("pandas.xlsx"),
        "workbook or a zip archive, damaged or cut",
    ),
    "cut.parquet": (damaged_in("pandas.parquet"), "a Parquet file, damaged or cut off"),
    "cut.csv.gz": (damaged_in("comma.csv.gz"), "a gzip archive, damaged or cut off"),
    "shift.csv": (
        "review,label\n部屋はとても綺麗で、朝食も美味しかったです。,1\n".encode(
            "cp932"
        ),
        "looks like text in Shift-JIS.*encoding='cp932'.*--encoding cp932",
    ),
    "page.xls": (FRAME.to_html().encode(), "an HTML or XML page; CSV, TSV, Excel"),
    "frame.feather": (in_bytes(FRAME.to_feather), "is a Feather file"),
    "frame.pkl": (written("to_pickle", compression=None), "pickle"),
    "array.npy": (in_bytes(lambda out: np.save(out, FRAME["label"])), "a NumPy array"),
    "frame.csv.xz": (written("to_csv", compression="xz"), "xz arch"),
    "frame.csv.zip": (written("to_csv", compression="zip"), "a zip"),
    "word.json": (b'"review"', "line 1 is a JSON str; an object with the names"),
    "column.json": (
        FRAME.to_json().encode(),
        "no row with both text and label: 1 left",
    ),
    "empty.xlsx": (
        workbook(lambda sheet: None),
        "has an empty sheet 'Sheet'; its sheets",
    ),
    "header.xlsx": (
        workbook(lambda sheet: sheet.append(["review", "label"])),
        "holds a header and no row",
    ),
    "title.xlsx": (
        workbook(lambda sheet: (sheet.append(["Reviews"]), append_all(sheet))),
        "it has 'Reviews', ''.* if a title stands above the names of the columns, del",
    ),
    "title.csv": (("Reviews\n" + COMMA).encode(), "if a title stands above the names"),
    "names.csv": (b"Text,labels\na,1\n", r"Did you mean 'labels'\?"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_is_told_in_one_line(tmp_path, name):
    content, message = REFUSED[name]
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ValueError, match=message) as caught:
        read_reviews(tmp_path / name)
    assert name in str(caught.value) and "\n" not in str(caught.value)


def test_a_missing_library_is_named(tmp_path, monkeypatch):
    for name, library, extra in [
        ("pandas.xlsx", "openpyxl", "excel"),
        ("pandas.parquet", "pyarrow", "parquet"),
    ]:
        (tmp_path / name).write_bytes(FILES[name])
        monkeypatch.setitem(sys.modules, library, None)
        with pytest.raises(ImportError, match=rf"'sklstm\[{extra}\]'"):
            read_reviews(tmp_path / name)


ODD_INDEX = [3, 1, 1, None, "x"]
FRAMES = {
    "pandas": FRAME,
    "odd index": FRAME.set_axis(ODD_INDEX),
    "objects": FRAME.astype(object),
    "nullable": FRAME.convert_dtypes(),
    "Arrow": FRAME.convert_dtypes(dtype_backend="pyarrow"),
    "categories": FRAME.astype("category"),
    "floats": FRAME.astype({"label": float}),
    "NumPy strings": FRAME.assign(review=list(map(np.str_, TEXTS))).astype(object),
    "decimals": FRAME.assign(label=list(map(Decimal, LABELS))),
    "polars": pl.from_pandas(FRAME),
    "polars categories": pl.from_pandas(FRAME).cast({"review": pl.Categorical}),
}


@pytest.mark.parametrize("kind", FRAMES)
def test_frames_in_memory_are_read_and_not_changed(monkeypatch, kind):
    frame = FRAMES[kind]
    before = frame.clone() if isinstance(frame, pl.DataFrame) else frame.copy(deep=True)
    if isinstance(frame, pl.DataFrame):
        monkeypatch.setitem(sys.modules, "pyarrow", None)
    reviews = read_reviews(frame)
    assert (reviews.texts, reviews.labels) == (TEXTS, LABELS)
    assert read_documents(frame) == TEXTS
    assert {type(text) for text in reviews.texts + reviews.labels} == {str}
    assert frame.equals(before)


@pytest.mark.parametrize("make", [pd.DataFrame, pl.DataFrame])
def test_gaps_of_a_frame_are_named(make):
    missing = [None, float("nan"), pd.NA, pd.NaT][: 4 if make is pd.DataFrame else 1]
    labels = ["a", *["b"] * len(missing), "c"]
    frame = make({"text": ["好", *missing, " \u200b"], "label": labels})
    reviews = read_reviews(frame)
    assert reviews.texts == ["好"] and reviews.rows == [1]
    assert {reason for _, reason in reviews.skipped} == {"no text in column 'text'"}
    assert read_documents(frame) == ["好", *[""] * (len(missing) + 1)]


def test_numbers_and_dates_of_a_frame_are_written_as_people_write_them():
    values = [1.0, 0.5, 7, True, date(2024, 5, 1), datetime(2024, 5, 1, 12, 30), "1.0"]
    values += [pd.Timestamp("2024-05-01"), np.float64(3), Decimal("2.50"), float("inf")]
    frame = pd.DataFrame({"text": "好", "label": pd.Series(values, dtype=object)})
    dates = ["2024-05-01", "2024-05-01 12:30:00"]
    written = ["1", "0.5", "7", "true", *dates, "1.0", dates[0], "3", "2.50", "inf"]
    assert read_reviews(frame).labels == written
    with pytest.warns(
        UserWarning, match=r"10 of 11 texts in column 'label' are num.*'1'"
    ):
        assert read_documents(frame, text="label") == written


@pytest.mark.parametrize("kind", ["float32", "Float32", "float[pyarrow]", pl.Float32])
def test_numbers_of_single_precision_have_no_digits_that_it_lacks(kind):
    rows = {"text": TEXTS[:3], "label": [0.1, None, 3.0]}
    if kind is pl.Float32:
        frame = pl.DataFrame(rows).cast({"label": kind})
    else:
        frame = pd.DataFrame(rows).astype({"label": kind})
    assert read_reviews(frame).labels == ["0.1", "3"]


def test_columns_of_a_frame_may_have_any_names():
    frame = pd.DataFrame([["好", 1]], columns=[0, ("a", "b")])
    assert read_reviews(frame, text=0, label="('a', 'b')").texts == ["好"]
    frame.columns = ["text", "text"]
    with pytest.raises(
        ValueError, match="The DataFrame has the column 'text' more than"
    ):
        read_reviews(frame, label="text")


@pytest.mark.parametrize(
    ("value", "options", "message"),
    [
        (FRAME["review"], {}, "read_reviews expects a path or a frame of pandas or po"),
        (pl.from_pandas(FRAME)["review"], {}, r"got Series\. .*\.to_frame\(\) returns"),
        (pl.from_pandas(FRAME).lazy(), {}, r"got LazyFrame\. .*\.collect\(\) returns"),
        (pa.Table.from_pandas(FRAME), {}, r"got Table\. .*\.to_pandas\(\) returns"),
        (TEXTS, {}, "got list"),
        (None, {}, "got NoneType"),
        (FRAME, {"encoding": "big5"}, "encoding and sheet with a file alone"),
        (FRAME, {"sheet": 1}, "encoding and sheet with a file alone"),
        (
            pd.DataFrame({"text": [["好"]], "label": 1}),
            {},
            "in column 'text' is a list",
        ),
        (FRAME[:0], {}, "The DataFrame holds a header and no row"),
    ],
)
def test_other_values_are_refused(value, options, message):
    with pytest.raises((TypeError, ValueError), match=message):
        read_reviews(value, **options)


def rows_of(*rows):
    def fill(sheet):
        for row in rows:
            sheet.append(row)

    return fill


def write_workbook(path, *rows, change=lambda sheet: None):
    def fill(sheet):
        rows_of(["text", "label"], *rows)(sheet)
        change(sheet)

    path.write_bytes(workbook(fill))
    return path


def test_cells_of_a_workbook(tmp_path):
    rows = [
        ["好", 1],
        ["貴", 1.0],
        ["差", 0.5],
        [None, None],
        ["快", True],
        ["吵", date(2024, 5, 1)],
        ["新\r\n的_x0041_", datetime(2024, 5, 1, 8)],
        ["#N/A", 1],
        ["=1+1", 1],
        [" \xa0", 1],
    ]
    path = write_workbook(tmp_path / "a.xlsx", *rows)
    reviews = read_reviews(path)
    assert reviews.texts == ["好", "貴", "差", "快", "吵", "新\n的A"]
    dates = ["2024-05-01", "2024-05-01 08:00:00"]
    assert reviews.labels == ["1", "1", "0.5", "true", *dates]
    assert reviews.skipped == [
        (7, "no text in column 'text' (#N/A)"),
        (8, "no text in column 'text' (a formula without a stored value)"),
        (9, "no text in column 'text'"),
    ]
    assert read_documents(path)[6:] == ["", "", ""]


def test_a_formula_has_the_value_that_excel_stored(tmp_path):
    path = write_workbook(tmp_path / "a.xlsx", ["=1", "x"])
    sheet = "xl/worksheets/sheet1.xml"
    stored = change_member(path, sheet, "<f>1</f><v />", "<f>1</f><v>41</v>")
    path.write_bytes(stored)
    with pytest.warns(
        UserWarning, match=r"1 of 1 texts .* are numbers.*row 1 \('41'\)"
    ):
        assert read_reviews(path).texts == ["41"]


def change_member(path, member, old, new):
    buffer = io.BytesIO()
    with zipfile.ZipFile(path) as book, zipfile.ZipFile(buffer, "w") as changed:
        for name in book.namelist():
            data = book.read(name)
            if name == member:
                assert old.encode() in data
                data = data.replace(old.encode(), new.encode())
            changed.writestr(name, data)
    return buffer.getvalue()


def test_merged_cells_hold_their_value_once(tmp_path):
    rows = [["好", 1], ["差", 0], ["吵", 0], ["貴", 0]]
    path = write_workbook(
        tmp_path / "a.xlsx", *rows, change=lambda sheet: sheet.merge_cells("A3:A4")
    )
    reviews = read_reviews(path)
    assert reviews.texts == ["好", "差", "貴"]
    assert reviews.skipped == [(3, "no text in column 'text' (merged with A3)")]


def test_hidden_rows_are_read_and_counted(tmp_path):
    def hide(sheet):
        sheet.row_dimensions[3].hidden = sheet.row_dimensions[4].hidden = True
        sheet.column_dimensions["A"].hidden = True

    path = write_workbook(
        tmp_path / "a.xlsx", ["好", 1], ["差", 0], ["貴", 0], change=hide
    )
    with pytest.warns(UserWarning, match=r"a\.xlsx: 2 rows are hidden.*them row 2\."):
        assert read_reviews(path).texts == ["好", "差", "貴"]


@pytest.fixture
def sheets(tmp_path):
    """A workbook of a hidden sheet, two in sight and a chart."""
    book = openpyxl.Workbook()
    book.active.title, book.active.sheet_state = "old", "hidden"
    for title in ("2024", "2023"):
        rows_of(["text", "label"], [f"{title}年很好", 1])(book.create_sheet(title))
    rows_of(["text", "label"], ["藏起來", 0])(book["old"])
    book.create_chartsheet("chart").add_chart(BarChart())
    book.save(tmp_path / "a.xlsx")
    return tmp_path / "a.xlsx"


def test_the_first_sheet_in_sight_is_read_and_the_others_named(sheets):
    with pytest.warns(
        UserWarning, match="sheet '2024' is read, and not '2023'; name on"
    ):
        assert read_reviews(sheets).texts == ["2024年很好"]


@pytest.mark.parametrize(
    ("sheet", "text"),
    [("2023", "2023年很好"), ("old", "藏起來"), (1, "藏起來"), ("3", "2023年很好")],
)
def test_a_sheet_is_named_or_numbered(sheets, sheet, text):
    assert read_reviews(sheets, sheet=sheet).texts == [text]
    assert read_documents(sheets, sheet=sheet) == [text]


@pytest.mark.parametrize("sheet", ["2022", 0, 4, "chart"])
def test_a_sheet_that_is_not_there_is_answered_by_those_that_are(sheets, sheet):
    with pytest.raises(
        ValueError, match=r"no sheet .*; its sheets are 'old', '2024', '20"
    ):
        read_reviews(sheets, sheet=sheet)


def test_only_workbooks_have_sheets(tmp_path):
    (tmp_path / "a.txt").write_text("text,label\n好,1\n", "utf-8")
    with pytest.raises(
        ValueError, match=r"a\.txt is no Excel workbook and has no sheets"
    ):
        read_documents(tmp_path / "a.txt", sheet="1")


def test_a_workbook_without_a_sheet_in_sight_is_refused(tmp_path):
    path = write_workbook(tmp_path / "a.xlsx", ["好", 1])
    path.write_bytes(
        change_member(path, "xl/workbook.xml", 'state="visible"', 'state="hidden"')
    )
    with pytest.raises(
        ValueError, match="has no sheet in sight; its sheets are 'Sheet'"
    ):
        read_reviews(path)


def test_integers_of_parquet_stay_such_beside_missing_ones(tmp_path):
    large = 2**53 + 1  # as a float, another number
    frame = pl.DataFrame({"text": ["好", "差", "吵"], "label": [1, None, large]})
    frame.write_parquet(tmp_path / "a.parquet")
    reviews = read_reviews(tmp_path / "a.parquet")
    assert reviews.labels == ["1", str(large)]
    assert reviews.skipped == [(2, "no label in column 'label'")]


def test_what_cannot_be_seen_is_taken_off_the_ends_alone(tmp_path):
    family, flag = "👨\u200d👩\u200d👧", "🏴\U000e0067\U000e0062\U000e007f"
    for end in (
        "\ufeff",
        "\u200b",
        "\xa0",
        "\xad",
        "\u200f",
        "\u202a",
        "\u3000",
        "\u2028",
    ):
        for text in (f"好\xa0{end}的", family, flag, "❤️", "好"):
            assert strip(f"{end} {text}{end}\t") == text
    rows = "text,label\n\u200b,1\n\u3000好\u3000吃\ufeff,\xa01\u200b\n"
    (tmp_path / "a.csv").write_text(rows, "utf-8")
    reviews = read_reviews(tmp_path / "a.csv")
    assert (reviews.texts, reviews.labels) == (["好\u3000吃"], ["1"])
    assert reviews.skipped == [(1, "no text in column 'text'")]
    documents, table = read_documents_and_table(tmp_path / "a.csv")
    assert documents == ["", "好\u3000吃"]
    assert table.cells[0] == ["\u200b", "\u3000好\u3000吃\ufeff"]  # as in the file


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("REVIEW", "Review"),
        ("Ｒｅｖｉｅｗ", "Review"),
        ("Reviews", "Review"),
        ("评论", "评论文"),
    ],
)
def test_a_wrong_column_is_answered_by_the_nearest(tmp_path, asked, meant):
    (tmp_path / "a.csv").write_text("id,Review,评论文\n1,好,差\n", "utf-8")
    message = rf"no column '{asked}'; it has 'id', .*\. Did you mean '{meant}'\?"
    with pytest.raises(ValueError, match=message):
        read_documents(tmp_path / "a.csv", text=asked)


def test_columns_are_found_as_they_are_written():
    frame = FRAME.rename(columns={"review": "review\xa0", "label": " label\n"})
    reviews = read_reviews(frame, text="review\xa0", label=" label\n")
    assert (reviews.texts, reviews.labels) == (TEXTS, LABELS)


def test_columns_by_custom_are_found_in_any_case(tmp_path):
    (tmp_path / "a.csv").write_text("ID,Text,ＬＡＢＥＬ\n1,好,0\n", "utf-8")
    assert read_reviews(tmp_path / "a.csv").texts == ["好"]
    (tmp_path / "a.csv").write_text(" label,text,label \n1,好,0\n", "utf-8")
    with pytest.raises(ValueError, match="has the column 'label' more than once"):
        read_reviews(tmp_path / "a.csv")


def test_what_has_no_end_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(_sources, "MOST_BYTES", 2**16)
    monkeypatch.setattr(_sources, "_PART", 2**12)
    monkeypatch.setattr(_workbooks, "MOST_BYTES", 2**16)
    bomb, book = tmp_path / "bomb.csv.gz", tmp_path / "bomb.xlsx"
    bomb.write_bytes(gzip.compress(b"text,label\n" + b"a,1\n" * 2**16))
    write_workbook(book, *[["好" * 100, 1]] * 2000)
    for path in ("/dev/zero", bomb, book):
        with pytest.raises(ValueError, match="GB, or has no end; so much is not read"):
            read_reviews(path)
    with pytest.raises(ValueError, match="standard input holds more"):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"a\n" * 2**16)))
        read_documents("-")
