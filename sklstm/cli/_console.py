"""What the commands share: arguments and one line for each mistake."""

import argparse
import sys


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one line, as every other error here does."""

    def parse_known_args(self, args=None, namespace=None):
        """Take texts behind options, too: argparse takes those before them alone."""
        namespace, rest = super().parse_known_args(args, namespace)
        if hasattr(namespace, "texts") and not any(r.startswith("-") for r in rest):
            namespace.texts, rest = [*namespace.texts, *rest], []
        return namespace, rest

    def error(self, message):
        raise SystemExit(complain(f"{message}; see {self.prog} --help", 2))


def complain(message, status):
    """Print what went wrong in one line; give the exit status."""
    print(f"sklstm: {' '.join(message.split())}", file=sys.stderr)
    return status


def at_least(least):
    """Type of an argument that is a whole number, and not a smaller one."""

    def number(text):
        if not text.isdecimal() or int(text) < least:
            raise argparse.ArgumentTypeError(
                f"expects a whole number of at least {least}; got {text!r}"
            )
        return int(text)

    return number


def add_encoding(command):
    """Let the user name the encoding of the input."""
    command.add_argument(
        "--encoding",
        metavar="NAME",
        help="encoding of the texts, such as shift_jis; default: found out of UTF-8, "
        "UTF-16, GB18030 and Big5",
    )


def add_sheet(command):
    """Let the user name a sheet of a workbook."""
    command.add_argument(
        "--sheet",
        metavar="NAME",
        help="sheet of a workbook, by its name or number; default: the first",
    )


def tell(notes):
    """Print what the user should know of a file, a line each."""
    for note in notes:
        print(f"sklstm: {note}", file=sys.stderr)


def add_language(command):
    """Let the user choose the language of what is written."""
    command.add_argument(
        "--language",
        choices=("en", "zh"),
        help="of what is written; default: that of the locale, or English",
    )


def replace_what_the_terminal_cannot_show():
    """Let a character that the terminal lacks cost itself alone."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
