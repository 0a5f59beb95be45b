"""Reviews and documents from the user's own files and frames."""

import re
import warnings
from dataclasses import dataclass
from os import PathLike

from sklstm.datasets._sources import read_source
from sklstm.datasets._table import Gap, Literal, Typed, strip
from sklstm.datasets._tables import parse_lines, parse_table, read_frame
from sklstm.utils import frame_remedy, is_frame, plain_arguments, warn_of_look_alikes

_TEXT_COLUMNS = ("text", "review")
_LABEL_COLUMNS = ("label",)
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)


@dataclass(frozen=True)
class Reviews:
    """Labelled documents that `read_reviews` found in a file.

    Attributes
    ----------
    texts : list of str
        Documents as they stand in the file, without surrounding white space.

    labels : list of str
        The label of each document, without surrounding white space. A number stays
        the text that stands in the file: "1", "1.0".

    skipped : list of (int, str)
        Rows that were left out: the number of the row, counted from 1 after the
        header, blank lines not counted, and the reason.

    rows : list of int
        The number of the row of each document, counted as in `skipped`.

    groups : list of int or None
        Number of the group of each document, if a column of groups was named.

    columns : dict of str to list, or None
        On the command line, what stands beside each document, by column; the first
        holds the documents.
    """

    texts: list[str]
    labels: list[str]
    skipped: list[tuple[int, str]]
    rows: list[int]
    groups: list[int] | None = None
    columns: dict[str, list] | None = None


@plain_arguments
def read_reviews(path, *, text=None, label=None, group=None, encoding=None, sheet=None):
    r"""Read labelled documents from a table: a file, or a frame in memory.

    Parameters
    ----------
    path : str, path-like, or frame of pandas or polars
        CSV, TSV, Excel (``.xlsx``; needs the extra `excel`), JSON (an array of objects,
        or one a line), Parquet (needs the extra `parquet`), or gzip of them; ``"-"`` is
        standard input. What the file holds decides between them, not its suffix. The
        delimiter is a comma, in a ``.tsv`` a tab; where the header has none, the tab,
        semicolon or bar that stands in it, or the one that a first line ``sep=;``
        names.

    text : str, default=None
        Column of the documents. None takes ``"text"``, or else ``"review"``, in
        whatever case.

    label : str, default=None
        Column of the labels. None takes ``"label"``.

    group : str, default=None
        Column of what belongs together, such as the author: `groups` for scikit-learn's
        splitters. A row without one is a group of its own. None reads none.

    encoding : str, default=None
        Encoding of a text file by Python's name, such as ``"shift_jis"``. None finds it
        out: UTF-8, UTF-16, GB18030 or Big5. What looks like another encoding is
        refused, as GB18030 would give other characters; what is too short to tell is
        read and warned of.

    sheet : str or int, default=None
        Sheet of a workbook by its name or its number, counted from 1. None takes the
        first that is not hidden.

    Returns
    -------
    Reviews
        `texts`, `labels`, the rows that were left out, `skipped`, and the numbers of
        the others, `rows`.

    Raises
    ------
    FileNotFoundError
        If there is no such file.

    ImportError
        If the library that reads such a file is not installed.

    TypeError
        If `path` is neither a path nor a frame.

    ValueError
        If the file is of another kind or encoding, lacks a column, is malformed or too
        large, or holds no row with both text and label.

    See Also
    --------
    read_documents : Reads documents without labels.
    make_reviews : Generates reviews.

    Notes
    -----
    A row without text, without label, or with more fields than the header is left out
    and named in `skipped`; nothing is filled in. Missing means absent, empty, white
    space and signs of no width only, JSON's null and NaN, an error of Excel (``#N/A``),
    a formula that Excel has not computed, and every cell but the first of those that
    are merged. Words such as "NA" are labels like any other. Hidden rows and columns of
    a sheet are read.

    White space and what cannot be seen is taken off both ends of texts, labels and
    names of columns. A number is read as it is written in the file; in a workbook and a
    frame, a whole one has no point and a date is ``2024-05-01``.

    What the user should know of the file is warned of: an encoding that is not certain,
    numbers and dates in the column of the texts, hidden rows, other sheets. Labels that
    look alike, because they differ in an invisible character, in case or in width, are
    warned of and stay as they are.

    The whole file is read into memory; more than 2 GB, also out of an archive, a pipe
    or a device, are refused.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from sklstm.datasets import read_reviews
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "reviews.csv")
    ...     rows = "label,review\n1,房间很干净\n0,\n0,隔音不好\n"
    ...     _ = path.write_text(rows, encoding="utf-8")
    ...     reviews = read_reviews(path, text="review")
    >>> reviews.texts
    ['房间很干净', '隔音不好']
    >>> reviews.labels
    ['1', '0']
    >>> reviews.skipped
    [(2, "no text in column 'review'")]
    >>> reviews.rows
    [1, 3]
    """
    columns = {"text": text, "label": label, "group": group}
    reviews, notes = load_reviews(path, columns, encoding, sheet)
    _warn(notes)
    warn_of_look_alikes(reviews.labels, "read_reviews")
    return reviews


