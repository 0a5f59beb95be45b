"""Reading reviews and documents from the user's files."""

import csv
import io
import json
import sys

import pytest

from sklstm.datasets import read_documents, read_reviews
from sklstm.datasets._files import read_documents_and_table
from sklstm.datasets._table import ABSENT, Literal, distinct_names

TEXTS = ["房间很干净", "等了两个小时，没人管", '他说"不错"\n我不信']
LABELS = ["1", "0", "0"]
ROWS = list(zip(LABELS, TEXTS, strict=True))


def _write(folder, name, text, encoding="utf-8"):
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def _delimited(delimiter, rows=ROWS, header=("label", "review")):
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=delimiter).writerows([header, *rows])
    return buffer.getvalue()


def _json_lines(rows=ROWS):
    return "".join(
        json.dumps({"label": label, "review": text}, ensure_ascii=False) + "\n"
        for label, text in rows
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", _delimited(",")),
        ("a.CSV", _delimited(",")),
        ("semicolons.csv", _delimited(";")),
        ("tabs.csv", _delimited("\t")),
        ("a.tsv", _delimited("\t")),
        ("a.tab", _delimited("\t")),
        ("a.txt", _delimited("\t")),
        ("a.jsonl", _json_lines()),
        ("a.ndjson", _json_lines()),
        ("a.json", _json_lines()),
        ("a.txt", _json_lines()),
    ],
)
def test_every_kind_and_encoding_gives_the_same_reviews(
    tmp_path, name, content, encoding
):
    path = _write(tmp_path, name, content, encoding)
    for where in (path, str(path)):
        reviews = read_reviews(where, text="review", label="label")
        assert reviews.texts == TEXTS
        assert reviews.labels == LABELS
        assert reviews.skipped == []
    assert read_documents(path, text="review") == TEXTS


def test_columns_are_found_by_custom(tmp_path):
    content = _delimited(",", header=("label", "text"))
    assert read_reviews(_write(tmp_path, "a.csv", content)).texts == TEXTS
    reviews = read_reviews(_write(tmp_path, "b.csv", _delimited(",")))
    assert reviews.texts == TEXTS


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_line_endings_and_a_missing_last_one(tmp_path, ending):
    content = ending.join(["text,label", "好,1", "", "差,0"])
    reviews = read_reviews(_write(tmp_path, "a.csv", content))
    assert (reviews.texts, reviews.labels) == (["好", "差"], ["1", "0"])


def test_rows_with_a_gap_are_named_and_left_out(tmp_path):
    content = "text,label,id\n好,1,7\n,1,8\n差, ,9\n  ,0,1\n不错\n\n吵,0,2\n"
    reviews = read_reviews(_write(tmp_path, "a.csv", content))
    assert reviews.texts == ["好", "吵"]
    assert reviews.labels == ["1", "0"]
    no_text, no_label = "no text in column 'text'", "no label in column 'label'"
    # Row 5 has a single field; the blank line is no row.
    expected = [(2, no_text), (3, no_label), (4, no_text), (5, no_label)]
    assert reviews.skipped == expected
    assert reviews.rows == [1, 6]


def test_an_unquoted_comma_leaves_the_row_out_instead_of_shifting_it(tmp_path):
    content = "text,label\n房间小,贵,0\n好,1,,\n"
    reviews = read_reviews(_write(tmp_path, "a.csv", content))
    assert reviews.texts == ["好"]
    assert reviews.skipped == [(1, "3 fields where the header has 2")]


def test_json_gaps_and_kinds(tmp_path):
    lines = [
        '{"text": "好", "label": 1}',
        '{"text": "贵", "label": 1.0}',
        '{"text": "快", "label": true}',
        '{"text": null, "label": 1}',
        '{"text": "差"}',
        '{"text": "差", "label": NaN}',
        '{"text": ["差"], "label": 0}',
        "",
        '{"text": "  ", "label": 0}',
    ]
    reviews = read_reviews(_write(tmp_path, "a.jsonl", "\n".join(lines)))
    assert reviews.texts == ["好", "贵", "快"]
    assert reviews.labels == ["1", "1.0", "true"]
    assert reviews.rows == [1, 2, 3]
    assert dict(reviews.skipped) == {
        4: "no text in column 'text'",
        5: "no label in column 'label'",
        6: "no label in column 'label'",
        7: "text in column 'text' is a list",
        8: "no text in column 'text'",
    }


