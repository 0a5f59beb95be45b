"""A table in memory: names of columns, and what stands in their cells, as text."""

import difflib
import math
import unicodedata
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import count
from numbers import Real

from sklstm.datasets._sources import listing
from sklstm.utils import is_missing, plain

# Controls and spaces; soft hyphen, fillers and mark of byte order; joiners and marks of
# direction.
_INVISIBLE = "".join(
    map(chr, [*range(0x21), *range(0x7F, 0xA1), *range(0x2000, 0x2010)])
)
_INVISIBLE += "\xad\u061c\u1680\u180e\u3000\u3164\ufeff\uffa0"
_INVISIBLE += "".join(map(chr, [*range(0x2028, 0x2030), *range(0x205F, 0x2070)]))


class Typed(str):
    """A value that is no text where it stands, such as a date."""

    __slots__ = ()


class Literal(Typed):
    """What JSON writes without quotation marks, by its letters: 1.0, true."""

    __slots__ = ()


class Gap(str):
    """Nothing, and the reason."""

    def __new__(cls, reason):
        gap = super().__new__(cls)
        gap.reason = reason
        return gap


ABSENT = Gap(None)  # a key that an object of JSON lacks


@dataclass(frozen=True)
class Table:
    """Columns and cells, by whomever they were read.

    Attributes
    ----------
    name : str
        For messages.

    columns : list of str
        Names without surrounding white space; one may come again.

    cells : list of list
        Of each column, a value for each row: str or a kind of it, None, or whatever
        else stands there.

    notes : list of str
        What the user is to be told.

    n_fields : dict of int to int
        Of rows that are longer than the header, how long they are.
    """

    name: str
    columns: list
    cells: list
    notes: list
    n_fields: dict = field(default_factory=dict)

    @property
    def n_rows(self):
        """Number of rows below the header."""
        return len(self.cells[0]) if self.cells else 0

    def pick_column(self, column, role, defaults):
        """Place of the column that plays a role, given by the caller or by custom."""
        # Names are stripped in the table, and so may be written as in the file.
        wanted = defaults if column is None else (strip(str(column)),)
        found = [name for name in wanted if name in self.columns]
        if column is None and not found:
            found = [name for name in self.columns if _folded(name) in defaults]
        if not found:
            raise ValueError(self._no_column(wanted, role))
        if self.columns.count(found[0]) > 1:
            raise ValueError(
                f"{self.name} has the column {found[0]!r} more than once; rename one."
            )
        return self.columns.index(found[0])

    def _no_column(self, wanted, role):
        folded = {_folded(name): name for name in self.columns}
        alike = [difflib.get_close_matches(_folded(name), folded) for name in wanted]
        near = listing([folded[name] for names in alike for name in names])
        hint = f"Did you mean {near}? " if near else ""
        # Where there is no table, but a line a document.
        lines = ", or none to read a line a document" if len(self.columns) < 2 else ""
        remedy = (
            "Columns of numbers and categories are found by their names"
            if role == "static"
            else f"Name the column of the {role}s by {role} (--{role} on the command "
            f"line){lines}"
        )
        message = (
            f"{self.name} has no column {' or '.join(map(repr, wanted))}; it has "
            f"{listing(self.columns) or 'none'}. {hint}{remedy}."
        )
        return " ".join([message, *self._title_above(), *self.notes])

    def _title_above(self):
        """Say what it may be where most columns have no name, or rows are longer."""
        n_nameless = self.columns.count("")
        if 0 < len(self.columns) <= 2 * n_nameless or self.n_fields:
            yield (
                "The first row is taken for the header: if a title stands above the "
                "names of the columns, delete it."
            )


def _folded(name):
    return unicodedata.normalize("NFKC", name).casefold()


def strip(text):
    """Take what cannot be seen off both ends; within a text it may join an emoji."""
    return text.strip(_INVISIBLE)


def as_cell(value):
    """Write a value that a workbook or a frame holds, as str; None is missing.

    A number that is whole has no decimal point, a date no time of midnight. A list and
    other things that are no text stay what they are.
    """
    value = plain(value)
    if is_missing(value):
        return None
    if isinstance(value, bool):
        return Literal(str(value).lower())
    if isinstance(value, Real | Decimal):
        is_whole = isinstance(value, float) and value.is_integer() and abs(value) < 1e15
        kind = Literal if math.isfinite(value) else Typed
        return kind(int(value) if is_whole else value)
    if isinstance(value, datetime) and value.time() == time():
        value = value.date()
    is_time = isinstance(value, datetime | date | time | timedelta)
    return Typed(value) if is_time else value


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