def load_reviews(path, columns, encoding=None, sheet=None):
    """Read `Reviews`, and what the user is to be told of the file.

    Parameters
    ----------
    path : path-like or frame
    columns : dict of str to (str or None)
        The arguments ``text``, ``label`` and ``group`` of `read_reviews`; under
        ``static`` a list of columns, or None.

    encoding, sheet : str or None
        As there.

    Returns
    -------
    (Reviews, list of str)
    """
    table = read_table("read_reviews", path, encoding, sheet)
    text = table.pick_column(columns["text"], "text", _TEXT_COLUMNS)
    label = table.pick_column(columns["label"], "label", _LABEL_COLUMNS)
    _check_apart(table, [text, label], columns.get("static") or ())
    texts, labels = _written(table.cells[text]), _written(table.cells[label])
    rows = _full_rows(table, texts, labels)
    skipped = _left_out(table, text, label, rows)
    if not rows:
        raise ValueError(_nothing_left(table, skipped))
    groups = None
    if columns["group"] is not None:
        group = table.pick_column(columns["group"], "group", ())
        groups = _numbered(_written(table.cells[group]), rows)
    _note_typed(table, text)
    texts, labels = ([cells[row - 1] for row in rows] for cells in (texts, labels))
    beside = columns.get("static")
    if beside:
        read = read_columns(table, beside, rows)
        beside = {table.columns[text]: texts, **read}
    return Reviews(texts, labels, skipped, rows, groups, beside), table.notes


def _check_apart(table, places, static):
    """Refuse a column with two roles: what a model reads must not be the label."""
    places = places + [table.pick_column(name, "static", ()) for name in static]
    twice = [place for place in places if places.count(place) > 1]
    if twice:
        raise ValueError(
            f"{table.name}: the column {table.columns[twice[0]]!r} is named more than "
            "once by text, label and static. Name another column for each."
        )


def read_columns(table, names, rows=None, kinds=None):
    """Read columns of numbers and categories.

    Parameters
    ----------
    table : Table
    names : list of str
    rows : list of int, default=None
        Numbers of the rows to read; None reads all.

    kinds : dict of str to str, default=None
        What a model takes columns for, "number" or "category", where that is known.

    Returns
    -------
    dict of str to list
        Numbers where all that a column of the table holds are, else str; None is
        missing.
    """
    rows = range(1, table.n_rows + 1) if rows is None else rows
    columns = {}
    for name in names:
        place = table.pick_column(name, "static", ())
        values = _numbers_or_texts(table, place, (kinds or {}).get(name))
        columns[table.columns[place]] = [values[row - 1] for row in rows]
    return columns


