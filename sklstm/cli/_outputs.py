"""What a command writes: asked before the work, each thing in its own guard."""

import csv
import math
import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path

from sklstm.cli._console import complain


def check_folder(folder, option, files=()):
    """Refuse a folder that cannot be made or written to; make none.

    Parameters
    ----------
    folder : Path
        That files are to be written to, later.

    option : str
        Of the command line, for the message.

    files : iterable of str, default=()
        Their names.

    Raises
    ------
    ValueError
    """
    try:
        nearest = folder.absolute()
        while not os.path.lexists(nearest):
            nearest = nearest.parent
        if not nearest.is_dir():
            raise ValueError(f"{option} expects a folder; {str(nearest)!r} is a file.")
        _try_to_write(nearest)
    except OSError as exc:
        raise _not_writable(option, "folder", folder, exc) from exc
    for name in files:
        if (folder / name).is_dir():
            raise ValueError(
                f"{option} expects a folder whose {name!r} may be written; there it "
                "is a folder. Choose another."
            )


def check_file(path, option):
    """Refuse a file that cannot be written; write none.

    Parameters
    ----------
    path : Path
        That is to be written, later.

    option : str
        Of the command line, for the message.

    Raises
    ------
    OSError, ValueError
    """
    try:
        target = Path(os.path.realpath(path))
        if target.is_dir():
            raise ValueError(f"{option} expects a file; {str(path)!r} is a folder.")
        if target.exists() and not target.is_file():
            raise ValueError(f"{option} expects a file; {str(path)!r} is a device.")
        if not target.parent.is_dir():
            raise FileNotFoundError(f"There is no folder {str(path.parent)!r}.")
        _try_to_write(target.parent)
    except OSError as exc:
        if exc.errno is None:  # ours
            raise
        raise _not_writable(option, "file", path, exc) from exc


def _try_to_write(folder):
    with tempfile.TemporaryFile(dir=folder) as file:
        file.write(b"sklstm")


def _not_writable(option, kind, path, exc):
    return ValueError(
        f"{option} expects a {kind} that can be written; {str(path)!r} cannot "
        f"({exc.strerror}). Choose another."
    )


@contextmanager
def in_one_step(path):
    """Write a file in one step: what stood there before stays until all is written.

    Parameters
    ----------
    path : Path
        The file.

    Yields
    ------
    str
        A file beside it to write to, which takes its place at the end.
    """
    target = os.path.realpath(path)
    part = os.path.join(os.path.dirname(target), f".sklstm-{os.getpid()}.part")
    try:
        yield part
        if os.path.exists(target):
            shutil.copymode(target, part)
        os.replace(part, target)
    finally:
        if os.path.exists(part):
            os.unlink(part)


def write_csv(path, rows):
    """Write a table; a character without a UTF-8 becomes its escape.

    Parameters
    ----------
    path : Path
        The file.

    rows : list of dict
        With the same keys. NaN is left empty.
    """
    with path.open("w", encoding="utf-8", errors="backslashreplace", newline="") as out:
        writer = csv.DictWriter(out, rows[0] if rows else (), lineterminator="\n")
        writer.writeheader()
        writer.writerows({name: _or_empty(row[name]) for name in row} for row in rows)


def _or_empty(value):
    return "" if isinstance(value, float) and math.isnan(value) else value


class Ending:
    """The last steps of a command: one that fails does not take the others down."""

    def __init__(self):
        self._failures = []
        self._reader_left = None

    @contextmanager
    def guard(self, what):
        """Run a step.

        Parameters
        ----------
        what : str
            What the user does not get if it fails.
        """
        try:
            yield
        except BrokenPipeError as exc:  # `| head` has seen enough: files go on
            self._reader_left = exc
        except Exception as exc:
            self._failures.append(f"{what} ({type(exc).__name__}: {exc})")

    def status(self):
        """Name all that failed; give the exit status."""
        if self._failures:
            return complain(f"not done: {'; '.join(self._failures)}", 1)
        if self._reader_left is not None:
            raise self._reader_left
        return 0
