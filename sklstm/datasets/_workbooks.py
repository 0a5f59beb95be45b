"""Sheets of Excel workbooks, read by openpyxl."""

import io
import warnings
import zipfile

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.utils.escape import unescape
from openpyxl.worksheet._reader import FORMULA_TAG, WorkSheetParser

from sklstm.datasets._sources import (
    MOST_BYTES,
    damage_message,
    kind_message,
    listing,
    size_message,
)
from sklstm.datasets._table import Gap, Table, as_cell, strip

_NOT_COMPUTED = Gap("a formula without a stored value")
_OTHER_ARCHIVES = {
    "xl/workbook.bin": "a binary Excel workbook (.xlsb)",
    "word/document.xml": "a Word document",
    "ppt/presentation.xml": "a PowerPoint presentation",
    "content.xml": "an OpenDocument file (.ods)",
}


class _Parser(WorkSheetParser):
    """Tells a formula whose value was never computed from an empty cell.

    pandas reads a sheet through the same class, which knows of hidden rows and merged
    cells what the public sheet of the same mode does not.
    """

    def parse_cell(self, element):
        cell = super().parse_cell(element)
        value = cell["value"]
        if value is None:
            if element.find(FORMULA_TAG) is not None:
                cell["value"] = _NOT_COMPUTED
        elif cell["data_type"] == "e":
            cell["value"] = Gap(value)
        elif type(value) is not str:
            cell["value"] = as_cell(value)
        elif "_x" in value:
            cell["value"] = unescape(value)
        return cell


def read_workbook(name, data, wanted):
    """Read a sheet: the first that can be seen, unless one is named."""
    _check_archive(name, data)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and rules, which nobody reads
            book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
            sheets = {sheet.title: sheet for sheet in book.worksheets}
            seen = [t for t, sheet in sheets.items() if sheet.sheet_state == "visible"]
            title = _pick_title(list(sheets), seen, wanted)
            parser, rows = _read_rows(book, sheets[title]) if title else (None, {})
    except Exception as exc:  # openpyxl has none of its own for damaged files
        raise ValueError(damage_message(name, "an Excel workbook", exc)) from exc
    if not rows:
        raise ValueError(_nothing_read(name, list(sheets), title, wanted))
    notes = [*_other_sheets(name, seen, wanted), *_hidden_rows(name, parser, rows)]
    _mark_merged(parser, rows)
    header, *rows = rows.values()
    names = [strip(str(value or "")) for value in header]
    cells = [[row[place] for row in rows] for place in range(len(names))]
    return Table(name, names, cells, notes)


def _check_archive(name, data):
    try:
        members = {info.filename: info.file_size for info in _members(data)}
    except zipfile.BadZipFile as exc:
        kind = "an Excel workbook or a zip archive"
        raise ValueError(damage_message(name, kind, exc)) from exc
    if "xl/workbook.xml" not in members:
        kinds = [kind for member, kind in _OTHER_ARCHIVES.items() if member in members]
        raise ValueError(kind_message(name, (*kinds, "a zip archive")[0]))
    if sum(members.values()) > MOST_BYTES:
        raise ValueError(size_message(name))


def _members(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.infolist()


def _pick_title(titles, seen, wanted):
    if wanted is None:
        return next(iter(seen), None)
    if wanted in titles:
        return wanted
    is_number = str(wanted).isdecimal() and 1 <= int(wanted) <= len(titles)
    return titles[int(wanted) - 1] if is_number else None


def _nothing_read(name, titles, title, wanted):
    if title:
        what = f"an empty sheet {title!r}"
    else:
        what = "no sheet in sight" if wanted is None else f"no sheet {wanted!r}"
    return (
        f"{name} has {what}; its sheets are {listing(titles)}. Name one by sheet "
        "(--sheet on the command line), or give its number, counted from 1."
    )


def _read_rows(book, sheet):
    """Read rows that are not empty, by their numbers and of one width."""
    with sheet._get_source() as xml:
        parser = _Parser(
            xml,
            sheet._shared_strings,
            data_only=True,
            epoch=book.epoch,
            date_formats=book._date_formats,
            timedelta_formats=book._timedelta_formats,
        )
        filled = {
            number: {c["column"]: c["value"] for c in cells if c["value"] is not None}
            for number, cells in parser.parse()
        }
    width = max((max(row, default=0) for row in filled.values()), default=0)
    columns = range(1, width + 1)
    rows = {n: [row.get(c) for c in columns] for n, row in filled.items() if row}
    return parser, rows


def _other_sheets(name, seen, wanted):
    if wanted is None and len(seen) > 1:
        yield (
            f"{name}: the sheet {seen[0]!r} is read, and not {listing(seen[1:])}; name "
            "one by sheet (--sheet on the command line)."
        )


def _hidden_rows(name, parser, rows):
    hidden = [
        place
        for place, number in enumerate(rows)
        if parser.row_dimensions.get(str(number), {}).get("hidden") in ("1", "true")
    ]
    if hidden:
        yield (
            f"{name}: {len(hidden)} rows are hidden in Excel and read like all others, "
            f"the first of them row {hidden[0]}."
        )


def _mark_merged(parser, rows):
    """Say of an empty cell that what is seen there stands in another."""
    last = max(rows)
    for area in parser.merged_cells.mergeCell if parser.merged_cells else ():
        min_column, min_row, max_column, max_row = area.bounds
        gap = Gap(f"merged with {get_column_letter(min_column)}{min_row}")
        for number in range(min_row, min(max_row, last) + 1):
            values = rows.get(number, [])
            for place in range(min_column - 1, min(max_column, len(values))):
                values[place] = gap if values[place] is None else values[place]