def read_table(who, path, encoding, sheet, *, lines=None):
    """Read a `Table`; `who` speaks, and the rest is as in `read_documents_and_table`.

    Parameters
    ----------
    who : str
    path : path-like or frame
    encoding, sheet : str or None
    lines : sequence of str, default=None
        Names of columns of texts: a file that has none of them, and is no table, holds
        a line a document. None takes every file for a table.

    Returns
    -------
    Table
    """
    if is_frame(path):
        if encoding is not None or sheet is not None:
            raise ValueError(
                f"{who} expects encoding and sheet with a file alone; got a frame."
            )
        return read_frame(path)
    if not isinstance(path, str | PathLike):
        raise TypeError(
            f"{who} expects a path or a frame of pandas or polars; got "
            f"{type(path).__name__}. {frame_remedy(path)}"
        )
    source = read_source(path)
    if lines and not source.is_table():
        return parse_lines(source, encoding, lines)
    return parse_table(source, encoding, sheet)


def _full_rows(table, texts, labels):
    both = enumerate(zip(texts, labels, strict=True), start=1)
    long = table.n_fields
    return [row for row, (x, y) in both if x and y and not (long and row in long)]


def _left_out(table, text, label, rows):
    """Give numbers of the other rows and the reasons."""
    skipped = []
    for row in sorted(set(range(1, table.n_rows + 1)).difference(rows)):
        reason = _surplus(table, row) or _gap(table, row, "text", text)
        skipped.append((row, reason or _gap(table, row, "label", label)))
    return skipped


def _written(cells):
    """Give what can be seen of cells; nothing of those that hold no text."""
    return [strip(cell) if isinstance(cell, str) else "" for cell in cells]


def _numbers_or_texts(table, place, kind):
    cells = _written(table.cells[place])
    _check_no_dates(table, place)
    others = {
        number: cell
        for number, cell in enumerate(cells, start=1)
        if cell and not _NUMBER.fullmatch(cell)
    }
    if kind == "category" or (others and kind is None):
        if kind is None:
            _note_numbers(table, place, sum(map(bool, cells)), others)
        return [cell or None for cell in cells]
    if others:
        number, cell = next(iter(others.items()))
        raise ValueError(
            f"{table.name}, row {number}: {cell!r} in column {table.columns[place]!r} "
            "is no number, and the model reads numbers there. Empty the cell, or write "
            "a number."
        )
    return [_as_number(cell) if cell else None for cell in cells]


def _as_number(cell):
    # A whole one stays one: as a category of a model it is "7", not "7.0". No float is
    # longer than 309 digits.
    is_whole = cell.lstrip("-").isdigit() and len(cell) < 300
    return int(cell) if is_whole else float(cell)


def _check_no_dates(table, place):
    for number, cell in enumerate(table.cells[place], start=1):
        if isinstance(cell, Typed) and not isinstance(cell, Literal):
            raise ValueError(
                f"{table.name}, row {number}: {str(cell)!r} in column "
                f"{table.columns[place]!r} is neither number nor category. Make a "
                "number of a date first, such as the days since one, or the month."
            )


def _note_numbers(table, place, n_filled, others):
    """Say that a few cells, such as a dash, make categories of many numbers."""
    if 2 * len(others) > n_filled:
        return
    number, cell = next(iter(others.items()))
    table.notes.append(
        f"{table.name}: {n_filled - len(others)} of {n_filled} values in column "
        f"{table.columns[place]!r} are numbers, and all are read as categories: row "
        f"{number} holds {cell!r}. Empty such cells to have numbers."
    )


def _numbered(values, rows):
    """Give groups numbers; a row without one is a group of its own."""
    numbers = {}
    groups = (values[row - 1] or row for row in rows)
    return [numbers.setdefault(group, len(numbers)) for group in groups]


