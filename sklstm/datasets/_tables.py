"""What stands in a file: its kind, its columns and rows."""

import csv
import io
import json
import re
import sys
from contextlib import suppress
from itertools import dropwhile

import numpy as np

from sklstm.datasets._encodings import decode
from sklstm.datasets._sources import (
    JSON_SUFFIXES,
    PARQUET,
    TAB_SUFFIXES,
    ZIP,
    damage_message,
    kind_message,
)
from sklstm.datasets._table import ABSENT, Literal, Table, as_cell, strip
from sklstm.display._optional import require
from sklstm.utils import is_missing

_NAMED_DELIMITER = re.compile(r'"?sep=(.)"?[ \t]*(?:\r\n|\r|\n)', re.IGNORECASE)
_QUOTED = re.compile(r'"[^"]*"')
_MARKUP = re.compile(r"\s*<(?:!doctype|html|head|body|table|\?xml)\b", re.IGNORECASE)
_SINGLE = ("float32", "float[pyarrow]")
_ARRAY = re.compile(r"\s*\[\s*\{")


def parse_table(source, encoding, sheet):
    """Read a `Table` out of the content of a file, whatever its kind."""
    name, suffix, data = source
    if data.startswith(ZIP):
        require("openpyxl", extra="excel")
        from sklstm.datasets._workbooks import read_workbook

        return read_workbook(name, data, sheet)
    if sheet is not None:
        raise ValueError(
            f"{name} is no Excel workbook and has no sheets; leave sheet away (--sheet "
            "on the command line)."
        )
    if data.startswith(PARQUET):
        return _read_parquet(name, data)
    notes = []
    text = decode(data, name, encoding, notes)
    if not strip(text):
        raise ValueError(f"{name} is empty; a table of reviews was expected.")
    if _MARKUP.match(text):
        raise ValueError(kind_message(name, "an HTML or XML page"))
    if suffix in JSON_SUFFIXES or _is_json(text):
        return _parse_json(text, name, notes)
    return _parse_delimited(text, name, suffix, notes)


def parse_lines(source, encoding, columns):
    """Read a `Table` of a column ``"text"`` out of a file of a line a document."""
    name, notes = source.name, []
    text = decode(source.data, name, encoding, notes)
    if _looks_like_table(text, columns):
        raise ValueError(
            f"{name} looks like a table, where a line for each document was expected. "
            "Name the column of the texts by text (--text on the command line), or let "
            "the name of the file end in .csv, .tsv or .jsonl."
        )
    documents = _split_lines(text)
    if not documents:
        raise ValueError(f"{name} is empty; a line for each document was expected.")
    return Table(name, ["text"], [documents], notes)


def read_frame(frame, name=None):
    """Read a frame of pandas or polars, whatever its index; it is not changed."""
    if hasattr(frame, "get_columns"):  # polars
        columns = frame.get_columns()
    else:
        columns = [frame.iloc[:, place] for place in range(frame.shape[1])]
    names = [strip(str(column)) for column in frame.columns]
    cells = [list(map(as_cell, _values(column))) for column in columns]
    return Table(name or f"The {type(frame).__name__}", names, cells, [])


def _values(column):
    """List what a column holds; of single precision without digits that it lacks."""
    values = column.to_list()
    if str(column.dtype).lower() not in _SINGLE:
        return values
    return [v if is_missing(v) else float(str(np.float32(v))) for v in values]


def _read_parquet(name, data):
    require("pyarrow", extra="parquet")
    import pandas

    try:
        # Integers stay such beside missing ones.
        frame = pandas.read_parquet(io.BytesIO(data), dtype_backend="numpy_nullable")
    except (OSError, ValueError) as exc:
        raise ValueError(damage_message(name, "a Parquet file", exc)) from exc
    has_index = any(level is not None for level in frame.index.names)
    return read_frame(frame.reset_index() if has_index else frame, name)


def _split_lines(text):
    """Split at LF, CR LF or CR alone; other separators belong to the text."""
    return [line.removesuffix("\n") for line in io.StringIO(text, newline=None)]


def _looks_like_table(text, columns):
    """Whether lines begin with JSON, or with a header of known columns."""
    first = (_split_lines(text[:10_000]) or [""])[0]
    fields = re.split(r"[,;\t|]", first)
    names = {strip(field.strip(' "')).lower() for field in fields}
    known = {str(column).lower() for column in columns}
    return (len(fields) > 1 and not names.isdisjoint(known)) or _is_json(text)


