import numpy as np
import pytest

from sklstm import Sequences
from sklstm.models._lstm.layout import InputLayout

SEQUENCES = Sequences([2, 1], [[1, 2, 4]], channels=[[1], [2], [3]], static=[[0], [1]])
LAYOUT = InputLayout.learn(SEQUENCES, embedding_size=7)


def test_sizes_are_read_off_the_sequences():
    assert InputLayout(((5, 7),), 1, 1) == LAYOUT


def test_given_vectors_decide_their_table():
    sequences = Sequences([1], [[0]], [np.ones((9, 3))])
    assert InputLayout.learn(sequences, 7).table_sizes == ((9, 3),)


def test_codes_beyond_the_table_are_unknown():
    later = Sequences([2], [[4, 5]], channels=[[1], [2]], static=[[0]])
    assert LAYOUT.conform(later).codes[0].tolist() == [4, 0]
    assert later.codes[0].tolist() == [4, 5]


@pytest.mark.parametrize(
    ("other", "message"),
    [
        (Sequences([1], channels=[[1]], static=[[0]]), "1 streams of codes; got 0"),
        (Sequences([1], [[1]], static=[[0]]), "1 channels; got 0"),
        (Sequences([1], [[1]], channels=[[1]]), "1 static features; got 0"),
        (
            Sequences([1], [[1]], [np.ones((5, 3))], [[1]], [[0]]),
            "7 values in the vectors of stream 0; got 3",
        ),
    ],
)
def test_other_parts_are_refused(other, message):
    with pytest.raises(ValueError, match=message):
        LAYOUT.conform(other)


def test_static_features_alone_are_no_sequences():
    with pytest.raises(ValueError, match="Static features alone"):
        InputLayout.learn(Sequences([0, 0], static=[[1], [2]]), 7)