def test_labels_stay_the_text_of_the_file_and_words_are_never_missing(tmp_path):
    content = "text,label\n好, 01 \n贵,NA\nnull,nan\n"
    reviews = read_reviews(_write(tmp_path, "a.csv", content))
    assert reviews.labels == ["01", "NA", "nan"]
    assert reviews.texts == ["好", "贵", "null"]


def test_a_review_may_be_longer_than_csv_allows(tmp_path):
    old = csv.field_size_limit()
    text = "好" * 200_000
    path = _write(tmp_path, "a.csv", f"text,label\n{text},1\n")
    assert read_reviews(path).texts == [text]
    assert csv.field_size_limit() == old


def test_tabs_without_quoting_keep_their_quotation_marks(tmp_path):
    content = 'label\ttext\n1\t"好书" 值得买\n0\t"差\n'
    reviews = read_reviews(_write(tmp_path, "a.tsv", content))
    assert reviews.texts == ['"好书" 值得买', '"差']


def test_unicode_separators_do_not_end_a_row_or_document(tmp_path):
    text = "好\u2028真的\x85\x0b好"
    line = json.dumps({"text": text, "label": 1}, ensure_ascii=False)
    assert read_reviews(_write(tmp_path, "a.jsonl", line)).texts == [text]
    assert read_documents(_write(tmp_path, "a.txt", text)) == [text]


def test_short_gb18030_is_not_taken_for_damaged_utf8(tmp_path):
    # These bytes hold valid two-byte sequences of UTF-8 by chance.
    for text in ("联通很差", "很好的产品"):
        assert read_documents(_write(tmp_path, "a.txt", text, "gb18030")) == [text]
    with pytest.warns(UserWarning, match=r"a\.txt is read as GB18030, which its char"):
        assert read_documents(_write(tmp_path, "a.txt", "好好好", "gb18030")) == [
            "好好好"
        ]


BROKEN = "房间很干净，早餐也好吃".encode()

WRONG_FILES = {
    "binary": ("a.csv", b"text,label\n\0\1\2,1\n", "is binary, or damaged"),
    "excel": (
        "a.csv",
        b"PK\x03\x04\x14",
        "or a zip archive, damaged",
    ),
    "gzip": ("a.csv", b"\x1f\x8b\x08", "is a gzip archive, damaged or cut"),
    "neither": (
        "a.csv",
        b"text,label\nbad\xff,1\n",
        "0xff at 14 .line 2. fits in neither",
    ),
    "damaged": (
        "a.csv",
        b"text,label\n" + BROKEN[:10] + BROKEN[11:] + b",1\n",
        r"a.csv is UTF-8 with a broken character at byte 20 \(line 2\)",
    ),
    "empty": ("a.csv", b"", "a.csv is empty"),
    "blank": ("a.csv", b"\n \n", "a.csv is empty"),
    "header": ("a.csv", b"text,label\n", "holds a header and no row"),
    "gaps": (
        "a.csv",
        b"text,label\n,1\n",
        "1 left out, row 1 for no text in column 'text'",
    ),
    "columns": ("a.csv", b"id,body\n1,2\n", "no column 'text' or 'review'; it has 'id"),
    "label": ("a.csv", b"text,mark\n1,2\n", "no column 'label'; it has 'text', 'mark'"),
    "twice": ("a.csv", b"text,text,label\na,b,1\n", "column 'text' more than once"),
    "quote": ("a.csv", b'text,label\n"a,1\nb,0\n', "begins in line 2 is no valid CSV"),
    "array": ("a.json", b'[\n{"text": "a"},\n]', "line 2 is no JSON|line 3 is no JSON"),
    "list": ("a.jsonl", b'{"text": "a"}\n["a"]', "line 2 is a JSON list"),
    "element": ("a.json", b'[{"text": "a"},\n[]]', "element 2 is a JSON list"),
    "number": ("a.jsonl", b'{"text": "a", "label": 1}\n5', "line 2 is a JSON number"),
    "bare": ("a.jsonl", b'{"text": "a", "label": 1}\nb', "line 2 is no JSON"),
}


@pytest.mark.parametrize("case", WRONG_FILES)
def test_a_wrong_file_is_answered_by_one_line_that_says_what_is_there(tmp_path, case):
    name, content, message = WRONG_FILES[case]
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ValueError, match=message) as caught:
        read_reviews(tmp_path / name)
    assert "\n" not in str(caught.value)