def _is_json(text):
    """Whether an array of objects begins, or the first line is an object."""
    first = io.StringIO(text[:1_000_000].lstrip(), newline=None).readline()
    try:
        return bool(_ARRAY.match(text)) or isinstance(json.loads(first), dict)
    except (json.JSONDecodeError, RecursionError):
        return False


def _parse_json(text, name, notes):
    if text.lstrip().startswith("["):
        unit, values = "element", enumerate(_load_json(text, name), start=1)
    else:
        lines = enumerate(_split_lines(text), start=1)
        unit = "line"
        values = ((n, _load_json(line, name, n)) for n, line in lines if line.strip())
    rows = [_check_object(value, f"{name}, {unit} {n}") for n, value in values]
    keys = list(dict.fromkeys(key for row in rows for key in row))
    cells = [[_letters(row.get(key, ABSENT)) for row in rows] for key in keys]
    return Table(name, list(map(strip, keys)), cells, notes)


def _load_json(text, name, number=None):
    # Numbers keep the digits that stand in the file: 1 is "1", 1.0 is "1.0".
    as_written = {"parse_int": Literal, "parse_float": Literal}
    try:
        return json.loads(text, **as_written, parse_constant=lambda _: None)
    except (json.JSONDecodeError, RecursionError) as exc:
        line = number or getattr(exc, "lineno", 1)
        raise ValueError(
            f"{name}, line {line} is no JSON ({getattr(exc, 'msg', exc)}); JSON is an "
            "array of objects, JSON lines hold one object a line."
        ) from exc


def _check_object(value, where):
    if isinstance(value, dict):
        return value
    kind = "number" if isinstance(value, Literal) else type(value).__name__
    raise ValueError(
        f"{where} is a JSON {kind}; an object with the names of columns was expected."
    )


def _letters(value):
    return Literal(json.dumps(value)) if isinstance(value, bool) else value


def _parse_delimited(text, name, suffix, notes):
    rows = _split_rows(text, suffix, name)
    # As in a workbook, the header is the first row in which anything stands.
    filled = dropwhile(lambda row: not any(map(strip, row)), rows)
    header, *rows = list(filled) or [[]]
    width = len(header)
    n_fields = {
        number: len(row)
        for number, row in enumerate(rows, start=1)
        if len(row) > width and any(map(strip, row[width:]))
    }
    cells = [
        [row[place] if place < len(row) else None for row in rows]
        for place in range(width)
    ]
    return Table(name, list(map(strip, header)), cells, notes, n_fields)


def _split_rows(text, suffix, name):
    """Split into rows of fields, without blank lines."""
    named = _NAMED_DELIMITER.match(text)  # as Excel does in the first line
    text = text[named.end() :] if named else text
    delimiter = named[1] if named else _delimiter(text, suffix)
    limit = csv.field_size_limit(sys.maxsize)  # 131,072 characters
    try:
        # Tab-separated files are often written without any quoting: a quotation mark
        # that does not pair is then part of the text.
        with suppress(csv.Error if delimiter == "\t" else ()):
            return list(filter(None, _reader(text, delimiter)))
        return list(filter(None, _reader(text, delimiter, csv.QUOTE_NONE)))
    except csv.Error as exc:
        line = bool(named) + _n_good_lines(text, delimiter) + 1
        raise ValueError(
            f"{name}: the row that begins in line {line} is no valid CSV ({exc}); look "
            "for a quotation mark that is not closed or not doubled."
        ) from exc
    finally:
        csv.field_size_limit(limit)


def _reader(text, delimiter, quoting=csv.QUOTE_MINIMAL):
    lines = io.StringIO(text, newline="")
    return csv.reader(lines, delimiter=delimiter, quoting=quoting, strict=True)


def _n_good_lines(text, delimiter):
    """Count the lines before the first row that cannot be read."""
    read, n_lines = _reader(text, delimiter), 0
    with suppress(csv.Error):
        for _ in read:
            n_lines = read.line_num
    return n_lines


def _delimiter(text, suffix):
    """Find the delimiter by suffix, unless the header has no such character."""
    custom = "\t" if suffix in TAB_SUFFIXES else ","
    lines = io.StringIO(text[:1_000_000], newline=None)
    header = _QUOTED.sub("", next((line for line in lines if line.strip()), ""))
    if custom in header:
        return custom
    return max((custom, ",", "\t", ";", "|"), key=header.count)
