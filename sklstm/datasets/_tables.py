"""What stands in a file: its bytes, its encoding, its kind, its columns and rows."""

import csv
import difflib
import io
import json
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_JSON_SUFFIXES = {".json", ".jsonl", ".ndjson"}
_TAB_SUFFIXES = {".tsv", ".tab"}
TABLE_SUFFIXES = {".csv"} | _TAB_SUFFIXES | _JSON_SUFFIXES

_FOREIGN = {
    b"PK\x03\x04": "an Excel workbook or a zip archive",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"\x1f\x8b": "a gzip archive",
    b"PAR1": "a Parquet file",
    b"%PDF": "a PDF",
    b"SQLite": "an SQLite database",
    b"\xff\xfe": "UTF-16 text",
    b"\xfe\xff": "UTF-16 text",
}


@dataclass(frozen=True)
class Table:
    """Rows of a CSV, TSV or JSON lines file.

    A row maps columns to values. A value that is missing is None or absent; fields
    beyond the header stand under the key None, as `csv.DictReader` leaves them.
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
                f"{_listing(self.columns)}. Name the column of the {role}s by {role} "
                f"(--{role} on the command line)."
            )
        if self.columns.count(found[0]) > 1:
            raise ValueError(
                f"{self.name} has the column {found[0]!r} more than once; rename one."
            )
        return found[0]


def read_table(path):
    """Read a CSV, TSV or JSON lines file into a `Table`."""
    path = Path(path)
    text = decode(read_bytes(path), path.name)
    if not text.strip():
        raise ValueError(f"{path.name} is empty; a table of reviews was expected.")
    if path.suffix.lower() in _JSON_SUFFIXES or _starts_with_object(text):
        return _parse_json_lines(text, path.name)
    return _parse_delimited(text, path)


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


def decode(data, name):
    """Decode UTF-8, with or without byte-order mark, or else GB18030, strictly."""
    for magic, kind in _FOREIGN.items():
        if data.startswith(magic):
            raise ValueError(_kind_message(name, kind))
    if b"\0" in data[:1024]:
        raise ValueError(_kind_message(name, "binary or UTF-16 text"))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        if _is_mostly_utf8(data):
            line = data.count(b"\n", 0, exc.start) + 1
            raise ValueError(
                f"{name} is UTF-8 with a broken character at byte {exc.start} "
                f"(line {line}); repair that line or save the file again."
            ) from exc
    try:
        return data.decode("gb18030")
    except UnicodeDecodeError as exc:
        raise ValueError(
            f"{name} is neither UTF-8 nor GB18030: byte 0x{data[exc.start]:02x} at "
            f"{exc.start} fits in neither. Save it as UTF-8."
        ) from exc


def split_lines(text):
    """Lines ended by LF, CR LF or CR alone; other separators belong to the text."""
    return [line.removesuffix("\n") for line in io.StringIO(text, newline=None)]


def _is_mostly_utf8(data):
    """Whether most bytes beyond ASCII form three-byte characters of UTF-8.

    GB18030 would read a damaged UTF-8 file as other, meaningless characters. Chinese
    in UTF-8 takes three bytes a character; GB18030 text shows such triples by chance
    only.
    """
    n_beyond_ascii = sum(byte > 127 for byte in data)
    readable = data.decode("utf-8", errors="ignore")
    n_triples = sum("\u0800" <= character <= "\uffff" for character in readable)
    return 3 * n_triples > 0.75 * n_beyond_ascii


def _kind_message(name, kind):
    return f"{name} is {kind}; CSV, TSV or JSON lines in UTF-8 or GB18030 are expected."


def _starts_with_object(text):
    first = split_lines(text.lstrip()[:1_000_000])[0]
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
            line, parse_int=str, parse_float=str, parse_constant=lambda _: None
        )
    except json.JSONDecodeError as exc:
        raise ValueError(
            f"{name}, line {number} is no JSON ({exc.msg}); JSON lines hold one object "
            "a line."
        ) from exc
    if not isinstance(row, dict):
        raise ValueError(
            f"{name}, line {number} is a JSON {type(row).__name__}; JSON lines hold "
            "one object a line."
        )
    return {
        column: json.dumps(value) if isinstance(value, bool) else value
        for column, value in row.items()
    }


def _parse_delimited(text, path):
    delimiter = _delimiter(text, path.suffix.lower())
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
                return Table(path.name, list(reader.fieldnames), list(reader))
            except csv.Error as exc:
                error, line = exc, reader.line_num + 1
    raise ValueError(
        f"{path.name}: the row that begins in line {line} is no valid CSV ({error}); "
        "look for a quotation mark that is not closed or not doubled."
    ) from error


def _delimiter(text, suffix):
    """Delimiter by suffix, unless the header has no such character."""
    custom = "\t" if suffix in _TAB_SUFFIXES else ","
    header = next(line for line in split_lines(text) if line.strip())
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
