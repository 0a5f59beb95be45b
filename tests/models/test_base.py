import numpy as np
import pytest

from sklstm import HMMClassifier, LSTMClassifier, Sequences
from sklstm.models._base import count_codes


@pytest.mark.parametrize("classifier", [LSTMClassifier(), HMMClassifier()])
def test_codes_far_apart_are_refused_before_memory_is_taken(classifier):
    sequences = Sequences([2, 2], [[1, 2**31 - 1, 2, 2**31 - 2]])
    message = "every code up to the highest, 2147483647; only 4 of them occur"
    with pytest.raises(ValueError, match=message):
        classifier.fit(sequences, [0, 1])


def test_many_codes_that_occur_are_counted():
    codes = np.arange(2**21, dtype=np.int32)
    assert count_codes(codes, "Reader") == 2**21
    assert count_codes(codes[::16], "Reader") == 2**21 - 15
    with pytest.raises(ValueError, match="Reader learns parameters"):
        count_codes(codes[1023::1024], "Reader")


def test_no_codes_are_one():
    assert count_codes(np.empty(0, dtype=np.int32), "Reader") == 1
