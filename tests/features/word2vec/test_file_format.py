import bz2
import gzip
import io
import lzma
import pickle
import re
import struct
import tarfile
import tracemalloc
import zipfile
from contextlib import contextmanager

import numpy as np
import pytest
from sklearn.base import clone

from sklstm import Word2VecEmbedder
from sklstm.features._word2vec.file_format import read_word2vec_format

WORDS = ["好", "a-b", "　", "不错", "ＡＢＣ", "\x85"]
VECTORS = np.float32(
    [
        [1 / 3, -0.1],
        [1e-38, 3.4e38],
        [1e-45, -0.0],  # the smallest number that there is
        [np.pi, np.nextafter(np.float32(1), np.float32(2))],
        [0.1, 0.2],
        [5, 6],
    ]
)


@pytest.fixture
def embedder():
    vectors = dict(zip(WORDS, VECTORS, strict=True))
    return Word2VecEmbedder(n_epochs=0, initial_vectors=vectors).fit([WORDS])


def bits(vectors):
    return np.asarray(vectors, dtype=np.float32).tobytes()


@pytest.mark.parametrize("binary", [True, False])
@pytest.mark.parametrize("name", ["vectors.bin", "vectors.txt.gz"])
def test_there_and_back_bit_for_bit(embedder, tmp_path, name, binary):
    path = tmp_path / name
    embedder.save_word2vec_format(path, binary=binary)
    assert (path.read_bytes()[:2] == b"\x1f\x8b") == name.endswith("gz")
    back = Word2VecEmbedder.from_word2vec_format(path)
    assert list(back.vocabulary_) == WORDS
    assert bits(back.vectors_[1:]) == bits(VECTORS)
    assert bits(back.vectors_) == bits(embedder.vectors_)


@pytest.mark.parametrize("binary", [True, False])
def test_gensim_reads_what_we_write_and_the_reverse(embedder, tmp_path, binary):
    models = pytest.importorskip("gensim.models", reason="needs gensim")
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    embedder.save_word2vec_format(ours, binary=binary)
    keyed = models.KeyedVectors.load_word2vec_format(ours, binary=binary)
    assert keyed.index_to_key == WORDS
    assert bits(keyed.vectors) == bits(VECTORS)
    keyed.save_word2vec_format(theirs, binary=binary)
    back = Word2VecEmbedder.from_word2vec_format(theirs)
    assert list(back.vocabulary_) == WORDS
    assert bits(back.vectors_[1:]) == bits(VECTORS)
    given = Word2VecEmbedder(n_epochs=0, initial_vectors=keyed).fit([WORDS])
    assert bits(given.vectors_[1:]) == bits(VECTORS)


def test_the_bytes_of_the_binary_format(tmp_path):
    path = tmp_path / "vectors"
    embedder = Word2VecEmbedder(n_epochs=0, initial_vectors={"好": [1.0, 2.0]})
    embedder.fit([["好"]]).save_word2vec_format(path, binary=True)
    expected = b"1 2\n" + "好 ".encode() + struct.pack("<2f", 1.0, 2.0)
    assert path.read_bytes() == expected
    embedder.save_word2vec_format(path)
    assert path.read_text("utf-8") == "1 2\n好 1.0 2.0\n"


@pytest.mark.parametrize("binary", [True, False])
def test_only_the_rows_asked_for(embedder, tmp_path, binary):
    path = tmp_path / "vectors"
    embedder.save_word2vec_format(path, binary=binary)
    part = Word2VecEmbedder.from_word2vec_format(path, ["不错", "好", "冰"])
    assert list(part.vocabulary_) == ["好", "不错"]
    assert bits(part.vectors_[1:]) == bits(VECTORS[[0, 3]])
    with pytest.raises(ValueError, match="none of the 1 words asked for"):
        Word2VecEmbedder.from_word2vec_format(path, ["冰"])
    with pytest.raises(TypeError, match="got a single str"):
        Word2VecEmbedder.from_word2vec_format(path, "冰")


