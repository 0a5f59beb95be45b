import gzip
import re
import struct
import tracemalloc

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
        (b"", "first line should hold the number of words .*got b''"),
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


@pytest.mark.parametrize("binary", [True, False])
@pytest.mark.parametrize("open_file", [open, gzip.open])
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