def test_a_wrong_column_is_answered_by_the_columns_shortened(tmp_path):
    header = ",".join(["评价" * 40, *(f"c{i}" for i in range(20))])
    path = _write(tmp_path, "a.csv", f"{header}\n")
    with pytest.raises(ValueError, match="has no column 'body'") as caught:
        read_reviews(path, text="body")
    assert "..." in str(caught.value)
    assert "13 more" in str(caught.value)
    assert len(str(caught.value)) < 250


def test_a_missing_file_is_answered_by_its_neighbours(tmp_path):
    with pytest.raises(FileNotFoundError, match="holds no table"):
        read_reviews(tmp_path / "review.csv")
    _write(tmp_path, "reviews.csv", "")
    _write(tmp_path, "notes.md", "")
    with pytest.raises(
        FileNotFoundError, match=r"its folder '.*' holds 'reviews\.csv'\.$"
    ):
        read_reviews(tmp_path / "review.csv")
    with pytest.raises(
        FileNotFoundError, match=r"its folder '.*' holds 'reviews\.csv'\.$"
    ):
        read_documents(tmp_path / "xyz.txt")
    with pytest.raises(FileNotFoundError, match="does not exist either"):
        read_reviews(tmp_path / "nowhere" / "reviews.csv")


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(ValueError, match="is a folder; a file was expected"):
        read_reviews(tmp_path)


class _Stdin:
    def __init__(self, data):
        self.buffer = io.BytesIO(data)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_documents_of_standard_input_keep_their_lines(monkeypatch, encoding):
    data = "味道不错\r\n\r\n太慢".encode(encoding)
    monkeypatch.setattr(sys, "stdin", _Stdin(data))
    assert read_documents("-") == ["味道不错", "", "太慢"]


def test_documents_of_a_table_keep_their_rows(tmp_path):
    path = _write(tmp_path, "a.csv", "text,label\n好,1\n,0\n差,0\n")
    assert read_documents(path) == ["好", "", "差"]
    path = _write(tmp_path, "a.jsonl", '{"text": "好"}\n{"label": 1}\n')
    assert read_documents(path) == ["好", ""]


def test_documents_that_cannot_be_read(monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "stdin", _Stdin(b""))
    with pytest.raises(ValueError, match="standard input is empty; a line for each"):
        read_documents("-")
    path = _write(tmp_path, "a.csv", "text,label\n房间小,贵,0\n")
    with pytest.raises(ValueError, match=r"a\.csv, row 1: 3 fields where the header"):
        read_documents(path)
    path = _write(tmp_path, "a.csv", "body\n房间小\n")
    with pytest.raises(ValueError, match=r"'body'\. Name the column of the texts"):
        read_documents(path)
    path = _write(tmp_path, "a.jsonl", '{"text": 1}\n{"text": ["好"]}\n')
    with pytest.raises(ValueError, match="row 2: text in column 'text' is a list"):
        read_documents(path)


@pytest.mark.parametrize("first", ["sep=;", "SEP=;", '"sep=;"', "sep=; "])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_a_first_line_names_the_delimiter_as_in_excel(tmp_path, first, ending):
    lines = [first, "text,a;label", "好,真的;1", "差;0"]
    path = _write(tmp_path, "a.csv", ending.join(lines), "utf-8-sig")
    reviews = read_reviews(path, text="text,a")
    assert (reviews.texts, reviews.labels) == (["好,真的", "差"], ["1", "0"])
    lines = [first, "text;label", '"好;1', "差;0"]
    with pytest.raises(ValueError, match="begins in line 3 is no valid CSV"):
        read_reviews(_write(tmp_path, "a.csv", ending.join(lines)))


def test_a_delimiter_that_is_named_needs_a_header_after_it(tmp_path):
    with pytest.raises(ValueError, match="it has none"):
        read_reviews(_write(tmp_path, "a.csv", "sep=;\n"))