def test_what_is_read_is_fitted_and_clones_have_it(embedder, tmp_path):
    path = tmp_path / "vectors"
    embedder.save_word2vec_format(path)
    back = Word2VecEmbedder.from_word2vec_format(path, pooling="idf", oov="skip")
    assert back.vector_size == 2
    # No document has been counted: idf is 1 throughout, the mean is plain.
    expected = VECTORS[[0, 4]].mean(axis=0)
    assert back.transform([["好", "ＡＢＣ", "冰"]])[0] == pytest.approx(expected)
    copy = clone(back)
    assert not hasattr(copy, "vectors_")
    assert bits(copy.fit([["好"]]).vectors_) == bits(back.vectors_)


def test_word2vec_c_ends_binary_rows_with_a_line_break(tmp_path):
    path = tmp_path / "vectors"
    rows = [f"w{i} ".encode() + struct.pack("<f", i) + b"\n" for i in range(3)]
    path.write_bytes(b"3 1\n" + b"".join(rows))
    back = Word2VecEmbedder.from_word2vec_format(path)
    assert list(back.vocabulary_) == ["w0", "w1", "w2"]
    assert back.vectors_[1:].ravel().tolist() == [0, 1, 2]


def test_repeated_words_and_words_that_are_no_utf8(tmp_path):
    path = tmp_path / "vectors"
    path.write_bytes(b"4 1\na 1\na 2\n\xff 3\n\xfe 4\n")
    with pytest.warns(UserWarning, match="2 of 3 words in .* are no UTF-8"):
        back = Word2VecEmbedder.from_word2vec_format(path)
    assert list(back.vocabulary_) == ["a", "�"]
    assert back.vectors_.ravel().tolist() == [2, 1, 3]


def test_words_without_room_in_the_format(tmp_path):
    vectors = {"": [1.0], " ": [2.0], "a\nb": [3.0], "好": [4.0], "\ud800": [5.0]}
    embedder = Word2VecEmbedder(n_epochs=0, initial_vectors=vectors).fit([["好"]])
    with pytest.warns(UserWarning, match="4 of 5 words are empty or hold a space"):
        embedder.save_word2vec_format(tmp_path / "vectors")
    back = Word2VecEmbedder.from_word2vec_format(tmp_path / "vectors")
    assert list(back.vocabulary_) == ["好"]


# Characters that Python takes for white space or line breaks, and the format does not.
ODD = ["\u3000", "x\u00a0y", "\u2028", "\x85", "\r", "end\r", "a\tb", "\x0b", "\x1c"]
ODD += ["\x00", "\ufeff", "</s>", "3", "1.0", "nan", "𠮷", "👍🏽"]


@pytest.mark.parametrize("binary", [True, False])
def test_odd_words_to_gensim_and_back(tmp_path, binary):
    models = pytest.importorskip("gensim.models", reason="needs gensim")
    vectors = np.random.default_rng(0).random((len(ODD), 3), dtype=np.float32)
    given = dict(zip(ODD, vectors, strict=True))
    embedder = Word2VecEmbedder(n_epochs=0, initial_vectors=given).fit([ODD])
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    embedder.save_word2vec_format(ours, binary=binary)
    keyed = models.KeyedVectors.load_word2vec_format(ours, binary=binary)
    assert keyed.index_to_key == ODD
    assert bits(keyed.vectors) == bits(vectors)
    keyed.save_word2vec_format(theirs, binary=binary)
    for path in (ours, theirs):
        back = Word2VecEmbedder.from_word2vec_format(path)
        assert list(back.vocabulary_) == ODD
        assert bits(back.vectors_[1:]) == bits(vectors)


