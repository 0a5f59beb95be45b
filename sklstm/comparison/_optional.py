"""Libraries that only some functions need."""

from importlib import import_module


def require(module):
    """Import a module of the extra ``plots``.

    Parameters
    ----------
    module : str
        Full name.

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
            f"This needs {library}: pip install 'sklstm[plots]'."
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
    frame = require("pandas").DataFrame(rows)
    return frame if index is None else frame.set_index(index)
