import numpy as np

from sklstm import Sequences
from sklstm.models._lstm.merging import merge_equal_samples


def merge(samples, targets, weights, static=None):
    sequences = Sequences.from_arrays(samples, static=static)
    rows, targets, weights = merge_equal_samples(
        sequences, np.array(targets), np.array(weights, dtype=float)
    )
    return [(samples[r], t, w) for r, t, w in zip(rows, targets, weights, strict=True)]


def test_weights_of_equal_samples_add_up():
    merged = merge([[1, 2], [3], [1, 2]], [0, 1, 0], [1, 1, 2.5])
    assert sorted(merged) == [([1, 2], 0, 3.5), ([3], 1, 1.0)]


def test_samples_of_another_label_stay_apart():
    assert len(merge([[1, 2], [1, 2]], [0, 1], [1, 1])) == 2


def test_samples_of_other_static_features_stay_apart():
    assert len(merge([[1, 2], [1, 2]], [0, 0], [1, 1], static=[[0], [1]])) == 2


def test_weight_zero_is_absence():
    assert merge([[1], [2]], [0, 1], [0, 1]) == [([2], 1, 1.0)]


def test_order_of_the_rows_does_not_matter():
    samples = [[float(i), float(-i)] for i in range(20)]
    targets, weights = list(range(20)), list(range(1, 21))
    order = np.random.RandomState(0).permutation(20)
    shuffled = merge(
        [samples[i] for i in order],
        [targets[i] for i in order],
        [weights[i] for i in order],
    )
    assert shuffled == merge(samples, targets, weights)