SPACED = b"5 2\nNew York 1 2\n lead 3 4\n1 2 5 6\nNew 7 8 \nx y\t 9 0\n"
ROWS = {"New York": [1, 2], " lead": [3, 4], "1 2": [5, 6], "New": [7, 8]}
ROWS |= {"x y\t": [9, 0]}


@pytest.mark.parametrize(
    ("vocabulary", "expected"),
    [
        (None, ROWS),
        (["New"], {"New": [7, 8]}),
        (["1 2", "New York"], {"New York": [1, 2], "1 2": [5, 6]}),
    ],
)
def test_words_with_spaces_in_a_text_file(tmp_path, vocabulary, expected):
    # gensim writes them, and cannot read them itself.
    path = tmp_path / "vectors"
    path.write_bytes(SPACED)
    back = Word2VecEmbedder.from_word2vec_format(path, vocabulary)
    table = dict(zip(back.vocabulary_, back.vectors_[1:].tolist(), strict=True))
    assert table == expected


def test_a_word_with_a_space_in_a_binary_file_is_warned_of(tmp_path):
    models = pytest.importorskip("gensim.models", reason="needs gensim")
    keyed = models.KeyedVectors(2)
    keyed.add_vectors(["好", "a b", "末"], np.full((3, 2), 0.1, np.float32))
    keyed.save_word2vec_format(tmp_path / "vectors", binary=True)
    with pytest.warns(UserWarning, match="no UTF-8. In a binary file the cause may be"):
        Word2VecEmbedder.from_word2vec_format(tmp_path / "vectors")


@pytest.mark.parametrize(
    "content, match",
    [
        (b"", "but empty: its first line should hold the number .*got b''"),
        (b"the 0.1 0.2\n", "Files of GloVe lack that line"),
        (b"-1 2\n", "says that it holds -1 vectors of 2"),
        (b"0 2\n", "holds no words"),
        (b"3 2\na 1 2\nb 1 2\n", "ends after 2 of the 3 vectors"),
        (b"2 2\na 1 2\nb 1\n", "row 1 does not hold a word and 2 numbers"),
        (b"2 2\na 1 2\nb 1 x\n", "row 1 does not hold a word and 2 numbers"),
        (b"2 2\na 1 2\nb\nc 1 2\n", "row 1 does not hold a word and 2 numbers"),
        (b"2 1\na \0\0\0\0b", "ends after 1 of the 2 vectors"),
        (b"2 1\na \0\0\0\0" + b"x" * 70_000, "row 1 does not hold a word"),
    ],
)
def test_damaged_files(tmp_path, content, match):
    path = tmp_path / "vectors"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=f"{re.escape(str(path))}.*{match}"):
        read_word2vec_format(path)


@contextmanager
def open_zip(path, mode):
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("vectors.txt", "w") as member,
    ):
        yield member


def zipped(**members):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


TEXT = "2 2\n好 1 2\n坏 3 4\n".encode()
PACKED = {
    "gzip": gzip.compress(TEXT),
    "bzip2": bz2.compress(TEXT),
    "xz": lzma.compress(TEXT),
    "zip": zipped(vectors=TEXT),
    "a byte-order mark": b"\xef\xbb\xbf" + TEXT,
    "a byte-order mark in xz": lzma.compress(b"\xef\xbb\xbf" + TEXT),
}


@pytest.mark.parametrize("kind", PACKED)
def test_packed_files_are_read_whatever_their_name(kind, tmp_path):
    path = tmp_path / "vectors.txt"
    path.write_bytes(PACKED[kind])
    read = read_word2vec_format(path)
    assert read.tokens[1:].tolist() == ["好", "坏"]
    assert read.table[1:].tolist() == [[1, 2], [3, 4]]


def saved(array, save=np.save):
    file = io.BytesIO()
    save(file, array)
    return file.getvalue()


def tarred(content):
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        member = tarfile.TarInfo("vectors")
        member.size = len(content)
        archive.addfile(member, io.BytesIO(content))
    return file.getvalue()


