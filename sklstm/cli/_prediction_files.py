"""Tables of predictions: CSV, TSV, JSON lines and workbooks."""

import csv
import json
import os
import re

from sklstm.cli._outputs import check_file, in_one_step
from sklstm.datasets._table import ABSENT, Literal

# What Excel opens.
_MOST_ROWS, _MOST_CHARACTERS = 2**20, 2**15 - 1
# Control characters but tab and line feed, lone surrogates, and what is no character.
_NOT_IN_XML = re.compile("[\0-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")


def check_target(path, sources, more=()):
    """Refuse a file that could not be written; write none.

    Parameters
    ----------
    path : Path
        That is to be written, later.

    sources : iterable of str or Path
        Files that are read, which it must not replace.

    more : tuple of str, default=()
        Suffixes that may be beside those of tables.

    Raises
    ------
    ImportError, OSError, ValueError
    """
    suffixes = (*more, *_WRITERS)
    if path.suffix.lower() not in suffixes:
        raise ValueError(
            f"--out expects a name that ends in {', '.join(suffixes)}; got "
            f"{str(path)!r}."
        )
    if _is_workbook(path):
        from sklstm.display._optional import require

        require("openpyxl", extra="excel")
    check_file(path, "--out")
    existing = [source for source in sources if os.path.exists(source)]
    if path.exists() and any(path.samefile(source) for source in existing):
        raise ValueError(f"--out names {str(path)!r}, which is read. Choose another.")


def check_room(path, table):
    """Refuse a table that is too large for a workbook.

    Parameters
    ----------
    path : Path
        That is to be written, later.

    table : Table
        Whose columns and rows it is to hold.

    Raises
    ------
    ValueError
    """
    if not _is_workbook(path):
        return
    way_out = "Let --out end in .csv, .tsv or .jsonl."
    if table.n_rows >= _MOST_ROWS:
        raise ValueError(
            f"{table.name} has {table.n_rows} rows; a sheet of a workbook holds "
            f"{_MOST_ROWS - 1} below its header. {way_out}"
        )
    for cells in table.cells:
        for number, value in enumerate(cells, start=1):
            if _n_characters(value) > _MOST_CHARACTERS:
                raise ValueError(
                    f"{table.name}, row {number}: a text of {_n_characters(value)} "
                    f"characters; a cell of a workbook holds {_MOST_CHARACTERS}. "
                    f"{way_out}"
                )


def write_table(path, columns, rows):
    """Write a table in one step, in the form that its suffix names.

    Parameters
    ----------
    path : Path
        Was checked by `check_target`.

    columns : list of str
        Names, all distinct.

    rows : iterable of tuple
        Values of all columns: str, numbers, None, `ABSENT`, or whatever else JSON
        holds.
    """
    with in_one_step(path) as part:
        _WRITERS[path.suffix.lower()](part, columns, rows)


def _write_csv(path, columns, rows):
    # Excel on Windows takes a CSV without the mark for one in the system's encoding.
    _write_delimited(path, columns, rows, "utf-8-sig", ",")


def _write_tsv(path, columns, rows):
    _write_delimited(path, columns, rows, "utf-8", "\t")


def _write_delimited(path, columns, rows, encoding, delimiter):
    form = {"delimiter": delimiter, "lineterminator": "\n"}
    with open(
        path, "w", encoding=encoding, errors="backslashreplace", newline=""
    ) as out:
        write = csv.writer(out, **form).writerow
        # `csv` quotes no carriage return that is not its own.
        write_quoted = csv.writer(out, quoting=csv.QUOTE_ALL, **form).writerow
        for cells in _lines(columns, rows):
            (write_quoted if "\r" in "".join(map(str, cells)) else write)(cells)


def _write_json_lines(path, columns, rows):
    with open(path, "w", encoding="utf-8", errors="backslashreplace") as out:
        for row in rows:
            pairs = zip(columns, row, strict=True)
            line = _json({name: value for name, value in pairs if value is not ABSENT})
            out.write(f"{line}\n")


def _write_workbook(path, columns, rows):
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("predictions")
    sheet.freeze_panes = "A2"
    for cells in _lines(columns, rows):
        sheet.append([_cell(sheet, value) for value in cells])
    book.save(path)


_WRITERS = {
    ".csv": _write_csv,
    ".tsv": _write_tsv,
    ".jsonl": _write_json_lines,
    ".xlsx": _write_workbook,
}


def _is_workbook(path):
    return path.suffix.lower() == ".xlsx"


def _lines(columns, rows):
    """Give the header, and the cells of each row."""
    yield columns
    for row in rows:
        yield list(map(_flat, row))


def _flat(value):
    """Write what has no place in a cell as JSON."""
    if value is None:
        return ""
    is_plain = isinstance(value, str | int | float) and not isinstance(value, bool)
    return value if is_plain else _json(value)


def _json(value):
    """Write JSON; a `Literal` stands there as it was read."""
    if isinstance(value, Literal):
        return str(value)
    if isinstance(value, list):
        return f"[{', '.join(map(_json, value))}]"
    if isinstance(value, dict):
        pairs = (f"{_json(str(name))}: {_json(each)}" for name, each in value.items())
        return f"{{{', '.join(pairs)}}}"
    return json.dumps(value, ensure_ascii=False, default=str)


def _cell(sheet, value):
    """Make a cell; a text is one, whether or not it begins like a formula."""
    from openpyxl.cell import WriteOnlyCell

    if not isinstance(value, str):
        return value
    if not value:
        return None
    cell = WriteOnlyCell(sheet, _storable(value))
    cell.data_type = "s"
    return cell


def _storable(text):
    """Write a line break as a workbook does, and what it cannot hold as escapes."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _NOT_IN_XML.sub(lambda match: ascii(match[0])[1:-1], text)


def _n_characters(value):
    """Count as Excel does, which takes an emoji for two."""
    text = _storable(str(_flat(value)))
    return len(text) + sum(char > "\uffff" for char in text)
