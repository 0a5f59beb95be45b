"""What stands in a file: its bytes, its encoding, its kind, its columns and rows."""

import csv
import difflib
import io
import json
import re
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from sklstm.datasets._encodings import decode, kind_message

_JSON_SUFFIXES = {".json", ".jsonl", ".ndjson"}
_TAB_SUFFIXES = {".tsv", ".tab"}
TABLE_SUFFIXES = {".csv"} | _TAB_SUFFIXES | _JSON_SUFFIXES
_NAMED_DELIMITER = re.compile(r'"?sep=(.)"?[ \t]*(?:\r\n|\r|\n)', re.IGNORECASE)
_MARKUP = re.compile(r"\s*<(?:!doctype|html|head|body|table|\?xml)\b", re.IGNORECASE)


class Literal(str):
    """What stands in JSON without quotation marks, by its letters: 1.0, true."""

    __slots__ = ()


@dataclass(frozen=True)
class Table:
    """Rows of a CSV, TSV or JSON lines file.

    A row maps the `distinct_names` of the columns to values. A value that is missing
    is None or absent; fields beyond the header stand under the key None, as
    `csv.DictReader` leaves them.
    """

    name: str
    columns: list
    rows: list

    def pick_column(self, column, role, defaults):
        """Name of the column that plays a role, given by the caller or by custom."""
        wanted = defaults if column is None else (column,)
        found = [name for name in wanted if name in self.columns]
        if not found:
            raise ValueError(
                f"{self.name} has no column {' or '.join(map(repr, wanted))}; it has "
                f"{_listing(self.columns) or 'none'}. Name the column of the {role}s "
                f"by {role} (--{role} on the command line){self._or_lines()}."
            )
        if self.columns.count(found[0]) > 1:
            raise ValueError(
                f"{self.name} has the column {found[0]!r} more than once; rename one."
            )
        return found[0]

    def _or_lines(self):
        """Name the way out where there is no table, but a line a document."""
        return ", or none to read a line a document" if len(self.columns) < 2 else ""


def distinct_names(names):
    """Add a number to a name that comes again: "x", "x (2)"."""
    distinct, taken = [], set()
    for name in names:
        if name in taken:
            numbered = (f"{name} ({number})" for number in count(2))
            name = next(new for new in numbered if new not in taken.union(names))
        taken.add(name)
        distinct.append(name)
    return distinct


def read_table(path, encoding=None):
    """Read a CSV, TSV or JSON lines file into a `Table`; "-" is standard input."""
    path, name = Path(path), name_of(path)
    text = read_text(path, encoding)
    if not text.strip():
        raise ValueError(f"{name} is empty; a table of reviews was expected.")
    if _MARKUP.match(text):
        raise ValueError(kind_message(name, "an HTML or XML page"))
    if path.suffix.lower() in _JSON_SUFFIXES or _starts_with_object(text):
        return _parse_json_lines(text, name)
    return _parse_delimited(text, name, path.suffix.lower())


def read_text(path, encoding=None):
    """Text of a file, or of standard input."""
    path = Path(path)
    data = sys.stdin.buffer.read() if _is_stdin(path) else read_bytes(path)
    return decode(data, name_of(path), encoding)


def name_of(path):
    """Name of a file for messages."""
    return "standard input" if _is_stdin(path) else Path(path).name


def _is_stdin(path):
    return str(path) == "-"


