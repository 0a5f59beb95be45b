"""Libraries that only some functions need."""

from importlib import import_module


def require(module, extra="plots"):
    """Import a module of an extra.

    Parameters
    ----------
    module : str
        Full name.

    extra : str, default="plots"
        Who installs it.

    Returns
    -------
    module

    Raises
    ------
    ImportError
        If it is not installed; the message names the extra.
    """
    try:
        return import_module(module)
    except ImportError as exc:
        library = module.partition(".")[0]
        raise ImportError(
            f"This needs {library}: pip install 'sklstm[{extra}]'."
        ) from exc


def data_frame(rows, index=None):
    """Make a DataFrame of rows.

    Parameters
    ----------
    rows : list of dict
        With the same keys.

    index : str, default=None
        Key that becomes the index.

    Returns
    -------
    DataFrame
    """
    import pandas  # takes half a second: only where a table is asked for

    names = rows[0] if rows else ()
    columns = {name: [row[name] for row in rows] for name in names}
    for name, values in columns.items():
        # pandas' own type of texts has no room for a lone surrogate.
        if not all(map(_has_utf8, values)):
            columns[name] = pandas.Series(values, dtype=object)
    frame = _frame(pandas, columns)
    return frame if index is None else frame.set_index(index)


def _frame(pandas, columns):
    if all(map(_has_utf8, columns)):
        return pandas.DataFrame(columns)
    frame = pandas.DataFrame(dict(enumerate(columns.values())))
    return frame.set_axis(pandas.Index(list(columns), dtype=object), axis="columns")


def _has_utf8(value):
    return not isinstance(value, str) or value == value.encode(
        "utf-8", "replace"
    ).decode("utf-8")
