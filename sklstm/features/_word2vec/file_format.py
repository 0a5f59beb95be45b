"""Files of word vectors in the format of word2vec.c."""

import gzip
import warnings

import numpy as np

from sklstm.features._word2vec.foreign_files import describe_foreign, open_vectors
from sklstm.features._word2vec.vectors import WordVectors
from sklstm.utils import as_list

_CHUNK = 2**18  # bytes
_LONGEST_WORD = 2**16  # bytes
_HEAD = 512  # bytes that tell what else a file is


def write_word2vec_format(path, tokens, vectors, *, binary):
    """Write a file that word2vec.c, gensim and `read_word2vec_format` read.

    Parameters
    ----------
    path : str or path-like
        Compressed where it ends in ``.gz``.

    tokens : sequence of str
        One for each vector. The format has no room for those that are empty or hold a
        space, a line break or a lone surrogate: they are left out with a warning.

    vectors : ndarray of shape (n_tokens, vector_size), float32

    binary : bool
        Whether to write float32 as it is in memory, or decimal numbers that give the
        same float32 when read.
    """
    # A lone surrogate has no UTF-8: such a word turns empty here.
    encoded = [_encode_word(token) for token in tokens]
    kept = [row for row, word in enumerate(encoded) if _is_writable(word)]
    if len(kept) < len(encoded):
        warnings.warn(
            f"{len(encoded) - len(kept)} of {len(encoded)} words are empty or hold a "
            "space, a line break or a lone surrogate, for which the word2vec format "
            "has no room: they are not in the file.",
            stacklevel=3,
        )
    is_compressed = str(path).endswith(".gz")
    with (gzip.open if is_compressed else open)(path, "wb") as stream:
        stream.write(b"%d %d\n" % (len(kept), vectors.shape[1]))
        for row in kept:
            stream.write(encoded[row] + b" " + _encode_vector(vectors[row], binary))


def _encode_word(token):
    try:
        return token.encode()
    except UnicodeEncodeError:
        return b""


def _is_writable(word):
    return bool(word) and b" " not in word and b"\n" not in word


def _encode_vector(vector, binary):
    if binary:
        return vector.astype("<f4").tobytes()
    # str of a float32 is the shortest number that reads as the same float32.
    with np.printoptions(legacy=False):
        return " ".join(map(str, vector)).encode() + b"\n"


def read_word2vec_format(path, vocabulary=None):
    """Read a file in text or binary format, compressed or not.

    The file is read as a stream; memory goes to the rows that are kept.

    Parameters
    ----------
    path : str or path-like
        What it holds, and by what it is compressed, is told by its content, not by its
        name: gzip, bzip2, xz, or a zip archive of one file.

    vocabulary : iterable of str, default=None
        The words to keep. None keeps all.

    Returns
    -------
    WordVectors
        In the order of the file. Of a word that occurs twice, the first.

    Raises
    ------
    ValueError
        If the file is not in the format, ends early, or has none of the words.
    """
    if isinstance(vocabulary, str):
        raise TypeError("vocabulary expects an iterable of str; got a single str.")
    wanted = None
    if vocabulary is not None:
        words = as_list(vocabulary, "vocabulary expects an iterable of str")
        wanted = {word.encode("utf-8", "surrogatepass") for word in words}
    with open_vectors(path) as stream:
        _, size = _read_header(stream, path)
        is_text = _is_text_row(stream.readline(64 * (size + 1) + _LONGEST_WORD), size)
    read_rows = _read_text_rows if is_text else _read_binary_rows
    with open_vectors(path) as stream:
        n_rows, size = _read_header(stream, path)
        rows = read_rows(stream, n_rows, size, wanted, path)
        words, table = _collect(rows, size, wanted)
    if not words:
        raise ValueError(
            f"{path} holds none of the {len(wanted or ())} words asked for."
            if n_rows
            else f"{path} holds no words."
        )
    return _decode(words, table.reshape(-1, size), path)