@plain_arguments
def read_documents(path, *, text=None, encoding=None, sheet=None):
    r"""Read documents without labels: from a file, a frame or standard input.

    Parameters
    ----------
    path : str, path-like, or frame of pandas or polars
        ``"-"`` is standard input. A workbook, Parquet, and a file with a suffix of CSV,
        TSV or JSON is a table as in `read_reviews`, and so is a frame; any other file,
        and standard input, holds a line a document, unless `text` or `sheet` is given.

    text : str, default=None
        Column of the documents in a table. None takes ``"text"``, or else
        ``"review"``, in whatever case.

    encoding : str, default=None
        As in `read_reviews`.

    sheet : str or int, default=None
        As in `read_reviews`.

    Returns
    -------
    list of str
        One document for each row or line, in their order, without white space at both
        ends. A blank line, and a row whose text is missing, is an empty document, so
        that results stay aligned with the file.

    Raises
    ------
    FileNotFoundError
        If there is no such file.

    ImportError
        If the library that reads such a file is not installed.

    TypeError
        If `path` is neither a path nor a frame.

    ValueError
        If the file is of another kind or encoding, lacks the column, is malformed or
        too large, or holds no document.

    See Also
    --------
    read_reviews : Reads documents with their labels.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from sklstm.datasets import read_documents
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "new.txt")
    ...     _ = path.write_text("味道不错\n等了两个小时\n", encoding="gb18030")
    ...     read_documents(path)
    ['味道不错', '等了两个小时']
    """
    documents, table = read_documents_and_table(path, text, encoding, sheet)
    _warn(table.notes)
    return documents


def read_documents_and_table(path, text=None, encoding=None, sheet=None, known=None):
    """Read documents, and the `Table` that they stand in: a row each.

    A file that holds a line a document is a table with the column ``"text"``. Where
    `text` is None and there is a column `known`, it is that one. The other arguments
    are those of `read_documents`.
    """
    custom = _TEXT_COLUMNS if known is None else (known, *_TEXT_COLUMNS)
    or_lines = text is None and sheet is None
    lines = custom if or_lines else None
    table = read_table("read_documents", path, encoding, sheet, lines=lines)
    text = table.pick_column(text, "text", custom)
    if not table.n_rows:
        raise ValueError(f"{table.name} holds a header and no row.")
    for number, cell in enumerate(table.cells[text], start=1):
        if number in table.n_fields or not isinstance(cell, str | None):
            problem = _surplus(table, number) or _gap(table, number, "text", text)
            raise ValueError(f"{table.name}, row {number}: {problem}.")
    _note_typed(table, text)
    return _written(table.cells[text]), table


def _gap(table, number, role, column):
    """Why a row has nothing to offer in a column, or None."""
    name, value = table.columns[column], table.cells[column][number - 1]
    if not isinstance(value, str | None):
        return f"{role} in column {name!r} is a {type(value).__name__}"
    why = f" ({value.reason})" if isinstance(value, Gap) and value.reason else ""
    return None if value and strip(value) else f"no {role} in column {name!r}{why}"


def _surplus(table, number):
    """Fields beyond the header mean that a delimiter stands inside a text."""
    n_fields = table.n_fields.get(number)
    if n_fields is None:
        return None
    return f"{n_fields} fields where the header has {len(table.columns)}"


def _note_typed(table, column):
    """Say where numbers and dates stand for texts."""
    cells = table.cells[column]
    rows = [n for n, cell in enumerate(cells, start=1) if isinstance(cell, Typed)]
    if rows:
        table.notes.append(
            f"{table.name}: {len(rows)} of {len(cells)} texts in column "
            f"{table.columns[column]!r} are numbers, dates or truth values, the first "
            f"in row {rows[0]} ({str(cells[rows[0] - 1])!r}). Is that the right column?"
        )


def _warn(notes):
    for note in notes:
        warnings.warn(note, stacklevel=4)


def _nothing_left(table, skipped):
    if not skipped:
        return f"{table.name} holds a header and no row."
    number, reason = skipped[0]
    return (
        f"{table.name} holds no row with both text and label: {len(skipped)} left out, "
        f"row {number} for {reason}."
    )
