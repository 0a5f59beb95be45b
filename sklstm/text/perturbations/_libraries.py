"""Libraries that only some perturbations need."""

from importlib import import_module


def require(module):
    """Import a module of the extra ``robustness``.

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
        raise ImportError(
            f"This needs {module}: pip install 'sklstm[robustness]'."
        ) from exc
