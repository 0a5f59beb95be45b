"""Names of channels and static features."""

from sklstm.utils import as_list, shown


def check_names(what, names, matrix):
    """Validate names of columns.

    Parameters
    ----------
    what : str
        Parameter, for messages.

    names : array-like of str, or None
    matrix : ndarray of shape (n_rows, n_columns), or None

    Returns
    -------
    tuple of str, or None

    Raises
    ------
    ValueError
        If two names are the same, or if there are more or fewer than columns.
    """
    if names is None:
        return None
    subject = f"Sequences expects {what} to be a list of str"
    if isinstance(names, str):
        raise TypeError(f"{subject}; got a single str. Wrap it in a list.")
    names = tuple(map(str, as_list(names, subject)))
    n_columns = 0 if matrix is None else matrix.shape[1]
    if len(names) != n_columns or len(set(names)) != len(names):
        raise ValueError(
            f"Sequences expects {what} to be {n_columns} different names, one for each "
            f"column; got {shown(names)}."
        )
    return names


def name_column(what, column, names):
    """Name a column: "channel 3", or "channel 'temperature'" where it has a name."""
    return f"{what} {column if names is None else shown(names[column])}"


def names_or_numbers(what, names, n_columns):
    """Names of columns, made of numbers where there are none: "channel_0"."""
    return names or tuple(f"{what}_{column}" for column in range(n_columns))


def abridged(names, limit=4):
    """Representation of names that shows the first of them."""
    more = f", {len(names) - limit} more" if len(names) > limit else ""
    return f"[{', '.join(map(shown, names[:limit]))}{more}]"
