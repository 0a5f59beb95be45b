import numpy as np
import pytest
from numpy.testing import assert_allclose

from sklstm import Sequences, SeriesDifferencer

SERIES = [[1.0, 4.0, 9.0, 16.0], [], [5.0], [2.0, 0.0]]


@pytest.mark.parametrize(
    "options, expected",
    [
        ({}, [0, 3, 5, 7, 0, 0, -2]),
        ({"lag": 2}, [0, 0, 8, 12, 0, 0, 0]),
        ({"order": 2}, [0, 0, 2, 2, 0, 0, 0]),
        ({"lag": 9}, [0, 0, 0, 0, 0, 0, 0]),
        ({"lag": np.int16(1), "order": np.uint8(2)}, [0, 0, 2, 2, 0, 0, 0]),
    ],
)
def test_differences_by_hand(options, expected):
    out = SeriesDifferencer(**options).fit_transform(SERIES)
    assert out.channels[:, 0].tolist() == expected
    assert out.lengths.tolist() == [4, 0, 1, 2]


def test_values_may_stay():
    X = Sequences([2], channels=[[1, 5], [4, 7]], channel_names=["a", "b"])
    out = SeriesDifferencer(keep_values=True).fit_transform(X)
    assert out.channels.tolist() == [[1, 5, 0, 0], [4, 7, 3, 2]]
    assert out.channel_names == ("a", "b", "a_difference", "b_difference")


def test_differences_of_what_is_far_from_zero():
    X = Sequences([3], channels=np.array([[1.7e9], [1.7e9 + 0.25], [1.7e9 + 1]]))
    out = SeriesDifferencer().fit_transform(X)
    assert_allclose(out.channels[:, 0], [0, 0.25, 0.75])