def read_bytes(path):
    """Content of a file, or one line that says what is there instead."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise FileNotFoundError(
            f"There is no file {str(path)!r}; {_neighbours(path)}."
        ) from None
    except OSError as exc:
        what = "is a folder" if path.is_dir() else f"cannot be read ({exc.strerror})"
        raise ValueError(f"{str(path)!r} {what}; a file was expected.") from exc


def split_lines(text):
    """Lines ended by LF, CR LF or CR alone; other separators belong to the text."""
    return [line.removesuffix("\n") for line in io.StringIO(text, newline=None)]


def looks_like_table(text, columns):
    """Whether lines begin with a JSON object, or with a header of known columns."""
    first = split_lines(text[:10_000])[:1]
    fields = re.split(r"[,;\t]", first[0]) if first else []
    names = {field.strip(' "').lower() for field in fields}
    is_header = len(fields) > 1 and not names.isdisjoint(columns)
    return is_header or _starts_with_object(text)


def _starts_with_object(text):
    first = (split_lines(text.lstrip()[:1_000_000]) or [""])[0]
    try:
        return isinstance(json.loads(first), dict)
    except json.JSONDecodeError:
        return False


def _parse_json_lines(text, name):
    rows = []
    for number, line in enumerate(split_lines(text), start=1):
        if line.strip():
            rows.append(_parse_json_line(line, number, name))
    columns = list(dict.fromkeys(column for row in rows for column in row))
    return Table(name, columns, rows)


def _parse_json_line(line, number, name):
    try:
        # Numbers keep the digits that stand in the file: 1 is "1", 1.0 is "1.0".
        row = json.loads(
            line,
            parse_int=Literal,
            parse_float=Literal,
            parse_constant=lambda _: None,
        )
    except json.JSONDecodeError as exc:
        raise ValueError(
            f"{name}, line {number} is no JSON ({exc.msg}); JSON lines hold one object "
            "a line."
        ) from exc
    if not isinstance(row, dict):
        kind = "number" if isinstance(row, Literal) else type(row).__name__
        raise ValueError(
            f"{name}, line {number} is a JSON {kind}; JSON lines hold one object "
            "a line."
        )
    return {
        column: Literal(json.dumps(value)) if isinstance(value, bool) else value
        for column, value in row.items()
    }


def _parse_delimited(text, name, suffix):
    n_lines_before, delimiter, text = _split_off_delimiter(text)
    delimiter = delimiter or _delimiter(text, suffix)
    quotings = [csv.QUOTE_MINIMAL]
    if delimiter == "\t":
        # Tab-separated files are often written without any quoting: a quotation mark
        # that does not pair is then part of the text.
        quotings.append(csv.QUOTE_NONE)
    with _unlimited_fields():
        for quoting in quotings:
            reader = csv.DictReader(
                io.StringIO(text, newline=""),
                delimiter=delimiter,
                quoting=quoting,
                strict=True,
            )
            try:
                columns = list(reader.fieldnames or ())
                reader.fieldnames = distinct_names(columns)
                return Table(name, columns, list(reader))
            except csv.Error as exc:
                error, line = exc, n_lines_before + reader.line_num + 1
    raise ValueError(
        f"{name}: the row that begins in line {line} is no valid CSV ({error}); "
        "look for a quotation mark that is not closed or not doubled."
    ) from error


def _split_off_delimiter(text):
    """Take the first line off where it names the delimiter, as Excel's do."""
    named = _NAMED_DELIMITER.match(text)
    return (1, named[1], text[named.end() :]) if named else (0, None, text)


def _delimiter(text, suffix):
    """Delimiter by suffix, unless the header has no such character."""
    custom = "\t" if suffix in _TAB_SUFFIXES else ","
    header = next((line for line in split_lines(text) if line.strip()), "")
    if custom in header:
        return custom
    return max((custom, ",", "\t", ";"), key=header.count)


@contextmanager
def _unlimited_fields():
    """Let a review be longer than the 131,072 characters that `csv` allows."""
    old = csv.field_size_limit(sys.maxsize)
    try:
        yield
    finally:
        csv.field_size_limit(old)


def _neighbours(path):
    folder = path.parent
    if not folder.is_dir():
        return f"its folder {str(folder)!r} does not exist either"
    names = sorted(entry.name for entry in folder.iterdir() if entry.is_file())
    near = difflib.get_close_matches(path.name, names, n=3)
    tables = [name for name in names if Path(name).suffix.lower() in TABLE_SUFFIXES]
    if not (near or tables):
        return f"its folder {str(folder.resolve())!r} holds no CSV, TSV or JSON lines"
    return f"its folder holds {_listing(near or tables)}"


def _listing(names, limit=8):
    """Quote names for a message of one line."""
    shown = [repr(n if len(n) <= 30 else f"{n[:27]}...") for n in names[:limit]]
    more = [f"{len(names) - limit} more"] if len(names) > limit else []
    return ", ".join(shown + more)
