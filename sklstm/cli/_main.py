"""The command line as a whole."""

import os
import sys

from sklstm._version import __version__
from sklstm.cli._compare import add_compare
from sklstm.cli._console import (
    Parser,
    complain,
    replace_what_the_terminal_cannot_show,
)
from sklstm.cli._explain import add_explain
from sklstm.cli._predict import add_predict

_READER_LEFT = 141


def main(arguments=None):
    """Run the command line.

    Parameters
    ----------
    arguments : list of str, default=None
        None takes those of the process.

    Returns
    -------
    int
        Exit status: 0, 1 where no model finished or something could not be written, 2
        for wrong input, 130 where interrupted, 141 where nobody reads on.
    """
    replace_what_the_terminal_cannot_show()
    status = _run(arguments)
    try:
        if sys.stdout is not None:  # closed from the beginning
            sys.stdout.flush()
    except BrokenPipeError:
        status = _READER_LEFT
        _silence()
    except OSError as exc:
        status = complain(f"standard output cannot be written ({exc.strerror})", 1)
        _silence()
    return status


def _run(arguments):
    try:
        options = _parser().parse_args(arguments)
        return options.run(options)
    except BrokenPipeError:  # `| head` has seen enough
        return _READER_LEFT
    except (OSError, ValueError, TypeError, ImportError) as exc:
        return complain(str(exc), 2)
    except KeyboardInterrupt:
        return complain("interrupted", 130)


def _silence():
    # Python flushes once more at its end.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _parser():
    parser = Parser(
        prog="sklstm",
        description="Sequence classification: naive Bayes, HMM, a linear model and "
        "LSTM on reviews.",
    )
    parser.add_argument("--version", action="version", version=f"sklstm {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    add_compare(commands)
    add_predict(commands)
    add_explain(commands)
    return parser