def _read_header(stream, path):
    line = stream.readline(100)
    try:
        n_rows, size = map(int, line.split())
    except ValueError as exc:
        kind, remedy = describe_foreign(line + stream.read(_HEAD))
        raise ValueError(
            f"{path} is not in the word2vec format but {kind}: its first line should "
            f"hold the number of words and the length of their vectors; got "
            f"{line[:40]!r}. {remedy}"
        ) from exc
    if n_rows < 0 or size < 1:
        raise ValueError(f"{path} says that it holds {n_rows} vectors of {size}.")
    return n_rows, size


def _is_text_row(line, size):
    try:
        return len([float(part) for part in line.split()[-size:]]) == size
    except ValueError:
        return False


def _read_text_rows(stream, n_rows, size, wanted, path):
    # Most rows are not wanted: their words are told by what stands before a space.
    beginnings = wanted and {word.partition(b" ")[0] for word in wanted}
    for row in range(n_rows):
        line = stream.readline()
        if not line:
            raise _ends_early(path, row, n_rows)
        if wanted is None or line.partition(b" ")[0] in beginnings:
            try:
                word, numbers = _split_text_row(line, size)
                vector = np.array(numbers, dtype=np.float32)
            except ValueError as exc:
                raise _not_a_row(path, row, size) from exc
            if wanted is None or word in wanted:
                yield word, vector.tobytes()


def _split_text_row(line, size):
    """Word and numbers. A word may hold spaces: then the numbers are the last ones."""
    word, _, rest = line.partition(b" ")
    numbers = rest.split()
    if len(numbers) != size:
        word, *numbers = line.rstrip().rsplit(b" ", size)
    if len(numbers) != size:
        raise ValueError(f"{len(numbers)} numbers")
    return word, numbers


def _read_binary_rows(stream, n_rows, size, wanted, path):
    n_bytes = 4 * size
    buffer, start = b"", 0
    for row in range(n_rows):
        space = buffer.find(b" ", start)
        while space < 0 or len(buffer) < space + 1 + n_bytes:
            if space < 0 and len(buffer) - start > _LONGEST_WORD:
                raise _not_a_row(path, row, size)
            more = stream.read(_CHUNK)
            if not more:
                raise _ends_early(path, row, n_rows)
            buffer, start = buffer[start:] + more, 0
            space = buffer.find(b" ")
        # word2vec.c ends each vector with a line break, gensim does not.
        word = buffer[start:space].lstrip(b"\n")
        start = space + 1 + n_bytes
        if wanted is None or word in wanted:
            yield word, buffer[space + 1 : start]


def _collect(rows, size, wanted):
    """Words in the order of the file, and a flat table that has a free row before."""
    words, data = {}, bytearray(4 * size)
    for word, vector in rows:
        if word not in words:
            words[word] = None
            data += vector
            if wanted is not None and len(words) == len(wanted):
                break
    return list(words), np.frombuffer(data, dtype="<f4").astype(np.float32, copy=False)


def _decode(words, table, path):
    """Decode the words. Those that are no UTF-8 may turn equal by that."""
    rows, n_odd = {}, 0
    for row, word in enumerate(words, start=1):
        decoded = word.decode("utf-8", "replace")
        rows.setdefault(decoded, row)
        n_odd += decoded.encode() != word
    if n_odd:
        warnings.warn(
            f"{n_odd} of {len(words)} words in {path} are no UTF-8. In a binary file "
            "the cause may be a word that holds a space: the words from there on are "
            "wrong. Write it again as text.",
            stacklevel=4,
        )
    if len(rows) < len(words):
        table = table[[0, *rows.values()]]
    return WordVectors(list(rows), table)


def _ends_early(path, row, n_rows):
    return ValueError(f"{path} ends after {row} of the {n_rows} vectors it announces.")


def _not_a_row(path, row, size):
    return ValueError(
        f"{path} is not in the word2vec format: row {row} does not hold a word and "
        f"{size} numbers."
    )
