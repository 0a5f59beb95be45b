"""Series from the user's own long tables, of which each row is a time step."""

from dataclasses import dataclass

import numpy as np

from sklstm.datasets._files import read_table
from sklstm.datasets._table import strip
from sklstm.sequences import Sequences

# What writes nothing in a column of numbers, beside an empty cell.
_NOTHING = {"na", "nan", "null"}


@dataclass(frozen=True)
class Measurements:
    """Labelled series that stand in a long table.

    Attributes
    ----------
    series : Sequences
        With the ids of the samples, as they are sorted.

    labels : list of str
        The label of each.

    groups : list of str or None
        The group of each, if a column of groups was named.

    skipped : list of (int, str)
        Rows that were left out, counted from 1 after the header, and the reason.

    notes : list of str
        What the user is to be told of the file.
    """

    series: Sequences
    labels: list
    groups: list | None
    skipped: list
    notes: list


def load_measurements(path, columns, channels=None, encoding=None, sheet=None):
    """Read a long table.

    Parameters
    ----------
    path : path-like or frame
        As in `read_reviews`.

    columns : dict of str to (str or None)
        Names of the columns ``sample``, ``label``, and, where there are such, ``time``
        and ``group``.

    channels : list of str or None
        Columns of the values; None takes all others.

    encoding, sheet : str or None
        As in `read_reviews`.

    Returns
    -------
    Measurements

    Raises
    ------
    ValueError
        If a column is not there or holds no numbers, or a sample has two labels.
    """
    table = read_table("compare", path, encoding, sheet)
    places = {
        role: table.pick_column(column, role, ("label",) if role == "label" else ())
        for role, column in columns.items()
        if column is not None or role == "label"
    }
    cells = {role: _written(table.cells[place]) for role, place in places.items()}
    channels = _channel_places(table, channels, set(places.values()))
    labels = _one_of_each(table, cells, "label")
    rows, skipped = _part_rows(table, cells, labels)
    if not rows:
        raise ValueError(
            f"{table.name} holds no row of a sample with a label: {len(skipped)} left "
            "out."
        )
    series = Sequences.from_frame(*_frame(table, places, cells, channels, rows))
    groups = _one_of_each(table, cells, "group") if "group" in cells else None
    ids = series.sample_ids.tolist()
    return Measurements(
        series,
        [labels[each] for each in ids],
        None if groups is None else [groups.get(each, (each,)) for each in ids],
        skipped,
        table.notes,
    )


def _written(cells):
    return [strip(str(cell)) if cell is not None else "" for cell in cells]


def _channel_places(table, channels, taken):
    """Places of the columns of values."""
    if channels is None:
        places = [place for place in range(len(table.columns)) if place not in taken]
    else:
        places = [table.pick_column(name, "channel", ()) for name in channels]
    names = [table.columns[place] for place in places]
    if not places or taken.intersection(places) or len(set(names)) < len(names):
        raise ValueError(
            f"{table.name} is to hold columns of values, of different names, beside "
            f"those of samples, times and labels; got {names}. Name them by --channels."
        )
    return places


def _one_of_each(table, cells, role):
    """Give the label, or group, of each sample that has one; it has no two."""
    found = {}
    both = zip(cells["sample"], cells[role], strict=True)
    for row, (sample, value) in enumerate(both, start=1):
        if value and found.setdefault(sample, value) != value:
            raise ValueError(
                f"{table.name}, row {row}: sample {sample!r} has the {role} {value!r}, "
                f"and {found[sample]!r} before. Each sample has one {role}."
            )
    return found


def _part_rows(table, cells, labels):
    """Part the places of rows that are read from those left out, with the reason."""
    rows, skipped = [], []
    for place, sample in enumerate(cells["sample"]):
        reason = _reason(table, cells, labels, place, sample)
        if reason:
            skipped.append((place + 1, reason))
        else:
            rows.append(place)
    return rows, skipped


def _reason(table, cells, labels, place, sample):
    if place + 1 in table.n_fields:
        return f"{table.n_fields[place + 1]} fields, more than the header has"
    if not sample:
        return "no sample"
    if "time" in cells and not cells["time"][place]:
        return "no time"
    return None if sample in labels else "no label in any row of the sample"


def _frame(table, places, cells, channels, rows):
    """Arguments of `Sequences.from_frame`."""
    import pandas

    names = [table.columns[place] for place in channels]
    sample = table.columns[places["sample"]]
    frame = {sample: [cells["sample"][row] for row in rows]}
    time = None
    if "time" in places:
        time = table.columns[places["time"]]
        frame[time] = _times(table, [cells["time"][row] for row in rows], rows)
    for name, place in zip(names, channels, strict=True):
        values = _written([table.cells[place][row] for row in rows])
        frame[name] = [
            _number(table, name, row, value)
            for row, value in zip(rows, values, strict=True)
        ]
    return pandas.DataFrame(frame), sample, time, names


def _number(table, name, row, value):
    if not value or value.lower() in _NOTHING:
        return float("nan")
    number = _as_number(value)
    if number is None:
        raise ValueError(
            f"{table.name}, row {row + 1}: column {name!r} holds {value!r}, which is "
            "no number. Name the columns of values by --channels."
        )
    return number


def _as_number(value):
    try:
        return float(value)
    except ValueError:
        return None


def _times(table, values, rows):
    """Numbers where all are; else dates."""
    import pandas

    numbers = list(map(_as_number, values))
    if None not in numbers:
        return numbers
    dates = pandas.to_datetime(
        pandas.Series(values), format="ISO8601", errors="coerce", utc=True
    )
    if dates.isna().any():
        odd = [
            place for place in np.flatnonzero(dates.isna()) if numbers[place] is None
        ]
        place = odd[0] if odd else int(dates.isna().argmax())
        raise ValueError(
            f"{table.name}, row {rows[place] + 1}: times are all numbers, or all dates "
            f"such as 2024-05-01 12:30; got {values[place]!r}."
        )
    return dates
