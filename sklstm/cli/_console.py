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
        help="encoding of the texts, such as big5; default: UTF-8 or GB18030",
    )


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
