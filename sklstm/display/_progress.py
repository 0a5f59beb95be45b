"""A progress bar that nobody has to see."""

import sys
from contextlib import suppress

from tqdm.auto import tqdm


def show_progress(results, *, verbose, **options):
    """Pass results on and show on standard error how many there were.

    Parameters
    ----------
    results : iterable
        What is waited for.

    verbose : bool, int or str
        Whether to show anything; a text names what is counted.

    **options
        Of tqdm.

    Returns
    -------
    iterable
    """
    stream = _Stream(sys.stderr)
    counted = verbose if isinstance(verbose, str) else "folds"
    return tqdm(results, counted, disable=not verbose, file=stream, **options)


class _Stream:
    """A stream that may be absent, full or no longer read: the folds go on."""

    def __init__(self, stream):
        self._stream = stream

    def write(self, text):
        with suppress(OSError, ValueError, AttributeError):
            self._stream.write(text)

    def flush(self):
        with suppress(OSError, ValueError, AttributeError):
            self._stream.flush()

    def __getattr__(self, name):
        return getattr(self._stream, name)
