"""Bytes of a file or of standard input, and what kind of file they are."""

import difflib
import gzip
import io
import sys
import zlib
from pathlib import Path
from typing import NamedTuple

TAB_SUFFIXES = {".tsv", ".tab"}
JSON_SUFFIXES = {".json", ".jsonl", ".ndjson"}
_TABLE_SUFFIXES = {".csv", ".xlsx", ".xlsm", ".parquet"} | TAB_SUFFIXES | JSON_SUFFIXES
ZIP, PARQUET, _GZIP = b"PK\x03\x04", b"PAR1", b"\x1f\x8b"
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"
_OTHER_KINDS = {
    _GZIP: "a gzip archive within another",
    b"BZh91AY": "a bzip2 archive",
    b"\xfd7zXZ": "an xz archive",
    b"\x28\xb5\x2f\xfd": "a zstandard archive",
    b"7z\xbc\xaf": "a 7-Zip archive",
    b"Rar!\x1a": "a RAR archive",
    b"ARROW1": "a Feather file",
    b"%PDF": "a PDF",
    b"{\\rtf": "an RTF document",
    b"SQLite": "an SQLite database",
    b"\x93NUMPY": "a NumPy array",
    b"\x89HDF": "an HDF5 file",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"\x80\x04\x95": "a pickle",
    b"\x80\x05\x95": "a pickle",
    _OLD_OFFICE: "an old Excel workbook (.xls) or another old Office file",
}
_PART = 2**24
MOST_BYTES = 2**31  # of a file, of a stream, and of what an archive holds


class Source(NamedTuple):
    """Content of a file, unpacked where it was a gzip archive."""

    name: str
    suffix: str
    data: bytes

    def is_table(self):
        """Whether its name or its first bytes say that it is a table."""
        return self.suffix in _TABLE_SUFFIXES or self.data.startswith((ZIP, PARQUET))


def is_table_name(path):
    """Whether the name of a file says that it is a table."""
    return _suffix(path) in _TABLE_SUFFIXES


def read_source(path):
    """Read all bytes; refuse what is neither text, a workbook nor Parquet."""
    path = Path(path)
    if str(path) == "-":
        name, data = "standard input", _read_all(sys.stdin.buffer, "standard input")
    else:
        name, data = path.name, _read_file(path)
    if data.startswith(_GZIP):
        data = _unpack(data, name)
    for magic, kind in _OTHER_KINDS.items():
        if data.startswith(magic):
            is_locked = "EncryptedPackage".encode("utf-16-le") in data
            locked = "an Excel workbook with a password"
            raise ValueError(kind_message(name, locked if is_locked else kind))
    return Source(name, _suffix(path), data)


def kind_message(name, kind):
    """Say that a file is of another kind."""
    return (
        f"{name} is {kind}; CSV, TSV, Excel (.xlsx), JSON or Parquet, or gzip of them, "
        "is expected. Save it as one of these."
    )


def size_message(name):
    """Say that a file is too large."""
    return (
        f"{name} holds more than {MOST_BYTES / 2**30:g} GB, or has no end; so much is "
        "not read. Divide it, or pass a frame of pandas or polars."
    )


def _suffix(path):
    return Path(str(path).lower().removesuffix(".gz")).suffix


def _read_file(path):
    try:
        with open(path, "rb") as file:
            return _read_all(file, path.name)
    except FileNotFoundError:
        raise FileNotFoundError(
            f"There is no file {str(path)!r}; {_neighbours(path)}."
        ) from None
    except OSError as exc:
        what = "is a folder" if path.is_dir() else f"cannot be read ({exc.strerror})"
        raise ValueError(f"{str(path)!r} {what}; a file was expected.") from exc


def _read_all(stream, name):
    """Read to the end, unless there is none."""
    parts, size = [], 0
    while part := stream.read(_PART):
        parts.append(part)
        size += len(part)
        if size > MOST_BYTES:
            raise ValueError(size_message(name))
    return b"".join(parts)


def _unpack(data, name):
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as file:
            return _read_all(file, name)
    except (EOFError, OSError, zlib.error) as exc:
        raise ValueError(damage_message(name, "a gzip archive", exc)) from exc


def damage_message(name, kind, exc):
    """Say that a library found a file of this kind to be broken."""
    reason = " ".join(f"{type(exc).__name__}: {exc}".split())
    return f"{name} is {kind}, damaged or cut off ({reason}). Get it or save it again."


def _neighbours(path):
    folder = path.parent
    if not folder.is_dir():
        return f"its folder {str(folder)!r} does not exist either"
    names = sorted(entry.name for entry in folder.iterdir() if entry.is_file())
    near = difflib.get_close_matches(path.name, names, n=3)
    near = near or list(filter(is_table_name, names))
    return f"its folder {str(folder.resolve())!r} holds {listing(near) or 'no table'}"


def listing(names, limit=8):
    """Quote names for a message of one line."""
    shown = [repr(n if len(n) <= 30 else f"{n[:27]}...") for n in names[:limit]]
    more = [f"{len(names) - limit} more"] if len(names) > limit else []
    return ", ".join(shown + more)