@pytest.mark.parametrize(
    ("content", "texts"),
    [
        (_delimited(","), TEXTS),
        (_delimited("\t"), TEXTS),
        (_delimited(";"), TEXTS),
        ("sep=;\n" + _delimited(";"), TEXTS),
        (_json_lines(), TEXTS),
    ],
)
def test_a_table_is_read_from_standard_input(monkeypatch, content, texts):
    monkeypatch.setattr(sys, "stdin", _Stdin(content.encode()))
    assert read_documents("-", text="review") == texts
    monkeypatch.setattr(sys, "stdin", _Stdin(content.encode("gb18030")))
    assert read_reviews("-").texts == texts
    monkeypatch.setattr(sys, "stdin", _Stdin(content.encode()))
    with pytest.raises(ValueError, match="standard input has no column 'body'"):
        read_documents("-", text="body")


@pytest.mark.parametrize("content", [_delimited(","), _json_lines(), "text\tid\n好\t1"])
def test_a_table_is_not_read_line_by_line(tmp_path, monkeypatch, content):
    monkeypatch.setattr(sys, "stdin", _Stdin(content.encode()))
    with pytest.raises(ValueError, match=r"looks like a table.*\(--text"):
        read_documents("-")
    with pytest.raises(ValueError, match=r"a\.txt looks like a table"):
        read_documents(_write(tmp_path, "a.txt", content))


def test_a_column_that_a_model_knows_tells_a_table_from_lines(tmp_path):
    path = _write(tmp_path, "a.txt", "Body\tprice\n好\t1\n")
    with pytest.raises(ValueError, match=r"a\.txt looks like a table"):
        read_documents_and_table(path, known="Body")


def test_lines_are_no_table(tmp_path):
    path = _write(tmp_path, "a.txt", "味道不错\n太慢\n")
    with pytest.raises(ValueError, match=r"it has '味道不错'.*a line a document"):
        read_documents(path, text="review")


def test_columns_are_passed_on_with_the_documents(tmp_path):
    path = tmp_path / "new.csv"
    path.write_text("id,text,id,\n007,好,x,\n008,\n", encoding="utf-8")
    documents, table = read_documents_and_table(path)
    assert documents == ["好", ""]
    assert table.columns == ["id", "text", "id", ""]
    assert table.cells == [["007", "008"], ["好", ""], ["x", None], ["", None]]
    path = tmp_path / "new.txt"
    path.write_text("好\n\n", encoding="utf-8")
    documents, table = read_documents_and_table(path)
    assert (table.columns, table.cells) == (["text"], [documents])


def test_a_name_that_comes_again_is_numbered():
    names = ["x", "x", "x (2)", "", "x", ""]
    distinct = ["x", "x (3)", "x (2)", "", "x (4)", " (2)"]
    assert distinct_names(names) == distinct


def test_numbers_of_json_keep_their_digits_and_their_kind(tmp_path):
    path = tmp_path / "new.jsonl"
    line = '{"text": 1.0, "label": "2", "sure": true}\n{"text": "好"}\n'
    path.write_text(line, encoding="utf-8")
    documents, table = read_documents_and_table(path)
    assert table.cells == [["1.0", "好"], ["2", ABSENT], ["true", ABSENT]]
    assert [type(cells[0]) for cells in table.cells] == [Literal, str, Literal]
    assert table.cells[1][1] is ABSENT
    assert "1 of 2 texts in column 'text' are numbers" in table.notes[0]
    with pytest.warns(UserWarning, match=r"the first in row 1 \('1\.0'\)"):
        reviews = read_reviews(path)
    texts = [*documents, *reviews.texts, *reviews.labels]
    assert {type(text) for text in texts} == {str}


def test_groups_are_numbered_and_a_gap_is_a_group_of_its_own(tmp_path):
    path = tmp_path / "reviews.csv"
    rows = ["好,1,王", "坏,0, 李", "好吃,1,王 ", "难吃,0,", "贵,0,", ",1,王"]
    path.write_text("\n".join(["text,label,author", *rows]), encoding="utf-8")
    reviews = read_reviews(path, group="author")
    assert reviews.groups == [0, 1, 0, 2, 3]
    assert reviews.rows == [1, 2, 3, 4, 5]
    assert read_reviews(path).groups is None
    with pytest.raises(ValueError, match=r"no column 'writer'.*by group \(--group"):
        read_reviews(path, group="writer")


def test_groups_of_json_may_be_numbers(tmp_path):
    path = tmp_path / "reviews.jsonl"
    lines = [{"text": f"好{n}", "label": "1", "shop": n % 2 + 1} for n in range(4)]
    path.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    assert read_reviews(path, group="shop").groups == [0, 1, 0, 1]