FOREIGN = {
    "GloVe": (b"the " + b"0.418 " * 50 + b"\n", "GloVe lack that line"),
    "zstd": (b"\x28\xb5\x2f\xfd\x04\x00A\x00", "compressed by zstd.*Unpack"),
    "gzip in gzip": (gzip.compress(gzip.compress(TEXT)), "compressed twice"),
    "zip of two": (zipped(a=TEXT, b=TEXT), r"2 file\(s\) \['a', 'b'\].*Unpack the one"),
    "zip of none": (b"PK\x05\x06" + bytes(18), "another kind"),
    "tar": (tarred(TEXT), "a tar archive.*Unpack"),
    "tar in gzip": (gzip.compress(tarred(TEXT)), "a tar archive.*Unpack"),
    "cut gzip": (gzip.compress(TEXT)[:-9], "compressed and damaged.*anew"),
    "cut bzip2": (bz2.compress(TEXT)[:-9], "compressed and damaged.*anew"),
    "cut xz": (lzma.compress(TEXT)[:-9], "compressed and damaged.*anew"),
    "cut zip": (zipped(a=TEXT)[:-9], "compressed and damaged.*anew"),
    "fastText": (struct.pack("<4i", 793712314, 12, 100, 5), "fastText.*vec file"),
    "gensim": (pickle.dumps({"gensim": "model"}), "a pickle.*KeyedVectors.load"),
    "npy": (saved(np.zeros((2, 2))), "a NumPy array.*initial_vectors"),
    "npz": (saved(np.zeros((2, 2)), np.savez), "a NumPy archive"),
    "HTML": (b"\n<!DOCTYPE html>\n<html></html>\n", "HTML.*Download"),
    "Git LFS": (
        b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 3\n",
        "Git LFS.*git lfs pull",
    ),
    "UTF-16": (TEXT.decode().encode("utf-16"), "UTF-16 text.*in UTF-8"),
    "UTF-32": (TEXT.decode().encode("utf-32"), "UTF-32 text.*in UTF-8"),
    "JSON": (b'{"good": [1, 2]}', "JSON.*initial_vectors"),
    "prose": (b"# a comment\n2 2\n", "text of another kind.*word2vec format first"),
    "empty": (b"", "but empty.*Download"),
    "empty in gzip": (gzip.compress(b""), "but empty.*Download"),
}


@pytest.mark.parametrize("kind", FOREIGN)
def test_foreign_files_are_called_by_their_name(kind, tmp_path):
    content, message = FOREIGN[kind]
    path = tmp_path / "vectors"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=f"{re.escape(str(path))} is .*{message}"):
        Word2VecEmbedder.from_word2vec_format(path)


def test_numbers_are_written_in_full_whatever_numpy_prints(embedder, tmp_path):
    with np.printoptions(legacy="1.13", precision=2):
        embedder.save_word2vec_format(tmp_path / "vectors")
    back = Word2VecEmbedder.from_word2vec_format(tmp_path / "vectors")
    assert bits(back.vectors_[1:]) == bits(VECTORS)


@pytest.mark.parametrize("binary", [True, False])
@pytest.mark.parametrize("open_file", [open, gzip.open, bz2.open, open_zip])
def test_memory_goes_to_the_rows_asked_for(tmp_path, open_file, binary):
    n_rows, size = 30_000, 64  # 7.7 MB of vectors, or as much text
    path = tmp_path / "vectors"
    row = np.zeros(size, np.float32).tobytes() if binary else b"0.1 " * size + b"\n"
    with open_file(path, "wb") as stream:
        stream.write(b"%d %d\n" % (n_rows, size))
        stream.write(b"".join(b"w%d " % i + row for i in range(n_rows)))
    tracemalloc.start()
    part = read_word2vec_format(path, [f"w{n_rows - 1}"])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(part) == 1
    assert peak < 2 * 2**20
