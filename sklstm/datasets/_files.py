"""Reviews and documents from the user's own files."""

from dataclasses import dataclass
from pathlib import Path

from sklstm.datasets._tables import (
    TABLE_SUFFIXES,
    Table,
    looks_like_table,
    name_of,
    read_table,
    read_text,
    split_lines,
)
from sklstm.utils import plain_arguments, warn_of_look_alikes

_TEXT_COLUMNS = ("text", "review")
_LABEL_COLUMNS = ("label",)


@dataclass(frozen=True)
class Reviews:
    """Labelled documents that `read_reviews` found in a file.

    Attributes
    ----------
    texts : list of str
        Documents as they stand in the file.

    labels : list of str
        The label of each document, without surrounding white space. A number stays
        the text that stands in the file.

    skipped : list of (int, str)
        Rows that were left out: the number of the row, counted from 1 after the
        header, blank lines not counted, and the reason.

    rows : list of int
        The number of the row of each document, counted as in `skipped`.

    groups : list of int or None
        Number of the group of each document, if a column of groups was named.
    """

    texts: list[str]
    labels: list[str]
    skipped: list[tuple[int, str]]
    rows: list[int]
    groups: list[int] | None = None


@plain_arguments
def read_reviews(path, *, text=None, label=None, group=None, encoding=None):
    r"""Read labelled documents from a CSV, TSV or JSON lines file.

    Parameters
    ----------
    path : str or path-like
        File with a header (CSV, TSV) or with one JSON object a line. The suffix
        decides between them and names the delimiter; a ``.csv`` whose header holds no
        comma is read with the tab or semicolon that stands in it, or with the one
        that a first line ``sep=;`` names.

    text : str, default=None
        Column of the documents. None takes ``"text"``, or else ``"review"``.

    label : str, default=None
        Column of the labels. None takes ``"label"``.

    group : str, default=None
        Column of what belongs together, such as the author: `groups` for scikit-learn's
        splitters. A row without one is a group of its own. None reads none.

    encoding : str, default=None
        Encoding of the file by Python's name, such as ``"big5"``. None is UTF-8, with
        or without byte-order mark, or else GB18030; a file that looks like Big5,
        Shift-JIS or EUC-KR is refused, as GB18030 would give other characters.

    Returns
    -------
    Reviews
        `texts`, `labels`, the rows that were left out, `skipped`, and the numbers of
        the others, `rows`.

    Raises
    ------
    FileNotFoundError
        If there is no such file.

    ValueError
        If the file is of another kind or encoding, lacks a column, is malformed, or
        holds no row with both text and label.

    See Also
    --------
    read_documents : Reads documents without labels.
    make_reviews : Generates reviews.

    Notes
    -----
    A row without text, without label, or with more fields than the header is left out
    and named in `skipped`; nothing is filled in. Missing means absent, empty, white
    space only, or JSON's null and NaN. Words such as "NA" are labels like any other.
    Labels that look alike, because they differ in an invisible character, in case or in
    width, are warned of and stay as they are.

    The whole file is read into memory.

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
    table = read_table(path, encoding)
    text = table.pick_column(text, "text", _TEXT_COLUMNS)
    label = table.pick_column(label, "label", _LABEL_COLUMNS)
    if group is not None:
        group = table.pick_column(group, "group", ())
    texts, labels, skipped, rows, groups = [], [], [], [], {}
    for number, row in enumerate(table.rows, start=1):
        reason = _surplus(row, table) or _gap(row, "text", text)
        reason = reason or _gap(row, "label", label)
        if reason:
            skipped.append((number, reason))
        else:
            texts.append(str(row[text]))
            labels.append(row[label].strip())
            rows.append(number)
            groups[number] = str(row.get(group) or "").strip() or number
    if not texts:
        raise ValueError(_nothing_left(table, skipped))
    warn_of_look_alikes(labels, "read_reviews")
    groups = None if group is None else _numbered(groups.values())
    return Reviews(texts, labels, skipped, rows, groups)


def _numbered(values):
    numbers = {}
    return [numbers.setdefault(value, len(numbers)) for value in values]


@plain_arguments
def read_documents(path, *, text=None, encoding=None):
    r"""Read documents without labels, from a file or from standard input.

    Parameters
    ----------
    path : str or path-like
        ``"-"`` is standard input. A file with a suffix of CSV, TSV or JSON lines is a
        table as in `read_reviews`; any other file, and standard input, holds a line a
        document, unless `text` is given.

    text : str, default=None
        Column of the documents in a table. None takes ``"text"``, or else
        ``"review"``.

    encoding : str, default=None
        As in `read_reviews`.

    Returns
    -------
    list of str
        One document for each row or line, in their order. A blank line, and a row
        whose text is missing, is an empty document, so that results stay aligned
        with the file.

    Raises
    ------
    FileNotFoundError
        If there is no such file.

    ValueError
        If the file is of another kind or encoding, lacks the column, is malformed, or
        holds no document.

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
    documents, _ = read_documents_and_table(path, text, encoding)
    return documents


def read_documents_and_table(path, text=None, encoding=None):
    """Read documents, and the `Table` that they stand in: a row each.

    A file that holds a line a document is a table with the column ``"text"``. The other
    arguments are those of `read_documents`.
    """
    if Path(path).suffix.lower() in TABLE_SUFFIXES or text is not None:
        table = read_table(path, encoding)
        return _column(table, text), table
    documents = _lines(path, encoding)
    rows = [{"text": document} for document in documents]
    return documents, Table(name_of(path), ["text"], rows)


def _lines(path, encoding):
    content = read_text(path, encoding)
    if looks_like_table(content, _TEXT_COLUMNS):
        raise ValueError(
            f"{name_of(path)} looks like a table, where a line for each document was "
            "expected. Name the column of the texts by text (--text on the command "
            "line), or let the name of the file end in .csv, .tsv or .jsonl."
        )
    documents = split_lines(content)
    if not documents:
        raise ValueError(
            f"{name_of(path)} is empty; a line for each document was expected."
        )
    return documents


def _column(table, text):
    text = table.pick_column(text, "text", _TEXT_COLUMNS)
    if not table.rows:
        raise ValueError(f"{table.name} holds a header and no row.")
    documents = []
    for number, row in enumerate(table.rows, start=1):
        problem = _surplus(row, table) or _wrong_kind(row, "text", text)
        if problem:
            raise ValueError(f"{table.name}, row {number}: {problem}.")
        documents.append(str(row.get(text) or ""))
    return documents


def _gap(row, role, column):
    """Why a row has nothing to offer in a column, or None."""
    value = row.get(column)
    if value is None or (isinstance(value, str) and not value.strip()):
        return f"no {role} in column {column!r}"
    return _wrong_kind(row, role, column)


def _wrong_kind(row, role, column):
    value = row.get(column)
    if value is not None and not isinstance(value, str):
        return f"{role} in column {column!r} is a JSON {type(value).__name__}"
    return None


def _surplus(row, table):
    """Fields beyond the header mean that a delimiter stands inside a text."""
    surplus = row.get(None, ())
    if any(field.strip() for field in surplus):
        n_columns = len(table.columns)
        return f"{n_columns + len(surplus)} fields where the header has {n_columns}"
    return None


def _nothing_left(table, skipped):
    if not skipped:
        return f"{table.name} holds a header and no row."
    number, reason = skipped[0]
    return (
        f"{table.name} holds no row with both text and label: {len(skipped)} left out, "
        f"row {number} for {reason}."
    )
