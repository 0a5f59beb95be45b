"""What a file of word vectors is packed in, and what else it may be instead."""

import bz2
import gzip
import io
import lzma
import zipfile
import zlib
from contextlib import contextmanager
from pathlib import Path

_CHUNK = 2**18  # bytes
_HEAD = 512  # bytes that tell what a file is
_BOM = b"\xef\xbb\xbf"
_PACKED = {b"\x1f\x8b": gzip.open, b"BZh": bz2.open, b"\xfd7zXZ\0": lzma.open}
_ZIP = b"PK\x03\x04"

_UNPACK = "Unpack it first."
_AS_TEXT = "Write it in the word2vec format first."
_ANEW = "Download the file itself."
_UTF8 = "Write it in UTF-8 first."
_BEGINNINGS = {
    b"\x28\xb5\x2f\xfd": ("compressed by zstd", _UNPACK),
    b"\x04\x22\x4d\x18": ("compressed by lz4", _UNPACK),
    b"7z\xbc\xaf\x27\x1c": ("a 7z archive", _UNPACK),
    b"Rar!": ("a RAR archive", _UNPACK),
    b"\x1f\x8b": ("compressed twice", _UNPACK),
    b"\xff\xfe\0\0": ("UTF-32 text", _UTF8),
    b"\0\0\xfe\xff": ("UTF-32 text", _UTF8),
    b"\xff\xfe": ("UTF-16 text", _UTF8),
    b"\xfe\xff": ("UTF-16 text", _UTF8),
    b"\x93NUMPY": (
        "a NumPy array",
        "Pass initial_vectors={word: vector} with the words that belong to its rows.",
    ),
    b"\xba\x16\x4f\x2f": (
        "a model of fastText",
        "Take the .vec file beside it, or pass what gensim's load_facebook_vectors "
        "reads of it as initial_vectors.",
    ),
    b"\x80": (
        "a pickle, as gensim's own format is",
        "Pass what gensim's KeyedVectors.load reads of it as initial_vectors, or let "
        "gensim write it by save_word2vec_format.",
    ),
    b"\x89HDF": ("an HDF5 file", _AS_TEXT),
    b"PAR1": ("a Parquet file", _AS_TEXT),
    b"SQLite": ("an SQLite database", _AS_TEXT),
    b"version https://git-lfs": (
        "a pointer of Git LFS, not the file",
        "Fetch the file itself: git lfs pull.",
    ),
    b"<": ("a page of HTML or XML", _ANEW),
    b"{": ("JSON", "Pass initial_vectors={word: vector}."),
}


@contextmanager
def open_vectors(path):
    """Open a file as it is, or unpacked, behind its byte-order mark.

    Parameters
    ----------
    path : str or path-like
        Packed by gzip, bzip2, xz, as the one file of a zip archive, or not at all.

    Yields
    ------
    file object

    Raises
    ------
    ValueError
        If it is damaged, or an archive of several files.
    """
    try:
        with _unpacked(path) as stream:
            if stream.peek(len(_BOM)).startswith(_BOM):
                stream.read(len(_BOM))
            yield stream
    except (
        EOFError,
        zlib.error,
        lzma.LZMAError,
        gzip.BadGzipFile,
        zipfile.BadZipFile,
    ) as exc:
        raise ValueError(
            f"{path} is compressed and damaged ({exc}). Download it anew."
        ) from exc


def _unpacked(path):
    with Path(path).open("rb") as stream:
        head = stream.read(_HEAD)
    if head.startswith(_ZIP):
        return io.BufferedReader(_only_member(path), _CHUNK)
    for beginning, unpack in _PACKED.items():
        if head.startswith(beginning):
            return io.BufferedReader(unpack(path, "rb"), _CHUNK)
    return Path(path).open("rb", buffering=_CHUNK)


def _only_member(path):
    with zipfile.ZipFile(path) as archive:
        members = [one for one in archive.infolist() if not one.is_dir()]
        names = [one.filename for one in members]
        if len(members) != 1 or names[0].endswith(".npy"):
            kind = "a zip archive"
            if any(name.endswith(".npy") for name in names):
                kind = "a NumPy archive (.npz)"
            raise ValueError(
                f"{path} is {kind} of {len(names)} file(s) {names[:3]}; one file of "
                "vectors in the word2vec format was expected. Unpack the one with the "
                "vectors."
            )
        if members[0].flag_bits & 1:
            raise ValueError(f"{path} is encrypted. Unpack it first.")
        return archive.open(members[0])  # outlives the archive's own handle


def describe_foreign(head):
    """Say what a file is that is not in the word2vec format.

    Parameters
    ----------
    head : bytes
        Its beginning, unpacked.

    Returns
    -------
    kind : str
    remedy : str
    """
    if not head:
        return "empty", _ANEW
    if head[257:262] == b"ustar":
        return "a tar archive", _UNPACK
    for beginning, answer in _BEGINNINGS.items():
        if head.lstrip(b" \r\n\t").startswith(beginning):
            return answer
    if _is_row(head.splitlines()[0]):
        return (
            "a table of vectors without the line before it",
            "Files of GloVe lack that line: write it before them.",
        )
    if b"\0" in head:
        return "a binary file of another kind", _AS_TEXT
    return "text of another kind", _AS_TEXT


def _is_row(line):
    """Whether a line is a word and numbers; the last may be cut."""
    try:
        return len([float(part) for part in line.split()[1:-1]]) > 0
    except ValueError:
        return False
